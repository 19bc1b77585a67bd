/* The report: writes report.md, results.json and figures/ from a judged study. It runs no
 * experiment; the only program that it starts is gnuplot. The same input gives the same bytes.
 */
#ifndef WK_REPORT_REPORT_H
#define WK_REPORT_REPORT_H

#include "claim/judged.h"

#include <stdio.h>

/* What writing ended with. */
typedef struct wk_report_outcome {
    size_t figures_drawn, figures_failed;
    char figure_trouble[256]; /* first reason: "gnuplot is not installed (apt-get install
                                 gnuplot-nox)"; or "" */
} wk_report_outcome;

/* Writes all files into report->folder, each whole or not at all (base/file.h); removes figures
 * there that the suite no longer has. A figure that cannot be drawn does not stop the rest: its
 * .dat and .gp are written, report.md says so, `outcome` counts it. WK_CANNOT for a file that
 * cannot be written. */
wk_status wk_report_write(const wk_judged *report, wk_report_outcome *outcome,
                          wk_error *err) WK_CHECKED;

/* The exit code that a report asks for: 1 if a claim failed or is vacuous; else 3 if a cell was not
 * measured or a figure not drawn; else 4 if a claim is inconclusive; else 0. */
int wk_report_exit_code(const wk_judged *report, const wk_report_outcome *outcome);

/* The parts, each testable alone. `troubles` (nfigures): why a figure was not drawn, "" if it was;
 * NULL: all were. */
wk_status wk_report_markdown(const wk_judged *report, const char *const *troubles, FILE *out,
                             wk_error *err) WK_CHECKED;

/* Prints one screen for the terminal: verdict, estimate and interval per claim, and the failures
 * again at the end. */
void wk_report_summary(const wk_judged *report, FILE *out);

#endif
