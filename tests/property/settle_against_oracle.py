#!/usr/bin/python3
"""Compares `rehearse settle` with settle_oracle.py, byte for byte.

    settle_against_oracle.py REHEARSE [--programs 300] [--seed 1] [--features total,units,…] [--jobs 1] [--keep FOLDER]

First come the worked examples of settle_examples/: both must give the statement that was computed by hand there. Then
random programs on random histories, ten to a history. A case that differs is made as small as it can be and still
differ, printed, and kept in a folder. Exit code 77: there is no PyYAML.
"""
import argparse
import collections
import copy
import difflib
import glob
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile

try:
    import yaml  # noqa: F401, what the oracle reads programs with
except ImportError:
    print("skipped: no PyYAML; on Debian it is the package python3-yaml")
    sys.exit(77)

import settle_oracle as oracle
import settle_random

HERE = os.path.dirname(os.path.abspath(__file__))
PER_HISTORY = 10
REFUSED = 3


class Case:
    """A history and a program with what extends what, as tables and trees; and the arguments of settle."""

    def __init__(self, history, programs, arguments):
        self.history, self.programs, self.arguments = history, programs, arguments

    def copy(self):
        return copy.deepcopy(self)


def run(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def import_history(rehearse, folder):
    """None, or what import complained about."""
    command = [rehearse, "import", "ledger.csv", "--partners", "partners.csv", "--quiet", "-o", "history.h5"]
    if os.path.exists(os.path.join(folder, "targets.csv")):
        command += ["--targets", "targets.csv"]
    done = run(command, folder)
    return None if done.returncode == 0 else done.stderr


def by_rehearse(rehearse, folder, arguments):
    """(statement, or None where it was refused; what was said)."""
    path = os.path.join(folder, "statement.csv")
    if os.path.exists(path):
        os.remove(path)
    done = run([rehearse, "settle", "history.h5", "program.yaml", *arguments, "-o", "statement.csv"], folder)
    if done.returncode not in (0, REFUSED):
        return f"exit code {done.returncode}\n{done.stderr}", done.stderr
    if done.returncode == REFUSED:
        return None, done.stderr
    with open(path, encoding="utf-8", newline="") as file:
        return file.read(), done.stderr


def by_oracle(folder, arguments, history=None):
    """As by_rehearse, and the lines that the statement is made of."""
    names = dict(zip(arguments[::2], arguments[1::2]))
    horizon = [oracle.read_month(names[name]) if name in names else None for name in ("--from", "--until")]
    try:
        program = oracle.read_program(os.path.join(folder, "program.yaml"))
        lines = oracle.settle(history or read_history(folder), program, *horizon)
    except oracle.Refused as reason:
        return None, str(reason), []
    return "\n".join([oracle.STATEMENT] + [line.text() for line in lines]) + "\n", "", lines


def read_history(folder):
    targets = os.path.join(folder, "targets.csv")
    return oracle.History(os.path.join(folder, "ledger.csv"), os.path.join(folder, "partners.csv"),
                          targets if os.path.exists(targets) else None)


def difference(rehearse, folder, arguments, history=None):
    """None where both agree, else what tells them apart."""
    actual, said = by_rehearse(rehearse, folder, arguments)
    expected, reason, _ = by_oracle(folder, arguments, history)
    return tell(actual, said, expected, reason)


def tell(actual, said, expected, reason):
    if actual == expected:
        return None
    if actual is None:
        return f"rehearse refuses, the oracle settles:\n{said}"
    if expected is None:
        return f"rehearse settles, the oracle refuses: {reason}"
    return "\n".join(difflib.unified_diff(expected.splitlines(), actual.splitlines(), "oracle", "rehearse", lineterm="",
                                          n=1))


# ---------------------------------------------------------------------------------------------------- examples


def check_examples(rehearse):
    """Number of worked examples that rehearse or the oracle settles otherwise."""
    failed, paths = 0, sorted(glob.glob(os.path.join(HERE, "settle_examples", "*.md")))
    for path in paths:
        with open(path, encoding="utf-8") as file:
            files = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", file.read(), re.M | re.S))
        with tempfile.TemporaryDirectory(prefix="settle-") as folder:
            for name, text in files.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
            arguments = files.get("arguments", "").split()
            statement = files["statement.csv"]
            complaint = import_history(rehearse, folder)
            results = [("the oracle", by_oracle(folder, arguments)[:2]),
                       ("rehearse", (None, complaint) if complaint else by_rehearse(rehearse, folder, arguments))]
            for who, (found, said) in results:
                if found != statement:
                    failed += 1
                    print(f"{os.path.relpath(path, HERE)}: {who} settles it otherwise than by hand")
                    print(tell(found, said, statement, "") if found else f"{who} refuses: {said}")
    print(f"{len(paths)} worked examples, {failed} differences", flush=True)
    return failed


# ---------------------------------------------------------------------------------------------------- random cases


def check_history(task):
    """Ten programs on a history: (what happened, the first case that differs and how, or None)."""
    rehearse, seed, index, features = task
    rng = random.Random(f"{seed}/{index}")
    seen = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="settle-") as folder:
        tables = settle_random.a_history(rng, features)
        settle_random.write_history(tables, folder)
        complaint = import_history(rehearse, folder)
        if complaint:
            return seen, (Case(tables, {}, []), f"import refuses:\n{complaint}")
        history = settle_random.read_history(folder)
        for _ in range(PER_HISTORY):
            programs, arguments = settle_random.a_program(rng, history, features)
            settle_random.write_programs(programs, folder)
            actual, said = by_rehearse(rehearse, folder, arguments)
            expected, reason, lines = by_oracle(folder, arguments, history)
            differs = tell(actual, said, expected, reason)
            if differs:
                return seen, (Case(tables, programs, arguments), differs)
            seen["programs"] += 1
            seen["refused by both"] += expected is None
            seen["lines"] += len(lines)
            for line in lines:
                seen["lines that pay"] += line.amount > 0
                for reason in line.reasons:
                    seen[reason] += 1
    return seen, None


