/* The assumptions file: parameters a study sets instead of the priors.
 *
 *     rehearse: assumptions/1
 *     parameters:
 *       effort_elasticity: {mean: 0.25, sd: 0.1}
 *       pass_through: 0.4
 *       partner_margin: {segments: {Distributor: 0.06, Retailer: {mean: 0.2, sd: 0.05}}}
 *
 * {mean, sd} keeps the prior's family and bounds; a value alone is certain; `segments` sets only those it names. What
 * the file says of activities is read in activities.c. */
#include "core/file.h"
#include "core/memory.h"
#include "model/assumptions_parts.h"
#include "model/learned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct rh_yaml_key top_keys[] = {
    {"rehearse", true, "Kind and version of the file: assumptions/1."},
    {"parameters", false, "Parameters of the model by name."},
    {"yield", false, "What an extra completion of an activity brings, by its measure."},
    {"base_rate", false, "How often partners do what the history has no row of, by the measure."},
    {NULL, false, NULL},
};

const struct rh_yaml_key rh_assumptions_moments_keys[] = {
    {"mean", true, "Mean of the parameter."},
    {"sd", true, "Standard deviation of the parameter."},
    {NULL, false, NULL},
};

static const struct rh_yaml_key segments_keys[] = {
    {"segments", true, "Values by segment; segments not named keep the prior."},
    {NULL, false, NULL},
};

bool rh_assumptions_number(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, double *out)
{
    char *end = NULL;
    if (node == NULL) {
        return false; /* a missing key has been told */
    }
    if (node->kind == RH_YAML_SCALAR && !node->quoted && node->length > 0) {
        *out = strtod(node->text, &end);
    }
    if (end == NULL || *end != '\0' || !isfinite(*out)) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT, "expected a number%s%s%s",
                        node->kind == RH_YAML_SCALAR ? ", found '" : "", node->kind == RH_YAML_SCALAR ? node->text : "",
                        node->kind == RH_YAML_SCALAR ? "'" : "");
        return false;
    }
    return true;
}

char *rh_assumptions_origin(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node)
{
    char origin[600];
    snprintf(origin, sizeof origin, "%.500s:%ld", reader->yaml->path, node->line);
    char *copy = rh_strdup(origin);
    if (copy == NULL) {
        rh_assumptions_no_memory(reader);
    }
    return copy;
}

void rh_assumptions_no_memory(const struct rh_assumptions_reader *reader)
{
    rh_problems_add(reader->problems, RH_ERR_NO_MEMORY, reader->yaml->path, 0, 0, NULL, "out of memory");
}

/* Sets segments [first, last) and remembers where it was said. */
static void set(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, int parameter, int first,
                int last, struct rh_belief_of belief)
{
    for (int s = first; s < last; s++) {
        int k = parameter * reader->self->num_segments + s;
        char *copy = rh_assumptions_origin(reader, node);
        if (copy == NULL) {
            return;
        }
        free(reader->self->origin[k]);
        reader->self->origin[k] = copy;
        reader->self->belief[k] = belief;
    }
}

static void check_value(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, int parameter,
                        double value)
{
    if (!rh_parameter_allows((enum rh_parameter)parameter, value)) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT, "'%s' is %g; expected %s",
                        rh_parameter_table[parameter].name, value, rh_parameter_range((enum rh_parameter)parameter));
    }
}

/* A value or {mean, sd} for segments [first, last). */
static void read_belief(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, int parameter,
                        int first, int last)
{
    const struct rh_belief_of *prior = &rh_parameter_table[parameter].prior;
    double mean = 0.0, sd = 0.0;
    if (node->kind == RH_YAML_SCALAR) {
        if (rh_assumptions_number(reader, node, &mean)) {
            check_value(reader, node, parameter, mean);
            set(reader, node, parameter, first, last, rh_belief_certain(mean));
        }
        return;
    }
    if (!rh_yaml_check_keys(reader->yaml, node, rh_assumptions_moments_keys, rh_parameter_table[parameter].name,
                            reader->problems)) {
        return;
    }
    if (parameter == RH_PARAM_LEVEL_WALK) { /* its table of monthly factors is made once for all replications */
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT, "'%s' takes a number, no distribution",
                        rh_parameter_table[parameter].name);
        return;
    }
    const struct rh_yaml_node *sd_node = rh_yaml_find(node, "sd");
    if (!rh_assumptions_number(reader, rh_yaml_find(node, "mean"), &mean) ||
        !rh_assumptions_number(reader, sd_node, &sd)) {
        return;
    }
    check_value(reader, rh_yaml_find(node, "mean"), parameter, mean);
    struct rh_belief_of belief = *prior;
    if (belief.distribution == RH_DIST_HALF_NORMAL) { /* a mean away from 0 */
        belief.distribution = RH_DIST_LOGNORMAL;
    }
    if (belief.distribution == RH_DIST_FIXED) {
        double low = parameter == RH_PARAM_RESPONSE_LIMIT ? 1.0 : 0.0;
        const bool share = rh_parameter_is_share((enum rh_parameter)parameter);
        belief = (struct rh_belief_of){
            .distribution = share ? RH_DIST_BETA : RH_DIST_LOGNORMAL, .low = low, .high = share ? 1.0 : INFINITY};
    }
    belief.mean = mean;
    belief.sd = sd;
    bool beta_fits = belief.distribution != RH_DIST_BETA || sd * sd < mean * (1.0 - mean);
    bool lognormal_fits = belief.distribution != RH_DIST_LOGNORMAL || (mean > belief.low && mean < belief.high);
    if (!(sd > 0.0) || !beta_fits || !lognormal_fits) {
        rh_yaml_problem(reader->yaml, sd_node, reader->problems, RH_ERR_INPUT,
                        "no %s distribution in [%g, %g] has mean %g and sd %g",
                        belief.distribution == RH_DIST_BETA ? "beta" : "truncated", belief.low, belief.high, mean, sd);
        return;
    }
    set(reader, node, parameter, first, last, belief);
}

