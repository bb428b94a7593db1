#!/usr/bin/python3
"""Random histories and random programs over the whole language, for settle_against_oracle.py.

    settle_random.py SEED FOLDER

writes one case. Values are drawn so that what is rare in life is frequent here: thresholds, caps and minimums are taken
from what the partners really reach, so that they are hit exactly; rates and amounts make half cents; caps and budgets
are set to what is earned, or to a part of it, so that they bind in the middle of a month and leave spare cents.

A history is {file name: list of rows}; a program is what yaml.BaseLoader would read, a tree of texts.
"""
import copy
import csv
import datetime
import json
import os
import random
import re
import sys
from fractions import Fraction

import settle_oracle as oracle

COUNTS = ("training", "certifications", "leads")
MONEY = ("sell_through", "recurring_revenue", "marketing_spend", "deals_won")
WINDOWS = ("month", "quarter", "half", "year", "program")
FEATURES = ("active audience bands budget cap clawback currencies exclusive extends growth horizon match minimum "
            "multiplier noise once pays_on percentile pool prior_year rank ratio refused requires streak target tenure "
            "tiers units where year").split()
SHARES = "100% 110% 80% 125% 33.3333% 120% 50% 50% 150%".split()
COLUMNS = {
    "ledger.csv": "partner_id date measure product quantity amount days promo score".split(),
    "partners.csv": "partner_id segment region tier parent currency joined group".split(),
    "targets.csv": "partner_id measure window window_start target".split(),
}


def decimal(value, places=4):
    """The text of a Fraction with at most so many decimals, without spare zeros."""
    value = oracle.half_even(value, Fraction(1, 10**places))
    sign, value = "-" if value < 0 else "", abs(value)
    text = oracle.decimals(value, places).rstrip("0").rstrip(".")
    return sign + text


def number(rng, value, places=4):
    """A number of a program, now and then in one of its other forms."""
    text = decimal(value, places)
    if rng.random() < 0.2 and places == 4 and value >= 100:
        return decimal(value / 1000, 7) + "k"
    return text


# ---------------------------------------------------------------------------------------------------- history


def amount(rng, style):
    if style == "round":
        return Fraction(rng.randint(1, 10) * 50)
    if style == "half":
        return Fraction(rng.randint(1, 400), 2)
    if style == "binary":  # ratios with a half in the seventh decimal
        return Fraction(2**rng.randint(0, 7))
    if style == "cents":
        return Fraction(rng.randint(1, 30000), 100)
    return Fraction(rng.randint(1, 500000), 10000)


def a_history(rng, features):
    """Tables of a small history."""
    months = rng.choice((rng.randint(4, 12), rng.randint(13, 20), rng.randint(20, 30)))
    first = 12 * rng.randint(2013, 2019) + rng.randrange(12)
    span = range(first, first + months)
    partners = some_partners(rng, span, features)
    style = rng.choice(("round", "half", "cents", "fine", "binary"))
    measures = ["revenue"] + rng.sample(MONEY, rng.randint(0, 2)) + rng.sample(COUNTS, rng.randint(0, 2))
    if "match" in features and rng.random() < 0.4 and "marketing_spend" not in measures:
        measures.append("marketing_spend")
    density, returns = rng.choice((0.3, 0.6, 0.95)), rng.choice((0, 0.1, 0.3))
    rows = []
    for partner in partners:
        if rng.random() < 0.05:
            continue
        for measure in measures:
            for month in span:
                while rng.random() < density / (1 if measure == "revenue" else 2):
                    rows.append(a_row(rng, partner["partner_id"], measure, month, style, returns))
                    if rng.random() < 0.7:
                        break
    for month in (span[0], span[-1]):  # so that the history has its months
        rows.append(a_row(rng, rng.choice(partners)["partner_id"], "revenue", month, style, returns))
    if rng.random() < 0.4:
        rows = echoed(rng, rows, span)
    rng.shuffle(rows)
    return {"ledger.csv": rows, "partners.csv": partners,
            "targets.csv": some_targets(rng, rows, partners, span) if "target" in features else []}


