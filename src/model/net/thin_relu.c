/* relu(h) = max(h, 0), slope 0 at 0. A NaN stays a NaN, so that a divergence is not hidden. */
#include "model/net/thin_vector.h"

ALWAYS_INLINE void activate(vec h, vec *phi, vec *slope) {
    const ivec on = ~(ivec)(h <= splat(0));
    *phi = (vec)((ivec)h & on);
    *slope = (vec)((ivec)splat(1) & on);
}

#include "model/net/thin_template.h"

WK_THIN_DEFINE(relu)
