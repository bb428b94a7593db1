/* Themes: every color of a script is changed, and nothing else; what stands on what stays legible. */
#include "report/theme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "report/gnuplot.h"

static void check(enum rh_theme theme, const char *before, const char *after)
{
    struct rh_text script;
    rh_text_init(&script);
    rh_text_puts(&script, before);
    assert_int_equal(rh_theme_apply(theme, &script), RH_OK);
    assert_string_equal(rh_text_string(&script), after);
    rh_text_free(&script);
}

/* What a color of the light theme becomes. */
static unsigned become(enum rh_theme theme, const char *color)
{
    struct rh_text script;
    rh_text_init(&script);
    rh_text_printf(&script, "lc rgb '#%s'", color);
    assert_int_equal(rh_theme_apply(theme, &script), RH_OK);
    const unsigned rgb = (unsigned)strtoul(strchr(rh_text_string(&script), '#') + 1, NULL, 16);
    rh_text_free(&script);
    return rgb;
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(rh_theme_name(RH_THEME_LIGHT), "light");
    assert_string_equal(rh_theme_name(RH_THEME_DARK), "dark");
    assert_string_equal(rh_theme_name(RH_THEME_PRINT), "print");
    assert_null(rh_theme_name(RH_NUM_THEMES));
    assert_null(rh_theme_name(-1));
}

static void test_scripts(void **state)
{
    (void)state;
    static const char light[] = "plot x lc rgb '#0072B2', y lc rgb '#B0E69F00' # both\nset border lc rgb 'black'\n";
    check(RH_THEME_LIGHT, light, light);
    check(RH_THEME_DARK, light, "plot x lc rgb '#4A9EDC', y lc rgb '#B0F0B032' # both\nset border lc rgb '#F2F2F2'\n");
    check(RH_THEME_DARK, "set title 'rgb #0072B2'' rgb ''#0072B2' textcolor rgb 'white'",
          "set title 'rgb #0072B2'' rgb ''#0072B2' textcolor rgb '#16191D'");
    check(RH_THEME_DARK, "lc rgb 'red', lc rgb '#12345', lc rgb '#GGGGGG', lc rgb '", /* none of ours */
          "lc rgb 'red', lc rgb '#12345', lc rgb '#GGGGGG', lc rgb '");
    check(RH_THEME_PRINT, "", "");
}

static void test_ink(void **state)
{
    (void)state;
    check(RH_THEME_LIGHT, "rgb 'ink on #0072B2' rgb 'ink on #F4D79C'", "rgb '#FFFFFF' rgb '#000000'");
    /* Relative luminances 0.15 and 0.22, on both sides of where black becomes the better one. */
    check(RH_THEME_LIGHT, "rgb 'ink on #0072B2' rgb 'ink on #D55E00'", "rgb '#FFFFFF' rgb '#000000'");
    /* A light tint is a dark one there. */
    check(RH_THEME_DARK, "rgb 'ink on #56B4E9' rgb 'ink on #F4D79C'", "rgb '#000000' rgb '#FFFFFF'");
}

/* Grays and tints lie between paper and ink, or paper and color. */
static void test_between(void **state)
{
    (void)state;
    char tint[7];
    assert_int_equal(become(RH_THEME_DARK, "FFFFFF"), 0x16191D);
    assert_int_equal(become(RH_THEME_DARK, "000000"), 0xF2F2F2);
    assert_true(become(RH_THEME_DARK, "DDDDDD") < become(RH_THEME_DARK, "444444"));
    for (int k = 0; k < 6; k++) {
        const unsigned full = become(RH_THEME_PRINT, rh_gnuplot_color(k));
        const unsigned half = become(RH_THEME_PRINT, rh_gnuplot_tint(k, 0.5, tint));
        assert_true((full & 0xFF) == (full >> 16) && (full & 0xFF) == (full >> 8 & 0xFF)); /* gray */
        assert_in_range(half & 0xFF, (full & 0xFF) / 2 + 126, (full & 0xFF) / 2 + 129);
    }
}

/* No two programs look the same, and on each paper all of them are seen. */
static void test_distinct(void **state)
{
    (void)state;
    for (int theme = 0; theme < RH_NUM_THEMES; theme++) {
        for (int k = 0; k < RH_NUM_COLORS; k++) {
            const unsigned color = become((enum rh_theme)theme, rh_gnuplot_color(k));
            assert_int_not_equal(color, become((enum rh_theme)theme, "FFFFFF"));
            for (int other = 0; other < k; other++) {
                assert_int_not_equal(color, become((enum rh_theme)theme, rh_gnuplot_color(other)));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),   cmocka_unit_test(test_scripts),  cmocka_unit_test(test_ink),
        cmocka_unit_test(test_between), cmocka_unit_test(test_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
