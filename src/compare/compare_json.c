/* A comparison for scripts. */
#include "compare/compare.h"

#include "base/json.h"

static void run(wk_json *json, const char *name, const wk_results *r) {
    wk_json_line(json, 0);
    wk_json_object(json, name);
    wk_json_text(json, "path", r->path);
    wk_json_text(json, "version", r->version);
    wk_json_text(json, "commit", r->commit);
    wk_json_text(json, "numerics", r->numerics);
    wk_json_count(json, "claims", r->nclaims);
    wk_json_count(json, "cells", r->table.n);
    wk_json_end(json);
}

static void verdict(wk_json *json, const char *name, const wk_results_claim *claim) {
    wk_json_text_or_null(json, name, claim ? wk_verdict_name(claim->verdict) : NULL);
}

static void claims(wk_json *json, const wk_comparison *found) {
    wk_json_line(json, 0);
    wk_json_array(json, "claims");
    for (size_t i = 0; i < found->nclaims; i++) {
        const wk_compare_claim *c = &found->claims[i];
        wk_json_row(json, 1);
        wk_json_text(json, "id", c->id);
        verdict(json, "base", c->base);
        verdict(json, "new", c->now);
        wk_json_truth(json, "worse", c->worse);
        wk_json_truth(json, "other_test", c->other_test);
        wk_json_text(json, "reason", c->now ? c->now->reason : "");
        wk_json_end(json);
    }
    wk_json_end(json);
}

static void ends(wk_json *json, const wk_comparison *found) {
    wk_json_line(json, 0);
    wk_json_array(json, "cells");
    for (size_t i = 0; i < found->nends; i++) {
        const wk_compare_ends *e = &found->ends[i];
        wk_json_row(json, 1);
        wk_json_text(json, "experiment", e->experiment);
        wk_json_text_or_null(json, "base", e->base);
        wk_json_text_or_null(json, "new", e->now);
        wk_json_count(json, "cells", e->cells);
        wk_json_truth(json, "worse", e->worse);
        wk_json_text(json, "first", e->first->id);
        wk_json_text(json, "reason", e->now ? e->first->result.reason : "");
        wk_json_end(json);
    }
    wk_json_end(json);
}

static void worst(wk_json *json, const wk_compare_drift *d) {
    wk_json_object(json, "worst");
    wk_json_text(json, "cell", d->where->id);
    wk_json_real(json, "at", d->at);
    wk_json_real(json, "base", d->base);
    wk_json_real(json, "new", d->now);
    wk_json_real(json, "relative", d->relative);
    wk_json_real(json, "ulps", d->ulps);
    wk_json_real(json, "of_tolerance", d->excess);
    wk_json_end(json);
}

static void drifts(wk_json *json, const wk_comparison *found) {
    static const char *const replays[] = {
        [WK_REPLAY_SMOOTH] = "smooth",     [WK_REPLAY_EVENT] = "event", [WK_REPLAY_SIGN] = "sign",
        [WK_REPLAY_ROUNDING] = "rounding", [WK_REPLAY_TIME] = "time",   [WK_REPLAY_BITS] = "bits"};
    wk_json_line(json, 0);
    wk_json_array(json, "metrics");
    for (size_t i = 0; i < found->ndrifts; i++) {
        const wk_compare_drift *d = &found->drifts[i];
        wk_json_row(json, 1);
        wk_json_text(json, "experiment", d->experiment);
        wk_json_text(json, "metric", d->metric);
        wk_json_text(json, "replay", replays[d->replay]);
        wk_json_truth(json, "worse", d->worse);
        wk_json_count(json, "compared", d->cells);
        wk_json_count(json, "differing", d->differing);
        wk_json_count(json, "beyond", d->beyond);
        wk_json_count(json, "gone", d->gone);
        wk_json_count(json, "added", d->added);
        wk_json_count(json, "reshaped", d->reshaped);
        if (d->where)
            worst(json, d);
        else
            wk_json_text_or_null(json, "worst", NULL);
        wk_json_end(json);
    }
    wk_json_end(json);
}

static void clock(wk_json *json, const wk_compare_time *t, int clock, const char *name,
                  const char *interval) {
    const wk_interval *ratio = &t->ratio[clock];
    wk_json_real(json, name, ratio->mean);
    wk_json_reals(json, interval, (const double[]){ratio->low, ratio->high}, 2);
}

static void times(wk_json *json, const wk_comparison *found) {
    wk_json_line(json, 0);
    wk_json_object(json, "times");
    wk_json_truth(json, "judged", !*found->times_refused);
    wk_json_text(json, "why_not", found->times_refused);
    wk_json_real(json, "tolerance", found->time_tolerance);
    wk_json_real(json, "common_cpu", found->common_cpu);
    wk_json_array(json, "stages");
    for (size_t i = 0; i < found->ntimes; i++) {
        const wk_compare_time *t = &found->times[i];
        wk_json_row(json, 1);
        wk_json_text(json, "experiment", t->experiment);
        wk_json_text(json, "stage", t->stage);
        wk_json_count(json, "cells", t->cells);
        wk_json_real(json, "base_s", t->base_s);
        wk_json_real(json, "new_s", t->now_s);
        clock(json, t, WK_COMPARE_WALL, "wall", "wall_interval");
        clock(json, t, WK_COMPARE_CPU, "cpu", "cpu_interval");
        wk_json_real(json, "common_wall", t->common[WK_COMPARE_WALL]);
        wk_json_real(json, "common_cpu", t->common[WK_COMPARE_CPU]);
        wk_json_truth(json, "judged", t->judged);
        wk_json_truth(json, "slower", t->slower);
        wk_json_truth(json, "faster", t->faster);
        wk_json_end(json);
    }
    wk_json_end(json);
    wk_json_end(json);
}

wk_status wk_compare_json(const wk_comparison *found, FILE *out, wk_error *err) {
    wk_json json = {.out = out};
    wk_json_object(&json, NULL);
    wk_json_count(&json, "schema", 1);
    run(&json, "base", found->base);
    run(&json, "new", found->now);
    wk_json_line(&json, 0);
    wk_json_count(&json, "regressions", found->regressions);
    wk_json_count(&json, "changes", found->changes);
    wk_json_text(&json, "replay", found->bitwise ? "bitwise" : "numerical");
    wk_json_real(&json, "tolerance", found->tolerance);
    wk_json_object(&json, "compared");
    wk_json_count(&json, "claims", found->claims_common);
    wk_json_count(&json, "cells", found->cells_common);
    wk_json_count(&json, "measured_cells", found->cells_measured);
    wk_json_count(&json, "values", found->values);
    wk_json_end(&json);
    claims(&json, found);
    ends(&json, found);
    drifts(&json, found);
    times(&json, found);
    wk_json_line(&json, 0);
    wk_json_array(&json, "notes");
    for (size_t i = 0; i < found->nnotes; i++) {
        wk_json_line(&json, 1);
        wk_json_text(&json, NULL, found->notes[i]);
    }
    wk_json_end(&json);
    wk_json_end(&json);
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the comparison") : WK_OK;
}
