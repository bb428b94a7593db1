/* The fit of effects and slope against Newton's method on all of their coefficients at once, by a dense solver, on
 * random panels with holes. */
#include "fit/ppml.h"
#include "support/rehearsal.h"

#include <gsl/gsl_linalg.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UNITS 9
#define CELLS 7
#define MOST (UNITS * CELLS)
#define SIZE (UNITS + CELLS) /* slope, units, cells but the first */

struct sample {
    double y[MOST], x[MOST];
    int unit[MOST], cell[MOST], cluster[MOST];
    struct rh_ppml_data data;
};

static void draw(struct sample *self, uint64_t *random)
{
    size_t num = 0;
    for (int u = 0; u < UNITS; u++) {
        for (int c = 0; c < CELLS; c++) {
            if (rehearsal_uniform(random) < 0.9) {
                self->x[num] = rehearsal_uniform(random);
                self->y[num] = rehearsal_uniform(random) < 0.2 ? 0.0 : exp(3.0 * rehearsal_uniform(random));
                self->unit[num] = u;
                self->cell[num] = c;
                self->cluster[num++] = u / 2; /* units of a cluster may be dependent */
            }
        }
    }
    self->data = (struct rh_ppml_data){.num = num,
                                       .y = self->y,
                                       .x = self->x,
                                       .unit = self->unit,
                                       .cell = self->cell,
                                       .cluster = self->cluster,
                                       .num_units = UNITS,
                                       .num_cells = CELLS,
                                       .num_clusters = (UNITS + 1) / 2};
}

/* Regressors of an observation. */
static void row_of(const struct sample *self, size_t k, double *row)
{
    memset(row, 0, SIZE * sizeof *row);
    row[0] = self->x[k];
    row[1 + self->unit[k]] = 1.0;
    if (self->cell[k] > 0) {
        row[UNITS + self->cell[k]] = 1.0;
    }
}

/* Information and score at b. */
static void add_up(const struct sample *self, const double *b, gsl_matrix *information, gsl_vector *score)
{
    gsl_matrix_set_zero(information);
    gsl_vector_set_zero(score);
    for (size_t k = 0; k < self->data.num; k++) {
        double row[SIZE], index = 0.0;
        row_of(self, k, row);
        for (size_t i = 0; i < SIZE; i++) {
            index += row[i] * b[i];
        }
        for (size_t i = 0; i < SIZE; i++) {
            *gsl_vector_ptr(score, i) += row[i] * (self->y[k] - exp(index));
            for (size_t j = 0; j < SIZE; j++) {
                *gsl_matrix_ptr(information, i, j) += exp(index) * row[i] * row[j];
            }
        }
    }
}

/* Error of the slope from the sandwich of the whole information and the clusters' scores. */
static double sandwich(const struct sample *self, const double *b, gsl_matrix *inverse)
{
    const int clusters = self->data.num_clusters;
    double sum = 0.0;
    for (int g = 0; g < clusters; g++) {
        double influence = 0.0;
        for (size_t k = 0; k < self->data.num; k++) {
            double row[SIZE], index = 0.0;
            row_of(self, k, row);
            for (size_t i = 0; i < SIZE; i++) {
                index += row[i] * b[i];
            }
            for (size_t i = 0; i < SIZE && self->cluster[k] == g; i++) {
                influence += gsl_matrix_get(inverse, 0, i) * row[i] * (self->y[k] - exp(index));
            }
        }
        sum += influence * influence;
    }
    return sqrt(sum * clusters / (clusters - 1.0));
}

static void solve(const struct sample *self, double *slope, double *se)
{
    double b[SIZE] = {0};
    gsl_matrix *information = gsl_matrix_alloc(SIZE, SIZE), *inverse = gsl_matrix_alloc(SIZE, SIZE);
    gsl_vector *score = gsl_vector_alloc(SIZE), *step = gsl_vector_alloc(SIZE);
    gsl_permutation *order = gsl_permutation_alloc(SIZE);
    int sign;
    for (int n = 0; n < 60; n++) {
        add_up(self, b, information, score);
        gsl_linalg_LU_decomp(information, order, &sign);
        gsl_linalg_LU_solve(information, order, score, step);
        for (size_t i = 0; i < SIZE; i++) {
            b[i] += fmin(fmax(gsl_vector_get(step, i), -1.0), 1.0);
        }
    }
    add_up(self, b, information, score);
    gsl_linalg_LU_decomp(information, order, &sign);
    gsl_linalg_LU_invert(information, order, inverse);
    *slope = b[0];
    *se = sandwich(self, b, inverse);
    gsl_permutation_free(order);
    gsl_vector_free(step);
    gsl_vector_free(score);
    gsl_matrix_free(inverse);
    gsl_matrix_free(information);
}

static void equals_newton_on_all_coefficients(void **state)
{
    (void)state;
    uint64_t random = 20;
    for (int n = 0; n < 100; n++) {
        struct sample sample;
        struct rh_ppml fit;
        double slope, se;
        draw(&sample, &random);
        solve(&sample, &slope, &se);
        assert_int_equal(rh_ppml_fit(&fit, &sample.data, NULL), RH_OK);
        assert_int_equal(fit.verdict, RH_PPML_ESTIMATED);
        if (!(fabs(fit.slope - slope) <= 1e-8) || !(fabs(fit.se - se) <= 1e-8 * se)) {
            fail_msg("case %d: %.12g (%.12g) is not %.12g (%.12g)", n, fit.slope, fit.se, slope, se);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equals_newton_on_all_coefficients)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
