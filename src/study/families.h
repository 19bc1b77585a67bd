/* The `families` of a suite → claim/claim.h. */
#ifndef WK_STUDY_FAMILIES_H
#define WK_STUDY_FAMILIES_H

#include "claim/claim.h"
#include "suite/tree.h"

/* Tells each of claims[0..n) the families that name it, in the order of the suite. WK_BAD_INPUT at
 * the name of a claim that there is not (with the nearest), or that a family names twice. */
wk_status wk_families_make(const wk_node *suite, wk_claim *claims, size_t n, wk_arena *arena,
                           wk_error *err) WK_CHECKED;

#endif
