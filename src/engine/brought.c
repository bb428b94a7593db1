/* What each program brings each partner: counted when the partner has lived all programs, as its lift is taken against
 * the reference.
 *
 * What shared caps and the budget leave of a payment is known when all partners of a block are done. Until then they
 * are taken to leave everything. Where they do not, what was counted is replaced; the sums are exact, so nothing is
 * left of it. Payments are remembered for that as far as there is room for them: those of programs with such caps and
 * of the reference, all where the reference has them. Partners for whom there is no room live these programs once
 * more, as they did before. */
#include "core/memory.h"
#include "engine/kernel_private.h"
#include "stats/outcomes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN (-1) /* in place of a slot */

/* Which programs' payments have to be remembered. */
static void find_remembered(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    const bool all = plan->program[plan->reference].couples;
    for (int p = 0; p < plan->num_programs; p++) {
        if (all || plan->program[p].couples) {
            self->brought.remembers[p] = self->brought.remembers[plan->reference] = true;
        }
    }
}

bool rh_brought_init(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    struct rh_brought *brought = &self->brought;
    size_t most = 0; /* of what one partner is paid */
    brought->path = rh_alloc_aligned((size_t)plan->num_programs + 1, sizeof *brought->path);
    brought->remembers = rh_calloc((size_t)plan->num_programs, sizeof *brought->remembers);
    brought->cuts = rh_calloc((size_t)plan->num_programs, sizeof *brought->cuts);
    if (brought->remembers != NULL) {
        find_remembered(self);
    }
    for (int p = 0; brought->remembers != NULL && p < plan->num_programs; p++) {
        most += brought->remembers[p] ? (size_t)plan->program[p].num_slots + 1 : 0;
    }
    const size_t room = plan->payment_room / sizeof(rh_sums), needed = most * (size_t)plan->num_partners;
    brought->most_payments = plan->outcomes == NULL ? 0 : needed < room ? needed : room;
    brought->payment = rh_alloc_aligned(brought->most_payments + 1, sizeof *brought->payment);
    brought->of = rh_calloc(brought->most_payments + 1, sizeof *brought->of);
    return brought->path != NULL && brought->remembers != NULL && brought->cuts != NULL && brought->payment != NULL &&
           brought->of != NULL;
}

void rh_brought_free(struct rh_kernel *self)
{
    free(self->brought.path);
    free(self->brought.remembers);
    free(self->brought.cuts);
    free(self->brought.payment);
    free(self->brought.of);
}

void rh_brought_begin(struct rh_kernel *self)
{
    self->brought.num_payments = 0;
    self->brought.remembered = 0;
}

/* ---- One path ---- */

void rh_brought_start(struct rh_kernel *self)
{
    self->brought.now = &self->brought.path[self->into - self->tally];
    memset(self->brought.now, 0, sizeof *self->brought.now);
}

/* Keeps what may have to be corrected, unless somebody before did not fit: who is remembered is so with everything. */
static void remember(struct rh_kernel *self, int p, int slot, const double *value)
{
    struct rh_brought *brought = &self->brought;
    bool any = false;
    for (int l = 0; l < RH_LANES; l++) {
        any = any || value[l] != 0.0;
    }
    const bool asked = brought->remembers[p] && !brought->corrects && brought->remembered == self->visit;
    if (any && asked && brought->num_payments < brought->most_payments) {
        memcpy(brought->payment[brought->num_payments], value, sizeof(rh_sums));
        brought->of[brought->num_payments] = (struct rh_payment_of){self->visit, p, slot};
    }
    brought->num_payments += any && asked ? 1 : 0;
}

void rh_brought_pay(struct rh_kernel *self, int p, int slot, const rh_real *paid)
{
    struct rh_brought_path *now = self->brought.now;
    rh_sum_lanes(now->paid, paid, 1.0);
    for (int l = 0; self->brought.corrects && l < RH_LANES; l++) {
        now->kept[l] += paid[l] * self->keep[p][slot][l];
    }
    if (now == &self->brought.path[p] && self->brought.remembers[p]) {
        rh_sums value = {0};
        rh_sum_lanes(value, paid, 1.0);
        remember(self, p, slot, value);
    }
}

void rh_brought_end(struct rh_kernel *self, rh_lanes *flow)
{
    struct rh_brought_path *now = self->brought.now;
    for (int l = 0; l < RH_LANES; l++) {
        now->sold[l] = flow[RH_FLOW_REVENUE][l] - flow[RH_FLOW_STOCK][l];
        now->margin[l] = flow[RH_FLOW_OWN_MARGIN][l];
    }
}

/* ---- One partner ---- */

/* What a program brings the partner in each replication: `kept`, after shared caps and budget, else before. */
struct outcomes {
    rh_sums gain, change;
    const double *paid;
};

static void find_outcomes(const struct rh_kernel *self, int p, bool kept, struct outcomes *out)
{
    const struct rh_brought_path *path = &self->brought.path[p],
                                 *reference = &self->brought.path[self->plan->reference];
    const double *without = kept ? reference->kept : reference->paid;
    out->paid = kept ? path->kept : path->paid;
    for (int l = 0; l < RH_LANES; l++) {
        out->gain[l] = out->paid[l] + path->margin[l];
        out->change[l] = out->gain[l] - without[l];
    }
}

