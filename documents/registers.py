"""Numbers from registers: given, reserved, entered, cancelled (Decree 30/2020/NĐ-CP, articles 15 and 18).

Every act on a number happens under the lock of its register's row, so that however many clerks act at once, no number
is given twice (ADR 0112).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.decree30.parts import OfficialDocument
from documents.decree30.types import TYPES
from documents.models import NumberAllocation, Register
from documents.permissions import kept_registers
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.signing import symbol_of

RESERVED_FOR = dt.timedelta(days=3)
"""A reservation that was not used lapses after this."""
ONLINE = "Qua hệ thống"
"""How what was made here is sent."""
_State = NumberAllocation.State
_ONE_LINE = ("symbol", "type_name", "subject", "signer", "kept_by", "sent_by", "note")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the register says of a document (columns of Decree 30/2020/NĐ-CP, Annex IV)."""

    symbol: str
    type_name: str
    subject: str
    signer: str
    recipients: str
    kept_by: str = "VT"
    copies: int | None = None
    sent_by: str = ""
    note: str = ""
    url: str = ""


def entry_of(document: OfficialDocument, *, url: str) -> Entry:
    """The line of a document that was made here and is read at ``url``."""
    return Entry(
        symbol=document.symbol,
        type_name=document.type_name,
        subject=document.subject[:500],
        signer=document.signature.name,
        recipients="; ".join(document.addressees or document.recipients)[:4000],
        kept_by=document.kept_by,
        sent_by=ONLINE,
        url=url,
    )


def number_of(unit: Unit, year: int, series: str, n: int) -> NumberAllocation | None:
    """The line of a number that ``unit`` gave."""
    given = NumberAllocation.objects.select_related("register__unit__legal_body__unit")
    return given.filter(register__unit=unit, register__year=year, register__series=series, n=n).first()


@transaction.atomic
def assign(by: Appointment, unit: Unit, series: str, entry: Entry) -> NumberAllocation:
    """Give the next number of today to a document that is issued now. The caller has checked that it may be issued."""
    given = _take(by, unit, series)
    return _write(by, given, _State.ASSIGNED, **asdict(entry))


@transaction.atomic
def arrive(by: Appointment, unit: Unit, *, on: dt.date) -> NumberAllocation:
    """Give the next arrival number of ``unit``, of all types together, to what arrived ``on`` that day.

    Numbers follow the order of registering; one that was cancelled is not given again, its entry stays in the book. Raises
    NotAllowed, UserError("bad-arrival") unless the day is of this year and not to come: a year has a register of its own.
    """
    _require(by, unit)
    today = timezone.localdate()
    if on > today or on.year != today.year:
        sentence = _("Ngày đến phải trong năm %(year)d và không sau hôm nay.") % {"year": today.year}
        raise UserError("bad-arrival", sentence, fields={"arrived_on": sentence})
    direction = Register.Direction.INCOMING
    made, _created = Register.objects.get_or_create(unit=unit, year=today.year, series="", direction=direction)
    register = Register.objects.select_for_update(of=("self",)).get(pk=made.pk)
    last = register.numbers.aggregate(last=Max("n"))["last"] or 0
    return _write(by, NumberAllocation(register=register, n=last + 1, given_on=on), _State.ASSIGNED)


@transaction.atomic
def reserve(by: Appointment, unit: Unit, series: str, *, reason: str) -> NumberAllocation:
    """Keep the next number for a document on paper; it lapses after ``RESERVED_FOR``.

    Raises NotAllowed, UserError("reason-missing", "bad-series").
    """
    _require(by, unit)
    if series not in TYPES:
        raise UserError("bad-series", _("Chọn loại văn bản."), fields={"series": _("Chọn loại văn bản.")})
    reason = _reason(reason, _("Ghi văn bản cần lấy số."))
    given = _take(by, unit, series)
    symbol = f"{series}-{symbol_of(unit)}" if series else symbol_of(unit)
    return _write(
        by,
        given,
        _State.RESERVED,
        **asdict(Entry(symbol=symbol, type_name=TYPES[series], subject=reason, signer="", recipients="")),
        reason=reason,
        expires_at=timezone.now() + RESERVED_FOR,
    )


@transaction.atomic
def enter(by: Appointment, number: NumberAllocation, entry: Entry) -> NumberAllocation:
    """Write the document on paper that bears a reserved number into the register, or correct its line.

    Raises NotAllowed, Conflict("number-void", "number-of-document"), UserError("bad-entry") with ``fields``.
    """
    number = _current(by, number)
    if number.state == _State.VOID or number.has_expired(timezone.now()):
        raise Conflict("number-void", _("Số %(code)s đã hủy.") % {"code": number.code}, hint=_("Lấy số khác."))
    _refuse_ours(number)
    return _write(by, number, _State.ASSIGNED, **asdict(_checked(entry)))


