/* What was learned: model.h5 brings back what was written and explains itself, what is no model is refused, and what is
 * in it goes before the priors and behind a file of assumptions. `test_learned --print` prints what belongs between the
 * two marks of docs/model-format.md. */
#include "core/file.h"
#include "core/h5.h"
#include "scratch_files.h"
#include "support/learning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#define BEGIN "<!-- tables begin: checked by tests/unit/test_learned.c -->\n"
#define END "<!-- tables end -->\n"

static void write_model(const struct rh_learned *self, const char *path)
{
    struct rh_error error = {0};
    if (rh_learned_write(self, path, &error) != RH_OK) {
        fail_msg("%s: %s", error.file, error.message);
    }
}

static void assert_same_texts(char *const *a, char *const *b, size_t num)
{
    for (size_t k = 0; k < num; k++) {
        assert_string_equal(a[k], b[k]);
    }
}

static void assert_same_doubles(const double *a, const double *b, size_t num)
{
    for (size_t k = 0; k < num; k++) {
        assert_true(a[k] == b[k] || (isnan(a[k]) && isnan(b[k])));
    }
}

static void comes_back(void **state)
{
    struct rh_learned self, again;
    struct rh_error error = {0};
    (void)state;
    learning_make(&self);
    write_model(&self, scratch_path("m.h5"));
    assert_int_equal(rh_learned_read(&again, scratch_path("m.h5"), &error), RH_OK);
    assert_string_equal(again.path, scratch_path("m.h5"));
    char sha256[RH_SHA256_TEXT];
    assert_int_equal(rh_sha256_file(again.path, sha256, &error), RH_OK);
    assert_string_equal(again.sha256, sha256);
    char *const texts[] = {self.version,     self.command,    self.history, self.history_sha256,
                           self.first_month, self.last_month, self.program, self.program_sha256};
    char *const same[] = {again.version,     again.command,    again.history, again.history_sha256,
                          again.first_month, again.last_month, again.program, again.program_sha256};
    assert_same_texts(texts, same, sizeof texts / sizeof *texts);
    const double tuning[] = {again.tuning.level_half_life, again.tuning.kernel_half_life, again.tuning.season_belief,
                             again.tuning.level_spread,    again.tuning.level_walk,       again.tuning.growth,
                             again.tuning.growth_sd,       again.tuning.block_months,     (double)again.tuning.together,
                             (double)again.tuning.phase};
    const double written[] = {4.0, 18.0, 0.8, 1.2, 0.04, -0.02, 0.05, 9.0, RH_TOGETHER_SEGMENT, 3};
    assert_same_doubles(tuning, written, 10);
    assert_int_equal(again.num_choices, 2);
    for (int k = 0; k < 2; k++) {
        assert_string_equal(again.choice[k].name, self.choice[k].name);
        assert_same_doubles(&again.choice[k].usual, &self.choice[k].usual, 3);
    }
    assert_int_equal(again.num_groups, 3);
    assert_same_texts(again.segment, self.segment, 3);
    assert_int_equal(again.num_quantities, 2);
    assert_same_texts(again.quantity, self.quantity, 2);
    assert_same_texts(again.verdict, self.verdict, 6);
    for (int m = 0; m < RH_NUM_LEARNED_MOMENTS; m++) {
        assert_same_doubles(again.moment[m], self.moment[m], 6);
    }
    assert_int_equal(again.num_parameters, 2);
    assert_memory_equal(again.parameter, self.parameter, 2 * sizeof *self.parameter);
    assert_int_equal(again.num_draws, LEARNING_DRAWS);
    assert_same_doubles(again.draw, self.draw, (size_t)6 * LEARNING_DRAWS);
    rh_learned_free(&again);
    rh_learned_free(&self);
}

/* A history that tells nothing: no draws, nothing tried. */
static void comes_back_without_draws(void **state)
{
    struct rh_learned self, again;
    struct rh_error error = {0};
    (void)state;
    learning_make(&self);
    free(self.choice[0].name);
    free(self.choice[1].name);
    self.num_choices = self.num_parameters = self.num_draws = 0;
    write_model(&self, scratch_path("m.h5"));
    assert_int_equal(rh_learned_read(&again, scratch_path("m.h5"), &error), RH_OK);
    assert_int_equal(again.num_choices, 0);
    assert_int_equal(again.num_parameters, 0);
    assert_int_equal(again.num_draws, 0);
    rh_learned_free(&again);
    rh_learned_free(&self);
}

