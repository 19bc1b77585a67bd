/* Finds the BLAS and LAPACK libraries of this machine, and lets a worker load one of them. */
#include "blas/backends.h"

#include "base/file.h"
#include "base/text.h"
#include "la/library.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 64 };

/* In a folder, a library that can be asked for its version comes before the same under the generic
 * name. */
static const char *const blas_names[] = {"libblis.so.4",     "libblis.so.3",   "libblis.so",
                                         "libmkl_rt.so.2",   "libmkl_rt.so",   "libblas.so.3",
                                         "libopenblas.so.0", "libopenblas.so", "libblas.so"};
static const char *const lapack_names[] = {"liblapack.so.3",   "libmkl_rt.so.2", "libmkl_rt.so",
                                           "libopenblas.so.0", "libopenblas.so", "libflame.so",
                                           "liblapack.so"};
static const char *const wide_names[] = {"libblas64.so.3", "libopenblas64.so.0", "libblis64.so.4"};
enum {
    BLAS_NAMES = sizeof blas_names / sizeof *blas_names,
    LAPACK_NAMES = sizeof lapack_names / sizeof *lapack_names,
    WIDE_NAMES = sizeof wide_names / sizeof *wide_names,
};

typedef struct finder {
    wk_backend *all; /* (MOST) */
    size_t n;
    wk_arena *arena;
    wk_error *err;
} finder;

/* NULL if it is not there. */
static const char *real_path(const finder *s, const char *path) {
    char real[PATH_MAX];
    return realpath(path, real) ? wk_arena_text(s->arena, real) : NULL;
}

static const char *first_of(const finder *s, const char *folder, const char *const *names,
                            size_t n) {
    const char *path = NULL;
    for (size_t i = 0; i < n && !path; i++)
        path = real_path(s, wk_arena_printf(s->arena, "%s/%s", folder, names[i]));
    return path;
}

/* The folder that a path lies in; NULL if that is the root, or not told. */
static const char *folder_of(const finder *s, const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash && slash != path ? wk_arena_span(s->arena, path, (size_t)(slash - path)) : NULL;
}

/* ---- is it a library at all? ---- */

static bool read_header(const char *path, Elf64_Ehdr *header) {
    FILE *file = fopen(path, "re");
    const bool got = file && fread(header, sizeof *header, 1, file) == 1;
    if (file)
        fclose(file);
    return got;
}

/* NULL, or what is wrong with it: looked at, not loaded. */
static const char *not_ours(const char *path) {
    Elf64_Ehdr own, other;
    if (!read_header(path, &other) || memcmp(other.e_ident, ELFMAG, SELFMAG) != 0)
        return "is not a shared library";
    if (!read_header("/proc/self/exe", &own))
        return NULL;
    if (other.e_ident[EI_CLASS] != own.e_ident[EI_CLASS] || other.e_machine != own.e_machine)
        return "is made for another processor architecture";
    return other.e_type == ET_DYN ? NULL : "is not a shared library";
}

/* Does the file hold this word, as a table of symbols would? */
static bool mentions(const char *path, const char *symbol) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    bool found = false;
    if (descriptor >= 0 && fstat(descriptor, &info) == 0 && info.st_size > 0) {
        const size_t size = (size_t)info.st_size;
        void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (bytes != MAP_FAILED) {
            found = memmem(bytes, size, symbol, strlen(symbol) + 1) != NULL;
            munmap(bytes, size);
        }
    }
    if (descriptor >= 0)
        close(descriptor);
    return found;
}

/* NULL, or what is wrong with it as a BLAS. */
static const char *not_a_blas(const char *path) {
    const char *wrong = not_ours(path);
    if (wrong)
        return wrong;
    return !mentions(path, "dgemm_")        ? "is no BLAS: it has no dgemm_"
           : !mentions(path, "cblas_dgemm") ? "is no BLAS for C: it has no cblas_dgemm"
                                            : NULL;
}

