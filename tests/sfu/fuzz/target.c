/* The coverage-guided fuzzer of the packet path: an input is a row of records, each a command, a moment or a datagram.
 *
 * A record begins with its kind and two bytes of length; what follows is its body. Datagrams go in as they are, or, so
 * that the fuzzer gets behind decryption and the checks of ICE, sealed and signed on the way with the peer's own keys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "path.h"

#define PEERS 3
#define LARGEST 1400
#define ROOM 2048

enum record { TIME, PASS_TICK, ADD_PEER, REMOVE_PEER, STREAM, SLOT, AIM, LIMIT, DTLS, RAW, RTP, RTCP, CHECK, GATHER, PLACE, RECORDS };

static const char PASSWORD[] = "0123456789abcdef0123456789abcdef";
static const uint8_t KEYS[2][48] = {{1, 2, 3, 4, 5}, {9, 8, 7, 6, 5}};
static int profiles[] = {PP_AES128_CM_SHA1_80, PP_AEAD_AES_128_GCM, PP_AEAD_AES_256_GCM};

/* What a browser has: its side of the keys. */
struct browser {
    struct srtp outbound;
    int64_t highest;
    bool is_keyed;
    int port;
};

struct call {
    struct pp_path *path;
    struct browser browsers[PEERS];
    int64_t now;
};

static struct browser *browser_of(struct call *call, uint8_t number) { return &call->browsers[number % PEERS]; }

static void send_raw(struct call *call, uint8_t number, const uint8_t *data, size_t size) {
    pp_step_datagram(call->path, 0, "192.0.2.1", browser_of(call, number)->port, data, size);
}

/* --- tables ------------------------------------------------------------------------------------------------------ */

static void forget(struct call *call, uint8_t number) {
    struct browser *browser = browser_of(call, number);
    pp_remove_peer(call->path, number % PEERS + 1u);
    srtp_clear(&browser->outbound);
    browser->is_keyed = false;
    browser->highest = 0;
}

static void join(struct call *call, const uint8_t *body) {
    char ufrag[8], remote[8];
    struct browser *browser = browser_of(call, body[0]);
    uint32_t name = body[0] % PEERS + 1u;
    if (browser->is_keyed) return;
    struct pp_extensions extensions = {body[1], body[2], body[3], body[4]};
    snprintf(ufrag, sizeof ufrag, "u%u", name);
    snprintf(remote, sizeof remote, "r%u", name);
    pp_add_peer(call->path, name, ufrag, PASSWORD, remote, &extensions);
    int profile = profiles[body[5] % 3];
    pp_set_keys(call->path, name, profile, KEYS[0], KEYS[1]);
    browser->is_keyed = srtp_init(&browser->outbound, profile, KEYS[0]);
    browser->port = 1000 + (int)name;
}

static uint32_t rate_of(uint8_t number) {
    static const uint32_t rates[] = {90000, 48000, 1, 1000000, 0, 0xFFFFFFFFu};
    return rates[number % 6];
}

static void add_stream(struct call *call, const uint8_t *body) {
    struct pp_stream_table table = {.stream = body[0] % 8, .peer = body[1] % PEERS + 1u, .ssrc = get16(body + 2),
                                    .rtx_ssrc = get16(body + 4), .codec = body[6] % 4, .payload_type = body[7],
                                    .rtx_payload_type = body[8], .level_extension = body[9],
                                    .clock_rate = rate_of(body[10])};
    memcpy(table.mid, body + 11, 2);
    memcpy(table.rid, body + 13, 2);
    pp_add_stream(call->path, &table);
}

static void add_slot(struct call *call, const uint8_t *body) {
    struct pp_slot_table table = {.slot = body[0] % 8, .peer = body[1] % PEERS + 1u, .ssrc = get16(body + 2),
                                  .clock_rate = rate_of(body[4]), .is_video = body[5] & 1,
                                  .payload_types = {body[6], body[7], body[8]}, .rtx_ssrc = get16(body + 9),
                                  .rtx_payload_types = {body[11], body[12], body[13]}, .transport_number = body[14],
                                  .level = body[15]};
    pp_add_slot(call->path, &table);
}

/* --- datagrams ---------------------------------------------------------------------------------------------------- */

static int header_of(const uint8_t *data, int size) {
    int header = 12 + 4 * (data[0] & 15);
    if (data[0] & 16 && header + 4 <= size) header += 4 + 4 * get16(data + header + 2);
    return header;
}

static void send_rtp(struct call *call, uint8_t number, const uint8_t *body, size_t size) {
    uint8_t data[ROOM];
    struct browser *browser = browser_of(call, number);
    if (!browser->is_keyed || size < 12 || size > LARGEST) return;
    memcpy(data, body, size);
    data[0] = (uint8_t)(0x80 | (data[0] & 0x3F));
    if (data[1] >= 192 && data[1] <= 223) data[1] &= 0x7F;
    int header = header_of(data, (int)size);
    if (header > (int)size) return;
    /* one sequence for all SSRCs would lose most to the window: the path knows each SSRC from its first packet on */
    int64_t index = browser->highest ? extend(get16(data + 2), browser->highest, 16) : get16(data + 2);
    if (index < 0) index = get16(data + 2);
    int sealed = srtp_protect(&browser->outbound, data, (int)size, header, (uint64_t)index);
    uint64_t before = call->path->counters.packets_in;
    send_raw(call, number, data, (size_t)sealed);
    if (call->path->counters.packets_in > before && index > browser->highest) browser->highest = index;
}

