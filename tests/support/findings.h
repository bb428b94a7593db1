/* Programs in a few lines, and what a check finds in them, for tests. */
#ifndef RH_TESTS_FINDINGS_H
#define RH_TESTS_FINDINGS_H

#include "program/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PROGRAM "rehearse: program/1\nname: Test\ncurrency: USD\n"

/* Reads the program PROGRAM + body; the body's first line is line 4. */
static inline void read_program(struct rh_program *self, const char *path, const char *body)
{
    struct rh_text text;
    struct rh_problems problems;
    rh_text_init(&text);
    rh_problems_init(&problems);
    rh_text_printf(&text, PROGRAM "%s", body);
    if (rh_program_parse(self, path, rh_text_string(&text), text.length, &problems) != RH_OK)
        fail_msg("%s\nline %ld: %s", body, problems.items[0].line, problems.items[0].message);
    rh_problems_free(&problems);
    rh_text_free(&text);
}

/* The findings of the program, as "cliff 6:11, falling-rate 7:11"; those of other files with the file's name before. */
static inline void list_findings(const struct rh_program *program, const struct rh_check_options *options,
                                 struct rh_text *out)
{
    struct rh_findings findings;
    struct rh_error error = {0};
    rh_findings_init(&findings);
    if (rh_program_check(program, options, &findings, NULL, &error) != RH_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < findings.num; i++) {
        const struct rh_problem *at = &findings.item[i].at;
        rh_text_printf(out, "%s%s ", i > 0 ? ", " : "", rh_finding_name(findings.item[i].kind));
        if (strcmp(at->file, program->path) != 0)
            rh_text_printf(out, "%s:", at->file);
        rh_text_printf(out, "%ld:%ld", at->line, at->column);
        assert_non_null(at->message);
        assert_true(strlen(at->message) > 20);
    }
    rh_findings_free(&findings);
}

static inline struct rh_check_options no_options(void)
{
    return (struct rh_check_options){.horizon_first = RH_NO_MONTH, .horizon_last = RH_NO_MONTH};
}

/* Asserts the findings of a program with these options. */
static inline void expect_with(const char *body, const struct rh_check_options *options, const char *expected)
{
    struct rh_program program;
    struct rh_text found;
    rh_text_init(&found);
    read_program(&program, "test.yaml", body);
    list_findings(&program, options, &found);
    if (strcmp(rh_text_string(&found), expected) != 0)
        fail_msg("%s\nfound:    %s\nexpected: %s", body, rh_text_string(&found), expected);
    rh_text_free(&found);
    rh_program_free(&program);
}

#endif
