/* run/record.h and run/request.h: what goes through a pipe comes out the same, and nothing else
 * does. */
#include "run/record.h"
#include "run/request.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *written(const wk_result *record) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_record_write(record, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void every_bit_of_a_record_survives(void **state) {
    (void)state;
    const double at[] = {0, 0.1, 1e-300, 3}, value[] = {1.0 / 3, INFINITY, -INFINITY, NAN};
    const wk_series series[] = {{"ntk.change", false, 4, at, value}, {"empty", true, 0, at, value}};
    const wk_stage stages[] = {{"train", 0.1, 0.2, 1e18}};
    const wk_result record = {.end = WK_END_DIVERGED,
                              .reason = "\"‖F‖\" left\n10³√M",
                              .series = series,
                              .nseries = 2,
                              .stages = stages,
                              .nstages = 1};
    char *text = written(&record);
    wk_arena arena = {0};
    wk_result back;
    assert_int_equal(wk_record_read(text, &arena, &back, NULL), WK_OK);
    assert_int_equal(back.end, WK_END_DIVERGED);
    assert_string_equal(back.reason, record.reason);
    assert_int_equal(back.nseries, 2);
    assert_string_equal(back.series[0].name, "ntk.change");
    assert_memory_equal(back.series[0].at, at, sizeof at);
    assert_memory_equal(back.series[0].value, value, 3 * sizeof *value);
    assert_true(isnan(back.series[0].value[3]));
    assert_true(back.series[1].indexed && back.series[1].n == 0);
    assert_true(back.stages[0].wall_s == 0.1 && back.stages[0].flops == 1e18);
    wk_arena_release(&arena);
    free(text);
}

static void a_record_cut_anywhere_is_refused(void **state) {
    (void)state;
    const double at[] = {0, 1}, value[] = {0.5, 2};
    const wk_series series = {"loss", false, 2, at, value};
    const wk_result record = {.end = WK_END_OK, .reason = "", .series = &series, .nseries = 1};
    char *text = written(&record);
    for (size_t length = 0; length < strlen(text); length++) {
        wk_arena arena = {0};
        wk_error err = {0};
        wk_result back;
        char *cut = strndup(text, length);
        assert_int_equal(wk_record_read(cut, &arena, &back, &err), WK_CANNOT);
        assert_true(err.message[0] != '\0');
        free(cut);
        wk_arena_release(&arena);
    }
    free(text);
}

static void a_record_of_wrong_shape_is_refused(void **state) {
    (void)state;
    const char *const wrong[] = {
        "[]",
        "{}",
        "{\"status\":\"fine\",\"reason\":\"\",\"metrics\":[],\"stages\":[]}",
        "{\"status\":\"ok\",\"reason\":\"\",\"metrics\":[{\"name\":\"a\",\"indexed\":false,"
        "\"at\":[1],\"value\":[1,2]}],\"stages\":[]}",
        "{\"status\":\"ok\",\"reason\":\"\",\"metrics\":[{\"name\":\"a\",\"indexed\":false,"
        "\"at\":[1],\"value\":[\"much\"]}],\"stages\":[]}",
        "{\"status\":\"ok\",\"reason\":\"\",\"metrics\":[],\"stages\":[{\"name\":\"s\","
        "\"wall_cpu_flops\":[1,2]}]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        wk_arena arena = {0};
        wk_result back;
        assert_int_equal(wk_record_read(wrong[i], &arena, &back, NULL), WK_CANNOT);
        wk_arena_release(&arena);
    }
}

static bool is_read(const char *text) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_result back;
    char *own = strdup(text); /* an own block, so that a step over its end is seen */
    assert_non_null(own);
    const wk_status status = wk_record_read(own, &arena, &back, &err);
    if (status == WK_OK) {
        char *again = written(&back);
        if (strcmp(again, text) != 0)
            fail_msg("'%s' is read, but written '%s'", text, again);
        free(again);
    } else {
        assert_int_equal(status, WK_CANNOT);
        assert_memory_equal(err.message, "not a cell's record: ", 21);
    }
    wk_arena_release(&arena);
    free(own);
    return status == WK_OK;
}

