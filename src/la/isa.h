/* Instruction sets that the vector loops are compiled for (src/meson.build), and which of them this
 * processor has. */
#ifndef WK_LA_ISA_H
#define WK_LA_ISA_H

/* Worst first. */
typedef enum wk_isa { WK_ISA_BASE, WK_ISA_AVX2, WK_ISA_AVX512, WK_ISAS } wk_isa;

/* The best one that this processor and build have. */
wk_isa wk_isa_best(void);
const char *wk_isa_name(wk_isa isa); /* "base", "avx2", "avx512" */

#endif
