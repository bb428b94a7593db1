#!/usr/bin/python3
"""Medians and ratios of runs that alternated: label, case, threads, steps, seconds, processor seconds, by tabs.

    bench/summarize.py SAMPLES.tsv
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
    first = next(iter(runs))
    base = runs[first]
    print(f"\n{'':24}{'threads':>8}{'steps/s':>12}{'ns/step/core':>14}{'least':>8}{'per core':>10}{'elapsed':>10}")
    for (_, case, threads), taken in runs.items():
        def ratio(what):
            return statistics.median(own[what] / other[what] for own, other in zip(taken, base))
        print(f"{case:24}{threads:8}{1.0 / statistics.median(wall for wall, _ in taken):12.3e}"
              f"{1e9 * statistics.median(processor for _, processor in taken):14.1f}"
              f"{1e9 * min(processor for _, processor in taken):8.1f}{ratio(1):9.2f}x{ratio(0):9.2f}x")
    print(f"\nMedians of {len(base)} rounds; ratios to the first row, round by round: processor time and elapsed time "
          "per step")


if __name__ == "__main__":
    main()
