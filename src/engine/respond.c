/* How partners answer (docs/model.md, "Response").
 *
 * Everything enters as a difference to the answer to the program in force, which history already holds: program 0 runs
 * first, along what was sold, and keeps its answers as the shadow. So it is its own candidate to the last bit. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"
#include "program/burden.h"

#include <string.h>
#include <tgmath.h>

static const rh_lanes nothing;

void rh_prepare_answers(struct rh_kernel *self)
{
    const rh_real *limit = rh_drawn(self, RH_PARAM_RESPONSE_LIMIT, 0);
    const rh_real *life = rh_drawn(self, RH_PARAM_CAPABILITY_LIFE, 0);
    for (int l = 0; l < RH_LANES; l++) {
        self->least_change[l] = 1.0 / limit[l];
        self->retained[l] = rh_bounded_exp2(-1.0 / life[l]);
    }
    self->attention_segment = -1;
}

/* Of sales: effort against the partner's margin, prices by what is passed on. */
static void find_sales_readiness(const struct rh_kernel *self, struct rh_readiness *ready)
{
    const int segment = self->partner->segment_id;
    const rh_real *effort = rh_drawn(self, RH_PARAM_EFFORT_ELASTICITY, segment);
    const rh_real *rep_effort = rh_drawn(self, RH_PARAM_REP_EFFORT_ELASTICITY, segment);
    const rh_real *margin = rh_drawn(self, RH_PARAM_PARTNER_MARGIN, segment);
    const rh_real *rep_margin = rh_drawn(self, RH_PARAM_REP_MARGIN, segment);
    const rh_real *passed = rh_drawn(self, RH_PARAM_PASS_THROUGH, segment);
    const rh_real *price = rh_drawn(self, RH_PARAM_PRICE_ELASTICITY, segment);
    const rh_real *gradient = rh_drawn(self, RH_PARAM_GOAL_GRADIENT, segment);
    const bool assumed = isnan(self->partner->margin);
    const rh_real own = self->partner->margin > RH_LEAST_MARGIN ? self->partner->margin : RH_LEAST_MARGIN;
    for (int l = 0; l < RH_LANES; l++) {
        ready->effort[l] = effort[l] * self->spread[l];
        ready->gain[l] = (1.0 - passed[l]) / (assumed ? margin[l] : own);
        ready->price[l] = RH_LOG2_E * (price[l] * passed[l]);
        ready->rep_effort[l] = rep_effort[l] * self->spread[l];
        ready->rep_gain[l] = 1.0 / rep_margin[l];
        ready->gradient[l] = RH_LOG2_E * gradient[l];
    }
}

void rh_find_readiness(struct rh_kernel *self)
{
    const rh_real *effort = rh_drawn(self, RH_PARAM_ACTIVITY_ELASTICITY, self->partner->segment_id);
    const rh_real *cost = rh_drawn(self, RH_PARAM_ACTIVITY_COST, self->partner->segment_id);
    /* worth is currency per completion where attainment is 10⁻⁴ of one and money 10⁻⁴ of currency */
    const rh_real unit = self->plan->mean_month * 1e-4;
    find_sales_readiness(self, &self->ready);
    for (int l = 0; l < RH_LANES; l++) {
        self->ready.activity_effort[l] = effort[l] * self->spread[l];
        self->ready.activity_gain[l] = 1.0 / (cost[l] * unit);
    }
}

/* The incentive as the partner meets it, before its first month. */
static void meet(struct rh_kernel *self, struct rh_taken *taken, int j, const uint64_t *bits)
{
    const struct rh_plan_program *program = self->program;
    const struct rh_plan_incentive *bound = &program->incentive[j];
    const struct rh_incentive *incentive = bound->incentive;
    const struct rh_partners *partners = &self->plan->history->partners;
    taken->incentive = bound;
    taken->eligible = bits;
    taken->index = program->first_incentive + j;
    taken->feel = taken->index * self->plan->num_months;
    taken->entity =
        bound->label < 0
            ? 0
            : self->plan
                  ->claim_entity[(self->partner - self->plan->partner) * self->plan->num_labels[RH_CUT_INCENTIVE] +
                                 bound->label];
    taken->multiplier = bound->by_status ? NAN
                                         : rh_multiplied(self->plan, self->partner, incentive,
                                                         partners->tiers.name[self->partner->tier]);
    taken->selects = program->status.num_tiers > 0 || incentive->num_requirements > 0 || bound->several_values ||
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
    rh_real burden = 0.0;
    int num = 0;
    self->num_taken = 0;
    self->matches = false;
    for (int j = 0; j < program->num_incentives; j++) {
        const uint64_t *bits =
            plan->eligible[i * (size_t)plan->num_incentives + (size_t)(program->first_incentive + j)];
        if (bits[0] != 0 || bits[1] != 0) {
            meet(self, &self->taken[self->num_taken++], j, bits);
            burden += program->incentive[j].burden;
            self->matches |= program->incentive[j].incentive->match.given;
            num += program->incentive[j].role == RH_ROLE_INCENTIVE;
        }
    }
    self->complexity = rh_complexity_of(num, burden);
}

