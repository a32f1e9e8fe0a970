/* How a viewer's line carries what it is sent: each numbered packet is noted when it goes, and the browser's feedback
 * says which came, and when (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
#ifndef PP_LINE_H
#define PP_LINE_H

#include "formats.h"
#include "packet_path.h"

/* at is in microseconds and wraps around; size 0 is none. */
struct sent {
    uint32_t at;
    uint16_t number, size;
};

/* What is on the way is as long as it is when the line is empty (the least of half a minute to a minute), and what it
 * waits. Both clocks are unknown to each other: only differences count. */
struct line {
    struct sent *sent; /* allocated with the first */
    uint16_t next;
    bool has_least;
    uint32_t least, former_least;
    int64_t least_since;
    uint32_t told, lost, octets, noted, feedbacks; /* since the last summary; octets of what came, and of what went */
    uint64_t waited;
};

void line_clear(struct line *line);
/* Notes a packet of size bytes; its number. */
uint16_t line_sent(struct line *line, int64_t now, int size);
/* Takes a feedback; what follows in one that is malformed is left out, and losses that are excused. */
void line_told(struct line *line, const struct rtcp_block *block, int64_t now, bool is_excused);
/* Whether packets wait long, as far as was told since the last summary. */
bool line_waits(const struct line *line);
/* Fills in what the feedback of the past microseconds said, and forgets it. Without any, losses are left as they are. */
void line_summary(struct line *line, int64_t past, struct pp_viewer_report *report);

#endif
