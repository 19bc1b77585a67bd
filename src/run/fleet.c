/* Lists what a plan asks of the machine, and probes each of it. */
#include "run/fleet.h"

#include "blas/cell/placement.h"
#include "run/environment.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool same(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static wk_fleet_member *find(const wk_fleet *fleet, const char *name, const char *coretype,
                             size_t threads) {
    for (size_t i = 0; i < fleet->n; i++)
        if (same(fleet->all[i].name, name) && same(fleet->all[i].coretype, coretype) &&
            fleet->all[i].threads == threads)
            return &fleet->all[i];
    return NULL;
}

const wk_fleet_member *wk_fleet_find(const wk_fleet *fleet, const wk_plan_cell *cell) {
    size_t ours, library;
    wk_plan_threads(cell, &ours, &library);
    const wk_placement where = wk_placement_of(&cell->params);
    const wk_fleet_member *member = find(fleet, where.backend, where.coretype, library);
    WK_ASSERT(member);
    return member;
}

/* ---- who is needed ---- */

enum { MOST = 256 };

static wk_status add(wk_fleet *fleet, const wk_plan_cell *cell, wk_arena *arena, wk_error *err) {
    const wk_placement where = wk_placement_of(&cell->params);
    const char *name = where.backend, *coretype = where.coretype;
    size_t ours, library;
    wk_plan_threads(cell, &ours, &library);
    if (find(fleet, name, coretype, library))
        return WK_OK;
    if (fleet->n == MOST)
        return wk_node_fail(cell->experiment->node, err,
                            "more than %d combinations of backend, coretype and threads", MOST);
    wk_fleet_member *member = &fleet->all[fleet->n++];
    *member = (wk_fleet_member){.name = name ? wk_arena_text(arena, name) : NULL,
                                .coretype = coretype ? wk_arena_text(arena, coretype) : NULL,
                                .threads = library};
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
            wk_plan_cell cell;
            status = wk_plan_cell_at(plan, e->first + i * e->seeds, &scratch, &cell, err);
            if (status == WK_OK)
                status = add(fleet, &cell, arena, err);
            wk_arena_reset(&scratch, mark);
        }
    }
    wk_arena_release(&scratch);
    return status;
}

/* ---- are they there? ---- */

static wk_status fail_unknown(const wk_plan_experiment *e, const wk_backends *backends,
                              const char *name, wk_error *err) {
    char names[512] = "";
    wk_backends_list(backends, names, sizeof names);
    const wk_backend *found = wk_backends_named(backends, name);
    const wk_node *at = wk_node_find(e->node, "backend");
    for (size_t i = 0; at->kind == WK_NODE_AXIS && i < at->n; i++)
        if (strcmp(at->items[i]->value.text, name) == 0)
            at = at->items[i];
    if (found)
        return wk_node_fail(at, err, "backend '%s' cannot be used: %s", name, found->unusable);
    return wk_node_fail(at, err, "no backend '%s' here (there are: %s)", name, names);
}

wk_status wk_fleet_check(const wk_plan *plan, const wk_backends *backends, wk_error *err) {
    for (size_t x = 0; x < plan->n; x++) {
        const wk_plan_experiment *e = &plan->experiments[x];
        for (size_t i = 0; i < e->nbackends; i++) {
            const wk_backend *found = wk_backends_named(backends, e->backends[i]);
            if (!found || found->unusable)
                return fail_unknown(e, backends, e->backends[i], err);
        }
    }
    return WK_OK;
}

/* ---- what are they like? ---- */

