/* What a suite writes about claims, families and figures. What needs no more than to be stored is
 * bound to its final place at once; the rest is given its meaning afterwards.
 *
 * wk_node_bind (suite/bind.h) fills these structs. Their offsets are in the rows of
 * grammar_claims.c, of grammar.c and of the figure kinds. claims.c, families.c and figures.c make
 * of them wk_claim, wk_family and wk_figure.
 *
 * The structs start as "nothing is written", for which there are constants: a text and a node are
 * NULL, a list is empty, a number is NaN, a choice is -1.
 */
#ifndef WK_STUDY_WRITTEN_H
#define WK_STUDY_WRITTEN_H

#include "plot/figure.h"
#include "suite/tree.h"

/* Exactly one of both is written: `which` is the index of its row. */
enum { WK_WRITTEN_T, WK_WRITTEN_WHEN };
typedef struct wk_at_text {
    int which;
    double t;
    int when;
} wk_at_text;

/* A control is bound over what its claim's test has: what it does not name stays. */
typedef struct wk_test_text {
    wk_test test;  /* metric, over, cap, predicted and where, as they are; the rest is made of */
    int statistic; /* index in wk_statistics */
    wk_at_text at;
    wk_matches between;
    double below, above, within[2];
} wk_test_text;

typedef struct wk_control_text {
    wk_selection from;
    wk_test_text test; /* not used: bound again over each test of the claim */
    const char *note;
} wk_control_text;

typedef struct wk_verdicts_text {
    wk_words of;
    const char *over;
} wk_verdicts_text;

typedef struct wk_claim_text {
    wk_claim claim; /* statement, source, why, figure and claim.from, as they are */
    wk_test_text test;
    const wk_node *all; /* WK_NODE_LIST of tests */
    wk_control_text control;
    wk_verdicts_text verdicts;
} wk_claim_text;

typedef struct wk_family_text {
    wk_family family; /* all but the id */
    wk_words claims;
} wk_family_text;

typedef struct wk_figure_text {
    wk_figure_keys keys; /* first: the rows of the kinds have offsets into it */
    wk_figure figure;    /* title, caption and from, as they are */
    const char *plot;
} wk_figure_text;

extern const wk_test_text wk_test_absent;
extern const wk_figure_text wk_figure_absent;

#endif
