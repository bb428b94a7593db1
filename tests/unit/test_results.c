/* results.h5: what is written is read back, the bytes do not depend on the blocks, and what is not a whole results file
 * is refused with the reason. */
#include "build_results.h"
#include "core/file.h"
#include "core/h5.h"
#include "results/layout.h"
#include "results/results.h"
#include "scratch_files.h"
#include "stats/summary.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define REPLICATIONS 1000

/* Everything in the folder that is named like a temporary file. */
static int num_leftovers(void)
{
    int num = 0;
    DIR *stream = opendir(scratch_folder);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        num += strstr(entry->d_name, ".part") != NULL;
    }
    closedir(stream);
    return num;
}

static void assert_same(double a, double b)
{
    if (!((isnan(a) && isnan(b)) || a == b)) {
        fail_msg("%.17g is not %.17g", a, b);
    }
}

static void open_example(struct rh_results *results, uint64_t replications, int block_size)
{
    struct rh_error error;
    const char *path = scratch_path("r.h5");
    assert_int_equal(example_write(path, replications, block_size, &error), RH_OK);
    if (rh_results_open(results, path, &error) != RH_OK) {
        fail_msg("%s", error.message);
    }
}

static void test_header_comes_back(void **state)
{
    (void)state;
    struct rh_results r;
    open_example(&r, REPLICATIONS, 300);
    assert_string_equal(r.title, "Example – Übung");
    assert_string_equal(r.currency, "EUR");
    assert_true(r.seed == UINT64_MAX);
    assert_int_equal(r.replications, REPLICATIONS);
    assert_int_equal(r.reference, 0);
    assert_true(r.margin_assumed);
    assert_int_equal(r.first_month, rh_month_make(2023, 11));
    assert_int_equal(r.num_scenarios, 3);
    for (int s = 0; s < 3; s++) {
        assert_string_equal(r.scenario[s], example_scenarios[s]);
        assert_string_equal(r.scenario_text[s], example_texts[s]);
    }
    assert_int_equal(r.cut_size[RH_CUT_MONTH], 4);
    assert_string_equal(r.cut_label[RH_CUT_MONTH][0], "2023-11");
    assert_string_equal(r.cut_label[RH_CUT_MONTH][3], "2024-02");
    assert_int_equal(r.cut_size[RH_CUT_SEGMENT], 2);
    assert_string_equal(r.cut_label[RH_CUT_SEGMENT][1], "Café/Bar");
    assert_int_equal(r.cut_size[RH_CUT_INCENTIVE], 1);
    assert_int_equal(r.num_extra, 2);
    assert_string_equal(r.extra[0], "demo/visit");
    assert_int_equal(r.num_notes, 2);
    assert_string_equal(r.note[1], "Margins are assumed.");
    rh_results_close(&r);
    rh_results_close(&r);
}

/* 20,000 replications fill more than one chunk of every dataset; 1,000 not one of some. */
static void check_numbers(uint64_t replications, int block_size)
{
    struct rh_results r;
    struct rh_error error;
    double *values = calloc(replications, sizeof *values);
    float *cut_values = calloc(replications * 4, sizeof *cut_values);
    assert_non_null(values);
    assert_non_null(cut_values);
    open_example(&r, replications, block_size);
    for (int s = 0; s < 3; s++) {
        for (int k = 0; k < RH_NUM_KPIS; k++) {
            assert_int_equal(rh_results_read_kpi(&r, (enum rh_kpi)k, s, values, &error), RH_OK);
            for (uint64_t i = 0; i < replications; i++) {
                assert_same(values[i], example_kpi(s, k, i));
            }
            for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
                const int ret = rh_results_read_cut(&r, (enum rh_cut)cut, (enum rh_kpi)k, s, cut_values, &error);
                if (rh_cut_place((enum rh_cut)cut, (enum rh_kpi)k) < 0) {
                    assert_int_equal(ret, RH_ERR_ARGUMENT);
                    continue;
                }
                assert_int_equal(ret, RH_OK);
                const uint64_t size = (uint64_t)r.cut_size[cut];
                for (uint64_t i = 0; i < replications * size; i++) {
                    assert_same((double)cut_values[i], (double)example_cut(s, cut, k, (int)(i % size), i / size));
                }
            }
        }
        for (int m = 0; m < EXAMPLE_EXTRAS; m++) {
            assert_int_equal(rh_results_read_extra(&r, m, s, values, &error), RH_OK);
            for (uint64_t i = 0; i < replications; i++) {
                assert_same(values[i], example_extra(s, m, i));
            }
        }
    }
    assert_int_equal(rh_h5_read((hid_t)r.file, "parameters/pass_through", RH_H5_DOUBLE, replications, values, &error),
                     RH_OK);
    for (uint64_t i = 0; i < replications; i++) {
        assert_same(values[i], example_parameter(1, i));
    }
    assert_int_equal(rh_results_read_kpi(&r, RH_KPI_COST, 3, values, &error), RH_ERR_ARGUMENT);
    assert_int_equal(rh_results_read_kpi(&r, RH_KPI_COST, -1, values, &error), RH_ERR_ARGUMENT);
    assert_int_equal(rh_results_read_extra(&r, 2, 0, values, &error), RH_ERR_ARGUMENT);
    rh_results_close(&r);
    free(values);
    free(cut_values);
}

