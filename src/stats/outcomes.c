/* Sums of integers and of their squares, exact to the last unit, and sketches; one lock for each program and partner,
 * as threads that work on the same partner at the same time are rare. */
#include "stats/outcomes.h"

#include "core/memory.h"
#include "stats/sketch.h"

#include <assert.h>
#include <math.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CURRENCY 1e-4 /* of a unit */
#define MOST 0x1p60   /* units: squares of a batch of values add up to no more than 128 bits */
#define BATCH 128

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

const struct rh_partner_figure_info rh_partner_figure_table[RH_NUM_PARTNER_FIGURES] = {
    [RH_PARTNER_GAIN_MEAN] = {"gain_mean", "Mean gain", RH_UNIT_MONEY,
                              "Mean of what the partner is paid and its own margin on its lift."},
    [RH_PARTNER_GAIN_SD] = {"gain_sd", "Standard deviation of the gain", RH_UNIT_MONEY,
                            "Standard deviation of the gain over the replications."},
    [RH_PARTNER_P_GAIN] = {"p_gain", "P(gain > 0)", RH_UNIT_SHARE,
                           "Share of the replications in which the partner gains."},
    [RH_PARTNER_P_LOSS] = {"p_loss", "P(gain < 0)", RH_UNIT_SHARE,
                           "Share of the replications in which the partner loses; in the rest it does neither."},
    [RH_PARTNER_CHANGE_MEAN] = {"change_mean", "Mean change of the gain", RH_UNIT_MONEY,
                                "Mean of the gain less what the reference pays the partner in the same replication."},
    [RH_PARTNER_CHANGE_SD] = {"change_sd", "Standard deviation of the change", RH_UNIT_MONEY,
                              "Standard deviation of that change over the replications."},
    [RH_PARTNER_P_BETTER] = {"p_better", "P(change > 0)", RH_UNIT_SHARE,
                             "Share of the replications in which the partner is better off than under the reference."},
    [RH_PARTNER_P_WORSE] = {"p_worse", "P(change < 0)", RH_UNIT_SHARE,
                            "Share of the replications in which it is worse off; in the rest it is neither."},
    [RH_PARTNER_LIFT_MEAN] = {"lift_mean", "Mean lift", RH_UNIT_MONEY,
                              "Mean of the revenue that the partner sells through, less the reference's in the same "
                              "replication."},
    [RH_PARTNER_LIFT_SD] = {"lift_sd", "Standard deviation of the lift", RH_UNIT_MONEY,
                            "Standard deviation of the lift over the replications."},
    [RH_PARTNER_LIFT_P05] = {"lift_p05", "5% quantile of the lift", RH_UNIT_MONEY,
                             "Exceeded by the lift in 95% of the replications; within 1%."},
    [RH_PARTNER_LIFT_P50] = {"lift_p50", "Median lift", RH_UNIT_MONEY, "Median of the lift, within 1%."},
    [RH_PARTNER_LIFT_P95] = {"lift_p95", "95% quantile of the lift", RH_UNIT_MONEY,
                             "Exceeded by the lift in 5% of the replications; within 1%."},
    [RH_PARTNER_PAYOUT_MEAN] = {"payout_mean", "Mean payout", RH_UNIT_MONEY, "Mean of what the partner is paid."},
    [RH_PARTNER_PAYOUT_SD] = {"payout_sd", "Standard deviation of the payout", RH_UNIT_MONEY,
                              "Standard deviation of the payout over the replications."},
    [RH_PARTNER_PAYOUT_P05] = {"payout_p05", "5% quantile of the payout", RH_UNIT_MONEY,
                               "Exceeded by the payout in 95% of the replications; within 1%."},
    [RH_PARTNER_PAYOUT_P50] = {"payout_p50", "Median payout", RH_UNIT_MONEY, "Median of the payout, within 1%."},
    [RH_PARTNER_PAYOUT_P95] = {"payout_p95", "95% quantile of the payout", RH_UNIT_MONEY,
                               "Exceeded by the payout in 5% of the replications; within 1%."},
};

