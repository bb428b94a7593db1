/* Exact arithmetic against a schoolbook big-integer arithmetic that shares nothing with it: decimal digits, as on
 * paper. Numbers are drawn of all magnitudes, with extremes and exact halves among them. */
#include "core/money.h"

#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUM_CASES 60000
#define NUM_DIGITS 44 /* a product of two 64-bit numbers has 38 */

/* A magnitude in decimal digits, the least first. */
struct big {
    int digit[NUM_DIGITS];
};

/* By way of printf, not of arithmetic. */
static struct big big_of(int64_t value, bool *negative)
{
    struct big big = {{0}};
    char text[32];
    int length = snprintf(text, sizeof text, "%lld", (long long)value);
    *negative = text[0] == '-';
    for (int i = *negative ? 1 : 0; i < length; i++)
        big.digit[length - 1 - i] = text[i] - '0';
    return big;
}

static int big_compare(const struct big *a, const struct big *b)
{
    for (int i = NUM_DIGITS - 1; i >= 0; i--) {
        if (a->digit[i] != b->digit[i])
            return a->digit[i] < b->digit[i] ? -1 : 1;
    }
    return 0;
}

static struct big big_add(const struct big *a, const struct big *b)
{
    struct big sum = {{0}};
    int carry = 0;
    for (int i = 0; i < NUM_DIGITS; i++) {
        int digit = a->digit[i] + b->digit[i] + carry;
        sum.digit[i] = digit % 10;
        carry = digit / 10;
    }
    return sum;
}

/* a - b for a >= b. */
static struct big big_subtract(const struct big *a, const struct big *b)
{
    struct big difference = {{0}};
    int borrow = 0;
    for (int i = 0; i < NUM_DIGITS; i++) {
        int digit = a->digit[i] - b->digit[i] - borrow;
        borrow = digit < 0;
        difference.digit[i] = digit + 10 * borrow;
    }
    return difference;
}

static struct big big_multiply(const struct big *a, const struct big *b)
{
    struct big product = {{0}};
    for (int i = 0; i < NUM_DIGITS; i++) {
        int carry = 0;
        for (int j = 0; i + j < NUM_DIGITS; j++) {
            int digit = product.digit[i + j] + a->digit[i] * b->digit[j] + carry;
            product.digit[i + j] = digit % 10;
            carry = digit / 10;
        }
    }
    return product;
}

/* Long division: digit by digit from the left, by subtraction. */
static struct big big_divide(const struct big *a, const struct big *d, struct big *remainder)
{
    struct big quotient = {{0}};
    memset(remainder, 0, sizeof *remainder);
    for (int i = NUM_DIGITS - 1; i >= 0; i--) {
        memmove(&remainder->digit[1], &remainder->digit[0], (NUM_DIGITS - 1) * sizeof remainder->digit[0]);
        remainder->digit[0] = a->digit[i];
        while (big_compare(remainder, d) >= 0) {
            *remainder = big_subtract(remainder, d);
            quotient.digit[i]++;
        }
    }
    return quotient;
}

/* a/d to the nearest, and to the even one of two that are as near. */
static struct big big_round(const struct big *a, const struct big *d)
{
    struct big remainder, one = {{1}};
    struct big quotient = big_divide(a, d, &remainder);
    struct big twice = big_add(&remainder, &remainder);
    int compared = big_compare(&twice, d);
    if (compared > 0 || (compared == 0 && quotient.digit[0] % 2 == 1))
        quotient = big_add(&quotient, &one);
    return quotient;
}

/* The digits of a big number without leading zeros. */
static void big_print(const struct big *a, char text[NUM_DIGITS + 1])
{
    int num = NUM_DIGITS;
    while (num > 1 && a->digit[num - 1] == 0)
        num--;
    for (int i = 0; i < num; i++)
        text[i] = (char)('0' + a->digit[num - 1 - i]);
    text[num] = '\0';
}

/* The number as printf writes an int64_t; what is 0 has no sign. */
static void signed_print(const struct big *a, bool negative, char text[NUM_DIGITS + 2])
{
    big_print(a, text + 1);
    text[0] = '-';
    if (!negative || strcmp(text + 1, "0") == 0)
        memmove(text, text + 1, NUM_DIGITS + 1);
}

/* True where a magnitude fits what is not RH_MISSING. */
static bool big_fits(const struct big *a)
{
    bool negative;
    struct big most = big_of(INT64_MAX, &negative);
    return big_compare(a, &most) <= 0;
}

