/* run/store.h: what is put in comes out, what is damaged does not, and only one may write. */
#include "store_support.h"
#include "typed.h"

#include "base/clock.h"
#include "run/write_queue.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

/* The text of a fact; NULL if it is not there. */
static const char *fact(wk_store *store, const char *key, wk_arena *arena) {
    wk_bag facts;
    assert_int_equal(wk_store_facts(store, arena, &facts, NULL), WK_OK);
    return wk_bag_find(&facts, key);
}

static void a_plan_comes_back_with_its_results(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE);
    store_fill(store, 2);
    wk_store_close(store);
    store = store_opened(WK_STORE_READ);
    wk_arena arena = {0};
    wk_table table;
    assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
    assert_int_equal(table.n, 2);
    assert_int_equal(table.rows[0].result.end, WK_END_OK);
    assert_true(table.rows[0].result.series[0].value[0] == 0.25);
    assert_true(table.rows[0].result.peak_bytes == 7 && table.rows[0].result.wall_s == 2 &&
                table.rows[0].result.cpu_s == 1);
    assert_int_equal(table.rows[1].result.end, WK_END_PENDING);
    assert_int_equal(table.rows[1].seed, 2);
    assert_string_equal(wk_bag_find(&table.rows[1].params, "model.width"), "64");
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void a_changed_record_is_never_believed(void **state) {
    (void)state;
    const char *const damages[] = {
        "UPDATE cell SET record = zeroblob(length(record))",
        "UPDATE cell SET record = substr(record, 1, length(record) - 1)",
        "UPDATE cell SET record = NULL",
        "UPDATE cell SET status = 'diverged'",
        "UPDATE cell SET reason = 'x'",
        "UPDATE cell SET wall_s = 0.125",
        "UPDATE cell SET cpu_s = cpu_s + 1",
        "UPDATE cell SET peak_bytes = 8",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        wk_store *store = store_opened(WK_STORE_WRITE);
        store_fill(store, 1);
        wk_store_close(store);
        store_damage(damages[i]);
        store = store_opened(WK_STORE_READ);
        const wk_hash key = wk_hash_text("cell 0");
        bool has = true;
        assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
        assert_false(has);
        wk_arena arena = {0};
        wk_table table;
        assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
        assert_int_equal(table.rows[0].result.end, WK_END_FAILED);
        assert_int_equal(table.rows[0].result.nseries, 0);
        wk_arena_release(&arena);
        wk_store_close(store);
    }
}

static void a_changed_plan_or_fact_is_refused(void **state) {
    (void)state;
    const char *const damages[] = {
        "UPDATE plan SET params = 'model.width=65\n'",
        "UPDATE plan SET experiment = 'drifu'",
        "UPDATE plan SET seed = '2'",
        "DELETE FROM plan",
        "UPDATE fact SET value = '2' WHERE key = 'plan.cells'",
        "UPDATE fact SET key = 'plan.cellt' WHERE key = 'plan.cells'",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        wk_store *store = store_opened(WK_STORE_WRITE);
        store_fill(store, 1);
        wk_store_close(store);
        store_damage(damages[i]);
        store = store_opened(WK_STORE_READ);
        wk_arena arena = {0};
        wk_error err = {0};
        wk_table table;
        assert_int_equal(wk_store_table(store, &arena, &table, &err), WK_CANNOT);
        assert_non_null(strstr(err.message, "damaged"));
        wk_arena_release(&arena);
        wk_store_close(store);
    }
}

