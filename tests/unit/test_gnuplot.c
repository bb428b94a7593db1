/* gnuplot's syntax, axes and colors, and what is said when it is missing or fails. */
#include "report/gnuplot.h"

#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct rh_text text;

static const char *taken(void)
{
    static char copy[1024];
    assert_int_equal(rh_text_status(&text), RH_OK);
    snprintf(copy, sizeof(copy), "%s", rh_text_string(&text));
    rh_text_free(&text);
    return copy;
}

static void test_quotes(void **state)
{
    (void)state;
    rh_gnuplot_string(&text, "it's `date` @home\n\\n \"x\"");
    assert_string_equal(taken(), "'it''s `date` @home \\n \"x\"'");
    rh_gnuplot_label(&text, "in_force {a^b} & ~c @d \\");
    assert_string_equal(taken(), "'in\\_force \\{a\\^b\\} \\& \\~c \\@d \\\\'");
    rh_gnuplot_bold(&text, "Prämie's_1");
    assert_string_equal(taken(), "'{/:Bold Prämie''s\\_1}'");
}

static void test_axis(void **state)
{
    (void)state;
    static const double cases[][2] = {{0.0, 10.0},  {-310000.0, 1.1e6}, {0.013, 0.048}, {5.0, 5.0},
                                      {-3e9, -1e3}, {0.0, 0.0},         {-7.0, -7.0},   {1e-9, 3e-9}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rh_axis axis = rh_axis_make(cases[i][0], cases[i][1], 8);
        if (axis.step <= 0.0 || !(axis.high > axis.low)) {
            fail_msg("case %zu: no axis", i);
        }
        double room = 1e-8 * axis.step;
        assert_true(axis.low <= cases[i][0] + room && axis.high >= cases[i][1] - room);
        double steps = (axis.high - axis.low) / axis.step;
        assert_true(steps >= 3.0 - 1e-9 && steps <= 10.0 + 1e-9);
        double mantissa = axis.step / pow(10.0, floor(log10(axis.step) + 1e-9));
        assert_true(fabs(mantissa - 1.0) < 1e-9 || fabs(mantissa - 2.0) < 1e-9 || fabs(mantissa - 5.0) < 1e-9);
    }
    struct rh_axis axis = rh_axis_make(NAN, 5.0, 8);
    assert_true(axis.low == 0.0 && fabs(axis.high - 1.0) < 1e-9);
}

static void test_tics(void **state)
{
    (void)state;
    struct rh_axis axis = {-500000.0, 1500000.0, 500000.0};
    rh_gnuplot_tics(&text, "x", &axis, true);
    assert_string_equal(taken(),
                        "    set xtics ('−0.5M' -500000, '0' 0, '0.5M' 500000, '1.0M' 1000000, '1.5M' 1500000) "
                        "textcolor rgb '#333333'\n");
    axis = (struct rh_axis){0.0, 45000.0, 20000.0}; /* the end need not be round */
    rh_gnuplot_tics(&text, "y", &axis, true);
    assert_string_equal(taken(), "    set ytics ('0' 0, '20k' 20000, '40k' 40000) textcolor rgb '#333333'\n");
    rh_gnuplot_tics(&text, "y", &axis, false);
    assert_string_equal(taken(), "    set ytics ('' 0, '' 20000, '' 40000) textcolor rgb '#333333'\n");
    axis = (struct rh_axis){-0.05, 0.1, 0.05};
    rh_gnuplot_tics(&text, "y", &axis, true);
    assert_string_equal(taken(),
                        "    set ytics ('−0.05' -0.05, '0' 0, '0.05' 0.05, '0.10' 0.1) textcolor rgb '#333333'\n");
}

static void test_colors(void **state)
{
    (void)state;
    char tint[7];
    for (int k = 0; k < 30; k++) {
        for (int other = 0; other < k && k < RH_NUM_COLORS; other++) {
            assert_string_not_equal(rh_gnuplot_color(k), rh_gnuplot_color(other));
        }
        assert_string_equal(rh_gnuplot_tint(k, 1.0, tint), rh_gnuplot_color(k));
        assert_string_equal(rh_gnuplot_tint(k, 0.0, tint), "FFFFFF");
        assert_non_null(rh_gnuplot_dash(k));
        assert_true(rh_gnuplot_point(k) > 0);
    }
    assert_string_equal(rh_gnuplot_tint(6, 0.5, tint), "808080");
}

static void write_script(const char *folder, const char *script)
{
    char path[300];
    struct rh_output output;
    snprintf(path, sizeof(path), "%s/s.gp", folder);
    assert_int_equal(rh_output_open(&output, path, NULL), RH_OK);
    fputs(script, output.stream);
    assert_int_equal(rh_output_commit(&output, NULL), RH_OK);
}

static void test_run(void **state)
{
    (void)state;
    char folder[] = "test gnuplot's XXXXXX", path[300];
    bool missing = false;
    struct rh_error error = {0};
    assert_non_null(mkdtemp(folder));

    /* Missing: the message names the package. */
    assert_int_equal(rh_gnuplot_run("no-such-gnuplot", folder, "s.gp", &missing, &error), RH_ERR_IO);
    assert_true(missing);
    assert_non_null(strstr(error.message, "gnuplot-nox"));

    /* Something that is there and fails, silently and with words: a stand-in takes gnuplot's place. */
    assert_int_equal(rh_gnuplot_run("false", folder, "s.gp", &missing, &error), RH_ERR_IO);
    assert_false(missing);
    assert_non_null(strstr(error.message, "did not say why"));
    assert_int_equal(rh_gnuplot_run("ls", folder, "s.gp", &missing, &error), RH_ERR_IO);
    assert_false(missing);
    assert_non_null(strstr(error.message, "--default-settings"));
    assert_int_equal(rh_gnuplot_run("true", folder, "s.gp", &missing, &error), RH_OK);

    /* gnuplot itself works in the folder, whatever its name. */
    write_script(folder, "set print 'made'\nprint 1\n");
    int code = rh_gnuplot_run("gnuplot", folder, "s.gp", &missing, &error);
    if (missing) {
        print_message("gnuplot is not installed: its own part is skipped\n");
    } else {
        assert_int_equal(code, RH_OK);
        snprintf(path, sizeof(path), "%s/made", folder);
        assert_int_equal(remove(path), 0);
        write_script(folder, "plot 'nothing.dat'\n");
        assert_int_equal(rh_gnuplot_run("gnuplot", folder, "s.gp", &missing, &error), RH_ERR_IO);
        assert_non_null(strstr(error.message, "nothing.dat"));
    }
    snprintf(path, sizeof(path), "%s/s.gp", folder);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotes), cmocka_unit_test(test_axis), cmocka_unit_test(test_tics),
        cmocka_unit_test(test_colors), cmocka_unit_test(test_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
