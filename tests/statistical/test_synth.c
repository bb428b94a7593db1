/* The artificial channel against its own truth: what the world file says is what the ledger holds, within standard
 * errors.
 *
 * Each test switches off what it does not look at by changing the world's numbers, and fixes its seed. Bounds are 4.5
 * standard errors where many figures are looked at, else 4. */
#include "core/text.h"
#include "core/variates.h"
#include "synth/channel.h"
#include "synth/ledger.h"
#include "synth/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PRODUCTS 6
#define MAX_MONTHS 240
#define NO_PRODUCT (-1)

static struct rh_world *make_world(void)
{
    struct rh_problems problems;
    struct rh_world *world = NULL;
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&world, NULL, &problems), RH_OK);
    assert_int_equal(world->num_products, MAX_PRODUCTS);
    rh_problems_free(&problems);
    return world;
}

/* No shocks, no joining, no leaving, no reaction: sales are expectation and order noise. */
static void calm(struct rh_world *world)
{
    world->market.common_sd = world->market.regional_sd = 0.0;
    world->partner.wander_sd = 0.0;
    world->life.years = 1000.0;
    world->life.leaving = 0.0;
    world->response.effort_elasticity = 0.0;
    for (size_t k = 0; k < world->num_products; k++) {
        world->product[k].returned = 0.0;
    }
}

struct row {
    const char *measure;
    rh_day day;
    int month; /* since the history's first */
    int product;
    double quantity, amount;
};

/* Splits a line of a ledger without quotes in place. */
static void split(char *line, char *cell[12])
{
    for (int k = 0; k < 12; k++) {
        cell[k] = line;
        line += strcspn(line, ",");
        if (*line != '\0') {
            *line++ = '\0';
        }
    }
}

/* The rows of one partner, in the order of the ledger. */
struct rows {
    struct row *item;
    size_t num, capacity;
    struct rh_text text;
};

static int find_product(const struct rh_world *world, const char *name)
{
    for (size_t k = 0; k < world->num_products; k++) {
        if (strcmp(world->product[k].name, name) == 0) {
            return (int)k;
        }
    }
    assert_string_equal(name, "");
    return NO_PRODUCT;
}

static void read_rows(struct rows *self, const struct rh_channel *channel, struct rh_ledger *ledger,
                      const struct rh_channel_partner *partner)
{
    uint64_t num_rows = 0;
    rh_text_clear(&self->text);
    self->num = 0;
    assert_int_equal(rh_ledger_add(ledger, partner, &self->text, &num_rows), RH_OK);
    char *line = num_rows > 0 ? self->text.bytes : NULL;
    for (uint64_t k = 0; k < num_rows; k++) {
        char *cell[12];
        char *next = strchr(line, '\n');
        assert_non_null(next);
        *next = '\0';
        split(line, cell);
        assert_string_equal(cell[0], partner->id);
        if (self->num == self->capacity) {
            self->capacity = self->capacity > 0 ? 2 * self->capacity : 1024;
            self->item = realloc(self->item, self->capacity * sizeof *self->item);
            assert_non_null(self->item);
        }
        struct row *row = &self->item[self->num++];
        *row = (struct row){.measure = cell[2],
                            .product = find_product(channel->world, cell[3]),
                            .quantity = atof(cell[4]),
                            .amount = atof(cell[5])};
        assert_true(rh_day_parse(cell[1], strlen(cell[1]), &row->day));
        row->month = rh_day_month(row->day) - channel->first;
        assert_in_range(row->month, 0, MAX_MONTHS - 1);
        line = next + 1;
    }
}

/* Runs a world and hands each partner with its rows to `look`. */
static void run(const struct rh_world *world, int partners, int months, int seed,
                void (*look)(const struct rh_channel *, const struct rh_channel_partner *, const struct rows *, void *),
                void *user)
{
    struct rh_channel channel;
    struct rh_channel_partner partner;
    struct rh_ledger *ledger;
    struct rows rows = {0};
    struct rh_world_options options = {.partners = partners, .months = months, .seed = seed};
    assert_int_equal(rh_channel_init(&channel, world, &options, NULL), RH_OK);
    assert_int_equal(rh_channel_partner_init(&partner, world), RH_OK);
    assert_int_equal(rh_ledger_create(&ledger, &channel), RH_OK);
    rh_text_init(&rows.text);
    for (int k = 0; k < partners; k++) {
        assert_int_equal(rh_channel_next(&channel, &partner), RH_OK);
        read_rows(&rows, &channel, ledger, &partner);
        look(&channel, &partner, &rows, user);
    }
    rh_ledger_destroy(ledger);
    rh_channel_partner_free(&partner);
    rh_channel_free(&channel);
    rh_text_free(&rows.text);
    free(rows.item);
}

