/* rehearse settle: what a program would have paid on what happened, to the cent. */
#include "cli/cli.h"

#include "cli/settle_tally.h"
#include "core/file.h"
#include "program/settle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LINES_AT_ONCE 16384 /* of the statement that are text at a time */

enum { KEY_FROM = 256, KEY_UNTIL, KEY_PARTNER };

struct arguments {
    const char *history, *program, *output, *partner;
    rh_month from, until;
    bool quiet;
};

static rh_month month_of(struct argp_state *state, const char *option, const char *value)
{
    rh_month month = RH_NO_MONTH;
    if (!rh_month_parse(value, strlen(value), &month))
        argp_error(state, "--%s: found '%s', expected a month such as 2016-01", option, value);
    return month;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_FROM:
        arguments->from = month_of(state, "from", value);
        return 0;
    case KEY_UNTIL:
        arguments->until = month_of(state, "until", value);
        return 0;
    case KEY_PARTNER:
        arguments->partner = value;
        return 0;
    case 'o':
        arguments->output = value;
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->program != NULL)
            argp_error(state, "'%s' is too much: there are one history and one program", value);
        *(arguments->history == NULL ? &arguments->history : &arguments->program) = value;
        return 0;
    case ARGP_KEY_END:
        if (arguments->history == NULL)
            argp_error(state, "which history? (HISTORY.h5)");
        else if (arguments->program == NULL)
            argp_error(state, "which program? (PROGRAM.yaml)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Everything that one settlement holds. */
struct settlement {
    const struct arguments *arguments;
    struct rh_history history;
    struct rh_program program;
    struct rh_settle_tally tally;
    struct rh_arithmetic arithmetic;
    struct rh_output output; /* stream NULL: no statement is written */
    struct rh_text text;
    rh_money budget_left;
    int32_t partner; /* row, or -1 */
};

static int write_text(struct settlement *self, struct rh_error *error)
{
    const int code = rh_text_status(&self->text);
    if (code != RH_OK)
        return rh_error_set(error, code, "%s", rh_code_message(code));
    if (fwrite(rh_text_string(&self->text), 1, self->text.length, self->output.stream) != self->text.length)
        return rh_error_set_at(error, RH_ERR_IO, self->arguments->output, 0, 0, "the statement cannot be written: %s",
                               strerror(errno));
    rh_text_clear(&self->text);
    return RH_OK;
}

/* Takes the lines of a month: into the totals and into the file. */
static int take(void *user, const struct rh_line *line, size_t num, struct rh_error *error)
{
    struct settlement *self = user;
    int code = RH_OK;
    for (size_t i = 0; i < num && code == RH_OK; i++)
        code = rh_settle_tally_add(&self->tally, &line[i], error);
    for (size_t i = 0; i < num && self->output.stream != NULL && code == RH_OK; i += LINES_AT_ONCE) {
        const size_t now = num - i < LINES_AT_ONCE ? num - i : LINES_AT_ONCE;
        (void)rh_statement_csv_lines(line + i, now, &self->program, &self->history, &self->text);
        code = write_text(self, error);
    }
    return code;
}

static int find_partner(struct settlement *self, struct rh_error *error)
{
    const struct rh_names *ids = &self->history.partners.id;
    self->partner = -1;
    if (self->arguments->partner == NULL)
        return RH_OK;
    self->partner = rh_names_find(ids, self->arguments->partner);
    if (self->partner >= 0)
        return RH_OK;
    const char *nearest = rh_names_nearest(ids, self->arguments->partner);
    return rh_error_set(error, RH_ERR_ARGUMENT, "--partner: the history has no partner '%s'%s%s%s",
                        self->arguments->partner, nearest != NULL ? "; did you mean '" : "",
                        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static int read_inputs(struct settlement *self, const struct rh_progress *progress, struct rh_problems *problems,
                       struct rh_error *error)
{
    int code = rh_program_read(&self->program, self->arguments->program, problems);
    if (code != RH_OK)
        return code;
    rh_progress_report(progress, "reading the history", 0, 0);
    code = rh_history_read(&self->history, self->arguments->history, error);
    if (code == RH_OK)
        code = rh_program_check_names(&self->program, &self->history, problems);
    if (code == RH_OK)
        code = find_partner(self, error);
    if (code == RH_OK)
        code = rh_settle_tally_init(&self->tally, &self->program, &self->history, error);
    return code;
}

/* Settles into the file, which is whole when it is there. */
static int settle(struct settlement *self, const struct rh_progress *progress, struct rh_error *error)
{
    const struct arguments *arguments = self->arguments;
    const struct rh_settle_request request = {.from = arguments->from,
                                              .until = arguments->until,
                                              .sink = take,
                                              .user = self,
                                              .partner = self->partner,
                                              .arithmetic = self->partner >= 0 ? &self->arithmetic : NULL};
    int code = RH_OK;
    if (arguments->output != NULL) {
        code = rh_output_open(&self->output, arguments->output, error);
        rh_statement_csv_header(&self->text);
        if (code == RH_OK)
            code = write_text(self, error);
    }
    if (code == RH_OK)
        code = rh_settle_months(&self->program, &self->history, &request, &self->budget_left, progress, error);
    if (code == RH_OK && arguments->output != NULL)
        code = rh_output_commit(&self->output, error);
    return code;
}

static int tell(struct settlement *self, struct rh_error *error)
{
    if (self->arguments->quiet && self->partner < 0)
        return RH_OK;
    rh_text_clear(&self->text);
    const int code = self->partner >= 0 ? rh_arithmetic_text(&self->arithmetic, self->partner, &self->program,
                                                             &self->history, &self->text)
                                        : rh_settle_tally_text(&self->tally, self->budget_left, &self->text);
    if (code != RH_OK)
        return rh_error_set(error, code, "%s", rh_code_message(code));
    fputs(rh_text_string(&self->text), stdout);
    return RH_OK;
}

static int run(const struct arguments *arguments)
{
    struct settlement self = {.arguments = arguments, .partner = -1};
    struct rh_problems problems;
    struct rh_cli_progress progress;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    rh_text_init(&self.text);
    rh_history_init(&self.history);
    rh_cli_progress_init(&progress, arguments->quiet);
    int code = read_inputs(&self, &progress.progress, &problems, &error);
    if (code == RH_OK)
        code = settle(&self, &progress.progress, &error);
    rh_cli_progress_done(&progress);
    if (code == RH_OK)
        code = tell(&self, &error);
    if (code != RH_OK && error.code == RH_OK)
        rh_error_set(&error, code, "%s", rh_code_message(code));
    const int exit_code = code == RH_OK            ? RH_EXIT_OK
                          : problems.num_total > 0 ? rh_cli_fail_problems(&problems)
                                                   : rh_cli_fail(&error);
    rh_output_abort(&self.output);
    rh_arithmetic_free(&self.arithmetic);
    rh_settle_tally_free(&self.tally);
    rh_program_free(&self.program);
    rh_history_free(&self.history);
    rh_text_free(&self.text);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_settle(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "FILE", 0, "Write the statement to this CSV file, a line per partner, incentive and window", 0},
        {"from", KEY_FROM, "MONTH", 0, "First month that is settled (default: the history's first)", 0},
        {"until", KEY_UNTIL, "MONTH", 0, "Last month that is settled (default: the history's last)", 0},
        {"partner", KEY_PARTNER, "ID", 0,
         "Show this partner's statement with the arithmetic of each line, instead of "
         "the totals",
         0},
        {"quiet", 'q', NULL, 0, "No progress bar and no totals", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "HISTORY.h5 PROGRAM.yaml",
        .doc =
            "Settle a program on what happened: what each partner would have been owed, to the cent, had the program "
            "been in force and everyone taken part in it."
            "\vMonths outside --from and --until still count as the year before, for tiers and for returns; streaks, "
            "caps and funds start empty.\n"
            "\n"
            "Examples:\n"
            "  rehearse settle history.h5 program.yaml -o statement.csv\n"
            "  rehearse settle history.h5 program.yaml --from 2016-01 --until 2016-12 \\\n"
            "      -o statement.csv\n"
            "  rehearse settle history.h5 program.yaml --partner P1\n"};
    struct arguments arguments = {.from = RH_NO_MONTH, .until = RH_NO_MONTH};
    int exit_code;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code))
        return exit_code;
    return run(&arguments);
}
