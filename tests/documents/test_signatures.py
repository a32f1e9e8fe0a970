"""Digital signatures on issued documents: signed, sealed, read by an independent program, and checked on their page."""

import datetime as dt
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from documents import official_pdfs, tasks
from documents.models import OfficialPdf, SignatureStep, SignedDocument, SigningCredential
from documents.signatures import credentials
from documents.signatures.credentials import Holder
from eoffice.files.keeping import keep
from eoffice.notifications.models import Notification
from meetings import conclusions, letters, minuting, notices
from meetings.models import Meeting
from tests import papers
from tests.city import City
from tests.documents.signing import PASSPHRASE, Authority, Keys, SigningService, picture, serving, written_on
from tests.factories import InvitationLineFactory, MeetingFactory, MeetingSiteFactory

pytestmark = pytest.mark.django_db
HEAD, OFFICE = "Ngô Văn Phòng", "Văn phòng UBND thành phố"
TOKEN = "chi-minh-he-thong-biet"
needs_pdfsig = pytest.mark.skipif(not shutil.which("pdfsig"), reason="needs poppler-utils (./test installs it)")


@pytest.fixture
def authority(settings: Any, tmp_path: Path) -> Authority:
    """Trusted by this system."""
    settings.SIGNATURE_TRUST = tmp_path / "trust"
    settings.SIGNATURE_TRUST.mkdir()
    authority = Authority()
    (settings.SIGNATURE_TRUST / "ca.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return authority


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Its notice is issued by the office, whose head signed it."""
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    InvitationLineFactory(meeting=meeting, unit=city.department)
    MeetingSiteFactory(meeting=meeting, unit=city.department)
    conclusions.write(city["secretary"], meeting, conclusions.Sentence(text="Giao Sở Xây dựng rà soát."))
    notices.submit(city["secretary"], meeting)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)
    return meeting


def ready_pdf(meeting: Meeting) -> None:
    """As the job leaves it; the page is blank."""
    made = official_pdfs.of(letters.notice(meeting, conclusions.notice_of(meeting)))
    pdf = keep(ContentFile(papers.pdf()), media_type="application/pdf", extension="pdf")
    OfficialPdf.objects.filter(pk=made.pk).update(state="ready", pdf=pdf)


def with_key(client: Client, keys: Keys, **more: Any) -> Any:
    form = {"file": keys.file(), "passphrase": PASSPHRASE, "picture": picture("#1030a0"), **more}
    return client.post(reverse("signing-certificate"), form)


def page_of(meeting: Meeting) -> str:
    return reverse("meeting-notice-signatures", args=[meeting.pk])


def pdf_of(client: Client, meeting: Meeting) -> bytes:
    answer = client.get(reverse("meeting-notice-pdf", args=[meeting.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[call-overload]


def read_by_another(pdf: bytes, folder: Path) -> list[str]:
    """What Poppler's pdfsig says of each signature's bytes."""
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    return re.findall(r"Signature Validation: (.*)", said)


def checks(page: str) -> list[tuple[str, str]]:
    """Every line of the page's checks: what, and what came out."""
    return re.findall(r'<dt>([^<]*)</dt><dd><span class="chip [^"]*">([^<]*)</span>', page)


def checked(client: Client, pdf: bytes) -> str:
    upload = io.BytesIO(pdf)
    upload.name = "van-ban.pdf"
    return client.post(reverse("signature-check"), {"file": upload}).content.decode()


@needs_pdfsig
def test_the_signer_signs_the_agency_seals_and_both_verify_elsewhere_until_a_byte_is_changed(
    city: City, meeting: Meeting, authority: Authority, client_as: Callable[[str], Client], tmp_path: Path
) -> None:
    head, clerk, reader = client_as("office_head"), client_as("organiser_clerk"), client_as("department_head")
    seal = {"pkcs12": authority.keys(OFFICE, is_rsa=True).file().read(), "passphrase": PASSPHRASE}
    credentials.add_file(city.admin, Holder(unit=city.office), picture=picture("#c01020").read(), **seal)
    assert with_key(head, authority.keys(HEAD)).status_code == 302
    page = page_of(meeting)
    ready_pdf(meeting)
    assert 'name="act"' not in clerk.get(page).content.decode(), "first who signed it"
    assert head.post(page, {"act": "sign", "passphrase": "sai-mat-khau"}).status_code == 422
    assert head.post(page, {"act": "sign", "passphrase": PASSPHRASE}).status_code == 302
    assert head.post(page, {"act": "sign", "passphrase": PASSPHRASE}).status_code == 302, "a second click"
    once = pdf_of(reader, meeting)
    assert read_by_another(once, tmp_path) == ["Signature is Valid."]
    assert Notification.objects.filter(kind="signature.to_seal").get().recipient == city.person("organiser_clerk")
    assert reader.post(page, {"act": "seal", "passphrase": PASSPHRASE}).status_code == 422
    assert clerk.post(page, {"act": "seal", "passphrase": PASSPHRASE}).status_code == 302

    twice = pdf_of(reader, meeting)
    assert twice.startswith(once), "appended, not written anew"
    assert read_by_another(twice, tmp_path) == ["Signature is Valid."] * 2
    told = reader.get(page).content.decode()
    assert checks(told) == [
        ("Tính toàn vẹn", "Nguyên vẹn"),
        ("Phạm vi ký", "Toàn bộ tệp khi ký"),
        ("Nơi cấp chứng thư số", "Tin cậy"),
        ("Hiệu lực khi ký", "Còn hiệu lực"),
        ("Thu hồi chứng thư số", "Chưa kiểm tra"),
        ("Dấu thời gian", "Không có"),
        ("Tính toàn vẹn", "Nguyên vẹn"),
        ("Phạm vi ký", "Toàn bộ tệp"),
        ("Nơi cấp chứng thư số", "Tin cậy"),
        ("Hiệu lực khi ký", "Còn hiệu lực"),
        ("Thu hồi chứng thư số", "Chưa kiểm tra"),
        ("Dấu thời gian", "Không có"),
    ]
    assert "hợp lệ" not in told, "nothing is valid in general"
    code = conclusions.notice_of(meeting).number
    assert f"bản đang lưu của Thông báo {code}" in checked(reader, twice)

    at = once.rindex(b"/M (D") + 12  # a digit of the time
    changed = once[:at] + bytes([once[at] ^ 1]) + once[at + 1 :]
    assert read_by_another(changed, tmp_path) == ["Digest Mismatch."]
    told = checked(reader, changed)
    assert ("Tính toàn vẹn", "Đã bị thay đổi") in checks(told)
    assert "Có trên hệ thống này" not in told
    assert ("Phạm vi ký", "Có phần thêm sau khi ký") in checks(checked(reader, written_on(once)))


@needs_pdfsig
def test_minutes_are_signed_by_who_wrote_them_then_by_the_chair_and_stay_as_they_were_signed(
    city: City, meeting: Meeting, authority: Authority, client_as: Callable[[str], Client], tmp_path: Path
) -> None:
    secretary, chair = client_as("secretary"), client_as("chair")
    page, pdf = (reverse(name, args=[meeting.pk]) for name in ("meeting-minutes-signatures", "meeting-minutes-pdf"))
    assert secretary.get(page).status_code == 404, "without a number"
    secretary.post(reverse("meeting-minutes-number", args=[meeting.pk]), {"confirmed": 1})
    assert page in secretary.get(reverse("meeting-detail", args=[meeting.pk])).content.decode()
    assert client_as("department_head").get(page).status_code == 404
    for client, role in ((secretary, "secretary"), (chair, "chair")):
        assert with_key(client, authority.keys(str(city.person(role)))).status_code == 302
    meeting.refresh_from_db()
    signable = minuting.signable(meeting, url=page)
    assert signable is not None
    blank = keep(ContentFile(papers.pdf()), media_type="application/pdf", extension="pdf")
    OfficialPdf.objects.filter(pk=official_pdfs.of(signable.document).pk).update(state="ready", pdf=blank)
    assert 'name="act"' not in chair.get(page).content.decode(), "first who wrote them"
    assert chair.post(page, {"act": "sign", "passphrase": PASSPHRASE}).status_code == 422
    for client, act in ((secretary, "write"), (chair, "sign")):
        for _click in range(2):
            assert client.post(page, {"act": act, "passphrase": PASSPHRASE}).status_code == 302

    signed = b"".join(secretary.get(pdf))
    assert read_by_another(signed, tmp_path) == ["Signature is Valid."] * 2
    assert checks(secretary.get(page).content.decode()).count(("Tính toàn vẹn", "Nguyên vẹn")) == 2
    Meeting.objects.filter(pk=meeting.pk).update(place="Nơi khác")
    assert b"".join(chair.get(pdf)) == signed, "as it was signed"


def test_without_a_certificate_everything_goes_on_as_before(
    meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    head = client_as("office_head")
    notice = head.get(reverse("meeting-notice", args=[meeting.pk])).content.decode()
    assert "Xác nhận điện tử lúc" in notice
    page = head.get(page_of(meeting)).content.decode()
    assert "Văn bản chưa có chữ ký số." in page
    assert reverse("signing-certificate") in page
    assert 'name="act"' not in page
    ready_pdf(meeting)
    refused = head.post(page_of(meeting), {"act": "sign", "passphrase": PASSPHRASE})
    assert refused.status_code == 422
    assert "Chưa có chứng thư số còn hạn" in refused.content.decode()


@pytest.fixture
def service(settings: Any, authority: Authority) -> Iterator[SigningService]:
    with serving(SigningService({"phong.nv": authority.keys(HEAD, is_rsa=True)}), TOKEN) as service:
        settings.SIGNING_SERVICE_URL, settings.SIGNING_SERVICE_TOKEN = service.url, TOKEN
        yield service


def test_a_remote_signature_is_waited_for_and_refused_forged_or_given(
    city: City,
    meeting: Meeting,
    authority: Authority,
    service: SigningService,
    client_as: Callable[[str], Client],
    django_capture_on_commit_callbacks: Any,
    tmp_path: Path,
) -> None:
    client_as("admin").post(
        reverse("admin:documents_signingcredential_add"),
        {"person": city.person("office_head").pk, "kind": "remote", "account": "phong.nv"},
    )
    head, page = client_as("office_head"), page_of(meeting)
    ready_pdf(meeting)
    moment = dt.datetime.now(dt.UTC)

    def ask() -> str:
        """Ask for a signature; the number of the order at the service."""
        assert head.post(page, {"act": "sign"}).status_code == 302
        assert "Chờ ký số" in head.get(page).content.decode()
        hear()
        hear()
        return str(len(service.orders))

    def hear() -> None:
        nonlocal moment
        moment += dt.timedelta(minutes=1)
        with time_machine.travel(moment, tick=False):
            for step in SignatureStep.objects.filter(state="pending"):
                tasks.ask_signing_service(step.pk)

    order = ask()
    assert service.asked == 1, "ordered once, then asked after"
    assert service.orders[order]["title"].startswith("Thông báo 01/TB-")
    assert head.get(page, headers={"HX-Request": "true"}).status_code == 204
    service.refuse(order, "Người ký bấm từ chối")
    hear()
    assert "Người ký bấm từ chối" in head.get(page).content.decode()
    assert head.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"

    service.confirm(ask(), with_keys=authority.keys(HEAD, is_rsa=True))
    hear()
    assert SignatureStep.objects.get(remote_id="2").state == "failed"
    assert not pdf_is_signed(meeting)

    cancelled = ask()
    assert head.post(page, {"act": "cancel"}).status_code == 302
    service.confirm(cancelled)
    hear()
    assert not pdf_is_signed(meeting), "what nobody waits for is not used"

    order = ask()
    service.confirm(order)
    step = SignatureStep.objects.get(state="pending")
    assert Client(enforce_csrf_checks=True).post(reverse("signing-answer", args=[step.key])).status_code == 204
    hear()
    assert pdf_is_signed(meeting)
    told = client_as("chair").get(page).content.decode()
    assert checks(told)[:3] == [
        ("Tính toàn vẹn", "Nguyên vẹn"),
        ("Phạm vi ký", "Toàn bộ tệp"),
        ("Nơi cấp chứng thư số", "Tin cậy"),
    ]
    kinds = Notification.objects.filter(recipient=city.person("office_head"), kind__startswith="signature.")
    assert list(kinds.order_by("pk").values_list("kind", flat=True)) == [
        "signature.refused",
        "signature.failed",
        "signature.signed",
    ]


def pdf_is_signed(meeting: Meeting) -> bool:
    return SignedDocument.objects.filter(steps__state="signed").exists()


def test_a_service_that_is_away_is_asked_again_later(
    city: City, meeting: Meeting, service: SigningService, client_as: Callable[[str], Client], settings: Any
) -> None:
    credentials.add_remote(city.admin, Holder(person=city.person("office_head")), account="phong.nv", picture=b"")
    ready_pdf(meeting)
    settings.SIGNING_SERVICE_URL = "http://127.0.0.1:9"
    client_as("office_head").post(page_of(meeting), {"act": "sign"})
    step = SignatureStep.objects.get()
    tasks.ask_signing_service(step.pk)
    step.refresh_from_db()
    assert (step.state, step.remote_id) == ("pending", "")
    settings.SIGNING_SERVICE_URL = service.url
    SignatureStep.objects.update(looked_at=None)
    tasks.ask_signing_service(step.pk)
    assert list(service.orders) == ["1"]


def test_a_key_is_kept_closed_is_its_holders_and_is_guarded(
    city: City, authority: Authority, client_as: Callable[[str], Client]
) -> None:
    head = client_as("office_head")
    weak = authority.keys(HEAD).file("1234")
    for answer, sentence in (
        (with_key(head, authority.keys("Trần Văn Chủ")), "không phải cho bạn"),
        (with_key(head, authority.keys(HEAD, until=authority.now)), "đã hết hạn"),
        (with_key(head, authority.keys(HEAD), file=weak, passphrase="1234"), "ít nhất 8 ký tự"),
        (with_key(head, authority.keys(HEAD), picture=picture("#c01020")), "màu xanh"),
        (with_key(head, authority.keys(HEAD), file=io.BytesIO(b"khong phai")), "không phải PKCS#12"),
    ):
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert with_key(head, authority.keys(HEAD)).status_code == 302
    first = SigningCredential.objects.get()
    assert b"PRIVATE KEY" not in bytes(first.key)
    assert PASSPHRASE.encode() not in bytes(first.key)
    assert with_key(head, authority.keys(f"{HEAD} (số 2)")).status_code == 302
    first.refresh_from_db()
    assert first.ended_at is not None
    assert not first.key, "the key of what is out of use is gone"
    assert head.post(reverse("signing-certificate-end")).status_code == 302
    assert not SigningCredential.objects.filter(ended_at=None).exists()


def test_wrong_passphrases_are_counted_and_then_nobody_may_try_for_a_while(
    meeting: Meeting, authority: Authority, client_as: Callable[[str], Client]
) -> None:
    head = client_as("office_head")
    with_key(head, authority.keys(HEAD))
    ready_pdf(meeting)
    for _attempt in range(credentials.MOST_ATTEMPTS):
        head.post(page_of(meeting), {"act": "sign", "passphrase": "sai-mat-khau"})
    refused = head.post(page_of(meeting), {"act": "sign", "passphrase": PASSPHRASE}).content.decode()
    assert "Đã nhập sai mật khẩu chứng thư số 5 lần." in refused
    SigningCredential.objects.update(wrong_at=authority.now - credentials.LOCKED_FOR)
    assert head.post(page_of(meeting), {"act": "sign", "passphrase": PASSPHRASE}).status_code == 302


def test_a_list_of_revoked_certificates_is_looked_into(
    meeting: Meeting, authority: Authority, client_as: Callable[[str], Client], settings: Any
) -> None:
    head, keys = client_as("office_head"), authority.keys(HEAD)
    with_key(head, keys)
    ready_pdf(meeting)
    head.post(page_of(meeting), {"act": "sign", "passphrase": PASSPHRASE})
    listed = settings.SIGNATURE_TRUST / "ca.crl"
    listed.write_bytes(authority.revoking())
    assert ("Thu hồi chứng thư số", "Chưa bị thu hồi") in checks(head.get(page_of(meeting)).content.decode())
    listed.write_bytes(authority.revoking(keys.certificate))
    assert ("Thu hồi chứng thư số", "Đã bị thu hồi") in checks(head.get(page_of(meeting)).content.decode())
    (settings.SIGNATURE_TRUST / "ca.pem").unlink()
    assert ("Nơi cấp chứng thư số", "Chưa kiểm tra") in checks(head.get(page_of(meeting)).content.decode())


def test_what_is_no_signed_pdf_is_told_apart(client_as: Callable[[str], Client]) -> None:
    reader = client_as("outsider")
    assert "Tệp này không có chữ ký số." in checked(reader, papers.pdf())
    assert "field-help" in checked(reader, papers.word())
    assert "mật khẩu" in checked(reader, papers.locked_pdf())


@pytest.mark.slow
def test_signature_and_seal_stand_between_position_and_name_the_seal_over_a_third_of_the_signature(
    city: City, meeting: Meeting, authority: Authority, client_as: Callable[[str], Client]
) -> None:
    head = client_as("office_head")
    with_key(head, authority.keys(HEAD))
    tasks.make_official_pdf(official_pdfs.of(letters.notice(meeting, conclusions.notice_of(meeting))).pk)
    assert head.post(page_of(meeting), {"act": "sign", "passphrase": PASSPHRASE}).status_code == 302
    signed = pdf_of(head, meeting)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        boxes = {str(field.T): [float(edge) for edge in field.Rect] for field in pdf.Root.AcroForm.Fields}
    page = pypdfium2.PdfDocument(signed)[0]
    words = page.get_textpage()
    text = words.get_text_range()
    name, position = (words.get_charbox(text.rindex(said)) for said in (HEAD, "CHÁNH VĂN PHÒNG"))
    left, bottom, right, top = boxes["ChuKySo"]
    assert name[3] < bottom < top < position[3]
    assert left < name[0] < right
    assert boxes["DauCoQuan"][0] < left < boxes["DauCoQuan"][2] < (left + right) / 2