/* Sums that tell whether Σ x and Σ y of independent pairs have the same mean: z = Σ(x−y) / √Σ(x−y)². */
struct pairs {
    double sum, squares;
    size_t num;
};

static void pairs_add(struct pairs *self, double x, double y)
{
    self->sum += x - y;
    self->squares += (x - y) * (x - y);
    self->num++;
}

static void assert_within(double value, double expected, double standard_error, double bound, const char *what)
{
    if (!(fabs(value - expected) <= bound * standard_error)) {
        fail_msg("%s: %.6g, expected %.6g ± %.3g (%.2f standard errors)", what, value, expected, standard_error,
                 fabs(value - expected) / standard_error);
    }
}

static void assert_same_mean(const struct pairs *self, double bound, const char *what)
{
    assert_true(self->num >= 100);
    assert_within(self->sum, 0.0, sqrt(self->squares), bound, what);
}

static void assert_share(double count, double num, double share, const char *what)
{
    assert_true(num >= 100.0);
    assert_within(count, num * share, sqrt(num * share * (1.0 - share)), 4.0, what);
}

/* Sizes, segments, regions. */

static void test_partners_are_drawn_as_told(void **state)
{
    (void)state;
    struct rh_world *world = make_world();
    struct rh_channel channel;
    struct rh_channel_partner partner;
    struct rh_world_options options = {.partners = 5000, .seed = 11};
    double num[8] = {0}, sum[8] = {0}, squares[8] = {0}, region[8] = {0}, quarterly[8] = {0}, no_margin = 0.0;
    assert_int_equal(rh_channel_init(&channel, world, &options, NULL), RH_OK);
    assert_int_equal(rh_channel_partner_init(&partner, world), RH_OK);
    for (int k = 0; k < 5000; k++) {
        assert_int_equal(rh_channel_next(&channel, &partner), RH_OK);
        double z = log(partner.relative_size) / world->segment[partner.segment].log_sd;
        num[partner.segment] += 1.0;
        sum[partner.segment] += z;
        squares[partner.segment] += z * z;
        quarterly[partner.segment] += partner.phase >= 0;
        region[partner.region] += 1.0;
        no_margin += !partner.margin_on_file;
    }
    for (size_t k = 0; k < world->num_segments; k++) {
        const struct rh_world_segment *segment = &world->segment[k];
        assert_share(num[k], 5000.0, segment->share, segment->name);
        assert_within(sum[k] / num[k], 0.0, 1.0 / sqrt(num[k]), 4.0, "mean of log size");
        assert_within(squares[k] / num[k], 1.0, sqrt(2.0 / num[k]), 4.0, "variance of log size");
        if (segment->quarterly > 0.0) {
            assert_share(quarterly[k], num[k], segment->quarterly, "quarterly");
        }
    }
    for (size_t k = 0; k < world->num_regions; k++) {
        assert_share(region[k], 5000.0, world->region[k].share, world->region[k].name);
    }
    assert_share(no_margin, 5000.0, world->partner.margin_missing, "margin missing");
    rh_channel_partner_free(&partner);
    rh_channel_free(&channel);
    rh_world_destroy(world);
}

/* The share of a lognormal's top fifth is Φ(σ − Φ⁻¹(.8)). */

static int descending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left > right ? -1 : left < right;
}

static double top_fifth(double *value, size_t num)
{
    double all = 0.0, top = 0.0;
    qsort(value, num, sizeof *value, descending);
    for (size_t k = 0; k < num; k++) {
        all += value[k];
        top += k < num / 5 ? value[k] : 0.0;
    }
    return top / all;
}