/* Sum of squares: up to 2³² of 120 bits. */
struct squares {
    unsigned_wide low;
    uint64_t high;
};

struct moments {
    struct squares squares;
    wide sum;
    uint64_t num;
    uint32_t positive, negative;
};

/* One program's outcomes of one partner. */
struct record {
    struct moments moments[RH_NUM_OUTCOMES];
    struct rh_sketch lift, payout;
    atomic_flag busy;
};

struct rh_outcomes {
    struct record *record; /* [num_scenarios][num_partners] */
    int num_scenarios, num_partners;
    atomic_bool failed;
};

struct rh_outcomes *rh_outcomes_create(int num_scenarios, int num_partners)
{
    const size_t num = (size_t)num_scenarios * (size_t)num_partners;
    struct rh_outcomes *self = rh_calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    self->record = rh_calloc(num, sizeof *self->record);
    if (self->record == NULL) {
        free(self);
        return NULL;
    }
    self->num_scenarios = num_scenarios;
    self->num_partners = num_partners;
    for (size_t i = 0; i < num; i++) {
        rh_sketch_init(&self->record[i].lift);
        rh_sketch_init(&self->record[i].payout);
        atomic_flag_clear(&self->record[i].busy);
    }
    return self;
}

void rh_outcomes_destroy(struct rh_outcomes *self)
{
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < (size_t)self->num_scenarios * (size_t)self->num_partners; i++) {
        rh_sketch_free(&self->record[i].lift);
        rh_sketch_free(&self->record[i].payout);
    }
    free(self->record);
    free(self);
}

int rh_outcomes_num_scenarios(const struct rh_outcomes *self)
{
    return self->num_scenarios;
}

int rh_outcomes_num_partners(const struct rh_outcomes *self)
{
    return self->num_partners;
}

static struct record *record_of(const struct rh_outcomes *self, int scenario, int partner)
{
    return &self->record[(size_t)scenario * (size_t)self->num_partners + (size_t)partner];
}

static struct rh_sketch *sketch_of(struct record *self, enum rh_outcome outcome)
{
    return outcome == RH_OUTCOME_LIFT ? &self->lift : outcome == RH_OUTCOME_PAYOUT ? &self->payout : NULL;
}

/* ---- Adding ---- */

static void add_squares(struct squares *self, unsigned_wide sum)
{
    self->low += sum;
    self->high += self->low < sum ? 1 : 0;
}

static void remove_squares(struct squares *self, unsigned_wide sum)
{
    self->high -= self->low < sum ? 1 : 0;
    self->low -= sum;
}

static void change_moments(struct moments *self, const int64_t *unit, int num, int change)
{
    wide sum = 0;
    unsigned_wide squares = 0;
    uint32_t positive = 0, negative = 0;
    for (int i = 0; i < num; i++) {
        sum += unit[i];
        squares += (unsigned_wide)((wide)unit[i] * unit[i]);
        positive += unit[i] > 0 ? 1 : 0;
        negative += unit[i] < 0 ? 1 : 0;
    }
    if (change > 0) {
        add_squares(&self->squares, squares);
        self->sum += sum;
        self->num += (uint64_t)num;
        self->positive += positive;
        self->negative += negative;
    } else {
        remove_squares(&self->squares, squares);
        self->sum -= sum;
        self->num -= (uint64_t)num;
        self->positive -= positive;
        self->negative -= negative;
    }
}

static void change(struct rh_outcomes *self, int scenario, int partner, enum rh_outcome outcome, const double *value,
                   int num, int by)
{
    struct record *record = record_of(self, scenario, partner);
    for (int first = 0; first < num; first += BATCH) {
        const int count = num - first < BATCH ? num - first : BATCH;
        int64_t unit[BATCH];
        for (int i = 0; i < count; i++) {
            const double exact = value[first + i];
            assert(isfinite(exact));
            unit[i] = llrint(exact < -MOST ? -MOST : exact > MOST ? MOST : exact);
        }
        while (atomic_flag_test_and_set_explicit(&record->busy, memory_order_acquire)) {
            sched_yield();
        }
        struct rh_sketch *sketch = sketch_of(record, outcome);
        change_moments(&record->moments[outcome], unit, count, by);
        if (sketch != NULL && !rh_sketch_count(sketch, unit, count, by)) {
            atomic_store(&self->failed, true);
        }
        atomic_flag_clear_explicit(&record->busy, memory_order_release);
    }
}

