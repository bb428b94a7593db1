/* The program on what happened: two settlements, of which only what findings need is kept.
 *
 * `all`: every whole window of the history, each for itself: no incentive is limited to its active months, and nothing
 * is carried from window to window. What is said of levels and of cap.window comes from it. `year`: the months of the
 * horizon, whole years earlier, so that seasons and fiscal windows are those that the program will meet; active months
 * move along. All rules hold there but the budget. What is said of payments comes from it. */
#include "program/check_parts.h"

#include "core/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a settlement is read with. */
struct reader {
    const struct rh_check *check;
    struct rh_past *past;
    struct rh_check_base *base; /* [num_incentives of the copy] */
    int32_t **pool;             /* [num_incentives of the copy] pool of each partner; NULL: not pooled */
    int64_t *sum;               /* [2 · partners] of a pool in the window */
};

static int no_memory(const struct rh_check *self)
{
    return rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory to look at the past of %zu partners",
                        self->history->partners.num);
}

void rh_past_free(struct rh_past *self, size_t num_incentives)
{
    for (size_t i = 0; i < num_incentives && self->facts != NULL; i++) {
        free(self->facts[i].level);
        free(self->facts[i].paid);
        free(self->facts[i].earned);
        free(self->facts[i].partner_capped);
    }
    free(self->facts);
    free(self->incentive);
    free(self->original);
    memset(self, 0, sizeof *self);
}

/* ---- Reading the lines of a month */

static double threshold_of(const struct reader *self, size_t j, const struct rh_level *level,
                           const struct rh_line *line)
{
    const struct rh_incentive *incentive = &self->past->incentive[j];
    const struct rh_threshold *threshold = &level->threshold;
    if (threshold->relation == RH_RELATIVE_NONE)
        return (double)threshold->amount;
    const int64_t base =
        rh_check_base_of(&self->base[j], self->check, incentive, threshold, line->partner, line->first);
    return (double)base * (double)threshold->share / RH_PPM_ONE;
}

/* How near the line came to each level. A rank is no distance. */
static void read_levels(const struct reader *self, size_t j, struct rh_incentive_facts *facts,
                        const struct rh_line *line, int64_t attainment)
{
    const struct rh_incentive *incentive = &self->past->incentive[j];
    const bool rank = incentive->metric == RH_METRIC_RANK;
    for (size_t k = 0; k < incentive->num_levels; k++) {
        struct rh_level_facts *level = &facts->level[k];
        const bool reached = rank ? line->level > 0 && (size_t)line->level <= k + 1 : (size_t)line->level >= k + 1;
        level->num_reached += reached;
        const double threshold = rank ? 0.0 : threshold_of(self, j, &incentive->level[k], line);
        if (threshold <= 0.0)
            continue;
        const double near = (double)attainment / threshold;
        if (isnan(level->nearest) || near > level->nearest) {
            level->nearest = near;
            level->best = attainment;
            level->partner = line->partner;
            level->first = line->first;
            level->last = line->last;
        }
    }
}

/* Sums of the pools of one window; lines [begin, end) are the incentive's. */
static void sum_pools(const struct reader *self, size_t j, const struct rh_line *line, size_t num)
{
    const int32_t *pool = self->pool[j];
    for (size_t i = 0; i < num; i++)
        self->sum[pool[line[i].partner]] = 0;
    for (size_t i = 0; i < num; i++)
        self->sum[pool[line[i].partner]] += line[i].attainment > 0 ? line[i].attainment : 0;
}

static void read_line(const struct reader *self, size_t j, struct rh_incentive_facts *facts, const struct rh_line *line)
{
    const int64_t attainment = self->pool[j] != NULL ? self->sum[self->pool[j][line->partner]] : line->attainment;
    facts->num_lines += attainment > 0;
    if (attainment > 0)
        read_levels(self, j, facts, line, attainment);
    facts->num_earned += line->earned > 0;
    facts->num_window_capped += line->earned > 0 && (line->reasons & RH_REASON_WINDOW_CAP) != 0;
    facts->largest = line->earned > facts->largest ? line->earned : facts->largest;
    facts->paid[line->partner] += line->payable;
    facts->earned[line->partner] |= line->earned > 0;
    facts->partner_capped[line->partner] |= (line->reasons & RH_REASON_PARTNER_CAP) != 0;
    facts->total_paid += line->payable;
}

/* The lines of one incentive in one month. */
static void read_window(const struct reader *self, size_t j, const struct rh_line *line, size_t num)
{
    struct rh_incentive_facts *facts = &self->past->facts[self->past->original[j]];
    bool paid = false, capped = false;
    if (self->pool[j] != NULL)
        sum_pools(self, j, line, num);
    for (size_t i = 0; i < num; i++) {
        read_line(self, j, facts, &line[i]);
        paid = paid || line[i].earned > 0;
        capped = capped || (line[i].reasons & RH_REASON_TOTAL_CAP) != 0;
    }
    facts->num_paid_months += paid;
    facts->num_capped_months += capped;
}