static uint64_t next_random(uint64_t *seed)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static const int64_t extremes[] = {0,         1,          -1,
                                   2,         -2,         3,
                                   INT64_MAX, -INT64_MAX, INT64_MAX - 1,
                                   INT32_MAX, INT32_MIN,  (int64_t)1 << 62,
                                   10000,     1000000,    -1000000,
                                   5000,      4294967296, 3037000500};

/* Of any number of bits; one of eight is an extreme. Never RH_MISSING, for which no arithmetic is defined. */
static int64_t random_number(uint64_t *seed)
{
    uint64_t choice = next_random(seed);
    if (choice % 8 == 0)
        return extremes[choice / 8 % (sizeof extremes / sizeof *extremes)];
    int64_t value = (int64_t)(next_random(seed) >> (1 + choice / 8 % 63));
    return choice >> 63 ? -value : value;
}

static int64_t random_divisor(uint64_t *seed)
{
    int64_t d = random_number(seed);
    return d == 0 ? 2 : d < 0 ? -d : d;
}

/* A case for a * b / d; one of four is made to lie exactly between two results: a = odd * d / 2 for an even d. */
static void random_case(uint64_t *seed, int64_t *a, int64_t *b, int64_t *d)
{
    *a = random_number(seed);
    *b = random_number(seed);
    *d = random_divisor(seed);
    if (next_random(seed) % 4 == 0) {
        int64_t half = 1 + (int64_t)(next_random(seed) >> (34 + next_random(seed) % 29));
        int64_t odd = (int64_t)(next_random(seed) >> (34 + next_random(seed) % 29)) | 1;
        *d = 2 * half;
        *a = next_random(seed) % 2 == 0 ? half : -half;
        *b = odd;
    }
}

static void check(const char *what, int64_t a, int64_t b, int64_t d, int rc, int64_t found, const struct big *magnitude,
                  bool negative)
{
    char expected[NUM_DIGITS + 2], text[32];
    signed_print(magnitude, negative, expected);
    snprintf(text, sizeof text, "%lld", (long long)found);
    bool fits = big_fits(magnitude);
    if (rc != (fits ? RH_OK : RH_ERR_OVERFLOW) || (fits && strcmp(text, expected) != 0) || (!fits && found != 4711))
        fail_msg("%s of %lld, %lld, %lld: %d %s, expected %s", what, (long long)a, (long long)b, (long long)d, rc, text,
                 expected);
}

static void test_muldiv(void **state)
{
    (void)state;
    uint64_t seed = 20240501;
    int num_overflows = 0, num_halves = 0, num_wide = 0;
    for (int i = 0; i < NUM_CASES; i++) {
        int64_t a, b, d, found = 4711;
        random_case(&seed, &a, &b, &d);
        bool a_negative, b_negative, d_negative;
        struct big big_a = big_of(a, &a_negative), big_b = big_of(b, &b_negative), big_d = big_of(d, &d_negative);
        struct big product = big_multiply(&big_a, &big_b), remainder;
        struct big expected = big_round(&product, &big_d);
        int rc = rh_muldiv(a, b, d, &found);
        check("muldiv", a, b, d, rc, found, &expected, a_negative != b_negative);
        big_divide(&product, &big_d, &remainder);
        struct big twice = big_add(&remainder, &remainder);
        num_overflows += rc != RH_OK;
        num_halves += big_compare(&twice, &big_d) == 0;
        num_wide += rc == RH_OK && !big_fits(&product);
    }
    /* The cases that matter are among them. */
    assert_true(num_overflows > NUM_CASES / 20);
    assert_true(num_halves > NUM_CASES / 10);
    assert_true(num_wide > NUM_CASES / 10);
}

static void test_add_and_subtract(void **state)
{
    (void)state;
    uint64_t seed = 20240502;
    int num_overflows = 0;
    for (int i = 0; i < NUM_CASES; i++) {
        int64_t a = random_number(&seed), b = random_number(&seed);
        bool a_negative, b_negative;
        struct big big_a = big_of(a, &a_negative), big_b = big_of(b, &b_negative);
        for (int minus = 0; minus < 2; minus++) {
            int64_t found = 4711;
            bool other_negative = minus ? !b_negative : b_negative, negative = a_negative;
            struct big expected;
            if (a_negative == other_negative) {
                expected = big_add(&big_a, &big_b);
            } else if (big_compare(&big_a, &big_b) >= 0) {
                expected = big_subtract(&big_a, &big_b);
            } else {
                expected = big_subtract(&big_b, &big_a);
                negative = other_negative;
            }
            int rc = minus ? rh_sub(a, b, &found) : rh_add(a, b, &found);
            check(minus ? "sub" : "add", a, b, 1, rc, found, &expected, negative);
            num_overflows += rc != RH_OK;
        }
    }
    assert_true(num_overflows > NUM_CASES / 100);
}

