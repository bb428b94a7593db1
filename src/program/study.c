/* A study: its own keys, the programs it names, and what of it only the history can tell to be wrong. */
#include "program/study.h"

#include "core/file.h"
#include "core/memory.h"
#include "program/parse_study.h"
#include "program/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *const rh_sampling_names[RH_NUM_SAMPLINGS] = {"random", "sobol"};

const char *const rh_arithmetic_names[RH_NUM_ARITHMETICS] = {"double", "mixed"};

static int find_name(const char *const *names, int num, const char *name)
{
    for (int k = 0; k < num; k++) {
        if (strcmp(names[k], name) == 0) {
            return k;
        }
    }
    return -1;
}

int rh_sampling_find(const char *name)
{
    return find_name(rh_sampling_names, RH_NUM_SAMPLINGS, name);
}

int rh_arithmetic_find(const char *name)
{
    return find_name(rh_arithmetic_names, RH_NUM_ARITHMETICS, name);
}

#define MOST_COMPARED 1000 /* programs; each is read before it is known whether a history fits */

/* Defaults of program.md; false where memory is out. */
static bool set_defaults(struct rh_study *self)
{
    *self = (struct rh_study){
        .horizon_starts = RH_NO_MONTH,
        .horizon_months = 12,
        .replications = 1000,
        .seed = 1,
        .replay = RH_REPLAY_BOOTSTRAP,
        .block_months = 6,
        .together = RH_TOGETHER_REGION,
        .follow = .35,
        .outlook_sd = .03,
        .confidence = RH_DEFAULT_CONFIDENCE,
    };
    self->reference.text = rh_strdup("in_force");
    return self->reference.text != NULL;
}

void rh_study_free(struct rh_study *self)
{
    free(self->path);
    free(self->text);
    free(self->title);
    free(self->history_path);
    rh_program_free(&self->in_force);
    for (size_t i = 0; i < self->num_compare; i++)
        rh_program_free(&self->compare[i]);
    free(self->compare);
    free(self->reference.text);
    free(self->assumptions_path);
    free(self->model_path);
    for (size_t i = 0; i < self->num_vendor_margins; i++)
        free(self->vendor_margin_product[i].text);
    free(self->vendor_margin_product);
    free(self->vendor_margin);
    memset(self, 0, sizeof *self);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Path, text and hash of the file, and the title it has unless it says another. */
static bool set_provenance(struct rh_study *self, const char *path, const char *text, size_t length, const char *title)
{
    self->path = rh_strdup(path);
    self->text = rh_strndup(text, length);
    self->title = rh_strdup(base_name(title));
    rh_sha256(text, length, self->sha256);
    return self->path != NULL && self->text != NULL && self->title != NULL;
}

/* Reads a program that the node names. One that cannot be opened is a problem of the study, at its name. */
static bool read_program(const struct rh_parse *parse, const struct rh_yaml_node *node, const char *what,
                         struct rh_program *out)
{
    char *path = NULL, *text = NULL;
    size_t length;
    struct rh_error error;
    size_t num_before = parse->problems->num_total;
    if (!rh_parse_path(parse, node, what, false, &path))
        return false;
    int code = rh_file_read(path, RH_YAML_LARGEST, &text, &length, &error);
    if (code == RH_ERR_NO_MEMORY)
        parse->problems->failed = code;
    else if (code != RH_OK)
        rh_yaml_problem(parse->yaml, node, parse->problems, code, "%s '%s' %s", what, path, error.message);
    else
        (void)rh_program_parse(out, path, text, length, parse->problems);
    free(path);
    free(text);
    return parse->problems->num_total == num_before && parse->problems->failed == 0;
}

/* True where an earlier item of the list is the same text. */
static bool named_before(const struct rh_yaml_node *list, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (list->item[k]->kind == RH_YAML_SCALAR && list->item[i]->kind == RH_YAML_SCALAR &&
            strcmp(list->item[k]->text, list->item[i]->text) == 0)
            return true;
    }
    return false;
}

