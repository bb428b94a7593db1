#include "cli/scenario.h"

#include "core/text.h"

#include <string.h>

int rh_cli_find_scenario(const struct rh_results *results, const char *option, const char *name, struct rh_error *error)
{
    int found = -1;
    struct rh_names names;
    rh_names_init(&names);
    for (int i = 0; i < results->num_scenarios; i++) {
        if (strcmp(results->scenario[i], name) == 0) {
            found = i;
        }
        rh_names_add(&names, results->scenario[i], strlen(results->scenario[i]));
    }
    if (found < 0) {
        const char *nearest = rh_names_nearest(&names, name);
        struct rh_text known;
        rh_text_init(&known);
        for (int i = 0; i < results->num_scenarios; i++) {
            rh_text_printf(&known, "%s%s", i > 0 ? ", " : "", results->scenario[i]);
        }
        rh_error_set(error, RH_ERR_ARGUMENT, "--%s: '%s' is not one of the scenarios %s%s%s%s", option, name,
                     rh_text_string(&known), nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "'?" : "");
        rh_text_free(&known);
    }
    rh_names_free(&names);
    return found;
}
