/* widecheck list: names what a suite holds. */
#include "cli/command.h"
#include "study/opened.h"

#include <stdio.h>

static void print(const wk_opened *opened) {
    printf("%s\n\nexperiments:\n", opened->title);
    for (size_t i = 0; i < opened->plan.n; i++) {
        const wk_plan_experiment *e = &opened->plan.experiments[i];
        printf("  %-24s %zu cells (%zu combinations x %zu seeds)\n", e->name,
               e->combinations * e->seeds, e->combinations, e->seeds);
    }
    if (opened->nclaims)
        printf("\nclaims:\n");
    for (size_t i = 0; i < opened->nclaims; i++)
        printf("  %-24s %s\n", opened->claims[i].id, opened->claims[i].statement);
    if (opened->nfigures)
        printf("\nfigures:\n");
    for (size_t i = 0; i < opened->nfigures; i++)
        printf("  %-24s %s\n", opened->figures[i].id,
               opened->figures[i].title ? opened->figures[i].title : "");
}

static wk_status list(void *none, const wk_operands *operands, wk_arena *arena, int *code,
                      wk_error *err) {
    (void)none, (void)code;
    wk_opened opened;
    WK_TRY(wk_opened_open(&(wk_opening){.path = operands->texts[0]}, arena, &opened, err));
    print(&opened);
    return WK_OK;
}

const wk_command wk_command_list = {
    .name = "list",
    .usage = "list SUITE.yaml",
    .summary = "experiments, claims and figures of a suite",
    .least = 1,
    .most = 1,
    .needs = "a suite: widecheck list SUITE.yaml",
    .run = list,
    .after = "Runs nothing. `widecheck describe SUITE.yaml ID` says more of one of them;\n"
             "`widecheck run SUITE.yaml --dry-run` tells cells, operations and time.\n"};
