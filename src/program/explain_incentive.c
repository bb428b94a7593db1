/* Who takes part in an incentive, what counts for it, what limits it and how it is paid. */
#include "program/explain_parts.h"

#include "program/parse.h"

#include <assert.h>
#include <string.h>

static bool asks_nothing(const struct rh_audience_keys *keys)
{
    return keys->segment.num == 0 && keys->region.num == 0 && keys->tier.num == 0 && keys->partner.num == 0 &&
           keys->parent.num == 0 && !keys->has_tenure_at_least && !keys->has_tenure_at_most;
}

static void add_tenure(const struct rh_audience_keys *keys, struct rh_text *out)
{
    if (!keys->has_tenure_at_least && !keys->has_tenure_at_most)
        return;
    rh_text_puts(out, " who have been with us for ");
    if (keys->has_tenure_at_least && keys->has_tenure_at_most) {
        const bool months = keys->tenure_at_least.months > 0;
        if (months == (keys->tenure_at_most.months > 0))
            rh_text_printf(out, "%d", months ? keys->tenure_at_least.months : keys->tenure_at_least.days);
        else
            rh_words_duration(out, &keys->tenure_at_least);
        rh_text_puts(out, " to ");
        rh_words_duration(out, &keys->tenure_at_most);
    } else {
        rh_text_puts(out, keys->has_tenure_at_least ? "at least " : "at most ");
        rh_words_duration(out, keys->has_tenure_at_least ? &keys->tenure_at_least : &keys->tenure_at_most);
    }
}

/* "Grocery or Liquor store partners in East with gold status who have been with us for at least 6 months". */
static void add_audience(const struct rh_audience_keys *keys, struct rh_text *out)
{
    rh_text_puts(out, keys->partner.num == 1 ? "the " : "");
    if (keys->segment.num > 0) {
        rh_words_list(out, &keys->segment, "or");
        rh_text_puts(out, " ");
    }
    rh_text_puts(out, keys->partner.num == 1 ? "partner" : "partners");
    if (keys->partner.num > 0) {
        rh_text_puts(out, " ");
        rh_words_list(out, &keys->partner, "and");
    }
    const struct {
        const struct rh_reference_list *list;
        const char *before, *after;
    } parts[] = {{&keys->region, " in ", ""}, {&keys->tier, " with ", " status"}, {&keys->parent, " of ", ""}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].list->num == 0)
            continue;
        rh_text_puts(out, parts[i].before);
        rh_words_list(out, parts[i].list, "or");
        rh_text_puts(out, parts[i].after);
    }
    add_tenure(keys, out);
}

void rh_explain_requirement(const struct rh_program *program, const struct rh_requirement *requirement,
                            struct rh_text *out)
{
    const char *measure = requirement->measure.text;
    const struct rh_measure_words *words = rh_measure_words(measure);
    const bool money = rh_measure_nature(measure) == RH_MEASURE_MONEY;
    rh_text_puts(out, "at least ");
    rh_words_amount(out, measure, money, requirement->at_least, program->currency);
    if (money) {
        struct rh_text total;
        rh_text_init(&total);
        rh_words_total(&total, measure, &requirement->product);
        rh_text_printf(out, " in %s", rh_text_string(&total) + strlen("your "));
        out->failed = out->failed || total.failed;
        rh_text_free(&total);
        return;
    }
    if (words != NULL && words->done != NULL)
        rh_text_printf(out, " %s", words->done);
    if (requirement->product.num > 0) {
        rh_text_printf(out, " %s ", words != NULL ? words->link : "for");
        rh_words_list(out, &requirement->product, "and");
    }
}

static void add_month(rh_month month, struct rh_text *out)
{
    rh_text_printf(out, "%s %d", rh_words_month(rh_month_of_year(month)), rh_month_year(month));
}

static void tell_active(const struct rh_incentive *incentive, struct rh_text *out)
{
    const rh_month from = incentive->active_from, until = incentive->active_until;
    if (from == RH_NO_MONTH && until == RH_NO_MONTH)
        return;
    rh_text_puts(out, " It runs");
    if (from != RH_NO_MONTH) {
        rh_text_puts(out, until == from ? " in " : " from ");
        if (until != RH_NO_MONTH && until != from && rh_month_year(from) == rh_month_year(until))
            rh_text_puts(out, rh_words_month(rh_month_of_year(from)));
        else
            add_month(from, out);
    }
    if (until != RH_NO_MONTH && until != from) {
        rh_text_puts(out, from != RH_NO_MONTH ? " to " : " until ");
        add_month(until, out);
    }
    rh_text_puts(out, ".");
}

