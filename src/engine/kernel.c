/* One block of replications from draws to figures. All memory is taken once, when the kernel is made. */
#include "engine/kernel.h"

#include "core/memory.h"
#include "engine/kernel_private.h"

#ifdef __SSE__
#include <xmmintrin.h>
#endif
#include <stdlib.h>
#include <string.h>

#define QUOTED(isa) #isa
#define TEXT_OF(isa) QUOTED(isa)

/* Room for num sums over partners per lane; sets *failed where there is none. */
static rh_sums *sums(size_t num, bool *failed)
{
    rh_sums *room = rh_alloc_aligned(num > 0 ? num : 1, sizeof *room);
    *failed = *failed || room == NULL;
    return room;
}

/* The same of values of one partner. */
static rh_lanes *lanes(size_t num, bool *failed)
{
    rh_lanes *room = rh_alloc_aligned(num > 0 ? num : 1, sizeof *room);
    *failed = *failed || room == NULL;
    return room;
}

static void *zeroed(size_t num, size_t size, bool *failed)
{
    void *room = rh_alloc_aligned(num > 0 ? num : 1, size);
    *failed = *failed || room == NULL;
    return room != NULL ? memset(room, 0, (num > 0 ? num : 1) * size) : NULL;
}

static size_t num_label(const struct rh_plan *plan, enum rh_cut cut)
{
    return (size_t)plan->num_labels[cut];
}

/* Column of each parameter for each segment: its own where segments differ, else the one of all. */
static void find_columns(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    size_t segments = plan->history->partners.segments.num;
    for (int k = 0; k < plan->num_drawn; k++) {
        for (size_t s = 0; s < segments && plan->drawn[k].parameter < RH_NUM_PARAMETERS; s++) {
            if (plan->drawn[k].segment < 0 || plan->drawn[k].segment == (int)s) {
                self->column[s][plan->drawn[k].parameter] = k;
            }
        }
    }
}

static void find_shares(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int i = 0; i < plan->num_partners; i++) {
        self->segment_share[plan->partner[i].segment] += 1.0 / plan->num_partners;
        self->region_share[plan->partner[i].region] += 1.0 / plan->num_partners;
        self->tier_share[plan->partner[i].tier_label] += 1.0 / plan->num_partners;
    }
}

/* Sales lie in the middle of their month. */
static void find_days_left(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int p = 0; p < plan->num_programs; p++) {
        for (int j = 0; j < plan->program[p].num_incentives; j++) {
            const struct rh_plan_incentive *bound = &plan->program[p].incentive[j];
            double *days = self->days_left + (ptrdiff_t)(plan->program[p].first_incentive + j) * plan->num_months;
            for (int t = 0; t < plan->num_months; t++) {
                const rh_month sale = plan->first_month + t;
                const int end = bound->window_of[t] < 0 ? t : bound->window[bound->window_of[t]].last;
                days[t] = rh_month_last_day(plan->first_month + end) -
                          0.5 * (rh_month_first_day(sale) + rh_month_last_day(sale));
            }
        }
    }
}

static void make_programs(struct rh_kernel *self, bool *failed)
{
    const struct rh_plan *plan = self->plan;
    size_t programs = (size_t)plan->num_programs;
    self->tally = zeroed(programs + 1, sizeof *self->tally, failed);
    self->keep = zeroed(programs, sizeof *self->keep, failed);
    self->windfall_keep = zeroed(programs, sizeof *self->windfall_keep, failed);
    self->exhausted = sums(programs, failed);
    self->figures = zeroed(programs, sizeof *self->figures, failed);
    for (size_t p = 0; p <= programs && !*failed; p++) {
        *failed = !rh_tally_init(&self->tally[p], plan, &plan->program[p < programs ? p : 0]);
    }
    for (size_t p = 0; p < programs && !*failed; p++) {
        size_t slots = (size_t)plan->program[p].num_slots;
        self->keep[p] = sums(slots, failed);
        self->windfall_keep[p] = sums(slots, failed);
    }
}

