/* From a world file to parameters: every key has a range, every name an owner, and shares add up. What a generator
 * would have to repair in silence is refused here, because the file is the documentation of what is true in the world.
 */
#include "synth/world.h"

#include "core/memory.h"
#include "synth/parameters.h"
#include "synth/reader.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct rh_field world_fields[] = {
    OTHER("rehearse", false, "world/1"),
    TEXT(struct rh_world, name, "Name of the vendor."),
    TEXT(struct rh_world, currency, "ISO 4217 code of all money."),
    WHOLE(struct rh_world, year_starts, 1, 12, "First month of the fiscal year."),
    WHOLE(struct rh_world, seed, 0, RH_WORLD_SEED_LIMIT, "Key of all draws."),
    WHOLE(struct rh_world, partners, 1, RH_WORLD_MAX_PARTNERS, "How many partners."),
    OTHER("history", false, "Last month and number of months."),
    OTHER("market", false, "What moves demand for many at once."),
    OTHER("regions", false, "Regions and their growth."),
    OTHER("tiers", false, "Tiers of the partner file."),
    OTHER("products", false, "Product lines."),
    OTHER("promotions", true, "Promotions of the vendor."),
    OTHER("segments", false, "Kinds of partners."),
    OTHER("partner", false, "What makes partners differ."),
    OTHER("life", false, "Joining and leaving."),
    OTHER("orders", false, "How partners order."),
    OTHER("returns", false, "What comes back."),
    OTHER("sell_through", false, "Reports of what partners sell on."),
    OTHER("subscription", false, "Recurring revenue."),
    OTHER("activities", false, "What partners do besides buying."),
    OTHER("targets", false, "Quarterly targets."),
    OTHER("in_force", false, "The program that was in force, or a list of them."),
    OTHER("response", false, "How partners reacted to it."),
    OTHER("names", false, "Words that partners' names are made of."),
    END,
};

static const struct rh_field history_fields[] = {
    OTHER("ends", false, "Last month of the history."),
    WHOLE(struct rh_world, months, 1, RH_WORLD_MAX_MONTHS, "Months of the history."),
    END,
};

static const struct rh_field market_fields[] = {
    PART(market, common_sd, 0, 1, "Long-run sd of the log of demand, all partners."),
    PART(market, regional_sd, 0, 1, "Long-run sd of the log of demand, partners of a region."),
    PART(market, memory, 0, 0.99, "Correlation of one month with the next."),
    END,
};

static const struct rh_field partner_fields[] = {
    PART(partner, wander_sd, 0, 2, "Long-run sd of the log of a partner's demand."),
    PART(partner, wander_memory, 0, 0.99, "Correlation of one month with the next."),
    PART(partner, mix_sd, 0, 3, "Log sd of the taste for a product line."),
    PART(partner, tier_sd, 0, 3, "Log sd of the size the tier was awarded on."),
    PART(partner, activity_sd, 0, 3, "Log sd of a partner's eagerness."),
    PART(partner, activity_power, 0, 2, "Power of size in the activities."),
    PART(partner, margin_missing, 0, 1, "Share of partners without a margin on file."),
    END,
};

static const struct rh_field life_fields[] = {
    PART(life, years, 0.1, 1000, "Mean years since joining."),
    PART(life, joined_missing, 0, 1, "Share of partners without a date on file."),
    PART(life, ramp_from, 0, 1, "Share of its level a joiner starts at."),
    PART(life, ramp_months, 0, 120, "Months until it sells at its level."),
    PART(life, leaving, 0, 10, "Yearly hazard of leaving."),
    PART(life, fade_months, 0, 120, "Months over which a leaver's sales fade."),
    END,
};

static const struct rh_field orders_fields[] = {
    PART(orders, power, 0, 2, "Power of size in the number of orders."),
    PART(orders, at_least, 0.01, 50, "Orders per month, lower bound."),
    PART(orders, at_most, 0.01, 50, "Orders per month, upper bound."),
    PART(orders, size_sd, 0, 5, "Relative sd of an order's value."),
    PART(orders, lines, 1, 8, "Mean lines of an order."),
    PART(orders, skipped, 0, 0.9, "Share of quarters that a quarterly buyer skips."),
    PART_NUMBERS(orders, phase, 3, 0, 1, "Quarterly buyers by month of the quarter."),
    PART_NUMBERS(orders, quarter, 3, 0, 3, "Orders of the others by month of the quarter, mean 1."),
    PART(orders, late_share, 0, 1, "Share of orders in the month's last days."),
    PART(orders, late_days, 1, 27, "How many days these are."),
    END,
};

