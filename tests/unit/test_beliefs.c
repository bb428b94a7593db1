/* The picture of what was believed before and after: densities of the draws, bars of probabilities, nothing where
 * nothing was learned. */
#include "report/beliefs.h"
#include "scratch_files.h"

#include "core/variates.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

enum { DRAWS = 4000 };

static double prior[DRAWS], after[DRAWS];
static const double none[2] = {0.1, 0.025};

/* Draws by quantiles: a normal of mean 2 and sd 0.5, and one of mean 3 and sd 0.2. */
static const struct rh_beliefs_panel panels[] = {
    {.title = "What 'moves'", .value = {prior, after}, .num = {DRAWS, DRAWS}},
    {.title = "Nobody", .probability = true, .value = {&none[0], &none[1]}, .num = {1, 1}}};

static char *draw(int num_curves)
{
    const struct rh_beliefs beliefs = {
        .source = "Test", .num_curves = num_curves, .curve = {"prior", "all"}, .num_panels = 2, .panel = panels};
    const struct rh_plot_options options = {.folder = scratch_path("plots"), .svg = true, .gnuplot = "true"};
    struct rh_error error = {0};
    size_t length;
    for (int k = 0; k < DRAWS; k++) {
        prior[k] = 2.0 + 0.5 * rh_normal((k + 0.5) / DRAWS);
        after[k] = 3.0 + 0.2 * rh_normal((k + 0.5) / DRAWS);
    }
    const int status = rh_beliefs_write(&beliefs, &options, NULL, &error);
    if (status != RH_OK && status != RH_ERR_IO) { /* "true" draws nothing */
        fail_msg("%s", error.message);
    }
    return num_curves > 0 ? scratch_read(scratch_path("plots/fit-beliefs.dat"), &length) : NULL;
}

/* Mean, sd and integral of the density in that block of the data, by rectangles. */
static void moments_of(const char *data, int block, double *mean, double *sd, double *all)
{
    char mark[32];
    double x = 0.0, y = 0.0, last = NAN, sum = 0.0, square = 0.0;
    snprintf(mark, sizeof mark, "# block %d:", block);
    const char *at = strstr(data, mark);
    assert_non_null(at);
    at = strchr(strchr(at, '\n') + 1, '\n') + 1;
    *all = *mean = 0.0;
    for (int used; sscanf(at, "%lf %lf%n", &x, &y, &used) == 2 && *at != '#'; at += used) {
        const double step = isnan(last) ? 0.0 : x - last;
        *all += y * step;
        sum += y * step * x;
        square += y * step * x * x;
        last = x;
    }
    *mean = sum / *all;
    *sd = sqrt(square / *all - *mean * *mean);
}

static void densities(void **state)
{
    static const double expected_mean[] = {2.0, 3.0}, expected_sd[] = {0.5, 0.2};
    (void)state;
    char *data = draw(2);
    for (int k = 0; k < 2; k++) {
        /* a kernel of 0.9 · sd · 256^(-1/5) widens by 4% */
        const double widened = expected_sd[k] * sqrt(1.0 + pow(0.9 * pow(256.0, -0.2), 2.0));
        double mean, sd, all;
        moments_of(data, k, &mean, &sd, &all);
        assert_true(fabs(all - 1.0) < 0.02);
        assert_true(fabs(mean - expected_mean[k]) < 0.02 * expected_sd[k]);
        assert_true(fabs(sd - widened) < 0.03 * widened);
    }
    free(data);
}

static void bars(void **state)
{
    (void)state;
    char *data = draw(2);
    assert_non_null(strstr(data, "# block 2: Nobody\n# curve percent\n0 10\n1 2.5\n"));
    free(data);
    size_t length;
    char *script = scratch_read(scratch_path("plots/fit-beliefs.gp"), &length);
    assert_non_null(strstr(script, "set label '10.0' at 0,10 "));
    assert_non_null(strstr(script, "What ''moves''")); /* quoted */
    free(script);
}

static void nothing(void **state)
{
    (void)state;
    draw(0);
    assert_true(access(scratch_path("plots/fit-beliefs.gp"), F_OK) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(densities), cmocka_unit_test(bars), cmocka_unit_test(nothing)};
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
