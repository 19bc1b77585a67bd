/* Running what is missing: plan → keys → store → workers → store. */
#ifndef WK_RUN_SESSION_H
#define WK_RUN_SESSION_H

#include "run/fleet.h"
#include "run/store.h"
#include "study/opened.h"

#include <signal.h>

typedef struct wk_session {
    const wk_opened *opened;
    wk_store *store;
    const wk_fleet *fleet;          /* libraries, settings and fingerprints of the workers */
    const char *folder;             /* output */
    const char *filter;             /* glob over experiments and claims, or NULL */
    size_t jobs, threads;           /* 0: chosen by the size of the cells */
    double timeout_s;               /* a cell; 0: none */
    double memory_limit;            /* bytes a cell; 0: by the plan's estimate */
    bool save_arrays, quiet, fresh; /* fresh: forget earlier results */
    const char *rerun;              /* the command line that makes the report again */
    const volatile sig_atomic_t *stop;
} wk_session;

/* Does the claim look at the cell, or its control, or a claim whose verdict it is about? */
bool wk_session_claim_takes(const wk_claim *claim, const wk_row *cell);

/* Does the filter leave in the cell? It does if it matches its experiment's name, or the name of a
 * claim that looks at it (or whose control does). */
bool wk_session_takes(const wk_opened *opened, const char *filter, const wk_row *cell);

/* Bytes that a cell may take which was estimated to take so many: far more, so that no sound cell
 * is stopped, but not all that the machine has. */
double wk_session_memory_limit(double estimate);

/* Replaces the store's plan, and runs the cells that have no result yet. Returns when all are done
 * or *stop is set; cells in flight then are pending. WK_CANNOT if the store cannot be written:
 * finished cells are kept. */
wk_status wk_session_run(wk_session *session, wk_error *err) WK_CHECKED;

#endif
