/* history.h5: what was written comes back, the file explains itself, and what is no history is refused. */
#include "core/h5.h"
#include "history/import.h"
#include "same_history.h"
#include "scratch_files.h"

#include <dirent.h>
#include <math.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything there is: all columns, further columns with odd names, targets. */
static void import_full(struct rh_history *history)
{
    const struct rh_import_options options = {
        .ledger = scratch_write("ledger.csv",
                                "partner_id,date,measure,product,quantity,amount,cost,discount,days,a/b,\"x,\ny\"\n"
                                "B,2014-03-31,revenue,W\xC3\xBCrze,2,922337203685477.5807,60,0.5,,spring,1\n"
                                "A,1900-01-01,revenue,,-1,-922337203685477.5807,-5.00,,,,2\n"
                                "A,2199-12-31,training,\"two\nlines\",0.0001,,,,12.5,spring,3\n"),
        .partners =
            scratch_write("partners.csv", "partner_id,name,segment,region,tier,parent,currency,joined,margin,city\n"
                                          "A,Anna,Shop,East,gold,Group,USD,2013-05-06,25%,Rome\n"
                                          "B,\"Bob, Inc.\",,West,,,EUR,,,\n"),
        .targets = scratch_write("targets.csv", "partner_id,measure,window,window_start,target\n"
                                                "B,revenue,program,2014-04-01,-1000\n"
                                                "A,leads,year,2014-01-01,5\n"),
    };
    struct rh_import_report report;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_import(history, &options, NULL, &report, &problems), RH_OK);
    rh_problems_free(&problems);
}

/* As little as there can be. */
static void import_least(struct rh_history *history)
{
    const struct rh_import_options options = {
        .ledger = scratch_write("ledger.csv", "partner_id,date,amount\nA,2020-01-01,1\n"),
        .partners = scratch_write("partners.csv", "partner_id\nA\n"),
    };
    struct rh_import_report report;
    struct rh_problems problems;
    rh_problems_init(&problems);
    assert_int_equal(rh_import(history, &options, NULL, &report, &problems), RH_OK);
    rh_problems_free(&problems);
}

