/* RESULTS.run.json: kept apart from the results, which are the same bytes wherever and whenever they are made. */
#include "cli/run_results.h"

#include "core/file.h"
#include "core/text.h"

#include <stdio.h>
#include <sys/utsname.h>

static void add_string(struct rh_text *out, const char *key, const char *value)
{
    rh_text_printf(out, "  \"%s\": ", key);
    rh_text_json(out, value);
    rh_text_puts(out, ",\n");
}

static void describe(const struct rh_run_record *record, const struct rh_plan *plan, struct rh_text *out)
{
    char started[32];
    struct tm utc;
    struct utsname host = {.nodename = "unknown"};
    uname(&host);
    gmtime_r(&record->started, &utc);
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    rh_text_puts(out, "{\n");
    add_string(out, "started", started);
    add_string(out, "host", host.nodename);
    add_string(out, "instruction_set", record->isa);
    rh_text_puts(out, "  \"command\": [");
    for (int k = 0; k < record->argc; k++) {
        rh_text_puts(out, k > 0 ? ", " : "");
        rh_text_json(out, record->argv[k]);
    }
    double steps = (double)plan->num_partners * plan->num_months * (double)record->replications * plan->num_programs;
    rh_text_printf(out, "],\n  \"ranks\": %d,\n  \"threads\": %d,\n  \"seconds\": %.3f,\n", record->ranks,
                   record->threads, record->seconds);
    rh_text_printf(out, "  \"steps\": %.0f,\n  \"steps_are\": \"partner x month x replication x program\"\n}\n", steps);
}

int rh_run_record_write(const struct rh_run_record *record, const char *results_path, const struct rh_plan *plan,
                        struct rh_error *error)
{
    struct rh_text path, text;
    rh_text_init(&path);
    rh_text_init(&text);
    rh_text_printf(&path, "%s.run.json", results_path);
    describe(record, plan, &text);
    const int status = rh_text_status(&path) == RH_OK && rh_text_status(&text) == RH_OK
                           ? rh_output_write(rh_text_string(&path), rh_text_string(&text), text.length, error)
                           : rh_error_set(error, RH_ERR_NO_MEMORY, "no memory to record the run");
    rh_text_free(&path);
    rh_text_free(&text);
    return status;
}
