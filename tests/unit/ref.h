/* Stored values of tests/ref (*.txt), made by PyTorch and NumPy (the script that each file names
 * says what each matrix is). Read once, at the first call; kept until the test program ends.
 *
 *   size_t M, d;
 *   const double *W = wk_ref("W", &M, &d);                    // (M, d) row-major
 *   const double *F5 = wk_ref_shaped("relu.dot.F5", k, n);    // or: must be (k, n)
 *
 * The files are those that $WK_TEST_REF matches if that is set, else all *.txt in the folder
 * WK_REF_DIR (a string macro), else those in tests/ref under the current folder. A file that cannot
 * be read, an ill-formed matrix, a name twice, an unknown name or another shape than asked for
 * aborts the test with a message. Not for several threads.
 */
#ifndef WK_TESTS_REF_H
#define WK_TESTS_REF_H

#include <stddef.h>

/* `rows` and `cols` may be NULL. */
const double *wk_ref(const char *name, size_t *rows, size_t *cols);

const double *wk_ref_shaped(const char *name, size_t rows, size_t cols);

#endif
