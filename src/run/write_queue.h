/* Results on their way to the store. To write one safely costs some waits for the disk, however
 * small the result is. Results that come in quick succession therefore go in one transaction:
 *
 * - A result waits only while writing would otherwise take more than 0.3 % of the time. The results
 *   of cells that take long are written at once.
 * - It waits for two seconds at most, or until the end of a cell that runs alone.
 * - What waits is lost by a kill, and is run again. A run that ends, or is asked to end, writes it.
 */
#ifndef WK_RUN_WRITE_QUEUE_H
#define WK_RUN_WRITE_QUEUE_H

#include "run/store.h"

typedef struct wk_waiting {
    wk_hash key;
    wk_store_cell cell;
} wk_waiting;

typedef struct wk_write_queue {
    wk_store *store;
    wk_arena arena;      /* of all that is waiting */
    wk_waiting *waiting; /* (n) in the order in which they came */
    size_t n, room;
    double written; /* when something was last written */
    double cost_s;  /* and how long that took */
    size_t put_off; /* how often it was, since then */
} wk_write_queue;

/* Zero-initialise with the store; released by wk_write_queue_release, which writes nothing. */
void wk_write_queue_release(wk_write_queue *outbox);

/* Copies the cell. */
void wk_write_queue_put(wk_write_queue *outbox, const wk_hash *key, const wk_store_cell *cell);

/* Has something waited long enough? */
bool wk_write_queue_due(const wk_write_queue *outbox);

/* Writes all that is waiting, or nothing: then it waits on, and may be tried again. While somebody
 * reads the store nothing can be written: if that does not end within `patience_s`, it is no
 * failure, but counted in put_off. */
wk_status wk_write_queue_flush(wk_write_queue *outbox, double patience_s, wk_error *err) WK_CHECKED;

typedef enum wk_urgency {
    WK_WHEN_DUE, /* the caller has asked wk_write_queue_due */
    WK_NOW,      /* what cannot be written at once waits on */
    WK_AT_LAST,  /* the end of the run: readers are waited for, up to ten minutes */
} wk_urgency;

/* Flushes as the urgency asks for, and says on stderr if readers of folder/store.db hold it up.
 * WK_CANNOT if something cannot be written; at last also if readers never ended. */
wk_status wk_write_queue_write(wk_write_queue *outbox, wk_urgency urgency, const char *folder,
                               wk_error *err) WK_CHECKED;

#endif
