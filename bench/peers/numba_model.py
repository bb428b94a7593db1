#!/usr/bin/python3
"""The engine's model in Numba on one core: loops over partners, programs, months and replications, compiled.

    bench/peers/numba_model.py PLAN.h5 [--replications N] [--lanes N] [--bits 64|32] [--fastmath] [--check]

The same plan and check as in numpy_model.py. The whole model but for training, marketing funds, exact replays and
parameters by segment. Product lines are lived one by one, as they displace one another and each has its stock; a
mechanism whose parameters are 0 takes no time. Plan, draws and state are records, of which compiled functions take a
pointer each: so many arrays as arguments of their own took more time than what was done with them; in return what is
compiled fits one study and number of lanes.

Numba's random numbers are its own (Mersenne Twister). Logarithm and exponential are the C library's, one lane at a
time: Debian has no vector library that Numba could call; so lanes that need none (who does not attend, what is reached
already) are left out. What is compiled is kept in $NUMBA_CACHE_DIR where that is set, and is never part of the measured
time.
"""
import math
import sys

import numba
import numpy as np

from flat import flatten, record
from numba_common import (
    BASELINE, CLAIMS, DISPLACED, EARNING, ELIGIBLE, FASTMATH, NOT_CLAIMED, NUM_DUES, NUM_FLOWS, NUM_PEOPLE, Numbers,
    OPEN, OWN, PAID, PARTICIPATING, PAYABLE, RETURNED, REVENUE, STOCK, STOCK_VENDOR, Study, UNDRAWN, VENDOR,
    WINDFALL, jit)
from numba_draw import draw_market, draw_partner, draw_source, follow_source, look_up
from numba_path import add_done, add_lone, add_seen, pay, respond
from peer import Parameters, figures, run, walk_table
from plan import CLAMP, DAYS


@jit
def find_windfall(f, s, n, w, k, place, due):
    """due[t][WINDFALL]: what the reference's behavior would have earned in the windows that end in t."""
    j, added, left = f.taken[k], w.added, w.firm
    left[:] = f.cap[j]
    for t in range(len(due)):
        if not f.may[k, t]:
            continue
        if f.opens[j, t]:
            added[:] = n.zero
        add_lone(f, s, w, k, t, w.reference_here[t], added)
        for q in range(f.first_count[k], f.first_count[k + 1]):
            add_seen(w, f.count_view[q], f.count_weight[q], t, w.reference[f.count_line[q], t], added)
        add_done(f, w, k, w.reference_done[:, t], place[t], added)
        if f.closes[j, t]:
            for l in range(len(added)):
                due[t, WINDFALL, l] = min(pay(f, n, j, added[l]), left[l])
                left[l] -= due[t, WINDFALL, l]


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
            find_windfall(f, s, n, w, k, place, due)
        for t in range(T):
            if f.may[k, t] and f.closes[j, t]:
                if which == reference:
                    due[t, WINDFALL] = due[t, PAYABLE]
                for l in range(B):
                    baseline[l] |= due[t, WINDFALL, l] > n.zero
                tally.due[p, :, f.slot[j] + f.window_of[j, t]] += due[t]
    for l in range(B):
        if last > first and w.life[l] < f.alive[i, 0]:
            revenue = w.total[which, REVENUE, l] - w.total[which, STOCK, l]
            before = w.total[reference, REVENUE, l] - w.total[reference, STOCK, l]
            raised = revenue >= n.raised * before and revenue > n.zero
            tally.people[p, OPEN, l] += n.one
            tally.people[p, EARNING, l] += n.one if w.earned[which, l] else n.zero
            tally.people[p, BASELINE, l] += n.one if baseline[l] else n.zero
            if w.earned[which, l] and (raised or w.reached[which, l]):
                tally.people[p, PARTICIPATING, l] += n.one


