/* The packet path of a media node: everything that happens to a datagram, in one thread without the interpreter.
 *
 * Owns the node's sockets: tells STUN, DTLS, RTP and RTCP apart (RFC 7983), answers connectivity checks as an
 * ICE-lite agent (RFC 8445), verifies, decrypts and encrypts SRTP (RFC 3711, RFC 7714), keeps a history of each
 * stream for retransmissions, rewrites headers and fans packets out to slots. It knows peers (one connection of a
 * browser), streams (what a peer sends under one SSRC) and slots (what a peer is sent under one SSRC), all named
 * by numbers that the caller chooses. Handshakes, SDP, rooms and every policy are the caller's: it fills tables by
 * the calls below, and hears of what happened by events. The same interface in Python: ../twin/path.py.
 *
 * Times are microseconds of the monotonic clock. Calls may come from any thread; those that name something which
 * is not there do nothing. Nothing here waits for the network.
 */
#ifndef PACKET_PATH_H
#define PACKET_PATH_H

#include <stddef.h>
#include <stdint.h>

#define PP_API __attribute__((visibility("default")))

struct pp_path;

enum pp_profile { PP_AES128_CM_SHA1_80 = 1, PP_AEAD_AES_128_GCM = 7, PP_AEAD_AES_256_GCM = 8 };
enum pp_codec { PP_OPUS = 0, PP_VP8 = 1, PP_H264 = 2, PP_CODECS = 3 };
#define PP_NO_PAYLOAD_TYPE 255
#define PP_ALL_LAYERS 3

/* One stream that a peer sends. Its packets are known by ssrc or rtx_ssrc, or, while these are 0, by their mid and
 * rid extensions (RFC 8843 section 9.2, RFC 8852); an empty rid matches packets without one. Ids of extensions are
 * 1 to 14, 0 means absent. */
struct pp_stream_table {
    uint32_t stream, peer, ssrc, rtx_ssrc, clock_rate;
    uint8_t codec, payload_type, rtx_payload_type, level_extension;
    char mid[33], rid[17];
};

/* What a peer's packets carry beside their payload: the ids of its header extensions. */
struct pp_extensions {
    uint8_t mid, rid, repaired_rid, transport_number;
};

/* One slot of a peer; payload types are indexed by enum pp_codec. What has one in rtx_payload_types is sent again under
 * rtx_ssrc (RFC 4588), the rest as it was sent. transport_number is the id of the header extension that numbers all pictures'
 * packets of the former to one peer, by which its browser tells when each came; 0 for none; level that of the one that says
 * how loud a voice is, as its own peer said it (RFC 6464). */
struct pp_slot_table {
    uint32_t slot, peer, ssrc, rtx_ssrc, clock_rate;
    uint8_t payload_types[PP_CODECS], rtx_payload_types[PP_CODECS], is_video, transport_number, level;
};

/* Events, each written as: u16 kind, u16 size of the whole record, u32 name, then what is said here. */
enum pp_event {
    PP_EVENT_DTLS = 1,     /* name: peer; a datagram of the handshake or an alert */
    PP_EVENT_SWITCHED = 2, /* name: slot; u32 stream that it shows now */
    PP_EVENT_LOUDNESS = 3, /* name: stream; u32 decibels above -127 dBov; told while it is not silent */
    PP_EVENT_LAPSED = 4,   /* name: peer; it did not consent for 15 s */
    PP_EVENT_VIEWER = 5,   /* name: peer; struct pp_viewer_report */
    PP_EVENT_STREAM = 6    /* name: stream; struct pp_stream_report */
};

/* How a viewer fares, once a second, and four times while packets wait on its line for more than 60 ms: losses of all slots
 * together in 1/256, times in microseconds, rates in bits per second. limit is what its browser says it can take (REMB), 0 when it says nothing. carried is what came of the
 * numbered packets, queued how long they waited on the line; both are 0 when the browser did not tell. numbered is what
 * went of them. */
struct pp_viewer_report {
    uint32_t lost, round_trip, jitter, sent_rate, limit, nacked, carried, queued, numbered;
};