/* failed: the node of the in-force program where it has problems, which are not to be told again. */
static bool read_compare(const struct rh_parse *parse, const struct rh_yaml_node *list,
                         const struct rh_yaml_node *failed, struct rh_study *out)
{
    char found[RH_YAML_FOUND];
    if (list->kind != RH_YAML_SEQUENCE || list->num == 0) {
        rh_yaml_problem(parse->yaml, list, parse->problems, RH_ERR_INPUT,
                        "'compare' is %s; expected a list of program files",
                        list->kind == RH_YAML_SEQUENCE ? "empty" : rh_yaml_found(list, found));
        return false;
    }
    if (list->num > MOST_COMPARED) {
        rh_yaml_problem(parse->yaml, list, parse->problems, RH_ERR_INPUT,
                        "'compare' lists %zu programs; expected at most %d", list->num, MOST_COMPARED);
        return false;
    }
    out->compare = rh_calloc(list->num, sizeof *out->compare);
    if (out->compare == NULL) {
        parse->problems->failed = RH_ERR_NO_MEMORY;
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < list->num; i++) {
        const struct rh_yaml_node *node = list->item[i];
        bool told = failed != NULL && node->kind == RH_YAML_SCALAR && strcmp(failed->text, node->text) == 0;
        if (named_before(list, i)) {
            rh_yaml_problem(parse->yaml, node, parse->problems, RH_ERR_INPUT, "the program %s is listed a second time",
                            rh_yaml_found(node, found));
            good = false;
        } else if (told) {
            good = false;
        } else {
            good = read_program(parse, node, "the program", &out->compare[out->num_compare++]) && good;
        }
    }
    return good;
}

/* False where a program cannot be used, so that its name is not known. */
static bool read_programs(const struct rh_parse *parse, const struct rh_yaml_node *root, struct rh_study *out)
{
    const struct rh_yaml_node *in_force = rh_yaml_find(root, "in_force"), *compare = rh_yaml_find(root, "compare");
    bool good = in_force != NULL && compare != NULL;
    out->in_force_none = in_force == NULL ||
                         (in_force->kind == RH_YAML_SCALAR && !in_force->quoted && strcmp(in_force->text, "none") == 0);
    const struct rh_yaml_node *failed = NULL;
    if (out->in_force_none) {
        if (rh_program_none(&out->in_force) != RH_OK)
            parse->problems->failed = RH_ERR_NO_MEMORY;
    } else if (!read_program(parse, in_force, "the program in force", &out->in_force)) {
        good = false;
        failed = in_force->kind == RH_YAML_SCALAR ? in_force : NULL;
    }
    return compare != NULL && read_compare(parse, compare, failed, out) && good;
}

/* Names must tell the programs of a comparison apart, and from its reserved words. */
static void check_distinct(const struct rh_study *self, struct rh_problems *problems)
{
    for (size_t i = 0; i < self->num_compare; i++) {
        const struct rh_program *program = &self->compare[i], *other = NULL;
        for (size_t k = 0; k < i && other == NULL; k++)
            other = strcmp(self->compare[k].name, program->name) == 0 ? &self->compare[k] : NULL;
        bool reserved = strcmp(program->name, "none") == 0 || strcmp(program->name, "in_force") == 0;
        if (other == NULL && !reserved)
            continue;
        struct rh_text message;
        rh_text_init(&message);
        rh_text_printf(&message, "the name of the program is '%s'", program->name);
        if (reserved)
            rh_text_puts(&message, ", which means something else in a study; expected another name");
        else
            rh_text_printf(&message, ", and so is that of %s; expected names that differ", other->path);
        rh_program_problem(program, 0, program->name_line, program->name_column, RH_ERR_INPUT, problems,
                           rh_text_string(&message));
        if (rh_text_status(&message) != RH_OK)
            problems->failed = RH_ERR_NO_MEMORY;
        rh_text_free(&message);
    }
}

/* Adds a problem at a place of the study's file. */
static void tell(const struct rh_study *self, long line, long column, struct rh_problems *problems,
                 struct rh_text *message)
{
    const struct rh_yaml file = {.path = self->path, .text = self->text, .length = strlen(self->text)};
    const struct rh_yaml_node node = {.line = line, .column = column};
    rh_yaml_problem(&file, &node, problems, RH_ERR_INPUT, "%s", rh_text_string(message));
    if (rh_text_status(message) != RH_OK)
        problems->failed = RH_ERR_NO_MEMORY;
    rh_text_free(message);
}

