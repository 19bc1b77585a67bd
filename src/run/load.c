/* Loads a study from its store, and the runs that confirm it from theirs. */
#include "run/load.h"

#include "run/facts.h"
#include "run/remembered.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static wk_status load_store(wk_store *store, const char *folder, wk_arena *arena, wk_study *study,
                            wk_error *err) {
    wk_judged *judged = &study->judged;
    *study = (wk_study){.judged = {.folder = folder}, .passed_over = ""};
    WK_TRY(wk_store_hold(store, err));
    WK_TRY(wk_remembered_open(store, arena, &study->opened, err));
    WK_TRY(wk_store_table(store, arena, &study->table, err));
    WK_TRY(wk_facts_load(store, judged, arena, err));
    WK_TRY(wk_store_get(store, "rerun", &judged->rerun, arena, err));
    if (!judged->rerun)
        return wk_fail(err, WK_CANNOT, "store: 'rerun' is missing; run again to write it anew");
    WK_TRY(wk_store_get(store, "backend", &judged->backend, arena, err));
    WK_TRY(wk_remembered_warnings(store, &judged->warnings, &judged->nwarnings, arena, err));
    if (!judged->backend)
        judged->backend = wk_store_old_backend(judged->rerun, arena);
    return wk_store_commit(store, err);
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

static wk_status same_fact(wk_store *a, wk_store *b, const char *key, wk_arena *arena, bool *same,
                           wk_error *err) {
    const char *x = NULL, *y = NULL;
    WK_TRY(wk_store_get(a, key, &x, arena, err));
    WK_TRY(wk_store_get(b, key, &y, arena, err));
    *same = *same && x && y && strcmp(x, y) == 0;
    return WK_OK;
}

/* The suite's text, the data files and the numerics are the same, and the overrides but for the
 * last, which is the seed. */
static wk_status belongs(wk_store *own, wk_store *other, uint64_t seed, wk_arena *arena, bool *same,
                         wk_error *err) {
    static const char *const facts[] = {"suite.text", "plan.files", "program.numerics"};
    const char *lines[2] = {NULL, NULL};
    *same = true;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        WK_TRY(same_fact(own, other, facts[i], arena, same, err));
    WK_TRY(wk_store_get(own, "suite.overrides", &lines[0], arena, err));
    WK_TRY(wk_store_get(other, "suite.overrides", &lines[1], arena, err));
    const char *expected =
        wk_arena_printf(arena, "%sseed=%" PRIu64 "\n", lines[0] ? lines[0] : "", seed);
    *same = *same && lines[1] && strcmp(expected, lines[1]) == 0;
    return WK_OK;
}

static wk_status load_other(wk_store *own, const char *path, uint64_t seed, wk_arena *arena,
                            wk_study *study, bool *taken, wk_error *err) {
    wk_store *store = NULL;
    *taken = false;
    wk_status status = wk_store_open(path, WK_STORE_READ, &store, err);
    if (status == WK_OK)
        status = belongs(own, store, seed, arena, taken, err);
    if (status == WK_OK && *taken)
        status = load_store(store, path, arena, study, err);
    wk_store_close(store);
    return status == WK_OK ? WK_OK : wk_fail_within(err, "confirmation with seed %" PRIu64, seed);
}

wk_status wk_load_study(wk_store *store, const char *folder, wk_arena *arena, wk_study *study,
                        wk_error *err) {
    WK_TRY(load_store(store, folder, arena, study, err));
    const wk_opened *opened = &study->opened;
    study->others = wk_arena_get(arena, opened->nconfirm, sizeof *study->others);
    for (size_t i = 0; i < opened->nconfirm; i++) {
        const char *path = wk_load_confirmation_folder(folder, opened->confirm[i], arena);
        bool taken = false;
        if (!has_store(path))
            continue;
        wk_study *other = wk_arena_get(arena, 1, sizeof *other);
        WK_TRY(load_other(store, path, opened->confirm[i], arena, other, &taken, err));
        if (taken)
            study->others[study->nothers++] = other;
        else
            study->passed_over = wk_arena_printf(arena, "%s%s'%s'", study->passed_over,
                                                 *study->passed_over ? ", " : "", path);
    }
    return WK_OK;
}