static void send_rtcp(struct call *call, uint8_t number, const uint8_t *body, size_t size) {
    uint8_t data[ROOM];
    struct browser *browser = browser_of(call, number);
    if (!browser->is_keyed || size < 8 || size > LARGEST) return;
    memcpy(data, body, size);
    data[0] = (uint8_t)(0x80 | (data[0] & 0x3F));
    data[1] = (uint8_t)(192 + data[1] % 32);
    send_raw(call, number, data, (size_t)srtcp_protect(&browser->outbound, data, (int)size));
}

/* A binding request with the attributes of the input, signed. */
static void send_check(struct call *call, uint8_t number, const uint8_t *body, size_t size) {
    uint8_t data[ROOM] = {0, 1}, username[12];
    int at = 20, name = number % PEERS + 1;
    if (size < 4 || size > 1000) return;
    put32(data + 4, 0x2112A442u);
    memcpy(data + 8, body, 4);
    int length = snprintf((char *)username, sizeof username, "u%d:r%d", name, name);
    put16(data + at, 6);
    put16(data + at + 2, (uint32_t)length);
    memcpy(data + at + 4, username, (size_t)length);
    at += 4 + (length + 3) / 4 * 4;
    memcpy(data + at, body + 4, (size - 4) / 4 * 4);
    at += (int)((size - 4) / 4 * 4);
    put16(data + 2, (uint32_t)(at + 24 - 20));
    put16(data + at, 8);
    put16(data + at + 2, 20);
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
    char digest[] = "SHA1";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    size_t written;
    EVP_MAC_init(mac, (const uint8_t *)PASSWORD, sizeof PASSWORD - 1, parameters);
    EVP_MAC_update(mac, data, (size_t)at);
    EVP_MAC_final(mac, data + at + 4, &written, 20);
    EVP_MAC_CTX_free(mac);
    EVP_MAC_free(hmac);
    browser_of(call, number)->port = 1000 + body[0] % 32;
    send_raw(call, number, data, (size_t)at + 24);
}

/* --- the input ---------------------------------------------------------------------------------------------------- */

static void move_on(struct call *call, int64_t by) {
    call->now += by;
    pp_step_clock(call->path, call->now, 1700000000000000);
}

static void carry_out_table(struct call *call, enum record kind, const uint8_t *body, size_t size) {
    uint8_t filled[16] = {0};
    memcpy(filled, body, size < sizeof filled ? size : sizeof filled);
    switch (kind) {
    case TIME: move_on(call, get32(filled) % 5000000); break;
    case PASS_TICK:
        move_on(call, 50000);
        pp_step_tick(call->path);
        break;
    case ADD_PEER: join(call, filled); break;
    case REMOVE_PEER: forget(call, filled[0]); break;
    case STREAM: add_stream(call, filled); break;
    case SLOT: add_slot(call, filled); break;
    case AIM: pp_aim(call->path, filled[0] % 8, filled[1] % 8, filled[2]); break;
    case LIMIT: pp_limit_peer(call->path, filled[0] % PEERS + 1u, get32(filled + 1)); break;
    case PLACE:
        pp_place_peer(call->path, filled[0] % PEERS + 1u, get16(filled + 1), filled[3] % 2 ? "192.0.2.1" : "", filled[4], filled[5]);
        break;
    case GATHER: pp_set_gathering(call->path, filled[0] % 2 ? 10000 : 0); break;
    default: break;
    }
}

static void carry_out_datagram(struct call *call, enum record kind, const uint8_t *body, size_t size) {
    if (!size) return;
    uint8_t number = body[0];
    body++;
    size--;
    switch (kind) {
    case DTLS: pp_send_dtls(call->path, number % PEERS + 1u, body, size); break;
    case RAW: send_raw(call, number, body, size); break;
    case RTP: send_rtp(call, number, body, size); break;
    case RTCP: send_rtcp(call, number, body, size); break;
    case CHECK: send_check(call, number, body, size); break;
    default: break;
    }
}

static void drain(struct call *call) {
    static uint8_t buffer[1 << 18];
    while (pp_take_sent(call->path, buffer, sizeof buffer)) continue;
    while (pp_take_events(call->path, buffer, sizeof buffer)) continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct call call = {.path = pp_create(), .now = 10000000};
    for (int i = 0; i < PEERS; i++) call.browsers[i].port = 1001 + i;
    pp_set_gathering(call.path, 0);
    call.path->has_segmentation = size & 1; /* what is gathered is then padded and joined */
    move_on(&call, 0);
    for (size_t at = 0; at + 3 <= size;) {
        enum record kind = data[at] % RECORDS;
        size_t length = get16(data + at + 1);
        at += 3;
        if (length > size - at) length = size - at;
        bool is_datagram = kind >= DTLS && kind <= CHECK;
        if (is_datagram)
            carry_out_datagram(&call, kind, data + at, length);
        else
            carry_out_table(&call, kind, data + at, length);
        at += length;
        drain(&call);
    }
    for (int i = 0; i < PEERS; i++) srtp_clear(&call.browsers[i].outbound);
    pp_destroy(call.path);
    return 0;
}
