/* A claim in full sentences: what `describe` prints. report/words.h says the same with the numbers
 * that were found. */
#ifndef WK_REPORT_SENTENCES_H
#define WK_REPORT_SENTENCES_H

#include "doc/doc.h"
#include "report/report.h"

/* Statement, source, hypothesis, how it is judged, margin, control. Of the report only `level` and
 * `metrics` are looked at. */
void wk_sentences_claim(wk_doc *doc, const wk_judged *report, const wk_claim *claim);

/* What a test asserts, as inline pieces without a full stop: "the exponent of ΔΘ (ntk.change) as a
 * power of model.width is below −0.4 at t = 8". */
void wk_sentences_test(wk_doc *doc, const wk_judged *report, const wk_test *test);

#endif
