/* One training cell, from parameters to metrics. No hidden state: the same (params, seed) give the
 * same bits on the same backend, for any number of threads. */
#ifndef WK_MODEL_CELL_CELL_H
#define WK_MODEL_CELL_CELL_H

#include "base/param.h"
#include "base/result.h"
#include "la/pool.h"

/* arrays: folder (exists) for the arrays of --save-arrays, or NULL. Results live in `arena`.
 * WK_BAD_INPUT or WK_CANNOT, with the reason, when the cell cannot be computed. */
wk_status wk_cell_run(const wk_bag *params, uint64_t seed, const char *arrays, wk_pool *pool,
                      wk_arena *arena, wk_result *result, wk_error *err) WK_CHECKED;

#endif