static void read_segments(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *node, int parameter)
{
    if (!rh_yaml_check_keys(reader->yaml, node, segments_keys, rh_parameter_table[parameter].name, reader->problems)) {
        return;
    }
    const struct rh_yaml_node *map = rh_yaml_find(node, "segments");
    if (!rh_parameter_table[parameter].per_segment) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT, "%s cannot differ by segment",
                        rh_parameter_table[parameter].name);
    } else if (map == NULL || map->kind != RH_YAML_MAPPING) {
        rh_yaml_problem(reader->yaml, node, reader->problems, RH_ERR_INPUT,
                        "expected segments with their values: {segments: {NAME: VALUE}}");
    } else {
        for (size_t k = 0; k < map->num; k++) {
            int segment = rh_names_find(reader->segments, map->key[k]->text);
            if (segment < 0) {
                rh_yaml_problem(reader->yaml, map->key[k], reader->problems, RH_ERR_INPUT,
                                "the history has no segment '%s'", map->key[k]->text);
            } else {
                read_belief(reader, map->item[k], parameter, segment, segment + 1);
            }
        }
    }
}

static void read_parameters(const struct rh_assumptions_reader *reader, const struct rh_yaml_node *map)
{
    if (map != NULL && map->kind != RH_YAML_MAPPING) {
        rh_yaml_problem(reader->yaml, map, reader->problems, RH_ERR_INPUT, "expected parameters by name");
        return;
    }
    for (size_t k = 0; map != NULL && k < map->num; k++) {
        int parameter = rh_parameter_find(map->key[k]->text);
        const struct rh_yaml_node *node = map->item[k];
        if (parameter < 0) {
            rh_yaml_problem(reader->yaml, map->key[k], reader->problems, RH_ERR_INPUT,
                            "the model has no parameter '%s'", map->key[k]->text);
        } else if (node->kind == RH_YAML_MAPPING && rh_yaml_find(node, "segments") != NULL) {
            read_segments(reader, node, parameter);
        } else {
            read_belief(reader, node, parameter, 0, reader->self->num_segments);
        }
    }
}

int rh_assumptions_read(struct rh_assumptions *self, const char *path, const struct rh_names *segments,
                        struct rh_problems *problems)
{
    struct rh_yaml yaml;
    size_t before = problems->num_total;
    int status = rh_yaml_read(&yaml, path, problems);
    if (status == RH_OK && yaml.root == NULL) {
        rh_problems_add(problems, RH_ERR_INPUT, path, 1, 1, NULL,
                        "the file is empty; expected rehearse: assumptions/1");
    } else if (status == RH_OK && rh_yaml_check_keys(&yaml, yaml.root, top_keys, "assumptions file", problems)) {
        const struct rh_assumptions_reader reader = {self, &yaml, segments, problems};
        const struct rh_yaml_node *kind = rh_yaml_find(yaml.root, "rehearse");
        if (kind != NULL && (kind->kind != RH_YAML_SCALAR || strcmp(kind->text, "assumptions/1") != 0)) {
            rh_yaml_problem(&yaml, kind, problems, RH_ERR_INPUT, "expected assumptions/1");
        }
        const struct rh_yaml_node *map = rh_yaml_find(yaml.root, "parameters");
        read_parameters(&reader, map);
        if (!rh_assumptions_read_activities(&reader, yaml.root) && map == NULL) {
            rh_yaml_problem(&yaml, yaml.root, problems, RH_ERR_INPUT,
                            "the file assumes nothing; expected parameters, yield or base_rate");
        }
        self->path = rh_strdup(path);
        self->text = rh_strndup(yaml.text, yaml.length);
        rh_sha256(yaml.text, yaml.length, self->sha256);
        if (self->path == NULL || self->text == NULL) {
            rh_problems_add(problems, RH_ERR_NO_MEMORY, path, 0, 0, NULL, "out of memory");
        }
    }
    rh_yaml_free(&yaml);
    bool good = problems->num_total == before && problems->failed == 0;
    return good ? RH_OK : rh_problems_status(problems, NULL);
}

int rh_assumptions_of_study(struct rh_assumptions *self, const struct rh_study *study, const struct rh_learned *learned,
                            struct rh_history *history, struct rh_problems *problems, struct rh_error *error)
{
    int status = rh_assumptions_init(self, &history->partners.segments, error);
    if (status == RH_OK && learned != NULL) {
        status = rh_learned_believe(learned, &history->partners.segments, self, error);
    }
    if (status == RH_OK && study->assumptions_path != NULL) {
        status = rh_assumptions_read(self, study->assumptions_path, &history->partners.segments, problems);
    }
    return status == RH_OK ? rh_assumptions_bind(self, study, history, problems) : status;
}
