/* The driver: months in order, and in each month all windows that end in it through the ten steps
 * (docs/program-language.md, "Settlement, exactly"). A month's lines are made, cut, handed on and forgotten. */
#include "program/settle_private.h"

#include "core/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int rh_settle_no_memory(const struct rh_settle *self)
{
    return rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory to settle %zu partners over %d months",
                        self->num_partners, self->num_months);
}

int rh_settle_overflow(const struct rh_settle *self, const struct rh_bound *bound, size_t k, rh_month first,
                       rh_month last)
{
    char from[RH_DAY_TEXT], until[RH_DAY_TEXT];
    return rh_error_set(self->error, RH_ERR_OVERFLOW, "'%s', partner '%s', %s to %s: an amount is too large",
                        bound != NULL ? bound->incentive->name.text : "the tiers' bonus",
                        self->history->partners.id.name[self->row[k]], rh_day_format(rh_month_first_day(first), from),
                        rh_day_format(rh_month_last_day(last), until));
}

const char *rh_settle_path(const struct rh_settle *self, int input)
{
    return input == 0 ? self->program->path : self->program->base[input - 1].path;
}

/* ---- What is there before the first month */

static int set_horizon(struct rh_settle *self)
{
    const struct rh_history *history = self->history;
    char from[RH_DAY_TEXT], until[RH_DAY_TEXT], first[RH_DAY_TEXT], last[RH_DAY_TEXT];
    if (history->events.num == 0)
        return rh_error_set(self->error, RH_ERR_INPUT, "the history has no rows, expected at least one");
    self->data_first = history->first_month;
    self->num_data_months = history->last_month - history->first_month + 1;
    self->from = self->request->from != RH_NO_MONTH ? self->request->from : history->first_month;
    self->until = self->request->until != RH_NO_MONTH ? self->request->until : history->last_month;
    self->num_months = self->until - self->from + 1;
    if (self->from <= self->until && self->from >= history->first_month && self->until <= history->last_month)
        return RH_OK;
    return rh_error_set(self->error, RH_ERR_ARGUMENT,
                        "%s to %s cannot be settled; expected months in order within %s to %s",
                        rh_month_format(self->from, from), rh_month_format(self->until, until),
                        rh_month_format(history->first_month, first), rh_month_format(history->last_month, last));
}

/* Partners in byte order of their ids. */
static int order_partners(struct rh_settle *self)
{
    self->num_partners = self->history->partners.num;
    self->row = rh_calloc(self->num_partners, sizeof *self->row);
    self->rank = rh_calloc(self->num_partners, sizeof *self->rank);
    if (self->row == NULL || self->rank == NULL)
        return rh_settle_no_memory(self);
    rh_names_sorted(&self->history->partners.id, self->row);
    for (size_t k = 0; k < self->num_partners; k++)
        self->rank[self->row[k]] = (int32_t)k;
    return RH_OK;
}

static int find_months(struct rh_settle *self)
{
    const struct rh_events *events = &self->history->events;
    self->event_month = rh_calloc(events->num, sizeof *self->event_month);
    if (self->event_month == NULL)
        return rh_settle_no_memory(self);
    for (size_t row = 0; row < events->num; row++)
        self->event_month[row] = rh_day_month(events->date[row]) - self->data_first;
    return RH_OK;
}

static int find_exchange(struct rh_settle *self)
{
    const struct rh_partners *partners = &self->history->partners;
    const struct rh_place *place = &self->program->place[RH_AT_CURRENCY];
    self->exchange = rh_calloc(self->num_partners, sizeof *self->exchange);
    rh_ppm *by_currency = rh_calloc(partners->currencies.num, sizeof *by_currency);
    if (self->exchange == NULL || by_currency == NULL) {
        free(by_currency);
        return rh_settle_no_memory(self);
    }
    for (size_t i = 0; i < partners->currencies.num; i++)
        by_currency[i] = rh_program_exchange(self->program, partners->currencies.name[i]);
    int code = RH_OK;
    for (size_t k = 0; k < self->num_partners && code == RH_OK; k++) {
        const int32_t currency = partners->currency[self->row[k]];
        self->exchange[k] = by_currency[currency];
        self->exchanges |= self->exchange[k] != RH_PPM_ONE;
        if (self->exchange[k] == 0)
            code = rh_error_set_at(self->error, RH_ERR_INPUT, rh_settle_path(self, place->input), place->line,
                                   place->column, "partner '%s' is in '%s', and 'fx' has no rate from it to %s",
                                   partners->id.name[self->row[k]], partners->currencies.name[currency],
                                   self->program->currency);
    }
    free(by_currency);
    return code;
}

