/* Import: canonical and foreign files, and every complaint with its place. */
#include "core/file.h"
#include "history/import.h"
#include "scratch_files.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PARTNERS "partner_id\nA\nB\n"

/* One import of texts; targets and map may be NULL. */
struct run {
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    int code;
};

static void import_at_most(struct run *run, uint64_t max_bad, const char *ledger, const char *partners,
                           const char *targets, const char *map)
{
    const struct rh_import_options options = {
        .ledger = scratch_write("ledger.csv", ledger),
        .partners = scratch_write("partners.csv", partners),
        .targets = targets == NULL ? NULL : scratch_write("targets.csv", targets),
        .map = map == NULL ? NULL : scratch_write("map.yaml", map),
        .max_bad = max_bad,
    };
    rh_problems_init(&run->problems);
    run->code = rh_import(&run->history, &options, NULL, &run->report, &run->problems);
}

static void import(struct run *run, const char *ledger, const char *partners, const char *targets, const char *map)
{
    import_at_most(run, 0, ledger, partners, targets, map);
}

static void end(struct run *run)
{
    rh_history_free(&run->history);
    rh_problems_free(&run->problems);
}

/* The k-th problem as "file:line:column: message", the folder left out. */
static void check_problem(const struct run *run, size_t k, const char *expected)
{
    char found[1024];
    const size_t skip = strlen(scratch_folder) + 1;
    assert_true(k < run->problems.num);
    const struct rh_problem *problem = &run->problems.items[k];
    snprintf(found, sizeof found, "%s:%ld:%ld: %s", problem->file + (strlen(problem->file) > skip ? skip : 0),
             problem->line, problem->column, problem->message);
    for (char *at; (at = strstr(found, scratch_folder)) != NULL;) {
        memmove(at, at + skip, strlen(at + skip) + 1);
    }
    assert_string_equal(found, expected);
}

/* An import that has exactly one problem. */
static void expect_problem(const char *ledger, const char *partners, const char *targets, const char *map,
                           const char *expected)
{
    struct run run;
    import(&run, ledger, partners, targets, map);
    assert_int_equal(run.code, RH_ERR_INPUT);
    check_problem(&run, 0, expected);
    assert_int_equal(run.problems.num, 1);
    end(&run);
}

static const char *name_of(const struct rh_names *names, int32_t id)
{
    assert_true(id >= 0 && (size_t)id < names->num);
    return names->name[id];
}

