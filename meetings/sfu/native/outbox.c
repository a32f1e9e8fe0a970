#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "path.h"

#define MESSAGES 128
#define ROOM (LARGEST_PACKET + SRTP_LONGEST_TRAILER)
#define BUFFER (PENDING * ROOM * 8)
#define EXTENSION 8 /* bytes of a header extension: a transport-wide number, or how loud a voice is */
#define ORIGINAL 2 /* bytes of the number in front of a repair */
#define ENOUGH (256 << 10) /* bytes after which it is sent: what was just encrypted is still in the cache */
#define LARGE_AUDIENCE 300
#define MIDDLE_AUDIENCE 64

struct outbox {
    struct message messages[MESSAGES];
    int count;
    size_t used;
    uint8_t buffer[BUFFER];
};

struct outbox *outbox_create(void) { return calloc(1, sizeof(struct outbox)); }

void outbox_destroy(struct outbox *outbox) { free(outbox); }

int outbox_patience(const struct pp_path *path) {
    int asked = __atomic_load_n(&path->gathering, __ATOMIC_RELAXED);
    if (asked >= 0) return asked;
    if (path->audience >= LARGE_AUDIENCE) return 10000;
    return path->audience >= MIDDLE_AUDIENCE ? 5000 : 0;
}

/* --- one packet --------------------------------------------------------------------------------------------- */

static bool is_numbered(const struct outgoing *o) {
    if (!o->slot->table.transport_number || o->packet->codec == PP_OPUS) return false;
    return slot_repairs_apart(o->slot, o->packet->codec);
}

static bool is_levelled(const struct outgoing *o) {
    return !o->repair && o->slot->table.level && o->packet->level != NO_LEVEL;
}

static int plain_size(const struct outgoing *o) {
    int extension = is_numbered(o) || is_levelled(o) ? EXTENSION : 0;
    if (o->is_blank) return RTP_HEADER + extension + (o->repair ? ORIGINAL : 0);
    int size = RTP_HEADER + extension + o->packet->size + (o->repair ? ORIGINAL : o->packet->padding);
    if (!o->shifted) return size;
    uint8_t descriptor[8];
    return size - o->packet->descriptor.start + vp8_write(&o->packet->descriptor, 0, 0, descriptor);
}

static int write_header(const struct outgoing *o, int64_t now, uint8_t *out) {
    const struct packet *packet = o->packet;
    const struct pp_slot_table *table = &o->slot->table;
    const uint8_t *types = o->repair ? table->rtx_payload_types : table->payload_types;
    out[0] = packet->padding && !o->repair && !o->is_blank ? 0xA0 : 0x80;
    out[1] = (uint8_t)((packet->marker && !o->is_blank) << 7 | types[packet->codec]);
    put16(out + 2, (uint32_t)((o->repair ? o->repair : o->number) & 0xFFFF));
    put32(out + 4, o->timestamp);
    put32(out + 8, o->repair ? table->rtx_ssrc : table->ssrc);
    if (!is_numbered(o) && !is_levelled(o)) return RTP_HEADER;
    uint32_t value = (uint32_t)table->level << 28 | (uint32_t)packet->level << 16;
    if (is_numbered(o)) /* voices have the one, pictures the other */
        value = (uint32_t)table->transport_number << 28 | 1u << 24 | (uint32_t)line_sent(&o->slot->peer->line, now, plain_size(o)) << 8;
    out[0] |= 0x10;
    put32(out + RTP_HEADER, 0xBEDE0001);
    put32(out + RTP_HEADER + 4, value);
    return RTP_HEADER + EXTENSION;
}

static int write_payload(const struct outgoing *o, uint8_t *out) {
    const struct packet *packet = o->packet;
    int size = 0, from = 0;
    if (o->shifted) {
        size = vp8_write(&packet->descriptor, o->picture, o->layer, out);
        from = packet->descriptor.start;
    }
    memcpy(out + size, packet->payload + from, (size_t)(packet->size - from));
    size += packet->size - from;
    if (packet->padding && !o->repair) {
        memset(out + size, 0, packet->padding);
        size += packet->padding;
        out[size - 1] = packet->padding;
    }
    return size;
}

/* The packet as its viewer gets it, encrypted; its length, 0 when it cannot be. */
static int write_packet(struct pp_path *path, const struct outgoing *o, uint8_t *out) {
    int header = write_header(o, path->now, out), size = header;
    if (o->repair) {
        put16(out + size, (uint32_t)(o->number & 0xFFFF));
        size += ORIGINAL;
    }
    if (!o->is_blank) size += write_payload(o, out + size);
    uint64_t index = (uint64_t)(o->repair ? o->repair : o->number);
    int sealed = srtp_protect(&o->slot->peer->outbound, out, size, header, index);
    if (!sealed) path->counters.dropped++;
    return sealed;
}

static bool is_reachable(const struct peer *peer) { return peer->is_keyed && peer->place; }

static bool may_send(struct pp_path *path, const struct outgoing *o) {
    if (is_reachable(o->slot->peer) && plain_size(o) <= LARGEST_PACKET) return true;
    path->counters.dropped++;
    return false;
}

