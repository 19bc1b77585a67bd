#include "run/answer.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

void wk_answer_write(const char *text, double peak_bytes, FILE *out) {
    fprintf(out, "%s\nsha256 %s\npeak %.0f\nend\n", text, wk_hash_text(text).hex, peak_bytes);
}

/* Cuts off the last line of `bytes` if it is "word VALUE" (or "word"); the value, or NULL. */
static const char *cut_line(char *bytes, size_t *length, const char *word) {
    char *line = memrchr(bytes, '\n', *length);
    const size_t n = strlen(word);
    if (!line || strncmp(line + 1, word, n) != 0)
        return NULL;
    *length = (size_t)(line - bytes);
    *line = '\0';
    return line + 1 + n;
}

wk_answer wk_answer_open(char *bytes, size_t length, double *peak_bytes) {
    if (length == 0 || bytes[length - 1] != '\n')
        return WK_ANSWER_CUT;
    bytes[--length] = '\0';
    const char *end = cut_line(bytes, &length, "end");
    if (!end || *end)
        return WK_ANSWER_CUT;
    const char *peak = cut_line(bytes, &length, "peak ");
    const char *hash = peak ? cut_line(bytes, &length, "sha256 ") : NULL;
    if (!hash || strcmp(wk_hash_bytes(bytes, length).hex, hash) != 0)
        return WK_ANSWER_GARBLED;
    char *rest;
    *peak_bytes = strtod(peak, &rest);
    return *rest == '\0' && *peak_bytes >= 0 && *peak_bytes < 1e18 ? WK_ANSWER_WHOLE
                                                                   : WK_ANSWER_GARBLED;
}
