"""A partner's path under one program in the Numba peer, month by month."""
import math

import numpy as np

from numba_common import (
    CLAIMED, CLAIMS, DISPLACED, ELIGIBLE, LATE_DAYS, LEFT, NUM_FLOWS, OWN, PAID, PAYABLE, RETURNED, REVENUE,
    SALE_DAYS, STOCK, STOCK_VENDOR, TRUST, VENDOR, WRONG, jit)


@jit
def start_path(s, d, n, w):
    for l in range(len(w.trust)):
        w.trust[l] = d.trust[l]
        w.trusted[l] = n.one - d.trust_weight[l] * (n.one - d.trust[l])
    if s.trusts:
        w.right[:] = 0
        w.wrong[:] = 0
    if s.leaves:
        w.staying[:] = n.one
        w.missed[:] = False
        w.rewarded[:] = False
        w.earned_so_far[:] = n.zero
        w.sold_so_far[:] = n.zero


@jit
def move_trust(d, n, w, t):
    """Trust falls back to where it rests, then answers the month's payments."""
    right, wrong = w.right[t], w.wrong[t]
    for l in range(len(w.trust)):
        trust = w.trust[l]
        trust += d.trust_return[l] * (d.trust[l] - trust)
        for _ in range(right[l]):
            trust += d.trust_step[l] * (n.one - trust)
        for _ in range(wrong[l]):
            trust -= n.two * d.trust_step[l] * trust
        w.trust[l] = trust
        w.trusted[l] = n.one - d.trust_weight[l] * (n.one - trust)


@jit
def find_staying(f, d, n, w, i, p, t):
    """What the program makes of the probability of staying, by its hazard against that of the program in force."""
    before, stays = w.shadow_hazard[t], f.stays[i, t]
    for l in range(len(before)):
        hazard = -d.leave_trust[l] * (w.trust[l] - n.resting) / n.span
        if w.missed[l]:
            hazard += d.leave_missed[l]
        if w.rewarded[l]:
            hazard += d.leave_rewarded[l]
        otherwise = (f.floor_margin[i] if f.knows_margin[i] else d.partner_margin[l]) * w.sold_so_far[l]
        if otherwise > n.zero and w.earned_so_far[l] > n.zero:
            hazard -= d.leave_share[l] * math.log(n.one + w.earned_so_far[l] / otherwise)
        if p == 0:
            before[l] = hazard
        elif hazard != before[l]:
            w.staying[l] *= math.exp((math.exp(hazard - before[l]) - n.one) * stays)


@jit
def find_here(f, s, d, n, w, i, p, t, answers):
    """Who is there in month t."""
    if t > 0 and f.stays[i, t] < n.zero and answers:
        find_staying(f, d, n, w, i, p, t)
    living = f.living[i, t]
    for l in range(len(w.here)):
        w.here[l] = n.one if w.chance[l] < living * w.staying[l] else n.zero
    if p == s.reference:
        w.reference_here[t] = w.here


@jit
def expect(f, n, k, j, t, attained):
    """Expected marginal reward of one lane."""
    g = n.zero
    alpha, beta = f.alpha[k, t], f.beta[k, t]
    for q in range(f.first_piece[j], f.first_piece[j + 1]):
        ahead = f.start[q] - attained
        if f.start[q] <= n.zero or ahead <= n.zero:
            g += f.slope[q]
        elif alpha > n.zero:
            z = beta * math.log(ahead / alpha)
            survival = n.one / (n.one + math.exp(min(max(z, -n.clamp), n.clamp)))
            g += survival * (f.slope[q] + f.jump[q] * beta / ahead * (n.one - survival))
    return g


