/* What the next sale is worth to a partner (docs/model.md, "What the next sale is worth"), over lanes.
 *
 * Every metric comes down to pieces of a schedule, as functions of the attainment that the partner moves: their starts,
 * jumps and slopes are what differs. Where they differ between replications there is a piece for each. */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <string.h>
#include <tgmath.h>

#define GROUP 4 /* pieces of which the functions of four are taken */

/* A belief as lanes take it in. */
struct belief {
    rh_real alpha, beta;
    rh_real most_log; /* of the odds, binary */
};

static inline struct belief real_of(struct rh_belief belief)
{
    const struct belief out = {(rh_real)belief.alpha, (rh_real)belief.beta, rh_unknown(RH_BELIEF_CLAMP * RH_LOG2_E)};
    return out;
}

/* Odds that no more than `times` the median comes, of the binary logarithm of `times`. */
static inline rh_real odds_of(struct belief belief, rh_real log)
{
    return rh_exp2_within(belief.beta * log, belief.most_log);
}

/* What a piece adds to the expected marginal reward x ahead of where the partner stands: slope_change · P(R > x) + jump
 * · density of R at x, with one division for both. steepness: jump · beta; inverse: of alpha. */
static inline rh_real piece_reward(rh_real x, rh_real steepness, rh_real slope_change, struct belief belief,
                                   rh_real inverse)
{
    const rh_real ahead = x > 0.0 ? x : belief.alpha, odds = odds_of(belief, rh_short_log2(ahead * inverse));
    const rh_real quotient = 1.0 / (ahead * (1.0 + odds));
    const rh_real expected = ahead * quotient * (slope_change + steepness * (odds * quotient));
    return x > 0.0 ? expected : slope_change;
}

/* One piece of the schedule, in so many lanes: a constant at every call, so that the loop becomes vector code. */
static inline void add_piece(const struct rh_real_piece piece, struct belief belief, const rh_real *attained,
                             rh_real *g, int lanes)
{
    const rh_real inverse = 1.0 / belief.alpha, steepness = piece.jump * belief.beta;
    for (int l = 0; l < lanes; l++) {
        g[l] += piece_reward(piece.start - attained[l], steepness, piece.slope_change, belief, inverse);
    }
}

/* The same of four pieces. */
static inline rh_real group_reward(const struct rh_real_piece *piece, struct belief belief, rh_real inverse,
                                   rh_real attained)
{
    rh_real ahead[GROUP], times[GROUP], log[GROUP], odds[GROUP], below[GROUP], quotient[GROUP], sum = 0.0;
    for (int k = 0; k < GROUP; k++) {
        const rh_real x = piece[k].start - attained;
        ahead[k] = x > 0.0 ? x : belief.alpha;
        times[k] = ahead[k] * inverse;
    }
    rh_short_log2_of_four(times, log);
    for (int k = 0; k < GROUP; k++) {
        odds[k] = odds_of(belief, log[k]);
        below[k] = ahead[k] * (1.0 + odds[k]);
    }
    rh_invert_four(below, quotient);
    for (int k = 0; k < GROUP; k++) {
        const rh_real density = piece[k].jump * belief.beta * (odds[k] * quotient[k]);
        const rh_real expected = ahead[k] * quotient[k] * (piece[k].slope_change + density);
        sum += piece[k].start > attained ? expected : piece[k].slope_change;
    }
    return sum;
}

/* The next pieces of a schedule, up to four; those that are missing have no effect. */
static inline void add_group(const struct rh_piece *next, int num, struct belief belief,
                             const rh_real *__restrict attained, rh_real *__restrict g, int lanes)
{
    const struct rh_piece none = {0};
    const rh_real inverse = 1.0 / belief.alpha;
    struct rh_real_piece piece[GROUP];
    for (int k = 0; k < GROUP; k++) {
        piece[k] = rh_real_piece_of(k < num ? next[k] : none);
    }
    for (int l = 0; l < lanes; l++) {
        g[l] += group_reward(piece, belief, inverse, attained[l]);
    }
}

/* Without any expectation only what is reached already counts. */
static inline void add_reached(const struct rh_real_piece piece, const rh_real *attained, rh_real *g, int lanes)
{
    for (int l = 0; l < lanes; l++) {
        g[l] += piece.start <= attained[l] ? piece.slope_change : 0.0;
    }
}

