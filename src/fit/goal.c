/* The goal gradient (Kivetz, Urminsky & Zheng 2006, doi:10.1509/jmkr.43.1.39): whether partners sell more the closer
 * the next threshold is. Who is close has sold much, and will go on. So months are held against those of partners that
 * have done as well for their size by then, in the same month, but for whom a threshold is nearer or farther, or
 * behind. Of a window's last month what is bought there and in the month after is taken together: what is bought ahead
 * comes back there. */
#include "fit/within.h"

#include "core/memory.h"
#include "fit/posterior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_BASE 12        /* months by which a partner's size is known */
#define GONE_AFTER 6         /* months without a purchase at the end, after which the last one is the end */
#define BIN 10               /* partner-months of a bin of momentum, at least */
#define MOST_BINS 10         /* of a month */
#define LEAST_VARIATION 0.02 /* sd of the goal that the effects do not explain */
#define LEAST_PARTNERS 10.0  /* effective ones */
#define QUANTILES 1024       /* of the prior */

struct observation {
    double sold, goal, momentum, base;
    int partner, month;
};

struct job {
    const struct rh_plan *plan;
    const struct rh_panel *panel;
    const struct rh_rewards *rewards;
    double response;
    struct rh_schedule schedule;
    double *threshold;
    double *gross; /* [num_months of the panel] of the partner, of what the incentives count */
    double base;   /* mean of these while it is there; NaN: it is not there for LEAST_BASE months */
    int last;      /* month of the plan until which the partner is there */
    size_t num, capacity, near;
    struct observation *observation; /* [num] */
    double *y, *x;
    int *unit, *cell;
};

static void free_job(struct job *self)
{
    free(self->schedule.piece);
    free(self->threshold);
    free(self->gross);
    free(self->observation);
    free(self->y);
    free(self->x);
    free(self->unit);
    free(self->cell);
}

static const struct rh_plan_program *in_force(const struct job *self)
{
    return &self->plan->program[0];
}

static bool is_looked_at(const struct job *self, int driver)
{
    bool is = false;
    for (int j = 0; j < in_force(self)->num_incentives && !is; j++) {
        const struct rh_plan_incentive *incentive = &in_force(self)->incentive[j];
        is = rh_within_looks_at(incentive) && incentive->count.drivers[driver];
    }
    return is;
}

/* What the partner bought of all that some incentive looks at, and until when it is there. */
static void read_partner(struct job *self, const struct rh_plan_partner *partner)
{
    const int H = self->panel->num_months;
    int first = H, last = -1;
    double sum = 0.0;
    memset(self->gross, 0, (size_t)H * sizeof *self->gross);
    for (int k = 0; k < partner->num_series; k++) {
        const size_t series = partner->first_series + (size_t)k, from = self->plan->series_panel[series];
        for (int t = 0; t < H && from != RH_NO_SERIES && is_looked_at(self, self->plan->series_driver[series]); t++) {
            self->gross[t] += self->panel->gross[from * (size_t)H + (size_t)t];
            first = self->gross[t] > 0.0 && t < first ? t : first;
            last = self->gross[t] > 0.0 && t > last ? t : last;
        }
    }
    last = last < H - GONE_AFTER ? last : H - 1;
    for (int t = first; t <= last; t++) {
        sum += self->gross[t];
    }
    self->base = last - first + 1 >= LEAST_BASE ? sum / (last - first + 1) : NAN;
    self->last = last - self->plan->months_known;
    self->last = self->last < self->rewards->last_month ? self->last : self->rewards->last_month;
}

/* Attained by the month's end; NaN where the partner takes no part. */
static double attained(const struct job *self, int i, int j, int t)
{
    const size_t at = (size_t)i * (size_t)self->rewards->num_incentives + (size_t)j;
    return self->rewards->attained[at * (size_t)self->rewards->num_months + (size_t)t];
}

/* How close the next threshold of the incentive is as the month begins: docs/model.md, "Sales". */
static double closeness(struct job *self, int i, int j, int t)
{
    const struct rh_plan_incentive *incentive = &in_force(self)->incentive[j];
    const int w = incentive->window_of[t];
    const double so_far = t > incentive->window[w].first ? attained(self, i, j, t - 1) : 0.0;
    const int num = rh_within_thresholds(incentive, i, w, &self->schedule, self->threshold);
    double goal = 0.0;
    for (int k = 0; k < num && so_far > 0.0; k++) {
        goal = self->threshold[k] > so_far ? fmax(goal, 2.0 * so_far / self->threshold[k] - 1.0) : goal;
    }
    return goal;
}

/* What was sold in the month, without what rewards bring. */
static double sold_in(const struct job *self, int i, int t)
{
    const float felt = self->rewards->felt[(size_t)i * (size_t)self->rewards->num_months + (size_t)t];
    return self->gross[self->plan->months_known + t] * exp(-self->response * felt);
}