static void gives_the_same_bytes(void **state)
{
    struct rh_learned self;
    size_t length[2];
    (void)state;
    learning_make(&self);
    write_model(&self, scratch_path("a.h5"));
    write_model(&self, scratch_path("b.h5"));
    char *a = scratch_read(scratch_path("a.h5"), &length[0]), *b = scratch_read(scratch_path("b.h5"), &length[1]);
    assert_int_equal(length[0], length[1]);
    assert_memory_equal(a, b, length[0]);
    free(a);
    free(b);
    rh_learned_free(&self);
}

/* ---- What a file says of itself ---- */

static void add_attribute(hid_t file, const char *path, const char *name, struct rh_text *out)
{
    char *text = NULL;
    struct rh_error error = {0};
    if (rh_h5_read_attribute(file, path, name, &text, &error) != RH_OK || text[0] == '\0') {
        fail_msg("%s has no %s", path, name);
    }
    rh_text_puts(out, text);
    free(text);
}

static herr_t add_row(hid_t file, const char *path, const H5O_info_t *info, void *user)
{
    struct rh_text *out = user;
    const bool draws = strncmp(path, "draws/", 6) == 0 && strcmp(path, "draws/parameter") != 0;
    if (info->type != H5O_TYPE_DATASET || (draws && strcmp(path, "draws/null_program") != 0)) {
        return 0;
    }
    rh_text_printf(out, "| `/%s` | ", draws ? "draws/PARAMETER" : path);
    if (draws) {
        rh_text_puts(out, "the parameter's | Draws, [segment][draw]: row by row what belongs together. |\n");
        return 0;
    }
    add_attribute(file, path, "units", out);
    rh_text_puts(out, " | ");
    add_attribute(file, path, "description", out);
    rh_text_puts(out, " |\n");
    return 0;
}

static herr_t add_name(hid_t file, const char *name, const H5A_info_t *info, void *user)
{
    (void)file;
    (void)info;
    rh_text_printf(user, " `%s`", name);
    return 0;
}

static void print_tables(struct rh_text *out)
{
    struct rh_learned self;
    struct rh_error error = {0};
    hid_t file = -1;
    learning_make(&self);
    write_model(&self, scratch_path("m.h5"));
    rh_learned_free(&self);
    assert_int_equal(rh_h5_open(&file, scratch_path("m.h5"), &error), RH_OK);
    rh_text_puts(out, BEGIN "Attributes of the root:");
    assert_true(H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, out) >= 0);
    rh_text_puts(out, "\n\n| path | units | holds |\n| --- | --- | --- |\n");
    assert_true(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, add_row, out, H5O_INFO_BASIC) >= 0);
    rh_text_puts(out, END);
    rh_h5_close(&file, &error);
    assert_int_equal(rh_text_status(out), RH_OK);
}

static void explains_itself(void **state)
{
    struct rh_text expected;
    struct rh_error error = {0};
    char *document = NULL, *path = rh_path_beside(__FILE__, "../../docs/model-format.md");
    size_t length = 0;
    (void)state;
    rh_text_init(&expected);
    print_tables(&expected);
    if (rh_file_read(path, 1u << 20, &document, &length, &error) != RH_OK) {
        fail_msg("%s: %s", path, error.message);
    }
    const char *begin = strstr(document, BEGIN), *end = begin == NULL ? NULL : strstr(begin, END);
    assert_non_null(end);
    const size_t found = (size_t)(end - begin) + strlen(END);
    if (found != expected.length || memcmp(begin, expected.bytes, found) != 0) {
        fail_msg("%s differs from what a file holds: run this with --print", path);
    }
    rh_text_free(&expected);
    free(document);
    free(path);
}

/* ---- What is refused ---- */

static void refuses(const char *path, enum rh_code code, const char *message)
{
    struct rh_learned self;
    struct rh_error error = {0};
    const int status = rh_learned_read(&self, path, &error);
    rh_learned_free(&self);
    if (status != (int)code || strstr(error.message, message) == NULL || strcmp(error.file, path) != 0) {
        fail_msg("%s: %s (%d), expected '%s' (%d)", error.file, error.message, status, message, code);
    }
}

/* Writes a model with one change. */
static const char *changed(void (*change)(struct rh_learned *))
{
    struct rh_learned self;
    learning_make(&self);
    change(&self);
    write_model(&self, scratch_path("m.h5"));
    rh_learned_free(&self);
    return scratch_path("m.h5");
}

static void nan_draw(struct rh_learned *self)
{
    self->draw[3] = NAN;
}