static const struct rh_field returns_fields[] = {
    PART(returns, days_mean, 1, 180, "Days from sale to return."),
    PART(returns, days_sd, 0, 180, "Their sd."),
    PART(returns, part, 0, 0.5, "Mean share of the line that comes back."),
    END,
};

static const struct rh_field sell_through_fields[] = {
    PART(sell_through, turnover, 0, 1, "Share of the stock sold on in a month."),
    END,
};

static const struct rh_field subscription_fields[] = {
    OTHER("product", false, "Product line of the seats."),
    PART(subscription, price, 0.01, 1e6, "Of a seat for a month."),
    PART(subscription, seats, 0, 1e6, "Seats of a partner of median size."),
    PART(subscription, power, 0, 2, "Power of size in the seats."),
    PART(subscription, gained, 0, 1, "Share of seats gained in a month."),
    PART(subscription, lost, 0, 1, "Share of seats lost in a month."),
    END,
};

static const struct rh_field targets_fields[] = {
    PART(targets, of_expected, 0.01, 100, "Target as a share of average sales."),
    PART(targets, noise, 0, 3, "Log sd of a target."),
    PART(targets, at_least, 0, 1e12, "No target below it."),
    PART(targets, step, 0.01, 1e9, "Targets are multiples of it."),
    END,
};

static const struct rh_field region_fields[] = {
    TEXT(struct rh_world_region, name, "Name of the region."),
    NUMBER(struct rh_world_region, share, 0, 1, "Of partners."),
    NUMBER(struct rh_world_region, growth, -0.5, 1, "Growth of demand per year."),
    END,
};

static const struct rh_field tier_fields[] = {
    TEXT(struct rh_world_tier, name, "Name of the tier."),
    NUMBER(struct rh_world_tier, from, 0, 1e12, "Annual sales from which it is held."),
    NUMBER(struct rh_world_tier, discount, 0, 0.45, "Off the list price."),
    END,
};

static const struct rh_field product_fields[] = {
    TEXT(struct rh_world_product, name, "Name of the product line."),
    NUMBER(struct rh_world_product, price, 0.01, 1e7, "List price of one."),
    NUMBER(struct rh_world_product, margin, 0, 1, "Vendor's margin on it."),
    NUMBER(struct rh_world_product, returned, 0, 1, "Share of order lines returned."),
    NUMBER(struct rh_world_product, renewal, 0, 1, "Share of order lines that are renewals."),
    NUMBERS(struct rh_world_product, season, 12, 0, 12, "January to December, mean 1."),
    END,
};

static const struct rh_field promo_fields[] = {
    TEXT(struct rh_world_promo, name, "Name of the promotion."),
    OTHER("product", false, "Product line."),
    OTHER("months", false, "Calendar months, 1 to 12."),
    NUMBER(struct rh_world_promo, discount, 0, 0.45, "Off the list price, on top of the tier's."),
    NUMBER(struct rh_world_promo, lift, 0, 5, "More demand."),
    NUMBER(struct rh_world_promo, taken, 0, 1, "Share of order lines that use it."),
    END,
};

static const struct rh_field segment_fields[] = {
    TEXT(struct rh_world_segment, name, "Name of the segment."),
    NUMBER(struct rh_world_segment, share, 0, 1, "Of partners."),
    TRUTH(struct rh_world_segment, supplies, "Its partners may be parents."),
    NUMBER(struct rh_world_segment, has_parent, 0, 1, "Share that belongs to a supplying partner."),
    NUMBER(struct rh_world_segment, median, 1, 1e12, "Annual sales."),
    NUMBER(struct rh_world_segment, log_sd, 0, 4, "Standard deviation of their log."),
    NUMBER(struct rh_world_segment, orders, 0.01, 50, "Per month, at median size."),
    NUMBER(struct rh_world_segment, quarterly, 0, 1, "Share that orders once a quarter."),
    NUMBER(struct rh_world_segment, margin_mean, 0.02, 0.6, "The partner's own margin."),
    NUMBER(struct rh_world_segment, margin_sd, 0, 0.5, "Its sd."),
    NUMBER(struct rh_world_segment, online, 0, 1, "Share of orders placed online."),
    NUMBER(struct rh_world_segment, reports, 0, 1, "Share that reports sell-through."),
    NUMBER(struct rh_world_segment, subscribes, 0, 1, "Share that bills subscriptions."),
    OPTIONAL(struct rh_world_segment, effort_elasticity, 0, 5, "Mean of its partners, in place of the response's."),
    OTHER("mix", false, "Share of spending by product line."),
    END,
};

