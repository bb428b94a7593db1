#include "model/learned.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void free_texts(char **text, size_t num)
{
    for (size_t k = 0; text != NULL && k < num; k++) {
        free(text[k]);
    }
    free(text);
}

void rh_learned_free(struct rh_learned *self)
{
    free(self->path);
    free(self->version);
    free(self->command);
    free(self->history);
    free(self->history_sha256);
    free(self->first_month);
    free(self->last_month);
    free(self->program);
    free(self->program_sha256);
    for (size_t k = 0; self->choice != NULL && k < self->num_choices; k++) {
        free(self->choice[k].name);
    }
    free(self->choice);
    free_texts(self->segment, self->num_groups);
    free_texts(self->quantity, self->num_quantities);
    free_texts(self->verdict, self->num_quantities * self->num_groups);
    for (int m = 0; m < RH_NUM_LEARNED_MOMENTS; m++) {
        free(self->moment[m]);
    }
    free(self->parameter);
    free(self->draw);
    memset(self, 0, sizeof *self);
}

const double *rh_learned_draws(const struct rh_learned *self, size_t i_parameter, size_t i_group)
{
    return self->draw + (i_parameter * self->num_groups + i_group) * self->num_draws;
}

/* Moments and limits of draws. */
static struct rh_belief_of belief_of(const double *draw, size_t num)
{
    struct rh_belief_of out = {
        .distribution = RH_DIST_DRAWS, .low = draw[0], .high = draw[0], .draw = draw, .num_draws = num};
    double square = 0.0;
    for (size_t k = 0; k < num; k++) {
        out.mean += draw[k] / (double)num;
        out.low = fmin(out.low, draw[k]);
        out.high = fmax(out.high, draw[k]);
    }
    for (size_t k = 0; k < num; k++) {
        square += (draw[k] - out.mean) * (draw[k] - out.mean) / (double)num;
    }
    out.sd = sqrt(square);
    return out;
}

static int believe(struct rh_assumptions *assumptions, enum rh_parameter parameter, int segment,
                   struct rh_belief_of belief)
{
    const int cell = (int)parameter * assumptions->num_segments + segment;
    char *origin = rh_strdup(assumptions->learned);
    if (origin == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    free(assumptions->origin[cell]);
    assumptions->origin[cell] = origin;
    assumptions->belief[cell] = belief;
    return RH_OK;
}

/* True where a parameter has the same draws in all groups, so that it does not differ by segment. */
static bool is_shared(const struct rh_learned *self, size_t p)
{
    bool same = true;
    for (size_t g = 1; g < self->num_groups; g++) {
        same = same && memcmp(rh_learned_draws(self, p, 0), rh_learned_draws(self, p, g),
                              self->num_draws * sizeof *self->draw) == 0;
    }
    return same;
}

/* The group of that segment of the history, else that of all. */
static size_t group_of(const struct rh_learned *self, const char *segment)
{
    for (size_t g = 1; g < self->num_groups; g++) {
        if (strcmp(self->segment[g], segment) == 0) {
            return g;
        }
    }
    return 0;
}

int rh_learned_believe(const struct rh_learned *self, const struct rh_names *segments,
                       struct rh_assumptions *assumptions, struct rh_error *error)
{
    assumptions->learned = rh_strdup(self->path != NULL ? self->path : "model");
    memcpy(assumptions->learned_sha256, self->sha256, sizeof self->sha256);
    int status = assumptions->learned != NULL ? RH_OK : RH_ERR_NO_MEMORY;
    for (int s = 0; s < assumptions->num_segments && status == RH_OK; s++) {
        const size_t group = (size_t)s < segments->num ? group_of(self, segments->name[s]) : 0;
        for (size_t p = 0; p < self->num_parameters && status == RH_OK; p++) {
            status = believe(assumptions, self->parameter[p], s,
                             belief_of(rh_learned_draws(self, p, is_shared(self, p) ? 0 : group), self->num_draws));
        }
        if (status == RH_OK) {
            status = believe(assumptions, RH_PARAM_LEVEL_WALK, s, rh_belief_certain(self->tuning.level_walk));
        }
    }
    return status == RH_OK ? RH_OK : rh_error_set(error, status, "no memory for what was learned");
}

struct rh_tuning rh_learned_tuning(const struct rh_learned *self, struct rh_study *study)
{
    const struct rh_tuning said = rh_tuning_of_study(study);
    if (self == NULL) {
        return said;
    }
    struct rh_tuning out = self->tuning;
    out.growth = study->says.growth ? said.growth : out.growth;
    out.growth_sd = study->says.growth_sd ? said.growth_sd : out.growth_sd;
    out.block_months = study->says.block ? said.block_months : out.block_months;
    out.together = study->says.together ? said.together : out.together;
    out.phase = study->says.phase ? said.phase : out.phase;
    rh_tuning_to_study(&out, study);
    return out;
}
