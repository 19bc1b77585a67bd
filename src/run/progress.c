/* Draws the progress of a run on stderr. */
#include "run/progress.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double bar_interval = 0.1, line_interval = 10;

/* One that understands what draws the bar. */
static bool is_terminal(void) {
    const char *name = getenv("TERM");
    return isatty(STDERR_FILENO) && name && *name && strcmp(name, "dumb") != 0;
}

void wk_progress_begin(wk_progress *progress, size_t total, double work, bool quiet) {
    *progress = (wk_progress){.quiet = quiet,
                              .terminal = is_terminal(),
                              .total = total,
                              .work = work,
                              .started = wk_clock_wall()};
    progress->shown = progress->started;
}

void wk_progress_step(wk_progress *progress, double work, bool failed) {
    progress->done++;
    progress->failed += failed;
    progress->work_done += work;
}

static void describe(const wk_progress *p, char *out, size_t room) {
    const double elapsed = wk_clock_wall() - p->started;
    const double share = p->work > 0 ? p->work_done / p->work : 0;
    int used = snprintf(out, room, "%zu/%zu cells", p->done, p->total);
    if (p->failed)
        used += snprintf(out + used, room - (size_t)used, ", %zu not measured", p->failed);
    if (p->done && elapsed > 1) {
        const double left = share > 0.02 ? elapsed * (1 - share) / share : -1;
        used += snprintf(out + used, room - (size_t)used, ", %.1f/s", (double)p->done / elapsed);
        if (left >= 0)
            snprintf(out + used, room - (size_t)used, ", about %.0f s left", left);
    }
}

static void draw_bar(const wk_progress *p, const char *text) {
    struct winsize size = {0};
    const int columns =
        ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
    const int room = columns - (int)strlen(text) - 4;
    const int width = room > 30 ? 30 : room;
    const int full = p->total ? (int)((size_t)(width > 0 ? width : 0) * p->done / p->total) : 0;
    fputs("\r\033[K", stderr);
    if (width >= 5)
        fprintf(stderr, "[%.*s%*s] %s", full, "##############################", width - full, "",
                text);
    else
        fprintf(stderr, "%.*s", columns - 1, text);
    fflush(stderr);
}

void wk_progress_show(wk_progress *progress) {
    const double now = wk_clock_wall();
    if (progress->quiet ||
        now - progress->shown < (progress->terminal ? bar_interval : line_interval))
        return;
    char text[160];
    describe(progress, text, sizeof text);
    if (progress->terminal)
        draw_bar(progress, text);
    else
        fprintf(stderr, "widecheck: %s\n", text);
    progress->shown = now;
    progress->drawn = true;
}

void wk_progress_end(wk_progress *progress) {
    if (progress->terminal && progress->drawn)
        fputs("\r\033[K", stderr);
}
