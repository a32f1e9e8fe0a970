/* The tables of a packet path. Only the thread that serves it, or the one caller of a path without one, goes here;
 * see packet_path.h for what the words mean. */
#ifndef PP_PATH_H
#define PP_PATH_H

#include <netinet/in.h>
#include <pthread.h>

#include "arrival.h"
#include "line.h"
#include "packet_path.h"
#include "srtp.h"

#define VIDEO_HISTORY 2048 /* packets kept to answer NACKs; at most HISTORY_AGE old */
#define AUDIO_HISTORY 64
#define HISTORY_AGE 2000000
#define ALIVE 2000000             /* after its last packet a source is asked for keyframes so long */
#define KEYFRAME_INTERVAL 500000  /* between two requests to one source, however many viewers ask */
#define RESEND_AGE 1000000        /* a packet older than that helps no decoder */
#define DEFAULT_ROUND_TRIP 50000
#define CONSENT 15000000          /* without a valid check a peer lapses (RFC 7675) */
#define SILENCE 3000000           /* a check from elsewhere moves a silent peer, nominated or not */
#define EXCUSED 2000000           /* after a viewer was away, what it tells of losses is of that time so long */
#define TICK 50000
#define PAUSE 300000              /* an encoding that is silent so long is not sent any more, if another goes on */
#define REPORT_INTERVAL 1000000
#define QUICK_INTERVAL 250000     /* between two reports of a viewer while packets wait on its line */
#define SEGMENTS 8                /* former runs of a slot whose packets can still be sent again */
#define LAYERS (PP_ALL_LAYERS + 1) /* temporal layers of a picture */
#define REPORT_GAP 100000         /* between two sender reports of one stream that are passed on to its viewers */
#define MOST_RESENT 256           /* retransmissions to one peer between two ticks */
#define RESENT 512                /* retransmissions remembered, so that none is repeated within a round trip */
#define MOST_NACKED 128           /* packets of one NACK that are looked at */
#define MOST_LINKS 16
#define MOST_ADDRESSES 8          /* of one browser; the oldest is forgotten */
#define MOST_SSRCS 32             /* of one peer */
#define MOST_STREAMS 16
#define MOST_SLOTS 32
#define MOST_CLOCK_RATE 1000000
#define LABEL_SHIFT 12            /* of an SSRC, above which it names another node's peer */
#define NO_LEVEL 255
#define PENDING 32                /* packets gathered for one peer */

struct peer;
struct stream;
struct slot;

/* An address as it was heard: IPv4 as IPv4-mapped IPv6. Compared whole, so its bytes are all set. */
struct address {
    uint8_t ip[16];
    uint32_t scope;
    uint16_t port;
    uint8_t link, is_ipv4;
};

/* How many packets and pictures before one are above each temporal layer, and so are not sent to slots that get the layers
 * up to it. The last of each is ever 0. */
struct skipped {
    uint32_t packets[LAYERS], pictures[LAYERS];
};

/* A packet in a history: plain, without header extensions but the level of a voice (RFC 6464; NO_LEVEL when it was not
 * told), and without padding; numbers without wrap-around. padding is what
 * all viewers are sent in addition: it may not change, since a retransmission must be byte for byte the same. One that
 * comes late has a place in every slot's numbers, since nobody knew its temporal layer when the next one came. */
struct packet {
    uint32_t references;
    struct skipped skipped;
    uint32_t timestamp;
    int64_t sequence, picture, layer, arrived;
    struct descriptor descriptor;
    uint16_t size;
    uint8_t codec, padding, level, temporal;
    bool marker, is_late, begins; /* a picture that is newer than all before */
    uint8_t payload[];
};