static void add_lane_piece(const struct rh_lane_piece *piece, struct belief belief, const rh_real *attained, rh_real *g)
{
    const rh_real inverse = belief.alpha > 0.0 ? 1.0 / belief.alpha : 0.0;
    for (int l = 0; l < RH_LANES && belief.alpha > 0.0; l++) {
        g[l] += piece_reward(piece->start[l] - attained[l], piece->jump[l] * belief.beta, piece->slope_change[l],
                             belief, inverse);
    }
    for (int l = 0; l < RH_LANES && !(belief.alpha > 0.0); l++) {
        g[l] += piece->start[l] <= attained[l] ? piece->slope_change[l] : 0.0;
    }
}

/* All pieces. */
static inline void add_pieces(const struct rh_schedule *schedule, struct belief belief, const rh_real *attained,
                              rh_real *g, int lanes)
{
    const int num = schedule->num;
    int p = 0;
    for (; belief.alpha > 0.0 && num - p >= GROUP - 1; p += GROUP) {
        add_group(schedule->piece + p, num - p < GROUP ? num - p : GROUP, belief, attained, g, lanes);
    }
    for (; belief.alpha > 0.0 && p < num; p++) {
        add_piece(rh_real_piece_of(schedule->piece[p]), belief, attained, g, lanes);
    }
    for (; p < num; p++) {
        add_reached(rh_real_piece_of(schedule->piece[p]), attained, g, lanes);
    }
}

void rh_marginal_reward(const struct rh_schedule *schedule, struct rh_belief belief, const rh_real *attained,
                        rh_real *g)
{
    memset(g, 0, sizeof(rh_lanes));
    add_pieces(schedule, real_of(belief), attained, g, RH_LANES);
}

/* The same where a window opens: nothing is attained yet in any lane, so one lane tells all. */
static void opening_reward(const struct rh_schedule *schedule, struct rh_belief belief, rh_real *g)
{
    const rh_real nothing = 0.0;
    rh_real opening = 0.0;
    add_pieces(schedule, real_of(belief), &nothing, &opening, 1);
    for (int l = 0; l < RH_LANES; l++) {
        g[l] = opening;
    }
}

/* How close a goal that pays is: nothing half way to it, 1 just below it. */
static inline rh_real closeness(rh_real attained, rh_real start, rh_real inverse)
{
    const rh_real close = attained < start ? 2.0 * attained * inverse - 1.0 : 0.0;
    return close > 0.0 ? close : 0.0;
}

/* The next threshold is the one that is closest. */
static void find_goal(const struct rh_kernel *self, struct rh_taken *taken, const struct rh_schedule *schedule,
                      const rh_real *attained)
{
    rh_real *__restrict goal = taken->goal;
    for (int p = 0; self->strives && p < schedule->num; p++) {
        const struct rh_real_piece piece = rh_real_piece_of(schedule->piece[p]);
        const bool pays = piece.start > 0.0 && (piece.jump > 0.0 || piece.slope_change > 0.0);
        const rh_real inverse = 1.0 / piece.start;
        for (int l = 0; pays && l < RH_LANES; l++) {
            const rh_real close = closeness(attained[l], piece.start, inverse);
            goal[l] = goal[l] > close ? goal[l] : close;
        }
    }
}

static void find_lane_goal(const struct rh_kernel *self, struct rh_taken *taken, const struct rh_lane_piece *piece,
                           const rh_real *attained)
{
    rh_real *__restrict goal = taken->goal;
    for (int l = 0; self->strives && l < RH_LANES; l++) {
        const bool pays = (piece->jump[l] > 0.0) | (piece->slope_change[l] > 0.0);
        const rh_real start = pays ? piece->start[l] : 0.0, close = closeness(attained[l], start, 1.0 / start);
        goal[l] = goal[l] > close ? goal[l] : close;
    }
}

/* Pieces of each replication's own schedule, filled up with pieces of no effect; how many. Who takes no part, having no
 * base to relate to, has none. */
