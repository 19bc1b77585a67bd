/* No memory: whichever allocation fails, and wherever (ours, libc's, libyaml's, SQLite's,
 * jansson's), a command either does what it does with memory, to the byte, or says that memory is
 * short and ends with exit code 3. It does not crash, it leaks nothing, and each file is as it was
 * or as it should be.
 *
 * Each trial is a fork of this program that runs one command with its n-th allocation failing:
 * alone, or with all that follow. n goes through all numbers as long as they are small, then
 * through every tenth part more. Workers that a command starts are this program too (argv[1] is
 * "worker"): they compute each answer once and then repeat it, so that a run is quick and has the
 * same times in its report. */
#include "failing_malloc.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "run/record.h"
#include "run/request.h"
#include "run/store.h"
#include "run/worker.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined __SANITIZE_ADDRESS__
enum { SPARSE = 8, DEAR_STRIDE = 2, STRIDE = 4 }; /* a fork costs ten times as much */
#else
enum { SPARSE = 1, DEAR_STRIDE = 4, STRIDE = 10 };
#endif

enum { MOST_FILES = 24, MOST_ARGUMENTS = 16 };

/* What a command is tried on. `act` runs in the fork: its output, its files, its exit code are
 * judged. */
typedef struct scenario {
    const char *name;
    const wk_command *command;
    const char *arguments[MOST_ARGUMENTS];
    int (*act)(void); /* instead of a command */
    const char *folder,
        *from; /* its output folder, copied from here before each trial; NULL: it writes no files */
    bool
        goes_on; /* after a failure, the same command with memory must end as if nothing had been */
    size_t densely; /* try each n up to here */
} scenario;

typedef struct outcome {
    int status; /* as waitpid gives it */
    size_t allocations;
    long leaked;
    char *out, *err;
    char *files[MOST_FILES],
        *names[MOST_FILES]; /* of the folder, "figures/x.svg" too; not the store */
    size_t nfiles;
} outcome;

/* Between the fork and us. */
static struct shared {
    size_t allocations;
    long leaked;
} * shared;

static char place[64]; /* the test's own folder, the current one */

/* ---- files ---- */

static char *text_of(const char *path) {
    wk_arena arena = {0};
    char *text = NULL, *copy = NULL;
    if (wk_file_read(path, 1 << 26, &arena, &text, NULL, NULL) == WK_OK)
        copy = strdup(text);
    wk_arena_release(&arena);
    return copy;
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void shell(const char *format, ...) WK_PRINTF(1, 2);
static void shell(const char *format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    assert_int_equal(system(line), 0);
}

/* Times that the parent measures differ from run to run: their digits go. */
static void cut_usage(char *text) {
    static const char *const keys[] = {"\"wall_s\":", "\"cpu_s\":", "\"peak_bytes\":"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (char *at = text; at && (at = strstr(at, keys[k]));) {
            at += strlen(keys[k]);
            const char *rest = at + strspn(at, "0123456789.e-");
            memmove(at, rest, strlen(rest) + 1);
        }
}

static void gather(outcome *o, const char *folder, const char *prefix) {
    char path[4500];
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        struct stat info;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode)) {
            gather(o, path, "figures/");
        } else if (strncmp(entry->d_name, "store.", 6) != 0) {
            assert_true(o->nfiles < MOST_FILES);
            o->files[o->nfiles] = text_of(path);
            cut_usage(o->files[o->nfiles]);
            assert_true(asprintf(&o->names[o->nfiles++], "%s%s", prefix, entry->d_name) > 0);
        }
    }
    if (listing)
        closedir(listing);
}

static const char *file_of(const outcome *o, const char *name) {
    for (size_t i = 0; i < o->nfiles; i++)
        if (strcmp(o->names[i], name) == 0)
            return o->files[i];
    return NULL;
}

