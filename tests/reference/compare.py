"""The rows of `rehearse trace --csv` (docs/trace.md), made by the reference, beside those of the engine."""
import csv
import math

import h5py

from settle_oracle import first_day

MONEY = 1e-4
NEAR = 1e-9
PATH = ("source", "market", "level", "here", "complexity", "attends", "trust", "capability", "marketing", "revenue",
        "taken_over")


def rows_of(scenario):
    """{(program, partner, month, quantity, measure, product, incentive): value}."""
    world, found = scenario.world, {}
    for path in scenario.paths.values():
        for t in range(world.months):
            place = scenario.name, path.partner.id, month_name(world.study.first + t)
            for name, value in of_path(scenario, path, t).items():
                found[(*place, name, "", "", "")] = value
            for line in path.partner.series:
                for name, value in of_line(path, line, t).items():
                    found[(*place, name, *line.driver, "")] = value
            for incentive in scenario.program.incentives:
                for name, value in of_incentive(path, incentive, t).items():
                    found[(*place, name, "", "", incentive.name)] = value
    return found


def month_name(month):
    return first_day(month).isoformat()[:7]


def of_path(scenario, path, t):
    world, fate = scenario.world, path.fate
    replayed = world.history.first + fate.source[t]
    lines = [line for line in path.partner.series if line.is_revenue]
    taken_over = MONEY * sum(scenario.taken_over(path, line, t) for line in lines)
    return {"source": replayed // 12 * 100 + replayed % 12 + 1, "market": fate.market[t], "level": fate.level[t],
            "here": path.here[t], "complexity": path.complexity, "attends": float(path.attends), "trust": path.trust[t],
            "capability": path.capability[t], "marketing": path.marketing[t], "taken_over": taken_over,
            "revenue": MONEY * sum(scenario.revenue(path, line, t) for line in lines) - taken_over}


def of_line(path, line, t):
    brought = {"yielded": MONEY * path.yielded[line][t]} if path.world.study.yields and line.is_revenue else {}
    return {**brought, "baseline": MONEY * path.fate.sold[line][t], "felt_firm": path.felt_firm[line][t],
            "felt_rep": path.felt_rep[line][t], "goal": path.goal[line][t], "change": path.change[line][t],
            "demand": MONEY * path.demand[line][t], "bought": MONEY * (path.bought(line, t) + path.back[line][t]),
            "brought_back": MONEY * path.back[line][t], "stock": MONEY * path.stock[line][t],
            "put_off": MONEY * path.put_off[line][t]}


def of_incentive(path, incentive, t):
    w = incentive.window_of(t)
    window = path.standing.windows[incentive][w] if w is not None else None
    if window is None:
        return {}
    found = {"takes_part": float(window.part), "next_sale": path.worth[incentive][t],
             "felt": path.felt[incentive][t] * path.attends, "attained": MONEY * path.attained[incentive][t]}
    if "fund" in incentive.reward:
        found["matched"] = MONEY * path.standing.taken[incentive][t]
    if window.last == t:
        found.update(counted=MONEY * path.standing.attained(window), payable=MONEY * window.payable,
                     earned=MONEY * window.earned, claimed=MONEY * window.claimed, paid=MONEY * window.paid,
                     days=window.days)
    return found


def read_trace(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = tuple(row[name] for name in ("program", "partner", "month", "quantity", "measure", "product",
                                               "incentive"))
            yield key, row["unit"], float(row["value"])


def differs(value, wanted, floor, near=NEAR):
    if math.isnan(value) or math.isnan(wanted):
        return math.isnan(value) != math.isnan(wanted)
    if math.isinf(value) or math.isinf(wanted):
        return value != wanted
    return abs(value - wanted) > near * max(abs(value), abs(wanted)) + floor


def usual_months(model):
    """{partner: expected revenue of a month in currency, at least 1}."""
    return {partner.id: max(MONEY * sum(line.mean.mean() for line in partner.series if line.is_revenue), 1.0)
            for partner in model.world.partners}


def differences(model, path, near=NEAR):
    """What differs by more than `near`: [(key, value, wanted)] in the trace's order, and all rows that were compared."""
    rows, found, seen, usual = {}, [], {}, usual_months(model)
    for scenario in model.scenarios.values():
        rows.update(rows_of(scenario))
    names = {(scenario.name, incentive.name) for scenario in model.scenarios.values()
             for incentive in scenario.program.incentives}
    for key, unit, wanted in read_trace(path):
        if key[6] and (key[0], key[6]) not in names:
            continue  # the reviews of a status level: their rows have no key of their own
        if key[3] == "next_sale" and not rows[(*key[:3], "takes_part", *key[4:])]:
            continue  # told also of who takes no part
        value = rows.get(key, math.nan)
        floor = near * (usual[key[1]] if unit == model.static.study.currency() else 1.0)
        if differs(value, wanted, floor, near):
            found.append((key, value, wanted))
        seen[key] = value
    return found, seen


def figures_that_differ(model, path, number):
    """Figures of the replication that differ from those in results.h5, as texts."""
    complaints, usual = [], sum(usual_months(model).values())
    with h5py.File(path) as file:
        for k, (name, figures) in enumerate(model.figures.items()):
            cost = figures.value["cost"]
            for figure, dataset in file["kpi"].items():
                if dataset.ndim != 2:
                    continue
                value, wanted = figures.value[figure], float(dataset[k, number])
                floor = NEAR * (usual if dataset.attrs["units"] == "currency" else 1.0)
                if figure in ("roi", "incremental_per_cost") and cost > 0:
                    floor = NEAR * max(usual / cost, 1.0)
                if differs(value, wanted, floor):
                    complaints.append(f"{name} {figure}: {value!r}, the engine has {wanted!r}")
    return complaints
