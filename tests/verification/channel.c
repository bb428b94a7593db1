#include "verification/channel.h"

#include "support/rehearsal.h"

#include <gsl/gsl_cdf.h>

double channel_size(const struct channel *self, int class)
{
    const double place = ((double)class + .5) / self->classes;
    return round(CHANNEL_MEDIAN * exp(self->log_sd * gsl_cdf_ugaussian_Pinv(place)));
}

double channel_mean(const struct channel *self)
{
    double sum = 0.0;
    for (int class = 0; class < self->classes; class ++) {
        sum += channel_size(self, class);
    }
    return sum / self->classes;
}

/* Lognormal of mean 1. */
static double month_factor(uint64_t *random)
{
    const double variance = log1p(CHANNEL_CV * CHANNEL_CV);
    return exp(sqrt(variance) * gsl_cdf_ugaussian_Pinv(rehearsal_uniform(random)) - .5 * variance);
}

static void sell(const struct channel *self, struct rh_history *history, int class, int k)
{
    char id[24], segment[24];
    snprintf(id, sizeof id, "P%02d-%03d", class, k);
    snprintf(segment, sizeof segment, "C%02d", class);
    build_partner(history, id, segment, "North", RH_NO_DAY);
    const double size = channel_size(self, class);
    uint64_t random = (uint64_t) class * 1000 + (uint64_t)k;
    for (int t = 0; t < CHANNEL_MONTHS; t++) {
        const rh_month month = rh_month_make(2022, 1) + t;
        const double amount = size * month_factor(&random);
        rehearsal_event(history, id, month, "revenue", "alpha", amount / 100.0, amount);
        if (self->marketing > 0.0) {
            /* every second month on average, between half and one and a half times twice the mean */
            const double spent = 2.0 * self->marketing * size * (.5 + rehearsal_uniform(&random));
            if (rehearsal_uniform(&random) < .5) {
                rehearsal_event(history, id, month, "marketing_spend", "", 1.0, spent);
            }
        }
    }
}

void channel_history(const struct channel *self, struct rh_history *history)
{
    rh_history_init(history);
    for (int class = 0; class < self->classes; class ++) {
        for (int k = 0; k < self->per_class; k++) {
            sell(self, history, class, k);
        }
    }
    const int status = rh_history_finish(history, NULL);
    assert(status == RH_OK);
}

void program_head(struct rh_text *out, const char *name)
{
    rh_text_clear(out);
    rh_text_printf(out, "rehearse: program/1\nname: %s\ncurrency: USD\nincentives:\n", name);
}

void program_add(struct rh_text *out, const struct incentive *incentive)
{
    if (incentive->class >= 0) {
        rh_text_printf(out, "  - name: %s %d\n    audience: {segment: [C%02d]}\n", incentive->name, incentive->class,
                       incentive->class);
    } else {
        rh_text_printf(out, "  - name: %s\n", incentive->name);
    }
    rh_text_printf(out, "    behavior: {measure: revenue}\n    window: %s\n%s    reward: {%slevels: [",
                   incentive->window, incentive->more, incentive->reward);
    for (int k = 0; k < incentive->num_levels; k++) {
        const struct level *level = &incentive->level[k];
        rh_text_puts(out, k == 0 ? "{from: " : ", {from: ");
        if (level->of_last_year) {
            rh_text_printf(out, "%g%% of prior_year", 100.0 * level->from);
        } else {
            rh_text_printf(out, "%.2f", level->from * incentive->quota);
        }
        if (level->rate > 0.0) {
            rh_text_printf(out, ", rate: %.6f", level->rate);
        }
        if (level->flat > 0.0) {
            rh_text_printf(out, ", flat: %.2f", level->flat * incentive->quota);
        }
        rh_text_puts(out, "}");
    }
    rh_text_puts(out, "]}\n");
    assert(rh_text_status(out) == RH_OK);
}

void program_add_classes(struct rh_text *out, const struct channel *channel, const struct incentive *incentive,
                         int months)
{
    for (int class = 0; class < channel->classes; class ++) {
        struct incentive of_class = *incentive;
        of_class.class = class;
        of_class.quota = months * channel_size(channel, class);
        program_add(out, &of_class);
    }
}
