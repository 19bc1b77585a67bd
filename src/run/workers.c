#include "run/workers.h"

#include "base/clock.h"
#include "base/heap.h"
#include "run/resident.h"
#include "run/spawn.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TAIL = 2000, LARGEST_ANSWER = 1 << 28, ENDS = 3 };
static const double grace_s = 2;   /* between TERM and KILL */
static const double linger_s = 5;  /* between the end of a worker's output and its own */
static const double drain_s = 0.5; /* between a worker's end and that of its output */
static const double look_s = 0.08; /* between two looks at a worker, at least */
static const double doze_s = 0.1;  /* without news; also the longest between two such looks */

/* Why a worker is to end before it has answered. */
typedef enum fault {
    NONE,
    STOPPED,
    TIMED_OUT,
    TOO_LARGE,
    EXHAUSTED,
    TALKATIVE,
    LINGERING,
    GARBLED
} fault;

typedef struct member {
    pid_t pid; /* 0: free seat */
    wk_job job;
    size_t ticket, threads;
    int out, err; /* our ends of its pipes; -1 when closed */
    int process;  /* readable when the process has ended; -1: not to be had (before Linux 5.3) */
    bool ended;   /* so it was seen */
    bool talks;   /* has written while it was at work: is listened to at once */
    unsigned char *answer; /* what it wrote */
    size_t length, room;
    char tail[TAIL + 1]; /* the end of its stderr */
    size_t tail_length;
    double started, asked_to_stop, silent_since, dead_since, looked; /* wall clock; 0: not yet */
    unsigned looks;                                                  /* at its memory */
    bool has_children;
    fault fault;                    /* the first one */
    double most;                    /* bytes that it may hold; 0: any */
    double asked;                   /* bytes that it asked for in vain */
    double seen, said, handed_down; /* bytes: seen at most; its own word at the end; ours when it
                                       was started, which Linux counts as its own */
} member;

struct wk_workers {
    size_t slots, used, busy;
    double timeout_s;
    double swept; /* when strays were last looked for */
    bool watches; /* there are descriptors enough for `process` of each member */
    const volatile sig_atomic_t *stop;
    char folder[4096];
    char **environment;
    wk_arena arena;
    member *members;       /* (slots) */
    struct pollfd *polled; /* (ENDS*slots): what `listen` waits for, */
    member **owner;        /* and whose it is */
    unsigned char *kept;   /* the answer last reported */
    char reason[TAIL + 300];
};

/* Three descriptors a worker, six for a moment when it is started, and some for ourselves. The
 * usual limit is there for programs that use select. Are there so many? */
static bool raise_limit(size_t slots) {
    const rlim_t needed = ENDS * slots + 64;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur >= needed;
}

wk_status wk_workers_new(size_t slots, const char *folder, double timeout_s,
                         const volatile sig_atomic_t *stop, wk_workers **out, wk_error *err) {
    wk_workers *crew = wk_allocate_zeroed(1, sizeof *crew);
    wk_spawn_adopt_strays();
    crew->watches = raise_limit(slots);
    crew->slots = slots;
    crew->timeout_s = timeout_s;
    crew->stop = stop;
    if (snprintf(crew->folder, sizeof crew->folder, "%s", folder) >= (int)sizeof crew->folder) {
        wk_workers_free(crew);
        return wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", folder);
    }
    crew->members = wk_arena_get(&crew->arena, slots, sizeof *crew->members);
    crew->polled = wk_arena_get(&crew->arena, ENDS * slots, sizeof *crew->polled);
    crew->owner = wk_arena_get(&crew->arena, ENDS * slots, sizeof(member *));
    wk_spawn_environment(NULL, 0, &crew->arena, &crew->environment);
    *out = crew;
    return WK_OK;
}

bool wk_workers_has_room(const wk_workers *crew, size_t threads) {
    return crew->busy == 0 || (crew->busy < crew->slots && crew->used + threads <= crew->slots);
}

size_t wk_workers_busy(const wk_workers *crew) {
    return crew->busy;
}

/* ---- starting ---- */

/* A worker reads all of its request before it answers, so this cannot block for long; if it has
 * died already, the write fails (SIGPIPE is ignored) and its end tells. */
static void send_request(int descriptor, const wk_request *request) {
    wk_request whole = *request;
    whole.parent = (uint64_t)getpid();
    wk_bytes out = {0};
    wk_request_write(&whole, &out);
    for (size_t sent = 0; sent < out.length;) {
        const ssize_t more = write(descriptor, out.data + sent, out.length - sent);
        if (more < 0 && errno != EINTR)
            break;
        sent += more > 0 ? (size_t)more : 0;
    }
    wk_bytes_release(&out);
    close(descriptor);
}

