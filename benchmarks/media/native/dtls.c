/* The client's side of DTLS-SRTP (RFC 5764): one certificate for all peers, datagrams written straight to the socket. */
#include "load.h"
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

static BIO_METHOD *datagrams;

static int bio_write(BIO *bio, const char *data, int length) {
  send_datagram(BIO_get_data(bio), (const uint8_t *)data, length);
  return length;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
  (void)bio, (void)number, (void)pointer;
  if (command == BIO_CTRL_DGRAM_GET_MTU_OVERHEAD) return 28;
  return command == BIO_CTRL_FLUSH;
}

static int anyone(int verified, X509_STORE_CTX *store) { /* the fingerprint decides, see complete() */
  (void)verified, (void)store;
  return 1;
}

static void digest_of(X509 *certificate, char *text) {
  uint8_t digest[32];
  unsigned size = sizeof digest;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  for (unsigned i = 0; i < size; i++) sprintf(text + 3 * i, i + 1 < size ? "%02X:" : "%02X", digest[i]);
}

static bool certify(SSL_CTX *context) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400 * 30);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const uint8_t *)"load", -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key);
  bool done = X509_sign(certificate, key, EVP_sha256()) && SSL_CTX_use_certificate(context, certificate) == 1 &&
              SSL_CTX_use_PrivateKey(context, key) == 1;
  digest_of(certificate, load.fingerprint);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return done;
}

bool dtls_prepare(bool gcm_first) {
  load.context = SSL_CTX_new(DTLS_client_method());
  datagrams = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "datagrams");
  if (!load.context || !datagrams) return false;
  BIO_meth_set_write(datagrams, bio_write);
  BIO_meth_set_ctrl(datagrams, bio_control);
  SSL_CTX_set_options(load.context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(load.context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(load.context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(load.context, SSL_VERIFY_PEER, anyone);
  const char *profiles = gcm_first ? "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80" : "SRTP_AES128_CM_SHA1_80";
  return !SSL_CTX_set_tlsext_use_srtp(load.context, profiles) && certify(load.context);
}

static void fail(Peer *peer, const char *why) {
  peer->failure = why;
  peer->state = FAILED;
}

static bool is_expected(Peer *peer) {
  char text[100] = "";
  X509 *certificate = SSL_get1_peer_certificate(peer->ssl);
  if (!certificate) return false;
  digest_of(certificate, text);
  X509_free(certificate);
  return !strcasecmp(text, peer->fingerprint);
}

static void complete(Peer *peer) {
  uint8_t material[60];
  SRTP_PROTECTION_PROFILE *profile = SSL_get_selected_srtp_profile(peer->ssl);
  if (!is_expected(peer)) return fail(peer, "another certificate than the SDP's");
  if (!profile) return fail(peer, "no SRTP profile");
  bool gcm = profile->id == SRTP_AEAD_AES_128_GCM;
  int salt = gcm ? 12 : 14;
  if (SSL_export_keying_material(peer->ssl, material, 32 + 2 * salt, "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0) != 1)
    return fail(peer, "no keys");
  if (!srtp_keys(&peer->out, material, material + 32, gcm, true) ||
      !srtp_keys(&peer->in, material + 16, material + 32 + salt, gcm, false))
    return fail(peer, "no SRTP keys");
  peer->connected_ns = now_ns();
  peer->state = CONNECTED;
}

static void shake(Peer *peer) {
  ERR_clear_error();
  int result = SSL_do_handshake(peer->ssl);
  if (result == 1)
    complete(peer);
  else if (SSL_get_error(peer->ssl, result) != SSL_ERROR_WANT_READ)
    fail(peer, "DTLS handshake failed");
}

static unsigned patience(SSL *ssl, unsigned former_us) { /* as browsers: 50 ms first, then twice as long */
  (void)ssl;
  return former_us ? 2 * former_us : 50000;
}

bool dtls_begin(Peer *peer) {
  BIO *out = BIO_new(datagrams), *in = BIO_new(BIO_s_mem());
  peer->ssl = SSL_new(load.context);
  if (!peer->ssl || !out || !in) return false;
  BIO_set_mem_eof_return(in, -1);
  BIO_set_data(out, peer);
  BIO_set_init(out, 1);
  SSL_set_bio(peer->ssl, in, out);
  SSL_set_mtu(peer->ssl, 1200);
  SSL_set_connect_state(peer->ssl);
  DTLS_set_timer_cb(peer->ssl, patience);
  shake(peer);
  return peer->state != FAILED;
}

void dtls_receive(Peer *peer, const uint8_t *data, int length) {
  uint8_t nothing[64];
  if (!peer->ssl) return;
  BIO_write(SSL_get_rbio(peer->ssl), data, length);
  if (peer->state == SHAKING) return shake(peer);
  if (SSL_read(peer->ssl, nothing, sizeof nothing) <= 0 && SSL_get_shutdown(peer->ssl) & SSL_RECEIVED_SHUTDOWN)
    fail(peer, "the node closed the connection");
}

void dtls_retry(Peer *peer) {
  if (peer->ssl && DTLSv1_handle_timeout(peer->ssl) < 0) fail(peer, "DTLS handshake timed out");
}
