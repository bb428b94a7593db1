/* Findings are collected part by part and told in the order of the file. None of them is an error: each may be meant.
 */
#include "program/check.h"

#include "core/memory.h"
#include "program/check_parts.h"
#include "program/parse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[RH_NUM_FINDING_KINDS] = {
    [RH_FINDING_NEVER_REACHED] = "never-reached",
    [RH_FINDING_ALWAYS_REACHED] = "always-reached",
    [RH_FINDING_CLIFF] = "cliff",
    [RH_FINDING_FALLING_RATE] = "falling-rate",
    [RH_FINDING_PAYS_TWICE] = "pays-twice",
    [RH_FINDING_CAP_NEVER_BINDS] = "cap-never-binds",
    [RH_FINDING_CAP_ALWAYS_BINDS] = "cap-always-binds",
    [RH_FINDING_BUDGET_SHORT] = "budget-short",
    [RH_FINDING_NEGATIVE_MARGIN] = "negative-margin",
    [RH_FINDING_DROPPED_THRESHOLD] = "dropped-threshold",
    [RH_FINDING_UNCOVERED_MONTHS] = "uncovered-months",
};

const char *rh_finding_name(enum rh_finding_kind kind)
{
    assert((int)kind >= 0 && kind < RH_NUM_FINDING_KINDS);
    return names[kind];
}

void rh_findings_init(struct rh_findings *self)
{
    memset(self, 0, sizeof *self);
}

void rh_findings_free(struct rh_findings *self)
{
    for (size_t i = 0; i < self->num; i++) {
        free(self->item[i].at.file);
        free(self->item[i].at.message);
        free(self->item[i].at.excerpt);
    }
    free(self->item);
    rh_findings_init(self);
}

void rh_finding_format(const struct rh_finding *self, struct rh_text *out)
{
    struct rh_text message;
    struct rh_problem problem = self->at;
    rh_text_init(&message);
    rh_text_printf(&message, "finding: %s [%s]", self->at.message, rh_finding_name(self->kind));
    char *text = rh_strdup(rh_text_string(&message));
    problem.message = text;
    if (text != NULL)
        rh_problem_format(&problem, out);
    out->failed = out->failed || message.failed || text == NULL;
    free(text);
    rh_text_free(&message);
}

/* Moves a problem, which is at its place with its line, to the findings. */
static void keep(struct rh_findings *self, enum rh_finding_kind kind, struct rh_problems *problems)
{
    if (problems->failed != 0 || problems->num == 0 ||
        rh_reserve(&self->item, &self->capacity, self->num + 1, sizeof *self->item) != RH_OK) {
        self->failed = RH_ERR_NO_MEMORY;
        return;
    }
    self->item[self->num] = (struct rh_finding){kind, problems->items[0]};
    self->item[self->num].at.code = RH_OK;
    self->num++;
    problems->num = 0;
}

void rh_check_tell_place(const struct rh_check *self, const struct rh_program *program, enum rh_finding_kind kind,
                         struct rh_place place, struct rh_text *message)
{
    struct rh_problems problems;
    rh_problems_init(&problems);
    if (rh_text_status(message) == RH_OK)
        rh_program_problem(program, place.input, place.line, place.column, RH_ERR_INPUT, &problems,
                           rh_text_string(message));
    keep(self->findings, kind, &problems);
    rh_problems_free(&problems);
    rh_text_free(message);
}

void rh_check_tell(const struct rh_check *self, const struct rh_incentive *incentive, enum rh_finding_kind kind,
                   long line, long column, struct rh_text *message)
{
    struct rh_place place = {incentive->input, line, column};
    if (line == 0) {
        place.line = incentive->name.line;
        place.column = incentive->name.column;
    }
    rh_check_tell_place(self, self->program, kind, place, message);
}

void rh_check_tell_at(const struct rh_check *self, const struct rh_incentive *incentive, enum rh_finding_kind kind,
                      enum rh_incentive_place place, struct rh_text *message)
{
    rh_check_tell(self, incentive, kind, incentive->place[place].line, incentive->place[place].column, message);
}

void rh_check_months(struct rh_text *out, rh_month first, rh_month last)
{
    char text[RH_DAY_TEXT];
    rh_text_puts(out, rh_month_format(first, text));
    if (last != first)
        rh_text_printf(out, " to %s", rh_month_format(last, text));
}

bool rh_check_listed(const struct rh_reference_list *list, const char *name)
{
    for (size_t i = 0; i < list->num; i++) {
        if (strcmp(list->item[i].text, name) == 0)
            return true;
    }
    return list->num == 0;
}

bool rh_check_lists_meet(const struct rh_reference_list *a, const struct rh_reference_list *b)
{
    if (a->num == 0 || b->num == 0)
        return true;
    for (size_t i = 0; i < a->num; i++) {
        if (rh_check_listed(b, a->item[i].text))
            return true;
    }
    return false;
}

/* The program's own file first, then those it extends, then others. */
static size_t file_rank(const struct rh_program *program, const char *file)
{
    size_t rank = 0;
    if (strcmp(program->path, file) == 0)
        return 0;
    while (rank < program->num_bases && strcmp(program->base[rank].path, file) != 0)
        rank++;
    return rank + 1;
}

static bool comes_after(const struct rh_program *program, const struct rh_problem *a, const struct rh_problem *b)
{
    const size_t rank_a = file_rank(program, a->file), rank_b = file_rank(program, b->file);
    return rank_a != rank_b ? rank_a > rank_b : a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* Sorts findings from `begin` on by file, line, column; stable. An insertion sort: there are few. */
static void sort(const struct rh_program *program, struct rh_findings *self, size_t begin)
{
    for (size_t i = begin + 1; i < self->num; i++) {
        const struct rh_finding moved = self->item[i];
        size_t k = i;
        for (; k > begin && comes_after(program, &self->item[k - 1].at, &moved.at); k--)
            self->item[k] = self->item[k - 1];
        self->item[k] = moved;
    }
}

int rh_program_check(const struct rh_program *self, const struct rh_check_options *options,
                     struct rh_findings *findings, struct rh_complexity *complexity, struct rh_error *error)
{
    struct rh_check check = {
        .program = self, .options = options, .history = options->history, .findings = findings, .error = error};
    const size_t before = findings->num;
    if (check.history != NULL && check.history->first_month == RH_NO_MONTH)
        check.history = NULL; /* one without rows tells nothing */
    int code = rh_check_settle(&check);
    if (code == RH_OK) {
        rh_check_cliffs(&check);
        rh_check_falling_rates(&check);
        rh_check_windows(&check);
        rh_check_overlaps(&check);
        rh_check_levels(&check);
        rh_check_caps(&check);
        rh_check_budget(&check);
        code = rh_check_margins(&check);
    }
    if (code == RH_OK)
        rh_check_dropped(&check);
    sort(self, findings, before);
    if (code == RH_OK && complexity != NULL)
        rh_check_complexity(&check, complexity);
    rh_past_free(&check.all, self->num_incentives);
    rh_past_free(&check.year, self->num_incentives);
    if (code == RH_OK && findings->failed != 0)
        code = rh_error_set(error, findings->failed, "%s", rh_code_message(findings->failed));
    return code;
}
