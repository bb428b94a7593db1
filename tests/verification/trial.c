#include "verification/trial.h"

/* The mean of a prior before truncation; of a half-normal that of its size. */
static double prior_mean(const struct rh_belief_of *belief)
{
    return belief->distribution == RH_DIST_HALF_NORMAL ? belief->sd * sqrt(2.0 / acos(-1.0)) : belief->mean;
}

void trial_bind(struct rehearsal *self, const struct trial *trial, int num, const struct rh_text *program)
{
    const char *text[REHEARSAL_PROGRAMS];
    assert(num <= REHEARSAL_PROGRAMS);
    for (int k = 0; k < num; k++) {
        text[k] = rh_text_string(&program[k]);
    }
    memset(self, 0, sizeof *self);
    channel_history(trial->channel, &self->history);
    rehearsal_study(self, NULL, num, text);
    self->study.horizon_months = trial->months;
    self->study.replications = trial->replications;
    self->study.seed = VERIFICATION_SEED;
    self->study.outlook_growth = 0.0;
    self->study.outlook_sd = .04;
    for (int k = 0; k < RH_NUM_PARAMETERS && trial->assumed == ASSUMED_MEANS; k++) {
        rh_assumptions_set(&self->assumptions, (enum rh_parameter)k, prior_mean(&rh_parameter_table[k].prior));
    }
    if (trial->adjust != NULL) {
        trial->adjust(&self->assumptions);
    }
    rehearsal_bind(self);
}

void trial_run(struct rehearsal *self, const struct trial *trial, const struct machine *machine, int num,
               const struct rh_text *program)
{
    trial_bind(self, trial, num, program);
    self->plan.isa = machine->isa;
    rehearsal_run(self, machine->threads);
}

void sample_init(struct sample *self, const struct rehearsal *of)
{
    memset(self, 0, sizeof *self);
    self->of = of;
}

void sample_free(struct sample *self)
{
    for (int k = 0; k < self->num; k++) {
        free(self->column[k]);
    }
}

int sample_add(struct sample *self, double **column)
{
    assert(self->num < SAMPLE_COLUMNS);
    *column = self->column[self->num] = rh_calloc((size_t)self->of->study.replications, sizeof **column);
    assert(*column != NULL);
    return self->num++;
}

int sample_kpi(struct sample *self, int scenario, enum rh_kpi kpi)
{
    double *column;
    const int index = sample_add(self, &column);
    memcpy(column, rehearsal_kpi(self->of, scenario, kpi), (size_t)self->of->study.replications * sizeof *column);
    return index;
}

int sample_cut(struct sample *self, int scenario, enum rh_kpi kpi, enum rh_cut cut, int first, int last, int step)
{
    double *column;
    const int index = sample_add(self, &column);
    const int place = rh_cut_place(cut, kpi), labels = self->of->plan.num_labels[cut];
    const int64_t replications = self->of->study.replications;
    assert(place >= 0 && first >= 0 && last < labels);
    for (int label = first; label <= last; label += step) {
        const int row = (scenario * rh_cut_num_kpis(cut) + place) * labels + label;
        for (int64_t r = 0; r < replications; r++) {
            column[r] += (double)self->of->cut[cut][row * replications + r];
        }
    }
    return index;
}

struct figure sample_figure(const struct sample *self, formula of)
{
    const int64_t n = self->of->study.replications;
    double mean[SAMPLE_COLUMNS], without[SAMPLE_COLUMNS], first = 0.0, second = 0.0;
    for (int k = 0; k < self->num; k++) {
        mean[k] = 0.0;
        for (int64_t r = 0; r < n; r++) {
            mean[k] += self->column[k][r] / (double)n;
        }
    }
    const struct figure whole = {of(mean), 0.0};
    for (int64_t r = 0; r < n; r++) {
        for (int k = 0; k < self->num; k++) {
            without[k] = mean[k] + (mean[k] - self->column[k][r]) / (double)(n - 1);
        }
        const double shift = of(without) - whole.value;
        first += shift / (double)n;
        second += shift * shift / (double)n;
    }
    return (struct figure){whole.value, sqrt((double)(n - 1) * fmax(second - first * first, 0.0))};
}

double mean_of(const double *mean)
{
    return mean[0];
}

double ratio_of(const double *mean)
{
    return mean[0] / mean[1];
}

double excess_of(const double *mean)
{
    return mean[0] / mean[1] - 1.0;
}
