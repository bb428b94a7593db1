#!/usr/bin/python3
"""The engine's model in NumPy on one core: as fast as vectorized NumPy goes, and the same results.

    bench/peers/numpy_model.py PLAN.h5 [--replications N] [--lanes N] [--bits 64|32] [--samples FILE] [--label TEXT]
        [--check]

PLAN.h5 is written by `rehearse_bench STUDY --dump-plan PLAN.h5`. The whole model but for training, marketing funds,
exact replays and parameters by segment. Partners live month by month, as trust, stock and leaving tie each month to
those before. Replications are the last axis of every array; product lines, and the pieces of a schedule, are another.
Mechanisms that are off take no time. Its random numbers are its own (numpy.random.SFC64), so --check compares moments:
the means of revenue, incremental revenue, earned, paid and windfall of every program must agree with the engine's
within 4 standard errors of the difference, and so must the standard deviations; else exit code 1.
"""
import math
import sys

import numpy as np
from scipy import special

from numpy_draw import Draws, Luck
from numpy_partner import TINY, Partner, expected_reward, reward
from peer import LEAST_MARGIN, LIFE_SHARED, WALK_STEPS, figures, mean_cube, run, walk_table

RESTING, SPAN = 0.7, 0.3  # of trust, in the hazard of leaving
MOST_OTHERS = 1e6  # a line is lifted above others that sell more than this part of it
REVENUE, ELIGIBLE, VENDOR, OWN, STOCK, STOCK_VENDOR, RETURNED, DISPLACED, NUM_FLOWS = range(9)
PAYABLE, CLAIMED, CLAIMS, WINDFALL, PAID, NUM_DUES = range(6)
WRONG, SALE_DAYS, NUM_SUMS = range(3)  # over all windows
OPEN, EARNING, BASELINE, PARTICIPATING, LEFT, TRUST, NUM_PEOPLE = range(7)


class Tally:
    """Sums over partners of one program: the engine's, but for those of incentives by segment and region."""

    def __init__(self, plan, p, B):
        def zeros(*shape):
            return np.zeros((*shape, B), plan.dtype)

        self.month = zeros(NUM_FLOWS, plan.T)
        self.segment = zeros(int(plan.study["segments"]), NUM_FLOWS)
        self.region = zeros(int(plan.study["regions"]), NUM_FLOWS)
        self.product, self.stock = zeros(int(plan.study["products"])), zeros(int(plan.study["products"]))
        self.due = zeros(NUM_DUES, int(plan.program["num_slots"][p]))
        self.sums = zeros(NUM_SUMS)
        self.extra = zeros(int(plan.study["extras"]))
        self.people = zeros(NUM_PEOPLE)


class Path:
    """What a partner does under one program: what it bought, completed; and what became of it."""

    def __init__(self, plan, B, lines, acts):
        self.bought_of = np.empty((plan.T, lines, B), plan.dtype)  # of the partner that has most
        self.counts_of = np.empty((plan.T, acts, B), plan.dtype)
        self.here_of = np.empty((plan.T, B), plan.dtype)
        self.sold = np.empty(B, plan.dtype)
        self.earned, self.reached = np.empty((2, B), bool)
        self.bought = self.counts = self.here = None  # [T][lines][B], [T][acts][B], [T][B] or None: stays


class Stock:
    """What those who can buy ahead hold of each line beyond what they sold and put off, [lines][buyers]."""

    def __init__(self, lines, buyers, dtype):
        self.held, self.off, self.coming, self.later = np.zeros((4, lines, buyers), dtype)

    def purchase(self, gross):
        """Makes of the month's demand what is bought: what was put off is, what is held is sold first. Returns what is
        brought back."""
        back = np.minimum(self.coming, self.held)
        self.held -= back
        served = np.minimum(self.held, gross)
        self.held -= served
        gross -= served
        gross += self.off
        self.off[:] = 0.0
        self.coming, self.later = self.later, self.coming
        self.later[:] = 0.0
        return back

    def hold(self, line, change, returned):
        """Takes in what is bought ahead of a line, of which half of what comes back does each month; or is put off."""
        ahead = np.maximum(change, 0.0)
        back = 0.5 * returned * ahead
        self.held[line] += ahead
        self.off[line] += ahead - change
        self.coming[line] += back
        self.later[line] += back