struct stream {
    struct pp_stream_table table;
    struct peer *peer;
    bool is_video, keyframe_due, has_paused;
    uint32_t ssrc;
    struct reception reception;
    struct packet **history; /* allocated with the first packet */
    int64_t oldest;          /* no number below is kept */
    struct slot **slots;     /* who is sent it, or waits for its keyframe */
    int slot_count, slot_capacity;
    int64_t last_arrival, asked_at, told_report_at, picture, layer;
    struct skipped skipped; /* before the next packet, but for its picture */
    int64_t newest_picture; /* and its temporal layer */
    uint8_t newest_temporal;
    uint32_t loudness; /* 1/256 dB above -127 dBov */
    uint32_t frame_timestamp;
    int frame_size; /* what packets of this frame are padded to */
    uint64_t octets, octets_told, thinned[2]; /* up to temporal layer 0, and 1, since it was told */
    struct stream *next;
};

/* What is added to a source's numbers to continue a slot's. */
struct mapping {
    int64_t sequence, picture, layer;
    uint32_t timestamp;
};

/* A run of packets of one source with the same temporal layers; first is its first number in the slot's own count, begins in
 * the source's. It goes on from the run before when only the layers changed. */
struct segment {
    struct stream *stream;
    struct mapping mapping;
    int64_t first, begins;
    uint8_t layers;
    bool goes_on;
};

struct resent {
    int64_t number, at;
};

struct slot {
    struct pp_slot_table table;
    struct peer *peer;
    struct stream *stream, *pending;
    struct mapping mapping;
    uint8_t layers, asked, pending_asked; /* the highest temporal layer that is sent, is to be, and is to be of pending */
    int64_t first, highest; /* of the source, and of the slot's own numbers */
    uint32_t last_timestamp;
    int64_t last_picture, last_layer, last_at;
    struct segment segments[SEGMENTS];
    int segment_count;
    struct resent *resent; /* allocated with the first retransmission */
    int64_t repairs;       /* packets sent under rtx_ssrc: the number of the last */
    int64_t round_trip, report_sent_at;
    uint32_t report_middle;
    uint32_t packets, octets;
    bool was_reported; /* and what the last report said: the highest number, and how many were lost in all */
    uint32_t reported_highest, reported_lost;
    int64_t gaps; /* numbers left out since the source lost them, which the viewer has not complained of yet */
    struct slot *next;
};

/* A packet on its way to one slot, its numbers settled. A repair has a number of its own (RFC 4588), others have 0. */
struct outgoing {
    struct packet *packet;
    struct slot *slot;
    int64_t number, repair;
    uint32_t timestamp;
    uint16_t picture;
    uint8_t layer;
    bool shifted : 1, is_blank : 1; /* the latter is nothing but its number */
};

/* A place where a peer was heard, in the table of addresses. */
struct place {
    struct address address;
    struct peer *peer;
    struct place *next;
    uint32_t number; /* places are forgotten in the order they came */
    bool used;
};

struct route {
    uint32_t ssrc;
    struct stream *stream;
};

struct peer {
    uint32_t name;
    char ufrag[40], password[64], username[300];
    struct place places[MOST_ADDRESSES];
    uint32_t place_count; /* ever */
    struct place *place; /* where it is sent to; none before the first check */
    uint32_t label;      /* of another node's peer: what its SSRCs begin with; its place is in no table */
    struct place elsewhere;
    struct sockaddr_in6 destination;
    int64_t checked_at, heard_at, reported_at, told_at;
    int64_t allowance, allowed_at; /* octets that it may send still, as of when */
    bool is_keyed, has_lapsed, has_clock;
    struct srtp inbound, outbound;
    struct pp_extensions extensions;
    uint32_t limit; /* by REMB, for browsers without transport-wide feedback */
    struct arrival_log arrivals;
    int64_t clock_offset;
    struct stream *streams[MOST_STREAMS];
    int stream_count;
    struct route *routes;
    int route_count;
    struct slot *slots[MOST_SLOTS];
    int slot_count;
    struct outgoing *pending;
    int pending_count;
    struct pp_viewer_report fares;
    uint32_t expected, lost; /* by the reports since it was told last */
    int64_t said_at, excused_until; /* when its viewer said something last; losses before that are no fault of its line */
    struct line line;
    uint64_t octets, octets_told;
    int resent; /* since the last tick */
    struct peer *next_name, *next_ufrag, *next_label;
    struct peer *next, *previous;
};

