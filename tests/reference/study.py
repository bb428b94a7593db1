"""A study, its programs and what results.h5 says was drawn."""
import os
import re

import h5py
import yaml

import settle_oracle as oracle


class Study:
    """study.yaml with its programs. Without a history, only what does not ask for its months."""

    def __init__(self, path, history=None):
        with open(path, encoding="utf-8") as file:
            self.keys = yaml.load(file, Loader=yaml.BaseLoader)
        folder = os.path.dirname(path)
        self.seed = int(self.keys.get("seed", "1"))
        self.in_force = None
        if self.keys["in_force"] != "none":
            self.in_force = oracle.read_program(os.path.join(folder, self.keys["in_force"]))
        self.compare = [oracle.read_program(os.path.join(folder, name)) for name in self.keys["compare"]]
        self.replay = self.keys.get("replay", {})
        self.exact = self.replay.get("method") == "exact"
        horizon = self.keys.get("horizon", {})
        self.months = int(horizon.get("months", "12"))
        if "starts" in horizon:
            self.first = oracle.read_month(horizon["starts"])
        elif history is not None:
            self.first = history.last + 1 - (self.months if self.exact else 0)
        self.block = int(self.replay.get("block", "6 months").split()[0])
        phase = self.replay.get("phase", "auto")
        self.phase = None if phase == "auto" else int(phase.split()[0])
        self.together = self.replay.get("together", "region")
        self.follow = 1.0 if self.together == "partner" else signed_share(self.replay.get("follow", "35%"))
        outlook = self.keys.get("outlook", {})
        self.growth = signed_share(outlook.get("growth", "0%"))
        self.growth_sd = signed_share(outlook.get("sd", "3%"))
        self.read_activities(folder)
        self.vendor_margin = {name: float(oracle.number(text))
                              for name, text in self.keys.get("finance", {}).get("vendor_margin", {}).items()}

    def read_activities(self, folder):
        """yields: {measure: (months, product)}; base_rates: {measure: a rate, or {segment: rate}}."""
        keys = {}
        if "assumptions" in self.keys:
            with open(os.path.join(folder, self.keys["assumptions"]), encoding="utf-8") as file:
                keys = yaml.load(file, Loader=yaml.BaseLoader)
        self.yields = {measure: (int(told.get("lag", "0").split()[0]), told["product"])
                       for measure, told in keys.get("yield", {}).items()}
        self.base_rates = {measure: {segment: float(rate) for segment, rate in told["segments"].items()}
                           if isinstance(told, dict) else float(told)
                           for measure, told in keys.get("base_rate", {}).items()}

    def base_rate(self, measure, segment):
        told = self.base_rates[measure]
        return told.get(segment, 0.0) if isinstance(told, dict) else told

    def programs(self):
        return [program for program in [self.in_force] + self.compare if program is not None]

    def currency(self):
        return self.programs()[0]["currency"]

    def fx(self):
        return self.programs()[0].get("fx", {})


def signed_share(text):
    return -float(oracle.number(text[1:])) if text.startswith("-") else float(oracle.number(text))


class Drawn:
    """Parameters of one replication, and the scenarios of results.h5."""

    def __init__(self, path, replication):
        self.value = {}
        with h5py.File(path) as file:
            self.scenarios = [name.decode() for name in file["kpi/scenario"][()]]
            self.reference = int(file.attrs["reference"])
            names = [name.decode() for name in file["provenance/parameter"][()]]
            words = [text.decode() for text in file["provenance/parameter_distribution"][()]]
            for name, text in zip(names, words):
                key = name.replace("/", ":")
                if "parameters" in file and key in file["parameters"]:
                    self.value[name] = float(file["parameters"][key][replication])
                else:
                    self.value[name] = float(re.fullmatch(r"fixed at (\S+)", text)[1])

    def __call__(self, name, segment=None):
        own = f"{name}/{segment}"
        return self.value[own] if own in self.value else self.value[name]
