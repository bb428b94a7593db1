#!/usr/bin/python3
"""Writes the study of one step: 3 product lines, and programs of 3 incentives with 4 levels each.

    bench/three_lines.py FOLDER [--partners 600] [--months 12] [--candidates 3]

FOLDER gets ledger.csv, partners.csv, in-force.yaml, the candidates and study.yaml. Every partner sells every line in
most of 36 months; no returns, no activities, nothing but the arithmetic of a step.
"""
import argparse
import math
import pathlib
import random

LINES = (("Alpha", 400.0, 1.0), ("Beta", 150.0, 0.6), ("Gamma", 60.0, 0.3))  # price, share of a partner's level
MONTHS = [(2023 + t // 12, t % 12 + 1) for t in range(36)]

PROGRAM = """rehearse: program/1
name: {name}
currency: USD
incentives:
  - name: Volume
    behavior: {{measure: revenue}}
    window: quarter
    reward:
      bands: retroactive
      levels:
        - {{from: 10k, rate: {a}%}}
        - {{from: 30k, rate: {b}%}}
        - {{from: 80k, rate: {c}%}}
        - {{from: 200k, rate: {d}%}}
  - name: Focus
    behavior: {{measure: revenue, product: [Alpha, Beta]}}
    window: quarter
    reward:
      bands: retroactive
      levels:
        - {{from: 8k, rate: {a}%}}
        - {{from: 25k, rate: {b}%}}
        - {{from: 60k, rate: {c}%}}
        - {{from: 150k, rate: {d}%}}
  - name: Units
    behavior: {{measure: units, product: [Gamma]}}
    window: month
    reward:
      levels:
        - {{from: 0, per_unit: {a}}}
        - {{from: 20, per_unit: {b}}}
        - {{from: 60, per_unit: {c}}}
        - {{from: 150, per_unit: {d}}}
      paid_to: rep
    payout: {{after: 30 days, claim: required}}
"""

STUDY = """rehearse: study/1
title: Three lines, three incentives
history: history.h5
horizon: {{starts: 2026-01, months: {months}}}
in_force: in-force.yaml
compare: [{compare}]
reference: in_force
replications: 2000
seed: 1
outlook: {{growth: 2%, sd: 3%}}
"""

CANDIDATES = [("first", "First", 0.5, 1, 1.5, 2), ("second", "Second", 0.25, 0.75, 1.5, 2.5),
              ("third", "Third", 0.75, 1, 1.25, 1.5)]


def candidates(num):
    """(file, name, four rates): the three above, then more of their kind."""
    more = [(f"more-{k}", f"More {k}", *(round(rate + 0.001 * k, 4) for rate in CANDIDATES[k % 3][2:]))
            for k in range(3, num)]
    return (CANDIDATES + more)[:num]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--partners", type=int, default=600)
    parser.add_argument("--months", type=int, default=12, help="of the horizon")
    parser.add_argument("--candidates", type=int, default=3, help="programs beside none and the one in force")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(3)
    partners = [(f"P{i:05d}", math.exp(draw.gauss(8.5, 1.2))) for i in range(options.partners)]
    with open(options.folder / "partners.csv", "w", encoding="utf-8") as out:
        out.write("partner_id,segment,region,joined\n")
        for i, (partner, _) in enumerate(partners):
            out.write(f"{partner},Segment {i % 4},Region {i % 5},2012-01-01\n")
    with open(options.folder / "ledger.csv", "w", encoding="utf-8") as out:
        out.write("partner_id,date,measure,product,quantity,amount,cost\n")
        for t, (year, month) in enumerate(MONTHS):
            for partner, level in partners:
                for line, price, share in LINES:
                    mean = level * share * (1.2 if t % 12 == 11 else 1.0)
                    units = round(mean / price * draw.lognormvariate(0.0, 0.4))
                    if units > 0:
                        out.write(f"{partner},{year}-{month:02d}-15,revenue,{line},{units},{units * price:.2f},"
                                  f"{0.7 * units * price:.2f}\n")
    programs = candidates(options.candidates)
    for file, name, a, b, c, d in [("in-force", "In force", 0.5, 0.75, 1, 1.25), *programs]:
        text = PROGRAM.format(name=name, a=a, b=b, c=c, d=d)
        (options.folder / f"{file}.yaml").write_text(text, encoding="utf-8")
    text = STUDY.format(months=options.months, compare=", ".join(f"{file}.yaml" for file, *_ in programs))
    (options.folder / "study.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
