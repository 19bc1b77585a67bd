/* What a file is that is not what it was taken for: by its first bytes, with what to do about it.
 */
#ifndef WK_MODEL_DATA_CONTENT_H
#define WK_MODEL_DATA_CONTENT_H

#include <stddef.h>

/* "a Parquet file: write it as CSV, pandas' to_csv does"; NULL if nothing is recognised. */
const char *wk_content_hint(const unsigned char *bytes, size_t n);

#endif
