/* Lists what a plan asks of the machine, and probes each of it. */
#include "run/fleet.h"

#include "blas/cell/placement.h"
#include "run/environment.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static wk_blas_identity asked_by(const wk_plan_cell *cell) {
    const wk_placement where = wk_placement_of(&cell->params);
    size_t ours;
    wk_blas_identity blas = {.name = where.backend ? where.backend : "",
                             .coretype = where.coretype ? where.coretype : ""};
    wk_plan_threads(cell, &ours, &blas.threads);
    return blas;
}

static const wk_fleet_member *find(const wk_fleet *fleet, const wk_blas_identity *asked) {
    for (size_t i = 0; i < fleet->n; i++) {
        const wk_blas_identity *blas = &fleet->all[i].blas;
        if (strcmp(blas->name, asked->name) == 0 && strcmp(blas->coretype, asked->coretype) == 0 &&
            blas->threads == asked->threads)
            return &fleet->all[i];
    }
    return NULL;
}

const wk_fleet_member *wk_fleet_find(const wk_fleet *fleet, const wk_plan_cell *cell) {
    const wk_blas_identity asked = asked_by(cell);
    const wk_fleet_member *member = find(fleet, &asked);
    WK_ASSERT(member);
    return member;
}

/* ---- who is needed ---- */

enum { MOST = 256 };

static wk_status add(wk_fleet *fleet, const wk_plan_cell *cell, wk_arena *arena, wk_error *err) {
    wk_blas_identity asked = asked_by(cell);
    if (find(fleet, &asked))
        return WK_OK;
    if (fleet->n == MOST)
        return wk_node_fail(cell->experiment->node, err,
                            "more than %d combinations of backend, coretype and threads", MOST);
    asked.name = wk_arena_text(arena, asked.name);
    asked.coretype = wk_arena_text(arena, asked.coretype);
    fleet->all[fleet->n++].blas = asked;
    return WK_OK;
}

static bool asks(const wk_plan_experiment *e) {
    return e->nbackends || e->kernel || wk_node_find(e->node, "coretype");
}

static wk_status list(const wk_plan *plan, wk_fleet *fleet, wk_arena *arena, wk_error *err) {
    wk_arena scratch = {0};
    wk_status status = WK_OK;
    for (size_t x = 0; x < plan->n && status == WK_OK; x++) {
        const wk_plan_experiment *e = &plan->experiments[x];
        for (size_t i = 0; asks(e) && i < e->combinations && status == WK_OK; i++) {
            const wk_arena_mark mark = wk_arena_here(&scratch);
            const wk_plan_cell cell = wk_plan_cell_at(plan, e->first + i * e->seeds, &scratch);
            status = add(fleet, &cell, arena, err);
            wk_arena_reset(&scratch, mark);
        }
    }
    wk_arena_release(&scratch);
    return status;
}

/* ---- are they there? ---- */

/* Where the suite names it. */
static const wk_node *place_of(const wk_plan_experiment *e, const char *name) {
    const wk_node *at = wk_node_find(e->node, "backend");
    for (size_t i = 0; at->kind == WK_NODE_AXIS && i < at->n; i++)
        if (strcmp(at->items[i]->value.text, name) == 0)
            return at->items[i];
    return at;
}

wk_status wk_fleet_check(const wk_plan *plan, const wk_backends *backends, wk_error *err) {
    for (size_t x = 0; x < plan->n; x++) {
        const wk_plan_experiment *e = &plan->experiments[x];
        for (size_t i = 0; i < e->nbackends; i++) {
            const wk_backend *found = NULL;
            wk_error wrong = {0};
            if (wk_backends_usable(backends, e->backends[i], &found, &wrong) != WK_OK)
                return wk_node_fail(place_of(e, e->backends[i]), err, "%s", wrong.message);
        }
    }
    return WK_OK;
}

/* ---- what are they like? ---- */

