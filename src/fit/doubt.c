#include "fit/doubt.h"

#include "core/memory.h"

#include <string.h>

static bool is_relative(const struct rh_incentive *self, enum rh_relation relation)
{
    bool relative = self->metric == RH_METRIC_STREAK && self->streak_at_least.relation == relation;
    for (size_t k = 0; k < self->num_levels; k++) {
        relative = relative || self->level[k].threshold.relation == relation;
    }
    return relative;
}

/* A multiplier of the tier counts where the program itself awards the tiers. */
static bool goes_by_own_past(const struct rh_incentive *self, const struct rh_program *program)
{
    bool by_standing = self->num_requirements > 0;
    for (size_t k = 0; k < self->num_multipliers && program->num_tiers > 0; k++) {
        by_standing = by_standing || self->multiplier[k].of == RH_MULTIPLIER_TIER;
    }
    by_standing = by_standing || (program->num_tiers > 0 && self->audience.only.tier.num > 0);
    by_standing = by_standing || self->audience.only.has_tenure_at_least || self->audience.only.has_tenure_at_most ||
                  self->audience.except.has_tenure_at_least || self->audience.except.has_tenure_at_most;
    return by_standing || self->metric == RH_METRIC_GROWTH || self->metric == RH_METRIC_STREAK ||
           self->pays_on_growth || self->match.given || is_relative(self, RH_RELATIVE_PRIOR_YEAR);
}

static int add(struct rh_fit *self, const char *incentive, enum rh_fit_doubt doubt)
{
    struct rh_fit_doubtful *next = &self->doubtful[self->num_doubtful];
    *next = (struct rh_fit_doubtful){rh_strdup(incentive), doubt};
    self->num_doubtful += next->incentive != NULL;
    return next->incentive != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

/* The worst that can be said of one, if anything. */
static bool doubt_of(const struct rh_incentive *self, const struct rh_program *program, enum rh_fit_doubt *doubt)
{
    *doubt = self->paid_to == RH_PAID_TO_REP                       ? RH_FIT_REP
             : strcmp(self->behavior.measure.text, "revenue") != 0 ? RH_FIT_OTHER_MEASURE
             : goes_by_own_past(self, program)                     ? RH_FIT_OWN_PAST
             : is_relative(self, RH_RELATIVE_TARGET)               ? RH_FIT_TARGET
             : is_relative(self, RH_RELATIVE_PERCENTILE) || self->metric == RH_METRIC_RANK ||
                     self->metric == RH_METRIC_POOLED
                 ? RH_FIT_OTHERS
                 : RH_NUM_FIT_DOUBTS;
    return *doubt != RH_NUM_FIT_DOUBTS;
}

int rh_fit_find_doubts(struct rh_fit *self, const struct rh_program *program)
{
    enum rh_fit_doubt doubt;
    int status = RH_OK;
    self->doubtful = rh_calloc(program->num_incentives + program->num_tiers + 1, sizeof *self->doubtful);
    if (self->doubtful == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t j = 0; status == RH_OK && j < program->num_incentives; j++) {
        if (doubt_of(&program->incentive[j], program, &doubt)) {
            status = add(self, program->incentive[j].name.text, doubt);
        }
    }
    for (size_t k = 0; status == RH_OK && k < program->num_tiers; k++) {
        if (program->tier[k].has_rate_bonus) {
            status = add(self, program->tier[k].name.text, RH_FIT_OWN_PAST);
        }
    }
    return status;
}
