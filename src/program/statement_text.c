/* One partner's statement as a person would want to read it: each line with what it was reckoned from, step by step,
 * from the numbers that the settlement itself used. Amounts stand in one column, so that they can be added up by eye.
 */
#include "program/settle.h"

#include <string.h>

#define LABEL_WIDTH 64
#define AMOUNT_WIDTH 18

/* What is being written. */
struct sheet {
    const struct rh_program *program;
    const struct rh_history *history;
    struct rh_text *out;
};

/* Appends value (10^-scale) with commas and as many decimals as it needs, at least `fewest`. */
static void add_number(struct rh_text *out, int64_t value, int scale, int fewest)
{
    char digits[RH_DECIMAL_TEXT];
    rh_decimal_format(value, scale, scale, digits);
    const char *at = digits;
    if (*at == '-')
        rh_text_add(out, at++, 1);
    const size_t num_integer = strspn(at, "0123456789");
    for (size_t i = 0; i < num_integer; i++) {
        if (i > 0 && (num_integer - i) % 3 == 0)
            rh_text_puts(out, ",");
        rh_text_add(out, at + i, 1);
    }
    const char *decimals = at[num_integer] == '.' ? at + num_integer + 1 : "";
    size_t num = strlen(decimals);
    while (num > (size_t)fewest && decimals[num - 1] == '0')
        num--;
    if (num > 0) {
        rh_text_puts(out, ".");
        rh_text_add(out, decimals, num);
    }
}

static void add_money(struct rh_text *out, rh_money value)
{
    add_number(out, value, 4, 2);
}

static void add_percent(struct rh_text *out, rh_ppm rate)
{
    add_number(out, rate, 4, 0);
    rh_text_puts(out, "%");
}

static bool is_money(const struct sheet *sheet, const char *measure)
{
    const int32_t id = rh_names_find(&sheet->history->measures, measure);
    return strcmp(measure, "units") != 0 && id >= 0 && sheet->history->measure_is_money[id] != 0;
}

/* A quantity of the measure: money with its cents, counts with what they need. */
static void add_quantity(const struct sheet *sheet, struct rh_text *out, const char *measure, int64_t value)
{
    add_number(out, value, 4, is_money(sheet, measure) ? 2 : 0);
}

/* One row: a label, and an amount at the right margin where there is one. Takes what is in the label, and clears it. */
static void put_row(const struct sheet *sheet, struct rh_text *label, struct rh_text *amount)
{
    const char *left = rh_text_string(label), *right = amount != NULL ? rh_text_string(amount) : "";
    rh_text_printf(sheet->out, "    %s", left);
    if (*right != '\0') {
        const size_t used = rh_utf8_length(left, strlen(left)) + rh_utf8_length(right, strlen(right));
        for (size_t i = used; i < LABEL_WIDTH + AMOUNT_WIDTH; i++)
            rh_text_puts(sheet->out, " ");
        rh_text_printf(sheet->out, "%s%s", used < LABEL_WIDTH + AMOUNT_WIDTH ? "" : " ", right);
    }
    rh_text_puts(sheet->out, "\n");
    sheet->out->failed |= label->failed || (amount != NULL && amount->failed);
    rh_text_clear(label);
    if (amount != NULL)
        rh_text_clear(amount);
}

static void put_money(const struct sheet *sheet, struct rh_text *label, rh_money value)
{
    struct rh_text amount;
    rh_text_init(&amount);
    add_money(&amount, value);
    put_row(sheet, label, &amount);
    rh_text_free(&amount);
}

static void put_quantity(const struct sheet *sheet, struct rh_text *label, const char *measure, int64_t value)
{
    struct rh_text amount;
    rh_text_init(&amount);
    add_quantity(sheet, &amount, measure, value);
    put_row(sheet, label, &amount);
    rh_text_free(&amount);
}

/* ---- What the level was decided by */

