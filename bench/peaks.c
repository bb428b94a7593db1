/* What one core can do at best, for a roofline: products and sums a second, and bytes a second from each level of
 * memory.
 *
 *     rehearse_peaks
 *
 * Compiled once for each instruction set as the kernel is, without fused multiply-adds. Times are processor time, the
 * shortest of some trials. */
#include "peaks.h"

#include "core/memory.h"
#include "engine/isa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIALS 7
#define FLOP_ROUNDS 400000
#define BYTES_A_TRIAL 4e8

#undef peaks_multiply_add
#undef peaks_scale
typedef double multiply_add(double *value, long rounds);
typedef void scale(double *out, const double *in, size_t num);
multiply_add peaks_multiply_add_baseline;
scale peaks_scale_baseline;
#ifdef RH_HAS_X86_KERNELS
multiply_add peaks_multiply_add_avx2, peaks_multiply_add_avx512;
scale peaks_scale_avx2, peaks_scale_avx512;
#endif

static const struct code {
    const char *isa;
    multiply_add *multiply_add;
    scale *scale;
} codes[] = {
#ifdef RH_HAS_X86_KERNELS
    {"avx512", peaks_multiply_add_avx512, peaks_scale_avx512},
    {"avx2", peaks_multiply_add_avx2, peaks_scale_avx2},
#endif
    {"baseline", peaks_multiply_add_baseline, peaks_scale_baseline},
};

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Products and sums a second, 10⁹. */
static double measure_flops(const struct code *code)
{
    double best = 1e300, operations = 0.0, value[PEAKS_VALUES];
    for (int k = 0; k < TRIALS; k++) {
        for (int l = 0; l < PEAKS_VALUES; l++) {
            value[l] = 1.0 + 1e-3 * l;
        }
        const double start = processor_seconds();
        operations = code->multiply_add(value, FLOP_ROUNDS);
        const double took = processor_seconds() - start;
        best = took < best ? took : best;
    }
    return operations / best * 1e-9;
}

/* Bytes read and written a second, 10⁹, by out = 2 · in over two arrays of `bytes` together. */
static double measure_bytes(const struct code *code, double *room, size_t bytes)
{
    const size_t num = bytes / 16;
    const int repeat = (int)(BYTES_A_TRIAL / (double)bytes) + 1;
    double best = 1e300;
    for (int k = 0; k < TRIALS; k++) {
        const double start = processor_seconds();
        for (int r = 0; r < repeat; r++) {
            code->scale(room, room + num, num);
        }
        const double took = processor_seconds() - start;
        best = took < best ? took : best;
    }
    return 16.0 * (double)num * repeat / best * 1e-9;
}

int main(void)
{
    static const size_t sizes[] = {(size_t)16 << 10, (size_t)512 << 10, (size_t)8 << 20, (size_t)256 << 20};
    double *room = rh_alloc_aligned(sizes[3], 1);
    if (room == NULL) {
        fprintf(stderr, "rehearse_peaks: no memory\n");
        return EXIT_FAILURE;
    }
    memset(room, 0, sizes[3]);
    printf("| set | products and sums | 16 KiB | 512 KiB | 8 MiB | 256 MiB |\n"
           "| --- | ---: | ---: | ---: | ---: | ---: |\n");
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
        if (rh_kernel_code_find(codes[c].isa, false) != NULL) {
            printf("| %s | %.1f Gflop/s |", codes[c].isa, measure_flops(&codes[c]));
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
                printf(" %.0f GB/s |", measure_bytes(&codes[c], room, sizes[s]));
            }
            printf("\n");
        }
    }
    free(room);
    return EXIT_SUCCESS;
}