static void check_reference(const struct rh_study *self, struct rh_problems *problems)
{
    const char *name = self->reference.text;
    bool known = strcmp(name, "none") == 0 || strcmp(name, "in_force") == 0;
    for (size_t i = 0; i < self->num_compare && !known; i++)
        known = strcmp(name, self->compare[i].name) == 0;
    if (known)
        return;
    struct rh_text message;
    rh_text_init(&message);
    rh_text_printf(&message,
                   "'reference' is '%s'; expected in_force, none, or the name of a program that is compared: ", name);
    for (size_t i = 0; i < self->num_compare; i++)
        rh_text_printf(&message, "%s'%s'", i > 0 ? ", " : "", self->compare[i].name);
    tell(self, self->reference.line, self->reference.column, problems, &message);
}

static void fill(struct rh_study *self, const struct rh_yaml *yaml, struct rh_problems *problems)
{
    const struct rh_parse parse = {yaml, problems};
    if (!set_provenance(self, yaml->path, yaml->text, yaml->length, yaml->path)) {
        problems->failed = RH_ERR_NO_MEMORY;
        return;
    }
    if (yaml->root == NULL || !rh_parse_study(&parse, yaml->root, self))
        return;
    if (read_programs(&parse, yaml->root, self) && problems->failed == 0) {
        check_distinct(self, problems);
        check_reference(self, problems);
    }
}

int rh_study_read(struct rh_study *self, const char *path, struct rh_problems *problems)
{
    return rh_study_read_with(self, path, NULL, problems);
}

int rh_study_read_with(struct rh_study *self, const char *path, const char *history_path, struct rh_problems *problems)
{
    size_t num_before = problems->num_total;
    bool memory =
        set_defaults(self) && (history_path == NULL || (self->history_path = rh_strdup(history_path)) != NULL);
    if (!memory) {
        problems->failed = RH_ERR_NO_MEMORY;
        return RH_ERR_NO_MEMORY;
    }
    struct rh_yaml yaml;
    int code = rh_yaml_read(&yaml, path, problems);
    if (code == RH_OK && yaml.root == NULL)
        rh_problems_add(problems, RH_ERR_INPUT, path, 0, 0, NULL,
                        "the file is empty; expected a study that starts with 'rehearse: study/1'");
    if (problems->failed == 0 && yaml.text != NULL)
        fill(self, &yaml, problems);
    rh_yaml_free(&yaml);
    return rh_parse_status(problems, num_before);
}

/* Defaults, as of a study without a file; room for num_programs that are compared. */
static bool begin(struct rh_study *self, const char *history_path, size_t num_programs)
{
    self->in_force_none = true;
    return set_provenance(self, "", "", 0, history_path) && rh_program_none(&self->in_force) == RH_OK &&
           (self->history_path = rh_strdup(history_path)) != NULL &&
           (self->compare = rh_calloc(num_programs, sizeof *self->compare)) != NULL;
}

int rh_study_of_history(struct rh_study *self, const struct rh_history *history)
{
    const size_t products = history->products.num;
    bool memory = set_defaults(self) && begin(self, "", 0);
    self->vendor_margin_product = rh_calloc(products, sizeof *self->vendor_margin_product);
    self->vendor_margin = rh_calloc(products, sizeof *self->vendor_margin);
    memory = memory && self->vendor_margin_product != NULL && self->vendor_margin != NULL;
    for (size_t i = 0; i < products && memory; i++) {
        struct rh_reference *product = &self->vendor_margin_product[self->num_vendor_margins++];
        product->text = rh_strdup(history->products.name[i]);
        memory = product->text != NULL;
    }
    return memory ? RH_OK : RH_ERR_NO_MEMORY;
}

int rh_study_of_programs(struct rh_study *self, const char *history_path, const char *const *program_paths,
                         size_t num_programs, struct rh_problems *problems)
{
    size_t num_before = problems->num_total;
    if (!set_defaults(self) || !begin(self, history_path, num_programs)) {
        problems->failed = RH_ERR_NO_MEMORY;
        return RH_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < num_programs; i++)
        (void)rh_program_read(&self->compare[self->num_compare++], program_paths[i], problems);
    if (problems->num_total == num_before && problems->failed == 0)
        check_distinct(self, problems);
    return rh_parse_status(problems, num_before);
}

int rh_study_panel(const struct rh_study *self, const struct rh_history *history, struct rh_panel *panel,
                   struct rh_error *error)
{
    rh_ppm *exchange = NULL;
    int code = rh_study_exchange(self, history, &exchange, error);
    if (code == RH_OK)
        code = rh_panel_init(panel, history, exchange, error);
    free(exchange);
    return code;
}

