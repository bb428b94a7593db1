#include "synth/response.h"

#include <math.h>

const struct rh_world_program *rh_world_program_at(const struct rh_world *world, rh_month month)
{
    const struct rh_world_program *found = NULL;
    for (size_t k = 0; k < world->num_programs && month >= world->program[k].from; k++) {
        found = &world->program[k];
    }
    return found;
}

/* Rate of the level that sales have reached. */
static double rate_at(const struct rh_world_program *program, double sales)
{
    double rate = 0.0;
    for (size_t k = 0; k < program->num_levels && sales >= program->level[k].from; k++) {
        rate = program->level[k].rate;
    }
    return rate;
}

double rh_world_reward(const struct rh_world_program *program, double sales)
{
    if (program->retroactive) {
        return rate_at(program, sales) * sales;
    }
    double reward = 0.0;
    for (size_t k = 0; k < program->num_levels && sales > program->level[k].from; k++) {
        double until = k + 1 < program->num_levels ? fmin(sales, program->level[k + 1].from) : sales;
        reward += program->level[k].rate * (until - program->level[k].from);
    }
    return reward;
}

double rh_world_rate(const struct rh_world_program *program, double projected, double stretch)
{
    double more = stretch * projected;
    if (more <= 0.0) {
        return rate_at(program, projected);
    }
    return (rh_world_reward(program, projected + more) - rh_world_reward(program, projected)) / more;
}

/* The next level above these sales that pays more than the one below it; NULL where there is none. */
static const struct rh_world_level *next_level(const struct rh_world_program *program, double sales)
{
    double rate = 0.0;
    for (size_t k = 0; k < program->num_levels; k++) {
        if (program->level[k].from > sales && program->level[k].rate > rate) {
            return &program->level[k];
        }
        rate = program->level[k].rate;
    }
    return NULL;
}

double rh_world_goal(const struct rh_world_program *program, double sales)
{
    const struct rh_world_level *level = next_level(program, sales);
    return level != NULL ? fmax(2.0 * sales / level->from - 1.0, 0.0) : 0.0;
}

/* What the partner expects to sell from `month` to the end of its fiscal quarter, that month included. */
static double rest_of_quarter(const struct rh_channel *channel, const struct rh_channel_partner *partner,
                              rh_month month, double sold)
{
    for (int k = rh_channel_month_of_quarter(channel->world, month); k < 3; k++) {
        sold += rh_channel_expected(channel, partner, month++);
    }
    return sold;
}

double rh_answer_rate(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                      double quarter_sales)
{
    const struct rh_world_program *program = rh_world_program_at(channel->world, month);
    return program != NULL ? rh_world_rate(program, rest_of_quarter(channel, partner, month, quarter_sales),
                                           channel->world->response.stretch)
                           : 0.0;
}

double rh_answer_factor(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                        double quarter_sales)
{
    const struct rh_world *world = channel->world;
    const struct rh_world_program *program = rh_world_program_at(world, month);
    if (!partner->attentive || program == NULL) {
        return 1.0;
    }
    double rate = rh_answer_rate(channel, partner, month, quarter_sales);
    double handed_on = world->response.pass_through * rate;
    return pow(1.0 + (rate - handed_on) / partner->margin, partner->elasticity) *
           exp(world->response.price_elasticity * handed_on +
               world->response.goal_gradient * rh_world_goal(program, quarter_sales));
}

double rh_answer_certifying(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month)
{
    const struct rh_world_program *program = rh_world_program_at(channel->world, month);
    if (!partner->attentive || program == NULL) {
        return 1.0;
    }
    return pow(1.0 + program->certification_bonus / channel->world->response.certification_effort, partner->elasticity);
}

/* The next level from `sales` on, where it is within the partner's reach at the end of the quarter's last month. */
static const struct rh_world_level *level_in_reach(const struct rh_channel *channel,
                                                   const struct rh_channel_partner *partner, rh_month month,
                                                   double sales)
{
    const struct rh_world_program *program = rh_world_program_at(channel->world, month);
    const struct rh_world_level *level = program != NULL ? next_level(program, sales) : NULL;
    double reach = channel->world->timing.reach * rest_of_quarter(channel, partner, month - 2, 0.0);
    return level != NULL && level->from - sales < reach ? level : NULL;
}

bool rh_answer_pays(const struct rh_channel *channel, rh_month month, double quarter_sales, double after)
{
    const struct rh_world_program *program = rh_world_program_at(channel->world, month);
    double earned = rh_world_reward(program, after) - rh_world_reward(program, quarter_sales);
    return earned > channel->world->timing.load_cost * (after - quarter_sales);
}

double rh_answer_missing(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                         double quarter_sales)
{
    if (!partner->attentive || !partner->shifts || rh_channel_month_of_quarter(channel->world, month) != 2) {
        return 0.0;
    }
    const struct rh_world_level *level = level_in_reach(channel, partner, month, quarter_sales);
    return level != NULL ? level->from - quarter_sales : 0.0;
}

double rh_answer_deferral(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                          double quarter_sales)
{
    if (!partner->attentive || !partner->shifts || rh_channel_month_of_quarter(channel->world, month) != 2) {
        return 0.0;
    }
    double projected = rest_of_quarter(channel, partner, month, quarter_sales);
    double here = rh_answer_rate(channel, partner, month, quarter_sales);
    double there = rh_answer_rate(channel, partner, month + 1, 0.0);
    return there > here && level_in_reach(channel, partner, month, projected) == NULL ? channel->world->timing.deferral
                                                                                      : 0.0;
}
