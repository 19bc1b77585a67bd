/* Makes, keeps and removes the folders of cells' arrays. */
#include "run/cell_arrays.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void name_arrays(const char *folder, const wk_hash *key, const char *suffix,
                        char out[WK_CELL_ARRAYS_PATH]) {
    snprintf(out, WK_CELL_ARRAYS_PATH, "%s/arrays/%.16s%s", folder, key->hex, suffix);
}

bool wk_cell_arrays_exist(const char *folder, const wk_hash *key) {
    char path[WK_CELL_ARRAYS_PATH];
    name_arrays(folder, key, "", path);
    return access(path, F_OK) == 0;
}

wk_status wk_cell_arrays_begin(const char *folder, const wk_hash *key,
                               char full[WK_CELL_ARRAYS_PATH], wk_error *err) {
    char part[WK_CELL_ARRAYS_PATH];
    name_arrays(folder, key, ".part", part);
    wk_file_remove_folder(part);
    WK_TRY(wk_file_make_folder(part, err));
    char *real = realpath(part, NULL);
    if (!real)
        return wk_fail(err, WK_CANNOT, "cannot use '%s': %s", part, strerror(errno));
    snprintf(full, WK_CELL_ARRAYS_PATH, "%s", real);
    free(real);
    return WK_OK;
}

wk_status wk_cell_arrays_keep(const char *folder, const wk_hash *key, wk_error *err) {
    char part[WK_CELL_ARRAYS_PATH], whole[WK_CELL_ARRAYS_PATH];
    name_arrays(folder, key, ".part", part);
    name_arrays(folder, key, "", whole);
    wk_file_remove_folder(whole); /* of an earlier run, when this one is --fresh */
    if (rename(part, whole) != 0)
        return wk_fail(err, WK_CANNOT, "cannot keep '%s': %s", whole, strerror(errno));
    return WK_OK;
}

void wk_cell_arrays_drop(const char *folder, const wk_hash *key) {
    char part[WK_CELL_ARRAYS_PATH];
    name_arrays(folder, key, ".part", part);
    wk_file_remove_folder(part);
}