static void test_numbers_come_back(void **state)
{
    (void)state;
    check_numbers(1, 1);
    check_numbers(REPLICATIONS, 300);
    check_numbers(20000, 3000);
}

static void test_summaries_are_those_of_the_numbers(void **state)
{
    (void)state;
    struct rh_results r;
    struct rh_error error;
    double *values = calloc(3 * REPLICATIONS, sizeof *values), *below = calloc(REPLICATIONS, sizeof *below);
    assert_non_null(values);
    assert_non_null(below);
    open_example(&r, REPLICATIONS, 128);
    for (int k = 0; k < RH_NUM_KPIS; k++) {
        const int denominator = rh_kpi_table[k].denominator;
        for (int s = 0; s < 3; s++) {
            struct rh_summary in_file, expected;
            assert_int_equal(rh_results_read_kpi(&r, (enum rh_kpi)k, s, values + s * REPLICATIONS, &error), RH_OK);
            if (denominator >= 0) {
                assert_int_equal(rh_results_read_kpi(&r, (enum rh_kpi)denominator, s, below, &error), RH_OK);
            }
            assert_int_equal(rh_summary_compute(&expected, values + s * REPLICATIONS, denominator >= 0 ? below : NULL,
                                                REPLICATIONS, &error),
                             RH_OK);
            assert_int_equal(rh_results_read_summary(&r, (enum rh_kpi)k, s, &in_file, &error), RH_OK);
            assert_int_equal(in_file.num, expected.num);
            assert_same(in_file.missing, expected.missing);
            assert_same(in_file.mean, expected.mean);
            assert_same(in_file.mean_se, expected.mean_se);
            assert_same(in_file.sd, expected.sd);
            for (int q = 0; q < RH_NUM_QUANTILES; q++) {
                assert_same(in_file.quantile[q], expected.quantile[q]);
                assert_same(in_file.quantile_low[q], expected.quantile_low[q]);
                assert_same(in_file.quantile_high[q], expected.quantile_high[q]);
            }
        }
        for (int pair = 0; pair < 9; pair++) {
            struct rh_difference in_file, expected;
            assert_int_equal(rh_difference_compute(&expected, values + pair / 3 * REPLICATIONS,
                                                   values + pair % 3 * REPLICATIONS, REPLICATIONS, &error),
                             RH_OK);
            assert_int_equal(rh_results_read_difference(&r, (enum rh_kpi)k, pair / 3, pair % 3, &in_file, &error),
                             RH_OK);
            assert_int_equal(in_file.num, expected.num);
            assert_same(in_file.mean, expected.mean);
            assert_same(in_file.mean_se, expected.mean_se);
            assert_same(in_file.sd, expected.sd);
            assert_same(in_file.p05, expected.p05);
            assert_same(in_file.p50, expected.p50);
            assert_same(in_file.p95, expected.p95);
            assert_same(in_file.p_positive, expected.p_positive);
            assert_same(in_file.p_positive_se, expected.p_positive_se);
        }
    }
    struct rh_difference d;
    assert_int_equal(rh_results_read_difference(&r, RH_KPI_COST, 0, 3, &d, &error), RH_ERR_ARGUMENT);
    rh_results_close(&r);
    free(values);
    free(below);
}

