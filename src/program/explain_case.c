/* The case of a worked example: a partner that the incentive is made for, with numbers that are easy to follow and show
 * all of its levels. It is settled as any history is, so an explanation cannot promise what the settlement does not
 * pay; a case that the settlement refuses (an audience that excludes itself, say) is no example. */
#include "program/explain_example.h"

#include "program/parse.h"
#include "program/words.h"

#include <stdio.h>
#include <string.h>

#define ONE RH_MONEY_ONE
#define EXAMPLE_YEAR 2025 /* no example names it */
#define MOST_CANDIDATES 8 /* names tried for each key of an audience */

/* x rounded up to two digits, and to whole ones. */
static int64_t round_up(int64_t x)
{
    int64_t unit = ONE;
    while (x / unit >= 100 && unit < INT64_MAX / 100)
        unit *= 10;
    return x > INT64_MAX - unit ? x : (x + unit - 1) / unit * unit;
}

static int64_t round_down(int64_t x)
{
    int64_t unit = ONE;
    while (x / unit >= 100 && unit < INT64_MAX / 100)
        unit *= 10;
    return x / unit * unit;
}

/* share (10⁻⁶) of x, RH_MISSING where it is too large. */
static int64_t part(int64_t x, rh_ppm share)
{
    int64_t out;
    return rh_muldiv(x, share, RH_PPM_ONE, &out) == RH_OK ? out : RH_MISSING;
}

static void look_at_threshold(struct rh_example *self, const struct rh_threshold *threshold)
{
    self->uses_prior = self->uses_prior || threshold->relation == RH_RELATIVE_PRIOR_YEAR;
    self->uses_target = self->uses_target || threshold->relation == RH_RELATIVE_TARGET;
    self->uses_peers = self->uses_peers || threshold->relation == RH_RELATIVE_PERCENTILE;
}

/* Peers sold 1, 2, 3, 4 and 5 tenths of the base, the partner itself the third of them. */
static int64_t threshold_of(const struct rh_example *self, const struct rh_threshold *threshold)
{
    switch (threshold->relation) {
    case RH_RELATIVE_NONE:
        return threshold->amount;
    case RH_RELATIVE_PRIOR_YEAR:
    case RH_RELATIVE_TARGET:
        return part(self->base, threshold->share);
    case RH_RELATIVE_PERCENTILE:
        return self->base / 3 + self->base / 3 * 4 * threshold->percentile / 100;
    }
    return RH_MISSING;
}

/* What reaches all levels with something to spare: more above amounts, less above what relates to the partner itself.
 */
static int64_t above_all_levels(const struct rh_example *self)
{
    const struct rh_incentive *incentive = &self->incentive;
    int64_t most = 0;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_threshold *threshold = &incentive->level[k].threshold;
        const bool amount = threshold->relation == RH_RELATIVE_NONE;
        const int64_t wanted = part(threshold_of(self, threshold), amount ? 1200000 : 1050000);
        if (wanted == RH_MISSING)
            return RH_MISSING;
        most = wanted > most ? wanted : most;
    }
    return most;
}

/* A share of a whole stays one: a little above 95% is 100%. Things come whole. */
static void choose_ratio(struct rh_example *self)
{
    const struct rh_incentive *incentive = &self->incentive;
    int64_t share = above_all_levels(self); /* 10⁻⁶ */
    if (share > RH_PPM_ONE && incentive->level[incentive->num_levels - 1].threshold.amount <= RH_PPM_ONE)
        share = RH_PPM_ONE;
    self->denominator = (self->money ? 100000 : self->units ? 100 : 20) * ONE;
    self->attained = share == RH_MISSING ? RH_MISSING
                     : share == 0        ? part(self->denominator, 300000)
                                         : part(self->denominator, (share + 9999) / 10000 * 10000);
    if (self->attained != RH_MISSING && self->attained < INT64_MAX - ONE && !self->money)
        self->attained = (self->attained + ONE - 1) / ONE * ONE;
}

/* The mark of each window, and a little more. */
static void choose_streak(struct rh_example *self)
{
    const struct rh_threshold *mark = &self->incentive.streak_at_least;
    const int64_t wanted = part(threshold_of(self, mark), mark->relation == RH_RELATIVE_NONE ? 1100000 : 1050000);
    self->attained = wanted == RH_MISSING ? RH_MISSING : round_up(wanted > 0 ? wanted : ONE);
}

