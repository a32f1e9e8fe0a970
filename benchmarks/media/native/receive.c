/* What viewers get: counted by sequence numbers, timed by what was sent, and a sample decrypted and compared. */
#include "load.h"
#include <string.h>

enum { SAMPLE = 64, SIGNED_AT = 16, DESCRIPTOR = 6, NOTICED_NS = 10000000 };

static Slot *slot_of(Peer *peer, uint32_t ssrc) {
  for (int i = 0; i < peer->slots; i++)
    if (peer->slot[i].ssrc == ssrc) return &peer->slot[i];
  if (peer->slots == MAX_SLOTS) return NULL;
  Slot *slot = &peer->slot[peer->slots++];
  memset(slot, 0, sizeof *slot);
  slot->ssrc = ssrc;
  slot->source = slot->highest = -1;
  slot->picture_offset = -1;
  return slot;
}

static bool marked(const Slot *slot, int64_t number) {
  return slot->seen[number % SEEN / 64] >> (number % 64) & 1;
}

static void mark(Slot *slot, int64_t number) { slot->seen[number % SEEN / 64] |= 1ull << (number % 64); }

static void advance(Slot *slot, int64_t number) {
  if (slot->highest < 0 || number - slot->highest >= SEEN) {
    memset(slot->seen, 0, sizeof slot->seen);
  } else {
    for (int64_t n = slot->highest + 1; n <= number; n++) slot->seen[n % SEEN / 64] &= ~(1ull << (n % 64));
  }
  slot->highest = number;
}

/* Whether a viewer pretended to have lost this packet, and waits for it. */
static bool recovers(Peer *peer, uint32_t ssrc, uint16_t sequence) {
  for (int i = 0; i < PRETENDED; i++) {
    Pretended *lost = &peer->pretended[i];
    if (!lost->at_ns || lost->ssrc != ssrc || lost->sequence != sequence) continue;
    if (!lost->asked) return false;
    lost->at_ns = 0;
    load.totals.recovered++;
    return true;
  }
  return false;
}

static void pretend(Peer *peer, Slot *slot, uint16_t sequence, uint64_t now) {
  Pretended *place = &peer->pretended[0];
  for (int i = 1; i < PRETENDED && place->at_ns; i++) place = &peer->pretended[i];
  if (place->at_ns) return;
  *place = (Pretended){.ssrc = slot->ssrc, .sequence = sequence, .at_ns = now};
  peer->unasked++;
}

/* A loss is noticed when something later arrives; then the packet is asked for. */
static void notice(Peer *peer, uint64_t now) {
  for (int i = 0; i < PRETENDED; i++) {
    Pretended *lost = &peer->pretended[i];
    if (!lost->at_ns || lost->asked || now < lost->at_ns + NOTICED_NS) continue;
    lost->asked = true;
    peer->unasked--;
    load.totals.nacked++;
    feedback_nack(peer, lost->ssrc, lost->sequence);
  }
}

static int without_padding(const uint8_t *packet, int length) {
  return packet[0] & 0x20 && length ? length - packet[length - 1] : length;
}

static bool equal(Slot *slot, const Source *source, const Sent *sent, const uint8_t *payload, int length) {
  const uint8_t *original = sent->data + sent->header;
  if (length != sent->length - sent->header) return false;
  if (!source->video) return !memcmp(payload, original, length);
  int offset = (get16(payload + 2) - get16(original + 2)) & 0x7FFF;
  if (slot->picture_offset < 0) slot->picture_offset = offset;
  return payload[0] == original[0] && payload[1] == original[1] && payload[2] & 0x80 &&
         slot->picture_offset == offset && !memcmp(payload + DESCRIPTOR, original + DESCRIPTOR, length - DESCRIPTOR);
}