static const struct rh_field activity_fields[] = {
    TEXT(struct rh_world_activity, measure, "Measure of the ledger."),
    OTHER("per_year", true, "Events of a partner of median size, by segment."),
    OTHER("follows", true, "An activity above that leads to it."),
    OPTIONAL(struct rh_world_activity, share, 0, 1, "Of the events it follows."),
    OPTIONAL(struct rh_world_activity, days_mean, 0.01, 180, "Days since then, or told in the column."),
    OPTIONAL(struct rh_world_activity, days_sd, 0, 180, "Their sd."),
    OPTIONAL(struct rh_world_activity, amount_mean, 0, 10, "Money per event, share of annual sales."),
    OPTIONAL(struct rh_world_activity, amount_sd, 0, 10, "Its sd."),
    OPTIONAL(struct rh_world_activity, renewal, 0, 1, "Share of deal_type renewal."),
    END,
};

static const struct rh_field names_fields[] = {
    OTHER("first", false, "First words."),
    OTHER("second", false, "Second words."),
    END,
};

/* Names of a list's objects must differ; each object starts with its name (NULL where that was missing). */
static void check_unique(const struct rh_world_reader *self, const struct rh_yaml_node *list, const void *array,
                         size_t size)
{
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        const char *const *name = (const void *)((const char *)array + k * size);
        for (size_t earlier = 0; *name != NULL && earlier < k; earlier++) {
            const char *const *other = (const void *)((const char *)array + earlier * size);
            if (*other != NULL && strcmp(*name, *other) == 0) {
                rh_yaml_problem(self->yaml, list->item[k], self->problems, RH_ERR_INPUT, "a second '%s'", *name);
                break;
            }
        }
    }
}

static void check_sum(const struct rh_world_reader *self, const struct rh_yaml_node *node, double sum, double expected,
                      const char *what)
{
    if (fabs(sum - expected) > 1e-9) {
        rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "%s: found a sum of %.10g, expected %.10g",
                        what, sum, expected);
    }
}

/* Number of the product that a scalar names. */
static bool find_product(const struct rh_world_reader *self, const struct rh_yaml_node *node, size_t *out)
{
    const struct rh_world *world = self->world;
    for (size_t k = 0; node->kind == RH_YAML_SCALAR && k < world->num_products; k++) {
        if (world->product[k].name != NULL && strcmp(world->product[k].name, node->text) == 0) {
            *out = k;
            return true;
        }
    }
    rh_yaml_problem(self->yaml, node, self->problems, RH_ERR_INPUT, "no product line '%s' in this world",
                    node->kind == RH_YAML_SCALAR ? node->text : "");
    return false;
}

/* A mapping from each of `num` names to a number, e.g. the mix by product. */
static void read_by_name(const struct rh_world_reader *self, const struct rh_yaml_node *node, char *const *name,
                         size_t num, const struct rh_field *range, const char *what, double *out)
{
    struct rh_field fields[RH_MAX_FIELDS + 1] = {{0}};
    if (num > RH_MAX_FIELDS) {
        rh_world_complain(self, node, "more names than a world can have (32)");
        return;
    }
    for (size_t k = 0; k < num; k++) {
        if (name[k] == NULL) {
            return; /* told where the name is missing */
        }
        fields[k] = *range;
        fields[k].key = name[k];
        fields[k].offset = k * sizeof *out;
    }
    rh_fields_read(self->yaml, node, fields, what, out, self->problems);
}

static void read_regions(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *list =
        rh_world_list(self, self->yaml->root, "regions", sizeof *world->region, &world->region, &world->num_regions);
    double sum = 0.0;
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        rh_fields_read(self->yaml, list->item[k], region_fields, "region", &world->region[k], self->problems);
        sum += world->region[k].share;
    }
    if (list != NULL) {
        check_sum(self, list, sum, 1.0, "regions' shares");
    }
    check_unique(self, list, world->region, sizeof *world->region);
}

