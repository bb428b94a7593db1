#!/usr/bin/python3
"""The exact settlement: how long a large channel takes, and what of it is arithmetic.

    bench/settle.py [--rehearse build/default/src/rehearse] [--partners 100000] [--months 36] [--repeat 3] [--data FOLDER]

Makes an artificial channel (`rehearse synth`), imports it, and settles a program of ten incentives on all of it: volume,
growth, SPIF, percentile streak, ratio, contest, pool, match, clawback, exclusive, minimum, caps, tiers, budget. With a
statement of all lines, and without one. Time is processor time of the whole command on one core, the shortest of the
repetitions; memory is the command's peak. What reading the history takes is measured apart, by a program of one
incentive on a measure of few rows and one window, and shown as a row of its own. FOLDER keeps the data between runs.

Then three of the simplest incentives, settled by rehearse and by peers/numpy_settle.py in turn, from the same history.h5.
Exit code 1 where any payment differs.
"""
import argparse
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = """rehearse: program/1
name: Ten incentives
currency: USD
incentives:
  - name: Volume tiers
    behavior: {measure: revenue}
    window: quarter
    reward: {bands: retroactive, levels: [{from: 5k, rate: 1%}, {from: 15k, rate: 2%}, {from: 60k, rate: 3%, flat: 500}]}
    cap: {window: 20k, partner: 100k}
  - name: Growth
    behavior: {measure: revenue}
    window: quarter
    reward: {pays_on: growth, levels: [{from: 100% of prior_year, rate: 3%}, {from: 120% of prior_year, rate: 5%}]}
    cap: {total: 50M}
  - name: Firewall SPIF
    behavior: {measure: units, product: [Firewalls]}
    window: month
    reward: {levels: [{from: 0, per_unit: 20}, {from: 10, per_unit: 30}], paid_to: rep}
    minimum: 25
  - name: Better than half
    behavior: {measure: revenue}
    metric: {streak: 3, at_least: p50 of segment}
    window: month
    reward: {levels: [{from: 3, flat: 100}]}
  - name: Attach
    behavior: {measure: revenue, product: [Licenses, Cloud services]}
    metric: {ratio_to: {measure: revenue}}
    window: quarter
    reward: {levels: [{from: 0.1, rate: 1%}, {from: 0.3, rate: 2%}]}
    exclusive: mix
  - name: Cameras
    behavior: {measure: revenue, product: [Cameras]}
    window: quarter
    reward: {levels: [{from: 1k, rate: 2%}]}
    exclusive: mix
    clawback: {within: 2 months}
    payout: {after: 62 days}
  - name: Contest
    behavior: {measure: revenue}
    metric: {rank_in: region}
    window: half
    reward: {levels: [{top: 3, flat: 20k}, {top: 50, flat: 2k}]}
  - name: Pool
    behavior: {measure: revenue}
    metric: {pooled_by: segment}
    window: year
    multiplier: {region: {North: 1.1, Central: 0.9}}
    reward: {levels: [{from: 0, rate: 0.1%}]}
  - name: Marketing money
    behavior: {measure: marketing_spend}
    window: quarter
    reward: {match: 50%, fund: {accrues: 1%, of: revenue, expires: 6 months}}
  - name: Cloud
    audience: {tenure: {at_least: 6 months}}
    behavior: {measure: revenue, product: [Cloud services]}
    window: month
    reward: {levels: [{from: 0, rate: 1%}, {from: 500, rate: 2%}]}
budget: {total: 900M, reserve: 5%}
"""
NOTHING = """rehearse: program/1
name: Nothing
currency: USD
incentives:
  - {name: N, behavior: {measure: training}, window: program, active: {from: FIRST, until: FIRST},
     reward: {levels: [{from: 1000k, flat: 1}]}}
"""
WINDOWS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(command, repeat):
    """Shortest seconds and peak memory in bytes, on one core."""
    seconds, peak = float("inf"), 0
    for _ in range(repeat):
        ran = subprocess.run(["taskset", "-c", "0", "/usr/bin/time", "-v", *command], check=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        user = re.search(r"User time \(seconds\): ([\d.]+)", ran.stderr)
        system = re.search(r"System time \(seconds\): ([\d.]+)", ran.stderr)
        seconds = min(seconds, float(user[1]) + float(system[1]))
        peak = max(peak, 1024 * int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", ran.stderr)[1]))
    return seconds, peak


def make_history(options, folder):
    """history.h5 of the channel; number of rows of its ledger."""
    history = folder / "history.h5"
    if not history.exists():
        run(options.rehearse, "synth", "-q", "--partners", str(options.partners), "--months", str(options.months), "-o",
            str(folder / "world"))
        run(options.rehearse, "import", "-q", str(folder / "world/ledger.csv"), "--partners",
            str(folder / "world/partners.csv"), "-o", str(history))
    with open(folder / "world/ledger.csv", "rb") as ledger:
        return sum(block.count(b"\n") for block in iter(lambda: ledger.read(1 << 24), b"")) - 1


def payments(path, column):
    """{(partner, incentive, window's first day): what is paid}, of a CSV with that many columns before the amount."""
    with open(path, encoding="utf-8", newline="") as file:
        return {tuple(row[:3]): row[column] for row in csv.reader(file) if row[column] not in ("payable", "0.00")}


def beside_numpy(options, folder):
    """Settles the peer's program by both in turn; 0, or 1 where they disagree."""
    peer = str(pathlib.Path(__file__).parent / "peers/numpy_settle.py")
    history, program = str(folder / "history.h5"), str(folder / "simple.yaml")
    run(peer, "--program", program)
    settle, numpy = [options.rehearse, "settle", history, program], [peer, history]
    reading = [[options.rehearse, "settle", history, str(folder / "nothing.yaml")], [peer, history, "--read"]]
    rounds = [[measure(command, 1) for command in (settle, numpy, *reading)] for _ in range(options.repeat)]
    least = [min(taken[k][0] for taken in rounds) for k in range(4)]
    peak = [max(taken[k][1] for taken in rounds) / 1e9 for k in range(4)]
    print(f"\nthree of the simplest incentives, in turn; processor seconds, best of {options.repeat}\n")
    print(f"{'':18}{'whole command':>15}{'reading':>9}{'settling':>10}{'peak GB':>9}")
    table = [[least[k], least[k + 2], least[k] - least[k + 2], peak[k]] for k in (0, 1)]
    table.append([theirs / max(ours, 0.01) for ours, theirs in zip(*table)])
    for name, row in zip(("rehearse settle", "NumPy", "NumPy / rehearse"), table):
        print(f"{name:18}{row[0]:15.2f}{row[1]:9.2f}{row[2]:10.2f}{row[3]:9.2f}")
    run(*settle, "-o", str(folder / "simple.csv"))
    run(*numpy, "-o", str(folder / "numpy.csv"))
    ours, theirs = payments(folder / "simple.csv", 11), payments(folder / "numpy.csv", 3)
    differ = sum(ours.get(key) != theirs.get(key) for key in ours.keys() | theirs.keys())
    print(f"\n{len(ours):,} payments, {differ:,} differ")
    return 1 if differ or not ours else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", default="build/default/src/rehearse")
    parser.add_argument("--partners", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--data", help="folder for the channel; a temporary one by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(options.data or name)
        folder.mkdir(parents=True, exist_ok=True)
        rows = make_history(options, folder)
        (folder / "ten.yaml").write_text(PROGRAM, encoding="utf-8")
        first = min((folder / "world/ledger.csv").open(encoding="utf-8").readlines(1 << 22)[1:],
                    key=lambda line: line.split(",")[1]).split(",")[1][:7]
        (folder / "nothing.yaml").write_text(NOTHING.replace("FIRST", first), encoding="utf-8")
        history, statement = str(folder / "history.h5"), folder / "statement.csv"
        settle = [options.rehearse, "settle", history]
        read, _ = measure([*settle, str(folder / "nothing.yaml")], options.repeat)
        alone, peak = measure([*settle, str(folder / "ten.yaml")], options.repeat)
        written, _ = measure([*settle, str(folder / "ten.yaml"), "-o", str(statement)], options.repeat)
        with open(statement, "rb") as out:
            lines = sum(block.count(b"\n") for block in iter(lambda: out.read(1 << 24), b"")) - 1
        windows = sum(options.months // length * PROGRAM.count(f"window: {kind}\n") for kind, length in WINDOWS.items())
        due = windows * options.partners
        print(f"{options.partners:,} partners, {options.months} months, {rows:,} rows, 10 incentives, {windows} windows: "
              f"{due:,} partner-windows, {lines:,} lines of {statement.stat().st_size / 1e6:,.0f} MB")
        print(f"processor seconds on one core, best of {options.repeat}; peak memory {peak / 1e9:.2f} GB\n")
        print(f"{'':34}{'seconds':>9}{'partner-windows/s':>20}{'lines/s':>13}")
        print(f"{'reading the history':34}{read:9.2f}")
        print(f"{'settling (without reading)':34}{alone - read:9.2f}{due / (alone - read):20,.0f}"
              f"{lines / (alone - read):13,.0f}")
        print(f"{'writing the statement':34}{written - alone:9.2f}{'':20}{lines / (written - alone):13,.0f}")
        print(f"{'the whole command':34}{written:9.2f}{due / written:20,.0f}{lines / written:13,.0f}")
        return beside_numpy(options, folder)


if __name__ == "__main__":
    sys.exit(main())
