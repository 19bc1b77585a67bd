/* run/store.h: what is put in comes out, what is damaged does not, and only one may write. */
#include "run/store.h"

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

static const char record[] = "{\"status\":\"ok\",\"reason\":\"\",\"metrics\":[{\"name\":\"loss\","
                             "\"indexed\":false,\"at\":[0],"
                             "\"value\":[0.25]}],\"stages\":[]}";

static char folder[64];

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/widecheck-store-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static wk_store *opened(wk_store_mode mode) {
    wk_store *store = NULL;
    wk_error err = {0};
    if (wk_store_open(folder, mode, &store, &err) != WK_OK)
        fail_msg("%s", err.message);
    return store;
}

static void fill(wk_store *store, size_t cells) {
    wk_pair pairs[] = {{"model.width", "64"}};
    const wk_bag params = wk_bag_of(pairs, 1);
    assert_int_equal(wk_store_begin(store, NULL), WK_OK);
    assert_int_equal(wk_store_plan_clear(store, NULL), WK_OK);
    char count[24];
    snprintf(count, sizeof count, "%zu", cells);
    assert_int_equal(wk_store_put(store, "plan.cells", count, NULL), WK_OK);
    for (size_t i = 0; i < cells; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %zu", i);
        const wk_hash key = wk_hash_text(name);
        assert_int_equal(wk_store_plan_add(store, i, &key, "drift", &params, i + 1, NULL), WK_OK);
    }
    assert_int_equal(wk_store_commit(store, NULL), WK_OK);
    const wk_hash key = wk_hash_text("cell 0");
    const wk_store_cell cell = {
        .end = WK_END_OK, .reason = "", .record = record, .wall_s = 2, .cpu_s = 1, .peak_bytes = 7};
    assert_int_equal(wk_store_put_cell(store, &key, &cell, NULL), WK_OK);
}

