"""What the notebooks share: groups of results.h5 as xarray, and how pictures look."""

import os

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.ticker import FuncFormatter

#: The demo's results, as ./dev demo makes them; set REHEARSE_RESULTS to look at others.
RESULTS = os.environ.get("REHEARSE_RESULTS", "../build/demo/results.h5")

#: Colors that the color-blind can tell apart (Okabe and Ito), the reference gray.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
GRAY = "#777777"


def group(name, path=RESULTS):
    """A group of the file, such as "kpi", "by_month", "partner", "parameters" or "summary", read into memory."""
    with xr.open_dataset(path, group=name) as data:
        return data.load()


def reference(path=RESULTS):
    """Name of the scenario that incremental figures are measured against."""
    with xr.open_dataset(path) as root:
        return str(root.scenario.values[int(root.attrs["reference"])])


def candidates(data, path=RESULTS):
    """Scenarios that pay anything and are not the reference."""
    return [str(name) for name in data.scenario.values if name not in ("none", reference(path))]


def short(value, _position=None):
    """1.25M, 310k, 75."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def axes(title, xlabel="", ylabel="", money="", size=(8, 3.6)):
    """A picture with a title that says what it shows; `money`: the axes ("x", "y", "xy") that are amounts."""
    _figure, plot = plt.subplots(figsize=size, constrained_layout=True)
    plot.set_title(title, loc="left")
    plot.set_xlabel(xlabel)
    plot.set_ylabel(ylabel)
    for side in ("top", "right"):
        plot.spines[side].set_visible(False)
    if "x" in money:
        plot.xaxis.set_major_formatter(FuncFormatter(short))
    if "y" in money:
        plot.yaxis.set_major_formatter(FuncFormatter(short))
    return plot
