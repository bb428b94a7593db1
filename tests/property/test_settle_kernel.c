/* The kernel's settlement against the exact one: with every mechanism neutral and the history itself replayed, each
 * incentive pays what `rh_settle` says, within half a cent per line, and earns partners alike; also in a channel of
 * several currencies. */
#include "support/rehearsal.h"

#include "program/settle.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* One program per construct; HEAD comes first. */
#define HEAD "rehearse: program/1\nname: p\ncurrency: USD\nincentives:\n"
static const char *const programs[] = {
    HEAD "  - name: Growth\n    behavior: {measure: revenue}\n    metric: growth\n    window: quarter\n"
         "    reward: {levels: [{from: 0, rate: 5%}, {from: 500, rate: 8%, flat: 20}, {from: 2k, rate: 2%}]}\n",
    HEAD
    "  - name: Growth, retroactive\n    behavior: {measure: revenue, product: [alpha]}\n    metric: growth\n"
    "    window: month\n    reward: {bands: retroactive, levels: [{from: 100, rate: 3%}, {from: 400, rate: 9%}]}\n",
    HEAD "  - name: Pays on growth\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      pays_on: growth\n      levels: [{from: 2k, rate: 4%}, {from: 9k, rate: 6%, flat: 50}]\n",
    HEAD
    "  - name: Pays on growth, retroactive\n    behavior: {measure: revenue}\n    window: half\n    reward:\n"
    "      pays_on: growth\n      bands: retroactive\n      levels: [{from: 4k, rate: 4%}, {from: 20k, rate: 6%}]\n",
    HEAD "  - name: Over the prior year\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      bands: retroactive\n      levels: [{from: 90% of prior_year, rate: 1%}, {from: 110% of prior_year, "
         "rate: 2.5%}]\n    cap: {window: 150}\n",
    HEAD "  - name: Some relative\n    behavior: {measure: units}\n    window: year\n    reward:\n"
         "      levels: [{from: 200, per_unit: 0.5}, {from: 105% of prior_year, per_unit: 2}]\n",
    HEAD "  - name: Better than peers\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      levels: [{from: p25 of segment, rate: 1%}, {from: p75 of segment, rate: 3%}]\n",
    HEAD "  - name: Multiplied\n    behavior: {measure: revenue}\n    window: month\n"
         "    multiplier: {region: {North: 1.2, East: 0.75}, segment: {Reseller: 1.1}}\n"
         "    reward: {levels: [{from: 1k, rate: 2%, flat: 7}]}\n    cap: {window: 90, partner: 500}\n",
    HEAD "  - name: Once\n    behavior: {measure: certifications}\n    window: month\n    once: true\n"
         "    reward: {levels: [{from: 1, flat: 100}]}\n",
    HEAD "  - name: Small ones wait\n    behavior: {measure: revenue}\n    window: month\n    minimum: 40.06\n"
         "    reward: {levels: [{from: 0, rate: 1%}]}\n    cap: {partner: 300}\n",
    HEAD "  - name: A\n    behavior: {measure: revenue}\n    window: quarter\n    exclusive: best\n"
         "    reward: {levels: [{from: 3k, rate: 2%}]}\n"
         "  - name: B\n    behavior: {measure: units, product: [beta]}\n    window: month\n    exclusive: best\n"
         "    reward: {levels: [{from: 10, per_unit: 1.25}]}\n    cap: {partner: 400}\n"
         "  - name: C\n    behavior: {measure: revenue}\n    window: month\n    exclusive: best\n    once: true\n"
         "    reward: {levels: [{from: 5k, flat: 90}]}\n",
    HEAD "  - name: Points\n    behavior: {measure: revenue}\n    window: month\n"
         "    reward: {kind: points, cost: 80%, value: 90%, levels: [{from: 0, rate: 1%}]}\n    cap: {total: 2k}\n"
         "  - name: Trip\n    behavior: {measure: revenue}\n    window: year\n"
         "    reward: {kind: non_cash, cost: 60%, levels: [{from: 60k, flat: 900}]}\n"
         "budget: {total: 4k, when_exhausted: first_come}\n",
    HEAD
    "  - name: Attach\n    behavior: {measure: revenue, product: [beta]}\n"
    "    metric: {ratio_to: {measure: revenue}}\n    window: quarter\n"
    "    reward: {levels: [{from: 10%, rate: 2%, flat: 4}, {from: 16%, rate: 4%, flat: 15}]}\n    cap: {window: 60}\n"
    "  - name: Deals won\n    behavior: {measure: deals_won}\n"
    "    metric: {ratio_to: {measure: deals_registered}}\n    window: half\n"
    "    reward: {bands: retroactive, levels: [{from: 0, flat: 5}, {from: 40%, per_unit: 12, flat: 30}]}\n",
    HEAD "  - name: In a row\n    behavior: {measure: revenue}\n    metric: {streak: 3, at_least: 2k}\n"
         "    window: month\n    reward: {levels: [{from: 2, flat: 40}, {from: 3, flat: 100}]}\n"
         "  - name: Growing in a row\n    behavior: {measure: revenue}\n"
         "    metric: {streak: 2, at_least: 90% of prior_year}\n    window: quarter\n"
         "    reward: {bands: retroactive, levels: [{from: 1, flat: 10}, {from: 2, flat: 60}]}\n"
         "    multiplier: {region: {North: 1.3}}\n    cap: {window: 70}\n",
    HEAD "  - name: Growing by month in a row\n    behavior: {measure: revenue, product: [beta]}\n"
         "    metric: {streak: 3, at_least: 80% of prior_year}\n    window: month\n"
         "    reward: {levels: [{from: 1, flat: 1}, {from: 2, flat: 50}]}\n",
    HEAD "  - name: Contest\n    behavior: {measure: revenue}\n    metric: {rank_in: region}\n    window: quarter\n"
         "    reward: {levels: [{top: 1, flat: 500}, {top: 3, flat: 200}, {top: 5, flat: 50}]}\n"
         "    cap: {partner: 900}\n"
         "  - name: Contest of all\n    behavior: {measure: certifications}\n    metric: {rank_in: all}\n"
         "    window: half\n    once: true\n    reward: {levels: [{top: 2, flat: 300}, {top: 40, flat: 20}]}\n",
    HEAD "  - name: Pool\n    behavior: {measure: revenue}\n    metric: {pooled_by: parent}\n    window: quarter\n"
         "    reward: {levels: [{from: 5k, rate: 1%}, {from: 30k, rate: 2.5%, flat: 100}]}\n"
         "    multiplier: {segment: {Reseller: 1.1}}\n    cap: {window: 400}\n"
         "  - name: Growing pool\n    behavior: {measure: revenue}\n    metric: {pooled_by: segment}\n"
         "    window: half\n    reward:\n      pays_on: growth\n      levels: [{from: 95% of prior_year, rate: 4%}]\n",
    HEAD "  - name: Best of\n    behavior: {measure: revenue}\n    metric: {rank_in: segment}\n    window: quarter\n"
         "    exclusive: one\n    reward: {levels: [{top: 4, flat: 150}]}\n"
         "  - name: Or volume\n    behavior: {measure: revenue}\n    window: quarter\n    exclusive: one\n"
         "    reward: {levels: [{from: 3k, rate: 1%}]}\n    cap: {partner: 300}\n    minimum: 60\n",
    HEAD "  - name: Fund\n    behavior: {measure: marketing_spend}\n    window: quarter\n"
         "    reward: {match: 50%, fund: {accrues: 2%, of: revenue, expires: 3 months}}\n    cap: {window: 220}\n"
         "  - name: Co-op\n    behavior: {measure: marketing_spend}\n    window: month\n"
         "    active: {from: 2024-04}\n    multiplier: {region: {South: 0.8}}\n"
         "    reward: {match: 30%, fund: {accrues: 0.5%, of: revenue}}\n",
    HEAD "  - name: Certified and sold\n    behavior: {measure: revenue}\n    window: quarter\n"
         "    requires:\n      - {measure: certifications, at_least: 1, window: quarter}\n"
         "      - {measure: revenue, product: [alpha], at_least: 8k, window: year}\n"
         "    reward: {levels: [{from: 0, rate: 1%}]}\n",
    HEAD "  - name: Clawed\n    behavior: {measure: revenue}\n    window: quarter\n    clawback: {within: 2 months}\n"
         "    payout: {after: 90 days}\n    reward: {levels: [{from: 2k, rate: 3%}, {from: 6k, rate: 5%}]}\n"
         "  - name: Clawed by month\n    behavior: {measure: revenue, product: [alpha]}\n    window: month\n"
         "    clawback: {within: 4 months}\n    payout: {after: 150 days}\n    once: true\n"
         "    reward: {levels: [{from: 3k, flat: 70}]}\n"
         "  - name: Clawed growth\n    behavior: {measure: revenue}\n    window: half\n"
         "    clawback: {within: 1 months}\n    payout: {after: 60 days}\n    metric: growth\n"
         "    reward: {levels: [{from: 0, rate: 4%}]}\n"
         "  - name: Clawed whole\n    behavior: {measure: units}\n    window: program\n"
         "    active: {from: 2024-02, until: 2024-08}\n    clawback: {within: 3 months}\n"
         "    payout: {after: 120 days}\n    reward: {levels: [{from: 100, per_unit: 0.25}]}\n",
    HEAD "  - name: For gold\n    audience: {tier: [gold]}\n    behavior: {measure: revenue}\n    window: quarter\n"
         "    reward: {levels: [{from: 1k, rate: 1%}]}\n"
         "  - name: More for more\n    behavior: {measure: revenue}\n    window: month\n"
         "    multiplier: {tier: {gold: 1.5, silver: 1.2}}\n    cap: {window: 70}\n"
         "    reward: {levels: [{from: 500, rate: 1%, flat: 5}]}\n"
         "tiers:\n  review: half\n  levels:\n    - {name: registered}\n"
         "    - {name: silver, when: [{measure: revenue, at_least: 6k}], benefits: {rate_bonus: 0.5%}}\n"
         "    - {name: gold, when: [{measure: revenue, at_least: 12k}, {measure: certifications, at_least: 1}], "
         "benefits: {rate_bonus: 1%}}\n",
    HEAD "  - name: Opted in\n    behavior: {measure: revenue}\n    window: quarter\n    enrollment: opt_in\n"
         "    reward: {levels: [{from: 1k, rate: 1%}]}\n",
};

