/* The complexity index (docs/model.md, "What the partner feels"): it lowers the share of partners who pay attention. */
#include "program/burden.h"
#include "program/check_parts.h"

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
    int num = 0;
    double burdens = 0.0;
    *out = (struct rh_complexity){.index = 0.0};
    for (size_t i = 0; i < self->program->num_incentives; i++) {
        const struct rh_incentive *incentive = &self->program->incentive[i];
        if (row >= 0 && !applies(self, incentive, row))
            continue;
        const struct rh_burden burden = rh_incentive_burden(incentive);
        num++;
        burdens += rh_burden_sum(&burden);
        out->levels += burden.levels;
        out->retroactive += burden.retroactive;
        out->relative += burden.relative;
        out->claims += burden.claim;
    }
    if (num == 0)
        return false;
    out->incentives = rh_complexity_of_number(num);
    out->levels /= num;
    out->retroactive /= num;
    out->relative /= num;
    out->claims /= num;
    out->index = rh_complexity_of(num, burdens);
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
