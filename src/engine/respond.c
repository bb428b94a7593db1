/* What partners do (docs/model.md, "What the next sale is worth" and "Response").
 *
 * Everything enters as a difference to the answer to the program in force, which history already holds: program 0 runs
 * first, along what was sold, and keeps its answers as the shadow. So it is its own candidate to the last bit. */
#include "core/rng.h"
#include "core/variates.h"
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <math.h>
#include <string.h>

#define LEAST_MARGIN 0.01 /* of its sales: a partner that earns nothing on them otherwise would react without bound */

/* The incentive as the partner meets it, before its first month. */
static void meet(struct rh_kernel *self, struct rh_taken *taken, int j, const uint64_t *bits, const char *id)
{
    const struct rh_plan_program *program = self->program;
    const struct rh_plan_incentive *bound = &program->incentive[j];
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_partners *partners = &self->plan->history->partners;
    const bool by_status = program->status.num_tiers > 0;
    bool multiplied = false;
    for (size_t k = 0; k < incentive->num_multipliers; k++) {
        multiplied = multiplied || (by_status && incentive->multiplier[k].of == RH_MULTIPLIER_TIER);
    }
    taken->incentive = bound;
    taken->eligible = bits;
    taken->feel = (program->first_incentive + j) * self->plan->num_months;
    taken->entity = rh_entity_pair(id, incentive->name.text);
    taken->multiplier =
        multiplied ? NAN
                   : rh_multiplied(self->plan, self->partner, incentive, partners->tiers.name[self->partner->tier]);
    taken->selects = by_status || incentive->num_requirements > 0 || bound->several_values ||
                     incentive->enrollment == RH_ENROLLMENT_OPT_IN;
    taken->schedule = &bound->schedule;
    memset(taken->worth, 0, sizeof taken->worth);
    memset(taken->days, 0, sizeof taken->days);
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        rh_standing_clear(self, taken, &taken->standing[path]);
    }
    if (incentive->metric == RH_METRIC_STREAK) {
        rh_expect_streaks(self, taken);
    }
}

/* Incentives of the program that the partner meets in any window, and the complexity it sees: docs/model.md. */
static void meet_incentives(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_program *program = self->program;
    size_t i = (size_t)(self->partner - plan->partner);
    const char *id = plan->history->partners.id.name[self->partner->row];
    double burden = 0.0;
    int num = 0;
    self->num_taken = 0;
    for (int j = 0; j < program->num_incentives; j++) {
        const uint64_t *bits =
            plan->eligible[i * (size_t)plan->num_incentives + (size_t)(program->first_incentive + j)];
        if (bits[0] != 0 || bits[1] != 0) {
            meet(self, &self->taken[self->num_taken++], j, bits, id);
            burden += program->incentive[j].burden;
            num += program->incentive[j].role == RH_ROLE_INCENTIVE;
        }
    }
    self->complexity = num > 0 ? fmin(0.3 * (num - 1) + burden / num, 3.0) : 0.0;
}

/* Attends where the partner's own uniform is below the probability that complexity leaves. */
static void decide_attention(struct rh_kernel *self)
{
    const double *attention = rh_drawn(self, RH_PARAM_ATTENTION, 0);
    const double *slope = rh_drawn(self, RH_PARAM_COMPLEXITY_SLOPE, 0);
    for (int l = 0; l < RH_LANES; l++) {
        double p = fmin(fmax(attention[l], 1e-12), 1.0 - 1e-12);
        bool attends = self->inattention[l] < rh_vlog(p / (1.0 - p)) - slope[l] * self->complexity;
        self->attends[l] = attends || attention[l] >= 1.0 ? self->reacts[l] : 0.0;
    }
}