@jit
def find_worth(f, d, n, w, k, at, t):
    """What the next unit of attainment is worth, as felt: of the partner's incentive k, the at-th of the program."""
    j = f.taken[k]
    worth, feel, attained, cap_left = w.worth[at], d.feel[j, t], w.attained[at], w.cap_left[at]
    if not f.may[k, t]:
        worth[:] = n.zero
    elif f.opens[j, t]:
        for l in range(len(worth)):
            attained[l] = w.days[at, l] = n.zero
            worth[l] = feel[l] * w.trusted[l] * f.opening[k, t] if w.attends[l] and cap_left[l] > n.zero else n.zero
    else:
        for l in range(len(worth)):
            worth[l] = n.zero
            if w.attends[l] and cap_left[l] > n.zero:
                worth[l] = feel[l] * w.trusted[l] * expect(f, n, k, j, t, attained[l])


@jit
def find_goal(f, n, w, k, at, t):
    """How close the next threshold that pays is: nothing half way to it, 1 just below it."""
    j, goal, attained = f.taken[k], w.goal[at], w.attained[at]
    goal[:] = n.zero
    if not f.may[k, t] or f.opens[j, t] or f.rep[j]:
        return
    for q in range(f.first_piece[j], f.first_piece[j + 1]):
        start, twice = f.start[q], n.two * f.goal[q]
        for l in range(len(goal)):
            close = twice * attained[l] - n.one if attained[l] < start else n.zero
            goal[l] = max(goal[l], close)
    for l in range(len(goal)):
        goal[l] = goal[l] if w.attends[l] and w.cap_left[at, l] > n.zero else n.zero


@jit
def strive(f, d, n, w, c, log):
    """Adds what the nearest goal among a class's incentives makes of its sales."""
    nearest = w.rep
    nearest[:] = n.zero
    for q in range(f.first_weight[c], f.first_weight[c + 1]):
        goal = w.goal[f.weight_of[q]]
        for l in range(len(nearest)):
            nearest[l] = max(nearest[l], goal[l])
    for l in range(len(log)):
        log[l] += d.goal_gradient[l] * nearest[l]


@jit
def answer(f, s, d, n, w, c, first):
    """ln of what class c's sales are multiplied by, into w.firm."""
    B = len(w.firm)
    w.firm[:] = n.zero
    w.rep[:] = n.zero
    for q in range(f.first_weight[c], f.first_weight[c + 1]):
        side = w.rep if f.rep[f.taken[first + f.weight_of[q]]] else w.firm
        worth, weight = w.worth[f.weight_of[q]], f.weight[q]
        for l in range(B):
            side[l] += worth[l] * weight
    for l in range(B):
        firm, rep = w.firm[l], w.rep[l]
        log = n.zero
        if f.class_activity[c]:
            if firm + rep != n.zero:
                log = w.action_effort[l] * math.log(n.one + (firm + rep) / d.action_cost[l])
        else:
            if firm > n.zero:
                firm = min(firm, d.felt_cap[l])
                log = w.effort[l] * math.log(n.one + firm * w.per_margin[l]) + firm * d.price[l]
            if rep > n.zero:
                log += w.rep_effort[l] * math.log(n.one + min(rep, d.felt_cap[l]) / d.rep_margin[l])
        w.firm[l] = log
    if s.strives and f.class_firm[c] and not f.class_activity[c]:
        strive(f, d, n, w, c, w.firm)


@jit
def find_factor(n, before, log, factor):
    for l in range(len(factor)):
        change = log[l] - before[l]
        factor[l] = min(max(math.exp(change), n.least), n.most) if change != n.zero else n.one


@jit
def complete(f, s, n, w, k, a, t, factor, out):
    """Activities: Poisson extra completions, a binomial share where there are fewer."""
    for l in range(len(out)):
        here = w.here[l] if s.leaves else n.one
        usual = out[l] = w.usual[a, t, l] * here
        if factor[l] > n.one:
            rate = f.act_expected[k, t] * n.per_money * w.base[t, l] * here * (factor[l] - n.one)
            out[l] = usual + n.money * np.random.poisson(rate)
        elif factor[l] < n.one:
            out[l] = n.money * np.random.binomial(int(usual * n.per_money), factor[l])


