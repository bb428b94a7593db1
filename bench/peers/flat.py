"""The plan as flat arrays, for compiled loops: what belongs to one thing are neighbors in an array, from `first[thing]`
to `first[thing + 1]`. A thing met by a partner under a program is numbered partner · programs + program.
"""
import collections
import math

import numpy as np

from peer import LEAST_MARGIN, mean_cube
from plan import belief, opening_reward


Flat = collections.namedtuple("Flat", (
    # of incentives, of their pieces
    "first_piece rep required slot window_of cap first_paid days_left opens closes start jump slope "
    # of partners, of their tables, product lines and activities
    "group source segment region alive certain root root_sd root_norm rarity knows_margin margin floor_margin "
    "lone_revenue lone_vendor first_table first_line first_act table line_table line_lone line_product line_class act_table act_extra "
    "act_expected act_class "
    # of partners under programs, of their classes and what these weigh
    "complexity first_taken first_class class_activity class_shadow class_revenue class_vendor class_firm class_rep "
    "first_weight weight weight_of "
    # of incentives as a partner meets them: what is believed, what counts, what would have counted, activities
    "taken taken_lone may alpha beta opening first_count count_table count_class first_before before_table before_class "
    "first_done done_act done_factor"))


class Columns:
    """Arrays that grow row by row; a name that starts with `first_` is closed by `close`."""

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


def find_incentives(plan, out):
    for taken in plan.incentives:
        out.add(first_piece=out.num("start"), rep=bool(taken.rep), required=bool(taken.required), slot=taken.slot,
                window_of=taken.window_of, cap=taken.cap_partner, first_paid=taken.first_paid,
                days_left=taken.days_left[:, 0], opens=[w >= 0 and taken.windows[w][0] == t
                                                       for t, w in enumerate(taken.window_of)],
                closes=[w >= 0 and taken.windows[w][1] == t for t, w in enumerate(taken.window_of)])
        for start, jump, slope in taken.pieces:
            out.add(start=start, jump=jump, slope=slope)
    out.add(first_piece=out.num("start"))


def find_partner(plan, person, out):
    """Its tables, product lines and activities."""
    place = {id(table): k for k, table in enumerate(person.known.values())}
    place[id(None)] = -1
    certain = not math.isfinite(person.level_shape)
    c = 0.0 if certain else 1.0 / (9.0 * person.level_shape)
    known = not math.isnan(person.margin)
    out.add(group=person.group, source=int(person.source), segment=person.segment, region=person.region,
            alive=person.alive, certain=certain, root=1.0 - c, root_sd=math.sqrt(c),
            root_norm=1.0 if certain else mean_cube(1.0 - c, math.sqrt(c)),
            rarity=0.0 if certain else person.rarity, knows_margin=known, margin=person.margin if known else 0.0, floor_margin=max(person.margin, LEAST_MARGIN) if known else 0.0,
            first_table=out.num("table"), first_line=out.num("line_table"), first_act=out.num("act_table"),
            lone_revenue=place[id(person.lone_revenue)], lone_vendor=place[id(person.lone_vendor)])
    for table in person.known.values():
        out.add(table=table)
    for k, table in person.net.items():
        lone = person.net_lone.get(k)
        out.add(line_table=place[id(table)], line_lone=place[id(lone)], line_product=int(person.product[k]),
                line_class=[meeting.class_of[k] for meeting in person.meeting])
    for k, table in person.usual.items():
        out.add(act_table=place[id(table)], act_extra=int(person.extra[k]), act_expected=person.expected[k],
                act_class=[meeting.class_of[k] for meeting in person.meeting])
    acts = {k: n for n, k in enumerate(person.usual)}
    for meeting in person.meeting:
        find_meeting(plan, person, meeting, place, acts, out)


def find_meeting(plan, person, meeting, place, acts, out):
    out.add(first_taken=out.num("taken"), first_class=out.num("class_activity"), complexity=meeting.complexity)
    for c, (activity, firm, rep) in enumerate(meeting.classes):
        out.add(class_activity=activity, class_shadow=int(meeting.shadow_class[c]), first_weight=out.num("weight"),
                class_revenue=place[id(meeting.revenue[c])], class_vendor=place[id(meeting.vendor[c])],
                class_firm=bool(firm), class_rep=bool(rep))
        for j, weight in (*firm, *rep):
            out.add(weight=weight, weight_of=j)
    for j, taken in enumerate(meeting.taken):
        beliefs = [belief(meeting.expected[j][t:taken.windows[w][1] + 1].sum(), person.cv, taken.windows[w][1] - t + 1)
                   if w >= 0 else (0.0, 1.0) for t, w in enumerate(taken.window_of)]
        view = int(taken.view)
        out.add(taken=taken.number, taken_lone=place[id(meeting.lone[j])],
                may=[w >= 0 and bool(meeting.eligible[j][w]) for w in taken.window_of],
                alpha=[alpha for alpha, _ in beliefs], beta=[beta for _, beta in beliefs],
                opening=[opening_reward(taken.pieces, *b) for b in beliefs],
                first_count=out.num("count_table"), first_before=out.num("before_table"),
                first_done=out.num("done_act"))
        for c, table in meeting.attained[j]:
            out.add(count_table=place[id(table)], count_class=c)
        for c, table in meeting.reference[j]:
            out.add(before_table=place[id(table)], before_class=c)
        for k in meeting.actions[j]:
            out.add(done_act=acts[k], done_factor=person.factor[view][k])


def flatten(plan):
    out = Columns()
    find_incentives(plan, out)
    for person in plan.person:
        find_partner(plan, person, out)
    out.add(first_table=out.num("table"), first_line=out.num("line_table"), first_act=out.num("act_table"),
            first_taken=out.num("taken"), first_class=out.num("class_activity"), first_weight=out.num("weight"),
            first_count=out.num("count_table"), first_before=out.num("before_table"), first_done=out.num("done_act"))
    arrays = out.arrays(plan.dtype)
    for name, width in (("act_table", None), ("act_extra", None), ("act_class", plan.S), ("done_act", None)):
        arrays.setdefault(name, np.zeros((0, width) if width else 0, np.int64))
    for name, width in (("act_expected", plan.T), ("done_factor", plan.H)):
        arrays.setdefault(name, np.zeros((0, width), plan.dtype))
    return Flat(**arrays)
