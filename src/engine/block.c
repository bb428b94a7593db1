#include "engine/block.h"

#include "core/memory.h"
#include "engine/kernel.h"
#include "stats/block.h"

#include <string.h>

void rh_block_free(struct rh_block *self)
{
    rh_block_drop(self);
}

bool rh_block_init(struct rh_block *self, const struct rh_plan *plan)
{
    const size_t scenarios = (size_t)plan->num_programs, lanes = (size_t)rh_plan_lanes(plan);
    memset(self, 0, sizeof *self);
    self->num_scenarios = plan->num_programs;
    self->num_extra = plan->num_extra;
    self->num_parameters = plan->num_drawn;
    for (int p = 0; p < plan->num_programs; p++) {
        self->num_windows += plan->program[p].num_slots;
    }
    self->kpi = rh_calloc(scenarios * RH_NUM_KPIS * lanes, sizeof *self->kpi);
    self->extra = rh_calloc(scenarios * (size_t)plan->num_extra * lanes + 1, sizeof *self->extra);
    self->parameter = rh_calloc((size_t)plan->num_drawn * lanes + 1, sizeof *self->parameter);
    self->window = rh_calloc((size_t)self->num_windows * lanes + 1, sizeof *self->window);
    bool made = self->kpi != NULL && self->extra != NULL && self->parameter != NULL && self->window != NULL;
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        size_t rows = scenarios * (size_t)rh_cut_num_kpis((enum rh_cut)cut) * (size_t)plan->num_labels[cut];
        self->cut_size[cut] = plan->num_labels[cut];
        self->cut[cut] = rh_calloc(rows * lanes + 1, sizeof *self->cut[cut]);
        made = made && self->cut[cut] != NULL;
    }
    return made;
}
