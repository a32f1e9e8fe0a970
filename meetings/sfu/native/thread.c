/* The thread that serves a path's sockets, and the same steps one by one for tests. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "path.h"

#define BATCH 64   /* datagrams read by one call */
#define ROUNDS 8   /* batches read from one socket before the others get their turn */
#define ROOM 2048
#define REST 1000  /* microseconds between two readings while packets are gathered anyway: one call reads what came */

void path_free(struct pp_path *path);

struct inbox {
    struct mmsghdr headers[BATCH];
    struct iovec vectors[BATCH];
    struct sockaddr_in6 from[BATCH];
    uint8_t data[BATCH][ROOM];
};

static int64_t clock_now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void read_clock(struct pp_path *path) { path->now = clock_now(CLOCK_MONOTONIC); }

/* When what was gathered is to be sent. After a pause it waits for the rest of its frame only, a fifth of the time. */
static int64_t flush_due(const struct pp_path *path) {
    int patience = outbox_patience(path);
    int64_t after_last = path->flushed_at + patience, after_first = path->gathered_since + patience / 5;
    return after_last > after_first ? after_last : after_first;
}

static void flush_when_due(struct pp_path *path) {
    if (path->waiting_count && path->now >= flush_due(path)) outbox_flush(path);
}

static int read_batch(struct inbox *inbox, int descriptor) {
    for (int i = 0; i < BATCH; i++) {
        inbox->vectors[i] = (struct iovec){inbox->data[i], ROOM};
        inbox->headers[i].msg_hdr = (struct msghdr){.msg_name = &inbox->from[i], .msg_namelen = sizeof inbox->from[i],
                                                    .msg_iov = &inbox->vectors[i], .msg_iovlen = 1};
    }
    return recvmmsg(descriptor, inbox->headers, BATCH, MSG_DONTWAIT, NULL);
}

static void serve_link(struct pp_path *path, struct inbox *inbox, int link) {
    for (int round = 0; round < ROUNDS; round++) {
        int count = read_batch(inbox, path->links[link].descriptor);
        read_clock(path);
        for (int i = 0; i < count; i++) {
            struct address from;
            address_from_socket(&inbox->from[i], link, &from);
            path_datagram(path, &from, inbox->data[i], (int)inbox->headers[i].msg_len);
        }
        flush_when_due(path);
        if (count < BATCH) return;
    }
}

static int64_t patience(const struct pp_path *path) {
    int64_t due = path->ticked_at + TICK;
    if (path->waiting_count && flush_due(path) < due) due = flush_due(path);
    return due > path->now ? due - path->now : 0;
}

static void wait_for_work(struct pp_path *path, struct pollfd *watched) {
    uint64_t count;
    int64_t microseconds = patience(path);
    struct timespec limit = {microseconds / 1000000, microseconds % 1000000 * 1000};
    if (ppoll(watched, (nfds_t)path->link_count + 1, &limit, NULL) < 0) watched[path->link_count].revents = 0;
    bool is_woken = watched[path->link_count].revents & POLLIN;
    if (is_woken && read(path->wake_descriptor, &count, sizeof count) < 0) count = 0;
}

static void sleep_for(int64_t microseconds) {
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    nanosleep(&time, NULL);
}

/* Hundreds of viewers tell how they fare at any moment: who wakes for each has little time for anything else. */
static void rest(struct pp_path *path, int64_t read_at) {
    read_clock(path);
    int64_t left = read_at + REST - path->now;
    if (outbox_patience(path) > 0 && left > 0 && left <= REST) sleep_for(left);
}

static void *serve(void *argument) {
    struct pp_path *path = argument;
    struct inbox *inbox = calloc(1, sizeof *inbox);
    struct pollfd watched[MOST_LINKS + 1];
    for (int i = 0; i < path->link_count; i++) watched[i] = (struct pollfd){path->links[i].descriptor, POLLIN, 0};
    watched[path->link_count] = (struct pollfd){path->wake_descriptor, POLLIN, 0};
    while (inbox && !__atomic_load_n(&path->is_stopping, __ATOMIC_ACQUIRE)) {
        publish_counters(path);
        int64_t read_at = path->now;
        wait_for_work(path, watched);
        rest(path, read_at);
        read_clock(path);
        run_commands(path);
        for (int i = 0; i < path->link_count; i++)
            if (watched[i].revents) serve_link(path, inbox, i);
        if (path->now - path->ticked_at >= TICK) {
            path->wall = clock_now(CLOCK_REALTIME) - path->now;
            path_tick(path);
        }
        flush_when_due(path);
    }
    free(inbox);
    return NULL;
}

int pp_start(struct pp_path *path) {
    if (path->is_running) return -EALREADY;
    read_clock(path);
    path->wall = clock_now(CLOCK_REALTIME) - path->now;
    path->ticked_at = path->flushed_at = path->now;
    path->is_running = true;
    int failure = pthread_create(&path->thread, NULL, serve, path);
    if (failure) path->is_running = false;
    return -failure;
}

void pp_destroy(struct pp_path *path) {
    static const uint64_t one = 1;
    if (path->is_running) {
        __atomic_store_n(&path->is_stopping, true, __ATOMIC_RELEASE);
        if (write(path->wake_descriptor, &one, sizeof one) < 0) path->counters.events_lost++; /* it ends with its tick */
        pthread_join(path->thread, NULL);
        read_clock(path);
        run_commands(path); /* goodbyes among them */
    }
    path_free(path);
}

/* --- without a thread -------------------------------------------------------------------------------------------- */

void pp_step_clock(struct pp_path *path, int64_t now, int64_t wall) {
    path->now = now;
    path->wall = wall;
}

void pp_step_datagram(struct pp_path *path, int link, const char *address, int port, const uint8_t *data, size_t size) {
    struct address from;
    uint8_t copy[ROOM];
    if (!address_parse(address, port, link, &from)) return;
    if (size > ROOM) size = ROOM;
    memcpy(copy, data, size);
    path_datagram(path, &from, copy, (int)size);
    flush_when_due(path);
}

void pp_step_tick(struct pp_path *path) {
    path_tick(path);
    flush_when_due(path);
}