static void read_tiers(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *list =
        rh_world_list(self, self->yaml->root, "tiers", sizeof *world->tier, &world->tier, &world->num_tiers);
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        rh_fields_read(self->yaml, list->item[k], tier_fields, "tier", &world->tier[k], self->problems);
        if (k == 0 ? world->tier[0].from != 0.0 : world->tier[k].from <= world->tier[k - 1].from) {
            rh_world_complain(self, list->item[k], "tiers: expected the first from 0 and each next from more");
        }
    }
    check_unique(self, list, world->tier, sizeof *world->tier);
}

static void read_products(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *list = rh_world_list(self, self->yaml->root, "products", sizeof *world->product,
                                                    &world->product, &world->num_products);
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        const struct rh_yaml_node *item = list->item[k];
        rh_fields_read(self->yaml, item, product_fields, "product line", &world->product[k], self->problems);
        double sum = 0.0;
        for (int month = 0; month < 12; month++) {
            sum += world->product[k].season[month];
        }
        check_sum(self, item, sum, 12.0, "season");
    }
    check_unique(self, list, world->product, sizeof *world->product);
}

static void read_promo_months(const struct rh_world_reader *self, const struct rh_yaml_node *node, bool month[12])
{
    if (node == NULL) {
        return;
    }
    for (size_t k = 0; k < node->num; k++) {
        const struct rh_yaml_node *item = node->kind == RH_YAML_SEQUENCE ? node->item[k] : node;
        double value;
        if (item->kind != RH_YAML_SCALAR || !rh_field_number(item->text, &value) || value < 1.0 || value > 12.0 ||
            value != floor(value)) {
            rh_world_complain(self, item, "months: expected a list of calendar months, 1 to 12");
            return;
        }
        month[(int)value - 1] = true;
    }
    if (node->kind != RH_YAML_SEQUENCE || node->num == 0) {
        rh_world_complain(self, node, "months: expected a list of calendar months, 1 to 12");
    }
}

static void read_promotions(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *list =
        rh_world_list(self, self->yaml->root, "promotions", sizeof *world->promo, &world->promo, &world->num_promos);
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        const struct rh_yaml_node *item = list->item[k];
        struct rh_world_promo *promo = &world->promo[k];
        if (rh_fields_read(self->yaml, item, promo_fields, "promotion", promo, self->problems)) {
            const struct rh_yaml_node *product = rh_yaml_find(item, "product");
            if (product != NULL) {
                find_product(self, product, &promo->product);
            }
            read_promo_months(self, rh_yaml_find(item, "months"), promo->month);
        }
    }
}

static void read_mix(const struct rh_world_reader *self, const struct rh_yaml_node *node,
                     struct rh_world_segment *segment)
{
    static const struct rh_field range = {"", RH_FIELD_NUMBER, 0, 0, 0, 1, false, "Share of spending."};
    const struct rh_world *world = self->world;
    char *name[RH_MAX_FIELDS + 1];
    double sum = 0.0;
    for (size_t k = 0; k < world->num_products && k < RH_MAX_FIELDS; k++) {
        name[k] = world->product[k].name;
    }
    read_by_name(self, node, name, world->num_products, &range, "mix", segment->mix);
    for (size_t k = 0; k < world->num_products; k++) {
        sum += segment->mix[k];
    }
    check_sum(self, node, sum, 1.0, "mix");
}

static void read_segments(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *list = rh_world_list(self, self->yaml->root, "segments", sizeof *world->segment,
                                                    &world->segment, &world->num_segments);
    double sum = 0.0;
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        const struct rh_yaml_node *item = list->item[k];
        struct rh_world_segment *segment = &world->segment[k];
        segment->effort_elasticity = -1.0;
        segment->mix = rh_calloc(world->num_products, sizeof *segment->mix);
        if (segment->mix == NULL) {
            self->problems->failed = RH_ERR_NO_MEMORY;
            return;
        }
        if (rh_fields_read(self->yaml, item, segment_fields, "segment", segment, self->problems)) {
            const struct rh_yaml_node *mix = rh_yaml_find(item, "mix");
            if (mix != NULL) {
                read_mix(self, mix, segment);
            }
        }
        sum += segment->share;
    }
    if (list != NULL) {
        check_sum(self, list, sum, 1.0, "segments' shares");
    }
    check_unique(self, list, world->segment, sizeof *world->segment);
}

