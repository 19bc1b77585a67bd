#include "run/crew.h"

#include "base/clock.h"
#include "run/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { TAIL = 2000, LARGEST_ANSWER = 1 << 28 };
static const double grace_s = 2;   /* between TERM and KILL */
static const double linger_s = 30; /* between the end of a worker's output and its own */

typedef struct member {
    pid_t pid; /* 0: free seat */
    size_t ticket, threads;
    int out, err; /* our ends of its pipes; -1 when closed */
    char *answer; /* what it wrote, NUL-terminated */
    size_t length, room;
    char tail[TAIL + 1]; /* the end of its stderr */
    size_t tail_length;
    double started, asked_to_stop, silent_since; /* wall clock; 0: not yet */
    bool timed_out, stopped, overflowed;
} member;

struct wk_crew {
    size_t slots, used, busy;
    double timeout_s;
    const volatile sig_atomic_t *stop;
    char folder[4096];
    char **environment;
    wk_arena arena;
    member *members; /* (slots) */
    char *kept;      /* the answer last reported */
    char reason[TAIL + 300];
};

static const char *const settings[] = {
    "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1",  "BLIS_NUM_THREADS=1",
    "MKL_NUM_THREADS=1",      "GOTO_NUM_THREADS=1", "LC_ALL=C",
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static bool is_set_by_us(const char *variable) {
    for (size_t i = 0; i < SETTINGS; i++)
        if (strncmp(variable, settings[i], strcspn(settings[i], "=") + 1) == 0)
            return true;
    return false;
}

static wk_status make_environment(wk_crew *crew, wk_error *err) {
    size_t n = 0;
    while (environ[n])
        n++;
    char **copy = wk_arena_get(&crew->arena, n + SETTINGS + 1, sizeof *copy, err);
    if (!copy)
        return WK_CANNOT;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_set_by_us(environ[i]))
            copy[kept++] = environ[i];
    for (size_t i = 0; i < SETTINGS; i++)
        if (!(copy[kept++] = wk_arena_text(&crew->arena, settings[i], err)))
            return WK_CANNOT;
    crew->environment = copy;
    return WK_OK;
}

wk_status wk_crew_new(size_t slots, const char *folder, double timeout_s,
                      const volatile sig_atomic_t *stop, wk_crew **out, wk_error *err) {
    wk_crew *crew = calloc(1, sizeof *crew);
    if (!crew)
        return wk_fail_memory(err, sizeof *crew);
    crew->slots = slots;
    crew->timeout_s = timeout_s;
    crew->stop = stop;
    if (snprintf(crew->folder, sizeof crew->folder, "%s", folder) >= (int)sizeof crew->folder) {
        wk_crew_free(crew);
        return wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", folder);
    }
    crew->members = wk_arena_get(&crew->arena, slots, sizeof *crew->members, err);
    if (!crew->members || make_environment(crew, err) != WK_OK) {
        wk_crew_free(crew);
        return WK_CANNOT;
    }
    *out = crew;
    return WK_OK;
}

bool wk_crew_has_room(const wk_crew *crew, size_t threads) {
    return crew->busy == 0 || (crew->busy < crew->slots && crew->used + threads <= crew->slots);
}

size_t wk_crew_busy(const wk_crew *crew) {
    return crew->busy;
}

/* ---- starting ---- */

typedef struct pipes {
    int in[2], out[2], err[2]; /* [0] to read, [1] to write */
} pipes;

static void close_pipes(const pipes *p) {
    const int all[] = {p->in[0], p->in[1], p->out[0], p->out[1], p->err[0], p->err[1]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] >= 0)
            close(all[i]);
}

static wk_status open_pipes(pipes *p, wk_error *err) {
    *p = (pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(p->in, O_CLOEXEC) == 0 && pipe2(p->out, O_CLOEXEC) == 0 &&
        pipe2(p->err, O_CLOEXEC) == 0)
        return WK_OK;
    const int why = errno;
    close_pipes(p);
    return wk_fail(err, WK_CANNOT, "cannot make a pipe: %s", strerror(why));
}