static void choose_rank(struct rh_example *self)
{
    int most = 1;
    for (size_t k = 0; k < self->incentive.num_levels; k++)
        most = self->incentive.level[k].top > most ? self->incentive.level[k].top : most;
    const int64_t unit = (self->money ? 10000 : self->units ? 10 : 1) * ONE;
    self->rank = most > 1 ? 2 : 1;
    self->attained = 4 * unit;
    self->others = most > 1 ? 5 * unit : 3 * unit;
}

/* Four fifths of what the fund holds are asked of it. */
static void choose_match(struct rh_example *self)
{
    const struct rh_match *match = &self->incentive.match;
    int64_t spend = RH_MISSING, fund;
    self->accrued_on = 50000 * ONE;
    fund = part(self->accrued_on, match->accrues);
    if (fund != RH_MISSING && match->share > 0 &&
        rh_muldiv(part(fund, 800000), RH_PPM_ONE, match->share, &spend) != RH_OK)
        spend = RH_MISSING;
    self->attained = spend == RH_MISSING || spend <= 0 ? RH_MISSING : round_down(spend) > 0 ? round_down(spend) : spend;
}

static void choose_total(struct rh_example *self)
{
    const struct rh_incentive *incentive = &self->incentive;
    int64_t wanted = above_all_levels(self);
    if (wanted == RH_MISSING) {
        self->attained = RH_MISSING;
        return;
    }
    wanted = wanted > 0 ? round_up(wanted) : (self->money ? 20000 : self->units ? 40 : 4) * ONE;
    if (incentive->metric == RH_METRIC_GROWTH) {
        if (!self->uses_prior && wanted < INT64_MAX / 8)
            self->base = round_up(4 * wanted);
        wanted = wanted < INT64_MAX - self->base ? wanted + self->base : RH_MISSING;
    } else if (incentive->pays_on_growth && !self->uses_prior) {
        self->base = round_down(part(wanted, 800000));
    } else if (incentive->metric == RH_METRIC_POOLED) {
        self->others = round_down(part(wanted, 400000));
        wanted -= self->others;
    }
    self->attained = wanted;
}

/* The partner's numbers. False where they are too large to be made up. */
static bool choose_amounts(struct rh_example *self)
{
    const struct rh_incentive *incentive = &self->incentive;
    for (size_t k = 0; k < incentive->num_levels && incentive->metric != RH_METRIC_RANK; k++)
        look_at_threshold(self, &incentive->level[k].threshold);
    if (incentive->metric == RH_METRIC_STREAK)
        look_at_threshold(self, &incentive->streak_at_least);
    self->base = ONE * (self->uses_peers ? 3 : 5) * (self->money ? 10000 : self->units ? 10 : 2);
    if (incentive->match.given)
        choose_match(self);
    else if (incentive->metric == RH_METRIC_RATIO)
        choose_ratio(self);
    else if (incentive->metric == RH_METRIC_STREAK)
        choose_streak(self);
    else if (incentive->metric == RH_METRIC_RANK)
        choose_rank(self);
    else
        choose_total(self);
    self->uses_prior = self->uses_prior || incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth;
    return self->attained != RH_MISSING && self->attained > 0;
}

/* Windows of the example, and its incentive active in all of them. */
static void choose_months(struct rh_example *self, const struct rh_program *program)
{
    struct rh_incentive *incentive = &self->incentive;
    const rh_month from = incentive->active_from, until = incentive->active_until;
    const bool given = from != RH_NO_MONTH && until != RH_NO_MONTH;
    int months = rh_window_months(incentive->window);
    if (incentive->window == RH_WINDOW_PROGRAM)
        months = given ? until - from + 1 : 12;
    self->num_windows = 1;
    if (incentive->metric == RH_METRIC_STREAK) {
        const rh_money highest =
            incentive->num_levels > 0 ? incentive->level[incentive->num_levels - 1].threshold.amount / ONE : 1;
        self->num_windows = highest >= 1 && highest <= incentive->streak ? (int)highest : incentive->streak;
    } else if (incentive->match.given && months == 1) {
        self->num_windows = 2; /* what accrues in the first is spent in the second */
    }
    self->first = rh_month_make(EXAMPLE_YEAR, program->year_starts);
    self->last = self->first + self->num_windows * months - 1;
    incentive->active_from = incentive->active_until = RH_NO_MONTH;
}