/* ---- collecting ---- */

static bool has(const finder *s, const char *name) {
    return wk_backends_named(&(wk_backends){s->all, s->n}, name) != NULL;
}

static void add(finder *s, const char *name, const char *blas, const char *lapack,
                const char *unusable) {
    if (s->n == MOST)
        return;
    name = wk_arena_text(s->arena, name);
    s->all[s->n++] = (wk_backend){.name = name,
                                  .blas = blas,
                                  .lapack = lapack,
                                  .provider = "own",
                                  .unusable = unusable,
                                  .option = name};
}

/* What a folder brings, if anything. Two names may be one file: a LAPACK that is a BLAS of its own
 * counts. */
static void look_into(finder *s, const char *folder, const char *name) {
    const char *wide = first_of(s, folder, wide_names, WIDE_NAMES);
    const char *blas = first_of(s, folder, blas_names, BLAS_NAMES);
    const char *path = blas ? blas : wide;
    if (!path || has(s, name))
        return;
    const char *unusable = not_a_blas(path);
    if (!unusable && !blas)
        unusable = "takes integers of 64 bits; this program's have 32";
    add(s, name, path, blas ? first_of(s, folder, lapack_names, LAPACK_NAMES) : NULL, unusable);
}

/* Folders within `root` that hold a BLAS, as Debian's alternatives do. */
static void look_below(finder *s, const char *root) {
    DIR *stream = opendir(root);
    if (!stream)
        return;
    for (struct dirent *entry; (entry = readdir(stream));) {
        const char *name = entry->d_name;
        if (wk_text_is_name(name) && (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN))
            look_into(s, wk_arena_printf(s->arena, "%s/%s", root, name),
                      strcmp(name, "blas") == 0 ? "reference" : name);
    }
    closedir(stream);
}

/* The folder that holds the machine's libraries: where the file of the default BLAS lies, two
 * levels up or one. */
