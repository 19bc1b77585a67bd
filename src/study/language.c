/* Prints the suite language as Markdown: one section per group of keys, then statistics and
 * metrics. */
#include "study/language.h"

#include "claim/statistic.h"
#include "model/cell/metrics.h"
#include "study/grammar.h"

#include <string.h>

/* ---- the groups, and what their sections are called ---- */

enum { MOST_SECTIONS = 64 };

typedef struct section {
    const wk_group *group;
    const char
        *parent; /* the group whose key leads to it; NULL: it is named by its own name alone */
} section;

/* In the order in which they are printed. */
typedef struct sections {
    section all[MOST_SECTIONS];
    size_t n;
} sections;

static const section *find_section(const sections *s, const wk_group *group) {
    for (size_t i = 0; i < s->n; i++)
        if (s->all[i].group == group)
            return &s->all[i];
    return NULL;
}

static bool is_taken(const sections *s, const char *name) {
    for (size_t i = 0; i < s->n; i++)
        if (!s->all[i].parent && strcmp(s->all[i].group->name, name) == 0)
            return true;
    return false;
}

/* Each group once, and after it the groups that its rows name. A group whose name is taken is named
 * together with its parent: `control.from`. */
static void add_sections(sections *s, const wk_group *group, const char *parent) {
    if (find_section(s, group))
        return;
    WK_ASSERT(s->n < MOST_SECTIONS);
    const char *prefix = is_taken(s, group->name) ? parent : NULL;
    s->all[s->n++] = (section){group, prefix};
    for (size_t i = 0; i < group->n; i++)
        if (group->rows[i].group)
            add_sections(s, group->rows[i].group, group->name);
}

static void print_title(FILE *out, const section *s) {
    fprintf(out, "%s%s%s", s->parent ? s->parent : "", s->parent ? "." : "", s->group->name);
}

/* The anchor of a heading has no dots. */
static void print_link(FILE *out, const sections *s, const wk_group *group) {
    const section *to = find_section(s, group);
    fputs("[", out);
    print_title(out, to);
    fprintf(out, "](#%s%s)", to->parent ? to->parent : "", group->name);
}

/* ---- one section ---- */

static void print_range(FILE *out, const wk_param *row) {
    if (row->min == 0 && row->max == 0)
        return;
    if (row->max >= 1e300 || row->max == DBL_MAX) {
        if (row->min > -1e300)
            fprintf(out, row->min == WK_POSITIVE ? " above 0" : " from %g", row->min);
    } else if (row->min > -1e300) {
        if (row->min == WK_POSITIVE)
            fprintf(out, " above 0, at most %g", row->max);
        else
            fprintf(out, " %g … %g", row->min, row->max);
    }
}

static void print_words(FILE *out, const char *const *words, const char *before) {
    for (size_t i = 0; words && words[i]; i++)
        fprintf(out, "%s`%s`", i ? " or " : before, words[i]);
}

static void print_type(FILE *out, const sections *all, const wk_param *row) {
    static const char *const words[] = {
        [WK_INTEGER] = "integer",
        [WK_REAL] = "real",
        [WK_TRUTH] = "`true` or `false`",
        [WK_WORD] = "",
        [WK_NAME] = "name",
        [WK_TEXT] = "text",
        [WK_PATH] = "file, relative to the suite",
        [WK_INTERVAL] = "[low, high]",
        [WK_WORDS] = "text or list of texts",
        [WK_GROUP] = "mapping: ",
        [WK_GROUPS] = "list of mappings: ",
        [WK_NAMED] = "names to mappings: ",
        [WK_MATCH] = "mapping from parameters to a value or a list",
    };
    const bool number = row->type == WK_INTEGER || row->type == WK_REAL;
    fputs(words[row->type], out);
    if (number)
        print_range(out, row);
    if (number || row->type == WK_WORD)
        print_words(out, row->words, number ? " or " : "");
    if (row->group)
        print_link(out, all, row->group);
}

static void print_rows(FILE *out, const sections *all, const wk_param *rows, size_t n) {
    fputs("| key | value | default | axis | meaning |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "| `%s` | ", rows[i].name);
        print_type(out, all, &rows[i]);
        if (rows[i].flags & WK_REQUIRED)
            fputs(" | required", out);
        else
            fprintf(out, rows[i].fallback ? " | `%s`" : " | %s",
                    rows[i].fallback ? rows[i].fallback : "–");
        fprintf(out, " | %s | %s |\n", rows[i].flags & WK_AXIS ? "yes" : "", rows[i].help);
    }
    fputc('\n', out);
}

static void print_section(FILE *out, const sections *all, const section *s) {
    const wk_group *group = s->group;
    fputs("## ", out);
    print_title(out, s);
    fprintf(out, "\n\n%s.\n\n", group->help);
    if (group->shorthand)
        fprintf(out, "A bare value stands for `{%s: value}`.\n\n", group->shorthand);
    if (group->exactly_one)
        fputs("Exactly one of these keys:\n\n", out);
    print_rows(out, all, group->rows, group->n);
    for (size_t i = 0; i < group->nvariants; i++) {
        const wk_variant *v = &group->variants[i];
        fprintf(out, "### %s: %s\n\n%s.\n\n", group->selector, v->name, v->help);
        if (v->n)
            print_rows(out, all, v->rows, v->n);
    }
}

void wk_language_print(FILE *out) {
    sections all = {.n = 0};
    add_sections(&all, wk_grammar_document(), NULL);
    fputs("# The suite language, key by key\n\n"
          "Made by `widecheck describe --language` from the tables that the program reads suites "
          "by. What the\n"
          "pieces are for, with examples, is in [the guide](guide.md). \"Axis\": a list of values "
          "(of\n"
          "mappings) is an axis; cells are the product of all axes, times the seeds.\n\n",
          out);
    for (size_t i = 0; i < all.n; i++)
        print_section(out, &all, &all.all[i]);
    fputs("## Statistics\n\n| statistic | meaning |\n|---|---|\n", out);
    for (size_t i = 0; i < wk_statistics_n; i++)
        fprintf(out, "| `%s` | %s |\n", wk_statistics[i].name, wk_statistics[i].help);
    fputs("\n## Metrics\n\n| metric | symbol | meaning |\n|---|---|---|\n", out);
    for (size_t i = 0; i < wk_metrics_n; i++)
        fprintf(out, "| `%s` | %s | %s |\n", wk_metrics[i].name, wk_metrics[i].symbol,
                wk_metrics[i].help);
}
