/* Documents: each construct in each back end; no text can leave its place; misuse is a bug. */
#include "doc/backend.h"

#include "base/heap.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { COLUMNS = 30 };

typedef void writer(wk_doc *doc);

static char *text_of(writer *write, bool terminal) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_doc *doc = terminal ? wk_doc_terminal(out, COLUMNS) : wk_doc_markdown(out);
    write(doc);
    wk_doc_end(doc);
    fclose(out);
    return text;
}

static void check(writer *write, const char *markdown, const char *terminal) {
    char *text = text_of(write, false);
    assert_string_equal(text, markdown);
    free(text);
    text = text_of(write, true);
    assert_string_equal(text, terminal);
    free(text);
}

/* ---- constructs ---- */

static void write_blocks(wk_doc *doc) {
    wk_doc_heading(doc, 2, "Head");
    wk_doc_paragraph(doc);
    wk_doc_sayf(doc, "%d words, [1, 2] and `code`, ", 3);
    wk_doc_number(doc, -0.5, 3);
    wk_doc_paragraph(doc); /* nothing is said in it */
    wk_doc_item(doc);
    wk_doc_say(doc, "one that is longer than a line");
    wk_doc_item(doc);
    wk_doc_say(doc, "two");
    wk_doc_quotation(doc);
    wk_doc_say(doc, "said");
    wk_doc_preformatted(doc);
    wk_doc_say(doc, "run `a_b`  | *c and so on for more than a line");
    wk_doc_break(doc);
    wk_doc_paragraph(doc);
    wk_doc_say(doc, "end");
}

static void blocks_are_separated(void **state) {
    (void)state;
    check(
        write_blocks,
        "## Head\n\n3 words, [1, 2] and `code`, −0.5\n\n- one that is longer than a line\n- two\n\n"
        "> said\n\n    run `a_b`  | *c and so on for more than a line\n\n---\n\nend\n",
        "Head\n\n3 words, [1, 2] and code, −0.5\n\n- one that is longer than a\n  line\n- two\n\n"
        "said\n\n    run `a_b`  | *c and so on for more than a line\n\n-----\n\nend\n");
}

static void write_pieces(wk_doc *doc) {
    wk_doc_paragraph(doc);
    wk_doc_say(doc, "**bold**");
    wk_doc_emphasis(doc, true);
    wk_doc_say(doc, "soft");
    wk_doc_emphasis(doc, false);
    wk_doc_say(doc, " ");
    wk_doc_link(doc, "figures/a b.svg", "a_b");
    wk_doc_say(doc, " ");
    wk_doc_link_heading(doc, "Up.there-2");
    wk_doc_code(doc, "");
}

static void pieces_are_marked(void **state) {
    (void)state;
    check(write_pieces, "**bold***soft* [a\\_b](figures/a%20b.svg) [Up.there-2](#upthere-2)–\n",
          "boldsoft a_b (figures/a b.svg)\nUp.there-2–\n");
}

static void write_table(wk_doc *doc) {
    wk_doc_table(doc, 3, "lr");
    wk_doc_row(doc);
    wk_doc_cells(doc, "name|n|m");
    wk_doc_row(doc);
    wk_doc_cell(doc);
    wk_doc_text(doc, "ΔΘ");
    wk_doc_cells(doc, "12345|");
    wk_doc_paragraph(doc);
    wk_doc_say(doc, "after");
}

static void write_formats(wk_doc *doc) {
    const char *volatile nothing = NULL;
    wk_doc_paragraphf(doc, "%d of %zu **at %.2f %%**: %s `%s` [%s]%s", 1, (size_t)2, 0.5, "*a*|%s",
                      "b|c", "d", nothing);
    wk_doc_table(doc, 3, "l");
    wk_doc_rowf(doc, "%.2g|`x|y`", -0.25);
    wk_doc_cells(doc, "%.*g", 3, (double)NAN);
}

static void formats_take_any_text(void **state) {
    (void)state;
    check(write_formats,
          "1 of 2 **at 0.50 %**: \\*a\\*\\|%s `b\\|c` [d](#d)\n\n| −0.25 | `x\\|y` | – |\n"
          "|---|---|---|\n",
          "1 of 2 at 0.50 %: *a*|%s b|c d\n\n−0.25  x|y  –\n");
}

