/* When partners buy: at fiscal year ends, ahead of time, just above a threshold, and evenly where nothing makes them
 * wait: V3, V4, V6, V7. */
#include "engine/watch.h"
#include "verification/check.h"

/* 1% of all sales from 90% of a usual window, 2% from 105%. */
static void tiers(struct rh_text *out, const struct channel *channel, const char *window, int months, bool last_year)
{
    const struct incentive rebate = {"Tiers",
                                     window,
                                     "bands: retroactive, ",
                                     "",
                                     0.0,
                                     -1,
                                     2,
                                     {{.9, .01, 0.0, last_year}, {1.05, .02, 0.0, last_year}}};
    program_head(out, "tiers");
    program_add_classes(out, channel, &rebate, months);
}

/* 2% of a usual window's sales for who sells that much. */
static void lump(struct rh_text *out, const struct channel *channel, const char *window, int months, bool last_year)
{
    const struct incentive bonus = {"Bonus", window, "", "", 0.0, -1, 1, {{1.0, 0.0, .02, last_year}}};
    program_head(out, "lump");
    program_add_classes(out, channel, &bonus, months);
}

/* ---- V3 */

#define YEARS 3

/* Sales of a fiscal quarter of the second and later years. */
static void add_quarter(struct sample *sample, int scenario, int quarter)
{
    double *sum;
    sample_add(sample, &sum);
    const int first = sample->num;
    for (int year = 1; year < YEARS; year++) {
        const int month = 12 * year + 3 * quarter;
        sample_cut(sample, scenario, RH_KPI_REVENUE, RH_CUT_MONTH, month, month + 2, 1);
    }
    for (int k = first; k < sample->num; k++) {
        for (int64_t r = 0; r < sample->of->study.replications; r++) {
            sum[r] += sample->column[k][r];
        }
        free(sample->column[k]);
    }
    sample->num = first;
}

/* Quarter against the middle ones (columns 0 and 2), as it is without a program (1 and 3). */
static double against_middle(const double *mean)
{
    return mean[0] / mean[2] / (mean[1] / mean[3]) - 1.0;
}

static struct figure quarter_against_middle(const struct rehearsal *study, int scenario, int quarter)
{
    struct sample sample;
    sample_init(&sample, study);
    add_quarter(&sample, scenario, quarter);
    add_quarter(&sample, 0, quarter);
    for (int k = 0; k < 2; k++) {
        add_quarter(&sample, k == 0 ? scenario : 0, 1);
        add_quarter(&sample, k == 0 ? scenario : 0, 2);
        for (int64_t r = 0; r < study->study.replications; r++) {
            sample.column[2 + k][r] = .5 * (sample.column[2 + k][r] + sample.column[3 + k][r]);
        }
        free(sample.column[--sample.num]);
    }
    const struct figure out = sample_figure(&sample, against_middle);
    sample_free(&sample);
    return out;
}

static void run_year(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct trial trial = check_trial(self);
    struct rh_text program[2] = {{0}, {0}};
    struct rehearsal study;
    tiers(&program[0], self->channel, "year", 12, true);
    lump(&program[1], self->channel, "year", 12, true);
    trial_run(&study, &trial, machine, 2, program);
    figure[0] = figure[1] = quarter_against_middle(&study, 1, 3);
    figure[2] = figure[3] = quarter_against_middle(&study, 1, 0);
    figure[4] = quarter_against_middle(&study, 2, 3);
    figure[5] = quarter_against_middle(&study, 2, 0);
    rehearsal_free(&study);
    rh_text_free(&program[0]);
    rh_text_free(&program[1]);
}

/* ---- V4 */

/* Pulled forward, by sales above those without a program. */
static double borrowed(const double *mean)
{
    return mean[0] / (mean[1] - mean[2]);
}

