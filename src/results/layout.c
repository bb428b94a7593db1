/* The tables of results.h5. A change of what is here is a change of the format: docs/results-format.md says when
 * RH_RESULTS_VERSION has to grow. */
#include "results/layout.h"

#include "core/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct rh_layout_attribute rh_layout_attributes[RH_NUM_ROOT_ATTRIBUTES] = {
    {"format", false, "Always `" RH_RESULTS_FORMAT "`."},
    {"format_version", true, "Version of this document that the file follows."},
    {"title", false, "Title of the study."},
    {"currency", false, "Currency of all amounts (ISO 4217 code where the study names one)."},
    {"program_version", false, "Version of rehearse that wrote the file."},
    {"build", false, "What that rehearse was built from and how."},
    {"instruction_set", false, "Instruction set that the kernel used."},
    {"seed", false, "Seed of all random numbers, as a decimal number."},
    {"sampling", false, "How parameters were drawn: `random`, or `sobol`, a quasi-random sequence."},
    {"arithmetic", false,
     "What replications were lived in: `double`, or `mixed`, floats whose sums over partners are doubles."},
    {"replications", true, "Number of replications."},
    {"reference", true, "Index of the scenario that incremental figures are measured against."},
    {"margin_assumed", true, "1 where the vendor's margin of a product or more is an assumption, else 0."},
    {"confidence", false, "Level of the figures for finance, as the study has it: a decimal number below 1."},
    {"first_month", false, "First month of the horizon, ISO 8601."},
    {"complete", true, "1, written last: a file without it is unfinished."},
};

const struct rh_layout_axis rh_layout_axes[RH_NUM_AXES] = {
    [RH_AXIS_SCENARIO] = {"scenario", "Scenario",
                          "Name of the program that is simulated; the one in force, or none, is "
                          "the first."},
    [RH_AXIS_REPLICATION] = {"replication", "Replication",
                             "Number of the simulated future, from 0. The same number is "
                             "the same future in all scenarios, so scenarios compare in "
                             "pairs."},
    [RH_AXIS_MONTH] = {"month", "Month", "Month of the horizon, ISO 8601."},
    [RH_AXIS_SEGMENT] = {"segment", "Segment", "Segment of the partner."},
    [RH_AXIS_REGION] = {"region", "Region", "Region of the partner."},
    [RH_AXIS_TIER] = {"tier", "Tier", "Tier of the partner as the partner file has it; empty: not given."},
    [RH_AXIS_PRODUCT] = {"product", "Product", "Product line."},
    [RH_AXIS_INCENTIVE] = {"incentive", "Incentive", "Name of the incentive, over the programs of all scenarios."},
    [RH_AXIS_PARTNER] = {"partner", "Partner", "Id of the partner; those that never sold are not simulated."},
    [RH_AXIS_VERSUS] = {"versus", "Versus", "Scenario that is subtracted."},
    [RH_AXIS_SUMMARY_STATISTIC] = {"statistic", "Statistic", "Name of the statistic over the replications."},
    [RH_AXIS_DIFFERENCE_STATISTIC] = {"statistic", "Statistic", "Name of the statistic of the paired differences."},
    [RH_AXIS_PARAMETER] = {"parameter", "Parameter", "Name of the model's parameter."},
    [RH_AXIS_INPUT] = {"input", "Input", "Path of the file that went into the run, as it was given."},
    [RH_AXIS_EXTRA] = {"extra", "Activity measures",
                       "Names of the activity measures, in the order of the datasets of "
                       "/extra."},
    [RH_AXIS_UNUSED] = {"unused", "Unused parameters",
                        "Parameters of the model and the study that were given but that nothing reads."},
    [RH_AXIS_NOTE] = {"note", "Notes", "What a reader of the results must know."},
};

#define PER_REPLICATION RH_AXIS_SCENARIO, RH_AXIS_REPLICATION

