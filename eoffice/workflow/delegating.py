"""Having somebody act for an absent leader, for a time (docs/domain/organisation.md, "Delegation"; ADR 0129).

What a delegate may do follows from the appointment that a confirmed delegation gives them; this module makes it and ends it. It
lies above the organisation because the duties of open tasks change with it, and people are told.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation import paths
from eoffice.organisation.models import Appointment, Delegation, Position, Unit
from eoffice.organisation.standing import forget
from eoffice.workflow import duties
from eoffice.workflow.models import Task

LONGEST_DAYS = 366
"""A delegation is for a time: this many days at most."""
RELATED = tuple(
    f"{role}__{part}" for role in ("giver", "to", "registered_by") for part in ("person", "position", "unit")
)
_State = Delegation.State
_COUNTING = (_State.PROPOSED, _State.CONFIRMED)
_LEADING = (Position.Duty.HEAD, Position.Duty.DEPUTY)


@dataclass(frozen=True)
class Terms:
    """Who acts for whom, from which day until the end of which, in what."""

    giver: Appointment
    to: Appointment
    valid_from: dt.date
    valid_to: dt.date
    scope: str
    basis: str = ""


def givers_for(user: User) -> QuerySet[Appointment]:
    """The appointments for which ``user`` may give or register a delegation: leading ones of their own; and, for whoever answers
    for a unit or for the office that serves it, those of that unit's leaders. Delegated ones are not given on.
    """
    own = Appointment.objects.current().own().filter(person=user).representing().select_related("unit")
    served = {paths.superior(one.unit.path) for one in own if one.unit.kind == Unit.Kind.OFFICE}
    units = {one.unit.path for one in own} | served
    leading = Appointment.objects.current().own().filter(position__duty__in=_LEADING, person__is_active=True)
    allowed = leading.filter(Q(person=user) | Q(unit__path__in=units))
    return allowed.select_related("person", "position", "unit").order_by("position__rank", "pk")


def visible_to(user: User) -> QuerySet[Delegation]:
    """Those that ``user`` gave, has, or may register; newest first."""
    mine = Q(giver__person=user) | Q(to__person=user) | Q(giver__in=givers_for(user).order_by().values("pk"))
    return Delegation.objects.filter(mine).select_related(*RELATED)


def may_confirm(user: User, delegation: Delegation) -> bool:
    """Say yes or no to what the office has registered: the absent leader alone."""
    return delegation.state == _State.PROPOSED and delegation.giver.person_id == user.pk and not _over(delegation)


def may_revoke(user: User, delegation: Delegation) -> bool:
    """End it before its time: who gave it, who may register it, and who has it (they give it back)."""
    if delegation.state not in _COUNTING or _over(delegation):
        return False
    concerned = user.pk in (delegation.giver.person_id, delegation.to.person_id)
    return concerned or givers_for(user).filter(pk=delegation.giver_id).exists()


@transaction.atomic
def give(by: Appointment, terms: Terms) -> Delegation:
    """The leader gives it, and it counts; or the office registers it, and the leader is asked to confirm. The same again: harmless.

    Raises NotAllowed; UserError("bad-delegation") with ``fields``; Conflict("already-delegated").
    """
    if not givers_for(by.person).filter(pk=terms.giver.pk).exists():
        raise _not_allowed()
    Appointment.objects.select_for_update(of=("self",)).get(pk=terms.giver.pk)
    columns = {"valid_from": terms.valid_from, "valid_to": terms.valid_to, "scope": terms.scope, "basis": terms.basis}
    again = Delegation.objects.filter(giver=terms.giver, to=terms.to, state__in=_COUNTING, **columns).first()
    if again is not None:  # a second click
        return again
    _check(terms)
    made = Delegation.objects.create(giver=terms.giver, to=terms.to, registered_by=by, **columns)
    log.record("delegation.registered", by=by, target=made, **_words(made))
    if by.person_id == terms.giver.person_id:
        _take_effect(by, made)
    else:
        _tell([made.giver.person], made, gettext_lazy("Đề nghị xác nhận ủy quyền cho %(to)s"))
    return made


@transaction.atomic
def confirm(by: Appointment, delegation: Delegation) -> Delegation:
    """The leader says yes to what the office has registered. Again: harmless. Raises NotAllowed."""
    current = _locked(delegation)
    if current.state == _State.CONFIRMED and current.giver.person_id == by.person_id:
        return current
    if not may_confirm(by.person, current):
        raise _not_allowed()
    _check_days(current.giver, current.to, current.valid_from, current.valid_to, but=current.pk)
    _take_effect(by, current)
    return current


@transaction.atomic
def revoke(by: Appointment, delegation: Delegation) -> Delegation:
    """It ends now: every right by it is gone with the next request. Of one that waits it is a no. Again: harmless.

    Raises NotAllowed.
    """
    current = _locked(delegation)
    if current.state in (_State.DECLINED, _State.REVOKED):
        return current
    if not may_revoke(by.person, current):
        raise _not_allowed()
    current.state = _State.DECLINED if current.state == _State.PROPOSED else _State.REVOKED
    current.ended_by, current.ended_at = by, timezone.now()
    current.save()
    if current.appointment is not None:
        Appointment.objects.filter(pk=current.appointment.pk).update(revoked_at=current.ended_at)
        _renew(current)
    log.record(f"delegation.{current.state}", by=by, target=current, **_words(current))
    people = [current.giver.person, current.to.person, current.registered_by.person]
    title = gettext_lazy("Ủy quyền của %(giver)s cho %(to)s đã chấm dứt")
    _tell([person for person in people if person.pk != by.person_id], current, title)
    return current


def _take_effect(by: Appointment, delegation: Delegation) -> None:
    giver = delegation.giver
    delegation.appointment = Appointment.objects.create(
        person=delegation.to.person,
        position=giver.position,
        unit=giver.unit,
        kind=Appointment.Kind.DELEGATED,
        valid_from=delegation.valid_from,
        valid_to=delegation.valid_to,
        basis=delegation.basis,
        in_place_of=giver,
        whose_place=f"{giver.position_title} {giver.person.full_name}",
    )
    delegation.state, delegation.confirmed_at = _State.CONFIRMED, timezone.now()
    delegation.save()
    _renew(delegation)
    log.record("delegation.confirmed", by=by, target=delegation, **_words(delegation))
    people = [delegation.to.person, delegation.registered_by.person]
    title = gettext_lazy("%(to)s được %(giver)s ủy quyền")
    _tell([person for person in people if person.pk != by.person_id], delegation, title)


def _renew(delegation: Delegation) -> None:
    """Whose hand open tasks of the unit need is worked out anew; days that begin and end do so every night."""
    forget()
    unit = delegation.giver.unit_id
    concerned = Q(lead_unit=unit) | Q(assigner_unit=unit) | Q(parties__unit=unit) | Q(officer=delegation.giver_id)
    duties.recompute(Task.objects.open().filter(pk__in=Task.objects.filter(concerned).order_by().values("pk")))


def _check(terms: Terms) -> None:
    found = {"to": _wrong_person(terms), "valid_to": wrong_days(terms.valid_from, terms.valid_to)}
    problems = {field: text for field, text in found.items() if text}
    if not terms.scope.strip():
        problems["scope"] = _("Ghi nội dung được ủy quyền.")
    if problems:
        raise UserError("bad-delegation", _("Chưa ghi được ủy quyền."), fields=problems)
    _check_days(terms.giver, terms.to, terms.valid_from, terms.valid_to)


def _wrong_person(terms: Terms) -> str:
    if terms.to.person_id == terms.giver.person_id:
        return _("Không ủy quyền cho chính mình.")
    if terms.to.is_delegated or not terms.to.is_valid_on(timezone.localdate()):
        return _("Người được ủy quyền phải đang giữ chức vụ của mình.")
    return "" if within_reach(terms.giver, terms.to) else _("Chọn người cùng cơ quan hoặc đơn vị trực thuộc.")


def wrong_days(first: dt.date, last: dt.date) -> str:
    """What is wrong with the time of a delegation, or of an assistant; "" when nothing is."""
    if last < first:
        return _("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if last < timezone.localdate():
        return _("Ngày kết thúc đã qua.")
    return _("Thời hạn tối đa một năm.") if (last - first).days >= LONGEST_DAYS else ""


def within_reach(leader: Appointment, other: Appointment) -> bool:
    """Of the same legal body as ``leader``, or below the unit that they lead."""
    unit, own = other.unit, leader.unit
    return unit.path.startswith(own.path) or (own.legal_body_id is not None and unit.legal_body_id == own.legal_body_id)


def _check_days(giver: Appointment, to: Appointment, first: dt.date, last: dt.date, *, but: int = 0) -> None:
    """One leader has one delegate on one day, and no appointment is lent beyond its own end."""
    counting = Delegation.objects.filter(giver=giver, state__in=_COUNTING).exclude(pk=but)
    other = counting.filter(valid_from__lte=last, valid_to__gte=first)
    if found := other.select_related("to__person").first():
        text = _("Trong thời gian này đã ủy quyền cho %(to)s.") % {"to": found.to.person}
        raise Conflict("already-delegated", text, hint=_("Thu hồi ủy quyền đó trước."), fields={"to": text})
    for held in (giver, to):
        if held.valid_to is not None and held.valid_to < last:
            text = _("%(who)s giữ chức vụ đến hết ngày %(day)s.") % {
                "who": held.person,
                "day": f"{held.valid_to:%d/%m/%Y}",
            }
            raise UserError("bad-delegation", text, fields={"valid_to": text})


def _over(delegation: Delegation) -> bool:
    return delegation.valid_to < timezone.localdate()


def _locked(delegation: Delegation) -> Delegation:
    """Read once it is locked: who had to wait for the lock would see the new row beside what was joined to the old one."""
    Delegation.objects.select_for_update().get(pk=delegation.pk)
    return Delegation.objects.select_related(*RELATED, "appointment").get(pk=delegation.pk)


def _words(delegation: Delegation) -> dict[str, str]:
    return {
        "giver": str(delegation.giver),
        "to": str(delegation.to),
        "from_day": f"{delegation.valid_from:%d/%m/%Y}",
        "to_day": f"{delegation.valid_to:%d/%m/%Y}",
        "scope": delegation.scope,
    }


def _tell(people: list[User], delegation: Delegation, title: Promise) -> None:
    names = {"giver": delegation.giver.person.full_name, "to": delegation.to.person.full_name}
    days = {"from": f"{delegation.valid_from:%d/%m/%Y}", "to": f"{delegation.valid_to:%d/%m/%Y}"}
    notify.send(
        people,
        kind=f"delegation.{delegation.state}",
        title=lambda: str(title) % names,
        body=lambda: "\n".join([_("Từ ngày %(from)s đến hết ngày %(to)s") % days, delegation.scope]),
        url=reverse("delegation-list"),
        mail=True,
    )


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        "may-not-delegate",
        _("Bạn không thực hiện được việc này với ủy quyền."),
        hint=_("Lãnh đạo ủy quyền phần việc của mình; văn phòng và văn thư đăng ký thay, lãnh đạo xác nhận."),
    )