void rh_study_horizon(const struct rh_study *self, const struct rh_history *history, rh_month *first, rh_month *last)
{
    if (self->replay == RH_REPLAY_EXACT)
        *first = history->last_month - self->horizon_months + 1;
    else
        *first = self->horizon_starts != RH_NO_MONTH ? self->horizon_starts : history->last_month + 1;
    *last = *first + self->horizon_months - 1;
}

/* False where there is no horizon that windows could lie in. */
static bool check_horizon(const struct rh_study *self, const struct rh_history *history, struct rh_problems *problems)
{
    char from[RH_DAY_TEXT], until[RH_DAY_TEXT], after[RH_DAY_TEXT];
    struct rh_text message;
    rh_text_init(&message);
    if (history->last_month == RH_NO_MONTH) {
        rh_text_puts(&message, "the history has no rows; expected sales to replay");
        tell(self, 0, 0, problems, &message);
        return false;
    }
    rh_month first, last;
    rh_study_horizon(self, history, &first, &last);
    rh_month_format(history->first_month, from);
    rh_month_format(history->last_month, until);
    if (self->replay == RH_REPLAY_EXACT && first < history->first_month) {
        rh_text_printf(
            &message,
            "the horizon has %d months, but the history, %s to %s, only %d; exact replay takes them from there",
            self->horizon_months, from, until, history->last_month - history->first_month + 1);
    } else if (self->replay != RH_REPLAY_EXACT && first <= history->last_month) {
        rh_text_printf(
            &message,
            "the horizon starts in the history, %s to %s; expected %s or later, or 'method: exact' to replay "
            "the history itself",
            from, until, rh_month_format(history->last_month + 1, after));
    } else if (last > rh_month_make(9999, 12)) {
        rh_text_puts(&message, "the horizon ends after the year 9999");
    } else {
        return true;
    }
    tell(self, self->horizon_line, self->horizon_column, problems, &message);
    return false;
}

/* Tells of the program's incentives that have no whole window in those months, which `what` names. */
static void check_windows(const struct rh_program *program, rh_month first, rh_month last, const char *what,
                          struct rh_problems *problems)
{
    for (size_t i = 0; i < program->num_incentives; i++) {
        const struct rh_incentive *incentive = &program->incentive[i];
        rh_month window_first, window_last;
        if (rh_incentive_window(incentive, program->year_starts, first, last, 0, &window_first, &window_last))
            continue;
        char from[RH_DAY_TEXT], until[RH_DAY_TEXT];
        struct rh_text message;
        rh_text_init(&message);
        if (incentive->window == RH_WINDOW_PROGRAM)
            rh_text_printf(&message, "the months in which '%s' is active", incentive->name.text);
        else
            rh_text_printf(&message, "'%s' has no whole window (%s, as years start in month %d) that",
                           incentive->name.text, rh_window_name(incentive->window), program->year_starts);
        rh_text_printf(&message,
                       incentive->window == RH_WINDOW_PROGRAM ? " are not all inside %s, %s to %s"
                                                              : " lies both in its active months and in %s, %s to %s",
                       what, rh_month_format(first, from), rh_month_format(last, until));
        rh_program_problem(program, incentive->input, incentive->name.line, incentive->name.column, RH_ERR_INPUT,
                           problems, rh_text_string(&message));
        if (rh_text_status(&message) != RH_OK)
            problems->failed = RH_ERR_NO_MEMORY;
        rh_text_free(&message);
    }
}

static void check_margins(const struct rh_study *self, const struct rh_history *history, struct rh_problems *problems)
{
    for (size_t i = 0; i < self->num_vendor_margins; i++) {
        const struct rh_reference *product = &self->vendor_margin_product[i];
        if (rh_names_find(&history->products, product->text) >= 0)
            continue;
        const char *nearest = rh_names_nearest(&history->products, product->text);
        struct rh_text message;
        rh_text_init(&message);
        rh_text_printf(&message, "the history has no product '%s'", product->text);
        if (nearest != NULL && *nearest != '\0')
            rh_text_printf(&message, "; did you mean '%s'?", nearest);
        tell(self, product->line, product->column, problems, &message);
    }
}

/* The program that the others must agree with on money; NULL without any. */
static const struct rh_program *first_program(const struct rh_study *self)
{
    return !self->in_force_none ? &self->in_force : self->num_compare > 0 ? &self->compare[0] : NULL;
}

