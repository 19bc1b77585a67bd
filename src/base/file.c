/* Files that are written whole or not at all, read with a limit, or opened only if plain. */
#include "base/file.h"

#include "base/heap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static wk_status begin(wk_file *file, const char *path, bool in_place, wk_error *err) {
    const int length = snprintf(file->path, sizeof file->path, "%s", path);
    if (length < 0 || (size_t)length >= sizeof file->path)
        return wk_fail(err, WK_BAD_INPUT, "path too long: '%.60s…'", path);
    file->temporary[0] = '\0';
    if (!in_place) {
        snprintf(file->temporary, sizeof file->temporary, "%s.tmp-%ld", file->path, (long)getpid());
        unlink(file->temporary); /* of a process that had our number; nor is a link followed */
        file->stream = fopen(file->temporary, "wbxe");
    } else {
        file->stream = fopen(file->path, "wbe");
    }
    if (!file->stream)
        return wk_fail(err, WK_CANNOT, "cannot write '%s': %s", path, strerror(errno));
    return WK_OK;
}

wk_status wk_file_begin(wk_file *file, const char *path, wk_error *err) {
    return begin(file, path, false, err);
}

wk_status wk_file_begin_named(wk_file *file, const char *path, wk_error *err) {
    struct stat info;
    const bool other = lstat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
    return begin(file, path, other, err);
}

/* Why a stream has an error, 0 if unknown: errno is long forgotten, but what failed fails again.
 * The file is about to be thrown away; what is written in place is spoilt already. */
static int why_failed(const wk_file *file) {
    static const char block[4096];
    const int descriptor = fileno(file->stream);
    const off_t end = lseek(descriptor, 0, SEEK_END);
    const off_t next = (end / (off_t)sizeof block + 1) * (off_t)sizeof block;
    const ssize_t put = end >= 0 && *file->temporary ? pwrite(descriptor, block, sizeof block, next)
                                                     : write(descriptor, "\n", 1);
    return put < 0 ? errno : 0;
}

wk_status wk_file_commit(wk_file *file, wk_error *err) {
    const bool in_place = !*file->temporary, failed = ferror(file->stream);
    errno = 0;
    const bool ok =
        !failed && fflush(file->stream) == 0 && (in_place || fsync(fileno(file->stream)) == 0);
    const int why = ok ? 0 : failed ? why_failed(file) : errno;
    const int closed = fclose(file->stream);
    file->stream = NULL;
    if (ok && closed == 0 && (in_place || rename(file->temporary, file->path) == 0))
        return WK_OK;
    const int reason = why ? why : errno;
    if (!in_place)
        unlink(file->temporary);
    return wk_fail(err, WK_CANNOT, "cannot write '%s': %s", file->path,
                   reason ? strerror(reason) : "write error");
}

void wk_file_abandon(wk_file *file) {
    if (!file->stream)
        return;
    fclose(file->stream);
    if (*file->temporary)
        unlink(file->temporary);
    file->stream = NULL;
}

wk_status wk_file_finish(wk_file *file, wk_status status, wk_error *err) {
    if (status == WK_OK || ferror(file->stream))
        return wk_file_commit(file, err);
    wk_file_abandon(file);
    return status;
}

wk_status wk_file_read(const char *path, size_t limit, wk_arena *arena, char **text, size_t *length,
                       wk_error *err) {
    FILE *stream = fopen(path, "rbe");
    if (!stream)
        return wk_fail(err, wk_status_of_errno(errno), "cannot read '%s': %s", path,
                       strerror(errno));
    size_t used = 0, room = 16 * 1024;
    char *buffer = wk_allocate(room + 1);
    wk_status status = WK_OK;
    while (status == WK_OK) {
        const size_t got = fread(buffer + used, 1, room - used, stream);
        used += got;
        if (used > limit) {
            status = wk_fail(err, WK_BAD_INPUT, "'%s' has more than %zu bytes", path, limit);
        } else if (used < room) {
            if (ferror(stream))
                status = wk_fail(err, wk_status_of_errno(errno), "cannot read '%s': %s", path,
                                 strerror(errno));
            break;
        } else {
            room *= 2;
            buffer = wk_reallocate(buffer, room + 1);
        }
    }
    fclose(stream);
    if (status == WK_OK) {
        *text = wk_arena_span(arena, buffer, used);
        if (length)
            *length = used;
    }
    free(buffer);
    return status;
}

wk_status wk_file_open_plain(const char *path, int *descriptor, size_t *bytes, wk_error *err) {
    struct stat info;
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*descriptor >= 0 && fstat(*descriptor, &info) == 0 && S_ISREG(info.st_mode)) {
        *bytes = (size_t)info.st_size;
        return WK_OK;
    }
    const bool opened = *descriptor >= 0;
    const wk_status status = opened ? WK_BAD_INPUT : wk_status_of_errno(errno);
    wk_fail(err, status, "cannot read '%s': %s", path,
            !opened                 ? strerror(errno)
            : S_ISDIR(info.st_mode) ? strerror(EISDIR)
                                    : "not a plain file");
    if (opened)
        close(*descriptor);
    return status;
}

void wk_file_remove_folder(const char *path) {
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *listing = folder >= 0 ? fdopendir(folder) : NULL;
    if (folder >= 0 && !listing)
        close(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(listing), entry->d_name, 0);
    if (listing)
        closedir(listing);
    if (rmdir(path) != 0)
        unlink(path); /* a link or a file in its place */
}

const char *wk_file_resolve(const char *folder, const char *path, wk_arena *arena) {
    const char *home = getenv("HOME");
    if (path[0] == '/')
        return wk_arena_text(arena, path);
    if (path[0] == '~' && (path[1] == '/' || !path[1]) && home && *home)
        return wk_arena_printf(arena, "%s%s", home, path + 1);
    return wk_arena_printf(arena, "%s/%s", folder, path);
}

wk_status wk_file_make_folder(const char *path, wk_error *err) {
    char partial[4096];
    const int length = snprintf(partial, sizeof partial, "%s", path);
    if (length <= 0 || (size_t)length >= sizeof partial)
        return wk_fail(err, WK_BAD_INPUT, "not a folder name: '%.60s'", path);
    for (char *p = partial + 1;; p++) {
        if (*p != '/' && *p)
            continue;
        const char kept = *p;
        *p = '\0';
        if (mkdir(partial, 0777) != 0 && errno != EEXIST)
            return wk_fail(err, wk_status_of_errno(errno), "cannot make folder '%s': %s", partial,
                           strerror(errno));
        *p = kept;
        if (!kept)
            break;
    }
    struct stat info;
    if (stat(partial, &info) != 0 || !S_ISDIR(info.st_mode))
        return wk_fail(err, WK_BAD_INPUT, "'%s' is not a folder", path);
    return WK_OK;
}
