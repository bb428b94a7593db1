/* What the parts of core/h5 share. */
#ifndef RH_CORE_H5_PRIVATE_H
#define RH_CORE_H5_PRIVATE_H

#include "core/h5.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The printer of HDF5's errors, silent between _silence and _restore: it belongs to the program that uses the library,
 * so it is put back when a call ends. */
struct rh_h5_printer {
    H5E_auto2_t print;
    void *data;
};
struct rh_h5_printer rh_h5_silence(void);
void rh_h5_restore(struct rh_h5_printer saved);

/* Fills *error with the message, the file that holds `object` (which may be -1) and HDF5's own reason where its last
 * call failed; returns code. */
int rh_h5_fail(struct rh_error *error, int code, hid_t object, const char *format, ...) RH_PRINTF(4, 5);

/* What every call that writes ends with: ret, or RH_ERR_IO where bytes of the object's file could not be written. */
int rh_h5_written(hid_t object, int ret, struct rh_error *error);

/* A type's native form; not to be closed. */
hid_t rh_h5_memory_type(enum rh_h5_type type);
/* Variable-length UTF-8, to be closed; negative on failure. */
hid_t rh_h5_text_type(void);

/* An open dataset, its space in the file with the part selected, and the part's space in memory; -1 where not open. */
struct rh_h5_part {
    hid_t dataset, space, memory;
};
/* False where the part start[rank], count[rank] is not inside of the dataset. Close it in either case. */
bool rh_h5_part_select(struct rh_h5_part *self, hid_t parent, const char *name, const hsize_t *start,
                       const hsize_t *count);
void rh_h5_part_close(struct rh_h5_part *self);

#ifdef __cplusplus
}
#endif

#endif
