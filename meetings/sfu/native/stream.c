#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "path.h"

#define PAD_UNIT 4 /* near-equal packets of a frame are padded to a multiple of this */
#define VOICE_UNIT 16
#define MOST_PADDING 16
#define REORDERED 64 /* packets before the first that came may still be taken */

static int history_size(const struct stream *stream) { return stream->is_video ? VIDEO_HISTORY : AUDIO_HISTORY; }

struct stream *stream_create(struct pp_path *path, struct peer *peer, const struct pp_stream_table *table) {
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->table = *table;
    stream->peer = peer;
    stream->is_video = table->codec != PP_OPUS;
    stream->ssrc = table->ssrc;
    stream->keyframe_due = stream->is_video;
    stream->newest_picture = INT64_MIN;
    stream->asked_at = -KEYFRAME_INTERVAL;
    stream->told_report_at = -REPORT_GAP;
    reception_init(&stream->reception, table->clock_rate);
    struct stream **bucket = &path->names.streams[table->stream % BUCKETS];
    stream->next = *bucket;
    *bucket = stream;
    return stream;
}

void packet_release(struct packet *packet) {
    if (packet && --packet->references == 0) free(packet);
}

static void forget_history(struct stream *stream) {
    for (int i = 0; stream->history && i < history_size(stream); i++) {
        packet_release(stream->history[i]);
        stream->history[i] = NULL;
    }
}

void stream_destroy(struct pp_path *path, struct stream *stream) {
    while (stream->slot_count) slot_lost(path, stream->slots[0], stream);
    for (struct peer *peer = path->peers; peer; peer = peer->next)
        for (int i = 0; i < peer->slot_count; i++) slot_lost(path, peer->slots[i], stream);
    struct stream **link = &path->names.streams[stream->table.stream % BUCKETS];
    while (*link != stream) link = &(*link)->next;
    *link = stream->next;
    forget_history(stream);
    reception_clear(&stream->reception);
    free(stream->history);
    free(stream->slots);
    free(stream);
}

void stream_attach(struct pp_path *path, struct stream *stream, struct slot *slot) {
    for (int i = 0; i < stream->slot_count; i++)
        if (stream->slots[i] == slot) return;
    if (stream->slot_count == stream->slot_capacity) {
        int capacity = stream->slot_capacity ? 2 * stream->slot_capacity : 8;
        struct slot **larger = realloc(stream->slots, (size_t)capacity * sizeof *larger);
        if (!larger) return;
        stream->slots = larger;
        stream->slot_capacity = capacity;
    }
    stream->slots[stream->slot_count++] = slot;
    if (stream->slot_count > path->audience) path->audience = stream->slot_count;
}

void stream_detach(struct stream *stream, const struct slot *slot) {
    for (int i = 0; i < stream->slot_count; i++)
        if (stream->slots[i] == slot) {
            stream->slot_count--;
            memmove(stream->slots + i, stream->slots + i + 1, (size_t)(stream->slot_count - i) * sizeof *stream->slots);
            return;
        }
}

/* --- the history ------------------------------------------------------------------------------------------- */

struct packet *stream_stored(const struct stream *stream, int64_t number) {
    if (!stream->history || number < stream->oldest) return NULL;
    struct packet *packet = stream->history[number % history_size(stream)];
    return packet && packet->sequence == number ? packet : NULL;
}

int64_t packet_place(const struct packet *packet, int layers) { return packet->sequence - packet->skipped.packets[layers]; }

/* Places go up by one or stay with each number, so that the newest packet with one is never more numbers below another than
 * there are places between: a few steps, and none is passed over. */
struct packet *stream_at_place(const struct stream *stream, int64_t place, int layers) {
    int64_t number = stream->reception.highest;
    while (number >= stream->oldest && number > stream->reception.highest - VIDEO_HISTORY) {
        struct packet *packet = stream_stored(stream, number);
        int64_t above = packet ? packet_place(packet, layers) - place : 1;
        if (above < 0) return NULL;
        if (above == 0) return packet->is_late || packet->temporal <= layers ? packet : NULL;
        number -= above;
    }
    return NULL;
}

