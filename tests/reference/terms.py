"""A program bound to a study: its incentives with their windows, and what a partner of them counts."""
from fractions import Fraction

import numpy as np

import settle_oracle as oracle

MONTH_DAYS = 30.4375


def four(text):
    """An amount or count of a program in 10⁻⁴."""
    return float(oracle.number(text) * 10**4)


class Count:
    """A partner's total of a behavior by month: on the ledger, as expected, and along a path.

    kind, within: of a clawback, whose returns are counted apart."""

    def __init__(self, world, partner, behavior, kind=None, within=None, year_starts=1):
        self.world, self.partner, self.behavior = world, partner, behavior
        self.kind, self.within, self.year_starts = kind, within, year_starts
        measure = "revenue" if behavior["measure"] == "units" else behavior["measure"]
        products = oracle.as_list(behavior["product"]) if "product" in behavior else None
        self.lines, known = ([one for one in series if one.driver[0] == measure and (
            products is None or one.driver[1] in products)] for series in (partner.series,
                                                                           world.baseline.own[partner.id]))
        parts = ("sales", "returns") if within else (None,)
        self.views = [{line: world.view(partner, line, behavior, part) for line in self.lines} for part in parts]
        self.known = [sum((world.counted(series, behavior, part) for series in known), np.zeros(world.past))
                      for part in parts]

    def conversion(self, line, part=0):
        return self.views[part][line].conversion if line in self.views[part] else 0.0

    def net_conversion(self, line):
        return sum(self.conversion(line, part) for part in range(len(self.views)))

    def expected(self, first, last, alive=False):
        """What is expected of months of the horizon (which may also lie before or behind it), all returns with them."""
        total = 0.0
        for month in range(first, last + 1):
            lives = self.world.lives(self.partner, month) if alive else 1.0
            total += lives * sum(self.world.expected(line, month) * self.net_conversion(line) for line in self.lines)
        return total

    def of_month(self, path, month):
        """(sales, returns) of a month, (net, 0) without a clawback; months count from the horizon's first."""
        if month <= path.known:
            h = self.world.study.first + month - self.world.history.first
            parts = [float(known[h]) if h >= 0 else 0.0 for known in self.known]
            return tuple(parts) if self.within else (parts[0], 0.0)
        if month < 0:
            return self.expected(month, month, alive=True), 0.0
        parts = path.counted(self, month)
        return tuple(parts) if self.within else (parts[0], 0.0)

    def home(self, first, last, month):
        """True where the returns of the month belong to that window."""
        if self.within is None or self.kind == "program":
            return True
        start, books = self.world.study.first, self.world.books_of(self.year_starts)
        return books.home(self.kind, self.within, start + month) == (start + first, start + last)

    def by_month(self, path, first, last):
        """What counts in each month of a window, by what happened so far. Returns that a clawback brings from after
        the window count in its last month; those of a gap or the horizon in no window that ended before it."""
        until = path.lived - 1
        totals = dict.fromkeys(range(first, last + 1), 0.0)
        for month in range(first, min(last, until) + 1):
            sales, returns = self.of_month(path, month)
            totals[month] += sales + (returns if self.home(first, last, month) else 0.0)
        until = min(until, path.known if last <= path.known else -1 if last < 0 else until)
        for month in range(last + 1, min(last + (self.within or 0), until) + 1):
            if self.home(first, last, month):
                totals[last] += self.of_month(path, month)[1]
        return totals

    def total(self, path, first, last):
        return sum(self.by_month(path, first, last).values())


class Incentive:
    """An incentive of a program's file, or the bonus of a status level."""

    def __init__(self, world, program, keys, order, bonus=None):
        study = world.study
        self.keys, self.order, self.bonus, self.program = keys, order, bonus, program
        self.name, self.reward = keys["name"], keys["reward"]
        bound = oracle.Incentive(keys, order, world.books_of(program.year_starts), study.first,
                                 study.first + study.months - 1)
        self.windows = [(first - study.first, last - study.first) for first, last in bound.windows]
        self.kind, self.metric, self.metric_is = keys["window"], bound.metric, bound.metric_is
        self.marginal, self.on_growth = bound.marginal, bound.pays_on_growth
        self.forms = bound.forms() if "match" not in self.reward else set()
        self.levels = [(float(oracle.per_one(level)), four(level.get("flat", "0"))) for level in bound.levels]
        self.froms = [level.get("from") for level in bound.levels]
        self.to_rep = self.reward.get("paid_to") == "rep"
        self.caps = {name: four(text) for name, text in keys.get("cap", {}).items()}
        self.minimum, self.once = four(keys.get("minimum", "0")), keys.get("once") == "true"
        self.group = keys.get("exclusive")
        self.within = int(keys["clawback"]["within"].split()[0]) if "clawback" in keys else None
        self.opt_in = keys.get("enrollment") == "opt_in"
        self.read_payout(keys.get("payout", {}))
        self.meets = self.together = self.metric_is("rank_in") or self.metric_is("pooled_by")
        self.late = self.meets or self.within is not None

    def read_payout(self, payout):
        count, unit = payout.get("after", "30 days").split()
        self.after = int(count) * (1 if unit.startswith("day") else MONTH_DAYS)
        self.required = payout.get("claim") == "required"
        self.processing = None
        if "processing" in payout:
            self.processing = tuple(float(oracle.number(payout["processing"][key])) for key in ("mean", "sd"))
        kind = self.reward.get("kind", "cash")
        self.claim = "claim_rate_required" if self.required else "claim_rate_automatic"
        if kind == "points":
            self.claim = "claim_rate_points"
        self.non_cash = kind == "non_cash"
        self.value = float(oracle.number(self.reward.get("value", "1")))
        self.cost = float(oracle.number(self.reward.get("cost", "1")))

    def window_of(self, t):
        return next((w for w, (first, last) in enumerate(self.windows) if first <= t <= last), None)

    def ends(self, t):
        """True where a window ends in month t."""
        return any(last == t for _, last in self.windows)

    def follows(self, w):
        """True where another window begins right behind window w."""
        return w + 1 < len(self.windows) and self.windows[w + 1][0] == self.windows[w][1] + 1

    def has_level(self):
        """True where there is a level to miss: one above `from: 0`."""
        return any(text != "0" for text in self.froms)

    def is_relative(self):
        texts = self.froms + ([self.metric["at_least"]] if self.metric_is("streak") else [])
        return self.metric == "growth" or self.on_growth or any(
            text and oracle.threshold(text)[0] is not None for text in texts)

    def burden(self):
        retroactive = self.reward.get("bands") == "retroactive"
        return (0.1 * max(len(self.levels) - 1, 0) + 0.3 * self.is_relative() + 0.2 * retroactive +
                0.2 * self.required)


