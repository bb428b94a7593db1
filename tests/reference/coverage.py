"""Which constructs of the language a study uses, and which mechanisms a replication shows at work."""
import re

import settle_oracle as oracle

CONSTRUCTS = set("""
metric:total metric:growth metric:ratio_to metric:streak metric:rank_in metric:pooled_by metric:match
rank_in:region rank_in:segment rank_in:all pooled_by:parent pooled_by:region pooled_by:tier pooled_by:group
window:month window:quarter window:half window:year window:program active year_starts
bands:marginal bands:retroactive rate per_unit flat from:0 from:amount from:prior_year from:target from:percentile
from:mixed percentile:region percentile:segment percentile:all at_least:amount at_least:prior_year pays_on:growth
pays_on:growth:pool fund:revenue fund:other fund:expires fund:stays paid_to:rep kind:credit kind:points kind:non_cash
cost value behavior:revenue behavior:units behavior:money behavior:activity product where:text where:list where:none
where:other where:number audience:segment audience:region audience:tier audience:partner audience:parent
audience:tenure audience:except tenure:at_least tenure:at_most requires:month requires:quarter requires:half
requires:year requires:activity requires:product multiplier:region multiplier:segment multiplier:tier once exclusive
exclusive:late cap:window cap:partner cap:total minimum clawback clawback:match opt_in after:months claim:required
claim:automatic processing tiers tiers:audience tiers:multiplier tiers:activity tiers:product tiers:rate_bonus
review:month review:quarter review:half review:year budget:first_come budget:report reserve costs:fixed
costs:per_claim gross_up withheld fx extends remove in_force:none in_force:program in_force:compared in_force:stands
reference:in_force reference:none reference:program exact bootstrap phase:auto phase:given together:all
together:region together:segment together:partner gap second_year vendor_margin growth:negative by_segment yield
base_rate
""".split())

# Quantities that stand still where their mechanism is off; what is looked for is a value other than that.
AT_WORK = {"trust": None, "capability": 1.0, "marketing": 1.0, "taken_over": 0.0, "goal": 0.0, "change": 1.0,
           "felt_firm": 0.0, "felt_rep": 0.0, "brought_back": 0.0, "stock": 0.0, "put_off": 0.0, "matched": 0.0,
           "earned": 0.0, "yielded": 0.0}
MECHANISMS = set(AT_WORK) | set("""
leaves stays displaces unattended null no_claim overpaid underpaid late cut carried opted_out untaken extra_activity
less_activity limited capped_feeling
""".split())


def of_study(study):
    """Constructs of a study.Study."""
    keys, found = study.keys, set()
    found.add("in_force:none" if study.in_force is None else "in_force:program")
    for program in study.compare:
        if study.in_force is not None and program["name"] == study.in_force["name"]:
            found.add("in_force:compared")
        elif study.in_force is not None and any(incentive in study.in_force["incentives"]
                                                for incentive in program["incentives"]):
            found.add("in_force:stands")
    for program in study.programs():
        found |= of_program(program, study)
    reference = keys.get("reference", "in_force")
    found.add("reference:" + (reference if reference in ("in_force", "none") else "program"))
    found.add("exact" if study.exact else "bootstrap")
    if not study.exact:
        found |= {"phase:auto" if study.phase is None else "phase:given", f"together:{study.together}"}
    found |= {"vendor_margin"} if study.vendor_margin else set()
    found |= {"growth:negative"} if study.growth < 0 else set()
    return found | ({"second_year"} if study.months > 12 else set())


