/* Comma separated tables: read right however they are written, every kind of wrong file refused
 * with its place, and no file, however damaged, gives anything but a table or one line of error.
 * And triplets of their rows. */
#include "base/text.h"
#include "model/data/csv.h"
#include "model/data/data.h"
#include "model_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct files {
    lab *l;
    char folder[64], path[128], key[160];
} files;

static int set_up(void **state) {
    files *f = calloc(1, sizeof *f);
    void *made = NULL;
    if (!f || lab_up(&made) != 0)
        return -1;
    f->l = made;
    strcpy(f->folder, "/tmp/widecheck-csv-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/t.csv", f->folder);
    snprintf(f->key, sizeof f->key, "data.file=%s", f->path);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    files *f = *state;
    unlink(f->path);
    rmdir(f->folder);
    lab_down(&(void *){f->l});
    free(f);
    return 0;
}

/* A new file each time: some file systems write a file that is emptied and filled again to disk at
 * once. */
static void write_bytes(const files *f, const char *bytes, size_t n) {
    unlink(f->path);
    FILE *out = fopen(f->path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

static void write_text(const files *f, const char *text) {
    write_bytes(f, text, strlen(text));
}

static wk_rows read_text(const files *f, const char *text, wk_csv_form form) {
    wk_rows csv;
    write_text(f, text);
    MUST(f->l, wk_csv_read(f->path, &form, true, &csv, &f->l->arena, &f->l->err));
    return csv;
}

static const wk_csv_form named = {.header = true, .choice.label = "kind"};
static const wk_csv_form bare = {0};

/* ---- reading ---- */

static void assert_table(const wk_rows *csv, size_t rows, size_t columns, const double *right) {
    assert_int_equal(csv->rows, rows);
    assert_int_equal(csv->columns, columns);
    for (size_t i = 0; i < rows; i++)
        assert_bits("row", columns, wk_rows_at(csv, i), right + i * columns);
}

static void the_same_table_may_be_written_in_many_ways(void **state) {
    files *f = *state;
    static const double right[] = {1, -2.5, 3e-4, 0.5, 0, 4};
    static const char *const ways[] = {
        "x,kind,y\n1,cat,-2.5\n3e-4,dog,.5\n0,cat,4\n",
        "x,kind,y\n1,cat,-2.5\n3e-4,dog,.5\n0,cat,4", /* no line feed at the end */
        "x,kind,y\r\n1,cat,-2.5\r\n3e-4,dog,.5\r\n0,cat,4\r\n",
        "x,kind,y\r\n1,cat,-2.5\n3e-4,dog,.5\r\n0,cat,4",
        "\xEF\xBB\xBFx,kind,y\n1,cat,-2.5\n3e-4,dog,.5\n0,cat,4\n", /* a byte order mark */
        "\"x\",\"kind\",\"y\"\n\"1\",\"cat\",\"-2.5\"\n\"3e-4\",\"dog\",\".5\"\n0,\"cat\",4\n",
        "x , kind,\ty\n 1,cat ,-2.5\n3.0E-04 , dog,.5\n 0.000 ,cat, 4\t\n",
        "x,kind,y\n+1,cat,-2.5\n+3.0E-04,dog,+.5\n+0,cat,+4\n",
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const wk_rows csv = read_text(f, ways[i], named);
        assert_table(&csv, 3, 2, right);
        assert_true(csv.label[0] == 0 && csv.label[1] == 1 && csv.label[2] == 0);
        assert_int_equal(csv.classes.n, 2);
        assert_string_equal(csv.classes.text[0], "cat");
        assert_string_equal(csv.classes.text[1], "dog");
    }
}

static void header_and_label_may_be_left_out(void **state) {
    files *f = *state;
    static const double right[] = {1, 2, 3, 4, 5, 6};
    wk_rows csv = read_text(f, "1,2,3\n4,5,6\n", bare);
    assert_table(&csv, 2, 3, right);
    assert_null(csv.label);
    csv = read_text(f, "a,b,c\n1,2,3\n4,5,6\n", (wk_csv_form){.header = true});
    assert_table(&csv, 2, 3, right);
    assert_null(csv.label);
    static const char *const numbers[] = {"1", "2", "4"};
    static const char *const texts[] = {"u,1,2,3\nv,4,5,6\n", "1,u,2,3\n4,v,5,6\n",
                                        "1,2,3,u\n4,5,6,v\n"};
    for (size_t i = 0; i < 3; i++) {
        csv = read_text(f, texts[i], (wk_csv_form){.choice.label = numbers[i]});
        assert_table(&csv, 2, 3, right);
        assert_true(csv.label[0] == 0 && csv.label[1] == 1);
        assert_string_equal(csv.classes.text[1], "v");
    }
}

static void labels_are_any_text(void **state) {
    files *f = *state;
    const wk_rows csv = read_text(f,
                                  "kind,x\n\"a,b\",1\n\"say \"\"no\"\"\",2\nü ber,3\n7,4\n"
                                  "\"two\nlines\",5\n\" a,b\",6\n\"a,b\",7\n7.0,8\n",
                                  named);
    static const char *const classes[] = {"a,b",        "say \"no\"", "ü ber", "7",
                                          "two\nlines", " a,b",       "7.0"};
    static const int label[] = {0, 1, 2, 3, 4, 5, 0, 6};
    assert_int_equal(csv.rows, 8);
    assert_int_equal(csv.classes.n, 7);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(csv.classes.text[i], classes[i]);
    assert_memory_equal(csv.label, label, sizeof label);
    assert_true(wk_rows_at(&csv, 7)[0] == 8);
}

static void twice_the_same_name_matters_only_for_the_label(void **state) {
    files *f = *state;
    const wk_rows csv = read_text(f, "x,x,kind\n1,2,a\n", named);
    assert_int_equal(csv.columns, 2);
}

static void the_shape_alone_needs_the_first_line_alone(void **state) {
    files *f = *state;
    lab *l = f->l;
    wk_rows csv;
    const char *texts[] = {"x,kind,y\n1,u\nrubbish\"", "1,u,3\n4\n\n"};
    for (size_t i = 0; i < 2; i++) {
        const wk_csv_form form = i ? (wk_csv_form){.choice.label = "2"} : named;
        write_text(f, texts[i]);
        MUST(l, wk_csv_read(f->path, &form, false, &csv, &l->arena, &l->err));
        assert_true(csv.columns == 2 && csv.rows == 0);
        assert_int_equal(wk_csv_read(f->path, &form, true, &csv, &l->arena, &l->err), WK_BAD_INPUT);
    }
}

/* More rows than a block, more classes than the first slots, more columns than the first room. */
static void large_tables_are_whole(void **state) {
    files *f = *state;
    lab *l = f->l;
    enum { ROWS = 3000, COLUMNS = 70 };
    FILE *out = fopen(f->path, "wb");
    assert_non_null(out);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLUMNS; j++)
            fprintf(out, "%zu.%zu,", i, j + 1);
        fprintf(out, "class %zu\n", i * 7 % 1000);
    }
    assert_int_equal(fclose(out), 0);
    wk_rows csv;
    MUST(l, wk_csv_read(f->path, &(wk_csv_form){.choice.label = "71"}, true, &csv, &l->arena,
                        &l->err));
    assert_true(csv.rows == ROWS && csv.columns == COLUMNS && csv.classes.n == 1000);
    char text[32];
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            snprintf(text, sizeof text, "%zu.%zu", i, j + 1);
            assert_true(wk_rows_at(&csv, i)[j] == strtod(text, NULL));
        }
        snprintf(text, sizeof text, "class %zu", i * 7 % 1000);
        assert_string_equal(csv.classes.text[csv.label[i]], text);
        assert_int_equal(csv.label[i], i % 1000);
    }
}

