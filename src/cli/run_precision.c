/* Rounds end where the last one said that the precision should be reached. Nothing is looked at between them, so where
 * the run ends follows from the figures alone. */
#include "cli/run_precision.h"

#include "core/memory.h"
#include "report/figure.h"
#include "stats/precision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROUND 1024 /* replications: enough for the error of an error */
#define MARGIN 1.1       /* on what is extrapolated */
#define HOPELESS 1.25    /* times `most`: what is given up, unless it is near enough to try */
#define MOST_GROWTH 4    /* of a round: errors of few replications are rough themselves */

/* The program of a precision that is furthest from it. */
struct worst {
    int scenario; /* -1: no program has the figure at all */
    struct rh_precision_state state;
    bool reached, hopeless;
};

struct pilot {
    const struct rh_plan *plan;
    struct rh_precision *goal; /* [num_goals] */
    struct worst *worst;       /* [num_goals], of the last round */
    size_t num_goals;
    int place[RH_NUM_KPIS]; /* of a figure that is kept, or -1 */
    int num_kept;
    double **column; /* [num_kept][num_programs] of room replications */
    uint64_t room, done, next, most;
    bool enough;
};

static const double *column_of(const struct pilot *self, int kpi, int scenario)
{
    return kpi < 0 || scenario < 0 ? NULL : self->column[self->place[kpi] * self->plan->num_programs + scenario];
}

static void keep(struct pilot *self, int kpi)
{
    if (kpi >= 0 && self->place[kpi] < 0) {
        self->place[kpi] = self->num_kept++;
    }
}

static int grow(struct pilot *self, uint64_t room, struct rh_error *error)
{
    for (int k = 0; k < self->num_kept * self->plan->num_programs; k++) {
        double *grown = realloc(self->column[k], room * sizeof *grown);
        if (grown == NULL) {
            return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the figures of %llu replications",
                                (unsigned long long)room);
        }
        self->column[k] = grown;
    }
    self->room = room;
    return RH_OK;
}

/* How far a precision is, over its programs. */
static int look(const struct pilot *self, const struct rh_precision *goal, struct worst *out, struct rh_error *error)
{
    *out = (struct worst){.scenario = -1, .reached = true};
    for (int s = 0; s < self->plan->num_programs; s++) {
        struct rh_precision_state state;
        if (s == goal->versus || (goal->scenario >= 0 && s != goal->scenario)) {
            continue;
        }
        const int kpi = (int)goal->kpi;
        const double *value = column_of(self, kpi, s), *other = column_of(self, kpi, goal->versus);
        const double *below = column_of(self, rh_kpi_table[kpi].denominator, s);
        const int status = rh_precision_state(goal, value, other, below, self->done, &state, error);
        if (status != RH_OK) {
            return status;
        }
        const bool further = out->scenario < 0 || isnan(state.needed) || state.needed > out->state.needed;
        if (!isnan(state.estimate) && further) {
            out->scenario = s;
            out->state = state;
        }
        out->reached = out->reached && (isnan(state.estimate) || rh_precision_reached(goal, &state));
        out->hopeless = out->hopeless || state.needed_at_least > HOPELESS * (double)self->most;
    }
    out->reached = out->reached && out->scenario >= 0;
    out->hopeless = out->hopeless || out->scenario < 0;
    return RH_OK;
}

/* Ends a round: goes on to where the precisions that can be reached should be, or no further. */
static int end_round(struct pilot *self, struct rh_error *error)
{
    double wanted = 0.0;
    for (size_t g = 0; g < self->num_goals; g++) {
        struct worst *worst = &self->worst[g];
        const int status = look(self, &self->goal[g], worst, error);
        if (status != RH_OK) {
            return status;
        }
        if (!worst->reached && !worst->hopeless) {
            wanted = fmax(wanted, isnan(worst->state.needed) ? 2.0 * (double)self->done : MARGIN * worst->state.needed);
        }
    }
    self->enough = wanted == 0.0 || self->done == self->most;
    if (self->enough) {
        return RH_OK;
    }
    wanted = fmin(fmax(wanted, 1.25 * (double)self->done), (double)MOST_GROWTH * (double)self->done);
    const uint64_t blocks = (uint64_t)ceil(wanted / RH_LANES);
    self->next = blocks * RH_LANES < self->most ? blocks * RH_LANES : self->most;
    return grow(self, self->next, error);
}

/* Takes `num` replications of a block, from its replication `from` on. */
static void take_part(struct pilot *self, const struct rh_block *block, size_t from, size_t num)
{
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        for (int s = 0; s < self->plan->num_programs && self->place[kpi] >= 0; s++) {
            const double *value = block->kpi + ((size_t)s * RH_NUM_KPIS + (size_t)kpi) * (size_t)block->num + from;
            memcpy(self->column[self->place[kpi] * self->plan->num_programs + s] + self->done, value,
                   num * sizeof *value);
        }
    }
    self->done += num;
}

