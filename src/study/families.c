#include "study/families.h"

#include "study/select.h"

#include <string.h>

/* The place of the claim that items[i] of the list names. */
static wk_status find(const wk_node *list, size_t i, const wk_claim *claims, size_t n, size_t *at,
                      wk_arena *arena, wk_error *err) {
    const wk_node *item = list->items[i];
    for (size_t j = 0; j < i; j++)
        if (strcmp(list->items[j]->text, item->text) == 0)
            return wk_node_fail(item, err, "claim '%s' is named twice", item->text);
    const char **ids = wk_arena_get(arena, n, sizeof *ids);
    for (*at = 0; *at < n; ++*at) {
        ids[*at] = claims[*at].id;
        if (strcmp(claims[*at].id, item->text) == 0)
            return WK_OK;
    }
    return wk_select_unknown(item, "claim", item->text, ids, n, err);
}

static void add(wk_claim *claim, const wk_family *family, wk_arena *arena) {
    const wk_family **longer = wk_arena_get(arena, claim->nfamilies + 1, sizeof *longer);
    if (claim->nfamilies)
        memcpy(longer, claim->families, claim->nfamilies * sizeof *longer);
    longer[claim->nfamilies++] = family;
    claim->families = longer;
}

static wk_status read_family(const wk_node *node, wk_family *family, wk_claim *claims, size_t n,
                             wk_arena *arena, wk_error *err) {
    const wk_node *list = wk_node_find(node, "claims");
    *family = (wk_family){.id = node->name,
                          .title = wk_node_text(node, "title"),
                          .holds = wk_node_text(node, "holds"),
                          .fails = wk_node_text(node, "fails"),
                          .unsettled = wk_node_text(node, "unsettled")};
    for (size_t i = 0; i < list->n; i++) {
        size_t at = 0;
        WK_TRY(find(list, i, claims, n, &at, arena, err));
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
