/* What clang-tidy should know and cannot see, since it looks at one source at a time: these return the code they are
 * given, so that `return rh_error_set(error, RH_ERR_NO_MEMORY, …)` is known to be a failure. Included before every
 * source but core/error.c. */
#include "core/error.h"

#define rh_error_set(self, code, ...) (rh_error_set(self, code, __VA_ARGS__), (code))
#define rh_error_set_at(self, code, file, line, column, ...) \
    (rh_error_set_at(self, code, file, line, column, __VA_ARGS__), (code))
