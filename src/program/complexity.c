/* The complexity index (docs/model.md, "What the partner feels"): it lowers the share of partners who pay attention. */
#include "program/check_parts.h"

#define PER_INCENTIVE 0.3 /* beyond the first */
#define PER_LEVEL 0.1     /* beyond the first */
#define RETROACTIVE 0.2
#define RELATIVE 0.3
#define CLAIM 0.2

static bool is_relative(const struct rh_incentive *incentive)
{
    bool relative = incentive->metric == RH_METRIC_STREAK && incentive->streak_at_least.relation != RH_RELATIVE_NONE;
    for (size_t k = 0; k < incentive->num_levels; k++)
        relative = relative || incentive->level[k].threshold.relation != RH_RELATIVE_NONE;
    return relative;
}

/* True where the partner can meet the incentive in a window of the year. A status program decides tiers as it goes, so
 * any may be met. */
static bool applies(const struct rh_check *self, const struct rh_incentive *incentive, int32_t row)
{
    struct rh_incentive asked = *incentive;
    if (self->program->num_tiers > 0) {
        asked.audience.only.tier.num = 0;
        asked.audience.has_except = asked.audience.has_except && asked.audience.except.tier.num == 0;
    }
    for (rh_month month = self->year_first; month <= self->year_last; month++) {
        if (rh_incentive_eligible(&asked, self->history, row, rh_month_first_day(month), rh_month_last_day(month)))
            return true;
    }
    return false;
}

/* The parts for one partner; row -1: one that all incentives apply to. False where none does. */
static bool of_partner(const struct rh_check *self, int32_t row, struct rh_complexity *out)
{
    size_t num = 0;
    *out = (struct rh_complexity){.index = 0.0};
    for (size_t i = 0; i < self->program->num_incentives; i++) {
        const struct rh_incentive *incentive = &self->program->incentive[i];
        if (row >= 0 && !applies(self, incentive, row))
            continue;
        num++;
        out->levels += incentive->num_levels > 0 ? PER_LEVEL * ((double)incentive->num_levels - 1.0) : 0.0;
        out->retroactive += incentive->bands == RH_BANDS_RETROACTIVE ? RETROACTIVE : 0.0;
        out->relative += is_relative(incentive) ? RELATIVE : 0.0;
        out->claims += incentive->claim == RH_CLAIM_REQUIRED ? CLAIM : 0.0;
    }
    if (num == 0)
        return false;
    out->incentives = PER_INCENTIVE * ((double)num - 1.0);
    out->levels /= (double)num;
    out->retroactive /= (double)num;
    out->relative /= (double)num;
    out->claims /= (double)num;
    out->index = out->incentives + out->levels + out->retroactive + out->relative + out->claims;
    out->index = out->index < RH_MOST_COMPLEX ? out->index : RH_MOST_COMPLEX;
    return true;
}

static void add(struct rh_complexity *sum, const struct rh_complexity *one)
{
    sum->least = sum->num_partners == 0 || one->index < sum->least ? one->index : sum->least;
    sum->most = one->index > sum->most ? one->index : sum->most;
    sum->index += one->index;
    sum->incentives += one->incentives;
    sum->levels += one->levels;
    sum->retroactive += one->retroactive;
    sum->relative += one->relative;
    sum->claims += one->claims;
    sum->num_partners++;
}

void rh_check_complexity(const struct rh_check *self, struct rh_complexity *out)
{
    struct rh_complexity one;
    *out = (struct rh_complexity){.index = 0.0};
    if (self->history == NULL) {
        if (of_partner(self, -1, out))
            out->least = out->most = out->index;
        return;
    }
    for (size_t row = 0; row < self->history->partners.num; row++) {
        if (of_partner(self, (int32_t)row, &one))
            add(out, &one);
    }
    const double num = out->num_partners > 0 ? (double)out->num_partners : 1.0;
    out->index /= num;
    out->incentives /= num;
    out->levels /= num;
    out->retroactive /= num;
    out->relative /= num;
    out->claims /= num;
}

void rh_complexity_format(const struct rh_complexity *self, struct rh_text *out)
{
    struct {
        const char *name;
        double value;
    } parts[] = {{"incentives at once", self->incentives},
                 {"levels", self->levels},
                 {"retroactive bands", self->retroactive},
                 {"relative thresholds", self->relative},
                 {"claims", self->claims}};
    const size_t num = sizeof parts / sizeof *parts;
    bool told = false;
    if (self->num_partners == 0 && self->index > 0.0)
        rh_text_puts(out, "at most "); /* no partner may meet all of the incentives */
    rh_text_number(out, self->index, 2);
    rh_text_puts(out, " of 3");
    for (size_t told_parts = 0; told_parts < num; told_parts++) {
        size_t largest = 0;
        for (size_t i = 1; i < num; i++)
            largest = parts[i].value > parts[largest].value ? i : largest;
        if (parts[largest].value < 0.005)
            break;
        rh_text_printf(out, "%s%s ", told ? ", " : ": ", parts[largest].name);
        rh_text_number(out, parts[largest].value, 2);
        parts[largest].value = -1.0;
        told = true;
    }
    if (self->num_partners > 0 && self->most - self->least >= 0.005) {
        rh_text_puts(out, "; from ");
        rh_text_number(out, self->least, 2);
        rh_text_puts(out, " to ");
        rh_text_number(out, self->most, 2);
        rh_text_puts(out, " between partners");
    }
}
