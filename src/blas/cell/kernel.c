#include "blas/cell/kernel.h"

#include "blas/cell/kernel_spec.h"
#include "blas/cell/kernel_stages.h"

#include <math.h>
#include <string.h>

/* ---- the rows ---- */

static const char *const words[] = {"dgemm",      "sgemm",  "dsyrk",  "dgemv",  "dtrsm",
                                    "dpotrf",     "dgeqrf", "dsyevr", "dsyevd", "dgesdd",
                                    "train-step", "ntk",    "pca",    NULL};

static const wk_param rows[] = {
{.name = "routine",
     .type = WK_WORD,
     .flags = WK_AXIS | WK_REQUIRED,
     .words = words,
     .help = "dgemm: C (rows, columns) = A B over inner; sgemm: the same in 32 bits; dsyrk: lower "
             "half of "
             "AᵀA, A (inner, columns); dgemv: A (rows, columns) times a vector; dtrsm: A X = B, A "
             "(rows, "
             "rows) lower triangular, B (rows, columns); dpotrf: Cholesky factor of (columns, "
             "columns); "
             "dgeqrf: QR of (rows, columns), rows >= columns; dsyevr, dsyevd: eigenvalues and "
             "vectors of "
             "(columns, columns); dgesdd: thin singular value decomposition of (rows, columns); "
             "stages of this program: train-step: one step of gradient descent, relu; ntk: the "
             "full kernel "
             "at `columns` probes; pca: the features' Gram matrix and its eigen-problems"},
{.name = "size",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .min = 1,
     .max = 1e7,
     .help = "stands for those of rows, columns and inner that are absent"},
{.name = "rows",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .min = 1,
     .max = 1e7,
     .help = "rows; hidden units M of a stage"},
{.name = "columns",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .min = 1,
     .max = 1e7,
     .help = "columns; inputs n of a stage"},
{.name = "inner",
     .type = WK_INTEGER,
     .flags = WK_AXIS,
     .min = 1,
     .max = 1e7,
     .help = "length of the sums; outputs k of a stage"},
{.name = "seconds",
     .type = WK_REAL,
     .fallback = "0.2",
     .min = 1e-3,
     .max = 3600,
     .help = "time that the timed calls may take together; three samples at least are timed"},
};

const wk_group wk_kernel_group = {
    .name = "kernel",
    .help = "one routine of the BLAS or LAPACK library, or one stage of this program: checked, "
            "then timed",
    .rows = rows,
    .n = sizeof rows / sizeof *rows,
    .shorthand = "routine"};

/* ---- reading them ---- */

static const wk_kernel_kind *find(const char *routine) {
    for (size_t i = 0; i < wk_routines_n; i++)
        if (strcmp(wk_routines[i]->name, routine) == 0)
            return wk_routines[i];
    for (size_t i = 0; i < wk_kernel_stages_n; i++)
        if (strcmp(wk_kernel_stages[i]->name, routine) == 0)
            return wk_kernel_stages[i];
    return NULL;
}

bool wk_kernel_is_stage(const char *routine) {
    const wk_kernel_kind *kind = find(routine);
    return kind && kind->stage;
}

static wk_status blame(const char *key, const char **culprit, wk_status status) {
    if (status == WK_BAD_INPUT)
        *culprit = key;
    return status;
}

/* One size: its own value, or the common one; *stood: the common one was used. */
static wk_status read_size(const wk_bag *params, const wk_kernel_kind *kind, const char *key,
                           unsigned which, size_t *value, bool *stood, wk_error *err) {
    const bool given = wk_bag_find(params, key), used = kind->uses & which;
    *value = 0;
    if (given && !used)
        return wk_fail(err, WK_BAD_INPUT, "%s has no %s", kind->name, strchr(key, '.') + 1);
    if (!used)
        return WK_OK;
    if (!given && !wk_bag_find(params, "kernel.size"))
        return wk_fail(err, WK_BAD_INPUT, "%s needs %s, or size", kind->name, strchr(key, '.') + 1);
    *stood = *stood || !given;
    WK_TRY(wk_bag_size(params, given ? key : "kernel.size", value, err));
    if (*value == 0)
        return wk_fail(err, WK_BAD_INPUT, "%s must not be 0", key);
    if (kind->most_side && *value > kind->most_side)
        return wk_fail(err, WK_BAD_INPUT, "%s takes at most %zu, not %zu", kind->name,
                       kind->most_side, *value);
    return WK_OK;
}

