"""What of a partner does not depend on the replication, for the NumPy peer; and what schedules pay."""
import collections
import math

import numpy as np

from plan import belief, opening_reward

TINY = 1e-20  # in place of 0 where it is divided by, or its logarithm is taken

# One month of an incentive: whether its window opens and ends in it; days from the month to the window's end; the next
# unit's expected reward where nothing is attained; the belief of what is to come, (x / alpha)^beta as
# exp(beta · ln x - offset), where anything is; jumps · beta; attainment expected of the whole window.
Month = collections.namedtuple("Month", "opens closes window days opening believes beta offset steep expected")


class Schedule:
    """Pieces as columns [pieces][1]: all; those ahead of where nothing is attained; those that set a goal."""

    def __init__(self, pieces, dtype):
        def columns(chosen):
            return tuple(np.array(chosen, dtype).reshape(-1, 3)[:, c:c + 1].copy() for c in range(3))

        self.start, self.jump, self.slope = columns(pieces)
        self.ahead, self.ahead_jump, self.ahead_slope = columns([piece for piece in pieces if piece[0] > 0.0])
        self.first_slope = dtype(sum(slope for start, _, slope in pieces if start <= 0.0))
        self.from_nothing = any(start <= 0.0 for start, _, _ in pieces)
        pays = [piece for piece in pieces if piece[1] > 0.0 or piece[2] > 0.0]
        self.threshold, _, _ = columns(pays)
        self.goal, _, _ = columns([piece for piece in pays if piece[0] > 0.0])
        self.goal = 2.0 / self.goal


class Term:
    """An incentive as a partner meets it under a program."""

    def __init__(self, plan, partner, meeting, j):
        taken, eligible, expected = meeting.taken[j], meeting.eligible[j], meeting.expected[j]
        self.number, self.luck, self.slot = taken.number, int(taken.luck), taken.slot
        self.payout_days = taken.payout_days
        self.rep, self.required, self.first_paid = bool(taken.rep), bool(taken.required), taken.first_paid
        self.times = not taken.rep and not taken.stands  # partners may buy ahead, or put off
        self.cap = taken.cap_partner if math.isfinite(taken.cap_partner) else None
        self.windows, self.eligible = taken.windows, eligible
        self.schedule = Schedule(taken.pieces, plan.dtype)
        self.month = [self.find_month(plan, partner, taken, t, w, expected) if w >= 0 and eligible[w] else None
                      for t, w in enumerate(taken.window_of)]
        # what it counts: (line, share of its gross that is seen, place of such shares by past month where they differ)
        view, counted = int(taken.view), meeting.counted[j]
        self.counts = [(n, *partner.view(view, k)) for n, k in enumerate(partner.lines) if counted[k]]
        self.acts = [(partner.acts.index(k), partner.person.factor[view][k]) for k in meeting.actions[j]]
        self.lone = meeting.lone[j]
        self.key = view, counted.tobytes(), tuple(taken.windows)

    def find_month(self, plan, partner, taken, t, w, expected):
        first, last = self.windows[w]
        alpha, beta = belief(expected[t:last + 1].sum(), partner.person.cv, last - t + 1)
        believes = alpha > 0.0
        offset = beta * math.log(alpha) if believes else 0.0
        return Month(first == t, last == t, w, plan.dtype(taken.days_left[t, 0]),
                     plan.dtype(opening_reward(taken.pieces, alpha, beta)), believes, plan.dtype(beta),
                     plan.dtype(offset), self.schedule.ahead_jump * plan.dtype(beta),
                     plan.dtype(expected[first:last + 1].sum()))


class Partner:
    """What of a partner does not depend on the replication. Lines are its series that are no activities, those of
    revenue first."""

    def __init__(self, plan, person):
        self.person, self.plan = person, plan
        self.lines = sorted((k for k in range(person.num) if not person.activity[k]), key=lambda k: not person.sells[k])
        self.acts = [k for k in range(person.num) if person.activity[k]]
        self.num, self.num_sells = len(self.lines), int(person.sells.sum())
        self.usual = [(person.mean[k][:, None] * person.ratio[k]).astype(plan.dtype) for k in self.lines]  # [T][H]
        self.views = []  # [H] shares that differ by past month
        self.net = [self.view(0, k) for k in self.lines[:self.num_sells]]
        self.plain_net = all(weight == 1.0 and seen is None for weight, seen in self.net)
        self.products = [(n, person.product[k], person.net_lone.get(k))
                         for n, k in enumerate(self.lines[:self.num_sells])]
        self.vendor_margin = person.vendor_margin[self.lines[:self.num_sells]].astype(plan.dtype)
        living = plan.living[person.index]
        before = np.concatenate((living[:1], living[:-1]))
        some = (living > 0.0) & (living < before)  # else nobody leaves, or all do
        self.stays = np.log(np.where(some, living, 1.0) / np.where(some, before, 1.0)).astype(plan.dtype)
        self.log_living = np.log(np.maximum(living, 1e-300)).astype(plan.dtype)
        self.terms = [[Term(plan, self, meeting, j) for j in range(len(meeting.taken))] for meeting in person.meeting]

    def view(self, v, k):
        """Share of a gross of series k that view v sees, and place of the shares where they differ, else None."""
        factor = self.person.factor[v][k]
        if np.all(factor == factor[0]):
            return float(factor[0]), None
        place = next((n for n, known in enumerate(self.views) if np.array_equal(known, factor)), len(self.views))
        if place == len(self.views):
            self.views.append(factor)
        return 0.0, place


def reward(schedule, attained, room, out):
    """out: what is payable of attained[n]; room: [2][pieces][n]."""
    value, reached = room[0][:len(schedule.start)], room[1][:len(schedule.start)]
    np.subtract(attained, schedule.start, out=value)
    np.greater_equal(value, 0.0, out=reached)
    value *= schedule.slope
    value += schedule.jump
    value *= reached
    np.add.reduce(value, axis=0, out=out)
    if schedule.from_nothing:
        out *= attained > 0.0
    np.maximum(out, 0.0, out=out)
    return out


def expected_reward(schedule, month, attained, room, out):
    """out: expected marginal reward at attained[n]; room: [3][pieces][n]."""
    x, reaches, g = (part[:len(schedule.ahead)] for part in room)
    np.subtract(schedule.ahead, attained, out=x)
    if not month.believes:
        np.multiply(x <= 0.0, schedule.ahead_slope, out=g)
    else:
        np.maximum(x, TINY, out=x)  # what is reached: for sure, and without density
        np.log(x, out=reaches)
        reaches *= month.beta
        reaches -= month.offset
        np.exp(reaches, out=reaches)
        reaches += 1.0
        np.divide(1.0, reaches, out=reaches)
        np.subtract(1.0, reaches, out=g)
        g *= month.steep
        g /= x
        g += schedule.ahead_slope
        g *= reaches
    np.add.reduce(g, axis=0, out=out)
    if schedule.first_slope != 0.0:
        out += schedule.first_slope
