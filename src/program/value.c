/* Numbers are read as integers of up to 18 digits and a power of ten: nothing here knows a binary fraction. */
#include "program/value.h"

#include <string.h>

#define MOST_DIGITS 18 /* 10¹⁸ is the largest power of ten below 2⁶³ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* value = mantissa · 10^exponent */
struct decimal {
    int64_t mantissa;
    int exponent;
    bool percent;
};

static enum rh_value_status split(const char *text, size_t length, struct decimal *out)
{
    *out = (struct decimal){0};
    if (length > 0 && text[length - 1] == '%') {
        out->exponent = -2;
        out->percent = true;
    } else if (length > 0 && text[length - 1] == 'k') {
        out->exponent = 3;
    } else if (length > 0 && text[length - 1] == 'M') {
        out->exponent = 6;
    }
    size_t end = out->exponent != 0 ? length - 1 : length;
    const char *point = end > 0 ? memchr(text, '.', end) : NULL;
    size_t num_integer = point != NULL ? (size_t)(point - text) : end;
    size_t num_fraction = point != NULL ? end - num_integer - 1 : 0;
    if (num_integer == 0 || (point != NULL && num_fraction == 0))
        return RH_VALUE_NOT_A_NUMBER;
    for (size_t i = 0; i < end; i++) {
        if (!is_digit(text[i]) && i != num_integer)
            return RH_VALUE_NOT_A_NUMBER;
    }
    if (num_integer + num_fraction > MOST_DIGITS)
        return RH_VALUE_TOO_MANY_DIGITS;
    for (size_t i = 0; i < end; i++) {
        if (i != num_integer)
            out->mantissa = out->mantissa * 10 + (text[i] - '0');
    }
    out->exponent -= (int)num_fraction;
    return RH_VALUE_OK;
}

/* Decimals that may be written, and the decimals of the unit it is kept in. */
static const struct {
    int decimals, scale;
} quantities[] = {
    [RH_QUANTITY_MONEY] = {4, 4},  [RH_QUANTITY_CENTS] = {2, 4},   [RH_QUANTITY_RATE] = {6, 6},
    [RH_QUANTITY_FACTOR] = {6, 6}, [RH_QUANTITY_DECIMAL] = {6, 6}, [RH_QUANTITY_WHOLE] = {0, 0},
};

enum rh_value_status rh_value_number(const char *text, size_t length, enum rh_quantity quantity, int64_t *out)
{
    struct decimal value;
    enum rh_value_status status = split(text, length, &value);
    if (status != RH_VALUE_OK)
        return status;
    if (value.percent && quantity != RH_QUANTITY_RATE && quantity != RH_QUANTITY_FACTOR)
        return RH_VALUE_PERCENT;
    int power = value.exponent + quantities[quantity].decimals;
    for (; power < 0; power++) {
        if (value.mantissa % 10 != 0)
            return RH_VALUE_TOO_PRECISE;
        value.mantissa /= 10;
    }
    power += quantities[quantity].scale - quantities[quantity].decimals;
    for (; power > 0; power--) {
        if (value.mantissa > INT64_MAX / 10)
            return RH_VALUE_TOO_LARGE;
        value.mantissa *= 10;
    }
    *out = value.mantissa;
    return RH_VALUE_OK;
}

bool rh_duration_parse(const char *text, size_t length, struct rh_duration *out)
{
    static const struct {
        const char *unit;
        bool months;
    } units[] = {{"days", false}, {"day", false}, {"months", true}, {"month", true}};
    size_t at = 0;
    int64_t number = 0;
    while (at < length && at < 6 && is_digit(text[at]))
        number = number * 10 + (text[at++] - '0');
    size_t num_digits = at;
    while (at < length && text[at] == ' ')
        at++;
    if (num_digits == 0 || at == num_digits)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].unit) != length - at || memcmp(text + at, units[i].unit, length - at) != 0)
            continue;
        if (number > (units[i].months ? 1200 : 36500))
            return false;
        *out = (struct rh_duration){0};
        if (units[i].months)
            out->months = (int)number;
        else
            out->days = (int)number;
        return true;
    }
    return false;
}

bool rh_days_parse(const char *text, size_t length, double *out)
{
    static const char unit[] = " days";
    size_t num_unit = sizeof unit - 1;
    if (length > num_unit && memcmp(text + length - num_unit, unit, num_unit) == 0)
        length -= num_unit;
    int64_t number;
    if (length == 0 || !is_digit(text[length - 1]) ||
        rh_value_number(text, length, RH_QUANTITY_MONEY, &number) != RH_VALUE_OK || number > 365000000)
        return false;
    *out = (double)number / 1e4;
    return true;
}

bool rh_value_relative(const char *text, size_t length, size_t *left_length, size_t *right)
{
    for (size_t i = 1; i + 4 < length; i++) {
        if (memcmp(text + i, " of ", 4) != 0)
            continue;
        *left_length = i;
        while (*left_length > 1 && text[*left_length - 1] == ' ')
            --*left_length;
        *right = i + 4;
        while (*right + 1 < length && text[*right] == ' ')
            ++*right;
        return true;
    }
    return false;
}
