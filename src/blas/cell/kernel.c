/* The parameters of a kernel cell: their rows, their checks, and what a plan needs of them. */
#include "blas/cell/kernel.h"

#include "base/bind.h"
#include "blas/cell/kernel_name.h"
#include "blas/cell/kernel_spec.h"
#include "blas/cell/kernel_stages.h"
#include "blas/cell/placement.h"

#include <math.h>
#include <string.h>

/* ---- the rows ---- */

typedef struct request {
    int routine;                        /* index in `words` */
    size_t size, side[WK_KERNEL_SIDES]; /* ABSENT if not given */
    double seconds;
} request;

#define ABSENT SIZE_MAX

static const request nothing = {.size = ABSENT, .side = {ABSENT, ABSENT, ABSENT}};

/* First the library's routines, then the stages, each in the order of its registry. */
static const char *const words[] = {"dgemm",      "sgemm",  "dsyrk",  "dgemv",  "dtrsm",
                                    "dpotrf",     "dgeqrf", "dsyevr", "dsyevd", "dgesdd",
                                    "train-step", "ntk",    "pca",    NULL};

/* clang-format off */
static const wk_param rows[] = {
    {.name = "routine", .type = WK_WORD, .flags = WK_AXIS | WK_REQUIRED, .words = words,
     .help = "dgemm: C (rows, columns) = A B over inner; sgemm: the same in 32 bits; dsyrk: lower "
      "half of AᵀA, A (inner, columns); dgemv: A (rows, columns) times a vector; dtrsm: A X = B, "
      "A (rows, rows) lower triangular, B (rows, columns); dpotrf: Cholesky factor of (columns, "
      "columns); dgeqrf: QR of (rows, columns), rows >= columns; dsyevr, dsyevd: eigenvalues and "
      "vectors of (columns, columns); dgesdd: thin singular value decomposition of (rows, "
      "columns); stages of this program: train-step: one step of gradient descent, relu; ntk: "
      "the full kernel at `columns` probes; pca: the features' Gram matrix and its "
      "eigen-problems", .offset = offsetof(request, routine)},
    {.name = "size", .type = WK_INTEGER, .flags = WK_AXIS, .min = 1, .max = 1e7,
     .help = "stands for those of rows, columns and inner that are absent",
     .offset = offsetof(request, size)},
    {.name = "rows", .type = WK_INTEGER, .flags = WK_AXIS, .min = 1, .max = 1e7,
     .help = "rows; hidden units M of a stage", .offset = offsetof(request, side[0])},
    {.name = "columns", .type = WK_INTEGER, .flags = WK_AXIS, .min = 1, .max = 1e7,
     .help = "columns; inputs n of a stage", .offset = offsetof(request, side[1])},
    {.name = "inner", .type = WK_INTEGER, .flags = WK_AXIS, .min = 1, .max = 1e7,
     .help = "length of the sums; outputs k of a stage", .offset = offsetof(request, side[2])},
    {.name = "seconds", .type = WK_REAL, .fallback = "0.2", .min = 1e-3, .max = 3600,
     .help = "time that the timed calls may take together; three samples at least are timed",
     .offset = offsetof(request, seconds)},
};
/* clang-format on */

const wk_group wk_kernel_group = {
    .name = "kernel",
    .help = "one routine of the BLAS or LAPACK library, or one stage of this program: checked, "
            "then timed",
    .rows = rows,
    .n = sizeof rows / sizeof *rows,
    .shorthand = "routine"};

/* ---- reading them ---- */

static wk_status bind(const wk_bag *params, request *q, const wk_kernel_kind **kind,
                      const char **culprit, wk_error *err) {
    *q = nothing;
    WK_TRY(wk_bind(&wk_kernel_group, "kernel", params, q, culprit, err));
    const size_t index = (size_t)q->routine;
    *kind = index < wk_routines_n ? wk_routines[index] : wk_kernel_stages[index - wk_routines_n];
    return WK_OK;
}

const char *const wk_kernel_sides[] = {"kernel.rows", "kernel.columns", "kernel.inner"};

/* The rows of its routine, size and sides: the first. */
static bool bind_shape(const wk_bag *params, request *q) {
    *q = nothing;
    return wk_bind_rows(rows, 2 + WK_KERNEL_SIDES, "kernel", params, q, NULL, NULL) == WK_OK;
}

