/* What the baseline believes of sales under no program, on channels drawn from what it assumes of partners. */
#include "model/baseline.h"
#include "backtest/forecast.h"
#include "calibration/channels.h"
#include "calibration/study.h"
#include "stats/score.h"

#include <stdio.h>

#define KNOWN 36 /* months of history */
#define AHEAD 12
#define MONTHS (KNOWN + AHEAD)
#define PARTNERS 60
#define REGIONS 2
#define SEGMENTS 2
#define GROUPS (REGIONS * SEGMENTS)
#define MEMBERS 512
#define WALK_FREEDOM 5.0
#define WALK_STEPS 4096 /* equally likely factors of a month, as docs/model.md has them: their mean is 1 */
#define OUTLOOK_SD 0.03 /* of the growth of a year, as a study has it that says nothing */
#define MARKET_SHARED 0.75
#define LIFE_SHARED 0.2

enum { RANK_YEAR, RANK_MONTH, RANK_RARE, RANK_TOTAL, RANK_TOTAL_MONTH, RANK_LEVEL, NUM_RANKS };
static const char *const quantities[NUM_RANKS] = {"regular: a year", "regular: a month", "rare buyer: a year",
                                                  "all: a year",     "all: a month",     "regular: level"};

struct channel {
    double shock, lasts; /* of a region's months: sd of the logarithm, and how much of it the month after */
    double season[GROUPS][12], growth[GROUPS];
    double market[GROUPS][MONTHS];             /* growth, shocks of the region and season */
    double sold[PARTNERS][MONTHS];             /* in currency */
    double level[PARTNERS];                    /* at the history's end, of a month, without season and shock */
    double buys_a, buys_b, leaves_a, leaves_b; /* beta distributions of how often partners buy, and leave */
    double common_life; /* standard normal: the more, the more partners leave after the history's end */
    double walk[WALK_STEPS];
    uint64_t random;
};

static void make_walk(struct channel *self)
{
    const double sd = prior_mean(RH_PARAM_LEVEL_WALK);
    const double scale = sd * sqrt((WALK_FREEDOM - 2.0) / WALK_FREEDOM);
    double sum = 0.0;
    for (int k = 0; k < WALK_STEPS; k++) {
        self->walk[k] = exp(scale * rh_student_t(WALK_FREEDOM, (k + 0.5) / WALK_STEPS));
        sum += self->walk[k] / WALK_STEPS;
    }
    for (int k = 0; k < WALK_STEPS; k++) {
        self->walk[k] /= sum;
    }
}

static void draw_seasons(struct channel *self)
{
    double common[12];
    for (int c = 0; c < 12; c++) {
        common[c] = 0.15 * draw_normal(&self->random);
    }
    for (int g = 0; g < GROUPS; g++) {
        double sum = 0.0;
        for (int c = 0; c < 12; c++) {
            self->season[g][c] = exp(common[c] + 0.05 * draw_normal(&self->random));
            sum += self->season[g][c];
        }
        for (int c = 0; c < 12; c++) {
            self->season[g][c] = self->season[g][c] * 12.0 / sum;
        }
    }
}

static void draw_markets(struct channel *self)
{
    uint64_t *random = &self->random;
    const double common = draw_normal(random);
    double shock[REGIONS][MONTHS];
    for (int r = 0; r < REGIONS; r++) {
        double state = draw_normal(random);
        for (int t = 0; t < MONTHS; t++) {
            state = t == 0 ? state : self->lasts * state + sqrt(1.0 - self->lasts * self->lasts) * draw_normal(random);
            shock[r][t] = exp(self->shock * state - 0.5 * self->shock * self->shock);
        }
    }
    for (int g = 0; g < GROUPS; g++) {
        const double z = sqrt(MARKET_SHARED) * common + sqrt(1.0 - MARKET_SHARED) * draw_normal(random);
        self->growth[g] = OUTLOOK_SD * z;
        for (int t = 0; t < MONTHS; t++) {
            const double years = (t - KNOWN + 1) / 12.0;
            self->market[g][t] = exp(self->growth[g] * years) * shock[g / SEGMENTS][t] * self->season[g][t % 12];
        }
    }
}

