/* The data sources, for the table in sources.c alone; see wk_data_source in data.h for what each
 * does.
 */
#ifndef WK_MODEL_DATA_DATA_SOURCES_H
#define WK_MODEL_DATA_DATA_SOURCES_H

#include "model/data/data.h"

/* The start of every source's struct, bound for all of them by wk_data_load. */
typedef struct wk_data_common {
    const char *source;
    size_t seed;
} wk_data_common;

/* The row of a source whose struct begins with `wk_data_common common`. */
#define WK_DATA_SEED(owner)                                                                        \
    {                                                                                              \
        .name = "seed", .type = WK_INTEGER, .flags = WK_AXIS, .max = 1e15,                         \
        .offset = offsetof(owner, common.seed),                                                    \
        .help = "fixes the data; without it data is redrawn for each seed"                         \
    }

enum {
    WK_MIXTURE_ROWS = 5,
    WK_SPHERE_ROWS = 4,
    WK_IDX_ROWS = 10,
    WK_CSV_ROWS = 15,
    WK_NPY_ROWS = 11
};
extern const wk_param wk_mixture_rows[WK_MIXTURE_ROWS];
extern const wk_param wk_sphere_rows[WK_SPHERE_ROWS];
extern const wk_param wk_idx_rows[WK_IDX_ROWS];
extern const wk_param wk_csv_rows[WK_CSV_ROWS];
extern const wk_param wk_npy_rows[WK_NPY_ROWS];

wk_status wk_mixture_size(const wk_bag *, size_t *n, size_t *triplets, size_t *d, wk_error *);
wk_status wk_mixture_load(const wk_bag *, wk_draw, wk_data *, wk_arena *, wk_error *);
wk_status wk_mixture_check(const wk_bag *, wk_warnings *, wk_error *);

wk_status wk_sphere_size(const wk_bag *, size_t *n, size_t *triplets, size_t *d, wk_error *);
wk_status wk_sphere_load(const wk_bag *, wk_draw, wk_data *, wk_arena *, wk_error *);
wk_status wk_sphere_check(const wk_bag *, wk_warnings *, wk_error *);

wk_status wk_idx_size(const wk_bag *, size_t *n, size_t *triplets, size_t *d, wk_error *);
wk_status wk_idx_load(const wk_bag *, wk_draw, wk_data *, wk_arena *, wk_error *);
wk_status wk_idx_check(const wk_bag *, wk_warnings *, wk_error *);
double wk_idx_bytes(const wk_bag *);

wk_status wk_csv_size(const wk_bag *, size_t *n, size_t *triplets, size_t *d, wk_error *);
wk_status wk_csv_load(const wk_bag *, wk_draw, wk_data *, wk_arena *, wk_error *);
wk_status wk_csv_check(const wk_bag *, wk_warnings *, wk_error *);
double wk_csv_bytes(const wk_bag *);

wk_status wk_npy_size(const wk_bag *, size_t *n, size_t *triplets, size_t *d, wk_error *);
wk_status wk_npy_load(const wk_bag *, wk_draw, wk_data *, wk_arena *, wk_error *);
wk_status wk_npy_check(const wk_bag *, wk_warnings *, wk_error *);
double wk_npy_bytes(const wk_bag *);

/* Room for N triplets in `data`. */
void wk_data_make_triplets(wk_data *data, size_t N, wk_arena *arena);

/* A class in 0 … classes-1 other than `not_this`. */
size_t wk_data_other_class(wk_stream *stream, size_t classes, size_t not_this);

#endif
