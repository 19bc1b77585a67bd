/* Files that are whole or not there: written under a temporary name in the same folder, synced,
 * renamed.
 *
 *   wk_file file;
 *   WK_TRY(wk_file_begin(&file, path, err));
 *   fprintf(file.stream, ...);                 // errors are collected by the stream
 *   return wk_file_commit(&file, err);         // or wk_file_abandon(&file), or wk_file_finish
 */
#ifndef WK_BASE_FILE_H
#define WK_BASE_FILE_H

#include "base/arena.h"
#include "base/error.h"

#include <stdio.h>

typedef struct wk_file {
    FILE *stream;
    char path[4096], temporary[4200]; /* temporary: "" when written in place */
} wk_file;

wk_status wk_file_begin(wk_file *file, const char *path, wk_error *err) WK_CHECKED;
/* For a path that a user names: what is a device, a pipe or a symbolic link, such as /dev/stdout,
 * is written in place, for it is not ours to replace. All else as wk_file_begin. */
wk_status wk_file_begin_named(wk_file *file, const char *path, wk_error *err) WK_CHECKED;
/* On failure the temporary file is removed and the old file, if any, is as it was. */
wk_status wk_file_commit(wk_file *file, wk_error *err) WK_CHECKED;
void wk_file_abandon(wk_file *file);
/* After what writes into the stream ended with `status`: commits, or abandons and hands the status
 * on; if it is the stream that failed, the message names the file and says why. */
wk_status wk_file_finish(wk_file *file, wk_status status, wk_error *err) WK_CHECKED;

/* The whole file as NUL-terminated text in `arena`. WK_BAD_INPUT if it cannot be read or has more
 * than `limit` bytes. `length` may be NULL. */
wk_status wk_file_read(const char *path, size_t limit, wk_arena *arena, char **text, size_t *length,
                       wk_error *err) WK_CHECKED;

/* Removes a folder and the plain files in it; what cannot be removed stays. Of a symbolic link the
 * link alone. */
void wk_file_remove_folder(const char *path);

/* Opens a plain file to read it, and nothing else: a pipe or a device could keep us waiting, or
 * have no end. WK_BAD_INPUT says what it is, or why it cannot be read. On success the caller closes
 * it. */
wk_status wk_file_open_plain(const char *path, int *descriptor, size_t *bytes,
                             wk_error *err) WK_CHECKED;

/* A path as a suite writes it, in `arena`: what begins with / as it is, what begins with ~/ (or is
 * ~) in the user's home folder, and all else in `folder`. */
const char *wk_file_resolve(const char *folder, const char *path, wk_arena *arena);

/* mkdir -p */
wk_status wk_file_make_folder(const char *path, wk_error *err) WK_CHECKED;

#endif
