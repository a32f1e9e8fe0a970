/* SRTP and SRTCP with AES-128-GCM (RFC 7714) and AES-128-CM with HMAC-SHA1-80 (RFC 3711), by OpenSSL. */
#include "load.h"
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <string.h>

enum { GCM_TAG = 16, HMAC_TAG = 10 };

static bool derive(const uint8_t *key, const uint8_t *salt, int label, uint8_t *out, int length) {
  static const uint8_t zeros[32];
  uint8_t iv[16] = {0};
  int written = 0;
  memcpy(iv, salt, 14);
  iv[7] ^= label;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  bool done = EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, key, iv) &&
              EVP_EncryptUpdate(context, out, &written, zeros, length);
  EVP_CIPHER_CTX_free(context);
  return done;
}

static EVP_CIPHER_CTX *cipher(const uint8_t *key, bool gcm, bool encrypt) {
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  EVP_CipherInit_ex(context, gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), NULL, key, NULL, encrypt);
  return context;
}

/* The salt of GCM has 12 bytes; derivation fills it up with zeros (RFC 7714, section 11). */
bool srtp_keys(Keys *keys, const uint8_t *key, const uint8_t *salt, bool gcm, bool encrypt) {
  uint8_t rtp[16], rtcp[16], full[14] = {0};
  memcpy(full, salt, gcm ? 12 : 14);
  memset(keys, 0, sizeof *keys);
  keys->gcm = gcm;
  bool done = derive(key, full, 0, rtp, 16) && derive(key, full, 1, keys->rtp_auth, 20) &&
              derive(key, full, 2, keys->rtp_salt, 14) && derive(key, full, 3, rtcp, 16) &&
              derive(key, full, 4, keys->rtcp_auth, 20) && derive(key, full, 5, keys->rtcp_salt, 14);
  keys->rtp = cipher(rtp, gcm, encrypt);
  keys->rtcp = cipher(rtcp, gcm, encrypt);
  return done;
}

/* Bytes of an RTP header with its contributors and extensions; 0 when it is cut off. */
int srtp_header(const uint8_t *data, int length) {
  if (length < 12) return 0;
  int header = 12 + 4 * (data[0] & 15);
  if (data[0] & 16) {
    if (length < header + 4) return 0;
    header += 4 + 4 * (int)get16(data + header + 2);
  }
  return header <= length ? header : 0;
}

static void rtp_iv(const Keys *keys, const uint8_t *packet, uint32_t roc, uint8_t *iv) {
  uint8_t index[6];
  put32(index, roc);
  memcpy(index + 4, packet + 2, 2);
  memset(iv, 0, 16);
  memcpy(iv, keys->rtp_salt, keys->gcm ? 12 : 14);
  int at = keys->gcm ? 2 : 4;
  for (int i = 0; i < 4; i++) iv[at + i] ^= packet[8 + i];
  for (int i = 0; i < 6; i++) iv[at + 4 + i] ^= index[i];
}

static void rtcp_iv(const Keys *keys, const uint8_t *packet, uint32_t index, uint8_t *iv) {
  uint8_t number[4];
  put32(number, index);
  memset(iv, 0, 16);
  memcpy(iv, keys->rtcp_salt, keys->gcm ? 12 : 14);
  int at = keys->gcm ? 2 : 4;
  for (int i = 0; i < 4; i++) iv[at + i] ^= packet[4 + i];
  for (int i = 0; i < 4; i++) iv[at + 6 + i] ^= number[i];
}

static void authenticate(const uint8_t *key, uint8_t *data, int length, uint32_t after, uint8_t *tag) {
  unsigned size = 20;
  put32(data + length, after);
  HMAC(EVP_sha1(), key, 20, data, length + 4, tag, &size);
}

/* In place; ``packet`` has room for 24 bytes more. Returns the length. */
int srtp_protect(Keys *keys, uint8_t *packet, int length, int header, uint32_t roc) {
  uint8_t iv[16], tag[20];
  int n;
  rtp_iv(keys, packet, roc, iv);
  EVP_EncryptInit_ex(keys->rtp, NULL, NULL, NULL, iv);
  if (keys->gcm) EVP_EncryptUpdate(keys->rtp, NULL, &n, packet, header);
  EVP_EncryptUpdate(keys->rtp, packet + header, &n, packet + header, length - header);
  if (keys->gcm) {
    EVP_EncryptFinal_ex(keys->rtp, packet + length, &n);
    EVP_CIPHER_CTX_ctrl(keys->rtp, EVP_CTRL_GCM_GET_TAG, GCM_TAG, packet + length);
    return length + GCM_TAG;
  }
  authenticate(keys->rtp_auth, packet, length, roc, tag);
  memcpy(packet + length, tag, HMAC_TAG);
  return length + HMAC_TAG;
}