/* What the study's programs need at most of one thing or another. */
struct needs {
    size_t incentives, pieces, levels, gauges, reviews;
    bool funds, streaks;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static struct needs find_needs(const struct rh_plan *plan)
{
    struct needs most = {.incentives = 1, .pieces = 1, .levels = 1};
    for (int p = 0; p < plan->num_programs; p++) {
        const struct rh_plan_program *program = &plan->program[p];
        most.incentives = larger(most.incentives, (size_t)program->num_incentives);
        most.gauges = larger(most.gauges, (size_t)program->num_gauges);
        most.reviews = larger(most.reviews, (size_t)program->status.num_reviews);
        for (int j = 0; j < program->num_incentives; j++) {
            const struct rh_incentive *incentive = program->incentive[j].incentive;
            most.pieces = larger(most.pieces, (size_t)rh_schedule_most_pieces(incentive));
            most.levels = larger(most.levels, incentive->num_levels);
            most.funds = most.funds || incentive->match.given;
            most.streaks = most.streaks || incentive->metric == RH_METRIC_STREAK;
        }
    }
    return most;
}

/* Room for the incentives that a partner meets, shared out to self->taken. */
static void make_taken(struct rh_kernel *self, const struct needs *most, bool *failed)
{
    const size_t T = (size_t)self->plan->num_months, num = most->incentives, funds = most->funds ? T : 0;
    const size_t counts = most->streaks ? T + 1 : 0;
    self->taken = rh_alloc_aligned(num, sizeof *self->taken);
    self->pieces = zeroed(2 * num * most->pieces, sizeof *self->pieces, failed);
    self->fund = lanes(RH_NUM_PATHS * num * funds, failed);
    self->enrolled = zeroed(num * T, sizeof *self->enrolled, failed);
    self->rest = zeroed(num * T, sizeof *self->rest, failed);
    self->attained = self->plan->verify ? sums(num, failed) : NULL;
    self->streaks = zeroed(num * counts * (counts + 2), sizeof *self->streaks, failed);
    *failed = *failed || self->taken == NULL;
    for (size_t j = 0; j < num && !*failed; j++) {
        struct rh_taken *taken = &self->taken[j];
        memset(taken, 0, sizeof *taken);
        taken->own_schedule.piece = self->pieces + 2 * j * most->pieces;
        taken->lane_schedule.piece = taken->own_schedule.piece + most->pieces;
        taken->enrolled = self->enrolled + j * T;
        taken->rest = self->rest + j * T;
        taken->streak_pays = self->streaks + j * counts * (counts + 2);
        taken->streak_worth = taken->streak_pays + counts;
        for (size_t path = 0; path < RH_NUM_PATHS; path++) {
            taken->standing[path].fund = self->fund + (RH_NUM_PATHS * j + path) * funds;
        }
    }
}

/* Room for what pools and rankings come to. */
static void make_meetings(struct rh_kernel *self, bool *failed)
{
    const struct rh_plan *plan = self->plan;
    self->meeting = zeroed((size_t)plan->num_incentives, sizeof *self->meeting, failed);
    for (int p = 0; p < plan->num_programs && !*failed; p++) {
        const struct rh_plan_program *program = &plan->program[p];
        for (int k = 0; k < program->num_incentives * RH_NUM_PATHS && !*failed; k++) {
            const struct rh_plan_incentive *bound = &program->incentive[k / RH_NUM_PATHS];
            struct rh_meeting *meeting = &self->meeting[program->first_incentive + k / RH_NUM_PATHS][k % RH_NUM_PATHS];
            const size_t cells = (size_t)bound->num_windows * (size_t)bound->pools.num;
            if (bound->incentive->metric == RH_METRIC_RANK) {
                meeting->best = lanes(cells * (size_t)bound->places, failed);
            } else if (bound->incentive->metric == RH_METRIC_POOLED) {
                meeting->sum = sums(cells, failed);
                meeting->prior = bound->prior != NULL ? sums(cells, failed) : NULL;
                meeting->target = bound->target != NULL ? sums(cells, failed) : NULL;
            }
        }
    }
}

/* Room for one partner's path. */
static void make_path(struct rh_kernel *self, size_t series, size_t T, bool *failed)
{
    self->gross = lanes(series, failed);
    self->back = lanes(series, failed);
    self->demand = lanes(series, failed);
    self->lift = lanes(series, failed);
    self->stock.inventory = lanes(series, failed);
    self->stock.backlog = lanes(series, failed);
    self->stock.returning[0] = lanes(series, failed);
    self->stock.returning[1] = lanes(series, failed);
    self->stock.used = true; /* by nobody yet, but not cleared either */
    self->relation.right = lanes(T, failed);
    self->relation.wrong = lanes(T, failed);
    self->relation.num_payments = zeroed(T, sizeof *self->relation.num_payments, failed);
    self->shadow_hazard = lanes(T, failed);
    self->shadow_funded = lanes(T, failed);
    self->reference_here = lanes(T, failed);
    self->coming = self->plan->num_yields > 0 ? lanes(series * T, failed) : NULL;
    self->units = self->plan->verify ? rh_alloc_aligned(series + 1, sizeof *self->units) : NULL;
    *failed = *failed || (self->plan->verify && self->units == NULL);
}

static void free_path(struct rh_kernel *self)
{
    free(self->gross);
    free(self->back);
    free(self->demand);
    free(self->lift);
    free(self->stock.inventory);
    free(self->stock.backlog);
    free(self->stock.returning[0]);
    free(self->stock.returning[1]);
    free(self->relation.right);
    free(self->relation.wrong);
    free(self->relation.num_payments);
    free(self->shadow_hazard);
    free(self->shadow_funded);
    free(self->reference_here);
    free(self->coming);
    free(self->units);
}

struct rh_kernel *rh_kernel_create(const struct rh_plan *plan)
{
    bool failed = false;
    const struct needs most = find_needs(plan);
    size_t T = (size_t)plan->num_months, series = (size_t)plan->max_series;
    struct rh_kernel *self = rh_alloc_aligned(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    memset(self, 0, sizeof *self);
    self->plan = plan;
    self->parameter = lanes((size_t)plan->num_drawn, &failed);
    self->column = zeroed(plan->history->partners.segments.num, sizeof *self->column, &failed);
    self->feel = lanes((size_t)plan->num_incentives * T, &failed);
    self->luck = rh_alloc_aligned((size_t)plan->num_lucks * T + 1, sizeof *self->luck);
    self->luck_of = zeroed((size_t)plan->num_lucks * T, sizeof *self->luck_of, &failed);
    self->completion_luck = lanes(series * T, &failed);
    self->completion_luck_of = zeroed(series * T, sizeof *self->completion_luck_of, &failed);
    self->days_left = zeroed((size_t)plan->num_incentives * T, sizeof *self->days_left, &failed);
    self->market = lanes(T, &failed);
    self->shared_source = zeroed(T, sizeof *self->shared_source, &failed);
    self->new_block = zeroed(T, sizeof *self->new_block, &failed);
    self->source = zeroed(T, sizeof *self->source, &failed);
    self->base = lanes(T, &failed);
    self->sold = lanes(series * T, &failed);
    self->lane_piece = rh_alloc_aligned(most.pieces, sizeof *self->lane_piece);
    self->thresholds = zeroed(most.levels, sizeof *self->thresholds, &failed);
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        self->viewed[path] = lanes((size_t)plan->num_views, &failed);
        self->has_viewed[path] = zeroed((size_t)plan->num_views, sizeof *self->has_viewed[path], &failed);
        self->gauge[path] = lanes(most.gauges * T, &failed);
        self->status[path] = lanes(most.reviews, &failed);
    }
    self->sees_all = zeroed(series * (size_t)plan->num_views, sizeof *self->sees_all, &failed);
    self->weight = zeroed(series * most.incentives, sizeof *self->weight, &failed);
    self->class_of = zeroed(series, sizeof *self->class_of, &failed);
    self->classes = rh_alloc_aligned(series > 0 ? series : 1, sizeof *self->classes);
    self->change_of = zeroed(series, sizeof *self->change_of, &failed);
    self->change = rh_alloc_aligned(series > 0 ? series : 1, sizeof *self->change);
    self->shadow = lanes(series * T, &failed);
    self->shadow_class = zeroed(series, sizeof *self->shadow_class, &failed);
    self->reference = lanes(series * T, &failed);
    self->segment_share = zeroed(num_label(plan, RH_CUT_SEGMENT), sizeof *self->segment_share, &failed);
    self->region_share = zeroed(num_label(plan, RH_CUT_REGION), sizeof *self->region_share, &failed);
    self->tier_share = zeroed(num_label(plan, RH_CUT_TIER), sizeof *self->tier_share, &failed);
    make_path(self, series, T, &failed);
    make_programs(self, &failed);
    make_taken(self, &most, &failed);
    make_meetings(self, &failed);
    failed = !rh_brought_init(self) || failed;
    if (failed || self->luck == NULL || self->lane_piece == NULL || self->classes == NULL || self->change == NULL) {
        rh_kernel_destroy(self);
        return NULL;
    }
    find_columns(self);
    find_shares(self);
    find_days_left(self);
    rh_draw_walk_factors(self);
    return self;
}

void rh_kernel_destroy(struct rh_kernel *self)
{
    if (self == NULL) {
        return;
    }
    for (int p = 0; p <= self->plan->num_programs && self->tally != NULL; p++) {
        rh_tally_free(&self->tally[p]);
    }
    for (int p = 0; p < self->plan->num_programs; p++) {
        free(self->keep != NULL ? self->keep[p] : NULL);
        free(self->windfall_keep != NULL ? self->windfall_keep[p] : NULL);
    }
    for (int k = 0; k < self->plan->num_incentives * RH_NUM_PATHS && self->meeting != NULL; k++) {
        const struct rh_meeting *meeting = &self->meeting[k / RH_NUM_PATHS][k % RH_NUM_PATHS];
        free(meeting->sum);
        free(meeting->prior);
        free(meeting->target);
        free(meeting->best);
    }
    for (int path = 0; path < RH_NUM_PATHS; path++) {
        free(self->viewed[path]);
        free(self->has_viewed[path]);
        free(self->gauge[path]);
        free(self->status[path]);
    }
    free_path(self);
    rh_brought_free(self);
    free(self->meeting);
    free(self->fund);
    free(self->enrolled);
    free(self->rest);
    free(self->streaks);
    free(self->attained);
    free(self->lane_piece);
    free(self->thresholds);
    free(self->parameter);
    free(self->column);
    free(self->luck);
    free(self->luck_of);
    free(self->completion_luck);
    free(self->completion_luck_of);
    free(self->feel);
    free(self->days_left);
    free(self->market);
    free(self->shared_source);
    free(self->new_block);
    free(self->source);
    free(self->base);
    free(self->sold);
    free(self->taken);
    free(self->pieces);
    free(self->weight);
    free(self->class_of);
    free(self->classes);
    free(self->change_of);
    free(self->change);
    free(self->shadow);
    free(self->sees_all);
    free(self->shadow_class);
    free(self->reference);
    free(self->segment_share);
    free(self->region_share);
    free(self->tier_share);
    free(self->tally);
    free(self->keep);
    free(self->windfall_keep);
    free(self->exhausted);
    free(self->figures);
    free(self);
}

static void respond(struct rh_kernel *self, int p, int tally)
{
    self->into = &self->tally[tally];
    rh_respond(self, p, p == tally);
}

/* Whether the pass over the partners is about program p. */
static bool lives(const struct rh_kernel *self, int p)
{
    return self->meets ? self->plan->program[p].shares : !self->brought.corrects || self->brought.cuts[p];
}

/* One partner under every program: what history happened under first, as the shadow; then the reference, which windfall
 * and participation look at; then the others, and what history happened under once more, now that the reference is
 * known. */
static void run_partner(struct rh_kernel *self, int visit)
{
    const struct rh_plan *plan = self->plan;
    const struct rh_plan_partner *partner = &plan->partner[plan->walk[visit]];
    self->visit = visit;
    self->partner = partner;
    rh_draw_partner(self, partner);
    rh_find_readiness(self);
    rh_find_views(self);
    const rh_real alive = (rh_real)partner->alive[0];
    for (int l = 0; l < RH_LANES; l++) {
        self->active[l] += self->life[l] < alive ? 1.0 : 0.0;
    }
    const bool again = plan->reference != 0 && plan->program[0].num_incentives > 0;
    respond(self, 0, again ? plan->num_programs : 0);
    if (plan->reference != 0) {
        respond(self, plan->reference, plan->reference);
    }
    if (again) {
        respond(self, 0, 0);
    }
    for (int p = 1; p < plan->num_programs; p++) {
        if (p != plan->reference && lives(self, p)) {
            respond(self, p, p);
        }
    }
    if (plan->outcomes != NULL && !self->meets) {
        rh_brought_count(self);
    }
}

static void clear_tallies(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int p = 0; p <= plan->num_programs; p++) {
        rh_tally_clear(&self->tally[p], plan, &plan->program[p < plan->num_programs ? p : 0]);
    }
    memset(self->active, 0, sizeof self->active);
}

