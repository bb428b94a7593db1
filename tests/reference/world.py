"""One replication of the world as it is, before any candidate program (docs/model.md, "A replication")."""
import math

import numpy as np

import luck
import settle_oracle as oracle
from shared import Shared
from views import View, count_rows

SHARED = 0.75
LIFE_SHARED = 0.2
WALK_STEPS = 4096
WALK_FREEDOM = 5


def escaped(name):
    return name.replace("\\", "\\\\").replace("/", "\\/")


def source_class(world, t):
    """Months of the history that may begin a block in horizon month t."""
    study, history, phase = world.study, world.history, world.phase
    offset = (study.first - history.first + t) % phase
    return list(range(offset, world.past, phase))


class World:
    """Static parts of a study: partners with their series, expected sales, and the ratios that are replayed."""

    def __init__(self, study, history, baseline):
        self.study, self.history, self.baseline = study, history, baseline
        self.past, self.months = baseline.months, study.months
        self.phase = baseline.phase if baseline.phase <= self.past else 1
        self.known = min(history.last, study.first - 1)  # last month that is looked up and not lived
        self.ahead = study.first - history.last - 1
        self.used = used_measures(study)
        self.view_of, self.count_of, self.books_by_start, self.rows = {}, {}, {}, {}
        self.books = self.books_of(1)
        for row in history.rows:
            self.rows.setdefault((row.partner, row.measure, row.product), []).append(row)
        self.drivers = [driver for driver in baseline.drivers if driver[0] == "revenue" or driver[0] in self.used]
        rates = {driver: baseline.rates(*driver) for driver in self.drivers if not history.is_money(driver[0])}
        weights = None if study.exact else self.source_weights()
        self.partners = []
        for partner in history.ids():
            known = [s for s in baseline.own[partner] if study.exact or s.level > 0]
            if known:
                series = [Line(self, s, weights) for s in known if (s.measure, s.product) in self.drivers]
                for driver in self.drivers:
                    rate = rates.get(driver, {}).get(partner, 0)
                    if rate > 0:
                        mine = [line for line in series if line.driver == driver]
                        if not mine:
                            series.append(Line.begun(self, partner, driver))
                        (mine or series[-1:])[0].rate = rate
                series += self.assumed(partner)
                self.add_lines(partner, series)
                self.partners.append(Partner(self, partner, series))
        self.shared = Shared(self)
        self.mean_month = (sum(line.mean.sum() for p in self.partners for line in p.series if line.is_revenue) /
                           (len(self.partners) * self.months))

    def assumed(self, partner):
        """Activities that the history lacks, at the rate of the partner's segment."""
        found = []
        for measure in self.study.base_rates:
            rate = 1e4 * self.study.base_rate(measure, self.baseline.group(partner)[1])
            if measure in self.used and rate > 0:
                found.append(Line.begun(self, partner, (measure, "")))
                found[-1].rate, found[-1].is_assumed = rate, True
        return found

    def add_lines(self, partner, series):
        """Lines that a partner never sold, and that its activities may bring."""
        for line in list(series):
            if line.driver[0] in self.study.yields and not line.is_money:
                driver = ("revenue", self.study.yields[line.driver[0]][1])
                if all(other.driver != driver for other in series):
                    series.append(Line.begun(self, partner, driver))
                    series[-1].is_revenue = series[-1].is_money = series[-1].unsold = True

    def books_of(self, year_starts):
        """Totals of the ledger on the grid of a fiscal year."""
        if year_starts not in self.books_by_start:
            self.books_by_start[year_starts] = oracle.Books(self.history, {
                "currency": self.study.currency(), "fx": self.study.fx(), "year_starts": str(year_starts)})
        return self.books_by_start[year_starts]

    def counted(self, series, behavior, part):
        """count_rows, remembered."""
        key = series.partner, series.driver, behavior["measure"] == "units", repr(behavior.get("where")), part
        if key not in self.count_of:
            self.count_of[key] = count_rows(self, series, behavior, part)
        return self.count_of[key]

    def view(self, partner, line, behavior, part=None):
        key = line, behavior["measure"] == "units", repr(behavior.get("where")), part
        if key not in self.view_of:
            self.view_of[key] = View(self, partner, line, behavior, part)
        return self.view_of[key]

    def expected(self, line, month):
        """Expected gross of any month, counted from the horizon's first."""
        if line.rate is not None:
            return line.rate
        return line.level * line.factor[(self.study.first + month) % 12]

    def lives(self, partner, month):
        """Probability of being a customer still, also in the gap before the horizon."""
        return 1.0 if self.study.exact else self.baseline.survival(partner.id, self.ahead + month)

    def source_weights(self):
        """[month of the horizon][month of the history]: the chance of each source."""
        start = 1 / self.study.block
        weights = np.zeros((self.months, self.past))
        for t in range(self.months):
            months = source_class(self, t)
            weights[t, months] += (1 if t == 0 else start) / len(months)
            for source in range(self.past if t > 0 else 0):
                follows = source + 1 if source + 1 < self.past else months[0]
                weights[t, follows] += (1 - start) * weights[t - 1, source]
        return weights

    def entities(self, group):
        """Names of a group's market and of the source months that it shares."""
        region, segment = escaped(group[0]), escaped(group[1])
        together = self.study.together
        return (luck.entity(f"market/{region}/{segment}"),
                luck.entity(f"source/{region if together == 'region' else ''}/"
                            f"{segment if together == 'segment' else ''}"))


