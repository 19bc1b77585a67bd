/* What is handed to other tools: complete, quoted for them, the same twice. */
#include "report/export.h"

#include "claim/statistic.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOSTILE "a,\"b\"\n<c>&'d'\033[31m\x01]]>"

/* ---- a report of three cells and five claims ---- */

static const double times[] = {0, 0.1, 1e-20}, values[] = {0.1 + 0.2, INFINITY, -1e-300};
static const double index_of[] = {0, 1}, odd[] = {NAN, -INFINITY};
static const wk_series series[] = {{"loss", false, 3, times, values},
                                   {"eigen,value", true, 2, index_of, odd}};
static const wk_stage stages[] = {
    {"train", 1e-7, 2e-7, 0}, {"ntk", 12345.5, 1, 0}, {"train", 2e-7, 0, 0}};
static wk_pair first[] = {{"data", {.text = HOSTILE}}, {"model.width", {.text = "64"}}};
static wk_pair second[] = {{"model.width", {.text = "128"}}, {"odd,key", {.text = "1e-3"}}};

static const wk_row rows[] = {
    {.id = "c0",
     .experiment = "e" HOSTILE,
     .params = {first, 2},
     .seed = UINT64_MAX,
     .result.end = WK_END_DIVERGED,
     .result.reason = "",
     .result.series = series,
     .result.nseries = 2,
     .result.stages = stages,
     .result.nstages = 3},
    {.id = "c1",
     .experiment = "e" HOSTILE,
     .params = {second, 2},
     .seed = 2,
     .result.end = WK_END_CRASHED,
     .result.reason = "signal 11 " HOSTILE,
     .result.stages = stages,
     .result.nstages = 3},
    {.id = "c2",
     .experiment = "f",
     .params = {second, 2},
     .seed = 3,
     .result.end = WK_END_PENDING,
     .result.reason = ""},
    {.id = "c3",
     .experiment = "f",
     .params = {second, 2},
     .seed = 4,
     .result.end = WK_END_OK,
     .result.reason = "",
     .result.series = series,
     .result.nseries = 1,
     .result.stages = stages,
     .result.nstages = 1},
};
static const wk_table table = {rows, 4};

static const wk_claim claims[] = {
    {.id = "passes", .statement = "S", .source = "s", .claim = {{"f", {NULL, 0}}, NULL, 0}},
    {.id = "fails" HOSTILE, .statement = HOSTILE, .claim = {{"e" HOSTILE, {NULL, 0}}, NULL, 0}},
    {.id = "undecided", .statement = "S", .claim = {{"f", {NULL, 0}}, NULL, 0}},
    {.id = "broken", .statement = "S", .claim = {{"f", {NULL, 0}}, NULL, 0}},
    {.id = "vacuous", .statement = "S", .claim = {{"f", {NULL, 0}}, NULL, 0}},
};
static const wk_judgement judgements[] = {
    {.claim = &claims[0], .verdict = WK_PASS, .reason = "holds"},
    {.claim = &claims[1], .verdict = WK_FAIL, .reason = "why " HOSTILE},
    {.claim = &claims[2], .verdict = WK_INCONCLUSIVE, .reason = "about 3 more seeds"},
    {.claim = &claims[3], .verdict = WK_ERROR, .reason = "1 of 2 cells not run"},
    {.claim = &claims[4], .verdict = WK_VACUOUS, .reason = "the control passes"},
};
static const wk_fact facts[] = {{"cpu", "EPYC", false}, {"blas.version", HOSTILE, false}};
static const wk_judged report = {.version = "0.1",
                                 .commit = "abc",
                                 .numerics = "n",
                                 .suite_path = "s.yaml",
                                 .suite_sha256 = "00",
                                 .suite_title = HOSTILE,
                                 .rerun = "widecheck run 'a b.yaml'",
                                 .environment = facts,
                                 .nenvironment = 2,
                                 .table = &table,
                                 .judgements = judgements,
                                 .njudgements = 5,
                                 .core_count = 2};

static char *exported(const char *format, wk_inconclusive inconclusive) {
    static char *text; /* static: gcc 12 takes what open_memstream gives for the variable itself */
    static size_t length;
    wk_error err = {0};
    const wk_exporter *exporter = wk_exporter_find(format);
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_non_null(exporter);
    if (exporter->write(&report, &(wk_export_options){inconclusive}, out, &err) != WK_OK)
        fail_msg("%s", err.message);
    fclose(out);
    return text;
}

static size_t count(const char *text, const char *word) {
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word))
        n++;
    return n;
}

/* ---- the registry ---- */

