/* Yields and base rates of the assumptions file: what they say, every mistake at its place, and what a history makes of
 * them. */
#include "build_history.h"
#include "model/usage.h"
#include "scratch_files.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEAD "rehearse: assumptions/1\n"

/* A history of two segments: revenue of two lines, a line with marketing alone, deals, and no leads. */
static void make_history(struct rh_history *self)
{
    rh_history_init(self);
    build_partner(self, "P", "Retailer", "North", RH_NO_DAY);
    build_partner(self, "Q", "Distributor", "North", RH_NO_DAY);
    build_event(self, "P", "2022-01-05", "revenue", "Cloud", 10000, 1000000, 700000);
    build_event(self, "P", "2022-02-05", "revenue", "Servers", 10000, 1000000, 700000);
    build_event(self, "Q", "2022-02-05", "marketing_spend", "Phones", 10000, 1000000, RH_MISSING);
    build_event(self, "Q", "2022-02-05", "deals_won", "", 10000, RH_MISSING, RH_MISSING);
    assert_int_equal(rh_history_finish(self, NULL), RH_OK);
}

/* Reads a file, and holds it against the history where it can be read. */
static int read_text(struct rh_assumptions *self, struct rh_history *history, const char *text,
                     struct rh_problems *problems)
{
    const char *path = scratch_write("a.yaml", text);
    rh_problems_init(problems);
    make_history(history);
    assert_int_equal(rh_assumptions_init(self, &history->partners.segments, NULL), RH_OK);
    const int status = rh_assumptions_read(self, path, &history->partners.segments, problems);
    return status == RH_OK ? rh_assumptions_bind(self, NULL, history, problems) : status;
}

static void test_what_is_said(void **state)
{
    struct rh_assumptions self;
    struct rh_history history;
    struct rh_problems problems;
    (void)state;
    assert_int_equal(read_text(&self, &history,
                               HEAD "yield:\n"
                                    "  leads: {revenue: 12k, lag: 2 months, product: Cloud}\n"
                                    "  deals_won: {revenue: {mean: 900.5, sd: 300}, product: Servers}\n"
                                    "base_rate:\n"
                                    "  leads: 0.4\n"
                                    "  referrals: {segments: {Distributor: 2}}\n",
                               &problems),
                     RH_OK);
    assert_int_equal(self.num_yields, 2);
    const struct rh_yield *leads = &self.yield[0], *deals = &self.yield[1];
    assert_string_equal(leads->measure.text, "leads");
    assert_string_equal(leads->product.text, "Cloud");
    assert_true(leads->revenue.distribution == RH_DIST_FIXED && leads->revenue.mean == 12e3);
    assert_int_equal(leads->lag_months, 2);
    assert_string_equal(leads->as.name, "yield/leads");
    assert_string_equal(leads->as.description,
                        "Sales of 'Cloud' that an extra completion of 'leads' brings, 2 months later");
    assert_string_equal(strrchr(leads->as.origin, '/'), "/a.yaml:3");
    assert_true(deals->revenue.distribution == RH_DIST_LOGNORMAL && deals->revenue.mean == 900.5);
    assert_true(deals->revenue.sd == 300.0 && deals->revenue.low == 0.0 && isinf(deals->revenue.high));
    assert_int_equal(deals->lag_months, 0);
    assert_int_equal(self.num_base_rates, 2);
    assert_true(self.base_rate[0].rate[0].mean == 0.4 && self.base_rate[0].rate[1].mean == 0.4);
    assert_false(rh_base_rate_by_segment(&self.base_rate[0], 2));
    const int32_t retailer = rh_names_find(&history.partners.segments, "Retailer");
    assert_true(self.base_rate[1].rate[retailer].mean == 0.0 && self.base_rate[1].rate[1 - retailer].mean == 2.0);
    assert_true(rh_base_rate_by_segment(&self.base_rate[1], 2));
    assert_string_equal(self.base_rate[1].as.name, "base_rate/referrals");
    /* the history knows what is assumed as counts, and nothing else has changed */
    assert_int_equal(history.measures.num, 5);
    assert_int_equal(history.measure_is_money[rh_names_find(&history.measures, "leads")], 0);
    assert_int_equal(history.measure_is_money[rh_names_find(&history.measures, "referrals")], 0);
    assert_int_equal(history.measure_is_money[rh_names_find(&history.measures, "revenue")], 1);
    assert_int_equal(history.measure_is_money[rh_names_find(&history.measures, "deals_won")], 0);
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
    rh_history_free(&history);
}

