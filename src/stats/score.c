#include "stats/score.h"

#include <math.h>

/* The second term in one pass over sorted members: Σ_k (2k + 1 - n) x_k = Σ_{j<k} (x_k - x_j). */
double rh_score_crps(const double *sorted, size_t num, double y)
{
    const double n = (double)num;
    double error = 0.0, spread = 0.0;
    for (size_t k = 0; k < num; k++) {
        error += fabs(sorted[k] - y);
        spread += (2.0 * (double)k + 1.0 - n) * sorted[k];
    }
    return error / n - spread / (n * n);
}

double rh_score_pit(const double *sorted, size_t num, double y, double u)
{
    size_t below = 0, equal = 0;
    for (size_t k = 0; k < num && sorted[k] <= y; k++) {
        below += sorted[k] < y;
        equal += sorted[k] == y;
    }
    return ((double)below + u * ((double)equal + 1.0)) / ((double)num + 1.0);
}
