/* DDSketch (Masson, Rim & Lee 2019, doi:10.14778/3352063.3352135). With γ = (1 + e)/(1 − e) bucket i holds what lies in
 * (γ^(i−1), γ^i]; 2γ^i/(γ + 1) = γ^i (1 − e) is within the relative error e of all of it. Negative values have buckets
 * of their own, zero has a count.
 *
 * Buckets are numbered from the lowest value to the highest and kept in pages: a page of 32 spans a factor of 1.9, and
 * is there once something was counted in it. Counts take one byte each until one of them needs two, or four. */
#include "stats/sketch.h"

#include "core/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#define LOG_GAMMA 0.0200006667066694 /* ln(1.01 / 0.99) */
#define PAGE 32
#define ZERO_PAGE (RH_SKETCH_PAGES / 2) /* the first one above zero */
#define BATCH 128                       /* values that are counted at once */
#define MIDDLE (ZERO_PAGE * PAGE)       /* no value's bucket, between those below zero and those above */

/* Of all sizes from 1 on, in cells by exponent and the leading bits of the fraction. A cell spans less than a bucket,
 * so one bound at most lies in it: logarithms are taken once. */
#define FRACTION_BITS 6
#define NUM_CELLS (63 << FRACTION_BITS) /* up to RH_SKETCH_MOST */

static struct {
    int16_t first[NUM_CELLS];       /* i of where the cell begins */
    double bound[PAGE * ZERO_PAGE]; /* γ^i */
} scale;
static once_flag scale_made = ONCE_FLAG_INIT;

static void make_scale(void)
{
    for (int cell = 0; cell < NUM_CELLS; cell++) {
        const double fraction = (double)(cell % (1 << FRACTION_BITS)) / (1 << FRACTION_BITS);
        scale.first[cell] = (int16_t)ceil(log(ldexp(1.0 + fraction, cell >> FRACTION_BITS)) * (1.0 / LOG_GAMMA));
    }
    for (int i = 0; i < PAGE * ZERO_PAGE; i++) {
        scale.bound[i] = exp(i * LOG_GAMMA);
    }
}

/* Number of the bucket of a value that is not 0. */
static int bucket_of(int64_t value)
{
    const double size = fabs((double)value);
    uint64_t bits;
    memcpy(&bits, &size, sizeof bits);
    const int first = scale.first[(bits >> (52 - FRACTION_BITS)) - ((uint64_t)1023 << FRACTION_BITS)];
    const int i = first + (size > scale.bound[first] ? 1 : 0);
    return value > 0 ? MIDDLE + 1 + i : MIDDLE - 1 - i;
}

static double value_of(int bucket)
{
    const double size = exp((abs(bucket - MIDDLE) - 1) * LOG_GAMMA) * (1.0 - RH_SKETCH_ERROR);
    return bucket > MIDDLE ? size : -size;
}

void rh_sketch_init(struct rh_sketch *self)
{
    call_once(&scale_made, make_scale);
    memset(self, 0, sizeof *self);
}

void rh_sketch_free(struct rh_sketch *self)
{
    free(self->count);
    memset(self, 0, sizeof *self);
}

static uint32_t get(const struct rh_sketch *self, int k)
{
    switch (self->width) {
    case 1:
        return ((const uint8_t *)self->count)[k];
    case 2:
        return ((const uint16_t *)self->count)[k];
    default:
        return ((const uint32_t *)self->count)[k];
    }
}

static void set(const struct rh_sketch *self, int k, uint32_t value)
{
    switch (self->width) {
    case 1:
        ((uint8_t *)self->count)[k] = (uint8_t)value;
        break;
    case 2:
        ((uint16_t *)self->count)[k] = (uint16_t)value;
        break;
    default:
        ((uint32_t *)self->count)[k] = value;
    }
}

/* Bytes that a count needs. */
static uint8_t width_of(uint32_t count)
{
    return count > UINT16_MAX ? 4 : count > UINT8_MAX ? 2 : 1;
}

/* Makes room for so many pages with counts of so many bytes. */
static bool resize(struct rh_sketch *self, int num_pages, int width)
{
    struct rh_sketch old = *self;
    void *count = rh_calloc((size_t)num_pages, PAGE * (size_t)width);
    if (count == NULL) {
        return false;
    }
    self->count = count;
    self->width = (uint8_t)width;
    for (int k = 0; k < old.num_pages * PAGE; k++) {
        set(self, k, get(&old, k));
    }
    self->num_pages = (uint8_t)num_pages;
    free(old.count);
    return true;
}

/* Makes room for these buckets, all at once. */
static bool make_room(struct rh_sketch *self, const uint16_t *bucket, int num)
{
    int num_pages = self->num_pages;
    for (int i = 0; i < num; i++) {
        uint8_t *place = &self->place[bucket[i] / PAGE];
        if (*place == 0) {
            *place = (uint8_t)++num_pages;
        }
    }
    if (num_pages == self->num_pages || resize(self, num_pages, self->width > 0 ? self->width : 1)) {
        return true;
    }
    for (int p = 0; p < RH_SKETCH_PAGES; p++) {
        self->place[p] = self->place[p] > self->num_pages ? 0 : self->place[p];
    }
    return false;
}

/* Adds to the count of a bucket for which there is room. */
static bool change_count(struct rh_sketch *self, int bucket, uint32_t change)
{
    const int k = (self->place[bucket / PAGE] - 1) * PAGE + bucket % PAGE;
    const uint32_t value = get(self, k) + change;
    const int width = width_of(value);
    if (width > self->width && !resize(self, self->num_pages, width)) {
        return false;
    }
    set(self, k, value);
    return true;
}

