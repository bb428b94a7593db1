/* Fitting: what a history can tell of how partners respond (docs/fit.md).
 *
 * Sales of the same partner in months in which the program in force offered it more for the next sale are held against
 * those in which it offered less, next to what all partners of its market did in the same month. What comes out is
 * combined with the priors of docs/model.md. Where the history tells nothing, the priors stand, and the reason is told.
 */
#ifndef RH_FIT_FIT_H
#define RH_FIT_FIT_H

#include "backtest/tune.h"
#include "core/problems.h"
#include "core/progress.h"
#include "fit/ppml.h"
#include "history/history.h"
#include "model/learned.h"
#include "program/program.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Offers that differ by less, as standard deviation of ln(1 + felt reward / margin), move sales by less than much else
 * that partners share: of no use, however many partners there are. */
#define RH_FIT_LEAST_VARIATION .005
#define RH_FIT_FEW_PARTNERS 30 /* below, the standard error itself is doubtful */

enum rh_fit_quantity {
    RH_FIT_RESPONSE, /* percent of sales per percent of (margin + felt reward) / margin, of all partners, attentive or
                        not */
    RH_FIT_EFFORT_ELASTICITY,
    RH_FIT_PASS_THROUGH,
    RH_FIT_PRICE_ELASTICITY,
    RH_FIT_ATTENTION,
    RH_FIT_NULL_PROGRAM,
    RH_NUM_FIT_QUANTITIES
};

/* What came of an estimate, a word: "estimated", "no_variation". */
extern const char *const rh_fit_verdict_name[RH_NUM_PPML_VERDICTS];

extern const char *const rh_fit_quantity_name[RH_NUM_FIT_QUANTITIES]; /* "response", then those of the parameters */

struct rh_moments {
    double mean, sd;
};

/* Of which there are draws: what the response rests on. */
#define RH_FIT_NUM_DRAWN 7
extern const enum rh_parameter rh_fit_drawn[RH_FIT_NUM_DRAWN];

#define RH_FIT_DRAWS 4096

/* All partners, or those of a segment. */
struct rh_fit_group {
    const char *segment; /* borrowed from the history; NULL: all */
    int partners;        /* observed */
    struct rh_ppml response;
    bool used;            /* estimated, and offers differed by RH_FIT_LEAST_VARIATION; else the priors stand */
    double freedom;       /* of the Student t of its error: effective clusters less one, at least 1; NaN without one */
    double share_offered; /* of the observations: the program offered anything */
    double typical;       /* mean of felt reward / own margin of these; NaN without any */
    double margin, complexity; /* mean of their own margins; of the program, as they meet it */
    double margin_assumed;     /* share of the observations whose own margin is not on file */
    struct rh_moments prior[RH_NUM_FIT_QUANTITIES], posterior[RH_NUM_FIT_QUANTITIES];
};

enum rh_fit_price_verdict {
    RH_FIT_PRICE_ESTIMATED,
    RH_FIT_PRICE_NO_DISCOUNTS, /* no row of sales has one */
    RH_FIT_PRICE_NO_PEERS,     /* nowhere did RH_FIT_LEAST_PEERS others of the segment and region buy the same line */
    RH_FIT_PRICE_FOLLOWS_SIZE, /* who bought more than usual paid less than usual, beside what its peers paid */
    RH_FIT_PRICE_ALIKE,        /* what peers paid hardly differed between the groups of a market */
    RH_FIT_PRICE_NOT_SHARED,   /* a partner's own price did not follow its peers': discounts go deal by deal */
    RH_FIT_PRICE_FEW_GROUPS,   /* fewer than RH_PPML_LEAST_CLUSTERS groups carry it */
    RH_FIT_PRICE_NO_NOISE,     /* purchases are exactly what the effects expect */
    RH_FIT_PRICE_NOT_CONVERGED,
    RH_NUM_FIT_PRICE_VERDICTS
};

#define RH_FIT_LEAST_PEERS 4
/* Squared ratio of the slope of a partner's own price on its peers' to its error; below, an instrument is weak (Staiger
 * & Stock 1997, doi:10.2307/2171753). */