/* Into ``plain``; the length, or -1 when it does not verify. */
int srtp_unprotect(Keys *keys, const uint8_t *packet, int length, uint32_t roc, uint8_t *plain) {
  uint8_t iv[16], tag[20];
  int header = srtp_header(packet, length), n, body = length - (keys->gcm ? GCM_TAG : HMAC_TAG);
  if (!header || body < header || length > LARGEST) return -1;
  rtp_iv(keys, packet, roc, iv);
  memcpy(plain, packet, body);
  if (!keys->gcm) {
    authenticate(keys->rtp_auth, plain, body, roc, tag);
    if (CRYPTO_memcmp(tag, packet + body, HMAC_TAG)) return -1;
  }
  EVP_DecryptInit_ex(keys->rtp, NULL, NULL, NULL, iv);
  if (keys->gcm) {
    EVP_CIPHER_CTX_ctrl(keys->rtp, EVP_CTRL_GCM_SET_TAG, GCM_TAG, (void *)(packet + body));
    EVP_DecryptUpdate(keys->rtp, NULL, &n, packet, header);
  }
  EVP_DecryptUpdate(keys->rtp, plain + header, &n, packet + header, body - header);
  return keys->gcm && EVP_DecryptFinal_ex(keys->rtp, plain + body, &n) <= 0 ? -1 : body;
}

int srtcp_protect(Keys *keys, uint8_t *packet, int length) {
  uint8_t iv[16], tag[20], trailer[4];
  uint32_t index = keys->rtcp_index++;
  int n;
  rtcp_iv(keys, packet, index, iv);
  put32(trailer, index | 1u << 31);
  EVP_EncryptInit_ex(keys->rtcp, NULL, NULL, NULL, iv);
  if (keys->gcm) {
    EVP_EncryptUpdate(keys->rtcp, NULL, &n, packet, 8);
    EVP_EncryptUpdate(keys->rtcp, NULL, &n, trailer, 4);
  }
  EVP_EncryptUpdate(keys->rtcp, packet + 8, &n, packet + 8, length - 8);
  if (keys->gcm) {
    EVP_EncryptFinal_ex(keys->rtcp, packet + length, &n);
    EVP_CIPHER_CTX_ctrl(keys->rtcp, EVP_CTRL_GCM_GET_TAG, GCM_TAG, packet + length);
    memcpy(packet + length + GCM_TAG, trailer, 4);
    return length + GCM_TAG + 4;
  }
  authenticate(keys->rtcp_auth, packet, length, index | 1u << 31, tag);
  memcpy(packet + length + 4, tag, HMAC_TAG);
  return length + 4 + HMAC_TAG;
}

static int rtcp_by_hmac(Keys *keys, const uint8_t *packet, int length, uint8_t *plain) {
  uint8_t iv[16], tag[20];
  int body = length - HMAC_TAG - 4, n;
  if (body < 8) return -1;
  uint32_t index = get32(packet + body);
  memcpy(plain, packet, body);
  authenticate(keys->rtcp_auth, plain, body, index, tag);
  if (CRYPTO_memcmp(tag, packet + body + 4, HMAC_TAG)) return -1;
  rtcp_iv(keys, packet, index & ~(1u << 31), iv);
  EVP_DecryptInit_ex(keys->rtcp, NULL, NULL, NULL, iv);
  EVP_DecryptUpdate(keys->rtcp, plain + 8, &n, packet + 8, body - 8);
  return body;
}

int srtcp_unprotect(Keys *keys, const uint8_t *packet, int length, uint8_t *plain) {
  uint8_t iv[16];
  int body = length - 4 - GCM_TAG, n;
  if (length > LARGEST) return -1;
  if (!keys->gcm) return rtcp_by_hmac(keys, packet, length, plain);
  if (body < 8) return -1;
  memcpy(plain, packet, 8);
  rtcp_iv(keys, packet, get32(packet + length - 4) & ~(1u << 31), iv);
  EVP_DecryptInit_ex(keys->rtcp, NULL, NULL, NULL, iv);
  EVP_CIPHER_CTX_ctrl(keys->rtcp, EVP_CTRL_GCM_SET_TAG, GCM_TAG, (void *)(packet + body));
  EVP_DecryptUpdate(keys->rtcp, NULL, &n, packet, 8);
  EVP_DecryptUpdate(keys->rtcp, NULL, &n, packet + length - 4, 4);
  EVP_DecryptUpdate(keys->rtcp, plain + 8, &n, packet + 8, body - 8);
  return EVP_DecryptFinal_ex(keys->rtcp, plain + body, &n) <= 0 ? -1 : body;
}
