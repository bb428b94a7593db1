"""Random small studies that between them use every construct of the language and every mechanism of the model.

    cases.py SEED INDEX FOLDER

writes one. Partners differ much, months are missing, thresholds lie where partners are, and what the model does is
assumed to be strong, so that each mechanism decides something.
"""
import copy
import csv
import os
import random
import sys

PRODUCTS = ("Firewalls", "Switches", "Support")
LEDGER = "partner_id date measure product quantity amount cost promo days".split()
PARTNERS = "partner_id segment region tier parent currency joined margin group".split()
TARGETS = "partner_id measure window window_start target".split()
LENGTH = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def day(month, of_month=15):
    return f"{month // 12:04d}-{month % 12 + 1:02d}-{of_month:02d}"


class Channel:
    """A history: rows of the three files, and what a usual partner-month is."""

    def __init__(self, rng):
        self.rng = rng
        self.first = 12 * rng.randint(2012, 2018) + rng.randrange(12)
        self.months = rng.randint(24, 48)
        self.last = self.first + self.months - 1
        self.foreign = rng.random() < 0.15
        self.usual = round(10**rng.uniform(3, 4.3), 2)
        self.season = [rng.uniform(0.5, 1.6) for _ in range(12)]
        self.rhythm = rng.choice((1, 1, 1, 3))
        self.counted = rng.sample(("certifications", "training", "leads", "renewals"), rng.randint(2, 3))
        self.money = ["marketing_spend"] + rng.sample(("sell_through", "deals_won"), rng.randint(0, 1))
        self.ledger, self.partners, self.targets = [], [], []
        for k in range(rng.randint(5, 12)):
            self.add_partner(f"P{k + 1}")
        for month in (self.first, self.last):
            self.add_row("P1", month, "revenue", PRODUCTS[0], self.usual)
        if not any(row["measure"] == measure for measure in self.counted for row in self.ledger):
            self.add_row("P1", self.first, self.counted[0], "", 1)

    def add_partner(self, name):
        rng = self.rng
        begins = self.first if rng.random() < 0.6 else rng.randint(self.first, self.last - 3)
        ends = self.last if rng.random() < 0.8 else rng.randint(begins + 1, self.last)
        joined = "" if rng.random() < 0.3 else day(max(begins - rng.choice((0, 1, 30)), 0), rng.choice((1, 10)))
        self.partners.append({
            "partner_id": name, "segment": rng.choice(("Shop", "Shop", "Club")),
            "region": rng.choice(("East", "East", "West")), "tier": rng.choice(("gold", "silver", "")),
            "parent": rng.choice(("H", "H", "K", "")),
            "currency": rng.choice(("EUR", "", "USD")) if self.foreign else "",
            "joined": joined, "margin": rng.choice(("", "0.08", "0.2", "")), "group": rng.choice(("x", "y"))})
        size, density = self.usual * 10**rng.uniform(-0.5, 0.5), rng.choice((0.2, 0.6, 0.97, 1))
        lines = rng.sample(PRODUCTS, rng.randint(1, 3))
        for month in range(begins, ends + 1):
            self.add_month(name, month, lines, size, density)

    def add_month(self, name, month, lines, size, density):
        rng = self.rng
        for line in lines:
            if rng.random() < density and month % self.rhythm == 0:
                value = size * self.season[month % 12] * rng.lognormvariate(0, 0.3) / len(lines)
                self.add_row(name, month, "revenue", line, value)
                if rng.random() < 0.3:
                    self.add_row(name, month, "revenue", line, value / 3)
            if rng.random() < 0.06:
                self.add_row(name, month, "revenue", line, -0.1 * size)
        for measure in self.counted:
            if rng.random() < 0.15:
                self.add_row(name, month, measure, rng.choice(lines) if measure == "renewals" else "",
                             rng.choice((1, 1, 2)))
        for measure in self.money:
            share = 0.03 if measure == "marketing_spend" else 0.8
            if rng.random() < density * 0.8:
                self.add_row(name, month, measure, lines[0] if measure != "marketing_spend" else "",
                             share * size * rng.lognormvariate(0, 0.4))

    def add_row(self, partner, month, measure, product, value):
        rng, row = self.rng, dict.fromkeys(LEDGER, "")
        row.update(partner_id=partner, date=day(month, rng.randint(1, 28)), measure=measure, product=product)
        if measure in self.counted:
            row["quantity"] = str(int(value))
        else:
            row["amount"] = f"{value:.2f}"
            quantity = max(round(abs(value) / self.usual * 10), 1) * rng.choice((1, 1, 2))
            row["quantity"] = str(quantity if value > 0 else -quantity)
        if measure == "revenue":
            row["cost"] = f"{value * rng.uniform(0.55, 0.75):.2f}"
        row["promo"], row["days"] = rng.choice(("", "", "spring", "fall")), rng.choice(("", "5", "30", "60"))
        self.ledger.append(row)

    def add_targets(self, measure, window, firsts):
        known = {(target["partner_id"], target["window"], target["window_start"]) for target in self.targets}
        for partner in self.partners:
            for first in firsts:
                if self.rng.random() < 0.85 and (partner["partner_id"], window, day(first, 1)) not in known:
                    value = self.usual * LENGTH.get(window, 12) * self.rng.uniform(0.3, 1.5)
                    self.targets.append(dict(zip(TARGETS, (partner["partner_id"], measure, window, day(first, 1),
                                                           f"{value:.2f}"))))

    def has(self, measure):
        return any(row["measure"] == measure for row in self.ledger)


