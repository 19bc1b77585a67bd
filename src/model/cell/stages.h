/* Where the time of a cell goes: named stages, each a stop-watch that may run many times. */
#ifndef WK_MODEL_CELL_STAGES_H
#define WK_MODEL_CELL_STAGES_H

#include "base/error.h"
#include "base/result.h"

enum { WK_STAGES_MOST = 8 };

typedef struct wk_stages {
    wk_stage stage[WK_STAGES_MOST];
    size_t n;
    double wall, cpu; /* of the start */
    size_t current;
} wk_stages;

/* From here on time belongs to `name`; one stage runs at a time. */
void wk_stages_begin(wk_stages *stages, const char *name);
/* Ends it, and credits the operations done. */
void wk_stages_end(wk_stages *stages, double flops);

#endif
