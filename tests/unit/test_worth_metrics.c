/* What the next sale is worth under each metric: the kernel's expected marginal reward against differences of an
 * expectation that is worked out here, by quadrature over the belief and from the rules of the program language word
 * for word; of a streak by going through all hits and misses of the windows to come. */
#include "support/scene.h"

/* The kernel's worth of replication l is that of the gamble. */
static void expect_worth(struct gamble *gamble, double q, double found)
{
    const double expected = gamble_difference(gamble, q);
    if (!(fabs(found - expected) <= 1e-6 * fabs(expected) + 1e-8)) {
        fail_msg("at %.2f: the kernel's %.12f, by differences %.12f", q, found, expected);
    }
}

/* Something is at stake: or nothing is tested. */
static void expect_spread(const double *worth, double least)
{
    double most = 0.0;
    for (int l = 0; l < RH_LANES; l++) {
        most = fmax(most, worth[l]);
    }
    if (!(most > least)) {
        fail_msg("nothing is worth more than %.6f", most);
    }
}

/* ---- Ratio */

static const char ratio[] =
    SCENE_HEAD "  - name: Mix\n    behavior: {measure: revenue, product: [beta]}\n"
               "    metric: {ratio_to: {measure: revenue}}\n    window: quarter\n"
               "    multiplier: {region: {North: 1.2}}\n    cap: {window: 110}\n"
               "    reward: {levels: [{from: 15%, rate: 2%}, {from: 22%, rate: 8%, flat: 20}]}\n";

/* The highest level's rate on all, and the flats of all that are reached; times the multiplier, at most the cap. */
static double pays_ratio(const void *user, double total)
{
    const double share = total / *(const double *)user;
    const double gross = share >= 0.22 ? 0.08 * total + 20.0 * MONEY : share >= 0.15 ? 0.02 * total : 0.0;
    return fmin(1.2 * gross, 110.0 * MONEY);
}

static void test_ratio(void **state)
{
    struct scene self;
    rh_lanes worth;
    (void)state;
    scene_live_alone(&self, ratio, 12, 0.4);
    scene_open(&self, 1);
    scene_attain(&self, 1300.0 * MONEY);
    scene_gauge(&self, self.taken->incentive->denominator, 2, 1e12, 0.0); /* of another window */
    scene_gauge(&self, self.taken->incentive->denominator, 3, 900.0 * MONEY, 3.0 * MONEY);
    scene_gauge(&self, self.taken->incentive->denominator, 4, 1e12, 0.0); /* not yet known */
    scene_worth(&self, 4, worth);
    for (int l = 0; l < RH_LANES; l++) {
        const double denominator = (900.0 + 3.0 * l) * MONEY + scene_usual(&self, 0, "revenue", 4, 5);
        struct gamble gamble = {pays_ratio, &denominator, {0.15 * denominator, 0.22 * denominator}, .num_breaks = 3};
        gamble.breaks[2] = fmax((110.0 / 1.2 - 20.0) * MONEY / 0.08, 0.22 * denominator);
        gamble_believe(&gamble, scene_usual(&self, 0, "revenue/beta", 4, 5), 0.4, 2);
        expect_worth(&gamble, scene_attained(l, 1300.0 * MONEY), worth[l]);
    }
    expect_spread(worth, 0.1);
    scene_gauge(&self, self.taken->incentive->denominator, 3, -2510.0 * MONEY, 0.0); /* nothing to be a share of */
    scene_worth(&self, 4, worth);
    assert_true(worth[0] == 0.0 && worth[RH_LANES - 1] == 0.0);
    scene_end(&self);
}

/* ---- Streak */

/* A streak by its rules. */
struct streak {
    const char *program;
    int n, windows, months; /* in a row; windows of so many months */
    double at_least;
    bool once, adds_up;
    int closed;         /* window without a part in it, 0: none */
    double factor, cap; /* multiplier, cap.window */
    int levels;
    struct {
        int from;
        double flat;
    } level[3];
    double chance; /* of a window to come */
};

static double streak_pays(const struct streak *self, int count)
{
    double gross = 0.0;
    for (int k = 0; k < self->levels && count >= self->level[k].from; k++) {
        gross = self->adds_up ? gross + self->level[k].flat : self->level[k].flat;
    }
    return fmin(self->factor * gross, self->cap);
}

