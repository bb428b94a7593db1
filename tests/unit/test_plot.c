/* The plots: which files there are, with gnuplot and without, and that names in them are only names. */
#include "report/plot.h"

#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fake_results.h"

static char folder[] = "test_plot's_XXXXXX";
static const char *const all[] = {"net-benefit", "roi-cost", "cost-by-month", "money",
                                  "segments",    "tornado",  "winners"};
#define NUM_PLOTS ((int)(sizeof all / sizeof *all))
static const char *const extensions[] = {"gp", "dat", "png", "svg", "pdf"};

static char *path_of(const char *name, const char *extension)
{
    static char path[200];
    snprintf(path, sizeof(path), "%s/plots/%s.%s", folder, name, extension);
    return path;
}

static bool there(const char *name, const char *extension)
{
    return access(path_of(name, extension), R_OK) == 0;
}

static void clear(void)
{
    for (int k = 0; rh_plot_name(k) != NULL; k++) {
        for (size_t i = 0; i < 5; i++) {
            (void)remove(path_of(rh_plot_name(k), extensions[i]));
        }
    }
}

static void remember(void *user, const char *message)
{
    strncat(user, message, 400);
}

/* Plots faked results with the options; what was logged is in log[1000]. */
static int plot(const struct fake_results *fake, struct rh_plot_options options, char *log, struct rh_error *error)
{
    char path[100], plots[100];
    struct rh_results results;
    struct rh_progress progress = {.log = remember, .user = log};
    snprintf(path, sizeof(path), "%s/results.h5", folder);
    snprintf(plots, sizeof(plots), "%s/plots", folder);
    options.folder = plots;
    log[0] = '\0';
    assert_int_equal(fake_results_write(fake, path, error), RH_OK);
    assert_int_equal(rh_results_open(&results, path, error), RH_OK);
    int code = rh_plot(&results, &options, &progress, error);
    rh_results_close(&results);
    return code;
}

static void test_names(void **state)
{
    (void)state;
    for (int k = 0; k < NUM_PLOTS; k++) {
        assert_string_equal(rh_plot_name(k), all[k]);
        assert_true(strlen(rh_plot_description(k)) > 0);
    }
    assert_null(rh_plot_name(NUM_PLOTS));
    assert_null(rh_plot_name(-1));
    assert_null(rh_plot_description(NUM_PLOTS));
}

static void test_without_gnuplot(void **state)
{
    (void)state;
    char log[1000];
    struct rh_error error = {0};
    struct fake_results fake = {.num_scenarios = 4, .replications = 300};
    struct rh_plot_options options = {.png = true, .svg = true, .gnuplot = "no-such-gnuplot"};
    clear();
    assert_int_equal(plot(&fake, options, log, &error), RH_ERR_IO);
    assert_non_null(strstr(error.message, "gnuplot-nox"));
    for (int k = 0; k < NUM_PLOTS; k++) {
        assert_true(there(rh_plot_name(k), "gp") && there(rh_plot_name(k), "dat"));
        assert_false(there(rh_plot_name(k), "png") || there(rh_plot_name(k), "svg"));
    }
}