static void release(outcome *o) {
    for (size_t i = 0; i < o->nfiles; i++) {
        free(o->files[i]);
        free(o->names[i]);
    }
    free(o->out);
    free(o->err);
}

/* ---- one trial ---- */

static int act(const scenario *s) {
    if (s->act)
        return s->act();
    char *arguments[MOST_ARGUMENTS + 1];
    int n = 0;
    static char copies[MOST_ARGUMENTS][256]; /* commands may write to their arguments */
    for (; s->arguments[n]; n++) {
        snprintf(copies[n], sizeof copies[n], "%s", s->arguments[n]);
        arguments[n] = copies[n];
    }
    arguments[n] = NULL;
    return s->command->main(n, arguments);
}

/* In the fork. What libraries keep for the process's life is there already: the same was done
 * before. */
static _Noreturn void perform(const scenario *s, size_t nth, bool for_good) {
    assert_non_null(freopen("out", "w", stdout));
    assert_non_null(freopen("err", "w", stderr));
    setvbuf(stderr, NULL, _IONBF, 0);
    static char buffer[BUFSIZ]; /* not one that the first word would allocate */
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    const long before = failing_blocks();
    failing_begin(nth, for_good);
    int code = act(s);
    if (fflush(stdout) != 0 || ferror(stdout))
        code = code ? code : WK_CANNOT; /* as main.c does, which says so on stderr */
    shared->allocations = failing_end();
    shared->leaked = failing_blocks() - before;
    _exit(code);
}

static void set_up_folder(const scenario *s) {
    if (s->folder && s->from)
        shell("rm -rf '%s' && cp -a '%s' '%s'", s->folder, s->from, s->folder);
    else if (s->folder)
        shell("rm -rf '%s'", s->folder);
}

static outcome attempt(const scenario *s, size_t nth, bool for_good) {
    outcome o = {0};
    *shared = (struct shared){0};
    fflush(NULL);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        perform(s, nth, for_good);
    assert_int_equal(waitpid(pid, &o.status, 0), pid);
    o.allocations = shared->allocations;
    o.leaked = shared->leaked;
    o.out = text_of("out");
    o.err = text_of("err");
    if (s->folder)
        gather(&o, s->folder, "");
    return o;
}

/* ---- judging it ---- */

