#!/usr/bin/python3
"""What a program owes, computed a second time: slowly, in rationals, step by step as docs/program-language.md tells it.

    settle_oracle.py LEDGER.csv PARTNERS.csv PROGRAM.yaml [--targets TARGETS.csv] [--from 2017-01] [--until 2017-12]

prints the statement that `rehearse settle` must write for the same files, byte for byte. Nothing here is taken from the
C sources, nothing is fast, and files that `rehearse` refuses for their form are not looked for: only what a well-formed
program can run into on a history raises Refused.

Months are numbers, 12 * year + month - 1. Money, counts and rates are Fractions of one.
"""
import argparse
import csv
import datetime
import os
import re
import sys
from fractions import Fraction

import yaml

CENT = Fraction(1, 100)
FOUR = Fraction(1, 10**4)
SIX = Fraction(1, 10**6)
LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}
ALWAYS_MONEY = ("revenue", "sell_through", "recurring_revenue", "marketing_spend")
STATEMENT = ("partner_id,incentive,window_start,window_end,attainment,level,multiplier,earned,cut,carried_in,"
             "carried_out,payable,reason")
REASONS = ("once", "window_cap", "exclusive", "partner_cap", "minimum", "total_cap", "budget")


class Refused(Exception):
    """The program cannot be settled on this history."""


# ---------------------------------------------------------------------------------------------------- values


def half_even(value, unit):
    """The multiple of unit that is nearest, a tie going to the even one."""
    return round(Fraction(value) / unit) * unit


def number(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kM%]?)", text)
    if not found:
        raise Refused(f"not a number: {text}")
    return Fraction(found[1]) * {"": 1, "k": 1000, "M": 10**6, "%": CENT}[found[2]]


def month_of(day):
    return 12 * day.year + day.month - 1


def read_month(text):
    year, month = text.split("-")
    return 12 * int(year) + int(month) - 1