/* Expected pay of windows w, w + 1, … at a count, by going through all hits and misses. */
static double go_through(const struct streak *self, int w, int count, bool used)
{
    if (w == self->windows || used) {
        return 0.0;
    }
    if (w == self->closed) {
        return go_through(self, w + 1, 0, false);
    }
    const int reached = count % self->n + 1;
    const double pays = streak_pays(self, reached);
    return self->chance * (pays + go_through(self, w + 1, reached, self->once && pays > 0.0)) +
           (1.0 - self->chance) * go_through(self, w + 1, 0, false);
}

/* What hitting and missing this window lead to. */
struct stake {
    double at_least, hit, miss;
};

static double pays_streak(const void *user, double total)
{
    const struct stake *self = user;
    return total >= self->at_least ? self->hit : self->miss;
}

static const struct streak streaks[] = {
    {SCENE_HEAD "  - name: S\n    behavior: {measure: revenue}\n    metric: {streak: 3, at_least: 3.6k}\n"
                "    window: quarter\n    reward: {levels: [{from: 2, flat: 40}, {from: 3, flat: 100}]}\n",
     .n = 3, .windows = 8, .months = 3, .at_least = 3600.0, .adds_up = true, .closed = 5, .factor = 1.0,
     .cap = INFINITY, .levels = 2, .level = {{2, 40.0}, {3, 100.0}}},
    {SCENE_HEAD "  - name: S\n    behavior: {measure: revenue}\n    metric: {streak: 2, at_least: 1.3k}\n"
                "    window: month\n    active: {until: 2025-12}\n    multiplier: {segment: {Reseller: 1.5}}\n"
                "    reward: {bands: retroactive, levels: [{from: 1, flat: 10}, {from: 2, flat: 90}]}\n"
                "    cap: {window: 120}\n",
     .n = 2, .windows = 12, .months = 1, .at_least = 1300.0, .factor = 1.5, .cap = 120.0, .levels = 2,
     .level = {{1, 10.0}, {2, 90.0}}},
    {SCENE_HEAD
     "  - name: S\n    behavior: {measure: revenue}\n    metric: {streak: 4, at_least: 3.7k}\n"
     "    window: quarter\n    once: true\n    reward: {levels: [{from: 2, flat: 70}, {from: 4, flat: 500}]}\n",
     .n = 4, .windows = 8, .months = 3, .at_least = 3700.0, .once = true, .adds_up = true, .factor = 1.0,
     .cap = INFINITY, .levels = 2, .level = {{2, 70.0}, {4, 500.0}}},
    {SCENE_HEAD
     "  - name: S\n    behavior: {measure: revenue}\n    metric: {streak: 20, at_least: 6.9k}\n"
     "    window: half\n    reward: {levels: [{from: 1, flat: 20}, {from: 3, flat: 300}, {from: 20, flat: 1k}]}\n",
     .n = 20, .windows = 4, .months = 6, .at_least = 6900.0, .adds_up = true, .factor = 1.0, .cap = INFINITY,
     .levels = 3, .level = {{1, 20.0}, {3, 300.0}, {20, 1000.0}}},
};

static void test_streak(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof streaks / sizeof *streaks; k++) {
        struct streak rules = streaks[k];
        struct scene self;
        struct gamble ahead;
        rh_lanes worth;
        scene_live_alone(&self, rules.program, 24, 0.5);
        gamble_believe(&ahead, scene_usual(&self, 0, "revenue", 0, rules.months - 1), 0.5, rules.months);
        rules.chance = gamble_survival(&ahead, rules.at_least * MONEY);
        assert_true(rules.chance > 0.2 && rules.chance < 0.8);
        const uint64_t open = ~(rules.closed > 0 ? (uint64_t)1 << rules.closed : 0);
        self.taken->eligible = &open;
        for (int w = 0; w < rules.windows; w += 1 + (rules.windows > 8 || w + 1 == rules.closed)) {
            const int t = w * rules.months + rules.months / 2, left = rules.months - rules.months / 2;
            scene_open(&self, w);
            scene_attain(&self, 1.2 * rules.at_least * MONEY);
            for (int l = 0; l < RH_LANES; l++) {
                self.taken->standing[RH_PATH_OWN].streak[l] = l % ((w < rules.n ? w : rules.n) + 1);
            }
            scene_worth(&self, t, worth);
            for (int l = 0; l < RH_LANES; l += 5) {
                const int count = l % ((w < rules.n ? w : rules.n) + 1), reached = count % rules.n + 1;
                const double pays = streak_pays(&rules, reached);
                const struct stake stake = {rules.at_least * MONEY,
                                            MONEY *
                                                (pays + go_through(&rules, w + 1, reached, rules.once && pays > 0.0)),
                                            MONEY * go_through(&rules, w + 1, 0, false)};
                struct gamble gamble = {pays_streak, &stake, {stake.at_least}, .num_breaks = 1};
                gamble_believe(&gamble, scene_usual(&self, 0, "revenue", t, t + left - 1), 0.5, left);
                expect_worth(&gamble, scene_attained(l, 1.2 * rules.at_least * MONEY), worth[l]);
            }
            expect_spread(worth, 1e-4);
        }
        scene_end(&self);
    }
}

