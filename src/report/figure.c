/* Figures for people. A table compares magnitudes at a glance: three digits and a letter say as much as the Monte
 * Carlo error allows; who needs more takes the machine-readable formats. */
#include "report/figure.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const letters[] = {"", "k", "M", "B", "T"};
#define NUM_LETTERS 5

void rh_figure_short(struct rh_text *out, double value, int digits)
{
    if (!isfinite(value)) {
        rh_text_puts(out, "–");
        return;
    }
    if (value == 0.0) {
        rh_text_puts(out, "0");
        return;
    }
    /* The exponent after rounding: 999,960 is 1.00M and not 1000k. */
    char rounded[40];
    snprintf(rounded, sizeof(rounded), "%.*e", digits - 1, fabs(value));
    int exponent = atoi(strchr(rounded, 'e') + 1);
    int letter = exponent < 3 ? 0 : exponent >= 12 ? 4 : exponent / 3;
    int decimals = digits - 1 - (exponent - 3 * letter);
    decimals = decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
    rh_text_printf(out, "%s%.*f%s", value < 0.0 ? "-" : "", decimals, fabs(value) / pow(10.0, 3.0 * letter),
                   letters[letter]);
}

static bool percentage(enum rh_kpi kpi)
{
    return rh_kpi_table[kpi].unit == RH_UNIT_SHARE || kpi == RH_KPI_COST_TO_INCENTIVE;
}

static void add_value(struct rh_text *out, enum rh_kpi kpi, double value)
{
    if (percentage(kpi)) {
        rh_figure_short(out, 100.0 * value, 3);
    } else if (rh_kpi_table[kpi].unit == RH_UNIT_RATIO && fabs(value) < 10.0) {
        rh_text_printf(out, "%.2f", fabs(value) < 0.005 ? 0.0 : value);
    } else {
        rh_figure_short(out, value, 3);
    }
}

void rh_figure_kpi(struct rh_text *out, enum rh_kpi kpi, double value)
{
    add_value(out, kpi, value);
    if (percentage(kpi) && isfinite(value)) {
        rh_text_puts(out, "%");
    }
}

void rh_figure_range(struct rh_text *out, enum rh_kpi kpi, double low, double high)
{
    struct rh_text a, b;
    rh_text_init(&a);
    rh_text_init(&b);
    add_value(&a, kpi, low);
    add_value(&b, kpi, high);
    if (strcmp(rh_text_string(&a), rh_text_string(&b)) != 0) {
        rh_text_printf(out, "%s…%s%s", rh_text_string(&a), rh_text_string(&b), percentage(kpi) ? "%" : "");
    }
    out->failed = out->failed || a.failed || b.failed;
    rh_text_free(&a);
    rh_text_free(&b);
}

void rh_figure_mean(struct rh_text *out, enum rh_kpi kpi, double mean, double standard_error)
{
    if (!isfinite(mean) || !isfinite(standard_error)) {
        rh_figure_kpi(out, kpi, mean);
        return;
    }
    double scale = percentage(kpi) ? 0.01 : 1.0;
    const char *letter = percentage(kpi) ? "%" : "";
    double largest = fmax(fabs(mean), standard_error);
    for (int i = 1; i < NUM_LETTERS && !percentage(kpi) && largest >= 999.5; i++) {
        scale *= 1000.0;
        largest /= 1000.0;
        letter = letters[i];
    }
    int decimals = 0;
    for (double size = standard_error / scale; size > 0.0 && size < 0.95 && decimals < 3;) {
        size *= 10.0;
        decimals++;
    }
    rh_text_printf(out, "%.*f±%.*f%s", decimals, mean / scale, decimals, standard_error / scale, letter);
}

void rh_figure_probability(struct rh_text *out, double probability)
{
    if (isnan(probability)) {
        rh_text_puts(out, "–");
    } else if (probability >= 0.9995) {
        rh_text_puts(out, ">99.9%");
    } else if (probability <= 0.0005) {
        rh_text_puts(out, "<0.1%");
    } else if (probability > 0.985 || probability < 0.015) {
        rh_text_printf(out, "%.1f%%", 100.0 * probability);
    } else {
        rh_text_printf(out, "%.0f%%", 100.0 * probability);
    }
}

void rh_figure_share(struct rh_text *out, double share)
{
    const double percent = 100.0 * share;
    rh_text_printf(out, "%.0f%%", fabs(percent) < 0.5 ? 0.0 : percent);
}

/* Decodes one character and returns its length; a byte that is not UTF-8 stands for itself. */
static size_t decode(const unsigned char *text, uint32_t *character)
{
    static const unsigned char lead_mask[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
    size_t length = text[0] < 0xC2 ? 1 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : text[0] < 0xF5 ? 4 : 1;
    uint32_t value = text[0] & lead_mask[length];
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            *character = text[0];
            return 1;
        }
        value = value << 6 | (text[i] & 0x3Fu);
    }
    *character = length == 1 ? text[0] : value;
    return length;
}

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t character, const struct range *ranges, size_t num)
{
    for (size_t i = 0; i < num; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* The C library's wcwidth depends on the locale; the ranges of Unicode's EastAsianWidth (W and F) and of the common
 * combining marks do not. */
static size_t columns(uint32_t character)
{
    static const struct range none[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},
                                        {0x64B, 0x65F},   {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                                        {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
    static const struct range two[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                                       {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    if (in_ranges(character, none, sizeof(none) / sizeof(none[0]))) {
        return 0;
    }
    return in_ranges(character, two, sizeof(two) / sizeof(two[0])) ? 2 : 1;
}

size_t rh_figure_width(const char *text)
{
    size_t width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        uint32_t character;
        at += decode(at, &character);
        width += columns(character);
    }
    return width;
}

void rh_figure_cut(struct rh_text *out, const char *text, size_t width)
{
    bool cut = rh_figure_width(text) > width;
    size_t room = cut ? width - 1 : width;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        uint32_t character;
        size_t length = decode(at, &character);
        size_t taken = columns(character);
        if (taken > room) {
            break;
        }
        room -= taken;
        if (character < 0x20 || character == 0x7F) {
            rh_text_puts(out, " ");
        } else {
            rh_text_add(out, (const char *)at, length);
        }
        at += length;
    }
    if (cut) {
        rh_text_puts(out, "…");
    }
}

void rh_figure_pad(struct rh_text *out, const char *text, size_t width, bool right)
{
    struct rh_text inside;
    rh_text_init(&inside);
    rh_figure_cut(&inside, text, width);
    size_t taken = rh_figure_width(rh_text_string(&inside));
    size_t fill = taken < width ? width - taken : 0;
    for (size_t i = 0; right && i < fill; i++) {
        rh_text_puts(out, " ");
    }
    rh_text_puts(out, rh_text_string(&inside));
    for (size_t i = 0; !right && i < fill; i++) {
        rh_text_puts(out, " ");
    }
    out->failed = out->failed || inside.failed;
    rh_text_free(&inside);
}