struct link {
    int descriptor;
    struct sockaddr_in6 bound;
    bool is_ipv4;
};

#define BUCKETS 4096
struct names { /* by the names of peers, streams and slots */
    struct peer *peers[BUCKETS];
    struct peer *ufrags[BUCKETS];
    struct peer *labels[BUCKETS];
    struct stream *streams[BUCKETS];
    struct slot *slots[BUCKETS];
    struct place *places[BUCKETS];
};

/* --- path.c ----------------------------------------------------------------------------------------------- */

struct command;
struct outbox;

struct pp_path {
    int64_t now, wall; /* of this step; wall is what makes it the time since 1970 */
    struct names names;
    struct peer *peers;
    struct pp_counters counters;
    struct link links[MOST_LINKS];
    int link_count;
    struct peer **waiting; /* peers with pending packets */
    int waiting_count, waiting_capacity;
    int64_t gathered_since, flushed_at;
    int gathering, audience; /* microseconds, -1 by the audience: slots of the largest stream */
    int64_t ticked_at;
    uint32_t ticks;
    bool has_segmentation, is_running, is_stopping;
    struct outbox *outbox;
    /* shared with other threads, under lock */
    pthread_mutex_t lock;
    pthread_t thread;
    struct pp_counters published;
    struct command *first_command, *last_command;
    uint8_t *events;
    size_t events_size, events_start;
    int event_descriptor, wake_descriptor;
    uint8_t *sent; /* without a thread: what was sent */
    size_t sent_size, sent_capacity;
};

/* Lets other threads read the counters as they are now. */
void publish_counters(struct pp_path *path);
void path_tick(struct pp_path *path);
void path_datagram(struct pp_path *path, const struct address *from, uint8_t *data, int size);
struct peer *find_peer(struct pp_path *path, uint32_t name);
struct stream *find_stream(struct pp_path *path, uint32_t name);
struct slot *find_slot(struct pp_path *path, uint32_t name);

/* --- events.c --------------------------------------------------------------------------------------------- */

/* False when there is no room. */
bool tell(struct pp_path *path, int kind, uint32_t name, const void *data, size_t size);

/* --- commands.c: carried out in the path's own thread -------------------------------------------------------- */

void run_commands(struct pp_path *path);
void forget_commands(struct pp_path *path);

/* --- peer.c ----------------------------------------------------------------------------------------------- */

struct peer *peer_create(struct pp_path *path, uint32_t name, const char *ufrag, const char *password,
                         const char *remote_ufrag, const struct pp_extensions *extensions);
void peer_destroy(struct pp_path *path, struct peer *peer);
void peer_set_keys(struct pp_path *path, struct peer *peer, int profile, const uint8_t *inbound,
                   const uint8_t *outbound);
void peer_checked(struct pp_path *path, const struct address *from, const uint8_t *data, int size);
struct peer *peer_at(struct pp_path *path, const struct address *from);
/* Has a peer on another node, which is sent to without checks; to is NULL while nobody knows where it is. */
void peer_place(struct pp_path *path, struct peer *peer, uint32_t label, const struct address *to);
struct peer *peer_labelled(struct pp_path *path, uint32_t label);
void peer_media(struct pp_path *path, struct peer *peer, const struct address *from, uint8_t *data, int size);
void peer_send(struct pp_path *path, struct peer *peer, const uint8_t *data, int size);
/* Encrypts and sends a compound; data must have room for the trailer. */
void peer_send_rtcp(struct pp_path *path, struct peer *peer, uint8_t *data, int size);
void peer_tick(struct pp_path *path, struct peer *peer);

/* --- sending.c: what a peer sends; viewing.c: what it says of what it is sent ------------------------------- */

