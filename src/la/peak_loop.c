/* The loop of fused multiply-adds. Compiled once an instruction set, with -ffp-contract=fast: x * a
 * + b is one instruction where there is one. CHAINS independent sums hide its latency: two units of
 * latency 4 need 8, and 12 fit into the 16 registers of AVX2 beside a and b. */
#include "la/peak.h"

#if defined __AVX512F__
enum { WIDTH = 64 };
#elif defined __AVX2__
enum { WIDTH = 32 };
#else
enum { WIDTH = 16 };
#endif
enum { CHAINS = 12, ROUNDS = 4096 };

typedef double wide __attribute__((vector_size(WIDTH)));
typedef float narrow __attribute__((vector_size(WIDTH)));

/* x = x a + b tends to b/(1 − a): stays an ordinary number for ever. What the sums come to is
 * written to a volatile, so none of it can be left out. */
#define LOOP(name, vector, scalar)                                                                 \
    static double name(unsigned blocks) {                                                          \
        volatile scalar sink;                                                                      \
        enum { LANES = WIDTH / sizeof(scalar) };                                                   \
        const vector a = (vector){0} + (scalar)0.5, b = (vector){0} + (scalar)0.25;                \
        vector x[CHAINS];                                                                          \
        for (int c = 0; c < CHAINS; c++)                                                           \
            x[c] = (vector){0} + (scalar)c;                                                        \
        for (unsigned block = 0; block < blocks; block++)                                          \
            for (int round = 0; round < ROUNDS; round++)                                           \
                for (int c = 0; c < CHAINS; c++)                                                   \
                    x[c] = x[c] * a + b;                                                           \
        for (int c = 1; c < CHAINS; c++)                                                           \
            x[0] += x[c];                                                                          \
        for (unsigned lane = 0; lane < LANES; lane++)                                              \
            sink = x[0][lane];                                                                     \
        (void)sink;                                                                                \
        return 2.0 * CHAINS * LANES * ROUNDS * blocks;                                             \
    }

LOOP(loop_double, wide, double)
LOOP(loop_single, narrow, float)

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
extern wk_peak_loop *const PASTE(wk_peak_loops, WK_ISA)[2];
wk_peak_loop *const PASTE(wk_peak_loops, WK_ISA)[2] = {loop_double, loop_single};
