#!/usr/bin/python3
"""The forecasts of `rehearse backtest` beside those of others: ETS, Croston and TSB, with R's package forecast.

    bench/peers/forecasts.py [--rehearse REHEARSE] [--holdout 12] [--origins 3] [--step 3] [--csv] HISTORY.h5

All forecast the same: net revenue of the same partners, segments, regions and of all together, from the same origins,
by month and over the whole holdout, knowing the same months, with 512 futures each. `rehearse backtest --csv` tells the
model's scores; the others are scored here, by the same definition. The two forecasts that cost nothing are made and
scored here once more, and have to come out as the C program has them.

ETS, Croston and TSB forecast segments, regions and the total from their own summed series; "partners summed" are the
sums of what the method says of each partner, independent of each other. How each makes its futures is told in
forecasts.R. Exit code 1 where the free forecasts differ from the program's, of which random numbers are the same too.
It takes some minutes. --csv also gives the 50, 80 and 95% intervals.
"""
import argparse
import csv
import io
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests/reference"))
import luck  # the program's random numbers, in Python

MEMBERS = 512
LEAST_HISTORY = 12
INTERVALS = (50, 80, 90, 95)
OF = ("partner", "segment", "region", "all partners")
SPANS = ("month", "holdout")
METHODS = ("ETS", "Croston", "TSB")
FREE = ("resampled", "naive")
SEED = 1
ROUNDING = 1e-9  # relative


MISSING = np.iinfo(np.int64).min


class History:
    """By partner and month: net revenue, in currency, and whether there was anything but returns, of any measure."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            def names(name):
                return [text.decode() for text in file[name][()].tobytes().split(b"\0")[:-1]]

            self.ids = names("partners/partner_id")
            self.num = len(self.ids)
            self.groups = {of: (file[f"partners/{of}"][()], names(f"names/{of}")) for of in ("segment", "region")}
            rows = file["ledger/measure"][()] == names("names/measure").index("revenue")
            day, partner, amount, quantity = (file[f"ledger/{name}"][()]
                                              for name in ("date", "partner", "amount", "quantity"))
        month = day.astype("datetime64[D]").astype("datetime64[M]")
        self.first = month.min()
        self.months = int((month.max() - self.first).astype(int)) + 1
        at = (month - self.first).astype(int)
        self.net = np.zeros((self.num, self.months))
        np.add.at(self.net, (partner[rows], at[rows]), amount[rows] * 1e-4)
        active = np.where(amount == MISSING, quantity, amount) > 0
        self.active = np.zeros(self.net.shape, dtype=bool)
        self.active[partner[active], at[active]] = True


class Origin:
    """What is forecast from one origin: series of partners first, then of segments, regions, and all."""

    def __init__(self, history, index, month, holdout):
        self.index, self.month, self.holdout = index, month, holdout
        partners = np.flatnonzero(history.active[:, :month].any(axis=1))
        self.sums = [np.eye(len(partners), dtype=bool)]
        self.entities = [luck.entity("backtest", history.ids[partner]) for partner in partners]
        for of in ("segment", "region"):
            ids, names = history.groups[of][0][partners], history.groups[of][1]
            self.sums.append(np.array([ids == one for one in np.unique(ids)]))
            self.entities += [luck.entity("backtest", names[one]) for one in np.unique(ids)]
        self.sums.append(np.ones((1, len(partners)), dtype=bool))
        self.entities.append(luck.entity("backtest"))
        self.series = np.concatenate([rows.astype(float) @ history.net[partners] for rows in self.sums])
        self.calendar = int(history.first.astype(int)) % 12

    def write(self, path):
        """The known months of each series from its first sale on."""
        of = np.repeat(np.arange(len(OF)), [len(rows) for rows in self.sums])
        with open(path, "w", encoding="utf-8") as file:
            for series, pool in zip(self.series[:, :self.month], of):
                begin = int(np.argmax(series != 0)) if series.any() else self.month - 1
                cells = [""] * begin + [repr(float(value)) for value in series[begin:]]
                file.write(f"{(self.calendar + begin) % 12 + 1},{pool},{','.join(cells)}\n")

    def happened(self):
        return self.series[:, self.month:self.month + self.holdout]

    def free(self):
        """[series][holdout][members] of the forecasts that cost nothing."""
        year = self.series[:, self.month - 12:self.month]
        entity = luck.entity("backtest")
        source = np.array([[int(12 * luck.uniforms(SEED, entity, k, luck.SOURCE, t, self.index)[0]) for k in range(MEMBERS)]
                           for t in range(self.holdout)])
        repeated = year[:, np.arange(self.holdout) % 12]
        return {"resampled": year[:, source], "naive": repeated[:, :, None]}

    def luck(self, months):
        """[series][months] uniforms that choose among futures of the outcome's value: the program's; of one month, of all."""
        of_all = months == 1 and self.holdout > 1
        return np.array([[luck.uniforms(SEED, entity, self.index, luck.SOURCE, t, 2 if of_all else 1)[0]
                          for t in range(months)] for entity in self.entities])

    def summed(self, paths):
        """Sums of the partners' paths, in place of those of the summed series."""
        partners = paths[:len(self.sums[0])]
        flat = partners.reshape(len(partners), -1)
        return np.concatenate([partners] + [(rows.astype(float) @ flat).reshape(len(rows), *paths.shape[1:])
                                            for rows in self.sums[1:]])


