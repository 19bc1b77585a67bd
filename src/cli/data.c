/* widecheck data: says what is in a table, and how to go on with it. */
#include "cli/command.h"

#include "base/heap.h"
#include "base/quote.h"
#include "base/text.h"
#include "doc/doc.h"
#include "model/data/data_rows.h"
#include "model/data/survey.h"
#include "study/opened.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct data_options {
    const char *label, *labels, *drop, *columns;
    int separator, decimal, missing; /* wk_csv_form's; decimal: -1 if it is not given */
    size_t skip;
    bool no_header, suite, all;
} data_options;

/* What is to be said: the survey, and how a suite would read the table. */
typedef struct findings {
    const char *path, *labels; /* labels: of a NumPy array, or NULL */
    const char *name;          /* of the data set: from the file's */
    bool npy;
    wk_csv_form form;
    bool header_told, decimal_told; /* by an option, not found */
    bool decimal_found;
    wk_survey survey;
    wk_column_role *role;   /* (survey.n) */
    size_t label;           /* survey.n: none */
    size_t inputs, lacking; /* lacking: inputs that lack values in some rows */
    bool standardise, by_class;
    double widest, narrowest;
    size_t wide, narrow;
} findings;

/* ---- finding out ---- */

static bool is_npy(const char *path) {
    wk_unpack *in = NULL;
    unsigned char head[6] = {0};
    size_t got = 0;
    if (wk_unpack_open(path, &in, NULL) != WK_OK)
        return false;
    const wk_status status = wk_unpack_read(in, head, sizeof head, &got, NULL);
    wk_unpack_close(in);
    return status == WK_OK && got == sizeof head && memcmp(head, "\x93NUMPY", 6) == 0;
}

static bool has_decimal_commas(const wk_survey *s) {
    for (size_t j = 0; j < s->n; j++)
        if (s->column[j].commas && s->column[j].commas == s->column[j].texts)
            return true;
    return false;
}

/* Reads the table; again, where the first reading shows that it is written in another way. */
static wk_status survey(findings *f, wk_arena *arena, wk_error *err) {
    if (f->npy)
        return wk_survey_npy(f->path, f->labels, &f->survey, arena, err);
    WK_TRY(wk_survey_csv(f->path, &f->form, &f->survey, arena, err));
    const bool commas = !f->decimal_told && has_decimal_commas(&f->survey);
    const bool bare = !f->header_told && f->survey.numeric_header;
    if (!commas && !bare)
        return WK_OK;
    f->decimal_found = commas;
    f->form.decimal = commas ? WK_DECIMAL_COMMA : f->form.decimal;
    f->form.header = f->form.header && !bare;
    return wk_survey_csv(f->path, &f->form, &f->survey, arena, err);
}

static bool is_index(const wk_survey *s, size_t j) {
    const wk_survey_column *c = &s->column[j];
    return c->counts || (s->names && j == 0 && !*c->name && (c->texts || c->whole));
}

/* Is the column no use as an input: text, an index, or nothing at all? */
static bool is_no_input(const wk_survey *s, size_t j) {
    return s->column[j].texts || is_index(s, j) || !s->column[j].numbers ||
           2 * s->column[j].missing > s->rows;
}

static wk_status choose_columns(findings *f, wk_arena *arena, wk_error *err) {
    const wk_survey *s = &f->survey;
    wk_error why = {0};
    if (wk_columns_choose(&f->form.choice, s->names, s->n, &f->role, &f->inputs, arena, &why) !=
        WK_OK)
        return wk_fail(err, WK_BAD_INPUT, "%s: %s", f->path, why.message);
    f->label = s->n;
    for (size_t j = 0; j < s->n; j++)
        if (f->role[j] == WK_COLUMN_LABEL)
            f->label = j;
    if (f->labels)
        f->label = s->n - 1;
    else if (f->label == s->n && !f->npy)
        f->label = wk_survey_label(s);
    if (f->label < s->n)
        f->role[f->label] = WK_COLUMN_LABEL;
    f->inputs = 0;
    for (size_t j = 0; j < s->n; j++) {
        if (f->role[j] == WK_COLUMN_INPUT && is_no_input(s, j))
            f->role[j] = WK_COLUMN_OUT;
        f->inputs += f->role[j] == WK_COLUMN_INPUT;
    }
    f->by_class = f->label < s->n && wk_survey_is_class(s, f->label);
    return WK_OK;
}

