#include "store_support.h"
#include "typed.h"

#include "run/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

const char store_former_record[] =
    "{\"status\":\"ok\",\"reason\":\"\",\"metrics\":[{\"name\":\"loss\","
    "\"indexed\":false,\"at\":[0],"
    "\"value\":[0.25]}],\"stages\":[]}";

char store_folder[64];

int store_make_folder(void **state) {
    (void)state;
    strcpy(store_folder, "/tmp/widecheck-store-XXXXXX");
    return mkdtemp(store_folder) ? 0 : -1;
}

int store_remove_folder(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", store_folder);
    return system(command);
}

wk_store *store_opened(wk_store_mode mode) {
    wk_store *store = NULL;
    wk_error err = {0};
    if (wk_store_open(store_folder, mode, &store, &err) != WK_OK)
        fail_msg("%s", err.message);
    return store;
}

wk_store_cell store_cell(void) {
    static wk_bytes record;
    static const double at[] = {0}, value[] = {0.25};
    static const wk_series series = {.name = "loss", .n = 1, .at = at, .value = value};
    const wk_result result = {.end = WK_END_OK, .reason = "", .series = &series, .nseries = 1};
    if (!record.length)
        wk_record_write(&result, &record);
    return (wk_store_cell){.result = result, .record = record.data, .size = record.length};
}

void store_fill(wk_store *store, size_t cells) {
    const wk_bag params = BAG({"model.width", "64"});
    assert_int_equal(wk_store_begin(store, NULL), WK_OK);
    assert_int_equal(wk_store_plan_clear(store, NULL), WK_OK);
    wk_arena arena = {0};
    const wk_value count = wk_value_integer((int64_t)cells, &arena);
    assert_int_equal(wk_store_put(store, "plan.cells", count, NULL), WK_OK);
    wk_arena_release(&arena);
    for (size_t i = 0; i < cells; i++) {
        char name[32];
        snprintf(name, sizeof name, "cell %zu", i);
        const wk_hash key = wk_hash_text(name);
        assert_int_equal(wk_store_plan_add(store, i, &key, "drift", &params, i + 1, NULL), WK_OK);
    }
    assert_int_equal(wk_store_commit(store, NULL), WK_OK);
    const wk_hash key = wk_hash_text("cell 0");
    wk_store_cell cell = store_cell();
    cell.result.wall_s = 2;
    cell.result.cpu_s = 1;
    cell.result.peak_bytes = 7;
    assert_int_equal(wk_store_put_cell(store, &key, &cell, NULL), WK_OK);
}

void store_damage(const char *sql) {
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    sqlite3_close(db);
}

/* The page with the first rows of a table, or of an index, in the store's file. */
long store_page_of(const char *name) {
    char path[128], sql[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_master WHERE name = '%s'", name);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const long page = 4096 * (sqlite3_column_int64(statement, 0) - 1);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return page;
}

void store_show_rows(const char *name, int first, int second) {
    char path[128];
    unsigned char head[8 + 2 * 4]; /* a page begins so, then there are pointers of two bytes */
    snprintf(path, sizeof path, "%s/store.db", store_folder);
    const long page = store_page_of(name);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, page, SEEK_SET), 0);
    assert_int_equal(fread(head, sizeof head, 1, file), 1);
    assert_true(head[0] == 13 || head[0] == 10); /* the only page of a table, of an index */
    assert_true(first < head[4] && second < head[4] && first < 4 && second < 4);
    assert_int_equal(fseek(file, page + 8, SEEK_SET), 0);
    assert_int_equal(fwrite(head + 8 + 2 * first, 2, 1, file), 1);
    assert_int_equal(fwrite(head + 8 + 2 * second, 2, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}
