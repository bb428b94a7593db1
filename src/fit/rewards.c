#include "fit/rewards.h"

#include "core/memory.h"
#include "engine/watch.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_MARGIN 0.01 /* docs/model.md, "Sales": an own margin counts as at least that */

void rh_rewards_free(struct rh_rewards *self)
{
    free(self->offer);
    free(self->complexity);
    free(self->attained);
    free(self->felt);
    memset(self, 0, sizeof *self);
}

/* First month of the history that counts for a partner. */
static int first_of(const struct rh_baseline *baseline, int partner, int first_month)
{
    return baseline->span_first[partner] > first_month ? baseline->span_first[partner] : first_month;
}

void rh_rewards_steady(struct rh_baseline *baseline, const struct rh_panel *panel, int first_month)
{
    const int H = panel->num_months;
    for (size_t s = 0; s < panel->num_series; s++) {
        const int partner = panel->series[s].partner, first = first_of(baseline, partner, first_month);
        const struct rh_season *season =
            &baseline->season[baseline->group[partner] * baseline->num_drivers + panel->series[s].driver];
        double sold = 0.0, usual = 0.0;
        for (int t = first; t < first + RH_FIT_SIZE_MONTHS && t < H; t++) {
            sold += panel->gross[s * (size_t)H + (size_t)t];
            usual += season->factor[rh_month_of_year(panel->first_month + t) - 1];
        }
        baseline->level[s] = usual > 0.0 ? sold / usual : 0.0;
    }
    for (int k = 0; k < baseline->num_groups * baseline->num_drivers; k++) {
        for (int c = 0; c < 12; c++) {
            baseline->season[k].factor[c] = 1.0;
        }
    }
}

/* Kinds of lines: those that the same of the firm's incentives count. */
struct kinds {
    int num;
    int *of; /* [num_drivers] of the plan; -1: not revenue */
};

/* While the plan is walked through. */
struct collector {
    struct rh_rewards *out;
    const struct rh_plan *plan;
    const struct rh_panel *panel;
    const struct rh_baseline *baseline;
    struct kinds kinds;
    int partner;   /* being seen; -1 before the first */
    double *worth; /* [incentives][months] felt per unit of attainment in the month */
    double felt_cap;
    bool failed;
};

static const struct rh_plan_program *in_force(const struct collector *self)
{
    return &self->plan->program[0];
}

static bool is_counted(const struct rh_plan_incentive *incentive, int driver)
{
    return incentive->incentive->paid_to == RH_PAID_TO_FIRM && incentive->count.drivers[driver];
}

static bool same_kind(const struct rh_plan_program *program, int a, int b)
{
    for (int j = 0; j < program->num_incentives; j++) {
        if (is_counted(&program->incentive[j], a) != is_counted(&program->incentive[j], b)) {
            return false;
        }
    }
    return true;
}

static bool find_kinds(struct collector *self)
{
    const struct rh_plan *plan = self->plan;
    self->kinds.of = rh_calloc((size_t)plan->num_drivers + 1, sizeof *self->kinds.of);
    for (int d = 0; self->kinds.of != NULL && d < plan->num_drivers; d++) {
        self->kinds.of[d] = -1;
        for (int e = 0; e < d && plan->driver[d].kind == RH_DRIVER_REVENUE && self->kinds.of[d] < 0; e++) {
            self->kinds.of[d] = self->kinds.of[e] >= 0 && same_kind(in_force(self), d, e) ? self->kinds.of[e] : -1;
        }
        if (plan->driver[d].kind == RH_DRIVER_REVENUE && self->kinds.of[d] < 0) {
            self->kinds.of[d] = self->kinds.num++;
        }
    }
    return self->kinds.of != NULL;
}

/* The last month of which it is known what the program offered: windows that the history cuts off are not replayed. */
static int last_known(const struct rh_plan *plan)
{
    const struct rh_plan_program *program = &plan->program[0];
    int last = plan->num_months - 1;
    for (int j = 0; j < program->num_incentives; j++) {
        const struct rh_plan_incentive *bound = &program->incentive[j];
        const rh_month until = bound->incentive->active_until;
        const bool goes_on = until == RH_NO_MONTH || until > plan->first_month + plan->num_months - 1;
        if (goes_on && bound->num_windows > 0 && bound->window[bound->num_windows - 1].last < last) {
            last = bound->window[bound->num_windows - 1].last;
        }
    }
    return last;
}

/* What the incentive offered on the first day of the window that the month is part of; 0 outside. */
static double offered(const struct collector *self, int j, int t)
{
    const struct rh_plan_incentive *bound = &in_force(self)->incentive[j];
    const int w = bound->window_of[t];
    return w < 0 ? 0.0 : self->worth[j * self->plan->num_months + bound->window[w].first];
}