static int spread_pieces(struct rh_kernel *self, struct rh_taken *taken, int w, const rh_real *denominator)
{
    int most = 0;
    for (int l = 0; l < RH_LANES; l++) {
        const struct rh_schedule *schedule =
            rh_bind_lane(self, taken, w, RH_PATH_OWN, l, denominator != NULL ? denominator[l] : 0.0);
        const int num = rh_takes_part(taken, l) ? schedule->num : 0;
        for (; most < num; most++) {
            memset(&self->lane_piece[most], 0, sizeof self->lane_piece[most]);
        }
        for (int p = 0; p < most; p++) {
            const struct rh_piece piece = p < num ? schedule->piece[p] : (struct rh_piece){0};
            self->lane_piece[p].start[l] = piece.start;
            self->lane_piece[p].jump[l] = piece.jump;
            self->lane_piece[p].slope_change[l] = piece.slope_change;
        }
    }
    return most;
}

/* Belief of a total of `mean` in so many months. */
static struct rh_belief believe(struct rh_kernel *self, double mean, int months_left)
{
    struct rh_belief_shape *shape = &self->shape[months_left];
    if (self->shape_cv != self->partner->cv) {
        memset(self->shape, 0, sizeof self->shape);
        self->shape_cv = self->partner->cv;
    }
    if (shape->root == 0.0) {
        *shape = rh_belief_shape_make(self->partner->cv, months_left);
    }
    return rh_belief_of_mean(*shape, mean);
}

/* Belief of what the rest of the window brings. */
static struct rh_belief belief_of(struct rh_kernel *self, const struct rh_taken *taken, int t)
{
    const int last = taken->incentive->window[taken->incentive->window_of[t]].last;
    return believe(self, taken->rest[t], last - t + 1);
}

/* Total, growth, places: thresholds on the window's total. */
static void worth_of_levels(struct rh_kernel *self, struct rh_taken *taken, int w, int t)
{
    const struct rh_plan_window window = taken->incentive->window[w];
    const struct rh_belief belief = belief_of(self, taken, t);
    const rh_real *attained = taken->standing[RH_PATH_OWN].attained;
    if (taken->incentive->several_values) {
        const int num = spread_pieces(self, taken, w, NULL);
        memset(taken->worth, 0, sizeof taken->worth);
        for (int p = 0; p < num; p++) {
            add_lane_piece(&self->lane_piece[p], real_of(belief), attained, taken->worth);
            find_lane_goal(self, taken, &self->lane_piece[p], attained);
        }
    } else if (t == window.first) {
        opening_reward(taken->schedule, belief, taken->worth);
    } else {
        rh_marginal_reward(taken->schedule, belief, attained, taken->worth);
        find_goal(self, taken, taken->schedule, attained);
    }
}

/* Denominator of a ratio that the partner believes in: what it is so far, and what is expected. */
static void believed_denominator(const struct rh_kernel *self, const struct rh_taken *taken, int w, int t,
                                 rh_real *denominator)
{
    const struct rh_plan_window window = taken->incentive->window[w];
    rh_gauge_total(self, RH_PATH_OWN, taken->incentive->denominator, window.first, window.last, t, denominator);
}

/* Ratio: thresholds are shares of the denominator. */
static void worth_of_ratio(struct rh_kernel *self, struct rh_taken *taken, int w, int t)
{
    const struct rh_belief belief = belief_of(self, taken, t);
    rh_lanes denominator;
    believed_denominator(self, taken, w, t, denominator);
    const int num = spread_pieces(self, taken, w, denominator);
    memset(taken->worth, 0, sizeof taken->worth);
    for (int p = 0; p < num; p++) {
        add_lane_piece(&self->lane_piece[p], real_of(belief), taken->standing[RH_PATH_OWN].attained, taken->worth);
        find_lane_goal(self, taken, &self->lane_piece[p], taken->standing[RH_PATH_OWN].attained);
    }
    for (int l = 0; l < RH_LANES; l++) {
        taken->worth[l] = denominator[l] > 0.0 ? taken->worth[l] : 0.0;
    }
}

/* Highest count that a streak can come to within the horizon. */
static int most_counts(const struct rh_plan_incentive *bound)
{
    return bound->incentive->streak < bound->num_windows ? bound->incentive->streak : bound->num_windows;
}

/* What reaching window w's least total brings at the count before it: this window's pay, and the streak that goes on
 * (what has paid `once` brings no more) instead of starting again. */
