/* Times of stages as horizontal bars, with the rate and its share of the matrix product's. */
#include "base/heap.h"
#include "base/quote.h"
#include "plot/axis.h"
#include "plot/curves.h"
#include "table/stages.h"

#include <math.h>
#include <stdlib.h>

static int longest_first(const void *a, const void *b) {
    const double x = ((const wk_stage_sum *)a)->total_s, y = ((const wk_stage_sum *)b)->total_s;
    return (x < y) - (x > y);
}

/* "12.3 s, 45 GFLOP/s, 78 % of DGEMM" */
static const char *describe(const wk_stage_sum *sum, wk_arena *arena) {
    const char *text = wk_arena_printf(arena, "%.3g s", sum->total_s);
    if (isfinite(sum->gflops))
        text = wk_arena_printf(arena, "%s,  %.3g GFLOP/s", text, sum->gflops);
    if (isfinite(sum->percent_of_gemm))
        text = wk_arena_printf(arena, "%s,  %.0f %% of DGEMM", text, sum->percent_of_gemm);
    return text;
}

static const char *cut(const char *name, wk_arena *arena) {
    enum { NAME_COLUMNS = 24 };
    char *text = NULL;
    size_t length = 0;
    FILE *memory = wk_text_stream(&text, &length);
    wk_quote_cut(memory, name, NAME_COLUMNS);
    fclose(memory);
    const char *copy = wk_arena_text(arena, text);
    free(text);
    return copy;
}

static void draw_stage(wk_picture *p, const wk_stage_sum *sum, size_t row) {
    const double numbers[] = {(double)row,        sum->total_s, sum->median_s,
                              (double)sum->cells, sum->gflops,  sum->percent_of_gemm};
    wk_picture_data(p, "%s # %s", wk_picture_numbers(p, numbers, sizeof numbers / sizeof *numbers),
                    sum->name);
    wk_picture_label(p, cut(sum->name, p->arena), "graph -0.015, first %zu right", row);
    wk_picture_label(p, describe(sum, p->arena), "graph 1.02, first %zu left font ',11'", row);
}

static wk_status draw(wk_picture *p, const wk_figure *figure, const wk_judged *report,
                      wk_error *err) {
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    const wk_selection *from = figure->from.experiment ? &figure->from : NULL;
    wk_stages_sum(report->table, from, report->gemm_gflops, p->arena, &sums, &n);
    if (!n)
        return wk_fail(err, WK_CANNOT, "no finished cell of it has times of stages");
    qsort(sums, n, sizeof *sums, longest_first);
    wk_axis axis = wk_axis_empty(false);
    wk_axis_include(&axis, 0);
    wk_axis_include(&axis, sums[0].total_s);
    wk_axis_pad(&axis, 0, 0.02);
    p->title = p->title ? p->title : "Time in each stage";
    wk_axis_write(p, &axis, 'x', "wall time, summed over cells (s)", NULL, 0);
    wk_picture_data(p, "# row total_s median_s cells gflops percent_of_gemm name");
    for (size_t i = 0; i < n; i++)
        draw_stage(p, &sums[i], i);
    const double rows = n < 5 ? 5 : (double)n; /* few stages: no thicker bars for that */
    wk_picture_set(p, "set yrange [%g:-0.6]\nunset ytics\nset border 1", rows - 0.4);
    wk_picture_set(p, "set lmargin 22\nset rmargin 36\nunset key\nset grid noytics nomytics");
    wk_picture_draw(p, 0,
                    "using 2:1:(0):2:($1-0.32):($1+0.32) with boxxyerror fs solid 1 "
                    "noborder lc rgb '%s' notitle",
                    wk_colour(0));
    return WK_OK;
}

static const char *note(const wk_figure *figure, const wk_judged *report, wk_arena *arena) {
    return wk_arena_printf(arena, "Rates are " WK_STAGE_RATE ". %s",
                           wk_curves_note(figure, report, arena));
}

const wk_figure_kind wk_figure_bars = {
    .name = "bars",
    .help = "times of stages, with the share of the rate of a matrix product",
    .draw = draw,
    .caption = "Wall time of each stage, summed over cells.",
    .width = 800,
    .height = 460,
    .note = note,
};
