"""The whole model for one replication, by docs/model.md, docs/model-exactly.md and docs/program-language.md."""
import os

from baseline import Baseline
from figures import Figures, Scenario, vendor_margins
from history import History
from path import Path
from settle import Settlement, windfall
from study import Drawn, Study
from terms import Program
from world import Replication, World


class Static:
    """What all replications of a study share."""

    def __init__(self, folder, fit_life):
        self.folder = folder
        self.history = History(os.path.join(folder, "history.h5"))
        self.study = Study(os.path.join(folder, "study.yaml"), self.history)
        self.baseline = Baseline(self.history, self.study.currency(), self.study.fx(), self.study.phase, fit_life)
        self.world = World(self.study, self.history, self.baseline)
        self.margins = vendor_margins(self.world)


class Model:
    """One replication: scenarios with their paths, settlements and figures."""

    def __init__(self, static, number):
        self.static, self.world, study = static, static.world, static.study
        drawn = Drawn(os.path.join(static.folder, "results.h5"), number)
        self.replication = Replication(self.world, drawn, number)
        self.replication.in_force = study.in_force
        by_name = {program["name"]: program for program in study.compare}
        by_name.update({"in_force": study.in_force, "none": None})
        self.scenarios = {}
        shadows = {}
        for name in drawn.scenarios:
            program = Program(self.world, name, by_name[name])
            paths = {partner: Path(self.replication, program, partner, shadows.get(partner)).live()
                     for partner in self.world.partners}
            shadows = shadows or paths
            settlement = Settlement(self.world, program, {partner: path.standing for partner, path in paths.items()})
            self.scenarios[name] = Scenario(self, name, program, paths, settlement)
        self.reference = self.scenarios[drawn.scenarios[drawn.reference]]
        self.figures = {}
        for name, scenario in self.scenarios.items():
            scenario.windfall = windfall(self.world, scenario.program, scenario.paths, self.reference.paths)
            self.figures[name] = Figures(scenario, self.reference, self.scenarios["none"], static.margins)
        for figures in self.figures.values():
            figures.finish(self.figures[self.reference.name].value["cost"])