/* What is older than HISTORY_AGE helps nobody; what is missing among younger packets may still come. */
static void expire(struct stream *stream, int64_t now) {
    int64_t end = stream->reception.highest, behind = end - history_size(stream) + 1;
    if (stream->oldest < behind) stream->oldest = behind;
    for (int64_t number = stream->oldest; number <= end; number++) {
        struct packet **kept = &stream->history[number % history_size(stream)];
        if (!*kept || (*kept)->sequence != number) continue;
        if (now - (*kept)->arrived <= HISTORY_AGE) return;
        packet_release(*kept);
        *kept = NULL;
        stream->oldest = number + 1;
    }
}

/* A late packet has the place that was kept for it when the next one came. False when that is not known any more. */
static bool take_place(const struct stream *stream, struct packet *packet) {
    for (int64_t number = packet->sequence + 1; number <= stream->reception.highest; number++) {
        const struct packet *next = stream_stored(stream, number);
        if (next) packet->skipped = next->skipped;
        if (next) return true;
    }
    return false;
}

/* Gives a packet its places among those of fewer temporal layers. */
static bool find_places(struct stream *stream, struct packet *packet) {
    for (int layers = packet->temporal; layers < 2; layers++) stream->thinned[layers] += packet->size;
    packet->is_late = packet->sequence < stream->reception.highest;
    if (packet->is_late) return take_place(stream, packet);
    if (packet->descriptor.has_picture && packet->picture != stream->newest_picture) {
        for (int layers = 0; layers < stream->newest_temporal; layers++) stream->skipped.pictures[layers]++;
        stream->newest_picture = packet->picture;
        stream->newest_temporal = packet->temporal;
        packet->begins = packet->descriptor.begins;
    }
    packet->skipped = stream->skipped;
    for (int layers = 0; layers < packet->temporal; layers++) stream->skipped.packets[layers]++;
    return true;
}

static void describe(struct stream *stream, struct packet *packet) {
    if (packet->codec == PP_H264) {
        packet->descriptor = h264_parse(packet->payload, packet->size);
        return;
    }
    struct descriptor *d = &packet->descriptor;
    *d = vp8_parse(packet->payload, packet->size);
    if (d->found && d->has_picture) {
        stream->picture = extend(d->picture, stream->picture, d->picture_bits);
        packet->picture = stream->picture;
    }
    if (d->found && d->has_layer) {
        stream->layer = extend(d->layer, stream->layer, 8);
        packet->layer = stream->layer;
    }
    packet->temporal = (uint8_t)vp8_temporal_layer(d);
}

/* Padding by which packets become equal in size, so that the kernel sends several at once: those of one frame differ by
 * a byte or two. Settled when a packet comes, for all its viewers. */
static uint8_t padding_for(struct pp_path *path, struct stream *stream, const struct packet *packet) {
    if (!path->has_segmentation || outbox_patience(path) == 0) return 0;
    int size = packet->size;
    if (!stream->is_video) return (uint8_t)(-size & (VOICE_UNIT - 1));
    if (packet->timestamp != stream->frame_timestamp || !stream->frame_size) {
        stream->frame_timestamp = packet->timestamp;
        stream->frame_size = (size + 1 + PAD_UNIT - 1) / PAD_UNIT * PAD_UNIT;
    }
    int padding = stream->frame_size - size;
    return padding > 0 && padding <= MOST_PADDING && stream->frame_size + RTP_HEADER < LARGEST_PACKET ? (uint8_t)padding : 0;
}

/* What its peer said of a voice: the level, and whether it is speech in the uppermost bit. The rest is below NO_LEVEL. */
static uint8_t level_of(const struct stream *stream, const struct rtp *rtp) {
    int name = stream->is_video ? 0 : stream->table.level_extension;
    if (!name || name >= EXTENSIONS || !rtp->extension_size[name]) return NO_LEVEL;
    return rtp->extension[name][0] == NO_LEVEL ? NO_LEVEL - 1 : rtp->extension[name][0];
}

static struct packet *store(struct pp_path *path, struct stream *stream, const struct rtp *rtp, int64_t number) {
    if (!stream->history) stream->history = calloc((size_t)history_size(stream), sizeof *stream->history);
    struct packet *packet = stream->history ? malloc(sizeof *packet + (size_t)rtp->size) : NULL;
    if (!packet) return NULL;
    *packet = (struct packet){.references = 1, .sequence = number, .timestamp = rtp->timestamp, .arrived = path->now,
                              .size = (uint16_t)rtp->size, .codec = stream->table.codec, .marker = rtp->marker,
                              .level = level_of(stream, rtp)};
    memcpy(packet->payload, rtp->payload, (size_t)rtp->size);
    if (stream->is_video) {
        describe(stream, packet);
        if (!find_places(stream, packet)) {
            free(packet);
            return NULL;
        }
    }
    packet->padding = padding_for(path, stream, packet);
    struct packet **at = &stream->history[number % history_size(stream)];
    packet_release(*at);
    *at = packet;
    expire(stream, path->now);
    return packet;
}

