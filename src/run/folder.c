/* The output folder: claimed, locked, recognised as ours. */
#include "run/folder.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The first bytes of folder/name, how many. Without stdio, which needs memory: for lack of it our
 * own store must not look foreign. */
static size_t beginning(const char *folder, const char *name, void *bytes, size_t room) {
    char path[4200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const ssize_t got = file >= 0 ? read(file, bytes, room) : 0;
    if (file >= 0)
        close(file);
    return got > 0 ? (size_t)got : 0;
}

/* Does folder/name begin with `text`? */
static int begins(const char *folder, const char *name, const char *text) {
    char start[64];
    const size_t got = beginning(folder, name, start, strlen(text));
    return got == strlen(text) && memcmp(start, text, got) == 0;
}

/* SQLite's header: its name at byte 0, our application id at byte 68, big-endian. */
static int is_our_store(const char *folder) {
    unsigned char head[72];
    const size_t got = beginning(folder, "store.db", head, sizeof head);
    const uint32_t id = got == sizeof head ? (uint32_t)head[68] << 24 | (uint32_t)head[69] << 16 |
                                                 (uint32_t)head[70] << 8 | head[71]
                                           : 0;
    return got == sizeof head && memcmp(head, "SQLite format 3", 16) == 0 &&
           id == WK_FOLDER_APPLICATION;
}

/* A whole SQLite file that is somebody else's; without a journal, for an unfinished first
 * transaction looks foreign too. */
static int is_foreign_store(const char *folder) {
    char journal[4200];
    struct stat info;
    snprintf(journal, sizeof journal, "%s/store.db-journal", folder);
    return begins(folder, "store.db", "SQLite format 3") && !is_our_store(folder) &&
           lstat(journal, &info) != 0;
}

/* Ours: empty; with our store; with the results.json of an earlier report (as committed in
 * reports/); or with nothing but what a run leaves that was killed before its store's first
 * transaction ended. */
static int is_ours(const char *folder, DIR *listing) {
    static const char *const unborn[] = {".", "..", "store.lock", "store.db", "store.db-journal"};
    int only_unborn = 1;
    for (struct dirent *entry; (entry = readdir(listing));) {
        int known = 0;
        for (size_t i = 0; i < sizeof unborn / sizeof *unborn; i++)
            known = known || strcmp(entry->d_name, unborn[i]) == 0;
        only_unborn = only_unborn && known;
    }
    return is_our_store(folder) ||
           begins(folder, "results.json", "{\"schema\":1,\n\"program\":{\"version\"") ||
           (only_unborn && !is_foreign_store(folder));
}

/* By errno. */
static wk_status fail(const char *verb, const char *folder, wk_status status, wk_error *err) {
    return wk_fail(err, status, "cannot %s output folder '%s': %s", verb, folder, strerror(errno));
}

/* The nearest folder above that exists must be writable. */
static wk_status check_parent(const char *folder, wk_error *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s", folder);
    for (;;) {
        char *slash = strrchr(path, '/');
        if (!slash)
            strcpy(path, ".");
        else if (slash == path)
            path[1] = '\0';
        else
            *slash = '\0';
        struct stat info;
        if (stat(path, &info) == 0) {
            if (!S_ISDIR(info.st_mode))
                return wk_fail(err, WK_BAD_INPUT,
                               "cannot make output folder '%s': '%s' is no folder", folder, path);
            if (access(path, W_OK | X_OK) != 0)
                return fail("make", folder, WK_BAD_INPUT, err);
            return WK_OK;
        }
        if (errno != ENOENT)
            return fail("make", folder, WK_BAD_INPUT, err);
    }
}

wk_status wk_folder_check_length(const char *folder, wk_error *err) {
    enum { MOST = 512 - sizeof "/store.db-journal" };
    char here[4096];
    size_t length = strlen(folder);
    if (*folder != '/' && getcwd(here, sizeof here))
        length += strlen(here) + 1;
    if (length <= MOST)
        return WK_OK;
    return wk_fail(
        err, WK_BAD_INPUT,
        "path too long for a store: '%.60s…' has %zu bytes from the root, at most %d will do",
        folder, length, (int)MOST);
}

wk_status wk_folder_check_parts(const char *folder, wk_error *err) {
    static const struct {
        const char *name;
        mode_t kind;
    } parts[] = {{"store.db", S_IFREG},
                 {"store.lock", S_IFREG},
                 {"figures", S_IFDIR},
                 {"arrays", S_IFDIR},
                 {"confirm", S_IFDIR}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char path[4200];
        struct stat info;
        snprintf(path, sizeof path, "%s/%s", folder, parts[i].name);
        if (lstat(path, &info) == 0 && (info.st_mode & S_IFMT) != parts[i].kind)
            return wk_fail(err, WK_BAD_INPUT, "cannot use output folder '%s': '%s' is %s", folder,
                           path,
                           S_ISLNK(info.st_mode)      ? "a symbolic link"
                           : parts[i].kind == S_IFDIR ? "no folder"
                                                      : "no plain file");
    }
    return WK_OK;
}

wk_status wk_folder_check(const char *folder, wk_error *err) {
    WK_TRY(wk_folder_check_length(folder, err));
    WK_TRY(wk_folder_check_parts(folder, err));
    DIR *listing = opendir(folder);
    if (!listing && errno == ENOENT)
        return check_parent(folder, err);
    if (!listing)
        return fail("use", folder, wk_status_of_errno(errno), err);
    const int ours = is_ours(folder, listing);
    closedir(listing);
    if (!ours)
        return wk_fail(
            err, WK_BAD_INPUT,
            "output folder '%s' is not empty and was not made by widecheck; name another "
            "with -o",
            folder);
    if (access(folder, W_OK | X_OK) != 0)
        return fail("write to", folder, WK_BAD_INPUT, err);
    return WK_OK;
}

static wk_status take_lock(const char *folder, int lock, wk_error *err) {
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
        char pid[32];
        const int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
        /* The pid only helps the message of a second run; the lock itself is what counts. */
        if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)length, 0) != length)
            return wk_fail(err, WK_CANNOT, "cannot write '%s/store.lock': %s", folder,
                           strerror(errno));
        return WK_OK;
    }
    if (errno != EWOULDBLOCK)
        return wk_fail(err, WK_BAD_INPUT, "cannot lock '%s': %s", folder, strerror(errno));
    char holder[32] = "";
    const ssize_t got = pread(lock, holder, sizeof holder - 1, 0);
    holder[got > 0 ? strcspn(holder, "\n") : 0] = '\0';
    return wk_fail(err, WK_BAD_INPUT, "output folder '%s' is in use by another run (pid %s)",
                   folder, *holder ? holder : "unknown");
}

