#!/usr/bin/python3
"""The engine against a second implementation of the whole model, on random small studies.

    agree.py REHEARSE FIT_LIFE [--quick | --studies 50] [--first 0] [--seed 1] [--jobs 1] [--keep FOLDER]

Each study is imported and run for 300 replications; one of them is traced and computed again. All numbers of the trace,
partner by partner and month by month, and all figures of the replication must be the same within 1e-9 of themselves.
Where a number is nearly 0 the floor is 1e-9 of the partner's usual month (of the channel's, for figures), or of one.
In mixed precision, where a decision or a threshold may fall the other way, of 10,000 numbers of all traces all but 2 must
be the same within 1e-4.

The 50 studies of seed 1 together use every construct of the language, and show every mechanism at work, as do the 12 of
them that --quick takes: both are checked. A case that differs stays in its folder.
"""
import argparse
import functools
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "property")]

try:
    import h5py  # noqa: F401
    import numpy  # noqa: F401
    import scipy  # noqa: F401
    import yaml  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}; Debian's python3-h5py, python3-numpy, python3-scipy and python3-yaml are needed")
    sys.exit(77)

import baseline  # noqa: E402
import cases  # noqa: E402
import compare  # noqa: E402
import coverage  # noqa: E402
from model import Model, Static  # noqa: E402
from study import Study  # noqa: E402

STUDIES = 50  # which together use all constructs
QUICK = (8, 11, 12, 13, 14, 23, 28, 31, 34, 38, 39, 49)  # in which all mechanisms are at work, most in several
NEAR_IN_MIXED, MOST_APART = 1e-4, 2e-4  # of numbers; share of them that may be farther off
WORST_FIT = 1e-5  # of a logarithm of likelihood: what the library's search may leave


def run(command, folder, output=None):
    done = subprocess.run(command, cwd=folder, stdout=output or subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stderr}")


def make(rehearse, seed, index, folder):
    """Files, history and results of a case; true where it was run in mixed precision too."""
    cases.write_case(seed, index, folder)
    with open(os.path.join(folder, "targets.csv"), encoding="utf-8") as file:
        targets = ["--targets", "targets.csv"] if len(file.readlines()) > 1 else []
    run([rehearse, "import", "ledger.csv", "--partners", "partners.csv", *targets, "-q", "-o", "history.h5"], folder)
    run([rehearse, "run", "study.yaml", "-q", "--verify", "-o", "results.h5"], folder)
    mixed = not Study(os.path.join(folder, "study.yaml")).exact  # history itself is replayed in double alone
    if mixed:
        run([rehearse, "run", "study.yaml", "-q", "--verify", "--arithmetic", "mixed", "-o", "mixed.h5"], folder)
    return mixed


def replication_of(seed, index):
    """One of 300; every third beyond the first two blocks."""
    rng = random.Random(f"replication {seed}/{index}")
    return rng.randint(257, 299) if index % 3 == 0 else rng.randint(0, 299)


def trace(rehearse, results, number, folder):
    """The trace's file."""
    path = os.path.join(folder, f"{results}.csv")
    with open(path, "w", encoding="utf-8") as file:
        run([rehearse, "trace", results, "--replication", str(number), "--csv"], folder, file)
    return path


def compare_case(rehearse, fit_life, seed, index, folder):
    """(complaints, rows compared, mechanisms seen, (rows compared, rows apart) in mixed precision)."""
    mixed = make(rehearse, seed, index, folder)
    number = replication_of(seed, index)
    static = Static(folder, fit_life)
    model = Model(static, number)
    found, rows = compare.differences(model, trace(rehearse, "results.h5", number, folder))
    apart, of = [], []
    if mixed:
        apart, of = compare.differences(model, trace(rehearse, "mixed.h5", number, folder), NEAR_IN_MIXED)
    complaints = [f"{' '.join(filter(None, key))}: {value!r}, the engine has {wanted!r}"
                  for key, value, wanted in found]
    complaints += compare.figures_that_differ(model, os.path.join(folder, "results.h5"), number)
    for fit in static.baseline.fits:
        better = baseline.better_fit(*fit)
        if better > WORST_FIT:
            complaints.append(f"lives: another fit is {better:.2g} better")
    return complaints, len(rows), coverage.of_model(model) | coverage.of_rows(rows), (len(of), len(apart))


def one(index, options):
    folder = os.path.join(options.keep, f"{options.seed}-{index}")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        complaints, rows, seen, mixed = compare_case(
            os.path.abspath(options.rehearse), os.path.abspath(options.fit_life), options.seed, index, folder)
    except RuntimeError as error:
        complaints, rows, seen, mixed = [str(error)], 0, set(), (0, 0)
    if not complaints:
        shutil.rmtree(folder)
    return index, folder, complaints, rows, seen, mixed


def constructs(seed):
    """Constructs of the first 50 studies of a seed: made, and not run."""
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        for index in range(STUDIES):
            for name in os.listdir(folder):
                os.remove(os.path.join(folder, name))
            gap = cases.write_case(seed, index, folder)
            texts = {}
            for name in os.listdir(folder):
                if name.endswith(".yaml"):
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        texts[name] = file.read()
            found |= coverage.of_study(Study(os.path.join(folder, "study.yaml"))) | coverage.of_texts(texts, gap)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rehearse", help="the command")
    parser.add_argument("fit_life", help="the program that fits lives with the library")
    parser.add_argument("--studies", type=int, default=STUDIES)
    parser.add_argument("--quick", action="store_true", help="12 studies that show all mechanisms")
    parser.add_argument("--first", type=int, default=0, help="number of the first study")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "reference-differs"),
                        help="where a case that differs stays")
    options = parser.parse_args()
    missing = coverage.CONSTRUCTS - constructs(options.seed)
    if missing and options.seed == "1":
        sys.exit(f"no study of these uses {', '.join(sorted(missing))}")
    indices = QUICK if options.quick else range(options.first, options.first + options.studies)
    rows, seen, mixed, failed = 0, set(), numpy.zeros(2, int), False
    with multiprocessing.Pool(options.jobs) as pool:
        for index, folder, complaints, compared, mechanisms, in_mixed in pool.imap(
                functools.partial(one, options=options), indices):
            rows, seen, mixed = rows + compared, seen | mechanisms, mixed + in_mixed
            if complaints:
                failed = True
                print(f"study {index} differs in {len(complaints)} numbers ({folder}):")
                print("  " + "\n  ".join(complaints[:10]))
    if failed:
        sys.exit(1)
    idle = coverage.MECHANISMS - seen
    if options.seed == "1" and set(QUICK) <= set(indices) and idle:
        sys.exit(f"in no replication is seen: {', '.join(sorted(idle))}")
    of, apart = mixed
    print(f"{len(indices)} studies, {rows} numbers of traces, and all figures agree; of {of} in mixed precision {apart} do "
          f"not to {NEAR_IN_MIXED}")
    if apart > MOST_APART * of:
        sys.exit(f"in mixed precision more than {MOST_APART} of them are apart")


if __name__ == "__main__":
    main()
