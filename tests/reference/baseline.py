"""What each partner would do, learned from its history (docs/model.md, "The baseline"). Money in 10⁻⁴."""
import math
import subprocess
from fractions import Fraction

import numpy as np
from scipy import optimize, special, stats

import luck
import settle_oracle as oracle

PRIOR_ERROR = 0.15
CAUTIOUS_NOISE = 0.09
UNREPEATED_BELIEF = 0.2
HALF_LIFE = 3  # of what tells of a level, in months or sales
LEVEL_WALK = 0.06


# ---------------------------------------------------------------------------------------------------- panel


def panel(history, currency, fx):
    """{(partner, measure, product): (gross, returns)} by month of the history, each rounded to 10⁻⁴."""
    sums = {}
    for row in history.rows:
        value = row.amount if history.is_money(row.measure) else row.quantity
        parts = sums.setdefault((row.partner, row.measure, row.product), {}).setdefault(row.month, [0, 0])
        parts[0 if (value or 0) >= 0 else 1] += abs(value or 0)
    found = {}
    for key in sorted(sums, key=lambda key: tuple(name.encode() for name in key)):
        partner, measure, _ = key
        own = history.cell(partner, "currency")
        rate = oracle.number(fx[own]) if history.is_money(measure) and own not in ("", currency) else Fraction(1)
        arrays = np.zeros((2, history.last - history.first + 1))
        for month, parts in sums[key].items():
            arrays[:, month - history.first] = [round(part * rate * 10**4) for part in parts]
        found[key] = arrays
    return found


# ---------------------------------------------------------------------------------------------------- season


class Season:
    """Twelve factors of mean 1, their errors, and of which months the history tells how well they repeat."""

    def __init__(self):
        self.factor, self.error, self.known, self.noise = np.ones(12), np.zeros(12), np.zeros(12, bool), None

    def relative_errors(self):
        found = self.error / self.factor
        return np.where(self.known, found, np.maximum(found, PRIOR_ERROR))


def year_averages(total):
    """Average of the year around each month; near the ends that of the nearest year there is, carried on by growth."""
    months = len(total)
    if months <= 12:
        return np.full(months, total.mean())
    shape = np.array([0.5] + [1.0] * 11 + [0.5]) / 12
    inside = np.convolve(total, shape, mode="valid")
    first, last = total[:12].sum(), total[-12:].sum()
    growth = 0.0
    if first > 0 and last > 0:
        growth = np.clip(math.log(last / first) / max((months - 12) / 12, 1), -1, 1)
    nearest = np.clip(np.arange(months), 6, months - 7)
    return inside[nearest - 6] * np.exp(growth * (np.arange(months) - nearest) / 12)


def estimate_season(total, first_month, above):
    season, averages = Season(), year_averages(total)
    ratio = np.array([min(x / mean, 5) if mean > 0 else np.nan for x, mean in zip(total, averages)])
    own = [ratio[np.isfinite(ratio) & ((first_month + np.arange(len(total))) % 12 == c)] for c in range(12)]
    seen = [c for c in range(12) if len(own[c])]
    season.factor, season.error, season.known = above.factor.copy(), above.error.copy(), above.known.copy()
    apart = ratio[12:] - ratio[:-12]
    apart = apart[np.isfinite(apart)]
    if len(apart) >= 6:
        season.noise = (apart**2).mean() / 2
        season.known[seen] = True
    else:
        season.noise = CAUTIOUS_NOISE if above.noise is None else above.noise
    v = season.noise
    spread = sum((own[c].mean() - above.factor[c])**2 - v / len(own[c]) for c in seen)
    spread = max(spread, 0) / len(seen) if seen else 0
    for c in seen if spread > 0 else []:
        weight = spread / (spread + v / len(own[c])) if len(apart) >= 6 else UNREPEATED_BELIEF
        season.factor[c] = above.factor[c] + weight * (own[c].mean() - above.factor[c])
        season.error[c] = math.sqrt(spread * (1 - weight))
    season.factor = clipped_to_mean_one(season.factor)
    return season


