/* A BLAS that is wrong on purpose, one way a library: its dgemm_ and cblas_dgemm stand before those
 * of a real BLAS, which gives everything else. Compiled with one of
 *   PERTURB  every entry of the result is off by the relative amount 1e-9;
 *   LATE     the same, but the first three products are right;
 *   HALF     it returns after half of the rows;
 *   GREEDY   it works on two threads of its own, whatever it was told;
 *   LAZY     it works on one thread, whatever it was told (where the real one can be made to).
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111 }; /* CBLAS's enumerations are ints */

typedef void real_dgemm(const char *ta, const char *tb, const int *m, const int *n, const int *k,
                        const double *alpha, const double *A, const int *lda, const double *B,
                        const int *ldb, const double *beta, double *C, const int *ldc, size_t,
                        size_t);

void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k,
            const double *alpha, const double *A, const int *lda, const double *B, const int *ldb,
            const double *beta, double *C, const int *ldc);
void cblas_dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *A,
                 int lda, const double *B, int ldb, double beta, double *C, int ldc);

/* C (m, n) by columns: a part of the work, or all of it. */
typedef struct product {
    char ta, tb;
    int m, n, k, lda, ldb, ldc;
    double alpha, beta;
    const double *A, *B;
    double *C;
} product;

static void *real_symbol(const char *name) {
    void *address = dlsym(RTLD_NEXT, name);
    if (!address)
        abort();
    return address;
}

static void *multiply(void *context) {
    const product *p = context;
    void *address = real_symbol("dgemm_");
    real_dgemm *real;
    memcpy(&real, &address, sizeof real);
    real(&p->ta, &p->tb, &p->m, &p->n, &p->k, &p->alpha, p->A, &p->lda, p->B, &p->ldb, &p->beta,
         p->C, &p->ldc, 1, 1);
    return NULL;
}

#if defined PERTURB || defined LATE
static void wrong(product p) {
    multiply(&p);
#if defined LATE
    static int products;
    if (products++ < 3)
        return;
#endif
    for (int j = 0; j < p.n; j++)
        for (int i = 0; i < p.m; i++)
            p.C[(size_t)j * (size_t)p.ldc + (size_t)i] *= 1 + 1e-9;
}
#elif defined HALF
static void wrong(product p) {
    p.m /= 2;
    multiply(&p);
}
#elif defined GREEDY
static void wrong(product p) {
    product rest = p;
    p.n = p.n / 2;
    rest.n -= p.n;
    rest.B += (p.tb == 'N' ? (size_t)p.ldb : 1) * (size_t)p.n;
    rest.C += (size_t)p.ldc * (size_t)p.n;
    pthread_t other;
    const int alone = pthread_create(&other, NULL, multiply, &rest);
    multiply(&p);
    if (alone)
        multiply(&rest);
    else
        pthread_join(other, NULL);
}
#elif defined LAZY
static void wrong(product p) {
    void *address = dlsym(RTLD_NEXT, "openblas_set_num_threads");
    void (*limit)(int) = NULL;
    memcpy(&limit, &address, sizeof limit);
    if (limit)
        limit(1);
    multiply(&p);
}
#else
#error "which way is it to be wrong?"
#endif

static char letter(char given) {
    return given == 'N' || given == 'n' ? 'N' : 'T';
}

void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k,
            const double *alpha, const double *A, const int *lda, const double *B, const int *ldb,
            const double *beta, double *C, const int *ldc) {
    wrong(
        (product){letter(*ta), letter(*tb), *m, *n, *k, *lda, *ldb, *ldc, *alpha, *beta, A, B, C});
}

/* Row by row C = A B is column by column Cᵀ = Bᵀ Aᵀ. */
void cblas_dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *A,
                 int lda, const double *B, int ldb, double beta, double *C, int ldc) {
    const char a = ta == NO_TRANSPOSE ? 'N' : 'T', b = tb == NO_TRANSPOSE ? 'N' : 'T';
    if (order == ROW_MAJOR)
        wrong((product){b, a, n, m, k, ldb, lda, ldc, alpha, beta, B, A, C});
    else
        wrong((product){a, b, m, n, k, lda, ldb, ldc, alpha, beta, A, B, C});
}
