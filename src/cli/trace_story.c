/* One partner's path under one program in sentences. */
#include "cli/trace_rows.h"

#include <math.h>
#include <string.h>

/* The rows of one month, and where they go. */
struct month {
    const struct rh_trace_rows *trace;
    const struct rh_trace_row *row; /* [num] */
    size_t num;
    int program, t;
    struct rh_text *out;
};

static double value_of(const struct month *self, enum rh_seen what, int of)
{
    for (size_t k = 0; k < self->num; k++) {
        if (self->row[k].what == what && self->row[k].of == of) {
            return self->row[k].value;
        }
    }
    return 0.0;
}

static bool has(const struct month *self, enum rh_seen what, int of)
{
    for (size_t k = 0; k < self->num; k++) {
        if (self->row[k].what == what && self->row[k].of == of) {
            return true;
        }
    }
    return false;
}

/* Money in whole units, counts as they are. */
static void add_amount(struct rh_text *out, const char *before, double value)
{
    const bool whole = fabs(value) >= 1000.0 || fabs(value - nearbyint(value)) < 1e-9;
    rh_text_puts(out, before);
    rh_text_number(out, value, whole ? 0 : 2);
}

static void add_share(struct rh_text *out, const char *before, double share)
{
    rh_text_printf(out, "%s%.2f%%", before, 100.0 * share);
}

/* What was drawn, and how the partner stands. */
static void tell_partner(const struct month *self)
{
    struct rh_text *out = self->out;
    char month[RH_DAY_TEXT];
    const int source = (int)value_of(self, RH_SEEN_SOURCE, -1);
    rh_month_format(self->trace->plan->first_month + self->t, month);
    rh_text_printf(out, "%s  replays %d-%02d; market x%.3f, level x%.3f; trust %.2f", month, source / 100, source % 100,
                   value_of(self, RH_SEEN_MARKET, -1), value_of(self, RH_SEEN_LEVEL, -1),
                   value_of(self, RH_SEEN_TRUST, -1));
    const double capability = value_of(self, RH_SEEN_CAPABILITY, -1), marketing = value_of(self, RH_SEEN_MARKETING, -1);
    if (capability != 1.0) {
        rh_text_printf(out, "; training x%.3f", capability);
    }
    if (marketing != 1.0) {
        rh_text_printf(out, "; marketing x%.3f", marketing);
    }
    rh_text_puts(out, value_of(self, RH_SEEN_HERE, -1) > 0.0 ? "\n" : "; has left\n");
    const double taken_over = value_of(self, RH_SEEN_TAKEN_OVER, -1);
    if (taken_over != 0.0) {
        add_amount(out, "  others take over ", taken_over);
        rh_text_puts(out, " of its demand\n");
    }
}

/* What moves the series: felt rewards and a goal, and by how much. */
static void tell_response(const struct month *self, int series, bool activity)
{
    struct rh_text *out = self->out;
    const double firm = value_of(self, RH_SEEN_FELT_FIRM, series), rep = value_of(self, RH_SEEN_FELT_REP, series);
    const double goal = value_of(self, RH_SEEN_GOAL, series), change = value_of(self, RH_SEEN_CHANGE, series);
    const double felt[] = {firm, rep};
    const char *const who[] = {"", " by its sales person"};
    for (int k = 0; k < 2; k++) {
        if (felt[k] > 0.0 && activity) {
            add_amount(out, "; feels ", felt[k]);
            rh_text_printf(out, " for one%s", who[k]);
        } else if (felt[k] > 0.0) {
            add_share(out, "; feels ", felt[k]);
            rh_text_puts(out, who[k]);
        }
    }
    if (goal > 0.0) {
        add_share(out, "; on the way to a goal ", goal);
    }
    if (change != 1.0) {
        rh_text_printf(out, "; x%.4f", change);
    }
}

/* "revenue/Cloud" as "  revenue of Cloud: ". */
static void add_series_name(struct rh_text *out, const char *name)
{
    const size_t length = strcspn(name, "/");
    const bool product = name[length] == '/' && name[length + 1] != '\0';
    rh_text_puts(out, "  ");
    rh_text_add(out, name, length);
    rh_text_printf(out, "%s%s: ", product ? " of " : "", product ? name + length + 1 : "");
}