static void find_scales(findings *f) {
    f->narrowest = INFINITY;
    for (size_t j = 0; j < f->survey.n; j++) {
        const wk_survey_column *c = &f->survey.column[j];
        if (f->role[j] != WK_COLUMN_INPUT)
            continue;
        f->lacking += c->missing > 0;
        if (c->deviation > f->widest) {
            f->widest = c->deviation;
            f->wide = j;
        }
        if (c->deviation > 0 && c->deviation < f->narrowest) {
            f->narrowest = c->deviation;
            f->narrow = j;
        }
    }
    f->standardise = f->widest > wk_rows_unlike_scales * f->narrowest;
}

/* The file's name up to its first dot, as the name of a data set. */
static const char *name_of(const char *path, wk_arena *arena) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    char *name = wk_arena_span(arena, base, strcspn(base, "."));
    for (char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
            *p = '-';
    return wk_text_is_name(name) ? name : "mine";
}

/* ---- the line to go on with ---- */

/* A path or text as YAML. */
static void yaml_text(FILE *out, const char *text) {
    bool plain = *text && (isalnum((unsigned char)*text) || strchr("._/~", *text));
    for (const char *p = text; *p; p++)
        plain = plain && (isalnum((unsigned char)*p) || strchr("._/~-+", *p));
    if (plain) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            fputc('\\', out);
        fputc(*p, out);
    }
    fputc('"', out);
}

/* The columns that a suite must leave out. */
static void write_drop(const findings *f, FILE *out) {
    const wk_survey *s = &f->survey;
    size_t n = 0, written = 0;
    for (size_t j = 0; j < s->n; j++)
        n += f->role[j] == WK_COLUMN_OUT;
    if (!n)
        return;
    const bool few = n > f->inputs; /* the shorter list */
    fputs(few ? ", columns: [" : n > 1 ? ", drop: [" : ", drop: ", out);
    for (size_t j = 0; j < s->n; j++) {
        char key[WK_ROWS_CALLED];
        if (f->role[j] == (few ? WK_COLUMN_INPUT : WK_COLUMN_OUT))
            fprintf(out, "%s%s", written++ ? ", " : "", wk_column_key(s->names, s->n, j + 1, key));
    }
    fputs(few || n > 1 ? "]" : "", out);
}

static void write_line(const findings *f, FILE *out) {
    const wk_survey *s = &f->survey;
    char key[WK_ROWS_CALLED];
    fprintf(out, "%s: {source: %s, file: ", f->name, f->npy ? "npy" : "csv");
    yaml_text(out, f->path);
    if (f->npy && f->labels) {
        fputs(", labels: ", out);
        yaml_text(out, f->labels);
    } else if (f->label < s->n) {
        fprintf(out, ", label: %s", wk_column_key(s->names, s->n, f->label + 1, key));
    }
    write_drop(f, out);
    if (f->form.skip)
        fprintf(out, ", skip: %zu", f->form.skip);
    fputs(f->npy || f->form.header ? "" : ", header: false", out);
    if (f->form.separator != WK_SEPARATOR_AUTO)
        fprintf(out, ", separator: %s", wk_separators[f->form.separator]);
    fputs(f->form.decimal == WK_DECIMAL_COMMA ? ", decimal: comma" : "", out);
    fputs(f->lacking || s->blank_lines || f->form.missing == WK_MISSING_DROP ? ", missing: drop"
                                                                             : "",
          out);
    fputs(f->standardise ? ", standardise: true" : "", out);
    fprintf(out, ", triplets: 32, positive: %s",
            f->by_class      ? "class"
            : f->standardise ? "noise"
                             : "noise, noise: ");
    if (!f->by_class && !f->standardise)
        fprintf(out, "%.2g", f->widest > 0 ? 0.1 * f->widest : 0.1);
    fputs("}", out);
}

/* A whole suite with that line: how far is a network of this kind from its kernel machine? */
static void write_suite(const findings *f, FILE *out) {
    fprintf(out, "# made by: widecheck data\nwidecheck: 1\ntitle: \"%s\"\ndata:\n  ", f->name);
    write_line(f, out);
    fprintf(out,
            "\nexperiments:\n  drift:\n    data: %s\n    model: {outputs: 8, width: [128, 512, "
            "2048]}\n    loss: {name: triplet-linear, similarity: cosine}\n    train: {step: 0.1, "
            "until: 2}\n    measure: {ntk: {probes: 8, normalised: true}, checkpoints: log}\n"
            "figures:\n  change: {plot: line, from: drift, x: model.width, y: "
            "ntk.change.normalised}\n",
            f->name);
}

