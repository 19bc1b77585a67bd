#include "cli/command.h"
#include "cli/publish.h"

static int report_main(int argc, char **argv) {
    wk_error err = {0};
    const char *folder = NULL;
    bool quiet = false;
    const wk_option options[] = {{.name = "--quiet", .letter = 'q', .flag = &quiet}};
    size_t n = 0;
    if (wk_options_read(argc, argv, options, 1, &folder, 1, &n, &err) != WK_OK)
        return wk_command_failed(&err);
    if (n == 0) {
        wk_fail(&err, WK_BAD_INPUT, "report needs an output folder: widecheck report DIR");
        return wk_command_failed(&err);
    }
    wk_store *store = NULL;
    int code = 0;
    wk_status status = wk_store_open(folder, WK_STORE_READ, &store, &err);
    if (status == WK_OK)
        status = wk_publish(store, folder, quiet, &code, &err);
    wk_store_close(store);
    return status == WK_OK ? code : wk_command_failed(&err);
}

const wk_command wk_command_report = {
    "report", "report DIR [--quiet]", "rebuild every output file of a folder from its store",
    report_main,
    "Runs no experiment and never writes the store; the same store gives the same bytes.\n"
    "The exit code is that of the run.\n"};
