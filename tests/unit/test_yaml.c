/* YAML as a tree with places, and what is refused. */
#include "core/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct file {
    struct rh_yaml yaml;
    struct rh_problems problems;
    int code;
};

static void parse_bytes(struct file *self, const char *text, size_t length)
{
    rh_problems_init(&self->problems);
    self->code = rh_yaml_parse(&self->yaml, "f.yaml", text, length, &self->problems);
}

static void parse(struct file *self, const char *text)
{
    parse_bytes(self, text, strlen(text));
}

static void done(struct file *self)
{
    rh_yaml_free(&self->yaml);
    rh_problems_free(&self->problems);
}

static void assert_place(const struct rh_yaml_node *node, long line, long column)
{
    assert_non_null(node);
    assert_int_equal(node->line, line);
    assert_int_equal(node->column, column);
}

static void assert_scalar(const struct rh_yaml_node *node, const char *text, long line, long column, bool quoted)
{
    assert_place(node, line, column);
    assert_int_equal(node->kind, RH_YAML_SCALAR);
    assert_string_equal(node->text, text);
    assert_int_equal(node->length, strlen(text));
    assert_int_equal(node->quoted, quoted);
}

static void test_places(void **state)
{
    (void)state;
    struct file f;
    parse(&f, "a: [1, \"zwei\", é, d]\n"
              "bé:\n"
              "  - x: 1\n"
              "    y: 'q''z'\n"
              "  -\n"
              "c: |\n"
              "  block\n"
              "  more\n"
              "d:\n");
    assert_int_equal(f.code, RH_OK);
    assert_int_equal(f.problems.num_total, 0);
    const struct rh_yaml_node *root = f.yaml.root, *a = rh_yaml_find(root, "a"), *b = rh_yaml_find(root, "bé");
    assert_place(root, 1, 1);
    assert_int_equal(root->num, 4);
    assert_place(a, 1, 4);
    assert_int_equal(a->kind, RH_YAML_SEQUENCE);
    assert_int_equal(a->num, 4);
    assert_null(a->key);
    assert_scalar(a->item[0], "1", 1, 5, false);
    assert_scalar(a->item[1], "zwei", 1, 8, true);
    assert_scalar(a->item[2], "é", 1, 16, false);
    assert_scalar(a->item[3], "d", 1, 19, false); /* columns are characters, not bytes */
    assert_scalar(root->key[1], "bé", 2, 1, false);
    assert_place(b->item[0], 3, 5);
    assert_scalar(rh_yaml_find(b->item[0], "y"), "q'z", 4, 8, true);
    assert_scalar(b->item[1], "", 3, 3, false); /* nothing: where its list is */
    assert_scalar(rh_yaml_find(root, "c"), "block\nmore\n", 7, 1, true);
    assert_scalar(rh_yaml_find(root, "d"), "", 9, 1, false); /* nothing: where its key is */
    assert_null(rh_yaml_find(root, "e"));
    assert_null(rh_yaml_find(a, "a"));
    assert_null(rh_yaml_find(NULL, "a"));
    done(&f);
}

static void test_line_ends_and_byte_order_mark(void **state)
{
    (void)state;
    static const char *const texts[] = {"a: 1\nb: {b: 2}\n", "a: 1\r\nb: {b: 2}\r\n", "a: 1\rb: {b: 2}\r",
                                        "\xEF\xBB\xBF"
                                        "a: 1\nb: {b: 2}"};
    for (size_t i = 0; i < 4; i++) {
        struct file f;
        parse(&f, texts[i]);
        assert_int_equal(f.code, RH_OK);
        assert_scalar(rh_yaml_find(f.yaml.root, "a"), "1", 1, 4, false);
        const struct rh_yaml_node *b = rh_yaml_find(rh_yaml_find(f.yaml.root, "b"), "b");
        assert_scalar(b, "2", 2, 8, false);
        rh_yaml_problem(&f.yaml, b, &f.problems, RH_ERR_INPUT, "%s", "no");
        assert_string_equal(f.problems.items[0].excerpt, "b: {b: 2}");
        rh_yaml_problem(&f.yaml, f.yaml.root, &f.problems, RH_ERR_INPUT, "%s", "no");
        assert_string_equal(f.problems.items[1].excerpt, "a: 1");
        done(&f);
    }
}

