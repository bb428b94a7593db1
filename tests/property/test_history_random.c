/* Random ledgers: what was written is what is read, from the CSV, from history.h5, and summed up in the panel. */
#include "core/memory.h"
#include "core/text.h"
#include "history/import.h"
#include "history/panel.h"
#include "same_history.h"
#include "scratch_files.h"

#include <stdint.h>

enum { PARTNERS = 17, PRODUCTS = 7, MEASURES = 5, MOST_ROWS = 600 };

static const char *const measures[MEASURES] = {"revenue", "training", "marketing_spend", "leads", "renewals"};
static const char *const products[PRODUCTS] = {"Wine", "Beer", "", "Gin, dry", "\"Best\"", "two\nlines", "Über"};

struct row {
    int partner, measure, product, promo;
    rh_day date;
    int64_t quantity, amount, cost;
};

static uint64_t seed;

static uint64_t draw(uint64_t bound)
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (z ^ z >> 31) % bound;
}

/* A size of any order of magnitude up to 10¹³ in 10⁻⁴, with the sign. */
static int64_t draw_size(int sign)
{
    int64_t bound = 10;
    for (uint64_t k = draw(13); k > 0; k--) {
        bound *= 10;
    }
    return sign * (int64_t)draw((uint64_t)bound);
}

static void draw_row(struct row *row)
{
    const int sign = draw(8) == 0 ? -1 : 1;
    row->partner = (int)draw(PARTNERS);
    row->measure = (int)draw(MEASURES);
    row->product = (int)draw(PRODUCTS);
    row->promo = (int)draw(9);
    row->date = rh_day_make(2015 + (int)draw(3), 1 + (int)draw(12), 1 + (int)draw(28));
    const bool money = row->measure == 0 || row->measure == 2;
    row->amount = money || (row->measure == 4 && draw(3) == 0) ? draw_size(sign) : RH_MISSING;
    row->quantity = row->amount == RH_MISSING || draw(2) == 0 ? draw_size(sign) : RH_MISSING;
    row->cost = row->amount != RH_MISSING && draw(2) == 0 ? draw_size(sign) : RH_MISSING;
}

/* The number with as many decimals as it needs, or more. */
static void write_number(struct rh_text *out, int64_t value, const char *end)
{
    char text[RH_DECIMAL_TEXT];
    if (value != RH_MISSING) {
        int decimals = 4;
        while (decimals > 0 &&
               value % (decimals == 4   ? 10
                        : decimals == 3 ? 100
                        : decimals == 2 ? 1000
                                        : 10000) ==
                   0 &&
               draw(3) > 0) {
            decimals--;
        }
        rh_text_puts(out, rh_decimal_format(value, 4, decimals, text));
    }
    rh_text_puts(out, end);
}

static void import_rows(struct rh_history *history, const struct row *rows, size_t num)
{
    struct rh_text ledger, partners;
    struct rh_import_report report;
    struct rh_problems problems;
    char day[RH_DAY_TEXT];
    rh_text_init(&ledger);
    rh_text_init(&partners);
    rh_text_puts(&ledger, "promo,amount,partner_id,cost,date,product,quantity,measure\r\n");
    for (size_t k = 0; k < num; k++) {
        rh_text_printf(&ledger, "p%d,", rows[k].promo);
        write_number(&ledger, rows[k].amount, ",");
        rh_text_printf(&ledger, "P%d,", rows[k].partner);
        write_number(&ledger, rows[k].cost, ",");
        rh_text_printf(&ledger, "%s,", rh_day_format(rows[k].date, day));
        rh_text_csv(&ledger, products[rows[k].product]);
        rh_text_puts(&ledger, ",");
        write_number(&ledger, rows[k].quantity, ",");
        rh_text_printf(&ledger, "%s\r\n", measures[rows[k].measure]);
    }
    rh_text_puts(&partners, "partner_id\n");
    for (int k = 0; k < PARTNERS; k++) {
        rh_text_printf(&partners, "P%d\n", k);
    }
    const struct rh_import_options options = {.ledger = scratch_write("ledger.csv", rh_text_string(&ledger)),
                                              .partners = scratch_write("partners.csv", rh_text_string(&partners))};
    rh_problems_init(&problems);
    assert_int_equal(rh_import(history, &options, NULL, &report, &problems), RH_OK);
    rh_problems_free(&problems);
    rh_text_free(&ledger);
    rh_text_free(&partners);
}

