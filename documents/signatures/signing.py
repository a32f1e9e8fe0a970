"""Signing and sealing an issued document digitally: at once with a key at hand, or in two halves with a signing service.

First who signed the document signs its numbered PDF (minutes: who wrote them before that), then the agency seals it; after that nothing may change
(Decree 30/2020/NĐ-CP, article 12 and Annex I). The PDF that was signed is kept (ADR 0122).
"""

import datetime as dt
from dataclasses import dataclass

import structlog
from cryptography import x509
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.decree30.parts import OfficialDocument
from documents.models import NumberAllocation, SignatureStep, SignedDocument, SigningCredential
from documents.permissions import kept_registers
from documents.signatures import appearance, certificates, credentials, pades, places, remote
from documents.signatures.credentials import Holder
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed
from eoffice.files.keeping import keep
from eoffice.files.kinds import PDF
from eoffice.files.models import StoredFile
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.queueing import start_on_commit

FIELDS = {
    SignatureStep.Kind.WRITE: "ChuKyNguoiGhi",
    SignatureStep.Kind.SIGN: "ChuKySo",
    SignatureStep.Kind.SEAL: "DauCoQuan",
}
"""Names of the signature fields in the PDF, in the order of signing."""
ASKED_EVERY = dt.timedelta(seconds=2)
"""The signing service is asked about one order at most so often."""
_Kind, _State = SignatureStep.Kind, SignatureStep.State
_logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Signable:
    """An issued document: its line of the register, its parts, who signed it, and the page of its signatures."""

    number: NumberAllocation
    document: OfficialDocument
    signatory: Appointment | None
    url: str
    writer: Appointment | None = None
    """Of minutes: who wrote them, and signs them first."""

    @property
    def kinds(self) -> "list[SignatureStep.Kind]":
        """What signatures it gets, in their order."""
        return [kind for kind in FIELDS if kind != _Kind.WRITE or self.writer is not None]

    @property
    def issuer(self) -> Unit:
        """Whose seal it gets."""
        return self.number.register.unit


def signed(number: NumberAllocation) -> SignedDocument | None:
    """What is kept of a document that has at least one digital signature."""
    rows = SignedDocument.objects.filter(number=number, steps__state=_State.SIGNED).distinct()
    return rows.select_related("pdf").first()


def steps_of(number: NumberAllocation) -> "QuerySet[SignatureStep]":
    """Every attempt to sign the document, the first one first."""
    return SignatureStep.objects.filter(document__number=number).select_related(
        "credential", "by__person", "by__position"
    )


def next_kind(signable: Signable) -> str:
    """What is to be done next: "write" of minutes, "sign", then "seal"; "" when all are done."""
    done = set(steps_of(signable.number).filter(state=_State.SIGNED).values_list("kind", flat=True))
    return next((kind for kind in signable.kinds if kind not in done), "")


@dataclass(frozen=True)
class Progress:
    """How far the signatures of a document are: ``state`` is "", "pending" or "signed"; ``signed_at``: by the signer."""

    state: str
    words: str
    signed_at: dt.datetime | None
    to_sign: bool
    """The reader is to sign or seal it now, and has what it takes."""


def progress(user: User, signable: Signable) -> Progress:
    """Of ``signable``, as ``user`` sees it."""
    steps = {step.kind: step for step in steps_of(signable.number).filter(state__in=(_State.PENDING, _State.SIGNED))}
    done = [kind for kind, step in steps.items() if step.state == _State.SIGNED]
    following = next((kind for kind in signable.kinds if kind not in done), "")
    holder = holder_of(signable, following) if following and may_sign(user, signable, following) else None
    signed = steps.get(_Kind.SIGN) if _Kind.SIGN in done else None
    at = signed.asked_at if signed else None
    if len(done) < len(steps):
        return Progress("pending", str(_State.PENDING.label), at, to_sign=False)
    to_sign = holder is not None and credentials.in_use(holder) is not None
    words = _("Đã có chữ ký số của cơ quan") if _Kind.SEAL in done else _("Đã ký số") if done else ""
    return Progress("signed" if done else "", words, at, to_sign)


def holder_of(signable: Signable, kind: str) -> Holder | None:
    """Whose signature of this kind the document gets."""
    if kind == _Kind.SEAL:
        return Holder(unit=agency_of(signable.issuer))
    signer = _signer(signable, kind)
    return Holder(person=signer.person) if signer else None


def _signer(signable: Signable, kind: str) -> Appointment | None:
    return signable.writer if kind == _Kind.WRITE else signable.signatory if kind == _Kind.SIGN else None


def agency_of(unit: Unit) -> Unit:
    """The legal body that has the seal."""
    return unit.legal_body.unit if unit.legal_body is not None else unit


