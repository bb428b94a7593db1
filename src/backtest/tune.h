/* Choosing what the baseline is learned and drawn with by what forecasts best (docs/fit.md, "The baseline").
 *
 * Rolling-origin validation (Tashman 2000, doi:10.1016/S0169-2070(00)00065-0): from some past months the months after
 * them are forecast as in a backtest, with one value after the other, and the continuous ranked probability score of
 * partners, segments, regions and of all together decides. */
#ifndef RH_BACKTEST_TUNE_H
#define RH_BACKTEST_TUNE_H

#include "core/progress.h"
#include "history/history.h"
#include "model/tuning.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Least gain for which a value is changed: of the logarithm of the score. */
#define RH_TUNE_LEAST_GAIN 0.01

enum rh_tuned {
    RH_TUNED_SEASON_BELIEF,
    RH_TUNED_TOGETHER,
    RH_TUNED_LEVEL_HALF_LIFE,
    RH_TUNED_LEVEL_WALK,
    RH_TUNED_LEVEL_SPREAD,
    RH_TUNED_BLOCK_MONTHS,
    RH_TUNED_KERNEL_HALF_LIFE,
    RH_TUNED_GROWTH, /* this and its uncertainty by what sums were missed by */
    RH_TUNED_GROWTH_SD,
    RH_NUM_TUNED
};

extern const char *const rh_tuned_name[RH_NUM_TUNED];

/* One value: by taste, as chosen, and by how much the choice improved the mean logarithm of the scores. */
struct rh_tune_choice {
    double before, after, gain;
};

struct rh_tune {
    struct rh_tuning tuning; /* as chosen; as given where nothing could be chosen */
    int num_origins;         /* 0: the history is too short to choose */
    int holdout;             /* months that were forecast from each */
    size_t partners;         /* whose sales were forecast at the last origin */
    int trials;              /* forecasts that were compared */
    struct rh_tune_choice choice[RH_NUM_TUNED];
};

struct rh_tune_options {
    int members;          /* of each forecast; rounded up to blocks of the engine */
    size_t most_partners; /* drawn by the hash of their ids where there are more */
    uint64_t seed;
};

/* 128 members, 400 partners, seed 1. */
struct rh_tune_options rh_tune_defaults(void);

/* Chooses, starting from `tuning`. Needs 15 months of history: with fewer, `tuning` stands and num_origins is 0; so it
 * is where nothing was sold. Needs no rh_tune_free. */
int rh_tune_run(struct rh_tune *self, const struct rh_history *history, const struct rh_tuning *tuning,
                const struct rh_tune_options *options, const struct rh_progress *progress, struct rh_error *error);

/* Value of the tuning by index; `together` as its number. */
double rh_tuning_value(const struct rh_tuning *self, enum rh_tuned which);

#ifdef __cplusplus
}
#endif

#endif
