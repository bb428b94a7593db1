/* Blocks, headers and what partners gain come back from bytes as they were; parts merge to the bytes of one file,
 * however they are cut; nothing that is no part is taken for one. */
#include "build_parts.h"
#include "core/file.h"
#include "results/part.h"
#include "scratch_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define REPLICATIONS 600

static void assert_same_files(const char *one, const char *other)
{
    char sha256[2][RH_SHA256_TEXT];
    struct rh_error error = {0};
    assert_int_equal(rh_sha256_file(one, sha256[0], &error), RH_OK);
    assert_int_equal(rh_sha256_file(other, sha256[1], &error), RH_OK);
    assert_string_equal(sha256[0], sha256[1]);
}

static struct rh_checkpoint *open_one(const char *path, uint64_t first, enum rh_checkpoint_start start,
                                      struct rh_outcomes *outcomes, uint64_t *done)
{
    const struct rh_results_header header = example_header(REPLICATIONS);
    struct rh_checkpoint *checkpoint = NULL;
    struct rh_error error = {0};
    uint64_t handed = 0;
    assert_int_equal(rh_checkpoint_open(&checkpoint, path, &header, first, start, &error), RH_OK);
    assert_int_equal(
        rh_checkpoint_replay(checkpoint, REPLICATIONS, example_forget, &handed, outcomes, done, NULL, &error), RH_OK);
    assert_int_equal(handed, *done - first);
    return checkpoint;
}

static void write_part(const char *path, uint64_t first, uint64_t end, uint64_t size)
{
    struct rh_error error = {0};
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    uint64_t done;
    struct rh_checkpoint *checkpoint = open_one(path, first, RH_CHECKPOINT_NEW, outcomes, &done);
    assert_int_equal(example_go_on(checkpoint, outcomes, first, end, size, &error), RH_OK);
    assert_int_equal(rh_checkpoint_finish_part(checkpoint, outcomes, path, &error), RH_OK);
    rh_checkpoint_destroy(checkpoint);
    rh_outcomes_destroy(outcomes);
}

static void test_merge(void **state)
{
    struct rh_error error = {0};
    uint64_t merged = 0;
    (void)state;
    assert_int_equal(example_write(scratch_path("whole.h5"), REPLICATIONS, 128, &error), RH_OK);
    write_part(scratch_path("a"), 0, 1, 1);
    write_part(scratch_path("b"), 1, 333, 100);
    write_part(scratch_path("c"), 333, REPLICATIONS, 64);
    char c[128], a[128], b[128];
    strcpy(c, scratch_path("c"));
    strcpy(a, scratch_path("a"));
    strcpy(b, scratch_path("b"));
    const char *const parts[] = {c, a, b};
    assert_int_equal(rh_results_merge(parts, 3, scratch_path("merged.h5"), REPLICATIONS, NULL, &merged, &error), RH_OK);
    assert_int_equal(merged, REPLICATIONS);
    assert_same_files(scratch_path("whole.h5"), scratch_path("merged.h5"));
    assert_int_equal(rh_results_merge(parts, 2, scratch_path("none.h5"), 0, NULL, &merged, &error), RH_ERR_INPUT);
    assert_int_equal(access(scratch_path("none.h5"), F_OK), -1);
}

/* A run that ended after a table was kept goes on from that table; blocks behind it are gone. */
static void test_resume(void **state)
{
    struct rh_error error = {0};
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    uint64_t done = 99;
    (void)state;
    write_part(scratch_path("expected"), 100, REPLICATIONS, 64);
    struct rh_checkpoint *checkpoint = open_one(scratch_path("part"), 100, RH_CHECKPOINT_RESUME, outcomes, &done);
    assert_int_equal(done, 100);
    assert_int_equal(example_go_on(checkpoint, outcomes, 100, 228, 64, &error), RH_OK);
    assert_int_equal(rh_checkpoint_keep(checkpoint, outcomes, 228, &error), RH_OK);
    assert_int_equal(rh_checkpoint_done(checkpoint), 228);
    assert_int_equal(example_go_on(checkpoint, outcomes, 228, 292, 64, &error), RH_OK);
    assert_int_equal(rh_checkpoint_done(checkpoint), 228);
    rh_checkpoint_destroy(checkpoint); /* nothing is written when it ends */
    rh_outcomes_clear(outcomes);

    checkpoint = open_one(scratch_path("part"), 100, RH_CHECKPOINT_RESUME, outcomes, &done);
    assert_int_equal(done, 228);
    assert_int_equal(example_go_on(checkpoint, outcomes, 228, REPLICATIONS, 64, &error), RH_OK);
    assert_int_equal(rh_checkpoint_finish_part(checkpoint, outcomes, scratch_path("part"), &error), RH_OK);
    rh_checkpoint_destroy(checkpoint);
    rh_outcomes_destroy(outcomes);
    assert_same_files(scratch_path("expected"), scratch_path("part"));
    assert_int_equal(access(scratch_path("part.checkpoint"), F_OK), -1);
}

