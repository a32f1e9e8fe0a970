#include <string.h>

#include "bytes.h"
#include "formats.h"

static void keep(struct rtp *rtp, int name, const uint8_t *value, int size) {
    if (name >= EXTENSIONS) return;
    rtp->extension[name] = value;
    rtp->extension_size[name] = (uint8_t)size;
}

/* Header extensions in their one-byte or two-byte form; what is cut off is left out. */
static void read_extensions(struct rtp *rtp, int profile, const uint8_t *block, int size) {
    bool two_bytes = (profile & 0xFFF0) == 0x1000;
    if (profile != 0xBEDE && !two_bytes) return;
    for (int at = 0; at < size;) {
        int name, length;
        if (block[at] == 0) { /* padding */
            at++;
            continue;
        }
        if (two_bytes) {
            name = block[at];
            length = at + 1 < size ? block[at + 1] : 0;
            at += 2;
        } else {
            name = block[at] >> 4;
            length = (block[at] & 0x0F) + 1;
            at++;
            if (name == 15) return; /* reserved: stop */
        }
        if (at + length <= size) keep(rtp, name, block + at, length);
        at += length;
    }
}

bool rtp_parse(struct rtp *rtp, const uint8_t *data, int size) {
    if (size < RTP_HEADER || data[0] >> 6 != 2) return false;
    memset(rtp, 0, sizeof *rtp);
    rtp->payload_type = data[1] & 0x7F;
    rtp->marker = data[1] >> 7;
    rtp->sequence = get16(data + 2);
    rtp->timestamp = get32(data + 4);
    rtp->ssrc = get32(data + 8);
    int start = RTP_HEADER + 4 * (data[0] & 0x0F), end = size;
    if (data[0] & 0x10) {
        if (start + 4 > end) return false;
        int words = get16(data + start + 2), length = 4 * words;
        if (start + 4 + length > end) return false;
        read_extensions(rtp, get16(data + start), data + start + 4, length);
        start += 4 + length;
    }
    if (data[0] & 0x20) end -= data[size - 1];
    if (start > end) return false;
    rtp->payload = data + start;
    rtp->size = end - start;
    return true;
}

/* Reads up to the end of the VP8 descriptor; false when it is cut off. */
static bool read_descriptor(struct descriptor *d, const uint8_t *payload, int size) {
    int at = 2;
    d->start = 1;
    if (!(d->first & 0x80)) return true;
    if (size < 2) return false;
    d->extension = payload[1];
    if (d->extension & 0x80) {
        if (at >= size) return false;
        d->has_picture = true;
        d->picture = payload[at];
        d->picture_bits = 7;
        if (payload[at] & 0x80) {
            if (at + 1 >= size) return false;
            d->picture = get16(payload + at) & 0x7FFF;
            d->picture_bits = 15;
        }
        at += d->picture_bits == 7 ? 1 : 2;
    }
    if (d->extension & 0x40) {
        if (at >= size) return false;
        d->has_layer = true;
        d->layer = payload[at++];
    }
    if (d->extension & 0x30) {
        if (at >= size) return false;
        d->has_tail = true;
        d->tail = payload[at++];
    }
    d->start = (uint8_t)at;
    return true;
}

struct descriptor vp8_parse(const uint8_t *payload, int size) {
    struct descriptor d = {0}, none = {0};
    if (size < 1) return none;
    d.first = payload[0];
    if (!read_descriptor(&d, payload, size)) return none;
    /* a frame begins with the start bit in partition 0; its first bit is 0 in a keyframe (section 4.3) */
    bool begins = (d.first & 0x17) == 0x10;
    if (begins && d.start >= size) return none;
    d.begins = begins;
    d.keyframe = begins && !(payload[d.start] & 0x01);
    d.found = true;
    return d;
}

/* Frames can be left out only where pictures are numbered: the gap has to be closed. */
int vp8_temporal_layer(const struct descriptor *d) { return (d->extension & 0x20) && d->has_picture ? d->tail >> 6 : 0; }

bool vp8_is_sync(const struct descriptor *d) { return (d->extension & 0x20) && (d->tail & 0x20); }

int vp8_write(const struct descriptor *d, uint16_t picture, uint8_t layer, uint8_t *out) {
    int at = 0;
    out[at++] = d->first;
    if (d->first & 0x80) out[at++] = d->extension;
    if (d->has_picture) {
        put16(out + at, (picture & 0x7FFFu) | 0x8000u);
        at += 2;
    }
    if (d->has_layer) out[at++] = layer;
    if (d->has_tail) out[at++] = d->tail;
    return at;
}

/* A decoder can begin where the parameter sets are: a sequence parameter set alone or first in an aggregate. */
struct descriptor h264_parse(const uint8_t *payload, int size) {
    struct descriptor d = {0};
    if (size < 1) return d;
    int kind = payload[0] & 0x1F;
    d.found = true;
    d.keyframe = kind == 7 || (kind == 24 && size > 3 && (payload[3] & 0x1F) == 7);
    return d;
}
