/* What the parts of the store share: store_file.c (opening, facts, the plan, the table),
 * store_cell.c (cells), store_statement.c (SQL statements), store_schema.c (versions of the file)
 * and store_old.c (what is special about older ones). For those alone. */
#ifndef WK_RUN_STORE_PARTS_H
#define WK_RUN_STORE_PARTS_H

#include "run/store.h"

#include <limits.h>
#include <sqlite3.h>

enum {
    WK_STORE_SCHEMA = 5,
    WK_STORE_BINARY_RECORDS = 4
}; /* of files that are written; the first whose records are of run/record.h */

struct wk_store {
    sqlite3 *db;
    int lock;   /* descriptor of store.lock, -1 when only reading */
    int schema; /* of the file; an older one is only read */
    bool busy;  /* the last failure was for that: somebody else read or wrote */
    double patience_s, waits_since;
    const volatile sig_atomic_t *stop; /* ends the waiting; NULL: nothing does */
    char path[4096];                   /* as its folder was named */
    char
        real[4096]; /* without symbolic links: SQLite is to follow none, and sees them everywhere */
};

/* SQLite's own words for what went wrong; before the statement is given back. */
wk_status wk_store_trouble(wk_store *store, wk_error *err);

/* Several statements, that give no rows and are not kept. */
wk_status wk_store_execute(wk_store *store, const char *sql, wk_error *err) WK_CHECKED;

/* ---- one statement: it is made when it is first asked for, and kept; of the same text there are
 * two if the first is in use. On success the caller gives it back, on failure there is none.
 * wk_store_close frees all. ---- */
wk_status wk_store_prepare(wk_store *store, const char *sql, sqlite3_stmt **statement,
                           wk_error *err) WK_CHECKED;
void wk_store_give_back(sqlite3_stmt *statement);

/* The text must stay as it is until the statement is given back. */
void wk_store_bind_text(sqlite3_stmt *statement, int at, const char *text);
void wk_store_bind_bytes(sqlite3_stmt *statement, int at, const void *bytes, size_t size);
/* Runs a statement that gives no rows, and gives it back. */
wk_status wk_store_finish(wk_store *store, sqlite3_stmt *statement, wk_error *err) WK_CHECKED;
/* All three, of one that has nothing to be bound. */
wk_status wk_store_run(wk_store *store, const char *sql, wk_error *err) WK_CHECKED;

/* The number that a statement gives. */
wk_status wk_store_number(wk_store *store, const char *sql, int *value, wk_error *err) WK_CHECKED;

/* "" for NULL; valid until the next step. */
const char *wk_store_column(sqlite3_stmt *statement, int at);

/* Of a row, over the hashes of its parts. */
wk_hash wk_store_hash(const wk_hash *parts, size_t n);

/* ---- a cell's row ---- */
typedef struct wk_store_row {
    const char *key, *status, *reason;
    const void *record; /* bytes of run/record.h; JSON text in schemas 1 to 3 */
    size_t size;
    const char *sha256;
    double usage[3]; /* wall_s, cpu_s, peak_bytes */
} wk_store_row;

/* The columns that wk_store_row_of expects, in this order. */
#define WK_STORE_ROW "key, status, reason, record, sha256, wall_s, cpu_s, peak_bytes"
/* Of a statement that stands at a row; valid until its next step. */
wk_store_row wk_store_row_of(sqlite3_stmt *statement);
/* The hash over the first n parts of such a row: key, status, reason, record, and the usage. In the
 * present schema a row's hash is over all of them. */
enum { WK_STORE_ROW_PARTS = 7 };
wk_hash wk_store_row_hash(const wk_store_row *row, size_t n);
/* Is the row what its hash says, by the schema of the file? */
bool wk_store_row_is_sound(const wk_store *store, const wk_store_row *row);
/* What a sound row of an ok or diverged cell holds, by the schema of the file. WK_CANNOT if its
 * record cannot be read. */
wk_status wk_store_row_result(const wk_store *store, const wk_store_row *row, wk_arena *arena,
                              wk_result *result, wk_error *err) WK_CHECKED;

/* As wk_store_put_cell, in the present schema. */
wk_status wk_store_put_row(wk_store *store, const char *key, const wk_store_cell *cell,
                           wk_error *err) WK_CHECKED;
/* What is known of the cell of this key; *result stays as it is if there is nothing. A row that is
 * damaged is a cell that failed, with that reason. */
wk_status wk_store_cell_result(wk_store *store, const char *key, wk_arena *arena, wk_result *result,
                               wk_error *err) WK_CHECKED;

/* ---- files of schemas 1 to 4, store_old.c ---- */

/* WK_BAD_INPUT for a store of before rows had hashes. */
wk_status wk_store_old_check(wk_store *store, wk_error *err) WK_CHECKED;
/* The hash that a row has in that schema, and what its record holds (as wk_record_read). */
wk_hash wk_store_old_hash(int schema, const wk_store_row *row);
wk_status wk_store_old_record(const void *text, size_t length, wk_arena *arena, wk_result *result,
                              wk_error *err) WK_CHECKED;

/* The parameters of a cell of the plan in schemas 1 to 4. */
wk_status wk_store_old_params(const char *lines, wk_arena *arena, wk_bag *bag,
                              wk_error *err) WK_CHECKED;

/* Finds out what the file is, makes it if it is new, and, to write, brings it up to date. */
wk_status wk_store_check_schema(wk_store *store, wk_store_mode mode, wk_error *err) WK_CHECKED;

#endif
