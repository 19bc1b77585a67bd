/* The registry of activations. */
#include "model/net/activation.h"

#include "model/net/dual.h"

#include <string.h>

#if defined WK_HAVE_X86_KERNELS
#define FOR_EACH_ISA(activation)                                                                   \
    extern const wk_thin wk_thin_##activation##_base, wk_thin_##activation##_avx2,                 \
        wk_thin_##activation##_avx512;                                                             \
    static const wk_thin *const thin_##activation[WK_ISAS] = {&wk_thin_##activation##_base,        \
                                                              &wk_thin_##activation##_avx2,        \
                                                              &wk_thin_##activation##_avx512};
#else
#define FOR_EACH_ISA(activation)                                                                   \
    extern const wk_thin wk_thin_##activation##_base;                                              \
    static const wk_thin *const thin_##activation[WK_ISAS] = {&wk_thin_##activation##_base};
#endif

FOR_EACH_ISA(relu)
FOR_EACH_ISA(tanh)
FOR_EACH_ISA(erf)
FOR_EACH_ISA(gelu)
FOR_EACH_ISA(linear)

const wk_activation wk_activations[] = {
    {"relu", "max(h, 0)", thin_relu, wk_dual_relu},
    {"tanh", "hyperbolic tangent", thin_tanh, wk_dual_tanh},
    {"erf", "error function", thin_erf, wk_dual_erf},
    {"gelu", "h Φ(h), Φ the normal distribution function (exact)", thin_gelu, wk_dual_gelu},
    {"linear", "h itself", thin_linear, wk_dual_linear},
};
const size_t wk_activations_n = sizeof wk_activations / sizeof *wk_activations;
const char *const wk_activation_words[] = {"relu", "tanh", "erf", "gelu", "linear", NULL};

const wk_activation *wk_activation_find(const char *name) {
    for (size_t i = 0; i < wk_activations_n; i++)
        if (strcmp(wk_activations[i].name, name) == 0)
            return &wk_activations[i];
    return NULL;
}

const wk_thin *wk_activation_thin(const wk_activation *activation) {
    return activation->thin[wk_isa_best()];
}
