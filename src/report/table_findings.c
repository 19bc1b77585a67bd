/* Finding out what is in a user's table, and writing how a suite reads it. */
#include "report/table_findings.h"

#include "base/heap.h"
#include "base/text.h"
#include "model/data/unpack.h"
#include "study/opened.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const wk_table_sources[] = {"csv", "npy", "idx"};

wk_table_kind wk_table_kind_of(const char *path) {
    wk_unpack *in = NULL;
    unsigned char head[6] = {0};
    size_t got = 0;
    if (wk_unpack_open(path, &in, NULL) != WK_OK)
        return WK_TABLE_TEXT;
    const wk_status status = wk_unpack_read(in, head, sizeof head, &got, NULL);
    wk_unpack_close(in);
    if (status != WK_OK || got < sizeof head)
        return WK_TABLE_TEXT;
    if (memcmp(head, "\x93NUMPY", 6) == 0)
        return WK_TABLE_NPY;
    const bool idx = !head[0] && !head[1] && head[2] >= 8 && head[2] <= 14 && head[3] <= 8;
    return idx ? WK_TABLE_IDX : WK_TABLE_TEXT;
}

/* ---- labels beside images ---- */

/* Puts `new` in the place of the last `old` in the file's name; false if there is none. */
static bool rename_part(char *path, const char *old, const char *new) {
    char *slash = strrchr(path, '/'), *at = NULL, *next = slash ? slash : path;
    for (; (next = strstr(next, old)); next++)
        at = next;
    if (at)
        memcpy(at, new, strlen(new));
    return at;
}

/* Of images-idx3 the labels are called labels-idx1; one of the two may be gzipped alone. NULL: no
 * file of that name is there. */
static const char *labels_beside(const char *path, wk_arena *arena) {
    static const char packed[] = ".gz";
    const size_t n = strlen(path);
    char *name = wk_arena_get(arena, n + sizeof packed, 1);
    memcpy(name, path, n + 1);
    if (!rename_part(name, "images", "labels"))
        return NULL;
    rename_part(name, "idx3", "idx1");
    if (access(name, R_OK) == 0)
        return name;
    const bool is_packed = n > 3 && strcmp(name + n - 3, packed) == 0;
    strcpy(is_packed ? name + n - 3 : name + n, is_packed ? "" : packed);
    return access(name, R_OK) == 0 ? name : NULL;
}

/* ---- the table ---- */

static bool has_decimal_commas(const wk_survey *s) {
    for (size_t j = 0; j < s->n; j++)
        if (s->column[j].commas && s->column[j].commas == s->column[j].texts)
            return true;
    return false;
}

