/* The map of a foreign export: what it says, and what is no map. */
#include "core/text.h"
#include "history/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int parse(struct rh_map *map, const char *text, struct rh_problems *problems)
{
    rh_problems_init(problems);
    return rh_map_parse(map, "map.yaml", text, strlen(text), problems);
}

static void test_all_keys(void **state)
{
    static const char text[] = "rehearse: map/1\n"
                               "ledger:\n"
                               "  columns: {partner_id: Kunde, amount: Netto}\n"
                               "  constants: {measure: revenue}\n"
                               "  keep: [Aktion]\n"
                               "  delimiter: \";\"\n"
                               "  decimal: comma\n"
                               "  grouping: point\n"
                               "  date_format: \"%d.%m.%Y\"\n"
                               "  encoding: utf-8\n"
                               "  round: true\n"
                               "partners:\n"
                               "  drop: [\"\", Notiz]\n"
                               "  delimiter: tab\n"
                               "  grouping: apostrophe\n"
                               "targets: {}\n";
    struct rh_map map;
    struct rh_problems problems;
    (void)state;
    assert_int_equal(parse(&map, text, &problems), RH_OK);
    assert_int_equal(problems.num, 0);
    const struct rh_map_table *ledger = &map.table[RH_TABLE_LEDGER], *partners = &map.table[RH_TABLE_PARTNERS];
    assert_string_equal(map.path, "map.yaml");
    assert_string_equal(ledger->theirs[RH_LEDGER_PARTNER_ID].text, "Kunde");
    assert_int_equal(ledger->theirs[RH_LEDGER_PARTNER_ID].line, 3);
    assert_string_equal(ledger->theirs[RH_LEDGER_AMOUNT].text, "Netto");
    assert_null(ledger->theirs[RH_LEDGER_DATE].text);
    assert_string_equal(ledger->constant[RH_LEDGER_MEASURE].text, "revenue");
    assert_true(ledger->has_keep);
    assert_int_equal(ledger->keep.num, 1);
    assert_string_equal(ledger->keep.item[0].text, "Aktion");
    assert_int_equal(ledger->delimiter, ';');
    assert_int_equal(ledger->point, ',');
    assert_int_equal(ledger->grouping, '.');
    assert_string_equal(ledger->date_format, "%d.%m.%Y");
    assert_true(ledger->round);
    assert_false(partners->has_keep);
    assert_int_equal(partners->drop.num, 2);
    assert_string_equal(partners->drop.item[0].text, "");
    assert_string_equal(partners->drop.item[1].text, "Notiz");
    assert_int_equal(partners->delimiter, '\t');
    assert_int_equal(partners->grouping, '\'');
    assert_int_equal(map.table[RH_TABLE_TARGETS].delimiter, ',');
    rh_map_free(&map);
    rh_problems_free(&problems);
}

static void test_canonical(void **state)
{
    struct rh_map map;
    (void)state;
    rh_map_init(&map);
    for (int table = 0; table < RH_NUM_TABLES; table++) {
        assert_int_equal(map.table[table].delimiter, ',');
        assert_int_equal(map.table[table].point, '.');
        assert_int_equal(map.table[table].grouping, 0);
        assert_null(map.table[table].date_format);
        for (int k = 0; k < RH_MAX_COLUMNS; k++) {
            assert_null(map.table[table].theirs[k].text);
            assert_null(map.table[table].constant[k].text);
        }
    }
    rh_map_free(&map);
}

/* Every column of every table is documented. */
static void test_columns_documented(void **state)
{
    (void)state;
    for (int table = 0; table < RH_NUM_TABLES; table++) {
        assert_true(rh_tables[table].num_columns <= RH_MAX_COLUMNS);
        for (int k = 0; k < rh_tables[table].num_columns; k++) {
            assert_true(strlen(rh_tables[table].column[k].name) > 0);
            assert_true(strlen(rh_tables[table].column[k].doc) > 0);
        }
    }
    assert_string_equal(rh_tables[RH_TABLE_LEDGER].column[RH_LEDGER_DAYS].name, "days");
    assert_string_equal(rh_tables[RH_TABLE_PARTNERS].column[RH_PARTNERS_MARGIN].name, "margin");
    assert_string_equal(rh_tables[RH_TABLE_TARGETS].column[RH_TARGETS_TARGET].name, "target");
}

