/* A results.json, read and compared with itself and with less than itself, as `compare`
 * does, in all its formats. */
#include "fuzz.h"

#include "compare/compare.h"
#include "model/cell/metrics.h"

#include <jansson.h>

static void write_all(const wk_comparison *found) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    WK_ASSERT(out);
    wk_error err = {0};
    WK_ASSERT(wk_compare_json(found, out, &err) == WK_OK);
    WK_ASSERT(fclose(out) == 0);
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    WK_ASSERT(json);
    json_decref(json);
    free(text);
    out = open_memstream(&text, &length);
    WK_ASSERT(out);
    WK_ASSERT(wk_compare_screen(found, out, &err) == WK_OK);
    WK_ASSERT(fflush(out) == 0);
    const size_t before = length;
    enum { BUDGET = 2000 };
    WK_ASSERT(wk_compare_markdown(found, BUDGET, out, &err) == WK_OK);
    WK_ASSERT(fclose(out) == 0 && length - before <= BUDGET);
    fuzz_printable(text, "\n");
    free(text);
}

/* The same without its claims and its last cell: what is gone is told in the file's own words. */
static void compare_less(const wk_results *all, const wk_compare_options *options,
                         wk_arena *arena) {
    wk_error err = {0};
    wk_results less = *all;
    wk_comparison found;
    less.nclaims = 0;
    less.table.n -= less.table.n > 1;
    const wk_status status = wk_compare(all, &less, options, arena, &found, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
        return;
    }
    WK_ASSERT(all->nclaims == 0 || found.regressions > 0);
    write_all(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const wk_compare_options options = {.tolerance = WK_COMPARE_TOLERANCE,
                                        .time_tolerance = WK_COMPARE_TIME_TOLERANCE,
                                        .metrics = wk_metrics,
                                        .nmetrics = wk_metrics_n};
    json_object_seed(1); /* the same order of members each time */
    char *text = fuzz_text(data, size);
    wk_arena arena = {0};
    wk_error err = {0};
    wk_results results;
    wk_comparison found;
    wk_status status = wk_results_parse("dir/results.json", text, size, &arena, &results, &err);
    if (status == WK_OK)
        status = wk_compare(&results, &results, &options, &arena, &found, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        WK_ASSERT_EQ(found.regressions, 0);
        WK_ASSERT_EQ(found.changes, 0);
        write_all(&found);
        compare_less(&results, &options, &arena);
    }
    wk_arena_release(&arena);
    free(text);
    return 0;
}