static void tables_are_aligned(void **state) {
    (void)state;
    check(write_table, "| name | n | m |\n|---|---:|---:|\n| ΔΘ | 12345 |  |\n\nafter\n",
          "name      n  m\nΔΘ    12345   \n\nafter\n");
}

static void write_wide(wk_doc *doc) {
    wk_doc_table(doc, 2, "l");
    wk_doc_rowf(doc, "a|one two three four five six seven eight nine ten eleven twelve");
    wk_doc_cell_tone(doc, WK_DOC_GOOD); /* only a terminal has colours, and a file is none */
    wk_doc_rowf(doc, "b|c");
    wk_doc_table(doc, 2, "l");
    wk_doc_rowf(doc, "a column that leaves nothing|one two three four");
    wk_doc_preformatted_lead(doc, "again: ");
    wk_doc_say(doc, "what  is never wrapped, however long it is, for it is there to be copied");
}

static void the_last_column_is_wrapped(void **state) {
    (void)state;
    char *text = text_of(write_wide, true);
    assert_string_equal(text,
                        "a  one two three four five six\n"
                        "   seven eight nine ten eleven\n"
                        "   twelve\n"
                        "b  c\n\n"
                        "a column that leaves nothing  \n"
                        "    one two three four\n\n"
                        "again: what  is never wrapped, however long it is, for it is there to "
                        "be copied\n");
    free(text);
}

static void write_figure(wk_doc *doc) {
    wk_doc_fold_begin(doc, "more <b>");
    wk_doc_figure(doc, "figures/f.svg", "a [t]");
    wk_doc_say(doc, "What it shows.");
    wk_doc_fold_end(doc);
    wk_doc_paragraph(doc);
    wk_doc_say(doc, "after");
}

static void folds_hold_figures(void **state) {
    (void)state;
    check(write_figure,
          "<details><summary>more \\<b\\></summary>\n\n![a \\[t\\]](figures/f.svg)\n\n"
          "What it shows.\n\n</details>\n\nafter\n",
          "more <b>\n\nfigures/f.svg: What it shows.\n\nafter\n");
}

static void write_last_list(wk_doc *doc) {
    wk_doc_fold_begin(doc, "a");
    wk_doc_item(doc);
    wk_doc_say(doc, "b");
    wk_doc_fold_end(doc);
    wk_doc_item(doc);
    wk_doc_say(doc, "c");
}

static void lists_end_with_what_holds_them(void **state) {
    (void)state;
    check(write_last_list, "<details><summary>a</summary>\n\n- b\n\n</details>\n\n- c\n",
          "a\n\n- b\n\n- c\n");
}

/* ---- hostile text ---- */

#define HOSTILE "a|b<i>`c`*d*_e_\n\n# [f](g)\x1b[31m\\|\r- h\xff"

static void write_hostile(wk_doc *doc) {
    wk_doc_heading(doc, 1, "%s", HOSTILE);
    wk_doc_preformatted(doc);
    wk_doc_text(doc, HOSTILE);
    wk_doc_figure(doc, HOSTILE, HOSTILE);
    wk_doc_text(doc, HOSTILE);
    wk_doc_fold_begin(doc, HOSTILE);
    wk_doc_table(doc, 2, "l");
    wk_doc_row(doc);
    wk_doc_cells(doc, "a|b");
    wk_doc_rowf(doc, "`%s`", HOSTILE);
    wk_doc_cell(doc);
    wk_doc_link(doc, HOSTILE, HOSTILE);
    wk_doc_link_heading(doc, HOSTILE);
    wk_doc_item(doc);
    wk_doc_say(doc, HOSTILE);
    wk_doc_fold_end(doc);
}

