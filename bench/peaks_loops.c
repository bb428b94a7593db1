/* The loops, compiled once for each instruction set. */
#include "peaks.h"

/* Independent values, to hide the latency of product and sum: 14 vectors, of 16 registers. */
#if defined(__AVX512F__)
#define VALUES 112
#elif defined(__AVX2__)
#define VALUES 56
#else
#define VALUES 28
#endif

double peaks_multiply_add(double *value, long rounds)
{
    double v[VALUES];
    for (int l = 0; l < VALUES; l++) {
        v[l] = value[l];
    }
    for (long k = 0; k < rounds; k++) {
        for (int l = 0; l < VALUES; l++) {
            v[l] = v[l] * 0.999 + 0.001;
        }
    }
    for (int l = 0; l < VALUES; l++) {
        value[l] = v[l];
    }
    return 2.0 * VALUES * (double)rounds;
}

void peaks_scale(double *restrict out, const double *restrict in, size_t num)
{
    for (size_t k = 0; k < num; k++) {
        out[k] = 2.0 * in[k];
    }
}