/* ---- Places */

static const char places[] =
    SCENE_HEAD "  - name: Contest\n    behavior: {measure: revenue, product: [alpha]}\n"
               "    metric: {rank_in: region}\n    window: quarter\n    cap: {window: 450}\n"
               "    reward: {levels: [{top: 1, flat: 500}, {top: 3, flat: 100}, {top: 9, flat: 5}]}\n";

/* Last year's totals of the others, the best first. */
static double pays_place(const void *user, double total)
{
    const double *others = user;
    return MONEY * (total >= others[0] ? 450.0 : total >= others[2] ? 100.0 : 5.0);
}

/* What a partner sold of alpha in a window one year before window w of quarters. */
static double sold_last_year(const struct scene *self, const char *id, int w)
{
    const struct rh_history *history = &self->study.history;
    const rh_month first = history->last_month + 1 + 3 * w - 12;
    double sum = 0.0;
    for (size_t e = 0; e < history->events.num; e++) {
        const rh_month month = rh_day_month(history->events.date[e]);
        const bool alpha = strcmp(history->products.name[history->events.product[e]], "alpha") == 0;
        const bool own = strcmp(history->partners.id.name[history->events.partner[e]], id) == 0;
        sum += alpha && own && month >= first && month < first + 3 ? (double)history->events.amount[e] : 0.0;
    }
    return sum;
}

static void test_places(void **state)
{
    static const char *const ids[] = {"A", "B", "C", "D"};
    static const double amounts[] = {800.0, 1100.0, 1500.0, 950.0};
    (void)state;
    for (int own = 0; own < 3; own++) { /* the partner would have come last, third, first */
        struct scene self;
        rh_lanes worth;
        scene_begin(&self);
        for (int i = 0; i < 4; i++) {
            scene_partner(&self.study.history, ids[i], amounts[i], 0.1, (uint64_t)i + 1);
        }
        scene_partner(&self.study.history, "P", 600.0 + 500.0 * own, 0.3, 9);
        scene_study(&self, places, 24);
        scene_live(&self);
        for (int w = 0; w < 8; w++) { /* in the second year by what is expected of the first */
            double others[4];
            const int t = 3 * w + 1;
            const double top = 6000.0 * MONEY;
            for (int i = 0; i < 4; i++) {
                others[i] = w < 4 ? -sold_last_year(&self, ids[i], w)
                                  : -scene_usual(&self, i, "revenue/alpha", 3 * w - 12, 3 * w - 10);
            }
            rh_sort_numbers(others, 4);
            for (int i = 0; i < 4; i++) {
                others[i] = -others[i];
            }
            scene_open(&self, w);
            scene_attain(&self, top);
            scene_worth(&self, t, worth);
            for (int l = 0; l < RH_LANES; l += 3) {
                struct gamble gamble = {pays_place, others, {others[0], others[2]}, .num_breaks = 2};
                gamble_believe(&gamble, scene_usual(&self, 4, "revenue/alpha", t, 3 * w + 2),
                               self.study.plan.partner[4].cv, 2);
                expect_worth(&gamble, scene_attained(l, top), worth[l]);
            }
            expect_spread(worth, 0.1);
        }
        scene_end(&self);
    }
}

/* ---- Pools */

static const char pool[] =
    SCENE_HEAD "  - name: Together\n    behavior: {measure: revenue}\n    metric: {pooled_by: parent}\n"
               "    window: quarter\n    multiplier: {region: {North: 1.5}}\n    cap: {window: 150}\n"
               "    reward:\n      bands: retroactive\n"
               "      levels: [{from: 8k, rate: 1%}, {from: 12k, rate: 3%, flat: 60}]\n";

