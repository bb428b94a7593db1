/* The keys of program and study files, each with what it means: the parser checks files against these tables, and the
 * reference of the language is made of them. */
#ifndef RH_PROGRAM_KEYS_H
#define RH_PROGRAM_KEYS_H

#include "core/yaml.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Mappings that the files are made of. */
enum rh_section {
    RH_SECTION_PROGRAM,
    RH_SECTION_BUDGET,
    RH_SECTION_COSTS,
    RH_SECTION_WITHHOLDING,
    RH_SECTION_TIERS,
    RH_SECTION_TIER,
    RH_SECTION_CONDITION,
    RH_SECTION_BENEFITS,
    RH_SECTION_INCENTIVE,
    RH_SECTION_AUDIENCE,
    RH_SECTION_EXCEPT,
    RH_SECTION_TENURE,
    RH_SECTION_BEHAVIOR,
    RH_SECTION_METRIC,
    RH_SECTION_RATIO,
    RH_SECTION_REQUIREMENT,
    RH_SECTION_MULTIPLIER,
    RH_SECTION_CLAWBACK,
    RH_SECTION_ACTIVE,
    RH_SECTION_REWARD,
    RH_SECTION_LEVEL,
    RH_SECTION_FUND,
    RH_SECTION_CAP,
    RH_SECTION_PAYOUT,
    RH_SECTION_PROCESSING,
    RH_SECTION_STUDY,
    RH_SECTION_HORIZON,
    RH_SECTION_REPLAY,
    RH_SECTION_OUTLOOK,
    RH_SECTION_FINANCE,
    RH_NUM_SECTIONS
};

struct rh_section_info {
    const char *name;               /* as messages call it */
    const struct rh_yaml_key *keys; /* ends with a NULL name */
};

/* By enum rh_section. Not here are mappings whose keys are the history's names: `behavior.where`, `fx`,
 * `region` of the withholding, factors of the multiplier, `finance.vendor_margin`. */
extern const struct rh_section_info rh_sections[RH_NUM_SECTIONS];

#ifdef __cplusplus
}
#endif

#endif
