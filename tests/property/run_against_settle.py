#!/usr/bin/python3
"""Compares what `rehearse run` earns with what `rehearse settle` pays, on random programs and histories.

    run_against_settle.py REHEARSE [--programs 60] [--seed 3] [--keep FOLDER]

The end of a history is replayed exactly with scenarios/neutral-assumptions.yaml, so that nobody reacts: then each
incentive earns what the statement says, within half a cent per rounding, and so does each month. `minimum` and `once`
are left out, as half a cent decides there; the programs of tests/property/test_settle_kernel.c have them. A case that
differs stays in the folder. Exit code 77: there is no PyYAML or no h5py.
"""
import argparse
import collections
import csv
import os
import random
import re
import sys
import tempfile

try:
    import h5py
    import yaml
except ImportError:
    print("skipped: no PyYAML or no h5py; on Debian they are the packages python3-yaml and python3-h5py")
    sys.exit(77)

import settle_random
from settle_against_oracle import HERE, REFUSED, import_history, run

NEUTRAL = os.path.join(HERE, "..", "..", "scenarios", "neutral-assumptions.yaml")
FEATURES = [name for name in settle_random.FEATURES if name not in ("minimum", "once", "noise", "refused")]
PER_HISTORY = 5
ROUNDING = 0.016  # of a line: up to three roundings in a pool, half a cent each, and what adding them up takes


def add_costs(folder):
    """A cost column, which a study wants to know the vendor's margin by."""
    path = os.path.join(folder, "ledger.csv")
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        sold = row["measure"] == "revenue" and row["amount"]
        row["cost"] = settle_random.decimal(settle_random.Fraction(row["amount"]) / 2) if sold else ""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return sorted(row["date"][:7] for row in rows)


def months_between(first, last):
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:])


def month_before(last, months):
    month = 12 * int(last[:4]) + int(last[5:]) - 1 - months
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def settled(folder, place_of):
    """What is paid and how many lines that takes, by incentive and month."""
    paid, lines = collections.Counter(), collections.Counter()
    with open(os.path.join(folder, "statement.csv"), encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for place in (place_of.get(line["incentive"], line["incentive"]), line["window_end"][:7]):
                paid[place] += float(line["payable"])
                lines[place] += 1
    return paid, lines


def earned(folder, place_of):
    """What the program earns, by incentive and month; its scenario is the last."""
    sums = collections.Counter()
    with h5py.File(os.path.join(folder, "results.h5")) as results:
        for cut in ("incentive", "month"):
            values = results[f"by_{cut}/earned"][-1, 0] if f"by_{cut}" in results else []
            for name, value in zip(results[f"by_{cut}/{cut}"][:] if len(values) else [], values):
                sums[place_of.get(name.decode(), name.decode())] += float(value)
    return sums


def groups(folder):
    """Incentives that exclude one another are compared together: half a cent decides which one of them pays. Also whether
    something is shared by all: then what is left of it has the roundings of everything before."""
    place_of, shared = {}, False
    for name in ("base.yaml", "program.yaml"):
        if os.path.exists(os.path.join(folder, name)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                program = yaml.load(file, yaml.BaseLoader)
            shared = shared or "budget" in program
            for incentive in program.get("incentives", []):
                shared = shared or "total" in incentive.get("cap", {})
                if "exclusive" in incentive:
                    place_of[incentive["name"]] = f"group {incentive['exclusive']}"
    return place_of, shared


def compare(rehearse, folder, months, last):
    """None where both agree or refuse, else what tells them apart; how many incentives pay."""
    horizon = ["--from", month_before(last, months - 1), "--until", last]
    with open(os.path.join(folder, "study.yaml"), "w", encoding="utf-8") as file:
        file.write(f"rehearse: study/1\nhistory: history.h5\nin_force: none\ncompare: [program.yaml]\n"
                   f"horizon: {{months: {months}}}\nreplications: 1\nreplay: {{method: exact}}\n"
                   f"assumptions: {os.path.abspath(NEUTRAL)}\n")
    settle = run([rehearse, "settle", "history.h5", "program.yaml", *horizon, "-q", "-o", "statement.csv"], folder)
    ran = run([rehearse, "run", "study.yaml", "-q", "-o", "results.h5"], folder)
    if "has no cost for product" in ran.stderr:  # nothing is left of it after returns
        return None, 0
    if settle.returncode != ran.returncode:
        return f"settle: {settle.returncode} {settle.stderr}\nrun: {ran.returncode} {ran.stderr}", 0
    if settle.returncode == REFUSED:
        return None, 0
    place_of, shared = groups(folder)
    paid, lines = settled(folder, place_of)
    found = earned(folder, place_of)
    complaints = [f"{place}: earned {found[place]:.4f}, settled {paid[place]:.2f} in {lines[place]} lines"
                  for place in sorted(set(paid) | set(found))
                  if abs(found[place] - paid[place]) > ROUNDING * (sum(lines.values()) if shared else lines[place]) +
                  2**-22 * abs(paid[place])]
    return "\n".join(complaints) or None, sum(value > 0 for place, value in paid.items()
                                              if not re.fullmatch(r"\d{4}-\d{2}", place))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rehearse", help="the command")
    parser.add_argument("--programs", type=int, default=60, help="random programs (default 60)")
    parser.add_argument("--seed", default="3")
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "run-differs"),
                        help="where a case that differs stays")
    options = parser.parse_args()
    rehearse = os.path.abspath(options.rehearse)
    incentives = 0
    for index in range(-(-options.programs // PER_HISTORY)):
        rng = random.Random(f"run {options.seed}/{index}")
        folder = os.path.join(options.keep, f"{options.seed}-{index}")
        os.makedirs(folder, exist_ok=True)
        settle_random.write_history(settle_random.a_history(rng, FEATURES), folder)
        history = settle_random.read_history(folder)
        dates = add_costs(folder)
        complaint = import_history(rehearse, folder)
        for _ in range(PER_HISTORY if complaint is None else 0):
            programs, _ = settle_random.a_program(rng, history, FEATURES)
            settle_random.write_programs(programs, folder)
            months = min(months_between(dates[0], dates[-1]) + 1, rng.choice((6, 12, 15, 24)))
            complaint, paying = compare(rehearse, folder, months, dates[-1])
            incentives += paying
            if complaint:
                break
        if complaint:
            print(f"{folder}:\n{complaint}")
            sys.exit(1)
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
        os.rmdir(folder)
    print(f"{options.programs} programs, {incentives} incentives that pay")
    if incentives < options.programs // 2:
        sys.exit("too few of them pay anything: they show less than they should")


if __name__ == "__main__":
    main()
