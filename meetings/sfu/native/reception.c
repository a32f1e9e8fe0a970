#include <stdlib.h>
#include <string.h>

#include "arrival.h"
#include "bytes.h"

#define MOST_TRIES 8
#define RETRY 100000
#define LARGEST_STEP 3000

void reception_init(struct reception *r, uint32_t clock_rate) {
    memset(r, 0, sizeof *r);
    r->clock_rate = clock_rate;
    r->highest = -1;
    r->begin = 1 << 16;
}

void reception_clear(struct reception *r) {
    free(r->missing);
    r->missing = NULL;
    r->missing_count = 0;
}

int64_t reception_unwrap(struct reception *r, uint16_t sequence) {
    if (r->highest < 0) {
        r->base = r->highest = sequence + r->begin;
        return r->highest;
    }
    return extend(sequence, r->highest, 16);
}

bool reception_restarted(const struct reception *r, int64_t number) { return llabs(number - r->highest) > LARGEST_STEP; }

void reception_restart(struct reception *r) {
    r->begin = (r->highest | 0xFFFF) + 1 + (1 << 16);
    r->highest = -1;
    r->received = r->expected_before = r->received_before = 0;
    r->has_transit = false;
    r->missing_count = 0;
}

static void remove_missing(struct reception *r, int at) {
    r->missing_count--;
    memmove(r->missing + at, r->missing + at + 1, (size_t)(r->missing_count - at) * sizeof *r->missing);
}

static void found(struct reception *r, int64_t number) {
    for (int i = 0; i < r->missing_count; i++)
        if (r->missing[i].number == number) {
            remove_missing(r, i);
            return;
        }
}

/* RFC 3550, appendix A.8. */
static void update_jitter(struct reception *r, uint32_t timestamp, int64_t now) {
    int64_t transit = now * r->clock_rate / 1000000 - timestamp;
    if (r->has_transit) {
        int64_t difference = llabs(transit - r->transit);
        if (difference < (int64_t)r->clock_rate * 10) /* a wrapped or restarted time stamp is no jitter */
            r->jitter += difference - ((r->jitter + 8) >> 4);
    }
    r->transit = transit;
    r->has_transit = true;
}

int64_t reception_arrived(struct reception *r, int64_t number, uint32_t timestamp, int64_t now) {
    r->received++;
    update_jitter(r, timestamp, now);
    found(r, number);
    if (number <= r->highest) return 0;
    int64_t missing = number - r->highest - 1;
    r->highest = number;
    return missing;
}

bool reception_lost(struct reception *r, int64_t number, int64_t count, int64_t now) {
    if (!r->missing) r->missing = malloc(MOST_MISSING * sizeof *r->missing);
    if (!r->missing || r->missing_count + count > MOST_MISSING) {
        r->missing_count = 0;
        return false;
    }
    for (int64_t n = number - count; n < number; n++)
        r->missing[r->missing_count++] = (struct missing){.number = n, .due = now + RETRY, .tries = 1};
    return true;
}

int reception_due(struct reception *r, int64_t now, int64_t *numbers) {
    int count = 0;
    for (int i = 0; i < r->missing_count;) {
        struct missing *missing = &r->missing[i];
        if (now >= missing->due && missing->tries >= MOST_TRIES) {
            remove_missing(r, i);
            continue;
        }
        if (now >= missing->due) {
            missing->tries++;
            missing->due = now + RETRY;
            numbers[count++] = missing->number;
        }
        i++;
    }
    return count;
}

bool reception_report(struct reception *r, uint32_t ssrc, int64_t now, struct report_block *report) {
    if (r->highest < 0) return false;
    int64_t expected = r->highest - r->base + 1, interval = expected - r->expected_before;
    int64_t gone = interval - (r->received - r->received_before), total = expected - r->received;
    r->expected_before = expected;
    r->received_before = r->received;
    memset(report, 0, sizeof *report);
    report->ssrc = ssrc;
    if (interval > 0 && gone > 0) report->lost = (uint8_t)(gone * 256 / interval > 255 ? 255 : gone * 256 / interval);
    if (total > 0) report->lost_total = (uint32_t)(total > 0x7FFFFF ? 0x7FFFFF : total);
    report->highest = (uint32_t)r->highest;
    report->jitter = (uint32_t)(r->jitter >> 4);
    if (r->has_report) {
        report->last_report = (uint32_t)(r->report.ntp >> 16);
        report->delay = (uint32_t)((now - r->reported_at) * 65536 / 1000000);
    }
    return true;
}
