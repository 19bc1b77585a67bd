/* report.md: which BLAS to use, what each backend really loaded, and whether a verdict depends on
 * it. Speed and numbers are in markdown_kernels.c. */
#include "report/markdown.h"

#include "base/quote.h"
#include "base/text.h"
#include "blas/backends.h"
#include "blas/compare.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

/* ---- which to use ---- */

static void name_candidate(FILE *out, const wk_blas_compare *contest, const wk_candidate *one) {
    wk_quote_code(out, contest->contenders[one->contender].label);
    if (*one->threads) {
        fputs(" with ", out);
        wk_quote_markdown(out, one->threads);
        fputs(strcmp(one->threads, "1") == 0 ? " thread" : " threads", out);
    }
}

/* "takes 1.31 times as long (95 % interval [1.25, 1.38])" */
static void name_ratio(FILE *out, const wk_interval *ratio) {
    fputs("takes ", out);
    wk_quote_number(out, ratio->mean, 3);
    fputs(" times as long", out);
    if (isnan(ratio->low)) {
        fputs(" (no interval: one round)", out);
        return;
    }
    fprintf(out, " (%.4g %% interval [", 100 * WK_CONTEST_LEVEL);
    wk_quote_number(out, ratio->low, 3);
    fputs(", ", out);
    wk_quote_number(out, ratio->high, 3);
    fputs("])", out);
}

/* Only an interval that lies above 1 tells the two apart. */
static bool is_measured(const wk_interval *ratio) {
    return ratio->low > 1;
}

static size_t count_fit(const wk_choice *choice) {
    size_t n = 0;
    for (size_t i = 0; i < choice->n; i++) {
        bool first = !*choice->candidates[i].unfit;
        for (size_t k = 0; k < i && first; k++)
            first = *choice->candidates[k].unfit ||
                    choice->candidates[k].contender != choice->candidates[i].contender;
        n += first;
    }
    return n;
}

static void rival(const wk_blas_compare *contest, const wk_choice *choice, FILE *out) {
    if (choice->second == WK_CONTEST_NONE) {
        fputs("No other library was measured that could be chosen, so it is held against none. ",
              out);
        return;
    }
    fputs("The next, ", out);
    name_candidate(out, contest, &choice->candidates[choice->second]);
    fputs(choice->second == choice->usual ? ", which is what runs without `--backend`, " : ", ",
          out);
    if (!choice->rounds_second) {
        fputs("shares no round with it: no ratio. ", out);
        return;
    }
    name_ratio(out, &choice->of_second);
    fputs(is_measured(&choice->of_second) ? ". " : ": **no measured difference** between the two. ",
          out);
}

static void usual(const wk_blas_compare *contest, const wk_choice *choice, FILE *out) {
    if (choice->usual == WK_CONTEST_NONE)
        return;
    if (choice->usual_is_best) {
        fputs("It is what runs without `--backend`, too. ", out);
        return;
    }
    if (choice->usual == choice->second) {
        if (choice->rounds_second && !is_measured(&choice->of_second))
            fputs("So nothing is gained by choosing. ", out);
        return;
    }
    fputs("What runs without `--backend`, ", out);
    name_candidate(out, contest, &choice->candidates[choice->usual]);
    fputs(", ", out);
    if (!choice->rounds_usual) {
        fputs("shares no round with it: no ratio. ", out);
        return;
    }
    name_ratio(out, &choice->of_usual);
    fputs(is_measured(&choice->of_usual)
              ? ". "
              : ": **no measured difference**, so nothing is gained by choosing. ",
          out);
}

/* Is it left out for that with any number of threads? */
static bool is_out_at_all(const wk_choice *choice, const wk_candidate *one) {
    bool all = true;
    for (size_t i = 0; i < choice->n && all; i++)
        all = choice->candidates[i].contender != one->contender ||
              strcmp(choice->candidates[i].unfit, one->unfit) == 0;
    return all;
}

static void left_out(const wk_blas_compare *contest, const wk_choice *choice, FILE *out) {
    bool any = false;
    for (size_t i = 0; i < choice->n; i++) {
        const wk_candidate *one = &choice->candidates[i];
        const bool at_all = is_out_at_all(choice, one);
        bool said = !*one->unfit;
        for (size_t k = 0; k < i && !said && at_all; k++)
            said = choice->candidates[k].contender == one->contender &&
                   strcmp(choice->candidates[k].unfit, one->unfit) == 0;
        if (said)
            continue;
        fputs(any ? "; " : "Left out: ", out);
        if (at_all)
            wk_quote_code(out, contest->contenders[one->contender].label);
        else
            name_candidate(out, contest, one);
        fputs(", for ", out);
        wk_quote_markdown(out, one->unfit);
        any = true;
    }
    fputs(any ? ".\n\n" : "", out);
}

