/* results.json: strict, complete, and nothing lost on the way. */
#include "blas/identity.h"
#include "report_support.h"
#include "results/results.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *results(fixture *f) {
    char *text = NULL;
    size_t length = 0;
    wk_error err = {0};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(wk_results_write(&f->report, out, &err), WK_OK);
    fclose(out);
    json_error_t why;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        fail_msg("line %d: %s", why.line, why.text);
    free(text);
    return root;
}

static json_t *at(json_t *value, const char *key) {
    json_t *found = json_object_get(value, key);
    if (!found)
        fail_msg("no '%s'", key);
    return found;
}

static void results_are_strict_json_of_schema_1(void **state) {
    json_t *root = results(*state);
    assert_int_equal(json_integer_value(at(root, "schema")), 1);
    assert_true(json_is_true(at(at(root, "program"), "dirty")));
    assert_string_equal(json_string_value(at(at(root, "suite"), "sha256")), "0123456789abcdef");
    json_t *blas = at(at(root, "environment"), "blas");
    assert_string_equal(json_string_value(at(blas, "name")), "openblas");
    assert_int_equal(json_integer_value(at(blas, "threads")), 1);
    assert_true(json_is_string(at(at(root, "environment"), "odd")));
    assert_int_equal(json_array_size(at(root, "cells")), 40);
    json_t *cell = json_array_get(at(root, "cells"), 0), *values = at(cell, "params");
    assert_int_equal(json_integer_value(at(values, "model.width")), 64);
    assert_true(json_is_true(at(values, "model.bias")));
    assert_true(fabs(json_real_value(at(values, "train.step")) - 1e-3) <= 0);
    assert_true(json_is_string(at(values, "data")));
    assert_non_null(json_object_get(at(at(cell, "metrics"), "ntk.change"), "t"));
    assert_non_null(json_object_get(at(at(cell, "metrics"), "representation.1"), "i"));
    assert_int_equal(json_integer_value(at(cell, "peak_bytes")), 1000001);
    assert_int_equal(json_array_size(at(root, "stages")), 2);
    json_t *stage = json_array_get(at(root, "stages"), 1);
    assert_true(json_is_null(at(stage, "gflops")) && json_is_null(at(stage, "percent_of_gemm")));
    json_decref(root);
}

/* A value is written as what it is, not as what its text looks like, and read back as that. */
static void a_parameter_keeps_its_type(void **state) {
    fixture *f = *state;
    const wk_pair pairs[] = {{"a.integer", wk_value_integer(1, &f->arena)},
                             {"b.real", wk_value_real(1, &f->arena)},
                             {"c.label", wk_value_text("3")},
                             {"d.name", wk_value_text("1e3")},
                             {"e.name", wk_value_text("true")},
                             {"f.truth", wk_value_truth(true)}};
    static const json_type wanted[] = {JSON_INTEGER, JSON_INTEGER, JSON_STRING,
                                       JSON_STRING,  JSON_STRING,  JSON_TRUE};
    static const wk_kind kinds[] = {WK_KIND_INTEGER, WK_KIND_INTEGER, WK_KIND_TEXT,
                                    WK_KIND_TEXT,    WK_KIND_TEXT,    WK_KIND_TRUTH};
    f->rows[0].params = (wk_bag){pairs, 6};
    json_t *root = results(f), *values = at(json_array_get(at(root, "cells"), 0), "params");
    char *text = json_dumps(root, 0);
    wk_results back;
    wk_error err = {0};
    if (wk_results_parse("r.json", text, strlen(text), &f->arena, &back, &err) != WK_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < 6; i++) {
        const wk_pair *pair = &back.table.rows[0].params.pairs[i];
        assert_int_equal(json_typeof(at(values, pairs[i].key)), wanted[i]);
        assert_string_equal(pair->key, pairs[i].key);
        assert_string_equal(pair->value.text, pairs[i].value.text);
        assert_int_equal(pair->value.kind, kinds[i]);
        assert_true(wk_value_equal(&pair->value, &pairs[i].value));
    }
    assert_false(wk_value_equal(&pairs[3].value, &(wk_value){.text = "1000"}));
    free(text);
    json_decref(root);
}

