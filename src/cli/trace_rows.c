#include "cli/trace_rows.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int rh_trace_rows_init(struct rh_trace_rows *self, const struct rh_plan *plan)
{
    const size_t num = (size_t)plan->num_incentives * (size_t)plan->num_months;
    memset(self, 0, sizeof *self);
    self->plan = plan;
    self->program = self->partner = -1;
    self->kept = rh_calloc(num + 1, sizeof *self->kept);
    return self->kept != NULL ? RH_OK : RH_ERR_NO_MEMORY;
}

void rh_trace_rows_free(struct rh_trace_rows *self)
{
    free(self->row);
    free(self->kept);
    memset(self, 0, sizeof *self);
}

static int compare_rows(const void *left, const void *right)
{
    const struct rh_trace_row *a = left, *b = right;
    return a->program != b->program ? a->program - b->program
           : a->month != b->month   ? a->month - b->month
           : a->what != b->what     ? (int)a->what - (int)b->what
                                    : a->of - b->of;
}

void rh_trace_rows_finish(struct rh_trace_rows *self)
{
    if (self->num > 0) {
        qsort(self->row, self->num, sizeof *self->row, compare_rows);
    }
    if (self->done != NULL && self->partner >= 0 && !self->failed) {
        self->failed = !self->done(self->user, self);
        self->num = 0;
    }
}

static void keep(struct rh_trace_rows *self, const struct rh_sight *sight)
{
    if (rh_reserve(&self->row, &self->room, self->num + 1, sizeof *self->row) != RH_OK) {
        self->failed = true;
        return;
    }
    self->row[self->num++] =
        (struct rh_trace_row){sight->what, sight->program, sight->month, sight->of, sight->value[self->lane]};
}

void rh_trace_rows_see(void *user, const struct rh_sight *sight)
{
    struct rh_trace_rows *self = user;
    const struct rh_plan *plan = self->plan;
    if (sight->what == RH_SEEN_KEPT) {
        const int index = plan->program[sight->program].first_incentive + sight->of;
        self->kept[index * plan->num_months + sight->month] = sight->value[self->lane];
        return;
    }
    if (sight->partner != self->partner) {
        rh_trace_rows_finish(self);
        self->partner = sight->partner;
    }
    if (!self->failed && (self->program < 0 || self->program == sight->program)) {
        keep(self, sight);
    }
}

double rh_trace_rows_kept(const struct rh_trace_rows *self, int program, int incentive, int month)
{
    const int index = self->plan->program[program].first_incentive + incentive;
    return self->kept[index * self->plan->num_months + month];
}

void rh_trace_rows_csv_head(struct rh_text *out)
{
    rh_text_puts(out, "program,partner,month,quantity,measure,product,incentive,unit,value\n");
}

/* What one line of the CSV is about. */
struct line {
    const struct rh_trace_rows *trace;
    const struct rh_trace_row *row;
    const char *quantity, *incentive;
    const char *measure; /* with its product: "revenue/Cloud" */
    bool money;          /* of series and attainment */
    double value;
};

/* "measure/product" as two columns. */
static void add_measure(const char *name, struct rh_text *out)
{
    const size_t length = strcspn(name, "/");
    struct rh_text measure;
    rh_text_init(&measure);
    rh_text_add(&measure, name, length);
    rh_text_csv(out, rh_text_string(&measure));
    rh_text_puts(out, ",");
    rh_text_csv(out, name[length] == '/' ? name + length + 1 : "");
    out->failed |= measure.failed;
    rh_text_free(&measure);
}

static void add_unit(const struct line *line, struct rh_text *out)
{
    const char *currency = line->trace->currency, *amount = line->money ? currency : "1";
    switch (rh_seen_table[line->row->what].unit) {
    case RH_SEEN_NUMBER:
        rh_text_puts(out, "1");
        return;
    case RH_SEEN_MONEY:
        rh_text_puts(out, currency);
        return;
    case RH_SEEN_AMOUNT:
        rh_text_puts(out, amount);
        return;
    case RH_SEEN_PER_UNIT:
        rh_text_printf(out, "%s/%s", currency, amount);
        return;
    case RH_SEEN_A_DAY:
        rh_text_puts(out, "day");
        return;
    case RH_SEEN_A_MONTH:
        rh_text_puts(out, "yyyymm");
        return;
    }
}

static void add_line(const struct line *line, struct rh_text *out)
{
    const struct rh_plan *plan = line->trace->plan;
    char month[RH_DAY_TEXT];
    rh_month_format(plan->first_month + line->row->month, month);
    rh_text_csv(out, plan->scenario[line->row->program]);
    rh_text_puts(out, ",");
    rh_text_csv(out, plan->history->partners.id.name[plan->partner[line->trace->partner].row]);
    rh_text_printf(out, ",%s,%s,", month, line->quantity);
    add_measure(line->measure, out);
    rh_text_puts(out, ",");
    rh_text_csv(out, line->incentive);
    rh_text_puts(out, ",");
    add_unit(line, out);
    rh_text_printf(out, ",%.17g\n", line->value);
}

bool rh_trace_rows_money(const struct rh_plan *plan, const struct rh_plan_incentive *incentive)
{
    for (int d = 0; d < plan->num_drivers; d++) {
        if (incentive->count.drivers[d]) {
            return plan->driver[d].kind != RH_DRIVER_ACTIVITY && !plan->view[incentive->count.view].quantity;
        }
    }
    return true;
}

/* Rewards as they are once shared caps and the budget are known, too. */
static void add_reward(struct line line, struct rh_text *out)
{
    const double kept = rh_trace_rows_kept(line.trace, line.row->program, line.row->of, line.row->month);
    if (line.row->what != RH_SEEN_PAYABLE) {
        line.value *= kept;
        add_line(&line, out);
        return;
    }
    add_line(&line, out);
    line.quantity = "earned";
    line.value *= kept;
    add_line(&line, out);
}

void rh_trace_rows_csv(const struct rh_trace_rows *self, struct rh_text *out)
{
    const struct rh_plan *plan = self->plan;
    for (size_t k = 0; k < self->num; k++) {
        const struct rh_trace_row *row = &self->row[k];
        struct line line = {.trace = self,
                            .row = row,
                            .quantity = rh_seen_table[row->what].name,
                            .incentive = "",
                            .measure = "",
                            .money = true,
                            .value = row->value};
        if (rh_seen_table[row->what].of == RH_SEEN_OF_SERIES) {
            const struct rh_plan_driver *driver = &plan->driver[plan->series_driver[row->of]];
            line.measure = driver->name;
            line.money = driver->kind != RH_DRIVER_ACTIVITY;
        } else if (rh_seen_table[row->what].of == RH_SEEN_OF_INCENTIVE) {
            const struct rh_plan_incentive *incentive = &plan->program[row->program].incentive[row->of];
            line.incentive = incentive->incentive->name.text;
            line.money = rh_trace_rows_money(plan, incentive);
        }
        if (row->what == RH_SEEN_PAYABLE || row->what == RH_SEEN_CLAIMED || row->what == RH_SEEN_PAID) {
            add_reward(line, out);
        } else {
            add_line(&line, out);
        }
    }
}