def first_day(month):
    return datetime.date(month // 12, month % 12 + 1, 1)


def last_day(month):
    return first_day(month + 1) - datetime.timedelta(days=1)


def later(day, duration):
    """day + duration; months keep the day of the month, clamped to the month's end."""
    count, unit = duration.split()
    if unit.startswith("day"):
        return day + datetime.timedelta(days=int(count))
    month = month_of(day) + int(count)
    return first_day(month).replace(day=min(day.day, last_day(month).day))


def as_list(value):
    return value if isinstance(value, list) else [value]


# ---------------------------------------------------------------------------------------------------- files


class Row:
    """A line of the ledger."""

    def __init__(self, cells):
        def decimal(name):
            return Fraction(cells[name].strip()) if (cells.get(name) or "").strip() else None

        self.partner = cells["partner_id"]
        self.month = month_of(datetime.date.fromisoformat(cells["date"].strip()))
        self.measure = cells.get("measure") or "revenue"
        self.product = cells.get("product") or ""
        self.quantity = decimal("quantity")
        self.amount = decimal("amount")
        self.cells = cells


class History:
    """The three files, as they are."""

    def __init__(self, ledger, partners, targets=None):
        self.rows = [Row(cells) for cells in read_csv(ledger)]
        self.partners = {cells["partner_id"]: cells for cells in read_csv(partners)}
        self.joined = dict.fromkeys(self.partners)
        for partner, cells in self.partners.items():
            if (cells.get("joined") or "").strip():
                self.joined[partner] = datetime.date.fromisoformat(cells["joined"].strip())
        self.targets = {}
        for cells in read_csv(targets) if targets else []:
            key = cells["partner_id"], cells["measure"], cells["window"], cells["window_start"].strip()
            self.targets[key] = Fraction(cells["target"].strip())
        self.first = min(row.month for row in self.rows)
        self.last = max(row.month for row in self.rows)
        self.with_amounts = {row.measure for row in self.rows if row.amount is not None}

    def is_money(self, measure):
        return measure in ALWAYS_MONEY or measure in self.with_amounts

    def cell(self, partner, column):
        return self.partners[partner].get(column) or ""

    def ids(self):
        return sorted(self.partners, key=lambda partner: partner.encode())


def read_csv(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def read_program(path):
    """The program's keys, `extends` carried out. Every scalar is a string."""
    with open(path, encoding="utf-8") as file:
        program = yaml.load(file, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    if "extends" not in program:
        return program
    base = read_program(os.path.join(os.path.dirname(path), program.pop("extends")))
    incentives = {incentive["name"]: incentive for incentive in base.get("incentives", [])}
    for name in program.pop("remove", []):
        del incentives[name]
    for incentive in program.pop("incentives", []):
        incentives[incentive["name"]] = incentive  # a known name keeps its place, a new one goes to the end
    return {**base, **program, "incentives": list(incentives.values())}


# ---------------------------------------------------------------------------------------------------- behavior


def passes(where, row):
    for column, condition in where.items():
        cell = row.cells.get(column) or ""
        found = re.fullmatch(r"(<=|>=|<|>) *(.*)", condition) if isinstance(condition, str) else None
        if found:
            if cell.strip() == "":
                return False
            try:
                left, right = Fraction(cell.strip()), number(found[2])
            except ValueError:
                raise Refused(f"{column} is not a number: {cell}") from None
            holds = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[found[1]]
        else:
            wanted, equal = as_list(condition), True
            found = re.fullmatch(r"(!=|=) *(.*)", condition) if isinstance(condition, str) else None
            if found:
                wanted, equal = [found[2]], found[1] == "="
            holds = (cell in ["" if text == "none" else text for text in wanted]) == equal
        if not holds:
            return False
    return True


class Books:
    """Totals of a measure, in the program's currency."""

    def __init__(self, history, program):
        self.history, self.program = history, program
        self.year_starts = int(program.get("year_starts", "1"))
        self.sums = {}

    def rate_of(self, partner):
        currency = self.history.cell(partner, "currency")
        if currency in ("", self.program["currency"]):
            return Fraction(1)
        if currency not in self.program.get("fx", {}):
            raise Refused(f"no fx for {currency}")
        return number(self.program["fx"][currency])

    def months(self, behavior):
        """{(partner, month): (net, sales, returns)}: sums of the rows that pass, converted and rounded each."""
        key = repr(behavior)
        if key not in self.sums:
            measure, where = behavior["measure"], behavior.get("where", {})
            money = measure != "units" and self.history.is_money(measure)
            sums = {}
            for row in self.history.rows:
                if row.measure != ("revenue" if measure == "units" else measure):
                    continue
                if "product" in behavior and row.product not in as_list(behavior["product"]) or not passes(where, row):
                    continue
                value = (row.amount if money else row.quantity) or 0
                parts = sums.setdefault((row.partner, row.month), [0, 0, 0])
                parts[0] += value
                parts[1 if value > 0 else 2] += value
            self.sums[key] = {
                (partner, month): [half_even(part * (self.rate_of(partner) if money else 1), FOUR) for part in parts]
                for (partner, month), parts in sums.items()
            }
        return self.sums[key]

    def as_dated(self, behavior, partner, first, last):
        """Total of a window, returns in the months they are dated in."""
        months = self.months(behavior)
        return sum((months[partner, month][0] for month in range(first, last + 1) if (partner, month) in months),
                   Fraction(0))

    def grid(self, kind, month):
        """First and last month of the window of the calendar that the month lies in."""
        first = month - (month - (self.year_starts - 1)) % LENGTH[kind]
        return first, first + LENGTH[kind] - 1

    def home(self, kind, within, month):
        """The window of the grid that the returns of a month belong to, under a clawback of so many months."""
        for earlier in range(month - within, month):  # the earliest window that ended there
            if self.grid(kind, earlier)[1] == earlier:
                return self.grid(kind, earlier)
        return self.grid(kind, month)

    def by_month(self, incentive, partner, first, last):
        """{month: total} of the incentive's behavior in one of its windows, or the same one of another year. Returns
        that a clawback brings from after the window are in its last month."""
        months, totals = self.months(incentive["behavior"]), dict.fromkeys(range(first, last + 1), Fraction(0))
        kind = incentive["window"]
        within = int(incentive["clawback"]["within"].split()[0]) if "clawback" in incentive else None
        for month in range(first, last + (within or 0) + 1):
            net, sales, returns = months.get((partner, month), (0, 0, 0))
            if within is None:
                totals[month] = net
                continue
            if month <= last:
                totals[month] += sales
            if kind == "program" or self.home(kind, within, month) == (first, last):
                totals[min(month, last)] += returns
        return totals

    def total(self, incentive, partner, first, last):
        """Total of the incentive's behavior over such a window."""
        return sum(self.by_month(incentive, partner, first, last).values(), Fraction(0))

    def in_data(self, first, last):
        return self.history.first <= first and last <= self.history.last

    def meets(self, condition, partner, first, last):
        behavior = {key: condition[key] for key in ("measure", "product") if key in condition}
        return self.as_dated(behavior, partner, first, last) >= number(condition["at_least"])

    def tier(self, partner, month):
        """Index of the program's tier in that month, from 0; None: none."""
        levels, review = self.program["tiers"]["levels"], self.program["tiers"]["review"]
        last = self.grid(review, month)[0] - 1
        first = self.grid(review, last)[0]
        if not self.in_data(first, last):
            return 0
        held = [index for index, level in enumerate(levels)
                if all(self.meets(condition, partner, first, last) for condition in level.get("when", []))]
        return held[-1] if held else None

    def tier_name(self, partner, month):
        if "tiers" not in self.program:
            return self.history.cell(partner, "tier")
        index = self.tier(partner, month)
        return "" if index is None else self.program["tiers"]["levels"][index]["name"]


# ---------------------------------------------------------------------------------------------------- incentives


class Line:
    """A partner's window of an incentive, on its way through the steps."""

    def __init__(self, partner, order, name, first, last, decimals=4):
        self.partner, self.order, self.name, self.first, self.last = partner, order, name, first, last
        self.decimals = decimals
        self.attainment = self.gross = Fraction(0)
        self.level = 0
        self.multiplier = Fraction(1)
        self.earned = self.amount = self.carried_in = self.carried_out = Fraction(0)
        self.reasons = set()

    def lower(self, amount, reason):
        """Takes the amount down to another one, for a reason, if it is a lower one."""
        if amount < self.amount:
            self.amount = amount
            self.reasons.add(reason)

    def text(self):
        cut = self.earned + self.carried_in - self.carried_out - self.amount
        reasons = "+".join(reason for reason in REASONS if reason in self.reasons)
        cells = [self.partner, self.name, first_day(self.first).isoformat(), last_day(self.last).isoformat(),
                 decimals(self.attainment, self.decimals), str(self.level), decimals(self.multiplier, 6)]
        cells += [decimals(money, 2) for money in (self.earned, cut, self.carried_in, self.carried_out, self.amount)]
        return ",".join(quote(cell) for cell in cells + [reasons])


def decimals(value, count):
    scaled = value * 10**count
    assert scaled.denominator == 1 and scaled >= 0, f"{value} does not fit {count} decimals"
    digits = str(scaled.numerator).rjust(count + 1, "0")
    return f"{digits[:-count]}.{digits[-count:]}"


def quote(cell):
    return '"' + cell.replace('"', '""') + '"' if re.search('[,"\r\n]', cell) else cell


def share_out(amounts, left):
    """What each of the amounts gets of what is left; spare cents by largest remainder, ties to the earlier."""
    if sum(amounts) <= left:
        return amounts
    exact = [amount * left / sum(amounts) for amount in amounts]
    return by_remainder(exact, left)


def by_remainder(exact, whole):
    """Shares in cents: each rounded down, the cents that are spare to the largest remainders, ties to the earlier."""
    shares = [share // CENT * CENT for share in exact]
    order = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[:int((whole - sum(shares)) / CENT)]:
        shares[i] += CENT
    return shares


def percentile(values, percent):
    """Type 7."""
    values = sorted(values)
    place = Fraction(percent, 100) * (len(values) - 1)
    low = place.numerator // place.denominator
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


class Incentive:
    """Steps 1 to 4 of one incentive, and what it remembers between windows."""

    def __init__(self, keys, order, books, first, last):
        self.keys, self.order, self.books, self.history = keys, order, books, books.history
        self.name, self.kind = keys["name"], keys["window"]
        self.metric = keys.get("metric", "total")
        self.reward = keys["reward"]
        self.levels = self.reward.get("levels", [])
        self.marginal = self.reward.get("bands", "marginal") == "marginal"
        self.pays_on_growth = self.reward.get("pays_on") == "growth"
        self.horizon = first, last
        self.windows = self.whole_windows()
        if not self.windows:
            raise Refused(f"{self.name} has no whole window")
        self.streak, self.used, self.kept, self.carried, self.drawn = {}, set(), {}, {}, {}
        self.total_used = Fraction(0)

    def metric_is(self, name):
        return self.metric == name or isinstance(self.metric, dict) and name in self.metric

    def whole_windows(self):
        active = self.keys.get("active", {})
        first = read_month(active["from"]) if "from" in active else self.horizon[0]
        last = read_month(active["until"]) if "until" in active else self.horizon[1]
        if self.kind == "program":
            windows = [(first, last)]
        else:
            windows = sorted({self.books.grid(self.kind, month) for month in range(first, last + 1)})
        first, last = max(first, self.horizon[0]), min(last, self.horizon[1])
        return [window for window in windows if first <= window[0] and window[1] <= last]

    def total(self, partner, first, last):
        return self.books.total(self.keys, partner, first, last)

    # -- step 1

    def fits(self, audience, partner, first):
        for key, wanted in audience.items():
            if key == "except":
                if self.fits(wanted, partner, first):
                    return False
            elif key == "tenure":
                joined, start = self.history.joined[partner], first_day(first)
                if joined is None:
                    return False
                if "at_least" in wanted and later(joined, wanted["at_least"]) > start:
                    return False
                if "at_most" in wanted and later(joined, wanted["at_most"]) < start:
                    return False
            else:
                value = partner if key == "partner" else self.history.cell(partner, key)
                if key == "tier":
                    value = self.books.tier_name(partner, first)
                if value not in as_list(wanted):
                    return False
        return True

    def has_required(self, partner, first):
        for condition in self.keys.get("requires", []):
            until = self.books.grid(condition["window"], first)[0] - 1
            since = self.books.grid(condition["window"], until)[0]
            if not self.books.in_data(since, until) or not self.books.meets(condition, partner, since, until):
                return False
        return True

    def base(self, form, partner, first, last):
        """What a threshold of that form is a share of, or the percentile; None where there is no base."""
        if form == "target":
            key = partner, self.keys["behavior"]["measure"], self.kind, first_day(first).isoformat()
            base = self.history.targets.get(key, 0)
            return base if base > 0 else None
        if not self.books.in_data(first - 12, last - 12):
            return None
        if form == "prior_year":
            joined = self.history.joined[partner]
            if joined is not None and joined > first_day(first - 12):
                return None
            base = self.total(partner, first - 12, last - 12)
        else:
            percent, scope = form
            peers = [peer for peer in self.history.partners
                     if scope == "all" or self.history.cell(peer, scope) == self.history.cell(partner, scope)]
            peers = [peer for peer in peers
                     if self.history.joined[peer] is None or self.history.joined[peer] <= first_day(first - 12)]
            if not peers:
                return None
            base = percentile([max(0, self.total(peer, first - 12, last - 12)) for peer in peers], percent)
        return base if base > 0 else None

    def forms(self):
        """The bases that the incentive needs."""
        texts = [level["from"] for level in self.levels if "from" in level]
        if self.metric_is("streak"):
            texts.append(self.metric["at_least"])
        forms = {threshold(text)[0] for text in texts} - {None}
        return forms | ({"prior_year"} if self.pays_on_growth or self.metric == "growth" else set())

    def eligible(self, first, last):
        """{partner: {form: base}} of those who take part in the window."""
        found = {}
        for partner in self.history.ids():
            joined = self.history.joined[partner]
            if joined is not None and joined > last_day(last):
                continue
            if self.fits(self.keys.get("audience", {}), partner, first) and self.has_required(partner, first):
                bases = {form: self.base(form, partner, first, last) for form in self.forms()}
                if None not in bases.values():
                    found[partner] = bases
        return found

    # -- steps 2 and 3

    def thresholds(self, bases):
        return [resolve(level["from"], bases) for level in self.levels]

    def pay_level(self, attainment, bases, bands_of=None):
        """Level and gross for an attainment; with `bands_of` the attainment only decides the level (ratio, streak)."""
        limits = self.thresholds(bases)
        prior = bases["prior_year"] if self.pays_on_growth else Fraction(0)
        reachable = [k for k in range(len(limits)) if all(limits[j] > limits[k] for j in range(k + 1, len(limits)))]
        reached = [k for k in reachable if attainment > 0 and attainment >= limits[k]]
        if not reached:
            return 0, Fraction(0)
        highest = self.levels[reached[-1]]
        if self.marginal:
            gross = sum(number(self.levels[k].get("flat", "0")) for k in reached)
        else:
            gross = number(highest.get("flat", "0"))
        if bands_of is not None:
            gross += per_one(highest) * bands_of
        elif self.marginal:
            for k, following in zip(reachable, reachable[1:] + [None]):
                top = attainment if following is None else min(attainment, limits[following])
                gross += per_one(self.levels[k]) * max(0, top - max(limits[k], prior))
        else:
            gross += per_one(highest) * max(0, attainment - prior)
        return reached[-1] + 1, gross

    def settle(self, first, last):
        """Lines of all eligible partners, up to and with step 4."""
        eligible = self.eligible(first, last)
        lines = {partner: Line(partner, self.order, self.name, first, last) for partner in eligible}
        for partner, line in lines.items():
            line.attainment = max(Fraction(0), self.total(partner, first, last))
        if "match" in self.reward:
            self.match(lines, first, last)
        elif self.metric_is("rank_in"):
            self.rank(lines)
        elif self.metric_is("pooled_by"):
            self.pool(lines, eligible)
        else:
            for partner in self.history.partners:
                if partner not in lines:
                    self.streak[partner] = 0
            for partner, line in lines.items():
                self.pay_alone(line, eligible[partner])
        for line in lines.values():
            line.multiplier = self.multiplier(line.partner, first)
            line.earned = line.amount = half_even(line.gross * line.multiplier, CENT)
        return [line for line in lines.values() if line.attainment != 0 or line.earned != 0]

    def pay_alone(self, line, bases):
        total, paid = line.attainment, None
        if self.metric == "growth":
            line.attainment = max(Fraction(0), total - bases["prior_year"])
        elif self.metric_is("ratio_to"):
            of = self.books.as_dated(self.metric["ratio_to"], line.partner, line.first, line.last)
            line.attainment = half_even(total / of, SIX) if of > 0 else Fraction(0)
            line.decimals, paid = 6, total
        elif self.metric_is("streak"):
            count = self.streak.get(line.partner, 0) % int(self.metric["streak"]) + 1
            if self.total(line.partner, line.first, line.last) < resolve(self.metric["at_least"], bases):
                count = 0
            self.streak[line.partner] = count
            line.attainment, paid = Fraction(count), Fraction(0)
        line.level, line.gross = self.pay_level(line.attainment, bases, paid)

    def rank(self, lines):
        scope = self.metric["rank_in"]
        for line in lines.values():
            if line.attainment == 0:
                continue
            rank = 1 + sum(1 for other in lines.values() if other.attainment > line.attainment and (
                scope == "all" or self.history.cell(other.partner, scope) == self.history.cell(line.partner, scope)))
            for index, level in enumerate(self.levels):
                if rank <= int(level["top"]):
                    line.level, line.gross = index + 1, number(level["flat"])
                    break

    def pool(self, lines, eligible):
        pools = {}
        for partner, line in lines.items():
            cell = self.history.cell(partner, self.metric["pooled_by"])
            pools.setdefault((cell, "" if cell else partner), []).append(line)
        for members in pools.values():
            contributed = sum(line.attainment for line in members)
            bases = {form: sum(eligible[line.partner][form] for line in members) for form in self.forms()}
            level, gross = self.pay_level(contributed, bases)
            gross = half_even(gross, CENT)
            shares = [gross * line.attainment / contributed if contributed else gross for line in members]
            for line, share in zip(members, by_remainder(shares, gross) if contributed else shares):
                line.level, line.gross = level, share

    def match(self, lines, first, last):
        fund = self.reward["fund"]
        for partner, line in lines.items():
            for month, spend in self.books.by_month(self.keys, partner, first, last).items():
                wanted = number(self.reward["match"]) * max(0, spend)
                oldest = month - int(fund["expires"].split()[0]) if "expires" in fund else self.horizon[0]
                for source in range(max(self.horizon[0], oldest), month):
                    accrued = max(Fraction(0), self.books.as_dated({"measure": fund["of"]}, partner, source, source))
                    left = number(fund["accrues"]) * accrued - self.drawn.get((partner, source), 0)
                    taken = min(left, wanted)
                    self.drawn[partner, source] = self.drawn.get((partner, source), 0) + taken
                    wanted -= taken
                    line.gross += taken

    # -- step 4

    def multiplier(self, partner, first):
        product = Fraction(1)
        for key, factors in self.keys.get("multiplier", {}).items():
            name = self.books.tier_name(partner, first) if key == "tier" else self.history.cell(partner, key)
            product *= number(factors.get(name, "1"))
        product = half_even(product, SIX)
        if product > 100:
            raise Refused(f"multiplier of {partner} above 100")
        return product


def threshold(text):
    """(form, number): form None for a plain number, else what the base is."""
    found = re.fullmatch(r"p(\d+) of (\w+)", text)
    if found:
        return (int(found[1]), found[2]), Fraction(1)
    found = re.fullmatch(r"(\S+) of (prior_year|target)", text)
    if found:
        return found[2], number(found[1])
    return None, number(text)


def resolve(text, bases):
    form, factor = threshold(text)
    return factor if form is None else half_even(factor * bases[form], FOUR)


def per_one(level):
    return number(level.get("rate", level.get("per_unit", "0")))


# ---------------------------------------------------------------------------------------------------- settlement


def settle(history, program, first=None, last=None):
    """The lines of the statement."""
    first = history.first if first is None else first
    last = history.last if last is None else last
    books = Books(history, program)
    incentives = [Incentive(keys, order, books, first, last) for order, keys in enumerate(program["incentives"])]
    for partner in history.partners:
        books.rate_of(partner)
    budget = program.get("budget", {})
    left = None
    if "total" in budget:
        left = number(budget["total"]) * (1 - number(budget.get("reserve", "0"))) // CENT * CENT
    statement = []
    for month in range(first, last + 1):
        lines = []
        for incentive in incentives:
            for window in incentive.windows:
                if window[1] == month:
                    lines += incentive.settle(*window)
        steps_5_to_9(incentives, lines)
        for incentive in incentives:
            cap_total(incentive, [line for line in lines if line.order == incentive.order])
        lines += tier_lines(books, len(incentives), month)
        if left is not None and budget.get("when_exhausted", "first_come") == "first_come":
            for line, amount in zip(lines, share_out([line.amount for line in lines], left)):
                line.lower(amount, "budget")
            left -= sum(line.amount for line in lines)
        statement += lines
    return statement


def steps_5_to_9(incentives, lines):
    for line in lines:
        incentive = incentives[line.order]
        if line.partner in incentive.used:
            line.lower(Fraction(0), "once")
        if "window" in incentive.keys.get("cap", {}):
            line.lower(number(incentive.keys["cap"]["window"]), "window_cap")
    for line in lines:
        group = incentives[line.order].keys.get("exclusive")
        rivals = [other for other in lines
                  if group is not None and incentives[other.order].keys.get("exclusive") == group
                  and other.partner == line.partner]
        line.best = not rivals or line is max(rivals, key=lambda rival: (rival.amount, -rival.order))
    for line in lines:
        if not line.best:
            line.lower(Fraction(0), "exclusive")
    for line in lines:
        incentive = incentives[line.order]
        if "partner" in incentive.keys.get("cap", {}):
            line.lower(number(incentive.keys["cap"]["partner"]) - incentive.kept.get(line.partner, 0), "partner_cap")
        incentive.kept[line.partner] = incentive.kept.get(line.partner, 0) + line.amount
        if line.amount > 0 and incentive.keys.get("once") == "true":
            incentive.used.add(line.partner)
        line.carried_in = incentive.carried.pop(line.partner, Fraction(0))
        due = line.amount + line.carried_in
        if due >= number(incentive.keys.get("minimum", "0")):
            line.amount = due
            continue
        line.amount = Fraction(0)
        if due > 0:
            line.reasons.add("minimum")
        if line.last != incentive.windows[-1][1]:
            line.carried_out = incentive.carried[line.partner] = due


def cap_total(incentive, lines):
    if "total" not in incentive.keys.get("cap", {}):
        return
    left = number(incentive.keys["cap"]["total"]) - incentive.total_used
    for line, amount in zip(lines, share_out([line.amount for line in lines], left)):
        line.lower(amount, "total_cap")
    incentive.total_used += sum(line.amount for line in lines)


def tier_lines(books, order, month):
    lines = []
    for index, level in enumerate(books.program.get("tiers", {}).get("levels", [])):
        if "rate_bonus" not in level.get("benefits", {}):
            continue
        for partner in books.history.ids():
            if books.tier(partner, month) != index:
                continue
            line = Line(partner, order + index, "tier:" + level["name"], month, month)
            line.attainment = max(Fraction(0), books.as_dated({"measure": "revenue"}, partner, month, month))
            line.level = index + 1
            line.earned = line.amount = half_even(number(level["benefits"]["rate_bonus"]) * line.attainment, CENT)
            if line.attainment != 0:
                lines.append(line)
    return lines


def statement(history, program, first=None, last=None):
    """The statement as CSV."""
    return "\n".join([STATEMENT] + [line.text() for line in settle(history, program, first, last)]) + "\n"


def main():
    parser = argparse.ArgumentParser(description="The statement of a program on a history, computed in rationals.")
    parser.add_argument("ledger")
    parser.add_argument("partners")
    parser.add_argument("program")
    parser.add_argument("--targets")
    parser.add_argument("--from", dest="first", type=read_month)
    parser.add_argument("--until", dest="last", type=read_month)
    options = parser.parse_args()
    try:
        sys.stdout.write(statement(History(options.ledger, options.partners, options.targets),
                                   read_program(options.program), options.first, options.last))
    except Refused as reason:
        sys.exit(f"settle_oracle: {reason}")


if __name__ == "__main__":
    main()