void rh_outcomes_add(struct rh_outcomes *self, int scenario, int partner, enum rh_outcome outcome, const double *value,
                     int num)
{
    change(self, scenario, partner, outcome, value, num, 1);
}

void rh_outcomes_remove(struct rh_outcomes *self, int scenario, int partner, enum rh_outcome outcome,
                        const double *value, int num)
{
    change(self, scenario, partner, outcome, value, num, -1);
}

bool rh_outcomes_failed(const struct rh_outcomes *self)
{
    return atomic_load(&self->failed);
}

/* ---- Sums of others ---- */

static void pack_moments(const struct moments *self, struct rh_text *out)
{
    rh_bytes_put(out, &self->squares.low, sizeof self->squares.low);
    rh_bytes_put(out, &self->squares.high, sizeof self->squares.high);
    rh_bytes_put(out, &self->sum, sizeof self->sum);
    rh_bytes_put(out, &self->num, sizeof self->num);
    rh_bytes_put(out, &self->positive, sizeof self->positive);
    rh_bytes_put(out, &self->negative, sizeof self->negative);
}

static void unpack_moments(struct moments *self, struct rh_bytes *bytes)
{
    struct moments other = {0};
    rh_bytes_get(bytes, &other.squares.low, sizeof other.squares.low);
    rh_bytes_get(bytes, &other.squares.high, sizeof other.squares.high);
    rh_bytes_get(bytes, &other.sum, sizeof other.sum);
    rh_bytes_get(bytes, &other.num, sizeof other.num);
    rh_bytes_get(bytes, &other.positive, sizeof other.positive);
    rh_bytes_get(bytes, &other.negative, sizeof other.negative);
    if (!bytes->failed) {
        add_squares(&self->squares, other.squares.low);
        self->squares.high += other.squares.high;
        self->sum += other.sum;
        self->num += other.num;
        self->positive += other.positive;
        self->negative += other.negative;
    }
}

void rh_outcomes_pack(const struct rh_outcomes *self, size_t first, size_t num, struct rh_text *out)
{
    for (size_t i = first; i < first + num; i++) {
        const struct record *record = &self->record[i];
        for (int k = 0; k < RH_NUM_OUTCOMES; k++) {
            pack_moments(&record->moments[k], out);
        }
        rh_sketch_pack(&record->lift, out);
        rh_sketch_pack(&record->payout, out);
    }
}

void rh_outcomes_unpack(struct rh_outcomes *self, size_t first, size_t num, struct rh_bytes *bytes)
{
    for (size_t i = first; i < first + num && !bytes->failed; i++) {
        struct record *record = &self->record[i];
        for (int k = 0; k < RH_NUM_OUTCOMES; k++) {
            unpack_moments(&record->moments[k], bytes);
        }
        if (!rh_sketch_unpack(&record->lift, bytes) || !rh_sketch_unpack(&record->payout, bytes)) {
            atomic_store(&self->failed, true);
        }
    }
}

void rh_outcomes_clear(struct rh_outcomes *self)
{
    for (size_t i = 0; i < (size_t)self->num_scenarios * (size_t)self->num_partners; i++) {
        struct record *record = &self->record[i];
        memset(record->moments, 0, sizeof record->moments);
        rh_sketch_free(&record->lift);
        rh_sketch_free(&record->payout);
    }
}

/* ---- Reading ---- */

static double mean_of(const struct moments *self)
{
    return self->num > 0 ? CURRENCY * ((double)self->sum / (double)self->num) : NAN;
}

/* Σ(v − q)² exactly, q being the mean without its fraction and r what that leaves of the sum (n q = Σv − r): Σv² −
 * q(Σv + r). So what is the same in every replication has exactly no spread, and a large mean takes no digits off it.
 */
