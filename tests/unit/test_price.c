/* Every history, whatever it lacks, gives a verdict on its prices and no number that is none. */
#include "fit/price.h"
#include "support/discounting.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A number between 0 and 1 that follows no rule. */
static double luck(int i, int t)
{
    uint64_t state = 1000u * (uint64_t)i + (uint64_t)t;
    return responding_uniform(&state);
}

typedef double (*number)(int i, int t);

/* Partner i is of segment i mod 4 in region i / 4 mod 2; list price and share taken off it of each month. */
static void make(struct rh_history *history, int partners, int months, number list, number discount)
{
    rh_history_init(history);
    for (int i = 0; i < partners; i++) {
        char id[16], segment[16];
        snprintf(id, sizeof id, "P%03d", i);
        snprintf(segment, sizeof segment, "S%d", i % 4);
        build_partner(history, id, segment, i / 4 % 2 == 0 ? "North" : "South", RH_NO_DAY);
        for (int t = 0; t < months; t++) {
            char date[RH_DAY_TEXT];
            const double price = list(i, t);
            if (price == 0.0) {
                continue;
            }
            rh_month_format(rh_month_make(2020, 1) + t, date);
            strcat(date, "-15");
            const size_t row = build_event(history, id, date, "revenue", "alpha", 10000,
                                           (rh_money)llround(price * (1.0 - discount(i, t)) * 100.0) * 100, RH_MISSING);
            history->events.discount[row] = (rh_money)llround(price * discount(i, t) * 100.0) * 100;
        }
    }
    assert_int_equal(rh_history_finish(history, NULL), RH_OK);
}

static struct rh_fit_price price_of(int partners, int months, number list, number discount)
{
    struct rh_history history;
    struct rh_fit_price price;
    make(&history, partners, months, list, discount);
    assert_int_equal(rh_price_estimate(&price, &history, NULL), RH_OK);
    const bool estimated = price.verdict == RH_FIT_PRICE_ESTIMATED;
    assert_int_equal(isfinite(price.estimate), estimated);
    assert_int_equal(isfinite(price.se) && price.se > 0.0, estimated);
    assert_int_equal(isfinite(rh_fit_price_margin(&price)), estimated);
    assert_true(isfinite(price.variation) && isfinite(price.share_discounted) && isfinite(price.effective));
    rh_history_free(&history);
    return price;
}

static void expect(int partners, int months, number list, number discount, enum rh_fit_price_verdict verdict)
{
    const struct rh_fit_price price = price_of(partners, months, list, discount);
    if (price.verdict != verdict) {
        fail_msg("verdict %d is not %d", (int)price.verdict, (int)verdict);
    }
}

static double usual(int i, int t)
{
    return (100.0 + i) * (0.6 + 0.8 * luck(i, t));
}

/* A tenth is taken off for a segment of a region in a month in six. */
static double promoted(int i, int t)
{
    return luck(i % 8 + 5000, t) < 1.0 / 6.0 ? 0.1 : 0.0;
}

static double none(int i, int t)
{
    (void)i;
    (void)t;
    return 0.0;
}

static double all_alike(int i, int t)
{
    (void)i;
    return t % 4 == 0 ? 0.1 : 0.0;
}

static double always(int i, int t)
{
    (void)t;
    return 0.01 * (i % 8);
}

static double by_deal(int i, int t)
{
    return luck(i + 700, t) < 0.3 ? 0.1 : 0.0;
}

static double by_size(int i, int t)
{
    return usual(i, t) > 100.0 + i ? 0.1 : 0.0;
}

static double everything(int i, int t)
{
    return luck(i, t + 77) < 0.1 ? 1.0 : promoted(i, t);
}

static double constant(int i, int t)
{
    (void)t;
    return 100.0 + i;
}

static double zeros(int i, int t)
{
    (void)i;
    (void)t;
    return 0.001;
}

static double giant(int i, int t)
{
    return usual(i, t) * (i == 0 ? 1e6 : 1.0);
}

static double intermittent(int i, int t)
{
    return luck(i, t + 500) > 0.9 ? usual(i, t) : 0.0;
}

static double negative(int i, int t)
{
    return t % 5 == 0 ? -50.0 : usual(i, t);
}

/* Only the first eight sell at all where less is paid. */
static double once(int i, int t)
{
    return t == 0 ? 100.0 : promoted(i, t) > 0.0 && i < 8 ? 10.0 : 0.0;
}

static void whatever_a_history_lacks(void **state)
{
    (void)state;
    expect(96, 36, usual, promoted, RH_FIT_PRICE_ESTIMATED);
    expect(96, 36, giant, promoted, RH_FIT_PRICE_ESTIMATED);
    expect(96, 36, negative, promoted, RH_FIT_PRICE_ESTIMATED);
    expect(400, 36, intermittent, promoted, RH_FIT_PRICE_ESTIMATED);
    expect(96, 36, usual, everything, RH_FIT_PRICE_ESTIMATED); /* what is given away has no price */
    expect(96, 36, usual, none, RH_FIT_PRICE_NO_DISCOUNTS);
    expect(96, 36, zeros, promoted, RH_FIT_PRICE_NO_DISCOUNTS);
    expect(1, 36, usual, promoted, RH_FIT_PRICE_NO_PEERS);
    expect(16, 36, usual, promoted, RH_FIT_PRICE_NO_PEERS);
    expect(96, 1, usual, by_deal, RH_FIT_PRICE_NO_PEERS);
    expect(40, 36, once, promoted, RH_FIT_PRICE_NO_PEERS);
    expect(96, 36, usual, all_alike, RH_FIT_PRICE_ALIKE);
    expect(96, 36, usual, always, RH_FIT_PRICE_ALIKE);
    expect(96, 36, usual, by_deal, RH_FIT_PRICE_NOT_SHARED);
    expect(96, 36, usual, by_size, RH_FIT_PRICE_FOLLOWS_SIZE);
    expect(96, 36, constant, promoted, RH_FIT_PRICE_NO_NOISE);
}

/* Rows are summed up by month, whatever their order; returns have no part in it. */
static void rows_of_a_month(void **state)
{
    (void)state;
    struct rh_history history;
    struct rh_fit_price whole, split;
    make(&history, 96, 24, usual, promoted);
    assert_int_equal(rh_price_estimate(&whole, &history, NULL), RH_OK);
    const size_t num = history.events.num;
    for (size_t k = 0; k < num; k++) {
        const rh_money amount = history.events.amount[k] / 2, discount = history.events.discount[k] / 4;
        const size_t row = build_event(&history, history.partners.id.name[history.events.partner[k]], "2020-01-15",
                                       "revenue", "alpha", 10000, history.events.amount[k] - amount, RH_MISSING);
        history.events.date[row] = history.events.date[k];
        history.events.discount[row] = history.events.discount[k] - discount;
        history.events.amount[k] = amount;
        history.events.discount[k] = discount;
    }
    const size_t back = build_event(&history, "P003", "2020-05-15", "revenue", "alpha", -10000, -990000, RH_MISSING);
    history.events.discount[back] = 100000;
    assert_int_equal(rh_price_estimate(&split, &history, NULL), RH_OK);
    assert_int_equal(whole.verdict, RH_FIT_PRICE_ESTIMATED);
    assert_memory_equal(&whole.estimate, &split.estimate, sizeof whole.estimate);
    assert_memory_equal(&whole.se, &split.se, sizeof whole.se);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whatever_a_history_lacks), cmocka_unit_test(rows_of_a_month)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
