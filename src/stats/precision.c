/* Half-widths fall with the square root of the replications. Of a figure whose mean is about 0 a share of it is
 * about 0 as well: how many replications that takes is not known, but how many it takes at least is, and that is what
 * tells a long run from a hopeless one. */
#include "stats/precision.h"

#include "core/memory.h"
#include "core/text.h"
#include "stats/summary.h"
#include "stats/tail.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z95 1.959963984540054 /* normal quantile at 97.5% */

#define SYNTAX "'FIGURE [of PROGRAM] [vs PROGRAM] WIDTH', such as 'net_benefit 1%' or 'p95(cost) vs flat-rebate 10k'"

static int refuse(const char *text, const char *what, struct rh_error *error)
{
    return rh_error_set(error, RH_ERR_ARGUMENT, "--precision '%s': %s; expected %s", text, what, SYNTAX);
}

/* "1%", "0.5", "10k". */
static bool parse_width(struct rh_precision *self, const char *word)
{
    char *end = NULL;
    self->width = strtod(word, &end);
    self->relative = *end == '%';
    const double scale = self->relative ? 0.01 : *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1.0;
    end += *end == '%' || *end == 'k' || *end == 'M';
    self->width *= scale;
    return end != word && *end == '\0' && isfinite(self->width) && self->width > 0.0;
}

/* "net_benefit", "p95(cost)"; cuts the word. */
static int parse_figure(struct rh_precision *self, char *word, struct rh_error *error)
{
    char *name = word, *open = strchr(word, '('), *end = NULL;
    self->level = 0.0;
    if (open != NULL) {
        self->level = 0.01 * strtod(word + 1, &end);
        const size_t length = strlen(open);
        if (*word != 'p' || end != open || open[length - 1] != ')' || !(self->level > 0.0 && self->level < 1.0)) {
            return refuse(self->text, "there is no such quantile", error);
        }
        open[length - 1] = '\0';
        name = open + 1;
    }
    const int kpi = rh_kpi_find(name);
    if (kpi < 0) {
        struct rh_names names;
        rh_names_init(&names);
        for (int k = 0; k < RH_NUM_KPIS; k++) {
            rh_names_add(&names, rh_kpi_table[k].name, strlen(rh_kpi_table[k].name));
        }
        const char *nearest = rh_names_nearest(&names, name);
        rh_error_set(error, RH_ERR_ARGUMENT, "--precision '%s': there is no figure '%s'%s%s%s", self->text, name,
                     nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "'?" : "");
        rh_names_free(&names);
        return RH_ERR_ARGUMENT;
    }
    self->kpi = (enum rh_kpi)kpi;
    return RH_OK;
}

/* Where ` of ` or ` vs ` stands last in the text, NULL without. */
static char *last_word(char *text, const char *word)
{
    char *found = NULL;
    for (char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        found = at;
    }
    return found;
}

/* Takes "… of NAME" or "… vs NAME" off the text's end. */
static int take_scenario(const struct rh_precision *self, char *text, const char *word, const char *const *scenario,
                         int num_scenarios, int *out, struct rh_error *error)
{
    char *at = last_word(text, word);
    *out = -1;
    if (at == NULL) {
        return RH_OK;
    }
    for (int i = 0; i < num_scenarios; i++) {
        *out = strcmp(scenario[i], at + strlen(word)) == 0 ? i : *out;
    }
    if (*out < 0) {
        return rh_error_set(error, RH_ERR_ARGUMENT, "--precision '%s': there is no program '%s' in this study",
                            self->text, at + strlen(word));
    }
    *at = '\0';
    return RH_OK;
}

int rh_precision_parse(struct rh_precision *self, const char *text, const char *const *scenario, int num_scenarios,
                       struct rh_error *error)
{
    memset(self, 0, sizeof *self);
    self->text = text;
    char *copy = rh_strdup(text);
    if (copy == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a precision");
    }
    char *words = copy + strspn(copy, " ");
    size_t length = strlen(words);
    while (length > 0 && isspace((unsigned char)words[length - 1])) {
        words[--length] = '\0';
    }
    char *width = strrchr(words, ' ');
    int ret = RH_OK;
    if (width != NULL && parse_width(self, width + 1)) {
        *width = '\0';
    } else {
        ret = refuse(text, "its last word is no width above 0", error);
    }
    if (ret == RH_OK) {
        ret = take_scenario(self, words, " vs ", scenario, num_scenarios, &self->versus, error);
    }
    if (ret == RH_OK) {
        ret = take_scenario(self, words, " of ", scenario, num_scenarios, &self->scenario, error);
    }
    if (ret == RH_OK) {
        ret = parse_figure(self, words, error);
    }
    if (ret == RH_OK && self->scenario >= 0 && self->scenario == self->versus) {
        ret = refuse(text, "a program does not differ from itself", error);
    }
    free(copy);
    return ret;
}

/* Estimate and half-width of a quantile of the values, or of their differences to versus. */
static int of_quantile(const struct rh_precision *self, const double *value, const double *versus, size_t num,
                       struct rh_precision_state *out, struct rh_error *error)
{
    size_t n = 0, low, high;
    double *sorted = rh_calloc(num + 1, sizeof *sorted);
    if (sorted == NULL) {
        return rh_error_set(error, RH_ERR_NO_MEMORY, "no memory for a precision");
    }
    for (size_t i = 0; i < num; i++) {
        sorted[n] = versus != NULL ? value[i] - versus[i] : value[i];
        n += isnan(sorted[n]) ? 0 : 1;
    }
    rh_sort_numbers(sorted, n);
    out->estimate = rh_quantile_sorted(sorted, n, self->level);
    if (rh_quantile_ranks(n, self->level, 0.95, &low, &high)) {
        out->half_width = 0.5 * (sorted[high] - sorted[low]);
    }
    free(sorted);
    return RH_OK;
}

static int of_mean(const double *value, const double *versus, const double *denominator, size_t num,
                   struct rh_precision_state *out, struct rh_error *error)
{
    struct rh_summary summary;
    struct rh_difference difference;
    const int ret = versus != NULL ? rh_difference_compute(&difference, value, versus, num, error)
                                   : rh_summary_compute(&summary, value, denominator, num, error);
    if (ret == RH_OK) {
        out->estimate = versus != NULL ? difference.mean : summary.mean;
        out->half_width = Z95 * (versus != NULL ? difference.mean_se : summary.mean_se);
    }
    return ret;
}

/* Replications at which the half-width has fallen to what is wanted of an estimate of that size. */
static double needed(const struct rh_precision *self, double size, double half_width, size_t num)
{
    const double ratio = half_width / (self->relative ? self->width * size : self->width);
    return half_width == 0.0 ? 0.0 : (double)num * ratio * ratio;
}

int rh_precision_state(const struct rh_precision *self, const double *value, const double *versus,
                       const double *denominator, size_t num, struct rh_precision_state *out, struct rh_error *error)
{
    *out = (struct rh_precision_state){NAN, NAN, NAN, NAN};
    const int ret = self->level > 0.0 ? of_quantile(self, value, versus, num, out, error)
                                      : of_mean(value, versus, denominator, num, out, error);
    const double size = fabs(out->estimate);
    out->needed = needed(self, size, out->half_width, num);
    out->needed_at_least = needed(self, size + out->half_width, out->half_width, num);
    return ret;
}

bool rh_precision_reached(const struct rh_precision *self, const struct rh_precision_state *state)
{
    return state->half_width <= (self->relative ? self->width * fabs(state->estimate) : self->width);
}
