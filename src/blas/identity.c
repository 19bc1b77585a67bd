/* The fields of a BLAS library's identity. */
#include "blas/identity.h"

#define FIELD(field, kind)                                                                         \
    {                                                                                              \
        .name = #field, .type = kind, .flags = WK_REQUIRED,                                        \
        .offset = offsetof(wk_blas_identity, field)                                                \
    }

const wk_param wk_blas_answered[] = {
    FIELD(library, WK_TEXT),
    FIELD(version, WK_TEXT),
    FIELD(path, WK_TEXT),
    FIELD(cblas_path, WK_TEXT),
    FIELD(lapack_path, WK_TEXT),
    FIELD(engine_path, WK_TEXT),
    FIELD(core, WK_TEXT),
    FIELD(threading, WK_TEXT),
    FIELD(isa, WK_TEXT),
    FIELD(said_threads, WK_INTEGER),
    FIELD(bits, WK_INTEGER),
    FIELD(core_gflops, WK_REAL),
    FIELD(gemm_gflops, WK_REAL),
    FIELD(got, WK_REAL),
    FIELD(effective_threads, WK_REAL),
};
const size_t wk_blas_answered_n = sizeof wk_blas_answered / sizeof *wk_blas_answered;

const wk_param wk_blas_kept[WK_BLAS_KEPT] = {
    FIELD(name, WK_TEXT),
    FIELD(option, WK_TEXT),
    FIELD(coretype, WK_TEXT),
    FIELD(threads, WK_INTEGER),
    FIELD(library, WK_TEXT),
    FIELD(version, WK_TEXT),
    FIELD(path, WK_TEXT),
    FIELD(sha256, WK_TEXT),
    FIELD(lapack_path, WK_TEXT),
    FIELD(provider, WK_TEXT),
    FIELD(core, WK_TEXT),
    FIELD(threading, WK_TEXT),
    FIELD(effective_threads, WK_REAL),
    FIELD(gemm_gflops, WK_REAL),
    FIELD(trouble, WK_TEXT),
};