def may_sign(user: User, signable: Signable, kind: str) -> bool:
    """The person under whose name the document was issued, or who wrote the minutes, signs; who keeps the issuer's registers
    seals."""
    if (signer := _signer(signable, kind)) is not None:
        return signer.person_id == user.pk
    return kind == _Kind.SEAL and kept_registers(user).filter(pk=signable.issuer.pk).exists()


def begin(by: Appointment, signable: Signable, kind: str, *, pdf: StoredFile, passphrase: str = "") -> SignatureStep:
    """Sign ``pdf`` (of an unsigned document; later signatures go onto what was signed) as ``kind``.

    With a key file it is signed when this returns; with the signing service it is pending. Again: harmless. Raises
    NotAllowed; Conflict: "no-credential", "not-signed-yet", "signature-pending"; and what ``credentials.unlocked`` raises.
    """
    credential = _credential(by, signable, kind)
    key = credentials.unlocked(credential, passphrase) if credential.kind == SigningCredential.Kind.FILE else None
    with transaction.atomic():
        number = NumberAllocation.objects.select_for_update(of=("self",)).get(pk=signable.number.pk)
        earlier = steps_of(number).filter(kind=kind, state__in=(_State.PENDING, _State.SIGNED)).first()
        if earlier is not None:
            return earlier
        _check_turn(signable, kind)
        step = _prepared(by, signable, kind, credential, pdf)
        if key is None:
            from documents.tasks import ask_signing_service

            start_on_commit(ask_signing_service, step.pk)
        else:
            _complete(step, certificates.sign(key, bytes(step.attributes)))
        log.record(f"signature.{step.state}", by=by, target=number, kind=kind, certificate=credential.serial)
        return step


def _credential(by: Appointment, signable: Signable, kind: str) -> SigningCredential:
    if not may_sign(by.person, signable, kind):
        raise NotAllowed("may-not-sign", _("Bạn không ký số được văn bản này."))
    holder = holder_of(signable, kind)
    found = credentials.in_use(holder) if holder else None
    if found is None:
        raise Conflict(
            "no-credential",
            _("Chưa có chứng thư số còn hạn để ký."),
            hint=_("Thêm chứng thư số ở trang tài khoản, hoặc nhờ quản trị viên cấu hình."),
        )
    return found


def _check_turn(signable: Signable, kind: str) -> None:
    if steps_of(signable.number).filter(state=_State.PENDING).exists():
        raise Conflict("signature-pending", _("Văn bản đang chờ một chữ ký số khác."), hint=_("Chờ xong rồi ký tiếp."))
    if kind != next_kind(signable):
        raise Conflict("not-signed-yet", _("Người có thẩm quyền chưa ký số nên cơ quan chưa ký số được."))


def _prepared(
    by: Appointment, signable: Signable, kind: str, credential: SigningCredential, pdf: StoredFile
) -> SignatureStep:
    document, now = _document(signable, pdf), timezone.now()
    draw = appearance.of_agency if kind == _Kind.SEAL else appearance.of_person
    holder = Holder(credential.person, credential.unit)
    prepared = pades.prepare(
        _read(document.pdf),
        field=FIELDS[_Kind(kind)],
        certificates=credential.certificates,
        picture=draw(bytes(credential.picture) or None, holder.name, now),
        signer=holder.name,
        place=settings.PLACE_NAME,
        is_first=kind == signable.kinds[0],
        closes=kind == _Kind.SEAL,
    )
    return SignatureStep.objects.create(
        document=document,
        kind=kind,
        credential=credential,
        by=by,
        asked_at=now,
        prepared=_keep(prepared.pdf),
        attributes=prepared.attributes,
        digest=prepared.digest,
        start=prepared.start,
        end=prepared.end,
    )


def _document(signable: Signable, pdf: StoredFile) -> SignedDocument:
    found = SignedDocument.objects.select_related("pdf").filter(number=signable.number).first()
    if found is not None and found.steps.filter(state=_State.SIGNED).exists():
        return found
    content = _read(pdf)
    where = list(places.of_signer(content, signable.document.signature.name))
    if signable.writer is not None and signable.document.countersignature is not None:
        where.insert(0, places.of_signer(content, signable.document.countersignature.name, left=True).signature)
    names = [FIELDS[kind] for kind in signable.kinds]
    empty = _keep(pades.with_fields(content, dict(zip(names, where, strict=True))))
    made, _created = SignedDocument.objects.update_or_create(
        number=signable.number, defaults={"original": empty, "pdf": empty}
    )
    return made