/* The same of one bucket for which there may be none yet. */
static bool add_count(struct rh_sketch *self, int bucket, uint32_t count)
{
    const uint16_t number = (uint16_t)bucket;
    self->num += count;
    return count == 0 || (make_room(self, &number, 1) && change_count(self, bucket, count));
}

static void add_zeros(struct rh_sketch *self, uint32_t count)
{
    self->num += count;
    self->zeros += count;
}

static bool count_some(struct rh_sketch *self, const int64_t *value, int num, int32_t change)
{
    uint16_t bucket[BATCH];
    int others = 0;
    for (int i = 0; i < num; i++) {
        assert(value[i] >= -RH_SKETCH_MOST && value[i] <= RH_SKETCH_MOST);
        if (value[i] != 0) {
            bucket[others++] = (uint16_t)bucket_of(value[i]);
        }
    }
    self->num += (uint64_t)((int64_t)change * num);
    self->zeros += (uint32_t)change * (uint32_t)(num - others);
    bool counted = make_room(self, bucket, others);
    for (int i = 0; i < others && counted; i++) {
        counted = change_count(self, bucket[i], (uint32_t)change);
    }
    return counted;
}

bool rh_sketch_count(struct rh_sketch *self, const int64_t *value, int num, int32_t change)
{
    bool counted = true;
    for (int first = 0; first < num && counted; first += BATCH) {
        counted = count_some(self, value + first, num - first < BATCH ? num - first : BATCH, change);
    }
    return counted;
}

bool rh_sketch_merge(struct rh_sketch *self, const struct rh_sketch *other)
{
    bool merged = true;
    for (int p = 0; p < RH_SKETCH_PAGES; p++) {
        for (int b = 0; b < PAGE && other->place[p] > 0 && merged; b++) {
            merged = add_count(self, p * PAGE + b, get(other, (other->place[p] - 1) * PAGE + b));
        }
    }
    add_zeros(self, merged ? other->zeros : 0);
    return merged;
}

/* Counts of one page, of any width. */
union page {
    uint8_t one[PAGE];
    uint16_t two[PAGE];
    uint32_t four[PAGE];
};

/* A page's number, the bytes that its largest count needs, and the counts in so many each. */
static void pack_page(const struct rh_sketch *self, int page, struct rh_text *out)
{
    union page room;
    uint32_t count[PAGE], most = 0;
    for (int b = 0; b < PAGE; b++) {
        count[b] = get(self, (self->place[page] - 1) * PAGE + b);
        most = count[b] > most ? count[b] : most;
    }
    const struct rh_sketch narrow = {.count = &room, .width = width_of(most)};
    for (int b = 0; b < PAGE; b++) {
        set(&narrow, b, count[b]);
    }
    const uint8_t head[2] = {(uint8_t)page, narrow.width};
    rh_bytes_put(out, head, sizeof head);
    rh_bytes_put(out, &room, PAGE * (size_t)narrow.width);
}

void rh_sketch_pack(const struct rh_sketch *self, struct rh_text *out)
{
    rh_bytes_put(out, &self->zeros, sizeof self->zeros);
    rh_bytes_put(out, &self->num_pages, sizeof self->num_pages);
    for (int p = 0; p < RH_SKETCH_PAGES; p++) {
        if (self->place[p] > 0) {
            pack_page(self, p, out);
        }
    }
}

/* Adds what pack_page wrote. False where there is no memory. */
static bool unpack_page(struct rh_sketch *self, struct rh_bytes *bytes)
{
    uint8_t head[2] = {0};
    union page room;
    const bool got = rh_bytes_get(bytes, head, sizeof head) && head[0] < RH_SKETCH_PAGES &&
                     (head[1] == 1 || head[1] == 2 || head[1] == 4) &&
                     rh_bytes_get(bytes, &room, PAGE * (size_t)head[1]);
    const struct rh_sketch page = {.count = &room, .width = head[1]};
    bool added = true;
    bytes->failed = bytes->failed || !got;
    for (int b = 0; b < PAGE && got && added; b++) {
        added = add_count(self, head[0] * PAGE + b, get(&page, b));
    }
    return added;
}

bool rh_sketch_unpack(struct rh_sketch *self, struct rh_bytes *bytes)
{
    uint32_t zeros = 0;
    uint8_t num_pages = 0;
    bool added = true;
    rh_bytes_get(bytes, &zeros, sizeof zeros);
    rh_bytes_get(bytes, &num_pages, sizeof num_pages);
    for (int i = 0; i < num_pages && added && !bytes->failed; i++) {
        added = unpack_page(self, bytes);
    }
    add_zeros(self, added ? zeros : 0);
    return added;
}

double rh_sketch_quantile(const struct rh_sketch *self, double level)
{
    const uint64_t rank = self->num > 0 ? (uint64_t)(level * (double)(self->num - 1)) : 0;
    uint64_t passed = 0;
    for (int p = 0; self->num > 0 && p < RH_SKETCH_PAGES; p++) {
        passed += p == ZERO_PAGE ? self->zeros : 0;
        if (passed > rank) {
            return 0.0;
        }
        for (int b = 0; b < PAGE && self->place[p] > 0; b++) {
            passed += get(self, (self->place[p] - 1) * PAGE + b);
            if (passed > rank) {
                return value_of(p * PAGE + b);
            }
        }
    }
    return NAN;
}

size_t rh_sketch_bytes(const struct rh_sketch *self)
{
    return (size_t)self->num_pages * PAGE * self->width;
}
