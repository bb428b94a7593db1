/* Products that lose money: to reward their sales is to pay for losses. */
#include "program/check_parts.h"

#include "core/memory.h"

#include <stdlib.h>
#include <string.h>

#define MOST_NAMED 3 /* products that one finding names */

/* Sales and cost of the rows that have a cost, by product. */
struct margins {
    double *sales, *cost; /* [products] 10⁻⁴ */
};

static bool add_rows(const struct rh_check *self, const char *measure, struct margins *out)
{
    const struct rh_history *history = self->history;
    const struct rh_events *events = &history->events;
    const int32_t id = rh_names_find(&history->measures, strcmp(measure, "units") == 0 ? "revenue" : measure);
    out->sales = rh_calloc(history->products.num, sizeof *out->sales);
    out->cost = rh_calloc(history->products.num, sizeof *out->cost);
    if (out->sales == NULL || out->cost == NULL)
        return false;
    for (size_t row = 0; row < events->num; row++) {
        if (events->measure[row] != id || events->amount[row] == RH_MISSING || events->cost[row] == RH_MISSING)
            continue;
        out->sales[events->product[row]] += (double)events->amount[row];
        out->cost[events->product[row]] += (double)events->cost[row];
    }
    return true;
}

/* The product's margin as a share of sales, assumed or of the ledger; false where neither tells. */
static bool margin_of(const struct rh_check *self, const struct margins *margins, size_t product, double *out,
                      bool *assumed)
{
    const struct rh_check_options *options = self->options;
    const char *name = self->history->products.name[product];
    *assumed = false;
    for (size_t i = 0; i < options->num_vendor_margins; i++) {
        if (strcmp(options->vendor_margin_product[i].text, name) == 0) {
            *out = options->vendor_margin[i];
            *assumed = true;
            return true;
        }
    }
    if (margins->sales[product] <= 0.0)
        return false;
    *out = 1.0 - margins->cost[product] / margins->sales[product];
    return true;
}

/* "'Vodka' loses 3.2% of its price". */
static void add_loss(const struct rh_check *self, struct rh_text *out, const struct margins *margins, size_t product,
                     double margin, bool assumed)
{
    rh_text_printf(out, "'%s' loses ", self->history->products.name[product]);
    rh_text_number(out, -100.0 * margin, 1);
    rh_text_puts(out, "% of its price (");
    if (assumed) {
        rh_text_puts(out, "assumed");
    } else {
        rh_text_puts(out, "sales ");
        rh_text_short_number(out, margins->sales[product] / 1e4);
        rh_text_puts(out, ", cost ");
        rh_text_short_number(out, margins->cost[product] / 1e4);
    }
    rh_text_puts(out, ")");
}

/* A product that the behavior names. */
static void check_named(const struct rh_check *self, const struct rh_incentive *incentive,
                        const struct margins *margins, const struct rh_reference *reference)
{
    const int32_t product = rh_names_find(&self->history->products, reference->text);
    double margin;
    bool assumed;
    if (product < 0 || !margin_of(self, margins, (size_t)product, &margin, &assumed) || margin >= 0.0)
        return;
    struct rh_text message;
    rh_text_init(&message);
    rh_text_puts(&message, "a rewarded product with a negative margin: ");
    add_loss(self, &message, margins, (size_t)product, margin, assumed);
    rh_check_tell(self, incentive, RH_FINDING_NEGATIVE_MARGIN, reference->line, reference->column, &message);
}

/* A behavior that counts all products. */
static void check_all(const struct rh_check *self, const struct rh_incentive *incentive, const struct margins *margins)
{
    struct rh_text message;
    size_t num = 0;
    rh_text_init(&message);
    for (size_t product = 0; product < self->history->products.num; product++) {
        double margin;
        bool assumed;
        if (!margin_of(self, margins, product, &margin, &assumed) || margin >= 0.0)
            continue;
        if (num++ >= MOST_NAMED)
            continue;
        rh_text_puts(&message, num == 1 ? "all products are rewarded, also those with a negative margin: " : ", ");
        add_loss(self, &message, margins, product, margin, assumed);
    }
    if (num > MOST_NAMED)
        rh_text_printf(&message, ", and %zu more", num - MOST_NAMED);
    if (num > 0)
        rh_check_tell_at(self, incentive, RH_FINDING_NEGATIVE_MARGIN, RH_AT_BEHAVIOR, &message);
    else
        rh_text_free(&message);
}

int rh_check_margins(struct rh_check *self)
{
    static const char *const sales[] = {"revenue", "units", "sell_through", "recurring_revenue"};
    for (size_t i = 0; i < self->program->num_incentives && self->history != NULL; i++) {
        const struct rh_incentive *incentive = &self->program->incentive[i];
        const struct rh_behavior *behavior = &incentive->behavior;
        struct margins margins = {NULL, NULL};
        bool is_sales = false;
        for (size_t k = 0; k < sizeof sales / sizeof *sales; k++)
            is_sales = is_sales || strcmp(sales[k], behavior->measure.text) == 0;
        if (!is_sales)
            continue;
        const bool memory = add_rows(self, behavior->measure.text, &margins);
        for (size_t k = 0; k < behavior->product.num && memory; k++)
            check_named(self, incentive, &margins, &behavior->product.item[k]);
        if (behavior->product.num == 0 && memory)
            check_all(self, incentive, &margins);
        free(margins.sales);
        free(margins.cost);
        if (!memory)
            return rh_error_set(self->error, RH_ERR_NO_MEMORY, "%s", rh_code_message(RH_ERR_NO_MEMORY));
    }
    return RH_OK;
}
