#!/usr/bin/python3
"""Whole runs: from study and history to results.h5, on all cores.

    bench/cases.py [--rehearse build/default/src/rehearse] [--bench build/default/bench/rehearse_bench]
                   [--only a|b] [--mechanisms every|plain] [--arithmetic double|mixed] [--replications N]
                   [--data FOLDER]

a: 635 partners, 12 months, 10,000 replications, 4 programs; b: 100,000 partners, 12, 1,000, 4. The four programs are
none, the one in force and two candidates, of bench/three_lines.py. Mechanisms are at their priors, every one or those
that bench/plain.yaml leaves on. Elapsed time and peak memory are those of
/usr/bin/time -v; of the simulation alone, blocks thrown away, those of rehearse_bench, which learns the baseline too.
"""
import argparse
import pathlib
import re
import shutil
import subprocess

CASES = {"a": (635, 10_000), "b": (100_000, 1_000)}


def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def measure(*command):
    """What the command prints; elapsed seconds, processor seconds, peak memory in bytes."""
    ran = subprocess.run(["/usr/bin/time", "-v", *(str(part) for part in command)], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def find(pattern):
        return re.search(pattern, ran.stderr)[1]
    hours = [float(part) for part in find(r"\(h:mm:ss or m:ss\): ([\d:.]+)").split(":")]
    elapsed = sum(part * 60 ** k for k, part in enumerate(reversed(hours)))
    processor = float(find(r"User time \(seconds\): ([\d.]+)")) + float(find(r"System time \(seconds\): ([\d.]+)"))
    return ran.stdout, elapsed, processor, 1024 * int(find(r"Maximum resident set size \(kbytes\): (\d+)"))


def make_study(options, case, partners):
    folder = options.data / case
    if not (folder / "history.h5").exists():
        run(pathlib.Path(__file__).parent / "three_lines.py", folder, "--partners", partners, "--candidates", 2)
        run(options.rehearse, "import", "-q", folder / "ledger.csv", "--partners", folder / "partners.csv",
            "-o", folder / "history.h5")
        (folder / "ledger.csv").unlink()
    shutil.copy(pathlib.Path(__file__).parent / "plain.yaml", folder)
    (folder / "plain-study.yaml").write_text((folder / "study.yaml").read_text() + "assumptions: plain.yaml\n")
    return folder


def commands_of(options, study, replications, arithmetics, results):
    """What is measured of a study, by what the table calls it."""
    commands = {}
    for arithmetic in arithmetics:
        what = (study, "--replications", replications, "--arithmetic", arithmetic)
        written = (options.rehearse, "run", "-q", *what, "-o", results)
        commands[f"{arithmetic}: `rehearse_bench`, the simulation alone"] = (
            options.bench, *what, "--isa", "best", "--threads", "2", "--repeat", "1")
        commands[f"{arithmetic}: `rehearse run --no-partners`"] = (*written, "--no-partners")
        commands[f"{arithmetic}: `rehearse run`"] = written
    return commands


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", default="build/default/src/rehearse")
    parser.add_argument("--bench", default="build/default/bench/rehearse_bench")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("build/default/bench-data/cases"))
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--mechanisms", choices=("every", "plain"), help="one instead of both")
    parser.add_argument("--arithmetic", choices=("double", "mixed"), help="one instead of both")
    parser.add_argument("--replications", type=int, help="fewer than the case has, for a try")
    options = parser.parse_args()
    arithmetics = [options.arithmetic] if options.arithmetic else ["double", "mixed"]
    studies = {"every": "study.yaml", "plain": "plain-study.yaml"}
    if options.mechanisms:
        studies = {options.mechanisms: studies[options.mechanisms]}
    print("| case | mechanisms | command | elapsed | processor time | ns/step/core | peak memory | results.h5 |\n"
          "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for case, (partners, replications) in CASES.items():
        if options.only not in (None, case):
            continue
        replications = options.replications or replications
        folder, steps = make_study(options, case, partners), partners * 12 * replications * 4
        results = folder / "results.h5"
        for mechanisms, study in studies.items():
            for name, command in commands_of(options, folder / study, replications, arithmetics, results).items():
                results.unlink(missing_ok=True)
                shutil.rmtree(folder / "results.h5.checkpoint", ignore_errors=True)  # of a run that was stopped
                _, elapsed, processor, peak = measure(*command)
                size = f"{results.stat().st_size / 1e6:.0f} MB" if results.exists() else "–"
                print(f"| {case}: {partners:,} × 12 × {replications:,} × 4 | {mechanisms} | {name} | {elapsed:.1f} s | "
                      f"{processor:.1f} s | {1e9 * processor / steps:.0f} ns | {peak / 1e9:.2f} GB | {size} |",
                      flush=True)


if __name__ == "__main__":
    main()
