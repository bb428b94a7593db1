/* What a partner does, month by month. Events are made in the month that causes them and written in the month they fall
 * into: a return or a won deal waits among the rows under way until its date comes. Rows of the warm-up months are made
 * but not written; what follows from them after the history's start is. */
#include "synth/ledger.h"

#include "core/memory.h"
#include "core/money.h"
#include "core/variates.h"
#include "synth/response.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE (-1)
#define MAX_LINES 8
#define MAX_EVENTS 1000     /* of one activity in a month; more is a slip in the world file */
#define OWN_ROOT MAX_EVENTS /* of an activity that also follows: its own events draw apart from those that follow */

enum { CHANNEL_FIELD, CHANNEL_ONLINE };
static const char *const channel_names[] = {"field", "online"};
static const char *const deal_type_names[] = {"new", "renewal"};

enum { MEASURE_REVENUE = -3, MEASURE_SELL_THROUGH = -2, MEASURE_RECURRING = -1 }; /* activities count from 0 */

/* A row of the ledger. Money is in cents, RH_MISSING where the cell is empty; text columns are NONE there. */
struct row {
    rh_day day;
    uint64_t sequence; /* rows of a day stay in the order they were made */
    int measure;
    int product;
    int64_t quantity, amount, cost, discount;
    int days;
    int channel, deal_type, promo;
};

struct rh_ledger {
    const struct rh_channel *channel;
    const struct rh_channel_partner *partner;
    struct row *row; /* under way, unsorted */
    size_t num_rows, capacity;
    struct row *due; /* of the month being written */
    size_t due_capacity;
    uint64_t sequence;
    double *stock;                 /* [num_products] units held by a partner that reports sell-through */
    uint64_t *product_entity;      /* [num_products] of partner and product */
    uint64_t *activity_entity;     /* [num_activities] of partner and measure */
    double wander;                 /* state of the partner's own path, standard normal */
    int64_t quarter_sales;         /* since the fiscal quarter began, cents */
    double ahead, put_off;         /* bought for later months, of this one's purchases left for the next; currency */
    struct rh_ledger_truth *truth; /* [num_programs + 1] of the partner */
    int64_t seats;
};

const char *rh_ledger_header(void)
{
    return "partner_id,date,measure,product,quantity,amount,cost,discount,days,channel,deal_type,promo\n";
}

