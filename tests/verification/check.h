/* Checks of the engine against what studies found: what each asks, how it is asked, where its band is from, and what is
 * expected to come out. */
#ifndef VERIFICATION_CHECK_H
#define VERIFICATION_CHECK_H

#include "verification/trial.h"

enum kind { HARD, SOFT };
enum unit { PERCENT, PLAIN };

/* A figure and the band that it belongs into. */
struct finding {
    const char *what;
    enum unit unit;
    double low, high; /* infinite: open */
    enum kind kind;
    bool met; /* as it is expected to come out; where it comes out otherwise the run fails */
};

#define CHECK_FINDINGS 6
#define CHECK_REPLICATIONS 2048 /* eight blocks of the kernel */
struct check {
    const char *id, *title;
    /* Paragraphs of the document: the question in a user's words; how the programs were made; where the band is from,
     * by numbers of the list of sources; which prior knew of it (NULL: none); what to make of the figures, and why
     * where a band is missed. */
    const char *asks, *made, *from, *tied, *says;
    const struct channel *channel;
    enum assumed assumed;
    int months;
    int num;
    struct finding finding[CHECK_FINDINGS];
    /* figure: [num], in the order of finding */
    void (*run)(const struct check *self, const struct machine *machine, struct figure *figure);
};

extern const struct check check_bonus, check_flat, check_attainment, check_nothing; /* lift.c */
extern const struct check check_year, check_borrowed, check_bunching, check_months; /* timing.c */
extern const struct check check_linear, check_cycle, check_parts;                   /* shape.c */
extern const struct check check_prepaid, check_points, check_fund;                  /* terms.c */

/* All of them, V1 to V14, and where they take place. */
#define NUM_CHECKS 14
extern const struct check *const checks[NUM_CHECKS];
#define NUM_CHANNELS 5
extern const struct channel *const channels[NUM_CHANNELS];
extern const struct channel channel_typical, channel_even, channel_uneven, channel_terciles, channel_funded;

/* What a check's study is, without programs. */
struct trial check_trial(const struct check *self);
/* True where the figure is in the band and further than two standard errors from its ends. */
bool finding_holds(const struct finding *self, const struct figure *figure);

/* docs/verification.md, of the figures of all checks. */
void document_write(struct rh_text *out, struct figure (*figure)[CHECK_FINDINGS]);

#endif