class Simulation:
    """All partners under all programs in B replications."""

    def __init__(self, plan, partners, rng, B, walk):
        self.plan, self.rng, self.B, self.walk = plan, rng, B, walk
        self.draws = draws = Draws(plan, rng, B, plan.dtype)
        self.tally = [Tally(plan, p, B) for p in range(plan.S)]
        lines, acts = (max((len(of) for of in all_of), default=0) for all_of in
                       ([partner.lines for partner in partners], [partner.acts for partner in partners]))
        terms = max(len(term) for partner in partners for term in partner.terms)
        pieces = max((len(j.pieces) for j in plan.incentives), default=0)

        def empty(*shape):
            return np.empty((*shape, B), plan.dtype)

        self.usual_of, self.share_of = empty(plan.T, lines), empty(plan.T, lines)
        self.attained, self.days, self.worth, self.goal, self.cap_left = empty(5, terms)
        self.room, self.row, self.lines_room = empty(3, pieces), empty(4), empty(3, lines)
        self.flow, self.shadow_hazard = empty(NUM_FLOWS, plan.T), empty(plan.T)
        self.distrust, self.trusted, self.eager, self.log_staying, self.sold, self.earned, self.hazard = empty(7)
        self.payable = empty(terms)
        classes = max(len(meeting.classes) for partner in partners for meeting in partner.person.meeting)
        self.shadow_of, self.factor_of, self.shadow = empty(classes, plan.T), empty(classes), {}
        self.right, self.wrong = np.zeros((2, plan.T, B), np.uint8)
        self.paths = [Path(plan, B, lines, acts) for _ in range(3)]
        self.through = 1.0 - draws.value["pass_through"]
        self.price = draws.value["price_elasticity"] * draws.value["pass_through"]
        self.slack = 1e-6 if plan.dtype == np.float32 else 0.0  # of a window's total: more than its sums are off by
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            for partner in partners:
                self.draw_partner(partner)
                self.live(partner)

    def draw_partner(self, partner):
        plan, rng, B, draws, person = self.plan, self.rng, self.B, self.draws, partner.person
        u = rng.random(B)  # of 53 bits: 24 may give 0
        self.inattention = np.log(u / (1.0 - u)).astype(plan.dtype)
        life = math.sqrt(LIFE_SHARED) * draws.common_life + math.sqrt(1.0 - LIFE_SHARED) * draws.normal(B)
        spread = draws.value["elasticity_spread"]
        spread = np.exp(spread * draws.normal(B) - 0.5 * spread * spread)
        base = np.take(self.walk, rng.integers(0, WALK_STEPS, (plan.T, B), dtype=np.uint16))
        if math.isfinite(person.level_shape):
            c = 1.0 / (9.0 * person.level_shape)
            root = np.maximum(1.0 - c + math.sqrt(c) * draws.normal(B), 0.0)
            level = root ** 3 / mean_cube(1.0 - c, math.sqrt(c))
            base[0] *= level
        np.cumprod(base, axis=0, out=base)
        if math.isfinite(person.level_shape) and person.rarity > 0.0:
            keeps = np.minimum(np.maximum(level, 1e-30), 1.0) ** person.rarity
            base *= np.where(draws.uniform((plan.T, B)) < keeps, 1.0 / keeps, 0.0)
        base *= draws.market(person.group)
        self.alive = None
        if draws.leaves:  # programs may keep who would have left
            self.log_chance = special.log_ndtr(life)
            self.alive = (self.log_chance < partner.log_living[:, None]).astype(plan.dtype)
        else:
            base *= life < person.alive[:, None]
        self.base, self.past = base, draws.source_months(int(person.source))
        self.life, self.active = life, life < person.alive[0]
        self.able = rng.random(B) < draws.value["topup_able"]
        self.own_margin = draws.value["partner_margin"] if math.isnan(person.margin) else person.margin
        known = not math.isnan(person.margin)
        self.otherwise = max(person.margin, LEAST_MARGIN) if known else self.own_margin
        self.per_margin = self.through / self.otherwise
        self.effort = draws.value["effort_elasticity"] * spread
        self.rep_effort = draws.value["rep_effort_elasticity"] * spread
        self.action_effort = draws.value["activity_elasticity"] * spread
        self.lucks, self.by_reference, self.looked_up, self.shadow = {}, {}, {}, {}
        self.look_up_lines(partner)
        self.usual_counts = self.draw_counts(partner)

    def look_up_lines(self, partner):
        """[T][lines][B] what lines sell to who stays, along the source months; what views see of it."""
        T, past, base = self.plan.T, self.past, self.base
        self.usual = usual = self.usual_of[:, :partner.num]
        for t in range(T):
            for n, table in enumerate(partner.usual):
                np.take(table[t], past[t], out=usual[t, n], mode="clip")
        usual *= base[:, None]
        self.seen = [np.take(view, past, mode="clip") for view in partner.views]
        self.sold_anyway = usual if self.alive is None else usual * self.alive[:, None]
        if self.draws.displaces and partner.num_sells > 1:  # of what the other lines sell
            self.share = self.share_of[:, :partner.num_sells]
            sells = usual[:, :partner.num_sells]
            np.subtract(np.add.reduce(sells, axis=1, keepdims=True), sells, out=self.share)
            self.share += TINY
            np.divide(sells, self.share, out=self.share)

    def draw_counts(self, partner):
        """[T][acts][B] completions of who stays."""
        counts = np.zeros((self.plan.T, len(partner.acts), self.B), self.plan.dtype)
        for n, k in enumerate(partner.acts):
            table = partner.person.usual.get(k)
            if table is not None:  # an activity that the partner has done
                count = self.look_up(table) * self.plan.dtype(1e-4)
                count += self.draws.uniform(count.shape)
                counts[:, n] = 1e4 * np.floor(count, out=count)
        return counts

    def look_up(self, table):
        """[T][B] of a table [T·H], along the source months: once for all programs."""
        if id(table) not in self.looked_up:
            T, H = self.plan.T, self.plan.H
            found = np.take(table, self.past + H * np.arange(T)[:, None])
            found *= self.base
            self.looked_up[id(table)] = found
        return self.looked_up[id(table)]

    def live(self, partner):
        """What history happened under first, as the shadow; then the reference; then the others."""
        reference, in_force, other = self.plan.reference, *self.paths[:2]
        kept = in_force if reference == 0 else self.paths[2]
        self.respond(partner, 0, in_force)
        if reference != 0:
            self.respond(partner, reference, kept)
            self.add_people(partner, 0, in_force, kept)
        self.add_people(partner, reference, kept, kept)
        for p in range(1, self.plan.S):
            if p != reference:
                self.respond(partner, p, other)
                self.add_people(partner, p, other, kept)

    def start(self, partner, p, path):
        """The path is at its first month."""
        draws, meeting = self.draws, partner.person.meeting[p]
        self.terms, self.classes = partner.terms[p], meeting.classes
        self.class_of = [meeting.class_of[k] for k in partner.lines]
        self.shadowed = bool(partner.terms[0])
        self.changes = p != 0 and bool(self.terms or self.shadowed)
        self.attends = self.inattention < draws.attention_logit - draws.value["complexity_slope"] * meeting.complexity
        self.attends &= draws.reacts
        self.buyers = np.flatnonzero(self.attends & self.able) if draws.reaches and p != 0 else None
        self.stock = None
        self.eager[:] = self.attends
        for j, term in enumerate(self.terms):
            if term.cap is not None:
                self.cap_left[j] = term.cap
        self.flow[STOCK:] = 0.0
        path.earned[:] = path.reached[:] = False
        path.bought = path.bought_of[:, :partner.num] if self.changes else self.sold_anyway
        path.counts = path.counts_of[:, :len(partner.acts)]
        path.here = path.here_of if draws.leaves else None
        if draws.trusts:
            np.subtract(1.0, draws.value["trust"], out=self.distrust)
            self.right[:] = self.wrong[:] = 0
        if draws.leaves:
            self.log_staying[:] = self.sold[:] = self.earned[:] = 0.0
            self.missed = self.rewarded = None

    def respond(self, partner, p, path):
        """The partner under program p, month by month."""
        draws, meeting = self.draws, partner.person.meeting[p]
        self.start(partner, p, path)
        for t in range(self.plan.T):
            eager = self.eager
            if draws.trusts:
                eager = self.move_trust(t)
            if draws.leaves:
                self.find_here(partner, p, t, path)
            worth, goal = self.find_worth(t, eager)
            here = path.here[t] if draws.leaves else None
            factor = [self.find_factor(c, meeting.shadow_class[c], p, t, worth, goal, here)
                      for c in range(len(self.classes))]
            if self.changes:
                self.meet_demand(partner, t, path, factor, here)
            if partner.acts:
                self.complete(partner, t, path, [factor[meeting.class_of[k]] for k in partner.acts], here)
            self.buy(partner, p, t, path)
        self.tally_path(partner, p, path)

    def move_trust(self, t):
        """Trust falls back to where it rests, then answers the month's payments. Returns who would act on a reward, by
        how far it trusts."""
        draws, distrust, trusted, fades = self.draws, self.distrust, self.trusted, self.row[0]
        distrust *= draws.stays_trusting
        distrust += draws.resting
        if t > 0:
            np.multiply(self.right[t], draws.log_right, out=fades)
            np.exp(fades, out=fades)
            distrust *= fades
            np.multiply(self.wrong[t], draws.log_wrong, out=fades)
            np.exp(fades, out=fades)
            np.subtract(1.0, distrust, out=distrust)
            distrust *= fades
            np.subtract(1.0, distrust, out=distrust)
        np.multiply(draws.value["trust_weight"], distrust, out=trusted)
        np.subtract(1.0, trusted, out=trusted)
        return np.multiply(trusted, self.eager, out=self.row[1])

    def find_here(self, partner, p, t, path):
        """Who is there: the baseline's dropout, times what the program makes of its hazard."""
        if t > 0 and partner.stays[t] < 0.0 and (p == 0 or self.changes):
            hazard = self.find_hazard(p, t)
            if p != 0:
                hazard -= self.shadow_hazard[t]
                np.exp(hazard, out=hazard)
                hazard -= 1.0
                hazard *= partner.stays[t]
                self.log_staying += hazard
        if p == 0:
            path.here[t] = self.alive[t]
        else:
            np.less(self.log_chance - self.log_staying, partner.log_living[t], out=path.here[t])

    def find_hazard(self, p, t):
        """Its logarithm, up to what the baseline makes of it."""
        value, room = self.draws.value, self.row[2]
        hazard = self.shadow_hazard[t] if p == 0 else self.hazard
        trust = self.distrust if self.draws.trusts else 1.0 - value["trust"]
        np.subtract(trust, 1.0 - RESTING, out=hazard)
        hazard *= value["leave_trust"]
        hazard /= SPAN
        for was, times in ((self.missed, value["leave_missed"]), (self.rewarded, value["leave_rewarded"])):
            if was is not None:
                hazard += np.multiply(was, times, out=room)
        np.multiply(self.sold, self.otherwise, out=room)
        np.maximum(room, TINY, out=room)
        np.divide(self.earned, room, out=room)
        room *= self.sold > 0.0
        np.log1p(room, out=room)
        room *= value["leave_share"]
        hazard -= room
        return hazard

    def find_worth(self, t, eager):
        """By incentive: what the next unit of attainment is worth, as felt; how close its next threshold is. None:
        nothing."""
        worth, goal = [None] * len(self.terms), [None] * len(self.terms)
        for j, term in enumerate(self.terms):
            month = term.month[t]
            if month is None:
                continue
            feel, out = self.draws.feel[term.number][t], self.worth[j]
            if month.opens:
                np.multiply(feel, month.opening, out=out)
            else:
                expected_reward(term.schedule, month, self.attained[j], self.room, out)
                out *= feel
                if self.draws.strives and not term.rep and len(term.schedule.goal):
                    goal[j] = self.find_goal(term.schedule, self.attained[j], self.goal[j])
            out *= eager
            worth[j] = out
            if term.cap is not None:
                left = self.cap_left[j] > 0.0
                out *= left
                if goal[j] is not None:
                    goal[j] *= left
        return worth, goal

    def find_goal(self, schedule, attained, out):
        """Nothing half way to the next threshold that pays, 1 just below it."""
        twice, ahead = (part[:len(schedule.goal)] for part in self.room[:2])
        np.multiply(schedule.goal, attained, out=twice)
        np.less(twice, 2.0, out=ahead)
        twice *= ahead
        np.maximum.reduce(twice, axis=0, out=out)
        out -= 1.0
        return np.maximum(out, 0.0, out=out)

    def felt(self, side, worth, out):
        money = None
        for j, weight in side:
            if worth[j] is not None:
                money = np.multiply(worth[j], weight, out=out if money is None else self.row[3])
                if money is not out:
                    money = np.add(out, money, out=out)
        return money

    def answer(self, weights, worth, goal, out):
        """out: ln of what a class's sales are multiplied by; None: nothing."""
        activity, firm, rep = weights
        value, near = self.draws.value, [goal[j] for j, _ in firm if goal[j] is not None]
        firm, rep = self.felt(firm, worth, self.row[0]), self.felt(rep, worth, self.row[2])
        if firm is None and rep is None:
            return None
        if activity:
            money = firm if rep is None else rep if firm is None else np.add(firm, rep, out=firm)
            cost = value["activity_cost"] * self.plan.study["mean_month"] * 1e-4
            np.log1p(money / cost, out=out)
            out *= self.action_effort
            return out
        if firm is not None:
            np.minimum(firm, value["felt_cap"], out=firm)
            np.maximum(firm, 0.0, out=firm)
            np.multiply(firm, self.per_margin, out=out)
            np.log1p(out, out=out)
            out *= self.effort
            firm *= self.price
            out += firm
        if near:
            nearest = near[0]
            for other in near[1:]:
                nearest = np.maximum(nearest, other, out=self.row[0])
            nearest = np.multiply(nearest, self.draws.value["goal_gradient"], out=self.row[0])
            nearest *= self.attends
            out += nearest
        if rep is not None:
            np.minimum(rep, value["felt_cap"], out=rep)
            np.maximum(rep, 0.0, out=rep)
            rep /= value["rep_margin"]
            np.log1p(rep, out=rep)
            rep *= self.rep_effort
            if firm is None:
                out[:] = rep
            else:
                out += rep
        return out

    def find_factor(self, c, shadow_class, p, t, worth, goal, here):
        """Change of a class against what history holds, 0 of sales where the partner has left. None: none."""
        answer = self.answer(self.classes[c], worth, goal, self.shadow_of[c, t] if p == 0 else self.factor_of[c])
        if p == 0:
            self.shadow[c, t] = answer
        if not self.changes:
            return None
        before, out = self.shadow.get((shadow_class, t)), self.factor_of[c]
        if answer is None and before is None:
            return None
        if answer is None:
            np.negative(before, out=out)
        elif before is not None:
            out -= before
        np.exp(out, out=out)
        np.minimum(out, self.draws.most, out=out)
        np.maximum(out, self.draws.least, out=out)
        if here is not None and not self.classes[c][0]:
            out *= here
        return out

    def meet_demand(self, partner, t, path, factor, here):
        """What the lines would sell, by displacement, and what is bought for it."""
        gross, usual = path.bought[t], self.usual[t]
        for n, c in enumerate(self.class_of):
            if factor[c] is not None:
                np.multiply(usual[n], factor[c], out=gross[n])
            elif here is not None:
                np.multiply(usual[n], here, out=gross[n])
            else:
                gross[n] = usual[n]
        if self.draws.displaces and partner.num_sells > 1:
            self.displace(partner, t, gross[:partner.num_sells])
        if self.stock is not None:
            self.demand = np.take(gross, self.buyers, axis=1)
            self.purchased = self.demand.copy()
            self.back = self.stock.purchase(self.purchased)
            gross[:, self.buyers] = self.purchased - self.back

    def displace(self, partner, t, gross):
        """Takes from the other lines a share of what lifts one above them."""
        others, lift, some = (part[:len(gross)] for part in self.lines_room)
        np.subtract(np.add.reduce(gross, axis=0, out=self.row[0]), gross, out=others)
        others += TINY
        np.divide(gross, others, out=lift)
        np.less(lift, MOST_OTHERS, out=some)
        lift -= self.share[t]
        lift *= some
        np.maximum(lift, 0.0, out=lift)
        lost = np.subtract(np.add.reduce(lift, axis=0, out=self.row[0]), lift, out=lift)
        lost *= self.draws.value["displacement"]
        np.minimum(lost, 1.0, out=lost)
        lost *= gross
        gross -= lost
        np.add.reduce(self.net(partner, t, lost), axis=0, out=self.flow[DISPLACED, t])

    def complete(self, partner, t, path, factor, here):
        """Activities: Poisson extra completions, a binomial share where there are fewer."""
        path.counts[t] = self.usual_counts[t]
        if here is not None:
            path.counts[t] *= here
        for n, k in enumerate(partner.acts):
            if factor[n] is None:
                continue
            count, more, less = path.counts[t, n], factor[n] > 1.0, factor[n] < 1.0
            if more.any():
                rate = 1e-4 * partner.person.expected[k][t] * self.base[t]
                rate *= factor[n] - 1.0
                if here is not None:
                    rate *= here
                count[more] += 1e4 * self.rng.poisson(rate[more])
            if less.any():
                count[less] = 1e4 * self.rng.binomial((count[less] * 1e-4).astype(np.int64), factor[n][less])

    def net(self, partner, t, gross, lanes=slice(None)):
        """Net revenue of the lines' gross of month t."""
        if partner.plain_net:
            return gross
        return np.array([line * (weight if place is None else self.seen[place][t][lanes])
                         for line, (weight, place) in zip(gross, partner.net)])

    def buy(self, partner, p, t, path):
        """Purchases of the month, attained, settled and counted."""
        gross, here = path.bought[t], None if path.here is None else path.here[t]
        ends = []
        for j, term in enumerate(self.terms):
            if term.month[t] is not None:
                self.attain(j, term, t, path, here)
                if term.month[t].closes:
                    ends.append((j, term))
        if self.buyers is not None:
            for j, term in ends:
                if term.times and term.counts:
                    self.time_purchases(j, term, t, gross, here)
        self.add_flows(partner, p, t, gross, here)
        for j, term in ends:
            self.settle(p, j, term, t, path)
        if here is not None:
            self.sold += self.flow[REVENUE, t]
            self.remember(ends)
            if self.changes:
                self.recapture(partner, p, t, here)

    def count(self, term, t, gross, lanes=slice(None)):
        """What an incentive sees of the lines' gross; may be a line itself."""
        total = None
        for n, weight, place in term.counts:
            seen = gross[n] if place is None and weight == 1.0 else gross[n] * (
                weight if place is None else self.seen[place][t][lanes])
            total = seen if total is None else total + seen
        return total

    def attain(self, j, term, t, path, here):
        month, attained, days = term.month[t], self.attained[j], self.days[j]
        added = self.count(term, t, path.bought[t])
        others = [self.done(factor, path.counts[t, n], self.past[t]) for n, factor in term.acts]
        if term.lone is not None:
            lone = self.look_up(term.lone)[t]
            others.append(lone if here is None else lone * here)
        for other in others:
            added = other if added is None else added + other
        if added is None:
            added = np.zeros(self.B, self.plan.dtype)
        if month.opens:
            attained[:] = added
            np.multiply(added, month.days, out=days)
        else:
            attained += added
            days += np.multiply(added, month.days, out=self.row[0])

    @staticmethod
    def done(factor, counts, past):
        """What is counted of completions, by past month."""
        return counts * (factor[0] if np.all(factor == factor[0]) else np.take(factor, past))

    def time_purchases(self, j, term, t, gross, here):
        """Buys ahead or puts off, at a window's end: into stock, and into what all incentives count."""
        if self.stock is None:
            self.purchased, self.back = np.take(gross, self.buyers, axis=1), None
        part = self.decide(j, term, t, here)
        if not part.any():
            return
        if self.stock is None:
            self.stock = Stock(len(gross), len(self.buyers), self.plan.dtype)
            self.demand = self.purchased.copy()
        returned = self.draws.value["topup_returned"][self.buyers]
        for n, _, _ in term.counts:
            change = part * self.purchased[n]
            self.stock.hold(n, change, returned)
            self.purchased[n] += change
            gross[n, self.buyers] += change
            for k, other in enumerate(self.terms):
                for line, weight, place in other.counts if other.month[t] is not None else ():
                    if line == n:
                        seen = change * (weight if place is None else self.seen[place][t][self.buyers])
                        self.attained[k, self.buyers] += seen
                        self.days[k, self.buyers] += seen * other.month[t].days

    def decide(self, j, term, t, here):
        """[buyers] what each buys more, or puts off, as a share of the month's gross of the lines that count."""
        lanes, month, schedule, value = self.buyers, term.month[t], term.schedule, self.draws.value
        attained, feel = self.attained[j, lanes], self.draws.feel[term.number]
        reach, felt = value["topup_reach"][lanes], feel[t][lanes]
        counted = self.count(term, t, self.purchased, lanes)
        money = sum(self.purchased[n] for n, _, _ in term.counts)
        ahead = schedule.threshold - attained
        missing = np.minimum.reduce(np.where(ahead > 0.0, ahead, np.inf), axis=0, initial=np.inf)
        slope = np.add.reduce(schedule.slope * (schedule.start <= attained), axis=0)
        reaches = (counted > 0.0) & (missing < reach * month.expected)
        # a little over, so that rounding does not fall short of the threshold
        more = np.where(reaches, missing * (1.0 + 1e-9) + 1.0 + self.slack * (attained + missing), 0.0)
        room = np.empty((2, len(schedule.start), len(lanes)), more.dtype)
        then, now = np.empty((2, len(lanes)), more.dtype)
        gains = reward(schedule, attained + more, room, then) - reward(schedule, attained, room, now)
        gains *= felt
        if self.draws.trusts:
            gains *= self.trusted[lanes]
        share = more / np.where(reaches, counted, 1.0)
        tops_up = reaches & (gains > value["load_cost"][lanes] * share * money)
        following, puts_off = term.month[t + 1] if t + 1 < self.plan.T else None, False
        if following is not None and following.opens and following.believes:
            puts_off = following.opening * feel[t + 1][lanes] > slope * felt
        part = np.where(tops_up, share, np.where(puts_off, -value["deferral"][lanes] * reach, 0.0))
        if term.cap is not None:
            part *= self.cap_left[j, lanes] > 0.0
        return part if here is None else part * here[lanes]

    def add_flows(self, partner, p, t, gross, here):
        """Revenue and stock of the month, and the vendor's margin of them."""
        sells, lanes, tally, person = partner.num_sells, self.buyers, self.tally[p], partner.person
        revenue, vendor = self.flow[REVENUE, t], self.flow[VENDOR, t]
        net = self.net(partner, t, gross[:sells])
        np.add.reduce(net, axis=0, out=revenue)
        np.dot(partner.vendor_margin, net, out=vendor)
        for lone, flow in ((person.lone_revenue, revenue), (person.lone_vendor, vendor)):
            if lone is not None:
                flow += self.look_up(lone)[t] if here is None else self.look_up(lone)[t] * here
        if self.stock is not None:
            change = self.net(partner, t, gross[:sells, lanes] - self.demand[:sells], lanes)
            self.flow[STOCK, t, lanes] = change.sum(axis=0)
            self.flow[STOCK_VENDOR, t, lanes] = partner.vendor_margin @ change
            for n, product, _ in partner.products:
                tally.stock[product, lanes] += change[n]
            if self.back is not None:
                self.flow[RETURNED, t, lanes] = self.net(partner, t, self.back[:sells], lanes).sum(axis=0)

    def settle(self, p, j, term, t, path):
        """What is payable of a window that ends, claimed and paid."""
        tally, month, attained = self.tally[p], term.month[t], self.attained[j]
        payable, room = self.payable[j], self.row[0]
        reward(term.schedule, attained, self.room, payable)
        if term.cap is not None:
            np.minimum(payable, self.cap_left[j], out=payable)
            self.cap_left[j] -= payable
        luck, due = self.find_luck(term, t), tally.due[:, term.slot + month.window]
        pays = payable > 0.0
        due[PAYABLE] += payable
        if p == self.plan.reference:
            due[WINDFALL] += payable
        paid = np.multiply(payable, luck.claimed, out=room)
        due[CLAIMED] += paid
        due[CLAIMS] += np.multiply(luck.claimed, pays, out=self.row[1])
        if self.draws.errs:
            paid *= luck.share
            tally.sums[WRONG] += np.multiply(luck.wrong, pays, out=self.row[1])
        due[PAID] += paid
        paid *= self.days[j]
        paid /= np.maximum(attained, 1.0, out=self.row[1])
        tally.sums[SALE_DAYS] += paid
        path.earned |= pays
        path.reached |= pays & (attained >= term.first_paid)
        if self.draws.trusts:
            for arrives, right, wrong in luck.arrive(t + 1, self.plan.T, term.payout_days):
                self.right[arrives] += pays & right
                self.wrong[arrives] += pays & wrong

    def find_luck(self, term, t):
        """Programs share the luck of claims."""
        if (term.luck, t) not in self.lucks:
            self.lucks[term.luck, t] = Luck(self.draws, term)
        return self.lucks[term.luck, t]

    def remember(self, ends):
        """What the windows that ended brought: rewards, or no level where there was one to reach."""
        self.missed = self.rewarded = None
        for j, term in ends:
            rewarded = self.payable[j] > 0.0
            self.earned += self.payable[j]
            self.rewarded = rewarded if self.rewarded is None else self.rewarded | rewarded
            if math.isfinite(term.first_paid):
                missed = self.attained[j] < term.first_paid
                self.missed = missed if self.missed is None else self.missed | missed

    def recapture(self, partner, p, t, here):
        """What others take over of the demand of who has left, or would have."""
        lanes, sells = np.flatnonzero(here != self.alive[t]), partner.num_sells
        if len(lanes) > 0:
            gone = (self.alive[t, lanes] - here[lanes]) * self.draws.value["recapture"][lanes]
            net = self.net(partner, t, self.usual[t, :sells][:, lanes] * gone, lanes)
            self.flow[REVENUE, t, lanes] += net.sum(axis=0)
            self.flow[VENDOR, t, lanes] += partner.vendor_margin @ net
            for n, product, _ in partner.products:
                self.tally[p].product[product, lanes] += net[n]

    def tally_path(self, partner, p, path):
        tally, person, flow = self.tally[p], partner.person, self.flow
        uses = [REVENUE, VENDOR, OWN] + [ELIGIBLE] * bool(self.terms)
        flow[ELIGIBLE] = flow[REVENUE]
        if self.stock is not None:
            uses += [STOCK, STOCK_VENDOR, RETURNED]
            np.subtract(flow[REVENUE], flow[STOCK], out=flow[OWN])
        if self.changes and self.draws.displaces:
            uses += [DISPLACED]
        np.multiply(flow[REVENUE] if self.stock is None else flow[OWN], self.own_margin, out=flow[OWN])
        for f in uses:
            tally.month[f] += flow[f]
            whole = np.add.reduce(flow[f], axis=0)
            tally.segment[person.segment, f] += whole
            tally.region[person.region, f] += whole
            if f == REVENUE:
                path.sold[:] = whole
            elif f == STOCK:
                path.sold -= whole
        for n, product, lone in partner.products:
            (weight, place), bought = partner.net[n], path.bought[:, n]
            tally.product[product] += (weight * np.add.reduce(bought, axis=0) if place is None else
                                       np.einsum("tb,tb->b", bought, self.seen[place]))
            if lone is not None:
                lone = self.look_up(lone)
                tally.product[product] += (lone if path.here is None else lone * path.here).sum(axis=0)
        for n, k in enumerate(partner.acts):
            tally.extra[person.extra[k]] += path.counts[:, n].sum(axis=0)
        stays = self.life < person.alive[-1] if path.here is None else path.here[-1] > 0.0
        tally.people[LEFT] += self.active & ~stays
        tally.people[TRUST] += self.active * ((1.0 - self.distrust) if self.draws.trusts else self.draws.value["trust"])

    def add_people(self, partner, p, path, reference):
        """Adds the windfall, what the reference's behavior would have earned, and who takes part."""
        tally, terms = self.tally[p], partner.terms[p]
        baseline = path.earned.copy() if path is reference else np.zeros(self.B, bool)
        for term in terms if path is not reference else ():
            left = None if term.cap is None else np.full(self.B, term.cap, self.plan.dtype)
            for w, attained in enumerate(self.attained_by(reference, term)):
                if term.eligible[w]:
                    payable = reward(term.schedule, attained, self.room, self.row[0])
                    if left is not None:
                        np.minimum(payable, left, out=payable)
                        left -= payable
                    tally.due[WINDFALL, term.slot + w] += payable
                    baseline |= payable > 0.0
        if terms:
            raised = (path.sold >= 1.01 * reference.sold) & (path.sold > 0.0)
            tally.people[OPEN] += self.active
            tally.people[EARNING] += self.active & path.earned
            tally.people[BASELINE] += self.active & baseline
            tally.people[PARTICIPATING] += self.active & path.earned & (raised | path.reached)

    def attained_by(self, reference, term):
        """[windows][B] by the reference's behavior; programs that count alike share it."""
        if term.key not in self.by_reference:
            found = np.zeros((len(term.windows), self.B), self.plan.dtype)
            for w, (first, last) in enumerate(term.windows):
                months = slice(first, last + 1)
                for n, weight, place in term.counts:
                    bought = reference.bought[months, n]
                    found[w] += (weight * np.add.reduce(bought, axis=0) if place is None else
                                 np.einsum("tb,tb->b", bought, self.seen[place][months]))
                for n, factor in term.acts:
                    found[w] += self.done(factor, reference.counts[months, n], self.past[months]).sum(axis=0)
                if term.lone is not None:
                    lone = self.look_up(term.lone)[months]
                    found[w] += (lone if reference.here is None else lone * reference.here[months]).sum(axis=0)
            self.by_reference[term.key] = found
        return self.by_reference[term.key]

    def figures(self):
        """[program][figure][B] in currency units."""
        return figures(self.plan, [tally.month[REVENUE].sum(axis=0, dtype=float) for tally in self.tally],
                       [tally.due[[PAYABLE, PAID, CLAIMS, WINDFALL]].astype(float) for tally in self.tally],
                       [tally.month[STOCK].sum(axis=0, dtype=float) for tally in self.tally])


def bind(plan, options):
    rng = np.random.Generator(np.random.SFC64(options.seed))
    walk, partners = walk_table(plan).astype(plan.dtype), [Partner(plan, person) for person in plan.person]
    return lambda num: Simulation(plan, partners, rng, num, walk).figures()


if __name__ == "__main__":
    sys.exit(run("NumPy", np.__version__, __doc__, 8192, bind))
