/* The families of a suite, bound to its claims. */
#include "study/families.h"

#include "study/select.h"
#include "study/written.h"
#include "suite/bind.h"

#include <string.h>

static void add(wk_claim *claim, const wk_family *family, wk_arena *arena) {
    const wk_family **longer = wk_arena_get(arena, claim->nfamilies + 1, sizeof *longer);
    if (claim->nfamilies)
        memcpy(longer, claim->families, claim->nfamilies * sizeof *longer);
    longer[claim->nfamilies++] = family;
    claim->families = longer;
}

static wk_status read_family(const wk_node *node, wk_family *family, wk_claim *claims, size_t n,
                             wk_arena *arena, wk_error *err) {
    const wk_node *named = wk_node_find(node, "claims");
    wk_family_text text = {.family.id = node->name};
    wk_node_bind(node, arena, &text);
    *family = text.family;
    for (size_t i = 0; i < named->n; i++) {
        size_t at = 0;
        for (size_t j = 0; j < i; j++)
            if (strcmp(named->items[j]->value.text, named->items[i]->value.text) == 0)
                return wk_node_fail(named->items[i], err, "claim '%s' is named twice",
                                    named->items[i]->value.text);
        WK_TRY(wk_select_claim(claims, n, named->items[i], &at, err));
        add(&claims[at], family, arena);
    }
    return WK_OK;
}

wk_status wk_families_make(const wk_node *suite, wk_claim *claims, size_t n, wk_arena *arena,
                           wk_error *err) {
    const wk_node *all = wk_node_find(suite, "families");
    wk_family *families = wk_arena_get(arena, all ? all->n : 0, sizeof *families);
    for (size_t i = 0; all && i < all->n; i++)
        WK_TRY(read_family(all->items[i], &families[i], claims, n, arena, err));
    return WK_OK;
}
