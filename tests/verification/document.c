/* docs/verification.md: figures, bands and words of all checks. */
#include "verification/check.h"

#define COLUMNS 120

/* Text behind its lead, broken at COLUMNS; lines after the first are indented. */
static void wrap(struct rh_text *out, const char *lead, const char *text, int indent)
{
    size_t column = rh_utf8_length(lead, strlen(lead));
    rh_text_puts(out, lead);
    for (const char *word = text; *word != '\0';) {
        const size_t length = strcspn(word, " "), width = rh_utf8_length(word, length);
        if (word > text && column + 1 + width > COLUMNS) {
            rh_text_printf(out, "\n%*s", indent, "");
            column = (size_t)indent;
        } else if (word > text) {
            rh_text_puts(out, " ");
            column++;
        }
        rh_text_add(out, word, length);
        column += width;
        word += length + strspn(word + length, " ");
    }
    rh_text_puts(out, "\n");
}

static void paragraph(struct rh_text *out, const char *lead, const char *text)
{
    wrap(out, lead, text, 0);
    rh_text_puts(out, "\n");
}

/* A number with a proper minus. */
static void number(struct rh_text *out, double value, int decimals, enum unit unit)
{
    const double shown = unit == PERCENT ? 100.0 * value : value;
    const bool zero = fabs(shown) < .5 * pow(10.0, -decimals);
    rh_text_printf(out, "%s%.*f%s", shown < 0.0 && !zero ? "−" : "", decimals, fabs(shown), unit == PERCENT ? "%" : "");
}

/* The figure with two digits of its error. */
static void reached(struct rh_text *out, const struct finding *finding, const struct figure *figure)
{
    const double error = finding->unit == PERCENT ? 100.0 * figure->error : figure->error;
    const int decimals = error > 0.0 ? (int)fmin(fmax(1.0 - floor(log10(error)), 1.0), 5.0) : 2;
    number(out, figure->value, decimals, finding->unit);
    rh_text_puts(out, " ± ");
    number(out, figure->error, decimals, finding->unit);
}

/* As many as a bound has, at most two. */
static int decimals_of(double bound, enum unit unit)
{
    const double shown = unit == PERCENT ? 100.0 * bound : bound;
    int decimals = 0;
    for (double scale = 1.0; isfinite(bound) && decimals < 2 && fabs(shown * scale - round(shown * scale)) > 1e-9;
         scale *= 10.0) {
        decimals++;
    }
    return decimals;
}

static void band(struct rh_text *out, const struct finding *finding)
{
    const int low = decimals_of(finding->low, finding->unit), high = decimals_of(finding->high, finding->unit);
    const int decimals = low > high ? low : high;
    if (isinf(finding->high)) {
        rh_text_puts(out, finding->low == 0.0 ? "above " : "at least ");
        number(out, finding->low, decimals, finding->unit);
    } else if (isinf(finding->low)) {
        rh_text_puts(out, "at most ");
        number(out, finding->high, decimals, finding->unit);
    } else {
        number(out, finding->low, decimals, finding->unit);
        rh_text_puts(out, " to ");
        number(out, finding->high, decimals, finding->unit);
    }
}

static void row(struct rh_text *out, const struct finding *finding, const struct figure *figure)
{
    rh_text_printf(out, "| | %s | ", finding->what);
    reached(out, finding, figure);
    rh_text_puts(out, " | ");
    band(out, finding);
    rh_text_printf(out, " | %s | %s |\n", finding->kind == HARD ? "hard" : "soft",
                   finding_holds(finding, figure) ? "met" : "**not met**");
}

static void overview(struct rh_text *out, struct figure (*figure)[CHECK_FINDINGS])
{
    rh_text_puts(out, "| | figure | reached | band | kind | outcome |\n| --- | --- | --- | --- | --- | --- |\n");
    for (int c = 0; c < NUM_CHECKS; c++) {
        rh_text_printf(out, "| [%s](#v%d) | *%s* | | | | |\n", checks[c]->id, c + 1, checks[c]->asks);
        for (int k = 0; k < checks[c]->num; k++) {
            row(out, &checks[c]->finding[k], &figure[c][k]);
        }
    }
    rh_text_puts(out, "\n");
}

static void channel_table(struct rh_text *out)
{
    rh_text_puts(out,
                 "| channel | partners | classes | sd of the logarithm of their sizes | the largest class sells |\n"
                 "| --- | --- | --- | --- | --- |\n");
    for (int c = 0; c < NUM_CHANNELS; c++) {
        const struct channel *channel = channels[c];
        const double sum = channel_mean(channel) * channel->classes;
        rh_text_printf(out, "| %s | %d | %d | %.1f | %.0f%% |\n", channel->name, channel->classes * channel->per_class,
                       channel->classes, channel->log_sd, 100.0 * channel_size(channel, channel->classes - 1) / sum);
    }
    rh_text_puts(out, "\n");
}

