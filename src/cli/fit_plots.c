/* The picture of a fit. */
#include "cli/fit_output.h"

#include "core/memory.h"
#include "report/beliefs.h"

#include <stddef.h>
#include <stdlib.h>

#define MOST_SEGMENTS (RH_BELIEFS_CURVES - 2)
#define NUM_PANELS 6

/* The response and what it rests on, but for the slope by complexity. */
static const struct {
    const char *title;
    int drawn; /* of rh_fit_drawn; -1: the response */
} panels[NUM_PANELS] = {{"Response, if any", -1}, {"Effort elasticity", 0}, {"Pass-through", 1},
                        {"Price elasticity", 2},  {"Attention", 3},         {"Nobody reacts, %", 5}};

/* One curve of all panels. */
struct curve {
    double *response, *value; /* as rh_fit_draw */
    double null;
};

struct session {
    struct curve curve[RH_BELIEFS_CURVES];
    struct rh_beliefs_panel panel[NUM_PANELS];
    struct rh_beliefs beliefs;
    struct rh_text source;
};

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The next curve: draws, sorted each for itself. Null programs stand first among the responses, and are left out. */
static int add_curve(struct session *self, const char *name, const struct rh_fit *fit, size_t g,
                     enum rh_fit_belief belief, struct rh_error *error)
{
    const struct rh_fit_group *group = &fit->group[g];
    const int c = self->beliefs.num_curves++;
    struct curve *curve = &self->curve[c];
    curve->response = rh_calloc(RH_FIT_DRAWS, sizeof *curve->response);
    curve->value = rh_calloc((size_t)RH_FIT_NUM_DRAWN * RH_FIT_DRAWS, sizeof *curve->value);
    if (curve->response == NULL || curve->value == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a picture of the fit");
    }
    const int status = rh_fit_draw(fit, g, belief, curve->response, curve->value, error);
    if (status != RH_OK) {
        return status;
    }
    size_t null = 0;
    while (null < RH_FIT_DRAWS && curve->response[null] == 0.0) {
        null++;
    }
    const struct rh_moments *moments = belief == RH_FIT_PRIOR ? group->prior : group->posterior;
    curve->null = moments[RH_FIT_NULL_PROGRAM].mean;
    self->beliefs.curve[c] = name;
    for (int k = 0; k < NUM_PANELS; k++) {
        struct rh_beliefs_panel *panel = &self->panel[k];
        double *value = curve->value + (ptrdiff_t)panels[k].drawn * RH_FIT_DRAWS;
        panel->title = panels[k].title;
        panel->probability = k == NUM_PANELS - 1;
        if (panels[k].drawn < 0) {
            panel->value[c] = curve->response + null;
            panel->num[c] = RH_FIT_DRAWS - null;
        } else if (panel->probability) {
            panel->value[c] = &curve->null;
            panel->num[c] = 1;
        } else {
            qsort(value, RH_FIT_DRAWS, sizeof *value, ascending);
            panel->value[c] = value;
            panel->num[c] = RH_FIT_DRAWS;
        }
    }
    return RH_OK;
}

/* Before, after of all, after of segments that say something of their own. */
static int add_curves(struct session *self, const struct rh_fit *fit, int *left_out, struct rh_error *error)
{
    const struct rh_fit_group *all = &fit->group[0];
    if (!rh_fit_tells(fit)) {
        return RH_OK;
    }
    int status = add_curve(self, "prior", fit, 0, RH_FIT_PRIOR, error);
    if (status == RH_OK) {
        status = add_curve(self, "all partners", fit, 0, RH_FIT_POSTERIOR, error);
    }
    for (size_t g = 1; g < fit->num_groups && status == RH_OK; g++) {
        const struct rh_fit_group *group = &fit->group[g];
        if (!group->used || group->partners == all->partners) {
            continue;
        }
        if (self->beliefs.num_curves < 2 + MOST_SEGMENTS) {
            status = add_curve(self, group->segment, fit, g, RH_FIT_POSTERIOR, error);
        } else {
            (*left_out)++;
        }
    }
    return status;
}

int rh_fit_plots(const struct rh_fit *self, const struct rh_plot_options *options, const struct rh_progress *progress,
                 struct rh_error *error)
{
    struct session *session = rh_calloc(1, sizeof *session);
    int left_out = 0;
    if (session == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a picture of the fit");
    }
    rh_text_init(&session->source);
    int status = add_curves(session, self, &left_out, error);
    rh_text_printf(&session->source, "Densities of %d draws · gray: the prior · %d partners", RH_FIT_DRAWS,
                   self->group[0].partners);
    if (left_out > 0) {
        rh_text_printf(&session->source, " · %d more segment%s not shown", left_out, left_out == 1 ? " is" : "s are");
    }
    session->beliefs.source = rh_text_string(&session->source);
    session->beliefs.num_panels = NUM_PANELS;
    session->beliefs.panel = session->panel;
    if (status == RH_OK) {
        status = session->source.failed ? rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY))
                                        : rh_beliefs_write(&session->beliefs, options, progress, error);
    }
    for (int c = 0; c < RH_BELIEFS_CURVES; c++) {
        free(session->curve[c].response);
        free(session->curve[c].value);
    }
    rh_text_free(&session->source);
    free(session);
    return status;
}
