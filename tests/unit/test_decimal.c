/* base/decimal.h: the same bytes as printf, the same bits as strtod. */
#include "base/decimal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the C library's answers ---- */

static int digits_needed(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.16g", value);
    if (strtod(text, NULL) != value)
        return 17;
    snprintf(text, sizeof text, "%.15g", value);
    return strtod(text, NULL) == value ? 15 : 16;
}

static void reads_as_strtod(const char *text) {
    double value = 99;
    char *expected_end = NULL;
    const double expected = strtod(text, &expected_end);
    const char *end = wk_decimal_read(text, &value);
    if (end != expected_end || memcmp(&value, &expected, sizeof value) != 0)
        fail_msg("'%s' is read as %a, not %a", text, value, expected);
}

static void agrees(double value) {
    char text[32], expected[32];
    snprintf(expected, sizeof expected, "%.*g", digits_needed(value), value);
    memset(text, 'x', sizeof text);
    assert_ptr_equal(wk_decimal_format(value, text), text);
    if (strcmp(text, expected) != 0)
        fail_msg("%a is written '%s', not '%s'", value, text, expected);
    reads_as_strtod(text);
}

static void agrees_around(double value, int steps) {
    double above = value, below = value;
    agrees(value);
    for (int i = 0; i < steps; i++) {
        above = nextafter(above, INFINITY);
        below = nextafter(below, -INFINITY);
        if (isfinite(above))
            agrees(above);
        if (isfinite(below))
            agrees(-below);
    }
}

static uint64_t state = 88172645463325252u;

static uint64_t next_word(void) { /* xorshift64 */
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static uint64_t below(uint64_t n) {
    return next_word() % n;
}

/* ---- laws ---- */

static void any_bits_are_written_and_read_as_the_library_does(void **context) {
    (void)context;
    for (int i = 0; i < 60000; i++) {
        const uint64_t bits = next_word();
        double value = 0;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            agrees(value);
    }
}

/* Of a random mantissa in every binade of the range that is done in integers, and around it. */
static void usual_sizes_are_written_and_read_as_the_library_does(void **context) {
    (void)context;
    for (int i = 0; i < 150000; i++)
        agrees(ldexp((double)(next_word() >> 11), (int)below(140) - 125));
    for (int i = 0; i < 50000; i++)
        agrees((double)(next_word() >> below(64)) / (double)(1 + below(1000)));
}

static void short_numbers_are_written_short(void **context) {
    (void)context;
    for (int i = 0; i < 20000; i++) {
        agrees(i);
        agrees(-i - 0.5);
        agrees(i * 0.001);
        char text[64];
        snprintf(text, sizeof text, "%de%d", (int)below(1000000), (int)below(40) - 20);
        agrees(strtod(text, NULL));
    }
}

/* Below a power of two the gap is half as wide; about a power of ten the digits grow in number. */
static void powers_and_their_neighbours_are_exact(void **context) {
    (void)context;
    for (int e = -1074; e <= 1023; e++)
        agrees_around(ldexp(1, e), 8);
    for (int e = -323; e <= 308; e++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", e);
        agrees_around(strtod(text, NULL), e > -20 && e < 20 ? 200 : 8);
    }
}

static void the_ends_of_the_range_are_exact(void **context) {
    (void)context;
    const double all[] = {
        0, -0.0, 5e-324, 0x1p-1022, 0x1.fffffffffffffp+1023, 0x0.fffffffffffffp-1022};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        agrees(all[i]);
        agrees(-all[i]);
    }
    char text[32];
    assert_string_equal(wk_decimal_format(-0.0, text), "-0");
    assert_string_equal(wk_decimal_format(0.1, text), "0.1");
    assert_string_equal(wk_decimal_format(-1e-5, text), "-1e-05");
    assert_string_equal(wk_decimal_format(0.0001, text), "0.0001");
    assert_string_equal(wk_decimal_format(1e15, text), "1e+15");
    assert_string_equal(wk_decimal_format(0.1 + 0.2, text), "0.30000000000000004");
}

/* Twenty digits, too, and powers of ten beyond what integers hold. */
static void any_digits_are_read_as_the_library_does(void **context) {
    (void)context;
    for (int i = 0; i < 150000; i++) {
        char digits[32], text[64];
        const int n = 1 + (int)below(21), point = (int)below((uint64_t)n + 1);
        for (int k = 0; k < n; k++)
            digits[k] = (char)('0' + (below(4) ? below(10) : 0));
        digits[n] = '\0';
        snprintf(text, sizeof text, "%s%.*s.%s", below(2) ? "-" : "", point, digits,
                 digits + point);
        reads_as_strtod(text);
        snprintf(text, sizeof text, "%.*s.%sE%s%d", point, digits, digits + point,
                 below(2) ? "+" : "", (int)below(40));
        reads_as_strtod(text);
        snprintf(text, sizeof text, "%s.e-%d", digits, (int)below(40));
        reads_as_strtod(text);
    }
}

/* Halfway between two doubles, and one in the last digit beside that. */
static void ties_are_read_to_even(void **context) {
    (void)context;
    for (int i = 0; i < 50000; i++) {
        char text[64];
        const uint64_t tie = (UINT64_C(1) << 53 | next_word() >> 11 | 1) << below(10);
        for (int beside = -1; beside <= 1; beside++) {
            snprintf(text, sizeof text, "%llu",
                     (unsigned long long)tie + (unsigned long long)beside);
            reads_as_strtod(text);
        }
        const unsigned long long half = (1ull << 52 | next_word() >> 12) * 10 + 5;
        snprintf(text, sizeof text, "%llu.%llu", half / 10, half % 10);
        reads_as_strtod(text);
    }
}

static void what_is_no_number_is_not_read(void **context) {
    (void)context;
    static const char *const none[] = {"",    "-",  ".",  "-.",  "e5",    "+1",  "inf",
                                       "nan", " 1", "1e", "1e+", "2.5e-", "--1", "x"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        double value = 99;
        assert_null(wk_decimal_read(none[i], &value));
        assert_true(value == 99);
    }
    static const char *const some[] = {"1,5",
                                       "0x10",
                                       "1]",
                                       "1.5.2",
                                       "1e5e5",
                                       "1 ",
                                       "007",
                                       "5.",
                                       ".5]",
                                       "1e999",
                                       "-1e999",
                                       "1e-999",
                                       "0e99999999999999999999",
                                       "1e99999999999999999999",
                                       "1e-99999999999999999999",
                                       "12345678901234567890123",
                                       "0.00000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        double value = 99;
        const char *end = wk_decimal_read(some[i], &value);
        assert_non_null(end);
        if (some[i][1] != 'x') {
            reads_as_strtod(some[i]);
        } else { /* strtod knows hexadecimal */
            assert_true(value == 0);
            assert_ptr_equal(end, some[i] + 1);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bits_are_written_and_read_as_the_library_does),
        cmocka_unit_test(usual_sizes_are_written_and_read_as_the_library_does),
        cmocka_unit_test(short_numbers_are_written_short),
        cmocka_unit_test(powers_and_their_neighbours_are_exact),
        cmocka_unit_test(the_ends_of_the_range_are_exact),
        cmocka_unit_test(any_digits_are_read_as_the_library_does),
        cmocka_unit_test(ties_are_read_to_even),
        cmocka_unit_test(what_is_no_number_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