/* Nothing is said of a series that the month leaves at nothing. */
static void tell_series(const struct month *self, int series)
{
    const struct rh_plan *plan = self->trace->plan;
    const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[series]];
    struct rh_text *out = self->out;
    const bool activity = driver->kind == RH_DRIVER_ACTIVITY;
    const double baseline = value_of(self, RH_SEEN_BASELINE, series), demand = value_of(self, RH_SEEN_DEMAND, series);
    const double bought = value_of(self, RH_SEEN_BOUGHT, series), stock = value_of(self, RH_SEEN_STOCK, series);
    const double yielded = value_of(self, RH_SEEN_YIELDED, series);
    const double back = value_of(self, RH_SEEN_BROUGHT_BACK, series), off = value_of(self, RH_SEEN_PUT_OFF, series);
    if (baseline == 0.0 && yielded == 0.0 && demand == 0.0 && bought == 0.0 && stock == 0.0 && back == 0.0) {
        return;
    }
    add_series_name(out, driver->name);
    add_amount(out, "usual ", baseline);
    tell_response(self, series, activity);
    if (yielded != 0.0) {
        add_amount(out, yielded > 0.0 ? "; activities bring " : "; missing activities take ", fabs(yielded));
    }
    add_amount(out, activity ? "; does " : "; sells ", demand);
    if (fabs(bought - demand) > 1e-9 * fabs(demand)) {
        add_amount(out, "; buys ", bought);
    }
    if (back > 0.0) {
        add_amount(out, "; brings back ", back);
    }
    if (stock > 0.0) {
        add_amount(out, "; holds ", stock);
    }
    if (off > 0.0) {
        add_amount(out, "; puts off ", off);
    }
    rh_text_puts(out, "\n");
}

/* What a window that ends comes to. */
static void tell_settlement(const struct month *self, int of)
{
    struct rh_text *out = self->out;
    const double payable = value_of(self, RH_SEEN_PAYABLE, of),
                 kept = rh_trace_rows_kept(self->trace, self->program, of, self->t);
    const double claimed = value_of(self, RH_SEEN_CLAIMED, of) * kept, paid = value_of(self, RH_SEEN_PAID, of) * kept;
    rh_text_puts(out, "      the window ends");
    add_amount(out, " at ", value_of(self, RH_SEEN_COUNTED, of));
    rh_text_puts(out, ": earns ");
    rh_text_number(out, payable * kept, 2);
    if (kept < 1.0) {
        rh_text_puts(out, ", less than ");
        rh_text_number(out, payable, 2);
        rh_text_puts(out, " because of shared caps and the budget");
    }
    if (payable > 0.0 && claimed == 0.0 && kept > 0.0) {
        rh_text_puts(out, ", and never claims it");
    } else if (claimed > 0.0) {
        rh_text_puts(out, paid == claimed ? ", is paid " : ", is paid wrongly ");
        rh_text_number(out, paid, 2);
        rh_text_printf(out, " after %.0f days", value_of(self, RH_SEEN_DAYS, of));
    }
    rh_text_puts(out, "\n");
}

static void tell_incentive(const struct month *self, int of)
{
    const struct rh_plan_incentive *incentive = &self->trace->plan->program[self->program].incentive[of];
    struct rh_text *out = self->out;
    const double next = value_of(self, RH_SEEN_NEXT_SALE, of), felt = value_of(self, RH_SEEN_FELT, of);
    const bool gone = value_of(self, RH_SEEN_HERE, -1) == 0.0 && value_of(self, RH_SEEN_PAYABLE, of) == 0.0;
    if (gone || !has(self, RH_SEEN_TAKES_PART, of)) {
        return;
    }
    rh_text_printf(out, "  '%s': ", incentive->incentive->name.text);
    if (value_of(self, RH_SEEN_TAKES_PART, of) == 0.0) {
        rh_text_puts(out, "takes no part\n");
        return;
    }
    if (rh_trace_rows_money(self->trace->plan, incentive)) {
        add_share(out, "the next sale earns ", next);
        add_share(out, ", felt as ", felt);
    } else {
        add_amount(out, "the next one earns ", next);
        add_amount(out, ", felt as ", felt);
    }
    add_amount(out, "; attained ", value_of(self, RH_SEEN_ATTAINED, of));
    if (value_of(self, RH_SEEN_MATCHED, of) > 0.0) {
        add_amount(out, "; matched ", value_of(self, RH_SEEN_MATCHED, of));
    }
    rh_text_puts(out, "\n");
    if (has(self, RH_SEEN_PAYABLE, of)) {
        tell_settlement(self, of);
    }
}

