#include "line.h"

#include <stdlib.h>

#include "bytes.h"

#define SENT 512         /* packets that are remembered */
#define MOST_TOLD 1024   /* packets of one feedback that are looked at */
#define TICK 250         /* microseconds of one unit of a delta */
#define REFERENCE 64000  /* microseconds of one unit of the reference time */
#define LEAST_FOR 30000000
#define LONG_WAIT 60000
#define STRANGE 10000000 /* a wait so long is a clock that was set, or a reference time that began anew */
#define HEAD 16          /* bytes of a feedback before its chunks */

enum symbol { NOT_RECEIVED, SMALL_DELTA, LARGE_DELTA, RESERVED };

void line_clear(struct line *line) {
    free(line->sent);
    line->sent = NULL;
}

uint16_t line_sent(struct line *line, int64_t now, int size) {
    if (!line->sent) line->sent = calloc(SENT, sizeof *line->sent);
    uint16_t number = line->next++;
    line->noted += (uint32_t)size;
    if (line->sent) line->sent[number % SENT] = (struct sent){(uint32_t)now, number, (uint16_t)size};
    return number;
}

/* --- what a feedback says ------------------------------------------------------------------------------------- */

/* A chunk's symbols (section 3.1.3 and 3.1.4); how many there are now. */
static int read_chunk(uint16_t chunk, uint8_t *symbols, int count, int wanted) {
    int bits = chunk >> 14 & 1 ? 2 : 1, run = chunk & 0x1FFF;
    if (chunk >> 15)
        for (int shift = 14 - bits; shift >= 0 && count < wanted; shift -= bits)
            symbols[count++] = (uint8_t)(chunk >> shift & (bits == 2 ? 3 : 1));
    else
        for (int i = 0; i < run && count < wanted; i++) symbols[count++] = (uint8_t)(chunk >> 13 & 3);
    return count;
}

/* Where the deltas begin; 0 when it is malformed. */
static int read_symbols(const struct rtcp_block *block, uint8_t *symbols, int wanted) {
    int at = HEAD, count = 0;
    while (count < wanted) {
        if (at + 2 > block->size) return 0;
        int more = read_chunk(get16(block->body + at), symbols, count, wanted);
        if (more == count) return 0; /* an empty run */
        count = more;
        at += 2;
    }
    return at;
}

/* --- how long packets wait ------------------------------------------------------------------------------------ */

static uint32_t lesser(uint32_t a, uint32_t b) { return (int32_t)(a - b) < 0 ? a : b; }

static void begin_least(struct line *line, uint32_t delay, int64_t now) {
    line->has_least = true;
    line->least = line->former_least = delay;
    line->least_since = now;
}

/* The smallest delay of a feedback's packets: those behind it waited for each other. */
static void learn(struct line *line, uint32_t delay, int64_t now) {
    int32_t above = (int32_t)(delay - line->least);
    if (!line->has_least || above > STRANGE || above < -STRANGE) begin_least(line, delay, now);
    if (now - line->least_since > LEAST_FOR) {
        line->former_least = line->least;
        line->least = delay;
        line->least_since = now;
    }
    line->least = lesser(line->least, delay);
    line->waited += delay - lesser(line->least, line->former_least);
    line->feedbacks++;
}

static struct sent *sent_as(struct line *line, uint16_t number) {
    struct sent *sent = &line->sent[number % SENT];
    return sent->size && sent->number == number ? sent : NULL;
}

static void came(struct line *line, struct sent *sent, uint32_t at, bool *any, uint32_t *smallest) {
    uint32_t delay = at - sent->at;
    *smallest = *any ? lesser(*smallest, delay) : delay;
    *any = true;
    line->octets += sent->size;
    sent->size = 0;
}

void line_told(struct line *line, const struct rtcp_block *block, int64_t now, bool is_excused) {
    uint8_t symbols[MOST_TOLD];
    if (!line->sent || block->size < HEAD) return;
    uint16_t base = get16(block->body + 8);
    int count = get16(block->body + 10), at = count <= MOST_TOLD ? read_symbols(block, symbols, count) : 0;
    uint32_t when = (get32(block->body + 12) >> 8) * REFERENCE, smallest = 0;
    bool any = false;
    if (!at) return;
    for (int i = 0; i < count && symbols[i] != RESERVED; i++) {
        int size = symbols[i];
        struct sent *sent = sent_as(line, (uint16_t)(base + i));
        if (at + size > block->size) break;
        if (size) when += (uint32_t)((size == 1 ? block->body[at] : (int16_t)get16(block->body + at)) * TICK);
        at += size;
        if (!sent) continue;
        line->told++;
        if (size)
            came(line, sent, when, &any, &smallest);
        else if (!is_excused)
            line->lost++;
    }
    if (any) learn(line, smallest, now);
}

bool line_waits(const struct line *line) { return line->feedbacks && line->waited / line->feedbacks > LONG_WAIT; }

void line_summary(struct line *line, int64_t past, struct pp_viewer_report *report) {
    if (line->told) report->lost = (uint32_t)((uint64_t)line->lost * 256 / line->told);
    report->carried = (uint32_t)((int64_t)line->octets * 8 * 1000000 / past);
    report->numbered = (uint32_t)((int64_t)line->noted * 8 * 1000000 / past);
    report->queued = line->feedbacks ? (uint32_t)(line->waited / line->feedbacks) : 0;
    line->told = line->lost = line->octets = line->noted = line->feedbacks = 0;
    line->waited = 0;
}
