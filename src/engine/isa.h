/* One kernel, several instruction sets: its files (LANE_SOURCES and SUM_SOURCES in src/CMakeLists.txt) are compiled
 * once for each, and the name of the set becomes part of their functions' names. They do the same operations in the
 * same order, so that they give the same bytes; only the number of replications in a register differs. All of it once
 * more for mixed precision (engine/real.h), whose bytes are others, and again the same on each set. */
#ifndef RH_ENGINE_ISA_H
#define RH_ENGINE_ISA_H

#include "engine/plan.h"
#include "stats/kpi.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rh_kernel; /* opaque: one per thread */

/* The kernel for one instruction set. */
struct rh_kernel_code {
    const char *name; /* "baseline", "avx2", "avx512" */
    bool mixed;       /* lives replications in floats */
    /* NULL where there is no memory. The plan is borrowed. */
    struct rh_kernel *(*create)(const struct rh_plan *plan);
    void (*destroy)(struct rh_kernel *self);
    /* See rh_kernel_run in engine/kernel.h. */
    void (*run)(struct rh_kernel *self, uint64_t first, int num, struct rh_block *block);
};

/* The code of that name, in mixed precision or not, or the best that this processor runs where name is NULL. NULL where
 * the name is unknown or the processor lacks it. */
const struct rh_kernel_code *rh_kernel_code_find(const char *name, bool mixed);
/* Name of the k-th set that this build and this processor have, NULL past the last. */
const char *rh_kernel_code_name(int k);

#ifndef RH_ISA
#define RH_ISA baseline
#endif
#ifdef RH_MIXED
#define RH_ISA_PASTE(name, isa) name##_##isa##_mixed
#else
#define RH_ISA_PASTE(name, isa) name##_##isa
#endif
#define RH_ISA_JOIN(name, isa) RH_ISA_PASTE(name, isa)
#define RH_ISA_NAME(name) RH_ISA_JOIN(name, RH_ISA)

extern const struct rh_kernel_code rh_kernel_code_baseline, rh_kernel_code_baseline_mixed;
#ifdef RH_HAS_X86_KERNELS
extern const struct rh_kernel_code rh_kernel_code_avx2, rh_kernel_code_avx2_mixed;
extern const struct rh_kernel_code rh_kernel_code_avx512, rh_kernel_code_avx512_mixed;
#endif

