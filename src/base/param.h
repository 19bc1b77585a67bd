/* Named parameters: how a registry describes what it understands. The values that a cell has of
 * them travel in a bag (base/value.h).
 *
 * One row of a descriptor table drives the parser's strictness, the limits, the defaults, the
 * help, the labels of pictures and docs/suite-reference.md, and says which field of a struct the
 * value goes to (base/bind.h). A registry entry (a loss, a data source, a statistic, a figure
 * kind) carries its own rows; the parser knows none by name.
 */
#ifndef WK_BASE_PARAM_H
#define WK_BASE_PARAM_H

#include "base/value.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum wk_type {
    WK_INTEGER,  /* decimal, within [min, max]; `fallback` may be a word listed in `words` too */
    WK_REAL,     /* C-locale decimal, within [min, max] */
    WK_TRUTH,    /* true or false */
    WK_WORD,     /* one of `words` */
    WK_NAME,     /* a plain name (wk_text_is_name): refers to something, or picks a variant */
    WK_TEXT,     /* any one-line text */
    WK_PATH,     /* a file; relative to the suite file */
    WK_INTERVAL, /* [low, high] of reals, low < high: here a list is the value */
    WK_WORDS,    /* a list of texts, or one text: the list is the value, never an axis */
    WK_GROUP,    /* a mapping described by `group` */
    WK_GROUPS,   /* a non-empty list of mappings described by `group`: the list is the value */
    WK_NAMED,    /* a mapping from names that the user chooses to mappings described by `group` */
    WK_MATCH, /* a mapping from parameter names ("model.width") to a scalar or a list of scalars */
} wk_type;

/* Flags of a row */
enum {
    WK_REQUIRED =
        1, /* absent is an error (else absent takes `fallback`; with no fallback, stays absent) */
    WK_AXIS = 2, /* a list of values (of mappings, for WK_GROUP) is an axis */
};

/* For min: "greater than zero". */
#define WK_POSITIVE DBL_MIN

typedef struct wk_param {
    const char *name;
    wk_type type;
    unsigned flags;
    const char *fallback;     /* default, as the user would write it; NULL: none */
    double min, max;          /* inclusive, for WK_INTEGER, WK_REAL, WK_INTERVAL */
    const char *const *words; /* NULL-terminated, for WK_WORD */
    const struct wk_group *group;
    const char *help;   /* one sentence: meaning, unit */
    const char *label;  /* for axes and tables: "hidden width M"; NULL: the name itself */
    const char *symbol; /* the letter of the label: "M" */
    size_t offset;      /* of the field that it is bound to, in the struct of its group */
} wk_param;

/* The rows of a registry's entry, and how many they are. */
#define WK_ROWS(table) .rows = (table), .n = sizeof(table) / sizeof *(table)

/* The C type of the field that a row is bound to, by `offset`:
 *   WK_INTEGER   size_t (a word of `words` in its stead: 0)
 *   WK_REAL      double
 *   WK_TRUTH     bool
 *   WK_WORD      int, the index in `words`
 *   WK_NAME, WK_TEXT, WK_PATH   const char *
 *   WK_INTERVAL  double[2]
 *   WK_WORDS     wk_words; of a parameter of a cell const char *, "a,b,c" (base/bind.h)
 *   WK_MATCH     wk_matches
 *   WK_GROUP     the struct of the group, in place
 * base/bind.h says what becomes of absent rows. In a group of which exactly one row must be
 * present, the struct begins with an int: the index of that row. */
typedef struct wk_words {
    const char *const *list; /* (n) */
    size_t n;
} wk_words;

/* One condition on a cell: its parameter is one of the values, as wk_value_equal has it. */
typedef struct wk_match {
    const char *param;
    const wk_value *values;
    size_t n;
} wk_match;

typedef struct wk_matches {
    const wk_match *list; /* (n) */
    size_t n;
} wk_matches;

/* One way to fill a group whose selector names it: the rows that it adds. */
typedef struct wk_variant {
    const char *name;
    const char *help;
    const wk_param *rows;
    size_t n;
} wk_variant;

typedef struct wk_group {
    const char *name; /* for messages and docs: "loss" */
    const char *help;
    const wk_param *rows;
    size_t n;
    const char *shorthand; /* a bare scalar (or interval) stands for {shorthand: scalar}; or NULL */
    const char *selector;  /* the row (WK_NAME) whose value picks the variant; or NULL */
    const wk_variant *variants; /* its choices */
    size_t nvariants;
    bool exactly_one; /* exactly one of the rows must be present */
} wk_group;

/* Looks rows[0..n) through for a name; NULL if absent. */
const wk_param *wk_param_find(const wk_param *rows, size_t n, const char *name);
const wk_variant *wk_variant_find(const wk_group *group, const char *name);

#endif
