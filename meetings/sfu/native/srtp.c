#include "srtp.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "packet_path.h"

#define HEADER 12
#define RTCP_HEADER 8
#define ENCRYPTED 0x80000000u /* the flag in front of an SRTCP index */
#define MAC_KEY 20

struct profile {
    int key, salt, tag;
};

static bool is_gcm(int profile) { return profile != PP_AES128_CM_SHA1_80; }

static struct profile profile_of(int number) {
    switch (number) {
    case PP_AES128_CM_SHA1_80: return (struct profile){16, 14, 10};
    case PP_AEAD_AES_128_GCM: return (struct profile){16, 12, 16};
    case PP_AEAD_AES_256_GCM: return (struct profile){32, 12, 16};
    default: return (struct profile){0, 0, 0};
    }
}

int srtp_key_size(int profile) {
    struct profile p = profile_of(profile);
    return p.key + p.salt;
}

/* --- keys (RFC 3711, section 4.3) ------------------------------------------------------------------------- */

static bool derive(const uint8_t *key, struct profile p, int label, uint8_t *out, int size) {
    static const uint8_t zeros[64];
    uint8_t iv[16] = {0};
    int written = 0;
    memcpy(iv, key + p.key, (size_t)p.salt);
    iv[7] ^= (uint8_t)label;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    bool done = cipher && EVP_EncryptInit_ex(cipher, p.key == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr(), NULL, key, iv)
                && EVP_EncryptUpdate(cipher, out, &written, zeros, size);
    EVP_CIPHER_CTX_free(cipher);
    return done;
}

static EVP_MAC_CTX *new_mac(const uint8_t *key) {
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    char digest[] = "SHA1";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    if (mac && !EVP_MAC_init(mac, key, MAC_KEY, parameters)) {
        EVP_MAC_CTX_free(mac);
        return NULL;
    }
    return mac;
}

static bool init_cipher(struct srtp_cipher *c, int number, const uint8_t *key, int label) {
    struct profile p = profile_of(number);
    uint8_t session[32], mac_key[MAC_KEY];
    if (!derive(key, p, label, session, p.key) || !derive(key, p, label + 2, c->salt, p.salt)) return false;
    const EVP_CIPHER *kind = !is_gcm(number) ? EVP_aes_128_ctr() : p.key == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
    c->cipher = EVP_CIPHER_CTX_new();
    bool done = c->cipher && EVP_EncryptInit_ex(c->cipher, kind, NULL, session, NULL);
    if (done && !is_gcm(number)) {
        done = derive(key, p, label + 1, mac_key, MAC_KEY);
        c->mac = done ? new_mac(mac_key) : NULL;
        done = c->mac != NULL;
        OPENSSL_cleanse(mac_key, sizeof mac_key);
    }
    OPENSSL_cleanse(session, sizeof session);
    return done;
}

bool srtp_init(struct srtp *srtp, int profile, const uint8_t *key) {
    memset(srtp, 0, sizeof *srtp);
    if (!srtp_key_size(profile)) return false;
    srtp->profile = profile;
    srtp->tag = profile_of(profile).tag;
    return init_cipher(&srtp->rtp, profile, key, 0) && init_cipher(&srtp->rtcp, profile, key, 3);
}

void srtp_clear(struct srtp *srtp) {
    struct srtp_cipher *both[] = {&srtp->rtp, &srtp->rtcp};
    for (int i = 0; i < 2; i++) {
        EVP_CIPHER_CTX_free(both[i]->cipher);
        EVP_MAC_CTX_free(both[i]->mac);
    }
    free(srtp->senders);
    free(srtp->counters);
    memset(srtp, 0, sizeof *srtp);
}

/* --- one packet ------------------------------------------------------------------------------------------- */

/* RFC 7714, section 8.1 and 9.1: SSRC, then 48 bits of index, over the salt. */
static void gcm_iv(uint8_t iv[12], const struct srtp_cipher *c, uint32_t ssrc, uint64_t index) {
    memcpy(iv, c->salt, 12);
    for (int i = 0; i < 4; i++) iv[2 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) iv[6 + i] ^= (uint8_t)(index >> (40 - 8 * i));
}

