"""A partner lives the horizon under a program, month by month (docs/model.md, "What the partner feels" to "Trust and
leaving")."""
import math

import luck
from next_sale import NextSale
from standing import Standing
from terms import MONTH_DAYS
from worth import marginal_reward

LATE_DAYS = 20


class Bought:
    """What was bought and brought back, by line and month; what behaviors count of it.

    moves: what made up a month's purchases, one by one, as an exact replay rounds what each of them adds."""

    def __init__(self, world, partner, fate):
        self.world, self.partner, self.fate = world, partner, fate
        self.lived, self.known = 0, world.known - world.study.first
        self.here = [0.0] * world.months
        self.moves = {line: [[] for _ in range(world.months)] for line in partner.series}
        self.back = {line: [0.0] * world.months for line in partner.series}

    def bought(self, line, t):
        """Purchases less what was brought back."""
        return sum(self.moves[line][t])

    def counted(self, count, t):
        """What a month adds to the parts of a count. Where returns are told apart, what is brought back is one."""
        parts = [sum(self.counted_of(line, view, t) for line, view in views.items()) for views in count.views]
        if count.within:
            back = [self.rounded(self.back[line][t] * view.ratio[self.fate.source[t]])
                    for line, view in count.views[0].items()]
            parts = [parts[0] + sum(back), parts[1] - sum(back)]
        return parts

    def rounded(self, added):
        """To 10⁻⁴ in an exact replay."""
        return float(round(added)) if self.world.study.exact else added

    def counted_of(self, line, view, t):
        source = self.fate.source[t]
        usual = 1.0 if self.world.study.exact else line.mean[t]
        added = [move * view.ratio[source] for move in self.moves[line][t]]
        added[0] += usual * self.fate.base[t] * self.here[t] * view.lone[source]
        return sum(self.rounded(part) for part in added)


