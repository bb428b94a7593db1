/* rehearse import: from CSV files to history.h5. */
#include "cli/cli.h"

#include "core/money.h"
#include "core/text.h"
#include "history/import.h"

#include <stdio.h>
#include <string.h>

#define MOST_PROBLEMS 20 /* that are shown; all are counted */

enum { KEY_PARTNERS = 256, KEY_TARGETS, KEY_MAP, KEY_MAX_BAD };

struct arguments {
    struct rh_import_options options;
    const char *output;
    bool quiet;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    int64_t number = 0;
    switch (key) {
    case KEY_PARTNERS:
        arguments->options.partners = value;
        return 0;
    case KEY_TARGETS:
        arguments->options.targets = value;
        return 0;
    case KEY_MAP:
        arguments->options.map = value;
        return 0;
    case KEY_MAX_BAD:
        if (rh_decimal_parse(value, strlen(value), 0, '.', 0, &number) != RH_DECIMAL_OK || number < 0) {
            argp_error(state, "--max-bad: found '%s', expected a whole number from 0", value);
        }
        arguments->options.max_bad = (uint64_t)number;
        return 0;
    case 'o':
        arguments->output = value;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->options.ledger != NULL) {
            argp_error(state, "'%s' is too much: there is one ledger, '%s'", value, arguments->options.ledger);
        }
        arguments->options.ledger = value;
        return 0;
    case ARGP_KEY_END:
        if (arguments->options.ledger == NULL) {
            argp_error(state, "which ledger? (LEDGER.csv, or - for standard input)");
        } else if (arguments->options.partners == NULL) {
            argp_error(state, "which partners? (--partners FILE)");
        } else if (arguments->output == NULL) {
            argp_error(state, "where to? (-o history.h5)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Lists the bad lines that were left out, on standard error. */
static void tell_skipped(const struct rh_problems *problems, const struct rh_import_report *report)
{
    struct rh_text text;
    rh_text_init(&text);
    for (size_t k = 0; k < problems->num; k++) {
        rh_problem_format(&problems->items[k], &text);
    }
    if (problems->num_total > problems->num) {
        rh_text_printf(&text, "and %zu more problems\n", problems->num_total - problems->num);
    }
    fputs(rh_text_string(&text), stderr);
    fprintf(stderr, "rehearse: %llu bad line%s left out\n", (unsigned long long)report->rows_bad,
            report->rows_bad == 1 ? "" : "s");
    rh_text_free(&text);
}

static int tell_summary(const struct rh_history *history)
{
    struct rh_text text;
    struct rh_error error;
    int exit_code = RH_EXIT_OK;
    rh_text_init(&text);
    if (rh_history_summarize(history, &text, &error) != RH_OK) {
        exit_code = rh_cli_fail(&error);
    } else {
        fputs(rh_text_string(&text), stdout);
    }
    rh_text_free(&text);
    return exit_code;
}

static int write_and_tell(const struct arguments *arguments, const struct rh_history *history,
                          const struct rh_import_report *report, const struct rh_problems *problems)
{
    struct rh_error error;
    if (rh_history_write(history, arguments->output, &error) != RH_OK) {
        return rh_cli_fail(&error);
    }
    if (arguments->quiet) {
        return RH_EXIT_OK;
    }
    if (report->rows_bad > 0) {
        tell_skipped(problems, report);
    }
    return tell_summary(history);
}

static int import(const struct arguments *arguments)
{
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    struct rh_cli_progress progress;
    rh_problems_init(&problems);
    problems.limit = MOST_PROBLEMS;
    rh_cli_progress_init(&progress, arguments->quiet);
    const int code = rh_import(&history, &arguments->options, &progress.progress, &report, &problems);
    rh_cli_progress_done(&progress);
    int exit_code;
    if (code == RH_OK) {
        exit_code = write_and_tell(arguments, &history, &report, &problems);
    } else {
        rh_cli_fail_problems(&problems);
        exit_code = rh_cli_exit_code(code);
    }
    rh_history_free(&history);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_import(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"partners", KEY_PARTNERS, "FILE", 0,
         "Partner file: partner_id, and name, segment, region, tier, parent, "
         "currency, joined, margin where they are known",
         0},
        {"targets", KEY_TARGETS, "FILE", 0, "Target file: partner_id, measure, window, window_start, target", 0},
        {"map", KEY_MAP, "FILE", 0,
         "Which column is which, how dates and numbers are written; without it the files "
         "have the columns' own names",
         0},
        {"max-bad", KEY_MAX_BAD, "N", 0, "Leave out up to N bad lines and list them, instead of failing (default: 0)",
         0},
        {NULL, 'o', "FILE", 0, "History to write", 0},
        {"quiet", 'q', NULL, 0, "Print nothing but errors", 0},
        {0},
    };
    static const struct argp argp = {
        options,
        parse,
        "LEDGER.csv",
        "Read a ledger and its partners into a history, and say what is in it: rows, span, partners, totals by measure "
        "and year, gaps and outliers."
        "\v"
        "Columns of the ledger: partner_id, date, and measure (default: revenue), product, quantity, amount, cost, "
        "discount, days; any further ones are kept. Negative amounts are returns. Files may be gzip. Every bad line is "
        "told, and then nothing is written.\n"
        "\n"
        "Examples:\n"
        "  rehearse import ledger.csv --partners partners.csv -o history.h5\n"
        "  rehearse import sales.csv.gz --partners resellers.csv --map map.yaml \\\n"
        "      -o history.h5\n"
        "  psql -c '\\copy sales to stdout csv header' | \\\n"
        "      rehearse import - --partners partners.csv --max-bad 10 -o history.h5\n",
        NULL,
        NULL,
        NULL};
    struct arguments arguments = {.output = NULL};
    int exit_code;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    return import(&arguments);
}
