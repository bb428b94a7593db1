/* Tells the case of a worked example: what the partner does, how that becomes a reward, what limits do to it. The
 * arithmetic is shown part by part; where the parts do not make what the settlement says, only its result is told. */
#include "program/explain_example.h"
#include "program/explain_parts.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

#define CENT (RH_MONEY_ONE / 100)

/* One part of a reward: "2.5% of $3,000 is $75". */
struct portion {
    const struct rh_level *level;
    int64_t amount; /* what the rate is paid on, 10⁻⁴; RH_MISSING: a flat amount */
    rh_money money;
};

struct telling {
    const struct rh_example *example;
    const struct rh_incentive *incentive; /* the original */
    const char *currency, *measure, *window;
    struct rh_text *out;
    struct portion *portion; /* [num] */
    size_t num;
};

static void add_money(const struct telling *self, rh_money money)
{
    rh_words_money(self->out, money, self->currency);
}

static void add_amount(const struct telling *self, int64_t amount)
{
    rh_words_amount(self->out, self->measure, self->example->money, amount, self->currency);
}

static void add_act(const struct telling *self)
{
    rh_words_act(self->out, self->measure, &self->incentive->behavior.product, self->example->money,
                 self->example->attained, self->currency);
}

/* "in the quarter"; nothing for a window that has no name. */
static void add_window(const struct telling *self)
{
    if (self->incentive->window != RH_WINDOW_PROGRAM)
        rh_text_printf(self->out, " in the %s", self->window);
}

/* Where the levels are for this partner, if they depend on it. */
static void tell_thresholds(const struct telling *self)
{
    const struct rh_line_arithmetic *line = self->example->line;
    const struct rh_incentive *incentive = self->incentive;
    size_t num = 0, told = 0;
    for (size_t k = 0; k < line->num_thresholds && k < incentive->num_levels; k++)
        num += incentive->level[k].threshold.relation != RH_RELATIVE_NONE && line->threshold[k] != RH_MISSING;
    if (num == 0)
        return;
    rh_text_printf(self->out, num > 1 ? " This puts %s levels at " : " This puts %s bar at ",
                   incentive->metric == RH_METRIC_POOLED ? "the group's" : "your");
    for (size_t k = 0; k < line->num_thresholds && k < incentive->num_levels; k++) {
        if (incentive->level[k].threshold.relation == RH_RELATIVE_NONE || line->threshold[k] == RH_MISSING)
            continue;
        rh_text_puts(self->out, told == 0 ? "" : told + 1 == num ? " and " : ", ");
        add_amount(self, line->threshold[k]);
        told++;
    }
    rh_text_puts(self->out, ".");
}

static void tell_before(const struct telling *self)
{
    const struct rh_line_arithmetic *line = self->example->line;
    struct rh_text *out = self->out;
    if (self->example->uses_target && line->target != RH_MISSING) {
        rh_text_puts(out, self->example->uses_prior ? ", with a target of " : " and your target is ");
        add_amount(self, line->target);
    }
    if (self->example->uses_prior && line->prior != RH_MISSING && self->incentive->metric != RH_METRIC_POOLED) {
        rh_text_puts(out, ", after ");
        add_amount(self, line->prior);
        rh_text_puts(out, " a year before");
    }
}

static void tell_ratio(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    const struct rh_line_arithmetic *line = self->example->line;
    const struct rh_measure_words *words = rh_measure_words(incentive->ratio_measure.text);
    const bool money = words != NULL ? words->money : self->example->money;
    rh_text_puts(self->out, ", and ");
    rh_words_act(self->out, incentive->ratio_measure.text, &incentive->ratio_product, money, line->denominator,
                 self->currency);
    rh_text_puts(self->out, incentive->ratio_product.num == 0 ? " in all: a share of " : ": a share of ");
    rh_words_percent(self->out, line->line.attainment);
}

static void tell_rank(const struct telling *self)
{
    struct rh_text *out = self->out;
    const struct rh_line_arithmetic *line = self->example->line;
    rh_text_puts(out, line->rank > 1 ? ", and one partner has more with " : ", and the next best partner has ");
    add_amount(self, self->example->others);
    rh_text_puts(out, ": you come ");
    rh_words_ordinal(out, (int)line->rank);
}

static void tell_pool(const struct telling *self)
{
    struct rh_text *out = self->out;
    const struct rh_line_arithmetic *line = self->example->line;
    rh_text_puts(out, ", and the others in your group add ");
    add_amount(self, self->example->others);
    rh_text_puts(out, ": together ");
    add_amount(self, line->pool_total);
    if (self->example->uses_prior && line->prior != RH_MISSING) {
        rh_text_puts(out, ", after ");
        add_amount(self, line->prior);
        rh_text_puts(out, " a year before");
    }
}

