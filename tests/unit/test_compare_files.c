/* What compare reads and what it writes. */
#include "results_document.h"

#include <jansson.h>

/* ---- reading ---- */

static void what_was_written_is_read_back(void **state) {
    (void)state;
    const wk_results *r = parsed(&plain, "x.json");
    assert_string_equal(r->numerics, "n1");
    assert_string_equal(wk_results_fact(r, "blas.fingerprint"), "f1");
    assert_string_equal(wk_results_fact(r, "blas.threads"), "1");
    assert_string_equal(wk_results_fact(r, "blas"), "b");
    assert_string_equal(wk_results_fact(r, "no.such"), "");
    assert_int_equal(r->nclaims, 1);
    assert_int_equal(r->claims[0].verdict, WK_PASS);
    assert_int_equal(r->table.n, CELLS);
    const wk_row *row = &r->table.rows[CELLS - 1];
    assert_string_equal(wk_bag_find(&row->params, "model.width"), "512");
    assert_int_equal(row->seed, SEEDS);
    const wk_series *loss = wk_row_series(row, "loss"), *vector = wk_row_series(row, "vector");
    assert_int_equal(loss->n, 3);
    assert_true(fabs(loss->value[0] + 0.3) <= 0);
    assert_true(vector->indexed && !loss->indexed);
    assert_int_equal(row->result.nstages, 3);
}

/* One cell with the metric `endless` of these members. */
static wk_status parse_endless(const char *reason, const char *members, wk_results *r,
                               wk_error *err) {
    char text[1000];
    snprintf(text, sizeof text,
             "{\"schema\":1,\"program\":{\"version\":\"\",\"commit\":\"\",\"dirty\":false,"
             "\"numerics\":\"\"},\"suite\":{\"path\":\"\",\"sha256\":\"\",\"title\":\"\"},"
             "\"environment\":{},\"claims\":[],\"cells\":[{\"id\":\"\",\"experiment\":\"e\","
             "\"params\":{},\"seed\":1,\"status\":\"ok\",\"reason\":\"%s\",\"metrics\":"
             "{\"endless\":{%s}},\"stages\":[]}]}",
             reason, members);
    return wk_results_parse("x", text, strlen(text), &arena, r, err);
}

static void a_null_is_what_its_field_says(void **state) {
    (void)state;
    wk_results r;
    assert_int_equal(
        parse_endless("not finite: endless: 4 nan",
                      "\"t\":[0,1,2,3,4],\"value\":[null,2,null,null,null],"
                      "\"not_finite\":{\"inf\":[0,4],\"-inf\":[2],\"nan\":[3],\"later\":[1]}",
                      &r, NULL),
        WK_OK);
    const double *value = r.table.rows[0].result.series[0].value;
    assert_true(isinf(value[0]) && value[0] > 0 && isinf(value[4]) && value[4] > 0);
    assert_true(isinf(value[2]) && value[2] < 0 && isnan(value[3]));
    assert_true(fabs(value[1] - 2) <= 0);
}

static void a_field_that_does_not_fit_its_nulls_is_refused(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"[]", "not_finite: must be an object, not an array"},
        {"{\"inf\":1}", "not_finite: inf: must be an array, not a number"},
        {"{\"inf\":[]}", "not_finite: does not tell what value[1] is"},
        {"{\"inf\":[0]}", "not_finite: inf[0]: must be the index of a null, named once"},
        {"{\"inf\":[1,1]}", "not_finite: inf[1]: must be the index of a null, named once"},
        {"{\"inf\":[1],\"nan\":[1]}",
         "not_finite: nan[0]: must be the index of a null, named once"},
        {"{\"nan\":[2]}", "not_finite: nan[0]: must be the index of a null, named once"},
        {"{\"nan\":[-1]}", "not_finite: nan[0]: must be the index of a null, named once"},
        {"{\"nan\":[1.0]}", "not_finite: nan[0]: must be the index of a null, named once"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char members[200];
        wk_results r;
        wk_error err = {0};
        snprintf(members, sizeof members, "\"t\":[0,1],\"value\":[2,null],\"not_finite\":%s",
                 cases[i][0]);
        assert_int_equal(parse_endless("", members, &r, &err), WK_BAD_INPUT);
        if (!strstr(err.message, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], err.message);
    }
}

