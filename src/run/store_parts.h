/* What the parts of the store share: store.c (opening, facts, the plan, cells, the table),
 * store_statement.c (SQL statements) and store_schema.c (versions of the file). For those alone. */
#ifndef WK_RUN_STORE_PARTS_H
#define WK_RUN_STORE_PARTS_H

#include "run/store.h"

#include <limits.h>
#include <sqlite3.h>

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
/* Runs a statement that gives no rows, and gives it back. */
wk_status wk_store_finish(wk_store *store, sqlite3_stmt *statement,
                          wk_error *err) WK_CHECKED;
/* All three, of one that has nothing to be bound. */
wk_status wk_store_run(wk_store *store, const char *sql, wk_error *err) WK_CHECKED;

/* "" for NULL; valid until the next step. */
const char *wk_store_column(sqlite3_stmt *statement, int at);

/* Over the parts of a row, each by its own hash; NULL counts as "". */
wk_hash wk_store_hash(const char *const *parts, size_t n);

/* Of a cell's row, as the schema wants it: 1 knew nothing of times and memory. usage: wall_s,
 * cpu_s, peak_bytes. */
wk_hash wk_store_cell_hash(int schema, const char *key, const char *status, const char *reason,
                           const char *record, const double usage[3]);

/* Finds out what the file is, makes it if it is new, and, to write, brings it up to date. */
wk_status wk_store_check_schema(wk_store *store, wk_store_mode mode, wk_error *err) WK_CHECKED;

#endif