static void run_borrowed(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct trial trial = check_trial(self);
    struct rh_text program[2] = {{0}, {0}};
    struct rehearsal study;
    tiers(&program[0], self->channel, "quarter", 3, false);
    lump(&program[1], self->channel, "quarter", 3, false);
    trial_run(&study, &trial, machine, 2, program);
    for (int k = 0; k < 2; k++) {
        struct sample sample;
        sample_init(&sample, &study);
        sample_cut(&sample, 1 + k, RH_KPI_PULLED_FORWARD, RH_CUT_MONTH, 2, self->months - 1, 3);
        sample_cut(&sample, 1 + k, RH_KPI_REVENUE, RH_CUT_MONTH, 2, self->months - 1, 3);
        sample_cut(&sample, 0, RH_KPI_REVENUE, RH_CUT_MONTH, 2, self->months - 1, 3);
        figure[k] = sample_figure(&sample, borrowed);
        sample_free(&sample);
        rh_text_free(&program[k]);
    }
    rehearsal_free(&study);
}

/* ---- V6 */

struct bunching {
    const struct check *check;
    const struct rehearsal *study;
    uint64_t first;               /* replication of lane 0 */
    double attained[2][RH_LANES]; /* in the window, by scenario */
    double *above[2], *below[2];  /* [replications] windows just above and just below the threshold */
};

static void see_window(void *user, const struct rh_sight *sight)
{
    struct bunching *self = user;
    if (sight->what != RH_SEEN_REVENUE) {
        return;
    }
    const int class = self->study->plan.partner[sight->partner].segment_id;
    const double threshold = 3.0 * channel_size(self->check->channel, class);
    double *attained = self->attained[sight->program];
    for (int l = 0; l < RH_LANES && self->first + (uint64_t)l < self->study->plan.replications; l++) {
        attained[l] = sight->value[l] + (sight->month % 3 == 0 ? 0.0 : attained[l]);
        const double share = attained[l] / threshold;
        const size_t r = (size_t)self->first + (size_t)l;
        if (sight->month % 3 == 2) {
            self->above[sight->program][r] += share >= 1.0 && share < 1.05;
            self->below[sight->program][r] += share >= .85 && share < 1.0;
        }
    }
}

/* Windows just above (figure 0) and just below (1) the threshold, by those without the program. */
static void find_bunching(const struct check *self, const struct machine *machine, const struct trial *trial,
                          const struct rh_text *program, struct figure *figure)
{
    struct bunching seen = {.check = self};
    const struct rh_watch watch = {-1, see_window, &seen};
    struct rehearsal study;
    struct sample above, below;
    trial_bind(&study, trial, 1, program);
    study.plan.isa = machine->isa;
    seen.study = &study;
    sample_init(&above, &study);
    sample_init(&below, &study);
    for (int scenario = 1; scenario >= 0; scenario--) {
        sample_add(&above, &seen.above[scenario]);
        sample_add(&below, &seen.below[scenario]);
    }
    for (; seen.first < CHECK_REPLICATIONS; seen.first += RH_LANES) {
        struct rh_error error = {0};
        int lane;
        const int status = rh_engine_watch(&study.plan, seen.first, &watch, &lane, NULL, &error);
        assert(status == RH_OK);
    }
    figure[0] = sample_figure(&above, ratio_of);
    figure[1] = sample_figure(&below, ratio_of);
    sample_free(&above);
    sample_free(&below);
    rehearsal_free(&study);
}

static void nobody_buys_ahead(struct rh_assumptions *assumptions)
{
    rh_assumptions_set(assumptions, RH_PARAM_TOPUP_REACH, 0.0);
}

static void run_bunching(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct incentive rebate = {"Rebate", "quarter", "bands: retroactive, ",  "", 0.0,
                                     -1,       1,         {{1.0, .02, 0.0, false}}};
    struct trial trial = check_trial(self);
    struct rh_text program = {0};
    program_head(&program, "all units");
    program_add_classes(&program, self->channel, &rebate, 3);
    find_bunching(self, machine, &trial, &program, figure);
    trial.adjust = nobody_buys_ahead;
    find_bunching(self, machine, &trial, &program, figure + 2);
    rh_text_free(&program);
}