static void test_canonical(void **state)
{
    struct run run;
    (void)state;
    import(&run,
           "partner_id,date,measure,product,quantity,amount,cost,discount,days,promo,rep\n"
           "B,2014-03-31,revenue,Wine,2,100.25,60,0.5,,spring,7\n"
           "A,2014-01-01,revenue,Beer,-1,-9.9999,-5.00,,,,8\n"
           "A,2015-12-31,training,,3,,,,12.5,spring,\n",
           "partner_id,name,segment,region,tier,parent,currency,joined,margin,city\n"
           "A,Anna,Shop,East,gold,Group,USD,2013-05-06,25%,Rome\n"
           "B,\"Bob, Inc.\",,West,,,EUR,,0.125,\n",
           "partner_id,measure,window,window_start,target\n"
           "B,revenue,quarter,2014-04-01,1000\n"
           "A,leads,year,2014-01-01,5\n"
           "A,revenue,month,2014-02-01,7.5\n",
           NULL);
    assert_int_equal(run.code, RH_OK);
    assert_int_equal(run.problems.num_total, 0);
    assert_int_equal(run.report.rows_read, 8);
    assert_int_equal(run.report.rows_kept, 8);
    assert_int_equal(run.report.rows_bad, 0);

    const struct rh_history *history = &run.history;
    const struct rh_events *events = &history->events;
    assert_int_equal(events->num, 3);
    assert_int_equal(events->partner[0], 1);
    assert_int_equal(events->date[0], rh_day_make(2014, 3, 31));
    assert_string_equal(name_of(&history->measures, events->measure[0]), "revenue");
    assert_string_equal(name_of(&history->products, events->product[0]), "Wine");
    assert_int_equal(events->quantity[0], 20000);
    assert_int_equal(events->amount[0], 1002500);
    assert_int_equal(events->cost[0], 600000);
    assert_int_equal(events->discount[0], 5000);
    assert_true(events->days[0] == RH_MISSING);
    assert_int_equal(events->amount[1], -99999);
    assert_true(events->discount[1] == RH_MISSING);
    assert_string_equal(name_of(&history->products, events->product[2]), "");
    assert_true(events->amount[2] == RH_MISSING);
    assert_int_equal(events->days[2], 125000);
    assert_int_equal(events->num_attributes, 2);
    assert_string_equal(events->attribute[0].name, "promo");
    assert_int_equal(events->attribute[0].code[0], events->attribute[0].code[2]);
    assert_string_equal(name_of(&events->attribute[0].values, events->attribute[0].code[1]), "");
    assert_string_equal(name_of(&events->attribute[1].values, events->attribute[1].code[1]), "8");

    const struct rh_partners *partners = &history->partners;
    assert_int_equal(partners->num, 2);
    assert_string_equal(partners->id.name[0], "A");
    assert_string_equal(partners->name[1], "Bob, Inc.");
    assert_string_equal(name_of(&partners->segments, partners->segment[1]), "");
    assert_string_equal(name_of(&partners->regions, partners->region[0]), "East");
    assert_string_equal(name_of(&partners->tiers, partners->tier[0]), "gold");
    assert_string_equal(name_of(&partners->parents, partners->parent[0]), "Group");
    assert_string_equal(name_of(&partners->currencies, partners->currency[1]), "EUR");
    assert_int_equal(partners->joined[0], rh_day_make(2013, 5, 6));
    assert_int_equal(partners->joined[1], RH_NO_DAY);
    assert_true(partners->margin[0] == 0.25 && partners->margin[1] == 0.125);
    assert_int_equal(rh_history_partner_attribute(history, "city"), 0);

    /* sorted by partner, measure (as it first appeared), window, start */
    const struct rh_targets *targets = &history->targets;
    assert_int_equal(targets->num, 3);
    assert_int_equal(targets->partner[0], 0);
    assert_string_equal(name_of(&history->measures, targets->measure[0]), "revenue");
    assert_int_equal(targets->window[0], RH_WINDOW_MONTH);
    assert_int_equal(targets->target[0], 75000);
    assert_string_equal(name_of(&history->measures, targets->measure[1]), "leads");
    assert_int_equal(targets->partner[2], 1);
    assert_int_equal(targets->window_start[2], rh_day_make(2014, 4, 1));

    assert_int_equal(history->first_month, rh_month_make(2014, 1));
    assert_int_equal(history->last_month, rh_month_make(2015, 12));
    assert_string_equal(history->ledger_path, scratch_path("ledger.csv"));
    char hash[RH_SHA256_TEXT];
    assert_int_equal(rh_sha256_file(scratch_path("partners.csv"), hash, NULL), RH_OK);
    assert_string_equal(history->partners_sha256, hash);
    assert_string_not_equal(history->ledger_sha256, hash);
    assert_int_equal(strlen(history->targets_sha256), 64);
    end(&run);
}

static void test_least_columns(void **state)
{
    struct run run;
    (void)state;
    import(&run, "amount,date, partner_id \n5,2020-02-29,A\n", PARTNERS, NULL, NULL);
    assert_int_equal(run.code, RH_OK);
    assert_string_equal(run.history.measures.name[0], "revenue");
    assert_string_equal(run.history.products.name[0], "");
    assert_true(run.history.events.quantity[0] == RH_MISSING && run.history.events.cost[0] == RH_MISSING);
    assert_true(isnan(run.history.partners.margin[0]));
    assert_string_equal(run.history.partners.name[0], "");
    assert_null(run.history.targets_path);
    assert_string_equal(run.history.targets_sha256, "");
    end(&run);
}

