/* What a results file is about, as bytes: kept with what is simulated, so that results.h5 can be made of it later and
 * elsewhere, and that nothing is put together that does not belong together. */
#ifndef RH_RESULTS_HEADER_H
#define RH_RESULTS_HEADER_H

#include "core/bytes.h"
#include "results/results.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends all of it but the number of replications, the temporary name and progress. */
void rh_results_header_pack(const struct rh_results_header *self, struct rh_text *out);

/* A header whose texts and arrays are its own. */
struct rh_results_header_copy {
    struct rh_results_header header;
    char *bytes;  /* that texts point into */
    void **array; /* [num_arrays] that it owns */
    size_t num_arrays, capacity;
};
/* Makes one of what _pack wrote; RH_ERR_FORMAT where it is none, RH_ERR_NO_MEMORY. Free in either case. */
int rh_results_header_unpack(struct rh_results_header_copy *self, const char *bytes, size_t length);
void rh_results_header_free(struct rh_results_header_copy *self);

/* True where the two say the same in all that _pack keeps. Else *what (initialized) is the first difference that a user
 * can do something about, as "seed 7, expected 5", found being `found`'s. */
bool rh_results_header_same(const struct rh_results_header *found, const struct rh_results_header *expected,
                            struct rh_text *what);

#ifdef __cplusplus
}
#endif

#endif
