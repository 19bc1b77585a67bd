/* How a report calls a kernel cell, whether or not it passes the check (blas/cell/kernel.h). */
#ifndef WK_BLAS_CELL_KERNEL_NAME_H
#define WK_BLAS_CELL_KERNEL_NAME_H

#include "base/param.h"

/* Its routine; "kernel" if there is no such. */
const char *wk_kernel_routine(const wk_bag *params);

/* With its size or the sides that it has: "dgemm 2048", "dgemm 256×600×600". In `arena`. */
const char *wk_kernel_name(const wk_bag *params, wk_arena *arena);

/* The parameters of its sides, in the order in which they are said: rows, columns, inner. */
enum { WK_KERNEL_SIDES = 3 };
extern const char *const wk_kernel_sides[WK_KERNEL_SIDES];

#endif