/* What partners in pools and rankings bring, before any of them is paid. */
static void run_meetings(struct rh_kernel *self)
{
    rh_clear_meetings(self);
    self->meets = true;
    for (int v = 0; v < self->plan->num_partners; v++) {
        if (self->plan->partner[self->plan->walk[v]].shares) {
            run_partner(self, v);
        }
    }
    self->meets = false;
    rh_finish_meetings(self);
}

/* Partners live again what shared caps and the budget took something off, where nobody remembers their payments. The
 * tallies have been read, and take what nobody reads. */
static void run_corrections(struct rh_kernel *self)
{
    self->brought.corrects = true;
    for (int v = 0; v < self->plan->num_partners; v++) {
        if (rh_brought_lives_again(self, v)) {
            run_partner(self, v);
        }
    }
    self->brought.corrects = false;
}

static bool same_cell(const struct rh_plan_partner *a, const struct rh_plan_partner *b)
{
    return a->segment == b->segment && a->region == b->region && a->tier_label == b->tier_label;
}

/* All partners, cell by cell; as many at a time as may be summed in the kernel's precision. */
static void run_partners(struct rh_kernel *self)
{
    const struct rh_plan *plan = self->plan;
    for (int v = 0, walked = 1; v < plan->num_partners; v++, walked++) {
        const struct rh_plan_partner *partner = &plan->partner[plan->walk[v]];
        const bool last = v + 1 == plan->num_partners, enough = last || walked == RH_MOST_OF_PART;
        run_partner(self, v);
        if (enough || !same_cell(partner, &plan->partner[plan->walk[v + 1]])) {
            rh_tally_leave_cell(self, partner);
        }
        if (enough) {
            rh_tally_leave_parts(self);
            walked = 0;
        }
    }
}