static void test_concentration_of_sizes(void **state)
{
    (void)state;
    enum { BATCHES = 30, PARTNERS = 4000 };
    struct rh_world *world = make_world();
    struct rh_channel channel;
    struct rh_channel_partner partner;
    double sigma = 1.2, sum = 0.0, squares = 0.0;
    static double size[PARTNERS];
    for (size_t k = 0; k < world->num_segments; k++) {
        world->segment[k].median = 1000.0;
        world->segment[k].log_sd = sigma;
    }
    assert_int_equal(rh_channel_partner_init(&partner, world), RH_OK);
    for (int batch = 0; batch < BATCHES; batch++) {
        struct rh_world_options options = {.partners = PARTNERS, .seed = batch};
        assert_int_equal(rh_channel_init(&channel, world, &options, NULL), RH_OK);
        for (int k = 0; k < PARTNERS; k++) {
            assert_int_equal(rh_channel_next(&channel, &partner), RH_OK);
            size[k] = partner.size;
        }
        double share = top_fifth(size, PARTNERS);
        sum += share;
        squares += share * share;
        rh_channel_free(&channel);
    }
    double mean = sum / BATCHES;
    double error = sqrt((squares / BATCHES - mean * mean) / (BATCHES - 1));
    assert_within(mean, rh_normal_cdf(sigma - rh_normal(0.8)), error, 4.0, "share of the top fifth");
    rh_channel_partner_free(&partner);
    rh_world_destroy(world);
}

struct yearly {
    double sales[600];
    size_t num;
    double zero_months, months;
};

static void look_at_year(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                         const struct rows *rows, void *user)
{
    struct yearly *yearly = user;
    double sales = 0.0;
    bool ordered[36] = {false};
    for (size_t k = 0; k < rows->num; k++) {
        if (strcmp(rows->item[k].measure, "revenue") == 0) {
            sales += rows->item[k].month >= 24 ? rows->item[k].amount : 0.0;
            ordered[rows->item[k].month] |= rows->item[k].amount > 0.0;
        }
    }
    for (int month = 0; month < 36; month++) {
        rh_month t = channel->first + month;
        if (t > rh_day_month(partner->joined) && (partner->left == RH_NO_MONTH || t <= partner->left)) {
            yearly->months += 1.0;
            yearly->zero_months += !ordered[month];
        }
    }
    yearly->sales[yearly->num++] = fmax(sales, 0.0);
}

/* The demo itself: what its comments promise of the channel as a whole. */
static void test_demo_is_concentrated_and_intermittent(void **state)
{
    (void)state;
    static struct yearly yearly;
    struct rh_world *world = make_world();
    run(world, 600, 36, 7, look_at_year, &yearly);
    double share = top_fifth(yearly.sales, yearly.num);
    assert_true(share > 0.80 && share < 0.90);
    double zero = yearly.zero_months / yearly.months;
    assert_true(zero > 0.35 && zero < 0.60);
    rh_world_destroy(world);
}

/* Sales are expectation times market, region by region and month by month. */

struct by_month {
    struct pairs pairs[8][MAX_MONTHS];
};

static void look_at_market(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                           const struct rows *rows, void *user)
{
    struct by_month *by_month = user;
    double sales[36] = {0};
    for (size_t k = 0; k < rows->num; k++) {
        sales[rows->item[k].month] += strcmp(rows->item[k].measure, "revenue") == 0 ? rows->item[k].amount : 0.0;
    }
    for (int month = 0; month < 36; month++) {
        rh_month t = channel->first + month;
        double expected = rh_channel_expected(channel, partner, t) * rh_channel_market(channel, partner->region, t);
        pairs_add(&by_month->pairs[partner->region][month], sales[month] / partner->size, expected / partner->size);
    }
}

static void test_sales_follow_expectation_and_market(void **state)
{
    (void)state;
    static struct by_month by_month;
    struct rh_world *world = make_world();
    double common = world->market.common_sd, regional = world->market.regional_sd;
    calm(world);
    world->market.common_sd = 4.0 * common;
    world->market.regional_sd = 4.0 * regional;
    world->life.years = 8.0;
    run(world, 3000, 36, 21, look_at_market, &by_month);
    for (size_t region = 0; region < world->num_regions; region++) {
        for (int month = 0; month < 36; month++) {
            assert_same_mean(&by_month.pairs[region][month], 4.5, world->region[region].name);
        }
    }
    rh_world_destroy(world);
}