class Program:
    """A scenario's program; keys None: no program at all."""

    def __init__(self, world, name, keys):
        self.world, self.name, self.keys = world, name, keys or {}
        self.year_starts = int(self.keys.get("year_starts", "1"))
        self.tiers = self.keys.get("tiers")
        self.incentives = [Incentive(world, self, own, order)
                           for order, own in enumerate(self.keys.get("incentives", []))]
        self.by_file = list(self.incentives)
        for index, level in enumerate(self.tiers["levels"] if self.tiers else []):
            bonus = level.get("benefits", {}).get("rate_bonus")
            if bonus:
                own = {"name": "tier:" + level["name"], "behavior": {"measure": "revenue"}, "window": "month",
                       "reward": {"levels": [{"from": "0", "rate": bonus}]}}
                self.incentives.append(Incentive(world, self, own, len(self.incentives), index))
        for name in ("together", "late"):  # also what excludes itself with such a one
            groups = {incentive.group for incentive in self.incentives if getattr(incentive, name)} - {None}
            for incentive in self.incentives:
                setattr(incentive, name, getattr(incentive, name) or incentive.group in groups)

    def grid(self, kind, month):
        """The window of the calendar that a month of the horizon lies in."""
        start = self.world.study.first
        first, last = self.world.books_of(self.year_starts).grid(kind, start + month)
        return first - start, last - start

    def in_data(self, first):
        return self.world.study.first + first >= self.world.history.first

    def bonus_of(self, level):
        """Bonus of a status level, a share."""
        if level is None:
            return 0.0
        return float(oracle.number(self.tiers["levels"][level].get("benefits", {}).get("rate_bonus", "0")))

    def multiplier(self, incentive, partner, tier):
        product = Fraction(1)
        for key, factors in incentive.keys.get("multiplier", {}).items():
            name = tier if key == "tier" else self.world.history.cell(partner.id, key)
            product *= oracle.number(factors.get(name, "1"))
        return float(oracle.half_even(product, oracle.SIX))

    def varies(self, incentive):
        """True where the multiplier depends on the status held."""
        return self.tiers is not None and "tier" in incentive.keys.get("multiplier", {})

    def fits(self, audience, partner, month, tier):
        history = self.world.history
        for key, wanted in audience.items():
            if key == "except":
                if self.fits(wanted, partner, month, tier):
                    return False
            elif key == "tenure":
                joined, start = history.joined[partner.id], oracle.first_day(self.world.study.first + month)
                if joined is None or "at_least" in wanted and oracle.later(joined, wanted["at_least"]) > start or \
                        "at_most" in wanted and oracle.later(joined, wanted["at_most"]) < start:
                    return False
            elif key == "tier":
                if tier not in oracle.as_list(wanted):
                    return False
            elif (partner.id if key == "partner" else history.cell(partner.id, key)) not in oracle.as_list(wanted):
                return False
        return True

    def tier_names(self):
        """All that a partner may hold: its levels, or none of them."""
        return [level["name"] for level in self.tiers["levels"]] + [""]

    def may_fit(self, incentive, partner, w):
        """Audience, tenure and joined of a window, as the holder of any status."""
        first, last = incentive.windows[w]
        joined, start = self.world.history.joined[partner.id], self.world.study.first
        if joined is not None and joined > oracle.last_day(start + last):
            return False
        names = self.tier_names() if self.tiers else [self.world.history.cell(partner.id, "tier")]
        audience = incentive.keys.get("audience", {})
        return any(self.fits(audience, partner, first, name) for name in names)