def used_measures(study):
    """Measures that a program of the study looks at; units are those of revenue."""
    found = set()
    for program in study.programs():
        for incentive in program["incentives"]:
            found.add(incentive["behavior"]["measure"])
            metric = incentive.get("metric")
            if isinstance(metric, dict) and "ratio_to" in metric:
                found.add(metric["ratio_to"]["measure"])
            if "fund" in incentive["reward"]:
                found.add(incentive["reward"]["fund"]["of"])
            found.update(condition["measure"] for condition in incentive.get("requires", []))
        for level in program.get("tiers", {}).get("levels", []):
            found.update(condition["measure"] for condition in level.get("when", []))
    return found


class Line:
    """A partner's series as the horizon replays it."""

    unsold = is_assumed = False

    def __init__(self, world, series, weights):
        self.partner, self.driver = series.partner, (series.measure, series.product)
        self.is_revenue = series.measure == "revenue"
        self.is_money = world.history.is_money(series.measure)
        self.gross, self.returns, self.scale = series.gross, series.returns, series.scale
        self.begins, self.level = False, series.level
        self.factor = world.baseline.season[self.driver][world.baseline.group(self.partner)].factor
        self.mean = series.level * world.baseline.season_factors(series, world.study.first, world.months)
        self.rate = None
        if world.study.exact:
            self.ratio, self.scale = series.gross, np.ones(world.past)
        else:
            replayed = float(self.mean @ (weights @ series.ratio))
            self.ratio = series.ratio * (self.mean.sum() / replayed if replayed > 0 else 1)

    @classmethod
    def begun(cls, world, partner, driver):
        """An activity that the partner never did but may begin."""
        line = cls.__new__(cls)
        line.partner, line.driver, line.is_revenue, line.is_money, line.begins = partner, driver, False, False, True
        line.gross = line.returns = line.ratio = line.scale = np.zeros(world.past)
        line.mean, line.rate, line.level, line.factor = np.zeros(world.months), None, 0.0, np.ones(12)
        return line


class Partner:
    """What does not depend on the replication."""

    def __init__(self, world, partner, series):
        baseline = world.baseline
        self.id, self.series = partner, series
        self.region, self.segment = self.group = baseline.group(partner)
        bought = partner in baseline.cv
        self.cv = baseline.cv[partner] if bought else 1.5
        self.level_variance = baseline.level_variance[partner] if bought else 0
        self.rarity = baseline.rarity[partner] if bought else 0
        self.margin = world.history.margin[partner]
        self.own_month = range(world.past) if world.study.exact else baseline.own_month[partner]
        self.alive = np.array([1.0 if world.study.exact else baseline.survival(partner, world.ahead + t)
                               for t in range(world.months)])


def gamma_factor(variance, z):
    """Wilson & Hilferty's gamma of mean 1."""
    if variance <= 0:
        return 1.0
    c = variance / 9
    mean, sd = 1 - c, math.sqrt(c)
    root = max(mean + sd * z, 0)
    density = math.exp(-0.5 * (mean / sd)**2) / math.sqrt(2 * math.pi)
    expected = mean * (mean**2 + 3 * c) * luck.normal_cdf(mean / sd) + sd * (mean**2 + 2 * c) * density
    return root**3 / expected


