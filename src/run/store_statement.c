/* Statements of the store: each is made once, and kept by the connection until it is closed; and
 * the hashes of rows, which SQL asks for. */
#include "run/store_parts.h"

#include "base/heap.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* SQLite forgets why it could not make its journal: what failed fails again. */
static int why_cannot_open(const wk_store *store) {
    char path[sizeof store->path + 8];
    if ((sqlite3_errcode(store->db) & 0xff) != SQLITE_CANTOPEN)
        return 0;
    snprintf(path, sizeof path, "%s-journal", store->path);
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return errno;
    close(descriptor);
    unlink(path);
    return 0;
}

/* SQLite's answer to exhausted memory is ours. */
static void end_if_exhausted(sqlite3 *db) {
    if ((sqlite3_errcode(db) & 0xff) == SQLITE_NOMEM)
        wk_out_of_memory(0);
}

wk_status wk_store_trouble(wk_store *store, wk_error *err) {
    store->busy = store->db && (sqlite3_errcode(store->db) & 0xff) == SQLITE_BUSY;
    if (store->db && (sqlite3_errcode(store->db) & 0xff) == SQLITE_READONLY)
        return wk_fail(err, WK_CANNOT,
                       "store '%s' was left in the middle of a write by a run that was killed; "
                       "`widecheck run` with the same folder repairs it",
                       store->path);
    if (!store->db)
        wk_out_of_memory(0);
    end_if_exhausted(store->db);
    const int why = why_cannot_open(store);
    return wk_fail(err, WK_CANNOT, "store '%s': %s%s%s", store->path, sqlite3_errmsg(store->db),
                   why ? ": " : "", why ? strerror(why) : "");
}

wk_status wk_store_execute(wk_store *store, const char *sql, wk_error *err) {
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? WK_OK
               : wk_store_trouble(store, err);
}

wk_status wk_store_prepare(wk_store *store, const char *sql, sqlite3_stmt **statement,
                           wk_error *err) {
    sqlite3_stmt *s = NULL; /* there are a dozen of them at most */
    while ((s = sqlite3_next_stmt(store->db, s)))
        if (!sqlite3_stmt_busy(s) && strcmp(sqlite3_sql(s), sql) == 0) {
            *statement = s;
            return WK_OK;
        }
    return sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) ==
                   SQLITE_OK
               ? WK_OK
               : wk_store_trouble(store, err);
}

void wk_store_give_back(sqlite3_stmt *statement) {
    sqlite3_reset(statement); /* says once more what the last step said */
    sqlite3_clear_bindings(statement);
}

wk_status wk_store_number(wk_store *store, const char *sql, int *value, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    WK_TRY(wk_store_prepare(store, sql, &statement, err));
    const int step = sqlite3_step(statement);
    *value = step == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    const wk_status status = step == SQLITE_ROW ? WK_OK : wk_store_trouble(store, err);
    wk_store_give_back(statement);
    return status;
}

static void end_unless_bound(int bound, size_t size) {
    if (bound == SQLITE_NOMEM)
        wk_out_of_memory((double)size);
    WK_ASSERT(bound == SQLITE_OK);
}

void wk_store_bind_text(sqlite3_stmt *statement, int at, const char *text) {
    end_unless_bound(sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC), strlen(text));
}

static void bind(sqlite3_stmt *statement, int at, const wk_store_part *part) {
    switch (part->kind) {
    case WK_PART_TEXT:
        wk_store_bind_text(statement, at, part->bytes);
        break;
    case WK_PART_BYTES: /* NULL is bound as such */
        end_unless_bound(sqlite3_bind_blob64(statement, at, part->bytes, part->size, SQLITE_STATIC),
                         part->size);
        break;
    case WK_PART_WHOLE:
        end_unless_bound(sqlite3_bind_int64(statement, at, part->whole), 0);
        break;
    case WK_PART_REAL:
        end_unless_bound(sqlite3_bind_double(statement, at, part->real), 0);
        break;
    }
}

wk_status wk_store_change(wk_store *store, const char *sql, const wk_store_part *parts, size_t n,
                          wk_error *err) {
    sqlite3_stmt *statement = NULL;
    WK_TRY(wk_store_prepare(store, sql, &statement, err));
    for (size_t i = 0; i < n; i++)
        bind(statement, (int)i + 1, &parts[i]);
    const bool done = sqlite3_step(statement) == SQLITE_DONE;
    const wk_status status = done ? WK_OK : wk_store_trouble(store, err);
    wk_store_give_back(statement);
    return status;
}

const char *wk_store_column(sqlite3_stmt *statement, int at) {
    const char *text = (const char *)sqlite3_column_text(statement, at);
    if (!text)
        end_if_exhausted(sqlite3_db_handle(statement));
    return text ? text : "";
}

/* ---- hashes ---- */

enum { DIGITS = WK_HASH_SIZE - 1, MOST_PARTS = 8 };

static wk_hash hash_of_part(sqlite3_value *part) {
    char digits[32];
    if (sqlite3_value_type(part) == SQLITE_FLOAT)
        return wk_hash_text(wk_text_format(sqlite3_value_double(part), digits));
    const void *bytes = sqlite3_value_type(part) == SQLITE_BLOB ? sqlite3_value_blob(part)
                                                                : sqlite3_value_text(part);
    return wk_hash_bytes(bytes ? bytes : "", (size_t)sqlite3_value_bytes(part));
}

static void hash_parts(sqlite3_context *context, int n, sqlite3_value **parts) {
    char joined[MOST_PARTS * DIGITS];
    WK_ASSERT(n <= MOST_PARTS);
    for (int i = 0; i < n; i++)
        memcpy(joined + i * DIGITS, hash_of_part(parts[i]).hex, DIGITS);
    const wk_hash hash = wk_hash_bytes(joined, (size_t)n * DIGITS);
    sqlite3_result_text(context, hash.hex, DIGITS, SQLITE_TRANSIENT);
}

/* The hash of schema 1 left out times and memory. */
static void hash_cell(sqlite3_context *context, int n, sqlite3_value **parts) {
    const wk_store *store = sqlite3_user_data(context);
    hash_parts(context, store->schema == 1 ? 4 : n, parts);
}

void wk_store_add_functions(wk_store *store) {
    enum { FORM = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY };
    if (sqlite3_create_function(store->db, "row_hash", -1, FORM, NULL, hash_parts, NULL, NULL) ||
        sqlite3_create_function(store->db, "cell_hash", 7, FORM, store, hash_cell, NULL, NULL))
        wk_out_of_memory(0);
}
