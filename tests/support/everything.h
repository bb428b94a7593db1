/* A program that uses every construct of the language at once, and one without a contest. */
#ifndef EVERYTHING_H
#define EVERYTHING_H

static const char everything[] =
    "rehearse: program/1\nname: everything\ncurrency: USD\nyear_starts: 4\nincentives:\n"
    "  - name: Mix\n    behavior: {measure: revenue, product: [beta]}\n"
    "    metric: {ratio_to: {measure: revenue}}\n    window: quarter\n    enrollment: opt_in\n"
    "    reward: {levels: [{from: 10%, rate: 2%}, {from: 14%, rate: 4%, flat: 15}]}\n"
    "  - name: Row\n    behavior: {measure: revenue}\n    metric: {streak: 3, at_least: 80% of prior_year}\n"
    "    window: month\n    multiplier: {tier: {gold: 1.5, silver: 1.2}}\n    cap: {window: 90}\n"
    "    reward: {levels: [{from: 1, flat: 20}, {from: 3, flat: 70}]}\n"
    "  - name: Contest\n    behavior: {measure: revenue}\n    metric: {rank_in: region}\n    window: quarter\n"
    "    exclusive: best\n    cap: {partner: 420}\n    reward: {levels: [{top: 1, flat: 300}, {top: 3, flat: 120}]}\n"
    "  - name: Volume\n    behavior: {measure: revenue}\n    window: quarter\n    exclusive: best\n    reward:\n"
    "      bands: retroactive\n      levels: [{from: 4k, rate: 1%}, {from: 12k, rate: 2.5%, flat: 40}]\n"
    "    cap: {window: 600, partner: 1500}\n"
    "  - name: Together\n    behavior: {measure: revenue}\n    metric: {pooled_by: parent}\n    window: quarter\n    "
    "once: true\n"
    "    reward: {levels: [{from: 90% of prior_year, rate: 2%}]}\n    cap: {total: 4k}\n"
    "  - name: Fund\n    behavior: {measure: marketing_spend}\n    window: quarter\n    enrollment: opt_in\n"
    "    reward: {match: 50%, fund: {accrues: 2%, of: revenue, expires: 4 months}}\n    cap: {window: 300}\n"
    "  - name: Certified\n    behavior: {measure: revenue, product: [alpha]}\n    window: quarter\n"
    "    requires:\n      - {measure: certifications, at_least: 1, window: half}\n"
    "    clawback: {within: 2 months}\n    payout: {after: 90 days}\n"
    "    reward: {levels: [{from: 1k, rate: 1%}]}\n    minimum: 30\n"
    "  - name: For gold\n    audience: {tier: [gold]}\n    behavior: {measure: revenue}\n    metric: growth\n"
    "    window: quarter\n    reward: {levels: [{from: 0, rate: 3%}]}\n"
    "  - name: Points\n    behavior: {measure: units}\n    window: month\n    enrollment: opt_in\n"
    "    reward: {paid_to: rep, kind: points, cost: 80%, value: 90%, levels: [{from: 5, per_unit: 0.4}]}\n"
    "    payout: {after: 30 days, claim: required}\n"
    "  - name: Deals\n    behavior: {measure: deals_won}\n    metric: {ratio_to: {measure: deals_registered}}\n"
    "    window: half\n    once: true\n    reward: {levels: [{from: 20%, flat: 50}]}\n"
    "tiers:\n  review: half\n  levels:\n    - {name: registered}\n"
    "    - {name: silver, when: [{measure: revenue, at_least: 8k}], benefits: {rate_bonus: 0.5%}}\n"
    "    - {name: gold, when: [{measure: revenue, at_least: 16k}, {measure: certifications, at_least: 1}], "
    "benefits: {rate_bonus: 1%}}\n"
    "budget: {total: 40k, when_exhausted: first_come, reserve: 5%}\n"
    "costs: {fixed: 500, per_claim: 2}\n"
    "withholding: {region: {North: 15%}, gross_up: true}\n";

/* The same without what depends on other partners. */
static const char nobody_meets[] =
    "rehearse: program/1\nname: nobody meets\ncurrency: USD\nyear_starts: 4\nincentives:\n"
    "  - name: Volume\n    behavior: {measure: revenue}\n    window: quarter\n    reward:\n"
    "      bands: retroactive\n      levels: [{from: 4k, rate: 1%}, {from: 90% of prior_year, rate: 2.5%}]\n"
    "  - name: Row\n    behavior: {measure: revenue}\n    metric: {streak: 3, at_least: 2k}\n    window: month\n"
    "    enrollment: opt_in\n    reward: {levels: [{from: 2, flat: 40}]}\n"
    "  - name: Clawed\n    behavior: {measure: revenue, product: [beta]}\n    window: quarter\n"
    "    clawback: {within: 2 months}\n    payout: {after: 90 days}\n    reward: {levels: [{from: 0, rate: 2%}]}\n"
    "tiers:\n  review: quarter\n  levels:\n    - {name: registered}\n"
    "    - {name: silver, when: [{measure: revenue, at_least: 4k}], benefits: {rate_bonus: 0.5%}}\n";

#endif
