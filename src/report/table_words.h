/* What was found out about a table, as people read it. */
#ifndef WK_REPORT_TABLE_WORDS_H
#define WK_REPORT_TABLE_WORDS_H

#include "doc/doc.h"
#include "report/table_findings.h"

/* Size, columns and findings, for a screen that is so many columns wide; without `all` a table of
 * very many columns is cut. */
void wk_table_say(const wk_table_findings *f, bool all, size_t columns, wk_doc *doc);

/* The line to go on with. */
void wk_table_say_line(const wk_table_findings *f, wk_doc *doc);

#endif