static void negative_draw(struct rh_learned *self)
{
    self->draw[LEARNING_DRAWS] = -0.1;
}

static void large_probability(struct rh_learned *self)
{
    self->draw[(size_t)6 * LEARNING_DRAWS - 1] = 1.5;
}

static void no_half_life(struct rh_learned *self)
{
    self->tuning.level_half_life = 0.0;
}

static void nan_walk(struct rh_learned *self)
{
    self->tuning.level_walk = NAN;
}

static void unknown_together(struct rh_learned *self)
{
    self->tuning.together = (enum rh_together)4;
}

static void negative_sd(struct rh_learned *self)
{
    self->moment[RH_LEARNED_POSTERIOR_SD][2] = -1.0;
}

static void no_posterior(struct rh_learned *self)
{
    self->moment[RH_LEARNED_POSTERIOR_MEAN][2] = NAN;
}

static void bad_text(struct rh_learned *self)
{
    self->segment[1][0] = '\xFF';
}

static void what_cannot_be(void **state)
{
    (void)state;
    refuses(changed(nan_draw), RH_ERR_FORMAT, "draws/effort_elasticity holds nan, expected 0 or more");
    refuses(changed(negative_draw), RH_ERR_FORMAT, "draws/effort_elasticity holds -0.1, expected 0 or more");
    refuses(changed(large_probability), RH_ERR_FORMAT, "draws/null_program holds 1.5, expected a number from 0 to 1");
    refuses(changed(no_half_life), RH_ERR_FORMAT, "baseline/level_half_life is out of its range");
    refuses(changed(nan_walk), RH_ERR_FORMAT, "baseline/level_walk is out of its range");
    refuses(changed(unknown_together), RH_ERR_FORMAT, "baseline/together is out of its range");
    refuses(changed(negative_sd), RH_ERR_FORMAT, "table/posterior_sd holds what cannot be");
    refuses(changed(no_posterior), RH_ERR_FORMAT, "table/posterior_mean holds what cannot be");
    refuses(changed(bad_text), RH_ERR_FORMAT, "table/segment holds text that is not UTF-8");
}

static void nothing(struct rh_learned *self)
{
    (void)self;
}

/* Puts another number, or none, in the place of the format's version. */
static void set_version(const char *path, int64_t version)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    assert_true(file >= 0 && H5Adelete(file, "format_version") >= 0);
    if (version >= 0) {
        hid_t attribute = H5Acreate2(file, "format_version", H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Awrite(attribute, H5T_NATIVE_INT64, &version) >= 0);
        assert_true(H5Aclose(attribute) >= 0);
    }
    assert_true(H5Sclose(space) >= 0);
    assert_true(H5Fclose(file) >= 0);
}

static void what_is_no_model(void **state)
{
    (void)state;
    refuses(scratch_path("missing.h5"), RH_ERR_IO, "cannot be opened");
    refuses(scratch_write("text.h5", "rehearse: study/1\n"), RH_ERR_FORMAT, "is not an HDF5 file");
    struct rh_error error = {0};
    hid_t file = -1;
    assert_int_equal(rh_h5_create(&file, scratch_path("empty.h5"), &error), RH_OK);
    assert_int_equal(rh_h5_close(&file, &error), RH_OK);
    refuses(scratch_path("empty.h5"), RH_ERR_FORMAT, "is no model of rehearse");
    const char *path = changed(nothing);
    set_version(path, 2);
    refuses(path, RH_ERR_TOO_NEW, "has format version 2, this program reads 1; a newer rehearse is needed");
    set_version(path, 0);
    refuses(path, RH_ERR_TOO_OLD, "fit the history again");
    set_version(path, -1);
    refuses(path, RH_ERR_FORMAT, "is no model of rehearse");
}

/* What reading comes to in a process of its own, as HDF5 does not always recover from a damaged file: RH_OK as 0, a
 * refusal as 1; -1: a crash, or no end. */