static void a_null_of_a_former_file_is_what_the_reason_says(void **state) {
    (void)state;
    static const struct {
        const char *reason;
        double value;
    } cases[] = {{"not finite: endless: 2 inf", (double)INFINITY},
                 {"left; not finite: loss: 1 nan, endless: 2 -inf", -(double)INFINITY},
                 {"not finite: endless.more: 2 inf, endless: 2 nan", (double)NAN},
                 {"not finite: endless: 1 inf, endless: 1 -inf", (double)NAN},
                 {"", (double)NAN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wk_results r;
        assert_int_equal(parse_endless(cases[i].reason, "\"t\":[0],\"value\":[null]", &r, NULL),
                         WK_OK);
        const double value = r.table.rows[0].result.series[0].value[0];
        assert_true(isnan(cases[i].value) ? isnan(value)
                                          : !(value < cases[i].value || value > cases[i].value));
    }
}

/* The document with the first `old` turned into `new`. */
static char *altered(const char *old, const char *replacement) {
    char *text = written(&plain), *at = strstr(text, old);
    if (!at)
        fail_msg("nothing to alter: %s", old);
    const size_t before = (size_t)(at - text);
    const size_t size = strlen(text) + strlen(replacement) + 1;
    char *out = malloc(size);
    assert_non_null(out);
    snprintf(out, size, "%.*s%s%s", (int)before, text, replacement, at + strlen(old));
    free(text);
    return out;
}

static void what_is_no_results_file_is_refused_with_the_place(void **state) {
    (void)state;
    static const struct {
        const char *old, *replacement, *message;
    } cases[] = {
        {"{\"schema\":1", "[{\"schema\":1", "f.json:"},
        {"\"schema\":1", "\"schema\":2", "f.json: schema 2 is not known here"},
        {"\"schema\":1,", "", "f.json: 'schema' is missing"},
        {"\"dirty\":false", "\"dirty\":0", "f.json: dirty: must be true or false, not a number"},
        {"\"numerics\":\"n1\"", "\"numerics\":null", "numerics: must be a string, not null"},
        {"\"cores\":2", "\"cores\":[2]", "environment: cores: must be a text, a number or a truth"},
        {"\"verdict\":\"pass\"", "\"verdict\":\"passed\"", "claims[0]: verdict: 'passed' is none"},
        {"\"claims\":[", "\"claims\":[7,", "claims[0]: must be an object, not a number"},
        {"\"status\":\"ok\"", "\"status\":\"fine\"", "cells[0]: status: 'fine' is none"},
        {"\"seed\":1", "\"seed\":-1", "cells[0]: seed: must not be negative"},
        {"\"seed\":1", "\"seed\":1.5", "cells[0]: seed: must be an integer, not a number"},
        {"\"model.width\":64", "\"model.width\":{}", "cells[0]: params: model.width: must be"},
        {"[0,1,2]", "[0,1]", "cells[0]: metrics: loss: has 3 values at 2 points"},
        {"[0,1,2]", "[0,1,\"2\"]", "loss: t[2]: must be a number or null, not a string"},
        {"[null,null]", "[null,true]", "endless: value[1]: must be a number or null, not a truth"},
        {"\"wall_s\":", "\"wall\":", "cells[0]: stages[0]: 'wall_s' is missing"},
        {"\"experiment\":\"e\"", "\"experiment\":\"e\",\"id\":\"b\"", "f.json:"},
        {"-0.2999", "-0.2999e999", "f.json:"},
        {"\"cores\":2", "\"cores\":NaN", "f.json:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = altered(cases[i].old, cases[i].replacement);
        wk_error err = {0};
        wk_results r;
        if (wk_results_parse("f.json", text, strlen(text), &arena, &r, &err) != WK_BAD_INPUT)
            fail_msg("accepted: %s", cases[i].replacement);
        if (!strstr(err.message, cases[i].message) || strncmp(err.message, "f.json", 6) != 0)
            fail_msg("'%s' does not say '%s'", err.message, cases[i].message);
        free(text);
    }
}

static void a_torn_file_is_refused(void **state) {
    (void)state;
    char *text = written(&plain);
    const size_t length = strlen(text) - 2; /* the closing brace and line end */
    for (size_t n = 0; n <= length; n += 997) {
        wk_results r;
        assert_int_equal(wk_results_parse("f", text, n, &arena, &r, NULL), WK_BAD_INPUT);
    }
    free(text);
}

/* ---- written out ---- */

static char *as_text(wk_status (*write)(const wk_comparison *, FILE *, wk_error *),
                     const wk_comparison *found) {
    static char *text; /* static: gcc 12 takes what open_memstream gives for the variable itself */
    static size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(write(found, out, NULL), WK_OK);
    fclose(out);
    return text;
}

static char *as_markdown(const wk_comparison *found, size_t budget, size_t *length) {
    static char *text; /* as above */
    FILE *out = open_memstream(&text, length);
    assert_non_null(out);
    assert_int_equal(wk_compare_markdown(found, budget, out, NULL), WK_OK);
    fclose(out);
    return text;
}

/* Something of everything. */
static wk_comparison much(void) {
    static const double at[] = {0};
    document base = plain, now = planted(plain);
    now.verdict = "fail";
    now.loss = 1 + 1e-9;
    now.events = 13;
    now.train = 1.5;
    wk_results *a = parsed(&base, "BASE"), *b = parsed(&now, "NEW");
    wk_row *rows = (wk_row *)b->table.rows;
    rows[9].result.end = WK_END_CRASHED;
    rows[9].result.reason = "signal 11 | <b>\n";
    for (int k = 0; k < 30; k++) { /* metrics that only NEW has: no regressions */
        wk_series *more = wk_arena_get(&arena, 1 + rows[k].result.nseries, sizeof *more);
        assert_non_null(more);
        memcpy(more, rows[k].result.series, rows[k].result.nseries * sizeof *more);
        more[rows[k].result.nseries] =
            (wk_series){wk_arena_printf(&arena, "extra|%d", k), false, 1, at, at};
        rows[k].result.series = more;
        rows[k].result.nseries++;
    }
    wk_comparison found;
    assert_int_equal(wk_compare(a, b, &options, &arena, &found, NULL), WK_OK);
    assert_int_equal(found.regressions, 5); /* claim, cell, two metrics, time */
    return found;
}

static void regressions_come_first(void **state) {
    (void)state;
    const wk_comparison found = much();
    const wk_compare_item *items = NULL;
    size_t n = 0, worse = 0;
    wk_compare_items(&found, &arena, &items, &n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(items[i].worse, i < found.regressions);
        worse += items[i].worse;
    }
    assert_int_equal(worse, found.regressions);
    assert_string_equal(items[0].name, "holds");
    assert_string_equal(items[0].text, "pass → fail: why | so");
}

static void a_screen_is_a_screen(void **state) {
    (void)state;
    const wk_comparison found = much();
    char *text = as_text(wk_compare_screen, &found);
    size_t lines = 0;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    assert_true(lines <= 40);
    assert_non_null(strstr(text, "5 regressions: "));
    assert_non_null(strstr(text, " more: --format markdown"));
    free(text);
    const wk_comparison none = compared(&plain, &plain);
    text = as_text(wk_compare_screen, &none);
    assert_non_null(strstr(text, "no differences: 1 claims, 40 cells"));
    free(text);
}

/* The first stands before the second, if both are there. */
static bool in_order(const char *text, const char *first, const char *second) {
    const char *a = strstr(text, first), *b = strstr(text, second);
    return !a || !b || a < b;
}

static void markdown_keeps_its_budget_and_the_regressions(void **state) {
    (void)state;
    const wk_comparison found = much();
    size_t whole = 0, length = 0, shortest = 0;
    free(as_markdown(&found, SIZE_MAX, &whole));
    for (size_t budget = 0; budget <= whole + 10; budget += budget < 3000 ? 37 : 501) {
        char *text = as_markdown(&found, budget, &length);
        assert_true(length <= budget);
        if (length) {
            shortest = shortest ? shortest : length;
            assert_int_equal(strncmp(text, "## widecheck compare: ✘ worse", 28), 0);
            assert_non_null(strstr(text, "5 regressions: "));
            const char *rows = strstr(text, "|---|"); /* below the head */
            assert_true(!rows || in_order(rows, "| ✘ worse |", "|  | "));
        }
        if (budget >= whole)
            assert_int_equal(length, whole);
        free(text);
    }
    assert_true(shortest > 0 && shortest < 2000);
    char *text = as_markdown(&found, 2000, &length);
    assert_non_null(strstr(text, " more, of which "));
    free(text);
}

static void markdown_tables_keep_their_columns(void **state) {
    (void)state;
    const wk_comparison found = much();
    size_t length = 0;
    char *text = as_markdown(&found, SIZE_MAX, &length), *rest = NULL;
    assert_null(strstr(text, "<b>"));
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "| ", 2) != 0 || strstr(line, "experiment | stage") ||
            strstr(line, "`e` |"))
            continue;
        size_t bars = 0;
        for (const char *p = line; *p; p++)
            bars += *p == '|' && (p == line || p[-1] != '\\');
        assert_int_equal(bars, 5);
    }
    free(text);
}