static void test_foreign(void **state)
{
    struct run run;
    (void)state;
    import(&run,
           "\xEF\xBB\xBF"
           "Kunde;Datum;Netto;St\xC3\xBC"
           "ck;Aktion;Notiz\r\n"
           "A;31.12.2019 23:59;-1.234,56;-2;ja;x\r\n"
           "B;01.01.2020 00:00;\" 1.000.000,00005 \";;nein;\"zwei\r\nZeilen\"\r\n",
           "Nr|Art\nA|Shop\nB|Club\n", NULL,
           "rehearse: map/1\n"
           "ledger:\n"
           "  columns: {partner_id: Kunde, date: Datum, amount: Netto, quantity: St\xC3\xBC"
           "ck}\n"
           "  constants: {measure: sell_through, product: Alles}\n"
           "  delimiter: ';'\n"
           "  decimal: comma\n"
           "  grouping: point\n"
           "  date_format: '%d.%m.%Y %H:%M'\n"
           "  round: true\n"
           "  drop: [Aktion]\n"
           "partners:\n"
           "  columns: {partner_id: Nr, segment: Art}\n"
           "  constants: {currency: EUR, margin: 12.5%}\n"
           "  delimiter: '|'\n");
    assert_int_equal(run.problems.num_total, 0);
    assert_int_equal(run.code, RH_OK);
    const struct rh_events *events = &run.history.events;
    assert_int_equal(events->num, 2);
    assert_int_equal(events->date[0], rh_day_make(2019, 12, 31));
    assert_int_equal(events->amount[0], -12345600);
    assert_int_equal(events->quantity[0], -20000);
    assert_true(events->amount[1] == 10000000000); /* 0.00005 to even: down */
    assert_string_equal(run.history.measures.name[0], "sell_through");
    assert_string_equal(run.history.products.name[0], "Alles");
    assert_int_equal(events->num_attributes, 1);
    assert_string_equal(events->attribute[0].name, "Notiz");
    assert_string_equal(events->attribute[0].values.name[1], "zwei\r\nZeilen");
    assert_string_equal(name_of(&run.history.partners.currencies, run.history.partners.currency[1]), "EUR");
    assert_true(run.history.partners.margin[1] == 0.125);
    end(&run);
}

static void test_round_half_even(void **state)
{
    static const struct {
        const char *text;
        int64_t expected;
    } cases[] = {{"0.00005", 0},         {"0.00015", 2},        {"0.00025", 2},
                 {"0.000050001", 1},     {"-0.00005", 0},       {"-0.00015", -2},
                 {"-0.00006", -1},       {"1.99995", 20000},    {"1.999949999999999999999", 19999},
                 {"0.0000499999999", 0}, {"2.12340000", 21234}, {"922337203685477.58065", 9223372036854775806},
                 {"+0.00015", 2}};
    char ledger[1024] = "partner_id,date,amount\n";
    struct run run;
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        sprintf(ledger + strlen(ledger), "A,2020-01-01,%s\n", cases[k].text);
    }
    import(&run, ledger, PARTNERS, NULL, "rehearse: map/1\nledger: {round: true}\n");
    assert_int_equal(run.code, RH_OK);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        assert_true(run.history.events.amount[k] == cases[k].expected);
    }
    end(&run);
}

static void test_keep(void **state)
{
    struct run run;
    (void)state;
    import(&run, "partner_id,date,amount,a,b,c\nA,2020-01-01,1,x,y,z\n", "partner_id,d\nA,1\n", NULL,
           "rehearse: map/1\nledger: {keep: [c, a]}\npartners: {keep: []}\n");
    assert_int_equal(run.code, RH_OK);
    assert_int_equal(run.history.events.num_attributes, 2);
    assert_string_equal(run.history.events.attribute[0].name, "a"); /* in the order of the file */
    assert_string_equal(run.history.events.attribute[1].name, "c");
    assert_int_equal(run.history.partners.num_attributes, 0);
    end(&run);
}

/* A column of a canonical name that means something else is dropped, and the map reads the right one. */
static void test_drop_canonical_name(void **state)
{
    struct run run;
    (void)state;
    import(&run, "partner_id,date,amount,net\nA,2020-01-01,gross,1\n", PARTNERS, NULL,
           "rehearse: map/1\nledger: {columns: {amount: net}, drop: [amount]}\n");
    assert_int_equal(run.code, RH_OK);
    assert_int_equal(run.history.events.amount[0], 10000);
    assert_int_equal(run.history.events.num_attributes, 0);
    end(&run);
}

