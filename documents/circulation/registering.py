"""Entering what came in into the agency's register: number, correction, cancelling (Decree 30/2020/NĐ-CP, article 22)."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents import registers
from documents.circulation import changing
from documents.decree30.types import TYPES
from documents.intake import accepted
from documents.models import Delivery, IncomingDocument, IncomingFile, Routing
from eoffice.accounts.names import folded, normalised
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.files.intake import shown_name
from eoffice.files.models import StoredFile
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow.models import Task

FILES_LIMIT = 20
PAGES_LIMIT = 30000
FIRST_YEAR = 1945
"""Of an earlier document somebody has mistyped the day."""
_LIMITS = {"sender": 200, "code": 60, "subject": 500, "note": 300}
_PARTS = re.compile(r"\d+|[a-z]+")
_WORD_NUMBER = re.compile(r"^so\W*(?=\d)")
Uploads = Sequence["UploadedFile[bytes]"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What stands on the document."""

    sender: str
    issued_on: dt.date
    subject: str
    code: str = ""
    series: str = ""
    sender_unit: Unit | None = None
    urgency: str = Task.Urgency.NORMAL
    pages: int | None = None
    note: str = ""


def key_of(code: str) -> str:
    """``code`` without what people spell differently: "Số 05/TB-VP", "5/tb – vp" and "05/TBVP" are one."""
    key = ""
    for part in _PARTS.findall(_WORD_NUMBER.sub("", folded(code))):
        number = part.lstrip("0") or "0" if part.isdigit() else part
        key += f".{number}" if part.isdigit() and key[-1:].isdigit() else number
    return key[:60]


def twins_of(
    unit: Unit, *, sender: str, code: str, issued_on: dt.date, beside: IncomingDocument | None = None
) -> list[IncomingDocument]:
    """Entries of ``unit`` with that sender, number and day, however they were spelt. One query."""
    key = key_of(code)
    if not key:
        return []
    found = IncomingDocument.objects.filter(unit=unit, code_key=key, issued_on=issued_on)
    found = found.exclude(state=IncomingDocument.State.CANCELLED).select_related("allocation")
    return [
        one
        for one in found.order_by("pk")
        if folded(one.sender) == folded(sender) and (beside is None or one.pk != beside.pk)
    ]


def register(
    by: Appointment,
    unit: Unit,
    facts: Facts,
    *,
    arrived_on: dt.date,
    uploads: Uploads = (),
    knowing: bool = False,
    key: uuid.UUID | None = None,
) -> IncomingDocument:
    """Give ``facts`` the next arrival number of ``unit``. Sent twice with one ``key``: one entry.

    Nothing is registered when a file is refused (``eoffice.files.refusals``, "state-secret"). Raises NotAllowed,
    UserError("bad-incoming", "bad-arrival"), Conflict("incoming-twin") unless the clerk knows (``knowing``) of the other
    entry.
    """
    changing.require_keeper(by, unit)
    facts = _checked(facts, arrived_on)
    if key and (known := _of_key(by, key)) is not None:
        return known
    files = _taken(by, unit, uploads)
    try:
        return enter(by, unit, facts, arrived_on=arrived_on, files=files, knowing=knowing, key=key)
    except IntegrityError:
        if key and (known := _of_key(by, key)) is not None:  # the other click was quicker
            return known
        raise


@transaction.atomic
def enter(
    by: Appointment,
    unit: Unit,
    facts: Facts,
    *,
    arrived_on: dt.date,
    files: Iterable[tuple[StoredFile, str]] = (),
    knowing: bool = False,
    key: uuid.UUID | None = None,
) -> IncomingDocument:
    """The entry itself, under the lock of the register: two clerks with the same document see each other."""
    given = registers.arrive(by, unit, on=arrived_on)
    if not knowing:
        _refuse_twins(twins_of(unit, sender=facts.sender, code=facts.code, issued_on=facts.issued_on))
    document = IncomingDocument(unit=unit, allocation=given, registered_by=by, key=key)
    _write(document, facts)
    _keep(document, files)
    log.record("incoming.registered", by=by, target=document, number=given.n, unit=unit.name)
    return document


@transaction.atomic
def correct(
    by: Appointment, document: IncomingDocument, facts: Facts, *, version: int, knowing: bool = False
) -> IncomingDocument:
    """Correct what the entry says; number and day of arrival stay. Raises as ``register``, Conflict("incoming-changed")."""
    document = changing.locked(document.pk)
    changing.require_keeper(by, document.unit)
    _refuse_cancelled(document)
    if document.version != version:
        raise Conflict(
            "incoming-changed",
            _("Văn bản này vừa được người khác sửa. Nội dung của bạn chưa được lưu."),
            hint=_("Xem nội dung mới, chỉnh lại nếu cần rồi lưu lần nữa."),
        )
    facts = _checked(facts, document.allocation.given_on)
    if not knowing:
        named = {"sender": facts.sender, "code": facts.code, "issued_on": facts.issued_on}
        _refuse_twins(twins_of(document.unit, beside=document, **named))  # type: ignore[arg-type]
    before = {name: str(getattr(document, name)) for name in ("sender", "code", "issued_on", "subject")}
    document.version += 1
    _write(document, facts)
    log.record("incoming.corrected", by=by, target=document, earlier=before)
    return document


