/* Big-endian numbers in packets, and numbers without wrap-around. */
#ifndef PP_BYTES_H
#define PP_BYTES_H

#include <stdint.h>

static inline uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static inline uint32_t get32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}
static inline uint64_t get64(const uint8_t *at) { return (uint64_t)get32(at) << 32 | get32(at + 4); }
static inline void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}
static inline void put32(uint8_t *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value & 0xFFFF);
}
static inline void put64(uint8_t *at, uint64_t value) {
    put32(at, (uint32_t)(value >> 32));
    put32(at + 4, (uint32_t)value);
}

/* The number closest to near whose lowest bits are value; of two that are as close, the one in near's own span. */
static inline int64_t extend(int64_t value, int64_t near, int bits) {
    int64_t span = (int64_t)1 << bits, candidate = (near & ~(span - 1)) | value;
    if (candidate - near > span / 2) return candidate - span;
    if (near - candidate > span / 2) return candidate + span;
    return candidate;
}

#endif
