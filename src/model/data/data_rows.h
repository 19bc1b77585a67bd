/* Inputs from rows of numbers: what the sources csv and npy have in common. */
#ifndef WK_MODEL_DATA_DATA_ROWS_H
#define WK_MODEL_DATA_DATA_ROWS_H

#include "model/data/data_sources.h"
#include "model/data/data_table.h"
#include "model/data/rows.h"

/* In the order of wk_rows_positives. */
enum { WK_POSITIVE_CLASS, WK_POSITIVE_NOISE };
extern const char *const wk_rows_positives[];
extern const char *const wk_rows_truths[]; /* "false", "true", NULL */

typedef struct wk_rows_request {
    size_t triplets;
    double noise, test;
    int positive;
    bool centre;
    int standardise; /* false or true; -1: nothing is said */
} wk_rows_request;

/* The rows of a source whose struct has a `wk_rows_request draw`: a table, one entry in few lines.
 */
/* clang-format off */
#define WK_ROWS_KEYS(owner)                                                                        \
    {.name = "triplets", .type = WK_INTEGER, .flags = WK_AXIS, .fallback = "16", .min = 1,         \
     .max = 1e5, .help = "number of triplets N", .label = "triplets N", .symbol = "N",             \
     .offset = offsetof(owner, draw.triplets)},                                                    \
    {.name = "positive", .type = WK_WORD, .flags = WK_AXIS, .fallback = "class",                   \
     .words = wk_rows_positives,                                                                   \
     .help = "another input of the anchor's class, or a copy of the anchor with noise",            \
     .offset = offsetof(owner, draw.positive)},                                                    \
    {.name = "noise", .type = WK_REAL, .flags = WK_AXIS, .fallback = "0.1", .max = 1e6,            \
     .help = "positive: noise: standard deviation of what is added to each number, in the "        \
      "table's own units; with `standardise` in standard deviations",                              \
     .offset = offsetof(owner, draw.noise)},                                                       \
    {.name = "standardise", .type = WK_WORD, .flags = WK_AXIS, .words = wk_rows_truths,            \
     .help = "bring each column to mean 0 and deviation 1 over all rows that are not held out; "    \
      "without this key columns are taken as they are, and a warning says when their scales "      \
      "differ",                                                                                    \
     .offset = offsetof(owner, draw.standardise)},                                                 \
    {.name = "centre", .type = WK_TRUTH, .flags = WK_AXIS, .fallback = "false",                    \
     .help = "subtract the mean of the drawn inputs before they are scaled to norm sqrt(d)",       \
     .offset = offsetof(owner, draw.centre)},                                                      \
    WK_TABLE_TEST(owner, draw.test)
/* clang-format on */
/* The rows as a table to draw triplets from, split by the seed, and standardised in place, by the
 * rows to train on, if that is asked. Refuses what
 * the request cannot be: `positive: class` without labels, a row that is zero, … Warns of what
 * looks wrong (warnings may be NULL). It refers to *rows, which must stay where they are. */
wk_status wk_data_rows_open(const wk_rows_request *request, wk_rows *rows, const char *path,
                            uint64_t seed, wk_warnings *warnings, wk_data_table *table,
                            wk_arena *arena, wk_error *err) WK_CHECKED;

/* Mean and standard deviation (of the population) of column j, and its least and largest value. */
typedef struct wk_spread {
    double mean, deviation, least, largest;
} wk_spread;
wk_spread wk_rows_spread(const wk_rows *rows, size_t j);

/* Deviations that differ by more than this are warned of. */
extern const double wk_rows_unlike_scales;

/* Does column j only count the rows of the file, from 0 or 1? Never of fewer than 5 rows. */
bool wk_rows_counts(const wk_rows *rows, size_t j);

#endif