static void test_regions_are_correlated(void **state)
{
    (void)state;
    struct rh_world *world = make_world();
    struct rh_channel channel;
    struct rh_world_options options = {.seed = 5};
    assert_int_equal(rh_channel_init(&channel, world, &options, NULL), RH_OK);
    double common = pow(world->market.common_sd, 2), variance = common + pow(world->market.regional_sd, 2);
    double num = (double)channel.num_market_months, memory = pow(world->market.memory, 2);
    double effective = num * (1.0 - memory) / (1.0 + memory);
    double rho = common / variance;
    for (size_t a = 0; a < world->num_regions; a++) {
        for (size_t b = a; b < world->num_regions; b++) {
            double sum = 0.0;
            for (rh_month t = channel.market_from; t <= channel.ends; t++) {
                double x = log(rh_channel_market(&channel, a, t)) + 0.5 * variance;
                sum += x * (log(rh_channel_market(&channel, b, t)) + 0.5 * variance);
            }
            double expected = a == b ? variance : common;
            double error = variance * sqrt((a == b ? 2.0 : 1.0 + rho * rho) / effective);
            assert_within(sum / num, expected, error, 4.0, "covariance of regions");
        }
    }
    rh_channel_free(&channel);
    rh_world_destroy(world);
}

/* Season by product and calendar month, as a ratio to the year's mean; January is month 0 of the history, too. */

static double told_season(const struct rh_world *world, size_t product, int calendar_month)
{
    double season = world->product[product].season[calendar_month];
    for (size_t k = 0; k < world->num_promos; k++) {
        bool runs = world->promo[k].product == product && world->promo[k].month[calendar_month];
        season *= runs ? 1.0 + world->promo[k].lift : 1.0;
    }
    return season;
}

struct seasons {
    struct pairs pairs[MAX_PRODUCTS][12];
};

static void look_at_season(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                           const struct rows *rows, void *user)
{
    struct seasons *seasons = user;
    double sales[MAX_PRODUCTS][12] = {{0}};
    assert_int_equal(rh_month_of_year(channel->first), 1);
    if (partner->size < 20000.0) {
        return;
    }
    for (size_t k = 0; k < rows->num; k++) {
        if (strcmp(rows->item[k].measure, "revenue") == 0) {
            sales[rows->item[k].product][rows->item[k].month % 12] += rows->item[k].amount / partner->size;
        }
    }
    for (size_t k = 0; k < MAX_PRODUCTS; k++) {
        double mean = 0.0, year = 0.0;
        for (int month = 0; month < 12; month++) {
            mean += sales[k][month] / 12.0;
            year += told_season(channel->world, k, month) / 12.0;
        }
        for (int month = 0; month < 12; month++) {
            double season = told_season(channel->world, k, month) / year;
            pairs_add(&seasons->pairs[k][month], sales[k][month], mean * season);
        }
    }
}

static void test_season_is_recovered(void **state)
{
    (void)state;
    static struct seasons seasons;
    struct rh_world *world = make_world();
    calm(world);
    for (size_t k = 0; k < world->num_regions; k++) {
        world->region[k].growth = 0.0;
    }
    for (int k = 0; k < 3; k++) {
        world->orders.quarter[k] = 1.0;
    }
    for (size_t k = 0; k < world->num_segments; k++) {
        world->segment[k].quarterly = 0.0;
    }
    run(world, 2000, 36, 31, look_at_season, &seasons);
    for (size_t k = 0; k < MAX_PRODUCTS; k++) {
        for (int month = 0; month < 12; month++) {
            assert_same_mean(&seasons.pairs[k][month], 4.5, world->product[k].name);
        }
    }
    rh_world_destroy(world);
}

/* Last year's sales are (1 + growth)² of those two years before. */