def clipped_to_mean_one(factor):
    """Within [0.2, 5], scaled to mean 1; where that leaves the bounds, the scale whose clipped factors have mean 1."""
    factor = np.clip(factor, 0.2, 5)
    scaled = factor * 12 / factor.sum()
    if (scaled == np.clip(scaled, 0.2, 5)).all():
        return scaled
    scale = optimize.brentq(lambda s: np.clip(s * factor, 0.2, 5).sum() - 12, 0.04, 25, xtol=1e-15, rtol=1e-15)
    return np.clip(scale * factor, 0.2, 5)


def seasons_of(series, history, chosen):
    """Season of all, and {group: Season}, of the series that `chosen` lets through: all, the segment, the group."""
    months = history.last - history.first + 1
    totals = {}
    for key, (gross, _) in series.items():
        if chosen(key):
            group = group_of(history, key[0])
            for level in ((), group[1:], group):
                totals[level] = totals.get(level, np.zeros(months)) + gross
    zero = np.zeros(months)
    everyone = estimate_season(totals.get((), zero), history.first, Season())
    found = {}
    for group in {group_of(history, partner) for partner in history.partners}:
        segment = estimate_season(totals.get(group[1:], zero), history.first, everyone)
        found[group] = estimate_season(totals.get(group, zero), history.first, segment)
    return everyone, found


def group_of(history, partner):
    return history.cell(partner, "region"), history.cell(partner, "segment")


# ---------------------------------------------------------------------------------------------------- life


class Life:
    """BG/BB with the partner's record: n periods after the first purchase's, x with one, the last in period last. The
    year's weights are of the periods counted back from the end."""

    def __init__(self, parameters, record, year):
        self.alpha, self.beta, self.gamma, self.delta = parameters
        self.n, self.x, self.last = record
        self.year = year

    def weight(self, period):
        """Of a period, the first after that of the first purchase being 1; also of those after the end."""
        return self.year[(self.n - period) % len(self.year)]

    def stays(self, periods):
        """Probabilities of living through each of the first periods, one that lives until then."""
        weights = np.array([self.weight(period) for period in range(1, periods + 1)])
        clock = np.cumsum(weights) - weights
        return ((self.delta + clock) / (self.gamma + self.delta + clock))**weights

    def ends(self):
        """Likelihoods, relative to the largest, of having left in each period after the last purchase, then of being
        alive at the end; and the logarithm of that largest one."""
        stays, waiting = self.stays(self.n), np.arange(self.n - self.last + 1)
        through = np.concatenate(([0.0], np.cumsum(np.log(stays))))[self.last:]
        bought = (special.betaln(self.alpha + self.x, self.beta + self.last - self.x + waiting) -
                  special.betaln(self.alpha, self.beta))
        logs = bought + through
        logs[:-1] += np.log1p(-stays[self.last:])
        return np.exp(logs - logs.max()), logs.max()

    def alive(self):
        terms, _ = self.ends()
        return terms[-1] / terms.sum()

    def lives(self, periods):
        """Of a part of a period the factor to the power of that part."""
        return math.prod(stay**min(periods - k, 1)
                         for k, stay in enumerate(self.stays(self.n + math.ceil(periods))[self.n:]))

    def frequency(self):
        return (self.alpha + self.x) / (self.alpha + self.beta + self.n)

    def frequency_error(self):
        """Relative, of the beta distribution of which that is the mean."""
        return float(stats.beta(self.alpha + self.x, self.beta + self.n - self.x).std()) / self.frequency()

    def count_leavers(self, left, usual):
        """Adds who is expected to have left in each period of the year, and would have, were leaving even."""
        terms, _ = self.ends()
        gone = np.concatenate((np.zeros(self.last), terms[:-1] / terms.sum()))
        weights = np.array([self.weight(period) for period in range(1, self.n + 1)])
        here, clock = 1 - np.cumsum(gone) + gone, np.cumsum(weights) - weights
        places = (self.n - np.arange(1, self.n + 1)) % len(self.year)
        np.add.at(left, places, gone)
        np.add.at(usual, places, here * self.gamma / (self.gamma + self.delta + clock))


