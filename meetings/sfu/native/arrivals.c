#include <stdlib.h>

#include "arrival.h"
#include "bytes.h"

#define TICK 250        /* microseconds of one unit of a delta */
#define REFERENCE 64000 /* microseconds of one unit of the reference time: 256 ticks */
#define PER_CHUNK 7     /* two-bit symbols in a status vector chunk (section 3.1.4) */

enum { LOST = 0, SMALL_DELTA = 1, LARGE_DELTA = 2 };

void arrivals_clear(struct arrival_log *log) {
    free(log->arrivals);
    log->arrivals = NULL;
    log->count = 0;
}

void arrivals_add(struct arrival_log *log, uint16_t number, int64_t now) {
    int64_t extended = log->begun ? extend(number, log->highest, 16) : number;
    if (!log->begun) log->next = log->highest = extended;
    log->begun = true;
    if (extended > log->highest) log->highest = extended;
    if (!log->arrivals) log->arrivals = malloc(MOST_ARRIVALS * sizeof *log->arrivals);
    if (!log->arrivals || extended < log->next || log->count == MOST_ARRIVALS) return;
    for (int i = log->count - 1; i >= 0; i--)
        if (log->arrivals[i].number == extended) {
            log->arrivals[i].at = now;
            return;
        }
    log->arrivals[log->count++] = (struct arrival){extended, now};
}

static int by_number(const void *a, const void *b) {
    int64_t x = ((const struct arrival *)a)->number, y = ((const struct arrival *)b)->number;
    return (x > y) - (x < y);
}

/* Deltas of what came, a symbol for every number from base on; returns the bytes of deltas. */
static int describe(const struct arrival_log *log, int first, int64_t base, int64_t reference, uint8_t *symbols,
                    uint8_t *deltas) {
    int size = 0, i = first;
    int64_t before = reference * (REFERENCE / TICK), last = log->arrivals[log->count - 1].number;
    for (int64_t number = base; number <= last; number++) {
        if (log->arrivals[i].number != number) {
            symbols[number - base] = LOST;
            continue;
        }
        int64_t delta = (log->arrivals[i++].at + TICK / 2) / TICK - before;
        if (delta > 0x7FFF) delta = 0x7FFF;
        if (delta < -0x8000) delta = -0x8000;
        before += delta;
        bool small = delta >= 0 && delta <= 0xFF;
        symbols[number - base] = small ? SMALL_DELTA : LARGE_DELTA;
        if (!small) deltas[size++] = (uint8_t)(delta >> 8);
        deltas[size++] = (uint8_t)delta;
    }
    return size;
}

static int write_chunks(const uint8_t *symbols, int count, uint8_t *out) {
    int size = 0;
    for (int start = 0; start < count; start += PER_CHUNK, size += 2) {
        uint32_t chunk = 3;
        for (int i = start; i < start + PER_CHUNK; i++) chunk = chunk << 2 | (i < count ? symbols[i] : LOST);
        put16(out + size, chunk);
    }
    return size;
}

int arrivals_feedback(struct arrival_log *log, uint32_t own, uint32_t ssrc, uint8_t *out) {
    uint8_t symbols[MOST_ARRIVALS], deltas[2 * MOST_ARRIVALS];
    if (!log->count) return 0;
    qsort(log->arrivals, (size_t)log->count, sizeof *log->arrivals, by_number);
    int64_t last = log->arrivals[log->count - 1].number;
    int64_t base = last - MOST_ARRIVALS + 1 > log->next ? last - MOST_ARRIVALS + 1 : log->next;
    int first = 0;
    while (log->arrivals[first].number < base) first++;
    if (base != log->next) base = log->arrivals[first].number;
    int64_t reference = log->arrivals[first].at / REFERENCE;
    int count = (int)(last - base + 1), delta_size = describe(log, first, base, reference, symbols, deltas);
    put32(out + 4, own);
    put32(out + 8, ssrc);
    put16(out + 12, (uint32_t)(base & 0xFFFF));
    put16(out + 14, (uint32_t)count);
    put32(out + 16, (uint32_t)((reference & 0xFFFFFF) << 8) | log->told++);
    int size = 20 + write_chunks(symbols, count, out + 20);
    for (int i = 0; i < delta_size; i++) out[size++] = deltas[i];
    while (size % 4) out[size++] = 0;
    out[0] = 0x80 | FMT_TRANSPORT;
    out[1] = RTCP_RTPFB;
    put16(out + 2, (uint32_t)(size / 4 - 1));
    log->next = last + 1;
    log->count = 0;
    return size;
}
