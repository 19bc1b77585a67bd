/* widecheck doctor: says what is installed and what is missing. */
#include "cli/command.h"

#include "blas/backends.h"
#include "run/environment.h"
#include "run/probe.h"
#include "study/numerics.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const fashion = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz";

static int check_blas(wk_arena *arena) {
    wk_error err = {0};
    wk_blas_identity blas = {0};
    if (wk_probe_run(NULL, NULL, arena, &blas, &err) != WK_OK) {
        printf("BLAS       missing: %s\n           install one: apt-get install "
               "libopenblas0-pthread\n",
               err.message);
        return 1;
    }
    printf("BLAS       %s\n           %s\n", wk_backend_title(blas.library, blas.version, arena),
           blas.path);
    printf("LAPACK     %s\n", blas.lapack_path);
    printf("speed      %.3g GFLOP/s DGEMM on one thread; %.2f threads used where 1 was asked\n",
           blas.core_gflops, blas.effective_threads);
    printf("kernels    %s\n", blas.isa);
    const bool slow = strcmp(blas.library, "reference") == 0;
    if (slow)
        printf("           a slow library: apt-get install libopenblas0-pthread\n");
    if (!(blas.effective_threads < 1.3))
        printf("           the library does not keep to one thread: timings will mislead\n");
    return !(blas.effective_threads < 1.3);
}

static int check_gnuplot(wk_arena *arena) {
    const char *path = wk_environment_find_program("gnuplot", arena);
    printf("gnuplot    %s\n", path ? path : "missing: figures will not be drawn");
    if (!path)
        printf("           install it: apt-get install gnuplot-nox\n");
    return !path;
}

static int check_data(void) {
    const bool there = access(fashion, R_OK) == 0;
    printf("data       Fashion-MNIST %s\n",
           there ? "installed" : "missing: suites that use it will not run");
    if (!there)
        printf("           install it: apt-get install dataset-fashion-mnist\n");
    return !there;
}

static wk_status doctor(void *none, const wk_operands *operands, wk_arena *arena, int *code,
                        wk_error *err) {
    (void)none, (void)operands, (void)err;
    printf("widecheck  %s (commit %s, numerics %s), %s\n", wk_version, wk_commit, wk_numerics,
           wk_environment_compiler());
    printf("machine    %s, %zu cores, %.1f GiB free\n           %s\n", wk_environment_cpu(arena),
           wk_environment_cores(), wk_environment_free_memory() / 1073741824,
           wk_environment_os(arena));
    const int problems = check_blas(arena) + check_gnuplot(arena) + check_data();
    if (problems)
        printf("\n%d problem%s\n", problems, problems == 1 ? "" : "s");
    else
        printf("\nall is well\n");
    *code = problems ? WK_CANNOT : 0;
    return WK_OK;
}

const wk_command wk_command_doctor = {
    .name = "doctor",
    .usage = "doctor",
    .summary = "say what is installed, what is missing, and how to get it",
    .run = doctor,
    .after = "Changes nothing. Exit code 3 if something is missing.\n"};
