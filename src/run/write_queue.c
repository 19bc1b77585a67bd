/* Collects results and writes them into the store, several in one transaction. */
#include "run/write_queue.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double longest_s = 2, share = 1.0 / 300;
enum { MOST_BYTES = 16 << 20 };

struct wk_write_queue_letter {
    struct wk_write_queue_letter *next;
    wk_hash key;
    wk_store_cell cell;
};

void wk_write_queue_release(wk_write_queue *outbox) {
    wk_arena_release(&outbox->arena);
    outbox->first = outbox->last = NULL;
}

void wk_write_queue_put(wk_write_queue *outbox, const wk_hash *key, const wk_store_cell *cell) {
    struct wk_write_queue_letter *letter = wk_arena_get(&outbox->arena, 1, sizeof *letter);
    letter->key = *key;
    letter->cell = *cell;
    letter->cell.result.reason = wk_arena_text(&outbox->arena, cell->result.reason);
    if (cell->record) {
        void *record = wk_arena_get(&outbox->arena, cell->size, 1);
        memcpy(record, cell->record, cell->size);
        letter->cell.record = record;
    }
    if (outbox->last)
        outbox->last->next = letter;
    else
        outbox->first = letter;
    outbox->last = letter;
}

bool wk_write_queue_due(const wk_write_queue *outbox) {
    const double pause = fmin(longest_s, outbox->cost_s / share);
    return outbox->first &&
           (outbox->arena.total >= MOST_BYTES || wk_clock_wall() - outbox->written >= pause);
}

static wk_status write_all(wk_write_queue *outbox, wk_error *err) {
    WK_TRY(wk_store_begin(outbox->store, err));
    for (const struct wk_write_queue_letter *l = outbox->first; l; l = l->next)
        WK_TRY(wk_store_put_cell(outbox->store, &l->key, &l->cell, err));
    return wk_store_commit(outbox->store, err);
}

wk_status wk_write_queue_flush(wk_write_queue *outbox, double patience_s, wk_error *err) {
    const double begun = wk_clock_wall();
    if (!outbox->first)
        return WK_OK;
    wk_store_patience(outbox->store, patience_s, NULL);
    wk_status status = write_all(outbox, err);
    wk_store_patience(outbox->store, 0, NULL);
    if (status == WK_OK) {
        wk_write_queue_release(outbox);
        outbox->put_off = 0;
    } else {
        wk_store_roll_back(outbox->store);
        outbox->put_off++;
        if (wk_store_was_busy(outbox->store))
            status = WK_OK;
    }
    outbox->written = wk_clock_wall();
    outbox->cost_s = outbox->written - begun;
    return status;
}

/* The last results are not given up as soon as somebody reads the store. */
static wk_status insist(wk_write_queue *outbox, const char *folder, wk_error *err) {
    enum { MINUTES = 10 };
    if (!outbox->first)
        return WK_OK;
    fprintf(stderr,
            "widecheck: somebody is reading '%s/store.db': waiting for up to %d minutes to "
            "store the last results\n",
            folder, MINUTES);
    WK_TRY(wk_write_queue_flush(outbox, 60 * MINUTES, err));
    return outbox->first ? wk_fail(err, WK_CANNOT,
                                   "the last results could not be stored: "
                                   "'%s/store.db' was being read for %d minutes",
                                   folder, MINUTES)
                         : WK_OK;
}

wk_status wk_write_queue_write(wk_write_queue *outbox, wk_urgency urgency, const char *folder,
                               wk_error *err) {
    WK_TRY(wk_write_queue_flush(outbox, urgency == WK_AT_LAST ? 2 : 0.1, err));
    if (outbox->put_off == 4)
        fprintf(stderr,
                "widecheck: warning: somebody is reading '%s/store.db': what is measured "
                "waits to be stored\n",
                folder);
    return urgency == WK_AT_LAST ? insist(outbox, folder, err) : WK_OK;
}
