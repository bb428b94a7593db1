/* How good a distribution was, once what happened is known. Forecasts are members: equally likely values. */
#ifndef RH_STATS_SCORE_H
#define RH_STATS_SCORE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Continuous ranked probability score of sorted members, in their units, 0 at best: E|X - y| - E|X - X'|/2 of the
 * distribution that gives each member the same probability (Gneiting & Raftery 2007, doi:10.1198/016214506000001437).
 * With one member it is the absolute error. num > 0. */
double rh_score_crps(const double *sorted, size_t num, double y);

/* Probability integral transform in (0, 1): the share of members below y, with half a member's rank on either side, and
 * `u` in (0, 1) choosing among the ranks of members equal to y, so that it is uniform where y is as random as they are
 * (Czado, Gneiting & Held 2009, doi:10.1111/j.1541-0420.2009.01191.x). */
double rh_score_pit(const double *sorted, size_t num, double y, double u);

#ifdef __cplusplus
}
#endif

#endif
