#include "report/html.h"

#include <math.h>
#include <string.h>

/* ---- Text ---- */

/* Bytes of the UTF-8 character at text; 0 where there is none. */
static size_t character_bytes(const char *text)
{
    for (size_t num = 1; num <= 4; num++) {
        if (text[num - 1] == '\0') {
            return 0;
        }
        if (rh_utf8_valid(text, num)) {
            return num;
        }
    }
    return 0;
}

static void add_character(struct rh_text *out, const char *at, size_t num)
{
    switch (*at) {
    case '&':
        rh_text_puts(out, "&amp;");
        break;
    case '<':
        rh_text_puts(out, "&lt;");
        break;
    case '>':
        rh_text_puts(out, "&gt;");
        break;
    case '"':
        rh_text_puts(out, "&quot;");
        break;
    case '\'':
        rh_text_puts(out, "&#39;");
        break;
    default:
        if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            rh_text_puts(out, " ");
        } else {
            rh_text_add(out, at, num);
        }
    }
}

void rh_html_text(struct rh_text *out, const char *text)
{
    while (*text != '\0') {
        const size_t num = character_bytes(text);
        if (num == 0) {
            rh_text_puts(out, "\xEF\xBF\xBD");
        } else {
            add_character(out, text, num);
        }
        text += num > 0 ? num : 1;
    }
}

void rh_html_minus(struct rh_text *out, struct rh_text *figure)
{
    for (const char *at = rh_text_string(figure); *at != '\0'; at++) {
        if (*at == '-') {
            rh_text_puts(out, "−");
        } else {
            rh_text_add(out, at, 1);
        }
    }
    out->failed = out->failed || figure->failed;
    rh_text_clear(figure);
}

void rh_html_figure(struct rh_text *out, struct rh_text *figure)
{
    struct rh_text text;
    rh_text_init(&text);
    rh_html_minus(&text, figure);
    rh_html_text(out, rh_text_string(&text));
    out->failed = out->failed || text.failed;
    rh_text_free(&text);
}

/* ---- Tables ---- */

void rh_html_table_begin(struct rh_text *out, const char *caption, const struct rh_html_column *columns, int num,
                         bool sorts)
{
    rh_text_puts(out, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"");
    rh_html_text(out, caption);
    rh_text_printf(out, "\">\n<table%s>\n<caption><span>", sorts ? " class=\"sorts\"" : "");
    rh_html_text(out, caption);
    rh_text_puts(out, "</span></caption>\n<thead><tr>");
    for (int i = 0; i < num; i++) {
        rh_text_printf(out, "<th scope=\"col\"%s>", columns[i].number ? " class=\"number\"" : "");
        rh_html_text(out, columns[i].head);
        rh_text_puts(out, "</th>");
    }
    rh_text_puts(out, "</tr></thead>\n<tbody>\n");
}

void rh_html_table_end(struct rh_text *out)
{
    rh_text_puts(out, "</tbody>\n</table>\n</div>\n");
}

void rh_html_row_begin(struct rh_text *out, const char *name, const char *detail)
{
    rh_text_puts(out, "<tr><th scope=\"row\">");
    rh_html_text(out, name);
    if (detail != NULL && detail[0] != '\0') {
        rh_text_puts(out, "<small>");
        rh_html_text(out, detail);
        rh_text_puts(out, "</small>");
    }
    rh_text_puts(out, "</th>");
}

void rh_html_row_end(struct rh_text *out)
{
    rh_text_puts(out, "</tr>\n");
}

void rh_html_cell(struct rh_text *out, const char *text)
{
    rh_text_puts(out, "<td>");
    rh_html_text(out, text);
    rh_text_puts(out, "</td>");
}

void rh_html_number_cell(struct rh_text *out, double value, struct rh_text *figure, struct rh_text *detail)
{
    rh_text_puts(out, "<td class=\"number\"");
    if (isfinite(value)) {
        rh_text_printf(out, " data-value=\"%.9g\"", value);
    }
    rh_text_puts(out, ">");
    rh_html_figure(out, figure);
    if (detail != NULL && detail->length > 0) {
        rh_text_puts(out, "<small>");
        rh_html_figure(out, detail);
        rh_text_puts(out, "</small>");
    }
    rh_text_puts(out, "</td>");
}
