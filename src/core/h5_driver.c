/* A file driver for HDF5 over pread and pwrite.
 *
 * HDF5 1.10 does not survive a write that fails while it flushes its caches: the file cannot be closed any more, and
 * the process crashes at its end. So HDF5 never learns of it. The first failure is remembered, nothing is written from
 * then on, and core/h5.c asks after every call; HDF5 goes on to close in good order a file that is thrown away. Pieces
 * that it reads back and that never came to the disk fail its own checks, which it survives.
 *
 * Unlike HDF5's own driver this one takes no lock: files are written under temporary names and renamed, and locks fail
 * on many network file systems. */
#include "core/h5_driver.h"

#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

struct driver_file {
    H5FD_t head; /* HDF5's own part, first */
    int descriptor;
    int *failure; /* errno of the first write that failed, or 0 */
    bool taken;   /* failure belongs to someone who outlives this */
    haddr_t end_of_addresses, end_of_file;
};

static struct driver_file *of(H5FD_t *file)
{
    return (struct driver_file *)(void *)file;
}

static const struct driver_file *of_const(const H5FD_t *file)
{
    return (const struct driver_file *)(const void *)file;
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t max_address)
{
    struct stat facts;
    int how = O_CLOEXEC | ((flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY);
    (void)access;
    (void)max_address;
    how |= (flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0;
    how |= (flags & H5F_ACC_CREAT) != 0 ? O_CREAT : 0;
    how |= (flags & H5F_ACC_EXCL) != 0 ? O_EXCL : 0;
    struct driver_file *self = rh_calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    self->failure = rh_calloc(1, sizeof *self->failure);
    self->descriptor = self->failure == NULL ? -1 : open(name, how, 0666);
    if (self->descriptor < 0 || fstat(self->descriptor, &facts) != 0) {
        if (self->descriptor >= 0) {
            close(self->descriptor);
        }
        free(self->failure);
        free(self);
        return NULL;
    }
    self->end_of_file = (haddr_t)facts.st_size;
    return &self->head;
}

static herr_t driver_close(H5FD_t *file)
{
    struct driver_file *self = of(file);
    close(self->descriptor);
    if (!self->taken) {
        free(self->failure);
    }
    free(self);
    return 0;
}

static herr_t driver_query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t driver_end_of_addresses(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return of_const(file)->end_of_addresses;
}

static herr_t driver_set_end_of_addresses(H5FD_t *file, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    of(file)->end_of_addresses = address;
    return 0;
}

static haddr_t driver_end_of_file(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return of_const(file)->end_of_file;
}

static herr_t driver_handle(H5FD_t *file, hid_t access, void **handle)
{
    (void)access;
    *handle = of(file);
    return 0;
}

static herr_t driver_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer)
{
    struct driver_file *self = of(file);
    unsigned char *bytes = buffer;
    size_t done = 0;
    (void)type;
    (void)transfer;
    if (address > INT64_MAX || size > INT64_MAX - address) {
        return -1;
    }
    while (done < size) {
        const ssize_t got = pread(self->descriptor, bytes + done, size - done, (off_t)(address + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) { /* what was allocated and never written is zero */
            memset(bytes + done, 0, size - done);
            break;
        }
        done += (size_t)got;
    }
    return 0;
}

static herr_t driver_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                           const void *buffer)
{
    struct driver_file *self = of(file);
    const unsigned char *bytes = buffer;
    size_t done = 0;
    (void)type;
    (void)transfer;
    while (*self->failure == 0 && done < size) {
        const ssize_t put = pwrite(self->descriptor, bytes + done, size - done, (off_t)(address + done));
        if (put > 0) {
            done += (size_t)put;
        } else if (put == 0) {
            *self->failure = ENOSPC;
        } else if (errno != EINTR) {
            *self->failure = errno;
        }
    }
    if (address + size > self->end_of_file) {
        self->end_of_file = address + size;
    }
    return 0;
}

static herr_t driver_truncate(H5FD_t *file, hid_t transfer, hbool_t closing)
{
    struct driver_file *self = of(file);
    (void)transfer;
    (void)closing;
    if (self->end_of_addresses != self->end_of_file) {
        if (*self->failure == 0 && ftruncate(self->descriptor, (off_t)self->end_of_addresses) != 0) {
            *self->failure = errno;
        }
        self->end_of_file = self->end_of_addresses;
    }
    return 0;
}

static const H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION /* HDF5 1.14 */
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600, /* of the range that is left to libraries of one's own */
#endif
    .name = "rehearse",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .open = driver_open,
    .close = driver_close,
    .query = driver_query,
    .get_eoa = driver_end_of_addresses,
    .set_eoa = driver_set_end_of_addresses,
    .get_eof = driver_end_of_file,
    .get_handle = driver_handle,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

/* Registered anew for each list of properties: properties and open files hold it, and the last one lets it go. */
herr_t rh_h5_driver_set(hid_t access)
{
    const hid_t id = H5FDregister(&driver);
    if (id < 0) {
        return -1;
    }
    const herr_t status = H5Pset_driver(access, id, NULL);
    H5FDunregister(id);
    return status;
}

static struct driver_file *find(hid_t object)
{
    void *handle = NULL;
    const hid_t file = H5Iget_file_id(object);
    if (file >= 0) {
        H5Fget_vfd_handle(file, H5P_DEFAULT, &handle);
        H5Fclose(file);
    }
    return handle;
}

int rh_h5_driver_failure(hid_t object)
{
    const struct driver_file *self = find(object);
    return self == NULL ? 0 : *self->failure;
}

int *rh_h5_driver_take_failure(hid_t file)
{
    struct driver_file *self = find(file);
    if (self == NULL) {
        return NULL;
    }
    self->taken = true;
    return self->failure;
}
