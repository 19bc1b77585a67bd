/* The report layer: what is written is strict, escaped, complete and the same twice. */
#include "report_support.h"
#include "typed.h"

#include "base/quote.h"
#include "claim/statistic.h"
#include "plot/curves.h"
#include "report/words.h"
#include "table/stages.h"

#include <stdlib.h>
#include <string.h>

/* ---- quoting ---- */

typedef void quoter(FILE *out, const char *text);

static void check_quote(quoter *quote, const char *text, const char *expected) {
    char *got = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&got, &length);
    assert_non_null(out);
    quote(out, text);
    fclose(out);
    assert_string_equal(got, expected);
    free(got);
}

static void quoted_text_cannot_leave_its_quotes(void **state) {
    (void)state;
    check_quote(wk_quote_gnuplot, "it's `a` \"b\" \\", "'it’s `a` \"b\" \\'");
    check_quote(wk_quote_gnuplot, "a\nsystem 'x'\r\t\x1b[0m", "'a system ’x’   [0m'");
    check_quote(wk_quote_markdown, "a|b*_`[<\n", "a\\|b\\*\\_\\`\\[\\< ");
    check_quote(wk_quote_code, "a`b|", "`` a`b\\| ``");
    check_quote(wk_quote_code, "", "–");
}

static void text_that_is_not_utf8_is_replaced(void **state) {
    (void)state;
    check_quote(wk_quote_plain, "\xff", "\xef\xbf\xbd");
    check_quote(wk_quote_plain, "a\xc3", "a\xef\xbf\xbd");               /* cut off */
    check_quote(wk_quote_plain, "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"); /* overlong */
    check_quote(wk_quote_plain, "\xed\xa0\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx");
    check_quote(wk_quote_plain, "\xc2\x85\xe2\x80\xae", " \xef\xbf\xbd"); /* C1, right-to-left */
    check_quote(wk_quote_plain, "ΔΘ‖½𝟙", "ΔΘ‖½𝟙");
}

static void wrapped_text_keeps_its_words_and_its_columns(void **state) {
    (void)state;
    char *got = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&got, &length);
    assert_non_null(out);
    wk_quote_wrapped(out, " ΔΘ is  meant, donaudampfschiff and so on", 10, 2);
    fclose(out);
    assert_string_equal(got, "ΔΘ is\n  meant,\n  donaudampfschiff\n  and so\n  on");
    free(got);
}

static void cut_text_fits_its_columns(void **state) {
    (void)state;
    assert_int_equal(wk_quote_columns("ΔΘ漢"), 4);
    for (size_t columns = 0; columns < 8; columns++) {
        char *got = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&got, &length);
        assert_non_null(out);
        const size_t used = wk_quote_cut(out, "ab漢字cd", columns);
        fclose(out);
        assert_true(used <= columns);
        assert_int_equal(wk_quote_columns(got), used);
        free(got);
    }
}

/* ---- numbers ---- */

static void interval_is_student_t(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, 4};
    const wk_interval got = wk_interval_of(values, 4, 0.95, false);
    const double half = 3.182446305284263 * sqrt(5.0 / 3.0 / 4.0); /* t_{.975,3} */
    assert_true(fabs(got.mean - 2.5) <= 1e-14);
    assert_true(fabs(got.high - (2.5 + half)) <= 1e-9);
    const double powers[] = {10, 1000};
    assert_true(fabs(wk_interval_of(powers, 2, 0.95, true).mean - 100) <= 1e-11);
    assert_true(isnan(wk_interval_of(values, 1, 0.95, false).low));
}

static void percent_of_gemm_is_per_core(void **state) {
    fixture *f = *state;
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    ((wk_stage *)f->rows[0].result.stages)[0].cpu_s = 6; /* three cores for two seconds */
    f->table.n = 1;
    wk_stages_sum(&f->table, NULL, 8, &f->arena, &sums, &n);
    assert_int_equal(n, 2);
    assert_true(fabs(sums[0].gflops - 4) <= 1e-12);
    assert_true(fabs(sums[0].percent_of_gemm - 100 * (8.0 / 6.0) / 8.0) <= 1e-10);
    assert_true(isnan(sums[1].gflops) && isnan(sums[1].percent_of_gemm));
}

