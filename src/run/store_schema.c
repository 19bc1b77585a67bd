/* Versions of the store's file.
 *   1  as first published: a cell's hash covers key, status, reason, record
 *   2  it covers time and memory too, which results.json tells
 *   3  cells lie in the order in which they came, so that a new one is appended; the place of a key
 *      is told by an index, `cell_key`. In 1 and 2 they lay in the order of their keys, and each
 *      that was written changed a page of others
 * An older file is read as it is; to be written it is first brought up to date, in one transaction.
 * A newer one is refused.
 *
 * An index can be damaged. To read by it is safe, for the hash of a row covers its key. To write by
 * it is not: what it takes for the former row of a key is replaced, and may be another's. So,
 * before anything is written, rows and index are compared, and the table is made anew where they
 * differ. */
#include "run/folder.h"
#include "run/store_parts.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SCHEMA = 3, OLDEST = 1 };

#define CELL_SQL                                                                                   \
    "CREATE TABLE cell(key TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, record "     \
    "TEXT,"                                                                                        \
    " sha256 TEXT NOT NULL, wall_s REAL, cpu_s REAL, peak_bytes REAL);"                            \
    "CREATE UNIQUE INDEX cell_key ON cell(key);"

static const char schema_sql[] =
    "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL, sha256 TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE plan(position INTEGER PRIMARY KEY, key TEXT NOT NULL, experiment TEXT NOT NULL,"
    " params TEXT NOT NULL, seed TEXT NOT NULL, sha256 TEXT NOT NULL);" CELL_SQL;

wk_hash wk_store_cell_hash(int schema, const char *key, const char *status, const char *reason,
                           const char *record, const double usage[3]) {
    char numbers[3][32];
    for (int i = 0; i < 3; i++)
        wk_text_format(usage[i], numbers[i]);
    const char *const parts[] = {key, status, reason, record, numbers[0], numbers[1], numbers[2]};
    return wk_store_hash(parts, schema == 1 ? 4 : 7);
}

static wk_status number(wk_store *store, const char *sql, int *value, wk_error *err) {
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

/* ---- the cells in a new table ---- */

/* What the function cell_hash in SQL is: the hash that a row has in the present schema, if it is
 * what its hash of its own schema says, else NULL. */
static void hash_anew(sqlite3_context *context, int n, sqlite3_value **values) {
    const wk_store *store = sqlite3_user_data(context);
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
    const wk_hash old =
        wk_store_cell_hash(store->schema, text[0], text[1], text[2], text[3], usage);
    if (strcmp(old.hex, text[4]) != 0) {
        sqlite3_result_null(context);
        return;
    }
    const wk_hash new = wk_store_cell_hash(SCHEMA, text[0], text[1], text[2], text[3], usage);
    sqlite3_result_text(context, new.hex, -1, SQLITE_TRANSIENT);
}

/* A row that is damaged is no result: it stays behind, and its cell is run again. */
static wk_status move_cells(wk_store *store, wk_error *err) {
    if (sqlite3_create_function(store->db, "cell_hash", 8, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                store, hash_anew, NULL, NULL) != SQLITE_OK)
        return wk_store_trouble(store, err);
    return wk_store_execute(
        store,
        "DROP INDEX IF EXISTS cell_key; ALTER TABLE cell RENAME TO former;" CELL_SQL
        "INSERT OR REPLACE INTO cell SELECT key, status, reason, record, hash, wall_s, cpu_s,"
        " peak_bytes FROM (SELECT *, cell_hash(key, status, reason, record, sha256, wall_s, cpu_s,"
        " peak_bytes) AS hash FROM former NOT INDEXED) WHERE hash IS NOT NULL;"
        "DROP TABLE former;",
        err);
}

static wk_status renew(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_execute(store, "BEGIN IMMEDIATE", err));
    WK_TRY(move_cells(store, err));
    WK_TRY(stamp(store, err));
    store->schema = SCHEMA;
    return wk_store_execute(store, "COMMIT", err);
}

/* Does the index know the place of each row, and of no others? */
static wk_status compare_index(wk_store *store, bool *agrees, wk_error *err) {
    sqlite3_stmt *rows = NULL;
    int known = 0, n = 0, step;
    sqlite3_int64 last = 0;
    WK_TRY(number(store, "SELECT count(*) FROM cell INDEXED BY cell_key", &known, err));
    WK_TRY(wk_store_prepare(store,
                            "SELECT rowid, (SELECT rowid FROM cell AS known INDEXED BY cell_key"
                            " WHERE known.key = present.key) FROM cell AS present NOT INDEXED",
                            &rows, err));
    *agrees = true;
    for (; (step = sqlite3_step(rows)) == SQLITE_ROW; n++) {
        const sqlite3_int64 at = sqlite3_column_int64(rows, 0);
        *agrees = *agrees && (n == 0 || at > last) && at == sqlite3_column_int64(rows, 1);
        last = at;
    }
    *agrees = *agrees && n == known;
    const wk_status status = step == SQLITE_DONE ? WK_OK : wk_store_trouble(store, err);
    wk_store_give_back(rows);
    return status;
}

static wk_status make_ready(wk_store *store, wk_error *err) {
    bool agrees = false;
    if (store->schema == SCHEMA)
        WK_TRY(compare_index(store, &agrees, err));
    return agrees ? WK_OK : renew(store, err);
}

wk_status wk_store_check_schema(wk_store *store, wk_store_mode mode, wk_error *err) {
    int application = 0, tables = 0;
    WK_TRY(number(store, "PRAGMA application_id", &application, err));
    WK_TRY(number(store, "PRAGMA user_version", &store->schema, err));
    WK_TRY(number(store, "SELECT count(*) FROM sqlite_master", &tables, err));
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
    return mode == WK_STORE_WRITE ? make_ready(store, err) : WK_OK;
}
