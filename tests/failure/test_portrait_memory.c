/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Each use of memory on the way from beliefs to a chart fails once, the first, the second, … until the chart is made:
 * no crash, no leak, an honest error. */
#include "failure/failing_memory.h"

#include "portrait/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static struct rh_assumptions assumptions;

/* A stage of its own: those of the pictures have up to 40 programs, which fail alike. */
static int stage(struct rh_error *error)
{
    const struct rh_subject subject = {&assumptions, 0, NAN};
    struct rh_stage stage;
    struct rh_take takes[] = {{.what = RH_SEEN_CHANGE}, {.what = RH_SEEN_TRUST}};
    rh_stage_init(&stage, &subject, (struct rh_stage_setting){.months = 2}, error);
    rh_stage_believe(&stage, "price");
    rh_stage_program(&stage, "  - name: Rebate\n    behavior: {measure: revenue}\n    window: month\n"
                             "    reward: {levels: [{from: 0, rate: 1%%}]}\n");
    rh_stage_bind(&stage);
    rh_stage_watch(&stage, takes, 2);
    const int status = stage.status;
    rh_stage_forget(takes, 2);
    rh_stage_free(&stage);
    return status;
}

/* Points and both files of a chart. */
static int chart(struct rh_error *error)
{
    struct rh_chart chart;
    struct rh_picture picture = {.name = "some"};
    rh_text_init(&picture.data);
    rh_text_init(&picture.script);
    rh_chart_init(&chart, "Some");
    rh_text_puts(&chart.note, "A note");
    struct rh_chart_panel *panel = rh_chart_panel(&chart, "All", "x", "y");
    struct rh_chart_series *series = rh_chart_series(panel, RH_CHART_FAN, "all");
    for (int i = 0; i < 100; i++) {
        rh_chart_add_value(&chart, series, i, i);
    }
    const int status = rh_chart_write(&chart, &(struct rh_plot_options){.png = true, .svg = true}, &picture, error);
    rh_chart_free(&chart);
    rh_text_free(&picture.data);
    rh_text_free(&picture.script);
    return status;
}

static void fail_each(int (*work)(struct rh_error *error), long least)
{
    for (int mode = RH_FAIL_ONCE; mode <= RH_FAIL_ON; mode++) {
        for (long n = 0;; n++) {
            struct rh_error error = {0};
            rh_fail_memory(n, (enum rh_fail_mode)mode);
            const int code = work(&error);
            const bool failed = rh_memory_failed();
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
            assert_int_equal(error.code, code);
            if (!failed) {
                assert_true(n >= least);
                break;
            }
        }
    }
}

static void test_stage(void **state)
{
    (void)state;
    fail_each(stage, 200);
}

static void test_chart(void **state)
{
    (void)state;
    fail_each(chart, 10);
}

static int set_up(void **state)
{
    struct rh_names segments;
    (void)state;
    rh_names_init(&segments);
    return rh_assumptions_init(&assumptions, &segments, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    rh_assumptions_free(&assumptions);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stage), cmocka_unit_test(test_chart)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
