#include <stdlib.h>
#include <string.h>

#include "path.h"

#define OPUS_SILENCE 10 /* bytes up to which an Opus packet carries no voice, where the audio level is not told */
#define VOICED (90 << 8)
#define LOUDNESS_INTERVAL 2 /* ticks */

/* --- whose packet it is ---------------------------------------------------------------------------------------- */

static struct stream *routed(const struct peer *peer, uint32_t ssrc) {
    for (int i = 0; i < peer->route_count; i++)
        if (peer->routes[i].ssrc == ssrc) return peer->routes[i].stream;
    return NULL;
}

static bool is_text(const struct rtp *rtp, int name, const char *text) {
    size_t size = strlen(text);
    if (!name || !rtp->extension[name]) return size == 0;
    return rtp->extension_size[name] == size && memcmp(rtp->extension[name], text, size) == 0;
}

static bool is_of(const struct peer *peer, const struct rtp *rtp, const struct stream *stream) {
    const struct pp_extensions *e = &peer->extensions;
    bool is_retransmission = rtp->payload_type == stream->table.rtx_payload_type;
    if (!is_retransmission && rtp->payload_type != stream->table.payload_type) return false;
    return e->mid && rtp->extension[e->mid] && is_text(rtp, e->mid, stream->table.mid)
           && is_text(rtp, is_retransmission ? e->repaired_rid : e->rid, stream->table.rid);
}

static void add_route(struct peer *peer, uint32_t ssrc, struct stream *stream) {
    if (!peer->routes) peer->routes = malloc(MOST_SSRCS * sizeof *peer->routes);
    if (!peer->routes || peer->route_count == MOST_SSRCS) return;
    peer->routes[peer->route_count++] = (struct route){ssrc, stream};
}

/* The stream of an SSRC: said by the offer, or learnt by its mid and rid (RFC 8843, section 9.2; RFC 8852). */
static struct stream *stream_of(struct peer *peer, const struct rtp *rtp) {
    struct stream *known = routed(peer, rtp->ssrc);
    if (known) return known;
    for (int i = 0; i < peer->stream_count; i++) {
        struct stream *stream = peer->streams[i];
        bool named = rtp->ssrc && (rtp->ssrc == stream->table.ssrc || rtp->ssrc == stream->table.rtx_ssrc);
        if (!named && (peer->route_count == MOST_SSRCS || !is_of(peer, rtp, stream))) continue;
        add_route(peer, rtp->ssrc, stream);
        if (rtp->payload_type == stream->table.payload_type) stream->ssrc = rtp->ssrc;
        return stream;
    }
    return NULL;
}

/* --- packets --------------------------------------------------------------------------------------------------- */

/* Follows the microphone's level from RFC 6464, or else from the size: quick upwards, slow downwards. */
static void measure(struct stream *stream, const struct rtp *rtp) {
    int name = stream->table.level_extension;
    const uint8_t *level = name && name < EXTENSIONS && rtp->extension_size[name] ? rtp->extension[name] : NULL;
    int32_t heard = level ? (127 - (level[0] & 0x7F)) << 8 : rtp->size > OPUS_SILENCE ? VOICED : 0;
    int32_t now = (int32_t)stream->loudness, difference = heard - now;
    stream->loudness = (uint32_t)(now + (difference > 0 ? difference * 3 / 10 : difference / 20));
}

static void retransmitted(struct pp_path *path, struct stream *stream, const struct rtp *rtp) {
    if (rtp->size <= 2) return; /* only padding, as probes are */
    struct rtp original = *rtp;
    original.payload_type = stream->table.payload_type;
    original.ssrc = stream->ssrc;
    original.sequence = (uint16_t)(rtp->payload[0] << 8 | rtp->payload[1]);
    original.payload += 2;
    original.size -= 2;
    stream_receive(path, stream, &original);
}

void sending_rtp(struct pp_path *path, struct peer *peer, const uint8_t *data, int size) {
    struct rtp rtp;
    if (!peer->stream_count || size > LARGEST_DATAGRAM || !rtp_parse(&rtp, data, size)) return;
    int number = peer->extensions.transport_number;
    if (number && rtp.extension_size[number] == 2)
        arrivals_add(&peer->arrivals, (uint16_t)(rtp.extension[number][0] << 8 | rtp.extension[number][1]), path->now);
    struct stream *stream = stream_of(peer, &rtp);
    if (!stream) return;
    if (rtp.payload_type == stream->table.rtx_payload_type) {
        retransmitted(path, stream, &rtp);
    } else if (rtp.payload_type == stream->table.payload_type && rtp.size) {
        if (!stream->is_video) measure(stream, &rtp);
        stream_receive(path, stream, &rtp);
    }
}

/* --- reports ---------------------------------------------------------------------------------------------------- */

/* What to add to the peer's clock to get the node's: the smallest seen, since delay only adds. A clock that was set
 * anew (more than a second off) starts over. One value for all streams of a peer: its picture and voice stay together. */