def log_likelihood(life):
    terms, log_scale = life.ends()
    return log_scale + math.log(terms.sum())


def weights_of_year(left, usual, years):
    """Left over usual, shrunk by 10 leavers and an even year; mean 1."""
    scale = left.sum() / usual.sum() if usual.sum() > 0 else 0.0
    prior = 10 + left.sum() / len(left) / max(years, 1)
    found = (left + prior) / (usual * scale + prior)
    return found / found.mean()


PRIOR_MEAN, PRIOR_SD = np.array((0.0, -0.7, -0.7, 4.1)), np.array((1.5, 1.5, 1.0, 1.0))


def log_posterior(logarithms, records, year):
    z = (np.asarray(logarithms) - PRIOR_MEAN) / PRIOR_SD
    return sum(log_likelihood(Life(np.exp(logarithms), record, year)) for record in records) - 0.5 * float(z @ z)


def fit_life(tool, records, year):
    """The library's estimates: where a search stops cannot agree to the last digits."""
    text = f"{len(year)} {' '.join(repr(float(weight)) for weight in year)}\n"
    text += "".join(f"{n} {x} {last}\n" for n, x, last in records)
    done = subprocess.run([tool], input=text, capture_output=True, text=True, check=True)
    return np.array([float(word) for word in done.stdout.split()])


def better_fit(parameters, records, year):
    """By how much one's own maximum of the posterior is above that of the parameters."""
    start = np.log(parameters)
    found = max((optimize.minimize(lambda x: -log_posterior(x, records, year), x0, method="Nelder-Mead",
                                   options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000})
                 for x0 in (start, PRIOR_MEAN)), key=lambda result: -result.fun)
    return -found.fun - log_posterior(start, records, year)


# ---------------------------------------------------------------------------------------------------- baseline


def kernel_means(x, half_life):
    months = np.arange(len(x))
    return np.array([np.average(x, weights=2.0**(-abs(months - t) / half_life)) for t in months])


def regularity(sold):
    """Of the months of a span."""
    return min(len(sold) / 12, 1) * min(max((np.count_nonzero(sold) / len(sold) - 0.4) / 0.4, 0), 1)


def halved(count):
    """Weights that fall by half every so many steps into the past; the last is 1."""
    return 2.0**(-np.arange(count)[::-1] / HALF_LIFE)


class Series:
    """A partner's series of one driver: level, ratios, and what the ratios are relative to, by month of history."""

    def __init__(self, key, is_money, gross, returns):
        self.partner, self.measure, self.product = key
        self.driver, self.is_money = key[1:], is_money
        self.gross, self.returns = gross, returns
        self.level, self.ratio, self.scale = 0.0, np.zeros(len(gross)), np.zeros(len(gross))


