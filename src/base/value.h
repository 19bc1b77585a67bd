/* Typed values, and bags of them by name: how a cell's parameters travel.
 *
 * A value gets its type once, where the suite's reader accepts a scalar by its row (base/param.h),
 * and keeps it on the way to the worker, to the store and to results.json.
 */
#ifndef WK_BASE_VALUE_H
#define WK_BASE_VALUE_H

#include "base/bytes.h"

typedef enum wk_kind {
    WK_KIND_TEXT, /* words, names, paths, lists */
    WK_KIND_INTEGER,
    WK_KIND_REAL,
    WK_KIND_TRUTH,
} wk_kind;

typedef struct wk_value {
    const char *text; /* of every kind: how it is written, and what a cell's key is made of */
    wk_kind kind;
    union {
        int64_t integer;
        double real;
        bool truth;
    };
} wk_value;

/* The text is borrowed. */
wk_value wk_value_text(const char *text);
/* The canonical text is made in `arena`: of a real that of wk_text_format. */
wk_value wk_value_integer(int64_t integer, wk_arena *arena);
wk_value wk_value_real(double real, wk_arena *arena);
wk_value wk_value_truth(bool truth);

/* *number: the integer or real; false for other kinds. */
bool wk_value_number(const wk_value *value, double *number);
/* Written in the same way, or numbers that are equal. */
bool wk_value_equal(const wk_value *a, const wk_value *b);

/* Sorted by key, keys unique. Borrowed. */
typedef struct wk_pair {
    const char *key;
    wk_value value;
} wk_pair;

typedef struct wk_bag {
    const wk_pair *pairs;
    size_t n;
} wk_bag;

/* Sorts pairs[0..n) in place and wraps them. */
wk_bag wk_bag_of(wk_pair *pairs, size_t n);

/* The pair of a key, or the text of its value; NULL if absent. */
const wk_pair *wk_bag_pair(const wk_bag *bag, const char *key);
const char *wk_bag_find(const wk_bag *bag, const char *key);
/* Is the value of a key a number? It is then *number. */
bool wk_bag_number(const wk_bag *bag, const char *key, double *number);

/* As binary values (base/bytes.h): u8 kind, and the text, the integer (u64, two's complement), the
 * real (f64, finite) or the truth (u8). What is no value makes the reader fail. */
void wk_value_write(const wk_value *value, wk_bytes *out);
wk_value wk_value_read(wk_reader *in, wk_arena *arena);

/* u32, how many; then for each, in the order of their keys, text key and the value. */
void wk_bag_write(const wk_bag *bag, wk_bytes *out);
/* False if that is not what follows. All texts live in `arena`. */
bool wk_bag_read(wk_reader *in, wk_arena *arena, wk_bag *bag);

#endif
