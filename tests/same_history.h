/* Whether two histories are the same to the last bit, for tests. */
#ifndef RH_TESTS_SAME_HISTORY_H
#define RH_TESTS_SAME_HISTORY_H

#include "history/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static inline void assert_same_names(const struct rh_names *a, const struct rh_names *b)
{
    assert_int_equal(a->num, b->num);
    for (size_t k = 0; k < a->num; k++) {
        assert_string_equal(a->name[k], b->name[k]);
    }
}

#define ASSERT_SAME_ARRAY(a, b, num)                            \
    do {                                                        \
        if ((num) > 0) {                                        \
            assert_memory_equal((a), (b), (num) * sizeof *(a)); \
        }                                                       \
    } while (0)

static inline void assert_same_attributes(const struct rh_attribute *a, size_t num_a, const struct rh_attribute *b,
                                          size_t num_b, size_t rows)
{
    assert_int_equal(num_a, num_b);
    for (size_t k = 0; k < num_a; k++) {
        assert_string_equal(a[k].name, b[k].name);
        assert_same_names(&a[k].values, &b[k].values);
        ASSERT_SAME_ARRAY(a[k].code, b[k].code, rows);
    }
}

static inline void assert_same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL) {
        assert_string_equal(a, b);
    }
}

static inline void assert_same_history(const struct rh_history *a, const struct rh_history *b)
{
    const struct rh_events *ea = &a->events, *eb = &b->events;
    assert_same_names(&a->measures, &b->measures);
    assert_same_names(&a->products, &b->products);
    ASSERT_SAME_ARRAY(a->measure_is_money, b->measure_is_money, a->measures.num);
    assert_int_equal(ea->num, eb->num);
    ASSERT_SAME_ARRAY(ea->partner, eb->partner, ea->num);
    ASSERT_SAME_ARRAY(ea->date, eb->date, ea->num);
    ASSERT_SAME_ARRAY(ea->measure, eb->measure, ea->num);
    ASSERT_SAME_ARRAY(ea->product, eb->product, ea->num);
    ASSERT_SAME_ARRAY(ea->quantity, eb->quantity, ea->num);
    ASSERT_SAME_ARRAY(ea->amount, eb->amount, ea->num);
    ASSERT_SAME_ARRAY(ea->cost, eb->cost, ea->num);
    ASSERT_SAME_ARRAY(ea->discount, eb->discount, ea->num);
    ASSERT_SAME_ARRAY(ea->days, eb->days, ea->num);
    assert_same_attributes(ea->attribute, ea->num_attributes, eb->attribute, eb->num_attributes, ea->num);

    const struct rh_partners *pa = &a->partners, *pb = &b->partners;
    assert_int_equal(pa->num, pb->num);
    assert_same_names(&pa->id, &pb->id);
    for (size_t k = 0; k < pa->num; k++) {
        assert_string_equal(pa->name[k], pb->name[k]);
    }
    ASSERT_SAME_ARRAY(pa->segment, pb->segment, pa->num);
    ASSERT_SAME_ARRAY(pa->region, pb->region, pa->num);
    ASSERT_SAME_ARRAY(pa->tier, pb->tier, pa->num);
    ASSERT_SAME_ARRAY(pa->parent, pb->parent, pa->num);
    ASSERT_SAME_ARRAY(pa->currency, pb->currency, pa->num);
    assert_same_names(&pa->segments, &pb->segments);
    assert_same_names(&pa->regions, &pb->regions);
    assert_same_names(&pa->tiers, &pb->tiers);
    assert_same_names(&pa->parents, &pb->parents);
    assert_same_names(&pa->currencies, &pb->currencies);
    ASSERT_SAME_ARRAY(pa->joined, pb->joined, pa->num);
    ASSERT_SAME_ARRAY(pa->margin, pb->margin, pa->num);
    assert_same_attributes(pa->attribute, pa->num_attributes, pb->attribute, pb->num_attributes, pa->num);

    const struct rh_targets *ta = &a->targets, *tb = &b->targets;
    assert_int_equal(ta->num, tb->num);
    ASSERT_SAME_ARRAY(ta->partner, tb->partner, ta->num);
    ASSERT_SAME_ARRAY(ta->measure, tb->measure, ta->num);
    ASSERT_SAME_ARRAY(ta->window, tb->window, ta->num);
    ASSERT_SAME_ARRAY(ta->window_start, tb->window_start, ta->num);
    ASSERT_SAME_ARRAY(ta->target, tb->target, ta->num);

    assert_int_equal(a->first_month, b->first_month);
    assert_int_equal(a->last_month, b->last_month);
    assert_same_text(a->ledger_path, b->ledger_path);
    assert_same_text(a->partners_path, b->partners_path);
    assert_same_text(a->targets_path, b->targets_path);
    assert_string_equal(a->ledger_sha256, b->ledger_sha256);
    assert_string_equal(a->partners_sha256, b->partners_sha256);
    assert_string_equal(a->targets_sha256, b->targets_sha256);
}

#endif
