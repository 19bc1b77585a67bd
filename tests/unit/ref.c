#include "ref.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WK_REF_DIR
#define DEFAULT_PATH WK_REF_DIR "/*.txt"
#else
#define DEFAULT_PATH "tests/ref/*.txt"
#endif

enum { LIMIT = 4096 };

typedef struct matrix {
    char name[64];
    size_t rows, cols;
    double *values;
} matrix;

static matrix matrices[LIMIT];
static size_t count;
static const char *path;

__attribute__((format(printf, 1, 2))) static _Noreturn void give_up(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "stored values '%s': ", path);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    abort();
}

static const matrix *find(const char *name) {
    for (size_t j = 0; j < count; j++)
        if (strcmp(matrices[j].name, name) == 0)
            return &matrices[j];
    return NULL;
}

/* Reads one matrix's numbers, each row on a line of its own, so that a wrong shape cannot go
 * unseen. */
static void read_values(FILE *in, matrix *m, char **line, size_t *room) {
    m->values = calloc(m->rows * m->cols, sizeof *m->values);
    if (!m->values)
        give_up("out of memory");
    for (size_t i = 0; i < m->rows; i++) {
        if (getline(line, room, in) < 0)
            give_up("'%s' ends after %zu of %zu rows", m->name, i, m->rows);
        char *at = *line;
        for (size_t j = 0; j < m->cols; j++) {
            char *end;
            m->values[i * m->cols + j] = strtod(at, &end);
            if (end == at)
                give_up("'%s', row %zu: number %zu of %zu is missing", m->name, i, j, m->cols);
            at = end;
        }
        while (isspace((unsigned char)*at))
            at++;
        if (*at)
            give_up("'%s', row %zu: more than %zu numbers", m->name, i, m->cols);
    }
}

static void load_file(void) {
    FILE *in = fopen(path, "r");
    if (!in)
        give_up("%s", strerror(errno));
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, in) >= 0) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (count == LIMIT)
            give_up("more than %d matrices", LIMIT);
        matrix m = {0};
        char rest;
        if (sscanf(line, "%63s %zu %zu %c", m.name, &m.rows, &m.cols, &rest) != 3 || m.rows == 0 ||
            m.cols == 0 || m.rows > 100000 || m.cols > 100000)
            give_up("not 'name rows cols': '%.60s'", line);
        if (find(m.name))
            give_up("'%s' twice", m.name);
        read_values(in, &m, &line, &room);
        matrices[count++] = m;
    }
    if (ferror(in))
        give_up("%s", strerror(errno));
    free(line);
    fclose(in);
}

static void load(void) {
    const char *pattern = getenv("WK_TEST_REF");
    if (!pattern || !*pattern)
        pattern = DEFAULT_PATH;
    glob_t files;
    path = pattern;
    if (glob(pattern, 0, NULL, &files) != 0)
        give_up("no such file");
    for (size_t i = 0; i < files.gl_pathc; i++) {
        path = files.gl_pathv[i];
        load_file();
    }
    path = pattern;
    globfree(&files);
    if (count == 0)
        give_up("empty");
}

const double *wk_ref(const char *name, size_t *rows, size_t *cols) {
    if (count == 0)
        load();
    const matrix *m = find(name);
    if (!m)
        give_up("no '%s'", name);
    if (rows)
        *rows = m->rows;
    if (cols)
        *cols = m->cols;
    return m->values;
}

const double *wk_ref_shaped(const char *name, size_t rows, size_t cols) {
    size_t r, c;
    const double *values = wk_ref(name, &r, &c);
    if (r != rows || c != cols)
        give_up("'%s' is %zu x %zu, not %zu x %zu", name, r, c, rows, cols);
    return values;
}