static wk_status start(wk_fleet_member *member, const char *folder,
                       const volatile sig_atomic_t *stop, wk_arena *arena, wk_error *err) {
    const char *search = NULL;
    wk_request *like = &member->like;
    *like = (wk_request){.threads = member->threads};
    if (member->backend) {
        WK_TRY(wk_backend_link(member->backend, folder, arena, &search, err));
        like->blas = member->backend->blas;
        like->lapack = member->backend->lapack;
    }
    if (member->backend || member->coretype || member->threads != 1)
        wk_backend_settings(search, member->coretype, member->threads, arena, &like->settings,
                            &like->nsettings);
    WK_TRY(wk_probe_run(like, stop, arena, &member->probe, err));
    return wk_hash_file(member->probe.blas_path, &member->hash, err);
}

/* A library that was told something and did otherwise. */
static wk_status check_obedience(const wk_fleet_member *member, bool proven, wk_error *err) {
    const wk_probe *probe = &member->probe;
    if (member->coretype && strcmp(probe->blas_name, "OpenBLAS") != 0)
        return wk_fail(err, WK_CANNOT, "coretype '%s' is meant for OpenBLAS, not for %s",
                       member->coretype, probe->blas_name);
    if (member->coretype && strcasecmp(probe->core, member->coretype) != 0)
        return wk_fail(err, WK_CANNOT, "told to be for core type '%s', it is for '%s'",
                       member->coretype, probe->core);
    if (proven && !wk_probe_keeps_threads(probe, member->threads))
        return wk_fail(err, WK_CANNOT, "given %zu thread%s, its DGEMM used %.2f", member->threads,
                       member->threads == 1 ? "" : "s", probe->blas_threads);
    return WK_OK;
}

/* A rate is of one machine. */
static void name_machine(wk_fleet_member *member, wk_arena *arena) {
    const char *cpu = wk_environment_cpu(arena), *os = wk_environment_os(arena);
    const char *all = cpu && os
                          ? wk_arena_printf(arena, "%s\n%s\n%s\n%zu cores\n", member->fingerprint,
                                            cpu, os, wk_environment_cores())
                          : NULL;
    member->timed = all ? wk_arena_text(arena, wk_hash_text(all).hex) : NULL;
}

/* proven: threads other than those that were given are trouble, and not only to be warned of. */
static void look_at(wk_fleet_member *member, bool proven, const char *folder,
                    const volatile sig_atomic_t *stop, wk_arena *arena) {
    wk_error trouble = {0};
    wk_status status = start(member, folder, stop, arena, &trouble);
    if (status == WK_OK)
        status = check_obedience(member, proven, &trouble);
    if (status != WK_OK && member->probe.fingerprint) { /* a busy machine may have been the cause */
        status = wk_probe_run(&member->like, stop, arena, &member->probe, &trouble);
        if (status == WK_OK)
            status = check_obedience(member, proven, &trouble);
    }
    const bool unlocked = status == WK_OK && wk_probe_lacks_locks(&member->probe);
    member->most_threads = unlocked ? 1 : SIZE_MAX;
    member->fingerprint = member->probe.fingerprint ? member->probe.fingerprint : "unusable";
    name_machine(member, arena);
    if (status == WK_OK)
        return;
    member->trouble = wk_arena_text(arena, trouble.message);
}

wk_status wk_fleet_make(const wk_plan *plan, const wk_backends *backends, const wk_backend *own,
                        const char *folder, const volatile sig_atomic_t *stop, wk_arena *arena,
                        wk_fleet *fleet, wk_error *err) {
    fleet->n = 1;
    fleet->all = wk_arena_get(arena, MOST, sizeof *fleet->all);
    fleet->all[0].threads = 1;
    WK_TRY(list(plan, fleet, arena, err));
    for (size_t i = 0; i < fleet->n; i++) {
        wk_fleet_member *member = &fleet->all[i];
        member->backend = member->name ? wk_backends_named(backends, member->name) : own;
        look_at(member, member->backend || i > 0, folder, stop, arena);
        if (*stop)
            return wk_fail(err, WK_CANNOT, "interrupted before anything was run");
        if (i == 0 && member->trouble)
            return wk_fail(err, WK_CANNOT, "%s", member->trouble);
    }
    return WK_OK;
}
