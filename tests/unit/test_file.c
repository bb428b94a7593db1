/* Files are whole or not there, whatever goes wrong. */
#include "core/file.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Each test has an empty folder as its working folder. */
static char start[4096];

static int set_up(void **state)
{
    char folder[] = "/tmp/rh_test_file_XXXXXX";
    if (getcwd(start, sizeof start) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return -1;
    *state = strdup(folder);
    return *state == NULL;
}

static int remove_all(const char *folder)
{
    DIR *stream = opendir(folder);
    if (stream == NULL)
        return -1;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        char path[8192];
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || lstat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            remove_all(path);
        else
            unlink(path);
    }
    closedir(stream);
    return rmdir(folder);
}

static int tear_down(void **state)
{
    int failed = chdir(start) != 0 || remove_all(*state) != 0;
    free(*state);
    return failed;
}

static size_t num_entries(void)
{
    size_t num = 0;
    DIR *stream = opendir(".");
    assert_non_null(stream);
    while (readdir(stream) != NULL)
        num++;
    closedir(stream);
    return num - 2;
}

static void write_file(const char *path, const char *text)
{
    struct rh_error error;
    assert_int_equal(rh_output_write(path, text, strlen(text), &error), RH_OK);
}

static void check_file(const char *path, const char *expected)
{
    char *bytes;
    size_t length;
    struct rh_error error;
    assert_int_equal(rh_file_read(path, 1000, &bytes, &length, &error), RH_OK);
    assert_string_equal(bytes, expected);
    assert_int_equal(length, strlen(expected));
    free(bytes);
}

static void test_write_and_read(void **state)
{
    (void)state;
    write_file("a.txt", "first");
    check_file("a.txt", "first");
    write_file("a.txt", "second");
    check_file("a.txt", "second");
    write_file("empty", "");
    check_file("empty", "");
    assert_int_equal(num_entries(), 2);
}

/* A link stays a link: what it points to is written. */
static void test_link_is_written_through(void **state)
{
    (void)state;
    struct stat status;
    write_file("target", "old");
    assert_int_equal(symlink("target", "link"), 0);
    write_file("link", "new");
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    check_file("target", "new");
    assert_int_equal(num_entries(), 2);
}

static void test_nothing_is_seen_before_commit(void **state)
{
    (void)state;
    struct rh_output output;
    struct rh_error error;
    write_file("a.txt", "old");
    assert_int_equal(rh_output_open(&output, "a.txt", &error), RH_OK);
    fputs("new", output.stream);
    fflush(output.stream);
    check_file("a.txt", "old");
    assert_int_equal(num_entries(), 2);
    rh_output_abort(&output);
    check_file("a.txt", "old");
    assert_int_equal(num_entries(), 1);
    rh_output_abort(&output);
    memset(&output, 0, sizeof output);
    rh_output_abort(&output);
}

static void check_read_fails(const char *path, size_t max_bytes, int code, const char *message)
{
    char *bytes;
    size_t length;
    struct rh_error error = {0};
    assert_int_equal(rh_file_read(path, max_bytes, &bytes, &length, &error), code);
    assert_null(bytes);
    assert_string_equal(error.file, path);
    assert_string_equal(error.message, message);
    char hash[RH_SHA256_TEXT];
    if (code == RH_ERR_IO)
        assert_int_equal(rh_sha256_file(path, hash, &error), RH_ERR_IO);
}

static void test_read_errors(void **state)
{
    (void)state;
    check_read_fails("missing", 100, RH_ERR_IO, "cannot be opened: No such file or directory");
    check_read_fails(".", 100, RH_ERR_IO, "is a folder, expected a file");
    write_file("five", "12345");
    check_read_fails("five", 4, RH_ERR_INPUT, "is larger than 4 bytes, the most that is read");
    check_read_fails("five", 0, RH_ERR_INPUT, "is larger than 0 bytes, the most that is read");
    check_read_fails("/dev/zero", 1 << 20, RH_ERR_INPUT, "is larger than 1048576 bytes, the most that is read");
    char *bytes;
    size_t length;
    assert_int_equal(rh_file_read("five", 5, &bytes, &length, NULL), RH_OK);
    assert_int_equal(length, 5);
    free(bytes);
    assert_int_equal(rh_file_read("five", SIZE_MAX, &bytes, &length, NULL), RH_OK);
    assert_int_equal(length, 5);
    free(bytes);
}

static void test_large_file(void **state)
{
    (void)state;
    const size_t num = 300000;
    struct rh_output output;
    struct rh_error error;
    assert_int_equal(rh_output_open(&output, "large", &error), RH_OK);
    for (size_t i = 0; i < num; i++)
        fputc((int)(i * 7 % 251), output.stream);
    assert_int_equal(rh_output_commit(&output, &error), RH_OK);
    char *bytes;
    size_t length;
    assert_int_equal(rh_file_read("large", num, &bytes, &length, &error), RH_OK);
    assert_int_equal(length, num);
    for (size_t i = 0; i < num; i++)
        assert_int_equal((unsigned char)bytes[i], i * 7 % 251);
    char whole[RH_SHA256_TEXT], pieces[RH_SHA256_TEXT];
    rh_sha256(bytes, length, whole);
    assert_int_equal(rh_sha256_file("large", pieces, &error), RH_OK);
    assert_string_equal(whole, pieces);
    free(bytes);
}