static void tell_month(const struct month *self)
{
    const struct rh_plan *plan = self->trace->plan;
    const struct rh_plan_partner *partner = &plan->partner[self->trace->partner];
    tell_partner(self);
    for (int k = 0; k < partner->num_series; k++) {
        tell_series(self, (int)partner->first_series + k);
    }
    for (int j = 0; j < plan->program[self->program].num_incentives; j++) {
        tell_incentive(self, j);
    }
}

/* How the program looks to the partner. */
static void tell_program(const struct month *self)
{
    const double complexity = value_of(self, RH_SEEN_COMPLEXITY, -1);
    const bool attends = value_of(self, RH_SEEN_ATTENDS, -1) > 0.0;
    rh_text_printf(self->out, "Program '%s'", self->trace->plan->scenario[self->program]);
    if (self->trace->plan->program[self->program].num_incentives > 0) {
        rh_text_printf(self->out, ": complexity %.2f, the partner %s", complexity,
                       attends ? "attends" : "does not attend");
    }
    rh_text_puts(self->out, "\n");
}

/* What all months add up to. */
static void tell_sums(const struct rh_trace_rows *self, int program, const struct rh_trace_row *row, size_t num,
                      struct rh_text *out)
{
    double revenue = 0.0, earned = 0.0, claimed = 0.0, paid = 0.0;
    for (size_t k = 0; k < num; k++) {
        const enum rh_seen what = row[k].what;
        const bool reward = what == RH_SEEN_PAYABLE || what == RH_SEEN_CLAIMED || what == RH_SEEN_PAID;
        const double kept = reward ? rh_trace_rows_kept(self, program, row[k].of, row[k].month) : 1.0;
        revenue += what == RH_SEEN_REVENUE ? row[k].value : 0.0;
        earned += what == RH_SEEN_PAYABLE ? row[k].value * kept : 0.0;
        claimed += what == RH_SEEN_CLAIMED ? row[k].value * kept : 0.0;
        paid += what == RH_SEEN_PAID ? row[k].value * kept : 0.0;
    }
    rh_text_puts(out, "In all: revenue ");
    rh_text_number(out, revenue, 2);
    rh_text_puts(out, ", earned ");
    rh_text_number(out, earned, 2);
    rh_text_puts(out, ", claimed ");
    rh_text_number(out, claimed, 2);
    rh_text_puts(out, ", paid ");
    rh_text_number(out, paid, 2);
    rh_text_printf(out, " %s\n", self->currency);
}

void rh_trace_rows_story(const struct rh_trace_rows *self, int program, struct rh_text *out)
{
    size_t first = 0, last;
    while (first < self->num && self->row[first].program < program) {
        first++;
    }
    for (last = first; last < self->num && self->row[last].program == program;) {
        last++;
    }
    struct month month = {.trace = self, .row = self->row + first, .num = 0, .program = program, .out = out};
    const struct rh_trace_row *end = self->row + last;
    const size_t num = last - first;
    for (; month.row < end; month.row += month.num) {
        month.t = month.row->month;
        for (month.num = 0; month.row + month.num < end && month.row[month.num].month == month.t;) {
            month.num++;
        }
        if (month.t == 0) {
            tell_program(&month);
        }
        tell_month(&month);
    }
    tell_sums(self, program, self->row + first, num, out);
}