/* The logit of attention; partners of a segment share it. */
static void find_attention(struct rh_kernel *self, int segment)
{
    const rh_real *attention = rh_drawn(self, RH_PARAM_ATTENTION, segment);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real above = attention[l] > 1e-12 ? attention[l] : 1e-12,
                      p = above < 1.0 - 1e-12 ? above : 1.0 - 1e-12;
        self->attention_logit[l] = attention[l] >= 1.0 ? INFINITY : rh_vlog(p / (1.0 - p));
    }
    self->attention_segment = segment;
}

/* Attends where the partner's own uniform is below the probability that complexity leaves, and the program is not one
 * that nobody reacts to. */
static void decide_attention(struct rh_kernel *self)
{
    const int segment = self->partner->segment_id;
    const rh_real *slope = rh_drawn(self, RH_PARAM_COMPLEXITY_SLOPE, segment);
    const rh_real *null_program = rh_drawn(self, RH_PARAM_NULL_PROGRAM, segment);
    if (self->attention_segment != segment) {
        find_attention(self, segment);
    }
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real logit = self->attention_logit[l] - slope[l] * (rh_real)self->complexity;
        const rh_real attends = self->inattention[l] < logit ? 1.0 : 0.0;
        self->attends[l] = self->null_luck[l] >= null_program[l] ? attends : 0.0;
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

/* What the partner expects to add to each incentive's attainment from a month to its window's end. */
static void find_rest(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int j = 0; j < self->num_taken; j++) {
        struct rh_taken *taken = &self->taken[j];
        const int *window_of = taken->incentive->window_of;
        for (int t = plan->num_months - 1; t >= 0; t--) {
            const bool goes_on = t + 1 < plan->num_months && window_of[t + 1] == window_of[t];
            rh_real sum = goes_on ? taken->rest[t + 1] : 0.0;
            for (int k = 0; k < self->partner->num_series; k++) {
                const rh_real weight = self->weight[k * self->num_taken + j];
                sum +=
                    weight != 0.0 ? weight * rh_plan_expected(plan, self->partner->first_series + (size_t)k, t) : 0.0;
            }
            taken->rest[t] = sum;
        }
    }
}