static double streak_jump(const struct rh_taken *taken, int w, int count)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const int counts = most_counts(bound) + 1, reached = count % bound->incentive->streak + 1;
    const double *next = taken->streak_worth + (ptrdiff_t)(w + 1) * counts;
    const double cap = bound->incentive->cap_window == RH_MISSING ? INFINITY : (double)bound->incentive->cap_window;
    const double pays = fmin(taken->streak_pays[reached], cap);
    return pays + (bound->incentive->once && pays > 0.0 ? 0.0 : next[reached]) - next[0];
}

void rh_streak_least(const struct rh_kernel *self, const struct rh_taken *taken, int w, enum rh_path path,
                     rh_real *least)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_threshold *threshold = &bound->incentive->streak_at_least;
    const size_t i = (size_t)(self->partner - self->plan->partner);
    const rh_real *prior = taken->standing[path].prior;
    const bool own = bound->ahead[w] && threshold->relation == RH_RELATIVE_PRIOR_YEAR;
    for (int l = 0; l < RH_LANES; l++) {
        least[l] = own ? rh_threshold_amount(threshold, prior[l], 0.0)
                       : bound->at_least[i * (size_t)bound->num_windows + (size_t)w];
    }
}

/* Streak: a jump at the least total of the window. */
static void streak_piece(const struct rh_kernel *self, const struct rh_taken *taken, int w, struct rh_lane_piece *piece)
{
    const struct rh_standing *standing = &taken->standing[RH_PATH_OWN];
    rh_streak_least(self, taken, w, RH_PATH_OWN, piece->start);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real factor = isnan(taken->multiplier) ? standing->multiplier[l] : 1.0;
        piece->jump[l] = factor * streak_jump(taken, w, (int)standing->streak[l]);
        piece->slope_change[l] = 0.0;
    }
}

static void worth_of_streak(struct rh_kernel *self, struct rh_taken *taken, int w, int t)
{
    const struct rh_belief belief = belief_of(self, taken, t);
    streak_piece(self, taken, w, &self->lane_piece[0]);
    memset(taken->worth, 0, sizeof taken->worth);
    add_lane_piece(&self->lane_piece[0], real_of(belief), taken->standing[RH_PATH_OWN].attained, taken->worth);
    find_lane_goal(self, taken, &self->lane_piece[0], taken->standing[RH_PATH_OWN].attained);
}

void rh_expect_streaks(struct rh_kernel *self, struct rh_taken *taken)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const int counts = most_counts(bound) + 1;
    const size_t i = (size_t)(self->partner - self->plan->partner);
    const bool varies = isnan(taken->multiplier); /* then the cap comes after the multiplier of the day */
    const struct rh_terms terms = {.multiplier = varies ? 1.0 : taken->multiplier, .uncapped = varies};
    rh_schedule_bind(&taken->own_schedule, bound->incentive, &terms);
    for (int count = 0; count < counts; count++) {
        taken->streak_pays[count] = rh_schedule_reward(&taken->own_schedule, count * (double)RH_MONEY_ONE);
    }
    for (int w = bound->num_windows; w >= 0; w--) {
        double *worth = taken->streak_worth + (ptrdiff_t)w * counts, chance = 0.0;
        if (w < bound->num_windows && rh_is_eligible(taken, w)) {
            const double least = bound->at_least[i * (size_t)bound->num_windows + (size_t)w];
            const int first = bound->window[w].first, last = bound->window[w].last;
            const struct rh_belief belief =
                believe(self, rh_expected(self, &bound->count, first, last), last - first + 1);
            chance = least > 0.0 ? rh_belief_survival(belief, least) : 1.0;
        }
        for (int count = 0; count < counts; count++) {
            worth[count] = 0.0;
            if (w < bound->num_windows) {
                worth[count] = worth[counts] + (chance > 0.0 ? chance * streak_jump(taken, w, count) : 0.0);
            }
        }
    }
}

/* Belief of what a pool's members bring together in the rest of the window. */
static struct rh_belief belief_of_pool(const struct rh_kernel *self, const struct rh_plan_pools *pools, int pool, int t,
                                       int last)
{
    const ptrdiff_t cell = (ptrdiff_t)pool * self->plan->num_months + t;
    const double rest = pools->rest[cell], left = last - t + 1;
    return rh_belief_make(rest, rest > 0.0 ? sqrt(pools->variance[cell] * left) / rest : 1.0, last - t + 1);
}

