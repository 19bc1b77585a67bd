/* A table's columns, scales and classes in words. */
#include "report/table_words.h"

#include "base/heap.h"
#include "base/quote.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 40 }; /* of a table of columns, unless all are asked for */

static void call(const wk_table_findings *f, size_t j, wk_doc *doc) {
    const char *name = f->survey.column[j].name;
    if (*name) {
        wk_doc_text(doc, name);
        wk_doc_sayf(doc, " (column %zu)", j + 1);
    } else {
        wk_doc_sayf(doc, "column %zu", j + 1);
    }
}

static void say_kind(const wk_table_findings *f, wk_doc *doc) {
    const wk_survey *s = &f->survey;
    if (f->kind == WK_TABLE_NPY) {
        wk_doc_say(doc, "A NumPy array.");
        return;
    }
    wk_doc_sayf(doc, "IDX images of %zu by %zu pixels%s", s->height, s->width,
                s->packed ? "; gzipped." : ".");
    if (f->labels_found) {
        wk_doc_say(doc, " The labels lie beside them: ");
        wk_doc_text(doc, f->labels);
        wk_doc_say(doc, ".");
    }
}

static void say_file(const wk_table_findings *f, wk_doc *doc) {
    static const char *const called[] = {"",     "commas", "semicolons",
                                         "tabs", "bars",   "runs of blanks"};
    const wk_survey *s = &f->survey;
    wk_doc_heading(doc, 1, "%s", f->path);
    wk_doc_paragraphf(doc, "%zu rows, %zu columns", s->rows, s->n);
    if (f->kind != WK_TABLE_TEXT) {
        wk_doc_say(doc, f->labels ? ", the last of them the labels. " : ". ");
        say_kind(f, doc);
        return;
    }
    wk_doc_say(doc, s->n > 1 ? "; separated by " : "");
    wk_doc_say(doc, s->n > 1 ? called[s->separator] : "");
    wk_doc_say(doc, f->decimal_found || f->form.decimal == WK_DECIMAL_COMMA
                        ? "; numbers have a decimal comma"
                        : "");
    wk_doc_say(doc, s->packed ? "; gzipped" : "");
    wk_doc_say(doc, f->form.header ? "; the first line names the columns." : "; without a header.");
}

static void type_cell(const wk_survey_column *c, wk_doc *doc) {
    wk_doc_cells(doc, c->texts && c->numbers ? "mixed"
                      : c->texts             ? "text"
                      : !c->numbers          ? "empty"
                      : c->whole             ? "whole"
                                             : "number");
}

static void remark_cell(const wk_table_findings *f, size_t j, wk_doc *doc) {
    const wk_survey *s = &f->survey;
    const wk_survey_column *c = &s->column[j];
    const char *before = "";
    wk_doc_cell(doc);
    if (f->role[j] == WK_COLUMN_LABEL)
        wk_doc_say(doc, "label"), before = "; ";
    else if (wk_table_is_index(s, j))
        wk_doc_sayf(doc, "%san index", before), before = "; ";
    else if (c->texts && f->role[j] == WK_COLUMN_OUT) {
        wk_doc_say(doc, "no input: ");
        char shown[WK_TEXT_SHOWN];
        wk_doc_text(doc, wk_text_show(c->text, shown));
        before = "; ";
    }
    if (c->numbers + c->texts > 1 && !c->many && c->values.n == 1)
        wk_doc_sayf(doc, "%sconstant", before), before = "; ";
    if (c->same_as)
        wk_doc_sayf(doc, "%sequal to column %zu", before, c->same_as), before = "; ";
    if (c->missing)
        wk_doc_sayf(doc, "%s%zu missing", before, c->missing);
}

/* How much of the table fits a screen. */
typedef enum extent { TYPES, SCALES, EVERYTHING } extent;

static void column_row(const wk_table_findings *f, size_t j, extent how_much, wk_doc *doc) {
    const wk_survey_column *c = &f->survey.column[j];
    const double numbers[] = {c->deviation, c->mean, c->least, c->largest};
    const size_t shown_numbers = how_much == EVERYTHING ? 4 : how_much == SCALES ? 1 : 0;
    char shown[WK_TEXT_SHOWN];
    wk_doc_rowf(doc, "%zu|%s", j + 1, wk_text_show(c->name, shown));
    type_cell(c, doc);
    if (how_much != TYPES)
        wk_doc_cells(doc, "%s%zu", c->many ? "over " : "", c->values.n);
    for (size_t i = 0; i < shown_numbers; i++) {
        wk_doc_cell(doc);
        if (c->numbers)
            wk_doc_number(doc, numbers[i], 4);
    }
    remark_cell(f, j, doc);
}

/* Has the column no more to say than its numbers? */
static bool is_plain(const wk_table_findings *f, size_t j) {
    const wk_survey_column *c = &f->survey.column[j];
    return f->role[j] == WK_COLUMN_INPUT && !c->missing && !c->same_as && c->deviation > 0;
}