static void a_plan_comes_back_with_its_results(void **state) {
    (void)state;
    wk_store *store = opened(WK_STORE_WRITE);
    fill(store, 2);
    wk_store_close(store);
    store = opened(WK_STORE_READ);
    wk_arena arena = {0};
    wk_table table;
    assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
    assert_int_equal(table.n, 2);
    assert_int_equal(table.rows[0].status, WK_END_OK);
    assert_true(table.rows[0].series[0].value[0] == 0.25);
    assert_true(table.rows[0].peak_bytes == 7 && table.rows[0].wall_s == 2 &&
                table.rows[0].cpu_s == 1);
    assert_int_equal(table.rows[1].status, WK_END_PENDING);
    assert_int_equal(table.rows[1].seed, 2);
    assert_string_equal(wk_bag_find(&table.rows[1].params, "model.width"), "64");
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void damage(const char *sql) {
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

static void a_changed_record_is_never_believed(void **state) {
    (void)state;
    const char *const damages[] = {
        "UPDATE cell SET record = replace(record, '0.25', '0.35')",
        "UPDATE cell SET status = 'diverged'",
        "UPDATE cell SET reason = 'x'",
        "UPDATE cell SET wall_s = 0.125",
        "UPDATE cell SET cpu_s = cpu_s + 1",
        "UPDATE cell SET peak_bytes = 8",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        wk_store *store = opened(WK_STORE_WRITE);
        fill(store, 1);
        wk_store_close(store);
        damage(damages[i]);
        store = opened(WK_STORE_READ);
        const wk_hash key = wk_hash_text("cell 0");
        bool has = true;
        assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
        assert_false(has);
        wk_arena arena = {0};
        wk_table table;
        assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
        assert_int_equal(table.rows[0].status, WK_END_FAILED);
        assert_int_equal(table.rows[0].nseries, 0);
        wk_arena_release(&arena);
        wk_store_close(store);
    }
}

static void a_changed_plan_or_fact_is_refused(void **state) {
    (void)state;
    const char *const damages[] = {
        "UPDATE plan SET params = replace(params, '64', '65')",
        "UPDATE plan SET experiment = 'drifu'",
        "UPDATE plan SET seed = '2'",
        "DELETE FROM plan",
        "UPDATE fact SET value = '2' WHERE key = 'plan.cells'",
        "UPDATE fact SET key = 'plan.cellt' WHERE key = 'plan.cells'",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        wk_store *store = opened(WK_STORE_WRITE);
        fill(store, 1);
        wk_store_close(store);
        damage(damages[i]);
        store = opened(WK_STORE_READ);
        wk_arena arena = {0};
        wk_error err = {0};
        wk_table table;
        assert_int_equal(wk_store_table(store, &arena, &table, &err), WK_CANNOT);
        assert_non_null(strstr(err.message, "damaged"));
        wk_arena_release(&arena);
        wk_store_close(store);
    }
}

/* The page with the first rows of a table, or of an index, in the store's file. */
static long page_of(const char *name) {
    char path[128], sql[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/store.db", folder);
    snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_master WHERE name = '%s'", name);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const long page = 4096 * (sqlite3_column_int64(statement, 0) - 1);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return page;
}

/* A page's rows are found by pointers of two bytes: the second is made the first once more. */
static void show_first_row_twice(const char *table) {
    char path[128];
    unsigned char head[10];
    snprintf(path, sizeof path, "%s/store.db", folder);
    const long page = page_of(table);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, page, SEEK_SET), 0);
    assert_int_equal(fread(head, sizeof head, 1, file), 1);
    assert_int_equal(head[0], 13); /* a leaf of a table */
    assert_true(head[4] > 1);      /* of rows */
    assert_int_equal(fseek(file, page + 10, SEEK_SET), 0);
    assert_int_equal(fwrite(head + 8, 2, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}

static void a_row_of_the_plan_that_is_there_twice_is_refused(void **state) {
    (void)state;
    wk_store *store = opened(WK_STORE_WRITE);
    fill(store, 3);
    wk_store_close(store);
    show_first_row_twice("plan");
    store = opened(WK_STORE_READ);
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
    wk_store *store = opened(WK_STORE_WRITE);
    assert_int_equal(wk_store_put(store, "plan.cells", "10", NULL), WK_OK);
    for (size_t i = 0; i < N; i++) {
        char name[16];
        snprintf(name, sizeof name, "cell %zu", i);
        const wk_hash key = wk_hash_text(name);
        wk_pair pairs[] = {{"a.width", cells[i].width}, {"b.depth", cells[i].depth}};
        const wk_bag params = wk_bag_of(pairs, cells[i].depth ? 2 : 1);
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
    wk_store *store = opened(WK_STORE_WRITE);
    fill(store, 1);
    assert_int_equal(wk_store_begin(store, NULL), WK_OK);
    assert_int_equal(wk_store_plan_clear(store, NULL), WK_OK);
    assert_int_equal(wk_store_put(store, "suite.text", "new", NULL), WK_OK);
    wk_store_close(store);
    store = opened(WK_STORE_READ);
    wk_arena arena = {0};
    wk_table table;
    const char *text = NULL;
    assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
    assert_int_equal(table.n, 1);
    assert_int_equal(wk_store_get(store, "suite.text", &text, &arena, NULL), WK_OK);
    assert_null(text);
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void a_failed_cell_is_no_result(void **state) {
    (void)state;
    wk_store *store = opened(WK_STORE_WRITE);
    fill(store, 1);
    const wk_hash key = wk_hash_text("cell 0");
    const wk_store_cell cell = {.end = WK_END_CRASHED, .reason = "killed by signal 11"};
    assert_int_equal(wk_store_put_cell(store, &key, &cell, NULL), WK_OK);
    bool has = true;
    assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
    assert_false(has);
    wk_store_close(store);
}

static void a_second_writer_is_refused_and_told_who(void **state) {
    (void)state;
    wk_store *store = opened(WK_STORE_WRITE), *second = NULL;
    wk_error err = {0};
    assert_int_equal(wk_store_open(folder, WK_STORE_WRITE, &second, &err), WK_BAD_INPUT);
    char pid[32];
    snprintf(pid, sizeof pid, "pid %ld", (long)getpid());
    assert_non_null(strstr(err.message, pid));
    wk_store_close(store);
    store = opened(WK_STORE_WRITE);
    wk_store_close(store);
}

/* ---- versions ---- */

static wk_hash hash_of(const char *const *parts, size_t n) {
    char joined[5 * WK_HASH_SIZE] = "";
    for (size_t i = 0; i < n; i++)
        strcat(joined, wk_hash_text(parts[i]).hex);
    return wk_hash_text(joined);
}

/* A store as it was written before hashes covered times and memory: two cells, the second damaged.
 */
static void make_first_schema(void) {
    char path[128], sql[4096];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    const char *const fact[] = {"plan.cells", "2"};
    int used = snprintf(
        sql, sizeof sql,
        "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL, sha256 TEXT NOT NULL)"
        " WITHOUT ROWID; CREATE TABLE plan(position INTEGER PRIMARY KEY, key TEXT NOT NULL,"
        " experiment TEXT NOT NULL, params TEXT NOT NULL, seed TEXT NOT NULL, sha256 TEXT NOT"
        " NULL); CREATE TABLE cell(key TEXT PRIMARY KEY, status TEXT NOT NULL, reason TEXT NOT"
        " NULL, record TEXT, sha256 TEXT NOT NULL, wall_s REAL, cpu_s REAL, peak_bytes REAL)"
        " WITHOUT ROWID; PRAGMA application_id=%d; PRAGMA user_version=1;"
        " INSERT INTO fact VALUES('plan.cells', '2', '%s');",
        0x77636b31, hash_of(fact, 2).hex);
    for (int i = 0; i < 2; i++) {
        const char *const place = i ? "1" : "0", *const seed = i ? "2" : "1";
        const wk_hash key = wk_hash_text(i ? "cell 1" : "cell 0");
        const char *const plan[] = {place, key.hex, "drift", "model.width=64\n", seed};
        const char *const cell[] = {key.hex, i ? "diverged" : "ok", "", record};
        used += snprintf(
            sql + used, sizeof sql - (size_t)used,
            "INSERT INTO plan VALUES(%s, '%s', 'drift', 'model.width=64\n', '%s', '%s');"
            "INSERT INTO cell VALUES('%s', 'ok', '', '%s', '%s', 0.25, 0.1, 3e7);",
            place, key.hex, seed, hash_of(plan, 5).hex, key.hex, record, hash_of(cell, 4).hex);
    }
    assert_true((size_t)used < sizeof sql);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int version_of_store(void) {
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/store.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return version;
}

static void check_first_schema(wk_store *store, wk_end second) {
    wk_arena arena = {0};
    wk_table table;
    wk_error err = {0};
    if (wk_store_table(store, &arena, &table, &err) != WK_OK)
        fail_msg("%s", err.message);
    assert_int_equal(table.n, 2);
    assert_int_equal(table.rows[0].status, WK_END_OK);
    assert_true(table.rows[0].series[0].value[0] == 0.25 && table.rows[0].peak_bytes == 3e7);
    assert_int_equal(table.rows[1].status, second);
    assert_int_equal(table.rows[1].nseries, 0);
    for (int i = 0; i < 2; i++) {
        const wk_hash key = wk_hash_text(i ? "cell 1" : "cell 0");
        bool has = false;
        assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
        assert_int_equal(has, i == 0);
    }
    wk_arena_release(&arena);
}

static void an_older_store_is_read_as_it_is(void **state) {
    (void)state;
    make_first_schema();
    wk_store *store = opened(WK_STORE_READ);
    check_first_schema(store, WK_END_FAILED);
    wk_store_close(store);
    assert_int_equal(version_of_store(), 1);
}

static void an_older_store_is_brought_up_to_date_to_be_written(void **state) {
    (void)state;
    make_first_schema();
    wk_store *store = opened(WK_STORE_WRITE);
    check_first_schema(store, WK_END_PENDING);
    wk_store_close(store);
    assert_int_equal(version_of_store(), 2);
    for (int i = 0; i < 2; i++) { /* and so it stays */
        store = opened(i ? WK_STORE_READ : WK_STORE_WRITE);
        check_first_schema(store, WK_END_PENDING);
        wk_store_close(store);
    }
    damage("UPDATE cell SET wall_s = 0.5");
    store = opened(WK_STORE_READ);
    wk_arena arena = {0};
    wk_table table;
    assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
    assert_int_equal(table.rows[0].status, WK_END_FAILED);
    wk_arena_release(&arena);
    wk_store_close(store);
}

static void *write_as_soon_as_possible(void *store) {
    return wk_store_put(store, "a", "new", NULL) == WK_OK ? NULL : store;
}

static void what_is_read_at_once_is_of_one_moment(void **state) {
    (void)state;
    wk_store *writer = opened(WK_STORE_WRITE);
    fill(writer, 1);
    assert_int_equal(wk_store_put(writer, "a", "old", NULL), WK_OK);
    wk_store *reader = opened(WK_STORE_READ);
    wk_arena arena = {0};
    const char *value = NULL;
    assert_int_equal(wk_store_hold(reader, NULL), WK_OK);
    assert_int_equal(wk_store_get(reader, "a", &value, &arena, NULL), WK_OK);
    assert_string_equal(value, "old");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_as_soon_as_possible, writer), 0);
    usleep(200000);
    assert_int_equal(wk_store_get(reader, "a", &value, &arena, NULL), WK_OK);
    assert_string_equal(value, "old");
    assert_int_equal(wk_store_let_go(reader, NULL), WK_OK);
    void *failed = writer;
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
    assert_int_equal(wk_store_get(reader, "a", &value, &arena, NULL), WK_OK);
    assert_string_equal(value, "new");
    wk_arena_release(&arena);
    wk_store_close(reader);
    wk_store_close(writer);
}

static void a_store_of_a_newer_schema_is_refused(void **state) {
    (void)state;
    wk_store *store = opened(WK_STORE_WRITE);
    wk_store_close(store);
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    for (int mode = WK_STORE_READ; mode <= WK_STORE_WRITE; mode++) {
        wk_error err = {0};
        assert_int_equal(wk_store_open(folder, (wk_store_mode)mode, &store, &err), WK_BAD_INPUT);
        assert_non_null(strstr(err.message, "newer widecheck: it has schema 99"));
    }
    assert_int_equal(version_of_store(), 99);
}

static bool exists(const char *name) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void temporary_files_go_with_the_process_that_wrote_them(void **state) {
    (void)state;
    wk_store_close(opened(WK_STORE_WRITE));
    char mine[64], path[160];
    snprintf(mine, sizeof mine, "report.md.tmp-%ld", (long)getpid());
    const char *const names[] = {mine, "report.md.tmp-99999999", "report.md.tmp-x"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
    }
    wk_store_close(opened(WK_STORE_WRITE));
    assert_true(exists(mine) && exists(names[2]));
    assert_false(exists(names[1]));
}

static void a_fact_can_be_replaced_and_removed(void **state) {
    (void)state;
    wk_store *store = opened(WK_STORE_WRITE);
    wk_arena arena = {0};
    const char *value = NULL;
    assert_int_equal(wk_store_put(store, "k", "one", NULL), WK_OK);
    assert_int_equal(wk_store_put(store, "k", "two", NULL), WK_OK);
    assert_int_equal(wk_store_get(store, "k", &value, &arena, NULL), WK_OK);
    assert_string_equal(value, "two");
    assert_int_equal(wk_store_put(store, "k", NULL, NULL), WK_OK);
    assert_int_equal(wk_store_get(store, "k", &value, &arena, NULL), WK_OK);
    assert_null(value);
    wk_arena_release(&arena);
    wk_store_close(store);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

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
        CASE(a_store_of_a_newer_schema_is_refused),
        CASE(an_older_store_is_read_as_it_is),
        CASE(an_older_store_is_brought_up_to_date_to_be_written),
        CASE(what_is_read_at_once_is_of_one_moment),
        CASE(temporary_files_go_with_the_process_that_wrote_them),
        CASE(a_fact_can_be_replaced_and_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