/* A month of a window but its first. */
static int observe_month(struct job *self, int i, int j, int t, double goal)
{
    const struct rh_plan_window *window =
        &in_force(self)->incentive[j].window[in_force(self)->incentive[j].window_of[t]];
    const bool ends = t == window->last;
    double so_far = 0.0;
    if (isnan(self->base) || (ends && t + 1 > self->last)) {
        return RH_OK;
    }
    for (int m = window->first; m < t; m++) {
        so_far += self->gross[self->plan->months_known + m];
    }
    if (rh_reserve(&self->observation, &self->capacity, self->num + 1, sizeof *self->observation) != RH_OK) {
        return RH_ERR_NO_MEMORY;
    }
    self->near += goal > 0.0;
    self->observation[self->num++] = (struct observation){
        .sold = ends ? 0.5 * (sold_in(self, i, t) + sold_in(self, i, t + 1)) : sold_in(self, i, t),
        .goal = ends ? 0.5 * goal : goal,
        .momentum = so_far / (self->base * (t - window->first)),
        .base = self->base,
        .partner = i,
        .month = t,
    };
    return RH_OK;
}

/* A partner's month: the closest goal of all incentives, the window of the first. */
static int look_at_month(struct job *self, int i, int t)
{
    double goal = 0.0;
    int first = -1;
    for (int j = 0; j < in_force(self)->num_incentives; j++) {
        const struct rh_plan_incentive *incentive = &in_force(self)->incentive[j];
        if (rh_within_looks_at(incentive) && incentive->window_of[t] >= 0 && !isnan(attained(self, i, j, t))) {
            first = first < 0 ? j : first;
            goal = fmax(goal, closeness(self, i, j, t));
        }
    }
    const struct rh_plan_incentive *incentive = first >= 0 ? &in_force(self)->incentive[first] : NULL;
    return incentive != NULL && t > incentive->window[incentive->window_of[t]].first
               ? observe_month(self, i, first, t, goal)
               : RH_OK;
}

static int collect(struct job *self)
{
    int status = RH_OK;
    for (int i = 0; i < self->plan->num_partners && status == RH_OK; i++) {
        read_partner(self, &self->plan->partner[i]);
        for (int t = 0; t <= self->last && status == RH_OK; t++) {
            status = look_at_month(self, i, t);
        }
    }
    return status;
}

