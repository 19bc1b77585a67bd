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

static void print_axis(const wk_node *node, const char *path) {
    if (node->kind == WK_NODE_AXIS) {
        printf("  %s:", path);
        for (size_t i = 0; i < node->n; i++) {
            const wk_node *item = node->items[i];
            if (item->kind == WK_NODE_SCALAR) {
                printf(" %s", item->value.text);
                continue;
            }
            printf(" {");
            for (size_t c = 0; c < item->n; c++)
                if (item->items[c]->kind == WK_NODE_SCALAR && !item->items[c]->is_default)
                    printf("%s%s: %s", c ? ", " : "", item->items[c]->name,
                           item->items[c]->value.text);
            printf("}");
        }
        printf("\n");
        return;
    }
    if (node->kind != WK_NODE_GROUP)
        return;
    for (size_t i = 0; i < node->n; i++) {
        char below[256];
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", node->items[i]->name);
        print_axis(node->items[i], below);
    }
}

static void print_settings(const wk_node *node, const char *path) {
    for (size_t i = 0; i < node->n; i++) {
        const wk_node *child = node->items[i];
        char below[256];
        snprintf(below, sizeof below, "%s%s%s", path, *path ? "." : "", child->name);
        if (child->kind == WK_NODE_SCALAR && strcmp(child->name, "seeds") != 0)
            printf("  %s = %s%s\n", below, child->value.text,
                   child->is_default ? "  (default)" : "");
        else if (child->kind == WK_NODE_GROUP)
            print_settings(child, below);
    }
}

static void print_experiment(const wk_plan_experiment *e) {
    printf("experiment %s: %zu cells = %zu combinations x %zu seeds\n\naxes:\n", e->name,
           e->combinations * e->seeds, e->combinations, e->seeds);
    print_axis(e->node, "");
    printf("\nsettings:\n");
    print_settings(e->node, "");
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

/* An experiment, a claim and a figure may have the same name. */
static void print_one(const wk_opened *opened, const char *id, size_t *out) {
    size_t found = 0;
    for (size_t i = 0; i < opened->plan.n; i++)
        if (strcmp(opened->plan.experiments[i].name, id) == 0) {
            printf("%s", found++ ? "\n" : "");
            print_experiment(&opened->plan.experiments[i]);
        }
    for (size_t i = 0; i < opened->nclaims; i++)
        if (strcmp(opened->claims[i].id, id) == 0) {
            printf("%s", found++ ? "\n" : "");
            print_claim(opened, &opened->claims[i]);
        }
    for (size_t i = 0; i < opened->nfigures; i++)
        if (strcmp(opened->figures[i].id, id) == 0) {
            printf("%s", found++ ? "\n" : "");
            print_figure(&opened->figures[i]);
        }
    *out = found;
}

static void print_all(const wk_opened *opened) {
    printf("%s\n", opened->title);
    for (size_t i = 0; i < opened->plan.n; i++) {
        printf("\n");
        print_experiment(&opened->plan.experiments[i]);
    }
    for (size_t i = 0; i < opened->nclaims; i++) {
        printf("\n");
        print_claim(opened, &opened->claims[i]);
    }
    for (size_t i = 0; i < opened->nfigures; i++) {
        printf("\n");
        print_figure(&opened->figures[i]);
    }
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
static const wk_option_table table = {rows, sizeof rows / sizeof *rows};

static wk_status describe(const wk_operands *operands, wk_arena *arena, wk_error *err) {
    wk_opened opened;
    const char *path = operands->texts[0], *id = operands->texts[1];
    size_t found = 0;
    if (operands->n == 0)
        return wk_fail(err, WK_BAD_INPUT,
                       "describe needs a suite: widecheck describe SUITE.yaml [ID]");
    WK_TRY(wk_opened_open(&(wk_opening){.path = path}, arena, &opened, err));
    if (operands->n == 1)
        print_all(&opened);
    else
        print_one(&opened, id, &found);
    if (operands->n == 1 || found)
        return WK_OK;
    return wk_fail(err, WK_BAD_INPUT,
                   "'%s' is no experiment, claim or figure of '%s'; see widecheck list %s", id,
                   path, path);
}

static int describe_main(int argc, char **argv) {
    wk_error err = {0};
    wk_arena arena = {0};
    describe_options o = {0};
    wk_operands operands;
    wk_status status = wk_options_read(&table, argc, argv, &o, &operands, 2, &err);
    if (status == WK_OK && o.language && operands.n == 0) {
        wk_language_print(stdout);
        return 0;
    }
    if (status == WK_OK)
        status = describe(&operands, &arena, &err);
    wk_arena_release(&arena);
    return status == WK_OK ? 0 : wk_command_failed(&err);
}

const wk_command wk_command_describe = {
    .name = "describe",
    .usage = "describe SUITE.yaml [ID]",
    .summary = "say in words what a suite, or one experiment, claim or figure of it, is",
    .main = describe_main,
    .options = &table,
    .before = "Of a claim, in sentences: source, hypothesis, margin and its reason, control. Runs "
              "nothing.\n"};
