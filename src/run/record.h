/* A cell's result on its way: worker → pipe → store → table, as one binary message (base/bytes.h)
 * of the format "wkrc", version 1. It holds a wk_result:
 *
 *   f64   peak_bytes, wall_s, cpu_s: what the worker knows of itself; 0 where it does not know
 *   u8    end
 *   text  reason
 *   u32   number of series; then for each
 *             text name, u8 flags (1: indexed; 2: at the same abscissae as the series before),
 *             u32 n, n f64 abscissae unless the flag 2 is set, n f64 values
 *   u32   number of stages; then for each
 *             text name, f64 wall_s, cpu_s, flops
 */
#ifndef WK_RUN_RECORD_H
#define WK_RUN_RECORD_H

#include "base/bytes.h"
#include "base/result.h"

/* Appends the message to `out`. */
void wk_record_write(const wk_result *result, wk_bytes *out);

/* Everything in *result lives in `arena`; series with the same abscissae may share them. WK_CANNOT
 * for bytes that are no such message. */
wk_status wk_record_read(const void *data, size_t length, wk_arena *arena, wk_result *result,
                         wk_error *err) WK_CHECKED;

#endif