static double pays_pool(const void *user, double total)
{
    const double gross = total >= 12000.0 * MONEY  ? 0.03 * total + 60.0 * MONEY
                         : total >= 8000.0 * MONEY ? 0.01 * total
                                                   : 0.0;
    return fmin(1.5 * *(const double *)user * gross, 150.0 * MONEY);
}

static void test_pool(void **state)
{
    static const double amounts[] = {600.0, 1400.0, 1000.0};
    struct scene self;
    (void)state;
    scene_begin(&self);
    scene_partner(&self.study.history, "A", amounts[0], 0.8, 5);
    scene_partner(&self.study.history, "B", amounts[1], 0.4, 6);
    scene_partner(&self.study.history, "P", amounts[2], 0.6, 7);
    scene_study(&self, pool, 12);
    scene_live(&self);
    for (int t = 3; t < 6; t++) {
        const double top = 5000.0 * MONEY;
        double rest = 0.0, variance = 0.0, so_far = 0.0, all = 0.0;
        rh_lanes worth;
        for (int i = 0; i < 3; i++) {
            const double own = scene_usual(&self, i, "revenue", t, 5), sd = self.study.plan.partner[i].cv * own;
            rest += own;
            variance += sd * sd / (6 - t);
            so_far += i == 2 ? 0.0 : scene_usual(&self, i, "revenue", 3, t - 1);
            all += scene_usual(&self, i, "revenue", 3, 5);
        }
        const double share = scene_usual(&self, 2, "revenue", 3, 5) / all;
        scene_open(&self, 1);
        scene_attain(&self, top);
        scene_worth(&self, t, worth);
        for (int l = 0; l < RH_LANES; l++) {
            struct gamble gamble = {pays_pool, &share, {8000.0 * MONEY, 12000.0 * MONEY}, .num_breaks = 3};
            gamble.breaks[2] = fmax((100.0 / share - 60.0) * MONEY / 0.03, 12000.0 * MONEY);
            gamble_believe(&gamble, rest, sqrt(variance * (6 - t)) / rest, 6 - t);
            expect_worth(&gamble, scene_attained(l, top) + so_far, worth[l]);
        }
        expect_spread(worth, 0.01);
    }
    scene_end(&self);
}

/* A member that is alone has all of its pool. */
static void test_pool_of_one(void **state)
{
    const double share = 1.0;
    struct scene self;
    rh_lanes worth;
    (void)state;
    scene_live_alone(&self, pool, 12, 0.7);
    scene_open(&self, 0);
    scene_attain(&self, 15900.0 * MONEY);
    scene_worth(&self, 1, worth);
    for (int l = 0; l < RH_LANES; l++) {
        struct gamble gamble = {pays_pool, &share, {8000.0 * MONEY, 10000.0 * MONEY}, .num_breaks = 3};
        gamble.breaks[2] = 12000.0 * MONEY;
        gamble_believe(&gamble, scene_usual(&self, 0, "revenue", 1, 2), 0.7, 2);
        expect_worth(&gamble, scene_attained(l, 15900.0 * MONEY), worth[l]);
    }
    expect_spread(worth, 0.01);
    scene_end(&self);
}

/* ---- Match */

static const char match[] = SCENE_HEAD "  - name: Fund\n    behavior: {measure: marketing_spend}\n    window: quarter\n"
                                       "    reward: {match: 50%, fund: {accrues: 2%, of: revenue, expires: 2 months}}\n"
                                       "    multiplier: {region: {North: 0.8}}\n    cap: {window: 64}\n";

/* What is left to be matched: by the fund, and by what the cap leaves. */
static double pays_match(const void *user, double spent)
{
    return 0.8 * fmin(0.5 * spent, *(const double *)user);
}