static void look_at_growth(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                           const struct rows *rows, void *user)
{
    struct pairs *pairs = user;
    double first = 0.0, last = 0.0;
    for (size_t k = 0; k < rows->num; k++) {
        double amount = strcmp(rows->item[k].measure, "revenue") == 0 ? rows->item[k].amount / partner->size : 0.0;
        first += rows->item[k].month < 12 ? amount : 0.0;
        last += rows->item[k].month >= 24 ? amount : 0.0;
    }
    double growth = 1.0 + channel->world->region[partner->region].growth;
    pairs_add(&pairs[partner->region], last, first * growth * growth);
}

static void test_growth_is_recovered(void **state)
{
    (void)state;
    struct pairs pairs[8] = {{0}};
    struct rh_world *world = make_world();
    calm(world);
    run(world, 2000, 36, 41, look_at_growth, pairs);
    for (size_t k = 0; k < world->num_regions; k++) {
        assert_same_mean(&pairs[k], 4.0, world->region[k].name);
    }
    rh_world_destroy(world);
}

/* Months without an order: e^(−mean) of a Poisson for regular buyers, all but one of a quarter for the others. */

struct gaps {
    double zero, expected, variance, quarters, skipped;
};

static void look_at_gaps(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                         const struct rows *rows, void *user)
{
    struct gaps *gaps = user;
    bool ordered[36] = {false};
    for (size_t k = 0; k < rows->num; k++) {
        ordered[rows->item[k].month] |= strcmp(rows->item[k].measure, "revenue") == 0;
    }
    for (int month = 0; month < 36; month++) {
        int k = rh_channel_month_of_quarter(channel->world, channel->first + month);
        if (partner->phase < 0) {
            double p = exp(-partner->orders * channel->world->orders.quarter[k]);
            gaps->zero += !ordered[month];
            gaps->expected += p;
            gaps->variance += p * (1.0 - p);
        } else if (k == partner->phase) {
            gaps->quarters += 1.0;
            gaps->skipped += !ordered[month];
        } else {
            assert_false(ordered[month]);
        }
    }
}

static void test_intermittency_is_as_told(void **state)
{
    (void)state;
    struct gaps gaps = {0};
    struct rh_world *world = make_world();
    calm(world);
    for (size_t k = 0; k < world->num_products; k++) {
        world->product[k].price = 0.05; /* so cheap that no order rounds to nothing */
    }
    run(world, 600, 36, 51, look_at_gaps, &gaps);
    assert_within(gaps.zero, gaps.expected, sqrt(gaps.variance), 4.0, "months without an order");
    assert_share(gaps.skipped, gaps.quarters, world->orders.skipped, "skipped quarters");
    rh_world_destroy(world);
}

/* Leavers leave at the hazard, and sell nothing afterwards. */

struct leavers {
    double months, left;
};

static void look_at_leavers(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                            const struct rows *rows, void *user)
{
    struct leavers *leavers = user;
    rh_month from = rh_day_month(partner->joined);
    from = from > channel->first ? from : channel->first;
    leavers->months += (partner->left == RH_NO_MONTH ? channel->ends : partner->left) - from + 1;
    leavers->left += partner->left != RH_NO_MONTH;
    for (size_t k = 0; k < rows->num; k++) {
        assert_true(rows->item[k].day >= partner->joined);
        if (partner->left != RH_NO_MONTH && channel->first + rows->item[k].month > partner->left) {
            assert_string_equal(rows->item[k].measure, "revenue");
            assert_true(rows->item[k].amount < 0.0);
        }
    }
}

static void test_leavers_leave_at_the_hazard(void **state)
{
    (void)state;
    struct leavers leavers = {0};
    struct rh_world *world = make_world();
    run(world, 2000, 36, 61, look_at_leavers, &leavers);
    assert_share(leavers.left, leavers.months, -expm1(-world->life.leaving / 12.0), "leavers");
    rh_world_destroy(world);
}

/* Returned lines by product; some come back without their sale. */

struct returned {
    double lines[MAX_PRODUCTS], returns[MAX_PRODUCTS], lone;
};