/* One partner: its level walks, it buys in some months and leaves some day, and its months differ. */
static void live(struct channel *self, int i)
{
    uint64_t *random = &self->random;
    const int g = i % GROUPS;
    const double noise = draw_within(random, 0.15, 0.5), lasts = self->lasts;
    const double u = draw_uniform(random), v = draw_uniform(random);
    const double buys = rh_beta(self->buys_a, self->buys_b, u);
    const double leaves = rh_beta(self->leaves_a, self->leaves_b, v);
    double size = 5000.0 * exp(draw_normal(random)), state = draw_normal(random); /* of a month in which it buys */
    const double life =
        rh_normal_cdf(sqrt(LIFE_SHARED) * self->common_life + sqrt(1.0 - LIFE_SHARED) * draw_normal(random));
    bool alive = true;
    for (int t = 0; t < MONTHS; t++) {
        size *= self->walk[(int)(WALK_STEPS * draw_uniform(random))];
        state = t == 0 ? state : lasts * state + sqrt(1.0 - lasts * lasts) * draw_normal(random);
        const bool stays = t < KNOWN ? draw_uniform(random) >= leaves : life < pow(1.0 - leaves, t - KNOWN + 1);
        alive = alive && stays;
        const bool sells = draw_uniform(random) < buys && alive;
        const double month = exp(noise * state - 0.5 * noise * noise);
        self->sold[i][t] = sells ? size * self->market[g][t] * month : 0.0;
        self->level[i] = t == KNOWN - 1 ? size * buys : self->level[i];
    }
}

static void make_channel(struct channel *self, unsigned seed)
{
    memset(self, 0, sizeof *self);
    self->random = seed;
    self->shock = draw_within(&self->random, 0.0, 0.1);
    const bool lasting = draw_uniform(&self->random) < 0.5;
    const double lasts = draw_within(&self->random, 0.0, 0.7);
    self->lasts = lasting ? lasts : 0.0;
    self->buys_a = 1.2;
    self->buys_b = 0.4;
    self->leaves_a = 0.5;
    self->leaves_b = 60.0;
    self->common_life = draw_normal(&self->random);
    make_walk(self);
    draw_seasons(self);
    draw_markets(self);
    for (int i = 0; i < PARTNERS; i++) {
        live(self, i);
    }
}

static void make_history(const struct channel *self, struct rh_history *history)
{
    rh_history_init(history);
    for (int i = 0; i < PARTNERS; i++) {
        char id[16], region[16], segment[16];
        snprintf(id, sizeof id, "P%03d", i);
        snprintf(region, sizeof region, "R%d", i % GROUPS / SEGMENTS);
        snprintf(segment, sizeof segment, "S%d", i % GROUPS % SEGMENTS);
        build_partner(history, id, segment, region, RH_NO_DAY);
        for (int t = 0; t < KNOWN; t++) {
            if (self->sold[i][t] >= 0.01) {
                add_sale(history, id, t, self->sold[i][t]);
            }
        }
    }
    const int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
}

/* The first partner from a random one on whose history says that it buys in [low, high] of the months from its first
 * sale to its last; -1 where there is none. Nothing after the history's end is looked at. */
