/* Findings on levels and limits that the past tells: levels out of reach or below everybody, limits that do nothing or
 * everything, a budget that past behavior alone would use up. */
#include "program/check_parts.h"

#include <math.h>
#include <string.h>

#define CAME_NEAR 0.8    /* of a threshold: a quarter more is beyond what programs have been seen to bring */
#define NEXT_TO_ALL 0.95 /* of the windows of partners */

static void add_count(struct rh_text *out, size_t num)
{
    rh_text_number(out, (double)num, 0);
}

/* "469 partner quarters". */
static void add_windows(struct rh_text *out, size_t num, const struct rh_incentive *incentive)
{
    add_count(out, num);
    rh_text_puts(out, " partner");
    if (incentive->window != RH_WINDOW_PROGRAM)
        rh_text_printf(out, " %s", rh_words_window(incentive->window));
    rh_text_puts(out, num == 1 ? "" : "s");
}

static void add_attainment(const struct rh_check *self, struct rh_text *out, const struct rh_incentive *incentive,
                           int64_t attainment)
{
    struct rh_threshold amount = {.relation = RH_RELATIVE_NONE, .amount = attainment};
    if (incentive->metric == RH_METRIC_STREAK) {
        rh_words_number(out, attainment, 4, 0);
        rh_text_puts(out, " in a row");
    } else if (incentive->metric == RH_METRIC_RATIO) {
        rh_text_number(out, (double)attainment / 1e4, 1);
        rh_text_puts(out, "%");
    } else {
        rh_words_threshold(out, incentive, &amount, self->program->currency);
    }
}

static void add_threshold(const struct rh_check *self, struct rh_text *out, const struct rh_incentive *incentive,
                          const struct rh_level *level)
{
    if (incentive->metric == RH_METRIC_RANK)
        rh_text_printf(out, "place %d", level->top);
    else if (incentive->metric == RH_METRIC_STREAK)
        add_attainment(self, out, incentive, level->threshold.amount);
    else
        rh_words_threshold(out, incentive, &level->threshold, self->program->currency);
}

static void tell_never(const struct rh_check *self, const struct rh_incentive *incentive, const struct rh_level *level,
                       const struct rh_level_facts *facts, size_t num_lines, const struct rh_past *past)
{
    struct rh_text message;
    rh_text_init(&message);
    rh_text_puts(&message, "never reached: ");
    add_threshold(self, &message, incentive, level);
    rh_text_puts(&message, num_lines == 1 ? " was out of reach in the " : " was out of reach in all of ");
    add_windows(&message, num_lines, incentive);
    rh_text_puts(&message, " of ");
    rh_check_months(&message, past->first, past->last);
    if (!isnan(facts->nearest)) {
        rh_text_puts(&message, "; the best came to ");
        if (facts->nearest < 0.01)
            rh_text_puts(&message, "less than 1");
        else
            rh_text_number(&message, 100.0 * facts->nearest, 0);
        rh_text_puts(&message, "% of it: ");
        add_attainment(self, &message, incentive, facts->best);
        rh_text_printf(&message, " by '%s' in ", self->history->partners.id.name[facts->partner]);
        rh_check_months(&message, facts->first, facts->last);
    }
    rh_check_tell(self, incentive, RH_FINDING_NEVER_REACHED, level->line, level->column, &message);
}

static void tell_always(const struct rh_check *self, const struct rh_incentive *incentive, const struct rh_level *level,
                        size_t num_reached, size_t num_lines, const struct rh_past *past)
{
    struct rh_text message;
    rh_text_init(&message);
    rh_text_puts(&message, "reached anyway: ");
    add_count(&message, num_reached);
    rh_text_puts(&message, " of ");
    add_windows(&message, num_lines, incentive);
    rh_text_puts(&message, " with something to count, ");
    rh_check_months(&message, past->first, past->last);
    rh_text_puts(&message, ", came to ");
    add_threshold(self, &message, incentive, level);
    rh_text_puts(&message, ", so that it asks for nothing");
    rh_check_tell(self, incentive, RH_FINDING_ALWAYS_REACHED, level->line, level->column, &message);
}