static void test_match(void **state)
{
    struct scene self;
    rh_lanes worth;
    (void)state;
    scene_live_alone(&self, match, 12, 0.6);
    scene_open(&self, 1);
    struct rh_standing *standing = &self.taken->standing[RH_PATH_OWN];
    for (int l = 0; l < RH_LANES; l++) {
        standing->fund[1][l] = 1e9; /* expired */
        standing->fund[2][l] = 0.2 * l * MONEY;
        standing->fund[3][l] = 0.3 * l * MONEY;
        standing->fund[4][l] = 1e9; /* accrues only now */
        standing->matched[l] = l % 2 == 0 ? 0.0 : 50.0 * MONEY;
    }
    scene_worth(&self, 4, worth);
    assert_true(worth[0] == 0.0 && worth[1] > 0.0);
    for (int l = 1; l < RH_LANES; l++) {
        const double left = fmin(0.5 * l, 64.0 / 0.8 - (l % 2 == 0 ? 0.0 : 50.0)) * MONEY;
        struct gamble gamble = {pays_match, &left, {left / 0.5}, .num_breaks = 1};
        gamble_believe(&gamble, scene_usual(&self, 0, "marketing_spend", 4, 4), 0.6, 1);
        expect_worth(&gamble, 0.0, worth[l]);
    }
    expect_spread(worth, 0.2);
    scene_end(&self);
}

/* ---- Status */

static const char status_program[] = SCENE_HEAD
    "  - name: None of it\n    behavior: {measure: leads}\n    window: month\n"
    "    reward: {levels: [{from: 1, flat: 1}]}\n"
    "year_starts: 3\n"
    "tiers:\n  review: half\n  levels:\n    - {name: registered}\n"
    "    - {name: silver, when: [{measure: revenue, at_least: 7.7k}, {measure: certifications, at_least: 7}], "
    "benefits: {rate_bonus: 1%}}\n"
    "    - {name: gold, when: [{measure: revenue, product: [alpha], at_least: 6.5k}], "
    "benefits: {rate_bonus: 2.5%}}\n";

static struct rh_taken *find_taken(const struct scene *self, enum rh_role role, const char *measure, int tier)
{
    for (int j = 0; j < self->kernel->num_taken; j++) {
        struct rh_taken *taken = &self->kernel->taken[j];
        if (taken->incentive->role == role && taken->incentive->tier == tier &&
            strcmp(taken->incentive->incentive->behavior.measure.text, measure) == 0) {
            return taken;
        }
    }
    fail_msg("the partner does not meet %s of level %d", measure, tier);
    return NULL;
}

/* What a level brings once a total comes to the least. */
static double pays_level(const void *user, double total)
{
    const double *self = user;
    return total >= self[0] ? self[1] : 0.0;
}

/* Reviews of nine months from January on, the fiscal year beginning in March: [-4, 1], [2, 7], [8, 13]; a month that is
 * not in the horizon is a usual one. */
static void check_review(struct scene *self, int t, int first, int last)
{
    const double month = scene_usual(self, 0, "revenue", 3, 3), alpha = scene_usual(self, 0, "revenue/alpha", 3, 3);
    const double rate = scene_usual(self, 0, "certifications", 3, 3);
    const int left = last - t + 1, w = first < 0 ? 0 : first == 2 ? 1 : 2;
    struct rh_taken *revenue = find_taken(self, RH_ROLE_TIER_REVIEW, "revenue", 1);
    struct rh_taken *certified = find_taken(self, RH_ROLE_TIER_REVIEW, "certifications", 1);
    struct rh_taken *gold = find_taken(self, RH_ROLE_TIER_REVIEW, "revenue", 2);
    const double next = 6.0 * month * (w + 2), before = first < 0 ? -first : 0;
    rh_lanes worth[3];
    struct rh_taken *const all[] = {revenue, certified, gold};
    const double tops[] = {9000.0 * MONEY, 9.0 * MONEY, 8000.0 * MONEY};
    const double usually[] = {1250.0 * MONEY, MONEY, 1000.0 * MONEY}, expected[] = {month, rate, alpha};
    for (int k = 0; k < 3; k++) {
        self->taken = all[k];
        scene_open(self, w);
        assert_true(fabs(all[k]->standing[RH_PATH_OWN].attained[7] - before * usually[k]) <= 1e-6);
        scene_attain(self, tops[k]);
    }
    for (int k = 0; k < 3; k++) {
        self->taken = all[k];
        scene_worth(self, t, worth[k]);
    }
    for (int l = 0; l < RH_LANES; l += 3) {
        double least[] = {7700.0 * MONEY, 7.0 * MONEY, 6500.0 * MONEY}, chance[3];
        struct gamble gamble[3];
        for (int k = 0; k < 3; k++) {
            gamble[k] = (struct gamble){pays_level, NULL, {least[k]}, .num_breaks = 1};
            gamble_believe(&gamble[k], expected[k] * left, 0.5, left);
            chance[k] = gamble_survival(&gamble[k], least[k] - scene_attained(l, tops[k]));
        }
        for (int k = 0; k < 3; k++) {
            const double brings = k == 2 ? 0.015 * next : 0.01 * next * chance[1 - k];
            const double user[] = {least[k], brings};
            gamble[k].user = user;
            expect_worth(&gamble[k], scene_attained(l, tops[k]), worth[k][l]);
        }
    }
    for (int k = 0; k < 3; k++) {
        expect_spread(worth[k], 0.005);
    }
}

