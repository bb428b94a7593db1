/* What each program brings each partner: counted when the partner has lived all programs, as its lift is taken against
 * the reference.
 *
 * What shared caps and the budget leave of a payment is known when all partners of a block are done. Until then they
 * are taken to leave everything. Where they do not, what was counted is replaced; the sums are exact, so nothing is
 * left of it. Payments are remembered for that as far as there is room for them. Partners for whom there is none live
 * the program once more, as they did before. */
#include "core/memory.h"
#include "engine/kernel_private.h"
#include "stats/outcomes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN (-1) /* in place of a slot */

static bool couples(const struct rh_plan_program *program)
{
    bool any = isfinite(program->spendable) && program->program->when_exhausted == RH_EXHAUSTED_FIRST_COME;
    for (int j = 0; j < program->num_paying; j++) {
        any = any || program->incentive[j].incentive->cap_total != RH_MISSING;
    }
    return any;
}

bool rh_brought_init(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    struct rh_brought *brought = &self->brought;
    size_t most = 0; /* of what one partner is paid */
    brought->path = rh_alloc_aligned((size_t)plan->num_programs + 1, sizeof *brought->path);
    brought->couples = rh_calloc((size_t)plan->num_programs, sizeof *brought->couples);
    brought->cuts = rh_calloc((size_t)plan->num_programs, sizeof *brought->cuts);
    for (int p = 0; brought->couples != NULL && p < plan->num_programs; p++) {
        brought->couples[p] = couples(&plan->program[p]);
        most += brought->couples[p] ? (size_t)plan->program[p].num_slots + 1 : 0;
    }
    const size_t room = plan->payment_room / sizeof(rh_lanes), needed = most * (size_t)plan->num_partners;
    brought->most_payments = plan->outcomes == NULL ? 0 : needed < room ? needed : room;
    brought->payment = rh_alloc_aligned(brought->most_payments + 1, sizeof *brought->payment);
    brought->of = rh_calloc(brought->most_payments + 1, sizeof *brought->of);
    return brought->path != NULL && brought->couples != NULL && brought->cuts != NULL && brought->payment != NULL &&
           brought->of != NULL;
}

void rh_brought_free(struct rh_kernel *self)
{
    free(self->brought.path);
    free(self->brought.couples);
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
    const int i = (int)(self->partner - self->plan->partner);
    bool any = false;
    for (int l = 0; l < RH_LANES; l++) {
        any = any || value[l] != 0.0;
    }
    const bool asked = brought->couples[p] && !brought->corrects && brought->remembered == i;
    if (any && asked && brought->num_payments < brought->most_payments) {
        memcpy(brought->payment[brought->num_payments], value, sizeof(rh_lanes));
        brought->of[brought->num_payments] = (struct rh_payment_of){i, p, slot};
    }
    brought->num_payments += any && asked ? 1 : 0;
}

void rh_brought_pay(struct rh_kernel *self, int p, int slot, const double *paid)
{
    struct rh_brought_path *now = self->brought.now;
    rh_add_lanes(now->paid, paid, 1.0);
    for (int l = 0; self->brought.corrects && l < RH_LANES; l++) {
        now->kept[l] += paid[l] * self->keep[p][slot][l];
    }
    if (now == &self->brought.path[p]) {
        remember(self, p, slot, paid);
    }
}

void rh_brought_end(struct rh_kernel *self, rh_lanes *flow)
{
    struct rh_brought_path *now = self->brought.now;
    for (int l = 0; l < RH_LANES; l++) {
        now->sold[l] = flow[RH_FLOW_REVENUE][l] - flow[RH_FLOW_STOCK][l];
    }
    memcpy(now->margin, flow[RH_FLOW_OWN_MARGIN], sizeof now->margin);
}

/* ---- One partner ---- */

static void find_gain(const struct rh_brought_path *path, const double *paid, double *gain)
{
    for (int l = 0; l < RH_LANES; l++) {
        gain[l] = paid[l] + path->margin[l];
    }
}

static void count(const struct rh_kernel *self, int p)
{
    const struct rh_brought_path *path = &self->brought.path[p];
    const int i = (int)(self->partner - self->plan->partner);
    rh_lanes gain;
    find_gain(path, path->paid, gain);
    rh_outcomes_add(self->plan->outcomes, p, i, RH_OUTCOME_GAIN, gain, self->num);
    rh_outcomes_add(self->plan->outcomes, p, i, RH_OUTCOME_LIFT, path->sold, self->num);
    rh_outcomes_add(self->plan->outcomes, p, i, RH_OUTCOME_PAYOUT, path->paid, self->num);
}