static int find_withholding(struct rh_settle *self)
{
    const struct rh_names *regions = &self->history->partners.regions;
    if (self->program->num_withholdings == 0)
        return RH_OK;
    self->withheld = rh_calloc(regions->num, sizeof *self->withheld);
    if (self->withheld == NULL)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < self->program->num_withholdings; i++) {
        const struct rh_withholding *withholding = &self->program->withholding[i];
        const int32_t id = rh_names_find(regions, withholding->region.text);
        if (withholding->rate >= RH_PPM_ONE && self->program->gross_up)
            return rh_error_set_at(self->error, RH_ERR_INPUT,
                                   rh_settle_path(self, self->program->place[RH_AT_WITHHOLDING].input),
                                   withholding->region.line, withholding->region.column,
                                   "withholding of 100%% cannot be grossed up; expected less");
        if (id >= 0)
            self->withheld[id] = withholding->rate;
    }
    return RH_OK;
}

static int make_columns(struct rh_settle *self)
{
    struct rh_settle_window *window = &self->window;
    const size_t num = self->num_partners;
    const size_t most_groups = 1 + self->history->partners.regions.num + self->history->partners.segments.num;
    const size_t num_slices = self->program->num_incentives + self->program->num_tiers;
    int64_t **const columns[] = {&window->total, &window->prior, &window->target,     &window->denominator,
                                 &window->rank,  &window->share, &self->groups.value, &self->scratch};
    bool good = true;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *columns[i] = rh_calloc(num, sizeof **columns[i]);
        good = good && *columns[i] != NULL;
    }
    window->eligible = rh_calloc(num, sizeof *window->eligible);
    window->level = rh_calloc(num, sizeof *window->level);
    self->peer = rh_calloc(num, sizeof *self->peer);
    self->best = rh_calloc(num, sizeof *self->best);
    self->groups.start = rh_calloc(most_groups + 1, sizeof *self->groups.start);
    self->slice = rh_calloc(num_slices, sizeof *self->slice);
    good = good && window->eligible != NULL && window->level != NULL && self->peer != NULL && self->best != NULL &&
           self->groups.start != NULL && self->slice != NULL;
    return good ? RH_OK : rh_settle_no_memory(self);
}

/* Spendable: the total less the reserve, rounded down to cents. */
static void find_budget(struct rh_settle *self)
{
    const struct rh_program *program = self->program;
    self->budget_left = program->budget_total;
    if (program->budget_total == RH_MISSING)
        return;
    const rh_wide kept = (rh_wide)program->budget_total * (RH_PPM_ONE - program->budget_reserve);
    self->budget_left = (rh_money)(kept / RH_PPM_ONE / RH_MONEY_PER_CENT) * RH_MONEY_PER_CENT;
}

static int start_trace(struct rh_settle *self)
{
    self->traced = -1;
    if (self->request->arithmetic == NULL || self->request->partner < 0)
        return RH_OK;
    assert((size_t)self->request->partner < self->num_partners);
    self->traced = self->rank[self->request->partner];
    self->draft = rh_calloc(1, sizeof *self->draft);
    if (self->draft == NULL)
        return rh_settle_no_memory(self);
    rh_trace_window(self);
    return RH_OK;
}

static int bind_incentives(struct rh_settle *self)
{
    const size_t num = self->program->num_incentives;
    self->bound = rh_calloc(num, sizeof *self->bound);
    if (self->bound == NULL)
        return rh_settle_no_memory(self);
    for (size_t i = 0; i < num; i++)
        self->bound[i].incentive = &self->program->incentive[i];
    int code = RH_OK;
    for (size_t i = 0; i < num && code == RH_OK; i++) {
        rh_progress_report(self->progress, "summing up the ledger", i, num);
        code = rh_bound_init(self, &self->bound[i], (int32_t)i);
    }
    return code;
}

