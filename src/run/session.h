/* What a run of a suite into one output folder consists of. */
#ifndef WK_RUN_SESSION_H
#define WK_RUN_SESSION_H

#include "model/data/warnings.h"
#include "run/fleet.h"
#include "run/store.h"
#include "study/opened.h"

#include <signal.h>

/* How cells are run. */
typedef struct wk_run_options {
    const char *filter;                /* glob over experiments and claims, or NULL */
    size_t jobs, threads;              /* 0: chosen by the size of the cells */
    double timeout_s;                  /* per cell; 0: none */
    double memory_limit;               /* bytes per cell; 0: by the plan's estimate */
    bool save_arrays, quiet, fresh;    /* fresh: forget earlier results */
    const volatile sig_atomic_t *stop; /* becomes non-zero when the run is to end */
} wk_run_options;

/* What is asked for. Its folder is the store's own. */
typedef struct wk_suite_run_order {
    const char *suite, *folder;   /* the file; where results go */
    const char *backend;          /* as of --backend, or NULL */
    const char *const *overrides; /* (noverrides) as of --set */
    size_t noverrides;
    bool confirm;
    wk_run_options how;
} wk_suite_run_order;

typedef struct wk_session {
    wk_suite_run_order order;
    wk_opened opened;
    const wk_fleet *fleet; /* libraries, settings and fingerprints of the workers */
    wk_store *store;
    const char *rerun;           /* the command line that makes the report again */
    const wk_warnings *warnings; /* of the data, for the report */
} wk_session;

#endif
