/* What the tests of kernels share: all kinds, library routines first. */
#ifndef WK_TESTS_KERNELS_SUPPORT_H
#define WK_TESTS_KERNELS_SUPPORT_H

#include "la/routine.h"

enum { KINDS = 13 };
const wk_kernel_kind *kind_at(size_t i);
/* Fails the test if there is none of that name. */
const wk_kernel_kind *kind_of(const char *name);

#endif
