/* The facts of a run that a report repeats: program, machine, libraries. Gathered when a run
 * starts, kept in the store, read again by `report`. */
#ifndef WK_RUN_FACTS_H
#define WK_RUN_FACTS_H

#include "claim/judged.h"
#include "run/fleet.h"
#include "run/store.h"

/* The first member of the fleet is the BLAS of the environment; the others are the `backends` of
 * the report. Texts on the way live in `arena`. WK_CANNOT if the store cannot be written. */
wk_status wk_facts_save(wk_store *store, const wk_fleet *fleet, size_t cores, wk_arena *arena,
                        wk_error *err) WK_CHECKED;

/* All facts of a store, typed, of whatever schema it is. Everything lives in `arena`. */
wk_status wk_facts_read(wk_store *store, wk_arena *arena, wk_bag *facts, wk_error *err) WK_CHECKED;

/* The text of one that must be there. WK_CANNOT if it is missing. */
wk_status wk_facts_text(const wk_bag *facts, const char *key, const char **text,
                        wk_error *err) WK_CHECKED;

/* Fills version, commit, dirty, numerics, environment, gemm_gflops, core_count and backends of the
 * report. WK_CANNOT for a fact that is missing or of another type. */
wk_status wk_facts_load(const wk_bag *facts, wk_judged *report, wk_arena *arena,
                        wk_error *err) WK_CHECKED;

#endif
