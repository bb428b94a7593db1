/* Buying ahead, by the model's own rule on how windows ended: a partner that can ends none of them within its reach
 * below a threshold, and as many more just above it. How many there would be otherwise is a smooth curve, found at once
 * with the share of such partners by the EM algorithm (Dempster, Laird & Rubin 1977,
 * doi:10.1111/j.2517-6161.1977.tb01600.x), for each share and reach of a grid. The idea is that of bunching (Saez 2010,
 * doi:10.1257/pol.2.3.180; Kleven 2016, doi:10.1146/annurev-economics-080315-015234); that the same partners do it
 * again and again is used as well. */
#include "fit/within.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BINS 20
#define WIDTH 0.05 /* of a usual window */
#define CLASSES 16 /* of how far above the threshold a partner's usual window is */
#define BELOW 10   /* bins below the threshold; the next is where those land that buy ahead */
#define SHARES 26  /* points of the share of partners that buy ahead, 0 to 1 */
#define REACHES 40 /* of the reach, 0 to 1/2 of a window */
#define SLIP 0.03  /* of the windows in which a partner that could does not, or the rule is off by what is not known */
#define STEPS 30   /* of the EM algorithm, at most */
#define ABLES 200  /* points of topup_able */
#define PRIORS 2048
#define LEAST_ENDS 50
#define LEAST_PARTNERS 10
#define ROUNDING 1e-4 /* of a bin: what reaches a threshold to a cent has reached it */

/* Ends by partner: their bins and classes. */
struct counts {
    size_t num; /* of ends */
    int partners;
    int *bin, *class; /* [num] by partner */
    size_t *first;    /* [partners + 1] */
};

#define TERMS 3

/* Densities of the bins without buying ahead, for partners of each class. Their logarithm is quadratic in the distance
 * from the threshold, steeper for partners that usually end farther above it: were windows normal around what is usual,
 * that is what it would be. A partner that always ends above a threshold need not buy ahead for it. */
struct curve {
    double term[TERMS]; /* of the distance, of its square, of its product with the class */
    double g[CLASSES][BINS];
};

static double distance_of(int bin)
{
    return WIDTH * (bin + 0.5 - BELOW);
}

static double usual_of(int class)
{
    return 0.1 * (class + 0.5) - 0.05 * CLASSES;
}

static void find_terms(int class, int bin, double *term)
{
    const double u = distance_of(bin);
    term[0] = u;
    term[1] = u * u;
    term[2] = u * usual_of(class);
}

static void draw_curve(struct curve *self)
{
    for (int c = 0; c < CLASSES; c++) {
        double sum = 0.0, term[TERMS];
        for (int b = 0; b < BINS; b++) {
            find_terms(c, b, term);
            self->g[c][b] = exp(self->term[0] * term[0] + self->term[1] * term[1] + self->term[2] * term[2]);
            sum += self->g[c][b];
        }
        for (int b = 0; b < BINS; b++) {
            self->g[c][b] /= sum;
        }
    }
}

/* Score and information of the terms, by the counts. */
static void add_class(const struct curve *self, const double *count, int class, double *score,
                      double information[TERMS][TERMS])
{
    double total = 0.0, mean[TERMS] = {0}, product[TERMS][TERMS] = {{0}}, term[TERMS];
    for (int b = 0; b < BINS; b++) {
        find_terms(class, b, term);
        total += count[b];
        for (int d = 0; d < TERMS; d++) {
            score[d] += count[b] * term[d];
            mean[d] += self->g[class][b] * term[d];
            for (int e = 0; e < TERMS; e++) {
                product[d][e] += self->g[class][b] * term[d] * term[e];
            }
        }
    }
    for (int d = 0; d < TERMS; d++) {
        score[d] -= total * mean[d];
        for (int e = 0; e < TERMS; e++) {
            information[d][e] += total * (product[d][e] - mean[d] * mean[e]);
        }
    }
}

/* Solves a · x = b for a positive definite a, by elimination; leaves x in b. */
static void solve(double a[TERMS][TERMS], double *b)
{
    for (int k = 0; k < TERMS; k++) {
        a[k][k] += 1e-6; /* terms that no partner tells apart stay as they are */
        for (int r = k + 1; r < TERMS; r++) {
            const double factor = a[r][k] / a[k][k];
            for (int c = k; c < TERMS; c++) {
                a[r][c] -= factor * a[k][c];
            }
            b[r] -= factor * b[k];
        }
    }
    for (int k = TERMS - 1; k >= 0; k--) {
        for (int c = k + 1; c < TERMS; c++) {
            b[k] -= a[k][c] * b[c];
        }
        b[k] /= a[k][k];
    }
}