static void a_row_of_the_plan_that_is_there_twice_is_refused(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE);
    store_fill(store, 3);
    wk_store_close(store);
    store_show_rows("plan", 0, 0);
    store = store_opened(WK_STORE_READ);
    wk_arena arena = {0};
    wk_error err = {0};
    wk_table table;
    assert_int_equal(wk_store_table(store, &arena, &table, &err), WK_CANNOT);
    assert_non_null(strstr(err.message, "damaged"));
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void cells_that_differ_in_their_seed_alone_share_their_parameters(void **state) {
    (void)state;
    static const struct {
        const char *experiment, *width, *depth; /* depth NULL: not there */
        bool shared;                            /* with the one before */
    } cells[] = {
        {"drift", "64", "2", false}, {"drift", "64", "2", true},   {"other", "64", "2", true},
        {"other", "6", "2", false},  {"other", "64", "2", false},  {"other", "64", "23", false},
        {"other", "64", "2", false}, {"other", "64", NULL, false}, {"other", "64", "2", false},
        {"other", "64", "2", true},
    };
    enum { N = sizeof cells / sizeof *cells };
    wk_store *store = store_opened(WK_STORE_WRITE);
    assert_int_equal(wk_store_put(store, "plan.cells", wk_value_text("10"), NULL), WK_OK);
    for (size_t i = 0; i < N; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %zu", i);
        const wk_hash key = wk_hash_text(name);
        const wk_bag params = cells[i].depth
                                  ? BAG({"a.width", cells[i].width}, {"b.depth", cells[i].depth})
                                  : BAG({"a.width", cells[i].width});
        assert_int_equal(
            wk_store_plan_add(store, i, &key, cells[i].experiment, &params, i + 1, NULL), WK_OK);
    }
    wk_arena arena = {0};
    wk_table table;
    assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
    assert_int_equal(table.n, N);
    for (size_t i = 0; i < N; i++) {
        const wk_row *row = &table.rows[i];
        const char *depth = wk_bag_find(&row->params, "b.depth");
        assert_string_equal(row->experiment, cells[i].experiment);
        assert_string_equal(wk_bag_find(&row->params, "a.width"), cells[i].width);
        assert_int_equal(depth != NULL, cells[i].depth != NULL);
        assert_true(!depth || strcmp(depth, cells[i].depth) == 0);
        assert_true(row->seed == i + 1);
        assert_int_equal(i > 0 && row->params.pairs == row[-1].params.pairs, cells[i].shared);
    }
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void what_is_not_committed_is_not_there(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE);
    store_fill(store, 1);
    assert_int_equal(wk_store_begin(store, NULL), WK_OK);
    assert_int_equal(wk_store_plan_clear(store, NULL), WK_OK);
    assert_int_equal(wk_store_put(store, "suite.text", wk_value_text("new"), NULL), WK_OK);
    wk_store_close(store);
    store = store_opened(WK_STORE_READ);
    wk_arena arena = {0};
    wk_table table;
    assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
    assert_int_equal(table.n, 1);
    assert_null(fact(store, "suite.text", &arena));
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void a_failed_cell_is_no_result(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE);
    store_fill(store, 1);
    const wk_hash key = wk_hash_text("cell 0");
    const wk_store_cell cell = {.result = {.end = WK_END_CRASHED, .reason = "killed by signal 11"}};
    assert_int_equal(wk_store_put_cell(store, &key, &cell, NULL), WK_OK);
    bool has = true;
    assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
    assert_false(has);
    wk_store_close(store);
}

static void a_second_writer_is_refused_and_told_who(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE), *second = NULL;
    wk_error err = {0};
    assert_int_equal(wk_store_open(store_folder, WK_STORE_WRITE, &second, &err), WK_BAD_INPUT);
    char pid[32];
    snprintf(pid, sizeof pid, "pid %ld", (long)getpid());
    assert_non_null(strstr(err.message, pid));
    wk_store_close(store);
    store = store_opened(WK_STORE_WRITE);
    wk_store_close(store);
}

static void *write_as_soon_as_possible(void *store) {
    return wk_store_put(store, "a", wk_value_text("new"), NULL) == WK_OK ? NULL : store;
}

static void what_is_read_at_once_is_of_one_moment(void **state) {
    (void)state;
    wk_store *writer = store_opened(WK_STORE_WRITE);
    store_fill(writer, 1);
    assert_int_equal(wk_store_put(writer, "a", wk_value_text("old"), NULL), WK_OK);
    wk_store *reader = store_opened(WK_STORE_READ);
    wk_arena arena = {0};
    assert_int_equal(wk_store_hold(reader, NULL), WK_OK);
    assert_string_equal(fact(reader, "a", &arena), "old");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_as_soon_as_possible, writer), 0);
    usleep(200000);
    assert_string_equal(fact(reader, "a", &arena), "old");
    assert_int_equal(wk_store_commit(reader, NULL), WK_OK);
    void *failed = writer;
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
    assert_string_equal(fact(reader, "a", &arena), "new");
    wk_arena_release(&arena);
    wk_store_close(reader);
    wk_store_close(writer);
}

static bool exists(const char *name) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", store_folder, name);
    return access(path, F_OK) == 0;
}

static void temporary_files_go_with_the_process_that_wrote_them(void **state) {
    (void)state;
    wk_store_close(store_opened(WK_STORE_WRITE));
    char mine[64], path[160];
    snprintf(mine, sizeof mine, "report.md.tmp-%ld", (long)getpid());
    const char *const names[] = {mine, "report.md.tmp-99999999", "report.md.tmp-x"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", store_folder, names[i]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
    }
    wk_store_close(store_opened(WK_STORE_WRITE));
    assert_true(exists(mine) && exists(names[2]));
    assert_false(exists(names[1]));
}

