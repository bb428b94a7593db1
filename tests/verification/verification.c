/* Runs the checks and compares what they find with what is expected and with the document; with REHEARSE_UPDATE set it
 * writes the document. Exit code 1 where anything differs.
 *
 *   verification DOCUMENT [SET]     on that instruction set; "every": on each of this machine, one after the other */
#include "core/file.h"
#include "engine/isa.h"
#include "verification/check.h"

#define DOCUMENT_MAX ((size_t)1 << 20)

const struct channel channel_typical = {"typical", 10, 10, 1.7, 0.0};
const struct channel channel_even = {"even", 10, 10, .3, 0.0};
const struct channel channel_uneven = {"uneven", 10, 10, .6, 0.0};
const struct channel channel_terciles = {"terciles", 9, 12, .3, 0.0};
const struct channel channel_funded = {"funded", 10, 10, 1.7, .04};
const struct channel *const channels[NUM_CHANNELS] = {&channel_typical, &channel_even, &channel_uneven,
                                                      &channel_terciles, &channel_funded};

const struct check *const checks[NUM_CHECKS] = {
    &check_bonus, &check_flat,  &check_year,    &check_borrowed, &check_linear,     &check_bunching, &check_months,
    &check_cycle, &check_parts, &check_prepaid, &check_points,   &check_attainment, &check_fund,     &check_nothing};

struct trial check_trial(const struct check *self)
{
    return (struct trial){self->channel, self->months, CHECK_REPLICATIONS, self->assumed, NULL};
}

bool finding_holds(const struct finding *self, const struct figure *figure)
{
    const double room = 2.0 * figure->error;
    return figure->value - room > self->low && figure->value + room < self->high;
}

/* Runs all; how many findings came out otherwise than expected. */
static int run_checks(const struct machine *machine, struct figure (*figure)[CHECK_FINDINGS])
{
    int unexpected = 0;
    for (int c = 0; c < NUM_CHECKS; c++) {
        checks[c]->run(checks[c], machine, figure[c]);
        printf("%-4s", checks[c]->id);
        for (int k = 0; k < checks[c]->num; k++) {
            const struct finding *finding = &checks[c]->finding[k];
            const bool met = finding_holds(finding, &figure[c][k]);
            printf(" %.4g", figure[c][k].value);
            if (met != finding->met) {
                printf("\n%s %s: %.6g, with an error of %.2g, is %s; expected was the contrary\n", checks[c]->id,
                       finding->what, figure[c][k].value, figure[c][k].error, met ? "met" : "not met");
                unexpected++;
            }
        }
        printf("\n");
        fflush(stdout);
    }
    return unexpected;
}

static int write_document(const char *path, const struct rh_text *text)
{
    struct rh_output output;
    struct rh_error error = {0};
    int status = rh_output_open(&output, path, &error);
    if (status == RH_OK) {
        fputs(rh_text_string(text), output.stream);
        status = rh_output_commit(&output, &error);
    }
    rh_output_abort(&output);
    if (status != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
    return status == RH_OK ? 0 : 1;
}

/* 1, told with the first line that differs, where the document is another. */
static int compare_document(const char *path, const struct rh_text *text)
{
    const char *found = rh_text_string(text), *have;
    struct rh_error error = {0};
    char *bytes = NULL;
    size_t length;
    if (rh_file_read(path, DOCUMENT_MAX, &bytes, &length, &error) != RH_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    have = bytes;
    int line = 1, differs = strcmp(found, have) != 0;
    while (differs && strcspn(found, "\n") == strcspn(have, "\n") && strncmp(found, have, strcspn(have, "\n")) == 0) {
        found += strcspn(found, "\n") + 1;
        have += strcspn(have, "\n") + 1;
        line++;
    }
    if (differs) {
        printf("%s:%d is not what the checks find; REHEARSE_UPDATE=1 ./dev test -R verification writes it\n"
               "-%.*s\n+%.*s\n",
               path, line, (int)strcspn(have, "\n"), have, (int)strcspn(found, "\n"), found);
    }
    free(bytes);
    return differs;
}

static int verify(const char *document, const char *isa)
{
    struct machine machine = {isa, 0};
    struct figure figure[NUM_CHECKS][CHECK_FINDINGS] = {{{0.0, 0.0}}};
    struct rh_text text = {0};
    const int unexpected = run_checks(&machine, figure);
    document_write(&text, figure);
    const int failed =
        getenv("REHEARSE_UPDATE") != NULL ? write_document(document, &text) : compare_document(document, &text);
    rh_text_free(&text);
    return unexpected > 0 || failed != 0;
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: verification DOCUMENT [SET|every]\n");
        return 2;
    }
    if (argc == 2 || strcmp(argv[2], "every") != 0) {
        return verify(argv[1], argc == 3 ? argv[2] : NULL);
    }
    for (int k = 0; rh_kernel_code_name(k) != NULL; k++) {
        printf("== %s\n", rh_kernel_code_name(k));
        failed |= verify(argv[1], rh_kernel_code_name(k));
    }
    return failed;
}