static bool same(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool tells_of_memory(const char *text) {
    return text && (strcasestr(text, "memory") || strcasestr(text, "cannot allocate"));
}

/* NULL if all is well, else what is wrong. */
static const char *fault_of(const scenario *s, const outcome *before, const outcome *whole,
                            const outcome *got) {
    static char words[512];
    if (!WIFEXITED(got->status)) {
        snprintf(words, sizeof words, "it was killed by signal %d", WTERMSIG(got->status));
        return words;
    }
    if (got->leaked) {
        snprintf(words, sizeof words, "%ld blocks leaked", got->leaked);
        return words;
    }
    bool undisturbed =
        got->status == whole->status && same(got->out, whole->out) && got->nfiles == whole->nfiles;
    const bool cells_lost = s->goes_on && tells_of_memory(file_of(got, "results.json"));
    for (size_t i = 0; s->folder && i < got->nfiles; i++) {
        const char *name = got->names[i], *text = got->files[i];
        const bool known = file_of(before, name) || file_of(whole, name);
        const bool right = same(text, file_of(whole, name));
        undisturbed = undisturbed && right;
        /* a report may say that a figure could not be drawn, and why; a run, of a cell */
        if (!known ||
            !(right || same(text, file_of(before, name)) || tells_of_memory(text) || cells_lost)) {
            snprintf(words, sizeof words, "'%s' is neither as it was nor as it should be", name);
            return words;
        }
    }
    if (undisturbed)
        return NULL;
    if (WEXITSTATUS(got->status) != WK_CANNOT) {
        snprintf(words, sizeof words, "exit code %d, and not the right output",
                 WEXITSTATUS(got->status));
        return words;
    }
    return cells_lost || tells_of_memory(got->err) ? NULL
                                                   : "no word about memory on standard error";
}

static size_t faults; /* of the scenario in hand; the first few are told */

static void judge(const scenario *s, size_t nth, bool for_good, const outcome *before,
                  const outcome *whole, const outcome *got) {
    const char *fault = fault_of(s, before, whole, got);
    if (fault && faults++ < 5)
        print_error("%s, allocation %zu%s failing: %s; it said: %.500s; %.500s\n", s->name, nth,
                    for_good ? " and all later ones" : "", fault, got->err, got->out);
}

static void try_one(const scenario *s, size_t nth, bool for_good, const outcome *before,
                    const outcome *whole) {
    set_up_folder(s);
    outcome got = attempt(s, nth, for_good);
    judge(s, nth, for_good, before, whole, &got);
    if (s->goes_on && got.status != whole->status) {
        outcome again = attempt(s, 0, false);
        judge(s, nth, for_good, before, whole, &again);
        if (again.status != whole->status && faults++ < 5)
            print_error("%s, run again after allocation %zu failed: exit code %d: %.500s\n",
                        s->name, nth, WEXITSTATUS(again.status), again.err);
        release(&again);
    }
    release(&got);
}

static void sweep(const scenario *s) {
    outcome before = {0};
    set_up_folder(s);
    if (s->folder)
        gather(&before, s->folder, "");
    outcome whole = attempt(s, 0, false);
    assert_true(WIFEXITED(whole.status));
    assert_int_equal(whole.leaked, 0);
    assert_true(whole.allocations > 0);
    size_t tried = 0;
    faults = 0;
    const size_t stride = s->goes_on ? DEAR_STRIDE : STRIDE, densely = s->densely / SPARSE;
    for (size_t n = 1; n <= whole.allocations; tried++) {
        try_one(s, n, false, &before, &whole);
        if (n > densely || n % 4 == 0)
            try_one(s, n, true, &before, &whole);
        n += n < densely ? 1 : n / stride + 1;
    }
    print_message("# %s: %zu of %zu allocations made to fail\n", s->name, tried, whole.allocations);
    release(&before);
    release(&whole);
    assert_int_equal(faults, 0);
}

/* ---- what is tried ---- */

static const char suite[] =
    "widecheck: 1\n"
    "title: Allocations\n"
    "data:\n"
    "  blobs: {source: mixture, classes: 4, dim: 6, triplets: 4, noise: 0.5}\n"
    "defaults:\n"
    "  data: blobs\n"
    "  model: {activation: relu, outputs: 3}\n"
    "experiments:\n"
    "  drift:\n"
    "    model: {width: [8, 16]}\n"
    "    loss: {name: triplet-linear, similarity: cosine}\n"
    "    train: {step: 0.1, until: 1}\n"
    "    measure: {ntk: {kernel: full, probes: 3, normalised: true}, checkpoints: log}\n"
    "    seeds: 6\n"
    "claims:\n"
    "  holds:\n"
    "    statement: \"A claim that passes\"\n"
    "    source: derived\n"
    "    from: {experiment: drift}\n"
    "    test: {statistic: worst, metric: weights.output-norm2, over: model.width, above: 1}\n"
    "    why: \"far from what is measured\"\n"
    "    control: {test: {metric: ntk.change}}\n"
    "figures:\n"
    "  width: {from: drift, plot: line, title: \"Change\", x: model.width, y: ntk.change}\n"
    "  course: {from: drift, plot: trajectory, y: ntk.change, by: model.width}\n";

/* Draws nothing, quickly. */
static const char gnuplot[] = "#!/bin/sh\neval \"$3\"\necho '<svg "
                              "xmlns=\"http://www.w3.org/2000/svg\"></svg>' >\"$output\"\n";

#define COMMAND(...) .arguments = {__VA_ARGS__}

static void reading_a_suite(void **state) {
    (void)state;
    const scenario all[] = {
        {"list", &wk_command_list, COMMAND("suite.yaml"), .densely = 500},
        {"describe", &wk_command_describe, COMMAND("suite.yaml", "holds"), .densely = 200},
        {"run --dry-run", &wk_command_run,
         COMMAND("suite.yaml", "--dry-run", "--seeds=7", "--set", "model.width=[8, 32]"),
         .densely = 200},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sweep(&all[i]);
}

static int read_a_request(void) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_request request;
    FILE *in = fopen("request", "re");
    wk_status status = in ? wk_request_read(in, &arena, &request, &err) : wk_fail_memory(&err, 512);
    if (in)
        fclose(in);
    if (status == WK_OK)
        wk_request_write(&request, stdout);
    wk_arena_release(&arena);
    return status == WK_OK ? 0 : wk_command_failed(&err);
}

static int read_a_record(void) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_record record;
    char *text = NULL;
    wk_status status = wk_file_read("record", 1 << 20, &arena, &text, NULL, &err);
    if (status == WK_OK)
        status = wk_record_read(text, &arena, &record, &err);
    if (status == WK_OK)
        wk_record_write(&record, stdout);
    wk_arena_release(&arena);
    return status == WK_OK ? 0 : wk_command_failed(&err);
}

