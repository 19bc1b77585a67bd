/* Times of stages as horizontal bars, with the rate and its share of the matrix product's. */
#include "base/quote.h"
#include "plot/axis.h"
#include "plot/curves.h"
#include "plot/figure.h"
#include "table/stages.h"

#include "base/heap.h"

#include <math.h>
#include <stdlib.h>

static int longest_first(const void *a, const void *b) {
    const double x = ((const wk_stage_sum *)a)->total_s, y = ((const wk_stage_sum *)b)->total_s;
    return (x < y) - (x > y);
}

/* "12.3 s, 45 GFLOP/s, 78 % of DGEMM" */
static void describe(const wk_stage_sum *sum, char *out, size_t room) {
    int used = snprintf(out, room, "%.3g s", sum->total_s);
    if (isfinite(sum->gflops))
        used += snprintf(out + used, room - (size_t)used, ",  %.3g GFLOP/s", sum->gflops);
    if (isfinite(sum->percent_of_gemm))
        snprintf(out + used, room - (size_t)used, ",  %.0f %% of DGEMM", sum->percent_of_gemm);
}

static void write_stages(const wk_stage_sum *sums, size_t n, FILE *dat, FILE *gp) {
    enum { NAME_COLUMNS = 24 };
    fputs("# row total_s median_s cells gflops percent_of_gemm name\n", dat);
    for (size_t i = 0; i < n; i++) {
        const double numbers[] = {sums[i].total_s, sums[i].median_s, (double)sums[i].cells,
                                  sums[i].gflops, sums[i].percent_of_gemm};
        fprintf(dat, "%zu ", i);
        wk_plot_numbers(dat, numbers, sizeof numbers / sizeof *numbers);
        fputs("# ", dat);
        wk_quote_plain(dat, sums[i].name);
        fputs("\n", dat);
        char text[128], *name = NULL;
        size_t length = 0;
        describe(&sums[i], text, sizeof text);
        FILE *memory = wk_text_stream(&name, &length);
        wk_quote_cut(memory, sums[i].name, NAME_COLUMNS);
        fclose(memory);
        fputs("set label ", gp);
        wk_quote_gnuplot(gp, name);
        free(name);
        fprintf(gp, " noenhanced at graph -0.015, first %zu right\nset label ", i);
        wk_quote_gnuplot(gp, text);
        fprintf(gp, " noenhanced at graph 1.02, first %zu left font ',11'\n", i);
    }
}

static wk_status write_figure(const wk_figure *figure, const wk_judged *report, FILE *dat, FILE *gp,
                              const char *dat_name, wk_arena *arena, wk_error *err) {
    wk_stage_sum *sums = NULL;
    size_t n = 0;
    const wk_selection *from = figure->from.experiment ? &figure->from : NULL;
    wk_stages_sum(report->table, from, report->gemm_gflops, arena, &sums, &n);
    if (!n)
        return wk_fail(err, WK_CANNOT, "no finished cell of it has times of stages");
    qsort(sums, n, sizeof *sums, longest_first);
    wk_axis axis = wk_axis_empty(false);
    wk_axis_include(&axis, 0);
    wk_axis_include(&axis, sums[0].total_s);
    wk_axis_pad(&axis, 0, 0.02);
    wk_plot_begin(gp, figure->title ? figure->title : "Time in each stage");
    wk_axis_write(gp, &axis, 'x', "wall time, summed over cells (s)", NULL, 0);
    write_stages(sums, n, dat, gp);
    const double rows = n < 5 ? 5 : (double)n; /* few stages: no thicker bars for that */
    fprintf(gp,
            "set yrange [%g:-0.6]\nunset ytics\nset border 1\nset lmargin 22\nset rmargin 36\n"
            "unset key\nset grid noytics nomytics\n"
            "plot '%s' using 2:1:(0):2:($1-0.32):($1+0.32) with boxxyerror fs solid 1 "
            "noborder lc rgb '%s' notitle\n",
            rows - 0.4, dat_name, wk_colour(0));
    return WK_OK;
}

static void note(const wk_figure *figure, const wk_judged *report, FILE *out) {
    fputs("Rates are " WK_STAGE_RATE ". ", out);
    wk_curves_note(figure, report, out);
}

const wk_figure_kind wk_figure_bars = {
    .name = "bars",
    .help = "times of stages, with the share of the rate of a matrix product",
    .write = write_figure,
    .caption = "Wall time of each stage, summed over cells.",
    .width = 800,
    .height = 460,
    .note = note,
};