#define RH_FIT_LEAST_STRENGTH 10.0

/* By how many percent purchases rise where a price falls by one percent. */
struct rh_fit_price {
    enum rh_fit_price_verdict verdict;
    double estimate, se;      /* NaN where there is none */
    double freedom;           /* of the Student t of its error; NaN without one */
    double shared, shared_se; /* percent by which the own price falls where the peers' does by one; NaN: not known */
    double variation;         /* sd of the logarithm of the peers' price that the effects do not explain */
    double share_discounted;  /* of the sales' list price, in rows with a discount */
    bool by_segment;          /* markets are segments: regions are compared; else segments of a region are */
    size_t partner_months;    /* partner × line × months used */
    int partners, groups;     /* groups: of peers, a region's segment */
    double effective;         /* groups that carry the estimate */
};

#define RH_FIT_WITHIN_DRAWS 4096

/* What sales within the windows of the program in force tell, each by itself: independent of the rest of the posterior,
 * but for able and reach, which were found together. */
enum rh_fit_within_of { RH_FIT_GOAL_GRADIENT, RH_FIT_TOPUP_ABLE, RH_FIT_TOPUP_REACH, RH_NUM_FIT_WITHIN };

enum rh_fit_within_verdict {
    RH_FIT_WITHIN_ESTIMATED,
    RH_FIT_WITHIN_NO_PROGRAM,    /* none in force is named */
    RH_FIT_WITHIN_NO_THRESHOLDS, /* no incentive pays the firm by a window's total from a threshold on, or nobody came
                                    near */
    RH_FIT_WITHIN_FEW,           /* too few windows came near one, of too few partners */
    RH_FIT_WITHIN_NO_VARIATION,  /* of a goal: how close it was followed from what had been sold already */
    RH_FIT_WITHIN_NOT_WORTH,     /* of buying ahead: it would cost more than it brings */
    RH_FIT_WITHIN_NO_NOISE,      /* months are exactly what is expected of them */
    RH_FIT_WITHIN_NOT_CONVERGED,
    RH_NUM_FIT_WITHIN_VERDICTS
};

struct rh_fit_within {
    enum rh_parameter parameter;
    enum rh_fit_within_verdict verdict;
    double estimate, se; /* of the parameter, by the history alone; NaN where there is none */
    double freedom;      /* of the Student t of a goal's error; of the others NaN: se is the sd of the likelihood */
    struct rh_moments prior, posterior;
    int partners;                     /* that came near a threshold */
    size_t windows;                   /* how often they did: months of a goal, ends of windows of buying ahead */
    double draw[RH_FIT_WITHIN_DRAWS]; /* from the posterior, equally likely, of able and reach jointly; where nothing
                                  was estimated quantiles of the prior in an order of their own */
};

/* Ends of windows just above a threshold, over what those farther away let expect. A cross-check: whether partners look
 * at thresholds at all. It does not say how much they sell for a reward. */
struct rh_fit_bunching {
    double ratio, low, high; /* with its 95% range; NaN where too few windows ended near a threshold */
    double expected;         /* ends from the threshold to 5% above it; NaN where too few */
    int above;               /* that there were */
    int ends, partners;      /* between half a threshold and one and a half */
};

extern const char *const rh_fit_price_verdict_name[RH_NUM_FIT_PRICE_VERDICTS];
extern const char *const rh_fit_within_verdict_name[RH_NUM_FIT_WITHIN_VERDICTS];

/* Why an incentive's offer is not beyond what the partner itself does. */
enum rh_fit_doubt {
    RH_FIT_OWN_PAST,      /* measured by the partner's own prior year, its streak, its status or requirements */
    RH_FIT_TARGET,        /* by a target that somebody set for it */
    RH_FIT_OTHERS,        /* by what others do: percentiles, ranks, pools */
    RH_FIT_REP,           /* not looked at: paid to the rep */
    RH_FIT_OTHER_MEASURE, /* not looked at: counts no revenue */
    RH_NUM_FIT_DOUBTS
};