/* Newton's steps towards the curve of these counts. */
static void fit_curve(struct curve *self, double (*count)[BINS])
{
    for (int step = 0; step < 20; step++) {
        double score[TERMS] = {0}, information[TERMS][TERMS] = {{0}}, largest = 0.0;
        for (int c = 0; c < CLASSES; c++) {
            add_class(self, count[c], c, score, information);
        }
        solve(information, score);
        for (int d = 0; d < TERMS; d++) {
            self->term[d] = fmin(fmax(self->term[d] + fmin(fmax(score[d], -5.0), 5.0), -100.0), 100.0);
            largest = fmax(largest, fabs(score[d]));
        }
        draw_curve(self);
        if (largest < 1e-6) {
            break;
        }
    }
}

/* Share of the bin that lies within the reach. What a partner takes for a usual window is known to a tenth or so. */
static double within(int bin, double reach)
{
    static const double usual[] = {0.83, 0.92, 1.0, 1.09, 1.2};
    double share = 0.0;
    for (int k = 0; k < 5 && bin < BELOW; k++) {
        share += fmin(fmax((reach * usual[k] - WIDTH * (BELOW - 1 - bin)) / WIDTH, 0.0), 1.0) / 5.0;
    }
    return share;
}

/* What one reach makes of the curve. */
struct shifted {
    double plain[CLASSES][BINS], ratio[CLASSES][BINS]; /* logarithms: density of who does not, over it of who does */
    double moved[CLASSES];                             /* share of the landing bin that comes from below */
    double from[CLASSES][BELOW];                       /* from which bins; sums to 1 where anything does */
};

static void shift(const struct curve *curve, const double *covered, struct shifted *out)
{
    for (int c = 0; c < CLASSES; c++) {
        double landing = curve->g[c][BELOW], moved = 0.0;
        for (int b = 0; b < BELOW; b++) {
            moved += covered[b] * curve->g[c][b];
        }
        for (int b = 0; b < BINS; b++) {
            out->plain[c][b] = log(curve->g[c][b]);
            out->ratio[c][b] = b < BELOW ? log(1.0 - covered[b]) : 0.0;
        }
        for (int b = 0; b < BELOW; b++) {
            out->from[c][b] = moved > 0.0 ? covered[b] * curve->g[c][b] / moved : 0.0;
        }
        out->ratio[c][BELOW] = log((landing + moved) / landing);
        out->moved[c] = moved / (landing + moved);
    }
}

/* One step: the logarithm of the likelihood, and the counts as they would be if nobody bought ahead. covered: [BELOW]
 * share of each bin that a partner that buys ahead leaves. */
static double step(const struct counts *self, const struct curve *curve, double share, const double *covered,
                   double (*count)[BINS])
{
    struct shifted shifted;
    double sum = 0.0;
    shift(curve, covered, &shifted);
    memset(count, 0, CLASSES * sizeof *count);
    for (int i = 0; i < self->partners; i++) {
        double odds = 0.0, base = 0.0;
        for (size_t k = self->first[i]; k < self->first[i + 1]; k++) {
            odds += shifted.ratio[self->class[k]][self->bin[k]];
            base += shifted.plain[self->class[k]][self->bin[k]];
        }
        const double larger = fmax(odds, 0.0), able = share * exp(odds - larger);
        const double either = fmax(able + (1.0 - share) * exp(-larger), 1e-300);
        sum += base + larger + log(either);
        for (size_t k = self->first[i]; k < self->first[i + 1]; k++) {
            const int c = self->class[k];
            const double landed = self->bin[k] == BELOW ? able / either * shifted.moved[c] : 0.0;
            count[c][self->bin[k]] += 1.0 - landed;
            for (int b = 0; b < BELOW && landed > 0.0; b++) {
                count[c][b] += landed * shifted.from[c][b];
            }
        }
    }
    return sum;
}

/* The largest likelihood over all curves. */
static double best_curve(const struct counts *self, double share, double reach, struct curve *curve)
{
    double count[CLASSES][BINS], covered[BELOW], last = -INFINITY;
    for (int b = 0; b < BELOW; b++) {
        covered[b] = (1.0 - SLIP) * within(b, reach);
    }
    double now = step(self, curve, share, covered, count);
    for (int k = 0; k < STEPS && now - last > 1e-3; k++) {
        last = now;
        fit_curve(curve, count);
        now = step(self, curve, share, covered, count);
    }
    return now;
}

