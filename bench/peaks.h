/* Loops that ask for nothing but arithmetic, or nothing but memory; one of each per instruction set. */
#ifndef BENCH_PEAKS_H
#define BENCH_PEAKS_H

#include "engine/isa.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PEAKS_VALUES 128 /* most that a loop computes with */

#define peaks_multiply_add RH_ISA_NAME(peaks_multiply_add)
#define peaks_scale RH_ISA_NAME(peaks_scale)
/* value = value · a + b, `rounds` times, of as many of the PEAKS_VALUES as the registers hold. How many products and
 * sums that were. */
double peaks_multiply_add(double *value, long rounds);
/* out[num] = 2 · in[num]; the arrays are apart. */
void peaks_scale(double *out, const double *in, size_t num);

#ifdef __cplusplus
}
#endif

#endif