static off_t size_of(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 ? found.st_size : -1;
}

/* What lies behind the blocks that the table of partners counts is cut off when a run goes on: whole blocks, a torn
 * one, and the end of a part file that was never given its name. */
static void test_cut(void **state)
{
    struct rh_error error = {0};
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    char path[128], blocks[160];
    uint64_t done;
    (void)state;
    strcpy(path, scratch_path("cut"));
    snprintf(blocks, sizeof blocks, "%s.checkpoint/blocks", path);
    struct rh_checkpoint *checkpoint = open_one(path, 0, RH_CHECKPOINT_NEW, outcomes, &done);
    assert_int_equal(example_go_on(checkpoint, outcomes, 0, 128, 64, &error), RH_OK);
    assert_int_equal(rh_checkpoint_keep(checkpoint, outcomes, 128, &error), RH_OK);
    const off_t counted = size_of(blocks);
    assert_int_equal(example_go_on(checkpoint, outcomes, 128, 320, 64, &error), RH_OK);
    rh_checkpoint_destroy(checkpoint);
    const off_t all = size_of(blocks);
    assert_true(all > counted);
    for (int damage = 0; damage < 3; damage++) {
        struct rh_journal journal;
        uint32_t kind;
        if (damage == 1) {
            assert_int_equal(truncate(blocks, (all + counted) / 2), 0);
        } else if (damage == 2) {
            assert_int_equal(rh_journal_open(&journal, blocks, true, &error), RH_OK);
            while (rh_journal_next(&journal, &kind, NULL, &error) > 0) {
            }
            assert_int_equal(rh_part_put_end(&journal, outcomes, 128, &error), RH_OK);
            rh_journal_close(&journal);
        }
        assert_true(size_of(blocks) > counted);
        rh_outcomes_clear(outcomes);
        checkpoint = open_one(path, 0, RH_CHECKPOINT_RESUME, outcomes, &done);
        assert_int_equal(done, 128);
        assert_int_equal(size_of(blocks), counted);
        if (damage == 0) { /* the same blocks behind it once more, for the next damage */
            assert_int_equal(example_go_on(checkpoint, outcomes, 128, 320, 64, &error), RH_OK);
            assert_int_equal(size_of(blocks), all);
        }
        rh_checkpoint_destroy(checkpoint);
    }
    rh_outcomes_destroy(outcomes);
}

/* A run that kept nothing leaves nothing. */
static void test_nothing_kept(void **state)
{
    struct rh_outcomes *outcomes = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    uint64_t done;
    (void)state;
    rh_checkpoint_destroy(open_one(scratch_path("never"), 0, RH_CHECKPOINT_NEW, outcomes, &done));
    assert_int_equal(access(scratch_path("never.checkpoint"), F_OK), -1);
    rh_outcomes_destroy(outcomes);
}

