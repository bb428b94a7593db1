/* One dataset per array of the plan; what the plan keeps in structs becomes a table of one row per struct. */
#include "dump.h"

#include "core/h5.h"
#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

struct dump {
    const struct rh_plan *plan;
    hid_t file;
    int status;
    struct rh_error *error;
};

static void put(struct dump *self, const char *name, enum rh_h5_type type, int rank, const size_t *shape,
                const void *data, const char *what)
{
    struct rh_h5_dataset dataset = {
        .name = name, .type = type, .rank = rank, .units = "1", .long_name = name, .description = what};
    for (int d = 0; d < rank; d++) {
        dataset.shape[d] = shape[d];
    }
    if (self->status == RH_OK) {
        self->status = rh_h5_write(self->file, &dataset, data, self->error);
    }
}

/* A table that is filled row by row. */
struct table {
    double *value;
    size_t num, width;
};

static struct table make_table(struct dump *self, size_t rows, size_t width)
{
    struct table table = {.value = rh_calloc(rows * width + 1, sizeof(double)), .width = width};
    if (table.value == NULL && self->status == RH_OK) {
        self->status = rh_error_set(self->error, RH_ERR_NO_MEMORY, "no memory to dump the plan");
    }
    return table;
}

#define ADD_ROW(table, ...) add_row(&(table), (const double[]){__VA_ARGS__})

static void add_row(struct table *table, const double *row)
{
    for (size_t c = 0; table->value != NULL && c < table->width; c++) {
        table->value[table->num * table->width + c] = row[c];
    }
    table->num++;
}

static void put_table(struct dump *self, const char *name, struct table *table, const char *columns)
{
    put(self, name, RH_H5_DOUBLE, 2, (const size_t[]){table->num, table->width}, table->value, columns);
    free(table->value);
}

static double money(rh_money value)
{
    return value == RH_MISSING ? INFINITY : (double)value;
}

static void put_study(struct dump *self)
{
    const struct rh_plan *plan = self->plan;
    struct table table = make_table(self, 1, 20);
    ADD_ROW(table, plan->num_months, plan->history_months, rh_month_of_year(plan->first_month), plan->exact,
            plan->replay.phase, plan->replay.first_offset, plan->replay.block_months, plan->follow, plan->growth,
            plan->growth_sd, plan->mean_month, plan->reference, (double)plan->replications, plan->num_views,
            plan->num_labels[RH_CUT_SEGMENT], plan->num_labels[RH_CUT_REGION], plan->num_labels[RH_CUT_PRODUCT],
            plan->num_extra, plan->trains, plan->matches);
    put_table(self, "study", &table,
              "num_months history_months month_of_year exact phase first_offset block_months follow growth growth_sd "
              "mean_month reference replications num_views segments regions products extras trains matches");
}

/* Index of the source months that partner i shares: of the first group with the same entity, or its own. */
static double source_of(const struct rh_plan *plan, int i)
{
    int group = plan->partner[i].group, first = 0;
    if (plan->together == RH_TOGETHER_PARTNER) {
        return plan->num_groups + i;
    }
    while (plan->source_entity[first] != plan->source_entity[group]) {
        first++;
    }
    return first;
}

static void put_partners(struct dump *self)
{
    const struct rh_plan *plan = self->plan;
    const size_t P = (size_t)plan->num_partners, T = (size_t)plan->num_months;
    struct table partners = make_table(self, P, 11), alive = make_table(self, P, T);
    for (int i = 0; i < plan->num_partners; i++) {
        const struct rh_plan_partner *partner = &plan->partner[i];
        ADD_ROW(partners, partner->group, source_of(plan, i), partner->segment, partner->region, partner->segment_id,
                partner->cv, partner->level_shape, partner->rarity, partner->margin, (double)partner->first_series,
                partner->num_series);
        add_row(&alive, partner->alive);
    }
    put_table(self, "partner", &partners,
              "group source segment region segment_id cv level_shape rarity margin first_series num_series");
    put_table(self, "alive", &alive, "one per month of the horizon");
    put(self, "season_error", RH_H5_DOUBLE, 2, (const size_t[]){(size_t)plan->num_groups, 12}, plan->season_error,
        "[group][calendar month], beyond that of all");
    put(self, "season_error_all", RH_H5_DOUBLE, 1, (const size_t[]){12}, plan->season_error_all, "[calendar month]");
}

