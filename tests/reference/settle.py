"""What needs all partners: places, pools, `cap.total` and the budget (docs/model.md, "From earned to paid")."""
import math

import settle_oracle as oracle
from path import Bought
from standing import Standing


class Replay(Bought):
    """What a partner bought on a path, to be looked at again month by month. To another program what it brought back
    is less that it bought."""

    def __init__(self, path, own):
        super().__init__(path.world, path.partner, path.fate)
        self.here, self.moves, self.back = path.here, path.moves, path.back
        if not own:
            self.moves = {line: [[sum(moves)] for moves in months] for line, months in path.moves.items()}
            self.back = {line: [0.0] * len(months) for line, months in path.moves.items()}


class Settlement:
    """A scenario's windows, settled from the paths of all its partners.

    standings: {partner: Standing} that settled early what they could."""

    def __init__(self, world, program, standings):
        self.world, self.program, self.standings = world, program, standings
        for standing in standings.values():
            standing.forget_late()
        for t in range(world.months):
            for incentive in program.incentives:
                w = incentive.window_of(t)
                if incentive.meets and w is not None and incentive.windows[w][1] == t:
                    windows = [(standing, standing.windows[incentive][w]) for standing in standings.values()
                               if standing.windows[incentive][w].part]
                    (self.rank if incentive.metric_is("rank_in") else self.share)(incentive, windows)
            for standing in standings.values():
                standing.settle_late(t)
        self.couple()

    def rank(self, incentive, windows):
        totals = {standing: standing.attained(window) for standing, window in windows}
        scope, history = incentive.metric["rank_in"], self.world.history
        for standing, window in windows:
            own, window.attained = totals[standing], totals[standing]
            place = 1 + sum(1 for other, total in totals.items() if total > own and (
                scope == "all" or history.cell(other.partner.id, scope) == history.cell(standing.partner.id, scope)))
            window.gross, window.reached = 0.0, False
            for (_, flat), level in zip(incentive.levels, incentive.reward["levels"]):
                if own > 0 and place <= int(level["top"]):
                    window.gross, window.reached = flat, True
                    break
            window.amount = window.gross * window.multiplier

    def share(self, incentive, windows):
        pools = {}
        for standing, window in windows:
            pools.setdefault(self.world.shared.pool_of(incentive, standing.partner), []).append((standing, window))
        for members in pools.values():
            totals = [max(standing.attained(window), 0.0) for standing, window in members]
            forms = {form: sum(window.forms[form] for _, window in members) for form in incentive.forms}
            standing, window = members[0]
            attained = sum(totals)
            gross = standing.raw_pieces(window, forms).at(attained) if attained > 0 else 0.0
            if self.world.shared.shares(incentive, standing.partner):  # a pool's reward is in whole cents
                gross = float(oracle.half_even(gross / 100, 1)) * 100
            for (standing, window), own in zip(members, totals):
                window.attained, window.gross = own, gross * own / attained if attained > 0 else 0.0
                window.reached = window.gross > 0
                if not self.world.shared.shares(incentive, standing.partner):
                    window.reached = own > 0 and any(0 < threshold <= own for threshold in standing.thresholds(window))
                window.amount = window.gross * window.multiplier

    def couple(self):
        """cap.total and the budget, in doubles and in proportion."""
        budget = self.program.keys.get("budget", {})
        left = math.inf
        self.spendable, self.exhausted = None, None
        if "total" in budget:
            total = oracle.number(budget["total"]) * (1 - oracle.number(budget.get("reserve", "0")))
            left = self.spendable = float(total // oracle.CENT * oracle.CENT * 10**4)
        limits = budget.get("when_exhausted", "first_come") == "first_come"
        used = {}
        for t in range(self.world.months):
            due = []
            for incentive in self.program.incentives:
                w = incentive.window_of(t)
                if w is None or incentive.windows[w][1] != t:
                    continue
                windows = [standing.windows[incentive][w] for standing in self.standings.values()]
                payable = sum(window.payable for window in windows)
                room = incentive.caps.get("total", math.inf) - used.get(incentive, 0.0)
                factor = max(room, 0.0) / payable if payable > room else 1.0
                used[incentive] = min(used.get(incentive, 0.0) + payable, incentive.caps.get("total", math.inf))
                for window in windows:
                    window.earned = window.payable * factor
                due += windows
            total = sum(window.earned for window in due)
            if total > left and self.exhausted is None:
                self.exhausted = t
            factor = left / total if total > left and limits else 1.0
            for window in due:
                window.earned *= factor
            left = max(left - total, 0.0) if limits else left - total


def windfall(world, program, paths, reference):
    """The settlement of the reference's behavior under the program's rules, with its enrollment."""
    standings = {}
    for partner, path in paths.items():
        replay = Replay(reference[partner], path is reference[partner])
        enrolled = path.standing
        standing = Standing(world, program, partner, replay,
                            lambda _, window, own=enrolled: own.windows[window.incentive][window.w].joins)
        for t in range(world.months):
            standing.open(t)
            replay.lived = t + 1
            standing.match(t, path.of("fund_use"))
            standing.settle_early(t)
        standings[partner] = standing
    return Settlement(world, program, standings)
