"""Holds a workbook against the CSV of the same reserve: reserve-xlsx.py reserve.xlsx reserve.csv.

Every figure of the one is in the other. What the cells of formulas hold is what they come to: sums, shares and differences
are computed again. Needs openpyxl (Debian: python3-openpyxl)."""

import csv
import sys

import openpyxl

SHEETS = ["What will it cost", "How bad can it be", "Reserve by incentive", "When does the money run out",
          "What to accrue", "When is it paid", "What may be recognized", "Assumptions and provenance"]
HEAD = 3


def close(a, b, scale=1.0):
    assert a is not None and b is not None, (a, b)
    assert abs(a - b) <= 1e-9 * max(abs(a), abs(b), scale), (a, b)


def rows_of(sheet):
    """The table below the heads: cells of each row whose first is not empty, to the first that is."""
    found = []
    for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True):
        if row[0] is None:
            break
        found.append(row)
    return found


def estimate(figures, key, value, se):
    expected_value, expected_se = figures[key]
    if expected_value == "":
        assert value is None, (key, value)
    else:
        close(value, float(expected_value))
    if expected_se == "":
        assert se is None, (key, se)
    else:
        close(se, float(expected_se))


def months_of(figures, accruals, cash):
    """The sheets of what is accrued and paid each month."""
    if accruals[0][1] is None:
        assert cash[0][1] is None and not any(key[1] == "accrual" for key in figures)
        return
    assert len(accruals) == sum(key[1] == "accrual" for key in figures)
    value = lambda *key: float(figures[key][0])
    so_far, paid = {}, {}
    for row in accruals:
        name, month = row[:2]
        so_far[name] = so_far.get(name, 0) + row[3]
        close(row[2], value(name, "eligible_revenue", "month", month))
        estimate(figures, (name, "accrual", "month", month), row[3], row[4])
        close(row[5], float(figures[name, "accrual_rate", "month", month][0] or 0))
        close(row[6], so_far[name])
        close(row[7], value(name, "true_up_sd", "month", month))
        estimate(figures, (name, "true_up_p05", "month", month), row[8], row[9])
        estimate(figures, (name, "true_up_p95", "month", month), row[10], row[11])
    for row in cash:
        name, month = row[:2]
        paid[name] = paid.get(name, 0) + row[2]
        close(row[6], paid[name])
        if month == "later":
            close(row[2], value(name, "cash_later", "", ""))
            close(row[6], value(name, "expected_cost", "", ""), 1e5)
            continue
        estimate(figures, (name, "cash", "month", month), row[2], row[3])
        close(row[4], value(name, "cash_p05", "month", month))
        close(row[5], value(name, "cash_p95", "month", month))
        estimate(figures, (name, "liability", "month", month), row[7], row[8])


def main():
    book = openpyxl.load_workbook(sys.argv[1], data_only=True)
    with open(sys.argv[2], newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    figures = {(r["scenario"], r["figure"], r["part_kind"], r["part"]): (r["value"], r["se"]) for r in lines}
    programs = list(dict.fromkeys(r["scenario"] for r in lines))
    value = lambda *key: float(figures[key][0])
    assert book.sheetnames == SHEETS, book.sheetnames
    cost, risk, incentive, budget, accrual, cash, revenue, facts = (book[name] for name in SHEETS)
    assert [row[0] for row in rows_of(cost)] == programs
    for row in rows_of(cost):
        name = row[0]
        estimate(figures, (name, "expected_cost", "", ""), row[1], row[2])
        estimate(figures, (name, "reserve", "", ""), row[3], row[4])
        close(row[5], value(name, "expected_shortfall", "", ""))
        close(row[6], row[3] / row[1] if row[1] > 0 else 0)
        assert row[7].startswith(name)
    for row in rows_of(risk):
        estimate(figures, (row[0], "value_at_risk", "", ""), row[10], row[11])
        estimate(figures, (row[0], "expected_shortfall", "", ""), row[12], row[13])
        assert list(row[1:10]) == sorted(row[1:10])
    parts = rows_of(incentive)
    assert len(parts) == sum(key[1] == "reserve" and key[2] != "" for key in figures)
    for row in parts:
        kind = ("other", "") if row[1] == "other costs" else ("incentive", row[1])
        estimate(figures, (row[0], "expected_cost", *kind), row[2], row[3])
        estimate(figures, (row[0], "expected_shortfall", *kind), row[4], row[5])
        estimate(figures, (row[0], "reserve", *kind), row[6], row[7])
        whole = value(row[0], "reserve", "", "")
        close(row[8], row[6] / whole if whole > 0 else 0)
    check = incentive.max_row
    close(incentive.cell(check - 1, 7).value, sum(value(name, "reserve", "", "") for name in programs))
    close(incentive.cell(check, 7).value, 0)
    months = rows_of(budget)
    until = {}
    for row in months if months[0][1] is not None else []:
        estimate(figures, (row[0], "p_exhausted", "month", row[1]), row[3], row[4])
        close(row[2], value(row[0], "spendable", "", ""))
        until[row[0]] = until.get(row[0], 0) + row[3]
        close(row[5], until[row[0]])
    assert sorted(until) == sorted(key[0] for key in figures if key[1] == "p_over_budget")
    for name, p in until.items():
        close(p, value(name, "p_over_budget", "", ""))
    months_of(figures, rows_of(accrual), rows_of(cash))
    for row in rows_of(revenue):
        name = row[0]
        for column, figure in ((1, "expected_revenue"), (3, "rewards_expected"), (5, "rewards_most_likely"),
                               (7, "rewards_bound"), (9, "constraint")):
            estimate(figures, (name, figure, "", ""), row[column], row[column + 1])
        close(row[11], row[1] - row[3] - row[9])
    print(len(programs), "programs,", len(parts), "parts,", sum(len([row for row in months if row[0] == name]) for name in until), "months of budgets,", facts.max_row - HEAD,
          "rows of assumptions")
    return book


if __name__ == "__main__":
    main()
