/* rehearse check: what is wrong with files, all of it in one pass, and what is doubtful about the programs in them. */
#include "cli/cli.h"

#include "cli/check_output.h"
#include "core/yaml.h"
#include "history/map.h"
#include "model/parameters.h"
#include "program/study.h"
#include "synth/world.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_HISTORY = 256, KEY_IN_FORCE, KEY_STRICT, KEY_JSON };

struct arguments {
    char **file;
    size_t num_files;
    const char *history, *in_force;
    bool strict, json;
};

/* What the files are checked with and what was found in them. */
struct checking {
    const struct arguments *arguments;
    const struct rh_progress *progress;
    struct rh_check_output output;
    struct rh_history history;
    char *history_path; /* of the history that is loaded; NULL: none */
    struct rh_program in_force;
    bool has_in_force;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_HISTORY:
        arguments->history = value;
        return 0;
    case KEY_IN_FORCE:
        arguments->in_force = value;
        return 0;
    case KEY_STRICT:
        arguments->strict = true;
        return 0;
    case KEY_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        arguments->file[arguments->num_files++] = value;
        return 0;
    case ARGP_KEY_END:
        if (arguments->num_files == 0) {
            argp_error(state, "which files? (programs, studies, assumptions, maps, worlds)");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void drop_history(struct checking *self)
{
    rh_history_free(&self->history);
    free(self->history_path);
    self->history_path = NULL;
}

/* Makes the history the one that is loaded; NULL, and told, where it cannot be read. */
static struct rh_history *load_history(struct checking *self, const char *path)
{
    struct rh_error error = {0};
    if (self->history_path != NULL && strcmp(self->history_path, path) == 0) {
        return &self->history;
    }
    drop_history(self);
    rh_progress_report(self->progress, "reading the history", 0, 0);
    if (rh_history_read(&self->history, path, &error) != RH_OK) {
        rh_problems_add(&self->output.errors, error.code, error.file[0] != '\0' ? error.file : path, error.line,
                        error.column, NULL, "%s", error.message);
        return NULL;
    }
    self->history_path = strdup(path);
    return &self->history;
}

/* Looks at the design of a program that is right. */
static void check_design(struct checking *self, const struct rh_program *program,
                         const struct rh_check_options *options)
{
    struct rh_complexity complexity = {0};
    struct rh_error error = {0};
    rh_progress_report(self->progress, "looking at the design", 0, 0);
    if (rh_program_check(program, options, &self->output.findings, &complexity, &error) != RH_OK) {
        rh_problems_add(&self->output.errors, error.code, error.file[0] != '\0' ? error.file : program->path,
                        error.line, error.column, NULL, "%s", error.message);
        return;
    }
    rh_check_output_program(&self->output, program->path, program->name, &complexity);
}

static void check_program(struct checking *self, const char *path)
{
    struct rh_program program;
    struct rh_check_options options = {
        .horizon_first = RH_NO_MONTH, .horizon_last = RH_NO_MONTH, .progress = self->progress};
    int status = rh_program_read(&program, path, &self->output.errors);
    if (status == RH_OK && self->arguments->history != NULL) {
        options.history = load_history(self, self->arguments->history);
        if (options.history != NULL) {
            status = rh_program_check_names(&program, options.history, &self->output.errors);
        }
    }
    if (self->has_in_force) {
        options.in_force = &self->in_force;
    }
    if (status == RH_OK) {
        check_design(self, &program, &options);
    }
    rh_program_free(&program);
}

static void add_segments(const struct rh_yaml_node *map, struct rh_names *out)
{
    for (size_t i = 0; map != NULL && map->kind == RH_YAML_MAPPING && i < map->num; i++) {
        const struct rh_yaml_node *segments =
            map->item[i]->kind == RH_YAML_MAPPING ? rh_yaml_find(map->item[i], "segments") : NULL;
        for (size_t k = 0; segments != NULL && segments->kind == RH_YAML_MAPPING && k < segments->num; k++) {
            (void)rh_names_add(out, segments->key[k]->text, strlen(segments->key[k]->text));
        }
    }
}

/* Without a history each segment that an assumptions file names is taken as known. */
static void find_segments(const char *path, struct rh_names *out)
{
    struct rh_yaml yaml;
    struct rh_problems unread;
    rh_problems_init(&unread);
    (void)rh_yaml_read(&yaml, path, &unread);
    if (yaml.root != NULL) {
        add_segments(rh_yaml_find(yaml.root, "parameters"), out);
        add_segments(rh_yaml_find(yaml.root, "base_rate"), out);
    }
    rh_yaml_free(&yaml);
    rh_problems_free(&unread);
}

/* True where measures that the history lacks were added to it, so that it serves for this study alone. */
static bool check_assumptions(struct checking *self, const char *path, const struct rh_study *study,
                              struct rh_history *history)
{
    struct rh_assumptions assumptions;
    struct rh_error error = {0};
    struct rh_names named;
    rh_names_init(&named);
    if (history == NULL) {
        (void)rh_names_add(&named, "", 0);
        find_segments(path, &named);
    }
    const struct rh_names *segments = history != NULL ? &history->partners.segments : &named;
    if (rh_assumptions_init(&assumptions, segments, &error) == RH_OK) {
        if (rh_assumptions_read(&assumptions, path, segments, &self->output.errors) == RH_OK && history != NULL) {
            (void)rh_assumptions_bind(&assumptions, study, history, &self->output.errors);
        }
    } else {
        rh_problems_add(&self->output.errors, error.code, path, 0, 0, NULL, "%s", error.message);
    }
    const bool added = assumptions.num_base_rates > 0;
    rh_assumptions_free(&assumptions);
    rh_names_free(&named);
    return added;
}

/* The programs of a study that is right, each over its horizon. */
static void check_study_programs(struct checking *self, const struct rh_study *study, const struct rh_history *history)
{
    struct rh_check_options options = {.history = history,
                                       .horizon_first = RH_NO_MONTH,
                                       .horizon_last = RH_NO_MONTH,
                                       .vendor_margin_product = study->vendor_margin_product,
                                       .vendor_margin = study->vendor_margin,
                                       .num_vendor_margins = study->num_vendor_margins,
                                       .progress = self->progress};
    if (history != NULL) {
        rh_study_horizon(study, history, &options.horizon_first, &options.horizon_last);
    } else if (study->replay != RH_REPLAY_EXACT && study->horizon_starts != RH_NO_MONTH) {
        options.horizon_first = study->horizon_starts;
        options.horizon_last = study->horizon_starts + study->horizon_months - 1;
    }
    for (size_t i = 0; i < study->num_compare; i++) {
        const bool itself = strcmp(study->compare[i].path, study->in_force.path) == 0;
        options.in_force = study->in_force_none || itself ? NULL : &study->in_force;
        check_design(self, &study->compare[i], &options);
    }
}

static void check_study(struct checking *self, const char *path)
{
    struct rh_study study;
    struct rh_history *history = NULL;
    bool added = false;
    const size_t before = self->output.errors.num_total;
    if (rh_study_read_with(&study, path, self->arguments->history, &self->output.errors) == RH_OK) {
        history = load_history(self, study.history_path);
    }
    if (study.assumptions_path != NULL) { /* first, as programs may look at what is assumed */
        added = check_assumptions(self, study.assumptions_path, &study, history);
    }
    if (history != NULL) {
        (void)rh_study_check(&study, history, &self->output.errors);
    }
    if (self->output.errors.num_total == before) {
        check_study_programs(self, &study, history);
    }
    if (added) {
        drop_history(self);
    }
    rh_study_free(&study);
}

static void check_map(struct checking *self, const char *path)
{
    struct rh_map map;
    (void)rh_map_read(&map, path, &self->output.errors);
    rh_map_free(&map);
}

static void check_world(struct checking *self, const char *path)
{
    struct rh_world *world = NULL;
    (void)rh_world_create(&world, path, &self->output.errors);
    rh_world_destroy(world);
}

static void check_assumptions_file(struct checking *self, const char *path)
{
    const char *history = self->arguments->history;
    if (check_assumptions(self, path, NULL, history != NULL ? load_history(self, history) : NULL)) {
        drop_history(self);
    }
}

static const struct kind {
    const char *name;
    void (*check)(struct checking *self, const char *path);
} kinds[] = {{"program", check_program},
             {"study", check_study},
             {"assumptions", check_assumptions_file},
             {"map", check_map},
             {"world", check_world}};
#define NUM_KINDS (sizeof kinds / sizeof *kinds)

/* The kind that the file says it is, by its `rehearse:` key; NULL, and told, where it says none of them. */
static const struct kind *kind_of(struct checking *self, const char *path)
{
    struct rh_yaml yaml;
    struct rh_problems unread;
    const struct kind *kind = NULL;
    char found[RH_YAML_FOUND];
    rh_problems_init(&unread);
    (void)rh_yaml_read(&yaml, path, &unread);
    const struct rh_yaml_node *node = yaml.root != NULL ? rh_yaml_find(yaml.root, "rehearse") : NULL;
    for (size_t i = 0; i < NUM_KINDS && node != NULL && node->kind == RH_YAML_SCALAR; i++) {
        const size_t length = strlen(kinds[i].name);
        if (strncmp(node->text, kinds[i].name, length) == 0 && node->text[length] == '/') {
            kind = &kinds[i];
        }
    }
    for (size_t i = 0; i < unread.num && kind == NULL; i++) {
        const struct rh_problem *problem = &unread.items[i];
        rh_problems_add(&self->output.errors, problem->code, problem->file, problem->line, problem->column,
                        problem->excerpt, "%s", problem->message);
    }
    if (kind == NULL && unread.num == 0 && node != NULL) {
        rh_yaml_problem(&yaml, node, &self->output.errors, RH_ERR_INPUT,
                        "'rehearse' is %s; expected program/1, study/1, assumptions/1, map/1 or world/1",
                        rh_yaml_found(node, found));
    } else if (kind == NULL && unread.num == 0) {
        rh_problems_add(
            &self->output.errors, RH_ERR_INPUT, path, 1, 1, NULL,
            "the file does not say what it is; expected 'rehearse:' with program/1, study/1, assumptions/1, "
            "map/1 or world/1");
    }
    rh_yaml_free(&yaml);
    rh_problems_free(&unread);
    return kind;
}

/* The in-force program is checked as a program too: its errors are errors of the run. */
static void read_in_force(struct checking *self)
{
    const char *path = self->arguments->in_force;
    int status = rh_program_read(&self->in_force, path, &self->output.errors);
    if (status == RH_OK && self->arguments->history != NULL) {
        const struct rh_history *history = load_history(self, self->arguments->history);
        if (history != NULL) {
            status = rh_program_check_names(&self->in_force, history, &self->output.errors);
        }
    }
    self->has_in_force = status == RH_OK;
}

static int check(const struct arguments *arguments, struct rh_cli_progress *progress)
{
    struct checking self = {.arguments = arguments, .progress = &progress->progress};
    rh_history_init(&self.history);
    (void)rh_program_none(&self.in_force);
    rh_check_output_init(&self.output);
    if (arguments->in_force != NULL) {
        rh_program_free(&self.in_force);
        read_in_force(&self);
    }
    for (size_t i = 0; i < arguments->num_files; i++) {
        const char *path = arguments->file[i];
        /* Standard input can be read once, and so must be a program. */
        const struct kind *kind = strcmp(path, "-") == 0 ? &kinds[0] : kind_of(&self, path);
        rh_check_output_file(&self.output, path, kind != NULL ? kind->name : NULL);
        if (kind != NULL) {
            kind->check(&self, path);
        }
    }
    rh_cli_progress_done(progress);
    const int exit_code = rh_check_output_print(&self.output, arguments->json, arguments->strict);
    rh_check_output_free(&self.output);
    rh_program_free(&self.in_force);
    rh_history_free(&self.history);
    free(self.history_path);
    return exit_code;
}

int rh_cmd_check(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"history", KEY_HISTORY, "FILE", 0, "Check names and design on this history; for studies, instead of their own",
         0},
        {"in-force", KEY_IN_FORCE, "PROGRAM", 0,
         "The program that the history happened under, for programs (studies name it)", 0},
        {"strict", KEY_STRICT, NULL, 0, "Findings make the exit status 4", 0},
        {"json", KEY_JSON, NULL, 0, "Errors, findings and complexity as JSON", 0},
        {0},
    };
    static const struct argp argp = {
        options,
        parse,
        "FILE...",
        "Check programs and studies (and assumptions, maps, worlds) before anything runs: all errors of all files, "
        "each "
        "with its line, and findings about the design of the programs: levels out of reach, cliffs, limits that never "
        "bind, and more. With a history, findings say what it shows."
        "\v"
        "Exit status: 0 fine, 3 errors, 4 findings with --strict.\n"
        "\n"
        "Examples:\n"
        "  rehearse check programs/*.yaml\n"
        "  rehearse check programs/growth-tiers.yaml --history history.h5\n"
        "  rehearse check study.yaml --strict\n"
        "  rehearse check new.yaml --history history.h5 --in-force now.yaml --json\n",
        NULL,
        NULL,
        NULL};
    struct arguments arguments = {.file = calloc((size_t)argc + 1, sizeof *arguments.file)};
    struct rh_cli_progress progress;
    int exit_code = RH_EXIT_FAILED;
    if (arguments.file != NULL && rh_cli_parse(&argp, argc, argv, &arguments, &exit_code)) {
        rh_cli_progress_init(&progress, arguments.json);
        exit_code = check(&arguments, &progress);
    }
    free(arguments.file);
    return exit_code;
}
