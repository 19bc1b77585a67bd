/* Subtracting a mean, and knowing what of the result is rounding. Whoever scales what is left, or
 * divides by its size, must look: numbers that are equal to their mean are not left as 0, but as
 * noise, which scaling would make as large as any signal. */
#ifndef WK_MODEL_DATA_CENTRE_H
#define WK_MODEL_DATA_CENTRE_H

#include <stddef.h>

/* Subtracts their mean from `count` numbers, `step` apart. Gives what a number may be off by, for
 * the rounding of the numbers themselves (as of a decimal that was read) and of this: eps (2
 * largest + count spread), where spread is the largest distance from the first. Numbers that are
 * all equal become 0 exactly, off by 0. */
double wk_centre(size_t count, size_t step, double *x);
/* The same of `all` numbers, of which the first `count` make the mean. */
double wk_centre_all(size_t count, size_t all, size_t step, double *x);

#endif