static void tell_match(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    const struct rh_reference_list all = {0};
    const struct rh_line_arithmetic *line = self->example->line;
    rh_money fund = 0;
    for (size_t i = 0; i < line->num_match; i++)
        fund = line->match[i].spend > 0 ? line->match[i].fund : fund;
    rh_words_act(self->out, incentive->match.of.text, &all, true, self->example->accrued_on, self->currency);
    rh_text_puts(self->out, " in one month, which puts ");
    add_money(self, fund);
    rh_text_puts(self->out, " into your fund. Later you spend ");
    add_money(self, self->example->attained);
    rh_text_puts(self->out, " on marketing, and we pay back ");
    rh_words_percent(self->out, incentive->match.share);
    rh_text_puts(self->out, " of it.");
}

/* What the partner does. */
static void tell_case(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    const struct rh_line_arithmetic *line = self->example->line;
    struct rh_text *out = self->out;
    if (incentive->match.given) {
        tell_match(self);
        return;
    }
    add_act(self);
    if (incentive->metric == RH_METRIC_STREAK && self->example->num_windows > 1) {
        rh_text_printf(out, " in each of %d %ss in a row", self->example->num_windows, self->window);
    } else {
        add_window(self);
    }
    tell_before(self);
    if (incentive->metric == RH_METRIC_GROWTH) {
        rh_text_puts(out, ": an increase of ");
        add_amount(self, line->line.attainment);
    } else if (incentive->metric == RH_METRIC_RATIO) {
        tell_ratio(self);
    } else if (incentive->metric == RH_METRIC_RANK) {
        tell_rank(self);
    } else if (incentive->metric == RH_METRIC_POOLED) {
        tell_pool(self);
    }
    rh_text_puts(out, ".");
    if (incentive->metric != RH_METRIC_STREAK && incentive->metric != RH_METRIC_RANK)
        tell_thresholds(self);
}

static void add_portion(struct telling *self, const struct rh_level *level, int64_t amount)
{
    struct portion *portion = &self->portion[self->num];
    *portion = (struct portion){level, amount, RH_MISSING};
    if (amount == RH_MISSING) {
        portion->money = level->flat;
        self->num += level->has_flat && level->flat > 0;
    } else if (amount > 0 && (level->has_rate || level->has_per_unit)) {
        const int code = level->has_rate ? rh_muldiv(amount, level->rate, RH_PPM_ONE, &portion->money)
                                         : rh_muldiv(amount, level->per_unit, RH_MONEY_ONE, &portion->money);
        self->num += code == RH_OK;
    }
}

/* What lies in [low, high) above the year before, where only that is paid. */
static int64_t paid_part(const struct telling *self, int64_t low, int64_t high)
{
    const int64_t prior = self->incentive->pays_on_growth ? self->example->line->prior : 0;
    const int64_t from = low > prior ? low : prior;
    return high > from ? high - from : 0;
}

/* The parts that the levels up to the reached one pay, by the rules of the settlement. */
static void find_portions(struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    const struct rh_line_arithmetic *line = self->example->line;
    const bool pool = incentive->metric == RH_METRIC_POOLED;
    const int64_t a = pool ? line->pool_total : line->line.attainment;
    const size_t reached = (size_t)line->line.level;
    const bool highest = incentive->bands == RH_BANDS_RETROACTIVE || incentive->metric == RH_METRIC_RATIO;
    for (size_t k = 0; k < reached && k < line->num_thresholds; k++) {
        const struct rh_level *level = &incentive->level[k];
        const bool top = k + 1 == reached;
        size_t next = k + 1;
        while (next < line->num_thresholds && line->threshold[next] == RH_MISSING)
            next++;
        if (incentive->metric == RH_METRIC_RANK) {
            if (top)
                add_portion(self, level, RH_MISSING);
        } else if (line->threshold[k] == RH_MISSING) {
            continue;
        } else if (incentive->metric == RH_METRIC_RATIO && top) {
            add_portion(self, level, line->total);
        } else if (!highest) {
            const int64_t end =
                top || next >= line->num_thresholds || line->threshold[next] > a ? a : line->threshold[next];
            add_portion(self, level, paid_part(self, line->threshold[k], end));
        } else if (top) {
            add_portion(self, level, paid_part(self, 0, a));
        }
        if (incentive->metric != RH_METRIC_RANK && (top || incentive->bands == RH_BANDS_MARGINAL))
            add_portion(self, level, RH_MISSING);
    }
}

