#include "report/winners.h"

#include <math.h>
#include <string.h>

#define SURE 0.9 /* as of programs (stats/summary.h) */

int rh_winners_init(struct rh_winners *self, const struct rh_results *results, struct rh_error *error)
{
    *self = (struct rh_winners){.results = results};
    return rh_results_read_partners(results, &self->partners, error);
}

void rh_winners_free(struct rh_winners *self)
{
    rh_results_partners_free(&self->partners);
}

double rh_winners_figure(const struct rh_winners *self, enum rh_partner_figure figure, int scenario, int i)
{
    return self->partners.figure[figure][(size_t)scenario * (size_t)self->partners.num + (size_t)i];
}

enum rh_side rh_winners_side(const struct rh_winners *self, int scenario, int i)
{
    const double mean = rh_winners_figure(self, RH_PARTNER_CHANGE_MEAN, scenario, i);
    const double better = rh_winners_figure(self, RH_PARTNER_P_BETTER, scenario, i);
    const double worse = rh_winners_figure(self, RH_PARTNER_P_WORSE, scenario, i);
    return better == 0.0 && worse == 0.0       ? RH_SIDE_UNAFFECTED
           : mean > 0.0 && better > SURE       ? RH_SIDE_WINS
           : mean < 0.0 && better < 1.0 - SURE ? RH_SIDE_LOSES
                                               : RH_SIDE_UNCLEAR;
}

const char *rh_side_name(enum rh_side side)
{
    static const char *const names[RH_NUM_SIDES] = {"wins", "loses", "unclear", "unaffected"};
    return names[side];
}

bool rh_winners_is_candidate(const struct rh_winners *self, int scenario)
{
    char *const *name = self->results->scenario;
    const bool none = scenario == 1 && strcmp(name[1], "none") == 0 && strcmp(name[0], "none") != 0;
    return scenario > 0 && scenario != self->results->reference && !none;
}

void rh_winners_count(const struct rh_winners *self, int scenario, char *const *column, const char *label,
                      int out[RH_NUM_SIDES])
{
    memset(out, 0, RH_NUM_SIDES * sizeof *out);
    for (int i = 0; i < self->partners.num; i++) {
        out[rh_winners_side(self, scenario, i)] += column == NULL || strcmp(column[i], label) == 0 ? 1 : 0;
    }
}

int rh_winners_largest(const struct rh_winners *self, int scenario, bool losers, int out[RH_WINNERS_SHOWN])
{
    const double sign = losers ? -1.0 : 1.0;
    double best[RH_WINNERS_SHOWN];
    int num = 0;
    for (int i = 0; i < self->partners.num; i++) {
        const double change = sign * rh_winners_figure(self, RH_PARTNER_CHANGE_MEAN, scenario, i);
        int place = num;
        while (place > 0 && best[place - 1] < change) {
            place--;
        }
        if (!(change > 0.0) || place == RH_WINNERS_SHOWN) {
            continue;
        }
        num += num < RH_WINNERS_SHOWN ? 1 : 0;
        memmove(&best[place + 1], &best[place], (size_t)(num - 1 - place) * sizeof *best);
        memmove(&out[place + 1], &out[place], (size_t)(num - 1 - place) * sizeof *out);
        best[place] = change;
        out[place] = i;
    }
    return num;
}
