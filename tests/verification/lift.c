/* What a bonus and a flat rebate bring, how many reach a threshold, and how often nothing happens: V1, V2, V12, V14. */
#include "verification/check.h"

#define BONUS .0175 /* of a quarter's usual sales */

/* That share of a quarter's usual sales for who sells as much. */
static void lump(struct rh_text *out, const struct channel *channel, double share)
{
    const struct incentive bonus = {"Bonus", "quarter", "", "", 0.0, -1, 1, {{1.0, 0.0, share, false}}};
    program_head(out, "lump");
    program_add_classes(out, channel, &bonus, 3);
}

/* 2% of all sales. */
static void flat(struct rh_text *out)
{
    const struct incentive rebate = {"Rebate", "quarter", "", "", 1.0, -1, 1, {{0.0, .02, 0.0, false}}};
    program_head(out, "flat");
    program_add(out, &rebate);
}

/* 1% of all sales from 90% of the usual quarter, 2% from 105%. */
static void tiers(struct rh_text *out, const struct channel *channel)
{
    const struct incentive rebate = {
        "Tiers", "quarter", "bands: retroactive, ", "", 0.0, -1, 2, {{.9, .01, 0.0, false}, {1.05, .02, 0.0, false}}};
    program_head(out, "tiers");
    program_add_classes(out, channel, &rebate, 3);
}

static void run_bonus(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct trial trial = check_trial(self);
    struct rh_text program = {0};
    struct rehearsal study;
    lump(&program, self->channel, BONUS);
    trial_run(&study, &trial, machine, 1, &program);
    static const struct {
        enum rh_kpi kpi, by;
        int by_scenario;
    } wanted[] = {{RH_KPI_PAID, RH_KPI_REVENUE, 1},
                  {RH_KPI_INCREMENTAL_REVENUE, RH_KPI_REVENUE, 0},
                  {RH_KPI_INCREMENTAL_REVENUE, RH_KPI_PAID, 1}};
    for (int k = 0; k < 3; k++) {
        struct sample sample;
        sample_init(&sample, &study);
        sample_kpi(&sample, 1, wanted[k].kpi);
        sample_kpi(&sample, wanted[k].by_scenario, wanted[k].by);
        figure[k] = sample_figure(&sample, ratio_of);
        sample_free(&sample);
    }
    rehearsal_free(&study);
    rh_text_free(&program);
}

/* The share of replications in which the rebate loses money at the vendor's margin. */
static struct figure loses(const struct rehearsal *study, double margin)
{
    struct sample sample;
    double *column;
    sample_init(&sample, study);
    sample_add(&sample, &column);
    for (int64_t r = 0; r < study->study.replications; r++) {
        column[r] =
            margin * rehearsal_kpi(study, 1, RH_KPI_INCREMENTAL_REVENUE)[r] < rehearsal_kpi(study, 1, RH_KPI_PAID)[r];
    }
    const struct figure share = sample_figure(&sample, mean_of);
    sample_free(&sample);
    return share;
}

static void run_flat(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct trial trial = check_trial(self);
    struct rh_text program = {0};
    struct rehearsal study;
    struct sample sample;
    flat(&program);
    trial_run(&study, &trial, machine, 1, &program);
    sample_init(&sample, &study);
    sample_kpi(&sample, 1, RH_KPI_INCREMENTAL_REVENUE);
    sample_kpi(&sample, 1, RH_KPI_PAID);
    figure[0] = sample_figure(&sample, ratio_of);
    figure[1] = loses(&study, .4);
    figure[2] = loses(&study, .7);
    sample_free(&sample);
    rehearsal_free(&study);
    rh_text_free(&program);
}

static void run_attainment(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct trial trial = check_trial(self);
    struct rh_text program = {0};
    struct rehearsal study;
    struct sample sample;
    double *reached;
    lump(&program, self->channel, BONUS);
    trial_run(&study, &trial, machine, 1, &program);
    sample_init(&sample, &study);
    sample_add(&sample, &reached);
    const double windows = self->channel->classes * self->channel->per_class * (self->months / 3.0);
    for (int class = 0; class < self->channel->classes; class ++) {
        const int earned = sample_cut(&sample, 1, RH_KPI_EARNED, RH_CUT_SEGMENT, class, class, 1);
        const double bonus = BONUS * 3.0 * channel_size(self->channel, class);
        for (int64_t r = 0; r < CHECK_REPLICATIONS; r++) {
            reached[r] += sample.column[earned][r] / bonus / windows;
        }
    }
    figure[0] = sample_figure(&sample, mean_of);
    sample_free(&sample);
    rehearsal_free(&study);
    rh_text_free(&program);
}

