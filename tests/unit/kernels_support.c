#include "kernels_support.h"

#include "blas/cell/kernel_stages.h"
#include "model_support.h"

#include <string.h>

const wk_kernel_kind *kind_at(size_t i) {
    assert_int_equal(wk_routines_n + wk_kernel_stages_n, KINDS);
    return i < wk_routines_n ? wk_routines[i] : wk_kernel_stages[i - wk_routines_n];
}

const wk_kernel_kind *kind_of(const char *name) {
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kind_at(i)->name, name) == 0)
            return kind_at(i);
    fail_msg("no kind '%s'", name);
    return NULL;
}