/* True where the portions make what the settlement earned. */
static bool portions_agree(const struct telling *self)
{
    const struct rh_line_arithmetic *line = self->example->line;
    int64_t sum = 0;
    for (size_t i = 0; i < self->num; i++)
        sum += self->portion[i].money;
    if (self->incentive->metric != RH_METRIC_POOLED && rh_muldiv(sum, line->line.multiplier, RH_PPM_ONE, &sum) != RH_OK)
        return false;
    const rh_money wanted = self->incentive->metric == RH_METRIC_POOLED ? line->pool_reward : line->line.earned;
    return self->num > 0 && sum - wanted <= CENT && wanted - sum <= CENT;
}

/* "reaching $15,000 brings $500". */
static void tell_flat(const struct telling *self, const struct portion *portion)
{
    const struct rh_incentive *incentive = self->incentive;
    const struct rh_threshold *threshold = &portion->level->threshold;
    struct rh_text *out = self->out;
    if (incentive->metric == RH_METRIC_STREAK) {
        rh_words_number(out, threshold->amount, 4, 0);
        rh_text_puts(out, " in a row bring ");
    } else if (threshold->relation == RH_RELATIVE_NONE && threshold->amount == 0) {
        rh_text_puts(out, "the start brings ");
    } else {
        rh_text_puts(out, "reaching ");
        rh_words_threshold(out, incentive, threshold, self->currency);
        rh_text_puts(out, " brings ");
    }
    add_money(self, portion->money);
}

static void tell_portion(const struct telling *self, const struct portion *portion)
{
    struct rh_text *out = self->out;
    if (portion->amount == RH_MISSING) {
        tell_flat(self, portion);
        return;
    }
    if (portion->level->has_rate) {
        rh_words_percent(out, portion->level->rate);
        rh_text_puts(out, " of ");
        add_amount(self, portion->amount);
        rh_text_puts(out, " is ");
    } else {
        add_amount(self, portion->amount);
        rh_text_puts(out, " at ");
        add_money(self, portion->level->per_unit);
        rh_text_puts(out, portion->amount == RH_MONEY_ONE ? " is " : " each make ");
    }
    rh_money cents;
    add_money(self, rh_money_to_cents(portion->money, &cents) == RH_OK ? cents : portion->money);
}

/* Whether nothing stands between the portions and what is paid. */
static bool is_plain(const struct telling *self)
{
    const struct rh_line_arithmetic *line = self->example->line;
    return self->incentive->metric != RH_METRIC_POOLED && line->line.multiplier == RH_PPM_ONE &&
           line->line.reasons == 0;
}

/* Rates before flat amounts. */
static void order_portions(struct telling *self)
{
    for (size_t i = 1; i < self->num; i++) {
        const struct portion moved = self->portion[i];
        size_t k = i;
        for (; k > 0 && moved.amount != RH_MISSING && self->portion[k - 1].amount == RH_MISSING; k--)
            self->portion[k] = self->portion[k - 1];
        self->portion[k] = moved;
    }
}

/* " 1% of $10,000 is $100, and reaching $15,000 brings $500." */
static void tell_portions(struct telling *self)
{
    struct rh_text sentence;
    struct telling inner = *self;
    if (self->num == 1 && self->portion[0].amount == RH_MISSING)
        return; /* what is paid says it */
    order_portions(self);
    rh_text_init(&sentence);
    inner.out = &sentence;
    for (size_t i = 0; i < self->num; i++) {
        rh_text_puts(&sentence, i == 0 ? " " : i + 1 == self->num ? ", and " : ", ");
        tell_portion(&inner, &self->portion[i]);
    }
    if (sentence.length > 1 && sentence.bytes[1] >= 'a' && sentence.bytes[1] <= 'z')
        sentence.bytes[1] = (char)(sentence.bytes[1] - 'a' + 'A');
    rh_text_printf(self->out, "%s.", rh_text_string(&sentence));
    self->out->failed = self->out->failed || sentence.failed;
    rh_text_free(&sentence);
}

/* What a step of the settlement took or set aside. */
static void tell_step(const struct telling *self, unsigned reason)
{
    const struct rh_incentive *incentive = self->incentive;
    struct rh_text *out = self->out;
    switch (reason) {
    case RH_REASON_ONCE:
        rh_text_puts(out, " You have earned this before, and it pays once.");
        break;
    case RH_REASON_WINDOW_CAP:
        rh_text_puts(out, " The limit is ");
        add_money(self, incentive->cap_window);
        if (incentive->window != RH_WINDOW_PROGRAM)
            rh_text_printf(out, " a %s", self->window);
        rh_text_puts(out, ".");
        break;
    case RH_REASON_PARTNER_CAP:
        rh_text_puts(out, " The limit is ");
        add_money(self, incentive->cap_partner);
        rh_text_puts(out, " over the whole program.");
        break;
    case RH_REASON_MINIMUM:
        rh_text_puts(out, " That is below ");
        add_money(self, incentive->minimum);
        rh_text_puts(out, incentive->window == RH_WINDOW_PROGRAM ? ", so nothing is paid."
                                                                 : ", so it is kept until your next payments make up "
                                                                   "the rest.");
        break;
    case RH_REASON_TOTAL_CAP:
        rh_text_puts(out, " For all partners together there are ");
        add_money(self, incentive->cap_total);
        rh_text_puts(out, ".");
        break;
    default:
        break;
    }
}