const struct rh_layout_group rh_layout_groups[RH_NUM_GROUPS] = {
    [RH_GROUP_KPI] =
        {"kpi", RH_MEMBERS_KPIS, 0, RH_H5_DOUBLE, 2, {PER_REPLICATION}, "The figures of each replication."},
    [RH_GROUP_BY_MONTH] = {"by_month",
                           RH_MEMBERS_CUT,
                           RH_CUT_MONTH,
                           RH_H5_FLOAT,
                           3,
                           {PER_REPLICATION, RH_AXIS_MONTH},
                           "The additive figures by month of the horizon."},
    [RH_GROUP_BY_SEGMENT] = {"by_segment",
                             RH_MEMBERS_CUT,
                             RH_CUT_SEGMENT,
                             RH_H5_FLOAT,
                             3,
                             {PER_REPLICATION, RH_AXIS_SEGMENT},
                             "The additive figures by segment of the partner."},
    [RH_GROUP_BY_REGION] = {"by_region",
                            RH_MEMBERS_CUT,
                            RH_CUT_REGION,
                            RH_H5_FLOAT,
                            3,
                            {PER_REPLICATION, RH_AXIS_REGION},
                            "The additive figures by region of the partner."},
    [RH_GROUP_BY_TIER] = {"by_tier",
                          RH_MEMBERS_CUT,
                          RH_CUT_TIER,
                          RH_H5_FLOAT,
                          3,
                          {PER_REPLICATION, RH_AXIS_TIER},
                          "The additive figures by tier of the partner, as the partner file has it."},
    [RH_GROUP_BY_PRODUCT] = {"by_product",
                             RH_MEMBERS_CUT,
                             RH_CUT_PRODUCT,
                             RH_H5_FLOAT,
                             3,
                             {PER_REPLICATION, RH_AXIS_PRODUCT},
                             "Sales figures by product line."},
    [RH_GROUP_BY_INCENTIVE] = {"by_incentive",
                               RH_MEMBERS_CUT,
                               RH_CUT_INCENTIVE,
                               RH_H5_FLOAT,
                               3,
                               {PER_REPLICATION, RH_AXIS_INCENTIVE},
                               "Rewards by incentive."},
    [RH_GROUP_PARTNER] = {"partner",
                          RH_MEMBERS_PARTNERS,
                          0,
                          RH_H5_DOUBLE,
                          2,
                          {RH_AXIS_SCENARIO, RH_AXIS_PARTNER},
                          "What each program brings each partner, over the replications."},
    [RH_GROUP_EXTRA] = {"extra",
                        RH_MEMBERS_EXTRAS,
                        0,
                        RH_H5_DOUBLE,
                        2,
                        {PER_REPLICATION},
                        "Completions of an activity measure above the reference's."},
    [RH_GROUP_PARAMETERS] = {"parameters",
                             RH_MEMBERS_PARAMETERS,
                             0,
                             RH_H5_DOUBLE,
                             1,
                             {RH_AXIS_REPLICATION},
                             "What was drawn of each uncertain parameter; all scenarios share it."},
    [RH_GROUP_SUMMARY] = {"summary",
                          RH_MEMBERS_KPIS,
                          0,
                          RH_H5_DOUBLE,
                          2,
                          {RH_AXIS_SCENARIO, RH_AXIS_SUMMARY_STATISTIC},
                          "Summaries of the figures over the replications, with their Monte Carlo errors."},
    [RH_GROUP_DIFFERENCE] = {"difference",
                             RH_MEMBERS_KPIS,
                             0,
                             RH_H5_DOUBLE,
                             3,
                             {RH_AXIS_SCENARIO, RH_AXIS_VERSUS, RH_AXIS_DIFFERENCE_STATISTIC},
                             "Paired differences between scenarios: scenario less versus, replication by replication."},
    [RH_GROUP_FINANCE] = {"finance",
                          RH_MEMBERS_FINANCE,
                          0,
                          RH_H5_DOUBLE,
                          3,
                          {RH_AXIS_SCENARIO, RH_AXIS_MONTH, RH_AXIS_SUMMARY_STATISTIC},
                          "What finance books by month: statistics over the replications."},
};