static void test_review(void **state)
{
    struct scene self;
    (void)state;
    scene_live_alone(&self, status_program, 9, 0.5);
    for (int v = 0; v < 4; v++) { /* each review sells more than the one before */
        self.study.plan.program[1].status.revenue[v] *= v + 1;
    }
    check_review(&self, 1, -4, 1);
    check_review(&self, 2, 2, 7);
    check_review(&self, 5, 2, 7);
    check_review(&self, 8, 8, 13);
    scene_end(&self);
}

/* Who holds the level has its bonus on the month's revenue, nobody else. */
static void test_bonus(void **state)
{
    struct scene self;
    rh_lanes worth;
    (void)state;
    scene_live_alone(&self, status_program, 9, 0.5);
    for (int level = 1; level < 3; level++) {
        self.taken = find_taken(&self, RH_ROLE_TIER_BONUS, "revenue", level);
        for (int l = 0; l < RH_LANES; l++) {
            self.kernel->status[RH_PATH_OWN][1][l] = l % 4 - 1;
        }
        scene_open(&self, 5);
        scene_worth(&self, 5, worth);
        for (int l = 0; l < RH_LANES; l++) {
            assert_true(fabs(worth[l] - (l % 4 - 1 != level ? 0.0 : level == 1 ? 0.01 : 0.025)) < 1e-12);
        }
    }
    scene_end(&self);
}

/* ---- Prior years */

struct prior {
    double prior;
    int form;
};

/* By the rules: thresholds relative to the prior year; growth; pay on growth. */
static double pays_prior(const void *user, double total)
{
    const struct prior *self = user;
    const double grown = total - self->prior;
    switch (self->form) {
    case 0:
        return total >= rint(1.1 * self->prior) ? 0.03 * total : total >= rint(0.9 * self->prior) ? 0.01 * total : 0.0;
    case 1:
        return 0.05 * fmax(grown, 0.0) + 0.03 * fmax(grown - 2000.0 * MONEY, 0.0);
    default:
        return total >= rint(1.2 * self->prior) ? 0.04 * fmax(grown, 0.0) : 0.0;
    }
}

static const char *const priors[] = {
    SCENE_HEAD
    "  - name: Over last year\n    behavior: {measure: revenue}\n    window: year\n    reward:\n"
    "      bands: retroactive\n      levels: [{from: 90% of prior_year, rate: 1%}, {from: 110% of prior_year, "
    "rate: 3%}]\nyear_starts: 7\n",
    SCENE_HEAD "  - name: Growth\n    behavior: {measure: revenue}\n    metric: growth\n    window: year\n"
               "    reward: {levels: [{from: 0, rate: 5%}, {from: 2k, rate: 8%}]}\nyear_starts: 7\n",
    SCENE_HEAD
    "  - name: On growth\n    behavior: {measure: revenue}\n    window: year\n    reward:\n      pays_on: growth\n"
    "      bands: retroactive\n      levels: [{from: 120% of prior_year, rate: 4%}]\nyear_starts: 7\n",
};