#if defined RH_MIXED && defined __SSE__
/* Floats that are too small for a normal number are 0 until what this returns is restored: the processor takes a
 * hundred times as long with them, and they come wherever a probability is next to nothing. */
static unsigned flush_tiny(void)
{
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u); /* FTZ and DAZ */
    return before;
}

static void restore(unsigned before)
{
    _mm_setcsr(before);
}
#else
static unsigned flush_tiny(void)
{
    return 0;
}

static void restore(unsigned before)
{
    (void)before;
}
#endif

void rh_kernel_run(struct rh_kernel *self, uint64_t first, int num, struct rh_block *block)
{
    const struct rh_plan *plan = self->plan;
    const unsigned mode = flush_tiny();
    self->first = (uint32_t)first;
    self->num = num;
    self->group = -1;
    self->has_source = false;
    rh_draw_parameters(self);
    rh_prepare_answers(self);
    if (plan->shares) {
        run_meetings(self);
    }
    clear_tallies(self);
    rh_brought_begin(self);
    run_partners(self);
    block->first = first;
    block->num = num;
    rh_finish_products(self);
    rh_account(self, num, block);
    if (plan->watch != NULL) {
        rh_see_block(self);
    }
    if (plan->verify) {
        rh_verify_block(self);
    }
    if (plan->outcomes != NULL && rh_brought_correct(self)) {
        run_corrections(self);
    }
    block->broken = self->broken[0] != '\0' ? self->broken : NULL;
    restore(mode);
}

#ifdef RH_MIXED
#define MIXED true
#else
#define MIXED false
#endif

const struct rh_kernel_code rh_kernel_code_own = {TEXT_OF(RH_ISA), MIXED, rh_kernel_create, rh_kernel_destroy,
                                                  rh_kernel_run};
