"""What the peers of the engine share: what is drawn once per replication, what caps over all partners leave of a
payment, the comparison with the engine's figures, and the command line. Replications are the last axis of every array.
"""
import argparse
import math
import time

import numpy as np

from plan import DAYS, Plan

WALK_FREEDOM, WALK_STEPS = 5.0, 4096
LIFE_SHARED, MARKET_SHARED = 0.2, 0.75
LEAST_MARGIN = 0.01
FIGURES = ("revenue", "incremental_revenue", "earned", "paid", "windfall")
FIXED, LOGNORMAL, NORMAL, BETA, HALF_NORMAL = range(5)
NOT_MODELED = (("capability_gain", "trains"), ("ad_elasticity", "matches"))  # and what of the study asks for it


def mean_cube(mean, sd):
    """Of a normal variate, 0 where it is negative."""
    at = mean / sd
    below, density = 0.5 * math.erfc(at / math.sqrt(2.0)), math.exp(-0.5 * at * at) / math.sqrt(2.0 * math.pi)
    return mean * (mean * mean + 3.0 * sd * sd) * (1.0 - below) + sd * (mean * mean + 2.0 * sd * sd) * density


def walk_table(plan):
    """Equally likely monthly factors: quantiles of a t distribution with 5 degrees of freedom, by inversion of its
    distribution function, scaled to mean 1."""
    sd = plan.parameter["mean"][plan.parameter_name.index("level_walk") * plan.num_segments]
    x = np.linspace(-40.0, 40.0, 4_000_001)
    s = x / math.sqrt(5.0)
    cdf = 0.5 + (s / (1.0 + s * s) * (1.0 + 2.0 / (3.0 * (1.0 + s * s))) + np.arctan(s)) / math.pi
    quantiles = np.interp((np.arange(WALK_STEPS) + 0.5) / WALK_STEPS, cdf, x)
    factor = np.exp(sd * math.sqrt((WALK_FREEDOM - 2.0) / WALK_FREEDOM) * quantiles)
    return factor / factor.mean()


class Parameters:
    """What is drawn once per replication, for B of them."""

    def __init__(self, plan, rng, B, dtype):
        self.plan, self.rng, self.B, self.dtype = plan, rng, B, dtype
        not_modeled = [name for name, asks in NOT_MODELED if plan.study[asks]]
        self.value = {}
        for k, name in enumerate(plan.parameter_name):
            rows = slice(k * plan.num_segments, (k + 1) * plan.num_segments)
            family, mean, sd, low, high = (plan.parameter[c][rows] for c in
                                           ("distribution", "mean", "sd", "low", "high"))
            if np.any(mean != mean[0]) or np.any(sd != sd[0]) or np.any(family != family[0]):
                raise SystemExit(f"this peer knows no parameters by segment: {name}")
            if name in not_modeled and (family[0] != FIXED or mean[0] != 0.0):
                raise SystemExit(f"this peer knows no {name}: it must be 0")
            self.value[name] = self.draw(int(family[0]), mean[0], sd[0], low[0], high[0]).astype(dtype)
        self.reacts = rng.random(B) >= self.value["null_program"]
        self.feel = [self.find_feel(j) for j in plan.incentives]
        attention = np.clip(self.value["attention"].astype(float), 1e-12, 1.0 - 1e-12)
        self.attention_logit = np.log(attention / (1.0 - attention)).astype(dtype)

    def draw(self, family, mean, sd, low, high):
        rng, B = self.rng, self.B
        if family == FIXED:
            return np.full(B, mean)
        if family == BETA:
            total = mean * (1.0 - mean) / (sd * sd) - 1.0
            return rng.beta(mean * total, (1.0 - mean) * total, B)
        if family == NORMAL:
            return np.clip(rng.normal(mean, sd, B), low, high)
        if family == HALF_NORMAL:
            return np.minimum(np.abs(rng.normal(0.0, sd, B)), high)
        s = math.sqrt(math.log1p((sd / mean) ** 2))
        value = rng.lognormal(math.log(mean) - 0.5 * s * s, s, B)
        while np.any(out := (value < low) | (value > high)):
            value[out] = rng.lognormal(math.log(mean) - 0.5 * s * s, s, int(out.sum()))
        return value

    def find_feel(self, incentive):
        """[T][B] worth now of a reward to come, to who trusts."""
        value = self.value
        claim = value["claim_rate_required" if incentive.required else "claim_rate_automatic"]
        days = value["processing_days"] if math.isnan(incentive.processing) else incentive.processing
        last = np.array([incentive.windows[w][1] - t + 0.5 if w >= 0 else 0.0
                         for t, w in enumerate(incentive.window_of)])
        months = last[:, None] + incentive.payout_days / DAYS + days / DAYS
        return (claim * np.exp(-value["discount_rate"] * months / 12.0)).astype(self.dtype)