static const struct {
    const char *text;
    long line, column;
    const char *message;
} mistakes[] = {
    {HEAD "yield: 7\n", 2, 8, "expected yields by measure"},
    {HEAD "base_rate: [leads]\n", 2, 12, "expected base rates by measure"},
    {HEAD "yield:\n  deals_won: 7\n", 3, 14, NULL},
    {HEAD "yield:\n  deals_won: {revenue: 7}\n", 3, 14, NULL},
    {HEAD "yield:\n  deals_won: {product: Cloud}\n", 3, 14, NULL},
    {HEAD "yield:\n  deals_won: {revenue: 7, product: Cloud, after: 1}\n", 3, 43, NULL},
    {HEAD "yield:\n  deals_won: {revenue: -7, product: Cloud}\n", 3, 24,
     "expected money with at most 4 decimals, such as 1500 or 12k, found '-7'"},
    {HEAD "yield:\n  deals_won: {revenue: '7', product: Cloud}\n", 3, 24, NULL},
    {HEAD "yield:\n  deals_won: {revenue: [7], product: Cloud}\n", 3, 24, NULL},
    {HEAD "yield:\n  deals_won: {revenue: 5%, product: Cloud}\n", 3, 24, NULL},
    {HEAD "yield:\n  deals_won: {revenue: {mean: 7}, product: Cloud}\n", 3, 24, NULL},
    {HEAD "yield:\n  deals_won: {revenue: {mean: 7, sd: 0}, product: Cloud}\n", 3, 38,
     "expected more than 0; what is certain is money alone, without an sd"},
    {HEAD "yield:\n  deals_won: {revenue: {mean: 0, sd: 1}, product: Cloud}\n", 3, 31, NULL},
    {HEAD "yield:\n  deals_won: {revenue: 7, lag: 2, product: Cloud}\n", 3, 32,
     "expected a number of months, such as 2 months, found '2'"},
    {HEAD "yield:\n  deals_won: {revenue: 7, lag: 20 days, product: Cloud}\n", 3, 32, NULL},
    {HEAD "yield:\n  deals_won: {revenue: 7, product: [Cloud, Servers]}\n", 3, 36,
     "expected one product, found a list"},
    {HEAD "base_rate:\n  leads: often\n", 3, 10, "expected a number, found 'often'"},
    {HEAD "base_rate:\n  leads: -0.1\n", 3, 10, "-0.1 completions per partner and month; expected 0 to 1e+06"},
    {HEAD "base_rate:\n  leads: 1000001\n", 3, 10, NULL},
    {HEAD "base_rate:\n  leads: {mean: 1, sd: 1}\n", 3, 10,
     "expected completions per partner and month, such as 0.4, or {segments: {NAME: RATE}}"},
    {HEAD "base_rate:\n  leads: {segments: 1}\n", 3, 21,
     "expected completions per partner and month, such as 0.4, or {segments: {NAME: RATE}}"},
    {HEAD "base_rate:\n  leads: {segments: {Nobody: 1}}\n", 3, 22, "the history has no segment 'Nobody'"},
    {HEAD "base_rate:\n  leads: {segments: {Retailer: x}}\n", 3, 32, NULL},
    /* against the history */
    {HEAD "yield:\n  deals_one: {revenue: 7, product: Cloud}\n", 3, 3,
     "the history has no measure 'deals_one'; did you mean 'deals_won'?"},
    {HEAD "yield:\n  leads: {revenue: 7, product: Cloud}\n", 3, 3, "the history has no measure 'leads'"},
    {HEAD "yield:\n  marketing_spend: {revenue: 7, product: Cloud}\n", 3, 3,
     "'marketing_spend' is money in this history; a yield is for a measure that is counted"},
    {HEAD "yield:\n  deals_won: {revenue: 7, product: Clod}\n", 3, 36,
     "the history has no revenue of product 'Clod'; did you mean 'Cloud'?"},
    {HEAD "yield:\n  deals_won: {revenue: 7, product: Phones}\n", 3, 36,
     "the history has no revenue of product 'Phones'"},
    {HEAD "base_rate: {deals_won: 0.4}\n", 2, 13,
     "the history has 'deals_won'; a base_rate is for a measure that it has no row of"},
    {HEAD "base_rate: {sell_through: 0.4}\n", 2, 13,
     "'sell_through' is money; a base_rate is for a measure that is counted"},
    {HEAD "base_rate: {units: 0.4}\n", 2, 13,
     "'units' are what of 'revenue' is sold; a base_rate is for a measure that is counted"},
};

/* Each mistake is one problem at its place. */
static void test_mistakes(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof mistakes / sizeof *mistakes; k++) {
        struct rh_assumptions self;
        struct rh_history history;
        struct rh_problems problems;
        const int status = read_text(&self, &history, mistakes[k].text, &problems);
        const struct rh_problem *found = problems.num > 0 ? &problems.items[0] : NULL;
        if (status != RH_ERR_INPUT || problems.num_total != 1 || found == NULL || found->line != mistakes[k].line ||
            found->column != mistakes[k].column || found->excerpt == NULL ||
            (mistakes[k].message != NULL && strcmp(found->message, mistakes[k].message) != 0)) {
            fail_msg("mistake %zu: %zu problems, first %ld:%ld: %s", k, problems.num_total,
                     found != NULL ? found->line : 0, found != NULL ? found->column : 0,
                     found != NULL ? found->message : "");
        }
        rh_problems_free(&problems);
        rh_assumptions_free(&self);
        rh_history_free(&history);
    }
}

