/* What the language has and the engine does not know yet. A program that was simulated without it would be another
 * program, so that each such key is refused where it stands. */
#include "program/parse.h"

/* The program and the problems that it has. */
struct refusal {
    const struct rh_program *program;
    struct rh_problems *problems;
};

static void refuse(const struct refusal *self, int input, long line, long column, const char *what)
{
    struct rh_text message;
    rh_text_init(&message);
    rh_text_printf(&message, "%s is not simulated in this version; settle, check and explain know it", what);
    rh_program_problem(self->program, input, line, column, RH_ERR_UNSUPPORTED, self->problems,
                       rh_text_string(&message));
    if (rh_text_status(&message) != RH_OK)
        self->problems->failed = RH_ERR_NO_MEMORY;
    rh_text_free(&message);
}

static const char *metric_told(enum rh_metric metric)
{
    static const char *const names[] = {
        [RH_METRIC_TOTAL] = NULL,
        [RH_METRIC_GROWTH] = NULL,
        [RH_METRIC_RATIO] = "'ratio_to' as metric",
        [RH_METRIC_STREAK] = "'streak' as metric",
        [RH_METRIC_RANK] = "'rank_in' as metric",
        [RH_METRIC_POOLED] = "'pooled_by' as metric",
    };
    return names[metric];
}

static void check_incentive(const struct refusal *self, const struct rh_incentive *incentive)
{
    const struct {
        bool used;
        enum rh_incentive_place at;
        const char *what;
    } uses[] = {
        {metric_told(incentive->metric) != NULL, RH_AT_METRIC, metric_told(incentive->metric)},
        {incentive->num_requirements > 0, RH_AT_REQUIRES, "'requires'"},
        {incentive->match.given, RH_AT_MATCH, "'match'"},
        {incentive->clawback_months > 0, RH_AT_CLAWBACK, "'clawback'"},
        {incentive->enrollment != RH_ENROLLMENT_AUTOMATIC, RH_AT_ENROLLMENT, "'enrollment: opt_in'"},
    };
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const struct rh_place *place = &incentive->place[uses[i].at];
        if (uses[i].used)
            refuse(self, incentive->input, place->line, place->column, uses[i].what);
    }
}

int rh_program_check_simulated(const struct rh_program *self, struct rh_problems *problems)
{
    const struct refusal refusal = {self, problems};
    const struct {
        bool used;
        enum rh_program_place at;
        const char *what;
    } uses[] = {
        {self->num_tiers > 0, RH_AT_TIERS, "'tiers'"},
    };
    size_t num_before = problems->num_total;
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const struct rh_place *place = &self->place[uses[i].at];
        if (uses[i].used)
            refuse(&refusal, place->input, place->line, place->column, uses[i].what);
    }
    for (size_t i = 0; i < self->num_incentives; i++)
        check_incentive(&refusal, &self->incentive[i]);
    return rh_parse_status(problems, num_before);
}