const struct rh_layout_text rh_layout_texts[RH_NUM_TEXTS] = {
    [RH_TEXT_SCENARIO_DESCRIPTION] = {"scenario_description", RH_AXIS_SCENARIO, "Description of the scenario",
                                      "What the study says about the scenario."},
    [RH_TEXT_PARTNER_SEGMENT] = {"partner/partner_segment", RH_AXIS_PARTNER, "Segment of the partner",
                                 "Segment as the partner file has it; empty: not given."},
    [RH_TEXT_PARTNER_REGION] = {"partner/partner_region", RH_AXIS_PARTNER, "Region of the partner",
                                "Region as the partner file has it; empty: not given."},
    [RH_TEXT_PARTNER_TIER] = {"partner/partner_tier", RH_AXIS_PARTNER, "Tier of the partner",
                              "Tier as the partner file has it; empty: not given."},
    [RH_TEXT_INPUT_ROLE] =
        {"provenance/input_role", RH_AXIS_INPUT, "Role of the input",
         "study, program, in_force, base (a program that others extend), history, model or assumptions."},
    [RH_TEXT_INPUT_SHA256] = {"provenance/input_sha256", RH_AXIS_INPUT, "SHA-256 of the input",
                              "Hexadecimal SHA-256 of the file's bytes."},
    [RH_TEXT_INPUT_TEXT] = {"provenance/input_text", RH_AXIS_INPUT, "Text of the input",
                            "All of the file's text; empty for binary files."},
    [RH_TEXT_PARAMETER_UNIT] = {"provenance/parameter_unit", RH_AXIS_PARAMETER, "Unit of the parameter",
                                "Unit of the parameter's value."},
    [RH_TEXT_PARAMETER_DESCRIPTION] = {"provenance/parameter_description", RH_AXIS_PARAMETER,
                                       "Description of the parameter", "What the parameter means."},
    [RH_TEXT_PARAMETER_ORIGIN] = {"provenance/parameter_origin", RH_AXIS_PARAMETER, "Origin of the parameter",
                                  "Where the value or distribution comes from: prior, or a place in a file."},
    [RH_TEXT_PARAMETER_DISTRIBUTION] = {"provenance/parameter_distribution", RH_AXIS_PARAMETER,
                                        "Distribution of the parameter", "Value or distribution as used, in words."},
    [RH_TEXT_PARAMETER_DRAWN] = {"provenance/parameter_drawn", RH_AXIS_PARAMETER, "Whether the parameter is drawn",
                                 "yes where /parameters holds a value per replication, else no."},
    [RH_TEXT_PARAMETER_MECHANISM] = {"provenance/parameter_mechanism", RH_AXIS_PARAMETER, "Mechanism of the parameter",
                                     "Mechanism of the model that reads the parameter."},
    [RH_TEXT_UNUSED_REASON] = {"provenance/unused_reason", RH_AXIS_UNUSED, "Why the parameter is not used",
                               "What the study lacks that the parameter is for."},
};

/* ---- Statistics ---- */

const char *const rh_summary_statistics[RH_NUM_SUMMARY_STATISTICS] = {
    "missing",  "mean",     "mean_se",  "sd",       "p01",      "p05",      "p10",      "p25",      "p50",
    "p75",      "p90",      "p95",      "p99",      "p01_low",  "p01_high", "p05_low",  "p05_high", "p10_low",
    "p10_high", "p25_low",  "p25_high", "p50_low",  "p50_high", "p75_low",  "p75_high", "p90_low",  "p90_high",
    "p95_low",  "p95_high", "p99_low",  "p99_high", "p01_se",   "p05_se",   "p10_se",   "p25_se",   "p50_se",
    "p75_se",   "p90_se",   "p95_se",   "p99_se",   "es05",     "es05_se",  "es95",     "es95_se",
};

const char *const rh_difference_statistics[RH_NUM_DIFFERENCE_STATISTICS] = {
    "missing",    "mean",           "mean_se", "sd",       "p05",     "p50",      "p95",
    "p_positive", "p_positive_se",  "p05_low", "p05_high", "p50_low", "p50_high", "p95_low",
    "p95_high",   "p05_se",         "p50_se",  "p95_se",   "es05",    "es05_se",  "es95",
    "es95_se",    "variance_ratio",
};

static uint64_t num_present(double missing, uint64_t replications)
{
    const double num = (1.0 - missing) * (double)replications;
    return num >= 0.0 && num <= (double)replications ? (uint64_t)llround(num) : 0;
}

/* Where the parts of a row begin. */
enum {
    SUMMARY_INTERVALS = 4 + RH_NUM_QUANTILES,
    SUMMARY_ERRORS = SUMMARY_INTERVALS + 2 * RH_NUM_QUANTILES,
    SUMMARY_TAILS = SUMMARY_ERRORS + RH_NUM_QUANTILES,
    DIFFERENCE_INTERVALS = 9,
    DIFFERENCE_ERRORS = DIFFERENCE_INTERVALS + 2 * RH_NUM_DIFFERENCE_QUANTILES,
    DIFFERENCE_TAILS = DIFFERENCE_ERRORS + RH_NUM_DIFFERENCE_QUANTILES,
    DIFFERENCE_RATIO = DIFFERENCE_TAILS + 4
};

static void pack_intervals(const double *low, const double *high, int num, double *row)
{
    for (int q = 0; q < num; q++) {
        row[2 * q] = low[q];
        row[2 * q + 1] = high[q];
    }
}