/* Sorts the partner's series into classes of equal kind and weights. */
static void find_classes(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    size_t stride = (size_t)self->num_taken;
    self->num_classes = 0;
    for (int k = 0; k < self->partner->num_series; k++) {
        size_t series = self->partner->first_series + (size_t)k;
        bool activity = plan->driver[plan->series_driver[series]].kind == RH_DRIVER_ACTIVITY;
        double *weight = self->weight + (size_t)k * stride;
        struct rh_response_class *found = NULL;
        for (size_t j = 0; j < stride; j++) {
            weight[j] = rh_plan_conversion(plan, series, &self->taken[j].incentive->count);
        }
        for (int e = 0; e < k && found == NULL; e++) {
            struct rh_response_class *other = &self->classes[self->class_of[e]];
            if (other->activity == activity &&
                memcmp(weight, self->weight + (size_t)e * stride, stride * sizeof *weight) == 0) {
                found = other;
                self->class_of[k] = self->class_of[e];
            }
        }
        if (found == NULL) {
            found = &self->classes[self->num_classes];
            found->activity = activity;
            found->firm = found->rep = false;
            for (size_t j = 0; j < stride; j++) {
                bool rep = self->taken[j].incentive->incentive->paid_to == RH_PAID_TO_REP;
                found->firm = found->firm || (weight[j] > 0.0 && !rep);
                found->rep = found->rep || (weight[j] > 0.0 && rep);
            }
            self->class_of[k] = self->num_classes++;
        }
    }
}

/* True where incentive other counts here and is of the same exclusive group as j. */
static bool excludes(const struct rh_kernel *self, int j, int other, const double *weight, enum rh_payee payee)
{
    const struct rh_plan_incentive *incentive = self->taken[other].incentive;
    return incentive->group == self->taken[j].incentive->group && weight[other] != 0.0 &&
           incentive->incentive->paid_to == payee;
}

static bool is_first_of_group(const struct rh_kernel *self, int j, const double *weight, enum rh_payee payee)
{
    for (int other = 0; other < j; other++) {
        if (excludes(self, j, other, weight, payee)) {
            return false;
        }
    }
    return true;
}

/* Of incentives that exclude one another only the largest is felt. */
static void add_largest(const struct rh_kernel *self, int j, const double *weight, enum rh_payee payee, double *out)
{
    rh_lanes largest = {0};
    for (int other = j; other < self->num_taken; other++) {
        for (int l = 0; l < RH_LANES && excludes(self, j, other, weight, payee); l++) {
            largest[l] = fmax(largest[l], weight[other] * self->taken[other].worth[l]);
        }
    }
    rh_add_lanes(out, largest, 1.0);
}

/* Firm's and rep's money per money of sales (per completion for activities), each within [0, felt_cap]. */
static void felt(const struct rh_kernel *self, const double *weight, enum rh_payee payee, bool limited, double *out)
{
    const double *cap = rh_drawn(self, RH_PARAM_FELT_CAP, 0);
    memset(out, 0, sizeof(rh_lanes));
    for (int j = 0; j < self->num_taken; j++) {
        int group = self->taken[j].incentive->group;
        if (weight[j] == 0.0 || self->taken[j].incentive->incentive->paid_to != payee) {
            continue;
        }
        if (group < 0) {
            rh_add_lanes(out, self->taken[j].worth, weight[j]);
        } else if (is_first_of_group(self, j, weight, payee)) {
            add_largest(self, j, weight, payee, out);
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        double positive = out[l] > 0.0 ? out[l] : 0.0;
        out[l] = limited && positive > cap[l] ? cap[l] : positive;
    }
}

/* ln of what a class's sales are multiplied by, against no program. */
static void answer_sales(const struct rh_kernel *self, struct rh_response_class *class, const double *weight)
{
    int segment = self->partner->segment_id;
    const double *effort = rh_drawn(self, RH_PARAM_EFFORT_ELASTICITY, segment);
    const double *rep_effort = rh_drawn(self, RH_PARAM_REP_EFFORT_ELASTICITY, segment);
    const double *margin = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, segment);
    const double *rep_margin = rh_drawn(self, RH_PARAM_REP_MARGIN, segment);
    const double *passed = rh_drawn(self, RH_PARAM_PASS_THROUGH, segment);
    const double *price = rh_drawn(self, RH_PARAM_PRICE_ELASTICITY, segment);
    const double own = self->partner->margin;
    rh_lanes money;
    memset(class->answer, 0, sizeof class->answer);
    if (class->firm) {
        felt(self, weight, RH_PAID_TO_FIRM, true, money);
        for (int l = 0; l < RH_LANES; l++) {
            double m0 = isnan(own) ? margin[l] : fmax(own, LEAST_MARGIN);
            class->answer[l] += effort[l] * self->spread[l] * rh_vlog(1.0 + (1.0 - passed[l]) * money[l] / m0) +
                                price[l] * passed[l] * money[l];
        }
    }
    if (class->rep) {
        felt(self, weight, RH_PAID_TO_REP, true, money);
        for (int l = 0; l < RH_LANES; l++) {
            class->answer[l] += rep_effort[l] * self->spread[l] * rh_vlog(1.0 + money[l] / rep_margin[l]);
        }
    }
}