/* Pool: the others are believed to have brought what is expected of them, and the partner takes its share. */
static void worth_of_share(struct rh_kernel *self, struct rh_taken *taken, int w, int t)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_plan_window window = bound->window[w];
    const int pool = bound->pools.of[self->partner - self->plan->partner];
    if (pool < 0) {
        worth_of_levels(self, taken, w, t);
        return;
    }
    const rh_real others = bound->pools.so_far[(ptrdiff_t)pool * self->plan->num_months + t] -
                           rh_expected(self, &bound->count, window.first, t - 1);
    rh_lanes attained;
    for (int l = 0; l < RH_LANES; l++) {
        attained[l] = taken->standing[RH_PATH_OWN].attained[l] + others;
    }
    rh_marginal_reward(taken->schedule, belief_of_pool(self, &bound->pools, pool, t, window.last), attained,
                       taken->worth);
    find_goal(self, taken, taken->schedule, attained);
    for (int l = 0; isnan(taken->multiplier) && l < RH_LANES; l++) {
        taken->worth[l] *= taken->standing[RH_PATH_OWN].multiplier[l];
    }
}

/* What a match of month t may still pay. */
static void find_fund(const struct rh_taken *taken, int t, rh_real *left)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const struct rh_standing *standing = &taken->standing[RH_PATH_OWN];
    memset(left, 0, sizeof(rh_lanes));
    for (int month = rh_fund_first(&incentive->match, t); month < t; month++) {
        rh_add_lanes(left, standing->fund[month], 1.0);
    }
    for (int l = 0; incentive->cap_window != RH_MISSING && l < RH_LANES; l++) {
        const rh_real multiplier = rh_multiplier_of(taken, standing, l);
        const rh_real room =
            multiplier > 0.0 ? (rh_real)incentive->cap_window / multiplier - standing->matched[l] : 0.0;
        left[l] = fmax(fmin(left[l], room), 0.0);
    }
}

/* Match: a share of what is spent in the month, until the fund is empty. */
static void worth_of_match(struct rh_kernel *self, struct rh_taken *taken, int t)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_belief belief = believe(self, rh_expected(self, &bound->count, t, t), 1);
    const rh_real matched = (rh_real)bound->incentive->match.share / (rh_real)RH_PPM_ONE;
    const rh_real *use = rh_drawn(self, RH_PARAM_FUND_USE, 0);
    const rh_lanes nothing = {0};
    struct rh_lane_piece *paid = &self->lane_piece[0];
    rh_lanes left;
    find_fund(taken, t, left);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real share = matched * use[l]; /* what the partner will ask for */
        const rh_real slope = share * rh_multiplier_of(taken, &taken->standing[RH_PATH_OWN], l);
        taken->worth[l] = slope;
        paid->start[l] = share > 0.0 ? left[l] / share : 0.0;
        paid->jump[l] = 0.0;
        paid->slope_change[l] = -slope;
    }
    add_lane_piece(paid, real_of(belief), nothing, taken->worth);
}

/* Probability that the total will come to least[l]. */
static void chance_of(const struct rh_taken *taken, struct rh_belief belief, const rh_real *least, rh_real *chance)
{
    const struct belief real = real_of(belief);
    const bool expects = belief.alpha > 0.0;
    const rh_real median = expects ? real.alpha : 1.0;
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real x = least[l] - taken->standing[RH_PATH_OWN].attained[l];
        const rh_real log = rh_short_log2((x > 0.0 ? x : median) / median);
        const rh_real missing = expects ? 1.0 / (1.0 + odds_of(real, log)) : 0.0;
        chance[l] = x > 0.0 ? missing : 1.0;
    }
}

/* Belief of what the rest of the review, also behind the horizon, brings of a condition's total. */
static struct rh_belief belief_of_review(const struct rh_kernel *self, const struct rh_taken *taken, int w, int t)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_plan_window review = self->program->status.review[w];
    const bool ends_later = bound->after != NULL && w == bound->num_windows - 1;
    const rh_real after = ends_later ? bound->after[self->partner - self->plan->partner] : 0.0;
    return rh_belief_make(rh_expected(self, &bound->count, t, bound->window[w].last) + after, self->partner->cv,
                          review.last - t + 1);
}