/* The sink of the pilot. Blocks that an earlier run has kept may reach over the end of a round. */
static int take(void *user, const struct rh_block *block, struct rh_error *error)
{
    struct pilot *self = user;
    const size_t num = (size_t)block->num;
    int status = RH_OK;
    for (size_t from = 0; status == RH_OK && from < num && !self->enough;) {
        const size_t room = (size_t)(self->next - self->done), part = num - from < room ? num - from : room;
        take_part(self, block, from, part);
        from += part;
        status = self->done == self->next ? end_round(self, error) : RH_OK;
    }
    return status;
}

static int pilot_init(struct pilot *self, const struct rh_run_precision *asked, const struct rh_plan *plan,
                      struct rh_error *error)
{
    *self = (struct pilot){.plan = plan, .num_goals = asked->num, .most = plan->replications};
    self->goal = rh_calloc(asked->num, sizeof *self->goal);
    self->worst = rh_calloc(asked->num, sizeof *self->worst);
    for (int kpi = 0; kpi < RH_NUM_KPIS; kpi++) {
        self->place[kpi] = -1;
    }
    for (size_t g = 0; self->goal != NULL && self->worst != NULL && g < asked->num; g++) {
        const int status =
            rh_precision_parse(&self->goal[g], asked->text[g], plan->scenario, plan->num_programs, error);
        if (status != RH_OK) {
            return status;
        }
        keep(self, (int)self->goal[g].kpi);
        keep(self, rh_kpi_table[self->goal[g].kpi].denominator);
    }
    self->column = rh_calloc((size_t)(self->num_kept * plan->num_programs) + 1, sizeof *self->column);
    if (self->goal == NULL || self->worst == NULL || self->column == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for precisions");
    }
    self->next = FIRST_ROUND < self->most ? FIRST_ROUND : self->most;
    return grow(self, self->next, error);
}

static void pilot_free(struct pilot *self)
{
    for (int k = 0; self->column != NULL && k < self->num_kept * self->plan->num_programs; k++) {
        free(self->column[k]);
    }
    free(self->column);
    free(self->goal);
    free(self->worst);
}

/* "p95(cost) of Flat rebate less that of in_force" */
static void name_figure(const struct pilot *self, const struct rh_precision *goal, int scenario, struct rh_text *out)
{
    const char *name = rh_kpi_table[goal->kpi].name;
    if (goal->level > 0.0) {
        rh_text_printf(out, "p%.10g(%s)", 100.0 * goal->level, name);
    } else {
        rh_text_puts(out, name);
    }
    rh_text_printf(out, " of %s", self->plan->scenario[scenario]);
    if (goal->versus >= 0) {
        rh_text_printf(out, " less that of %s", self->plan->scenario[goal->versus]);
    }
}

/* A line about a precision: what is there, and what it would take where that is too little. */
static void tell(const struct pilot *self, const struct rh_precision *goal, const struct worst *worst,
                 struct rh_text *out)
{
    rh_text_printf(out, "Precision '%s' is %sreached", goal->text, worst->reached ? "" : "not ");
    if (worst->scenario < 0) {
        rh_text_printf(out, ": %s is missing in every replication.\n", rh_kpi_table[goal->kpi].name);
        return;
    }
    const struct rh_precision_state *state = &worst->state;
    rh_text_puts(out, " with ");
    rh_text_number(out, (double)self->done, 0);
    rh_text_puts(out, " replications: ");
    name_figure(self, goal, worst->scenario, out);
    rh_text_puts(out, " is ");
    rh_figure_mean(out, goal->kpi, state->estimate, state->half_width);
    rh_text_puts(out, " (95%).");
    if (!worst->reached && goal->relative && fabs(state->estimate) < state->half_width) {
        rh_text_puts(out, " It may be 0, of which no share can be reached: ask for a width in its own unit.");
    } else if (!worst->reached && isfinite(state->needed)) {
        rh_text_puts(out, " It would take about ");
        rh_figure_short(out, state->needed, 2);
        rh_text_puts(out, " replications: see --most.");
    }
    rh_text_puts(out, "\n");
}

int rh_run_precision(struct rh_run_precision *self, struct rh_ready *run, const struct rh_run_task *task,
                     uint64_t *simulated, const struct rh_progress *progress, struct rh_error *error)
{
    struct pilot pilot;
    *simulated = 0;
    int status = pilot_init(&pilot, self, &run->plan, error);
    if (status == RH_OK) {
        status = rh_run_pilot(run, task, take, &pilot, &pilot.next, simulated, progress, error);
    }
    if (status == RH_OK) {
        for (size_t g = 0; g < pilot.num_goals; g++) {
            tell(&pilot, &pilot.goal[g], &pilot.worst[g], &self->told);
            self->missed = self->missed || !pilot.worst[g].reached;
        }
        run->plan.replications = pilot.done;
        run->study.replications = (int64_t)pilot.done;
    }
    pilot_free(&pilot);
    return status;
}
