/* One run of a suite: its cells, and then the same cells with each base seed that confirms them.
 *
 *   wk_suite_run_open      finds what is wrong with the suite; looks only
 *   wk_suite_run_begin     claims the output folder, looks at the machine
 *   wk_suite_run_measure   runs what is missing
 *   wk_suite_run_confirm   runs what is missing with the other base seeds
 *   wk_suite_run_end       whatever the others returned, after a wk_suite_run_open
 */
#ifndef WK_RUN_SUITE_RUN_H
#define WK_RUN_SUITE_RUN_H

#include "run/session.h"

/* Must stay where it is; all that it points at lives in the arena of wk_suite_run_open. */
typedef struct wk_suite_run {
    wk_arena *arena;
    wk_warnings warnings; /* what the readers of data have to say */
    wk_session own;       /* its store is open for writing between begin and end */
    wk_session *others;   /* (nothers) the same with other base seeds, in folders of their own */
    size_t nothers;
    const wk_backend *backend; /* of cells that name none; NULL: what the system loads */
    wk_fleet fleet;
} wk_suite_run;

/* Opens the suite and checks what can be checked without a run: its filter, its base seeds, each
 * combination, its data files. WK_BAD_INPUT for what is wrong. */
wk_status wk_suite_run_open(const wk_suite_run_order *order, wk_arena *arena, wk_suite_run *run,
                            wk_error *err) WK_CHECKED;

/* Checks the backends and folders, claims the output folder, makes links to the libraries and
 * probes them. WK_BAD_INPUT as above, with nothing changed; WK_CANNOT if the machine's BLAS cannot
 * be probed or the run is stopped. */
wk_status wk_suite_run_begin(wk_suite_run *run, wk_error *err) WK_CHECKED;

/* As wk_scheduler_run. */
wk_status wk_suite_run_measure(wk_suite_run *run, wk_error *err) WK_CHECKED;

/* The others, one after the other, until the run is stopped; says on stderr which. WK_CANNOT for
 * the first that cannot be run. */
wk_status wk_suite_run_confirm(wk_suite_run *run, wk_error *err) WK_CHECKED;

/* Removes the links and closes the store. */
void wk_suite_run_end(wk_suite_run *run);

#endif
