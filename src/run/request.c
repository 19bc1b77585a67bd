#include "run/request.h"

#include "base/heap.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMS = 256 };

/* "what PATH": a path may hold line breaks. */
static void write_path(const char *what, const char *path, FILE *out) {
    fprintf(out, "%s ", what);
    for (; *path; path++)
        if (*path == '\n' || *path == '\\')
            fputs(*path == '\n' ? "\\n" : "\\\\", out);
        else
            fputc(*path, out);
    fputc('\n', out);
}

/* In place; false if it is not as write_path wrote it. */
static bool read_path(char *text) {
    char *to = text;
    for (; *text; text++)
        if (*text != '\\')
            *to++ = *text;
        else if (*++text == 'n')
            *to++ = '\n';
        else if (*text == '\\')
            *to++ = '\\';
        else
            return false;
    *to = '\0';
    return true;
}

void wk_request_write(const wk_request *request, FILE *out) {
    fprintf(out, "widecheck-worker 1\njob %s\nparent %llu\nseed %llu\nthreads %zu\n",
            request->job == WK_JOB_CELL ? "cell" : "probe", (unsigned long long)request->parent,
            (unsigned long long)request->seed, request->threads);
    if (request->arrays)
        write_path("arrays", request->arrays, out);
    if (request->blas) {
        write_path("blas", request->blas, out);
        write_path("lapack", request->lapack, out);
    }
    for (size_t i = 0; i < request->params.n; i++) {
        fputs("param ", out);
        fputs(request->params.pairs[i].key, out);
        fputc('=', out);
        fputs(request->params.pairs[i].text, out);
        fputc('\n', out);
    }
    fputs("end\n", out);
}

/* The rest of the line if it begins with "word ", else NULL. */
static const char *after(const char *line, const char *word) {
    const size_t n = strlen(word);
    return strncmp(line, word, n) == 0 && line[n] == ' ' ? line + n + 1 : NULL;
}

static bool take_path(const char *text, const char **path, wk_arena *arena) {
    char *copy = wk_arena_text(arena, text);
    *path = copy;
    return copy && read_path(copy);
}

static bool read_count(const char *text, uint64_t *value) {
    int64_t parsed = 0;
    if (!wk_text_integer(text, &parsed) || parsed < 0)
        return false;
    *value = (uint64_t)parsed;
    return true;
}

/* Is the last of the n keys none of those before it? A bag holds each once. */
static bool is_new(const wk_pair *pairs, size_t n) {
    for (size_t i = 0; i + 1 < n; i++)
        if (strcmp(pairs[i].key, pairs[n - 1].key) == 0)
            return false;
    return true;
}

static bool read_line(const char *line, wk_request *request, wk_pair *pairs, wk_arena *arena) {
    const char *rest;
    uint64_t count = 0;
    if ((rest = after(line, "job"))) {
        request->job = strcmp(rest, "probe") == 0 ? WK_JOB_PROBE : WK_JOB_CELL;
        return request->job == WK_JOB_PROBE || strcmp(rest, "cell") == 0;
    }
    if ((rest = after(line, "parent")))
        return read_count(rest, &request->parent);
    if ((rest = after(line, "seed")))
        return read_count(rest, &request->seed);
    if ((rest = after(line, "threads"))) {
        const bool ok = read_count(rest, &count) && count >= 1 && count <= 1024;
        request->threads = (size_t)count;
        return ok;
    }
    if ((rest = after(line, "arrays")))
        return take_path(rest, &request->arrays, arena);
    if ((rest = after(line, "blas")))
        return take_path(rest, &request->blas, arena);
    if ((rest = after(line, "lapack")))
        return take_path(rest, &request->lapack, arena);
    if ((rest = after(line, "param"))) {
        const char *equals = strchr(rest, '=');
        if (!equals || request->params.n >= MOST_PARAMS)
            return false;
        wk_pair *pair = &pairs[request->params.n++];
        pair->key = wk_arena_span(arena, rest, (size_t)(equals - rest));
        pair->text = wk_arena_text(arena, equals + 1);
        return pair->key && pair->text && is_new(pairs, request->params.n);
    }
    return false;
}

wk_status wk_request_read(FILE *in, wk_arena *arena, wk_request *request, wk_error *err) {
    *request = (wk_request){.threads = 1};
    wk_pair *pairs = wk_arena_get(arena, MOST_PARAMS, sizeof *pairs);
    char *line = NULL;
    size_t room = 0, count = 0;
    bool ok = true, ended = false;
    errno = 0;
    while (ok && !ended && getline(&line, &room, in) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (count++ == 0)
            ok = strcmp(line, "widecheck-worker 1") == 0;
        else if (strcmp(line, "end") == 0)
            ended = true;
        else
            ok = read_line(line, request, pairs, arena);
    }
    wk_status status = WK_OK;
    if (ok && !ended && errno == ENOMEM)
        wk_out_of_memory(0);
    if (!ok || !ended)
        status = wk_fail(err, WK_BAD_INPUT, "not a request to a worker: '%.60s'",
                         ok ? "" : line); /* at the end of the file `line` holds nothing */
    free(line);
    WK_TRY(status);
    if ((request->blas == NULL) != (request->lapack == NULL))
        return wk_fail(err, WK_BAD_INPUT, "not a request to a worker: blas and lapack go together");
    request->params = wk_bag_of(pairs, request->params.n);
    return WK_OK;
}
