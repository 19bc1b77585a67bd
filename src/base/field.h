/* Fields of a struct, described by rows: what stands in a row is written and read by these
 * functions alone, as text or as bytes.
 *
 *   static const wk_field rows[] = {{"version", WK_TEXT, offsetof(library, version)}, …};
 */
#ifndef WK_BASE_FIELD_H
#define WK_BASE_FIELD_H

#include "base/bytes.h"
#include "base/param.h"

typedef struct wk_field {
    const char *name;
    wk_type type; /* WK_TEXT: const char *; WK_INTEGER: size_t; WK_REAL: double */
    size_t offset;
} wk_field;

/* NULL counts as "". In `room`, unless it is the field's own text. */
const char *wk_field_text(const wk_field *field, const void *from, char room[32]);
/* The text is borrowed. What is no number is read up to where it is one. */
void wk_field_parse(const wk_field *field, const char *text, void *to);

void wk_field_write(const wk_field *field, const void *from, wk_bytes *out);
/* Texts live in `arena`; wk_reader_done says whether it was there. */
void wk_field_read(const wk_field *field, wk_reader *in, wk_arena *arena, void *to);

#endif
