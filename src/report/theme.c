/* A theme says what becomes of the palette, color by color. All else is gray, or a color mixed with white: of a gray
 * the theme changes the lightness, of a mixture the white. */
#include "report/theme.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUM_PALETTE 6
#define DIGITS "0123456789ABCDEFabcdef"

struct color {
    double part[3]; /* red, green, blue: 0 to 1 */
};

/* In the order of rh_gnuplot_color, without its black and gray: blue, orange, green, vermilion, sky blue, purple. The
 * dark theme has them lighter; that of print has grays that lie apart, neighbors by rank most of all. */
static const unsigned palettes[RH_NUM_THEMES][NUM_PALETTE] = {
    {0x0072B2, 0xE69F00, 0x009E73, 0xD55E00, 0x56B4E9, 0xCC79A7},
    {0x4A9EDC, 0xF0B032, 0x2FBF94, 0xF0793A, 0x9AD6FF, 0xE49CC4},
    {0x1A1A1A, 0x9A9A9A, 0x4D4D4D, 0x808080, 0xB3B3B3, 0x666666}};

/* What white and black become. */
static const unsigned paper[RH_NUM_THEMES] = {0xFFFFFF, 0x16191D, 0xFFFFFF};
static const unsigned ink[RH_NUM_THEMES] = {0x000000, 0xF2F2F2, 0x000000};

const char *rh_theme_name(int theme)
{
    static const char *const names[RH_NUM_THEMES] = {"light", "dark", "print"};
    return theme >= 0 && theme < RH_NUM_THEMES ? names[theme] : NULL;
}

static struct color split(unsigned rgb)
{
    const struct color color = {{(rgb >> 16 & 0xFFu) / 255.0, (rgb >> 8 & 0xFFu) / 255.0, (rgb & 0xFFu) / 255.0}};
    return color;
}

static unsigned join(struct color color)
{
    unsigned rgb = 0;
    for (int k = 0; k < 3; k++) {
        rgb = rgb << 8 | (unsigned)lround(255.0 * fmin(1.0, fmax(0.0, color.part[k])));
    }
    return rgb;
}

/* share 1: a, 0: b. */
static struct color mix(struct color a, struct color b, double share)
{
    for (int k = 0; k < 3; k++) {
        a.part[k] = share * a.part[k] + (1.0 - share) * b.part[k];
    }
    return a;
}

static bool is_gray(unsigned rgb)
{
    return (rgb >> 16 & 0xFFu) == (rgb >> 8 & 0xFFu) && (rgb & 0xFFu) == (rgb >> 8 & 0xFFu);
}

/* The color of the palette that mixed with white comes nearest to rgb, and its share. */
static int nearest(unsigned rgb, double *share)
{
    const struct color color = split(rgb);
    double least = INFINITY;
    int best = 0;
    for (int i = 0; i < NUM_PALETTE; i++) {
        const struct color full = split(palettes[RH_THEME_LIGHT][i]);
        double along = 0.0, length = 0.0, far = 0.0;
        for (int k = 0; k < 3; k++) {
            along += (1.0 - color.part[k]) * (1.0 - full.part[k]);
            length += (1.0 - full.part[k]) * (1.0 - full.part[k]);
        }
        const double part = fmin(1.0, along / length);
        const struct color mixed = mix(full, split(0xFFFFFF), part);
        for (int k = 0; k < 3; k++) {
            far += (mixed.part[k] - color.part[k]) * (mixed.part[k] - color.part[k]);
        }
        if (far < least) {
            least = far;
            best = i;
            *share = part;
        }
    }
    return best;
}

static unsigned convert(enum rh_theme theme, unsigned rgb)
{
    double share = 0.0;
    if (theme == RH_THEME_LIGHT) {
        return rgb;
    }
    if (is_gray(rgb)) {
        return join(mix(split(paper[theme]), split(ink[theme]), (rgb & 0xFFu) / 255.0));
    }
    const int k = nearest(rgb, &share);
    return join(mix(split(palettes[theme][k]), split(paper[theme]), share));
}

/* By relative luminance (WCAG 2.1): black has the greater contrast from 0.179 on. */
static unsigned legible_on(unsigned rgb)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    const struct color color = split(rgb);
    double luminance = 0.0;
    for (int k = 0; k < 3; k++) {
        const double part = color.part[k];
        luminance += weight[k] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return luminance > 0.179 ? 0x000000 : 0xFFFFFF;
}

/* Appends what a quoted color becomes; false where `text`, which ends at a quote, is none. */
static bool add_color(enum rh_theme theme, const char *text, size_t length, struct rh_text *out)
{
    static const char on[] = "ink on #";
    char digits[9] = "";
    const bool legible = length == strlen(on) + 6 && strncmp(text, on, strlen(on)) == 0;
    const char *from = legible ? text + strlen(on) : text + 1;
    const size_t num = legible ? 6 : length - 1;
    if (theme != RH_THEME_LIGHT && length == 5 && (strncmp(text, "white", 5) == 0 || strncmp(text, "black", 5) == 0)) {
        rh_text_printf(out, "#%06X", convert(theme, text[0] == 'w' ? 0xFFFFFF : 0x000000));
        return true;
    }
    if ((!legible && text[0] != '#') || (num != 6 && num != 8) || strspn(from, DIGITS) != num) {
        return false;
    }
    memcpy(digits, from, num);
    const unsigned rgb = convert(theme, (unsigned)strtoul(digits + num - 6, NULL, 16));
    digits[num - 6] = '\0'; /* transparency, if any, stays */
    rh_text_printf(out, "#%s%06X", digits, legible ? legible_on(rgb) : rgb);
    return true;
}

int rh_theme_apply(enum rh_theme theme, struct rh_text *script)
{
    static const char begin[] = "rgb '";
    struct rh_text out;
    rh_text_init(&out);
    const char *from = rh_text_string(script);
    for (const char *at = strstr(from, begin); at != NULL; at = strstr(at, begin)) {
        at += strlen(begin);
        const size_t length = strcspn(at, "'");
        rh_text_add(&out, from, (size_t)(at - from));
        from = at;
        if (length > 0 && add_color(theme, at, length, &out)) {
            from = at + length;
        }
    }
    rh_text_puts(&out, from);
    if (out.failed || script->failed) {
        rh_text_free(&out);
        return RH_ERR_NO_MEMORY;
    }
    rh_text_free(script);
    *script = out;
    return RH_OK;
}
