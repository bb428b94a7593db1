/* A temporary folder with files made from texts, for tests of what reads files. Included by one file of a program. */
#ifndef RH_TESTS_SCRATCH_FILES_H
#define RH_TESTS_SCRATCH_FILES_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char scratch_folder[32];

/* For cmocka_run_group_tests. */
static inline int scratch_set_up(void **state)
{
    (void)state;
    strcpy(scratch_folder, "/tmp/rh_test_XXXXXX");
    return mkdtemp(scratch_folder) == NULL;
}

static inline int scratch_tear_down(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", scratch_folder);
    return system(command);
}

/* The file's path; good until the 16th call from here. */
static inline const char *scratch_path(const char *name)
{
    static char paths[16][96];
    static int next;
    char *path = paths[next++ % 16];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
    return path;
}

static inline const char *scratch_write_bytes(const char *name, const void *bytes, size_t length)
{
    const char *path = scratch_path(name);
    remove(path); /* some file systems flush a file that is truncated and written again */
    FILE *stream = fopen(path, "wb");
    assert(stream != NULL);
    const size_t written = fwrite(bytes, 1, length, stream);
    assert(written == length);
    const int closed = fclose(stream);
    assert(closed == 0);
    return path;
}

static inline const char *scratch_write(const char *name, const char *text)
{
    return scratch_write_bytes(name, text, strlen(text));
}

/* All of a file, NUL-terminated; free it. */
static inline char *scratch_read(const char *path, size_t *length)
{
    FILE *stream = fopen(path, "rb");
    assert(stream != NULL);
    fseek(stream, 0, SEEK_END);
    const size_t size = (size_t)ftell(stream);
    rewind(stream);
    char *bytes = calloc(size + 1, 1);
    assert(bytes != NULL);
    const size_t got = fread(bytes, 1, size, stream);
    assert(got == size);
    fclose(stream);
    if (length != NULL) {
        *length = size;
    }
    return bytes;
}

#endif
