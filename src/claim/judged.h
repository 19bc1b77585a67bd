/* A judged study: the table of a run, the verdicts on it, and the facts of the run that a report
 * repeats. What compare, report and the figures read. Plain data, borrowed from whoever filled it.
 */
#ifndef WK_CLAIM_JUDGED_H
#define WK_CLAIM_JUDGED_H

#include "claim/claim.h"

/* How a parameter is called in pictures: "model.width" is "hidden width M", or short "M". */
typedef struct wk_label {
    const char *name, *label, *symbol;
} wk_label;

/* The claims of the same suite, judged with another base seed. */
typedef struct wk_confirmation {
    uint64_t seed;
    const wk_judgement *judgements; /* (njudgements of the report) in the same order */
} wk_confirmation;

typedef struct wk_judged {
    const char *folder; /* output folder, exists */
    const char *version, *commit, *numerics;
    bool dirty;
    const char *suite_path, *suite_sha256, *suite_title;
    const char *rerun;           /* the command line that makes this again */
    const char *backend;         /* what --backend was given, "" if it was not; NULL if unknown */
    const char *const *warnings; /* (nwarnings) of the data: "data 'wine': …" */
    size_t nwarnings;
    /* Facts such as "blas.path". A dot nests in results.json: the facts of one group follow each
     * other, and none has the name of the group. */
    const wk_pair *environment;
    size_t nenvironment;
    /* blas/identity.h: one for each backend, core type and number of library threads that cells ask
     * for; none if no cell asks for any */
    const struct wk_blas_identity *backends;
    size_t nbackends;
    const wk_table *table;
    const wk_judgement *judgements;
    size_t njudgements;
    uint64_t seed; /* the suite's own base seed */
    const wk_confirmation *confirmations;
    size_t nconfirmations;
    const uint64_t *confirm; /* (nconfirm) the base seeds that the suite names for it */
    size_t nconfirm;
    double level;                    /* of each claim's interval */
    const struct wk_figure *figures; /* plot/figure.h */
    size_t nfigures;
    const wk_metric *metrics; /* names and symbols for labels */
    size_t nmetrics;
    const wk_label *labels; /* of parameters */
    size_t nlabels;
    double gemm_gflops; /* the machine's DGEMM rate, one thread, same run; 0: not measured */
    size_t core_count;
} wk_judged;

/* The text of a fact of the environment, "" if it is not there. */
const char *wk_fact_text(const wk_pair *facts, size_t n, const char *key);
const char *wk_judged_fact(const wk_judged *report, const char *key);

#endif
