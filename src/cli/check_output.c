/* Both forms say the same. Problems of a file that several studies name are told once. */
#include "cli/check_output.h"

#include "cli/cli.h"
#include "core/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rh_check_output_init(struct rh_check_output *self)
{
    memset(self, 0, sizeof *self);
    rh_problems_init(&self->errors);
    rh_findings_init(&self->findings);
}

void rh_check_output_free(struct rh_check_output *self)
{
    for (size_t i = 0; i < self->num; i++) {
        free(self->entry[i].path);
        free(self->entry[i].name);
    }
    free(self->entry);
    rh_problems_free(&self->errors);
    rh_findings_free(&self->findings);
}

static void add_entry(struct rh_check_output *self, const char *path, const char *kind)
{
    if (rh_reserve(&self->entry, &self->capacity, self->num + 1, sizeof *self->entry) != RH_OK) {
        self->errors.failed = RH_ERR_NO_MEMORY;
        return;
    }
    self->entry[self->num] = (struct rh_check_entry){.path = rh_strdup(path), .kind = kind};
    self->num++;
}

void rh_check_output_file(struct rh_check_output *self, const char *path, const char *kind)
{
    self->num_files++;
    add_entry(self, path, kind);
}

void rh_check_output_program(struct rh_check_output *self, const char *path, const char *name,
                             const struct rh_complexity *complexity)
{
    struct rh_check_entry *entry = NULL;
    for (size_t i = 0; i < self->num && entry == NULL; i++) {
        entry = self->entry[i].path != NULL && strcmp(self->entry[i].path, path) == 0 ? &self->entry[i] : NULL;
    }
    if (entry == NULL) {
        const size_t before = self->num;
        add_entry(self, path, "program");
        if (self->num == before) {
            return;
        }
        entry = &self->entry[before];
    }
    free(entry->name);
    entry->name = rh_strdup(name);
    entry->complexity = *complexity;
    entry->has_complexity = true;
}

static bool same(const struct rh_problem *a, const struct rh_problem *b)
{
    return a->line == b->line && a->column == b->column && strcmp(a->file, b->file) == 0 &&
           strcmp(a->message, b->message) == 0;
}

static bool told_before(const struct rh_problems *errors, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (same(&errors->items[k], &errors->items[i])) {
            return true;
        }
    }
    return false;
}

static bool found_before(const struct rh_findings *findings, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (same(&findings->item[k].at, &findings->item[i].at)) {
            return true;
        }
    }
    return false;
}

static void add_count(struct rh_text *out, size_t num, const char *what)
{
    if (num == 0) {
        rh_text_puts(out, "no ");
    } else {
        rh_text_printf(out, "%zu ", num);
    }
    rh_text_printf(out, "%s%s", what, num == 1 ? "" : "s");
}

static void print_text(const struct rh_check_output *self, size_t num_errors, size_t num_findings, struct rh_text *out)
{
    for (size_t i = 0; i < self->errors.num; i++) {
        if (!told_before(&self->errors, i)) {
            rh_problem_format(&self->errors.items[i], out);
        }
    }
    for (size_t i = 0; i < self->findings.num; i++) {
        if (!found_before(&self->findings, i)) {
            rh_finding_format(&self->findings.item[i], out);
        }
    }
    for (size_t i = 0; i < self->num; i++) {
        if (self->entry[i].has_complexity && self->entry[i].path != NULL) {
            rh_text_printf(out, "%s: complexity ", self->entry[i].path);
            rh_complexity_format(&self->entry[i].complexity, out);
            rh_text_puts(out, "\n");
        }
    }
    add_count(out, self->num_files, "file");
    rh_text_puts(out, ": ");
    add_count(out, num_errors, "error");
    rh_text_puts(out, ", ");
    add_count(out, num_findings, "finding");
    rh_text_puts(out, "\n");
}

static void add_json_text(struct rh_text *out, const char *key, const char *value)
{
    rh_text_printf(out, "\"%s\": ", key);
    rh_text_json(out, value);
}

static void add_json_place(struct rh_text *out, const struct rh_problem *problem)
{
    add_json_text(out, "file", problem->file);
    if (problem->line > 0) {
        rh_text_printf(out, ", \"line\": %ld", problem->line);
    }
    if (problem->line > 0 && problem->column > 0) {
        rh_text_printf(out, ", \"column\": %ld", problem->column);
    }
    rh_text_puts(out, ", ");
    add_json_text(out, "message", problem->message);
}