/* In the usual environment, or in one of its own. */
static wk_status spawn(wk_workers *crew, const wk_request *request, wk_spawned *spawned,
                       wk_error *err) {
    if (!request->nsettings)
        return wk_spawn_worker(crew->folder, crew->environment, spawned, err);
    wk_arena arena = {0};
    char **environment = NULL;
    wk_spawn_environment(request->settings, request->nsettings, &arena, &environment);
    const wk_status status = wk_spawn_worker(crew->folder, environment, spawned, err);
    wk_arena_release(&arena);
    return status;
}

wk_status wk_workers_start(wk_workers *crew, const wk_request *request, double most, size_t ticket,
                           wk_error *err) {
    const size_t threads = request->alone ? crew->slots : request->threads;
    WK_ASSERT(wk_workers_has_room(crew, threads));
    member *m = crew->members;
    while (m->pid)
        m++;
    wk_spawned spawned;
    struct rusage own = {0};
    WK_TRY(spawn(crew, request, &spawned, err));
    getrusage(RUSAGE_SELF, &own);
    *m = (member){.pid = spawned.pid,
                  .job = request->job,
                  .ticket = ticket,
                  .threads = threads,
                  .out = spawned.out,
                  .err = spawned.err,
                  .process = crew->watches ? (int)syscall(SYS_pidfd_open, spawned.pid, 0) : -1,
                  .most = most,
                  .handed_down = 1024.0 * (double)own.ru_maxrss};
    m->started = m->looked = wk_clock_wall();
    crew->used += m->threads;
    crew->busy++;
    send_request(spawned.in, request);
    return WK_OK;
}

/* ---- listening ---- */

static void close_end(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static void close_ends(member *m) {
    close_end(&m->out);
    close_end(&m->err);
    close_end(&m->process);
}

/* One that never stops talking is not to keep us from the others: what is left is read next time.
 */
enum { MOST_READS = 256 };

static void take_answer(member *m) {
    for (int i = 0; i < MOST_READS; i++) {
        if (m->room == m->length) {
            const size_t room = m->room ? 2 * m->room : 64 * 1024;
            if (room > LARGEST_ANSWER) {
                m->fault = m->fault ? m->fault : TALKATIVE;
                close_end(&m->out);
                return;
            }
            m->answer = wk_reallocate(m->answer, room);
            m->room = room;
        }
        const ssize_t got = read(m->out, m->answer + m->length, m->room - m->length);
        if (got > 0) {
            m->talks = true;
            m->length += (size_t)got;
        } else if (got < 0 && errno == EINTR) {
            continue;
        } else {
            if (got == 0 || errno != EAGAIN)
                close_end(&m->out);
            return;
        }
    }
}

/* Keeps the last TAIL bytes. */
static void take_tail(member *m) {
    char chunk[1024];
    for (int i = 0; i < MOST_READS; i++) {
        const ssize_t got = read(m->err, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got == 0 || errno != EAGAIN)
                close_end(&m->err);
            return;
        }
        m->talks = true;
        const size_t n = (size_t)got;
        const size_t drop = m->tail_length + n > TAIL ? m->tail_length + n - TAIL : 0;
        memmove(m->tail, m->tail + drop, m->tail_length - drop);
        memcpy(m->tail + m->tail_length - drop, chunk, n);
        m->tail_length += n - drop;
        m->tail[m->tail_length] = '\0';
    }
}

/* What there is to be waited for. Most workers write once, as they end, and less than a pipe holds:
 * their end is waited for, and one call of poll does for all. One that writes more is found when it
 * is looked at, and from then on its pipes are waited for too. */
static nfds_t ends_of(const member *m, int ends[ENDS]) {
    nfds_t n = 0;
    if (m->process >= 0 && !m->ended)
        ends[n++] = m->process;
    if (m->out >= 0 && (m->talks || m->ended || m->process < 0))
        ends[n++] = m->out;
    if (m->err >= 0 && (m->talks || m->process < 0))
        ends[n++] = m->err;
    return n;
}

static void listen(wk_workers *crew, double seconds) {
    struct pollfd *polled = crew->polled;
    member **owner = crew->owner;
    nfds_t n = 0;
    for (size_t i = 0; i < crew->slots; i++) {
        int ends[ENDS];
        const nfds_t more = crew->members[i].pid ? ends_of(&crew->members[i], ends) : 0;
        for (nfds_t e = 0; e < more; e++, n++) {
            owner[n] = &crew->members[i];
            polled[n] = (struct pollfd){.fd = ends[e], .events = POLLIN};
        }
    }
    if (poll(polled, n, (int)(seconds * 1000)) <= 0)
        return; /* nothing, or a signal: the caller looks at everything anyway */
    for (nfds_t i = 0; i < n; i++) {
        if (!polled[i].revents)
            continue;
        if (polled[i].fd == owner[i]->process)
            owner[i]->ended = true;
        else if (polled[i].fd == owner[i]->out)
            take_answer(owner[i]);
        else if (polled[i].fd == owner[i]->err)
            take_tail(owner[i]);
    }
}

