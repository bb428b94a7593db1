#!/usr/bin/python3
"""The engine's model in Numba on one core: loops over partners, programs, months and replications, compiled.

    bench/peers/numba_model.py PLAN.h5 [--replications N] [--lanes N] [--bits 64|32] [--fastmath] [--check]

The same plan, assumptions, short cuts and check as in numpy_model.py. Numba's random numbers are its own (Mersenne
Twister). Logarithm and exponential are the C library's, one lane at a time: Debian has no vector library that Numba
could call; so lanes that need none (who does not attend, what is reached already) are left out. What is compiled is
kept in $NUMBA_CACHE_DIR where that is set, and is never part of the measured time.
"""
import collections
import math
import os
import sys

import numba
import numpy as np

from flat import flatten
from peer import LIFE_SHARED, MARKET_SHARED, WALK_STEPS, Parameters, figures, run, walk_table
from plan import CLAMP

FASTMATH = "--fastmath" in sys.argv
jit = numba.njit(fastmath=FASTMATH, error_model="numpy", cache="NUMBA_CACHE_DIR" in os.environ)

# Plain numbers of the type that is computed with, so that nothing is widened on the way.
Numbers = collections.namedtuple("Numbers", "zero one half money per_money clamp raised least most least_level")
Study = collections.namedtuple("Study", (
    "num_programs reference history_months phase first_offset block_months follow month_of_year log_growth growth_sd "
    "season_error season_error_all num_groups order"))
Drawn = collections.namedtuple("Drawn", (
    "walk common common_season common_life reacts attention_logit complexity_slope spread effort rep_effort action_effort "
    "partner_margin rep_margin through price felt_cap action_cost claim_required claim_automatic feel"))
Work = collections.namedtuple("Work", (
    "market own_source source begins has_source base found usual inattention life effort rep_effort action_effort per_margin "
    "own_margin attends attained days cap_left worth firm rep added shadow factor done flow total due earned reached"))
Tally = collections.namedtuple("Tally", "month segment region product extra due people")


@jit
def draw_market(s, d, w, group):
    T, B = w.base.shape
    season = np.empty(12)
    for l in range(B):
        z = math.sqrt(MARKET_SHARED) * d.common[l] + math.sqrt(1.0 - MARKET_SHARED) * np.random.standard_normal()
        for c in range(12):
            own, shared = s.season_error[group, c], s.season_error_all[c]
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
        w.life[l] = math.sqrt(LIFE_SHARED) * d.common_life[l] + math.sqrt(1.0 - LIFE_SHARED) * np.random.standard_normal()
        spread = math.exp(d.spread[l] * np.random.standard_normal() - 0.5 * d.spread[l] * d.spread[l])
        w.effort[l] = d.effort[l] * spread
        w.rep_effort[l] = d.rep_effort[l] * spread
        w.action_effort[l] = d.action_effort[l] * spread
        w.own_margin[l] = f.margin[i] if f.knows_margin[i] else d.partner_margin[l]
        w.per_margin[l] = d.through[l] / (f.floor_margin[i] if f.knows_margin[i] else d.partner_margin[l])
        level = n.one
        if not f.certain[i]:
            root = max(f.root[i] + f.root_sd[i] * np.random.standard_normal(), 0.0)
            level = root * root * root / f.root_norm[i]
        keeps = n.one
        if f.rarity[i] > n.zero and level < n.one:
            keeps = max(level, n.least_level) ** f.rarity[i]
        for t in range(T):
            level *= d.walk[int(np.random.random() * WALK_STEPS)]
            there = w.life[l] < f.alive[i, t] and (keeps >= n.one or np.random.random() < keeps)
            w.base[t, l] = level * w.market[t, l] / keeps if there else n.zero


@jit
def look_up(f, s, n, w, i, place):
    """What the partner sells, and the activities it completes, along the source months: once for all programs."""
    T, B = w.base.shape
    for k in range(f.first_table[i], f.first_table[i + 1]):
        found, table = w.found[k - f.first_table[i]], f.table[k]
        for t in range(T):
            for l in range(B):
                found[t, l] = table[t * s.history_months + place[t, l]] * w.base[t, l]
    for k in range(f.first_act[i], f.first_act[i + 1]):
        usual, table = w.usual[k - f.first_act[i]], f.act_table[k]
        for t in range(T):
            for l in range(B):
                count = w.found[table, t, l] * n.per_money if table >= 0 else n.zero
                usual[t, l] = n.money * math.floor(count + np.random.random()) if table >= 0 else n.zero