class Maker:
    """Programs for a channel and a horizon."""

    def __init__(self, rng, channel, first, months):
        self.rng, self.channel, self.first, self.months = rng, channel, first, months
        self.year_starts = rng.choice((1, 1, 4, rng.randint(1, 12)))
        self.num = 0

    def chance(self, probability):
        return self.rng.random() < probability

    def money(self, factor):
        return f"{self.channel.usual * factor:.2f}"

    def share(self, low, high):
        return f"{self.rng.uniform(low, high):.4f}"

    def window(self, *kinds):
        """A kind of window of which the horizon has one."""
        possible = [kind for kind in kinds if kind == "program" or self.grid(kind)]
        return self.rng.choice(possible or ["month"])

    def grid(self, kind):
        """First months of the whole windows in the horizon."""
        length = LENGTH[kind]
        return [month for month in range(self.first, self.first + self.months - length + 1)
                if (month - self.year_starts + 1) % length == 0]

    def length(self, window):
        return self.months if window == "program" else LENGTH[window]

    def name(self, kind):
        self.num += 1
        return f"{kind} {self.num}"

    def levels(self, window, per="rate", flats=True, factor=1.0):
        """Two or three levels around what a usual partner sells in a window, or shares of what it sold a year ago."""
        rng, usual = self.rng, self.length(window) * factor
        places = sorted(rng.sample((0.25, 0.5, 0.8, 1.0, 1.3, 2.0), rng.randint(1, 3)))
        levels, rate = [], 0.0
        for place in places:
            rate += rng.uniform(0.01, 0.05)
            level = {"from": self.money(usual * place), per: f"{rate:.4f}"}
            if flats and self.chance(0.4):
                level["flat"] = self.money(0.02 * usual)
            levels.append(level)
        if self.chance(0.2):
            levels[0]["from"] = "0"
        return levels

    # -- incentives, a kind each

    def rebate(self):
        window = self.window("month", "quarter", "quarter", "half", "year", "program")
        incentive = {"behavior": {"measure": "revenue"}, "window": window,
                     "reward": {"bands": self.rng.choice(("marginal", "retroactive")), "levels": self.levels(window)}}
        if self.chance(0.4):
            incentive["behavior"]["product"] = self.rng.sample(PRODUCTS, self.rng.randint(1, 2))
        return "Rebate", incentive

    def where(self):
        kind, incentive = self.rebate()
        incentive["behavior"]["where"] = self.rng.choice((
            {"promo": "spring"}, {"promo": "none"}, {"days": "<= 30"}, {"promo": ["spring", "none"]},
            {"promo": "!= fall"}, {"days": "> 5", "promo": "= spring"}))
        return "Filtered", incentive

    def relative(self):
        window = self.window("month", "quarter", "half", "year", "program")
        form = self.rng.choice(("prior_year", "prior_year", "target", "percentile", "percentile"))
        reward = {"bands": self.rng.choice(("marginal", "retroactive"))}
        if form == "percentile":
            scope = self.rng.choice(("region", "segment", "all"))
            reward["levels"] = [{"from": f"p40 of {scope}", "rate": "2%"}, {"from": f"p75 of {scope}", "rate": "4%",
                                                                           "flat": self.money(0.03)}]
        else:
            reward["levels"] = [{"from": f"{share} of {form}", "rate": rate}
                                for share, rate in (("70%", "1%"), ("95%", "3%"), ("120%", "5%"))]
            if self.chance(0.3):
                reward["levels"][0]["from"] = self.money(0.4 * self.length(window))
        if form == "target" and window == "program":
            self.channel.add_targets("revenue", window, [self.first])
        elif form == "target":
            self.channel.add_targets("revenue", window, self.grid(window))
        return "Relative", {"behavior": {"measure": "revenue"}, "window": window, "reward": reward}

    def growth(self):
        window = self.window("month", "quarter", "half", "year", "program")
        return "Growth", {"behavior": {"measure": "revenue"}, "metric": "growth", "window": window,
                          "reward": {"bands": self.rng.choice(("marginal", "retroactive")),
                                     "levels": self.levels(window, factor=0.3)}}

    def pays_on_growth(self):
        kind, incentive = self.relative()
        incentive["reward"]["pays_on"] = "growth"
        return "On growth", incentive

    def units(self):
        window = self.window("month", "quarter")
        unit = 0.01 * self.channel.usual
        return "SPIF", {"behavior": {"measure": "units", "product": [self.rng.choice(PRODUCTS)]}, "window": window,
                        "reward": {"levels": [{"from": "0", "per_unit": f"{unit:.2f}"},
                                              {"from": str(8 * self.length(window)), "per_unit": f"{2 * unit:.2f}"}],
                                   "paid_to": self.rng.choice(("rep", "rep", "firm"))}}

    def activity(self):
        measure = self.rng.choice([name for name in self.channel.counted if self.channel.has(name)])
        window = self.window("month", "quarter", "half")
        return "Activity", {"behavior": {"measure": measure}, "window": window,
                            "reward": {"bands": self.rng.choice(("marginal", "retroactive")),
                                       "levels": [{"from": "1", "per_unit": self.money(0.05)},
                                                  {"from": "3", "per_unit": self.money(0.08),
                                                   "flat": self.money(0.05)}],
                                       "paid_to": self.rng.choice(("rep", "firm"))}}

    def ratio(self):
        window = self.window("month", "quarter", "half", "year")
        incentive = {"behavior": {"measure": "units", "product": ["Support"]}, "window": window,
                     "metric": {"ratio_to": {"measure": "units", "product": ["Firewalls", "Switches"]}},
                     "reward": {"bands": self.rng.choice(("marginal", "retroactive")),
                                "levels": [{"from": "30%", "per_unit": self.money(0.003)},
                                           {"from": "80%", "per_unit": self.money(0.006), "flat": self.money(0.05)}]}}
        if self.chance(0.4):
            incentive["behavior"] = {"measure": "revenue", "product": ["Support"]}
            incentive["metric"] = {"ratio_to": {"measure": "revenue"}}
            incentive["reward"]["levels"] = [{"from": "20%", "rate": "1%"}, {"from": "40%", "rate": "3%"}]
        return "Ratio", incentive

    def streak(self):
        window = self.window("month", "month", "quarter", "half")
        length = self.rng.randint(2, 4)
        at_least = self.rng.choice((self.money(0.6 * self.length(window)), "85% of prior_year"))
        levels = [{"from": str(length), "flat": self.money(0.2)}]
        if self.chance(0.5):
            levels.insert(0, {"from": "1", "flat": self.money(0.05)})
        return "Streak", {"behavior": {"measure": "revenue"}, "metric": {"streak": str(length), "at_least": at_least},
                          "window": window, "reward": {"bands": self.rng.choice(("marginal", "retroactive")),
                                                       "levels": levels}}

    def rank(self):
        window = self.window("month", "quarter", "half", "year")
        return "Contest", {"behavior": {"measure": "revenue"}, "window": window,
                           "metric": {"rank_in": self.rng.choice(("region", "segment", "all"))},
                           "reward": {"levels": [{"top": "1", "flat": self.money(0.5)},
                                                 {"top": "3", "flat": self.money(0.1)}]}}

    def pool(self):
        window = self.window("month", "quarter", "half", "year")
        reward = {"bands": self.rng.choice(("marginal", "retroactive")), "levels": self.levels(window, factor=3)}
        if self.chance(0.4):
            reward["levels"] = [{"from": "80% of prior_year", "rate": "2%"},
                                {"from": "105% of prior_year", "rate": "4%"}]
            if self.chance(0.5):
                reward["pays_on"] = "growth"
        return "Pool", {"behavior": {"measure": "revenue"}, "window": window, "reward": reward,
                        "metric": {"pooled_by": self.rng.choice(("parent", "group", "region", "tier"))}}

    def match(self):
        fund = {"accrues": self.share(0.01, 0.04), "of": self.rng.choice(("revenue", "revenue", "marketing_spend"))}
        if self.chance(0.6):
            fund["expires"] = f"{self.rng.randint(1, 6)} months"
        return "Co-op", {"behavior": {"measure": "marketing_spend"}, "window": self.window("month", "quarter", "half"),
                         "reward": {"match": self.rng.choice(("50%", "80%", "100%")), "fund": fund}}

    def money_measure(self):
        measure = next((name for name in self.channel.money[1:] if self.channel.has(name)), "revenue")
        window = self.window("month", "quarter")
        return "Sell-through", {"behavior": {"measure": measure}, "window": window,
                                "reward": {"levels": self.levels(window, factor=0.5)}}

    KINDS = (rebate, rebate, where, where, relative, relative, relative, growth, pays_on_growth, units, units, activity,
             activity, ratio, streak, rank, pool, match, money_measure)

    # -- what any of them may have

    def incentive(self, make):
        kind, incentive = make(self)
        incentive = {"name": self.name(kind), **incentive}
        rng, reward = self.rng, incentive["reward"]
        window = incentive["window"]
        if self.chance(0.25):
            incentive["audience"] = self.audience()
        if self.chance(0.2):
            until = self.first + self.months - 1 - rng.randint(0, 2)
            since = self.first + (rng.randint(0, 2) if window in ("month", "quarter") else 0)
            if any(since <= month and month + self.length(window) - 1 <= until for month in self.grid(window)) if \
                    window != "program" else True:
                incentive["active"] = {"from": day(since)[:7], "until": day(until)[:7]}
        if self.chance(0.2):
            incentive["requires"] = [rng.choice((
                {"measure": "revenue", "at_least": self.money(0.5), "window": "quarter"},
                {"measure": self.channel.counted[0], "at_least": "1", "window": "half"} if
                self.channel.has(self.channel.counted[0]) else {"measure": "revenue", "at_least": self.money(2),
                                                                "window": "half"},
                {"measure": "revenue", "product": ["Firewalls"], "at_least": self.money(0.1), "window": "month"},
                {"measure": "revenue", "at_least": self.money(3), "window": "year"}))]
        if self.chance(0.25):
            incentive["multiplier"] = {rng.choice(("region", "segment")): {}}
            for key, names in (("region", ("East", "West")), ("segment", ("Shop", "Club"))):
                if key in incentive["multiplier"]:
                    incentive["multiplier"][key] = {name: rng.choice(("1.2", "0.8", "1.5")) for name in names
                                                    if self.known(key, name)}
            if not all(incentive["multiplier"].values()):
                del incentive["multiplier"]
        if self.chance(0.12):
            incentive["once"] = "true"
        caps = {"window": 0.03 * self.length(window), "partner": 0.06 * self.months, "total": 0.2 * self.months}
        chosen = [name for name in caps if self.chance(0.15)]
        if chosen:
            incentive["cap"] = {name: self.money(caps[name] * rng.uniform(0.5, 2)) for name in chosen}
        if self.chance(0.15):
            incentive["minimum"] = self.money(0.02)
        payout = {}
        if self.chance(0.6):
            payout["after"] = rng.choice(("15 days", "0 days", "2 months", "45 days"))
        if self.chance(0.5):
            payout["claim"] = rng.choice(("automatic", "required"))
        if self.chance(0.25):
            payout["processing"] = {"mean": rng.choice(("12.5", "25")), "sd": rng.choice(("4", "20"))}
        if self.chance(0.2) or kind in ("Rebate", "Contest", "Pool", "Streak") and \
                self.chance(0.2):
            incentive["clawback"] = {"within": f"{rng.randint(1, 4)} months"}
            payout["after"] = "130 days"
        if payout:
            incentive["payout"] = payout
        if self.chance(0.25):
            incentive["enrollment"] = "opt_in"
        if self.chance(0.3):
            reward["kind"] = rng.choice(("credit", "points", "non_cash", "cash"))
            reward["cost"], reward["value"] = rng.choice(("100%", "80%")), rng.choice(("100%", "90%", "130%"))
        return self.without_doubt(incentive)

    def without_doubt(self, incentive):
        """Takes out what the engine decides otherwise than the text."""
        if incentive["window"] == "program" and self.months > 12:  # returns after a prior year that overlaps
            incentive.pop("clawback", None)
        return incentive

    def known(self, key, name):
        return any(partner[key] == name for partner in self.channel.partners)

    def audience(self):
        rng = self.rng
        choices = [{"tenure": {"at_least": "12 months"}}, {"tenure": {"at_least": "100 days", "at_most": "60 months"}},
                   {"except": {"partner": ["P1"]}}, {"partner": ["P1", "P2", "P3", "P4"]}]
        for key in ("segment", "region", "tier", "parent"):
            names = sorted({partner[key] for partner in self.channel.partners} - {""})
            if names:
                choices += [{key: names[:1]}, {"except": {key: names[-1:]}}]
        return rng.choice(choices)

    def program(self, name, num, kinds=None, shared=()):
        rng = self.rng
        program = {"rehearse": "program/1", "name": name, "currency": "USD", "year_starts": str(self.year_starts)}
        kinds = [rng.choice(self.KINDS) for _ in range(num)] if kinds is None else kinds
        program["incentives"] = list(shared) + [self.incentive(kind) for kind in kinds]
        if self.chance(0.25):
            self.exclude(program["incentives"])
        if self.chance(0.3):
            program["tiers"] = self.tiers(program["incentives"])
        if self.chance(0.3):
            total = self.channel.usual * self.months * rng.uniform(0.02, 0.3)
            program["budget"] = {"total": f"{total:.2f}", "when_exhausted": rng.choice(("first_come", "report"))}
            if self.chance(0.4):
                program["budget"]["reserve"] = "10%"
        if self.chance(0.3):
            program["costs"] = {"fixed": "1000", "per_claim": "12.5"}
        if self.chance(0.25) and self.known("region", "East"):
            program["withholding"] = {"region": {"East": "15%"}, "gross_up": rng.choice(("true", "false"))}
        if any(partner["currency"] == "EUR" for partner in self.channel.partners):
            program["fx"] = {"EUR": "1.0825"}
        return program

    def extension(self, path, base):
        """Another program that starts from this one: an incentive goes, one is replaced or added."""
        names = [incentive["name"] for incentive in base["incentives"]]
        extension = {"rehearse": "program/1", "name": "Extended", "extends": path}
        added = self.incentive(self.rng.choice(self.KINDS))
        if len(names) > 1:
            extension["remove"] = [names.pop()]
        if self.chance(0.5):
            added["name"] = names[0]
        tier = str(added.get("audience", {})) + str(added.get("multiplier", {}))
        if "tier" in tier:  # of the partner file, or of the base's status program
            added.pop("audience", None)
            added.pop("multiplier", None)
        return {**extension, "incentives": [added]}

    def exclude(self, incentives):
        chosen = self.rng.sample(incentives, min(len(incentives), self.rng.randint(2, 3)))
        for incentive in chosen if len(chosen) > 1 else []:
            incentive["exclusive"] = "either"

    def tiers(self, incentives):
        review = self.rng.choice(("quarter", "half", "year", "month"))
        usual = LENGTH[review]
        tiers = {"review": review, "levels": [
            {"name": "bronze"},
            {"name": "silver", "when": [{"measure": "revenue", "at_least": self.money(0.5 * usual)}],
             "benefits": {"rate_bonus": "1%"}},
            {"name": "gold", "when": [{"measure": "revenue", "at_least": self.money(1.2 * usual)}],
             "benefits": {"rate_bonus": "2.5%"}}]}
        if self.chance(0.5) and self.channel.has(self.channel.counted[0]):
            tiers["levels"][2]["when"].append({"measure": self.channel.counted[0], "at_least": "1"})
        if self.chance(0.5) and self.channel.has("marketing_spend"):
            tiers["levels"][1]["when"].append({"measure": "revenue", "product": ["Firewalls"],
                                               "at_least": self.money(0.05 * usual)})
        for incentive in incentives:
            for audience in (incentive.get("audience", {}), incentive.get("audience", {}).get("except", {})):
                if "tier" in audience:
                    audience["tier"] = ["silver", "gold"]
        if self.chance(0.6):
            self.rng.choice(incentives)["multiplier"] = {"tier": {"gold": "1.5", "silver": "1.1"}}
        if self.chance(0.5):
            self.rng.choice(incentives)["audience"] = {"tier": ["silver", "gold"]}
        return tiers


