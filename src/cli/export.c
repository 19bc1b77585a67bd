#include "cli/command.h"
#include "cli/publish.h"

#include "base/file.h"
#include "base/text.h"
#include "report/export.h"

#include <stdio.h>
#include <string.h>

typedef struct export_options {
    const char *folder, *output;
    const wk_exporter *exporter;
    wk_export_options how;
} export_options;

static wk_status read_format(const char *name, const wk_exporter **exporter, wk_error *err) {
    const char *names[16];
    WK_ASSERT(wk_exporters_n < sizeof names / sizeof *names);
    for (size_t i = 0; i < wk_exporters_n; i++)
        names[i] = wk_exporters[i].name;
    if (!name)
        return wk_fail(err, WK_BAD_INPUT, "export needs a format: --format csv, junit or gbench");
    *exporter = wk_exporter_find(name);
    if (*exporter)
        return WK_OK;
    char hint[WK_TEXT_HINT];
    return wk_fail(err, WK_BAD_INPUT, "--format:1:1: unknown format '%s'%s", name,
                   wk_text_hint(name, names, wk_exporters_n, hint));
}

static wk_status read_inconclusive(const char *word, wk_inconclusive *out, wk_error *err) {
    static const char *const words[] = {[WK_INCONCLUSIVE_FAILURE] = "failure",
                                        [WK_INCONCLUSIVE_ERROR] = "error",
                                        [WK_INCONCLUSIVE_SKIPPED] = "skipped"};
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0) {
            *out = (wk_inconclusive)i;
            return WK_OK;
        }
    if (!word)
        return WK_OK;
    return wk_fail(err, WK_BAD_INPUT,
                   "--inconclusive-as:1:1: must be failure, error or skipped, not '%s'", word);
}

static wk_status read_options(int argc, char **argv, export_options *o, wk_error *err) {
    const char *format = NULL, *inconclusive = NULL;
    const wk_option options[] = {{.name = "--format", .value = &format},
                                 {.name = "--output", .letter = 'o', .value = &o->output},
                                 {.name = "--inconclusive-as", .value = &inconclusive}};
    size_t n = 0;
    WK_TRY(wk_options_read(argc, argv, options, sizeof options / sizeof *options, &o->folder, 1, &n,
                           err));
    if (n == 0)
        return wk_fail(err, WK_BAD_INPUT,
                       "export needs an output folder: widecheck export DIR --format FORMAT");
    WK_TRY(read_format(format, &o->exporter, err));
    return read_inconclusive(inconclusive, &o->how.inconclusive, err);
}

static wk_status write_out(const export_options *o, const wk_judged *report, wk_error *err) {
    wk_file file;
    if (!o->output) {
        WK_TRY(o->exporter->write(report, &o->how, stdout, err));
        return fflush(stdout) == 0 ? WK_OK
                                   : wk_fail(err, WK_CANNOT, "cannot write to standard output");
    }
    WK_TRY(wk_file_begin_named(&file, o->output, err));
    return wk_file_finish(&file, o->exporter->write(report, &o->how, file.stream, err), err);
}

static wk_status export_store(const export_options *o, wk_arena *arena, wk_error *err) {
    wk_store *store = NULL;
    wk_publication publication;
    WK_TRY(wk_store_open(o->folder, WK_STORE_READ, &store, err));
    wk_status status = wk_publish_open(store, o->folder, arena, &publication, err);
    if (status == WK_OK) {
        wk_publish_warn(&publication);
        status = write_out(o, &publication.report, err);
    }
    wk_store_close(store);
    return status;
}

static int export_main(int argc, char **argv) {
    wk_error err = {0};
    wk_arena arena = {0};
    export_options o = {0};
    wk_status status = read_options(argc, argv, &o, &err);
    if (status == WK_OK)
        status = export_store(&o, &arena, &err);
    wk_arena_release(&arena);
    return status == WK_OK ? 0 : wk_command_failed(&err);
}

const wk_command wk_command_export = {
    "export", "export DIR --format csv|junit|gbench [-o FILE]",
    "results of a folder in formats of other tools", export_main,
    "      --format csv       one row a metric value: experiment, id, seed, status, parameters,\n"
    "                         metric, t or i, value\n"
    "      --format junit     claims as test cases: failure if failed or vacuous, error if not\n"
    "                         measured; cells that were not measured as errors\n"
    "      --format gbench    stage times as Google Benchmark JSON, for its compare.py\n"
    "  -o, --output FILE      where to (default: standard output)\n"
    "      --inconclusive-as failure|error|skipped\n"
    "                         what an inconclusive claim is in junit (default: failure)\n\n"
    "Reads the store alone: runs nothing, judges the current plan as `report` does. The exit code\n"
    "says whether it was written (0), not what it says.\n"};