static void add_json_complexity(struct rh_text *out, const struct rh_complexity *self)
{
    const struct {
        const char *key;
        double value;
    } parts[] = {{"index", self->index},           {"least", self->least},   {"most", self->most},
                 {"incentives", self->incentives}, {"levels", self->levels}, {"retroactive", self->retroactive},
                 {"relative", self->relative},     {"claims", self->claims}};
    rh_text_puts(out, ", \"complexity\": {");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        rh_text_printf(out, "%s\"%s\": %.4f", i > 0 ? ", " : "", parts[i].key, parts[i].value);
    }
    rh_text_printf(out, ", \"partners\": %zu}", self->num_partners);
}

static void print_json(const struct rh_check_output *self, struct rh_text *out)
{
    bool first = true;
    rh_text_puts(out, "{\"files\": [");
    for (size_t i = 0; i < self->num; i++) {
        const struct rh_check_entry *entry = &self->entry[i];
        rh_text_puts(out, i > 0 ? ",\n  {" : "\n  {");
        add_json_text(out, "file", entry->path != NULL ? entry->path : "");
        rh_text_puts(out, ", ");
        if (entry->kind != NULL) {
            add_json_text(out, "kind", entry->kind);
        } else {
            rh_text_puts(out, "\"kind\": null");
        }
        if (entry->name != NULL) {
            rh_text_puts(out, ", ");
            add_json_text(out, "name", entry->name);
        }
        if (entry->has_complexity) {
            add_json_complexity(out, &entry->complexity);
        }
        rh_text_puts(out, "}");
    }
    rh_text_puts(out, "],\n\"errors\": [");
    for (size_t i = 0; i < self->errors.num; i++) {
        if (!told_before(&self->errors, i)) {
            rh_text_puts(out, first ? "\n  {\"severity\": \"error\", " : ",\n  {\"severity\": \"error\", ");
            add_json_place(out, &self->errors.items[i]);
            rh_text_puts(out, "}");
            first = false;
        }
    }
    rh_text_puts(out, "],\n\"findings\": [");
    first = true;
    for (size_t i = 0; i < self->findings.num; i++) {
        if (!found_before(&self->findings, i)) {
            rh_text_puts(out, first ? "\n  {\"severity\": \"finding\", " : ",\n  {\"severity\": \"finding\", ");
            add_json_text(out, "kind", rh_finding_name(self->findings.item[i].kind));
            rh_text_puts(out, ", ");
            add_json_place(out, &self->findings.item[i].at);
            rh_text_puts(out, "}");
            first = false;
        }
    }
    rh_text_puts(out, "]}\n");
}

/* The code of what is wrong: bad input before what could not be read. */
static int exit_code_of(const struct rh_problems *errors)
{
    int exit_code = errors->failed != 0 ? rh_cli_exit_code(errors->failed) : RH_EXIT_OK;
    for (size_t i = 0; i < errors->num; i++) {
        const int other = rh_cli_exit_code(errors->items[i].code);
        exit_code =
            exit_code == RH_EXIT_OK || other == RH_EXIT_INPUT || other == RH_EXIT_INTERRUPTED ? other : exit_code;
    }
    return exit_code;
}

int rh_check_output_print(struct rh_check_output *self, bool json, bool strict)
{
    struct rh_text text;
    size_t num_errors = 0, num_findings = 0;
    rh_text_init(&text);
    rh_problems_sort(&self->errors);
    for (size_t i = 0; i < self->errors.num; i++) {
        num_errors += !told_before(&self->errors, i);
    }
    for (size_t i = 0; i < self->findings.num; i++) {
        num_findings += !found_before(&self->findings, i);
    }
    if (json) {
        print_json(self, &text);
    } else {
        print_text(self, num_errors, num_findings, &text);
    }
    fputs(rh_text_string(&text), stdout);
    int exit_code = exit_code_of(&self->errors);
    if (rh_text_status(&text) != RH_OK || self->findings.failed != 0) {
        exit_code = RH_EXIT_FAILED;
    } else if (exit_code == RH_EXIT_OK && strict && num_findings > 0) {
        exit_code = RH_EXIT_FINDINGS;
    }
    rh_text_free(&text);
    return exit_code;
}
