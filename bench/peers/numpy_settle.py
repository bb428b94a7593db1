#!/usr/bin/python3
"""The simplest incentives, settled on a history in NumPy: what `rehearse settle` is measured beside.

    bench/peers/numpy_settle.py HISTORY.h5 [-o PAID.csv] [--read]
    bench/peers/numpy_settle.py --program PROGRAM.yaml

Rebates on totals, with nothing that depends on other windows, partners or incentives. Whole numbers throughout, as exact
as the settlement that it is compared with. It prints what each incentive pays; -o writes every payment; --read stops when the
columns that it needs are read; --program writes the program in rehearse's language.
"""
import argparse
import sys

import h5py
import numpy as np

MISSING_DAY = np.iinfo(np.int32).min
MISSING = np.iinfo(np.int64).min
CENT = 10**8  # in 10⁻¹⁰, what a rate in 10⁻⁶ makes of an amount in 10⁻⁴
WINDOWS = {"month": 1, "quarter": 3, "half": 6, "year": 12}

# Levels: threshold in units of the measure, rate (or money per unit) in 10⁻⁶, flat in cents.
INCENTIVES = (
    {"name": "Volume tiers", "measure": "revenue", "window": "quarter", "retroactive": True, "cap": 20_000,
     "levels": ((5_000, 10_000, 0), (15_000, 20_000, 0), (60_000, 30_000, 50_000))},
    {"name": "Firewalls", "measure": "units", "product": "Firewalls", "window": "month",
     "levels": ((0, 20_000_000, 0), (10, 30_000_000, 0))},
    {"name": "Cloud", "measure": "revenue", "product": "Cloud services", "window": "month",
     "levels": ((0, 10_000, 0), (500, 20_000, 0))},
)


def program():
    lines = ["rehearse: program/1", "name: Simple", "currency: USD", "incentives:"]
    for incentive in INCENTIVES:
        product = f", product: [{incentive['product']}]" if "product" in incentive else ""
        levels = []
        for threshold, rate, flat in incentive["levels"]:
            pays = f"per_unit: {rate / 1e6:g}" if incentive["measure"] == "units" else f"rate: {rate / 1e4:g}%"
            levels.append(f"{{from: {threshold}, {pays}{f', flat: {flat / 100:g}' if flat else ''}}}")
        bands = "retroactive" if incentive.get("retroactive") else "marginal"
        lines += [f"  - name: {incentive['name']}", f"    behavior: {{measure: {incentive['measure']}{product}}}",
                  f"    window: {incentive['window']}",
                  f"    reward: {{bands: {bands}, levels: [{', '.join(levels)}]}}"]
        if "cap" in incentive:
            lines.append(f"    cap: {{window: {incentive['cap']}}}")
    return "\n".join(lines) + "\n"


class History:
    def __init__(self, path):
        with h5py.File(path, "r") as file:
            def names(name):
                return [text.decode() for text in file[name][()].tobytes().split(b"\0")[:-1]]

            self.ids, measures, self.products = names("partners/partner_id"), names("names/measure"), names("names/product")
            self.joined = file["partners/joined"][()]
            revenue = file["ledger/measure"][()] == measures.index("revenue")
            self.partner, day, self.product, self.amount, self.quantity = (
                file[f"ledger/{name}"][()] for name in ("partner", "date", "product", "amount", "quantity"))
        first_day = day.min()
        self.months = np.arange(first_day, day.max() + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        self.first, self.last = self.months[0], self.months[-1]
        self.month = self.months[day - first_day]
        self.rows = {None: np.flatnonzero(revenue)}

    def of(self, product):
        """Rows of revenue of a product line."""
        if product not in self.rows:
            rows = self.rows[None]
            self.rows[product] = rows[self.product[rows] == self.products.index(product)]
        return self.rows[product]


def totals(history, incentive):
    """[partner][window] in 10⁻⁴, and the windows' first months since 1970: those that lie in the history whole."""
    length, rows = WINDOWS[incentive["window"]], history.of(incentive.get("product"))
    value = (history.quantity if incentive["measure"] == "units" else history.amount)[rows]
    value = np.where(value == MISSING, 0, value)
    first, last = -(-history.first // length), (history.last + 1) // length - 1
    window = history.month[rows] // length - first
    num = int(last - first + 1)
    whole = (window >= 0) & (window < num)
    key = history.partner[rows][whole].astype(np.int64) * num + window[whole]
    sums = np.bincount(key, weights=value[whole], minlength=len(history.ids) * num)  # exact: below 2⁵³
    return sums.astype(np.int64).reshape(-1, num), np.arange(first, last + 1) * length


def reward(incentive, total):
    """Cents, rounded half to even."""
    gross, levels = np.zeros_like(total), incentive["levels"]
    for k, (threshold, rate, flat) in enumerate(levels):
        start = threshold * 10_000
        reached = (total >= start) & (total > 0)
        if incentive.get("retroactive"):
            gross = np.where(reached, rate * total + flat * CENT, gross)
        else:
            end = levels[k + 1][0] * 10_000 if k + 1 < len(levels) else np.iinfo(np.int64).max
            gross += np.where(reached, rate * (np.minimum(total, end) - start) + flat * CENT, 0)
    cents, rest = np.divmod(gross, CENT)
    cents += (2 * rest > CENT) | ((2 * rest == CENT) & (cents % 2 == 1))
    return np.minimum(cents, incentive["cap"] * 100) if "cap" in incentive else cents


def settle(history):
    """For each incentive: cents [partner][window], first months of the windows."""
    for incentive in INCENTIVES:
        total, first = totals(history, incentive)
        end = (first + WINDOWS[incentive["window"]]).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        eligible = (history.joined == MISSING_DAY)[:, None] | (history.joined[:, None] < end)
        yield incentive, np.where(eligible, reward(incentive, np.maximum(total, 0)), 0), first


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("history", nargs="?")
    parser.add_argument("-o", "--output")
    parser.add_argument("--program")
    parser.add_argument("--read", action="store_true")
    options = parser.parse_args()
    if options.program:
        with open(options.program, "w", encoding="utf-8") as out:
            out.write(program())
        return
    history, lines = History(options.history), []
    for incentive, cents, first in [] if options.read else settle(history):
        print(f"{incentive['name']}: {int(cents.sum()) / 100:,.2f}")
        if options.output:
            for i, w in zip(*np.nonzero(cents)):
                lines.append(f"{history.ids[i]},{incentive['name']},{first[w].astype('datetime64[M]')}-01,"
                             f"{cents[i, w] // 100}.{cents[i, w] % 100:02d}\n")
    if options.output:
        with open(options.output, "w", encoding="utf-8") as out:
            out.writelines(lines)


if __name__ == "__main__":
    sys.exit(main())
