/* What the baseline is learned and drawn with: chosen by taste in rh_tuning_defaults, by what forecasts best in a
 * fitted model (docs/fit.md, "The baseline"). */
#ifndef RH_MODEL_TUNING_H
#define RH_MODEL_TUNING_H

#include "program/study.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rh_tuning {
    double level_half_life;  /* months, of the weighted mean that is a partner's level; > 0 */
    double kernel_half_life; /* months, of what a past month's ratio is relative to; > 0 */
    double season_belief;    /* share of the estimated season that is believed, 0 to 1 */
    double level_spread;     /* the level's variance relative to what a partner's own months say, ≥ 0 */
    double level_walk;       /* sd of the log level, per square root of a month, ≥ 0 */
    double growth;           /* of all partners' sales, per year; -1 to 1 */
    double growth_sd;        /* of it, per year, ≥ 0 */
    double block_months;     /* mean length of a replayed block, ≥ 1 */
    enum rh_together together;
    int phase; /* order rhythm, months; 0: by rh_replay_detect_phase */
};

/* What a study uses that names no model. */
struct rh_tuning rh_tuning_defaults(void);
/* The defaults, with what the study says of growth, blocks, phase and who replays together. */
struct rh_tuning rh_tuning_of_study(const struct rh_study *study);
/* Sets all of that in the study. */
void rh_tuning_to_study(const struct rh_tuning *self, struct rh_study *study);

#ifdef __cplusplus
}
#endif

#endif
