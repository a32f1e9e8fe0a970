/* SRTP and SRTCP of one direction of one connection (RFC 3711, RFC 7714); the cryptography is OpenSSL's. */
#ifndef PP_SRTP_H
#define PP_SRTP_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#define SRTP_LONGEST_TRAILER 20 /* index word and tag of SRTCP under AES-GCM */
#define SRTP_SENDERS 48         /* SSRCs whose state one direction keeps */
#define REPLAY_WINDOW 1024

struct srtp_cipher {
    EVP_CIPHER_CTX *cipher;
    EVP_MAC_CTX *mac; /* none under AES-GCM */
    uint8_t salt[14];
};

/* What is remembered of one SSRC: the newest index of each protocol and which before it were seen. */
struct srtp_sender {
    uint32_t ssrc;
    int64_t newest;
    uint64_t seen[REPLAY_WINDOW / 64];
};

struct srtcp_counter {
    uint32_t ssrc, index;
};

struct srtp {
    int profile, tag;
    struct srtp_cipher rtp, rtcp;
    struct srtp_sender *senders; /* inbound only: RTP, then RTCP of each SSRC */
    int sender_count, sender_capacity;
    struct srtcp_counter *counters; /* outbound only */
    int counter_count, counter_capacity;
};

/* Bytes of key and salt that a profile needs; 0 for a profile that is not known. */
int srtp_key_size(int profile);
/* Derives the session keys from key and salt; false when it cannot. Undone by srtp_clear, also after a failure. */
bool srtp_init(struct srtp *srtp, int profile, const uint8_t *key);
void srtp_clear(struct srtp *srtp);

/* Encrypts a packet in place; header is the length of what stays readable, index its number without wrap-around.
 * Returns the new length, which is at most SRTP_LONGEST_TRAILER greater, or 0. */
int srtp_protect(struct srtp *srtp, uint8_t *packet, int size, int header, uint64_t index);
int srtcp_protect(struct srtp *srtp, uint8_t *packet, int size);
/* Decrypts in place what verifies and was not seen before; returns the new length, or 0. */
int srtp_unprotect(struct srtp *srtp, uint8_t *packet, int size);
int srtcp_unprotect(struct srtp *srtp, uint8_t *packet, int size);

#endif