@transaction.atomic
def cancel(by: Appointment, number: NumberAllocation, *, reason: str) -> NumberAllocation:
    """Cancel a number for good, with a reason; one that was given today may be given again today. Again: harmless.

    Raises NotAllowed, Conflict("number-of-document"), UserError("reason-missing").
    """
    number = _current(by, number)
    if number.state == _State.VOID:
        return number
    _refuse_ours(number)
    return _write(by, number, _State.VOID, reason=_reason(reason, _("Ghi rõ vì sao hủy số.")))


@transaction.atomic
def mark_recalled(by: Appointment, number: NumberAllocation, *, reason: str) -> NumberAllocation:
    """Write beside the number of a document that was made here that it is recalled. The caller has checked that it may
    be."""
    return _write(by, _locked(number), _State.RECALLED, reason=reason[:300])


@transaction.atomic
def void_recalled(by: Appointment, number: NumberAllocation, *, reason: str) -> NumberAllocation:
    """Cancel the number of a document that was made here and recalled; as the document has been read, nothing else gets
    the number. The caller has checked that it may be."""
    return _write(by, _locked(number), _State.VOID, reason=reason[:300])


def _take(by: Appointment, unit: Unit, series: str) -> NumberAllocation:
    """The next number, not stored yet: the smallest of those given and cancelled today that nobody has seen on a document
    made here, else one after the last."""
    now = timezone.now()
    day = timezone.localdate(now)
    made, _created = Register.objects.get_or_create(
        unit=unit, year=day.year, series=series, direction=Register.Direction.OUTGOING
    )
    register = Register.objects.select_for_update(of=("self",)).get(pk=made.pk)
    for lapsed in register.numbers.filter(state=_State.RESERVED, expires_at__lte=now):
        lapsed.register = register
        _write(None, lapsed, _State.VOID, reason=_("Quá hạn giữ số."))
    again = register.numbers.filter(state=_State.VOID, given_on=day, url="").order_by("n").first()
    if again is not None:
        return again
    last = register.numbers.aggregate(last=Max("n"))["last"] or 0
    return NumberAllocation(register=register, n=last + 1, given_on=day)


def _write(by: Appointment | None, number: NumberAllocation, state: str, **columns: Any) -> NumberAllocation:
    number.reason, number.expires_at = "", None
    for name, value in columns.items():
        setattr(number, name, value)
    number.state, number.by, number.at = state, by, timezone.now()
    number.save()
    log.record(f"number.{state}", by=by, target=number, register=str(number.register), reason=number.reason)
    return number


def _current(by: Appointment, number: NumberAllocation) -> NumberAllocation:
    """The row as it is now, for who keeps its register."""
    found = _locked(number)
    _require(by, found.register.unit)
    return found


def _locked(number: NumberAllocation) -> NumberAllocation:
    """The row as it is now, under the lock of its register."""
    register = Register.objects.select_for_update(of=("self",)).select_related("unit").get(pk=number.register_id)
    found = NumberAllocation.objects.get(pk=number.pk)
    found.register = register
    return found


def _require(by: Appointment, unit: Unit) -> None:
    if not kept_registers(by.person).filter(pk=unit.pk).exists():
        raise NotAllowed(
            "may-not-keep",
            _("Bạn không giữ sổ văn bản của %(unit)s.") % {"unit": unit.name},
            hint=_("Văn thư và lãnh đạo của cơ quan giữ sổ văn bản."),
        )


def _refuse_ours(number: NumberAllocation) -> None:
    if number.url:
        raise Conflict(
            "number-of-document",
            _("Số %(code)s là của văn bản ban hành trên hệ thống, không sửa hay hủy ở đây được.")
            % {"code": number.code},
        )


def _reason(text: str, wanted: str) -> str:
    text = normalised(text)
    if not text or len(text) > 300:
        sentence = wanted if not text else _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": 300}
        raise UserError("reason-missing", sentence, fields={"reason": sentence})
    return text


def _checked(entry: Entry) -> Entry:
    """``entry`` with clean texts; raises UserError whose ``fields`` say what is wrong where."""
    cleaned: dict[str, Any] = {name: normalised(getattr(entry, name)) for name in _ONE_LINE}
    entry = replace(entry, **cleaned)
    wrong = dict(_wrong(entry))
    if wrong:
        raise UserError("bad-entry", next(iter(wrong.values())), fields=wrong)
    return entry


def _wrong(entry: Entry) -> Iterable[tuple[str, str]]:
    for name in ("symbol", "subject", "signer", "recipients"):
        if not getattr(entry, name).strip():
            yield name, _("Mục này bắt buộc.")
    for name in (*_ONE_LINE, "recipients"):
        limit = getattr(NumberAllocation._meta.get_field(name), "max_length", None)
        if limit and len(getattr(entry, name)) > limit:
            yield name, _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": limit}
    if entry.copies is not None and not 0 < entry.copies <= 30000:
        yield "copies", _("Số lượng bản không đúng.")
