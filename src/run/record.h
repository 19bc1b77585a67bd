/* A cell's result on its way: worker → pipe → store → table, as one JSON document. Non-finite
 * numbers are the strings "inf", "-inf", "nan", so nothing is lost. */
#ifndef WK_RUN_RECORD_H
#define WK_RUN_RECORD_H

#include "table/table.h"

#include <stdio.h>

typedef struct wk_record {
    wk_end end;
    const char *reason;
    const wk_series *series;
    size_t nseries;
    const wk_stage *stages;
    size_t nstages;
} wk_record;

void wk_record_write(const wk_record *record, FILE *out);

/* Everything in *record lives in `arena`. WK_CANNOT if the text is no record. */
wk_status wk_record_read(const char *text, wk_arena *arena, wk_record *record,
                         wk_error *err) WK_CHECKED;

#endif
