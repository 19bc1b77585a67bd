#include "cli/confirm.h"
#include "claim/judgement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

wk_status wk_confirm_folder(const char *folder, uint64_t seed, char out[4096], wk_error *err) {
    const int length = snprintf(out, 4096, "%s/confirm/%" PRIu64, folder, seed);
    return length < 4096 ? WK_OK : wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", folder);
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

static wk_status load_one(wk_store *own, const char *path, uint64_t seed, wk_arena *arena,
                          wk_confirmation *out, bool *taken, wk_error *err) {
    wk_store *store = NULL;
    wk_publication *other = wk_arena_get(arena, 1, sizeof *other);
    *taken = false;
    wk_status status = wk_store_open(path, WK_STORE_READ, &store, err);
    if (status == WK_OK)
        status = belongs(own, store, seed, arena, taken, err);
    if (status == WK_OK && *taken)
        status = wk_publish_judge(store, path, arena, other, err);
    wk_store_close(store);
    if (status != WK_OK)
        return wk_fail_within(err, "confirmation with seed %" PRIu64, seed);
    *out = (wk_confirmation){seed, other->report.judgements};
    return WK_OK;
}

/* All must hold the claims of the suite, in its order: they do, since its text is the same. */
static void fold(wk_judged *report, wk_judgement *judgements, wk_arena *arena) {
    for (size_t i = 0; i < report->njudgements; i++)
        for (size_t c = 0; c < report->nconfirmations; c++)
            wk_claim_confirm(&judgements[i], &report->confirmations[c].judgements[i],
                             report->confirmations[c].seed, arena);
}

wk_status wk_confirm_load(wk_store *store, const char *folder, wk_arena *arena,
                          wk_publication *publication, wk_error *err) {
    const wk_opened *opened = &publication->opened;
    wk_judged *report = &publication->report;
    wk_confirmation *all = wk_arena_get(arena, opened->nconfirm, sizeof *all);
    for (size_t i = 0; i < opened->nconfirm; i++) {
        char path[4096];
        bool taken = false;
        WK_TRY(wk_confirm_folder(folder, opened->confirm[i], path, err));
        if (!has_store(path))
            continue;
        WK_TRY(load_one(store, path, opened->confirm[i], arena, &all[report->nconfirmations],
                        &taken, err));
        if (taken) {
            report->nconfirmations++;
            continue;
        }
        publication->passed_over = wk_arena_printf(arena, "%s%s'%s'", publication->passed_over,
                                                   *publication->passed_over ? ", " : "", path);
    }
    report->confirmations = all;
    report->confirm = opened->confirm;
    report->nconfirm = opened->nconfirm;
    fold(report, publication->judgements, arena);
    return WK_OK;
}
