/* A program file. It stands in a folder that does not exist, so that what it extends cannot be read. */
#include "program/program.h"
#include "target.h"

#define PATH "/nonexistent/folder/program.yaml"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

/* What a program that was read without problems has at least. */
static void check_program(const struct rh_program *program)
{
    assert(program->name != NULL && program->name[0] != '\0');
    assert(program->num_incentives > 0);
    assert(strlen(program->currency) == 3);
    assert(program->year_starts >= 1 && program->year_starts <= 12);
    for (size_t i = 0; i < program->num_incentives; i++) {
        const struct rh_incentive *incentive = &program->incentive[i];
        assert(incentive->name.text != NULL && incentive->name.line > 0);
        assert(incentive->num_levels > 0 || incentive->match.given);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rh_program program;
    struct rh_problems problems;
    rh_problems_init(&problems);
    problems.limit = MOST_PROBLEMS;
    int code = rh_program_parse(&program, PATH, (const char *)data, size, &problems);
    check_problems(&problems, code, size);
    if (code == RH_OK)
        check_program(&program);
    rh_program_free(&program);
    rh_problems_free(&problems);
    return 0;
}
