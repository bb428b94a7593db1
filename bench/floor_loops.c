/* The operations over a vector of lanes; compiled once for each instruction set, as the kernel is. */
#include "floor_loops.h"
#include "core/rng_lanes.h"
#include "engine/vmath.h"

#include <math.h>

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
    const int *index = room->index;
    for (int l = 0; l < RH_LANES; l++) {
        room->out[l] = room->table[index[l]] * room->positive[l];
    }
}

static void add(struct floor_room *room)
{
    double *sum = room->sum[room->next];
    room->next = room->next + 1 < room->num_sums ? room->next + 1 : 0;
    for (int l = 0; l < RH_LANES; l++) {
        sum[l] += room->small[l];
    }
}

void floor_operate(struct floor_room *room, enum floor_operation operation)
{
    static void (*const operate[FLOOR_NUM_OPERATIONS])(struct floor_room *) = {
        draw_words, take_logs, take_exps, take_short_logs, take_short_exps, take_normals, look_up, add};
    operate[operation](room);
    room->num_done++;
}