static void json_says_all_of_it(void **state) {
    (void)state;
    const wk_comparison found = much();
    char *text = as_text(wk_compare_json, &found);
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        fail_msg("line %d: %s", why.line, why.text);
    assert_int_equal(json_integer_value(json_object_get(root, "schema")), 1);
    assert_int_equal(json_integer_value(json_object_get(root, "regressions")), 5);
    assert_string_equal(json_string_value(json_object_get(root, "replay")), "bitwise");
    assert_int_equal(json_array_size(json_object_get(root, "metrics")), found.ndrifts);
    const json_t *times = json_object_get(root, "times");
    assert_true(json_is_true(json_object_get(times, "judged")));
    assert_int_equal(json_array_size(json_object_get(times, "stages")), 3);
    const json_t *metric = json_array_get(json_object_get(root, "metrics"), 0);
    const json_t *worst = json_object_get(metric, "worst");
    assert_true(fabs(json_real_value(json_object_get(worst, "relative")) - 1e-9) <= 1e-12);
    assert_string_equal(json_string_value(json_object_get(worst, "cell")), "a7");
    json_decref(root);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(what_was_written_is_read_back),
        T(a_null_is_what_its_field_says),
        T(a_field_that_does_not_fit_its_nulls_is_refused),
        T(a_null_of_a_former_file_is_what_the_reason_says),
        T(what_is_no_results_file_is_refused_with_the_place),
        T(a_torn_file_is_refused),
        T(regressions_come_first),
        T(a_screen_is_a_screen),
        T(markdown_keeps_its_budget_and_the_regressions),
        T(markdown_tables_keep_their_columns),
        T(json_says_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
