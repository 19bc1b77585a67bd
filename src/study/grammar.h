/* The suite language, assembled from the descriptor rows of all registries: data sources, losses,
 * statistics, figure kinds. Adding to a registry adds to the language, its errors, its help. */
#ifndef WK_STUDY_GRAMMAR_H
#define WK_STUDY_GRAMMAR_H

#include "base/param.h"

const wk_group *wk_grammar_document(void);
const wk_group *wk_grammar_experiment(void);

#endif
