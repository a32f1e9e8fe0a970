/* RTCP (RFC 3550, RFC 4585): what viewers tell the node, what publishers report, what the node asks of them. */
#include "load.h"
#include <string.h>

enum { SR = 200, RR = 201, SDES = 202, RTPFB = 205, PSFB = 206, GAVE_UP_NS = 1000000000, ROUND_TRIP_NS = 20000000, BITRATE = 5000000 };

static void send_rtcp(Peer *peer, uint8_t *packet, int length) {
  if (peer->state == CONNECTED) send_datagram(peer, packet, srtcp_protect(&peer->out, packet, length));
}

static int block_head(uint8_t *at, int count, int kind, int length) {
  at[0] = 0x80 | count;
  at[1] = kind;
  put16(at + 2, length / 4 - 1);
  return length;
}

static int description(uint8_t *at, uint32_t ssrc) {
  static const uint8_t name[12] = {1, 8, 'l', 'o', 'a', 'd', '-', 'g', 'e', 'n', 0, 0};
  put32(at + 4, ssrc);
  memcpy(at + 8, name, sizeof name);
  return block_head(at, 1, SDES, 20);
}

/* Tells of a round trip of 20 ms: with less than a few, as here, Janus keeps no packets to send again. */
static int report_block(uint8_t *at, Slot *slot, uint64_t now) {
  memset(at, 0, 24);
  put32(at, slot->ssrc);
  put32(at + 8, (uint32_t)slot->highest);
  if (slot->report_ns && now > slot->report_ns + ROUND_TRIP_NS) {
    put32(at + 16, slot->report_middle);
    put32(at + 20, (uint32_t)((now - slot->report_ns - ROUND_TRIP_NS) * 65536 / 1000000000));
  }
  return 24;
}

/* REMB (draft-alvestrand-rmcat-remb): the estimate of a browser on a good line. */
static int limit(uint8_t *at, const Peer *peer) {
  uint32_t mantissa = BITRATE;
  int exponent = 0;
  while (mantissa >= 1 << 18) mantissa >>= 1, exponent++;
  put32(at + 4, peer->ssrc);
  put32(at + 8, 0);
  memcpy(at + 12, "REMB", 4);
  put32(at + 16, 1u << 24 | (uint32_t)exponent << 18 | mantissa);
  put32(at + 20, peer->slots ? peer->slot[0].ssrc : 0);
  return block_head(at, 15, PSFB, 24);
}

static void give_up(Peer *peer, uint64_t now) {
  for (int i = 0; i < PRETENDED; i++) {
    if (!peer->pretended[i].at_ns || !peer->pretended[i].asked || now - peer->pretended[i].at_ns < GAVE_UP_NS) continue;
    peer->pretended[i].at_ns = 0;
    load.totals.unanswered++;
  }
}

/* Once a second: a receiver report with a block for each stream. */
void feedback_report(Peer *peer, uint64_t now) {
  uint8_t packet[LARGEST];
  int blocks = 0, length = 8;
  for (int i = 0; i < peer->slots && blocks < 15; i++) {
    if (peer->slot[i].source < 0) continue;
    length += report_block(packet + length, &peer->slot[i], now);
    blocks++;
  }
  put32(packet + 4, peer->ssrc);
  block_head(packet, blocks, RR, length);
  length += description(packet + length, peer->ssrc);
  if (peer->limits) length += limit(packet + length, peer);
  send_rtcp(peer, packet, length);
  load.totals.reports++;
  give_up(peer, now);
}

void feedback_nack(Peer *peer, uint32_t ssrc, uint16_t sequence) {
  uint8_t packet[64];
  put32(packet + 4, peer->ssrc);
  put32(packet + 8, ssrc);
  put16(packet + 12, sequence);
  put16(packet + 14, 0);
  send_rtcp(peer, packet, block_head(packet, 1, RTPFB, 16));
}

void feedback_arrivals(Peer *peer, uint8_t *packet, int length) {
  block_head(packet, 15, RTPFB, length);
  send_rtcp(peer, packet, length);
  load.totals.told++;
}

void feedback_picture(Peer *peer, uint32_t ssrc) {
  uint8_t packet[64];
  put32(packet + 4, peer->ssrc);
  put32(packet + 8, ssrc);
  send_rtcp(peer, packet, block_head(packet, 1, PSFB, 12));
  load.totals.pli++;
}

void source_report(Source *source, uint64_t now) {
  uint8_t packet[128];
  put32(packet + 4, source->ssrc);
  put32(packet + 8, (uint32_t)(now / 1000000000 + 2208988800u));
  put32(packet + 12, (uint32_t)((now % 1000000000 << 32) / 1000000000));
  put32(packet + 16, source->timestamp);
  put32(packet + 20, source->packets);
  put32(packet + 24, source->octets);
  int length = block_head(packet, 0, SR, 28);
  length += description(packet + length, source->ssrc);
  send_rtcp(&load.peer[source->peer], packet, length);
}

static void reported(Peer *peer, const uint8_t *block, uint64_t now) {
  load.totals.sender_reports++;
  for (int i = 0; i < peer->slots; i++) {
    if (peer->slot[i].ssrc != get32(block + 4)) continue;
    peer->slot[i].report_middle = get32(block + 10);
    peer->slot[i].report_ns = now;
  }
}

static Source *source_of(uint32_t ssrc) {
  for (int i = 0; i < load.sources; i++)
    if (load.source[i].ssrc == ssrc) return &load.source[i];
  return NULL;
}

static void resend(Source *source, const uint8_t *block, int length) {
  for (int at = 12; at + 4 <= length; at += 4) {
    uint32_t first = get16(block + at), others = get16(block + at + 2);
    source_resend(source, first);
    for (int i = 0; i < 16; i++)
      if (others >> i & 1) source_resend(source, first + i + 1);
  }
}

static void asked(const uint8_t *block, int length) {
  int kind = block[1], format = block[0] & 31;
  bool full = kind == PSFB && format == 4 && length >= 20;
  Source *source = source_of(get32(block + (full ? 12 : 8)));
  if (!source) return;
  if (kind == PSFB && (format == 1 || full)) {
    source->keyframe = true;
    source->asked_keyframes++;
  } else if (kind == RTPFB && format == 1) {
    resend(source, block, length);
  }
}

void receive_rtcp(Peer *peer, const uint8_t *data, int length, uint64_t now) {
  uint8_t plain[LARGEST + 8];
  int size = srtcp_unprotect(&peer->in, data, length, plain);
  if (size < 0) load.totals.undecryptable++;
  for (int at = 0; at + 8 <= size;) {
    int block = 4 + 4 * (int)get16(plain + at + 2);
    if (at + block > size) return;
    if (plain[at + 1] == SR && block >= 28) reported(peer, plain + at, now);
    if (plain[at + 1] >= RTPFB && block >= 12) asked(plain + at, block);
    at += block;
  }
}
