/* The four files: the same bytes for the same world, every measure in them, partners that do not depend on how many
 * there are, and nothing left behind where writing stops. */
#include "core/calendar.h"
#include "core/file.h"
#include "program/program.h"
#include "synth/parameters.h"
#include "synth/tables.h"
#include "synth/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEDGER, PARTNERS, TARGETS, IN_FORCE, NUM_FILES };
static const char *const names[NUM_FILES] = {"ledger.csv", "partners.csv", "targets.csv", "in-force.yaml"};

struct written {
    char folder[64];
    char *text[NUM_FILES];
    size_t length[NUM_FILES];
    struct rh_world_counts counts;
};

static struct rh_world *make_world(void)
{
    struct rh_problems problems;
    struct rh_world *world = NULL;
    rh_problems_init(&problems);
    assert_int_equal(rh_world_create(&world, NULL, &problems), RH_OK);
    rh_problems_free(&problems);
    return world;
}

static void make_folder(char folder[64])
{
    strcpy(folder, "/tmp/rehearse-synth-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

static char *path_in(const char *folder, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", folder, name);
    return out;
}

static void write_world(struct written *self, const struct rh_world_options *options)
{
    char path[128];
    struct rh_world *world = make_world();
    make_folder(self->folder);
    assert_int_equal(rh_world_write(world, options, self->folder, NULL, &self->counts, NULL), RH_OK);
    for (int k = 0; k < NUM_FILES; k++) {
        assert_int_equal(
            rh_file_read(path_in(self->folder, names[k], path), 1 << 28, &self->text[k], &self->length[k], NULL),
            RH_OK);
    }
    rh_world_destroy(world);
}

static void free_written(struct written *self)
{
    char path[128];
    for (int k = 0; k < NUM_FILES; k++) {
        unlink(path_in(self->folder, names[k], path));
        free(self->text[k]);
    }
    assert_int_equal(rmdir(self->folder), 0); /* nothing else was left in it */
}

static size_t num_lines(const char *text)
{
    size_t num = 0;
    for (; *text != '\0'; text++) {
        num += *text == '\n';
    }
    return num;
}

static void test_same_world_same_bytes(void **state)
{
    (void)state;
    struct written a, b, other;
    struct rh_world_options options = {.partners = 60, .months = 24, .seed = 3};
    write_world(&a, &options);
    write_world(&b, &options);
    options.seed = 4;
    write_world(&other, &options);
    for (int k = 0; k < NUM_FILES; k++) {
        assert_int_equal(a.length[k], b.length[k]);
        assert_memory_equal(a.text[k], b.text[k], a.length[k]);
        assert_true((k == IN_FORCE) == (strcmp(a.text[k], other.text[k]) == 0));
    }
    free_written(&a);
    free_written(&b);
    free_written(&other);
}

static void test_more_partners_leave_the_first_as_they_are(void **state)
{
    (void)state;
    struct written few, many;
    write_world(&few, &(struct rh_world_options){.partners = 40, .months = 24, .seed = 3});
    write_world(&many, &(struct rh_world_options){.partners = 90, .months = 24, .seed = 3});
    for (int k = 0; k < IN_FORCE; k++) {
        assert_true(few.length[k] < many.length[k]);
        assert_memory_equal(few.text[k], many.text[k], few.length[k]);
    }
    free_written(&few);
    free_written(&many);
}

static void test_counts_and_defaults(void **state)
{
    (void)state;
    struct written demo, asked;
    write_world(&demo, &(struct rh_world_options){.seed = -1});
    write_world(&asked, &(struct rh_world_options){.partners = 600, .months = 36, .seed = 7});
    assert_int_equal(demo.counts.partners, 600);
    assert_int_equal(num_lines(demo.text[PARTNERS]), 601);
    assert_int_equal(num_lines(demo.text[LEDGER]), demo.counts.rows + 1);
    assert_int_equal(num_lines(demo.text[TARGETS]), demo.counts.targets + 1);
    for (int k = 0; k < NUM_FILES; k++) {
        assert_string_equal(demo.text[k], asked.text[k]);
    }
    free_written(&demo);
    free_written(&asked);
}

/* Column `k` of a line without quotes, into out. */
static char *column(const char *line, int k, char out[128])
{
    while (k-- > 0) {
        line += strcspn(line, ",\n") + 1;
    }
    snprintf(out, 128, "%.*s", (int)strcspn(line, ",\n"), line);
    return out;
}

static void test_every_measure_of_the_language_appears(void **state)
{
    (void)state;
    static const char *const measures[] = {"revenue",          "sell_through",    "recurring_revenue", "new_customers",
                                           "deals_registered", "deals_won",       "renewals",          "leads",
                                           "referrals",        "training",        "certifications",    "campaigns",
                                           "references",       "marketing_spend", "renewals_due"};
    static const char *const money[] = {"revenue", "sell_through", "recurring_revenue", "marketing_spend"};
    struct written demo;
    size_t rows[15] = {0}, with_promo = 0, with_days = 0, online = 0, renewal = 0, returns = 0;
    write_world(&demo, &(struct rh_world_options){.seed = -1});
    for (const char *line = strchr(demo.text[LEDGER], '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        char cell[128], amount[128], quantity[128], date[128];
        column(line, 2, cell);
        column(line, 1, date);
        size_t k = 0;
        while (k < 15 && strcmp(measures[k], cell) != 0) {
            k++;
        }
        assert_true(k < 15);
        rows[k]++;
        bool is_money = false;
        for (size_t i = 0; i < 4; i++) {
            is_money |= strcmp(money[i], cell) == 0;
        }
        column(line, 5, amount);
        column(line, 4, quantity);
        assert_true(is_money == (amount[0] != '\0'));
        assert_true(!is_money || amount[strlen(amount) - 3] == '.'); /* to the cent */
        assert_true(is_money || strcmp(quantity, "1") == 0);
        assert_true(quantity[0] == '\0' || (quantity[0] == '-') == (amount[0] == '-'));
        assert_true(strcmp(date, "2023-01-01") >= 0 && strcmp(date, "2025-12-31") <= 0);
        returns += amount[0] == '-';
        with_days += column(line, 8, cell)[0] != '\0';
        online += strcmp(column(line, 9, cell), "online") == 0;
        renewal += strcmp(column(line, 10, cell), "renewal") == 0;
        with_promo += column(line, 11, cell)[0] != '\0';
    }
    for (size_t k = 0; k < 15; k++) {
        if (rows[k] < 20) {
            fail_msg("%s: %zu rows", measures[k], rows[k]);
        }
    }
    assert_true(with_promo > 100 && with_days > 100 && online > 100 && renewal > 100 && returns > 100);
    free_written(&demo);
}

static void test_partners_have_gaps_as_in_life(void **state)
{
    (void)state;
    struct written demo;
    char cell[128];
    size_t no_date = 0, no_margin = 0, with_parent = 0, joiners = 0;
    write_world(&demo, &(struct rh_world_options){.seed = -1});
    for (const char *line = strchr(demo.text[PARTNERS], '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        rh_day day;
        with_parent += column(line, 5, cell)[0] != '\0';
        assert_string_equal(column(line, 6, cell), "USD");
        column(line, 7, cell);
        no_date += cell[0] == '\0';
        assert_true(cell[0] == '\0' || rh_day_parse(cell, strlen(cell), &day));
        joiners += strcmp(cell, "2023-01-01") >= 0;
        column(line, 8, cell);
        no_margin += cell[0] == '\0';
        assert_true(cell[0] == '\0' || (atof(cell) >= 0.02 && atof(cell) <= 0.60));
    }
    assert_in_range(no_date, 18, 60);
    assert_in_range(no_margin, 45, 105);
    assert_in_range(with_parent, 120, 330);
    assert_in_range(joiners, 90, 210);
    free_written(&demo);
}

static void test_targets_cover_history_and_next_year(void **state)
{
    (void)state;
    struct written demo;
    char cell[128], first[128] = "9999", last[128] = "";
    write_world(&demo, &(struct rh_world_options){.seed = -1});
    for (const char *line = strchr(demo.text[TARGETS], '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_string_equal(column(line, 1, cell), "revenue");
        assert_string_equal(column(line, 2, cell), "quarter");
        column(line, 3, cell);
        if (strcmp(cell, first) < 0) {
            strcpy(first, cell);
        }
        if (strcmp(cell, last) > 0) {
            strcpy(last, cell);
        }
        assert_true(strcmp(cell + 4, "-01-01") == 0 || strcmp(cell + 4, "-04-01") == 0 ||
                    strcmp(cell + 4, "-07-01") == 0 || strcmp(cell + 4, "-10-01") == 0);
        double target = atof(column(line, 4, cell));
        assert_true(target >= 2000.0 && target == 500.0 * (double)(long)(target / 500.0));
    }
    assert_string_equal(first, "2023-01-01");
    assert_string_equal(last, "2026-10-01");
    free_written(&demo);
}

/* What is written is a program of the language, and says what the world says. */
static void test_in_force_is_a_program(void **state)
{
    (void)state;
    struct rh_world *world = make_world();
    struct rh_problems problems;
    struct rh_program program;
    struct rh_text text;
    world->year_starts = 4.0;
    rh_text_init(&text);
    rh_problems_init(&problems);
    rh_world_add_program(world, 0, &text);
    assert_int_equal(rh_program_parse(&program, "in-force.yaml", rh_text_string(&text), text.length, &problems), RH_OK);
    assert_int_equal(problems.num_total, 0);
    assert_string_equal(program.name, world->program[0].name);
    assert_string_equal(program.currency, "USD");
    assert_int_equal(program.year_starts, 4);
    assert_int_equal(program.num_incentives, 2);
    const struct rh_incentive *rebate = &program.incentive[0], *bonus = &program.incentive[1];
    assert_int_equal(rebate->window, RH_WINDOW_QUARTER);
    assert_int_equal(rebate->bands, RH_BANDS_MARGINAL);
    assert_int_equal(rebate->num_levels, world->program[0].num_levels);
    for (size_t k = 0; k < rebate->num_levels; k++) {
        assert_true((double)rebate->level[k].from == world->program[0].level[k].from * 1e4);
        assert_int_equal(rebate->level[k].rate, (int64_t)(world->program[0].level[k].rate * 1e6 + 0.5));
    }
    assert_string_equal(bonus->behavior.measure.text, "certifications");
    assert_int_equal(bonus->level[0].per_unit, 150 * RH_MONEY_ONE);
    assert_int_equal(bonus->cap_window, 900 * RH_MONEY_ONE);
    rh_program_free(&program);
    rh_text_clear(&text);
    world->program[0].certification_bonus = 0.0; /* no bonus, no incentive */
    rh_world_add_program(world, 0, &text);
    assert_int_equal(rh_program_parse(&program, "in-force.yaml", rh_text_string(&text), text.length, &problems), RH_OK);
    assert_int_equal(program.num_incentives, 1);
    rh_program_free(&program);
    rh_problems_free(&problems);
    rh_text_free(&text);
    rh_world_destroy(world);
}

/* Of programs that followed one another each is a program of the language that is active in its months. */
static void test_earlier_programs_are_programs(void **state)
{
    (void)state;
    static const struct {
        const char *from, *until;
    } active[] = {{"", "2023-12"}, {"2024-01", "2024-12"}, {"2025-01", ""}};
    struct rh_world *world = make_world();
    struct rh_world_program *owned = world->program;
    struct rh_world_program programs[3];
    struct rh_problems problems;
    struct rh_text text;
    for (int k = 0; k < 3; k++) {
        programs[k] = owned[0];
        programs[k].from = k == 0 ? RH_NO_MONTH : rh_month_make(2023 + k, 1);
        programs[k].retroactive = k == 1;
    }
    world->program = programs;
    world->num_programs = 3;
    rh_text_init(&text);
    rh_problems_init(&problems);
    for (size_t k = 0; k < 3; k++) {
        struct rh_program program;
        char month[RH_DAY_TEXT];
        rh_text_clear(&text);
        rh_world_add_program(world, k, &text);
        assert_int_equal(rh_program_parse(&program, "program.yaml", rh_text_string(&text), text.length, &problems),
                         RH_OK);
        assert_int_equal(program.num_incentives, 2);
        for (size_t i = 0; i < 2; i++) {
            assert_string_equal(rh_month_format(program.incentive[i].active_from, month), active[k].from);
            assert_string_equal(rh_month_format(program.incentive[i].active_until, month), active[k].until);
        }
        assert_int_equal(program.incentive[0].bands, k == 1 ? RH_BANDS_RETROACTIVE : RH_BANDS_MARGINAL);
        rh_program_free(&program);
    }
    rh_problems_free(&problems);
    rh_text_free(&text);
    world->program = owned;
    world->num_programs = 1;
    rh_world_destroy(world);
}

static size_t num_files(const char *folder)
{
    size_t num = 0;
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        num += entry->d_name[0] != '.';
    }
    closedir(stream);
    return num;
}

static void test_stopped_and_failed_leave_nothing(void **state)
{
    (void)state;
    struct rh_world *world = make_world();
    struct rh_world_options options = {.partners = 50, .seed = -1};
    struct rh_world_counts counts;
    struct rh_error error;
    char folder[64], path[128];
    volatile int stop = 1;
    struct rh_progress progress = {.stop = &stop};
    make_folder(folder);
    assert_int_equal(rh_world_write(world, &options, folder, &progress, &counts, &error), RH_ERR_INTERRUPTED);
    assert_int_equal(num_files(folder), 0);
    /* A file in the place of the folder. */
    FILE *file = fopen(path_in(folder, "taken", path), "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(rh_world_write(world, &options, path, NULL, &counts, &error), RH_ERR_IO);
    /* A folder in the place of a file: found at the end, and nothing half is left. */
    unlink(path);
    assert_int_equal(mkdir(path_in(folder, "ledger.csv", path), 0777), 0);
    assert_int_equal(rh_world_write(world, &options, folder, NULL, &counts, &error), RH_ERR_IO);
    assert_int_equal(num_files(folder), 1);
    rmdir(path);
    rmdir(folder);
    rh_world_destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_world_same_bytes),
        cmocka_unit_test(test_more_partners_leave_the_first_as_they_are),
        cmocka_unit_test(test_counts_and_defaults),
        cmocka_unit_test(test_every_measure_of_the_language_appears),
        cmocka_unit_test(test_partners_have_gaps_as_in_life),
        cmocka_unit_test(test_targets_cover_history_and_next_year),
        cmocka_unit_test(test_in_force_is_a_program),
        cmocka_unit_test(test_earlier_programs_are_programs),
        cmocka_unit_test(test_stopped_and_failed_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