void sending_rtp(struct pp_path *path, struct peer *peer, const uint8_t *data, int size);
void sending_rtcp(struct pp_path *path, struct peer *peer, const uint8_t *data, int size);
void sending_tick(struct pp_path *path, struct peer *peer);
void viewing_rtcp(struct pp_path *path, struct peer *peer, const uint8_t *data, int size);
void viewing_tick(struct pp_path *path, struct peer *peer);

/* --- stream.c --------------------------------------------------------------------------------------------- */

struct stream *stream_create(struct pp_path *path, struct peer *peer, const struct pp_stream_table *table);
void stream_destroy(struct pp_path *path, struct stream *stream);
void stream_receive(struct pp_path *path, struct stream *stream, const struct rtp *rtp);
void stream_reported(struct pp_path *path, struct stream *stream, const struct sender_report *report);
void stream_tick(struct pp_path *path, struct stream *stream);
void stream_request_keyframe(struct pp_path *path, struct stream *stream);
struct packet *stream_stored(const struct stream *stream, int64_t number);
/* Where a packet is among those that slots with these temporal layers get, and the packet of such a place. */
int64_t packet_place(const struct packet *packet, int layers);
struct packet *stream_at_place(const struct stream *stream, int64_t place, int layers);
void stream_attach(struct pp_path *path, struct stream *stream, struct slot *slot);
void stream_detach(struct stream *stream, const struct slot *slot);
void packet_release(struct packet *packet);

/* --- slot.c ----------------------------------------------------------------------------------------------- */

struct slot *slot_create(struct pp_path *path, struct peer *peer, const struct pp_slot_table *table);
void slot_destroy(struct pp_path *path, struct slot *slot);
void slot_aim(struct pp_path *path, struct slot *slot, struct stream *stream, int layers);
void slot_forward(struct pp_path *path, struct slot *slot, struct stream *stream, struct packet *packet);
/* The source is gone for good, or began anew. */
void slot_lost(struct pp_path *path, struct slot *slot, struct stream *stream);
void slot_interrupted(struct slot *slot, struct stream *stream);
/* Whether what is sent again goes under an SSRC of its own; only then are packets numbered: under the same index they
 * may not change. */
bool slot_repairs_apart(const struct slot *slot, int codec);
bool slot_resend(struct pp_path *path, struct slot *slot, uint16_t number);
void slot_reported(struct slot *slot, const struct report_block *report, int64_t now);
/* Passes the source's last sender report on, in the slot's numbers and the node's clock. */
void slot_report(struct pp_path *path, struct slot *slot, const struct stream *stream);

/* --- outbox.c --------------------------------------------------------------------------------------------- */

struct outbox *outbox_create(void);
void outbox_destroy(struct outbox *outbox);
/* Gathers a packet for its peer; it is sent with the next flush. */
void outbox_add(struct pp_path *path, const struct outgoing *outgoing);
/* Sends one packet at once. */
void outbox_send_now(struct pp_path *path, const struct outgoing *outgoing);
/* Encrypts and sends all that was gathered; outbox_forget drops what was gathered for one peer. */
void outbox_flush(struct pp_path *path);
void outbox_forget(struct pp_path *path, struct peer *peer);
/* How long packets may wait now. */
int outbox_patience(const struct pp_path *path);

/* --- links.c ---------------------------------------------------------------------------------------------- */

/* One message: size bytes, which the kernel cuts into datagrams of segment bytes (0: one datagram). */
struct message {
    struct peer *peer;
    const uint8_t *data;
    int size, segment;
};

void links_send(struct pp_path *path, const struct message *messages, int count);
void links_send_to(struct pp_path *path, const struct address *to, const uint8_t *data, int size);
bool address_parse(const char *text, int port, int link, struct address *out);
void address_to_socket(const struct address *address, struct sockaddr_in6 *out);
void address_from_socket(const struct sockaddr_in6 *socket, int link, struct address *out);

#endif