def kind(differs):
    """What a difference is like: statements that differ, or what one of the two refuses."""
    return "statement" if differs.startswith("---") else re.sub(r"\S*:\d+|\d+", "", "\n".join(differs.split("\n")[:2]))


class Shrinker:
    """Makes a case smaller as long as it differs in the same way."""

    def __init__(self, rehearse, case, differs):
        self.rehearse, self.case, self.differs = rehearse, case, differs
        self.tries = 800

    def attempt(self, smaller):
        self.tries -= 1
        with tempfile.TemporaryDirectory(prefix="settle-") as folder:
            try:
                write(smaller, folder)
                if import_history(self.rehearse, folder):
                    return False
                differs = difference(self.rehearse, folder, smaller.arguments)
            except (ValueError, KeyError, IndexError, AttributeError, TypeError, oracle.Refused):
                return False  # too small to be a case
        if differs is None or kind(differs) != kind(self.differs):
            return False
        self.case, self.differs = smaller, differs
        return True

    def shrink(self):
        if "base.yaml" in self.case.programs:
            self.attempt(Case(self.case.history, {"program.yaml": self.merged()}, self.case.arguments))
        size = None
        while size != self.size() and self.tries > 0:
            size = self.size()
            for name in self.case.programs:
                self.prune(name, ())
            self.drop_partners()
            for name in self.case.history:
                self.drop_rows(name)
            if self.case.arguments:
                self.attempt(Case(self.case.history, self.case.programs, []))
        return self.case, self.differs

    def size(self):
        return len(repr(vars(self.case)))

    def merged(self):
        with tempfile.TemporaryDirectory(prefix="settle-") as folder:
            settle_random.write_programs(self.case.programs, folder)
            return oracle.read_program(os.path.join(folder, "program.yaml"))

    def node(self, case, name, path):
        node = case.programs[name]
        for key in path:
            node = node[key]
        return node

    def prune(self, name, path):
        """Drops what can be dropped below a place in a program."""
        node = self.node(self.case, name, path)
        if isinstance(node, str):
            return
        for key in reversed(range(len(node)) if isinstance(node, list) else list(node)):
            smaller = self.case.copy()
            del self.node(smaller, name, path)[key]
            if self.tries > 0 and not self.attempt(smaller):
                self.prune(name, path + (key,))

    def drop_partners(self):
        for partner in [row["partner_id"] for row in self.case.history["partners.csv"]]:
            smaller = self.case.copy()
            for name, rows in smaller.history.items():
                smaller.history[name] = [row for row in rows if row["partner_id"] != partner]
            if self.tries > 0:
                self.attempt(smaller)

    def drop_rows(self, name):
        step = max(1, len(self.case.history[name]) // 2)
        while step > 0:
            start = 0
            while start < len(self.case.history[name]) and self.tries > 0:
                smaller = self.case.copy()
                del smaller.history[name][start:start + step]
                if not self.attempt(smaller):
                    start += step
            step //= 2


def write(case, folder):
    settle_random.write_history(case.history, folder)
    settle_random.write_programs(case.programs, folder)


def show(rehearse, case, differs, keep):
    """Prints a case so that it can be repeated, and keeps it."""
    os.makedirs(keep, exist_ok=True)
    write(case, keep)
    for name in sorted(os.listdir(keep)):
        if name.endswith((".csv", ".yaml")) and name != "statement.csv":
            with open(os.path.join(keep, name), encoding="utf-8") as file:
                print(f"--- {name}\n{file.read()}", end="")
    arguments = " ".join(case.arguments)
    print(f"""--- to repeat it
cd {keep}
{rehearse} import ledger.csv --partners partners.csv --targets targets.csv --quiet -o history.h5
{rehearse} settle history.h5 program.yaml {arguments} -o statement.csv && cat statement.csv
{HERE}/settle_oracle.py ledger.csv partners.csv program.yaml --targets targets.csv {arguments}
--- what differs
{differs}""")


def check_random(options, features):
    """Number of histories on which a program settles differently."""
    num_histories = -(-options.programs // PER_HISTORY)
    tasks = [(options.rehearse, options.seed, index, features) for index in range(num_histories)]
    seen, failed = collections.Counter(), []
    with multiprocessing.Pool(options.jobs) as pool:
        for index, (counted, failure) in enumerate(pool.imap(check_history, tasks)):
            seen += counted
            if index % 100 == 99:
                print(f"{seen['programs']} programs", flush=True)
            if failure:
                failed.append((index, failure))
                if len(failed) == options.failures:
                    pool.terminate()
                    break
    for index, (case, differs) in failed:
        print(f"\n=== seed {options.seed}, history {index}")
        if case.programs:
            case, differs = Shrinker(options.rehearse, case, differs).shrink()
        show(options.rehearse, case, differs, os.path.join(options.keep, f"{options.seed}-{index}"))
    print(", ".join(f"{count} {name}" for name, count in seen.items()))
    if not failed and features == settle_random.FEATURES and options.programs >= 300:
        missing = [reason for reason in oracle.REASONS if seen[reason] == 0]
        if missing:
            print(f"the random programs never met {missing}: they show less than they should")
            return 1
    return len(failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rehearse", help="the command")
    parser.add_argument("--programs", type=int, default=300, help="random programs (default 300)")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--features", help="only these, of: " + " ".join(settle_random.FEATURES))
    parser.add_argument("--without", default="", help="all but these")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--failures", type=int, default=1, help="stop after so many histories with a difference")
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "settle-differs"),
                        help="where the smallest cases that differ go")
    options = parser.parse_args()
    options.rehearse = os.path.abspath(options.rehearse)
    features = options.features.split(",") if options.features is not None else settle_random.FEATURES
    unknown = [name for name in features + options.without.split(",") if name and name not in settle_random.FEATURES]
    if unknown:
        parser.error(f"no features {unknown}")
    features = [name for name in features if name not in options.without.split(",")]
    failed = check_examples(options.rehearse)
    failed += check_random(options, features) if options.programs else 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
