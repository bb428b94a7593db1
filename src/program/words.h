/* What a program says, as people write it: "$1,234.50", "2.5%", "your purchases of Whiskey and Vodka", "the quarter".
 */
#ifndef RH_PROGRAM_WORDS_H
#define RH_PROGRAM_WORDS_H

#include "core/text.h"
#include "program/program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends value (10^-scale, scale at most 9) with a comma between thousands and without zeros at the end, but with at
 * least `decimals` decimals where it has any: 1,234.5. */
void rh_words_number(struct rh_text *out, int64_t value, int scale, int decimals);
/* Appends money of an ISO 4217 currency: "$1,234.50", "CHF 1,234"; without one, "1,234". Whole amounts have no cents.
 */
void rh_words_money(struct rh_text *out, rh_money money, const char *currency);
/* Appends a share as a percentage: 25000 is "2.5%". */
void rh_words_percent(struct rh_text *out, rh_ppm share);
/* Appends "A, B and C", with the word before the last. Nothing for an empty list. */
void rh_words_list(struct rh_text *out, const struct rh_reference_list *list, const char *joint);
/* Appends a name of the language or the ledger as words: "deals_registered" is "deals registered". */
void rh_words_name(struct rh_text *out, const char *name);
/* Appends "45 days", "1 month". */
void rh_words_duration(struct rh_text *out, const struct rh_duration *duration);
/* Appends "1st", "2nd", "13th". */
void rh_words_ordinal(struct rh_text *out, int number);

/* "month", "quarter", "half-year", "year", "program". */
const char *rh_words_window(enum rh_window_kind kind);
/* "in the same quarter a year before", "in the year before". */
const char *rh_words_year_before(enum rh_window_kind kind);
/* "March". month_of_year is 1-12. */
const char *rh_words_month(int month_of_year);
/* "US dollars", or NULL where the currency's code says as much. */
const char *rh_words_currency(const char *currency);

/* How a measure is spoken of. */
struct rh_measure_words {
    const char *measure;
    bool money;
    bool plural;            /* "your purchases come to", not "comes to" */
    const char *total;      /* "your purchases%p": %p is where products are named */
    const char *act;        /* "you buy %a%p": %a is the amount; NULL: "TOTAL comes to AMOUNT" */
    const char *link;       /* what joins products to it: "of", "for" */
    const char *one, *many; /* what is counted; for money, what it is paid for */
    const char *done;       /* what tells it from another measure of the same things: "won"; or NULL */
};
/* Words for a measure; one that the language does not name gives NULL. */
const struct rh_measure_words *rh_measure_words(const char *measure);

/* True where the measure of an incentive is money, as far as the program tells: by name, else by its levels' rates. */
bool rh_words_is_money(const struct rh_incentive *incentive);
/* Appends "your purchases of Whiskey and Vodka"; of others, "their purchases of Whiskey and Vodka". */
void rh_words_total(struct rh_text *out, const char *measure, const struct rh_reference_list *product);
void rh_words_total_of_others(struct rh_text *out, const char *measure, const struct rh_reference_list *product);
/* Appends an amount of a measure with its unit: "$18,000", "12 leads". amount in 10⁻⁴. */
void rh_words_amount(struct rh_text *out, const char *measure, bool money, int64_t amount, const char *currency);
/* Appends what one does to attain the amount: "you register 12 deals", "your purchases come to $18,000". */
void rh_words_act(struct rh_text *out, const char *measure, const struct rh_reference_list *product, bool money,
                  int64_t amount, const char *currency);

/* Appends a threshold: "$15,000", "110% of last year's result", "your target". */
void rh_words_threshold(struct rh_text *out, const struct rh_incentive *incentive, const struct rh_threshold *threshold,
                        const char *currency);

#ifdef __cplusplus
}
#endif

#endif