static rh_month window_first(const struct rh_example *self, int w)
{
    return self->first + w * ((self->last - self->first + 1) / self->num_windows);
}

static rh_month window_last(const struct rh_example *self, int w)
{
    return window_first(self, w + 1) - 1;
}

/* Names that a partner could have in a column: those of the audience, else one that the reward is multiplied for, else
 * none. */
struct candidates {
    const char *name[MOST_CANDIDATES];
    size_t num;
};

static struct candidates candidates_of(const struct rh_incentive *incentive, const struct rh_reference_list *list,
                                       int multiplier_of)
{
    struct candidates self = {.num = 0};
    for (size_t i = 0; i < list->num && self.num < MOST_CANDIDATES; i++)
        self.name[self.num++] = list->item[i].text;
    for (size_t i = 0; i < incentive->num_multipliers && self.num == 0; i++) {
        if ((int)incentive->multiplier[i].of == multiplier_of)
            self.name[self.num++] = incentive->multiplier[i].name.text;
    }
    if (list->num == 0)
        self.name[self.num++] = multiplier_of < 0 ? "your group" : "yours";
    return self;
}

/* The day a partner joined that fits the tenure, before the year-ago window where that is possible; false where none
 * fits. */
static bool choose_joined(const struct rh_example *self, rh_day *out)
{
    const struct rh_audience_keys *keys = &self->incentive.audience.only;
    const rh_day first = rh_month_first_day(self->first);
    const rh_day starts[] = {rh_month_first_day(self->first - 12), first};
    *out = RH_NO_DAY;
    if (!keys->has_tenure_at_least && !keys->has_tenure_at_most)
        return true;
    for (size_t i = 0; i < 2; i++) {
        for (rh_day day = starts[i]; day > first - 366 * 200; day--) {
            if (rh_audience_tenure_fits(keys, day, first)) {
                *out = day;
                return true;
            }
        }
    }
    return false;
}

/* Looks for names with which the partner is eligible. */
static bool choose_partner(struct rh_example *self, struct rh_made_up_partner *out)
{
    const struct rh_incentive *incentive = &self->incentive;
    const struct rh_audience_keys *keys = &incentive->audience.only;
    const struct candidates segment = candidates_of(incentive, &keys->segment, RH_MULTIPLIER_SEGMENT);
    const struct candidates region = candidates_of(incentive, &keys->region, RH_MULTIPLIER_REGION);
    const struct candidates tier = candidates_of(incentive, &keys->tier, RH_MULTIPLIER_TIER);
    const struct candidates parent = candidates_of(incentive, &keys->parent, -1);
    const size_t num = segment.num * region.num * tier.num * parent.num;
    const rh_day first = rh_month_first_day(self->first), last = rh_month_last_day(window_last(self, 0));
    bool found = false;
    if (!choose_joined(self, &out->joined))
        return false;
    out->id = keys->partner.num > 0 ? keys->partner.item[0].text : "you";
    for (size_t i = 0; i < num && !found && !self->made.failed; i++) {
        struct rh_made_up trial;
        out->segment = segment.name[i % segment.num];
        out->region = region.name[i / segment.num % region.num];
        out->tier = tier.name[i / segment.num / region.num % tier.num];
        out->parent = parent.name[i / segment.num / region.num / tier.num];
        rh_made_up_init(&trial, &incentive->behavior, NULL);
        rh_made_up_partner(&trial, out);
        self->made.failed = trial.failed;
        found = !trial.failed && rh_incentive_eligible(incentive, &trial.history, 0, first, last);
        rh_made_up_free(&trial);
    }
    return found;
}

static const char *first_product(const struct rh_reference_list *list)
{
    return list->num > 0 ? list->item[0].text : "";
}

