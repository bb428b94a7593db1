/* The programs of a world file, and how its partners react to them. */
#include "synth/reader.h"

#include "core/memory.h"

#include <string.h>

static const struct rh_field program_fields[] = {
    TEXT(struct rh_world_program, name, "Name of the program."),
    TEXT(struct rh_world_program, description, "One sentence."),
    OTHER("from", true, "First month, which begins a fiscal quarter."),
    OTHER("bands", true, "marginal or retroactive."),
    OTHER("levels", false, "Levels of quarterly revenue."),
    NUMBER(struct rh_world_program, certification_bonus, 0, 1e6, "Money per certification."),
    NUMBER(struct rh_world_program, certification_cap, 0, 1e9, "Money per partner and quarter."),
    WHOLE(struct rh_world_program, payout_days, 0, 3650, "Days from the quarter's end to payment."),
    END,
};

static const struct rh_field level_fields[] = {
    NUMBER(struct rh_world_level, from, 0, 1e12, "Quarterly revenue."),
    NUMBER(struct rh_world_level, rate, 0, 1, "Share of the revenue inside the level, or of all of it."),
    END,
};

#define RESPONSE(name, low, high, doc)                                                            \
    {                                                                                             \
#name, RH_FIELD_NUMBER, offsetof(struct rh_world, response.name), 0, low, high, true, doc \
    }

static const struct rh_field response_fields[] = {
    PART(response, effort_elasticity, 0, 5, "Log sales to log of one plus rate over margin."),
    PART(response, attention, 0, 1, "Share of partners who react."),
    PART(response, certification_effort, 1, 1e6, "What a certification costs a partner."),
    RESPONSE(elasticity_spread, 0, 2, "Log sd of a partner's elasticity."),
    RESPONSE(stretch, 0, 1, "More sales than expected that a partner asks the worth of."),
    RESPONSE(pass_through, 0, 1, "Share of the reward handed on in the price."),
    RESPONSE(price_elasticity, 0, 10, "Log sales to what is handed on."),
    RESPONSE(goal_gradient, 0, 2, "Log sales just below a threshold."),
    OTHER("timing", true, "Buying ahead and putting off."),
    END,
};

static const struct rh_field timing_fields[] = {
    PART(timing, able, 0, 1, "Share of the attentive partners that can."),
    PART(timing, reach, 0, 10, "Most that is bought ahead, share of the quarter's expected sales."),
    PART(timing, load_cost, 0, 1, "Cost of what is bought ahead."),
    PART(timing, deferral, 0, 1, "Share of a month's purchases put off."),
    END,
};

static void read_levels(const struct rh_world_reader *self, const struct rh_yaml_node *node,
                        struct rh_world_program *program)
{
    const struct rh_yaml_node *list =
        rh_world_list(self, node, "levels", sizeof *program->level, &program->level, &program->num_levels);
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        struct rh_world_level *level = &program->level[k];
        rh_fields_read(self->yaml, list->item[k], level_fields, "level", level, self->problems);
        if (k > 0 && level->from <= level[-1].from) {
            rh_world_complain(self, list->item[k], "levels: expected each from more than the one before");
        }
    }
}

/* A program starts with a fiscal quarter, since what it pays is settled by quarters. */
static void read_from(const struct rh_world_reader *self, const struct rh_yaml_node *node,
                      struct rh_world_program *program)
{
    rh_month month, first, last;
    int year_starts = (int)self->world->year_starts;
    if (node->kind != RH_YAML_SCALAR || !rh_month_parse(node->text, node->length, &month)) {
        rh_world_complain(self, node, "from: expected a month, such as 2024-01");
        return;
    }
    program->from = month;
    if (year_starts >= 1) { /* else told where it stands */
        rh_window_around(RH_WINDOW_QUARTER, year_starts, month, &first, &last);
        if (first != month) {
            rh_world_complain(self, node, "from: expected the first month of a fiscal quarter");
        }
    }
    if (month > self->world->ends) {
        rh_world_complain(self, node, "from: expected a month of the history");
    }
}

static void read_bands(const struct rh_world_reader *self, const struct rh_yaml_node *node,
                       struct rh_world_program *program)
{
    program->retroactive = node->kind == RH_YAML_SCALAR && strcmp(node->text, "retroactive") == 0;
    if (!program->retroactive && !(node->kind == RH_YAML_SCALAR && strcmp(node->text, "marginal") == 0)) {
        rh_world_complain(self, node, "bands: expected marginal or retroactive");
    }
}

static void read_program(const struct rh_world_reader *self, const struct rh_yaml_node *node, size_t k)
{
    struct rh_world *world = self->world;
    struct rh_world_program *program = &world->program[k];
    program->from = RH_NO_MONTH;
    if (!rh_fields_read(self->yaml, node, program_fields, "in_force", program, self->problems)) {
        return;
    }
    const struct rh_yaml_node *from = rh_yaml_find(node, "from"), *bands = rh_yaml_find(node, "bands");
    read_levels(self, node, program);
    if (bands != NULL) {
        read_bands(self, bands, program);
    }
    if (from != NULL) {
        read_from(self, from, program);
    }
    if (k > 0 && program->from <= program[-1].from) { /* also where it has none */
        rh_world_complain(self, from != NULL ? from : node, "in_force: expected each from a later month");
    }
    if (program->certification_bonus > 0.0 &&
        rh_world_find_activity(world, world->num_activities, "certifications") < 0) {
        rh_world_complain(self, node, "in_force: a certification bonus needs an activity 'certifications'");
    }
}

void rh_world_read_programs(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, "in_force");
    if (node == NULL) {
        return;
    }
    if (node->kind == RH_YAML_SEQUENCE) {
        const struct rh_yaml_node *list = rh_world_list(self, self->yaml->root, "in_force", sizeof *world->program,
                                                        &world->program, &world->num_programs);
        for (size_t k = 0; list != NULL && k < list->num; k++) {
            read_program(self, list->item[k], k);
        }
        return;
    }
    world->program = rh_calloc(1, sizeof *world->program);
    if (world->program == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    world->num_programs = 1;
    read_program(self, node, 0);
}

void rh_world_read_response(const struct rh_world_reader *self)
{
    rh_world_read_part(self, "response", response_fields);
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, "response");
    const struct rh_yaml_node *timing =
        node != NULL && node->kind == RH_YAML_MAPPING ? rh_yaml_find(node, "timing") : NULL;
    if (timing != NULL) {
        rh_fields_read(self->yaml, timing, timing_fields, "timing", self->world, self->problems);
    }
}