/* Fiscal years that begin within the horizon, so that whatever looks back looks across its start. */
static const char *const straddling[] = {
    HEAD "  - name: Over the prior year\n    behavior: {measure: revenue}\n    window: year\n    reward:\n"
         "      bands: retroactive\n      levels: [{from: 80% of prior_year, rate: 1%}, {from: 105% of prior_year, "
         "rate: 2.5%}]\n"
         "  - name: Better than peers\n    behavior: {measure: revenue}\n    window: year\n    reward:\n"
         "      levels: [{from: p25 of segment, rate: 1%}, {from: p75 of region, rate: 3%}]\n"
         "  - name: Growing pool\n    behavior: {measure: revenue}\n    metric: {pooled_by: segment}\n"
         "    window: half\n    reward: {pays_on: growth, levels: [{from: 95% of prior_year, rate: 4%}]}\n"
         "year_starts: 4\n",
    HEAD "  - name: Sold and certified\n    behavior: {measure: revenue}\n    window: quarter\n"
         "    requires:\n      - {measure: certifications, at_least: 2, window: half}\n"
         "      - {measure: revenue, product: [alpha], at_least: 9k, window: year}\n"
         "    reward: {levels: [{from: 0, rate: 1%}]}\n"
         "year_starts: 2\n",
    HEAD "  - name: For gold\n    audience: {tier: [gold]}\n    behavior: {measure: revenue}\n    window: quarter\n"
         "    reward: {levels: [{from: 1k, rate: 1%}]}\n"
         "  - name: In a row\n    behavior: {measure: revenue}\n    metric: {streak: 2, at_least: 2k}\n"
         "    window: month\n    multiplier: {tier: {gold: 1.5, registered: 0.5}}\n    cap: {window: 90}\n"
         "    reward: {levels: [{from: 1, flat: 30}, {from: 2, flat: 80}]}\n"
         "  - name: Together\n    behavior: {measure: revenue}\n    metric: {pooled_by: parent}\n    window: quarter\n"
         "    multiplier: {tier: {gold: 1.25, silver: 1.1}}\n    cap: {window: 250}\n"
         "    reward: {levels: [{from: 4k, rate: 2%}]}\n"
         "  - name: Mix\n    behavior: {measure: revenue, product: [beta]}\n"
         "    metric: {ratio_to: {measure: revenue}}\n    window: half\n    multiplier: {tier: {silver: 1.2}}\n"
         "    reward: {levels: [{from: 12%, rate: 3%}]}\n"
         "  - name: First three\n    behavior: {measure: revenue}\n    metric: {rank_in: all}\n    window: quarter\n"
         "    multiplier: {tier: {gold: 0.5}}\n    reward: {levels: [{top: 3, flat: 400}]}\n"
         "  - name: Fund\n    behavior: {measure: marketing_spend}\n    window: quarter\n"
         "    multiplier: {tier: {gold: 1.3}}\n"
         "    reward: {match: 40%, fund: {accrues: 1%, of: revenue, expires: 6 months}}\n"
         "tiers:\n  review: half\n  levels:\n    - {name: registered}\n"
         "    - {name: silver, when: [{measure: revenue, at_least: 6k}], benefits: {rate_bonus: 0.5%}}\n"
         "    - {name: gold, when: [{measure: revenue, at_least: 12k}, {measure: certifications, at_least: 1}], "
         "benefits: {rate_bonus: 1%}}\nyear_starts: 3\n",
    HEAD "  - name: Growing in a row\n    behavior: {measure: revenue}\n"
         "    metric: {streak: 3, at_least: 90% of prior_year}\n    window: month\n"
         "    reward: {levels: [{from: 1, flat: 10}, {from: 2, flat: 60}, {from: 3, flat: 200}]}\n"
         "  - name: Active in a row\n    behavior: {measure: revenue}\n"
         "    metric: {streak: 4, at_least: 1k}\n    window: month\n    requires:\n"
         "      - {measure: revenue, at_least: 2k, window: month}\n"
         "    reward: {levels: [{from: 1, flat: 10}, {from: 2, flat: 60}]}\n",
    HEAD "  - name: Fund of the certified\n    behavior: {measure: marketing_spend}\n    window: month\n"
         "    requires: [{measure: certifications, at_least: 1, window: month}]\n"
         "    reward: {match: 50%, fund: {accrues: 2%, of: revenue, expires: 6 months}}\n",
    HEAD "  - name: Large\n    behavior: {measure: revenue}\n    window: month\n    exclusive: one\n"
         "    reward: {levels: [{from: 2k, flat: 50}]}\n"
         "  - name: As much\n    behavior: {measure: revenue}\n    window: month\n    exclusive: one\n"
         "    reward: {levels: [{from: 1k, flat: 50}]}\n",
    HEAD "  - name: Returns alone\n    behavior: {measure: revenue, product: [alpha]}\n"
         "    metric: {pooled_by: segment}\n    window: month\n    reward: {levels: [{from: 0, rate: 1%}]}\n",
    HEAD "  - name: Loyal together\n    audience: {tenure: {at_least: 12 months}}\n    behavior: {measure: revenue}\n"
         "    metric: {pooled_by: parent}\n    window: quarter\n"
         "    reward: {levels: [{from: 95% of prior_year, rate: 1%}]}\n"
         "  - name: Loyal in a row\n    audience: {tenure: {at_least: 10 months, at_most: 16 months}}\n"
         "    behavior: {measure: revenue}\n    metric: {streak: 2, at_least: 400}\n    window: month\n"
         "    reward: {levels: [{from: 1, flat: 30}, {from: 2, flat: 80}]}\n"
         "  - name: Loyal and first\n    audience: {tenure: {at_least: 12 months}}\n"
         "    behavior: {measure: revenue}\n    metric: {rank_in: region}\n    window: month\n"
         "    reward: {levels: [{top: 1, flat: 40}]}\n"
         "  - name: Loyal fund\n    audience: {tenure: {at_least: 6 months}}\n"
         "    behavior: {measure: marketing_spend}\n    window: quarter\n"
         "    reward: {match: 50%, fund: {accrues: 2%, of: revenue, expires: 5 months}}\n",
    HEAD "  - name: Clawed growth\n    behavior: {measure: revenue}\n    window: quarter\n"
         "    clawback: {within: 2 months}\n    payout: {after: 90 days}\n    metric: growth\n"
         "    reward: {levels: [{from: 0, rate: 4%}]}\n"
         "  - name: Clawed pool\n    behavior: {measure: revenue}\n    metric: {pooled_by: parent}\n"
         "    window: half\n    clawback: {within: 3 months}\n    payout: {after: 120 days}\n"
         "    reward: {levels: [{from: 90% of prior_year, rate: 3%}]}\n"
         "  - name: Clawed row\n    behavior: {measure: revenue}\n    metric: {streak: 2, at_least: 3k}\n"
         "    window: quarter\n    clawback: {within: 1 months}\n    payout: {after: 60 days}\n"
         "    reward: {levels: [{from: 2, flat: 90}]}\nyear_starts: 2\n",
    HEAD "  - name: Whole\n    behavior: {measure: revenue}\n    metric: growth\n    window: program\n"
         "    reward: {levels: [{from: 0, rate: 5%}]}\n"
         "  - name: Whole over the prior year\n    behavior: {measure: revenue}\n    window: program\n"
         "    reward: {levels: [{from: 90% of prior_year, rate: 5%}]}\n",
};

