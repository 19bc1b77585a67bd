/* The model linearised at its start, trained beside the network. */
#include "model/kernel/linearised.h"

#include "la/blas.h"

#include <math.h>
#include <string.h>

void wk_linearised_init(wk_linearised *linear, const wk_ntk *start, const double *F0, size_t ld,
                        size_t loss_scratch, wk_arena *arena) {
    const size_t k = start->k, n = start->p;
    *linear = (wk_linearised){.k = k, .n = n, .ld = ld};
    linear->theta = wk_arena_doubles(arena, k * n * k * n);
    linear->F = wk_arena_doubles(arena, k * ld);
    linear->F0 = wk_arena_doubles(arena, k * ld);
    linear->g = wk_arena_get(arena, k * ld, sizeof(double));
    linear->flat = wk_arena_doubles(arena, k * n);
    linear->moved = wk_arena_doubles(arena, k * n);
    linear->scratch = wk_arena_doubles(arena, loss_scratch);
    wk_ntk_expand(start, linear->theta);
    memcpy(linear->F, F0, k * ld * sizeof *F0);
    memcpy(linear->F0, F0, k * ld * sizeof *F0);
}

void wk_linearised_step(wk_linearised *linear, const wk_loss *loss, const wk_data *data,
                        double eta) {
    const size_t k = linear->k, n = linear->n, ld = linear->ld;
    loss->kind->value(loss, data, k, linear->F, linear->g, linear->scratch);
    for (size_t a = 0; a < k; a++)
        memcpy(linear->flat + a * n, linear->g + a * ld, n * sizeof(double));
    wk_la_gemm(false, false, k * n, 1, k * n, 1, linear->theta, k * n, linear->flat, 1, 0,
               linear->moved, 1);
    for (size_t a = 0; a < k; a++)
        for (size_t i = 0; i < n; i++)
            linear->F[a * ld + i] -= eta * linear->moved[a * n + i];
}

double wk_linearised_error(const wk_linearised *linear, const double *F) {
    double off = 0, moved = 0;
    for (size_t a = 0; a < linear->k; a++)
        for (size_t i = 0; i < linear->n; i++) {
            const size_t at = a * linear->ld + i;
            off += (F[at] - linear->F[at]) * (F[at] - linear->F[at]);
            moved += (F[at] - linear->F0[at]) * (F[at] - linear->F0[at]);
        }
    return moved > 0 ? sqrt(off / moved) : 0;
}