def kept(plan, p, due):
    """[slots][B] share that caps over all partners and the budget leave of what is due."""
    B = due.shape[1]
    own = [taken for taken in plan.incentives if int(taken.program) == p]
    keep = np.ones_like(due)
    for taken in own:
        left = np.full(B, taken.cap_total)
        for slot in range(taken.slot, taken.slot + len(taken.windows)):
            np.divide(left, due[slot], where=due[slot] > left, out=keep[slot], casting="same_kind")
            left -= keep[slot] * due[slot]
    left = np.full(B, plan.program["spendable"][p])
    for t in range(0 if plan.program["pays_all"][p] or np.isinf(left[0]) else plan.T):
        slots = [taken.slot + w for taken in own for w, (_, last) in enumerate(taken.windows) if last == t]
        total, share = (due[slots] * keep[slots]).sum(axis=0), np.ones(B)
        np.divide(np.maximum(left, 0.0), total, where=total > left, out=share)
        left -= share * total
        keep[slots] *= share
    return keep


def figures(plan, revenue, due, stock=None):
    """[program][figure][B] in currency units. By program: revenue[B]; due[≥ 4][slots][B], of which 0 is payable, 1
    claimed (paid, where payments err), 3 windfall; stock[B], net revenue that is held at the end less what is put off.
    """
    found = np.empty((plan.S, len(FIGURES), len(revenue[0])))
    for p in range(plan.S):
        keep = kept(plan, p, due[p][0])
        found[p, 0] = revenue[p]
        found[p, 2] = (due[p][0] * keep).sum(axis=0)
        found[p, 3] = (due[p][1] * keep).sum(axis=0)
        found[p, 4] = (due[p][3] * kept(plan, p, due[p][3])).sum(axis=0)
    found[:, 1] = found[:, 0] - (0.0 if stock is None else np.asarray(stock))
    found[:, 1] -= found[plan.reference, 1].copy()
    return found * 1e-4


def disagreements(plan, found, peer):
    """Prints both simulations' means and standard deviations; returns how many disagree."""
    R, engine_R = found.shape[2], plan.study["replications"]
    mean, sd = found.mean(axis=2), found.std(axis=2, ddof=1)
    centered = found - mean[:, :, None]
    # variance of a variance by the fourth moment; the same distribution on both sides
    spread = np.sqrt(np.maximum((centered ** 4).mean(axis=2) - sd ** 4, 0.0))
    bad = 0
    print(f"{'program':16}{'figure':22}{'engine':>16}{peer:>16}{'errors':>8}"
          f"{'sd: engine':>14}{peer:>14}{'errors':>8}")
    for p, name in enumerate(plan.scenario):
        for f, figure in enumerate(FIGURES):
            error = math.hypot(sd[p, f] / math.sqrt(R), plan.engine_error[p, f])
            sd_error = spread[p, f] / (2.0 * max(sd[p, f], 1e-300)) * math.sqrt(1.0 / R + 1.0 / engine_R)
            off = (mean[p, f] - plan.engine_mean[p, f]) / max(error, 1e-300)
            sd_off = (sd[p, f] - plan.engine_sd[p, f]) / max(sd_error, 1e-300)
            if max(sd[p, f], plan.engine_sd[p, f]) <= 1e-9 * abs(mean[p, f]):  # certain: a budget that is always spent
                off = 1e9 * (mean[p, f] - plan.engine_mean[p, f]) / max(abs(mean[p, f]), 1e-300)
                sd_off = 0.0
            wrong = not (abs(off) <= 4.0 and abs(sd_off) <= 4.0)
            bad += wrong
            print(f"{name[:15]:16}{figure:22}{plan.engine_mean[p, f]:16,.0f}{mean[p, f]:16,.0f}{off:8.2f}"
                  f"{plan.engine_sd[p, f]:14,.0f}{sd[p, f]:14,.0f}{sd_off:8.2f}{'  disagree' if wrong else ''}")
    return bad


def run(name, version, doc, lanes, bind, more=lambda parser: None):
    """The peer's command. bind(plan, options), outside the measured time, gives simulate(num) → figures of as
    many replications; more(parser) adds options. Returns the exit code."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan")
    parser.add_argument("--replications", type=int, default=2048)
    parser.add_argument("--lanes", type=int, default=lanes, help="replications of a block")
    parser.add_argument("--bits", type=int, choices=(64, 32), default=64, help="of a floating point number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", help="append label, case, threads, steps, seconds, processor seconds")
    parser.add_argument("--label", default="study")
    parser.add_argument("--check", action="store_true")
    more(parser)
    options = parser.parse_args()
    plan = Plan(options.plan, np.float64 if options.bits == 64 else np.float32)
    simulate = bind(plan, options)
    blocks = -(-options.replications // options.lanes)
    found, wall, processor = [], time.monotonic(), time.process_time()
    for _ in range(blocks):
        found.append(simulate(options.lanes))
    wall, processor = time.monotonic() - wall, time.process_time() - processor
    steps = plan.P * plan.T * plan.S * blocks * options.lanes
    case = f"{name} float{options.bits}"
    print(f"{options.label}: {case} ({version}), {blocks} × {options.lanes} replications: "
          f"{steps / wall:.3e} steps/s, {1e9 * processor / steps:.1f} ns/step/core")
    if options.samples:
        with open(options.samples, "a", encoding="utf-8") as out:
            out.write(f"{options.label}\t{case}\t1\t{steps}\t{wall:.6f}\t{processor:.6f}\n")
    if options.check and (bad := disagreements(plan, np.concatenate(found, axis=2), name)):
        print(f"{bad} figures disagree by more than 4 standard errors")
        return 1
    return 0
