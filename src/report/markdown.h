/* The report's sections that do not speak of claims. Used by markdown.c only. */
#ifndef WK_REPORT_MARKDOWN_H
#define WK_REPORT_MARKDOWN_H

#include "blas/compare.h"
#include "plot/figure.h"

/* Is it a picture of stage times? It stands in their section then. */
bool wk_markdown_is_stages(const wk_figure *figure);

/* "[id](#id)": to the section of a claim. */
void wk_markdown_link(FILE *out, const char *id);

/* What the families of claims mean; nothing if there are none. */
void wk_markdown_families(const wk_judged *report, FILE *out);

/* Backends: which to use, what each is, and the three ways in which they are compared; nothing if
 * no cell asks for one. */
void wk_markdown_backends(const wk_judged *report, FILE *out);
void wk_markdown_speeds(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                        FILE *out);
void wk_markdown_numerics(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                          FILE *out);

/* Diverged cells, and cells that were not measured; nothing if there are none. */
void wk_markdown_cells(const wk_judged *report, FILE *out);
void wk_markdown_stages(const wk_judged *report, FILE *out);
/* Claims by base seed, and the base seeds that are missing; nothing if the suite names none. */
void wk_markdown_confirmations(const wk_judged *report, FILE *out);
void wk_markdown_environment(const wk_judged *report, FILE *out);
void wk_markdown_rerun(const wk_judged *report, FILE *out);

#endif