static void put_series(struct dump *self)
{
    const struct rh_plan *plan = self->plan;
    const size_t N = plan->num_series, views = N * (size_t)plan->num_views;
    struct table drivers = make_table(self, (size_t)plan->num_drivers, 4), view = make_table(self, views, 4);
    for (int d = 0; d < plan->num_drivers; d++) {
        const struct rh_plan_driver *driver = &plan->driver[d];
        ADD_ROW(drivers, driver->kind, driver->product, driver->extra, driver->vendor_margin);
    }
    for (size_t k = 0; k < views; k++) {
        const struct rh_view_table *table = &plan->views[k];
        ADD_ROW(view, table->conversion, table->constant, (double)table->ratio,
                table->lone == RH_NO_VIEW ? -1.0 : (double)table->lone);
    }
    put_table(self, "driver", &drivers, "kind product extra vendor_margin");
    put_table(self, "view", &view, "conversion constant ratio lone");
    put(self, "view_table", RH_H5_DOUBLE, 1, &plan->table_size, plan->table, "attainment per gross, by past month");
    put(self, "series_driver", RH_H5_INT32, 1, &N, plan->series_driver, "[series]");
    put(self, "mean", RH_H5_DOUBLE, 2, (const size_t[]){N, (size_t)plan->num_months}, plan->mean, "[series][month]");
    put(self, "rate", RH_H5_DOUBLE, 1, &N, plan->rate, "[series] expected of an activity in a month, else missing");
    put(self, "ratio", RH_H5_DOUBLE, 2, (const size_t[]){N, (size_t)plan->history_months}, plan->ratio,
        "[series][past month]");
}

static size_t count_pieces(const struct rh_plan *plan)
{
    size_t num = 0;
    for (int p = 0; p < plan->num_programs; p++) {
        for (int j = 0; j < plan->program[p].num_incentives; j++) {
            num += (size_t)plan->program[p].incentive[j].schedule.num;
        }
    }
    return num;
}

/* One incentive with its pieces, windows and what it counts. */
static void add_incentive(const struct rh_plan *plan, int p, const struct rh_plan_incentive *bound,
                          struct table *incentives, struct table *pieces, struct table *windows, struct table *counts)
{
    const struct rh_incentive *source = bound->incentive;
    const size_t first_piece = pieces->num, number = incentives->num;
    for (int k = 0; k < bound->schedule.num; k++) {
        const struct rh_piece *piece = &bound->schedule.piece[k];
        ADD_ROW(*pieces, piece->start, piece->jump, piece->slope_change);
    }
    for (int w = 0; w < bound->num_windows; w++) {
        ADD_ROW(*windows, (double)number, bound->window[w].first, bound->window[w].last);
    }
    for (int d = 0; d < plan->num_drivers; d++) {
        ADD_ROW(*counts, bound->count.drivers[d]);
    }
    ADD_ROW(*incentives, p, bound->count.view, source->paid_to == RH_PAID_TO_REP, source->claim == RH_CLAIM_REQUIRED,
            money(source->cap_partner), money(source->cap_total), bound->first_slot, bound->burden, bound->payout_days,
            source->has_processing ? source->processing_mean_days : (double)NAN, (double)first_piece,
            bound->schedule.num, bound->schedule.first_paid,
            source->has_processing ? source->processing_sd_days : (double)NAN, bound->luck, bound->stands);
}