/* The stages, or how many kernels. */
static void name_kernels(const wk_blas_compare *contest, const wk_choice *choice, FILE *out) {
    if (!choice->stages) {
        if (choice->kinds == 1)
            fputs("At the one kernel that was measured", out);
        else
            fprintf(out, "Over all %zu kernels", choice->kinds);
        return;
    }
    fputs(choice->kinds == 1 ? "At this program's own stage (" : "Over this program's own stages (",
          out);
    size_t told = 0;
    for (size_t kind = 0; kind < contest->nkinds; kind++)
        for (size_t t = 0; t < contest->ntasks; t++)
            if (contest->tasks[t].kind == kind && wk_task_is_stage(&contest->tasks[t])) {
                fputs(told++ ? ", " : "", out);
                wk_quote_markdown(out, contest->tasks[t].label);
                break;
            }
    fputs(")", out);
}

/* What --backend takes for it. */
static const char *option_of(const wk_judged *report, const wk_contender *contender) {
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *one = &report->backends[i];
        if (strcmp(one->name, contender->backend) == 0 && one->option && *one->option)
            return one->option;
    }
    return contender->backend;
}

static void command(const wk_judged *report, const wk_blas_compare *contest,
                    const wk_candidate *best, FILE *out) {
    const wk_contender *contender = &contest->contenders[best->contender];
    double threads = 0;
    fputs("\n\n    widecheck run SUITE.yaml --backend ", out);
    wk_quote_shell(out, option_of(report, contender));
    if (wk_text_real(best->threads, &threads) && threads > 1)
        fprintf(out, " --threads %.0f", threads);
    fputs("\n\n", out);
    if (*contender->coretype) {
        fputs("It was asked for a core type, too: `coretype: ", out);
        wk_quote_plain(out, contender->coretype);
        fputs("` in the suite.\n\n", out);
    }
}

static void recommend(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                      FILE *out) {
    wk_choice choice;
    wk_blas_compare_choose(contest, report, arena, &choice);
    if (!choice.kinds)
        return; /* nothing that has a rate */
    if (choice.best == WK_CONTEST_NONE) {
        fputs("**No backend can be recommended.** ", out);
        left_out(contest, &choice, out);
        return;
    }
    const wk_candidate *best = &choice.candidates[choice.best];
    if (contest->n == 1) {
        fputs("Only ", out);
        wk_quote_code(out, contest->contenders[0].label);
        fputs(" was measured: there is nothing to hold it against.\n\n", out);
        return;
    }
    fputs("**The fastest here: ", out);
    name_candidate(out, contest, best);
    fputs(".** ", out);
    name_kernels(contest, &choice, out);
    const size_t fit = count_fit(&choice);
    if (fit == 1)
        fputs(" it is the only backend that can be chosen: ", out);
    else
        fprintf(out, " it is the fastest of %zu backends: ", fit);
    fprintf(out, "%.3g GFLOP/s in the geometric mean. ", best->gflops);
    rival(contest, &choice, out);
    usual(contest, &choice, out);
    fputs("To use it:", out);
    command(report, contest, best, out);
    left_out(contest, &choice, out);
    fputs(choice.stages ? "The threads are this program's own; the library has one then. " : "",
          out);
    fputs("Ratios of times are geometric means over kernels and rounds, paired by round; intervals "
          "are Student-t over rounds, of the logarithm.\n\n",
          out);
}

/* ---- what was loaded ---- */

static void text_or_dash(FILE *out, const char *text) {
    if (*text)
        wk_quote_markdown(out, text);
    else
        fputs("–", out);
}

static void number_or_dash(FILE *out, double value, int digits) {
    if (value > 0)
        wk_quote_number(out, value, digits);
    else
        fputs("–", out);
}

/* Cells that name none may ask for threads or a core type: they run on that of the run. */
static void name_library(const wk_blas_identity *one, FILE *out) {
    if (*one->name)
        wk_quote_code(out, one->name);
    else
        fputs("that of the run", out);
}

static void library_row(const wk_judged *report, const wk_blas_identity *one, FILE *out) {
    const bool odd = !*one->trouble && wk_blas_compare_threads_differ(one, report->core_count);
    fputs("| ", out);
    name_library(one, out);
    fputs(" | ", out);
    wk_arena arena = {0};
    text_or_dash(out, wk_backend_title(one->library, one->version, &arena));
    wk_arena_release(&arena);
    fputs(" | ", out);
    text_or_dash(out, one->provider);
    fputs(" | ", out);
    text_or_dash(out, one->core);
    if (*one->coretype) {
        fputs(" (asked: ", out);
        wk_quote_markdown(out, one->coretype);
        fputs(")", out);
    }
    fputs(" | ", out);
    text_or_dash(out, one->threading);
    fprintf(out, " | %zu / ", one->threads);
    number_or_dash(out, one->effective_threads, 2);
    fputs(odd ? " ⚠ | " : " | ", out);
    number_or_dash(out, one->gemm_gflops, 3);
    fputs(" | ", out);
    wk_quote_code(out, one->path);
    fputs(" |\n", out);
}

