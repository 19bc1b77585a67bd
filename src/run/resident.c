/* Memory and children of a process, read from /proc. */
#include "run/resident.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEEPEST = 8, MOST_CHILDREN = 64 };

/* The start of a small file, as text; false if there is none. */
static int slurp(const char *path, char *text, size_t room) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return 0;
    const ssize_t got = read(descriptor, text, room - 1);
    close(descriptor);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

double wk_resident_own(pid_t pid) {
    char path[64], text[128];
    unsigned long size = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    if (!slurp(path, text, sizeof text) || sscanf(text, "%lu %lu", &size, &resident) != 2)
        return 0;
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

size_t wk_resident_children(pid_t pid, pid_t *children, size_t most) {
    char path[64], text[MOST_CHILDREN * 12];
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    if (!slurp(path, text, sizeof text))
        return 0;
    for (char *at = text, *end; n < most; at = end) {
        const long child = strtol(at, &end, 10);
        if (end == at || *end != ' ') /* a number that was cut off is none */
            break;
        children[n++] = (pid_t)child;
    }
    return n;
}

static double family_bytes(pid_t pid, int depth) {
    pid_t children[MOST_CHILDREN];
    double sum = wk_resident_own(pid);
    const size_t n = depth < DEEPEST ? wk_resident_children(pid, children, MOST_CHILDREN) : 0;
    for (size_t i = 0; i < n; i++)
        sum += family_bytes(children[i], depth + 1);
    return sum;
}

double wk_resident_family(pid_t pid) {
    return family_bytes(pid, 0);
}

double wk_resident_peak(pid_t pid) {
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    const char *line = slurp(path, text, sizeof text) ? strstr(text, "\nVmHWM:") : NULL;
    return line ? 1024 * strtod(line + 7, NULL) : 0;
}
