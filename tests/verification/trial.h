/* A study of a channel, run, and figures of what came out, each with its Monte Carlo error. */
#ifndef VERIFICATION_TRIAL_H
#define VERIFICATION_TRIAL_H

#include "support/rehearsal.h"
#include "verification/channel.h"

#define VERIFICATION_SEED 2026

/* How the engine is run; no figure depends on it. */
struct machine {
    const char *isa; /* NULL: the best there is */
    int threads;     /* 0: as many as there are processors */
};

enum assumed {
    ASSUMED_MEANS, /* every parameter is the mean of its prior */
    ASSUMED_PRIOR  /* drawn per replication */
};

struct trial {
    const struct channel *channel;
    int months;
    int64_t replications;
    enum assumed assumed;
    void (*adjust)(struct rh_assumptions *assumptions); /* NULL: nothing else is assumed */
};

/* Learns the channel and binds the programs (scenario 0 is no program, the reference; k is the k-th from 1). */
void trial_bind(struct rehearsal *self, const struct trial *trial, int num, const struct rh_text *program);
/* The same, and runs it. */
void trial_run(struct rehearsal *self, const struct trial *trial, const struct machine *machine, int num,
               const struct rh_text *program);

/* Columns of a sample: a number per replication. */
#define SAMPLE_COLUMNS 48
struct sample {
    const struct rehearsal *of; /* whose figures are added next; studies of one sample have as many replications */
    int num;
    double *column[SAMPLE_COLUMNS];
};

void sample_init(struct sample *self, const struct rehearsal *of);
void sample_free(struct sample *self);
/* A zeroed column for the caller to fill; its index. */
int sample_add(struct sample *self, double **column);
/* A figure of a scenario; of the whole channel, or the sum over every `step`-th label of a cut from first to last. */
int sample_kpi(struct sample *self, int scenario, enum rh_kpi kpi);
int sample_cut(struct sample *self, int scenario, enum rh_kpi kpi, enum rh_cut cut, int first, int last, int step);

struct figure {
    double value, error;
};

/* A figure from the columns' means. */
typedef double (*formula)(const double *mean);
/* With its standard error by the jackknife over replications (Efron & Stein 1981, doi:10.1214/aos/1176345462). */
struct figure sample_figure(const struct sample *self, formula of);

/* Of columns 0 and 1: the mean of the first; their ratio of means; by how much the first exceeds the second. */
double mean_of(const double *mean);
double ratio_of(const double *mean);
double excess_of(const double *mean);

#endif