static void add_behavior(struct rh_example *self, int32_t partner, rh_month month, int64_t value)
{
    const struct rh_behavior *behavior = &self->incentive.behavior;
    rh_made_up_event(&self->made, partner, month, behavior->measure.text, self->money,
                     first_product(&behavior->product), value);
}

/* Conditions hold in the window before the first one, and before each later one. */
static void meet_requirements(struct rh_example *self, const struct rh_program *program, int32_t partner)
{
    const struct rh_incentive *incentive = &self->incentive;
    for (size_t i = 0; i < incentive->num_requirements; i++) {
        const struct rh_requirement *requirement = &incentive->requirement[i];
        const char *measure = requirement->measure.text;
        const bool money = rh_measure_nature(measure) == RH_MEASURE_MONEY;
        rh_month done = RH_NO_MONTH;
        for (int w = 0; w < self->num_windows; w++) {
            rh_month first, last;
            rh_window_around(requirement->window, program->year_starts, window_first(self, w), &first, &last);
            first -= rh_window_months(requirement->window);
            if (done == RH_NO_MONTH || first > done)
                rh_made_up_event(&self->made, partner, first, measure, money, first_product(&requirement->product),
                                 requirement->at_least);
            done = first;
        }
    }
}

/* The denominator, of which the behavior may be a part. */
static void add_denominator(struct rh_example *self, int32_t partner, rh_month month)
{
    const struct rh_incentive *incentive = &self->incentive;
    const struct rh_behavior *behavior = &incentive->behavior;
    const char *measure = incentive->ratio_measure.text, *own = first_product(&behavior->product), *product = NULL;
    bool includes = strcmp(measure, behavior->measure.text) == 0 && incentive->ratio_product.num == 0;
    for (size_t i = 0; i < incentive->ratio_product.num; i++) {
        const char *name = incentive->ratio_product.item[i].text;
        bool counted = false;
        for (size_t k = 0; k < behavior->product.num; k++)
            counted = counted || strcmp(behavior->product.item[k].text, name) == 0;
        product = product == NULL && !counted ? name : product;
        includes = includes || (strcmp(measure, behavior->measure.text) == 0 && strcmp(name, own) == 0);
    }
    if (product == NULL)
        product = incentive->ratio_product.num > 0 ? first_product(&incentive->ratio_product) : "other products";
    const int64_t value = self->denominator - (includes ? self->attained : 0);
    if (value > 0)
        rh_made_up_event(&self->made, partner, month, measure,
                         rh_measure_nature(measure) == RH_MEASURE_MONEY ||
                             (rh_measure_nature(measure) == RH_MEASURE_OPEN && self->money),
                         product, value);
}

/* What a partner does in window w, and did a year before. */
static void add_window(struct rh_example *self, int32_t partner, int w, int64_t attained, int64_t base)
{
    const struct rh_incentive *incentive = &self->incentive;
    const rh_month month = window_first(self, w);
    if (attained > 0)
        add_behavior(self, partner, month, attained);
    if (incentive->metric == RH_METRIC_RATIO)
        add_denominator(self, partner, month);
    if (self->uses_target)
        rh_made_up_target(&self->made, partner, incentive->behavior.measure.text, incentive->window, month, base);
}

/* Windows of the year before, unless an earlier one of the example is that already. */
static void add_prior(struct rh_example *self, int32_t partner, int64_t base)
{
    for (int w = 0; w < self->num_windows && (self->uses_prior || self->uses_peers); w++) {
        if (window_first(self, w) - 12 < self->first)
            add_behavior(self, partner, window_first(self, w) - 12, base);
    }
}

static void add_match(struct rh_example *self, int32_t partner)
{
    const char *of = self->incentive.match.of.text;
    rh_made_up_event(&self->made, partner, self->first, of, rh_measure_nature(of) != RH_MEASURE_COUNT, "",
                     self->accrued_on);
    add_behavior(self, partner, self->last, self->attained);
}

