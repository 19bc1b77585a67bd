/* Rows of numbers in blocks, so that a table of unknown length is never copied. */
#include "model/data/rows.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 1 << 14 }; /* numbers */

void wk_rows_add(wk_rows *rows, const double *x, int label, size_t line, size_t place,
                 wk_arena *arena) {
    const size_t n = rows->rows, d = rows->columns;
    if (!rows->per_block)
        rows->per_block = d < BLOCK ? BLOCK / d : 1;
    if (n % rows->per_block == 0) {
        rows->block =
            wk_arena_more(arena, rows->block, rows->blocks, &rows->block_room, sizeof *rows->block);
        rows->block[rows->blocks++] = wk_arena_doubles(arena, rows->per_block * d);
    }
    double *row = rows->block[rows->blocks - 1] + n % rows->per_block * d;
    for (size_t j = 0; j < d; j++)
        row[j] = x[j] + 0.0; /* -0 becomes 0: equal rows have equal bytes */
    if (label >= 0) {
        rows->label = wk_arena_more(arena, rows->label, n, &rows->room[0], sizeof *rows->label);
        rows->label[n] = label;
    }
    if (line) {
        rows->line = wk_arena_more(arena, rows->line, n, &rows->room[1], sizeof *rows->line);
        rows->line[n] = line;
    }
    rows->place = wk_arena_more(arena, rows->place, n, &rows->room[2], sizeof *rows->place);
    rows->place[n] = place;
    rows->rows++;
}

double *wk_rows_at(const wk_rows *rows, size_t i) {
    WK_ASSERT(i < rows->rows);
    return rows->block[i / rows->per_block] + i % rows->per_block * rows->columns;
}

char *wk_rows_called(const wk_rows *rows, size_t j, char out[WK_ROWS_CALLED]) {
    char shown[WK_TEXT_SHOWN];
    if (rows->name && *rows->name[j])
        snprintf(out, WK_ROWS_CALLED, "'%s' (column %zu)", wk_text_show(rows->name[j], shown),
                 rows->number[j]);
    else
        snprintf(out, WK_ROWS_CALLED, "column %zu", rows->number[j]);
    return out;
}

/* May a name stand in a YAML list as it is, and be taken for a name? */
static bool is_plain(const char *name) {
    const size_t n = strlen(name);
    if (n == 0 || n > 60 || !(isalpha((unsigned char)name[0]) || name[0] == '_') ||
        name[n - 1] == ' ')
        return false;
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("_. ()/%+-^*=", *p))
            return false;
    return true;
}

char *wk_column_key(const char *const *names, size_t n, size_t number, char out[WK_ROWS_CALLED]) {
    bool plain = names && is_plain(names[number - 1]);
    for (size_t i = 0; plain && i < n; i++)
        plain = i == number - 1 || strcmp(names[i], names[number - 1]) != 0;
    if (plain)
        snprintf(out, WK_ROWS_CALLED, "%s", names[number - 1]);
    else
        snprintf(out, WK_ROWS_CALLED, "%zu", number);
    return out;
}

char *wk_rows_key(const wk_rows *rows, size_t j, char out[WK_ROWS_CALLED]) {
    wk_column_key(rows->name, rows->columns, j + 1, out);
    if (isdigit((unsigned char)out[0]))
        snprintf(out, WK_ROWS_CALLED, "%zu", rows->number[j]);
    return out;
}