def some_partners(rng, span, features):
    ids = rng.sample(("P1", "P2", "P10", "p3", "A", "B", "Ä", "Z,1", 'q"q', "€5"), rng.randint(1, 8))
    currencies = rng.choice((("",), ("", "USD"), ("USD", "EUR", "GBP", ""))) if "currencies" in features else ("",)
    partners = []
    for partner in ids:
        joined = ""
        if rng.random() < 0.6:
            joined = oracle.first_day(rng.randint(span[0] - 16, span[-1]))
            if rng.random() < 0.6:
                joined += datetime.timedelta(days=rng.choice((-1, 1, 14, 29)))
            joined = joined.isoformat()
        partners.append({
            "partner_id": partner, "segment": rng.choice(("Shop", "Shop", "Club", "Bar", "")),
            "region": rng.choice(("East", "East", "West", "")), "tier": rng.choice(("gold", "silver", "")),
            "parent": rng.choice(("H", "H", "K", "", rng.choice(ids))), "currency": rng.choice(currencies),
            "joined": joined, "group": rng.choice(("x", "x", "y", "")),
        })
    return partners


def a_row(rng, partner, measure, month, style, returns):
    row = dict.fromkeys(COLUMNS["ledger.csv"], "")
    sign = -1 if rng.random() < returns else 1
    some_day = oracle.first_day(month).replace(day=rng.randint(1, 28))
    day = rng.choice((oracle.first_day(month), oracle.last_day(month), some_day))
    row.update(partner_id=partner, date=day.isoformat(), measure=measure)
    if measure == "revenue" and rng.random() < 0.05:
        row["measure"] = ""
    row["product"] = rng.choice(("X", "X", "Y", "Tequila & Mezcal", ""))
    if measure in COUNTS or measure == "deals_won" and rng.random() < 0.3:
        row["quantity"] = decimal(sign * rng.choice((1, 1, 2, Fraction(5, 2))))
    else:
        row["amount"] = decimal(sign * amount(rng, style))
        if rng.random() < 0.8:
            row["quantity"] = decimal(sign * rng.choice((1, 2, 5, 12, Fraction(1, 2))))
    row["days"] = rng.choice(("", "0", "12.5", "30", "31", "60"))
    row["promo"] = rng.choice(("", "spring", "fall"))
    row["score"] = rng.choice(("", "1", "1.50", "2.000001", "7"))
    return row


def near_share(rng, value):
    """A value that is a share of another one, or next to it, or half way to the next."""
    step = Fraction(rng.choice((0, 0, 5, -5, 6, 4)), 10**5)
    return oracle.half_even(value + step, oracle.FOUR)


def echoed(rng, rows, span):
    """Some partners do each year what they did the year before, times a share of which programs make thresholds."""
    shares = {partner: oracle.number(rng.choice(SHARES)) for partner in sorted({row["partner_id"] for row in rows})
              if rng.random() < 0.6}
    first_year = oracle.first_day(span[0] + 12).isoformat()
    kept = [row for row in rows if row["partner_id"] not in shares or row["date"] < first_year]
    for row in [row for row in kept if row["partner_id"] in shares]:
        day = datetime.date.fromisoformat(row["date"])
        while oracle.month_of(day) + 12 <= span[-1]:
            day = oracle.later(day, "12 months")
            row = dict(row, date=day.isoformat())
            for name in ("amount", "quantity"):
                if row[name]:
                    value = near_share(rng, Fraction(row[name]) * shares[row["partner_id"]])
                    row[name] = decimal(value) if value * Fraction(row[name]) > 0 else row[name]
            kept.append(row)
    last = [row for row in rows if oracle.month_of(datetime.date.fromisoformat(row["date"])) == span[-1]]
    return kept + last[-1:]