static double deviation_of(const struct moments *self)
{
    if (self->num < 2) {
        return NAN;
    }
    const unsigned_wide sum = (unsigned_wide)(self->sum < 0 ? -self->sum : self->sum), num = self->num;
    const unsigned_wide q = sum / num, r = sum % num, factor = sum + r;
    const unsigned_wide lower = q * (uint64_t)factor, upper = q * (uint64_t)(factor >> 64) + (lower >> 64);
    struct squares about = self->squares;
    remove_squares(&about, (upper << 64) | (uint64_t)lower);
    about.high -= (uint64_t)(upper >> 64);
    const double squares = (double)about.low + ldexp((double)about.high, 128);
    const double rest = (double)r * (double)r / (double)num;
    return CURRENCY * sqrt(fmax(squares - rest, 0.0) / ((double)self->num - 1.0));
}

static double share_of(const struct moments *self, uint32_t count)
{
    return self->num > 0 ? (double)count / (double)self->num : NAN;
}

static double read_figure(const struct record *self, enum rh_partner_figure figure)
{
    const struct moments *gain = &self->moments[RH_OUTCOME_GAIN], *changed = &self->moments[RH_OUTCOME_CHANGE];
    switch (figure) {
    case RH_PARTNER_GAIN_MEAN:
        return mean_of(gain);
    case RH_PARTNER_GAIN_SD:
        return deviation_of(gain);
    case RH_PARTNER_P_GAIN:
        return share_of(gain, gain->positive);
    case RH_PARTNER_P_LOSS:
        return share_of(gain, gain->negative);
    case RH_PARTNER_CHANGE_MEAN:
        return mean_of(changed);
    case RH_PARTNER_CHANGE_SD:
        return deviation_of(changed);
    case RH_PARTNER_P_BETTER:
        return share_of(changed, changed->positive);
    case RH_PARTNER_P_WORSE:
        return share_of(changed, changed->negative);
    case RH_PARTNER_LIFT_MEAN:
        return mean_of(&self->moments[RH_OUTCOME_LIFT]);
    case RH_PARTNER_LIFT_SD:
        return deviation_of(&self->moments[RH_OUTCOME_LIFT]);
    case RH_PARTNER_LIFT_P05:
        return CURRENCY * rh_sketch_quantile(&self->lift, 0.05);
    case RH_PARTNER_LIFT_P50:
        return CURRENCY * rh_sketch_quantile(&self->lift, 0.5);
    case RH_PARTNER_LIFT_P95:
        return CURRENCY * rh_sketch_quantile(&self->lift, 0.95);
    case RH_PARTNER_PAYOUT_MEAN:
        return mean_of(&self->moments[RH_OUTCOME_PAYOUT]);
    case RH_PARTNER_PAYOUT_SD:
        return deviation_of(&self->moments[RH_OUTCOME_PAYOUT]);
    case RH_PARTNER_PAYOUT_P05:
        return CURRENCY * rh_sketch_quantile(&self->payout, 0.05);
    case RH_PARTNER_PAYOUT_P50:
        return CURRENCY * rh_sketch_quantile(&self->payout, 0.5);
    default:
        return CURRENCY * rh_sketch_quantile(&self->payout, 0.95);
    }
}

void rh_outcomes_read(const struct rh_outcomes *self, enum rh_partner_figure figure, int scenario, double *out)
{
    for (int i = 0; i < self->num_partners; i++) {
        out[i] = read_figure(record_of(self, scenario, i), figure);
    }
}

size_t rh_outcomes_bytes(const struct rh_outcomes *self)
{
    const size_t num = (size_t)self->num_scenarios * (size_t)self->num_partners;
    size_t bytes = sizeof *self + num * sizeof *self->record;
    for (size_t i = 0; i < num; i++) {
        bytes += rh_sketch_bytes(&self->record[i].lift) + rh_sketch_bytes(&self->record[i].payout);
    }
    return bytes;
}