static int read_aside(const char *path)
{
    int status = 0;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rh_learned self;
        struct rh_error error = {0};
        alarm(60);
        const int code = rh_learned_read(&self, path, &error);
        rh_learned_free(&self);
        _exit(code == RH_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Cut anywhere it is refused; with a bit turned anywhere it is refused or read, and never a crash. */
static void cut_or_turned(void **state)
{
    enum { PLACES = 80 };
    size_t length = 0;
    int refused = 0;
    (void)state;
    char *bytes = scratch_read(changed(nothing), &length);
    for (size_t k = 0; k < PLACES; k++) {
        const size_t at = k * (length - 1) / (PLACES - 1);
        assert_int_equal(read_aside(scratch_write_bytes("cut.h5", bytes, at)), 1);
        bytes[at] = (char)(bytes[at] ^ 4);
        const int code = read_aside(scratch_write_bytes("turned.h5", bytes, length));
        assert_true(code >= 0);
        refused += code;
        bytes[at] = (char)(bytes[at] ^ 4);
    }
    assert_true(refused > PLACES / 4); /* most of the file counts, and has a checksum or a range */
    free(bytes);
}

/* ---- What is believed ---- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void quantiles_are_order_statistics(void **state)
{
    double draw[1000], sorted[1000];
    (void)state;
    for (size_t num = 1; num <= 1000; num = num * 3 + 1) {
        for (size_t k = 0; k < num; k++) {
            draw[k] = k % 5 == 0 ? 0.25 : exp(sin(12.9898 * (double)k) * 8.0); /* some are equal, some are far apart */
        }
        memcpy(sorted, draw, num * sizeof *draw);
        qsort(sorted, num, sizeof *sorted, compare);
        const struct rh_belief_of belief = {
            .distribution = RH_DIST_DRAWS, .low = sorted[0], .high = sorted[num - 1], .draw = draw, .num_draws = num};
        for (size_t k = 0; k < num; k++) {
            assert_true(rh_belief_of_quantile(&belief, ((double)k + 0.5) / (double)num) == sorted[k]);
        }
    }
}

/* A history of two segments, one of which the model knows. */
static void make_segments(struct rh_names *segments)
{
    rh_names_init(segments);
    rh_names_add(segments, "Retailer", 8);
    rh_names_add(segments, "Distributor", 11);
}

static void replaces_priors(void **state)
{
    struct rh_learned self;
    struct rh_names segments;
    struct rh_assumptions assumptions;
    struct rh_problems problems;
    (void)state;
    learning_make(&self);
    self.path = rh_strdup("m.h5");
    make_segments(&segments);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
    assert_int_equal(rh_learned_believe(&self, &segments, &assumptions, NULL), RH_OK);
    for (int s = 0; s < 2; s++) { /* the retailers do as all, the distributors as the second group */
        const int cell = RH_PARAM_EFFORT_ELASTICITY * 2 + s;
        const struct rh_belief_of *belief = &assumptions.belief[cell];
        assert_int_equal(belief->distribution, RH_DIST_DRAWS);
        assert_ptr_equal(belief->draw, rh_learned_draws(&self, 0, (size_t)s));
        assert_true(fabs(belief->mean - (0.1 * (s + 1) + 0.3 * 0.499)) < 1e-12);
        assert_true(fabs(belief->sd - 0.3 * sqrt((1.0 - 1.0 / LEARNING_DRAWS / LEARNING_DRAWS) / 12.0)) < 1e-12);
        assert_string_equal(assumptions.origin[cell], "m.h5");
        assert_string_equal(assumptions.origin[RH_PARAM_PASS_THROUGH * 2 + s], RH_ORIGIN_PRIOR);
        assert_true(assumptions.belief[RH_PARAM_LEVEL_WALK * 2 + s].mean == 0.04);
        assert_string_equal(assumptions.origin[RH_PARAM_LEVEL_WALK * 2 + s], "m.h5");
    }
    assert_true(rh_assumptions_by_segment(&assumptions, RH_PARAM_EFFORT_ELASTICITY));
    assert_false(rh_assumptions_by_segment(&assumptions, RH_PARAM_LEVEL_WALK));
    assert_false(rh_assumptions_given(&assumptions, RH_PARAM_EFFORT_ELASTICITY)); /* not by a file of assumptions */

    rh_problems_init(&problems);
    const char *path = scratch_write("a.yaml", "rehearse: assumptions/1\nparameters:\n"
                                               "  effort_elasticity: {segments: {Distributor: 0.4}}\n"
                                               "  level_walk: 0.01\n");
    assert_int_equal(rh_assumptions_read(&assumptions, path, &segments, &problems), RH_OK);
    assert_int_equal(assumptions.belief[RH_PARAM_EFFORT_ELASTICITY * 2].distribution, RH_DIST_DRAWS);
    assert_true(assumptions.belief[RH_PARAM_EFFORT_ELASTICITY * 2 + 1].mean == 0.4);
    assert_true(assumptions.belief[RH_PARAM_LEVEL_WALK * 2].mean == 0.01);
    assert_true(rh_assumptions_given(&assumptions, RH_PARAM_EFFORT_ELASTICITY));
    rh_problems_free(&problems);
    rh_assumptions_free(&assumptions);
    rh_names_free(&segments);
    rh_learned_free(&self);
}

