"""The plan that `rehearse_bench --dump-plan` writes, and what of it does not depend on the replication.

Lines of a partner that answer alike form a class: what they sell together is one look-up in a table of month and source
month, so that no work is done line by line but for the sums by product line.
"""
import math

import h5py
import numpy as np
from scipy import special

DAYS = 30.4375  # of a month
CLAMP = 40.0  # of the belief's exponent, as in the engine
ACTIVITY = 2


class Plan:
    """dtype: of the arrays that a simulation computes with."""

    def __init__(self, path, dtype=np.float64):
        self.dtype = dtype
        with h5py.File(path, "r") as file:
            def table(name):
                columns = file[name].attrs["description"]
                columns = columns.decode() if isinstance(columns, bytes) else columns
                values = file[name][()].reshape(-1, len(columns.split()))
                return {column: values[:, c] for c, column in enumerate(columns.split())}

            self.study = {name: value[0] for name, value in table("study").items()}
            self.partner, self.driver, self.program = table("partner"), table("driver"), table("program")
            self.incentive, self.piece, self.window = table("incentive"), table("piece"), table("window")
            self.parameter, self.view = table("parameter"), table("view")
            self.parameter_name = [name.decode() for name in file["parameter_name"][()]]
            self.scenario = [name.decode() for name in file["scenario"][()]]
            (self.alive, self.season_error, self.season_error_all, self.series_driver, self.mean, self.rate, self.ratio,
             self.view_table, self.eligible, counts, self.engine_mean, self.engine_error, self.engine_sd) = (
                file[name][()] for name in ("alive", "season_error", "season_error_all", "series_driver", "mean", "rate",
                                            "ratio", "view_table", "eligible", "counts", "engine_mean", "engine_error",
                                            "engine_sd"))
        if self.study["exact"]:
            raise SystemExit("this peer simulates; it knows no exact replay")
        self.living = self.alive
        # of standard normals: a partner lives while its own is below
        self.alive, self.season_error, self.season_error_all = (
            array.astype(dtype) for array in (special.ndtri(self.alive), self.season_error, self.season_error_all))
        self.T, self.H = int(self.study["num_months"]), int(self.study["history_months"])
        self.S, self.P = len(self.scenario), len(self.partner["group"])
        self.reference = int(self.study["reference"])
        self.num_segments = len(self.parameter["mean"]) // len(self.parameter_name)
        self.counts = counts.reshape(-1, len(self.driver["kind"])) > 0
        self.incentives = [Incentive(self, j) for j in range(len(self.incentive["program"]))]
        self.person = [Person(self, i) for i in range(self.P)]


class Incentive:
    def __init__(self, plan, j):
        for name, column in plan.incentive.items():
            setattr(self, name, float(column[j]))
        self.number = j
        first, num = int(self.first_piece), int(self.num_pieces)
        self.pieces = [tuple(float(plan.piece[name][k]) for name in ("start", "jump", "slope_change"))
                       for k in range(first, first + num)]
        mine = plan.window["incentive"] == j
        self.windows = [(int(a), int(b)) for a, b in zip(plan.window["first"][mine], plan.window["last"][mine])]
        self.window_of = np.full(plan.T, -1)
        for w, (first, last) in enumerate(self.windows):
            self.window_of[first:last + 1] = w
        self.slot = int(self.first_slot)
        self.days_left = np.array([(self.windows[w][1] - t + 0.5) * DAYS if w >= 0 else 0.0
                                   for t, w in enumerate(self.window_of)]).astype(plan.dtype)[:, None]

    def repeats(self, period):
        """Windows look the same from every month and the one `period` months later."""
        T = len(self.window_of)
        shape = [(t - self.windows[w][0], self.windows[w][1] - t) if w >= 0 else None
                 for t, w in enumerate(self.window_of)]
        return None not in shape and all(shape[t] == shape[t + period] for t in range(T - period))


def belief(mean, cv, months):
    variance = cv * cv / months
    if not (mean > 0.0 and variance > 0.0):
        return 0.0, 1.0
    return mean / math.sqrt(1.0 + variance), math.pi / (math.sqrt(3.0) * math.sqrt(math.log1p(variance)))


def opening_reward(pieces, alpha, beta):
    """Expected marginal reward where nothing is attained yet."""
    g = 0.0
    for start, jump, slope in pieces:
        if start <= 0.0:
            g += slope
        elif alpha > 0.0:
            z = min(max(beta * math.log(start / alpha), -CLAMP), CLAMP)
            survival = 1.0 / (1.0 + math.exp(z))
            g += slope * survival + jump * beta / start * survival * (1.0 - survival)
    return g


