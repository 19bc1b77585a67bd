/* What the tests of the report layer share: a table, figures and one judgement of each verdict,
 * with the texts that are hardest to print. */
#ifndef WK_TESTS_REPORT_SUPPORT_H
#define WK_TESTS_REPORT_SUPPORT_H

#include "plot/figure.h"
#include "report/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOSTILE                                                                                    \
    "'; system \"touch PWNED\"; print '`touch PWNED` @x %d <b>&|[a](b)*_\n\033[31m\xff\\"
#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)

/* A folder of its own for each test; texts read live in the arena. */
typedef struct fixture {
    char folder[64];
    wk_arena arena;
    wk_judged report;
    wk_row rows[40];
    wk_table table;
    wk_figure figures[4];
    wk_judgement judgements[5];
} fixture;

int set_up(void **state);
int tear_down(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Memory and a series in an arena. */
void *get(wk_arena *arena, size_t count, size_t size);
wk_series series(wk_arena *arena, const char *name, size_t n, const double *at,
                 const double *value);

/* Writes all files into the fixture's folder; what is there then. */
wk_report_outcome write_report(fixture *f);
char *read_file(fixture *f, const char *name);
bool there(const fixture *f, const char *name);

/* report.md, as text in the arena. */
char *markdown_of(fixture *f);
/* What the terminal shows. */
char *summary_of(fixture *f);

#endif
