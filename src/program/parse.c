/* Values are read strictly: what is in quotes is a text and no number, what is written without is never converted to
 * something that it does not say. */
#include "program/parse.h"

#include "core/file.h"
#include "core/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool rh_parse_keys(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_section section)
{
    return rh_yaml_check_keys(self->yaml, node, rh_sections[section].keys, rh_sections[section].name, self->problems);
}

void rh_parse_missing(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_section section,
                      const char *name)
{
    const struct rh_yaml_key *key = rh_sections[section].keys;
    while (key->name != NULL && strcmp(key->name, name) != 0)
        key++;
    assert(key->name != NULL);
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s has no '%s', which it needs: %s",
                    rh_sections[section].name, name, key->doc);
}

struct rh_place rh_parse_place(const struct rh_yaml_node *node)
{
    return node != NULL ? (struct rh_place){0, node->line, node->column} : (struct rh_place){0, 0, 0};
}

bool rh_parse_format(const struct rh_parse *self, const struct rh_yaml_node *root, const char *kind)
{
    const struct rh_yaml_node *node = rh_yaml_find(root, "rehearse");
    if (node == NULL)
        return true;
    const char *text = node->kind == RH_YAML_SCALAR ? node->text : "";
    size_t length = strlen(kind);
    bool right_kind = strncmp(text, kind, length) == 0 && text[length] == '/';
    const char *version = right_kind ? text + length + 1 : "";
    if (strcmp(version, "1") == 0)
        return true;
    size_t num_digits = strspn(version, "0123456789");
    if (num_digits > 0 && num_digits < 10 && version[num_digits] == '\0' && version[0] != '0') {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_TOO_NEW,
                        "the file is a %s, written for a newer version; expected %s/1", text, kind);
        return false;
    }
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "'rehearse' is %s; expected %s/1 here",
                    rh_yaml_found(node, found), kind);
    return right_kind;
}

/* What is expected of each quantity. */
static const char *const expected_number[] = {
    [RH_QUANTITY_MONEY] = "a number such as 1500, 50k or 2.5M, without sign, separator or exponent",
    [RH_QUANTITY_CENTS] = "money such as 1500, 50k or 2.5M, without sign, separator or exponent",
    [RH_QUANTITY_RATE] = "a share such as 2.5% or 0.025, without sign or exponent",
    [RH_QUANTITY_FACTOR] = "a number such as 1.08 or 120%, without sign or exponent",
    [RH_QUANTITY_DECIMAL] = "a number such as 30 or 2.5, without sign or exponent",
    [RH_QUANTITY_WHOLE] = "a whole number such as 12 or 10k, without sign or exponent",
};

static const char *const most_decimals[] = {
    [RH_QUANTITY_MONEY] = "at most 4 decimals",
    [RH_QUANTITY_CENTS] = "at most 2 decimals",
    [RH_QUANTITY_RATE] = "at most 6 decimals after the percent is taken",
    [RH_QUANTITY_FACTOR] = "at most 6 decimals after the percent is taken",
    [RH_QUANTITY_DECIMAL] = "at most 6 decimals",
    [RH_QUANTITY_WHOLE] = "a whole number",
};

/* A plain scalar that is not empty; else tells what was expected in its place. */
static bool check_plain(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                        const char *expected)
{
    char found[RH_YAML_FOUND];
    if (node->kind == RH_YAML_SCALAR && !node->quoted && node->length > 0)
        return true;
    bool quotes = node->kind == RH_YAML_SCALAR && node->quoted;
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s%s; expected %s", what,
                    quotes ? "in quotes, which makes it a text: " : "", rh_yaml_found(node, found), expected);
    return false;
}

bool rh_parse_number(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_quantity quantity,
                     const char *what, int64_t *out)
{
    if (!check_plain(self, node, what, expected_number[quantity]))
        return false;
    const char *wrong = NULL, *expected = expected_number[quantity];
    int64_t number = 0;
    switch (rh_value_number(node->text, node->length, quantity, &number)) {
    case RH_VALUE_OK:
        *out = number;
        return true;
    case RH_VALUE_NOT_A_NUMBER:
        wrong = "";
        break;
    case RH_VALUE_TOO_MANY_DIGITS:
        wrong = ", which has too many digits";
        expected = "at most 18";
        break;
    case RH_VALUE_TOO_PRECISE:
        wrong = ", which is more exact than is kept";
        expected = most_decimals[quantity];
        break;
    case RH_VALUE_TOO_LARGE:
        wrong = ", which is too large";
        expected = "less than 900 trillion";
        break;
    case RH_VALUE_PERCENT:
        wrong = ", a percent";
        break;
    }
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s%s; expected %s", what,
                    rh_yaml_found(node, found), wrong, expected);
    return false;
}

