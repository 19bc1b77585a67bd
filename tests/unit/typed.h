/* Values and bags for tests, from texts as one writes them in a suite: what looks like a number or
 * a truth value is one. */
#ifndef TYPED_H
#define TYPED_H

#include "base/text.h"
#include "base/value.h"

#include <string.h>

static inline wk_value typed(const char *text) {
    wk_value value = wk_value_text(text);
    if (wk_text_integer(text, &value.integer))
        value.kind = WK_KIND_INTEGER;
    else if (wk_text_real(text, &value.real))
        value.kind = WK_KIND_REAL;
    const wk_value truth = wk_value_truth(*text == 't');
    return strcmp(text, truth.text) == 0 ? truth : value;
}

static inline wk_pair typed_pair(const char *key, const char *text) {
    return (wk_pair){key, typed(text)};
}

/* A key and its text. */
typedef struct typed_text {
    const char *key, *text;
} typed_text;

static inline wk_bag typed_bag(wk_pair *room, const typed_text *texts, size_t n) {
    for (size_t i = 0; i < n; i++)
        room[i] = typed_pair(texts[i].key, texts[i].text);
    return wk_bag_of(room, n);
}

#define TYPED_TEXTS(...) sizeof((typed_text[]){__VA_ARGS__}) / sizeof(typed_text)
/* BAG({"model.width", "64"}, {"data", "x"}): lives as long as the block. */
#define BAG(...)                                                                                   \
    typed_bag((wk_pair[TYPED_TEXTS(__VA_ARGS__)]){0}, (typed_text[]){__VA_ARGS__},                 \
              TYPED_TEXTS(__VA_ARGS__))

#endif
