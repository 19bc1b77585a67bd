/* report.md: what the verdicts mean together, in the suite's own plain words. */
#include "report/sections.h"

#include "report/words.h"

#include <string.h>

static bool is_of(const wk_claim *claim, const wk_family *family) {
    for (size_t i = 0; i < claim->nfamilies; i++)
        if (claim->families[i] == family)
            return true;
    return false;
}

/* Of the claims of the family: pass if all pass; fail if any fails or is vacuous; else
 * inconclusive. */
static wk_verdict verdict_of(const wk_judged *report, const wk_family *family) {
    wk_verdict verdict = WK_PASS;
    for (size_t k = 0; k < report->njudgements; k++) {
        const wk_judgement *found = &report->judgements[k];
        if (!is_of(found->claim, family))
            continue;
        if (found->verdict == WK_FAIL || found->verdict == WK_VACUOUS)
            return WK_FAIL;
        if (found->verdict != WK_PASS)
            verdict = WK_INCONCLUSIVE;
    }
    return verdict;
}

static void paragraph(const wk_judged *report, const wk_family *family, wk_doc *doc) {
    const wk_verdict verdict = verdict_of(report, family);
    wk_doc_heading(doc, 3, "%s", family->title);
    wk_doc_paragraphf(doc, "%s",
                      verdict == WK_PASS   ? family->holds
                      : verdict == WK_FAIL ? family->fails
                                           : family->unsettled);
    wk_doc_paragraphf(doc, "Rests on: ");
    const char *comma = "";
    for (size_t k = 0; k < report->njudgements; k++) {
        const wk_judgement *found = &report->judgements[k];
        if (!is_of(found->claim, family))
            continue;
        wk_doc_sayf(doc, "%s[%s] %s", comma, found->claim->id, wk_words_mark(found->verdict));
        comma = ", ";
    }
    wk_doc_say(doc, ".");
}

/* Does no claim before the k-th stand in the family? */
static bool is_first(const wk_judged *report, size_t k, const wk_family *family) {
    for (size_t j = 0; j < k; j++)
        if (is_of(report->judgements[j].claim, family))
            return false;
    return true;
}

void wk_section_families(const wk_judged *report, wk_doc *doc) {
    bool any = false;
    for (size_t k = 0; k < report->njudgements; k++) {
        const wk_claim *claim = report->judgements[k].claim;
        for (size_t i = 0; i < claim->nfamilies; i++) {
            if (!is_first(report, k, claim->families[i]))
                continue;
            if (!any)
                wk_doc_heading(doc, 2, "In plain words");
            any = true;
            paragraph(report, claim->families[i], doc);
        }
    }
}