/* Quotas: of partners, pools, in a row; not everybody has one in every quarter. */
static const char *const quotas[] = {
    HEAD "  - name: Quota\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      bands: retroactive\n      levels: [{from: 80% of target, rate: 1%}, {from: 120% of target, rate: 3%}]\n"
         "  - name: Pool\n    behavior: {measure: revenue}\n    metric: {pooled_by: segment}\n    window: quarter\n"
         "    reward: {levels: [{from: 90% of target, rate: 2%}]}\n"
         "  - name: Row\n    behavior: {measure: revenue}\n    metric: {streak: 2, at_least: 70% of target}\n"
         "    window: quarter\n    reward: {levels: [{from: 1, flat: 25}, {from: 2, flat: 90}]}\n",
};

/* Partners that account in other currencies. */
#define EXCHANGED "fx: {EUR: 1.083457, JPY: 0.7}\n"
static const char *const exchanged[] = {
    HEAD "  - name: Retroactive\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      bands: retroactive\n      levels: [{from: 3k, rate: 1%}, {from: 9k, rate: 2.5%, flat: 30}]\n"
         "    cap: {window: 900}\n" EXCHANGED,
    HEAD "  - name: Growth\n    behavior: {measure: revenue, product: [alpha]}\n    metric: growth\n"
         "    window: month\n    reward: {levels: [{from: 0, rate: 5%}, {from: 500, rate: 8%}]}\n" EXCHANGED,
    HEAD "  - name: Relative\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
         "      levels: [{from: 90% of prior_year, rate: 1%}, {from: p75 of segment, rate: 3%}]\n" EXCHANGED,
    HEAD "  - name: Units\n    behavior: {measure: units}\n    window: quarter\n"
         "    reward: {levels: [{from: 50, per_unit: 0.5}]}\n"
         "  - name: Certified\n    behavior: {measure: certifications}\n    window: half\n"
         "    reward: {levels: [{from: 1, flat: 40}]}\n"
         "budget: {total: 2k, when_exhausted: first_come}\n" EXCHANGED,
    HEAD "  - name: Where\n    behavior: {measure: revenue, where: {channel: web}}\n    window: quarter\n"
         "    reward: {levels: [{from: 0, rate: 1%}, {from: 2k, rate: 4%}]}\n" EXCHANGED,
};

