/* What the readers of a world file's parts share: tables of keys, lists, problems. */
#ifndef RH_SYNTH_READER_H
#define RH_SYNTH_READER_H

#include "synth/fields.h"
#include "synth/parameters.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NUMBER(type, name, low, high, doc)                                     \
    {                                                                          \
#name, RH_FIELD_NUMBER, offsetof(type, name), 0, low, high, false, doc \
    }
#define OPTIONAL(type, name, low, high, doc)                                  \
    {                                                                         \
#name, RH_FIELD_NUMBER, offsetof(type, name), 0, low, high, true, doc \
    }
#define WHOLE(type, name, low, high, doc)                                     \
    {                                                                         \
#name, RH_FIELD_WHOLE, offsetof(type, name), 0, low, high, false, doc \
    }
#define NUMBERS(type, name, num, low, high, doc)                                  \
    {                                                                             \
#name, RH_FIELD_NUMBERS, offsetof(type, name), num, low, high, false, doc \
    }
#define TEXT(type, name, doc)                                           \
    {                                                                   \
#name, RH_FIELD_TEXT, offsetof(type, name), 0, 0, 0, false, doc \
    }
#define TRUTH(type, name, doc)                                           \
    {                                                                    \
#name, RH_FIELD_TRUTH, offsetof(type, name), 0, 0, 0, false, doc \
    }
#define OTHER(key, optional, doc)                      \
    {                                                  \
        key, RH_FIELD_OTHER, 0, 0, 0, 0, optional, doc \
    }
/* A number of one of the world's unnamed parts: key `name`, kept as part.name. */
#define PART(part, name, low, high, doc)                                                       \
    {                                                                                          \
#name, RH_FIELD_NUMBER, offsetof(struct rh_world, part.name), 0, low, high, false, doc \
    }
#define PART_NUMBERS(part, name, num, low, high, doc)                                             \
    {                                                                                             \
#name, RH_FIELD_NUMBERS, offsetof(struct rh_world, part.name), num, low, high, false, doc \
    }
#define END                                           \
    {                                                 \
        NULL, RH_FIELD_OTHER, 0, 0, 0, 0, false, NULL \
    }

/* What reading needs at hand. */
struct rh_world_reader {
    struct rh_world *world;
    const struct rh_yaml *yaml;
    struct rh_problems *problems;
};

void rh_world_complain(const struct rh_world_reader *self, const struct rh_yaml_node *node, const char *message);

/* Reads the world's numbers from the mapping under a key; nothing where the key is absent. */
void rh_world_read_part(const struct rh_world_reader *self, const char *key, const struct rh_field *fields);

/* The list under a key of the mapping `parent` (or NULL), and room for as many objects, zeroed, at the pointer at
 * array_address; NULL where there are none. */
const struct rh_yaml_node *rh_world_list(const struct rh_world_reader *self, const struct rh_yaml_node *parent,
                                         const char *key, size_t size, void *array_address, size_t *num);

/* Index of the activity before `num` with that measure, or -1. */
long rh_world_find_activity(const struct rh_world *world, size_t num, const char *measure);

/* The keys `in_force` and `response`, after history, segments and activities. */
void rh_world_read_programs(const struct rh_world_reader *self);
void rh_world_read_response(const struct rh_world_reader *self);

#ifdef __cplusplus
}
#endif

#endif
