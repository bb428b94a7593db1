/* rehearse assumptions: what the model believes, where it is from, what of it a study has no use for; and pictures of
 * what each mechanism does by it. */
#include "cli/cli.h"

#include "cli/assumptions_output.h"
#include "model/learned.h"
#include "portrait/portrait.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_HISTORY = 256, KEY_MODEL, KEY_CSV, KEY_JSON, KEY_PLOTS, KEY_ONLY, KEY_SEGMENT, KEY_FORMAT };

struct arguments {
    const char *study, *history, *model;                                            /* or NULL */
    void (*print)(const struct rh_assumptions_output *output, struct rh_text *out); /* NULL: as text */
    const char *plots, *only, *segment;                                             /* or NULL */
    const char *of_plots; /* an option that says something of plots; NULL: none */
    struct rh_cli_formats formats;
    bool quiet;
};

static void parse_only(const char *value, struct arguments *arguments, struct argp_state *state)
{
    struct rh_text known;
    rh_text_init(&known);
    for (int k = 0; rh_portrait_name(k) != NULL; k++) {
        if (strcmp(rh_portrait_mechanism(k), value) == 0) {
            arguments->only = rh_portrait_name(k);
        }
        rh_text_printf(&known, "%s%s", k > 0 ? ", " : "", rh_portrait_mechanism(k));
    }
    if (arguments->only == NULL) {
        argp_error(state, "--only: there is no mechanism '%s'; there are %s", value, rh_text_string(&known));
    }
    rh_text_free(&known);
}

