/* What the levels of an incentive pay, in sentences. The two kinds of bands read differently: bands that add up are
 * parts of an amount ("1% on the part between …"), bands that re-rate are promises ("reach … and you earn …"). */
#include "program/explain_parts.h"

#include <string.h>

/* What one passage is about. */
struct telling {
    const struct rh_incentive *incentive;
    const char *currency, *measure, *window;
    bool money;
    struct rh_text *out;
};

static bool is_zero(const struct rh_level *level)
{
    return level->threshold.relation == RH_RELATIVE_NONE && level->threshold.amount == 0;
}

static bool has_pace(const struct rh_level *level)
{
    return level->has_rate || level->has_per_unit;
}

static void add_threshold(const struct telling *self, size_t k)
{
    rh_words_threshold(self->out, self->incentive, &self->incentive->level[k].threshold, self->currency);
}

/* The threshold without its unit, where that has just been named. */
static void add_bare_threshold(const struct telling *self, size_t k)
{
    const struct rh_threshold *threshold = &self->incentive->level[k].threshold;
    if (threshold->relation == RH_RELATIVE_NONE && !self->money)
        rh_words_number(self->out, threshold->amount, 4, 0);
    else
        add_threshold(self, k);
}

static const char *unit(const struct telling *self)
{
    const struct rh_measure_words *words = rh_measure_words(self->measure);
    return words != NULL && words->one != NULL ? words->one : "one";
}

static void add_money(const struct telling *self, rh_money money)
{
    rh_words_money(self->out, money, self->currency);
}

/* What a rate is paid on when it is paid on all of it. */
static const char *whole(const struct telling *self, bool single)
{
    const struct rh_incentive *incentive = self->incentive;
    return incentive->pays_on_growth               ? "what lies above last year's result"
           : incentive->metric == RH_METRIC_GROWTH ? (single ? "the increase" : "the whole increase")
           : incentive->metric == RH_METRIC_POOLED ? "the group's total"
           : single                                ? "the total"
                                                   : "the whole amount";
}

/* "1% of the whole amount plus $500". */
static void add_payment(const struct telling *self, const struct rh_level *level, bool single)
{
    if (level->has_rate) {
        rh_words_percent(self->out, level->rate);
        rh_text_puts(self->out, " of ");
        if (self->incentive->metric == RH_METRIC_RATIO)
            rh_words_total(self->out, self->measure, &self->incentive->behavior.product);
        else
            rh_text_puts(self->out, whole(self, single));
    } else if (level->has_per_unit) {
        add_money(self, level->per_unit);
        rh_text_printf(self->out, " for %s %s", single ? "each" : "every", unit(self));
    }
    if (level->has_flat) {
        rh_text_puts(self->out, has_pace(level) ? " plus a flat " : "");
        add_money(self, level->flat);
    }
}

/* "on the first $15,000", "on the part between $5,000 and $15,000", "on the part above $15,000". */
static void add_band(const struct telling *self, size_t k)
{
    const struct rh_incentive *incentive = self->incentive;
    const bool last = k + 1 == incentive->num_levels, zero = is_zero(&incentive->level[k]);
    struct rh_text *out = self->out;
    if (self->money) {
        const bool first_amount = zero && !last && incentive->level[k + 1].threshold.relation == RH_RELATIVE_NONE;
        rh_text_puts(out, first_amount ? " on the first "
                          : zero       ? " on the part up to "
                          : last       ? " on the part above "
                                       : " on the part between ");
    } else {
        rh_text_puts(out, zero ? " up to " : last ? " above " : " between ");
    }
    if (!zero)
        add_bare_threshold(self, k);
    if (!zero && !last)
        rh_text_puts(out, " and ");
    if (!last)
        add_bare_threshold(self, k + 1);
}

