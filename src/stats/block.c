#include "stats/block.h"

#include "core/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define MOST 10000000 /* of whatever a shape counts */

static size_t cut_values(const struct rh_block *self, int cut)
{
    return (size_t)self->num_scenarios * (size_t)rh_cut_num_kpis((enum rh_cut)cut) * (size_t)self->cut_size[cut] *
           (size_t)self->num;
}

void rh_block_pack(const struct rh_block *self, struct rh_text *out)
{
    const size_t num = (size_t)self->num, scenarios = (size_t)self->num_scenarios;
    rh_bytes_put_int(out, (int64_t)self->first);
    rh_bytes_put_int(out, self->num);
    rh_bytes_put_int(out, self->num_scenarios);
    rh_bytes_put_int(out, self->num_extra);
    rh_bytes_put_int(out, self->num_parameters);
    rh_bytes_put_int(out, self->num_windows);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        rh_bytes_put_int(out, self->cut_size[cut]);
    }
    rh_bytes_put(out, self->kpi, scenarios * RH_NUM_KPIS * num * sizeof *self->kpi);
    rh_bytes_put(out, self->extra, scenarios * (size_t)self->num_extra * num * sizeof *self->extra);
    rh_bytes_put(out, self->parameter, (size_t)self->num_parameters * num * sizeof *self->parameter);
    rh_bytes_put(out, self->window, (size_t)self->num_windows * num * sizeof *self->window);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        rh_bytes_put(out, self->cut[cut], cut_values(self, cut) * sizeof *self->cut[cut]);
    }
}

/* A copy of the next `rows` rows of so many values; NULL, and why in *status, where there are fewer or no memory. */
static void *take(struct rh_bytes *bytes, size_t rows, size_t num, size_t size, int *status)
{
    const bool fits = !bytes->failed && (num == 0 || rows <= bytes->left / size / num);
    void *out = fits ? rh_calloc(rows * num + 1, size) : NULL;
    if (out == NULL) {
        *status = fits ? RH_ERR_NO_MEMORY : RH_ERR_FORMAT;
        return NULL;
    }
    rh_bytes_get(bytes, out, rows * num * size);
    return out;
}

int rh_block_unpack(struct rh_block *self, struct rh_bytes *bytes)
{
    int status = RH_OK;
    memset(self, 0, sizeof *self);
    self->first = (uint64_t)rh_bytes_get_within(bytes, 0, INT64_MAX);
    self->num = (int)rh_bytes_get_within(bytes, 0, INT_MAX);
    self->num_scenarios = (int)rh_bytes_get_within(bytes, 0, MOST);
    self->num_extra = (int)rh_bytes_get_within(bytes, 0, MOST);
    self->num_parameters = (int)rh_bytes_get_within(bytes, 0, MOST);
    self->num_windows = (int)rh_bytes_get_within(bytes, 0, MOST);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        self->cut_size[cut] = (int)rh_bytes_get_within(bytes, 0, MOST);
    }
    /* Products of two such numbers and of few figures fit; rows times replications are held against what is there. */
    const size_t num = (size_t)self->num, scenarios = (size_t)self->num_scenarios;
    self->kpi = take(bytes, scenarios * RH_NUM_KPIS, num, sizeof *self->kpi, &status);
    self->extra = take(bytes, scenarios * (size_t)self->num_extra, num, sizeof *self->extra, &status);
    self->parameter = take(bytes, (size_t)self->num_parameters, num, sizeof *self->parameter, &status);
    self->window = take(bytes, (size_t)self->num_windows, num, sizeof *self->window, &status);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        const size_t rows = scenarios * (size_t)rh_cut_num_kpis((enum rh_cut)cut) * (size_t)self->cut_size[cut];
        self->cut[cut] = take(bytes, rows, num, sizeof *self->cut[cut], &status);
    }
    return status == RH_OK && (bytes->failed || bytes->left > 0) ? RH_ERR_FORMAT : status;
}

void rh_block_drop(struct rh_block *self)
{
    free(self->kpi);
    free(self->extra);
    free(self->parameter);
    free(self->window);
    for (int cut = 0; cut < RH_NUM_CUTS; cut++) {
        free(self->cut[cut]);
    }
    memset(self, 0, sizeof *self);
}