/* Replaces what was counted as if all payments to partner i were kept. */
static void correct(const struct rh_kernel *self, int p, int i)
{
    const struct rh_brought_path *path = &self->brought.path[p];
    rh_lanes before, after;
    if (memcmp(path->paid, path->kept, sizeof path->paid) == 0) {
        return;
    }
    find_gain(path, path->paid, before);
    find_gain(path, path->kept, after);
    rh_outcomes_remove(self->plan->outcomes, p, i, RH_OUTCOME_GAIN, before, self->num);
    rh_outcomes_add(self->plan->outcomes, p, i, RH_OUTCOME_GAIN, after, self->num);
    rh_outcomes_remove(self->plan->outcomes, p, i, RH_OUTCOME_PAYOUT, path->paid, self->num);
    rh_outcomes_add(self->plan->outcomes, p, i, RH_OUTCOME_PAYOUT, path->kept, self->num);
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
        rh_add_lanes(brought->path[p].sold, reference.sold, -1.0);
        rh_add_lanes(brought->path[p].margin, reference.margin, -1.0);
        if (brought->corrects) {
            correct(self, p, i);
        } else {
            count(self, p);
            remember(self, p, MARGIN, brought->path[p].margin);
        }
    }
    const bool fits = brought->num_payments <= brought->most_payments;
    brought->remembered += !brought->corrects && brought->remembered == i && fits ? 1 : 0;
}

/* ---- What caps and the budget take off ---- */

/* Corrects what one partner's payments are remembered for, from payment k on. Returns the first one of the next. */
static size_t correct_remembered(struct rh_kernel *self, size_t k)
{
    struct rh_brought *brought = &self->brought;
    const int i = brought->of[k].partner;
    for (int p = 0; p < self->plan->num_programs; p++) {
        memset(&brought->path[p], 0, sizeof brought->path[p]);
    }
    for (; k < brought->num_payments && brought->of[k].partner == i; k++) {
        const struct rh_payment_of *of = &brought->of[k];
        struct rh_brought_path *path = &brought->path[of->program];
        if (of->slot == MARGIN) {
            memcpy(path->margin, brought->payment[k], sizeof path->margin);
            continue;
        }
        rh_add_lanes(path->paid, brought->payment[k], 1.0);
        for (int l = 0; l < RH_LANES; l++) {
            path->kept[l] += brought->payment[k][l] * self->keep[of->program][of->slot][l];
        }
    }
    for (int p = 0; p < self->plan->num_programs; p++) {
        if (brought->cuts[p]) {
            correct(self, p, i);
        }
    }
    return k;
}

bool rh_brought_correct(struct rh_kernel *self)
{
    struct rh_brought *brought = &self->brought;
    bool any = false;
    for (int p = 0; p < self->plan->num_programs; p++) {
        brought->cuts[p] = false;
        for (int slot = 0; slot < self->plan->program[p].num_slots && brought->couples[p]; slot++) {
            for (int l = 0; l < self->num; l++) {
                brought->cuts[p] = brought->cuts[p] || self->keep[p][slot][l] < 1.0;
            }
        }
        any = any || brought->cuts[p];
    }
    brought->num_payments =
        brought->num_payments < brought->most_payments ? brought->num_payments : brought->most_payments;
    for (size_t k = 0; any && k < brought->num_payments && brought->of[k].partner < brought->remembered;) {
        k = correct_remembered(self, k);
    }
    return any;
}

bool rh_brought_lives_again(const struct rh_kernel *self, int i)
{
    const struct rh_plan *plan = self->plan;
    const uint64_t(*eligible)[2] = (const uint64_t(*)[2])plan->eligible + (ptrdiff_t)i * plan->num_incentives;
    bool any = false;
    for (int p = 0; p < plan->num_programs && i >= self->brought.remembered; p++) {
        for (int j = 0; self->brought.cuts[p] && j < plan->program[p].num_incentives; j++) {
            const uint64_t *windows = eligible[plan->program[p].first_incentive + j];
            any = any || (windows[0] | windows[1]) != 0;
        }
    }
    return any;
}
