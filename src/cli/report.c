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

static wk_status report(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                        wk_error *err) {
    (void)arena;
    const report_options *o = options;
    wk_store *store = NULL;
    WK_TRY(wk_store_open(operands->texts[0], WK_STORE_READ, &store, err));
    const wk_status status = wk_publish(store, operands->texts[0], o->quiet, code, err);
    wk_store_close(store);
    return status;
}

const wk_command wk_command_report = {
    .name = "report",
    .usage = "report DIR [--quiet]",
    .summary = "rebuild every output file of a folder from its store",
    .least = 1,
    .most = 1,
    .needs = "an output folder: widecheck report DIR",
    .size = sizeof(report_options),
    .run = report,
    .options = {rows, sizeof rows / sizeof *rows},
    .after = "Runs no experiment and never writes the store; the same store gives the same bytes.\n"
             "The exit code is that of the run.\n"};