static void check_round_trip(void (*import)(struct rh_history *))
{
    struct rh_history history, again;
    struct rh_error error;
    import(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    assert_int_equal(rh_history_read(&again, scratch_path("h.h5"), &error), RH_OK);
    assert_same_history(&history, &again);
    rh_history_free(&again);
    rh_history_free(&history);
}

static void test_round_trip_full(void **state)
{
    (void)state;
    check_round_trip(import_full);
}

static void test_round_trip_least(void **state)
{
    (void)state;
    check_round_trip(import_least);
}

/* No row at all, as a program may make it. */
static void test_round_trip_empty(void **state)
{
    struct rh_history history, again;
    struct rh_error error;
    (void)state;
    rh_history_init(&history);
    assert_int_equal(rh_history_finish(&history, &error), RH_OK);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    assert_int_equal(rh_history_read(&again, scratch_path("h.h5"), &error), RH_OK);
    assert_same_history(&history, &again);
    rh_history_free(&again);
    rh_history_free(&history);
}

/* Many rows: chunks, checksums, deflation; a further column with another text in every row. */
static void import_large(struct rh_history *history)
{
    enum { ROWS = 100000 };
    char *ledger = malloc(ROWS * 64), *at = ledger;
    struct rh_import_report report;
    struct rh_problems problems;
    at += sprintf(at, "partner_id,date,product,quantity,amount,order\n");
    for (int k = 0; k < ROWS; k++) {
        at += sprintf(at, "P%d,%d-%02d-01,L%d,%d,%d.%04d,SO%d\n", k % 977 % 50, 2010 + k % 9, 1 + k % 12, k % 7, k % 91,
                      k % 100003, k % 9973, k);
    }
    char partners[1024] = "partner_id\n";
    for (int k = 0; k < 50; k++) {
        sprintf(partners + strlen(partners), "P%d\n", k);
    }
    const struct rh_import_options options = {.ledger = scratch_write("ledger.csv", ledger),
                                              .partners = scratch_write("partners.csv", partners)};
    rh_problems_init(&problems);
    assert_int_equal(rh_import(history, &options, NULL, &report, &problems), RH_OK);
    rh_problems_free(&problems);
    free(ledger);
}

static void test_round_trip_large(void **state)
{
    (void)state;
    check_round_trip(import_large);
}

static void test_same_bytes(void **state)
{
    struct rh_history history;
    struct rh_error error;
    size_t length[2];
    char *bytes[2];
    (void)state;
    import_full(&history);
    for (int k = 0; k < 2; k++) {
        if (k == 1) {
            sleep(1); /* a time of a second's resolution would differ */
        }
        assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
        bytes[k] = scratch_read(scratch_path("h.h5"), &length[k]);
    }
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(bytes[0], bytes[1], length[0]);
    free(bytes[0]);
    free(bytes[1]);
    rh_history_free(&history);
}

struct walk {
    size_t num;
    bool explained;
};

static herr_t visit(hid_t object, const char *name, const H5O_info_t *info, void *user)
{
    static const char *const attributes[] = {"units", "long_name", "description"};
    struct walk *walk = user;
    struct rh_error error;
    if (info->type != H5O_TYPE_DATASET) {
        return 0;
    }
    walk->num++;
    for (size_t k = 0; k < 3; k++) {
        char *text = NULL;
        if (rh_h5_read_attribute(object, name, attributes[k], &text, &error) != RH_OK || text[0] == '\0') {
            print_error("%s: no %s\n", name, attributes[k]);
            walk->explained = false;
        }
        free(text);
    }
    return 0;
}

static void test_explains_itself(void **state)
{
    struct rh_history history;
    struct rh_error error;
    struct walk walk = {0, true};
    char *text;
    int64_t version;
    hid_t file;
    (void)state;
    import_full(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    rh_history_free(&history);
    assert_int_equal(rh_h5_open(&file, scratch_path("h.h5"), &error), RH_OK);
    assert_true(H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, visit, &walk) >= 0);
    assert_true(walk.explained);
    assert_int_equal(walk.num, 31 + 2 + 3 * 2); /* the format's table, two lists of names, three further columns */
    assert_int_equal(rh_h5_read_attribute(file, NULL, "format", &text, &error), RH_OK);
    assert_string_equal(text, "rehearse-history");
    free(text);
    assert_int_equal(rh_h5_read_attribute_int(file, NULL, "format_version", &version, &error), RH_OK);
    assert_int_equal(version, 2);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

static void expect_refused(const char *path, int code, const char *message)
{
    struct rh_history history;
    struct rh_error error;
    assert_int_equal(rh_history_read(&history, path, &error), code);
    assert_string_equal(error.file, path);
    assert_non_null(strstr(error.message, message));
    rh_history_free(&history);
}

/* A file with the two attributes that say what it is; format NULL: without them. */
static const char *write_format(const char *format, int64_t version)
{
    const char *path = scratch_path("other.h5");
    struct rh_error error;
    hid_t file;
    assert_int_equal(rh_h5_create(&file, path, &error), RH_OK);
    if (format != NULL) {
        assert_int_equal(rh_h5_write_attribute(file, "format", format, &error), RH_OK);
        assert_int_equal(rh_h5_write_attribute_int(file, "format_version", version, &error), RH_OK);
    }
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    return path;
}

static void test_foreign_files(void **state)
{
    (void)state;
    expect_refused(scratch_path("none.h5"), RH_ERR_IO, "No such file");
    expect_refused(scratch_write("text.h5", "partner_id,date\n"), RH_ERR_FORMAT, "not an HDF5 file");
    expect_refused(write_format(NULL, 0), RH_ERR_FORMAT, "is no history of rehearse");
    expect_refused(write_format("rehearse-results", 1), RH_ERR_FORMAT, "is no history of rehearse");
    expect_refused(write_format("rehearse-history", 3), RH_ERR_TOO_NEW,
                   "has format version 3, this program reads up to 2; a newer rehearse is needed");
    expect_refused(write_format("rehearse-history", 1), RH_ERR_TOO_OLD, "has format version 1");
    expect_refused(write_format("rehearse-history", 2), RH_ERR_FORMAT, "has no dataset 'ledger/partner'");
}

/* Cut anywhere. */
static void test_truncated_files(void **state)
{
    struct rh_history history, again;
    struct rh_error error;
    size_t length;
    (void)state;
    import_full(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    char *bytes = scratch_read(scratch_path("h.h5"), &length);
    for (size_t cut = 0; cut < length; cut += 499) {
        const int code = rh_history_read(&again, scratch_write_bytes("cut.h5", bytes, cut), &error);
        assert_int_equal(code, RH_ERR_FORMAT);
        rh_history_free(&again);
    }
    free(bytes);
    rh_history_free(&history);
}

/* A bit that turned on the disk: the checksum of the column's chunk tells. */
static void test_damaged_column(void **state)
{
    struct rh_history history;
    struct rh_error error;
    const hsize_t start = 0;
    hsize_t size;
    haddr_t address;
    unsigned filters;
    size_t length;
    (void)state;
    import_large(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    rh_history_free(&history);
    hid_t file = H5Fopen(scratch_path("h.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t column = H5Dopen2(file, "ledger/amount", H5P_DEFAULT);
    assert_true(H5Dget_chunk_info_by_coord(column, &start, &filters, &address, &size) >= 0);
    H5Dclose(column);
    H5Fclose(file);
    char *bytes = scratch_read(scratch_path("h.h5"), &length);
    bytes[address + size / 2] ^= 0x10;
    expect_refused(scratch_write_bytes("bad.h5", bytes, length), RH_ERR_FORMAT, "'ledger/amount' cannot be read");
    free(bytes);
}

/* What a process of its own makes of a file: 0 read, 1 refused, 2 read with other names, else it crashed. A process,
 * since HDF5 does not always let go of a damaged file. */
static int read_apart(const char *path, const struct rh_history *expected)
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rh_history history;
        struct rh_error error;
        alarm(60);
        if (rh_history_read(&history, path, &error) != RH_OK) {
            _exit(1);
        }
        bool same =
            history.partners.id.num == expected->partners.id.num && history.products.num == expected->products.num;
        for (size_t k = 0; same && k < history.partners.id.num; k++) {
            same = strcmp(history.partners.id.name[k], expected->partners.id.name[k]) == 0;
        }
        for (size_t k = 0; same && k < history.products.num; k++) {
            same = strcmp(history.products.name[k], expected->products.name[k]) == 0;
        }
        _exit(same ? 0 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

/* A bit that turned, anywhere: an error, or what was written (not all of a file is read); never a crash, and never
 * another name. */
static void test_turned_bits(void **state)
{
    struct rh_history history;
    struct rh_error error;
    size_t length;
    int count[4] = {0};
    (void)state;
    if (getenv("REHEARSE_VALGRIND") != NULL) { /* the readers leave by _exit, which it takes for leaks */
        print_message("skipped under valgrind\n");
        skip();
    }
    import_full(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    char *bytes = scratch_read(scratch_path("h.h5"), &length);
    for (size_t at = 0; at < length; at += 61) {
        bytes[at] ^= (char)(1 << at % 8);
        const int found = read_apart(scratch_write_bytes("bad.h5", bytes, length), &history);
        if (found > 1) {
            print_error("byte %zu of %zu\n", at, length);
        }
        count[found]++;
        bytes[at] ^= (char)(1 << at % 8);
    }
    assert_int_equal(count[2], 0);
    assert_int_equal(count[3], 0);
    assert_true(count[0] > 0 && count[1] > 0);
    free(bytes);
    rh_history_free(&history);
}

/* Replaces one number of a column by another. */
static void spoil(const char *dataset, int32_t value)
{
    struct rh_history history;
    struct rh_error error;
    const hsize_t start = 0, count = 1;
    hid_t file;
    import_full(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("h.h5"), &error), RH_OK);
    rh_history_free(&history);
    file = H5Fopen(scratch_path("h.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    assert_true(file >= 0);
    hid_t column = H5Dopen2(file, dataset, H5P_DEFAULT), space = H5Dget_space(column);
    hid_t memory = H5Screate_simple(1, &count, NULL);
    assert_true(H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0);
    assert_true(H5Dwrite(column, H5T_NATIVE_INT32, memory, space, H5P_DEFAULT, &value) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(column);
    H5Fclose(file);
}

static void test_numbers_out_of_range(void **state)
{
    (void)state;
    spoil("ledger/product", 99);
    expect_refused(scratch_path("h.h5"), RH_ERR_FORMAT, "is damaged: ledger/product holds a code without a name");
    spoil("ledger/partner", -1);
    expect_refused(scratch_path("h.h5"), RH_ERR_FORMAT, "is damaged: ledger/partner holds a code without a name");
    spoil("ledger/date", INT32_MIN);
    expect_refused(scratch_path("h.h5"), RH_ERR_FORMAT, "is damaged: ledger/date holds a day outside of the calendar");
    spoil("partners/joined", 99999999);
    expect_refused(scratch_path("h.h5"), RH_ERR_FORMAT, "partners/joined holds a day outside of the calendar");
    spoil("targets/window", 5);
    expect_refused(scratch_path("h.h5"), RH_ERR_FORMAT, "targets/window holds a kind of window that there is not");
    spoil("ledger/further/code_0", 7);
    expect_refused(scratch_path("h.h5"), RH_ERR_FORMAT, "ledger/further/code_0 holds a code without a name");
}

/* A write that fails leaves what was there, and nothing beside it. */
static void test_failed_write(void **state)
{
    struct rh_history history;
    struct rh_error error;
    (void)state;
    import_least(&history);
    assert_int_equal(rh_history_write(&history, scratch_path("no/such/folder.h5"), &error), RH_ERR_IO);
    mkdir(scratch_path("folder.h5"), 0700);
    assert_int_equal(rh_history_write(&history, scratch_path("folder.h5"), &error), RH_ERR_IO);
    rh_history_free(&history);
    DIR *folder = opendir(scratch_folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        assert_null(strstr(entry->d_name, ".part"));
    }
    closedir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_full),  cmocka_unit_test(test_round_trip_least),
        cmocka_unit_test(test_round_trip_empty), cmocka_unit_test(test_round_trip_large),
        cmocka_unit_test(test_same_bytes),       cmocka_unit_test(test_explains_itself),
        cmocka_unit_test(test_foreign_files),    cmocka_unit_test(test_truncated_files),
        cmocka_unit_test(test_damaged_column),   cmocka_unit_test(test_numbers_out_of_range),
        cmocka_unit_test(test_failed_write),     cmocka_unit_test(test_turned_bits),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