static void reading_what_workers_are_told_and_say(void **state) {
    (void)state;
    const scenario all[] = {{"request", .act = read_a_request, .densely = 500},
                            {"record", .act = read_a_record, .densely = 500}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sweep(&all[i]);
}

static void reports(void **state) {
    (void)state;
    const scenario all[] = {
        {"report", &wk_command_report, COMMAND("trial"), .folder = "trial", .from = "stale",
         .densely = 300},
        {"export csv", &wk_command_export, COMMAND("done", "--format", "csv"), .densely = 20},
        {"export junit", &wk_command_export, COMMAND("done", "--format=junit"), .densely = 20},
        {"export gbench", &wk_command_export, COMMAND("done", "--format", "gbench"), .densely = 20},
        {"compare", &wk_command_compare, COMMAND("done", "other"), .densely = 200},
        {"compare -o", &wk_command_compare,
         COMMAND("done", "other", "--format=json", "-o", "trial/c.json"), .folder = "trial",
         .from = "empty", .densely = 20},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sweep(&all[i]);
}

static void runs(void **state) {
    (void)state;
    const scenario all[] = {
        {"run", &wk_command_run,
         COMMAND("small.yaml", "-o", "trial", "-j", "2", "--seeds=1", "--quiet"), .folder = "trial",
         .goes_on = true, .densely = 10},
        {"run of what is done", &wk_command_run, COMMAND("suite.yaml", "-o", "trial", "--quiet"),
         .folder = "trial", .from = "done", .goes_on = true, .densely = 12},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sweep(&all[i]);
}

/* ---- workers ---- */

/* Everything of a request but its parent's number names its answer. */
static size_t read_whole_request(char *text, size_t room, char *name, size_t name_room) {
    const size_t n = fread(text, 1, room - 1, stdin);
    text[n] = '\0';
    uint64_t hash = 14695981039346656037u;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        if (strncmp(line, "parent ", 7) != 0)
            for (const char *p = line; *p != '\n'; p++)
                hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    snprintf(name, name_room, "answers/%016llx", (unsigned long long)hash);
    return n;
}

/* As `widecheck worker`, but an answer that was once given is given again, with its times. */
static int worker(void) {
    char request[8192], name[64], draft[96];
    const size_t n = read_whole_request(request, sizeof request, name, sizeof name);
    char *known = text_of(name);
    if (known) {
        fputs(known, stdout);
        free(known);
        return fflush(stdout);
    }
    snprintf(draft, sizeof draft, "%s.request", name);
    write_text(draft, request);
    int ends[2];
    snprintf(draft, sizeof draft, "%s.%ld", name, (long)getpid());
    if (pipe(ends) != 0 || write(ends[1], request, n) != (ssize_t)n || dup2(ends[0], 0) != 0)
        return 1;
    close(ends[1]);
    const int kept = dup(1);
    clearerr(stdin);
    if (!freopen(draft, "w", stdout) || wk_worker_main() != 0 || fflush(stdout) != 0 ||
        rename(draft, name) != 0)
        return 1;
    known = text_of(name);
    const bool told = known && write(kept, known, strlen(known)) == (ssize_t)strlen(known);
    free(known);
    return told ? 0 : 1;
}

static int compute_a_cell(void) {
    return freopen("request", "r", stdin) ? wk_worker_main() : (perror("out of memory"), WK_CANNOT);
}

/* Metrics are right or not there; times differ. */
static void cut_times(outcome *o) {
    char *stages = o->out ? strstr(o->out, ",\"stages\":") : NULL;
    if (stages)
        *stages = '\0';
}

static void a_worker_gives_its_metrics_or_says_why_not(void **state) {
    (void)state;
    const scenario s = {"worker", .act = compute_a_cell};
    outcome whole = attempt(&s, 0, false);
    assert_int_equal(whole.status, 0);
    cut_times(&whole);
    assert_non_null(strstr(whole.out, "\"metrics\":[{"));
    for (size_t n = 1; n <= whole.allocations; n = n < 150 ? n + 1 : n + n / 10) {
        outcome got = attempt(&s, n, n % 3 == 0);
        cut_times(&got);
        const bool failed = got.out && strncmp(got.out, "{\"status\":\"failed\"", 17) == 0;
        if (!WIFEXITED(got.status))
            fail_msg("allocation %zu: killed by signal %d: %s", n, WTERMSIG(got.status), got.err);
        if (WEXITSTATUS(got.status) == 0 && !failed)
            assert_string_equal(got.out, whole.out);
        else if (!tells_of_memory(failed ? got.out : got.err))
            fail_msg("allocation %zu: no word about memory: %s%s", n, got.out, got.err);
        release(&got);
    }
    release(&whole);
}

/* ---- */

static void must_run(const char *folder, const char *option) {
    const scenario s = {"run", &wk_command_run,
                        COMMAND("suite.yaml", "-o", folder, "-j", "2", option)};
    outcome o = attempt(&s, 0, false);
    if (o.status != 0)
        fail_msg("run: status %d: %s", o.status, o.err);
    release(&o);
}

static int set_up(void **state) {
    (void)state;
    strcpy(place, "/tmp/widecheck-allocation-XXXXXX");
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || !mkdtemp(place) || chdir(place) != 0)
        return -1;
    shell("mkdir answers bin empty");
    write_text("suite.yaml", suite);
    shell("sed '/^claims:/,$d' suite.yaml >small.yaml");
    write_text("bin/gnuplot", gnuplot);
    shell("chmod +x bin/gnuplot");
    char path[128];
    snprintf(path, sizeof path, "%s/bin:/usr/bin:/bin", place);
    setenv("PATH", path, 1);
    must_run("done", "--quiet");
    must_run("other", "--seeds=7");
    shell("cp -a done stale && for f in stale/report.md stale/results.json stale/figures/*; do "
          "echo old >$f; done");
    shell("asked=$(grep -l '^job cell' answers/*.request | head -1) && sed 's/^parent .*/parent "
          "%ld/' $asked >request &&"
          " sed '/^end$/d' ${asked%%.request} >record",
          (long)getpid());
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    shell("cd / && rm -rf '%s'", place);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "worker") == 0)
        return worker();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_a_suite),
        cmocka_unit_test(reading_what_workers_are_told_and_say),
        cmocka_unit_test(reports),
        cmocka_unit_test(runs),
        cmocka_unit_test(a_worker_gives_its_metrics_or_says_why_not),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
