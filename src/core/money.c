/* All rounding is half to even, decided on exact remainders. Products are formed in 128 bits, which hold any product of
 * two 64-bit numbers; the common case, a product that fits 64 bits, is divided in 64. */
#include "core/money.h"

#include "core/error.h"

#include <assert.h>

__extension__ typedef unsigned __int128 wide;

static const uint64_t powers_of_ten[19] = {1,
                                           10,
                                           100,
                                           1000,
                                           10000,
                                           100000,
                                           1000000,
                                           10000000,
                                           100000000,
                                           1000000000,
                                           10000000000,
                                           100000000000,
                                           1000000000000,
                                           10000000000000,
                                           100000000000000,
                                           1000000000000000,
                                           10000000000000000,
                                           100000000000000000,
                                           1000000000000000000};

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static int64_t with_sign(uint64_t value, bool negative)
{
    assert(value <= INT64_MAX);
    return negative ? -(int64_t)value : (int64_t)value;
}

static uint64_t divide_half_even(uint64_t a, uint64_t d)
{
    uint64_t quotient = a / d, remainder = a % d;
    uint64_t above = d - remainder;
    return quotient + (remainder > above || (remainder == above && quotient % 2 == 1));
}

static wide divide_half_even_wide(wide a, uint64_t d)
{
    wide quotient = a / d;
    uint64_t remainder = (uint64_t)(a % d);
    uint64_t above = d - remainder;
    return quotient + (remainder > above || (remainder == above && quotient % 2 == 1));
}

/* What the text of a number is made of. */
struct decimal {
    const char *digits, *digits_end;     /* integer digits with their separators */
    const char *fraction, *fraction_end; /* digits after the point */
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads integer digits. A number with separators has them before each three digits from the right and nowhere else:
 * skipping any would read 12,5 as 125. */
static const char *scan_integer(const char *at, const char *end, char grouping)
{
    int num_in_group = 0;
    bool grouped = false;
    for (; at < end; at++) {
        if (is_digit(*at)) {
            num_in_group++;
        } else if (grouping != 0 && *at == grouping) {
            if (num_in_group == 0 || num_in_group > 3 || (grouped && num_in_group != 3))
                return NULL;
            grouped = true;
            num_in_group = 0;
        } else {
            break;
        }
    }
    return num_in_group == 0 || (grouped && num_in_group != 3) ? NULL : at;
}

static bool scan(struct decimal *self, const char *text, size_t length, char point, char grouping)
{
    const char *at = text, *end = text + length;
    self->negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    self->digits = at;
    at = scan_integer(at, end, grouping);
    if (at == NULL)
        return false;
    self->digits_end = at;
    self->fraction = self->fraction_end = at;
    if (at == end)
        return true;
    if (*at++ != point || at == end)
        return false;
    self->fraction = at;
    while (at < end && is_digit(*at))
        at++;
    self->fraction_end = at;
    return at == end;
}

/* *value = *value * 10 + digit; false where that is more than INT64_MAX. */
static bool append_digit(uint64_t *value, unsigned digit)
{
    if (*value > ((uint64_t)INT64_MAX - digit) / 10)
        return false;
    *value = *value * 10 + digit;
    return true;
}

enum rh_decimal_status rh_decimal_parse(const char *text, size_t length, int decimals, char point, char grouping,
                                        int64_t *out)
{
    assert(decimals >= 0 && decimals <= 9);
    struct decimal decimal;
    if (!scan(&decimal, text, length, point, grouping))
        return RH_DECIMAL_NOT_A_NUMBER;
    const char *kept_end = decimal.fraction_end;
    if (kept_end - decimal.fraction > decimals)
        kept_end = decimal.fraction + decimals;
    for (const char *at = kept_end; at < decimal.fraction_end; at++) {
        if (*at != '0')
            return RH_DECIMAL_TOO_PRECISE;
    }
    uint64_t value = 0;
    for (const char *at = decimal.digits; at < decimal.digits_end; at++) {
        if (is_digit(*at) && !append_digit(&value, (unsigned)(*at - '0')))
            return RH_DECIMAL_TOO_LARGE;
    }
    for (int i = 0; i < decimals; i++) {
        const char *at = decimal.fraction + i;
        if (!append_digit(&value, at < kept_end ? (unsigned)(*at - '0') : 0))
            return RH_DECIMAL_TOO_LARGE;
    }
    *out = with_sign(value, decimal.negative);
    return RH_DECIMAL_OK;
}

int rh_muldiv(int64_t a, int64_t b, int64_t d, int64_t *out)
{
    assert(d > 0);
    if (a == RH_MISSING || b == RH_MISSING)
        return RH_ERR_OVERFLOW;
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product)) {
        /* Divided by one it may still be the one value that stands for "missing". */
        uint64_t quotient = divide_half_even(magnitude(product), (uint64_t)d);
        if (quotient > INT64_MAX)
            return RH_ERR_OVERFLOW;
        *out = with_sign(quotient, product < 0);
        return RH_OK;
    }
    wide quotient = divide_half_even_wide((wide)magnitude(a) * magnitude(b), (uint64_t)d);
    if (quotient > INT64_MAX)
        return RH_ERR_OVERFLOW;
    *out = with_sign((uint64_t)quotient, (a < 0) != (b < 0));
    return RH_OK;
}

int rh_add(int64_t a, int64_t b, int64_t *out)
{
    int64_t sum;
    if (a == RH_MISSING || b == RH_MISSING || __builtin_add_overflow(a, b, &sum) || sum == RH_MISSING)
        return RH_ERR_OVERFLOW;
    *out = sum;
    return RH_OK;
}

int rh_sub(int64_t a, int64_t b, int64_t *out)
{
    if (b == RH_MISSING)
        return RH_ERR_OVERFLOW;
    return rh_add(a, -b, out);
}

int64_t rh_div_half_even(int64_t a, int64_t d)
{
    assert(d > 0);
    if (a == RH_MISSING)
        return RH_MISSING;
    return with_sign(divide_half_even(magnitude(a), (uint64_t)d), a < 0);
}

int rh_money_to_cents(rh_money money, rh_money *out)
{
    const int64_t per_cent = RH_MONEY_ONE / 100;
    if (money == RH_MISSING)
        return RH_ERR_OVERFLOW;
    return rh_muldiv(rh_div_half_even(money, per_cent), per_cent, 1, out);
}

char *rh_decimal_format(int64_t value, int scale, int decimals, char out[RH_DECIMAL_TEXT])
{
    assert(scale >= 0 && scale <= 18 && decimals >= 0 && decimals <= scale);
    if (value == RH_MISSING) {
        out[0] = '\0';
        return out;
    }
    uint64_t rest = divide_half_even(magnitude(value), powers_of_ten[scale - decimals]);
    bool negative = value < 0 && rest != 0;
    char reversed[RH_DECIMAL_TEXT];
    int length = 0, num_digits = 0;
    do {
        if (num_digits == decimals && decimals > 0)
            reversed[length++] = '.';
        reversed[length++] = (char)('0' + rest % 10);
        rest /= 10;
        num_digits++;
    } while (rest != 0 || num_digits <= decimals);
    if (negative)
        reversed[length++] = '-';
    for (int i = 0; i < length; i++)
        out[i] = reversed[length - 1 - i];
    out[length] = '\0';
    return out;
}
