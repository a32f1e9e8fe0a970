#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "bytes.h"
#include "formats.h"

#define MAGIC_COOKIE 0x2112A442u
#define BINDING_REQUEST 0x0001
#define BINDING_SUCCESS 0x0101
#define BINDING_ERROR 0x0111
#define FINGERPRINT_XOR 0x5354554Eu
#define HEADER 20
#define INTEGRITY 24 /* the whole MESSAGE-INTEGRITY attribute */

enum attribute {
    USERNAME = 0x0006,
    MESSAGE_INTEGRITY = 0x0008,
    ERROR_CODE = 0x0009,
    UNKNOWN_ATTRIBUTES = 0x000A,
    XOR_MAPPED_ADDRESS = 0x0020,
    PRIORITY = 0x0024,
    USE_CANDIDATE = 0x0025,
    FINGERPRINT = 0x8028
};

/* CRC-32 of data, with the length in its header as if it were another (RFC 8489, section 14.7). */
static uint32_t checksum(const uint8_t *data, int size, uint16_t length) {
    uint32_t crc = ~0u;
    for (int i = 0; i < size; i++) {
        uint8_t byte = i == 2 ? (uint8_t)(length >> 8) : i == 3 ? (uint8_t)length : data[i];
        crc ^= byte;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
    }
    return ~crc ^ FINGERPRINT_XOR;
}

static bool is_understood(int name) {
    return name == USERNAME || name == MESSAGE_INTEGRITY || name == PRIORITY || name == USE_CANDIDATE;
}

/* Keeps one attribute; of those that occur twice the first counts. False when it is malformed. */
static bool take(struct stun_request *request, int name, int size, int at) {
    const uint8_t *value = request->data + at + 4;
    if (name == MESSAGE_INTEGRITY) {
        if (size != 20) return false;
        request->integrity_at = at;
    } else if (name == USERNAME && !request->username) {
        request->username = value;
        request->username_size = size;
    } else if (name == USE_CANDIDATE) {
        request->nominates = true;
    }
    if (name < 0x8000 && !is_understood(name) && request->unknown_count < STUN_UNKNOWN)
        request->unknown[request->unknown_count++] = (uint16_t)name;
    return true;
}

bool stun_parse(struct stun_request *request, const uint8_t *data, int size) {
    if (size < HEADER || size > LARGEST_DATAGRAM || get16(data) != BINDING_REQUEST || get32(data + 4) != MAGIC_COOKIE) return false;
    if (get16(data + 2) % 4 || get16(data + 2) + HEADER != size) return false;
    memset(request, 0, sizeof *request);
    request->data = data;
    request->integrity_at = -1;
    for (int at = HEADER; at < size;) {
        int name = get16(data + at), length = get16(data + at + 2);
        if (at + 4 + length > size) return false;
        if (name == FINGERPRINT) {
            if (length != 4 || at + 8 != size) return false;
            if (get32(data + at + 4) != checksum(data, at, (uint16_t)(at + 8 - HEADER))) return false;
        } else if (request->integrity_at < 0 && !take(request, name, length, at)) {
            return false;
        }
        at += 4 + length + (-length & 3);
    }
    return true;
}

/* HMAC-SHA1 over size bytes whose header counts up to and with the MESSAGE-INTEGRITY that follows them. */
static bool sign(const uint8_t *data, int size, const char *password, uint8_t digest[20]) {
    uint8_t covered[LARGEST_DATAGRAM];
    unsigned written = 0;
    if (size > LARGEST_DATAGRAM) return false;
    memcpy(covered, data, (size_t)size);
    put16(covered + 2, (uint32_t)(size + INTEGRITY - HEADER));
    return HMAC(EVP_sha1(), password, (int)strlen(password), covered, (size_t)size, digest, &written) && written == 20;
}

bool stun_verifies(const struct stun_request *request, const char *password) {
    uint8_t digest[20];
    if (request->integrity_at < 0 || !sign(request->data, request->integrity_at, password, digest)) return false;
    return CRYPTO_memcmp(digest, request->data + request->integrity_at + 4, 20) == 0;
}

static int write_attribute(uint8_t *out, int name, int size) {
    put16(out, (uint32_t)name);
    put16(out + 2, (uint32_t)size);
    memset(out + 4 + size, 0, (size_t)(-size & 3));
    return 4 + size + (-size & 3);
}

static int write_address(uint8_t *out, const struct stun_request *request, const uint8_t *ip, int ip_size, uint16_t port) {
    out[4] = 0;
    out[5] = ip_size == 4 ? 1 : 2;
    put16(out + 6, port ^ (MAGIC_COOKIE >> 16));
    for (int i = 0; i < ip_size; i++) out[8 + i] = ip[i] ^ request->data[4 + i];
    return write_attribute(out, XOR_MAPPED_ADDRESS, 4 + ip_size);
}

static int write_refusal(uint8_t *out, const struct stun_request *request) {
    static const char reason[] = "Unknown Attribute";
    int size = 4 + (int)sizeof reason - 1;
    put32(out + 4, 4 << 8 | 20);
    memcpy(out + 8, reason, sizeof reason - 1);
    int at = write_attribute(out, ERROR_CODE, size);
    for (int i = 0; i < request->unknown_count; i++) put16(out + at + 4 + 2 * i, request->unknown[i]);
    return at + write_attribute(out + at, UNKNOWN_ATTRIBUTES, 2 * request->unknown_count);
}

int stun_answer(const struct stun_request *request, const uint8_t *ip, int ip_size, uint16_t port,
                const char *password, uint8_t *out) {
    put16(out, request->unknown_count ? BINDING_ERROR : BINDING_SUCCESS);
    memcpy(out + 4, request->data + 4, 16);
    int size = HEADER;
    size += request->unknown_count ? write_refusal(out + size, request)
                                   : write_address(out + size, request, ip, ip_size, port);
    if (!sign(out, size, password, out + size + 4)) return 0;
    size += write_attribute(out + size, MESSAGE_INTEGRITY, 20);
    uint16_t length = (uint16_t)(size + 8 - HEADER);
    put16(out + 2, length);
    put32(out + size + 4, checksum(out, size, length));
    return size + write_attribute(out + size, FINGERPRINT, 4);
}
