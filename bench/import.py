#!/usr/bin/python3
"""Import against pandas.read_csv: rows per second and peak memory per row, each on one core.

    bench/import.py [--rehearse build/release/src/rehearse] [--rows 1000000] [--repeat 3] [--order-numbers]

Makes a ledger of the canonical columns and one further column in a temporary folder, and runs `rehearse import` (all of
it: reading, checking, summing up, writing history.h5) and pandas.read_csv (reading alone, dates parsed) on it in turn.
Time is processor time, the shortest of the repetitions; memory is the peak of the process above that of a ledger of 1,000 rows, by
/usr/bin/time. --order-numbers adds a column with another text in every row, the worst there is for a dictionary.
Exit code 1 where the goals, 500,000 rows/s and 200 bytes per row, are missed without --order-numbers.
"""
import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile

GOAL_ROWS_PER_SECOND = 500_000
GOAL_BYTES_PER_ROW = 200
SMALL = 1000

PANDAS = """
import sys, pandas
frame = pandas.read_csv(sys.argv[1], parse_dates=["date"])
assert len(frame) == int(sys.argv[2])
"""


def make_files(folder, rows, order_numbers):
    """Writes partners.csv, and ledger.csv of `rows` rows by date: partners of unequal size, 24 product lines."""
    draw = random.Random(7)
    partners = [f"P{k:05d}" for k in range(2000)]
    weights = [1.0 / (k + 10) for k in range(len(partners))]
    products = [f"Line {k}" for k in range(24)]
    channels = ["direct", "web", "marketplace", ""]
    with open(folder / "partners.csv", "w", encoding="utf-8") as out:
        out.write("partner_id,segment,region,joined\n")
        for k, partner in enumerate(partners):
            out.write(f"{partner},Segment {k % 5},Region {k % 9},2012-01-01\n")
    path = folder / f"ledger-{rows}.csv"
    chosen = draw.choices(partners, weights, k=rows)
    with open(path, "w", encoding="utf-8") as out:
        out.write("partner_id,date,measure,product,quantity,amount,cost,discount,channel")
        out.write(",order_no\n" if order_numbers else "\n")
        for k, partner in enumerate(chosen):
            day = k * 1096 // rows
            date = f"{2014 + day // 365}-{day % 365 // 31 + 1:02d}-{day % 28 + 1:02d}"
            sign = -1 if draw.random() < 0.02 else 1
            quantity = sign * draw.randint(1, 96)
            amount = quantity * draw.randint(250, 9999) / 100
            out.write(f"{partner},{date},revenue,{draw.choice(products)},{quantity},{amount:.2f},{amount * 0.7:.4f},"
                      f"{draw.choice(('', '0.00', '5.50'))},{draw.choice(channels)}")
            out.write(f",SO{k:08d}\n" if order_numbers else "\n")
    return path


def measure(command, repeat):
    """Shortest seconds and largest peak of memory in bytes, on one core."""
    seconds, peak = float("inf"), 0
    for _ in range(repeat):
        ran = subprocess.run(["taskset", "-c", "0", "/usr/bin/time", "-v", *command], check=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        user = re.search(r"User time \(seconds\): ([\d.]+)", ran.stderr)
        system = re.search(r"System time \(seconds\): ([\d.]+)", ran.stderr)
        if not (user and system):
            sys.exit(ran.stderr)
        # processor time: what else runs on the core is not the import's
        seconds = min(seconds, float(user[1]) + float(system[1]))
        peak = max(peak, 1024 * int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", ran.stderr)[1]))
    return seconds, peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", default="build/release/src/rehearse")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--order-numbers", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        paths = [make_files(folder, rows, options.order_numbers) for rows in (SMALL, options.rows)]
        size = paths[1].stat().st_size
        print(f"{options.rows:,} rows, {size / 1e6:.1f} MB; processor seconds on one core, best of {options.repeat}\n")
        commands = {
            "rehearse import": lambda path, rows: [options.rehearse, "import", str(path), "--partners",
                                                   str(folder / "partners.csv"), "-o", str(folder / "history.h5")],
            "pandas.read_csv": lambda path, rows: ["/usr/bin/python3", "-c", PANDAS, str(path), str(rows)],
        }
        result = {}
        print(f"{'':18}{'seconds':>9}{'rows/s':>13}{'MB/s':>8}{'bytes/row':>11}{'peak MB':>9}")
        for what, command in commands.items():
            _, base = measure(command(paths[0], SMALL), 1)
            seconds, peak = measure(command(paths[1], options.rows), options.repeat)
            result[what] = options.rows / seconds, (peak - base) / options.rows
            print(f"{what:18}{seconds:9.2f}{options.rows / seconds:13,.0f}{size / seconds / 1e6:8.0f}"
                  f"{(peak - base) / options.rows:11.0f}{peak / 1e6:9.0f}")
    speed, memory = result["rehearse import"]
    print(f"\nrehearse import is {speed / result['pandas.read_csv'][0]:.2f} times as fast as pandas.read_csv, "
          f"with {memory / result['pandas.read_csv'][1]:.2f} times its memory per row")
    missed = not options.order_numbers and (speed < GOAL_ROWS_PER_SECOND or memory > GOAL_BYTES_PER_ROW)
    if missed:
        print(f"missed: the goals are {GOAL_ROWS_PER_SECOND:,} rows/s and {GOAL_BYTES_PER_ROW} bytes/row")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
