#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "path.h"

/* What one connection may send: several times what a camera in three sizes, a shared screen and what is sent again of
 * them come to. */
#define ALLOWED 3 /* octets per microsecond */
#define ALLOWED_AT_ONCE 3000000
#define COST 500 /* octets that every packet counts beside its own: small ones are as much work */

/* --- tables -------------------------------------------------------------------------------------------------- */

static unsigned hash_text(const char *text, size_t size) {
    unsigned hash = 2166136261u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    return hash % BUCKETS;
}

static unsigned hash_address(const struct address *a) {
    uint32_t hash = get32(a->ip + 12) * 2654435761u ^ (uint32_t)a->port * 40503u ^ get32(a->ip) ^ get32(a->ip + 4);
    return (hash ^ hash >> 15) % BUCKETS;
}

static struct place *find_place(struct pp_path *path, const struct address *address) {
    struct place *place = path->names.places[hash_address(address)];
    while (place && memcmp(&place->address, address, sizeof *address) != 0) place = place->next;
    return place;
}

static void forget_place(struct pp_path *path, struct place *place) {
    struct place **link = &path->names.places[hash_address(&place->address)];
    while (*link != place) link = &(*link)->next;
    *link = place->next;
    place->used = false;
}

struct peer *peer_at(struct pp_path *path, const struct address *from) {
    struct place *place = find_place(path, from);
    return place ? place->peer : NULL;
}

struct peer *peer_create(struct pp_path *path, uint32_t name, const char *ufrag, const char *password,
                         const char *remote_ufrag, const struct pp_extensions *extensions) {
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer) return NULL;
    peer->name = name;
    snprintf(peer->ufrag, sizeof peer->ufrag, "%s", ufrag);
    snprintf(peer->password, sizeof peer->password, "%s", password);
    snprintf(peer->username, sizeof peer->username, "%s:%s", ufrag, remote_ufrag);
    peer->extensions = *extensions;
    peer->checked_at = peer->heard_at = peer->allowed_at = path->now;
    peer->allowance = ALLOWED_AT_ONCE;
    struct peer **bucket = &path->names.peers[name % BUCKETS];
    peer->next_name = *bucket;
    *bucket = peer;
    bucket = &path->names.ufrags[hash_text(ufrag, strlen(ufrag))];
    peer->next_ufrag = *bucket;
    *bucket = peer;
    peer->next = path->peers;
    if (path->peers) path->peers->previous = peer;
    path->peers = peer;
    return peer;
}

struct peer *peer_labelled(struct pp_path *path, uint32_t label) {
    struct peer *peer = label ? path->names.labels[label % BUCKETS] : NULL;
    while (peer && peer->label != label) peer = peer->next_label;
    return peer;
}

static void settle(struct peer *peer, const struct address *at) {
    peer->elsewhere.address = *at;
    peer->place = &peer->elsewhere;
    address_to_socket(at, &peer->destination);
}

void peer_place(struct pp_path *path, struct peer *peer, uint32_t label, const struct address *to) {
    if (!label || label >> (32 - LABEL_SHIFT) || peer->label || peer->place || peer_labelled(path, label)) return;
    peer->label = label;
    struct peer **bucket = &path->names.labels[label % BUCKETS];
    peer->next_label = *bucket;
    *bucket = peer;
    if (to) settle(peer, to);
}

static void unlink_label(struct pp_path *path, struct peer *peer) {
    struct peer **link = &path->names.labels[peer->label % BUCKETS];
    while (*link != peer) link = &(*link)->next_label;
    *link = peer->next_label;
}

static void unlink_peer(struct pp_path *path, struct peer *peer) {
    struct peer **link = &path->names.peers[peer->name % BUCKETS];
    while (*link != peer) link = &(*link)->next_name;
    *link = peer->next_name;
    link = &path->names.ufrags[hash_text(peer->ufrag, strlen(peer->ufrag))];
    while (*link != peer) link = &(*link)->next_ufrag;
    *link = peer->next_ufrag;
    if (peer->label) unlink_label(path, peer);
    if (peer->previous) peer->previous->next = peer->next;
    if (peer->next) peer->next->previous = peer->previous;
    if (path->peers == peer) path->peers = peer->next;
}

