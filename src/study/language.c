#include "study/language.h"

#include "claim/statistic.h"
#include "model/cell/metrics.h"
#include "study/grammar.h"

#include <string.h>

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

static void print_type(FILE *out, const wk_param *row) {
    switch (row->type) {
    case WK_INTEGER:
        fputs("integer", out);
        print_range(out, row);
        print_words(out, row->words, " or ");
        break;
    case WK_REAL:
        fputs("real", out);
        print_range(out, row);
        print_words(out, row->words, " or ");
        break;
    case WK_TRUTH:
        fputs("`true` or `false`", out);
        break;
    case WK_WORD:
        print_words(out, row->words, "");
        break;
    case WK_NAME:
        fputs("name", out);
        break;
    case WK_TEXT:
        fputs("text", out);
        break;
    case WK_PATH:
        fputs("file, relative to the suite", out);
        break;
    case WK_INTERVAL:
        fputs("[low, high]", out);
        break;
    case WK_WORDS:
        fputs("text or list of texts", out);
        break;
    case WK_GROUP:
        fprintf(out, "mapping: [%s](#%s)", row->group->name, row->group->name);
        break;
    case WK_GROUPS:
        fprintf(out, "list of mappings: [%s](#%s)", row->group->name, row->group->name);
        break;
    case WK_NAMED:
        fprintf(out, "names to mappings: [%s](#%s)", row->group->name, row->group->name);
        break;
    case WK_MATCH:
        fputs("mapping from parameters to a value or a list", out);
        break;
    }
}

static void print_rows(FILE *out, const wk_param *rows, size_t n) {
    fputs("| key | value | default | axis | meaning |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "| `%s` | ", rows[i].name);
        print_type(out, &rows[i]);
        if (rows[i].flags & WK_REQUIRED)
            fputs(" | required", out);
        else
            fprintf(out, rows[i].fallback ? " | `%s`" : " | %s",
                    rows[i].fallback ? rows[i].fallback : "–");
        fprintf(out, " | %s | %s |\n", rows[i].flags & WK_AXIS ? "yes" : "", rows[i].help);
    }
    fputc('\n', out);
}

static void print_group(FILE *out, const wk_group *group) {
    fprintf(out, "## %s\n\n%c%s.\n\n", group->name, group->help[0], group->help + 1);
    if (group->shorthand)
        fprintf(out, "A bare value stands for `{%s: value}`.\n\n", group->shorthand);
    if (group->exactly_one)
        fputs("Exactly one of these keys:\n\n", out);
    print_rows(out, group->rows, group->n);
    for (size_t i = 0; i < group->nvariants; i++) {
        const wk_variant *v = &group->variants[i];
        fprintf(out, "### %s: %s\n\n%s.\n\n", group->selector, v->name, v->help);
        if (v->n)
            print_rows(out, v->rows, v->n);
    }
}

/* Each group once, those that it names after it. `seen` is by name: groups of one name have one
 * anchor. */
static void walk(FILE *out, const wk_group *group, const wk_group **seen, size_t *n) {
    for (size_t i = 0; i < *n; i++)
        if (seen[i] == group)
            return;
    WK_ASSERT(*n < 64);
    seen[(*n)++] = group;
    print_group(out, group);
    for (size_t i = 0; i < group->n; i++)
        if (group->rows[i].group)
            walk(out, group->rows[i].group, seen, n);
}

void wk_language_print(FILE *out) {
    const wk_group *seen[64];
    size_t n = 0;
    fputs("# The suite language, key by key\n\n"
          "Made by `widecheck describe --language` from the tables that the program reads suites "
          "by. What the\n"
          "pieces are for, with examples, is in [the guide](guide.md). \"Axis\": a list of values "
          "(of\n"
          "mappings) is an axis; cells are the product of all axes, times the seeds.\n\n",
          out);
    walk(out, wk_grammar_document(), seen, &n);
    fputs("## Statistics\n\n| statistic | meaning |\n|---|---|\n", out);
    for (size_t i = 0; i < wk_statistics_n; i++)
        fprintf(out, "| `%s` | %s |\n", wk_statistics[i].name, wk_statistics[i].help);
    fputs("\n## Metrics\n\n| metric | symbol | meaning |\n|---|---|---|\n", out);
    for (size_t i = 0; i < wk_metrics_n; i++)
        fprintf(out, "| `%s` | %s | %s |\n", wk_metrics[i].name, wk_metrics[i].symbol,
                wk_metrics[i].help);
}
