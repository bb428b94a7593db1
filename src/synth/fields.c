#include "synth/fields.h"

#include "core/memory.h"
#include "core/money.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

bool rh_field_number(const char *text, double *out)
{
    size_t length = strlen(text);
    double unit = 1.0;
    if (length > 0) {
        char suffix = text[length - 1];
        unit = suffix == 'k' ? 1e3 : suffix == 'M' ? 1e6 : suffix == '%' ? 1e-2 : 1.0;
        length -= suffix == 'k' || suffix == 'M' || suffix == '%';
    }
    if (length == 0 || text[0] == '+') {
        return false;
    }
    /* Nine decimals where they fit, so that 2.5% is the double nearest to .025; whole numbers above 9·10⁹ without. */
    int64_t value;
    double scale = 1e9;
    if (rh_decimal_parse(text, length, 9, '.', 0, &value) != RH_DECIMAL_OK) {
        scale = 1.0;
        if (rh_decimal_parse(text, length, 0, '.', 0, &value) != RH_DECIMAL_OK) {
            return false;
        }
    }
    *out = unit < 1.0 ? (double)value / (scale * 100.0) : (double)value * unit / scale;
    return true;
}

static void number_text(double value, char out[32])
{
    if (value != 0.0 && fabs(value) < 1.0) {
        snprintf(out, 32, "%.4g%%", value * 100.0);
    } else {
        snprintf(out, 32, "%.15g", value);
    }
}

static void read_number(const struct rh_yaml *yaml, const struct rh_yaml_node *node, const struct rh_field *field,
                        double *out, struct rh_problems *problems)
{
    char low[32], high[32];
    number_text(field->low, low);
    number_text(field->high, high);
    const char *noun = field->kind == RH_FIELD_WHOLE ? "a whole number" : "a number";
    double value;
    if (node->kind != RH_YAML_SCALAR || node->quoted) {
        rh_yaml_problem(yaml, node, problems, RH_ERR_INPUT, "%s: expected %s from %s to %s", field->key, noun, low,
                        high);
    } else if (!rh_field_number(node->text, &value) || value < field->low || value > field->high ||
               (field->kind == RH_FIELD_WHOLE && value != floor(value))) {
        rh_yaml_problem(yaml, node, problems, RH_ERR_INPUT, "%s: found '%s', expected %s from %s to %s", field->key,
                        node->text, noun, low, high);
    } else {
        *out = value;
    }
}

static void read_numbers(const struct rh_yaml *yaml, const struct rh_yaml_node *node, const struct rh_field *field,
                         double *out, struct rh_problems *problems)
{
    if (node->kind != RH_YAML_SEQUENCE || node->num != field->count) {
        rh_yaml_problem(yaml, node, problems, RH_ERR_INPUT, "%s: expected a list of %zu numbers", field->key,
                        field->count);
        return;
    }
    for (size_t k = 0; k < field->count; k++) {
        read_number(yaml, node->item[k], field, &out[k], problems);
    }
}

static void read_text(const struct rh_yaml *yaml, const struct rh_yaml_node *node, const struct rh_field *field,
                      char **out, struct rh_problems *problems)
{
    if (node->kind != RH_YAML_SCALAR || node->length == 0) {
        rh_yaml_problem(yaml, node, problems, RH_ERR_INPUT, "%s: expected a text", field->key);
        return;
    }
    *out = rh_strdup(node->text);
    if (*out == NULL) {
        problems->failed = RH_ERR_NO_MEMORY;
    }
}

static void read_truth(const struct rh_yaml *yaml, const struct rh_yaml_node *node, const struct rh_field *field,
                       bool *out, struct rh_problems *problems)
{
    bool yes = node->kind == RH_YAML_SCALAR && strcmp(node->text, "true") == 0;
    if (!yes && !(node->kind == RH_YAML_SCALAR && strcmp(node->text, "false") == 0)) {
        rh_yaml_problem(yaml, node, problems, RH_ERR_INPUT, "%s: expected true or false", field->key);
        return;
    }
    *out = yes;
}

bool rh_fields_read(const struct rh_yaml *yaml, const struct rh_yaml_node *node, const struct rh_field *fields,
                    const char *what, void *object, struct rh_problems *problems)
{
    struct rh_yaml_key keys[RH_MAX_FIELDS + 1] = {{0}};
    for (size_t k = 0; fields[k].key != NULL; k++) {
        assert(k < RH_MAX_FIELDS);
        keys[k] = (struct rh_yaml_key){fields[k].key, !fields[k].optional, fields[k].doc};
    }
    if (!rh_yaml_check_keys(yaml, node, keys, what, problems)) {
        return false;
    }
    for (const struct rh_field *field = fields; field->key != NULL; field++) {
        const struct rh_yaml_node *value = rh_yaml_find(node, field->key);
        void *place = (char *)object + field->offset;
        if (value == NULL) {
            continue;
        }
        switch (field->kind) {
        case RH_FIELD_NUMBER:
        case RH_FIELD_WHOLE:
            read_number(yaml, value, field, place, problems);
            break;
        case RH_FIELD_NUMBERS:
            read_numbers(yaml, value, field, place, problems);
            break;
        case RH_FIELD_TEXT:
            read_text(yaml, value, field, place, problems);
            break;
        case RH_FIELD_TRUTH:
            read_truth(yaml, value, field, place, problems);
            break;
        case RH_FIELD_OTHER:
            break;
        }
    }
    return true;
}
