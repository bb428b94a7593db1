/* Interned names: an array in order of first appearance and an open-addressing table with linear probing of their ids.
 * The hash (FNV-1a) decides where a name is found, never an order that anyone sees. */
#include "core/memory.h"
#include "core/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define EMPTY (-1)

void rh_names_init(struct rh_names *self)
{
    memset(self, 0, sizeof *self);
}

void rh_names_free(struct rh_names *self)
{
    for (size_t i = 0; i < self->num; i++)
        free(self->name[i]);
    free(self->name);
    free(self->slots);
    rh_names_init(self);
}

static uint64_t hash(const char *name, size_t length)
{
    uint64_t value = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        value = (value ^ (unsigned char)name[i]) * 0x100000001b3u;
    return value ^ value >> 32; /* the table takes the low bits, FNV mixes best above them */
}

/* The slot that holds the name, or the empty one where it belongs. The table is never full. */
static size_t find_slot(const struct rh_names *self, const char *name, size_t length)
{
    size_t mask = self->num_slots - 1;
    size_t slot = (size_t)hash(name, length) & mask;
    while (self->slots[slot] != EMPTY) {
        const char *other = self->name[self->slots[slot]];
        if (strncmp(other, name, length) == 0 && other[length] == '\0')
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* At most two thirds of the slots are in use. */
static int grow_slots(struct rh_names *self)
{
    if (self->num_slots > 0 && self->num + 1 <= self->num_slots / 3 * 2)
        return RH_OK;
    struct rh_names grown = *self;
    grown.num_slots = self->num_slots == 0 ? 16 : self->num_slots * 2;
    grown.slots = rh_calloc(grown.num_slots, sizeof *grown.slots);
    if (grown.slots == NULL)
        return RH_ERR_NO_MEMORY;
    for (size_t i = 0; i < grown.num_slots; i++)
        grown.slots[i] = EMPTY;
    for (size_t id = 0; id < self->num; id++)
        grown.slots[find_slot(&grown, self->name[id], strlen(self->name[id]))] = (int32_t)id;
    free(self->slots);
    *self = grown;
    return RH_OK;
}

int32_t rh_names_add(struct rh_names *self, const char *name, size_t length)
{
    assert(memchr(name, '\0', length) == NULL);
    if (self->num_slots > 0) {
        int32_t id = self->slots[find_slot(self, name, length)];
        if (id != EMPTY)
            return id;
    }
    if (self->num >= INT32_MAX || grow_slots(self) != RH_OK ||
        rh_reserve(&self->name, &self->capacity, self->num + 1, sizeof *self->name) != RH_OK)
        return RH_ERR_NO_MEMORY;
    char *copy = rh_strndup(name, length);
    if (copy == NULL)
        return RH_ERR_NO_MEMORY;
    int32_t id = (int32_t)self->num;
    self->slots[find_slot(self, name, length)] = id;
    self->name[self->num++] = copy;
    return id;
}

int32_t rh_names_find(const struct rh_names *self, const char *name)
{
    return self->num_slots == 0 ? -1 : self->slots[find_slot(self, name, strlen(name))];
}

static bool before(const struct rh_names *self, int32_t a, int32_t b)
{
    return strcmp(self->name[a], self->name[b]) < 0;
}

/* Moves order[root] down until no child comes after its parent. */
static void sift_down(const struct rh_names *self, int32_t *order, size_t root, size_t num)
{
    for (size_t child; (child = 2 * root + 1) < num; root = child) {
        if (child + 1 < num && before(self, order[child], order[child + 1]))
            child++;
        if (!before(self, order[root], order[child]))
            return;
        int32_t held = order[root];
        order[root] = order[child];
        order[child] = held;
    }
}

/* Heapsort: needs neither memory, which could fail, nor a context that qsort cannot pass. Names are distinct, so that
 * stability does not matter. */
void rh_names_sorted(const struct rh_names *self, int32_t *order)
{
    for (size_t i = 0; i < self->num; i++)
        order[i] = (int32_t)i;
    for (size_t i = self->num / 2; i > 0; i--)
        sift_down(self, order, i - 1, self->num);
    for (size_t num = self->num; num > 1; num--) {
        int32_t last = order[0];
        order[0] = order[num - 1];
        order[num - 1] = last;
        sift_down(self, order, 0, num - 1);
    }
}

#define LONGEST_COMPARED 80 /* bytes; keys and names of incentives are shorter */

static int folded(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbors that make one of the other, none of them twice at a place
 * (optimal string alignment), letters of either case being the same. Both have at most LONGEST_COMPARED bytes. */
static size_t edit_distance(const char *a, size_t num_a, const char *b, size_t num_b)
{
    size_t rows[3][LONGEST_COMPARED + 1];
    size_t *before_last = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= num_b; j++)
        last[j] = j;
    for (size_t i = 1; i <= num_a; i++) {
        row[0] = i;
        for (size_t j = 1; j <= num_b; j++) {
            bool same = folded(a[i - 1]) == folded(b[j - 1]);
            row[j] = least(last[j - 1] + !same, 1 + least(last[j], row[j - 1]));
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1]))
                row[j] = least(row[j], before_last[j - 2] + 1);
        }
        size_t *freed = before_last;
        before_last = last;
        last = row;
        row = freed;
    }
    return last[num_b];
}

const char *rh_names_nearest(const struct rh_names *self, const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > LONGEST_COMPARED)
        return NULL;
    /* One slip for each three letters; a name of one letter has only itself in the other case. */
    size_t allowed = length < 2 ? 0 : length < 6 ? 1 : length / 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < self->num; i++) {
        size_t other = strlen(self->name[i]);
        if (other > length + allowed || length > other + allowed || other > LONGEST_COMPARED)
            continue;
        size_t distance = edit_distance(name, length, self->name[i], other);
        if (distance > allowed)
            continue;
        nearest = self->name[i];
        if (distance == 0)
            break;
        allowed = distance - 1; /* the first of the nearest wins */
    }
    return nearest;
}