/* The same of an activity: its effort cost takes the margin's place, and nothing is passed on. */
static void answer_activity(const struct rh_kernel *self, struct rh_response_class *class, const double *weight)
{
    int segment = self->partner->segment_id;
    const double *effort = rh_drawn(self, RH_PARAM_ACTIVITY_ELASTICITY, segment);
    const double *cost = rh_drawn(self, RH_PARAM_ACTIVITY_COST, segment);
    rh_lanes firm, rep;
    felt(self, weight, RH_PAID_TO_FIRM, false, firm);
    felt(self, weight, RH_PAID_TO_REP, false, rep);
    for (int l = 0; l < RH_LANES; l++) {
        /* worth is currency per completion where attainment is 10⁻⁴ of one and money 10⁻⁴ of currency */
        double effort_cost = cost[l] * self->plan->mean_month * 1e-4;
        class->answer[l] = effort[l] * self->spread[l] * rh_vlog(1.0 + (firm[l] + rep[l]) / effort_cost);
    }
}

static void answer_month(struct rh_kernel *self, int t)
{
    for (int j = 0; j < self->num_taken; j++) {
        rh_find_worth(self, &self->taken[j], t);
    }
    int answered = 0;
    for (int k = 0; k < self->partner->num_series && answered < self->num_classes; k++) {
        if (self->class_of[k] == answered) { /* classes are numbered by their first series */
            struct rh_response_class *class = &self->classes[answered++];
            const double *weight = self->weight + (size_t)k * (size_t)self->num_taken;
            if (class->activity) {
                answer_activity(self, class, weight);
            } else {
                answer_sales(self, class, weight);
            }
        }
    }
}

/* Completions beyond (or short of) the usual: Poisson extra ones, or a binomial share of the usual ones. */
static void complete_activities(struct rh_kernel *self, size_t series, int t, const double *factor, const double *usual,
                                double *gross)
{
    const struct rh_plan *plan = self->plan;
    const char *id = plan->history->partners.id.name[self->partner->row];
    const uint64_t entity = rh_entity_pair(id, plan->driver[plan->series_driver[series]].name);
    const double expected = rh_plan_expected(plan, series, t);
    for (int l = 0; l < RH_LANES; l++) {
        gross[l] = usual[l];
        if (factor[l] != 1.0) {
            struct rh_words words =
                rh_draw(plan->seed, entity, self->first + (uint32_t)l, RH_DRAW_ACTIVITY, (uint32_t)t, 0);
            double u = rh_uniform(words.w[0]);
            double rate = 1e-4 * expected * self->base[t][l];
            if (factor[l] > 1.0) {
                gross[l] += 1e4 * (double)rh_poisson(rate * (factor[l] - 1.0), u);
            } else {
                gross[l] = 1e4 * (double)rh_binomial((int64_t)(usual[l] * 1e-4), factor[l], u);
            }
        }
    }
}

