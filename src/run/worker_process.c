/* Listens to a worker process, watches its memory, and stops it. */
#include "run/worker_process.h"

#include "base/heap.h"
#include "run/resident.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const double grace_s = 2;   /* between TERM and KILL */
static const double look_s = 0.08; /* between two looks at a worker, at least */

/* ---- listening ---- */

static void close_end(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

void wk_worker_close_output(wk_worker_process *m) {
    close_end(&m->out);
}

void wk_worker_close(wk_worker_process *m) {
    close_end(&m->out);
    close_end(&m->err);
    close_end(&m->process);
}

/* What there is now, n bytes at most; 0 if there is nothing. An output that has ended is closed. */
static size_t read_some(int *descriptor, void *bytes, size_t n) {
    ssize_t got;
    do
        got = read(*descriptor, bytes, n);
    while (got < 0 && errno == EINTR);
    if (got == 0 || (got < 0 && errno != EAGAIN))
        close_end(descriptor);
    return got > 0 ? (size_t)got : 0;
}

/* One that never stops talking is not to keep us from the others: what is left is read next time.
 */
enum { MOST_READS = 256 };

static void take_answer(wk_worker_process *m) {
    size_t got = 1;
    for (int i = 0; got && i < MOST_READS; i++) {
        if (m->room == m->length) {
            const size_t room = m->room ? 2 * m->room : 64 * 1024;
            if (room > WK_WORKER_LARGEST_ANSWER) {
                m->fault = m->fault ? m->fault : WK_WORKER_TALKATIVE;
                close_end(&m->out);
                return;
            }
            m->answer = wk_reallocate(m->answer, room);
            m->room = room;
        }
        got = read_some(&m->out, m->answer + m->length, m->room - m->length);
        m->talks = m->talks || got;
        m->length += got;
    }
}

/* Keeps the last bytes. */
static void take_tail(wk_worker_process *m) {
    char chunk[1024];
    size_t got = 1;
    for (int i = 0; got && i < MOST_READS; i++) {
        got = read_some(&m->err, chunk, sizeof chunk);
        m->talks = m->talks || got;
        const size_t whole = m->tail_length + got;
        const size_t drop = whole > WK_WORKER_TAIL ? whole - WK_WORKER_TAIL : 0;
        memmove(m->tail, m->tail + drop, m->tail_length - drop);
        memcpy(m->tail + m->tail_length - drop, chunk, got);
        m->tail_length = whole - drop;
        m->tail[m->tail_length] = '\0';
    }
}

/* What there is to be waited for. Most workers write once, as they end, and less than a pipe holds:
 * their end is waited for, and one call of poll does for all. One that writes more is found when it
 * is looked at, and from then on its pipes are waited for too. */
size_t wk_worker_ends(const wk_worker_process *m, int ends[WK_WORKER_ENDS]) {
    size_t n = 0;
    if (m->process >= 0 && !m->ended)
        ends[n++] = m->process;
    if (m->out >= 0 && (m->talks || m->ended || m->process < 0))
        ends[n++] = m->out;
    if (m->err >= 0 && (m->talks || m->process < 0))
        ends[n++] = m->err;
    return n;
}

void wk_worker_hear(wk_worker_process *m, int descriptor) {
    if (descriptor == m->process)
        m->ended = true;
    else if (descriptor == m->out)
        take_answer(m);
    else if (descriptor == m->err)
        take_tail(m);
}

void wk_worker_hear_all(wk_worker_process *m) {
    if (m->err >= 0)
        take_tail(m);
    if (m->out >= 0)
        take_answer(m);
}

/* ---- watching ---- */

static void look_at_memory(wk_worker_process *m) {
    /* A worker has no children, as a rule: they are looked for seldom, but counted always. */
    const bool all = m->looks++ % 4 == 0 || m->has_children;
    const double own = wk_resident_own(m->pid);
    const double held = all ? wk_resident_family(m->pid) : own;
    m->has_children = held > own;
    m->seen = fmax(m->seen, held);
}

void wk_worker_look_at(wk_worker_process *m, double now) {
    if (now - m->looked < look_s)
        return;
    m->looked = now;
    look_at_memory(m);
    wk_worker_hear_all(m);
}

bool wk_worker_has_ended(const wk_worker_process *m, bool sure) {
    if (m->process >= 0 && (m->ended || !sure))
        return m->ended;
    siginfo_t ended = {0};
    return waitid(P_PID, (id_t)m->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid;
}

void wk_worker_stop(wk_worker_process *m, double now) {
    if (m->fault == WK_WORKER_TOO_LARGE) { /* it would go on growing */
        kill(-m->pid, SIGKILL);
    } else if (m->asked_to_stop == 0) {
        m->asked_to_stop = now;
        kill(-m->pid, SIGTERM);
    } else if (now - m->asked_to_stop > grace_s) {
        kill(-m->pid, SIGKILL);
    }
}