static void tell_who(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    const char *window = rh_words_window(incentive->window);
    if (asks_nothing(&incentive->audience.only)) {
        rh_text_puts(out, "Open to every partner");
    } else {
        rh_text_puts(out, "Open to ");
        add_audience(&incentive->audience.only, out);
    }
    if (incentive->audience.has_except) {
        rh_text_puts(out, ", but not to ");
        add_audience(&incentive->audience.except, out);
    }
    rh_text_puts(out, ".");
    tell_active(incentive, out);
    for (size_t i = 0; i < incentive->num_requirements; i++) {
        if (i == 0)
            rh_text_printf(out, " To take part in a %s you need ", window);
        else
            rh_text_puts(out, i + 1 == incentive->num_requirements ? ", and " : ", ");
        rh_explain_requirement(program, &incentive->requirement[i], out);
        rh_text_printf(out, " in the last full %s before it%s", rh_words_window(incentive->requirement[i].window),
                       i + 1 == incentive->num_requirements ? "." : "");
    }
    if (incentive->enrollment == RH_ENROLLMENT_OPT_IN)
        rh_text_puts(out, " You need to sign up for it.");
}

/* "is web, store or left blank". */
static void add_texts(const struct rh_predicate *predicate, struct rh_text *out)
{
    const bool equal = predicate->comparison == RH_EQUAL;
    const struct rh_reference_list *texts = &predicate->texts;
    if (texts->num == 1 && texts->item[0].text[0] == '\0') {
        rh_text_puts(out, equal ? "is left blank" : "is filled in");
        return;
    }
    rh_text_puts(out, equal ? "is " : "is not ");
    for (size_t i = 0; i < texts->num; i++) {
        rh_text_puts(out, i == 0 ? "" : i + 1 == texts->num ? " or " : ", ");
        rh_text_puts(out, texts->item[i].text[0] != '\0' ? texts->item[i].text : "left blank");
    }
}

static void add_predicate(const struct rh_predicate *predicate, struct rh_text *out)
{
    static const char *const phrases[] = {[RH_EQUAL] = "",
                                          [RH_NOT_EQUAL] = "not ",
                                          [RH_LESS] = "less than ",
                                          [RH_LESS_EQUAL] = "at most ",
                                          [RH_GREATER] = "more than ",
                                          [RH_GREATER_EQUAL] = "at least "};
    const bool days = strcmp(predicate->column.text, "days") == 0;
    if (days && predicate->numeric) {
        rh_text_printf(out, "it took %s", phrases[predicate->comparison]);
        rh_words_number(out, predicate->number, 6, 0);
        rh_text_puts(out, predicate->number == RH_PPM_ONE ? " day" : " days");
        return;
    }
    rh_text_puts(out, "its ");
    rh_words_name(out, days ? "number of days" : predicate->column.text);
    rh_text_puts(out, " ");
    if (predicate->numeric) {
        rh_text_printf(out, "is %s", phrases[predicate->comparison]);
        rh_words_number(out, predicate->number, 6, 0);
    } else {
        add_texts(predicate, out);
    }
}

static void tell_where(const struct rh_behavior *behavior, struct rh_text *out)
{
    const struct rh_measure_words *words = rh_measure_words(behavior->measure.text);
    for (size_t i = 0; i < behavior->num_where; i++) {
        if (i == 0 && words != NULL)
            rh_text_printf(out, " A %s counts only if ", words->one);
        else
            rh_text_puts(out, i == 0 ? " It counts only if " : i + 1 == behavior->num_where ? " and " : ", ");
        add_predicate(&behavior->where[i], out);
    }
    if (behavior->num_where > 0)
        rh_text_puts(out, ".");
}

static const char *scope_of(enum rh_scope scope)
{
    return scope == RH_SCOPE_REGION ? " in your region" : scope == RH_SCOPE_SEGMENT ? " in your segment" : "";
}

/* Whom a pool joins. */
static void add_pool(const char *column, struct rh_text *out)
{
    const bool parent = strcmp(column, "parent") == 0, tier = strcmp(column, "tier") == 0;
    if (parent) {
        rh_text_puts(out, "the other partners of your parent company");
    } else {
        rh_text_puts(out, "the other partners with the same ");
        rh_words_name(out, tier ? "status" : column);
    }
}

/* "Each quarter" at the start of a sentence. */
static void start_window(const struct rh_incentive *incentive, struct rh_text *out)
{
    if (incentive->window == RH_WINDOW_PROGRAM)
        rh_text_puts(out, " Over the whole time");
    else
        rh_text_printf(out, " Each %s", rh_words_window(incentive->window));
}