static char *suite_text(const findings *f) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    write_suite(f, out);
    fclose(out);
    return text;
}

/* What `run` would say of that suite, in the folder that this is. */
static wk_status check_line(const findings *f, wk_arena *arena, wk_warnings *warnings,
                            wk_error *err) {
    wk_opened opened;
    char *text = suite_text(f);
    const wk_opening how = {.path = "the line below", .text = wk_arena_text(arena, text)};
    free(text);
    WK_TRY(wk_opened_open(&how, arena, &opened, err));
    return wk_plan_check(&opened.plan, warnings, err);
}

/* ---- as people read it ---- */

enum { NARROWEST = 40, WIDEST = 120, USUAL = 80, MOST_LINES = 40 };

static size_t screen_columns(void) {
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col)
        return USUAL;
    return size.ws_col < NARROWEST ? NARROWEST : size.ws_col > WIDEST ? WIDEST : size.ws_col;
}

static void call(const findings *f, size_t j, wk_doc *doc) {
    const char *name = f->survey.column[j].name;
    if (*name) {
        wk_doc_text(doc, name);
        wk_doc_sayf(doc, " (column %zu)", j + 1);
    } else {
        wk_doc_sayf(doc, "column %zu", j + 1);
    }
}

static void say_file(const findings *f, wk_doc *doc) {
    static const char *const called[] = {"",     "commas", "semicolons",
                                         "tabs", "bars",   "runs of blanks"};
    const wk_survey *s = &f->survey;
    wk_doc_heading(doc, 1, "%s", f->path);
    wk_doc_paragraph(doc);
    wk_doc_sayf(doc, "%zu rows, %zu columns", s->rows, s->n);
    if (f->npy) {
        wk_doc_say(doc, f->labels ? ", the last of them the labels. A NumPy array."
                                  : ". A NumPy array.");
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

static void remark_cell(const findings *f, size_t j, wk_doc *doc) {
    const wk_survey *s = &f->survey;
    const wk_survey_column *c = &s->column[j];
    const char *before = "";
    wk_doc_cell(doc);
    if (f->role[j] == WK_COLUMN_LABEL)
        wk_doc_say(doc, "label"), before = "; ";
    else if (is_index(s, j))
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

static void column_row(const findings *f, size_t j, extent how_much, wk_doc *doc) {
    const wk_survey_column *c = &f->survey.column[j];
    char shown[WK_TEXT_SHOWN];
    wk_doc_row(doc);
    wk_doc_cell(doc);
    wk_doc_sayf(doc, "%zu", j + 1);
    wk_doc_cell(doc);
    wk_doc_text(doc, wk_text_show(c->name, shown));
    type_cell(c, doc);
    const double numbers[] = {c->deviation, c->mean, c->least, c->largest};
    const size_t shown_numbers = how_much == EVERYTHING ? 4 : how_much == SCALES ? 1 : 0;
    if (how_much != TYPES) {
        wk_doc_cell(doc);
        wk_doc_sayf(doc, "%s%zu", c->many ? "over " : "", c->values.n);
    }
    for (size_t i = 0; i < shown_numbers; i++) {
        wk_doc_cell(doc);
        if (c->numbers)
            wk_doc_number(doc, numbers[i], 4);
    }
    remark_cell(f, j, doc);
}

/* Has the column more to say than numbers? */
static bool is_plain(const findings *f, size_t j) {
    const wk_survey_column *c = &f->survey.column[j];
    return f->role[j] == WK_COLUMN_INPUT && !c->missing && !c->same_as && c->deviation > 0;
}

static void say_columns(const findings *f, bool all, size_t columns, wk_doc *doc) {
    enum { MEDIUM = 60 };
    static const char *const heads[] = {"|column|type|remarks",
                                        "|column|type|values|deviation|remarks",
                                        "|column|type|values|deviation|mean|least|largest|remarks"};
    static const char *const alignments[] = {"rlll", "rllrrl", "rllrrrrrl"};
    const extent how_much = columns >= USUAL ? EVERYTHING : columns >= MEDIUM ? SCALES : TYPES;
    const size_t n = f->survey.n;
    size_t left = 0, shown = 0;
    wk_doc_table(doc, strlen(alignments[how_much]), alignments[how_much]);
    wk_doc_row(doc);
    wk_doc_cells(doc, heads[how_much]);
    for (size_t j = 0; j < n; j++) {
        if (!all && n > MOST_LINES && (shown >= MOST_LINES || (is_plain(f, j) && j >= 10))) {
            left++;
            continue;
        }
        column_row(f, j, how_much, doc);
        shown++;
    }
    if (left) {
        wk_doc_paragraph(doc);
        wk_doc_sayf(doc, "… and %zu more columns; `--all` lists them.", left);
    }
}

static void say_classes(const findings *f, wk_doc *doc) {
    enum { MOST = 12 };
    const wk_survey_column *c = &f->survey.column[f->label];
    wk_doc_item(doc);
    wk_doc_sayf(doc, "%s%zu classes in ", c->many ? "over " : "", c->values.n);
    call(f, f->label, doc);
    wk_doc_say(doc, ": ");
    for (size_t v = 0; v < c->values.n && v < MOST; v++) {
        char shown[WK_TEXT_SHOWN];
        wk_doc_say(doc, v ? ", " : "");
        wk_doc_text(doc, wk_text_show(c->values.text[v], shown));
        wk_doc_sayf(doc, " %zu", c->occurs[v]);
    }
    wk_doc_say(doc, c->values.n > MOST ? ", …" : "");
    wk_doc_say(doc, f->by_class ? "."
                                : ". That is no label for `positive: class`, which needs two rows "
                                  "of each class; the line below makes positives by noise.");
}

static void say_scales(const findings *f, wk_doc *doc) {
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

static void say_findings(const findings *f, wk_doc *doc) {
    const wk_survey *s = &f->survey;
    if (f->label < s->n)
        say_classes(f, doc);
    say_scales(f, doc);
    if (s->duplicate_rows) {
        wk_doc_item(doc);
        wk_doc_sayf(doc, "%zu rows are equal to an earlier one.", s->duplicate_rows);
    }
    if (f->lacking) {
        wk_doc_item(doc);
        wk_doc_sayf(doc,
                    "%zu inputs lack values in some rows; `missing: drop` leaves these rows out.",
                    f->lacking);
    }
    if (s->blank_lines && !f->npy) {
        wk_doc_item(doc);
        wk_doc_say(doc,
                   "There are blank lines within the table; `missing: drop` passes over them.");
    }
    for (size_t j = 0; j < s->n; j++)
        if (is_index(s, j)) {
            wk_doc_item(doc);
            call(f, j, doc);
            wk_doc_say(doc,
                       s->column[j].counts
                           ? " only numbers the rows, as an index does. It is left out."
                           : " has no name, as an index that a program wrote. It is left out.");
        }
}

static void say_line(const findings *f, wk_doc *doc) {
    char *line = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&line, &length);
    write_line(f, out);
    fclose(out);
    wk_doc_heading(doc, 2, "To go on");
    wk_doc_paragraph(doc);
    wk_doc_say(doc, "Put this line below `data:` of a suite; the path is relative to the suite:");
    wk_doc_preformatted(doc);
    wk_doc_text(doc, line);
    free(line);
}

static void say_commands(const wk_operands *given, const findings *f, wk_doc *doc) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    fputs("widecheck data", out);
    for (size_t i = 0; i < given->nwords; i++) {
        fputc(' ', out);
        wk_quote_shell(out, given->words[i]);
    }
    fprintf(out, " --suite >%s.yaml && widecheck run %s.yaml -o out/%s", f->name, f->name, f->name);
    fclose(out);
    wk_doc_paragraph(doc);
    wk_doc_say(doc, "Or make a suite of it, and run that:");
    wk_doc_preformatted(doc);
    wk_doc_text(doc, text);
    free(text);
}

static void say_all(const findings *f, const data_options *o, const wk_operands *given,
                    wk_arena *arena) {
    const size_t columns = screen_columns();
    wk_doc *doc = wk_doc_terminal(stdout, columns);
    wk_warnings warnings = {.arena = arena};
    wk_error refused = {0};
    say_file(f, doc);
    say_columns(f, o->all, columns, doc);
    say_findings(f, doc);
    const bool sound = f->inputs && check_line(f, arena, &warnings, &refused) == WK_OK;
    for (size_t i = 0; sound && i < warnings.n; i++) {
        wk_doc_item(doc);
        wk_doc_text(doc, warnings.text[i]);
        wk_doc_say(doc, ".");
    }
    if (f->inputs)
        say_line(f, doc);
    wk_doc_paragraph(doc);
    if (!f->inputs)
        wk_doc_say(doc,
                   "No column of numbers is left as an input: there is nothing to go on with.");
    if (f->inputs && !sound) {
        wk_doc_say(doc, "`run` would still refuse it: ");
        wk_doc_text(doc, refused.message);
    }
    if (sound)
        say_commands(given, f, doc);
    wk_doc_end(doc);
}

/* ---- the command ---- */

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--label", .value = "COL",
     .help = "the column of classes, by name or by number from 1; default: the one that looks most "
      "like it", .type = WK_OPTION_TEXT, .offset = offsetof(data_options, label)},
    {.name = "--labels", .value = "FILE", .help = "the labels of a NumPy array: another .npy file",
     .type = WK_OPTION_TEXT, .offset = offsetof(data_options, labels)},
    {.name = "--drop", .value = "COLS", .help = "columns that are left out: a,b,3",
     .type = WK_OPTION_TEXT, .offset = offsetof(data_options, drop)},
    {.name = "--columns", .value = "COLS", .help = "the columns that are inputs",
     .type = WK_OPTION_TEXT, .offset = offsetof(data_options, columns)},
    {.name = "--missing", .value = "refuse|drop", .help = "what becomes of rows that lack a value",
     .type = WK_OPTION_CHOICE, .offset = offsetof(data_options, missing), .words = wk_missings},
    {.name = "--no-header", .help = "the first line is a row", .type = WK_OPTION_FLAG,
     .offset = offsetof(data_options, no_header)},
    {.name = "--skip", .value = "N", .help = "lines before the table", .type = WK_OPTION_COUNT,
     .max = 1000000, .offset = offsetof(data_options, skip)},
    {.name = "--separator", .value = "WORD",
     .help = "comma, semicolon, tab, bar or blank; default: found", .type = WK_OPTION_CHOICE,
     .offset = offsetof(data_options, separator), .words = wk_separators},
    {.name = "--decimal", .value = "point|comma", .help = "default: found",
     .type = WK_OPTION_CHOICE, .offset = offsetof(data_options, decimal), .words = wk_decimals},
    {.name = "--all", .help = "list every column, however many there are", .type = WK_OPTION_FLAG,
     .offset = offsetof(data_options, all)},
    {.name = "--suite", .help = "print a whole suite that can be run, and nothing else",
     .type = WK_OPTION_FLAG, .offset = offsetof(data_options, suite)},
};
/* clang-format on */
static const wk_option_table table = {rows, sizeof rows / sizeof *rows};

