/* Loads a study from its store, and the runs that confirm it from theirs. */
#include "run/load.h"

#include "run/facts.h"
#include "run/remembered.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static wk_status fill(wk_store *store, const wk_bag *facts, wk_arena *arena, wk_study *study,
                      wk_error *err) {
    wk_judged *judged = &study->judged;
    WK_TRY(wk_remembered_open(facts, arena, &study->opened, err));
    WK_TRY(wk_store_table(store, arena, &study->table, err));
    WK_TRY(wk_facts_load(facts, judged, arena, err));
    WK_TRY(wk_facts_text(facts, "rerun", &judged->rerun, err));
    judged->backend = wk_bag_find(facts, "backend");
    wk_remembered_warnings(facts, &judged->warnings, &judged->nwarnings, arena);
    return WK_OK;
}

/* ---- runs with other base seeds ---- */

const char *wk_load_confirmation_folder(const char *folder, uint64_t seed, wk_arena *arena) {
    return wk_arena_printf(arena, "%s/confirm/%" PRIu64, folder, seed);
}

static bool has_store(const char *folder) {
    char path[4200];
    snprintf(path, sizeof path, "%s/store.db", folder);
    return access(path, F_OK) == 0;
}

static bool same_fact(const wk_bag *a, const wk_bag *b, const char *key) {
    const char *x = wk_bag_find(a, key), *y = wk_bag_find(b, key);
    return x && y && strcmp(x, y) == 0;
}

/* The suite's text, the data files and the numerics are the same, and the overrides but for the
 * last, which is the seed. */
static bool belongs(const wk_bag *own, const wk_bag *other, uint64_t seed, wk_arena *arena) {
    const char *before = wk_bag_find(own, "suite.overrides"),
               *overrides = wk_bag_find(other, "suite.overrides");
    const char *expected =
        wk_arena_printf(arena, "%sseed=%" PRIu64 "\n", before ? before : "", seed);
    return same_fact(own, other, "suite.text") && same_fact(own, other, "plan.files") &&
           same_fact(own, other, "program.numerics") && overrides &&
           strcmp(expected, overrides) == 0;
}

static wk_status load_other(const wk_bag *own, const char *path, uint64_t seed, wk_arena *arena,
                            wk_study *study, bool *taken, wk_error *err) {
    wk_store *store = NULL;
    wk_bag facts;
    *study = (wk_study){.judged = {.folder = path}, .passed_over = ""};
    *taken = false;
    wk_status status = wk_store_open(path, WK_STORE_READ, &store, err);
    if (status == WK_OK)
        status = wk_store_hold(store, err);
    if (status == WK_OK)
        status = wk_facts_read(store, arena, &facts, err);
    if (status == WK_OK)
        *taken = belongs(own, &facts, seed, arena);
    if (status == WK_OK && *taken)
        status = fill(store, &facts, arena, study, err);
    wk_store_close(store);
    return status == WK_OK ? WK_OK : wk_fail_within(err, "confirmation with seed %" PRIu64, seed);
}

wk_status wk_load_study(wk_store *store, const char *folder, wk_arena *arena, wk_study *study,
                        wk_error *err) {
    wk_bag facts;
    *study = (wk_study){.judged = {.folder = folder}, .passed_over = ""};
    WK_TRY(wk_store_hold(store, err));
    WK_TRY(wk_facts_read(store, arena, &facts, err));
    WK_TRY(fill(store, &facts, arena, study, err));
    WK_TRY(wk_store_commit(store, err));
    const wk_opened *opened = &study->opened;
    study->others = wk_arena_get(arena, opened->nconfirm, sizeof *study->others);
    for (size_t i = 0; i < opened->nconfirm; i++) {
        const char *path = wk_load_confirmation_folder(folder, opened->confirm[i], arena);
        bool taken = false;
        if (!has_store(path))
            continue;
        wk_study *other = wk_arena_get(arena, 1, sizeof *other);
        WK_TRY(load_other(&facts, path, opened->confirm[i], arena, other, &taken, err));
        if (taken)
            study->others[study->nothers++] = other;
        else
            study->passed_over = wk_arena_printf(arena, "%s%s'%s'", study->passed_over,
                                                 *study->passed_over ? ", " : "", path);
    }
    return WK_OK;
}