@jit
def find_demand(f, s, w, i, p, t):
    """[line][B] gross of the month, before displacement and stock."""
    for k in range(f.first_line[i], f.first_line[i + 1]):
        gross, found = w.gross[k - f.first_line[i]], w.found[f.line_table[k], t]
        factor = w.factor[f.line_class[k, p]]
        if s.leaves:
            for l in range(len(gross)):
                gross[l] = found[l] * factor[l] * w.here[l]
        else:
            for l in range(len(gross)):
                gross[l] = found[l] * factor[l]


@jit
def add_seen(w, view, weight, t, gross, out):
    """out += what a view sees of a line's gross of month t."""
    if view < 0:
        for l in range(len(out)):
            out[l] += weight * gross[l]
    else:
        ratio = w.seen[view, t]
        for l in range(len(out)):
            out[l] += ratio[l] * gross[l]


@jit
def displace(f, s, d, n, w, i, t):
    """Takes from the other lines a share of what lifts one above them."""
    first, last = f.first_line[i], f.first_line[i + 1]
    sells, usual, lifts, lost = w.sells, w.sells_usually, w.lifts, w.added
    sells[:] = n.zero
    usual[:] = n.zero
    lifts[:] = n.zero
    lines = 0
    for k in range(first, last):
        if f.line_sells[k]:
            gross, found = w.gross[k - first], w.found[f.line_table[k], t]
            lines += 1
            for l in range(len(sells)):
                sells[l] += gross[l]
                usual[l] += found[l]
    if lines < 2:
        return
    for k in range(first, last):
        if f.line_sells[k]:
            gross, found, lift = w.gross[k - first], w.found[f.line_table[k], t], w.lift[k - first]
            for l in range(len(sells)):  # per unit that the others sell; who is not there has none
                others, others_usual = sells[l] - gross[l], usual[l] - found[l]
                usually = others_usual if others_usual > n.zero else n.one
                like_others = found[l] * others if others_usual > n.zero else n.zero
                above = gross[l] * usually - like_others
                some = (others > n.least_others * sells[l]) & (above > n.least_lift * gross[l] * usually)
                lift[l] = above / (others * usually) if some else n.zero
                lifts[l] += lift[l]
    for k in range(first, last):
        if f.line_sells[k]:
            gross, lift = w.gross[k - first], w.lift[k - first]
            for l in range(len(sells)):
                lost[l] = gross[l] * min(d.displacement[l] * (lifts[l] - lift[l]), n.one)
                gross[l] -= lost[l]
            add_seen(w, f.line_net_view[k], f.line_net[k], t, lost, w.flow[DISPLACED])


@jit
def purchase(f, n, w, i):
    """Turns the month's demand into purchases: what was put off is bought, what comes back is taken from stock, and so
    is what it can serve. bought: less what comes back; False: nothing does."""
    some = False
    for k in range(f.first_line[i + 1] - f.first_line[i]):
        gross, held, off, back, bought = w.gross[k], w.held[k], w.off[k], w.back[k], w.bought[k]
        coming, later, demand = w.coming[k], w.later[k], w.demand[k]
        for l in range(len(gross)):
            demand[l] = gross[l]
            back[l] = min(coming[l], held[l])
            some |= back[l] > n.zero
            coming[l] = later[l]
            later[l] = n.zero
            left = held[l] - back[l]
            served = min(left, gross[l])
            held[l] = left - served
            gross[l] += off[l] - served
            off[l] = n.zero
            bought[l] = gross[l] - back[l]
    return some


@jit
def add_done(f, w, k, done, place, out):
    for q in range(f.first_done[k], f.first_done[k + 1]):
        for l in range(len(out)):
            out[l] += done[f.done_act[q], l] * f.done_factor[q, place[l]]


@jit
def add_lone(f, s, w, k, t, here, out):
    """Returns that come without sales."""
    if f.taken_lone[k] >= 0:
        lone = w.found[f.taken_lone[k], t]
        for l in range(len(out)):
            out[l] += lone[l] * here[l] if s.leaves else lone[l]


