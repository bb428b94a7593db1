/* What the fuzz targets share. Each fuzz_*.c reads arbitrary bytes as one kind of file through the library's own entry
 * function and asserts what must hold of any bytes. It is linked twice: with libFuzzer, which looks for bytes that
 * break it (./dev fuzz), and with test_corpus.c, which feeds it the bytes in corpus/ (ctest -L fuzz). */
#ifndef RH_TESTS_FUZZ_TARGET_H
#define RH_TESTS_FUZZ_TARGET_H

#include "core/problems.h"

#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libFuzzer's names. The first is called once, before all inputs; both return 0. Memory taken for an input is given
 * back before the return. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_PROBLEMS 200 /* kept of an input: the more there are, the fewer inputs are tried in a second */

/* Whatever was read: a code tells a failure if and only if there are problems, none is for want of memory, all can be
 * shown as UTF-8, none has a place outside of the file, which has `size` bytes. */
static inline void check_problems(const struct rh_problems *problems, int code, size_t size)
{
    struct rh_text shown;
    assert((code == RH_OK) == (problems->num_total == 0));
    assert(code != RH_ERR_NO_MEMORY && problems->failed == 0);
    rh_text_init(&shown);
    for (size_t i = 0; i < problems->num; i++) {
        const struct rh_problem *problem = &problems->items[i];
        assert(problem->line >= 0 && (size_t)problem->line <= size + 1);
        assert(problem->column >= 0 && (size_t)problem->column <= size + 2);
        assert(problem->message[0] != '\0');
        rh_problem_format(problem, &shown);
    }
    assert(rh_text_status(&shown) == RH_OK);
    assert(rh_utf8_valid(rh_text_string(&shown), shown.length));
    rh_text_free(&shown);
}

/* A folder of the program's own, for targets whose entry function takes a path. It goes when the program ends; one that
 * crashes leaves it, so that whoever runs a fuzzer sets TMPDIR. */
static char fuzz_folder[256];

static inline const char *fuzz_path(const char *name)
{
    static char path[8][sizeof fuzz_folder + 32];
    static unsigned next;
    char *out = path[next++ % 8];
    int length = snprintf(out, sizeof path[0], "%s/%s", fuzz_folder, name);
    assert(length > 0 && (size_t)length < sizeof path[0]);
    return out;
}

static inline void fuzz_remove_folder(void)
{
    DIR *folder = opendir(fuzz_folder);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.')
            unlink(fuzz_path(entry->d_name));
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(fuzz_folder);
}

static inline void fuzz_make_folder(void)
{
    const char *parent = getenv("TMPDIR");
    int length = snprintf(fuzz_folder, sizeof fuzz_folder, "%s/rh_fuzz_XXXXXX", parent != NULL ? parent : "/tmp");
    assert(length > 0 && (size_t)length < sizeof fuzz_folder);
    const char *made = mkdtemp(fuzz_folder);
    assert(made != NULL);
    atexit(fuzz_remove_folder);
}

/* Makes it a file of the folder, until the next one of that name; returns its path. */
static inline const char *fuzz_write(const char *name, const void *bytes, size_t size)
{
    const char *path = fuzz_path(name);
    unlink(path); /* some file systems flush a file that is truncated and written again */
    FILE *stream = fopen(path, "wb");
    assert(stream != NULL);
    size_t written = size > 0 ? fwrite(bytes, 1, size, stream) : 0;
    assert(written == size);
    int closed = fclose(stream);
    assert(closed == 0);
    return path;
}

#endif