def some_targets(rng, rows, partners, span):
    """Targets that are what was reached, or near it."""
    targets, year_starts = {}, rng.choice((1, 1, 2, 4, 10))
    for partner in partners:
        for measure in sorted({row["measure"] for row in rows} - {""}):
            if rng.random() < 0.5:
                continue
            window = rng.choice(WINDOWS)
            length = oracle.LENGTH.get(window, len(span))
            for first in span:
                if window == "program" and first != span[0] and rng.random() < 0.8:
                    continue
                if window != "program" and (first - year_starts + 1) % length or rng.random() < 0.1:
                    continue
                total = sum(Fraction(row["amount"] or (row["quantity"] if measure in COUNTS else 0) or 0)
                            for row in rows
                            if row["partner_id"] == partner["partner_id"] and (row["measure"] or "revenue") == measure
                            and oracle.first_day(first) <= datetime.date.fromisoformat(row["date"])
                            < oracle.first_day(first + length))
                total = rng.choice((total, near_share(rng, total / oracle.number(rng.choice(SHARES))),
                                    total * 2 + oracle.FOUR, Fraction(100)))
                start = oracle.first_day(first).isoformat()
                targets[partner["partner_id"], measure, window, start] = decimal(max(0, total))
    return [dict(zip(COLUMNS["targets.csv"], key + (value,))) for key, value in targets.items()]


# ---------------------------------------------------------------------------------------------------- program


