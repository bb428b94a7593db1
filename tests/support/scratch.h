/* A folder for the files of a test program: cmocka_run_group_tests(tests, scratch_make, scratch_remove). */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char scratch[] = "/tmp/rh_test_XXXXXX";

static inline int scratch_make(void **state)
{
    (void)state;
    return mkdtemp(scratch) == NULL;
}

static inline int scratch_remove(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", scratch);
    return system(command);
}

/* Path of a file in it; the last four stand at a time. */
static inline const char *scratch_path(const char *name)
{
    static char path[4][128];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", scratch, name);
    return out;
}

#endif
