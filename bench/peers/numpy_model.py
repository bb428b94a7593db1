#!/usr/bin/python3
"""The engine's model in NumPy on one core: as fast as vectorized NumPy goes, and the same results.

    bench/peers/numpy_model.py PLAN.h5 [--replications N] [--lanes N] [--bits 64|32] [--samples FILE] [--label TEXT] [--check]

PLAN.h5 is written by `rehearse_bench STUDY --dump-plan PLAN.h5`; the study's assumptions must be those of
bench/plain.yaml, without trust, leaving, timing and what else is not modeled here. Replications are the last axis of
every array; months of the same place in their windows are another. Its random numbers are its own (numpy.random.Philox), so --check
compares moments: the means of revenue, incremental revenue, earned, paid and windfall of every program must agree with
the engine's within 4 standard errors of the difference, and so must the standard deviations; else exit code 1.
"""
import math
import sys

import numpy as np

from peer import LEAST_MARGIN, LIFE_SHARED, MARKET_SHARED, WALK_STEPS, Parameters, figures, mean_cube, run, walk_table
from plan import CLAMP


class Draws(Parameters):
    """What is random in a block of B replications and shared by partners."""

    def __init__(self, plan, rng, B, dtype):
        super().__init__(plan, rng, B, dtype)
        self.common, self.common_season, self.common_life = self.normal(B), self.normal((12, B)), self.normal(B)
        self.group, self.source = None, {}

    def normal(self, shape):
        return self.rng.standard_normal(shape, dtype=self.dtype)

    def uniform(self, shape):
        return self.rng.random(shape, dtype=self.dtype)

    def market(self, group):
        if self.group != group:
            plan = self.plan
            z = math.sqrt(MARKET_SHARED) * self.common + math.sqrt(1.0 - MARKET_SHARED) * self.normal(self.B)
            years = (np.arange(plan.T, dtype=self.dtype) + 1.0)[:, None] / 12.0
            sd = plan.study["growth_sd"] * years
            calendar = (int(plan.study["month_of_year"]) - 1 + np.arange(plan.T)) % 12
            season, shared = plan.season_error[group][:, None], plan.season_error_all[:, None]
            error = (season * self.normal((12, self.B)) - 0.5 * season * season +
                     shared * self.common_season - 0.5 * shared * shared)[calendar]
            self.path = np.exp(years * math.log1p(plan.study["growth"]) + sd * z - 0.5 * sd * sd + error)
            self.group = group
        return self.path

    def source_months(self, key):
        """[T][B] place in a table [T][H] of the past month that each month replays."""
        plan, own = self.plan, key >= len(self.plan.season_error)
        if own or key not in self.source:
            begins = self.uniform((plan.T, self.B)) * plan.study["block_months"] < 1.0
            begins[0] = True
            self.source[key] = begins, self.go(begins)
        begins, shared = self.source.pop(key) if own else self.source[key]
        if plan.study["follow"] < 1.0:
            shared = self.go(begins, shared)
        return shared + plan.H * np.arange(plan.T)[:, None]

    def go(self, begins, shared=None):
        """[T][B] past months, in blocks that begin where they do, with the shared ones or anywhere."""
        plan, months = self.plan, np.empty(begins.shape, np.intp)
        phase, offset = int(plan.study["phase"]), int(plan.study["first_offset"])
        for t in range(plan.T):
            first = (offset + t) % phase
            size = (plan.H - first + phase - 1) // phase
            start = first + phase * self.rng.integers(0, size, self.B)
            if shared is not None:
                start = np.where(self.uniform(self.B) < plan.study["follow"], shared[t], start)
            following = months[t - 1] + 1 if t > 0 else start
            months[t] = np.where(begins[t], start, np.where(following < plan.H, following, first))
        return months


class Tally:
    """Sums over partners of one program: the engine's, but for those of incentives by segment and region."""

    def __init__(self, plan, p, B):
        def zeros(*shape):
            return np.zeros((*shape, B), plan.dtype)

        self.month = zeros(4, plan.T)  # revenue, of eligible partners, vendor's margin, own margin
        self.segment = zeros(4, int(plan.study["segments"]))
        self.region = zeros(4, int(plan.study["regions"]))
        self.product = zeros(int(plan.study["products"]))
        self.due = zeros(5, int(plan.program["num_slots"][p]))  # payable, claimed, claims, windfall, sale days
        self.extra = zeros(int(plan.study["extras"]))
        self.open, self.earning, self.baseline, self.participating = zeros(4)


