/* Records come back as they were appended; whatever happens to the end of a file is the end, and whatever happens
 * before is told. */
#include "core/bytes.h"
#include "core/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define RECORDS 5

static char path[64];

static int setup(void **state)
{
    (void)state;
    strcpy(path, "/tmp/rh_journal_XXXXXX");
    const int descriptor = mkstemp(path);
    return descriptor < 0 ? 1 : close(descriptor);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

/* Record k has 100 k bytes of the value k. */
static void fill(struct rh_text *record, int k)
{
    rh_text_clear(record);
    for (int i = 0; i < 100 * k; i++) {
        const char byte = (char)k;
        rh_text_add(record, &byte, 1);
    }
}

/* Writes the file anew; end[k] is where record k ends. */
static void write_records(uint64_t end[RECORDS])
{
    struct rh_journal journal;
    struct rh_error error = {0};
    struct rh_text record;
    rh_text_init(&record);
    assert_int_equal(rh_journal_create(&journal, path, &error), RH_OK);
    for (int k = 0; k < RECORDS; k++) {
        fill(&record, k);
        assert_int_equal(rh_journal_append(&journal, (uint32_t)(10 + k), &record, &error), RH_OK);
        end[k] = journal.at;
    }
    assert_int_equal(rh_journal_sync(&journal, &error), RH_OK);
    rh_journal_close(&journal);
    rh_text_free(&record);
}

/* Reads all there is: number of whole records; *status is what the one after them was. */
static int read_records(int *status)
{
    struct rh_journal journal;
    struct rh_error error = {0};
    struct rh_text record, expected;
    int num = 0;
    uint32_t kind = 0;
    rh_text_init(&record);
    rh_text_init(&expected);
    *status = rh_journal_open(&journal, path, false, &error);
    while (*status >= 0 && (*status = rh_journal_next(&journal, &kind, &record, &error)) > 0) {
        fill(&expected, num);
        assert_int_equal(kind, 10 + num);
        assert_int_equal(record.length, expected.length);
        assert_memory_equal(rh_text_string(&record), rh_text_string(&expected), record.length);
        num++;
    }
    rh_journal_close(&journal);
    rh_text_free(&record);
    rh_text_free(&expected);
    return num;
}

/* Cut at every byte, the file has the records that end before. */
static void test_cut_anywhere(void **state)
{
    uint64_t end[RECORDS];
    (void)state;
    write_records(end);
    for (uint64_t length = end[RECORDS - 1]; length > 31; length--) {
        int status, whole = 0;
        while (whole < RECORDS && end[whole] <= length) {
            whole++;
        }
        assert_int_equal(truncate(path, (off_t)length), 0);
        assert_int_equal(read_records(&status), whole);
        assert_int_equal(status, 0);
    }
    int status;
    assert_int_equal(truncate(path, 31), 0);
    assert_int_equal(read_records(&status), 0);
    assert_int_equal(status, RH_ERR_FORMAT);
}

static void flip(uint64_t at)
{
    unsigned char byte;
    const int descriptor = open(path, O_RDWR);
    assert_true(descriptor >= 0);
    assert_int_equal(pread(descriptor, &byte, 1, (off_t)at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(descriptor, &byte, 1, (off_t)at), 1);
    close(descriptor);
}

/* One wrong bit, in any byte: never taken for what was written. In the last record's bytes it is a torn one. */
static void test_damage_anywhere(void **state)
{
    uint64_t end[RECORDS];
    (void)state;
    write_records(end);
    for (uint64_t at = 0; at < end[RECORDS - 1]; at++) {
        const bool in_last = at >= end[RECORDS - 2] + 24; /* behind its frame */
        int status, before = 0;
        while (before < RECORDS && end[before] <= at) {
            before++;
        }
        flip(at);
        assert_int_equal(read_records(&status), before);
        assert_int_equal(status, in_last ? 0 : RH_ERR_FORMAT);
        flip(at);
    }
}

/* Room that a file system had made and not yet written. */
static void test_zeros_at_the_end(void **state)
{
    uint64_t end[RECORDS];
    int status;
    (void)state;
    write_records(end);
    assert_int_equal(truncate(path, (off_t)end[2] + 9), 0);
    assert_int_equal(truncate(path, (off_t)end[2]), 0);
    assert_int_equal(truncate(path, (off_t)end[2] + 100000), 0);
    assert_int_equal(read_records(&status), 3);
    assert_int_equal(status, 0);
}

/* What was torn is cut off, and what comes then is read. */
static void test_go_on(void **state)
{
    uint64_t end[RECORDS];
    struct rh_journal journal;
    struct rh_error error = {0};
    struct rh_text record;
    uint32_t kind;
    int status;
    (void)state;
    write_records(end);
    assert_int_equal(truncate(path, (off_t)end[3] + 50), 0);
    rh_text_init(&record);
    assert_int_equal(rh_journal_open(&journal, path, true, &error), RH_OK);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(rh_journal_next(&journal, &kind, NULL, &error), 1);
    }
    assert_int_equal(rh_journal_cut(&journal, journal.at, &error), RH_OK);
    for (int k = 3; k < RECORDS; k++) {
        fill(&record, k);
        assert_int_equal(rh_journal_append(&journal, (uint32_t)(10 + k), &record, &error), RH_OK);
    }
    rh_journal_close(&journal);
    rh_text_free(&record);
    assert_int_equal(read_records(&status), RECORDS);
    assert_int_equal(status, 0);
}

/* Whole records that were cut off are gone, also where nothing follows them, and do not come back behind a shorter one.
 */
static void test_cut_whole_records(void **state)
{
    uint64_t end[RECORDS];
    struct rh_journal journal;
    struct rh_error error = {0};
    struct rh_text record;
    struct stat found;
    int status;
    (void)state;
    write_records(end);
    assert_int_equal(rh_journal_open(&journal, path, true, &error), RH_OK);
    assert_int_equal(rh_journal_cut(&journal, end[1], &error), RH_OK);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_size, end[1]);
    assert_int_equal(read_records(&status), 2);
    assert_int_equal(status, 0);
    rh_text_init(&record);
    fill(&record, 2);
    assert_int_equal(rh_journal_append(&journal, 12, &record, &error), RH_OK);
    rh_journal_close(&journal);
    rh_text_free(&record);
    assert_int_equal(read_records(&status), 3); /* and not the records 3 … that were there */
    assert_int_equal(status, 0);
}

