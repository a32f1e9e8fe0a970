/* What publishers send: VP8 in frames of near-equal packets, Opus every 20 ms; each packet carries a signature. */
#include "load.h"
#include <string.h>

enum { FRAME_NS = 33333333, VOICE_NS = 20000000, VOICE = 80, PAYLOAD = 1150, DESCRIPTOR = 6, SIGNED_AT = 16 };
enum { SMALLEST = 4300, SPREAD = 1600, KEYFRAME = 18000 };

static int extensions(const Source *source, uint8_t *at) {
  Peer *peer = &load.peer[source->peer];
  int length = 4;
  put16(at, 0xBEDE);
  if (source->level_id) at[length++] = source->level_id << 4, at[length++] = 0x80 | (25 + chance() % 10);
  if (source->mid_id) at[length++] = source->mid_id << 4, at[length++] = '0';
  if (source->number_id) {
    at[length++] = source->number_id << 4 | 1;
    put16(at + length, peer->number++);
    length += 2;
  }
  while (length % 4) at[length++] = 0;
  put16(at + 2, length / 4 - 1);
  return length;
}

static int head(const Source *source, uint8_t *at, bool marker) {
  at[0] = 0x90;
  at[1] = source->payload_type | (marker ? 0x80 : 0);
  put16(at + 2, source->next);
  put32(at + 4, source->timestamp);
  put32(at + 8, source->ssrc);
  return 12 + extensions(source, at + 12);
}

/* Source, number and time of sending: what a viewer's copy is checked against. */
static void sign(const Source *source, uint8_t *payload, uint64_t now) {
  uint8_t *at = payload + SIGNED_AT;
  put32(at, 0x65EFF1CE);
  at[4] = source - load.source;
  put32(at + 5, source->next);
  put32(at + 9, now >> 32);
  put32(at + 13, now);
}

static void transmit(const Source *source, const Sent *sent, uint32_t number) {
  uint8_t packet[LARGEST + 32];
  Peer *peer = &load.peer[source->peer];
  memcpy(packet, sent->data, sent->length);
  send_datagram(peer, packet, srtp_protect(&peer->out, packet, sent->length, sent->header, number >> 16));
}

static void emit(Source *source, Sent *sent, int payload) {
  sent->sent_ns = now_ns();
  sign(source, sent->data + sent->header, sent->sent_ns);
  sent->length = sent->header + payload;
  transmit(source, sent, source->next);
  source->next++;
  source->packets++;
  source->octets += payload;
}

static void describe(const Source *source, uint8_t *payload, bool first, bool keyframe) {
  static const uint8_t picture_head[10] = {0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x00, 0x05, 0xD0, 0x02};
  payload[0] = first ? 0x90 : 0x80;
  payload[1] = 0xE0;
  put16(payload + 2, 0x8000 | source->picture);
  payload[4] = source->layer;
  payload[5] = 0;
  if (!first) return;
  memcpy(payload + DESCRIPTOR, picture_head, sizeof picture_head);
  if (!keyframe) payload[DESCRIPTOR] |= 1;
}

static void send_frame(Source *source) {
  bool keyframe = source->keyframe;
  int left = keyframe ? KEYFRAME : SMALLEST + (int)(chance() % SPREAD);
  int pieces = (left + PAYLOAD - 1) / PAYLOAD;
  source->keyframe = false;
  source->keyframes += keyframe;
  source->picture = (source->picture + 1) & 0x7FFF;
  source->layer++;
  for (int piece = 0; piece < pieces; piece++) {
    Sent *sent = &source->ring[source->next % RING];
    int size = left / (pieces - piece);
    left -= size;
    sent->header = head(source, sent->data, piece == pieces - 1);
    describe(source, sent->data + sent->header, piece == 0, keyframe);
    emit(source, sent, DESCRIPTOR + size);
  }
  source->timestamp += 3000;
}

static void send_voice(Source *source) {
  Sent *sent = &source->ring[source->next % RING];
  sent->header = head(source, sent->data, false);
  sent->data[sent->header] = 0x78; /* one frame of 20 ms */
  emit(source, sent, VOICE);
  source->timestamp += 960;
}

static void send_due(Source *source, uint64_t now) {
  uint64_t period = source->video ? FRAME_NS : VOICE_NS;
  if (!source->due_ns) source->due_ns = source->report_ns = now;
  if (load.measuring && now - source->due_ns > load.totals.late_ns) load.totals.late_ns = now - source->due_ns;
  while (source->due_ns <= now) {
    if (source->video)
      send_frame(source);
    else
      send_voice(source);
    source->due_ns += period;
  }
  if (now >= source->report_ns) {
    source->report_ns += 1000000000;
    source_report(source, now);
  }
}

/* Sends what is due; when the next is. */
uint64_t sources_send(uint64_t now) {
  uint64_t next = now + 1000000;
  for (int i = 0; i < load.sources; i++) {
    Source *source = &load.source[i];
    if (load.peer[source->peer].state != CONNECTED) continue;
    if (source->due_ns <= now) send_due(source, now);
    if (source->due_ns < next) next = source->due_ns;
  }
  return next;
}

/* The same bytes again, as the same packet number demands. */
void source_resend(Source *source, uint16_t sequence) {
  uint32_t number = source->next - (uint16_t)((uint16_t)source->next - sequence);
  if (number == source->next || source->next - number >= RING || source->next - number > source->packets) return;
  source->resent++;
  transmit(source, &source->ring[number % RING], number);
}