static void assert_close(double found, double expected, double relative)
{
    if (!(fabs(found - expected) <= relative * fabs(expected) + 1e-4)) {
        fail_msg("%.17g is not %.17g", found, expected);
    }
}

/* The figures of one partner against its values, which have been rounded to 10⁻⁴. */
static void check_partner(const struct rh_results_partners *p, int scenario, int partner)
{
    const size_t at = (size_t)scenario * EXAMPLE_PARTNERS + (size_t)partner;
    for (int outcome = 0; outcome < RH_NUM_OUTCOMES; outcome++) {
        double value[REPLICATIONS], sum = 0.0, squares = 0.0, gains = 0.0, losses = 0.0;
        for (uint64_t r = 0; r < REPLICATIONS; r++) {
            value[r] = example_outcome(scenario, partner, outcome, r);
            sum += value[r];
            gains += value[r] > 0.5e-4;
            losses += value[r] < -0.5e-4;
        }
        for (uint64_t r = 0; r < REPLICATIONS; r++) {
            squares += (value[r] - sum / REPLICATIONS) * (value[r] - sum / REPLICATIONS);
        }
        rh_sort_numbers(value, REPLICATIONS);
        static const enum rh_partner_figure mean[] = {RH_PARTNER_GAIN_MEAN, RH_PARTNER_CHANGE_MEAN,
                                                      RH_PARTNER_LIFT_MEAN, RH_PARTNER_PAYOUT_MEAN};
        assert_close(p->figure[mean[outcome]][at], sum / REPLICATIONS, 0.0);
        assert_close(p->figure[mean[outcome] + 1][at], sqrt(squares / (REPLICATIONS - 1)), 0.0);
        if (outcome == RH_OUTCOME_GAIN || outcome == RH_OUTCOME_CHANGE) {
            assert_same(p->figure[mean[outcome] + 2][at], gains / REPLICATIONS);
            assert_same(p->figure[mean[outcome] + 3][at], losses / REPLICATIONS);
        } else {
            assert_close(p->figure[mean[outcome] + 2][at], value[(REPLICATIONS - 1) / 20], 0.01);
            assert_close(p->figure[mean[outcome] + 3][at], value[(REPLICATIONS - 1) / 2], 0.01);
            assert_close(p->figure[mean[outcome] + 4][at], value[(REPLICATIONS - 1) * 19 / 20], 0.01);
        }
    }
}

static void test_partners_come_back(void **state)
{
    (void)state;
    struct rh_results r;
    struct rh_error error;
    struct rh_results_partners partners;
    open_example(&r, REPLICATIONS, 300);
    assert_int_equal(rh_results_read_partners(&r, &partners, &error), RH_OK);
    assert_int_equal(partners.num, EXAMPLE_PARTNERS);
    for (int i = 0; i < EXAMPLE_PARTNERS; i++) {
        assert_string_equal(partners.id[i], example_partners[i].id);
        assert_string_equal(partners.segment[i], example_partners[i].segment);
        assert_string_equal(partners.region[i], example_partners[i].region);
        assert_string_equal(partners.tier[i], example_partners[i].tier);
        for (int s = 0; s < EXAMPLE_SCENARIOS; s++) {
            check_partner(&partners, s, i);
        }
    }
    rh_results_partners_free(&partners);
    rh_results_close(&r);
}

