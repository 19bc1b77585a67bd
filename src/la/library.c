/* Which BLAS and LAPACK files are loaded, and what they say of themselves. */
#include "la/library.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The real path of the file that an address lies in; "" if there is none. */
static void file_at(const void *address, char path[PATH_MAX]) {
    Dl_info info;
    path[0] = '\0';
    if (address && dladdr(address, &info) && info.dli_fname && !realpath(info.dli_fname, path))
        path[0] = '\0';
}

/* … that a symbol comes from. */
static void file_of(const char *symbol, char path[PATH_MAX]) {
    file_at(dlsym(RTLD_DEFAULT, symbol), path);
}

/* A symbol of the BLAS or of what it needs: not of a LAPACK from elsewhere, which may be part of
 * another BLAS. */
static void *symbol_of(void *blas, const char *symbol) {
    return blas ? dlsym(blas, symbol) : NULL;
}

/* Calls a function without arguments that returns text, if the library has it. */
static const char *ask(void *blas, const char *symbol) {
    void *address = symbol_of(blas, symbol);
    const char *(*function)(void) = NULL;
    memcpy(&function, &address, sizeof function); /* POSIX allows it, ISO C has no cast for it */
    const char *text = function ? function() : NULL;
    return text ? text : "";
}

static int ask_number(void *blas, const char *symbol) {
    void *address = symbol_of(blas, symbol);
    int (*function)(void) = NULL;
    memcpy(&function, &address, sizeof function);
    return function ? function() : 0;
}

void wk_library_rest(void) {
    void *address = dlsym(RTLD_DEFAULT, "blas_thread_shutdown_");
    int (*end_threads)(void) = NULL;
    memcpy(&end_threads, &address, sizeof end_threads);
    if (end_threads)
        end_threads();
}

/* ddot of three ones. The length is 3 in its low half and −1 in its high one: a library that reads
 * 64 bits sees a negative length, and does nothing. */
static bool has_wide_integers(void) {
    void *address = dlsym(RTLD_DEFAULT, "ddot_");
    double (*ddot)(const void *n, const double *x, const void *incx, const double *y,
                   const void *incy) = NULL;
    memcpy(&ddot, &address, sizeof ddot);
    const int32_t n[2] = {3, -1}, one[2] = {1, 0};
    const double x[3] = {1, 1, 1};
    return ddot && !(ddot(n, x, one, x, one) > 2.5);
}

static void ask_openblas(void *blas, wk_library *library) {
    static const char *const layers[] = {"serial", "pthreads", "openmp"};
    const int layer = ask_number(blas, "openblas_get_parallel");
    library->name = "OpenBLAS";
    library->version = ask(blas, "openblas_get_config");
    library->core = ask(blas, "openblas_get_corename");
    library->threading = layer >= 0 && layer < 3 ? layers[layer] : "";
    library->threads = ask_number(blas, "openblas_get_num_threads");
}

static const char *core_of_blis(void *blas) {
    void *query = symbol_of(blas, "bli_arch_query_id"), *text = symbol_of(blas, "bli_arch_string");
    int (*identify)(void) = NULL;
    const char *(*name)(int) = NULL;
    memcpy(&identify, &query, sizeof identify);
    memcpy(&name, &text, sizeof name);
    return identify && name ? name(identify()) : "";
}

static void ask_blis(void *blas, wk_library *library) {
    library->name = "BLIS";
    library->version = ask(blas, "bli_info_get_version_str");
    library->core = core_of_blis(blas);
    library->threading = ask_number(blas, "bli_info_get_enable_openmp")     ? "openmp"
                         : ask_number(blas, "bli_info_get_enable_pthreads") ? "pthreads"
                                                                            : "serial";
}

void wk_library_locate(wk_library *library) {
    *library = (wk_library){.name = "unknown", .version = "", .core = "", .threading = ""};
    file_of("dgemm_", library->blas);
    file_of("cblas_dgemm", library->cblas);
    file_of("dsyevr_", library->lapack);
}

void wk_library_identify(wk_library *library) {
    wk_library_locate(library);
    void *blas = library->blas[0] ? dlopen(library->blas, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    const char *slash = strrchr(library->blas, '/');
    static const char *const own[] = {"openblas_get_config", "bli_info_get_version_str",
                                      "ATL_buildinfo", "MKL_Get_Version_String"};
    for (size_t i = 0; i < sizeof own / sizeof *own && !library->engine[0]; i++)
        file_at(symbol_of(blas, own[i]), library->engine);
    if (symbol_of(blas, "openblas_get_config"))
        ask_openblas(blas, library);
    else if (symbol_of(blas, "bli_info_get_version_str"))
        ask_blis(blas, library);
    else if (symbol_of(blas, "ATL_buildinfo"))
        library->name = "ATLAS", library->threading = "serial";
    else if (symbol_of(blas, "MKL_Get_Version_String"))
        library->name = "MKL";
    else if (slash && slash - library->blas >= 5 && strncmp(slash - 5, "/blas/", 6) == 0)
        library->name = "reference", library->threading = "serial";
    library->wide = has_wide_integers();
    if (blas)
        dlclose(blas);
}

wk_status wk_library_check(const wk_library *library, const char *blas, const char *lapack,
                           wk_error *err) {
    const struct {
        const char *function, *came, *asked;
    } all[] = {{"dgemm_", library->blas, blas},
               {"cblas_dgemm", library->cblas, blas},
               {"dsyevr_", library->lapack, lapack}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].came, all[i].asked) != 0)
            return wk_fail(err, WK_CANNOT, "%s should come from '%s', but comes from '%s'",
                           all[i].function, all[i].asked, all[i].came[0] ? all[i].came : "nowhere");
    return library->wide ? wk_fail(err, WK_CANNOT,
                                   "'%s' takes integers of 64 bits; this program's have 32", blas)
                         : WK_OK;
}