static void libraries(const wk_judged *report, FILE *out) {
    if (!report->nbackends)
        return;
    fputs("### Backends\n\nWhat a worker that was given the backend found itself running on.\n\n"
          "| backend | library | LAPACK | core type | threading | threads asked / at work | DGEMM "
          "(GFLOP/s) | file |\n|---|---|---|---|---|---|---|---|\n",
          out);
    bool odd = false, trouble = false;
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *one = &report->backends[i];
        library_row(report, one, out);
        odd = odd || (!*one->trouble && wk_blas_compare_threads_differ(one, report->core_count));
    }
    fputs(
        "\nThreads at work: CPU time of a matrix product over that of the calling thread; its rate "
        "is by wall time.",
        out);
    fputs(odd ? " ⚠: not the threads that were asked for.\n\n" : "\n\n", out);
    for (size_t i = 0; i < report->nbackends; i++) {
        const wk_blas_identity *one = &report->backends[i];
        if (!*one->trouble)
            continue;
        fputs("- ", out);
        name_library(one, out);
        fprintf(out, " with %zu thread%s could not be used: ", one->threads,
                one->threads == 1 ? "" : "s");
        wk_quote_markdown(out, one->trouble);
        fputs(".\n", out);
        trouble = true;
    }
    fputs(trouble ? "\n" : "", out);
}

/* ---- verdicts ---- */

static void verdict_row(const wk_verdicts *all, const wk_verdict_row *row, FILE *out) {
    fputs("| ", out);
    wk_markdown_link(out, row->judgement->claim->id);
    fputs(row->control ? " (control)" : "", out);
    for (size_t c = 0; c < all->n; c++)
        fprintf(out, " | %s", row->has[c] ? wk_words_mark(row->verdict[c]) : "–");
    if (row->flips) {
        fprintf(out, " | ⇄ **%zu of %zu**, the first at ", row->flips, row->compared);
        wk_words_where(out, &row->flipped);
    } else {
        fputs(row->compared ? " | none" : " | –", out);
    }
    if (row->partly)
        fprintf(out, ", ◐ %zu of %zu", row->partly, row->compared);
    fputs(" |\n", out);
}

static void verdicts(const wk_judged *report, wk_arena *arena, FILE *out) {
    wk_verdicts all;
    wk_blas_compare_verdicts(report, arena, &all);
    if (!all.n)
        return;
    fputs("### Verdicts by backend\n\n", out);
    if (!all.compared)
        fputs("No claim has parts that differ in the backend alone: there is nothing to compare. ",
              out);
    else if (!all.flips)
        fprintf(out,
                "**No verdict depends on the backend**: of %zu set%s of parts that differ in "
                "nothing else, none passes on one and fails on another. ",
                all.compared, all.compared == 1 ? "" : "s");
    else
        fprintf(out,
                "**%zu of %zu verdicts depend%s on the backend**: so many sets of parts that "
                "differ in nothing else pass on one and fail on another (⇄). ",
                all.flips, all.compared, all.flips == 1 ? "s" : "");
    if (all.partly)
        fprintf(out, "%zu%s %s settled on some backends only (◐). ", all.partly,
                all.flips ? " more" : "", all.partly == 1 ? "is" : "are");
    if (all.unmeasured)
        fprintf(out, "In %zu of the sets a backend was not measured. ", all.unmeasured);
    if (all.timed)
        fprintf(out, "%zu claim%s left out, which test%s nothing but times and rates. ", all.timed,
                all.timed == 1 ? " is" : "s are", all.timed == 1 ? "s" : "");
    fputs("\n\n| claim |", out);
    for (size_t c = 0; c < all.n; c++) {
        fputs(" ", out);
        wk_quote_markdown(out, all.contenders[c].label);
        fputs(" |", out);
    }
    fputs(" flips |\n|---|", out);
    for (size_t c = 0; c < all.n; c++)
        fputs("---|", out);
    fputs("---|\n", out);
    for (size_t r = 0; r < all.nrows; r++)
        verdict_row(&all, &all.rows[r], out);
    fputs("\nEach column: the claim's parts on that backend, taken together.\n\n", out);
}

/* ---- all of it ---- */

static void sections(const wk_judged *report, wk_arena *arena, FILE *out) {
    wk_blas_compare contest;
    wk_blas_compare_make(report->table, NULL, arena, &contest);
    if (!contest.n && !report->nbackends)
        return;
    fputs("## BLAS backends\n\n", out);
    recommend(report, &contest, arena, out);
    libraries(report, out);
    wk_markdown_speeds(report, &contest, arena, out);
    wk_markdown_numerics(report, &contest, arena, out);
    verdicts(report, arena, out);
}

void wk_markdown_backends(const wk_judged *report, FILE *out) {
    wk_arena arena = {0};
    sections(report, &arena, out);
    wk_arena_release(&arena);
}