@jit
def expect(f, n, k, j, t, attained):
    """Expected marginal reward of one lane."""
    g = n.zero
    alpha, beta = f.alpha[k, t], f.beta[k, t]
    for q in range(f.first_piece[j], f.first_piece[j + 1]):
        ahead = f.start[q] - attained
        if f.start[q] <= n.zero or ahead <= n.zero:
            g += f.slope[q]
        elif alpha > n.zero:
            z = beta * math.log(ahead / alpha)
            survival = n.one / (n.one + math.exp(min(max(z, -n.clamp), n.clamp)))
            g += survival * (f.slope[q] + f.jump[q] * beta / ahead * (n.one - survival))
    return g


@jit
def find_worth(f, d, n, w, k, at, t):
    """What the next unit of attainment is worth, as felt: of the partner's incentive k, the at-th of the program."""
    j = f.taken[k]
    worth, feel, attained, cap_left = w.worth[at], d.feel[j, t], w.attained[at], w.cap_left[at]
    if not f.may[k, t]:
        worth[:] = n.zero
    elif f.opens[j, t]:
        for l in range(len(worth)):
            attained[l] = w.days[at, l] = n.zero
            worth[l] = feel[l] * f.opening[k, t] if w.attends[l] and cap_left[l] > n.zero else n.zero
    else:
        for l in range(len(worth)):
            worth[l] = n.zero
            if w.attends[l] and cap_left[l] > n.zero:
                worth[l] = feel[l] * expect(f, n, k, j, t, attained[l])


@jit
def answer(f, d, n, w, c, first):
    """ln of what class c's sales are multiplied by, into w.firm."""
    B = len(w.firm)
    w.firm[:] = n.zero
    w.rep[:] = n.zero
    for q in range(f.first_weight[c], f.first_weight[c + 1]):
        side = w.rep if f.rep[f.taken[first + f.weight_of[q]]] else w.firm
        worth, weight = w.worth[f.weight_of[q]], f.weight[q]
        for l in range(B):
            side[l] += worth[l] * weight
    for l in range(B):
        firm, rep = w.firm[l], w.rep[l]
        log = n.zero
        if f.class_activity[c]:
            if firm + rep != n.zero:
                log = w.action_effort[l] * math.log(n.one + (firm + rep) / d.action_cost[l])
        else:
            if firm > n.zero:
                firm = min(firm, d.felt_cap[l])
                log = w.effort[l] * math.log(n.one + firm * w.per_margin[l]) + firm * d.price[l]
            if rep > n.zero:
                log += w.rep_effort[l] * math.log(n.one + min(rep, d.felt_cap[l]) / d.rep_margin[l])
        w.firm[l] = log


@jit
def find_factor(n, before, log, factor):
    for l in range(len(factor)):
        change = log[l] - before[l]
        factor[l] = min(max(math.exp(change), n.least), n.most) if change != n.zero else n.one


@jit
def complete(f, n, w, k, a, t, factor, out):
    """Activities: Poisson extra completions, a binomial share where there are fewer."""
    for l in range(len(out)):
        usual = out[l] = w.usual[a, t, l]
        if factor[l] > n.one:
            rate = f.act_expected[k, t] * n.per_money * w.base[t, l] * (factor[l] - n.one)
            out[l] = usual + n.money * np.random.poisson(rate)
        elif factor[l] < n.one:
            out[l] = n.money * np.random.binomial(int(usual * n.per_money), factor[l])


@jit
def add_found(out, found, factor):
    for l in range(len(out)):
        out[l] += found[l] * factor[l]


@jit
def add_done(f, w, k, done, place, out):
    for q in range(f.first_done[k], f.first_done[k + 1]):
        for l in range(len(out)):
            out[l] += done[f.done_act[q], l] * f.done_factor[q, place[l]]


@jit
def attain(f, n, w, k, at, which, t, place):
    j = f.taken[k]
    added = w.added
    added[:] = n.zero
    if f.taken_lone[k] >= 0:
        added += w.found[f.taken_lone[k], t]
    for q in range(f.first_count[k], f.first_count[k + 1]):
        add_found(added, w.found[f.count_table[q], t], w.factor[which, f.count_class[q], t])
    add_done(f, w, k, w.done[which, :, t], place, added)
    for l in range(len(added)):
        w.attained[at, l] += added[l]
        w.days[at, l] += added[l] * f.days_left[j, t]


