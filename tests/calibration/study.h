/* A study of calibration: so many channels, of each the ranks of what was true, and what a picture shows of them. */
#ifndef CALIBRATION_STUDY_H
#define CALIBRATION_STUDY_H

#include "calibration/uniform.h"
#include "core/error.h"
#include "core/text.h"

#define STUDY_WORLDS 400   /* at most */
#define STUDY_QUANTITIES 6 /* at most */
#define STUDY_RECOVERED 2  /* at most */

/* What was true and what was believed of it: middle and the range of that share. */
struct recovered {
    double truth, middle, low, high;
};

/* A panel of the picture of what was recovered. */
struct recovered_panel {
    const char *title, *truth, *belief;      /* of the panel and of its axes */
    double truth_low, truth_high, low, high; /* of the axes */
};

#define STUDY_PICTURES 2 /* what was recovered, and ranks */

struct study {
    const char *name;              /* of its part of the document */
    const char *(*picture)(int k); /* names of its pictures' files */
    const char *title, *recovers;
    int num_worlds; /* channels that are made */
    int num;
    const char *const *quantity; /* [num] */
    int num_recovered;
    const struct recovered_panel *panel; /* [num_recovered] */
    /* One channel: rank[num], recovered[num_recovered]. */
    void (*find)(unsigned seed, double *rank, struct recovered *recovered);
};

extern const struct study study_response, study_baseline; /* response.c, baseline.c */

struct study_found {
    struct uniform_band band;
    double rank[STUDY_QUANTITIES][STUDY_WORLDS];
    struct uniform_found found[STUDY_QUANTITIES];
    struct recovered recovered[STUDY_RECOVERED][STUDY_WORLDS];
};

/* Appends the table of the document. */
void study_table(const struct study *self, const struct study_found *found, struct rh_text *out);

/* Script and data of the k-th picture, for gnuplot. */
void study_picture(const struct study *self, const struct study_found *found, int k, struct rh_text *script,
                   struct rh_text *data);

#endif