/* More partners than a chunk holds. */
static void test_many_partners(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    struct rh_results_partner *partner = calloc(MANY, sizeof *partner);
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, MANY);
    struct rh_block block;
    struct rh_results_header header = example_header(5);
    assert_true(partner != NULL && outcomes != NULL);
    for (int i = 0; i < MANY; i++) {
        const double units = 1e4 * i;
        partner[i] = example_partners[i % EXAMPLE_PARTNERS];
        rh_outcomes_add(outcomes, 2, i, RH_OUTCOME_GAIN, &units, 1);
    }
    header.num_partners = MANY;
    header.partner = partner;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("m.h5"), &header, &error), RH_OK);
    assert_true(example_block(&block, 0, 5));
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_OK);
    example_block_free(&block);
    assert_int_equal(rh_results_writer_finish(writer, &error), RH_ERR_ARGUMENT); /* partners are to come */
    assert_int_equal(rh_results_writer_partners(writer, outcomes, &error), RH_OK);
    assert_int_equal(rh_results_writer_partners(writer, outcomes, &error), RH_ERR_ARGUMENT);
    assert_int_equal(rh_results_writer_finish(writer, &error), RH_OK);
    rh_results_writer_destroy(writer);
    rh_outcomes_destroy(outcomes);
    free(partner);
    struct rh_results r;
    struct rh_results_partners partners;
    assert_int_equal(rh_results_open(&r, scratch_path("m.h5"), &error), RH_OK);
    assert_int_equal(rh_results_read_partners(&r, &partners, &error), RH_OK);
    assert_int_equal(partners.num, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_same(partners.figure[RH_PARTNER_GAIN_MEAN][2 * MANY + i], i);
        assert_true(isnan(partners.figure[RH_PARTNER_GAIN_MEAN][i]));
    }
    rh_results_partners_free(&partners);
    rh_results_close(&r);
}

static void assert_same_file(const char *a, const char *b)
{
    char *bytes_a = NULL, *bytes_b = NULL;
    size_t length_a = 0, length_b = 0;
    struct rh_error error;
    assert_int_equal(rh_file_read(a, 1u << 30, &bytes_a, &length_a, &error), RH_OK);
    assert_int_equal(rh_file_read(b, 1u << 30, &bytes_b, &length_b, &error), RH_OK);
    assert_int_equal(length_a, length_b);
    assert_memory_equal(bytes_a, bytes_b, length_a);
    free(bytes_a);
    free(bytes_b);
}

static void test_bytes_do_not_depend_on_blocks(void **state)
{
    (void)state;
    struct rh_error error;
    static const int sizes[] = {1, 37, 255, 256, 257, 1024, 5000, 9001};
    assert_int_equal(example_write(scratch_path("all.h5"), 9001, 9001, &error), RH_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(example_write(scratch_path("some.h5"), 9001, sizes[i], &error), RH_OK);
        assert_same_file(scratch_path("all.h5"), scratch_path("some.h5"));
    }
    assert_int_equal(example_write(scratch_path("all.h5"), 40000, 40000, &error), RH_OK);
    assert_int_equal(example_write(scratch_path("some.h5"), 40000, 1111, &error), RH_OK);
    assert_same_file(scratch_path("all.h5"), scratch_path("some.h5"));
    assert_int_equal(num_leftovers(), 0);
}

static void test_blocks_out_of_order(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    struct rh_block block;
    const struct rh_results_header header = example_header(100);
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("o.h5"), &header, &error), RH_OK);
    assert_true(example_block(&block, 10, 10));
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_ERR_ARGUMENT);
    example_block_free(&block);
    assert_true(example_block(&block, 0, 101));
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_ERR_ARGUMENT);
    example_block_free(&block);
    assert_true(example_block(&block, 0, 50));
    block.cut_size[RH_CUT_REGION]++;
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_ERR_ARGUMENT);
    block.cut_size[RH_CUT_REGION]--;
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_OK);
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_ERR_ARGUMENT); /* again */
    example_block_free(&block);
    assert_int_equal(rh_results_writer_finish(writer, &error), RH_ERR_ARGUMENT);
    assert_non_null(strstr(error.message, "50 of 100 replications"));
    rh_results_writer_destroy(writer);
    assert_int_equal(access(scratch_path("o.h5"), F_OK), -1);
    assert_int_equal(num_leftovers(), 0);
    rh_results_writer_destroy(NULL);
}

static void test_headers_that_cannot_be(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    struct rh_results_header header = example_header(0);
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("o.h5"), &header, &error), RH_ERR_ARGUMENT);
    header = example_header(10);
    header.reference = 3;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("o.h5"), &header, &error), RH_ERR_ARGUMENT);
    header = example_header(10);
    header.num_scenarios = 0;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("o.h5"), &header, &error), RH_ERR_ARGUMENT);
    assert_null(writer);
}

