/* How long work tells its caller how far it is, and learns that it should stop. The library itself never prints. */
#ifndef RH_CORE_PROGRESS_H
#define RH_CORE_PROGRESS_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All members may be NULL. Callbacks come from one thread at a time. */
struct rh_progress {
    void (*report)(void *user, const char *what, uint64_t done, uint64_t total); /* total 0: unknown */
    void (*log)(void *user, const char *message);                                /* something worth a line */
    void *user;
    const volatile int *stop; /* work stops with RH_ERR_INTERRUPTED soon after *stop becomes non-zero */
};

/* self may be NULL in all of these. */
void rh_progress_report(const struct rh_progress *self, const char *what, uint64_t done, uint64_t total);
void rh_progress_log(const struct rh_progress *self, const char *format, ...) RH_PRINTF(2, 3);
bool rh_progress_stopped(const struct rh_progress *self);

#ifdef __cplusplus
}
#endif

#endif
