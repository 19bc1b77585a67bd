/* The options of a command: what their table says is what is read, refused and printed. */
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct values {
    bool flag;
    const char *text;
    wk_option_list list;
    size_t count;
    double bytes, seconds, real;
} values;

static const wk_option rows[] = {
    {.name = "--flag",
     .letter = 'f',
     .help = "a flag",
     .type = WK_OPTION_FLAG,
     .offset = offsetof(values, flag)},
    {.name = "--text",
     .letter = 't',
     .value = "WORD",
     .help = "a word",
     .type = WK_OPTION_TEXT,
     .offset = offsetof(values, text)},
    {.name = "--list",
     .value = "ITEM",
     .help =
         "many words, of which there may be so many that the line is too long for a terminal of "
         "a hundred columns\nand a second line",
     .type = WK_OPTION_LIST,
     .offset = offsetof(values, list)},
    {.name = "--count",
     .letter = 'n',
     .value = "N",
     .help = "a count",
     .type = WK_OPTION_COUNT,
     .offset = offsetof(values, count),
     .min = 2,
     .max = 7},
    {.name = "--bytes",
     .value = "SIZE",
     .help = "a size",
     .type = WK_OPTION_BYTES,
     .offset = offsetof(values, bytes)},
    {.name = "--a-long-name-of-seconds",
     .value = "S",
     .help = "seconds",
     .type = WK_OPTION_SECONDS,
     .offset = offsetof(values, seconds)},
    {.name = "--real",
     .value = "X",
     .help = "a number",
     .type = WK_OPTION_REAL,
     .offset = offsetof(values, real),
     .max = 3},
};
static const wk_option_table table = {rows, sizeof rows / sizeof *rows};

enum { MOST_WORDS = 20 };

/* Reads a command line of words that are separated by blanks, in place. */
static wk_status read_line(char *line, values *v, wk_operands *operands, wk_error *err) {
    char *words[MOST_WORDS];
    int n = 0;
    for (char *word = strtok(line, " "); word && n < MOST_WORDS; word = strtok(NULL, " "))
        words[n++] = word;
    return wk_options_read(&table, n, words, v, operands, 2, err);
}

static void values_go_where_the_table_says(void **state) {
    (void)state;
    char line[] = "one -f --text a -tb --list=x --list y -n 3 --bytes 2M two "
                  "--a-long-name-of-seconds=0.5 --real 2.5";
    values v = {.count = 99};
    wk_operands operands;
    wk_error err = {0};
    assert_int_equal(read_line(line, &v, &operands, &err), WK_OK);
    assert_true(v.flag);
    assert_string_equal(v.text, "b");
    assert_int_equal(v.list.n, 2);
    assert_string_equal(v.list.texts[0], "x");
    assert_string_equal(v.list.texts[1], "y");
    assert_int_equal(v.count, 3);
    assert_true(v.bytes == 2.0 * 1048576);
    assert_true(v.seconds == 0.5);
    assert_true(v.real == 2.5);
    assert_int_equal(operands.n, 2);
    assert_string_equal(operands.texts[1], "two");
}

static void what_is_not_given_stays(void **state) {
    (void)state;
    char line[] = "-- --flag";
    values v = {.text = "default", .count = 5};
    wk_operands operands;
    wk_error err = {0};
    assert_int_equal(read_line(line, &v, &operands, &err), WK_OK);
    assert_false(v.flag);
    assert_string_equal(v.text, "default");
    assert_int_equal(v.count, 5);
    assert_string_equal(operands.texts[0], "--flag");
}

static void what_is_wrong_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"-n 8", "-n:1:1: must be an integer from 2 to 7, not '8'"},
        {"--count 1", "-n:1:1: must be an integer from 2 to 7, not '1'"},
        {"--count x", "-n:1:1: must be an integer from 2 to 7, not 'x'"},
        {"--flag=1", "option '--flag' takes no value"},
        {"--text", "option '--text' needs a value"},
        {"--txet a", "unknown option '--txet' (did you mean '--text'?)"},
        {"a b c", "one argument too many: 'c'"},
        {"--a-long-name-of-seconds nan",
         "--a-long-name-of-seconds:1:1: must be seconds above 0, not 'nan'"},
        {"--bytes 12", "--bytes:1:1: must be a size of at least 1M, such as 512M or 2G, not '12'"},
        {"--real 3.5", "--real:1:1: must be a number from 0 to 3, not '3.5'"},
        {"--bytes K", "--bytes:1:1: must be a size of at least 1M, such as 512M or 2G, not 'K'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[64];
        values v = {0};
        wk_operands operands;
        wk_error err = {0};
        strcpy(line, cases[i].line);
        assert_int_equal(read_line(line, &v, &operands, &err), WK_BAD_INPUT);
        assert_string_equal(err.message, cases[i].message);
    }
}

/* Each option stands in the help, with its letter and what its value is called. */
static void help_is_the_table(void **state) {
    (void)state;
    static const char expected[] = "  -f, --flag           a flag\n"
                                   "  -t, --text WORD      a word\n"
                                   "      --list ITEM      many words, of which there may be so "
                                   "many that the line is too long "
                                   "for a\n"
                                   "                       terminal of a hundred columns\n"
                                   "                       and a second line\n"
                                   "  -n, --count N        a count\n"
                                   "      --bytes SIZE     a size\n"
                                   "      --a-long-name-of-seconds S\n"
                                   "                       seconds\n"
                                   "      --real X         a number\n";
    char *said = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&said, &length);
    assert_non_null(out);
    wk_options_print(&table, out);
    fclose(out);
    assert_string_equal(said, expected);
    free(said);
}

static void a_choice_names_all(void **state) {
    (void)state;
    static const char *const words[] = {"red", "green", "blue", NULL};
    static const wk_option colour = {
        .name = "--colour", .value = "C", .help = "one", .type = WK_OPTION_CHOICE, .words = words};
    static const wk_option_table one = {&colour, 1};
    char blue[] = "--colour=blue", pink[] = "--colour=pink", *line[] = {blue, pink};
    int index = 9;
    wk_operands operands;
    wk_error err = {0};
    assert_int_equal(wk_options_read(&one, 1, line, &index, &operands, 0, &err), WK_OK);
    assert_int_equal(index, 2);
    assert_int_equal(wk_options_read(&one, 1, line + 1, &index, &operands, 0, &err), WK_BAD_INPUT);
    assert_string_equal(err.message, "--colour:1:1: must be red, green or blue, not 'pink'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_where_the_table_says),
        cmocka_unit_test(what_is_not_given_stays),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(help_is_the_table),
        cmocka_unit_test(a_choice_names_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
