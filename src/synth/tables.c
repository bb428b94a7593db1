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

/* Which part of the history it was in force, in a comment. */
static void add_period(const struct rh_world *world, size_t k, struct rh_text *out)
{
    char from[RH_DAY_TEXT], until[RH_DAY_TEXT];
    if (world->program[k].from == RH_NO_MONTH && k + 1 == world->num_programs) {
        rh_text_puts(out, " during the whole history");
    }
    if (world->program[k].from != RH_NO_MONTH) {
        rh_text_printf(out, " from %s on", rh_month_format(world->program[k].from, from));
    }
    if (k + 1 < world->num_programs) {
        rh_text_printf(out, " until %s", rh_month_format(world->program[k + 1].from - 1, until));
    }
}

/* The same as a key of an incentive; nothing for the whole history. */
static void add_active(const struct rh_world *world, size_t k, struct rh_text *out)
{
    char month[RH_DAY_TEXT];
    bool starts = world->program[k].from != RH_NO_MONTH, stops = k + 1 < world->num_programs;
    if (!starts && !stops) {
        return;
    }
    rh_text_puts(out, "    active: {");
    if (starts) {
        rh_text_printf(out, "from: %s", rh_month_format(world->program[k].from, month));
    }
    if (stops) {
        rh_text_printf(out, "%suntil: %s", starts ? ", " : "", rh_month_format(world->program[k + 1].from - 1, month));
    }
    rh_text_puts(out, "}\n");
}

void rh_world_add_program(const struct rh_world *world, size_t k, struct rh_text *out)
{
    const struct rh_world_program *program = &world->program[k];
    rh_text_puts(out, "# The program that was in force");
    add_period(world, k, out);
    rh_text_puts(out, ", written by `rehearse synth`.\nrehearse: program/1\nname: ");
    rh_text_json(out, program->name);
    rh_text_puts(out, "\ndescription: ");
    rh_text_json(out, program->description);
    rh_text_printf(out,
                   "\ncurrency: %s\nyear_starts: %.0f\n\n"
                   "incentives:\n"
                   "  - name: Volume rebate\n"
                   "    behavior: {measure: revenue}\n"
                   "    window: quarter\n",
                   world->currency, world->year_starts);
    add_active(world, k, out);
    rh_text_printf(out,
                   "    reward:\n"
                   "      bands: %s\n"
                   "      levels:\n",
                   program->retroactive ? "retroactive" : "marginal");
    for (size_t i = 0; i < program->num_levels; i++) {
        const struct rh_world_level *level = &program->level[i];
        rh_text_printf(out, "        - {from: %.12g, rate: %.4g%%}\n", level->from, level->rate * 100.0);
    }
    rh_text_printf(out, "    payout: {after: %.0f days, claim: automatic}\n", program->payout_days);
    if (program->certification_bonus > 0.0) {
        rh_text_puts(out, "\n"
                          "  - name: Certification bonus\n"
                          "    behavior: {measure: certifications}\n"
                          "    window: quarter\n");
        add_active(world, k, out);
        rh_text_printf(out,
                       "    reward: {levels: [{from: 0, per_unit: %.12g}]}\n"
                       "    cap: {window: %.12g}\n"
                       "    payout: {after: %.0f days, claim: required}\n",
                       program->certification_bonus, program->certification_cap, program->payout_days);
    }
}
