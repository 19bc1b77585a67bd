/* run/record.h and run/request.h: what goes through a pipe comes out the same, and nothing else
 * does. */
#include "run/record.h"
#include "run/request.h"
#include "typed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static wk_bytes written(const wk_result *result) {
    wk_bytes out = {0};
    wk_record_write(result, &out);
    return out;
}

static const double at[] = {0, 0.1, 1e-300, 3}, value[] = {1.0 / 3, INFINITY, -INFINITY, NAN};
static const wk_series several[] = {{"ntk.change", false, 4, at, value},
                                    {"same times", false, 4, at, at},
                                    {"other times", false, 4, value, at},
                                    {"fewer", true, 2, value, at},
                                    {"empty", true, 0, at, value}};
static const wk_stage stages[] = {{"train", 0.1, 0.2, 1e18}, {"end", NAN, INFINITY, -0.0}};
static const wk_result whole = {.end = WK_END_DIVERGED,
                                .reason = "\"‖F‖\" left\n10³√M \xff",
                                .series = several,
                                .nseries = 5,
                                .stages = stages,
                                .nstages = 2,
                                .wall_s = 0.3,
                                .cpu_s = 0.2,
                                .peak_bytes = 12345678};

static void every_bit_of_a_record_survives(void **state) {
    (void)state;
    wk_bytes out = written(&whole);
    wk_arena arena = {0};
    wk_result back;
    assert_int_equal(wk_record_read(out.data, out.length, &arena, &back, NULL), WK_OK);
    assert_int_equal(back.end, whole.end);
    assert_string_equal(back.reason, whole.reason);
    assert_true(back.wall_s == 0.3 && back.cpu_s == 0.2 && back.peak_bytes == 12345678);
    assert_int_equal(back.nseries, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(back.series[i].name, several[i].name);
        assert_int_equal(back.series[i].indexed, several[i].indexed);
        assert_int_equal(back.series[i].n, several[i].n);
        const size_t bytes = several[i].n * sizeof(double);
        if (bytes) {
            assert_memory_equal(back.series[i].at, several[i].at, bytes);
            assert_memory_equal(back.series[i].value, several[i].value, bytes);
        }
    }
    assert_ptr_equal(back.series[0].at, back.series[1].at); /* they share them */
    assert_int_equal(back.nstages, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(back.stages[i].name, stages[i].name);
        assert_memory_equal(&back.stages[i].wall_s, &stages[i].wall_s, 3 * sizeof(double));
    }
    wk_arena_release(&arena);
    wk_bytes_release(&out);
}

