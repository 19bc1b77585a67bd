/* Files and hashes: SHA-256 by its published vectors; a file is whole or not there. */
#include "base/file.h"
#include "base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct place {
    char folder[64], path[128];
    wk_arena arena;
    wk_error err;
} place;

static int set_up(void **state) {
    place *p = calloc(1, sizeof *p);
    if (!p)
        return -1;
    strcpy(p->folder, "/tmp/widecheck-file-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    snprintf(p->path, sizeof p->path, "%s/file", p->folder);
    *state = p;
    return 0;
}

/* Names in the folder, or removes what is there. */
static size_t entries(const char *folder, bool remove_them) {
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    size_t n = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        n++;
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (remove_them && remove(path) != 0) {
            entries(path, true);
            rmdir(path);
        }
    }
    closedir(dir);
    return n;
}

static int tear_down(void **state) {
    place *p = *state;
    entries(p->folder, true);
    rmdir(p->folder);
    wk_arena_release(&p->arena);
    free(p);
    return 0;
}

static void write_plainly(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void assert_content(place *p, const char *expected) {
    char *text = NULL;
    size_t length = 0;
    assert_int_equal(wk_file_read(p->path, 1000, &p->arena, &text, &length, &p->err), WK_OK);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

static void sha_256_gives_the_published_digests(void **state) {
    (void)state;
    static const struct {
        const char *text, *hex;
    } cases[] = {
        /* FIPS 180-4 examples, and the empty message */
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(wk_hash_text(cases[i].text).hex, cases[i].hex);
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_string_equal(wk_hash_bytes(million, 1000000).hex,
                        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void a_file_hashes_as_its_bytes(void **state) {
    place *p = *state;
    enum { BYTES = 200000 }; /* several reads */
    unsigned char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (unsigned char)(i * 7 + i / 256);
    FILE *out = fopen(p->path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, BYTES, out), BYTES);
    assert_int_equal(fclose(out), 0);
    wk_hash hash;
    assert_int_equal(wk_hash_file(p->path, &hash, &p->err), WK_OK);
    assert_string_equal(hash.hex, wk_hash_bytes(bytes, BYTES).hex);
    free(bytes);
    assert_int_equal(wk_hash_file("/nonexistent/x", &hash, &p->err), WK_BAD_INPUT);
    assert_non_null(strstr(p->err.message, "'/nonexistent/x'"));
    assert_int_equal(wk_hash_file(p->folder, &hash, &p->err), WK_BAD_INPUT); /* a folder */
}

static void commit_replaces_the_old_file_at_once(void **state) {
    place *p = *state;
    write_plainly(p->path, "old");
    wk_file file;
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    fputs("new and longer", file.stream);
    fflush(file.stream);
    assert_content(p, "old");
    assert_int_equal(wk_file_commit(&file, &p->err), WK_OK);
    assert_content(p, "new and longer");
    assert_int_equal(entries(p->folder, false), 1);
}

static void abandon_leaves_no_trace(void **state) {
    place *p = *state;
    write_plainly(p->path, "old");
    wk_file file;
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    fputs("half", file.stream);
    wk_file_abandon(&file);
    wk_file_abandon(&file); /* harmless */
    assert_content(p, "old");
    assert_int_equal(entries(p->folder, false), 1);
}

static void a_link_in_the_place_of_the_temporary_file_is_not_followed(void **state) {
    place *p = *state;
    char other[4200];
    wk_file file;
    snprintf(other, sizeof other, "%s/other", p->folder);
    write_plainly(other, "not ours");
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    wk_file_abandon(&file); /* the name is the same again */
    assert_int_equal(symlink(other, file.temporary), 0);
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    fputs("ours", file.stream);
    assert_int_equal(wk_file_commit(&file, &p->err), WK_OK);
    assert_content(p, "ours");
    assert_int_equal(rename(other, p->path), 0);
    assert_content(p, "not ours");
}

/* The file becomes /dev/full: every flush fails as on a full disk. */
static void a_full_disk_fails_the_commit_and_keeps_the_old_file(void **state) {
    place *p = *state;
    write_plainly(p->path, "old");
    wk_file file;
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(dup2(full, fileno(file.stream)) >= 0);
    close(full);
    fputs("does not fit", file.stream);
    assert_int_equal(wk_file_commit(&file, &p->err), WK_CANNOT);
    assert_int_equal(p->err.status, WK_CANNOT);
    assert_non_null(strstr(p->err.message, p->path));
    assert_non_null(strstr(p->err.message, "No space left"));
    assert_content(p, "old");
    assert_int_equal(entries(p->folder, false), 1);
}

static void what_cannot_be_renamed_is_removed(void **state) {
    place *p = *state;
    assert_int_equal(mkdir(p->path, 0777), 0); /* a folder stands in the way */
    wk_file file;
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    fputs("x", file.stream);
    assert_int_equal(wk_file_commit(&file, &p->err), WK_CANNOT);
    assert_non_null(strstr(p->err.message, p->path));
    assert_int_equal(entries(p->folder, false), 1);
    assert_int_equal(wk_file_begin(&file, "/nonexistent/x", &p->err), WK_CANNOT);
    assert_non_null(strstr(p->err.message, "'/nonexistent/x'"));
}

static void a_path_too_long_is_refused(void **state) {
    place *p = *state;
    static char path[6000];
    memset(path, 'a', sizeof path - 1);
    wk_file file;
    assert_int_equal(wk_file_begin(&file, path, &p->err), WK_BAD_INPUT);
    assert_int_equal(wk_file_make_folder(path, &p->err), WK_BAD_INPUT);
}

static void reading_is_whole_and_bounded(void **state) {
    place *p = *state;
    char *text = NULL;
    size_t length = 0;
    enum { BYTES = 100000 };
    char *much = malloc(BYTES + 1);
    assert_non_null(much);
    for (size_t i = 0; i < BYTES; i++)
        much[i] = (char)('a' + i % 26);
    much[BYTES] = '\0';
    write_plainly(p->path, much);
    assert_int_equal(wk_file_read(p->path, BYTES, &p->arena, &text, &length, &p->err), WK_OK);
    assert_int_equal(length, BYTES);
    assert_string_equal(text, much);
    free(much);
    assert_int_equal(wk_file_read(p->path, BYTES - 1, &p->arena, &text, &length, &p->err),
                     WK_BAD_INPUT);
    assert_non_null(strstr(p->err.message, p->path));
    assert_int_equal(wk_file_read("/nonexistent/x", 10, &p->arena, &text, NULL, &p->err),
                     WK_BAD_INPUT);
    assert_non_null(strstr(p->err.message, "'/nonexistent/x'"));
    assert_int_equal(wk_file_read(p->folder, 10, &p->arena, &text, NULL, &p->err), WK_BAD_INPUT);
    write_plainly(p->path, "");
    assert_content(p, "");
}

static void folders_are_made_with_their_parents(void **state) {
    place *p = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/a/b//c/", p->folder);
    assert_int_equal(wk_file_make_folder(path, &p->err), WK_OK);
    struct stat info;
    assert_true(stat(path, &info) == 0 && S_ISDIR(info.st_mode));
    assert_int_equal(wk_file_make_folder(path, &p->err), WK_OK); /* is there: fine */
    assert_int_equal(wk_file_make_folder("/", &p->err), WK_OK);
    assert_int_equal(wk_file_make_folder("", &p->err), WK_BAD_INPUT);
    write_plainly(p->path, "a file");
    assert_int_equal(wk_file_make_folder(p->path, &p->err), WK_BAD_INPUT);
    snprintf(path, sizeof path, "%s/below", p->path);
    assert_int_equal(wk_file_make_folder(path, &p->err), WK_BAD_INPUT);
    assert_non_null(strstr(p->err.message, "file"));
    snprintf(path, sizeof path, "%s/a/b", p->folder); /* so that tear_down can remove all */
    entries(path, true);
}

static bool is_link(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

static void a_named_link_is_written_in_place_and_stays(void **state) {
    place *p = *state;
    char target[160];
    snprintf(target, sizeof target, "%s/target", p->folder);
    write_plainly(target, "much longer than what comes");
    assert_int_equal(symlink(target, p->path), 0);
    wk_file file;
    assert_int_equal(wk_file_begin_named(&file, p->path, &p->err), WK_OK);
    fputs("new", file.stream);
    assert_int_equal(wk_file_finish(&file, WK_OK, &p->err), WK_OK);
    assert_true(is_link(p->path));
    assert_content(p, "new");
    assert_int_equal(entries(p->folder, false), 2);
    /* what is not named by a user is ours to replace */
    assert_int_equal(wk_file_begin(&file, p->path, &p->err), WK_OK);
    fputs("newer", file.stream);
    assert_int_equal(wk_file_commit(&file, &p->err), WK_OK);
    assert_false(is_link(p->path));
    assert_content(p, "newer");
}

static void a_stream_that_failed_long_ago_still_says_why(void **state) {
    place *p = *state;
    assert_int_equal(symlink("/dev/full", p->path), 0);
    for (int wrote_well = 0; wrote_well < 2; wrote_well++) {
        wk_file file;
        assert_int_equal(wk_file_begin_named(&file, p->path, &p->err), WK_OK);
        for (int i = 0; i < 100000; i++)
            fputc('x', file.stream);
        errno = 0;
        const wk_status status = wrote_well ? WK_OK : wk_fail(&p->err, WK_CANNOT, "cannot write");
        assert_int_equal(wk_file_finish(&file, status, &p->err), WK_CANNOT);
        assert_non_null(strstr(p->err.message, p->path));
        assert_non_null(strstr(p->err.message, strerror(ENOSPC)));
        assert_true(is_link(p->path));
    }
}

static void a_failure_of_what_is_written_is_handed_on(void **state) {
    place *p = *state;
    write_plainly(p->path, "old");
    wk_file file;
    assert_int_equal(wk_file_begin_named(&file, p->path, &p->err), WK_OK);
    fputs("new", file.stream);
    const wk_status status = wk_fail(&p->err, WK_BAD_INPUT, "no such thing");
    assert_int_equal(wk_file_finish(&file, status, &p->err), WK_BAD_INPUT);
    assert_string_equal(p->err.message, "no such thing");
    assert_content(p, "old");
    assert_int_equal(entries(p->folder, false), 1);
}

static void what_the_machine_lacks_is_no_bad_input(void **state) {
    (void)state;
    const int lacking[] = {ENOSPC, EDQUOT, EIO, ENOMEM, EMFILE, ENFILE};
    const int wrong[] = {ENOENT, EACCES, EROFS, ENAMETOOLONG, ENOTDIR, EISDIR};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(wk_status_of_errno(lacking[i]), WK_CANNOT);
        assert_int_equal(wk_status_of_errno(wrong[i]), WK_BAD_INPUT);
    }
}

#define PLACE_TEST(law) cmocka_unit_test_setup_teardown(law, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha_256_gives_the_published_digests),
        PLACE_TEST(a_file_hashes_as_its_bytes),
        PLACE_TEST(commit_replaces_the_old_file_at_once),
        PLACE_TEST(abandon_leaves_no_trace),
        PLACE_TEST(a_link_in_the_place_of_the_temporary_file_is_not_followed),
        PLACE_TEST(a_full_disk_fails_the_commit_and_keeps_the_old_file),
        PLACE_TEST(what_cannot_be_renamed_is_removed),
        PLACE_TEST(a_path_too_long_is_refused),
        PLACE_TEST(reading_is_whole_and_bounded),
        PLACE_TEST(folders_are_made_with_their_parents),
        PLACE_TEST(a_named_link_is_written_in_place_and_stays),
        PLACE_TEST(a_stream_that_failed_long_ago_still_says_why),
        PLACE_TEST(a_failure_of_what_is_written_is_handed_on),
        cmocka_unit_test(what_the_machine_lacks_is_no_bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
