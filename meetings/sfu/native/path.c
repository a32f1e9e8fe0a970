#include "bytes.h"
#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_CAPACITY (4 << 20)
#define RECOUNT 20 /* ticks between two looks at the largest audience */

struct pp_path *pp_create(void) {
    struct pp_path *path = calloc(1, sizeof *path);
    if (!path) return NULL;
    path->gathering = -1;
    path->event_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    path->wake_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    path->events = malloc(EVENTS_CAPACITY);
    path->outbox = outbox_create();
    pthread_mutex_init(&path->lock, NULL);
    if (path->events && path->outbox && path->event_descriptor >= 0 && path->wake_descriptor >= 0) return path;
    pp_destroy(path);
    return NULL;
}

void path_free(struct pp_path *path) {
    forget_commands(path);
    while (path->peers) peer_destroy(path, path->peers);
    for (int i = 0; i < path->link_count; i++) close(path->links[i].descriptor);
    if (path->event_descriptor >= 0) close(path->event_descriptor);
    if (path->wake_descriptor >= 0) close(path->wake_descriptor);
    pthread_mutex_destroy(&path->lock);
    outbox_destroy(path->outbox);
    free(path->events);
    free(path->sent);
    free(path->waiting);
    free(path);
}

struct peer *find_peer(struct pp_path *path, uint32_t name) {
    struct peer *peer = path->names.peers[name % BUCKETS];
    while (peer && peer->name != name) peer = peer->next_name;
    return peer;
}

struct stream *find_stream(struct pp_path *path, uint32_t name) {
    struct stream *stream = path->names.streams[name % BUCKETS];
    while (stream && stream->table.stream != name) stream = stream->next;
    return stream;
}

struct slot *find_slot(struct pp_path *path, uint32_t name) {
    struct slot *slot = path->names.slots[name % BUCKETS];
    while (slot && slot->table.slot != name) slot = slot->next;
    return slot;
}

/* Whose media it is: of a peer that was heard there before, or of one on another node, which the SSRC names. */
static struct peer *sender(struct pp_path *path, const struct address *from, const uint8_t *data, int size) {
    struct peer *peer = peer_at(path, from);
    if (peer || size < 12 || data[0] < 128 || data[0] > 191) return peer;
    bool is_rtcp = data[1] >= 192 && data[1] <= 223;
    return peer_labelled(path, get32(data + (is_rtcp ? 4 : 8)) >> LABEL_SHIFT);
}

/* The first byte tells the protocol (RFC 7983). */
void path_datagram(struct pp_path *path, const struct address *from, uint8_t *data, int size) {
    if (size < 1) return;
    if (data[0] < 4) {
        peer_checked(path, from, data, size);
        return;
    }
    struct peer *peer = sender(path, from, data, size);
    if (peer && data[0] > 127 && data[0] < 192 && size <= LARGEST_DATAGRAM)
        peer_media(path, peer, from, data, size);
    else if (peer && data[0] > 19 && data[0] < 64)
        tell(path, PP_EVENT_DTLS, peer->name, data, (size_t)size);
    else
        path->counters.datagrams_refused++;
}

static void count_audience(struct pp_path *path) {
    path->audience = 0;
    for (struct peer *peer = path->peers; peer; peer = peer->next)
        for (int i = 0; i < peer->stream_count; i++)
            if (peer->streams[i]->slot_count > path->audience) path->audience = peer->streams[i]->slot_count;
}

void path_tick(struct pp_path *path) {
    path->ticked_at = path->now;
    path->ticks++;
    for (struct peer *peer = path->peers; peer; peer = peer->next) peer_tick(path, peer);
    if (path->ticks % RECOUNT == 0) count_audience(path);
}

/* --- events ------------------------------------------------------------------------------------------------ */

struct record {
    uint16_t kind, size;
    uint32_t name;
};

bool tell(struct pp_path *path, int kind, uint32_t name, const void *data, size_t size) {
    struct record record = {(uint16_t)kind, (uint16_t)(sizeof(struct record) + size), name};
    static const uint64_t one = 1;
    pthread_mutex_lock(&path->lock);
    bool was_empty = path->events_size == path->events_start;
    if (was_empty) path->events_size = path->events_start = 0;
    /* anybody can send what looks like a handshake: it may not crowd out what the path itself has to say */
    size_t capacity = kind == PP_EVENT_DTLS ? EVENTS_CAPACITY / 2 : EVENTS_CAPACITY;
    bool fits = path->events_size + record.size <= capacity;
    if (fits) {
        memcpy(path->events + path->events_size, &record, sizeof record);
        if (size) memcpy(path->events + path->events_size + sizeof record, data, size);
        path->events_size += record.size;
    }
    pthread_mutex_unlock(&path->lock);
    if (!fits) path->counters.events_lost++;
    if (was_empty && write(path->event_descriptor, &one, sizeof one) < 0 && errno != EAGAIN) path->counters.events_lost++;
    return fits;
}

size_t pp_take_events(struct pp_path *path, uint8_t *buffer, size_t capacity) {
    size_t taken = 0;
    uint64_t count;
    pthread_mutex_lock(&path->lock);
    while (path->events_start < path->events_size) {
        struct record record;
        memcpy(&record, path->events + path->events_start, sizeof record);
        if (taken + record.size > capacity) break;
        memcpy(buffer + taken, path->events + path->events_start, record.size);
        taken += record.size;
        path->events_start += record.size;
    }
    bool none_left = path->events_start == path->events_size;
    if (none_left && read(path->event_descriptor, &count, sizeof count) < 0) count = 0; /* it was clear already */
    pthread_mutex_unlock(&path->lock);
    return taken;
}

int pp_event_descriptor(const struct pp_path *path) { return path->event_descriptor; }

int pp_has_segmentation(const struct pp_path *path) { return path->has_segmentation; }

void pp_set_gathering(struct pp_path *path, int microseconds) {
    __atomic_store_n(&path->gathering, microseconds, __ATOMIC_RELAXED);
}

void publish_counters(struct pp_path *path) {
    pthread_mutex_lock(&path->lock);
    path->published = path->counters;
    pthread_mutex_unlock(&path->lock);
}

void pp_read_counters(struct pp_path *path, struct pp_counters *counters) {
    memset(counters, 0, sizeof *counters);
    if (!path) return; /* it was closed */
    if (!path->is_running) publish_counters(path);
    pthread_mutex_lock(&path->lock);
    *counters = path->published;
    pthread_mutex_unlock(&path->lock);
}
