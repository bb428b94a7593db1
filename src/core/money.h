/* Exact decimal arithmetic. Money and counts are 64-bit integers of 10⁻⁴; rates are 64-bit integers of 10⁻⁶.
 * Intermediates have 128 bits; a result that does not fit is RH_ERR_OVERFLOW, never a wrap. */
#ifndef RH_CORE_MONEY_H
#define RH_CORE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t rh_money; /* 10⁻⁴ of a currency unit, or of one for counts */
typedef int64_t rh_ppm;   /* 10⁻⁶: rates, multipliers, exchange rates */

#define RH_MONEY_ONE ((rh_money)10000)
#define RH_PPM_ONE ((rh_ppm)1000000)
#define RH_MISSING INT64_MIN /* a value that is missing; never a result of arithmetic */

/* Why a number could not be parsed. */
enum rh_decimal_status {
    RH_DECIMAL_OK = 0,
    RH_DECIMAL_NOT_A_NUMBER = 1, /* not digits with an optional sign and fraction */
    RH_DECIMAL_TOO_PRECISE = 2,  /* more decimals, other than zeros, than asked for */
    RH_DECIMAL_TOO_LARGE = 3     /* does not fit */
};

/* Parses [+-]digits[.digits] (the point may be another character) of exactly `length` bytes to an integer of
 * 10^-decimals (0-9). `grouping` is a thousands separator to skip, or 0; a number that has any has one before
 * each three integer digits, so that 12,5 is never read as 125. No spaces, no exponent. INT64_MIN does not fit. *out is
 * set only where the status is RH_DECIMAL_OK. */
enum rh_decimal_status rh_decimal_parse(const char *text, size_t length, int decimals, char point, char grouping,
                                        int64_t *out);

/* In all of these RH_MISSING counts as an overflow, as an operand and as a result, and *out is set only by RH_OK. */
/* *out = a * b / d rounded half to even; d > 0. RH_OK or RH_ERR_OVERFLOW. */
int rh_muldiv(int64_t a, int64_t b, int64_t d, int64_t *out);
/* *out = a + b, a - b. RH_OK or RH_ERR_OVERFLOW. */
int rh_add(int64_t a, int64_t b, int64_t *out);
int rh_sub(int64_t a, int64_t b, int64_t *out);
/* a / d rounded half to even; d > 0. RH_MISSING stays RH_MISSING. */
int64_t rh_div_half_even(int64_t a, int64_t d);
/* money (10⁻⁴) rounded half to even to whole cents (10⁻²), still in 10⁻⁴. RH_OK or RH_ERR_OVERFLOW. */
int rh_money_to_cents(rh_money money, rh_money *out);

#define RH_DECIMAL_TEXT 32 /* room for a formatted number with its NUL */
/* Writes value (10^-scale) with exactly `decimals` ≤ scale decimals, rounded half to even: "-12.34". Zero has
 * no sign; RH_MISSING gives "". scale is 0-18. Returns out. */
char *rh_decimal_format(int64_t value, int scale, int decimals, char out[RH_DECIMAL_TEXT]);

#ifdef __cplusplus
}
#endif

#endif