/* Lines; the bars that are not escaped in the line that begins with one; control characters. */
static void hostile_text_stays_where_it_is(void **state) {
    (void)state;
    for (int terminal = 0; terminal < 2; terminal++) {
        char *text = text_of(write_hostile, terminal);
        for (const char *p = text; *p; p++)
            assert_true(*p == '\n' || (unsigned char)*p >= ' ');
        assert_null(strchr(text, '\xff'));
        if (terminal) {
            free(text);
            continue;
        }
        size_t lines = 0, bars = 0, raw = 0;
        for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
            const char *end = strchr(line, '\n');
            lines++;
            if (*line == ' ')
                continue; /* preformatted */
            for (const char *p = line; p < end; p++) {
                p += *p == '\\' && p + 1 < end && p[1] != '\\' && p[1] != '|' ? 1 : 0;
                if (*p == '|' && (p == line || p[-1] != '\\'))
                    bars++;
                raw += strncmp(p, "<i>", 3) == 0 && (p == text || p[-1] != '\\');
            }
        }
        assert_int_equal(lines, 17);
        assert_int_equal(bars, 9);
        assert_int_equal(raw, 1); /* within a code span, where it is no markup */
        free(text);
    }
}

static void write_first(wk_doc *doc) {
    static const char *const texts[] = {"- a", "+ a", "1. a", "12) a", "==", "\n    a", "1 a", "1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        wk_doc_paragraph(doc);
        wk_doc_text(doc, texts[i]);
    }
}

static void text_begins_no_list(void **state) {
    (void)state;
    char *text = text_of(write_first, false);
    assert_string_equal(text, "\\- a\n\n\\+ a\n\n1\\. a\n\n12\\) a\n\n\\==\n\na\n\n1 a\n\n1\n");
    free(text);
}

/* ---- a third back end ---- */

static const char *const tags[] = {[WK_DOC_PARAGRAPH] = "p",      [WK_DOC_QUOTATION] = "blockquote",
                                   [WK_DOC_LIST] = "ul",          [WK_DOC_ITEM] = "li",
                                   [WK_DOC_PREFORMATTED] = "pre", [WK_DOC_FIGURE] = "figure",
                                   [WK_DOC_TABLE] = "table",      [WK_DOC_ROW] = "tr",
                                   [WK_DOC_FOLD] = "details",     [WK_DOC_NONE] = "html",
                                   [WK_DOC_BREAK] = "hr"};

static void put_tag(wk_doc *doc, wk_doc_block block, const char *slash) {
    if (block == WK_DOC_CELL)
        fprintf(doc->out, "<%st%c>", slash, doc->row ? 'd' : 'h');
    else if (block == WK_DOC_HEADING)
        fprintf(doc->out, "<%sh%d>", slash, doc->level);
    else
        fprintf(doc->out, "<%s%s>", slash, tags[block]);
}

static void put_escaped(wk_doc *doc, const char *text) {
    for (const char *p = text; *p; p++)
        fputs(*p == '<' ? "&lt;" : *p == '&' ? "&amp;" : (const char[]){*p, '\0'}, doc->out);
}

static void html_begin(wk_doc *doc, wk_doc_block block) {
    put_tag(doc, block, "");
    if (block == WK_DOC_FIGURE)
        fprintf(doc->out, "<img src='%s'>", doc->path);
    if (block == WK_DOC_FOLD) {
        fputs("<summary>", doc->out);
        put_escaped(doc, doc->title);
        fputs("</summary>", doc->out);
    }
}

static void html_end(wk_doc *doc, wk_doc_block block) {
    put_tag(doc, block, "/");
}

static void html_piece(wk_doc *doc, wk_doc_piece piece, const char *text, const char *target) {
    if (piece == WK_DOC_STRONG)
        fputs(doc->strong ? "<b>" : "</b>", doc->out);
    if (piece == WK_DOC_EMPHASIS)
        fputs(doc->emphasis ? "<i>" : "</i>", doc->out);
    if (piece == WK_DOC_CODE)
        fputs("<code>", doc->out);
    if (piece == WK_DOC_LINK)
        fprintf(doc->out, "<a href='%s'>", target);
    put_escaped(doc, text);
    fputs(piece == WK_DOC_CODE ? "</code>" : piece == WK_DOC_LINK ? "</a>" : "", doc->out);
}

