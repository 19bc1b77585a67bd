/* Tells how a worker process ended, and why. */
#include "run/worker_end.h"

#include "base/bytes.h"
#include "run/request.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static int explain_fault(const wk_worker_process *m, double timeout_s, char *out, size_t room) {
    const double MiB = 1048576;
    switch (m->fault) {
    case WK_WORKER_TIMED_OUT:
        return snprintf(out, room, "stopped after %g s (--timeout)", timeout_s);
    case WK_WORKER_TOO_LARGE:
        return snprintf(out, room, "held %.0f MiB of memory; its limit is %.0f MiB (--mem sets it)",
                        m->seen / MiB, m->most / MiB);
    case WK_WORKER_EXHAUSTED:
        return snprintf(out, room, "asked for %.1f MiB of memory that it could not get",
                        m->asked / MiB);
    case WK_WORKER_TALKATIVE:
        return snprintf(out, room, "answered with more than %d MiB",
                        WK_WORKER_LARGEST_ANSWER >> 20);
    case WK_WORKER_LINGERING:
        return snprintf(out, room, "closed its output, but did not end within %d s",
                        WK_WORKER_LINGER_S);
    case WK_WORKER_GARBLED:
        return snprintf(out, room, "its answer is garbled: something else was printed into it");
    case WK_WORKER_SOUND:
    case WK_WORKER_STOPPED:
        break;
    }
    return 0;
}

void wk_worker_explain(const wk_worker_process *m, int status, double timeout_s,
                       char out[WK_WORKER_REASON]) {
    const size_t room = WK_WORKER_REASON;
    int used = explain_fault(m, timeout_s, out, room);
    if (!used && WIFSIGNALED(status))
        used = snprintf(out, room, "killed by signal %d (%s)", WTERMSIG(status),
                        strsignal(WTERMSIG(status)));
    else if (!used)
        used =
            snprintf(out, room, "ended with exit code %d and no whole answer", WEXITSTATUS(status));
    if (m->tail_length && used > 0 && (size_t)used < room)
        snprintf(out + used, room - (size_t)used, "; it said: %s", m->tail);
    for (size_t length = strlen(out); length && out[length - 1] == '\n';)
        out[--length] = '\0';
}

static wk_end end_of(const wk_worker_process *m, bool whole) {
    if (whole)
        return WK_END_OK;
    return m->fault == WK_WORKER_STOPPED                                        ? WK_END_PENDING
           : m->fault == WK_WORKER_TIMED_OUT                                    ? WK_END_TIMEOUT
           : m->fault == WK_WORKER_TOO_LARGE || m->fault == WK_WORKER_EXHAUSTED ? WK_END_MEMORY
                                                                                : WK_END_CRASHED;
}

/* Linux hands the parent's peak down to a process that it spawns: what wait4 tells counts only
 * above that. */
static double peak_of(const wk_worker_process *m, const struct rusage *usage) {
    const double told = 1024.0 * (double)usage->ru_maxrss;
    return told > m->handed_down ? fmax(told, m->seen) : fmax(m->said, m->seen);
}

/* Is it whole? Then it says how much memory was held. */
static wk_frame open_answer(wk_worker_process *m) {
    wk_reader in;
    const wk_frame frame =
        wk_reader_open(&in, m->answer, m->length, wk_request_answers(m->job), WK_ANSWER_VERSION);
    m->said = wk_reader_f64(&in);
    return frame;
}

wk_worker_end wk_worker_end_of(wk_worker_process *m, int status, const struct rusage *usage) {
    const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const wk_frame answer = open_answer(m);
    const double peak = peak_of(m, usage);
    if (ended && answer == WK_FRAME_GARBLED && !m->fault)
        m->fault = WK_WORKER_GARBLED;
    if (ended && answer == WK_FRAME_WHOLE && m->most > 0 && peak > m->most) {
        m->fault = WK_WORKER_TOO_LARGE; /* between two looks: whether it is measured is not left to
                                           chance */
        m->seen = peak;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == WK_EXIT_EXHAUSTED && !m->fault) {
        m->fault = WK_WORKER_EXHAUSTED;
        if (m->length == sizeof m->asked)
            memcpy(&m->asked, m->answer, sizeof m->asked);
    }
    const bool whole = ended && answer == WK_FRAME_WHOLE && m->fault != WK_WORKER_TOO_LARGE;
    return (wk_worker_end){.end = end_of(m, whole), .whole = whole, .peak = peak};
}