#define rh_kernel_code_own RH_ISA_NAME(rh_kernel_code)
#define rh_kernel_create RH_ISA_NAME(rh_kernel_create)
#define rh_kernel_destroy RH_ISA_NAME(rh_kernel_destroy)
#define rh_kernel_run RH_ISA_NAME(rh_kernel_run)
#define rh_draw_parameters RH_ISA_NAME(rh_draw_parameters)
#define rh_draw_walk_factors RH_ISA_NAME(rh_draw_walk_factors)
#define rh_draw_group RH_ISA_NAME(rh_draw_group)
#define rh_draw_partner RH_ISA_NAME(rh_draw_partner)
#define rh_respond RH_ISA_NAME(rh_respond)
#define rh_find_worth RH_ISA_NAME(rh_find_worth)
#define rh_leave_open RH_ISA_NAME(rh_leave_open)
#define rh_marginal_reward RH_ISA_NAME(rh_marginal_reward)
#define rh_expected RH_ISA_NAME(rh_expected)
#define rh_gauge_total RH_ISA_NAME(rh_gauge_total)
#define rh_find_status RH_ISA_NAME(rh_find_status)
#define rh_review_of RH_ISA_NAME(rh_review_of)
#define rh_open_window RH_ISA_NAME(rh_open_window)
#define rh_learn_prior RH_ISA_NAME(rh_learn_prior)
#define rh_bind_lane RH_ISA_NAME(rh_bind_lane)
#define rh_multiplied RH_ISA_NAME(rh_multiplied)
#define rh_expect_reward RH_ISA_NAME(rh_expect_reward)
#define rh_expect_streaks RH_ISA_NAME(rh_expect_streaks)
#define rh_streak_least RH_ISA_NAME(rh_streak_least)
#define rh_find_amount RH_ISA_NAME(rh_find_amount)
#define rh_match_month RH_ISA_NAME(rh_match_month)
#define rh_clear_meetings RH_ISA_NAME(rh_clear_meetings)
#define rh_finish_meetings RH_ISA_NAME(rh_finish_meetings)
#define rh_meet RH_ISA_NAME(rh_meet)
#define rh_settle_late RH_ISA_NAME(rh_settle_late)
#define rh_standing_clear RH_ISA_NAME(rh_standing_clear)
#define rh_finish_products RH_ISA_NAME(rh_finish_products)
#define rh_prepare_answers RH_ISA_NAME(rh_prepare_answers)
#define rh_find_readiness RH_ISA_NAME(rh_find_readiness)
#define rh_meet_program RH_ISA_NAME(rh_meet_program)
#define rh_answer_month RH_ISA_NAME(rh_answer_month)
#define rh_demand RH_ISA_NAME(rh_demand)
#define rh_displace RH_ISA_NAME(rh_displace)
#define rh_complete_activity RH_ISA_NAME(rh_complete_activity)
#define rh_yield_start RH_ISA_NAME(rh_yield_start)
#define rh_yield_month RH_ISA_NAME(rh_yield_month)
#define rh_relation_start RH_ISA_NAME(rh_relation_start)
#define rh_relation_begin RH_ISA_NAME(rh_relation_begin)
#define rh_relation_end RH_ISA_NAME(rh_relation_end)
#define rh_stock_start RH_ISA_NAME(rh_stock_start)
#define rh_stock_purchases RH_ISA_NAME(rh_stock_purchases)
#define rh_stock_decide RH_ISA_NAME(rh_stock_decide)
#define rh_reward RH_ISA_NAME(rh_reward)
#define rh_see RH_ISA_NAME(rh_see)
#define rh_see_month RH_ISA_NAME(rh_see_month)
#define rh_see_answers RH_ISA_NAME(rh_see_answers)
#define rh_see_block RH_ISA_NAME(rh_see_block)
#define rh_verify_start RH_ISA_NAME(rh_verify_start)
#define rh_verify_month RH_ISA_NAME(rh_verify_month)
#define rh_verify_block RH_ISA_NAME(rh_verify_block)
#define rh_draw_words RH_ISA_NAME(rh_draw_words)
#define rh_pay RH_ISA_NAME(rh_pay)
#define rh_attain RH_ISA_NAME(rh_attain)
#define rh_find_views RH_ISA_NAME(rh_find_views)
#define rh_net RH_ISA_NAME(rh_net)
#define rh_settle_month RH_ISA_NAME(rh_settle_month)
#define rh_brought_init RH_ISA_NAME(rh_brought_init)
#define rh_brought_free RH_ISA_NAME(rh_brought_free)
#define rh_brought_begin RH_ISA_NAME(rh_brought_begin)
#define rh_brought_start RH_ISA_NAME(rh_brought_start)
#define rh_brought_pay RH_ISA_NAME(rh_brought_pay)
#define rh_brought_end RH_ISA_NAME(rh_brought_end)
#define rh_brought_count RH_ISA_NAME(rh_brought_count)
#define rh_brought_correct RH_ISA_NAME(rh_brought_correct)
#define rh_brought_lives_again RH_ISA_NAME(rh_brought_lives_again)
#define rh_couple RH_ISA_NAME(rh_couple)
#define rh_tally_init RH_ISA_NAME(rh_tally_init)
#define rh_tally_free RH_ISA_NAME(rh_tally_free)
#define rh_tally_clear RH_ISA_NAME(rh_tally_clear)
#define rh_tally_slot RH_ISA_NAME(rh_tally_slot)
#define rh_tally_leave_cell RH_ISA_NAME(rh_tally_leave_cell)
#define rh_tally_leave_parts RH_ISA_NAME(rh_tally_leave_parts)
#define rh_account RH_ISA_NAME(rh_account)

#ifdef __cplusplus
}
#endif

#endif
