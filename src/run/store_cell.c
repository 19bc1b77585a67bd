/* Cells of the store: put, looked up by their key, verified by their hash. */
#include "run/record.h"
#include "run/store_parts.h"

wk_status wk_store_put_cell(wk_store *store, const wk_hash *key, const wk_store_cell *cell,
                            wk_error *err) {
    const wk_result *result = &cell->result;
    const wk_store_part parts[] = {
        {WK_PART_TEXT, .bytes = key->hex},
        {WK_PART_TEXT, .bytes = wk_end_name(result->end)},
        {WK_PART_TEXT, .bytes = result->reason},
        {WK_PART_BYTES, .bytes = cell->record, .size = cell->size},
        {WK_PART_REAL, .real = result->wall_s},
        {WK_PART_REAL, .real = result->cpu_s},
        {WK_PART_REAL, .real = result->peak_bytes},
    };
    return wk_store_change(store,
                           "INSERT OR REPLACE INTO cell(key, " WK_STORE_CELL ", sha256)"
                           " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
                           " row_hash(?1, ?2, ?3, ?4, ?5, ?6, ?7))",
                           parts, 7, err);
}

/* Is the cell of these columns there, and what its hash says? Then it ended so. */
static bool is_sound(sqlite3_stmt *statement, int at, wk_end *end) {
    return sqlite3_column_int(statement, at + 6) &&
           wk_end_parse(wk_store_column(statement, at), end);
}

wk_status wk_store_has(wk_store *store, const wk_hash *key, bool *has, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    wk_end end;
    WK_TRY(wk_store_prepare(
        store, "SELECT " WK_STORE_CELL_COLUMNS("?1") " FROM cell WHERE key = ?1", &statement, err));
    wk_store_bind_text(statement, 1, key->hex);
    const int step = sqlite3_step(statement);
    *has = step == SQLITE_ROW && is_sound(statement, 0, &end) && wk_end_has_metrics(end);
    const wk_status status =
        step == SQLITE_ROW || step == SQLITE_DONE ? WK_OK : wk_store_trouble(store, err);
    wk_store_give_back(statement);
    return status;
}

wk_status wk_store_forget(wk_store *store, const wk_hash *key, wk_error *err) {
    return wk_store_change(store, "DELETE FROM cell WHERE key = ?1",
                           &(wk_store_part){WK_PART_TEXT, .bytes = key->hex}, 1, err);
}

wk_status wk_store_clear(wk_store *store, wk_error *err) {
    return wk_store_change(store, "DELETE FROM cell", NULL, 0, err);
}

/* In schemas 1 to 3 the column held text. */
static wk_status read_record(sqlite3_stmt *statement, int at, wk_arena *arena, wk_result *result,
                             wk_error *err) {
    const void *record = sqlite3_column_blob(statement, at);
    const size_t size = (size_t)sqlite3_column_bytes(statement, at);
    return sqlite3_column_type(statement, at) == SQLITE_TEXT
               ? wk_store_old_record(record, size, arena, result, err)
               : wk_record_read(record, size, arena, result, err);
}

/* The row's own words for its end, reason and usage count, not the record's: the parent wrote
 * them. */
wk_status wk_store_cell_at(sqlite3_stmt *statement, int at, wk_arena *arena, wk_result *result,
                           bool *sound, wk_error *err) {
    wk_end end;
    *sound = is_sound(statement, at, &end);
    *result = (wk_result){.end = WK_END_PENDING, .reason = ""};
    if (!*sound && sqlite3_column_type(statement, at) != SQLITE_NULL)
        *result = (wk_result){.end = WK_END_FAILED,
                              .reason = "its record in the store is damaged; run again"};
    if (!*sound)
        return WK_OK;
    if (wk_end_has_metrics(end))
        WK_TRY(read_record(statement, at + 2, arena, result, err));
    const char *reason = wk_store_column(statement, at + 1);
    result->end = end;
    result->reason = *reason ? wk_arena_text(arena, reason) : "";
    result->wall_s = sqlite3_column_double(statement, at + 3);
    result->cpu_s = sqlite3_column_double(statement, at + 4);
    result->peak_bytes = sqlite3_column_double(statement, at + 5);
    return WK_OK;
}