/* Every third row came through the web. */
static void give_channels(struct rh_events *events)
{
    struct rh_attribute *channel = rh_calloc(1, sizeof *channel);
    assert_non_null(channel);
    rh_names_init(&channel->values);
    channel->name = rh_strdup("channel");
    channel->code = rh_calloc(events->num, sizeof *channel->code);
    assert_non_null(channel->code);
    for (size_t row = 0; row < events->num; row++) {
        channel->code[row] = build_name(&channel->values, row % 3 == 0 ? "web" : "shop");
    }
    events->attribute = channel;
    events->num_attributes = 1;
}

/* Of about what partner i sells in a quarter. */
static void give_targets(struct rh_history *history)
{
    struct rh_targets *self = &history->targets;
    for (int row = 0; row < (int)history->partners.num; row++) {
        for (int quarter = 0; quarter < 12; quarter++) {
            if ((row + quarter) % 7 != 0) {
                const double target = (1800.0 + 1000.0 * row) * (0.7 + 0.1 * ((row + 3 * quarter) % 8));
                BUILD_APPEND(self->partner, self->num, row);
                BUILD_APPEND(self->measure, self->num, build_name(&history->measures, "revenue"));
                BUILD_APPEND(self->window, self->num, RH_WINDOW_QUARTER);
                BUILD_APPEND(self->window_start, self->num, rh_month_first_day(rh_month_make(2022, 1) + 3 * quarter));
                BUILD_APPEND(self->target, self->num, (int64_t)target * 10000);
                self->num++;
            }
        }
    }
    self->capacity = self->num;
}

