/* A cell's result on its way: worker → pipe → store → table, as one JSON document. Non-finite
 * numbers are the strings "inf", "-inf", "nan", so nothing is lost. */
#ifndef WK_RUN_RECORD_H
#define WK_RUN_RECORD_H

#include "base/arena.h"
#include "base/result.h"

#include <stdio.h>

void wk_record_write(const wk_result *record, FILE *out);

/* Everything in *record lives in `arena`. WK_CANNOT if the text is no record. */
wk_status wk_record_read(const char *text, wk_arena *arena, wk_result *record,
                         wk_error *err) WK_CHECKED;

#endif
