/* What packets say: RTP (RFC 3550, RFC 8285), the VP8 and H.264 payload formats (RFC 7741, RFC 6184), RTCP, STUN. */
#ifndef PP_FORMATS_H
#define PP_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTP_HEADER 12
#define LARGEST_PACKET 1356 /* plain RTP or RTCP, so that it fits any network with its SRTP trailer */
#define LARGEST_DATAGRAM 1500
#define EXTENSIONS 15 /* ids 1 to 14 */

struct rtp {
    uint8_t payload_type;
    bool marker;
    uint16_t sequence;
    uint32_t timestamp, ssrc;
    const uint8_t *payload;
    int size;
    const uint8_t *extension[EXTENSIONS];
    uint8_t extension_size[EXTENSIONS];
};

/* False when it is malformed. Padding is gone from the payload. */
bool rtp_parse(struct rtp *rtp, const uint8_t *data, int size);

/* What a switch between sources must know of a payload. A VP8 descriptor is found, and written anew when a slot
 * changes its source; of H.264 only the keyframe is. */
struct descriptor {
    bool found, begins, keyframe, has_picture, has_layer, has_tail;
    uint8_t start, picture_bits, layer, first, extension, tail;
    uint16_t picture;
};

struct descriptor vp8_parse(const uint8_t *payload, int size);
/* The temporal layer (TID), 0 where none is told; and whether a frame needs of the layers below its own the lowest only (Y). */
int vp8_temporal_layer(const struct descriptor *descriptor);
bool vp8_is_sync(const struct descriptor *descriptor);
/* Writes the descriptor with another picture id (in 15 bits) and TL0PICIDX; returns its length, at most 6. */
int vp8_write(const struct descriptor *descriptor, uint16_t picture, uint8_t layer, uint8_t *out);
struct descriptor h264_parse(const uint8_t *payload, int size);

/* --- RTCP ------------------------------------------------------------------------------------------------- */

enum { RTCP_SR = 200, RTCP_RR = 201, RTCP_SDES = 202, RTCP_RTPFB = 205, RTCP_PSFB = 206 };
enum { FMT_NACK = 1, FMT_PLI = 1, FMT_FIR = 4, FMT_TRANSPORT = 15, FMT_APPLICATION = 15 };

/* One packet of a compound; body is what follows the first word. */
struct rtcp_block {
    uint8_t kind, count;
    const uint8_t *body;
    int size;
};

/* The block at *offset, which is moved on; false at the end or at the first malformed one. */
bool rtcp_next(const uint8_t *data, int size, int *offset, struct rtcp_block *block);

struct sender_report {
    uint32_t ssrc, timestamp, packets, octets;
    uint64_t ntp;
};
struct report_block {
    uint32_t ssrc;
    uint8_t lost;
    uint32_t lost_total, highest, jitter, last_report, delay;
};

bool rtcp_sender_report(const struct rtcp_block *block, struct sender_report *report);
bool rtcp_report_block(const struct rtcp_block *block, int number, struct report_block *report);
/* Bits per second of a REMB; 0 when the block is none. */
uint32_t rtcp_bitrate_limit(const struct rtcp_block *block);

/* Writers return the bytes written. */
int rtcp_write_sender_report(uint8_t *out, const struct sender_report *report);
int rtcp_write_receiver_report(uint8_t *out, uint32_t own, const struct report_block *reports, int count);
int rtcp_write_description(uint8_t *out, uint32_t ssrc);
int rtcp_write_nack(uint8_t *out, uint32_t own, uint32_t ssrc, const int64_t *numbers, int count);
int rtcp_write_keyframe_request(uint8_t *out, uint32_t own, uint32_t ssrc);
int rtcp_write_bitrate_limit(uint8_t *out, uint32_t own, uint32_t bitrate, const uint32_t *ssrcs, int count);

/* --- STUN ------------------------------------------------------------------------------------------------- */

#define STUN_LARGEST_ANSWER 256
#define STUN_UNKNOWN 8 /* attributes named in a refusal */

struct stun_request {
    const uint8_t *data, *username;
    int username_size, integrity_at, unknown_count;
    bool nominates;
    uint16_t unknown[STUN_UNKNOWN];
};

/* Whether the datagram is a well-formed binding request with a right FINGERPRINT, if it has one. */
bool stun_parse(struct stun_request *request, const uint8_t *data, int size);
/* Whether MESSAGE-INTEGRITY is there and right (RFC 8489, section 14.5). */
bool stun_verifies(const struct stun_request *request, const char *password);
/* Success, or a refusal (420) when something was not understood; ip is 4 or 16 bytes. */
int stun_answer(const struct stun_request *request, const uint8_t *ip, int ip_size, uint16_t port,
                const char *password, uint8_t *out);

#endif