bool rh_parse_number_within(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_quantity quantity,
                            const char *what, int64_t least, int64_t most, const char *range, int64_t *out)
{
    int64_t number;
    if (!rh_parse_number(self, node, quantity, what, &number))
        return false;
    if (number < least || number > most) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected %s", what,
                        rh_yaml_found(node, found), range);
        return false;
    }
    *out = number;
    return true;
}

#define MOST_RELATIVE (100 * RH_PPM_ONE) /* 10000% of the prior year, or of the target */

/* The three forms, of which the text is split at its " of ". False where it is none of them. */
static bool read_relative(const char *left, size_t num_left, const char *right, size_t num_right,
                          struct rh_threshold *out)
{
    static const struct {
        const char *word;
        enum rh_relation relation;
        enum rh_scope scope;
    } words[] = {{"prior_year", RH_RELATIVE_PRIOR_YEAR, RH_SCOPE_ALL},
                 {"target", RH_RELATIVE_TARGET, RH_SCOPE_ALL},
                 {"region", RH_RELATIVE_PERCENTILE, RH_SCOPE_REGION},
                 {"segment", RH_RELATIVE_PERCENTILE, RH_SCOPE_SEGMENT},
                 {"all", RH_RELATIVE_PERCENTILE, RH_SCOPE_ALL}};
    size_t i = 0, num_words = sizeof words / sizeof *words;
    while (i < num_words && (strlen(words[i].word) != num_right || memcmp(words[i].word, right, num_right) != 0))
        i++;
    if (i == num_words)
        return false;
    struct rh_threshold threshold = {.relation = words[i].relation, .scope = words[i].scope};
    int64_t number = 0;
    if (threshold.relation == RH_RELATIVE_PERCENTILE) {
        if (left[0] != 'p' || num_left > 4 ||
            rh_value_number(left + 1, num_left - 1, RH_QUANTITY_WHOLE, &number) != RH_VALUE_OK || number > 100)
            return false;
        threshold.percentile = (int)number;
    } else {
        if (left[num_left - 1] != '%' || rh_value_number(left, num_left, RH_QUANTITY_RATE, &number) != RH_VALUE_OK ||
            number == 0 || number > MOST_RELATIVE)
            return false;
        threshold.share = number;
    }
    *out = threshold;
    return true;
}

bool rh_parse_threshold(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_quantity quantity,
                        const char *what, struct rh_threshold *out)
{
    size_t num_left, right;
    bool plain = node->kind == RH_YAML_SCALAR && !node->quoted;
    if (!plain || !rh_value_relative(node->text, node->length, &num_left, &right)) {
        int64_t amount;
        if (!rh_parse_number(self, node, quantity, what, &amount))
            return false;
        *out = (struct rh_threshold){.amount = amount};
        return true;
    }
    if (read_relative(node->text, num_left, node->text + right, node->length - right, out))
        return true;
    char found[RH_YAML_FOUND];
    rh_yaml_problem(
        self->yaml, node, self->problems, RH_ERR_INPUT,
        "%s is %s; expected an amount, a share of the partner's own (up to 10000%%, at most 4 decimals) such "
        "as 110%% of prior_year or 100%% of target, or p0 to p100 of region, segment or all",
        what, rh_yaml_found(node, found));
    return false;
}

bool rh_parse_duration(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                       struct rh_duration *out)
{
    static const char expected[] = "a time such as 45 days or 6 months";
    char found[RH_YAML_FOUND];
    if (!check_plain(self, node, what, expected))
        return false;
    if (rh_duration_parse(node->text, node->length, out))
        return true;
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected %s", what,
                    rh_yaml_found(node, found), expected);
    return false;
}