static void look_in_the_usual_places(finder *s, const wk_library *loaded) {
    static const char *const mkl_names[] = {"libmkl_rt.so.2", "libmkl_rt.so"};
    static const char *const mkl_folders[] = {"/opt/intel/oneapi/mkl/latest/lib",
                                              "/opt/intel/oneapi/mkl/latest/lib/intel64",
                                              "/opt/intel/mkl/lib/intel64"};
    const char *own = folder_of(s, loaded->blas), *above = folder_of(s, own);
    const char *const roots[] = {own, above, "/usr/lib64", "/usr/local/lib"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (roots[i])
            look_below(s, roots[i]);
    for (size_t i = 0; i < sizeof mkl_folders / sizeof *mkl_folders; i++)
        if (first_of(s, mkl_folders[i], mkl_names, 2))
            look_into(s, mkl_folders[i], "mkl");
}

/* ---- given by the user ---- */

static wk_status add_given(finder *s, const char *given, int *column) {
    const char *equals = strchr(given, '=');
    *column = 1;
    char shown[WK_TEXT_SHOWN];
    if (!equals || equals == given || !equals[1])
        return wk_fail(s->err, WK_BAD_INPUT, "'%s' is not NAME or NAME=PATH",
                       wk_text_show(given, shown));
    const char *name = wk_arena_span(s->arena, given, (size_t)(equals - given)), *path = equals + 1;
    struct stat info;
    if (!wk_text_is_name(name) || strcmp(name, "all") == 0)
        return wk_fail(s->err, WK_BAD_INPUT, "'%s' is not a name", wk_text_show(name, shown));
    if (has(s, name))
        return wk_fail(s->err, WK_BAD_INPUT, "there is a backend '%s' already", name);
    *column = (int)(path - given) + 1;
    if (stat(path, &info) != 0)
        return wk_fail(s->err, WK_BAD_INPUT, "'%s': %s", wk_text_show(path, shown),
                       strerror(errno));
    const size_t before = s->n;
    if (S_ISDIR(info.st_mode))
        look_into(s, path, name);
    else {
        const char *blas = real_path(s, path);
        if (blas)
            add(s, name, blas, blas, not_a_blas(blas));
    }
    if (s->n == before)
        return wk_fail(s->err, WK_BAD_INPUT, "no BLAS library in '%s'", wk_text_show(path, shown));
    s->all[before].option = given;
    const char *unusable = s->all[before].unusable;
    return unusable ? wk_fail(s->err, WK_BAD_INPUT, "'%s' %s", s->all[before].blas, unusable)
                    : WK_OK;
}

/* ---- all of them ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(((const wk_backend *)a)->name, ((const wk_backend *)b)->name);
}

/* A BLAS without LAPACK gets the reference one, or else the default's. */
static void pair(finder *s, const wk_library *loaded) {
    const char *folder = folder_of(s, loaded->blas), *lapack = NULL;
    for (int level = 0; level < 2 && folder && !lapack; level++) {
        lapack = real_path(s, wk_arena_printf(s->arena, "%s/lapack/liblapack.so.3", folder));
        folder = folder_of(s, folder);
    }
    for (size_t i = 0; i < s->n; i++) {
        wk_backend *b = &s->all[i];
        if (b->unusable || (b->lapack && mentions(b->lapack, "dsyevr_")))
            continue;
        b->lapack = lapack              ? lapack
                    : loaded->lapack[0] ? wk_arena_text(s->arena, loaded->lapack)
                                        : NULL;
        b->provider = lapack ? "reference" : "default";
        if (!b->lapack)
            b->unusable = "brings no LAPACK, and there is none to pair it with";
    }
}

wk_status wk_backends_find(const char *const *given, size_t ngiven, wk_arena *arena,
                           wk_backends *backends, wk_backend_fault *fault, wk_error *err) {
    finder found = {
        .all = wk_arena_get(arena, MOST, sizeof *found.all), .arena = arena, .err = err};
    finder *s = &found;
    wk_library *loaded = wk_arena_get(arena, 1, sizeof *loaded);
    wk_library_locate(loaded);
    add(s, "default", wk_arena_text(arena, loaded->blas), wk_arena_text(arena, loaded->lapack),
        NULL);
    look_in_the_usual_places(s, loaded);
    qsort(s->all + 1, s->n - 1, sizeof *s->all, by_name);
    for (fault->given = 0; fault->given < ngiven; fault->given++)
        WK_TRY(add_given(s, given[fault->given], &fault->column));
    pair(s, loaded);
    *backends = (wk_backends){s->all, s->n};
    return WK_OK;
}

const wk_backend *wk_backends_named(const wk_backends *backends, const char *name) {
    for (size_t i = 0; i < backends->n; i++)
        if (strcmp(backends->all[i].name, name) == 0)
            return &backends->all[i];
    return NULL;
}

wk_status wk_backends_usable(const wk_backends *backends, const char *name, const wk_backend **out,
                             wk_error *err) {
    char names[512] = "", shown[WK_TEXT_SHOWN];
    size_t used = 0;
    *out = wk_backends_named(backends, name);
    if (*out && !(*out)->unusable)
        return WK_OK;
    if (*out)
        return wk_fail(err, WK_BAD_INPUT, "backend '%s' cannot be used: %s", name,
                       (*out)->unusable);
    for (size_t i = 0; i < backends->n && used < sizeof names; i++)
        if (!backends->all[i].unusable)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     backends->all[i].name);
    return wk_fail(err, WK_BAD_INPUT, "no backend '%s' here (there are: %s)",
                   wk_text_show(name, shown), names);
}

