#!/usr/bin/python3
"""Medians and ratios of runs that alternated: label, case, threads, steps, seconds, processor seconds, by tabs.

    bench/summarize.py SAMPLES.tsv

Ratios are taken round by round to the engine on one thread on the instruction set that comes first.
"""
import csv
import statistics
import sys


def main():
    runs = {}
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        for label, case, threads, steps, wall, processor in csv.reader(file, delimiter="\t"):
            runs.setdefault((label, case, int(threads)), []).append(
                (float(wall) / float(steps), float(processor) / float(steps)))
    base = next(taken for (_, case, threads), taken in runs.items() if case.startswith("engine") and threads == 1)
    print("\n| case | threads | steps/s | ns/step/core | least | processor time / engine | elapsed / engine |\n"
          "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for (_, case, threads), taken in runs.items():
        def ratio(what):
            return statistics.median(own[what] / other[what] for own, other in zip(taken, base))
        print(f"| {case} | {threads} | {1.0 / statistics.median(wall for wall, _ in taken):.3e} | "
              f"{1e9 * statistics.median(processor for _, processor in taken):.1f} | "
              f"{1e9 * min(processor for _, processor in taken):.1f} | {ratio(1):.2f} | {ratio(0):.2f} |")
    print(f"\nMedians of {len(base)} rounds; ratios round by round, of time per step.")


if __name__ == "__main__":
    main()