static int read_month(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    const struct reader *self = user;
    (void)error;
    for (size_t begin = 0, end; begin < num; begin = end) {
        for (end = begin; end < num && line[end].incentive == line[begin].incentive; end++)
            self->past->total_paid += line[end].payable;
        if ((size_t)line[begin].incentive < self->past->program.num_incentives)
            read_window(self, (size_t)line[begin].incentive, line + begin, end - begin);
    }
    return RH_OK;
}

/* ---- Pools */

/* The partners' ids in a column of texts, and its empty text's id (-1: none). */
static const int32_t *column_of(const struct rh_history *history, const char *name, int32_t *empty)
{
    const struct rh_partners *partners = &history->partners;
    const struct {
        const char *name;
        const int32_t *id;
        const struct rh_names *names;
    } known[] = {{"segment", partners->segment, &partners->segments},
                 {"region", partners->region, &partners->regions},
                 {"tier", partners->tier, &partners->tiers},
                 {"parent", partners->parent, &partners->parents},
                 {"currency", partners->currency, &partners->currencies}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) == 0) {
            *empty = rh_names_find(known[i].names, "");
            return known[i].id;
        }
    }
    const int index = rh_history_partner_attribute(history, name);
    if (index < 0)
        return NULL;
    *empty = rh_names_find(&partners->attribute[index].values, "");
    return partners->attribute[index].code;
}

/* Pool of each partner: the first partner with the same cell, itself where the cell is empty. */
static int find_pools(const struct rh_check *self, const struct rh_incentive *incentive, int32_t **out)
{
    const size_t num = self->history->partners.num;
    int32_t empty, most = -1;
    const int32_t *cell =
        incentive->metric == RH_METRIC_POOLED ? column_of(self->history, incentive->pooled_by.text, &empty) : NULL;
    *out = NULL;
    if (cell == NULL)
        return RH_OK;
    for (size_t i = 0; i < num; i++)
        most = cell[i] > most ? cell[i] : most;
    int32_t *first = rh_calloc((size_t)most + 1, sizeof *first);
    *out = rh_calloc(num, sizeof **out);
    if (first == NULL || *out == NULL) {
        free(first);
        return no_memory(self);
    }
    for (size_t i = 0; i < num; i++) {
        if (first[cell[i]] == 0)
            first[cell[i]] = (int32_t)i + 1;
        (*out)[i] = cell[i] == empty ? (int32_t)i : first[cell[i]] - 1;
    }
    free(first);
    return RH_OK;
}

/* ---- The two settlements */

static int make_facts(const struct rh_check *self, struct rh_incentive_facts *facts,
                      const struct rh_incentive *incentive)
{
    const size_t num = self->history->partners.num;
    facts->level = rh_calloc(incentive->num_levels, sizeof *facts->level);
    facts->paid = rh_calloc(num, sizeof *facts->paid);
    facts->earned = rh_calloc(num, sizeof *facts->earned);
    facts->partner_capped = rh_calloc(num, sizeof *facts->partner_capped);
    if (facts->level == NULL || facts->paid == NULL || facts->earned == NULL || facts->partner_capped == NULL)
        return no_memory(self);
    for (size_t k = 0; k < incentive->num_levels; k++)
        facts->level[k].nearest = NAN;
    return RH_OK;
}

static size_t count_windows(const struct rh_incentive *incentive, int year_starts, rh_month first, rh_month last)
{
    rh_month from, until;
    int num = 0;
    while (rh_incentive_window(incentive, year_starts, first, last, num, &from, &until))
        num++;
    return (size_t)num;
}

/* The incentive as it stands alone in any window. */
static void set_alone(struct rh_incentive *incentive)
{
    incentive->active_from = incentive->active_until = RH_NO_MONTH;
    incentive->cap_partner = incentive->cap_total = RH_MISSING;
    incentive->once = false;
    incentive->exclusive = NULL;
    incentive->minimum = 0;
}

/* Active months that the history has not seen. */
static bool reaches_beyond(const struct rh_incentive *incentive, rh_month last)
{
    return (incentive->active_from != RH_NO_MONTH && incentive->active_from > last) ||
           (incentive->active_until != RH_NO_MONTH && incentive->active_until > last);
}

/* Copies the incentives that have a window in [first, last]: each as it stands alone, or with active months that are
 * still to come moved back by `shift`. */