static void unpack_intervals(double *low, double *high, int num, const double *row)
{
    for (int q = 0; q < num; q++) {
        low[q] = row[2 * q];
        high[q] = row[2 * q + 1];
    }
}

static void pack_tails(const struct rh_tails *self, double row[4])
{
    const double values[4] = {self->low, self->low_se, self->high, self->high_se};
    memcpy(row, values, sizeof values);
}

static struct rh_tails unpack_tails(const double row[4])
{
    return (struct rh_tails){row[0], row[1], row[2], row[3]};
}

void rh_summary_pack(const struct rh_summary *self, double row[RH_NUM_SUMMARY_STATISTICS])
{
    const double moments[4] = {self->missing, self->mean, self->mean_se, self->sd};
    memcpy(row, moments, sizeof moments);
    memcpy(row + 4, self->quantile, sizeof self->quantile);
    pack_intervals(self->quantile_low, self->quantile_high, RH_NUM_QUANTILES, row + SUMMARY_INTERVALS);
    memcpy(row + SUMMARY_ERRORS, self->quantile_se, sizeof self->quantile_se);
    pack_tails(&self->tails, row + SUMMARY_TAILS);
}

void rh_summary_unpack(struct rh_summary *self, const double row[RH_NUM_SUMMARY_STATISTICS], uint64_t replications)
{
    self->num = num_present(row[0], replications);
    self->missing = row[0];
    self->mean = row[1];
    self->mean_se = row[2];
    self->sd = row[3];
    memcpy(self->quantile, row + 4, sizeof self->quantile);
    unpack_intervals(self->quantile_low, self->quantile_high, RH_NUM_QUANTILES, row + SUMMARY_INTERVALS);
    memcpy(self->quantile_se, row + SUMMARY_ERRORS, sizeof self->quantile_se);
    self->tails = unpack_tails(row + SUMMARY_TAILS);
}

void rh_difference_pack(const struct rh_difference *self, uint64_t replications,
                        double row[RH_NUM_DIFFERENCE_STATISTICS])
{
    const double present = replications == 0 ? 1.0 : (double)self->num / (double)replications;
    const double values[DIFFERENCE_INTERVALS] = {1.0 - present, self->mean,       self->mean_se,
                                                 self->sd,      self->p05,        self->p50,
                                                 self->p95,     self->p_positive, self->p_positive_se};
    memcpy(row, values, sizeof values);
    pack_intervals(self->quantile_low, self->quantile_high, RH_NUM_DIFFERENCE_QUANTILES, row + DIFFERENCE_INTERVALS);
    memcpy(row + DIFFERENCE_ERRORS, self->quantile_se, sizeof self->quantile_se);
    pack_tails(&self->tails, row + DIFFERENCE_TAILS);
    row[DIFFERENCE_RATIO] = self->variance_ratio;
}

void rh_difference_unpack(struct rh_difference *self, const double row[RH_NUM_DIFFERENCE_STATISTICS],
                          uint64_t replications)
{
    self->num = num_present(row[0], replications);
    self->mean = row[1];
    self->mean_se = row[2];
    self->sd = row[3];
    self->p05 = row[4];
    self->p50 = row[5];
    self->p95 = row[6];
    self->p_positive = row[7];
    self->p_positive_se = row[8];
    unpack_intervals(self->quantile_low, self->quantile_high, RH_NUM_DIFFERENCE_QUANTILES, row + DIFFERENCE_INTERVALS);
    memcpy(self->quantile_se, row + DIFFERENCE_ERRORS, sizeof self->quantile_se);
    self->tails = unpack_tails(row + DIFFERENCE_TAILS);
    self->variance_ratio = row[DIFFERENCE_RATIO];
}

/* ---- Names ---- */

char *rh_layout_path(enum rh_group group, const char *name)
{
    const char *folder = rh_layout_groups[group].name;
    const size_t size = strlen(folder) + strlen(name) + sizeof "/_";
    bool taken = false;
    for (int axis = 0; axis < RH_NUM_AXES; axis++) {
        taken = taken || strcmp(name, rh_layout_axes[axis].name) == 0;
    }
    char *path = rh_calloc(size, 1);
    if (path != NULL) {
        snprintf(path, size, "%s/%s%s", folder, name, taken ? "_" : "");
        for (char *c = path + strlen(folder) + 1; *c != '\0'; c++) {
            *c = *c == '/' ? (char)':' : *c;
        }
    }
    return path;
}