/* Gross of one series in month t under the program. */
static void sell(struct rh_kernel *self, int p, int k, int t, double *gross)
{
    const struct rh_plan *plan = self->plan;
    size_t series = self->partner->first_series + (size_t)k;
    const double *usual = self->sold[k * plan->num_months + t];
    const double *answer = self->classes[self->class_of[k]].answer;
    const double *limit = rh_drawn(self, RH_PARAM_RESPONSE_LIMIT, 0);
    const bool shadow = self->num_shadow_classes > 0;
    const double *before = self->shadow[(shadow ? self->shadow_class[k] : 0) * plan->num_months + t];
    rh_lanes factor;
    if (p == 0 || (self->num_taken == 0 && !shadow)) {
        memcpy(gross, usual, sizeof(rh_lanes));
        return;
    }
    for (int l = 0; l < RH_LANES; l++) {
        double change = rh_vexp(answer[l] - (shadow ? before[l] : 0.0)), floor = 1.0 / limit[l];
        change = change > limit[l] ? limit[l] : change;
        factor[l] = change < floor ? floor : change;
        gross[l] = usual[l] * factor[l];
    }
    if (plan->driver[plan->series_driver[series]].kind == RH_DRIVER_ACTIVITY) {
        complete_activities(self, series, t, factor, usual, gross);
    }
}

/* What one partner's path under one program adds up to. */
struct path {
    rh_lanes revenue, vendor_margin;             /* net of returns, of the horizon */
    rh_lanes month_revenue, month_vendor_margin; /* of the month that is lived */
    struct rh_rewarded rewarded;
};

/* Adds net revenue and the vendor's margin of it to a figure that is kept by month, segment or region: place says where
 * in the flow's row of `stride` lanes. */
static void tally_flows(const struct rh_kernel *self, rh_lanes *flows, int stride, int place, const double *revenue,
                        const double *vendor_margin)
{
    const double *margin = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, self->partner->segment_id);
    const double own = self->partner->margin, open = self->num_taken > 0 ? 1.0 : 0.0;
    double *all = flows[RH_FLOW_REVENUE * stride + place], *eligible = flows[RH_FLOW_ELIGIBLE * stride + place];
    double *vendor = flows[RH_FLOW_VENDOR_MARGIN * stride + place];
    double *partners = flows[RH_FLOW_OWN_MARGIN * stride + place];
    for (int l = 0; l < RH_LANES; l++) {
        all[l] += revenue[l];
        eligible[l] += open * revenue[l];
        vendor[l] += vendor_margin[l];
        partners[l] += (isnan(own) ? margin[l] : own) * revenue[l];
    }
}

/* What a month of one series adds to a count: to `sold` what is sold, and to `returned` (NULL: to nothing) what comes
 * back, which may count elsewhere. */
static void count_series(const struct rh_kernel *self, const struct rh_plan_count *count, size_t series, int t,
                         const double *gross, double *sold, double *returned)
{
    rh_lanes value;
    rh_attain(self, series, count->view, t, gross, value);
    rh_add_lanes(sold, value, 1.0);
    if (count->returns >= 0 && returned != NULL) {
        rh_attain(self, series, count->returns, t, gross, value);
        rh_add_lanes(returned, value, 1.0);
    }
}

/* Adds a month of one series to the attainment of the incentives that count it. */
static void add_attainment(struct rh_kernel *self, size_t series, int t, const double *const gross[RH_NUM_PATHS])
{
    const struct rh_plan *plan = self->plan;
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const struct rh_plan_count *count = &taken->incentive->count;
        const int w = taken->incentive->window_of[t];
        if (w < 0 || !count->drivers[plan->series_driver[series]]) {
            continue;
        }
        const rh_month sale = plan->first_month + t, last = plan->first_month + taken->incentive->window[w].last;
        const double days = rh_month_last_day(last) - 0.5 * (rh_month_first_day(sale) + rh_month_last_day(sale));
        const int to = count->returned != NULL ? count->returned[t] : -1;
        rh_lanes added[RH_NUM_PATHS] = {{0}};
        const bool both = gross[RH_PATH_OWN] != gross[RH_PATH_REFERENCE];
        for (int path = 0; path < (both ? RH_NUM_PATHS : 1); path++) {
            count_series(self, count, series, t, gross[path], added[path],
                         to >= 0 && taken->incentive->window_of[to] == w ? added[path] : NULL);
        }
        rh_add_lanes(taken->standing[RH_PATH_OWN].attained, added[RH_PATH_OWN], 1.0);
        rh_add_lanes(taken->standing[RH_PATH_REFERENCE].attained, added[both ? RH_PATH_REFERENCE : RH_PATH_OWN], 1.0);
        rh_add_lanes(taken->days, added[RH_PATH_OWN], days);
    }
}