bool rh_parse_month(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, rh_month *out)
{
    static const char expected[] = "a month such as 2017-03";
    char found[RH_YAML_FOUND];
    if (!check_plain(self, node, what, expected))
        return false;
    if (rh_month_parse(node->text, node->length, out))
        return true;
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected %s", what,
                    rh_yaml_found(node, found), expected);
    return false;
}

static void tell_choices(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                         const struct rh_choice *choices)
{
    struct rh_text text;
    char found[RH_YAML_FOUND];
    rh_text_init(&text);
    for (const struct rh_choice *choice = choices; choice->word != NULL; choice++) {
        rh_text_puts(&text, choice == choices ? "" : choice[1].word == NULL ? " or " : ", ");
        rh_text_puts(&text, choice->word);
    }
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected %s", what,
                    rh_yaml_found(node, found), rh_text_string(&text));
    if (rh_text_status(&text) != RH_OK)
        self->problems->failed = RH_ERR_NO_MEMORY;
    rh_text_free(&text);
}

bool rh_parse_choice(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                     const struct rh_choice *choices, int *out)
{
    for (const struct rh_choice *choice = choices; node->kind == RH_YAML_SCALAR && choice->word != NULL; choice++) {
        if (strcmp(choice->word, node->text) != 0)
            continue;
        *out = choice->value;
        return true;
    }
    tell_choices(self, node, what, choices);
    return false;
}

bool rh_parse_bool(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool *out)
{
    static const struct rh_choice choices[] = {{"true", true}, {"false", false}, {NULL, 0}};
    int choice;
    if (!check_plain(self, node, what, "true or false") || !rh_parse_choice(self, node, what, choices, &choice))
        return false;
    *out = choice != 0;
    return true;
}

bool rh_parse_window(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool program,
                     enum rh_window_kind *out)
{
    static const struct rh_choice grid[] = {{"month", RH_WINDOW_MONTH},
                                            {"quarter", RH_WINDOW_QUARTER},
                                            {"half", RH_WINDOW_HALF},
                                            {"year", RH_WINDOW_YEAR},
                                            {NULL, 0}};
    static const struct rh_choice all[] = {{"month", RH_WINDOW_MONTH},     {"quarter", RH_WINDOW_QUARTER},
                                           {"half", RH_WINDOW_HALF},       {"year", RH_WINDOW_YEAR},
                                           {"program", RH_WINDOW_PROGRAM}, {NULL, 0}};
    int choice;
    if (!rh_parse_choice(self, node, what, program ? all : grid, &choice))
        return false;
    *out = (enum rh_window_kind)choice;
    return true;
}

#define MOST_ITEMS 10000 /* incentives, levels and the like, of which each takes much more memory than in the file */

static bool check_filled(const struct rh_parse *self, const struct rh_yaml_node *node, enum rh_yaml_kind kind,
                         const char *what, const char *example)
{
    char found[RH_YAML_FOUND];
    if (node->kind == kind && node->num > MOST_ITEMS) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s has %zu entries; expected at most %d", what,
                        node->num, MOST_ITEMS);
        return false;
    }
    if (node->kind == kind && node->num > 0)
        return true;
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected %s", what,
                    node->kind == kind ? "empty" : rh_yaml_found(node, found), example);
    return false;
}

bool rh_parse_filled(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                     const char *example)
{
    return check_filled(self, node, RH_YAML_MAPPING, what, example);
}

bool rh_parse_filled_list(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                          const char *example)
{
    return check_filled(self, node, RH_YAML_SEQUENCE, what, example);
}

bool rh_parse_text(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, char **out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_SCALAR || node->length == 0 || rh_parse_is_null(node)) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected a text", what,
                        rh_yaml_found(node, found));
        return false;
    }
    char *text = rh_strndup(node->text, node->length);
    if (text == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return false;
    }
    *out = text;
    return true;
}

static bool is_name(const struct rh_yaml_node *node)
{
    if (node->text[0] == ' ' || node->text[node->length - 1] == ' ')
        return false;
    for (size_t i = 0; i < node->length; i++) {
        unsigned char c = (unsigned char)node->text[i];
        if (c < 0x20 || c == 0x7F)
            return false;
    }
    return true;
}

