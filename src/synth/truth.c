#include "synth/truth.h"

#include <stdio.h>

const char *rh_truth_header(void)
{
    return "partner_id,segment,margin,attentive,elasticity,shifts,program,from,until,months,rate,demand_without,demand,"
           "ahead,put_off\n";
}

/* Months of the history under program k - 1, or before the first one where k is 0. False where there are none. */
static bool find_period(const struct rh_channel *channel, size_t k, rh_month *from, rh_month *until)
{
    const struct rh_world *world = channel->world;
    *from = k > 0 && world->program[k - 1].from > channel->first ? world->program[k - 1].from : channel->first;
    *until = k < world->num_programs ? world->program[k].from - (world->program[k].from != RH_NO_MONTH) : channel->ends;
    return *from <= *until;
}

void rh_truth_add_partner(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                          const struct rh_ledger_truth *truth, struct rh_text *out, uint64_t *num_lines)
{
    const struct rh_world *world = channel->world;
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    for (size_t k = 0; k <= world->num_programs; k++) {
        rh_month from, until;
        if (!find_period(channel, k, &from, &until)) {
            continue;
        }
        rh_text_printf(out, "%s,", partner->id);
        rh_text_csv(out, world->segment[partner->segment].name);
        rh_text_printf(out, ",%.3f,%d,%.6f,%d,", partner->margin, partner->attentive, partner->elasticity,
                       partner->shifts);
        rh_text_csv(out, k > 0 ? world->program[k - 1].name : "");
        rh_text_printf(out, ",%s,%s,%.0f,%.6f,%.2f,%.2f,%.2f,%.2f\n", rh_month_format(from, first),
                       rh_month_format(until, last), truth[k].months,
                       truth[k].months > 0.0 ? truth[k].rate / truth[k].months : 0.0, truth[k].demand_without,
                       truth[k].demand, truth[k].ahead, truth[k].put_off);
        ++*num_lines;
    }
}

static void add_programs(const struct rh_channel *channel, struct rh_text *out)
{
    const struct rh_world *world = channel->world;
    char first[RH_DAY_TEXT], last[RH_DAY_TEXT], file[64];
    rh_text_puts(out, "programs:\n");
    for (size_t k = 0; k < world->num_programs; k++) {
        rh_month from, until;
        if (!find_period(channel, k + 1, &from, &until)) {
            continue;
        }
        snprintf(file, sizeof file, "in-force-%zu.yaml", k + 1);
        rh_text_printf(
            out, "  - {file: %s, from: %s, until: %s, name: ", k + 1 < world->num_programs ? file : "in-force.yaml",
            rh_month_format(from, first), rh_month_format(until, last));
        rh_text_json(out, world->program[k].name);
        rh_text_puts(out, "}\n");
    }
}

void rh_truth_add_world(const struct rh_channel *channel, struct rh_text *out)
{
    const struct rh_world *world = channel->world;
    rh_text_puts(out, "# What is true of this channel, written by `rehearse synth`; of each partner in truth.csv.\n"
                      "name: ");
    rh_text_json(out, world->name);
    rh_text_printf(out, "\nseed: %llu\n", (unsigned long long)channel->seed);
    add_programs(channel, out);
    rh_text_printf(out,
                   "attention: %.9g\n"
                   "elasticity_spread: %.9g\n"
                   "stretch: %.9g\n"
                   "pass_through: %.9g\n"
                   "price_elasticity: %.9g\n"
                   "goal_gradient: %.9g\n"
                   "timing: {able: %.9g, reach: %.9g, load_cost: %.9g, deferral: %.9g}\n"
                   "effort_elasticity:\n",
                   world->response.attention, world->response.elasticity_spread, world->response.stretch,
                   world->response.pass_through, world->response.price_elasticity, world->response.goal_gradient,
                   world->timing.able, world->timing.reach, world->timing.load_cost, world->timing.deferral);
    for (size_t k = 0; k < world->num_segments; k++) {
        rh_text_puts(out, "  ");
        rh_text_json(out, world->segment[k].name);
        rh_text_printf(out, ": %.9g\n", rh_channel_elasticity(world, k));
    }
}