static void follow_clock(struct pp_path *path, struct peer *peer, uint64_t ntp) {
    int64_t seconds = (int64_t)(ntp >> 32) - 2208988800LL;
    int64_t sent = seconds * 1000000 + (int64_t)((ntp & 0xFFFFFFFF) * 1000000 >> 32);
    int64_t measured = path->now + path->wall - sent;
    if (!peer->has_clock || measured < peer->clock_offset || measured - peer->clock_offset > 1000000)
        peer->clock_offset = measured;
    peer->has_clock = true;
}

void sending_rtcp(struct pp_path *path, struct peer *peer, const uint8_t *data, int size) {
    struct rtcp_block block;
    struct sender_report report;
    for (int at = 0; rtcp_next(data, size, &at, &block);) {
        if (block.kind != RTCP_SR || !rtcp_sender_report(&block, &report)) continue;
        struct stream *stream = NULL;
        for (int i = 0; i < peer->stream_count && !stream; i++)
            if (peer->streams[i]->ssrc == report.ssrc && report.ssrc) stream = peer->streams[i];
        if (!stream) continue;
        follow_clock(path, peer, report.ntp);
        stream_reported(path, stream, &report);
    }
}

/* --- feedback --------------------------------------------------------------------------------------------------- */

static int write_limit(const struct peer *peer, uint32_t own, uint8_t *out) {
    uint32_t ssrcs[MOST_STREAMS];
    int count = 0;
    for (int i = 0; i < peer->stream_count; i++)
        if (peer->streams[i]->is_video && peer->streams[i]->ssrc) ssrcs[count++] = peer->streams[i]->ssrc;
    bool wanted = count && peer->limit && !peer->extensions.transport_number;
    return wanted ? rtcp_write_bitrate_limit(out, own, peer->limit, ssrcs, count) : 0;
}

static void report(struct pp_path *path, struct peer *peer, uint32_t own) {
    uint8_t out[1024];
    struct report_block blocks[MOST_STREAMS];
    int count = 0;
    for (int i = 0; i < peer->stream_count; i++) {
        struct stream *stream = peer->streams[i];
        if (!reception_report(&stream->reception, stream->ssrc, path->now, &blocks[count])) continue;
        struct pp_stream_report told = {
            .rate = (uint32_t)((stream->octets - stream->octets_told) * 8),
            .lost = blocks[count].lost,
            .jitter = (uint32_t)((uint64_t)blocks[count].jitter * 1000000 / stream->table.clock_rate),
            .thinned = {(uint32_t)(stream->thinned[0] * 8), (uint32_t)(stream->thinned[1] * 8)},
        };
        if (stream->octets != stream->octets_told && !stream->has_paused)
            tell(path, PP_EVENT_STREAM, stream->table.stream, &told, sizeof told);
        stream->octets_told = stream->octets;
        stream->thinned[0] = stream->thinned[1] = 0;
        count++;
    }
    int size = rtcp_write_receiver_report(out, own, blocks, count);
    size += rtcp_write_description(out + size, own);
    size += write_limit(peer, own, out + size);
    peer_send_rtcp(path, peer, out, size);
}

static void tell_loudness(struct pp_path *path, struct stream *stream) {
    uint32_t decibels = stream->loudness >> 8;
    if (decibels) tell(path, PP_EVENT_LOUDNESS, stream->table.stream, &decibels, sizeof decibels);
}

static bool goes_on(const struct pp_path *path, const struct peer *peer, const struct stream *stream) {
    for (int i = 0; i < peer->stream_count; i++) {
        const struct stream *other = peer->streams[i];
        bool is_same = other != stream && other->octets && strcmp(other->table.mid, stream->table.mid) == 0;
        if (is_same && path->now - other->last_arrival < PAUSE / 2) return true;
    }
    return false;
}

/* Browsers stop an encoding when their line carries less: who is shown it waits for no report. */
static void tell_pause(struct pp_path *path, const struct peer *peer, struct stream *stream) {
    struct pp_stream_report none = {0};
    if (!stream->is_video || !stream->octets || stream->has_paused) return;
    if (path->now - stream->last_arrival <= PAUSE || !goes_on(path, peer, stream)) return;
    stream->has_paused = tell(path, PP_EVENT_STREAM, stream->table.stream, &none, sizeof none);
}

void sending_tick(struct pp_path *path, struct peer *peer) {
    uint8_t out[1024 + SRTP_LONGEST_TRAILER];
    for (int i = 0; i < peer->stream_count; i++) {
        stream_tick(path, peer->streams[i]);
        tell_pause(path, peer, peer->streams[i]);
        if (!peer->streams[i]->is_video && path->ticks % LOUDNESS_INTERVAL == 0) tell_loudness(path, peer->streams[i]);
    }
    uint32_t first = peer->streams[0]->ssrc, own = first ^ 1;
    int size = arrivals_feedback(&peer->arrivals, own, first, out);
    if (size) peer_send_rtcp(path, peer, out, size);
    if (path->now - peer->reported_at < REPORT_INTERVAL) return;
    peer->reported_at = path->now;
    report(path, peer, own);
}