static int choose(struct channel *self, double low, double high, bool sold_last)
{
    const int start = (int)(PARTNERS * draw_uniform(&self->random));
    for (int k = 0; k < PARTNERS; k++) {
        const int i = (start + k) % PARTNERS;
        int first = -1, last = -1, sales = 0;
        for (int t = 0; t < KNOWN; t++) {
            if (self->sold[i][t] > 0.0) {
                first = first < 0 ? t : first;
                last = t;
                sales++;
            }
        }
        const double share = sales > 0 ? (double)sales / (last - first + 1) : NAN;
        if (sales >= 3 && share >= low && share <= high && (!sold_last || last == KNOWN - 1)) {
            return i;
        }
    }
    return -1;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What is believed of a quantity, sorted, beside the truth. */
struct belief {
    double member[MEMBERS], truth;
};

/* Of what a partner (-1: all) sells in months [first, last] after the history's end. */
static void add_sales(const struct channel *self, const struct rh_forecast *forecast, int partner, int first, int last,
                      struct belief *belief)
{
    memset(belief, 0, sizeof *belief);
    for (int k = 0; k < forecast->num_partners; k++) {
        const int i = forecast->row[k];
        for (int t = first; t <= last && (partner < 0 || i == partner); t++) {
            const float *value = forecast->member + ((size_t)k * AHEAD + (size_t)t) * MEMBERS;
            belief->truth += self->sold[i][KNOWN + t];
            for (int m = 0; m < MEMBERS; m++) {
                belief->member[m] += (double)value[m];
            }
        }
    }
    qsort(belief->member, MEMBERS, sizeof *belief->member, ascending);
}

/* Of a partner's level: gamma of its relative variance. */
static void find_level(const struct channel *self, const struct rh_history *history, int partner, struct belief *belief)
{
    struct rh_panel panel;
    struct rh_baseline baseline;
    int status = rh_panel_init(&panel, history, NULL, NULL);
    assert(status == RH_OK);
    status = rh_baseline_init(&baseline, &panel, history, NULL, NULL);
    assert(status == RH_OK);
    belief->truth = self->level[partner];
    for (size_t s = 0; s < panel.num_series; s++) {
        const int i = panel.series[s].partner;
        const double shape = 1.0 / baseline.level_variance[i];
        for (int m = 0; m < MEMBERS && panel.partner_row[i] == partner; m++) {
            belief->member[m] = 1e-4 * baseline.level[s] * rh_gamma(shape, (m + 0.5) / MEMBERS) / shape;
        }
    }
    rh_baseline_free(&baseline);
    rh_panel_free(&panel);
}

/* Relative to what is usual. */
static struct recovered recover(const struct belief *belief, double usual)
{
    const double *member = belief->member;
    return (struct recovered){belief->truth / usual, member[MEMBERS / 2] / usual, member[MEMBERS / 20] / usual,
                              member[MEMBERS - 1 - MEMBERS / 20] / usual};
}

static void rank(struct channel *self, const struct rh_history *history, const struct rh_forecast *forecast,
                 double *ranks, struct recovered *recovered)
{
    const int regular = choose(self, 0.8, 1.0, true), rare = choose(self, 0.0, 0.5, false);
    const int month = (int)(AHEAD * draw_uniform(&self->random));
    struct belief belief[NUM_RANKS];
    double usual = 0.0;
    assert(regular >= 0 && rare >= 0 && forecast->num_members == MEMBERS && forecast->num_months == AHEAD);
    add_sales(self, forecast, regular, 0, AHEAD - 1, &belief[RANK_YEAR]);
    add_sales(self, forecast, regular, month, month, &belief[RANK_MONTH]);
    add_sales(self, forecast, rare, 0, AHEAD - 1, &belief[RANK_RARE]);
    add_sales(self, forecast, -1, 0, AHEAD - 1, &belief[RANK_TOTAL]);
    add_sales(self, forecast, -1, month, month, &belief[RANK_TOTAL_MONTH]);
    find_level(self, history, regular, &belief[RANK_LEVEL]);
    for (int k = 0; k < NUM_RANKS; k++) {
        ranks[k] = rh_score_pit(belief[k].member, MEMBERS, belief[k].truth, draw_uniform(&self->random));
    }
    for (int t = KNOWN - 12; t < KNOWN; t++) {
        usual += self->sold[regular][t];
    }
    recovered[0] = recover(&belief[RANK_LEVEL], usual / 12.0);
    recovered[1] = recover(&belief[RANK_YEAR], usual);
}

static void find(unsigned seed, double *ranks, struct recovered *recovered)
{
    struct channel *channel = malloc(sizeof *channel);
    struct rh_history history;
    struct rh_forecast forecast;
    struct rh_error error = {0};
    const struct rh_backtest_options options = {
        .holdout = AHEAD, .replications = MEMBERS, .seed = seed, .tuning = rh_tuning_defaults()};
    assert(channel != NULL);
    make_channel(channel, seed);
    make_history(channel, &history);
    if (rh_forecast_init(&forecast, &history, &options, &error) != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    rank(channel, &history, &forecast, ranks, recovered);
    rh_forecast_free(&forecast);
    rh_history_free(&history);
    free(channel);
}

static const char *picture(int k)
{
    static const char *const name[STUDY_PICTURES] = {"calibration-baseline", "calibration-baseline-ranks"};
    return name[k];
}

static const struct recovered_panel panels[] = {
    {"A regular partner's level", "true level", "learned, and its 90% range", 0.0, 2.0, 0.0, 2.2},
    {"What it sells in the next year", "sold", "forecast: median and 90% range", 0.0, 2.0, 0.0, 2.2}};

const struct study study_baseline = {.name = "baseline",
                                     .picture = picture,
                                     .title = "Is what partners sell what the baseline believes?",
                                     .recovers =
                                         "What was, and what the baseline says of it (the last twelve months are 1)",
                                     .num_worlds = 400,
                                     .num = NUM_RANKS,
                                     .quantity = quantities,
                                     .num_recovered = 2,
                                     .panel = panels,
                                     .find = find};