/* What options say together. */
static void check(const struct arguments *arguments, struct argp_state *state)
{
    if (arguments->study == NULL && arguments->history != NULL) {
        argp_error(state, "--history: which study? (priors need no history)");
    }
    if (arguments->study == NULL && arguments->model != NULL) {
        argp_error(state, "--model: which study? (a model belongs to the segments of a history)");
    }
    if (arguments->study == NULL && arguments->segment != NULL) {
        argp_error(state, "--segment: which study? (priors are the same in all segments)");
    }
    if (arguments->plots == NULL && arguments->of_plots != NULL) {
        argp_error(state, "%s: is of pictures, which --plots DIR asks for", arguments->of_plots);
    }
    if (arguments->plots != NULL && arguments->print != NULL) {
        argp_error(state, "--plots: draws in place of a list; run a second time for --csv or --json");
    }
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_HISTORY:
        arguments->history = value;
        return 0;
    case KEY_MODEL:
        arguments->model = value;
        return 0;
    case KEY_CSV:
        arguments->print = rh_assumptions_print_csv;
        return 0;
    case KEY_JSON:
        arguments->print = rh_assumptions_print_json;
        return 0;
    case KEY_PLOTS:
        arguments->plots = value;
        return 0;
    case KEY_ONLY:
        arguments->of_plots = "--only";
        parse_only(value, arguments, state);
        return 0;
    case KEY_SEGMENT:
        arguments->of_plots = "--segment";
        arguments->segment = value;
        return 0;
    case KEY_FORMAT:
        arguments->of_plots = "--format";
        rh_cli_parse_formats(value, &arguments->formats, state);
        return 0;
    case 'q':
        arguments->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        rh_cli_parse_one(state, "study", value, &arguments->study);
        return 0;
    case ARGP_KEY_END:
        check(arguments, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print(const struct arguments *arguments, const struct rh_assumptions_output *output, int *status,
                  struct rh_error *error)
{
    struct rh_text text;
    rh_text_init(&text);
    if (arguments->print != NULL) {
        arguments->print(output, &text);
    } else {
        rh_assumptions_print_text(output, &text);
    }
    if (rh_text_status(&text) == RH_OK) {
        fputs(rh_text_string(&text), stdout);
    } else {
        *status = rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to print the parameters");
    }
    rh_text_free(&text);
}

/* The segment that --segment names, else the one with the most partners, of equal ones the first by name; -1 where it
 * names none of the history's. */
static int find_segment(const char *named, const struct rh_partners *partners)
{
    int best = -1;
    size_t most = 0;
    if (named != NULL) {
        return rh_names_find(&partners->segments, named);
    }
    for (int s = 0; s < (int)partners->segments.num; s++) {
        size_t num = 0;
        for (size_t i = 0; i < partners->num; i++) {
            num += partners->segment[i] == s ? 1 : 0;
        }
        if (best < 0 || num > most ||
            (num == most && strcmp(partners->segments.name[s], partners->segments.name[best]) < 0)) {
            best = s;
            most = num;
        }
    }
    return best;
}

static int draw(const struct arguments *arguments, const struct rh_portrait *portrait, struct rh_error *error)
{
    const struct rh_plot_options options = {.folder = arguments->plots,
                                            .png = arguments->formats.png,
                                            .svg = arguments->formats.svg,
                                            .pdf = arguments->formats.pdf,
                                            .only = arguments->only,
                                            .gnuplot = "gnuplot"};
    struct rh_cli_progress progress;
    rh_cli_progress_init(&progress, arguments->quiet);
    const int status = rh_portrait_write(portrait, &options, &progress.progress, error);
    rh_cli_progress_done(&progress);
    if (status == RH_OK && !arguments->quiet) {
        printf("Plots are in %s\n", arguments->plots);
    }
    return status;
}

static int draw_study(const struct arguments *arguments, const struct rh_assumptions *assumptions,
                      const struct rh_study *study, const struct rh_partners *partners, const struct rh_usage *usage,
                      struct rh_error *error)
{
    struct rh_portrait portrait = {.assumptions = assumptions,
                                   .segment = find_segment(arguments->segment, partners),
                                   .source = study->title,
                                   .usage = usage};
    if (portrait.segment < 0) {
        const char *near = rh_names_nearest(&partners->segments, arguments->segment);
        return rh_error_set(error, RH_ERR_ARGUMENT, "--segment: no partner is of a segment '%s'%s%s%s",
                            arguments->segment, near != NULL ? "; is it '" : "", near != NULL ? near : "",
                            near != NULL ? "'?" : "");
    }
    portrait.segment_name = partners->segments.name[portrait.segment];
    const int status = rh_portrait_margin(partners, portrait.segment, &portrait.margin, error);
    return status == RH_OK ? draw(arguments, &portrait, error) : status;
}

static int tell_priors(const struct arguments *arguments)
{
    struct rh_error error = {0};
    struct rh_names segments;
    struct rh_assumptions assumptions;
    rh_names_init(&segments);
    int status = rh_assumptions_init(&assumptions, &segments, &error);
    if (status == RH_OK && arguments->plots != NULL) {
        status = draw(arguments, &(struct rh_portrait){.assumptions = &assumptions, .margin = NAN, .source = "priors"},
                      &error);
    } else if (status == RH_OK) {
        print(arguments, &(struct rh_assumptions_output){&assumptions, &segments, NULL, NULL}, &status, &error);
    }
    rh_assumptions_free(&assumptions);
    rh_names_free(&segments);
    return status == RH_OK ? RH_EXIT_OK : rh_cli_fail(&error);
}

/* Reads what a run would read; what is wrong with files goes to problems, the rest to *error. */
static int read_all(const struct arguments *arguments, struct rh_study *study, struct rh_history *history,
                    struct rh_learned *learned, struct rh_assumptions *assumptions, struct rh_problems *problems,
                    struct rh_error *error)
{
    int status = rh_study_read_with(study, arguments->study, arguments->history, problems);
    if (status == RH_OK) {
        status = rh_cli_replace_path(&study->model_path, arguments->model, error);
    }
    if (status == RH_OK) {
        status = rh_history_read(history, study->history_path, error);
    }
    if (status == RH_OK && study->model_path != NULL) {
        status = rh_learned_read(learned, study->model_path, error);
    }
    if (status == RH_OK) {
        status = rh_assumptions_of_study(assumptions, study, study->model_path != NULL ? learned : NULL, history,
                                         problems, error);
    }
    return status == RH_OK ? rh_study_check(study, history, problems) : status;
}

static int tell_study(const struct arguments *arguments)
{
    struct rh_study study;
    struct rh_history history;
    struct rh_learned learned = {0};
    struct rh_assumptions assumptions = {0};
    struct rh_usage usage;
    struct rh_problems problems;
    struct rh_error error = {0};
    rh_problems_init(&problems);
    rh_history_init(&history);
    int status = read_all(arguments, &study, &history, &learned, &assumptions, &problems, &error);
    if (status == RH_OK) {
        rh_usage_find(&usage, &study, &history);
    }
    if (status == RH_OK && arguments->plots != NULL) {
        status = draw_study(arguments, &assumptions, &study, &history.partners, &usage, &error);
    } else if (status == RH_OK) {
        print(arguments, &(struct rh_assumptions_output){&assumptions, &history.partners.segments, &study, &usage},
              &status, &error);
    }
    const int exit_code = status == RH_OK          ? RH_EXIT_OK
                          : problems.num_total > 0 ? rh_cli_fail_problems(&problems)
                                                   : rh_cli_fail(&error);
    rh_assumptions_free(&assumptions);
    rh_learned_free(&learned);
    rh_history_free(&history);
    rh_study_free(&study);
    rh_problems_free(&problems);
    return exit_code;
}

int rh_cmd_assumptions(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"history", KEY_HISTORY, "FILE", 0, "Use this history instead of the study's", 0},
        {"model", KEY_MODEL, "FILE", 0, "With what `rehearse fit -o FILE' learned in place of priors", 0},
        {"csv", KEY_CSV, NULL, 0, "CSV, one line per parameter, or per segment where segments differ", 0},
        {"json", KEY_JSON, NULL, 0, "The same as JSON", 0},
        {"plots", KEY_PLOTS, "DIR", 0,
         "Draw what each mechanism does by these parameters, into this folder, made where missing (by gnuplot, Debian "
         "package gnuplot-nox)",
         0},
        {"only", KEY_ONLY, "MECHANISM", 0, "With --plots: one of them instead of all", 0},
        {"segment", KEY_SEGMENT, "NAME", 0,
         "With --plots, where segments differ: whose parameters (default: those of the segment with most partners)", 0},
        {"format", KEY_FORMAT, "LIST", 0, "With --plots: some of png, svg and pdf (default: png,svg)", 0},
        {"quiet", 'q', NULL, 0, "With --plots: say nothing but errors", 0},
        {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[STUDY]",
        .doc =
            "Tell every parameter of the model as a study has it: its distribution, whether that is the prior or "
            "where it was given, its unit, the mechanism that reads it; what the study assumes of activities (yield, "
            "base_rate); and what was given though nothing in the study reads it. Without a study: the priors."
            "\vWhere the priors are from, how to replace them, and what else may be assumed is in docs/model.md, with "
            "the pictures of the priors. For each picture NAME.gp (the script) and NAME.dat (its data) stay beside it: "
            "change the script and run `gnuplot NAME.gp' in that folder to draw it your way.\n"
            "\n"
            "Examples:\n"
            "  rehearse assumptions\n"
            "  rehearse assumptions study.yaml\n"
            "  rehearse assumptions study.yaml --csv > assumptions.csv\n"
            "  rehearse assumptions study.yaml --json | jq '.given_but_not_used'\n"
            "  rehearse assumptions study.yaml --plots beliefs --segment Distributor\n"};
    struct arguments arguments = {.formats = {.png = true, .svg = true}};
    int exit_code = RH_EXIT_OK;
    if (!rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        return exit_code;
    }
    return arguments.study != NULL ? tell_study(&arguments) : tell_priors(&arguments);
}
