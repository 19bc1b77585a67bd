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

static char *written(const wk_record *record) {
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
    const wk_record record = {WK_END_DIVERGED, "\"‖F‖\" left\n10³√M", series, 2, stages, 1};
    char *text = written(&record);
    wk_arena arena = {0};
    wk_record back;
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
    const wk_record record = {WK_END_OK, "", &series, 1, NULL, 0};
    char *text = written(&record);
    for (size_t length = 0; length < strlen(text); length++) {
        wk_arena arena = {0};
        wk_error err = {0};
        wk_record back;
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
        wk_record back;
        assert_int_equal(wk_record_read(wrong[i], &arena, &back, NULL), WK_CANNOT);
        wk_arena_release(&arena);
    }
}

static wk_status read_request(const char *text, wk_arena *arena, wk_request *request) {
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    assert_non_null(in);
    const wk_status status = wk_request_read(in, arena, request, NULL);
    fclose(in);
    return status;
}

static void a_request_survives_the_pipe(void **state) {
    (void)state;
    wk_pair pairs[] = {{"model.width", "64"}, {"data.images", "a=b c"}};
    const wk_request request = {.job = WK_JOB_CELL,
                                .seed = UINT64_C(1) << 50,
                                .parent = 4711,
                                .threads = 2,
                                .arrays = "/some\\n fol\nder\\",
                                .params = wk_bag_of(pairs, 2)};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    wk_request_write(&request, out);
    assert_int_equal(fclose(out), 0);
    wk_arena arena = {0};
    wk_request back;
    assert_int_equal(read_request(text, &arena, &back), WK_OK);
    assert_true(back.job == WK_JOB_CELL && back.seed == request.seed && back.parent == 4711 &&
                back.threads == 2);
    assert_string_equal(back.arrays, request.arrays);
    assert_string_equal(wk_bag_find(&back.params, "data.images"), "a=b c");
    assert_string_equal(wk_bag_find(&back.params, "model.width"), "64");
    wk_arena_release(&arena);
    free(text);
}

static void a_request_without_its_end_is_refused(void **state) {
    (void)state;
    const char *const wrong[] = {
        "widecheck-worker 1\njob cell\n",          "widecheck-worker 2\nend\n",
        "widecheck-worker 1\nthreads 0\nend\n",    "widecheck-worker 1\nparam novalue\nend\n",
        "widecheck-worker 1\narrays /a\\b\nend\n", "widecheck-worker 1\narrays /a\\\nend\n",
        "widecheck-worker 1\njob dance\nend\n",    "\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        wk_arena arena = {0};
        wk_request request;
        assert_int_equal(read_request(wrong[i], &arena, &request), WK_BAD_INPUT);
        wk_arena_release(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_a_record_survives),
        cmocka_unit_test(a_record_cut_anywhere_is_refused),
        cmocka_unit_test(a_record_of_wrong_shape_is_refused),
        cmocka_unit_test(a_request_survives_the_pipe),
        cmocka_unit_test(a_request_without_its_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