class State:
    """One incentive as a partner goes through its windows."""

    def __init__(self, taken, B, dtype):
        self.attained = self.days = None
        self.cap_left = np.full(B, taken.cap_partner, dtype) if math.isfinite(taken.cap_partner) else None
        self.due = np.zeros((5, len(taken.windows), B), dtype)
        self.earned, self.reached = np.zeros((2, B), bool)


class Path:
    """What a partner does under one program: by class the factor on its sales (None: 1), by series its activities."""

    def __init__(self, state, factor, counts):
        self.state, self.factor, self.counts = state, factor, counts
        self.revenue = None


def reward(pieces, attained):
    total = np.zeros_like(attained)
    for start, jump, slope in pieces:
        value = attained - start
        value *= slope
        value += jump
        value *= attained >= start
        total += value
    total *= attained > 0.0
    return total


def marginal_reward(pieces, alpha, beta, attained):
    """Expected marginal reward; alpha, beta: columns over months."""
    g = np.zeros_like(attained)
    believes = alpha > 0.0
    inverse = 1.0 / np.where(believes, alpha, 1.0)
    for start, jump, slope in pieces:
        if start <= 0.0:
            g += slope
            continue
        ahead = start - attained
        reached = ahead <= 0.0
        ahead[reached] = 1.0
        z = ahead * inverse
        np.log(z, out=z)
        z *= beta
        np.clip(z, -CLAMP, CLAMP, out=z)
        np.exp(z, out=z)
        z += 1.0
        survival = np.reciprocal(z, out=z)
        if jump != 0.0:
            expected = 1.0 - survival
            expected *= jump * beta
            expected /= ahead
            expected += slope
            expected *= survival
        else:
            expected = survival
            expected *= slope
        if not believes.all():
            expected *= believes
        expected[reached] = slope
        g += expected
    return g


