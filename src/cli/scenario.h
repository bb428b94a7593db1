/* Scenarios of a results file by their names. */
#ifndef RH_CLI_SCENARIO_H
#define RH_CLI_SCENARIO_H

#include "results/results.h"

/* The scenario of that name, or -1 with an error that names the option, the scenarios and the nearest of them. */
int rh_cli_find_scenario(const struct rh_results *results, const char *option, const char *name,
                         struct rh_error *error);

#endif
