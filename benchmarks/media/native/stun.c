/* Connectivity and consent checks of a full, controlling ICE agent (RFC 8445, RFC 8489, RFC 7675). */
#include "load.h"
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST = 0x0001, SUCCESS = 0x0101, USERNAME = 0x0006, INTEGRITY = 0x0008, MAPPED = 0x0020, PRIORITY = 0x0024 };
enum { USE_CANDIDATE = 0x0025, FINGERPRINT = 0x8028, CONTROLLING = 0x802A };
static const uint32_t COOKIE = 0x2112A442;

static uint32_t crc32_of(const uint8_t *data, int length) {
  uint32_t crc = ~0u;
  for (int i = 0; i < length; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320u & -(crc & 1));
  }
  return ~crc;
}

static int attribute(uint8_t *at, int name, const void *value, int length) {
  put16(at, name);
  put16(at + 2, length);
  memcpy(at + 4, value, length);
  memset(at + 4 + length, 0, -length & 3);
  return 4 + length + (-length & 3);
}

static int header(uint8_t *message, int kind, const uint8_t *transaction) {
  put16(message, kind);
  put32(message + 4, COOKIE);
  memcpy(message + 8, transaction, 12);
  return 20;
}

static int finish(uint8_t *message, int length, const char *key) {
  uint8_t digest[20], crc[4];
  unsigned size = 20;
  put16(message + 2, length + 24 - 20);
  HMAC(EVP_sha1(), key, (int)strlen(key), message, length, digest, &size);
  length += attribute(message + length, INTEGRITY, digest, 20);
  put16(message + 2, length + 8 - 20);
  put32(crc, crc32_of(message, length) ^ 0x5354554Eu);
  return length + attribute(message + length, FINGERPRINT, crc, 4);
}

/* The same transaction until it is answered; a new one for each consent check. */
void stun_check(Peer *peer, uint64_t now) {
  uint8_t message[700], priority[4], tie[8] = {1};
  char name[400];
  if (peer->state == CONNECTED || !peer->checked_ns) RAND_bytes(peer->transaction, 12);
  peer->checked_ns = now;
  put32(priority, 0x6E0001FF);
  int size = snprintf(name, sizeof name, "%s:%s", peer->node_ufrag, peer->ufrag);
  int length = header(message, REQUEST, peer->transaction);
  length += attribute(message + length, USERNAME, name, size);
  length += attribute(message + length, CONTROLLING, tie, 8);
  length += attribute(message + length, PRIORITY, priority, 4);
  length += attribute(message + length, USE_CANDIDATE, "", 0);
  send_datagram(peer, message, finish(message, length, peer->node_pwd));
}

static void answer(const Peer *peer, const uint8_t *request) {
  uint8_t message[200], mapped[8] = {0, 1};
  put16(mapped + 2, ntohs(peer->node.sin_port) ^ COOKIE >> 16);
  put32(mapped + 4, ntohl(peer->node.sin_addr.s_addr) ^ COOKIE);
  int length = header(message, SUCCESS, request + 8);
  length += attribute(message + length, MAPPED, mapped, 8);
  send_datagram(peer, message, finish(message, length, peer->pwd));
}

static bool verifies(const uint8_t *data, int length, const char *key) {
  uint8_t copy[700], digest[20];
  unsigned size = 20;
  for (int at = 20; at + 24 <= length; at += 4 + ((get16(data + at + 2) + 3) & ~3u)) {
    if (get16(data + at) != INTEGRITY) continue;
    memcpy(copy, data, at);
    put16(copy + 2, at + 24 - 20);
    HMAC(EVP_sha1(), key, (int)strlen(key), copy, at, digest, &size);
    return !CRYPTO_memcmp(digest, data + at + 4, 20);
  }
  return false;
}

/* An answer to our check brings DTLS on its way; checks of the other side are answered. */
void stun_receive(Peer *peer, const uint8_t *data, int length, uint64_t now) {
  if (length < 20 || length > 600) return;
  if (get16(data) == REQUEST) {
    if (verifies(data, length, peer->pwd)) answer(peer, data);
    return;
  }
  if (get16(data) != SUCCESS || memcmp(data + 8, peer->transaction, 12) || !verifies(data, length, peer->node_pwd))
    return;
  peer->answered_ns = now;
  if (peer->state != CHECKING) return;
  if (dtls_begin(peer)) {
    peer->state = SHAKING;
  } else {
    peer->failure = "DTLS could not begin";
    peer->state = FAILED;
  }
}
