/* What Python calls (benchmarks/media/generator.py); its structures there must match these. */
#include "load.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *address;
  int32_t port, viewer, thorough, limits, rtx_type, number_id;
  const char *ufrag, *pwd, *node_ufrag, *node_pwd, *fingerprint;
  uint64_t started_ns;
} Connection;

typedef struct {
  int32_t peer, video, payload_type, level_id, mid_id, number_id;
  uint32_t ssrc;
} Track;

typedef struct {
  int32_t state, consents;
  double connected_ms, first_ms, first_video_ms; /* since the offer was sent; negative when it never came */
  uint64_t video_expected, video_lost, audio_expected, audio_lost;
  char failure[64], cipher[32];
} Outcome;

bool engine_open(int buffer, bool gro);
bool engine_start(void);
void engine_stop(void);

int load_open(uint32_t base, int buffer, int gro, int gcm_first, double nack_share, double pli_every_s) {
  load.base = base;
  load.peer = calloc(MAX_PEERS, sizeof *load.peer);
  load.delays = calloc(BINS, sizeof *load.delays);
  load.lags = calloc(BINS, sizeof *load.lags);
  load.nack_share = nack_share;
  load.pli_every_ns = (uint64_t)(pli_every_s * 1e9);
  load.random = now_ns() | 1;
  return load.peer && load.delays && load.lags && dtls_prepare(gcm_first) && engine_open(buffer, gro) && engine_start();
}

void load_close(void) { engine_stop(); }

int load_port(void) {
  struct sockaddr_in own;
  socklen_t size = sizeof own;
  return getsockname(load.fd, (struct sockaddr *)&own, &size) ? 0 : ntohs(own.sin_port);
}

const char *load_fingerprint(void) { return load.fingerprint; }

/* The number of the source; -1 when there are too many. */
int load_track(const Track *track) {
  if (load.sources == MAX_SOURCES) return -1;
  Source *source = &load.source[load.sources];
  *source = (Source){.peer = track->peer, .video = track->video, .payload_type = track->payload_type,
                     .level_id = track->level_id, .mid_id = track->mid_id, .number_id = track->number_id,
                     .ssrc = track->ssrc, .next = track->ssrc % 20000 + 1, .timestamp = track->ssrc,
                     .keyframe = track->video, .ring = calloc(RING, sizeof(Sent))};
  for (int i = 0; i < RING; i++)
    for (int k = 0; k < LARGEST; k++) source->ring[i].data[k] = rand();
  return load.sources++;
}

static void copy(char *to, size_t room, const char *from) { snprintf(to, room, "%s", from); }

/* Begins to check and to shake hands; at most one call for a number. */
int load_connect(int number, const Connection *c) {
  if (number >= MAX_PEERS || !inet_aton(c->address, &load.peer[number].node.sin_addr)) return 0;
  Peer *peer = &load.peer[number];
  peer->node.sin_family = AF_INET;
  peer->node.sin_port = htons(c->port);
  peer->own.s_addr = htonl(load.base + 1 + number);
  peer->viewer = c->viewer;
  peer->thorough = c->thorough;
  peer->limits = c->limits;
  peer->rtx_type = c->rtx_type;
  peer->number_id = c->number_id;
  peer->ssrc = 0x10000000u + number;
  peer->slot = calloc(MAX_SLOTS, sizeof *peer->slot);
  copy(peer->ufrag, sizeof peer->ufrag, c->ufrag);
  copy(peer->pwd, sizeof peer->pwd, c->pwd);
  copy(peer->node_ufrag, sizeof peer->node_ufrag, c->node_ufrag);
  copy(peer->node_pwd, sizeof peer->node_pwd, c->node_pwd);
  copy(peer->fingerprint, sizeof peer->fingerprint, c->fingerprint);
  peer->started_ns = c->started_ns;
  if (number >= load.peers) load.peers = number + 1;
  peer->state = CHECKING;
  return 1;
}

int load_state(int number) { return load.peer[number].state; }

/* 1: something arrived, 2: video arrived too. */
int load_arrived(int number) { return !!load.peer[number].first_ns + !!load.peer[number].first_video_ns; }

void load_begin(void) {
  load.reset = true;
  while (load.reset && !load.stop) sched_yield();
}

/* Packets sent from now on do not count; those on their way still do. */
void load_end(void) {
  for (int i = 0; i < load.sources; i++) load.source[i].to = load.source[i].next;
  load.measuring = false;
}

void load_totals(Totals *totals) { *totals = load.totals; }

uint32_t load_sent(int video) {
  uint32_t sent = 0;
  for (int i = 0; i < load.sources; i++)
    if (load.source[i].video == !!video) sent += load.source[i].to - load.source[i].from;
  return sent;
}

/* Keyframes sent, keyframes asked for, packets sent again, of all sources since the start. */
void load_asked(uint32_t *counts) {
  memset(counts, 0, 3 * sizeof *counts);
  for (int i = 0; i < load.sources; i++) {
    counts[0] += load.source[i].keyframes;
    counts[1] += load.source[i].asked_keyframes;
    counts[2] += load.source[i].resent;
  }
}

static double since(uint64_t at, const Peer *peer) { return at ? ((double)at - (double)peer->started_ns) / 1e6 : -1; }

static void losses(const Peer *peer, Outcome *out) {
  for (int i = 0; i < load.sources; i++) {
    uint64_t expected = load.source[i].to - load.source[i].from, got = 0;
    for (int s = 0; s < peer->slots; s++)
      if (peer->slot[s].source == i) got += peer->slot[s].in_window;
    uint64_t lost = expected > got ? expected - got : 0;
    *(load.source[i].video ? &out->video_expected : &out->audio_expected) += expected;
    *(load.source[i].video ? &out->video_lost : &out->audio_lost) += lost;
  }
}

void load_outcome(int number, Outcome *out) {
  const Peer *peer = &load.peer[number];
  memset(out, 0, sizeof *out);
  out->state = peer->state;
  out->consents = peer->answered_ns && now_ns() - peer->answered_ns < 12000000000ull;
  out->connected_ms = since(peer->connected_ns, peer);
  out->first_ms = since(peer->first_ns, peer);
  out->first_video_ms = since(peer->first_video_ns, peer);
  copy(out->failure, sizeof out->failure, peer->failure ? peer->failure : "");
  if (peer->state == CONNECTED) copy(out->cipher, sizeof out->cipher, peer->in.gcm ? "AES-128-GCM" : "AES-CM-SHA1-80");
  losses(peer, out);
}

/* Milliseconds below which ``share`` of the packets were forwarded (lag 0), or read by the generator (lag 1). */
double load_percentile(int lag, double share) {
  const uint32_t *bins = lag ? load.lags : load.delays;
  uint64_t total = 0, seen = 0;
  for (int i = 0; i < BINS; i++) total += bins[i];
  for (int i = 0; i < BINS; i++)
    if ((seen += bins[i]) > share * total) return (i + 1) * (BIN_NS / 1e6);
  return total ? BINS * (BIN_NS / 1e6) : -1;
}