/* --- in ----------------------------------------------------------------------------------------------------- */

static void restart(struct stream *stream) {
    reception_restart(&stream->reception);
    forget_history(stream);
    stream->oldest = 0;
    for (int i = stream->slot_count - 1; i >= 0; i--) slot_interrupted(stream->slots[i], stream);
    stream->keyframe_due = stream->is_video;
}

static void send_nack(struct pp_path *path, struct stream *stream, const int64_t *numbers, int count) {
    uint8_t out[16 + 4 * MOST_MISSING + SRTP_LONGEST_TRAILER];
    int size = rtcp_write_nack(out, stream->ssrc ^ 1, stream->ssrc, numbers, count);
    peer_send_rtcp(path, stream->peer, out, size);
}

static void ask_again(struct pp_path *path, struct stream *stream, int64_t number, int64_t missing) {
    int64_t numbers[MOST_MISSING];
    if (!reception_lost(&stream->reception, number, missing, path->now)) {
        stream_request_keyframe(path, stream);
        return;
    }
    for (int64_t i = 0; i < missing; i++) numbers[i] = number - missing + i;
    send_nack(path, stream, numbers, (int)missing);
}

void stream_receive(struct pp_path *path, struct stream *stream, const struct rtp *rtp) {
    int64_t number = reception_unwrap(&stream->reception, rtp->sequence);
    if (reception_restarted(&stream->reception, number)) {
        restart(stream);
        number = reception_unwrap(&stream->reception, rtp->sequence);
    }
    if (!stream->oldest) stream->oldest = number - REORDERED;
    if (number < stream->oldest || stream_stored(stream, number)) return; /* too late for anybody, or a duplicate */
    int64_t missing = reception_arrived(&stream->reception, number, rtp->timestamp, path->now);
    if (missing && stream->is_video) ask_again(path, stream, number, missing);
    stream->last_arrival = path->now;
    stream->has_paused = false;
    stream->octets += (uint64_t)rtp->size;
    struct packet *packet = store(path, stream, rtp, number);
    if (!packet) return;
    packet->references++;
    for (int i = 0; i < stream->slot_count; i++) slot_forward(path, stream->slots[i], stream, packet);
    packet_release(packet);
}

void stream_reported(struct pp_path *path, struct stream *stream, const struct sender_report *report) {
    stream->reception.report = *report;
    stream->reception.has_report = true;
    stream->reception.reported_at = path->now;
    if (path->now - stream->told_report_at < REPORT_GAP) return;
    stream->told_report_at = path->now;
    for (int i = 0; i < stream->slot_count; i++) slot_report(path, stream->slots[i], stream);
}

/* --- back to the sender -------------------------------------------------------------------------------------- */

void stream_request_keyframe(struct pp_path *path, struct stream *stream) {
    uint8_t out[12 + SRTP_LONGEST_TRAILER];
    stream->keyframe_due = true;
    if (!stream->ssrc) return; /* nothing came yet */
    if (path->now - stream->asked_at < KEYFRAME_INTERVAL) return;
    stream->asked_at = path->now;
    stream->keyframe_due = false;
    path->counters.keyframe_requests++;
    int size = rtcp_write_keyframe_request(out, stream->ssrc ^ 1, stream->ssrc);
    peer_send_rtcp(path, stream->peer, out, size);
}

static void fall_silent(struct stream *stream, int64_t now) {
    if (now - stream->last_arrival > 300000) stream->loudness = stream->loudness * 4 / 5;
}

void stream_tick(struct pp_path *path, struct stream *stream) {
    int64_t numbers[MOST_MISSING];
    if (stream->history) expire(stream, path->now);
    if (!stream->is_video) {
        fall_silent(stream, path->now);
        return;
    }
    int count = reception_due(&stream->reception, path->now, numbers);
    if (count) send_nack(path, stream, numbers, count);
    bool waiting = stream->keyframe_due;
    for (int i = 0; i < stream->slot_count && !waiting; i++) waiting = stream->slots[i]->pending == stream;
    if (waiting && stream->slot_count && path->now - stream->last_arrival < ALIVE) stream_request_keyframe(path, stream);
}
