/* From the typed tree to structs: the values of a group are stored at the offsets of its rows.
 *
 * base/param.h tells the C type of the field for each type of row. For the types that it does not
 * name (WK_GROUPS and WK_NAMED) the field is a `const wk_node *`: the node itself.
 */
#ifndef WK_SUITE_BIND_H
#define WK_SUITE_BIND_H

#include "suite/tree.h"

/* Stores the values of `node`, a group that wk_tree_read has checked, in the struct *out, groups
 * within it too. Each row of the group and of its variant must have an offset into that struct. A
 * row that is absent leaves its field as it was, so the caller sets what absent means beforehand.
 * The group must have no axes. Texts are borrowed from the tree; lists live in `arena`. */
void wk_node_bind(const wk_node *node, wk_arena *arena, void *out);

#endif