@jit
def simulate(f, s, d, n, w, tally, order, seed):
    """All partners under all programs. What history happened under first, as the shadow; then the reference."""
    np.random.seed(seed)
    group = -1
    reference = 0 if s.reference == 0 else 1
    w.has_source[:] = False
    for i in range(len(f.group)):
        if f.group[i] != group:
            group = f.group[i]
            draw_market(f, s, d, w, group)
        k = min(f.source[i], s.num_groups)
        place = w.source[k]
        if k == s.num_groups or not w.has_source[k]:
            draw_source(s, place, w.begins[k])
            w.has_source[k] = True
        if s.follow < 1.0:
            follow_source(s, place, w.begins[k], w.own_source[:])
            place = w.own_source[:]
        draw_partner(f, s, d, n, w, i)
        look_up(f, s, n, w, i, place)
        for a in range(len(order)):  # each function at one place: what is called twice is compiled twice
            p, dues = order[a]
            which = 0 if p == 0 else reference if p == s.reference else 2
            if dues:
                add_dues(f, s, n, w, tally, i, p, which, reference, place)
            else:
                respond(f, s, d, n, w, tally, i, p, which, place)


class Model:
    """The record of a plan, and blocks of replications."""

    def __init__(self, plan, seed):
        study, number = plan.study, plan.dtype
        self.plan, self.flat, self.seed = plan, flatten(plan), seed
        self.rng = np.random.Generator(np.random.Philox(seed))
        self.walk = walk_table(plan).astype(number)
        limit = float(self.belief("response_limit")[0])
        slack = 1e-6 if number == np.float32 else 0.0  # of a window's total: more than its sums are off by
        self.numbers = Numbers(*(number(x) for x in (
            0.0, 1.0, 0.5, 2.0, 1e4, 1e-4, CLAMP, 1.01, 1.0 / limit, limit, 1e-30, DAYS, UNDRAWN, NOT_CLAIMED, 0.7, 0.3,
            1e-6, 1e-12, 1.0 + 1e-9, slack, 1e30)))
        others = [(p, dues) for p in range(1, plan.S) if p != plan.reference for dues in (0, 1)]
        first = [(0, 0), (0, 1)] if plan.reference == 0 else [(0, 0), (plan.reference, 0), (plan.reference, 1), (0, 1)]
        self.order = np.array(first + others)  # (program, whether its path is lived or its dues are added)
        self.study = Study(
            plan.S, plan.reference, plan.H, int(study["phase"]), int(study["first_offset"]),
            float(study["block_months"]), float(study["follow"]), int(study["month_of_year"]),
            math.log1p(study["growth"]), float(study["growth_sd"]), len(plan.season_error),
            self.is_on("displacement"), self.is_on("trust_step"), self.is_on("claim_error"),
            self.is_on("topup_reach") and self.is_on("topup_able"), self.is_on("goal_gradient"),
            any(self.is_on(name) for name in ("leave_missed", "leave_rewarded", "leave_trust", "leave_share")))

    def belief(self, name):
        """Mean and standard deviation of a parameter."""
        row = self.plan.parameter_name.index(name) * self.plan.num_segments
        return tuple(self.plan.parameter[column][row] for column in ("mean", "sd"))

    def is_on(self, name):
        """It is above 0 in some replication."""
        mean, sd = self.belief(name)
        return bool(mean > 0.0 or sd > 0.0)

    def draw(self, B):
        plan, rng, number = self.plan, self.rng, self.plan.dtype
        drawn = Parameters(plan, rng, B, number)
        value = drawn.value
        days, spread = np.zeros((2, len(plan.incentives), B), number)  # to payments; spread of the logarithm
        for k, incentive in enumerate(plan.incentives):
            known = not math.isnan(incentive.processing)
            days[k] = incentive.processing if known else value["processing_days"]
            sd = incentive.processing_sd if known else value["processing_sd"]
            spread[k] = np.sqrt(np.log1p((sd / np.maximum(days[k], 1e-30)) ** 2)) * (days[k] > 0.0)
        return record({
            **value, "walk": self.walk, "common": rng.standard_normal(B).astype(number),
            "common_season": rng.standard_normal((12, B)).astype(number),
            "common_life": rng.standard_normal(B).astype(number), "reacts": drawn.reacts,
            "attention_logit": drawn.attention_logit, "kept_margin": number(1.0) - value["pass_through"],
            "price": value["price_elasticity"] * value["pass_through"],
            "action_cost": value["activity_cost"] * number(plan.study["mean_month"] * 1e-4),
            "feel": np.array(drawn.feel).reshape(-1, plan.T, B), "pay_days": days, "pay_spread": spread})

    def make_work(self, B):
        plan, f = self.plan, self.flat
        T, sources = plan.T, len(plan.season_error) + 1  # the last: a partner's own
        tables, views, lines, acts, taken, classes = (int(np.diff(first).max(initial=1)) for first in (
            f["first_table"], f["first_view"], f["first_line"], f["first_act"], f["first_taken"], f["first_class"]))
        lucks = int(max((j.luck for j in plan.incentives), default=0)) + 1

        def zeros(*shape, kind=plan.dtype):
            return np.zeros((*shape, B), kind)

        lanes = ("inattention", "life", "effort", "rep_effort", "action_effort", "per_margin", "own_margin", "firm",
                 "rep", "added", "sells", "sells_usually", "lifts", "trust", "trusted", "change", "part", "chance",
                 "staying", "here", "gone", "earned_so_far", "sold_so_far")
        by_line = ("gross", "lift", "held", "off", "coming", "later", "back", "bought", "demand")
        uses = np.zeros(NUM_FLOWS, bool)
        uses[[REVENUE, VENDOR, OWN, ELIGIBLE]] = True
        uses[[STOCK, STOCK_VENDOR, RETURNED]], uses[DISPLACED] = self.study.reaches, self.study.displaces
        return record({
            **{name: zeros() for name in lanes}, **{name: zeros(lines) for name in by_line},
            **{name: zeros(kind=bool) for name in ("attends", "able", "missed", "rewarded")},
            **{name: zeros(3, kind=bool) for name in ("earned", "reached")},
            **{name: zeros(taken) for name in ("attained", "days", "cap_left", "worth", "goal")},
            "uses": uses, "market": zeros(T), "base": zeros(T), "own_source": zeros(T, kind=np.int32),
            "source": zeros(sources, T, kind=np.int32), "begins": zeros(sources, T, kind=bool),
            "has_source": np.zeros(sources, bool), "found": zeros(tables, T), "seen": zeros(views, T),
            "usual": zeros(acts, T), "done": zeros(acts), "shadow": zeros(classes, T), "factor": zeros(classes),
            "flow": zeros(NUM_FLOWS), "total": zeros(3, NUM_FLOWS), "due": zeros(3, taken, T, NUM_DUES),
            "reference": zeros(lines, T), "reference_done": zeros(acts, T), "reference_here": zeros(T),
            "luck": zeros(lucks, T), "share": zeros(lucks, T), "is_drawn": np.zeros((lucks, T), bool),
            "right": zeros(T, kind=np.int8), "wrong": zeros(T, kind=np.int8), "shadow_hazard": zeros(T)})

    def make_tally(self, B):
        plan = self.plan
        slots = int(plan.program["num_slots"].max(initial=1))
        shapes = {"month": (NUM_FLOWS, plan.T), "segment": (int(plan.study["segments"]), NUM_FLOWS),
                  "region": (int(plan.study["regions"]), NUM_FLOWS),
                  "product": (2, max(int(plan.study["products"]), 1)),  # revenue, stock
                  "extra": (max(int(plan.study["extras"]), 1),), "due": (NUM_DUES, slots), "people": (NUM_PEOPLE,)}
        return record({name: np.zeros((plan.S, *shape, B), plan.dtype) for name, shape in shapes.items()})

    def block(self, B):
        """[program][figure][B] in currency units."""
        plan, tally = self.plan, self.make_tally(B)
        self.seed += 1
        simulate(self.flat, self.study, self.draw(B), self.numbers, self.make_work(B), tally, self.order, self.seed)
        flow = tally["month"].sum(axis=2, dtype=float)
        due = [tally["due"][p][[PAYABLE, PAID, CLAIMS, WINDFALL], :int(plan.program["num_slots"][p])].astype(float)
               for p in range(plan.S)]
        return figures(plan, list(flow[:, REVENUE]), due, list(flow[:, STOCK]))


def bind(plan, options):
    Model(plan, 0).block(options.lanes)  # compiles
    return Model(plan, options.seed).block


if __name__ == "__main__":
    sys.exit(run("Numba fastmath" if FASTMATH else "Numba", numba.__version__, __doc__, 256, bind,
                 lambda parser: parser.add_argument("--fastmath", action="store_true")))