static void test_bad_headers(void **state)
{
    (void)state;
    expect_problem("", PARTNERS, NULL, NULL,
                   "ledger.csv:1:1: the file is empty, expected a line with the names of the columns");
    expect_problem("partner_id,date,amount\n", PARTNERS, NULL, NULL,
                   "ledger.csv:0:0: found no rows, expected at least one below the names of the columns");
    expect_problem(
        "partner,date,amount\nA,2020-01-01,1\n", PARTNERS, NULL, NULL,
        "ledger.csv:1:1: no column partner_id, which a ledger file needs; found 'partner', 'date', 'amount'");
    expect_problem("partner_id,date,product\nA,2020-01-01,1\n", PARTNERS, NULL, NULL,
                   "ledger.csv:1:1: no column amount and no column quantity, of which a ledger needs one");
    expect_problem("partner_id,date,amount,date\nA,2020-01-01,1,x\n", PARTNERS, NULL, NULL,
                   "ledger.csv:1:24: 'date' is column 2 and column 4, expected it once");
    expect_problem("partner_id,date,amount,\nA,2020-01-01,1,x\n", PARTNERS, NULL, NULL,
                   "ledger.csv:1:24: column 4 has no name, expected one, or a map with drop: [\"\"]");
    expect_problem("partner_id,date,amount\nA,2020-01-01,1\n", "id\nA\n", NULL, NULL,
                   "partners.csv:1:1: no column partner_id, which a partners file needs; found 'id'");
    expect_problem("partner_id,date,amount\nA,2020-01-01,1\n", PARTNERS, "partner_id,measure,window,target\nA,r,q,1\n",
                   NULL,
                   "targets.csv:1:1: no column window_start, which a targets file needs; found 'partner_id', "
                   "'measure', 'window', 'target'");
}

static void test_bad_maps(void **state)
{
    static const char ledger[] = "partner_id,date,amount,net\nA,2020-01-01,1,2\n";
    (void)state;
    expect_problem(ledger, PARTNERS, NULL, "rehearse: map/1\nledger:\n  columns: {cost: price}\n",
                   "ledger.csv:1:1: no column 'price', which map.yaml:3 reads as cost; found 'partner_id', 'date', "
                   "'amount', 'net'");
    expect_problem(ledger, PARTNERS, NULL, "rehearse: map/1\nledger:\n  columns: {amount: net}\n",
                   "ledger.csv:1:17: 'amount' is in the file, but the map reads it from elsewhere; drop it there");
    expect_problem(ledger, PARTNERS, NULL, "rehearse: map/1\nledger:\n  constants: {amount: 1}\n",
                   "ledger.csv:1:17: 'amount' is in the file, but the map reads it from elsewhere; drop it there");
    expect_problem(
        ledger, PARTNERS, NULL, "rehearse: map/1\nledger:\n  keep: [nett]\n",
        "map.yaml:3:10: no column 'nett' in ledger.csv to keep; found 'partner_id', 'date', 'amount', 'net'");
    expect_problem(ledger, PARTNERS, NULL, "rehearse: map/1\nledger:\n  drop: [date]\n",
                   "ledger.csv:1:1: no column date, which a ledger file needs; found 'partner_id', 'date', 'amount', "
                   "'net'");
    expect_problem(ledger, PARTNERS, NULL, "rehearse: map/1\nledger:\n  constants: {discount: x}\n",
                   "map.yaml:3:25: discount: found 'x', expected a number such as -1234.56");
    expect_problem(ledger, PARTNERS, NULL, "rehearse: map/1\npartners:\n  constants: {joined: 1.1.2020}\n",
                   "map.yaml:3:23: joined: found '1.1.2020', expected a date such as 2014-03-31");
}

/* What is wrong with the headers of all files is told together, and no row is read. */
static void test_headers_together(void **state)
{
    struct run run;
    (void)state;
    import(&run, "partner,date,amount\nA,x,1\n", "id\nA\n", "partner_id\nA\n", NULL);
    assert_int_equal(run.code, RH_ERR_INPUT);
    assert_int_equal(run.problems.num, 6);
    assert_int_equal(run.report.rows_read, 0);
    end(&run);
}

#define LEDGER "partner_id,date,measure,product,quantity,amount,cost\n"