static wk_status read_sizes(const wk_bag *params, wk_kernel_spec *spec, const char **culprit,
                            wk_error *err) {
    const struct {
        const char *key;
        unsigned which;
        size_t *value;
    } sizes[] = {{"kernel.rows", WK_KERNEL_ROWS, &spec->m},
                 {"kernel.columns", WK_KERNEL_COLUMNS, &spec->n},
                 {"kernel.inner", WK_KERNEL_INNER, &spec->k}};
    bool stood = false;
    for (size_t i = 0; i < 3; i++)
        WK_TRY(blame(sizes[i].key, culprit,
                     read_size(params, spec->kind, sizes[i].key, sizes[i].which, sizes[i].value,
                               &stood, err)));
    if (!stood && wk_bag_find(params, "kernel.size"))
        return blame("kernel.size", culprit,
                     wk_fail(err, WK_BAD_INPUT,
                             "size stands for nothing: %s has all its sizes already",
                             spec->kind->name));
    if (spec->kind->tall && spec->m < spec->n)
        return blame("kernel.rows", culprit,
                     wk_fail(err, WK_BAD_INPUT, "%s needs rows >= columns, but %zu < %zu",
                             spec->kind->name, spec->m, spec->n));
    if (spec->kind->few && spec->k > spec->n)
        return blame("kernel.inner", culprit,
                     wk_fail(err, WK_BAD_INPUT, "%s needs inner <= columns, but %zu > %zu",
                             spec->kind->name, spec->k, spec->n));
    return WK_OK;
}

wk_status wk_kernel_spec_read(const wk_bag *params, wk_kernel_spec *spec, const char **culprit,
                              wk_error *err) {
    const char *routine = NULL;
    *spec = (wk_kernel_spec){.seconds = 0.2, .threads = 1};
    WK_TRY(blame("kernel.routine", culprit, wk_bag_text(params, "kernel.routine", &routine, err)));
    spec->kind = find(routine);
    if (!spec->kind)
        return blame("kernel.routine", culprit,
                     wk_fail(err, WK_BAD_INPUT, "there is no routine '%s'", routine));
    WK_TRY(read_sizes(params, spec, culprit, err));
    if (wk_bag_find(params, "kernel.seconds"))
        WK_TRY(blame("kernel.seconds", culprit,
                     wk_bag_real(params, "kernel.seconds", &spec->seconds, err)));
    if (wk_bag_find(params, "threads"))
        WK_TRY(blame("threads", culprit, wk_bag_size(params, "threads", &spec->threads, err)));
    if (spec->threads == 0)
        return blame("threads", culprit, wk_fail(err, WK_BAD_INPUT, "threads must not be 0"));
    return WK_OK;
}

wk_status wk_kernel_check(const wk_bag *params, const char **culprit, wk_error *err) {
    wk_kernel_spec spec;
    return wk_kernel_spec_read(params, &spec, culprit, err);
}

/* ---- what a plan needs ---- */

static wk_kernel_spec checked(const wk_bag *params) {
    wk_kernel_spec spec;
    const char *culprit = NULL;
    WK_ASSERT(wk_kernel_spec_read(params, &spec, &culprit, NULL) == WK_OK);
    return spec;
}

/* The call that is checked, one to find the pace, and those that are timed. */
double wk_kernel_flops(const wk_bag *params) {
    const wk_kernel_spec spec = checked(params);
    const double pace = 1e10;
    const double one = spec.kind->flops((double)spec.m, (double)spec.n, (double)spec.k);
    return 2 * one + fmax(3 * one, spec.seconds * pace);
}

double wk_kernel_bytes(const wk_bag *params, size_t threads) {
    const double program = 14e6; /* the program, its libraries */
    const double each = 34e6;    /* of a thread: its stack, the work space of BLAS */
    const wk_kernel_spec spec = checked(params);
    const double m = (double)spec.m, n = (double)spec.n, k = (double)spec.k;
    const double vectors = 8 * 2 * (m + n + k); /* long doubles of the check */
    return program + each * (double)threads +
           8 * (vectors + spec.kind->numbers(m, n, k, (double)threads));
}
