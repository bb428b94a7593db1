/* HDF5 as this project writes it: the same bytes for the same content (no object times), every dataset with units,
 * long_name and description, dimension scales by name, chunks shuffled, deflated and checksummed.
 *
 * Not thread-safe. hid_t values are plain HDF5 handles and may be used with the C API. HDF5's own error printing is
 * off within these calls. */
#ifndef RH_CORE_H5_H
#define RH_CORE_H5_H

#include "core/error.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum rh_h5_type { RH_H5_INT32, RH_H5_INT64, RH_H5_FLOAT, RH_H5_DOUBLE, RH_H5_BYTE };

#define RH_H5_MAX_RANK 4

/* What is written: name relative to the group, type, shape, and what it means. */
struct rh_h5_dataset {
    const char *name;
    enum rh_h5_type type; /* in memory and in the file */
    int rank;             /* 0 (a scalar) to RH_H5_MAX_RANK */
    hsize_t shape[RH_H5_MAX_RANK];
    hsize_t chunk[RH_H5_MAX_RANK];     /* all 0: contiguous where small, else chunks of about 256 KiB */
    const char *scale[RH_H5_MAX_RANK]; /* name of each dimension's scale in the same group, or NULL */
    const char *units;                 /* UDUNITS-like: "month", "1", "currency", … never empty */
    const char *long_name;             /* never empty */
    const char *description;           /* never empty */
};

/* All calls take objects of files that were opened here. After a write that failed (full disk), every later write to
 * that file and its closing are RH_ERR_IO with the reason.
 *
 * Creates a file for writing (truncates) / opens one for reading. A file that is not HDF5 or is damaged is
 * RH_ERR_FORMAT, a missing one RH_ERR_IO. */
int rh_h5_create(hid_t *file, const char *path, struct rh_error *error);
int rh_h5_open(hid_t *file, const char *path, struct rh_error *error);
/* Closes; writing errors surface here. *file becomes -1; closing -1 is fine. */
int rh_h5_close(hid_t *file, struct rh_error *error);
/* Closes, syncs and renames the temporary file; after any failure the temporary file is gone. */
int rh_h5_commit(hid_t *file, const char *temporary, const char *path, struct rh_error *error);

int rh_h5_make_group(hid_t parent, const char *name, struct rh_error *error); /* and missing parents */

/* Makes a dataset and, where data is not NULL, writes all of it. */
int rh_h5_write(hid_t parent, const struct rh_h5_dataset *dataset, const void *data, struct rh_error *error);
/* Writes the hyperslab that starts at start[rank] and has count[rank] of a dataset made before. */
int rh_h5_write_part(hid_t parent, const char *name, enum rh_h5_type type, const hsize_t *start, const hsize_t *count,
                     const void *data, struct rh_error *error);
/* One-dimensional UTF-8 strings (variable length); strings[num]. */
int rh_h5_write_strings(hid_t parent, const struct rh_h5_dataset *dataset, const char *const *strings,
                        struct rh_error *error);
/* Texts (UTF-8, num of them) as one dataset of bytes, each with the NUL that ends it, chunked for its checksum; name,
 * units, long_name and description of *dataset count. For files that are read by this project first of all: other
 * programs get bytes, but a damaged file cannot crash HDF5, as one with strings of variable length can. */
int rh_h5_write_texts(hid_t parent, const struct rh_h5_dataset *dataset, const char *const *texts, size_t num,
                      struct rh_error *error);
/* Makes a dataset of this group the scale of the dimension that bears its name (a netCDF-4 coordinate variable). */
int rh_h5_make_scale(hid_t parent, const char *name, struct rh_error *error);

int rh_h5_write_attribute(hid_t object, const char *name, const char *value, struct rh_error *error);
/* The same of fixed length, for the reason of rh_h5_write_texts. */
int rh_h5_write_attribute_fixed(hid_t object, const char *name, const char *value, struct rh_error *error);
int rh_h5_write_attribute_int(hid_t object, const char *name, int64_t value, struct rh_error *error);

/* Shape of a dataset; rank_out ≤ RH_H5_MAX_RANK. Missing datasets and unexpected ranks are RH_ERR_FORMAT. */
int rh_h5_shape(hid_t parent, const char *name, int *rank_out, hsize_t shape[RH_H5_MAX_RANK], struct rh_error *error);
/* Reads a whole dataset of exactly `num` elements, converted to type, into data. */
int rh_h5_read(hid_t parent, const char *name, enum rh_h5_type type, size_t num, void *data, struct rh_error *error);
int rh_h5_read_part(hid_t parent, const char *name, enum rh_h5_type type, const hsize_t *start, const hsize_t *count,
                    void *data, struct rh_error *error);
/* Reads strings: *out is an array of *num owned strings; free each and the array (rh_h5_free_strings). */
int rh_h5_read_strings(hid_t parent, const char *name, char ***out, size_t *num, struct rh_error *error);
/* The same of what rh_h5_write_texts wrote. */
int rh_h5_read_texts(hid_t parent, const char *name, char ***out, size_t *num, struct rh_error *error);
void rh_h5_free_strings(char **strings, size_t num);
bool rh_h5_exists(hid_t parent, const char *name);
/* Text attribute, of variable or fixed length, of an object (NULL: of parent itself); *out is owned by the caller. */
int rh_h5_read_attribute(hid_t parent, const char *object, const char *name, char **out, struct rh_error *error);
int rh_h5_read_attribute_int(hid_t parent, const char *object, const char *name, int64_t *out, struct rh_error *error);

#ifdef __cplusplus
}
#endif

#endif