/* Every fifth partner joined in the middle of the history. */
static void give_joining_days(struct rh_partners *partners)
{
    for (size_t row = 2; row < partners->num; row += 5) {
        partners->joined[row] = rh_day_make(2023, 2 + (int)row / 3, 20);
    }
}

static void give_currencies(struct rehearsal *self)
{
    static const char *const currencies[] = {"EUR", "USD", "JPY", ""};
    struct rh_partners *partners = &self->history.partners;
    for (size_t row = 0; row < partners->num; row++) {
        partners->currency[row] = build_name(&partners->currencies, currencies[row % 4]);
    }
}

/* What the exact settlement owes by incentive in the months that are replayed, in currency units, and how many lines
 * that takes. */
static void settle_exactly(const struct rehearsal *self, const struct rh_program *program, double *owed, int *lines)
{
    struct rh_statement statement;
    struct rh_error error = {0};
    int status =
        rh_settle(&statement, program, &self->history, self->plan.first_month, self->history.last_month, NULL, &error);
    if (status != RH_OK) {
        fail_msg("%s", error.message);
    }
    for (size_t k = 0; k < statement.num; k++) {
        owed[statement.line[k].incentive] += (double)statement.line[k].payable * 1e-4;
        lines[statement.line[k].incentive]++;
    }
    rh_statement_free(&statement);
}

