/* Statuses with a message, and the end of a process that met a bug. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Messages quote what came from outside. One that holds a line's end would look like two, and one
 * that holds an escape would speak to the terminal; C1 controls are two bytes in UTF-8. */
static void make_line(char *text) {
    for (unsigned char *p = (unsigned char *)text; *p; p++) {
        if (*p < 0x20 || *p == 0x7F)
            *p = '?';
        else if (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0)
            p[0] = p[1] = '?';
    }
}

wk_status wk_fail(wk_error *err, wk_status status, const char *format, ...) {
    if (err) {
        char message[sizeof err->message]; /* the arguments may point into err->message */
        va_list args;
        va_start(args, format);
        vsnprintf(message, sizeof message, format, args);
        va_end(args);
        make_line(message);
        memcpy(err->message, message, sizeof message);
        err->status = status;
    }
    return status;
}

wk_status wk_fail_within(wk_error *err, const char *format, ...) {
    char prefix[512];
    va_list args;
    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    return wk_fail(err, err->status, "%s: %s", prefix, err->message);
}

wk_status wk_status_of_errno(int number) {
    static const int lacking[] = {ENOSPC, EDQUOT, EIO, ENOMEM, EMFILE, ENFILE};
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++)
        if (number == lacking[i])
            return WK_CANNOT;
    return WK_BAD_INPUT;
}

void wk_bug(const char *file, int line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "widecheck: bug at %s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}
