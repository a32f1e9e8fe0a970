/* The load generator of ./bench media: peers with ICE, DTLS-SRTP and RTP on one thread and one UDP socket.
 *
 * Every peer has an address of its own (127.64.0.1 and up, or 198.18.0.1 and up), so that the node sees as many destinations. What
 * was sent is remembered for each source; what a viewer gets is counted by sequence numbers, and a sample of it is
 * decrypted and compared. The files: engine.c (loop, socket, interface for Python), dtls.c, srtp.c, stun.c,
 * source.c (what is sent), receive.c (what is counted), feedback.c (RTCP).
 */
#ifndef LOAD_H
#define LOAD_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#define MAX_PEERS 4096
#define MAX_SOURCES 16
#define MAX_SLOTS 24
#define RING 4096        /* packets of one source that are remembered: 27 s of video, 80 s of audio */
#define SEEN 1024        /* sequence numbers of one slot for which it is known whether they came */
#define ARRIVALS 64
#define PRETENDED 8      /* losses pretended by one viewer that still wait for their retransmission */
#define BINS 65536       /* of the delay histogram */
#define BIN_NS 50000     /* 0.05 ms each */
#define LARGEST 1500

enum { IDLE, CHECKING, SHAKING, CONNECTED, FAILED };

typedef struct { /* one direction of one peer (RFC 3711, RFC 7714) */
  EVP_CIPHER_CTX *rtp, *rtcp;
  uint8_t rtp_salt[14], rtcp_salt[14], rtp_auth[20], rtcp_auth[20];
  bool gcm;
  uint32_t rtcp_index;
} Keys;

typedef struct {
  uint64_t sent_ns;
  uint16_t header, length; /* bytes of the RTP header; of the whole packet */
  uint8_t data[LARGEST];
} Sent;

typedef struct { /* one track that a peer sends */
  int peer;
  bool video;
  uint8_t payload_type, level_id, mid_id, number_id;
  uint32_t ssrc, next, timestamp, packets, octets; /* next: sequence number without wrap-around */
  uint32_t from, to;                               /* numbers that belong to the measuring window */
  uint16_t picture;
  uint8_t layer;
  bool keyframe;
  uint64_t due_ns, report_ns;
  uint32_t keyframes, asked_keyframes, resent;
  Sent *ring;
} Source;

typedef struct { /* one SSRC that a viewer gets */
  uint32_t ssrc;
  int source;       /* -1: not known yet */
  int64_t highest;  /* sequence number without wrap-around */
  int64_t offset;   /* number at the source - number here */
  int picture_offset;
  uint64_t seen[SEEN / 64];
  uint32_t in_window, duplicates, reordered, sampled, wrong, remapped;
  uint32_t report_middle; /* of the last sender report, with when it came */
  uint64_t report_ns;
  uint64_t arrivals;
} Slot;

typedef struct {
  uint32_t ssrc;
  uint16_t sequence;
  bool asked;
  uint64_t at_ns;
} Pretended;

typedef struct {
  uint16_t number;
  uint64_t at_ns;
} Arrival;

typedef struct {
  _Atomic int state;
  bool viewer, thorough, limits; /* thorough: every packet is decrypted; limits: REMB was agreed */
  uint8_t rtx_type, number_id, told; /* number_id: of the extension by which the node numbers packets */
  Arrival arrival[ARRIVALS];         /* since they were told last */
  int arrivals;
  struct sockaddr_in node;
  struct in_addr own;
  char ufrag[64], node_ufrag[264], node_pwd[264], pwd[64], fingerprint[100];
  uint8_t transaction[12];
  uint64_t started_ns, connected_ns, first_ns, first_video_ns, checked_ns, answered_ns, retry_ns;
  SSL *ssl;
  Keys in, out;
  uint16_t number; /* transport-wide */
  uint32_t ssrc;   /* under which it reports */
  int slots;
  uint32_t lookups;
  int unasked; /* of the pretended losses */
  Slot *slot;
  Pretended pretended[PRETENDED];
  const char *failure;
} Peer;

typedef struct { /* of all viewers, since the window began */
  uint64_t received, octets, duplicates, reordered, sampled, undecryptable, wrong, remapped;
  uint64_t nacked, recovered, unanswered, pli, reports, sender_reports, told, overflow, late_ns, unsent;
  uint64_t cpu_ns, batches;
} Totals;

typedef struct {
  int fd;
  uint32_t base; /* the address before the first peer's */
  SSL_CTX *context;
  char fingerprint[100];
  Peer *peer;
  int peers;
  Source source[MAX_SOURCES];
  int sources;
  double nack_share;
  uint64_t pli_every_ns, pli_due_ns;
  _Atomic bool stop, measuring, reset;
  Totals totals;
  uint32_t *delays, *lags;
  uint32_t overflow_seen;
  uint64_t random;
} Load;

extern Load load;

/* engine.c */
uint64_t now_ns(void);
uint32_t chance(void);
void send_datagram(const Peer *peer, const uint8_t *data, int length);
/* dtls.c */
bool dtls_prepare(bool gcm_first);
bool dtls_begin(Peer *peer);
void dtls_receive(Peer *peer, const uint8_t *data, int length);
void dtls_retry(Peer *peer);
/* srtp.c */
bool srtp_keys(Keys *keys, const uint8_t *key, const uint8_t *salt, bool gcm, bool encrypt);
int srtp_header(const uint8_t *data, int length);
int srtp_protect(Keys *keys, uint8_t *packet, int length, int header, uint32_t roc);
int srtp_unprotect(Keys *keys, const uint8_t *packet, int length, uint32_t roc, uint8_t *plain);
int srtcp_protect(Keys *keys, uint8_t *packet, int length);
int srtcp_unprotect(Keys *keys, const uint8_t *packet, int length, uint8_t *plain);
/* stun.c */
void stun_check(Peer *peer, uint64_t now);
void stun_receive(Peer *peer, const uint8_t *data, int length, uint64_t now);
/* source.c */
uint64_t sources_send(uint64_t now);
void source_resend(Source *source, uint16_t sequence);
/* receive.c */
void receive_rtp(Peer *peer, const uint8_t *data, int length, uint64_t arrived);
/* arrivals.c */
void arrivals_note(Peer *peer, const uint8_t *data, int length, uint64_t arrived);
void arrivals_tell(Peer *peer);
/* feedback.c */
void receive_rtcp(Peer *peer, const uint8_t *data, int length, uint64_t now);
void feedback_report(Peer *peer, uint64_t now);
void feedback_nack(Peer *peer, uint32_t ssrc, uint16_t sequence);
void feedback_picture(Peer *peer, uint32_t ssrc);
void feedback_arrivals(Peer *peer, uint8_t *packet, int length);
void source_report(Source *source, uint64_t now);

static inline void put16(uint8_t *at, uint32_t value) { at[0] = value >> 8, at[1] = value; }
static inline void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16), put16(at + 2, value); }
static inline uint32_t get16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }
static inline uint32_t get32(const uint8_t *at) { return get16(at) << 16 | get16(at + 2); }
#endif
