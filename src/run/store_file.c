/* The store: facts, plan and cells in one SQLite file. */
#include "base/clock.h"
#include "base/heap.h"
#include "base/text.h"
#include "run/folder.h"
#include "run/store_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- opening ---- */

/* SQLite would not say why it cannot. */
static wk_status make_file(const char *path, wk_error *err) {
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (descriptor < 0)
        return wk_fail(err, wk_status_of_errno(errno), "cannot open '%s': %s", path,
                       strerror(errno));
    close(descriptor);
    return WK_OK;
}

/* Somebody may be reading, or a run may be writing; both are brief, as a rule. */
static int wait_for_others(void *context, int count) {
    wk_store *store = context;
    const double now = wk_clock_wall();
    if (count == 0)
        store->waits_since = now;
    if (now - store->waits_since >= store->patience_s || (store->stop && *store->stop))
        return 0;
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return 1;
}

static wk_status open_database(wk_store *store, wk_store_mode mode, wk_error *err) {
    const int flags = mode == WK_STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (mode == WK_STORE_WRITE)
        WK_TRY(make_file(store->path, err));
    if (sqlite3_open_v2(store->real, &store->db, flags | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK)
        return wk_fail(err, WK_BAD_INPUT, "cannot open '%s': %s", store->path,
                       sqlite3_errmsg(store->db));
    wk_store_patience(store, 0, NULL);
    sqlite3_busy_handler(store->db, wait_for_others, store);
    wk_store_add_functions(store);
    /* Before anything is set, for the file may be another's. */
    WK_TRY(wk_store_check_schema(store, mode, err));
    return mode == WK_STORE_WRITE
               ? wk_store_execute(store, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;",
                                  err)
               : WK_OK;
}

static wk_status check_file(const char *path, const char *folder, wk_error *err) {
    struct stat info;
    if (lstat(path, &info) != 0)
        return wk_fail(err, WK_BAD_INPUT, "'%s' is no output folder: it has no store.db", folder);
    return S_ISREG(info.st_mode) ? WK_OK
                                 : wk_fail(err, WK_BAD_INPUT, "'%s' is no plain file", path);
}

static wk_status find_folder(wk_store *store, const char *folder, wk_error *err) {
    if (!realpath(folder, store->real))
        return wk_fail(err, wk_status_of_errno(errno), "cannot use output folder '%s': %s", folder,
                       strerror(errno));
    WK_TRY(wk_folder_check_length(store->real, err));
    const size_t length = strlen(store->real);
    snprintf(store->real + length, sizeof store->real - length, "/store.db");
    return WK_OK;
}

wk_status wk_store_open(const char *folder, wk_store_mode mode, wk_store **out, wk_error *err) {
    wk_store *store = wk_allocate_zeroed(1, sizeof *store);
    store->lock = -1;
    wk_status status = wk_folder_check_length(folder, err);
    if (status == WK_OK)
        snprintf(store->path, sizeof store->path, "%s/store.db", folder);
    if (status == WK_OK && mode == WK_STORE_READ)
        status = check_file(store->path, folder, err);
    if (status == WK_OK && mode == WK_STORE_WRITE)
        status = wk_folder_claim(folder, &store->lock, err);
    if (status == WK_OK)
        status = find_folder(store, folder, err);
    if (status == WK_OK)
        status = open_database(store, mode, err);
    if (status != WK_OK) {
        wk_store_close(store);
        return status;
    }
    if (mode == WK_STORE_WRITE)
        wk_folder_sweep(folder);
    *out = store;
    return WK_OK;
}

/* After an error while it wrote, SQLite leaves it to who opens the store next to undo what was
 * begun; a reader may not. */
static void undo(wk_store *store) {
    char path[sizeof store->path + 8];
    snprintf(path, sizeof path, "%s-journal", store->real);
    if (access(path, F_OK) == 0 &&
        sqlite3_open_v2(store->real, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                        NULL) == SQLITE_OK)
        sqlite3_exec(store->db, "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(store->db);
}

void wk_store_close(wk_store *store) {
    if (!store)
        return;
    for (sqlite3_stmt *s; store->db && (s = sqlite3_next_stmt(store->db, NULL));)
        sqlite3_finalize(s);
    sqlite3_close(store->db);
    store->db = NULL;
    if (store->lock >= 0)
        undo(store);
    wk_folder_release(store->lock);
    free(store);
}

/* ---- facts ---- */

/* A text lies in the file as it is, any other value as its bytes (base/value.h). */
wk_status wk_store_put(wk_store *store, const char *key, wk_value value, wk_error *err) {
    wk_bytes typed = {0};
    wk_store_part parts[] = {{WK_PART_TEXT, .bytes = key}, {WK_PART_TEXT, .bytes = value.text}};
    if (value.kind != WK_KIND_TEXT) {
        wk_value_write(&value, &typed);
        parts[1] = (wk_store_part){WK_PART_BYTES, .bytes = typed.data, .size = typed.length};
    }
    const wk_status status = wk_store_change(
        store, "INSERT OR REPLACE INTO fact VALUES(?1, ?2, row_hash(?1, ?2))", parts, 2, err);
    wk_bytes_release(&typed);
    return status;
}

wk_status wk_store_drop(wk_store *store, const char *prefix, wk_error *err) {
    return wk_store_change(store, "DELETE FROM fact WHERE substr(key, 1, length(?1)) = ?1",
                           &(wk_store_part){WK_PART_TEXT, .bytes = prefix}, 1, err);
}

static wk_status read_fact(sqlite3_stmt *statement, wk_pair *fact, wk_arena *arena, wk_error *err) {
    fact->key = wk_arena_text(arena, wk_store_column(statement, 0));
    wk_reader in = {.at = sqlite3_column_blob(statement, 1)};
    in.end = in.at + sqlite3_column_bytes(statement, 1);
    fact->value = sqlite3_column_type(statement, 1) == SQLITE_BLOB
                      ? wk_value_read(&in, arena)
                      : wk_value_text(wk_arena_text(arena, wk_store_column(statement, 1)));
    return sqlite3_column_int(statement, 2) && !in.failed
               ? WK_OK
               : wk_fail(err, WK_CANNOT, "store: '%s' is damaged; run again to write it anew",
                         fact->key);
}

wk_status wk_store_facts(wk_store *store, wk_arena *arena, wk_bag *facts, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    wk_pair *pairs = NULL;
    size_t n = 0, room = 0;
    int step = SQLITE_ERROR;
    wk_status status = WK_OK;
    WK_TRY(wk_store_prepare(
        store, "SELECT key, value, sha256 = row_hash(key, value) FROM fact ORDER BY key",
        &statement, err));
    while (status == WK_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        pairs = wk_arena_more(arena, pairs, n, &room, sizeof *pairs);
        status = read_fact(statement, &pairs[n++], arena, err);
    }
    if (status == WK_OK && step != SQLITE_DONE)
        status = wk_store_trouble(store, err);
    wk_store_give_back(statement);
    *facts = (wk_bag){pairs, n};
    return status;
}

/* ---- the plan ---- */

wk_status wk_store_begin(wk_store *store, wk_error *err) {
    return wk_store_change(store, "BEGIN IMMEDIATE", NULL, 0, err);
}

wk_status wk_store_commit(wk_store *store, wk_error *err) {
    return wk_store_change(store, "COMMIT", NULL, 0, err);
}

bool wk_store_in_transaction(const wk_store *store) {
    return !sqlite3_get_autocommit(store->db);
}

void wk_store_roll_back(wk_store *store) {
    if (wk_store_in_transaction(store)) /* if this fails, wk_store_close does it */
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

void wk_store_patience(wk_store *store, double seconds, const volatile sig_atomic_t *stop) {
    store->patience_s = seconds > 0 ? seconds : 60;
    store->stop = stop;
}

bool wk_store_was_busy(const wk_store *store) {
    return store->busy;
}

/* A run may have brought the store up to date since it was opened. */
wk_status wk_store_hold(wk_store *store, wk_error *err) {
    WK_TRY(wk_store_change(store, "BEGIN", NULL, 0, err));
    return wk_store_check_schema(store, WK_STORE_READ, err);
}

/* The parameters of a cell of the plan: a bag (base/value.h) in a frame of its own. */
static const char plan_format[] = "wkpl";
enum { PLAN_VERSION = 1 };

wk_status wk_store_plan_clear(wk_store *store, wk_error *err) {
    return wk_store_change(store, "DELETE FROM plan", NULL, 0, err);
}

wk_status wk_store_plan_add(wk_store *store, size_t position, const wk_hash *key,
                            const char *experiment, const wk_bag *params, uint64_t seed,
                            wk_error *err) {
    char digits[24];
    wk_bytes bag = {0};
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)seed);
    wk_bytes_begin(&bag, plan_format, PLAN_VERSION);
    wk_bag_write(params, &bag);
    wk_bytes_seal(&bag);
    const wk_store_part parts[] = {
        {WK_PART_WHOLE, .whole = (sqlite3_int64)position},
        {WK_PART_TEXT, .bytes = key->hex},
        {WK_PART_TEXT, .bytes = experiment},
        {WK_PART_BYTES, .bytes = bag.data, .size = bag.length},
        {WK_PART_TEXT, .bytes = digits},
    };
    const wk_status status = wk_store_change(
        store, "INSERT INTO plan VALUES(?1, ?2, ?3, ?4, ?5, row_hash(?1, ?2, ?3, ?4, ?5))", parts,
        5, err);
    wk_bytes_release(&bag);
    return status;
}

/* ---- the table ---- */

/* The plan while it is read: the row that the statement stands at, and the parameters of the one
 * before. */
typedef struct plan_reader {
    sqlite3_stmt *plan;
    const void *params; /* as they are stored, */
    size_t size;
    wk_bag bag; /* and read */
} plan_reader;

static wk_status read_bag(const void *bytes, size_t size, wk_arena *arena, wk_bag *bag,
                          wk_error *err) {
    wk_reader in;
    const bool whole =
        wk_reader_open(&in, bytes, size, plan_format, PLAN_VERSION) == WK_FRAME_WHOLE &&
        wk_bag_read(&in, arena, bag) && wk_reader_done(&in);
    return whole ? WK_OK : wk_fail(err, WK_CANNOT, "store: parameters of the plan are damaged");
}

/* Cells that differ in their seed alone follow one another: they share their parameters. */
static wk_status read_params(plan_reader *r, wk_arena *arena, wk_bag *out, wk_error *err) {
    const void *bytes = sqlite3_column_blob(r->plan, 3);
    const size_t size = (size_t)sqlite3_column_bytes(r->plan, 3);
    if (!r->params || size != r->size || memcmp(bytes, r->params, size) != 0) {
        char *copy = wk_arena_get(arena, size + 1, 1);
        if (size)
            memcpy(copy, bytes, size);
        r->params = copy;
        r->size = size;
        WK_TRY(sqlite3_column_type(r->plan, 3) == SQLITE_BLOB
                   ? read_bag(copy, size, arena, &r->bag, err)
                   : wk_store_old_params(copy, arena, &r->bag, err));
    }
    *out = r->bag;
    return WK_OK;
}

/* A cell of the plan: the n-th, for a page of the file may show another again in its stead. */
static wk_status read_row(plan_reader *r, size_t n, wk_row *rows, wk_arena *arena, wk_error *err) {
    wk_row *row = &rows[n];
    int64_t seed = 0;
    bool sound;
    const char *id = wk_store_column(r->plan, 1), *experiment = wk_store_column(r->plan, 2);
    if (!sqlite3_column_int(r->plan, 5) || sqlite3_column_int64(r->plan, 0) != (sqlite3_int64)n ||
        !wk_text_integer(wk_store_column(r->plan, 4), &seed))
        return wk_fail(err, WK_CANNOT,
                       "store: the plan is damaged at '%.40s'; run again to write it anew",
                       wk_store_column(r->plan, 0));
    row->id = wk_arena_span(arena, id, strnlen(id, 16));
    row->seed = (uint64_t)seed;
    row->experiment = n && strcmp(row[-1].experiment, experiment) == 0
                          ? row[-1].experiment
                          : wk_arena_text(arena, experiment);
    WK_TRY(read_params(r, arena, &row->params, err));
    return wk_store_cell_at(r->plan, 6, arena, &row->result, &sound, err);
}

/* "plan.cells", put by whoever wrote the plan: rows that vanished are damage too. */
static wk_status check_count(wk_store *store, int count, wk_arena *arena, wk_error *err) {
    wk_bag facts;
    char digits[24];
    WK_TRY(wk_store_facts(store, arena, &facts, err));
    const char *cells = wk_bag_find(&facts, "plan.cells");
    snprintf(digits, sizeof digits, "%d", count);
    if ((cells || count) && (!cells || strcmp(cells, digits) != 0))
        return wk_fail(err, WK_CANNOT,
                       "store: the plan is damaged: %d of %s cells; run again to write it anew",
                       count, cells ? cells : "an unknown number of");
    return WK_OK;
}

wk_status wk_store_table(wk_store *store, wk_arena *arena, wk_table *table, wk_error *err) {
    int count = 0;
    WK_TRY(wk_store_number(store, "SELECT count(*) FROM plan", &count, err));
    WK_TRY(check_count(store, count, arena, err));
    wk_row *rows = wk_arena_get(arena, (size_t)count, sizeof *rows);
    plan_reader r = {0};
    WK_TRY(wk_store_prepare(
        store,
        "SELECT position, plan.key, experiment, params, seed, plan.sha256 ="
        " row_hash(position, plan.key, experiment, params, seed), " WK_STORE_CELL_COLUMNS(
            "plan.key") " FROM plan LEFT JOIN cell ON cell.key = plan.key ORDER BY position",
        &r.plan, err));
    size_t n = 0;
    wk_status status = WK_OK;
    for (; status == WK_OK && n < (size_t)count && sqlite3_step(r.plan) == SQLITE_ROW; n++)
        status = read_row(&r, n, rows, arena, err);
    if (status == WK_OK && n != (size_t)count)
        status = wk_store_trouble(store, err);
    wk_store_give_back(r.plan);
    *table = (wk_table){rows, n};
    return status;
}