/* " You earn ", " You earn points worth ". */
static void start_result(const struct telling *self)
{
    static const char *const words[] = {[RH_KIND_CASH] = " You earn ",
                                        [RH_KIND_CREDIT] = " You earn a credit of ",
                                        [RH_KIND_POINTS] = " You earn points worth ",
                                        [RH_KIND_NON_CASH] = " You earn a reward worth "};
    const bool rep = self->incentive->paid_to == RH_PAID_TO_REP && self->incentive->kind == RH_KIND_CASH;
    rh_text_puts(self->out, self->incentive->match.given ? " You get back "
                            : rep                        ? " Your sales people earn "
                                                         : words[self->incentive->kind]);
}

/* " You earn 2% of $20,000: $400." */
static void tell_single(const struct telling *self)
{
    const struct portion *portion = &self->portion[0];
    struct rh_text *out = self->out;
    start_result(self);
    if (portion->level->has_rate) {
        rh_words_percent(out, portion->level->rate);
        rh_text_puts(out, " of ");
    } else {
        add_money(self, portion->level->per_unit);
        rh_text_puts(out, portion->amount == RH_MONEY_ONE ? " for " : " for each of ");
    }
    add_amount(self, portion->amount);
    rh_text_puts(out, ": ");
    add_money(self, self->example->line->line.payable);
    rh_text_puts(out, ".");
}

static void tell_pool_reward(const struct telling *self)
{
    const struct rh_line_arithmetic *line = self->example->line;
    rh_text_puts(self->out, " The group earns ");
    add_money(self, line->pool_reward);
    if (line->line.multiplier == RH_PPM_ONE) {
        rh_text_puts(self->out, ", and your share of it is ");
        add_money(self, line->line.earned);
        rh_text_puts(self->out, ".");
    } else {
        rh_text_puts(self->out, ", of which you receive what you contributed.");
    }
}

static void tell_reward(struct telling *self)
{
    const struct rh_line_arithmetic *line = self->example->line;
    const bool pool = self->incentive->metric == RH_METRIC_POOLED, agree = portions_agree(self);
    struct rh_text *out = self->out;
    if (agree && is_plain(self) && self->num == 1 && self->portion[0].amount != RH_MISSING) {
        tell_single(self);
        return;
    }
    if (agree)
        tell_portions(self);
    if (pool)
        tell_pool_reward(self);
    if (line->line.multiplier != RH_PPM_ONE) {
        rh_text_puts(out, " For you it is multiplied by ");
        rh_words_number(out, line->line.multiplier, 6, 0);
        rh_text_puts(out, ": ");
        add_money(self, line->line.earned);
        rh_text_puts(out, ".");
    }
    for (int bit = 0; bit < RH_NUM_REASONS; bit++) {
        if ((line->line.reasons & 1U << bit) != 0)
            tell_step(self, 1U << bit);
    }
    /* At the last window of a statement what is below the minimum lapses; for the example it is only set aside. */
    if ((line->line.reasons & RH_REASON_MINIMUM) != 0 ||
        (pool && line->line.multiplier == RH_PPM_ONE && line->line.reasons == 0))
        return;
    start_result(self);
    add_money(self, line->line.payable);
    rh_text_puts(out, ".");
}

int rh_explain_example(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out,
                       struct rh_error *error)
{
    struct rh_example example;
    struct telling self = {.example = &example,
                           .incentive = incentive,
                           .currency = program->currency,
                           .measure = incentive->behavior.measure.text,
                           .window = rh_words_window(incentive->window),
                           .out = out,
                           .portion = rh_calloc(2 * incentive->num_levels + 2, sizeof *self.portion)};
    int code = rh_example_init(&example, program, incentive, error);
    if (self.portion == NULL)
        code = RH_ERR_NO_MEMORY;
    if (code == RH_OK && example.line != NULL) {
        if (!incentive->match.given)
            find_portions(&self);
        tell_case(&self);
        tell_reward(&self);
    }
    rh_example_free(&example);
    free(self.portion);
    /* Numbers too large for the settlement make no example, and leave the rest of the explanation as it is. */
    return code == RH_ERR_NO_MEMORY ? rh_error_set(error, code, "%s", rh_code_message(code)) : RH_OK;
}
