/* widecheck export: writes what a folder holds in formats of other tools. */
#include "cli/command.h"
#include "cli/publish.h"

#include "base/file.h"
#include "base/text.h"
#include "report/export.h"

enum { MOST_FORMATS = 16 };

typedef struct export_options {
    const char *output, *format;
    int inconclusive; /* a wk_inconclusive */
} export_options;

static const char *const inconclusives[] = {[WK_INCONCLUSIVE_FAILURE] = "failure",
                                            [WK_INCONCLUSIVE_ERROR] = "error",
                                            [WK_INCONCLUSIVE_SKIPPED] = "skipped",
                                            NULL};

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--format", .value = "FORMAT", .help = "one of the formats below",
     .type = WK_OPTION_TEXT, .offset = offsetof(export_options, format)},
    {.name = "--output", .letter = 'o', .value = "FILE",
     .help = "where to (default: standard output)", .type = WK_OPTION_TEXT,
     .offset = offsetof(export_options, output)},
    {.name = "--inconclusive-as", .value = "failure|error|skipped",
     .help = "what an inconclusive claim is in junit (default: failure)",
     .type = WK_OPTION_CHOICE, .offset = offsetof(export_options, inconclusive),
     .words = inconclusives},
};
/* clang-format on */

static void print_formats(FILE *out) {
    fputs("\nformats:\n", out);
    for (size_t i = 0; i < wk_exporters_n; i++)
        wk_options_print_help(wk_exporters[i]->name, wk_exporters[i]->help, out);
}

static wk_status read_format(const char *name, const wk_exporter **exporter, wk_error *err) {
    const char *names[MOST_FORMATS];
    char all[256];
    WK_ASSERT(wk_exporters_n <= MOST_FORMATS);
    for (size_t i = 0; i < wk_exporters_n; i++)
        names[i] = wk_exporters[i]->name;
    wk_option_words(names, wk_exporters_n, all, sizeof all);
    if (!name)
        return wk_fail(err, WK_BAD_INPUT, "export needs a format: --format %s", all);
    *exporter = wk_exporter_find(name);
    if (*exporter)
        return WK_OK;
    char hint[WK_TEXT_HINT];
    return wk_fail(err, WK_BAD_INPUT, "--format:1:1: unknown format '%s'%s", name,
                   wk_text_hint(name, names, wk_exporters_n, hint));
}

static wk_status write_out(const export_options *o, const wk_exporter *exporter,
                           const wk_judged *judged, wk_error *err) {
    const wk_export_options how = {.inconclusive = (wk_inconclusive)o->inconclusive};
    wk_file file;
    if (!o->output) {
        WK_TRY(exporter->write(judged, &how, stdout, err));
        return fflush(stdout) == 0 ? WK_OK
                                   : wk_fail(err, WK_CANNOT, "cannot write to standard output");
    }
    WK_TRY(wk_file_begin_named(&file, o->output, err));
    return wk_file_finish(&file, exporter->write(judged, &how, file.stream, err), err);
}

static wk_status export(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                        wk_error *err) {
    (void)code;
    const export_options *o = options;
    const char *folder = operands->texts[0];
    const wk_exporter *exporter = NULL;
    wk_store *store = NULL;
    wk_study study;
    WK_TRY(read_format(o->format, &exporter, err));
    WK_TRY(wk_store_open(folder, WK_STORE_READ, &store, err));
    wk_status status = wk_publish_open(store, folder, false, arena, &study, err);
    if (status == WK_OK)
        status = write_out(o, exporter, &study.judged, err);
    wk_store_close(store);
    return status;
}

const wk_command wk_command_export = {
    .name = "export",
    .usage = "export DIR --format FORMAT [-o FILE]",
    .summary = "results of a folder in formats of other tools",
    .least = 1,
    .most = 1,
    .needs = "an output folder: widecheck export DIR --format FORMAT",
    .size = sizeof(export_options),
    .run = export,
    .options = {rows, sizeof rows / sizeof *rows},
    .more = print_formats,
    .after = "Reads the store alone: runs nothing, judges the current "
             "plan as `report` does. The exit code\n"
             "says whether it was written (0), not what it says.\n"};
