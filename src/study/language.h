/* The suite language as Markdown, from the descriptor tables: docs/suite-reference.md is this
 * output. */
#ifndef WK_STUDY_LANGUAGE_H
#define WK_STUDY_LANGUAGE_H

#include <stdio.h>

void wk_language_print(FILE *out);

#endif
