"""What is random in a block of replications of the NumPy peer."""
import math

import numpy as np

from numpy_partner import TINY
from peer import MARKET_SHARED, Parameters
from plan import DAYS

LATE_DAYS = 20.0  # after the due date


class Draws(Parameters):
    """What is random in a block of B replications and shared by partners."""

    def __init__(self, plan, rng, B, dtype):
        super().__init__(plan, rng, B, dtype)
        self.common, self.common_season, self.common_life = self.normal(B), self.normal((12, B)), self.normal(B)
        self.group, self.source = None, {}
        value = self.value
        self.trusts, self.errs, self.strives, self.displaces = (
            self.is_on(name) for name in ("trust_step", "claim_error", "goal_gradient", "displacement"))
        self.reaches = self.is_on("topup_reach") and self.is_on("topup_able")
        self.leaves = any(self.is_on(f"leave_{of}") for of in ("missed", "rewarded", "trust", "share"))
        self.trusted = 1.0 - value["trust_weight"] * (1.0 - value["trust"])  # at rest
        if not self.trusts:
            self.feel = [feel * self.trusted for feel in self.feel]
        self.log_right = np.log1p(-value["trust_step"])  # of the distrust that a payment in time leaves
        self.log_wrong = np.log(np.maximum(1.0 - 2.0 * value["trust_step"], TINY))  # of trust, a wrong one
        self.stays_trusting = 1.0 - value["trust_return"]
        self.resting = value["trust_return"] * (1.0 - value["trust"])
        self.least, self.most = 1.0 / value["response_limit"], value["response_limit"]
        self.payment = [self.find_payment(incentive) for incentive in plan.incentives]

    def is_on(self, name):
        return bool((self.value[name] > 0.0).any())

    def find_payment(self, incentive):
        """Mean days from the due date to the payment, and spread of their logarithm."""
        known = not math.isnan(incentive.processing)
        days = np.full(self.B, incentive.processing, self.dtype) if known else self.value["processing_days"]
        sd = incentive.processing_sd if known else self.value["processing_sd"]
        return days, np.sqrt(np.log1p((sd / np.maximum(days, TINY)) ** 2)) * (days > 0.0)

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
        """[T][B] past month that each month replays."""
        plan, own = self.plan, key >= len(self.plan.season_error)
        if own or key not in self.source:
            begins = self.uniform((plan.T, self.B)) * plan.study["block_months"] < 1.0
            begins[0] = True
            self.source[key] = begins, self.go(begins)
        begins, shared = self.source.pop(key) if own else self.source[key]
        return self.go(begins, shared) if plan.study["follow"] < 1.0 else shared

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


class Luck:
    """Of the claims of one incentive and month: what is claimed and the share of it that is paid, as numbers; days from
    the due date to the payment."""

    def __init__(self, draws, term):
        value = draws.value
        rate = value["claim_rate_required" if term.required else "claim_rate_automatic"]
        mean, spread = draws.payment[term.number]
        u = draws.uniform(draws.B)
        self.claims = u < rate
        self.days = mean * np.exp(spread * draws.normal(draws.B) - 0.5 * spread * spread)
        self.is_late = self.days > LATE_DAYS
        if draws.errs:  # of those that are claimed the lower part is paid wrong, and half of it too much
            half = 0.5 * value["claim_error"]
            over, less = value["overpaid"] / half, np.minimum(value["underpaid"] / half, 1.0)
            is_wrong = u < value["claim_error"] * rate
            self.share = 1.0 + is_wrong * np.where(u < half * rate, over, -less)
            self.wrong = is_wrong.astype(draws.dtype)
            self.is_late |= is_wrong
        self.claimed = self.claims.astype(draws.dtype)
        self.arrivals = {}

    def arrive(self, first, T, payout_days):
        """(month, who is paid right, who is not) of those paid from month `first` on, payout_days being those between
        the window's end and the due date."""
        if payout_days not in self.arrivals:
            months = ((self.days + payout_days) / DAYS).astype(np.int16)
            found = []
            for k in range(T - first):
                now = self.claims & (months == k)
                if now.any():
                    found.append((first + k, now & ~self.is_late, now & self.is_late))
            self.arrivals[payout_days] = found
        return self.arrivals[payout_days]