/* What is felt of the firm's rewards for a unit of the series' sales: docs/model.md, "What the partner feels". */
static double felt_of(const struct collector *self, size_t series, int t)
{
    const struct rh_plan_program *program = in_force(self);
    double felt = 0.0;
    for (int j = 0; j < program->num_incentives; j++) {
        const struct rh_plan_incentive *bound = &program->incentive[j];
        double largest = rh_plan_conversion(self->plan, series, &bound->count) * offered(self, j, t);
        bool first = bound->incentive->paid_to == RH_PAID_TO_FIRM;
        for (int k = 0; k < program->num_incentives && first && bound->group >= 0; k++) {
            const struct rh_plan_incentive *other = &program->incentive[k];
            if (other->group == bound->group && other->incentive->paid_to == RH_PAID_TO_FIRM) {
                first = k >= j;
                largest = fmax(largest, rh_plan_conversion(self->plan, series, &other->count) * offered(self, k, t));
            }
        }
        felt += first ? largest : 0.0;
    }
    return fmin(fmax(felt, 0.0), self->felt_cap);
}

/* Months [first, last] of the plan in which the partner is observed; none where first > last. A partner that has
 * probably left is observed until its last sale. One that buys rarely is not: months without a sale at its end are as
 * good as any. */
static void observed_months(const struct collector *self, const struct rh_plan_partner *partner, int *first, int *last)
{
    const int before = self->plan->months_known, i = partner->panel_partner;
    const int own = self->baseline->alive[i] < 0.5 ? self->baseline->span_last[i] - before : self->out->last_month;
    *first = first_of(self->baseline, i, before) - before + RH_FIT_SIZE_MONTHS;
    *last = own < self->out->last_month ? own : self->out->last_month;
}

static int market_of(const struct collector *self, const struct rh_plan_partner *partner)
{
    return self->out->by_region ? partner->region : partner->segment;
}

/* One unit-month: what was sold of the lines of the kind, and what they were offered, in the proportions of the
 * partner's early sales. */
static void observe_month(const struct collector *self, const struct rh_plan_partner *partner, int kind, int t,
                          struct rh_offer *offer)
{
    const struct rh_plan *plan = self->plan;
    const size_t H = (size_t)self->panel->num_months;
    double felt = 0.0, size = 0.0;
    offer->sold = 0.0;
    for (int k = 0; k < partner->num_series; k++) {
        const size_t series = partner->first_series + (size_t)k, from = plan->series_panel[series];
        if (from == RH_NO_SERIES || self->kinds.of[plan->series_driver[series]] != kind) {
            continue;
        }
        offer->sold += self->panel->gross[from * H + (size_t)(plan->months_known + t)];
        felt += self->baseline->level[from] * felt_of(self, series, t);
        size += self->baseline->level[from];
    }
    const int s = partner->segment_id;
    const double assumed = rh_assumptions_draw(plan->assumptions, RH_PARAM_PARTNER_MARGIN, s, 0, 0);
    offer->assumed = isnan(partner->margin);
    offer->margin = offer->assumed ? assumed : fmax(partner->margin, LEAST_MARGIN);
    offer->size = size;
    offer->felt = size > 0.0 ? felt / size : NAN;
    offer->reward = log1p(offer->felt / offer->margin);
}

/* The months of a unit; one that sold nothing early has no size. */
static void observe_unit(struct collector *self, const struct rh_plan_partner *partner, int kind, int first, int last)
{
    struct rh_rewards *out = self->out;
    const size_t start = out->num;
    if (rh_reserve(&out->offer, &out->capacity, start + (size_t)(last - first + 1), sizeof *out->offer) != RH_OK) {
        self->failed = true;
        return;
    }
    for (int t = first; t <= last; t++) {
        struct rh_offer *offer = &out->offer[out->num++];
        observe_month(self, partner, kind, t, offer);
        offer->unit = out->num_units;
        offer->cell = (market_of(self, partner) * self->kinds.num + kind) * self->plan->num_months + t;
        offer->partner = self->partner;
        offer->segment = partner->segment_id;
    }
    if (!(out->offer[start].size > 0.0)) {
        out->num = start;
        return;
    }
    out->num_units++;
}

/* Divides what was sold by the unit's size and the median size together: large partners count about alike, and small
 * ones less, as their months are the noisier for it. The divisor knows nothing of the months observed. That of a unit's
 * own mean would: of partners that buy rarely those are seen to sell at all that stay longer. */
static int weigh(struct rh_rewards *self, struct rh_error *error)
{
    double *size = rh_calloc((size_t)self->num_units + 1, sizeof *size);
    if (size == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what partners were offered");
    }
    for (size_t k = 0; k < self->num; k++) {
        size[self->offer[k].unit] = self->offer[k].size;
    }
    rh_sort_numbers(size, (size_t)self->num_units);
    const double median = size[self->num_units / 2];
    for (size_t k = 0; k < self->num; k++) {
        self->offer[k].sold /= self->offer[k].size + median;
    }
    free(size);
    return RH_OK;
}

