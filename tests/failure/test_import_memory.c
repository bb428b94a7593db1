/* link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc */
/* Memory that runs out anywhere in the history's room: told, nothing leaks, nothing is left half. */
#include "failure/failing_memory.h"
#include "history/import.h"
#include "history/panel.h"
#include "scratch_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static struct rh_import_options options;

static void write_files(void)
{
    static char paths[4][96];
    char ledger[4096] = "kunde,date,product,quantity,amount,cost,promo\n";
    for (int k = 0; k < 40; k++) { /* some more than the arrays' first capacity */
        sprintf(ledger + strlen(ledger), "%c,2020-%02d-01,\"L,%d\",1,%d.5,1,p%d\n", 'A' + k % 2, 1 + k % 12, k % 9, k,
                k);
    }
    strcpy(paths[0], scratch_write("ledger.csv", ledger));
    strcpy(paths[1],
           scratch_write("partners.csv", "partner_id,name,segment,city\nA,Anna,Shop,Rome\nB,Bob,Club,Oslo\n"));
    strcpy(paths[2], scratch_write("targets.csv", "partner_id,measure,window,window_start,target\n"
                                                  "B,revenue,month,2020-02-01,5\nA,leads,year,2020-01-01,5\n"));
    strcpy(paths[3], scratch_write("map.yaml", "rehearse: map/1\nledger:\n  columns: {partner_id: kunde}\n"
                                               "  constants: {measure: revenue}\npartners: {keep: [city]}\n"));
    options =
        (struct rh_import_options){.ledger = paths[0], .partners = paths[1], .targets = paths[2], .map = paths[3]};
}

static void check_import(enum rh_fail_mode mode)
{
    long n = 0, num_recovered = 0;
    write_files();
    for (;; n++) {
        struct rh_history history;
        struct rh_import_report report;
        struct rh_problems problems;
        rh_problems_init(&problems);
        rh_fail_memory(n, mode);
        const int code = rh_import(&history, &options, NULL, &report, &problems);
        const bool failed = rh_memory_failed();
        if (failed && code == RH_OK) { /* libcsv tries again with less, and may have got it */
            assert_int_equal(mode, RH_FAIL_ONCE);
            assert_int_equal(history.events.num, 40);
            num_recovered++;
        } else {
            assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
        }
        rh_history_free(&history);
        rh_problems_free(&problems);
        if (!failed) {
            break;
        }
    }
    assert_true(n > 100 && num_recovered <= 3); /* one buffer per file */
}

static void test_import_once(void **state)
{
    (void)state;
    check_import(RH_FAIL_ONCE);
}

static void test_import_on(void **state)
{
    (void)state;
    check_import(RH_FAIL_ON);
}

static void import_whole(struct rh_history *history)
{
    struct rh_import_report report;
    struct rh_problems problems;
    write_files();
    rh_problems_init(&problems);
    assert_int_equal(rh_import(history, &options, NULL, &report, &problems), RH_OK);
    rh_problems_free(&problems);
}

static void test_write(void **state)
{
    struct rh_history history;
    struct rh_error error;
    const char *path = scratch_path("h.h5");
    long n = 0;
    (void)state;
    import_whole(&history);
    for (;; n++) {
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = rh_history_write(&history, path, &error);
        if (!rh_memory_failed()) {
            assert_int_equal(code, RH_OK);
            break;
        }
        /* HDF5 does not hand on why its driver could not open a file */
        assert_true(code == RH_ERR_NO_MEMORY || code == RH_ERR_IO);
        assert_int_equal(access(path, F_OK), -1);
    }
    assert_true(n > 2);
    rh_history_free(&history);
}

static void test_read(void **state)
{
    struct rh_history history;
    struct rh_error error;
    const char *path = scratch_path("h.h5");
    long n = 0;
    (void)state;
    import_whole(&history);
    assert_int_equal(rh_history_write(&history, path, &error), RH_OK);
    rh_history_free(&history);
    for (;; n++) {
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = rh_history_read(&history, path, &error);
        const bool failed = rh_memory_failed();
        assert_true(failed ? code == RH_ERR_NO_MEMORY || code == RH_ERR_FORMAT : code == RH_OK);
        rh_history_free(&history);
        if (!failed) {
            break;
        }
    }
    assert_true(n > 50);
}

static void test_panel_and_summary(void **state)
{
    struct rh_history history;
    struct rh_error error;
    bool failed = true;
    long n = 0;
    (void)state;
    import_whole(&history);
    rh_ppm *exchange = calloc(history.partners.num, sizeof *exchange);
    for (size_t row = 0; row < history.partners.num; row++) {
        exchange[row] = 2 * RH_PPM_ONE;
    }
    for (; failed; n++) {
        struct rh_panel panel;
        struct rh_view view = {NULL};
        rh_fail_memory(n, RH_FAIL_ONCE);
        int code = rh_panel_init(&panel, &history, exchange, &error);
        if (code == RH_OK) {
            code = rh_view_init(&view, &panel, &history, true, NULL, NULL, NULL, &error);
        }
        failed = rh_memory_failed();
        assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
        rh_view_free(&view);
        rh_panel_free(&panel);
    }
    free(exchange);
    assert_true(n > 10);
    failed = true;
    for (n = 0; failed; n++) {
        struct rh_text text;
        rh_text_init(&text);
        rh_fail_memory(n, RH_FAIL_ONCE);
        const int code = rh_history_summarize(&history, &text, &error);
        failed = rh_memory_failed();
        assert_int_equal(code, failed ? RH_ERR_NO_MEMORY : RH_OK);
        rh_text_free(&text);
    }
    assert_true(n > 10);
    rh_history_free(&history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import_once), cmocka_unit_test(test_import_on),         cmocka_unit_test(test_write),
        cmocka_unit_test(test_read),        cmocka_unit_test(test_panel_and_summary),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
