/* Logarithm, exponential, normal quantile and the like of an rh_real, of the kernel's precision. */
#ifndef RH_ENGINE_VMATH_H
#define RH_ENGINE_VMATH_H

#ifdef RH_MIXED
#include "engine/vmath_single.h"
#else
#include "engine/vmath_double.h"
#endif

#endif
