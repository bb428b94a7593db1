/* link: -Wl,--wrap=gsl_vector_alloc,--wrap=gsl_multimin_fminimizer_alloc,--wrap=gsl_sf_lnbeta */
/* GSL fails: with its handler of errors off, the library returns codes and the process goes on. */
#include "model/life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sf_gamma.h>

gsl_vector *__real_gsl_vector_alloc(size_t num);
gsl_vector *__wrap_gsl_vector_alloc(size_t num);
gsl_multimin_fminimizer *__real_gsl_multimin_fminimizer_alloc(const gsl_multimin_fminimizer_type *type, size_t num);
gsl_multimin_fminimizer *__wrap_gsl_multimin_fminimizer_alloc(const gsl_multimin_fminimizer_type *type, size_t num);
double __real_gsl_sf_lnbeta(double a, double b);
double __wrap_gsl_sf_lnbeta(double a, double b);

static int left = -1; /* calls before one fails; below 0: none does */

static int fails(int code)
{
    if (left != 0) {
        left -= left > 0;
        return 0;
    }
    left = -1;
    gsl_error("made up", __FILE__, __LINE__, code);
    return 1;
}

gsl_vector *__wrap_gsl_vector_alloc(size_t num)
{
    return fails(GSL_ENOMEM) ? NULL : __real_gsl_vector_alloc(num);
}

gsl_multimin_fminimizer *__wrap_gsl_multimin_fminimizer_alloc(const gsl_multimin_fminimizer_type *type, size_t num)
{
    return fails(GSL_ENOMEM) ? NULL : __real_gsl_multimin_fminimizer_alloc(type, num);
}

double __wrap_gsl_sf_lnbeta(double a, double b)
{
    return fails(GSL_EDOM) ? GSL_NAN : __real_gsl_sf_lnbeta(a, b);
}

static void test_life_fit(void **state)
{
    const struct rh_life_year even = RH_LIFE_EVEN;
    (void)state;
    /* Two vectors and the minimizer, then the gamma functions: of its start, and of a step, which it may do without. */
    for (int n = 0; n < 200; n++) {
        struct rh_life_record records[] = {{12, 12, 12}, {12, 3, 9}, {24, 20, 24}};
        struct rh_life life;
        struct rh_error error = {0};
        left = n;
        int code = rh_life_fit(&life, &even, records, 3, &error);
        bool step = n > 3 && code == RH_OK;
        assert_true(step || code == (n < 3 ? RH_ERR_NO_MEMORY : RH_ERR_OVERFLOW));
        assert_int_equal(error.code, code);
    }
    left = -1;
    struct rh_life_record records[] = {{12, 12, 12}, {12, 3, 9}, {24, 20, 24}};
    struct rh_life life;
    assert_int_equal(rh_life_fit(&life, &even, records, 3, NULL), RH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_life_fit)};
    rh_gsl_return_errors();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
