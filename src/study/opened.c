/* Opens a suite: reads it, plans its cells, and makes its claims and figures. */
#include "study/opened.h"

#include "base/file.h"
#include "base/text.h"
#include "model/data/content.h"
#include "study/claims.h"
#include "study/figures.h"
#include "study/grammar.h"

#include <inttypes.h>
#include <string.h>

wk_status wk_opened_apart(const wk_opened *opened, const wk_node *at, uint64_t a, uint64_t b,
                          wk_error *err) {
    size_t most = 0;
    for (size_t i = 0; i < opened->plan.n; i++)
        most = opened->plan.experiments[i].seeds > most ? opened->plan.experiments[i].seeds : most;
    if ((a > b ? a - b : b - a) >= most)
        return WK_OK;
    return wk_node_fail(at, err,
                        "base seed %" PRIu64 " shares seeds with base seed %" PRIu64
                        ": they must be %zu apart, as an experiment takes so many",
                        a, b, most);
}

static wk_status read_confirm(const wk_node *root, wk_arena *arena, wk_opened *opened,
                              wk_error *err) {
    const wk_node *list = wk_node_find(root, "confirm");
    opened->seed = wk_node_size(root, "seed");
    if (!list)
        return WK_OK;
    uint64_t *seeds = wk_arena_get(arena, list->n, sizeof *seeds);
    for (size_t i = 0; i < list->n; i++) {
        int64_t seed = 0;
        const wk_node *item = list->items[i];
        if (!wk_text_integer(wk_text_skip_plus(item->value.text), &seed) || seed < 0 ||
            seed > 1000000000000000)
            return wk_node_fail(item, err,
                                "'confirm' must hold base seeds from 0 to 1e15, not '%.40s'",
                                item->value.text);
        seeds[i] = (uint64_t)seed;
        for (size_t j = 0; j < i; j++)
            WK_TRY(wk_opened_apart(opened, item, seeds[i], seeds[j], err));
    }
    opened->confirm = seeds;
    opened->nconfirm = list->n;
    return WK_OK;
}

/* ---- which backends there are ---- */

/* Those of the suite's `backends`, and of --backend NAME=PATH, as "NAME=PATH". */
static void list_given(const wk_opening *how, const wk_opened *opened, wk_arena *arena,
                       const char *const **given, size_t *n) {
    const wk_node *own = wk_node_find(opened->suite.root, "backends");
    const size_t nown = own ? own->n : 0;
    const char **list = wk_arena_get(arena, nown + 1, sizeof *list);
    const char *folder = wk_plan_folder(&opened->plan, arena);
    *n = 0;
    for (size_t i = 0; i < nown; i++) {
        const char *path = wk_node_text(own->items[i], "path");
        list[(*n)++] = wk_arena_printf(arena, "%s=%s", own->items[i]->name,
                                       wk_file_resolve(folder, path, arena));
    }
    if (how->backend && strchr(how->backend, '='))
        list[(*n)++] = how->backend;
    *given = list;
}

static wk_status find_backends(const wk_opening *how, wk_arena *arena, wk_opened *opened,
                               wk_error *err) {
    const char *const *given = NULL;
    const wk_node *own = wk_node_find(opened->suite.root, "backends");
    size_t n = 0;
    opened->all = how->all;
    opened->nall = how->nall;
    if (how->all || !(how->backend || wk_plan_names_backend(&opened->suite) || own))
        return WK_OK;
    list_given(how, opened, arena, &given, &n);
    wk_backend_fault fault = {0};
    const wk_status status = wk_backends_find(given, n, arena, &opened->backends, &fault, err);
    if (status == WK_BAD_INPUT)
        return own && fault.given < own->n
                   ? wk_node_fail(own->items[fault.given], err, "%s", err->message)
                   : wk_fail_within(err, "--backend:1:%d", fault.column);
    WK_TRY(status);
    wk_backends_all(&opened->backends, arena, &opened->all, &opened->nall);
    return WK_OK;
}

/* ---- opening ---- */

/* UTF-16 and other formats are named. Bytes that are no UTF-8 are found, with their place, by the
 * reader of YAML. */
static wk_status read_text(const wk_opening *how, wk_arena *arena, const char **out, size_t *length,
                           wk_error *err) {
    char *text = NULL;
    WK_TRY(wk_file_read(how->path, WK_YAML_BYTES, arena, &text, length, err));
    const char *hint = wk_content_hint((const unsigned char *)text, *length);
    if (hint)
        return wk_fail(err, WK_BAD_INPUT, "%s:1:1: no suite but %s", how->path, hint);
    const size_t mark = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* of the byte order */
    *out = text + mark;
    *length -= mark;
    return WK_OK;
}

wk_status wk_opened_open(const wk_opening *how, wk_arena *arena, wk_opened *opened, wk_error *err) {
    const char *text = how->text;
    size_t length = text ? strlen(text) : 0;
    *opened = (wk_opened){0};
    if (!text)
        WK_TRY(read_text(how, arena, &text, &length, err));
    WK_TRY(wk_suite_load(how->path, text, length, how->overrides, how->noverrides,
                         wk_grammar_document(), wk_grammar_experiment(), arena, &opened->suite,
                         err));
    const wk_node *root = opened->suite.root;
    opened->title = wk_node_text(root, "title");
    opened->sha256 = wk_arena_text(arena, wk_hash_text(text).hex);
    opened->plan.suite = &opened->suite;
    WK_TRY(find_backends(how, arena, opened, err));
    WK_TRY(wk_plan_make(&opened->suite, opened->all, opened->nall, arena, &opened->plan, err));
    WK_TRY(wk_claims_make(&opened->plan, arena, &opened->claims, &opened->claim_nodes,
                          &opened->nclaims, err));
    WK_TRY(read_confirm(root, arena, opened, err));
    const double alpha = 1 - wk_node_real(root, "level");
    opened->level = 1 - alpha / (double)(opened->nclaims ? opened->nclaims : 1);
    return wk_figures_make(&opened->plan, 1 - alpha, arena, &opened->figures, &opened->nfigures,
                           err);
}
