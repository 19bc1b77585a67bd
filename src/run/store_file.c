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

wk_hash wk_store_join(const wk_hash *parts, size_t n) {
    enum { DIGITS = WK_HASH_SIZE - 1, MOST = 7 };
    char joined[MOST * DIGITS];
    WK_ASSERT(n <= MOST);
    for (size_t i = 0; i < n; i++)
        memcpy(joined + i * DIGITS, parts[i].hex, DIGITS);
    return wk_hash_bytes(joined, n * DIGITS);
}

wk_hash wk_store_hash(const char *const *parts, size_t n) {
    wk_hash hashes[5];
    WK_ASSERT(n <= sizeof hashes / sizeof *hashes);
    for (size_t i = 0; i < n; i++)
        hashes[i] = wk_hash_text(parts[i] ? parts[i] : "");
    return wk_store_join(hashes, n);
}

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

wk_status wk_store_put(wk_store *store, const char *key, const char *value, wk_error *err) {
    sqlite3_stmt *statement = NULL;
    const char *const parts[] = {key, value};
    const wk_hash hash = wk_store_hash(parts, 2);
    WK_TRY(wk_store_prepare(store,
                            value ? "INSERT OR REPLACE INTO fact VALUES(?1, ?2, ?3)"
                                  : "DELETE FROM fact WHERE key = ?1",
                            &statement, err));
    wk_store_bind_text(statement, 1, key);
    if (value) {
        wk_store_bind_text(statement, 2, value);
        wk_store_bind_text(statement, 3, hash.hex);
    }
    return wk_store_finish(store, statement, err);
}

static wk_status read_fact(sqlite3_stmt *statement, const char *key, const char **value,
                           wk_arena *arena, wk_error *err) {
    const char *const parts[] = {key, wk_store_column(statement, 0)};
    const bool sound = strcmp(wk_store_hash(parts, 2).hex, wk_store_column(statement, 1)) == 0;
    if (!sound)
        return wk_fail(err, WK_CANNOT, "store: '%s' is damaged; run again to write it anew", key);
    *value = wk_arena_text(arena, wk_store_column(statement, 0));
    return WK_OK;
}

wk_status wk_store_get(wk_store *store, const char *key, const char **value, wk_arena *arena,
                       wk_error *err) {
    sqlite3_stmt *statement = NULL;
    *value = NULL;
    WK_TRY(
        wk_store_prepare(store, "SELECT value, sha256 FROM fact WHERE key = ?1", &statement, err));
    wk_status status = WK_OK;
    wk_store_bind_text(statement, 1, key);
    const int step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        status = read_fact(statement, key, value, arena, err);
    else if (step != SQLITE_DONE)
        status = wk_store_trouble(store, err);
    wk_store_give_back(statement);
    return status;
}

/* ---- the plan ---- */

wk_status wk_store_begin(wk_store *store, wk_error *err) {
    return wk_store_run(store, "BEGIN IMMEDIATE", err);
}

wk_status wk_store_commit(wk_store *store, wk_error *err) {
    return wk_store_run(store, "COMMIT", err);
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
    WK_TRY(wk_store_run(store, "BEGIN", err));
    return wk_store_check_schema(store, WK_STORE_READ, err);
}

wk_status wk_store_plan_clear(wk_store *store, wk_error *err) {
    return wk_store_run(store, "DELETE FROM plan", err);
}

/* "key=text" lines; neither holds a newline. */
static char *bag_text(const wk_bag *params) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = wk_text_stream(&text, &length);
    for (size_t i = 0; i < params->n; i++)
        fprintf(out, "%s=%s\n", params->pairs[i].key, params->pairs[i].text);
    fclose(out);
    return text;
}

static wk_status bag_of_text(const char *text, wk_bag *bag, wk_arena *arena, wk_error *err) {
    size_t n = 0, i = 0;
    for (const char *p = text; *p; p++)
        n += *p == '\n';
    char *copy = wk_arena_text(arena, text);
    wk_pair *pairs = wk_arena_get(arena, n, sizeof *pairs);
    for (char *line = copy, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        char *equals = strchr(line, '=');
        if (!equals)
            return wk_fail(err, WK_CANNOT, "store: damaged parameters '%.60s'", line);
        *equals = '\0';
        pairs[i++] = (wk_pair){line, equals + 1};
    }
    *bag = wk_bag_of(pairs, n);
    return WK_OK;
}

/* Is `text` what bag_text makes of the bag? */
static bool is_text_of(const char *text, const wk_bag *bag) {
    for (size_t i = 0; i < bag->n; i++) {
        const size_t key = strlen(bag->pairs[i].key), value = strlen(bag->pairs[i].text);
        if (strncmp(text, bag->pairs[i].key, key) != 0 || text[key] != '=' ||
            strncmp(text + key + 1, bag->pairs[i].text, value) != 0 ||
            text[key + 1 + value] != '\n')
            return false;
        text += key + value + 2;
    }
    return *text == '\0';
}