static void test_division_and_cents(void **state)
{
    (void)state;
    uint64_t seed = 20240503;
    bool unused;
    struct big hundred = big_of(100, &unused);
    for (int i = 0; i < NUM_CASES; i++) {
        int64_t a, b, d;
        random_case(&seed, &a, &b, &d);
        if (i % 2 == 0 && d < INT64_MAX / 500)
            a = a % 1000 * (d / 2); /* whole and half quotients */
        bool negative;
        struct big big_a = big_of(a, &negative), big_d = big_of(d, &unused);
        struct big expected = big_round(&big_a, &big_d);
        check("div", a, d, 1, RH_OK, rh_div_half_even(a, d), &expected, negative);
        if (i % 2 == 0)
            a = a / 50 * 50;
        big_a = big_of(a, &negative);
        expected = big_round(&big_a, &hundred);
        expected = big_multiply(&expected, &hundred);
        int64_t found = 4711;
        int rc = rh_money_to_cents(a, &found);
        check("cents", a, 100, 1, rc, found, &expected, negative);
    }
}

/* Digits with a point put in, as on paper; what is written with all of its decimals is read back. */
static void test_format_and_parse(void **state)
{
    (void)state;
    uint64_t seed = 20240504;
    for (int i = 0; i < NUM_CASES; i++) {
        int64_t value = random_number(&seed), again;
        int scale = (int)(next_random(&seed) % 19);
        int decimals = (int)(next_random(&seed) % (unsigned)(scale + 1));
        bool negative, unused;
        struct big divisor = big_of(1, &unused), ten = big_of(10, &unused), rounded = big_of(value, &negative);
        for (int j = decimals; j < scale; j++)
            divisor = big_multiply(&divisor, &ten);
        rounded = big_round(&rounded, &divisor);
        char expected[NUM_DIGITS + 4] = "", found[RH_DECIMAL_TEXT];
        size_t length = 0;
        int top = NUM_DIGITS - 1;
        while (top > decimals && rounded.digit[top] == 0)
            top--;
        bool zero = true;
        for (int j = 0; j < NUM_DIGITS; j++)
            zero = zero && rounded.digit[j] == 0;
        if (negative && !zero)
            expected[length++] = '-';
        for (int j = top; j >= 0; j--) {
            expected[length++] = (char)('0' + rounded.digit[j]);
            if (j == decimals && j > 0)
                expected[length++] = '.';
        }
        assert_string_equal(rh_decimal_format(value, scale, decimals, found), expected);
        if (scale <= 9) {
            rh_decimal_format(value, scale, scale, found);
            assert_int_equal(rh_decimal_parse(found, strlen(found), scale, '.', 0, &again), RH_DECIMAL_OK);
            assert_int_equal(again, value);
        }
    }
}

/* What parses is what the C library's strtod makes of it. */
static void test_parse_any_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789.-+, x0123456789";
    uint64_t seed = 20240505;
    int num_parsed = 0;
    for (int i = 0; i < NUM_CASES; i++) {
        char text[16];
        size_t length = next_random(&seed) % 9;
        for (size_t j = 0; j < length; j++)
            text[j] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
        text[length] = '\0';
        int64_t value;
        if (rh_decimal_parse(text, length, 9, '.', 0, &value) != RH_DECIMAL_OK)
            continue;
        char *end;
        double expected = strtod(text, &end);
        assert_true(*end == '\0' && end != text);
        double found = (double)value / 1e9;
        assert_true(found >= expected - 1e-9 && found <= expected + 1e-9);
        num_parsed++;
    }
    assert_true(num_parsed > NUM_CASES / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_muldiv),
        cmocka_unit_test(test_add_and_subtract),
        cmocka_unit_test(test_division_and_cents),
        cmocka_unit_test(test_format_and_parse),
        cmocka_unit_test(test_parse_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