/* An incentive that nobody had anything to count for. Where a base may be missing, the history is only too short. */
static void check_empty(const struct rh_check *self, const struct rh_incentive *incentive, const struct rh_past *past)
{
    bool relative = incentive->metric == RH_METRIC_GROWTH || incentive->pays_on_growth || incentive->match.given ||
                    incentive->num_requirements > 0 || incentive->streak_at_least.relation != RH_RELATIVE_NONE;
    for (size_t k = 0; k < incentive->num_levels; k++)
        relative = relative || incentive->level[k].threshold.relation != RH_RELATIVE_NONE;
    if (relative)
        return;
    struct rh_text message;
    rh_text_init(&message);
    rh_text_printf(&message, "never reached: no partner of its audience had anything to count for '%s' in ",
                   incentive->name.text);
    rh_check_months(&message, past->first, past->last);
    rh_check_tell_at(self, incentive, RH_FINDING_NEVER_REACHED, RH_AT_BEHAVIOR, &message);
}

static bool is_zero(const struct rh_incentive *incentive, const struct rh_level *level)
{
    return incentive->metric != RH_METRIC_RANK && level->threshold.relation == RH_RELATIVE_NONE &&
           level->threshold.amount == 0;
}

void rh_check_levels(struct rh_check *self)
{
    for (size_t i = 0; i < self->program->num_incentives; i++) {
        const struct rh_incentive *incentive = &self->program->incentive[i];
        const struct rh_past *past;
        const struct rh_incentive_facts *facts = rh_check_facts(self, i, &past);
        if (facts != NULL && facts->num_lines == 0)
            check_empty(self, incentive, past);
        for (size_t k = 0; facts != NULL && facts->num_lines > 0 && k < incentive->num_levels; k++) {
            const struct rh_level *level = &incentive->level[k];
            const struct rh_level_facts *of = &facts->level[k];
            if (of->num_reached == 0 && incentive->metric != RH_METRIC_RANK &&
                (isnan(of->nearest) || of->nearest < CAME_NEAR))
                tell_never(self, incentive, level, of, facts->num_lines, past);
            else if (!is_zero(incentive, level) && incentive->metric != RH_METRIC_STREAK &&
                     (double)of->num_reached >= NEXT_TO_ALL * (double)facts->num_lines)
                tell_always(self, incentive, level, of->num_reached, facts->num_lines, past);
        }
    }
}

/* ---- Limits */

static void check_window_cap(const struct rh_check *self, size_t i)
{
    const struct rh_incentive *incentive = &self->program->incentive[i];
    const struct rh_past *past;
    const struct rh_incentive_facts *facts = rh_check_facts(self, i, &past);
    struct rh_text message;
    if (incentive->cap_window == RH_MISSING || facts == NULL || facts->num_earned == 0 ||
        (facts->num_window_capped > 0 && facts->num_window_capped < facts->num_earned))
        return;
    const bool never = facts->num_window_capped == 0;
    rh_text_init(&message);
    rh_text_puts(&message, "the limit of ");
    rh_words_money(&message, incentive->cap_window, self->program->currency);
    if (incentive->window != RH_WINDOW_PROGRAM)
        rh_text_printf(&message, " a %s", rh_words_window(incentive->window));
    rh_text_puts(&message, never ? " never binds: in " : " always binds: in ");
    rh_check_months(&message, past->first, past->last);
    if (never) {
        rh_text_puts(&message, " the largest reward would have been ");
        rh_words_money(&message, facts->largest, self->program->currency);
    } else {
        rh_text_puts(&message, " it would have cut all of ");
        add_count(&message, facts->num_earned);
        rh_text_puts(&message, facts->num_earned == 1 ? " reward" : " rewards");
    }
    rh_check_tell_at(self, incentive, never ? RH_FINDING_CAP_NEVER_BINDS : RH_FINDING_CAP_ALWAYS_BINDS,
                     RH_AT_CAP_WINDOW, &message);
}