void outbox_send_now(struct pp_path *path, const struct outgoing *o) {
    uint8_t out[ROOM];
    if (!may_send(path, o)) return;
    int size = write_packet(path, o, out);
    if (size) peer_send(path, o->slot->peer, out, size);
}

/* --- gathering ---------------------------------------------------------------------------------------------- */

static bool wait_for_flush(struct pp_path *path, struct peer *peer) {
    if (path->waiting_count == path->waiting_capacity) {
        int capacity = path->waiting_capacity ? 2 * path->waiting_capacity : 64;
        struct peer **larger = realloc(path->waiting, (size_t)capacity * sizeof(struct peer *));
        if (!larger) return false;
        path->waiting = larger;
        path->waiting_capacity = capacity;
    }
    if (!path->waiting_count) path->gathered_since = path->now;
    path->waiting[path->waiting_count++] = peer;
    return true;
}

void outbox_add(struct pp_path *path, const struct outgoing *o) {
    struct peer *peer = o->slot->peer;
    if (!may_send(path, o)) return;
    if (!peer->pending) peer->pending = malloc(PENDING * sizeof *peer->pending);
    if (peer->pending_count == PENDING) outbox_flush(path);
    if (!peer->pending || (!peer->pending_count && !wait_for_flush(path, peer))) {
        path->counters.dropped++;
        return;
    }
    o->packet->references++;
    peer->pending[peer->pending_count++] = *o;
}

static void release_pending(struct peer *peer) {
    for (int i = 0; i < peer->pending_count; i++) packet_release(peer->pending[i].packet);
    peer->pending_count = 0;
}

void outbox_forget(struct pp_path *path, struct peer *peer) {
    release_pending(peer);
    for (int i = 0; i < path->waiting_count; i++)
        if (path->waiting[i] == peer) path->waiting[i--] = path->waiting[--path->waiting_count];
}

/* --- sending ------------------------------------------------------------------------------------------------ */

static void post(struct pp_path *path) {
    struct outbox *outbox = path->outbox;
    links_send(path, outbox->messages, outbox->count);
    outbox->count = 0;
    outbox->used = 0;
}

/* Whether nothing of the same slot that came before stays behind: packets of one slot keep their order. */
static bool may_join(const struct peer *peer, uint32_t sent, int number) {
    for (int i = 0; i < number; i++)
        if (!(sent >> i & 1) && peer->pending[i].slot == peer->pending[number].slot) return false;
    return true;
}

/* Which pending packets go in one message, the first being given: those of its size, then one that is shorter. */
static int plan(const struct peer *peer, const int *sizes, uint32_t *sent, int first, int *chosen) {
    int count = 0, shorter = -1;
    chosen[count++] = first;
    *sent |= 1u << first;
    for (int i = first + 1; i < peer->pending_count; i++)
        if (!(*sent >> i & 1) && sizes[i] == sizes[first] && may_join(peer, *sent, i)) {
            chosen[count++] = i;
            *sent |= 1u << i;
        }
    for (int i = first + 1; i < peer->pending_count && shorter < 0; i++)
        if (!(*sent >> i & 1) && sizes[i] < sizes[first] && may_join(peer, *sent, i)) shorter = i;
    if (shorter >= 0) {
        chosen[count++] = shorter;
        *sent |= 1u << shorter;
    }
    return count;
}

static void send_group(struct pp_path *path, struct peer *peer, const int *chosen, int count) {
    struct outbox *outbox = path->outbox;
    if (outbox->count == MESSAGES || outbox->used > ENOUGH) post(path);
    uint8_t *start = outbox->buffer + outbox->used;
    int size = 0, segment = 0;
    for (int i = 0; i < count; i++) {
        int written = write_packet(path, &peer->pending[chosen[i]], start + size);
        if (!written) break; /* a gap would misplace all that follow */
        if (!segment) segment = written;
        size += written;
    }
    if (!size) return;
    outbox->used += (size_t)size;
    outbox->messages[outbox->count++] = (struct message){peer, start, size, size > segment ? segment : 0};
    peer->octets += (uint64_t)size;
}

static void send_pending(struct pp_path *path, struct peer *peer) {
    int sizes[PENDING], chosen[PENDING];
    uint32_t sent = 0;
    if (!is_reachable(peer)) { /* any more: another peer was heard at its address */
        path->counters.dropped += (uint64_t)peer->pending_count;
        release_pending(peer);
        return;
    }
    for (int i = 0; i < peer->pending_count; i++) sizes[i] = plain_size(&peer->pending[i]);
    for (int i = 0; i < peer->pending_count; i++) {
        if (sent >> i & 1) continue;
        chosen[0] = i;
        sent |= 1u << i;
        int count = path->has_segmentation ? plan(peer, sizes, &sent, i, chosen) : 1;
        send_group(path, peer, chosen, count);
    }
    release_pending(peer);
}

void outbox_flush(struct pp_path *path) {
    for (int i = 0; i < path->waiting_count; i++) send_pending(path, path->waiting[i]);
    path->waiting_count = 0;
    path->flushed_at = path->now;
    post(path);
}
