#include "cli/ready.h"

#include "core/file.h"

#include <string.h>

void rh_ready_free(struct rh_ready *self)
{
    rh_plan_free(&self->plan);
    rh_assumptions_free(&self->assumptions);
    rh_learned_free(&self->learned);
    rh_baseline_free(&self->baseline);
    rh_panel_free(&self->panel);
    rh_history_free(&self->history);
    rh_study_free(&self->study);
}

/* Reads the model, and tells where it was learned from another history. */
static int read_model(struct rh_ready *self, const struct rh_progress *progress, struct rh_error *error)
{
    char sha256[RH_SHA256_TEXT];
    int status = rh_learned_read(&self->learned, self->study.model_path, error);
    if (status == RH_OK) {
        status = rh_sha256_file(self->study.history_path, sha256, error);
    }
    if (status == RH_OK && strcmp(sha256, self->learned.history_sha256) != 0) {
        rh_progress_log(
            progress,
            "Note: '%s' was learned from another history (%s, %s to %s) than '%s', or from what that once was.",
            self->study.model_path, self->learned.history, self->learned.first_month, self->learned.last_month,
            self->study.history_path);
    }
    return status;
}

int rh_ready_make(struct rh_ready *self, const struct rh_progress *progress, struct rh_problems *problems,
                  struct rh_error *error)
{
    const bool has_model = self->study.model_path != NULL;
    rh_progress_report(progress, "reading the history", 0, 0);
    int status = rh_history_read(&self->history, self->study.history_path, error);
    if (status == RH_OK && has_model) {
        status = read_model(self, progress, error);
    }
    const struct rh_learned *learned = status == RH_OK && has_model ? &self->learned : NULL;
    const struct rh_tuning tuning = rh_learned_tuning(learned, &self->study);
    if (status == RH_OK) {
        status = rh_assumptions_of_study(&self->assumptions, &self->study, learned, &self->history, problems, error);
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
