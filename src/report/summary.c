/* One screen for the terminal. */
#include "base/quote.h"
#include "report/words.h"

#include "base/heap.h"
#include "claim/statistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 40, WIDEST = 120, USUAL = 80, VERDICT_COLUMNS = 12 };

typedef struct screen {
    FILE *out;
    size_t columns;
    bool colours;
} screen;

static screen screen_of(FILE *out) {
    screen s = {out, USUAL, false};
    const int file = fileno(out);
    struct winsize size;
    if (file < 0 || !isatty(file))
        return s;
    const char *refused = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    s.colours = !(refused && *refused) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
    if (ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col)
        s.columns = size.ws_col < NARROWEST ? NARROWEST
                    : size.ws_col > WIDEST  ? WIDEST
                                            : size.ws_col;
    return s;
}

static const char *colour_of(wk_verdict verdict) {
    switch (verdict) {
    case WK_PASS:
        return "\033[32m";
    case WK_FAIL:
    case WK_VACUOUS:
        return "\033[31m";
    case WK_INCONCLUSIVE:
    case WK_ERROR:
        return "\033[33m";
    }
    return "";
}

static void pad(FILE *out, size_t used, size_t columns) {
    for (; used < columns; used++)
        fputc(' ', out);
}

static void verdict(const screen *s, wk_verdict v) {
    fputs(s->colours ? colour_of(v) : "", s->out);
    const char *name = wk_verdict_name(v);
    char loud[16];
    size_t n = 0;
    for (; name[n] && n + 1 < sizeof loud; n++) /* seen without colour, too */
        loud[n] = (char)(v == WK_FAIL || v == WK_VACUOUS ? name[n] - 'a' + 'A' : name[n]);
    loud[n] = '\0';
    fputs(loud, s->out);
    fputs(s->colours ? "\033[0m" : "", s->out);
    pad(s->out, n, VERDICT_COLUMNS);
    fputs("  ", s->out);
}

/* "< −0.4": as short as it can be said */
static void rule(FILE *out, const wk_rule *r) {
    fputs(r->kind == WK_BELOW ? " < " : r->kind == WK_ABOVE ? " > " : " in (", out);
    wk_quote_number(out, r->kind == WK_BELOW ? r->high : r->low, 3);
    if (r->kind == WK_WITHIN) {
        fputs(", ", out);
        wk_quote_number(out, r->high, 3);
        fputs(")", out);
    }
}

/* "slope −0.73 [−0.76, −0.70] < −0.4, n 10" as text that the caller frees; NULL for lack of memory.
 * `caps`: and how many values are at the cap. */
static char *numbers_of(const wk_judgement *found, bool caps) {
    const wk_part *part = wk_words_part(&found->claim_finding);
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    if (part && isnan(part->estimate)) {
        fprintf(memory, "%s not measured", part->test->statistic->name);
    } else if (part) {
        const double numbers[] = {part->estimate, part->low, part->high};
        fprintf(memory, "%s %s", part->test->statistic->name, part->at_least ? "≥ " : "");
        for (size_t k = 0; k < 3; k++) {
            wk_quote_number(memory, numbers[k], 3);
            fputs(k == 0 ? " [" : k == 1 ? ", " : "]", memory);
        }
        rule(memory, &part->test->rule);
        fprintf(memory, ", n %zu", wk_words_seeds(&found->claim_finding));
        if (caps && part->capped)
            fprintf(memory, ", %zu/%zu at cap", part->capped, part->values);
    } else {
        fputs("nothing measured", memory);
    }
    fclose(memory);
    return text;
}

static void claim_line(const screen *s, const wk_judgement *found, size_t id_columns) {
    verdict(s, found->verdict);
    const size_t used = wk_quote_cut(s->out, found->claim->id, id_columns);
    pad(s->out, used, id_columns);
    fputs("  ", s->out);
    const size_t room = s->columns - VERDICT_COLUMNS - id_columns - 4;
    char *text = numbers_of(found, true);
    if (wk_quote_columns(text) > room) {
        free(text);
        text = numbers_of(found, false);
    }
    wk_quote_cut(s->out, text, room);
    free(text);
    fputs("\n", s->out);
}