/* In each replication all parameters of all segments are of one row, and all rows occur alike. */
static void one_row_for_all(void **state)
{
    struct rh_learned self;
    struct rh_names segments;
    struct rh_assumptions assumptions;
    int seen[LEARNING_DRAWS] = {0};
    double chi_square = 0.0;
    (void)state;
    learning_make(&self);
    make_segments(&segments);
    assert_int_equal(rh_assumptions_init(&assumptions, &segments, NULL), RH_OK);
    assert_int_equal(rh_learned_believe(&self, &segments, &assumptions, NULL), RH_OK);
    for (uint32_t r = 0; r < 100000; r++) {
        const double effort = rh_assumptions_draw(&assumptions, RH_PARAM_EFFORT_ELASTICITY, 0, 5, r);
        const size_t row = (size_t)lround((effort - 0.1) / 0.3 * LEARNING_DRAWS);
        assert_true(row < LEARNING_DRAWS && effort == learning_effort(0, row));
        assert_true(rh_assumptions_draw(&assumptions, RH_PARAM_EFFORT_ELASTICITY, 1, 5, r) == learning_effort(1, row));
        assert_true(rh_assumptions_draw(&assumptions, RH_PARAM_NULL_PROGRAM, 0, 5, r) == learning_null(0, row));
        assert_true(rh_assumptions_draw(&assumptions, RH_PARAM_NULL_PROGRAM, 1, 5, r) == learning_null(1, row));
        seen[row]++;
    }
    for (int k = 0; k < LEARNING_DRAWS; k++) {
        chi_square += (seen[k] - 200.0) * (seen[k] - 200.0) / 200.0;
    }
    assert_true(fabs(chi_square - (LEARNING_DRAWS - 1)) < 4.0 * sqrt(2.0 * (LEARNING_DRAWS - 1)));
    rh_assumptions_free(&assumptions);
    rh_names_free(&segments);
    rh_learned_free(&self);
}

static void a_study_goes_before(void **state)
{
    struct rh_learned self;
    (void)state;
    learning_make(&self);
    const struct rh_study none = {.outlook_sd = .03, .block_months = 6.0, .together = RH_TOGETHER_REGION};
    struct rh_study study = none;
    struct rh_tuning tuning = rh_learned_tuning(&self, &study);
    assert_memory_equal(&tuning, &self.tuning, sizeof tuning);
    assert_true(study.outlook_growth == -0.02 && study.outlook_sd == 0.05 && study.block_months == 9.0);
    assert_true(study.together == RH_TOGETHER_SEGMENT && study.phase == 3);
    study = none;
    study.says.growth = study.says.together = study.says.phase = true;
    tuning = rh_learned_tuning(&self, &study);
    assert_true(tuning.growth == 0.0 && tuning.growth_sd == 0.05 && tuning.block_months == 9.0);
    assert_true(tuning.together == RH_TOGETHER_REGION && tuning.phase == 0 && tuning.level_half_life == 4.0);
    study = none;
    study.says.growth_sd = study.says.block = true;
    tuning = rh_learned_tuning(&self, &study);
    assert_true(tuning.growth == -0.02 && tuning.growth_sd == .03 && tuning.block_months == 6.0);
    study = none;
    tuning = rh_learned_tuning(NULL, &study);
    const struct rh_tuning usual = rh_tuning_defaults();
    assert_true(tuning.level_half_life == usual.level_half_life && tuning.growth_sd == usual.growth_sd);
    rh_learned_free(&self);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        struct rh_text text;
        rh_text_init(&text);
        scratch_set_up(NULL);
        print_tables(&text);
        scratch_tear_down(NULL);
        fputs(rh_text_string(&text), stdout);
        rh_text_free(&text);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),           cmocka_unit_test(comes_back_without_draws),
        cmocka_unit_test(gives_the_same_bytes), cmocka_unit_test(explains_itself),
        cmocka_unit_test(what_cannot_be),       cmocka_unit_test(what_is_no_model),
        cmocka_unit_test(cut_or_turned),        cmocka_unit_test(quantiles_are_order_statistics),
        cmocka_unit_test(replaces_priors),      cmocka_unit_test(one_row_for_all),
        cmocka_unit_test(a_study_goes_before),
    };
    return cmocka_run_group_tests(tests, scratch_set_up, scratch_tear_down);
}
