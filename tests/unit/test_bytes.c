/* base/bytes.h: what is written is read back the same; what was cut or changed is noticed; no bytes
 * lead a reader astray. */
#include "base/bytes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char format[] = "test";
static const double values[] = {
    0.1, -0.0, INFINITY, -INFINITY, NAN, 5e-324, 1.7976931348623157e308};
enum { VALUES = sizeof values / sizeof *values };

static wk_bytes written(void) {
    wk_bytes out = {0};
    wk_bytes_begin(&out, format, 3);
    wk_bytes_u8(&out, 200);
    wk_bytes_u32(&out, UINT32_C(0x80000001));
    wk_bytes_u64(&out, UINT64_C(0x8000000000000001));
    wk_bytes_f64(&out, 0.5);
    wk_bytes_text(&out, "10³√M \xff");
    wk_bytes_text(&out, "");
    wk_bytes_f64s(&out, VALUES, values);
    wk_bytes_seal(&out);
    return out;
}

static void every_bit_comes_back(void **state) {
    (void)state;
    wk_bytes out = written();
    wk_arena arena = {0};
    wk_reader in;
    assert_int_equal(wk_reader_open(&in, out.data, out.length, format, 3), WK_FRAME_WHOLE);
    assert_int_equal(wk_reader_u8(&in), 200);
    assert_true(wk_reader_u32(&in) == UINT32_C(0x80000001));
    assert_true(wk_reader_u64(&in) == UINT64_C(0x8000000000000001));
    assert_true(wk_reader_f64(&in) == 0.5);
    assert_string_equal(wk_reader_text(&in, &arena), "10³√M \xff");
    assert_string_equal(wk_reader_text(&in, &arena), "");
    assert_false(wk_reader_done(&in)); /* something is left */
    assert_memory_equal(wk_reader_f64s(&in, VALUES, &arena), values, sizeof values);
    assert_true(wk_reader_done(&in));
    assert_int_equal(wk_reader_u8(&in), 0); /* the checksum is no value */
    assert_false(wk_reader_done(&in));
    wk_arena_release(&arena);
    wk_bytes_release(&out);
}

static void the_bytes_are_little_endian(void **state) {
    (void)state;
    static const unsigned char expected[] = {
        't', 'e', 's', 't', 3,   0, 0,   0, 42, 0, 0, 0, 0,   0, 0, 0, /* frame */
        200, 1,   0,   0,   128, 1, 0,   0, 0,  0, 0, 0, 128,          /* numbers */
        0,   0,   0,   0,   0,   0, 224, 63};
    wk_bytes out = written();
    assert_true(out.length > sizeof expected);
    out.data[8] = 42; /* the length, which the other values change */
    assert_memory_equal(out.data, expected, sizeof expected);
    wk_bytes_release(&out);
}

static void what_was_cut_is_told_from_what_was_changed(void **state) {
    (void)state;
    wk_bytes out = written();
    wk_reader in;
    for (size_t length = 0; length < out.length; length++) {
        unsigned char *cut =
            malloc(length ? length : 1); /* an own block: a step over its end is seen */
        assert_non_null(cut);
        memcpy(cut, out.data, length);
        assert_int_equal(wk_reader_open(&in, cut, length, format, 3), WK_FRAME_CUT);
        assert_int_equal(wk_reader_u64(&in), 0);
        assert_false(wk_reader_done(&in));
        free(cut);
    }
    for (size_t bit = 0; bit < 8 * out.length; bit++) {
        out.data[bit / 8] = (unsigned char)(out.data[bit / 8] ^ 1 << bit % 8);
        assert_int_not_equal(wk_reader_open(&in, out.data, out.length, format, 3), WK_FRAME_WHOLE);
        out.data[bit / 8] = (unsigned char)(out.data[bit / 8] ^ 1 << bit % 8);
    }
    assert_int_equal(wk_reader_open(&in, out.data, out.length, format, 4), WK_FRAME_GARBLED);
    assert_int_equal(wk_reader_open(&in, out.data, out.length, "text", 3), WK_FRAME_GARBLED);
    wk_bytes_release(&out);
}

static void what_is_printed_into_it_is_noticed(void **state) {
    (void)state;
    static const char *const garbage[] = {"x", "\n", "\nend\n", "test", "\x01"};
    wk_bytes out = written();
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
        for (size_t place = 0; place <= out.length; place++) {
            const size_t n = strlen(garbage[i]);
            unsigned char *all = malloc(out.length + n);
            assert_non_null(all);
            memcpy(all, out.data, place);
            memcpy(all + place, garbage[i], n);
            memcpy(all + place + n, out.data + place, out.length - place);
            wk_reader in;
            const wk_frame frame = wk_reader_open(&in, all, out.length + n, format, 3);
            assert_int_not_equal(frame, WK_FRAME_WHOLE);
            if (place == 0 && i < 3)
                assert_int_equal(frame, WK_FRAME_GARBLED);
            free(all);
        }
    wk_bytes_release(&out);
}

/* A frame of these values alone. */
static wk_reader sealed(wk_bytes *out) {
    wk_reader in;
    wk_bytes_seal(out);
    assert_int_equal(wk_reader_open(&in, out->data, out->length, format, 1), WK_FRAME_WHOLE);
    return in;
}

static void no_length_leads_outside(void **state) {
    (void)state;
    static const uint32_t lengths[] = {2, 3, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        wk_arena arena = {0};
        wk_bytes out = {0};
        wk_bytes_begin(&out, format, 1);
        wk_bytes_u32(&out, lengths[i]);
        wk_bytes_u8(&out, 'x');
        wk_reader in = sealed(&out), again = in, third = in;
        assert_string_equal(wk_reader_text(&in, &arena), "");
        assert_false(wk_reader_done(&in));
        assert_int_equal(wk_reader_count(&again, 1), 0);
        assert_false(wk_reader_done(&again));
        assert_null(wk_reader_f64s(&third, (size_t)lengths[i] << 32, &arena));
        assert_null(wk_reader_f64s(&third, 0, &arena)); /* it has failed before */
        wk_arena_release(&arena);
        wk_bytes_release(&out);
    }
}

static void a_text_has_no_nul(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_bytes out = {0};
    wk_bytes_begin(&out, format, 1);
    wk_bytes_u32(&out, 2);
    wk_bytes_u8(&out, 'x');
    wk_bytes_u8(&out, '\0');
    wk_reader in = sealed(&out);
    assert_string_equal(wk_reader_text(&in, &arena), "");
    assert_false(wk_reader_done(&in));
    wk_arena_release(&arena);
    wk_bytes_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_comes_back),
        cmocka_unit_test(the_bytes_are_little_endian),
        cmocka_unit_test(what_was_cut_is_told_from_what_was_changed),
        cmocka_unit_test(what_is_printed_into_it_is_noticed),
        cmocka_unit_test(no_length_leads_outside),
        cmocka_unit_test(a_text_has_no_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
