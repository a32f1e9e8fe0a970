/* What is asked of a path: queued for its thread, or carried out at once where there is none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "path.h"

#define LONGEST_KEY 48

enum kind { ADD_PEER, SET_KEYS, SEND_DTLS, REMOVE_PEER, ADD_STREAM, ADD_SLOT, AIM, LIMIT_PEER, PLACE_PEER };

struct command {
    struct command *next;
    enum kind kind;
    uint32_t name, value;
    union {
        struct {
            char ufrag[40], password[64], remote_ufrag[260];
            struct pp_extensions extensions;
        } peer;
        struct {
            uint8_t inbound[LONGEST_KEY], outbound[LONGEST_KEY];
        } keys;
        struct {
            bool is_known;
            struct address address;
        } place;
        struct pp_stream_table stream;
        struct pp_slot_table slot;
        int layers;
        struct {
            size_t size;
            uint8_t *data;
        } dtls;
    };
};

static struct command *make(enum kind kind, uint32_t name) {
    struct command *command = calloc(1, sizeof *command);
    if (!command) return NULL;
    command->kind = kind;
    command->name = name;
    return command;
}

static void discard(struct command *command) {
    if (command->kind == SEND_DTLS) free(command->dtls.data);
    free(command);
}

static void add_stream(struct pp_path *path, const struct pp_stream_table *table) {
    struct peer *peer = find_peer(path, table->peer);
    bool fits = peer && peer->stream_count < MOST_STREAMS && !find_stream(path, table->stream) && table->stream;
    struct stream *stream = fits ? stream_create(path, peer, table) : NULL;
    if (stream) peer->streams[peer->stream_count++] = stream;
}

static bool has_slot_of(const struct peer *peer, uint32_t ssrc) {
    for (int i = 0; i < peer->slot_count; i++)
        if (peer->slots[i]->table.ssrc == ssrc || (ssrc && peer->slots[i]->table.rtx_ssrc == ssrc)) return true;
    return false;
}

/* Two uses of one SSRC would encrypt different packets under one index. */
static bool is_apart(const struct peer *peer, const struct pp_slot_table *table) {
    if (has_slot_of(peer, table->ssrc)) return false;
    return !table->rtx_ssrc || (table->rtx_ssrc != table->ssrc && !has_slot_of(peer, table->rtx_ssrc));
}

static void add_slot(struct pp_path *path, const struct pp_slot_table *table) {
    struct peer *peer = find_peer(path, table->peer);
    bool fits = peer && peer->slot_count < MOST_SLOTS && !find_slot(path, table->slot) && is_apart(peer, table);
    struct slot *slot = fits ? slot_create(path, peer, table) : NULL;
    if (slot) peer->slots[peer->slot_count++] = slot;
}

static void aim(struct pp_path *path, const struct command *c) {
    struct slot *slot = find_slot(path, c->name);
    if (slot) slot_aim(path, slot, c->value ? find_stream(path, c->value) : NULL, c->layers);
}

/* On a link that there is: a peer is sent to by it. */
static void place_peer(struct pp_path *path, struct peer *peer, const struct command *c) {
    const struct address *to = c->place.is_known ? &c->place.address : NULL;
    bool has_link = !to || to->link < (path->link_count ? path->link_count : 1);
    if (has_link) peer_place(path, peer, c->value, to);
}

static void carry_out_for(struct pp_path *path, struct peer *peer, const struct command *c) {
    switch (c->kind) {
    case SET_KEYS: peer_set_keys(path, peer, (int)c->value, c->keys.inbound, c->keys.outbound); break;
    case SEND_DTLS:
        if (c->dtls.data) peer_send(path, peer, c->dtls.data, (int)c->dtls.size);
        break;
    case REMOVE_PEER: peer_destroy(path, peer); break;
    case LIMIT_PEER: peer->limit = c->value; break;
    case PLACE_PEER: place_peer(path, peer, c); break;
    default: break;
    }
}

static void carry_out(struct pp_path *path, const struct command *c) {
    struct peer *peer = c->kind <= REMOVE_PEER || c->kind >= LIMIT_PEER ? find_peer(path, c->name) : NULL;
    if (c->kind == ADD_PEER && !peer)
        peer_create(path, c->name, c->peer.ufrag, c->peer.password, c->peer.remote_ufrag, &c->peer.extensions);
    else if (c->kind == ADD_STREAM)
        add_stream(path, &c->stream);
    else if (c->kind == ADD_SLOT)
        add_slot(path, &c->slot);
    else if (c->kind == AIM)
        aim(path, c);
    else if (peer)
        carry_out_for(path, peer, c);
}

