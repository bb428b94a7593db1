/* Reading the assumptions file, shared by assumptions.c and activities.c; not for other callers. */
#ifndef RH_MODEL_ASSUMPTIONS_PARTS_H
#define RH_MODEL_ASSUMPTIONS_PARTS_H

#include "core/yaml.h"
#include "model/parameters.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_assumptions_reader {
    struct rh_assumptions *self;
    const struct rh_yaml *yaml;
    const struct rh_names *segments;
    struct rh_problems *problems;
};

extern const struct rh_yaml_key rh_assumptions_moments_keys[]; /* {mean, sd} */

/* A decimal number; false, and told, where the node is none. A node that is NULL has been told. */
bool rh_assumptions_number(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, double *out);
/* "FILE:LINE" of the node, owned by the caller; NULL, and told, without memory. */
char *rh_assumptions_origin(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node);
void rh_assumptions_no_memory(const struct rh_assumptions_reader *reader);

/* activities.c: `yield` and `base_rate` of the file. False where it has neither. */
bool rh_assumptions_read_activities(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *root);
void rh_assumptions_free_activities(struct rh_assumptions *self);

#ifdef __cplusplus
}
#endif

#endif
