/* tanh(h) = (e^{2|h|} - 1) / (e^{2|h|} + 1) with the sign of h; 1 to working precision beyond 20.
 */
#include "model/net/thin_vector.h"

ALWAYS_INLINE void activate(vec h, vec *phi, vec *slope) {
    const ivec sign = (ivec)splat(-0.0);
    const vec size = (vec)((ivec)h & ~sign);
    const vec e = expm1_upto40(choose((ivec)(size > splat(20)), splat(40), size + size));
    const vec value = e / (e + 2.0);
    *phi = (vec)((ivec)value | ((ivec)h & sign));
    *slope = 1.0 - value * value;
}

#include "model/net/thin_template.h"

WK_THIN_DEFINE(tanh)