static void times_of_killed_cells_are_not_counted(void **state) {
    fixture *f = *state;
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    f->rows[0].result.end = WK_END_TIMEOUT;
    wk_stages_sum(&f->table, NULL, 8, &f->arena, &sums, &n);
    assert_int_equal(sums[0].cells, 38); /* nor those of the crashed one */
    assert_true(fabs(sums[0].total_s - 76) <= 1e-12);
    assert_true(fabs(sums[0].median_s - 2) <= 0);
}

/* ---- report.md ---- */

static size_t bars_of(const char *line, size_t length) {
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += line[i] == '|' && !(i && line[i - 1] == '\\');
    return n;
}

static void tables_keep_their_columns_whatever_the_text(void **state) {
    char *text = markdown_of(*state);
    size_t columns = 0, rows = 0;
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        if (*line == '|') {
            const size_t own = bars_of(line, length);
            if (columns)
                assert_int_equal(own, columns);
            columns = own;
            rows++;
        } else {
            columns = 0;
        }
        line += length + (line[length] == '\n');
    }
    assert_true(rows > 40);
}

static void no_control_byte_and_no_markup_of_a_text_reaches_the_report(void **state) {
    static const char *const markup[] = {"<b>", "<script>", "[a]", "`touch", "*_"};
    fixture *f = *state;
    f->report.suite_path = "suites/a.yaml"; /* a code span, where markup is only text */
    char *text = markdown_of(f);
    for (const char *p = text; *p; p++)
        assert_true((unsigned char)*p >= 0x20 || *p == '\n');
    for (size_t i = 0; i < sizeof markup / sizeof *markup; i++)
        for (const char *p = text; (p = strstr(p, markup[i])); p++)
            assert_true(p > text && p[-1] == '\\');
    assert_non_null(strstr(text, "\\<script\\>"));
}

static void verdicts_come_first_and_nothing_is_proved(void **state) {
    char *text = markdown_of(*state);
    static const char *const order[] = {
        "## Verdicts",      "### passes",        "### vacuous",
        "## Other figures", "## Diverged cells", "## Cells that were not measured",
        "## Stage times",   "## Environment",    "## How to run it again"};
    const char *before = text;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *found = strstr(text, order[i]);
        if (!found || found < before)
            fail_msg("'%s' is missing or out of order", order[i]);
        before = found;
    }
    assert_null(strstr(text, "prove"));
    assert_non_null(strstr(text, "**consistent with**"));
    assert_non_null(strstr(text, "**contradict**"));
    assert_non_null(strstr(text, "arXiv 2403.08673"));
    assert_non_null(strstr(text, "    widecheck run 'a b.yaml'\n"));
}

static void values_at_the_cap_are_told_beside_the_estimate(void **state) {
    fixture *f = *state;
    f->report.njudgements = 1;
    wk_part *part = (wk_part *)&f->judgements[0].claim_finding.parts[1]; /* its cap is 1 */
    part->estimate = 34;
    part->low = 28;
    part->high = 41;
    part->values = 70;
    assert_null(strstr(markdown_of(f), "at the cap"));
    assert_null(strstr(markdown_of(f), "≥"));
    part->capped = 7;
    part->at_least = true;
    const char *text = markdown_of(f);
    assert_non_null(strstr(text, "| ≥ 34 [28, 41] (the tightest of 2 parts); 7 of 70 values at the "
                                 "cap 1 |"));
    assert_non_null(strstr(text, "| ≥ 34 | [28, 41] | 4 | ✔ pass | – | – | 7 of 70 values at the "
                                 "cap 1 |"));
    char *screen = summary_of(f);
    assert_non_null(strstr(screen, "ratio ≥ 34 [28, 41] in (0.8, 1.2), n 4, 7/70 at cap\n"));
    ((wk_claim *)f->judgements[0].claim)->id = "a-longer-name-of-a-claim";
    screen = summary_of(f); /* where it does not fit, it goes on in the next line */
    assert_non_null(strstr(screen, "ratio ≥ 34 [28, 41] in (0.8, 1.2), n 4, 7/70 at\n"));
}