static void test_empty(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n\n", "# nothing\n", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < 4; i++) {
        struct file f;
        parse(&f, texts[i]);
        assert_int_equal(f.code, RH_OK);
        assert_null(f.yaml.root);
        done(&f);
    }
}

/* One problem, at that place, that says so; `tree`: the rest of the file could be read. */
static void check_refused(const char *text, size_t length, long line, long column, const char *says, bool tree)
{
    struct file f;
    parse_bytes(&f, text, length);
    if (f.problems.num != 1)
        fail_msg("%zu problems with: %s", f.problems.num, text);
    const struct rh_problem *problem = &f.problems.items[0];
    if (problem->line != line || problem->column != column || strstr(problem->message, says) == NULL)
        fail_msg("%ld:%ld: %s\nfor %s", problem->line, problem->column, problem->message, text);
    assert_int_equal(f.code, RH_ERR_INPUT);
    assert_string_equal(problem->file, "f.yaml");
    assert_int_equal(f.yaml.root != NULL, tree);
    done(&f);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        long line, column;
        const char *says;
        bool tree;
    } cases[] = {
        {"a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' stands here again; it is on line 1", true},
        {"{a: 1, a: 2}", 1, 8, "again", true},
        {"a: &x 1\n", 1, 4, "an anchor", true},
        {"a: *x\n", 1, 4, "an alias", false},
        {"*x\n", 1, 1, "an alias", false},
        {"a: !!str 1\n", 1, 4, "a tag", true},
        {"a: != x\n", 1, 4, "a tag", true},
        {"[a]: 1\n", 1, 1, "a key that is a list", false},
        {"? {a: 1}\n: 2\n", 1, 3, "a key that is a list", false},
        {"a: 1\n---\nb: 1\n", 2, 1, "a second document", true},
        {"%YAML 1.1\n---\na: 1\n", 1, 1, "a directive", false},
        {"a: 1\r\n...\r\n%TAG x\r\n---\n", 3, 1, "a directive", false},
        {"a: [1, 2\n", 1, 4, "the list that opens on line 1", false},
        {"a: {b: 1\n", 1, 4, "the mapping that opens on line 1", false},
        {"a: @b\n", 1, 4, "put the text in quotes", false},
        {"a: >= 3\n", 1, 5, "must be in quotes", false},
        {"]", 1, 1, "not YAML", false},
        {"a: \x01\n", 1, 4, "control character 0x01", false},
        {"a: \x7f\n", 1, 4, "control character 0x7f", false},
        {"b: 1\né\xff\n", 2, 2, "byte 0xff", false},
        {"\xC3", 1, 1, "byte 0xc3", false},
        {"\xED\xA0\x80", 1, 1, "byte 0xed", false},
        {"a: \"\\0\"\n", 1, 4, "NUL", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refused(cases[i].text, strlen(cases[i].text), cases[i].line, cases[i].column, cases[i].says,
                      cases[i].tree);
    check_refused("a: x\0y\n", 7, 1, 5, "control character 0x00", false);
}

static void test_all_soft_problems_in_one_pass(void **state)
{
    (void)state;
    struct file f;
    parse(&f, "a: &x 1\na: 2\nb: !t [1, 1]\nb: 3\n---\nc: 1\n");
    assert_int_equal(f.problems.num, 5);
    assert_int_equal(f.yaml.root->num, 2);
    assert_scalar(rh_yaml_find(f.yaml.root, "a"), "1", 1, 7, false); /* the first of duplicates stays */
    done(&f);
}

static void test_depth(void **state)
{
    (void)state;
    for (int depth = 63; depth <= 66; depth++) {
        char text[256] = "";
        for (int i = 0; i < depth; i++)
            text[i] = '[';
        for (int i = 0; i < depth; i++)
            text[depth + i] = ']';
        struct file f;
        parse(&f, text);
        assert_int_equal(f.code, depth <= 64 ? RH_OK : RH_ERR_INPUT);
        assert_int_equal(f.yaml.root != NULL, depth <= 64);
        done(&f);
    }
    size_t many = 200000;
    char *text = malloc(many);
    assert_non_null(text);
    memset(text, '[', many);
    check_refused(text, many, 1, 65, "nested more than 64 deep", false);
    memset(text, '{', many);
    struct file f;
    parse_bytes(&f, text, many);
    assert_true(f.problems.num > 0);
    done(&f);
    free(text);
}

/* Texts in quotes, of which libfyaml 0.7 gives some without their end. */
static void test_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *written, *text;
    } table[] = {
        {"''", ""},
        {"''''", "'"},
        {"'a''''b'", "a''b"},
        {"'x''''''''y'", "x''''y"},
        {"'O''Brien & O''''Brien'", "O'Brien & O''Brien"},
        {"' a  \n \tb '", " a b "},
        {"'a\n\n\n b'", "a\n\nb"},
        {"'a\r\n\r\n b'", "a\nb"},
        {"'a\n '", "a "},
        {"'\\n'", "\\n"},
        {"\"\"", ""},
        {"\"a\\\"\\\\b\"", "a\"\\b"},
        {"\"\\a\\b\\t\\n\\v\\f\\r\\e\\ \\/\"", "\a\b\t\n\v\f\r\x1B /"},
        {"\"\\N\\_\\L\\P\"", "\xC2\x85\xC2\xA0\xE2\x80\xA8\xE2\x80\xA9"},
        {"\"\\x41\\u00e9\\u20AC\\U0001F600\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
        {"\"\\ \n \\u00e9\"", "  \xC3\xA9"},
        {"\"a \\\n  b\"", "a b"},
        {"\"a\\\n\n\n  b\"", "a\n\nb"},
        {"\"a''b\"", "a''b"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[128];
        struct file f;
        snprintf(text, sizeof text, "a: %s\n", table[i].written);
        parse(&f, text);
        assert_int_equal(f.code, RH_OK);
        assert_scalar(rh_yaml_find(f.yaml.root, "a"), table[i].text, 1, 4, true);
        done(&f);
    }
}

/* The folding of libfyaml 0.7 puts zeros into such texts. */
static void test_folded(void **state)
{
    (void)state;
    struct file f;
    parse(&f, "a: >\n  b\n\n   c\n");
    assert_int_equal(f.problems.num, 1);
    assert_string_equal(f.problems.items[0].message,
                        "a folded text ('>') with lines of their own indentation; expected '|', or quotes");
    done(&f);
}

static void test_size(void **state)
{
    (void)state;
    size_t most = RH_YAML_LARGEST;
    char *text = malloc(most + 1);
    assert_non_null(text);
    const size_t longest = (size_t)1024 * 1024; /* of a line, with its end */
    memset(text, '#', most + 1);
    for (size_t end = longest; end < most; end += longest)
        text[end - 1] = '\n';
    memset(text, 'x', longest - 1);
    memcpy(text, "a: ", 3);
    struct file f;
    parse_bytes(&f, text, most);
    assert_int_equal(f.code, RH_OK);
    assert_int_equal(rh_yaml_find(f.yaml.root, "a")->length, longest - 4);
    /* A line that nobody can read is not shown. */
    rh_yaml_problem(&f.yaml, f.yaml.root, &f.problems, RH_ERR_INPUT, "%s", "no");
    assert_null(f.problems.items[0].excerpt);
    done(&f);
    check_refused(text, most + 1, 0, 0, "4 MiB", false);
    text[longest - 1] = 'x';
    check_refused(text, most, 1, 0, "a line of 2097152 bytes", false);
    memcpy(text, "a: |\n x\n", 8);
    for (size_t at = 8; at < 2 * longest; at += 8)
        memcpy(text + at, " xxxxxx\n", 8);
    check_refused(text, 2 * longest, 2, 1, "a text of ", true);
    free(text);
}

static void test_files(void **state)
{
    (void)state;
    struct file f;
    rh_problems_init(&f.problems);
    assert_int_equal(rh_yaml_read(&f.yaml, "no/such.yaml", &f.problems), RH_ERR_IO);
    assert_int_equal(f.problems.num, 1);
    assert_string_equal(f.problems.items[0].file, "no/such.yaml");
    assert_null(f.yaml.root);
    done(&f);
    rh_problems_init(&f.problems);
    assert_int_equal(rh_yaml_read(&f.yaml, TEST_DATA "/program-errors/files/good.yaml", &f.problems), RH_OK);
    assert_string_equal(rh_yaml_find(f.yaml.root, "currency")->text, "USD");
    done(&f);
}

static const struct rh_yaml_key keys[] = {
    {"name", true, "What it is called."},
    {"color", false, "Its color."},
    {"weight", false, "Its weight."},
    {NULL, false, NULL},
};

static void test_keys(void **state)
{
    (void)state;
    struct file f;
    parse(&f, "{colour: red, weight: 1, shape: round}");
    assert_true(rh_yaml_check_keys(&f.yaml, f.yaml.root, keys, "a box", &f.problems));
    assert_int_equal(f.problems.num, 3);
    assert_string_equal(f.problems.items[0].message, "unknown key 'colour' of a box; did you mean 'color'?");
    assert_string_equal(f.problems.items[1].message, "unknown key 'shape' of a box; expected name, color or weight");
    assert_string_equal(f.problems.items[2].message, "a box has no 'name', which it needs: What it is called.");
    done(&f);
    parse(&f, "name: x\ncolor: red\n");
    assert_true(rh_yaml_check_keys(&f.yaml, f.yaml.root, keys, "a box", &f.problems));
    assert_false(rh_yaml_check_keys(&f.yaml, rh_yaml_find(f.yaml.root, "name"), keys, "a box", &f.problems));
    assert_int_equal(f.problems.num, 1);
    assert_string_equal(f.problems.items[0].message, "a box is 'x'; expected a mapping with keys such as 'name'");
    done(&f);
}

static void test_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *found;
    } cases[] = {
        {"abc", "'abc'"},
        {"''", "an empty text"},
        {"[]", "a list"},
        {"{}", "a mapping"},
        {"\"one\\ntwo\"", "'one…'"},
        {"0123456789012345678901234567890123456789", "'0123456789012345678901234567890123456789'"},
        {"012345678901234567890123456789012345678éx", "'012345678901234567890123456789012345678…'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct file f;
        char found[RH_YAML_FOUND];
        parse(&f, cases[i].text);
        assert_string_equal(rh_yaml_found(f.yaml.root, found), cases[i].found);
        done(&f);
    }
    const struct rh_yaml_node nothing = {.kind = RH_YAML_SCALAR, .text = (char[]){0}};
    char found[RH_YAML_FOUND];
    assert_string_equal(rh_yaml_found(&nothing, found), "nothing");
}

/* A mapping of many keys must not take the square of their number. */
static void test_many_keys(void **state)
{
    (void)state;
    struct rh_text text;
    rh_text_init(&text);
    for (int i = 0; i < 100000; i++)
        rh_text_printf(&text, "k%d: %d\n", i, i);
    rh_text_puts(&text, "k77: again\n");
    check_refused(rh_text_string(&text), text.length, 100001, 1, "it is on line 78", true);
    rh_text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),    cmocka_unit_test(test_line_ends_and_byte_order_mark),
        cmocka_unit_test(test_empty),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth),     cmocka_unit_test(test_all_soft_problems_in_one_pass),
        cmocka_unit_test(test_quotes),    cmocka_unit_test(test_folded),
        cmocka_unit_test(test_size),      cmocka_unit_test(test_files),
        cmocka_unit_test(test_keys),      cmocka_unit_test(test_found),
        cmocka_unit_test(test_many_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
