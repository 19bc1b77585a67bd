/* The suite of a run, kept in its store, so that a report needs nothing else. */
#include "run/remembered.h"

#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

static wk_status put_lines(wk_store *store, const char *key, const char *const *texts, size_t n,
                           wk_error *err) {
    char *lines = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&lines, &length);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s\n", texts[i]);
    fclose(out);
    const wk_status status = wk_store_put(store, key, wk_value_text(lines), err);
    free(lines);
    return status;
}

wk_status wk_remembered_put(wk_store *store, const wk_opened *opened, const char *rerun,
                            const char *backend, wk_error *err) {
    WK_TRY(put_lines(store, "suite.overrides", opened->suite.overrides, opened->suite.noverrides,
                     err));
    WK_TRY(put_lines(store, "suite.backends", opened->all, opened->nall, err));
    WK_TRY(wk_store_put(store, "suite.path", wk_value_text(opened->suite.path), err));
    WK_TRY(wk_store_put(store, "suite.text", wk_value_text(opened->suite.text), err));
    WK_TRY(wk_store_put(store, "backend", wk_value_text(backend ? backend : ""), err));
    return wk_store_put(store, "rerun", wk_value_text(rerun), err);
}

/* The lines of a fact; none if it is not there. */
static void get_lines(const wk_bag *facts, const char *key, const char *const **out, size_t *n,
                      wk_arena *arena) {
    const char *kept = wk_bag_find(facts, key);
    char *lines = wk_arena_text(arena, kept ? kept : "");
    *n = 0;
    for (const char *p = lines; *p; p++)
        *n += *p == '\n';
    const char **list = wk_arena_get(arena, *n, sizeof *list);
    for (size_t i = 0; i < *n; i++) {
        list[i] = lines;
        lines = strchr(lines, '\n');
        *lines++ = '\0';
    }
    *out = list;
}

/* A line each: a file's name may hold a line break. */
wk_status wk_remembered_warnings_put(wk_store *store, const wk_warnings *warnings, wk_error *err) {
    wk_arena arena = {0};
    const size_t n = warnings ? warnings->n : 0;
    const char **lines = wk_arena_get(&arena, n, sizeof *lines);
    for (size_t i = 0; i < n; i++) {
        char *line = wk_arena_text(&arena, warnings->text[i]);
        for (char *p = line; *p; p++)
            *p = *p == '\n' ? ' ' : *p;
        lines[i] = line;
    }
    const wk_status status = put_lines(store, "data.warnings", lines, n, err);
    wk_arena_release(&arena);
    return status;
}

void wk_remembered_warnings(const wk_bag *facts, const char *const **texts, size_t *n,
                            wk_arena *arena) {
    get_lines(facts, "data.warnings", texts, n, arena);
}

wk_status wk_remembered_open(const wk_bag *facts, wk_arena *arena, wk_opened *opened,
                             wk_error *err) {
    wk_opening how = {.path = wk_bag_find(facts, "suite.path"),
                      .text = wk_bag_find(facts, "suite.text")};
    if (!how.path || !how.text)
        return wk_fail(err, WK_CANNOT, "the store holds no suite yet: run one first");
    get_lines(facts, "suite.overrides", &how.overrides, &how.noverrides, arena);
    get_lines(facts, "suite.backends", &how.all, &how.nall, arena);
    return wk_opened_open(&how, arena, opened, err);
}
