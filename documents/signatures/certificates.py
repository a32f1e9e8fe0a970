"""Certificates and keys: what they say, whether they may sign, and the signature of a key that is at hand."""

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, load_pkcs12, serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from eoffice.errors import UserError

SHORTEST_PASSPHRASE = 8
_ROUNDS = 600_000
"""Of PBKDF2-HMAC-SHA256 under which a key is kept (OWASP 2023)."""
_WEAKEST_RSA = 2048

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Opened:
    """A key and its certificates: the signer's first, then those above it."""

    key: PrivateKey
    certificates: list[x509.Certificate]


def opened(pkcs12: bytes, passphrase: str) -> Opened:
    """The content of a PKCS#12 file. Raises UserError("bad-passphrase", "bad-key-file")."""
    try:
        found = load_pkcs12(pkcs12, passphrase.encode())
    except ValueError as error:
        sentence = _("Mật khẩu của chứng thư số không đúng, hoặc tệp không phải PKCS#12 (.p12, .pfx).")
        raise UserError("bad-passphrase", sentence, fields={"passphrase": sentence}) from error
    if not isinstance(found.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or found.cert is None:
        sentence = _("Tệp phải có khóa bí mật (RSA hoặc ECDSA) và chứng thư số của khóa đó.")
        raise UserError("bad-key-file", sentence, fields={"file": sentence})
    return Opened(found.key, [found.cert.certificate, *(one.certificate for one in found.additional_certs)])


def sealed(key: Opened, passphrase: str) -> bytes:
    """The same as PKCS#12 under AES-256 and a slow key derivation, whatever the file that was handed in had."""
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(_ROUNDS)
    encryption = builder.key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256())
    first, *others = key.certificates
    return serialize_key_and_certificates(None, key.key, first, others, encryption.build(passphrase.encode()))


def sign(key: PrivateKey, content: bytes) -> bytes:
    """The signature of ``content`` with SHA-256."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(content, ec.ECDSA(hashes.SHA256()))


def is_signature(certificate: x509.Certificate, signature: bytes, content: bytes) -> bool:
    """Whether the key of ``certificate`` made ``signature`` of ``content``, as ``sign`` does."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def algorithm_of(certificate: x509.Certificate) -> str:
    """As a signing service is asked for it."""
    return "ecdsa-sha256" if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey) else "rsa-sha256"


def check_usable(certificate: x509.Certificate, now: dt.datetime) -> None:
    """Raise UserError("certificate-unusable") unless documents may be signed with it at this time."""
    sentence = _wrong(certificate, now)
    if sentence:
        hint = _("Dùng chứng thư số còn hạn, cấp cho việc ký số.")
        raise UserError("certificate-unusable", sentence, hint=hint, fields={"file": sentence})


def _wrong(certificate: x509.Certificate, now: dt.datetime) -> str:
    if now < certificate.not_valid_before_utc:
        return _("Chứng thư số chưa có hiệu lực.")
    if now > certificate.not_valid_after_utc:
        return _("Chứng thư số đã hết hạn.")
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _WEAKEST_RSA:
        return _("Khóa của chứng thư số quá ngắn; RSA cần ít nhất 2048 bit.")
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return _("Chỉ dùng được chứng thư số có khóa RSA hoặc ECDSA.")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    return "" if usage.digital_signature or usage.content_commitment else _("Chứng thư số không được cấp để ký số.")


def pem(certificates: list[x509.Certificate]) -> str:
    """All of them, one after the other."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def name_of(name: x509.Name) -> str:
    """The common name, else the whole."""
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()