static void tell_streak(const struct rh_program *program, const struct rh_incentive *incentive, const char *total,
                        struct rh_text *out)
{
    const char *window = rh_words_window(incentive->window);
    struct rh_incentive plain = *incentive; /* the mark is an amount of the measure, not of the count */
    plain.metric = RH_METRIC_TOTAL;
    plain.num_levels = 0;
    const bool money = rh_words_is_money(&plain);
    rh_text_printf(out, " We count how many %ss in a row %s %s ", window, total,
                   strncmp(total, "your marketing", 14) == 0 || strncmp(total, "your recurring", 14) == 0 ? "reaches"
                                                                                                          : "reach");
    if (incentive->streak_at_least.relation == RH_RELATIVE_NONE)
        rh_words_amount(out, incentive->behavior.measure.text, money, incentive->streak_at_least.amount,
                        program->currency);
    else
        rh_words_threshold(out, &plain, &incentive->streak_at_least, program->currency);
    rh_text_printf(out, ". A %s below that sets the count back to zero.", window);
}

static void tell_metric(const struct rh_program *program, const struct rh_incentive *incentive, const char *total,
                        struct rh_text *out)
{
    struct rh_text other;
    rh_text_init(&other);
    switch (incentive->metric) {
    case RH_METRIC_TOTAL:
        start_window(incentive, out);
        rh_text_printf(out, " we add up %s.", total);
        break;
    case RH_METRIC_GROWTH:
        start_window(incentive, out);
        rh_text_printf(out, " we compare %s with those %s. What counts is the increase.", total,
                       rh_words_year_before(incentive->window));
        break;
    case RH_METRIC_RATIO:
        rh_words_total(&other, incentive->ratio_measure.text, &incentive->ratio_product);
        start_window(incentive, out);
        rh_text_printf(out, " we look at %s as a share of %s%s.", total,
                       incentive->ratio_product.num == 0 ? "all " : "", rh_text_string(&other));
        break;
    case RH_METRIC_STREAK:
        tell_streak(program, incentive, total, out);
        break;
    case RH_METRIC_RANK:
        rh_words_total_of_others(&other, incentive->behavior.measure.text, &incentive->behavior.product);
        start_window(incentive, out);
        rh_text_printf(out, " we rank all partners%s who take part by %s.", scope_of(incentive->rank_scope),
                       rh_text_string(&other));
        break;
    case RH_METRIC_POOLED:
        start_window(incentive, out);
        rh_text_printf(out, " we add up %s and those of ", total);
        add_pool(incentive->pooled_by.text, out);
        rh_text_puts(out, ". You earn the reward as a group, and each of you receives the share that it contributed.");
        break;
    }
    out->failed = out->failed || other.failed;
    rh_text_free(&other);
}

static void tell_what(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    struct rh_text total;
    rh_text_init(&total);
    rh_words_total(&total, incentive->behavior.measure.text, &incentive->behavior.product);
    tell_metric(program, incentive, rh_text_string(&total), out);
    out->failed = out->failed || total.failed;
    rh_text_free(&total);
    tell_where(&incentive->behavior, out);
}

static void tell_multiplier(const struct rh_incentive *incentive, struct rh_text *out)
{
    for (size_t i = 0; i < incentive->num_multipliers; i++) {
        const struct rh_multiplier *multiplier = &incentive->multiplier[i];
        rh_text_puts(out, i == 0                                ? " Your reward is multiplied by "
                          : i + 1 == incentive->num_multipliers ? ", and by "
                                                                : ", by ");
        rh_words_number(out, multiplier->factor, 6, 0);
        if (multiplier->of == RH_MULTIPLIER_REGION)
            rh_text_printf(out, " in %s", multiplier->name.text);
        else if (multiplier->of == RH_MULTIPLIER_SEGMENT)
            rh_text_printf(out, " for %s partners", multiplier->name.text);
        else
            rh_text_printf(out, " for partners with %s status", multiplier->name.text);
    }
    if (incentive->num_multipliers > 0)
        rh_text_puts(out, incentive->num_multipliers > 1 ? "; all that fit you apply." : ".");
}

static void tell_caps(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    const bool window = incentive->cap_window != RH_MISSING, partner = incentive->cap_partner != RH_MISSING;
    if (window || partner)
        rh_text_puts(out, " You can earn at most ");
    if (window) {
        rh_words_money(out, incentive->cap_window, program->currency);
        if (incentive->window != RH_WINDOW_PROGRAM)
            rh_text_printf(out, " a %s", rh_words_window(incentive->window));
    }
    if (partner) {
        rh_text_puts(out, window ? ", and " : "");
        rh_words_money(out, incentive->cap_partner, program->currency);
        rh_text_puts(out, " over the whole program");
    }
    rh_text_puts(out, window || partner ? "." : "");
    if (incentive->cap_total != RH_MISSING) {
        rh_text_puts(out, " For all partners together there are ");
        rh_words_money(out, incentive->cap_total, program->currency);
        rh_text_puts(out, "; when they are used up, nothing more is paid.");
    }
}

