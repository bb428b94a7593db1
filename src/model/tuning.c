#include "model/tuning.h"

#include "model/parameters.h"

struct rh_tuning rh_tuning_defaults(void)
{
    return (struct rh_tuning){.level_half_life = 3.0,
                              .kernel_half_life = 12.0,
                              .season_belief = 1.0,
                              .level_spread = 1.0,
                              .level_walk = rh_parameter_table[RH_PARAM_LEVEL_WALK].prior.mean,
                              .growth = 0.0,
                              .growth_sd = 0.03,
                              .block_months = 6.0,
                              .together = RH_TOGETHER_REGION,
                              .phase = 0};
}

struct rh_tuning rh_tuning_of_study(const struct rh_study *study)
{
    struct rh_tuning self = rh_tuning_defaults();
    self.growth = study->outlook_growth;
    self.growth_sd = study->outlook_sd;
    self.block_months = study->block_months;
    self.together = study->together;
    self.phase = study->phase;
    return self;
}

void rh_tuning_to_study(const struct rh_tuning *self, struct rh_study *study)
{
    study->outlook_growth = self->growth;
    study->outlook_sd = self->growth_sd;
    study->block_months = self->block_months;
    study->together = self->together;
    study->phase = self->phase;
}
