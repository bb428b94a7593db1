/* HDF5 files as this project writes them. */
#include "core/h5.h"
#include "scratch_files.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *slurp(const char *path, size_t *length)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    fseek(stream, 0, SEEK_END);
    *length = (size_t)ftell(stream);
    rewind(stream);
    char *bytes = malloc(*length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *length, stream), *length);
    fclose(stream);
    return bytes;
}

static const char *const cities[] = {"Zürich", "", "São Paulo"};

static const struct rh_h5_dataset city = {.name = "city",
                                          .type = RH_H5_INT32,
                                          .rank = 1,
                                          .shape = {3},
                                          .scale = {"city"},
                                          .units = "1",
                                          .long_name = "City",
                                          .description = "Name of the city."};
static const struct rh_h5_dataset day = {.name = "day",
                                         .type = RH_H5_INT64,
                                         .rank = 1,
                                         .shape = {5000},
                                         .scale = {"day"},
                                         .units = "day",
                                         .long_name = "Day",
                                         .description = "Days since 1970-01-01."};
static const struct rh_h5_dataset heat = {.name = "heat",
                                          .type = RH_H5_DOUBLE,
                                          .rank = 2,
                                          .shape = {3, 5000},
                                          .chunk = {1, 1000},
                                          .scale = {"city", "day"},
                                          .units = "K",
                                          .long_name = "Heat",
                                          .description = "Temperature of the city on the day."};
static const struct rh_h5_dataset rain = {.name = "rain",
                                          .type = RH_H5_FLOAT,
                                          .rank = 1,
                                          .shape = {3},
                                          .scale = {"city"},
                                          .units = "mm",
                                          .long_name = "Rain",
                                          .description = "Rain per year."};
static const struct rh_h5_dataset answer = {
    .name = "answer", .type = RH_H5_INT32, .rank = 0, .units = "1", .long_name = "Answer", .description = "A scalar."};