static void test_bad_rows(void **state)
{
    static const struct {
        const char *row, *problem;
    } cases[] = {
        {"A,2020-02-30,,,,1,", "3:3: date: found '2020-02-30', expected a date such as 2014-03-31"},
        {"A,,,,,1,", "3:3: date: found nothing, expected a date"},
        {"A,1899-12-31,,,,1,", "3:3: date: found '1899-12-31', expected a date of the years 1900 to 2199"},
        {"A,2200-01-01,,,,1,", "3:3: date: found '2200-01-01', expected a date of the years 1900 to 2199"},
        {"A,2020-01-01,,,,1.5e3,", "3:17: amount: found '1.5e3', expected a number such as -1234.56"},
        {"A,2020-01-01,,,,\"1,5\",", "3:17: amount: found '1,5', expected a number such as -1234.56"},
        {"A,2020-01-01,,,x y,1,", "3:16: quantity: found 'x y', expected a number such as -1234.56"},
        {"A,2020-01-01,,,,1.23456,",
         "3:17: amount: found '1.23456', expected at most 4 decimals, or a map with round: true"},
        {"A,2020-01-01,,,,922337203685477.5808,",
         "3:17: amount: found '922337203685477.5808', expected a number below 922,337,203,685,477"},
        {"A,2020-01-01,,,,,", "3:17: amount: found nothing, expected a number, as revenue is money"},
        {"A,2020-01-01,marketing_spend,,5,,",
         "3:33: amount: found nothing, expected a number, as marketing_spend is money"},
        {"A,2020-01-01,leads,,,,", "3:21: quantity: found neither quantity nor amount, expected one of them"},
        {"A,2020-01-01,units,,5,,",
         "3:14: measure: found 'units', expected rows of revenue with a quantity: that is what units are"},
        {"A,2020-01-01,,,-1,5,", "3:16: quantity: found '-1' and an amount of '5', expected the same sign"},
        {"A,2020-01-01,,,,-5,3.5", "3:20: cost: found '3.5' and an amount of '-5', expected the same sign"},
        {",2020-01-01,,,,1,", "3:1: partner_id: found nothing, expected a value"},
        {"C,2020-01-01,,,,1,", "3:1: partner_id: found 'C', expected a partner of partners.csv"},
        {"A ,2020-01-01,,,,1,", "3:1: partner_id: found 'A ', expected a partner of partners.csv"},
        {"A,2020-01-01", "3:13: found 2 fields, expected 7 as in the header"},
        {"A", "3:2: found 1 field, expected 7 as in the header"},
        {"A,2020-01-01,,,,1,,,", "3:20: found 9 fields, expected 7 as in the header"},
    };
    char ledger[512], expected[256];
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        snprintf(ledger, sizeof ledger, LEDGER "A,2020-01-01,,,,1,\n%s\nA,2020-01-02,,,,2,\n", cases[k].row);
        snprintf(expected, sizeof expected, "ledger.csv:%s", cases[k].problem);
        expect_problem(ledger, PARTNERS, NULL, NULL, expected);
    }
}

static void test_mapped_names(void **state)
{
    (void)state;
    expect_problem("partner_id,date,net\nA,2020-01-01,x\n", PARTNERS, NULL,
                   "rehearse: map/1\nledger: {columns: {amount: net}, decimal: comma}\n",
                   "ledger.csv:2:14: net (amount): found 'x', expected a number such as -1234,56");
    expect_problem("partner_id,date,amount\nA,2020-01-01,1\n", PARTNERS, NULL,
                   "rehearse: map/1\nledger: {date_format: '%d.%m.%Y'}\n",
                   "ledger.csv:2:3: date: found '2020-01-01', expected a date that reads %d.%m.%Y");
}

/* Long and odd text is cut in the message. */
static void test_shown(void **state)
{
    (void)state;
    expect_problem("partner_id,date,amount\n\"a\nb\x1B[2J\",2020-01-01,1\n", PARTNERS, NULL, NULL,
                   "ledger.csv:2:1: partner_id: found 'a b [2J', expected a partner of partners.csv");
    expect_problem("partner_id,date,amount\nA,2020-01-01,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\xC3\xBCyy\n",
                   PARTNERS, NULL, NULL,
                   "ledger.csv:2:14: amount: found 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', expected a "
                   "number such as -1234.56");
}

static void test_bad_partners(void **state)
{
    static const char ledger[] = "partner_id,date,amount\nA,2020-01-01,1\n";
    (void)state;
    expect_problem(ledger, "partner_id,name\nA,x\nB,y\nA,z\n", NULL, NULL,
                   "partners.csv:4:1: partner_id: found 'A', which is already in line 2, expected it once");
    expect_problem(ledger, "partner_id,joined\nA,\nB,2020\n", NULL, NULL,
                   "partners.csv:3:3: joined: found '2020', expected a date such as 2014-03-31");
    expect_problem(ledger, "partner_id,margin\nA,\nB,1.5\n", NULL, NULL,
                   "partners.csv:3:3: margin: found '1.5', expected a share from 0 to 1, such as 0.25 or 25%");
    expect_problem(ledger, "partner_id,margin\nA,\nB,x%\n", NULL, NULL,
                   "partners.csv:3:3: margin: found 'x%', expected a share from 0 to 1, such as 0.25 or 25%");
    expect_problem(ledger, "partner_id,currency\nA,\nB,usd\n", NULL, NULL,
                   "partners.csv:3:3: currency: found 'usd', expected three capital letters such as USD");
    expect_problem(ledger, "partner_id,name\nA,x\n,y\n", NULL, NULL,
                   "partners.csv:3:1: partner_id: found nothing, expected a value");
}

