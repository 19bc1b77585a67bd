/* widecheck compare: holds one run against another. */
#include "cli/command.h"

#include "base/file.h"
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
    const char *output;
    int format;     /* index in `formats`, or SCREEN */
    double percent; /* of --time-tolerance */
    wk_compare_options how;
} compare_options;

enum { MARKDOWN, JSON, SCREEN };
static const char *const formats[] = {[MARKDOWN] = "markdown", [JSON] = "json", NULL};

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--format", .value = "markdown|json", .help = "instead of the screen",
     .type = WK_OPTION_CHOICE, .offset = offsetof(compare_options, format), .words = formats},
    {.name = "--output", .letter = 'o', .value = "FILE",
     .help = "write the format (default: markdown) there, the screen as well",
     .type = WK_OPTION_TEXT, .offset = offsetof(compare_options, output)},
    {.name = "--metrics-tolerance", .value = "REL",
     .help = "relative, where numerics version or backend differ (default: 1e-8); where they are "
      "the same, every bit must be", .type = WK_OPTION_REAL, .max = 1,
     .offset = offsetof(compare_options, how.tolerance)},
    {.name = "--time-tolerance", .value = "PERCENT",
     .help = "how much slower a stage may be (default: 10)", .type = WK_OPTION_REAL,
     .max = 1000000, .offset = offsetof(compare_options, percent)},
    {.name = "--judge-times",
     .help = "judge times also where processor, cores, backend, threads or compiler differ, the "
      "machine was busy, or all stages are slower alike", .type = WK_OPTION_FLAG,
     .offset = offsetof(compare_options, how.judge_times)},
};
/* clang-format on */

static wk_status write_format(const compare_options *o, const wk_comparison *found, FILE *out,
                              wk_error *err) {
    return o->format == JSON ? wk_compare_json(found, out, err)
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

static wk_status compare(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                         wk_error *err) {
    compare_options *o = options;
    wk_results files[2];
    wk_comparison found;
    o->how.time_tolerance = o->percent * 0.01;
    o->how.metrics = wk_metrics;
    o->how.nmetrics = wk_metrics_n;
    for (int i = 0; i < 2; i++)
        WK_TRY(wk_results_read(operands->texts[i], arena, &files[i], err));
    WK_TRY(wk_compare(&files[0], &files[1], &o->how, arena, &found, err));
    append_summary(&found);
    if (o->output)
        WK_TRY(write_file(o, &found, err));
    if (o->format != SCREEN && !o->output)
        WK_TRY(write_format(o, &found, stdout, err));
    else
        WK_TRY(wk_compare_screen(&found, stdout, err));
    if (fflush(stdout) != 0)
        return wk_fail(err, WK_CANNOT, "cannot write to standard output: %s", strerror(errno));
    *code = found.regressions > 0;
    return WK_OK;
}

static const compare_options defaults = {.format = SCREEN,
                                         .percent = 100 * WK_COMPARE_TIME_TOLERANCE,
                                         .how.tolerance = WK_COMPARE_TOLERANCE};

const wk_command wk_command_compare = {
    .name = "compare",
    .usage = "compare BASE NEW [OPTIONS]",
    .summary = "is NEW worse than BASE? verdicts, metrics, times",
    .least = 2,
    .most = 2,
    .needs = "two folders or results.json: widecheck compare BASE NEW",
    .size = sizeof(compare_options),
    .defaults = &defaults,
    .run = compare,
    .options = {rows, sizeof rows / sizeof *rows},
    .before = "BASE and NEW are output folders or results.json files of the same suite.\n",
    .after = "Exit codes: 1 a regression: a verdict got worse, a cell is no longer measured, a "
             "metric drifted,\n"
             "a stage is slower; 2 wrong usage, a file is missing or no results.json; 3 no cell in "
             "common;\n"
             "0 otherwise. If $GITHUB_STEP_SUMMARY is set, the Markdown is appended to that file, "
             "cut to fit.\n"};