static void test_problems(void **state)
{
    static const struct {
        const char *text, *problem;
        long line, column;
    } cases[] = {
        {"", "found nothing, expected a map that starts with 'rehearse: map/1'", 1, 1},
        {"rehearse: map/2\n", "found 'map/2', expected 'map/1'", 1, 11},
        {"rehearse: map/1\nledger:\n  delimiter: x\n", "found 'x', expected one of , ; | tab", 3, 14},
        {"rehearse: map/1\nledger:\n  decimal: dot\n", "found 'dot', expected point or comma", 3, 12},
        {"rehearse: map/1\nledger:\n  grouping: point\n", "found 'point', expected another sign than the decimal point",
         3, 13},
        {"rehearse: map/1\nledger:\n  decimal: comma\n  grouping: comma\n",
         "found 'comma', expected another sign than the decimal comma", 4, 13},
        {"rehearse: map/1\nledger:\n  encoding: latin-1\n",
         "found 'latin-1', expected utf-8, the only encoding that is read", 3, 13},
        {"rehearse: map/1\nledger:\n  round: yes\n", "found 'yes', expected true or false", 3, 10},
        {"rehearse: map/1\nledger:\n  date_format: \"%d.%m\"\n",
         "found '%d.%m', expected a format of %Y %y %m %d %b %H %M %S %f with year and month, such as \"%d.%m.%Y\"", 3,
         0},
        {"rehearse: map/1\nledger:\n  date_format: \"%Y-%m-%q\"\n",
         "found '%Y-%m-%q', expected a format of %Y %y %m %d %b %H %M %S %f with year and month, such as \"%d.%m.%Y\"",
         3, 0},
        {"rehearse: map/1\nledger:\n  keep: [a]\n  drop: [b]\n", "found keep and drop, expected one of them", 4, 9},
        {"rehearse: map/1\nledger:\n  keep: a\n", "found 'a', expected a list of columns", 3, 9},
        {"rehearse: map/1\nledger:\n  keep: [[a]]\n", "found a list, expected a text", 3, 10},
        {"rehearse: map/1\nledger:\n  columns: {amount: ''}\n", "found an empty text, expected a text", 3, 0},
        {"rehearse: map/1\nledger:\n  columns: {measure: art}\n  constants: {measure: revenue}\n",
         "'measure' is in columns and in constants, expected one of them", 4, 24},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct rh_map map;
        struct rh_problems problems;
        assert_int_equal(parse(&map, cases[k].text, &problems), RH_ERR_INPUT);
        assert_int_equal(problems.num, 1);
        assert_string_equal(problems.items[0].message, cases[k].problem);
        assert_string_equal(problems.items[0].file, "map.yaml");
        assert_int_equal(problems.items[0].line, cases[k].line);
        if (cases[k].column > 0) { /* of quoted texts it is core/yaml's to say where they start */
            assert_int_equal(problems.items[0].column, cases[k].column);
        }
        rh_map_free(&map);
        rh_problems_free(&problems);
    }
}

/* Unknown keys are problems at every level, and all are told together. */
static void test_unknown_keys(void **state)
{
    static const char text[] = "rehearse: map/1\n"
                               "ledgers: {}\n"
                               "ledger:\n"
                               "  colums: {}\n"
                               "  columns: {amonut: x}\n"
                               "  constants: {margin: 1}\n";
    static const long lines[] = {2, 4, 5, 6};
    struct rh_map map;
    struct rh_problems problems;
    (void)state;
    assert_int_equal(parse(&map, text, &problems), RH_ERR_INPUT);
    assert_int_equal(problems.num, 4);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(problems.items[k].line, lines[k]);
    }
    assert_non_null(strstr(problems.items[2].message, "amonut"));
    assert_non_null(strstr(problems.items[2].message, "amount"));
    rh_map_free(&map);
    rh_problems_free(&problems);
}

static void test_no_version(void **state)
{
    struct rh_map map;
    struct rh_problems problems;
    (void)state;
    assert_int_equal(parse(&map, "ledger: {}\n", &problems), RH_ERR_INPUT);
    assert_int_equal(problems.num, 1);
    assert_non_null(strstr(problems.items[0].message, "rehearse"));
    rh_map_free(&map);
    rh_problems_free(&problems);
    /* no YAML at all */
    assert_int_equal(parse(&map, "rehearse: [map/1\n", &problems), RH_ERR_INPUT);
    assert_true(problems.num >= 1);
    rh_map_free(&map);
    rh_problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_keys), cmocka_unit_test(test_canonical),    cmocka_unit_test(test_columns_documented),
        cmocka_unit_test(test_problems), cmocka_unit_test(test_unknown_keys), cmocka_unit_test(test_no_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
