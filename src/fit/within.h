/* What sales within the windows of the program in force tell of goals, of buying ahead and of bunching; private to the
 * room.
 *
 * Looked at are incentives that pay the firm by the total of a window, and thresholds at which a reward jumps or its
 * rate rises. */
#ifndef RH_FIT_WITHIN_H
#define RH_FIT_WITHIN_H

#include "fit/fit.h"
#include "fit/rewards.h"

/* How a window ended for a partner, beside a threshold: the nearest one, and others that are less than half away. */
struct rh_end {
    int partner;      /* index in the plan */
    bool nearest;     /* to what was attained; one for each window */
    double attained;  /* in 10⁻⁴ */
    double threshold; /* the same */
    double usual;     /* mean of the partner's other windows of the incentive; NaN where there is none */
    double pays;      /* what the last 5% of `usual` below the threshold earn on reaching it, per unit of it */
};

struct rh_ends {
    size_t num, capacity;
    struct rh_end *end; /* [num] by partner */
};

/* RH_OK or RH_ERR_NO_MEMORY; *self may be freed after failure. */
int rh_ends_init(struct rh_ends *self, const struct rh_plan *plan, const struct rh_rewards *rewards,
                 struct rh_error *error);
void rh_ends_free(struct rh_ends *self);

/* Whether the incentive is one of those looked at. */
bool rh_within_looks_at(const struct rh_plan_incentive *incentive);

/* The thresholds of a partner's window that are worth something, ascending; returns how many. threshold: room for
 * rh_schedule_most_pieces. schedule: bound to the window, pieces as long as rh_schedule_most_pieces. */
int rh_within_thresholds(const struct rh_plan_incentive *incentive, int partner, int window,
                         struct rh_schedule *schedule, double *threshold);

/* Window ends just above against just below thresholds: docs/fit.md, "Bunching". RH_OK or RH_ERR_NO_MEMORY. */
int rh_bunching_find(struct rh_fit_bunching *self, const struct rh_ends *ends, struct rh_error *error);

/* The share of partners that buy ahead and how far: docs/fit.md, "Buying ahead". complexity: mean of the program's, by
 * which partners attend. RH_OK or RH_ERR_NO_MEMORY. */
int rh_topup_find(struct rh_fit_within *able, struct rh_fit_within *reach, const struct rh_ends *ends,
                  const struct rh_assumptions *priors, double complexity, struct rh_error *error);

/* Sales by how close the next threshold is: docs/fit.md, "Goals". response: what sales answer to rewards, by which
 * these are taken out. RH_OK or RH_ERR_NO_MEMORY. */
int rh_goal_find(struct rh_fit_within *self, const struct rh_plan *plan, const struct rh_panel *panel,
                 const struct rh_rewards *rewards, const struct rh_assumptions *priors, double response,
                 double complexity, struct rh_error *error);

/* Shared by the two: prior moments of a parameter, by its quantiles; the probability with which partners attend, in
 * equally likely cases of what is believed of it. Returns its mean. */
#define RH_WITHIN_POINTS 256
struct rh_moments rh_within_prior(const struct rh_assumptions *priors, enum rh_parameter parameter);
double rh_within_attends(const struct rh_assumptions *priors, double complexity, double attends[RH_WITHIN_POINTS]);

#endif
