/* The report: table + judgements → report.md, results.json, figures/. Runs no experiment; the only
 * program that it starts is gnuplot. Same input, same bytes.
 */
#ifndef WK_REPORT_REPORT_H
#define WK_REPORT_REPORT_H

#include "claim/claim.h"

#include <stdio.h>

/* One fact of the environment: "blas.path" → text. A dot nests in results.json. */
typedef struct wk_fact {
    const char *key, *text;
    bool number; /* written without quotes */
} wk_fact;

/* A figure that a suite asks for. Which fields count is told by the kind (report/figure.h). */
typedef struct wk_figure {
    const char *id, *title, *caption; /* title, caption: NULL for one made from the metric */
    const struct wk_figure_kind *kind;
    wk_selection from;
    const char *x;             /* parameter on the abscissa ("model.width") */
    const char *const *groups; /* (ngroups) the same where a kind takes several */
    size_t ngroups;
    const char *const *y; /* (ny) metrics */
    size_t ny;
    const char *const *by; /* (nby) parameters that split the cells into lines */
    size_t nby;
    bool log_x, log_y, band; /* band: Student-t interval over seeds */
    double level;            /* of that interval, e.g. 0.95 */
    const double *guides;    /* (nguides) slopes of thin reference lines on log axes */
    size_t nguides;
    double mark;           /* a thin horizontal line at this value; NaN: none */
    const char *predicted; /* metric that holds the predicted slope of y on ln x, or NULL */
    uint64_t seed;         /* kinds that show one cell: which seed; 0: the first */
} wk_figure;

/* The claims of the same suite, judged with another base seed. */
typedef struct wk_confirmation {
    uint64_t seed;
    const wk_judgement *judgements; /* (njudgements of the report) in the same order */
} wk_confirmation;

/* A BLAS that cells ask for, as a worker that loaded it saw it: one for each backend, core type and
 * number of library threads that the plan names. Texts are "" where nothing is known. */
typedef struct wk_report_backend {
    const char *name, *coretype; /* as asked; coretype "": the library's own choice */
    size_t threads;              /* asked of the library */
    const char *library, *version, *path, *sha256, *lapack_path;
    const char *provider; /* of its LAPACK: "own", or another's name */
    const char *core, *threading;
    double effective_threads; /* CPU time of DGEMM over that of the calling thread */
    double gemm_gflops;       /* by wall time, of all threads */
    const char *trouble;      /* "" or why it could not be used: its cells failed */
    const char *option; /* what to give to --backend: its name, or NAME=PATH for one that is not in
                           the usual places; "" or NULL if unknown: then the name */
} wk_report_backend;

typedef struct wk_report {
    const char *folder; /* output folder, exists */
    const char *version, *commit, *numerics;
    bool dirty;
    const char *suite_path, *suite_sha256, *suite_title;
    const char *rerun; /* the command line that makes this again */
    const wk_fact *environment;
    size_t nenvironment;
    const wk_report_backend *backends; /* (nbackends) none if no cell asks for one */
    size_t nbackends;
    const wk_table *table;
    const wk_judgement *judgements;
    size_t njudgements;
    uint64_t seed; /* the suite's own base seed */
    const wk_confirmation *confirmations;
    size_t nconfirmations;
    const uint64_t *confirm; /* (nconfirm) the base seeds that the suite names for it */
    size_t nconfirm;
    double level; /* of each claim's interval */
    const wk_figure *figures;
    size_t nfigures;
    const wk_metric *metrics; /* names and symbols for labels */
    size_t nmetrics;
    double gemm_gflops; /* the machine's DGEMM rate, one thread, same run; 0: not measured */
    size_t core_count;
} wk_report;

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
wk_status wk_report_write(const wk_report *report, wk_report_outcome *outcome,
                          wk_error *err) WK_CHECKED;

/* The parts, each testable alone. `troubles` (nfigures): why a figure was not drawn, "" if it was;
 * NULL: all were. */
wk_status wk_report_markdown(const wk_report *report, const char *const *troubles, FILE *out,
                             wk_error *err) WK_CHECKED;
wk_status wk_report_results(const wk_report *report, FILE *out, wk_error *err) WK_CHECKED;

/* One screen for the terminal: verdict, estimate and interval a claim; failures repeated at the
 * end. */
void wk_report_summary(const wk_report *report, FILE *out);

#endif
