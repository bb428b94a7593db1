/* Words are English as partner marketing in the United States writes it: the symbol before the amount, a comma between
 * thousands, no cents where there are none. All amounts are exact: nothing here rounds. */
#include "program/words.h"

#include "program/parse.h"

#include <assert.h>
#include <string.h>

void rh_words_number(struct rh_text *out, int64_t value, int scale, int decimals)
{
    assert(value != RH_MISSING && scale >= 0 && scale <= 9 && decimals <= scale);
    char digits[RH_DECIMAL_TEXT];
    rh_decimal_format(value, scale, scale, digits);
    const char *at = digits;
    if (*at == '-') {
        rh_text_puts(out, "-");
        at++;
    }
    const size_t num_integer = strcspn(at, ".");
    for (size_t i = 0; i < num_integer; i++) {
        if (i > 0 && (num_integer - i) % 3 == 0)
            rh_text_puts(out, ",");
        rh_text_add(out, at + i, 1);
    }
    size_t kept = strlen(at);
    while (kept > num_integer && (at[kept - 1] == '0' || at[kept - 1] == '.'))
        kept--;
    if (kept > num_integer && kept < num_integer + 1 + (size_t)decimals)
        kept = num_integer + 1 + (size_t)decimals;
    rh_text_add(out, at + num_integer, kept - num_integer);
}

static const struct {
    const char *code, *symbol, *name;
} currencies[] = {{"USD", "$", "US dollars"},         {"EUR", "€", "euros"},
                  {"GBP", "£", "pounds sterling"},    {"JPY", "¥", "Japanese yen"},
                  {"CAD", "CA$", "Canadian dollars"}, {"AUD", "A$", "Australian dollars"},
                  {"CHF", "CHF ", "Swiss francs"},    {"INR", "₹", "Indian rupees"}};

void rh_words_money(struct rh_text *out, rh_money money, const char *currency)
{
    const char *symbol = NULL;
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies && symbol == NULL; i++)
        symbol = strcmp(currencies[i].code, currency) == 0 ? currencies[i].symbol : NULL;
    if (money < 0)
        rh_text_puts(out, "-");
    if (symbol != NULL)
        rh_text_puts(out, symbol);
    else if (currency[0] != '\0')
        rh_text_printf(out, "%s ", currency);
    rh_words_number(out, money < 0 ? -money : money, 4, 2);
}

const char *rh_words_currency(const char *currency)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++) {
        if (strcmp(currencies[i].code, currency) == 0)
            return currencies[i].name;
    }
    return NULL;
}

void rh_words_percent(struct rh_text *out, rh_ppm share)
{
    rh_words_number(out, share, 4, 0);
    rh_text_puts(out, "%");
}

void rh_words_list(struct rh_text *out, const struct rh_reference_list *list, const char *joint)
{
    for (size_t i = 0; i < list->num; i++) {
        if (i > 0 && i + 1 == list->num)
            rh_text_printf(out, " %s ", joint);
        else if (i > 0)
            rh_text_puts(out, ", ");
        rh_text_puts(out, list->item[i].text);
    }
}

void rh_words_name(struct rh_text *out, const char *name)
{
    for (; *name != '\0'; name++)
        rh_text_add(out, *name == '_' ? " " : name, 1);
}

void rh_words_duration(struct rh_text *out, const struct rh_duration *duration)
{
    const int num = duration->months > 0 ? duration->months : duration->days;
    rh_text_printf(out, "%d %s%s", num, duration->months > 0 ? "month" : "day", num == 1 ? "" : "s");
}

