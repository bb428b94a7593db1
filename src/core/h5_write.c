/* Writing datasets and attributes that explain themselves. */
#include "core/h5.h"
#include "core/h5_private.h"

#include <assert.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONTIGUOUS_BYTES 16384 /* a chunk index costs more than deflation saves below this */
#define CHUNK_BYTES ((hsize_t)256 * 1024)
#define DEFLATE_LEVEL 1 /* higher levels cost much time and save few bytes on simulated doubles */
#define MAX_LINK_NAME 1024

static hid_t file_type(enum rh_h5_type type)
{
    switch (type) {
    case RH_H5_INT32:
        return H5T_STD_I32LE;
    case RH_H5_INT64:
        return H5T_STD_I64LE;
    case RH_H5_FLOAT:
        return H5T_IEEE_F32LE;
    case RH_H5_BYTE:
        return H5T_STD_U8LE;
    default:
        return H5T_IEEE_F64LE;
    }
}

static size_t type_size(enum rh_h5_type type)
{
    return type == RH_H5_BYTE ? 1 : type == RH_H5_INT32 || type == RH_H5_FLOAT ? 4 : 8;
}

/* ---- Attributes ---- */

static int write_attribute(hid_t object, const char *name, hid_t stored, hid_t in_memory, hid_t space,
                           const void *value, struct rh_error *error)
{
    int ret = RH_OK;
    hid_t attribute = -1;
    if (stored >= 0 && space >= 0) {
        attribute = H5Acreate2(object, name, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    }
    if (attribute < 0 || H5Awrite(attribute, in_memory, value) < 0) {
        ret = rh_h5_fail(error, RH_ERR_IO, object, "attribute '%s' cannot be written", name);
    }
    if (attribute >= 0 && H5Aclose(attribute) < 0 && ret == RH_OK) {
        ret = rh_h5_fail(error, RH_ERR_IO, object, "attribute '%s' cannot be written", name);
    }
    return ret;
}

/* Closes type, which may be negative. */
static int write_text_attribute(hid_t object, const char *name, hid_t type, const void *value, struct rh_error *error)
{
    hid_t space = H5Screate(H5S_SCALAR);
    int ret = write_attribute(object, name, type, type, space, value, error);
    ret = rh_h5_written(object, ret, error);
    if (type >= 0) {
        H5Tclose(type);
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    return ret;
}

int rh_h5_write_attribute(hid_t object, const char *name, const char *value, struct rh_error *error)
{
    const struct rh_h5_printer saved = rh_h5_silence();
    const int ret = write_text_attribute(object, name, rh_h5_text_type(), &value, error);
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_write_attribute_fixed(hid_t object, const char *name, const char *value, struct rh_error *error)
{
    const struct rh_h5_printer saved = rh_h5_silence();
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, strlen(value) + 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        type = -1;
    }
    const int ret = write_text_attribute(object, name, type, value, error);
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_write_attribute_int(hid_t object, const char *name, int64_t value, struct rh_error *error)
{
    const struct rh_h5_printer saved = rh_h5_silence();
    hid_t space = H5Screate(H5S_SCALAR);
    int ret = write_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, space, &value, error);
    ret = rh_h5_written(object, ret, error);
    if (space >= 0) {
        H5Sclose(space);
    }
    rh_h5_restore(saved);
    return ret;
}

/* netCDF's name for the value of what is missing; it must be of the dataset's own type and have one element. */
static int write_fill_attribute(hid_t dataset, enum rh_h5_type type, struct rh_error *error)
{
    const double missing = NAN;
    const hsize_t one = 1;
    hid_t space = H5Screate_simple(1, &one, NULL);
    const int ret = write_attribute(dataset, "_FillValue", file_type(type), H5T_NATIVE_DOUBLE, space, &missing, error);
    if (space >= 0) {
        H5Sclose(space);
    }
    return ret;
}

/* ---- Making datasets ---- */

static bool is_own_scale(const struct rh_h5_dataset *dataset)
{
    return dataset->rank == 1 && dataset->scale[0] != NULL && strcmp(dataset->scale[0], dataset->name) == 0;
}

static bool is_float(enum rh_h5_type type)
{
    return type == RH_H5_FLOAT || type == RH_H5_DOUBLE;
}

/* The chunk to use: the caller's, cut to the shape, or rows of the last dimensions up to CHUNK_BYTES. False where the
 * dataset is to be contiguous. */
static bool choose_chunk(const struct rh_h5_dataset *dataset, hsize_t chunk[RH_H5_MAX_RANK])
{
    bool given = false;
    hsize_t num = 1, room = CHUNK_BYTES / type_size(dataset->type);
    for (int i = 0; i < dataset->rank; i++) {
        given = given || dataset->chunk[i] > 0;
        num *= dataset->shape[i];
    }
    if (dataset->rank == 0 || num == 0 || (!given && num * type_size(dataset->type) < CONTIGUOUS_BYTES)) {
        return false;
    }
    for (int i = dataset->rank - 1; i >= 0; i--) {
        const hsize_t wanted = given ? dataset->chunk[i] : room;
        chunk[i] = wanted < 1 ? 1 : wanted < dataset->shape[i] ? wanted : dataset->shape[i];
        room /= chunk[i];
    }
    return true;
}

static hid_t dataset_properties(const struct rh_h5_dataset *dataset, bool text)
{
    hsize_t chunk[RH_H5_MAX_RANK];
    const double missing = NAN;
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (properties < 0) {
        return -1;
    }
    bool ok = H5Pset_obj_track_times(properties, false) >= 0 &&
              H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0;
    if (ok && !text && is_float(dataset->type)) {
        ok = H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, &missing) >= 0;
    }
    if (ok && !text && choose_chunk(dataset, chunk)) {
        ok = H5Pset_chunk(properties, dataset->rank, chunk) >= 0 && H5Pset_shuffle(properties) >= 0 &&
             H5Pset_deflate(properties, DEFLATE_LEVEL) >= 0 && H5Pset_fletcher32(properties) >= 0;
    }
    if (!ok) {
        H5Pclose(properties);
        return -1;
    }
    return properties;
}

/* Scales are in the group of the dataset, whose name may be a path. */
static int attach_scales(hid_t parent, hid_t made, const struct rh_h5_dataset *dataset, struct rh_error *error)
{
    const char *slash = strrchr(dataset->name, '/');
    const int folder = slash == NULL ? 0 : (int)(slash - dataset->name + 1);
    for (int i = 0; i < dataset->rank; i++) {
        if (dataset->scale[i] == NULL || is_own_scale(dataset)) {
            continue;
        }
        char path[MAX_LINK_NAME];
        snprintf(path, sizeof path, "%.*s%s", folder, dataset->name, dataset->scale[i]);
        hid_t scale = H5Dopen2(parent, path, H5P_DEFAULT);
        const herr_t status = scale < 0 ? -1 : H5DSattach_scale(made, scale, (unsigned)i);
        if (status < 0) {
            rh_h5_fail(error, RH_ERR_IO, parent, "dataset '%s': its scale '%s' cannot be attached", dataset->name,
                       path);
        }
        if (scale >= 0) {
            H5Dclose(scale);
        }
        if (status < 0) {
            return RH_ERR_IO;
        }
    }
    return RH_OK;
}

static int describe(hid_t parent, hid_t made, const struct rh_h5_dataset *dataset, bool text, struct rh_error *error)
{
    int ret = rh_h5_write_attribute(made, "units", dataset->units, error);
    if (ret == RH_OK) {
        ret = rh_h5_write_attribute(made, "long_name", dataset->long_name, error);
    }
    if (ret == RH_OK) {
        ret = rh_h5_write_attribute(made, "description", dataset->description, error);
    }
    if (ret == RH_OK && !text && is_float(dataset->type) && !is_own_scale(dataset)) {
        ret = write_fill_attribute(made, dataset->type, error);
    }
    return ret == RH_OK ? attach_scales(parent, made, dataset, error) : ret;
}

/* Text where `stored` is the text type, else a dataset of numbers. */
static int make_dataset(hid_t parent, const struct rh_h5_dataset *dataset, hid_t stored, hid_t in_memory, bool text,
                        const void *data, struct rh_error *error)
{
    int ret = RH_OK;
    hid_t made = -1;
    assert(dataset->rank >= 0 && dataset->rank <= RH_H5_MAX_RANK);
    assert(dataset->units[0] != '\0' && dataset->long_name[0] != '\0' && dataset->description[0] != '\0');
    hid_t space = dataset->rank == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(dataset->rank, dataset->shape, NULL);
    hid_t properties = dataset_properties(dataset, text);
    if (space >= 0 && properties >= 0 && stored >= 0) {
        made = H5Dcreate2(parent, dataset->name, stored, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    if (made < 0) {
        ret = rh_h5_fail(error, RH_ERR_IO, parent, "dataset '%s' cannot be made", dataset->name);
        goto out;
    }
    if (data != NULL && H5Sget_simple_extent_npoints(space) > 0 &&
        H5Dwrite(made, in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
        ret = rh_h5_fail(error, RH_ERR_IO, parent, "dataset '%s' cannot be written", dataset->name);
        goto out;
    }
    ret = describe(parent, made, dataset, text, error);
out:
    if (made >= 0 && H5Dclose(made) < 0 && ret == RH_OK) {
        ret = rh_h5_fail(error, RH_ERR_IO, parent, "dataset '%s' cannot be written", dataset->name);
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    if (properties >= 0) {
        H5Pclose(properties);
    }
    return ret;
}

int rh_h5_write(hid_t parent, const struct rh_h5_dataset *dataset, const void *data, struct rh_error *error)
{
    const struct rh_h5_printer saved = rh_h5_silence();
    int ret = rh_h5_written(parent, RH_OK, error);
    if (ret == RH_OK) {
        ret = make_dataset(parent, dataset, file_type(dataset->type), rh_h5_memory_type(dataset->type), false, data,
                           error);
        ret = rh_h5_written(parent, ret, error);
    }
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_write_strings(hid_t parent, const struct rh_h5_dataset *dataset, const char *const *strings,
                        struct rh_error *error)
{
    const struct rh_h5_printer saved = rh_h5_silence();
    hid_t type = rh_h5_text_type();
    assert(dataset->rank == 1);
    int ret = rh_h5_written(parent, RH_OK, error);
    if (ret == RH_OK) {
        ret = make_dataset(parent, dataset, type, type, true, strings, error);
        ret = rh_h5_written(parent, ret, error);
    }
    if (type >= 0) {
        H5Tclose(type);
    }
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_make_scale(hid_t parent, const char *name, struct rh_error *error)
{
    int ret = RH_OK;
    const char *slash = strrchr(name, '/');
    const struct rh_h5_printer saved = rh_h5_silence();
    hid_t dataset = H5Dopen2(parent, name, H5P_DEFAULT);
    if (dataset < 0 || H5DSset_scale(dataset, slash == NULL ? name : slash + 1) < 0) {
        ret = rh_h5_fail(error, RH_ERR_IO, parent, "dataset '%s' cannot be made a dimension scale", name);
    }
    if (dataset >= 0) {
        H5Dclose(dataset);
    }
    ret = rh_h5_written(parent, ret, error);
    rh_h5_restore(saved);
    return ret;
}

/* ---- Parts ---- */

int rh_h5_write_part(hid_t parent, const char *name, enum rh_h5_type type, const hsize_t *start, const hsize_t *count,
                     const void *data, struct rh_error *error)
{
    struct rh_h5_part part = {-1, -1, -1};
    const struct rh_h5_printer saved = rh_h5_silence();
    int ret = rh_h5_written(parent, RH_OK, error);
    if (ret == RH_OK &&
        (!rh_h5_part_select(&part, parent, name, start, count) ||
         H5Dwrite(part.dataset, rh_h5_memory_type(type), part.memory, part.space, H5P_DEFAULT, data) < 0)) {
        ret = rh_h5_fail(error, RH_ERR_IO, parent, "a part of dataset '%s' cannot be written", name);
    }
    rh_h5_part_close(&part);
    ret = rh_h5_written(parent, ret, error);
    rh_h5_restore(saved);
    return ret;
}
