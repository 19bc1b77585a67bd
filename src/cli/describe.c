/* widecheck describe: says in words what a suite, or a part of it, is. */
#include "cli/command.h"
#include "study/language.h"
#include "study/opened.h"

#include "model/cell/metrics.h"
#include "plot/figure.h"
#include "report/sentences.h"

#include <stdio.h>
#include <string.h>

/* ---- an experiment ---- */

static void print_axes(const wk_node *node) {
    char path[WK_NODE_PATH];
    for (size_t i = 0; node->kind == WK_NODE_GROUP && i < node->n; i++)
        print_axes(node->items[i]);
    if (node->kind != WK_NODE_AXIS)
        return;
    printf("  %s:", wk_node_path(node, path));
    for (size_t i = 0; i < node->n; i++) {
        const wk_node *item = node->items[i];
        if (item->kind == WK_NODE_SCALAR) {
            printf(" %s", item->value.text);
            continue;
        }
        printf(" {");
        for (size_t c = 0; c < item->n; c++)
            if (item->items[c]->kind == WK_NODE_SCALAR && !item->items[c]->is_default)
                printf("%s%s: %s", c ? ", " : "", item->items[c]->name, item->items[c]->value.text);
        printf("}");
    }
    printf("\n");
}

static void print_settings(const wk_node *node) {
    char path[WK_NODE_PATH];
    for (size_t i = 0; node->kind == WK_NODE_GROUP && i < node->n; i++)
        print_settings(node->items[i]);
    if (node->kind == WK_NODE_SCALAR && strcmp(node->name, "seeds") != 0)
        printf("  %s = %s%s\n", wk_node_path(node, path), node->value.text,
               node->is_default ? "  (default)" : "");
}

static void print_experiment(const wk_plan_experiment *e) {
    printf("experiment %s: %zu cells = %zu combinations x %zu seeds\n\naxes:\n", e->name,
           e->combinations * e->seeds, e->combinations, e->seeds);
    print_axes(e->node);
    printf("\nsettings:\n");
    print_settings(e->node);
}

/* ---- a claim ---- */

enum { COLUMNS = 80 };

static void print_claim(const wk_opened *opened, const wk_claim *claim) {
    const wk_judged words = {
        .metrics = wk_metrics, .nmetrics = wk_metrics_n, .level = opened->level};
    wk_doc *doc = wk_doc_terminal(stdout, COLUMNS);
    wk_sentences_claim(doc, &words, claim);
    wk_doc_end(doc);
}

static void print_figure(const wk_figure *figure) {
    printf("figure %s: %s (%s)\n", figure->id, figure->title ? figure->title : "untitled",
           figure->kind->help);
    if (figure->from.experiment)
        printf("from experiment %s\n", figure->from.experiment);
    printf("%s\n", figure->caption ? figure->caption : figure->kind->caption);
}

/* Is the part one that is asked for: of that name, or any? Then an empty line comes before it,
 * unless it is the first. */
static bool begin(const char *id, const char *name, bool *first) {
    if (id && strcmp(name, id) != 0)
        return false;
    printf("%s", *first ? "" : "\n");
    *first = false;
    return true;
}

/* Those of that name, or all of them, which follow the title; was there one? An experiment, a claim
 * and a figure may have the same name. */
static bool print_parts(const wk_opened *opened, const char *id) {
    bool first = id != NULL;
    for (size_t i = 0; i < opened->plan.n; i++)
        if (begin(id, opened->plan.experiments[i].name, &first))
            print_experiment(&opened->plan.experiments[i]);
    for (size_t i = 0; i < opened->nclaims; i++)
        if (begin(id, opened->claims[i].id, &first))
            print_claim(opened, &opened->claims[i]);
    for (size_t i = 0; i < opened->nfigures; i++)
        if (begin(id, opened->figures[i].id, &first))
            print_figure(&opened->figures[i]);
    return !first;
}

typedef struct describe_options {
    bool language;
} describe_options;

/* clang-format off */
static const wk_option rows[] = {
    {.name = "--language", .help = "print the whole suite language, key by key, as Markdown",
     .type = WK_OPTION_FLAG, .offset = offsetof(describe_options, language)},
};
/* clang-format on */

static wk_status describe(void *options, const wk_operands *operands, wk_arena *arena, int *code,
                          wk_error *err) {
    (void)code;
    const describe_options *o = options;
    const char *path = operands->texts[0], *id = operands->texts[1];
    wk_opened opened;
    if (o->language && operands->n == 0) {
        wk_language_print(stdout);
        return WK_OK;
    }
    if (operands->n == 0)
        return wk_fail(err, WK_BAD_INPUT,
                       "describe needs a suite: widecheck describe SUITE.yaml [ID]");
    WK_TRY(wk_opened_open(&(wk_opening){.path = path}, arena, &opened, err));
    if (operands->n == 1) {
        printf("%s\n", opened.title);
        print_parts(&opened, NULL);
    } else if (!print_parts(&opened, id)) {
        return wk_fail(err, WK_BAD_INPUT,
                       "'%s' is no experiment, claim or figure of '%s'; see widecheck list %s", id,
                       path, path);
    }
    return WK_OK;
}

const wk_command wk_command_describe = {
    .name = "describe",
    .usage = "describe SUITE.yaml [ID]",
    .summary = "say in words what a suite, or one experiment, claim or figure of it, is",
    .most = 2,
    .size = sizeof(describe_options),
    .run = describe,
    .options = {rows, sizeof rows / sizeof *rows},
    .before = "Of a claim, in sentences: source, hypothesis, margin and its reason, control. Runs "
              "nothing.\n"};
