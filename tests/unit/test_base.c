/* The base layer: memory, text, JSON, hashes, files that are whole or not there, parameters. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/json.h"
#include "base/param.h"
#include "base/text.h"
#include "table/table.h"
#include "typed.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#if defined __has_feature && !defined __SANITIZE_ADDRESS__
#if __has_feature(address_sanitizer) /* clang */
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

/* A request that no machine can meet is to come back as NULL under AddressSanitizer too. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1";
}

/* ---- errors ---- */

static void a_message_may_be_made_from_itself(void **state) {
    (void)state;
    wk_error err;
    assert_int_equal(wk_fail(&err, WK_BAD_INPUT, "width '%s' at %d", "x", 7), WK_BAD_INPUT);
    assert_string_equal(err.message, "width 'x' at 7");
    assert_int_equal(wk_fail(&err, WK_CANNOT, "<%s>", err.message), WK_CANNOT);
    assert_string_equal(err.message, "<width 'x' at 7>");
    assert_int_equal(wk_fail_within(&err, "cell %d", 3), WK_CANNOT);
    assert_string_equal(err.message, "cell 3: <width 'x' at 7>");
    assert_int_equal(wk_fail(NULL, WK_BAD_INPUT, "nobody listens"), WK_BAD_INPUT);
}

static void a_message_too_long_is_cut_not_overrun(void **state) {
    (void)state;
    wk_error err;
    char *text = malloc(5000);
    assert_non_null(text);
    memset(text, 'a', 4999);
    text[4999] = '\0';
    wk_fail(&err, WK_BAD_INPUT, "%s", text);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    wk_fail_within(&err, "%s", text);
    assert_true(strlen(err.message) < sizeof err.message);
    free(text);
}

/* Does the child that does `bad` abort? */
static bool aborts(void (*bad)(void)) {
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL); /* cmocka catches it */
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        bad();
        _exit(0);
    }
    int how = 0;
    assert_true(waitpid(child, &how, 0) == child);
    return WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT;
}

static void false_assertion(void) {
    WK_ASSERT(1 == 2);
}
static void unequal_assertion(void) {
    WK_ASSERT_EQ(1, 2);
}
static void true_assertions(void) {
    WK_ASSERT(1 == 1);
    WK_ASSERT_EQ(2, 2);
}
static void key_twice(void) {
    (void)BAG({"a", "1"}, {"b", "2"}, {"a", "3"});
}

static void bugs_abort_in_every_build(void **state) {
    (void)state;
    assert_true(aborts(false_assertion));
    assert_true(aborts(unequal_assertion));
    assert_true(aborts(key_twice));
    assert_false(aborts(true_assertions));
}

/* ---- arena ---- */

static void an_array_that_grows_keeps_its_entries(void **state) {
    (void)state;
    wk_arena arena = {0};
    size_t *list = NULL, room = 0;
    for (size_t n = 0; n < 1000; n++) {
        const size_t before = room;
        size_t *const old = list;
        list = wk_arena_more(&arena, list, n, &room, sizeof *list);
        assert_true(room > n);
        if (n < before)
            assert_true(list == old && room == before);
        else
            assert_true(room >= 2 * before);
        list[n] = n * n;
    }
    for (size_t n = 0; n < 1000; n++)
        assert_int_equal(list[n], n * n);
    wk_arena_release(&arena);
}

static void blocks_are_aligned_and_zeroed(void **state) {
    (void)state;
    wk_arena arena = {0};
    for (size_t size = 0; size < 300; size += 7) {
        wk_arena_mark mark = wk_arena_here(&arena);
        unsigned char *dirty = (unsigned char *)wk_arena_doubles(&arena, size);
        assert_non_null(dirty);
        memset(dirty, 0xAB, size * sizeof(double));
        wk_arena_reset(&arena, mark);
        unsigned char *block = wk_arena_get(&arena, size, sizeof(double));
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % (size * sizeof(double) < 64 ? 16 : 64), 0);
        assert_non_null(wk_arena_text(&arena, "of odd length "));
        for (size_t i = 0; i < size * sizeof(double); i++)
            assert_int_equal(block[i], 0);
    }
    wk_arena_release(&arena);
    assert_int_equal(arena.total, 0);
    assert_null(arena.chunks);
}

