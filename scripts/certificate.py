"""A self-made certificate for ``./run --lan``: browsers give no camera on plain HTTP off localhost.

Run with the virtual environment's Python, which has ``cryptography``:
``python -m scripts.certificate FOLDER NAME…`` keeps ``key.pem`` and ``certificate.pem`` in FOLDER.
"""

import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID_DAYS = 397
"""The longest that browsers accept without remark."""
RENEW_DAYS = 30


def ensure_certificate(folder: Path, names: list[str]) -> None:
    """Keep the one in ``folder`` if it still names all ``names`` and lasts a month more; else make a new one."""
    if (folder / "key.pem").exists() and _still_good(folder / "certificate.pem", names):
        return
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    key_file = folder / "key.pem"
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate = _signed(key, names)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _signed(key: ec.EllipticCurvePrivateKey, names: list[str]) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eOffice on this network")])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS - 1))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _still_good(path: Path, names: list[str]) -> bool:
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    lasts = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    stated = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return lasts > datetime.timedelta(days=RENEW_DAYS) and {_general_name(name) for name in names} <= set(stated)


if __name__ == "__main__":
    ensure_certificate(Path(sys.argv[1]), sys.argv[2:])
