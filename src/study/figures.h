/* The `figures` of a suite → report/report.h. */
#ifndef WK_STUDY_FIGURES_H
#define WK_STUDY_FIGURES_H

#include "plot/figure.h"
#include "study/plan.h"

/* level: of the interval bands. WK_BAD_INPUT for unknown experiments, parameters, metrics. */
wk_status wk_figures_make(const wk_plan *plan, double level, wk_arena *arena,
                          const wk_figure **figures, size_t *n, wk_error *err) WK_CHECKED;

#endif
