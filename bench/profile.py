#!/usr/bin/python3
"""Where the engine's time goes, and how far it is from what a core can do.

    bench/profile.py STUDY.yaml --build build/default [--small STUDY.yaml] [--data FOLDER]

By file of the kernel: samples of `perf record` (cpu-clock, as virtual machines rarely show the processor's counters), a
function being where the object files of the build have it; functions that the compiler has inlined count as those that
they are inlined in. Roofline: what a core reaches at best (rehearse_peaks), and flops and bytes a step as the floor
counts them. Instructions and misses of a step are those of a small study in valgrind's cachegrind, on AVX2, the widest
set that it knows: the difference of two runs of 128 and 256 replications (what groups of partners share weighs more in
it). What is missing here is said and left out.
"""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess

# Operations on doubles in the loops of engine/vmath.h, a quotient or a root being one; bytes read and written.
FLOPS = {"logarithm": 34, "exponential": 34, "short logarithm": 18, "short exponential": 24, "normal quantile": 75,
         "look-up of a month": 1, "step of a walk": 1, "sum": 1}
BYTES = {"random draw (four words)": 32, "logarithm": 16, "exponential": 16, "short logarithm": 16,
         "short exponential": 16, "normal quantile": 16, "look-up of a month": 28, "step of a walk": 28, "sum": 24}


def output(*command):
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout


def find_files(build):
    """{function: sources that have it}: those of a kernel, or else of the rest."""
    kernel, rest = collections.defaultdict(set), collections.defaultdict(set)
    for path in build.glob("src/CMakeFiles/rehearse_*.dir/**/*.o"):
        for line in output("nm", "--defined-only", path).splitlines():
            files = kernel if "rehearse_kernel" in str(path) else rest
            files[line.split()[-1]].add(f"{path.parent.name}/{path.name.removesuffix('.o')}")
    return {**rest, **kernel}


def profile(options):
    recorded = options.data / "perf.data"
    if shutil.which("perf") is None:
        print("perf is not here: no shares")
        return
    counters = subprocess.run(["perf", "stat", "-e", "cycles", "true"], capture_output=True, text=True, check=False)
    if "not supported" in counters.stderr:
        print("The processor's counters are not to be had on this machine: cycles, instructions and bytes are not measured.\n")
    output("perf", "record", "-q", "-e", "cpu-clock", "-F", "997", "-o", recorded, options.build / "bench/rehearse_bench",
           options.study, "--isa", "best", "--threads", "1", "--repeat", "1", "--replications", "1024")
    files, shares, functions = find_files(options.build), collections.Counter(), collections.Counter()
    for line in output("perf", "report", "-i", recorded, "--stdio", "--no-children", "--percent-limit", "0", "-F",
                       "overhead,sym").splitlines():
        found = re.match(r"\s*([\d.]+)%\s+\[[.k]\]\s+(\S+)", line)
        if found:
            share, function = float(found[1]), found[2]
            file = " or ".join(sorted(files[function])) if function in files else "C library, kernel of the system"
            shares[file] += share
            functions[f"{function} ({file})"] += share
    for title, counted, most in (("file", shares, 12), ("function", functions, 15)):
        print(f"| {title} | share of time |\n| --- | ---: |")
        for name, share in counted.most_common(most):
            print(f"| {name} | {share:.1f}% |")
        print()


def roofline(options):
    """The peaks; and the floor's flops and bytes, beside engine and floor of the best set."""
    print(output(options.build / "bench/rehearse_peaks"))
    text = output(options.build / "bench/rehearse_bench", options.study, "--isa", "best", "--threads", "1", "--repeat", "3",
                  "--replications", "512", "--floor")
    times = {name: float(each) for name, each in re.findall(r"^\| (engine|floor), \S+ \| 1 \| \S+ \| ([\d.]+)", text, re.M)}
    counts = {name: float(num) for name, num in re.findall(r"^\| ([^|]+) \| ([\d.]+) \| [\d.]+ \|", text, re.M)}
    flops = sum(FLOPS.get(name, 0) * counts.get(name, 0.0) for name in BYTES)
    moved = sum(size * counts.get(name, 0.0) for name, size in BYTES.items())
    print("| a step | flops | bytes | flops a byte | ns | Gflop/s | GB/s |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, took in times.items():
        print(f"| {name} | {flops:.0f} | {moved:.0f} | {flops / moved:.2f} | {took:.1f} | {flops / took:.1f} | "
              f"{moved / took:.0f} |")
    print("\nFlops and bytes are the floor's in both rows: the engine's own are more, and cannot be counted here.\n")


def count_instructions(options):
    if options.small is None or shutil.which("valgrind") is None:
        print("No small study, or no valgrind: instructions are not counted")
        return
    counted, steps = [], []
    for replications in (128, 256):
        ran = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=yes", "--cachegrind-out-file=/dev/null",
                              str(options.build / "bench/rehearse_bench"), str(options.small), "--isa", "avx2",
                              "--threads", "1", "--repeat", "1", "--replications", str(replications)], check=True,
                             capture_output=True, text=True)
        counted.append({name: int(num.replace(",", "")) for name, num in
                        re.findall(r"==\s+(I\s+refs|D\s+refs|D1\s+misses|LLd misses):\s+([\d,]+)", ran.stderr)})
        steps.append(float(re.search(r"^([\d.e+]+) steps", ran.stdout, re.M)[1]))
    print("| on AVX2, of a step | |\n| --- | ---: |")
    for name, what in (("I", "instructions"), ("D", "reads and writes"), ("D1", "of them not in L1 (32 KiB)"),
                       ("LLd", "of them not in the last level")):
        key = next(key for key in counted[0] if key.split()[0] == name)
        print(f"| {what} | {(counted[1][key] - counted[0][key]) / (steps[1] - steps[0]):,.1f} |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/default"))
    parser.add_argument("--small", help="study for valgrind")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("build/default/bench-data"))
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    profile(options)
    roofline(options)
    count_instructions(options)


if __name__ == "__main__":
    main()
