/* The binder: stores a cell's parameters, typed, in the struct that descriptor rows point into.
 *
 *   typedef struct mixture { size_t classes, dim; double noise; } mixture;
 *   static const wk_param rows[] = {
 *       {.name = "noise", .type = WK_REAL, .offset = offsetof(mixture, noise), …}, …};
 *
 *   mixture m = {0};
 *   WK_TRY(wk_bind(&group, "data", params, &m, &culprit, err));   // m.noise from "data.noise"
 *
 * No other code reads a parameter by a name of its own. The type of the field that each type of row
 * is bound to stands in base/param.h. The limits of a row are not checked: the suite's reader has
 * done so. WK_WORDS is bound to a `const char *` here, the texts joined by commas. The other types
 * that are lists or maps in a suite (WK_INTERVAL, WK_GROUPS, WK_NAMED, WK_MATCH) describe no
 * parameter of a cell, and binding such a row is a bug.
 */
#ifndef WK_BASE_BIND_H
#define WK_BASE_BIND_H

#include "base/param.h"

/* Stores one value in the field that a row is bound to (of a WK_INTERVAL: one of its ends). False
 * if the value is of another type. */
bool wk_bind_value(const wk_param *row, const wk_value *value, void *field) WK_CHECKED;

/* Binds the rows of `group`, and those of the variant that its selector names, to the struct `out`.
 * The key of a row is "prefix.name", or "name" if prefix is NULL or "".
 *
 * A row must be there if it is WK_REQUIRED. So must one with a default, since the suite's reader
 * writes defaults out. Any other row may be absent, and its field is then left as it is. A row of
 * type WK_GROUP binds its own group to the struct at its offset; an optional one is absent if there
 * is no key below it. In a group with `exactly_one`, one row is there and all others are absent;
 * the int at the start of the struct becomes the index of that row.
 *
 * WK_BAD_INPUT, with the key in the message, if a parameter is missing or of another type.
 * *culprit (may be NULL) is then what to blame: the key of the value of another type, as `params`
 * holds it; or `prefix` if something is missing. `out` is half filled after a failure. Texts are
 * borrowed from `params`. */
wk_status wk_bind(const wk_group *group, const char *prefix, const wk_bag *params, void *out,
                  const char **culprit, wk_error *err) WK_CHECKED;

/* The same for rows that stand in no group, such as those of a registry's entry. */
wk_status wk_bind_rows(const wk_param *rows, size_t n, const char *prefix, const wk_bag *params,
                       void *out, const char **culprit, wk_error *err) WK_CHECKED;

/* The other direction: the n fields that the rows are bound to, as pairs in the order of the rows.
 * For rows of the types WK_INTEGER, WK_REAL, WK_TRUTH and WK_TEXT (NULL counts as ""). Keys are
 * made in `arena`, texts are borrowed from the struct. */
wk_pair *wk_unbind_rows(const wk_param *rows, size_t n, const char *prefix, const void *from,
                        wk_arena *arena);

/* True if `params` holds a key below the prefix: "stop.above" is below "stop". */
bool wk_bind_any(const wk_bag *params, const char *prefix);

#endif
