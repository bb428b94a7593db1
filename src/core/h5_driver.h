/* How bytes of an HDF5 file reach the disk: a file driver that survives a full disk. */
#ifndef RH_CORE_H5_DRIVER_H
#define RH_CORE_H5_DRIVER_H

#include <hdf5.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Makes files that are opened with these access properties use the driver. Negative on failure. */
herr_t rh_h5_driver_set(hid_t access);

/* errno of the first write that failed in the file that holds `object`, 0 where none did; the file must be of this
 * driver. HDF5 itself is told that every write succeeds. */
int rh_h5_driver_failure(hid_t object);
/* The same as a variable that outlives the file, to be asked after it is closed: free with free(). Once per file, NULL
 * where `file` is none. */
int *rh_h5_driver_take_failure(hid_t file);

#ifdef __cplusplus
}
#endif

#endif