static void check_partner_cap(const struct rh_check *self, size_t i)
{
    const struct rh_incentive *incentive = &self->program->incentive[i];
    const struct rh_incentive_facts *facts = self->year.settled ? &self->year.facts[i] : NULL;
    size_t num = 0, capped = 0;
    rh_money largest = 0;
    struct rh_text message;
    if (incentive->cap_partner == RH_MISSING || facts == NULL || facts->num_windows == 0)
        return;
    for (size_t p = 0; p < self->history->partners.num; p++) {
        num += facts->earned[p];
        capped += facts->partner_capped[p];
        largest = facts->paid[p] > largest ? facts->paid[p] : largest;
    }
    if (num == 0 || (capped > 0 && capped < num))
        return;
    rh_text_init(&message);
    rh_text_puts(&message, "the limit of ");
    rh_words_money(&message, incentive->cap_partner, self->program->currency);
    rh_text_puts(&message, capped == 0 ? " a partner never binds: in " : " a partner always binds: in ");
    rh_check_months(&message, self->year.first, self->year.last);
    if (capped == 0) {
        rh_text_puts(&message, " no partner would have received more than ");
        rh_words_money(&message, largest, self->program->currency);
    } else {
        rh_text_puts(&message, " it would have cut what all of ");
        add_count(&message, num);
        rh_text_puts(&message, num == 1 ? " partner earned" : " partners earned");
    }
    rh_check_tell_at(self, incentive, capped == 0 ? RH_FINDING_CAP_NEVER_BINDS : RH_FINDING_CAP_ALWAYS_BINDS,
                     RH_AT_CAP_PARTNER, &message);
}

/* cap.total always binds where it is used up in the first month that pays. */
static void check_total_cap(const struct rh_check *self, size_t i)
{
    const struct rh_incentive *incentive = &self->program->incentive[i];
    const struct rh_incentive_facts *facts = self->year.settled ? &self->year.facts[i] : NULL;
    struct rh_text message;
    if (incentive->cap_total == RH_MISSING || facts == NULL || facts->num_paid_months == 0 ||
        (facts->num_capped_months > 0 && facts->num_capped_months < facts->num_paid_months))
        return;
    const bool never = facts->num_capped_months == 0;
    rh_text_init(&message);
    rh_text_puts(&message, "the limit of ");
    rh_words_money(&message, incentive->cap_total, self->program->currency);
    rh_text_puts(&message, never ? " for all partners never binds: in " : " for all partners always binds: in ");
    rh_check_months(&message, self->year.first, self->year.last);
    if (never) {
        rh_text_puts(&message, " all rewards together would have been ");
        rh_words_money(&message, facts->total_paid, self->program->currency);
    } else {
        rh_text_puts(&message, " the first rewards alone would have used it up");
    }
    rh_check_tell_at(self, incentive, never ? RH_FINDING_CAP_NEVER_BINDS : RH_FINDING_CAP_ALWAYS_BINDS, RH_AT_CAP_TOTAL,
                     &message);
}

void rh_check_caps(struct rh_check *self)
{
    for (size_t i = 0; i < self->program->num_incentives && self->history != NULL; i++) {
        check_window_cap(self, i);
        check_partner_cap(self, i);
        check_total_cap(self, i);
    }
}

/* ---- Budget */

void rh_check_budget(struct rh_check *self)
{
    const struct rh_program *program = self->program;
    rh_money spendable;
    struct rh_text message;
    if (program->budget_total == RH_MISSING || !self->year.settled ||
        rh_muldiv(program->budget_total, RH_PPM_ONE - program->budget_reserve, RH_PPM_ONE, &spendable) != RH_OK ||
        self->year.total_paid <= spendable)
        return;
    rh_text_init(&message);
    rh_text_puts(&message, "the budget is short: what partners did in ");
    rh_check_months(&message, self->year.first, self->year.last);
    rh_text_puts(&message, " would have cost ");
    rh_words_money(&message, self->year.total_paid, program->currency);
    rh_text_puts(&message, " without anybody selling more, and the budget has ");
    rh_words_money(&message, spendable, program->currency);
    if (program->budget_reserve > 0) {
        rh_text_puts(&message, " after its reserve of ");
        rh_words_percent(&message, program->budget_reserve);
    }
    rh_check_tell_place(self, program, RH_FINDING_BUDGET_SHORT, program->place[RH_AT_BUDGET], &message);
}