class Simulation:
    """All partners under all programs in B replications."""

    def __init__(self, plan, rng, B, walk):
        self.plan, self.rng, self.B, self.walk = plan, rng, B, walk
        self.draws = Draws(plan, rng, B, plan.dtype)
        self.tally = [Tally(plan, p, B) for p in range(plan.S)]
        value = self.draws.value
        self.limit = float(value["response_limit"][0])
        self.through = 1.0 - value["pass_through"]
        self.price = value["price_elasticity"] * value["pass_through"]
        for person in plan.person:
            self.draw_person(person)
            self.run_person(person)

    def draw_person(self, person):
        plan, rng, B, draws = self.plan, self.rng, self.B, self.draws
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
        base *= life < person.alive[:, None]
        self.base, self.place = base, draws.source_months(int(person.source))
        self.active = life < person.alive[0]
        self.own_margin = draws.value["partner_margin"] if math.isnan(person.margin) else person.margin
        known = not math.isnan(person.margin)
        self.per_margin = self.through / (max(person.margin, LEAST_MARGIN) if known else self.own_margin)
        self.effort = draws.value["effort_elasticity"] * spread
        self.rep_effort = draws.value["rep_effort_elasticity"] * spread
        self.action_effort = draws.value["activity_elasticity"] * spread
        self.found = {}
        # by series: net revenue (for the product lines), counts of activities
        self.net = {k: self.look_up(table) for k, table in person.net.items()}
        self.counts = {}
        for k, table in person.usual.items():
            if table is None:  # an activity that the partner never did
                self.counts[k] = np.zeros((plan.T, B), plan.dtype)
                continue
            count = self.look_up(table)
            count *= 1e-4
            count += draws.uniform(count.shape)
            self.counts[k] = 1e4 * np.floor(count, out=count)

    def run_person(self, person):
        """What history happened under first, as the shadow; then the reference; then the others."""
        reference = self.plan.reference
        self.shadow = None
        paths = {0: self.respond(person, 0)}
        if reference != 0:
            paths[reference] = self.respond(person, reference)
        for p in range(self.plan.S):
            path = paths[p] if p in paths else self.respond(person, p)
            if person.meeting[p].taken:
                self.add_dues(person, p, path, paths[reference])

    def look_up(self, table):
        """[T][B] of a table [T·H]: what is sold, or counted, along the source months."""
        found = np.take(table, self.place)
        found *= self.base
        return found

    def shared(self, table):
        """The same, once for all programs."""
        key = id(table)
        if key not in self.found:
            self.found[key] = self.look_up(table)
        return self.found[key]

    def respond(self, person, p):
        """The partner under program p: all months of the same place in their windows at once."""
        plan, meeting = self.plan, person.meeting[p]
        slope = self.draws.value["complexity_slope"]
        attends = self.inattention < self.draws.attention_logit - slope * meeting.complexity
        attends &= self.draws.reacts
        changes = p != 0 and (meeting.taken or self.shadow is not None)
        path = Path([State(taken, self.B, plan.dtype) for taken in meeting.taken],
                    [np.empty((plan.T, self.B), plan.dtype) if changes else None for _ in meeting.classes],
                    {k: np.empty_like(count) for k, count in self.counts.items()} if changes else self.counts)
        answers = [np.zeros((plan.T, self.B), plan.dtype) for _ in meeting.classes] if p == 0 and meeting.taken else None
        for months, steps in meeting.steps:
            worth = [self.find_worth(taken, state, step, months, attends)
                     for taken, state, step in zip(meeting.taken, path.state, steps)]
            for c, weights in enumerate(meeting.classes):
                answer = self.answer(weights, worth)
                if answers is not None and answer is not None:
                    answers[c][months] = answer
                if changes:
                    self.find_factor(meeting.shadow_class[c], months, answer, path.factor[c])
            for k in self.counts if changes else ():
                path.counts[k][months] = self.complete(person, k, months, path.factor[meeting.class_of[k]][months])
            for j, step in enumerate(steps):
                if step is not None:
                    self.attain(person, meeting, j, step, months, path)
        if answers is not None:
            self.shadow = answers
        self.add_flows(person, p, path)
        return path

    def find_worth(self, taken, state, step, months, attends):
        """What the next unit of attainment is worth, as felt; None: nothing."""
        if step is None:
            return None
        opening, _, g, alpha, beta, may, _ = step
        feel = self.draws.feel[taken.number][months]
        if opening:
            state.attained = state.days = None
            worth = feel * g
        else:
            worth = marginal_reward(taken.pieces, alpha, beta, state.attained)
            worth *= feel
            if not may.all():
                worth *= may
        worth *= attends if state.cap_left is None else attends & (state.cap_left > 0.0)
        return worth

    def answer(self, weights, worth):
        """ln of what a class's sales are multiplied by; None: nothing."""
        activity, firm, rep = weights
        value = self.draws.value
        firm, rep = (self.felt(side, worth) for side in (firm, rep))
        if activity:
            if firm is None and rep is None:
                return None
            money = (0.0 if firm is None else firm) + (0.0 if rep is None else rep)
            cost = value["activity_cost"] * self.plan.study["mean_month"] * 1e-4
            return self.action_effort * np.log1p(money / cost)
        answer = None
        if firm is not None:
            np.clip(firm, 0.0, value["felt_cap"], out=firm)
            answer = firm * self.per_margin
            np.log1p(answer, out=answer)
            answer *= self.effort
            firm *= self.price
            answer += firm
        if rep is not None:
            np.clip(rep, 0.0, value["felt_cap"], out=rep)
            rep /= value["rep_margin"]
            np.log1p(rep, out=rep)
            rep *= self.rep_effort
            answer = rep if answer is None else answer + rep
        return answer

    @staticmethod
    def felt(side, worth):
        money = None
        for j, weight in side:
            if worth[j] is not None:
                felt = worth[j] * weight
                money = felt if money is None else money + felt
        return money

    def find_factor(self, shadow_class, months, answer, out):
        """Change of a class against what history holds."""
        if self.shadow is not None:
            before = self.shadow[shadow_class][months]
            answer = np.negative(before) if answer is None else answer - before
        if answer is None:
            out[months] = 1.0
        else:
            np.exp(answer, out=answer)
            np.clip(answer, 1.0 / self.limit, self.limit, out=out[months])

    def complete(self, person, k, months, factor):
        """Activities: Poisson extra completions, a binomial share where there are fewer."""
        count = np.array(self.counts[k][months])
        more, less = factor > 1.0, factor < 1.0
        if more.any():
            rate = 1e-4 * person.expected[k][months][:, None] * self.base[months]
            count[more] += 1e4 * self.rng.poisson((rate * (factor - 1.0))[more])
        if less.any():
            count[less] = 1e4 * self.rng.binomial((count[less] * 1e-4).astype(np.int64), factor[less])
        return count

    def sold(self, person, meeting, j, tables, path, months):
        """[months][B] what incentive j counts."""
        total = np.zeros_like(self.base[months]) if meeting.lone[j] is None else np.array(
            self.shared(meeting.lone[j])[months])
        for c, table in tables:
            sales = self.shared(table)[months]
            total += sales if path.factor[c] is None else sales * path.factor[c][months]
        for k in meeting.actions[j]:
            factor = person.factor[int(meeting.taken[j].view)][k]
            same = np.all(factor == factor[0])
            total += path.counts[k][months] * (factor[0] if same else np.take(factor, self.place[months] % self.plan.H))
        return total

    def attain(self, person, meeting, j, step, months, path):
        _, closing, _, _, _, may, windows = step
        taken, state = meeting.taken[j], path.state[j]
        added = self.sold(person, meeting, j, meeting.attained[j], path, months)
        days = added * taken.days_left[months]
        state.attained = added if state.attained is None else state.attained + added
        state.days = days if state.days is None else state.days + days
        if closing:
            self.settle(taken, state, may, windows)

    def settle(self, taken, state, may, windows):
        payable = reward(taken.pieces, state.attained)
        if not may.all():
            payable *= may
        if state.cap_left is not None:
            np.minimum(payable, state.cap_left, out=payable)
            state.cap_left -= payable[0]
        rate = self.draws.value["claim_rate_required" if taken.required else "claim_rate_automatic"]
        paid = payable > 0.0
        claimed = (self.draws.uniform(payable.shape) < rate) & paid
        state.due[0][windows] = payable
        state.due[1][windows] = payable * claimed
        state.due[2][windows] = claimed
        state.days *= state.due[1][windows]
        np.divide(state.days, state.attained, where=claimed, out=state.due[4][windows])
        state.earned |= paid.any(axis=0)
        state.reached |= (paid & (state.attained >= taken.first_paid)).any(axis=0)

    def add_flows(self, person, p, path):
        tally, meeting = self.tally[p], person.meeting[p]
        revenue = self.total(meeting.revenue, path.factor, person.lone_revenue)
        vendor = self.total(meeting.vendor, path.factor, person.lone_vendor)
        for k, net in self.net.items():
            change = path.factor[meeting.class_of[k]]
            sold = net.sum(axis=0) if change is None else np.einsum("tb,tb->b", net, change)
            tally.product[person.product[k]] += sold
            if k in person.net_lone:
                tally.product[person.product[k]] += self.shared(person.net_lone[k]).sum(axis=0)
        for k, counts in path.counts.items():
            tally.extra[person.extra[k]] += counts.sum(axis=0)
        path.revenue = revenue.sum(axis=0)
        flows = [(0, revenue, path.revenue), (2, vendor, vendor.sum(axis=0)),
                 (3, revenue * self.own_margin, path.revenue * self.own_margin)]
        if meeting.taken:
            flows.append((1, revenue, path.revenue))
        for f, flow, whole in flows:
            tally.month[f] += flow
            tally.segment[f][person.segment] += whole
            tally.region[f][person.region] += whole

    def total(self, tables, factor, lone):
        total = np.zeros_like(self.base) if lone is None else np.array(self.shared(lone))
        for c, table in enumerate(tables):
            if table is not None:
                sold = self.shared(table)
                total += sold if factor[c] is None else sold * factor[c]
        return total

    def add_dues(self, person, p, path, reference):
        """Adds what windows pay, the windfall, what the reference's behavior would have earned, and who takes part."""
        tally, meeting = self.tally[p], person.meeting[p]
        earned, reached, baseline = np.zeros((3, self.B), bool)
        for j, (taken, state) in enumerate(zip(meeting.taken, path.state)):
            state.due[3] = state.due[0] if path is reference else self.windfall(person, meeting, j, reference)
            tally.due[:, taken.slot:taken.slot + len(taken.windows)] += state.due
            baseline |= (state.due[3] > 0.0).any(axis=0)
            earned |= state.earned
            reached |= state.reached
        raised = (path.revenue >= 1.01 * reference.revenue) & (path.revenue > 0.0)
        tally.open += self.active
        tally.earning += self.active & earned
        tally.baseline += self.active & baseline
        tally.participating += self.active & earned & (raised | reached)

    def windfall(self, person, meeting, j, reference):
        taken = meeting.taken[j]
        sold = self.sold(person, meeting, j, meeting.reference[j], reference, slice(None))
        if (taken.window_of < 0).any():
            sold *= (taken.window_of >= 0)[:, None]
        due = reward(taken.pieces, np.add.reduceat(sold, [first for first, _ in taken.windows], axis=0))
        due *= meeting.eligible[j][:, None]
        if math.isfinite(taken.cap_partner):
            left = np.full(self.B, taken.cap_partner, due.dtype)
            for row in due:
                np.minimum(row, left, out=row)
                left -= row
        return due

    def figures(self):
        """[program][figure][B] in currency units."""
        return figures(self.plan, [tally.month[0].sum(axis=0, dtype=float) for tally in self.tally],
                       [tally.due.astype(float) for tally in self.tally])


def bind(plan, options):
    rng = np.random.Generator(np.random.Philox(options.seed))
    walk = walk_table(plan).astype(plan.dtype)
    return lambda num: Simulation(plan, rng, num, walk).figures()


if __name__ == "__main__":
    sys.exit(run("NumPy", np.__version__, __doc__, 2048, bind))