static int by_month_and_momentum(const void *a, const void *b)
{
    const struct observation *x = a, *y = b;
    return x->month != y->month         ? (x->month > y->month) - (x->month < y->month)
           : x->momentum != y->momentum ? (x->momentum > y->momentum) - (x->momentum < y->momentum)
                                        : (x->partner > y->partner) - (x->partner < y->partner);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts, cuts each month into bins of momentum, and divides what was sold by the sizes. */
static int prepare(struct job *self)
{
    self->y = rh_calloc(self->num + 1, sizeof *self->y);
    self->x = rh_calloc(self->num + 1, sizeof *self->x);
    self->unit = rh_calloc(self->num + 1, sizeof *self->unit);
    self->cell = rh_calloc(self->num + 1, sizeof *self->cell);
    if (self->y == NULL || self->x == NULL || self->unit == NULL || self->cell == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    if (self->num == 0) {
        return RH_OK;
    }
    for (size_t k = 0; k < self->num; k++) {
        self->x[k] = self->observation[k].base;
    }
    qsort(self->x, self->num, sizeof *self->x, ascending);
    const double median = self->x[self->num / 2];
    qsort(self->observation, self->num, sizeof *self->observation, by_month_and_momentum);
    for (size_t from = 0, until = 0; from < self->num; from = until) {
        while (until < self->num && self->observation[until].month == self->observation[from].month) {
            until++;
        }
        const size_t most = (until - from) / BIN, bins = most < 1 ? 1 : most < MOST_BINS ? most : MOST_BINS;
        for (size_t k = from; k < until; k++) {
            const struct observation *of = &self->observation[k];
            self->cell[k] = of->month * MOST_BINS + (int)((k - from) * bins / (until - from));
            self->unit[k] = of->partner;
            self->x[k] = of->goal;
            self->y[k] = of->sold / (of->base + median);
        }
    }
    return RH_OK;
}

/* Prior × likelihood, where partners that attend answer with the parameter, and the others, and all in a null program,
 * do not. */
static void believe(struct rh_fit_within *self, const struct rh_ppml *slope, const struct rh_assumptions *priors,
                    const double attends[RH_WITHIN_POINTS])
{
    const struct rh_belief_of *belief = &priors->belief[(int)RH_PARAM_GOAL_GRADIENT * priors->num_segments];
    const double null = priors->belief[(int)RH_PARAM_NULL_PROGRAM * priors->num_segments].mean;
    const double freedom = self->freedom, top = rh_log_student(slope->slope, slope->se, freedom, slope->slope);
    double sum = 0.0, mean = 0.0, square = 0.0, reached = 0.0, value[QUANTILES], weight[QUANTILES];
    for (int k = 0; k < QUANTILES; k++) {
        double some = 0.0;
        value[k] = rh_belief_of_quantile(belief, (k + 0.5) / QUANTILES);
        for (int n = 0; n < RH_WITHIN_POINTS; n++) {
            const double answer = attends[n] * value[k];
            some += exp(rh_log_student(slope->slope, slope->se, freedom, answer) - top) / RH_WITHIN_POINTS;
        }
        weight[k] =
            (1.0 - null) * some + null * exp(rh_log_student(slope->slope, slope->se, freedom, 0.0) - top) + 1e-300;
        sum += weight[k];
        mean += weight[k] * value[k];
        square += weight[k] * value[k] * value[k];
    }
    mean /= sum;
    self->posterior = (struct rh_moments){mean, sqrt(fmax(square / sum - mean * mean, 0.0))};
    for (int d = 0, k = 0; d < RH_FIT_WITHIN_DRAWS; d++) {
        while (k + 1 < QUANTILES && reached + weight[k] < (d + 0.5) / RH_FIT_WITHIN_DRAWS * sum) {
            reached += weight[k++];
        }
        self->draw[(int)((long)d * 811 % RH_FIT_WITHIN_DRAWS)] = value[k];
    }
}

static void conclude(struct rh_fit_within *self, const struct rh_ppml *slope, const struct rh_assumptions *priors,
                     double complexity)
{
    static const enum rh_fit_within_verdict verdicts[RH_NUM_PPML_VERDICTS] = {
        [RH_PPML_ESTIMATED] = RH_FIT_WITHIN_ESTIMATED,       [RH_PPML_NOTHING] = RH_FIT_WITHIN_FEW,
        [RH_PPML_NO_VARIATION] = RH_FIT_WITHIN_NO_VARIATION, [RH_PPML_FEW_CLUSTERS] = RH_FIT_WITHIN_FEW,
        [RH_PPML_NO_NOISE] = RH_FIT_WITHIN_NO_NOISE,         [RH_PPML_NOT_CONVERGED] = RH_FIT_WITHIN_NOT_CONVERGED};
    self->verdict = verdicts[slope->verdict];
    if (slope->verdict == RH_PPML_ESTIMATED && slope->effective < LEAST_PARTNERS) {
        self->verdict = RH_FIT_WITHIN_FEW;
    } else if (slope->verdict == RH_PPML_ESTIMATED && slope->variation < LEAST_VARIATION) {
        self->verdict = RH_FIT_WITHIN_NO_VARIATION;
    }
    if (self->verdict == RH_FIT_WITHIN_ESTIMATED) {
        double attends[RH_WITHIN_POINTS];
        const double mean = rh_within_attends(priors, complexity, attends);
        self->freedom = fmax(slope->effective - 1.0, 1.0);
        self->estimate = slope->slope / mean;
        self->se = slope->se / mean;
        believe(self, slope, priors, attends);
    }
}

static int make_room(struct job *self)
{
    int most = 1;
    for (int j = 0; j < in_force(self)->num_incentives; j++) {
        const int pieces = rh_schedule_most_pieces(in_force(self)->incentive[j].incentive);
        most = pieces > most ? pieces : most;
    }
    self->threshold = rh_calloc((size_t)most, sizeof *self->threshold);
    self->schedule.piece = rh_calloc((size_t)most, sizeof *self->schedule.piece);
    self->gross = rh_calloc((size_t)self->panel->num_months + 1, sizeof *self->gross);
    return self->threshold == NULL || self->schedule.piece == NULL || self->gross == NULL ? RH_ERR_NO_MEMORY : RH_OK;
}

int rh_goal_find(struct rh_fit_within *self, const struct rh_plan *plan, const struct rh_panel *panel,
                 const struct rh_rewards *rewards, const struct rh_assumptions *priors, double response,
                 double complexity, struct rh_error *error)
{
    struct job job = {.plan = plan, .panel = panel, .rewards = rewards, .response = response};
    struct rh_ppml slope;
    int status = make_room(&job);
    status = status == RH_OK ? collect(&job) : status;
    status = status == RH_OK ? prepare(&job) : status;
    if (status != RH_OK) {
        rh_error_set(error, status, "no memory for what was sold within windows");
    } else {
        const struct rh_ppml_data data = {.num = job.num,
                                          .y = job.y,
                                          .x = job.x,
                                          .unit = job.unit,
                                          .cell = job.cell,
                                          .cluster = job.unit,
                                          .num_units = plan->num_partners,
                                          .num_cells = plan->num_months * MOST_BINS,
                                          .num_clusters = plan->num_partners};
        status = rh_ppml_fit(&slope, &data, error);
    }
    if (status == RH_OK) {
        self->windows = job.near;
        self->partners = slope.clusters;
        conclude(self, &slope, priors, complexity);
        self->verdict = job.near == 0 ? RH_FIT_WITHIN_NO_THRESHOLDS : self->verdict;
    }
    free_job(&job);
    return status;
}
