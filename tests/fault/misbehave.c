/* Preloaded into the program by workers.sh: stands before BLAS's dsyrk, which every cell calls
 * early and nothing else does. A worker that finds a file named after a way to misbehave in the
 * folder $MISBEHAVE takes it away, and misbehaves so; each file therefore costs one worker. */
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void say(int descriptor, const char *text) {
    if (write(descriptor, text, strlen(text)) < 0)
        _exit(9);
}

static void forever(void) {
    for (;;)
        pause();
}

static void crash(void) {
    for (int i = 0; i < 1000; i++)
        say(2, "a line of many before the end\n");
    say(2, "the last words\n");
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void hang(void) {
    signal(SIGTERM, SIG_IGN);
    forever();
}

static void eat(void) {
    const size_t bite = 16 << 20;
    for (;;) {
        void *bytes = malloc(bite);
        if (!bytes)
            _exit(8);
        memset(bytes, 1, bite);
        usleep(10000);
    }
}

/* The child, not the worker, holds the memory. */
static void feed(void) {
    if (fork() == 0)
        eat();
    forever();
}

static void garbage(void) {
    say(1, "[1, {\"status\": \"ok\"\n\001\377 Infinity\nend\n");
}

static void talk(void) {
    static char words[1 << 16];
    memset(words, 'x', sizeof words);
    while (write(1, words, sizeof words) > 0)
        ;
    forever();
}

static void scream(void) {
    for (;;)
        say(2, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
               "a\n");
}

static void mute(void) {
    say(2, "no more\n");
    close(1);
    forever();
}

static void quit(void) {
    exit(7);
}

/* A child that holds our output open and moves to a session of its own. */
static void leave(void) {
    if (fork() == 0) {
        setsid();
        forever();
    }
}

/* Lives on when the parent dies. */
static void linger(void) {
    prctl(PR_SET_PDEATHSIG, 0);
    forever();
}

static void abandon(void) {
    leave();
    if (fork() == 0)
        forever();
    raise(SIGKILL);
}

/* Loses memory, and goes on: for ci/sanitize. Many blocks, for a register may still point to the
 * last one. */
static void leak(void) {
    for (int i = 0; i < 20; i++) {
        char *volatile lost = malloc(100);
        if (lost)
            *lost = 'x';
    }
}

static const struct {
    const char *name;
    void (*act)(void);
} ways[] = {{"crash", crash},     {"hang", hang},   {"eat", eat},       {"feed", feed},
            {"garbage", garbage}, {"talk", talk},   {"mute", mute},     {"scream", scream},
            {"quit", quit},       {"leave", leave}, {"linger", linger}, {"abandon", abandon},
            {"leak", leak}};

static void misbehave(void) {
    const char *folder = getenv("MISBEHAVE");
    for (size_t i = 0; folder && i < sizeof ways / sizeof *ways; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, ways[i].name);
        if (unlink(path) == 0) {
            ways[i].act();
            return;
        }
    }
}

/* A reader of the store that takes its time after each of its first statements, which read the
 * suite and the size of the plan, if $READ_SLOWLY is set. */
int sqlite3_reset(void *statement);

int sqlite3_reset(void *statement) {
    int (*real)(void *);
    void *address = dlsym(RTLD_NEXT, "sqlite3_reset");
    if (!address)
        _exit(10);
    static int resets;
    if (getenv("READ_SLOWLY") && resets++ < 12)
        usleep(200000);
    memcpy(&real, &address, sizeof real);
    return real(statement);
}

static bool is_there(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* A disk that takes its time: once, for four seconds, if there is a file `sync` in $MISBEHAVE and
 * `hang` has been met. */
int fdatasync(int descriptor) {
    int (*real)(int);
    const char *folder = getenv("MISBEHAVE");
    char path[4096];
    void *address = dlsym(RTLD_NEXT, "fdatasync");
    if (!address)
        _exit(10);
    snprintf(path, sizeof path, "%s/sync", folder ? folder : "");
    if (folder && !is_there(folder, "hang") && unlink(path) == 0)
        sleep(4);
    memcpy(&real, &address, sizeof real);
    return real(descriptor);
}

/* CBLAS's enumerations are ints. */
void cblas_dsyrk(int order, int half, int transposed, int n, int k, double alpha, const double *A,
                 int lda, double beta, double *C, int ldc);

void cblas_dsyrk(int order, int half, int transposed, int n, int k, double alpha, const double *A,
                 int lda, double beta, double *C, int ldc) {
    static int met;
    void (*real)(int, int, int, int, int, double, const double *, int, double, double *, int);
    void *address = dlsym(RTLD_NEXT, "cblas_dsyrk");
    if (!met++)
        misbehave();
    if (!address)
        _exit(10);
    memcpy(&real, &address, sizeof real);
    real(order, half, transposed, n, k, alpha, A, lda, beta, C, ldc);
}