static void section(struct rh_text *out, const struct check *check)
{
    struct rh_text how = {0};
    rh_text_printf(out, "### %s\n\n", check->id);
    rh_text_printf(&how, "**%s.** %s", check->title, check->asks);
    paragraph(out, "", rh_text_string(&how));
    rh_text_clear(&how);
    rh_text_printf(&how, "**How.** Channel: %s, %d months, parameters %s. %s", check->channel->name, check->months,
                   check->assumed == ASSUMED_MEANS ? "at their means" : "drawn from their priors", check->made);
    paragraph(out, "", rh_text_string(&how));
    rh_text_free(&how);
    paragraph(out, "**Band.** ", check->from);
    if (check->tied != NULL) {
        paragraph(out, "**Not independent.** ", check->tied);
    }
    paragraph(out, "**To read it.** ", check->says);
}

static const char *const head[] = {
    "The engine against what studies found: fourteen questions that somebody has answered on real "
    "sales, asked of channels made for them. This page is written by a program, "
    "[tests/verification](../tests/verification/verification.c), which fails where a check comes out "
    "otherwise than here, better or worse, or where this page is not what it finds. Same seed, same "
    "bytes, on every instruction set. `REHEARSE_UPDATE=1 ./dev test -R verification` writes it anew.",
    "*Reached* is the figure with its Monte Carlo standard error, by the jackknife over replications "
    "(Efron & Stein 1981, doi:[10.1214/aos/1176345462](https://doi.org/10.1214/aos/1176345462)). It is "
    "*met* where it lies in its band by more than two of these errors. A *hard* band is one that the "
    "model must not miss without a reason, which is told below; a *soft* one is reported. What the "
    "studies themselves may be wrong by is not in it: nearly all were read as abstracts or summaries, "
    "no table of a paper was checked, and most are of employees, not of partners.",
};

static const char setting[] =
    "**Channels** are made for the checks, and were chosen before a result was seen: %d months of "
    "sales, each an independent lognormal factor (mean 1, coefficient of variation %.1f) times the "
    "partner's size. No season, no trend, nobody who leaves. Sizes are those of a few classes, at "
    "equally likely places of a lognormal distribution whose median is %s a month; each class is a "
    "segment. All that the engine knows is in the ledger: levels, irregularity and life it learns from "
    "there. Horizons begin where the ledger ends. The market has no growth, and a standard deviation of "
    "4%% a year. No program is in force, and what a program is compared with is none.";

static const char *const parameters[] = {
    "**Parameters** are [the model's priors](model.md#parameters-and-priors), drawn once per "
    "replication, or all at their means (of a half-normal: of its size). What is a probability is still "
    "drawn, so a tenth of the replications is a null program. No prior was changed for this page. But "
    "some had been written or changed with a check in view; such a check is no independent test of "
    "them, and *not independent* says so.",
    "**Thresholds** that are relative to what a class usually sells are those of the channel as it was "
    "made, not of a partner's own months.",
};