@jit
def attain(f, s, n, w, k, at, t, gross, place):
    j = f.taken[k]
    added = w.added
    added[:] = n.zero
    add_lone(f, s, w, k, t, w.here, added)
    for q in range(f.first_count[k], f.first_count[k + 1]):
        add_seen(w, f.count_view[q], f.count_weight[q], t, gross[f.count_line[q]], added)
    add_done(f, w, k, w.done, place, added)
    for l in range(len(added)):
        w.attained[at, l] += added[l]
        w.days[at, l] += added[l] * f.days_left[j, t]


@jit
def pay(f, n, j, attained):
    total = n.zero
    if attained > n.zero:
        for q in range(f.first_piece[j], f.first_piece[j + 1]):
            if attained >= f.start[q]:
                total += f.jump[q] + f.slope[q] * (attained - f.start[q])
    return total


@jit
def look_ahead(f, n, j, attained):
    """What is missing to the next threshold, and what a sale earns now."""
    missing, slope = n.far, n.zero
    for q in range(f.first_piece[j], f.first_piece[j + 1]):
        ahead = f.start[q] - attained
        if ahead <= n.zero:
            slope += f.slope[q]
        elif f.jump[q] > n.zero or f.slope[q] > n.zero:
            missing = min(missing, ahead)
    return missing, slope


@jit
def decide(f, d, n, w, k, at, t):
    """What incentive k, whose window ends in month t, makes the partner buy more, or put off: as a share of the month's
    gross of the lines it counts, into w.part. False where it does neither in any replication."""
    j = f.taken[k]
    counted, money, part = w.added, w.firm, w.part
    counted[:] = n.zero
    money[:] = n.zero
    for q in range(f.first_count[k], f.first_count[k + 1]):
        gross = w.gross[f.count_line[q]]
        add_seen(w, f.count_view[q], f.count_weight[q], t, gross, counted)
        for l in range(len(money)):
            money[l] += gross[l]
    follows = t + 1 < f.may.shape[1] and f.opens[j, t + 1] and f.may[k, t + 1] and f.alpha[k, t + 1] > n.zero
    decided = False
    for l in range(len(part)):
        part[l] = n.zero
        if not (w.able[l] and w.attends[l] and w.cap_left[at, l] > n.zero):
            continue
        attained = w.attained[at, l]
        missing, slope = look_ahead(f, n, j, attained)
        if counted[l] > n.zero and missing < d.topup_reach[l] * f.expected[k, t]:
            # a little over, so that rounding does not fall short of the threshold
            more = missing * n.over + n.one + n.slack * (attained + missing)
            gains = pay(f, n, j, attained + more) - pay(f, n, j, attained)
            share = more / counted[l]
            if gains * d.feel[j, t, l] * w.trusted[l] > d.load_cost[l] * share * money[l]:
                part[l] = share
        if part[l] == n.zero and follows and f.opening[k, t + 1] * d.feel[j, t + 1, l] > slope * d.feel[j, t, l]:
            part[l] = -d.deferral[l] * d.topup_reach[l]
        decided |= part[l] != n.zero
    return decided


@jit
def hold(f, s, d, n, w, i, k, t, first, last):
    """Buys ahead or puts off the part of what incentive k counts: into stock, and half of what comes back of it each
    month; and into the attainment of all incentives that count it."""
    for q in range(f.first_count[k], f.first_count[k + 1]):
        line = f.count_line[q]
        gross, held, off, coming, later = w.gross[line], w.held[line], w.off[line], w.coming[line], w.later[line]
        bought, change = w.bought[line], w.change
        for l in range(len(change)):
            change[l] = w.part[l] * gross[l]
            ahead = max(change[l], n.zero)
            back = n.half * d.topup_returned[l] * ahead
            held[l] += ahead
            off[l] += ahead - change[l]
            coming[l] += back
            later[l] += back
            gross[l] += change[l]
            bought[l] += change[l]
        for other in range(first, last):
            if f.may[other, t]:
                for r in range(f.first_count[other], f.first_count[other + 1]):
                    if f.count_line[r] == line:
                        added = w.added
                        added[:] = n.zero
                        add_seen(w, f.count_view[r], f.count_weight[r], t, change, added)
                        for l in range(len(added)):
                            w.attained[other - first, l] += added[l]
                            w.days[other - first, l] += added[l] * f.days_left[f.taken[other], t]


