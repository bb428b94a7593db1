/* A program that starts from another: `extends` reads the base and takes it over, `remove` leaves incentives out, and
 * incentives of the same name replace the base's. Lines and columns stay those of the files they are in: each part
 * knows the number of its input. */
#include "program/parse.h"

#include "core/file.h"
#include "core/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEEPEST 16 /* programs, each extending the next */

static bool same_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    if (strcmp(a, b) == 0)
        return true;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/* A program that extends itself would never end, whether directly or by way of others. */
static bool check_lineage(const struct rh_parse *self, const struct rh_yaml_node *node,
                          const struct rh_lineage *lineage, const char *path)
{
    for (const struct rh_lineage *file = lineage; file != NULL; file = file->next) {
        if (!same_file(file->path, path))
            continue;
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        file == lineage ? "'extends' names this file itself, '%s'"
                                        : "'extends' goes in a circle, back to '%s'",
                        path);
        return false;
    }
    if (lineage->depth >= DEEPEST)
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'extends' goes on through more than %d programs", DEEPEST);
    return lineage->depth < DEEPEST;
}

static void shift_inputs(struct rh_program *base)
{
    for (size_t i = 0; i < RH_NUM_PROGRAM_PLACES; i++)
        base->place[i].input++;
    for (size_t i = 0; i < base->num_incentives; i++) {
        base->incentive[i].input++;
        for (size_t k = 0; k < RH_NUM_INCENTIVE_PLACES; k++)
            base->incentive[i].place[k].input++;
    }
}

/* Moves all of the base into *out but what belongs to the file: path, text, hash, name. */
static int adopt(struct rh_program *base, struct rh_program *out)
{
    struct rh_source *sources = rh_calloc(base->num_bases + 1, sizeof *sources);
    if (sources == NULL)
        return RH_ERR_NO_MEMORY;
    sources[0] = (struct rh_source){.path = base->path, .text = base->text};
    memcpy(sources[0].sha256, base->sha256, sizeof base->sha256);
    for (size_t i = 0; i < base->num_bases; i++)
        sources[i + 1] = base->base[i];
    free(base->base);
    free(base->name);
    shift_inputs(base);
    base->base = sources;
    base->num_bases++;
    base->path = out->path;
    base->text = out->text;
    memcpy(base->sha256, out->sha256, sizeof base->sha256);
    base->name = NULL;
    base->name_line = base->name_column = 0;
    *out = *base;
    *base = (struct rh_program){0};
    return RH_OK;
}

/* Adds the base's problems unless they are there already, as those of a program that two others extend would be. */
static void tell_base(const struct rh_parse *self, const struct rh_yaml_node *node, const char *path,
                      const struct rh_problems *found)
{
    bool told = false;
    for (size_t i = 0; i < self->problems->num && !told; i++)
        told = strcmp(self->problems->items[i].file, path) == 0;
    for (size_t i = 0; i < found->num && !told; i++) {
        const struct rh_problem *problem = &found->items[i];
        rh_problems_add(self->problems, problem->code, problem->file, problem->line, problem->column, problem->excerpt,
                        "%s", problem->message);
    }
    if (found->failed != 0)
        self->problems->failed = found->failed;
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                    "the program '%s', which is extended here, has problems", path);
}

static bool read_base(const struct rh_parse *self, const struct rh_yaml_node *node, const char *path,
                      const struct rh_lineage *lineage, struct rh_program *base)
{
    char *text = NULL;
    size_t length;
    struct rh_error error;
    struct rh_problems found;
    int code = rh_file_read(path, RH_YAML_LARGEST, &text, &length, &error);
    if (code != RH_OK) {
        if (code == RH_ERR_NO_MEMORY)
            self->problems->failed = code;
        else
            rh_yaml_problem(self->yaml, node, self->problems, code, "the program that is extended, '%s', %s", path,
                            error.message);
        return false;
    }
    rh_problems_init(&found);
    found.limit = self->problems->limit;
    code = rh_program_parse_base(base, path, text, length, lineage, &found);
    if (code != RH_OK)
        tell_base(self, node, path, &found);
    rh_problems_free(&found);
    free(text);
    return code == RH_OK;
}