def attach(by: Appointment, document: IncomingDocument, uploads: Uploads) -> None:
    """Add files to the entry; one that is there already is not added again. Raises as ``register``."""
    changing.require_keeper(by, document.unit)
    if not uploads:
        raise UserError("file-missing", _("Chưa chọn tệp."), fields={"upload": _("Chưa chọn tệp.")})
    files = _taken(by, document.unit, uploads)
    with transaction.atomic():
        document = changing.locked(document.pk)
        _refuse_cancelled(document)
        _keep(document, files)
        log.record("incoming.files_added", by=by, target=document, files=[name for _stored, name in files])


@transaction.atomic
def cancel(by: Appointment, document: IncomingDocument, *, reason: str) -> IncomingDocument:
    """Cancel the arrival number for good; the entry stays in the book, struck through. Again: harmless.

    Raises NotAllowed, UserError("reason-missing"), Conflict("incoming-circulates") while somebody has it in hand.
    """
    document = changing.locked(document.pk)
    changing.require_keeper(by, document.unit)
    if document.state == IncomingDocument.State.CANCELLED:
        return document
    if document.lines.filter(state__in=Routing.LIVE).exists():
        raise Conflict(
            "incoming-circulates",
            _("Văn bản đang được xử lý nên chưa hủy số đến được."),
            hint=_("Thu hồi các luồng xử lý trước, rồi hủy số."),
        )
    registers.cancel(by, document.allocation, reason=reason)
    document.state = IncomingDocument.State.CANCELLED
    document.save()
    Delivery.objects.filter(document=document).update(document=None)
    log.record("incoming.cancelled", by=by, target=document, reason=reason)
    return document


def _of_key(by: Appointment, key: uuid.UUID) -> IncomingDocument | None:
    return IncomingDocument.objects.filter(key=key, registered_by__person=by.person).first()


def _taken(by: Appointment, unit: Unit, uploads: Uploads) -> list[tuple[StoredFile, str]]:
    if len(uploads) > FILES_LIMIT:
        sentence = _("Mỗi lần gửi kèm tối đa %(limit)d tệp.") % {"limit": FILES_LIMIT}
        raise UserError("too-many-files", sentence, fields={"upload": sentence})
    return [(accepted(upload, by, unit), shown_name(upload.name)) for upload in uploads]


def _keep(document: IncomingDocument, files: Iterable[tuple[StoredFile, str]]) -> None:
    for stored, name in files:
        IncomingFile.objects.get_or_create(document=document, file=stored, defaults={"name": name})


def _write(document: IncomingDocument, facts: Facts) -> None:
    for name in facts.__dataclass_fields__:
        setattr(document, name, getattr(facts, name))
    document.code_key = key_of(facts.code)
    document.save()


def _checked(facts: Facts, arrived_on: dt.date) -> Facts:
    """``facts`` with clean texts; raises UserError("bad-incoming") whose ``fields`` say what is wrong where."""
    sender = facts.sender_unit.name if facts.sender_unit is not None else normalised(facts.sender)
    facts = replace(
        facts,
        sender=sender,
        code=normalised(facts.code),
        subject=normalised(facts.subject),
        note=normalised(facts.note),
    )
    wrong = dict(_wrong(facts, arrived_on))
    if wrong:
        raise UserError("bad-incoming", next(iter(wrong.values())), fields=wrong)
    return facts


def _wrong(facts: Facts, arrived_on: dt.date) -> Iterable[tuple[str, str]]:
    for name in ("sender", "subject"):
        if not getattr(facts, name):
            yield name, _("Mục này bắt buộc.")
    for name, limit in _LIMITS.items():
        if len(getattr(facts, name)) > limit:
            yield name, _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": limit}
    if facts.issued_on > arrived_on:
        yield "issued_on", _("Ngày văn bản không được sau ngày đến.")
    elif facts.issued_on.year < FIRST_YEAR:
        yield "issued_on", _("Ngày văn bản không đúng.")
    yield from _wrong_choices(facts)


def _wrong_choices(facts: Facts) -> Iterable[tuple[str, str]]:
    if facts.series not in TYPES:
        yield "series", _("Chọn loại văn bản.")
    if facts.urgency not in Task.Urgency.values:
        yield "urgency", _("Chọn mức độ khẩn.")
    if facts.pages is not None and not 0 < facts.pages <= PAGES_LIMIT:
        yield "pages", _("Số trang không đúng.")


def _refuse_cancelled(document: IncomingDocument) -> None:
    if document.state == IncomingDocument.State.CANCELLED:
        raise Conflict("incoming-cancelled", _("Số đến của văn bản này đã hủy."), hint=_("Vào sổ lại với số khác."))


def _refuse_twins(twins: Sequence[IncomingDocument]) -> None:
    if twins:
        numbers = ", ".join(one.allocation.code for one in twins)
        sentence = _("Văn bản cùng cơ quan ban hành, số, ký hiệu và ngày đã vào sổ với số đến %(numbers)s.") % {
            "numbers": numbers
        }
        raise Conflict(
            "incoming-twin",
            sentence,
            hint=_("Nếu đây là văn bản khác, đánh dấu xác nhận rồi lưu lần nữa."),
            fields={"knowing": sentence},
        )
