/* The cap that keeps a program within a budget: found by simulating the study again with candidate caps. */
#ifndef RH_CLI_RESERVE_CAP_H
#define RH_CLI_RESERVE_CAP_H

#include "core/money.h"
#include "core/problems.h"
#include "core/progress.h"
#include "core/text.h"

struct rh_cap_request {
    const char *study;    /* path */
    const char *scenario; /* name of a program of it; NULL: the only one */
    double probability;   /* at most, that the cost exceeds the budget */
    rh_money budget;
    int64_t replications; /* 0: the study's */
    int threads;          /* 0: as many as there are processors */
};

/* Reads "P(overspend) <= 5%", with or without spaces; false where it is nothing of the kind. */
bool rh_cap_parse(const char *text, double *probability);

/* Simulates, and appends to out what was found. What is wrong with the files
 * goes to problems, the rest to *error. RH_ERR_ARGUMENT where the study has no such program. */
int rh_cap_find(const struct rh_cap_request *request, const struct rh_progress *progress, struct rh_text *out,
                struct rh_problems *problems, struct rh_error *error);

#endif
