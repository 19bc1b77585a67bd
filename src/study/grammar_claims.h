/* The part of the suite's grammar that speaks of claims: see grammar.h for the whole. */
#ifndef WK_STUDY_GRAMMAR_CLAIMS_H
#define WK_STUDY_GRAMMAR_CLAIMS_H

#include "base/param.h"

/* Fills in the names of the statistics. The groups must not be used before. */
void wk_grammar_claims_assemble(void);

extern const wk_group wk_from_group;   /* a selection of cells: wk_selection */
extern const wk_group wk_claim_group;  /* wk_claim_text */
extern const wk_group wk_family_group; /* wk_family_text */

#endif
