/* The fold of confirmations: what other seeds do not share is not concluded. */
#include "claim/claim.h"
#include "claim/judgement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static wk_arena arena;

static int reset(void **state) {
    (void)state;
    wk_arena_release(&arena);
    return 0;
}

static wk_judgement judged(wk_verdict verdict) {
    return (wk_judgement){
        .verdict = verdict, .alone = verdict, .reason = "own", .quoted = WK_QUOTED_CLAIM};
}

static void fold(wk_judgement *own, wk_verdict verdict, uint64_t seed) {
    const wk_judgement other = judged(verdict);
    wk_claim_confirm(own, &other, seed, &arena);
}

/* All pairs of verdicts. Only a pass or a fail can be taken back, and only by a measurement. */
static void a_verdict_that_is_not_shared_is_inconclusive(void **state) {
    (void)state;
    for (int a = WK_PASS; a <= WK_VACUOUS; a++)
        for (int b = WK_PASS; b <= WK_VACUOUS; b++) {
            wk_judgement own = judged((wk_verdict)a);
            fold(&own, (wk_verdict)b, 201);
            const bool taken_back = a != b && b != WK_ERROR && (a == WK_PASS || a == WK_FAIL);
            assert_int_equal(own.verdict, taken_back ? WK_INCONCLUSIVE : (wk_verdict)a);
            assert_int_equal(own.alone, a);
            assert_int_equal(own.quoted, taken_back ? WK_QUOTED_NEITHER : WK_QUOTED_CLAIM);
            if (!taken_back)
                assert_string_equal(own.reason, "own");
            else
                assert_non_null(strstr(own.reason, "with base seed 201"));
        }
}

static void the_reason_names_the_first_that_dissents(void **state) {
    (void)state;
    wk_judgement own = judged(WK_PASS);
    fold(&own, WK_PASS, 101);
    fold(&own, WK_FAIL, 201);
    fold(&own, WK_VACUOUS, 301);
    assert_string_equal(own.reason, "pass by itself, but fail with base seed 201");
    assert_int_equal(own.verdict, WK_INCONCLUSIVE);
    wk_judgement failed = judged(WK_FAIL);
    fold(&failed, WK_PASS, 7);
    assert_string_equal(failed.reason, "fail by itself, but pass with base seed 7");
}

static void one_dissenter_among_many_counts_wherever_it_stands(void **state) {
    (void)state;
    for (uint64_t at = 0; at < 4; at++) { /* 3: none */
        wk_judgement own = judged(WK_PASS);
        for (uint64_t i = 0; i < 3; i++)
            fold(&own, i == at ? WK_FAIL : WK_PASS, i);
        assert_int_equal(own.verdict, at < 3 ? WK_INCONCLUSIVE : WK_PASS);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, reset, reset)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_verdict_that_is_not_shared_is_inconclusive),
        T(the_reason_names_the_first_that_dissents),
        T(one_dissenter_among_many_counts_wherever_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