class Replication:
    """All that is drawn, but for claims, opting in and completions."""

    def __init__(self, world, drawn, number):
        self.world, self.drawn, self.number, self.seed = world, drawn, number, world.study.seed
        sd = drawn("level_walk")
        scale = sd * math.sqrt((WALK_FREEDOM - 2) / WALK_FREEDOM)
        steps = np.array([math.exp(scale * luck.student_t(WALK_FREEDOM, (k + 0.5) / WALK_STEPS))
                          for k in range(WALK_STEPS)]) if sd > 0 and not world.study.exact else np.ones(WALK_STEPS)
        self.walk = steps / steps.mean()
        self.common_life = luck.normal(self.uniforms(luck.entity("life"), luck.MARKET, 0, 2)[0])
        u = self.uniforms(luck.entity("null_program"), luck.NULL_PROGRAM)[0]
        self.is_null = u < drawn("null_program")
        self.fates = {partner.id: Fate(self, partner) for partner in world.partners}

    def uniforms(self, entity, purpose, month=0, index=0):
        return luck.uniforms(self.seed, entity, self.number, purpose, month, index)

    def unchanged(self, incentive):
        """True where the incentive stands in the program in force, key by key."""
        return self.in_force is not None and incentive.keys in self.in_force["incentives"]

    def market(self, group):
        world, study = self.world, self.world.study
        if study.exact:
            return np.ones(world.months)
        own, _ = world.entities(group)
        common = self.uniforms(luck.entity("market"), luck.MARKET)[0]
        z = (math.sqrt(SHARED) * luck.normal(common) +
             math.sqrt(1 - SHARED) * luck.normal(self.uniforms(own, luck.MARKET)[0]))
        off = [[luck.normal(u) for k in range(3) for u in self.uniforms(entity, luck.MARKET, k, 1)]
               for entity in (own, luck.entity("market"))]
        errors = world.baseline.season_error[group], world.baseline.shared_error
        path = []
        for t in range(world.months):
            years, c = (world.ahead + t + 1) / 12, (study.first + t) % 12
            sd = study.growth_sd * years
            season = math.prod(math.exp(error[c] * by[c] - error[c]**2 / 2) for error, by in zip(errors, off))
            path.append((1 + study.growth)**years * math.exp(sd * z - sd**2 / 2) * season)
        return np.array(path)

    def sources(self, partner, steps):
        """Past months that are replayed; steps: the words of the level, whose lower bits say where the partner's own
        blocks begin."""
        world, study = self.world, self.world.study
        if study.exact:
            return [world.past - world.months + t for t in range(world.months)]
        entity = luck.entity(partner.id) if study.together == "partner" else world.entities(partner.group)[1]
        shared, own = [], []
        for t in range(world.months):
            new_block, start = self.uniforms(entity, luck.SOURCE, t)[:2]
            months = source_class(world, t)
            u = ((steps[t] % 2**20) * 2**12 + 0.5) / 2**32
            for path in (shared, own):
                if t > 0 and new_block >= 1 / study.block:
                    path.append(path[-1] + 1 if path[-1] + 1 < world.past else months[0])
                elif path is own and u < study.follow:
                    path.append(shared[t])
                else:
                    at = start if path is shared else (u - study.follow) / (1 - study.follow)
                    path.append(months[min(int(at * len(months)), len(months) - 1)])
        return own


class Fate:
    """A partner's luck in a replication, and what it sells in the world as it is while it is there."""

    def __init__(self, replication, partner):
        world, entity = replication.world, luck.entity(partner.id)
        attention, life, level, elasticity = replication.uniforms(entity, luck.PARTNER)
        self.life = luck.normal_cdf(math.sqrt(LIFE_SHARED) * replication.common_life
                                    + math.sqrt(1 - LIFE_SHARED) * luck.normal(life))
        self.inattention = math.log(attention / (1 - attention))
        self.able = replication.uniforms(entity, luck.PARTNER, 0, 1)[0]
        spread = replication.drawn("elasticity_spread", partner.segment)
        self.spread = math.exp(spread * luck.normal(elasticity) - spread**2 / 2)
        steps = [luck.words(replication.seed, entity, replication.number, luck.LEVEL, t // 4)[t % 4]
                 for t in range(world.months)]
        self.source = replication.sources(partner, steps)
        self.market = replication.market(partner.group)
        variance = 0 if world.study.exact else partner.level_variance
        path, self.level = gamma_factor(variance, luck.normal(level)), []
        keeps = min(path, 1)**partner.rarity  # a month of a rare buyer that is below its mean
        for t in range(world.months):
            path *= replication.walk[steps[t] >> 20]
            kept = keeps >= 1 or replication.uniforms(entity, luck.LEVEL, t // 4, 1)[t % 4] < keeps
            self.level.append(path / keeps if kept else 0.0)
        self.base = self.market * np.array(self.level)
        self.sold = {line: self.replayed(replication, line) for line in partner.series}

    def replayed(self, replication, line):
        exact = replication.world.study.exact
        if line.is_assumed:
            entity = luck.entity(line.partner, "/".join(line.driver))
            return np.array([1e4 * luck.poisson(1e-4 * line.rate * self.base[t],
                                                replication.uniforms(entity, luck.ROUND, t // 4)[t % 4])
                             for t in range(len(self.base))])
        usual = 1 if exact else line.mean
        sold = usual * line.ratio[self.source] * self.base
        if not exact and not line.is_money:
            entity = luck.entity(line.partner, "/".join(line.driver))
            for t in range(len(sold)):
                u = replication.uniforms(entity, luck.ROUND, t // 4)[t % 4]
                sold[t] = 1e4 * math.floor(sold[t] * 1e-4 + u)
        return sold
