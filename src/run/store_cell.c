/* Cells of the store: put, looked up by their key, verified by their hash. */
#include "base/text.h"
#include "run/record.h"
#include "run/store_parts.h"

#include <string.h>

wk_store_row wk_store_row_of(sqlite3_stmt *statement) {
    wk_store_row row = {.key = wk_store_column(statement, 0),
                        .status = wk_store_column(statement, 1),
                        .reason = wk_store_column(statement, 2),
                        .record = sqlite3_column_blob(statement, 3),
                        .size = (size_t)sqlite3_column_bytes(statement, 3),
                        .sha256 = wk_store_column(statement, 4)};
    for (int i = 0; i < 3; i++)
        row.usage[i] = sqlite3_column_double(statement, 5 + i);
    return row;
}

/* No record counts as an empty one. */
wk_hash wk_store_row_hash(const wk_store_row *row, size_t n) {
    wk_hash parts[WK_STORE_ROW_PARTS] = {wk_hash_text(row->key), wk_hash_text(row->status),
                                         wk_hash_text(row->reason),
                                         wk_hash_bytes(row->record ? row->record : "", row->size)};
    for (int i = 0; i < 3; i++) {
        char digits[32];
        parts[4 + i] = wk_hash_text(wk_text_format(row->usage[i], digits));
    }
    return wk_store_hash(parts, n);
}

bool wk_store_row_is_sound(const wk_store *store, const wk_store_row *row) {
    const wk_hash hash = store->schema < WK_STORE_BINARY_RECORDS
                             ? wk_store_old_hash(store->schema, row)
                             : wk_store_row_hash(row, WK_STORE_ROW_PARTS);
    return strcmp(hash.hex, row->sha256) == 0;
}

wk_status wk_store_row_result(const wk_store *store, const wk_store_row *row, wk_arena *arena,
                              wk_result *result, wk_error *err) {
    return store->schema < WK_STORE_BINARY_RECORDS
               ? wk_store_old_record(row->record, row->size, arena, result, err)
               : wk_record_read(row->record, row->size, arena, result, err);
}

wk_status wk_store_put_row(wk_store *store, const char *key, const wk_store_cell *cell,
                           wk_error *err) {
    const wk_result *result = &cell->result;
    const wk_store_row row = {.key = key,
                              .status = wk_end_name(result->end),
                              .reason = result->reason,
                              .record = cell->record,
                              .size = cell->size,
                              .usage = {result->wall_s, result->cpu_s, result->peak_bytes}};
    const wk_hash hash = wk_store_row_hash(&row, WK_STORE_ROW_PARTS);
    sqlite3_stmt *statement = NULL;
    WK_TRY(wk_store_prepare(store,
                            "INSERT OR REPLACE INTO cell VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                            &statement, err));
    wk_store_bind_text(statement, 1, row.key);
    wk_store_bind_text(statement, 2, row.status);
    wk_store_bind_text(statement, 3, row.reason);
    wk_store_bind_bytes(statement, 4, row.record, row.size);
    wk_store_bind_text(statement, 5, hash.hex);
    for (int i = 0; i < 3; i++)
        sqlite3_bind_double(statement, 6 + i, row.usage[i]);
    return wk_store_finish(store, statement, err);
}

wk_status wk_store_put_cell(wk_store *store, const wk_hash *key, const wk_store_cell *cell,
                            wk_error *err) {
    return wk_store_put_row(store, key->hex, cell, err);
}

/* What lies under this key, if anything, in *row. On success *statement is to be given back. The
 * row's key is the one that was asked for, so that no damage of an index can hand out another
 * cell's. */
static wk_status look_up(wk_store *store, const char *key, sqlite3_stmt **statement,
                         wk_store_row *row, bool *found, wk_error *err) {
    WK_TRY(wk_store_prepare(store, "SELECT " WK_STORE_ROW " FROM cell WHERE key = ?1", statement,
                            err));
    wk_store_bind_text(*statement, 1, key);
    const int step = sqlite3_step(*statement);
    *found = step == SQLITE_ROW;
    if (*found) {
        *row = wk_store_row_of(*statement);
        row->key = key;
    }
    if (*found || step == SQLITE_DONE)
        return WK_OK;
    const wk_status status = wk_store_trouble(store, err);
    wk_store_give_back(*statement);
    return status;
}

wk_status wk_store_has(wk_store *store, const wk_hash *key, bool *has, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    wk_store_row row;
    wk_end end;
    WK_TRY(look_up(store, key->hex, &statement, &row, has, err));
    if (*has)
        *has = wk_end_parse(row.status, &end) && wk_end_has_metrics(end) &&
               wk_store_row_is_sound(store, &row);
    wk_store_give_back(statement);
    return WK_OK;
}

wk_status wk_store_forget(wk_store *store, const wk_hash *key, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    WK_TRY(wk_store_prepare(store, "DELETE FROM cell WHERE key = ?1", &statement, err));
    wk_store_bind_text(statement, 1, key->hex);
    return wk_store_finish(store, statement, err);
}

wk_status wk_store_clear(wk_store *store, wk_error *err) {
    return wk_store_run(store, "DELETE FROM cell", err);
}

/* The row's own words for its end, reason and usage count, not the record's: the parent wrote
 * them. */
static wk_status read_row(const wk_store *store, const wk_store_row *row, wk_arena *arena,
                          wk_result *result, wk_error *err) {
    wk_end end;
    if (!wk_store_row_is_sound(store, row) || !wk_end_parse(row->status, &end)) {
        *result = (wk_result){.end = WK_END_FAILED,
                              .reason = "its record in the store is damaged; run again"};
        return WK_OK;
    }
    *result = (wk_result){0};
    if (wk_end_has_metrics(end))
        WK_TRY(wk_store_row_result(store, row, arena, result, err));
    result->end = end;
    result->reason = *row->reason ? wk_arena_text(arena, row->reason) : "";
    result->wall_s = row->usage[0];
    result->cpu_s = row->usage[1];
    result->peak_bytes = row->usage[2];
    return WK_OK;
}

wk_status wk_store_cell_result(wk_store *store, const char *key, wk_arena *arena, wk_result *result,
                               wk_error *err) {
    sqlite3_stmt *statement = NULL;
    wk_store_row row;
    bool found = false;
    WK_TRY(look_up(store, key, &statement, &row, &found, err));
    const wk_status status = found ? read_row(store, &row, arena, result, err) : WK_OK;
    wk_store_give_back(statement);
    return status;
}