/* A stand-in for gnuplot that makes half a picture and gives up. */
static const char *make_stand_in(void)
{
    static char path[100];
    snprintf(path, sizeof(path), "%s/stand-in", folder);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fprintf(stream, "#!/bin/sh\necho half > \"%s\"\nexit 3\n", path_of("net-benefit", "png"));
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

/* A run that fails leaves no picture: neither half of one, nor an older one. */
static void test_gnuplot_fails(void **state)
{
    (void)state;
    char log[1000];
    struct rh_error error = {0};
    struct fake_results fake = {.num_scenarios = 2, .replications = 50};
    struct rh_plot_options options = {.png = true, .svg = true, .gnuplot = make_stand_in(), .only = "net-benefit"};
    FILE *old = fopen(path_of("net-benefit", "svg"), "w");
    assert_non_null(old);
    assert_int_equal(fclose(old), 0);
    assert_int_equal(plot(&fake, options, log, &error), RH_ERR_IO);
    assert_string_equal(error.file, "net-benefit.gp");
    assert_false(there("net-benefit", "png") || there("net-benefit", "svg"));
    assert_true(there("net-benefit", "gp"));
}

static void test_one_plot(void **state)
{
    (void)state;
    char log[1000];
    struct rh_error error = {0};
    struct fake_results fake = {.num_scenarios = 2, .replications = 50};
    struct rh_plot_options options = {.png = true, .gnuplot = "true", .only = "roi-cost"};
    clear();
    assert_int_equal(plot(&fake, options, log, &error), RH_OK);
    assert_true(there("roi-cost", "gp"));
    assert_false(there("net-benefit", "gp") || there("cost-by-month", "gp"));
    options.only = "money,net-benefit";
    assert_int_equal(plot(&fake, options, log, &error), RH_OK);
    assert_true(there("net-benefit", "gp") && there("money", "gp"));
    assert_false(there("segments", "gp"));
    options.only = "money,no-such-plot,segments";
    assert_int_equal(plot(&fake, options, log, &error), RH_ERR_ARGUMENT);
    assert_non_null(strstr(error.message, "no-such-plot"));
}

static void test_unknown(void **state)
{
    (void)state;
    size_t length;
    assert_null(rh_plot_unknown("money", &length));
    assert_null(rh_plot_unknown("tornado,money", &length));
    assert_string_equal(rh_plot_unknown("money,mone,tornado", &length), "mone,tornado");
    assert_int_equal(length, 4);
    assert_string_equal(rh_plot_unknown("", &length), "");
    assert_string_equal(rh_plot_unknown("money,", &length), "");
    assert_int_equal(length, 0);
}

/* Where nothing costs anything two plots have nothing to show, and say so. */
static void test_nothing_to_draw(void **state)
{
    (void)state;
    char log[1000];
    struct rh_error error = {0};
    struct fake_results fake = {.num_scenarios = 3, .replications = 50, .no_cost = true};
    struct rh_plot_options options = {.png = true, .svg = true, .gnuplot = "true"};
    clear();
    assert_int_equal(plot(&fake, options, log, &error), RH_OK);
    assert_true(there("net-benefit", "gp"));
    assert_false(there("roi-cost", "gp") || there("cost-by-month", "dat"));
    assert_non_null(strstr(log, "roi-cost: not drawn"));
    assert_non_null(strstr(log, "cost-by-month: not drawn"));
    assert_non_null(strstr(log, "money: not drawn"));
    fake.no_partners = true;
    assert_int_equal(plot(&fake, options, log, &error), RH_OK);
    assert_true(there("segments", "gp"));
    assert_false(there("winners", "gp"));
    assert_non_null(strstr(log, "winners: not drawn"));
}

static uint32_t big_endian(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* What stands in each picture, whichever program is best. */
static const char *first_word(int k)
{
    static const char *const words[NUM_PLOTS] = {"in_force", "in_force",          "in_force", "windfall",
                                                 "Silver",   "effort elasticity", "Gold"};
    return words[k];
}

/* Whole pictures, wide enough, with the names as they are: nothing in them was run or taken for markup. */
static void test_pictures(void **state)
{
    (void)state;
    static const int sizes[] = {2, 20};
    char log[1000];
    struct rh_error error = {0};
    struct rh_plot_options options = {.png = true, .svg = true, .gnuplot = "gnuplot"};
    for (size_t i = 0; i < 2; i++) {
        struct fake_results fake = {.num_scenarios = sizes[i], .replications = 200};
        clear();
        if (plot(&fake, options, log, &error) != RH_OK) {
            if (strstr(error.message, "is not installed") != NULL) {
                print_message("gnuplot is not installed: the pictures are not tested\n");
                skip();
            }
            fail_msg("%s: %s", error.file, error.message);
        }
        for (int k = 0; k < NUM_PLOTS; k++) {
            char *bytes;
            size_t length;
            assert_int_equal(rh_file_read(path_of(rh_plot_name(k), "png"), 1u << 24, &bytes, &length, &error), RH_OK);
            assert_true(length > 10000);
            assert_memory_equal(bytes, "\x89PNG\r\n\x1a\n", 8);
            assert_true(big_endian(bytes + 16) >= 900);
            assert_memory_equal(bytes + length - 8, "IEND", 4);
            free(bytes);
            assert_int_equal(rh_file_read(path_of(rh_plot_name(k), "svg"), 1u << 26, &bytes, &length, &error), RH_OK);
            assert_non_null(strstr(bytes, "</svg>"));
            assert_non_null(strstr(bytes, first_word(k)));
            if (sizes[i] > 6 && k < 4) { /* the others show the best few programs */
                assert_non_null(strstr(bytes, "`date` @hom"));
            }
            free(bytes);
        }
    }
}

static int make_folder(void **state)
{
    (void)state;
    char plots[100];
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(plots, sizeof(plots), "%s/plots", folder);
    return rh_make_folder(plots, NULL);
}

static int remove_folder(void **state)
{
    (void)state;
    char path[100];
    clear();
    snprintf(path, sizeof(path), "%s/plots", folder);
    (void)rmdir(path);
    snprintf(path, sizeof(path), "%s/stand-in", folder);
    (void)remove(path);
    snprintf(path, sizeof(path), "%s/results.h5", folder);
    (void)remove(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),    cmocka_unit_test(test_without_gnuplot), cmocka_unit_test(test_gnuplot_fails),
        cmocka_unit_test(test_one_plot), cmocka_unit_test(test_unknown),         cmocka_unit_test(test_nothing_to_draw),
        cmocka_unit_test(test_pictures),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
