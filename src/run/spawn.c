/* Starting a worker process. */
#include "run/spawn.h"

#include "run/environment.h"
#include "run/resident.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- the environment ---- */

static const char *const usual[] = {
    "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1",  "BLIS_NUM_THREADS=1",
    "MKL_NUM_THREADS=1",      "GOTO_NUM_THREADS=1", "LC_ALL=C",
};
enum { USUAL = sizeof usual / sizeof *usual };

/* By which a worker and all that it starts can be known. */
enum { MARK = 48 };
static void mark(char text[MARK]) {
    snprintf(text, MARK, "WIDECHECK_WORKER_OF=%ld", (long)getpid());
}

/* Is the variable of "NAME=VALUE" one of those in list[0..n)? */
static bool is_in(const char *variable, const char *const *list, size_t n) {
    const size_t length = strcspn(variable, "=") + 1;
    for (size_t i = 0; i < n; i++)
        if (strncmp(variable, list[i], length) == 0)
            return true;
    return false;
}

char **wk_spawn_environment(const char *const *settings, size_t n, wk_arena *arena) {
    size_t inherited = 0, kept = 0;
    while (environ[inherited])
        inherited++;
    char **copy = wk_arena_get(arena, inherited + USUAL + n + 2, sizeof *copy);
    for (size_t i = 0; i < inherited; i++)
        if (!is_in(environ[i], usual, USUAL) && !is_in(environ[i], settings, n))
            copy[kept++] = environ[i];
    for (size_t i = 0; i < USUAL + n; i++) {
        const char *text = i < USUAL ? usual[i] : settings[i - USUAL];
        if (i < USUAL && is_in(text, settings, n))
            continue;
        copy[kept++] = wk_arena_text(arena, text);
    }
    char ours[MARK];
    mark(ours);
    copy[kept] = wk_arena_text(arena, ours);
    return copy;
}

/* ---- the process ---- */

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

static int prepare(const char *folder, const pipes *p, posix_spawn_file_actions_t *actions,
                   posix_spawnattr_t *attributes) {
    static const int restored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (size_t i = 0; i < sizeof restored / sizeof *restored; i++)
        sigaddset(&defaults, restored[i]);
    /* dup2 of a descriptor onto itself would keep it close-on-exec; ours are never 0 to 2 (main.c).
     */
    const bool failed =
        posix_spawn_file_actions_adddup2(actions, p->in[0], 0) ||
        posix_spawn_file_actions_adddup2(actions, p->out[1], 1) ||
        posix_spawn_file_actions_adddup2(actions, p->err[1], 2) ||
        posix_spawn_file_actions_addchdir_np(actions, folder) ||
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF) ||
        posix_spawnattr_setpgroup(attributes, 0) || posix_spawnattr_setsigmask(attributes, &none) ||
        posix_spawnattr_setsigdefault(attributes, &defaults);
    return failed ? ENOMEM : 0;
}

static int spawn(const char *folder, char *const *environment, const pipes *p, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    char *const arguments[] = {(char[]){"widecheck"}, (char[]){"worker"}, NULL};
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        failed = prepare(folder, p, &actions, &attributes);
        if (!failed)
            failed = posix_spawn(pid, wk_environment_executable(), &actions, &attributes, arguments,
                                 environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

wk_status wk_spawn_worker(const char *folder, char *const *environment, wk_spawned *out,
                          wk_error *err) {
    pipes p;
    WK_TRY(open_pipes(&p, err));
    const int failed = spawn(folder, environment, &p, &out->pid);
    if (failed) {
        close_pipes(&p);
        return wk_fail(err, WK_CANNOT, "cannot start a worker process: %s", strerror(failed));
    }
    close(p.in[0]);
    close(p.out[1]);
    close(p.err[1]);
    fcntl(p.out[0], F_SETFL, O_NONBLOCK);
    fcntl(p.err[0], F_SETFL, O_NONBLOCK);
    out->in = p.in[1];
    out->out = p.out[0];
    out->err = p.err[0];
    return WK_OK;
}

/* ---- strays ---- */

void wk_spawn_adopt_strays(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static bool carries_mark(pid_t pid) {
    char path[64], ours[MARK], *variable = NULL;
    size_t room = 0;
    bool found = false;
    mark(ours);
    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && !found && getdelim(&variable, &room, '\0', file) > 0)
        found = strcmp(variable, ours) == 0;
    free(variable);
    if (file)
        fclose(file);
    return found;
}

void wk_spawn_end_strays(bool (*known)(const void *context, pid_t pid), const void *context) {
    enum { MOST = 256 };
    pid_t children[MOST];
    const size_t n = wk_resident_children(getpid(), children, MOST);
    for (size_t i = 0; i < n; i++) {
        if (known(context, children[i]))
            continue;
        const bool stray = carries_mark(children[i]);
        if (stray)
            kill(children[i], SIGKILL);
        waitpid(children[i], NULL, stray ? 0 : WNOHANG); /* one that has ended has no environment */
    }
}