class Maker:
    """Makes programs for a history."""

    def __init__(self, rng, history, features, horizon):
        self.rng, self.history, self.features = rng, history, features
        self.first, self.last = horizon
        self.num_lines, self.rivals = 0, self.may("exclusive", 0.5)
        self.program = {"rehearse": "program/1", "name": "Random", "currency": "USD"}
        if self.may("year", 0.5):
            self.program["year_starts"] = str(rng.choice((2, 4, 10, rng.randint(1, 12))))
        currencies = {cells["currency"] for cells in history.partners.values()} - {"", "USD"}
        if currencies:
            self.program["fx"] = {currency: rng.choice(("1.08", "0.5", "0.85", "1.000001", "1.25", "110%"))
                                  for currency in sorted(currencies)}
        self.measures = sorted({row.measure for row in history.rows})
        self.books = oracle.Books(history, self.program)

    def may(self, feature, probability):
        return feature in self.features and self.rng.random() < probability

    def values(self, column):
        return sorted({self.history.cell(partner, column) for partner in self.history.partners} - {""})

    def some(self, values):
        return self.rng.sample(values, self.rng.randint(1, len(values)))

    def is_money(self, measure):
        return measure != "units" and self.history.is_money(measure)

    # -- parts of an incentive

    def audience(self, nested=False):
        keys = {}
        for key in ("segment", "region", "tier", "partner", "parent"):
            names = self.values("partner_id" if key == "partner" else key)
            if key == "tier" and "tiers" in self.program:
                names = [level["name"] for level in self.program["tiers"]["levels"]]
            if names and self.rng.random() < 0.25:
                keys[key] = self.some(names)
        if self.may("tenure", 0.35):
            tenure = self.tenure()
            keys["tenure"] = tenure
        if not nested and self.rng.random() < 0.3:
            inner = self.audience(nested=True)
            if inner:
                keys["except"] = inner
        return keys

    def tenure(self):
        """At least and at most so long; mostly what a partner has to the day when a month begins."""
        joined = self.rng.choice(list(self.history.joined.values()))
        start = oracle.first_day(self.rng.randint(self.first, self.last))
        if joined is None or joined > start:
            joined = start - datetime.timedelta(days=self.rng.randint(0, 500))
        if self.rng.random() < 0.5:
            unit, length = "months", oracle.month_of(start) - oracle.month_of(joined)
        else:
            unit, length = "days", (start - joined).days
        length = max(0, length + self.rng.choice((0, 0, -1, -1, 1)))
        shorter, longer = sorted((length, self.rng.choice((length, self.rng.randint(0, 36)))))
        tenure = {"at_least": f"{shorter} {unit}", "at_most": f"{longer} {unit}"}
        for key in self.rng.sample(("at_least", "at_most"), self.rng.choice((0, 1, 1))):
            del tenure[key]
        return tenure

    def products(self, measure):
        rows = "revenue" if measure == "units" else measure
        return sorted({row.product for row in self.history.rows if row.measure == rows} - {""})

    def behavior(self, measure):
        behavior, products = {"measure": measure}, self.products(measure)
        if products and self.rng.random() < 0.3:
            behavior["product"] = self.some(products)
        promos = sorted({row.cells["promo"] for row in self.history.rows} - {""})
        if promos and self.may("where", 0.25):
            promo = self.rng.choice(promos)
            behavior["where"] = self.rng.choice((
                {"days": self.rng.choice(("<= 30", ">= 30", "< 12.5", "> 0"))}, {"promo": promo}, {"promo": "none"},
                {"promo": [promo, "none"]}, {"promo": "!= " + promo}, {"promo": "= " + promo, "score": ">= 1.5"},
                {"score": self.rng.choice(("> 2", "<= 1.5", "< 2.000001"))}, {"promo": "!= none"}))
        return behavior

    def metric(self, window):
        choices = [metric for metric in ("growth", "ratio", "streak", "rank", "pool")
                   if metric in self.features and (metric, window) != ("streak", "program")]
        metric = self.rng.choice(["total"] * max(1, len(choices)) + choices)
        if metric == "ratio":
            of = {"measure": self.rng.choice(self.measures + (["units"] if "units" in self.features else []))}
            if self.products(of["measure"]) and self.rng.random() < 0.3:
                of["product"] = self.some(self.products(of["measure"]))
            return {"ratio_to": of}
        if metric == "streak":
            return {"streak": str(self.rng.randint(1, 5)), "at_least": "1"}
        if metric == "rank":
            return {"rank_in": self.rng.choice(("region", "segment", "all"))}
        if metric == "pool":
            return {"pooled_by": self.rng.choice(("parent", "parent", "group", "region", "segment", "tier"))}
        return metric

    def threshold_form(self, kinds):
        """A relative threshold without its place in the order, or None."""
        kinds = [kind for kind in kinds if kind in self.features]
        if not kinds or self.rng.random() < 0.6:
            return None
        kind = self.rng.choice(kinds)
        if kind == "percentile":
            return "p{} of " + self.rng.choice(("region", "segment", "all"))
        return "{} of " + kind

    def threshold(self, form, values):
        if form is None:
            return number(self.rng, self.rng.choice(values))
        if form.startswith("p"):
            return form.format(self.rng.choice((0, 10, 25, 50, 75, 90, 100, self.rng.randint(1, 99))))
        return form.format(self.rng.choice(SHARES))

    def levels(self, money, forms, values):
        """Levels, ascending within each form; thresholds are values that are reached, or next to them."""
        drawn = {}
        for _ in range(self.rng.choice((1, 2, 2, 3, 4))):
            form = self.threshold_form(forms)
            text = "0" if form is None and not drawn and self.rng.random() < 0.5 else self.threshold(form, values)
            drawn.setdefault((form, oracle.threshold(text)[0] if form and form.startswith("p") else
                              oracle.threshold(text)[1]), (form, text))
        order = [form for form, _ in drawn.values()]
        sorted_by_form = {}
        for form, text in drawn.values():
            sorted_by_form.setdefault(form, []).append(text)
        for texts in sorted_by_form.values():
            texts.sort(key=lambda text: (oracle.threshold(text)[0][0] if text[0] == "p" else oracle.threshold(text)[1]))
        return [dict({"from": sorted_by_form[form].pop(0)}, **self.pays(money)) for form in order]

    def pays(self, money, flat_only=False):
        level, rng = {}, self.rng
        if not flat_only and rng.random() < 0.8:
            if money:
                level["rate"] = rng.choice(("1%", "0.5%", "2.5%", "3%", "10%", "0.125%", "0.01", "33.3333%", "100%"))
            else:
                level["per_unit"] = rng.choice(("0.5", "1", "0.005", "0.125", "12.345", "3.3333"))
        if not level or rng.random() < 0.5:
            level["flat"] = rng.choice(("5", "10", "0.005", "0.015", "12.345", "1.01", "1k", "99.9950", "100"))
        return level

    def reward(self, keys, money):
        reward, metric, rng = {}, keys["metric"], self.rng
        if self.may("bands", 0.4):
            reward["bands"] = rng.choice(("marginal", "retroactive"))
        values = self.reached(keys)
        if isinstance(metric, dict) and "rank_in" in metric:
            tops = sorted(rng.sample(range(1, 7), rng.randint(1, 3)))
            reward["levels"] = [{"top": str(top), "flat": self.pays(money, True)["flat"]} for top in tops]
            reward.pop("bands", None)
        elif isinstance(metric, dict) and "streak" in metric:
            counts = sorted(rng.sample(range(1, int(metric["streak"]) + 1), rng.randint(1, int(metric["streak"]))))
            reward["levels"] = [{"from": str(count), "flat": self.pays(money, True)["flat"]} for count in counts]
            metric["at_least"] = self.threshold(self.threshold_form(("prior_year", "target", "percentile")), values)
            if rng.random() < 0.1:
                metric["at_least"] = "0"
        elif isinstance(metric, dict) and "ratio_to" in metric:
            reward["levels"] = self.levels(money, (), self.ratios(keys))
        else:
            forms = ("prior_year", "target") if isinstance(metric, dict) else ("prior_year", "target", "percentile")
            reward["levels"] = self.levels(money, forms, values)
            if metric != "growth" and self.may("pays_on", 0.25):
                reward["pays_on"] = rng.choice(("growth", "growth", "attainment"))
        return reward

    def probe(self, keys):
        return oracle.Incentive({**keys, "reward": {"levels": []}}, 0, self.books, self.first, self.last)

    def reached(self, keys):
        """What partners reach in the windows, above 0, and values next to it."""
        incentive, totals = self.probe(keys), []
        for window in incentive.windows:
            for partner in self.history.partners:
                total = incentive.total(partner, *window)
                if keys["metric"] == "growth":
                    total -= incentive.total(partner, window[0] - 12, window[1] - 12)
                totals.append(total)
        totals += [sum(totals[:2]), Fraction(1), Fraction(100)]
        totals = [total for total in totals if total > 0]
        return totals * 3 + [total + oracle.FOUR for total in totals] + [total / 2 // oracle.FOUR * oracle.FOUR
                                                                     for total in totals if total > 1]

    def ratios(self, keys):
        incentive, ratios = self.probe(keys), [Fraction(1, 10), Fraction(1, 3), Fraction(1)]
        for window in incentive.windows:
            for partner in self.history.partners:
                of = self.books.as_dated(keys["metric"]["ratio_to"], partner, *window)
                if of > 0:
                    ratios.append(incentive.total(partner, *window) / of)
        return [ratio for ratio in (oracle.half_even(ratio, oracle.FOUR) for ratio in ratios) if ratio > 0]

    def match(self, keys):
        fund = {"accrues": self.rng.choice(("2%", "0.5%", "10%")),
                "of": self.rng.choice(("revenue", "revenue", "marketing_spend"))}
        if self.rng.random() < 0.9:
            fund["expires"] = f"{self.rng.randint(1, 8)} months"
        return {"match": self.rng.choice(("50%", "100%", "33.3333%")), "fund": fund}

    def multiplier(self):
        factors = {}
        for key in ("region", "segment", "tier"):
            names = self.values(key)
            if key == "tier" and "tiers" in self.program:
                names = [level["name"] for level in self.program["tiers"]["levels"]]
            if names and self.rng.random() < 0.6:
                factors[key] = {name: self.rng.choice(("1.5", "1.2", "0.5", "0.333333", "1.000001", "150%", "2"))
                                for name in self.some(names)}
        return factors

    def requires(self):
        conditions = []
        for _ in range(self.rng.choice((1, 1, 2))):
            measure = self.rng.choice(self.measures + (["units"] if "units" in self.features else []))
            condition = {"measure": measure, "at_least": self.condition(measure),
                         "window": self.rng.choice(WINDOWS[:4])}
            if self.products(measure) and self.rng.random() < 0.3:
                condition["product"] = self.some(self.products(measure))
            conditions.append(condition)
        return conditions

    def condition(self, measure, kind="month"):
        """An amount that someone reaches in some window of the kind."""
        totals = [self.books.as_dated({"measure": measure}, self.rng.choice(list(self.history.partners)),
                                      *self.books.grid(kind, self.rng.randint(self.history.first, self.history.last)))
                  for _ in range(6)]
        return number(self.rng, self.rng.choice([total for total in totals if total > 0] or [Fraction(1)]))

    def noise(self, keys):
        """Keys that a settlement does not look at."""
        rng, reward = self.rng, keys["reward"]
        if rng.random() < 0.5:
            reward["kind"] = rng.choice(("cash", "credit", "points", "non_cash"))
            reward["cost"] = "80%"
            reward["value"] = "110%"
        if rng.random() < 0.3:
            reward["paid_to"] = rng.choice(("firm", "rep"))
        if rng.random() < 0.3:
            keys["enrollment"] = rng.choice(("automatic", "opt_in"))
        if rng.random() < 0.3:
            keys.setdefault("payout", {"after": "45 days"})["claim"] = rng.choice(("automatic", "required"))

    def active(self, keys):
        first, last = sorted(self.rng.choice(range(self.first, self.last + 1)) for _ in range(2))
        if keys["window"] != "program" and self.rng.random() < 0.2:
            first, last = first - 3, last + 3
        active = {"from": f"{first // 12}-{first % 12 + 1:02}", "until": f"{last // 12}-{last % 12 + 1:02}"}
        for key in self.rng.sample(("from", "until"), self.rng.choice((0, 0, 1))):
            del active[key]
        keys["active"] = active

    def incentive(self, name):
        """An incentive without caps; None where a draw has no whole window."""
        rng = self.rng
        measure = rng.choice(["revenue"] * 3 + self.measures + (["units"] * 2 if "units" in self.features else []))
        matched = "marketing_spend" in self.measures and self.may("match", 0.25)
        if matched:
            measure = "marketing_spend"
        keys = {"name": name, "behavior": self.behavior(measure), "window": rng.choice(WINDOWS[:2] * 2 + WINDOWS)}
        keys["metric"] = "total" if matched else self.metric(keys["window"])
        if self.may("active", 0.7 if keys["window"] == "program" else 0.25):
            self.active(keys)
        if self.may("clawback", 0.3):
            months = rng.choice((1, 2, 3, 5))
            keys["clawback"] = {"within": f"{months} months"}
            keys["payout"] = {"after": f"{31 * months + rng.choice((0, 5))} days"}
        try:
            self.probe(keys)
        except oracle.Refused:
            return None
        keys["reward"] = self.match(keys) if matched else self.reward(keys, self.is_money(measure))
        if keys["metric"] == "total" and rng.random() < 0.7:
            del keys["metric"]
        parts = {"audience": self.audience() if self.may("audience", 0.4) else None,
                 "requires": self.requires() if self.may("requires", 0.15) else None,
                 "multiplier": self.multiplier() if self.may("multiplier", 0.3) else None}
        keys.update({key: value for key, value in parts.items() if value})
        if self.rivals and rng.random() < 0.9:
            keys["exclusive"] = rng.choice(("g", "g", "g", "h"))
        if self.may("once", 0.15):
            keys["once"] = "true"
        if self.may("noise", 0.3):
            self.noise(keys)
        return keys

    def tiers(self):
        rng, review = self.rng, self.rng.choice(WINDOWS[:4])
        levels = []
        for name in rng.sample(("basic", "gold", "silver", "tier, 4"), rng.randint(1, 3)):
            level = {"name": name}
            if levels or rng.random() < 0.3:
                level["when"] = [{"measure": measure, "at_least": self.condition(measure, review)}
                                 for measure in rng.sample(self.measures, rng.randint(1, min(2, len(self.measures))))]
            if rng.random() < 0.6:
                level["benefits"] = {"rate_bonus": rng.choice(("0.5%", "1%", "0.125%", "2.5%"))}
            levels.append(level)
        self.program["tiers"] = {"review": review, "levels": levels}

    # -- caps, minimum and budget, from what is earned without them

    def limits(self):
        rng, program = self.rng, self.program
        lines = oracle.settle(self.history, program, self.first, self.last)
        self.num_lines = len(lines)
        for order, keys in enumerate(program["incentives"]):
            earned = [line.earned for line in lines if line.order == order and line.earned > 0]
            if not earned:
                continue
            cap = {}
            if self.may("cap", 0.25):
                cap["window"] = decimal(self.near(rng.choice(earned)), 2)
            if self.may("cap", 0.25):
                cap["partner"] = decimal(self.near(sum(rng.sample(earned, min(len(earned), rng.randint(1, 3))))), 2)
            if self.may("cap", 0.3):
                cap["total"] = decimal(self.part_of(sum(earned)), 2)
            if cap:
                keys["cap"] = cap
            if self.may("minimum", 0.25):
                keys["minimum"] = decimal(self.near(sum(rng.sample(earned, min(len(earned), rng.randint(1, 2))))), 2)
        if self.may("budget", 0.45):
            lines = oracle.settle(self.history, program, self.first, self.last)
            budget = {"total": decimal(self.part_of(sum(line.amount for line in lines)), 2)}
            if rng.random() < 0.4:
                budget["reserve"] = rng.choice(("10%", "33.3333%", "0.5", "1%"))
            if rng.random() < 0.4:
                budget["when_exhausted"] = rng.choice(("first_come", "first_come", "report"))
            program["budget"] = budget

    def near(self, value):
        return max(oracle.CENT, value + self.rng.choice((0, 0, -oracle.CENT, oracle.CENT, -value / 2)))

    def part_of(self, total):
        return max(oracle.CENT, total * self.rng.choice((1, Fraction(self.rng.randint(1, 99), 100), Fraction(2, 3))))

    def make(self):
        rng = self.rng
        if self.may("tiers", 0.25):
            self.tiers()
        self.program["incentives"] = []
        names = ["I1", "I2", 'Rebate, "x"', "Ünter", "I5"]
        for name in names[:rng.choice((1, 1, 2, 3, 4, 5))]:
            keys = None
            if self.rivals and self.program["incentives"] and rng.random() < 0.3:  # two that pay the same
                keys = {**copy.deepcopy(self.program["incentives"][-1]), "name": name}
            while keys is None:
                keys = self.incentive(name)
            self.program["incentives"].append(keys)
        try:
            self.limits()
        except oracle.Refused:
            pass  # a case for both to refuse
        if self.may("noise", 0.2):
            self.program["costs"] = {"fixed": "1k", "per_claim": "2.50"}
        if self.values("region") and self.may("noise", 0.2):
            self.program["withholding"] = {"region": {self.values("region")[0]: "15%"}, "gross_up": "true"}
        if self.may("refused", 0.04):
            self.spoil()
        if self.may("extends", 0.15):
            return self.split()
        return {"program.yaml": self.program}

    def spoil(self):
        """Makes it a program that this history cannot be settled under, perhaps."""
        spoiled = self.rng.choice(self.program["incentives"])
        how = self.rng.choice(("window", "currency", "multiplier"))
        if how == "window":
            spoiled["window"] = "program"
            spoiled["active"] = {"until": oracle.first_day(self.last + 1).isoformat()[:7]}
        elif how == "currency" and "fx" in self.program:
            del self.program["fx"]
        elif how == "multiplier":
            for cells in self.history.partners.values():
                if cells["region"] and cells["segment"] and not cells["joined"]:  # surely eligible
                    spoiled.pop("audience", None)
                    spoiled.pop("requires", None)
                    spoiled.update(metric="total", reward={"levels": [{"from": "0", "flat": "1"}]})
                    spoiled["multiplier"] = {"region": {cells["region"]: "100"},
                                             "segment": {cells["segment"]: "1.000001"}}

    def another(self, name):
        """An incentive more, or None; there is none where the program was spoiled so that its books cannot be kept."""
        try:
            return self.incentive(name)
        except oracle.Refused:
            return None

    def split(self):
        """The same program as a base and what extends it."""
        incentives, program = self.program["incentives"], dict(self.program)
        kept = self.rng.randint(1, len(incentives))
        base = {**program, "name": "Base", "incentives": list(incentives[:kept])}
        over = {"rehearse": "program/1", "name": "Random", "extends": "base.yaml"}
        new = incentives[kept:]
        if self.rng.random() < 0.5:  # another incentive stands where one of these belongs
            place = self.rng.randrange(kept)
            other = self.another(incentives[place]["name"])
            if other is not None:
                base["incentives"][place] = other
                new = [incentives[place]] + new
        spare = self.another("Spare")
        if spare is not None:
            base["incentives"].insert(self.rng.randint(0, kept), spare)
            over["remove"] = ["Spare"]
        if "budget" in program and self.rng.random() < 0.5:
            over["budget"] = program["budget"]
            base["budget"] = {"total": "1", "reserve": "50%"}
        if new:
            over["incentives"] = new
        return {"program.yaml": over, "base.yaml": base}