@jit
def pay(f, n, j, attained):
    total = n.zero
    if attained > n.zero:
        for q in range(f.first_piece[j], f.first_piece[j + 1]):
            if attained >= f.start[q]:
                total += f.jump[q] + f.slope[q] * (attained - f.start[q])
    return total


@jit
def settle(f, d, n, w, k, at, which, t):
    j = f.taken[k]
    rate = d.claim_required if f.required[j] else d.claim_automatic
    due = w.due[which, at, t]
    for l in range(len(rate)):
        attained = w.attained[at, l]
        payable = min(pay(f, n, j, attained), w.cap_left[at, l])
        w.cap_left[at, l] -= payable
        claimed = n.one if payable > n.zero and np.random.random() < rate[l] else n.zero
        due[0, l] = payable
        due[1, l] = payable * claimed
        due[2, l] = claimed
        due[4, l] = w.days[at, l] * payable * claimed / attained if claimed > n.zero else n.zero
        if payable > n.zero:
            w.earned[which, l] = True
            w.reached[which, l] |= attained >= f.first_paid[j]


@jit
def add_flows(f, w, tally, i, p, m, which, t):
    """Revenue and the vendor's margin of the month, and what the product lines sell."""
    for side in range(2):
        flow = w.flow[side]
        lone = f.lone_vendor[i] if side else f.lone_revenue[i]
        if lone >= 0:
            flow[:] = w.found[lone, t]
        else:
            flow[:] = 0
        for c in range(f.first_class[m], f.first_class[m + 1]):
            table = f.class_vendor[c] if side else f.class_revenue[c]
            if table >= 0:
                add_found(flow, w.found[table, t], w.factor[which, c - f.first_class[m], t])
    for k in range(f.first_line[i], f.first_line[i + 1]):
        product = tally.product[p, f.line_product[k]]
        add_found(product, w.found[f.line_table[k], t], w.factor[which, f.line_class[k, p], t])
        if f.line_lone[k] >= 0:
            product += w.found[f.line_lone[k], t]
    for a in range(f.first_act[i], f.first_act[i + 1]):
        extra, done = tally.extra[p, f.act_extra[a]], w.done[which, a - f.first_act[i], t]
        extra += done
    month, open_to = tally.month[p], f.first_taken[m + 1] > f.first_taken[m]
    for l in range(len(w.own_margin)):
        revenue, vendor = w.flow[0, l], w.flow[1, l]
        month[0, t, l] += revenue
        month[2, t, l] += vendor
        month[3, t, l] += revenue * w.own_margin[l]
        if open_to:
            month[1, t, l] += revenue
        w.total[which, 0, l] += revenue
        w.total[which, 1, l] += vendor


@jit
def respond(f, s, d, n, w, tally, i, p, which, place):
    """The partner's path under program p, month by month; `which` of three paths is kept: 0 of the program in force, 1
    of the reference where that is another, 2 of others."""
    T, B = w.base.shape
    m = i * s.num_programs + p
    first, last = f.first_taken[m], f.first_taken[m + 1]
    in_force = i * s.num_programs
    shadowed = f.first_taken[in_force + 1] > f.first_taken[in_force]
    changes = p != 0 and (last > first or shadowed)
    for l in range(B):
        w.attends[l] = d.reacts[l] and (w.inattention[l] < d.attention_logit[l] -
                                        d.complexity_slope[l] * f.complexity[m])
    w.earned[which], w.reached[which], w.total[which] = False, False, n.zero
    for k in range(first, last):
        w.cap_left[k - first] = f.cap[f.taken[k]]
    for t in range(T):
        for k in range(first, last):
            find_worth(f, d, n, w, k, k - first, t)
        for c in range(f.first_class[m], f.first_class[m + 1]):
            own, factor = c - f.first_class[m], w.factor[which, c - f.first_class[m], t]
            w.firm[:] = n.zero
            if last > first:
                answer(f, d, n, w, c, first)
            if p == 0:
                w.shadow[own, t] = w.firm
            if changes:
                find_factor(n, w.shadow[f.class_shadow[c], t], w.firm, factor)
            else:
                factor[:] = n.one
        for k in range(f.first_act[i], f.first_act[i + 1]):
            a = k - f.first_act[i]
            complete(f, n, w, k, a, t, w.factor[which, f.act_class[k, p], t], w.done[which, a, t])
        for k in range(first, last):
            if f.may[k, t]:
                attain(f, n, w, k, k - first, which, t, place[t])
                if f.closes[f.taken[k], t]:
                    settle(f, d, n, w, k, k - first, which, t)
        add_flows(f, w, tally, i, p, m, which, t)
    for l in range(B):
        revenue, vendor, own = w.total[which, 0, l], w.total[which, 1, l], w.total[which, 0, l] * w.own_margin[l]
        for cut in (tally.segment[p, f.segment[i]], tally.region[p, f.region[i]]):
            cut[0, l] += revenue
            cut[2, l] += vendor
            cut[3, l] += own
            if last > first:
                cut[1, l] += revenue