/* Replays the history itself, nobody reacting. */
static void run_exactly(struct rehearsal *self)
{
    self->study.replay = RH_REPLAY_EXACT;
    self->study.replications = 8;
    rh_assumptions_neutral(&self->assumptions);
    rehearsal_bind(self);
    rehearsal_run(self, 1);
}

/* The candidate's figure in one place of a cut. */
static double cut_of(const struct rehearsal *self, enum rh_cut cut, enum rh_kpi kpi, int place)
{
    size_t row =
        (size_t)(rh_cut_num_kpis(cut) + rh_cut_place(cut, kpi)) * (size_t)self->plan.num_labels[cut] + (size_t)place;
    return (double)self->cut[cut][row * (size_t)self->study.replications];
}

/* Name of a line's incentive: those of the file, then the tiers' bonuses. */
static void name_of(const struct rh_program *program, int j, struct rh_text *out)
{
    rh_text_init(out);
    if (j < (int)program->num_incentives) {
        rh_text_puts(out, program->incentive[j].name.text);
    } else {
        rh_text_printf(out, "tier:%s", program->tier[j - (int)program->num_incentives].name.text);
    }
}

static int place_of(const struct rehearsal *self, const char *name)
{
    for (int place = 0; place < self->plan.num_labels[RH_CUT_INCENTIVE]; place++) {
        if (strcmp(self->plan.label[RH_CUT_INCENTIVE][place], name) == 0) {
            return place;
        }
    }
    return -1;
}

/* Cents by which a line may differ: half a one for each rounding. A pool's share is rounded up or down to a whole one
 * before its multiplier rounds again. */
static double tolerance_of(const struct rh_program *program, int j)
{
    const bool pooled = j < (int)program->num_incentives && program->incentive[j].metric == RH_METRIC_POOLED;
    return pooled ? 0.015 : 0.005;
}

