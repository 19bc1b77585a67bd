/* Arrays written in the NPY format. */
#include "model/cell/npy.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

static wk_status write_array(const char *folder, const char *name, const char *type, size_t ndims,
                             const size_t *dims, const void *values, wk_error *err) {
    char path[4096], shape[128] = "", header[256];
    size_t count = 1, used = 0;
    for (size_t i = 0; i < ndims; i++) {
        count *= dims[i];
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%zu,", dims[i]);
    }
    /* magic (6), version (2), length (2) and this text, padded by blanks to a multiple of 64 */
    int length = snprintf(header, sizeof header,
                          "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    WK_ASSERT(length > 0 && length < 180);
    while ((10 + length + 1) % 64)
        header[length++] = ' ';
    header[length++] = '\n';
    if (snprintf(path, sizeof path, "%s/%s.npy", folder, name) >= (int)sizeof path)
        return wk_fail(err, WK_CANNOT, "path too long: '%.60s…'", folder);
    wk_file file;
    WK_TRY(wk_file_begin(&file, path, err));
    fwrite("\x93NUMPY\x01\x00", 1, 8, file.stream);
    fputc(length & 0xff, file.stream);
    fputc(length >> 8, file.stream);
    fwrite(header, 1, (size_t)length, file.stream);
    fwrite(values, 8, count, file.stream);
    return wk_file_commit(&file, err);
}

wk_status wk_npy_doubles(const char *folder, const char *name, size_t ndims, const size_t *dims,
                         const double *values, wk_error *err) {
    return write_array(folder, name, "<f8", ndims, dims, values, err);
}

wk_status wk_npy_integers(const char *folder, const char *name, size_t ndims, const size_t *dims,
                          const int64_t *values, wk_error *err) {
    return write_array(folder, name, "<i8", ndims, dims, values, err);
}
