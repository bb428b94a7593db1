/* Memory and disk that end at a chosen call, and a folder to write to. For tests of files, which are linked with
 *
 *   -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=pwrite,--wrap=ftruncate,--wrap=fsync,--wrap=rename */
#ifndef FAILING_FILES_H
#define FAILING_FILES_H

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

/* Calls left until one fails; negative: none does. */
static long memory_left = -1, disk_left = -1;

static inline int fails(long *left)
{
    if (*left < 0) {
        return 0;
    }
    return (*left)-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t num, size_t size);
void *__real_realloc(void *old, size_t size);
ssize_t __real_pwrite(int descriptor, const void *bytes, size_t size, off_t at);
int __real_ftruncate(int descriptor, off_t length);
int __real_fsync(int descriptor);
int __real_rename(const char *from, const char *to);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t num, size_t size);
void *__wrap_realloc(void *old, size_t size);
ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t size, off_t at);
int __wrap_ftruncate(int descriptor, off_t length);
int __wrap_fsync(int descriptor);
int __wrap_rename(const char *from, const char *to);

void *__wrap_malloc(size_t size)
{
    return fails(&memory_left) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t num, size_t size)
{
    return fails(&memory_left) ? NULL : __real_calloc(num, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(&memory_left) ? NULL : __real_realloc(old, size);
}

/* A full disk first takes a part, and stays full. */
static bool disk_full;

ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t size, off_t at)
{
    if (disk_full || fails(&disk_left)) {
        if (!disk_full && size > 1) {
            disk_full = true;
            return __real_pwrite(descriptor, bytes, size / 2, at);
        }
        disk_full = true;
        errno = ENOSPC;
        return -1;
    }
    return __real_pwrite(descriptor, bytes, size, at);
}

static inline int refuse(void)
{
    disk_full = true;
    errno = ENOSPC;
    return -1;
}

int __wrap_ftruncate(int descriptor, off_t length)
{
    return disk_full || fails(&disk_left) ? refuse() : __real_ftruncate(descriptor, length);
}

int __wrap_fsync(int descriptor)
{
    return disk_full || fails(&disk_left) ? refuse() : __real_fsync(descriptor);
}

int __wrap_rename(const char *from, const char *to)
{
    return disk_full || fails(&disk_left) ? refuse() : __real_rename(from, to);
}

static inline int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/rh_failing_files_XXXXXX");
    return mkdtemp(folder) == NULL;
}

static inline int teardown(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static inline const char *place(void)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/file.h5", folder);
    return path;
}

static inline int num_files(void)
{
    int num = 0;
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        num += entry->d_name[0] != '.';
    }
    closedir(stream);
    return num;
}

/* Every call at first, then in growing steps: a run makes thousands. */
static inline long next(long call)
{
    return call + 1 + call / 12;
}

#endif