static void put_total(const struct sheet *sheet, const struct rh_incentive *incentive,
                      const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    const char *measure = incentive->behavior.measure.text;
    rh_text_init(&label);
    rh_text_puts(&label, measure);
    for (size_t i = 0; i < incentive->behavior.product.num; i++)
        rh_text_printf(&label, "%s%s", i == 0 ? " of " : ", ", incentive->behavior.product.item[i].text);
    if (line->total < 0)
        rh_text_puts(&label, ", counts as 0");
    put_quantity(sheet, &label, measure, line->total);
    if (line->pool_total != RH_MISSING) {
        rh_text_printf(&label, "the pool's, of %zu member%s", line->pool_members, line->pool_members == 1 ? "" : "s");
        put_quantity(sheet, &label, measure, line->pool_total);
    }
    if (line->prior != RH_MISSING) {
        rh_text_printf(&label, "the same window one year earlier%s", line->pool_members > 0 ? ", all members" : "");
        put_quantity(sheet, &label, measure, line->prior);
    }
    if (line->target != RH_MISSING) {
        rh_text_printf(&label, "target for the window%s", line->pool_members > 0 ? ", all members" : "");
        put_quantity(sheet, &label, measure, line->target);
    }
    rh_text_free(&label);
}

static const char *scope_name(enum rh_scope scope)
{
    static const char *const names[] = {"all partners", "its region", "its segment"};
    return names[scope];
}

static void put_metric(const struct sheet *sheet, const struct rh_incentive *incentive,
                       const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    const char *measure = incentive->behavior.measure.text;
    rh_text_init(&label);
    switch (incentive->metric) {
    case RH_METRIC_GROWTH:
        rh_text_puts(&label, "growth");
        put_quantity(sheet, &label, measure, line->line.attainment);
        break;
    case RH_METRIC_RATIO:
        rh_text_printf(&label, "over %s", incentive->ratio_measure.text);
        put_quantity(sheet, &label, incentive->ratio_measure.text, line->denominator);
        rh_text_puts(&label, "ratio ");
        add_number(&label, line->line.attainment, 6, 2);
        put_row(sheet, &label, NULL);
        break;
    case RH_METRIC_STREAK:
        rh_text_puts(&label, "at least ");
        add_quantity(sheet, &label, measure, line->at_least);
        rh_text_puts(&label, " for ");
        add_number(&label, line->line.attainment, 4, 0);
        rh_text_printf(&label, " of %d windows in a row", incentive->streak);
        put_row(sheet, &label, NULL);
        break;
    case RH_METRIC_RANK:
        rh_text_printf(&label, "rank %lld of %lld in %s", (long long)line->rank, (long long)line->num_ranked,
                       scope_name(incentive->rank_scope));
        put_row(sheet, &label, NULL);
        break;
    case RH_METRIC_TOTAL:
    case RH_METRIC_POOLED:
        break;
    }
    rh_text_free(&label);
}

/* ---- Level and threshold */

/* A threshold in words: "15,000.00 (110% of prior_year)". */
static void add_threshold(const struct sheet *sheet, struct rh_text *out, const struct rh_incentive *incentive,
                          const struct rh_threshold *threshold, int64_t value)
{
    static const char *const scopes[] = {"all", "region", "segment"};
    if (incentive->metric == RH_METRIC_RATIO)
        add_number(out, value, 6, 2);
    else if (incentive->metric == RH_METRIC_STREAK)
        add_number(out, value, 4, 0);
    else
        add_quantity(sheet, out, incentive->behavior.measure.text, value);
    if (threshold->relation == RH_RELATIVE_PERCENTILE) {
        rh_text_printf(out, " (p%d of %s)", threshold->percentile, scopes[threshold->scope]);
    } else if (threshold->relation != RH_RELATIVE_NONE) {
        rh_text_puts(out, " (");
        add_percent(out, threshold->share);
        rh_text_printf(out, " of %s)", threshold->relation == RH_RELATIVE_TARGET ? "target" : "prior_year");
    }
}