@jit
def find_windfall(f, n, w, k, reference, place, due):
    """due[t][3]: what the reference's behavior would have earned in the windows that end in t."""
    j, added, left = f.taken[k], w.added, w.firm
    left[:] = f.cap[j]
    for t in range(len(due)):
        if not f.may[k, t]:
            continue
        if f.opens[j, t]:
            added[:] = n.zero
        if f.taken_lone[k] >= 0:
            added += w.found[f.taken_lone[k], t]
        for q in range(f.first_before[k], f.first_before[k + 1]):
            add_found(added, w.found[f.before_table[q], t], w.factor[reference, f.before_class[q], t])
        add_done(f, w, k, w.done[reference, :, t], place[t], added)
        if f.closes[j, t]:
            for l in range(len(added)):
                due[t, 3, l] = min(pay(f, n, j, added[l]), left[l])
                left[l] -= due[t, 3, l]


@jit
def add_dues(f, s, n, w, tally, i, p, which, reference, place):
    """Adds what windows pay, the windfall, and who takes part."""
    T, B = w.base.shape
    m = i * s.num_programs + p
    first, last = f.first_taken[m], f.first_taken[m + 1]
    baseline = np.zeros(B, np.bool_)
    for k in range(first, last):
        j, due = f.taken[k], w.due[which, k - first]
        if which != reference:
            find_windfall(f, n, w, k, reference, place, due)
        for t in range(T):
            if f.may[k, t] and f.closes[j, t]:
                if which == reference:
                    due[t, 3] = due[t, 0]
                for l in range(B):
                    baseline[l] |= due[t, 3, l] > n.zero
                tally.due[p, :, f.slot[j] + f.window_of[j, t]] += due[t]
    for l in range(B):
        if last > first and w.life[l] < f.alive[i, 0]:
            revenue, before = w.total[which, 0, l], w.total[reference, 0, l]
            raised = revenue >= n.raised * before and revenue > n.zero
            tally.people[p, 0, l] += n.one
            tally.people[p, 1, l] += n.one if w.earned[which, l] else n.zero
            tally.people[p, 2, l] += n.one if baseline[l] else n.zero
            if w.earned[which, l] and (raised or w.reached[which, l]):
                tally.people[p, 3, l] += n.one


@jit
def simulate(f, s, d, n, w, tally, seed):
    """All partners under all programs. What history happened under first, as the shadow; then the reference."""
    np.random.seed(seed)
    group = -1
    reference = 0 if s.reference == 0 else 1
    w.has_source[:] = False
    for i in range(len(f.group)):
        if f.group[i] != group:
            group = f.group[i]
            draw_market(s, d, w, group)
        k = min(f.source[i], s.num_groups)
        place = w.source[k]
        if k == s.num_groups or not w.has_source[k]:
            draw_source(s, place, w.begins[k])
            w.has_source[k] = True
        if s.follow < 1.0:
            follow_source(s, place, w.begins[k], w.own_source)
            place = w.own_source
        draw_partner(f, s, d, n, w, i)
        look_up(f, s, n, w, i, place)
        for a in range(len(s.order)):  # each function at one place: what is called twice is compiled twice
            p, dues = s.order[a]
            which = 0 if p == 0 else reference if p == s.reference else 2
            if dues:
                add_dues(f, s, n, w, tally, i, p, which, reference, place)
            else:
                respond(f, s, d, n, w, tally, i, p, which, place)


