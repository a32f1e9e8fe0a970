/* How a peer's packets arrive: losses and jitter of one stream (RFC 3550), and the arrival of every packet of a
 * connection, told to its browser so that it finds its bitrate (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
#ifndef PP_ARRIVAL_H
#define PP_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "formats.h"

#define MOST_MISSING 256 /* packets asked for again at a time; when more are missing only a keyframe helps */
#define MOST_ARRIVALS 400 /* packets described by one feedback; the rest is reported as if it began anew */

struct missing {
    int64_t number, due;
    int tries;
};

/* Numbers are without wrap-around, above 0 and used for one run only: what was encrypted under one may never be
 * confused with a packet of a later run. highest is negative before the first packet. */
struct reception {
    uint32_t clock_rate;
    int64_t highest, base, begin, received, expected_before, received_before;
    int64_t transit, jitter; /* clock units; jitter in 1/16 of them */
    bool has_transit, has_report;
    struct sender_report report;
    int64_t reported_at;
    struct missing *missing; /* ascending; allocated with the first loss */
    int missing_count;
};

void reception_init(struct reception *reception, uint32_t clock_rate);
void reception_clear(struct reception *reception);
/* The 16-bit number without wrap-around. */
int64_t reception_unwrap(struct reception *reception, uint16_t sequence);
/* Whether a number is too far from the highest to be of the same run (RFC 3550, appendix A.1). */
bool reception_restarted(const struct reception *reception, int64_t number);
/* The sender began anew: forget the run. */
void reception_restart(struct reception *reception);
/* Counts one packet; how many before it are newly missing: they end just below its number. */
int64_t reception_arrived(struct reception *reception, int64_t number, uint32_t timestamp, int64_t now);
/* Notes that count numbers before number are asked for again; false when that would be too many. */
bool reception_lost(struct reception *reception, int64_t number, int64_t count, int64_t now);
/* Numbers to ask for again now, at most MOST_MISSING, ascending; what was asked for too often is given up. */
int reception_due(struct reception *reception, int64_t now, int64_t *numbers);
/* The report block since the last one (RFC 3550, appendix A.3); false before the first packet. */
bool reception_report(struct reception *reception, uint32_t ssrc, int64_t now, struct report_block *report);

struct arrival {
    int64_t number, at;
};

struct arrival_log {
    struct arrival *arrivals; /* allocated with the first */
    int count;
    int64_t highest, next;
    uint8_t told;
    bool begun;
};

void arrivals_clear(struct arrival_log *log);
void arrivals_add(struct arrival_log *log, uint16_t number, int64_t now);
/* Writes the RTCP packet that reports what came since the last one; 0 when nothing did. */
int arrivals_feedback(struct arrival_log *log, uint32_t own, uint32_t ssrc, uint8_t *out);

#endif