static void check_events(const struct rh_history *history, const struct row *rows, size_t num)
{
    const struct rh_events *events = &history->events;
    char promo[16];
    assert_int_equal(events->num, num);
    for (size_t k = 0; k < num; k++) {
        assert_int_equal(events->partner[k], rows[k].partner);
        assert_int_equal(events->date[k], rows[k].date);
        assert_string_equal(history->measures.name[events->measure[k]], measures[rows[k].measure]);
        assert_string_equal(history->products.name[events->product[k]], products[rows[k].product]);
        assert_true(events->quantity[k] == rows[k].quantity);
        assert_true(events->amount[k] == rows[k].amount);
        assert_true(events->cost[k] == rows[k].cost);
        snprintf(promo, sizeof promo, "p%d", rows[k].promo);
        assert_string_equal(events->attribute[0].values.name[events->attribute[0].code[k]], promo);
    }
}

/* Sum over the rows of a cell by brute force. sign: +1 rows ≥ 0, -1 rows < 0. */
static double naive_cell(const struct rh_history *history, int32_t partner, const struct rh_driver *driver,
                         rh_month month, int sign, bool quantity)
{
    const struct rh_events *events = &history->events;
    int64_t sum = 0;
    for (size_t k = 0; k < events->num; k++) {
        const int64_t value = driver->money && !quantity ? events->amount[k] : events->quantity[k];
        if (events->partner[k] == partner && events->measure[k] == driver->measure &&
            events->product[k] == driver->product && rh_day_month(events->date[k]) == month && value != RH_MISSING &&
            (sign > 0) == (value >= 0)) {
            sum += value;
        }
    }
    return (double)sum;
}

static void check_panel(const struct rh_history *history)
{
    struct rh_panel panel;
    struct rh_view view;
    struct rh_error error;
    size_t num_rows = 0;
    assert_int_equal(rh_panel_init(&panel, history, NULL, &error), RH_OK);
    assert_int_equal(rh_view_init(&view, &panel, history, true, NULL, NULL, NULL, &error), RH_OK);
    for (size_t s = 0; s < panel.num_series; s++) {
        const struct rh_driver *driver = &panel.driver[panel.series[s].driver];
        const int32_t partner = panel.partner_row[panel.series[s].partner];
        assert_true(panel.partner_series[panel.series[s].partner] <= s);
        assert_true(panel.partner_series[panel.series[s].partner + 1] > s);
        for (int t = 0; t < panel.num_months; t++) {
            const size_t cell = s * (size_t)panel.num_months + (size_t)t;
            const rh_month month = panel.first_month + t;
            assert_true(panel.gross[cell] == naive_cell(history, partner, driver, month, 1, false));
            assert_true(panel.returns[cell] == -naive_cell(history, partner, driver, month, -1, false));
            assert_true(view.value[cell] == naive_cell(history, partner, driver, month, 1, true) +
                                                naive_cell(history, partner, driver, month, -1, true));
        }
    }
    for (size_t k = 0; k < history->events.num; k++) {
        num_rows += (size_t)panel.event_series[k] < panel.num_series;
    }
    assert_int_equal(num_rows, history->events.num);
    rh_view_free(&view);
    rh_panel_free(&panel);
}

static void test_random_ledgers(void **state)
{
    (void)state;
    seed = 11;
    struct row *rows = rh_calloc(MOST_ROWS, sizeof *rows);
    for (int k = 0; k < 40; k++) {
        struct rh_history history, again;
        struct rh_error error;
        const size_t num = 1 + draw(k < 4 ? MOST_ROWS : 60);
        for (size_t row = 0; row < num; row++) {
            draw_row(&rows[row]);
        }
        import_rows(&history, rows, num);
        check_events(&history, rows, num);
        assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
        assert_int_equal(rh_history_read(&again, scratch_path("h.h5"), &error), RH_OK);
        assert_same_history(&history, &again);
        check_panel(&again);
        rh_history_free(&again);
        rh_history_free(&history);
    }
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_ledgers)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