/* The same to the totals that are kept month by month. */
static void add_to_gauges(struct rh_kernel *self, size_t series, int t, const double *const gross[RH_NUM_PATHS])
{
    const struct rh_plan *plan = self->plan;
    for (int g = 0; g < self->program->num_gauges; g++) {
        const struct rh_plan_count *count = self->program->gauge[g].count;
        const int to = count->returned != NULL ? count->returned[t] : -1;
        for (int path = 0; count->drivers[plan->series_driver[series]] && path < RH_NUM_PATHS; path++) {
            rh_lanes *months = self->gauge[path] + (ptrdiff_t)g * plan->num_months;
            count_series(self, count, series, t, gross[path], months[t], to >= 0 ? months[to] : NULL);
        }
    }
}

/* Sells one series in month t and counts what that adds. */
static void live_series(struct rh_kernel *self, int p, int k, int t, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    size_t series = self->partner->first_series + (size_t)k;
    const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[series]];
    struct rh_tally *tally = self->into;
    double *reference = self->reference[k * plan->num_months + t];
    rh_lanes gross, net;
    sell(self, p, k, t, gross);
    if (p == plan->reference) {
        memcpy(reference, gross, sizeof gross);
    }
    const double *const paths[RH_NUM_PATHS] = {gross, p == plan->reference ? gross : reference};
    if (driver->kind == RH_DRIVER_REVENUE) {
        rh_attain(self, series, 0, t, gross, net);
        rh_add_lanes(path->month_revenue, net, 1.0);
        rh_add_lanes(path->month_vendor_margin, net, driver->vendor_margin);
        rh_add_lanes(tally->product[driver->product], net, 1.0);
        rh_add_lanes(tally->product[plan->num_labels[RH_CUT_PRODUCT] + driver->product], net, driver->vendor_margin);
    } else if (driver->kind == RH_DRIVER_ACTIVITY) {
        rh_add_lanes(tally->extra[driver->extra], gross, 1e-4);
    }
    add_attainment(self, series, t, paths);
    add_to_gauges(self, series, t, paths);
}

/* Windows that open in month t: who takes part. */
static void open_windows(struct rh_kernel *self, int t, struct rh_rewarded *rewarded)
{
    rh_find_status(self, t);
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const int w = taken->incentive->window_of[t];
        if (w < 0 || taken->incentive->window[w].first != t || !rh_is_eligible(taken, w)) {
            continue;
        }
        rh_open_window(self, taken, w, true);
        for (int l = 0; l < RH_LANES && taken->incentive->role == RH_ROLE_INCENTIVE; l++) {
            const bool may = !taken->selects || taken->standing[RH_PATH_OWN].may[l] > 0.0;
            rewarded->enrolled[l] = may ? 1.0 : rewarded->enrolled[l];
        }
    }
}

/* Funds match what the month spent, and accrue. */
static void match_month(struct rh_kernel *self, int t)
{
    for (int j = 0; j < self->num_taken; j++) {
        for (int path = 0; self->taken[j].incentive->incentive->match.given && path < RH_NUM_PATHS; path++) {
            rh_match_month(self, &self->taken[j], t, (enum rh_path)path);
        }
    }
}

/* Month t of the partner under program p: take part, answer, sell, attain, settle. */
static void live_month(struct rh_kernel *self, int p, int t, struct path *path)
{
    const int T = self->plan->num_months;
    open_windows(self, t, &path->rewarded);
    answer_month(self, t);
    for (int c = 0; p == 0 && c < self->num_shadow_classes; c++) {
        memcpy(self->shadow[c * T + t], self->classes[c].answer, sizeof(rh_lanes));
    }
    memset(path->month_revenue, 0, sizeof path->month_revenue);
    memset(path->month_vendor_margin, 0, sizeof path->month_vendor_margin);
    for (int k = 0; k < self->partner->num_series; k++) {
        live_series(self, p, k, t, path);
    }
    tally_flows(self, self->into->month, T, t, path->month_revenue, path->month_vendor_margin);
    rh_add_lanes(path->revenue, path->month_revenue, 1.0);
    rh_add_lanes(path->vendor_margin, path->month_vendor_margin, 1.0);
    match_month(self, t);
    rh_settle_month(self, p, t, &path->rewarded);
}

