/* HDF5 files with the same bytes for the same content.
 *
 * What would make two runs differ is switched off: object headers keep no times, the format bounds are pinned (HDF5 1.8
 * structures, which every reader of the last fifteen years knows), and links are tracked in the order of their
 * creation, so that readers list them as they were written. What remains is the order of the calls, which is the
 * caller's.
 *
 * Text is stored as variable-length UTF-8: h5py, netCDF-4 and xarray all hand it out as strings, while fixed-length
 * text arrives as bytes in h5py and, in netCDF-4, as single characters. The history is an exception (h5_texts.c). */
#include "core/h5.h"

#include "core/h5_driver.h"
#include "core/h5_private.h"
#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- HDF5's error printer, and errors ---- */

struct rh_h5_printer rh_h5_silence(void)
{
    struct rh_h5_printer saved = {NULL, NULL};
    H5Eget_auto2(H5E_DEFAULT, &saved.print, &saved.data);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return saved;
}

void rh_h5_restore(struct rh_h5_printer saved)
{
    H5Eset_auto2(H5E_DEFAULT, saved.print, saved.data);
}

struct reason {
    char text[256];
};

/* The innermost entry of HDF5's stack comes first in an upward walk: it names the cause. */
static herr_t take_reason(unsigned n, const H5E_error2_t *entry, void *data)
{
    struct reason *reason = data;
    if (n == 0 && entry->desc != NULL) {
        snprintf(reason->text, sizeof reason->text, " (HDF5: %s)", entry->desc);
    }
    return 0;
}

/* Names the file that holds `object`, and adds HDF5's own reason where its last call failed. */
int rh_h5_fail(struct rh_error *error, int code, hid_t object, const char *format, ...)
{
    char message[512], path[sizeof error->file] = "";
    struct reason reason = {""};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_reason, &reason);
    if (object < 0 || H5Fget_name(object, path, sizeof path) < 0) {
        path[0] = '\0';
    }
    H5Eclear2(H5E_DEFAULT);
    return rh_error_set_at(error, code, path, 0, 0, "%s%s", message, reason.text);
}

/* What every call that writes ends with: HDF5 does not know of writes that failed, its driver does. */
int rh_h5_written(hid_t object, int ret, struct rh_error *error)
{
    const int reason = rh_h5_driver_failure(object);
    if (reason != 0) {
        H5Eclear2(H5E_DEFAULT);
        return rh_h5_fail(error, RH_ERR_IO, object, "cannot be written: %s", strerror(reason));
    }
    return ret;
}

/* ---- Files ---- */

static hid_t file_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 &&
        (rh_h5_driver_set(access) < 0 || H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) < 0 ||
         H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0)) {
        H5Pclose(access);
        access = -1;
    }
    return access;
}

/* Creation properties of the root group and of groups: no times, links in the order of their creation. */
static hid_t group_properties(hid_t class)
{
    hid_t properties = H5Pcreate(class);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    if (properties >= 0 &&
        (H5Pset_obj_track_times(properties, false) < 0 || H5Pset_link_creation_order(properties, order) < 0 ||
         H5Pset_attr_creation_order(properties, order) < 0)) {
        H5Pclose(properties);
        properties = -1;
    }
    return properties;
}

static void close_properties(hid_t properties)
{
    if (properties >= 0) {
        H5Pclose(properties);
    }
}

int rh_h5_create(hid_t *file, const char *path, struct rh_error *error)
{
    int ret = RH_OK;
    *file = -1;
    /* HDF5 hides why a file cannot be made; the operating system says it. */
    const int descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be created: %s", strerror(errno));
    }
    close(descriptor);
    const struct rh_h5_printer saved = rh_h5_silence();
    hid_t access = file_access(), creation = group_properties(H5P_FILE_CREATE);
    if (access >= 0 && creation >= 0) {
        *file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    }
    if (*file < 0) {
        *file = -1;
        ret = rh_h5_fail(error, RH_ERR_IO, -1, "%s: cannot be created", path);
    }
    close_properties(access);
    close_properties(creation);
    rh_h5_restore(saved);
    return ret;
}

int rh_h5_open(hid_t *file, const char *path, struct rh_error *error)
{
    int ret = RH_OK;
    struct stat facts;
    *file = -1;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be opened: %s", strerror(errno));
    }
    const bool regular = fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
    close(descriptor);
    if (!regular) {
        return rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "is not a file");
    }
    const struct rh_h5_printer saved = rh_h5_silence();
    hid_t access = -1;
    if (H5Fis_hdf5(path) <= 0) {
        H5Eclear2(H5E_DEFAULT);
        ret = rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0, "is not an HDF5 file");
        goto out;
    }
    access = file_access();
    *file = access < 0 ? -1 : H5Fopen(path, H5F_ACC_RDONLY, access);
    if (*file < 0) {
        *file = -1;
        H5Eclear2(H5E_DEFAULT);
        ret = rh_error_set_at(error, RH_ERR_FORMAT, path, 0, 0, "is a damaged or truncated HDF5 file");
    }