static int prepare(struct rh_settle *self)
{
    int (*const steps[])(struct rh_settle * self) = {set_horizon,   order_partners,       find_months,
                                                     find_exchange, find_withholding,     make_columns,
                                                     start_trace,   rh_settle_tiers_init, bind_incentives};
    int code = RH_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && code == RH_OK; i++)
        code = steps[i](self);
    find_budget(self);
    return code;
}

static void free_all(struct rh_settle *self)
{
    struct rh_settle_window *window = &self->window;
    rh_trace_free(self);
    rh_settle_tiers_free(self);
    for (size_t i = 0; self->bound != NULL && i < self->program->num_incentives; i++)
        rh_bound_free(&self->bound[i]);
    for (size_t i = 0; i < self->num_totals; i++)
        rh_totals_free(self->totals[i]);
    void *const owned[] = {self->bound,    self->totals,   self->row,          self->rank,         self->event_month,
                           self->exchange, self->withheld, self->scratch,      self->peer,         self->best,
                           self->line,     self->slice,    self->groups.value, self->groups.start, self->remainder,
                           self->weight,   self->part,     window->eligible,   window->total,      window->prior,
                           window->target, window->rank,   window->level,      window->share,      window->denominator};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
}

/* ---- A month */

int rh_settle_add_line(struct rh_settle *self, const struct rh_line *line, rh_money earned,
                       const struct rh_settle_window *window, size_t k)
{
    if (line->attainment == 0 && earned == 0)
        return RH_OK;
    if (self->num_lines == self->line_capacity &&
        rh_reserve(&self->line, &self->line_capacity, self->num_lines + 1, sizeof *self->line) != RH_OK)
        return rh_settle_no_memory(self);
    struct rh_line *added = &self->line[self->num_lines++];
    *added = *line;
    added->earned = added->payable = earned;
    return rh_trace_line(self, window, k);
}

/* Steps 2 to 4 of an eligible partner. */
static int earn(struct rh_settle *self, struct rh_settle_window *window, size_t k)
{
    struct rh_due due;
    struct rh_line line = {
        .partner = self->row[k], .incentive = window->bound->index, .first = window->first, .last = window->last};
    rh_money earned = 0;
    int code = rh_settle_due(self, window, k, &due);
    if (code != RH_OK || (due.attainment == 0 && due.gross == 0))
        return code;
    code = rh_settle_multiplier(self, window, k, &line.multiplier);
    if (code == RH_OK && due.gross > 0 && rh_wide_earned(due.gross, line.multiplier, &earned) != RH_OK)
        code = rh_settle_overflow(self, window->bound, k, window->first, window->last);
    line.attainment = due.attainment;
    line.level = due.level;
    return code == RH_OK ? rh_settle_add_line(self, &line, earned, window, k) : code;
}

/* Steps 1 to 4 of a window: a slice of lines. */
static int settle_window(struct rh_settle *self, struct rh_settle_window *window)
{
    struct rh_slice *slice = &self->slice[self->num_slices++];
    *slice = (struct rh_slice){.bound = window->bound, .begin = self->num_lines, .is_last = window->is_last};
    rh_trace_window(self);
    int code = rh_settle_eligible(self, window);
    if (code == RH_OK)
        code = rh_totals_window(self, window->bound->total, window->first, window->last, window->total);
    if (code == RH_OK)
        code = rh_settle_base(self, window);
    if (code == RH_OK)
        code = rh_settle_metric(self, window);
    for (size_t k = 0; k < self->num_partners && code == RH_OK; k++) {
        if (window->eligible[k])
            code = earn(self, window, k);
    }
    slice->end = self->num_lines;
    return code;
}