static void say_columns(const wk_table_findings *f, bool all, size_t columns, wk_doc *doc) {
    enum { MEDIUM = 60, WIDE = 80 };
    static const char *const alignments[] = {"rlll", "rllrrl", "rllrrrrrl"};
    const extent how_much = columns >= WIDE ? EVERYTHING : columns >= MEDIUM ? SCALES : TYPES;
    const size_t n = f->survey.n;
    size_t left = 0, shown = 0;
    wk_doc_table(doc, strlen(alignments[how_much]), alignments[how_much]);
    wk_doc_rowf(doc, "|column|type");
    if (how_much >= SCALES)
        wk_doc_cells(doc, "values|deviation");
    if (how_much == EVERYTHING)
        wk_doc_cells(doc, "mean|least|largest");
    wk_doc_cells(doc, "remarks");
    for (size_t j = 0; j < n; j++) {
        if (!all && n > MOST_LINES && (shown >= MOST_LINES || (is_plain(f, j) && j >= 10))) {
            left++;
            continue;
        }
        column_row(f, j, how_much, doc);
        shown++;
    }
    if (left)
        wk_doc_paragraphf(doc, "… and %zu more columns; `--all` lists them.", left);
}

static void say_classes(const wk_table_findings *f, wk_doc *doc) {
    enum { MOST = 12 };
    const wk_survey_column *c = &f->survey.column[f->label];
    wk_doc_itemf(doc, "%s%zu classes in ", c->many ? "over " : "", c->values.n);
    call(f, f->label, doc);
    wk_doc_say(doc, ": ");
    for (size_t v = 0; v < c->values.n && v < MOST; v++) {
        char shown[WK_TEXT_SHOWN];
        wk_doc_say(doc, v ? ", " : "");
        wk_doc_text(doc, wk_text_show(c->values.text[v], shown));
        wk_doc_sayf(doc, " %zu", c->occurs[v]);
    }
    wk_doc_say(doc, c->values.n > MOST ? ", …" : "");
    if (f->by_class)
        wk_doc_say(doc, ".");
    else
        wk_doc_sayf(doc,
                    ". That is no label for `positive: class`, which needs two rows of each class; "
                    "the line below makes positives by %s.",
                    f->kind == WK_TABLE_IDX ? "augmenting" : "noise");
}

static void say_scales(const wk_table_findings *f, wk_doc *doc) {
    if (!(f->widest > 0))
        return;
    wk_doc_item(doc);
    if (f->standardise)
        wk_doc_strong(doc, true);
    wk_doc_sayf(doc,
                f->standardise ? "WARNING: scales differ by a factor of %.3g: deviation %.4g in "
                               : "Scales differ by a factor of %.3g: deviation %.4g in ",
                f->widest / f->narrowest, f->widest);
    call(f, f->wide, doc);
    wk_doc_sayf(doc, ", %.4g in ", f->narrowest);
    call(f, f->narrow, doc);
    wk_doc_say(doc, f->standardise
                        ? ". Taken as they are, the largest columns decide nearly everything: "
                          "`standardise: true`."
                        : ".");
    if (f->standardise)
        wk_doc_strong(doc, false);
}

/* A column in a long table is easily overlooked. */
static void say_constants(const wk_table_findings *f, wk_doc *doc) {
    size_t n = 0;
    for (size_t j = 0; j < f->survey.n; j++)
        n += f->role[j] == WK_COLUMN_INPUT &&
             f->survey.column[j].least == f->survey.column[j].largest;
    if (!n)
        return;
    wk_doc_item(doc);
    wk_doc_sayf(doc, "%zu input%s the same value in all rows.", n, n > 1 ? "s have" : " has");
}

static void say_findings(const wk_table_findings *f, wk_doc *doc) {
    const wk_survey *s = &f->survey;
    if (f->label < s->n)
        say_classes(f, doc);
    say_scales(f, doc);
    say_constants(f, doc);
    if (s->duplicate_rows)
        wk_doc_itemf(doc, "%zu row%s equal to an earlier one.", s->duplicate_rows,
                     s->duplicate_rows > 1 ? "s are" : " is");
    if (f->lacking)
        wk_doc_itemf(doc,
                     "%zu inputs lack values in some rows; `missing: drop` leaves these rows out.",
                     f->lacking);
    if (s->blank_lines && f->kind == WK_TABLE_TEXT)
        wk_doc_itemf(doc,
                     "There are blank lines within the table; `missing: drop` passes over them.");
    for (size_t j = 0; j < s->n; j++)
        if (wk_table_is_index(s, j)) {
            wk_doc_item(doc);
            call(f, j, doc);
            wk_doc_say(doc,
                       s->column[j].counts
                           ? " only numbers the rows, as an index does. It is left out."
                           : " has no name, as an index that a program wrote. It is left out.");
        }
}

void wk_table_say_line(const wk_table_findings *f, wk_doc *doc) {
    char *line = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&line, &length);
    wk_table_write_line(f, out);
    fclose(out);
    wk_doc_heading(doc, 2, "To go on");
    wk_doc_paragraphf(doc,
                      "Put this line below `data:` of a suite; the path is relative to the suite:");
    wk_doc_preformatted(doc);
    wk_doc_text(doc, line);
    free(line);
}

void wk_table_say(const wk_table_findings *f, bool all, size_t columns, wk_doc *doc) {
    say_file(f, doc);
    say_columns(f, all, columns, doc);
    say_findings(f, doc);
}