static int spawn(const wk_crew *crew, const pipes *p, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    const int restored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof restored / sizeof *restored; i++)
        sigaddset(&defaults, restored[i]);
    char *const arguments[] = {(char[]){"widecheck"}, (char[]){"worker"}, NULL};
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        /* dup2 of a descriptor onto itself would keep it close-on-exec; ours are never 0 to 2
         * (main.c). */
        failed =
            posix_spawn_file_actions_adddup2(&actions, p->in[0], 0) ||
            posix_spawn_file_actions_adddup2(&actions, p->out[1], 1) ||
            posix_spawn_file_actions_adddup2(&actions, p->err[1], 2) ||
            posix_spawn_file_actions_addchdir_np(&actions, crew->folder) ||
            posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                      POSIX_SPAWN_SETSIGDEF) ||
            posix_spawnattr_setpgroup(&attributes, 0) ||
            posix_spawnattr_setsigmask(&attributes, &none) ||
            posix_spawnattr_setsigdefault(&attributes, &defaults);
        if (failed)
            failed = ENOMEM;
        else
            failed = posix_spawn(pid, wk_environment_executable(), &actions, &attributes, arguments,
                                 crew->environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* A worker reads all of its request before it answers, so this cannot block for long; if it has
 * died already, the write fails (SIGPIPE is ignored) and its end tells. */
static void send_request(int descriptor, const wk_request *request) {
    FILE *out = fdopen(descriptor, "w");
    if (!out) {
        close(descriptor);
        return;
    }
    wk_request whole = *request;
    whole.parent = (uint64_t)getpid();
    wk_request_write(&whole, out);
    fclose(out);
}

wk_status wk_crew_start(wk_crew *crew, const wk_request *request, size_t ticket, wk_error *err) {
    WK_ASSERT(wk_crew_has_room(crew, request->threads));
    member *m = crew->members;
    while (m->pid)
        m++;
    pipes p;
    WK_TRY(open_pipes(&p, err));
    pid_t pid = 0;
    const int failed = spawn(crew, &p, &pid);
    if (failed) {
        close_pipes(&p);
        return wk_fail(err, WK_CANNOT, "cannot start a worker process: %s", strerror(failed));
    }
    close(p.in[0]);
    close(p.out[1]);
    close(p.err[1]);
    fcntl(p.out[0], F_SETFL, O_NONBLOCK);
    fcntl(p.err[0], F_SETFL, O_NONBLOCK);
    *m = (member){.pid = pid,
                  .ticket = ticket,
                  .threads = request->threads,
                  .out = p.out[0],
                  .err = p.err[0],
                  .started = wk_clock_wall()};
    crew->used += m->threads;
    crew->busy++;
    send_request(p.in[1], request);
    return WK_OK;
}

/* ---- listening ---- */

static void close_end(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static wk_status take_answer(member *m, wk_error *err) {
    for (;;) {
        if (m->room - m->length < 2) {
            const size_t room = m->room ? 2 * m->room : 64 * 1024;
            char *larger = room <= LARGEST_ANSWER ? realloc(m->answer, room) : NULL;
            if (!larger && room > LARGEST_ANSWER) {
                m->overflowed = true;
                close_end(&m->out);
                return WK_OK;
            }
            if (!larger)
                return wk_fail_memory(err, (double)room);
            m->answer = larger;
            m->room = room;
        }
        const ssize_t got = read(m->out, m->answer + m->length, m->room - m->length - 1);
        if (got > 0) {
            m->length += (size_t)got;
            m->answer[m->length] = '\0';
        } else if (got < 0 && errno == EINTR) {
            continue;
        } else {
            if (got == 0 || errno != EAGAIN)
                close_end(&m->out);
            return WK_OK;
        }
    }
}

/* Keeps the last TAIL bytes. */
static void take_tail(member *m) {
    char chunk[1024];
    for (;;) {
        const ssize_t got = read(m->err, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got == 0 || errno != EAGAIN)
                close_end(&m->err);
            return;
        }
        const size_t n = (size_t)got;
        const size_t drop = m->tail_length + n > TAIL ? m->tail_length + n - TAIL : 0;
        memmove(m->tail, m->tail + drop, m->tail_length - drop);
        memcpy(m->tail + m->tail_length - drop, chunk, n);
        m->tail_length += n - drop;
        m->tail[m->tail_length] = '\0';
    }
}

static wk_status listen(wk_crew *crew, double seconds, wk_error *err) {
    struct pollfd polled[2 * 1024];
    member *owner[2 * 1024];
    nfds_t n = 0;
    for (size_t i = 0; i < crew->slots && n + 2 <= 2 * 1024; i++) {
        member *m = &crew->members[i];
        const int ends[2] = {m->pid ? m->out : -1, m->pid ? m->err : -1};
        for (int e = 0; e < 2; e++)
            if (ends[e] >= 0) {
                owner[n] = m;
                polled[n++] = (struct pollfd){.fd = ends[e], .events = POLLIN};
            }
    }
    if (poll(polled, n, (int)(seconds * 1000)) <= 0)
        return WK_OK; /* nothing, or a signal: the caller looks at everything anyway */
    for (nfds_t i = 0; i < n; i++) {
        if (!polled[i].revents)
            continue;
        if (polled[i].fd == owner[i]->out)
            WK_TRY(take_answer(owner[i], err));
        else if (polled[i].fd == owner[i]->err)
            take_tail(owner[i]);
    }
    return WK_OK;
}

/* ---- stopping and collecting ---- */

static void ask_to_stop(member *m, double now) {
    if (m->asked_to_stop == 0) {
        m->asked_to_stop = now;
        kill(-m->pid, SIGTERM);
    } else if (now - m->asked_to_stop > grace_s) {
        kill(-m->pid, SIGKILL);
    }
}

static void watch(wk_crew *crew) {
    const double now = wk_clock_wall();
    for (size_t i = 0; i < crew->slots; i++) {
        member *m = &crew->members[i];
        if (!m->pid)
            continue;
        if (*crew->stop)
            m->stopped = true;
        else if (crew->timeout_s > 0 && now - m->started > crew->timeout_s)
            m->timed_out = true;
        if (m->out < 0 && m->silent_since == 0)
            m->silent_since = now;
        const bool lingers = m->silent_since > 0 && now - m->silent_since > linger_s;
        if (m->stopped || m->timed_out || m->overflowed || lingers)
            ask_to_stop(m, now);
    }
}

/* The answer is whole if it ends in "\nend\n", which is cut off. */
static bool is_whole(member *m) {
    static const char ending[] = "\nend\n";
    const size_t n = sizeof ending - 1;
    if (m->length < n || strcmp(m->answer + m->length - n, ending) != 0)
        return false;
    m->answer[m->length - n] = '\0';
    return true;
}

static void explain(wk_crew *crew, const member *m, int status, wk_end end) {
    char *out = crew->reason;
    const size_t room = sizeof crew->reason;
    int used = 0;
    if (end == WK_END_TIMEOUT)
        used = snprintf(out, room, "stopped after %g s (--timeout)", crew->timeout_s);
    else if (m->overflowed)
        used = snprintf(out, room, "answered with more than %d bytes", LARGEST_ANSWER);
    else if (WIFSIGNALED(status))
        used = snprintf(out, room, "killed by signal %d (%s)", WTERMSIG(status),
                        strsignal(WTERMSIG(status)));
    else
        used =
            snprintf(out, room, "ended with exit code %d and no whole answer", WEXITSTATUS(status));
    if (m->tail_length && used > 0 && (size_t)used < room)
        snprintf(out + used, room - (size_t)used, "; it said: %s", m->tail);
    for (size_t length = strlen(out); length && out[length - 1] == '\n';)
        out[--length] = '\0';
}

static void report_on(wk_crew *crew, member *m, int status, const struct rusage *usage,
                      wk_crew_report *report) {
    const bool whole = is_whole(m) && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    free(crew->kept);
    crew->kept = m->answer;
    crew->reason[0] = '\0';
    *report = (wk_crew_report){
        .ticket = m->ticket,
        .end = whole          ? WK_END_OK
               : m->stopped   ? WK_END_PENDING
               : m->timed_out ? WK_END_TIMEOUT
                              : WK_END_CRASHED,
        .answer = whole ? crew->kept : NULL,
        .reason = crew->reason,
        .wall_s = wk_clock_wall() - m->started,
        .cpu_s = (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
                 1e-6 * (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec),
        .peak_bytes = 1024.0 * (double)usage->ru_maxrss,
    };
    if (report->end == WK_END_TIMEOUT || report->end == WK_END_CRASHED)
        explain(crew, m, status, report->end);
    crew->used -= m->threads;
    crew->busy--;
    close_end(&m->out);
    close_end(&m->err);
    *m = (member){0};
}

/* A member whose output has ended, and who can be waited for. */
static bool collect(wk_crew *crew, wk_crew_report *report) {
    for (size_t i = 0; i < crew->slots; i++) {
        member *m = &crew->members[i];
        if (!m->pid || m->out >= 0)
            continue;
        int status = 0;
        struct rusage usage;
        siginfo_t ended = {0};
        if (waitid(P_PID, (id_t)m->pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || !ended.si_pid)
            continue;
        kill(-m->pid,
             SIGKILL); /* whatever it may have left in its group, while the group is its own */
        if (wait4(m->pid, &status, 0, &usage) != m->pid)
            continue;
        if (m->err >= 0)
            take_tail(m);
        report_on(crew, m, status, &usage, report);
        return true;
    }
    return false;
}

/* Poll sees the end of a worker's output, but not the end of the process that follows at once. */
static double longest_wait(const wk_crew *crew) {
    for (size_t i = 0; i < crew->slots; i++)
        if (crew->members[i].pid && crew->members[i].out < 0)
            return 0.001;
    return 0.1;
}

wk_status wk_crew_wait(wk_crew *crew, double seconds, wk_crew_report *report, bool *got,
                       wk_error *err) {
    WK_ASSERT(crew->busy);
    const double until = wk_clock_wall() + seconds;
    for (;;) {
        watch(crew);
        *got = collect(crew, report);
        const double left = until - wk_clock_wall();
        if (*got || left <= 0)
            return WK_OK;
        WK_TRY(listen(crew, fmin(left, longest_wait(crew)), err));
    }
}

void wk_crew_free(wk_crew *crew) {
    if (!crew)
        return;
    for (size_t i = 0; crew->members && i < crew->slots; i++) {
        member *m = &crew->members[i];
        if (!m->pid)
            continue;
        kill(-m->pid, SIGKILL);
        waitpid(m->pid, NULL, 0);
        close_end(&m->out);
        close_end(&m->err);
        free(m->answer);
    }
    free(crew->kept);
    wk_arena_release(&crew->arena);
    free(crew);
}
