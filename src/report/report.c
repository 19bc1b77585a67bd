/* Writes all files of a report into its folder. */
#include "report/report.h"
#include "results/results.h"

#include "base/file.h"
#include "base/text.h"
#include "plot/figure.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

/* Does a file of the folder stay? Those of figures that the suite no longer has do not. */
static bool stays(const wk_judged *report, const char *name) {
    static const char *const endings[] = {".svg", ".gp", ".dat", ".pdf"};
    const char *dot = strrchr(name, '.');
    char id[128];
    if (!dot || wk_word_place(dot, endings, 4) == 4 || (size_t)(dot - name) >= sizeof id)
        return true;
    snprintf(id, sizeof id, "%.*s", (int)(dot - name), name);
    bool known = !wk_text_is_name(id);
    for (size_t i = 0; i < report->nfigures && !known; i++)
        known = strcmp(report->figures[i].id, id) == 0;
    return known;
}

/* Pictures of a suite that was changed must not stand beside those of the new one. */
static void remove_strangers(const wk_judged *report, wk_arena *arena) {
    const char *folder = wk_arena_printf(arena, "%s/figures", report->folder);
    DIR *stream = opendir(folder);
    if (!stream)
        return;
    for (struct dirent *entry; (entry = readdir(stream));)
        if (!stays(report, entry->d_name))
            unlink(wk_arena_printf(arena, "%s/%s", folder, entry->d_name));
    closedir(stream);
}

/* Draws all; troubles[i] says why the i-th could not be. */
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
              wk_end_has_metrics(report->table->rows[i].result.end);
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
    WK_TRY(wk_file_begin(&file, wk_arena_printf(arena, "%s/results.json", report.folder), err));
    WK_TRY(wk_file_finish(&file, wk_results_write(&report, file.stream, err), err));
    remove_strangers(&report, arena);
    draw(&report, outcome, troubles, arena);
    WK_TRY(wk_file_begin(&file, wk_arena_printf(arena, "%s/report.md", report.folder), err));
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
        unmeasured = unmeasured || !wk_end_has_metrics(report->table->rows[i].result.end);
    return unmeasured && code != 1 ? WK_CANNOT : code;
}
