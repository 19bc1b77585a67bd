/* The thin kernels: everything of a training step that is not the B x n x n product, fused so that
 * H is read once. "Thin" because one side is k, the number of outputs, too small for BLAS to be
 * fast on.
 *
 * All operate on a tile of `rows` hidden units at `columns` inputs, a multiple of WK_THIN_PAD. Rows
 * are 64-byte aligned; each array has a distance between rows of its own (h_ld, …), also a multiple
 * of WK_THIN_PAD. Columns of H and g that stand for no input are zero, and stay so in what is
 * written.
 *
 * They are compiled once an instruction set (src/model/meson.build) from thin_template.h by each
 * activation's file; wk_activation_thin() picks by what the processor has. Bits depend on that
 * choice, which is therefore part of the backend's fingerprint.
 */
#ifndef WK_MODEL_NET_THIN_H
#define WK_MODEL_NET_THIN_H

#include <stddef.h>

enum { WK_THIN_PAD = 8 };

typedef struct wk_thin {
    /* dV (rows, k) += φ(H) gᵀ and D (rows, columns) = φ'(H) ∘ (Vt g),
     * where H (rows, columns), Vt (rows, k), g (k, columns). D may not overlap H. */
    void (*backward)(size_t rows, size_t columns, size_t k, const double *H, size_t h_ld,
                     const double *Vt, const double *g, size_t g_ld, double *dV, double *D,
                     size_t d_ld);

    /* F (k, columns) += Vtᵀ φ(H). */
    void (*forward)(size_t rows, size_t columns, size_t k, const double *H, size_t h_ld,
                    const double *Vt, double *F, size_t f_ld);

    /* phi[i] = φ(H[i]) and slope[i] = φ'(H[i]) for i < count, a multiple of WK_THIN_PAD. */
    void (*apply)(size_t count, const double *H, double *phi, double *slope);
} wk_thin;

#endif
