/* Which kernel runs: the best that both build and processor have, or the one asked for. */
#include "engine/isa.h"

#include <stdbool.h>
#include <string.h>

/* Best first: in double and in mixed precision. */
static const struct rh_kernel_code *const codes[][2] = {
#ifdef RH_HAS_X86_KERNELS
    {&rh_kernel_code_avx512, &rh_kernel_code_avx512_mixed},
    {&rh_kernel_code_avx2, &rh_kernel_code_avx2_mixed},
#endif
    {&rh_kernel_code_baseline, &rh_kernel_code_baseline_mixed},
};

static bool runs_here(const struct rh_kernel_code *code)
{
#ifdef RH_HAS_X86_KERNELS
    if (code == &rh_kernel_code_avx512) {
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
    }
    if (code == &rh_kernel_code_avx2) {
        return __builtin_cpu_supports("avx2");
    }
#endif
    return code == &rh_kernel_code_baseline;
}

const struct rh_kernel_code *rh_kernel_code_find(const char *name, bool mixed)
{
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
        if (runs_here(codes[k][0]) && (name == NULL || strcmp(codes[k][0]->name, name) == 0)) {
            return codes[k][mixed];
        }
    }
    return NULL;
}

const char *rh_kernel_code_name(int k)
{
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
        if (runs_here(codes[c][0]) && k-- == 0) {
            return codes[c][0]->name;
        }
    }
    return NULL;
}
