/* The engine looks at itself (`run --verify`): after every month of every partner's path, what must hold whatever is
 * assumed. Attainment is added up once more from what was bought; units are neither made nor lost. */
#include "engine/kernel_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Relative to a number, or to the least that it is taken for: it may be what is left of larger ones, of a year's sales
 * that were returned. */
#ifdef RH_MIXED
#define CLOSE 5e-6
#define LEAST(kernel) (1e4 + 12.0 * (kernel)->mean_revenue)
#else
#define CLOSE 1e-9
#define LEAST(kernel) 1e4
#endif

/* Where a check is made. */
struct place {
    struct rh_kernel *kernel;
    int t;
};

/* Keeps the first thing that is wrong, in words: where, then the message of a literal format. */
#define TELL(place, l, ...)                         \
    do {                                            \
        char what_[240];                            \
        snprintf(what_, sizeof what_, __VA_ARGS__); \
        tell((place), (l), what_);                  \
    } while (0)

static void tell(const struct place *place, int l, const char *what)
{
    struct rh_kernel *self = place->kernel;
    if (self->broken[0] == '\0') {
        snprintf(self->broken, sizeof self->broken, "program '%s', partner '%s', replication %lu, month %d: %s",
                 self->program->program->name, self->plan->history->partners.id.name[self->partner->row],
                 (unsigned long)self->first + (unsigned long)l, place->t + 1, what);
    }
}

/* In an exact replay what a month adds is rounded to whole units, series by series. */
static bool differs(const struct place *place, double a, double b, double size)
{
    const double rounds = place->kernel->plan->exact ? 2.0 * place->kernel->partner->num_series * (place->t + 1) : 0.0;
    return !(fabs(a - b) <= CLOSE * fmax(size, LEAST(place->kernel)) + rounds);
}

void rh_verify_start(struct rh_kernel *self)
{
    memset(self->units, 0, (size_t)self->plan->max_series * sizeof *self->units);
}

/* Purchases - returns - demand = inventory - backlog, of every series since the path began. */
static void verify_stock(const struct place *place, int k)
{
    struct rh_kernel *self = place->kernel;
    const struct rh_stock *stock = &self->stock;
    struct rh_units *units = &self->units[k];
    for (int l = 0; l < RH_LANES; l++) {
        const double back = stock->used ? self->back[k][l] : 0.0;
        const double held = stock->used ? stock->inventory[k][l] : 0.0, off = stock->used ? stock->backlog[k][l] : 0.0;
        units->bought[l] += self->gross[k][l];
        units->back[l] += back;
        units->demanded[l] += self->demand[k][l];
        if (held < 0.0 || off < 0.0 || self->gross[k][l] < 0.0) {
            TELL(place, l, "inventory %g, backlog %g, purchases %g are not negative", held, off, self->gross[k][l]);
        }
        if (differs(place, units->bought[l] - units->back[l] - units->demanded[l], held - off, units->demanded[l])) {
            TELL(place, l, "bought %.12g, brought back %.12g, demanded %.12g, held %.12g, put off %.12g",
                 units->bought[l], units->back[l], units->demanded[l], held, off);
        }
        if (self->relation.here[l] == 0.0 && self->demand[k][l] != 0.0) {
            TELL(place, l, "a partner that has left sells %g", self->demand[k][l]);
        }
    }
}

/* What extra completions bring of a product line comes in once: it has come, is to come, or has lapsed. */
static void verify_yield(const struct place *place, int k)
{
    struct rh_kernel *self = place->kernel;
    const struct rh_plan *plan = self->plan;
    const size_t first = self->partner->first_series;
    const struct rh_units *units = &self->units[k];
    rh_sums owed = {0}, size = {0}, open = {0};
    for (int a = 0; a < self->partner->num_series; a++) {
        const int yield = plan->driver[plan->series_driver[first + (size_t)a]].yield;
        if (yield != RH_NO_YIELD && plan->yield[yield].line == plan->series_driver[first + (size_t)k]) {
            const rh_real *brings = self->parameter[plan->yield[yield].drawn];
            for (int l = 0; l < RH_LANES; l++) {
                owed[l] += (double)brings[l] * (double)self->units[a].extra[l];
            }
        }
    }
    for (int t = place->t + 1; t < plan->num_months; t++) {
        rh_sum_lanes(open, self->coming[k * plan->num_months + t], 1.0);
    }
    for (int l = 0; l < RH_LANES; l++) {
        size[l] = fabs(owed[l]) + fabs(units->yielded[l]) + fabs(units->lapsed[l]);
        if (differs(place, owed[l], units->yielded[l] + units->lapsed[l] + open[l], size[l])) {
            TELL(place, l, "extra completions bring %.12g, of which %.12g came, %.12g lapsed, %.12g is to come",
                 owed[l], units->yielded[l], units->lapsed[l], open[l]);
        }
    }
}

/* Completions beyond the usual ones, of what brings revenue. */
static void count_extra(const struct place *place, int k)
{
    struct rh_kernel *self = place->kernel;
    const struct rh_plan *plan = self->plan;
    const rh_real *usual = self->sold[k * plan->num_months + place->t];
    if (plan->driver[plan->series_driver[self->partner->first_series + (size_t)k]].yield != RH_NO_YIELD) {
        rh_add_lanes(self->units[k].extra, self->gross[k], 1.0);
        for (int l = 0; l < RH_LANES; l++) {
            self->units[k].extra[l] -= usual[l] * self->relation.here[l];
        }
    }
}

