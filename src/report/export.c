/* The registry of export formats. */
#include "report/export.h"

#include <string.h>

const wk_exporter wk_exporters[] = {
    {"csv",
     "one row per metric value: experiment, id, seed, status, parameters, metric, t or i, value",
     wk_export_csv},
    {"junit",
     "claims as test cases: failure if failed or vacuous, error if not measured; cells that were "
     "not measured as errors",
     wk_export_junit},
    {"gbench", "stage times as Google Benchmark JSON, for its compare.py", wk_export_gbench},
};
const size_t wk_exporters_n = sizeof wk_exporters / sizeof *wk_exporters;

const wk_exporter *wk_exporter_find(const char *name) {
    for (size_t i = 0; i < wk_exporters_n; i++)
        if (strcmp(wk_exporters[i].name, name) == 0)
            return &wk_exporters[i];
    return NULL;
}
