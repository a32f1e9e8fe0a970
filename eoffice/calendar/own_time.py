"""A person's own time: leave and private entries, made, changed and taken back by themselves, each of which can be undone."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.models import Entry, Participation, WorkingHours
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of

OWN = (Entry.Kind.LEAVE, Entry.Kind.BLOCKED)
LONGEST = dt.timedelta(days=366)
UNDO_WITHIN_S = 3600
_SALT = "calendar.own_time"


@dataclass(frozen=True, kw_only=True)
class OwnTime:
    """What a person says of a time of theirs. Times are aware."""

    kind: str
    title: str = ""
    starts_at: dt.datetime
    ends_at: dt.datetime


def entries_of(person: User) -> Any:
    """Leave and private time of ``person``, with what was taken back."""
    return Entry.objects.filter(kind__in=OWN, participations__person=person, created_by__person=person)


def may_change(person: User, entry: Entry) -> bool:
    """Theirs, made by them."""
    return entry.kind in OWN and entry.created_by.person_id == person.pk


@transaction.atomic
def add(by: Appointment, own: OwnTime, *, key: uuid.UUID) -> Entry:
    """``by`` is away or busy then. The same ``key`` again gives what was made. Raises UserError with ``fields``."""
    own = _checked(own)
    entry, made = Entry.objects.get_or_create(
        uid=key, defaults={**asdict(own), "unit": by.unit, "created_by": by, "state": Entry.State.APPROVED,
                           "visibility": Entry.Visibility.AGENCY},
    )  # fmt: skip
    if not made:
        _require(by, entry)
        return entry
    Participation.objects.create(
        entry=entry, appointment=by, person=by.person, starts_at=entry.starts_at, ends_at=entry.ends_at
    )
    log.record("own_time.added", by=by, target=entry, kind=entry.kind)
    return entry


@transaction.atomic
def change(by: Appointment, entry: Entry, own: OwnTime, *, version: int) -> Entry:
    """Change what was opened at ``version``. Raises NotAllowed, UserError with ``fields``, Conflict("entry-changed")."""
    entry = _locked(entry.pk)
    _require(by, entry)
    own = _checked(own)
    if _as_own(entry) == own:
        return entry
    _check_version(entry, version)
    return _write(by, entry, own, state=entry.state, act="own_time.changed")


@transaction.atomic
def remove(by: Appointment, entry: Entry) -> Entry:
    """Take it back: it takes no time any more. Again: harmless."""
    entry = _locked(entry.pk)
    _require(by, entry)
    if entry.state == Entry.State.CANCELLED:
        return entry
    return _write(by, entry, _as_own(entry), state=Entry.State.CANCELLED, act="own_time.removed")


def undo_token(entry: Entry, before: Entry | None) -> str:
    """What takes the last act on ``entry`` back within the hour; ``before`` is how it was, None when it was made by that act."""
    was = None if before is None else {**_as_text(before), "state": before.state}
    return signing.dumps({"pk": entry.pk, "version": entry.version, "was": was}, salt=_SALT)


@transaction.atomic
def undo(by: Appointment, token: str) -> Entry:
    """Take the act back that ``token`` came with. Raises UserError("undo-too-late"), Conflict("entry-changed"), NotAllowed."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=UNDO_WITHIN_S)
    except signing.BadSignature as error:
        raise UserError(
            "undo-too-late", _("Không hoàn tác được nữa."), hint=_("Sửa lại mục này trong danh sách.")
        ) from error
    entry = _locked(said["pk"])
    _require(by, entry)
    _check_version(entry, said["version"])
    was = said["was"]
    if was is None:
        return _write(by, entry, _as_own(entry), state=Entry.State.CANCELLED, act="own_time.undone")
    own = OwnTime(**{**{name: was[name] for name in ("kind", "title")}, **_times(was)})
    return _write(by, entry, own, state=was["state"], act="own_time.undone")


