/* The commands. Each has a file of its own; the table in main.c joins them. */
#ifndef WK_CLI_COMMAND_H
#define WK_CLI_COMMAND_H

#include "cli/options.h"

typedef struct wk_command {
    const char *name, *usage, *summary;
    int (*main)(int argc,
                char **argv); /* gets the arguments after the name; returns the exit code */
    const wk_option_table *options;
    const char *before, *after; /* what --help says before and after the options; NULL: nothing */
    void (*more)(FILE *out);    /* prints a part of the help that comes from a registry; or NULL */
} wk_command;

extern const wk_command wk_command_run, wk_command_report, wk_command_list, wk_command_describe,
    wk_command_doctor, wk_command_compare, wk_command_export, wk_command_backends, wk_command_data;

/* Prints "widecheck: MESSAGE" on stderr; returns the error's status as exit code. */
int wk_command_failed(const wk_error *err);

#endif
