/* The numerics version: SHA-256 over the sources of src/{base,la,model}, the compiler and its
 * flags, computed at build time (src/study/numerics.sh). Results of one version are never reused by
 * another. */
#ifndef WK_STUDY_NUMERICS_H
#define WK_STUDY_NUMERICS_H

#include <stdbool.h>

extern const char wk_numerics[];
extern const char wk_version[]; /* "0.1.0" */
extern const char wk_commit[];  /* as git describe --always --dirty, or "unknown" */
extern const bool wk_dirty;     /* the checkout was not as committed */

#endif
