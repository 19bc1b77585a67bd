/* The facts of a run that a report repeats: program, machine, libraries. Gathered when a run
 * starts, kept in the store, read again by `report`. */
#ifndef WK_CLI_FACTS_H
#define WK_CLI_FACTS_H

#include "report/report.h"
#include "run/fleet.h"
#include "run/store.h"

wk_status wk_facts_save(wk_store *store, const wk_fleet *fleet, size_t cores, wk_arena *arena,
                        wk_error *err) WK_CHECKED;

/* Fills version, commit, dirty, numerics, environment, gemm_gflops and core_count of the report. */
wk_status wk_facts_load(wk_store *store, wk_report *report, wk_arena *arena,
                        wk_error *err) WK_CHECKED;

#endif