def of_program(program, study):
    found = {f"{key}:{name}" for key in ("costs",) for name in program.get(key, {})}
    budget = program.get("budget", {})
    if budget:
        found.add("budget:" + budget.get("when_exhausted", "first_come"))
    found |= {"reserve"} if "reserve" in budget else set()
    found |= {"fx"} if "fx" in program else set()
    found |= {"year_starts"} if program.get("year_starts", "1") != "1" else set()
    if "withholding" in program:
        found.add("gross_up" if program["withholding"].get("gross_up") == "true" else "withheld")
    groups = {}
    for incentive in program["incentives"]:
        own = of_incentive(incentive)
        found |= own
        if "exclusive" in incentive:
            groups.setdefault(incentive["exclusive"], set()).update(own)
    if any(group & {"metric:rank_in", "metric:pooled_by", "clawback"} for group in groups.values()):
        found.add("exclusive:late")
    if "tiers" in program:
        found |= {"tiers", "review:" + program["tiers"]["review"]}
        found |= {"tiers:" + key for key in ("audience", "multiplier") if any(
            "tier" in incentive.get(key, {}) for incentive in program["incentives"])}
        for level in program["tiers"]["levels"]:
            found |= {"tiers:rate_bonus"} if "benefits" in level else set()
            for condition in level.get("when", []):
                found |= {"tiers:product"} if "product" in condition else set()
                found |= {"tiers:activity"} if kind_of(condition["measure"]) == "activity" else set()
    return found


def kind_of(measure):
    if measure in ("revenue", "units"):
        return measure
    return "money" if measure in (*oracle.ALWAYS_MONEY, "deals_won") else "activity"


def of_incentive(incentive):
    metric, reward = incentive.get("metric", "total"), incentive["reward"]
    name = metric if isinstance(metric, str) else next(key for key in metric if key != "at_least")
    found = {"metric:match" if "match" in reward else f"metric:{name}", "window:" + incentive["window"]}
    found |= {f"{name}:{metric[name]}"} if name in ("rank_in", "pooled_by") else set()
    found |= {key for key in ("active", "once", "exclusive", "minimum", "clawback") if key in incentive}
    found |= {"clawback:match"} if {"metric:match", "clawback"} <= found else set()
    found |= {f"cap:{key}" for key in incentive.get("cap", {})}
    found |= of_reward(reward, name, metric)
    behavior = incentive["behavior"]
    found.add("behavior:" + kind_of(behavior["measure"]))
    found |= {"product"} if "product" in behavior else set()
    found |= {of_condition(condition) for condition in behavior.get("where", {}).values()}
    found |= of_audience(incentive.get("audience", {}))
    for condition in incentive.get("requires", []):
        found.add("requires:" + condition["window"])
        found |= {"requires:product"} if "product" in condition else set()
        found |= {"requires:activity"} if kind_of(condition["measure"]) == "activity" else set()
    found |= {f"multiplier:{key}" for key in incentive.get("multiplier", {})}
    found |= {"opt_in"} if incentive.get("enrollment") == "opt_in" else set()
    payout = incentive.get("payout", {})
    found |= {"claim:" + payout["claim"]} if "claim" in payout else set()
    found |= {"processing"} if "processing" in payout else set()
    return found | ({"after:months"} if "months" in payout.get("after", "") else set())


def of_reward(reward, name, metric):
    found = {"bands:" + reward.get("bands", "marginal")} if "levels" in reward else set()
    forms = set()
    for level in reward.get("levels", []):
        found |= {key for key in ("rate", "per_unit", "flat") if key in level}
        if name in ("total", "growth", "pooled_by") and "from" in level:
            forms.add(form_of(level["from"]))
            percentile = re.fullmatch(r"p\d+ of (\w+)", level["from"])
            found |= {f"percentile:{percentile[1]}"} if percentile else set()
    found |= {f"from:{form}" for form in forms} | ({"from:mixed"} if len(forms - {"0"}) > 1 else set())
    if name == "streak":
        found.add("at_least:" + form_of(metric["at_least"]))
    if reward.get("pays_on") == "growth":
        found.add("pays_on:growth:pool" if name == "pooled_by" else "pays_on:growth")
    if "fund" in reward:
        found.add("fund:revenue" if reward["fund"]["of"] == "revenue" else "fund:other")
        found.add("fund:expires" if "expires" in reward["fund"] else "fund:stays")
    found |= {"paid_to:rep"} if reward.get("paid_to") == "rep" else set()
    found |= {"kind:" + reward["kind"]} if reward.get("kind", "cash") != "cash" else set()
    return found | {key for key in ("cost", "value") if reward.get(key, "100%") != "100%"}