static void every_format_is_found_described_and_the_same_twice(void **state) {
    (void)state;
    assert_true(wk_exporters_n >= 3);
    assert_null(wk_exporter_find("xml"));
    for (size_t i = 0; i < wk_exporters_n; i++) {
        assert_true(*wk_exporters[i]->help);
        char *one = exported(wk_exporters[i]->name, WK_INCONCLUSIVE_FAILURE);
        char *other = exported(wk_exporters[i]->name, WK_INCONCLUSIVE_FAILURE);
        assert_string_equal(one, other);
        free(one);
        free(other);
    }
}

/* ---- csv ---- */

/* One field of RFC 4180, unquoted in place; *text is left behind the comma or line end. */
static char *field(char **text, bool *last) {
    char *begin = *text, *out = begin, *p = begin;
    if (*p == '"') {
        for (p++; *p && !(p[0] == '"' && p[1] != '"'); p++) {
            p += *p == '"';
            *out++ = *p;
        }
        assert_int_equal(*p, '"');
        p++;
    } else {
        for (; *p && *p != ',' && *p != '\n'; p++) {
            assert_int_not_equal(*p, '"');
            *out++ = *p;
        }
    }
    assert_true(*p == ',' || *p == '\n');
    *last = *p == '\n';
    *text = p + 1;
    *out = '\0';
    return begin;
}

enum { COLUMNS = 11 };

static void read_line(char **text, char *fields[COLUMNS]) {
    bool last = false;
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_false(last);
        fields[i] = field(text, &last);
    }
    assert_true(last);
}

static void lost_cells_have_a_row_without_value(char **text) {
    static const char *const id[] = {"c1", "c2"}, *const status[] = {"crashed", "pending"};
    for (size_t i = 0; i < 2; i++) {
        char *f[COLUMNS];
        read_line(text, f);
        assert_string_equal(f[1], id[i]);
        assert_string_equal(f[3], status[i]);
        for (size_t j = COLUMNS - 4; j < COLUMNS; j++)
            assert_string_equal(f[j], "");
    }
}

static void csv_has_one_row_a_value(void **state) {
    (void)state;
    static const char *const header[COLUMNS] = {"experiment", "id",          "seed",    "status",
                                                "data",       "model.width", "odd,key", "metric",
                                                "t",          "i",           "value"};
    char *whole = exported("csv", WK_INCONCLUSIVE_FAILURE), *text = whole, *f[COLUMNS];
    read_line(&text, f);
    for (size_t i = 0; i < COLUMNS; i++)
        assert_string_equal(f[i], header[i]);
    for (size_t j = 0; j < 3 + 2 + 3; j++) {
        if (j == 5)
            lost_cells_have_a_row_without_value(&text);
        read_line(&text, f);
        const bool of_first = j < 5, indexed = j == 3 || j == 4;
        assert_string_equal(f[0], of_first ? "e" HOSTILE : "f");
        assert_string_equal(f[1], of_first ? "c0" : "c3");
        assert_string_equal(f[2], of_first ? "18446744073709551615" : "4");
        assert_string_equal(f[3], of_first ? "diverged" : "ok");
        assert_string_equal(f[4], of_first ? HOSTILE : "");
        assert_string_equal(f[5], of_first ? "64" : "128");
        assert_string_equal(f[6], of_first ? "" : "1e-3");
        assert_string_equal(f[7], indexed ? "eigen,value" : "loss");
        assert_true(indexed ? !*f[8] && *f[9] : *f[8] && !*f[9]);
        const double value = indexed ? odd[j - 3] : values[j % 5];
        assert_true(isnan(value) ? strcmp(f[10], "nan") == 0
                                 : !(strtod(f[10], NULL) < value || strtod(f[10], NULL) > value));
    }
    assert_string_equal(text, "");
    free(whole);
}

/* ---- junit ---- */

static void junit_counts_what_it_holds(void **state) {
    (void)state;
    static const size_t failures[] = {3, 2, 2}, errors[] = {1, 2, 1}, skipped[] = {0, 0, 1};
    for (int as = WK_INCONCLUSIVE_FAILURE; as <= WK_INCONCLUSIVE_SKIPPED; as++) {
        char *text = exported("junit", (wk_inconclusive)as), want[200];
        snprintf(want, sizeof want,
                 "<testsuite name=\"claims\" tests=\"5\" failures=\"%zu\" errors=\"%zu\" "
                 "skipped=\"%zu\"",
                 failures[as], errors[as], skipped[as]);
        assert_non_null(strstr(text, want));
        assert_non_null(strstr(text, "<testsuite name=\"cells\" tests=\"2\" failures=\"0\" "
                                     "errors=\"2\" skipped=\"0\""));
        snprintf(want, sizeof want, "tests=\"7\" failures=\"%zu\" errors=\"%zu\"", failures[as],
                 errors[as] + 2);
        assert_non_null(strstr(text, want));
        assert_int_equal(count(text, "<testcase "), 7);
        assert_int_equal(count(text, "<failure "), failures[as]);
        assert_int_equal(count(text, "<error "), errors[as] + 2);
        assert_int_equal(count(text, "<skipped "), skipped[as]);
        free(text);
    }
}

