/* Findings that the file alone tells: thresholds that are cliffs, levels that pay less than the one before, months that
 * no window covers, thresholds of the in-force program that are gone. */
#include "program/check_parts.h"
#include "program/schedule.h"

#include <string.h>

/* ---- Cliffs
 *
 * The last 5% of the way to a threshold, and what they pay: more than 30% of their own value is more than any margin
 * can answer for, so that partners will buy them whether anybody needs the goods or not, or ask for the invoice to be
 * moved. */

#define LAST_PART 0.05
#define MOST_OF_SALE 0.30

/* Money per unit of attainment: 1 for money; for units what the history paid for one; 0 where it is not known. */
static double value_of_one(const struct rh_check *self, const struct rh_incentive *incentive)
{
    const struct rh_history *history = self->history;
    double amount = 0.0, quantity = 0.0;
    if (rh_words_is_money(incentive))
        return 1.0;
    if (history == NULL || strcmp(incentive->behavior.measure.text, "units") != 0)
        return 0.0;
    const struct rh_events *events = &history->events;
    const int32_t revenue = rh_names_find(&history->measures, "revenue");
    for (size_t row = 0; row < events->num; row++) {
        if (events->measure[row] != revenue || events->amount[row] == RH_MISSING ||
            events->quantity[row] == RH_MISSING ||
            !rh_check_listed(&incentive->behavior.product, history->products.name[events->product[row]]))
            continue;
        amount += (double)events->amount[row];
        quantity += (double)events->quantity[row];
    }
    return amount > 0.0 && quantity > 0.0 ? amount / quantity : 0.0;
}

static bool all_amounts(const struct rh_incentive *incentive)
{
    for (size_t k = 0; k < incentive->num_levels; k++) {
        if (incentive->level[k].threshold.relation != RH_RELATIVE_NONE)
            return false;
    }
    return true;
}

/* Share of the last 5% of sales that reaching level k pays, from the schedule; negative where it cannot be said. */
static double paid_at_amount(const struct rh_schedule *schedule, const struct rh_level *level, double value)
{
    const double theta = (double)level->threshold.amount;
    if (theta <= 0.0 || value <= 0.0)
        return -1.0;
    return (rh_schedule_reward(schedule, theta) - rh_schedule_reward(schedule, theta * (1.0 - LAST_PART))) /
           (LAST_PART * theta * value);
}

/* The same of relative thresholds, whose amount differs between partners: what re-rating all sales brings does not
 * depend on it, and on growth alone it re-rates only what lies above the prior year. Flat amounts are left out. */
static double paid_at_relative(const struct rh_incentive *incentive, size_t k)
{
    const struct rh_level *level = &incentive->level[k];
    const double rate = (double)level->rate / RH_PPM_ONE;
    const double before = k > 0 ? (double)incentive->level[k - 1].rate / RH_PPM_ONE : 0.0;
    const double share = (double)level->threshold.share / RH_PPM_ONE;
    double part = 1.0;
    if (incentive->bands != RH_BANDS_RETROACTIVE || !level->has_rate)
        return -1.0;
    if (incentive->pays_on_growth && level->threshold.relation != RH_RELATIVE_PRIOR_YEAR)
        return -1.0;
    if (incentive->pays_on_growth)
        part = share > 1.0 ? 1.0 - 1.0 / share : 0.0;
    return (rate - before) * part / LAST_PART + before;
}

static void tell_cliff(const struct rh_check *self, const struct rh_incentive *incentive, size_t k, double paid)
{
    const struct rh_level *level = &incentive->level[k];
    struct rh_text message;
    rh_text_init(&message);
    rh_text_puts(&message, "a cliff: who buys the last 5% on the way to ");
    rh_words_threshold(&message, incentive, &level->threshold, self->program->currency);
    rh_text_puts(&message, " is paid ");
    rh_text_number(&message, 100.0 * paid, 0);
    rh_text_puts(&message, "% of their price; above 30% it pays to buy what nobody needs, or to move an invoice");
    rh_check_tell(self, incentive, RH_FINDING_CLIFF, level->line, level->column, &message);
}

static void check_cliffs(struct rh_check *self, const struct rh_incentive *incentive)
{
    struct rh_schedule schedule;
    const double value = value_of_one(self, incentive);
    const bool amounts = all_amounts(incentive) && !incentive->pays_on_growth;
    if (incentive->match.given || incentive->metric == RH_METRIC_RATIO || incentive->metric == RH_METRIC_STREAK ||
        incentive->metric == RH_METRIC_RANK)
        return;
    if (amounts && rh_schedule_init(&schedule, incentive, NULL) != RH_OK) {
        self->findings->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        const double paid = amounts                                         ? paid_at_amount(&schedule, level, value)
                            : level->threshold.relation != RH_RELATIVE_NONE ? paid_at_relative(incentive, k)
                                                                            : -1.0;
        if (paid > MOST_OF_SALE * (1.0 + 1e-12))
            tell_cliff(self, incentive, k, paid);
    }
    if (amounts)
        rh_schedule_free(&schedule);
}