static void run_nothing(const struct check *self, const struct machine *machine, struct figure *figure)
{
    const struct trial trial = check_trial(self);
    struct rh_text program[3] = {{0}, {0}, {0}};
    struct rehearsal study;
    flat(&program[0]);
    lump(&program[1], self->channel, .02);
    tiers(&program[2], self->channel);
    trial_run(&study, &trial, machine, 3, program);
    for (int k = 0; k < 3; k++) {
        struct sample sample;
        double *column;
        sample_init(&sample, &study);
        sample_add(&sample, &column);
        for (int64_t r = 0; r < CHECK_REPLICATIONS; r++) {
            column[r] = fabs(rehearsal_kpi(&study, 1 + k, RH_KPI_INCREMENTAL_REVENUE)[r]) <
                        .01 * rehearsal_kpi(&study, 0, RH_KPI_REVENUE)[r];
        }
        figure[k] = sample_figure(&sample, mean_of);
        sample_free(&sample);
        rh_text_free(&program[k]);
    }
    rehearsal_free(&study);
}

const struct check check_bonus = {
    .id = "V1",
    .title = "A bonus for reaching a threshold",
    .asks = "What does a bonus for reaching a threshold bring, if it costs about 1% of sales?",
    .made = "A partner that sells as much in a quarter as one of its class does on average is paid 1.75% of "
            "that amount. The threshold was chosen beforehand; the size by trial, so that the bonus costs what "
            "that of the study did (at 2% it cost 1.1%).",
    .from = "In a chain of 193 shops a bonus for teams that surpassed their sales targets raised sales by 3%, "
            "$3.80 of sales for each dollar of bonus [1]; so it cost about 0.8% of sales. The band is wide "
            "around that.",
    .tied = "The prior of `effort_elasticity` was written with this study among others in view; it was not "
            "changed to meet the check.",
    .says = "What is only pulled forward is not counted. The study is of employees of one firm: that partners "
            "answer alike is an assumption.",
    .channel = &channel_typical,
    .assumed = ASSUMED_MEANS,
    .months = 12,
    .num = 3,
    .finding = {{"bonus paid, of sales", PERCENT, .008, .011, HARD, true},
                {"lift of sales", PERCENT, .02, .05, HARD, true},
                {"incremental sales per dollar of bonus", PLAIN, 2.5, 5.0, HARD, true}},
    .run = run_bonus,
};

const struct check check_flat = {
    .id = "V2",
    .title = "A flat rebate",
    .asks = "What does a rebate of 2% on every sale bring, and how often does it lose money?",
    .made = "2% of all sales, by the quarter. It loses money where the vendor's margin of incremental sales is "
            "less than the rebate.",
    .from = "A long-run pass-through of 65% and a wholesale elasticity of 1.78 [2] bound what a price cut "
            "brings. Of consumer goods' promotions 59% lost money in seven countries, and 71% in the US [3].",
    .tied = "The prior of `price_elasticity` has [2] among its sources.",
    .says = "A flat rebate pays for sales that would have come anyway, so it loses money more often than "
            "promotions of consumer goods did, at the lower margin nearly always. The band has no upper end: it "
            "says that a flat rebate must not look like a sure thing.",
    .channel = &channel_typical,
    .assumed = ASSUMED_PRIOR,
    .months = 12,
    .num = 3,
    .finding = {{"incremental sales per dollar of rebate", PLAIN, .5, 2.5, SOFT, true},
                {"loses money at a vendor margin of 40%", PERCENT, .55, INFINITY, SOFT, true},
                {"loses money at a vendor margin of 70%", PERCENT, .55, INFINITY, SOFT, true}},
    .run = run_flat,
};

const struct check check_attainment = {
    .id = "V12",
    .title = "How many reach a threshold",
    .asks = "How many partners reach a well-set threshold?",
    .made = "The bonus of V1: the threshold is what partners of the class sell in a usual quarter.",
    .from = "In the long run about 60% of sales people reach their quota, 57% in 2013, a consultancy's survey "
            "of sales forces [15].",
    .tied = NULL,
    .says = "The bonus itself brings some of them over the threshold.",
    .channel = &channel_typical,
    .assumed = ASSUMED_MEANS,
    .months = 12,
    .num = 1,
    .finding = {{"quarters in which the threshold is reached", PERCENT, .45, .70, SOFT, true}},
    .run = run_attainment,
};

const struct check check_nothing = {
    .id = "V14",
    .title = "A program that does nothing",
    .asks = "How likely is it that a program moves sales by less than 1%?",
    .made = "The rebate of V2, a bonus of 2% for reaching a usual quarter, and 1% of all sales from 90% of a "
            "usual quarter, 2% from 105%.",
    .from = "In one retail chain performance pay of managers had a negligible average effect [18]; in 224 of "
            "its stores a bonus had none that was significant [19]. A model that never finds nothing knows too "
            "much.",
    .tied = "`null_program`, the 10% of replications in which nobody reacts, was brought in because bonus and "
            "tiers failed this check in a prototype.",
    .says = "Of bonus and tiers it is hardly more than `null_program` alone; a flat rebate is weak enough by "
            "itself.",
    .channel = &channel_typical,
    .assumed = ASSUMED_PRIOR,
    .months = 12,
    .num = 3,
    .finding = {{"flat rebate of 2%: lift within ±1%", PERCENT, .05, INFINITY, SOFT, true},
                {"bonus at the usual quarter: lift within ±1%", PERCENT, .05, INFINITY, SOFT, true},
                {"tiers at 90% and 105%: lift within ±1%", PERCENT, .05, INFINITY, SOFT, true}},
    .run = run_nothing,
};
