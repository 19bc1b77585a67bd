/* The thin kernels: everything of a training step that is not the B x n x n product, fused so that
 * H is read once. "Thin" because one side is k, the number of outputs, too small for BLAS to be
 * fast on.
 *
 * All operate on a tile of `rows` hidden units. ld is a multiple of WK_THIN_PAD and rows are
 * 64-byte aligned; columns n … ld-1 of H and g are zero, and stay so in what is written.
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
    /* dV (rows, k) = phi(H) g^T and D (rows, ld) = phi'(H) o (Vt g),
     * where H (rows, ld), Vt (rows, k), g (k, ld). D may not overlap H. */
    void (*backward)(size_t rows, size_t ld, size_t k, const double *H, const double *Vt,
                     const double *g, double *dV, double *D);

    /* F (k, ld) += Vt^T phi(H). */
    void (*forward)(size_t rows, size_t ld, size_t k, const double *H, const double *Vt, double *F);

    /* phi[i] = φ(H[i]) and slope[i] = φ'(H[i]) for i < count, a multiple of WK_THIN_PAD. */
    void (*apply)(size_t count, const double *H, double *phi, double *slope);
} wk_thin;

#endif
