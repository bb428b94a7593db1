/* CSV and JSON. Names of columns and keys are a promise to scripts: they are added to, never changed. */
#include "report/compare_export.h"

#include <inttypes.h>
#include <math.h>

#define FORMAT_VERSION 1

/* A number in CSV or JSON: shortest form that reads back to the same double is not worth its code, 17 digits are
 * enough for any. */
static void number(struct rh_text *out, double value, const char *missing)
{
    if (isfinite(value)) {
        rh_text_printf(out, "%.17g", value);
    } else {
        rh_text_puts(out, missing);
    }
}

/* "p01" … "p99". */
static int percent(int i_quantile)
{
    return (int)lround(100.0 * rh_quantile_levels[i_quantile]);
}

static const char *unit_name(const struct rh_results *results, enum rh_kpi kpi)
{
    enum rh_unit unit = rh_kpi_table[kpi].unit;
    return unit == RH_UNIT_MONEY && results->currency[0] != '\0' ? results->currency : rh_unit_text(unit);
}

/* Columns that came later stand last. */
static void csv_errors(const struct rh_summary *summary, const struct rh_difference *difference, struct rh_text *out)
{
    double value[RH_NUM_QUANTILES + 8 + 3 * RH_NUM_DIFFERENCE_QUANTILES + 1];
    size_t num = 0;
    for (int i = 0; i < RH_NUM_QUANTILES; i++) {
        value[num++] = summary->quantile_se[i];
    }
    const struct rh_tails *const tails[] = {&summary->tails, &difference->tails};
    for (int i = 0; i < 2; i++) {
        value[num++] = tails[i]->low;
        value[num++] = tails[i]->low_se;
        value[num++] = tails[i]->high;
        value[num++] = tails[i]->high_se;
    }
    for (int i = 0; i < RH_NUM_DIFFERENCE_QUANTILES; i++) {
        value[num++] = difference->quantile_low[i];
        value[num++] = difference->quantile_high[i];
        value[num++] = difference->quantile_se[i];
    }
    value[num++] = difference->variance_ratio;
    for (size_t i = 0; i < num; i++) {
        rh_text_puts(out, ",");
        number(out, value[i], "");
    }
}

static void csv_line(const struct rh_comparison *comparison, int rank, enum rh_kpi kpi, struct rh_text *out)
{
    const struct rh_results *results = comparison->results;
    int scenario = comparison->order[rank];
    const struct rh_summary *summary = rh_comparison_summary(comparison, scenario, kpi);
    const struct rh_difference *difference = rh_comparison_difference(comparison, scenario, kpi);
    rh_text_csv(out, results->scenario[scenario]);
    rh_text_printf(out, ",%d,%s,", rank + 1, rh_kpi_table[kpi].name);
    rh_text_csv(out, unit_name(results, kpi));
    rh_text_printf(out, ",%" PRIu64, summary->num);
    const double head[] = {summary->missing, summary->mean, summary->mean_se, summary->sd};
    for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++) {
        rh_text_puts(out, ",");
        number(out, head[i], "");
    }
    for (int i = 0; i < RH_NUM_QUANTILES; i++) {
        const double quantile[] = {summary->quantile[i], summary->quantile_low[i], summary->quantile_high[i]};
        for (size_t k = 0; k < 3; k++) {
            rh_text_puts(out, ",");
            number(out, quantile[k], "");
        }
    }
    rh_text_puts(out, ",");
    rh_text_csv(out, results->scenario[comparison->versus]);
    const double tail[] = {difference->mean,
                           difference->mean_se,
                           difference->sd,
                           difference->p05,
                           difference->p50,
                           difference->p95,
                           rh_difference_p_better(difference, rh_kpi_table[kpi].higher_is_better),
                           difference->p_positive_se};
    for (size_t i = 0; i < sizeof(tail) / sizeof(tail[0]); i++) {
        rh_text_puts(out, ",");
        number(out, tail[i], "");
    }
    csv_errors(summary, difference, out);
    rh_text_puts(out, "\n");
}

