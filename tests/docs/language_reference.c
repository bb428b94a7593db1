/* Prints docs/language-reference.md: the keys of programs and studies, from the tables that the parser checks files
 * with (program/keys.h). */
#include "program/keys.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Where a mapping stands: below a key of another one, alone or as the items of a list. */
struct seat {
    enum rh_section section, parent;
    const char *key;
    bool list;
};

/* In the order of the page. A section may have several seats; RH_NUM_SECTIONS: it is a file. */
static const struct seat seats[] = {
    {RH_SECTION_PROGRAM, RH_NUM_SECTIONS, NULL, false},
    {RH_SECTION_INCENTIVE, RH_SECTION_PROGRAM, "incentives", true},
    {RH_SECTION_AUDIENCE, RH_SECTION_INCENTIVE, "audience", false},
    {RH_SECTION_EXCEPT, RH_SECTION_AUDIENCE, "except", false},
    {RH_SECTION_TENURE, RH_SECTION_AUDIENCE, "tenure", false},
    {RH_SECTION_TENURE, RH_SECTION_EXCEPT, "tenure", false},
    {RH_SECTION_BEHAVIOR, RH_SECTION_INCENTIVE, "behavior", false},
    {RH_SECTION_METRIC, RH_SECTION_INCENTIVE, "metric", false},
    {RH_SECTION_RATIO, RH_SECTION_METRIC, "ratio_to", false},
    {RH_SECTION_ACTIVE, RH_SECTION_INCENTIVE, "active", false},
    {RH_SECTION_REQUIREMENT, RH_SECTION_INCENTIVE, "requires", true},
    {RH_SECTION_REWARD, RH_SECTION_INCENTIVE, "reward", false},
    {RH_SECTION_LEVEL, RH_SECTION_REWARD, "levels", true},
    {RH_SECTION_FUND, RH_SECTION_REWARD, "fund", false},
    {RH_SECTION_MULTIPLIER, RH_SECTION_INCENTIVE, "multiplier", false},
    {RH_SECTION_CAP, RH_SECTION_INCENTIVE, "cap", false},
    {RH_SECTION_CLAWBACK, RH_SECTION_INCENTIVE, "clawback", false},
    {RH_SECTION_PAYOUT, RH_SECTION_INCENTIVE, "payout", false},
    {RH_SECTION_PROCESSING, RH_SECTION_PAYOUT, "processing", false},
    {RH_SECTION_BUDGET, RH_SECTION_PROGRAM, "budget", false},
    {RH_SECTION_COSTS, RH_SECTION_PROGRAM, "costs", false},
    {RH_SECTION_WITHHOLDING, RH_SECTION_PROGRAM, "withholding", false},
    {RH_SECTION_TIERS, RH_SECTION_PROGRAM, "tiers", false},
    {RH_SECTION_TIER, RH_SECTION_TIERS, "levels", true},
    {RH_SECTION_CONDITION, RH_SECTION_TIER, "when", true},
    {RH_SECTION_BENEFITS, RH_SECTION_TIER, "benefits", false},
    {RH_SECTION_STUDY, RH_NUM_SECTIONS, NULL, false},
    {RH_SECTION_HORIZON, RH_SECTION_STUDY, "horizon", false},
    {RH_SECTION_REPLAY, RH_SECTION_STUDY, "replay", false},
    {RH_SECTION_OUTLOOK, RH_SECTION_STUDY, "outlook", false},
    {RH_SECTION_FINANCE, RH_SECTION_STUDY, "finance", false},
};
#define NUM_SEATS (sizeof seats / sizeof *seats)

static const struct rh_yaml_key *find_key(enum rh_section section, const char *name)
{
    const struct rh_yaml_key *key = rh_sections[section].keys;
    while (key->name != NULL && strcmp(key->name, name) != 0)
        key++;
    return key->name != NULL ? key : NULL;
}

/* What stands below the key of the section; NULL where that is no mapping of its own table. */
static const struct seat *below(enum rh_section section, const char *key)
{
    for (size_t i = 0; i < NUM_SEATS; i++) {
        if (seats[i].parent == section && strcmp(seats[i].key, key) == 0)
            return &seats[i];
    }
    return NULL;
}

/* The first seat of the section. */
static const struct seat *seat_of(enum rh_section section)
{
    size_t i = 0;
    while (i < NUM_SEATS && seats[i].section != section)
        i++;
    assert(i < NUM_SEATS);
    return &seats[i];
}

