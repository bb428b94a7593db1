/* Assumptions of a study, on a history of two segments. What can be read is drawn from. */
#include "core/rng.h"
#include "model/parameters.h"
#include "target.h"

#include <math.h>

static struct rh_names segments;

static void free_segments(void)
{
    rh_names_free(&segments);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_make_folder();
    rh_names_init(&segments);
    int32_t first = rh_names_add(&segments, "Retailer", 8), second = rh_names_add(&segments, "Distributor", 11);
    assert(first == 0 && second == 1);
    atexit(free_segments);
    return 0;
}

static void check_draws(const struct rh_assumptions *assumptions)
{
    for (int parameter = 0; parameter < RH_NUM_PARAMETERS; parameter++) {
        for (int segment = 0; segment < assumptions->num_segments; segment++) {
            double value = rh_assumptions_draw(assumptions, (enum rh_parameter)parameter, segment, 1, 0);
            assert(isfinite(value));
        }
    }
    for (size_t k = 0; k < assumptions->num_yields; k++) {
        const struct rh_yield *yield = &assumptions->yield[k];
        double value = rh_belief_of_draw(&yield->revenue, rh_entity(yield->as.name), 1, 0);
        assert(isfinite(value) && value >= 0.0 && yield->lag_months >= 0 && yield->product.text != NULL);
    }
    for (size_t k = 0; k < assumptions->num_base_rates; k++) {
        for (int segment = 0; segment < assumptions->num_segments; segment++) {
            double rate = assumptions->base_rate[k].rate[segment].mean;
            assert(rate >= 0.0 && rate <= 1e6);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rh_assumptions assumptions;
    struct rh_problems problems;
    struct rh_error error;
    int made = rh_assumptions_init(&assumptions, &segments, &error);
    assert(made == RH_OK);
    rh_problems_init(&problems);
    problems.limit = MOST_PROBLEMS;
    int code = rh_assumptions_read(&assumptions, fuzz_write("assumptions.yaml", data, size), &segments, &problems);
    check_problems(&problems, code, size);
    if (code == RH_OK)
        check_draws(&assumptions);
    rh_assumptions_free(&assumptions);
    rh_problems_free(&problems);
    return 0;
}