def _complete(step: SignatureStep, signature: bytes) -> None:
    assert step.prepared is not None
    prepared = pades.Prepared(_read(step.prepared), bytes(step.attributes), bytes(step.digest), step.start, step.end)
    document = step.document
    document.pdf = _keep(pades.complete(prepared, certificates=step.credential.certificates, signature=signature))
    document.save()
    _settle(step, _State.SIGNED)
    if step.kind == _Kind.SIGN:
        _tell_clerks(step)


def _settle(step: SignatureStep, state: str, *, reason: str = "") -> None:
    step.state, step.reason, step.settled_at, step.prepared = state, reason, timezone.now(), None
    step.save()


def waiting() -> list[int]:
    """Steps about which the signing service is to be asked."""
    return list(SignatureStep.objects.filter(state=_State.PENDING).order_by("pk").values_list("pk", flat=True))


def look(pk: int) -> None:
    """Ask the signing service about a pending step, once in ``ASKED_EVERY`` however many call this.

    That nothing comes means waiting on: an answer may still arrive, however late (standards.md, section 3).
    """
    now = timezone.now()
    due = Q(looked_at__isnull=True) | Q(looked_at__lt=now - ASKED_EVERY)
    pending = SignatureStep.objects.filter(due, pk=pk, state=_State.PENDING)
    if not pending.update(looked_at=now):
        return
    step = SignatureStep.objects.select_related("credential", "document__number").get(pk=pk)
    try:
        if not step.remote_id:
            step.remote_id = _ordered(step)
            SignatureStep.objects.filter(pk=pk).update(remote_id=step.remote_id)
        told = remote.answer(step.remote_id)
    except remote.Unreachable as error:
        _logger.warning("signing-service.away", step=pk, why=str(error))
        return
    _answered(pk, told)


def _ordered(step: SignatureStep) -> str:
    number, credential = step.document.number, step.credential
    return remote.order(
        key=str(step.key),
        account=credential.account,
        algorithm=certificates.algorithm_of(_certificate(credential)),
        digest=pades.sha256(bytes(step.attributes)),
        title=f"{number.type_name} {number.code}: {number.subject}"[:200],
        callback=f"{settings.PUBLIC_URL}{reverse('signing-answer', args=[step.key])}",
    )


@transaction.atomic
def _answered(pk: int, told: remote.Answer) -> None:
    step = SignatureStep.objects.select_for_update(of=("self",)).get(pk=pk)
    if step.state != _State.PENDING or told.state == "pending":
        return
    if told.state == "signed" and certificates.is_signature(
        _certificate(step.credential), told.signature, bytes(step.attributes)
    ):
        _complete(step, told.signature)
    elif told.state == "refused":
        _settle(step, _State.REFUSED, reason=told.reason)
    else:
        _settle(step, _State.FAILED, reason=_("Chữ ký mà dịch vụ trả về không đúng với chứng thư số."))
    log.record(f"signature.{step.state}", by=step.by, target=step.document.number, kind=step.kind)
    notify.send(
        [step.by.person],
        kind=f"signature.{step.state}",
        title=lambda: f"{step.get_state_display()}: {step.document.number.code}",
        body=step.reason or step.document.number.subject,
        url=step.document.number.url,
    )


@transaction.atomic
def cancel(by: Appointment, step: SignatureStep) -> None:
    """Wait no longer for the signing service; what it still answers is not used. Again: harmless. Raises NotAllowed."""
    step = SignatureStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if step.by.person_id != by.person_id:
        raise NotAllowed("may-not-sign", _("Chỉ người đã yêu cầu ký số hủy được yêu cầu."))
    if step.state == _State.PENDING:
        _settle(step, _State.CANCELLED)
        log.record("signature.cancelled", by=by, target=step.document.number, kind=step.kind)


def _tell_clerks(step: SignatureStep) -> None:
    """That the seal is next, where the agency has one here."""
    number = step.document.number
    agency = agency_of(number.register.unit)
    if credentials.in_use(Holder(unit=agency)) is None:
        return
    clerks = Appointment.objects.current().filter(
        unit__in={agency.pk, number.register.unit_id}, position__duty=Position.Duty.CLERK
    )
    notify.send(
        {clerk.person_id: clerk.person for clerk in clerks.select_related("person")}.values(),
        kind="signature.to_seal",
        title=lambda: _("Chờ ký số của cơ quan: %(code)s") % {"code": number.code},
        body=number.subject,
        url=number.url,
    )


def _certificate(credential: SigningCredential) -> x509.Certificate:
    return x509.load_pem_x509_certificates(credential.certificates.encode())[0]


def _read(stored: StoredFile) -> bytes:
    with stored.content.open("rb") as content:
        return bytes(content.read())


def _keep(pdf: bytes) -> StoredFile:
    return keep(ContentFile(pdf), media_type=PDF.media_type, extension=PDF.extension)
