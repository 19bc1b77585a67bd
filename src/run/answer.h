/* A worker's answer on its way through the pipe: the text, then
 *     sha256 HEX      (of the text)
 *     peak BYTES      (the most memory that the process held)
 *     end
 * each on a line of its own. So what else was printed into it, or was lost of it, is noticed. */
#ifndef WK_RUN_ANSWER_H
#define WK_RUN_ANSWER_H

#include <stddef.h>
#include <stdio.h>

typedef enum wk_answer {
    WK_ANSWER_WHOLE,
    WK_ANSWER_CUT,     /* without its end: the process died on the way */
    WK_ANSWER_GARBLED, /* with an end, but not the text that was hashed */
} wk_answer;

/* The exit code of a worker that memory did not suffice for. Its answer is then the number of bytes
 * that it asked for, as a double (base/heap.h). */
enum { WK_ANSWER_EXHAUSTED = 86 };

/* In the worker. */
void wk_answer_write(const char *text, double peak_bytes, FILE *out);

/* In the parent: looks at what came, of so many bytes and a NUL behind them. If it is whole, the
 * text is left, NUL-terminated; else what is left is not to be used. */
wk_answer wk_answer_open(char *bytes, size_t length, double *peak_bytes);

#endif