static void put_programs(struct dump *self)
{
    const struct rh_plan *plan = self->plan;
    const size_t S = (size_t)plan->num_programs, I = (size_t)plan->num_incentives, D = (size_t)plan->num_drivers;
    struct table programs = make_table(self, S, 5), incentives = make_table(self, I, 16);
    struct table pieces = make_table(self, count_pieces(plan), 3), counts = make_table(self, I * D, 1);
    struct table windows = make_table(self, I * (size_t)plan->num_months, 3);
    for (int p = 0; p < plan->num_programs && self->status == RH_OK; p++) {
        const struct rh_plan_program *program = &plan->program[p];
        ADD_ROW(programs, program->first_incentive, program->num_incentives, program->num_slots, program->spendable,
                program->program->when_exhausted == RH_EXHAUSTED_REPORT);
        for (int j = 0; j < program->num_incentives; j++) {
            add_incentive(plan, p, &program->incentive[j], &incentives, &pieces, &windows, &counts);
        }
    }
    put_table(self, "program", &programs, "first_incentive num_incentives num_slots spendable pays_all");
    put_table(self, "incentive", &incentives,
              "program view rep required cap_partner cap_total first_slot burden payout_days processing first_piece "
              "num_pieces first_paid processing_sd luck stands");
    put_table(self, "piece", &pieces, "start jump slope_change");
    put_table(self, "window", &windows, "incentive first last");
    put_table(self, "counts", &counts, "counted");
    put(self, "eligible", RH_H5_INT64, 3, (const size_t[]){(size_t)plan->num_partners, I, 2}, plan->eligible,
        "[partner][incentive][2] bit w: its window w");
    if (self->status == RH_OK) {
        const struct rh_h5_dataset names = {
            .name = "scenario", .rank = 1, .shape = {S}, .units = "1", .long_name = "scenario", .description = "names"};
        self->status = rh_h5_write_strings(self->file, &names, plan->scenario, self->error);
    }
}

static void put_parameters(struct dump *self)
{
    const struct rh_assumptions *assumptions = self->plan->assumptions;
    const char *name[RH_NUM_PARAMETERS];
    struct table table = make_table(self, (size_t)(RH_NUM_PARAMETERS * assumptions->num_segments), 5);
    for (int k = 0; k < RH_NUM_PARAMETERS * assumptions->num_segments; k++) {
        const struct rh_belief_of *belief = &assumptions->belief[k];
        ADD_ROW(table, belief->distribution, belief->mean, belief->sd, belief->low, belief->high);
    }
    put_table(self, "parameter", &table, "distribution mean sd low high");
    for (int p = 0; p < RH_NUM_PARAMETERS; p++) {
        name[p] = rh_parameter_table[p].name;
    }
    if (self->status == RH_OK) {
        const struct rh_h5_dataset names = {.name = "parameter_name",
                                            .rank = 1,
                                            .shape = {RH_NUM_PARAMETERS},
                                            .units = "1",
                                            .long_name = "parameter",
                                            .description = "names"};
        self->status = rh_h5_write_strings(self->file, &names, name, self->error);
    }
}

static void put_found(struct dump *self, const struct found *found)
{
    const size_t shape[] = {(size_t)self->plan->num_programs, NUM_CHECKS};
    put(self, "engine_mean", RH_H5_DOUBLE, 2, shape, found->mean, "revenue incremental_revenue earned paid windfall");
    put(self, "engine_error", RH_H5_DOUBLE, 2, shape, found->error, "standard errors of engine_mean");
    put(self, "engine_sd", RH_H5_DOUBLE, 2, shape, found->sd, "standard deviations of a replication");
}

int dump_plan(const struct rh_plan *plan, const struct found *found, const char *path, struct rh_error *error)
{
    struct dump self = {.plan = plan, .file = -1, .error = error};
    self.status = rh_h5_create(&self.file, path, error);
    if (self.status != RH_OK) {
        return self.status;
    }
    put_study(&self);
    put_partners(&self);
    put_series(&self);
    put_programs(&self);
    put_parameters(&self);
    put_found(&self, found);
    int closed = rh_h5_close(&self.file, self.status == RH_OK ? error : NULL);
    return self.status == RH_OK ? closed : self.status;
}
