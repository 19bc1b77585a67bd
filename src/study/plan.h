/* The plan: which cells a suite asks for, made one at a time from its axes, never all held in
 * memory. Order: experiments as in the file, then kernels, then axes (data slowest, the last key
 * fastest; the backend after all others), then seeds. */
#ifndef WK_STUDY_PLAN_H
#define WK_STUDY_PLAN_H

#include "base/hash.h"
#include "model/data/warnings.h"
#include "suite/load.h"

enum { WK_PLAN_MOST_CELLS = 1000000 };

typedef struct wk_plan_experiment {
    const char *name;
    const wk_node *node;
    bool kernel;                /* of `kernels`: times a routine; without data, `data` is empty */
    const wk_node *const *data; /* (ndata) the data sets it runs on */
    size_t ndata, data_combinations, combinations; /* of data alone; of everything but seeds */
    const char *const *backends; /* (nbackends) that its cells name; none: they name none */
    size_t nbackends;
    size_t seeds;
    size_t first; /* index of its first cell */
} wk_plan_experiment;

typedef struct wk_plan {
    const wk_suite *suite;
    const wk_plan_experiment *experiments;
    size_t n;
    size_t cells;        /* of all experiments */
    uint64_t first_seed; /* `seed:` of the suite */
} wk_plan;

typedef struct wk_plan_cell {
    const wk_plan_experiment *experiment;
    const wk_node *data; /* its data set; NULL of a kernel */
    wk_bag params;       /* paths as written in the suite */
    uint64_t seed;
} wk_plan_cell;

/* Does an experiment or kernel of the suite name a backend? */
bool wk_plan_names_backend(const wk_suite *suite);

/* `backends` (n): what `backend: all` stands for. WK_BAD_INPUT at an experiment that names unknown
 * data, at an `all` that stands for nothing, or when there are more than WK_PLAN_MOST_CELLS. */
wk_status wk_plan_make(const wk_suite *suite, const char *const *backends, size_t n,
                       wk_arena *arena, wk_plan *plan, wk_error *err) WK_CHECKED;

/* Cell `index` < plan->cells; its texts live in `arena`. */
wk_plan_cell wk_plan_cell_at(const wk_plan *plan, size_t index, wk_arena *arena);

/* Checks each combination (not each seed) by the model's own rules, and opens each data file once.
 * WK_BAD_INPUT at the key to blame. warnings: what the readers of data have to say, "data 'name':
 * …"; or NULL. */
wk_status wk_plan_check(const wk_plan *plan, wk_warnings *warnings, wk_error *err) WK_CHECKED;

/* Hashes of data files already read: a file is read once. Zero-initialise; lives in its arena. */
typedef struct wk_plan_files {
    wk_arena *arena;
    struct wk_plan_file *first;
} wk_plan_files;

/* WK_CANNOT, with its path, if one of them is no longer the file that was read. */
wk_status wk_plan_files_unchanged(const wk_plan_files *files, wk_error *err) WK_CHECKED;

/* SHA-256 over the contents of these files, in the order in which the plan names them, whatever
 * their paths; "" if there are none. */
const char *wk_plan_files_hash(const wk_plan_files *files) WK_CHECKED;

/* SHA-256 of the cell's canonical text: its parameters in order of their keys, with files by their
 * content and without the data set's name, its seed, the numerics version, the backend's
 * fingerprint. */
wk_status wk_plan_key(const wk_plan *plan, const wk_plan_cell *cell, const char *fingerprint,
                      wk_plan_files *files, wk_arena *scratch, wk_hash *key,
                      wk_error *err) WK_CHECKED;

/* What a cell takes, roughly: operations; bytes of its process with so many threads, and of its
 * saved arrays. */
typedef struct wk_plan_cost {
    double flops, bytes, arrays;
} wk_plan_cost;

/* Checks the cell's parameters by the model's own rules; on WK_BAD_INPUT *culprit is the key to
 * blame. */
wk_status wk_plan_weigh(const wk_plan *plan, const wk_plan_cell *cell, size_t threads,
                        wk_arena *arena, wk_plan_cost *cost, const char **culprit,
                        wk_error *err) WK_CHECKED;

/* Threads that a cell asks for: 0 if it leaves them to us. `library`: of those, the BLAS's own. */
void wk_plan_threads(const wk_plan_cell *cell, size_t *ours, size_t *library);

/* The folder that relative paths of the suite start from; "." for the current one. */
const char *wk_plan_folder(const wk_plan *plan, wk_arena *arena) WK_CHECKED;

#endif
