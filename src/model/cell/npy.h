/* NumPy's .npy format, version 1.0, little-endian, C order: for --save-arrays. */
#ifndef WK_MODEL_CELL_NPY_H
#define WK_MODEL_CELL_NPY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Writes values of the shape dims[0..ndims), ndims <= 4, to folder/name.npy. */
wk_status wk_npy_doubles(const char *folder, const char *name, size_t ndims, const size_t *dims,
                         const double *values, wk_error *err) WK_CHECKED;
wk_status wk_npy_integers(const char *folder, const char *name, size_t ndims, const size_t *dims,
                          const int64_t *values, wk_error *err) WK_CHECKED;

#endif
