/* The program: finds the command that is asked for and runs it. */
#include "cli/command.h"

#include "base/text.h"
#include "la/library.h"
#include "run/worker.h"
#include "study/numerics.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const wk_command *const commands[] = {
    &wk_command_run,    &wk_command_report,   &wk_command_compare,
    &wk_command_export, &wk_command_list,     &wk_command_describe,
    &wk_command_data,   &wk_command_backends, &wk_command_doctor};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out) {
    fputs(
        "usage: widecheck COMMAND [ARGUMENTS]\n\n"
        "Checks what theory says of wide contrastive networks: runs suites of experiments, judges\n"
        "claims statistically, writes figures and a report.\n\ncommands:\n",
        out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n`widecheck COMMAND --help` says more. `widecheck --version` names this build.\n\n"
          "exit codes: 0 all claims pass; 1 a claim failed or is vacuous, or a regression was "
          "found;\n"
          "2 wrong usage or suite; 3 something could not be measured; 4 a claim is inconclusive;\n"
          "130, 143 interrupted\n",
          out);
}

static void print_command_help(const wk_command *command) {
    printf("usage: widecheck %s\n\n%s\n\n", command->usage, command->summary);
    if (command->before)
        printf("%s%s", command->before, command->options.n ? "\n" : "");
    wk_options_print(&command->options, stdout);
    if (command->more)
        command->more(stdout);
    if (command->after)
        printf("%s%s", command->options.n ? "\n" : "", command->after);
}

static int run_command(const wk_command *command, int argc, char **argv) {
    wk_arena arena = {0};
    wk_error err = {0};
    wk_operands operands;
    int code = 0;
    void *options = wk_arena_get(&arena, 1, command->size);
    if (command->defaults)
        memcpy(options, command->defaults, command->size);
    wk_status status =
        wk_options_read(&command->options, argc, argv, options, &operands, command->most, &err);
    if (status == WK_OK && operands.n < command->least)
        status = wk_fail(&err, WK_BAD_INPUT, "%s needs %s", command->name, command->needs);
    if (status == WK_OK)
        status = command->run(options, &operands, &arena, &code, &err);
    wk_arena_release(&arena);
    if (status != WK_OK)
        fprintf(stderr, "widecheck: %s\n", err.message);
    return code || status == WK_OK ? code : (int)status;
}

static const wk_command *find(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown(const char *name) {
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    char hint[WK_TEXT_HINT];
    fprintf(stderr, "widecheck: unknown command '%s'%s; see widecheck --help\n", name,
            wk_text_hint(name, names, COMMANDS, hint));
    return WK_BAD_INPUT;
}

static bool asks_for(const char *word, int argc, char **argv) {
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

static int print_version(void) {
    printf("widecheck %s (commit %s, numerics %s)\n", wk_version, wk_commit, wk_numerics);
    return 0;
}

/* What was printed did not get out (a full disk). A reader that went away, as `head` does, is no
 * harm. */
static int check_output(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&out, 1, 0) == 1 && (out.revents & POLLERR))
        return code;
    fputs("widecheck: cannot write to standard output\n", stderr);
    return code ? code : WK_CANNOT;
}

/* Descriptors 0, 1, 2 are open, whatever we were started with: no pipe or database will get their
 * numbers. */
static void open_standard_streams(void) {
    int descriptor;
    do
        descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (descriptor >= 0 && descriptor <= 2);
    if (descriptor > 2)
        close(descriptor);
}

static int dispatch(int argc, char **argv) {
    if (argc < 2) {
        print_help(stderr);
        return WK_BAD_INPUT;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0)
        return print_version();
    const wk_command *command = find(argv[1]);
    if (!command)
        return unknown(argv[1]);
    if (asks_for("--help", argc - 2, argv + 2) || asks_for("-h", argc - 2, argv + 2)) {
        print_command_help(command);
        return 0;
    }
    if (asks_for("--version", argc - 2, argv + 2))
        return print_version();
    return run_command(command, argc - 2, argv + 2);
}

int main(int argc, char **argv) {
    open_standard_streams();
    if (argc == 2 && strcmp(argv[1], "worker") == 0)
        return wk_worker_main();
    wk_library_rest();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* whoever started us may ignore it: nothing could be waited for */
    return check_output(dispatch(argc, argv));
}
