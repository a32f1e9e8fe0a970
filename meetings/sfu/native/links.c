/* The sockets: one for each local address, since an answer must leave from the address that was asked. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "path.h"

#define SOCKET_BUFFER (16 << 20)
#define AT_ONCE 128
#define FULL_SOCKET_WAIT 2 /* milliseconds that a full socket is waited for before packets are dropped */

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* --- addresses ------------------------------------------------------------------------------------------------- */

void address_to_socket(const struct address *address, struct sockaddr_in6 *out) {
    memset(out, 0, sizeof *out);
    if (address->is_ipv4) {
        struct sockaddr_in *ipv4 = (struct sockaddr_in *)out;
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(address->port);
        memcpy(&ipv4->sin_addr, address->ip + 12, 4);
        return;
    }
    out->sin6_family = AF_INET6;
    out->sin6_port = htons(address->port);
    out->sin6_scope_id = address->scope;
    memcpy(&out->sin6_addr, address->ip, 16);
}

void address_from_socket(const struct sockaddr_in6 *from, int link, struct address *out) {
    memset(out, 0, sizeof *out);
    out->link = (uint8_t)link;
    if (from->sin6_family == AF_INET) {
        const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)from;
        out->is_ipv4 = 1;
        out->port = ntohs(ipv4->sin_port);
        out->ip[10] = out->ip[11] = 0xFF;
        memcpy(out->ip + 12, &ipv4->sin_addr, 4);
        return;
    }
    out->port = ntohs(from->sin6_port);
    out->scope = from->sin6_scope_id;
    memcpy(out->ip, &from->sin6_addr, 16);
}

