/* The labels of parameters, as the descriptor rows of the suite's language have them. */
#ifndef WK_STUDY_LABELS_H
#define WK_STUDY_LABELS_H

#include "claim/judged.h"

/* One entry for each parameter of a cell whose row has a label, in `arena`; *n: how many. If
 * several data sources or losses have a parameter of the same name, the first one names it. */
const wk_label *wk_labels_list(wk_arena *arena, size_t *n);

#endif