/* ---- V7 */

static void no_timing(struct rh_assumptions *assumptions)
{
    nobody_buys_ahead(assumptions);
    rh_assumptions_set(assumptions, RH_PARAM_GOAL_GRADIENT, 0.0);
}

/* Share of a month of the quarter (column 0), the months being (0, 1), (2, 3), (4, 5): with the program, without. */
static double month_share(const double *mean)
{
    const double month = mean[0] / mean[1];
    return month / (month + mean[2] / mean[3] + mean[4] / mean[5]);
}

static void run_months(const struct check *self, const struct machine *machine, struct figure *figure)
{
    struct trial trial = check_trial(self);
    struct rh_text program = {0};
    struct rehearsal study;
    trial.adjust = no_timing;
    tiers(&program, self->channel, "quarter", 3, false);
    trial_run(&study, &trial, machine, 1, &program);
    for (int month = 0; month < 3; month++) {
        struct sample sample;
        sample_init(&sample, &study);
        for (int k = 0; k < 3; k++) {
            const int first = (month + k) % 3;
            sample_cut(&sample, 1, RH_KPI_REVENUE, RH_CUT_MONTH, first, self->months - 1, 3);
            sample_cut(&sample, 0, RH_KPI_REVENUE, RH_CUT_MONTH, first, self->months - 1, 3);
        }
        figure[month] = sample_figure(&sample, month_share);
        sample_free(&sample);
    }
    rehearsal_free(&study);
    rh_text_free(&program);
}

const struct check check_year = {
    .id = "V3",
    .title = "The fiscal year",
    .asks = "Do thresholds by the year make the last fiscal quarter stronger and the first weaker?",
    .made = "1% of all sales from 90% of last year's, 2% from 105%; and a bonus of 2% of a usual year for "
            "reaching last year's sales. Three years; of the last two a quarter is set against the mean of the "
            "second and third, and that against the same without a program.",
    .from = "US manufacturers sell more at the end of their fiscal year and less at its start than in the "
            "middle [4]: the sign is hard. The sizes, +2.7% and −4.8%, are known at second hand only; so the "
            "bands around them are soft.",
    .tied = "The priors of `topup_reach` and `topup_able` have [4] among their sources, and were lowered once, "
            "from means of .20 and .35 to .15 and .25, after a look at this check in a prototype.",
    .says = "What is bought ahead in December is missing in January.",
    .channel = &channel_typical,
    .assumed = ASSUMED_MEANS,
    .months = 12 * YEARS,
    .num = 6,
    .finding = {{"tiers, last quarter above the middle ones: the sign", PERCENT, 0.0, INFINITY, HARD, true},
                {"the same: the size", PERCENT, .01, .05, SOFT, true},
                {"tiers, first quarter below the middle ones: the sign", PERCENT, -INFINITY, 0.0, HARD, true},
                {"the same: the size", PERCENT, -.07, -.01, SOFT, true},
                {"bonus, last quarter: the sign", PERCENT, 0.0, INFINITY, HARD, true},
                {"bonus, first quarter: the sign", PERCENT, -INFINITY, 0.0, HARD, true}},
    .run = run_year,
};

