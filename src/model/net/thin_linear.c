/* The identity: a deep linear network's activation, the case in which the laws of training are
 * exact (SCIENCE I3). */
#include "model/net/thin_vector.h"

ALWAYS_INLINE void activate(vec h, vec *phi, vec *slope) {
    *phi = h;
    *slope = splat(1);
}

#include "model/net/thin_template.h"

WK_THIN_DEFINE(linear)
