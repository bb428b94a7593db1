/* The map's language is one table per file: which column is which, what all rows have in common, and how dates and
 * numbers are written. The tables of columns below are also what the header of a file is checked against. */
#include "history/map.h"

#include "core/memory.h"
#include "core/yaml.h"

#include <stdlib.h>
#include <string.h>

const struct rh_table_info rh_tables[RH_NUM_TABLES] = {
    [RH_TABLE_LEDGER] =
        {"ledger",
         9,
         {
             {"partner_id", RH_CELL_TEXT, true, "Who: an id of the partner file."},
             {"date", RH_CELL_DATE, true, "When."},
             {"measure", RH_CELL_TEXT, false, "What is counted; revenue where the column or the cell is missing."},
             {"product", RH_CELL_TEXT, false, "Product line."},
             {"quantity", RH_CELL_NUMBER, false, "How many; negative for a return."},
             {"amount", RH_CELL_NUMBER, false, "Money in the partner's currency; negative for a return."},
             {"cost", RH_CELL_NUMBER, false, "The vendor's cost of the row, of the amount's sign."},
             {"discount", RH_CELL_NUMBER, false, "Money taken off the list price."},
             {"days", RH_CELL_NUMBER, false, "Days that the deal took, and the like."},
         }},
    [RH_TABLE_PARTNERS] = {"partners",
                           9,
                           {
                               {"partner_id", RH_CELL_TEXT, true, "Id, each one once."},
                               {"name", RH_CELL_TEXT, false, "Name for people."},
                               {"segment", RH_CELL_TEXT, false, "Segment."},
                               {"region", RH_CELL_TEXT, false, "Region."},
                               {"tier", RH_CELL_TEXT, false, "Status level."},
                               {"parent", RH_CELL_TEXT, false, "The group that the partner belongs to."},
                               {"currency", RH_CELL_TEXT, false, "Currency of its amounts, as ISO 4217."},
                               {"joined", RH_CELL_DATE, false, "Day from which it is a partner."},
                               {"margin", RH_CELL_SHARE, false, "Its own margin as a share of its sales: 0.25 or 25%."},
                           }},
    [RH_TABLE_TARGETS] = {"targets",
                          5,
                          {
                              {"partner_id", RH_CELL_TEXT, true, "Who: an id of the partner file."},
                              {"measure", RH_CELL_TEXT, true, "The measure that has the target."},
                              {"window", RH_CELL_TEXT, true, "month, quarter, half, year or program."},
                              {"window_start", RH_CELL_DATE, true, "First day of the window, a first of a month."},
                              {"target", RH_CELL_NUMBER, true, "In the program's currency, or in units."},
                          }},
};

static const struct rh_yaml_key map_keys[] = {
    {"rehearse", true, "`map/1`."},
    {"ledger", false, "How the ledger is read."},
    {"partners", false, "How the partner file is read."},
    {"targets", false, "How the target file is read."},
    {NULL, false, NULL},
};

static const struct rh_yaml_key table_keys[] = {
    {"columns", false, "Canonical column: the file's name of it."},
    {"constants", false, "Canonical column: the value of all its cells."},
    {"keep", false, "List of the further columns to keep; all where neither keep nor drop is given."},
    {"drop", false, "List of the further columns to leave out."},
    {"delimiter", false, "Between fields: `,` `;` `|` or `tab`; default `,`."},
    {"decimal", false, "`point` or `comma`; default point."},
    {"grouping", false, "Between thousands: `none`, `comma`, `point`, `space`, `apostrophe`; default none."},
    {"date_format", false, "Of %Y %y %m %d %b %H %M %S %f and literals; default `%Y-%m-%d`."},
    {"encoding", false, "`utf-8`, the only one."},
    {"round", false, "`true` rounds numbers of more than four decimals half to even; default false: an error."},
    {NULL, false, NULL},
};

#define MOST_LISTED 4096 /* columns in a list of the map; a file may have no more (table.c) */

/* What the functions below share. */
struct parse {
    const struct rh_yaml *yaml;
    struct rh_problems *problems;
};

static void complain(const struct parse *self, const struct rh_yaml_node *node, const char *expected)
{
    char found[RH_YAML_FOUND];
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "found %s, expected %s", rh_yaml_found(node, found),
                    expected);
}

static void no_memory(const struct parse *self)
{
    rh_problems_add(self->problems, RH_ERR_NO_MEMORY, self->yaml->path, 0, 0, NULL, "%s",
                    rh_code_message(RH_ERR_NO_MEMORY));
}

/* Takes the scalar at the node. Empty text is something for `drop`: a column without a name. */
static void take_text(const struct parse *self, const struct rh_yaml_node *node, bool may_be_empty,
                      struct rh_map_text *out)
{
    if (node->kind != RH_YAML_SCALAR || (node->length == 0 && !(may_be_empty && node->quoted))) {
        complain(self, node, "a text");
        return;
    }
    *out = (struct rh_map_text){rh_strndup(node->text, node->length), node->line, node->column};
    if (out->text == NULL) {
        no_memory(self);
    }
}