static wk_status begin(const data_options *o, const wk_operands *operands, findings *f,
                       wk_arena *arena, wk_error *err) {
    *f = (findings){.path = operands->texts[0], .labels = o->labels};
    f->decimal_told = o->decimal >= 0;
    f->form = (wk_csv_form){.header = !o->no_header,
                            .skip = o->skip,
                            .separator = o->separator,
                            .decimal = f->decimal_told ? o->decimal : WK_DECIMAL_POINT,
                            .missing = o->missing,
                            .choice = {o->label, o->columns, o->drop}};
    f->header_told = o->no_header;
    f->name = name_of(f->path, arena);
    f->npy = is_npy(f->path);
    if (f->labels && !f->npy)
        return wk_fail(err, WK_BAD_INPUT,
                       "--labels:1:1: '%s' is no NumPy array: name the column by --label", f->path);
    if (f->npy && o->label)
        return wk_fail(err, WK_BAD_INPUT,
                       "--label:1:1: the labels of a NumPy array are a second file: --labels FILE");
    return WK_OK;
}

static wk_status look(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                      wk_error *err) {
    (void)code;
    const data_options *o = options;
    findings f;
    WK_TRY(begin(o, operands, &f, arena, err));
    WK_TRY(survey(&f, arena, err));
    WK_TRY(choose_columns(&f, arena, err));
    find_scales(&f);
    if (o->suite && !f.inputs)
        return wk_fail(err, WK_BAD_INPUT, "%s: no column of numbers is left as an input", f.path);
    if (o->suite)
        write_suite(&f, stdout);
    else
        say_all(&f, o, operands, arena);
    return WK_OK;
}

static const data_options defaults = {.decimal = -1};

const wk_command wk_command_data = {
    .name = "data",
    .usage = "data FILE [OPTIONS]",
    .summary = "what is in a table, and the line to go on with; trains nothing",
    .least = 1,
    .most = 1,
    .needs = "a table: widecheck data FILE",
    .size = sizeof(data_options),
    .defaults = &defaults,
    .run = look,
    .options = &table,
    .before =
        "FILE is a table in text (CSV and its relatives, gzipped or plain) or a NumPy array.\n"
        "Tells its rows, columns, types, scales, classes, missing values and duplicates.\n"};
