/* The machine as a plan's cells ask for it: for each backend, core type and number of library
 * threads that they name, what their workers are started with, and what a probe found there. */
#ifndef WK_RUN_FLEET_H
#define WK_RUN_FLEET_H

#include "blas/backends.h"
#include "run/probe.h"
#include "study/plan.h"

#include <signal.h>

typedef struct wk_fleet_member {
    wk_blas_identity blas; /* what cells name, and what was found; its threads are the library's;
                              if there is trouble, its fingerprint says no more than that */
    const wk_backend *backend; /* NULL: what the system loads */
    wk_request like;           /* libraries, settings, threads of its workers */
    size_t most_threads;       /* of ours that may call it at once; 1 if it lacks locks */
    const char *timed; /* joins the keys of cells that time, in place of the fingerprint: with
                          this machine beside it */
} wk_fleet_member;

typedef struct wk_fleet {
    wk_fleet_member *all; /* (n) first that of cells that name nothing, with one thread */
    size_t n;
} wk_fleet;

/* WK_BAD_INPUT, at its place in the suite, for a name that is not among `backends` or cannot be
 * used. */
wk_status wk_fleet_check(const wk_plan *plan, const wk_backends *backends,
                         wk_error *err) WK_CHECKED;

/* Makes the links in `folder`, and probes one after the other; the names have been checked. `own`:
 * the backend of cells that name none, or NULL. WK_CANNOT if the first member cannot be probed. A
 * later one with trouble is a member with trouble: it costs its own cells. WK_CANNOT too when *stop
 * is set on the way. */
wk_status wk_fleet_make(const wk_plan *plan, const wk_backends *backends, const wk_backend *own,
                        const char *folder, const volatile sig_atomic_t *stop, wk_arena *arena,
                        wk_fleet *fleet, wk_error *err) WK_CHECKED;

/* The member of a cell of the plan that the fleet was made for. */
const wk_fleet_member *wk_fleet_find(const wk_fleet *fleet, const wk_plan_cell *cell);

#endif
