/* How a partner of the artificial channel answers the program in force: what the next sale is worth to it, how much
 * more it sells for that, and when it buys ahead or puts off.
 *
 * Plain formulas (docs/demo-world.md), which know nothing of the model that is tried on the channel. Sales and money
 * are in currency, rates are shares of sales. */
#ifndef RH_SYNTH_RESPONSE_H
#define RH_SYNTH_RESPONSE_H

#include "synth/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The program in force in that month, or NULL. */
const struct rh_world_program *rh_world_program_at(const struct rh_world *world, rh_month month);

/* What a quarter's sales earn. */
double rh_world_reward(const struct rh_world_program *program, double sales);
/* What one more sale earns at a quarter's sales of `projected`, in the mean over `stretch` · projected more of them
 * (0: that sale alone). */
double rh_world_rate(const struct rh_world_program *program, double projected, double stretch);
/* How close a quarter's sales are to the next level that pays more: 0 up to half way, rising to 1 just below it; 0
 * where there is none. */
double rh_world_goal(const struct rh_world_program *program, double sales);

/* The rate that the partner expects in a month, with `quarter_sales` since the fiscal quarter began; 0 without a
 * program. */
double rh_answer_rate(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                      double quarter_sales);
/* Factor of its demand; 1 of partners that do not attend, and without a program. */
double rh_answer_factor(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                        double quarter_sales);
/* Factor of the share of events that end in a certification; the same. */
double rh_answer_certifying(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month);

/* At the end of a quarter's last month: what is missing to the next level, where buying it ahead is in reach; else 0.
 */
double rh_answer_missing(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                         double quarter_sales);
/* Whether buying ahead from `quarter_sales` to `after` earns more under the month's program than it costs. */
bool rh_answer_pays(const struct rh_channel *channel, rh_month month, double quarter_sales, double after);
/* The share of a month's purchases that is put off into the next one: `deferral` in a quarter's last month where the
 * next quarter's first sale earns more than this one's next, and no level is in reach by buying ahead; else 0. */
double rh_answer_deferral(const struct rh_channel *channel, const struct rh_channel_partner *partner, rh_month month,
                          double quarter_sales);

#ifdef __cplusplus
}
#endif

#endif
