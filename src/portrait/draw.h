/* The pictures, one function each: from beliefs to a chart. */
#ifndef RH_PORTRAIT_DRAW_H
#define RH_PORTRAIT_DRAW_H

#include "portrait/stage.h"
#include "report/chart.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Adds panels and a note of one line; RH_OK or a negative rh_code. Titles are in portrait.c. */
typedef int rh_portrait_draw(const struct rh_subject *subject, struct rh_chart *chart, struct rh_error *error);

/* draw_answer.c: what sales answer to */
rh_portrait_draw rh_draw_effort, rh_draw_price, rh_draw_goal, rh_draw_displacement;
/* draw_means.c: what partners do beside selling, and what comes of it */
rh_portrait_draw rh_draw_activities, rh_draw_training, rh_draw_marketing;
/* draw_choice.c: what they look at, and whether they take part */
rh_portrait_draw rh_draw_attention, rh_draw_worth, rh_draw_opting_in;
/* draw_payment.c: what becomes of what is earned */
rh_portrait_draw rh_draw_claims, rh_draw_payment, rh_draw_trust;
/* draw_time.c: what takes time */
rh_portrait_draw rh_draw_timing, rh_draw_leaving, rh_draw_baseline;

/* Adds the draws of a point, each as scale · (value − less). draws: [RH_STAGE_DRAWS], changed. */
void rh_draw_point(struct rh_chart *chart, struct rh_chart_series *series, double x, double *draws, double scale,
                   double less);

#ifdef __cplusplus
}
#endif

#endif