/* A mapping from canonical columns to texts. */
static void take_columns(const struct parse *self, const struct rh_yaml_node *table, const char *key,
                         const struct rh_table_info *info, struct rh_map_text out[RH_MAX_COLUMNS])
{
    const struct rh_yaml_node *node = rh_yaml_find(table, key);
    struct rh_yaml_key keys[RH_MAX_COLUMNS + 1] = {{NULL, false, NULL}};
    if (node == NULL) {
        return;
    }
    for (int k = 0; k < info->num_columns; k++) {
        keys[k] = (struct rh_yaml_key){info->column[k].name, false, info->column[k].doc};
    }
    if (!rh_yaml_check_keys(self->yaml, node, keys, key, self->problems)) {
        return;
    }
    for (int k = 0; k < info->num_columns; k++) {
        const struct rh_yaml_node *value = rh_yaml_find(node, info->column[k].name);
        if (value != NULL) {
            take_text(self, value, false, &out[k]);
        }
    }
}

static void take_list(const struct parse *self, const struct rh_yaml_node *node, struct rh_map_list *out)
{
    if (node->kind != RH_YAML_SEQUENCE) {
        complain(self, node, "a list of columns");
        return;
    }
    if (node->num > MOST_LISTED) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "found %zu columns, expected at most %d",
                        node->num, MOST_LISTED);
        return;
    }
    out->item = rh_calloc(node->num, sizeof *out->item);
    if (out->item == NULL) {
        no_memory(self);
        return;
    }
    for (size_t k = 0; k < node->num; k++) {
        take_text(self, node->item[k], true, &out->item[out->num]);
        out->num += out->item[out->num].text != NULL;
    }
}

/* One of num words; its index, or -1 with a problem. */
static int take_word(const struct parse *self, const struct rh_yaml_node *node, const char *const *word, int num,
                     const char *expected)
{
    for (int k = 0; k < num && node->kind == RH_YAML_SCALAR; k++) {
        if (strcmp(node->text, word[k]) == 0) {
            return k;
        }
    }
    complain(self, node, expected);
    return -1;
}

/* Month and year must be there; without a day it is the month's first. */
static bool date_format_good(const char *format)
{
    bool has_year = false, has_month = false;
    for (; *format != '\0'; format++) {
        if (*format == '%') {
            format++;
            if (*format == '\0' || strchr("YymdbHMSf", *format) == NULL) {
                return false;
            }
            has_year = has_year || *format == 'Y' || *format == 'y';
            has_month = has_month || *format == 'm' || *format == 'b';
        }
    }
    return has_year && has_month;
}

static void take_date_format(const struct parse *self, const struct rh_yaml_node *node, char **out)
{
    if (node->kind != RH_YAML_SCALAR || !date_format_good(node->text)) {
        complain(self, node, "a format of %Y %y %m %d %b %H %M %S %f with year and month, such as \"%d.%m.%Y\"");
        return;
    }
    *out = rh_strdup(node->text);
    if (*out == NULL) {
        no_memory(self);
    }
}

/* How numbers and fields are written. */
static void take_style(const struct parse *self, const struct rh_yaml_node *table, struct rh_map_table *out)
{
    static const char *const delimiters[] = {",", ";", "|", "tab", "\t"};
    static const char *const points[] = {"point", "comma"};
    static const char *const groupings[] = {"none", "comma", "point", "space", "apostrophe"};
    static const char *const encodings[] = {"utf-8", "UTF-8"};
    static const char *const truths[] = {"false", "true"};
    const struct rh_yaml_node *node = rh_yaml_find(table, "delimiter");
    int k;
    if (node != NULL && (k = take_word(self, node, delimiters, 5, "one of , ; | tab")) >= 0) {
        out->delimiter = ",;|\t\t"[k];
    }
    node = rh_yaml_find(table, "decimal");
    if (node != NULL && (k = take_word(self, node, points, 2, "point or comma")) >= 0) {
        out->point = ".,"[k];
    }
    node = rh_yaml_find(table, "grouping");
    if (node != NULL && (k = take_word(self, node, groupings, 5, "none, comma, point, space or apostrophe")) >= 0) {
        out->grouping = "\0,. '"[k];
        if (out->grouping == out->point) {
            complain(self, node,
                     out->point == '.' ? "another sign than the decimal point" : "another sign than the decimal comma");
        }
    }
    node = rh_yaml_find(table, "encoding");
    if (node != NULL) {
        take_word(self, node, encodings, 2, "utf-8, the only encoding that is read");
    }
    node = rh_yaml_find(table, "round");
    if (node != NULL && (k = take_word(self, node, truths, 2, "true or false")) >= 0) {
        out->round = k == 1;
    }
    node = rh_yaml_find(table, "date_format");
    if (node != NULL) {
        take_date_format(self, node, &out->date_format);
    }
}