/* RFC 3711, section 4.1.1. */
static bool count_mode(struct srtp_cipher *c, uint32_t ssrc, uint64_t index, uint8_t *data, int size) {
    uint8_t iv[16] = {0};
    int written;
    memcpy(iv, c->salt, 14);
    for (int i = 0; i < 4; i++) iv[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
    for (int i = 0; i < 6; i++) iv[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
    return EVP_EncryptInit_ex(c->cipher, NULL, NULL, NULL, iv) && EVP_EncryptUpdate(c->cipher, data, &written, data, size);
}

static bool authenticate(struct srtp_cipher *c, const uint8_t *data, int size, uint32_t word, bool has_word, uint8_t *tag) {
    uint8_t digest[20], tail[4];
    size_t written;
    put32(tail, word);
    if (!EVP_MAC_init(c->mac, NULL, 0, NULL) || !EVP_MAC_update(c->mac, data, (size_t)size)) return false;
    if (has_word && !EVP_MAC_update(c->mac, tail, 4)) return false;
    if (!EVP_MAC_final(c->mac, digest, &written, sizeof digest)) return false;
    memcpy(tag, digest, 10);
    return true;
}

static bool seal(struct srtp_cipher *c, const uint8_t iv[12], const uint8_t *extra, int extra_size, uint8_t *packet,
                 int header, int size) {
    int written;
    if (!EVP_EncryptInit_ex(c->cipher, NULL, NULL, NULL, iv)) return false;
    if (!EVP_EncryptUpdate(c->cipher, NULL, &written, packet, header)) return false;
    if (extra_size && !EVP_EncryptUpdate(c->cipher, NULL, &written, extra, extra_size)) return false;
    if (!EVP_EncryptUpdate(c->cipher, packet + header, &written, packet + header, size - header)) return false;
    if (!EVP_EncryptFinal_ex(c->cipher, packet + size, &written)) return false;
    return EVP_CIPHER_CTX_ctrl(c->cipher, EVP_CTRL_AEAD_GET_TAG, 16, packet + size);
}

static bool unseal(struct srtp_cipher *c, const uint8_t iv[12], const uint8_t *extra, int extra_size, uint8_t *packet,
                   int header, int size) {
    int written;
    if (!EVP_DecryptInit_ex(c->cipher, NULL, NULL, NULL, iv)) return false;
    if (!EVP_CIPHER_CTX_ctrl(c->cipher, EVP_CTRL_AEAD_SET_TAG, 16, packet + size)) return false;
    if (!EVP_DecryptUpdate(c->cipher, NULL, &written, packet, header)) return false;
    if (extra_size && !EVP_DecryptUpdate(c->cipher, NULL, &written, extra, extra_size)) return false;
    if (!EVP_DecryptUpdate(c->cipher, packet + header, &written, packet + header, size - header)) return false;
    return EVP_DecryptFinal_ex(c->cipher, packet + size, &written) > 0;
}

int srtp_protect(struct srtp *srtp, uint8_t *packet, int size, int header, uint64_t index) {
    uint32_t ssrc = get32(packet + 8);
    if (is_gcm(srtp->profile)) {
        uint8_t iv[12];
        gcm_iv(iv, &srtp->rtp, ssrc, index);
        return seal(&srtp->rtp, iv, NULL, 0, packet, header, size) ? size + srtp->tag : 0;
    }
    if (!count_mode(&srtp->rtp, ssrc, index, packet + header, size - header)) return 0;
    uint32_t rollovers = (uint32_t)(index >> 16);
    return authenticate(&srtp->rtp, packet, size, rollovers, true, packet + size) ? size + srtp->tag : 0;
}

/* Grows an array of items by some; false when there is no memory or the bound is reached. */
static bool grow(void **items, int *capacity, int most, size_t item) {
    int wanted = *capacity ? *capacity * 2 : 4;
    if (wanted > most) wanted = most;
    void *larger = wanted > *capacity ? realloc(*items, (size_t)wanted * item) : NULL;
    if (!larger) return false;
    *items = larger;
    *capacity = wanted;
    return true;
}

static struct srtcp_counter *counter_of(struct srtp *srtp, uint32_t ssrc) {
    for (int i = 0; i < srtp->counter_count; i++)
        if (srtp->counters[i].ssrc == ssrc) return &srtp->counters[i];
    if (srtp->counter_count == srtp->counter_capacity
        && !grow((void **)&srtp->counters, &srtp->counter_capacity, SRTP_SENDERS, sizeof *srtp->counters))
        return NULL;
    struct srtcp_counter *made = &srtp->counters[srtp->counter_count++];
    *made = (struct srtcp_counter){ssrc, 0};
    return made;
}

int srtcp_protect(struct srtp *srtp, uint8_t *packet, int size) {
    uint32_t ssrc = get32(packet + 4);
    struct srtcp_counter *counter = counter_of(srtp, ssrc);
    if (!counter || counter->index == ~ENCRYPTED) return 0; /* indexes are used up (section 9.2) */
    uint32_t index = ++counter->index;
    uint8_t word[4];
    put32(word, index | ENCRYPTED);
    if (is_gcm(srtp->profile)) {
        uint8_t iv[12];
        gcm_iv(iv, &srtp->rtcp, ssrc, index);
        if (!seal(&srtp->rtcp, iv, word, 4, packet, RTCP_HEADER, size)) return 0;
        memcpy(packet + size + srtp->tag, word, 4);
        return size + srtp->tag + 4;
    }
    if (!count_mode(&srtp->rtcp, ssrc, index, packet + RTCP_HEADER, size - RTCP_HEADER)) return 0;
    memcpy(packet + size, word, 4);
    return authenticate(&srtp->rtcp, packet, size + 4, 0, false, packet + size + 4) ? size + 4 + srtp->tag : 0;
}

/* --- inbound: what was seen before (RFC 3711, section 3.3.2) ------------------------------------------------ */

/* RTP and RTCP of one SSRC have separate indexes; sender 2n is its RTP, 2n + 1 its RTCP. */
static struct srtp_sender *sender_of(struct srtp *srtp, uint32_t ssrc, bool is_rtcp) {
    for (int i = 0; i < srtp->sender_count; i += 2)
        if (srtp->senders[i].ssrc == ssrc) return &srtp->senders[i + is_rtcp];
    return NULL;
}

static struct srtp_sender *remember_sender(struct srtp *srtp, uint32_t ssrc, bool is_rtcp) {
    struct srtp_sender *known = sender_of(srtp, ssrc, is_rtcp);
    if (known) return known;
    if (srtp->sender_count + 2 > srtp->sender_capacity
        && !grow((void **)&srtp->senders, &srtp->sender_capacity, 2 * SRTP_SENDERS, sizeof *srtp->senders))
        return NULL;
    struct srtp_sender *made = &srtp->senders[srtp->sender_count];
    memset(made, 0, 2 * sizeof *made);
    for (int i = 0; i < 2; i++) {
        made[i].ssrc = ssrc;
        made[i].newest = -1;
    }
    srtp->sender_count += 2;
    return &made[is_rtcp];
}

static bool is_new(const struct srtp_sender *sender, int64_t index) {
    if (!sender || index > sender->newest) return true;
    if (sender->newest - index >= REPLAY_WINDOW) return false;
    int at = (int)(index % REPLAY_WINDOW);
    return !(sender->seen[at / 64] >> (at % 64) & 1);
}

static void mark_seen(struct srtp_sender *sender, int64_t index) {
    if (index > sender->newest) {
        int64_t from = index - sender->newest >= REPLAY_WINDOW ? index - REPLAY_WINDOW + 1 : sender->newest + 1;
        for (int64_t n = from; n <= index; n++) sender->seen[n % REPLAY_WINDOW / 64] &= ~(1ull << (n % 64));
        sender->newest = index;
    }
    int at = (int)(index % REPLAY_WINDOW);
    sender->seen[at / 64] |= 1ull << (at % 64);
}

static int64_t index_of(const struct srtp_sender *sender, uint16_t sequence) {
    if (!sender || sender->newest < 0) return sequence;
    int64_t index = extend(sequence, sender->newest, 16);
    return index < 0 ? sequence : index;
}

static int header_size(const uint8_t *packet, int size) {
    int header = HEADER + 4 * (packet[0] & 0x0F);
    if (packet[0] & 0x10) {
        if (header + 4 > size) return -1;
        header += 4 + 4 * get16(packet + header + 2);
    }
    return header;
}

int srtp_unprotect(struct srtp *srtp, uint8_t *packet, int size) {
    int plain = size - srtp->tag;
    if (plain < HEADER || packet[0] >> 6 != 2) return 0;
    int header = header_size(packet, plain);
    if (header < 0 || header > plain) return 0;
    uint32_t ssrc = get32(packet + 8);
    struct srtp_sender *sender = sender_of(srtp, ssrc, false);
    int64_t index = index_of(sender, get16(packet + 2));
    if (!is_new(sender, index)) return 0;
    if (is_gcm(srtp->profile)) {
        uint8_t iv[12];
        gcm_iv(iv, &srtp->rtp, ssrc, (uint64_t)index);
        if (!unseal(&srtp->rtp, iv, NULL, 0, packet, header, plain)) return 0;
    } else {
        uint8_t tag[10];
        if (!authenticate(&srtp->rtp, packet, plain, (uint32_t)(index >> 16), true, tag)) return 0;
        if (CRYPTO_memcmp(tag, packet + plain, 10)) return 0;
        if (!count_mode(&srtp->rtp, ssrc, (uint64_t)index, packet + header, plain - header)) return 0;
    }
    if (!sender && !(sender = remember_sender(srtp, ssrc, false))) return 0;
    mark_seen(sender, index);
    return plain;
}

int srtcp_unprotect(struct srtp *srtp, uint8_t *packet, int size) {
    int plain = size - srtp->tag - 4;
    if (plain < RTCP_HEADER || packet[0] >> 6 != 2) return 0;
    bool gcm = is_gcm(srtp->profile);
    uint8_t *word = packet + (gcm ? size - 4 : plain);
    uint32_t ssrc = get32(packet + 4), index = get32(word) & ~ENCRYPTED;
    if (!(get32(word) & ENCRYPTED)) return 0; /* browsers always encrypt */
    if (!is_new(sender_of(srtp, ssrc, true), index)) return 0;
    if (gcm) {
        uint8_t iv[12];
        gcm_iv(iv, &srtp->rtcp, ssrc, index);
        if (!unseal(&srtp->rtcp, iv, word, 4, packet, RTCP_HEADER, plain)) return 0;
    } else {
        uint8_t tag[10];
        if (!authenticate(&srtp->rtcp, packet, plain + 4, 0, false, tag)) return 0;
        if (CRYPTO_memcmp(tag, packet + plain + 4, 10)) return 0;
        if (!count_mode(&srtp->rtcp, ssrc, index, packet + RTCP_HEADER, plain - RTCP_HEADER)) return 0;
    }
    struct srtp_sender *sender = remember_sender(srtp, ssrc, true);
    if (!sender) return 0;
    mark_seen(sender, index);
    return plain;
}