/* heat[1] is left out: it must read as missing. */
static void write_example(const char *path)
{
    struct rh_error error;
    hid_t file, group;
    static int64_t days[5000];
    static double row[5000];
    const float millimeters[3] = {1100.5f, 0.0f, NAN};
    const int32_t number = 42;
    for (int i = 0; i < 5000; i++) {
        days[i] = i;
        row[i] = 280.0 + i % 7;
    }
    assert_int_equal(rh_h5_create(&file, path, &error), RH_OK);
    assert_int_equal(rh_h5_make_group(file, "weather/europe", &error), RH_OK);
    assert_int_equal(rh_h5_make_group(file, "weather/europe", &error), RH_OK);
    group = H5Gopen2(file, "weather/europe", H5P_DEFAULT);
    assert_true(group >= 0);
    assert_int_equal(rh_h5_write_strings(group, &city, cities, &error), RH_OK);
    assert_int_equal(rh_h5_make_scale(group, "city", &error), RH_OK);
    assert_int_equal(rh_h5_write(group, &day, days, &error), RH_OK);
    assert_int_equal(rh_h5_make_scale(group, "day", &error), RH_OK);
    assert_int_equal(rh_h5_write(group, &heat, NULL, &error), RH_OK);
    for (hsize_t c = 0; c < 3; c += 2) {
        const hsize_t start[2] = {c, 0}, count[2] = {1, 5000};
        assert_int_equal(rh_h5_write_part(group, "heat", RH_H5_DOUBLE, start, count, row, &error), RH_OK);
    }
    assert_int_equal(rh_h5_write(group, &rain, millimeters, &error), RH_OK);
    H5Gclose(group);
    assert_int_equal(rh_h5_write(file, &answer, &number, &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute(file, "format", "example", &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute(file, "empty", "", &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute_int(file, "big", INT64_MAX, &error), RH_OK);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    assert_true(file < 0);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    int rank;
    hsize_t shape[RH_H5_MAX_RANK];
    static double all[15000];
    int32_t number = 0;
    float rained[3];
    char **names = NULL, *text = NULL;
    size_t num = 0;
    int64_t big = 0;
    write_example(scratch_path("a.h5"));
    assert_int_equal(rh_h5_open(&file, scratch_path("a.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_shape(file, "weather/europe/heat", &rank, shape, &error), RH_OK);
    assert_int_equal(rank, 2);
    assert_int_equal(shape[0], 3);
    assert_int_equal(shape[1], 5000);
    assert_int_equal(rh_h5_read(file, "weather/europe/heat", RH_H5_DOUBLE, 15000, all, &error), RH_OK);
    for (int i = 0; i < 5000; i++) {
        assert_true(all[i] == 280.0 + i % 7);
        assert_true(isnan(all[5000 + i]));
        assert_true(all[10000 + i] == 280.0 + i % 7);
    }
    const hsize_t start[2] = {2, 3}, count[2] = {1, 2};
    assert_int_equal(rh_h5_read_part(file, "weather/europe/heat", RH_H5_DOUBLE, start, count, all, &error), RH_OK);
    assert_true(all[0] == 283.0 && all[1] == 284.0);
    assert_int_equal(rh_h5_read(file, "weather/europe/rain", RH_H5_FLOAT, 3, rained, &error), RH_OK);
    assert_true(rained[0] == 1100.5f && rained[1] == 0.0f && isnan(rained[2]));
    assert_int_equal(rh_h5_read(file, "answer", RH_H5_INT32, 1, &number, &error), RH_OK);
    assert_int_equal(number, 42);
    assert_int_equal(rh_h5_read_strings(file, "weather/europe/city", &names, &num, &error), RH_OK);
    assert_int_equal(num, 3);
    for (size_t i = 0; i < num; i++) {
        assert_string_equal(names[i], cities[i]);
    }
    rh_h5_free_strings(names, num);
    assert_int_equal(rh_h5_read_attribute(file, NULL, "format", &text, &error), RH_OK);
    assert_string_equal(text, "example");
    free(text);
    assert_int_equal(rh_h5_read_attribute(file, NULL, "empty", &text, &error), RH_OK);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(rh_h5_read_attribute(file, "weather/europe/heat", "units", &text, &error), RH_OK);
    assert_string_equal(text, "K");
    free(text);
    assert_int_equal(rh_h5_read_attribute_int(file, NULL, "big", &big, &error), RH_OK);
    assert_true(big == INT64_MAX);
    assert_true(rh_h5_exists(file, "weather/europe/heat"));
    assert_true(rh_h5_exists(file, "/weather"));
    assert_false(rh_h5_exists(file, "weather/asia/heat"));
    assert_false(rh_h5_exists(file, ""));
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

/* Each number has what explains it, numbers carry the netCDF name of the missing value, and parts are checksummed. */
static void test_datasets_explain_themselves(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    write_example(scratch_path("a.h5"));
    assert_int_equal(rh_h5_open(&file, scratch_path("a.h5"), &error), RH_OK);
    const char *const names[] = {"weather/europe/city", "weather/europe/day", "weather/europe/heat", "answer"};
    for (size_t i = 0; i < 4; i++) {
        static const char *const attributes[] = {"units", "long_name", "description"};
        for (size_t k = 0; k < 3; k++) {
            char *text = NULL;
            assert_int_equal(rh_h5_read_attribute(file, names[i], attributes[k], &text, &error), RH_OK);
            assert_true(strlen(text) > 0);
            free(text);
        }
        const htri_t fill = H5Aexists_by_name(file, names[i], "_FillValue", H5P_DEFAULT);
        assert_int_equal(fill > 0, i == 2);
    }
    hid_t dataset = H5Dopen2(file, "weather/europe/heat", H5P_DEFAULT), properties = H5Dget_create_plist(dataset);
    hsize_t chunk[2];
    assert_int_equal(H5Pget_layout(properties), H5D_CHUNKED);
    assert_int_equal(H5Pget_chunk(properties, 2, chunk), 2);
    assert_true(chunk[0] == 1 && chunk[1] == 1000);
    assert_int_equal(H5Pget_nfilters(properties), 3);
    H5Pclose(properties);
    H5Dclose(dataset);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

static void test_same_content_same_bytes(void **state)
{
    (void)state;
    size_t length_a, length_b;
    write_example(scratch_path("a.h5"));
    char *a = slurp(scratch_path("a.h5"), &length_a);
    sleep(1); /* a stored time would show */
    write_example(scratch_path("b.h5"));
    char *b = slurp(scratch_path("b.h5"), &length_b);
    assert_int_equal(length_a, length_b);
    assert_memory_equal(a, b, length_a);
    free(a);
    free(b);
}

static void test_missing_and_wrong(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    int rank;
    hsize_t shape[RH_H5_MAX_RANK];
    double one;
    char **names = NULL, *text = NULL;
    size_t num = 0;
    int64_t integer;
    write_example(scratch_path("a.h5"));
    assert_int_equal(rh_h5_open(&file, scratch_path("a.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_read(file, "nothing/here", RH_H5_DOUBLE, 1, &one, &error), RH_ERR_FORMAT);
    assert_non_null(strstr(error.message, "has no dataset 'nothing/here'"));
    assert_string_equal(error.file, scratch_path("a.h5"));
    assert_int_equal(rh_h5_read(file, "weather/europe/heat", RH_H5_DOUBLE, 1, &one, &error), RH_ERR_FORMAT);
    assert_non_null(strstr(error.message, "has 15000 elements, expected 1"));
    assert_int_equal(rh_h5_read(file, "weather", RH_H5_DOUBLE, 1, &one, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_read(file, "weather/europe/city", RH_H5_DOUBLE, 3, shape, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_shape(file, "nothing", &rank, shape, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_read_strings(file, "weather/europe/heat", &names, &num, &error), RH_ERR_FORMAT);
    assert_null(names);
    assert_int_equal(rh_h5_read_attribute(file, NULL, "nothing", &text, &error), RH_ERR_FORMAT);
    assert_null(text);
    assert_int_equal(rh_h5_read_attribute(file, "nothing", "units", &text, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_read_attribute(file, NULL, "big", &text, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_read_attribute_int(file, NULL, "format", &integer, &error), RH_ERR_FORMAT);
    const hsize_t start[2] = {2, 4999}, count[2] = {1, 2};
    assert_int_equal(rh_h5_read_part(file, "weather/europe/heat", RH_H5_DOUBLE, start, count, shape, &error),
                     RH_ERR_FORMAT);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

static void test_files_that_are_none(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    assert_int_equal(rh_h5_open(&file, scratch_path("missing.h5"), &error), RH_ERR_IO);
    assert_non_null(strstr(error.message, "No such file"));
    assert_true(file < 0);
    assert_int_equal(rh_h5_open(&file, scratch_folder, &error), RH_ERR_IO);
    FILE *stream = fopen(scratch_path("text.h5"), "w");
    assert_non_null(stream);
    fputs("date,partner\n", stream);
    fclose(stream);
    assert_int_equal(rh_h5_open(&file, scratch_path("text.h5"), &error), RH_ERR_FORMAT);
    assert_non_null(strstr(error.message, "not an HDF5 file"));
    assert_int_equal(rh_h5_create(&file, scratch_path("no/such/folder.h5"), &error), RH_ERR_IO);
    assert_non_null(strstr(error.message, "No such file"));
}

static void test_truncated_file(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    size_t length;
    write_example(scratch_path("a.h5"));
    char *bytes = slurp(scratch_path("a.h5"), &length);
    FILE *stream = fopen(scratch_path("cut.h5"), "wb");
    assert_non_null(stream);
    fwrite(bytes, 1, length - 1, stream);
    fclose(stream);
    free(bytes);
    assert_int_equal(rh_h5_open(&file, scratch_path("cut.h5"), &error), RH_ERR_FORMAT);
    assert_non_null(strstr(error.message, "damaged or truncated"));
    assert_true(file < 0);
}

static void turn_bit(const char *path, long at)
{
    FILE *stream = fopen(path, "r+b");
    assert_non_null(stream);
    fseek(stream, at, SEEK_SET);
    const int byte = fgetc(stream);
    fseek(stream, at, SEEK_SET);
    fputc(byte ^ 1, stream);
    fclose(stream);
}

/* Texts as bytes: as they were, also empty ones and none at all; what is no text is refused, and a turned bit found
 * however short they are. */
static void test_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "Z\xC3\xBCrich", "two\nlines", ""};
    const struct rh_h5_dataset some = {.name = "some", .units = "1", .long_name = "Some", .description = "Texts."};
    struct rh_h5_dataset none = some, open = some;
    struct rh_error error;
    char **read, *text;
    size_t num;
    hid_t file;
    none.name = "none";
    open.name = "open";
    open.type = RH_H5_BYTE;
    open.rank = 1;
    open.shape[0] = 2;
    assert_int_equal(rh_h5_create(&file, scratch_path("t.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_write_texts(file, &some, texts, 4, &error), RH_OK);
    assert_int_equal(rh_h5_write_texts(file, &none, NULL, 0, &error), RH_OK);
    assert_int_equal(rh_h5_write(file, &open, "ab", &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute_fixed(file, "empty", "", &error), RH_OK);
    assert_int_equal(rh_h5_write_attribute_fixed(file, "town", texts[1], &error), RH_OK);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    assert_int_equal(rh_h5_open(&file, scratch_path("t.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_read_texts(file, "some", &read, &num, &error), RH_OK);
    assert_int_equal(num, 4);
    for (size_t i = 0; i < num; i++) {
        assert_string_equal(read[i], texts[i]);
    }
    rh_h5_free_strings(read, num);
    assert_int_equal(rh_h5_read_texts(file, "none", &read, &num, &error), RH_OK);
    assert_int_equal(num, 0);
    rh_h5_free_strings(read, num);
    assert_int_equal(rh_h5_read_texts(file, "open", &read, &num, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_read_texts(file, "nothing", &read, &num, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_read_attribute(file, NULL, "empty", &text, &error), RH_OK);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(rh_h5_read_attribute(file, NULL, "town", &text, &error), RH_OK);
    assert_string_equal(text, texts[1]);
    free(text);
    const hsize_t start = 0;
    hsize_t size;
    haddr_t address;
    unsigned filters;
    hid_t dataset = H5Dopen2(file, "some", H5P_DEFAULT);
    assert_true(H5Dget_chunk_info_by_coord(dataset, &start, &filters, &address, &size) >= 0);
    H5Dclose(dataset);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    turn_bit(scratch_path("t.h5"), (long)(address + size / 2));
    assert_int_equal(rh_h5_open(&file, scratch_path("t.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_read_texts(file, "some", &read, &num, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

/* A flipped bit in a chunk is found by its checksum. */
static void test_damage_is_found(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    static double all[15000];
    write_example(scratch_path("a.h5"));
    assert_int_equal(rh_h5_open(&file, scratch_path("a.h5"), &error), RH_OK);
    hid_t dataset = H5Dopen2(file, "weather/europe/heat", H5P_DEFAULT), space = H5Dget_space(dataset);
    haddr_t address = 0;
    hsize_t bytes = 0, offset[2];
    unsigned mask;
    assert_true(H5Dget_chunk_info(dataset, space, 0, offset, &mask, &address, &bytes) >= 0);
    H5Sclose(space);
    H5Dclose(dataset);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    turn_bit(scratch_path("a.h5"), (long)(address + bytes / 2));
    assert_int_equal(rh_h5_open(&file, scratch_path("a.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_read(file, "weather/europe/heat", RH_H5_DOUBLE, 15000, all, &error), RH_ERR_FORMAT);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

static void test_empty_shapes(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    char **names = NULL;
    size_t num = 7;
    double none = 0.0;
    struct rh_h5_dataset empty = heat, nobody = city;
    empty.shape[0] = 0;
    empty.scale[0] = empty.scale[1] = NULL;
    nobody.shape[0] = 0;
    assert_int_equal(rh_h5_create(&file, scratch_path("e.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_write(file, &empty, NULL, &error), RH_OK);
    assert_int_equal(rh_h5_write_strings(file, &nobody, NULL, &error), RH_OK);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    assert_int_equal(rh_h5_open(&file, scratch_path("e.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_read(file, "heat", RH_H5_DOUBLE, 0, &none, &error), RH_OK);
    assert_int_equal(rh_h5_read_strings(file, "city", &names, &num, &error), RH_OK);
    assert_int_equal(num, 0);
    rh_h5_free_strings(names, num);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
}

/* The printer of HDF5's errors belongs to the program, and is as it was after a failure. */
static void test_printer_is_put_back(void **state)
{
    (void)state;
    struct rh_error error;
    hid_t file;
    H5E_auto2_t before, after;
    void *data;
    H5Eget_auto2(H5E_DEFAULT, &before, &data);
    assert_non_null(before);
    assert_int_equal(rh_h5_create(&file, scratch_path("p.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_write(file, &rain, NULL, &error), RH_ERR_IO);
    assert_non_null(strstr(error.message, "scale 'city' cannot be attached"));
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    H5Eget_auto2(H5E_DEFAULT, &after, &data);
    assert_true(before == after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_datasets_explain_themselves),
        cmocka_unit_test(test_same_content_same_bytes),
        cmocka_unit_test(test_missing_and_wrong),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_truncated_file),
        cmocka_unit_test(test_damage_is_found),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_empty_shapes),
        cmocka_unit_test(test_printer_is_put_back),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
