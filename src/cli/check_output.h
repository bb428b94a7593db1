/* What `check` found, as text or JSON on standard output. */
#ifndef RH_CLI_CHECK_OUTPUT_H
#define RH_CLI_CHECK_OUTPUT_H

#include "program/check.h"

/* A file that was looked at, or a program of a study. */
struct rh_check_entry {
    char *path, *name;
    const char *kind; /* NULL: none that is known */
    bool has_complexity;
    struct rh_complexity complexity;
};

struct rh_check_output {
    struct rh_problems errors;
    struct rh_findings findings;
    struct rh_check_entry *entry; /* [num] */
    size_t num, capacity;
    size_t num_files; /* those named on the command line */
};

void rh_check_output_init(struct rh_check_output *self);
void rh_check_output_free(struct rh_check_output *self);
/* Notes a file of the command line. */
void rh_check_output_file(struct rh_check_output *self, const char *path, const char *kind);
/* Notes a program without errors, of the last file or named by it. */
void rh_check_output_program(struct rh_check_output *self, const char *path, const char *name,
                             const struct rh_complexity *complexity);
/* Prints it, each problem and finding once, and returns the exit code. */
int rh_check_output_print(struct rh_check_output *self, bool json, bool strict);

#endif
