/* What a stage is held against: the matrix product that it is made of, in the same calls on the
 * same threads, and nothing else; on one tile a thread that stays in cache, which is the best that
 * the BLAS library can do at that shape. */
#ifndef WK_MODEL_NET_TILE_GEMM_H
#define WK_MODEL_NET_TILE_GEMM_H

#include "base/arena.h"
#include "la/pool.h"

typedef struct wk_tile_gemm {
    wk_pool *pool;
    size_t M, rows, columns, ld; /* hidden units; see each */
    size_t tasks;
    void (*task)(void *gemm, size_t task, size_t thread);
    double **tile;    /* a thread: the operands */
    const double *G;  /* of a step in dual form */
    const double *X;  /* (columns, n) of one in primal form */
    size_t n, passes; /* the same */
    double flops;     /* of one run */
} wk_tile_gemm;

/* The products H ← H − η D G of one training step: (tile, ld) += (tile, n) (n, ld). G (ld, ld) is
 * borrowed. */
void wk_tile_gemm_step(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n, size_t ld,
                       const double *G, wk_arena *arena);

/* Those of a step in primal form: `passes` of (tile, block) = (tile, d) (d, block) and
 * (tile, d) += (tile, block) (d, block)ᵀ, over blocks of n inputs. */
void wk_tile_gemm_primal(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n, size_t d,
                         size_t passes, wk_arena *arena);

/* Those of the full kernel of k outputs at p probes: (k(k+1)/2, chunk) += (tile, k(k+1)/2)ᵀ (tile,
 * chunk), chunk pairs of probes. */
void wk_tile_gemm_ntk(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t k, size_t p,
                      wk_arena *arena);

/* Those of the features' Gram matrix: lower triangle of (ld, ld) += (tile, ld)ᵀ (tile, ld). */
void wk_tile_gemm_gram(wk_tile_gemm *gemm, wk_pool *pool, size_t M, size_t n, size_t ld,
                       wk_arena *arena);

double wk_tile_gemm_run(wk_tile_gemm *gemm); /* seconds */

#endif
