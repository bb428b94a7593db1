/* The list of pictures, and what all of them say below their titles. */
#include "portrait/portrait.h"

#include "core/memory.h"
#include "portrait/draw.h"
#include "report/figure.h"
#include "stats/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *mechanism, *name, *title;
    rh_portrait_draw *draw;
    bool margin; /* a partner's own margin matters to what is seen */
} portraits[] = {
    {"effort", "mechanism-effort", "Effort: what a reward does to sales", rh_draw_effort, true},
    {"price", "mechanism-price", "Price: what a reward that is passed on does to sales", rh_draw_price, false},
    {"activities", "mechanism-activities", "Activities: what a reward does to completions", rh_draw_activities, false},
    {"attention", "mechanism-attention", "Attention: who looks at a program, by its complexity", rh_draw_attention,
     false},
    {"worth", "mechanism-worth", "Worth: what the next sale earns, and what is felt of it", rh_draw_worth, false},
    {"claims", "mechanism-claims", "Claims: how much of what is earned is claimed", rh_draw_claims, false},
    {"trust", "mechanism-trust", "Trust: what payments do to it, and it to rewards", rh_draw_trust, false},
    {"payment", "mechanism-payment", "Payment: when a claim is paid, and how rightly", rh_draw_payment, false},
    {"goal", "mechanism-goal", "Goal: what a threshold ahead does to sales", rh_draw_goal, false},
    {"displacement", "mechanism-displacement", "Displacement: what the lift of one line does to another",
     rh_draw_displacement, false},
    {"training", "mechanism-training", "Training: what extra completions do to sales", rh_draw_training, false},
    {"marketing", "mechanism-marketing", "Marketing: what a matching fund does to sales", rh_draw_marketing, false},
    {"timing", "mechanism-timing", "Timing: buying ahead for a threshold", rh_draw_timing, false},
    {"leaving", "mechanism-leaving", "Leaving: who stays, by what a program does", rh_draw_leaving, true},
    {"opting in", "mechanism-opting-in", "Opting in: who joins, by what there is to earn", rh_draw_opting_in, false},
    {"baseline", "mechanism-baseline", "Baseline: what a partner may do anyway", rh_draw_baseline, false},
};
#define NUM_PORTRAITS ((int)(sizeof portraits / sizeof *portraits))

/* What pictures are drawn of, and as. */
struct session {
    const struct rh_portrait *portrait;
    const struct rh_plot_options *options;
};

const char *rh_portrait_name(int k)
{
    return k >= 0 && k < NUM_PORTRAITS ? portraits[k].name : NULL;
}

const char *rh_portrait_mechanism(int k)
{
    return k >= 0 && k < NUM_PORTRAITS ? portraits[k].mechanism : NULL;
}

void rh_draw_point(struct rh_chart *chart, struct rh_chart_series *series, double x, double *draws, double scale,
                   double less)
{
    for (int r = 0; r < RH_STAGE_DRAWS; r++) {
        draws[r] = scale * (draws[r] - less);
    }
    rh_chart_add(chart, series, x, draws, RH_STAGE_DRAWS);
}

/* True where segments are believed to differ in the mechanism. */
static bool differs(const struct rh_assumptions *assumptions, const char *mechanism)
{
    bool differ = false;
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        differ = differ || (strcmp(rh_parameter_table[p].mechanism, mechanism) == 0 &&
                            rh_assumptions_by_segment(assumptions, (enum rh_parameter)p));
    }
    return differ;
}

/* True where nothing in the study reads what the picture shows. */
static bool is_idle(const struct rh_usage *usage, const char *mechanism)
{
    bool idle = usage != NULL;
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        idle = idle && (usage->idle[p] != NULL || strcmp(rh_parameter_table[p].mechanism, mechanism) != 0);
    }
    return idle;
}

static void add_source(const struct rh_portrait *self, int k, struct rh_text *source)
{
    rh_text_printf(source, "Median and 90%% of %d draws · ", RH_STAGE_DRAWS);
    rh_figure_cut(source, self->source, 36);
    if (self->segment_name != NULL &&
        (differs(self->assumptions, portraits[k].mechanism) || (portraits[k].margin && !isnan(self->margin)))) {
        rh_text_puts(source, " · ");
        rh_figure_cut(source, self->segment_name, 20);
    }
    if (is_idle(self->usage, portraits[k].mechanism)) {
        rh_text_puts(source, " · not used");
    }
}

int rh_portrait_margin(const struct rh_partners *partners, int segment, double *out, struct rh_error *error)
{
    double *margin = rh_calloc(partners->num, sizeof *margin);
    size_t num = 0, all = 0;
    if (margin == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    for (size_t i = 0; i < partners->num; i++) {
        if (partners->segment[i] == segment) {
            all++;
            margin[num] = partners->margin[i];
            num += isnan(partners->margin[i]) ? 0 : 1;
        }
    }
    rh_sort_numbers(margin, num);
    *out = 2 * num >= all ? rh_quantile_sorted(margin, num, 0.5) : NAN;
    free(margin);
    return RH_OK;
}

static int draw(void *user, int k, struct rh_picture *picture, struct rh_error *error)
{
    const struct session *session = user;
    const struct rh_portrait *portrait = session->portrait;
    const struct rh_subject subject = {portrait->assumptions, portrait->segment, portrait->margin};
    struct rh_chart chart;
    rh_chart_init(&chart, portraits[k].title);
    int code = portraits[k].draw(&subject, &chart, error);
    if (code == RH_OK) {
        add_source(portrait, k, &chart.source);
        code = rh_chart_write(&chart, session->options, picture, error);
    }
    rh_chart_free(&chart);
    return code;
}

int rh_portrait_write(const struct rh_portrait *self, const struct rh_plot_options *options,
                      const struct rh_progress *progress, struct rh_error *error)
{
    struct session session = {self, options};
    const struct rh_gallery gallery = {.num = NUM_PORTRAITS, .name = rh_portrait_name, .draw = draw, .user = &session};
    return rh_gallery_write(&gallery, options, progress, error);
}