@transaction.atomic
def set_hours(by: Appointment, spans: list[dt.time] | None, *, unit: Unit | None = None) -> None:
    """Working hours of ``by``'s person, or of ``unit`` for which they answer: four times of day; None: those of the site again.

    Raises NotAllowed, UserError with ``fields``.
    """
    if unit is not None and unit.pk not in standing_of(by.person).represents:
        raise NotAllowed("not-your-unit", _("Bạn không đặt được giờ làm việc của đơn vị này."))
    whose = {"unit": unit, "person": None} if unit else {"unit": None, "person": by.person}
    if spans is None:
        WorkingHours.objects.filter(**{name: one for name, one in whose.items() if one}).delete()
    else:
        if not (spans[0] < spans[1] <= spans[2] < spans[3]):
            sentence = _("Giờ sáng phải trước giờ chiều, giờ bắt đầu trước giờ kết thúc.")
            raise UserError("hours-out-of-order", sentence, fields={"morning_from": sentence})
        names = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")
        WorkingHours.objects.update_or_create(**whose, defaults=dict(zip(names, spans, strict=True)))
    log.record("hours.set", by=by, target=unit or by.person, hours=[f"{one:%H:%M}" for one in spans or []])


def _write(by: Appointment, entry: Entry, own: OwnTime, *, state: str, act: str) -> Entry:
    for name, value in asdict(own).items():
        setattr(entry, name, value)
    entry.state = state
    entry.version += 1
    entry.sequence += 1
    entry.save()
    entry.participations.update(
        starts_at=entry.starts_at, ends_at=entry.ends_at, busy=state in (Entry.State.APPROVED, Entry.State.PLANNED)
    )
    log.record(act, by=by, target=entry, version=entry.version)
    return entry


def _locked(pk: int) -> Entry:
    return Entry.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=pk)


def _require(by: Appointment, entry: Entry) -> None:
    if not may_change(by.person, entry):
        raise NotAllowed("not-your-entry", _("Chỉ người lập mới sửa được mục này."))


def _check_version(entry: Entry, version: int) -> None:
    if entry.version != version:
        raise Conflict(
            "entry-changed",
            _("Mục này vừa được sửa ở nơi khác. Nội dung của bạn chưa được lưu."),
            hint=_("Mở lại trang để xem bản mới nhất."),
        )


def _as_own(entry: Entry) -> OwnTime:
    return OwnTime(**{name: getattr(entry, name) for name in OwnTime.__dataclass_fields__})


def _as_text(entry: Entry) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(_as_own(entry)).items()}


def _times(was: dict[str, str]) -> dict[str, Any]:
    return {name: parse_datetime(was[name]) for name in ("starts_at", "ends_at")}


def _checked(own: OwnTime) -> OwnTime:
    label = Entry.Kind(own.kind).label if own.kind in OWN else ""
    own = replace(own, title=normalised(own.title) or str(label))
    wrong = {}
    if own.kind not in OWN:
        wrong["kind"] = _("Chọn một mục trong danh sách.")
    if own.ends_at <= own.starts_at:
        wrong["ends_at"] = _("Lúc kết thúc phải sau lúc bắt đầu.")
    elif own.ends_at - own.starts_at > LONGEST:
        wrong["ends_at"] = _("Một mục dài nhất là một năm.")
    if len(own.title) > 500:
        wrong["title"] = _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": 500}
    if wrong:
        raise UserError("bad-entry", next(iter(wrong.values())), fields=wrong)
    return own


def whole_days(
    first: dt.date, last: dt.date, begins: dt.time | None, ends: dt.time | None
) -> tuple[dt.datetime, dt.datetime]:
    """From ``begins`` (its morning) on the first day to ``ends`` (the midnight after) on the last."""
    start = timezone.make_aware(dt.datetime.combine(first, begins or dt.time()))
    if ends is None:
        return start, timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()))
    return start, timezone.make_aware(dt.datetime.combine(last, ends))
