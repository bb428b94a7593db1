/* gnuplot numbers the elements of every picture alike, so that two pictures in one page would draw with each other's
 * points. Its files are of a known make: no comments, no CDATA, no > in attributes. */
#include "report/html.h"

#include <ctype.h>
#include <string.h>

#define MOST_LINES 3 /* of words at the head: title, what is seen, of whom */

static bool starts(const char *at, const char *with)
{
    return strncmp(at, with, strlen(with)) == 0;
}

/* What in attributes is followed by a name; NULL where there is none of it here. */
static const char *reference(const char *at)
{
    static const char *const forms[] = {"id=\"", "id='", "href=\"#", "href='#", "url(#"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (starts(at, forms[i])) {
            return forms[i];
        }
    }
    return NULL;
}

/* What follows the attribute of numbers in double quotes that stands here; NULL where there is none. */
static const char *past_size(const char *at)
{
    if (!isspace((unsigned char)at[-1]) || (!starts(at, "width=\"") && !starts(at, "height=\""))) {
        return NULL;
    }
    at = strchr(at, '"') + 1;
    at += strspn(at, "0123456789.");
    return *at == '"' ? at + 1 : NULL;
}

/* Appends a tag, from behind its < to before its >, which it returns. Width and height of the picture itself are the
 * page's to say. */
static const char *add_tag(struct rh_text *out, const char *at, const char *prefix, bool outer)
{
    while (*at != '>' && *at != '\0') {
        const char *form = isalnum((unsigned char)at[-1]) || at[-1] == '-' ? NULL : reference(at);
        const char *past = outer ? past_size(at) : NULL;
        if (past != NULL) {
            at = past;
        } else if (form != NULL) {
            rh_text_puts(out, form);
            rh_text_puts(out, prefix);
            at += strlen(form);
        } else {
            rh_text_add(out, at++, 1);
        }
    }
    return at;
}

/* The end of the element at <name…; where it has none, that of the text. */
static const char *past_element(const char *at, const char *end_tag)
{
    const char *end = strstr(at, end_tag);
    return end != NULL ? end + strlen(end_tag) : at + strlen(at);
}

static void add_names(struct rh_text *out, const char *prefix, const char *title, const char *description)
{
    rh_text_printf(out, "\n<title id=\"%stitle\">", prefix);
    rh_html_text(out, title);
    rh_text_printf(out, "</title>\n<desc id=\"%sdesc\">", prefix);
    rh_html_text(out, description);
    rh_text_puts(out, "</desc>");
}

bool rh_html_svg(struct rh_text *out, const char *file, const char *prefix, const char *title, const char *description)
{
    const char *at = strstr(file, "<svg"), *end = at != NULL ? strstr(at, "</svg>") : NULL;
    if (end == NULL) {
        return false;
    }
    rh_text_printf(out, "<svg role=\"img\" aria-labelledby=\"%stitle %sdesc\" ", prefix, prefix);
    at = add_tag(out, at + strlen("<svg"), prefix, true) + 1;
    rh_text_puts(out, ">");
    add_names(out, prefix, title, description);
    while (at < end) {
        if (starts(at, "<title>") || starts(at, "<desc>")) { /* gnuplot's own names say nothing */
            at = past_element(at, at[1] == 't' ? "</title>" : "</desc>");
        } else if (*at == '<') {
            rh_text_puts(out, "<");
            at = add_tag(out, at + 1, prefix, false);
        } else {
            rh_text_add(out, at++, 1);
        }
    }
    rh_text_puts(out, "</svg>");
    return true;
}

/* Appends what stands between the tags from at to end, with entities made characters again. */
static void add_words(struct rh_text *out, const char *at, const char *end)
{
    static const char *const entities[] = {"&amp;&", "&lt;<", "&gt;>", "&quot;\"", "&apos;'"};
    while (at < end) {
        size_t taken = 0;
        if (*at == '<') {
            const char *close = memchr(at, '>', (size_t)(end - at));
            taken = close != NULL ? (size_t)(close + 1 - at) : (size_t)(end - at);
        }
        for (size_t i = 0; taken == 0 && i < sizeof entities / sizeof *entities; i++) {
            const size_t length = strlen(entities[i]) - 1;
            if (strncmp(at, entities[i], length) == 0) {
                rh_text_add(out, entities[i] + length, 1);
                taken = length;
            }
        }
        if (taken == 0) {
            rh_text_add(out, at, 1);
            taken = 1;
        }
        at += taken;
    }
}

void rh_html_svg_words(struct rh_text *out, const char *file)
{
    const char *at = strstr(file, "font-weight=\"bold\"");
    int num = 0;
    while (at != NULL && num < MOST_LINES) {
        at = strchr(at, '>');
        const char *end = at != NULL ? strstr(at, "</text>") : NULL;
        if (end == NULL) {
            return;
        }
        const size_t before = out->length;
        if (num > 0) {
            rh_text_puts(out, out->bytes[out->length - 1] == '.' ? " " : ". ");
        }
        const size_t start = out->length;
        add_words(out, at + 1, end);
        if (out->length == start) { /* what follows is no line of the head */
            out->length = before;
            out->bytes[before] = '\0';
            return;
        }
        num++;
        at = strstr(end, "<text>");
    }
}