/* Another process may read, but neither write nor begin anew what one has open for writing. */
static void test_locked(void **state)
{
    struct rh_journal journal, other;
    struct rh_error error = {0};
    int status;
    (void)state;
    assert_int_equal(rh_journal_create(&journal, path, &error), RH_OK);
    const pid_t child = fork();
    if (child == 0) {
        const bool refused =
            rh_journal_open(&other, path, true, &error) == RH_ERR_IO && strstr(error.message, "another run") != NULL;
        rh_journal_close(&other);
        const bool kept = rh_journal_create(&other, path, &error) == RH_ERR_IO;
        rh_journal_close(&other);
        const bool read = rh_journal_open(&other, path, false, &error) == RH_OK;
        rh_journal_close(&other);
        _exit(refused && kept && read ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    rh_journal_close(&journal);
}

static void test_bytes(void **state)
{
    struct rh_text text;
    (void)state;
    rh_text_init(&text);
    rh_bytes_put_int(&text, -5);
    rh_bytes_put_text(&text, "Übung");
    rh_bytes_put_text(&text, "");
    struct rh_bytes bytes = {.at = rh_text_string(&text), .left = text.length};
    assert_int_equal(rh_bytes_get_int(&bytes), -5);
    assert_string_equal(rh_bytes_get_text(&bytes), "Übung");
    assert_string_equal(rh_bytes_get_text(&bytes), "");
    assert_int_equal(bytes.left, 0);
    assert_false(bytes.failed);
    assert_int_equal(rh_bytes_get_int(&bytes), 0);
    assert_true(bytes.failed);
    /* Lengths that lie. */
    bytes = (struct rh_bytes){.at = rh_text_string(&text), .left = text.length};
    assert_string_equal(rh_bytes_get_text(&bytes), "");
    assert_true(bytes.failed);
    bytes = (struct rh_bytes){.at = rh_text_string(&text), .left = text.length};
    assert_int_equal(rh_bytes_get_within(&bytes, 0, 9), 0);
    assert_true(bytes.failed);
    bytes = (struct rh_bytes){.at = rh_text_string(&text) + 8, .left = 12};
    assert_string_equal(rh_bytes_get_text(&bytes), "");
    assert_true(bytes.failed);
    rh_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_damage_anywhere),
        cmocka_unit_test(test_zeros_at_the_end),
        cmocka_unit_test(test_go_on),
        cmocka_unit_test(test_cut_whole_records),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