static void a_record_cut_or_changed_anywhere_is_refused(void **state) {
    (void)state;
    wk_bytes out = written(&whole);
    wk_arena arena = {0};
    wk_result back;
    for (size_t length = 0; length < out.length; length++) {
        wk_error err = {0};
        assert_int_equal(wk_record_read(out.data, length, &arena, &back, &err), WK_CANNOT);
        assert_memory_equal(err.message, "not a cell's record: ", 21);
    }
    for (size_t bit = 0; bit < 8 * out.length; bit++) {
        out.data[bit / 8] = (unsigned char)(out.data[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(wk_record_read(out.data, out.length, &arena, &back, NULL), WK_CANNOT);
        assert_true(back.nseries == 0 && back.nstages == 0);
        out.data[bit / 8] = (unsigned char)(out.data[bit / 8] ^ 1 << bit % 8);
    }
    wk_arena_release(&arena);
    wk_bytes_release(&out);
}

/* Its values changed, in a frame that is right: it is refused, or read as what is written again. */
static void a_changed_value_is_read_as_it_is_or_refused(void **state) {
    (void)state;
    enum { HEAD = 16, TAIL = 8 };
    wk_bytes out = written(&whole);
    const size_t n = out.length - HEAD - TAIL;
    size_t sound = 0;
    for (size_t bit = 0; bit < 8 * n; bit++) {
        wk_arena arena = {0};
        wk_bytes changed = {0};
        wk_result back;
        wk_bytes_begin(&changed, "wkrc", 1);
        for (size_t i = 0; i < n; i++)
            wk_bytes_u8(&changed, (uint8_t)(out.data[HEAD + i] ^ (i == bit / 8) << bit % 8));
        wk_bytes_seal(&changed);
        if (wk_record_read(changed.data, changed.length, &arena, &back, NULL) == WK_OK) {
            wk_bytes again = written(&back);
            assert_true(again.length <= changed.length); /* equal abscissae become shared ones */
            wk_bytes_release(&again);
            sound++;
        }
        wk_arena_release(&arena);
        wk_bytes_release(&changed);
    }
    assert_true(sound > 4 * n && sound < 8 * n);
    wk_bytes_release(&out);
}

static void a_record_of_wrong_shape_is_refused(void **state) {
    (void)state;
    static const struct {
        uint8_t end, flags;
        uint32_t nseries, n, nstages, left;
        bool sound;
    } cases[] = {
        {0, 0, 1, 0, 0, 0, true},           {5, 1, 1, 0, 0, 0, true},
        {6, 0, 1, 0, 0, 0, false}, /* no cell that has run is pending */
        {0, 2, 1, 0, 0, 0, false}, /* the first shares with none */
        {0, 4, 1, 0, 0, 0, false},          {0, 0, 2, 0, 0, 0, false},
        {0, 0, 0xffffffff, 0, 0, 0, false}, {0, 0, 1, 1, 0, 0, false},
        {0, 0, 1, 0xffffffff, 0, 0, false}, {0, 0, 1, 0, 1, 0, false},
        {0, 0, 1, 0, 0xffffffff, 0, false}, {0, 0, 1, 0, 0, 1, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static const double usage[3] = {0};
        wk_arena arena = {0};
        wk_bytes out = {0};
        wk_result back;
        wk_bytes_begin(&out, "wkrc", 1);
        wk_bytes_f64s(&out, 3, usage);
        wk_bytes_u8(&out, cases[i].end);
        wk_bytes_text(&out, "");
        wk_bytes_u32(&out, cases[i].nseries);
        wk_bytes_text(&out, "loss");
        wk_bytes_u8(&out, cases[i].flags);
        wk_bytes_u32(&out, cases[i].n);
        wk_bytes_u32(&out, cases[i].nstages);
        for (uint32_t k = 0; k < cases[i].left; k++)
            wk_bytes_u8(&out, 0);
        wk_bytes_seal(&out);
        const bool read = wk_record_read(out.data, out.length, &arena, &back, NULL) == WK_OK;
        if (read != cases[i].sound)
            fail_msg("case %zu is %s", i, read ? "read" : "refused");
        wk_arena_release(&arena);
        wk_bytes_release(&out);
    }
}

static void a_request_survives_the_pipe(void **state) {
    (void)state;
    const wk_request request = {.job = WK_JOB_CELL,
                                .seed = UINT64_C(1) << 50,
                                .parent = 4711,
                                .threads = 2,
                                .arrays = "/some\n fol\nder\\",
                                .params = BAG({"model.width", "64"}, {"data.images", "a=b\nc"},
                                              {"data.label", "x"}, {"data.noise", "0.5"},
                                              {"model.bias", "true"}, {"ntk.lag", "-12"})};
    ((wk_pair *)request.params.pairs)[1].value = wk_value_text("3"); /* a text, whatever it holds */
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
    assert_int_equal(back.params.n, request.params.n);
    for (size_t i = 0; i < back.params.n; i++) {
        const wk_pair *sent = &request.params.pairs[i], *got = &back.params.pairs[i];
        assert_string_equal(got->key, sent->key);
        assert_string_equal(got->value.text, sent->value.text);
        assert_int_equal(got->value.kind, sent->value.kind);
    }
    assert_int_equal(wk_bag_pair(&back.params, "data.label")->value.kind, WK_KIND_TEXT);
    assert_true(wk_bag_pair(&back.params, "ntk.lag")->value.integer == -12);
    assert_true(wk_bag_pair(&back.params, "data.noise")->value.real == 0.5);
    assert_true(wk_bag_pair(&back.params, "model.bias")->value.truth);
    for (size_t length = 0; length < out.length; length++)
        assert_int_equal(wk_request_read(out.data, length, &arena, &back, NULL), WK_BAD_INPUT);
    wk_arena_release(&arena);
    wk_bytes_release(&out);
}

static void a_request_for_what_is_not_allowed_is_refused(void **state) {
    (void)state;
    const wk_pair twice[] = {typed_pair("a", "1"), typed_pair("a", "1")};
    const wk_pair unsorted[] = {typed_pair("b", "1"), typed_pair("a", "1")};
    const wk_pair infinite = {"a", {.text = "inf", .kind = WK_KIND_REAL, .real = INFINITY}};
    const wk_request wrong[] = {{.threads = 0},
                                {.threads = 1025},
                                {.threads = 1, .blas = "/libblas.so"},
                                {.threads = 1, .lapack = "/liblapack.so"},
                                {.threads = 1, .params = {twice, 2}},
                                {.threads = 1, .params = {unsorted, 2}},
                                {.threads = 1, .params = {&infinite, 1}}};
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
        cmocka_unit_test(a_record_cut_or_changed_anywhere_is_refused),
        cmocka_unit_test(a_changed_value_is_read_as_it_is_or_refused),
        cmocka_unit_test(a_record_of_wrong_shape_is_refused),
        cmocka_unit_test(a_request_survives_the_pipe),
        cmocka_unit_test(a_request_for_what_is_not_allowed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
