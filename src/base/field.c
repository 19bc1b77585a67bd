/* Reads and writes the fields of a struct by their rows. */
#include "base/field.h"

#include "base/text.h"

#include <stdlib.h>

static const void *at(const wk_field *field, const void *from) {
    return (const char *)from + field->offset;
}

static void *place(const wk_field *field, void *to) {
    return (char *)to + field->offset;
}

const char *wk_field_text(const wk_field *field, const void *from, char room[32]) {
    if (field->type == WK_REAL)
        return wk_text_format(*(const double *)at(field, from), room);
    if (field->type == WK_INTEGER)
        return wk_text_format((double)*(const size_t *)at(field, from), room);
    const char *text = *(const char *const *)at(field, from);
    return text ? text : "";
}

void wk_field_parse(const wk_field *field, const char *text, void *to) {
    if (field->type == WK_REAL)
        *(double *)place(field, to) = strtod(text, NULL);
    else if (field->type == WK_INTEGER)
        *(size_t *)place(field, to) = strtoul(text, NULL, 10);
    else
        *(const char **)place(field, to) = text;
}

void wk_field_write(const wk_field *field, const void *from, wk_bytes *out) {
    char unused[32];
    if (field->type == WK_REAL)
        wk_bytes_f64(out, *(const double *)at(field, from));
    else if (field->type == WK_INTEGER)
        wk_bytes_u64(out, *(const size_t *)at(field, from));
    else
        wk_bytes_text(out, wk_field_text(field, from, unused));
}

void wk_field_read(const wk_field *field, wk_reader *in, wk_arena *arena, void *to) {
    if (field->type == WK_REAL)
        *(double *)place(field, to) = wk_reader_f64(in);
    else if (field->type == WK_INTEGER)
        *(size_t *)place(field, to) = (size_t)wk_reader_u64(in);
    else
        *(const char **)place(field, to) = wk_reader_text(in, arena);
}
