/* Every file of a target's corpus, in the ordinary tests: what the fuzzer found once is looked at in every build, with
 * and without clang. The target is linked in; CORPUS is its folder. */
#include "target.h"

#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#define LARGEST ((size_t)1024 * 1024)
#define FEWEST 5 /* a folder that lost its files must not pass */

/* The bytes in memory of their own size, so that a sanitizer sees what reads behind them. */
static void try_file(const char *path)
{
    char *text;
    size_t length;
    struct rh_error error;
    assert_int_equal(rh_file_read(path, LARGEST, &text, &length, &error), RH_OK);
    uint8_t *bytes = malloc(length + (length == 0));
    assert_non_null(bytes);
    if (length > 0)
        memcpy(bytes, text, length);
    free(text);
    assert_int_equal(LLVMFuzzerTestOneInput(bytes, length), 0);
    free(bytes);
}

static void test_corpus(void **state)
{
    (void)state;
    size_t num = 0;
    DIR *folder = opendir(CORPUS);
    const struct dirent *entry;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        char path[1024];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", CORPUS, entry->d_name);
        printf("%s\n", entry->d_name); /* a crash has no time to say where */
        fflush(stdout);
        try_file(path);
        num++;
    }
    closedir(folder);
    assert_true(num >= FEWEST);
}

int main(int argc, char **argv)
{
    LLVMFuzzerInitialize(&argc, &argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
