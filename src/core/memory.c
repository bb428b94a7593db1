/* Every size is multiplied with a check, because sizes come from files. */
#include "core/memory.h"

#include "core/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64

void *rh_calloc(size_t num, size_t size)
{
    /* calloc(0) may give NULL, which callers could not tell from a failure. */
    if (num == 0 || size == 0)
        return calloc(1, 1);
    if (num > PTRDIFF_MAX / size)
        return NULL;
    return calloc(num, size);
}

void *rh_alloc_aligned(size_t num, size_t size)
{
    size_t bytes = 0;
    if (num != 0 && size != 0) {
        if (num > (PTRDIFF_MAX - ALIGNMENT) / size)
            return NULL;
        bytes = num * size;
    }
    /* aligned_alloc wants a multiple of the alignment. */
    size_t rounded = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return aligned_alloc(ALIGNMENT, rounded);
}

int rh_reserve(void *array_address, size_t *capacity, size_t needed, size_t size)
{
    if (needed <= *capacity)
        return RH_OK;
    if (size == 0 || needed > PTRDIFF_MAX / size)
        return RH_ERR_NO_MEMORY;
    size_t grown = *capacity + *capacity / 2 + 8;
    if (grown < needed || grown > PTRDIFF_MAX / size)
        grown = needed;
    /* The caller's pointer has its own type; copying its bytes is the way to it that no aliasing rule forbids. */
    void *array;
    memcpy(&array, array_address, sizeof array);
    array = realloc(array, grown * size);
    if (array == NULL)
        return RH_ERR_NO_MEMORY;
    memcpy(array_address, &array, sizeof array);
    *capacity = grown;
    return RH_OK;
}

char *rh_strdup(const char *text)
{
    return rh_strndup(text, strlen(text));
}

char *rh_strndup(const char *text, size_t length)
{
    if (length >= PTRDIFF_MAX)
        return NULL;
    char *copy = malloc(length + 1);
    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}