const char *wk_kernel_routine(const wk_bag *params) {
    request q;
    return bind_shape(params, &q) ? words[q.routine] : "kernel";
}

const char *wk_kernel_name(const wk_bag *params, wk_arena *arena) {
    request q;
    const char *name = bind_shape(params, &q) ? words[q.routine] : "kernel", *before = " ";
    if (q.size != ABSENT)
        return wk_arena_printf(arena, "%s %zu", name, q.size);
    for (size_t i = 0; i < WK_KERNEL_SIDES; i++) {
        if (q.side[i] == ABSENT)
            continue;
        name = wk_arena_printf(arena, "%s%s%zu", name, before, q.side[i]);
        before = "×";
    }
    return name;
}

bool wk_kernel_asked(const wk_bag *params) {
    return wk_bind_any(params, "kernel");
}

bool wk_kernel_is_stage(const wk_bag *params) {
    request q;
    const wk_kernel_kind *kind = NULL;
    return bind(params, &q, &kind, NULL, NULL) == WK_OK && kind->stage;
}

static wk_status blame(const char *key, const char **culprit, wk_status status) {
    if (status == WK_BAD_INPUT)
        *culprit = key;
    return status;
}

/* The i-th side: its own value, or the common one; *stood: the common one was used. */
static wk_status read_side(const request *q, const wk_kernel_kind *kind, size_t i, size_t *value,
                           bool *stood, wk_error *err) {
    static const unsigned uses[] = {WK_KERNEL_ROWS, WK_KERNEL_COLUMNS, WK_KERNEL_INNER};
    const bool given = q->side[i] != ABSENT, used = kind->uses & uses[i];
    const char *key = wk_kernel_sides[i], *name = strchr(key, '.') + 1;
    if (given && !used)
        return wk_fail(err, WK_BAD_INPUT, "%s has no %s", kind->name, name);
    if (!used)
        return WK_OK;
    if (!given && q->size == ABSENT)
        return wk_fail(err, WK_BAD_INPUT, "%s needs %s, or size", kind->name, name);
    *stood = *stood || !given;
    *value = given ? q->side[i] : q->size;
    if (*value == 0)
        return wk_fail(err, WK_BAD_INPUT, "%s must not be 0", key);
    if (kind->most_side && *value > kind->most_side)
        return wk_fail(err, WK_BAD_INPUT, "%s takes at most %zu, not %zu", kind->name,
                       kind->most_side, *value);
    return WK_OK;
}

static wk_status read_sizes(const request *q, wk_kernel_spec *spec, const char **culprit,
                            wk_error *err) {
    size_t *const values[] = {&spec->m, &spec->n, &spec->k};
    bool stood = false;
    for (size_t i = 0; i < WK_KERNEL_SIDES; i++)
        WK_TRY(blame(wk_kernel_sides[i], culprit,
                     read_side(q, spec->kind, i, values[i], &stood, err)));
    if (!stood && q->size != ABSENT)
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
    request q;
    wk_placement where = {.threads = 1};
    *spec = (wk_kernel_spec){0};
    WK_TRY(bind(params, &q, &spec->kind, culprit, err));
    WK_TRY(read_sizes(&q, spec, culprit, err));
    WK_TRY(wk_placement_read(params, &where, culprit, err));
    spec->seconds = q.seconds;
    spec->threads = where.threads;
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

static wk_kernel_size size_of(const wk_kernel_spec *spec, size_t threads) {
    return (wk_kernel_size){(double)spec->m, (double)spec->n, (double)spec->k, (double)threads};
}

/* The call that is checked, one to find the pace, and those that are timed. */
double wk_kernel_flops(const wk_bag *params) {
    const wk_kernel_spec spec = checked(params);
    const double pace = 1e10;
    const double one = spec.kind->flops(size_of(&spec, 1));
    return 2 * one + fmax(3 * one, spec.seconds * pace);
}

double wk_kernel_bytes(const wk_bag *params, size_t threads) {
    const double program = 14e6; /* the program, its libraries */
    const double each = 34e6;    /* of a thread: its stack, the work space of BLAS */
    const wk_kernel_spec spec = checked(params);
    const wk_kernel_size size = size_of(&spec, threads);
    const double vectors = 8 * 2 * (size.m + size.n + size.k); /* long doubles of the check */
    return program + each * size.threads + 8 * (vectors + spec.kind->numbers(size));
}
