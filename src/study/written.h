/* What a suite writes about claims, families and figures, before it is given its meaning.
 *
 * wk_node_bind (suite/bind.h) fills these structs. Their offsets are in the rows of
 * grammar_claims.c, of grammar.c and of the figure kinds. claims.c, families.c and figures.c turn
 * the structs into wk_claim, wk_family and wk_figure.
 *
 * The structs start as "nothing is written", for which there are constants: a text and a node are
 * NULL, a list is empty, a number is NaN, a choice is -1.
 */
#ifndef WK_STUDY_WRITTEN_H
#define WK_STUDY_WRITTEN_H

#include "plot/figure.h"
#include "suite/tree.h"

typedef struct wk_from_text {
    const char *experiment;
    const wk_node *where; /* WK_NODE_MATCH */
} wk_from_text;

/* Exactly one of both is written: `which` is the index of its row. */
enum { WK_WRITTEN_T, WK_WRITTEN_WHEN };
typedef struct wk_at_text {
    int which;
    double t;
    int when;
} wk_at_text;

typedef struct wk_reading_text {
    const char *metric;
    wk_at_text at;
    double cap;
    const wk_node *between; /* WK_NODE_MATCH */
    const char *predicted;
    const wk_node *where; /* WK_NODE_MATCH */
} wk_reading_text;

typedef struct wk_test_text {
    wk_reading_text reading; /* first: a control has the same rows in a group of their own */
    int statistic;           /* index in wk_statistics */
    const char *over;
    double below, above, within[2];
} wk_test_text;

typedef struct wk_control_text {
    wk_from_text from;
    wk_reading_text test;
    const char *note;
} wk_control_text;

typedef struct wk_verdicts_text {
    wk_words of;
    const char *over;
} wk_verdicts_text;

typedef struct wk_claim_text {
    const char *statement, *source, *why, *figure;
    wk_from_text from;
    wk_test_text test;
    const wk_node *all; /* WK_NODE_LIST of tests */
    wk_control_text control;
    wk_verdicts_text verdicts;
} wk_claim_text;

typedef struct wk_family_text {
    const char *title, *holds, *fails, *unsettled;
    wk_words claims;
} wk_family_text;

typedef struct wk_figure_text {
    wk_figure_keys keys; /* first: the rows of the kinds have offsets into it */
    const char *plot, *title, *caption;
    wk_from_text from;
} wk_figure_text;

extern const wk_test_text wk_test_absent;
extern const wk_claim_text wk_claim_absent;
extern const wk_figure_text wk_figure_absent;

#endif
