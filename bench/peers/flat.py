"""The plan as flat arrays, for compiled loops: what belongs to one thing are neighbors in an array, from `first[thing]`
to `first[thing + 1]`. A thing met by a partner under a program is numbered partner · programs + program. A line is one
of a partner's series that are no activities.
"""
import collections
import math

import numpy as np

from peer import LEAST_MARGIN, mean_cube
from plan import belief, opening_reward


def record(arrays):
    """One record of arrays by name, truths as bytes: compiled functions take it as one pointer, and know all shapes."""
    kind = [(name, np.uint8 if array.dtype == bool else array.dtype, array.shape) for name, array in arrays.items()]
    out = np.zeros(1, np.dtype(kind, align=True))
    for name, array in arrays.items():
        out[name][0] = array
    return out[0]


class Columns:
    """Arrays that grow row by row; a name that starts with `first_` is closed by `flatten`."""

    def __init__(self):
        self.rows = collections.defaultdict(list)

    def add(self, **values):
        for name, value in values.items():
            self.rows[name].append(value)

    def num(self, name):
        return len(self.rows.get(name, ()))

    def arrays(self, dtype):
        """Fractions become `dtype`, whole numbers int64, truths bool."""
        found = {}
        for name, rows in self.rows.items():
            array = np.array(rows)
            whole = array.dtype == bool or array.dtype.kind in "iu"
            found[name] = array if whole else array.astype(dtype)
        return found


class Places:
    """Rows of one column that a partner looks up, each once."""

    def __init__(self, out, name):
        self.out, self.name, self.first, self.known = out, name, out.num(name), {}

    def find(self, row):
        """The row's place among the partner's, from now on there; -1 of None."""
        if row is None:
            return -1
        key = row.tobytes()
        if key not in self.known:
            self.known[key] = len(self.known)
            self.out.add(**{self.name: row})
        return self.known[key]


def find_incentives(plan, out):
    for taken in plan.incentives:
        out.add(first_piece=out.num("start"), rep=bool(taken.rep), required=bool(taken.required), slot=taken.slot,
                luck=int(taken.luck), times=not taken.rep and not taken.stands, window_of=taken.window_of,
                cap=taken.cap_partner, first_paid=taken.first_paid, has_level=math.isfinite(taken.first_paid),
                payout_days=taken.payout_days, days_left=taken.days_left[:, 0],
                opens=[w >= 0 and taken.windows[w][0] == t for t, w in enumerate(taken.window_of)],
                closes=[w >= 0 and taken.windows[w][1] == t for t, w in enumerate(taken.window_of)])
        for start, jump, slope in taken.pieces:  # goal: 1 / start where more is paid from there on
            pays = start > 0.0 and (jump > 0.0 or slope > 0.0)
            out.add(start=start, jump=jump, slope=slope, goal=1.0 / start if pays else 0.0)
    out.add(first_piece=out.num("start"))


def find_stays(living):
    """[T] logarithm of the share that stays, 0 where nobody leaves or nobody is there."""
    before = np.concatenate((living[:1], living[:-1]))
    some = (living > 0.0) & (living < before)
    return np.where(some, np.log(np.where(some, living / np.where(some, before, 1.0), 1.0)), 0.0)