@jit
def clear_stock(n, w):
    w.held[:] = n.zero
    w.off[:] = n.zero
    w.coming[:] = n.zero
    w.later[:] = n.zero


@jit
def time_purchases(f, s, d, n, w, i, t, first, last, stocked):
    """True where there is stock, or something put off, after the windows that end in month t."""
    for k in range(first, last):
        j = f.taken[k]
        if f.times[j] and f.may[k, t] and f.closes[j, t] and f.first_count[k + 1] > f.first_count[k]:
            if decide(f, d, n, w, k, k - first, t):
                if not stocked:
                    lines = f.first_line[i + 1] - f.first_line[i]
                    clear_stock(n, w)
                    w.demand[:lines] = w.gross[:lines]
                    w.bought[:lines] = w.gross[:lines]
                    w.back[:lines] = n.zero
                    stocked = True
                hold(f, s, d, n, w, i, k, t, first, last)
    return stocked


@jit
def draw_luck(s, d, n, j, rate, l, days, share):
    """Of one claim: days from the due date to the payment, and the share of it that is paid, negative where wrong."""
    days[l] = n.zero if np.random.random() < rate else n.not_claimed
    share[l] = n.one
    if days[l] == n.zero and s.trusts:  # who asks for the days
        spread = d.pay_spread[j, l]
        days[l] = d.pay_days[j, l] * math.exp(spread * np.random.standard_normal() - n.half * spread * spread)
    if days[l] >= n.zero and s.errs and np.random.random() < d.claim_error[l]:
        half = n.half * d.claim_error[l]
        over = np.random.random() < n.half
        share[l] = -(n.one + d.overpaid[l] / half if over else n.one - min(d.underpaid[l] / half, n.one))


@jit
def settle(f, s, d, n, w, k, at, which, t):
    """What is payable of the window that ends in month t, claimed and paid; programs share the luck of claims."""
    j = f.taken[k]
    rate = d.claim_rate_required if f.required[j] else d.claim_rate_automatic
    due, days, share = w.due[which, at, t], w.luck[f.luck[j], t], w.share[f.luck[j], t]
    T = w.due.shape[2]
    if not w.is_drawn[f.luck[j], t]:
        days[:] = n.undrawn
        w.is_drawn[f.luck[j], t] = True
    for l in range(len(rate)):
        attained = w.attained[at, l]
        payable = min(pay(f, n, j, attained), w.cap_left[at, l])
        w.cap_left[at, l] -= payable
        due[:, l] = n.zero
        if payable > n.zero:
            w.earned[which, l] = True
            w.reached[which, l] |= attained >= f.first_paid[j]
            due[PAYABLE, l] = payable
            if days[l] == n.undrawn:
                draw_luck(s, d, n, j, rate[l], l, days, share)
            if days[l] >= n.zero:
                paid = payable * abs(share[l])
                due[CLAIMED, l] = payable
                due[CLAIMS, l] = n.one
                due[SALE_DAYS, l] = w.days[at, l] * paid / attained
                due[PAID, l] = paid
                due[WRONG, l] = n.one if share[l] < n.zero else n.zero
                arrives = t + 1 + int((f.payout_days[j] + days[l]) / n.days)
                if s.trusts and arrives < T:
                    if days[l] > LATE_DAYS or share[l] < n.zero:
                        w.wrong[arrives, l] += 1
                    else:
                        w.right[arrives, l] += 1


@jit
def find_gone(f, w, i, t):
    """1 who has left that would not have, -1 the other way around; False where nobody is either."""
    some = False
    living = f.living[i, t]
    for l in range(len(w.gone)):
        w.gone[l] = (w.chance[l] < living) - w.here[l]
        some |= w.gone[l] != 0.0
    return some


