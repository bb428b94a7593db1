"""The figures of one replication (docs/model.md, "What is reported"), in currency."""
import math

import settle_oracle as oracle
from terms import four

MONEY = 1e-4


def vendor_margins(world):
    """{product: vendor margin}: the study's, else 1 - cost/sales of the rows with a cost."""
    found = {}
    for measure, product in world.drivers:
        if measure == "revenue":
            rows = [row for row in world.history.rows if (row.measure, row.product) == (measure, product) and
                    row.cost is not None]
            if product in world.study.vendor_margin:
                found[product] = world.study.vendor_margin[product]
            else:
                rate = {row: world.books.rate_of(row.partner) for row in rows}
                sales = sum((row.amount or 0) * rate[row] for row in rows)
                found[product] = float(1 - sum(row.cost * rate[row] for row in rows) / sales)
    return found


class Scenario:
    """Paths and settlement of one scenario, with what is added up of them."""

    def __init__(self, model, name, program, paths, settlement):
        self.model, self.name, self.program = model, name, program
        self.paths, self.settlement = paths, settlement
        self.world = model.world

    # -- sales, by partner, line and month

    def revenue(self, path, line, t):
        """Net revenue of a line, with what others take over of a leaver's demand."""
        view = self.world.view(path.partner, line, {"measure": "revenue"})
        return path.counted_of(line, view, t) + self.taken_over(path, line, t)

    def taken_over(self, path, line, t):
        """Of the demand of who left because of the program, what others take over."""
        here = 1.0 if path.fate.life < path.partner.alive[t] else 0.0
        return self.net(path, line, t, path.of("recapture") * path.fate.sold[line][t] * (here - path.here[t]))

    def net(self, path, line, t, gross):
        """Net revenue of a gross."""
        view = self.world.view(path.partner, line, {"measure": "revenue"})
        return path.rounded(gross * view.ratio[path.fate.source[t]])

    def stored(self, path, line):
        """Net revenue in stock at the end, less what is put off: what moved in and out, each at its month's net."""
        total = 0.0
        for t in range(self.world.months):
            bought, *others = path.moves[line][t]
            total += sum(self.net(path, line, t, move) for move in (bought - path.demand[line][t], *others))
        return total

    def after_horizon(self):
        """Expected cost of the status that is held after the horizon."""
        program, months, cost = self.program, self.world.months, 0.0
        if not program.tiers:
            return cost
        for path in self.paths.values():
            if not path.here[-1]:
                continue
            last = program.grid(program.tiers["review"], months)[1]
            revenue = path.standing.condition({"measure": "revenue"}).expected(months, last)
            cost += program.bonus_of(path.standing.level_held(months)) * revenue
        return cost