/* Reads the table; again, where the first reading shows that it is written in another way. */
static wk_status survey(wk_table_findings *f, wk_arena *arena, wk_error *err) {
    if (f->kind == WK_TABLE_IDX && !f->labels) {
        f->labels = labels_beside(f->path, arena);
        f->labels_found = f->labels;
    }
    if (f->kind != WK_TABLE_TEXT)
        return (f->kind == WK_TABLE_NPY ? wk_survey_npy : wk_survey_idx)(f->path, f->labels,
                                                                         &f->survey, arena, err);
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

bool wk_table_is_index(const wk_survey *s, size_t j) {
    const wk_survey_column *c = &s->column[j];
    return c->counts || (s->names && j == 0 && !*c->name && (c->texts || c->whole));
}

/* Is the column no use as an input: text, an index, or nothing at all? */
static bool is_no_input(const wk_survey *s, size_t j) {
    return s->column[j].texts || wk_table_is_index(s, j) || !s->column[j].numbers ||
           2 * s->column[j].missing > s->rows;
}

static wk_status choose_columns(wk_table_findings *f, wk_arena *arena, wk_error *err) {
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
    else if (f->label == s->n && f->kind == WK_TABLE_TEXT)
        f->label = wk_survey_label(s);
    if (f->label < s->n)
        f->role[f->label] = WK_COLUMN_LABEL;
    f->inputs = 0;
    for (size_t j = 0; j < s->n; j++) {
        const bool choosable = f->kind != WK_TABLE_IDX; /* all pixels are inputs */
        if (f->role[j] == WK_COLUMN_INPUT && choosable && is_no_input(s, j))
            f->role[j] = WK_COLUMN_OUT;
        f->inputs += f->role[j] == WK_COLUMN_INPUT;
    }
    f->by_class = f->label < s->n && wk_survey_is_class(s, f->label);
    return WK_OK;
}

static void find_scales(wk_table_findings *f) {
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
    f->standardise = f->kind != WK_TABLE_IDX && f->widest > wk_rows_unlike_scales * f->narrowest;
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
static void write_drop(const wk_table_findings *f, FILE *out) {
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

static void write_labels(const wk_table_findings *f, FILE *out) {
    char key[WK_ROWS_CALLED];
    if (f->kind != WK_TABLE_TEXT && f->labels) {
        fputs(", labels: ", out);
        yaml_text(out, f->labels);
    } else if (f->label < f->survey.n) {
        fprintf(out, ", label: %s", wk_column_key(f->survey.names, f->survey.n, f->label + 1, key));
    }
}

/* How a table in text is written, where it is not as expected. */
static void write_form(const wk_csv_form *form, FILE *out) {
    if (form->skip)
        fprintf(out, ", skip: %zu", form->skip);
    fputs(form->header ? "" : ", header: false", out);
    if (form->separator != WK_SEPARATOR_AUTO)
        fprintf(out, ", separator: %s", wk_separators[form->separator]);
    fputs(form->decimal == WK_DECIMAL_COMMA ? ", decimal: comma" : "", out);
}

static void write_positive(const wk_table_findings *f, FILE *out) {
    fputs(", triplets: 32, positive: ", out);
    if (f->by_class)
        fputs("class", out);
    else if (f->kind == WK_TABLE_IDX)
        fputs("augment", out);
    else if (f->standardise)
        fputs("noise", out);
    else
        fprintf(out, "noise, noise: %.2g", f->widest > 0 ? 0.1 * f->widest : 0.1);
}

void wk_table_write_line(const wk_table_findings *f, FILE *out) {
    const bool drops = f->lacking || f->survey.blank_lines || f->form.missing == WK_MISSING_DROP;
    fprintf(out, "%s: {source: %s, %s: ", f->name, wk_table_sources[f->kind],
            f->kind == WK_TABLE_IDX ? "images" : "file");
    yaml_text(out, f->path);
    write_labels(f, out);
    write_drop(f, out);
    if (f->kind == WK_TABLE_TEXT)
        write_form(&f->form, out);
    fputs(drops && f->kind != WK_TABLE_IDX ? ", missing: drop" : "", out);
    fputs(f->standardise ? ", standardise: true" : "", out);
    write_positive(f, out);
    fputs("}", out);
}

/* A whole suite with that line: how far is a network of this kind from its kernel machine? */
void wk_table_write_suite(const wk_table_findings *f, FILE *out) {
    fprintf(out, "# made by: widecheck data\nwidecheck: 1\ntitle: \"%s\"\ndata:\n  ", f->name);
    wk_table_write_line(f, out);
    fprintf(out,
            "\nexperiments:\n  drift:\n    data: %s\n    model: {outputs: 8, width: [128, 512, "
            "2048]}\n    loss: {name: triplet-linear, similarity: cosine}\n    train: {step: 0.1, "
            "until: 2}\n    measure: {ntk: {probes: 8, normalised: true}, checkpoints: log}\n"
            "figures:\n  change: {plot: line, from: drift, x: model.width, y: "
            "ntk.change.normalised}\n",
            f->name);
}

static char *suite_text(const wk_table_findings *f) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    wk_table_write_suite(f, out);
    fclose(out);
    return text;
}

/* What `run` would say of that suite, in the folder that this is. */
wk_status wk_table_check_line(const wk_table_findings *f, wk_arena *arena, wk_warnings *warnings,
                              wk_error *err) {
    wk_opened opened;
    char *text = suite_text(f);
    const wk_opening how = {.path = "the line below", .text = wk_arena_text(arena, text)};
    free(text);
    WK_TRY(wk_opened_open(&how, arena, &opened, err));
    return wk_plan_check(&opened.plan, warnings, err);
}

wk_status wk_table_look(wk_table_findings *f, wk_arena *arena, wk_error *err) {
    f->name = name_of(f->path, arena);
    WK_TRY(survey(f, arena, err));
    WK_TRY(choose_columns(f, arena, err));
    find_scales(f);
    return WK_OK;
}