static void put_level(const struct sheet *sheet, const struct rh_incentive *incentive,
                      const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    const int32_t level = line->line.level;
    rh_text_init(&label);
    if (level > 0)
        rh_text_printf(&label, "level %d of %zu", level, incentive->num_levels);
    else
        rh_text_puts(&label, "no level reached");
    if (incentive->metric == RH_METRIC_RANK && level > 0) {
        rh_text_printf(&label, ": ranks 1 to %d", incentive->level[level - 1].top);
    } else if (level > 0) {
        rh_text_puts(&label, ": from ");
        add_threshold(sheet, &label, incentive, &incentive->level[level - 1].threshold, line->threshold[level - 1]);
    }
    for (size_t i = (size_t)level; i < line->num_thresholds; i++) {
        if (line->threshold[i] == RH_MISSING)
            continue;
        rh_text_printf(&label, "; level %zu begins at ", i + 1);
        add_threshold(sheet, &label, incentive, &incentive->level[i].threshold, line->threshold[i]);
        break;
    }
    put_row(sheet, &label, NULL);
    rh_text_free(&label);
}

/* ---- What the levels pay */

__extension__ typedef __int128 wide;

/* a · b / d rounded to 10⁻⁴, for the reader; a, b ≥ 0. */
static rh_money product(int64_t a, int64_t b, int64_t d)
{
    const wide value = ((wide)a * b + d / 2) / d;
    return value > INT64_MAX ? INT64_MAX : (rh_money)value;
}

/* What the level's rate or money for one makes of an amount. */
static void put_slope(const struct sheet *sheet, const struct rh_incentive *incentive, const struct rh_level *level,
                      int64_t amount)
{
    struct rh_text label;
    rh_text_init(&label);
    if (level->has_rate) {
        add_percent(&label, level->rate);
        rh_text_puts(&label, " of ");
        add_quantity(sheet, &label, incentive->behavior.measure.text, amount);
        put_money(sheet, &label, product(level->rate, amount, RH_PPM_ONE));
    }
    if (level->has_per_unit) {
        add_money(&label, level->per_unit);
        rh_text_puts(&label, " for each of ");
        add_quantity(sheet, &label, incentive->behavior.measure.text, amount);
        put_money(sheet, &label, product(level->per_unit, amount, RH_MONEY_ONE));
    }
    rh_text_free(&label);
}

static void put_flat(const struct sheet *sheet, size_t i, const struct rh_level *level)
{
    struct rh_text label;
    if (!level->has_flat)
        return;
    rh_text_init(&label);
    rh_text_printf(&label, "for reaching level %zu", i + 1);
    put_money(sheet, &label, level->flat);
    rh_text_free(&label);
}

/* Amount that level i pays on when levels up to `level` are reached. */
static int64_t paid_amount(const struct rh_incentive *incentive, const struct rh_line_arithmetic *line, size_t i)
{
    const size_t level = (size_t)line->line.level;
    const bool pooled = line->pool_total != RH_MISSING;
    const int64_t a = pooled ? line->pool_total : line->line.attainment;
    int64_t from = incentive->pays_on_growth ? line->prior : 0, until = a;
    if (incentive->metric == RH_METRIC_RATIO)
        return i + 1 == level ? line->total : 0;
    if (incentive->bands == RH_BANDS_RETROACTIVE)
        return i + 1 == level && a > from ? a - from : 0;
    from = line->threshold[i] > from ? line->threshold[i] : from;
    for (size_t j = level; j-- > i + 1;)
        until = line->threshold[j] != RH_MISSING ? line->threshold[j] : until;
    return until > from ? until - from : 0;
}

static void put_bands(const struct sheet *sheet, const struct rh_incentive *incentive,
                      const struct rh_line_arithmetic *line)
{
    const size_t level = (size_t)line->line.level;
    const bool alone = incentive->bands == RH_BANDS_RETROACTIVE || incentive->metric == RH_METRIC_RANK;
    for (size_t i = 0; i < level; i++) {
        if (incentive->metric != RH_METRIC_RANK && line->threshold[i] == RH_MISSING)
            continue;
        if (incentive->metric != RH_METRIC_RANK && incentive->metric != RH_METRIC_STREAK) {
            const int64_t amount = paid_amount(incentive, line, i);
            if (amount > 0)
                put_slope(sheet, incentive, &incentive->level[i], amount);
        }
        if (!alone || i + 1 == level)
            put_flat(sheet, i, &incentive->level[i]);
    }
}

