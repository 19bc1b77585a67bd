/* A NumPy array, as inputs and as labels of itself; and what is said of it. */
#include "rows.h"

static void read_as(const char *path, wk_npy_form form, bool with_rows) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_rows rows;
    size_t all = 0;
    const wk_status status = wk_npy_read(path, &form, with_rows, &rows, &all, &arena, &err);
    if (status != WK_OK) {
        fuzz_refused(status, &err);
    } else {
        WK_ASSERT(rows.columns > 0 && rows.rows + rows.left_out == (with_rows ? all : 0));
        for (size_t i = 0; i < rows.rows && form.labels; i++)
            WK_ASSERT(rows.label[i] >= 0 && (size_t)rows.label[i] < rows.classes.n);
        fuzz_finite(&rows);
        if (with_rows)
            fuzz_table(&rows, &arena);
    }
    wk_arena_release(&arena);
}

static void survey(const char *path, const char *labels) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_survey found;
    const wk_status status = wk_survey_npy(path, labels, &found, &arena, &err);
    if (status == WK_OK)
        fuzz_surveyed(&found);
    else
        fuzz_refused(status, &err);
    wk_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *path = fuzz_path(data, size);
    for (int with_rows = 0; with_rows < 2; with_rows++) {
        read_as(path, (wk_npy_form){0}, with_rows);
        read_as(path, (wk_npy_form){.labels = path}, with_rows);
        read_as(path, (wk_npy_form){.missing = WK_MISSING_DROP, .choice.drop = "1"}, with_rows);
    }
    survey(path, NULL);
    survey(path, path);
    return 0;
}
