#include "synth/tables.h"

#include "core/money.h"
#include "core/variates.h"

#include <math.h>
#include <stdio.h>

#define TARGET_MONTHS 12 /* beyond the history */

const char *rh_world_partners_header(void)
{
    return "partner_id,name,segment,region,tier,parent,currency,joined,margin,account_manager\n";
}

static void add_field(struct rh_text *out, const char *text)
{
    rh_text_puts(out, ",");
    rh_text_csv(out, text);
}

void rh_world_add_partner(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          struct rh_text *out)
{
    const struct rh_world *world = channel->world;
    char text[RH_DAY_TEXT], name[256];
    rh_text_puts(out, partner->id);
    snprintf(name, sizeof name, "%s %s", world->first_word[partner->first_word],
             world->second_word[partner->second_word]);
    add_field(out, name);
    add_field(out, world->segment[partner->segment].name);
    add_field(out, world->region[partner->region].name);
    add_field(out, world->tier[partner->tier].name);
    rh_text_puts(out, ",");
    if (partner->parent != RH_WORLD_NO_PARENT) {
        rh_text_printf(out, "P%04zu", partner->parent + 1);
    }
    add_field(out, world->currency);
    add_field(out, partner->joined_on_file ? rh_day_format(partner->joined, text) : "");
    rh_text_puts(out, ",");
    if (partner->margin_on_file) {
        rh_text_printf(out, "%.3f", partner->margin);
    }
    snprintf(name, sizeof name, "%s %d", world->region[partner->region].name, partner->account_manager);
    add_field(out, name);
    rh_text_puts(out, "\n");
}

const char *rh_world_targets_header(void)
{
    return "partner_id,measure,window,window_start,target\n";
}

/* What a sales department does: last year's shape, this year's ambition, and not knowing the partner's true mean. */
static double draw_target(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month first)
{
    const struct rh_world *world = channel->world;
    double expected = 0.0;
    for (rh_month month = first; month < first + 3; month++) {
        expected += rh_channel_expected(channel, partner, month);
    }
    double noise = world->targets.noise;
    double z = rh_normal(rh_uniform(rh_world_words(channel, partner->entity, RH_WORLD_TARGET, 0, first, 0).w[0]));
    double target = expected * world->targets.of_expected * exp(noise * z - 0.5 * noise * noise);
    return round(target / world->targets.step) * world->targets.step;
}

void rh_world_add_targets(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          struct rh_text *out, uint64_t *num_targets)
{
    rh_month month = channel->first;
    rh_month last = channel->ends + TARGET_MONTHS;
    while (rh_channel_month_of_quarter(channel->world, month) != 0) {
        month++;
    }
    for (; month + 2 <= last; month += 3) {
        if (rh_month_first_day(month) < partner->joined || (partner->left != RH_NO_MONTH && month > partner->left)) {
            continue;
        }
        double target = draw_target(channel, partner, month);
        if (target > 0.0 && target >= channel->world->targets.at_least) {
            char date[RH_DAY_TEXT], digits[RH_DECIMAL_TEXT];
            rh_text_printf(out, "%s,revenue,quarter,%s,%s\n", partner->id,
                           rh_day_format(rh_month_first_day(month), date),
                           rh_decimal_format(llround(target * 100.0), 2, 2, digits));
            ++*num_targets;
        }
    }
}

void rh_world_add_in_force(const struct rh_world *world, struct rh_text *out)
{
    rh_text_puts(out, "# The program that was in force during the whole history, written by `rehearse synth`.\n"
                      "rehearse: program/1\nname: ");
    rh_text_json(out, world->in_force.name);
    rh_text_puts(out, "\ndescription: ");
    rh_text_json(out, world->in_force.description);
    rh_text_printf(out,
                   "\ncurrency: %s\nyear_starts: %.0f\n\n"
                   "incentives:\n"
                   "  - name: Volume rebate\n"
                   "    behavior: {measure: revenue}\n"
                   "    window: quarter\n"
                   "    reward:\n"
                   "      bands: marginal\n"
                   "      levels:\n",
                   world->currency, world->year_starts);
    for (size_t k = 0; k < world->in_force.num_levels; k++) {
        const struct rh_world_level *level = &world->in_force.level[k];
        rh_text_printf(out, "        - {from: %.12g, rate: %.4g%%}\n", level->from, level->rate * 100.0);
    }
    rh_text_printf(out, "    payout: {after: %.0f days, claim: automatic}\n", world->in_force.payout_days);
    if (world->in_force.certification_bonus > 0.0) {
        rh_text_printf(out,
                       "\n"
                       "  - name: Certification bonus\n"
                       "    behavior: {measure: certifications}\n"
                       "    window: quarter\n"
                       "    reward: {levels: [{from: 0, per_unit: %.12g}]}\n"
                       "    cap: {window: %.12g}\n"
                       "    payout: {after: %.0f days, claim: required}\n",
                       world->in_force.certification_bonus, world->in_force.certification_cap,
                       world->in_force.payout_days);
    }
}