class Model:
    """Flat arrays of a plan, and room for a block of B replications."""

    def __init__(self, plan, seed):
        study, number = plan.study, plan.dtype
        self.plan, self.flat, self.seed = plan, flatten(plan), seed
        self.rng = np.random.Generator(np.random.Philox(seed))
        self.walk = walk_table(plan).astype(number)
        self.limit = float(plan.parameter["mean"][plan.parameter_name.index("response_limit") * plan.num_segments])
        self.numbers = Numbers(*(number(x) for x in (0.0, 1.0, 0.5, 1e4, 1e-4, CLAMP, 1.01, 1.0 / self.limit,
                                                     self.limit, 1e-30)))
        others = [(p, dues) for p in range(1, plan.S) if p != plan.reference for dues in (0, 1)]
        first = [(0, 0), (0, 1)] if plan.reference == 0 else [(0, 0), (plan.reference, 0), (plan.reference, 1), (0, 1)]
        order = first + others  # (program, whether its path is lived or its dues are added)
        self.study = Study(plan.S, plan.reference, plan.H, int(study["phase"]), int(study["first_offset"]),
                           float(study["block_months"]), float(study["follow"]), int(study["month_of_year"]),
                           math.log1p(study["growth"]), float(study["growth_sd"]), plan.season_error,
                           plan.season_error_all, len(plan.season_error), np.array(order))

    def draw(self, B):
        plan, rng = self.plan, self.rng
        drawn = Parameters(plan, rng, B, plan.dtype)
        value = drawn.value
        return Drawn(
            self.walk, rng.standard_normal(B).astype(plan.dtype), rng.standard_normal((12, B)).astype(plan.dtype),
            rng.standard_normal(B).astype(plan.dtype),
            drawn.reacts, drawn.attention_logit, value["complexity_slope"], value["elasticity_spread"],
            value["effort_elasticity"], value["rep_effort_elasticity"], value["activity_elasticity"],
            value["partner_margin"], value["rep_margin"], plan.dtype(1.0) - value["pass_through"],
            value["price_elasticity"] * value["pass_through"], value["felt_cap"],
            value["activity_cost"] * plan.dtype(plan.study["mean_month"] * 1e-4), value["claim_rate_required"],
            value["claim_rate_automatic"], np.array(drawn.feel).reshape(-1, plan.T, B))

    def make_work(self, B):
        plan, f = self.plan, self.flat
        T, sources = plan.T, len(plan.season_error) + 1  # the last: a partner's own
        tables, acts, taken, classes = (int(np.diff(first).max(initial=1)) for first in
                                        (f.first_table, f.first_act, f.first_taken, f.first_class))

        def zeros(*shape):
            return np.zeros((*shape, B), plan.dtype)

        return Work(
            market=zeros(T), own_source=np.zeros((T, B), np.int32),
            source=np.zeros((sources, T, B), np.int32), begins=np.zeros((sources, T, B), bool),
            has_source=np.zeros(sources, bool),
            base=zeros(T), found=zeros(tables, T), usual=zeros(acts, T), inattention=zeros(), life=zeros(),
            effort=zeros(), rep_effort=zeros(), action_effort=zeros(), per_margin=zeros(), own_margin=zeros(),
            attends=np.zeros(B, bool), attained=zeros(taken), days=zeros(taken), cap_left=zeros(taken),
            worth=zeros(taken), firm=zeros(), rep=zeros(), added=zeros(), shadow=zeros(classes, T),
            factor=zeros(3, classes, T), done=zeros(3, acts, T), flow=zeros(2), total=zeros(3, 2),
            due=zeros(3, taken, T, 5), earned=np.zeros((3, B), bool), reached=np.zeros((3, B), bool))

    def make_tally(self, B):
        plan = self.plan
        S, slots = plan.S, int(plan.program["num_slots"].max(initial=1))

        def zeros(*shape):
            return np.zeros((S, *shape, B), plan.dtype)

        return Tally(month=zeros(4, plan.T), segment=zeros(int(plan.study["segments"]), 4),
                     region=zeros(int(plan.study["regions"]), 4), product=zeros(max(int(plan.study["products"]), 1)),
                     extra=zeros(max(int(plan.study["extras"]), 1)), due=zeros(5, slots), people=zeros(4))

    def block(self, B):
        """[program][figure][B] in currency units."""
        plan, work, tally = self.plan, self.make_work(B), self.make_tally(B)
        self.seed += 1
        simulate(self.flat, self.study, self.draw(B), self.numbers, work, tally, self.seed)
        return figures(plan, list(tally.month[:, 0].sum(axis=1, dtype=float)),
                       [tally.due[p, :, :int(plan.program["num_slots"][p])].astype(float) for p in range(plan.S)])


def bind(plan, options):
    Model(plan, 0).block(1)  # compiles
    return Model(plan, options.seed).block


if __name__ == "__main__":
    sys.exit(run("Numba fastmath" if FASTMATH else "Numba", numba.__version__, __doc__, 256, bind,
                 lambda parser: parser.add_argument("--fastmath", action="store_true")))
