"""Where a partner stands in a program: who takes part, thresholds, and what windows earn (docs/model.md, "Taking part"
and "From earned to paid")."""
import math

import settle_oracle as oracle
from terms import Count
from worth import level_pieces, ratio_pieces

SIX = 10**6


def rounded(value):
    """To 10⁻⁴, half to even."""
    return float(round(value))


class Window:
    """A window of an incentive, as it opened for a partner."""

    def __init__(self, incentive, w):
        self.incentive, self.w = incentive, w
        self.first, self.last = incentive.windows[w]
        self.part, self.joins, self.multiplier = False, True, 1.0
        self.forms, self.reached = {}, False
        self.attained = self.gross = self.reimbursed = self.amount = self.payable = self.carried = 0.0


class Standing:
    """One partner under one program along one path of sales.

    enrolled: (incentive, w) → whether it opted in, asked where the incentive asks for that."""

    def __init__(self, world, program, partner, path, enrolled):
        self.world, self.program, self.partner, self.path, self.enrolled = world, program, partner, path, enrolled
        self.counts, self.others, self.conditions = {}, {}, {}
        for incentive in program.incentives:
            self.counts[incentive] = self.count(incentive.keys["behavior"], incentive)
            if incentive.metric_is("ratio_to"):
                self.others[incentive] = self.count(incentive.metric["ratio_to"])
            if "fund" in incentive.reward:
                self.others[incentive] = self.count({"measure": incentive.reward["fund"]["of"]})
        self.windows = {incentive: [None] * len(incentive.windows) for incentive in program.incentives}
        self.streak, self.kept, self.carried, self.used = {}, {}, {}, set()
        self.fund = {incentive: [] for incentive in program.incentives}
        self.taken = {incentive: [0.0] * world.months for incentive in program.incentives}
        self.held, self.share = {}, 0.0

    def count(self, behavior, incentive=None):
        if incentive is None:
            return Count(self.world, self.partner, behavior)
        return Count(self.world, self.partner, behavior, incentive.kind, incentive.within, self.program.year_starts)

    def condition(self, keys):
        """What a condition of a requirement or a status counts."""
        behavior = {key: keys[key] for key in ("measure", "product") if key in keys}
        key = repr(behavior)
        if key not in self.conditions:
            self.conditions[key] = self.count(behavior)
        return self.conditions[key]

    def meets(self, keys, first, last):
        return self.condition(keys).total(self.path, first, last) >= oracle.number(keys["at_least"]) * 10**4

    def level_held(self, t):
        """Index of the status level of a month, None: none."""
        program = self.program
        last = program.grid(program.tiers["review"], t)[0] - 1
        first = program.grid(program.tiers["review"], last)[0]
        if (first, last) not in self.held:
            held = [0]
            if program.in_data(first):
                held = [index for index, level in enumerate(program.tiers["levels"])
                        if all(self.meets(keys, first, last) for keys in level.get("when", []))]
            self.held[first, last] = held[-1] if held else None
        return self.held[first, last]

    def tier_name(self, t):
        if not self.program.tiers:
            return self.world.history.cell(self.partner.id, "tier")
        level = self.level_held(t)
        return "" if level is None else self.program.tiers["levels"][level]["name"]

    # -- a window opens

    def open(self, t):
        for incentive in self.program.incentives:
            w = incentive.window_of(t)
            if w is not None and incentive.windows[w][0] == t:
                window = self.windows[incentive][w] = Window(incentive, w)
                window.part = self.may_take_part(window)
                if incentive.opt_in:
                    window.joins = self.decides_to_join(window)
                    window.part = window.part and window.joins

    def decides_to_join(self, window):
        """Asked also of who is kept out by its path, whose base may then be 0 or less: another path may be let in."""
        forms = window.forms
        window.forms = {form: base if base is not None else self.prior_year(window) for form, base in forms.items()}
        joins = None not in window.forms.values() and self.enrolled(self, window)
        window.forms = forms
        return joins

    def may_take_part(self, window):
        """True where audience, requirements and bases let the partner in; finds bases and multiplier in any case."""
        incentive, t = window.incentive, window.first
        if incentive.bonus is not None:
            return self.level_held(t) == incentive.bonus and self.joined_by(window.last)
        tier = self.tier_name(t)
        window.multiplier = self.program.multiplier(incentive, self.partner, tier)
        window.forms = {form: self.base(window, form) for form in incentive.forms}
        audience = incentive.keys.get("audience", {})
        return (None not in window.forms.values() and self.joined_by(window.last) and
                self.program.fits(audience, self.partner, t, tier) and self.has_required(incentive, t))

    def has_required(self, incentive, t):
        for keys in incentive.keys.get("requires", []):
            last = self.program.grid(keys["window"], t)[0] - 1
            first = self.program.grid(keys["window"], last)[0]
            if not self.program.in_data(first) or not self.meets(keys, first, last):
                return False
        return True

    def joined_by(self, last):
        joined = self.world.history.joined[self.partner.id]
        return joined is None or joined <= oracle.last_day(self.world.study.first + last)

    def base(self, window, form):
        """What a relative threshold is a share of; None where there is none."""
        if form == "target":
            key = (self.partner.id, window.incentive.keys["behavior"]["measure"], window.incentive.kind,
                   oracle.first_day(self.world.study.first + window.first).isoformat())
            value = float(self.world.history.targets.get(key, 0) * 10**4)
        elif form == "prior_year":
            value = self.prior_year(window)
        else:
            value = self.world.shared.percentile(self.program, window.incentive, self.partner, window.w, *form)
        return value if value is not None and value > 0 else None

    def prior_year(self, window):
        first, last = window.first - 12, window.last - 12
        joined = self.world.history.joined[self.partner.id]
        if not self.program.in_data(first) or joined is not None and \
                joined > oracle.first_day(self.world.study.first + first):
            return None
        shared, count = self.world.shared, self.counts[window.incentive]
        if shared.is_known(self.program, window.incentive, window.w):
            return shared.year_before(self.program, window.incentive, self.partner, window.w)
        return count.total(self.path, first, last) + count.expected(max(first, self.path.lived), last)

    def now(self, window):
        """The bases as they are known now: of a window of over a year its own months replace what was expected."""
        if "prior_year" in window.forms and window.last - 12 >= window.first:
            window.forms["prior_year"] = self.prior_year(window)
        return window.forms

    # -- what attainment earns

    def thresholds(self, window):
        return [self.resolved(text, self.now(window)) for text in window.incentive.froms]

    @staticmethod
    def resolved(text, forms):
        form, factor = oracle.threshold(text)
        return float(factor * 10**4) if form is None else rounded(float(factor) * forms[form])

    def raw_pieces(self, window, forms=None):
        """The reward of a total, before multiplier and cap."""
        incentive, forms = window.incentive, self.now(window) if forms is None else forms
        thresholds = [self.resolved(text, forms) for text in incentive.froms]
        prior = forms.get("prior_year")
        return level_pieces(incentive.levels, thresholds, incentive.marginal, prior if incentive.on_growth else None,
                            prior if incentive.metric == "growth" else 0.0)

    def pieces(self, window):
        """The reward of attainment with multiplier and cap, of the metrics total and growth."""
        return self.raw_pieces(window).limited(window.multiplier, window.incentive.caps.get("window"))

    def ratio(self, window):
        """The reward of a numerator, given what the denominator is believed to be."""
        incentive = window.incentive
        thresholds = [float(oracle.number(text)) for text in incentive.froms]
        return lambda denominator: ratio_pieces(incentive.levels, thresholds, incentive.marginal, denominator)

    def attained(self, window):
        return self.counts[window.incentive].total(self.path, window.first, window.last)

    def measure(self, window):
        """Step 1: sets gross before multiplier and whether a level was reached."""
        incentive, attained = window.incentive, self.attained(window)
        window.attained = attained
        window.gross, window.reached = 0.0, False
        if "match" in incentive.reward:
            window.gross, window.reached = window.reimbursed, window.reimbursed > 0
        elif incentive.metric_is("ratio_to"):
            self.measure_ratio(window, attained)
        elif incentive.metric_is("streak"):
            self.measure_streak(window, attained)
        else:
            shift = self.now(window)["prior_year"] if incentive.metric == "growth" else 0.0
            if attained - shift > 0:
                window.gross = self.raw_pieces(window).at(attained)
                thresholds = self.thresholds(window)
                window.reached = any(threshold > 0 and attained - shift >= threshold for threshold in thresholds)
        window.amount = window.gross * window.multiplier

    def measure_ratio(self, window, attained):
        of = self.others[window.incentive].total(self.path, window.first, window.last)
        if of <= 0 or attained <= 0:
            return
        ratio = round(attained / of * SIX) / SIX
        level, flats = None, 0.0
        for k, text in enumerate(window.incentive.froms):
            if ratio > 0 and ratio >= float(oracle.number(text)):
                level, flats = k, flats + window.incentive.levels[k][1]
                window.reached = window.reached or oracle.number(text) > 0
        if level is not None:
            rate, flat = window.incentive.levels[level]
            window.gross = rate * attained + (flats if window.incentive.marginal else flat)

    def at_least(self, window):
        return self.resolved(window.incentive.metric["at_least"], self.now(window))

    def measure_streak(self, window, attained):
        incentive = window.incentive
        count = self.streak.get(incentive, 0) % int(incentive.metric["streak"]) + 1
        if attained < self.at_least(window):
            count = 0
        self.streak[incentive] = count
        window.gross = self.streak_pay(incentive, count)
        window.reached = count > 0 and any(count >= int(text) for text in incentive.froms)

    @staticmethod
    def streak_pay(incentive, count):
        reached = [flat for (_, flat), text in zip(incentive.levels, incentive.froms) if 0 < count and
                   count >= int(text)]
        return (sum(reached) if incentive.marginal else reached[-1]) if reached else 0.0

    # -- a month ends

    def settle(self, t, chosen):
        """Steps 1 to 9 of the chosen incentives' windows that end in month t; places and shares are known already."""
        ending = [self.windows[incentive][incentive.window_of(t)] for incentive in self.program.incentives
                  if chosen(incentive) and incentive.ends(t)]
        for window in ending:
            if not window.part:
                if window.incentive.metric_is("streak"):
                    self.streak[window.incentive] = 0
            elif not window.incentive.meets:
                self.measure(window)
            self.limit(window)
        self.exclude([window for window in ending if window.part])
        for window in ending:
            self.keep(window)

    def settle_early(self, t):
        """As windows end: of a clawback by what came back so far, which is forgotten later. Not places and shares."""
        self.settle(t, lambda incentive: not incentive.meets)

    def settle_late(self, t):
        """At the end, month by month, returns where they count."""
        self.match(t, self.share, late=True)
        self.settle(t, lambda incentive: incentive.late)

    def forget_late(self):
        """What was only believed of the windows that are settled at the end."""
        for incentive in self.program.incentives:
            if incentive.late:
                for state in (self.streak, self.kept, self.carried):
                    state.pop(incentive, None)
                self.used.discard(incentive)
                self.fund[incentive] = []
                for window in self.windows[incentive]:
                    window.reimbursed = 0.0

    def limit(self, window):
        """once and cap.window."""
        incentive = window.incentive
        if not window.part or incentive in self.used:
            window.amount = 0.0
        if "window" in incentive.caps:
            window.amount = min(window.amount, incentive.caps["window"])

    @staticmethod
    def exclude(ending):
        for group in {window.incentive.group for window in ending} - {None}:
            rivals = [window for window in ending if window.incentive.group == group]
            best = max(rivals, key=lambda window: (window.amount, -window.incentive.order))
            for window in rivals:
                if window is not best:
                    window.amount = 0.0

    def keep(self, window):
        """cap.partner and minimum."""
        incentive = window.incentive
        if "partner" in incentive.caps:
            window.amount = min(window.amount, max(incentive.caps["partner"] - self.kept.get(incentive, 0.0), 0.0))
        self.kept[incentive] = self.kept.get(incentive, 0.0) + window.amount
        if incentive.once and window.amount > 0:
            self.used.add(incentive)
        if not window.part:
            if window.w == len(incentive.windows) - 1:
                self.carried[incentive] = 0.0
            return
        due = window.amount + self.carried.get(incentive, 0.0)
        if due >= incentive.minimum:
            window.payable, self.carried[incentive] = due, 0.0
        else:
            window.payable = 0.0
            window.carried = self.carried[incentive] = due if window.w < len(incentive.windows) - 1 else 0.0

    # -- marketing funds

    def match(self, t, share, late=None):
        """What funds reimburse of the month's spending; returns the sum. share: of what they would, asked for."""
        self.share = share
        return sum(self.match_one(incentive, t) for incentive in self.program.incentives
                   if "fund" in incentive.reward and (late is None or incentive.late == late))

    def match_one(self, incentive, t):
        taken, w = 0.0, incentive.window_of(t)
        window = None if w is None else self.windows[incentive][w]
        if window is not None and window.part:
            spend = self.counts[incentive].by_month(self.path, window.first, window.last)[t]
            wanted = self.share * float(oracle.number(incentive.reward["match"])) * max(spend, 0.0)
            for part in self.fund_parts(incentive, t):
                use = min(part[1], wanted - taken)
                part[1] -= use
                taken += use
            window.reimbursed += taken
        if self.path.lived == t + 1:
            self.taken[incentive][t] = taken
        accrues = float(oracle.number(incentive.reward["fund"]["accrues"]))
        self.fund[incentive].append([t, accrues * max(self.others[incentive].of_month(self.path, t)[0], 0.0)])
        return taken

    def fund_parts(self, incentive, t):
        """What months brought and can be used in month t, oldest first."""
        fund = incentive.reward["fund"]
        oldest = t - int(fund["expires"].split()[0]) if "expires" in fund else -math.inf
        return [part for part in self.fund[incentive] if oldest <= part[0] < t]
