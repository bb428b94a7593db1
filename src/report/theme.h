/* Themes: the colors of pictures. Drawings are written in those of the light one; the others are put in their place. */
#ifndef RH_REPORT_THEME_H
#define RH_REPORT_THEME_H

#include "core/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rh_theme {
    RH_THEME_LIGHT, /* on white */
    RH_THEME_DARK,  /* on near black */
    RH_THEME_PRINT, /* on white, in black and grays, lines by their dashes */
    RH_NUM_THEMES
};

/* "light", "dark", "print"; NULL past the last. */
const char *rh_theme_name(int theme);

/* Changes all colors of a gnuplot script from those of the light theme, which stand in it as rgb 'white', rgb 'black',
 * rgb '#RRGGBB' and, with transparency, rgb '#AARRGGBB'. Text in quotes is left alone: a quote in it is doubled, so it
 * cannot look like that. rgb 'ink on #RRGGBB' becomes what is legible on that color in the theme, black or white.
 * RH_ERR_NO_MEMORY leaves *script as it is. */
int rh_theme_apply(enum rh_theme theme, struct rh_text *script);

#ifdef __cplusplus
}
#endif

#endif