/* Bands with a rate: "You earn 1% on the part between … and 2.5% on the part above …." */
static void tell_bands(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    struct rh_text *out = self->out;
    size_t num = 0, told = 0;
    for (size_t k = 0; k < incentive->num_levels; k++)
        num += has_pace(&incentive->level[k]);
    if (num == 0)
        return;
    rh_text_puts(out, " You earn ");
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        if (!has_pace(level))
            continue;
        rh_text_puts(out, told == 0 ? "" : told + 1 == num ? " and " : ", ");
        told++;
        if (is_zero(level) && incentive->num_levels == 1) {
            struct rh_level pace = *level;
            pace.has_flat = false;
            add_payment(self, &pace, true);
            continue;
        }
        if (level->has_rate) {
            rh_words_percent(out, level->rate);
        } else {
            add_money(self, level->per_unit);
            rh_text_printf(out, " for each %s", unit(self));
        }
        add_band(self, k);
    }
    rh_text_puts(out, ".");
    if (has_pace(&incentive->level[0]) && !is_zero(&incentive->level[0])) {
        rh_text_puts(out, " Nothing is paid on the part below ");
        add_bare_threshold(self, 0);
        rh_text_puts(out, ".");
    }
}

/* Flat amounts of bands that add up. */
static void tell_flats(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    struct rh_text *out = self->out;
    size_t told = 0;
    bool on_top = false;
    for (size_t k = 0; k < incentive->num_levels; k++)
        on_top = on_top || has_pace(&incentive->level[k]);
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        if (!level->has_flat)
            continue;
        if (is_zero(level)) {
            rh_text_printf(out, " Any %s in which there is something to count earns you a flat ", self->window);
            add_money(self, level->flat);
        } else {
            rh_text_puts(out, " Reach ");
            add_threshold(self, k);
            rh_text_puts(out, told > 0 ? " and you earn another " : on_top ? " and a flat " : " and you earn a flat ");
            add_money(self, level->flat);
            rh_text_puts(out, told == 0 && on_top ? " comes on top" : "");
        }
        rh_text_puts(out, ".");
        told++;
    }
}

static void tell_marginal(const struct telling *self)
{
    tell_bands(self);
    tell_flats(self);
}

static void tell_retroactive(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    const bool single = incentive->num_levels == 1 && is_zero(&incentive->level[0]);
    struct rh_text *out = self->out;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        if (is_zero(&incentive->level[k])) {
            rh_text_puts(out, " You earn ");
            add_payment(self, &incentive->level[k], single);
            rh_text_puts(out, single ? "" : " from the start");
        } else {
            rh_text_puts(out, " Reach ");
            add_threshold(self, k);
            rh_text_puts(out, " and you earn ");
            add_payment(self, &incentive->level[k], false);
        }
        rh_text_puts(out, ".");
    }
    if (incentive->num_levels > 1)
        rh_text_puts(out, " Only the highest level that you reach counts.");
}

static void tell_ratio(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    struct rh_text *out = self->out;
    bool pace = false, flat = false;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        pace = pace || has_pace(&incentive->level[k]);
        flat = flat || incentive->level[k].has_flat;
        if (is_zero(&incentive->level[k]))
            rh_text_puts(out, " From the start you earn ");
        else
            rh_text_puts(out, " Reach ");
        if (!is_zero(&incentive->level[k])) {
            add_threshold(self, k);
            rh_text_puts(out, " and you earn ");
        }
        add_payment(self, &incentive->level[k], false);
        rh_text_puts(out, ".");
    }
    if (incentive->num_levels == 1)
        return;
    if (flat && incentive->bands == RH_BANDS_MARGINAL) {
        rh_text_puts(out, " Flat amounts add up");
        rh_text_puts(out, pace ? "; of the rates, only that of the highest level you reach counts." : ".");
    } else {
        rh_text_puts(out, " Only the highest level that you reach counts.");
    }
}