wk_status wk_store_plan_add(wk_store *store, size_t position, const wk_hash *key,
                            const char *experiment, const wk_bag *params, uint64_t seed,
                            wk_error *err) {
    char place[24], digits[24], *text = bag_text(params);
    snprintf(place, sizeof place, "%zu", position);
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)seed);
    const char *const parts[] = {place, key->hex, experiment, text, digits};
    const wk_hash hash = wk_store_hash(parts, 5);
    sqlite3_stmt *statement = NULL;
    wk_status status =
        wk_store_prepare(store, "INSERT INTO plan VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &statement, err);
    if (status == WK_OK) {
        sqlite3_bind_int64(statement, 1, (sqlite3_int64)position);
        for (int i = 1; i < 5; i++)
            wk_store_bind_text(statement, 1 + i, parts[i]);
        wk_store_bind_text(statement, 6, hash.hex);
        status = wk_store_finish(store, statement, err);
    }
    free(text);
    return status;
}

/* ---- the table ---- */

/* Experiment and parameters. Cells that differ in their seed alone follow one another: they share
 * them. before: the row before, or NULL. */
static wk_status read_variant(sqlite3_stmt *plan, const wk_row *before, wk_row *row,
                              wk_arena *arena, wk_error *err) {
    const char *experiment = wk_store_column(plan, 2), *params = wk_store_column(plan, 3);
    row->experiment = before && strcmp(before->experiment, experiment) == 0
                          ? before->experiment
                          : wk_arena_text(arena, experiment);
    if (!before || !is_text_of(params, &before->params))
        return bag_of_text(params, &row->params, arena, err);
    row->params = before->params;
    return WK_OK;
}

/* One of the plan: the n-th, for a page of the file may show another again in its stead. */
static wk_status read_row(sqlite3_stmt *plan, size_t n, wk_row *rows, wk_arena *arena,
                          wk_error *err) {
    wk_row *row = &rows[n];
    int64_t seed = 0, position = -1;
    const char *const parts[] = {wk_store_column(plan, 0), wk_store_column(plan, 1),
                                 wk_store_column(plan, 2), wk_store_column(plan, 3),
                                 wk_store_column(plan, 4)};
    const bool sound = strcmp(wk_store_hash(parts, 5).hex, wk_store_column(plan, 5)) == 0 &&
                       wk_text_integer(parts[0], &position) && position == (int64_t)n;
    if (!sound)
        return wk_fail(err, WK_CANNOT,
                       "store: the plan is damaged at '%.40s'; run again to write it anew",
                       parts[0]);
    row->id = wk_arena_span(arena, parts[1], strnlen(parts[1], 16));
    if (!wk_text_integer(parts[4], &seed))
        return wk_fail(err, WK_CANNOT, "store: damaged seed '%.30s'", parts[4]);
    row->seed = (uint64_t)seed;
    return read_variant(plan, n ? row - 1 : NULL, row, arena, err);
}

/* And what was found, if anything was. */
static wk_status read_cell(wk_store *store, sqlite3_stmt *plan, size_t n, wk_row *rows,
                           wk_arena *arena, wk_error *err) {
    rows[n].result = (wk_result){.end = WK_END_PENDING, .reason = ""};
    WK_TRY(read_row(plan, n, rows, arena, err));
    return wk_store_cell_result(store, wk_store_column(plan, 1), arena, &rows[n].result, err);
}

/* "plan.cells", put by whoever wrote the plan: rows that vanished are damage too. */
static wk_status check_count(wk_store *store, int count, wk_arena *arena, wk_error *err) {
    const char *cells = NULL;
    int64_t expected = 0;
    WK_TRY(wk_store_get(store, "plan.cells", &cells, arena, err));
    if ((cells || count) && (!cells || !wk_text_integer(cells, &expected) || expected != count))
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
    sqlite3_stmt *plan = NULL;
    WK_TRY(wk_store_prepare(store,
                            "SELECT position, key, experiment, params, seed, sha256 FROM plan"
                            " ORDER BY position",
                            &plan, err));
    size_t n = 0;
    wk_status status = WK_OK;
    for (; status == WK_OK && n < (size_t)count && sqlite3_step(plan) == SQLITE_ROW; n++)
        status = read_cell(store, plan, n, rows, arena, err);
    if (status == WK_OK && n != (size_t)count)
        status = wk_store_trouble(store, err);
    wk_store_give_back(plan);
    *table = (wk_table){rows, n};
    return status;
}
