/* What the parsers of programs and studies share: values of nodes, and complaints about them.
 *
 * Each function that returns bool adds a problem at the node and returns false where the value is not what it must be;
 * the output is then unchanged. `what` names the value in the problem: "'from' of a level". Memory that is out is
 * remembered in problems->failed. */
#ifndef RH_PROGRAM_PARSE_H
#define RH_PROGRAM_PARSE_H

#include "program/keys.h"
#include "program/program.h"
#include "program/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The file that is being read and where its problems go. Both are the caller's. */
struct rh_parse {
    const struct rh_yaml *yaml;
    struct rh_problems *problems;
};

/* A word that a key may have as its value; a table of them ends with word = NULL. */
struct rh_choice {
    const char *word;
    int value;
    bool later; /* part of the language, not supported in this version */
};

/* Checks the keys of the section; true where the node is a mapping. */
bool rh_parse_keys(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_section section);
/* The first key of the file: `rehearse: KIND/1`. False where the file is of another kind or version, so that nothing
 * else in it can be understood; a missing key is left to rh_parse_keys. */
bool rh_parse_format(const struct rh_parse *self, const struct rh_yaml_node *root, const char *kind);

bool rh_parse_number(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_quantity quantity,
                     const char *what, int64_t *out);
/* The same; a number below `least` or above `most` (in the unit of the quantity) is a problem that says `range`. */
bool rh_parse_number_within(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_quantity quantity,
                            const char *what, int64_t least, int64_t most, const char *range, int64_t *out);
bool rh_parse_duration(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                       struct rh_duration *out);
bool rh_parse_month(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, rh_month *out);
bool rh_parse_choice(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                     const struct rh_choice *choices, int *out);
/* A text of one line or more, not empty; *out is owned by the caller. */
bool rh_parse_text(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, char **out);
/* A name: a text of one line, without control characters and spaces at its ends. */
bool rh_parse_name(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                   struct rh_reference *out);
/* A list of at least one name, none of them twice. A list with problems keeps the names that are fine. */
bool rh_parse_names(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                    struct rh_reference_list *out);
void rh_reference_list_free(struct rh_reference_list *self);

/* Topics of an incentive; each fills its part of *out and tells of all problems in it. */
void rh_parse_incentive(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_parse_audience(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_audience *out);
void rh_parse_behavior(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_behavior *out);
void rh_parse_reward(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
/* Caps that are not given stay as they are. */
void rh_parse_cap(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_parse_payout(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_incentive_free(struct rh_incentive *self);
void rh_audience_free(struct rh_audience *self);
void rh_behavior_free(struct rh_behavior *self);

/* Adds a problem (RH_ERR_INPUT) at a place of the program's file, with the line from its text. */
void rh_program_problem(const struct rh_program *self, long line, long column, struct rh_problems *problems,
                        const char *message);

/* What a measure is whatever the history says. */
enum rh_measure_nature { RH_MEASURE_MONEY, RH_MEASURE_COUNT, RH_MEASURE_OPEN };
enum rh_measure_nature rh_measure_nature(const char *measure);

/* Sorts the problems by place; the code of the first found since there were num_before of them, or RH_OK. */
int rh_parse_status(struct rh_problems *problems, size_t num_before);

#ifdef __cplusplus
}
#endif

#endif
