#!/usr/bin/python3
"""How cost grows with partners, months, replications and programs: each alone, over up to three decades.

    bench/scaling.py [--bench build/default/bench/rehearse_bench] [--rehearse build/default/src/rehearse]
                     [--data FOLDER] [--picture docs/images/scaling.png] [--only AXIS]

Studies are those of bench/three_lines.py with every mechanism at its prior; one thread, processor time, of small studies
the shortest of up to ten runs. Blocks of replications are 128, so fewer cost as much as 128; a horizon has 120 months at
most, and a quarter at least. A line through the logarithms of size and time gives a slope, 1 where cost is proportional,
and its standard error. Points and script of the picture stay in FOLDER.
"""
import argparse
import csv
import pathlib
import subprocess

import numpy as np

SMALL = {"partners": 30, "months": 12, "replications": 128, "programs": 4}
ENOUGH_STEPS = 2e7
AXES = {"partners": (30, 100, 300, 1000, 3000, 10000, 30000), "months": (3, 6, 12, 36, 120),
        "replications": (128, 384, 1280, 3840, 12800, 38400, 128000), "programs": (3, 10, 30, 100, 300, 1000)}


def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def study_of(options, size):
    """Folder of a study of this size; `none` and the program in force are two of its programs."""
    folder = options.data / "-".join(str(size[axis]) for axis in ("partners", "months", "programs"))
    if not (folder / "history.h5").exists():
        run(pathlib.Path(__file__).parent / "three_lines.py", folder, "--partners", size["partners"],
            "--months", size["months"], "--candidates", size["programs"] - 2)
        run(options.rehearse, "import", "-q", folder / "ledger.csv", "--partners", folder / "partners.csv",
            "-o", folder / "history.h5")
        (folder / "ledger.csv").unlink()
    return folder / "study.yaml"


def measure(options, size):
    """Seconds of processor time, and number of steps."""
    samples = options.data / "sample.tsv"
    samples.unlink(missing_ok=True)
    repeat = int(np.clip(ENOUGH_STEPS / np.prod(list(size.values())), 1, 10))
    run(options.bench, study_of(options, size), "--isa", "best", "--threads", 1, "--repeat", repeat,
        "--replications", size["replications"], "--samples", samples)
    with open(samples, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    return min(float(row[5]) for row in rows), float(rows[0][3])


def slope_of(sizes, seconds):
    """Slope in logarithms and its standard error."""
    x, y = np.log(sizes), np.log(seconds)
    x = x - x.mean()
    slope = (x * y).sum() / (x * x).sum()
    rest = y - y.mean() - slope * x
    return slope, np.sqrt((rest * rest).sum() / (len(x) - 2) / (x * x).sum())


def draw(options, found):
    points = options.data / "scaling.dat"
    with open(points, "w", encoding="utf-8") as out:
        for axis, (sizes, seconds, _) in found.items():
            out.write(f'# {axis}\n' + "".join(f"{size} {second:.6g}\n" for size, second in zip(sizes, seconds)) + "\n\n")
    lines = ", ".join(f'"{points}" index {k} with linespoints lw 2 pt {point} ps 1.4 title "{axis}"'
                      for k, (axis, point) in enumerate(zip(found, (7, 5, 9, 11))))
    script = options.data / "scaling.gp"
    script.write_text(f"""set terminal pngcairo size 900,600 font "DejaVu Sans,12"
set output "{options.picture}"
set logscale xy
set format x "10^{{%L}}"
set format y "10^{{%L}}"
set xlabel "Number of partners, months, replications or programs"
set ylabel "Processor time in seconds"
set key left top
set yrange [1e-3:]
set grid
set label "proportional" at 4e3,0.15 textcolor rgb "gray40"
plot {lines}, x * 1e-4 with lines dt 2 lc rgb "gray40" notitle
""", encoding="utf-8")
    run("gnuplot", script)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default="build/default/bench/rehearse_bench")
    parser.add_argument("--rehearse", default="build/default/src/rehearse")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("build/default/bench-data/scaling"))
    parser.add_argument("--picture", default="docs/images/scaling.png")
    parser.add_argument("--only", choices=AXES, help="one axis, and no picture")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    found = {}
    print("| grows | from | to | ns/step at first | at last | slope | standard error |\n"
          "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for axis, sizes in AXES.items():
        if options.only in (None, axis):
            seconds, steps = np.array([measure(options, {**SMALL, axis: value}) for value in sizes]).T
            slope, error = slope_of(sizes, seconds)
            found[axis] = sizes, seconds, slope
            print(f"| {axis} | {sizes[0]:,} | {sizes[-1]:,} | {1e9 * seconds[0] / steps[0]:.0f} ns | "
                  f"{1e9 * seconds[-1] / steps[-1]:.0f} ns | {slope:.3f} | {error:.3f} |", flush=True)
    if options.only is None:
        draw(options, found)


if __name__ == "__main__":
    main()
