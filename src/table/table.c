#include "table/table.h"

#include <string.h>

const wk_series *wk_row_series(const wk_row *row, const char *metric) {
    for (size_t i = 0; i < row->nseries; i++)
        if (strcmp(row->series[i].name, metric) == 0)
            return &row->series[i];
    return NULL;
}