/* A row of a partner whose own line is bad says so. */
static void test_row_of_bad_partner(void **state)
{
    struct run run;
    (void)state;
    import(&run, "partner_id,date,amount\nA,2020-01-01,1\nB,2020-01-01,1\n", "partner_id,joined\nA,\nB,x\n", NULL,
           NULL);
    assert_int_equal(run.code, RH_ERR_INPUT);
    assert_int_equal(run.problems.num, 2);
    check_problem(&run, 1, "ledger.csv:3:1: partner_id: found 'B', which is in a bad line of partners.csv");
    end(&run);
}

static void test_bad_targets(void **state)
{
    static const char ledger[] = "partner_id,date,amount\nA,2020-01-01,1\n";
    static const struct {
        const char *rows, *problem;
    } cases[] = {
        {"A,revenue,weekly,2020-01-01,5\n",
         "2:11: window: found 'weekly', expected month, quarter, half, year or program"},
        {"A,revenue,month,2020-01-02,5\n", "2:17: window_start: found '2020-01-02', expected the first day of a month"},
        {"A,revenue,month,2020-01-01,\n", "2:28: target: found nothing, expected a number"},
        {"A,,month,2020-01-01,5\n", "2:3: measure: found nothing, expected a value"},
        {"X,revenue,month,2020-01-01,5\n", "2:1: partner_id: found 'X', expected a partner of partners.csv"},
        {"A,revenue,month,2020-01-01,5\nA,revenue,year,2020-01-01,6\nA,revenue,month,2020-01-01,5\n",
         "4:0: found a target of revenue in the month from 2020-01-01 for 'A', which is already in line 2, expected it "
         "once"},
    };
    char targets[512], expected[256];
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        snprintf(targets, sizeof targets, "partner_id,measure,window,window_start,target\n%s", cases[k].rows);
        snprintf(expected, sizeof expected, "targets.csv:%s", cases[k].problem);
        expect_problem(ledger, PARTNERS, targets, NULL, expected);
    }
}

static void test_all_in_one_pass(void **state)
{
    static const char ledger[] = "partner_id,date,amount\n"
                                 "A,x,y\n"
                                 "C,2020-01-01,1\n"
                                 "A,2020-01-01,1\n"
                                 "A,2020\n"
                                 "A,\xFF,2\n"
                                 "A,2020-01-01,\"1\n"
                                 "A,2020-01-01,2\n";
    struct run run;
    (void)state;
    import(&run, ledger, PARTNERS, NULL, NULL);
    assert_int_equal(run.code, RH_ERR_INPUT);
    assert_int_equal(run.problems.num_total, 6);
    assert_int_equal(run.problems.num, 6);
    check_problem(&run, 0, "ledger.csv:2:3: date: found 'x', expected a date such as 2014-03-31");
    check_problem(&run, 1, "ledger.csv:2:5: amount: found 'y', expected a number such as -1234.56");
    check_problem(&run, 2, "ledger.csv:3:1: partner_id: found 'C', expected a partner of partners.csv");
    check_problem(&run, 3, "ledger.csv:5:7: found 2 fields, expected 3 as in the header");
    check_problem(&run, 4, "ledger.csv:6:3: found byte 0xFF, which is not UTF-8");
    check_problem(&run, 5, "ledger.csv:7:14: found a quote that is not closed before the end of the file");
    assert_string_equal(run.problems.items[1].excerpt, "A,x,y");
    assert_int_equal(run.report.rows_bad, 5); /* lines, not problems */
    assert_int_equal(run.report.rows_kept, 4);
    end(&run);

    import_at_most(&run, 4, ledger, PARTNERS, NULL, NULL);
    assert_int_equal(run.code, RH_ERR_INPUT);
    end(&run);
    import_at_most(&run, 5, ledger, PARTNERS, NULL, NULL);
    assert_int_equal(run.code, RH_OK);
    assert_int_equal(run.problems.num_total, 6);
    assert_int_equal(run.history.events.num, 2);
    assert_int_equal(run.history.events.amount[1], 20000);
    end(&run);
}