static void test_all_in_one_pass(void **state)
{
    struct rh_assumptions self;
    struct rh_history history;
    struct rh_problems problems;
    (void)state;
    (void)read_text(&self, &history,
                    HEAD "parameters: {trust: 2}\nyield: {leads: {revenue: x, lag: y, product: [z]}}\n"
                         "base_rate: {leads: w}\n",
                    &problems);
    assert_int_equal(problems.num_total, 5);
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
    rh_history_free(&history);
    (void)read_text(&self, &history,
                    HEAD "yield: {calls: {revenue: 1, product: Nets}}\n"
                         "base_rate: {deals_won: 1, revenue: 1}\n",
                    &problems);
    assert_int_equal(problems.num_total, 4);
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
    rh_history_free(&history);
}

/* A measure without a row is none that the history has, be it a target's or of an earlier binding. */
static void test_measures_without_rows(void **state)
{
    struct rh_assumptions self;
    struct rh_history history;
    struct rh_problems problems;
    (void)state;
    assert_int_equal(read_text(&self, &history, HEAD "base_rate: {leads: 0.4}\n", &problems), RH_OK);
    assert_int_equal(history.measures.num, 4);
    assert_int_equal(rh_assumptions_bind(&self, NULL, &history, &problems), RH_OK);
    assert_int_equal(history.measures.num, 4);
    rh_problems_free(&problems);
    rh_assumptions_free(&self);
    rh_history_free(&history);
}

#define PROGRAM "rehearse: program/1\nname: p\ncurrency: USD\nincentives:\n"
static const char on_leads[] = PROGRAM "  - name: Leads\n"
                                       "    behavior: {measure: leads}\n"
                                       "    window: month\n"
                                       "    reward: {levels: [{from: 0, per_unit: 1}]}\n";
static const char requires_leads[] = PROGRAM "  - name: Rebate\n"
                                             "    behavior: {measure: revenue}\n"
                                             "    window: month\n"
                                             "    requires: [{measure: leads, at_least: 1, window: month}]\n"
                                             "    reward: {levels: [{from: 0, rate: 1%}]}\n";
static const char status_for_leads[] = PROGRAM "  - name: Rebate\n"
                                               "    behavior: {measure: revenue}\n"
                                               "    window: month\n"
                                               "    reward: {levels: [{from: 0, rate: 1%}]}\n"
                                               "tiers:\n"
                                               "  review: quarter\n"
                                               "  levels:\n"
                                               "    - {name: base}\n"
                                               "    - {name: gold, when: [{measure: leads, at_least: 2}], benefits: "
                                               "{rate_bonus: 2%}}\n";
static const char rebate[] = PROGRAM "  - name: Rebate\n"
                                     "    behavior: {measure: revenue}\n"
                                     "    window: month\n"
                                     "    reward: {levels: [{from: 0, rate: 1%}]}\n";

/* A yield waits for a reward, a base rate for a program that looks. */
static void test_usage(void **state)
{
    static const struct {
        const char *program;
        int unused;
    } cases[] = {{on_leads, 0}, {status_for_leads, 0}, {requires_leads, 1}, {rebate, 2}};
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rh_assumptions self;
        struct rh_history history;
        struct rh_problems problems;
        struct rh_study study = {.replay = RH_REPLAY_BOOTSTRAP, .num_compare = 1};
        struct rh_program program;
        struct rh_usage usage;
        struct rh_unused unused = {NULL, NULL};
        assert_int_equal(read_text(&self, &history,
                                   HEAD "parameters: {opt_in: 1}\nyield: {leads: {revenue: 7, product: Cloud}}\n"
                                        "base_rate: {leads: 1}\n",
                                   &problems),
                         RH_OK);
        assert_int_equal(rh_program_none(&study.in_force), RH_OK);
        assert_int_equal(rh_program_parse(&program, "p.yaml", cases[k].program, strlen(cases[k].program), &problems),
                         RH_OK);
        study.compare = &program;
        rh_usage_find(&usage, &study, &history);
        assert_true(rh_usage_given_in_vain(&usage, &self, 0, &unused));
        assert_string_equal(unused.name, "opt_in");
        assert_int_equal(rh_usage_given_in_vain(&usage, &self, 1, &unused), cases[k].unused > 0);
        if (cases[k].unused > 0) {
            assert_string_equal(unused.name, "yield/leads");
            assert_string_equal(unused.reason, "no program rewards the activity");
        }
        assert_int_equal(rh_usage_given_in_vain(&usage, &self, 2, &unused), cases[k].unused > 1);
        if (cases[k].unused > 1) {
            assert_string_equal(unused.name, "base_rate/leads");
            assert_string_equal(unused.reason, "no program looks at the measure");
        }
        assert_false(rh_usage_given_in_vain(&usage, &self, 3, &unused));
        rh_program_free(&program);
        rh_program_free(&study.in_force);
        rh_problems_free(&problems);
        rh_assumptions_free(&self);
        rh_history_free(&history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said),    cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_all_in_one_pass), cmocka_unit_test(test_measures_without_rows),
        cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
