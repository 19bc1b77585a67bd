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
    const char *folder;
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

wk_workers *wk_workers_new(size_t slots, const char *folder, double timeout_s,
                           const volatile sig_atomic_t *stop) {
    wk_workers *pool = wk_allocate_zeroed(1, sizeof *pool);
    wk_spawn_adopt_strays();
    pool->watches = raise_limit(slots);
    pool->slots = slots;
    pool->timeout_s = timeout_s;
    pool->stop = stop;
    pool->folder = wk_arena_text(&pool->arena, folder);
    pool->members = wk_arena_get(&pool->arena, slots, sizeof *pool->members);
    pool->polled = wk_arena_get(&pool->arena, WK_WORKER_ENDS * slots, sizeof *pool->polled);
    pool->owner = wk_arena_get(&pool->arena, WK_WORKER_ENDS * slots, sizeof(wk_worker_process *));
    pool->environment = wk_spawn_environment(NULL, 0, &pool->arena);
    return pool;
}

bool wk_workers_has_room(const wk_workers *pool, size_t threads) {
    return pool->busy == 0 || (pool->busy < pool->slots && pool->used + threads <= pool->slots);
}

size_t wk_workers_busy(const wk_workers *pool) {
    return pool->busy;
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
static wk_status spawn(wk_workers *pool, const wk_request *request, wk_spawned *spawned,
                       wk_error *err) {
    if (!request->nsettings)
        return wk_spawn_worker(pool->folder, pool->environment, spawned, err);
    wk_arena arena = {0};
    char **environment = wk_spawn_environment(request->settings, request->nsettings, &arena);
    const wk_status status = wk_spawn_worker(pool->folder, environment, spawned, err);
    wk_arena_release(&arena);
    return status;
}

wk_status wk_workers_start(wk_workers *pool, const wk_request *request, double most, size_t ticket,
                           wk_error *err) {
    const size_t threads = request->alone ? pool->slots : request->threads;
    WK_ASSERT(wk_workers_has_room(pool, threads));
    wk_worker_process *m = pool->members;
    while (m->pid)
        m++;
    wk_spawned spawned;
    struct rusage own = {0};
    WK_TRY(spawn(pool, request, &spawned, err));
    getrusage(RUSAGE_SELF, &own);
    *m = (wk_worker_process){.pid = spawned.pid,
                             .job = request->job,
                             .ticket = ticket,
                             .threads = threads,
                             .out = spawned.out,
                             .err = spawned.err,
                             .process =
                                 pool->watches ? (int)syscall(SYS_pidfd_open, spawned.pid, 0) : -1,
                             .most = most,
                             .handed_down = 1024.0 * (double)own.ru_maxrss};
    m->started = m->looked = wk_clock_wall();
    pool->used += m->threads;
    pool->busy++;
    send_request(spawned.in, request);
    return WK_OK;
}

/* ---- listening ---- */

static void listen(wk_workers *pool, double seconds) {
    struct pollfd *polled = pool->polled;
    wk_worker_process **owner = pool->owner;
    nfds_t n = 0;
    for (size_t i = 0; i < pool->slots; i++) {
        int ends[WK_WORKER_ENDS];
        const size_t more = pool->members[i].pid ? wk_worker_ends(&pool->members[i], ends) : 0;
        for (size_t e = 0; e < more; e++, n++) {
            owner[n] = &pool->members[i];
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
static wk_worker_fault judge(const wk_workers *pool, const wk_worker_process *m, double now) {
    if (*pool->stop)
        return WK_WORKER_STOPPED;
    if (pool->timeout_s > 0 && now - m->started > pool->timeout_s)
        return WK_WORKER_TIMED_OUT;
    if (m->most > 0 && m->seen > m->most)
        return WK_WORKER_TOO_LARGE;
    return m->silent_since > 0 && now - m->silent_since > WK_WORKER_LINGER_S ? WK_WORKER_LINGERING
                                                                             : WK_WORKER_SOUND;
}

static void watch_one(const wk_workers *pool, wk_worker_process *m, double now) {
    if (m->dead_since > 0) {
        if (now - m->dead_since > drain_s) /* another process holds its output open */
            wk_worker_close_output(m);
        return;
    }
    if (m->out < 0 && m->silent_since == 0)
        m->silent_since = now;
    wk_worker_look_at(m, now);
    const wk_worker_fault found = m->fault ? m->fault : judge(pool, m, now);
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

static void watch(wk_workers *pool) {
    const double now = wk_clock_wall();
    for (size_t i = 0; i < pool->slots; i++)
        if (pool->members[i].pid)
            watch_one(pool, &pool->members[i], now);
}

/* ---- collecting ---- */

static void report_on(wk_workers *pool, wk_worker_process *m, int status,
                      const struct rusage *usage, wk_workers_report *report) {
    const wk_worker_end found = wk_worker_end_of(m, status, usage);
    free(pool->kept);
    pool->kept = m->answer;
    pool->reason[0] = '\0';
    *report = (wk_workers_report){
        .ticket = m->ticket,
        .answer = found.whole ? pool->kept : NULL,
        .length = m->length,
        .result =
            {
                .end = found.end,
                .reason = pool->reason,
                .wall_s = wk_clock_wall() - m->started,
                .cpu_s = (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
                         1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec),
                .peak_bytes = found.peak,
            },
    };
    if (found.end != WK_END_OK && found.end != WK_END_PENDING)
        wk_worker_explain(m, status, pool->timeout_s, pool->reason);
    pool->used -= m->threads;
    pool->busy--;
    wk_worker_close(m);
    *m = (wk_worker_process){0};
}

static bool is_member(const void *context, pid_t pid) {
    const wk_workers *pool = context;
    for (size_t i = 0; i < pool->slots; i++)
        if (pool->members[i].pid == pid)
            return true;
    return false;
}

/* Now and then, and when all is done. */
static void end_strays(wk_workers *pool) {
    const double now = wk_clock_wall(), pause_s = 0.5;
    if (pool->busy && now - pool->swept < pause_s)
        return;
    pool->swept = now;
    wk_spawn_end_strays(is_member, pool);
}

/* A member that has ended, and its output too. */
static bool collect(wk_workers *pool, wk_workers_report *report) {
    for (size_t i = 0; i < pool->slots; i++) {
        wk_worker_process *m = &pool->members[i];
        int status = 0;
        struct rusage usage;
        if (!m->pid || m->out >= 0 || m->dead_since == 0)
            continue;
        if (wait4(m->pid, &status, 0, &usage) != m->pid)
            continue;
        if (m->err >= 0)
            wk_worker_hear(m, m->err);
        report_on(pool, m, status, &usage, report);
        end_strays(pool);
        return true;
    }
    return false;
}

/* Where the end of a process cannot be polled, it follows that of its output at once, as a rule. */
static double longest_wait(const wk_workers *pool) {
    const double now = wk_clock_wall();
    double wait = doze_s;
    for (size_t i = 0; i < pool->slots; i++) {
        const wk_worker_process *m = &pool->members[i];
        if (m->pid && m->out < 0 && m->process < 0)
            wait = fmin(wait, 0.001 + (m->silent_since > 0 ? (now - m->silent_since) / 4 : 0));
    }
    return wait;
}

bool wk_workers_wait(wk_workers *pool, double seconds, wk_workers_report *report) {
    WK_ASSERT(pool->busy);
    const double until = wk_clock_wall() + seconds;
    for (;;) {
        watch(pool);
        const bool got = collect(pool, report);
        const double left = until - wk_clock_wall();
        if (got || left <= 0)
            return got;
        listen(pool, fmin(left, longest_wait(pool)));
    }
}

void wk_workers_free(wk_workers *pool) {
    if (!pool)
        return;
    for (size_t i = 0; i < pool->slots; i++) {
        wk_worker_process *m = &pool->members[i];
        if (!m->pid)
            continue;
        kill(-m->pid, SIGKILL);
        waitpid(m->pid, NULL, 0);
        wk_worker_close(m);
        free(m->answer);
        m->pid = 0;
    }
    wk_spawn_end_strays(is_member, pool);
    free(pool->kept);
    wk_arena_release(&pool->arena);
    free(pool);
}
