/* Claims and figures of which nothing is written. */
#include "study/written.h"

#include <math.h>
#include <stddef.h>

/* The rows of a kind have their offsets in a group of their own. */
_Static_assert(offsetof(wk_figure_text, keys) == 0, "a figure begins with the rows of its kind");

const wk_test_text wk_test_absent = {.test.cap = (double)INFINITY,
                                     .statistic = -1,
                                     .at.which = WK_WRITTEN_WHEN,
                                     .below = (double)NAN,
                                     .above = (double)NAN,
                                     .within = {(double)NAN, (double)NAN}};
const wk_figure_text wk_figure_absent = {
    .keys = {.scale = -1, .bar_scale = -1, .band = -1, .spread = -1, .mark = (double)NAN}};