class Baseline:
    """learn: everything of docs/model.md, "The baseline"."""

    def __init__(self, history, currency, fx, phase, tool):
        self.history, self.months = history, history.last - history.first + 1
        self.panel = panel(history, currency, fx)
        self.series = {key: Series(key, history.is_money(key[1]), *arrays) for key, arrays in self.panel.items()}
        self.drivers = sorted({key[1:] for key in self.series}, key=lambda pair: tuple(n.encode() for n in pair))
        self.own = {partner: [s for s in self.series.values() if s.partner == partner] for partner in history.ids()}
        self.learn_seasons()
        self.span = {partner: self.find_span(partner) for partner in self.own}
        self.buyers = [partner for partner in history.ids() if self.span[partner]]
        self.phase = phase or detect_phase([self.bought(partner) for partner in self.buyers],
                                           [self.span[partner] for partner in self.buyers], self.months)
        self.learn_lives(tool)
        self.learn_levels()
        self.learn_variation()
        self.fill_gaps()

    def group(self, partner):
        return group_of(self.history, partner)

    def learn_seasons(self):
        self.season = {driver: seasons_of(self.panel, self.history, lambda key, driver=driver: key[1:] == driver)[1]
                       for driver in self.drivers}
        everyone, revenue = seasons_of(self.panel, self.history, lambda key: key[1] == "revenue")
        self.shared_error = everyone.relative_errors()
        self.season_error = {}
        for group, season in revenue.items():
            error, shared = season.relative_errors(), self.shared_error
            self.season_error[group] = np.sqrt(np.where(error > shared * (1 + 1e-9), error**2 - shared**2, 0))

    def season_factors(self, series, first, count):
        """Factors of so many months from `first` on."""
        factor = self.season[series.measure, series.product][self.group(series.partner)].factor
        return np.array([factor[month % 12] for month in range(first, first + count)])

    def total(self, partner, what):
        """Monthly sum over the revenue series; over all series where the partner never sold revenue."""
        revenue = [s for s in self.own[partner] if s.measure == "revenue"]
        chosen = revenue if any(s.gross.any() for s in revenue) else self.own[partner]
        return sum((what(s) for s in chosen), np.zeros(self.months))

    def bought(self, partner):
        return self.total(partner, lambda s: s.gross) > 0

    def find_span(self, partner):
        sold = np.flatnonzero(self.bought(partner))
        if len(sold) == 0:
            return None
        joined = self.history.joined[partner]
        first = sold[0] if joined is None else min(max(oracle.month_of(joined) - self.history.first, 0), sold[0])
        return int(first), int(sold[-1])

    def learn_lives(self, tool):
        records, size = {}, {}
        for partner in self.buyers:
            back = (self.months - 1 - np.flatnonzero(self.bought(partner))) // self.phase  # periods before the last
            first, last = self.span[partner]
            records[partner] = int(back[0]), len(set(back)) - 1, int(back[0] - back[-1])
            size[partner] = self.total(partner, lambda s: s.gross).sum() / (last - first + 1)
        ordered = sorted(self.buyers, key=lambda partner: (size[partner], partner.encode()))
        num = min(max(len(ordered) // 40, 1), 2)
        classes = [ordered[len(ordered) * c // num:len(ordered) * (c + 1) // num] for c in range(num)]
        year = np.ones(12 // self.phase if 12 % self.phase == 0 else 1)
        for last in (False, False, True):  # evenly, then by the months of those that have left, twice
            self.life, self.fits = {}, []
            for members in classes:
                theirs = [records[partner] for partner in members]
                parameters = fit_life(tool, theirs, year)
                self.fits.append((parameters, theirs, year))
                self.life.update({partner: Life(parameters, records[partner], year) for partner in members})
            if not last and len(year) > 1:
                left, usual = np.zeros(len(year)), np.zeros(len(year))
                for partner in ordered:
                    self.life[partner].count_leavers(left, usual)
                year = weights_of_year(left, usual, self.months / 12)

    def survival(self, partner, ahead):
        """Probability of being a customer still in the month `ahead` months after the one that follows the history."""
        return self.life[partner].alive() * self.life[partner].lives((ahead + 1) / self.phase)

    def learn_levels(self):
        sizes = self.mean_sizes()
        for series in self.series.values():
            if self.span.get(series.partner):
                self.learn_ratios(series)
                series.level = self.level(series, sizes.get(series))

    def learn_ratios(self, series):
        first, last = self.span[series.partner]
        within = slice(first, last + 1)
        factors = self.season_factors(series, self.history.first + first, last - first + 1)
        sold = series.gross[within]
        scale = factors * kernel_means(sold / factors, 12)
        ratio = np.where(sold > 0, sold / np.where(scale > 0, scale, 1), 0)
        average = ratio.mean() if ratio.any() else 1
        series.ratio[within], series.scale[within] = ratio / average, scale * average

    def weights(self, partner):
        """How much the months from the span's first to the history's last tell of the partner's level."""
        first, last = self.span[partner]
        found = halved(self.months - first)
        found[last + 1 - first:] *= self.life[partner].alive()
        return found

    def level(self, series, believed_size):
        first, last = self.span[series.partner]
        sold = series.gross[first:]
        usual = self.season_factors(series, self.history.first + first, self.months - first)
        weights = self.weights(series.partner)
        weighted = (weights @ sold) / (weights @ usual)
        sold, usual = sold[:last + 1 - first], usual[:last + 1 - first]
        sizes = (sold / usual)[sold > 0]
        if len(sizes) == 0:
            return 0.0
        life = self.life[series.partner]
        frequency = life.frequency() * min(len(sizes) / (life.x + 1), self.phase) / self.phase
        size = believed_size * np.average(sizes, weights=halved(len(sizes))) / sizes.mean()
        intermittent = sold.sum() / usual.sum() * frequency / (len(sizes) / len(sold)) * size / sizes.mean()
        regular = regularity(sold)
        return regular * weighted + (1 - regular) * intermittent

    def mean_sizes(self):
        """{series: mean size of a sale without season, shrunk on the log scale to the segment's}."""
        own, pools = {}, {}
        for series in self.series.values():
            factors = self.season_factors(series, self.history.first, self.months)
            sizes = (series.gross / factors)[series.gross > 0]
            if len(sizes):
                own[series] = math.log(sizes.mean()), np.log(sizes)
                place = self.group(series.partner)[1], series.measure, series.product
                pools.setdefault(place, []).append(own[series])
        found = {}
        for series, (mean, logs) in own.items():
            pool = pools[self.group(series.partner)[1], series.measure, series.product]
            means = np.array([other for other, _ in pool])
            freedom = sum(len(others) - 1 for _, others in pool)
            weight = 1.0
            if len(pool) > 1:
                between = means.var()
                within = sum(((others - others.mean())**2).sum() for _, others in pool)
                noise = within / freedom / len(logs) if freedom else 0
                weight = between / (between + noise) if between + noise > 0 else 1
            found[series] = math.exp(weight * mean + (1 - weight) * means.mean())
        return found

    def months_of(self, partner):
        """What a partner sold in the months of its span, and that relative to what is usual."""
        first, last = self.span[partner]
        sold = self.total(partner, lambda s: s.gross)[first:last + 1]
        usual = self.total(partner, lambda s: s.scale)[first:last + 1]
        return sold, np.where(usual > 0, sold / np.where(usual > 0, usual, 1), 0)

    def lasting(self):
        """Mean correlation of a month with the month before, of regular partners known for a year."""
        found = []
        for partner in self.buyers:
            sold, ratio = self.months_of(partner)
            months, off = len(ratio), ratio - ratio.mean()
            if months >= 12 and regularity(sold) >= 1:
                square = (off**2).sum()
                seen = (off[1:] * off[:-1]).sum() / square if square > 1e-12 * ratio.mean()**2 else None
                found.append(0.0 if seen is None else (seen + 1 / months) / (1 - 4 / months))
        return min(max(sum(found) / len(found), 0.0), 0.9) if found else 0.0

    def learn_variation(self):
        self.cv, self.level_variance, self.rarity = {}, {}, {}
        lasting = self.lasting()
        for partner in self.buyers:
            sold, ratio = self.months_of(partner)
            months = len(ratio)
            variance = ratio.var(ddof=1) / ratio.mean()**2 if len(ratio) > 1 else 1.0
            weights = self.weights(partner)
            weights /= weights.sum()
            missed = (np.cumsum(weights)[:-1]**2).sum()
            taken = min((1 + lasting) / (1 - lasting) / months, 0.5)
            noise = variance * (1 - 1 / months) / (1 - taken) if months > 2 else variance
            apart = np.abs(np.subtract.outer(np.arange(len(weights)), np.arange(len(weights))))
            together = weights @ (lasting**apart) @ weights
            weighted = noise * together + LEVEL_WALK**2 * missed
            of_sales = halved(np.count_nonzero(sold))
            alike = len(sold) * of_sales.sum()**2 / (of_sales**2).sum() / len(of_sales)
            regular = regularity(sold)
            self.cv[partner] = min(max(math.sqrt(variance), 0.05), 1.5)
            self.level_variance[partner] = min(regular * weighted + (1 - regular) *
                                               (variance / alike + LEVEL_WALK**2 * alike / 3), 1.5)
            often, level = self.life[partner].frequency_error(), math.sqrt(self.level_variance[partner])
            self.rarity[partner] = (1 - regular) * (often / level if often < level else 1)

    # -- months outside the span

    def fill_gaps(self):
        """Ratios of the months outside a partner's span, and whose month stands in: an own one, or None."""
        self.own_month, lent = {}, {}
        for partner in self.buyers:
            first, last = self.span[partner]
            self.own_month[partner] = list(range(self.months))
            for t in set(range(self.months)) - set(range(first, last + 1)):
                chance = luck.words(0, luck.entity(partner), 0, luck.SOURCE, t, 255)[0]
                stand_in = self.own_stand_in(partner, t, chance)
                self.own_month[partner][t] = stand_in
                peer = self.lender(partner, t, chance) if stand_in is None else None
                for series in self.own[partner]:
                    lent[series, t] = (series.ratio[stand_in] if stand_in is not None else
                                       self.lent_ratio(peer, series, t))
        for (series, t), ratio in lent.items():
            series.ratio[t] = ratio

    def own_stand_in(self, partner, t, chance):
        first, last = self.span[partner]
        months = [month for month in range(first, last + 1) if (month - t) % self.phase == 0]
        return months[chance % len(months)] if last - first + 1 >= 6 and months else None

    def lender(self, partner, t, chance):
        peers = [peer for peer in self.buyers if self.group(peer)[1] == self.group(partner)[1] and
                 self.span[peer][1] - self.span[peer][0] + 1 >= 6]
        for probe in range(min(len(peers), 64)):
            peer = peers[(chance + probe) % len(peers)]
            if self.span[peer][0] <= t <= self.span[peer][1]:
                return peer
        return None

    def lent_ratio(self, peer, series, t):
        if peer is None:
            return 1.0
        for other in self.own[peer]:
            if (other.measure, other.product) == (series.measure, series.product) and other.level > 0:
                return other.ratio[t]
        money = [other for other in self.own[peer] if self.history.is_money(other.measure)]
        usual = sum(other.scale[t] for other in money)
        return sum(other.ratio[t] * other.scale[t] for other in money) / usual if usual > 0 else 1.0

    # -- activities

    def rates(self, measure, product):
        """{partner: completions a month that are expected}, its own shrunk to its segment's (Gamma-Poisson)."""
        done, months, pools = {}, {}, {}
        for partner in self.buyers:
            first = self.span[partner][0]
            months[partner] = self.months - first
            done[partner] = sum(s.gross[first:].sum() * 1e-4 for s in self.own[partner]
                                if (s.measure, s.product) == (measure, product))
            pools.setdefault(self.group(partner)[1], []).append(partner)
        found = {}
        for members in pools.values():
            rates = np.array([done[partner] / months[partner] for partner in members])
            mean = rates.mean()
            spread = rates.var() - mean * np.mean([1 / months[partner] for partner in members])
            for partner in members:
                if mean > 0:
                    prior = mean / max(spread, 0.01 * mean**2)
                    found[partner] = 1e4 * (mean * prior + done[partner]) / (prior + months[partner])
        return found


def detect_phase(bought, spans, months):
    """Order rhythm: the first of 3, 2, 6, 12 months by which purchases recur beyond chance and the lags beside."""
    observed, expected = np.zeros(14), np.zeros(14)
    for own, (first, last) in zip(bought, spans):
        own = own[first:last + 1]
        length, purchases = len(own), int(own.sum())
        if length < 12 or purchases < 2 or purchases == length:
            continue
        chance = purchases * (purchases - 1) / (length * (length - 1))
        for lag in range(1, min(14, length)):
            observed[lag] += np.count_nonzero(own[:-lag] & own[lag:])
            expected[lag] += chance * (length - lag)
    lift = np.divide(observed, expected, out=np.zeros(14), where=expected > 0)
    for lag in (3, 2, 6, 12):
        beside = 0.5 * (lift[lag - 1] + lift[lag + 1])
        if months >= 2 * lag and expected[lag] > 0 and lift[lag] > 1.4 * beside and \
                lift[lag] - beside > 5 * math.sqrt(lift[lag] / expected[lag]):
            return lag
    return 1