static void families_say_what_their_claims_mean_together(void **state) {
    static const wk_family family = {"f", "Is it | <so>?", "It holds *now*.", "It fails.", "Open."};
    static const wk_family other = {"g", "Other?", "Yes.", "No.", "Perhaps."};
    static const struct {
        size_t claims[2];
        const char *said;
    } cases[] = {
        {{0, 0}, "It holds \\*now\\*."},
        {{0, 1}, "It fails."},
        {{2, 1}, "It fails."},
        {{0, 2}, "Open."},
        {{0, 3}, "Open."},
        {{3, 4}, "It fails."},
    };
    static const wk_family *const both[] = {&family, &other};
    fixture *f = *state;
    assert_null(strstr(markdown_of(f), "plain words"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < 5; k++) {
            wk_claim *claim = (wk_claim *)f->judgements[k].claim;
            claim->families = both;
            claim->nfamilies = k == cases[i].claims[0] || k == cases[i].claims[1];
        }
        ((wk_claim *)f->judgements[cases[i].claims[0]].claim)->nfamilies = 2;
        const char *text =
            strstr(markdown_of(f), "## In plain words\n\n### Is it \\| \\<so\\>?\n\n");
        assert_non_null(text);
        const char *end = strstr(text, "### Other?"), *said = strstr(text, cases[i].said);
        assert_non_null(end);
        assert_true(said && said < end);
        assert_true(end < strstr(text, "## Claims"));
        assert_null(strstr(end, "### Is it")); /* once, however many claims it has */
    }
    assert_non_null(strstr(markdown_of(f), "Rests on: [broken](#broken) ! error, "
                                           "[vacuous](#vacuous) ∅ VACUOUS.\n"));
    assert_non_null(strstr(markdown_of(f), "Perhaps.\n\nRests on: [broken](#broken) ! error.\n"));
}

static void cells_with_the_same_fate_are_one_row(void **state) {
    fixture *f = *state;
    for (size_t i = 20; i < 40; i++) { /* all of dot */
        f->rows[i].result.end = WK_END_DIVERGED;
        f->rows[i].result.reason = i < 24 ? "early" : i == 39 ? "late" : "soon";
    }
    f->rows[3].result.end = f->rows[8].result.end = WK_END_PENDING;
    const char *text = markdown_of(f);
    assert_non_null(strstr(text, "| drift | 4, the first `dot641` | `loss.similarity` dot; "
                                 "`model.width` 64 | 4 seeds | early |\n"
                                 "| drift | 15, the first `dot645` | `loss.similarity` dot; "
                                 "`model.width` 64, 256, 1024, 4096 | 5 seeds | soon |\n"
                                 "| drift | `dot40965` | `loss.similarity` dot; `model.width` "
                                 "4096 | seed 5 | late |\n"));
    assert_non_null(strstr(text, "| drift | 2, the first `cosine644` | `loss.similarity` cosine; "
                                 "`model.width` 64, 256 | seed 4 | pending |  |\n"));
}

static void many_values_of_a_parameter_are_told_by_their_ends(void **state) {
    static const char *const widths[] = {"512", "64", "4096", "128", "256"};
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    fixture *f = *state;
    f->table.n = 5;
    for (size_t i = 0; i < 5; i++) {
        f->rows[i].result.end = WK_END_DIVERGED;
        ((wk_pair *)f->rows[i].params.pairs)[2].value = typed(widths[i]);
        ((wk_pair *)f->rows[i].params.pairs)[1].value = typed(names[i]);
    }
    assert_string_equal(f->rows[0].params.pairs[2].key, "model.bias");
    const char *text = markdown_of(f);
    assert_non_null(strstr(text, "`model.bias` 64 … 4096 (5 values)"));
    assert_non_null(strstr(text, "`loss.similarity` a, b, c … e (5 values)"));
}

static void a_shared_figure_is_shown_once(void **state) {
    char *text = markdown_of(*state);
    const char *first = strstr(text, "figures/width.svg");
    assert_non_null(first);
    assert_null(strstr(first + 1, "figures/width.svg"));
    assert_non_null(strstr(text, "at [passes](#passes)"));
}

static void a_figure_that_was_not_drawn_is_named(void **state) {
    fixture *f = *state;
    const char *troubles[] = {"gnuplot is <gone>", "", "", ""};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(wk_report_markdown(&f->report, troubles, out, NULL), WK_OK);
    fclose(out);
    assert_null(strstr(text, "figures/width.svg"));
    assert_non_null(strstr(text, "Figure width was not drawn: gnuplot is \\<gone\\>"));
    free(text);
}

/* ---- the terminal ---- */