/* Least total of a condition: conditions of a level follow one another. */
static double least_of(const struct rh_kernel *self, const struct rh_taken *taken)
{
    const struct rh_taken *first = taken;
    while (first > self->taken && (first - 1)->incentive->role == RH_ROLE_TIER_REVIEW &&
           (first - 1)->incentive->tier == taken->incentive->tier) {
        first--;
    }
    return (double)self->program->program->tier[taken->incentive->tier].when[taken - first].at_least;
}

/* Review: the bonus of the next window, over that of the level below, is a jump where a condition is met, as likely as
 * the level's other conditions are. */
static void worth_of_review(struct rh_kernel *self, struct rh_taken *taken, int w, int t)
{
    const struct rh_plan_status *status = &self->program->status;
    const struct rh_tier *tier = &self->program->program->tier[taken->incentive->tier];
    const rh_ppm below = taken->incentive->tier > 0 ? (tier - 1)->rate_bonus : 0;
    const ptrdiff_t i = self->partner - self->plan->partner;
    const double benefit = (double)(tier->rate_bonus - below) / (double)RH_PPM_ONE *
                           status->revenue[i * (status->num_reviews + 1) + w + 1];
    const double own = least_of(self, taken);
    struct rh_lane_piece *piece = &self->lane_piece[0];
    for (int l = 0; l < RH_LANES; l++) {
        piece->start[l] = own;
        piece->jump[l] = benefit;
        piece->slope_change[l] = 0.0;
    }
    for (int j = 0; j < self->num_taken; j++) {
        const struct rh_taken *other = &self->taken[j];
        rh_lanes least, chance;
        if (other != taken && other->incentive->role == RH_ROLE_TIER_REVIEW &&
            other->incentive->tier == taken->incentive->tier) {
            const rh_real at_least = least_of(self, other);
            for (int l = 0; l < RH_LANES; l++) {
                least[l] = at_least;
            }
            chance_of(other, belief_of_review(self, other, w, t), least, chance);
            for (int l = 0; l < RH_LANES; l++) {
                piece->jump[l] *= chance[l];
            }
        }
    }
    memset(taken->worth, 0, sizeof taken->worth);
    add_lane_piece(piece, real_of(belief_of_review(self, taken, w, t)), taken->standing[RH_PATH_OWN].attained,
                   taken->worth);
    find_lane_goal(self, taken, piece, taken->standing[RH_PATH_OWN].attained);
}

void rh_leave_open(const struct rh_taken *taken, rh_real *value)
{
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
    const bool ends = !taken->incentive->shares && (incentive->cap_partner != RH_MISSING || incentive->once);
    for (int l = 0; ends && l < RH_LANES; l++) {
        value[l] *= ((own->cap_left[l] > 0.0) & (own->used[l] == 0.0)) ? 1.0 : 0.0;
    }
    for (int l = 0; taken->selects && l < RH_LANES; l++) {
        value[l] *= own->may[l];
    }
}

/* What of it the partner feels in month t, if it attends. */
static void find_felt(const struct rh_kernel *self, struct rh_taken *taken, int t)
{
    const rh_real *feel = self->feel[taken->feel + t], *attends = self->attends, *trusted = self->relation.trusted;
    rh_real *worth = taken->worth;
    for (int l = 0; l < RH_LANES; l++) {
        worth[l] *= feel[l] * attends[l] * trusted[l];
    }
    rh_leave_open(taken, worth);
    if (self->strives) {
        for (int l = 0; l < RH_LANES; l++) {
            taken->goal[l] *= attends[l];
        }
        rh_leave_open(taken, taken->goal);
    }
}

void rh_find_worth(struct rh_kernel *self, struct rh_taken *taken, int t)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const int w = bound->window_of[t];
    if (self->strives) {
        memset(taken->goal, 0, sizeof taken->goal);
    }
    if (w < 0 || !rh_is_eligible(taken, w)) {
        memset(taken->worth, 0, sizeof taken->worth);
        return;
    }
    rh_learn_prior(self, taken, w, RH_PATH_OWN, t);
    if (bound->role == RH_ROLE_TIER_REVIEW) {
        worth_of_review(self, taken, w, t);
    } else if (bound->incentive->match.given) {
        worth_of_match(self, taken, t);
    } else if (bound->incentive->metric == RH_METRIC_RATIO) {
        worth_of_ratio(self, taken, w, t);
    } else if (bound->incentive->metric == RH_METRIC_STREAK) {
        worth_of_streak(self, taken, w, t);
    } else if (bound->incentive->metric == RH_METRIC_POOLED) {
        worth_of_share(self, taken, w, t);
    } else {
        worth_of_levels(self, taken, w, t);
    }
    if (self->seen) {
        rh_see(self, RH_SEEN_NEXT_SALE, t, (int)(bound - self->program->incentive), taken->worth);
    }
    find_felt(self, taken, t);
}

