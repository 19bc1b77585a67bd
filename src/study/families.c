/* The families of a suite, bound to its claims. */
#include "study/families.h"

#include "study/select.h"
#include "study/written.h"
#include "suite/bind.h"

#include <string.h>

/* The place of the claim that word i of the list at `node` names. */
static wk_status find(const wk_words *list, size_t i, const wk_node *node, const wk_claim *claims,
                      size_t n, size_t *at, wk_arena *arena, wk_error *err) {
    const char *word = list->list[i];
    for (size_t j = 0; j < i; j++)
        if (strcmp(list->list[j], word) == 0)
            return wk_node_fail(node->items[i], err, "claim '%s' is named twice", word);
    const char **ids = wk_arena_get(arena, n, sizeof *ids);
    for (*at = 0; *at < n; ++*at) {
        ids[*at] = claims[*at].id;
        if (strcmp(claims[*at].id, word) == 0)
            return WK_OK;
    }
    return wk_select_unknown(node->items[i], "claim", word, ids, n, err);
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
    wk_family_text text = {0};
    wk_node_bind(node, arena, &text);
    *family = (wk_family){.id = node->name,
                          .title = text.title,
                          .holds = text.holds,
                          .fails = text.fails,
                          .unsettled = text.unsettled};
    for (size_t i = 0; i < text.claims.n; i++) {
        size_t at = 0;
        WK_TRY(find(&text.claims, i, wk_node_find(node, "claims"), claims, n, &at, arena, err));
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
