#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "path.h"

#define PICTURE_IDS 0x8000
#define LAYER_INDEXES 0x100
#define SHORTEST_ROUND_TRIP 10000
#define LONGEST_ROUND_TRIP 1000000
#define NTP_EPOCH 2208988800LL /* seconds from 1900 to 1970 */

struct slot *slot_create(struct pp_path *path, struct peer *peer, const struct pp_slot_table *table) {
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot) return NULL;
    slot->table = *table;
    slot->peer = peer;
    slot->highest = -1;
    slot->layers = slot->asked = slot->pending_asked = PP_ALL_LAYERS;
    slot->round_trip = DEFAULT_ROUND_TRIP;
    struct slot **bucket = &path->names.slots[table->slot % BUCKETS];
    slot->next = *bucket;
    *bucket = slot;
    return slot;
}

static void leave(struct slot *slot) {
    if (slot->pending) stream_detach(slot->pending, slot);
    if (slot->stream) stream_detach(slot->stream, slot);
    slot->pending = slot->stream = NULL;
}

void slot_destroy(struct pp_path *path, struct slot *slot) {
    leave(slot);
    struct slot **link = &path->names.slots[slot->table.slot % BUCKETS];
    while (*link != slot) link = &(*link)->next;
    *link = slot->next;
    free(slot->resent);
    free(slot);
}

/* --- what is shown ------------------------------------------------------------------------------------------ */

void slot_aim(struct pp_path *path, struct slot *slot, struct stream *stream, int layers) {
    if (!stream || slot->table.payload_types[stream->table.codec] == PP_NO_PAYLOAD_TYPE) {
        leave(slot);
        return;
    }
    slot->pending_asked = (uint8_t)layers;
    if (stream == slot->stream) slot->asked = (uint8_t)layers;
    if (stream == (slot->pending ? slot->pending : slot->stream)) return;
    if (slot->pending && slot->pending != slot->stream) stream_detach(slot->pending, slot);
    slot->pending = NULL;
    if (stream == slot->stream) return;
    slot->pending = stream;
    stream_attach(path, stream, slot);
    if (slot->table.is_video) stream_request_keyframe(path, stream);
}

void slot_lost(struct pp_path *path, struct slot *slot, struct stream *stream) {
    (void)path;
    if (slot->stream == stream || slot->pending == stream) stream_detach(stream, slot);
    if (slot->stream == stream) slot->stream = NULL;
    if (slot->pending == stream) slot->pending = NULL;
    for (int i = 0; i < slot->segment_count; i++) /* whose numbers were whose stays known: none is used twice */
        if (slot->segments[i].stream == stream) slot->segments[i].stream = NULL;
}

void slot_interrupted(struct slot *slot, struct stream *stream) {
    if (slot->stream != stream) return;
    slot->stream = NULL;
    if (slot->pending)
        stream_detach(stream, slot);
    else
        slot->pending = stream;
}

/* --- forwarding --------------------------------------------------------------------------------------------- */

static int64_t picture_place(const struct packet *packet, int layers) {
    return packet->picture - packet->skipped.pictures[layers];
}

/* Numbers of the source that are taken over as they are begin in the lower half: should the first packets be lost
 * around a wrap, the receiver would count roll-overs wrongly for ever (RFC 3711, section 3.3.1). */
static struct mapping continue_with(const struct slot *slot, const struct packet *packet, int64_t now) {
    int64_t place = packet_place(packet, slot->layers), picture = picture_place(packet, slot->layers);
    if (slot->highest < 0)
        return (struct mapping){.sequence = (packet->sequence & 0x7FFF) - place,
                                .picture = (packet->picture - picture) & (PICTURE_IDS - 1)};
    int64_t elapsed = ((now - slot->last_at) * slot->table.clock_rate + 500000) / 1000000;
    if (elapsed < 1) elapsed = 1;
    return (struct mapping){
        .sequence = slot->highest + 1 - place,
        .timestamp = slot->last_timestamp + (uint32_t)elapsed - packet->timestamp,
        .picture = (slot->last_picture + 1 - picture) & (PICTURE_IDS - 1),
        .layer = (slot->last_layer + 1 - packet->layer) & (LAYER_INDEXES - 1),
    };
}