/* Expected pay of a schedule that is the same in all replications. */
static void expect_of(struct rh_belief belief, const struct rh_schedule *schedule, rh_real *out)
{
    const rh_real expected = rh_belief_expected_reward(belief, schedule, 0.0);
    for (int l = 0; l < RH_LANES; l++) {
        out[l] = expected;
    }
}

/* What the fund and the spending that is expected allow for; what the last month accrues comes too late. */
static void expect_match(struct rh_kernel *self, const struct rh_taken *taken, int w, rh_real *out)
{
    const struct rh_plan_window window = taken->incentive->window[w];
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const struct rh_match *match = &incentive->match;
    const rh_real cap = incentive->cap_window == RH_MISSING ? INFINITY : (rh_real)incentive->cap_window;
    const struct rh_plan_count *sold = self->program->gauge[taken->incentive->accrual].count;
    const rh_real accrued =
        (double)match->accrues / (double)RH_PPM_ONE * rh_expected(self, sold, window.first, window.last - 1);
    const rh_real wanted = (double)match->share / (double)RH_PPM_ONE *
                           rh_expected(self, &taken->incentive->count, window.first, window.last);
    const rh_real *use = rh_drawn(self, RH_PARAM_FUND_USE, 0);
    find_fund(taken, window.first, out);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real multiplier = rh_multiplier_of(taken, &taken->standing[RH_PATH_OWN], l);
        out[l] = fmin(multiplier * fmin(use[l] * wanted, out[l] + accrued), cap);
    }
}

static void expect_lanes(struct rh_kernel *self, struct rh_taken *taken, int w, struct rh_belief belief, rh_real *out)
{
    rh_lanes denominator = {0};
    if (taken->incentive->incentive->metric == RH_METRIC_RATIO) {
        believed_denominator(self, taken, w, taken->incentive->window[w].first, denominator);
    }
    const bool ratio = taken->incentive->incentive->metric == RH_METRIC_RATIO;
    for (int l = 0; l < RH_LANES; l++) {
        const bool none = ratio && !(denominator[l] > 0.0); /* without a denominator there is no ratio */
        const struct rh_schedule *schedule = rh_bind_lane(self, taken, w, RH_PATH_OWN, l, denominator[l]);
        out[l] = none ? 0.0 : rh_belief_expected_reward(belief, schedule, 0.0);
    }
}

void rh_expect_reward(struct rh_kernel *self, struct rh_taken *taken, int w, rh_real *out)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_plan_window window = bound->window[w];
    const enum rh_metric metric = bound->incentive->metric;
    const struct rh_belief belief = belief_of(self, taken, window.first);
    const int pool = metric == RH_METRIC_POOLED ? bound->pools.of[self->partner - self->plan->partner] : -1;
    if (bound->incentive->match.given) {
        expect_match(self, taken, w, out);
    } else if (metric == RH_METRIC_STREAK) {
        streak_piece(self, taken, w, &self->lane_piece[0]);
        chance_of(taken, belief, self->lane_piece[0].start, out);
        for (int l = 0; l < RH_LANES; l++) {
            out[l] *= self->lane_piece[0].jump[l];
        }
    } else if (pool >= 0) {
        expect_of(belief_of_pool(self, &bound->pools, pool, window.first, window.last), taken->schedule, out);
        for (int l = 0; isnan(taken->multiplier) && l < RH_LANES; l++) {
            out[l] *= taken->standing[RH_PATH_OWN].multiplier[l];
        }
    } else if (bound->several_values || metric == RH_METRIC_RATIO) {
        expect_lanes(self, taken, w, belief, out);
    } else {
        expect_of(belief, taken->schedule, out);
    }
}