class Path(Bought):
    """shadow: the path under the program in force, which lives along what was sold anyway; None: this is it."""

    def __init__(self, replication, program, partner, shadow):
        super().__init__(replication.world, partner, replication.fates[partner.id])
        self.replication, self.drawn, self.program, self.shadow = replication, replication.drawn, program, shadow
        months = self.world.months
        self.standing = Standing(self.world, program, partner, self, self.opts_in)
        self.complexity = self.find_complexity()
        self.attends = self.decides_to_attend()
        self.trust, self.payments = [0.0] * months, {}
        self.hazard, self.stays = [0.0] * months, [1.0] * months
        self.answer = {line: [0.0] * months for line in partner.series}
        self.demand = {line: [0.0] * months for line in partner.series}
        self.change = {line: [1.0] * months for line in partner.series}
        self.displaced = {line: [0.0] * months for line in partner.series}
        self.yielded = {line: [0.0] * months for line in partner.series}
        self.missing = {line: [0.0] * months for line in partner.series}  # of what was to be taken away
        self.stock = {line: [0.0] * months for line in partner.series}
        self.put_off = {line: [0.0] * months for line in partner.series}
        self.felt_firm = {line: [0.0] * months for line in partner.series}
        self.felt_rep = {line: [0.0] * months for line in partner.series}
        self.goal = {line: [0.0] * months for line in partner.series}
        self.extra, self.matched = [0.0] * months, [0.0] * months
        self.capability, self.marketing, self.learned = [1.0] * months, [1.0] * months, [0.0] * months
        self.ahead = {line: [] for line in partner.series}  # [month, what of it comes back a month] bought ahead
        self.worth = {incentive: [0.0] * months for incentive in program.incentives}
        self.attained = {incentive: [0.0] * months for incentive in program.incentives}
        self.felt = {incentive: [0.0] * months for incentive in program.incentives}
        self.rewards = self.sales = 0.0
        self.margin = max(partner.margin, 0.01) if not math.isnan(partner.margin) else self.of("partner_margin")
        self.ended = []
        self.next_sale = NextSale(self)

    def of(self, name):
        return self.drawn(name, self.partner.segment)

    def live(self):
        for t in range(self.world.months):
            self.relate(t)
            self.standing.open(t)
            self.find_worth(t)
            self.respond(t)
            self.buy(t)
            self.lived = t + 1
            self.decide_timing(t)
            self.note_attained(t)
            self.matched[t] = self.standing.match(t, self.of("fund_use")) * self.attends
            self.sales += self.net_revenue(t)
            self.standing.settle_early(t)
            self.end_windows(t)
        return self

    def note_attained(self, t):
        for incentive in self.program.incentives:
            w = incentive.window_of(t)
            if w is not None:
                self.attained[incentive][t] = self.standing.attained(self.standing.windows[incentive][w])

    def net_revenue(self, t):
        return self.counted(self.standing.condition({"measure": "revenue"}), t)[0]

    # -- attention

    def find_complexity(self):
        chosen = [incentive for incentive in self.program.incentives if incentive.bonus is None and any(
            self.may_ever(incentive, w) for w in range(len(incentive.windows)))]
        if not chosen:
            return 0.0
        burden = sum(incentive.burden() for incentive in chosen) / len(chosen)
        return min(0.3 * (len(chosen) - 1) + burden, 3.0)

    def may_ever(self, incentive, w):
        """Eligible as far as that does not depend on the replication."""
        return self.world.shared.may_take_part(self.program, incentive, self.partner, w)

    def decides_to_attend(self):
        attention = self.of("attention")
        if self.replication.is_null:
            return False
        if attention >= 1:
            return True
        bounded = min(max(attention, 1e-12), 1 - 1e-12)
        odds = math.log(bounded / (1 - bounded)) - self.of("complexity_slope") * self.complexity
        return self.fate.inattention < odds

    # -- trust and leaving

    def relate(self, t):
        rest, step = self.of("trust"), self.of("trust_step")
        trust = rest if t == 0 else self.trust[t - 1]
        trust += self.of("trust_return") * (rest - trust)
        right, wrong = self.payments.get(t, (0, 0))
        for _ in range(right):
            trust += step * (1 - trust)
        for _ in range(wrong):
            trust -= 2 * step * trust
        self.trust[t] = trust
        self.hazard[t] = self.find_hazard(t)
        before = self.stays[t - 1] if t > 0 else 1.0
        alive = self.partner.alive
        if t == 0 or alive[t - 1] <= 0:
            self.stays[t] = alive[t]
        else:
            stays = alive[t] / alive[t - 1]
            change = self.hazard[t] - (self.shadow or self).hazard[t]
            self.stays[t] = before * stays**math.exp(change)
        self.here[t] = 1.0 if self.fate.life < self.stays[t] else 0.0

    def find_hazard(self, t):
        ended = [window for window in self.ended if window.last == t - 1 and window.part]
        missed = any(not window.reached for window in ended if window.incentive.has_level())
        rewarded = any(window.payable > 0 for window in ended)
        share = self.rewards / (self.margin * self.sales) if self.sales > 0 else 0.0
        return (self.of("leave_missed") * missed + self.of("leave_rewarded") * rewarded -
                self.of("leave_trust") * (self.trust[t] - 0.7) / 0.3 - self.of("leave_share") * math.log1p(share))

    # -- what is felt

    def find_worth(self, t):
        for incentive in self.program.incentives:
            w = incentive.window_of(t)
            window = self.standing.windows[incentive][w] if w is not None else None
            if window is not None and window.part:
                self.worth[incentive][t] = self.next_sale.of(incentive, window, t)
            if incentive.together or not self.is_done(incentive):
                self.felt[incentive][t] = self.worth[incentive][t] * self.feel(incentive, t) * self.faith(t)

    def faith(self, t):
        return 1 - self.of("trust_weight") * (1 - self.trust[t])

    def feel(self, incentive, t, wait=None):
        """What a unit of a reward to come is worth now, but for trust."""
        if wait is None:
            w = incentive.window_of(t)
            wait = 0.0 if w is None else incentive.windows[w][1] - t + 0.5
        delay = wait + (incentive.after + self.processing(incentive)[0]) / MONTH_DAYS
        value = incentive.value * (self.of("noncash_worth") if incentive.non_cash else 1.0)
        return value * self.of(incentive.claim) * math.exp(-self.of("discount_rate") * delay / 12)

    def processing(self, incentive):
        return incentive.processing or (self.of("processing_days"), self.of("processing_sd"))

    def feeling(self, line, t):
        """φ of the firm and of the rep, per unit of gross of the line, uncapped; 0 without attention."""
        terms = {False: [], True: []}
        groups = {}
        for incentive in self.program.incentives:
            term = self.standing.counts[incentive].net_conversion(line) * self.felt[incentive][t]
            if incentive.group is None:
                terms[incentive.to_rep].append(term)
            else:
                groups.setdefault((incentive.group, incentive.to_rep), []).append(term)
        for (_, to_rep), rivals in groups.items():
            terms[to_rep].append(max(rivals))
        status = self.next_sale.status_felt(line, t)
        return (max(sum(terms[False]) + status, 0.0) * self.attends, max(sum(terms[True]), 0.0) * self.attends)

    def find_goal(self, line, t):
        """How close the closest threshold of the firm's incentives that look at the line is."""
        best = self.next_sale.status_goal(line, t)
        for incentive in self.program.incentives:
            if self.standing.counts[incentive].net_conversion(line) != 0 and not incentive.to_rep:
                best = max(best, self.next_sale.goal(incentive, t))
        return best * self.attends

    # -- response

    def respond(self, t):
        for line in self.partner.series:
            firm, rep = self.feeling(line, t)
            if line.is_money:
                cap = self.of("felt_cap")
                firm, rep = min(firm, cap), min(rep, cap)
                goal = self.find_goal(line, t)
                passed = self.of("pass_through")
                self.goal[line][t] = goal
                effort = self.of("effort_elasticity") * math.log1p((1 - passed) * firm / self.margin)
                rep_effort = self.of("rep_effort_elasticity") * math.log1p(rep / self.of("rep_margin"))
                answer = (self.fate.spread * (effort + rep_effort) + self.of("price_elasticity") * passed * firm +
                          self.of("goal_gradient") * goal)
            else:
                cost = self.of("activity_cost") * self.world.mean_month * 1e-4
                answer = self.of("activity_elasticity") * self.fate.spread * math.log1p((firm + rep) / cost)
            self.felt_firm[line][t], self.felt_rep[line][t] = firm, rep
            self.answer[line][t] = answer
            limit = self.of("response_limit")
            before = self.answer[line][t] if self.shadow is None else self.shadow.answer[line][t]
            self.change[line][t] = min(max(math.exp(answer - before), 1 / limit), limit)
        self.find_multipliers(t)
        for line in self.partner.series:
            usual = self.fate.sold[line][t] * self.here[t]
            if not line.is_money:
                self.demand[line][t] = self.completions(line, t, usual)
            else:
                self.demand[line][t] = usual * self.change[line][t]
                if line.is_revenue:
                    self.demand[line][t] *= self.capability[t] * self.marketing[t]
        self.displace(t)
        self.add_yields(t)

    def add_yields(self, t):
        """Extra completions bring sales of a line some months later, missing ones take them away."""
        for line in self.partner.series:
            self.missing[line][t] = 0.0
            if not line.is_revenue or not self.world.study.yields:
                continue
            due = self.missing[line][t - 1] if t > 0 else 0.0
            for activity in self.partner.series:
                lag, product = self.world.study.yields.get(activity.driver[0], (0, None))
                if not activity.is_money and product == line.driver[1] and t >= lag and self.shadow is not None:
                    done = (self.demand[activity][t - lag] -
                            self.fate.sold[activity][t - lag] * self.here[t - lag])
                    due += self.of(f"yield/{activity.driver[0]}") * done
            before = self.demand[line][t]
            self.demand[line][t] = max(before + due, 0.0) if self.here[t] else before
            self.yielded[line][t] = self.demand[line][t] - before
            self.missing[line][t] = before + due - self.demand[line][t] if self.here[t] else 0.0

    def completions(self, line, t, usual):
        change = self.change[line][t]
        if change == 1:
            return usual
        entity = luck.entity(self.partner.id, "/".join(line.driver))
        u = self.replication.uniforms(entity, luck.ACTIVITY, t)[0]
        if change > 1:
            rate = 1e-4 * self.world.expected(line, t) * self.fate.base[t] * self.here[t]
            return usual + 1e4 * luck.poisson(rate * (change - 1), u)
        return 1e4 * luck.binomial(int(usual * 1e-4), change, u)

    def find_multipliers(self, t):
        """Capability and marketing, relative to the program in force."""
        if t == 0:
            return
        extra = sum(self.demand[line][t - 1] - self.fate.sold[line][t - 1] * self.here[t - 1]
                    for line in self.partner.series if line.driver[0] in ("training", "certifications")) * 1e-4
        self.learned[t] = self.learned[t - 1] * 2**(-1 / self.of("capability_life")) + extra
        learned = self.learned[t]
        known = self.of("capability_gain") * (1 - math.exp(-abs(learned) / self.of("capability_stock")))
        self.capability[t] = 1 + math.copysign(known, learned) if learned else 1.0
        base = self.of("marketing_base") * self.usual_revenue()
        if base > 0:
            before = (self.shadow or self).matched[t - 1]
            self.marketing[t] = ((1 + self.matched[t - 1] / base) / (1 + before / base))**self.of("ad_elasticity")

    def usual_revenue(self):
        """Expected revenue of a month."""
        return sum(line.mean.sum() for line in self.partner.series if line.is_revenue) / self.world.months

    def displace(self, t):
        lines = [line for line in self.partner.series if line.is_revenue]
        would = {line: self.demand[line][t] for line in lines}
        usual = {line: self.fate.sold[line][t] * self.here[t] for line in lines}
        lift = {}
        for line in lines:
            others, before = sum(would.values()) - would[line], sum(usual.values()) - usual[line]
            lift[line] = 0.0
            if others > 0 and before > 0:
                lift[line] = max(would[line] - usual[line] * others / before, 0.0) / others
        for line in lines:
            taken = self.of("displacement") * (sum(lift.values()) - lift[line])
            self.demand[line][t] = would[line] * max(1 - taken, 0.0)
            self.displaced[line][t] = would[line] - self.demand[line][t]

    # -- buying

    def buy(self, t):
        """Demand is met from stock first; what was put off is bought."""
        for line in self.partner.series:
            stock = self.stock[line][t - 1] if t > 0 else 0.0
            put_off = self.put_off[line][t - 1] if t > 0 else 0.0
            back = min(sum(part for month, part in self.ahead[line] if month < t <= month + 2), stock)
            stock -= back
            used = min(stock, self.demand[line][t])
            self.moves[line][t] = [self.demand[line][t] - used + put_off, -back]
            self.back[line][t] = back
            self.stock[line][t], self.put_off[line][t] = stock - used, 0.0

    def decide_timing(self, t):
        if not self.attends or self.fate.able >= self.of("topup_able") or not self.here[t]:
            return
        for incentive in self.program.incentives:
            w = incentive.window_of(t)
            if w is None or incentive.windows[w][1] != t or not self.may_time(incentive):
                continue
            window = self.standing.windows[incentive][w]
            if window.part and not self.is_done(incentive):
                self.time_one(incentive, window, t)

    def may_time(self, incentive):
        total = incentive.metric in ("total", "growth") and incentive.levels and incentive.bonus is None
        money = self.world.history.is_money(incentive.keys["behavior"]["measure"]) or \
            incentive.keys["behavior"]["measure"] == "units"
        return total and money and not (incentive.to_rep or incentive.together or
                                        self.replication.unchanged(incentive))

    def is_done(self, incentive):
        """Nothing more is to be had: `once` has paid or cap.partner is used up."""
        left = incentive.caps.get("partner", math.inf) - self.standing.kept.get(incentive, 0.0)
        return incentive in self.standing.used or left <= 0

    def time_one(self, incentive, window, t):
        standing, count = self.standing, self.standing.counts[incentive]
        attained, pieces = standing.attained(window), standing.pieces(window)
        gross = {line: self.bought(line, t) + self.back[line][t] for line in count.lines}
        month = sum(self.rounded(gross[line] * count.views[0][line].ratio[self.fate.source[t]]) for line in count.lines)
        reach, worth = self.of("topup_reach"), self.feel(incentive, t) * self.faith(t)
        missing = min((start - attained for start in pieces.ahead(attained)), default=0.0)
        if month > 0 and 0 < missing < reach * count.expected(window.first, window.last):
            more = missing * (1 + 1e-9) + 1  # a hair over the threshold, which rounding must not miss
            gain = (pieces.at(attained + more) - pieces.at(attained)) * worth
            if gain > self.of("load_cost") * sum(gross.values()) * more / month:
                self.move(gross, more / month, t)
                return
        if incentive.follows(window.w) and self.may_ever(incentive, window.w + 1):
            belief = self.next_sale.belief(count, *incentive.windows[window.w + 1])
            there = self.feel(incentive, t + 1) * self.faith(t)
            if not belief.sure and marginal_reward(pieces, belief, 0.0) * there > pieces.slope(attained) * worth:
                self.move(gross, -self.of("deferral") * reach, t)

    def move(self, gross, share, t):
        """Buys ahead, or puts off, a share of the month's gross of these lines."""
        for line, bought in gross.items():
            self.moves[line][t].append(share * bought)
            if share > 0:
                self.stock[line][t] += share * bought
                self.ahead[line].append((t, 0.5 * self.of("topup_returned") * share * bought))
            else:
                self.put_off[line][t] -= share * bought

    # -- opting in

    def opts_in(self, standing, window):
        incentive, t = window.incentive, window.first
        if not self.attends or not self.may_ever(incentive, window.w):
            return False
        reward = self.next_sale.expected_of_window(incentive, window)
        if reward <= 0:
            return False
        months = window.last - window.first + 1
        revenue = standing.condition({"measure": "revenue"}).expected(window.first, window.last)
        cost = self.of("opt_in_cost") * revenue + 1e-9
        delay = 0.5 * months + (incentive.after + self.processing(incentive)[0]) / MONTH_DAYS
        logit = (self.of("opt_in") + self.of("opt_in_reward") * min(max(math.log(reward / cost), -40), 40) -
                 self.of("opt_in_complexity") * self.complexity - self.of("opt_in_delay") * delay +
                 self.of("opt_in_trust") * (self.trust[t] - 0.7) / 0.3)
        u = self.replication.uniforms(luck.entity(self.partner.id, incentive.name), luck.OPT_IN)[0]
        return u < 1 / (1 + math.exp(-min(max(logit, -700), 700)))

    # -- what ends is claimed

    def end_windows(self, t):
        """What ends is remembered: rewards and missed levels for leaving, payments for trust."""
        for incentive in self.program.incentives:
            if not incentive.ends(t) or incentive.together:
                continue
            window = self.standing.windows[incentive][incentive.window_of(t)]
            if incentive.bonus is None:
                self.ended.append(window)
                self.rewards += window.payable
            payment = None if incentive.late else self.payment(window)
            if payment is not None and payment.arrives < self.world.months:
                right, wrong = self.payments.get(payment.arrives, (0, 0))
                late = payment.wrong or payment.days > LATE_DAYS
                self.payments[payment.arrives] = (right + (not late), wrong + late)

    def payment(self, window):
        """The claim of a window, None where nothing is payable or it is not claimed."""
        incentive = window.incentive
        if window.payable <= 0:
            return None
        u = self.replication.uniforms(luck.entity(self.partner.id, incentive.name), luck.CLAIM, window.last)
        return Payment(self, incentive, window, u) if u[0] < self.of(incentive.claim) else None


class Payment:
    """What is paid of a claim, as a factor of what is claimed, and when."""

    def __init__(self, path, incentive, window, u):
        mean, sd = path.processing(incentive)
        spread = math.sqrt(math.log1p((sd / mean)**2)) if mean > 0 else 0.0
        self.days = mean * math.exp(spread * luck.normal(u[1]) - spread**2 / 2) if spread > 0 else mean
        error = path.of("claim_error")
        self.wrong, self.factor = u[2] < error, 1.0
        if self.wrong:
            over, under = path.of("overpaid") / (error / 2), path.of("underpaid") / (error / 2)
            self.factor = 1 + over if u[3] < 0.5 else 1 - min(under, 1)
        self.arrives = window.last + 1 + math.floor((incentive.after + self.days) / MONTH_DAYS)