static struct outgoing rewritten(struct slot *slot, struct packet *packet, const struct mapping *mapping, int layers) {
    int64_t picture = picture_place(packet, layers) + mapping->picture;
    bool is_moved = ((picture - packet->picture) & (PICTURE_IDS - 1)) || mapping->layer;
    return (struct outgoing){
        .packet = packet,
        .slot = slot,
        .number = packet_place(packet, layers) + mapping->sequence,
        .timestamp = packet->timestamp + mapping->timestamp,
        .picture = (uint16_t)(picture & (PICTURE_IDS - 1)),
        .layer = (uint8_t)(packet->layer + mapping->layer),
        .shifted = is_moved && packet->codec == PP_VP8 && packet->descriptor.found,
        .is_blank = packet->temporal > layers,
    };
}

/* What is above the slot's temporal layers goes out only to fill a place that was kept for it, without its content. */
static void forward(struct pp_path *path, struct slot *slot, struct packet *packet, const struct mapping *mapping, int layers) {
    if (packet->temporal > layers && !packet->is_late) return;
    struct outgoing outgoing = rewritten(slot, packet, mapping, layers);
    if (outgoing.number > slot->highest) {
        if (slot->highest >= 0) slot->gaps += outgoing.number - slot->highest - 1;
        slot->highest = outgoing.number;
        slot->last_timestamp = outgoing.timestamp;
        slot->last_picture = picture_place(packet, layers) + mapping->picture;
        slot->last_layer = packet->layer + mapping->layer;
        slot->last_at = path->now;
    } else if (slot->gaps) {
        slot->gaps--;
    }
    slot->packets++;
    if (!outgoing.is_blank) slot->octets += packet->size;
    outbox_add(path, &outgoing);
}

static void remember_segment(struct slot *slot, const struct packet *packet, bool goes_on) {
    if (slot->segment_count == SEGMENTS)
        memmove(slot->segments, slot->segments + 1, (size_t)--slot->segment_count * sizeof *slot->segments);
    slot->first = packet->sequence;
    slot->segments[slot->segment_count++] = (struct segment){
        .stream = slot->stream,
        .mapping = slot->mapping,
        .first = packet_place(packet, slot->layers) + slot->mapping.sequence,
        .begins = packet->sequence,
        .layers = slot->layers,
        .goes_on = goes_on,
    };
}

static void begin(struct pp_path *path, struct slot *slot, struct stream *stream, struct packet *packet) {
    if (slot->stream) stream_detach(slot->stream, slot);
    slot->stream = stream;
    slot->pending = NULL;
    slot->layers = slot->asked = slot->pending_asked;
    slot->mapping = continue_with(slot, packet, path->now);
    remember_segment(slot, packet, false);
    uint32_t name = stream->table.stream;
    tell(path, PP_EVENT_SWITCHED, slot->table.slot, &name, sizeof name);
    slot_report(path, slot, stream);
    forward(path, slot, packet, &slot->mapping, slot->layers);
    /* a keyframe whose first packet came late: the others are here already */
    for (int64_t n = packet->sequence + 1; n <= stream->reception.highest; n++) {
        struct packet *kept = stream_stored(stream, n);
        if (kept) forward(path, slot, kept, &slot->mapping, slot->layers);
    }
}

/* --- temporal layers ----------------------------------------------------------------------------------------- */

/* The temporal layers from this picture on: fewer at once, more where what follows needs nothing that was left out: all from
 * a keyframe, the next one from a picture of it that needs the lowest only. */
static int layers_from(const struct slot *slot, const struct packet *packet) {
    if (packet->descriptor.keyframe || slot->asked < slot->layers) return slot->asked;
    bool is_next = packet->temporal == slot->layers + 1 && vp8_is_sync(&packet->descriptor);
    return is_next ? packet->temporal : slot->layers;
}

/* This picture gets the numbers that it would have had: those of packets before it that are still to come stay theirs. */
static void change_layers(struct slot *slot, const struct packet *packet) {
    int layers = layers_from(slot, packet);
    if (layers == slot->layers) return;
    slot->mapping.sequence += packet_place(packet, slot->layers) - packet_place(packet, layers);
    slot->mapping.picture += picture_place(packet, slot->layers) - picture_place(packet, layers);
    slot->layers = (uint8_t)layers;
    remember_segment(slot, packet, true);
}

/* A packet from before the temporal layers changed, which went by what was sent then. */
static void forward_late(struct pp_path *path, struct slot *slot, struct packet *packet) {
    for (int i = slot->segment_count - 1; i >= 0; i--) {
        struct segment *segment = &slot->segments[i];
        if (packet->sequence >= segment->begins) {
            forward(path, slot, packet, &segment->mapping, segment->layers);
            return;
        }
        if (!segment->goes_on) return;
    }
}