/* The prior year from July on lies half in the history and half on the path that the replication has taken. */
static void test_prior_year_on_the_path(void **state)
{
    (void)state;
    for (int form = 0; form < 3; form++) {
        struct scene self;
        rh_lanes worth;
        scene_live_alone(&self, priors[form], 24, 0.5);
        const double top = 24000.0 * MONEY;
        for (int t = 0; t < 12; t++) {
            scene_gauge(&self, self.taken->incentive->own, t, t < 6 ? 1000.0 * MONEY : 1e9,
                        t == 2 ? 40.0 * MONEY : 0.0);
        }
        scene_open(&self, 0);
        scene_attain(&self, top);
        scene_worth(&self, 11, worth);
        for (int l = 0; l < RH_LANES; l += 3) {
            const struct prior user = {(6.0 * 1250.0 + 6.0 * 1000.0 + 40.0 * l) * MONEY, form};
            const double shares[3][2] = {{0.9, 1.1}, {1.0, 1.0}, {1.2, 1.0}};
            struct gamble gamble = {
                pays_prior, &user, {shares[form][0] * user.prior, shares[form][1] * user.prior}, .num_breaks = 3};
            gamble.breaks[2] = user.prior + 2000.0 * MONEY;
            gamble_believe(&gamble, scene_usual(&self, 0, "revenue", 11, 17), 0.5, 7);
            expect_worth(&gamble, scene_attained(l, top), worth[l]);
        }
        expect_spread(worth, 0.05);
        scene_end(&self);
    }
}

/* A window of two years overlaps its own prior year, of which more is known every month. */
static void test_prior_year_in_the_window(void **state)
{
    static const char whole[] = SCENE_HEAD "  - name: Growth\n    behavior: {measure: revenue}\n    metric: growth\n"
                                           "    window: program\n"
                                           "    reward: {levels: [{from: 0, rate: 5%}, {from: 2k, rate: 8%}]}\n";
    const double top = 50000.0 * MONEY;
    struct scene self;
    rh_lanes worth;
    (void)state;
    scene_live_alone(&self, whole, 24, 0.5);
    scene_open(&self, 0);
    for (int t = 5; t < 15; t += 3) {
        const int known = t < 12 ? t : 12;
        for (int month = 0; month < 24; month++) {
            scene_gauge(&self, self.taken->incentive->own, month, 1000.0 * MONEY, month == 2 ? 20.0 * MONEY : 0.0);
        }
        scene_attain(&self, top);
        scene_worth(&self, t, worth);
        for (int l = 0; l < RH_LANES; l += 3) {
            const double expected = known < 12 ? scene_usual(&self, 0, "revenue", known, 11) : 0.0;
            const struct prior user = {(12.0 * 1250.0 + known * 1000.0 + 20.0 * l) * MONEY + expected, 1};
            struct gamble gamble = {pays_prior, &user, {user.prior, user.prior + 2000.0 * MONEY}, .num_breaks = 2};
            gamble_believe(&gamble, scene_usual(&self, 0, "revenue", t, 23), 0.5, 24 - t);
            expect_worth(&gamble, scene_attained(l, top), worth[l]);
        }
        expect_spread(worth, 0.05);
    }
    scene_end(&self);
}

/* ---- Nothing left to earn */

static void test_nothing_left(void **state)
{
    static const char capped[] = SCENE_HEAD "  - name: Capped\n    behavior: {measure: revenue}\n    window: quarter\n"
                                            "    active: {from: 2025-04}\n    once: true\n    cap: {partner: 100}\n"
                                            "    reward: {levels: [{from: 0, rate: 2%}]}\n";
    struct scene self;
    rh_lanes worth;
    (void)state;
    scene_live_alone(&self, capped, 12, 0.5);
    scene_open(&self, 1);
    for (int l = 0; l < RH_LANES; l++) {
        self.taken->standing[RH_PATH_OWN].cap_left[l] = l % 4 == 1 ? 0.0 : 1.0;
        self.taken->standing[RH_PATH_OWN].used[l] = l % 4 == 2 ? 1.0 : 0.0;
        self.kernel->attends[l] = l % 4 == 3 ? 0.0 : 1.0;
    }
    scene_worth(&self, 7, worth);
    for (int l = 0; l < RH_LANES; l++) {
        assert_true(l % 4 == 0 ? fabs(worth[l] - 0.02) < 1e-12 : worth[l] == 0.0);
    }
    scene_worth(&self, 1, worth); /* before the first window */
    for (int l = 0; l < RH_LANES; l++) {
        assert_true(worth[l] == 0.0);
    }
    scene_end(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_streak),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_pool),
        cmocka_unit_test(test_pool_of_one),
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_review),
        cmocka_unit_test(test_bonus),
        cmocka_unit_test(test_prior_year_on_the_path),
        cmocka_unit_test(test_prior_year_in_the_window),
        cmocka_unit_test(test_nothing_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
