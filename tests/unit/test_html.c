/* What pages are set with: text stays text, figures have minus signs, pictures do not draw with each other's points. */
#include "report/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

static void assert_and_free(struct rh_text *text, const char *expected)
{
    assert_int_equal(rh_text_status(text), RH_OK);
    assert_string_equal(rh_text_string(text), expected);
    rh_text_free(text);
}

static void test_text_is_only_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *html;
    } cases[] = {{"", ""},
                 {"Volume tiers", "Volume tiers"},
                 {"<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
                 {"\" onload=\"x", "&quot; onload=&quot;x"},
                 {"a & b &amp; c", "a &amp; b &amp;amp; c"},
                 {"]]> --> %s \\", "]]&gt; --&gt; %s \\"},
                 {"line\nbreak\x1b[31m\x7f", "line break [31m "},
                 {"Prämie 株 €", "Prämie 株 €"},
                 {"cut \xC3", "cut \xEF\xBF\xBD"},
                 {"\xFF\xFE<", "\xEF\xBF\xBD\xEF\xBF\xBD&lt;"},
                 {"over\xC0\xBClong", "over\xEF\xBF\xBD\xEF\xBF\xBDlong"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rh_text out;
        rh_text_init(&out);
        rh_html_text(&out, cases[i].text);
        assert_and_free(&out, cases[i].html);
    }
}

static void test_figures(void **state)
{
    (void)state;
    struct rh_text out, figure;
    rh_text_init(&out);
    rh_text_init(&figure);
    rh_text_puts(&figure, "-315k…-80.5k");
    rh_html_figure(&out, &figure);
    assert_int_equal(figure.length, 0);
    rh_text_puts(&figure, "<0.1%");
    rh_html_figure(&out, &figure);
    rh_text_puts(&figure, "<-1");
    rh_html_minus(&out, &figure);
    assert_and_free(&out, "−315k…−80.5k&lt;0.1%<−1");
    rh_text_free(&figure);
}

static void test_table(void **state)
{
    (void)state;
    static const struct rh_html_column heads[] = {{"<Name>", false}, {"Number", true}};
    struct rh_text out, figure, detail;
    rh_text_init(&out);
    rh_text_init(&figure);
    rh_text_init(&detail);
    rh_html_table_begin(&out, "A & B", heads, 2, true);
    rh_html_row_begin(&out, "<i>", "a \"b\"");
    rh_text_puts(&figure, "-1.50k");
    rh_text_puts(&detail, "-2…3");
    rh_html_number_cell(&out, -1500.25, &figure, &detail);
    rh_html_row_end(&out);
    rh_html_row_begin(&out, "none", NULL);
    rh_text_puts(&figure, "–");
    rh_html_number_cell(&out, NAN, &figure, &detail);
    rh_html_row_end(&out);
    rh_html_table_end(&out);
    assert_and_free(
        &out, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"A &amp; B\">\n<table class=\"sorts\">\n"
              "<caption><span>A &amp; B</span></caption>\n<thead><tr><th scope=\"col\">&lt;Name&gt;</th>"
              "<th scope=\"col\" class=\"number\">Number</th></tr></thead>\n<tbody>\n"
              "<tr><th scope=\"row\">&lt;i&gt;<small>a &quot;b&quot;</small></th>"
              "<td class=\"number\" data-value=\"-1500.25\">−1.50k<small>−2…3</small></td></tr>\n"
              "<tr><th scope=\"row\">none</th><td class=\"number\">–</td></tr>\n</tbody>\n</table>\n</div>\n");
    rh_text_free(&figure);
    rh_text_free(&detail);
}

/* As gnuplot writes them, in little. */
static const char picture[] =
    "<?xml version=\"1.0\"?>\n<svg \n width=\"1200\" height=\"789\"\n viewBox=\"0 0 1200 789\"\n"
    " xmlns:xlink=\"http://www.w3.org/1999/xlink\"\n>\n<title>Gnuplot</title>\n"
    "<desc>Produced by GNUPLOT</desc>\n<g id=\"canvas\"><title>a&lt;b</title>"
    "<rect width=\"7\" stroke-width=\"2\" grid=\"x\"/><circle id='pt'/>"
    "<use xlink:href='#pt' filter='url(#box)'/>"
    "<text>id='no' href='#no'</text>\n<text></text>\n"
    "<text><tspan font-weight=\"bold\" >A &amp; B &lt; C</tspan></text>\n"
    "<text><tspan >Seen so.</tspan></text>\n<text>Of whom</text>\n"
    "<text>1M</text>\n</g>\n</svg>\n";

static void test_picture(void **state)
{
    (void)state;
    struct rh_text out;
    rh_text_init(&out);
    assert_true(rh_html_svg(&out, picture, "net-", "A \"title\"", "<words>"));
    assert_and_free(
        &out, "<svg role=\"img\" aria-labelledby=\"net-title net-desc\"  \n  \n viewBox=\"0 0 1200 789\"\n"
              " xmlns:xlink=\"http://www.w3.org/1999/xlink\"\n>\n<title id=\"net-title\">A &quot;title&quot;</title>\n"
              "<desc id=\"net-desc\">&lt;words&gt;</desc>\n\n\n<g id=\"net-canvas\">"
              "<rect width=\"7\" stroke-width=\"2\" grid=\"x\"/><circle id='net-pt'/>"
              "<use xlink:href='#net-pt' filter='url(#net-box)'/>"
              "<text>id='no' href='#no'</text>\n<text></text>\n"
              "<text><tspan font-weight=\"bold\" >A &amp; B &lt; C</tspan></text>\n"
              "<text><tspan >Seen so.</tspan></text>\n<text>Of whom</text>\n<text>1M</text>\n</g>\n</svg>");
}

static void test_words_of_pictures(void **state)
{
    (void)state;
    static const struct {
        const char *file, *words;
    } cases[] = {{picture, "A & B < C. Seen so. Of whom"},
                 {"<svg><text>plain</text></svg>", ""},
                 {"<svg><text><tspan font-weight=\"bold\">Alone</tspan></text></svg>", "Alone"},
                 {"<svg><text><tspan font-weight=\"bold\">Alone</tspan></text><text></text></svg>", "Alone"},
                 {"<svg><text><tspan font-weight=\"bold\">cut", ""},
                 {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rh_text out;
        rh_text_init(&out);
        rh_html_svg_words(&out, cases[i].file);
        assert_and_free(&out, cases[i].words);
    }
}

static void test_no_picture(void **state)
{
    (void)state;
    static const char *const files[] = {"", "no picture", "<svg width=\"3\"", "<svg>"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct rh_text out;
        rh_text_init(&out);
        assert_false(rh_html_svg(&out, files[i], "p-", "title", "words"));
        assert_and_free(&out, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_only_text),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_picture),
        cmocka_unit_test(test_words_of_pictures),
        cmocka_unit_test(test_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