/* Asks to stop at the n-th report of what. */
struct stopper {
    const char *what;
    int left;
    volatile int stop;
};

static void stop_at(void *user, const char *what, uint64_t done, uint64_t total)
{
    struct stopper *self = user;
    (void)done;
    (void)total;
    if (strcmp(what, self->what) == 0 && --self->left == 0) {
        self->stop = 1;
    }
}

/* Ctrl-C while replications are laid out (a thousand million of them would take hours) and while they are summarized;
 * no file is left. */
static void test_interrupted(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    struct stopper stopper = {"laying out the results", 3, 0};
    const struct rh_progress progress = {.report = stop_at, .user = &stopper, .stop = &stopper.stop};
    struct rh_results_header header = example_header(1000000000);
    header.progress = &progress;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("i.h5"), &header, &error), RH_ERR_INTERRUPTED);
    assert_null(writer);
    assert_int_equal(stopper.left, 0);
    stopper = (struct stopper){"summarizing", 2, 0};
    struct rh_block block;
    header.replications = 5;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("i.h5"), &header, &error), RH_OK);
    assert_true(example_block(&block, 0, 5));
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_OK);
    example_block_free(&block);
    assert_int_equal(example_write_partners(writer, 5, &error), RH_OK);
    assert_int_equal(rh_results_writer_finish(writer, &error), RH_ERR_INTERRUPTED);
    rh_results_writer_destroy(writer);
    assert_int_equal(access(scratch_path("i.h5"), F_OK), -1);
}

/* What finance reads: the study's confidence, and months whose sums are the cost. Windows outside the horizon, or of no
 * scenario, are refused. */
static void test_finance(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    struct rh_results r;
    struct rh_summary accrual[4], true_up[4], cash[4], liability[4];
    assert_int_equal(example_write(scratch_path("f.h5"), 50, 50, &error), RH_OK);
    assert_int_equal(rh_results_open(&r, scratch_path("f.h5"), &error), RH_OK);
    assert_true(r.has_finance && r.confidence == 0.9);
    assert_int_equal(rh_results_read_finance(&r, RH_FINANCE_ACCRUAL, 1, accrual, &error), RH_OK);
    assert_int_equal(rh_results_read_finance(&r, RH_FINANCE_TRUE_UP, 1, true_up, &error), RH_OK);
    assert_int_equal(rh_results_read_finance(&r, RH_FINANCE_CASH, 1, cash, &error), RH_OK);
    assert_int_equal(rh_results_read_finance(&r, RH_FINANCE_LIABILITY, 1, liability, &error), RH_OK);
    assert_int_equal(rh_results_read_finance(&r, RH_FINANCE_CASH, 3, cash, &error), RH_ERR_ARGUMENT);
    double owed = 0.0;
    for (int t = 0; t < 4; t++) {
        assert_true(true_up[t].num == 50 && fabs(true_up[t].mean) < 1e-9);
        owed += accrual[t].mean + true_up[t].mean - cash[t].mean;
        assert_true(fabs(liability[t].mean - owed) < 1e-9);
    }
    assert_true(true_up[1].sd > 0.0);
    rh_results_close(&r);
    const struct rh_results_window wrong[] = {{3, 0, 1}, {-1, 0, 1}, {0, -1, 1}, {0, 2, 1}, {0, 2, 4}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct rh_results_header header = example_header(5);
        header.num_windows = 1;
        header.window = &wrong[k];
        assert_int_equal(rh_results_writer_create(&writer, scratch_path("f.h5"), &header, &error), RH_ERR_FORMAT);
        assert_null(writer);
    }
}

