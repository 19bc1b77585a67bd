/* widecheck report: rebuilds every output file of a folder from its store. */
#include "cli/command.h"
#include "cli/publish.h"

typedef struct report_options {
    bool quiet;
} report_options;

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--quiet", .letter = 'q', .help = "errors only", .type = WK_OPTION_FLAG,
     .offset = offsetof(report_options, quiet)},
};
/* clang-format on */
static const wk_option_table table = {rows, sizeof rows / sizeof *rows};

static wk_status report(const char *folder, bool quiet, int *code, wk_error *err) {
    wk_store *store = NULL;
    WK_TRY(wk_store_open(folder, WK_STORE_READ, &store, err));
    const wk_status status = wk_publish(store, folder, quiet, code, err);
    wk_store_close(store);
    return status;
}

static int report_main(int argc, char **argv) {
    wk_error err = {0};
    report_options o = {0};
    wk_operands operands;
    int code = 0;
    wk_status status = wk_options_read(&table, argc, argv, &o, &operands, 1, &err);
    if (status == WK_OK && operands.n == 0)
        status = wk_fail(&err, WK_BAD_INPUT, "report needs an output folder: widecheck report DIR");
    if (status == WK_OK)
        status = report(operands.texts[0], o.quiet, &code, &err);
    return status == WK_OK ? code : wk_command_failed(&err);
}

const wk_command wk_command_report = {
    .name = "report",
    .usage = "report DIR [--quiet]",
    .summary = "rebuild every output file of a folder from its store",
    .main = report_main,
    .options = &table,
    .after = "Runs no experiment and never writes the store; the same store gives the same bytes.\n"
             "The exit code is that of the run.\n"};