/* ---- refusals ---- */

typedef struct refusal {
    const char *text;
    wk_csv_form form;
    const char *message; /* after the path */
} refusal;

static void refuse(files *f, const char *bytes, size_t n, wk_csv_form form, const char *message) {
    lab *l = f->l;
    wk_rows csv;
    char expected[512];
    write_bytes(f, bytes, n);
    snprintf(expected, sizeof expected, "%s:%s", f->path, message);
    l->err = (wk_error){0};
    assert_int_equal(wk_csv_read(f->path, &form, true, &csv, &l->arena, &l->err), WK_BAD_INPUT);
    assert_string_equal(l->err.message, expected);
}

static void wrong_rows_are_refused_with_their_place(void **state) {
    files *f = *state;
    const refusal cases[] = {
        {"1,2\n3\n", bare,
         "2:1: the row ends after 1 fields, the first row has 2 (separator: comma; if lines stand "
         "before the table, `skip: N` passes over them)"},
        {"1,2,3\n4,55\n", bare,
         "2:3: the row ends after 2 fields, the first row has 3 (separator: comma; if lines stand "
         "before the table, `skip: N` passes over them)"},
        {"1,2\n3,4,5\n", bare,
         "2:5: more than the 2 fields that the first row has (a text that holds a comma must stand "
         "in quotes; decimal commas need another separator; `skip: N` passes over lines before the "
         "table)"},
        {"1,2\n3,4,\n", bare,
         "2:5: more than the 2 fields that the first row has (a text that holds a comma must stand "
         "in quotes; decimal commas need another separator; `skip: N` passes over lines before the "
         "table)"},
        {"1,2\n\n3,4\n", bare,
         "2:1: an empty line within the table: `missing: drop` leaves it out"},
        {"\n1,2\n", bare, "1:1: an empty line within the table: `missing: drop` leaves it out"},
        {"1,,2\n", bare,
         "1:3: column 2 has no value here (an empty field): `missing: drop` leaves out such rows, "
         "`drop: 2` the column"},
        {",1\n", bare,
         "1:1: column 1 has no value here (an empty field): `missing: drop` leaves out such rows, "
         "`drop: 1` the column"},
        {"1,\n", bare,
         "1:3: column 2 has no value here (an empty field): `missing: drop` leaves out such rows, "
         "`drop: 2` the column"},
        {"1,\"\"\n", bare,
         "1:3: column 2 has no value here (an empty field): `missing: drop` leaves out such rows, "
         "`drop: 2` the column"},
        {"\"\"\n", bare,
         "1:1: column 1 has no value here (an empty field): `missing: drop` leaves out such rows, "
         "`drop: 1` the column"},
        {"1,2\n3,four\n", bare,
         "2:3: column 2 holds text ('four') where numbers are needed: `label: 2` if it is the "
         "class, else `drop: 2` leaves it out"},
        {"a,b\n1,2\n", bare,
         "1:1: 'a' in column 1 is not a number: if the first line names the columns, say `header: "
         "true`"},
        {"1\nnan\n", bare,
         "2:1: column 1 has no value here (nan): `missing: drop` leaves out such rows, `drop: 1` "
         "the column"},
        {"1\ninf\n", bare,
         "2:1: 'inf' in column 1 is not finite, but inputs must be: mend the value, or leave its "
         "column or row out"},
        {"1\n-Infinity\n", bare,
         "2:1: '-Infinity' in column 1 is not finite, but inputs must be: mend the value, or leave "
         "its column or row out"},
        {"1\n1e999\n", bare, "2:1: '1e999' in column 1 is no finite decimal number"},
        {"1\n0x10\n", bare,
         "2:1: column 1 holds text ('0x10') where numbers are needed: `label: 1` if it is the "
         "class, else `drop: 1` leaves it out"},
        {"1\n1 2\n", bare,
         "2:1: '1 2' in column 1 has marks between its digits: write the number without them"},
        {"1\n1;2\n", bare,
         "2:1: column 1 holds text ('1;2') where numbers are needed: `label: 1` if it is the "
         "class, else `drop: 1` leaves it out"},
        {"1\n\"1,5\"\n", bare, "2:1: '1,5' in column 1 has a decimal comma: say `decimal: comma`"},
        {"1,\"a\nb\"\n", bare,
         "1:3: 'a?b' in column 2 is not a number: if the first line names the columns, say "
         "`header: true`"},
        {"kind,x\nü,1\nüü\x01ü,zwölf\n", named,
         "3:6: 'x' (column 2) holds text ('zwölf') where numbers are needed: `drop: x` leaves it "
         "out"}, /* columns are characters */
        {"kind,x\n\"two\nlines\",oops\n", named,
         "3:8: 'x' (column 2) holds text ('oops') where numbers are needed: `drop: x` leaves it "
         "out"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse(f, cases[i].text, strlen(cases[i].text), cases[i].form, cases[i].message);
}

static void wrong_files_are_refused_with_their_place(void **state) {
    files *f = *state;
    static const wk_csv_form second = {.choice.label = "2"}, third = {.choice.label = "3"};
    static const wk_csv_form word = {.choice.label = "kind"}, none = {.choice.label = "0"};
    const refusal cases[] = {
        {"", bare, "1:1: the file has no rows"},
        {"", named, "1:1: the file has no rows"},
        {"\xEF\xBB\xBF", named, "1:1: the file has no rows"},
        {"kind,x\n", named, "2:1: the file has no rows"},
        {"kind,x", named, "1:7: the file has no rows"},
        {"kin,x\n1,2\n", named, "1:1: no column 'kind' for `label` (did you mean 'kin'?)"},
        {"a,b\n1,2\n", named, "1:1: no column 'kind' for `label`; there are: a, b"},
        {"Kind,kinds\n1,2\n", named, "1:1: no column 'kind' for `label` (did you mean 'Kind'?)"},
        {"kind,x,kind\n1,2,3\n", named,
         "1:1: 2 columns are called 'kind': give `label` the number of one, from 1"},
        {"kind\na\n", named, "1:1: no column of numbers is left as an input beside the label"},
        {"1,2\n", third,
         "1:1: label '3' must be the number of a column, from 1 to 2: the file has no names"},
        {"1,2\n", word,
         "1:1: label 'kind' must be the number of a column, from 1 to 2: the file has no names"},
        {"1,2\n", none,
         "1:1: label '0' must be the number of a column, from 1 to 2: the file has no names"},
        {"1\n", second,
         "1:1: label '2' must be the number of a column, from 1 to 1: the file has no names"},
        {"1,\n", second,
         "1:3: column 2 has no label here (an empty field): `missing: drop` leaves out such rows"},
        {"1\r2\n", bare, "1:2: a carriage return without a line feed"},
        {"1\r", bare, "1:2: a carriage return without a line feed"},
        {"1,\"2\n", bare, "1:3: a quote that is never closed"},
        {"1,\"2\"3\n", bare, "1:6: text after the closing quote"},
        {"1,2\"3\n", bare, "1:4: a quote within a field (quote the field, and double the quote)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse(f, cases[i].text, strlen(cases[i].text), cases[i].form, cases[i].message);
    refuse(f, "1,2\n3,\0004\n", 9, bare, "2:3: a NUL byte: not a text file in UTF-8");
    refuse(f, "\0", 1, bare, "1:1: a NUL byte: not a text file in UTF-8");
    refuse(f, "k\xFF,\0", 4, named, "1:4: a NUL byte: not a text file in UTF-8"); /* not UTF-8 */
}

static void bounds_are_kept(void **state) {
    files *f = *state;
    lab *l = f->l;
    wk_rows csv;
    enum { COLUMNS = 1000000, FIELD = 65535 };
    char *text = malloc(2 * COLUMNS + 8);
    assert_non_null(text);
    for (size_t i = 0; i <= COLUMNS; i++)
        memcpy(text + 2 * i, "1,", 2);
    refuse(f, text, 2 * COLUMNS + 1, bare, "1:2000001: more than 1000000 columns");
    write_bytes(f, text, 2 * COLUMNS - 1);
    MUST(l, wk_csv_read(f->path, &bare, true, &csv, &l->arena, &l->err));
    assert_true(csv.rows == 1 && csv.columns == COLUMNS && wk_rows_at(&csv, 0)[COLUMNS - 1] == 1);
    memset(text, '1', FIELD + 3);
    memcpy(text, "2,", 2);
    const wk_csv_form second = {.choice.label = "2"};
    write_bytes(f, text, FIELD + 2);
    MUST(l, wk_csv_read(f->path, &second, true, &csv, &l->arena, &l->err));
    assert_int_equal(strlen(csv.classes.text[0]), FIELD);
    refuse(f, text, FIELD + 3, second, "1:3: a field of more than 65535 bytes");
    free(text);
    write_text(f, "1\n");
    assert_int_equal(truncate(f->path, (1L << 30) + 1), 0); /* a hole: no disk is used */
    MUST_FAIL(l, WK_BAD_INPUT, "has more than 1073741824 bytes",
              wk_csv_read(f->path, &bare, true, &csv, &l->arena, &l->err));
}

static void missing_files_and_folders_are_refused_by_name(void **state) {
    files *f = *state;
    lab *l = f->l;
    wk_rows csv;
    MUST_FAIL(l, WK_BAD_INPUT, "cannot read '/nonexistent/t.csv': No such file",
              wk_csv_read("/nonexistent/t.csv", &bare, true, &csv, &l->arena, &l->err));
    MUST_FAIL(l, WK_BAD_INPUT, f->folder,
              wk_csv_read(f->folder, &bare, true, &csv, &l->arena, &l->err));
}

/* ---- as other programs write tables ---- */

static const double four[] = {1.5, 2, 3, 4.25};

static void separators_are_found_from_the_first_lines(void **state) {
    files *f = *state;
    static const struct {
        const char *text;
        int separator;
    } cases[] = {
        {"x,kind,y\n1.5,a,2\n3,b,4.25\n", WK_SEPARATOR_COMMA},
        {"x;kind;y\n1.5;a;2\n3;b;4.25\n", WK_SEPARATOR_SEMICOLON},
        {"x\tkind\ty\n1.5\ta\t2\n3\tb\t4.25\n", WK_SEPARATOR_TAB},
        {"x|kind|y\r\n1.5|a|2\r\n3|b|4.25", WK_SEPARATOR_BAR},
        {"x kind  y\n1.5   a 2 \n 3  b\t4.25\n", WK_SEPARATOR_BLANK},
        {"\"x, or;\";kind;y\n1.5;\"a,\"\"b\";2\n3;\"c,d\";4.25\n", WK_SEPARATOR_SEMICOLON},
        {"x,kind,y\n1.5,a;b,2\n3,b;c,4.25\n", WK_SEPARATOR_COMMA},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wk_csv_form form = named;
        wk_rows rows = read_text(f, cases[i].text, form);
        assert_table(&rows, 2, 2, four);
        assert_int_equal(rows.classes.n, 2);
        form.separator = cases[i].separator;
        rows = read_text(f, cases[i].text, form);
        assert_table(&rows, 2, 2, four);
    }
    wk_csv_form comma = named; /* R's write.csv2 */
    comma.decimal = WK_DECIMAL_COMMA;
    const wk_rows rows = read_text(f, "\"x\";\"kind\";\"y\"\n1,5;\"a\";2\n3;\"b\";4,25\n", comma);
    assert_table(&rows, 2, 2, four);
    refuse(f, "x;kind;y\n1,5;a;2\n", 17, named,
           "2:1: '1,5' in 'x' (column 1) has a decimal comma: say `decimal: comma`");
}

static void columns_are_chosen_by_name_or_number(void **state) {
    files *f = *state;
    static const char text[] = ",x,kind,y,note\n0,1.5,a,2,u\n1,3,b,4.25,v\n";
    static const wk_column_choice choices[] = {{.label = "kind", .drop = "1,note"},
                                               {.label = "kind", .columns = "x,y"},
                                               {.label = "3", .columns = "2,4"},
                                               {.columns = "y,x"},
                                               {.drop = "5,3,1"},
                                               {.label = "note", .columns = "1,x,y", .drop = "1"}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        const wk_rows rows =
            read_text(f, text, (wk_csv_form){.header = true, .choice = choices[i]});
        assert_table(&rows, 2, 2, four);
        assert_true(rows.number[0] == 2 && rows.number[1] == 4);
        assert_string_equal(rows.name[1], "y");
    }
    const wk_csv_form twice = {.header = true, .choice.drop = "x"};
    refuse(f, "x,x\n1,2\n", 8, twice,
           "1:1: 2 columns are called 'x': give `drop` the number of one, from 1");
    const wk_csv_form all = {.header = true, .choice.drop = "x,y"};
    refuse(f, "x,y\n1,2\n", 8, all, "1:1: no column of numbers is left as an input");
}

/* R's write.table leaves out the name of the row names. */
static void a_header_may_lack_its_first_name(void **state) {
    files *f = *state;
    const wk_rows rows = read_text(f, "x kind y\n1 1.5 a 2\n2 3 b 4.25\n",
                                   (wk_csv_form){.header = true, .choice = {"kind", NULL, "1"}});
    assert_table(&rows, 2, 2, four);
    assert_string_equal(rows.classes.text[1], "b");
}

static void rows_without_a_value_are_dropped_on_request(void **state) {
    files *f = *state;
    wk_csv_form form = named;
    form.missing = WK_MISSING_DROP;
    const wk_rows rows = read_text(
        f, "x,kind,y\nNA,a,1\n1.5,a,2\n,b,3\n\n4,c,?\n4,,2\n4,NA,2\n3,b,4.25\n\n\n", form);
    assert_table(&rows, 2, 2, four);
    assert_int_equal(rows.left_out, 5);
    assert_true(rows.line[0] == 3 && rows.line[1] == 9 && rows.place[1] == 6);
    refuse(f, "x\nNA\n", 5, (wk_csv_form){.header = true, .missing = WK_MISSING_DROP},
           "3:1: the file has no row in which no value is missing");
}

static void other_formats_are_named(void **state) {
    files *f = *state;
    refuse(f, "\xFF\xFEx\0,\0", 6, named,
           "1:1: no table in text but UTF-16 text: save it as UTF-8, or `iconv -f UTF-16 -t UTF-8 "
           "FILE >NEW`");
    refuse(f, "PAR1\x15\x04", 6, named,
           "1:1: no table in text but a Parquet file: write it as CSV, pandas' "
           "read_parquet(…).to_csv(…) does");
    refuse(f, "\x93NUMPY\1\0", 8, named,
           "1:1: no table in text but a NumPy array: say `source: npy`");
}

static void text_is_refused_with_every_column_that_holds_it(void **state) {
    files *f = *state;
    const wk_csv_form form = {.header = true, .choice.drop = "id"};
    static const char text[] = "id,x,sex,city of birth,day\n7,1,m,Rome,\"a,b\"\n";
    refuse(
        f, text, sizeof text - 1, form,
        "2:5: 'sex' (column 3) and 2 more columns of inputs hold text ('m'), not numbers: `drop: "
        "[id, sex, city of birth, day]` leaves them out; one may be the class: `label: day`");
    const wk_csv_form skip = {.header = true, .skip = 2};
    const wk_rows rows = read_text(f, "made by hand\n\nx,y\n1.5,2\n3,4.25\n", skip);
    assert_table(&rows, 2, 2, four);
}

/* ---- damage ---- */

static size_t mutate(wk_stream *stream, char *text, size_t n, size_t room) {
    static const char pieces[][8] = {
        ",",    "\n", "\r\n", "\"",           "\"\"", "nan",  "1e999", "-",
        " ",    "\t", "\r",   "\xC3",         "e",    ".",    ",,",    "0",
        "\n\n", "x",  "1",    "\xEF\xBB\xBF", "kind", "\x7F", "\x01"};
    const size_t kinds = sizeof pieces / sizeof *pieces;
    const size_t changes = 1 + wk_stream_below(stream, 4);
    for (size_t c = 0; c < changes && n > 0; c++) {
        const size_t at = wk_stream_below(stream, n), what = wk_stream_below(stream, 5);
        const size_t length = 1 + wk_stream_below(stream, n - at < 9 ? n - at : 9);
        const char *piece = pieces[wk_stream_below(stream, kinds)];
        const size_t size = strlen(piece);
        if (what == 0) {
            text[at] = (char)wk_stream_below(stream, 256); /* a byte, NUL among them */
        } else if (what == 1) {
            memmove(text + at, text + at + length, n - at - length); /* a hole */
            n -= length;
        } else if (what == 2) {
            n = at; /* cut off */
        } else if (what == 3 && n + size < room) {
            memmove(text + at + size, text + at, n - at); /* something between */
            memcpy(text + at, piece, size);
            n += size;
        } else if (what == 4 && n + length < room) {
            memmove(text + at + length, text + at, n - at); /* twice */
            n += length;
        }
    }
    return n;
}

static void assert_one_line(const char *message) {
    assert_true(strlen(message) > 0);
    for (const char *p = message; *p; p++)
        assert_true((unsigned char)*p >= 0x20 && *p != 0x7F);
}

static void assert_sound(const wk_rows *csv, bool labelled) {
    assert_true(csv->rows >= 1 && csv->columns >= 1 && labelled == (csv->label != NULL));
    for (size_t i = 0; i < csv->rows; i++) {
        for (size_t j = 0; j < csv->columns; j++)
            assert_true(isfinite(wk_rows_at(csv, i)[j]));
        assert_true(!labelled || (csv->label[i] >= 0 && (size_t)csv->label[i] < csv->classes.n));
    }
    for (size_t c = 0; c < csv->classes.n; c++)
        assert_true(strlen(csv->classes.text[c]) > 0);
}

static void damaged_files_give_a_table_or_one_line(void **state) {
    files *f = *state;
    lab *l = f->l;
    static const char good[] =
        "x,kind,\"y, in m\"\r\n1.5,cat,-2e3\r\n0.25,\"say \"\"dög\"\"\",7\r\n"
        "-3,cat,1e-5\n4,\"say \"\"dög\"\"\",5.5\n11,cow,12\n13,cow,14\n";
    static const wk_csv_form forms[] = {
        {.header = true, .choice.label = "kind"}, {.header = true}, {.choice.label = "2"}, {0}};
    size_t tables = 0, errors = 0;
    for (size_t i = 0; i < 6000; i++) {
        const wk_arena_mark mark = wk_arena_here(&l->arena);
        wk_stream stream = wk_stream_open(i, WK_ROLE_DATA, 77);
        char text[512];
        memcpy(text, good, sizeof good);
        const size_t n = mutate(&stream, text, sizeof good - 1, sizeof text);
        const wk_csv_form form = forms[i % 8 < 5 ? 0 : i % 8 - 4];
        write_bytes(f, text, n);
        wk_rows csv;
        l->err = (wk_error){0};
        const wk_status status = wk_csv_read(f->path, &form, true, &csv, &l->arena, &l->err);
        if (status == WK_OK) {
            assert_sound(&csv, form.choice.label != NULL);
            tables++;
        } else {
            assert_int_equal(status, WK_BAD_INPUT);
            assert_int_equal(strncmp(l->err.message, f->path, strlen(f->path)), 0);
            assert_one_line(l->err.message);
            errors++;
        }
        wk_arena_reset(&l->arena, mark);
    }
    assert_true(tables > 300 && errors > 1000); /* both were met */
}

/* ---- as a data source ---- */

#define CSV_CELL(f, ...)                                                                           \
    CELL((f)->l, "data.source=csv", (f)->key, "data.classes", "data.dim", "data.header=true",      \
         "data.centre=false", "data.noise=0.1", "data.missing=refuse", "data.skip=0",              \
         "data.separator=auto", "data.decimal=point", __VA_ARGS__)
#define BY_CLASS "data.positive=class", "data.label=kind"

enum { ROWS = 12, D = 3 };

static double entry(size_t row, size_t j) {
    return (double)((row * 37 + j * j * 11 + row * j * 5 + 13) % 101) - 40;
}

/* Row i is of class "c<i mod 3>". */
static void write_table(const files *f) {
    char text[1024] = "a,kind,b,c\n";
    for (size_t i = 0; i < ROWS; i++) {
        const size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "%g,c%zu,%g,%g\n", entry(i, 0), i % 3, entry(i, 1),
                 entry(i, 2));
    }
    write_text(f, text);
}

static wk_data load(files *f, const wk_bag *bag, uint64_t seed, bool other) {
    wk_data data;
    MUST(f->l, wk_data_load(bag, seed, other, &data, &f->l->arena, &f->l->err));
    wk_data_form_gram(&data, &f->l->arena);
    return data;
}

/* Which row column i of X is, less `mean`; ROWS if none. */
static size_t find_row(const wk_data *data, size_t i, const double *mean) {
    for (size_t row = 0; row < ROWS; row++) {
        double norm = 0, gap = 0;
        for (size_t j = 0; j < D; j++)
            norm += pow(entry(row, j) - mean[j], 2);
        for (size_t j = 0; j < D; j++)
            gap = fmax(gap,
                       fabs(data->X[j * data->n + i] - (entry(row, j) - mean[j]) * sqrt(D / norm)));
        if (gap < 1e-12)
            return row;
    }
    return ROWS;
}

static const double zero[D] = {0};

/* The largest element is taken out before squares are summed. */
static void rows_of_any_size_are_scaled_to_the_sphere(void **state) {
    files *f = *state;
    static const char *const sizes[] = {"e-320", "e-200", "e-158", "", "e160", "e307"};
    const wk_bag bag = CSV_CELL(f, BY_CLASS);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        char text[256];
        snprintf(text, sizeof text,
                 "kind,x,y,z\na,1000%s,2000%s,3000%s\na,3000%s,1000%s,2000%s\n"
                 "b,1,2,3\nb,2,3,1\n",
                 sizes[s], sizes[s], sizes[s], sizes[s], sizes[s], sizes[s]);
        if (s == 5)
            for (char *p = text; (p = strstr(p, "000e307"));)
                memmove(p, p + 3, strlen(p + 3) + 1);
        write_text(f, text);
        const wk_data data = load(f, &bag, 1, false);
        for (size_t i = 0; i < data.n; i++)
            for (size_t j = 0; j < D; j++) {
                const double x = data.X[j * data.n + i] * sqrt(14.0 / 3);
                assert_below("distance to 1, 2 or 3", fabs(x - round(x)), 1e-3);
            }
    }
}

static void triplets_by_class_are_of_rows(void **state) {
    files *f = *state;
    write_table(f);
    const wk_bag bag = CSV_CELL(f, BY_CLASS, "data.triplets=40");
    const wk_data_source *source = wk_data_source_find("csv");
    size_t n, N, d;
    MUST(f->l, source->check(&bag, NULL, &f->l->err));
    MUST(f->l, source->size(&bag, &n, &N, &d, &f->l->err));
    assert_true(n == 120 && N == 40 && d == D);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        const wk_data data = load(f, &bag, seed, false);
        assert_true(data.d == D && data.N == 40 && data.n <= ROWS && data.n > 6);
        bool seen[ROWS + 1] = {false};
        for (size_t i = 0; i < data.n; i++) { /* each row once */
            const size_t row = find_row(&data, i, zero);
            assert_true(row < ROWS && !seen[row]);
            seen[row] = true;
            assert_int_equal(data.label[i], row % 3);
        }
        for (size_t i = 0; i < data.N; i++) {
            const size_t a = data.anchor[i], p = data.positive[i], m = data.negative[i];
            assert_true(a < data.n && p < data.n && m < data.n && a != p);
            assert_int_equal(data.label[a], data.label[p]);
            assert_int_not_equal(data.label[a], data.label[m]);
        }
    }
}

static void noisy_positives_are_new_inputs_near_their_anchors(void **state) {
    files *f = *state;
    write_table(f);
    for (int labelled = 0; labelled < 2; labelled++) {
        const wk_bag bag =
            CSV_CELL(f, "data.positive=noise", "data.noise=0.001", "data.triplets=300",
                     labelled ? "data.label=kind" : "data.header=false");
        if (!labelled) { /* without header, without labels */
            char text[1024] = "";
            for (size_t i = 0; i < ROWS; i++) {
                const size_t n = strlen(text);
                snprintf(text + n, sizeof text - n, "%g,%g,%g\n", entry(i, 0), entry(i, 1),
                         entry(i, 2));
            }
            write_text(f, text);
        } else {
            write_table(f);
        }
        const wk_data data = load(f, &bag, 2, false);
        assert_true(data.n > 300 && data.n <= 300 + ROWS);
        double sum = 0;
        for (size_t i = 0; i < data.N; i++) {
            const size_t p = data.positive[i], row = find_row(&data, data.anchor[i], zero);
            double norm = 0;
            assert_true(row < ROWS && find_row(&data, p, zero) == ROWS);
            assert_int_equal(data.label[data.anchor[i]], labelled ? row % 3 : row);
            assert_int_equal(data.label[p], data.label[data.anchor[i]]);
            assert_int_not_equal(data.label[data.negative[i]], data.label[p]);
            for (size_t j = 0; j < D; j++)
                norm += entry(row, j) * entry(row, j);
            for (size_t j = 0; j < D; j++)
                sum += pow(data.X[j * data.n + p] * sqrt(norm / D) - entry(row, j), 2);
        }
        /* scaling takes away one direction of D */
        const double deviation = sqrt(sum / (double)(data.N * (D - 1)));
        assert_below("deviation/0.001 - 1", fabs(deviation / 0.001 - 1), 0.1);
    }
}

static void centring_takes_the_mean_of_the_drawn_inputs(void **state) {
    files *f = *state;
    write_table(f);
    const wk_bag bag = CSV_CELL(f, BY_CLASS), centred = CSV_CELL(f, BY_CLASS, "data.centre=true");
    const wk_data plain = load(f, &bag, 3, false), data = load(f, &centred, 3, false);
    assert_int_equal(plain.n, data.n);
    double mean[D] = {0};
    for (size_t i = 0; i < plain.n; i++)
        for (size_t j = 0; j < D; j++)
            mean[j] += entry(find_row(&plain, i, zero), j) / (double)plain.n;
    for (size_t i = 0; i < plain.n; i++)
        assert_int_equal(find_row(&data, i, mean), find_row(&plain, i, zero));
}

static void assert_source_refuses(files *f, const wk_bag *bag, const char *text) {
    lab *l = f->l;
    const wk_data_source *source = wk_data_source_find("csv");
    wk_data data;
    MUST_FAIL(l, WK_BAD_INPUT, text, source->check(bag, NULL, &l->err));
    MUST_FAIL(l, WK_BAD_INPUT, text, wk_data_load(bag, 1, false, &data, &l->arena, &l->err));
}

static void standardised_columns_have_mean_0_and_deviation_1(void **state) {
    files *f = *state;
    lab *l = f->l;
    write_text(f, "kind,x,y,z\na,1e300,1,7\na,3e300,2,7\nb,2e300,3,7\nb,2e300,1,7\n");
    const wk_bag bag = CSV_CELL(f, BY_CLASS, "data.standardise=true");
    const wk_data_source *source = wk_data_source_find("csv");
    static const double x[4] = {-1.4142135623730951, 1.4142135623730951, 0, 0};
    static const double y[4] = {-0.9045340337332909, 0.30151134457776363, 1.507556722888818,
                                -0.9045340337332909};
    MUST(l, source->check(&bag, NULL, &l->err));
    const wk_data data = load(f, &bag, 1, false);
    for (size_t i = 0; i < data.n; i++) {
        double nearest = 1;
        for (size_t r = 0; r < 4; r++) {
            const double scale = sqrt(3 / (x[r] * x[r] + y[r] * y[r]));
            nearest = fmin(nearest, fabs(data.X[i] - scale * x[r]) +
                                        fabs(data.X[data.n + i] - scale * y[r]));
        }
        assert_below("distance to a standardised row", nearest, 1e-12);
        assert_true(data.X[2 * data.n + i] == 0); /* a constant column is no noise */
    }
    /* (0.2, 0.8) is the mean of all rows but for rounding: it has no direction */
    write_text(f, "kind,x,y\na,0.1,0.7\na,0.3,0.9\nb,0.2,0.8\nb,0.2,0.8\n");
    assert_source_refuses(f, &bag, "t.csv:4:1: a row that is the mean of all rows in each column");
}

static void what_looks_wrong_is_warned_of(void **state) {
    files *f = *state;
    lab *l = f->l;
    const wk_data_source *source = wk_data_source_find("csv");
    const char *table = ",kind,x,y\n0,a,1,1000\n1,a,2,3000\n2,b,3,2000\n3,b,5,1000\n4,a,1,1\n";
    static const struct {
        const char *key, *warnings[3];
    } cases[] = {
        {"data.skip=0", {"column 1 of '", "the columns of '", NULL}},
        {"data.drop=1", {"the columns of '", NULL}},
        {"data.standardise=false", {"column 1 of '", NULL}},
        {"data.columns=x", {"inputs from '", NULL}},
        {"data.columns=x,y", {"the columns of '", NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(f, table);
        const wk_bag bag = CSV_CELL(f, BY_CLASS, cases[i].key);
        wk_warnings found = {.arena = &l->arena};
        MUST(l, source->check(&bag, &found, &l->err));
        size_t n = 0;
        for (; cases[i].warnings[n]; n++) {
            assert_true(n < found.n);
            assert_non_null(strstr(found.text[n], cases[i].warnings[n]));
        }
        assert_int_equal(found.n, n);
    }
}

static void draws_depend_on_seed_and_role(void **state) {
    files *f = *state;
    write_table(f);
    const wk_bag bag = CSV_CELL(f, "data.positive=noise", "data.label=kind");
    const wk_data one = load(f, &bag, 5, false), again = load(f, &bag, 5, false);
    const wk_data two = load(f, &bag, 6, false), other = load(f, &bag, 5, true);
    assert_int_equal(one.n, again.n);
    assert_bits("X", D * one.n, one.X, again.X);
    assert_true(one.n != two.n || memcmp(one.X, two.X, D * one.n * sizeof *one.X) != 0);
    assert_true(one.n != other.n || memcmp(one.X, other.X, D * one.n * sizeof *one.X) != 0);
}

static void tables_without_triplets_are_refused(void **state) {
    files *f = *state;
    const wk_bag bag = CSV_CELL(f, BY_CLASS);
    write_text(f, "kind,x\na,1\na,2\nb\tc,3\n");
    assert_source_refuses(f, &bag, "t.csv: class 'b?c' has one row only: no positive exists");
    const wk_bag noise = CSV_CELL(f, "data.positive=noise", "data.label=kind");
    load(f, &noise, 1, false); /* whose positives need no second row */
    write_text(f, "kind,x\na,1\na,2\na,3\n");
    assert_source_refuses(f, &bag, "t.csv: all rows are of one class: no negative exists");
    assert_source_refuses(f, &noise, "t.csv: all rows are of one class: no negative exists");
    write_table(f);
    const wk_bag none = CSV_CELL(f, "data.positive=class", "data.drop=kind");
    assert_source_refuses(f, &none, "positive: class needs a label column");
    const wk_bag still = CSV_CELL(f, "data.positive=noise", "data.label=kind", "data.noise=0");
    assert_source_refuses(f, &still, "noise 0 makes anchor and positive equal");
    const wk_bag missing = CSV_CELL(f, "data.positive=class", "data.label=kinds");
    assert_source_refuses(f, &missing,
                          "t.csv:1:1: no column 'kinds' for `label` (did you mean 'kind'?)");
    size_t n, N, d;
    MUST_FAIL(f->l, WK_BAD_INPUT, "t.csv:1:1: no column",
              wk_data_source_find("csv")->size(&missing, &n, &N, &d, &f->l->err));
}

static void zeros_are_refused_unless_they_are_centred(void **state) {
    files *f = *state;
    write_text(f, "kind,x,y\na,0,0\na,2,1\nb,3,1\nb,1,4\n");
    const wk_bag bag = CSV_CELL(f, BY_CLASS), centred = CSV_CELL(f, BY_CLASS, "data.centre=true");
    assert_source_refuses(f, &bag, "t.csv:2:1: a row of zeros cannot be scaled to the sphere");
    load(f, &centred, 1, false);
}

/* On the sphere noise counts beside the norm of its row; centred, beside its least number. */
static void noise_that_rounding_swallows_is_refused(void **state) {
    files *f = *state;
    static const struct {
        const char *table, *noise, *centre, *standardise, *message;
    } cases[] = {
        {"k,x,y\na,1,2\nb,3,1\n", "data.noise=1e-300", "data.centre=false",
         "data.standardise=false", "line 2 are of size 1.58"},
        {"k,x,y\na,0,2e-9\nb,3,1\n", "data.noise=1e-15", "data.centre=false",
         "data.standardise=false", "line 3 are of size"},
        {"k,x,y\na,1,2\nb,3,1\n", "data.noise=1e-14", "data.centre=false", "data.standardise=false",
         NULL},
        {"k,x,y\na,1e17,2\nb,1e17,1\n", "data.noise=0.1", "data.centre=false",
         "data.standardise=false", "line 2 are of size 7.07e+16"},
        {"k,x,y\na,1e17,2\nb,1e17,1\n", "data.noise=0.1", "data.centre=true",
         "data.standardise=false", NULL},
        {"k,x,y\na,1e17,1e18\nb,2e17,1e18\n", "data.noise=0.1", "data.centre=true",
         "data.standardise=false", "line 2 are of size 1e+17"},
        {"k,x,y\na,1e300,1e18\nb,2e300,1e18\n", "data.noise=0.1", "data.centre=false",
         "data.standardise=true", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(f, cases[i].table);
        const wk_bag bag =
            CELL(f->l, "data.source=csv", f->key, "data.classes", "data.dim", "data.header=true",
                 "data.missing=refuse", "data.skip=0", "data.separator=auto", "data.decimal=point",
                 "data.drop=k", "data.positive=noise", cases[i].noise, cases[i].centre,
                 cases[i].standardise);
        if (cases[i].message)
            assert_source_refuses(f, &bag, cases[i].message);
        else
            load(f, &bag, 1, false);
    }
}

static bool same_input(const wk_data *data, size_t a, size_t b) {
    for (size_t j = 0; j < data->d; j++)
        if (data->X[j * data->n + a] != data->X[j * data->n + b])
            return false;
    return true;
}

/* Asserts that no triplet has an input twice, and that inputs that are equal are of different
 * classes. */
static void assert_distinct(const wk_data *data) {
    for (size_t i = 0; i < data->N; i++) {
        assert_false(same_input(data, data->anchor[i], data->positive[i]));
        assert_false(same_input(data, data->anchor[i], data->negative[i]));
        assert_int_not_equal(data->label[data->anchor[i]], data->label[data->negative[i]]);
    }
    for (size_t a = 0; a < data->n; a++)
        for (size_t b = 0; b < a; b++)
            assert_true(!same_input(data, a, b) || data->label[a] != data->label[b]);
}

static void equal_rows_are_one_input(void **state) {
    files *f = *state;
    lab *l = f->l;
    const wk_data_source *source = wk_data_source_find("csv");
    const wk_bag bags[] = {CSV_CELL(f, BY_CLASS),
                           CSV_CELL(f, "data.positive=noise", "data.label=kind"),
                           CSV_CELL(f, "data.positive=noise", "data.drop=kind")};
    write_text(f, "kind,x,y\na,1,2\na,1,2\na,0,-1\nb,3,1\nb,1,2\nb,3.0,1\nb,-0,-1\n"
                  "b,1,2\n");
    for (size_t i = 0; i < 3; i++) {
        wk_warnings found = {.arena = &l->arena};
        MUST(l, source->check(&bags[i], &found, &l->err));
        assert_int_equal(found.n, i < 2); /* without labels equal rows are of one class */
        if (i < 2)
            assert_non_null(strstr(found.text[0], "3 rows of '"));
        if (i < 2)
            assert_non_null(strstr(found.text[0], "another class, the first in line 6:"));
        for (uint64_t seed = 1; seed <= 20; seed++) {
            const wk_data data = load(f, &bags[i], seed, false);
            assert_distinct(&data);
        }
    }
}

static void assert_warned(files *f, const wk_bag *bag, const char *text) {
    lab *l = f->l;
    wk_warnings found = {.arena = &l->arena};
    bool there = false;
    MUST(l, wk_data_source_find("csv")->check(bag, &found, &l->err));
    for (size_t i = 0; i < found.n; i++)
        there = there || strstr(found.text[i], text);
    assert_true(there);
}

/* Where a class, or all others, are one row, there is nothing else to draw. */
static void rows_that_are_all_equal_are_told(void **state) {
    files *f = *state;
    const wk_bag bag = CSV_CELL(f, BY_CLASS);
    const wk_bag noise = CSV_CELL(f, "data.positive=noise", "data.label=kind");
    const wk_bag none = CSV_CELL(f, "data.positive=noise", "data.drop=kind");
    write_text(f, "kind,x,y\na,1,2\na,1,3\nb,3,1\nb,3,1\n");
    assert_warned(f, &bag, "all rows of class 'b' in '");
    const wk_data data = load(f, &bag, 1, false);
    assert_int_equal(data.n, 3);
    for (size_t i = 0; i < data.N; i++)
        assert_true((data.anchor[i] == data.positive[i]) == (data.label[data.anchor[i]] == 1));
    write_text(f, "kind,x,y\na,1,2\na,3,1\nb,3,1\nb,3,1\n");
    assert_warned(f, &noise, "2 rows of '");
    const wk_data opposed = load(f, &noise, 1, false);
    for (size_t i = 0; i < opposed.N; i++)
        if (opposed.label[opposed.anchor[i]] == 1) /* of the rows of a, only one is not equal */
            assert_false(same_input(&opposed, opposed.anchor[i], opposed.negative[i]));
    load(f, &none, 1, false);
    write_text(f, "kind,x,y\na,3,1\na,3,1\nb,3,1\n");
    assert_source_refuses(f, &none, "all rows are equal: no negative exists");
}

/* (0.2, 0.8, 5.2) is the mean of all, in decimals. */
static void a_row_that_is_the_mean_up_to_rounding_is_refused(void **state) {
    files *f = *state;
    lab *l = f->l;
    const wk_bag plain = CSV_CELL(f, BY_CLASS), centred = CSV_CELL(f, BY_CLASS, "data.centre=true");
    write_text(f, "kind,x,y,z\na,0.1,0.7,5.3\na,0.3,0.9,5.1\nb,0.2,0.8,5.2\nb,0.2,0.8,5.2\n");
    for (uint64_t seed = 1; seed <= 5; seed++) {
        wk_data data;
        load(f, &plain, seed, false);
        MUST_FAIL(l, WK_BAD_INPUT, "is the mean of the drawn inputs, up to rounding",
                  wk_data_load(&centred, seed, false, &data, &l->arena, &l->err));
    }
    write_text(f, "kind,x,y,z\na,0.1,0.7,5.3\na,0.3,0.9,5.1\nb,0.2,0.8,5.2000001\nb,0.2,0.8,5.2\n");
    load(f, &centred, 1, false);
}

#define FILES_TEST(law) cmocka_unit_test_setup_teardown(law, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        FILES_TEST(the_same_table_may_be_written_in_many_ways),
        FILES_TEST(header_and_label_may_be_left_out),
        FILES_TEST(labels_are_any_text),
        FILES_TEST(twice_the_same_name_matters_only_for_the_label),
        FILES_TEST(the_shape_alone_needs_the_first_line_alone),
        FILES_TEST(large_tables_are_whole),
        FILES_TEST(wrong_rows_are_refused_with_their_place),
        FILES_TEST(wrong_files_are_refused_with_their_place),
        FILES_TEST(separators_are_found_from_the_first_lines),
        FILES_TEST(columns_are_chosen_by_name_or_number),
        FILES_TEST(a_header_may_lack_its_first_name),
        FILES_TEST(rows_without_a_value_are_dropped_on_request),
        FILES_TEST(other_formats_are_named),
        FILES_TEST(text_is_refused_with_every_column_that_holds_it),
        FILES_TEST(bounds_are_kept),
        FILES_TEST(missing_files_and_folders_are_refused_by_name),
        FILES_TEST(damaged_files_give_a_table_or_one_line),
        FILES_TEST(triplets_by_class_are_of_rows),
        FILES_TEST(noisy_positives_are_new_inputs_near_their_anchors),
        FILES_TEST(centring_takes_the_mean_of_the_drawn_inputs),
        FILES_TEST(standardised_columns_have_mean_0_and_deviation_1),
        FILES_TEST(what_looks_wrong_is_warned_of),
        FILES_TEST(draws_depend_on_seed_and_role),
        FILES_TEST(rows_of_any_size_are_scaled_to_the_sphere),
        FILES_TEST(tables_without_triplets_are_refused),
        FILES_TEST(noise_that_rounding_swallows_is_refused),
        FILES_TEST(equal_rows_are_one_input),
        FILES_TEST(rows_that_are_all_equal_are_told),
        FILES_TEST(zeros_are_refused_unless_they_are_centred),
        FILES_TEST(a_row_that_is_the_mean_up_to_rounding_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