void peer_destroy(struct pp_path *path, struct peer *peer) {
    outbox_forget(path, peer);
    while (peer->stream_count) stream_destroy(path, peer->streams[--peer->stream_count]);
    while (peer->slot_count) slot_destroy(path, peer->slots[--peer->slot_count]);
    for (int i = 0; i < MOST_ADDRESSES; i++)
        if (peer->places[i].used) forget_place(path, &peer->places[i]);
    unlink_peer(path, peer);
    srtp_clear(&peer->inbound);
    srtp_clear(&peer->outbound);
    arrivals_clear(&peer->arrivals);
    line_clear(&peer->line);
    free(peer->routes);
    free(peer->pending);
    free(peer);
}

void peer_set_keys(struct pp_path *path, struct peer *peer, int profile, const uint8_t *inbound,
                   const uint8_t *outbound) {
    if (peer->is_keyed) return; /* keys that began anew would encrypt twice under one index */
    srtp_clear(&peer->inbound);
    srtp_clear(&peer->outbound);
    bool both = srtp_init(&peer->inbound, profile, inbound) && srtp_init(&peer->outbound, profile, outbound);
    peer->is_keyed = both;
    peer->checked_at = path->now;
    for (int i = 0; i < peer->stream_count; i++) peer->streams[i]->asked_at = path->now - KEYFRAME_INTERVAL;
}

/* --- ICE-lite (RFC 8445, section 2.5) ------------------------------------------------------------------------- */

/* An unused place, or else the oldest that is not where the peer is. */
static struct place *free_place(struct pp_path *path, struct peer *peer) {
    struct place *oldest = NULL;
    for (int i = 0; i < MOST_ADDRESSES; i++) {
        struct place *place = &peer->places[i];
        if (!place->used) return place;
        if (place != peer->place && (!oldest || place->number < oldest->number)) oldest = place;
    }
    forget_place(path, oldest);
    return oldest;
}

static struct place *remember_place(struct pp_path *path, struct peer *peer, const struct address *from) {
    struct place *place = find_place(path, from);
    if (place && place->peer == peer) return place;
    if (place) { /* another peer was heard there: the newer one is right */
        if (place->peer->place == place) place->peer->place = NULL;
        forget_place(path, place);
    }
    place = free_place(path, peer);
    *place = (struct place){.address = *from, .peer = peer, .number = peer->place_count++, .used = true};
    struct place **bucket = &path->names.places[hash_address(from)];
    place->next = *bucket;
    *bucket = place;
    return place;
}

static struct peer *addressed(struct pp_path *path, const struct stun_request *request) {
    const uint8_t *colon = request->username ? memchr(request->username, ':', (size_t)request->username_size) : NULL;
    if (!colon) return NULL;
    size_t size = (size_t)(colon - request->username);
    struct peer *peer = path->names.ufrags[hash_text((const char *)request->username, size)];
    while (peer && (strlen(peer->username) != (size_t)request->username_size
                    || memcmp(peer->username, request->username, (size_t)request->username_size) != 0))
        peer = peer->next_ufrag;
    return peer;
}

static void answer(struct pp_path *path, const struct peer *peer, const struct stun_request *request,
                   const struct address *from) {
    uint8_t out[STUN_LARGEST_ANSWER];
    const uint8_t *ip = from->is_ipv4 ? from->ip + 12 : from->ip;
    int size = stun_answer(request, ip, from->is_ipv4 ? 4 : 16, from->port, peer->password, out);
    if (size) links_send_to(path, from, out, size);
}

