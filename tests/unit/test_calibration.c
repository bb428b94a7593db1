/* Pictures of forecasts held against what happened: their data by hand, and what is left out. gnuplot's own opinion of
 * the scripts is asked by tests/cli/backtest-plots. */
#include "report/calibration.h"

#include "scratch_files.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

static const double range[] = {0.5, 0.9};
static const size_t rank[] = {1, 1, 0, 6}, covered[] = {3, 8}, nothing[4];

static const struct rh_calibration usual = {.source = "Somebody's",
                                            .num_of = 2,
                                            .num_spans = 1,
                                            .num_bins = 4,
                                            .num_ranges = 2,
                                            .of = {"partner", "all"},
                                            .span = {"month"},
                                            .range = range,
                                            .num = {{8}, {0}},
                                            .rank = {{rank}, {nothing}},
                                            .covered = {{covered}, {nothing}}};

static char *read_file(const char *name)
{
    size_t length;
    return scratch_read(scratch_path(name), &length);
}

static void remember(void *user, const char *message)
{
    strncat(user, message, 200);
}

/* Writes the pictures with no gnuplot there; what was logged is in log[1000]. */
static int write_pictures(const struct rh_calibration *calibration, char *log)
{
    struct rh_error error = {0};
    const struct rh_plot_options options = {
        .folder = scratch_folder, .png = true, .gnuplot = "gnuplot-that-is-not-there"};
    const struct rh_progress progress = {.log = remember, .user = log};
    log[0] = '\0';
    return rh_calibration_write(calibration, &options, &progress, &error);
}

/* Of 8 outcomes a binomial variate of p = 1/4, 1/2, 9/10 is within [0, 5], [1, 7], [4, 8] in 99 of 100 cases. */
static void data_by_hand(void **state)
{
    char log[1000];
    (void)state;
    assert_int_equal(write_pictures(&usual, log), RH_ERR_IO);
    char *tenths = read_file("backtest-tenths.dat"), *ranges = read_file("backtest-ranges.dat");
    assert_string_equal(tenths, "# In which part of its forecast each outcome fell\n"
                                "# block 0: partner, month: 8 outcomes\n"
                                "# from to share low high, in percent\n"
                                "0 25 12.5 0 62.5\n"
                                "25 50 12.5 0 62.5\n"
                                "50 75 0 0 62.5\n"
                                "75 100 75 0 62.5\n\n\n");
    assert_string_equal(ranges, "# How many outcomes the ranges held\n"
                                "# block 0: partner, month: 8 outcomes\n"
                                "# range held low high, in percent\n"
                                "50 37.5 12.5 87.5\n"
                                "90 100 50 100\n\n\n");
    free(tenths);
    free(ranges);
}

/* All that is drawn is within the axes, and texts are only texts. */
static void scripts(void **state)
{
    char log[1000];
    (void)state;
    assert_int_equal(write_pictures(&usual, log), RH_ERR_IO);
    char *tenths = read_file("backtest-tenths.gp"), *ranges = read_file("backtest-ranges.gp");
    assert_non_null(strstr(tenths, "'Somebody''s'"));
    assert_non_null(strstr(tenths, "set yrange [0:80]"));
    assert_non_null(strstr(tenths, "'8 outcomes'"));
    assert_null(strstr(tenths, "all, month"));
    assert_non_null(strstr(ranges, "set yrange [0:100]"));
    assert_non_null(strstr(ranges, "'50%%' 0, '90%%' 1"));
    assert_null(strstr(ranges, "index 1"));
    free(tenths);
    free(ranges);
}

static void nothing_to_draw(void **state)
{
    struct rh_calibration none = usual;
    char log[1000];
    (void)state;
    none.num[0][0] = 0;
    assert_int_equal(write_pictures(&none, log), RH_OK);
    assert_non_null(strstr(log, "nothing was forecast"));
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(rh_calibration_name(0), "backtest-tenths");
    assert_string_equal(rh_calibration_name(1), "backtest-ranges");
    assert_null(rh_calibration_name(2));
    assert_null(rh_calibration_name(-1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_by_hand),
        cmocka_unit_test(scripts),
        cmocka_unit_test(nothing_to_draw),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
