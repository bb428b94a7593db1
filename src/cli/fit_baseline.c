#include "cli/fit_baseline.h"

#include <math.h>

static const char *const together_names[] = {[RH_TOGETHER_ALL] = "all",
                                             [RH_TOGETHER_REGION] = "region",
                                             [RH_TOGETHER_SEGMENT] = "segment",
                                             [RH_TOGETHER_PARTNER] = "partner"};

static void add_value(enum rh_tuned which, double value, struct rh_text *out)
{
    if (which == RH_TUNED_TOGETHER) {
        rh_text_printf(out, " %9s", together_names[(int)value]);
    } else {
        rh_text_printf(out, " %9.3g", value);
    }
}

static void add_row(const struct rh_tune *self, enum rh_tuned which, struct rh_text *out)
{
    const struct rh_tune_choice *choice = &self->choice[which];
    rh_text_printf(out, "%-26s", rh_tuned_name[which]);
    add_value(which, choice->before, out);
    add_value(which, choice->after, out);
    if (choice->gain > 0.0) {
        rh_text_printf(out, "     %4.1f%%\n", 100.0 * (1.0 - exp(-choice->gain)));
    } else {
        rh_text_puts(out, choice->after == choice->before ? "         -\n" : "   by sums\n");
    }
}

void rh_fit_baseline_text(const struct rh_tune *self, struct rh_text *out)
{
    if (self->num_origins == 0) {
        rh_text_puts(out, "\nThe baseline stays as it is: to choose it by forecasts takes 15 months of history with "
                          "sales.\n");
        return;
    }
    rh_text_printf(out, "\nBaseline, by forecasts of %d months for %zu partner%s from %d past month%s\n", self->holdout,
                   self->partners, self->partners == 1 ? "" : "s", self->num_origins,
                   self->num_origins == 1 ? "" : "s");
    rh_text_puts(out, "                               usual    chosen  closer by\n");
    for (int k = 0; k < RH_NUM_TUNED; k++) {
        add_row(self, (enum rh_tuned)k, out);
    }
}

void rh_fit_baseline_csv(const struct rh_tune *self, struct rh_text *out)
{
    for (int k = 0; k < RH_NUM_TUNED; k++) {
        const struct rh_tune_choice *choice = &self->choice[k];
        rh_text_printf(out, "baseline,,%s,%.6g,,,,,%.6g,,%.6g,%zu,,,,,,%s,%s\n", rh_tuned_name[k], choice->before,
                       choice->after, 1.0 - exp(-choice->gain), self->partners,
                       self->num_origins == 0            ? "too_short"
                       : choice->after == choice->before ? "kept"
                                                         : "chosen",
                       choice->after == choice->before ? "no" : "yes");
    }
}
