/* What a window's levels pay, metric by metric, as the exact settlement does (docs/program-language.md, "Settlement",
 * steps 2 to 6). Where thresholds, denominators or multipliers differ between replications each has its own schedule.
 */
#include "engine/kernel_private.h"
#include "engine/vmath.h"

#include <string.h>
#include <tgmath.h>

#define GROUP 4 /* pieces that are summed in registers */

/* out (+)= what four pieces add to the reward. */
static void add_pieces(const struct rh_real_piece *piece, bool first, const rh_real *restrict attained,
                       rh_real *restrict out)
{
    const struct rh_real_piece p0 = piece[0], p1 = piece[1], p2 = piece[2], p3 = piece[3];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real at = attained[l], v0 = p0.jump + p0.slope_change * (at - p0.start);
        const rh_real v1 = p1.jump + p1.slope_change * (at - p1.start);
        const rh_real v2 = p2.jump + p2.slope_change * (at - p2.start);
        const rh_real v3 = p3.jump + p3.slope_change * (at - p3.start);
        rh_real sum = first ? 0.0 : out[l];
        sum += at >= p0.start ? v0 : 0.0;
        sum += at >= p1.start ? v1 : 0.0;
        sum += at >= p2.start ? v2 : 0.0;
        sum += at >= p3.start ? v3 : 0.0;
        out[l] = at > 0.0 ? sum : 0.0;
    }
}

void rh_reward(const struct rh_schedule *schedule, const rh_real *attained, rh_real *out)
{
    static const struct rh_piece none = {.start = INFINITY};
    for (int first = 0; first == 0 || first < schedule->num; first += GROUP) {
        struct rh_real_piece piece[GROUP];
        for (int k = 0; k < GROUP; k++) {
            piece[k] = rh_real_piece_of(first + k < schedule->num ? schedule->piece[first + k] : none);
        }
        add_pieces(piece, first == 0, attained, out);
    }
}

static rh_real cap_of(const struct rh_incentive *incentive)
{
    return incentive->cap_window == RH_MISSING ? INFINITY : (rh_real)incentive->cap_window;
}

/* Levels of total and growth; not below 0, as rounding may leave it. */
static void pay_levels(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    struct rh_standing *standing = &taken->standing[path];
    if (!taken->incentive->several_values) {
        const rh_real first_paid = taken->schedule->first_paid;
        rh_reward(taken->schedule, standing->attained, standing->amount);
        for (int l = 0; l < RH_LANES; l++) {
            standing->reached[l] = standing->attained[l] >= first_paid ? 1.0 : 0.0;
            standing->amount[l] = rh_vmax(standing->amount[l], 0.0);
        }
        return;
    }
    for (int l = 0; l < RH_LANES; l++) {
        const struct rh_schedule *schedule = rh_bind_lane(self, taken, w, path, l, 0.0);
        standing->amount[l] = rh_vmax(rh_schedule_reward(schedule, standing->attained[l]), 0.0);
        standing->reached[l] = standing->attained[l] >= schedule->first_paid ? 1.0 : 0.0;
    }
}

/* What a ratio (10⁻⁶) pays on a numerator: the highest level's rate, and flats as the bands say. */
static rh_real ratio_pays(const struct rh_incentive *incentive, rh_real ratio, rh_real numerator, bool *reached)
{
    rh_real slope = 0.0, flats = 0.0;
    *reached = false;
    for (size_t k = 0; k < incentive->num_levels && ratio > 0.0; k++) {
        const struct rh_level *level = &incentive->level[k];
        if (ratio < (rh_real)level->from) {
            break;
        }
        const rh_real flat = rh_level_flat(level);
        slope = rh_level_slope(level);
        flats = incentive->bands == RH_BANDS_RETROACTIVE ? flat : flats + flat;
        *reached = *reached || level->from > 0;
    }
    return slope * numerator + flats;
}

static void pay_ratio(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_window window = taken->incentive->window[w];
    struct rh_standing *standing = &taken->standing[path];
    rh_lanes denominator;
    rh_gauge_total(self, path, taken->incentive->denominator, window.first, window.last, window.last + 1, denominator);
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real numerator = rh_vmax(standing->attained[l], 0.0);
        const rh_real ratio = denominator[l] > 0.0 ? rint(numerator / denominator[l] * (rh_real)RH_PPM_ONE) : 0.0;
        bool reached;
        const rh_real gross = ratio_pays(taken->incentive->incentive, ratio, numerator, &reached);
        standing->amount[l] =
            rh_vmin(gross * rh_multiplier_of(taken, standing, l), cap_of(taken->incentive->incentive));
        standing->reached[l] = reached ? 1.0 : 0.0;
    }
}

/* Counts windows in a row; whoever has no part in this one, or too little in it, starts again from 0. */
static void pay_streak(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    struct rh_standing *standing = &taken->standing[path];
    rh_lanes least;
    rh_streak_least(self, taken, w, path, least);
    for (int l = 0; l < RH_LANES; l++) {
        const bool may = !taken->selects || standing->may[l] > 0.0;
        const int count = (int)standing->streak[l] % bound->incentive->streak + 1;
        standing->streak[l] = may && standing->attained[l] >= least[l] ? (rh_real)count : 0.0;
        const rh_real factor = bound->by_status ? standing->multiplier[l] : 1.0;
        standing->amount[l] = rh_vmin(factor * taken->streak_pays[(int)standing->streak[l]], cap_of(bound->incentive));
        standing->reached[l] = standing->amount[l] > 0.0 ? 1.0 : 0.0;
    }
}

