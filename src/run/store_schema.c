/* Versions of the store's file.
 *   1  as first published: a cell's hash covers key, status, reason, record
 *   2  it covers time and memory too, which results.json tells
 *   3  cells lie in the order in which they came, so that a new one is appended; the place of a key
 *      is told by an index, `cell_key`. In 1 and 2 they lay in the order of their keys, and each
 *      that was written changed a page of others
 *   4  a cell's record is binary (run/record.h); in 1 to 3 it was JSON text
 *   5  the parameters of the plan keep their types, in binary; in 1 to 4 they were lines of text
 *   6  so do facts; in 1 to 5 they were texts
 * A former plan, and former facts, stay as they are until the next run puts its own. So they are
 * read in a file of the present schema too.
 * An older file is read as it is (store_old.c); to be written it is first brought up to date, in
 * one transaction. A newer one is refused.
 *
 * An index can be damaged. To read by it is safe, for the hash of a row covers its key. To write by
 * it is not: what it takes for the former row of a key is replaced, and may be another's. So,
 * before anything is written, rows and index are compared, and the table is made anew where they
 * differ. */
#include "run/folder.h"
#include "run/record.h"
#include "run/store_parts.h"

#include <stdio.h>
#include <string.h>

enum { OLDEST = 1 };

#define CELL_SQL                                                                                   \
    "CREATE TABLE cell(key TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, record "     \
    "BLOB,"                                                                                        \
    " sha256 TEXT NOT NULL, wall_s REAL, cpu_s REAL, peak_bytes REAL);"                            \
    "CREATE UNIQUE INDEX cell_key ON cell(key);"

static const char schema_sql[] =
    "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL, sha256 TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE plan(position INTEGER PRIMARY KEY, key TEXT NOT NULL, experiment TEXT NOT NULL,"
    " params TEXT NOT NULL, seed TEXT NOT NULL, sha256 TEXT NOT NULL);" CELL_SQL;

static wk_status stamp(wk_store *store, wk_error *err) {
    char sql[128];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             WK_FOLDER_APPLICATION, WK_STORE_SCHEMA);
    return wk_store_execute(store, sql, err);
}

static wk_status make(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_execute(store, "BEGIN IMMEDIATE", err));
    WK_TRY(wk_store_execute(store, schema_sql, err));
    WK_TRY(stamp(store, err));
    store->schema = WK_STORE_SCHEMA;
    return wk_store_execute(store, "COMMIT", err);
}

/* ---- the cells in a new table ---- */

/* A row of the former table into the new one. One that is damaged is no result: it stays behind,
 * and its cell is run again. */
static wk_status move_row(wk_store *store, sqlite3_stmt *row, wk_arena *arena, wk_error *err) {
    wk_store_cell cell = {0};
    bool sound = false;
    if (wk_store_cell_at(row, 1, arena, &cell.result, &sound, NULL) != WK_OK || !sound)
        return WK_OK;
    wk_bytes record = {0};
    wk_hash key;
    snprintf(key.hex, sizeof key.hex, "%s", wk_store_column(row, 0));
    if (wk_end_has_metrics(cell.result.end)) {
        wk_record_write(&cell.result, &record);
        cell.record = record.data;
        cell.size = record.length;
    }
    const wk_status status = wk_store_put_cell(store, &key, &cell, err);
    wk_bytes_release(&record);
    return status;
}

static wk_status move_rows(wk_store *store, wk_error *err) {
    sqlite3_stmt *rows = NULL;
    int step = SQLITE_ERROR;
    wk_status status = WK_OK;
    wk_arena arena = {0};
    WK_TRY(wk_store_prepare(
        store, "SELECT key, " WK_STORE_CELL_COLUMNS("key") " FROM former AS cell NOT INDEXED",
        &rows, err));
    while (status == WK_OK && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        status = move_row(store, rows, &arena, err);
        wk_arena_release(&arena);
    }
    if (status == WK_OK && step != SQLITE_DONE)
        status = wk_store_trouble(store, err);
    wk_store_give_back(rows);
    return status;
}

static wk_status move_cells(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_execute(
        store, "DROP INDEX IF EXISTS cell_key; ALTER TABLE cell RENAME TO former;" CELL_SQL, err));
    WK_TRY(move_rows(store, err));
    return wk_store_execute(store, "DROP TABLE former;", err);
}

static wk_status renew(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_execute(store, "BEGIN IMMEDIATE", err));
    WK_TRY(move_cells(store, err));
    WK_TRY(stamp(store, err));
    store->schema = WK_STORE_SCHEMA;
    return wk_store_execute(store, "COMMIT", err);
}

/* Does the index know the place of each row, and of no others? */
static wk_status compare_index(wk_store *store, bool *agrees, wk_error *err) {
    sqlite3_stmt *rows = NULL;
    int known = 0, n = 0, step;
    sqlite3_int64 last = 0;
    WK_TRY(wk_store_number(store, "SELECT count(*) FROM cell INDEXED BY cell_key", &known, err));
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
    if (store->schema == WK_STORE_SCHEMA)
        WK_TRY(compare_index(store, &agrees, err));
    return agrees ? WK_OK : renew(store, err);
}

wk_status wk_store_check_schema(wk_store *store, wk_store_mode mode, wk_error *err) {
    int application = 0, tables = 0;
    WK_TRY(wk_store_number(store, "PRAGMA application_id", &application, err));
    WK_TRY(wk_store_number(store, "PRAGMA user_version", &store->schema, err));
    WK_TRY(wk_store_number(store, "SELECT count(*) FROM sqlite_master", &tables, err));
    if (application == 0 && store->schema == 0 && tables == 0 && mode == WK_STORE_WRITE)
        return make(store, err);
    if (application != WK_FOLDER_APPLICATION)
        return wk_fail(err, WK_BAD_INPUT, "'%s' is no store of widecheck", store->path);
    if (store->schema > WK_STORE_SCHEMA)
        return wk_fail(err, WK_BAD_INPUT,
                       "'%s' was written by a newer widecheck: it has schema %d, this one knows %d "
                       "at most",
                       store->path, store->schema, WK_STORE_SCHEMA);
    if (store->schema < OLDEST)
        return wk_fail(err, WK_BAD_INPUT, "'%s' has schema %d, which never was", store->path,
                       store->schema);
    if (store->schema < WK_STORE_SCHEMA)
        WK_TRY(wk_store_old_check(store, err));
    return mode == WK_STORE_WRITE ? make_ready(store, err) : WK_OK;
}