static void count(const struct rh_kernel *self, int p, int i)
{
    struct rh_outcomes *into = self->plan->outcomes;
    struct outcomes found;
    find_outcomes(self, p, false, &found);
    rh_outcomes_add(into, p, i, RH_OUTCOME_GAIN, found.gain, self->num);
    rh_outcomes_add(into, p, i, RH_OUTCOME_CHANGE, found.change, self->num);
    rh_outcomes_add(into, p, i, RH_OUTCOME_LIFT, self->brought.path[p].sold, self->num);
    rh_outcomes_add(into, p, i, RH_OUTCOME_PAYOUT, found.paid, self->num);
}

static void replace(const struct rh_kernel *self, int p, int i, enum rh_outcome outcome, const double *before,
                    const double *after)
{
    bool differ = false;
    for (int l = 0; l < RH_LANES; l++) {
        differ = differ || before[l] != after[l];
    }
    if (differ) {
        rh_outcomes_remove(self->plan->outcomes, p, i, outcome, before, self->num);
        rh_outcomes_add(self->plan->outcomes, p, i, outcome, after, self->num);
    }
}

/* Replaces what was counted as if all payments to partner i were kept. */
static void correct(const struct rh_kernel *self, int p, int i)
{
    struct outcomes before, after;
    find_outcomes(self, p, false, &before);
    find_outcomes(self, p, true, &after);
    replace(self, p, i, RH_OUTCOME_GAIN, before.gain, after.gain);
    replace(self, p, i, RH_OUTCOME_CHANGE, before.change, after.change);
    replace(self, p, i, RH_OUTCOME_PAYOUT, before.paid, after.paid);
}

void rh_brought_count(struct rh_kernel *self)
{
    struct rh_brought *brought = &self->brought;
    const struct rh_brought_path reference = brought->path[self->plan->reference];
    const int i = (int)(self->partner - self->plan->partner);
    for (int p = 0; p < self->plan->num_programs; p++) {
        if (brought->corrects && !brought->cuts[p]) {
            continue;
        }
        rh_add_sums(brought->path[p].sold, reference.sold, -1.0);
        rh_add_sums(brought->path[p].margin, reference.margin, -1.0);
        if (brought->corrects) {
            correct(self, p, i);
        } else {
            count(self, p, i);
            remember(self, p, MARGIN, brought->path[p].margin);
        }
    }
    const bool fits = brought->num_payments <= brought->most_payments;
    brought->remembered += !brought->corrects && brought->remembered == self->visit && fits ? 1 : 0;
}

/* ---- What caps and the budget take off ---- */

/* Corrects what one partner's payments are remembered for, from payment k on. Returns the first one of the next. */
static size_t correct_remembered(struct rh_kernel *self, size_t k)
{
    struct rh_brought *brought = &self->brought;
    const int visit = brought->of[k].visit;
    for (int p = 0; p < self->plan->num_programs; p++) {
        memset(&brought->path[p], 0, sizeof brought->path[p]);
    }
    for (; k < brought->num_payments && brought->of[k].visit == visit; k++) {
        const struct rh_payment_of *of = &brought->of[k];
        struct rh_brought_path *path = &brought->path[of->program];
        if (of->slot == MARGIN) {
            memcpy(path->margin, brought->payment[k], sizeof path->margin);
            continue;
        }
        rh_add_sums(path->paid, brought->payment[k], 1.0);
        for (int l = 0; l < RH_LANES; l++) {
            path->kept[l] += brought->payment[k][l] * self->keep[of->program][of->slot][l];
        }
    }
    for (int p = 0; p < self->plan->num_programs; p++) {
        if (brought->cuts[p]) {
            correct(self, p, self->plan->walk[visit]);
        }
    }
    return k;
}

static bool is_cut(const struct rh_kernel *self, int p)
{
    bool any = false;
    for (int slot = 0; slot < self->plan->program[p].num_slots; slot++) {
        for (int l = 0; l < self->num; l++) {
            any = any || self->keep[p][slot][l] < 1.0;
        }
    }
    return any;
}

bool rh_brought_correct(struct rh_kernel *self)
{
    struct rh_brought *brought = &self->brought;
    const bool all = is_cut(self, self->plan->reference);
    bool any = all;
    for (int p = 0; p < self->plan->num_programs; p++) {
        brought->cuts[p] = all || is_cut(self, p);
        any = any || brought->cuts[p];
    }
    brought->num_payments =
        brought->num_payments < brought->most_payments ? brought->num_payments : brought->most_payments;
    for (size_t k = 0; any && k < brought->num_payments && brought->of[k].visit < brought->remembered;) {
        k = correct_remembered(self, k);
    }
    return any;
}

bool rh_brought_lives_again(const struct rh_kernel *self, int visit)
{
    const struct rh_plan *plan = self->plan;
    const uint64_t(*eligible)[2] =
        (const uint64_t(*)[2])plan->eligible + (ptrdiff_t)plan->walk[visit] * plan->num_incentives;
    bool any = false;
    for (int p = 0; p < plan->num_programs && visit >= self->brought.remembered; p++) {
        for (int j = 0; self->brought.cuts[p] && j < plan->program[p].num_incentives; j++) {
            const uint64_t *windows = eligible[plan->program[p].first_incentive + j];
            any = any || (windows[0] | windows[1]) != 0;
        }
    }
    return any;
}
