/* Known answers of Random123 for Philox 4x32-10, the layout of the counter, and draws of many replications at once. */
#include "core/rng_lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check_words(struct rh_words words, uint32_t w0, uint32_t w1, uint32_t w2, uint32_t w3)
{
    assert_int_equal(words.w[0], w0);
    assert_int_equal(words.w[1], w1);
    assert_int_equal(words.w[2], w2);
    assert_int_equal(words.w[3], w3);
}

/* kat_vectors of Random123 1.14, "philox4x32 10": the counter's words are the entity's low and high half, the
 * replication, and purpose, month and index. */
static void test_known_answers(void **state)
{
    (void)state;
    check_words(rh_draw(0, 0, 0, (enum rh_purpose)0, 0, 0), 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    check_words(rh_draw(UINT64_MAX, UINT64_MAX, UINT32_MAX, (enum rh_purpose)0xff, 0xffff, 0xff), 0x408f276d,
                0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    /* counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0 */
    check_words(rh_draw(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x13198a2e, RH_DRAW_SOURCE, 0x7073, 0x44), 0xd16cfe09,
                0x94fdcceb, 0x5001e420, 0x24126ea1);
}

/* The values that are part of "same seed, same bytes". */
static void test_purposes_keep_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(RH_DRAW_PARAMETER, 1);
    assert_int_equal(RH_DRAW_NULL_PROGRAM, 2);
    assert_int_equal(RH_DRAW_SOURCE, 3);
    assert_int_equal(RH_DRAW_MARKET, 4);
    assert_int_equal(RH_DRAW_PARTNER, 5);
    assert_int_equal(RH_DRAW_LEVEL, 6);
    assert_int_equal(RH_DRAW_ROUND, 7);
    assert_int_equal(RH_DRAW_ACTIVITY, 8);
    assert_int_equal(RH_DRAW_CLAIM, 9);
    assert_int_equal(RH_DRAW_WORLD, 64);
}

/* SHA-256 of "" starts e3b0c44298fc1c14, of "abc" ba7816bf8f01cfea; the first byte is the lowest. */
static void test_entities(void **state)
{
    (void)state;
    assert_int_equal(rh_entity(""), 0x141cfc9842c4b0e3);
    assert_int_equal(rh_entity("abc"), 0xeacf018fbf1678ba);
    assert_int_equal(rh_entity_pair("ab", "c"), rh_entity("ab\x1f"
                                                          "c"));
    assert_int_not_equal(rh_entity_pair("ab", "c"), rh_entity_pair("a", "bc"));
    assert_int_not_equal(rh_entity_pair("abc", ""), rh_entity("abc"));
}

static void test_uniforms_stay_inside(void **state)
{
    (void)state;
    assert_true(rh_uniform(0) > 0);
    assert_true(rh_uniform(UINT32_MAX) < 1);
    assert_true(rh_uniform(0x80000000) == 0.5 + 0x1p-33);
    assert_true(1 - rh_uniform(0) == rh_uniform(UINT32_MAX));
    assert_true(rh_uniform53(0, 0) == 0x1p-53);
    assert_true(rh_uniform53(UINT32_MAX, UINT32_MAX) == 1 - 0x1p-53);
    assert_true(rh_uniform53(0x80000000, 0) == 0.5 + 0x1p-53);
    assert_true(rh_uniform53(1, 0) > rh_uniform53(0, UINT32_MAX)); /* the first word is the high one */
    assert_true(rh_uniform53(0, 0x1000) == 3 * 0x1p-53);
}

/* Many replications at once: the same words, also where the replication's number wraps around. */
static void test_lanes(void **state)
{
    enum { NUM = 48 };
    static const uint32_t firsts[] = {0, 1, 4096, UINT32_MAX - 11};
    uint32_t words[4 * NUM];
    (void)state;
    for (uint32_t k = 0; k < 64; k++) {
        const uint64_t seed = 0x9e3779b97f4a7c15 * k, entity = 0xd1342543de82ef95 * (k + 1);
        const uint32_t first = firsts[k % 4], month = k * 1013 % 65536, index = k * 37 % 256;
        const enum rh_purpose purpose = (enum rh_purpose)(k % 4 == 0 ? 255 : k);
        rh_draw_lanes(seed, entity, first, purpose, month, index, NUM, words);
        for (uint32_t l = 0; l < NUM; l++) {
            const struct rh_words one = rh_draw(seed, entity, first + l, purpose, month, index);
            for (uint32_t w = 0; w < 4; w++) {
                assert_int_equal(words[w * NUM + l], one.w[w]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers), cmocka_unit_test(test_purposes_keep_their_numbers),
        cmocka_unit_test(test_entities),      cmocka_unit_test(test_uniforms_stay_inside),
        cmocka_unit_test(test_lanes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