STRONG = {
    "effort_elasticity": ("{mean: 0.4, sd: 0.2}", "0.5"), "rep_effort_elasticity": ("{mean: 0.3, sd: 0.1}", "0.4"),
    "pass_through": ("{mean: 0.4, sd: 0.1}", "0.3"), "price_elasticity": ("{mean: 2, sd: 0.5}", "1.5"),
    "activity_elasticity": ("{mean: 0.6, sd: 0.05}", "0.65"), "activity_cost": ("0.03", "{mean: 0.02, sd: 0.01}"),
    "attention": ("0.95", "1", "{mean: 0.9, sd: 0.05}"), "complexity_slope": ("0.3", "{mean: 0.2, sd: 0.1}"),
    "null_program": ("0.05", "0.2", "0"), "elasticity_spread": ("0.5", "0.3"), "response_limit": ("2.5", "1.3", "4"),
    "felt_cap": ("0.6", "{mean: 0.3, sd: 0.1}"), "discount_rate": ("0.3", "{mean: 0.3, sd: 0.1}"),
    "claim_rate_automatic": ("0.9", "{mean: 0.9, sd: 0.05}"), "claim_rate_required": ("0.6", "{mean: 0.7, sd: 0.1}"),
    "trust": ("0.6", "0.8"), "trust_weight": ("0.5", "{mean: 0.4, sd: 0.1}"), "trust_step": ("0.2", "0.1"),
    "trust_return": ("0.05", "0.02"), "processing_days": ("20", "12"), "processing_sd": ("15", "8", "0"),
    "claim_error": ("0.2", "{mean: 0.2, sd: 0.05}"), "overpaid": ("0.05", "{mean: 0.05, sd: 0.01}"),
    "underpaid": ("0.04", "0.3"), "goal_gradient": ("0.2", "{mean: 0.2, sd: 0.1}"),
    "displacement": ("0.4", "{mean: 0.5, sd: 0.1}"), "capability_gain": ("0.15", "{mean: 0.1, sd: 0.03}"),
    "capability_stock": ("2", "3"), "capability_life": ("6", "12"), "fund_use": ("0.8", "{mean: 0.7, sd: 0.1}"),
    "ad_elasticity": ("0.2", "0.25"), "marketing_base": ("0.02", "0.05"),
    "topup_reach": ("0.4", "{mean: 0.4, sd: 0.1}"),
    "topup_able": ("0.8", "1", "{mean: 0.7, sd: 0.1}"), "load_cost": ("0.01", "{mean: 0.01, sd: 0.005}"),
    "topup_returned": ("0.2", "0.1"), "deferral": ("0.5", "0.3"), "leave_missed": ("1.5", "{mean: 1, sd: 0.3}"),
    "leave_rewarded": ("1", "{mean: 0.6, sd: 0.3}"), "leave_trust": ("1.5", "{mean: 1, sd: 0.3}"),
    "leave_share": ("1.2", "3"), "recapture": ("0.5", "{mean: 0.4, sd: 0.1}"), "opt_in": ("0.3", "1"),
    "opt_in_delay": ("0.1", "{mean: 0.05, sd: 0.02}"), "opt_in_trust": ("1", "0.5"), "opt_in_reward": ("0.5", "0.3"),
    "opt_in_complexity": ("0.5", "{mean: 0.4, sd: 0.1}"), "level_walk": ("0.1", "0.05"),
}
BY_SEGMENT = {"effort_elasticity": "0.6", "pass_through": "0.5", "topup_reach": "0.3", "displacement": "0.2",
              "partner_margin": "0.1", "goal_gradient": "0.1"}


