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

/* Product of all multipliers that fit the partner, to 10⁻⁶. */
static double multiplier_of(const struct rh_plan *plan, const struct rh_plan_partner *partner,
                            const struct rh_incentive *incentive)
{
    const struct rh_partners *partners = &plan->history->partners;
    const char *const names[] = {[RH_MULTIPLIER_REGION] = partners->regions.name[partners->region[partner->row]],
                                 [RH_MULTIPLIER_SEGMENT] = partners->segments.name[partners->segment[partner->row]],
                                 [RH_MULTIPLIER_TIER] = partners->tiers.name[partner->tier]};
    double product = 1.0;
    for (size_t k = 0; k < incentive->num_multipliers; k++) {
        const struct rh_multiplier *multiplier = &incentive->multiplier[k];
        if (strcmp(multiplier->name.text, names[multiplier->of]) == 0) {
            product *= (double)multiplier->factor / (double)RH_PPM_ONE;
        }
    }
    return rint(product * (double)RH_PPM_ONE) / (double)RH_PPM_ONE;
}

/* Incentives of program p that the partner meets in any window, and the complexity it sees: docs/model.md. */
static double meet_incentives(struct rh_kernel *self, int p)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_program *program = &plan->program[p];
    const struct rh_plan_partner *partner = self->partner;
    size_t i = (size_t)(partner - plan->partner);
    const char *id = plan->history->partners.id.name[partner->row];
    double burden = 0.0;
    self->num_taken = 0;
    for (int j = 0; j < program->num_incentives; j++) {
        const struct rh_plan_incentive *incentive = &program->incentive[j];
        const uint64_t *bits =
            plan->eligible[i * (size_t)plan->num_incentives + (size_t)(program->first_incentive + j)];
        if (bits[0] != 0 || bits[1] != 0) {
            struct rh_taken *taken = &self->taken[self->num_taken++];
            double cap =
                incentive->incentive->cap_partner == RH_MISSING ? INFINITY : (double)incentive->incentive->cap_partner;
            taken->incentive = incentive;
            taken->eligible = bits;
            taken->feel = (program->first_incentive + j) * plan->num_months;
            taken->claim_entity = rh_entity_pair(id, incentive->incentive->name.text);
            taken->multiplier = multiplier_of(plan, partner, incentive->incentive);
            taken->schedule = &incentive->schedule;
            memset(&taken->own, 0, sizeof taken->own);
            memset(&taken->reference, 0, sizeof taken->reference);
            for (int l = 0; l < RH_LANES; l++) {
                taken->own.cap_left[l] = taken->reference.cap_left[l] = cap;
                taken->days[l] = taken->worth[l] = 0.0;
            }
            burden += incentive->burden;
        }
    }
    return self->num_taken > 0 ? fmin(0.3 * (self->num_taken - 1) + burden / self->num_taken, 3.0) : 0.0;
}

/* Attends where the partner's own uniform is below the probability that complexity leaves. */
static void decide_attention(struct rh_kernel *self, double complexity)
{
    const double *attention = rh_drawn(self, RH_PARAM_ATTENTION, 0);
    const double *slope = rh_drawn(self, RH_PARAM_COMPLEXITY_SLOPE, 0);
    for (int l = 0; l < RH_LANES; l++) {
        double p = fmin(fmax(attention[l], 1e-12), 1.0 - 1e-12);
        bool attends = self->inattention[l] < rh_vlog(p / (1.0 - p)) - slope[l] * complexity;
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
            weight[j] = rh_conversion(plan, series, self->taken[j].incentive);
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

static void add(double *restrict sum, const double *restrict value, double factor)
{
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += factor * value[l];
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
    add(out, largest, 1.0);
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
            add(out, self->taken[j].worth, weight[j]);
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

/* Attainment that a month of one series adds to the incentives that count it, also by the reference's behavior. */
static void add_attainment(struct rh_kernel *self, int p, int k, int t, const double *gross)
{
    const struct rh_plan *plan = self->plan;
    size_t series = self->partner->first_series + (size_t)k;
    const double *reference = self->reference[k * plan->num_months + t];
    rh_lanes attained;
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        int w = taken->incentive->window_of[t];
        if (w < 0 || !taken->incentive->counts[plan->series_driver[series]]) {
            continue;
        }
        rh_month sale = plan->first_month + t, last = plan->first_month + taken->incentive->window[w].last;
        double days = rh_month_last_day(last) - 0.5 * (rh_month_first_day(sale) + rh_month_last_day(sale));
        rh_attain(self, series, taken->incentive->view, t, gross, attained);
        add(taken->own.attained, attained, 1.0);
        add(taken->days, attained, days);
        if (p != plan->reference) {
            rh_attain(self, series, taken->incentive->view, t, reference, attained);
        }
        add(taken->reference.attained, attained, 1.0);
    }
}

/* Sells one series in month t and counts what that adds. */
static void live_series(struct rh_kernel *self, int p, int k, int t, struct path *path)
{
    const struct rh_plan *plan = self->plan;
    size_t series = self->partner->first_series + (size_t)k;
    const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[series]];
    struct rh_tally *tally = self->into;
    rh_lanes gross, net;
    sell(self, p, k, t, gross);
    if (p == plan->reference) {
        memcpy(self->reference[k * plan->num_months + t], gross, sizeof gross);
    }
    if (driver->kind == RH_DRIVER_REVENUE) {
        rh_attain(self, series, 0, t, gross, net);
        add(path->month_revenue, net, 1.0);
        add(path->month_vendor_margin, net, driver->vendor_margin);
        add(tally->product[driver->product], net, 1.0);
        add(tally->product[plan->num_labels[RH_CUT_PRODUCT] + driver->product], net, driver->vendor_margin);
    } else if (driver->kind == RH_DRIVER_ACTIVITY) {
        add(tally->extra[driver->extra], gross, 1e-4);
    }
    add_attainment(self, p, k, t, gross);
}

/* Month t of the partner under program p: answer, sell, attain, settle. */
static void live_month(struct rh_kernel *self, int p, int t, struct path *path)
{
    const int T = self->plan->num_months;
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
    add(path->revenue, path->month_revenue, 1.0);
    add(path->vendor_margin, path->month_vendor_margin, 1.0);
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
        tally->earning[l] += active * path->rewarded.earned[l];
        tally->baseline_earning[l] += active * path->rewarded.reference[l];
        tally->participating[l] += active * path->rewarded.earned[l] * (raised ? 1.0 : path->rewarded.reached[l]);
    }
}

void rh_respond(struct rh_kernel *self, int p)
{
    const struct rh_plan *plan = self->plan;
    struct rh_tally *tally = self->into;
    struct path path;
    memset(&path, 0, sizeof path);
    decide_attention(self, meet_incentives(self, p));
    find_classes(self);
    if (p == 0) {
        self->num_shadow_classes = self->num_taken > 0 ? self->num_classes : 0;
        memcpy(self->shadow_class, self->class_of, (size_t)self->partner->num_series * sizeof *self->class_of);
    }
    for (int t = 0; t < plan->num_months; t++) {
        live_month(self, p, t, &path);
    }
    if (p == plan->reference) {
        memcpy(self->reference_revenue, path.revenue, sizeof path.revenue);
    }
    tally_flows(self, tally->segment, plan->num_labels[RH_CUT_SEGMENT], self->partner->segment, path.revenue,
                path.vendor_margin);
    tally_flows(self, tally->region, plan->num_labels[RH_CUT_REGION], self->partner->region, path.revenue,
                path.vendor_margin);
    if (self->num_taken > 0) {
        tally_people(self, &path);
    }
}