static void assert_settles_alike(const char *const *program, int months, bool exchanges)
{
    struct rehearsal self;
    double owed[12] = {0.0};
    int lines[12] = {0};
    rehearsal_init(&self, 24, NULL, 1, program);
    self.study.horizon_months = months;
    give_targets(&self.history);
    give_joining_days(&self.history.partners);
    if (exchanges) {
        give_currencies(&self);
        give_channels(&self.history.events);
    }
    run_exactly(&self);
    settle_exactly(&self, &self.study.compare[0], owed, lines);
    const struct rh_program *settled = &self.study.compare[0];
    for (int j = 0; j < (int)(settled->num_incentives + settled->num_tiers); j++) {
        struct rh_text name;
        name_of(settled, j, &name);
        const int place = place_of(&self, rh_text_string(&name));
        const bool unpaid = j >= (int)settled->num_incentives && place < 0; /* a level without a bonus */
        const double paid = unpaid ? 0.0 : cut_of(&self, RH_CUT_INCENTIVE, RH_KPI_EARNED, place);
        assert_true(unpaid || months == 36 || owed[j] > 50.0); /* the construct is met at all */
        if (!(fabs(paid - owed[j]) <= tolerance_of(settled, j) * lines[j] + 1e-6 * owed[j])) {
            fail_msg("'%s': the kernel pays %.4f, the settlement %.4f in %d lines", rh_text_string(&name), paid,
                     owed[j], lines[j]);
        }
        rh_text_free(&name);
    }
    rehearsal_free(&self);
}

static void test_kernel_settles_alike(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof programs / sizeof *programs; k++) {
        assert_settles_alike(&programs[k], 12, false);
    }
}

/* Two years and other spans: prior years that lie in the horizon, requirements and reviews that straddle its start, and
 * with all of the history nothing before it: the lowest status, no requirement met, a whole window without its prior
 * year. */
static void test_longer_horizons(void **state)
{
    static const int months[] = {24, 21, 36};
    (void)state;
    for (size_t k = 0; k < sizeof programs / sizeof *programs; k++) {
        assert_settles_alike(&programs[k], 24, false);
    }
    for (size_t k = 0; k < sizeof straddling / sizeof *straddling; k++) {
        for (int m = 0; m < 3; m++) {
            assert_settles_alike(&straddling[k], months[m], false);
        }
    }
}

static void test_quotas(void **state)
{
    (void)state;
    assert_settles_alike(&quotas[0], 12, false);
    assert_settles_alike(&quotas[0], 24, false);
}

static void test_currencies(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof exchanged / sizeof *exchanged; k++) {
        assert_settles_alike(&exchanged[k], 12, true);
    }
}

/* What the exact settlement costs by region, in currency units: payable at the vendor's cost and the tax on top. */
static void cost_exactly(const struct rehearsal *self, const struct rh_program *program, double *cost, int *lines)
{
    struct rh_statement statement;
    struct rh_error error = {0};
    assert_int_equal(rh_settle(&statement, program, &self->history, self->history.last_month - 11,
                               self->history.last_month, NULL, &error),
                     RH_OK);
    for (size_t k = 0; k < statement.num; k++) {
        const struct rh_line *line = &statement.line[k];
        const char *region = self->history.partners.regions.name[self->history.partners.region[line->partner]];
        for (int place = 0; place < 3; place++) {
            if (strcmp(self->plan.label[RH_CUT_REGION][place], region) == 0) {
                double share = (double)program->incentive[line->incentive].vendor_cost / (double)RH_PPM_ONE;
                cost[place] += 1e-4 * (share * (double)line->payable + (double)line->gross_up);
                lines[place]++;
            }
        }
    }
    rh_statement_free(&statement);
}

#define TAXED                                                                                       \
    HEAD "  - name: Points\n    behavior: {measure: revenue}\n    window: month\n    minimum: 40\n" \
         "    reward: {kind: points, cost: 80%, value: 90%, levels: [{from: 0, rate: 1%}]}\n"       \
         "    cap: {total: 3k}\n"                                                                   \
         "  - name: Flat\n    behavior: {measure: certifications}\n    window: quarter\n"           \
         "    reward: {levels: [{from: 1, flat: 70}]}\n"                                            \
         "budget: {total: 4k, when_exhausted: first_come}\n"