static void take_table(const struct parse *self, const struct rh_yaml_node *node, const struct rh_table_info *info,
                       struct rh_map_table *out)
{
    if (!rh_yaml_check_keys(self->yaml, node, table_keys, info->name, self->problems)) {
        return;
    }
    take_columns(self, node, "columns", info, out->theirs);
    take_columns(self, node, "constants", info, out->constant);
    for (int k = 0; k < info->num_columns; k++) {
        if (out->theirs[k].text != NULL && out->constant[k].text != NULL) {
            rh_yaml_problem(self->yaml, rh_yaml_find(rh_yaml_find(node, "constants"), info->column[k].name),
                            self->problems, RH_ERR_INPUT, "'%s' is in columns and in constants, expected one of them",
                            info->column[k].name);
        }
    }
    const struct rh_yaml_node *keep = rh_yaml_find(node, "keep"), *drop = rh_yaml_find(node, "drop");
    if (keep != NULL && drop != NULL) {
        rh_yaml_problem(self->yaml, drop, self->problems, RH_ERR_INPUT, "found keep and drop, expected one of them");
    }
    if (keep != NULL) {
        out->has_keep = true;
        take_list(self, keep, &out->keep);
    }
    if (drop != NULL) {
        take_list(self, drop, &out->drop);
    }
    take_style(self, node, out);
}

static void take_map(struct rh_map *self, const struct parse *parse)
{
    const struct rh_yaml_node *root = parse->yaml->root;
    if (root == NULL) {
        rh_problems_add(parse->problems, RH_ERR_INPUT, parse->yaml->path, 1, 1, NULL,
                        "found nothing, expected a map that starts with 'rehearse: map/1'");
        return;
    }
    if (!rh_yaml_check_keys(parse->yaml, root, map_keys, "map", parse->problems)) {
        return;
    }
    const struct rh_yaml_node *version = rh_yaml_find(root, "rehearse");
    if (version != NULL && (version->kind != RH_YAML_SCALAR || strcmp(version->text, "map/1") != 0)) {
        complain(parse, version, "'map/1'");
    }
    for (int k = 0; k < RH_NUM_TABLES; k++) {
        const struct rh_yaml_node *node = rh_yaml_find(root, rh_tables[k].name);
        if (node != NULL) {
            take_table(parse, node, &rh_tables[k], &self->table[k]);
        }
    }
}

void rh_map_init(struct rh_map *self)
{
    memset(self, 0, sizeof *self);
    for (int k = 0; k < RH_NUM_TABLES; k++) {
        self->table[k].delimiter = ',';
        self->table[k].point = '.';
    }
}

/* Takes what yaml_code says was read into yaml. */
static int finish(struct rh_map *self, struct rh_yaml *yaml, int yaml_code, const char *path,
                  struct rh_problems *problems)
{
    const struct parse parse = {yaml, problems};
    const size_t num_before = problems->num_total;
    rh_map_init(self);
    if (yaml_code == RH_OK || yaml->root != NULL) {
        take_map(self, &parse);
        self->path = rh_strdup(path);
        if (self->path == NULL) {
            no_memory(&parse);
        }
    }
    rh_yaml_free(yaml);
    if (yaml_code != RH_OK) {
        return yaml_code;
    }
    return problems->num_total == num_before ? RH_OK : rh_problems_status(problems, NULL);
}

int rh_map_read(struct rh_map *self, const char *path, struct rh_problems *problems)
{
    struct rh_yaml yaml;
    const int code = rh_yaml_read(&yaml, path, problems);
    return finish(self, &yaml, code, path, problems);
}

int rh_map_parse(struct rh_map *self, const char *path, const char *text, size_t length, struct rh_problems *problems)
{
    struct rh_yaml yaml;
    const int code = rh_yaml_parse(&yaml, path, text, length, problems);
    return finish(self, &yaml, code, path, problems);
}

static void list_free(struct rh_map_list *list)
{
    for (size_t k = 0; k < list->num; k++) {
        free(list->item[k].text);
    }
    free(list->item);
}

void rh_map_free(struct rh_map *self)
{
    for (int k = 0; k < RH_NUM_TABLES; k++) {
        for (int column = 0; column < RH_MAX_COLUMNS; column++) {
            free(self->table[k].theirs[column].text);
            free(self->table[k].constant[column].text);
        }
        list_free(&self->table[k].keep);
        list_free(&self->table[k].drop);
        free(self->table[k].date_format);
    }
    free(self->path);
    rh_map_init(self);
}
