"""What the next sale is worth (docs/model.md, "What the next sale is worth"): rewards as pieces, and beliefs."""
import math

from scipy import special

CLAMP = 40.0


class Pieces:
    """A reward as a function of attainment: at each start it jumps and its slope changes. Starts ascend.

    Amounts are 10⁻⁴ of money and of the measure."""

    def __init__(self, steps):
        self.steps = sorted(steps, key=lambda step: step[0])

    def at(self, attained):
        """What the attainment earns."""
        if attained <= 0:
            return 0.0
        return sum(jump + change * (attained - start) for start, jump, change in self.steps if start <= attained)

    def slope(self, attained):
        return sum(change for start, _, change in self.steps if start <= attained)

    def ahead(self, attained):
        """Starts ahead at which the reward jumps or its rate rises."""
        return [start for start, jump, change in self.steps if start > attained and (jump > 0 or change > 0)]

    def limited(self, factor, most):
        """min(factor · reward, most); None: no limit."""
        if most is None:
            return Pieces([(start, factor * jump, factor * change) for start, jump, change in self.steps])
        found, last, value, slope, bound = [], 0.0, 0.0, 0.0, 0.0  # bound: the slope of what is limited
        for k, (start, jump, change) in enumerate(self.steps):
            until = self.steps[k + 1][0] if k + 1 < len(self.steps) else math.inf
            before = value + slope * (start - last)
            value, slope, last = before + factor * jump, slope + factor * change, start
            if value < most:
                found.append((start, factor * jump if before <= most else value - most, slope - bound))
                bound = slope
                if slope > 0 and value + slope * (until - start) > most:
                    found.append((start + (most - value) / slope, 0.0, -slope))
                    bound = 0.0
            else:
                found.append((start, max(most - before, 0.0), -bound))
                bound = 0.0
                if slope < 0 and value + slope * (until - start) < most:
                    found.append((start + (most - value) / slope, 0.0, slope))
                    bound = slope
        return Pieces(found)


def reachable(thresholds):
    """Indices of the levels that some attainment reaches as the highest."""
    return [k for k in range(len(thresholds)) if all(later > thresholds[k] for later in thresholds[k + 1:])]


def level_pieces(levels, thresholds, marginal, prior=None, shift=0.0):
    """Pieces of levels (rate, flat). prior: only what is above it is paid (`pays_on: growth`). shift: of `growth`."""
    steps, chosen = [], reachable(thresholds)
    paid_from, rate_before, flat_before, slope = prior or 0.0, 0.0, 0.0, 0.0
    for k, following in zip(chosen, chosen[1:] + [None]):
        (rate, flat), start = levels[k], thresholds[k]
        until = math.inf if following is None else thresholds[following]
        jump = flat
        if not marginal:
            jump += (rate - rate_before) * max(start - paid_from, 0.0) - flat_before
        new_slope = rate if paid_from <= start else 0.0
        steps.append((start, jump, new_slope - slope))
        if start < paid_from < until:
            steps.append((paid_from, 0.0, rate))
            new_slope = rate
        rate_before, flat_before, slope = rate, flat, new_slope
    return Pieces([(start + shift, jump, change) for start, jump, change in steps])


def ratio_pieces(levels, thresholds, marginal, denominator):
    """Of `ratio_to`: the highest level's rate pays on the whole numerator, flats follow the bands."""
    steps, rate_before, flat_before = [], 0.0, 0.0
    for (rate, flat), threshold in zip(levels, thresholds):
        start = threshold * denominator
        steps.append((start, flat - flat_before + (rate - rate_before) * start, rate - rate_before))
        rate_before, flat_before = rate, 0.0 if marginal else flat
    return Pieces(steps)


class Belief:
    """What the rest of the window brings: log-logistic, with the median and log-variance of a lognormal."""

    def __init__(self, mean, cv):
        self.sure = mean <= 0
        if not self.sure:
            self.alpha = mean / math.sqrt(1 + cv * cv)
            self.beta = math.pi / (math.sqrt(3) * math.sqrt(math.log1p(cv * cv)))

    def below(self, x):
        z = min(max(self.beta * math.log(x / self.alpha), -CLAMP), CLAMP)
        return 1 / (1 + math.exp(-z))

    def above(self, x):
        """P(R > x)."""
        if self.sure:
            return 0.0
        z = min(max(self.beta * math.log(x / self.alpha), -CLAMP), CLAMP)
        return 1 / (1 + math.exp(z))

    def density(self, x):
        return self.beta / x * self.below(x) * self.above(x)

    def reaches(self, x):
        """P(R >= x), also of what is reached already."""
        return 1.0 if x <= 0 else self.above(x)

    def excess(self, x):
        """E max(R - x, 0), through the incomplete beta function."""
        if self.sure:
            return 0.0
        x = max(x, 0.0)
        a, b = 1 - 1 / self.beta, 1 / self.beta
        odds = (x / self.alpha)**self.beta
        return self.alpha / self.beta * float(special.betainc(a, b, 1 / (1 + odds)) * special.beta(a, b))


def marginal_reward(pieces, belief, attained):
    """g: dE[reward(attained + R)] / d attained."""
    found = 0.0
    for start, jump, change in pieces.steps:
        ahead = start - attained
        if ahead <= 0:
            found += change
        elif not belief.sure:
            found += change * belief.above(ahead) + jump * belief.density(ahead)
    return found


def expected_reward(pieces, belief, attained=0.0):
    """E[reward(attained + R)]."""
    found = 0.0
    for start, jump, change in pieces.steps:
        ahead = start - attained
        if start <= 0 and attained <= 0:  # what any attainment above 0 reaches
            found += 0.0 if belief.sure else jump
        else:
            found += jump * belief.reaches(ahead)
        found += change * (belief.excess(ahead) + max(-ahead, 0))
    return found
