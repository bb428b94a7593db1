/* The files of an import, in one input: ledger, partners, targets, map, each of the last three after a line "====".
 * Missing partners are A and B; missing targets and map are none. What can be imported is summed up, too. */
#include "history/import.h"
#include "target.h"

#define NUM_FILES 4
#define SEPARATOR "\n====\n"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_make_folder();
    return 0;
}

/* Writes each part to its file; path[k] is NULL for those that are missing. */
static void write_files(const char *data, size_t size, const char *path[NUM_FILES])
{
    static const char *const name[NUM_FILES] = {"ledger.csv", "partners.csv", "targets.csv", "map.yaml"};
    const char *at = data, *end = data + size;
    for (int k = 0; k < NUM_FILES; k++) {
        path[k] = NULL;
        if (at == NULL)
            continue;
        const char *next = NULL;
        for (const char *try = at; k + 1 < NUM_FILES && next == NULL && end - try >= (ptrdiff_t)strlen(SEPARATOR);
             try++)
            next = memcmp(try, SEPARATOR, strlen(SEPARATOR)) == 0 ?
            try : NULL
                ;
        path[k] = fuzz_write(name[k], at, (size_t)((next != NULL ? next + 1 : end) - at));
        at = next != NULL ? next + strlen(SEPARATOR) : NULL;
    }
    if (path[1] == NULL)
        path[1] = fuzz_write(name[1], "partner_id\nA\nB\n", 15);
}

static void check_history(const struct rh_history *history)
{
    struct rh_error error;
    struct rh_text summary;
    assert(history->events.num > 0 && history->partners.num > 0);
    for (size_t row = 0; row < history->events.num; row++) {
        assert(history->events.partner[row] >= 0 && (size_t)history->events.partner[row] < history->partners.num);
        assert(history->events.date[row] != RH_NO_DAY);
    }
    rh_text_init(&summary);
    int code = rh_history_summarize(history, &summary, &error);
    assert(code == RH_OK || code == RH_ERR_OVERFLOW);
    assert(rh_utf8_valid(rh_text_string(&summary), summary.length));
    rh_text_free(&summary);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path[NUM_FILES];
    struct rh_history history;
    struct rh_import_report report;
    struct rh_problems problems;
    write_files((const char *)data, size, path);
    const struct rh_import_options options = {
        .ledger = path[0], .partners = path[1], .targets = path[2], .map = path[3], .max_bad = 0};
    rh_problems_init(&problems);
    problems.limit = MOST_PROBLEMS;
    int code = rh_import(&history, &options, NULL, &report, &problems);
    check_problems(&problems, code, size + 16);
    assert(report.rows_kept + report.rows_bad == report.rows_read);
    if (code == RH_OK)
        check_history(&history);
    rh_history_free(&history);
    rh_problems_free(&problems);
    return 0;
}
