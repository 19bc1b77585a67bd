/* A suite file, as far as it is read before anything is run: YAML, typed tree, plan, claims and
 * figures; then some of its cells. A first line `# --set KEY=VALUE` is an override. */
#include "fuzz.h"

#include "model/data/data.h"
#include "study/opened.h"

/* Of cells whose data lies in files only the parameters are made: no file is opened here. */
static void look_at(const wk_plan *plan, size_t index, wk_arena *arena) {
    wk_error err = {0};
    const wk_plan_cell cell = wk_plan_cell_at(plan, index, arena);
    const char *source = wk_bag_find(&cell.params, "data.source"), *culprit = NULL;
    WK_ASSERT(cell.experiment->kernel || (source && wk_bag_find(&cell.params, "data")));
    if (source && wk_data_source_find(source)->bytes)
        return;
    wk_plan_cost cost;
    const wk_status status = wk_plan_weigh(plan, &cell, 1, arena, &cost, &culprit, &err);
    if (status != WK_OK)
        fuzz_refused(status, &err);
    else
        WK_ASSERT(cost.flops > 0 && cost.bytes > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char mark[] = "# --set ";
    if (memchr(data, 0, size)) /* not a text file: refused before this */
        return 0;
    char *text = fuzz_text(data, size);
    wk_arena arena = {0};
    wk_error err = {0};
    wk_opened opened;
    const char *override = NULL;
    if (strncmp(text, mark, sizeof mark - 1) == 0) {
        const char *line = text + sizeof mark - 1;
        override = wk_arena_span(&arena, line, strcspn(line, "\n"));
    }
    static const char *const backends[] = {"one", "two"}; /* not this machine's */
    const wk_opening how = {.path = "dir/suite.yaml",
                            .text = text,
                            .overrides = &override,
                            .noverrides = override != NULL,
                            .all = backends,
                            .nall = 2};
    const wk_status status = wk_opened_open(&how, &arena, &opened, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        const size_t cells = opened.plan.cells, step = cells < 8 ? 1 : cells / 8;
        WK_ASSERT(cells >= 1 && cells <= WK_PLAN_MOST_CELLS);
        for (size_t i = 0; i < cells; i += step)
            look_at(&opened.plan, i, &arena);
    }
    wk_arena_release(&arena);
    free(text);
    return 0;
}