/* What is withheld of the payable amount, or added on top of it so that what is withheld of both is just that. */
static int withhold(const struct rh_settle *self, struct rh_line *line)
{
    const rh_ppm rate = self->withheld[self->history->partners.region[line->partner]];
    rh_money tax = 0;
    const bool gross_up = self->program->gross_up;
    const int code =
        rh_muldiv(line->payable / RH_MONEY_PER_CENT, rate, gross_up ? RH_PPM_ONE - rate : RH_PPM_ONE, &tax);
    if (code != RH_OK || tax > INT64_MAX / RH_MONEY_PER_CENT)
        return rh_settle_overflow(self, NULL, (size_t)self->rank[line->partner], line->first, line->last);
    line->withheld = tax * RH_MONEY_PER_CENT;
    line->gross_up = gross_up ? line->withheld : 0;
    return RH_OK;
}

/* The windows that end in the month, in the order of the file. */
static int settle_windows(struct rh_settle *self, rh_month month)
{
    struct rh_settle_window *window = &self->window;
    int code = RH_OK;
    for (size_t i = 0; i < self->program->num_incentives && code == RH_OK; i++) {
        struct rh_bound *bound = &self->bound[i];
        if (!rh_incentive_window(bound->incentive, self->program->year_starts, self->from, self->until,
                                 bound->next_window, &window->first, &window->last) ||
            window->last != month)
            continue;
        window->bound = bound;
        window->is_last = ++bound->next_window == bound->num_windows;
        code = settle_window(self, window);
    }
    return code;
}

static int settle_month(struct rh_settle *self, rh_month month)
{
    self->num_lines = 0;
    self->num_slices = 0;
    int code = settle_windows(self, month);
    if (code == RH_OK)
        code = rh_settle_tier_lines(self, month);
    if (code == RH_OK)
        code = rh_settle_cut(self);
    for (size_t i = 0; i < self->num_lines && self->withheld != NULL && code == RH_OK; i++)
        code = withhold(self, &self->line[i]);
    if (code != RH_OK)
        return code;
    rh_trace_month(self);
    return self->request->sink(self->request->user, self->line, self->num_lines, self->error);
}

static int settle_months(struct rh_settle *self)
{
    int code = RH_OK;
    for (int month = 0; month < self->num_months && code == RH_OK; month++) {
        rh_progress_report(self->progress, "settling", (uint64_t)month, (uint64_t)self->num_months);
        if (rh_progress_stopped(self->progress))
            return rh_error_set(self->error, RH_ERR_INTERRUPTED, "%s", rh_code_message(RH_ERR_INTERRUPTED));
        code = settle_month(self, self->from + month);
    }
    return code;
}

int rh_settle_months(const struct rh_program *program, const struct rh_history *history,
                     const struct rh_settle_request *request, rh_money *budget_left, const struct rh_progress *progress,
                     struct rh_error *error)
{
    struct rh_settle *self = rh_calloc(1, sizeof *self);
    if (self == NULL)
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    self->program = program;
    self->history = history;
    self->request = request;
    self->progress = progress;
    self->error = error;
    int code = prepare(self);
    if (code == RH_OK)
        code = settle_months(self);
    *budget_left = self->budget_left;
    free_all(self);
    free(self);
    return code;
}

/* ---- All lines at once */

static int append(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    struct rh_statement *self = user;
    if (num == 0)
        return RH_OK;
    if (rh_reserve(&self->line, &self->capacity, self->num + num, sizeof *self->line) != RH_OK)
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %zu lines of a statement", self->num + num);
    memcpy(self->line + self->num, line, num * sizeof *line);
    self->num += num;
    return RH_OK;
}

int rh_settle(struct rh_statement *self, const struct rh_program *program, const struct rh_history *history,
              rh_month from, rh_month until, const struct rh_progress *progress, struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->first_month = from != RH_NO_MONTH ? from : history->first_month;
    self->last_month = until != RH_NO_MONTH ? until : history->last_month;
    const struct rh_settle_request request = {
        .from = from, .until = until, .sink = append, .user = self, .partner = -1};
    return rh_settle_months(program, history, &request, &self->budget_left, progress, error);
}

void rh_statement_free(struct rh_statement *self)
{
    free(self->line);
    memset(self, 0, sizeof *self);
}