static void test_header(void **state)
{
    const struct rh_results_header header = example_header(5);
    struct rh_results_header_copy copy;
    struct rh_text packed, what;
    (void)state;
    rh_text_init(&packed);
    rh_text_init(&what);
    rh_results_header_pack(&header, &packed);
    assert_int_equal(rh_results_header_unpack(&copy, rh_text_string(&packed), packed.length), RH_OK);
    assert_true(rh_results_header_same(&copy.header, &header, &what));
    assert_string_equal(copy.header.partner[2].id, "Ünal & Söhne");
    assert_string_equal(copy.header.cut_label[RH_CUT_REGION][2], "Île");
    struct rh_results_header other = header;
    other.seed = 8;
    assert_false(rh_results_header_same(&other, &header, &what));
    assert_string_equal(rh_text_string(&what), "seed 8, expected 18446744073709551615");
    struct rh_results_input inputs[2] = {header.input[0], header.input[1]};
    inputs[1].sha256 = "22ff";
    other = header;
    other.input = inputs;
    rh_text_clear(&what);
    assert_false(rh_results_header_same(&other, &header, &what));
    assert_non_null(strstr(rh_text_string(&what), "history 'history.h5' with other content"));
    rh_results_header_free(&copy);
    /* Cut anywhere it is no header. */
    for (size_t length = 0; length < packed.length; length++) {
        assert_int_equal(rh_results_header_unpack(&copy, rh_text_string(&packed), length), RH_ERR_FORMAT);
        rh_results_header_free(&copy);
    }
    rh_text_free(&packed);
    rh_text_free(&what);
}

static void test_block(void **state)
{
    struct rh_block block, back;
    struct rh_text packed;
    (void)state;
    rh_text_init(&packed);
    assert_true(example_block(&block, 77, 31));
    rh_block_pack(&block, &packed);
    for (size_t length = 0; length <= packed.length; length += length < packed.length - 4 ? 3 : 1) {
        struct rh_bytes bytes = {.at = rh_text_string(&packed), .left = length};
        assert_int_equal(rh_block_unpack(&back, &bytes), length < packed.length ? RH_ERR_FORMAT : RH_OK);
        if (length == packed.length) {
            assert_int_equal(back.first, 77);
            assert_memory_equal(back.kpi, block.kpi, sizeof(double) * EXAMPLE_SCENARIOS * RH_NUM_KPIS * 31);
            assert_memory_equal(back.window, block.window, sizeof(float) * EXAMPLE_WINDOWS * 31);
            assert_memory_equal(back.cut[RH_CUT_REGION], block.cut[RH_CUT_REGION], sizeof(float) * 3 * 31);
        }
        rh_block_drop(&back);
    }
    example_block_free(&block);
    rh_text_free(&packed);
}

/* Sums of sums are those of all, in any order. */
static void test_outcomes(void **state)
{
    const size_t pairs = EXAMPLE_SCENARIOS * EXAMPLE_PARTNERS;
    struct rh_outcomes *part[3], *all = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
    struct rh_text packed, expected;
    (void)state;
    rh_text_init(&packed);
    rh_text_init(&expected);
    example_gain(all, 0, 300);
    rh_outcomes_pack(all, 0, pairs, &expected);
    rh_outcomes_clear(all);
    for (int k = 2; k >= 0; k--) {
        part[k] = rh_outcomes_create(EXAMPLE_SCENARIOS, EXAMPLE_PARTNERS);
        example_gain(part[k], (uint64_t)k * 100, (uint64_t)k * 100 + 100);
        for (size_t i = 0; i < pairs; i++) { /* one pair at a time */
            rh_text_clear(&packed);
            rh_outcomes_pack(part[k], i, 1, &packed);
            struct rh_bytes bytes = {.at = rh_text_string(&packed), .left = packed.length};
            rh_outcomes_unpack(all, i, 1, &bytes);
            assert_false(bytes.failed);
            assert_int_equal(bytes.left, 0);
        }
        rh_outcomes_destroy(part[k]);
    }
    rh_text_clear(&packed);
    rh_outcomes_pack(all, 0, pairs, &packed);
    assert_int_equal(packed.length, expected.length);
    assert_memory_equal(packed.bytes, expected.bytes, packed.length);
    struct rh_bytes bytes = {.at = rh_text_string(&packed), .left = packed.length - 1};
    rh_outcomes_unpack(all, 0, pairs, &bytes);
    assert_true(bytes.failed);
    rh_outcomes_destroy(all);
    rh_text_free(&packed);
    rh_text_free(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header), cmocka_unit_test(test_block),  cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_merge),  cmocka_unit_test(test_resume), cmocka_unit_test(test_nothing_kept),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