class Scores:
    """Sums by forecaster, level and span."""

    def __init__(self):
        self.sum = {}

    def add(self, name, origin, members):
        """members: [series][holdout][members]"""
        happened = origin.happened()
        for span, drawn, outcome in (("month", members, happened),
                                     ("holdout", members.sum(axis=1)[:, None], happened.sum(axis=1)[:, None])):
            drawn = np.sort(drawn, axis=-1)
            num = drawn.shape[-1]
            spread = drawn @ (2.0 * np.arange(num) + 1.0 - num) / num**2
            crps = np.abs(drawn - outcome[..., None]).mean(axis=-1) - spread
            below, equal = (drawn < outcome[..., None]).sum(axis=-1), (drawn == outcome[..., None]).sum(axis=-1)
            rank = (below + origin.luck(outcome.shape[1]) * (equal + 1)) / (num + 1)
            held = [np.abs(rank - 0.5) <= interval / 200 for interval in INTERVALS]
            first = 0
            for of, rows in zip(OF, origin.sums):
                own = slice(first, first + len(rows))
                first += len(rows)
                part = [crps[own].size, np.abs(outcome[own]).sum(), crps[own].sum(), *(one[own].sum() for one in held)]
                key = name, of, span
                self.sum[key] = self.sum.get(key, 0) + np.array(part, dtype=float)

    def relative(self, name, of, span):
        one = self.sum[name, of, span]
        return one[2] / one[1] if one[1] > 0 else float("nan")

    def covered(self, name, of, span, interval=90):
        one = self.sum[name, of, span]
        return one[3 + INTERVALS.index(interval)] / one[0]


def run_model(options):
    """The program's statistics: {(of, span): {statistic: value}}, of all segments together."""
    command = [options.rehearse, "backtest", str(options.history), "--quiet", "--csv", "--replications",
               str(MEMBERS), "--seed", str(SEED)]
    for name in ("holdout", "origins", "step"):
        command += [f"--{name}", str(getattr(options, name))]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    table = {}
    for row in csv.DictReader(io.StringIO(text)):
        if row["segment"] == "" and row["value"] != "":
            table.setdefault((row["of"], row["span"]), {}).setdefault(row["statistic"], float(row["value"]))
    return table