void rh_words_ordinal(struct rh_text *out, int number)
{
    const int last = number % 10;
    const bool teens = number % 100 >= 11 && number % 100 <= 13;
    rh_text_printf(out, "%d%s", number, teens ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

const char *rh_words_window(enum rh_window_kind kind)
{
    return kind == RH_WINDOW_HALF ? "half-year" : rh_window_name(kind);
}

const char *rh_words_year_before(enum rh_window_kind kind)
{
    switch (kind) {
    case RH_WINDOW_MONTH:
        return "in the same month a year before";
    case RH_WINDOW_QUARTER:
        return "in the same quarter a year before";
    case RH_WINDOW_HALF:
        return "in the same half-year a year before";
    case RH_WINDOW_YEAR:
        return "in the year before";
    case RH_WINDOW_PROGRAM:
        break;
    }
    return "in the same months a year before";
}

const char *rh_words_month(int month_of_year)
{
    static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    assert(month_of_year >= 1 && month_of_year <= 12);
    return names[month_of_year - 1];
}

static const struct rh_measure_words measures[] = {
    {"revenue", true, true, "your purchases%p", NULL, "of", "purchase", "purchases", NULL},
    {"sell_through", true, true, "your sales%p to end customers", NULL, "of", "sale", "sales", NULL},
    {"recurring_revenue", true, false, "your recurring revenue%p", NULL, "from", "payment", "payments", NULL},
    {"marketing_spend", true, false, "your marketing spend%p", NULL, "for", "expense", "expenses", NULL},
    {"units", false, true, "the units%p you buy", "you buy %a%p", "of", "unit", "units", NULL},
    {"new_customers", false, true, "the new customers you win%p", "you win %a%p", "for", "new customer",
     "new customers", NULL},
    {"deals_registered", false, true, "the deals you register%p", "you register %a%p", "for", "deal", "deals",
     "registered"},
    {"deals_won", false, true, "the deals you win%p", "you win %a%p", "for", "deal", "deals", "won"},
    {"renewals", false, true, "the renewals you close%p", "you close %a%p", "for", "renewal", "renewals", NULL},
    {"leads", false, true, "the leads you bring us%p", "you bring us %a%p", "for", "lead", "leads", NULL},
    {"referrals", false, true, "the referrals you make%p", "you make %a%p", "for", "referral", "referrals", NULL},
    {"training", false, true, "the training courses your people complete%p", "your people complete %a%p", "for",
     "training course", "training courses", NULL},
    {"certifications", false, true, "the certifications your people earn%p", "your people earn %a%p", "for",
     "certification", "certifications", NULL},
    {"campaigns", false, true, "the campaigns you run%p", "you run %a%p", "for", "campaign", "campaigns", NULL},
    {"references", false, true, "the customer references you give%p", "you give %a%p", "for", "customer reference",
     "customer references", NULL},
};

const struct rh_measure_words *rh_measure_words(const char *measure)
{
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        if (strcmp(measures[i].measure, measure) == 0)
            return &measures[i];
    }
    return NULL;
}

bool rh_words_is_money(const struct rh_incentive *incentive)
{
    const enum rh_measure_nature nature = rh_measure_nature(incentive->behavior.measure.text);
    bool rate = incentive->match.given;
    for (size_t k = 0; k < incentive->num_levels; k++)
        rate = rate || incentive->level[k].has_rate;
    return nature == RH_MEASURE_MONEY || (nature == RH_MEASURE_OPEN && rate);
}

/* Appends the template with products at %p and the amount at %a. */
static void add_template(struct rh_text *out, const char *template, const char *link,
                         const struct rh_reference_list *product, const char *amount)
{
    for (const char *at = template; *at != '\0'; at++) {
        if (*at != '%') {
            rh_text_add(out, at, 1);
            continue;
        }
        at++;
        if (*at == 'a') {
            rh_text_puts(out, amount);
        } else if (product->num > 0) {
            rh_text_printf(out, " %s ", link);
            rh_words_list(out, product, "and");
        }
    }
}

void rh_words_total(struct rh_text *out, const char *measure, const struct rh_reference_list *product)
{
    const struct rh_measure_words *words = rh_measure_words(measure);
    if (words != NULL) {
        add_template(out, words->total, words->link, product, "");
        return;
    }
    rh_text_puts(out, "your ");
    rh_words_name(out, measure);
    add_template(out, "%p", "for", product, "");
}

/* The template of a total with "your" and "you" in the third person: these words stand in it once. */
static void speak_of_others(const char *template, struct rh_text *out)
{
    static const char *const words[][2] = {{"your ", "their "}, {"you ", "they "}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *at = strstr(template, words[i][0]);
        if (at != NULL) {
            rh_text_add(out, template, (size_t)(at - template));
            rh_text_printf(out, "%s%s", words[i][1], at + strlen(words[i][0]));
            return;
        }
    }
    rh_text_puts(out, template);
}

void rh_words_total_of_others(struct rh_text *out, const char *measure, const struct rh_reference_list *product)
{
    const struct rh_measure_words *words = rh_measure_words(measure);
    struct rh_text template;
    rh_text_init(&template);
    if (words != NULL) {
        speak_of_others(words->total, &template);
        add_template(out, rh_text_string(&template), words->link, product, "");
    } else {
        rh_text_puts(out, "their ");
        rh_words_name(out, measure);
        add_template(out, "%p", "for", product, "");
    }
    out->failed = out->failed || template.failed;
    rh_text_free(&template);
}

void rh_words_amount(struct rh_text *out, const char *measure, bool money, int64_t amount, const char *currency)
{
    const struct rh_measure_words *words = rh_measure_words(measure);
    if (money) {
        rh_words_money(out, amount, currency);
        return;
    }
    rh_words_number(out, amount, 4, 0);
    rh_text_puts(out, " ");
    if (words != NULL && words->one != NULL)
        rh_text_puts(out, amount == RH_MONEY_ONE ? words->one : words->many);
    else
        rh_words_name(out, measure);
}

void rh_words_act(struct rh_text *out, const char *measure, const struct rh_reference_list *product, bool money,
                  int64_t amount, const char *currency)
{
    const struct rh_measure_words *words = rh_measure_words(measure);
    struct rh_text amount_text;
    rh_text_init(&amount_text);
    rh_words_amount(&amount_text, measure, money, amount, currency);
    if (words != NULL && words->act != NULL) {
        add_template(out, words->act, words->link, product, rh_text_string(&amount_text));
    } else if (words != NULL) {
        rh_words_total(out, measure, product);
        rh_text_printf(out, " %s to %s", words->plural ? "come" : "comes", rh_text_string(&amount_text));
    } else {
        rh_text_printf(out, "you have %s", rh_text_string(&amount_text));
        rh_text_puts(out, money ? " of " : "");
        if (money)
            rh_words_name(out, measure);
        add_template(out, "%p", "for", product, "");
    }
    out->failed = out->failed || amount_text.failed;
    rh_text_free(&amount_text);
}

static void add_percentile(struct rh_text *out, const struct rh_threshold *threshold, enum rh_window_kind window)
{
    const int best = 100 - threshold->percentile;
    if (threshold->percentile == 50)
        rh_text_puts(out, "the mark that half of the partners");
    else if (best == 0)
        rh_text_puts(out, "the mark that the best of the partners");
    else if (best == 100)
        rh_text_puts(out, "the mark that all partners");
    else
        rh_text_printf(out, "the mark that the best %d%% of the partners", best);
    if (threshold->scope != RH_SCOPE_ALL)
        rh_text_printf(out, " in your %s", threshold->scope == RH_SCOPE_REGION ? "region" : "segment");
    rh_text_printf(out, " reached %s", rh_words_year_before(window));
}

void rh_words_threshold(struct rh_text *out, const struct rh_incentive *incentive, const struct rh_threshold *threshold,
                        const char *currency)
{
    switch (threshold->relation) {
    case RH_RELATIVE_NONE:
        if (incentive->metric == RH_METRIC_RATIO)
            rh_words_percent(out, threshold->amount);
        else
            rh_words_amount(out, incentive->behavior.measure.text, rh_words_is_money(incentive), threshold->amount,
                            currency);
        return;
    case RH_RELATIVE_PRIOR_YEAR:
        rh_words_percent(out, threshold->share);
        rh_text_puts(out, " of last year's result");
        return;
    case RH_RELATIVE_TARGET:
        if (threshold->share != RH_PPM_ONE) {
            rh_words_percent(out, threshold->share);
            rh_text_puts(out, " of ");
        }
        rh_text_puts(out, "your target");
        return;
    case RH_RELATIVE_PERCENTILE:
        add_percentile(out, threshold, incentive->window);
        return;
    }
    assert(!"a relation out of its range");
}