/* Shares of partners: of those active at the start and open to the program, who earns, and who takes part. */
static void tally_people(struct rh_kernel *self, const struct path *path)
{
    struct rh_tally *tally = self->into;
    for (int l = 0; l < RH_LANES; l++) {
        double active = self->life[l] < self->partner->alive[0] ? 1.0 : 0.0;
        bool raised = path->revenue[l] >= 1.01 * self->reference_revenue[l] && path->revenue[l] > 0.0;
        tally->open[l] += active;
        tally->enrolled[l] += active * path->rewarded.enrolled[l];
        tally->earning[l] += active * path->rewarded.earned[l];
        tally->baseline_earning[l] += active * path->rewarded.reference[l];
        tally->participating[l] += active * path->rewarded.earned[l] * (raised ? 1.0 : path->rewarded.reached[l]);
    }
}

/* What the status that is held after the horizon is expected to cost until its review window ends. */
static void tally_benefits(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_program *program = self->program;
    struct rh_tally *tally = self->into;
    const int T = plan->num_months, segments = plan->num_labels[RH_CUT_SEGMENT];
    rh_find_status(self, T);
    const double *held = self->status[RH_PATH_OWN][rh_review_of(self, T)];
    const double revenue = program->status.revenue_after[self->partner - plan->partner];
    for (int l = 0; l < RH_LANES; l++) {
        const bool lives = self->life[l] < self->partner->alive[T - 1];
        const rh_ppm bonus = held[l] >= 0.0 ? program->program->tier[(int)held[l]].rate_bonus : 0;
        const double benefit = lives ? (double)bonus / (double)RH_PPM_ONE * revenue : 0.0;
        tally->month[RH_FLOW_BENEFITS * T + T - 1][l] += benefit;
        tally->segment[RH_FLOW_BENEFITS * segments + self->partner->segment][l] += benefit;
        tally->region[RH_FLOW_BENEFITS * plan->num_labels[RH_CUT_REGION] + self->partner->region][l] += benefit;
    }
}

/* The partner's path under the program, from the first month to the last. */
static void live(struct rh_kernel *self, int p, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    const size_t gauges = (size_t)self->program->num_gauges * (size_t)plan->num_months * sizeof(rh_lanes);
    for (int who = 0; who < RH_NUM_PATHS; who++) {
        memset(self->gauge[who], 0, gauges);
    }
    meet_incentives(self);
    decide_attention(self);
    find_classes(self);
    if (p == 0) {
        self->num_shadow_classes = self->num_taken > 0 ? self->num_classes : 0;
        memcpy(self->shadow_class, self->class_of, (size_t)self->partner->num_series * sizeof *self->class_of);
    }
    for (int t = 0; t < plan->num_months; t++) {
        live_month(self, p, t, path);
    }
    if (p == plan->reference) {
        memcpy(self->reference_revenue, path->revenue, sizeof path->revenue);
    }
}

void rh_respond(struct rh_kernel *self, int p, bool counts)
{
    const struct rh_plan *plan = self->plan;
    struct rh_tally *tally = self->into;
    struct path path;
    memset(&path, 0, sizeof path);
    self->program = &plan->program[p];
    live(self, p, &path);
    if (self->program->late && counts) {
        rh_settle_late(self, p, &path.rewarded);
    }
    if (self->program->status.num_tiers > 0) {
        tally_benefits(self);
    }
    tally_flows(self, tally->segment, plan->num_labels[RH_CUT_SEGMENT], self->partner->segment, path.revenue,
                path.vendor_margin);
    tally_flows(self, tally->region, plan->num_labels[RH_CUT_REGION], self->partner->region, path.revenue,
                path.vendor_margin);
    if (self->num_taken > 0) {
        tally_people(self, &path);
    }
}
