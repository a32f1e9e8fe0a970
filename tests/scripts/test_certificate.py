"""The self-made certificate of ``./run --lan``."""

import ssl
import stat
from pathlib import Path

from cryptography import x509

from scripts.certificate import ensure_certificate


def test_it_names_this_machine_and_its_key_is_private(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.0.2.7", "localhost"])
    certificate = x509.load_pem_x509_certificate((tmp_path / "certificate.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"192.0.2.7", "localhost"}
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600


def test_a_server_can_use_it_and_a_browser_that_trusts_it_accepts_it(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["localhost"])
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    client = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    browser = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    site = server.wrap_bio(to_server, to_client, server_side=True)
    for _round in range(6):
        for side in (browser, site):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert browser.version() in {"TLSv1.2", "TLSv1.3"}
    assert browser.getpeercert()


def test_it_is_kept_so_that_people_accept_it_once(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.0.2.7", "localhost"])
    first = (tmp_path / "certificate.pem").read_bytes()
    ensure_certificate(tmp_path, ["localhost"])
    assert (tmp_path / "certificate.pem").read_bytes() == first


def test_a_new_address_of_the_machine_makes_a_new_one(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, ["192.0.2.7"])
    first = (tmp_path / "certificate.pem").read_bytes()
    ensure_certificate(tmp_path, ["192.0.2.8"])
    assert (tmp_path / "certificate.pem").read_bytes() != first