void rh_check_cliffs(struct rh_check *self)
{
    for (size_t i = 0; i < self->program->num_incentives; i++)
        check_cliffs(self, &self->program->incentive[i]);
}

/* ---- Rates that fall */

static bool has_pace(const struct rh_incentive *incentive)
{
    for (size_t k = 0; k < incentive->num_levels; k++) {
        if (incentive->level[k].has_rate || incentive->level[k].has_per_unit)
            return true;
    }
    return false;
}

static int64_t pace(const struct rh_level *level)
{
    return level->has_rate ? level->rate : level->has_per_unit ? level->per_unit : 0;
}

static void add_pace(struct rh_text *out, const struct rh_level *before, const struct rh_level *level,
                     const char *currency)
{
    if (before->has_rate)
        rh_words_percent(out, level->rate);
    else
        rh_words_money(out, level->per_unit, currency);
}

static void check_falling(struct rh_check *self, const struct rh_incentive *incentive, size_t k)
{
    const struct rh_level *before = &incentive->level[k - 1], *level = &incentive->level[k];
    const char *currency = self->program->currency;
    const bool highest = incentive->bands == RH_BANDS_RETROACTIVE || incentive->metric == RH_METRIC_RATIO;
    const rh_money flat_before = before->has_flat ? before->flat : 0, flat = level->has_flat ? level->flat : 0;
    struct rh_text message;
    rh_text_init(&message);
    if (incentive->metric == RH_METRIC_RANK && flat > flat_before) {
        rh_text_puts(&message, "the prize rises with the place: ");
        if (level->top - before->top > 1)
            rh_text_printf(&message, "each of places %d to %d", before->top + 1, level->top);
        else
            rh_text_printf(&message, "place %d", level->top);
        rh_text_puts(&message, " earns ");
        rh_words_money(&message, flat, currency);
        rh_text_puts(&message, ", those before it ");
        rh_words_money(&message, flat_before, currency);
    } else if (incentive->metric != RH_METRIC_RANK && has_pace(incentive) && pace(level) < pace(before)) {
        rh_text_puts(&message, "the rate falls from ");
        add_pace(&message, before, before, currency);
        rh_text_puts(&message, " to ");
        add_pace(&message, before, level, currency);
        rh_text_puts(&message, " at ");
        rh_words_threshold(&message, incentive, &level->threshold, currency);
        rh_text_puts(&message,
                     highest ? ": who reaches it is paid less for everything" : ": who sells more is paid less for it");
    } else if (highest && incentive->metric != RH_METRIC_RATIO && flat < flat_before && pace(level) == pace(before)) {
        rh_text_puts(&message, "the flat amount falls from ");
        rh_words_money(&message, flat_before, currency);
        rh_text_puts(&message, " to ");
        rh_words_money(&message, flat, currency);
        rh_text_puts(&message, " at ");
        rh_words_threshold(&message, incentive, &level->threshold, currency);
        rh_text_puts(&message, ", and with retroactive bands only the highest level pays");
    } else {
        rh_text_free(&message);
        return;
    }
    rh_check_tell(self, incentive, RH_FINDING_FALLING_RATE, level->line, level->column, &message);
}

void rh_check_falling_rates(struct rh_check *self)
{
    for (size_t i = 0; i < self->program->num_incentives; i++) {
        for (size_t k = 1; k < self->program->incentive[i].num_levels; k++)
            check_falling(self, &self->program->incentive[i], k);
    }
}

/* ---- Months that no window covers */

/* The nearer of a window's two borders; a tie goes to the one that keeps the month in. */
static rh_month nearer(rh_month month, rh_month outer, rh_month inner)
{
    const int to_outer = month > outer ? month - outer : outer - month;
    const int to_inner = month > inner ? month - inner : inner - month;
    return to_outer <= to_inner ? outer : inner;
}

