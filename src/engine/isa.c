/* Which kernel runs: the best that both build and processor have, or the one asked for. */
#include "engine/isa.h"

#include <stdbool.h>
#include <string.h>

static const struct rh_kernel_code *const codes[] = {
#ifdef RH_HAS_X86_KERNELS
    &rh_kernel_code_avx512,
    &rh_kernel_code_avx2,
#endif
    &rh_kernel_code_baseline,
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

const struct rh_kernel_code *rh_kernel_code_find(const char *name)
{
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
        if (runs_here(codes[k]) && (name == NULL || strcmp(codes[k]->name, name) == 0)) {
            return codes[k];
        }
    }
    return NULL;
}

const char *rh_kernel_code_name(int k)
{
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
        if (runs_here(codes[c]) && k-- == 0) {
            return codes[c]->name;
        }
    }
    return NULL;
}