static void look_at_returns(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                            const struct rows *rows, void *user)
{
    (void)channel;
    (void)partner;
    struct returned *returned = user;
    double bought[MAX_PRODUCTS] = {0};
    for (size_t k = 0; k < rows->num; k++) {
        const struct row *row = &rows->item[k];
        if (strcmp(row->measure, "revenue") != 0) {
            continue;
        }
        assert_true((row->amount < 0.0) == (row->quantity < 0.0));
        returned->lines[row->product] += row->amount > 0.0;
        returned->returns[row->product] += row->amount < 0.0;
        bought[row->product] += row->quantity;
        returned->lone += row->amount < 0.0 && bought[row->product] < 0.0;
    }
}

static void test_returns_are_as_told(void **state)
{
    (void)state;
    struct returned returned = {0};
    struct rh_world *world = make_world();
    calm(world);
    struct rh_world *truth = make_world();
    for (size_t k = 0; k < world->num_products; k++) {
        world->product[k].returned = truth->product[k].returned;
    }
    run(world, 600, 120, 71, look_at_returns, &returned);
    for (size_t k = 0; k < world->num_products; k++) {
        if (world->product[k].returned > 0.0) {
            assert_share(returned.returns[k], returned.lines[k], world->product[k].returned, world->product[k].name);
        } else {
            assert_true(returned.returns[k] == 0.0);
        }
    }
    assert_true(returned.lone > 0.0);
    rh_world_destroy(world);
    rh_world_destroy(truth);
}

/* The month's last days. */

struct late {
    double orders, late;
};

static void look_at_days(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                         const struct rows *rows, void *user)
{
    (void)partner;
    struct late *late = user;
    for (size_t k = 0; k < rows->num; k++) {
        const struct row *row = &rows->item[k];
        if (strcmp(row->measure, "revenue") == 0) {
            rh_day last = rh_month_last_day(channel->first + row->month);
            late->orders += 1.0;
            late->late += last - row->day < channel->world->orders.late_days;
        }
    }
}

static void test_orders_come_late(void **state)
{
    (void)state;
    struct late late = {0};
    struct rh_world *world = make_world();
    calm(world);
    world->orders.lines = 1.0;
    run(world, 600, 36, 81, look_at_days, &late);
    assert_share(late.late, late.orders, world->orders.late_share, "orders in the last days");
    rh_world_destroy(world);
}

/* Attentive partners, and no others, sell (1 + rate/margin)^elasticity more and certify more. */

struct reaction {
    struct pairs attentive, others;
    double attentive_partners, partners;
    double training[2], certifications[2];
};

static void look_at_reaction(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                             const struct rows *rows, void *user)
{
    struct reaction *reaction = user;
    const struct rh_world *world = channel->world;
    double sales = 0.0, expected = 0.0;
    for (size_t k = 0; k < rows->num; k++) {
        sales += strcmp(rows->item[k].measure, "revenue") == 0 ? rows->item[k].amount : 0.0;
        reaction->training[partner->attentive] += strcmp(rows->item[k].measure, "training") == 0;
        reaction->certifications[partner->attentive] += strcmp(rows->item[k].measure, "certifications") == 0;
    }
    for (rh_month t = channel->first; t <= channel->ends; t++) {
        expected += rh_channel_expected(channel, partner, t);
    }
    if (partner->attentive) {
        expected *= pow(1.0 + world->program[0].level[0].rate / partner->margin, world->response.effort_elasticity);
    }
    pairs_add(partner->attentive ? &reaction->attentive : &reaction->others, sales / partner->size,
              expected / partner->size);
    reaction->attentive_partners += partner->attentive;
    reaction->partners += 1.0;
}

static void test_reaction_is_as_told(void **state)
{
    (void)state;
    struct reaction reaction = {0};
    struct rh_world *world = make_world();
    calm(world);
    world->response.effort_elasticity = 0.8;
    world->program[0].num_levels = 1;
    world->program[0].level[0] = (struct rh_world_level){.from = 0.0, .rate = 0.10};
    world->program[0].certification_bonus = world->response.certification_effort;
    run(world, 1500, 60, 91, look_at_reaction, &reaction);
    assert_same_mean(&reaction.attentive, 4.0, "attentive partners' sales");
    assert_same_mean(&reaction.others, 4.0, "the others' sales");
    assert_share(reaction.attentive_partners, reaction.partners, world->response.attention, "attention");
    double share = 0.0;
    for (size_t k = 0; k < world->num_activities; k++) {
        share = strcmp(world->activity[k].measure, "certifications") == 0 ? world->activity[k].share : share;
    }
    assert_true(share > 0.0);
    assert_share(reaction.certifications[0], reaction.training[0], share, "certifications of the others");
    assert_share(reaction.certifications[1], reaction.training[1], share * pow(2.0, 0.8), "of attentive partners");
    rh_world_destroy(world);
}

