/* run/store_schema.c: older stores are read, and brought up to date to be written; and an index
 * that is damaged can neither hand out another cell's result nor cost one. */
#include "store_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

/* ---- versions ---- */

static wk_hash hash_of(const char *const *parts, size_t n) {
    char joined[7 * WK_HASH_SIZE] = "";
    for (size_t i = 0; i < n; i++)
        strcat(joined, wk_hash_text(parts[i]).hex);
    return wk_hash_text(joined);
}

/* A store as it was written when cells lay in the order of their keys, and in schema 1 hashes did
 * not cover times and memory: two cells, the second damaged. */
static void make_older(int schema) {
    char path[128], sql[4096];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    const char *const fact[] = {"plan.cells", "2"};
    int used = snprintf(
        sql, sizeof sql,
        "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL, sha256 TEXT NOT NULL)"
        " WITHOUT ROWID; CREATE TABLE plan(position INTEGER PRIMARY KEY, key TEXT NOT NULL,"
        " experiment TEXT NOT NULL, params TEXT NOT NULL, seed TEXT NOT NULL, sha256 TEXT NOT"
        " NULL); CREATE TABLE cell(key TEXT PRIMARY KEY, status TEXT NOT NULL, reason TEXT NOT"
        " NULL, record TEXT, sha256 TEXT NOT NULL, wall_s REAL, cpu_s REAL, peak_bytes REAL)"
        " WITHOUT ROWID; PRAGMA application_id=%d; PRAGMA user_version=%d;"
        " INSERT INTO fact VALUES('plan.cells', '2', '%s');",
        0x77636b31, schema, hash_of(fact, 2).hex);
    for (int i = 0; i < 2; i++) {
        const char *const place = i ? "1" : "0", *const seed = i ? "2" : "1";
        const wk_hash key = wk_hash_text(i ? "cell 1" : "cell 0");
        const char *const plan[] = {place, key.hex, "drift", "model.width=64\n", seed};
        const char *const cell[] = {
            key.hex, i ? "diverged" : "ok", "", store_former_record, "0.25", "0.1", "30000000"};
        used +=
            snprintf(sql + used, sizeof sql - (size_t)used,
                     "INSERT INTO plan VALUES(%s, '%s', 'drift', 'model.width=64\n', '%s', '%s');"
                     "INSERT INTO cell VALUES('%s', 'ok', '', '%s', '%s', 0.25, 0.1, 3e7);",
                     place, key.hex, seed, hash_of(plan, 5).hex, key.hex, store_former_record,
                     hash_of(cell, schema == 1 ? 4 : 7).hex);
    }
    assert_true((size_t)used < sizeof sql);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void remove_file(void) {
    char path[128];
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(unlink(path), 0);
}

static int version_of_store(void) {
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return version;
}

static void check_older(wk_store *store, wk_end second) {
    wk_arena arena = {0};
    wk_table table;
    wk_error err = {0};
    if (wk_store_table(store, &arena, &table, &err) != WK_OK)
        fail_msg("%s", err.message);
    assert_int_equal(table.n, 2);
    assert_int_equal(table.rows[0].result.end, WK_END_OK);
    assert_true(table.rows[0].result.series[0].value[0] == 0.25 &&
                table.rows[0].result.peak_bytes == 3e7);
    assert_int_equal(table.rows[1].result.end, second);
    assert_int_equal(table.rows[1].result.nseries, 0);
    for (int i = 0; i < 2; i++) {
        const wk_hash key = wk_hash_text(i ? "cell 1" : "cell 0");
        bool has = false;
        assert_int_equal(wk_store_has(store, &key, &has, NULL), WK_OK);
        assert_int_equal(has, i == 0);
        const wk_pair *width = wk_bag_pair(&table.rows[i].params, "model.width");
        assert_true(width->value.kind == WK_KIND_INTEGER && width->value.integer == 64);
    }
    wk_arena_release(&arena);
}

static void an_older_store_is_read_as_it_is(void **state) {
    (void)state;
    for (int schema = 1; schema <= 3; schema++) {
        make_older(schema);
        wk_store *store = store_opened(WK_STORE_READ);
        check_older(store, WK_END_FAILED);
        wk_store_close(store);
        assert_int_equal(version_of_store(), schema);
        remove_file();
    }
}

static void an_older_store_is_brought_up_to_date_to_be_written(void **state) {
    (void)state;
    for (int schema = 1; schema <= 3; schema++) {
        make_older(schema);
        wk_store *store = store_opened(WK_STORE_WRITE);
        check_older(store, WK_END_PENDING);
        wk_store_close(store);
        assert_int_equal(version_of_store(), 6);
        for (int i = 0; i < 2; i++) { /* and so it stays */
            store = store_opened(i ? WK_STORE_READ : WK_STORE_WRITE);
            check_older(store, WK_END_PENDING);
            wk_store_close(store);
        }
        store_damage("UPDATE cell SET wall_s = 0.5");
        store = store_opened(WK_STORE_READ);
        wk_arena arena = {0};
        wk_table table;
        assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
        assert_int_equal(table.rows[0].result.end, WK_END_FAILED);
        wk_arena_release(&arena);
        wk_store_close(store);
        remove_file();
    }
}

static void an_older_store_stays_as_it_is_if_it_cannot_be_brought_up_to_date(void **state) {
    (void)state;
    make_older(1);
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    /* the name that the table of its rows is given meanwhile is taken */
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE former(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    wk_store *store = NULL;
    wk_error err = {0};
    assert_int_equal(wk_store_open(store_folder, WK_STORE_WRITE, &store, &err), WK_CANNOT);
    assert_non_null(strstr(err.message, "former"));
    assert_int_equal(version_of_store(), 1);
    store = store_opened(WK_STORE_READ);
    check_older(store, WK_END_FAILED);
    wk_store_close(store);
}

static void a_store_of_before_rows_had_hashes_is_refused_and_left_as_it_is(void **state) {
    (void)state;
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
                     "CREATE TABLE plan(position INTEGER PRIMARY KEY, key TEXT NOT NULL,"
                     " experiment TEXT NOT NULL, params TEXT NOT NULL, seed TEXT NOT NULL);"
                     "CREATE TABLE cell(key TEXT PRIMARY KEY, status TEXT NOT NULL, reason TEXT NOT"
                     " NULL, record TEXT, sha256 TEXT NOT NULL, wall_s REAL, cpu_s REAL,"
                     " peak_bytes REAL) WITHOUT ROWID;"
                     "PRAGMA application_id=2003004209; PRAGMA user_version=1;",
                     NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    for (int mode = WK_STORE_READ; mode <= WK_STORE_WRITE; mode++) {
        wk_store *store = NULL;
        wk_error err = {0};
        assert_int_equal(wk_store_open(store_folder, (wk_store_mode)mode, &store, &err),
                         WK_BAD_INPUT);
        assert_non_null(strstr(err.message, "before its rows had hashes"));
    }
    assert_int_equal(version_of_store(), 1);
}

static void a_store_of_a_newer_schema_is_refused(void **state) {
    (void)state;
    wk_store *store = store_opened(WK_STORE_WRITE);
    wk_store_close(store);
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    for (int mode = WK_STORE_READ; mode <= WK_STORE_WRITE; mode++) {
        wk_error err = {0};
        assert_int_equal(wk_store_open(store_folder, (wk_store_mode)mode, &store, &err),
                         WK_BAD_INPUT);
        assert_non_null(strstr(err.message, "newer widecheck: it has schema 99"));
    }
    assert_int_equal(version_of_store(), 99);
}

/* ---- rows and index that differ ---- */

enum { CELLS = 4 };

static wk_hash key_of(int cell) {
    char name[32];
    snprintf(name, sizeof name, "cell %d", cell);
    return wk_hash_text(name);
}

/* A result of the cell that tells it from others, by its wall time. */
static void put(wk_store *store, int cell, double wall_s) {
    const wk_hash key = key_of(cell);
    wk_store_cell result = store_cell();
    result.result.wall_s = wall_s;
    assert_int_equal(wk_store_put_cell(store, &key, &result, NULL), WK_OK);
}

static bool has(wk_store *store, int cell) {
    const wk_hash key = key_of(cell);
    bool there = false;
    assert_int_equal(wk_store_has(store, &key, &there, NULL), WK_OK);
    return there;
}

static void make_store(void) {
    wk_store *store = store_opened(WK_STORE_WRITE);
    store_fill(store, CELLS);
    for (int i = 0; i < CELLS; i++)
        put(store, i, i + 1);
    wk_store_close(store);
}

static sqlite3 *database(void) {
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA writable_schema=ON", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void execute(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* Changes the rows, and the index stays as it was: it is hidden meanwhile. */
static void change_rows_alone(const char *sql) {
    sqlite3 *db = database();
    execute(db, "CREATE TABLE hidden AS SELECT * FROM sqlite_master WHERE name = 'cell_key'");
    execute(db, "DELETE FROM sqlite_master WHERE name = 'cell_key'");
    sqlite3_close(db);
    db = database();
    execute(db, sql);
    execute(db, "INSERT INTO sqlite_master SELECT * FROM hidden");
    execute(db, "DELETE FROM hidden");
    sqlite3_close(db);
}

static int number_of_rows(void) {
    sqlite3 *db = database();
    sqlite3_stmt *statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT count(*) FROM cell NOT INDEXED", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const int rows = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return rows;
}

/* What differs, and what is there when it has been put right. */
static const struct difference {
    const char *sql;   /* of rows alone */
    const char *table; /* or: this one's page shows these rows first */
    int first, second;
    bool there[CELLS];
} differences[] = {
    /* rows in each other's places */
    {.sql = "UPDATE cell SET rowid = -rowid; UPDATE cell SET rowid = 7 + rowid",
     .there = {true, true, true, true}},
    {.sql = "UPDATE cell SET rowid = 9 WHERE wall_s = 2", .there = {true, true, true, true}},
    {.sql = "DELETE FROM cell WHERE wall_s = 4", .there = {true, true, true, false}},
    {.sql = "UPDATE cell SET key = replace(key, 'a', 'b') WHERE wall_s = 1",
     .there = {false, true, true, true}},
    /* a second row of a key: an older one */
    {.sql = "INSERT INTO cell(rowid, key, status, reason, record, sha256, wall_s, cpu_s,"
            " peak_bytes) SELECT -7, key, status, reason, record, sha256, wall_s, cpu_s,"
            " peak_bytes FROM cell WHERE wall_s = 3",
     .there = {true, true, true, true}},
    {.table = "cell", .first = 1, .second = 0, .there = {true, true, true, true}},
    {.table = "cell_key", .first = 1, .second = 0, .there = {true, true, true, true}},
    {.table = "cell_key", .first = 0, .second = 0, .there = {true, true, true, true}},
};
enum { DIFFERENCES = sizeof differences / sizeof *differences };

static void make_different(const struct difference *d) {
    make_store();
    if (d->sql)
        change_rows_alone(d->sql);
    else
        store_show_rows(d->table, d->first, d->second);
}

static void what_an_index_finds_is_never_taken_for_another_cell(void **state) {
    (void)state;
    for (size_t i = 0; i < DIFFERENCES; i++) {
        make_different(&differences[i]);
        wk_store *store = store_opened(WK_STORE_READ);
        wk_arena arena = {0};
        wk_table table;
        size_t right = 0;
        if (wk_store_table(store, &arena, &table, NULL) == WK_OK) { /* or it is refused */
            assert_int_equal(table.n, CELLS);
            for (int c = 0; c < CELLS; c++) {
                if (table.rows[c].result.end == WK_END_OK)
                    assert_true(table.rows[c].result.wall_s == c + 1);
                else
                    assert_int_equal(table.rows[c].result.nseries, 0);
                right += table.rows[c].result.end == WK_END_OK;
                assert_int_equal(has(store, c), table.rows[c].result.end == WK_END_OK);
            }
            assert_true(right >= 1 || i == 0);
        }
        wk_arena_release(&arena);
        wk_store_close(store);
        remove_file();
    }
}

/* Each cell that is not there is run; then all are there once, and none that was has gone. */
static void an_index_that_is_wrong_costs_no_result_of_another_cell(void **state) {
    (void)state;
    for (size_t i = 0; i < DIFFERENCES; i++) {
        make_different(&differences[i]);
        wk_store *store = store_opened(WK_STORE_WRITE);
        for (int c = 0; c < CELLS; c++) {
            if (has(store, c) != differences[i].there[c])
                fail_msg("difference %zu: cell %d is %s", i, c, has(store, c) ? "there" : "lost");
            if (!has(store, c))
                put(store, c, c + 1);
        }
        put(store, 2, 3.5);
        wk_arena arena = {0};
        wk_table table;
        assert_int_equal(wk_store_table(store, &arena, &table, NULL), WK_OK);
        for (int c = 0; c < CELLS; c++)
            assert_true(table.rows[c].result.end == WK_END_OK &&
                        table.rows[c].result.wall_s == (c == 2 ? 3.5 : c + 1));
        wk_arena_release(&arena);
        wk_store_close(store);
        assert_int_equal(number_of_rows(), CELLS);
        remove_file();
    }
}

static void without_its_index_a_store_is_not_written(void **state) {
    (void)state;
    make_store();
    sqlite3 *db = database();
    execute(db, "DELETE FROM sqlite_master WHERE name = 'cell_key'");
    sqlite3_close(db);
    wk_store *store = NULL;
    wk_error err = {0};
    assert_int_equal(wk_store_open(store_folder, WK_STORE_WRITE, &store, &err), WK_CANNOT);
    assert_non_null(strstr(err.message, "cell_key"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(a_store_of_a_newer_schema_is_refused),
        CASE(a_store_of_before_rows_had_hashes_is_refused_and_left_as_it_is),
        CASE(an_older_store_is_read_as_it_is),
        CASE(an_older_store_is_brought_up_to_date_to_be_written),
        CASE(an_older_store_stays_as_it_is_if_it_cannot_be_brought_up_to_date),
        CASE(what_an_index_finds_is_never_taken_for_another_cell),
        CASE(an_index_that_is_wrong_costs_no_result_of_another_cell),
        CASE(without_its_index_a_store_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
