/* The commands. Each has a file of its own; the table in main.c joins them. */
#ifndef WK_CLI_COMMAND_H
#define WK_CLI_COMMAND_H

#include "base/arena.h"
#include "cli/options.h"

typedef struct wk_command {
    const char *name, *usage, *summary;
    size_t least, most; /* how many operands it takes */
    const char *needs;  /* what it says when there are fewer: "list needs " and this */
    wk_option_table options;
    size_t size;          /* of the struct that their values go to; it is zero at first, */
    const void *defaults; /* or as this one; NULL: zero */
    /* Does it. Texts of options and operands stay where they are. On success *code, which is 0, is
     * the exit code. A failure is printed, and the exit code is that of its status, or *code if it
     * was set. */
    wk_status (*run)(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                     wk_error *err);
    const char *before, *after; /* what --help says before and after the options; NULL: nothing */
    void (*more)(FILE *out);    /* prints a part of the help that comes from a registry; or NULL */
} wk_command;

extern const wk_command wk_command_run, wk_command_report, wk_command_list, wk_command_describe,
    wk_command_doctor, wk_command_compare, wk_command_export, wk_command_backends, wk_command_data;

#endif
