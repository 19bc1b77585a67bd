/* Runs every file of the folders that are named through a fuzz target, without libFuzzer: one line
 * of TAP each. What is wrong aborts, and the plan, which comes first, is then not met. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>

static const char *folder;

static int no_dots(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void replay(const char *name, int number) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "rbe");
    if (!in || fseek(in, 0, SEEK_END) != 0)
        wk_bug(__FILE__, __LINE__, "cannot read '%s': %s", path, strerror(errno));
    const size_t size = (size_t)ftell(in);
    rewind(in);
    uint8_t *data = malloc(size ? size : 1);
    WK_ASSERT(data);
    WK_ASSERT_EQ(fread(data, 1, size, in), size);
    fclose(in);
    printf("# %s\n", name); /* the last of these is the one that crashed */
    fflush(stdout);
    LLVMFuzzerTestOneInput(data, size);
    printf("ok %d - %s keeps the reader's promises\n", number, name);
    fflush(stdout);
    free(data);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    folder = argv[1];
    struct dirent **names = NULL;
    const int n = scandir(folder, &names, no_dots, alphasort);
    if (n <= 0) {
        printf("1..1\nnot ok 1 - '%s' holds a corpus\n", folder);
        return 1;
    }
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        replay(names[i]->d_name, i + 1);
        free(names[i]);
    }
    free(names);
    return 0;
}