static void facts_keep_their_types_and_can_be_replaced_and_removed(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE);
    wk_arena arena = {0};
    const wk_value values[] = {wk_value_text("007"), wk_value_integer(-7, &arena),
                               wk_value_real(0.1, &arena), wk_value_real(7, &arena),
                               wk_value_truth(true)};
    enum { N = sizeof values / sizeof *values };
    const char *const keys[N] = {"a", "a.b", "b", "c", "d"};
    assert_int_equal(wk_store_put(store, "a", wk_value_truth(false), NULL), WK_OK);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(wk_store_put(store, keys[i], values[i], NULL), WK_OK);
    wk_bag facts;
    assert_int_equal(wk_store_facts(store, &arena, &facts, NULL), WK_OK);
    assert_int_equal(facts.n, N);
    for (size_t i = 0; i < N; i++) {
        const wk_value *found = &facts.pairs[i].value;
        assert_string_equal(facts.pairs[i].key, keys[i]);
        assert_string_equal(found->text, values[i].text);
        assert_int_equal(found->kind, values[i].kind);
    }
    assert_true(facts.pairs[1].value.integer == -7 && facts.pairs[2].value.real == 0.1 &&
                facts.pairs[4].value.truth);
    assert_int_equal(wk_store_drop(store, "a", NULL), WK_OK);
    assert_null(fact(store, "a", &arena));
    assert_null(fact(store, "a.b", &arena));
    assert_string_equal(fact(store, "b", &arena), "0.1");
    wk_arena_release(&arena);
    wk_store_close(store);
}

/* ---- results on their way ---- */

static void put_waiting(wk_write_queue *outbox, const char *name) {
    const wk_hash key = wk_hash_text(name);
    const wk_store_cell cell = store_cell();
    wk_write_queue_put(outbox, &key, &cell);
}

static bool is_stored(wk_store *store, const char *name) {
    const wk_hash key = wk_hash_text(name);
    bool has = false;
    assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
    return has;
}

static void a_result_waits_for_what_the_last_cost_and_two_seconds_at_most(void **state) {
    (void)state;
    static const struct {
        double cost_s, since_s; /* of what was written last, and how long ago */
        bool due;
    } cases[] = {
        {0, 0, true},        /* the first */
        {0.001, 0.1, false}, /* 1 % of the time */
        {0.001, 0.4, true},  /* a quarter of that */
        {0.1, 1.5, false},   /* a slow disk */
        {0.1, 2.1, true},
    };
    wk_store *store = store_opened(WK_STORE_WRITE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wk_write_queue outbox = {.store = store,
                                 .cost_s = cases[i].cost_s,
                                 .written = wk_clock_wall() - cases[i].since_s};
        char names[2][32];
        for (int k = 0; k < 2; k++) {
            snprintf(names[k], sizeof names[k], "case %zu, %d", i, k);
            put_waiting(&outbox, names[k]);
        }
        assert_int_equal(wk_write_queue_due(&outbox), cases[i].due);
        for (int k = 0; k < 2; k++)
            assert_false(is_stored(store, names[k]));
        assert_int_equal(wk_write_queue_flush(&outbox, 0.1, NULL), WK_OK);
        for (int k = 0; k < 2; k++)
            assert_true(is_stored(store, names[k]));
        assert_false(wk_write_queue_due(&outbox)); /* nothing waits */
        wk_write_queue_release(&outbox);
    }
    wk_store_close(store);
}

static void results_wait_on_while_somebody_reads(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE), *reader = store_opened(WK_STORE_READ);
    wk_write_queue outbox = {.store = store};
    put_waiting(&outbox, "first");
    assert_int_equal(wk_store_hold(reader, NULL), WK_OK);
    assert_int_equal(wk_write_queue_flush(&outbox, 0.1, NULL), WK_OK);
    assert_true(wk_store_was_busy(store));
    assert_false(wk_store_in_transaction(store)); /* others may go on reading */
    assert_false(is_stored(store, "first"));
    assert_false(wk_write_queue_due(&outbox)); /* it is not tried again at once */
    put_waiting(&outbox, "second");
    assert_int_equal(wk_store_commit(reader, NULL), WK_OK);
    assert_int_equal(wk_write_queue_flush(&outbox, 0.1, NULL), WK_OK);
    assert_true(is_stored(store, "first"));
    assert_true(is_stored(store, "second"));
    wk_write_queue_release(&outbox);
    wk_store_close(reader);
    wk_store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(a_plan_comes_back_with_its_results),
        CASE(a_changed_record_is_never_believed),
        CASE(a_changed_plan_or_fact_is_refused),
        CASE(a_row_of_the_plan_that_is_there_twice_is_refused),
        CASE(cells_that_differ_in_their_seed_alone_share_their_parameters),
        CASE(what_is_not_committed_is_not_there),
        CASE(a_failed_cell_is_no_result),
        CASE(a_second_writer_is_refused_and_told_who),
        CASE(what_is_read_at_once_is_of_one_moment),
        CASE(temporary_files_go_with_the_process_that_wrote_them),
        CASE(facts_keep_their_types_and_can_be_replaced_and_removed),
        CASE(a_result_waits_for_what_the_last_cost_and_two_seconds_at_most),
        CASE(results_wait_on_while_somebody_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