def assumptions(rng, channel):
    lines = ["rehearse: assumptions/1", "parameters:"]
    segments = sorted({partner["segment"] for partner in channel.partners})
    for name, choices in STRONG.items():
        if rng.random() < 0.8:
            lines.append(f"  {name}: {rng.choice(choices)}")
        elif name in BY_SEGMENT:
            lines.append(f"  {name}: {{segments: {{{rng.choice(segments)}: {BY_SEGMENT[name]}}}}}")
    return "\n".join(lines) + "\n"


ASSUMED = "site_surveys"


def activities(rng, channel, used):
    """What some activities bring, and a count that the ledger lacks."""
    lines, known = [], [measure for measure in channel.counted if channel.has(measure) and measure in used]
    sold = sorted({row["product"] for row in channel.ledger
                   if row["measure"] == "revenue" and float(row["amount"]) > 0})
    for measure in known if rng.random() < 0.6 else []:
        size = 0.4 * channel.usual
        revenue = rng.choice((f"{size:.2f}", f"{{mean: {size:.2f}, sd: {0.5 * size:.2f}}}"))
        lag = rng.choice(("", "lag: 1 months, ", "lag: 2 months, ", "lag: 5 months, "))
        lines.append(f"  {measure}: {{revenue: {revenue}, {lag}product: {rng.choice(sold)}}}")
    text = ""
    if ASSUMED in used:
        segment = rng.choice(sorted({partner["segment"] for partner in channel.partners}))
        text = f"base_rate: {{{ASSUMED}: " + rng.choice(("0.4", "1.7", f"{{segments: {{{segment}: 0.8}}}}")) + "}\n"
        if rng.random() < 0.7:
            lines.append(f"  {ASSUMED}: {{revenue: {0.3 * channel.usual:.2f}, product: {rng.choice(sold)}}}")
    return text + ("yield:\n" + "\n".join(lines) + "\n" if lines else "")