static void backends_are_listed_where_cells_ask_for_any(void **state) {
    fixture *f = *state;
    json_t *root = results(f);
    assert_null(json_object_get(root, "backends"));
    json_decref(root);
    const wk_blas_identity all[] = {{"a", "", 2, "OpenBLAS", "0.3.21", "/lib/" HOSTILE, "abc",
                                     "/lib/lapack", "own", "Zen", "openmp", 1.5, NOT_A_NUMBER, "",
                                     .option = "a=/opt/a.so"},
                                    {"b", "Haswell", 1, "", "", "", "", "", "", "", "", 0, 0,
                                     "it did not load", .option = NULL}};
    f->report.backends = all;
    f->report.nbackends = 2;
    root = results(f);
    json_t *list = at(root, "backends"), *one = json_array_get(list, 0);
    assert_int_equal(json_array_size(list), 2);
    static const char *const texts[][2] = {{"name", "a"},         {"option", "a=/opt/a.so"},
                                           {"coretype", ""},      {"library", "OpenBLAS"},
                                           {"version", "0.3.21"}, {"sha256", "abc"},
                                           {"core", "Zen"},       {"lapack_path", "/lib/lapack"},
                                           {"provider", "own"},   {"threading", "openmp"},
                                           {"trouble", ""}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(json_string_value(at(one, texts[i][0])), texts[i][1]);
    assert_non_null(strstr(json_string_value(at(one, "path")), "touch PWNED"));
    assert_int_equal(json_integer_value(at(one, "threads")), 2);
    assert_true(fabs(json_real_value(at(one, "effective_threads")) - 1.5) <= 0);
    assert_true(json_is_null(at(one, "gemm_gflops")));
    assert_string_equal(json_string_value(at(json_array_get(list, 1), "trouble")),
                        "it did not load");
    json_decref(root);
}

static void the_backend_that_was_given_is_told_where_it_is_known(void **state) {
    fixture *f = *state;
    json_t *root = results(f);
    assert_null(json_object_get(root, "backend"));
    json_decref(root);
    f->report.backend = "openblas";
    root = results(f);
    assert_string_equal(json_string_value(at(root, "backend")), "openblas");
    json_decref(root);
}

static void warnings_of_the_data_are_listed(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"data 'wine': the columns have \"scales\"\n",
                                        "data 'b': c"};
    json_t *root = results(f);
    assert_int_equal(json_array_size(at(root, "warnings")), 0);
    json_decref(root);
    f->report.warnings = texts;
    f->report.nwarnings = 2;
    root = results(f);
    assert_int_equal(json_array_size(at(root, "warnings")), 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(json_string_value(json_array_get(at(root, "warnings"), i)), texts[i]);
    json_decref(root);
}

static void numbers_survive_with_all_their_digits(void **state) {
    fixture *f = *state;
    ((double *)f->rows[0].result.series[0].value)[2] = 0.1 + 0.2;
    json_t *root = results(f);
    json_t *cell = json_array_get(at(root, "cells"), 0);
    json_t *value = at(at(at(cell, "metrics"), "ntk.change"), "value");
    assert_true(fabs(json_real_value(json_array_get(value, 2)) - (0.1 + 0.2)) <= 0);
    json_decref(root);
}

static void what_is_not_finite_is_null_and_a_field_and_the_reason_say_which(void **state) {
    json_t *root = results(*state);
    json_t *cell = json_array_get(at(root, "cells"), 20);
    json_t *value = at(at(at(cell, "metrics"), "ntk.change"), "value");
    assert_true(json_is_null(json_array_get(value, 2)));
    assert_string_equal(json_string_value(at(cell, "status")), "diverged");
    assert_non_null(strstr(json_string_value(at(cell, "reason")), "ntk.change: 1 inf"));
    json_t *told = at(at(at(cell, "metrics"), "ntk.change"), "not_finite");
    assert_int_equal(json_object_size(told), 1);
    assert_int_equal(json_array_size(at(told, "inf")), 1);
    assert_int_equal(json_integer_value(json_array_get(at(told, "inf"), 0)), 2);
    json_t *part = json_array_get(at(json_array_get(at(root, "claims"), 3), "parts"), 1);
    assert_true(json_is_null(at(part, "estimate")));
    assert_true(json_is_null(json_array_get(at(part, "interval"), 0)));
    const char *reason = json_string_value(at(part, "reason"));
    assert_non_null(strstr(reason, "estimate is inf"));
    assert_non_null(strstr(reason, "interval low is -inf"));
    assert_non_null(strstr(reason, "interval high is nan"));
    assert_string_equal(json_string_value(at(at(part, "not_finite"), "estimate")), "inf");
    assert_string_equal(json_string_value(at(at(part, "not_finite"), "low")), "-inf");
    assert_string_equal(json_string_value(at(at(part, "not_finite"), "high")), "nan");
    json_t *first = json_array_get(at(root, "cells"), 0);
    assert_null(json_object_get(at(at(first, "metrics"), "ntk.change"), "not_finite"));
    json_decref(root);
}

static void every_claim_carries_what_the_contract_names(void **state) {
    static const char *const verdicts[] = {"pass", "fail", "inconclusive", "error", "vacuous"};
    static const char *const keys[] = {"id",      "statement", "source", "why",    "level",
                                       "verdict", "reason",    "parts",  "control"};
    json_t *root = results(*state);
    assert_int_equal(json_array_size(at(root, "claims")), 5);
    for (size_t i = 0; i < 5; i++) {
        json_t *claim = json_array_get(at(root, "claims"), i);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            assert_non_null(json_object_get(claim, keys[k]));
        assert_string_equal(json_string_value(at(claim, "verdict")), verdicts[i]);
        assert_non_null(json_object_get(at(claim, "control"), "verdict"));
        json_t *first = json_array_get(at(claim, "parts"), 0);
        assert_true(fabs(json_real_value(at(at(first, "rule"), "below")) + 0.4) <= 0);
        assert_string_equal(json_string_value(at(first, "metric")), "ntk.change");
        json_t *second = json_array_get(at(claim, "parts"), 1);
        assert_int_equal(json_array_size(at(at(second, "rule"), "within")), 2);
    }
    json_decref(root);
}

static void a_part_tells_how_many_values_are_at_the_cap(void **state) {
    fixture *f = *state;
    wk_part *part = (wk_part *)&f->judgements[0].claim_finding.parts[1];
    part->values = 70;
    part->capped = 7;
    json_t *root = results(f);
    json_t *told = json_array_get(at(json_array_get(at(root, "claims"), 0), "parts"), 1);
    assert_int_equal(json_integer_value(at(told, "values")), 70);
    assert_int_equal(json_integer_value(at(told, "capped")), 7);
    json_decref(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(results_are_strict_json_of_schema_1),
        TEST(a_parameter_keeps_its_type),
        TEST(backends_are_listed_where_cells_ask_for_any),
        TEST(the_backend_that_was_given_is_told_where_it_is_known),
        TEST(warnings_of_the_data_are_listed),
        TEST(numbers_survive_with_all_their_digits),
        TEST(what_is_not_finite_is_null_and_a_field_and_the_reason_say_which),
        TEST(every_claim_carries_what_the_contract_names),
        TEST(a_part_tells_how_many_values_are_at_the_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