static void check_covered(struct rh_check *self, const struct rh_incentive *incentive)
{
    const rh_month horizon_first = self->options->horizon_first, horizon_last = self->options->horizon_last;
    const rh_month from = incentive->active_from, until = incentive->active_until;
    const bool horizon = horizon_first != RH_NO_MONTH;
    /* Where it is the incentive's own months that are cut, they are what should change. */
    const bool own_first = from != RH_NO_MONTH && (!horizon || from > horizon_first);
    const bool own_last = until != RH_NO_MONTH && (!horizon || until < horizon_last);
    const rh_month low = own_first ? from : horizon_first, high = own_last ? until : horizon_last;
    if (incentive->window == RH_WINDOW_PROGRAM || incentive->window == RH_WINDOW_MONTH || low == RH_NO_MONTH ||
        high == RH_NO_MONTH || low > high)
        return;
    rh_month low_first, low_last, high_first, high_last;
    rh_window_around(incentive->window, self->program->year_starts, low, &low_first, &low_last);
    rh_window_around(incentive->window, self->program->year_starts, high, &high_first, &high_last);
    const rh_month first = low == low_first ? low : low_last + 1, last = high == high_last ? high : high_first - 1;
    if (first == low && last == high)
        return;
    struct rh_text message;
    rh_text_init(&message);
    if (first > last) {
        rh_check_months(&message, low, high);
        rh_text_printf(&message, " holds no whole %s, so that all of it earns nothing",
                       rh_words_window(incentive->window));
    } else {
        if (first > low)
            rh_check_months(&message, low, first - 1);
        rh_text_puts(&message, first > low && last < high ? " and " : "");
        if (last < high)
            rh_check_months(&message, last + 1, high);
        rh_text_printf(&message, " %s in no whole %s and earn%s nothing", first - low + high - last == 1 ? "is" : "are",
                       rh_words_window(incentive->window), first - low + high - last == 1 ? "s" : "");
    }
    rh_month fit_first = nearer(low, low_first, low_last + 1), fit_last = nearer(high, high_last, high_first - 1);
    /* A horizon cannot begin in the history. */
    if (horizon && !own_first && self->history != NULL && fit_first <= self->history->last_month)
        fit_first = low_last + 1;
    fit_last = fit_last > fit_first ? fit_last : fit_first + rh_window_months(incentive->window) - 1;
    rh_text_puts(&message, own_first || own_last ? "; the nearest active months that fit are "
                                                 : "; the nearest horizon that fits is ");
    rh_check_months(&message, fit_first, fit_last);
    rh_check_tell_at(self, incentive, RH_FINDING_UNCOVERED_MONTHS, own_first || own_last ? RH_AT_ACTIVE : RH_AT_WINDOW,
                     &message);
}

void rh_check_windows(struct rh_check *self)
{
    for (size_t i = 0; i < self->program->num_incentives; i++)
        check_covered(self, &self->program->incentive[i]);
}

/* ---- Thresholds that the in-force program has */

static bool same_threshold(const struct rh_threshold *a, const struct rh_threshold *b)
{
    return a->relation == b->relation &&
           (a->relation == RH_RELATIVE_NONE         ? a->amount == b->amount
            : a->relation == RH_RELATIVE_PERCENTILE ? a->percentile == b->percentile && a->scope == b->scope
                                                    : a->share == b->share);
}

static bool has_threshold(const struct rh_program *program, const struct rh_incentive *incentive,
                          const struct rh_threshold *threshold)
{
    for (size_t i = 0; i < program->num_incentives; i++) {
        const struct rh_incentive *other = &program->incentive[i];
        if (strcmp(other->behavior.measure.text, incentive->behavior.measure.text) != 0 ||
            other->metric != incentive->metric || other->window != incentive->window ||
            !rh_check_lists_meet(&other->behavior.product, &incentive->behavior.product))
            continue;
        for (size_t k = 0; k < other->num_levels; k++) {
            if (same_threshold(&other->level[k].threshold, threshold))
                return true;
        }
    }
    return false;
}

/* True where level k has a threshold that the program does not have for the same behavior. */
static bool is_dropped(const struct rh_check *self, const struct rh_incentive *incentive, size_t k)
{
    const struct rh_threshold *threshold = &incentive->level[k].threshold;
    const bool zero = threshold->relation == RH_RELATIVE_NONE && threshold->amount == 0;
    return !zero && !has_threshold(self->program, incentive, threshold);
}

/* One finding for an incentive, at the first level that is gone. */
static void check_dropped(struct rh_check *self, const struct rh_program *in_force,
                          const struct rh_incentive *incentive)
{
    size_t num = 0, told = 0, first = 0;
    struct rh_text message;
    for (size_t k = incentive->num_levels; k-- > 0;) {
        num += is_dropped(self, incentive, k);
        first = is_dropped(self, incentive, k) ? k : first;
    }
    if (num == 0 || incentive->metric == RH_METRIC_RANK)
        return;
    rh_text_init(&message);
    rh_text_printf(&message, "'%s' drops %s of '%s' in force: ", self->program->name,
                   num == 1 ? "a threshold" : "thresholds", incentive->name.text);
    for (size_t k = first; k < incentive->num_levels; k++) {
        if (!is_dropped(self, incentive, k))
            continue;
        rh_text_puts(&message, told == 0 ? "" : told + 1 == num ? " and " : ", ");
        rh_words_threshold(&message, incentive, &incentive->level[k].threshold, in_force->currency);
        told++;
    }
    if (incentive->window != RH_WINDOW_PROGRAM)
        rh_text_printf(&message, " a %s", rh_words_window(incentive->window));
    rh_text_printf(&message, "; what partners bought early to reach %s stays in the history that is replayed",
                   num == 1 ? "it" : "them");
    const struct rh_place place = {incentive->input, incentive->level[first].line, incentive->level[first].column};
    rh_check_tell_place(self, in_force, RH_FINDING_DROPPED_THRESHOLD, place, &message);
}

void rh_check_dropped(struct rh_check *self)
{
    const struct rh_program *in_force = self->options->in_force;
    for (size_t i = 0; in_force != NULL && i < in_force->num_incentives; i++)
        check_dropped(self, in_force, &in_force->incentive[i]);
}
