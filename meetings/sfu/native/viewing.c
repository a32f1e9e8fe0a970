#include "bytes.h"
#include "path.h"

#define SILENT 1500000 /* microseconds after which a viewer who says nothing had no network */

static struct slot *slot_of(const struct peer *peer, uint32_t ssrc) {
    for (int i = 0; i < peer->slot_count; i++)
        if (peer->slots[i]->table.ssrc == ssrc) return peer->slots[i];
    return NULL;
}

static void lost_packets(struct pp_path *path, struct peer *peer, const struct rtcp_block *block) {
    struct slot *slot = block->size >= 8 ? slot_of(peer, get32(block->body + 4)) : NULL;
    int looked_at = 0;
    if (!slot) return;
    for (int at = 8; at + 4 <= block->size; at += 4) {
        uint32_t first = get16(block->body + at), mask = (uint32_t)get16(block->body + at + 2) << 1 | 1;
        for (uint32_t bit = 0; bit <= 16; bit++) {
            if (!(mask >> bit & 1)) continue;
            path->counters.nacks++;
            peer->fares.nacked++;
            if (looked_at++ >= MOST_NACKED || peer->resent >= MOST_RESENT) continue;
            if (!slot_resend(path, slot, (uint16_t)(first + bit))) continue;
            peer->resent++;
            path->counters.retransmitted++;
        }
    }
}

static void wants_keyframe(struct pp_path *path, const struct peer *peer, uint32_t ssrc) {
    struct slot *slot = slot_of(peer, ssrc);
    struct stream *stream = slot && slot->pending ? slot->pending : slot ? slot->stream : NULL;
    if (stream && slot->table.is_video) stream_request_keyframe(path, stream);
}

static void feedback(struct pp_path *path, struct peer *peer, const struct rtcp_block *block) {
    uint32_t limit = rtcp_bitrate_limit(block);
    if (limit) peer->fares.limit = limit;
    if (block->count == FMT_PLI && block->size >= 8) wants_keyframe(path, peer, get32(block->body + 4));
    if (block->count == FMT_FIR)
        for (int at = 8; at + 8 <= block->size; at += 8) wants_keyframe(path, peer, get32(block->body + at));
}

/* Of what a viewer misses, that which it was sent: what its source lost says nothing about its own line. */
static uint32_t blamed(struct slot *slot, int32_t lost) {
    if (lost <= 0) return 0;
    int64_t excused = lost < slot->gaps ? lost : slot->gaps;
    slot->gaps -= excused;
    return (uint32_t)(lost - excused);
}

/* What was lost of a slot between two reports; a retransmission that came makes good for a loss. */
static void count_losses(struct peer *peer, struct slot *slot, const struct report_block *report, bool is_excused) {
    int32_t expected = (int32_t)(report->highest - slot->reported_highest);
    int32_t lost = (int32_t)((report->lost_total - slot->reported_lost) << 8) >> 8; /* 24 bits with a sign */
    if (!is_excused && slot->was_reported && expected > 0 && expected < 0x10000) {
        peer->expected += (uint32_t)expected;
        peer->lost += blamed(slot, lost);
    }
    slot->was_reported = true;
    slot->reported_highest = report->highest;
    slot->reported_lost = report->lost_total;
}

static void reports(struct pp_path *path, struct peer *peer, const struct rtcp_block *block) {
    struct report_block report;
    for (int i = 0; rtcp_report_block(block, i, &report); i++) {
        struct slot *slot = slot_of(peer, report.ssrc);
        if (!slot) continue;
        slot_reported(slot, &report, path->now);
        count_losses(peer, slot, &report, path->now < peer->excused_until);
        if (!slot->stream) continue; /* an empty slot does not tremble */
        uint64_t jitter = (uint64_t)report.jitter * 1000000 / slot->table.clock_rate;
        if (jitter > UINT32_MAX) jitter = UINT32_MAX;
        if (jitter > peer->fares.jitter) peer->fares.jitter = (uint32_t)jitter;
        peer->fares.round_trip = (uint32_t)slot->round_trip;
    }
}

/* A network that was away, or became another one, loses everything for a while and says nothing of how much it carries. */
static void note_silence(struct peer *peer, int64_t now) {
    if (peer->said_at && now - peer->said_at > SILENT) peer->excused_until = now + EXCUSED;
    peer->said_at = now;
}

/* Losses, keyframe requests, and reports from which the round trip is known. */
void viewing_rtcp(struct pp_path *path, struct peer *peer, const uint8_t *data, int size) {
    struct rtcp_block block;
    note_silence(peer, path->now);
    for (int at = 0; rtcp_next(data, size, &at, &block);) {
        if (block.kind == RTCP_RTPFB && block.count == FMT_NACK)
            lost_packets(path, peer, &block);
        else if (block.kind == RTCP_RTPFB && block.count == FMT_TRANSPORT)
            line_told(&peer->line, &block, path->now, path->now < peer->excused_until);
        else if (block.kind == RTCP_PSFB)
            feedback(path, peer, &block);
        else if (block.kind == RTCP_RR || block.kind == RTCP_SR)
            reports(path, peer, &block);
    }
}

/* Another node hears that this one lives, be there something to send or not, and where it is. */
static void keep_alive(struct pp_path *path, struct peer *peer) {
    uint8_t out[64 + SRTP_LONGEST_TRAILER];
    uint32_t own = peer->slots[0]->table.ssrc ^ 1;
    int size = rtcp_write_receiver_report(out, own, NULL, 0);
    size += rtcp_write_description(out + size, own);
    peer_send_rtcp(path, peer, out, size);
}

/* Tells once a second how the viewer fares, four times while packets wait on its line; of jitter the worst of its slots
 * counts. */
void viewing_tick(struct pp_path *path, struct peer *peer) {
    int64_t interval = line_waits(&peer->line) ? QUICK_INTERVAL : REPORT_INTERVAL;
    if (path->now - peer->told_at < interval) return;
    if (peer->label) keep_alive(path, peer);
    int64_t past = peer->told_at ? path->now - peer->told_at : REPORT_INTERVAL;
    peer->fares.sent_rate = (uint32_t)((int64_t)(peer->octets - peer->octets_told) * 8 * 1000000 / past);
    uint32_t lost = peer->expected ? (uint32_t)((uint64_t)peer->lost * 256 / peer->expected) : 0;
    peer->fares.lost = lost > 256 ? 256 : lost;
    line_summary(&peer->line, past, &peer->fares);
    peer->told_at = path->now;
    peer->octets_told = peer->octets;
    tell(path, PP_EVENT_VIEWER, peer->name, &peer->fares, sizeof peer->fares);
    peer->fares.jitter = peer->fares.nacked = peer->expected = peer->lost = 0;
}
