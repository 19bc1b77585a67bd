/* What the parts of the store share: store.c (opening, facts, the plan, cells, the table) and
 * store_schema.c (versions of the file). For those two alone. */
#ifndef WK_RUN_STORE_PARTS_H
#define WK_RUN_STORE_PARTS_H

#include "run/store.h"

#include <sqlite3.h>

struct wk_store {
    sqlite3 *db;
    int lock;   /* descriptor of store.lock, -1 when only reading */
    int schema; /* of the file; an older one is only read */
    char path[4096];
};

/* SQLite's own words for what went wrong. */
wk_status wk_store_trouble(wk_store *store, wk_error *err);
wk_status wk_store_execute(wk_store *store, const char *sql, wk_error *err) WK_CHECKED;
wk_status wk_store_prepare(wk_store *store, const char *sql, sqlite3_stmt **statement,
                           wk_error *err) WK_CHECKED;
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
