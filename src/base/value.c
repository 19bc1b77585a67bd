/* Typed values, and bags of them. */
#include "base/value.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

wk_value wk_value_text(const char *text) {
    return (wk_value){.text = text};
}

wk_value wk_value_integer(int64_t integer, wk_arena *arena) {
    return (wk_value){.text = wk_arena_printf(arena, "%" PRId64, integer),
                      .kind = WK_KIND_INTEGER,
                      .integer = integer};
}

wk_value wk_value_real(double real, wk_arena *arena) {
    char digits[32];
    return (wk_value){.text = wk_arena_text(arena, wk_text_format(real, digits)),
                      .kind = WK_KIND_REAL,
                      .real = real};
}

wk_value wk_value_truth(bool truth) {
    return (wk_value){.text = truth ? "true" : "false", .kind = WK_KIND_TRUTH, .truth = truth};
}

bool wk_value_number(const wk_value *value, double *number) {
    if (value->kind != WK_KIND_INTEGER && value->kind != WK_KIND_REAL)
        return false;
    *number = value->kind == WK_KIND_INTEGER ? (double)value->integer : value->real;
    return true;
}

bool wk_value_equal(const wk_value *a, const wk_value *b) {
    double x, y;
    return strcmp(a->text, b->text) == 0 ||
           (wk_value_number(a, &x) && wk_value_number(b, &y) && x == y);
}

static int by_key(const void *a, const void *b) {
    return strcmp(((const wk_pair *)a)->key, ((const wk_pair *)b)->key);
}

wk_bag wk_bag_of(wk_pair *pairs, size_t n) {
    if (n)
        qsort(pairs, n, sizeof *pairs, by_key);
    for (size_t i = 1; i < n; i++)
        WK_ASSERT(strcmp(pairs[i - 1].key, pairs[i].key) != 0);
    return (wk_bag){pairs, n};
}

const wk_pair *wk_bag_pair(const wk_bag *bag, const char *key) {
    const wk_pair wanted = {.key = key};
    return bag->n ? bsearch(&wanted, bag->pairs, bag->n, sizeof *bag->pairs, by_key) : NULL;
}

const char *wk_bag_find(const wk_bag *bag, const char *key) {
    const wk_pair *found = wk_bag_pair(bag, key);
    return found ? found->value.text : NULL;
}

bool wk_bag_number(const wk_bag *bag, const char *key, double *number) {
    const wk_pair *found = wk_bag_pair(bag, key);
    return found && wk_value_number(&found->value, number);
}

void wk_value_write(const wk_value *value, wk_bytes *out) {
    wk_bytes_u8(out, (uint8_t)value->kind);
    switch (value->kind) {
    case WK_KIND_TEXT:
        wk_bytes_text(out, value->text);
        break;
    case WK_KIND_INTEGER:
        wk_bytes_u64(out, (uint64_t)value->integer);
        break;
    case WK_KIND_REAL:
        wk_bytes_f64(out, value->real);
        break;
    case WK_KIND_TRUTH:
        wk_bytes_u8(out, value->truth);
        break;
    }
}

void wk_bag_write(const wk_bag *bag, wk_bytes *out) {
    wk_bytes_u32(out, (uint32_t)bag->n);
    for (size_t i = 0; i < bag->n; i++) {
        wk_bytes_text(out, bag->pairs[i].key);
        wk_value_write(&bag->pairs[i].value, out);
    }
}

wk_value wk_value_read(wk_reader *in, wk_arena *arena) {
    const uint8_t kind = wk_reader_u8(in);
    if (kind == WK_KIND_TEXT)
        return wk_value_text(wk_reader_text(in, arena));
    if (kind == WK_KIND_INTEGER)
        return wk_value_integer((int64_t)wk_reader_u64(in), arena);
    const double real = kind == WK_KIND_REAL ? wk_reader_f64(in) : 0;
    const uint8_t truth = kind == WK_KIND_TRUTH ? wk_reader_u8(in) : 0;
    in->failed = in->failed || kind > WK_KIND_TRUTH || !isfinite(real) || truth > 1;
    return kind == WK_KIND_REAL ? wk_value_real(real, arena) : wk_value_truth(truth);
}

bool wk_bag_read(wk_reader *in, wk_arena *arena, wk_bag *bag) {
    const size_t n = wk_reader_count(in, 6);
    wk_pair *pairs = wk_arena_get(arena, n, sizeof *pairs);
    for (size_t i = 0; i < n; i++) {
        pairs[i].key = wk_reader_text(in, arena);
        pairs[i].value = wk_value_read(in, arena);
        in->failed = in->failed || (i && by_key(&pairs[i - 1], &pairs[i]) >= 0);
        if (in->failed)
            return false;
    }
    *bag = (wk_bag){pairs, n};
    return !in->failed;
}