/* Nobody sells on what it has not bought, and over the years all of it. */

struct flow {
    double in, out;
    size_t reporters;
};

static void look_at_flow(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                         const struct rows *rows, void *user)
{
    struct flow *flow = user;
    double stock[MAX_PRODUCTS] = {0};
    if (!partner->reports) {
        for (size_t k = 0; k < rows->num; k++) {
            assert_string_not_equal(rows->item[k].measure, "sell_through");
        }
        return;
    }
    if (rh_day_month(partner->joined) < channel->first) {
        return; /* holds stock already */
    }
    flow->reporters++;
    for (size_t k = 0; k < rows->num; k++) {
        const struct row *row = &rows->item[k];
        if (strcmp(row->measure, "revenue") == 0) {
            stock[row->product] += row->quantity;
            flow->in += row->quantity;
        } else if (strcmp(row->measure, "sell_through") == 0) {
            stock[row->product] -= row->quantity;
            assert_true(stock[row->product] >= 0.0);
            flow->out += row->quantity;
        }
    }
}

static void test_sell_through_follows_sell_in(void **state)
{
    (void)state;
    struct flow flow = {0};
    struct rh_world *world = make_world();
    calm(world);
    world->life.years = 5.0;
    run(world, 600, 120, 101, look_at_flow, &flow);
    assert_true(flow.reporters > 30);
    assert_true(flow.out < flow.in && flow.out > 0.9 * flow.in);
    rh_world_destroy(world);
}

/* Contracts that were up are those renewed, on the same day, and those that lapsed, in proportion to what a year has.
 */

struct terms {
    double renewed[4], due[4]; /* by segment */
};

static void look_at_terms(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          const struct rows *rows, void *user)
{
    struct terms *terms = user;
    assert_int_equal(channel->world->num_segments, 4);
    for (const struct row *row = rows->item; row < rows->item + rows->num; row++) {
        const bool renewed = strcmp(row->measure, "renewals") == 0;
        terms->renewed[partner->segment] += renewed;
        terms->due[partner->segment] += strcmp(row->measure, "renewals_due") == 0;
        assert_true(!renewed || (strcmp(row[1].measure, "renewals_due") == 0 && row[1].day == row->day));
    }
}

static void test_renewals_are_of_what_was_due(void **state)
{
    (void)state;
    struct terms terms = {0};
    struct rh_world *world = make_world();
    const struct rh_world_activity *due = world->activity;
    while (strcmp(due->measure, "renewals_due") != 0) {
        due++;
    }
    run(world, 600, 36, 111, look_at_terms, &terms);
    for (size_t k = 0; k < world->num_segments; k++) {
        double renewals = world->activity[due->follows].per_year[k];
        assert_share(terms.renewed[k], terms.due[k], renewals / (renewals + due->per_year[k]), world->segment[k].name);
    }
    rh_world_destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partners_are_drawn_as_told),
        cmocka_unit_test(test_concentration_of_sizes),
        cmocka_unit_test(test_demo_is_concentrated_and_intermittent),
        cmocka_unit_test(test_sales_follow_expectation_and_market),
        cmocka_unit_test(test_regions_are_correlated),
        cmocka_unit_test(test_season_is_recovered),
        cmocka_unit_test(test_growth_is_recovered),
        cmocka_unit_test(test_intermittency_is_as_told),
        cmocka_unit_test(test_leavers_leave_at_the_hazard),
        cmocka_unit_test(test_returns_are_as_told),
        cmocka_unit_test(test_orders_come_late),
        cmocka_unit_test(test_reaction_is_as_told),
        cmocka_unit_test(test_sell_through_follows_sell_in),
        cmocka_unit_test(test_renewals_are_of_what_was_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
