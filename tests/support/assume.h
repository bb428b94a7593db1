/* What a test's assumptions file says, put into a study that has been made. Needs scratch_set_up. */
#ifndef ASSUME_H
#define ASSUME_H

#include "scratch_files.h"
#include "support/rehearsal.h"

static inline void assume(struct rehearsal *self, const char *text)
{
    struct rh_problems problems;
    const char *path = scratch_write_bytes("assumed.yaml", text, strlen(text));
    rh_problems_init(&problems);
    int status = rh_assumptions_read(&self->assumptions, path, &self->history.partners.segments, &problems);
    if (status == RH_OK) {
        status = rh_assumptions_bind(&self->assumptions, &self->study, &self->history, &problems);
    }
    for (size_t k = 0; k < problems.num; k++) {
        fprintf(stderr, "%ld:%ld: %s\n", problems.items[k].line, problems.items[k].column, problems.items[k].message);
    }
    assert(status == RH_OK);
    rh_problems_free(&problems);
}

#define ASSUMPTIONS "rehearse: assumptions/1\n"

#endif