@jit
def recapture(f, d, w, i, p, t, tally):
    """What others take over of the demand of who has left, into the revenue of who that was."""
    for k in range(f.first_line[i], f.first_line[i + 1]):
        if f.line_sells[k]:
            lost, found, net = w.change, w.found[f.line_table[k], t], w.added
            for l in range(len(lost)):
                lost[l] = d.recapture[l] * found[l] * w.gone[l]
            net[:] = 0
            add_seen(w, f.line_net_view[k], f.line_net[k], t, lost, net)
            product = tally.product[p, 0, f.line_product[k]]
            for l in range(len(net)):
                w.flow[REVENUE, l] += net[l]
                w.flow[VENDOR, l] += f.line_vendor[k] * net[l]
                product[l] += net[l]


@jit
def add_net(f, w, k, t, gross, flow, margin, product):
    """Net revenue of a line's gross into a flow, into its vendor margin's and its product's."""
    view, weight, share = f.line_net_view[k], f.line_net[k], f.line_vendor[k]
    if view < 0:
        for l in range(len(flow)):
            net = weight * gross[l]
            flow[l] += net
            margin[l] += share * net
            product[l] += net
    else:
        ratio = w.seen[view, t]
        for l in range(len(flow)):
            net = ratio[l] * gross[l]
            flow[l] += net
            margin[l] += share * net
            product[l] += net


@jit
def add_flows(f, s, n, w, tally, i, p, t, counted, stocked, returned):
    """Revenue and stock of the month, and the vendor's margin of them, in all and by product line."""
    for side in range(2):
        lone = f.lone_vendor[i] if side else f.lone_revenue[i]
        if lone >= 0:
            found, flow = w.found[lone, t], w.flow[VENDOR if side else REVENUE]
            for l in range(len(flow)):
                flow[l] += found[l] * w.here[l] if s.leaves else found[l]
    for k in range(f.first_line[i], f.first_line[i + 1]):
        if not f.line_sells[k]:
            continue
        line, product = k - f.first_line[i], tally.product[p, 0, f.line_product[k]]
        add_net(f, w, k, t, counted[line], w.flow[REVENUE], w.flow[VENDOR], product)
        if f.line_lone[k] >= 0:
            lone = w.found[f.line_lone[k], t]
            for l in range(len(lone)):
                product[l] += lone[l] * w.here[l] if s.leaves else lone[l]
        if stocked:
            bought, demand = w.bought[line], w.demand[line]
            for l in range(len(w.change)):
                w.change[l] = bought[l] - demand[l]
            add_net(f, w, k, t, w.change, w.flow[STOCK], w.flow[STOCK_VENDOR], tally.product[p, 1, f.line_product[k]])
        if returned:
            add_seen(w, f.line_net_view[k], f.line_net[k], t, w.back[line], w.flow[RETURNED])
    for a in range(f.first_act[i], f.first_act[i + 1]):
        extra, done = tally.extra[p, f.act_extra[a]], w.done[a - f.first_act[i]]
        extra += done


@jit
def tally_month(f, s, n, w, tally, p, which, t, is_open):
    month, total = tally.month[p], w.total[which]
    for l in range(len(w.own_margin)):
        w.flow[OWN, l] = (w.flow[REVENUE, l] - w.flow[STOCK, l]) * w.own_margin[l]
        w.flow[ELIGIBLE, l] = w.flow[REVENUE, l] if is_open else n.zero
    for which_flow in range(NUM_FLOWS):
        if w.uses[which_flow]:
            flow = w.flow[which_flow]
            for l in range(len(flow)):
                month[which_flow, t, l] += flow[l]
                total[which_flow, l] += flow[l]


@jit
def remember_windows(f, n, w, which, t, first, last):
    """What the windows that ended brought: rewards, or no level where there was one to reach."""
    w.missed[:] = False
    w.rewarded[:] = False
    for k in range(first, last):
        j = f.taken[k]
        if f.may[k, t] and f.closes[j, t]:
            payable, attained = w.due[which, k - first, t, PAYABLE], w.attained[k - first]
            for l in range(len(payable)):
                w.earned_so_far[l] += payable[l]
                w.rewarded[l] |= payable[l] > n.zero
                w.missed[l] |= f.has_level[j] and attained[l] < f.first_paid[j]


