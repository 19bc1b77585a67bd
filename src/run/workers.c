/* The worker pool: starts workers, listens to all of them, and collects them as they end. */
#include "run/workers.h"

#include "base/clock.h"
#include "base/heap.h"
#include "run/spawn.h"
#include "run/worker_end.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const double drain_s = 0.5; /* between a worker's end and that of its output */
static const double doze_s = 0.1;  /* without news; also the longest between two such looks */

struct wk_workers {
    size_t slots, used, busy;
    double timeout_s;
    double swept; /* when strays were last looked for */
    bool watches; /* there are descriptors enough for `process` of each worker */
    const volatile sig_atomic_t *stop;
    char folder[4096];
    char **environment;
    wk_arena arena;
    wk_worker_process *members; /* (slots) */
    struct pollfd *polled;      /* (WK_WORKER_ENDS*slots): what `listen` waits for, */
    wk_worker_process **owner;  /* and whose it is */
    unsigned char *kept;        /* the answer last reported */
    char reason[WK_WORKER_REASON];
};

/* Three descriptors a worker, six for a moment when it is started, and some for ourselves. The
 * usual limit is there for programs that use select. Are there so many? */
static bool raise_limit(size_t slots) {
    const rlim_t needed = WK_WORKER_ENDS * slots + 64;
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
    crew->polled = wk_arena_get(&crew->arena, WK_WORKER_ENDS * slots, sizeof *crew->polled);
    crew->owner = wk_arena_get(&crew->arena, WK_WORKER_ENDS * slots, sizeof(wk_worker_process *));
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
    wk_worker_process *m = crew->members;
    while (m->pid)
        m++;
    wk_spawned spawned;
    struct rusage own = {0};
    WK_TRY(spawn(crew, request, &spawned, err));
    getrusage(RUSAGE_SELF, &own);
    *m = (wk_worker_process){.pid = spawned.pid,
                             .job = request->job,
                             .ticket = ticket,
                             .threads = threads,
                             .out = spawned.out,
                             .err = spawned.err,
                             .process =
                                 crew->watches ? (int)syscall(SYS_pidfd_open, spawned.pid, 0) : -1,
                             .most = most,
                             .handed_down = 1024.0 * (double)own.ru_maxrss};
    m->started = m->looked = wk_clock_wall();
    crew->used += m->threads;
    crew->busy++;
    send_request(spawned.in, request);
    return WK_OK;
}

/* ---- listening ---- */

static void listen(wk_workers *crew, double seconds) {
    struct pollfd *polled = crew->polled;
    wk_worker_process **owner = crew->owner;
    nfds_t n = 0;
    for (size_t i = 0; i < crew->slots; i++) {
        int ends[WK_WORKER_ENDS];
        const size_t more = crew->members[i].pid ? wk_worker_ends(&crew->members[i], ends) : 0;
        for (size_t e = 0; e < more; e++, n++) {
            owner[n] = &crew->members[i];
            polled[n] = (struct pollfd){.fd = ends[e], .events = POLLIN};
        }
    }
    if (poll(polled, n, (int)(seconds * 1000)) <= 0)
        return; /* nothing, or a signal: the caller looks at everything anyway */
    for (nfds_t i = 0; i < n; i++)
        if (polled[i].revents)
            wk_worker_hear(owner[i], polled[i].fd);
}

/* ---- watching ---- */

/* What is wrong with a member that lives, if anything. */
static wk_worker_fault judge(const wk_workers *crew, const wk_worker_process *m, double now) {
    if (*crew->stop)
        return WK_WORKER_STOPPED;
    if (crew->timeout_s > 0 && now - m->started > crew->timeout_s)
        return WK_WORKER_TIMED_OUT;
    if (m->most > 0 && m->seen > m->most)
        return WK_WORKER_TOO_LARGE;
    return m->silent_since > 0 && now - m->silent_since > WK_WORKER_LINGER_S ? WK_WORKER_LINGERING
                                                                             : WK_WORKER_SOUND;
}

static void watch_one(const wk_workers *crew, wk_worker_process *m, double now) {
    if (m->dead_since > 0) {
        if (now - m->dead_since > drain_s) /* another process holds its output open */
            wk_worker_close_output(m);
        return;
    }
    if (m->out < 0 && m->silent_since == 0)
        m->silent_since = now;
    wk_worker_look_at(m, now);
    const wk_worker_fault found = m->fault ? m->fault : judge(crew, m, now);
    if (wk_worker_has_ended(m, found != WK_WORKER_SOUND)) { /* before that was found, perhaps */
        m->dead_since = now;
        kill(-m->pid, SIGKILL); /* whatever it may have left in its group */
        wk_worker_hear_all(m);
        return;
    }
    m->fault = found;
    if (m->fault)
        wk_worker_stop(m, now);
}

static void watch(wk_workers *crew) {
    const double now = wk_clock_wall();
    for (size_t i = 0; i < crew->slots; i++)
        if (crew->members[i].pid)
            watch_one(crew, &crew->members[i], now);
}

/* ---- collecting ---- */

static void report_on(wk_workers *crew, wk_worker_process *m, int status,
                      const struct rusage *usage, wk_workers_report *report) {
    const wk_worker_end found = wk_worker_end_of(m, status, usage);
    free(crew->kept);
    crew->kept = m->answer;
    crew->reason[0] = '\0';
    *report = (wk_workers_report){
        .ticket = m->ticket,
        .answer = found.whole ? crew->kept : NULL,
        .length = m->length,
        .result =
            {
                .end = found.end,
                .reason = crew->reason,
                .wall_s = wk_clock_wall() - m->started,
                .cpu_s = (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
                         1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec),
                .peak_bytes = found.peak,
            },
    };
    if (found.end != WK_END_OK && found.end != WK_END_PENDING)
        wk_worker_explain(m, status, crew->timeout_s, crew->reason);
    crew->used -= m->threads;
    crew->busy--;
    wk_worker_close(m);
    *m = (wk_worker_process){0};
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
        wk_worker_process *m = &crew->members[i];
        int status = 0;
        struct rusage usage;
        if (!m->pid || m->out >= 0 || m->dead_since == 0)
            continue;
        if (wait4(m->pid, &status, 0, &usage) != m->pid)
            continue;
        if (m->err >= 0)
            wk_worker_hear(m, m->err);
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
        const wk_worker_process *m = &crew->members[i];
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
        wk_worker_process *m = &crew->members[i];
        if (!m->pid)
            continue;
        kill(-m->pid, SIGKILL);
        waitpid(m->pid, NULL, 0);
        wk_worker_close(m);
        free(m->answer);
        m->pid = 0;
    }
    if (crew->members)
        wk_spawn_end_strays(is_member, crew);
    free(crew->kept);
    wk_arena_release(&crew->arena);
    free(crew);
}
