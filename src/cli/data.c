/* widecheck data: says what is in a table, and how to go on with it. */
#include "cli/command.h"

#include "base/heap.h"
#include "base/quote.h"
#include "base/text.h"
#include "report/table_words.h"

#include <stdlib.h>

typedef struct data_options {
    const char *label, *labels, *drop, *columns;
    int separator, decimal, missing; /* wk_csv_form's; decimal: -1 if it is not given */
    size_t skip;
    bool no_header, suite, all;
} data_options;

static void say_commands(const wk_operands *given, const wk_table_findings *f, wk_doc *doc) {
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

static void say_all(const wk_table_findings *f, const data_options *o, const wk_operands *given,
                    wk_arena *arena) {
    wk_doc *doc = wk_doc_screen(stdout);
    wk_warnings warnings = {.arena = arena};
    wk_error refused = {0};
    wk_table_say(f, o->all, wk_doc_screen_columns(stdout), doc);
    const bool sound = f->inputs && wk_table_check_line(f, arena, &warnings, &refused) == WK_OK;
    for (size_t i = 0; sound && i < warnings.n; i++) {
        wk_doc_item(doc);
        wk_doc_text(doc, warnings.text[i]);
        wk_doc_say(doc, ".");
    }
    if (f->inputs)
        wk_table_say_line(f, doc);
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
    {.name = "--labels", .value = "FILE", 
     .help = "the labels of a NumPy array, another .npy file; or of images, an IDX file (default: "
      "the one beside them whose name says so)",
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

/* What an option says must be something that the file can have. */
static wk_status check_options(const data_options *o, const wk_table_findings *f, wk_error *err) {
    if (f->labels && f->kind == WK_TABLE_TEXT)
        return wk_fail(err, WK_BAD_INPUT,
                       "--labels:1:1: '%s' is no NumPy array or IDX file: name the column by "
                       "--label",
                       f->path);
    if (f->kind != WK_TABLE_TEXT && o->label)
        return wk_fail(err, WK_BAD_INPUT,
                       "--label:1:1: the labels of %s are a second file: --labels FILE",
                       f->kind == WK_TABLE_NPY ? "a NumPy array" : "images");
    if (f->kind == WK_TABLE_IDX && (o->drop || o->columns))
        return wk_fail(err, WK_BAD_INPUT, "%s:1:1: all pixels of an image are inputs",
                       o->drop ? "--drop" : "--columns");
    return WK_OK;
}

static wk_status begin(const data_options *o, const wk_operands *operands, wk_table_findings *f,
                       wk_error *err) {
    *f = (wk_table_findings){.path = operands->texts[0], .labels = o->labels};
    f->decimal_told = o->decimal >= 0;
    f->form = (wk_csv_form){.header = !o->no_header,
                            .skip = o->skip,
                            .separator = o->separator,
                            .decimal = f->decimal_told ? o->decimal : WK_DECIMAL_POINT,
                            .missing = o->missing,
                            .choice = {o->label, o->columns, o->drop}};
    f->header_told = o->no_header;
    f->kind = wk_table_kind_of(f->path);
    return check_options(o, f, err);
}

static wk_status look(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                      wk_error *err) {
    (void)code;
    const data_options *o = options;
    wk_table_findings f;
    WK_TRY(begin(o, operands, &f, err));
    WK_TRY(wk_table_look(&f, arena, err));
    if (o->suite && !f.inputs)
        return wk_fail(err, WK_BAD_INPUT, "%s: no column of numbers is left as an input", f.path);
    if (o->suite)
        wk_table_write_suite(&f, stdout);
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
    .options = {rows, sizeof rows / sizeof *rows},
    .before =
        "FILE is a table in text (CSV and its relatives), a NumPy array, or IDX images; gzipped or "
        "plain.\n"
        "Tells its rows, columns, types, scales, classes, missing values and duplicates.\n"};
