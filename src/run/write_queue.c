/* Collects results and writes them into the store, several in one transaction. */
#include "run/write_queue.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double longest_s = 2, share = 1.0 / 300;
enum { MOST_BYTES = 16 << 20 };

void wk_write_queue_release(wk_write_queue *outbox) {
    wk_arena_release(&outbox->arena);
    outbox->n = outbox->room = 0;
}

void wk_write_queue_put(wk_write_queue *outbox, const wk_hash *key, const wk_store_cell *cell) {
    wk_arena *arena = &outbox->arena;
    outbox->waiting =
        wk_arena_more(arena, outbox->waiting, outbox->n, &outbox->room, sizeof *outbox->waiting);
    wk_waiting *added = &outbox->waiting[outbox->n++];
    *added = (wk_waiting){*key, *cell};
    added->cell.result.reason = wk_arena_text(arena, cell->result.reason);
    if (cell->record)
        added->cell.record = memcpy(wk_arena_get(arena, cell->size, 1), cell->record, cell->size);
}

bool wk_write_queue_due(const wk_write_queue *outbox) {
    const double pause = fmin(longest_s, outbox->cost_s / share);
    return outbox->n &&
           (outbox->arena.total >= MOST_BYTES || wk_clock_wall() - outbox->written >= pause);
}

static wk_status write_all(wk_write_queue *outbox, wk_error *err) {
    WK_TRY(wk_store_begin(outbox->store, err));
    for (size_t i = 0; i < outbox->n; i++)
        WK_TRY(wk_store_put_cell(outbox->store, &outbox->waiting[i].key, &outbox->waiting[i].cell,
                                 err));
    return wk_store_commit(outbox->store, err);
}

wk_status wk_write_queue_flush(wk_write_queue *outbox, double patience_s, wk_error *err) {
    const double begun = wk_clock_wall();
    if (!outbox->n)
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
    if (!outbox->n)
        return WK_OK;
    fprintf(stderr,
            "widecheck: somebody is reading '%s/store.db': waiting for up to %d minutes to "
            "store the last results\n",
            folder, MINUTES);
    WK_TRY(wk_write_queue_flush(outbox, 60 * MINUTES, err));
    return outbox->n ? wk_fail(err, WK_CANNOT,
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