static void junit_times_have_no_exponent(void **state) {
    (void)state;
    char *text = exported("junit", WK_INCONCLUSIVE_FAILURE);
    size_t seen = 0;
    for (const char *p = text; (p = strstr(p, " time=\"")); seen++) {
        p += strlen(" time=\"");
        const size_t n = strspn(p, "0123456789.");
        assert_true(n > 0);
        assert_int_equal(p[n], '"');
    }
    assert_int_equal(seen, 3 + 7);
    assert_non_null(strstr(text, "time=\"12345.500\"")); /* of the diverged cell, not the crashed */
    free(text);
}

static void junit_lets_no_text_out_of_its_quotes(void **state) {
    (void)state;
    char *text = exported("junit", WK_INCONCLUSIVE_FAILURE);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        assert_true(*p >= 0x20 || *p == '\n');
    assert_null(strstr(text, "<c>"));
    assert_null(strstr(text, "]]>"));
    assert_non_null(strstr(text, "name=\"failsa,&quot;b&quot; &lt;c&gt;&amp;&apos;d&apos; [31m"));
    assert_int_equal(count(text, "&lt;c&gt;"), count(text, "]]&gt;"));
    free(text);
}

static void junit_tells_how_to_run_it_again(void **state) {
    (void)state;
    char *text = exported("junit", WK_INCONCLUSIVE_FAILURE);
    assert_int_equal(count(text, "again: widecheck run &apos;a b.yaml&apos;"), 4);
    assert_non_null(strstr(text, "type=\"vacuous\""));
    assert_non_null(strstr(text, "type=\"crashed\" message=\"signal 11 "));
    assert_non_null(strstr(text, "type=\"pending\" message=\"not run\""));
    free(text);
}

/* ---- gbench ---- */

static void gbench_has_the_keys_that_compare_reads(void **state) {
    (void)state;
    static const char *const names[] = {"e" HOSTILE "/train", "e" HOSTILE "/ntk", "f/train"};
    static const double wall[] = {3e-4, 12345500, 1e-4}, cpu[] = {2e-4, 1000, 2e-4};
    char *text = exported("gbench", WK_INCONCLUSIVE_FAILURE);
    json_error_t why;
    assert_int_equal(text[0], '{'); /* compare.py takes the file for JSON by that */
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        fail_msg("line %d: %s", why.line, why.text);
    const json_t *context = json_object_get(root, "context");
    assert_int_equal(json_integer_value(json_object_get(context, "num_cpus")), 2);
    assert_null(json_object_get(context, "date"));
    const json_t *list = json_object_get(root, "benchmarks");
    assert_int_equal(json_array_size(list), 3); /* of the measured cells alone */
    for (size_t i = 0; i < 3; i++) {
        const json_t *b = json_array_get(list, i);
        const double real = json_number_value(json_object_get(b, "real_time"));
        const double own = json_number_value(json_object_get(b, "cpu_time"));
        assert_string_equal(json_string_value(json_object_get(b, "name")), names[i]);
        assert_string_equal(json_string_value(json_object_get(b, "run_name")), names[i]);
        assert_string_equal(json_string_value(json_object_get(b, "run_type")), "iteration");
        assert_string_equal(json_string_value(json_object_get(b, "time_unit")), "ms");
        assert_int_equal(json_integer_value(json_object_get(b, "iterations")), 1);
        assert_int_equal(json_integer_value(json_object_get(b, "repetitions")), 1);
        assert_int_equal(json_integer_value(json_object_get(b, "repetition_index")), 0);
        assert_int_equal(json_integer_value(json_object_get(b, "family_index")), i);
        assert_true(fabs(real - wall[i]) <= 1e-12 * wall[i]);
        assert_true(fabs(own - cpu[i]) <= 1e-12 * cpu[i]);
    }
    json_decref(root);
    free(text);
}

static void a_stream_that_cannot_be_written_is_an_error(void **state) {
    (void)state;
    for (size_t i = 0; i < wk_exporters_n; i++) {
        FILE *out = fopen("/dev/full", "w");
        assert_non_null(out);
        setvbuf(out, NULL, _IONBF, 0);
        assert_int_equal(wk_exporters[i]->write(&report, &(wk_export_options){0}, out, NULL),
                         WK_CANNOT);
        fclose(out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_is_found_described_and_the_same_twice),
        cmocka_unit_test(csv_has_one_row_a_value),
        cmocka_unit_test(junit_counts_what_it_holds),
        cmocka_unit_test(junit_times_have_no_exponent),
        cmocka_unit_test(junit_lets_no_text_out_of_its_quotes),
        cmocka_unit_test(junit_tells_how_to_run_it_again),
        cmocka_unit_test(gbench_has_the_keys_that_compare_reads),
        cmocka_unit_test(a_stream_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
