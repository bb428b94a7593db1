/* Ranks of truths in what was believed of them: uniform where beliefs are right (Talts et al. 2018, arXiv:1804.06788).
 *
 * Each is in (0, 1): the probability that was given to less than the truth, and a random share of what was given to the
 * truth itself. */
#ifndef UNIFORM_H
#define UNIFORM_H

#include <stdbool.h>

#define UNIFORM_BINS 20    /* of the histogram */
#define UNIFORM_POINTS 100 /* at which the distribution function is looked at: 1/100 to 1 */
#define UNIFORM_LEVEL .99  /* of all bands */

/* Of how many of `num` uniform numbers are below k/UNIFORM_POINTS, for all k together: they are in [low, high]
 * throughout with a probability of UNIFORM_LEVEL, at each point with the same. */
struct uniform_band {
    int num;
    int low[UNIFORM_POINTS], high[UNIFORM_POINTS];
    int bin_low, bin_high; /* of the count in each of UNIFORM_BINS bins, for all of them together */
};

/* Säilynoja, Bürkner & Vehtari 2022 (doi:10.1007/s11222-022-10090-6), by their recursion: no simulation. */
void uniform_band_find(struct uniform_band *self, int num);

/* What was found of `num` ranks. */
struct uniform_found {
    double mean, sd; /* 1/2 and √(1/12) where all is well */
    int below[UNIFORM_POINTS], bin[UNIFORM_BINS];
    double distance;         /* most that the distribution function is off by */
    bool inside, bin_inside; /* the bands */
};

void uniform_find(struct uniform_found *self, const struct uniform_band *band, const double *rank);

#endif