out:
    close_properties(access);
    rh_h5_restore(saved);
    return ret;
}

/* Closing writes what is left, so the last word on failures comes after it. */
int rh_h5_close(hid_t *file, struct rh_error *error)
{
    int ret = RH_OK;
    char path[sizeof error->file] = "";
    if (*file < 0) {
        return RH_OK;
    }
    const struct rh_h5_printer saved = rh_h5_silence();
    int *failure = rh_h5_driver_take_failure(*file);
    H5Fget_name(*file, path, sizeof path);
    const bool flushed = H5Fflush(*file, H5F_SCOPE_GLOBAL) >= 0;
    /* HDF5 1.10 lets go of the driver before it calls its close: somebody else has to hold it until then. */
    const hid_t access = H5Fget_access_plist(*file);
    const bool closed = H5Fclose(*file) >= 0;
    close_properties(access);
    *file = -1;
    H5Eclear2(H5E_DEFAULT);
    if (failure != NULL && *failure != 0) {
        ret = rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(*failure));
    } else if (!flushed || !closed) {
        ret = rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be closed");
    }
    free(failure);
    rh_h5_restore(saved);
    return ret;
}

static int sync_file(const char *path, struct rh_error *error)
{
    int ret = RH_OK;
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fsync(descriptor) != 0) {
        ret = rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return ret;
}

int rh_h5_commit(hid_t *file, const char *temporary, const char *path, struct rh_error *error)
{
    int ret = rh_h5_close(file, error);
    if (ret == RH_OK) {
        ret = sync_file(temporary, error);
    }
    if (ret == RH_OK && rename(temporary, path) != 0) {
        ret = rh_error_set_at(error, RH_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
    }
    if (ret != RH_OK) {
        unlink(temporary);
    }
    return ret;
}

/* ---- Groups ---- */

static int make_one_group(hid_t parent, const char *name, struct rh_error *error)
{
    int ret = RH_OK;
    const htri_t there = H5Lexists(parent, name, H5P_DEFAULT);
    if (there > 0) {
        return RH_OK;
    }
    hid_t creation = group_properties(H5P_GROUP_CREATE);
    hid_t group = there < 0 || creation < 0 ? -1 : H5Gcreate2(parent, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (group < 0) {
        ret = rh_h5_fail(error, RH_ERR_IO, parent, "group '%s' cannot be made", name);
    } else {
        H5Gclose(group);
    }
    close_properties(creation);
    return ret;
}

/* Parents are made one by one: those that HDF5 makes on the way would carry times. */
int rh_h5_make_group(hid_t parent, const char *name, struct rh_error *error)
{
    int ret = RH_OK;
    char *path = rh_strdup(name);
    if (path == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a group's name");
    }
    const struct rh_h5_printer saved = rh_h5_silence();
    for (char *slash = path; ret == RH_OK && (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        ret = make_one_group(parent, path, error);
        *slash = '/';
    }
    if (ret == RH_OK) {
        ret = make_one_group(parent, path, error);
    }
    ret = rh_h5_written(parent, ret, error);
    rh_h5_restore(saved);
    free(path);
    return ret;
}

/* ---- Types ---- */

hid_t rh_h5_memory_type(enum rh_h5_type type)
{
    switch (type) {
    case RH_H5_INT32:
        return H5T_NATIVE_INT32;
    case RH_H5_INT64:
        return H5T_NATIVE_INT64;
    case RH_H5_FLOAT:
        return H5T_NATIVE_FLOAT;
    case RH_H5_BYTE:
        return H5T_NATIVE_UINT8;
    default:
        return H5T_NATIVE_DOUBLE;
    }
}

/* Variable-length UTF-8. */
hid_t rh_h5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        type = -1;
    }
    return type;
}

/* ---- Parts ---- */

void rh_h5_part_close(struct rh_h5_part *self)
{
    if (self->memory >= 0) {
        H5Sclose(self->memory);
    }
    if (self->space >= 0) {
        H5Sclose(self->space);
    }
    if (self->dataset >= 0) {
        H5Dclose(self->dataset);
    }
}

/* True where the part is inside of the dataset. */
bool rh_h5_part_select(struct rh_h5_part *self, hid_t parent, const char *name, const hsize_t *start,
                       const hsize_t *count)
{
    hsize_t shape[RH_H5_MAX_RANK];
    self->space = self->memory = -1;
    self->dataset = H5Dopen2(parent, name, H5P_DEFAULT);
    self->space = self->dataset < 0 ? -1 : H5Dget_space(self->dataset);
    const int rank = self->space < 0 ? -1 : H5Sget_simple_extent_ndims(self->space);
    if (rank < 1 || rank > RH_H5_MAX_RANK || H5Sget_simple_extent_dims(self->space, shape, NULL) < 0) {
        return false;
    }
    for (int i = 0; i < rank; i++) {
        if (start[i] > shape[i] || count[i] > shape[i] - start[i]) {
            return false;
        }
    }
    self->memory = H5Screate_simple(rank, count, NULL);
    return self->memory >= 0 && H5Sselect_hyperslab(self->space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
}