static void free_counts(struct counts *self)
{
    free(self->bin);
    free(self->class);
    free(self->first);
}

/* Ends within half a usual window of a threshold that is worth buying ahead for, at a mean load cost. worth: what a
 * reward is felt as. */
static int count_ends(struct counts *self, const struct rh_ends *ends, double load, bool *worth)
{
    int partner = -1;
    memset(self, 0, sizeof *self);
    self->bin = rh_calloc(ends->num + 1, sizeof *self->bin);
    self->class = rh_calloc(ends->num + 1, sizeof *self->class);
    self->first = rh_calloc(ends->num + 2, sizeof *self->first);
    if (self->bin == NULL || self->class == NULL || self->first == NULL) {
        return RH_ERR_NO_MEMORY;
    }
    for (size_t k = 0; k < ends->num; k++) {
        const struct rh_end *end = &ends->end[k];
        const double x =
            end->usual > 0.0 ? (end->attained - end->threshold) / (end->usual * WIDTH) + BELOW + ROUNDING : -1.0;
        const int bin = x >= 0.0 && x < BINS ? (int)floor(x) : BINS;
        if (bin < BINS && end->pays <= load) {
            *worth = false;
        } else if (bin < BINS) {
            if (end->partner != partner) {
                partner = end->partner;
                self->first[self->partners++] = self->num;
            }
            const int class = (int)floor((1.0 - end->threshold / end->usual + 0.05 * CLASSES) / 0.1);
            self->class[self->num] = class < 0 ? 0 : class < CLASSES ? class : CLASSES - 1;
            self->bin[self->num++] = bin;
        }
    }
    self->first[self->partners] = self->num;
    return RH_OK;
}

static double share_at(int k)
{
    return (double)k / (SHARES - 1);
}

static double reach_at(int k)
{
    return 0.5 * (k + 0.5) / REACHES;
}

static double able_at(int k)
{
    return (k + 0.5) / ABLES;
}

/* Grid of likelihoods: [SHARES][REACHES], the largest 1. */
struct grid {
    double likelihood[SHARES][REACHES];
    double able[ABLES], reach[REACHES]; /* prior masses */
    double posterior[ABLES][REACHES];
};

static void fill_grid(struct grid *self, const struct counts *counts)
{
    double best = -INFINITY;
    for (int r = 0; r < REACHES; r++) {
        struct curve curve = {{0.0}, {{0.0}}};
        draw_curve(&curve);
        for (int s = 0; s < SHARES; s++) {
            self->likelihood[s][r] = best_curve(counts, share_at(s), reach_at(r), &curve);
            best = fmax(best, self->likelihood[s][r]);
        }
    }
    for (int s = 0; s < SHARES; s++) {
        for (int r = 0; r < REACHES; r++) {
            self->likelihood[s][r] = exp(self->likelihood[s][r] - best);
        }
    }
}

/* Prior masses of `num` cells of [0, high], what is above counted to the last. */
static void fill_masses(const struct rh_belief_of *belief, double high, int num, double *mass)
{
    memset(mass, 0, (size_t)num * sizeof *mass);
    for (int k = 0; k < PRIORS; k++) {
        const int cell = (int)floor(rh_belief_of_quantile(belief, (k + 0.5) / PRIORS) / high * num);
        mass[cell < 0 ? 0 : cell < num ? cell : num - 1] += 1.0 / PRIORS;
    }
}

/* Likelihood of a share that buys ahead, by straight lines between the points. */
static double likelihood_at(const struct grid *self, double share, int r)
{
    const double x = share * (SHARES - 1);
    const int s = x < SHARES - 2 ? (int)x : SHARES - 2;
    return self->likelihood[s][r] + (x - s) * (self->likelihood[s + 1][r] - self->likelihood[s][r]);
}

static void fill_posterior(struct grid *self, const struct rh_assumptions *priors, const double *attends)
{
    const struct rh_belief_of *belief = priors->belief;
    const int stride = priors->num_segments;
    const double null = belief[(int)RH_PARAM_NULL_PROGRAM * stride].mean;
    fill_masses(&belief[(int)RH_PARAM_TOPUP_ABLE * stride], 1.0, ABLES, self->able);
    fill_masses(&belief[(int)RH_PARAM_TOPUP_REACH * stride], 0.5, REACHES, self->reach);
    for (int a = 0; a < ABLES; a++) {
        for (int r = 0; r < REACHES; r++) {
            double some = 0.0;
            for (int n = 0; n < RH_WITHIN_POINTS; n++) {
                some += likelihood_at(self, attends[n] * able_at(a), r) / RH_WITHIN_POINTS;
            }
            self->posterior[a][r] =
                self->able[a] * self->reach[r] * ((1.0 - null) * some + null * self->likelihood[0][r]);
        }
    }
}

