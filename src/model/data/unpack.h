/* The bytes of a data file, gzipped or plain: told by content.
 *
 *   wk_unpack *in = NULL;
 *   WK_TRY(wk_unpack_open(path, &in, err));
 *   status = wk_unpack_read(in, bytes, room, &got, err);      // got < room only at the end
 *   wk_unpack_close(in);
 *
 * A gzip stream counts only when it is whole. WK_BAD_INPUT, with the path, if it ends within a
 * member or its trailer, if its checksum or length differs, if something other than a further
 * member or padding by zeros stands behind it, and if it unpacks to more than 64 MiB and more than
 * 200 times its size. (zlib's gzread tells of the first only when the file is closed, and never of
 * what stands behind.)
 */
#ifndef WK_MODEL_DATA_UNPACK_H
#define WK_MODEL_DATA_UNPACK_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct wk_unpack wk_unpack;

/* Opens a plain file (base/file.h). On success the caller closes it. */
wk_status wk_unpack_open(const char *path, wk_unpack **in, wk_error *err) WK_CHECKED;
wk_status wk_unpack_read(wk_unpack *in, void *bytes, size_t room, size_t *got,
                         wk_error *err) WK_CHECKED;
void wk_unpack_close(wk_unpack *in); /* NULL: nothing */

bool wk_unpack_is_packed(const wk_unpack *in);
size_t wk_unpack_file_bytes(const wk_unpack *in); /* on disk */

/* About how many bytes the file unpacks to, from its size and its last four bytes; 0 if it cannot
 * be read. A hostile file may lie: for estimates alone. */
double wk_unpack_expected(const char *path);

enum {
    WK_UNPACK_BOMB_RATIO = 200,     /* images and tables do not shrink so far */
    WK_UNPACK_BOMB_LEAST = 1 << 26, /* and below this it does no harm */
};

#endif