static int choose(struct rh_check *self, struct rh_past *past, rh_month first, rh_month last, bool alone, int shift)
{
    const struct rh_program *program = self->program;
    past->program = *program;
    past->first = first;
    past->last = last;
    past->incentive = rh_calloc(program->num_incentives, sizeof *past->incentive);
    past->original = rh_calloc(program->num_incentives, sizeof *past->original);
    past->facts = rh_calloc(program->num_incentives, sizeof *past->facts);
    if (past->incentive == NULL || past->original == NULL || past->facts == NULL)
        return no_memory(self);
    size_t num = 0;
    int code = RH_OK;
    for (size_t i = 0; i < program->num_incentives && code == RH_OK; i++) {
        struct rh_incentive copy = program->incentive[i];
        if (alone)
            set_alone(&copy);
        if (reaches_beyond(&copy, self->history->last_month)) {
            copy.active_from -= copy.active_from != RH_NO_MONTH ? shift : 0;
            copy.active_until -= copy.active_until != RH_NO_MONTH ? shift : 0;
        }
        const size_t windows =
            alone && copy.window == RH_WINDOW_PROGRAM ? 0 : count_windows(&copy, program->year_starts, first, last);
        if (windows == 0)
            continue;
        past->facts[i].num_windows = windows;
        past->original[num] = (int32_t)i;
        past->incentive[num++] = copy;
        code = make_facts(self, &past->facts[i], &copy);
    }
    past->program.incentive = past->incentive;
    past->program.num_incentives = num;
    past->program.budget_total = RH_MISSING;
    return code;
}

static int read_past(struct rh_check *self, struct rh_past *past)
{
    const size_t num = past->program.num_incentives;
    struct reader reader = {.check = self,
                            .past = past,
                            .base = rh_calloc(num, sizeof *reader.base),
                            .pool = rh_calloc(num, sizeof *reader.pool),
                            .sum = rh_calloc(self->history->partners.num, sizeof *reader.sum)};
    int code = reader.base == NULL || reader.pool == NULL || reader.sum == NULL ? no_memory(self) : RH_OK;
    for (size_t j = 0; j < num && code == RH_OK; j++) {
        code = find_pools(self, &past->incentive[j], &reader.pool[j]);
        if (code == RH_OK)
            code = rh_check_base_init(&reader.base[j], self, &past->incentive[j]);
    }
    const struct rh_settle_request request = {
        .from = past->first, .until = past->last, .sink = read_month, .user = &reader, .partner = -1};
    rh_money budget_left;
    if (code == RH_OK)
        code = rh_settle_months(&past->program, self->history, &request, &budget_left, self->options->progress,
                                self->error);
    past->settled = code == RH_OK;
    for (size_t j = 0; j < num && reader.base != NULL && reader.pool != NULL; j++) {
        rh_check_base_free(&reader.base[j]);
        free(reader.pool[j]);
    }
    free(reader.base);
    free(reader.pool);
    free(reader.sum);
    return code;
}

/* The horizon in the past: the same months of the year, inside the history. Without one, the year after the history,
 * longer where the program's own months reach further. */
static void find_year(struct rh_check *self)
{
    const struct rh_history *history = self->history;
    rh_month first = self->options->horizon_first, last = self->options->horizon_last;
    if (first == RH_NO_MONTH || last == RH_NO_MONTH) {
        first = history->last_month + 1;
        last = first + 11;
        for (size_t i = 0; i < self->program->num_incentives; i++) {
            const rh_month until = self->program->incentive[i].active_until;
            last = until != RH_NO_MONTH && until > last && until <= history->last_month + 24 ? until : last;
        }
    }
    while (last - self->shift > history->last_month)
        self->shift += 12;
    self->year_first = first - self->shift;
    self->year_last = last - self->shift;
    if (self->year_first < history->first_month)
        self->year_first = history->first_month;
}

int rh_check_settle(struct rh_check *self)
{
    const struct rh_history *history = self->history;
    if (history == NULL)
        return RH_OK;
    find_year(self);
    int code = choose(self, &self->all, history->first_month, history->last_month, true, 0);
    if (code == RH_OK)
        code = read_past(self, &self->all);
    if (code == RH_OK && self->year_first <= self->year_last) {
        code = choose(self, &self->year, self->year_first, self->year_last, false, self->shift);
        if (code == RH_OK)
            code = read_past(self, &self->year);
    }
    return code;
}

const struct rh_incentive_facts *rh_check_facts(const struct rh_check *self, size_t i, const struct rh_past **past)
{
    const struct rh_past *const from =
        self->program->incentive[i].window == RH_WINDOW_PROGRAM ? &self->year : &self->all;
    if (!from->settled || from->facts[i].num_windows == 0)
        return NULL;
    if (past != NULL)
        *past = from;
    return &from->facts[i];
}
