/* What can go wrong, and how a function says so.
 *
 * Functions that can fail return an int: RH_OK (0) or a negative rh_code. The reason, for whatever a user can
 * cause, goes into a struct rh_error of the caller. The library never prints and never exits; a broken invariant
 * is a bug and asserts. */
#ifndef RH_CORE_ERROR_H
#define RH_CORE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RH_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#else
#define RH_PRINTF(format_index, first_argument)
#endif

/* The comment of a code is its message (rh_code_message). */
enum rh_code {
    RH_OK = 0,               /* no error */
    RH_ERR_NO_MEMORY = -1,   /* out of memory */
    RH_ERR_IO = -2,          /* a file cannot be read or written */
    RH_ERR_INPUT = -3,       /* the input does not say what it must */
    RH_ERR_FORMAT = -4,      /* the file is foreign, damaged or unfinished */
    RH_ERR_TOO_OLD = -5,     /* the file was written by a version too old to be read */
    RH_ERR_TOO_NEW = -6,     /* the file was written by a newer version */
    RH_ERR_UNSUPPORTED = -7, /* not supported in this version */
    RH_ERR_OVERFLOW = -8,    /* a number is too large */
    RH_ERR_INTERRUPTED = -9, /* interrupted */
    RH_ERR_ARGUMENT = -10,   /* an argument is out of its range */
    RH_ERR_BROKEN = -11      /* a result that cannot be: a mistake of this program */
};

/* One error: where it is (file empty, line and column 0 where they do not apply) and what was found and expected. */
struct rh_error {
    int code; /* enum rh_code */
    char file[512];
    long line;   /* 1-based */
    long column; /* 1-based, in characters */
    char message[1024];
};

/* The fixed message of a code; never NULL. */
const char *rh_code_message(int code);

/* Fills *self (which may be NULL) and returns code, so that a function can `return rh_error_set(...)`. Texts that are
 * too long are cut. */
int rh_error_set(struct rh_error *self, int code, const char *format, ...) RH_PRINTF(3, 4);
int rh_error_set_at(struct rh_error *self, int code, const char *file, long line, long column, const char *format, ...)
    RH_PRINTF(6, 7);

/* GSL, which the library computes with, ends the process at errors of its own (memory, overflow) unless its handler of
 * errors is another. The handler belongs to the process, so that the library never touches it but here: this switches
 * it off, and GSL's errors come back as the codes above. For the start of a program, before there are threads; one
 * that has set a handler of its own does without. */
void rh_gsl_return_errors(void);

#ifdef __cplusplus
}
#endif

#endif