#if !defined __SANITIZE_ADDRESS__ /* which has gaps between them, on purpose */
/* A report holds some hundred of them a cell. */
static void small_blocks_stand_close(void **state) {
    (void)state;
    wk_arena arena = {0};
    for (int i = 0; i < 1000; i++) {
        assert_non_null(wk_arena_text(&arena, "ntk.change"));
        assert_non_null(wk_arena_doubles(&arena, 2));
    }
    assert_true(arena.total <= 64 * 1024);
    wk_arena_release(&arena);
}
#endif

static void blocks_do_not_overlap(void **state) {
    (void)state;
    enum { BLOCKS = 400 };
    wk_arena arena = {0};
    unsigned char *block[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) { /* some larger than a chunk */
        block[i] = wk_arena_get(&arena, i * i + 1, 1);
        assert_non_null(block[i]);
        memset(block[i], (int)(i % 251), i * i + 1);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        for (size_t j = 0; j < i * i + 1; j++)
            assert_int_equal(block[i][j], i % 251);
    wk_arena_release(&arena);
}

static void reset_gives_back_what_came_after_the_mark_alone(void **state) {
    (void)state;
    wk_arena arena = {0};
    char *kept = wk_arena_text(&arena, "kept");
    const wk_arena_mark mark = wk_arena_here(&arena);
    const size_t total = arena.total;
    char *first = wk_arena_get(&arena, 10, 1);
    for (int i = 0; i < 5; i++)
        assert_non_null(wk_arena_get(&arena, 100000, 3));
    assert_true(arena.total >= total + 1500000);
    wk_arena_reset(&arena, mark);
    assert_int_equal(arena.total, total);
    assert_string_equal(kept, "kept");
    assert_ptr_equal(wk_arena_get(&arena, 10, 1), first);
    wk_arena_release(&arena);
    assert_non_null(wk_arena_text(&arena, "again")); /* usable after release */
    wk_arena_release(&arena);

    const wk_arena_mark empty = wk_arena_here(&arena);
    assert_non_null(wk_arena_get(&arena, 10, 1));
    wk_arena_reset(&arena, empty);
    assert_int_equal(arena.total, 0);
}

/* Does a process that asks for this end with code 3, having told `descriptor` how much it was? */
static bool ends(size_t count, size_t size) {
    int channel[2], status = 0;
    double asked = 0;
    assert_int_equal(pipe(channel), 0);
    const pid_t child = fork();
    if (child == 0) {
        wk_arena arena = {0};
        close(STDERR_FILENO);
        wk_out_of_memory_tells(3, channel[1]);
        wk_arena_get(&arena, count, size);
        _exit(0);
    }
    close(channel[1]);
    const bool told = read(channel[0], &asked, sizeof asked) == sizeof asked;
    close(channel[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return told && WIFEXITED(status) && WEXITSTATUS(status) == 3 &&
           asked >= (double)count * (double)size;
}

static void requests_that_overflow_or_cannot_be_met_end_the_process(void **state) {
    (void)state;
    static const size_t count[] = {SIZE_MAX,     SIZE_MAX - 64,    SIZE_MAX - 100, SIZE_MAX / 8,
                                   SIZE_MAX / 2, SIZE_MAX / 8 + 1, (size_t)1 << 59};
    for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
        assert_true(ends(count[i], sizeof(double)));
        assert_true(ends(count[i], 16));
    }
    assert_true(ends(SIZE_MAX - 100, 1));
    assert_true(ends(SIZE_MAX - 200, 1));
    assert_false(ends(8, 8)); /* that a request that can be met does not */
}

static void asking_for_nothing_is_valid(void **state) {
    (void)state;
    wk_arena arena = {0};
    assert_non_null(wk_arena_get(&arena, 0, 8));
    assert_non_null(wk_arena_get(&arena, 8, 0));
    wk_arena_release(&arena);
}

static void texts_are_copied(void **state) {
    (void)state;
    wk_arena arena = {0};
    char source[] = "abcdef";
    char *text = wk_arena_text(&arena, source), *span = wk_arena_span(&arena, source, 3);
    char *made = wk_arena_printf(&arena, "%s=%d%%", source, 42);
    memset(source, 'x', 6);
    assert_string_equal(text, "abcdef");
    assert_string_equal(span, "abc");
    assert_string_equal(made, "abcdef=42%");
    assert_string_equal(wk_arena_text(&arena, ""), "");
    wk_arena_release(&arena);
}

/* ---- text ---- */

static void integers_are_read_strictly(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"7", 7},
                {"-12", -12},
                {"-0", 0},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      "01",
                                      "-01",
                                      "00",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x10",
                                      "0o17",
                                      "1_0",
                                      "--1",
                                      "yes",
                                      "1\n",
                                      "9223372036854775808",
                                      "１",
                                      "1,000"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = 99;
        assert_true(wk_text_integer(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value = 99;
        if (wk_text_integer(bad[i], &value) || value != 99)
            fail_msg("'%s' passed as an integer, or touched the value", bad[i]);
    }
}

static void reals_are_read_strictly(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},
                {"1.5", 1.5},
                {"-2.25", -2.25},
                {"1e3", 1000},
                {"1E3", 1000},
                {"2.5e-1", 0.25},
                {"1e+2", 100},
                {"007.5", 7.5},
                {"5.", 5},
                {".5", 0.5},
                {"-.5e1", -5},
                {"1e-400", 0},
                {"0.1", 0.1},
                {"4.9e-324", 0x1p-1074},
                {"1.7976931348623157e308", 1.7976931348623157e308}};
    static const char *const bad[] = {"",     "-",     ".",      "e5",    "1e",       "1e+",
                                      "inf",  "-inf",  "nan",    "NaN",   "infinity", "0x1p",
                                      "0x10", "1e999", "-1e999", " 1",    "1 ",       "+1",
                                      "1,5",  "1.5f",  "1..2",   "1e5.0", "true",     "--1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = 99;
        assert_true(wk_text_real(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 99;
        if (wk_text_real(bad[i], &value) || value != 99)
            fail_msg("'%s' passed as a real, or touched the value", bad[i]);
    }
}

static uint64_t next_word(uint64_t *x) { /* xorshift64 */
    *x ^= *x << 13;
    *x ^= *x >> 7;
    return *x ^= *x << 17;
}

static void every_double_survives_format_and_real(void **state) {
    (void)state;
    uint64_t x = 88172645463325252u;
    char out[32];
    for (int i = 0; i < 200000; i++) {
        const uint64_t bits = next_word(&x);
        double value, back = 0;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        assert_ptr_equal(wk_text_format(value, out), out);
        assert_true(strlen(out) < 32);
        assert_true(wk_text_real(out, &back));
        assert_memory_equal(&value, &back, sizeof value);
    }
    assert_string_equal(wk_text_format(0.1, out), "0.1");
    assert_string_equal(wk_text_format(64, out), "64");
    assert_string_equal(wk_text_format(1.0 / 3, out), "0.3333333333333333");
    assert_string_equal(wk_text_format(-0.0, out), "-0");
    assert_string_equal(wk_text_format(0x1p-1074, out), "4.94065645841247e-324");
    assert_string_equal(wk_text_format(0.1 + 0.2, out), "0.30000000000000004");
    assert_string_equal(wk_text_format(1e300, out), "1e+300");
    assert_string_equal(wk_text_format(INFINITY, out), "inf");
    assert_string_equal(wk_text_format(-INFINITY, out), "-inf");
    assert_string_equal(wk_text_format(-NAN, out), "nan");
}

static void wildcards_match_the_whole_text(void **state) {
    (void)state;
    static const struct {
        const char *glob, *text;
        bool matches;
    } cases[] = {{"", "", true},
                 {"", "a", false},
                 {"*", "", true},
                 {"*", "abc", true},
                 {"a*", "abc", true},
                 {"a*", "ba", false},
                 {"*c", "abc", true},
                 {"*c", "abcd", false},
                 {"a?c", "abc", true},
                 {"a?c", "ac", false},
                 {"?", "", false},
                 {"**a**", "bab", true},
                 {"*ab*ab", "abab", true},
                 {"*ab*ab", "ab", false},
                 {"a*b*c", "aXbYbZc", true},
                 {"abc", "abcd", false},
                 {"abcd", "abc", false},
                 {"a.c", "abc", false},
                 {"drift*", "drift", true},
                 {"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
                 {"[a]", "a", false},
                 {"[a]", "[a]", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (wk_text_match(cases[i].glob, cases[i].text) != cases[i].matches)
            fail_msg("'%s' on '%s' is not %d", cases[i].glob, cases[i].text, cases[i].matches);
}

static void the_nearest_word_is_offered_only_when_it_is_near(void **state) {
    (void)state;
    static const char *const words[] = {"width", "depth", "activation", "outputs", "constraint"};
    static const struct {
        const char *word, *nearest;
    } cases[] = {{"widht", "width"},          {"Width", "width"},    {"dept", "depth"},
                 {"activaton", "activation"}, {"output", "outputs"}, {"width", "width"},
                 {"temperature", NULL},       {"x", NULL},           {"", NULL},
                 {"zzzzzzzzzz", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = wk_text_nearest(cases[i].word, words, 5);
        if (cases[i].nearest)
            assert_string_equal(found, cases[i].nearest);
        else
            assert_null(found);
    }
    assert_null(wk_text_nearest("width", words, 0));
    const struct {
        const char *name;
        int other;
    } table[] = {{"depth", 1}, {"width", 2}};
    char hint[WK_TEXT_HINT];
    wk_text_hint_of("widht", table, 2, sizeof *table, hint);
    assert_string_equal(hint, " (did you mean 'width'?)");
    assert_string_equal(wk_text_hint_of("seed", table, 2, sizeof *table, hint), "");
    char endless[1001];
    memset(endless, 'w', 1000);
    endless[1000] = '\0';
    assert_null(wk_text_nearest(endless, words, 5));
}

static void a_shown_text_is_one_short_line(void **state) {
    (void)state;
    char out[WK_TEXT_SHOWN], letters[1000], rest[1000];
    assert_string_equal(wk_text_show("", out), "");
    assert_string_equal(wk_text_show("grün 'x'", out), "grün 'x'");
    assert_string_equal(wk_text_show("a\nb\tc\x1b[0m\x7f", out), "a?b?c?[0m?");
    memset(letters, 'w', sizeof letters);
    letters[40] = '\0';
    assert_string_equal(wk_text_show(letters, out), letters);
    letters[40] = 'w';
    letters[999] = '\0';
    assert_int_equal(strlen(wk_text_show(letters, out)), 40 + strlen("…"));
    for (size_t i = 0; i < 999; i += 3)
        memcpy(letters + i, "€", 3);
    wk_text_show(letters, out); /* cut between characters */
    assert_int_equal(strlen(out), 40 * 3 + strlen("…"));
    assert_string_equal(out + 40 * 3, "…");
    memset(rest, 0x80, sizeof rest); /* not UTF-8: continuation bytes alone */
    rest[999] = '\0';
    assert_true(strlen(wk_text_show(rest, out)) < WK_TEXT_SHOWN);
}

static void names_are_safe_as_file_names(void **state) {
    (void)state;
    static const char *const good[] = {"a", "cosine-constant", "A.b_c-1", "0x"};
    static const char *const bad[] = {"", ".", "..", ".a", "-a", "a/b", "a b", "a..b", "é", "a\n"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(wk_text_is_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(wk_text_is_name(bad[i]));
    char text[102];
    memset(text, 'a', 101);
    text[101] = '\0';
    assert_false(wk_text_is_name(text));
    text[100] = '\0';
    assert_true(wk_text_is_name(text));
}

/* ---- JSON ---- */

/* Is this what the writer makes of the value? */
static void assert_json(wk_value value, const char *expected) {
    char *out = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&out, &length);
    assert_non_null(stream);
    wk_json json = {.out = stream};
    wk_json_value(&json, NULL, &value);
    fclose(stream);
    assert_string_equal(out, expected);
    if (value.kind == WK_KIND_REAL && isfinite(value.real))
        assert_true(strtod(out, NULL) == value.real);
    free(out);
}

static void json_text_is_escaped_and_always_utf8(void **state) {
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"x\ny\tz\r", "\"x\\ny\\u0009z\\u000d\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""},
        {"ΔΘ ≤ 𝟙", "\"ΔΘ ≤ 𝟙\""},
        {"\xC0\x80", "\"\\ufffd\\ufffd\""},                       /* overlong NUL */
        {"\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\""},            /* a surrogate */
        {"\xE0\x9F\xBF", "\"\\ufffd\\ufffd\\ufffd\""},            /* overlong */
        {"\xF4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""}, /* above U+10FFFF */
        {"\xF0\x8F\xBF\xBF", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {"\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\""}, /* U+10FFFF itself */
        {"\xED\x9F\xBF\xEE\x80\x80", "\"\xED\x9F\xBF\xEE\x80\x80\""},
        {"\xE2\x82", "\"\\ufffd\\ufffd\""}, /* cut short */
        {"\xE2\x82z", "\"\\ufffd\\ufffdz\""},
        {"\xC3", "\"\\ufffd\""},
        {"\xF5\xFF\x80", "\"\\ufffd\\ufffd\\ufffd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_json(wk_value_text(cases[i].text), cases[i].json);
}

static void json_numbers_keep_their_value_or_become_null(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *json;
    } cases[] = {{0.1, "0.1"},    {-3, "-3"},         {1.0 / 3, "0.3333333333333333"},
                 {1e22, "1e+22"}, {-0.0, "-0.0"},     {INFINITY, "null"},
                 {NAN, "null"},   {-INFINITY, "null"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_json((wk_value){.kind = WK_KIND_REAL, .real = cases[i].value}, cases[i].json);
}

/* Commas, nesting and lines are the writer's. */
static void json_nests(void **state) {
    (void)state;
    char *out = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&out, &length);
    assert_non_null(stream);
    wk_json json = {.out = stream};
    wk_json_object(&json, NULL);
    wk_json_count(&json, "n", UINT64_MAX);
    wk_json_reals(&json, "none", NULL, 0);
    wk_json_reals(&json, "two", (const double[]){0.5, NAN}, 2);
    wk_json_line(&json, 0);
    wk_json_array(&json, "rows");
    wk_json_row(&json, 1);
    wk_json_end(&json);
    wk_json_row(&json, 1);
    wk_json_truth(&json, "last", true);
    wk_json_end(&json);
    wk_json_end(&json);
    wk_json_text(&json, "a\"b", NULL);
    wk_json_text_or_null(&json, "absent", NULL);
    wk_json_text_or_null(&json, "there", "");
    wk_json_end(&json);
    fclose(stream);
    assert_string_equal(out, "{\"n\":18446744073709551615,\"none\":[],\"two\":[0.5,null],\n"
                             "\"rows\":[\n {},\n {\"last\":true}],"
                             "\"a\\\"b\":\"\",\"absent\":null,\"there\":\"\"}\n");
    free(out);
}

/* ---- parameters and tables ---- */

static void a_bag_finds_every_key(void **state) {
    (void)state;
    const wk_bag bag = BAG({"train.step.size", "0.05"}, {"model.width", "64"}, {"a", "x"},
                           {"model.outputs", "-3"}, {"zeta", "1e3"}, {"model", "two words"});
    for (size_t i = 1; i < 6; i++)
        assert_true(strcmp(bag.pairs[i - 1].key, bag.pairs[i].key) < 0);
    assert_string_equal(wk_bag_find(&bag, "a"), "x");
    assert_string_equal(wk_bag_find(&bag, "zeta"), "1e3");
    assert_null(wk_bag_find(&bag, "model.widt"));
    assert_ptr_equal(wk_bag_pair(&bag, "zeta")->key, bag.pairs[5].key);
    assert_null(wk_bag_pair(&bag, "missing"));
    const wk_bag nothing = wk_bag_of(NULL, 0);
    assert_null(wk_bag_find(&nothing, "a"));
}

static void rows_and_variants_are_found_by_name(void **state) {
    (void)state;
    const wk_param rows[] = {
        {.name = "width"},
        {.name = "depth"},
    };
    const wk_variant variants[] = {{.name = "mixture"}, {.name = "idx"}};
    const wk_group group = {.variants = variants, .nvariants = 2};
    assert_ptr_equal(wk_param_find(rows, 2, "depth"), &rows[1]);
    assert_null(wk_param_find(rows, 1, "depth"));
    assert_ptr_equal(wk_variant_find(&group, "idx"), &variants[1]);
    assert_null(wk_variant_find(&group, "id"));
}

static void ends_have_names_and_come_back(void **state) {
    (void)state;
    for (int i = WK_END_OK; i <= WK_END_PENDING; i++) {
        wk_end end = WK_END_OK;
        assert_true(wk_end_parse(wk_end_name((wk_end)i), &end));
        assert_int_equal(end, i);
    }
    wk_end end = WK_END_CRASHED;
    assert_false(wk_end_parse("OK", &end) || wk_end_parse("", &end));
    assert_int_equal(end, WK_END_CRASHED);
    const wk_series series[] = {{.name = "loss"}, {.name = "ntk.change"}};
    const wk_row row = {.result.series = series, .result.nseries = 2};
    assert_ptr_equal(wk_row_series(&row, "ntk.change"), &series[1]);
    assert_null(wk_row_series(&row, "ntk"));
}

static void clocks_go_forward(void **state) {
    (void)state;
    const double wall = wk_clock_wall(), cpu = wk_clock_cpu();
    volatile double sink = 0;
    while (wk_clock_cpu() < cpu + 0.01)
        sink = sink + 1;
    assert_true(sink > 0 && wk_clock_wall() - wall >= 0.005);
    assert_true(wk_clock_wall() - wall < 60);
}

/* Without AddressSanitizer there is nobody to tell. */
#if defined __SANITIZE_ADDRESS__
static void what_lies_beyond_a_block_is_nobodys(void **state) {
    (void)state;
    wk_arena arena = {0};
    wk_error err = {0};
    const wk_arena_mark mark = wk_arena_here(&arena);
    assert_non_null(wk_arena_get(&arena, 1, 1));
    const wk_arena_mark second = wk_arena_here(&arena);
    for (size_t size = 1; size < 200; size++) {
        char *block = wk_arena_get(&arena, size, 1), *next = wk_arena_get(&arena, 1, 1);
        assert_null(__asan_region_is_poisoned(block, size));
        assert_true(__asan_address_is_poisoned(block + size));
        assert_true(__asan_address_is_poisoned(next - 1));
        wk_arena_reset(&arena, second);
        assert_true(__asan_address_is_poisoned(block) && __asan_address_is_poisoned(next));
    }
    wk_arena_reset(&arena, mark);
    wk_arena_release(&arena);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
#if defined __SANITIZE_ADDRESS__
        cmocka_unit_test(what_lies_beyond_a_block_is_nobodys),
#endif
        cmocka_unit_test(a_message_may_be_made_from_itself),
        cmocka_unit_test(a_message_too_long_is_cut_not_overrun),
        cmocka_unit_test(bugs_abort_in_every_build),
        cmocka_unit_test(blocks_are_aligned_and_zeroed),
#if !defined __SANITIZE_ADDRESS__
        cmocka_unit_test(small_blocks_stand_close),
#endif
        cmocka_unit_test(blocks_do_not_overlap),
        cmocka_unit_test(reset_gives_back_what_came_after_the_mark_alone),
        cmocka_unit_test(requests_that_overflow_or_cannot_be_met_end_the_process),
        cmocka_unit_test(asking_for_nothing_is_valid),
        cmocka_unit_test(an_array_that_grows_keeps_its_entries),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(integers_are_read_strictly),
        cmocka_unit_test(reals_are_read_strictly),
        cmocka_unit_test(every_double_survives_format_and_real),
        cmocka_unit_test(wildcards_match_the_whole_text),
        cmocka_unit_test(a_shown_text_is_one_short_line),
        cmocka_unit_test(the_nearest_word_is_offered_only_when_it_is_near),
        cmocka_unit_test(names_are_safe_as_file_names),
        cmocka_unit_test(json_text_is_escaped_and_always_utf8),
        cmocka_unit_test(json_numbers_keep_their_value_or_become_null),
        cmocka_unit_test(json_nests),
        cmocka_unit_test(a_bag_finds_every_key),
        cmocka_unit_test(rows_and_variants_are_found_by_name),
        cmocka_unit_test(ends_have_names_and_come_back),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
