/* The language as the parser knows it, for a test in another language. Without arguments: the tables of keys as JSON.
 * With "program" or "study" and files of that kind: for each a line with "good" or "bad" and its path, where a file
 * that cannot be opened is no fault of the one that names it. */
#include "program/keys.h"
#include "program/study.h"

#include <stdio.h>
#include <string.h>

static void print_keys(struct rh_text *out)
{
    for (int i = 0; i < RH_NUM_SECTIONS; i++) {
        rh_text_puts(out, i == 0 ? "{" : ",\n");
        rh_text_json(out, rh_sections[i].name);
        rh_text_puts(out, ": {");
        for (const struct rh_yaml_key *key = rh_sections[i].keys; key->name != NULL; key++) {
            rh_text_puts(out, key == rh_sections[i].keys ? "\n  " : ",\n  ");
            rh_text_json(out, key->name);
            rh_text_printf(out, ": {\"required\": %s, \"doc\": ", key->required ? "true" : "false");
            rh_text_json(out, key->doc);
            rh_text_puts(out, "}");
        }
        rh_text_puts(out, "}");
    }
    rh_text_puts(out, "}\n");
}

static bool is_good(bool is_study, const char *path)
{
    struct rh_problems problems;
    bool good = true;
    rh_problems_init(&problems);
    if (is_study) {
        struct rh_study study;
        (void)rh_study_read(&study, path, &problems);
        rh_study_free(&study);
    } else {
        struct rh_program program;
        (void)rh_program_read(&program, path, &problems);
        rh_program_free(&program);
    }
    for (size_t i = 0; i < problems.num; i++)
        good = good && problems.items[i].code == RH_ERR_IO;
    rh_problems_free(&problems);
    return good;
}

int main(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        printf("%s %s\n", is_good(strcmp(argv[1], "study") == 0, argv[i]) ? "good" : "bad", argv[i]);
    if (argc > 1)
        return 0;
    struct rh_text keys;
    rh_text_init(&keys);
    print_keys(&keys);
    fputs(rh_text_string(&keys), stdout);
    int code = rh_text_status(&keys);
    rh_text_free(&keys);
    return code == RH_OK ? 0 : 1;
}