static void give(struct pp_path *path, struct command *command) {
    static const uint64_t one = 1;
    if (!command) return;
    if (!path) { /* it was closed */
        discard(command);
        return;
    }
    if (!path->is_running) {
        carry_out(path, command);
        discard(command);
        return;
    }
    pthread_mutex_lock(&path->lock);
    bool was_empty = !path->first_command;
    if (was_empty)
        path->first_command = command;
    else
        path->last_command->next = command;
    path->last_command = command;
    pthread_mutex_unlock(&path->lock);
    if (was_empty && write(path->wake_descriptor, &one, sizeof one) < 0) return; /* it is awake already */
}

static struct command *take_all(struct pp_path *path) {
    pthread_mutex_lock(&path->lock);
    struct command *first = path->first_command;
    path->first_command = path->last_command = NULL;
    pthread_mutex_unlock(&path->lock);
    return first;
}

void run_commands(struct pp_path *path) {
    for (struct command *command = take_all(path), *next; command; command = next) {
        next = command->next;
        carry_out(path, command);
        discard(command);
    }
}

void forget_commands(struct pp_path *path) {
    for (struct command *command = take_all(path), *next; command; command = next) {
        next = command->next;
        discard(command);
    }
}

/* --- the calls ------------------------------------------------------------------------------------------------ */

void pp_add_peer(struct pp_path *path, uint32_t peer, const char *ufrag, const char *password, const char *remote_ufrag,
                 const struct pp_extensions *extensions) {
    struct command *c = make(ADD_PEER, peer);
    if (c) {
        snprintf(c->peer.ufrag, sizeof c->peer.ufrag, "%s", ufrag);
        snprintf(c->peer.password, sizeof c->peer.password, "%s", password);
        snprintf(c->peer.remote_ufrag, sizeof c->peer.remote_ufrag, "%s", remote_ufrag);
        c->peer.extensions = *extensions;
        uint8_t *ids[] = {&c->peer.extensions.mid, &c->peer.extensions.rid, &c->peer.extensions.repaired_rid,
                          &c->peer.extensions.transport_number};
        for (int i = 0; i < 4; i++)
            if (*ids[i] >= EXTENSIONS) *ids[i] = 0;
    }
    give(path, c);
}

void pp_set_keys(struct pp_path *path, uint32_t peer, int profile, const uint8_t *inbound, const uint8_t *outbound) {
    int size = srtp_key_size(profile);
    struct command *c = size ? make(SET_KEYS, peer) : NULL;
    if (c) {
        c->value = (uint32_t)profile;
        memcpy(c->keys.inbound, inbound, (size_t)size);
        memcpy(c->keys.outbound, outbound, (size_t)size);
    }
    give(path, c);
}

void pp_send_dtls(struct pp_path *path, uint32_t peer, const uint8_t *data, size_t size) {
    struct command *c = size <= LARGEST_DATAGRAM ? make(SEND_DTLS, peer) : NULL;
    if (c && size && (c->dtls.data = malloc(size))) {
        c->dtls.size = size;
        memcpy(c->dtls.data, data, size);
    }
    give(path, c);
}

void pp_remove_peer(struct pp_path *path, uint32_t peer) { give(path, make(REMOVE_PEER, peer)); }

/* Of a clock: what times are multiplied with. */
static bool is_rate(uint32_t rate) { return rate && rate <= MOST_CLOCK_RATE; }

void pp_add_stream(struct pp_path *path, const struct pp_stream_table *table) {
    bool is_right = table->codec < PP_CODECS && is_rate(table->clock_rate);
    struct command *c = is_right ? make(ADD_STREAM, table->stream) : NULL;
    if (c) {
        c->stream = *table;
        c->stream.mid[sizeof table->mid - 1] = c->stream.rid[sizeof table->rid - 1] = 0;
    }
    give(path, c);
}

void pp_add_slot(struct pp_path *path, const struct pp_slot_table *table) {
    struct command *c = is_rate(table->clock_rate) ? make(ADD_SLOT, table->slot) : NULL;
    if (c) {
        c->slot = *table;
        if (table->transport_number >= EXTENSIONS) c->slot.transport_number = 0;
        if (table->level >= EXTENSIONS) c->slot.level = 0;
    }
    give(path, c);
}

void pp_aim(struct pp_path *path, uint32_t slot, uint32_t stream, int layers) {
    struct command *c = make(AIM, slot);
    if (c) {
        c->value = stream;
        c->layers = layers < 0 ? 0 : layers > PP_ALL_LAYERS ? PP_ALL_LAYERS : layers;
    }
    give(path, c);
}

void pp_limit_peer(struct pp_path *path, uint32_t peer, uint32_t bitrate) {
    struct command *c = make(LIMIT_PEER, peer);
    if (c) c->value = bitrate;
    give(path, c);
}

void pp_place_peer(struct pp_path *path, uint32_t peer, uint32_t label, const char *address, int port, int link) {
    struct command *c = make(PLACE_PEER, peer);
    if (c) {
        c->value = label;
        c->place.is_known = address_parse(address, port, link, &c->place.address);
    }
    give(path, c);
}