def a_program(rng, history, features):
    """({file name: program}, arguments of settle) for an oracle.History."""
    first, last, arguments = history.first, history.last, []
    if "horizon" in features and rng.random() < 0.4:
        first = rng.randint(first, last)
        if rng.random() < 0.5:
            last = rng.randint(first, last)
        arguments = ["--from", oracle.first_day(first).isoformat()[:7]]
        if last != history.last:
            arguments += ["--until", oracle.first_day(last).isoformat()[:7]]
    for _ in range(3):  # one that pays nobody anything shows little
        maker = Maker(rng, history, features, (first, last))
        programs = maker.make()
        if maker.num_lines > 0:
            break
    return programs, arguments


# ---------------------------------------------------------------------------------------------------- files


def flow(value):
    """A tree of texts in YAML's flow style; quotes only where a text needs them: numbers may have none."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.%/ -]*", value) and not value.endswith(" "):
        return value
    return json.dumps(value, ensure_ascii=False)


def program_text(program):
    lines = []
    for key, value in program.items():
        if key != "incentives":
            lines.append(f"{key}: {flow(value)}")
            continue
        lines.append("incentives:")
        for incentive in value:
            for place, (name, item) in enumerate(incentive.items()):
                lines.append(f"  {'  ' if place else '- '}{name}: {flow(item)}")
    return "\n".join(lines) + "\n"


def write_history(history, folder):
    for name, rows in history.items():
        with open(os.path.join(folder, name), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def write_programs(programs, folder):
    for name, program in programs.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(program_text(program))


def read_history(folder):
    return oracle.History(*(os.path.join(folder, name) for name in ("ledger.csv", "partners.csv", "targets.csv")))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    rng = random.Random(sys.argv[1])
    os.makedirs(sys.argv[2], exist_ok=True)
    write_history(a_history(rng, FEATURES), sys.argv[2])
    programs, arguments = a_program(rng, read_history(sys.argv[2]), FEATURES)
    write_programs(programs, sys.argv[2])
    print("rehearse settle history.h5 program.yaml", *arguments, "-o statement.csv")


if __name__ == "__main__":
    main()
