/* What a run gives to a cell: key, threads, memory, libraries. */
#ifndef WK_RUN_ALLOTMENT_H
#define WK_RUN_ALLOTMENT_H

#include "run/session.h"

/* What a cell takes. Its seed changes nothing of that. */
typedef struct wk_weighed {
    size_t first;   /* the first cell of its combination */
    size_t threads; /* 0: none weighed yet */
    wk_plan_cost cost;
} wk_weighed;

/* What a run has to give. */
typedef struct wk_allotter {
    const wk_session *session;
    size_t slots;            /* threads that may be at work at once */
    double memory;           /* bytes that all cells together may take; 0: unknown */
    wk_plan_files files;     /* that keys were made of */
    wk_weighed light, heavy; /* the last ones, with one thread and with several */
} wk_allotter;

typedef struct wk_allotment {
    wk_hash key;
    double flops;
    double bytes; /* estimated */
    double most;  /* bytes that it may take */
    size_t threads;
    bool alone; /* nothing runs beside it */
    const wk_fleet_member *member;
} wk_allotment;

/* Cell `index` of the plan, and its key. Its texts live in `scratch`. */
wk_status wk_allot_key(wk_allotter *allotter, size_t index, wk_arena *scratch, wk_plan_cell *cell,
                       wk_hash *key, wk_error *err) WK_CHECKED;

/* What that cell takes with so many threads. */
wk_status wk_allot_weigh(wk_allotter *allotter, const wk_plan_cell *cell, size_t index,
                         size_t threads, wk_arena *scratch, wk_plan_cost *cost,
                         wk_error *err) WK_CHECKED;

/* Cell `index` of the plan, and what it is given. */
wk_status wk_allot(wk_allotter *allotter, size_t index, wk_arena *scratch, wk_plan_cell *cell,
                   wk_allotment *out, wk_error *err) WK_CHECKED;

#endif
