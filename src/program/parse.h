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
};

/* Checks the keys of the section; true where the node is a mapping. */
bool rh_parse_keys(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_section section);
/* The first key of the file: `rehearse: KIND/1`. False where the file is of another kind or version, so that nothing
 * else in it can be understood; a missing key is left to rh_parse_keys. */
bool rh_parse_format(const struct rh_parse *self, const struct rh_yaml_node *root, const char *kind);

/* Tells that the mapping has no such key of the section, though it needs one here. */
void rh_parse_missing(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_section section,
                      const char *name);
/* Where the node stands; nowhere where it is NULL. */
struct rh_place rh_parse_place(const struct rh_yaml_node *node);

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
/* True for what YAML calls nothing, `~` or `null`: a text that is written so must be in quotes. */
bool rh_parse_is_null(const struct rh_yaml_node *node);
/* A text of one line or more, not empty; *out is owned by the caller. */
bool rh_parse_text(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, char **out);
/* A name: a text of one line, without control characters and spaces at its ends. */
bool rh_parse_name(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                   struct rh_reference *out);
/* A list of at least one name, none of them twice. A list with problems keeps the names that are fine. */
bool rh_parse_names(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                    struct rh_reference_list *out);
/* A path that the node names, from the folder of the file; *out is owned by the caller. With `check`, a file that
 * cannot be opened is a problem at the node (and *out is set all the same). `what` is "the history". */
bool rh_parse_path(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool check,
                   char **out);
void rh_reference_list_free(struct rh_reference_list *self);

/* An amount in the unit of the quantity, or a relative threshold. */
bool rh_parse_threshold(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_quantity quantity,
                        const char *what, struct rh_threshold *out);
/* Plain `true` or `false`. */
bool rh_parse_bool(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool *out);
/* A mapping with 1 to 10,000 entries, which is told otherwise; `example` shows one. */
bool rh_parse_filled(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                     const char *example);
/* The same for a list. */
bool rh_parse_filled_list(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                          const char *example);
/* A window on the fiscal year's grid: month, quarter, half or year; `program` too where it is allowed. */
bool rh_parse_window(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool program,
                     enum rh_window_kind *out);

/* Topics of an incentive; each fills its part of *out and tells of all problems in it. */
void rh_parse_incentive(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_parse_audience(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_audience *out);
void rh_parse_behavior(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_behavior *out);
/* False where the metric is not known, so that what goes with it is not known either. */
bool rh_parse_metric(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_parse_requires(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_parse_multiplier(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
/* Needs the behavior and, unless metric_known is false, the metric. */
void rh_parse_reward(const struct rh_parse *self, const struct rh_yaml_node *node, bool metric_known,
                     struct rh_incentive *out);
void rh_parse_levels(const struct rh_parse *self, const struct rh_yaml_node *node, bool metric_known,
                     struct rh_incentive *out);
/* Caps that are not given stay as they are. */
void rh_parse_cap(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
void rh_parse_payout(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_incentive *out);
/* Needs the payout. */
void rh_parse_clawback(const struct rh_parse *self, const struct rh_yaml_node *node, bool payout_known,
                       struct rh_incentive *out);
/* List of conditions; *out and *num are the caller's to free with rh_requirements_free, also after problems. `windows`:
 * each has its window (`requires`), or none has (tiers). */
void rh_parse_requirements(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool windows,
                           struct rh_requirement **out, size_t *num);
/* "a rate" with metric or measure: "ratio_to", "total": the metric's word in the file. */
const char *rh_metric_name(enum rh_metric metric);
void rh_incentive_free(struct rh_incentive *self);
void rh_audience_free(struct rh_audience *self);
void rh_behavior_free(struct rh_behavior *self);
void rh_requirements_free(struct rh_requirement *requirement, size_t num);

/* Parts of the program as a whole. Each replaces what *out has of it. */
void rh_parse_fx(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out);
void rh_parse_withholding(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out);
void rh_parse_tiers(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out);
void rh_exchanges_free(struct rh_program *self);
void rh_withholdings_free(struct rh_program *self);
void rh_tiers_free(struct rh_program *self);
/* Tells of tiers in audiences and multipliers that the program's own tiers do not have. */
void rh_program_check_tiers(const struct rh_program *self, struct rh_problems *problems);

/* The files that one file is being read for, nearest first: what it must not extend. */
struct rh_lineage {
    const struct rh_lineage *next;
    const char *path;
    int depth;
};
/* The program that the node names becomes all of *out but path, text and hash. False where it has problems. */
bool rh_parse_extends(const struct rh_parse *self, const struct rh_yaml_node *node, const struct rh_lineage *lineage,
                      struct rh_program *out);
/* Leaves out the incentives that the list names. */
void rh_parse_remove(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out);
/* Puts the incentives in the place of those with the same names, or at the end, and takes what they own. */
int rh_program_merge(struct rh_program *self, struct rh_incentive *incentive, size_t num);
/* rh_program_parse of a file that those of the lineage extend. */
int rh_program_parse_base(struct rh_program *self, const char *path, const char *text, size_t length,
                          const struct rh_lineage *lineage, struct rh_problems *problems);

/* Adds a problem at a place of the program's files (line and column of that input), with the line from its text. One of
 * an extended file that is there already is not added again. */
void rh_program_problem(const struct rh_program *self, int input, long line, long column, int code,
                        struct rh_problems *problems, const char *message);

/* What a measure is whatever the history says. */
enum rh_measure_nature { RH_MEASURE_MONEY, RH_MEASURE_COUNT, RH_MEASURE_OPEN };
enum rh_measure_nature rh_measure_nature(const char *measure);

/* Sorts the problems by place; the code of the first found since there were num_before of them, or RH_OK. */
int rh_parse_status(struct rh_problems *problems, size_t num_before);

#ifdef __cplusplus
}
#endif

#endif