def run_peers(history, options):
    """Scores of all forecasters but the model, and of point forecasts alone."""
    room = history.months - options.holdout - LEAST_HISTORY
    num = min(options.origins, room // options.step + 1)
    last = history.months - options.holdout
    origins = [Origin(history, k, last - k * options.step, options.holdout) for k in range(num)]
    scores, points = Scores(), Scores()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for k, origin in enumerate(origins):
            origin.write(folder / f"known-{k}.csv")
        script = pathlib.Path(__file__).with_suffix(".R")
        subprocess.run(["Rscript", "--vanilla", str(script), name, str(options.holdout), str(MEMBERS),
                        str(options.cores)], check=True, stdout=sys.stderr)
        for k, origin in enumerate(origins):
            for forecaster, members in origin.free().items():
                scores.add(forecaster, origin, members)
            for method in METHODS:
                paths = np.fromfile(folder / f"{method}-{k}.paths", np.float32)
                paths = paths.reshape(len(origin.series), options.holdout, MEMBERS).astype(float)
                scores.add(method, origin, paths)
                scores.add(method + " summed", origin, origin.summed(paths))
                point = np.fromfile(folder / f"{method}-{k}.points", np.float64)
                points.add(method, origin, point.reshape(len(origin.series), options.holdout, 1))
    return scores, points


def same_as_program(scores, model):
    """Are the free forecasts those of the program? Says where they are not."""
    same = True
    for of in OF:
        for span in SPANS:
            theirs = model[of, span]
            num, outcome = scores.sum["naive", of, span][:2]
            pairs = [("outcomes", num, theirs["outcomes"]), ("mean_outcome", outcome / num, theirs["mean_outcome"])]
            pairs += [(f"crps_{name}", scores.sum[name, of, span][2] / num, theirs[f"crps_{name}"]) for name in FREE]
            for what, ours, other in pairs:
                if not abs(ours - other) <= ROUNDING * abs(outcome / num):
                    print(f"{of}, {span}: {what} is {ours:.12g} here and {other:.12g} in the program")
                    same = False
    return same


def print_scores(scores, points, model):
    forecasters = FREE + METHODS
    summed = [method + " summed" for method in METHODS]
    head = "".join(f"{name:>10}" for name in ("model",) + forecasters)
    sums = "".join(f"{name:>9}" for name in METHODS)
    print(f"\nCRPS / mean outcome{'':68}partners summed:\n{'forecast of':24}{head}{sums:>28}   model / best of others")
    for of in OF:
        for span in SPANS:
            theirs = model[of, span]
            own = theirs["crps_model"] / theirs["mean_outcome"]
            line = [scores.relative(name, of, span) for name in forecasters]
            more = [scores.relative(name, of, span) for name in summed] if of != "partner" else []
            print(f"{of:15}{span:9}{own:10.3f}{''.join(f'{value:10.3f}' for value in line)} "
                  f"{''.join(f'{value:9.3f}' for value in more):27}{own / min(line + more):7.2f}")
    spread = ("resampled",) + METHODS
    head = "".join(f"{name:>10}" for name in ("model",) + spread)
    print(f"\nOutcomes within the 90% interval{'':45}partners summed:\n{'forecast of':24}{head}{sums:>28}   outcomes")
    for of in OF:
        for span in SPANS:
            line = [model[of, span]["covered_90"]] + [scores.covered(name, of, span) for name in spread]
            more = [scores.covered(name, of, span) for name in summed] if of != "partner" else []
            print(f"{of:15}{span:9}{''.join(f'{100 * value:9.0f}%' for value in line)} "
                  f"{''.join(f'{100 * value:8.0f}%' for value in more):27}{model[of, span]['outcomes']:11.0f}")
    print(f"\nMean absolute error / mean outcome of point forecasts\n{'forecast of':24}"
          + "".join(f"{name:>10}" for name in METHODS))
    for of in OF:
        for span in SPANS:
            print(f"{of:15}{span:9}" + "".join(f"{points.relative(name, of, span):10.3f}" for name in METHODS))


def print_csv(scores, points, model):
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["of", "span", "forecaster", "statistic", "value"])
    for (of, span), statistics in model.items():
        num = statistics["outcomes"]
        for statistic in ("outcomes", "mean_outcome"):
            out.writerow([of, span, "", statistic, repr(statistics[statistic])])
        out.writerow([of, span, "model", "crps", repr(statistics["crps_model"])])
        for interval in INTERVALS:
            out.writerow([of, span, "model", f"covered_{interval}", repr(statistics[f"covered_{interval}"])])
        for name in dict.fromkeys(key[0] for key in scores.sum):
            out.writerow([of, span, name, "crps", repr(float(scores.sum[name, of, span][2] / num))])
            for interval in INTERVALS:
                covered = scores.covered(name, of, span, interval)
                out.writerow([of, span, name, f"covered_{interval}", repr(float(covered))])
        for name in METHODS:
            out.writerow([of, span, name, "absolute_error", repr(float(points.sum[name, of, span][2] / num))])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("history", type=pathlib.Path, metavar="HISTORY.h5")
    parser.add_argument("--rehearse", default="build/default/src/rehearse")
    parser.add_argument("--holdout", type=int, default=12)
    parser.add_argument("--origins", type=int, default=3)
    parser.add_argument("--step", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--csv", action="store_true")
    options = parser.parse_args()
    model = run_model(options)
    scores, points = run_peers(History(options.history), options)
    (print_csv if options.csv else print_scores)(scores, points, model)
    return 0 if same_as_program(scores, model) else 1


if __name__ == "__main__":
    sys.exit(main())
