/* The forms of values in program files: numbers, durations, months. Exact: what does not fit is an error, never a
 * rounding. See docs/program-language.md, "Values". */
#ifndef RH_PROGRAM_VALUE_H
#define RH_PROGRAM_VALUE_H

#include "core/calendar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a number measures; it decides how many decimals it may have and in what unit it is kept. */
enum rh_quantity {
    RH_QUANTITY_MONEY,   /* thresholds, money for one, flats: 4 decimals, kept in 10⁻⁴ */
    RH_QUANTITY_CENTS,   /* caps and budgets: 2 decimals, kept in 10⁻⁴ */
    RH_QUANTITY_RATE,    /* rates and shares: 6 decimals after the percent is taken, kept in 10⁻⁶ */
    RH_QUANTITY_FACTOR,  /* multipliers and exchange rates: as rates */
    RH_QUANTITY_DECIMAL, /* what a cell of the ledger is compared with: 6 decimals, kept in 10⁻⁶ */
    RH_QUANTITY_WHOLE    /* whole numbers, kept as they are */
};

enum rh_value_status {
    RH_VALUE_OK,
    RH_VALUE_NOT_A_NUMBER,    /* not digits with an optional fraction and suffix */
    RH_VALUE_TOO_MANY_DIGITS, /* more than 18 */
    RH_VALUE_TOO_PRECISE,     /* more decimals, other than zeros, than the quantity holds */
    RH_VALUE_TOO_LARGE,       /* does not fit 64 bits */
    RH_VALUE_PERCENT          /* a percent where the quantity is no rate */
};

/* Reads digits[.digits][k|M|%] of exactly `length` bytes: no sign, exponent, separator or space. */
enum rh_value_status rh_value_number(const char *text, size_t length, enum rh_quantity quantity, int64_t *out);

/* A length of time: months or days, the other 0. */
struct rh_duration {
    int months, days;
};

/* Reads "45 days", "1 day", "6 months" or "1 month" (one or more spaces between): a whole number up to 36500 days or
 * 1200 months. False where the text is none. */
bool rh_duration_parse(const char *text, size_t length, struct rh_duration *out);

/* A number of days for a distribution: digits with up to 4 decimals, alone or followed by " days". */
bool rh_days_parse(const char *text, size_t length, double *out);

/* True where the text is a threshold relative to something else, by the look of it: it has an " of " in it. Then
 * *left_length is the length of what stands before it, *right the first character behind it; spaces around the word are
 * of neither. */
bool rh_value_relative(const char *text, size_t length, size_t *left_length, size_t *right);

#ifdef __cplusplus
}
#endif

#endif
