/* The thread that owns the socket, and the interface for Python (benchmarks/media/generator.py). */
#include "load.h"
#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef SO_RCVBUFFORCE
#define SO_SNDBUFFORCE 32
#define SO_RCVBUFFORCE 33
#endif
enum { BATCH = 32, BUFFER = 65536, NAP_NS = 400000, RETRY_NS = 250000000 };
enum { CONSENT_ROUNDS = 5, JOIN_NS = 30000000, TOLD_EVERY_US = 50000 };
static const uint64_t SECOND = 1000000000;

Load load;
static pthread_t thread;
static uint8_t (*buffers)[BUFFER];
static uint64_t served, told, joins_from, retried_ns;

uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static uint64_t cpu_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

uint32_t chance(void) {
  load.random ^= load.random << 13;
  load.random ^= load.random >> 7;
  load.random ^= load.random << 17;
  return (uint32_t)(load.random >> 16);
}

void send_datagram(const Peer *peer, const uint8_t *data, int length) {
  union {
    struct cmsghdr head;
    uint8_t room[CMSG_SPACE(sizeof(struct in_pktinfo))];
  } control = {0};
  struct iovec part = {(void *)data, length};
  struct msghdr message = {.msg_name = (void *)&peer->node, .msg_namelen = sizeof peer->node, .msg_iov = &part,
                           .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct in_pktinfo from = {.ipi_spec_dst = peer->own};
  control.head = (struct cmsghdr){.cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO, .cmsg_len = CMSG_LEN(sizeof from)};
  memcpy(CMSG_DATA(&control.head), &from, sizeof from);
  if (sendmsg(load.fd, &message, MSG_DONTWAIT) < 0) load.totals.unsent++;
}

static void datagram(Peer *peer, const uint8_t *data, int length, uint64_t arrived) {
  if (length < 8) return;
  if (data[0] < 4)
    stun_receive(peer, data, length, arrived);
  else if (data[0] > 19 && data[0] < 64)
    dtls_receive(peer, data, length);
  else if (peer->state != CONNECTED || data[0] < 128 || data[0] > 191)
    return;
  else if (data[1] >= 192 && data[1] <= 223)
    receive_rtcp(peer, data, length, arrived);
  else if (peer->viewer)
    receive_rtp(peer, data, length, arrived);
}

typedef struct {
  uint32_t address;
  int size;
  uint64_t arrived;
} Meta;

static Meta meta_of(struct msghdr *message, uint64_t now) {
  Meta meta = {0, 0, now};
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
      meta.address = ntohl(((struct in_pktinfo *)CMSG_DATA(c))->ipi_addr.s_addr);
    else if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
      memcpy(&meta.size, CMSG_DATA(c), sizeof meta.size);
    else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
      struct timespec *time = (struct timespec *)CMSG_DATA(c);
      meta.arrived = (uint64_t)time->tv_sec * 1000000000 + time->tv_nsec;
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
      uint32_t total = *(uint32_t *)CMSG_DATA(c);
      load.totals.overflow += total - load.overflow_seen;
      load.overflow_seen = total;
    }
  }
  return meta;
}

static void deliver(struct mmsghdr *message, uint8_t *data, uint64_t now) {
  Meta meta = meta_of(&message->msg_hdr, now);
  int length = message->msg_len, size = meta.size ? meta.size : length;
  uint32_t index = meta.address - load.base - 1;
  if (index >= (uint32_t)load.peers || load.peer[index].state == IDLE) return;
  uint64_t lag = now > meta.arrived ? (now - meta.arrived) / BIN_NS : 0;
  load.lags[lag < BINS ? lag : BINS - 1]++;
  for (int at = 0; at < length; at += size)
    datagram(&load.peer[index], data + at, length - at < size ? length - at : size, meta.arrived);
}

static int drain(void) {
  static uint8_t controls[BATCH][256];
  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){buffers[i], BUFFER};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = controls[i],
                                          .msg_controllen = sizeof controls[i]};
  }
  int count = recvmmsg(load.fd, messages, BATCH, MSG_DONTWAIT, NULL);
  uint64_t now = now_ns();
  for (int i = 0; i < count; i++) deliver(&messages[i], buffers[i], now);
  load.totals.batches += count > 0;
  return count;
}

