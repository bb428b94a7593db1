"""What behaviors count of a series: attainment per gross of each past month (docs/model.md, "Indices and units")."""
from fractions import Fraction

import numpy as np

import settle_oracle as oracle


class View:
    """One series through one behavior: net amounts, or the quantities of `units`, of the rows that pass `where`.

    part: None for net; "sales" or "returns" where a clawback keeps the two apart."""

    def __init__(self, world, partner, line, behavior, part=None):
        gross = line.gross
        if line.unsold:  # as those count who sell it, in the months in which they do
            others = [series for series in world.baseline.series.values() if series.driver == line.driver]
            sold = sum(series.gross.sum() for series in others)
            seen = sum(world.counted(series, behavior, part)[series.gross > 0].sum() for series in others)
            self.conversion = seen / sold if sold > 0 else 0.0
            self.ratio, self.lone = np.full(world.past, self.conversion), np.zeros(world.past)
            return
        if line.begins:  # never done: all that is done counts
            self.conversion = 0.0 if part == "returns" else 1.0
            self.ratio, self.lone = np.full(world.past, self.conversion), np.zeros(world.past)
            return
        counted, told = world.counted(line, behavior, part), gross > 0
        self.conversion = counted[told].sum() / gross[told].sum() if told.any() else 0.0
        self.ratio, self.lone = np.full(world.past, self.conversion), np.zeros(world.past)
        for h, own in enumerate(partner.own_month):
            if own is not None and told[own]:
                self.ratio[h] = counted[own] / gross[own]
            elif own is not None and line.scale[own] > 0:  # returns without sales, per usual sale
                self.lone[h] = counted[own] / line.scale[own]


def count_rows(world, series, behavior, part):
    """What a behavior counts of a series by month of the history, in 10⁻⁴, converted and rounded."""
    units = behavior["measure"] == "units"
    if not units and "where" not in behavior:
        return {None: series.gross - series.returns, "sales": series.gross, "returns": -series.returns}[part]
    sums = {}
    for row in world.rows.get((series.partner, *series.driver), []):
        value = (row.amount if series.is_money and not units else row.quantity) or 0
        if (part is None or (value < 0) == (part == "returns")) and oracle.passes(behavior.get("where", {}), row):
            sums[row.month] = sums.get(row.month, 0) + value
    rate = world.books.rate_of(series.partner) if series.is_money and not units else Fraction(1)
    found = np.zeros(world.past)
    for month, value in sums.items():
        found[month - world.history.first] = round(value * rate * 10**4)
    return found
