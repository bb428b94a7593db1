/* A study. Beside it stand a program that is good, one that extends it and one that has a problem. */
#include "program/study.h"
#include "target.h"

static const char good[] = "rehearse: program/1\n"
                           "name: Good\n"
                           "currency: USD\n"
                           "incentives:\n"
                           "  - name: Rebate\n"
                           "    behavior: {measure: revenue}\n"
                           "    window: quarter\n"
                           "    reward: {levels: [{from: 10k, rate: 1%}]}\n";
static const char other[] = "rehearse: program/1\nname: Other\nextends: good.yaml\n";
static const char bad[] = "rehearse: program/1\nname: Bad\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_make_folder();
    fuzz_write("good.yaml", good, strlen(good));
    fuzz_write("other.yaml", other, strlen(other));
    fuzz_write("bad.yaml", bad, strlen(bad));
    fuzz_write("history.h5", "", 0);
    return 0;
}

static void check_study(const struct rh_study *study)
{
    assert(study->title != NULL && study->history_path != NULL && study->reference.text != NULL);
    assert(study->num_compare > 0 && study->horizon_months > 0 && study->replications > 0);
    assert(study->confidence > 0 && study->confidence < 1);
    for (size_t i = 0; i < study->num_compare; i++)
        assert(study->compare[i].name != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rh_study study;
    struct rh_problems problems;
    rh_problems_init(&problems);
    problems.limit = MOST_PROBLEMS;
    int code = rh_study_read(&study, fuzz_write("study.yaml", data, size), &problems);
    check_problems(&problems, code, size + sizeof good + sizeof bad);
    if (code == RH_OK)
        check_study(&study);
    rh_study_free(&study);
    rh_problems_free(&problems);
    return 0;
}
