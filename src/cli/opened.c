#include "cli/opened.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/claims.h"
#include "cli/figures.h"
#include "cli/grammar.h"

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
    uint64_t *seeds = wk_arena_get(arena, list->n, sizeof *seeds, err);
    if (!seeds)
        return WK_CANNOT;
    for (size_t i = 0; i < list->n; i++) {
        int64_t seed = 0;
        const wk_node *item = list->items[i];
        if (!wk_text_integer(item->text, &seed) || seed < 0 || seed > 1000000000000000)
            return wk_node_fail(item, err,
                                "'confirm' must hold base seeds from 0 to 1e15, not '%.40s'",
                                item->text);
        seeds[i] = (uint64_t)seed;
        for (size_t j = 0; j < i; j++)
            WK_TRY(wk_opened_apart(opened, item, seeds[i], seeds[j], err));
    }
    opened->confirm = seeds;
    opened->nconfirm = list->n;
    return WK_OK;
}

wk_status wk_opened_text(const char *path, const char *text, const char *const *overrides,
                         size_t noverrides, wk_arena *arena, wk_opened *opened, wk_error *err) {
    *opened = (wk_opened){0};
    WK_TRY(wk_suite_load(path, text, strlen(text), overrides, noverrides, wk_grammar_document(),
                         wk_grammar_experiment(), arena, &opened->suite, err));
    const wk_node *root = opened->suite.root;
    opened->title = wk_node_text(root, "title");
    opened->sha256 = wk_arena_text(arena, wk_hash_text(text).hex, err);
    if (!opened->sha256)
        return WK_CANNOT;
    WK_TRY(wk_plan_make(&opened->suite, arena, &opened->plan, err));
    WK_TRY(wk_claims_make(&opened->plan, arena, &opened->claims, &opened->claim_nodes,
                          &opened->nclaims, err));
    WK_TRY(read_confirm(root, arena, opened, err));
    const double alpha = 1 - wk_node_real(root, "level");
    opened->level = 1 - alpha / (double)(opened->nclaims ? opened->nclaims : 1);
    return wk_figures_make(&opened->plan, 1 - alpha, arena, &opened->figures, &opened->nfigures,
                           err);
}

wk_status wk_opened_file(const char *path, const char *const *overrides, size_t noverrides,
                         wk_arena *arena, wk_opened *opened, wk_error *err) {
    char *text = NULL;
    size_t length = 0;
    WK_TRY(wk_file_read(path, WK_YAML_BYTES, arena, &text, &length, err));
    if (strlen(text) != length)
        return wk_fail(err, WK_BAD_INPUT, "'%s' is not a text file", path);
    return wk_opened_text(path, text, overrides, noverrides, arena, opened, err);
}
