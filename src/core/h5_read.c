/* Reading, with every surprise in a file an error that names it. */
#include "core/h5.h"
#include "core/h5_private.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LINK_NAME 1024

/* H5Lexists fails, rather than says no, where a parent is missing: each component is asked for. */
static bool exists(hid_t parent, const char *name)
{
    char path[MAX_LINK_NAME];
    for (size_t i = 0;; i++) {
        if (i >= sizeof path) {
            return false;
        }
        if ((name[i] == '/' && i > 0) || name[i] == '\0') {
            path[i] = '\0';
            if (i > 0 && strcmp(path, "/") != 0 && H5Lexists(parent, path, H5P_DEFAULT) <= 0) {
                return false;
            }
        }
        path[i] = name[i];
        if (name[i] == '\0') {
            return i > 0;
        }
    }
}

bool rh_h5_exists(hid_t parent, const char *name)
{
    const struct rh_h5_printer saved = rh_h5_silence();
    const bool there = exists(parent, name);
    H5Eclear2(H5E_DEFAULT);
    rh_h5_restore(saved);
    return there;
}

/* Opens a dataset with its space; both are -1 after a failure. */
static int open_dataset(hid_t parent, const char *name, hid_t *dataset, hid_t *space, struct rh_error *error)
{
    *dataset = *space = -1;
    if (!exists(parent, name)) {
        H5Eclear2(H5E_DEFAULT);
        return rh_h5_fail(error, RH_ERR_FORMAT, parent, "has no dataset '%s'", name);
    }
    *dataset = H5Dopen2(parent, name, H5P_DEFAULT);
    *space = *dataset < 0 ? -1 : H5Dget_space(*dataset);
    if (*space >= 0) {
        return RH_OK;
    }
    rh_h5_fail(error, RH_ERR_FORMAT, parent, "'%s' cannot be opened as a dataset", name);
    if (*dataset >= 0) {
        H5Dclose(*dataset);
        *dataset = -1;
    }
    return RH_ERR_FORMAT;
}

static void close_dataset(hid_t dataset, hid_t space)
{
    if (space >= 0) {
        H5Sclose(space);
    }
    if (dataset >= 0) {
        H5Dclose(dataset);
    }
}

int rh_h5_shape(hid_t parent, const char *name, int *rank_out, hsize_t shape[RH_H5_MAX_RANK], struct rh_error *error)
{
    hid_t dataset, space;
    const struct rh_h5_printer saved = rh_h5_silence();
    *rank_out = 0;
    int ret = open_dataset(parent, name, &dataset, &space, error);
    if (ret == RH_OK) {
        const int rank = H5Sget_simple_extent_ndims(space);
        if (rank < 0 || rank > RH_H5_MAX_RANK || H5Sget_simple_extent_dims(space, shape, NULL) < 0) {
            ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' has %d dimensions, expected at most %d", name,
                             rank, RH_H5_MAX_RANK);
        } else {
            *rank_out = rank;
        }
    }
    close_dataset(dataset, space);
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_read(hid_t parent, const char *name, enum rh_h5_type type, size_t num, void *data, struct rh_error *error)
{
    hid_t dataset, space;
    const struct rh_h5_printer saved = rh_h5_silence();
    int ret = open_dataset(parent, name, &dataset, &space, error);
    if (ret == RH_OK) {
        const hssize_t found = H5Sget_simple_extent_npoints(space);
        if (found < 0 || (uint64_t)found != num) {
            ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' has %lld elements, expected %zu", name,
                             (long long)found, num);
        } else if (num > 0 && H5Dread(dataset, rh_h5_memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) {
            ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' cannot be read", name);
        }
    }
    close_dataset(dataset, space);
    rh_h5_restore(saved);
    return ret;
}

static bool is_text(hid_t type)
{
    return type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
}

/* HDF5 allocates what it reads: the strings are copied, so that callers free what is theirs with free(). */
static char **copy_strings(char *const *read, size_t num)
{
    char **copies = rh_calloc(num, sizeof *copies);
    for (size_t i = 0; copies != NULL && i < num; i++) {
        copies[i] = rh_strdup(read[i] == NULL ? "" : read[i]);
        if (copies[i] == NULL) {
            rh_h5_free_strings(copies, i);
            return NULL;
        }
    }
    return copies;
}

static int read_strings(hid_t parent, hid_t dataset, hid_t space, const char *name, char ***out, size_t *num,
                        struct rh_error *error)
{
    int ret = RH_OK;
    char **read = NULL;
    hid_t stored = H5Dget_type(dataset), type = rh_h5_text_type();
    const hssize_t found = H5Sget_simple_extent_npoints(space);
    if (found < 0 || type < 0 || !is_text(stored)) {
        ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' does not hold text", name);
        goto out;
    }
    read = rh_calloc((size_t)found, sizeof *read);
    if (read == NULL) {
        ret = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %lld texts of '%s'", (long long)found, name);
        goto out;
    }
    if (found > 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) < 0) {
        ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' cannot be read", name);
        goto out;
    }
    *out = copy_strings(read, (size_t)found);
    if (*out == NULL) {
        ret = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %lld texts of '%s'", (long long)found, name);
    } else {
        *num = (size_t)found;
    }
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, read);
out:
    free(read);
    if (stored >= 0) {
        H5Tclose(stored);
    }
    if (type >= 0) {
        H5Tclose(type);
    }
    return ret;
}