bool rh_parse_name(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                   struct rh_reference *out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_SCALAR || node->length == 0) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected a name", what,
                        rh_yaml_found(node, found));
        return false;
    }
    if (rh_parse_is_null(node)) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "%s is %s, which in YAML means nothing; expected a name, in quotes if it is this one", what,
                        rh_yaml_found(node, found));
        return false;
    }
    if (!is_name(node)) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "%s is %s; expected a name on one line, without spaces around it or control characters", what,
                        rh_yaml_found(node, found));
        return false;
    }
    char *text = rh_strndup(node->text, node->length);
    if (text == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return false;
    }
    *out = (struct rh_reference){.text = text, .line = node->line, .column = node->column};
    return true;
}

bool rh_parse_is_null(const struct rh_yaml_node *node)
{
    static const char *const words[] = {"~", "null", "Null", "NULL"};
    bool null = false;
    for (size_t i = 0; i < sizeof words / sizeof *words && node->kind == RH_YAML_SCALAR && !node->quoted; i++)
        null = null || strcmp(node->text, words[i]) == 0;
    return null;
}

/* Whether a byte can be read of it, or why not. Opening alone is no proof: a folder opens. */
static bool can_be_read(const char *path, const char **reason)
{
    FILE *stream = fopen(path, "rb");
    bool good = stream != NULL && (getc(stream) != EOF || ferror(stream) == 0);
    *reason = good ? "" : strerror(errno);
    if (stream != NULL)
        fclose(stream);
    return good;
}

bool rh_parse_path(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what, bool check,
                   char **out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_SCALAR || node->length == 0 || rh_parse_is_null(node)) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected the path of a file", what,
                        rh_yaml_found(node, found));
        return false;
    }
    char *path = rh_path_beside(self->yaml->path, node->text);
    if (path == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return false;
    }
    *out = path;
    const char *reason;
    if (!check || can_be_read(path, &reason))
        return true;
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_IO, "%s '%s' cannot be read: %s", what, path, reason);
    return false;
}

/* Reads the items; false where any of them is wrong. */
static bool read_names(const struct rh_parse *self, const struct rh_yaml_node *list, const char *what,
                       struct rh_reference_list *out)
{
    struct rh_names seen;
    rh_names_init(&seen);
    bool good = true;
    for (size_t i = 0; i < list->num; i++) {
        const struct rh_yaml_node *node = list->item[i];
        if (!rh_parse_name(self, node, what, &out->item[out->num])) {
            good = false;
            continue;
        }
        int32_t id = rh_names_add(&seen, node->text, node->length);
        if (id < 0)
            self->problems->failed = RH_ERR_NO_MEMORY;
        if (id >= 0 && (size_t)id < out->num) {
            char found[RH_YAML_FOUND];
            rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s names %s a second time", what,
                            rh_yaml_found(node, found));
            free(out->item[out->num].text);
            good = false;
            continue;
        }
        out->num++;
    }
    rh_names_free(&seen);
    return good;
}

bool rh_parse_names(const struct rh_parse *self, const struct rh_yaml_node *node, const char *what,
                    struct rh_reference_list *out)
{
    char found[RH_YAML_FOUND];
    if (node->kind != RH_YAML_SEQUENCE) {
        bool text = node->kind == RH_YAML_SCALAR && node->length > 0 && node->length <= 40;
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s is %s; expected a list, such as [%s]", what,
                        rh_yaml_found(node, found), text ? node->text : "A, B");
        return false;
    }
    if (node->num == 0) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "%s is an empty list; expected at least one name, or no such key to ask nothing", what);
        return false;
    }
    out->item = rh_calloc(node->num, sizeof *out->item);
    if (out->item == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return false;
    }
    return read_names(self, node, what, out);
}

void rh_reference_list_free(struct rh_reference_list *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->item[i].text);
    free(self->item);
    *self = (struct rh_reference_list){0};
}

int rh_parse_status(struct rh_problems *problems, size_t num_before)
{
    if (problems->num_total > num_before)
        rh_problems_sort(problems);
    if (problems->failed != 0)
        return problems->failed;
    if (problems->num_total == num_before)
        return RH_OK;
    return problems->num > num_before ? problems->items[num_before].code : RH_ERR_INPUT;
}

enum rh_measure_nature rh_measure_nature(const char *measure)
{
    if (rh_measure_is_always_money(measure))
        return RH_MEASURE_MONEY;
    return strcmp(measure, "units") == 0 ? RH_MEASURE_COUNT : RH_MEASURE_OPEN;
}
