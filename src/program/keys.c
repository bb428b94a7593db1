/* A key that some files need and others must not have is optional here; the parser knows which. */
#include "program/keys.h"

#include <stddef.h>

#define REQUIRED true
#define OPTIONAL false
static const struct rh_yaml_key program_keys[] = {
    {"rehearse", REQUIRED, "The kind of file and the version of its language, program/1."},
    {"name", REQUIRED, "What tables and plots call the program."},
    {"description", OPTIONAL, "A sentence or two for the reader."},
    {"currency", OPTIONAL,
     "The ISO 4217 code of the currency that all money is in, such as USD; one that extends another has it from "
     "there."},
    {"year_starts", OPTIONAL,
     "First month of the fiscal year, 1 to 12; quarters and halves follow from it (default 1)."},
    {"incentives", OPTIONAL,
     "The incentives that are in force, in the order in which they settle; some or all may come from the extended "
     "one."},
    {"budget", OPTIONAL, "What may be spent in all (default: no limit)."},
    {"costs", OPTIONAL, "What running the program costs besides its rewards (default: nothing)."},
    {"fx", OPTIONAL, "Units of the program's currency for one unit of a partner's currency, by its ISO 4217 code."},
    {"withholding", OPTIONAL, "Tax withheld from rewards, by region (default: none)."},
    {"tiers", OPTIONAL, "A status program, whose levels replace the tiers of the partner file."},
    {"extends", OPTIONAL, "Path of a program file that this one starts from, from this file's folder."},
    {"remove", OPTIONAL, "Names of the base program's incentives that are left out."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key budget_keys[] = {
    {"total", REQUIRED, "Money for the rewards of the whole horizon, to the cent."},
    {"when_exhausted", OPTIONAL,
     "first_come: what exceeds the budget is not paid; report: all is paid and the excess reported (default "
     "first_come)."},
    {"reserve", OPTIONAL, "Share of the total that is not spent (default 0%)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key costs_keys[] = {
    {"fixed", OPTIONAL, "Money the program costs over the horizon whatever happens (default 0)."},
    {"per_claim", OPTIONAL, "Money that each claim costs to handle (default 0)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key incentive_keys[] = {
    {"name", REQUIRED, "What statements and tables call the incentive; no two of a program share one."},
    {"audience", OPTIONAL, "The partners it is open to (default: everyone)."},
    {"behavior", REQUIRED, "What it pays for: a measure of the history, some of its products, some of its rows."},
    {"metric", OPTIONAL,
     "What is made of the behavior in a window: total, growth, or one of ratio_to, streak, rank_in and pooled_by "
     "(default total)."},
    {"window", REQUIRED, "The months that count together: month, quarter, half, year or program."},
    {"active", OPTIONAL, "First and last month it is in force (default: the horizon)."},
    {"requires", OPTIONAL, "List of conditions, each of which the last whole window before must meet (default: none)."},
    {"reward", REQUIRED, "What is paid at which attainment."},
    {"multiplier", OPTIONAL, "Factors on the reward by region, segment and tier; all that fit multiply (default 1)."},
    {"once", OPTIONAL, "true: a partner is paid at most once in the program (default false)."},
    {"exclusive", OPTIONAL,
     "Name of a group; of its incentives with a window that ends in the same month, a partner gets the best alone."},
    {"cap", OPTIONAL, "The most it pays (default: no limit)."},
    {"minimum", OPTIONAL, "Payouts below it are carried to the partner's next window (default 0)."},
    {"clawback", OPTIONAL,
     "Returns after the window's end are taken from its attainment (default: counted when dated)."},
    {"enrollment", OPTIONAL, "automatic, or opt_in: partners must join first (default automatic)."},
    {"payout", OPTIONAL, "When and how what was earned reaches the partner."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key withholding_keys[] = {
    {"region", REQUIRED, "Share that is withheld, by region, 0% to below 100%."},
    {"gross_up", OPTIONAL, "true: the vendor bears the tax, so that partners get all they earned (default false)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key tiers_keys[] = {
    {"review", REQUIRED, "month, quarter, half or year: status earned in one such window holds in the next."},
    {"levels", REQUIRED, "List of status levels, lowest first."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key tier_keys[] = {
    {"name", REQUIRED, "What audiences and multipliers call the level; no two levels share one."},
    {"when", OPTIONAL,
     "List of conditions on the review window, all of which must hold; the lowest level may have none."},
    {"benefits", OPTIONAL, "What the level brings by itself."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key condition_keys[] = {
    {"measure", REQUIRED, "A measure of the history."},
    {"product", OPTIONAL, "List of product lines (default: all)."},
    {"at_least", REQUIRED, "Least total of the measure over the review window."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key benefits_keys[] = {
    {"rate_bonus", REQUIRED, "Share of each month's revenue that is paid on top, such as 0.5%."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key audience_keys[] = {
    {"segment", OPTIONAL, "List of the partner file's segments, any of which will do."},
    {"region", OPTIONAL, "List of regions, any of which will do."},
    {"tier", OPTIONAL, "List of tiers, any of which will do."},
    {"partner", OPTIONAL, "List of partner ids, any of which will do."},
    {"parent", OPTIONAL, "List of parents, any of which will do."},
    {"tenure", OPTIONAL, "Time since the partner joined."},
    {"except", OPTIONAL, "The same keys; who fits them is left out."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key except_keys[] = {
    {"segment", OPTIONAL, "List of segments that are left out."},
    {"region", OPTIONAL, "List of regions that are left out."},
    {"tier", OPTIONAL, "List of tiers that are left out."},
    {"partner", OPTIONAL, "List of partner ids that are left out."},
    {"parent", OPTIONAL, "List of parents whose partners are left out."},
    {"tenure", OPTIONAL, "Time since joining that is left out."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key tenure_keys[] = {
    {"at_least", OPTIONAL, "The partner joined at least this long before the window's first day, such as 6 months."},
    {"at_most", OPTIONAL, "The partner joined at most this long before the window's first day, such as 90 days."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key behavior_keys[] = {
    {"measure", REQUIRED, "A measure of the history, such as revenue, or units for the quantity of the revenue rows."},
    {"product", OPTIONAL, "List of product lines (default: all)."},
    {"where", OPTIONAL, "Conditions on days and on further columns of the ledger, all of which must hold."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key metric_keys[] = {
    {"ratio_to", OPTIONAL, "The behavior's total over that of another measure."},
    {"streak", OPTIONAL, "Length of a streak of windows with at least `at_least`; after it the count starts again."},
    {"at_least", OPTIONAL, "Total that a window needs to count for the streak: an amount, or relative to something."},
    {"rank_in", OPTIONAL, "Rank among the partners of the same region, segment, or of all."},
    {"pooled_by", OPTIONAL,
     "Total of all partners that share a cell of this column of the partner file, such as parent."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key ratio_keys[] = {
    {"measure", REQUIRED, "The measure that the behavior's total is divided by."},
    {"product", OPTIONAL, "List of product lines (default: all)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key requirement_keys[] = {
    {"measure", REQUIRED, "A measure of the history."},
    {"product", OPTIONAL, "List of product lines (default: all)."},
    {"at_least", REQUIRED, "Least total of the measure over the window."},
    {"window", REQUIRED, "month, quarter, half or year: the last whole one before the incentive's window counts."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key multiplier_keys[] = {
    {"region", OPTIONAL, "Factors by region, such as {East: 1.2}."},
    {"segment", OPTIONAL, "Factors by segment."},
    {"tier", OPTIONAL, "Factors by tier, as of the window's first day."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key clawback_keys[] = {
    {"within", REQUIRED, "Months after the window's end whose returns are taken back, such as 2 months."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key active_keys[] = {
    {"from", OPTIONAL, "First month, such as 2017-03 (default: the horizon's first)."},
    {"until", OPTIONAL, "Last month, such as 2017-08 (default: the horizon's last)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key reward_keys[] = {
    {"bands", OPTIONAL,
     "marginal: a level's rate pays the part of attainment inside the level, flats of all levels reached add up; "
     "retroactive: the highest level reached pays its rate on the whole attainment, and its flat alone (default "
     "marginal)."},
    {"levels", OPTIONAL, "List of levels, their thresholds ascending; with match there are none."},
    {"pays_on", OPTIONAL,
     "What the rate pays on: attainment, or growth: the part above the prior year (default attainment)."},
    {"match", OPTIONAL, "Share of the partner's own marketing spend that is reimbursed from a fund."},
    {"fund", OPTIONAL, "What matched spend is paid from."},
    {"paid_to", OPTIONAL, "firm, or rep: the salesperson's own pay (default firm)."},
    {"kind", OPTIONAL, "What is handed out: cash, credit, points or non_cash (default cash)."},
    {"cost", OPTIONAL, "The vendor's cost per unit of face value, such as 80% (default 100%)."},
    {"value", OPTIONAL, "The worth to the partner per unit of face value, such as 110% (default 100%)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key level_keys[] = {
    {"from", OPTIONAL,
     "Attainment from which the level is reached: an amount, or relative to something: 110% of prior_year, 100% of "
     "target, p75 of region, segment or all; 0 is any attainment above 0."},
    {"top", OPTIONAL, "With rank_in, in place of from: ranks 1 to this one reach the level."},
    {"rate", OPTIONAL, "Share of attainment that is paid, on measures of money, such as 2.5%."},
    {"per_unit", OPTIONAL, "Money for each one, on measures that count."},
    {"flat", OPTIONAL, "Money for reaching the level."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key fund_keys[] = {
    {"accrues", REQUIRED, "Share of the measure that the fund takes in each month."},
    {"of", REQUIRED, "A measure of money, such as revenue."},
    {"expires", OPTIONAL, "Months for which what a month brought can be used, such as 6 months (default: never)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key cap_keys[] = {
    {"window", OPTIONAL, "The most a partner gets for a window."},
    {"partner", OPTIONAL, "The most a partner gets over the program."},
    {"total", OPTIONAL, "The most all partners together get over the program."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key payout_keys[] = {
    {"after", OPTIONAL, "Time from the window's end to the payment, such as 45 days (default 30 days)."},
    {"claim", OPTIONAL, "automatic, or required: what is not claimed is never paid (default automatic)."},
    {"processing", OPTIONAL, "Days that handling takes beyond `after` (default: the model's)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key processing_keys[] = {
    {"mean", REQUIRED, "Mean number of days, above 0."},
    {"sd", REQUIRED, "Standard deviation in days."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key study_keys[] = {
    {"rehearse", REQUIRED, "The kind of file and the version of its language, study/1."},
    {"title", OPTIONAL, "What reports are headed with (default: the file's name)."},
    {"history", REQUIRED, "Path of the history that `rehearse import` wrote, from the study file's folder."},
    {"horizon", OPTIONAL, "The months that are simulated."},
    {"in_force", REQUIRED, "What the history happened under: a program file, or none."},
    {"compare", REQUIRED, "List of the program files to compare."},
    {"reference", OPTIONAL,
     "What `incremental` is measured against: in_force, none, or the name of a program (default in_force)."},
    {"replications", OPTIONAL, "How many times the horizon is simulated, 1 to 1000M (default 1000)."},
    {"seed", OPTIONAL, "Start of all random numbers, 0 to 18446744073709551615 (default 1)."},
    {"replay", OPTIONAL, "How months of history become months of the horizon."},
    {"outlook", OPTIONAL, "What the market does in the horizon."},
    {"model", OPTIONAL, "Path of what `rehearse fit` learned from a history, from the study file's folder."},
    {"assumptions", OPTIONAL, "Path of a file that overrides the model's assumptions, from the study file's folder."},
    {"finance", OPTIONAL, "What reports to finance need."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key horizon_keys[] = {
    {"starts", OPTIONAL, "First month (default: the month after the history's last)."},
    {"months", OPTIONAL, "Number of months, 1 to 120 (default 12)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key replay_keys[] = {
    {"method", OPTIONAL,
     "bootstrap: months are drawn in blocks; exact: the horizon is the last months of history (default bootstrap)."},
    {"block", OPTIONAL, "Mean length of a block, 1 to 120 months (default 6 months)."},
    {"phase", OPTIONAL,
     "Blocks keep the month's place in a cycle of that many months: auto, or 1 to 12 (default auto)."},
    {"together", OPTIONAL, "Who shares the drawn months: all, region, segment or partner (default region)."},
    {"follow", OPTIONAL,
     "Share of its blocks in which a partner replays the shared months and not some of its own (default 35%)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key outlook_keys[] = {
    {"growth", OPTIONAL, "Growth of the market a year, above -100%, up to 1000% (default 0%); may have a minus sign."},
    {"sd", OPTIONAL, "Standard deviation of that growth, up to 100% (default 3%)."},
    {NULL, OPTIONAL, NULL},
};

static const struct rh_yaml_key finance_keys[] = {
    {"confidence", OPTIONAL, "Level of the figures for finance, from 50% to below 100% (default 95%)."},
    {"vendor_margin", OPTIONAL, "The vendor's margin by product, 0% to 100% of sales, in place of the ledger's cost."},
    {NULL, OPTIONAL, NULL},
};

const struct rh_section_info rh_sections[RH_NUM_SECTIONS] = {
    [RH_SECTION_PROGRAM] = {"the program", program_keys},
    [RH_SECTION_BUDGET] = {"budget", budget_keys},
    [RH_SECTION_COSTS] = {"costs", costs_keys},
    [RH_SECTION_WITHHOLDING] = {"withholding", withholding_keys},
    [RH_SECTION_TIERS] = {"tiers", tiers_keys},
    [RH_SECTION_TIER] = {"a level of the tiers", tier_keys},
    [RH_SECTION_CONDITION] = {"a condition of a tier", condition_keys},
    [RH_SECTION_BENEFITS] = {"benefits", benefits_keys},
    [RH_SECTION_INCENTIVE] = {"an incentive", incentive_keys},
    [RH_SECTION_AUDIENCE] = {"audience", audience_keys},
    [RH_SECTION_EXCEPT] = {"except", except_keys},
    [RH_SECTION_TENURE] = {"tenure", tenure_keys},
    [RH_SECTION_BEHAVIOR] = {"behavior", behavior_keys},
    [RH_SECTION_METRIC] = {"metric", metric_keys},
    [RH_SECTION_RATIO] = {"ratio_to", ratio_keys},
    [RH_SECTION_REQUIREMENT] = {"a condition of requires", requirement_keys},
    [RH_SECTION_MULTIPLIER] = {"multiplier", multiplier_keys},
    [RH_SECTION_CLAWBACK] = {"clawback", clawback_keys},
    [RH_SECTION_ACTIVE] = {"active", active_keys},
    [RH_SECTION_REWARD] = {"reward", reward_keys},
    [RH_SECTION_LEVEL] = {"a level", level_keys},
    [RH_SECTION_FUND] = {"fund", fund_keys},
    [RH_SECTION_CAP] = {"cap", cap_keys},
    [RH_SECTION_PAYOUT] = {"payout", payout_keys},
    [RH_SECTION_PROCESSING] = {"processing", processing_keys},
    [RH_SECTION_STUDY] = {"the study", study_keys},
    [RH_SECTION_HORIZON] = {"horizon", horizon_keys},
    [RH_SECTION_REPLAY] = {"replay", replay_keys},
    [RH_SECTION_OUTLOOK] = {"outlook", outlook_keys},
    [RH_SECTION_FINANCE] = {"finance", finance_keys},
};