def find_partner(plan, person, out):
    """Its tables, views, lines and activities."""
    tables, views = Places(out, "table"), Places(out, "view_share")
    certain = not math.isfinite(person.level_shape)
    c = 0.0 if certain else 1.0 / (9.0 * person.level_shape)
    known = not math.isnan(person.margin)
    out.add(group=person.group, source=int(person.source), segment=person.segment, region=person.region,
            alive=person.alive, living=plan.living[person.index], stays=find_stays(plan.living[person.index]),
            certain=certain, root=1.0 - c, root_sd=math.sqrt(c),
            root_norm=1.0 if certain else mean_cube(1.0 - c, math.sqrt(c)), rarity=0.0 if certain else person.rarity,
            knows_margin=known, margin=person.margin if known else 0.0,
            floor_margin=max(person.margin, LEAST_MARGIN) if known else 0.0,
            first_table=tables.first, first_view=views.first, first_line=out.num("line_table"),
            first_act=out.num("act_table"), lone_revenue=tables.find(person.lone_revenue),
            lone_vendor=tables.find(person.lone_vendor))
    lines = [k for k in range(person.num) if not person.activity[k]]
    for k in lines:
        weight, view = find_view(person, views, 0, k)
        out.add(line_table=tables.find(find_usual(person, k)), line_sells=bool(person.sells[k]), line_net=weight,
                line_net_view=view, line_vendor=person.vendor_margin[k], line_product=int(person.product[k]),
                line_lone=tables.find(person.net_lone.get(k)),
                line_class=[meeting.class_of[k] for meeting in person.meeting])
    acts = [k for k in range(person.num) if person.activity[k]]
    for k in acts:
        out.add(act_table=tables.find(person.usual.get(k)), act_extra=int(person.extra[k]),
                act_expected=person.expected[k], act_class=[meeting.class_of[k] for meeting in person.meeting])
    for meeting in person.meeting:
        find_meeting(person, meeting, tables, views, lines, acts, out)


def find_usual(person, k):
    """[T·H] gross of a series per base of the month."""
    return (person.mean[k][:, None] * person.ratio[k]).ravel().astype(person.dtype)


def find_view(person, views, v, k):
    """What view v sees of series k: per gross, and the place of such shares by past month where they differ, or -1."""
    factor = person.factor[v][k]
    return (float(factor[0]), -1) if np.all(factor == factor[0]) else (0.0, views.find(factor))


def find_meeting(person, meeting, tables, views, lines, acts, out):
    out.add(first_taken=out.num("taken"), first_class=out.num("class_activity"), complexity=meeting.complexity)
    for c, (activity, firm, rep) in enumerate(meeting.classes):
        out.add(class_activity=activity, class_shadow=int(meeting.shadow_class[c]), first_weight=out.num("weight"),
                class_firm=bool(firm))
        for j, weight in (*firm, *rep):
            out.add(weight=weight, weight_of=j)
    for j, taken in enumerate(meeting.taken):
        windows = [taken.windows[w] if w >= 0 else None for w in taken.window_of]
        beliefs = [belief(meeting.expected[j][t:window[1] + 1].sum(), person.cv, window[1] - t + 1)
                   if window else (0.0, 1.0) for t, window in enumerate(windows)]
        out.add(taken=taken.number, taken_lone=tables.find(meeting.lone[j]),
                may=[w >= 0 and bool(meeting.eligible[j][w]) for w in taken.window_of],
                alpha=[alpha for alpha, _ in beliefs], beta=[beta for _, beta in beliefs],
                opening=[opening_reward(taken.pieces, *b) for b in beliefs],
                expected=[meeting.expected[j][window[0]:window[1] + 1].sum() if window else 0.0 for window in windows],
                first_count=out.num("count_line"), first_done=out.num("done_act"))
        for n, k in enumerate(lines):
            if meeting.counted[j][k]:
                weight, view = find_view(person, views, int(taken.view), k)
                out.add(count_line=n, count_weight=weight, count_view=view)
        for k in meeting.actions[j]:
            out.add(done_act=acts.index(k), done_factor=person.factor[int(taken.view)][k])


def flatten(plan):
    """The record of all that does not depend on the replication."""
    out = Columns()
    find_incentives(plan, out)
    for person in plan.person:
        find_partner(plan, person, out)
    out.add(first_table=out.num("table"), first_view=out.num("view_share"), first_line=out.num("line_table"),
            first_act=out.num("act_table"), first_taken=out.num("taken"), first_class=out.num("class_activity"),
            first_weight=out.num("weight"), first_count=out.num("count_line"), first_done=out.num("done_act"))
    arrays = out.arrays(plan.dtype)
    for name, width in (("act_table", None), ("act_extra", None), ("act_class", plan.S), ("done_act", None)):
        arrays.setdefault(name, np.zeros((0, width) if width else 0, np.int64))
    for name, width in (("act_expected", plan.T), ("done_factor", plan.H), ("view_share", plan.H)):
        arrays.setdefault(name, np.zeros((0, width), plan.dtype))
    arrays["season_error"], arrays["season_error_all"] = plan.season_error, plan.season_error_all
    return record(arrays)