class Person:
    """A partner: tables of what it sells, and how it meets each program."""

    def __init__(self, plan, i):
        for name, column in plan.partner.items():
            setattr(self, name, float(column[i]))
        first, self.num = int(self.first_series), int(self.num_series)
        series = slice(first, first + self.num)
        self.driver = plan.series_driver[series]
        self.mean, self.ratio = plan.mean[series], plan.ratio[series]
        rate = plan.rate[series][:, None]  # of activities: what is expected of them
        self.expected = np.where(np.isnan(rate), self.mean, rate).astype(plan.dtype)
        self.activity = plan.driver["kind"][self.driver] == ACTIVITY
        self.sells = plan.driver["kind"][self.driver] == 0
        self.product = plan.driver["product"][self.driver].astype(int)
        self.extra = plan.driver["extra"][self.driver].astype(int)
        self.vendor_margin = plan.driver["vendor_margin"][self.driver]
        self.alive, self.index = plan.alive[i], i
        self.segment, self.region, self.group = int(self.segment), int(self.region), int(self.group)
        views = int(plan.study["num_views"])
        self.conversion, self.factor, self.lone = [], [], []  # by view: [series], [series][H], [series][H] or None
        for v in range(views):
            rows = [(first + k) * views + v for k in range(self.num)]
            self.conversion.append(plan.view["conversion"][rows])
            tables = plan.view["ratio"][rows].astype(int)
            constant = plan.view["constant"][rows] > 0
            factor = [np.full(plan.H, self.conversion[v][k]) if constant[k] else
                      plan.view_table[tables[k]:tables[k] + plan.H] for k in range(self.num)]
            lone = [plan.view_table[place:place + plan.H] if place >= 0 and not constant[k] else np.zeros(plan.H)
                    for k, place in enumerate(plan.view["lone"][rows].astype(int))]
            self.factor.append(np.array(factor).reshape(self.num, plan.H))
            self.lone.append(np.array(lone).reshape(self.num, plan.H))
        self.factor = [factor.astype(plan.dtype) for factor in self.factor]
        self.known, self.meeting, self.dtype = {}, [], plan.dtype
        self.find_sales()
        for p in range(plan.S):
            self.meeting.append(Meeting(plan, self, p))
        reference = self.meeting[plan.reference]
        for meeting in self.meeting:
            meeting.bind_reference(self, reference)

    def find_sales(self):
        """Tables of single series: net revenue, returns without sales, counts; and what no behavior changes."""
        single, ones = np.eye(self.num, dtype=bool), np.ones(self.num)
        net = self.ratio * self.factor[0]
        lines = [k for k in range(self.num) if self.sells[k]]
        self.net = {k: self.table(single[k], ones, net) for k in lines}
        self.net_lone = {k: self.table(single[k], ones, self.lone[0]) for k in lines if np.any(self.lone[0][k])}
        self.usual = {k: self.table(single[k], ones, self.ratio) for k in range(self.num) if self.activity[k]}
        self.net = {k: table for k, table in self.net.items() if table is not None}
        self.lone_revenue = self.table(self.sells, ones, self.lone[0])
        self.lone_vendor = self.table(self.sells, self.vendor_margin, self.lone[0])

    def table(self, which, weight, what):
        """[T·H] of Σ over series of weight · mean · what: what they sell (or count) per base of the month. Equal tables
        are one object; None: all 0."""
        if not np.any(which):
            return None
        table = np.einsum("k,kt,kh->th", weight[which], self.mean[which], what[which]).ravel().astype(self.dtype)
        return self.known.setdefault(table.tobytes(), table) if np.any(table) else None


