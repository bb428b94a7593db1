/* The study file's own keys; the programs it names are read by rh_study_read. */
#ifndef RH_PROGRAM_PARSE_STUDY_H
#define RH_PROGRAM_PARSE_STUDY_H

#include "program/parse.h"
#include "program/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills all of *out that the file says, but for in_force and compare, which name files, and for a history that *out
 * already has: then the file's need not be there. False where the file is no
 * study, so that nothing else in it can be understood. */
bool rh_parse_study(const struct rh_parse *self, const struct rh_yaml_node *root, struct rh_study *out);

#ifdef __cplusplus
}
#endif

#endif