/* Levels of a streak: their flats add up, or the highest alone pays. */
static void tell_streak(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    struct rh_text *out = self->out;
    bool early = false;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        const bool more = k > 0 && incentive->bands == RH_BANDS_MARGINAL;
        early = early || level->threshold.amount < (rh_money)incentive->streak * RH_MONEY_ONE;
        rh_text_puts(out, " With ");
        rh_words_number(out, level->threshold.amount, 4, 0);
        rh_text_printf(out, " in a row you earn %s", more ? "another " : "");
        add_money(self, level->flat);
        rh_text_puts(out, ".");
    }
    if (early)
        rh_text_printf(out, " This is paid in every %s in which your run is that long.", self->window);
    rh_text_printf(out, " After %d in a row the count starts again.", incentive->streak);
}

static void tell_ranks(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    struct rh_text *out = self->out;
    int before = 0;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        const struct rh_level *level = &incentive->level[k];
        rh_text_puts(out, " ");
        if (before == 0 && level->top == 1) {
            rh_text_puts(out, "The first place earns ");
        } else if (before + 1 == level->top) {
            rh_text_puts(out, "The ");
            rh_words_ordinal(out, level->top);
            rh_text_puts(out, " place earns ");
        } else if (before == 0) {
            rh_text_printf(out, "Each of the first %d places earns ", level->top);
        } else {
            rh_text_printf(out, before + 2 == level->top ? "Places %d and %d earn " : "Places %d to %d earn ",
                           before + 1, level->top);
        }
        add_money(self, level->flat);
        rh_text_puts(out, before > 0 && before + 1 < level->top ? " each." : ".");
        before = level->top;
    }
    rh_text_puts(out, " Partners with the same result share the better place, and each of them is paid in full.");
}

static void tell_match(const struct telling *self)
{
    const struct rh_match *match = &self->incentive->match;
    const struct rh_reference_list all = {0};
    struct rh_text *out = self->out;
    rh_text_puts(out, " We pay back ");
    rh_words_percent(out, match->share);
    rh_text_puts(out, " of it, as far as your fund reaches. Each month your fund grows by ");
    rh_words_percent(out, match->accrues);
    rh_text_puts(out, " of ");
    rh_words_total(out, match->of.text, &all);
    rh_text_puts(out, "; you can use the money from the following month on");
    if (match->expires_months > 0)
        rh_text_printf(out, ", and what is %d month%s old expires", match->expires_months,
                       match->expires_months == 1 ? "" : "s");
    rh_text_puts(out, ".");
}

/* What "last year's result" is, where the levels speak of it. */
static void tell_last_year(const struct telling *self)
{
    const struct rh_incentive *incentive = self->incentive;
    bool told = incentive->pays_on_growth || (incentive->metric == RH_METRIC_STREAK &&
                                              incentive->streak_at_least.relation == RH_RELATIVE_PRIOR_YEAR);
    for (size_t k = 0; k < incentive->num_levels && incentive->metric != RH_METRIC_RANK; k++)
        told = told || incentive->level[k].threshold.relation == RH_RELATIVE_PRIOR_YEAR;
    if (told)
        rh_text_printf(self->out, " Last year's result is what %s reached %s.",
                       incentive->metric == RH_METRIC_POOLED ? "the group" : "you",
                       rh_words_year_before(incentive->window));
}

void rh_explain_levels(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    const struct telling self = {incentive,
                                 program->currency,
                                 incentive->behavior.measure.text,
                                 rh_words_window(incentive->window),
                                 rh_words_is_money(incentive),
                                 out};
    tell_last_year(&self);
    if (incentive->match.given)
        tell_match(&self);
    else if (incentive->metric == RH_METRIC_RATIO)
        tell_ratio(&self);
    else if (incentive->metric == RH_METRIC_STREAK)
        tell_streak(&self);
    else if (incentive->metric == RH_METRIC_RANK)
        tell_ranks(&self);
    else if (incentive->bands == RH_BANDS_RETROACTIVE)
        tell_retroactive(&self);
    else
        tell_marginal(&self);
    if (incentive->pays_on_growth && incentive->bands == RH_BANDS_MARGINAL)
        rh_text_puts(out,
                     " The levels go by the total, but rates are paid only on what lies above last year's result.");
}
