/* Where a cell runs: its backend, core type and threads. */
#include "blas/cell/placement.h"

#include "base/bind.h"

static const wk_param rows[] = {
    WK_PLACEMENT_BACKEND,
    WK_PLACEMENT_CORETYPE,
    WK_PLACEMENT_THREADS(NULL, "threads of a cell"),
};

wk_status wk_placement_read(const wk_bag *params, wk_placement *where, const char **culprit,
                            wk_error *err) {
    return wk_bind_rows(rows, sizeof rows / sizeof *rows, NULL, params, where, culprit, err);
}

wk_placement wk_placement_of(const wk_bag *params) {
    wk_placement where = {0};
    if (wk_placement_read(params, &where, NULL, NULL) != WK_OK)
        where.threads = 0; /* "none" of a part; the texts are never ill-formed, and bound first */
    return where;
}
