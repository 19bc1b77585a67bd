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

bool wk_table_is_npy(const char *path) {
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
static wk_status survey(wk_table_findings *f, wk_arena *arena, wk_error *err) {
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

void wk_table_write_line(const wk_table_findings *f, FILE *out) {
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
