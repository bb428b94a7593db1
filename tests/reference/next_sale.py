"""What the next sale earns under each metric (docs/model.md, "The other metrics")."""
import math

import settle_oracle as oracle
from worth import Belief, Pieces, expected_reward, marginal_reward


class NextSale:
    """Beliefs of one partner on a path."""

    def __init__(self, path):
        self.path, self.world, self.program, self.partner = path, path.world, path.program, path.partner
        self.standing = path.standing
        self.value_of_streak = {}

    def belief(self, count, first, last):
        """What months first to last bring."""
        months = last - first + 1
        return Belief(count.expected(first, last), self.partner.cv / math.sqrt(months))

    def of(self, incentive, window, t):
        """g of the month."""
        standing = self.standing
        if incentive.bonus is not None:
            return incentive.levels[0][0]
        if "match" in incentive.reward:
            return self.of_match(incentive, window, t)
        count = standing.counts[incentive]
        attained = standing.attained(window)
        belief = self.belief(count, t, window.last)
        if self.world.shared.shares(incentive, self.partner):
            return self.of_pool(incentive, window, t, attained)
        pieces = self.pieces(incentive, window, t)
        return marginal_reward(pieces, belief, attained) if pieces is not None else 0.0

    def pieces(self, incentive, window, t):
        """The reward as a function of own attainment, by what is known in month t; None: nothing to be had."""
        standing = self.standing
        if incentive.metric_is("ratio_to"):
            other = standing.others[incentive]
            believed = other.total(self.path, window.first, window.last) + other.expected(t, window.last)
            if believed <= 0:
                return None
            return standing.ratio(window)(believed).limited(window.multiplier, incentive.caps.get("window"))
        if incentive.metric_is("streak"):
            return self.streak_pieces(incentive, window)
        if incentive.metric_is("rank_in"):
            return self.rank_pieces(incentive, window)
        return standing.pieces(window)

    # -- streaks

    def streak_pieces(self, incentive, window):
        n, count = int(incentive.metric["streak"]), self.standing.streak.get(incentive, 0)
        following = count % n + 1
        values = self.streak_values(incentive, window.w + 1, window.multiplier)
        pay = self.streak_pay(incentive, window.multiplier, following)
        goes_on = 0.0 if incentive.once and pay > 0 else values[following]
        return Pieces([(self.standing.at_least(window), pay + goes_on - values[0], 0.0)])

    def streak_pay(self, incentive, multiplier, count):
        pay, cap = self.standing.streak_pay(incentive, count), incentive.caps.get("window", math.inf)
        if self.program.varies(incentive):  # then the cap is believed to come before the multiplier
            return min(pay, cap) * multiplier
        return min(pay * multiplier, cap)

    def streak_values(self, incentive, w, multiplier):
        """V_w(c): what is expected from window w on."""
        n = int(incentive.metric["streak"])
        if w >= len(incentive.windows):
            return [0.0] * (n + 1)
        later = self.streak_values(incentive, w + 1, multiplier)
        chance = self.streak_chance(incentive, w)
        values = []
        for count in range(n + 1):
            following = count % n + 1
            pay = self.streak_pay(incentive, multiplier, following)
            goes_on = 0.0 if incentive.once and pay > 0 else later[following]
            values.append(later[0] + chance * (pay + goes_on - later[0]))
        return values

    def streak_chance(self, incentive, w):
        """Probability that the whole window w reaches its `at_least`, as believed on its first day; by bases that are
        known before the replications."""
        if not self.world.shared.may_take_part(self.program, incentive, self.partner, w):
            return 0.0
        forms = {form: self.world.shared.base(self.program, incentive, self.partner, w, form)
                 for form in incentive.forms}
        least = self.standing.resolved(incentive.metric["at_least"], forms)
        return self.belief(self.standing.counts[incentive], *incentive.windows[w]).reaches(least)

    # -- rankings and pools

    def rank_pieces(self, incentive, window):
        others = self.world.shared.rivals(self.program, incentive, self.partner, window.w)
        prizes = []
        for (_, flat), level in zip(incentive.levels, incentive.reward["levels"]):
            place = int(level["top"])
            prizes.append((others[place - 1] if place <= len(others) else 0.0, flat))
        steps, below = [], 0.0
        for start, flat in sorted(prizes):
            steps.append((max(start, 0.0), flat - below, 0.0))
            below = flat
        return Pieces(steps).limited(window.multiplier, incentive.caps.get("window"))

    def pool_members(self, incentive, window):
        return self.world.shared.pool(self.program, incentive, self.partner, window.w)

    def pool_reward(self, incentive, window):
        members = self.pool_members(incentive, window)
        forms = {form: sum(self.world.shared.base(self.program, incentive, member, window.w, form)
                           for member in members) for form in incentive.forms}
        own = self.standing.counts[incentive].expected(window.first, window.last)
        whole = sum(self.world.shared.count(self.program, incentive, member).expected(window.first, window.last)
                    for member in members)
        share = own / whole if whole > 0 else 0.0
        pieces, cap = self.standing.raw_pieces(window, forms), incentive.caps.get("window")
        if self.program.varies(incentive):  # then the cap is believed to come before the multiplier
            return members, pieces.limited(share, cap).limited(window.multiplier, None)
        return members, pieces.limited(window.multiplier * share, cap)

    def pool_belief(self, incentive, members, first, last):
        means = [self.world.shared.count(self.program, incentive, member).expected(first, last) for member in members]
        mean = sum(means)
        variance = sum((own * member.cv)**2 for own, member in zip(means, members)) / (last - first + 1)
        return Belief(mean, math.sqrt(variance) / mean if mean > 0 else 0.0)

    def of_pool(self, incentive, window, t, attained):
        members, pieces = self.pool_reward(incentive, window)
        if t > window.first:
            attained += sum(self.world.shared.count(self.program, incentive, member).expected(window.first, t - 1)
                            for member in members if member is not self.partner)
        return marginal_reward(pieces, self.pool_belief(incentive, members, t, window.last), attained)

    # -- funds

    def of_match(self, incentive, window, t):
        use, match = self.path.of("fund_use"), float(oracle.number(incentive.reward["match"]))
        left = self.fund_left(incentive, window, t)
        if use <= 0 or left <= 0:
            return 0.0
        belief = self.belief(self.standing.counts[incentive], t, t)
        return use * match * window.multiplier * (1 - belief.above(left / (use * match)) if not belief.sure else 1.0)

    def fund_left(self, incentive, window, t):
        """What the fund holds for month t, at most what cap.window leaves."""
        left = sum(part[1] for part in self.standing.fund_parts(incentive, t))
        if "window" in incentive.caps:
            room = incentive.caps["window"] / window.multiplier if window.multiplier > 0 else 0.0
            left = min(left, max(room - window.reimbursed, 0.0))
        return left

    # -- status

    def status_felt(self, line, t):
        """What a sale of the line is worth for the status of the next review window, per gross."""
        return sum(jump * belief.density(missing) * count.net_conversion(line) * feel
                   for jump, missing, _, belief, count, feel in self.reviews(line, t)
                   if missing > 0 and not belief.sure)

    def status_goal(self, line, t):
        """How close the closest condition of a level is that brings a bonus."""
        return max((max(1 - 2 * missing / least, 0.0) for jump, missing, least, _, _, _ in self.reviews(line, t)
                    if jump > 0 and 0 < missing < least), default=0.0)

    def reviews(self, line, t):
        """Of the conditions that look at the line: what meeting it brings, what is missing of what, the belief of what
        is to come, what it counts, and what a unit of it is felt as."""
        program = self.program
        paying = [incentive for incentive in program.incentives if incentive.bonus is not None]
        if not paying:
            return
        first, last = program.grid(program.tiers["review"], t)
        after, until = program.grid(program.tiers["review"], last + 1)
        revenue = self.standing.condition({"measure": "revenue"}).expected(after, until)
        wait = last - t + 0.5 + 0.5 * (until - after + 1)
        feel = self.path.feel(paying[0], t, wait) * self.path.faith(t)
        for index, level in enumerate(program.tiers["levels"][1:], 1):
            gain = (program.bonus_of(index) - program.bonus_of(index - 1)) * revenue
            for k, keys in enumerate(level["when"]):
                count = self.standing.condition(keys)
                if count.net_conversion(line) != 0:
                    others = math.prod(self.chance(other, t, first, last)
                                       for j, other in enumerate(level["when"]) if j != k)
                    least = float(oracle.number(keys["at_least"])) * 1e4
                    missing = least - count.total(self.path, first, last)
                    yield gain * others, missing, least, self.belief(count, t, last), count, feel

    def chance(self, keys, t, first, last):
        """P(a condition will be met by the review window's end)."""
        count = self.standing.condition(keys)
        missing = float(oracle.number(keys["at_least"])) * 1e4 - count.total(self.path, first, last)
        return self.belief(count, t, last).reaches(missing)

    # -- goals and opting in

    def goal(self, incentive, t):
        """max(2Q/Θ - 1, 0) of the thresholds ahead."""
        w = incentive.window_of(t)
        window = self.standing.windows[incentive][w] if w is not None else None
        if window is None or not window.part or not incentive.levels or incentive.bonus is not None:
            return 0.0
        attained = self.standing.attained(window)
        if not incentive.together and self.path.is_done(incentive):
            return 0.0
        if self.world.shared.shares(incentive, self.partner):
            members, pieces = self.pool_reward(incentive, window)
            if t > window.first:
                attained += sum(self.world.shared.count(self.program, incentive, member).expected(window.first, t - 1)
                                for member in members if member is not self.partner)
        else:
            pieces = self.pieces(incentive, window, t)
        if pieces is None or attained <= 0:
            return 0.0
        return max((max(2 * attained / start - 1, 0.0) for start in pieces.ahead(attained)), default=0.0)

    def expected_of_window(self, incentive, window):
        """What the partner expects of a window on its first day."""
        t, standing = window.first, self.standing
        if "match" in incentive.reward:
            return self.expected_match(incentive, window)
        if self.world.shared.shares(incentive, self.partner):
            members, pieces = self.pool_reward(incentive, window)
            return expected_reward(pieces, self.pool_belief(incentive, members, t, window.last))
        pieces = self.pieces(incentive, window, t)
        if pieces is None:
            return 0.0
        return expected_reward(pieces, self.belief(standing.counts[incentive], t, window.last))

    def expected_match(self, incentive, window):
        """What the fund, with what the window will add to it in time, allows of the window's expected spending."""
        use, match = self.path.of("fund_use"), float(oracle.number(incentive.reward["match"]))
        accrues = float(oracle.number(incentive.reward["fund"]["accrues"]))
        wanted = use * match * self.standing.counts[incentive].expected(window.first, window.last)
        added = accrues * self.standing.others[incentive].expected(window.first, window.last - 1)
        allowed = min(wanted, self.fund_left(incentive, window, window.first) + added)
        return min(window.multiplier * allowed, incentive.caps.get("window", math.inf))