static socklen_t length_of(const struct sockaddr_in6 *address) {
    return address->sin6_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

bool address_parse(const char *text, int port, int link, struct address *out) {
    memset(out, 0, sizeof *out);
    out->port = (uint16_t)port;
    out->link = (uint8_t)link;
    if (inet_pton(AF_INET6, text, out->ip) == 1) return true;
    out->is_ipv4 = 1;
    out->ip[10] = out->ip[11] = 0xFF;
    return inet_pton(AF_INET, text, out->ip + 12) == 1;
}

static bool parse(const char *text, int port, struct sockaddr_in6 *out) {
    struct address address;
    if (!address_parse(text, port, 0, &address)) return false;
    address_to_socket(&address, out);
    return true;
}

/* --- opening --------------------------------------------------------------------------------------------------- */

static void enlarge(int descriptor, int force, int option) {
    int size = SOCKET_BUFFER;
    if (setsockopt(descriptor, SOL_SOCKET, force, &size, sizeof size))
        setsockopt(descriptor, SOL_SOCKET, option, &size, sizeof size);
}

static int bound(const struct sockaddr_in6 *address) {
    int one = 1, descriptor = socket(address->sin6_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (address->sin6_family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    enlarge(descriptor, SO_RCVBUFFORCE, SO_RCVBUF);
    enlarge(descriptor, SO_SNDBUFFORCE, SO_SNDBUF);
    if (!bind(descriptor, (const struct sockaddr *)address, length_of(address))) return descriptor;
    int failure = -errno;
    close(descriptor);
    return failure;
}

int pp_open_link(struct pp_path *path, const char *text, int port) {
    struct sockaddr_in6 address;
    int segment = 0;
    socklen_t size = sizeof address;
    if (path->is_running || path->link_count == MOST_LINKS || !parse(text, port, &address)) return -EINVAL;
    int descriptor = bound(&address);
    if (descriptor < 0) return descriptor;
    if (getsockname(descriptor, (struct sockaddr *)&address, &size)) {
        int failure = -errno;
        close(descriptor);
        return failure;
    }
    /* the kernel knows segmentation when it takes the option, be it with 0 */
    bool has = !setsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment);
    path->has_segmentation = has && (!path->link_count || path->has_segmentation);
    path->links[path->link_count++] = (struct link){descriptor, address, address.sin6_family == AF_INET};
    return ntohs(address.sin6_port);
}

/* --- sending --------------------------------------------------------------------------------------------------- */

union control {
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr aligned;
};

static void address_message(struct msghdr *header, struct iovec *vector, union control *control, const struct message *m) {
    *vector = (struct iovec){(void *)(uintptr_t)m->data, (size_t)m->size};
    *header = (struct msghdr){.msg_name = &m->peer->destination, .msg_namelen = length_of(&m->peer->destination),
                              .msg_iov = vector, .msg_iovlen = 1};
    if (!m->segment) return;
    header->msg_control = control;
    header->msg_controllen = sizeof *control;
    struct cmsghdr *first = CMSG_FIRSTHDR(header);
    first->cmsg_level = IPPROTO_UDP;
    first->cmsg_type = UDP_SEGMENT;
    first->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t segment = (uint16_t)m->segment;
    memcpy(CMSG_DATA(first), &segment, sizeof segment);
}

static int datagrams(const struct message *m) { return m->segment ? (m->size + m->segment - 1) / m->segment : 1; }

/* Where the kernel refuses to cut a message (a path with a small MTU, a device without check sums), single datagrams may
 * get through all the same. False when the fault is another. */
static bool send_one_by_one(struct pp_path *path, int descriptor, const struct message *m) {
    if (errno != EINVAL && errno != EMSGSIZE && errno != EIO) return false;
    for (int at = 0; at < m->size; at += m->segment) {
        size_t size = (size_t)(m->size - at < m->segment ? m->size - at : m->segment);
        ssize_t sent = sendto(descriptor, m->data + at, size, 0, (const struct sockaddr *)&m->peer->destination,
                              length_of(&m->peer->destination));
        path->counters.packets_out += sent >= 0;
        path->counters.bytes_out += sent >= 0 ? (uint64_t)sent : 0;
        path->counters.sends_failed += sent < 0;
    }
    return true;
}

/* Sends all of one link; what the network does not take is dropped, as it would do itself. */
static void send_run(struct pp_path *path, int descriptor, struct mmsghdr *headers, const struct message *messages, int count) {
    bool waited = false;
    for (int done = 0; done < count;) {
        int sent = sendmmsg(descriptor, headers + done, (unsigned)(count - done), 0);
        for (int i = 0; i < sent; i++) {
            path->counters.packets_out += (uint64_t)datagrams(&messages[done + i]);
            path->counters.bytes_out += (uint64_t)messages[done + i].size;
        }
        if (sent > 0) {
            done += sent;
            continue;
        }
        if (errno == EINTR) continue;
        if ((errno == EAGAIN || errno == ENOBUFS) && !waited) {
            struct pollfd socket = {descriptor, POLLOUT, 0};
            poll(&socket, 1, FULL_SOCKET_WAIT);
            waited = true;
            continue;
        }
        bool was_whole = !messages[done].segment || !send_one_by_one(path, descriptor, &messages[done]);
        if (was_whole) path->counters.sends_failed += (uint64_t)datagrams(&messages[done]);
        done++;
    }
}

static void note_sent(struct pp_path *path, const struct address *to, const uint8_t *data, int size) {
    size_t needed = path->sent_size + 20 + (size_t)size;
    if (needed > path->sent_capacity) {
        uint8_t *larger = realloc(path->sent, needed * 2);
        if (!larger) return;
        path->sent = larger;
        path->sent_capacity = needed * 2;
    }
    put16(path->sent + path->sent_size, (uint32_t)size);
    put16(path->sent + path->sent_size + 2, to->port);
    memcpy(path->sent + path->sent_size + 4, to->ip, 16);
    memcpy(path->sent + path->sent_size + 20, data, (size_t)size);
    path->sent_size = needed;
    path->counters.packets_out++;
    path->counters.bytes_out += (uint64_t)size;
}

static void note_message(struct pp_path *path, const struct message *m) {
    int step = m->segment ? m->segment : m->size;
    for (int at = 0; at < m->size; at += step) {
        int size = m->size - at < step ? m->size - at : step;
        note_sent(path, &m->peer->place->address, m->data + at, size);
    }
}

void links_send(struct pp_path *path, const struct message *messages, int count) {
    struct mmsghdr headers[AT_ONCE];
    struct iovec vectors[AT_ONCE];
    union control controls[AT_ONCE];
    for (int first = 0, next; first < count; first = next) {
        int link = messages[first].peer->place->address.link;
        for (next = first; next < count && next - first < AT_ONCE; next++) {
            const struct message *m = &messages[next];
            if (m->peer->place->address.link != link) break;
            address_message(&headers[next - first].msg_hdr, &vectors[next - first], &controls[next - first], m);
            if (!path->is_running) note_message(path, m);
        }
        if (path->is_running) send_run(path, path->links[link].descriptor, headers, messages + first, next - first);
    }
}

void links_send_to(struct pp_path *path, const struct address *to, const uint8_t *data, int size) {
    struct sockaddr_in6 destination;
    if (!path->is_running) {
        note_sent(path, to, data, size);
        return;
    }
    address_to_socket(to, &destination);
    ssize_t sent = sendto(path->links[to->link].descriptor, data, (size_t)size, 0, (struct sockaddr *)&destination,
                          length_of(&destination));
    if (sent < 0) path->counters.sends_failed++;
}

size_t pp_take_sent(struct pp_path *path, uint8_t *buffer, size_t capacity) {
    size_t taken = 0;
    if (!path->sent_size) return 0;
    while (taken < path->sent_size) {
        size_t size = 20 + (size_t)get16(path->sent + taken);
        if (taken + size > capacity) break;
        memcpy(buffer + taken, path->sent + taken, size);
        taken += size;
    }
    path->sent_size -= taken;
    memmove(path->sent, path->sent + taken, path->sent_size);
    return taken;
}
