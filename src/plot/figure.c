/* The registry of figure kinds, and how a figure is drawn. */
#include "plot/figure.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KINDS(ROW)                                                                                 \
    ROW(wk_figure_line)                                                                            \
    ROW(wk_figure_trajectory)                                                                      \
    ROW(wk_figure_scatter)                                                                         \
    ROW(wk_figure_bars)                                                                            \
    ROW(wk_figure_grouped)                                                                         \
    ROW(wk_figure_heat)
#define DECLARE(kind) extern const wk_figure_kind kind;
#define ENTRY(kind) &kind,
KINDS(DECLARE)
const wk_figure_kind *const wk_figure_kinds[] = {KINDS(ENTRY)};
const size_t wk_figure_kinds_n = sizeof wk_figure_kinds / sizeof *wk_figure_kinds;

const wk_figure_kind *wk_figure_kind_find(const char *name) {
    for (size_t i = 0; i < wk_figure_kinds_n; i++)
        if (strcmp(wk_figure_kinds[i]->name, name) == 0)
            return wk_figure_kinds[i];
    return NULL;
}

/* ---- gnuplot ---- */

enum { PATIENCE_MS = 120 * 1000 }; /* a figure takes a fraction of a second */

/* Only what gnuplot needs: its own variables (GNUTERM, GNUPLOT_LIB …) would change the picture. */
static void environment(char *const *from, char **to, size_t room) {
    static const char *const kept[] = {"PATH=", "HOME=", "TMPDIR=", "LD_LIBRARY_PATH="};
    static char c_locale[] = "LC_ALL=C";
    size_t n = 0;
    to[n++] = c_locale;
    for (; *from; from++)
        for (size_t i = 0; i < sizeof kept / sizeof *kept && n + 1 < room; i++)
            if (strncmp(*from, kept[i], strlen(kept[i])) == 0)
                to[n++] = *from;
    to[n] = NULL;
}

enum { NOT_THERE = 127, NOT_TO_BE_RUN = 126 };

/* In the new process, which has a group of its own, so that a Ctrl-C at the terminal spoils no
 * picture, and dies with its parent. */
static _Noreturn void become_gnuplot(pid_t parent, const char *folder, char *const *arguments,
                                     char *const *variables, int messages) {
    sigset_t none;
    sigemptyset(&none);
    const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
        sigprocmask(SIG_SETMASK, &none, NULL) == 0 && in >= 0 && out >= 0 && dup2(in, 0) == 0 &&
        dup2(out, 1) == 1 && dup2(messages, 2) == 2 && chdir(folder) == 0)
        execvpe("gnuplot", arguments, variables);
    const int why = errno;
    dprintf(messages, "%s", strerror(why));
    _exit(why == ENOENT ? NOT_THERE : NOT_TO_BE_RUN);
}

/* Starts gnuplot in `folder`; its messages go to `messages`. An errno value. */
static int start(const char *folder, char *const *arguments, int messages, pid_t *pid) {
    char *variables[8];
    environment(environ, variables, sizeof variables / sizeof *variables);
    const pid_t parent = getpid();
    *pid = fork();
    if (*pid == 0)
        become_gnuplot(parent, folder, arguments, variables, messages);
    return *pid < 0 ? errno : 0;
}

/* Keeps the beginning of what comes and reads the rest away. False when the patience ended. */
static bool listen_to(int messages, char *text, size_t room) {
    size_t used = 0;
    for (;;) {
        struct pollfd wait = {.fd = messages, .events = POLLIN};
        const int ready = poll(&wait, 1, PATIENCE_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        char piece[512];
        const ssize_t got = read(messages, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        const size_t kept = (size_t)got < room - 1 - used ? (size_t)got : room - 1 - used;
        memcpy(text + used, piece, kept);
        used += kept;
        text[used] = '\0';
    }
    return true;
}

/* The line that tells why: gnuplot's says `line N: reason`; warnings and its echo of the script do
 * not. */
static void find_reason(char *text, char *reason, size_t room) {
    snprintf(reason, room, "no reason given");
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strstr(line, "line ") && !strstr(line, "warning:"))
            snprintf(reason, room, "%s", line);
}

static wk_status run_gnuplot(const char *folder, char *const *arguments, wk_error *err) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return wk_fail(err, WK_CANNOT, "cannot start gnuplot: %s", strerror(errno));
    pid_t pid = 0;
    const int failed = start(folder, arguments, ends[1], &pid);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        return wk_fail(err, WK_CANNOT, "cannot start gnuplot: %s", strerror(failed));
    }
    char text[4096] = "", reason[256];
    const bool patient = listen_to(ends[0], text, sizeof text);
    if (!patient)
        kill(-pid, SIGKILL);
    close(ends[0]);
    int how = 0;
    while (waitpid(pid, &how, 0) < 0)
        if (errno != EINTR)
            return wk_fail(err, WK_CANNOT, "lost gnuplot: %s", strerror(errno));
    if (!patient)
        return wk_fail(err, WK_CANNOT, "gnuplot took more than %d s", PATIENCE_MS / 1000);
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return WK_OK;
    if (WIFSIGNALED(how))
        return wk_fail(err, WK_CANNOT, "gnuplot was killed by signal %d", WTERMSIG(how));
    if (WEXITSTATUS(how) == NOT_THERE)
        return wk_fail(err, WK_CANNOT, "gnuplot is not installed (apt-get install gnuplot-nox)");
    if (WEXITSTATUS(how) == NOT_TO_BE_RUN)
        return wk_fail(err, WK_CANNOT, "cannot start gnuplot: %.200s", text);
    find_reason(text, reason, sizeof reason);
    return wk_fail(err, WK_CANNOT, "gnuplot failed: '%s'", reason);
}