/* Mean and standard deviation of weights at points. */
static struct rh_moments moments_of(const double *weight, int num, double (*at)(int))
{
    double sum = 0.0, mean = 0.0, square = 0.0;
    for (int k = 0; k < num; k++) {
        sum += weight[k];
        mean += weight[k] * at(k);
        square += weight[k] * at(k) * at(k);
    }
    mean /= sum;
    return (struct rh_moments){mean, sqrt(fmax(square / sum - mean * mean, 0.0))};
}

/* Sums of a table [num][REACHES] over the other. */
static void margins_of(double (*table)[REACHES], int num, double *own, double *reach)
{
    memset(own, 0, (size_t)num * sizeof *own);
    memset(reach, 0, REACHES * sizeof *reach);
    for (int k = 0; k < num; k++) {
        for (int r = 0; r < REACHES; r++) {
            own[k] += table[k][r];
            reach[r] += table[k][r];
        }
    }
}

/* Equally likely pairs: at the middles of equal parts of the cells' masses, in an order that no other draws share. */
static void draw_pairs(const struct grid *self, struct rh_fit_within *able, struct rh_fit_within *reach)
{
    double sum = 0.0, reached = 0.0;
    size_t cell = 0;
    for (size_t k = 0; k < (size_t)ABLES * REACHES; k++) {
        sum += self->posterior[k / REACHES][k % REACHES];
    }
    for (int d = 0; d < RH_FIT_WITHIN_DRAWS; d++) {
        const double until = (d + 0.5) / RH_FIT_WITHIN_DRAWS * sum;
        while (cell + 1 < (size_t)ABLES * REACHES &&
               reached + self->posterior[cell / REACHES][cell % REACHES] < until) {
            reached += self->posterior[cell / REACHES][cell % REACHES];
            cell++;
        }
        const int place = (int)((long)d * 389 % RH_FIT_WITHIN_DRAWS);
        able->draw[place] = able_at((int)(cell / REACHES));
        reach->draw[place] = reach_at((int)(cell % REACHES));
    }
}

/* By the history alone all shares and reaches count alike. */
static void conclude(struct grid *self, const struct rh_assumptions *priors, double complexity,
                     struct rh_fit_within *able, struct rh_fit_within *reach)
{
    double attends[RH_WITHIN_POINTS], own[ABLES], reaches[REACHES];
    const double mean = rh_within_attends(priors, complexity, attends);
    margins_of(self->likelihood, SHARES, own, reaches);
    const struct rh_moments share = moments_of(own, SHARES, share_at);
    const struct rh_moments alone = moments_of(reaches, REACHES, reach_at);
    able->estimate = share.mean / mean;
    able->se = share.sd / mean;
    reach->estimate = alone.mean;
    reach->se = alone.sd;
    fill_posterior(self, priors, attends);
    margins_of(self->posterior, ABLES, own, reaches);
    able->posterior = moments_of(own, ABLES, able_at);
    reach->posterior = moments_of(reaches, REACHES, reach_at);
    able->verdict = reach->verdict = RH_FIT_WITHIN_ESTIMATED;
    draw_pairs(self, able, reach);
}

int rh_topup_find(struct rh_fit_within *able, struct rh_fit_within *reach, const struct rh_ends *ends,
                  const struct rh_assumptions *priors, double complexity, struct rh_error *error)
{
    struct counts counts = {0};
    bool worth = true;
    const double load = rh_parameter_table[RH_PARAM_LOAD_COST].prior.mean;
    struct grid *grid = rh_calloc(1, sizeof *grid);
    int status = grid != NULL ? count_ends(&counts, ends, load, &worth) : RH_ERR_NO_MEMORY;
    if (status == RH_OK) {
        able->partners = reach->partners = counts.partners;
        able->windows = reach->windows = counts.num;
        if (counts.num < LEAST_ENDS || counts.partners < LEAST_PARTNERS) {
            able->verdict = reach->verdict = ends->num == 0 ? RH_FIT_WITHIN_NO_THRESHOLDS
                                             : worth        ? RH_FIT_WITHIN_FEW
                                                            : RH_FIT_WITHIN_NOT_WORTH;
        } else {
            fill_grid(grid, &counts);
            conclude(grid, priors, complexity, able, reach);
        }
    }
    free_counts(&counts);
    free(grid);
    return status == RH_OK ? RH_OK : rh_error_set(error, status, "no memory for how windows ended");
}