/* Numbers are such that one with a byte less or more has still its shortest text, or is none. */
static void what_is_read_is_what_is_written(void **state) {
    (void)state;
    const double at[] = {0.5, 12.25}, value[] = {-3, INFINITY};
    const wk_series series[] = {{"loss", false, 2, at, value},
                                {"a\n\"\\\x7f‖", true, 2, at, value},
                                {"", true, 0, at, value}};
    const wk_stage stages[] = {{"train", 0.5, 12, NAN}, {"end", 1, 2, 3}};
    const wk_result record = {.end = WK_END_DIVERGED,
                              .reason = "why",
                              .series = series,
                              .nseries = 3,
                              .stages = stages,
                              .nstages = 2};
    static const char others[] = " ,:.{}[]\\\"xn-\n\t\x01\x80\xC3\x7F";
    char *text = written(&record);
    assert_true(is_read(text));
    const size_t length = strlen(text);
    char *changed = malloc(length + 2);
    assert_non_null(changed);
    size_t sound = 0;
    for (size_t i = 0; i < length; i++) {
        sprintf(changed, "%.*s%s", (int)i, text, text + i + 1);
        sound += is_read(changed);
        for (const char *c = others; *c; c++) {
            sprintf(changed, "%.*s%c%s", (int)i, text, *c, text + i + 1);
            sound += is_read(changed);
            sprintf(changed, "%.*s%c%s", (int)i, text, *c, text + i);
            sound += is_read(changed);
        }
    }
    assert_true(sound > 0 && sound < 40 * length); /* names with another letter are sound */
    free(changed);
    free(text);
}

static void a_text_may_hold_what_looks_like_the_record(void **state) {
    (void)state;
    const double at[] = {1}, value[] = {2};
    const wk_series series[] = {{"\"},{\"name\":\"", false, 1, at, value},
                                {"],\"stages\":[", false, 1, at, value},
                                {"\\u0041\\", false, 1, at, value}};
    const wk_stage stages[] = {{"{\"name\":\"x\"}", 1, 2, 3}};
    const wk_result record = {.end = WK_END_OK,
                              .reason = "],\"stages\":[{\"name\":",
                              .series = series,
                              .nseries = 3,
                              .stages = stages,
                              .nstages = 1};
    char *text = written(&record);
    assert_true(is_read(text));
    free(text);
}

static void series_at_the_same_times_keep_their_own(void **state) {
    (void)state;
    const double at[] = {0, 1, 2}, other[] = {0, 1, 20}, value[] = {7, 8, 9};
    const wk_series series[] = {{"a", false, 3, at, value},    {"b", false, 3, at, at},
                                {"c", false, 3, other, value}, {"d", false, 2, at, value},
                                {"e", false, 0, at, value},    {"f", false, 3, at, other}};
    const wk_result record = {.end = WK_END_OK, .reason = "", .series = series, .nseries = 6};
    char *text = written(&record);
    assert_true(is_read(text));
    free(text);
}

/* Whatever bytes it is made of; those that are not UTF-8 are U+FFFD before it is written. */
static void any_text_survives(void **state) {
    (void)state;
    uint64_t x = 88172645463325252u;
    size_t whole = 0;
    for (int i = 0; i < 20000; i++) {
        char reason[12] = {0};
        for (int k = 0; k < 11; k++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            reason[k] = (char)(x >> 40 & (i % 2 ? 0x7F : 0xFF));
        }
        const wk_result record = {.end = WK_END_FAILED, .reason = reason};
        char *text = written(&record);
        wk_arena arena = {0};
        wk_result back;
        assert_int_equal(wk_record_read(text, &arena, &back, NULL), WK_OK);
        if (!strstr(text, "\\ufffd")) {
            assert_string_equal(back.reason, reason);
            whole++;
        } else {
            assert_non_null(strstr(back.reason, "\uFFFD"));
        }
        wk_arena_release(&arena);
        free(text);
    }
    assert_true(whole >= 10000);
}

