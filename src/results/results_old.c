/* Reads what the results.json files of former versions say in words: an infinity or a NaN, which is
 * null among the values, stands in the cell's reason alone. */
#include "results/results_old.h"

#include <math.h>
#include <string.h>

double wk_results_old_null(const char *reason, const char *metric) {
    static const char head[] = "not finite: ";
    const char *found = NULL;
    for (const char *p = reason; (p = strstr(p, head)); p += sizeof head - 1)
        found = p + sizeof head - 1;
    double value = 0;
    int kinds = 0;
    const size_t length = strlen(metric);
    while (found && *found) {
        const char *end = found + strcspn(found, ",");
        if (strncmp(found, metric, length) == 0 && strncmp(found + length, ": ", 2) == 0) {
            const char *word = found + length + 2;
            word += strspn(word, "0123456789 ");
            kinds++;
            value = strncmp(word, "inf", 3) == 0    ? (double)INFINITY
                    : strncmp(word, "-inf", 4) == 0 ? -(double)INFINITY
                                                    : (double)NAN;
        }
        found = *end ? end + 1 + strspn(end + 1, " ") : end;
    }
    return kinds == 1 ? value : (double)NAN;
}
