/* The report's sections that do not speak of claims. Only sections.c uses them. */
#ifndef WK_REPORT_SECTIONS_H
#define WK_REPORT_SECTIONS_H

#include "blas/compare.h"
#include "doc/doc.h"
#include "plot/figure.h"

/* Is it a picture of stage times? It stands in their section then. */
bool wk_section_is_stages(const wk_figure *figure);

/* What the families of claims mean; nothing if there are none. */
void wk_section_families(const wk_judged *report, wk_doc *doc);

/* Backends: which to use, what each is, and the three ways in which they are compared; nothing if
 * no cell asks for one. */
void wk_section_backends(const wk_judged *report, wk_doc *doc);
void wk_section_speeds(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                       wk_doc *doc);
void wk_section_numerics(const wk_judged *report, const wk_blas_compare *contest, wk_arena *arena,
                         wk_doc *doc);

/* Diverged cells, and cells that were not measured; nothing if there are none. */
void wk_section_cells(const wk_judged *report, wk_doc *doc);
void wk_section_stages(const wk_judged *report, wk_doc *doc);
/* Claims by base seed, and the base seeds that are missing; nothing if the suite names none. */
void wk_section_confirmations(const wk_judged *report, wk_doc *doc);
void wk_section_environment(const wk_judged *report, wk_doc *doc);
void wk_section_rerun(const wk_judged *report, wk_doc *doc);

#endif
