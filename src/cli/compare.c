/* widecheck compare: holds one run against another. */
#include "cli/command.h"

#include "base/file.h"
#include "base/text.h"
#include "compare/compare.h"
#include "model/cell/metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* GitHub refuses a step's summary that is larger. */
#define SUMMARY_BYTES (1024 * 1024)

typedef struct compare_options {
    wk_operands files;
    const char *format, *output, *metrics, *times;
    bool json;
    wk_compare_options how;
} compare_options;

static wk_status read_number(const char *option, const char *text, double scale, double most,
                             double *out, wk_error *err) {
    double value = 0;
    if (!text)
        return WK_OK;
    if (!wk_text_real(text, &value) || !(value >= 0) || !(value <= most))
        return wk_fail(err, WK_BAD_INPUT, "%s:1:1: must be a number from 0 to %g, not '%s'", option,
                       most, text);
    *out = value * scale;
    return WK_OK;
}

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--format", .value = "markdown|json", .help = "instead of the screen",
     .type = WK_OPTION_TEXT, .offset = offsetof(compare_options, format)},
    {.name = "--output", .letter = 'o', .value = "FILE",
     .help = "write the format (default: markdown) there, the screen as well",
     .type = WK_OPTION_TEXT, .offset = offsetof(compare_options, output)},
    {.name = "--metrics-tolerance", .value = "REL",
     .help = "relative, where numerics version or backend differ (default: 1e-8); where they are "
      "the same, every bit must be", .type = WK_OPTION_TEXT,
     .offset = offsetof(compare_options, metrics)},
    {.name = "--time-tolerance", .value = "PERCENT",
     .help = "how much slower a stage may be (default: 10)", .type = WK_OPTION_TEXT,
     .offset = offsetof(compare_options, times)},
    {.name = "--judge-times",
     .help = "judge times also where processor, cores, backend, threads or compiler differ, the "
      "machine was busy, or all stages are slower alike", .type = WK_OPTION_FLAG,
     .offset = offsetof(compare_options, how.judge_times)},
};
/* clang-format on */
static const wk_option_table table = {rows, sizeof rows / sizeof *rows};

static wk_status read_options(int argc, char **argv, compare_options *o, wk_error *err) {
    static const char *const formats[] = {"markdown", "json"};
    size_t format = 0;
    WK_TRY(wk_options_read(&table, argc, argv, o, &o->files, 2, err));
    if (o->files.n < 2)
        return wk_fail(err, WK_BAD_INPUT,
                       "compare needs two folders or results.json: widecheck compare BASE NEW");
    if (o->format)
        WK_TRY(wk_option_choice("--format", o->format, formats, 2, &format, err));
    o->json = format == 1;
    WK_TRY(read_number("--metrics-tolerance", o->metrics, 1, 1, &o->how.tolerance, err));
    return read_number("--time-tolerance", o->times, 0.01, 1e6, &o->how.time_tolerance, err);
}

static wk_status write_format(const compare_options *o, const wk_comparison *found, FILE *out,
                              wk_error *err) {
    return o->json ? wk_compare_json(found, out, err)
                   : wk_compare_markdown(found, SIZE_MAX, out, err);
}

static wk_status write_file(const compare_options *o, const wk_comparison *found, wk_error *err) {
    wk_file file;
    WK_TRY(wk_file_begin_named(&file, o->output, err));
    return wk_file_finish(&file, write_format(o, found, file.stream, err), err);
}

/* A CI step's summary, beside what other commands of the step wrote there. That it cannot be
 * written is no reason to hide the comparison. */
static void append_summary(const wk_comparison *found) {
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    struct stat info;
    wk_error err = {0};
    if (!path || !*path)
        return;
    const size_t used = stat(path, &info) == 0 && info.st_size > 0 ? (size_t)info.st_size : 0;
    FILE *out = fopen(path, "ae");
    wk_status status = WK_OK;
    if (!out)
        status = wk_fail(&err, WK_CANNOT, "%s", strerror(errno));
    else if (used < SUMMARY_BYTES)
        status = wk_compare_markdown(found, SUMMARY_BYTES - used, out, &err);
    if (out && fclose(out) != 0 && status == WK_OK)
        status = wk_fail(&err, WK_CANNOT, "%s", strerror(errno));
    if (status != WK_OK)
        fprintf(stderr, "widecheck: warning: the step's summary '%s' was not written: %s\n", path,
                err.message);
}

static wk_status compare(const compare_options *o, wk_arena *arena, int *code, wk_error *err) {
    wk_results files[2];
    wk_comparison found;
    for (int i = 0; i < 2; i++)
        WK_TRY(wk_results_read(o->files.texts[i], arena, &files[i], err));
    WK_TRY(wk_compare(&files[0], &files[1], &o->how, arena, &found, err));
    append_summary(&found);
    if (o->output)
        WK_TRY(write_file(o, &found, err));
    if (o->format && !o->output)
        WK_TRY(write_format(o, &found, stdout, err));
    else
        WK_TRY(wk_compare_screen(&found, stdout, err));
    if (fflush(stdout) != 0)
        return wk_fail(err, WK_CANNOT, "cannot write to standard output: %s", strerror(errno));
    *code = found.regressions > 0;
    return WK_OK;
}

static int compare_main(int argc, char **argv) {
    wk_error err = {0};
    wk_arena arena = {0};
    compare_options o = {.how = {.tolerance = WK_COMPARE_TOLERANCE,
                                 .time_tolerance = WK_COMPARE_TIME_TOLERANCE,
                                 .metrics = wk_metrics}};
    o.how.nmetrics = wk_metrics_n;
    int code = 0;
    wk_status status = read_options(argc, argv, &o, &err);
    if (status == WK_OK)
        status = compare(&o, &arena, &code, &err);
    wk_arena_release(&arena);
    return status == WK_OK ? code : wk_command_failed(&err);
}

const wk_command wk_command_compare = {
    .name = "compare",
    .usage = "compare BASE NEW [OPTIONS]",
    .summary = "is NEW worse than BASE? verdicts, metrics, times",
    .main = compare_main,
    .options = &table,
    .before = "BASE and NEW are output folders or results.json files of the same suite.\n",
    .after = "Exit codes: 1 a regression: a verdict got worse, a cell is no longer measured, a "
             "metric drifted,\n"
             "a stage is slower; 2 wrong usage, a file is missing or no results.json; 3 no cell in "
             "common;\n"
             "0 otherwise. If $GITHUB_STEP_SUMMARY is set, the Markdown is appended to that file, "
             "cut to fit.\n"};