/* No incentives, partners, measures, parameters, notes: a study of the program in force alone. */
static void test_smallest_file(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    struct rh_results r;
    struct rh_block block;
    struct rh_results_header header = example_header(5);
    header.cut_size[RH_CUT_INCENTIVE] = 0;
    header.num_scenarios = 1;
    header.num_partners = 0;
    header.num_extra = header.num_parameters = header.num_inputs = header.num_unused = header.num_notes = 0;
    header.num_windows = 0;
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("s.h5"), &header, &error), RH_OK);
    assert_true(example_block(&block, 0, 5));
    block.num_scenarios = 1;
    block.num_extra = block.num_parameters = block.num_windows = block.cut_size[RH_CUT_INCENTIVE] = 0;
    assert_int_equal(rh_results_writer_append(writer, &block, &error), RH_OK);
    example_block_free(&block);
    assert_int_equal(rh_results_writer_finish(writer, &error), RH_OK);
    rh_results_writer_destroy(writer);
    assert_int_equal(rh_results_open(&r, scratch_path("s.h5"), &error), RH_OK);
    assert_int_equal(r.num_notes, 0);
    assert_int_equal(r.num_extra, 0);
    struct rh_results_partners partners;
    assert_int_equal(rh_results_read_partners(&r, &partners, &error), RH_OK);
    assert_int_equal(partners.num, 0);
    rh_results_partners_free(&partners);
    assert_int_equal(r.cut_size[RH_CUT_INCENTIVE], 0);
    float none;
    assert_int_equal(rh_results_read_cut(&r, RH_CUT_INCENTIVE, RH_KPI_PAID, 0, &none, &error), RH_ERR_ARGUMENT);
    struct rh_difference d;
    assert_int_equal(rh_results_read_difference(&r, RH_KPI_COST, 0, 0, &d, &error), RH_OK);
    assert_int_equal(rh_difference_verdict(&d, 0), RH_VERDICT_SAME);
    rh_results_close(&r);
}

/* ---- Files that are refused ---- */

