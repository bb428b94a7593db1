#include "cli/ready.h"

void rh_ready_free(struct rh_ready *self)
{
    rh_plan_free(&self->plan);
    rh_assumptions_free(&self->assumptions);
    rh_baseline_free(&self->baseline);
    rh_panel_free(&self->panel);
    rh_history_free(&self->history);
    rh_study_free(&self->study);
}

int rh_ready_make(struct rh_ready *self, const struct rh_progress *progress, struct rh_problems *problems,
                  struct rh_error *error)
{
    const struct rh_tuning tuning = rh_tuning_of_study(&self->study);
    rh_progress_report(progress, "reading the history", 0, 0);
    int status = rh_history_read(&self->history, self->study.history_path, error);
    if (status == RH_OK) {
        status = rh_assumptions_of_study(&self->assumptions, &self->study, &self->history, problems, error);
    }
    if (status == RH_OK) {
        status = rh_study_check(&self->study, &self->history, problems);
    }
    if (status == RH_OK) {
        rh_progress_report(progress, "learning the baseline", 0, 0);
        status = rh_study_panel(&self->study, &self->history, &self->panel, error);
    }
    if (status == RH_OK) {
        status = rh_baseline_init(&self->baseline, &self->panel, &self->history, &tuning, error);
    }
    if (status == RH_OK) {
        status = rh_plan_init(&self->plan, &self->study, &self->history, &self->panel, &self->baseline,
                              &self->assumptions, error);
    }
    return status;
}