static void read_per_year(const struct rh_world_reader *self, const struct rh_yaml_node *node, double *per_year)
{
    static const struct rh_field range = {"", RH_FIELD_NUMBER, 0, 0, 0, 1000, false, "Events per year."};
    const struct rh_world *world = self->world;
    char *name[RH_MAX_FIELDS + 1];
    for (size_t k = 0; k < world->num_segments && k < RH_MAX_FIELDS; k++) {
        name[k] = world->segment[k].name;
    }
    read_by_name(self, node, name, world->num_segments, &range, "per_year", per_year);
}

static void read_activity(const struct rh_world_reader *self, const struct rh_yaml_node *item, size_t k)
{
    struct rh_world *world = self->world;
    struct rh_world_activity *activity = &world->activity[k];
    const struct rh_yaml_node *per_year = rh_yaml_find(item, "per_year");
    const struct rh_yaml_node *follows = rh_yaml_find(item, "follows");
    if (per_year == NULL && follows == NULL) {
        rh_world_complain(self, item, "activity: expected per_year, follows, or both");
        return;
    }
    if (per_year != NULL) {
        read_per_year(self, per_year, activity->per_year);
    }
    if (follows == NULL) {
        return;
    }
    activity->follows = follows->kind == RH_YAML_SCALAR ? rh_world_find_activity(world, k, follows->text) : -1;
    if (activity->follows < 0) {
        rh_world_complain(self, follows, "follows: expected the measure of an activity above");
    }
    if (rh_yaml_find(item, "share") == NULL) {
        rh_world_complain(self, item, "activity: what follows another one needs a share");
    }
}

static void read_activities(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *list = rh_world_list(self, self->yaml->root, "activities", sizeof *world->activity,
                                                    &world->activity, &world->num_activities);
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        struct rh_world_activity *activity = &world->activity[k];
        activity->follows = -1;
        activity->renewal = -1.0;
        activity->per_year = rh_calloc(world->num_segments, sizeof *activity->per_year);
        if (activity->per_year == NULL) {
            self->problems->failed = RH_ERR_NO_MEMORY;
            return;
        }
        if (rh_fields_read(self->yaml, list->item[k], activity_fields, "activity", activity, self->problems)) {
            read_activity(self, list->item[k], k);
        }
    }
    check_unique(self, list, world->activity, sizeof *world->activity);
}

static void read_words(const struct rh_world_reader *self, const struct rh_yaml_node *parent, const char *key,
                       char ***words, size_t *num)
{
    const struct rh_yaml_node *list = rh_world_list(self, parent, key, sizeof **words, words, num);
    for (size_t k = 0; list != NULL && k < list->num; k++) {
        const struct rh_yaml_node *item = list->item[k];
        if (item->kind != RH_YAML_SCALAR || item->length == 0) {
            rh_world_complain(self, item, "names: expected a word");
        }
        (*words)[k] = rh_strdup(item->kind == RH_YAML_SCALAR ? item->text : "");
        if ((*words)[k] == NULL) {
            self->problems->failed = RH_ERR_NO_MEMORY;
            return;
        }
    }
}

static void read_names(const struct rh_world_reader *self)
{
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, "names");
    if (node != NULL && rh_fields_read(self->yaml, node, names_fields, "names", self->world, self->problems)) {
        read_words(self, node, "first", &self->world->first_word, &self->world->num_first_words);
        read_words(self, node, "second", &self->world->second_word, &self->world->num_second_words);
    }
}

static void read_history(const struct rh_world_reader *self)
{
    rh_world_read_part(self, "history", history_fields);
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, "history");
    const struct rh_yaml_node *ends = node != NULL && node->kind == RH_YAML_MAPPING ? rh_yaml_find(node, "ends") : NULL;
    rh_month month = 0;
    if (ends != NULL && (ends->kind != RH_YAML_SCALAR || !rh_month_parse(ends->text, ends->length, &month) ||
                         rh_month_year(month) < 1900 || rh_month_year(month) > 2999)) {
        rh_world_complain(self, ends, "ends: expected a month from 1900-01 to 2999-12");
    }
    self->world->ends = month;
}

static void read_orders(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    rh_world_read_part(self, "orders", orders_fields);
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, "orders");
    if (node == NULL) {
        return;
    }
    check_sum(self, node, world->orders.phase[0] + world->orders.phase[1] + world->orders.phase[2], 1.0, "phase");
    check_sum(self, node, world->orders.quarter[0] + world->orders.quarter[1] + world->orders.quarter[2], 3.0,
              "quarter");
    if (world->orders.at_most < world->orders.at_least) {
        rh_world_complain(self, node, "orders: expected at_most not below at_least");
    }
}

