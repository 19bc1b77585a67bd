/* The store: what was found, one SQLite file, `store.db`, in the output folder.
 *
 * It has many cells, by key, and ONE current plan: the list of cells that the current suite asks
 * for. Journal DELETE, synchronous FULL, so a transaction that is committed survives a kill
 * at any moment. Each row carries its SHA-256, verified when it is read. Only one process
 * writes: the folder is locked (`store.lock`, an flock that worker processes do not
 * inherit).
 */
#ifndef WK_RUN_STORE_H
#define WK_RUN_STORE_H

#include "base/hash.h"
#include "base/param.h"
#include "table/table.h"

#include <signal.h>
#include <stdbool.h>

typedef struct wk_store wk_store;

typedef enum wk_store_mode {
    WK_STORE_READ,  /* must exist; nothing is ever written */
    WK_STORE_WRITE, /* made if absent; the folder is made and locked */
} wk_store_mode;

/* Opens folder/store.db. WK_BAD_INPUT: the folder cannot be made or written, is not empty and no
 * output folder of widecheck (nothing in it is touched), is locked by another run (its pid is
 * named), or the store is of a newer schema. An older one is read as it is; to be written it is
 * brought up to date (store_schema.c). On success *out is freed by wk_store_close. */
wk_status wk_store_open(const char *folder, wk_store_mode mode, wk_store **out,
                        wk_error *err) WK_CHECKED;
void wk_store_close(wk_store *store);

/* Facts kept beside the cells: "suite.text", "environment.cpu", … Each keeps its type. */
wk_status wk_store_put(wk_store *store, const char *key, wk_value value, wk_error *err) WK_CHECKED;
/* Removes the facts whose keys begin so. */
wk_status wk_store_drop(wk_store *store, const char *prefix, wk_error *err) WK_CHECKED;
/* All of them, in `arena`. WK_CANNOT if one is damaged. */
wk_status wk_store_facts(wk_store *store, wk_arena *arena, wk_bag *facts, wk_error *err) WK_CHECKED;

/* The facts of a store of schemas 1 to 5, in which all were texts, become what a present run would
 * have put: those of "environment." get the types of their rows. WK_CANNOT for backends that cannot
 * be read. */
wk_status wk_store_old_facts(const wk_param *rows, size_t n, wk_bag *facts, wk_arena *arena,
                             wk_error *err) WK_CHECKED;

/* What is put between the two is there whole or not at all. A store that is closed before the
 * commit rolls back. */
wk_status wk_store_begin(wk_store *store, wk_error *err) WK_CHECKED;
wk_status wk_store_commit(wk_store *store, wk_error *err) WK_CHECKED;
/* After a failure within the two: false if it has undone all since wk_store_begin. */
bool wk_store_in_transaction(const wk_store *store);
/* After a failure within the two, or of them: undoes what has not been undone. */
void wk_store_roll_back(wk_store *store);

/* How long a call waits for somebody else who reads or writes, before it fails; not longer than
 * until *stop is non-zero (NULL: it never is). 0: as long as when the store was opened, a minute.
 */
void wk_store_patience(wk_store *store, double seconds, const volatile sig_atomic_t *stop);
/* Did the last call that failed fail because somebody else was reading or writing all that time? */
bool wk_store_was_busy(const wk_store *store);

/* What is read from here to wk_store_commit is of one moment, whatever a run writes meanwhile; that
 * run waits to write, so be brief. */
wk_status wk_store_hold(wk_store *store, wk_error *err) WK_CHECKED;

/* --- the plan: to be replaced whole, within a transaction, and the number of its cells with it, as
 * the fact "plan.cells": without it, or with another number, a plan counts as damaged --- */
wk_status wk_store_plan_clear(wk_store *store, wk_error *err) WK_CHECKED;
wk_status wk_store_plan_add(wk_store *store, size_t position, const wk_hash *key,
                            const char *experiment, const wk_bag *params, uint64_t seed,
                            wk_error *err) WK_CHECKED;

/* --- cells --- */
typedef struct wk_store_cell {
    wk_result result;   /* its series and stages are not looked at: they are in the record */
    const void *record; /* of run/record.h; NULL unless the cell ended ok or diverged */
    size_t size;
} wk_store_cell;

/* Replaces what the key had before. One transaction. */
wk_status wk_store_put_cell(wk_store *store, const wk_hash *key, const wk_store_cell *cell,
                            wk_error *err) WK_CHECKED;

/* Is there an ok or diverged result, undamaged, under this key? A damaged one counts as absent. */
wk_status wk_store_has(wk_store *store, const wk_hash *key, bool *has, wk_error *err) WK_CHECKED;

/* Forgets what is under this key, if anything. */
wk_status wk_store_forget(wk_store *store, const wk_hash *key, wk_error *err) WK_CHECKED;

/* Forgets all cells (`--fresh`). */
wk_status wk_store_clear(wk_store *store, wk_error *err) WK_CHECKED;

/* The current plan with its results, in the plan's order; cells without result are pending. A
 * damaged record is a cell that failed, with that reason. */
wk_status wk_store_table(wk_store *store, wk_arena *arena, wk_table *table,
                         wk_error *err) WK_CHECKED;

#endif
