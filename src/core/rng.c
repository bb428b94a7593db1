/* One call of Philox gives the four words of one draw. The counter is laid out so that no two draws of a study share
 * one; the layout is part of the promise "same seed, same bytes". */
#include "core/rng.h"

#include <Random123/philox.h>
#include <assert.h>
#include <nettle/sha2.h>
#include <string.h>

struct rh_words rh_draw(uint64_t seed, uint64_t entity, uint32_t replication, enum rh_purpose purpose, uint32_t month,
                        uint32_t index)
{
    assert((uint32_t)purpose <= 0xFF && month <= 0xFFFF && index <= 0xFF);
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t counter = {
        {(uint32_t)entity, (uint32_t)(entity >> 32), replication, (uint32_t)purpose << 24 | month << 8 | index}};
    philox4x32_ctr_t drawn = philox4x32_R(10, counter, key);
    return (struct rh_words){{drawn.v[0], drawn.v[1], drawn.v[2], drawn.v[3]}};
}

static uint64_t finish_entity(struct sha256_ctx *context)
{
    uint8_t digest[8];
    sha256_digest(context, sizeof digest, digest);
    uint64_t entity = 0;
    for (size_t i = sizeof digest; i > 0; i--)
        entity = entity << 8 | digest[i - 1];
    return entity;
}

uint64_t rh_entity(const char *name)
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, strlen(name), (const uint8_t *)name);
    return finish_entity(&context);
}

uint64_t rh_entity_pair(const char *first, const char *second)
{
    const uint8_t separator = 0x1f;
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, strlen(first), (const uint8_t *)first);
    sha256_update(&context, 1, &separator);
    sha256_update(&context, strlen(second), (const uint8_t *)second);
    return finish_entity(&context);
}

double rh_uniform53(uint32_t high, uint32_t low)
{
    /* 52 bits and a half: with 53 the greatest value would round to 1. */
    uint64_t bits = ((uint64_t)high << 32 | low) >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}
