/* What the parts of the store share: store_file.c (opening, facts, the plan, the table),
 * store_cell.c (cells), store_statement.c (SQL statements), store_schema.c (versions of the file)
 * and store_old.c (what is special about older ones). For those alone. */
#ifndef WK_RUN_STORE_PARTS_H
#define WK_RUN_STORE_PARTS_H

#include "run/store.h"

#include <limits.h>
#include <sqlite3.h>

enum { WK_STORE_SCHEMA = 6 }; /* of files that are written */

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

/* A value for a statement: a text, bytes (NULL: none), a whole number or a real. */
typedef struct wk_store_part {
    enum { WK_PART_TEXT, WK_PART_BYTES, WK_PART_WHOLE, WK_PART_REAL } kind;
    const void *bytes;
    size_t size; /* of WK_PART_BYTES */
    sqlite3_int64 whole;
    double real;
} wk_store_part;

/* Runs a statement that gives no rows, with the values of ?1 to ?n. */
wk_status wk_store_change(wk_store *store, const char *sql, const wk_store_part *parts, size_t n,
                          wk_error *err) WK_CHECKED;

/* The number that a statement gives. */
wk_status wk_store_number(wk_store *store, const char *sql, int *value, wk_error *err) WK_CHECKED;

/* "" for NULL; valid until the next step. */
const char *wk_store_column(sqlite3_stmt *statement, int at);

/* Defines, for the statements of this connection, row_hash(PART, …): the SHA-256 that a row
 * carries, over the hashes of its parts. A number counts as its text, NULL as an empty one.
 * cell_hash(KEY, WK_STORE_CELL) is the same of a cell, by the schema of the file. */
void wk_store_add_functions(wk_store *store);

/* ---- a cell's row ---- */

/* What it holds besides its key; in schemas 1 to 3 the record was JSON text. */
#define WK_STORE_CELL "status, reason, record, wall_s, cpu_s, peak_bytes"
/* The columns that wk_store_cell_at expects, for a cell that is looked up by this key: so no damage
 * of an index can hand out another cell's. */
#define WK_STORE_CELL_COLUMNS(key)                                                                 \
    WK_STORE_CELL ", cell.sha256 = cell_hash(" key ", " WK_STORE_CELL ")"

/* The cell of which these columns, from the one at `at` on, stand in a row. *sound: it is what its
 * hash says. One that is not is a cell that failed, with that reason; one that is not there is
 * pending. WK_CANNOT if the record of a sound one cannot be read. */
wk_status wk_store_cell_at(sqlite3_stmt *statement, int at, wk_arena *arena, wk_result *result,
                           bool *sound, wk_error *err) WK_CHECKED;

/* ---- files of former schemas, store_old.c ---- */

/* WK_BAD_INPUT for a store of before rows had hashes. */
wk_status wk_store_old_check(wk_store *store, wk_error *err) WK_CHECKED;
/* What a record of schemas 1 to 3 holds (as wk_record_read). */
wk_status wk_store_old_record(const void *text, size_t length, wk_arena *arena, wk_result *result,
                              wk_error *err) WK_CHECKED;

/* The parameters of a cell of the plan in schemas 1 to 4. */
wk_status wk_store_old_params(const char *lines, wk_arena *arena, wk_bag *bag,
                              wk_error *err) WK_CHECKED;

/* Finds out what the file is, makes it if it is new, and, to write, brings it up to date. */
wk_status wk_store_check_schema(wk_store *store, wk_store_mode mode, wk_error *err) WK_CHECKED;

#endif
