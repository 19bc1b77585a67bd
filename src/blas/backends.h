/* The BLAS and LAPACK libraries of this machine, and how a worker is made to load one of them: no
 * root, no relinking, no setting left changed.
 *
 * The program is linked against the generic libblas.so.3 and liblapack.so.3. A backend is a pair of
 * files to stand under these names: a private folder of two symbolic links comes first in a
 * worker's LD_LIBRARY_PATH, then the folders of the files themselves, where their own parts lie.
 * Whether that is what was loaded is asked from inside (la/library.h).
 */
#ifndef WK_BLAS_BACKENDS_H
#define WK_BLAS_BACKENDS_H

#include "base/arena.h"

#include <stddef.h>

typedef struct wk_backend {
    const char *name;     /* "openblas-pthread": of its folder, or as given */
    const char *blas;     /* real path of the file */
    const char *lapack;   /* … its own, or another's if it brings none; NULL if unusable */
    const char *provider; /* "own", or the name of the backend whose LAPACK it is */
    const char *unusable; /* NULL, or why it cannot be used */
    const char *option;   /* what to give to --backend: its name, or "NAME=PATH" of a given one */
} wk_backend;

typedef struct wk_backends {
    wk_backend
        *all; /* (n) by name; first "default": what the system loads when nothing is chosen */
    size_t n;
} wk_backends;

/* Where a given backend is at fault: which one it is, and the column in it, from 1. */
typedef struct wk_backend_fault {
    size_t given;
    int column;
} wk_backend_fault;

/* Finds the backends that are installed in the usual places, and adds the `given` ones, each
 * "NAME=PATH" of a library or of a folder of libraries. Reads files and folders only. WK_BAD_INPUT
 * for a given one that is not there, is no library of this machine's kind, or whose name is taken:
 * *fault then says where, and the message names no place. */
wk_status wk_backends_find(const char *const *given, size_t ngiven, wk_arena *arena,
                           wk_backends *backends, wk_backend_fault *fault,
                           wk_error *err) WK_CHECKED;

/* NULL if there is none of that name. */
const wk_backend *wk_backends_named(const wk_backends *backends, const char *name);

/* The usable one of that name. WK_BAD_INPUT says that it cannot be used, or which there are. */
wk_status wk_backends_usable(const wk_backends *backends, const char *name, const wk_backend **out,
                             wk_error *err) WK_CHECKED;

/* What `backend: all` stands for: the usable ones, each pair of files once, in order; "default"
 * only where it has no other name. *names (n). */
void wk_backends_all(const wk_backends *backends, wk_arena *arena, const char *const **names,
                     size_t *n);

/* Makes the links of a usable backend in `folder`/NAME; *search is then the LD_LIBRARY_PATH of its
 * workers, NULL for "default". */
wk_status wk_backend_link(const wk_backend *backend, const char *folder, wk_arena *arena,
                          const char **search, wk_error *err) WK_CHECKED;

/* What people call a library: its version, and its name before that unless the version begins with
 * it, as OpenBLAS's does. Text lives in `arena`. */
const char *wk_backend_title(const char *library, const char *version, wk_arena *arena);

/* Removes `folder` and the links in it. */
void wk_backend_unlink_all(const char *folder);

/* What a worker's environment must say for that search path, core type (NULL: the library's own
 * choice) and number of library threads: settings of a wk_request. */
void wk_backend_settings(const char *search, const char *core, size_t threads, wk_arena *arena,
                         const char *const **settings, size_t *n);

#endif