/* "NAME.tmp-123": a file that process 123 was writing (base/file.h), and is no longer: a report may
 * be made while a run begins. */
static bool is_left_over(const char *name) {
    const char *mark = strstr(name, ".tmp-");
    if (!mark || !mark[5] || mark[5 + strspn(mark + 5, "0123456789")] != '\0')
        return false;
    const long pid = strtol(mark + 5, NULL, 10);
    return pid <= 0 || pid > INT_MAX || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static void remove_file(const char *path) {
    unlink(path);
}

/* "CELL.part": the arrays of a cell that did not end. */
static bool is_part(const char *name) {
    const size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".part") == 0;
}

/* Removes the entries of FOLDER/BELOW whose names match. */
static void sweep(const char *folder, const char *below, bool (*matches)(const char *name),
                  void (*remove_entry)(const char *path)) {
    char listed[4200], path[4600];
    snprintf(listed, sizeof listed, "%s/%s", folder, below);
    DIR *listing = opendir(listed);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (matches(entry->d_name) &&
            snprintf(path, sizeof path, "%s/%s", listed, entry->d_name) < (int)sizeof path)
            remove_entry(path);
    if (listing)
        closedir(listing);
}

static void sweep_report(const char *folder) {
    sweep(folder, ".", is_left_over, remove_file);
    sweep(folder, "figures", is_left_over, remove_file);
}

void wk_folder_sweep(const char *folder) {
    sweep_report(folder);
    sweep(folder, "arrays", is_part, wk_file_remove_folder);
}

wk_status wk_folder_take_turn(const char *folder, bool quiet, int *turn, wk_error *err) {
    const struct timespec moment = {.tv_nsec = 20000000};
    WK_TRY(wk_folder_check_parts(folder, err));
    *turn = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*turn < 0)
        return fail("use", folder, wk_status_of_errno(errno), err);
    /* Where a file system has no such locks, there is no turn to wait for. */
    for (size_t i = 0; flock(*turn, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; i++) {
        if (i == 50 && !quiet)
            fprintf(stderr, "widecheck: waiting for another report of '%s'\n", folder);
        nanosleep(&moment, NULL);
    }
    sweep_report(folder);
    return WK_OK;
}

wk_status wk_folder_claim(const char *folder, int *lock, wk_error *err) {
    char path[4200];
    WK_TRY(wk_folder_check(folder, err));
    WK_TRY(wk_file_make_folder(folder, err));
    snprintf(path, sizeof path, "%s/store.lock", folder);
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0)
        return fail("write to", folder, wk_status_of_errno(errno), err);
    const wk_status status = take_lock(folder, descriptor, err);
    if (status != WK_OK) {
        close(descriptor);
        return status;
    }
    *lock = descriptor;
    return WK_OK;
}

void wk_folder_release(int lock) {
    if (lock >= 0)
        close(lock);
}