static size_t widest_id(const wk_judged *report, size_t most) {
    size_t widest = 0;
    for (size_t i = 0; i < report->njudgements; i++) {
        const size_t columns = wk_quote_columns(report->judgements[i].claim->id);
        widest = columns > widest ? columns : widest;
    }
    return widest < most ? widest : most;
}

/* "90 cells: 87 ok, 2 diverged, 1 timeout" */
static void cells_line(const screen *s, const wk_judged *report) {
    size_t counts[WK_END_PENDING + 1] = {0};
    for (size_t i = 0; i < report->table->n; i++)
        counts[report->table->rows[i].result.end]++;
    fprintf(s->out, "%zu cells", report->table->n);
    bool any = false;
    for (int end = WK_END_OK; end <= WK_END_PENDING; end++)
        if (counts[end]) {
            fprintf(s->out, "%s%zu %s", any ? ", " : ": ", counts[end], wk_end_name((wk_end)end));
            any = true;
        }
    fputs("\n", s->out);
}

static void claims_line(const screen *s, const wk_judged *report) {
    size_t counts[WK_VACUOUS + 1] = {0};
    for (size_t i = 0; i < report->njudgements; i++)
        counts[report->judgements[i].verdict]++;
    fprintf(s->out, "%zu claims", report->njudgements);
    bool any = false;
    for (int v = WK_PASS; v <= WK_VACUOUS; v++)
        if (counts[v]) {
            fprintf(s->out, "%s%zu %s", any ? ", " : ": ", counts[v],
                    wk_verdict_name((wk_verdict)v));
            any = true;
        }
    fputs("\n", s->out);
}

/* Why a claim did not pass: its own reason, or that of the part that decided. */
static void repeat(const screen *s, const wk_judgement *found, size_t id_columns) {
    verdict(s, found->verdict);
    const size_t used = wk_quote_cut(s->out, found->claim->id, id_columns);
    const wk_part *part = wk_words_part(&found->claim_finding);
    const char *reason = found->reason;
    if (!reason || !*reason)
        reason = found->claim_finding.reason;
    if ((!reason || !*reason) && part)
        reason = part->reason;
    fputs(": ", s->out);
    wk_quote_cut(s->out, reason && *reason ? reason : "see report.md",
                 s->columns - VERDICT_COLUMNS - used - 4);
    fputs("\n", s->out);
}

void wk_report_summary(const wk_judged *report, FILE *out) {
    const screen s = screen_of(out);
    const size_t id_columns = widest_id(report, s.columns / 4);
    if (report->suite_title && *report->suite_title) {
        wk_quote_cut(out, report->suite_title, s.columns);
        fputs("\n", out);
    }
    for (size_t i = 0; i < report->njudgements; i++)
        claim_line(&s, &report->judgements[i], id_columns);
    cells_line(&s, report);
    claims_line(&s, report);
    for (size_t i = 0; i < report->nwarnings; i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *memory = wk_text_stream(&text, &length);
        fprintf(memory, "WARNING: %s.", report->warnings[i]);
        fclose(memory);
        fputs("\n", out);
        wk_quote_wrapped(out, text, s.columns, 4);
        fputs("\n", out);
        free(text);
    }
    bool any = false;
    for (size_t i = 0; i < report->njudgements; i++) {
        if (report->judgements[i].verdict == WK_PASS)
            continue;
        fputs(any ? "" : "\nnot passed:\n", out);
        any = true;
        repeat(&s, &report->judgements[i], id_columns);
    }
    if (report->rerun) { /* never cut: it is there to be copied */
        fputs("again: ", out);
        wk_quote_plain(out, report->rerun);
        fputs("\n", out);
    }
}
