/* The commands: one file each; main.c's table joins them. A command gets the arguments after its
 * name and returns the exit code of the program. */
#ifndef WK_CLI_COMMAND_H
#define WK_CLI_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_command {
    const char *name, *usage, *summary;
    int (*main)(int argc, char **argv);
    const char *help; /* what `widecheck NAME --help` says after usage and summary */
} wk_command;

extern const wk_command wk_command_run, wk_command_report, wk_command_list, wk_command_describe,
    wk_command_doctor, wk_command_compare, wk_command_export, wk_command_backends;

/* Prints "widecheck: MESSAGE" on stderr; returns the error's status as exit code. */
int wk_command_failed(const wk_error *err);

/* An option of a command; exactly one of flag, value, list says where it goes. */
typedef struct wk_option {
    const char *name;   /* "--seeds" */
    char letter;        /* 'j' for -j; 0: none */
    bool *flag;         /* takes no value */
    const char **value; /* the last one given */
    const char **list;  /* (most) all given, in order */
    size_t *count, most;
} wk_option;

/* Reads options and operands, in any order; "--" ends options. Operands go to operand[0..most),
 * *noperands. WK_BAD_INPUT for an unknown option (with the nearest), a missing value, too many
 * operands. */
wk_status wk_options_read(int argc, char **argv, const wk_option *options, size_t noptions,
                          const char **operand, size_t most, size_t *noperands,
                          wk_error *err) WK_CHECKED;

/* A count given to an option, from `least` to `most`. NULL text leaves *count as it is. */
wk_status wk_option_count(const char *name, const char *text, size_t least, size_t most,
                          size_t *count, wk_error *err) WK_CHECKED;

#endif
