/* The training step that is measured: cosine `triplet-linear`, relu, full-batch gradient descent on
 * `mixture` data, n = 3 x triplets distinct inputs. */
#ifndef WK_BENCH_PROBLEM_H
#define WK_BENCH_PROBLEM_H

#include "model/loss/loss.h"
#include "model/net/net.h"

typedef struct wk_bench_size {
    size_t width, triplets, dim, outputs, threads;
} wk_bench_size;

enum { WK_BENCH_SEED = 1 };
extern const double wk_bench_eta; /* step size */

typedef struct wk_bench_problem {
    wk_arena arena;
    wk_pool *pool;
    wk_data data;
    wk_loss loss;
    wk_net net;
    double *g, *scratch;
} wk_bench_problem;

/* `problem` must be zeroed; wk_bench_problem_release is to be called on failure, too. A width of 0:
 * no network yet. */
wk_status wk_bench_problem_init(wk_bench_problem *problem, const wk_bench_size *size,
                                wk_error *err) WK_CHECKED;
void wk_bench_problem_release(wk_bench_problem *problem);

/* What `model.form: auto` takes for such a network; G is then formed if need be. */
wk_net_shape wk_bench_shape(const wk_bench_problem *problem, size_t width, size_t outputs);
wk_net_options wk_bench_options(const wk_bench_problem *problem, size_t width, size_t outputs);

/* A network of the problem's data and pool, in an arena of one's own. */
wk_status wk_bench_net(wk_bench_problem *problem, size_t width, size_t outputs, wk_net *net,
                       wk_arena *arena, wk_error *err) WK_CHECKED;

/* Gradient of the loss at F, then the step. */
wk_status wk_bench_step(wk_bench_problem *problem, wk_net *net, wk_error *err) WK_CHECKED;

/* Writes what another program needs to do the same, and to compare: X (d, n), triplets (N, 3),
 * W (M, d), H0 (M, n), V0 (k, M), and, after so many steps, H, V, F; to folder/NAME.npy. */
wk_status wk_bench_problem_save(wk_bench_problem *problem, size_t steps, const char *folder,
                                wk_error *err) WK_CHECKED;

/* H (M, n) and V (k, M) of a net under these names. */
wk_status wk_bench_net_save(wk_bench_problem *problem, const char *folder, const char *H_name,
                            const char *V_name, wk_error *err) WK_CHECKED;

#endif
