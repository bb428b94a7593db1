/* What changed between two runs: what went into them, what was believed, and which figures moved, by how many standard
 * errors. From their results files alone. */
#ifndef RH_REPORT_DIFF_H
#define RH_REPORT_DIFF_H

#include "core/text.h"
#include "results/results.h"
#include "stats/shift.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What stands at which place in the first file and in the second; -1: not there. */
struct rh_diff_match {
    int at[2];
};

/* A setting that differs, as text: "seed" 7 8. */
struct rh_diff_setting {
    const char *name;
    struct rh_text value[2];
};

#define RH_DIFF_MOST_SETTINGS 12

/* A figure of a program that both runs have. */
struct rh_diff_figure {
    struct rh_diff_match program;
    enum rh_kpi kpi;
    struct rh_shift mean, median;
};

struct rh_diff {
    const struct rh_results *results[2]; /* borrowed: before, after */
    struct rh_results_origin origin[2];
    struct rh_results_parameters parameters[2];
    bool common; /* both drew the same luck: same seed, same sampling */
    bool money;  /* amounts can be compared: they are in the same currency */
    int num_settings;
    struct rh_diff_setting setting[RH_DIFF_MOST_SETTINGS];
    /* All of either file, those of the first in its order, then what the second alone has. */
    int num_inputs, num_assumptions, num_programs;
    struct rh_diff_match *input, *assumption, *program;
    int num_figures;               /* of programs that both have; amounts only where `money` */
    struct rh_diff_figure *figure; /* [num_figures] by falling |z|, those without z last */
};

/* Reads and compares. Inputs of one role are matched by path, else by content, else by the name of the file, else where
 * the role has but one; parameters and programs by name. On failure *self may be passed to _free. */
int rh_diff_init(struct rh_diff *self, const struct rh_results *before, const struct rh_results *after,
                 struct rh_error *error);
void rh_diff_free(struct rh_diff *self);

/* Whether a match is of two whose content, or value, is the same, and for an assumption its origin, too. */
bool rh_diff_input_same(const struct rh_diff *self, const struct rh_diff_match *input);
bool rh_diff_value_same(const struct rh_diff *self, const struct rh_diff_match *assumption);
bool rh_diff_origin_same(const struct rh_diff *self, const struct rh_diff_match *assumption);
/* Whether mean or median changed, by more than the rounding of a sum (1e-9 of the figure). */
bool rh_diff_moved(const struct rh_diff_figure *figure);
/* Larger |z| of mean and median; NaN where neither has one. */
double rh_diff_errors(const struct rh_diff_figure *figure);
/* Whether anything differs at all: settings, inputs, assumptions, programs or figures. */
bool rh_diff_any(const struct rh_diff *self);

/* For people. Width 0: 100 columns. Without `all` figures that moved by less than two standard errors are counted, not
 * shown, and of the lines of an input the first that differ are. RH_ERR_NO_MEMORY. */
int rh_diff_text(const struct rh_diff *self, int width, bool color, bool all, struct rh_text *out,
                 struct rh_error *error);
/* One line per difference and per figure: part,scenario,name,unit,before,after,change,se,z,from_before,from_after.
 * Names are added to, never changed. RH_ERR_NO_MEMORY. */
int rh_diff_csv(const struct rh_diff *self, struct rh_text *out, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
