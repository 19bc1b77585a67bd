#include "cli/opened.h"

#include "base/file.h"
#include "cli/claims.h"
#include "cli/figures.h"
#include "cli/grammar.h"

#include <string.h>

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
