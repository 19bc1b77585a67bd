/* What is known of the machine: processor, system, cores, programs. */
#include "run/environment.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

const char *wk_environment_executable(void) {
    static char path[4096];
    if (!*path) {
        const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
        path[length > 0 ? length : 0] = '\0';
        const int file = open(path, O_PATH | O_CLOEXEC); /* closed when the program ends */
        if (file >= 0)
            snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    return path;
}

size_t wk_environment_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (size_t)CPU_COUNT(&set);
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (size_t)online : 1;
}

/* What follows "key" and separators in the first line of `path` that begins with it. */
static bool line_of(const char *path, const char *key, char *out, size_t room) {
    FILE *file = fopen(path, "re");
    char line[512];
    bool found = false;
    while (file && !found && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        const char *value = line + strlen(key);
        value += strspn(value, " \t:=\"");
        snprintf(out, room, "%.*s", (int)strcspn(value, "\"\n"), value);
        found = true;
    }
    if (file)
        fclose(file);
    return found;
}

double wk_environment_free_memory(void) {
    char text[128];
    return line_of("/proc/meminfo", "MemAvailable", text, sizeof text) ? 1024 * atof(text) : 0;
}

const char *wk_environment_cpu(wk_arena *arena) {
    char name[256];
    if (!line_of("/proc/cpuinfo", "model name", name, sizeof name))
        strcpy(name, "unknown");
    return wk_arena_text(arena, name);
}

const char *wk_environment_os(wk_arena *arena) {
    struct utsname kernel;
    char distribution[128];
    if (uname(&kernel) != 0)
        return wk_arena_text(arena, "unknown");
    if (!line_of("/etc/os-release", "PRETTY_NAME", distribution, sizeof distribution))
        strcpy(distribution, "unknown distribution");
    return wk_arena_printf(arena, "%s %s, %s; %s", kernel.sysname, kernel.release, kernel.machine,
                           distribution);
}

const char *wk_environment_compiler(void) {
#if defined __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

const char *wk_environment_find_program(const char *program, wk_arena *arena) {
    const char *path = getenv("PATH");
    while (path && *path) {
        const size_t length = strcspn(path, ":");
        char *candidate = wk_arena_printf(arena, "%.*s/%s", (int)length, path, program);
        if (access(candidate, X_OK) == 0)
            return candidate;
        path += length + (path[length] == ':');
    }
    return NULL;
}
