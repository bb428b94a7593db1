/* The case that a worked example tells, made up and settled. Not installed. */
#ifndef RH_PROGRAM_EXPLAIN_EXAMPLE_H
#define RH_PROGRAM_EXPLAIN_EXAMPLE_H

#include "program/explain_history.h"
#include "program/settle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All amounts in 10⁻⁴ of the measure. */
struct rh_example {
    struct rh_program program;     /* of the one incentive; its memory is the original's */
    struct rh_incentive incentive; /* the original, active whenever the example is */
    struct rh_made_up made;
    bool money, units;    /* neither: things that are done a few times */
    int num_windows;      /* one, but for streaks and funds */
    rh_month first, last; /* all of them */
    bool uses_prior, uses_target, uses_peers;
    int64_t base;        /* prior year's result, target */
    int64_t denominator; /* `ratio_to` */
    int64_t attained;    /* by the partner in each window */
    int64_t others;      /* `pooled_by`: by the other member; `rank_in`: by the next better one, or worse */
    int rank;            /* `rank_in`: the place it takes */
    int64_t accrued_on;  /* `match`: what the fund accrues with before the spend */
    struct rh_arithmetic arithmetic;
    const struct rh_line_arithmetic *line; /* the partner's last one; NULL: there is no example to tell */
};

/* Makes up the case of an incentive and settles it. *self may be freed in either case. */
int rh_example_init(struct rh_example *self, const struct rh_program *program, const struct rh_incentive *incentive,
                    struct rh_error *error);
void rh_example_free(struct rh_example *self);

#ifdef __cplusplus
}
#endif

#endif