static void put_pool_share(const struct sheet *sheet, const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    rh_text_init(&label);
    rh_text_puts(&label, "the pool's reward");
    put_money(sheet, &label, line->pool_reward);
    if (line->pool_total > 0) {
        rh_text_puts(&label, "of which by its contribution ");
        add_percent(&label, product(line->line.attainment, RH_PPM_ONE, line->pool_total));
        put_row(sheet, &label, NULL);
    }
    rh_text_free(&label);
}

static void put_match(const struct sheet *sheet, const struct rh_incentive *incentive,
                      const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    char month[RH_DAY_TEXT];
    rh_text_init(&label);
    for (size_t i = 0; i < line->num_match; i++) {
        const struct rh_match_month *match = &line->match[i];
        rh_text_printf(&label, "%s: ", rh_month_format(match->month, month));
        add_percent(&label, incentive->match.share);
        rh_text_puts(&label, " of ");
        add_money(&label, match->spend);
        rh_text_puts(&label, " spent; the fund held ");
        add_money(&label, match->fund);
        put_money(sheet, &label, match->paid);
    }
    rh_text_free(&label);
}

static void put_tier(const struct sheet *sheet, const struct rh_line_arithmetic *line)
{
    const struct rh_tier *tier = &sheet->program->tier[(size_t)line->line.incentive - sheet->program->num_incentives];
    struct rh_text label;
    rh_text_init(&label);
    rh_text_puts(&label, "revenue of the month");
    put_money(sheet, &label, line->line.attainment);
    add_percent(&label, tier->rate_bonus);
    rh_text_printf(&label, " of it for holding %s", tier->name.text);
    put_row(sheet, &label, NULL);
    rh_text_free(&label);
}

/* ---- What is paid of it */

/* What took the amount, with the cap that did. */
static void add_cut(const struct sheet *sheet, struct rh_text *out, const struct rh_line *line, unsigned reason)
{
    const struct rh_incentive *incentive =
        (size_t)line->incentive < sheet->program->num_incentives ? &sheet->program->incentive[line->incentive] : NULL;
    if (incentive == NULL || reason == RH_REASON_BUDGET) { /* nothing else cuts a bonus of a tier */
        rh_text_puts(out, "share of what the budget had left");
        return;
    }
    switch (reason) {
    case RH_REASON_ONCE:
        rh_text_puts(out, "paid once already");
        break;
    case RH_REASON_WINDOW_CAP:
        rh_text_puts(out, "cap of a window, ");
        add_money(out, incentive->cap_window);
        break;
    case RH_REASON_EXCLUSIVE:
        rh_text_printf(out, "another incentive of '%s' pays more", incentive->exclusive);
        break;
    case RH_REASON_PARTNER_CAP:
        rh_text_puts(out, "cap of a partner, ");
        add_money(out, incentive->cap_partner);
        rh_text_puts(out, " over the program");
        break;
    case RH_REASON_MINIMUM:
        rh_text_puts(out, "below the minimum of ");
        add_money(out, incentive->minimum);
        rh_text_puts(out, " in the last window");
        break;
    default:
        rh_text_puts(out, "share of the cap over all partners, ");
        add_money(out, incentive->cap_total);
        break;
    }
}

static void put_cuts(const struct sheet *sheet, const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    rh_text_init(&label);
    for (int bit = 0; bit < RH_NUM_REASONS; bit++) {
        const unsigned reason = 1U << bit;
        if (line->line.carried_in != 0 && reason == RH_REASON_MINIMUM) {
            rh_text_puts(&label, "carried in");
            put_money(sheet, &label, line->line.carried_in);
        }
        if (line->cut_by[bit] != 0) {
            add_cut(sheet, &label, &line->line, reason);
            put_money(sheet, &label, -line->cut_by[bit]);
        }
        if (line->line.carried_out != 0 && reason == RH_REASON_MINIMUM) {
            rh_text_puts(&label, "below the minimum of ");
            add_money(&label, sheet->program->incentive[line->line.incentive].minimum);
            rh_text_puts(&label, ": carried to the next window");
            put_money(sheet, &label, -line->line.carried_out);
        }
    }
    rh_text_free(&label);
}