@jit
def keep_reference(f, w, i, t, counted):
    lines, acts = f.first_line[i + 1] - f.first_line[i], f.first_act[i + 1] - f.first_act[i]
    for k in range(lines):
        w.reference[k, t] = counted[k]
    for a in range(acts):
        w.reference_done[a, t] = w.done[a]


@jit
def respond(f, s, d, n, w, tally, i, p, which, place):
    """The partner's path under program p, month by month; what comes of it is kept at `which` of three: 0 of the
    program in force, 1 of the reference where that is another, 2 of others."""
    T, B = w.base.shape
    m = i * s.num_programs + p
    first, last = f.first_taken[m], f.first_taken[m + 1]
    in_force = i * s.num_programs
    shadowed = f.first_taken[in_force + 1] > f.first_taken[in_force]
    changes, stocked = p != 0 and (last > first or shadowed), False
    for l in range(B):
        w.attends[l] = d.reacts[l] and (w.inattention[l] < d.attention_logit[l] -
                                        d.complexity_slope[l] * f.complexity[m])
    w.earned[which], w.reached[which], w.total[which] = False, False, n.zero
    start_path(s, d, n, w)
    for k in range(first, last):
        w.cap_left[k - first] = f.cap[f.taken[k]]
    for t in range(T):
        w.flow[:] = n.zero
        if s.trusts:
            move_trust(d, n, w, t)
        if s.leaves:
            find_here(f, s, d, n, w, i, p, t, p == 0 or changes)
        for k in range(first, last):
            find_worth(f, d, n, w, k, k - first, t)
            if s.strives:
                find_goal(f, n, w, k, k - first, t)
        for c in range(f.first_class[m], f.first_class[m + 1]):
            own = c - f.first_class[m]
            w.firm[:] = n.zero
            if last > first:
                answer(f, s, d, n, w, c, first)
            if p == 0:
                w.shadow[own, t] = w.firm
            if changes:
                find_factor(n, w.shadow[f.class_shadow[c], t], w.firm, w.factor[own])
            else:
                w.factor[own] = n.one
        for k in range(f.first_act[i], f.first_act[i + 1]):
            a = k - f.first_act[i]
            complete(f, s, n, w, k, a, t, w.factor[f.act_class[k, p]], w.done[a])
        find_demand(f, s, w, i, p, t)
        if changes and s.displaces:
            displace(f, s, d, n, w, i, t)
        returned = stocked and purchase(f, n, w, i)
        counted = w.bought if returned else w.gross
        for k in range(first, last):
            if f.may[k, t]:
                attain(f, s, n, w, k, k - first, t, counted, place[t])
        if p != 0 and s.reaches:
            stocked = time_purchases(f, s, d, n, w, i, t, first, last, stocked)
        add_flows(f, s, n, w, tally, i, p, t, counted, stocked, returned)
        if p == s.reference:
            keep_reference(f, w, i, t, counted)
        for k in range(first, last):
            if f.may[k, t] and f.closes[f.taken[k], t]:
                settle(f, s, d, n, w, k, k - first, which, t)
        if s.leaves:
            remember_windows(f, n, w, which, t, first, last)
            sold, month = w.sold_so_far, w.flow[REVENUE]
            sold += month
            if p != 0 and find_gone(f, w, i, t):
                recapture(f, d, w, i, p, t, tally)
        tally_month(f, s, n, w, tally, p, which, t, last > first)
    tally_path(f, s, n, w, tally, i, p, which)


@jit
def tally_path(f, s, n, w, tally, i, p, which):
    segment, region = tally.segment[p, f.segment[i]], tally.region[p, f.region[i]]
    for flow in range(NUM_FLOWS):
        if w.uses[flow]:
            segment[flow] += w.total[which, flow]
            region[flow] += w.total[which, flow]
    for l in range(len(w.life)):
        if w.life[l] < f.alive[i, 0]:
            here = w.here[l] > n.zero if s.leaves else w.life[l] < f.alive[i, -1]
            tally.people[p, LEFT, l] += n.zero if here else n.one
            tally.people[p, TRUST, l] += w.trust[l]
