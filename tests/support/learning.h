/* A model made by hand: three groups, two choices, draws of two parameters that are functions of row and group. */
#ifndef LEARNING_H
#define LEARNING_H

#include "core/memory.h"
#include "model/learned.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEARNING_DRAWS 500

static inline char **learning_texts(const char *const *texts, size_t num)
{
    char **out = calloc(num + 1, sizeof *out);
    for (size_t k = 0; k < num; k++) {
        out[k] = rh_strdup(texts[k]);
    }
    return out;
}

/* Draw of a row: effort rises with it, whether the program is null depends on it. */
static inline double learning_effort(size_t group, size_t row)
{
    return 0.1 * (double)(group + 1) + 0.3 * (double)row / LEARNING_DRAWS;
}

static inline double learning_null(size_t group, size_t row)
{
    return row < 50 * (group + 1) ? 1.0 : 0.0;
}

static inline void learning_make(struct rh_learned *self)
{
    static const char *const segments[] = {"", "Distributor", "W\xC3\xBCrze, \"small\""};
    static const char *const quantities[] = {"response", "effort_elasticity"};
    static const char *const verdicts[] = {"estimated", "no_variation", "estimated", "", "", ""};
    static const struct rh_learned_choice choices[] = {{NULL, 3.0, 6.0, 0.03}, {NULL, 0.06, 0.04, 0.0}};
    memset(self, 0, sizeof *self);
    self->version = rh_strdup("9.9.9");
    self->command = rh_strdup("rehearse fit \"a b.h5\" -o m.h5");
    self->history = rh_strdup("a b.h5");
    self->history_sha256 = rh_strdup("0123");
    self->first_month = rh_strdup("2020-01");
    self->last_month = rh_strdup("2023-12");
    self->program = rh_strdup("");
    self->program_sha256 = rh_strdup("");
    self->tuning = (struct rh_tuning){4.0, 18.0, 0.8, 1.2, 0.04, -0.02, 0.05, 9.0, RH_TOGETHER_SEGMENT, 3};
    self->num_choices = 2;
    self->choice = calloc(2, sizeof *self->choice);
    for (int k = 0; k < 2; k++) {
        self->choice[k] = choices[k];
        self->choice[k].name = rh_strdup(k == 0 ? "level_half_life" : "level_walk");
    }
    self->num_groups = 3;
    self->segment = learning_texts(segments, 3);
    self->num_quantities = 2;
    self->quantity = learning_texts(quantities, 2);
    self->verdict = learning_texts(verdicts, 6);
    for (int m = 0; m < RH_NUM_LEARNED_MOMENTS; m++) {
        self->moment[m] = calloc(6, sizeof *self->moment[m]);
        for (int k = 0; k < 6; k++) {
            const bool none = (m == RH_LEARNED_ESTIMATE || m == RH_LEARNED_STANDARD_ERROR) && k % 2 == 1;
            self->moment[m][k] = none ? NAN : 0.1 * (m + 1) + 0.01 * k;
        }
    }
    self->num_parameters = 2;
    self->parameter = calloc(2, sizeof *self->parameter);
    self->parameter[0] = RH_PARAM_EFFORT_ELASTICITY;
    self->parameter[1] = RH_PARAM_NULL_PROGRAM;
    self->num_draws = LEARNING_DRAWS;
    self->draw = calloc((size_t)6 * LEARNING_DRAWS, sizeof *self->draw);
    for (size_t g = 0; g < 3; g++) {
        for (size_t r = 0; r < LEARNING_DRAWS; r++) {
            self->draw[g * LEARNING_DRAWS + r] = learning_effort(g, r);
            self->draw[(3 + g) * LEARNING_DRAWS + r] = learning_null(g, r);
        }
    }
}

#endif