/* What the month's purchases add to a count; returns that clawback moves elsewhere are left out. */
static void count_month(const struct place *place, const struct rh_plan_count *count, double *sum)
{
    const struct rh_kernel *self = place->kernel;
    for (int k = 0; k < self->partner->num_series; k++) {
        const size_t series = self->partner->first_series + (size_t)k;
        rh_lanes value, back;
        if (!count->drivers[self->plan->series_driver[series]]) {
            continue;
        }
        rh_attain(self, series, count->view, place->t, self->gross[k], self->relation.here, value);
        rh_sum_lanes(sum, value, 1.0);
        if (self->stock.used) {
            rh_attain(self, series, count->view, place->t, self->back[k], NULL, back);
            rh_sum_lanes(sum, back, -1.0);
        }
    }
}

/* Attainment since the window opened, from the months' purchases. */
static void verify_attainment(const struct place *place, int j)
{
    struct rh_kernel *self = place->kernel;
    const struct rh_taken *taken = &self->taken[j];
    const int w = taken->incentive->window_of[place->t];
    double *sum = self->attained[j];
    if (w < 0 || !rh_is_eligible(taken, w) || taken->incentive->count.returns >= 0 ||
        taken->incentive->role == RH_ROLE_TIER_REVIEW) {
        return;
    }
    if (taken->incentive->window[w].first == place->t) {
        memset(sum, 0, sizeof(rh_sums));
    }
    count_month(place, &taken->incentive->count, sum);
    for (int l = 0; l < RH_LANES; l++) {
        const double attained = taken->standing[RH_PATH_OWN].attained[l];
        if (differs(place, sum[l], attained, fabs(sum[l]))) {
            TELL(place, l, "'%s' has attained %.12g, purchases add up to %.12g", taken->incentive->incentive->name.text,
                 attained, sum[l]);
        }
    }
}

/* Amounts within the caps of window and partner. */
static void verify_caps(const struct place *place, int j)
{
    const struct rh_kernel *self = place->kernel;
    const struct rh_taken *taken = &self->taken[j];
    const struct rh_incentive *incentive = taken->incentive->incentive;
    const struct rh_standing *own = &taken->standing[RH_PATH_OWN];
    const int w = taken->incentive->window_of[place->t];
    if (w < 0 || taken->incentive->window[w].last != place->t || !rh_is_eligible(taken, w) ||
        taken->incentive->first_slot < 0) {
        return;
    }
    for (int l = 0; l < RH_LANES; l++) {
        const bool window = incentive->cap_window == RH_MISSING || incentive->minimum > 0 ||
                            own->amount[l] <= (double)incentive->cap_window * (1.0 + CLOSE);
        const double left = rh_looks_back(incentive) ? own->cap_left[l] : INFINITY;
        if (!window || left < -1e-3 || own->amount[l] < 0.0) {
            TELL(place, l, "'%s' pays %.12g, with %.12g left of its cap", incentive->name.text, own->amount[l], left);
        }
    }
}

void rh_verify_month(struct rh_kernel *self, int t)
{
    const struct place place = {self, t};
    for (int k = 0; k < self->partner->num_series; k++) {
        verify_stock(&place, k);
        count_extra(&place, k);
    }
    for (int k = 0; self->coming != NULL && k < self->partner->num_series; k++) {
        verify_yield(&place, k);
    }
    for (int j = 0; j < self->num_taken; j++) {
        verify_attainment(&place, j);
        verify_caps(&place, j);
    }
    for (int l = 0; l < RH_LANES; l++) {
        if (!(self->relation.trust[l] >= 0.0 && self->relation.trust[l] <= 1.0)) {
            TELL(&place, l, "trust is %g", self->relation.trust[l]);
        }
    }
}

/* What shared caps and the budget leave of all payables. */
static void verify_total(struct rh_kernel *self, const struct rh_plan_program *program, int p, int first, int num,
                         double limit, const char *of)
{
    const rh_sums *due = (const rh_sums *)self->tally[p].due + (ptrdiff_t)RH_DUE_PAYABLE * program->num_slots;
    for (int l = 0; l < RH_LANES && isfinite(limit); l++) {
        double sum = 0.0;
        for (int slot = first; slot < first + num; slot++) {
            sum += due[slot][l] * self->keep[p][slot][l];
        }
        if (sum > limit * (1.0 + CLOSE) && self->broken[0] == '\0') {
            snprintf(self->broken, sizeof self->broken, "program '%s', replication %lu: %s of %.12g, earned %.12g",
                     program->program->name, (unsigned long)self->first + (unsigned long)l, of, limit * 1e-4,
                     sum * 1e-4);
        }
    }
}

void rh_verify_block(struct rh_kernel *self)
{
    for (int p = 0; p < self->plan->num_programs; p++) {
        const struct rh_plan_program *program = &self->plan->program[p];
        for (int j = 0; j < program->num_paying; j++) {
            const rh_money cap = program->incentive[j].incentive->cap_total;
            verify_total(self, program, p, program->incentive[j].first_slot, program->incentive[j].num_windows,
                         cap == RH_MISSING ? INFINITY : (double)cap, "a cap");
        }
        if (program->program->when_exhausted == RH_EXHAUSTED_FIRST_COME) {
            verify_total(self, program, p, 0, program->num_slots, program->spendable, "a spendable budget");
        }
    }
}