const struct check check_borrowed = {
    .id = "V4",
    .title = "What is borrowed",
    .asks = "How much of the bump in the last month of a quarter is only taken from the next?",
    .made = "The tiers and the bonus of V14. The bump is what partners buy in last months above what they would "
            "without a program; borrowed of it is what then lies in stock, less what was put off.",
    .from = "About a third of a promotion's bump comes from other periods [5], 6% in another study [6]. "
            "Lump-sum bonuses mostly made sales people work harder [7].",
    .tied = "The priors of `topup_reach` and `topup_able` have all three among their sources, and were lowered "
            "after a look at this check, as told under V3.",
    .says = "The bonus borrows less than the tiers: it has one threshold in reach of which to buy ahead, they "
            "have two.",
    .channel = &channel_typical,
    .assumed = ASSUMED_MEANS,
    .months = 12,
    .num = 2,
    .finding = {{"tiers at 90% and 105%: borrowed, of the bump", PERCENT, .06, .40, HARD, true},
                {"bonus at the usual quarter: borrowed, of the bump", PERCENT, .06, .40, HARD, true}},
    .run = run_borrowed,
};

const struct check check_bunching = {
    .id = "V6",
    .title = "Bunching",
    .asks = "Do partners end just above a threshold more often than they would by themselves, and less often "
            "just below?",
    .made = "2% of all sales of a quarter for who sells as much as its class does in a usual one. Purchases of "
            "each partner and quarter, with the program and without, in the same replications. Then again with "
            "`topup_reach` 0.",
    .from = "Sales of retail teams bunch at a bonus and, less, at points where the rate rises [8]; a jump in "
            "what is paid leaves a gap below it and a peak above [9]. No study that measured it on partners was "
            "found: the band says that it can be seen. Teams in shops can hardly buy ahead; so the peak should "
            "be there without that as well.",
    .tied = "The prior of `goal_gradient` has [8] among its sources.",
    .says = "The peak is buying ahead alone, as the last lines show: without it the gap below the threshold is "
            "there, but no peak above. Effort and goals raise a whole month at a time, and nobody slows down "
            "within the month in which the threshold is passed; so they carry partners from below it to well "
            "above. The peak of the study is not reproduced by what may have made it there. A fifth of the "
            "partners does not attend, three quarters cannot buy ahead, and in a tenth of the replications "
            "nobody reacts; so a part of the gap stays filled.",
    .channel = &channel_typical,
    .assumed = ASSUMED_MEANS,
    .months = 12,
    .num = 4,
    .finding = {{"quarters 0 to 5% above the threshold, by those without the rebate", PLAIN, 1.2, INFINITY, HARD, true},
                {"quarters 0 to 15% below it, by those without the rebate", PLAIN, 0.0, 1.0, HARD, true},
                {"nobody buys ahead: quarters 0 to 5% above", PLAIN, 1.0, INFINITY, SOFT, false},
                {"nobody buys ahead: quarters 0 to 15% below", PLAIN, 0.0, 1.0, SOFT, true}},
    .run = run_bunching,
};

const struct check check_months = {
    .id = "V7",
    .title = "Flat months",
    .asks = "Without timing and goals, is every month of a quarter lifted alike?",
    .made = "The tiers of V14, with `topup_reach` and `goal_gradient` 0. A month's lift is its sales by those "
            "without a program; the shares are those of the three months' lifts.",
    .from = "No study: what a next sale is worth is a martingale to the partner, so effort alone is flat to "
            "first order ([the model](model.md#what-the-next-sale-is-worth)).",
    .tied = NULL,
    .says = "What is left falls towards the quarter's end. Without `level_walk`, which no partner foresees, "
            "about half of it is gone; the rest is that a reward which has become sure for some and is lost for "
            "others moves less in sum than one that is open for all. A hockey stick that a run shows beyond "
            "that is timing, goals, or your ledger's own.",
    .channel = &channel_typical,
    .assumed = ASSUMED_MEANS,
    .months = 12,
    .num = 3,
    .finding = {{"share of a quarter's first month", PERCENT, 1.0 / 3.0 - .003, 1.0 / 3.0 + .003, HARD, true},
                {"share of its second month", PERCENT, 1.0 / 3.0 - .003, 1.0 / 3.0 + .003, HARD, true},
                {"share of its third month", PERCENT, 1.0 / 3.0 - .003, 1.0 / 3.0 + .003, HARD, true}},
    .run = run_months,
};
