#!/usr/bin/env python3
"""What a run costs on many cores, from what its pieces cost on one: a projection, not a measurement of a cluster.

    bench/cluster.py REHEARSE STUDY [--rounds N] [--replications N]

Measured, each as processor time (user and system) of one thread, medians over the rounds: a run of one replication (to
begin), what each further block of 128 takes, what merging takes to begin, for each block and for each part, and what
keeping a checkpoint adds to a run. Projected: the elapsed time of N replications as an array of jobs on 1 to 1,000
cores, each its own part, and of merging them on one core, if all start at once and the disk keeps up.
"""
import argparse
import math
import os
import resource
import statistics
import subprocess
import tempfile

BLOCK = 128


def cost(*command):
    """Processor time of a command, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rehearse")
    parser.add_argument("study")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replications", type=int, default=1000000, help="of the projection")
    arguments = parser.parse_args()
    found = {name: [] for name in ("begin", "run", "kept", "one", "few", "many")}
    blocks, parts = 8, 16
    with tempfile.TemporaryDirectory() as folder:
        place = lambda name: os.path.join(folder, name)
        run = [arguments.rehearse, "run", arguments.study, "-q", "--threads", "1", "--replications"]
        merge = [arguments.rehearse, "merge", "-q", "-o", place("results.h5")]
        end = BLOCK * blocks
        cuts = [end * k // parts for k in range(parts + 1)]
        for k in range(parts):
            cost(*run, f"{cuts[k]}:{cuts[k + 1]}", "-o", place(f"{k}.part"))
        cost(*run, f"0:{end}", "-o", place("whole.part"))
        cost(*run, f"0:{BLOCK}", "-o", place("block.part"))
        for _ in range(arguments.rounds):
            found["begin"].append(cost(*run, "1", "--no-checkpoint", "-o", place("results.h5")))
            found["run"].append(cost(*run, str(end), "--no-checkpoint", "-o", place("results.h5")))
            found["kept"].append(cost(*run, str(end), "-o", place("results.h5")))
            found["one"].append(cost(*merge, place("block.part")))
            found["few"].append(cost(*merge, place("whole.part")))
            found["many"].append(cost(*merge, *(place(f"{k}.part") for k in range(parts))))
        size = os.path.getsize(place("whole.part")) / blocks
    median = {name: statistics.median(values) for name, values in found.items()}
    block = (median["run"] - median["begin"]) / (blocks - 1 / BLOCK)
    merged = (median["few"] - median["one"]) / (blocks - 1)
    part = max((median["many"] - median["few"]) / (parts - 1), 0.0)
    start = max(median["one"] - merged, 0.0)
    share = statistics.median(k / r - 1 for k, r in zip(found["kept"], found["run"]))
    print(f"begin a run: {median['begin']:.2f} s; a block of {BLOCK} replications: {block:.3f} s; its part: {size / 1e6:.2f} MB")
    print(f"a checkpoint adds {100 * share:.1f}% to the processor time of {blocks} blocks")
    print(f"merge: {start:.3f} s to begin, {1e3 * merged:.1f} ms for each block, {1e3 * part:.1f} ms for each part")
    print(f"\n{arguments.replications:,} replications, projected:\n")
    print("| cores | simulate | merge | in all | speedup | of it, where merging is not counted |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    total = math.ceil(arguments.replications / BLOCK)
    alone = median["begin"] + total * block
    for cores in (1, 2, 10, 100, 1000):
        simulate = median["begin"] + math.ceil(total / cores) * block
        put = start + total * merged + cores * part if cores > 1 else 0.0
        print(
            f"| {cores:,} | {simulate:,.1f} s | {put:,.1f} s | {simulate + put:,.1f} s | {alone / (simulate + put):,.1f} "
            f"| {alone / simulate:,.1f} |"
        )


if __name__ == "__main__":
    main()