static void summary_fits_80_columns_and_repeats_what_did_not_pass(void **state) {
    fixture *f = *state;
    f->report.rerun = "widecheck run a.yaml";
    char *text = summary_of(f);
    assert_null(strchr(text, '\033'));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(wk_quote_columns(line) <= 80);
    text = summary_of(f);
    const char *again = strstr(text, "not passed:");
    assert_non_null(again);
    static const char *const ids[] = {"fails", "undecided", "broken", "vacuous"};
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(strstr(text, ids[i]));
        assert_true(strstr(text, ids[i]) < again);
        assert_non_null(strstr(again, ids[i]));
    }
    assert_null(strstr(again, "passes"));
    assert_non_null(strstr(text, "40 cells: 38 ok, 1 diverged, 1 crashed"));
}

static void the_part_shown_is_one_that_decided(void **state) {
    fixture *f = *state;
    for (size_t i = WK_FAIL; i <= WK_ERROR; i++) {
        const wk_part *part = wk_words_part(&f->judgements[i].claim_finding);
        assert_ptr_equal(part, &f->judgements[i].claim_finding.parts[1]);
    }
    wk_part pair[2] = {f->judgements[0].claim_finding.parts[0],
                       f->judgements[0].claim_finding.parts[0]};
    pair[1].high = -0.45; /* nearer to the bound −0.4 */
    const wk_finding both = {pair, 2, WK_PASS, ""};
    assert_ptr_equal(wk_words_part(&both), &pair[1]);
    assert_null(wk_words_part(&(wk_finding){NULL, 0, WK_ERROR, ""}));
}

/* Only what has a Student-t interval is said to have one. */
static void each_test_is_said_to_be_judged_as_it_is(void **state) {
    fixture *f = *state;
    static const char student[] = "**Test.** Each seed gives one number; the Student-t interval",
                      range[] = "The interval shown is the range over seeds.",
                      none[] = "there is no interval.";
    const struct {
        const char *statistic;
        bool student, range, none;
    } cases[] = {
        {"worst", true, false, false}, {"identity", false, true, false}, {"z", false, false, true}};
    wk_claim claim = *f->judgements[0].claim;
    wk_test tests[2] = {claim.claim.tests[0], claim.claim.tests[0]};
    claim.claim.tests = tests;
    f->judgements[0].claim = &claim;
    f->report.njudgements = 1;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        claim.claim.n = 1;
        tests[0].statistic = wk_statistic_find(cases[c].statistic);
        const char *text = markdown_of(f);
        assert_int_equal(strstr(text, student) != NULL, cases[c].student);
        assert_int_equal(strstr(text, range) != NULL, cases[c].range);
        assert_int_equal(strstr(text, none) != NULL, cases[c].none);
    }
    claim.claim.n = 2;
    tests[1].statistic = wk_statistic_find("slope");
    const char *text = markdown_of(f);
    assert_non_null(strstr(text, "**Test.** `z`: All seeds together give one number"));
    assert_non_null(strstr(text, "`slope`: Each seed gives one number; the Student-t interval"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_text_cannot_leave_its_quotes),
        cmocka_unit_test(text_that_is_not_utf8_is_replaced),
        cmocka_unit_test(cut_text_fits_its_columns),
        cmocka_unit_test(wrapped_text_keeps_its_words_and_its_columns),
        cmocka_unit_test(interval_is_student_t),
        TEST(percent_of_gemm_is_per_core),
        TEST(times_of_killed_cells_are_not_counted),
        TEST(tables_keep_their_columns_whatever_the_text),
        TEST(no_control_byte_and_no_markup_of_a_text_reaches_the_report),
        TEST(verdicts_come_first_and_nothing_is_proved),
        TEST(values_at_the_cap_are_told_beside_the_estimate),
        TEST(families_say_what_their_claims_mean_together),
        TEST(cells_with_the_same_fate_are_one_row),
        TEST(many_values_of_a_parameter_are_told_by_their_ends),
        TEST(a_shared_figure_is_shown_once),
        TEST(a_figure_that_was_not_drawn_is_named),
        TEST(summary_fits_80_columns_and_repeats_what_did_not_pass),
        TEST(the_part_shown_is_one_that_decided),
        TEST(each_test_is_said_to_be_judged_as_it_is),
    };
    setenv("COLUMNS", "80", 1); /* what reads no terminal is not wrapped otherwise */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