void slot_forward(struct pp_path *path, struct slot *slot, struct stream *stream, struct packet *packet) {
    if (slot->stream == stream) {
        if (slot->asked != slot->layers && packet->begins) change_layers(slot, packet);
        if (packet->sequence >= slot->first)
            forward(path, slot, packet, &slot->mapping, slot->layers);
        else
            forward_late(path, slot, packet);
    } else if (slot->pending == stream && (!slot->table.is_video || packet->descriptor.keyframe)) {
        begin(path, slot, stream, packet);
    }
}

/* --- what the viewer says ------------------------------------------------------------------------------------ */

bool slot_repairs_apart(const struct slot *slot, int codec) {
    return slot->table.rtx_ssrc && slot->table.rtx_payload_types[codec] != PP_NO_PAYLOAD_TYPE;
}

/* False when it was sent again within three quarters of a round trip: a browser that does not know the round trip asks
 * every 100 ms, and what it asks for twice may have been lost twice. */
static bool remember_resent(struct slot *slot, int64_t number, int64_t now) {
    if (!slot->resent) slot->resent = calloc(RESENT, sizeof *slot->resent);
    if (!slot->resent) return false;
    struct resent *entry = &slot->resent[number % RESENT];
    if (entry->at && entry->number == number && (now - entry->at) * 4 < slot->round_trip * 3) return false;
    *entry = (struct resent){number, now};
    return true;
}

bool slot_resend(struct pp_path *path, struct slot *slot, uint16_t number) {
    if (slot->highest < 0) return false;
    int64_t wanted = extend(number, slot->highest, 16);
    if (slot->highest - wanted >= VIDEO_HISTORY) return false;
    for (int i = slot->segment_count - 1; i >= 0; i--) {
        struct segment *segment = &slot->segments[i];
        if (wanted < segment->first) continue;
        if (!segment->stream) return false;
        struct packet *packet = stream_at_place(segment->stream, wanted - segment->mapping.sequence, segment->layers);
        if (wanted > slot->highest || !packet || path->now - packet->arrived > RESEND_AGE) return false;
        if (!remember_resent(slot, wanted, path->now)) return false;
        struct outgoing outgoing = rewritten(slot, packet, &segment->mapping, segment->layers);
        if (slot_repairs_apart(slot, packet->codec)) outgoing.repair = ++slot->repairs;
        outbox_send_now(path, &outgoing);
        return true;
    }
    return false;
}

void slot_reported(struct slot *slot, const struct report_block *report, int64_t now) {
    if (!slot->report_middle || report->last_report != slot->report_middle) return;
    int64_t round_trip = now - slot->report_sent_at - (int64_t)report->delay * 1000000 / 65536;
    if (round_trip < SHORTEST_ROUND_TRIP) round_trip = SHORTEST_ROUND_TRIP;
    if (round_trip > LONGEST_ROUND_TRIP) round_trip = LONGEST_ROUND_TRIP;
    slot->round_trip = round_trip;
}

static uint64_t ntp_of(int64_t microseconds) {
    int64_t seconds = microseconds / 1000000;
    uint64_t fraction = ((uint64_t)(microseconds % 1000000) << 32) / 1000000;
    return (uint64_t)(seconds + NTP_EPOCH) << 32 | fraction;
}

static int64_t microseconds_of(uint64_t ntp) {
    return ((int64_t)(ntp >> 32) - NTP_EPOCH) * 1000000 + (int64_t)((ntp & 0xFFFFFFFF) * 1000000 >> 32);
}

void slot_report(struct pp_path *path, struct slot *slot, const struct stream *stream) {
    uint8_t out[28 + 24 + SRTP_LONGEST_TRAILER];
    if (!stream->reception.has_report || slot->stream != stream) return;
    const struct sender_report *last = &stream->reception.report;
    int64_t taken = microseconds_of(last->ntp) + stream->peer->clock_offset;
    struct sender_report report = {.ssrc = slot->table.ssrc,
                                   .ntp = ntp_of(taken < 0 ? 0 : taken),
                                   .timestamp = last->timestamp + slot->mapping.timestamp,
                                   .packets = slot->packets,
                                   .octets = slot->octets};
    slot->report_middle = (uint32_t)(report.ntp >> 16);
    slot->report_sent_at = path->now;
    int size = rtcp_write_sender_report(out, &report);
    size += rtcp_write_description(out + size, slot->table.ssrc);
    peer_send_rtcp(path, slot->peer, out, size);
}
