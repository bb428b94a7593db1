#include "model/replay.h"

#include <math.h>
#include <string.h>

struct rh_replay rh_replay_make(rh_month history_first, int history_months, rh_month horizon_first, int phase,
                                double block_months)
{
    struct rh_replay self = {.history_months = history_months, .phase = phase, .block_months = block_months};
    if (self.phase > history_months) {
        self.phase = 1;
    }
    self.first_offset = (int)((horizon_first - history_first) % self.phase);
    if (self.first_offset < 0) {
        self.first_offset += self.phase;
    }
    return self;
}

int rh_replay_class_first(const struct rh_replay *self, int t)
{
    return (self->first_offset + t) % self->phase;
}

int rh_replay_class_size(const struct rh_replay *self, int t)
{
    int first = rh_replay_class_first(self, t);
    return (self->history_months - first + self->phase - 1) / self->phase;
}

int rh_replay_next(const struct rh_replay *self, int t, int previous, double u_new_block, double u_start)
{
    if (t == 0 || u_new_block * self->block_months < 1.0) {
        int size = rh_replay_class_size(self, t), k = (int)(u_start * size);
        return rh_replay_class_first(self, t) + self->phase * (k < size ? k : size - 1);
    }
    return previous + 1 < self->history_months ? previous + 1 : rh_replay_class_first(self, t);
}

void rh_replay_weights(const struct rh_replay *self, int num_months, double *weight)
{
    int H = self->history_months;
    double new_block = 1.0 / self->block_months;
    memset(weight, 0, sizeof *weight * (size_t)num_months * (size_t)H);
    for (int t = 0; t < num_months; t++) {
        double *now = weight + (size_t)t * (size_t)H;
        double start = t == 0 ? 1.0 : new_block;
        for (int source = rh_replay_class_first(self, t); source < H; source += self->phase) {
            now[source] += start / rh_replay_class_size(self, t);
        }
        for (int source = 0; t > 0 && source < H; source++) {
            int next = source + 1 < H ? source + 1 : rh_replay_class_first(self, t);
            now[next] += (1.0 - new_block) * (now - H)[source];
        }
    }
}

/* Pairs of purchases `lag` months apart: how many, and how many chance alone would give. */
static void count_pairs(const unsigned char *bought, int first, int last, int lag, double *observed, double *expected)
{
    int months = last - first + 1, purchases = 0;
    for (int t = first; t <= last; t++) {
        purchases += bought[t];
    }
    if (months < 12 || purchases < 2 || purchases == months) {
        return; /* nothing can be told from those that buy hardly ever or always */
    }
    double chance = (double)purchases * (purchases - 1) / ((double)months * (months - 1));
    for (int t = first; t + lag <= last; t++) {
        *observed += bought[t] & bought[t + lag];
        *expected += chance;
    }
}

/* A rhythm shows as many pairs at its own lag and few at the lags beside it. Two fifths above its neighbors
 * and five standard errors: smaller bumps are season or fashion, which blocks replay anyway. */
int rh_replay_detect_phase(const unsigned char *bought, const int *span_first, const int *span_last, int num_partners,
                           int num_months)
{
    static const int candidates[] = {3, 2, 6, 12};
    double observed[14] = {0.0}, expected[14] = {0.0}, lift[14];
    for (int i = 0; i < num_partners; i++) {
        const unsigned char *own = bought + (size_t)i * (size_t)num_months;
        for (int lag = 1; lag < 14 && span_last[i] >= span_first[i]; lag++) {
            count_pairs(own, span_first[i], span_last[i], lag, &observed[lag], &expected[lag]);
        }
    }
    for (int lag = 1; lag < 14; lag++) {
        lift[lag] = expected[lag] > 0.0 ? observed[lag] / expected[lag] : 0.0;
    }
    for (int k = 0; k < 4; k++) {
        int lag = candidates[k];
        double beside = 0.5 * (lift[lag - 1] + lift[lag + 1]);
        double error = expected[lag] > 0.0 ? sqrt(lift[lag] / expected[lag]) : INFINITY;
        if (num_months >= 2 * lag && lift[lag] > 1.4 * beside && lift[lag] - beside > 5.0 * error) {
            return lag;
        }
    }
    return 1;
}
