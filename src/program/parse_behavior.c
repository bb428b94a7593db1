/* What an incentive pays for: a measure, products, and conditions on the rows. */
#include "program/parse.h"

#include "core/memory.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

void rh_behavior_free(struct rh_behavior *self)
{
    for (size_t i = 0; i < self->num_where; i++) {
        free(self->where[i].column.text);
        rh_reference_list_free(&self->where[i].texts);
    }
    free(self->where);
    free(self->measure.text);
    rh_reference_list_free(&self->product);
    *self = (struct rh_behavior){0};
}

/* The comparison that a text starts with, longest sign first; *length is the sign's, 0 where there is none. */
static enum rh_comparison read_comparison(const char *text, size_t *length)
{
    static const struct {
        const char *sign;
        enum rh_comparison comparison;
    } signs[] = {
        {"<=", RH_LESS_EQUAL}, {">=", RH_GREATER_EQUAL}, {"!=", RH_NOT_EQUAL},
        {"<", RH_LESS},        {">", RH_GREATER},        {"=", RH_EQUAL},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        *length = strlen(signs[i].sign);
        if (strncmp(text, signs[i].sign, *length) == 0)
            return signs[i].comparison;
    }
    *length = 0;
    return RH_EQUAL;
}

static void tell_predicate(const struct rh_parse *self, const struct rh_yaml_node *node, const char *column)
{
    char found[RH_YAML_FOUND];
    rh_yaml_problem(
        self->yaml, node, self->problems, RH_ERR_INPUT,
        "'%s' of where is %s; expected a text, a list of texts, none for the empty cell, or a comparison in "
        "quotes such as \">= 30\" or \"!= online\"",
        column, rh_yaml_found(node, found));
}

/* Adds a text to those that are compared with. Texts for `days` are numbers too. */
static bool add_text(const struct rh_parse *self, const struct rh_yaml_node *node, const char *text, bool none,
                     struct rh_predicate *out)
{
    int64_t days;
    if (!none && strcmp(out->column.text, "days") == 0 &&
        rh_value_number(text, strlen(text), RH_QUANTITY_MONEY, &days) != RH_VALUE_OK) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'days' of where is %s; expected a number with at most 4 decimals, or none",
                        rh_yaml_found(node, found));
        return false;
    }
    char *copy = rh_strdup(none ? "" : text);
    if (copy == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return false;
    }
    out->texts.item[out->texts.num++] = (struct rh_reference){.text = copy, .line = node->line, .column = node->column};
    return true;
}

static bool make_texts(const struct rh_parse *self, size_t num, struct rh_predicate *out)
{
    out->texts.item = rh_calloc(num, sizeof *out->texts.item);
    if (out->texts.item == NULL)
        self->problems->failed = RH_ERR_NO_MEMORY;
    return out->texts.item != NULL;
}

/* A list: any of these texts. */
static void parse_texts(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_predicate *out)
{
    if (node->num == 0)
        tell_predicate(self, node, out->column.text);
    if (node->num == 0 || !make_texts(self, node->num, out))
        return;
    for (size_t i = 0; i < node->num; i++) {
        const struct rh_yaml_node *item = node->item[i];
        size_t sign = 0;
        if (item->kind == RH_YAML_SCALAR)
            (void)read_comparison(item->text, &sign);
        if (item->kind != RH_YAML_SCALAR || item->length == 0 || sign > 0 || rh_parse_is_null(item)) {
            char found[RH_YAML_FOUND];
            rh_yaml_problem(self->yaml, item, self->problems, RH_ERR_INPUT,
                            "'%s' of where lists %s; expected texts to equal in a list, or none for the empty cell",
                            out->column.text, rh_yaml_found(item, found));
            continue;
        }
        (void)add_text(self, item, item->text, !item->quoted && strcmp(item->text, "none") == 0, out);
    }
}

/* A scalar: a text to equal, or a comparison. */
static void parse_comparison(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_predicate *out)
{
    size_t sign;
    out->comparison = read_comparison(node->text, &sign);
    const char *operand = node->text + sign;
    operand += sign > 0 ? strspn(operand, " ") : 0;
    if (*operand == '\0') {
        tell_predicate(self, node, out->column.text);
        return;
    }
    out->numeric = out->comparison >= RH_LESS;
    if (!out->numeric) {
        /* Quotes make `none` a text, but a comparison cannot do without them. */
        bool none = (sign > 0 || !node->quoted) && strcmp(operand, "none") == 0;
        if (make_texts(self, 1, out))
            (void)add_text(self, node, operand, none, out);
        return;
    }
    char found[RH_YAML_FOUND];
    if (rh_value_number(operand, strlen(operand), RH_QUANTITY_DECIMAL, &out->number) != RH_VALUE_OK)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'%s' of where is %s; expected a number to compare with, with at most 6 decimals, such as "
                        "\">= 30\"",
                        out->column.text, rh_yaml_found(node, found));
}

static void parse_where(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_behavior *out)
{
    if (node->kind != RH_YAML_MAPPING || node->num == 0) {
        char found[RH_YAML_FOUND];
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'where' of the behavior is %s; expected columns and what they must hold, such as "
                        "{days: \"<= 30\"}",
                        node->num == 0 && node->kind == RH_YAML_MAPPING ? "empty" : rh_yaml_found(node, found));
        return;
    }
    out->where = rh_calloc(node->num, sizeof *out->where);
    if (out->where == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < node->num; i++) {
        struct rh_predicate *predicate = &out->where[out->num_where];
        if (!rh_parse_name(self, node->key[i], "a column of where", &predicate->column))
            continue;
        out->num_where++;
        const struct rh_yaml_node *value = node->item[i];
        if (value->kind == RH_YAML_SEQUENCE)
            parse_texts(self, value, predicate);
        else if (value->kind == RH_YAML_SCALAR && value->length > 0 && !rh_parse_is_null(value))
            parse_comparison(self, value, predicate);
        else
            tell_predicate(self, value, predicate->column.text);
    }
}

void rh_parse_behavior(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_behavior *out)
{
    if (!rh_parse_keys(self, node, RH_SECTION_BEHAVIOR))
        return;
    const struct rh_yaml_node *measure = rh_yaml_find(node, "measure"), *product = rh_yaml_find(node, "product");
    const struct rh_yaml_node *where = rh_yaml_find(node, "where");
    if (measure != NULL)
        (void)rh_parse_name(self, measure, "'measure' of the behavior", &out->measure);
    if (product != NULL)
        (void)rh_parse_names(self, product, "'product' of the behavior", &out->product);
    if (where != NULL)
        parse_where(self, where, out);
}