/* How a stream arrives, once a second while it does: bits per second, losses of the last second in 1/256; thinned is the
 * rate of its temporal layers up to 0, and up to 1. All are 0 when it pauses while another encoding of the same picture
 * goes on. */
struct pp_stream_report {
    uint32_t rate, lost, jitter, thinned[2];
};

/* Counts since the start, in this order. */
struct pp_counters {
    uint64_t packets_in, packets_out, bytes_out, dropped, nacks, retransmitted, keyframe_requests, events_lost;
    uint64_t datagrams_refused, sends_failed, over_limit;
};

/* A path without sockets and thread: time and datagrams come by pp_step_*, what it sends is read by pp_take_sent. */
PP_API struct pp_path *pp_create(void);
/* Ends the thread, closes the sockets, frees everything. */
PP_API void pp_destroy(struct pp_path *path);

/* Bind the same UDP port (0: any) on an address; the first link is number 0. Returns the port, or -errno. */
PP_API int pp_open_link(struct pp_path *path, const char *address, int port);
/* Serve the links in a thread of its own. Returns 0 or -errno. */
PP_API int pp_start(struct pp_path *path);
/* Becomes readable when there are events. */
PP_API int pp_event_descriptor(const struct pp_path *path);
/* Whether the kernel splits one message into many datagrams (UDP segmentation offload). */
PP_API int pp_has_segmentation(const struct pp_path *path);
/* Gather packets up to this long before they are sent; -1 lets the size of the audience decide (the default). */
PP_API void pp_set_gathering(struct pp_path *path, int microseconds);

PP_API void pp_add_peer(struct pp_path *path, uint32_t peer, const char *ufrag, const char *password,
                        const char *remote_ufrag, const struct pp_extensions *extensions);
PP_API void pp_set_keys(struct pp_path *path, uint32_t peer, int profile, const uint8_t *inbound,
                        const uint8_t *outbound);
PP_API void pp_send_dtls(struct pp_path *path, uint32_t peer, const uint8_t *data, size_t size);
PP_API void pp_remove_peer(struct pp_path *path, uint32_t peer);
PP_API void pp_add_stream(struct pp_path *path, const struct pp_stream_table *table);
PP_API void pp_add_slot(struct pp_path *path, const struct pp_slot_table *table);
/* Show a stream as soon as it can be (video: from its next keyframe); 0 shows nothing at once. Of its temporal layers
 * those up to the one of the number layers are sent (VP8, RFC 7741 section 4.2; PP_ALL_LAYERS: all). */
PP_API void pp_aim(struct pp_path *path, uint32_t slot, uint32_t stream, int layers);
/* The most that feedback allows a peer without transport-wide feedback to send (REMB), bits per second. */
PP_API void pp_limit_peer(struct pp_path *path, uint32_t peer, uint32_t bitrate);

/* Has a peer on another node: no checks, a right packet is consent. Whatever it sends has SSRCs that begin with label
 * (20 bits, not 0), and so have its slots. It is sent to at an address by a link; without one ("") to where it is heard. */
PP_API void pp_place_peer(struct pp_path *path, uint32_t peer, uint32_t label, const char *address, int port, int link);

/* Copy whole events into buffer and forget them; the bytes written. Clears the descriptor when none are left. */
PP_API size_t pp_take_events(struct pp_path *path, uint8_t *buffer, size_t capacity);
PP_API void pp_read_counters(struct pp_path *path, struct pp_counters *counters);

/* For tests, without a thread: one datagram, one moment. wall is what to add to now for the time since 1970. */
PP_API void pp_step_clock(struct pp_path *path, int64_t now, int64_t wall);
PP_API void pp_step_datagram(struct pp_path *path, int link, const char *address, int port, const uint8_t *data,
                             size_t size);
PP_API void pp_step_tick(struct pp_path *path);
/* What was sent, each as: u16 size of the data, u16 port, 16 bytes of address (IPv4-mapped), data. */
PP_API size_t pp_take_sent(struct pp_path *path, uint8_t *buffer, size_t capacity);

#endif
