/* run/answer.h: an answer comes back as it was written, or not at all. */
#include "run/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "{\"status\":\"ok\",\"reason\":\"\\u00e9\"}";

/* As the parent has it: bytes, and a NUL behind them. */
static char *written(size_t *length) {
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    assert_non_null(out);
    wk_answer_write(text, 12345678, out);
    assert_int_equal(fclose(out), 0);
    return bytes;
}

static void what_is_written_comes_back(void **state) {
    (void)state;
    size_t length = 0;
    double peak = 0;
    char *bytes = written(&length);
    assert_int_equal(wk_answer_open(bytes, length, &peak), WK_ANSWER_WHOLE);
    assert_string_equal(bytes, text);
    assert_true(peak == 12345678);
    free(bytes);
}

static void what_was_cut_is_none(void **state) {
    (void)state;
    size_t whole = 0;
    free(written(&whole));
    for (size_t length = 0; length < whole; length++) {
        double peak = 0;
        char *bytes = written(&whole);
        bytes[length] = '\0';
        assert_int_equal(wk_answer_open(bytes, length, &peak), WK_ANSWER_CUT);
        free(bytes);
    }
}

static void a_changed_bit_is_noticed(void **state) {
    (void)state;
    size_t length = 0;
    free(written(&length));
    for (size_t bit = 0; bit < 8 * length; bit++) {
        double peak = 0;
        char *bytes = written(&length);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        if (wk_answer_open(bytes, length, &peak) == WK_ANSWER_WHOLE) /* a digit of the peak, only */
            assert_true(peak >= 0 && !(peak == 12345678) && strcmp(bytes, text) == 0);
        free(bytes);
    }
}

static void what_is_printed_into_it_is_noticed(void **state) {
    (void)state;
    static const char *const garbage[] = {"x", "\n", "\nend\n", "[1]\npeak 3\nend\n",
                                          "sha256 0\npeak 3\nend\n"};
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
        for (int before = 0; before < 2; before++) {
            size_t length = 0;
            double peak = 0;
            char *bytes = written(&length), all[600];
            const int n = snprintf(all, sizeof all, "%s%s", before ? garbage[i] : bytes,
                                   before ? bytes : garbage[i]);
            assert_int_not_equal(wk_answer_open(all, (size_t)n, &peak), WK_ANSWER_WHOLE);
            free(bytes);
        }
    char nul[600];
    size_t length = 0;
    double peak = 0;
    char *bytes = written(&length);
    nul[0] = '\0';
    memcpy(nul + 1, bytes, length + 1);
    assert_int_equal(wk_answer_open(nul, length + 1, &peak), WK_ANSWER_GARBLED);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_comes_back),
        cmocka_unit_test(what_was_cut_is_none),
        cmocka_unit_test(a_changed_bit_is_noticed),
        cmocka_unit_test(what_is_printed_into_it_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