static void what_was_never_written_is_refused(void **state) {
    (void)state;
    static const char form[] = "{\"status\":\"ok\",\"reason\":\"%s\",\"metrics\":[{\"name\":\"a\","
                               "\"indexed\":false,\"at\":[1],\"value\":[%s]}],\"stages\":[]}";
    static const struct {
        const char *reason, *value;
        bool sound;
    } cases[] = {{"", "1", true},
                 {"\\u0009", "\"nan\"", true},
                 {"\\u000a", "1", false},
                 {"\\u0000", "1", false},
                 {"\\u0041", "1", false},
                 {"\\u001F", "1", false},
                 {"\\ud800", "1", false},
                 {"\\u00", "1", false},
                 {"\\/", "1", false},
                 {"\\t", "1", false},
                 {"\t", "1", false},
                 {"\xC3", "1", false},
                 {"\xED\xA0\x80", "1", false},
                 {"", "01", false},
                 {"", "1.", false},
                 {"", ".5", false},
                 {"", "1.e5", false},
                 {"", "+1", false},
                 {"", "1e999", false},
                 {"", "-1e999", false},
                 {"", "null", false},
                 {"", "true", false},
                 {"", "\"INF\"", false},
                 {"", "inf", false},
                 {"", "0x1", false},
                 {"", "1,2", false},
                 {"", "1,", false},
                 {"", "", false},
                 {"", "-", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, form, cases[i].reason, cases[i].value);
        if (is_read(text) != cases[i].sound)
            fail_msg("'%s' is %s", text, cases[i].sound ? "refused" : "read");
    }
}

static void a_request_survives_the_pipe(void **state) {
    (void)state;
    wk_pair pairs[] = {{"model.width", "64"}, {"data.images", "a=b\nc"}};
    const wk_request request = {.job = WK_JOB_CELL,
                                .seed = UINT64_C(1) << 50,
                                .parent = 4711,
                                .threads = 2,
                                .arrays = "/some\n fol\nder\\",
                                .params = wk_bag_of(pairs, 2)};
    wk_bytes out = {0};
    wk_request_write(&request, &out);
    wk_arena arena = {0};
    wk_request back;
    assert_int_equal(wk_request_read(out.data, out.length, &arena, &back, NULL), WK_OK);
    assert_true(back.job == WK_JOB_CELL && back.seed == request.seed && back.parent == 4711 &&
                back.threads == 2);
    assert_string_equal(back.arrays, request.arrays);
    assert_null(back.blas);
    assert_null(back.lapack);
    assert_string_equal(wk_bag_find(&back.params, "data.images"), "a=b\nc");
    assert_string_equal(wk_bag_find(&back.params, "model.width"), "64");
    for (size_t length = 0; length < out.length; length++)
        assert_int_equal(wk_request_read(out.data, length, &arena, &back, NULL), WK_BAD_INPUT);
    wk_arena_release(&arena);
    wk_bytes_release(&out);
}

static void a_request_for_what_is_not_allowed_is_refused(void **state) {
    (void)state;
    wk_pair twice[] = {{"a", "1"}, {"b", "2"}, {"a", "1"}};
    wk_pair many[257];
    char names[257][8];
    for (size_t i = 0; i < 257; i++) {
        snprintf(names[i], sizeof names[i], "p%zu", i);
        many[i] = (wk_pair){names[i], "1"};
    }
    const wk_request wrong[] = {{.threads = 0},
                                {.threads = 1025},
                                {.threads = 1, .blas = "/libblas.so"},
                                {.threads = 1, .lapack = "/liblapack.so"},
                                {.threads = 1, .params = {twice, 3}},
                                {.threads = 1, .params = {many, 257}}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        wk_bytes out = {0};
        wk_request_write(&wrong[i], &out);
        wk_arena arena = {0};
        wk_error err = {0};
        wk_request back;
        assert_int_equal(wk_request_read(out.data, out.length, &arena, &back, &err), WK_BAD_INPUT);
        assert_non_null(strstr(err.message, "not a request to a worker"));
        wk_arena_release(&arena);
        wk_bytes_release(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_a_record_survives),
        cmocka_unit_test(a_record_cut_anywhere_is_refused),
        cmocka_unit_test(a_record_of_wrong_shape_is_refused),
        cmocka_unit_test(what_is_read_is_what_is_written),
        cmocka_unit_test(a_text_may_hold_what_looks_like_the_record),
        cmocka_unit_test(series_at_the_same_times_keep_their_own),
        cmocka_unit_test(any_text_survives),
        cmocka_unit_test(what_was_never_written_is_refused),
        cmocka_unit_test(a_request_survives_the_pipe),
        cmocka_unit_test(a_request_for_what_is_not_allowed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