/* gnuplot does not tell when the disk is full: a whole picture ends as one. */
static bool is_whole(const char *picture) {
    char tail[32] = "";
    FILE *file = fopen(picture, "rbe");
    if (!file)
        return false;
    if (fseek(file, -(long)(sizeof tail - 1), SEEK_END) != 0)
        rewind(file); /* a short one */
    const size_t got = fread(tail, 1, sizeof tail - 1, file);
    fclose(file);
    return got > 0 && strstr(tail, "</svg>");
}

/* Moves the finished picture to its name: whole or not at all. */
static wk_status place(const char *temporary, const char *path, wk_error *err) {
    if (!is_whole(temporary))
        return wk_fail(err, WK_CANNOT,
                       "cannot write '%s': gnuplot wrote no whole picture; is the disk full?",
                       path);
    const int file = open(temporary, O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && fsync(file) == 0;
    const int why = errno;
    if (file >= 0)
        close(file);
    if (!synced)
        return wk_fail(err, WK_CANNOT, "cannot write '%s': %s", path, strerror(why));
    if (rename(temporary, path) != 0)
        return wk_fail(err, WK_CANNOT, "cannot write '%s': %s", path, strerror(errno));
    return WK_OK;
}

/* ---- drawing ---- */

static wk_status write_file(const wk_picture *p, const char *path,
                            void (*write)(const wk_picture *, FILE *), wk_error *err) {
    wk_file file;
    WK_TRY(wk_file_begin(&file, path, err));
    write(p, file.stream);
    return wk_file_commit(&file, err);
}

/* Writes STEM.dat and STEM.gp: both files, or neither. */
static wk_status write_sources(const wk_figure *figure, const wk_judged *report, const char *stem,
                               wk_arena *arena, wk_error *err) {
    const char *dat = wk_arena_printf(arena, "%s.dat", stem);
    const char *gp = wk_arena_printf(arena, "%s.gp", stem);
    wk_picture p = {.arena = arena,
                    .id = figure->id,
                    .title = figure->title,
                    .width = figure->kind->width,
                    .height = figure->kind->height};
    wk_status status = figure->kind->draw(&p, figure, report, err);
    if (status == WK_OK)
        status = write_file(&p, dat, wk_picture_write_data, err);
    if (status == WK_OK)
        status = write_file(&p, gp, wk_picture_write_script, err);
    if (status == WK_OK)
        return WK_OK;
    unlink(dat);
    unlink(gp);
    return status;
}

static wk_status draw(const wk_figure *figure, const wk_judged *report, wk_arena *arena,
                      wk_error *err) {
    const char *folder = wk_arena_printf(arena, "%s/figures", report->folder);
    WK_TRY(wk_file_make_folder(folder, err));
    const char *stem = wk_arena_printf(arena, "%s/%s", folder, figure->id);
    const char *picture = wk_arena_printf(arena, "%s.svg", stem);
    /* Named as base/file.c names its own: another process may be drawing the same figure. */
    const char *temporary = wk_arena_printf(arena, "%s.tmp-%ld", picture, (long)getpid());
    unlink(picture);   /* whatever happens, no picture of other data stays */
    unlink(temporary); /* gnuplot would follow a link */
    WK_TRY(write_sources(figure, report, stem, arena, err));
    char *const arguments[] = {
        wk_arena_text(arena, "gnuplot"),
        wk_arena_text(arena, "-d"),
        wk_arena_text(arena, "-e"),
        wk_arena_printf(arena, "output='%s'", strrchr(temporary, '/') + 1), /* it has no quotes */
        wk_arena_printf(arena, "%s.gp", figure->id),
        NULL};
    wk_status status = run_gnuplot(folder, arguments, err);
    if (status == WK_OK)
        status = place(temporary, picture, err);
    if (status != WK_OK)
        unlink(temporary);
    return status;
}

wk_status wk_figure_draw(const wk_figure *figure, const wk_judged *report, wk_error *err) {
    if (!wk_text_is_name(figure->id))
        return wk_fail(err, WK_BAD_INPUT, "not a name for a figure: '%.60s'", figure->id);
    wk_arena arena = {0};
    const wk_status status = draw(figure, report, &arena, err);
    wk_arena_release(&arena);
    return status;
}
