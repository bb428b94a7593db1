/* Groups of partners and their seasons. Revenue in total also tells how well a season is known at all: that error is
 * drawn with the market, for all groups together as far as they share it. */
#include "core/memory.h"
#include "model/baseline_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Partners' (region, segment), to be sorted by name and numbered. */
struct cell {
    const char *region_name, *segment_name;
    int32_t region, segment;
    int partner;
};

static int by_names(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    int order = strcmp(x->region_name, y->region_name);
    return order != 0 ? order : strcmp(x->segment_name, y->segment_name);
}

static int number_groups(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                         struct rh_error *error)
{
    const struct rh_partners *partners = &history->partners;
    struct cell *cells = rh_calloc(panel->num_partners + 1, sizeof *cells);
    self->group_region = rh_calloc(panel->num_partners + 1, sizeof *self->group_region);
    self->group_segment = rh_calloc(panel->num_partners + 1, sizeof *self->group_segment);
    if (cells == NULL || self->group_region == NULL || self->group_segment == NULL) {
        free(cells);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the groups of partners");
    }
    for (size_t i = 0; i < panel->num_partners; i++) {
        int32_t row = panel->partner_row[i];
        int32_t region = partners->region[row], segment = partners->segment[row];
        cells[i] =
            (struct cell){partners->regions.name[region], partners->segments.name[segment], region, segment, (int)i};
    }
    qsort(cells, panel->num_partners, sizeof *cells, by_names);
    for (size_t i = 0; i < panel->num_partners; i++) {
        if (i == 0 || by_names(&cells[i - 1], &cells[i]) != 0) {
            self->group_region[self->num_groups] = cells[i].region;
            self->group_segment[self->num_groups] = cells[i].segment;
            self->num_groups++;
        }
        self->group[cells[i].partner] = self->num_groups - 1;
    }
    free(cells);
    return RH_OK;
}

/* Monthly totals of one driver (all revenue drivers where driver < 0) over all, a segment's or a group's partners. */
struct totals {
    double *all, *segment, *group; /* [num_months], [num_segments][num_months], [num_groups][num_months] */
    size_t num_segments;
};

static void add_totals(const struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                       int driver, struct totals *totals)
{
    size_t months = (size_t)self->num_months;
    memset(totals->all, 0, sizeof(double) * months * (1 + totals->num_segments + (size_t)self->num_groups));
    for (size_t s = 0; s < panel->num_series; s++) {
        int own = panel->series[s].driver, partner = panel->series[s].partner;
        bool revenue = strcmp(history->measures.name[panel->driver[own].measure], "revenue") == 0;
        if (own != driver && !(driver < 0 && revenue)) {
            continue;
        }
        size_t group = (size_t)self->group[partner], segment = (size_t)self->group_segment[group];
        for (size_t t = 0; t < months; t++) {
            double sold = panel->gross[s * months + t];
            totals->all[t] += sold;
            totals->segment[segment * months + t] += sold;
            totals->group[group * months + t] += sold;
        }
    }
}

/* Season of each group from the totals: all, then its segment's, then its own. out[group * stride]. Returns that of
 * all.
 */
static struct rh_season estimate(const struct rh_baseline *self, const struct totals *totals, struct rh_season *out,
                                 size_t stride)
{
    size_t months = (size_t)self->num_months;
    const struct rh_season flat = rh_season_flat();
    const struct rh_season all =
        rh_season_estimate(totals->all, self->num_months, self->first_month, &flat, self->tuning.season_belief);
    for (size_t group = 0; group < (size_t)self->num_groups; group++) {
        const double *of_segment = totals->segment + (size_t)self->group_segment[group] * months;
        const struct rh_season segment =
            rh_season_estimate(of_segment, self->num_months, self->first_month, &all, self->tuning.season_belief);
        out[group * stride] = rh_season_estimate(totals->group + group * months, self->num_months, self->first_month,
                                                 &segment, self->tuning.season_belief);
    }
    return all;
}

/* What a group's error has beyond the shared one, both independent; 0 where they differ by rounding alone. */
static double error_beyond(double own, double shared)
{
    return own > shared * (1.0 + 1e-9) ? sqrt(own * own - shared * shared) : 0.0;
}

int rh_baseline_learn_season(struct rh_baseline *self, const struct rh_panel *panel, const struct rh_history *history,
                             struct rh_error *error)
{
    int status = number_groups(self, panel, history, error);
    if (status != RH_OK) {
        return status;
    }
    size_t months = (size_t)self->num_months, groups = (size_t)self->num_groups, drivers = (size_t)self->num_drivers;
    struct totals totals = {.num_segments = history->partners.segments.num};
    totals.all = rh_calloc(months * (1 + totals.num_segments + groups), sizeof(double));
    struct rh_season *revenue = rh_calloc(groups, sizeof *revenue);
    self->season = rh_calloc(groups * drivers, sizeof *self->season);
    self->season_error = rh_calloc(groups * 12, sizeof *self->season_error);
    if (totals.all == NULL || revenue == NULL || self->season == NULL || self->season_error == NULL) {
        status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the seasons of %zu groups", groups);
        goto out;
    }
    totals.segment = totals.all + months;
    totals.group = totals.segment + totals.num_segments * months;
    for (int driver = 0; driver < self->num_drivers; driver++) {
        add_totals(self, panel, history, driver, &totals);
        estimate(self, &totals, self->season + driver, drivers);
    }
    add_totals(self, panel, history, -1, &totals);
    const struct rh_season all = estimate(self, &totals, revenue, 1);
    for (int c = 0; c < 12; c++) {
        self->season_error_all[c] = rh_season_relative_error(&all, c);
    }
    for (size_t group = 0; group < groups; group++) {
        for (int c = 0; c < 12; c++) {
            self->season_error[group * 12 + (size_t)c] =
                error_beyond(rh_season_relative_error(&revenue[group], c), self->season_error_all[c]);
        }
    }
out:
    free(totals.all);
    free(revenue);
    return status;
}
