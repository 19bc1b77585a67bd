/* A survey of backends: each is loaded by workers of its own, which say what they loaded and
 * measure it. */
#ifndef WK_RUN_SURVEY_H
#define WK_RUN_SURVEY_H

#include "blas/backends.h"
#include "run/probe.h"

typedef struct wk_surveyed {
    const wk_backend *backend;
    wk_blas_identity one, all; /* with one thread of its own, and with as many as there are cores;
                                  without meaning if `one` has trouble */
} wk_surveyed;

/* Surveys all of them into `found` (backends->n), and calls `tell`, unless it is NULL, after each.
 * A backend that cannot be used is no error. Links are made in a temporary folder, which is removed
 * again: WK_CANNOT if there can be none. */
wk_status wk_survey(const wk_backends *backends, void (*tell)(const wk_surveyed *one),
                    wk_arena *arena, wk_surveyed *found, wk_error *err) WK_CHECKED;

#endif
