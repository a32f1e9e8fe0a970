"""An authority that gives certificates, pictures of signatures, and a remote signing service that answers over HTTP."""

import base64
import datetime as dt
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

PASSPHRASE = "mat-khau-ky-so"
DAY = dt.timedelta(days=1)


@dataclass
class Keys:
    """A key and its certificate."""

    key: Any
    certificate: x509.Certificate
    issuer: x509.Certificate

    def file(self, passphrase: str = PASSPHRASE) -> io.BytesIO:
        """As PKCS#12, to be handed in."""
        encryption = BestAvailableEncryption(passphrase.encode())
        made = io.BytesIO(serialize_key_and_certificates(b"k", self.key, self.certificate, [self.issuer], encryption))
        made.name = "chung-thu.p12"
        return made

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()


class Authority:
    """Gives certificates, and a list of those it has revoked."""

    def __init__(self, name: str = "CA nội bộ thành phố") -> None:
        self.now = dt.datetime.now(dt.UTC)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._certificate(name, self.key, name, ca=True, until=self.now + 900 * DAY)

    def keys(self, name: str, *, is_rsa: bool = False, until: dt.datetime | None = None) -> Keys:
        key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
        made = self._certificate(name, key, self._name, ca=False, until=until or self.now + 365 * DAY)
        return Keys(key, made, self.certificate)

    def revoking(self, *revoked: x509.Certificate) -> bytes:
        """A current list of revoked certificates, DER."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(self.now - DAY).next_update(self.now + DAY)
        for one in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.serial_number).revocation_date(self.now - DAY)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    @property
    def _name(self) -> str:
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    def _certificate(self, name: str, key: Any, issuer: str, *, ca: bool, until: dt.datetime) -> x509.Certificate:
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - 400 * DAY)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, crl_sign=ca, **usage
                ),
                critical=True,
            )
        )
        return builder.sign(self.key, hashes.SHA256())


def picture(colour: str) -> io.BytesIO:
    """A stroke of ink on a transparent ground."""
    image = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(20, 150), (120, 40), (200, 160), (380, 60)], fill=colour, width=9)
    made = io.BytesIO()
    image.save(made, "PNG")
    made.seek(0)
    made.name = "chu-ky.png"
    return made


@dataclass
class SigningService:
    """What the service knows: the keys of accounts, and its orders by number. A person answers on a telephone."""

    accounts: dict[str, Keys]
    url: str = ""
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: int = 0

    def confirm(self, order: str, *, with_keys: Keys | None = None) -> None:
        told = self.orders[order]
        keys = with_keys or self.accounts[told["account"]]
        digest = base64.b64decode(told["digest"])
        if isinstance(keys.key, rsa.RSAPrivateKey):
            signature = keys.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            signature = keys.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        told |= {"state": "signed", "signature": base64.b64encode(signature).decode()}

    def refuse(self, order: str, reason: str) -> None:
        self.orders[order] |= {"state": "refused", "reason": reason}

    def answer(self, path: str, body: dict[str, Any] | None) -> tuple[int, Any]:
        what, _slash, name = path.strip("/").partition("/")
        if what == "accounts":
            keys = self.accounts.get(name)
            return (200, {"certificates": [keys.pem]}) if keys else (404, {})
        if body is not None:
            self.asked += 1
            found = [pk for pk, told in self.orders.items() if told["key"] == body["key"]]
            order = found[0] if found else str(len(self.orders) + 1)
            self.orders.setdefault(order, {**body, "state": "pending"})
            return 201, {"id": order}
        return (200, self.orders[name]) if name in self.orders else (404, {})


@contextmanager
def serving(service: SigningService, token: str) -> Iterator[SigningService]:
    """``service`` at its ``url``; who does not say ``token`` gets nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._tell(*service.answer(self.path, None))

        def do_POST(self) -> None:
            self._tell(*service.answer(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))

        def _tell(self, status: int, told: Any) -> None:
            if self.headers["Authorization"] != f"Bearer {token}":
                status, told = 401, {}
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def written_on(signed: bytes) -> bytes:
    """``signed`` with another page appended in an incremental update, as an editor does."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    pages = writer.root["/Pages"]
    box = ArrayObject(map(NumberObject, (0, 0, 595, 842)))
    page = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): box,
            NameObject("/Parent"): writer.root.raw_get("/Pages"),
        }
    )
    pages["/Kids"].append(writer.add_object(page))
    pages["/Count"] = NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
