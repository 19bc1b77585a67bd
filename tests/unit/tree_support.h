/* What the tests of the typed tree share: a small language with one row of each kind, and trees of
 * texts in it. */
#ifndef WK_TESTS_TREE_SUPPORT_H
#define WK_TESTS_TREE_SUPPORT_H

#include "suite/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of a descriptor table: the two members of a group. */
#define ROWS(table) .rows = (table), .n = sizeof(table) / sizeof *(table)

extern const wk_group model, loss, until, ntk, range, part, experiment, suite;

wk_status parse(const char *text, size_t length, const wk_group *group, wk_arena *arena,
                wk_node **node, wk_error *err);
/* The tree of a text that must be right. */
const wk_node *tree(const char *text, const wk_group *group, wk_arena *arena);
/* The text is refused with exactly this message. */
void refused(const char *text, const wk_group *group, const char *message);
/* Combination `index` of an experiment: "key=value key=value …" in the order written. */
char *combination(const wk_node *node, size_t index, wk_arena *arena);

#endif
