/* Writes all files of a report into its folder. */
#include "report/report.h"
#include "results/results.h"

#include "base/file.h"
#include "base/text.h"
#include "plot/figure.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static wk_status begin(wk_file *file, const wk_judged *report, const char *name, wk_error *err) {
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", report->folder, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", report->folder);
    return wk_file_begin(file, path, err);
}

/* Figures */

/* ID of "ID.svg" if the file is one of a figure's; false for any other file. */
static bool figure_id(const char *name, char *id, size_t room) {
    static const char *const endings[] = {".svg", ".gp", ".dat", ".pdf"};
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t tail = strlen(endings[i]);
        if (length <= tail || length - tail >= room ||
            strcmp(name + length - tail, endings[i]) != 0)
            continue;
        snprintf(id, room, "%.*s", (int)(length - tail), name);
        return wk_text_is_name(id);
    }
    return false;
}

/* Pictures of a suite that was changed must not stand beside those of the new one. Other files
 * stay. */
static void remove_strangers(const wk_judged *report) {
    char folder[4096], id[128], path[4400];
    snprintf(folder, sizeof folder, "%s/figures", report->folder);
    DIR *stream = opendir(folder);
    if (!stream)
        return;
    for (struct dirent *entry; (entry = readdir(stream));) {
        bool known = !figure_id(entry->d_name, id, sizeof id);
        for (size_t i = 0; i < report->nfigures && !known; i++)
            known = strcmp(report->figures[i].id, id) == 0;
        if (known)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(stream);
}

/* Draws all; troubles[i] says why the i-th could not be. Fails only for lack of memory. */
static void draw(const wk_judged *report, wk_report_outcome *outcome, const char **troubles,
                 wk_arena *arena) {
    for (size_t i = 0; i < report->nfigures; i++) {
        wk_error trouble = {0};
        troubles[i] = "";
        if (wk_figure_draw(&report->figures[i], report, &trouble) == WK_OK) {
            outcome->figures_drawn++;
            continue;
        }
        troubles[i] = wk_arena_text(arena, trouble.message);
        if (!outcome->figures_failed++)
            snprintf(outcome->figure_trouble, sizeof outcome->figure_trouble, "%.255s",
                     trouble.message);
    }
}

/* The report with a picture of stage times, if the suite asks for none and there are any. */
static void with_stages(const wk_judged *report, wk_judged *complete, wk_arena *arena) {
    static const char id[] = "stage-times";
    *complete = *report;
    bool any = false;
    for (size_t i = 0; i < report->table->n && !any; i++)
        any = report->table->rows[i].result.nstages &&
              (report->table->rows[i].result.end == WK_END_OK ||
               report->table->rows[i].result.end == WK_END_DIVERGED);
    const wk_figure_kind *bars = wk_figure_kind_find("bars");
    for (size_t i = 0; i < report->nfigures && any; i++)
        any = report->figures[i].kind != bars && strcmp(report->figures[i].id, id) != 0;
    if (!any)
        return;
    wk_figure *figures = wk_arena_get(arena, report->nfigures + 1, sizeof *figures);
    if (report->nfigures)
        memcpy(figures, report->figures, report->nfigures * sizeof *figures);
    figures[report->nfigures] = (wk_figure){.id = id, .kind = bars};
    complete->figures = figures;
    complete->nfigures++;
}

static wk_status write_all(const wk_judged *asked, wk_report_outcome *outcome, wk_arena *arena,
                           wk_error *err) {
    wk_judged report;
    wk_file file;
    with_stages(asked, &report, arena);
    const char **troubles = wk_arena_get(arena, report.nfigures + 1, sizeof *troubles);
    WK_TRY(begin(&file, &report, "results.json", err));
    WK_TRY(wk_file_finish(&file, wk_results_write(&report, file.stream, err), err));
    remove_strangers(&report);
    draw(&report, outcome, troubles, arena);
    WK_TRY(begin(&file, &report, "report.md", err));
    return wk_file_finish(&file, wk_report_markdown(&report, troubles, file.stream, err), err);
}

wk_status wk_report_write(const wk_judged *report, wk_report_outcome *outcome, wk_error *err) {
    *outcome = (wk_report_outcome){0};
    wk_arena arena = {0};
    const wk_status status = write_all(report, outcome, &arena, err);
    wk_arena_release(&arena);
    return status;
}

int wk_report_exit_code(const wk_judged *report, const wk_report_outcome *outcome) {
    wk_arena arena = {0};
    wk_verdict *verdicts = wk_arena_get(&arena, report->njudgements, sizeof *verdicts);
    for (size_t i = 0; i < report->njudgements; i++)
        verdicts[i] = report->judgements[i].verdict;
    const int code = wk_verdict_exit_code(verdicts, report->njudgements);
    wk_arena_release(&arena);
    bool unmeasured = outcome->figures_failed > 0;
    for (size_t i = 0; i < report->table->n; i++)
        unmeasured = unmeasured || (report->table->rows[i].result.end != WK_END_OK &&
                                    report->table->rows[i].result.end != WK_END_DIVERGED);
    return unmeasured && code != 1 ? WK_CANNOT : code;
}