def surveys(rng, base):
    """A program that pays for what the ledger lacks."""
    return {"rehearse": "program/1", "name": "Surveys", "currency": base["currency"],
            **{key: base[key] for key in ("fx",) if key in base}, "incentives": [
                {"name": "Survey", "behavior": {"measure": ASSUMED}, "window": rng.choice(("month", "quarter")),
                 "reward": {"levels": [{"from": "0", "per_unit": "40"}, {"from": "2", "per_unit": "90"}]}}]}


def flow(tree):
    """YAML in one line. Texts stand as they are, but those that start with a comparison."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, (list, tuple)):
        return "[" + ", ".join(flow(value) for value in tree) + "]"
    return f'"{tree}"' if tree[:1] in "<>=!" else tree


def write_yaml(path, tree):
    with open(path, "w", encoding="utf-8") as file:
        for key, value in tree.items():
            if key == "incentives":
                file.write("incentives:\n" + "".join(f"  - {flow(incentive)}\n" for incentive in value))
            else:
                file.write(f"{key}: {flow(value)}\n")


def write_csv(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_case(seed, index, folder):
    """Writes the files of one case; returns the months between history and horizon."""
    rng = random.Random(f"reference {seed}/{index}")
    channel = Channel(rng)
    exact = rng.random() < 0.2
    months = rng.choice((6, 9, 12, 15, 24))
    months = min(months, channel.months) if exact else months
    gap = rng.choice((0, 0, 0, 0, 1, 4)) if not exact else 0
    first = channel.last + 1 + gap - (months if exact else 0)
    maker = Maker(rng, channel, first, months)
    programs = [maker.program(f"Program {k + 1}", rng.randint(1, 4)) for k in range(rng.randint(1, 2))]
    study = {"rehearse": "study/1", "title": f"Case {index}", "history": "history.h5", "in_force": "none",
             "compare": [f"program-{k + 1}.yaml" for k in range(len(programs))]}
    if rng.random() < 0.6:
        shared = [incentive for incentive in programs[0]["incentives"][:1] if rng.random() < 0.5]
        shared = [incentive for incentive in shared if "exclusive" not in incentive and
                  "tier" not in str(incentive)]
        in_force = maker.program("Today", rng.randint(0 if shared else 1, 2), shared=copy.deepcopy(shared))
        write_yaml(os.path.join(folder, "in-force.yaml"), in_force)
        study["in_force"] = "in-force.yaml"
        if rng.random() < 0.15:
            study["compare"].append("in-force.yaml")
    for k, program in enumerate(programs):
        write_yaml(os.path.join(folder, f"program-{k + 1}.yaml"), program)
    if rng.random() < 0.3:
        study["compare"].append("extended.yaml")
        programs.append(maker.extension("program-1.yaml", programs[0]))
        write_yaml(os.path.join(folder, "extended.yaml"), programs[-1])
    own = random.Random(f"activities {seed}/{index}")  # so that the rest of the study is as it would be without
    if not exact and own.random() < 0.3:
        study["compare"].append("surveys.yaml")
        programs.append(surveys(own, programs[0]))
        write_yaml(os.path.join(folder, "surveys.yaml"), programs[-1])
    study["reference"] = rng.choice(("in_force", "in_force", "none", "Program 1"))
    study["horizon"] = {"months": str(months)}
    if not exact and (gap or rng.random() < 0.3):
        study["horizon"]["starts"] = day(first)[:7]
    study["replications"], study["seed"] = "300", str(rng.choice((1, 42, 2**40 + 7)))
    study["replay"] = {"method": "exact"} if exact else {
        "method": "bootstrap", "block": rng.choice(("6 months", "2 months", "1 months")),
        "phase": rng.choice(("auto", "1", "3")),
        "together": rng.choice(("all", "region", "segment", "partner"))}
    if not exact and own.random() < 0.6:
        study["replay"]["follow"] = own.choice(("0%", "50%", "80%", "100%"))
    study["outlook"] = {"growth": rng.choice(("3%", "-2%", "10%")), "sd": rng.choice(("3%", "0%", "10%"))}
    study["assumptions"] = "assumptions.yaml"
    if rng.random() < 0.3:
        study["finance"] = {"vendor_margin": {product: "30%" for product in PRODUCTS
                                              if any(row["product"] == product for row in channel.ledger)}}
    write_yaml(os.path.join(folder, "study.yaml"), study)
    with open(os.path.join(folder, "assumptions.yaml"), "w", encoding="utf-8") as file:
        used = {incentive["behavior"]["measure"] for program in programs for incentive in program["incentives"]}
        file.write(assumptions(rng, channel) +
                   activities(own, channel, used))
    write_csv(os.path.join(folder, "ledger.csv"), LEDGER, channel.ledger)
    write_csv(os.path.join(folder, "partners.csv"), PARTNERS, channel.partners)
    write_csv(os.path.join(folder, "targets.csv"), TARGETS, channel.targets)
    return gap


if __name__ == "__main__":
    os.makedirs(sys.argv[3], exist_ok=True)
    write_case(sys.argv[1], int(sys.argv[2]), sys.argv[3])
