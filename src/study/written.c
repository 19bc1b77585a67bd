/* Claims and figures of which nothing is written. */
#include "study/written.h"

#include <math.h>
#include <stddef.h>

/* Rows are shared with a group of their own, whose offsets must hold here too. */
_Static_assert(offsetof(wk_test_text, reading) == 0, "a test begins with its reading");
_Static_assert(offsetof(wk_figure_text, keys) == 0, "a figure begins with the rows of its kind");

#define READING_ABSENT                                                                             \
    { .at = {-1, (double)NAN, -1}, .cap = (double)NAN }
#define TEST_ABSENT                                                                                \
    {                                                                                              \
        .reading = READING_ABSENT, .statistic = -1, .below = (double)NAN, .above = (double)NAN,    \
        .within = {                                                                                \
            (double)NAN,                                                                           \
            (double)NAN                                                                            \
        }                                                                                          \
    }

const wk_test_text wk_test_absent = TEST_ABSENT;
const wk_claim_text wk_claim_absent = {.test = TEST_ABSENT, .control.test = READING_ABSENT};
const wk_figure_text wk_figure_absent = {
    .keys = {.scale = -1, .bar_scale = -1, .band = -1, .spread = -1, .mark = (double)NAN}};
