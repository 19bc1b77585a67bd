/* Adds up what a run would take, and prints it. */
#include "run/budget.h"

#include "run/environment.h"
#include "run/filter.h"

/* Assumed where nothing has been measured yet. */
static const double core_rate = 15e9, start_s = 0.03;

typedef struct budget {
    size_t cells;
    double flops, bytes, seconds; /* bytes: of the largest cell */
} budget;

/* cores: how many such cells run at a time */
static void add(budget *b, size_t cells, const wk_plan_cost *cost, size_t cores) {
    b->cells += cells;
    b->seconds += (double)cells * (cost->flops / core_rate + start_s) / (double)cores;
    b->flops += (double)cells * cost->flops;
    if (cost->bytes > b->bytes)
        b->bytes = cost->bytes;
}

static void print_row(FILE *out, const char *name, const budget *b) {
    fprintf(out, "  %-24s %7zu %11.3g %9.0f %9.1f\n", name, b->cells, b->flops / 1e9,
            b->bytes / 1048576, b->seconds);
}

static wk_status collect(const wk_opened *opened, const char *filter, budget *experiments,
                         budget *claims, budget *total, wk_arena *arena, wk_error *err) {
    const wk_plan *plan = &opened->plan;
    for (size_t e = 0; e < plan->n; e++)
        for (size_t i = 0; i < plan->experiments[e].combinations; i++) {
            const wk_plan_experiment *x = &plan->experiments[e];
            const size_t cores = x->kernel ? 1 : wk_environment_cores();
            const wk_arena_mark mark = wk_arena_here(arena);
            wk_plan_cost cost;
            const char *culprit = NULL;
            const wk_plan_cell cell = wk_plan_cell_at(plan, x->first + i * x->seeds, arena);
            WK_TRY(wk_plan_weigh(plan, &cell, 1, arena, &cost, &culprit, err));
            const wk_row row = {.experiment = x->name, .params = cell.params};
            if (wk_filter_takes(opened, filter, &row)) {
                add(&experiments[e], x->seeds, &cost, cores);
                add(total, x->seeds, &cost, cores);
                for (size_t c = 0; c < opened->nclaims; c++)
                    if (wk_filter_claim_takes(&opened->claims[c], &row))
                        add(&claims[c], x->seeds, &cost, cores);
            }
            wk_arena_reset(arena, mark);
        }
    return WK_OK;
}

static wk_status print(const wk_opened *opened, const char *filter, FILE *out, wk_arena *arena,
                       wk_error *err) {
    budget *experiments = wk_arena_get(arena, opened->plan.n, sizeof *experiments);
    budget *claims = wk_arena_get(arena, opened->nclaims, sizeof *claims);
    budget total = {0};
    WK_TRY(collect(opened, filter, experiments, claims, &total, arena, err));
    const size_t cores = wk_environment_cores();
    fprintf(out, "%s\n\n  %-24s %7s %11s %9s %9s\n", opened->title, "experiment", "cells", "GFLOP",
            "MiB/cell", "seconds");
    for (size_t i = 0; i < opened->plan.n; i++)
        print_row(out, opened->plan.experiments[i].name, &experiments[i]);
    print_row(out, "all", &total);
    if (opened->nclaims)
        fprintf(out, "\n  %-24s (cells may serve several claims)\n", "claim");
    for (size_t i = 0; i < opened->nclaims; i++)
        print_row(out, opened->claims[i].id, &claims[i]);
    fprintf(out,
            "\nEstimates: %.0f GFLOP/s a core, %.0f ms to start a cell, %zu cores; horizons that "
            "depend\n"
            "on the data (escape, gap) are guessed. Nothing was run or written.\n",
            core_rate / 1e9, start_s * 1e3, cores);
    return WK_OK;
}

wk_status wk_budget_print(const wk_opened *opened, const char *filter, FILE *out, wk_error *err) {
    wk_arena arena = {0};
    const wk_status status = print(opened, filter, out, &arena, err);
    wk_arena_release(&arena);
    return status;
}