static void check_html(writer *write, const char *expected) {
    static const wk_doc_backend html = {html_begin, html_end, html_piece};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    wk_doc *doc = wk_allocate_zeroed(1, sizeof *doc);
    doc->backend = &html;
    doc->out = out;
    write(doc);
    wk_doc_end(doc);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

/* Markup that has to be closed is closed, in the right order. */
static void html_fits(void **state) {
    (void)state;
    check_html(write_blocks,
               "<h2>Head</h2><p>3 words, [1, 2] and <code>code</code>, −0.5</p>"
               "<ul><li>one that is longer than a line</li><li>two</li></ul>"
               "<blockquote>said</blockquote>"
               "<pre>run `a_b`  | *c and so on for more than a line</pre><hr><p>end</p></html>");
    check_html(write_pieces, "<p><b>bold</b><i>soft</i> <a href='figures/a b.svg'>a_b</a> "
                             "Up.there-2<code></code></p></html>");
    check_html(write_table,
               "<table><tr><th>name</th><th>n</th><th>m</th></tr>"
               "<tr><td>ΔΘ</td><td>12345</td><td></td></tr></table><p>after</p></html>");
    check_html(write_figure, "<details><summary>more &lt;b></summary><figure>"
                             "<img src='figures/f.svg'>What it shows.</figure></details>"
                             "<p>after</p></html>");
    check_html(write_last_list, "<details><summary>a</summary><ul><li>b</li></ul></details>"
                                "<ul><li>c</li></ul></html>");
}

/* ---- misuse ---- */

static void say_outside(wk_doc *doc) {
    wk_doc_say(doc, "a");
}

static void say_in_a_row(wk_doc *doc) {
    wk_doc_table(doc, 1, "l");
    wk_doc_row(doc);
    wk_doc_say(doc, "a");
}

static void cell_without_row(wk_doc *doc) {
    wk_doc_table(doc, 1, "l");
    wk_doc_cell(doc);
}

static void row_without_table(wk_doc *doc) {
    wk_doc_paragraph(doc);
    wk_doc_row(doc);
}

static void short_row(wk_doc *doc) {
    wk_doc_table(doc, 2, "l");
    wk_doc_row(doc);
    wk_doc_cells(doc, "a");
}

static void table_without_head(wk_doc *doc) {
    wk_doc_table(doc, 2, "l");
}

static void strong_to_the_end(wk_doc *doc) {
    wk_doc_paragraph(doc);
    wk_doc_strong(doc, true);
    wk_doc_paragraph(doc);
}

static void open_fold(wk_doc *doc) {
    wk_doc_fold_begin(doc, "a");
}

static void fold_end_alone(wk_doc *doc) {
    wk_doc_fold_end(doc);
}

static void code_in_preformatted(wk_doc *doc) {
    wk_doc_preformatted(doc);
    wk_doc_code(doc, "a");
}

static void level_seven(wk_doc *doc) {
    wk_doc_heading(doc, 7, "a");
}

static bool aborts(writer *bad, bool terminal) {
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL); /* cmocka catches it */
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        free(text_of(bad, terminal));
        _exit(0);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT;
}

static void misuse_is_a_bug(void **state) {
    (void)state;
    writer *const all[] = {say_outside,          say_in_a_row, cell_without_row,
                           row_without_table,    short_row,    table_without_head,
                           strong_to_the_end,    open_fold,    fold_end_alone,
                           code_in_preformatted, level_seven};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int terminal = 0; terminal < 2; terminal++)
            if (!aborts(all[i], terminal))
                fail_msg("misuse %zu is not seen", i);
    assert_false(aborts(write_blocks, false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_separated),
        cmocka_unit_test(pieces_are_marked),
        cmocka_unit_test(tables_are_aligned),
        cmocka_unit_test(the_last_column_is_wrapped),
        cmocka_unit_test(formats_take_any_text),
        cmocka_unit_test(folds_hold_figures),
        cmocka_unit_test(hostile_text_stays_where_it_is),
        cmocka_unit_test(text_begins_no_list),
        cmocka_unit_test(lists_end_with_what_holds_them),
        cmocka_unit_test(html_fits),
        cmocka_unit_test(misuse_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
