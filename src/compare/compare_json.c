/* A comparison for scripts. */
#include "compare/compare.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

static void member(FILE *out, const char *name, const char *text) {
    fprintf(out, "\"%s\":", name);
    wk_json_text(out, text);
}

static void real(FILE *out, const char *name, double value) {
    fprintf(out, ",\"%s\":", name);
    wk_json_real(out, value);
}

static const char *truth(bool value) {
    return value ? "true" : "false";
}

static void run(FILE *out, const char *name, const wk_results *r) {
    fprintf(out, ",\n\"%s\":{", name);
    member(out, "path", r->path);
    fputc(',', out);
    member(out, "version", r->version);
    fputc(',', out);
    member(out, "commit", r->commit);
    fputc(',', out);
    member(out, "numerics", r->numerics);
    fprintf(out, ",\"claims\":%zu,\"cells\":%zu}", r->nclaims, r->table.n);
}

static void verdict(FILE *out, const char *name, const wk_results_claim *claim) {
    fprintf(out, ",\"%s\":", name);
    if (claim)
        wk_json_text(out, wk_verdict_name(claim->verdict));
    else
        fputs("null", out);
}

static void claims(FILE *out, const wk_comparison *found) {
    fputs(",\n\"claims\":[", out);
    for (size_t i = 0; i < found->nclaims; i++) {
        const wk_compare_claim *c = &found->claims[i];
        fputs(i ? ",\n {" : "\n {", out);
        member(out, "id", c->id);
        verdict(out, "base", c->base);
        verdict(out, "new", c->now);
        fprintf(out, ",\"worse\":%s,\"other_test\":%s,", truth(c->worse), truth(c->other_test));
        member(out, "reason", c->now ? c->now->reason : "");
        fputc('}', out);
    }
    fputs("]", out);
}

static void ending(FILE *out, const char *name, bool there, wk_end end) {
    fprintf(out, ",\"%s\":", name);
    if (there)
        wk_json_text(out, wk_end_name(end));
    else
        fputs("null", out);
}

static void ends(FILE *out, const wk_comparison *found) {
    fputs(",\n\"cells\":[", out);
    for (size_t i = 0; i < found->nends; i++) {
        const wk_compare_ends *e = &found->ends[i];
        fputs(i ? ",\n {" : "\n {", out);
        member(out, "experiment", e->experiment);
        ending(out, "base", e->in_base, e->base);
        ending(out, "new", e->in_now, e->now);
        fprintf(out, ",\"cells\":%zu,\"worse\":%s,", e->cells, truth(e->worse));
        member(out, "first", e->first->id);
        fputc(',', out);
        member(out, "reason", e->in_now ? e->first->result.reason : "");
        fputc('}', out);
    }
    fputs("]", out);
}

static void drifts(FILE *out, const wk_comparison *found) {
    static const char *const replays[] = {
        [WK_REPLAY_SMOOTH] = "smooth",     [WK_REPLAY_EVENT] = "event", [WK_REPLAY_SIGN] = "sign",
        [WK_REPLAY_ROUNDING] = "rounding", [WK_REPLAY_TIME] = "time",   [WK_REPLAY_BITS] = "bits"};
    fputs(",\n\"metrics\":[", out);
    for (size_t i = 0; i < found->ndrifts; i++) {
        const wk_compare_drift *d = &found->drifts[i];
        fputs(i ? ",\n {" : "\n {", out);
        member(out, "experiment", d->experiment);
        fputc(',', out);
        member(out, "metric", d->metric);
        fputc(',', out);
        member(out, "replay", replays[d->replay]);
        fprintf(out,
                ",\"worse\":%s,\"compared\":%zu,\"differing\":%zu,\"beyond\":%zu,\"gone\":%zu,"
                "\"added\":%zu,\"reshaped\":%zu,\"worst\":",
                truth(d->worse), d->cells, d->differing, d->beyond, d->gone, d->added, d->reshaped);
        if (d->where) {
            fputc('{', out);
            member(out, "cell", d->where->id);
            real(out, "at", d->at);
            real(out, "base", d->base);
            real(out, "new", d->now);
            real(out, "relative", d->relative);
            real(out, "ulps", d->ulps);
            real(out, "of_tolerance", d->excess);
            fputc('}', out);
        } else {
            fputs("null", out);
        }
        fputc('}', out);
    }
    fputs("]", out);
}

static void ratio(FILE *out, const char *name, const wk_compare_ratio *r) {
    real(out, name, r->median);
    fprintf(out, ",\"%s_interval\":[", name);
    wk_json_real(out, r->low);
    fputc(',', out);
    wk_json_real(out, r->high);
    fputc(']', out);
}

static void times(FILE *out, const wk_comparison *found) {
    fprintf(out, ",\n\"times\":{\"judged\":%s,", truth(!*found->times_refused));
    member(out, "why_not", found->times_refused);
    real(out, "tolerance", found->time_tolerance);
    real(out, "common_cpu", found->common_cpu);
    fputs(",\"stages\":[", out);
    for (size_t i = 0; i < found->ntimes; i++) {
        const wk_compare_time *t = &found->times[i];
        fputs(i ? ",\n {" : "\n {", out);
        member(out, "experiment", t->experiment);
        fputc(',', out);
        member(out, "stage", t->stage);
        fprintf(out, ",\"cells\":%zu", t->cells);
        real(out, "base_s", t->base_s);
        real(out, "new_s", t->now_s);
        ratio(out, "wall", &t->wall);
        ratio(out, "cpu", &t->cpu);
        real(out, "common_wall", t->common_wall);
        real(out, "common_cpu", t->common_cpu);
        fprintf(out, ",\"judged\":%s,\"slower\":%s,\"faster\":%s}", truth(t->judged),
                truth(t->slower), truth(t->faster));
    }
    fputs("]}", out);
}

wk_status wk_compare_json(const wk_comparison *found, FILE *out, wk_error *err) {
    fputs("{\"schema\":1", out);
    run(out, "base", found->base);
    run(out, "new", found->now);
    fprintf(out, ",\n\"regressions\":%zu,\"changes\":%zu,\"replay\":\"%s\"", found->regressions,
            found->changes, found->bitwise ? "bitwise" : "numerical");
    real(out, "tolerance", found->tolerance);
    fprintf(out,
            ",\"compared\":{\"claims\":%zu,\"cells\":%zu,\"measured_cells\":%zu,\"values\":%zu}",
            found->claims_common, found->cells_common, found->cells_measured, found->values);
    claims(out, found);
    ends(out, found);
    drifts(out, found);
    times(out, found);
    fputs(",\n\"notes\":[", out);
    for (size_t i = 0; i < found->nnotes; i++) {
        fputs(i ? ",\n " : "\n ", out);
        wk_json_text(out, found->notes[i]);
    }
    fputs("]}\n", out);
    return ferror(out) ? wk_fail(err, WK_CANNOT, "cannot write the comparison") : WK_OK;
}