static const char *const sources[] = {
    "Friebel, Heinz, Krueger & Zubanov 2017: Team incentives and performance: evidence from a retail "
    "chain. American Economic Review 107(8), "
    "doi:[10.1257/aer.20160788](https://doi.org/10.1257/aer.20160788)",
    "Pauwels 2007: How retailer and competitor decisions drive the long-term effectiveness of "
    "manufacturer promotions for fast moving consumer goods. Journal of Retailing 83(3).",
    "Nielsen 2015: Most grocery trade promotions lose money for suppliers. "
    "[Release](https://www.nielsen.com/uk/en/press-releases/2015/"
    "most-grocery-trade-promotions-lose-money-for-suppliers); "
    "the US figure by "
    "[Yoobic](https://retailblog.yoobic.com/nielsen-grocery-trade-promotions-lose-money)",
    "Oyer 1998: Fiscal year ends and nonlinear incentive contracts: the effect on business seasonality. "
    "Quarterly Journal of Economics 113(1). [Paper](https://faculty-gsb.stanford.edu/oyer/wp/fye.htm)",
    "Van Heerde, Leeflang & Wittink 2004: Decomposing the sales promotion bump with store data. "
    "Marketing Science 23(3). "
    "[RePEc](https://econpapers.repec.org/article/inmormksc/v_3a23_3ay_3a2004_3ai_3a3_3ap_3a317-334.htm)",
    "Leeflang, Parreño Selva, Van Dijk & Wittink 2008: Decomposing the sales promotion bump accounting "
    "for cross-category effects. International Journal of Research in Marketing 25(3). "
    "[Aston](https://research.aston.ac.uk/en/publications/"
    "decomposing-the-sales-promotion-bump-accounting-for-cross-categor)",
    "Steenburgh 2008: Effort or timing: the effect of lump-sum bonuses. Quantitative Marketing and "
    "Economics 6, doi:[10.1007/s11129-008-9039-7](https://doi.org/10.1007/s11129-008-9039-7)",
    "Kuhn & Yu 2025: Kinks as goals: accelerating commissions and the performance of sales teams. "
    "Management Science 71(6). [RePEc](https://ideas.repec.org/a/inm/ormnsc/v71y2025i6p4622-4642.html)",
    "Kleven 2016: Bunching. Annual Review of Economics 8, "
    "doi:[10.1146/annurev-economics-080315-015234](https://doi.org/10.1146/annurev-economics-080315-015234)",
    "Kishore, Rao, Narasimhan & John 2013: Bonuses versus commissions: a field study. Journal of "
    "Marketing Research 50(3). "
    "[Minnesota](https://experts.umn.edu/en/publications/bonuses-versus-commissions-a-field-study); the "
    "24% by [ZS](https://info.zs.com/thecarrot/research-review-continuous-vs.-lump-sum-payments)",
    "Chung, Narayandas & Chang 2021: The effects of quota frequency: sales performance and product "
    "focus. Management Science 67(4). [HBS](https://www.hbs.edu/faculty/Pages/item.aspx?num=57507)",
    "Chung, Steenburgh & Sudhir 2014: Do bonuses enhance sales productivity? A dynamic structural "
    "analysis of bonus-based compensation plans. Marketing Science 33(2), "
    "doi:[10.1287/mksc.2013.0815](https://doi.org/10.1287/mksc.2013.0815)",
    "Pierce, Rees-Jones & Blank 2025: The negative consequences of loss-framed performance incentives. "
    "American Economic Journal: Economic Policy 17(1), "
    "doi:[10.1257/pol.20220512](https://doi.org/10.1257/pol.20220512). The 5% in the abstract of NBER "
    "working paper [26619](https://www.nber.org/papers/w26619), January 2020",
    "Viswanathan, Li, John & Narasimhan 2018: Is cash king for sales compensation plans? Evidence from "
    "a large-scale field intervention. Journal of Marketing Research 55(3). "
    "[Minnesota](https://experts.umn.edu/en/publications/"
    "is-cash-king-for-sales-compensation-plans-evidence-from-a-large-s)",
    "CSO Insights, as told by "
    "[CustomerThink](https://customerthink.com/40-reps-will-miss-2013-quota-and-i-feel-fine)",
    "Gleanster 2015, n = 1,536, as told by "
    "[Brandmuscle](https://www.brandmuscle.com/blog/"
    "gleanster-research-publishes-2015-state-co-op-and-mdf-report-benchmarking-success-and-failure), "
    "a vendor",
    "PartnerPath, as told by [360insights](https://360insights.com/mdf-and-co-op), a vendor",
    "Manthei, Sliwka & Vogelsang: Performance pay and prior learning: evidence from a retail chain. "
    "[SSRN 3261718](https://papers.ssrn.com/sol3/papers.cfm?abstract_id=3261718)",
    "Manthei, Sliwka & Vogelsang 2023: Talking about performance or paying for it? A field experiment "
    "on performance reviews and incentives. Management Science 69(4), "
    "doi:[10.1287/mnsc.2022.4431](https://doi.org/10.1287/mnsc.2022.4431)",
};

/* What holds of all checks. */
static void setting_of_all(struct rh_text *out)
{
    struct rh_text text = {0}, median = {0};
    rh_text_puts(out, "## What is the same in all\n\n");
    rh_text_printf(out, "**Seed** %d, and ", VERIFICATION_SEED);
    rh_text_number(out, CHECK_REPLICATIONS, 0);
    rh_text_puts(out, " replications of each study.\n\n");
    rh_text_number(&median, CHANNEL_MEDIAN, 0);
    rh_text_printf(&text, setting, CHANNEL_MONTHS, CHANNEL_CV, rh_text_string(&median));
    paragraph(out, "", rh_text_string(&text));
    channel_table(out);
    for (size_t k = 0; k < sizeof parameters / sizeof *parameters; k++) {
        paragraph(out, "", parameters[k]);
    }
    rh_text_free(&text);
    rh_text_free(&median);
}

void document_write(struct rh_text *out, struct figure (*figure)[CHECK_FINDINGS])
{
    rh_text_puts(out, "# Verification\n\n");
    for (size_t k = 0; k < sizeof head / sizeof *head; k++) {
        paragraph(out, "", head[k]);
    }
    rh_text_puts(out, "## What came out\n\n");
    overview(out, figure);
    setting_of_all(out);
    rh_text_puts(out, "## The checks\n\n");
    for (int c = 0; c < NUM_CHECKS; c++) {
        section(out, checks[c]);
    }
    rh_text_puts(out, "## Sources\n\n");
    for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
        char lead[16];
        snprintf(lead, sizeof lead, "%zu. ", k + 1);
        wrap(out, lead, sources[k], (int)strlen(lead));
    }
    assert(rh_text_status(out) == RH_OK);
}
