/* Checked memory: sizes cannot wrap, failure is RH_ERR_NO_MEMORY and never a crash. */
#ifndef RH_CORE_MEMORY_H
#define RH_CORE_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zeroed room for num objects of size bytes; NULL when there is none or num * size wraps. num = 0 gives a
 * pointer that may be freed. Free with free(). */
void *rh_calloc(size_t num, size_t size);

/* Uninitialized room aligned to 64 bytes (a cache line, an AVX-512 vector); free with free(). */
void *rh_alloc_aligned(size_t num, size_t size);

/* Grows *array so that it holds at least `needed` objects of `size` bytes; *capacity is the number it holds now and
 * is updated. Growth is geometric. RH_OK or RH_ERR_NO_MEMORY, then nothing has changed. */
int rh_reserve(void *array_address, size_t *capacity, size_t needed, size_t size);

/* A copy of text (of the first `length` bytes plus a NUL); NULL when there is no memory. Free with free(). */
char *rh_strdup(const char *text);
char *rh_strndup(const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