/* What was seen of a partner becomes observations. */
static void finish_partner(struct collector *self)
{
    const struct rh_plan *plan = self->plan;
    const size_t before = self->out->num;
    int first, last;
    if (self->partner < 0 || self->failed) {
        return;
    }
    const struct rh_plan_partner *partner = &plan->partner[self->partner];
    observed_months(self, partner, &first, &last);
    for (int kind = 0; kind < self->kinds.num && first <= last; kind++) {
        observe_unit(self, partner, kind, first, last);
    }
    self->out->too_short += first > last;
    self->out->margin_assumed += self->out->num > before && isnan(partner->margin);
    memset(self->worth, 0, (size_t)in_force(self)->num_incentives * (size_t)plan->num_months * sizeof *self->worth);
}

/* What a sale earns by what the partner knows as the month begins, of all incentives together. */
static void remember_felt(struct collector *self, const struct rh_sight *sight)
{
    const struct rh_plan_partner *partner = &self->plan->partner[sight->partner];
    const double assumed =
        rh_assumptions_draw(self->plan->assumptions, RH_PARAM_PARTNER_MARGIN, partner->segment_id, 0, 0);
    const double margin = isnan(partner->margin) ? assumed : fmax(partner->margin, LEAST_MARGIN);
    float *felt = &self->out->felt[(size_t)sight->partner * (size_t)self->plan->num_months + (size_t)sight->month];
    const double now = margin * expm1((double)*felt) + fmax(sight->value[0], 0.0);
    *felt = (float)log1p(fmin(now, self->felt_cap) / margin);
}

static void remember_attained(struct collector *self, const struct rh_sight *sight)
{
    struct rh_rewards *out = self->out;
    const size_t incentive = (size_t)sight->partner * (size_t)out->num_incentives + (size_t)sight->of;
    float *attained = &out->attained[incentive * (size_t)out->num_months + (size_t)sight->month];
    if (sight->what == RH_SEEN_TAKES_PART) {
        *attained = sight->value[0] > 0.0 ? 0.0F : NAN;
    } else if (!isnan(*attained)) {
        *attained = (float)(1e4 * sight->value[0]); /* seen in units of the measure */
    }
}

static void see(void *user, const struct rh_sight *sight)
{
    struct collector *self = user;
    if (sight->program != 0 || sight->partner < 0) {
        return;
    }
    if (sight->partner != self->partner) {
        finish_partner(self);
        self->partner = sight->partner;
    }
    if (sight->what == RH_SEEN_FELT) {
        self->worth[sight->of * self->plan->num_months + sight->month] = sight->value[0];
        remember_felt(self, sight);
    } else if (sight->what == RH_SEEN_TAKES_PART || sight->what == RH_SEEN_ATTAINED) {
        remember_attained(self, sight);
    } else if (sight->what == RH_SEEN_COMPLEXITY) {
        self->out->complexity[sight->partner] = sight->value[0];
    }
}

int rh_rewards_init(struct rh_rewards *self, const struct rh_plan *plan, const struct rh_panel *panel,
                    const struct rh_baseline *baseline, struct rh_error *error)
{
    const size_t cells = (size_t)plan->program[0].num_incentives * (size_t)plan->num_months;
    struct collector collector = {.out = self, .plan = plan, .panel = panel, .baseline = baseline, .partner = -1};
    const struct rh_watch watch = {RH_WATCH_ALL, see, &collector};
    int lane;
    *self = (struct rh_rewards){.last_month = last_known(plan),
                                .num_partners = plan->num_partners,
                                .num_incentives = plan->program[0].num_incentives,
                                .num_months = plan->num_months};
    self->attained = rh_calloc((size_t)plan->num_partners * cells + 1, sizeof *self->attained);
    self->felt = rh_calloc((size_t)plan->num_partners * (size_t)plan->num_months + 1, sizeof *self->felt);
    for (size_t k = 0; self->attained != NULL && k < (size_t)plan->num_partners * cells; k++) {
        self->attained[k] = NAN;
    }
    self->by_region = plan->num_labels[RH_CUT_REGION] > 1;
    self->complexity = rh_calloc((size_t)plan->num_partners + 1, sizeof *self->complexity);
    collector.worth = rh_calloc(cells + 1, sizeof *collector.worth);
    collector.felt_cap = rh_assumptions_draw(plan->assumptions, RH_PARAM_FELT_CAP, 0, 0, 0);
    collector.failed = self->attained == NULL || self->felt == NULL || self->complexity == NULL ||
                       collector.worth == NULL || !find_kinds(&collector);
    int status = RH_OK;
    if (!collector.failed) {
        status = rh_engine_watch(plan, 0, &watch, &lane, NULL, error);
        finish_partner(&collector);
        self->num_cells =
            plan->num_labels[self->by_region ? RH_CUT_REGION : RH_CUT_SEGMENT] * collector.kinds.num * plan->num_months;
    }
    if (collector.failed) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for what partners were offered");
    }
    if (status == RH_OK) {
        status = weigh(self, error);
    }
    free(collector.worth);
    free(collector.kinds.of);
    return status;
}
