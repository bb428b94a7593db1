/* rehearse explain: a program in the words of its partners. */
#include "cli/cli.h"

#include "program/explain.h"

#include <stdio.h>
#include <string.h>

enum { KEY_FORMAT = 256 };

#define WIDEST 100 /* characters of a line that are easy to read */

struct arguments {
    const char *program;
    struct rh_explain_options options;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_FORMAT:
        if (strcmp(value, "text") != 0 && strcmp(value, "markdown") != 0) {
            argp_error(state, "--format: found '%s', expected text or markdown", value);
        }
        arguments->options.format = strcmp(value, "text") == 0 ? RH_EXPLAIN_TEXT : RH_EXPLAIN_MARKDOWN;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->program != NULL) {
            argp_error(state, "'%s' is too much: there is one program, '%s'", value, arguments->program);
        }
        arguments->program = value;
        return 0;
    case ARGP_KEY_END:
        if (arguments->program == NULL) {
            argp_error(state, "which program? (PROGRAM.yaml, or - for standard input)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int explain(const struct arguments *arguments)
{
    struct rh_program program;
    struct rh_problems problems;
    struct rh_error error = {0};
    struct rh_text text;
    int exit_code = RH_EXIT_OK;
    rh_problems_init(&problems);
    rh_text_init(&text);
    if (rh_program_read(&program, arguments->program, &problems) != RH_OK) {
        exit_code = rh_cli_fail_problems(&problems);
    } else if (rh_program_explain(&program, &arguments->options, &text, &error) != RH_OK) {
        exit_code = rh_cli_fail(&error);
    } else {
        fputs(rh_text_string(&text), stdout);
    }
    rh_text_free(&text);
    rh_program_free(&program);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_explain(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"format", KEY_FORMAT, "FORMAT", 0, "text (default) or markdown", 0},
        {0},
    };
    static const struct argp argp = {
        options,
        parse,
        "PROGRAM.yaml",
        "Explain a program to those it is for: each incentive in plain language, with an example in real numbers that "
        "has been settled like any statement."
        "\v"
        "A draft for your partners' guide, and a check: what you did not mean to say is easier to see in words.\n"
        "\n"
        "Examples:\n"
        "  rehearse explain programs/growth-tiers.yaml\n"
        "  rehearse explain programs/spif.yaml --format markdown > spif.md\n",
        NULL,
        NULL,
        NULL};
    const int width = rh_cli_width();
    struct arguments arguments = {.options = {RH_EXPLAIN_TEXT, width < WIDEST ? width : WIDEST}};
    int exit_code;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    return explain(&arguments);
}
