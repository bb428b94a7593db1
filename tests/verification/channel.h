/* Channels of known structure, made in memory, and programs for them. */
#ifndef VERIFICATION_CHANNEL_H
#define VERIFICATION_CHANNEL_H

#include "core/text.h"
#include "history/history.h"

#define CHANNEL_MONTHS 36
#define CHANNEL_MEDIAN 10000.0 /* what a partner of middle size sells in a month */
#define CHANNEL_CV .3          /* of a partner's months */

/* Classes of partners by size, smallest first; those of a class are of one size. Each class is a segment. */
struct channel {
    const char *name; /* in the document */
    int classes, per_class;
    double log_sd;    /* of the classes' sizes */
    double marketing; /* a partner's own spending on it, mean share of its sales; 0: none in the ledger */
};

/* What a partner of the class sells in a mean month. */
double channel_size(const struct channel *self, int class);
/* Mean size of all partners. */
double channel_mean(const struct channel *self);

/* The ledger: sales of every month from 2022-01 on. Months of a partner are independent lognormal factors around its
 * size: no season, no trend, nobody who leaves. The history is initialized here. */
void channel_history(const struct channel *self, struct rh_history *history);

/* A level, relative to a quota: threshold and flat are shares of the quota, rate is one of sales. of_last_year: the
 * threshold is that share of what the partner itself sold in the same window a year earlier. */
struct level {
    double from, rate, flat;
    bool of_last_year;
};

/* An incentive on revenue. */
struct incentive {
    const char *name, *window;
    const char *reward; /* further keys of the reward, each with a comma at its end; "" for none */
    const char *more;   /* further lines of the incentive, indented by four; "" for none */
    double quota;       /* that levels are relative to */
    int class;          /* only of these partners; -1: of all */
    int num_levels;
    struct level level[4];
};

void program_head(struct rh_text *out, const char *name);
void program_add(struct rh_text *out, const struct incentive *incentive);
/* The incentive for each class, with what the class sells in `months` mean months as quota. */
void program_add_classes(struct rh_text *out, const struct channel *channel, const struct incentive *incentive,
                         int months);

#endif