static void tell_program(const struct rh_program *program, int input, long line, long column,
                         struct rh_problems *problems, struct rh_text *message)
{
    rh_program_problem(program, input, line, column, RH_ERR_INPUT, problems, rh_text_string(message));
    if (rh_text_status(message) != RH_OK)
        problems->failed = RH_ERR_NO_MEMORY;
    rh_text_free(message);
}

/* One history in two currencies would be two markets. A rate that is missing has been told of by the names. */
static void check_money(const struct rh_program *program, const struct rh_program *first,
                        const struct rh_history *history, struct rh_problems *problems)
{
    struct rh_text message;
    if (strcmp(program->currency, first->currency) != 0) {
        const struct rh_place *place = &program->place[RH_AT_CURRENCY];
        rh_text_init(&message);
        rh_text_printf(&message, "the program is in %s, but '%s' in %s; expected one currency in a study",
                       program->currency, first->name, first->currency);
        tell_program(program, place->input, place->line, place->column, problems, &message);
        return;
    }
    for (size_t i = 0; i < program->num_exchanges; i++) {
        const struct rh_exchange *exchange = &program->exchange[i];
        const rh_ppm rate = rh_program_exchange(first, exchange->currency.text);
        if (rate == 0 || rate == exchange->rate ||
            rh_names_find(&history->partners.currencies, exchange->currency.text) < 0)
            continue;
        rh_text_init(&message);
        rh_text_printf(&message, "one %s is ", exchange->currency.text);
        rh_words_number(&message, exchange->rate, 6, 2);
        rh_text_printf(&message, " %s, but in '%s' it is ", program->currency, first->name);
        rh_words_number(&message, rate, 6, 2);
        rh_text_puts(&message, "; expected one rate in a study");
        tell_program(program, program->place[RH_AT_FX].input, exchange->currency.line, exchange->currency.column,
                     problems, &message);
    }
}

int rh_study_exchange(const struct rh_study *self, const struct rh_history *history, rh_ppm **out,
                      struct rh_error *error)
{
    const struct rh_partners *partners = &history->partners;
    const struct rh_program *program = first_program(self);
    *out = NULL;
    if (program == NULL)
        return RH_OK;
    rh_ppm *rate = rh_calloc(partners->num, sizeof *rate);
    if (rate == NULL)
        return rh_error_set(error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    bool converts = false;
    for (size_t row = 0; row < partners->num; row++) {
        rate[row] = rh_program_exchange(program, partners->currencies.name[partners->currency[row]]);
        assert(rate[row] > 0);
        converts |= rate[row] != RH_PPM_ONE;
    }
    if (converts)
        *out = rate;
    else
        free(rate);
    return RH_OK;
}

bool rh_study_looks_at(const struct rh_study *self, const char *measure)
{
    bool looks = rh_program_looks_at(&self->in_force, measure);
    for (size_t i = 0; i < self->num_compare; i++)
        looks = looks || rh_program_looks_at(&self->compare[i], measure);
    return looks;
}

bool rh_study_rewards(const struct rh_study *self, const char *measure)
{
    bool rewards = rh_program_rewards(&self->in_force, measure);
    for (size_t i = 0; i < self->num_compare; i++)
        rewards = rewards || rh_program_rewards(&self->compare[i], measure);
    return rewards;
}

int rh_study_check(const struct rh_study *self, const struct rh_history *history, struct rh_problems *problems)
{
    size_t num_before = problems->num_total;
    bool horizon = check_horizon(self, history, problems);
    check_margins(self, history, problems);
    check_reference(self, problems);
    check_distinct(self, problems);
    (void)rh_program_check_names(&self->in_force, history, problems);
    for (size_t i = 0; i < self->num_compare; i++) {
        /* The in-force program may be a candidate too; what is wrong with it is told once. */
        if (strcmp(self->compare[i].path, self->in_force.path) == 0)
            continue;
        (void)rh_program_check_names(&self->compare[i], history, problems);
        check_money(&self->compare[i], first_program(self), history, problems);
    }
    if (horizon) {
        rh_month first, last;
        rh_study_horizon(self, history, &first, &last);
        for (size_t i = 0; i < self->num_compare; i++)
            check_windows(&self->compare[i], first, last, "the horizon", problems);
        check_windows(&self->in_force, history->first_month, last, "the history and the horizon", problems);
    }
    return rh_parse_status(problems, num_before);
}