static void retry(Peer *peer, uint64_t now) {
  int state = peer->state;
  if ((state == CHECKING || state == SHAKING) && now - peer->started_ns > 1000 * (uint64_t)JOIN_NS) {
    peer->failure = state == CHECKING ? "no answer to ICE checks" : "DTLS was not completed";
    peer->state = FAILED;
  } else if (state == CHECKING && now - peer->checked_ns >= RETRY_NS) {
    stun_check(peer, now);
  } else if (state == SHAKING) {
    dtls_retry(peer);
  }
}

static void serve(Peer *peer, uint64_t round, uint64_t now) {
  if (peer->state != CONNECTED) return;
  if (peer->viewer) feedback_report(peer, now);
  if ((round + (peer - load.peer)) % CONSENT_ROUNDS == 0) stun_check(peer, now);
}

static void want_picture(uint64_t now) {
  if (!load.pli_every_ns || now < load.pli_due_ns || !load.measuring) return;
  Peer *peer = &load.peer[chance() % load.peers];
  for (int i = 0; i < peer->slots && peer->state == CONNECTED; i++) {
    if (peer->slot[i].source < 0 || !load.source[peer->slot[i].source].video) continue;
    feedback_picture(peer, peer->slot[i].ssrc);
    load.pli_due_ns = now + load.pli_every_ns;
    return;
  }
}

/* Peers take turns within each second, so that their reports do not come all at once. */
static void timers(uint64_t now) {
  if (!joins_from) joins_from = now;
  if (!load.peers) return;
  uint64_t due = (now - joins_from) / 1000 * load.peers / 1000000;
  for (int most = load.peers; served < due && most; served++, most--)
    serve(&load.peer[served % load.peers], served / load.peers, now);
  if (served < due) served = due;
  due = (now - joins_from) / 1000 * load.peers / TOLD_EVERY_US;
  for (int most = load.peers; told < due && most; told++, most--)
    if (load.peer[told % load.peers].state == CONNECTED) arrivals_tell(&load.peer[told % load.peers]);
  if (told < due) told = due;
  if (now - retried_ns > SECOND / 200) {
    retried_ns = now;
    for (int i = 0; i < load.peers; i++) retry(&load.peer[i], now);
  }
  want_picture(now);
}

static void begin_window(void) {
  memset(&load.totals, 0, sizeof load.totals);
  memset(load.delays, 0, BINS * sizeof *load.delays);
  memset(load.lags, 0, BINS * sizeof *load.lags);
  for (int i = 0; i < load.peers; i++)
    for (int s = 0; s < load.peer[i].slots; s++) load.peer[i].slot[s].in_window = 0;
  for (int i = 0; i < load.sources; i++) {
    load.source[i].from = load.source[i].next;
    load.source[i].to = load.source[i].from + RING * 1024;
  }
  load.measuring = true;
  load.reset = false;
}

static void *run(void *nothing) {
  while (!load.stop) {
    uint64_t now = now_ns();
    if (load.reset) begin_window();
    uint64_t next = sources_send(now);
    timers(now);
    int count = BATCH;
    for (int turn = 0; turn < 4 && count == BATCH; turn++) count = drain();
    load.totals.cpu_ns = cpu_ns();
    now = now_ns();
    if (count == BATCH || next <= now) continue;
    struct timespec nap = {0, next - now < NAP_NS ? next - now : NAP_NS};
    nanosleep(&nap, NULL);
  }
  return nothing;
}

static int open_socket(int buffer, bool gro) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
  struct sockaddr_in any = {.sin_family = AF_INET};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer))
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer))
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  if (gro) setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
  return bind(fd, (struct sockaddr *)&any, sizeof any) ? -1 : fd;
}

bool engine_open(int buffer, bool gro) {
  buffers = calloc(BATCH, BUFFER);
  load.fd = open_socket(buffer, gro);
  return buffers && load.fd >= 0;
}

bool engine_start(void) { return !pthread_create(&thread, NULL, run, NULL); }

void engine_stop(void) {
  load.stop = true;
  pthread_join(thread, NULL);
  close(load.fd);
}
