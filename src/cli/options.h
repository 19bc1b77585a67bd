/* The options of a command: one table that is read by, checked by, and printed by --help.
 *
 * A row says where in the command's struct its value goes. Rows keep the order in which the help
 * shows them.
 */
#ifndef WK_CLI_OPTIONS_H
#define WK_CLI_OPTIONS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { WK_OPTION_MOST = 64 }; /* how often one option may be given */

/* The values of an option that may be given several times, in order. */
typedef struct wk_option_list {
    const char *texts[WK_OPTION_MOST];
    size_t n;
} wk_option_list;

typedef enum wk_option_type {
    WK_OPTION_FLAG,    /* bool; takes no value */
    WK_OPTION_TEXT,    /* const char *; of several, the last */
    WK_OPTION_LIST,    /* wk_option_list */
    WK_OPTION_COUNT,   /* size_t, from min to max */
    WK_OPTION_BYTES,   /* double: "512M", at least 1M */
    WK_OPTION_SECONDS, /* double, above 0 */
    WK_OPTION_REAL,    /* double, from 0 to max */
    WK_OPTION_CHOICE,  /* int: which of `words` */
} wk_option_type;

typedef struct wk_option {
    const char *name;  /* "--seeds" */
    char letter;       /* 'j' for -j; 0: none */
    const char *value; /* what the help calls its value: "N"; NULL for a flag */
    const char *help;  /* one sentence without the full stop; "\n" starts a new line */
    wk_option_type type;
    size_t offset;            /* of the field in the command's struct */
    size_t min, max;          /* of a count or a real */
    const char *const *words; /* NULL-terminated, of a choice */
} wk_option;

typedef struct wk_option_table {
    const wk_option *rows;
    size_t n;
} wk_option_table;

/* The operands of a command line. */
typedef struct wk_operands {
    const char *texts[2];
    size_t n;
    char **words; /* (nwords) the whole line, options too, as it was given */
    size_t nwords;
} wk_operands;

/* Reads argv[0..argc) into `values`, the command's struct. Options and operands may come in any
 * order; "--" ends the options. A field whose option is not given is left as it is. WK_BAD_INPUT
 * for an unknown option (with the nearest), a missing value, a count out of its range, or more
 * operands than `most` (at most 2). */
wk_status wk_options_read(const wk_option_table *table, int argc, char **argv, void *values,
                          wk_operands *operands, size_t most, wk_error *err) WK_CHECKED;

/* Prints the rows as --help shows them. */
void wk_options_print(const wk_option_table *table, FILE *out);

/* The same for one label and its meaning, in lines that are wrapped and aligned. */
void wk_options_print_help(const char *label, const char *help, FILE *out);

/* "A, B or C", cut at `room`. */
void wk_option_words(const char *const *words, size_t n, char *out, size_t room);

#endif