int rh_ledger_create(struct rh_ledger **out, const struct rh_channel *channel)
{
    *out = NULL;
    struct rh_ledger *self = rh_calloc(1, sizeof *self);
    if (self == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    self->channel = channel;
    self->stock = rh_calloc(channel->world->num_products, sizeof *self->stock);
    self->product_entity = rh_calloc(channel->world->num_products, sizeof *self->product_entity);
    self->activity_entity = rh_calloc(channel->world->num_activities, sizeof *self->activity_entity);
    self->truth = rh_calloc(channel->world->num_programs + 1, sizeof *self->truth);
    if (self->stock == NULL || self->product_entity == NULL || self->activity_entity == NULL || self->truth == NULL) {
        rh_ledger_destroy(self);
        return RH_ERR_NO_MEMORY;
    }
    *out = self;
    return RH_OK;
}

void rh_ledger_destroy(struct rh_ledger *self)
{
    if (self != NULL) {
        free(self->row);
        free(self->due);
        free(self->stock);
        free(self->product_entity);
        free(self->activity_entity);
        free(self->truth);
        free(self);
    }
}

static struct row empty_row(rh_day day, int measure)
{
    return (struct row){.day = day,
                        .measure = measure,
                        .product = NONE,
                        .quantity = RH_MISSING,
                        .amount = RH_MISSING,
                        .cost = RH_MISSING,
                        .discount = RH_MISSING,
                        .days = NONE,
                        .channel = NONE,
                        .deal_type = NONE,
                        .promo = NONE};
}

static int add_row(struct rh_ledger *self, struct row row)
{
    row.sequence = self->sequence++;
    int code = rh_reserve(&self->row, &self->capacity, self->num_rows + 1, sizeof *self->row);
    if (code == RH_OK) {
        self->row[self->num_rows++] = row;
    }
    return code;
}

static int whole_days(double mean, double sd, double u)
{
    return (int)lround(rh_lognormal(mean, sd, u));
}

/* A day of the month: `late_share` of them among the last `late_days`; not before the partner joined. */
static rh_day order_day(const struct rh_ledger *self, rh_month month, double u_late, double u_day)
{
    const struct rh_world *world = self->channel->world;
    int num_days = rh_month_num_days(month);
    int late = (int)world->orders.late_days;
    int offset =
        u_late < world->orders.late_share ? num_days - late + (int)(u_day * late) : (int)(u_day * (num_days - late));
    rh_day day = rh_month_first_day(month) + offset;
    return day < self->partner->joined ? self->partner->joined : day;
}

/* ---- Orders ---- */

/* Product of a line, by the partner's mix and the month's season. */
static size_t draw_product(const struct rh_ledger *self, rh_month month, double u)
{
    const struct rh_world *world = self->channel->world;
    double sum = 0.0;
    for (size_t k = 0; k < world->num_products; k++) {
        sum += self->partner->mix[k] * rh_channel_season(world, k, month);
    }
    double left = u * sum;
    size_t last = 0;
    for (size_t k = 0; k < world->num_products; k++) {
        double weight = self->partner->mix[k] * rh_channel_season(world, k, month);
        if (weight > 0.0) {
            last = k;
            if (left < weight) {
                break;
            }
        }
        left -= weight;
    }
    return last;
}

/* The promotion that a line of the product uses, or NONE. */
static int draw_promo(const struct rh_world *world, size_t product, rh_month month, double u)
{
    for (size_t k = 0; k < world->num_promos; k++) {
        const struct rh_world_promo *promo = &world->promo[k];
        if (promo->product == product && promo->month[rh_month_of_year(month) - 1]) {
            return u < promo->taken ? (int)k : NONE;
        }
    }
    return NONE;
}

static int add_return(struct rh_ledger *self, const struct row *line, rh_month month, uint32_t order, uint32_t index)
{
    const struct rh_world *world = self->channel->world;
    struct rh_words words = rh_world_words(self->channel, self->partner->entity, RH_WORLD_RETURN, order, month, index);
    if (rh_uniform(words.w[0]) >= world->product[line->product].returned) {
        return RH_OK;
    }
    int days = whole_days(world->returns.days_mean, world->returns.days_sd, rh_uniform(words.w[1]));
    double part = 2.0 * world->returns.part * rh_uniform(words.w[2]);
    int64_t quantity = (int64_t)ceil(part * (double)line->quantity);
    quantity = quantity < 1 ? 1 : quantity;
    struct row row = *line;
    row.day += days > 0 ? days : 1;
    row.amount = line->amount / line->quantity * -quantity; /* unit prices are whole cents: these divide exactly */
    row.cost = line->cost / line->quantity * -quantity;
    row.discount = line->discount / line->quantity * -quantity;
    row.quantity = -quantity;
    return add_row(self, row);
}

static int64_t list_price(const struct rh_world *world, size_t product)
{
    return llround(world->product[product].price * 100.0);
}

/* What the partner pays for one, in cents, with the promotion (or NONE). */
static int64_t unit_price(const struct rh_ledger *self, size_t product, int promo)
{
    const struct rh_world *world = self->channel->world;
    double discount = world->tier[self->partner->tier].discount;
    if (promo != NONE) {
        discount += world->promo[promo].discount;
    }
    int64_t price = llround((double)list_price(world, product) * (1.0 - discount));
    return price > 0 ? price : 1;
}

/* A purchase of so many of the product, with the row's promotion. */
static int add_sale(struct rh_ledger *self, struct row *row, size_t product, int64_t quantity, double u_renewal)
{
    const struct rh_world *world = self->channel->world;
    int64_t list = list_price(world, product);
    int64_t price = unit_price(self, product, row->promo);
    row->product = (int)product;
    row->quantity = quantity;
    row->amount = quantity * price;
    row->cost = quantity * llround((double)list * (1.0 - world->product[product].margin));
    row->discount = quantity * (list - price);
    row->deal_type = u_renewal < world->product[product].renewal;
    self->quarter_sales += row->amount;
    return add_row(self, *row);
}

/* One line of an order worth `value`: the quantity is rounded at random, so that its mean is value over price. */
static int add_line(struct rh_ledger *self, struct row row, double value, rh_month month, uint32_t order,
                    uint32_t index)
{
    const struct rh_world *world = self->channel->world;
    struct rh_words words = rh_world_words(self->channel, self->partner->entity, RH_WORLD_LINE, order, month, index);
    size_t product = draw_product(self, month, rh_uniform(words.w[0]));
    row.promo = draw_promo(world, product, month, rh_uniform(words.w[3]));
    double price = (double)unit_price(self, product, row.promo);
    int64_t quantity = (int64_t)floor(value * 100.0 / price + rh_uniform(words.w[1]));
    if (quantity <= 0) {
        return RH_OK;
    }
    int code = add_sale(self, &row, product, quantity, rh_uniform(words.w[2]));
    return code == RH_OK ? add_return(self, &row, month, order, index) : code;
}

/* What of an order's value is bought this month: stock is used up first, and of the rest a share is put off. */
static double bought_now(struct rh_ledger *self, double value, double deferral)
{
    double from_stock = fmin(self->ahead, value);
    self->ahead -= from_stock;
    value -= from_stock;
    self->put_off += deferral * value;
    return value - deferral * value;
}

static int add_order(struct rh_ledger *self, double mean_value, double deferral, rh_month month, uint32_t order)
{
    const struct rh_world *world = self->channel->world;
    uint64_t entity = self->partner->entity;
    struct rh_words words = rh_world_words(self->channel, entity, RH_WORLD_ORDER, order, month, 0);
    struct rh_words more = rh_world_words(self->channel, entity, RH_WORLD_ORDER, order, month, 1);
    double value = rh_lognormal(mean_value, mean_value * world->orders.size_sd, rh_uniform(words.w[0]));
    value = bought_now(self, value, deferral);
    int64_t lines = 1 + rh_poisson(world->orders.lines - 1.0, rh_uniform(words.w[1]));
    lines = lines > MAX_LINES ? MAX_LINES : lines;
    struct row row = empty_row(order_day(self, month, rh_uniform(words.w[2]), rh_uniform(words.w[3])), MEASURE_REVENUE);
    row.channel =
        rh_uniform(more.w[0]) < world->segment[self->partner->segment].online ? CHANNEL_ONLINE : CHANNEL_FIELD;
    int code = RH_OK;
    for (int64_t k = 0; code == RH_OK && k < lines; k++) {
        code = add_line(self, row, value / (double)lines, month, order, (uint32_t)k);
    }
    return code;
}

static int64_t num_orders(const struct rh_ledger *self, rh_month month)
{
    const struct rh_world *world = self->channel->world;
    const struct rh_channel_partner *partner = self->partner;
    struct rh_words words = rh_world_words(self->channel, partner->entity, RH_WORLD_ORDERS, 0, month, 0);
    int k = rh_channel_month_of_quarter(world, month);
    if (partner->phase < 0) {
        return rh_poisson(partner->orders * world->orders.quarter[k], rh_uniform(words.w[0]));
    }
    if (k != partner->phase || rh_uniform(words.w[1]) < world->orders.skipped) {
        return 0;
    }
    double mean = 3.0 * partner->orders / (1.0 - world->orders.skipped);
    return 1 + rh_poisson(fmax(mean - 1.0, 0.0), rh_uniform(words.w[0]));
}

static double fade(const struct rh_ledger *self, rh_month month)
{
    double months = self->channel->world->life.fade_months;
    rh_month left = self->partner->left;
    return left == RH_NO_MONTH || left - month >= months ? 1.0 : (left - month + 1) / (months + 1.0);
}

/* Sales since the fiscal quarter began, in currency. */
static double quarter_sales(const struct rh_ledger *self)
{
    return (double)self->quarter_sales / 100.0;
}

/* What is known of the partner while the month's program is in force; NULL before the history. */
static struct rh_ledger_truth *truth_of(struct rh_ledger *self, rh_month month)
{
    const struct rh_world *world = self->channel->world;
    const struct rh_world_program *program = rh_world_program_at(world, month);
    size_t k = program != NULL ? (size_t)(program - world->program) + 1 : 0;
    return month >= self->channel->first ? &self->truth[k] : NULL;
}

/* What was put off in the month before, bought on this one's first day. */
static int add_put_off(struct rh_ledger *self, rh_month month)
{
    struct rh_words words = rh_world_words(self->channel, self->partner->entity, RH_WORLD_SHIFT, 0, month, 1);
    double value = self->put_off;
    self->put_off = 0.0;
    size_t product = draw_product(self, month, rh_uniform(words.w[0]));
    double price = (double)unit_price(self, product, NONE);
    int64_t quantity = (int64_t)floor(value * 100.0 / price + rh_uniform(words.w[1]));
    struct row row = empty_row(rh_month_first_day(month), MEASURE_REVENUE);
    row.channel = CHANNEL_FIELD;
    return quantity > 0 ? add_sale(self, &row, product, quantity, rh_uniform(words.w[2])) : RH_OK;
}

/* What is missing to the next level at a quarter's end, bought on its last day where that pays: so much of one product
 * that the level is reached. */
static int add_ahead(struct rh_ledger *self, rh_month month, struct rh_ledger_truth *truth)
{
    double missing = rh_answer_missing(self->channel, self->partner, month, quarter_sales(self));
    if (missing <= 0.0) {
        return RH_OK;
    }
    struct rh_words words = rh_world_words(self->channel, self->partner->entity, RH_WORLD_SHIFT, 0, month, 0);
    size_t product = draw_product(self, month, rh_uniform(words.w[0]));
    int64_t price = unit_price(self, product, NONE);
    int64_t quantity = (llround(missing * 100.0) + price - 1) / price;
    double after = (double)(self->quarter_sales + quantity * price) / 100.0;
    /* Of what it has to buy, not of what is missing: an expensive unit may not be worth it. */
    if (!rh_answer_pays(self->channel, month, quarter_sales(self), after)) {
        return RH_OK;
    }
    struct row row = empty_row(rh_month_last_day(month), MEASURE_REVENUE);
    row.channel = CHANNEL_FIELD;
    int code = add_sale(self, &row, product, quantity, rh_uniform(words.w[1]));
    self->ahead += (double)row.amount / 100.0;
    if (truth != NULL) {
        truth->ahead += (double)row.amount / 100.0;
    }
    return code;
}

static int add_orders(struct rh_ledger *self, rh_month month)
{
    const struct rh_channel *channel = self->channel;
    const struct rh_channel_partner *partner = self->partner;
    struct rh_ledger_truth *truth = truth_of(self, month);
    int code = self->put_off > 0.0 ? add_put_off(self, month) : RH_OK;
    double sales = quarter_sales(self);
    double sd = channel->world->partner.wander_sd;
    double luck =
        rh_channel_market(channel, partner->region, month) * fade(self, month) * exp(sd * self->wander - 0.5 * sd * sd);
    double answer = rh_answer_factor(channel, partner, month, sales);
    double deferral = rh_answer_deferral(channel, partner, month, sales);
    double value = rh_channel_demand(channel, partner, month) * (luck * answer) / partner->orders;
    int64_t orders = value > 0.0 ? num_orders(self, month) : 0;
    for (int64_t k = 0; code == RH_OK && k < orders; k++) {
        code = add_order(self, value, deferral, month, (uint32_t)k);
    }
    if (truth != NULL) {
        double without = rh_channel_expected(channel, partner, month) * luck;
        truth->months++;
        truth->rate += rh_answer_rate(channel, partner, month, sales);
        truth->demand_without += without;
        truth->demand += without * answer;
        truth->put_off += self->put_off;
    }
    return code == RH_OK ? add_ahead(self, month, truth) : code;
}

/* ---- Activities ---- */

/* Share of the events of one activity that lead to another: the program in force pays for certifications. */
static double follow_share(const struct rh_ledger *self, const struct rh_world_activity *activity, rh_month month)
{
    return strcmp(activity->measure, "certifications") == 0
               ? activity->share * rh_answer_certifying(self->channel, self->partner, month)
               : activity->share;
}

/* What the days column tells of an event, or NONE. */
static int told_days(const struct rh_world_activity *activity, double u)
{
    return activity->days_mean > 0.0 ? whole_days(activity->days_mean, activity->days_sd, u) : NONE;
}

/* Adds an event and, at once, all that follows from it. `root` and `month` tell the event of the activity that happened
 * by itself, which together with the measure is what makes each draw of the chain its own. */
static int add_event(struct rh_ledger *self, size_t k, rh_day day, int days, int deal_type, rh_month month,
                     uint32_t root)
{
    const struct rh_world *world = self->channel->world;
    const struct rh_world_activity *activity = &world->activity[k];
    struct rh_words words = rh_world_words(self->channel, self->activity_entity[k], RH_WORLD_EVENT, root, month, 1);
    if (activity->renewal >= 0.0) {
        deal_type = rh_uniform(words.w[0]) < activity->renewal;
    }
    struct row row = empty_row(day, (int)k);
    row.days = days;
    row.deal_type = deal_type;
    if (activity->amount_mean > 0.0) {
        double amount =
            self->partner->size * rh_lognormal(activity->amount_mean, activity->amount_sd, rh_uniform(words.w[1]));
        row.amount = llround(amount * 100.0) > 0 ? llround(amount * 100.0) : 1;
    } else {
        row.quantity = 1;
    }
    int code = add_row(self, row);
    for (size_t next = k + 1; code == RH_OK && next < world->num_activities; next++) {
        const struct rh_world_activity *follower = &world->activity[next];
        if (follower->follows != (long)k) {
            continue;
        }
        words = rh_world_words(self->channel, self->activity_entity[next], RH_WORLD_EVENT, root, month, 0);
        if (rh_uniform(words.w[0]) < follow_share(self, follower, month)) {
            int later = told_days(follower, rh_uniform(words.w[1]));
            code = add_event(self, next, later == NONE ? day : day + later, later, deal_type, month, root);
        }
    }
    return code;
}

static int add_activities(struct rh_ledger *self, rh_month month)
{
    const struct rh_world *world = self->channel->world;
    const struct rh_channel_partner *partner = self->partner;
    double scale = partner->eagerness * pow(partner->relative_size, world->partner.activity_power) / 12.0;
    int code = RH_OK;
    for (size_t k = 0; code == RH_OK && k < world->num_activities; k++) {
        const struct rh_world_activity *activity = &world->activity[k];
        double mean = activity->per_year[partner->segment] * scale;
        if (mean <= 0.0) {
            continue;
        }
        uint64_t entity = self->activity_entity[k];
        struct rh_words words = rh_world_words(self->channel, entity, RH_WORLD_ACTIVITY, 0, month, 0);
        int64_t num = rh_poisson(mean, rh_uniform(words.w[0]));
        num = num > MAX_EVENTS ? MAX_EVENTS : num;
        for (int64_t event = 0; code == RH_OK && event < num; event++) {
            uint32_t root = (uint32_t)event + (activity->follows >= 0 ? OWN_ROOT : 0);
            words = rh_world_words(self->channel, entity, RH_WORLD_EVENT, root, month, 0);
            rh_day day = rh_month_first_day(month) + (int)(rh_uniform(words.w[0]) * rh_month_num_days(month));
            day = day < partner->joined ? partner->joined : day;
            int days = told_days(activity, rh_uniform(words.w[1]));
            code = add_event(self, k, day, days, NONE, month, root);
        }
    }
    return code;
}

/* ---- What is reported for a month ---- */

static int add_seats(struct rh_ledger *self, rh_month month, bool starts)
{
    const struct rh_world *world = self->channel->world;
    const struct rh_channel_partner *partner = self->partner;
    struct rh_words words = rh_world_words(self->channel, partner->entity, RH_WORLD_SEATS, 0, month, 0);
    if (starts) {
        self->seats = rh_poisson(world->subscription.seats * pow(partner->relative_size, world->subscription.power),
                                 rh_uniform(words.w[2]));
    } else {
        double mean = (double)self->seats * world->subscription.gained;
        self->seats -= rh_binomial(self->seats, world->subscription.lost, rh_uniform(words.w[1]));
        self->seats += rh_poisson(mean, rh_uniform(words.w[0]));
    }
    if (self->seats == 0) {
        return RH_OK;
    }
    rh_day day = rh_month_first_day(month);
    struct row row = empty_row(day < partner->joined ? partner->joined : day, MEASURE_RECURRING);
    row.product = (int)world->subscription.product;
    row.quantity = self->seats;
    row.amount = self->seats * llround(world->subscription.price * 100.0);
    return add_row(self, row);
}

/* The stock after the month's rows, and what of it was sold on, reported on the month's last day. */
static int add_sell_through(struct rh_ledger *self, rh_month month)
{
    const struct rh_world *world = self->channel->world;
    rh_day last = rh_month_last_day(month);
    for (size_t k = 0; k < self->num_rows; k++) {
        const struct row *row = &self->row[k];
        if (row->measure == MEASURE_REVENUE && row->day <= last) {
            self->stock[row->product] = fmax(self->stock[row->product] + (double)row->quantity, 0.0);
        }
    }
    int code = RH_OK;
    for (size_t k = 0; code == RH_OK && k < world->num_products; k++) {
        struct rh_words words = rh_world_words(self->channel, self->product_entity[k], RH_WORLD_STOCK, 0, month, 0);
        double sold = floor(self->stock[k] * world->sell_through.turnover + rh_uniform(words.w[0]));
        sold = fmin(sold, self->stock[k]);
        if (sold > 0.0) {
            struct row row = empty_row(last, MEASURE_SELL_THROUGH);
            double price = world->product[k].price * (1.0 - world->tier[self->partner->tier].discount);
            row.product = (int)k;
            row.quantity = (int64_t)sold;
            row.amount = row.quantity * llround(price * 100.0);
            self->stock[k] -= sold;
            code = add_row(self, row);
        }
    }
    return code;
}

/* ---- Writing ---- */

static const char *measure_name(const struct rh_world *world, int measure)
{
    switch (measure) {
    case MEASURE_REVENUE:
        return "revenue";
    case MEASURE_SELL_THROUGH:
        return "sell_through";
    case MEASURE_RECURRING:
        return "recurring_revenue";
    default:
        return world->activity[measure].measure;
    }
}

static void write_number(struct rh_text *out, int64_t value, int decimals)
{
    char digits[RH_DECIMAL_TEXT];
    rh_text_puts(out, ",");
    if (value != RH_MISSING) {
        rh_text_puts(out, rh_decimal_format(value, decimals, decimals, digits));
    }
}

static void write_name(struct rh_text *out, const char *name)
{
    rh_text_puts(out, ",");
    rh_text_csv(out, name);
}

static void write_row(const struct rh_ledger *self, const struct row *row, struct rh_text *out)
{
    const struct rh_world *world = self->channel->world;
    char date[RH_DAY_TEXT];
    rh_text_puts(out, self->partner->id);
    rh_text_puts(out, ",");
    rh_text_puts(out, rh_day_format(row->day, date));
    write_name(out, measure_name(world, row->measure));
    write_name(out, row->product == NONE ? "" : world->product[row->product].name);
    write_number(out, row->quantity, 0);
    write_number(out, row->amount, 2);
    write_number(out, row->cost, 2);
    write_number(out, row->discount, 2);
    write_number(out, row->days == NONE ? RH_MISSING : row->days, 0);
    write_name(out, row->channel == NONE ? "" : channel_names[row->channel]);
    write_name(out, row->deal_type == NONE ? "" : deal_type_names[row->deal_type]);
    write_name(out, row->promo == NONE ? "" : world->promo[row->promo].name);
    rh_text_puts(out, "\n");
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    if (left->day != right->day) {
        return left->day < right->day ? -1 : 1;
    }
    return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

/* Takes the rows up to the month's end out of those under way and writes them where the month is part of the history.
 */
static int write_month(struct rh_ledger *self, rh_month month, struct rh_text *out, uint64_t *num_rows)
{
    int code = rh_reserve(&self->due, &self->due_capacity, self->num_rows, sizeof *self->due);
    if (code != RH_OK) {
        return code;
    }
    rh_day last = rh_month_last_day(month);
    size_t num_due = 0, num_left = 0;
    for (size_t k = 0; k < self->num_rows; k++) {
        if (self->row[k].day <= last) {
            self->due[num_due++] = self->row[k];
        } else {
            self->row[num_left++] = self->row[k];
        }
    }
    self->num_rows = num_left;
    if (month < self->channel->first || num_due == 0) {
        return RH_OK;
    }
    qsort(self->due, num_due, sizeof *self->due, compare_rows);
    for (size_t k = 0; k < num_due; k++) {
        write_row(self, &self->due[k], out);
    }
    *num_rows += num_due;
    return RH_OK;
}

static void start_partner(struct rh_ledger *self, const struct rh_channel_partner *partner)
{
    const struct rh_world *world = self->channel->world;
    self->partner = partner;
    self->num_rows = 0;
    self->sequence = 0;
    self->quarter_sales = 0;
    self->ahead = self->put_off = 0.0;
    self->seats = 0;
    memset(self->truth, 0, (world->num_programs + 1) * sizeof *self->truth);
    for (size_t k = 0; k < world->num_products; k++) {
        self->stock[k] = 0.0;
        self->product_entity[k] = rh_entity_pair(partner->id, world->product[k].name);
    }
    for (size_t k = 0; k < world->num_activities; k++) {
        self->activity_entity[k] = rh_entity_pair(partner->id, world->activity[k].measure);
    }
}

static void step_wander(struct rh_ledger *self, rh_month month, bool starts)
{
    double memory = self->channel->world->partner.wander_memory;
    struct rh_words words = rh_world_words(self->channel, self->partner->entity, RH_WORLD_WANDER, 0, month, 0);
    double z = rh_normal(rh_uniform(words.w[0]));
    self->wander = starts ? z : memory * self->wander + sqrt(1.0 - memory * memory) * z;
}

/* After leaving only what is under way happens, and of that only returns: no deal is won and nothing reported. */
static void drop_activities(struct rh_ledger *self)
{
    size_t num = 0;
    for (size_t k = 0; k < self->num_rows; k++) {
        if (self->row[k].measure == MEASURE_REVENUE) {
            self->row[num++] = self->row[k];
        }
    }
    self->num_rows = num;
}

int rh_ledger_add(struct rh_ledger *self, const struct rh_channel_partner *partner, struct rh_text *out,
                  uint64_t *num_rows)
{
    const struct rh_channel *channel = self->channel;
    start_partner(self, partner);
    rh_month begins = rh_day_month(partner->joined);
    rh_month earliest = channel->first - RH_WORLD_WARM_UP;
    begins = begins < earliest ? earliest : begins;
    int code = RH_OK;
    for (rh_month month = begins; code == RH_OK && month <= channel->ends; month++) {
        bool starts = month == begins;
        if (partner->left == RH_NO_MONTH || month <= partner->left) {
            step_wander(self, month, starts);
            if (rh_channel_month_of_quarter(channel->world, month) == 0) {
                self->quarter_sales = 0;
            }
            code = add_orders(self, month);
            code = code == RH_OK ? add_activities(self, month) : code;
            code = code == RH_OK && partner->reports ? add_sell_through(self, month) : code;
            code = code == RH_OK && partner->subscribes ? add_seats(self, month, starts) : code;
        } else if (month == partner->left + 1) {
            drop_activities(self);
        }
        code = code == RH_OK ? write_month(self, month, out, num_rows) : code;
    }
    return code == RH_OK ? rh_text_status(out) : code;
}

const struct rh_ledger_truth *rh_ledger_truth(const struct rh_ledger *self)
{
    return self->truth;
}
