/* A kernel cell: one library routine, or one of our own multi-threaded stages, at one size; checked
 * first, then timed. Runs within a worker that has loaded the BLAS in question.
 *
 * Parameters are "kernel.routine", "kernel.rows", …, and "threads". Nothing here depends on a seed:
 * the inputs are the same for every run, backend and number of threads.
 */
#ifndef WK_BLAS_CELL_KERNEL_H
#define WK_BLAS_CELL_KERNEL_H

#include "base/param.h"
#include "model/cell/cell.h"

extern const wk_group wk_kernel_group;

/* True if the parameters are those of a kernel cell, rather than of a training cell. */
bool wk_kernel_asked(const wk_bag *params);

/* True if they name one of our own stages rather than one library routine. */
bool wk_kernel_is_stage(const wk_bag *params);

/* Is every size there that the routine needs, and none that it does not use? On WK_BAD_INPUT
 * *culprit is the key to blame ("kernel.rows"). */
wk_status wk_kernel_check(const wk_bag *params, const char **culprit, wk_error *err) WK_CHECKED;

/* Of checked parameters: operations of the whole cell, roughly, as on a processor of 10 GFLOP/s
 * (how many calls `seconds` holds is not known before); and bytes that its process takes at most.
 */
double wk_kernel_flops(const wk_bag *params);
double wk_kernel_bytes(const wk_bag *params, size_t threads);

/* Checks, then times. "threads" (default 1): for a library's routine those that the environment
 * gave to the library, and `pool` is of one thread; for a stage those of the pool, and the library
 * has one. Results live in `arena`. WK_BAD_INPUT for parameters that do not pass the check,
 * WK_CANNOT when memory or LAPACK fails. A result that is wrong is no error: it has a large
 * kernel.residual. */
wk_status wk_kernel_run(const wk_bag *params, wk_pool *pool, wk_arena *arena, wk_result *result,
                        wk_error *err) WK_CHECKED;

#endif