class Figures:
    """KPIs of a scenario against the reference and none."""

    def __init__(self, scenario, reference, none, margins):
        self.scenario, self.reference, self.none, self.margins = scenario, reference, none, margins
        self.world, self.paths = scenario.world, scenario.paths
        self.value = {}
        self.sales()
        self.rewards()
        self.partners()
        self.compare()

    def total(self, scenario, what):
        return MONEY * sum(what(scenario, path, line, t) for path in scenario.paths.values()
                           for line in path.partner.series if line.is_revenue for t in range(self.world.months))

    def margin_of(self, scenario):
        """Vendor's margin of what is sold and not only pulled forward."""
        return MONEY * sum(self.margins[line.driver[1]] * (
            sum(scenario.revenue(path, line, t) for t in range(self.world.months)) - scenario.stored(path, line))
                           for path in scenario.paths.values() for line in path.partner.series if line.is_revenue)

    def sales(self):
        here, reference, value = self.scenario, self.reference, self.value
        revenue = {s: self.total(s, lambda s, path, line, t: s.revenue(path, line, t))
                   for s in (here, reference, self.none)}
        stored = {s: MONEY * sum(s.stored(path, line) for path in s.paths.values() for line in path.partner.series
                                 if line.is_revenue) for s in (here, reference, self.none)}
        value["revenue"] = revenue[here]
        value["pulled_forward"] = stored[here] - stored[reference]
        value["incremental_revenue"] = revenue[here] - revenue[reference] - value["pulled_forward"]
        value["incremental_margin"] = self.margin_of(here) - self.margin_of(reference)
        for name, what in (("displaced", lambda s, path, line, t: s.net(path, line, t, path.displaced[line][t])),
                           ("returned", lambda s, path, line, t: s.net(path, line, t, path.back[line][t]))):
            value[name] = self.total(here, what) - self.total(reference, what)
        self.open_to = [path for path in self.paths.values() if here.program.tiers or any(
            path.may_ever(incentive, w) for incentive in here.program.incentives
            for w in range(len(incentive.windows)))]
        value["eligible_revenue"] = MONEY * sum(here.revenue(path, line, t) for path in self.open_to
                                                for line in path.partner.series if line.is_revenue
                                                for t in range(self.world.months))
        self.revenue_of, self.stored_of = revenue, stored

    def rewards(self):
        """Earned, claimed, paid and what it costs."""
        program, value = self.scenario.program, self.value
        withholding = program.keys.get("withholding", {})
        taxes = {region: float(oracle.number(text)) for region, text in withholding.get("region", {}).items()} \
            if withholding.get("gross_up") == "true" else {}
        costs = {key: four(text) for key, text in program.keys.get("costs", {}).items()}
        cost = costs.get("fixed", 0.0) + self.scenario.after_horizon()
        sums = dict.fromkeys(("earned", "claimed", "paid", "claims", "wrong", "pay_days", "sale_days"), 0.0)
        self.paid_to = {}
        cash = costs.get("fixed", 0.0)
        for path in self.paths.values():
            tax = taxes.get(path.partner.region, 0.0)
            for incentive in program.incentives:
                for window in path.standing.windows[incentive]:
                    payment = path.payment(window)
                    window.claimed = window.paid = window.days = 0.0
                    sums["earned"] += window.earned
                    if payment is None:
                        continue
                    window.days = incentive.after + payment.days
                    if window.earned <= 0:
                        continue
                    window.claimed, window.paid = window.earned, window.earned * payment.factor
                    window.days = incentive.after + payment.days
                    sums["claimed"] += window.claimed
                    sums["paid"] += window.paid
                    sums["claims"] += 1
                    sums["wrong"] += payment.wrong
                    sums["pay_days"] += window.paid * (incentive.after + payment.days)
                    sums["sale_days"] += window.paid * self.sale_days(path, incentive, window)
                    spent = window.paid * (incentive.cost + tax / (1 - tax))
                    cost += spent
                    if payment.arrives < self.world.months:
                        cash += spent + costs.get("per_claim", 0.0)
                    self.paid_to[path] = self.paid_to.get(path, 0.0) + window.paid
        cost += costs.get("per_claim", 0.0) * sums["claims"]
        value["earned"], value["paid"] = MONEY * sums["earned"], MONEY * sums["paid"]
        value["breakage"], value["cost"] = MONEY * (sums["earned"] - sums["claimed"]), MONEY * cost
        value["cash"] = MONEY * cash
        value["time_to_payout"] = ratio(sums["pay_days"], sums["paid"])
        value["sale_to_cash"] = ratio(sums["pay_days"] + sums["sale_days"], sums["paid"])
        value["payout_accuracy"] = ratio(sums["claims"] - sums["wrong"], sums["claims"])
        settlement = self.scenario.settlement
        value["budget_used"] = ratio(sums["earned"], settlement.spendable or 0.0)
        value["exhausted_month"] = math.nan if settlement.exhausted is None else settlement.exhausted + 1
        value["windfall"] = MONEY * sum(window.earned for standing in self.scenario.windfall.standings.values()
                                        for windows in standing.windows.values() for window in windows)

    def sale_days(self, path, incentive, window):
        """Days from the middle of the month of sale to the window's end, weighted by attainment."""
        count, days, total = path.standing.counts[incentive], 0.0, 0.0
        for t, sold in count.by_month(path, window.first, window.last).items():
            start = self.world.study.first
            end, middle = oracle.last_day(start + window.last), (
                oracle.first_day(start + t).toordinal() + oracle.last_day(start + t).toordinal()) / 2
            days += sold * (end.toordinal() - middle)
            total += sold
        return days / total if total > 0 else 0.0

    def partners(self):
        """Shares of partners, and what they gain."""
        value, here = self.value, self.scenario
        last = self.world.months - 1
        active = [path for path in self.paths.values() if path.here[0]]
        value["trust_index"] = ratio(sum(path.trust[last] for path in active), len(active))
        value["attrition"] = ratio(sum(1 for path in active if not path.here[last]), len(active))
        mine = [path for path in active if path in self.open_to]
        enrolled = [path for path in mine if any(window.part for incentive in here.program.by_file
                                                 for window in path.standing.windows[incentive])]
        value["enrolled"] = ratio(len(enrolled), len(mine))
        earning = [path for path in mine if any(window.payable > 0 for windows in path.standing.windows.values()
                                                for window in windows)]
        value["earning"] = ratio(len(earning), len(mine))
        value["baseline_earning"] = ratio(sum(1 for path in mine if any(
            window.payable > 0 for windows in here.windfall.standings[path.partner].windows.values()
            for window in windows)), len(mine))
        value["participation"] = ratio(sum(1 for path in earning if self.participates(path)), len(mine))
        gain = 0.0
        for path in self.paths.values():
            sold = [sum(sum(s.revenue(other, line, t) for t in range(self.world.months)) - s.stored(other, line)
                        for line in path.partner.series if line.is_revenue)
                    for s, other in ((here, path), (self.reference, self.reference.paths[path.partner]))]
            gain += self.paid_to.get(path, 0.0) + path.margin * (sold[0] - sold[1])
        value["partner_gain"] = MONEY * gain

    def participates(self, path):
        if any(window.payable > 0 and window.reached for windows in path.standing.windows.values()
               for window in windows):
            return True
        sold = [sum(sum(s.revenue(other, line, t) for t in range(self.world.months)) - s.stored(other, line)
                    for line in path.partner.series if line.is_revenue)
                for s, other in ((self.scenario, path), (self.reference, self.reference.paths[path.partner]))]
        return sold[0] >= 1.01 * sold[1] and sold[0] > 0

    def compare(self):
        """What needs the other scenarios' figures; call `finish` with the reference's cost."""
        value, here = self.value, self.scenario
        own = self.revenue_of[here] - self.stored_of[here] - (self.revenue_of[self.none] - self.stored_of[self.none])
        margin = self.margin_of(here) - self.margin_of(self.none)
        enough = value["cost"] >= 1e-4 * value["revenue"] and value["cost"] > 0
        value["roi"] = (margin - value["cost"]) / value["cost"] if enough else math.nan
        value["incremental_per_cost"] = own / value["cost"] if enough else math.nan
        value["cost_to_incentive"] = ratio(value["paid"], value["eligible_revenue"])

    def finish(self, reference_cost):
        self.value["net_benefit"] = self.value["incremental_margin"] - (self.value["cost"] - reference_cost)


def ratio(value, of):
    return value / of if of > 0 else math.nan