static void read_subscription(const struct rh_world_reader *self)
{
    rh_world_read_part(self, "subscription", subscription_fields);
    const struct rh_yaml_node *node = rh_yaml_find(self->yaml->root, "subscription");
    const struct rh_yaml_node *product =
        node != NULL && node->kind == RH_YAML_MAPPING ? rh_yaml_find(node, "product") : NULL;
    if (product != NULL) {
        find_product(self, product, &self->world->subscription.product);
    }
}

static void read_world(const struct rh_world_reader *self)
{
    struct rh_world *world = self->world;
    const struct rh_yaml_node *root = self->yaml->root;
    if (root == NULL) {
        rh_problems_add(self->problems, RH_ERR_INPUT, self->yaml->path, 0, 0, NULL, "the file is empty");
        return;
    }
    if (!rh_fields_read(self->yaml, root, world_fields, "world", world, self->problems)) {
        return;
    }
    const struct rh_yaml_node *version = rh_yaml_find(root, "rehearse");
    if (version != NULL && (version->kind != RH_YAML_SCALAR || strcmp(version->text, "world/1") != 0)) {
        rh_world_complain(self, version, "expected world/1");
    }
    if (world->currency != NULL &&
        (strlen(world->currency) != 3 || strspn(world->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)) {
        rh_world_complain(self, rh_yaml_find(root, "currency"), "currency: expected three capital letters");
    }
    read_history(self);
    rh_world_read_part(self, "market", market_fields);
    read_regions(self);
    read_tiers(self);
    read_products(self);
    read_promotions(self);
    read_segments(self);
    rh_world_read_part(self, "partner", partner_fields);
    rh_world_read_part(self, "life", life_fields);
    read_orders(self);
    rh_world_read_part(self, "returns", returns_fields);
    rh_world_read_part(self, "sell_through", sell_through_fields);
    read_subscription(self);
    read_activities(self);
    rh_world_read_part(self, "targets", targets_fields);
    rh_world_read_programs(self);
    rh_world_read_response(self);
    read_names(self);
}

int rh_world_create(struct rh_world **out, const char *path, struct rh_problems *problems)
{
    *out = NULL;
    struct rh_world *world = rh_calloc(1, sizeof *world);
    if (world == NULL) {
        problems->failed = RH_ERR_NO_MEMORY;
        return RH_ERR_NO_MEMORY;
    }
    int code = path != NULL ? rh_yaml_read(&world->yaml, path, problems)
                            : rh_yaml_parse(&world->yaml, "demo world", rh_demo_world_yaml, strlen(rh_demo_world_yaml),
                                            problems);
    if (code == RH_OK) {
        read_world(&(struct rh_world_reader){world, &world->yaml, problems});
        rh_problems_sort(problems);
        code = rh_problems_status(problems, NULL);
    }
    if (code != RH_OK) {
        rh_world_destroy(world);
        return code;
    }
    *out = world;
    return RH_OK;
}

static void free_texts(char **text, size_t num)
{
    for (size_t k = 0; text != NULL && k < num; k++) {
        free(text[k]);
    }
    free(text);
}

void rh_world_destroy(struct rh_world *self)
{
    if (self == NULL) {
        return;
    }
    for (size_t k = 0; k < self->num_regions; k++) {
        free(self->region[k].name);
    }
    for (size_t k = 0; k < self->num_tiers; k++) {
        free(self->tier[k].name);
    }
    for (size_t k = 0; k < self->num_products; k++) {
        free(self->product[k].name);
    }
    for (size_t k = 0; k < self->num_promos; k++) {
        free(self->promo[k].name);
    }
    for (size_t k = 0; k < self->num_segments; k++) {
        free(self->segment[k].name);
        free(self->segment[k].mix);
    }
    for (size_t k = 0; k < self->num_activities; k++) {
        free(self->activity[k].measure);
        free(self->activity[k].per_year);
    }
    free_texts(self->first_word, self->num_first_words);
    free_texts(self->second_word, self->num_second_words);
    for (size_t k = 0; k < self->num_programs; k++) {
        free(self->program[k].level);
        free(self->program[k].name);
        free(self->program[k].description);
    }
    free(self->program);
    free(self->region);
    free(self->tier);
    free(self->product);
    free(self->promo);
    free(self->segment);
    free(self->activity);
    free(self->name);
    free(self->currency);
    rh_yaml_free(&self->yaml);
    free(self);
}