/* A section that the page left out, and a seat below a key that its parent does not have, are bugs. */
static void check_seats(void)
{
    for (int section = 0; section < RH_NUM_SECTIONS; section++)
        (void)seat_of((enum rh_section)section);
    for (size_t i = 0; i < NUM_SEATS; i++)
        assert(seats[i].key == NULL || find_key(seats[i].parent, seats[i].key) != NULL);
}

/* A sentence of a table, where a bar would end the cell. */
static void print_cell(const char *text)
{
    for (; *text != '\0'; text++)
        printf("%s%c", *text == '|' ? "\\" : "", *text);
}

/* The section's name without its article: "an incentive" is told under "Incentive". */
static const char *bare_name(enum rh_section section)
{
    static const char *const articles[] = {"the ", "an ", "a "};
    const char *name = rh_sections[section].name;
    for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
        if (strncmp(name, articles[i], strlen(articles[i])) == 0)
            return name + strlen(articles[i]);
    }
    return name;
}

/* A link to the section's heading: its words joined by hyphens. */
static void print_link(enum rh_section section)
{
    printf("[%s](#", bare_name(section));
    for (const char *name = bare_name(section); *name != '\0'; name++)
        putchar(*name == ' ' ? '-' : *name);
    printf(")");
}

static void print_path(const struct seat *seat)
{
    if (seat->parent == RH_NUM_SECTIONS)
        return;
    const struct seat *parent = seat_of(seat->parent);
    print_path(parent);
    printf("%s%s%s", parent->parent == RH_NUM_SECTIONS ? "" : ".", seat->key, seat->list ? "[]" : "");
}

/* Every key at its place, those that are required marked. `dash`: the first key opens the item of a list. */
static void print_outline(enum rh_section section, int indent, bool dash)
{
    for (const struct rh_yaml_key *key = rh_sections[section].keys; key->name != NULL; key++) {
        const struct seat *seat = below(section, key->name);
        printf("%*s%s%s:%s\n", indent, "", dash ? "- " : "", key->name, key->required ? "   # required" : "");
        indent += dash ? 2 : 0;
        dash = false;
        if (seat != NULL)
            print_outline(seat->section, indent + 2, seat->list);
    }
}

static void print_section(const struct seat *seat)
{
    bool file = seat->parent == RH_NUM_SECTIONS;
    const char *name = bare_name(seat->section);
    printf("\n%s %c%s\n\n", file ? "##" : "###", toupper((unsigned char)name[0]), name + 1);
    if (file) {
        printf("```yaml\n");
        print_outline(seat->section, 0, false);
        printf("```\n\n");
    } else {
        const char *separator = "At ";
        for (size_t i = 0; i < NUM_SEATS; i++) {
            if (seats[i].section != seat->section)
                continue;
            printf("%s`", separator);
            print_path(&seats[i]);
            printf("`");
            separator = " and at ";
        }
        printf(".\n\n");
    }
    printf("| key | | meaning |\n| --- | --- | --- |\n");
    for (const struct rh_yaml_key *key = rh_sections[seat->section].keys; key->name != NULL; key++) {
        const struct seat *inner = below(seat->section, key->name);
        printf("| `%s` | %s | ", key->name, key->required ? "required" : "");
        print_cell(key->doc);
        if (inner != NULL) {
            printf(" Keys: ");
            print_link(inner->section);
            printf(".");
        }
        printf(" |\n");
    }
}

int main(void)
{
    check_seats();
    printf(
        "# Language reference\n\n"
        "Every key of program and study files. This page is made from the tables that `rehearse` checks files with:\n"
        "`REHEARSE_UPDATE=1 ./dev test -R language_reference` writes it, and the tests fail where it is not what they\n"
        "say. What the keys mean together, how values are written and how rewards are settled is told in\n"
        "[the program language](program-language.md); programs to copy are in "
        "[patterns](../scenarios/patterns/README.md).\n"
        "\n"
        "`[]` in a place stands for the items of a list. Not in the tables are keys that are names of your history: "
        "the\n"
        "columns of `where`, currencies of `fx`, regions, segments, tiers and products.\n");
    for (size_t i = 0; i < NUM_SEATS; i++) {
        if (seat_of(seats[i].section) == &seats[i])
            print_section(&seats[i]);
    }
    return ferror(stdout) != 0;
}