/* An example without its last attribute, or with another version. */
static void write_changed(const char *path, int64_t version, bool complete)
{
    struct rh_error error;
    hid_t file;
    assert_int_equal(rh_h5_create(&file, path, &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute(file, "format", RH_RESULTS_FORMAT, &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute_int(file, "format_version", version, &error), RH_OK);
    if (complete) {
        assert_int_equal(rh_h5_write_attribute_int(file, "complete", 1, &error), RH_OK);
    }
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

static void assert_refused(const char *path, int code, const char *reason)
{
    struct rh_error error;
    struct rh_results r;
    assert_int_equal(rh_results_open(&r, path, &error), code);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("'%s' does not say '%s'", error.message, reason);
    }
    assert_string_equal(error.file, path);
    rh_results_close(&r);
}

static void test_refusals(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    const char *path = scratch_path("x.h5");
    assert_refused(scratch_path("nothing.h5"), RH_ERR_IO, "No such file");
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs("not HDF5", stream);
    fclose(stream);
    assert_refused(path, RH_ERR_FORMAT, "not an HDF5 file");
    assert_int_equal(rh_h5_create(&file, path, &error), RH_OK);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    assert_refused(path, RH_ERR_FORMAT, "not a results file of rehearse");
    assert_int_equal(rh_h5_create(&file, path, &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute(file, "format", "rehearse-history", &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute_int(file, "format_version", 1, &error), RH_OK);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    assert_refused(path, RH_ERR_FORMAT, "not a results file of rehearse");
    write_changed(path, 0, true);
    assert_refused(path, RH_ERR_TOO_OLD, "format version 0");
    write_changed(path, RH_RESULTS_VERSION + 1, false);
    assert_refused(path, RH_ERR_TOO_NEW, "newer rehearse");
    write_changed(path, RH_RESULTS_VERSION, false);
    assert_refused(path, RH_ERR_FORMAT, "unfinished");
    write_changed(path, RH_RESULTS_VERSION, true);
    assert_refused(path, RH_ERR_FORMAT, "title");
}

static void test_truncated_files(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results r;
    char *bytes = NULL;
    size_t length = 0;
    assert_int_equal(example_write(scratch_path("r.h5"), 300, 300, &error), RH_OK);
    assert_int_equal(rh_file_read(scratch_path("r.h5"), 1u << 30, &bytes, &length, &error), RH_OK);
    for (size_t part = 0; part < 20; part++) {
        FILE *stream = fopen(scratch_path("cut.h5"), "wb");
        assert_non_null(stream);
        fwrite(bytes, 1, part == 19 ? length - 1 : length * part / 19, stream);
        fclose(stream);
        assert_int_equal(rh_results_open(&r, scratch_path("cut.h5"), &error), RH_ERR_FORMAT);
    }
    free(bytes);
}

/* A dataset of another shape than the dimensions say must not be read into the caller's room. */
static void test_shapes_are_checked(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results r;
    double values[10];
    hid_t file;
    assert_int_equal(example_write(scratch_path("r.h5"), 10, 10, &error), RH_OK);
    file = H5Fopen(scratch_path("r.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    assert_true(H5Ldelete(file, "kpi/cost", H5P_DEFAULT) >= 0);
    H5Fclose(file);
    assert_int_equal(rh_results_open(&r, scratch_path("r.h5"), &error), RH_OK);
    assert_int_equal(rh_results_read_kpi(&r, RH_KPI_COST, 0, values, &error), RH_ERR_FORMAT);
    rh_results_close(&r);
    file = H5Fopen(scratch_path("r.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    const hsize_t shape[2] = {3, 1000};
    hid_t space = H5Screate_simple(2, shape, NULL);
    hid_t dataset = H5Dcreate2(file, "kpi/cost", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Fclose(file);
    assert_int_equal(rh_results_open(&r, scratch_path("r.h5"), &error), RH_OK);
    assert_int_equal(rh_results_read_kpi(&r, RH_KPI_COST, 0, values, &error), RH_ERR_FORMAT);
    assert_non_null(strstr(error.message, "kpi/cost"));
    rh_results_close(&r);
}

static void test_folders_that_cannot_be_written(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    const struct rh_results_header header = example_header(10);
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("no/folder/r.h5"), &header, &error), RH_ERR_IO);
    assert_non_null(strstr(error.message, "No such file or directory"));
    assert_string_equal(error.file, scratch_path("no/folder/r.h5"));
    assert_null(writer);
    if (geteuid() != 0) { /* root may write anywhere */
        assert_int_equal(chmod(scratch_folder, 0500), 0);
        assert_int_equal(rh_results_writer_create(&writer, scratch_path("r2.h5"), &header, &error), RH_ERR_IO);
        assert_non_null(strstr(error.message, "Permission denied"));
        assert_int_equal(chmod(scratch_folder, 0700), 0);
    }
    /* The target is a folder: the rename fails. */
    assert_int_equal(mkdir(scratch_path("d.h5"), 0700), 0);
    assert_int_equal(example_write(scratch_path("d.h5"), 10, 10, &error), RH_ERR_IO);
    assert_int_equal(num_leftovers(), 0);
}

/* An existing file stays as it is until the new one is whole. */
static void test_old_file_survives(void **state)
{
    (void)state;
    struct rh_error error;
    struct rh_results_writer *writer = NULL;
    const struct rh_results_header header = example_header(10);
    assert_int_equal(example_write(scratch_path("keep.h5"), 20, 20, &error), RH_OK);
    assert_int_equal(example_write(scratch_path("copy.h5"), 20, 20, &error), RH_OK);
    assert_int_equal(rh_results_writer_create(&writer, scratch_path("keep.h5"), &header, &error), RH_OK);
    assert_int_equal(num_leftovers(), 1);
    rh_results_writer_destroy(writer);
    assert_int_equal(num_leftovers(), 0);
    assert_same_file(scratch_path("keep.h5"), scratch_path("copy.h5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_comes_back),
        cmocka_unit_test(test_partners_come_back),
        cmocka_unit_test(test_many_partners),
        cmocka_unit_test(test_numbers_come_back),
        cmocka_unit_test(test_summaries_are_those_of_the_numbers),
        cmocka_unit_test(test_bytes_do_not_depend_on_blocks),
        cmocka_unit_test(test_blocks_out_of_order),
        cmocka_unit_test(test_headers_that_cannot_be),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_finance),
        cmocka_unit_test(test_smallest_file),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_truncated_files),
        cmocka_unit_test(test_shapes_are_checked),
        cmocka_unit_test(test_folders_that_cannot_be_written),
        cmocka_unit_test(test_old_file_survives),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
