/* Many texts in one dataset of bytes. HDF5 keeps text of variable length in a heap that has no checksum, and trusts
 * what stands there: a bit that turned can crash the reader. Bytes are in chunks with a checksum as all else is. */
#include "core/h5.h"

#include "core/h5_private.h"
#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((hsize_t)256 * 1024)

int rh_h5_write_texts(hid_t parent, const struct rh_h5_dataset *dataset, const char *const *texts, size_t num,
                      struct rh_error *error)
{
    struct rh_h5_dataset bytes = *dataset;
    size_t length = 0;
    for (size_t i = 0; i < num; i++) {
        length += strlen(texts[i]) + 1;
    }
    char *all = rh_calloc(length, 1), *at = all;
    if (all == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %zu texts of '%s'", num, dataset->name);
    }
    for (size_t i = 0; i < num; i++) {
        const size_t size = strlen(texts[i]) + 1;
        memcpy(at, texts[i], size);
        at += size;
    }
    bytes.type = RH_H5_BYTE;
    bytes.rank = 1;
    bytes.shape[0] = length;
    bytes.chunk[0] = length < CHUNK_BYTES ? length : CHUNK_BYTES; /* also where it is short: for the checksum */
    const int ret = rh_h5_write(parent, &bytes, all, error);
    free(all);
    return ret;
}

/* Cuts bytes that end with a NUL into texts. */
static int split(const char *all, size_t length, char ***out, size_t *num, const char *name, struct rh_error *error)
{
    size_t found = 0;
    for (size_t i = 0; i < length; i++) {
        found += all[i] == '\0';
    }
    char **texts = rh_calloc(found, sizeof *texts);
    bool memory = texts != NULL;
    for (size_t k = 0; memory && k < found; k++) {
        texts[k] = rh_strdup(all);
        memory = texts[k] != NULL;
        all += strlen(all) + 1;
    }
    if (!memory) {
        rh_h5_free_strings(texts, texts == NULL ? 0 : found);
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for %zu texts of '%s'", found, name);
    }
    *out = texts;
    *num = found;
    return RH_OK;
}

int rh_h5_read_texts(hid_t parent, const char *name, char ***out, size_t *num, struct rh_error *error)
{
    hsize_t shape[RH_H5_MAX_RANK];
    int rank;
    *out = NULL;
    *num = 0;
    int ret = rh_h5_shape(parent, name, &rank, shape, error);
    if (ret != RH_OK) {
        return ret;
    }
    if (rank != 1) {
        return rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' does not hold text", name);
    }
    const size_t length = (size_t)shape[0];
    char *all = rh_calloc(length, 1);
    if (all == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for the texts of '%s'", name);
    }
    ret = rh_h5_read(parent, name, RH_H5_BYTE, length, all, error);
    if (ret == RH_OK && length > 0 && all[length - 1] != '\0') {
        ret = rh_h5_fail(error, RH_ERR_FORMAT, parent, "dataset '%s' does not hold text", name);
    }
    if (ret == RH_OK) {
        ret = split(all, length, out, num, name, error);
    }
    free(all);
    return ret;
}