/* The prize of the best place that the partner's total takes. */
static void pay_place(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_incentive *incentive = bound->incentive;
    const int group = bound->pools.of[self->partner - self->plan->partner];
    struct rh_standing *standing = &taken->standing[path];
    rh_lanes *best = self->meeting[taken->index][path].best;
    memset(standing->amount, 0, sizeof standing->amount);
    for (size_t k = incentive->num_levels; k-- > 0;) { /* the best place comes last and stays */
        const int place = (incentive->level[k].top < bound->places ? incentive->level[k].top : bound->places) - 1;
        const rh_real *least =
            group < 0 ? NULL : best[((ptrdiff_t)w * bound->pools.num + group) * bound->places + place];
        const rh_real flat = rh_level_flat(&incentive->level[k]);
        for (int l = 0; l < RH_LANES; l++) {
            const bool takes = standing->attained[l] > 0.0 && (least == NULL || standing->attained[l] >= least[l]);
            const rh_real prize = rh_vmin(flat * rh_multiplier_of(taken, standing, l), cap_of(incentive));
            standing->amount[l] = takes ? prize : standing->amount[l];
            standing->reached[l] = standing->amount[l] > 0.0 ? 1.0 : 0.0;
        }
    }
}

/* The partner's share of what its pool earns. */
static void pay_share(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    const struct rh_plan_incentive *bound = taken->incentive;
    const int pool = bound->pools.of[self->partner - self->plan->partner];
    struct rh_standing *standing = &taken->standing[path];
    if (pool < 0) {
        pay_levels(self, taken, w, path);
        return;
    }
    const double *per_unit = self->meeting[taken->index][path].sum[(ptrdiff_t)w * bound->pools.num + pool];
    for (int l = 0; l < RH_LANES; l++) {
        const rh_real gross = rh_vmax(standing->attained[l], 0.0) * per_unit[l];
        standing->amount[l] = rh_vmin(gross * rh_multiplier_of(taken, standing, l), cap_of(bound->incentive));
        standing->reached[l] = standing->amount[l] > 0.0 ? 1.0 : 0.0;
    }
}

/* What the window's months were matched with. */
static void pay_match(const struct rh_taken *taken, struct rh_standing *standing)
{
    for (int l = 0; l < RH_LANES; l++) {
        standing->amount[l] =
            rh_vmin(standing->matched[l] * rh_multiplier_of(taken, standing, l), cap_of(taken->incentive->incentive));
        standing->reached[l] = standing->amount[l] > 0.0 ? 1.0 : 0.0;
    }
}

void rh_find_amount(struct rh_kernel *self, struct rh_taken *taken, int w, enum rh_path path)
{
    struct rh_standing *standing = &taken->standing[path];
    rh_learn_prior(self, taken, w, path, taken->incentive->window[w].last + 1);
    if (taken->incentive->incentive->match.given) {
        pay_match(taken, standing);
    } else {
        switch (taken->incentive->incentive->metric) {
        case RH_METRIC_RATIO:
            pay_ratio(self, taken, w, path);
            break;
        case RH_METRIC_STREAK:
            pay_streak(self, taken, w, path);
            break;
        case RH_METRIC_RANK:
            pay_place(self, taken, w, path);
            break;
        case RH_METRIC_POOLED:
            pay_share(self, taken, w, path);
            break;
        case RH_METRIC_TOTAL:
        case RH_METRIC_GROWTH:
            pay_levels(self, taken, w, path);
            break;
        }
    }
    for (int l = 0; taken->incentive->incentive->once && l < RH_LANES; l++) {
        standing->amount[l] = standing->used[l] == 0.0 ? standing->amount[l] : 0.0;
    }
    for (int l = 0; taken->selects && l < RH_LANES; l++) {
        standing->amount[l] *= standing->may[l];
    }
}

void rh_match_month(struct rh_kernel *self, struct rh_taken *taken, int t, enum rh_path path)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_incentive *bound = taken->incentive;
    const struct rh_match *match = &bound->incentive->match;
    const int w = bound->window_of[t];
    struct rh_standing *standing = &taken->standing[path];
    const rh_real *use = rh_drawn(self, RH_PARAM_FUND_USE, 0);
    rh_lanes ignored, *now = path == RH_PATH_OWN ? &taken->matched_now : &ignored;
    const rh_real *spent = self->gauge[path][bound->own * plan->num_months + t];
    const rh_real *sold = self->gauge[path][bound->accrual * plan->num_months + t];
    const rh_real share = (rh_real)match->share / (rh_real)RH_PPM_ONE,
                  accrues = (rh_real)match->accrues / (rh_real)RH_PPM_ONE;
    memset(*now, 0, sizeof *now);
    if (w >= 0 && rh_is_eligible(taken, w)) {
        for (int l = 0; l < RH_LANES; l++) {
            const rh_real may = taken->selects ? standing->may[l] : 1.0;
            rh_real wanted = may * use[l] * share * rh_vmax(spent[l], 0.0);
            for (int month = rh_fund_first(match, t); month < t; month++) { /* oldest first */
                const rh_real given = rh_vmin(standing->fund[month][l], wanted);
                standing->fund[month][l] -= given;
                standing->matched[l] += given;
                (*now)[l] += given;
                wanted -= given;
            }
        }
    }
    for (int l = 0; l < RH_LANES; l++) {
        standing->fund[t][l] = accrues * rh_vmax(sold[l], 0.0);
    }
}