static wk_status start(wk_fleet_member *member, const char *folder,
                       const volatile sig_atomic_t *stop, wk_arena *arena, wk_error *err) {
    const char *search = NULL;
    const wk_blas_identity *blas = &member->blas;
    wk_request *like = &member->like;
    *like = (wk_request){.threads = blas->threads};
    if (member->backend) {
        WK_TRY(wk_backend_link(member->backend, folder, arena, &search, err));
        like->blas = member->backend->blas;
        like->lapack = member->backend->lapack;
    }
    if (member->backend || *blas->coretype || blas->threads != 1)
        wk_backend_settings(search, *blas->coretype ? blas->coretype : NULL, blas->threads, arena,
                            &like->settings, &like->nsettings);
    return wk_probe_run(like, stop, arena, &member->blas, err);
}

/* A library that was told something and did otherwise. proven: so are threads other than those that
 * were given, which else are only to be warned of. */
static wk_status check_obedience(const wk_blas_identity *blas, bool proven, wk_error *err) {
    if (*blas->coretype && strcmp(blas->library, "OpenBLAS") != 0)
        return wk_fail(err, WK_CANNOT, "coretype '%s' is meant for OpenBLAS, not for %s",
                       blas->coretype, blas->library);
    if (*blas->coretype && strcasecmp(blas->core, blas->coretype) != 0)
        return wk_fail(err, WK_CANNOT, "told to be for core type '%s', it is for '%s'",
                       blas->coretype, blas->core);
    if (proven && !wk_probe_keeps_threads(blas))
        return wk_fail(err, WK_CANNOT, "given %zu thread%s, its DGEMM used %.2f", blas->threads,
                       blas->threads == 1 ? "" : "s", blas->effective_threads);
    return WK_OK;
}

static void look_at(wk_fleet_member *member, bool proven, const char *folder,
                    const volatile sig_atomic_t *stop, wk_arena *arena) {
    wk_blas_identity *blas = &member->blas;
    wk_error trouble = {0};
    wk_status status = start(member, folder, stop, arena, &trouble);
    if (status == WK_OK)
        status = check_obedience(blas, proven, &trouble);
    if (status != WK_OK && blas->fingerprint) { /* a busy machine may have been the cause */
        status = wk_probe_run(&member->like, stop, arena, blas, &trouble);
        if (status == WK_OK)
            status = check_obedience(blas, proven, &trouble);
    }
    blas->trouble = status == WK_OK ? "" : wk_arena_text(arena, trouble.message);
    blas->provider = member->backend ? member->backend->provider : "own";
    blas->option = member->backend ? member->backend->option : "";
    member->most_threads = status == WK_OK && wk_probe_lacks_locks(blas) ? 1 : SIZE_MAX;
    blas->fingerprint = blas->fingerprint ? blas->fingerprint : "unusable";
    /* A rate is of one machine. */
    const char *machine = wk_arena_printf(arena, "%s\n%s\n%s\n%zu cores\n", blas->fingerprint,
                                          wk_environment_cpu(arena), wk_environment_os(arena),
                                          wk_environment_cores());
    member->timed = wk_arena_text(arena, wk_hash_text(machine).hex);
}

wk_status wk_fleet_make(const wk_plan *plan, const wk_backends *backends, const wk_backend *own,
                        const char *folder, const volatile sig_atomic_t *stop, wk_arena *arena,
                        wk_fleet *fleet, wk_error *err) {
    fleet->n = 1;
    fleet->all = wk_arena_get(arena, MOST, sizeof *fleet->all);
    fleet->all[0].blas = (wk_blas_identity){.name = "", .coretype = "", .threads = 1};
    WK_TRY(list(plan, fleet, arena, err));
    for (size_t i = 0; i < fleet->n; i++) {
        wk_fleet_member *member = &fleet->all[i];
        member->backend = *member->blas.name ? wk_backends_named(backends, member->blas.name) : own;
        look_at(member, member->backend || i > 0, folder, stop, arena);
        if (*stop)
            return wk_fail(err, WK_CANNOT, "interrupted before anything was run");
        if (i == 0 && *member->blas.trouble)
            return wk_fail(err, WK_CANNOT, "%s", member->blas.trouble);
    }
    return WK_OK;
}
