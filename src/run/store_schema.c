/* Versions of the store's file.
 *   1  as first published: a cell's hash covers key, status, reason, record
 *   2  it covers time and memory too, which results.json tells
 * An older file is read as it is; to be written it is first brought up to date, in one transaction.
 * A newer one is refused. */
#include "run/folder.h"
#include "run/store_parts.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SCHEMA = 2, OLDEST = 1 };

static const char schema_sql[] =
    "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL, sha256 TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE plan(position INTEGER PRIMARY KEY, key TEXT NOT NULL, experiment TEXT NOT NULL,"
    " params TEXT NOT NULL, seed TEXT NOT NULL, sha256 TEXT NOT NULL);"
    "CREATE TABLE cell(key TEXT PRIMARY KEY, status TEXT NOT NULL, reason TEXT NOT NULL,"
    " record TEXT, sha256 TEXT NOT NULL, wall_s REAL, cpu_s REAL, peak_bytes REAL) WITHOUT ROWID;";

wk_hash wk_store_cell_hash(int schema, const char *key, const char *status, const char *reason,
                           const char *record, const double usage[3]) {
    char numbers[3][32];
    for (int i = 0; i < 3; i++)
        wk_text_format(usage[i], numbers[i]);
    const char *const parts[] = {key, status, reason, record, numbers[0], numbers[1], numbers[2]};
    return wk_store_hash(parts, schema == 1 ? 4 : 7);
}

static wk_status pragma(wk_store *store, const char *sql, int *value, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    WK_TRY(wk_store_prepare(store, sql, &statement, err));
    const int step = sqlite3_step(statement);
    *value = step == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    const wk_status status = step == SQLITE_ROW ? WK_OK : wk_store_trouble(store, err);
    wk_store_give_back(statement);
    return status;
}

static wk_status stamp(wk_store *store, wk_error *err) {
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             WK_FOLDER_APPLICATION, SCHEMA);
    return wk_store_execute(store, sql, err);
}

static wk_status make(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_execute(store, "BEGIN IMMEDIATE", err));
    WK_TRY(wk_store_execute(store, schema_sql, err));
    WK_TRY(stamp(store, err));
    store->schema = SCHEMA;
    return wk_store_execute(store, "COMMIT", err);
}

/* ---- from 1 to 2 ---- */

/* What the function cell_hash in SQL is: the new hash of a row whose old one holds, else NULL. */
static void hash_anew(sqlite3_context *context, int n, sqlite3_value **values) {
    const char *text[5];
    double usage[3];
    WK_ASSERT_EQ(n, 8);
    for (int i = 0; i < 5; i++) {
        const char *value = (const char *)sqlite3_value_text(values[i]);
        if (!value && sqlite3_value_type(values[i]) != SQLITE_NULL) {
            sqlite3_result_error_nomem(context);
            return;
        }
        text[i] = value ? value : "";
    }
    for (int i = 0; i < 3; i++)
        usage[i] = sqlite3_value_double(values[5 + i]);
    const wk_hash old = wk_store_cell_hash(1, text[0], text[1], text[2], text[3], usage);
    if (strcmp(old.hex, text[4]) != 0) {
        sqlite3_result_null(context);
        return;
    }
    const wk_hash new = wk_store_cell_hash(2, text[0], text[1], text[2], text[3], usage);
    sqlite3_result_text(context, new.hex, -1, SQLITE_TRANSIENT);
}

/* A row that is damaged is no result; it goes, and its cell is run again. */
static wk_status cover_usage(wk_store *store, wk_error *err) {
    static const char row[] = "cell_hash(key, status, reason, record, sha256, wall_s, cpu_s,"
                              " peak_bytes)";
    char sql[256];
    if (sqlite3_create_function(store->db, "cell_hash", 8, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                hash_anew, NULL, NULL) != SQLITE_OK)
        return wk_store_trouble(store, err);
    snprintf(sql, sizeof sql, "DELETE FROM cell WHERE %s IS NULL; UPDATE cell SET sha256 = %s;",
             row, row);
    return wk_store_execute(store, sql, err);
}

static wk_status bring_up_to_date(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_execute(store, "BEGIN IMMEDIATE", err));
    WK_TRY(cover_usage(store, err));
    WK_TRY(stamp(store, err));
    store->schema = SCHEMA;
    return wk_store_execute(store, "COMMIT", err);
}

wk_status wk_store_check_schema(wk_store *store, wk_store_mode mode, wk_error *err) {
    int application = 0, tables = 0;
    WK_TRY(pragma(store, "PRAGMA application_id", &application, err));
    WK_TRY(pragma(store, "PRAGMA user_version", &store->schema, err));
    WK_TRY(pragma(store, "SELECT count(*) FROM sqlite_master", &tables, err));
    if (application == 0 && store->schema == 0 && tables == 0 && mode == WK_STORE_WRITE)
        return make(store, err);
    if (application != WK_FOLDER_APPLICATION)
        return wk_fail(err, WK_BAD_INPUT, "'%s' is no store of widecheck", store->path);
    if (store->schema > SCHEMA)
        return wk_fail(err, WK_BAD_INPUT,
                       "'%s' was written by a newer widecheck: it has schema %d, this one knows %d "
                       "at most",
                       store->path, store->schema, SCHEMA);
    if (store->schema < OLDEST)
        return wk_fail(err, WK_BAD_INPUT, "'%s' has schema %d, which never was", store->path,
                       store->schema);
    return store->schema < SCHEMA && mode == WK_STORE_WRITE ? bring_up_to_date(store, err) : WK_OK;
}