static void add_you(struct rh_example *self, const struct rh_program *program, const struct rh_made_up_partner *partner)
{
    const int32_t row = rh_made_up_partner(&self->made, partner);
    meet_requirements(self, program, row);
    if (self->incentive.match.given) {
        add_match(self, row);
    } else {
        const int64_t base = self->incentive.metric == RH_METRIC_POOLED ? part(self->base, 600000) : self->base;
        add_prior(self, row, base);
        for (int w = 0; w < self->num_windows; w++)
            add_window(self, row, w, self->attained, base);
    }
    /* Something of another kind, so that the history reaches as far as the settlement looks. */
    rh_made_up_event(&self->made, row, self->first - 24, "nothing", false, "", ONE);
    rh_made_up_event(&self->made, row, self->last + self->incentive.clawback_months + 1, "nothing", false, "", ONE);
}

/* The others that an example needs: peers, rivals, the rest of a pool. */
static void add_others(struct rh_example *self, const struct rh_program *program, const struct rh_made_up_partner *you)
{
    const struct rh_reference_list *named = &self->incentive.audience.only.partner;
    const bool rank = self->incentive.metric == RH_METRIC_RANK, pool = self->incentive.metric == RH_METRIC_POOLED;
    const int num = self->uses_peers ? 4 : rank ? 2 : pool ? 1 : 0;
    const int64_t tenth = self->base / 3;
    for (int i = 0; i < num; i++) {
        struct rh_made_up_partner other = *you;
        char id[32];
        snprintf(id, sizeof id, "other %d", i + 1);
        other.id = named->num > (size_t)i + 1 ? named->item[i + 1].text : id;
        const int32_t row = rh_made_up_partner(&self->made, &other);
        meet_requirements(self, program, row);
        if (self->uses_peers) {
            add_prior(self, row, tenth * (i < 2 ? i + 1 : i + 2));
        } else if (rank) {
            add_window(self, row, 0, i == 0 ? self->others : self->attained / 2, self->base);
        } else {
            const int64_t base = self->base - part(self->base, 600000);
            add_prior(self, row, base);
            add_window(self, row, 0, self->others, base);
        }
    }
}

/* Lines are looked at in the partner's arithmetic. */
static int pass(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    (void)user;
    (void)line;
    (void)num;
    (void)error;
    return RH_OK;
}

static int settle(struct rh_example *self, struct rh_error *error)
{
    const struct rh_settle_request request = {
        .from = self->first, .until = self->last, .sink = pass, .partner = 0, .arithmetic = &self->arithmetic};
    rh_money budget_left;
    const int code = rh_settle_months(&self->program, &self->made.history, &request, &budget_left, NULL, error);
    if (code != RH_OK)
        return code;
    for (size_t i = 0; i < self->arithmetic.num; i++) {
        if (self->arithmetic.line[i].line.last == self->last)
            self->line = &self->arithmetic.line[i];
    }
    return RH_OK;
}

static void copy_program(struct rh_example *self, const struct rh_program *program,
                         const struct rh_incentive *incentive)
{
    self->program = *program;
    self->incentive = *incentive;
    self->program.incentive = &self->incentive;
    self->program.num_incentives = 1;
    self->program.budget_total = RH_MISSING;
    self->program.num_exchanges = self->program.num_withholdings = self->program.num_tiers = 0;
    self->money = rh_words_is_money(incentive);
    self->units = strcmp(incentive->behavior.measure.text, "units") == 0;
}

int rh_example_init(struct rh_example *self, const struct rh_program *program, const struct rh_incentive *incentive,
                    struct rh_error *error)
{
    struct rh_made_up_partner you;
    const bool pool = incentive->metric == RH_METRIC_POOLED;
    memset(self, 0, sizeof *self);
    copy_program(self, program, incentive);
    rh_made_up_init(&self->made, &incentive->behavior, pool ? incentive->pooled_by.text : NULL);
    choose_months(self, program);
    if (!self->made.failed && (!choose_amounts(self) || (!choose_partner(self, &you) && !self->made.failed)))
        return RH_OK;
    if (self->made.failed)
        return rh_made_up_finish(&self->made, error);
    add_you(self, program, &you);
    add_others(self, program, &you);
    int code = rh_made_up_finish(&self->made, error);
    if (code == RH_OK)
        code = settle(self, error);
    return code;
}

void rh_example_free(struct rh_example *self)
{
    rh_made_up_free(&self->made);
    rh_arithmetic_free(&self->arithmetic);
    memset(self, 0, sizeof *self);
}