class Meeting:
    """One partner under one program."""

    def __init__(self, plan, person, p):
        first, num = int(plan.program["first_incentive"][p]), int(plan.program["num_incentives"][p])
        self.taken = [plan.incentives[j] for j in range(first, first + num)
                      if np.any(plan.eligible[person.index, j])]
        self.eligible = [np.array([(int(plan.eligible[person.index, j.number, w // 64]) >> (w % 64)) & 1
                                   for w in range(len(j.windows))], bool) for j in self.taken]
        self.complexity = min(0.3 * (len(self.taken) - 1) +
                              sum(j.burden for j in self.taken) / len(self.taken), 3.0) if self.taken else 0.0
        counted = [plan.counts[j.number][person.driver] for j in self.taken]
        self.counted = counted
        weight = np.array([np.where(counted[j], person.conversion[int(taken.view)], 0.0)
                           for j, taken in enumerate(self.taken)]).reshape(len(self.taken), person.num)
        shadow = person.meeting[0].class_of if person.meeting else np.zeros(person.num, int)
        self.find_classes(person, weight, shadow)
        self.find_steps(plan, person, weight)
        # what incentive j counts of the classes of sales, of single activities, and of returns without sales
        ones = np.ones(person.num)
        self.attained = [self.sales_by_class(person, j, self) for j in range(len(self.taken))]
        self.lone = [person.table(counted[j], ones, person.lone[int(taken.view)])
                     for j, taken in enumerate(self.taken)]
        self.actions = [[k for k in range(person.num) if person.activity[k] and counted[j][k]]
                        for j in range(len(self.taken))]
        # revenue and the vendor's margin of it, by class
        net = person.ratio * person.factor[0]
        self.revenue = [person.table((self.class_of == c) & person.sells, ones, net) for c in range(len(self.classes))]
        self.vendor = [person.table((self.class_of == c) & person.sells, person.vendor_margin, net)
                       for c in range(len(self.classes))]

    def find_classes(self, person, weight, shadow_class):
        """Series of equal kind and weights, also under the program in force."""
        keys, self.class_of = [], np.zeros(person.num, int)
        for k in range(person.num):
            key = (bool(person.activity[k]), tuple(weight[:, k]), shadow_class[k])
            if key not in keys:
                keys.append(key)
            self.class_of[k] = keys.index(key)
        self.classes = []
        self.shadow_class = [shadow for _, _, shadow in keys]
        for activity, weights, _ in keys:
            firm = [(j, w) for j, w in enumerate(weights) if w != 0.0 and not self.taken[j].rep]
            rep = [(j, w) for j, w in enumerate(weights) if w != 0.0 and self.taken[j].rep]
            self.classes.append((activity, firm, rep))

    def find_steps(self, plan, person, weight):
        """Months that can be lived at once: those of the same place in all windows. A partner's cap ties them."""
        T = plan.T
        tied = any(math.isfinite(j.cap_partner) for j in self.taken)
        self.period = next((period for period in (1, 2, 3, 6, 12) if not tied and T % period == 0 and
                            all(j.repeats(period) for j in self.taken)), T)
        expected = self.expected = weight @ person.expected
        self.steps = []
        for place in range(self.period):
            months = range(place, T, self.period)
            self.steps.append((slice(place, T, self.period),
                               [self.find_step(plan, person, j, months, expected[j]) for j in range(len(self.taken))]))

    def find_step(self, plan, person, j, months, expected):
        """None where nothing is open to the partner, else opening, closing; as columns over the months: g (where a
        window opens), alpha, beta, which may take part; and the windows."""
        taken = self.taken[j]
        windows = taken.window_of[list(months)]
        if np.any(windows < 0) or not np.any(self.eligible[j][windows]):
            return None
        opening = taken.windows[windows[0]][0] == months[0]
        closing = taken.windows[windows[0]][1] == months[0]
        beliefs = [belief(expected[t:taken.windows[w][1] + 1].sum(), person.cv, taken.windows[w][1] - t + 1)
                   for t, w in zip(months, windows)]
        alpha, beta = (np.array(column, plan.dtype)[:, None] for column in zip(*beliefs))
        may = self.eligible[j][windows][:, None]
        g = np.array([[opening_reward(taken.pieces, *b)] for b in beliefs], plan.dtype) * may
        step = int(windows[1] - windows[0]) if len(windows) > 1 else 1
        closes = slice(int(windows[0]), int(windows[-1]) + 1, step)
        return opening, closing, g, alpha, beta, may, closes

    def sales_by_class(self, person, j, answered):
        """(class, table) of what incentive j counts of sales; classes are those of the meeting `answered`."""
        counts = person.ratio * person.factor[int(self.taken[j].view)]
        which = self.counted[j] & ~person.activity
        tables = [(c, person.table((answered.class_of == c) & which, np.ones(person.num), counts))
                  for c in range(len(answered.classes))]
        return [(c, table) for c, table in tables if table is not None]

    def bind_reference(self, person, reference):
        """What incentives would count by the reference's behavior: by the reference's classes."""
        self.reference = [self.sales_by_class(person, j, reference) for j in range(len(self.taken))]
