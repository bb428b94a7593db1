"""What is random in the Numba peer: markets, source months, partners; and what these sell by them."""
import math

import numpy as np

from numba_common import jit
from peer import LIFE_SHARED, MARKET_SHARED, WALK_STEPS


@jit
def draw_market(f, s, d, w, group):
    T, B = w.base.shape
    season = np.empty(12)
    for l in range(B):
        z = math.sqrt(MARKET_SHARED) * d.common[l] + math.sqrt(1.0 - MARKET_SHARED) * np.random.standard_normal()
        for c in range(12):
            own, shared = f.season_error[group, c], f.season_error_all[c]
            season[c] = (own * np.random.standard_normal() - 0.5 * own * own +
                         shared * d.common_season[c, l] - 0.5 * shared * shared)
        for t in range(T):
            years = (t + 1.0) / 12.0
            sd = s.growth_sd * years
            w.market[t, l] = math.exp(years * s.log_growth + sd * z - 0.5 * sd * sd +
                                      season[(s.month_of_year - 1 + t) % 12])


@jit
def begin_anywhere(s, t):
    first = (s.first_offset + t) % s.phase
    size = (s.history_months - first + s.phase - 1) // s.phase
    return first + s.phase * int(np.random.random() * size)


@jit
def go_on(s, t, month):
    return month + 1 if month + 1 < s.history_months else (s.first_offset + t) % s.phase


@jit
def draw_source(s, place, begins):
    """[T][B] past months that are replayed, and where a block of them begins."""
    T, B = place.shape
    for l in range(B):
        for t in range(T):
            begins[t, l] = t == 0 or np.random.random() * s.block_months < 1.0
            place[t, l] = begin_anywhere(s, t) if begins[t, l] else go_on(s, t, place[t - 1, l])


@jit
def follow_source(s, shared, begins, place):
    """The same of one partner, some of whose blocks begin where the shared ones do."""
    T, B = place.shape
    for l in range(B):
        for t in range(T):
            if not begins[t, l]:
                place[t, l] = go_on(s, t, place[t - 1, l])
            elif np.random.random() < s.follow:
                place[t, l] = shared[t, l]
            else:
                place[t, l] = begin_anywhere(s, t)


@jit
def draw_partner(f, s, d, n, w, i):
    T, B = w.base.shape
    for l in range(B):
        u = np.random.random()
        w.inattention[l] = math.log(u / (1.0 - u))
        own_life, sd = np.random.standard_normal(), d.elasticity_spread[l]
        w.life[l] = math.sqrt(LIFE_SHARED) * d.common_life[l] + math.sqrt(1.0 - LIFE_SHARED) * own_life
        spread = math.exp(sd * np.random.standard_normal() - 0.5 * sd * sd)
        w.effort[l] = d.effort_elasticity[l] * spread
        w.rep_effort[l] = d.rep_effort_elasticity[l] * spread
        w.action_effort[l] = d.activity_elasticity[l] * spread
        w.own_margin[l] = f.margin[i] if f.knows_margin[i] else d.partner_margin[l]
        w.per_margin[l] = d.kept_margin[l] / (f.floor_margin[i] if f.knows_margin[i] else d.partner_margin[l])
        if s.reaches:
            w.able[l] = np.random.random() < d.topup_able[l]
        if s.leaves:
            w.chance[l] = 0.5 * math.erfc(-math.sqrt(0.5) * w.life[l])
        level = n.one
        if not f.certain[i]:
            root = max(f.root[i] + f.root_sd[i] * np.random.standard_normal(), 0.0)
            level = root * root * root / f.root_norm[i]
        keeps = n.one
        if f.rarity[i] > n.zero and level < n.one:
            keeps = max(level, n.least_level) ** f.rarity[i]
        for t in range(T):
            level *= d.walk[int(np.random.random() * WALK_STEPS)]
            lives = s.leaves or w.life[l] < f.alive[i, t]  # programs may keep who would have left
            there = lives and (keeps >= n.one or np.random.random() < keeps)
            w.base[t, l] = level * w.market[t, l] / keeps if there else n.zero


@jit
def look_up(f, s, n, w, i, place):
    """What the partner sells, what views see of it, and the activities it completes, along the source months: once for
    all programs."""
    T, B = w.base.shape
    for k in range(f.first_table[i], f.first_table[i + 1]):
        found, table = w.found[k - f.first_table[i]], f.table[k]
        for t in range(T):
            for l in range(B):
                found[t, l] = table[t * s.history_months + place[t, l]] * w.base[t, l]
    for k in range(f.first_view[i], f.first_view[i + 1]):
        seen, view = w.seen[k - f.first_view[i]], f.view_share[k]
        for t in range(T):
            for l in range(B):
                seen[t, l] = view[place[t, l]]
    for k in range(f.first_act[i], f.first_act[i + 1]):
        usual, table = w.usual[k - f.first_act[i]], f.act_table[k]
        for t in range(T):
            for l in range(B):
                count = w.found[table, t, l] * n.per_money if table >= 0 else n.zero
                usual[t, l] = n.money * math.floor(count + np.random.random()) if table >= 0 else n.zero
    w.is_drawn[:] = False