static void test_open_errors(void **state)
{
    (void)state;
    struct rh_output output;
    struct rh_error error;
    assert_int_equal(rh_output_open(&output, "no/such/a.txt", &error), RH_ERR_IO);
    assert_string_equal(error.file, "no/such/a.txt");
    assert_string_equal(error.message, "cannot be created: No such file or directory");
    rh_output_abort(&output);
    mkdir("folder", 0777);
    assert_int_equal(rh_output_open(&output, "folder", &error), RH_ERR_IO);
    assert_string_equal(error.message, "is a folder, expected a file");
    rh_output_abort(&output);
    assert_int_equal(rh_output_write("folder", "x", 1, &error), RH_ERR_IO);
    assert_int_equal(num_entries(), 1);
}

static void test_failed_rename_leaves_nothing(void **state)
{
    (void)state;
    struct rh_output output;
    struct rh_error error;
    assert_int_equal(rh_output_open(&output, "a.txt", &error), RH_OK);
    fputs("x", output.stream);
    mkdir("a.txt", 0777);
    assert_int_equal(rh_output_commit(&output, &error), RH_ERR_IO);
    assert_string_equal(error.file, "a.txt");
    assert_int_equal(num_entries(), 1);
    rh_output_abort(&output);
}

/* A full disk shows at the first flush: here at commit, or before it, where the stream only remembers it. */
static void test_full_disk(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        print_message("no /dev/full here\n");
        skip();
    }
    for (size_t num = 1; num <= 1000000; num *= 1000000 - 1) {
        struct rh_output output;
        struct rh_error error;
        assert_int_equal(rh_output_open(&output, "/dev/full", &error), RH_OK);
        for (size_t i = 0; i < num; i++)
            fputc('x', output.stream);
        assert_int_equal(rh_output_commit(&output, &error), RH_ERR_IO);
        assert_string_equal(error.file, "/dev/full");
        assert_non_null(strstr(error.message, "cannot be written"));
    }
    struct rh_output output;
    struct rh_error error;
    assert_int_equal(rh_output_open(&output, "/dev/full", &error), RH_OK);
    fputc('x', output.stream);
    fflush(output.stream);
    assert_int_equal(rh_output_commit(&output, &error), RH_ERR_IO);
    assert_int_equal(rh_output_write("/dev/full", "x", 1, &error), RH_ERR_IO);
    struct stat status;
    assert_int_equal(stat("/dev/full", &status), 0);
    assert_true(S_ISCHR(status.st_mode)); /* neither replaced nor removed */
}

/* A temporary name that someone else has made a link must not let this program write where the link points. */
static void test_links_at_the_temporary_name_are_not_followed(void **state)
{
    (void)state;
    write_file("victim", "precious");
    char *temporary = rh_path_temporary("a.txt");
    assert_int_equal(symlink("victim", temporary), 0);
    write_file("a.txt", "text");
    check_file("victim", "precious");
    check_file("a.txt", "text");
    assert_int_equal(num_entries(), 2);
    free(temporary);
}

static void check_beside(const char *base, const char *name, const char *expected)
{
    char *path = rh_path_beside(base, name);
    assert_string_equal(path, expected);
    free(path);
}

static void test_paths(void **state)
{
    (void)state;
    check_beside("study.yaml", "a.csv", "a.csv");
    check_beside("x/y/study.yaml", "a.csv", "x/y/a.csv");
    check_beside("x/y/study.yaml", "../a.csv", "x/y/../a.csv");
    check_beside("x/y/study.yaml", "/z/a.csv", "/z/a.csv");
    check_beside("/study.yaml", "a.csv", "/a.csv");
    check_beside("-", "a.csv", "a.csv");
    char expected[64];
    snprintf(expected, sizeof expected, "r/a.h5.%ld.part", (long)getpid());
    char *temporary = rh_path_temporary("r/a.h5");
    assert_string_equal(temporary, expected);
    free(temporary);
}

static void test_make_folder(void **state)
{
    (void)state;
    struct rh_error error;
    struct stat status;
    assert_int_equal(rh_make_folder("a/b/c", &error), RH_OK);
    assert_int_equal(stat("a/b/c", &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(rh_make_folder("a/b/c", &error), RH_OK);
    assert_int_equal(rh_make_folder("a//b/d/", &error), RH_OK);
    assert_int_equal(stat("a/b/d", &status), 0);
    assert_int_equal(rh_make_folder(".", &error), RH_OK);
    char path[4200];
    assert_non_null(getcwd(path, 4096));
    strcat(path, "/abs/olute");
    assert_int_equal(rh_make_folder(path, &error), RH_OK);
    write_file("a/file", "x");
    assert_int_equal(rh_make_folder("a/file", &error), RH_ERR_IO);
    assert_string_equal(error.message, "is a file, expected a folder");
    assert_int_equal(rh_make_folder("a/file/b", &error), RH_ERR_IO);
    assert_int_equal(rh_make_folder("", &error), RH_ERR_IO);
}

/* Examples of FIPS 180-4 (NIST). */
static void test_sha256(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hash;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char hash[RH_SHA256_TEXT];
        rh_sha256(cases[i].text, strlen(cases[i].text), hash);
        assert_string_equal(hash, cases[i].hash);
    }
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(test_write_and_read),
        IN_A_FOLDER(test_link_is_written_through),
        IN_A_FOLDER(test_nothing_is_seen_before_commit),
        IN_A_FOLDER(test_read_errors),
        IN_A_FOLDER(test_large_file),
        IN_A_FOLDER(test_open_errors),
        IN_A_FOLDER(test_failed_rename_leaves_nothing),
        IN_A_FOLDER(test_full_disk),
        IN_A_FOLDER(test_links_at_the_temporary_name_are_not_followed),
        IN_A_FOLDER(test_paths),
        IN_A_FOLDER(test_make_folder),
        cmocka_unit_test(test_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