void rh_compare_csv(const struct rh_comparison *comparison, struct rh_text *out)
{
    rh_text_puts(out, "scenario,rank,kpi,unit,num,missing,mean,mean_se,sd");
    for (int i = 0; i < RH_NUM_QUANTILES; i++) {
        rh_text_printf(out, ",p%02d,p%02d_low,p%02d_high", percent(i), percent(i), percent(i));
    }
    rh_text_puts(out, ",versus,difference_mean,difference_mean_se,difference_sd,difference_p05,difference_p50,"
                      "difference_p95,p_better,p_better_se");
    for (int i = 0; i < RH_NUM_QUANTILES; i++) {
        rh_text_printf(out, ",p%02d_se", percent(i));
    }
    rh_text_puts(out, ",es05,es05_se,es95,es95_se,difference_es05,difference_es05_se,difference_es95,difference_es95_se"
                      ",difference_p05_low,difference_p05_high,difference_p05_se"
                      ",difference_p50_low,difference_p50_high,difference_p50_se"
                      ",difference_p95_low,difference_p95_high,difference_p95_se,variance_ratio\n");
    for (int rank = 0; rank < comparison->results->num_scenarios; rank++) {
        for (int k = 0; k < RH_NUM_KPIS; k++) {
            csv_line(comparison, rank, (enum rh_kpi)k, out);
        }
    }
}

/* ---- Partners ---- */

void rh_compare_partners_csv(const struct rh_comparison *comparison, const struct rh_winners *winners,
                             struct rh_text *out)
{
    const struct rh_results_partners *partners = &winners->partners;
    rh_text_puts(out, "scenario,rank,partner,segment,region,tier,side");
    for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
        rh_text_printf(out, ",%s", rh_partner_figure_table[k].name);
    }
    rh_text_puts(out, "\n");
    for (int rank = 0; rank < comparison->results->num_scenarios; rank++) {
        const int scenario = comparison->order[rank];
        for (int i = 0; i < partners->num; i++) {
            const char *const texts[] = {partners->id[i], partners->segment[i], partners->region[i], partners->tier[i]};
            rh_text_csv(out, comparison->results->scenario[scenario]);
            rh_text_printf(out, ",%d", rank + 1);
            for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
                rh_text_puts(out, ",");
                rh_text_csv(out, texts[k]);
            }
            rh_text_printf(out, ",%s", rh_side_name(rh_winners_side(winners, scenario, i)));
            for (int k = 0; k < RH_NUM_PARTNER_FIGURES; k++) {
                rh_text_puts(out, ",");
                number(out, rh_winners_figure(winners, (enum rh_partner_figure)k, scenario, i), "");
            }
            rh_text_puts(out, "\n");
        }
    }
}

static void member(struct rh_text *out, const char *key, double value)
{
    rh_text_printf(out, ", \"%s\": ", key);
    number(out, value, "null");
}

static void json_tails(const struct rh_tails *tails, struct rh_text *out)
{
    member(out, "es05", tails->low);
    member(out, "es05_se", tails->low_se);
    member(out, "es95", tails->high);
    member(out, "es95_se", tails->high_se);
}

static void json_difference(const struct rh_difference *difference, bool higher_is_better, struct rh_text *out)
{
    rh_text_printf(out, "{\"num\": %" PRIu64, difference->num);
    member(out, "mean", difference->mean);
    member(out, "mean_se", difference->mean_se);
    member(out, "sd", difference->sd);
    member(out, "p05", difference->p05);
    member(out, "p50", difference->p50);
    member(out, "p95", difference->p95);
    member(out, "p_better", rh_difference_p_better(difference, higher_is_better));
    member(out, "p_better_se", difference->p_positive_se);
    for (int i = 0; i < RH_NUM_DIFFERENCE_QUANTILES; i++) {
        static const char *const keys[RH_NUM_DIFFERENCE_QUANTILES][3] = {
            {"p05_low", "p05_high", "p05_se"}, {"p50_low", "p50_high", "p50_se"}, {"p95_low", "p95_high", "p95_se"}};
        member(out, keys[i][0], difference->quantile_low[i]);
        member(out, keys[i][1], difference->quantile_high[i]);
        member(out, keys[i][2], difference->quantile_se[i]);
    }
    json_tails(&difference->tails, out);
    member(out, "variance_ratio", difference->variance_ratio);
    rh_text_puts(out, "}");
}

