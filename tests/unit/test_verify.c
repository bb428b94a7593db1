/* That the engine's look at itself can fail: a kernel that has run is spoiled in one place at a time, and says so. */
#include "support/constant.h"

#include "engine/isa.h"
#include "engine/kernel_private.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char limited[] = CONSTANT_HEAD "  - name: Rebate\n"
                                            "    behavior: {measure: revenue}\n"
                                            "    window: month\n"
                                            "    reward: {levels: [{from: 0, rate: 5%}]}\n"
                                            "    cap: {window: 60, partner: 900, total: 1000}\n"
                                            "budget: {total: 2000, when_exhausted: first_come}\n";

/* A kernel that has run one block of a partner of 1000 a month, and nothing is wrong. */
struct looked_at {
    struct rehearsal study;
    struct rh_kernel *kernel;
};

static void make(struct looked_at *self)
{
    const char *const programs[] = {limited};
    struct rehearsal *study = &self->study;
    constant_begin(study);
    build_partner(&study->history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(study, "P", "alpha", 1000.0);
    constant_study(study, NULL, 1, programs);
    constant_bind(study);
    self->kernel = rh_kernel_create(&study->plan);
    assert_non_null(self->kernel);
    struct rh_block block;
    memset(&block, 0, sizeof block);
    block.kpi = rh_calloc((size_t)study->plan.num_programs * RH_NUM_KPIS, sizeof(double));
    block.extra = rh_calloc(1, sizeof(double));
    block.parameter = rh_calloc((size_t)study->plan.num_drawn, sizeof(double));
    block.num_scenarios = study->plan.num_programs;
    rh_kernel_run(self->kernel, 0, 1, &block); /* no cuts: their sizes are 0 */
    assert_null(block.broken);
    free(block.kpi);
    free(block.extra);
    free(block.parameter);
}

static void drop(struct looked_at *self)
{
    rh_kernel_destroy(self->kernel);
    rehearsal_free(&self->study);
}

/* What the last month's check says. */
static const char *look(struct looked_at *self)
{
    struct rh_kernel *kernel = self->kernel;
    kernel->broken[0] = '\0';
    rh_verify_start(kernel);
    rh_verify_month(kernel, 11);
    return kernel->broken;
}

static void assert_told(const char *told, const char *what)
{
    if (strstr(told, what) == NULL) {
        fail_msg("'%s' instead of '%s'", told, what);
    }
}

static void test_nothing_is_wrong(void **state)
{
    struct looked_at self;
    (void)state;
    make(&self);
    assert_string_equal(look(&self), "");
    drop(&self);
}

static void test_units(void **state)
{
    struct looked_at self;
    (void)state;
    make(&self);
    struct rh_kernel *kernel = self.kernel;
    kernel->demand[0][5] += 1.0; /* of 10⁷ */
    assert_told(look(&self), "program 'tried', partner 'P', replication 5, month 12: bought 10000000, brought back 0, "
                             "demanded 10000001");
    kernel->demand[0][5] -= 1.0;
    memset(kernel->back, 0, sizeof(rh_lanes));
    kernel->stock.used = true;
    assert_string_equal(look(&self), "");
    kernel->stock.inventory[0][2] = 1e5;
    assert_told(look(&self), "replication 2, month 12: bought");
    kernel->stock.inventory[0][2] = -1e5;
    assert_told(look(&self), "inventory -100000, backlog 0, purchases 1e+07 are not negative");
    kernel->stock.inventory[0][2] = 0.0;
    kernel->stock.backlog[0][3] = -1.0;
    assert_told(look(&self), "backlog -1, purchases");
    kernel->stock.backlog[0][3] = 0.0;
    kernel->gross[0][3] = NAN;
    assert_told(look(&self), "replication 3, month 12: bought nan");
    drop(&self);
}

static void test_who_has_left(void **state)
{
    struct looked_at self;
    (void)state;
    make(&self);
    self.kernel->relation.here[127] = 0.0;
    assert_told(look(&self), "replication 127, month 12: a partner that has left sells 1e+07");
    drop(&self);
}

static void test_attainment(void **state)
{
    struct looked_at self;
    (void)state;
    make(&self);
    self.kernel->taken[0].standing[RH_PATH_OWN].attained[9] *= 1.0 + 1e-8;
    assert_told(look(&self), "replication 9, month 12: 'Rebate' has attained 10000000.1, purchases add up to 10000000");
    drop(&self);
}

static void test_caps(void **state)
{
    struct looked_at self;
    (void)state;
    make(&self);
    struct rh_standing *own = &self.kernel->taken[0].standing[RH_PATH_OWN];
    const double amount = own->amount[1], left = own->cap_left[1];
    own->amount[1] = 600000.0;
    assert_string_equal(look(&self), "");
    own->amount[1] = 600001.0;
    assert_told(look(&self), "replication 1, month 12: 'Rebate' pays 600001");
    own->amount[1] = -1.0;
    assert_told(look(&self), "'Rebate' pays -1");
    own->amount[1] = amount;
    own->cap_left[1] = -1.0;
    assert_told(look(&self), "with -1 left of its cap");
    own->cap_left[1] = left;
    assert_string_equal(look(&self), "");
    drop(&self);
}

static void test_trust(void **state)
{
    static const double values[] = {-0.01, 1.01, NAN};
    struct looked_at self;
    (void)state;
    make(&self);
    for (int k = 0; k < 3; k++) {
        self.kernel->relation.trust[0] = values[k];
        assert_told(look(&self), "replication 0, month 12: trust is ");
    }
    drop(&self);
}

/* 12 rewards of 50 are within a shared cap of 1000 and a budget of 2000; paid twice or four times they are not. */
static void test_totals(void **state)
{
    struct looked_at self;
    (void)state;
    make(&self);
    struct rh_kernel *kernel = self.kernel;
    for (int times = 1; times <= 4; times++) {
        for (int slot = 0; slot < 12; slot++) {
            kernel->keep[1][slot][0] = times;
        }
        kernel->broken[0] = '\0';
        rh_verify_block(kernel);
        if (times == 1) {
            assert_string_equal(kernel->broken, "");
        } else {
            assert_told(kernel->broken, "program 'tried', replication 0: a cap of 1000, earned");
        }
    }
    self.study.study.compare[0].incentive[0].cap_total = RH_MISSING;
    kernel->broken[0] = '\0';
    rh_verify_block(kernel);
    assert_told(kernel->broken, "program 'tried', replication 0: a spendable budget of 2000, earned 2400");
    drop(&self);
}

static int ignore(void *user, const struct rh_block *block, struct rh_error *error)
{
    (void)user, (void)block, (void)error;
    return RH_OK;
}

/* A run that is broken says what and ends; one that is not looked at goes on. */
static void test_run_is_broken(void **state)
{
    const char *const programs[] = {limited};
    struct rehearsal self;
    struct rh_error error = {0};
    (void)state;
    constant_begin(&self);
    build_partner(&self.history, "P", "Reseller", "North", RH_NO_DAY);
    constant_sells(&self, "P", "alpha", 1000.0);
    constant_study(&self, NULL, 1, programs);
    constant_bind(&self);
    for (int t = 0; t < 12; t++) {
        self.plan.mean[t] *= -1.0;
    }
    assert_int_equal(rh_engine_run(&self.plan, 1, ignore, NULL, NULL, &error), RH_ERR_BROKEN);
    assert_told(error.message,
                "what must hold does not: program 'none', partner 'P', replication 0, month 1: inventory 0, "
                "backlog 0, purchases -1e+07 are not negative");
    self.plan.verify = false;
    assert_int_equal(rh_engine_run(&self.plan, 1, ignore, NULL, NULL, &error), RH_OK);
    rehearsal_free(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_wrong),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_who_has_left),
        cmocka_unit_test(test_attainment),
        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_trust),
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_run_is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
