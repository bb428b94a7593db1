/* The operations over a vector of lanes; compiled once for each instruction set and precision, as the kernel is. */
#include "floor_loops.h"
#include "core/memory.h"
#include "core/rng_lanes.h"
#include "engine/look_up.h"
#include "engine/real.h"
#include "engine/vmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TABLE 36   /* months of history */
#define STEPS 4096 /* of a walk */

struct floor_room {
    rh_lanes out, positive, small; /* small: between -1 and 1 */
    uint32_t words[4][RH_LANES];
    double table[TABLE];
    rh_real step[STEPS];
    int index[RH_LANES];      /* in table */
    uint32_t place[RH_LANES]; /* in step */
    rh_sums *sum;
    size_t num_sums, next;
    uint64_t num_done;
};

static struct floor_room *make(size_t num_sums)
{
    struct floor_room *self = rh_alloc_aligned(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    memset(self, 0, sizeof *self);
    self->num_sums = num_sums > 0 ? num_sums : 1;
    self->sum = rh_alloc_aligned(self->num_sums, sizeof *self->sum);
    if (self->sum == NULL) {
        free(self);
        return NULL;
    }
    memset(self->sum, 0, self->num_sums * sizeof *self->sum);
    for (int m = 0; m < TABLE; m++) {
        self->table[m] = 1.0 + 0.01 * (double)m;
    }
    for (int m = 0; m < STEPS; m++) {
        self->step[m] = (rh_real)(1.0 + 0.0001 * (double)m);
    }
    for (int l = 0; l < RH_LANES; l++) {
        self->positive[l] = (rh_real)(0.25 + 0.1 * (double)l);
        self->small[l] = (rh_real)((double)(l - RH_LANES / 2) / RH_LANES);
        self->index[l] = (int)((unsigned)l * 7919u % TABLE);
        self->place[l] = (uint32_t)l * 7919u % STEPS;
    }
    return self;
}

static void destroy(struct floor_room *self)
{
    free(self->sum);
    free(self);
}

static void draw_words(struct floor_room *room)
{
    rh_draw_lanes(1, 0x9e3779b97f4a7c15u, (uint32_t)room->num_done * RH_LANES, RH_DRAW_LEVEL, 3, 0, RH_LANES,
                  room->words[0]);
}

static void take_logs(struct floor_room *room)
{
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = rh_vlog(room->positive[l]);
    }
}

static void take_exps(struct floor_room *room)
{
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = rh_vexp(room->small[l]);
    }
}

static void take_short_logs(struct floor_room *room)
{
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = rh_short_log2(room->positive[l]);
    }
}

static void take_short_exps(struct floor_room *room)
{
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = rh_short_exp2(room->small[l]);
    }
}

static void take_normals(struct floor_room *room)
{
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = rh_vnormal(rh_vuniform(room->words[0][l]));
    }
}

static void look_up(struct floor_room *room)
{
    rh_look_up(room->table, TABLE, room->index, 1.0, room->positive, room->out);
}

static void take_steps(struct floor_room *room)
{
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = room->step[room->place[l]] * room->positive[l];
    }
}

static void add(struct floor_room *room)
{
    double *sum = room->sum[room->next];
    room->next = room->next + 1 < room->num_sums ? room->next + 1 : 0;
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += (double)room->small[l];
    }
}

static void operate(struct floor_room *room, enum floor_operation operation)
{
    static void (*const done_by[FLOOR_NUM_OPERATIONS])(struct floor_room *) = {
        draw_words, take_logs, take_exps, take_short_logs, take_short_exps, take_normals, look_up, take_steps, add};
    done_by[operation](room);
    room->num_done++;
}

const struct floor_code floor_code_own = {make, destroy, operate};
