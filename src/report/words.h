/* Claims in words: what the report says about a judgement. The calls write inline pieces into the
 * block that is open, unless it is said otherwise. */
#ifndef WK_REPORT_WORDS_H
#define WK_REPORT_WORDS_H

#include "doc/doc.h"
#include "report/report.h"

/* "✔ pass", "✘ fail", …: reads without colour. */
const char *wk_words_mark(wk_verdict verdict);

/* "−0.73 [−0.76, −0.70]"; "≥ 34 [28, 41]" if it is a lower bound. */
void wk_words_estimate(wk_doc *doc, const wk_part *part);
/* "7 of 70 values at the cap 1"; nothing, and false, if none is. */
bool wk_words_capped(wk_doc *doc, const wk_part *part);
/* "below −0.4", "within (0.8, 1.2)" */
void wk_words_rule(wk_doc *doc, const wk_rule *rule);
/* The combination of parameters of a part, "all" if there is but one. */
void wk_words_where(wk_doc *doc, const wk_bag *where);
/* "a sentence of the paper's abstract (arXiv 2403.08673)" */
void wk_words_source(wk_doc *doc, const wk_claim *claim);
/* The rest of the paragraph, and items: what is measured on which cells, and where it must lie. */
void wk_words_hypothesis(wk_doc *doc, const wk_judged *report, const wk_hypothesis *hypothesis);
/* One test: "the slope of ΔΘ (`ntk.change`) over `model.width` at t = 16 is below −0.4". */
void wk_words_test(wk_doc *doc, const wk_judged *report, const wk_test *test);
/* The metric's row in the registry, or NULL. */
const wk_metric *wk_words_metric(const wk_judged *report, const char *name);
/* Is it of trained cells? Else it is not read "at the end of training". */
bool wk_words_is_trained(const wk_judged *report, const char *name);
/* The values of a condition: "a, b or c"; and what stands before the i-th of n such words. */
void wk_words_values(wk_doc *doc, const wk_match *match);
const char *wk_words_joint(size_t i, size_t n, const char *last);
/* What a claim about verdicts asserts. */
void wk_words_verdicts(wk_doc *doc, const wk_claim *claim);

/* What the verdict means: "consistent with", "contradicts"; never "proves". */
void wk_words_meaning(wk_doc *doc, const wk_judgement *judgement);

/* The part that stands for a finding in one line: of those that decided its verdict, the one that
 * is nearest to the bound or furthest beyond it. NULL if there are no parts. */
const wk_part *wk_words_part(const wk_finding *finding);
/* Fewest seeds of a part of the finding. */
size_t wk_words_seeds(const wk_finding *finding);

#endif