/* From when on it is paid: the window's end and `payout.after`. */
static void add_due(struct rh_text *out, const struct rh_incentive *incentive, rh_month last)
{
    char day[RH_DAY_TEXT];
    rh_day due = rh_month_last_day(last);
    if (incentive->payout_after_months > 0)
        due = rh_day_add_months(due, incentive->payout_after_months);
    due += incentive->payout_after_days;
    rh_text_printf(out, "payable, due %s%s", rh_day_format(due, day),
                   incentive->claim == RH_CLAIM_REQUIRED ? ", once claimed" : "");
}

static void put_payable(const struct sheet *sheet, const struct rh_incentive *incentive,
                        const struct rh_line_arithmetic *line)
{
    struct rh_text label;
    rh_text_init(&label);
    if (line->line.multiplier != RH_PPM_ONE) {
        rh_text_puts(&label, "times ");
        add_number(&label, line->line.multiplier, 6, 0);
        put_row(sheet, &label, NULL);
    }
    rh_text_puts(&label, "earned");
    put_money(sheet, &label, line->line.earned);
    put_cuts(sheet, line);
    if (incentive != NULL && line->line.payable != 0)
        add_due(&label, incentive, line->line.last);
    else
        rh_text_puts(&label, "payable");
    put_money(sheet, &label, line->line.payable);
    if (line->line.withheld != 0) {
        rh_text_puts(&label, line->line.gross_up != 0 ? "tax, paid on top" : "of which withheld");
        put_money(sheet, &label, line->line.withheld);
    }
    rh_text_free(&label);
}

static void put_line(const struct sheet *sheet, const struct rh_line_arithmetic *line)
{
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    const struct rh_incentive *incentive = (size_t)line->line.incentive < sheet->program->num_incentives
                                               ? &sheet->program->incentive[line->line.incentive]
                                               : NULL;
    rh_text_printf(sheet->out, "\n%s to %s  ", rh_day_format(rh_month_first_day(line->line.first), first),
                   rh_day_format(rh_month_last_day(line->line.last), last));
    rh_line_name(line->line.incentive, sheet->program, sheet->out);
    rh_text_puts(sheet->out, "\n");
    if (incentive == NULL) {
        put_tier(sheet, line);
    } else {
        put_total(sheet, incentive, line);
        put_metric(sheet, incentive, line);
        if (incentive->match.given)
            put_match(sheet, incentive, line);
        else
            put_level(sheet, incentive, line);
        put_bands(sheet, incentive, line);
        if (line->pool_total != RH_MISSING)
            put_pool_share(sheet, line);
    }
    put_payable(sheet, incentive, line);
}

int rh_arithmetic_text(const struct rh_arithmetic *self, int32_t partner, const struct rh_program *program,
                       const struct rh_history *history, struct rh_text *out)
{
    const struct sheet sheet = {program, history, out};
    const struct rh_partners *partners = &history->partners;
    const char *name = partners->name[partner], *id = partners->id.name[partner];
    struct rh_text label;
    wide sum = 0;
    rh_text_printf(out, "%s%s%s%s", name[0] != '\0' ? name : id, name[0] != '\0' ? " (" : "", name[0] != '\0' ? id : "",
                   name[0] != '\0' ? ")" : "");
    rh_text_printf(out, ": %s%s%s\n", program->name, program->currency[0] != '\0' ? ", in " : "", program->currency);
    for (size_t i = 0; i < self->num; i++) {
        put_line(&sheet, &self->line[i]);
        sum += self->line[i].line.payable;
    }
    if (self->num == 0)
        rh_text_puts(out, "\nNo line: the partner took part in nothing, or did nothing of what is rewarded.\n");
    rh_text_puts(out, "\n");
    rh_text_init(&label);
    rh_text_puts(&label, "Payable over all lines");
    put_money(&sheet, &label, sum > INT64_MAX ? INT64_MAX : (rh_money)sum);
    rh_text_free(&label);
    return rh_text_status(out);
}