bool rh_parse_extends(const struct rh_parse *self, const struct rh_yaml_node *node, const struct rh_lineage *lineage,
                      struct rh_program *out)
{
    const struct rh_lineage here = {lineage, self->yaml->path, lineage != NULL ? lineage->depth + 1 : 1};
    struct rh_program base = {0};
    char *path = NULL;
    if (node->kind == RH_YAML_SCALAR && strcmp(node->text, "-") == 0) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT,
                        "'extends' is '-', standard input; expected the path of a file");
        return false;
    }
    if (!rh_parse_path(self, node, "'extends'", false, &path))
        return false;
    bool good = check_lineage(self, node, &here, path) && read_base(self, node, path, &here, &base);
    if (good && adopt(&base, out) != RH_OK) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        good = false;
    }
    rh_program_free(&base);
    free(path);
    return good;
}

/* Names of the incentives, each with its index as id: those of a sound program differ. */
static bool index_names(const struct rh_program *self, struct rh_names *names)
{
    rh_names_init(names);
    for (size_t i = 0; i < self->num_incentives; i++) {
        const char *name = self->incentive[i].name.text;
        if (rh_names_add(names, name, strlen(name)) < 0)
            return false;
    }
    return true;
}

static void tell_unknown(const struct rh_parse *self, const struct rh_yaml_node *list, const char *name,
                         const struct rh_names *known)
{
    size_t i = 0;
    while (list->item[i]->kind != RH_YAML_SCALAR || strcmp(list->item[i]->text, name) != 0)
        i++;
    char found[RH_YAML_FOUND], near[RH_YAML_FOUND] = "";
    const char *nearest = rh_names_nearest(known, name);
    if (nearest != NULL)
        (void)rh_yaml_found(&(struct rh_yaml_node){.text = (char *)nearest, .length = strlen(nearest)}, near);
    rh_yaml_problem(self->yaml, list->item[i], self->problems, RH_ERR_INPUT,
                    "'remove' names %s, which is no incentive of the program that is extended%s%s%s",
                    rh_yaml_found(list->item[i], found), nearest != NULL ? "; did you mean " : "", near,
                    nearest != NULL ? "?" : "");
}

/* Frees the incentives whose flag is set, and closes the gaps. */
static void drop(struct rh_program *self, const bool *gone)
{
    size_t num = 0;
    for (size_t i = 0; i < self->num_incentives; i++) {
        if (gone[i])
            rh_incentive_free(&self->incentive[i]);
        else
            self->incentive[num++] = self->incentive[i];
    }
    self->num_incentives = num;
}

void rh_parse_remove(const struct rh_parse *self, const struct rh_yaml_node *node, struct rh_program *out)
{
    struct rh_reference_list list = {0};
    struct rh_names names;
    bool *gone = rh_calloc(out->num_incentives, sizeof *gone);
    if (!index_names(out, &names) || gone == NULL) {
        self->problems->failed = RH_ERR_NO_MEMORY;
        goto out;
    }
    (void)rh_parse_names(self, node, "'remove'", &list);
    for (size_t i = 0; i < list.num; i++) {
        int32_t id = rh_names_find(&names, list.item[i].text);
        if (id >= 0)
            gone[id] = true;
        else
            tell_unknown(self, node, list.item[i].text, &names);
    }
    drop(out, gone);
out:
    rh_reference_list_free(&list);
    rh_names_free(&names);
    free(gone);
}

int rh_program_merge(struct rh_program *self, struct rh_incentive *incentive, size_t num)
{
    struct rh_names names;
    struct rh_incentive *all = rh_calloc(self->num_incentives + num, sizeof *all);
    if (!index_names(self, &names) || all == NULL) {
        for (size_t i = 0; i < num; i++)
            rh_incentive_free(&incentive[i]);
        rh_names_free(&names);
        free(all);
        return RH_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < self->num_incentives; i++)
        all[i] = self->incentive[i];
    free(self->incentive);
    self->incentive = all;
    for (size_t i = 0; i < num; i++) {
        const char *name = incentive[i].name.text;
        int32_t id = name != NULL ? rh_names_find(&names, name) : -1;
        size_t k = id >= 0 ? (size_t)id : self->num_incentives++;
        if (id >= 0)
            rh_incentive_free(&all[k]);
        all[k] = incentive[i];
    }
    rh_names_free(&names);
    return RH_OK;
}
