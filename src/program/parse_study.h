/* The study file's own keys; the programs it names are read by rh_study_read. */
#ifndef RH_PROGRAM_PARSE_STUDY_H
#define RH_PROGRAM_PARSE_STUDY_H

#include "program/parse.h"
#include "program/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills all of *out that the file says, but for in_force and compare, which name files. False where the file is no
 * study, so that nothing else in it can be understood. */
bool rh_parse_study(const struct rh_parse *self, const struct rh_yaml_node *root, struct rh_study *out);

/* A path that the node names, from the folder of the file; *out is owned by the caller. With `check`, a file that
 * cannot be opened is a problem at the node (and *out is set all the same). `what` is "the history". */
bool rh_parse_path(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool check,
                   char **out);

#ifdef __cplusplus
}
#endif

#endif