struct rh_fit_doubtful {
    char *incentive; /* owned */
    enum rh_fit_doubt doubt;
};

struct rh_fit {
    bool chooses_baseline; /* rh_fit_baseline was called; else the usual values stand */
    struct rh_tune baseline;
    char *program;        /* name, owned; NULL: none in force */
    rh_month first, last; /* of the history that is replayed, at most its last 120 months */
    int months_cut;       /* at the end, in windows that the history does not hold whole */
    int too_short;        /* partners that bought for less than 13 months: nothing to hold against their size */
    int margin_assumed;   /* partners observed whose own margin is not on file */
    bool by_region;       /* markets are regions; else segments */
    size_t num_groups;
    struct rh_fit_group *group; /* [num_groups] all, then the segments by name, those with a partner observed */
    struct rh_fit_within within[RH_NUM_FIT_WITHIN];
    struct rh_fit_bunching bunching;
    struct rh_fit_price price; /* of all partners; each group's posterior takes it in */
    size_t num_doubtful;
    struct rh_fit_doubtful *doubtful; /* [num_doubtful] in the order of the program */
};

/* Fits. in_force NULL: history happened under no program. history is borrowed until rh_fit_free. What is wrong with the
 * program on this history goes to problems; a history without rows is RH_ERR_INPUT. *self may be freed after failure.
 */
int rh_fit_run(struct rh_fit *self, const struct rh_history *history, const struct rh_program *in_force,
               const struct rh_progress *progress, struct rh_problems *problems, struct rh_error *error);
/* Chooses what the baseline is learned and drawn with, apart from the response, in a fit that rh_fit_run has made. */
int rh_fit_baseline(struct rh_fit *self, const struct rh_history *history, const struct rh_progress *progress,
                    struct rh_error *error);
void rh_fit_free(struct rh_fit *self);

enum rh_fit_belief { RH_FIT_PRIOR, RH_FIT_POSTERIOR };

/* Equally likely draws of what a group's partners do: value[RH_FIT_NUM_DRAWN][RH_FIT_DRAWS] by rh_fit_drawn, and
 * response[RH_FIT_DRAWS], which rises. What stands at one place belongs together. In a null program null_program is 1
 * and the response 0, else null_program is 0. RH_OK or RH_ERR_NO_MEMORY. */
int rh_fit_draw(const struct rh_fit *self, size_t i_group, enum rh_fit_belief belief, double *response, double *value,
                struct rh_error *error);

/* What a model remembers of how it came about. */
struct rh_fit_sources {
    const char *version, *command;        /* of rehearse; how it was called */
    const char *history, *history_sha256; /* file name */
    const char *program, *program_sha256; /* the same of what was in force; "": none */
};

/* What the fit has learned, for runs, in a fit that rh_fit_baseline has completed: the baseline's values, and draws of
 * the response, none where the history tells nothing of it. *out may be freed in either case.
 * RH_OK or RH_ERR_NO_MEMORY. */
int rh_fit_learn(const struct rh_fit *self, const struct rh_fit_sources *sources, struct rh_learned *out,
                 struct rh_error *error);

/* True where the history says anything of the response, of the price elasticity, or within windows. */
bool rh_fit_tells(const struct rh_fit *self);
/* Share of the prior's variance that the data took away; below 0 where it is less sure than before; NaN where the prior
 * has none. */
double rh_fit_moved(const struct rh_fit_group *group, enum rh_fit_quantity quantity);
/* Half of the estimate's 95% interval; NaN where there is none. */
double rh_fit_margin_of_error(const struct rh_fit_group *group);
/* The same of a parameter from within windows. */
double rh_fit_within_moved(const struct rh_fit_within *within);
double rh_fit_within_margin(const struct rh_fit_within *within);
/* Half of the price elasticity's 95% interval; NaN where there is none. */
double rh_fit_price_margin(const struct rh_fit_price *price);
/* True where estimate and prior are farther apart than their errors: by more than 3 of them. */
bool rh_fit_conflicts(const struct rh_fit_group *group);

#ifdef __cplusplus
}
#endif

#endif