def form_of(text):
    if text == "0":
        return "0"
    form = oracle.threshold(text)[0]
    return "amount" if form is None else form if isinstance(form, str) else "percentile"


def of_condition(condition):
    if isinstance(condition, list):
        return "where:list"
    if re.match(r"[<>]", condition):
        return "where:number"
    return "where:none" if condition == "none" else "where:other" if condition.startswith("!=") else "where:text"


def of_audience(audience):
    found = {f"audience:{key}" for key in audience}
    found |= {f"tenure:{key}" for key in audience.get("tenure", {})}
    return found | (of_audience(audience["except"]) if "except" in audience else set())


def of_texts(folder, first_line):
    """What only the files show: extends, what is assumed of activities or by segment, a gap before the horizon."""
    found = set()
    for name, text in folder.items():
        found |= {key for key in ("extends", "remove", "yield", "base_rate") if re.search(rf"^{key}:", text, re.M)}
        found |= {"by_segment"} if name == "assumptions.yaml" and "segments:" in text else set()
    return found | ({"gap"} if first_line else set())


def of_model(model):
    """Mechanisms that show in a replication."""
    found = {"null"} if model.replication.is_null else set()
    for scenario in model.scenarios.values():
        for path in scenario.paths.values():
            found |= of_path(path)
    return found


def of_path(path):
    found = set()
    alive = [1.0 if path.fate.life < alive else 0.0 for alive in path.partner.alive]
    found |= {"leaves"} if any(here < usual for here, usual in zip(path.here, alive)) else set()
    found |= {"stays"} if any(here > usual for here, usual in zip(path.here, alive)) else set()
    found |= {"displaces"} if any(any(months) for months in path.displaced.values()) else set()
    found |= {"unattended"} if path.program.incentives and not path.attends else set()
    limit = path.of("response_limit")
    for line in path.partner.series:
        found |= {"limited"} if any(change in (limit, 1 / limit) for change in path.change[line]) else set()
        if line.is_money:
            found |= {"capped_feeling"} if path.of("felt_cap") in path.felt_firm[line] else set()
        else:
            usual = [sold * here for sold, here in zip(path.fate.sold[line], path.here)]
            found |= {"extra_activity"} if any(a > b for a, b in zip(path.demand[line], usual)) else set()
            found |= {"less_activity"} if any(a < b for a, b in zip(path.demand[line], usual)) else set()
    for incentive, windows in path.standing.windows.items():
        for window in windows:
            found |= {"carried"} if window.carried > 0 else set()
            found |= {"untaken"} if not window.part else set()
            found |= {"opted_out"} if incentive.opt_in and window.forms and not window.part else set()
            found |= of_payment(path, window)
    return found


def of_payment(path, window):
    found, payment = {"cut"} if window.earned < window.payable else set(), path.payment(window)
    if payment is None:
        return found | ({"no_claim"} if window.payable > 0 else set())
    found |= {"overpaid"} if payment.factor > 1 else {"underpaid"} if payment.factor < 1 else set()
    return found | ({"late"} if payment.days > 20 else set())


def of_rows(rows):
    """Quantities that are not what they are where nothing happens. Trust: that it moves."""
    found = {key[3] for key, value in rows.items() if AT_WORK.get(key[3]) is not None and value != AT_WORK[key[3]]}
    trusts = {}
    for key, value in rows.items():
        if key[3] == "trust":
            trusts.setdefault(key[:2], set()).add(value)
    return found | ({"trust"} if any(len(values) > 1 for values in trusts.values()) else set())
