/* The best instruction set of this processor. */
#include "la/isa.h"

#include "base/error.h"

wk_isa wk_isa_best(void) {
#if defined WK_HAVE_X86_KERNELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        return WK_ISA_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return WK_ISA_AVX2;
#endif
    return WK_ISA_BASE;
}

const char *wk_isa_name(wk_isa isa) {
    static const char *const names[WK_ISAS] = {"base", "avx2", "avx512"};
    WK_ASSERT(isa < WK_ISAS);
    return names[isa];
}