static void json_kpi(const struct rh_comparison *comparison, int scenario, enum rh_kpi kpi, struct rh_text *out)
{
    const struct rh_summary *summary = rh_comparison_summary(comparison, scenario, kpi);
    rh_text_printf(out, "        \"%s\": {\"unit\": ", rh_kpi_table[kpi].name);
    rh_text_json(out, unit_name(comparison->results, kpi));
    rh_text_printf(out, ", \"num\": %" PRIu64, summary->num);
    member(out, "missing", summary->missing);
    member(out, "mean", summary->mean);
    member(out, "mean_se", summary->mean_se);
    member(out, "sd", summary->sd);
    json_tails(&summary->tails, out);
    for (int i = 0; i < RH_NUM_QUANTILES; i++) {
        rh_text_printf(out, ",\n          \"p%02d\": {\"value\": ", percent(i));
        number(out, summary->quantile[i], "null");
        member(out, "low", summary->quantile_low[i]);
        member(out, "high", summary->quantile_high[i]);
        member(out, "se", summary->quantile_se[i]);
        rh_text_puts(out, "}");
    }
    rh_text_puts(out, ",\n          \"difference\": ");
    json_difference(rh_comparison_difference(comparison, scenario, kpi), rh_kpi_table[kpi].higher_is_better, out);
    rh_text_puts(out, "}");
}

static void json_count(const int *count, struct rh_text *out)
{
    for (int side = 0; side < RH_NUM_SIDES; side++) {
        rh_text_printf(out, "%s\"%s\": %d", side > 0 ? ", " : "", rh_side_name((enum rh_side)side), count[side]);
    }
}

/* Counts of the partners of each segment, or tier. */
static void json_cut(const struct rh_winners *winners, int scenario, enum rh_cut cut, char *const *column,
                     struct rh_text *out)
{
    const struct rh_results *results = winners->results;
    rh_text_printf(out, ",\n        \"by_%s\": [", rh_cut_name(cut));
    for (int k = 0; k < results->cut_size[cut]; k++) {
        int count[RH_NUM_SIDES];
        rh_winners_count(winners, scenario, column, results->cut_label[cut][k], count);
        rh_text_printf(out, "%s{\"%s\": ", k > 0 ? ", " : "", rh_cut_name(cut));
        rh_text_json(out, results->cut_label[cut][k]);
        rh_text_puts(out, ", ");
        json_count(count, out);
        rh_text_puts(out, "}");
    }
    rh_text_puts(out, "]");
}

static void json_largest(const struct rh_winners *winners, int scenario, bool losers, struct rh_text *out)
{
    const struct rh_results_partners *partners = &winners->partners;
    int shown[RH_WINNERS_SHOWN];
    const int num = rh_winners_largest(winners, scenario, losers, shown);
    rh_text_printf(out, ",\n        \"%s\": [", losers ? "losers" : "winners");
    for (int k = 0; k < num; k++) {
        const int i = shown[k];
        const char *const texts[][2] = {{"partner", partners->id[i]},
                                        {"segment", partners->segment[i]},
                                        {"region", partners->region[i]},
                                        {"tier", partners->tier[i]}};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            rh_text_printf(out, "%s\"%s\": ", t > 0 ? ", " : k > 0 ? ",\n          {" : "\n          {", texts[t][0]);
            rh_text_json(out, texts[t][1]);
        }
        rh_text_printf(out, ", \"side\": \"%s\"", rh_side_name(rh_winners_side(winners, scenario, i)));
        for (int f = 0; f < RH_NUM_PARTNER_FIGURES; f++) {
            member(out, rh_partner_figure_table[f].name,
                   rh_winners_figure(winners, (enum rh_partner_figure)f, scenario, i));
        }
        rh_text_puts(out, "}");
    }
    rh_text_puts(out, "]");
}

static void json_partners(const struct rh_winners *winners, int scenario, struct rh_text *out)
{
    int all[RH_NUM_SIDES];
    rh_winners_count(winners, scenario, NULL, NULL, all);
    rh_text_puts(out, ",\n      \"partners\": {");
    json_count(all, out);
    json_cut(winners, scenario, RH_CUT_SEGMENT, winners->partners.segment, out);
    json_cut(winners, scenario, RH_CUT_TIER, winners->partners.tier, out);
    json_largest(winners, scenario, false, out);
    json_largest(winners, scenario, true, out);
    rh_text_puts(out, "}");
}