static void test_only_bad_rows(void **state)
{
    struct run run;
    (void)state;
    import_at_most(&run, 10, "partner_id,date,amount\nA,x,1\n", PARTNERS, NULL, NULL);
    assert_int_equal(run.code, RH_ERR_INPUT);
    check_problem(&run, 1, "ledger.csv:0:0: found no good row, expected at least one");
    end(&run);
}

/* Past the limit problems are counted and no longer kept. */
static void test_limit(void **state)
{
    char ledger[4096] = "partner_id,date,amount\n";
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    (void)state;
    for (int k = 0; k < 50; k++) {
        strcat(ledger, "A,2020-01-01,x\n");
    }
    const struct rh_import_options options = {.ledger = scratch_write("ledger.csv", ledger),
                                              .partners = scratch_write("partners.csv", PARTNERS)};
    rh_problems_init(&problems);
    problems.limit = 20;
    assert_int_equal(rh_import(&history, &options, NULL, &report, &problems), RH_ERR_INPUT);
    assert_int_equal(problems.num, 20);
    assert_int_equal(problems.num_total, 50);
    assert_int_equal(report.rows_bad, 50);
    rh_problems_free(&problems);
    rh_history_free(&history);
}

static void test_many_measures(void **state)
{
    enum { ROWS = 1001 };
    char *ledger = malloc(ROWS * 32 + 64), *at = ledger + sprintf(ledger, "partner_id,date,measure,quantity\n");
    (void)state;
    for (int k = 0; k < ROWS; k++) {
        at += sprintf(at, "A,2020-01-01,m%d,1\n", k);
    }
    sprintf(at, "A,2020-01-01,m7,1\n");
    expect_problem(ledger, PARTNERS, NULL, NULL,
                   "ledger.csv:1002:14: measure: found 'm1000' after 1000 other measures, expected no more of them");
    free(ledger);
}

static void test_missing_files(void **state)
{
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    struct rh_import_options options = {.ledger = scratch_path("none.csv"),
                                        .partners = scratch_write("partners.csv", PARTNERS)};
    (void)state;
    rh_problems_init(&problems);
    assert_int_equal(rh_import(&history, &options, NULL, &report, &problems), RH_ERR_IO);
    assert_string_equal(problems.items[0].file, options.ledger);
    assert_string_equal(problems.items[0].message, "cannot be opened: No such file or directory");
    rh_problems_free(&problems);
    rh_history_free(&history);

    options.ledger = options.partners = "-";
    rh_problems_init(&problems);
    assert_int_equal(rh_import(&history, &options, NULL, &report, &problems), RH_ERR_ARGUMENT);
    assert_string_equal(problems.items[0].message, "found '-' for 2 files, expected standard input for one at most");
    rh_problems_free(&problems);
    rh_history_free(&history);
}

static void test_stop(void **state)
{
    static const char header[] = "partner_id,date,amount\n";
    enum { ROWS = 20000 };
    char *ledger = malloc(sizeof header + ROWS * 16), *at = ledger + sprintf(ledger, "%s", header);
    const volatile int stop = 1;
    const struct rh_progress progress = {.stop = &stop};
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    (void)state;
    for (int k = 0; k < ROWS; k++) {
        at += sprintf(at, "A,2020-01-01,1\n");
    }
    const struct rh_import_options options = {.ledger = scratch_write("ledger.csv", ledger),
                                              .partners = scratch_write("partners.csv", PARTNERS)};
    rh_problems_init(&problems);
    assert_int_equal(rh_import(&history, &options, &progress, &report, &problems), RH_ERR_INTERRUPTED);
    assert_true(history.events.num < ROWS);
    rh_problems_free(&problems);
    rh_history_free(&history);
    free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_least_columns),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_round_half_even),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_drop_canonical_name),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_bad_maps),
        cmocka_unit_test(test_headers_together),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_mapped_names),
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_bad_partners),
        cmocka_unit_test(test_row_of_bad_partner),
        cmocka_unit_test(test_bad_targets),
        cmocka_unit_test(test_all_in_one_pass),
        cmocka_unit_test(test_only_bad_rows),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_many_measures),
        cmocka_unit_test(test_missing_files),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