/* Sorts the partner's series by how they change against the program in force. */
static void find_changes(struct rh_kernel *self)
{
    const bool shadow = self->num_shadow_classes > 0;
    self->num_changes = 0;
    for (int k = 0; k < self->partner->num_series; k++) {
        int c = 0;
        for (; c < self->num_changes; c++) {
            const int other = self->change[c].series;
            if (self->class_of[k] == self->class_of[other] &&
                (!shadow || self->shadow_class[k] == self->shadow_class[other])) {
                break;
            }
        }
        if (c == self->num_changes) {
            self->change[self->num_changes++].series = k;
        }
        self->change_of[k] = c;
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
static void find_largest(const struct rh_kernel *self, int j, const double *weight, enum rh_payee payee,
                         rh_real *largest)
{
    memset(largest, 0, sizeof(rh_lanes));
    for (int other = j; other < self->num_taken; other++) {
        for (int l = 0; l < RH_LANES && excludes(self, j, other, weight, payee); l++) {
            const rh_real worth = (rh_real)weight[other] * self->taken[other].worth[l];
            largest[l] = largest[l] > worth ? largest[l] : worth;
        }
    }
}

/* Money is felt from nothing up to felt_cap, of activities up to any amount. */
static inline rh_real within(rh_real money, rh_real cap)
{
    const rh_real positive = money > 0.0 ? money : 0.0;
    return positive > cap ? cap : positive;
}

/* Firm's and rep's money per money of sales (per completion for activities), before limits. */
static void felt(const struct rh_kernel *self, const double *weight, enum rh_payee payee, rh_real *out)
{
    rh_lanes largest;
    int num = 0;
    for (int j = 0; j < self->num_taken; j++) {
        const struct rh_taken *taken = &self->taken[j];
        const bool alone = taken->incentive->group < 0;
        if (weight[j] == 0.0 || taken->incentive->incentive->paid_to != payee ||
            !(alone || is_first_of_group(self, j, weight, payee))) {
            continue;
        }
        if (!alone) {
            find_largest(self, j, weight, payee, largest);
        }
        const rh_real *worth = alone ? taken->worth : largest;
        if (num++ == 0) {
            rh_put_lanes(out, worth, alone ? weight[j] : 1.0);
        } else {
            rh_add_lanes(out, worth, alone ? weight[j] : 1.0);
        }
    }
    if (num == 0) {
        memset(out, 0, sizeof(rh_lanes));
    }
}

/* How close the partner is to the nearest threshold of the firm's incentives that count here. */
static void nearest_goal(const struct rh_kernel *self, const double *weight, rh_real *goal)
{
    memset(goal, 0, sizeof(rh_lanes));
    for (int j = 0; j < self->num_taken; j++) {
        const struct rh_taken *taken = &self->taken[j];
        for (int l = 0; weight[j] != 0.0 && taken->incentive->incentive->paid_to == RH_PAID_TO_FIRM && l < RH_LANES;
             l++) {
            goal[l] = goal[l] > taken->goal[l] ? goal[l] : taken->goal[l];
        }
    }
}

/* Binary logarithm of what a class's sales are multiplied by, against no program. */
static void answer_sales(const struct rh_kernel *self, struct rh_response_class *class, const double *weight)
{
    const struct rh_readiness *ready = &self->ready;
    const rh_real *cap = rh_drawn(self, RH_PARAM_FELT_CAP, 0);
    rh_real *answer = class->answer;
    rh_lanes money;
    if (!class->firm) {
        memset(class->answer, 0, sizeof class->answer);
    } else {
        felt(self, weight, RH_PAID_TO_FIRM, money);
        for (int l = 0; l < RH_LANES; l++) {
            const rh_real feels = within(money[l], cap[l]);
            answer[l] = ready->effort[l] * rh_short_log2(1.0 + ready->gain[l] * feels) + ready->price[l] * feels;
        }
    }
    if (class->firm && self->strives) {
        nearest_goal(self, weight, money);
        rh_add_product(answer, ready->gradient, money);
    }
    if (class->rep) {
        felt(self, weight, RH_PAID_TO_REP, money);
        for (int l = 0; l < RH_LANES; l++) {
            answer[l] += ready->rep_effort[l] * rh_short_log2(1.0 + ready->rep_gain[l] * within(money[l], cap[l]));
        }
    }
}

/* The same of an activity: its effort cost takes the margin's place, and nothing is passed on. */
static void answer_activity(const struct rh_kernel *self, struct rh_response_class *class, const double *weight)
{
    const struct rh_readiness *ready = &self->ready;
    rh_real *answer = class->answer;
    rh_lanes firm, rep;
    if (!class->firm && !class->rep) {
        memset(class->answer, 0, sizeof class->answer);
        return;
    }
    felt(self, weight, RH_PAID_TO_FIRM, firm);
    felt(self, weight, RH_PAID_TO_REP, rep);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real feels = within(firm[l], INFINITY) + within(rep[l], INFINITY);
        answer[l] = ready->activity_effort[l] * rh_short_log2(1.0 + ready->activity_gain[l] * feels);
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

/* What training makes of a month's revenue, against the program in force: completions that a program no longer brings
 * are missed as much. */
static void find_capability(const struct rh_kernel *self, rh_real *out)
{
    const rh_real *gain = rh_drawn(self, RH_PARAM_CAPABILITY_GAIN, self->partner->segment_id);
    const rh_real *stock = rh_drawn(self, RH_PARAM_CAPABILITY_STOCK, 0), *learned = self->relation.learned;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real size = stock[l] > 1e-12 ? stock[l] : 1e-12;
        const rh_real effect = gain[l] * (1.0 - rh_bounded_exp2(-RH_LOG2_E * fabs(learned[l]) / size));
        out[l] = learned[l] > 0.0 ? 1.0 + effect : 1.0 - effect;
    }
}

/* The same of marketing that was matched last month. */
static void find_marketing(const struct rh_kernel *self, int t, rh_real *out)
{
    const rh_real *ads = rh_drawn(self, RH_PARAM_AD_ELASTICITY, self->partner->segment_id);
    const rh_real *base = rh_drawn(self, RH_PARAM_MARKETING_BASE, 0), *funded = self->relation.funded;
    const rh_real *before = t > 0 && self->markets ? self->shadow_funded[t - 1] : nothing;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real own = base[l] * (rh_real)self->mean_revenue + 1e-9;
        out[l] = rh_bounded_exp2(ads[l] * rh_short_log2((own + funded[l]) / (own + before[l])));
    }
}

/* True where program p can differ from what history happened under in what the partner answers. */
static bool answers(const struct rh_kernel *self, int p)
{
    return p != 0 && (self->num_taken > 0 || self->num_shadow_classes > 0);
}

/* Of a binary logarithm, within the limits of a response. */
static inline rh_real limited(rh_real log, rh_real far, rh_real most, rh_real least)
{
    const rh_real change = rh_exp2_within(log, far), below = change > most ? most : change;
    return below < least ? least : below;
}

/* Factor by which the partner's series k responds to month t, against the program in force; 0 where it is not `here`
 * (NULL: wherever it is). */
static void find_change(const struct rh_kernel *self, int k, int t, const rh_real *restrict here,
                        rh_real *restrict factor)
{
    const rh_real *restrict answer = self->classes[self->class_of[k]].answer;
    const rh_real *limit = rh_drawn(self, RH_PARAM_RESPONSE_LIMIT, 0), *least = self->least_change;
    const rh_real *before =
        self->num_shadow_classes > 0 ? self->shadow[self->shadow_class[k] * self->plan->num_months + t] : nothing;
    const rh_real far = rh_unknown(RH_MOST_EXP2);
    for (int l = 0; here != NULL && l < RH_LANES; l++) {
        factor[l] = limited(answer[l] - before[l], far, limit[l], least[l]) * here[l];
    }
    for (int l = 0; here == NULL && l < RH_LANES; l++) {
        factor[l] = limited(answer[l] - before[l], far, limit[l], least[l]);
    }
}

static void change_month(struct rh_kernel *self, int t)
{
    for (int c = 0; c < self->num_changes; c++) {
        struct rh_change *change = &self->change[c];
        const bool activity = self->classes[self->class_of[change->series]].activity;
        find_change(self, change->series, t, activity ? NULL : self->relation.here, change->factor);
    }
}

void rh_demand(struct rh_kernel *self, int p, int k, int t, rh_real *gross)
{
    const struct rh_plan *plan = self->plan;
    const size_t series = self->partner->first_series + (size_t)k;
    const enum rh_driver_kind kind = plan->driver[plan->series_driver[series]].kind;
    const rh_real *usual = self->sold[k * plan->num_months + t], *here = self->relation.here;
    const rh_real *factor = self->change[self->change_of[k]].factor;
    if (!answers(self, p)) {
        for (int l = 0; l < RH_LANES; l++) {
            gross[l] = usual[l] * here[l];
        }
    } else if (kind == RH_DRIVER_ACTIVITY) {
        rh_lanes there;
        for (int l = 0; l < RH_LANES; l++) {
            there[l] = usual[l] * here[l];
        }
        rh_complete_activity(self, series, t, factor, there, gross);
    } else if (kind == RH_DRIVER_REVENUE && (self->learns || self->markets)) {
        for (int l = 0; l < RH_LANES; l++) {
            gross[l] = usual[l] * factor[l] * self->capability[l] * self->marketing[l];
        }
    } else {
        for (int l = 0; l < RH_LANES; l++) {
            gross[l] = usual[l] * factor[l];
        }
    }
}

/* Gross and usual gross of the partner's revenue in month t. */
static void add_up_revenue(const struct rh_kernel *self, int t, rh_lanes *gross, rh_real *sells, rh_real *usual)
{
    const struct rh_plan *plan = self->plan;
    memset(sells, 0, sizeof(rh_lanes));
    memset(usual, 0, sizeof(rh_lanes));
    for (int k = 0; k < self->partner->num_series; k++) {
        if (plan->driver[plan->series_driver[self->partner->first_series + (size_t)k]].kind == RH_DRIVER_REVENUE) {
            rh_add_lanes(sells, gross[k], 1.0);
            rh_add_lanes(usual, self->sold[k * plan->num_months + t], 1.0);
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        usual[l] *= self->relation.here[l];
    }
}

/* What lifts line k above the partner's other lines, per unit that these sell. */
static void find_lift(const struct rh_kernel *self, int k, int t, rh_lanes *gross, const rh_real *sells,
                      const rh_real *usual, rh_real *lift)
{
    const rh_real *own_usual = self->sold[k * self->plan->num_months + t];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real others = sells[l] - gross[k][l], others_usual = usual[l] - own_usual[l] * self->relation.here[l];
        const rh_real common = others_usual > 0.0 ? others / others_usual : 0.0;
        const rh_real above = gross[k][l] - own_usual[l] * self->relation.here[l] * common;
        lift[l] = others > 1e-6 * sells[l] && above > 1e-12 * gross[k][l] ? above / others : 0.0;
    }
}

void rh_displace(struct rh_kernel *self, int t, rh_lanes *gross, rh_real *taken)
{
    const struct rh_plan *plan = self->plan;
    const rh_real *share = rh_drawn(self, RH_PARAM_DISPLACEMENT, self->partner->segment_id);
    rh_lanes sells, usual, all = {0};
    int lines = 0;
    if (self->partner->num_series < 2) {
        return;
    }
    add_up_revenue(self, t, gross, sells, usual);
    for (int k = 0; k < self->partner->num_series; k++) {
        const size_t series = self->partner->first_series + (size_t)k;
        if (plan->driver[plan->series_driver[series]].kind == RH_DRIVER_REVENUE) {
            find_lift(self, k, t, gross, sells, usual, self->lift[k]);
            rh_add_lanes(all, self->lift[k], 1.0);
            lines++;
        }
    }
    for (int k = 0; lines > 1 && k < self->partner->num_series; k++) {
        const size_t series = self->partner->first_series + (size_t)k;
        rh_lanes lost, room;
        if (plan->driver[plan->series_driver[series]].kind != RH_DRIVER_REVENUE) {
            continue;
        }
        for (int l = 0; l < RH_LANES; l++) { /* of every other line's lift its part, at most all it sells */
            const rh_real part = share[l] * (all[l] - self->lift[k][l]);
            lost[l] = gross[k][l] * (part < 1.0 ? part : 1.0);
            gross[k][l] -= lost[l];
        }
        rh_add_lanes(taken, rh_net(self, series, t, lost, room), 1.0);
    }
}

void rh_meet_program(struct rh_kernel *self, int p)
{
    meet_incentives(self);
    decide_attention(self);
    find_classes(self);
    if (p == 0) {
        self->shadow_takes = self->num_taken > 0;
        self->num_shadow_classes = self->num_taken > 0 ? self->num_classes : 0;
        memcpy(self->shadow_class, self->class_of, (size_t)self->partner->num_series * sizeof *self->class_of);
    }
    find_changes(self);
    find_rest(self);
}

/* What the series of a class feel of one payee's incentives. */
static void see_felt(const struct rh_kernel *self, int t, int k, enum rh_payee payee, enum rh_seen what)
{
    const rh_real *cap = rh_drawn(self, RH_PARAM_FELT_CAP, 0);
    const bool activity = self->classes[self->class_of[k]].activity;
    rh_lanes seen;
    felt(self, self->weight + (size_t)k * (size_t)self->num_taken, payee, seen);
    for (int l = 0; l < RH_LANES; l++) {
        seen[l] = within(seen[l], activity ? INFINITY : cap[l]);
    }
    rh_see(self, what, t, (int)self->partner->first_series + k, seen);
}

/* The same of all, and how close they are to a goal. */
static void see_class(const struct rh_kernel *self, int t, int k)
{
    const int series = (int)self->partner->first_series + k;
    const struct rh_response_class *class = &self->classes[self->class_of[k]];
    const double *weight = self->weight + (size_t)k * (size_t)self->num_taken;
    rh_lanes seen;
    see_felt(self, t, k, RH_PAID_TO_FIRM, RH_SEEN_FELT_FIRM);
    see_felt(self, t, k, RH_PAID_TO_REP, RH_SEEN_FELT_REP);
    memset(seen, 0, sizeof seen);
    if (self->strives && !class->activity) {
        nearest_goal(self, weight, seen);
    }
    rh_see(self, RH_SEEN_GOAL, t, series, seen);
}

void rh_see_answers(const struct rh_kernel *self, int p, int t)
{
    for (int k = 0; k < self->partner->num_series; k++) {
        rh_lanes change;
        for (int l = 0; l < RH_LANES; l++) {
            change[l] = 1.0;
        }
        if (answers(self, p)) {
            find_change(self, k, t, NULL, change);
        }
        see_class(self, t, k);
        rh_see(self, RH_SEEN_CHANGE, t, (int)self->partner->first_series + k, change);
    }
}

void rh_answer_month(struct rh_kernel *self, int p, int t)
{
    answer_month(self, t);
    if (answers(self, p)) {
        change_month(self, t);
    }
    if (self->learns || self->markets || self->seen) {
        find_capability(self, self->capability);
        find_marketing(self, t, self->marketing);
    }
    for (int c = 0; p == 0 && c < self->num_shadow_classes; c++) {
        memcpy(self->shadow[c * self->plan->num_months + t], self->classes[c].answer, sizeof(rh_lanes));
    }
}