/* What does not verify gets no answer: the node may not be made to shower others. */
void peer_checked(struct pp_path *path, const struct address *from, const uint8_t *data, int size) {
    struct stun_request request;
    struct peer *peer = stun_parse(&request, data, size) ? addressed(path, &request) : NULL;
    if (!peer || peer->label || !stun_verifies(&request, peer->password)) {
        path->counters.datagrams_refused++;
        return;
    }
    answer(path, peer, &request, from);
    if (request.unknown_count) return;
    peer->checked_at = path->now;
    struct place *place = remember_place(path, peer, from);
    bool silent = path->now - peer->heard_at > SILENCE;
    if (!peer->place || request.nominates || (place != peer->place && silent)) {
        if (peer->place && place != peer->place) peer->excused_until = path->now + EXCUSED;
        peer->place = place;
        address_to_socket(from, &peer->destination);
    }
    if (place == peer->place) peer->heard_at = path->now;
}

/* --- media ----------------------------------------------------------------------------------------------------- */

/* What verifies is consent, and tells where the other node is: it may be behind an address translation. */
static void heard_elsewhere(struct pp_path *path, struct peer *peer, const struct address *from) {
    peer->checked_at = path->now;
    if (!peer->place || memcmp(from, &peer->place->address, sizeof *from) != 0) settle(peer, from);
}

/* Whether it has sent more than one connection may. Only what verifies counts, so nobody can use up another's allowance;
 * what is too much is dropped before it is decrypted. Lines between nodes carry many sources. */
static bool is_over_limit(struct pp_path *path, struct peer *peer) {
    if (peer->label) return false;
    peer->allowance += (path->now - peer->allowed_at) * ALLOWED;
    if (peer->allowance > ALLOWED_AT_ONCE) peer->allowance = ALLOWED_AT_ONCE;
    peer->allowed_at = path->now;
    return peer->allowance <= 0;
}

void peer_media(struct pp_path *path, struct peer *peer, const struct address *from, uint8_t *data, int size) {
    bool is_rtcp = size > 1 && data[1] >= 192 && data[1] <= 223;
    int plain = 0;
    if (peer->is_keyed && is_over_limit(path, peer)) {
        path->counters.over_limit++;
        return;
    }
    if (peer->is_keyed) plain = is_rtcp ? srtcp_unprotect(&peer->inbound, data, size) : srtp_unprotect(&peer->inbound, data, size);
    if (!plain) {
        path->counters.dropped++;
        return;
    }
    path->counters.packets_in++;
    peer->allowance -= size + COST;
    if (peer->label) heard_elsewhere(path, peer, from);
    if (peer->place && memcmp(from, &peer->place->address, sizeof *from) == 0) peer->heard_at = path->now;
    if (!is_rtcp) {
        sending_rtp(path, peer, data, plain);
        return;
    }
    if (peer->stream_count) sending_rtcp(path, peer, data, plain);
    if (peer->slot_count) viewing_rtcp(path, peer, data, plain);
}

void peer_send(struct pp_path *path, struct peer *peer, const uint8_t *data, int size) {
    if (!peer->place) return;
    struct message message = {peer, data, size, 0};
    peer->octets += (uint64_t)size;
    links_send(path, &message, 1);
}

void peer_send_rtcp(struct pp_path *path, struct peer *peer, uint8_t *data, int size) {
    int sealed = peer->is_keyed && peer->place ? srtcp_protect(&peer->outbound, data, size) : 0;
    if (sealed)
        peer_send(path, peer, data, sealed);
    else
        path->counters.dropped++;
}

void peer_tick(struct pp_path *path, struct peer *peer) {
    peer->resent = 0;
    if (!peer->is_keyed) return;
    if (!peer->has_lapsed && path->now - peer->checked_at > CONSENT)
        peer->has_lapsed = tell(path, PP_EVENT_LAPSED, peer->name, NULL, 0);
    if (peer->stream_count) sending_tick(path, peer);
    if (peer->slot_count) viewing_tick(path, peer);
}
