#include "synth/reader.h"

#include "core/memory.h"

#include <string.h>

void rh_world_complain(const struct rh_world_reader *self, const struct rh_yaml_node *node, const char *message)
{
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s", message);
}

void rh_world_read_part(const struct rh_world_reader *self, const char *key, const struct rh_field *fields)
{
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, key);
    if (node != NULL) {
        rh_fields_read(self->yaml, node, fields, key, self->world, self->problems);
    }
}

const struct rh_yaml_node *rh_world_list(const struct rh_world_reader *self, const struct rh_yaml_node *parent,
                                         const char *key, size_t size, void *array_address, size_t *num)
{
    const struct rh_yaml_node *node = parent != NULL ? rh_yaml_find(parent, key) : NULL;
    if (node == NULL) {
        return NULL;
    }
    if (node->kind != RH_YAML_SEQUENCE || node->num == 0 || node->num > 10000) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s: expected a list of 1 to 10000", key);
        return NULL;
    }
    void *array = rh_calloc(node->num, size);
    if (array == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return NULL;
    }
    memcpy(array_address, &array, sizeof array);
    *num = node->num;
    return node;
}

long rh_world_find_activity(const struct rh_world *world, size_t num, const char *measure)
{
    for (size_t k = 0; k < num; k++) {
        if (world->activity[k].measure != NULL && strcmp(world->activity[k].measure, measure) == 0) {
            return (long)k;
        }
    }
    return -1;
}