int rh_h5_read_strings(hid_t parent, const char *name, char ***out, size_t *num, struct rh_error *error)
{
    hid_t dataset, space;
    const struct rh_h5_printer saved = rh_h5_silence();
    *out = NULL;
    *num = 0;
    int ret = open_dataset(parent, name, &dataset, &space, error);
    if (ret == RH_OK) {
        ret = read_strings(parent, dataset, space, name, out, num, error);
    }
    close_dataset(dataset, space);
    rh_h5_restore(saved);
    return ret;
}

void rh_h5_free_strings(char **strings, size_t num)
{
    for (size_t i = 0; strings != NULL && i < num; i++) {
        free(strings[i]);
    }
    free(strings);
}

int rh_h5_read_part(hid_t parent, const char *name, enum rh_h5_type type, const hsize_t *start, const hsize_t *count,
                    void *data, struct rh_error *error)
{
    int ret = RH_OK;
    struct rh_h5_part part;
    const struct rh_h5_printer saved = rh_h5_silence();
    if (!rh_h5_part_select(&part, parent, name, start, count) ||
        H5Dread(part.dataset, rh_h5_memory_type(type), part.memory, part.space, H5P_DEFAULT, data) < 0) {
        ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "a part of dataset '%s' cannot be read", name);
    }
    rh_h5_part_close(&part);
    rh_h5_restore(saved);
    return ret;
}

/* ---- Reading attributes ---- */

/* Opens a scalar attribute and its type; both are -1 after a failure. */
static int open_attribute(hid_t parent, const char *object, const char *name, hid_t *attribute, hid_t *type,
                          struct rh_error *error)
{
    const char *of = object == NULL ? "." : object;
    *type = -1;
    *attribute = H5Aopen_by_name(parent, of, name, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = *attribute < 0 ? -1 : H5Aget_space(*attribute);
    const hssize_t num = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    if (space >= 0) {
        H5Sclose(space);
    }
    *type = num == 1 ? H5Aget_type(*attribute) : -1;
    if (*type >= 0) {
        return RH_OK;
    }
    if (*attribute >= 0) {
        H5Aclose(*attribute);
        *attribute = -1;
    }
    H5Eclear2(H5E_DEFAULT);
    return rh_h5_fail(error, RH_ERR_FORMAT, parent, "has no attribute '%s'%s%s", name, object == NULL ? "" : " of ",
                      object == NULL ? "" : object);
}

static void close_attribute(hid_t attribute, hid_t type)
{
    if (type >= 0) {
        H5Tclose(type);
    }
    if (attribute >= 0) {
        H5Aclose(attribute);
    }
}

/* Text of variable length, into *out, owned by the caller; false where it cannot be read. */
static bool read_variable(hid_t attribute, char **out)
{
    char *read = NULL;
    hid_t type = rh_h5_text_type();
    const bool ok = type >= 0 && H5Aread(attribute, type, &read) >= 0;
    if (ok) {
        *out = rh_strdup(read == NULL ? "" : read);
        H5free_memory(read);
    }
    if (type >= 0) {
        H5Tclose(type);
    }
    return ok;
}

/* The same of fixed length, with or without a NUL at its end. */
static bool read_fixed(hid_t attribute, hid_t stored, char **out)
{
    const size_t size = H5Tget_size(stored);
    if (H5Tget_class(stored) != H5T_STRING || size == 0) {
        return false;
    }
    *out = rh_calloc(size + 1, 1);
    if (*out != NULL && H5Aread(attribute, stored, *out) < 0) {
        free(*out);
        *out = NULL;
        return false;
    }
    return true;
}

int rh_h5_read_attribute(hid_t parent, const char *object, const char *name, char **out, struct rh_error *error)
{
    hid_t attribute, stored;
    const struct rh_h5_printer saved = rh_h5_silence();
    *out = NULL;
    int ret = open_attribute(parent, object, name, &attribute, &stored, error);
    if (ret == RH_OK) {
        if (!(is_text(stored) ? read_variable(attribute, out) : read_fixed(attribute, stored, out))) {
            ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "attribute '%s' is not text", name);
        } else if (*out == NULL) {
            ret = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for attribute '%s'", name);
        }
    }
    close_attribute(attribute, stored);
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_read_attribute_int(hid_t parent, const char *object, const char *name, int64_t *out, struct rh_error *error)
{
    hid_t attribute, stored;
    const struct rh_h5_printer saved = rh_h5_silence();
    *out = 0;
    int ret = open_attribute(parent, object, name, &attribute, &stored, error);
    if (ret == RH_OK && (H5Tget_class(stored) != H5T_INTEGER || H5Aread(attribute, H5T_NATIVE_INT64, out) < 0)) {
        ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "attribute '%s' is not a whole number", name);
    }
    close_attribute(attribute, stored);
    rh_h5_restore(saved);
    return ret;
}