/* Compares a decrypted packet with what was sent, and learns which source the slot shows. */
static bool compare(Slot *slot, const uint8_t *packet, int length, int64_t number) {
  int header = srtp_header(packet, length);
  const uint8_t *payload = packet + header;
  length = without_padding(packet, length);
  if (!header || length - header < SIGNED_AT + 17 || get32(payload + SIGNED_AT) != 0x65EFF1CE) return false;
  int index = payload[SIGNED_AT + 4];
  uint32_t sent_number = get32(payload + SIGNED_AT + 5);
  if (index >= load.sources || load.source[index].next - sent_number > RING) return false;
  Source *source = &load.source[index];
  Sent *sent = &source->ring[sent_number % RING];
  int64_t offset = (int64_t)sent_number - number;
  if (slot->source != index || slot->offset != offset) {
    if (slot->source >= 0) slot->remapped++, load.totals.remapped++;
    if (slot->source != index) slot->picture_offset = -1;
    slot->source = index;
    slot->offset = offset;
  }
  uint64_t stamp = (uint64_t)get32(payload + SIGNED_AT + 9) << 32 | get32(payload + SIGNED_AT + 13);
  return stamp == sent->sent_ns && equal(slot, source, sent, payload, length - header);
}

static void in_time(Peer *peer, Slot *slot, int64_t number, uint64_t arrived) {
  Source *source = &load.source[slot->source];
  uint32_t sent_number = number + slot->offset;
  if (source->video && !peer->first_video_ns) peer->first_video_ns = arrived;
  if (sent_number - source->from >= source->to - source->from) return;
  slot->in_window++;
  uint64_t delay = arrived - source->ring[sent_number % RING].sent_ns;
  uint64_t bin = (int64_t)delay < 0 ? 0 : delay / BIN_NS;
  load.delays[bin < BINS ? bin : BINS - 1]++;
}

static bool sample(Peer *peer, Slot *slot, const uint8_t *data, int length, int64_t number) {
  uint8_t plain[LARGEST + 8];
  int size = srtp_unprotect(&peer->in, data, length, (uint32_t)(number >> 16), plain);
  slot->sampled++;
  load.totals.sampled++;
  if (size < 0) {
    load.totals.undecryptable++;
    return false;
  }
  if (compare(slot, plain, size, number)) return true;
  slot->wrong++;
  load.totals.wrong++;
  return slot->source >= 0;
}

/* A retransmission under its own SSRC and payload type (RFC 4588): the number it brings back leads the payload. */
static void receive_rtx(Peer *peer, Slot *slot, const uint8_t *data, int length, int64_t number) {
  uint8_t plain[LARGEST + 8];
  int size = srtp_unprotect(&peer->in, data, length, (uint32_t)(number >> 16), plain);
  int header = size < 0 ? 0 : srtp_header(plain, size);
  if (!header) {
    load.totals.undecryptable++;
    return;
  }
  slot->source = -1;
  for (int i = 0; i < peer->slots; i++)
    if (header + 2 <= size && recovers(peer, peer->slot[i].ssrc, get16(plain + header))) return;
  load.totals.duplicates++;
}

static void arrived_again(Peer *peer, Slot *slot, uint16_t sequence) {
  if (recovers(peer, slot->ssrc, sequence)) return;
  slot->duplicates++;
  load.totals.duplicates++;
}

void receive_rtp(Peer *peer, const uint8_t *data, int length, uint64_t arrived) {
  Slot *slot = srtp_header(data, length) ? slot_of(peer, get32(data + 8)) : NULL;
  if (!slot) return;
  uint16_t sequence = get16(data + 2);
  int64_t number = slot->highest < 0 ? sequence : slot->highest + (int16_t)(sequence - (uint16_t)slot->highest);
  load.totals.received++;
  load.totals.octets += length;
  if (number < 0 || (slot->highest >= 0 && slot->highest - number >= SEEN)) return arrived_again(peer, slot, sequence);
  if (number <= slot->highest && marked(slot, number)) return arrived_again(peer, slot, sequence);
  bool rtx = peer->rtx_type && (data[1] & 0x7F) == peer->rtx_type;
  if (!rtx && (peer->thorough || slot->source < 0 || ++peer->lookups % SAMPLE == 0) &&
      !sample(peer, slot, data, length, number))
    return;
  if (number < slot->highest) slot->reordered++, load.totals.reordered++;
  if (number > slot->highest) advance(slot, number);
  mark(slot, number);
  arrivals_note(peer, data, length, arrived);
  if (rtx) return receive_rtx(peer, slot, data, length, number);
  if (!peer->first_ns) peer->first_ns = arrived;
  in_time(peer, slot, number, arrived);
  if (peer->unasked) notice(peer, arrived);
  if (load.measuring && load.source[slot->source].video && chance() < load.nack_share * 4294967295.0)
    pretend(peer, slot, sequence, arrived);
}