/* ---- stopping and collecting ---- */

static void ask_to_stop(member *m, double now) {
    if (m->fault == TOO_LARGE) { /* it would go on growing */
        kill(-m->pid, SIGKILL);
    } else if (m->asked_to_stop == 0) {
        m->asked_to_stop = now;
        kill(-m->pid, SIGTERM);
    } else if (now - m->asked_to_stop > grace_s) {
        kill(-m->pid, SIGKILL);
    }
}

/* Ended, but not yet waited for, so that its process id and its group are still its own. What poll
 * tells of that is as old as the last call of `listen`: who wants to be `sure` asks. */
static bool has_ended(const member *m, bool sure) {
    if (m->process >= 0 && (m->ended || !sure))
        return m->ended;
    siginfo_t ended = {0};
    return waitid(P_PID, (id_t)m->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid;
}

static void look_at_memory(member *m) {
    /* A worker has no children, as a rule: they are looked for seldom, but counted always. */
    const bool all = m->looks++ % 4 == 0 || m->has_children;
    const double own = wk_resident_own(m->pid);
    const double held = all ? wk_resident_family(m->pid) : own;
    m->has_children = held > own;
    m->seen = fmax(m->seen, held);
}

static void take_all(member *m) {
    if (m->err >= 0)
        take_tail(m);
    if (m->out >= 0)
        take_answer(m);
}

static void look_at(member *m, double now) {
    if (now - m->looked < look_s)
        return;
    m->looked = now;
    look_at_memory(m);
    take_all(m);
}

/* What is wrong with a member that lives, if anything. */
static fault judge(const wk_workers *crew, const member *m, double now) {
    if (*crew->stop)
        return STOPPED;
    if (crew->timeout_s > 0 && now - m->started > crew->timeout_s)
        return TIMED_OUT;
    if (m->most > 0 && m->seen > m->most)
        return TOO_LARGE;
    return m->silent_since > 0 && now - m->silent_since > linger_s ? LINGERING : NONE;
}

static void watch_one(const wk_workers *crew, member *m, double now) {
    if (m->dead_since > 0) {
        if (now - m->dead_since > drain_s) /* another process holds its output open */
            close_end(&m->out);
        return;
    }
    if (m->out < 0 && m->silent_since == 0)
        m->silent_since = now;
    look_at(m, now);
    const fault found = m->fault ? m->fault : judge(crew, m, now);
    if (has_ended(m, found != NONE)) { /* before that was found, perhaps */
        m->dead_since = now;
        kill(-m->pid, SIGKILL); /* whatever it may have left in its group */
        take_all(m);
        return;
    }
    m->fault = found;
    if (m->fault)
        ask_to_stop(m, now);
}

static void watch(wk_workers *crew) {
    const double now = wk_clock_wall();
    for (size_t i = 0; i < crew->slots; i++)
        if (crew->members[i].pid)
            watch_one(crew, &crew->members[i], now);
}

/* ---- collecting ---- */

static int explain_fault(const wk_workers *crew, const member *m, char *out, size_t room) {
    const double MiB = 1048576;
    switch (m->fault) {
    case TIMED_OUT:
        return snprintf(out, room, "stopped after %g s (--timeout)", crew->timeout_s);
    case TOO_LARGE:
        return snprintf(out, room, "held %.0f MiB of memory; its limit is %.0f MiB (--mem sets it)",
                        m->seen / MiB, m->most / MiB);
    case EXHAUSTED:
        return snprintf(out, room, "asked for %.1f MiB of memory that it could not get",
                        m->asked / MiB);
    case TALKATIVE:
        return snprintf(out, room, "answered with more than %d MiB", LARGEST_ANSWER >> 20);
    case LINGERING:
        return snprintf(out, room, "closed its output, but did not end within %g s", linger_s);
    case GARBLED:
        return snprintf(out, room, "its answer is garbled: something else was printed into it");
    case NONE:
    case STOPPED:
        break;
    }
    return 0;
}

static void explain(wk_workers *crew, const member *m, int status) {
    char *out = crew->reason;
    const size_t room = sizeof crew->reason;
    int used = explain_fault(crew, m, out, room);
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

static wk_end end_of(const member *m, bool whole) {
    if (whole)
        return WK_END_OK;
    return m->fault == STOPPED                              ? WK_END_PENDING
           : m->fault == TIMED_OUT                          ? WK_END_TIMEOUT
           : m->fault == TOO_LARGE || m->fault == EXHAUSTED ? WK_END_MEMORY
                                                            : WK_END_CRASHED;
}

/* Linux hands the parent's peak down to a process that it spawns: what wait4 tells counts only
 * above that. */
static double peak_of(const member *m, const struct rusage *usage) {
    const double told = 1024.0 * (double)usage->ru_maxrss;
    return told > m->handed_down ? fmax(told, m->seen) : fmax(m->said, m->seen);
}

/* Is it whole? Then it says how much memory was held. */
static wk_frame open_answer(member *m) {
    wk_reader in;
    const wk_frame frame =
        wk_reader_open(&in, m->answer, m->length, wk_request_answers(m->job), WK_ANSWER_VERSION);
    m->said = wk_reader_f64(&in);
    return frame;
}

static void report_on(wk_workers *crew, member *m, int status, const struct rusage *usage,
                      wk_workers_report *report) {
    const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const wk_frame answer = open_answer(m);
    const double peak = peak_of(m, usage);
    if (ended && answer == WK_FRAME_GARBLED && !m->fault)
        m->fault = GARBLED;
    if (ended && answer == WK_FRAME_WHOLE && m->most > 0 && peak > m->most) {
        m->fault = TOO_LARGE; /* between two looks: whether it is measured is not left to chance */
        m->seen = peak;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == WK_WORKER_EXHAUSTED && !m->fault) {
        m->fault = EXHAUSTED;
        if (m->length == sizeof m->asked)
            memcpy(&m->asked, m->answer, sizeof m->asked);
    }
    const bool whole = ended && answer == WK_FRAME_WHOLE && m->fault != TOO_LARGE;
    free(crew->kept);
    crew->kept = m->answer;
    crew->reason[0] = '\0';
    *report = (wk_workers_report){
        .ticket = m->ticket,
        .answer = whole ? crew->kept : NULL,
        .length = m->length,
        .result =
            {
                .end = end_of(m, whole),
                .reason = crew->reason,
                .wall_s = wk_clock_wall() - m->started,
                .cpu_s = (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
                         1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec),
                .peak_bytes = peak,
            },
    };
    if (report->result.end != WK_END_OK && report->result.end != WK_END_PENDING)
        explain(crew, m, status);
    crew->used -= m->threads;
    crew->busy--;
    close_ends(m);
    *m = (member){0};
}

static bool is_member(const void *context, pid_t pid) {
    const wk_workers *crew = context;
    for (size_t i = 0; i < crew->slots; i++)
        if (crew->members[i].pid == pid)
            return true;
    return false;
}

/* Now and then, and when all is done. */
static void end_strays(wk_workers *crew) {
    const double now = wk_clock_wall(), pause_s = 0.5;
    if (crew->busy && now - crew->swept < pause_s)
        return;
    crew->swept = now;
    wk_spawn_end_strays(is_member, crew);
}

/* A member that has ended, and its output too. */
static bool collect(wk_workers *crew, wk_workers_report *report) {
    for (size_t i = 0; i < crew->slots; i++) {
        member *m = &crew->members[i];
        int status = 0;
        struct rusage usage;
        if (!m->pid || m->out >= 0 || m->dead_since == 0)
            continue;
        if (wait4(m->pid, &status, 0, &usage) != m->pid)
            continue;
        if (m->err >= 0)
            take_tail(m);
        report_on(crew, m, status, &usage, report);
        end_strays(crew);
        return true;
    }
    return false;
}

/* Where the end of a process cannot be polled, it follows that of its output at once, as a rule. */
static double longest_wait(const wk_workers *crew) {
    const double now = wk_clock_wall();
    double wait = doze_s;
    for (size_t i = 0; i < crew->slots; i++) {
        const member *m = &crew->members[i];
        if (m->pid && m->out < 0 && m->process < 0)
            wait = fmin(wait, 0.001 + (m->silent_since > 0 ? (now - m->silent_since) / 4 : 0));
    }
    return wait;
}

bool wk_workers_wait(wk_workers *crew, double seconds, wk_workers_report *report) {
    WK_ASSERT(crew->busy);
    const double until = wk_clock_wall() + seconds;
    for (;;) {
        watch(crew);
        const bool got = collect(crew, report);
        const double left = until - wk_clock_wall();
        if (got || left <= 0)
            return got;
        listen(crew, fmin(left, longest_wait(crew)));
    }
}

void wk_workers_free(wk_workers *crew) {
    if (!crew)
        return;
    for (size_t i = 0; crew->members && i < crew->slots; i++) {
        member *m = &crew->members[i];
        if (!m->pid)
            continue;
        kill(-m->pid, SIGKILL);
        waitpid(m->pid, NULL, 0);
        close_ends(m);
        free(m->answer);
        m->pid = 0;
    }
    if (crew->members)
        wk_spawn_end_strays(is_member, crew);
    free(crew->kept);
    wk_arena_release(&crew->arena);
    free(crew);
}