void wk_backends_all(const wk_backends *backends, wk_arena *arena, const char *const **names,
                     size_t *n) {
    const char **list = wk_arena_get(arena, backends->n, sizeof *list);
    *n = 0;
    for (size_t i = 0; i < backends->n; i++) {
        const wk_backend *b = &backends->all[i];
        bool again = b->unusable != NULL;
        for (size_t j = 1; j < backends->n && i == 0 && !again; j++) {
            const wk_backend *other = &backends->all[j];
            again = !other->unusable && strcmp(other->blas, b->blas) == 0 &&
                    strcmp(other->lapack, b->lapack) == 0;
        }
        if (!again)
            list[(*n)++] = b->name;
    }
    *names = list;
}

/* ---- the links ---- */

static wk_status link_one(const char *path, const char *target, wk_error *err) {
    if (unlink(path) != 0 && errno != ENOENT)
        return wk_fail(err, WK_CANNOT, "cannot replace '%s': %s", path, strerror(errno));
    if (symlink(target, path) != 0)
        return wk_fail(err, WK_CANNOT, "cannot make '%s': %s", path, strerror(errno));
    return WK_OK;
}

static int folder_length(const char *path) {
    return (int)(strrchr(path, '/') - path);
}

wk_status wk_backend_link(const wk_backend *backend, const char *folder, wk_arena *arena,
                          const char **search_path, wk_error *err) {
    WK_ASSERT(!backend->unusable);
    *search_path = NULL;
    if (strcmp(backend->name, "default") == 0)
        return WK_OK;
    char real[PATH_MAX];
    const char *below = wk_arena_printf(arena, "%s/%s", folder, backend->name);
    WK_TRY(wk_file_make_folder(below, err));
    WK_TRY(link_one(wk_arena_printf(arena, "%s/libblas.so.3", below), backend->blas, err));
    WK_TRY(link_one(wk_arena_printf(arena, "%s/liblapack.so.3", below), backend->lapack, err));
    if (!realpath(below, real))
        return wk_fail(err, WK_CANNOT, "cannot find '%s': %s", below, strerror(errno));
    *search_path = wk_arena_printf(arena, "%s:%.*s:%.*s", real, folder_length(backend->blas),
                                   backend->blas, folder_length(backend->lapack), backend->lapack);
    return WK_OK;
}

const char *wk_backend_title(const char *library, const char *version, wk_arena *arena) {
    if (!*version || strncmp(version, library, strlen(library)) == 0)
        return *version ? version : library;
    return wk_arena_printf(arena, "%s %s", library, version);
}

void wk_backend_unlink_all(const char *folder) {
    DIR *stream = opendir(folder);
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        char path[PATH_MAX + 32];
        if (!wk_text_is_name(entry->d_name))
            continue;
        static const char *const names[] = {"/libblas.so.3", "/liblapack.so.3", ""};
        for (size_t i = 0; i < 3; i++) {
            const int length =
                snprintf(path, sizeof path, "%s/%s%s", folder, entry->d_name, names[i]);
            if (length > 0 && (size_t)length < sizeof path)
                (void)(*names[i] ? unlink(path) : rmdir(path));
        }
    }
    if (stream)
        closedir(stream);
    rmdir(folder);
}

void wk_backend_settings(const char *search, const char *core, size_t threads, wk_arena *arena,
                         const char *const **settings, size_t *n) {
    static const char *const variables[] = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS",
                                            "BLIS_NUM_THREADS", "MKL_NUM_THREADS",
                                            "GOTO_NUM_THREADS"};
    enum { VARIABLES = sizeof variables / sizeof *variables };
    const char **list = wk_arena_get(arena, VARIABLES + 2, sizeof *list);
    const char *own = getenv("LD_LIBRARY_PATH");
    *n = 0;
    for (size_t i = 0; i < VARIABLES; i++)
        list[(*n)++] = wk_arena_printf(arena, "%s=%zu", variables[i], threads);
    if (search)
        list[(*n)++] = wk_arena_printf(arena, "LD_LIBRARY_PATH=%s%s%s", search,
                                       own && *own ? ":" : "", own ? own : "");
    if (core)
        list[(*n)++] = wk_arena_printf(arena, "OPENBLAS_CORETYPE=%s", core);
    *settings = list;
}
