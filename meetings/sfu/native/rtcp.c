#include <string.h>

#include "bytes.h"
#include "formats.h"

#define REPORT_BLOCK 24
#define MOST_REPORTS 31
static const char CNAME[] = "eoffice";

bool rtcp_next(const uint8_t *data, int size, int *offset, struct rtcp_block *block) {
    if (*offset + 4 > size) return false;
    const uint8_t *at = data + *offset;
    int end = *offset + 4 + 4 * get16(at + 2);
    if (at[0] >> 6 != 2 || end > size) return false;
    *block = (struct rtcp_block){at[1], at[0] & 0x1F, at + 4, end - *offset - 4};
    *offset = end;
    return true;
}

bool rtcp_sender_report(const struct rtcp_block *block, struct sender_report *report) {
    if (block->size < 24) return false;
    const uint8_t *at = block->body;
    *report = (struct sender_report){.ssrc = get32(at), .ntp = get64(at + 4), .timestamp = get32(at + 12),
                                     .packets = get32(at + 16), .octets = get32(at + 20)};
    return true;
}

bool rtcp_report_block(const struct rtcp_block *block, int number, struct report_block *report) {
    int offset = (block->kind == RTCP_SR ? 24 : 4) + REPORT_BLOCK * number;
    if (number >= block->count || offset + REPORT_BLOCK > block->size) return false;
    const uint8_t *at = block->body + offset;
    *report = (struct report_block){get32(at),      at[4],          get32(at + 4) & 0xFFFFFF, get32(at + 8),
                                    get32(at + 12), get32(at + 16), get32(at + 20)};
    return true;
}

uint32_t rtcp_bitrate_limit(const struct rtcp_block *block) {
    if (block->kind != RTCP_PSFB || block->count != FMT_APPLICATION || block->size < 16) return 0;
    if (memcmp(block->body + 8, "REMB", 4) != 0) return 0;
    uint32_t word = get32(block->body + 12);
    uint64_t rate = (uint64_t)(word & 0x3FFFF) << (word >> 18 & 0x3F);
    return (word >> 18 & 0x3F) > 40 || rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
}

/* The first word; size is of the whole packet. */
static int write_head(uint8_t *out, int kind, int count, int size) {
    out[0] = (uint8_t)(0x80 | count);
    out[1] = (uint8_t)kind;
    put16(out + 2, (uint32_t)(size / 4 - 1));
    return size;
}

int rtcp_write_sender_report(uint8_t *out, const struct sender_report *report) {
    put32(out + 4, report->ssrc);
    put64(out + 8, report->ntp);
    put32(out + 16, report->timestamp);
    put32(out + 20, report->packets);
    put32(out + 24, report->octets);
    return write_head(out, RTCP_SR, 0, 28);
}

int rtcp_write_receiver_report(uint8_t *out, uint32_t own, const struct report_block *reports, int count) {
    if (count > MOST_REPORTS) count = MOST_REPORTS;
    put32(out + 4, own);
    for (int i = 0; i < count; i++) {
        uint8_t *at = out + 8 + REPORT_BLOCK * i;
        put32(at, reports[i].ssrc);
        put32(at + 4, (uint32_t)reports[i].lost << 24 | reports[i].lost_total);
        put32(at + 8, reports[i].highest);
        put32(at + 12, reports[i].jitter);
        put32(at + 16, reports[i].last_report);
        put32(at + 20, reports[i].delay);
    }
    return write_head(out, RTCP_RR, count, 8 + REPORT_BLOCK * count);
}

int rtcp_write_description(uint8_t *out, uint32_t ssrc) {
    int name = (int)sizeof CNAME - 1, size = 4 + 4 + 2 + name + 1;
    memset(out, 0, (size_t)(size + 3));
    put32(out + 4, ssrc);
    out[8] = 1;
    out[9] = (uint8_t)name;
    memcpy(out + 10, CNAME, (size_t)name);
    return write_head(out, RTCP_SDES, 1, (size + 3) & ~3);
}

int rtcp_write_nack(uint8_t *out, uint32_t own, uint32_t ssrc, const int64_t *numbers, int count) {
    put32(out + 4, own);
    put32(out + 8, ssrc);
    int size = 12;
    uint16_t first = 0, mask = 0;
    for (int i = 0; i < count; i++) {
        uint16_t number = (uint16_t)numbers[i], distance = (uint16_t)(number - first - 1);
        if (i && distance < 16) {
            mask = (uint16_t)(mask | 1 << distance);
        } else {
            first = number;
            mask = 0;
            size += 4;
        }
        put16(out + size - 4, first);
        put16(out + size - 2, mask);
    }
    return write_head(out, RTCP_RTPFB, FMT_NACK, size);
}

int rtcp_write_keyframe_request(uint8_t *out, uint32_t own, uint32_t ssrc) {
    put32(out + 4, own);
    put32(out + 8, ssrc);
    return write_head(out, RTCP_PSFB, FMT_PLI, 12);
}

int rtcp_write_bitrate_limit(uint8_t *out, uint32_t own, uint32_t bitrate, const uint32_t *ssrcs, int count) {
    uint32_t exponent = 0;
    while (bitrate >> exponent >= 1u << 18) exponent++;
    put32(out + 4, own);
    put32(out + 8, 0);
    memcpy(out + 12, "REMB", 4);
    put32(out + 16, (uint32_t)count << 24 | exponent << 18 | bitrate >> exponent);
    for (int i = 0; i < count; i++) put32(out + 20 + 4 * i, ssrcs[i]);
    return write_head(out, RTCP_PSFB, FMT_APPLICATION, 20 + 4 * count);
}