/* Tax that the vendor bears is a cost, by the partner's region; tax that partners bear is none. */
static void test_cost_of_tax(void **state)
{
    static const char *const taxed[] = {TAXED "withholding: {region: {North: 15%, South: 0.5%}, gross_up: true}\n",
                                        TAXED "withholding: {region: {North: 15%, South: 0.5%}}\n"};
    (void)state;
    for (int k = 0; k < 2; k++) {
        struct rehearsal self;
        double cost[3] = {0.0}, sum = 0.0, segments = 0.0;
        int lines[3] = {0};
        rehearsal_init(&self, 24, NULL, 1, &taxed[k]);
        run_exactly(&self);
        assert_int_equal(self.plan.num_labels[RH_CUT_REGION], 3);
        cost_exactly(&self, &self.study.compare[0], cost, lines);
        for (int place = 0; place < 3; place++) {
            double simulated = cut_of(&self, RH_CUT_REGION, RH_KPI_COST, place);
            assert_true(cost[place] > 50.0);
            /* half a cent of the payable amount, of its tax, and of what the budget hands out by remainder */
            if (!(fabs(simulated - cost[place]) <= 0.015 * lines[place] + 1e-6 * cost[place])) {
                fail_msg("%s: the kernel's cost is %.4f, the settlement's %.4f in %d lines",
                         self.plan.label[RH_CUT_REGION][place], simulated, cost[place], lines[place]);
            }
            sum += simulated;
        }
        for (int place = 0; place < 2; place++) {
            segments += cut_of(&self, RH_CUT_SEGMENT, RH_KPI_COST, place);
        }
        assert_true(fabs(rehearsal_kpi(&self, 1, RH_KPI_COST)[0] - sum) <= 1e-6 * sum);
        assert_true(fabs(segments - sum) <= 1e-6 * sum);
        rehearsal_free(&self);
    }
}

/* The tax is on what is claimed and is money, whatever the reward is; also of the program in force, which is run twice
 * where it is not the reference. */
static void test_tax_of_claims(void **state)
{
    static const char taxed[] = TAXED "withholding: {region: {North: 20%, South: 20%, East: 20%}, gross_up: true}\n";
    static const char untaxed[] = TAXED;
    const char *const two[] = {taxed, untaxed};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, taxed, 2, two);
    free(self.study.reference.text);
    self.study.reference.text = rh_strdup("none");
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < 256; r++) {
        double paid = rehearsal_kpi(&self, 2, RH_KPI_PAID)[r], cost = rehearsal_kpi(&self, 2, RH_KPI_COST)[r];
        double before = rehearsal_kpi(&self, 3, RH_KPI_COST)[r];
        assert_true(rehearsal_kpi(&self, 3, RH_KPI_PAID)[r] == paid);
        assert_true(fabs(cost - before - 0.25 * paid) <= 1e-9 * paid);
        assert_true(rehearsal_kpi(&self, 0, RH_KPI_COST)[r] == cost);
    }
    assert_true(rehearsal_mean(&self, 2, RH_KPI_PAID) > 100.0);
    rehearsal_free(&self);
}

/* Costs: what is paid in kind costs the vendor its share. */
static void test_kind_costs(void **state)
{
    static const char trip[] = HEAD "  - name: Trip\n    behavior: {measure: revenue}\n    window: year\n"
                                    "    reward: {kind: non_cash, cost: 60%, levels: [{from: 60k, flat: 900}]}\n";
    const char *const one[] = {trip};
    struct rehearsal self;
    (void)state;
    rehearsal_init(&self, 24, NULL, 1, one);
    rehearsal_bind(&self);
    rehearsal_run(&self, 2);
    for (int r = 0; r < 256; r++) {
        double paid = rehearsal_kpi(&self, 1, RH_KPI_PAID)[r], cost = rehearsal_kpi(&self, 1, RH_KPI_COST)[r];
        assert_true(fabs(cost - 0.6 * paid) <= 1e-9 * paid);
    }
    assert_true(rehearsal_mean(&self, 1, RH_KPI_PAID) > 100.0);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernel_settles_alike),
        cmocka_unit_test(test_longer_horizons),
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_kind_costs),
        cmocka_unit_test(test_cost_of_tax),
        cmocka_unit_test(test_tax_of_claims),
        cmocka_unit_test(test_quotas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
