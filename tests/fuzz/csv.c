/* A table in text, with and without header and labels; and what is said of it. */
#include "rows.h"

static void read_as(const char *path, wk_csv_form form, bool with_rows) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_rows csv;
    const wk_status status = wk_csv_read(path, &form, with_rows, &csv, &arena, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        WK_ASSERT(csv.columns > 0);
        WK_ASSERT(with_rows == (csv.rows > 0));
        for (size_t i = 0; i < csv.rows && form.choice.label; i++)
            WK_ASSERT(csv.label[i] >= 0 && (size_t)csv.label[i] < csv.classes.n);
        fuzz_finite(&csv);
        if (with_rows)
            fuzz_table(&csv, &arena);
    }
    wk_arena_release(&arena);
}

static void survey(const char *path, wk_csv_form form) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_survey found;
    const wk_status status = wk_survey_csv(path, &form, &found, &arena, &err);
    if (status == WK_OK)
        fuzz_surveyed(&found);
    else
        fuzz_refused(status, &err);
    wk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const wk_csv_form forms[] = {
        {.header = true, .choice.label = "label"},
        {.header = true, .missing = WK_MISSING_DROP, .choice.drop = "1"},
        {.header = true, .separator = WK_SEPARATOR_BLANK, .choice.columns = "x,2"},
        {.header = false, .choice.label = "2"},
        {.header = false, .skip = 1, .decimal = WK_DECIMAL_COMMA},
    };
    const char *path = fuzz_path(data, size);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        read_as(path, forms[i], true);
        read_as(path, forms[i], false);
        survey(path, forms[i]);
    }
    return 0;
}
