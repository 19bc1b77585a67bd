/* Progress on stderr. On a terminal it is a bar with the number of cells done, their rate and the
 * time left; elsewhere it is a line now and then. */
#ifndef WK_RUN_PROGRESS_H
#define WK_RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_progress {
    bool quiet, terminal, drawn;
    size_t total, done, failed;
    double work, work_done; /* in estimated operations, for the time left */
    double started, shown;
} wk_progress;

void wk_progress_begin(wk_progress *progress, size_t total, double work, bool quiet);
void wk_progress_step(wk_progress *progress, double work, bool failed);
/* Draws if it is time to; call it often. */
void wk_progress_show(wk_progress *progress);
/* Clears the bar. */
void wk_progress_end(wk_progress *progress);

#endif