/* Means; the parts but breakage add up to what is paid. */
static void json_spend(const struct rh_spend *spend, struct rh_text *out)
{
    rh_text_puts(out, ",\n      \"spend\": {\"paid\": ");
    number(out, spend->paid, "null");
    for (int k = 0; k < RH_NUM_SPEND_PARTS; k++) {
        member(out, rh_spend_part_name((enum rh_spend_part)k), spend->part[k]);
    }
    rh_text_puts(out, "}");
}

static void json_scenario(const struct rh_comparison *comparison, const struct rh_winners *winners,
                          const struct rh_spend *spend, int rank, struct rh_text *out)
{
    const struct rh_results *results = comparison->results;
    int scenario = comparison->order[rank];
    rh_text_puts(out, "    {\"name\": ");
    rh_text_json(out, results->scenario[scenario]);
    rh_text_puts(out, ", \"description\": ");
    rh_text_json(out, results->scenario_text[scenario]);
    rh_text_printf(out, ", \"rank\": %d,\n      \"kpi\": {\n", rank + 1);
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        json_kpi(comparison, scenario, (enum rh_kpi)k, out);
        rh_text_puts(out, k + 1 < RH_NUM_KPIS ? ",\n" : "\n");
    }
    rh_text_puts(out, "      }");
    json_spend(&spend[scenario], out);
    if (winners->partners.num > 0) {
        json_partners(winners, scenario, out);
    }
    rh_text_puts(out, "}");
}

static void json_verdict(const struct rh_comparison *comparison, int rank, struct rh_text *out)
{
    const struct rh_results *results = comparison->results;
    int first = comparison->order[rank], second = comparison->order[rank + 1];
    const struct rh_difference *pair = rh_comparison_pair(comparison, first, second);
    rh_text_puts(out, "    {\"first\": ");
    rh_text_json(out, results->scenario[first]);
    rh_text_puts(out, ", \"second\": ");
    rh_text_json(out, results->scenario[second]);
    rh_text_printf(out, ", \"verdict\": \"%s\"", rh_verdict_name(rh_difference_verdict(pair, 1)));
    member(out, "replications_needed", rh_difference_replications(pair));
    rh_text_puts(out, ",\n      \"net_benefit\": ");
    json_difference(pair, true, out);
    rh_text_puts(out, "}");
}

void rh_compare_json(const struct rh_comparison *comparison, const struct rh_winners *winners,
                     const struct rh_spend *spend, struct rh_text *out)
{
    const struct rh_results *results = comparison->results;
    char month[RH_DAY_TEXT];
    rh_text_printf(
        out, "{\n  \"format\": \"rehearse-comparison\",\n  \"format_version\": %d,\n  \"title\": ", FORMAT_VERSION);
    rh_text_json(out, results->title);
    rh_text_puts(out, ",\n  \"currency\": ");
    rh_text_json(out, results->currency);
    rh_text_printf(out, ",\n  \"seed\": %" PRIu64 ",\n  \"replications\": %" PRIu64, results->seed,
                   results->replications);
    rh_text_printf(out, ",\n  \"first_month\": \"%s\",\n  \"months\": %d", rh_month_format(results->first_month, month),
                   results->cut_size[RH_CUT_MONTH]);
    rh_text_puts(out, ",\n  \"reference\": ");
    rh_text_json(out, results->scenario[results->reference]);
    rh_text_puts(out, ",\n  \"versus\": ");
    rh_text_json(out, results->scenario[comparison->versus]);
    rh_text_printf(out, ",\n  \"margin_assumed\": %s,\n  \"notes\": [", results->margin_assumed ? "true" : "false");
    for (int i = 0; i < results->num_notes; i++) {
        rh_text_puts(out, i > 0 ? ", " : "");
        rh_text_json(out, results->note[i]);
    }
    rh_text_puts(out, "],\n  \"scenarios\": [\n");
    for (int rank = 0; rank < results->num_scenarios; rank++) {
        json_scenario(comparison, winners, spend, rank, out);
        rh_text_puts(out, rank + 1 < results->num_scenarios ? ",\n" : "\n");
    }
    rh_text_puts(out, "  ],\n  \"verdicts\": [\n");
    for (int rank = 0; rank + 1 < results->num_scenarios; rank++) {
        json_verdict(comparison, rank, out);
        rh_text_puts(out, rank + 2 < results->num_scenarios ? ",\n" : "\n");
    }
    rh_text_puts(out, "  ]\n}\n");
}
