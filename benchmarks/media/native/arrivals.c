/* When each numbered packet came, told to the node as browsers do: transport-wide feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
#include "load.h"

enum { TICK_NS = 250000, REFERENCE_NS = 64000000, MOST_TOLD = 200 };

/* The value of the first extension, if it has the wanted id and two bytes; -1 without it. */
static int number_of(const uint8_t *data, int length, int id) {
  int at = 12 + 4 * (data[0] & 15);
  if (!(data[0] & 16) || length < at + 8 || get16(data + at) != 0xBEDE || data[at + 4] != (id << 4 | 1)) return -1;
  return (int)get16(data + at + 5);
}

void arrivals_note(Peer *peer, const uint8_t *data, int length, uint64_t arrived) {
  int number = peer->number_id ? number_of(data, length, peer->number_id) : -1;
  if (number < 0 || peer->arrivals == ARRIVALS) return;
  peer->arrival[peer->arrivals++] = (Arrival){(uint16_t)number, arrived};
}

static Arrival *arrival_of(Peer *peer, uint16_t number) {
  for (int i = 0; i < peer->arrivals; i++)
    if (peer->arrival[i].number == number) return &peer->arrival[i];
  return NULL;
}

/* Symbols in chunks of seven, then the deltas; the length. */
static int describe(Peer *peer, uint8_t *at, uint16_t base, int count, uint64_t before) {
  uint8_t deltas[2 * MOST_TOLD];
  int size = 0, length = 0;
  for (int first = 0; first < count; first += 7) {
    uint32_t chunk = 3;
    for (int i = first; i < first + 7; i++) {
      Arrival *arrival = i < count ? arrival_of(peer, (uint16_t)(base + i)) : NULL;
      int32_t delta = arrival ? (int32_t)((int64_t)(arrival->at_ns - before) / TICK_NS) : 0;
      int symbol = !arrival ? 0 : delta >= 0 && delta <= 255 ? 1 : 2;
      chunk = chunk << 2 | (uint32_t)symbol;
      before += (uint64_t)((int64_t)delta * TICK_NS);
      if (symbol == 2) deltas[size++] = (uint8_t)(delta >> 8);
      if (symbol) deltas[size++] = (uint8_t)delta;
    }
    put16(at + length, chunk);
    length += 2;
  }
  for (int i = 0; i < size; i++) at[length++] = deltas[i];
  return length;
}

void arrivals_tell(Peer *peer) {
  uint8_t packet[LARGEST];
  if (!peer->arrivals) return;
  uint16_t base = peer->arrival[0].number;
  uint64_t first = peer->arrival[0].at_ns;
  int count = 1;
  for (int i = 1; i < peer->arrivals; i++) {
    int16_t ahead = (int16_t)(peer->arrival[i].number - base);
    if (ahead >= count && ahead < MOST_TOLD) count = ahead + 1;
  }
  put32(packet + 4, peer->ssrc);
  put32(packet + 8, peer->slots ? peer->slot[0].ssrc : 0);
  put16(packet + 12, base);
  put16(packet + 14, (uint32_t)count);
  put32(packet + 16, (uint32_t)(first / REFERENCE_NS) << 8 | peer->told++);
  int length = 20 + describe(peer, packet + 20, base, count, first / REFERENCE_NS * REFERENCE_NS);
  while (length % 4) packet[length++] = 0;
  peer->arrivals = 0;
  feedback_arrivals(peer, packet, length);
}
