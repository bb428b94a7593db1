"""What partners are to one another before anything is drawn: who may take part, peers, rivals, pools."""
from fractions import Fraction

import settle_oracle as oracle
from terms import Count


class Past:
    """The ledger as a path: all that it holds, also where an exact replay lives these months again."""

    def __init__(self, world):
        self.known = world.history.last - world.study.first
        self.lived = max(self.known + 1, 0)


class Shared:
    def __init__(self, world):
        self.world, self.past, self.counts, self.memory = world, Past(world), {}, {}

    def remember(self, key, find):
        if key not in self.memory:
            self.memory[key] = find()
        return self.memory[key]

    def count(self, program, incentive, partner):
        key = program, incentive, partner
        if key not in self.counts:
            self.counts[key] = Count(self.world, partner, incentive.keys["behavior"], incentive.kind, incentive.within,
                                     program.year_starts)
        return self.counts[key]

    def year_before(self, program, incentive, partner, w):
        """Total of the same window one year earlier; what lies beyond the history is expected."""
        first, last = (month - 12 for month in incentive.windows[w])
        count, beyond = self.count(program, incentive, partner), self.past.known + 1
        known = sum(total for month, total in count.by_month(self.past, first, last).items() if month < beyond)
        return known + count.expected(max(first, beyond), last)

    def is_known(self, program, incentive, w):
        """True where the history holds the whole window of one year earlier."""
        return self.world.study.first + incentive.windows[w][1] - 12 <= self.world.known

    def base(self, program, incentive, partner, w, form):
        """The base that is known before the replications; None: there is none."""
        first, last = incentive.windows[w]
        start = self.world.study.first
        if form == "target":
            key = (partner.id, incentive.keys["behavior"]["measure"], incentive.kind,
                   oracle.first_day(start + first).isoformat())
            value = float(self.world.history.targets.get(key, 0) * 10**4)
        elif not program.in_data(first - 12):
            return None
        elif form == "prior_year":
            joined = self.world.history.joined[partner.id]
            if joined is not None and joined > oracle.first_day(start + first - 12):
                return None
            value = self.year_before(program, incentive, partner, w)
            if not self.is_known(program, incentive, w):
                return max(value, 0.0)  # the path will tell
        else:
            value = self.percentile(program, incentive, partner, w, *form)
        return value if value > 0 else None

    def may_take_part(self, program, incentive, partner, w):
        """What does not depend on the replication: audience, tenure, joined, and the bases that the history knows."""
        def find():
            if incentive.bonus is not None:
                joined = self.world.history.joined[partner.id]
                return joined is None or joined <= oracle.last_day(self.world.study.first + incentive.windows[w][1])
            return program.may_fit(incentive, partner, w) and all(
                self.base(program, incentive, partner, w, form) is not None for form in incentive.forms)
        return self.remember((incentive, partner, w), find)

    def percentile(self, program, incentive, partner, w, percent, scope):
        history, first = self.world.history, self.world.study.first + incentive.windows[w][0] - 12
        if not program.in_data(incentive.windows[w][0] - 12):
            return 0.0
        simulated = {other.id: other for other in self.world.partners}
        totals = []
        for peer in history.partners:
            if scope != "all" and history.cell(peer, scope) != history.cell(partner.id, scope):
                continue
            if history.joined[peer] is not None and history.joined[peer] > oracle.first_day(first):
                continue
            total = self.year_before(program, incentive, simulated[peer], w) if peer in simulated else 0.0
            totals.append(Fraction(max(total, 0.0)))
        return float(oracle.half_even(oracle.percentile(totals, percent), 1)) if totals else 0.0

    def rivals(self, program, incentive, partner, w):
        """Totals of the others that may take part, one year earlier, the best first."""
        scope, history = incentive.metric["rank_in"], self.world.history
        others = [other for other in self.world.partners
                  if other is not partner and self.may_take_part(program, incentive, other, w) and
                  (scope == "all" or history.cell(other.id, scope) == history.cell(partner.id, scope))]
        if program.in_data(incentive.windows[w][0] - 12):
            totals = [self.year_before(program, incentive, other, w) for other in others]
        else:
            totals = [self.count(program, incentive, other).expected(*incentive.windows[w]) for other in others]
        return sorted(totals, reverse=True)

    def shares(self, incentive, partner):
        """True where the partner is in a pool with another; who is alone has a total of its own."""
        return incentive.metric_is("pooled_by") and any(
            other is not partner and self.pool_of(incentive, other) == self.pool_of(incentive, partner)
            for other in self.world.partners)

    def pool_of(self, incentive, partner):
        cell = self.world.history.cell(partner.id, incentive.metric["pooled_by"])
        return (cell, "" if cell else partner.id)

    def pool(self, program, incentive, partner, w):
        return [other for other in self.world.partners if self.may_take_part(program, incentive, other, w) and
                self.pool_of(incentive, other) == self.pool_of(incentive, partner)]