/* The other incentives of the exclusive group. */
static void tell_exclusive(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    size_t num = 0, told = 0;
    for (size_t i = 0; incentive->exclusive != NULL && i < program->num_incentives; i++) {
        const struct rh_incentive *other = &program->incentive[i];
        num += other != incentive && other->exclusive != NULL && strcmp(other->exclusive, incentive->exclusive) == 0;
    }
    for (size_t i = 0; i < program->num_incentives && num > 0; i++) {
        const struct rh_incentive *other = &program->incentive[i];
        if (other == incentive || other->exclusive == NULL || strcmp(other->exclusive, incentive->exclusive) != 0)
            continue;
        rh_text_puts(out, told == 0 ? " It does not add up with " : told + 1 == num ? " and " : ", ");
        rh_text_puts(out, other->name.text);
        told++;
    }
    if (num > 0)
        rh_text_puts(out, ": of those that fall due in the same month, you get the one that pays you most.");
}

static void tell_returns(const struct rh_incentive *incentive, struct rh_text *out)
{
    static const char *const returned[] = {"revenue", "sell_through", "units"};
    const char *window = incentive->window == RH_WINDOW_PROGRAM ? "program" : rh_words_window(incentive->window);
    bool told = false;
    for (size_t i = 0; i < sizeof returned / sizeof *returned; i++)
        told = told || strcmp(returned[i], incentive->behavior.measure.text) == 0;
    if (incentive->clawback_months > 0)
        rh_text_printf(out, " What comes back within %d month%s after the %s is taken off that %s.",
                       incentive->clawback_months, incentive->clawback_months == 1 ? "" : "s", window, window);
    else if (told && incentive->window != RH_WINDOW_PROGRAM)
        rh_text_printf(out, " Returns are taken off in the %s in which they come back.", window);
    else if (told)
        rh_text_puts(out, " Returns are taken off.");
}

static void tell_limits(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    tell_caps(program, incentive, out);
    if (incentive->once)
        rh_text_puts(out, " You can earn it once.");
    tell_exclusive(program, incentive, out);
    if (incentive->minimum > 0) {
        rh_text_puts(out, " Amounts below ");
        rh_words_money(out, incentive->minimum, program->currency);
        rh_text_puts(out, incentive->window == RH_WINDOW_PROGRAM
                              ? " are not paid."
                              : " are kept for you and added to the next payment; what is still below that at the end "
                                "lapses.");
    }
    tell_returns(incentive, out);
}

static void tell_kind(const struct rh_incentive *incentive, struct rh_text *out)
{
    const char *who = incentive->paid_to == RH_PAID_TO_REP ? "your sales people, not to your company" : NULL;
    if (who != NULL)
        rh_text_printf(out, " The reward goes to %s.", who);
    switch (incentive->kind) {
    case RH_KIND_CASH:
        break;
    case RH_KIND_CREDIT:
        rh_text_puts(out, " It comes as a credit on your account.");
        break;
    case RH_KIND_POINTS:
        rh_text_puts(out, " It comes in points of that value.");
        break;
    case RH_KIND_NON_CASH:
        rh_text_puts(out, " It comes as a trip, a gift or an award of that value, not in cash.");
        break;
    }
}

static void tell_payment(const struct rh_incentive *incentive, struct rh_text *out)
{
    const struct rh_duration after = {incentive->payout_after_months, incentive->payout_after_days};
    const bool claimed = incentive->claim == RH_CLAIM_REQUIRED;
    rh_text_puts(out, claimed ? " Please send us your claim; we pay " : " We pay ");
    if (after.months > 0 || after.days > 0) {
        rh_words_duration(out, &after);
        rh_text_puts(out, " after ");
    } else {
        rh_text_puts(out, "at ");
    }
    if (incentive->window == RH_WINDOW_PROGRAM)
        rh_text_puts(out, "the end");
    else
        rh_text_printf(out, "the end of the %s", rh_words_window(incentive->window));
    rh_text_puts(out, claimed ? "." : ", and you do not have to claim anything.");
}

void rh_explain_incentive(const struct rh_program *program, const struct rh_incentive *incentive, struct rh_text *out)
{
    tell_who(program, incentive, out);
    tell_what(program, incentive, out);
    rh_explain_levels(program, incentive, out);
    tell_multiplier(incentive, out);
    tell_limits(program, incentive, out);
    tell_kind(incentive, out);
    tell_payment(incentive, out);
}
