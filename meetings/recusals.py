"""Conflict of interest: a person or a unit is kept out of the papers of an agenda item until it is lifted.

For whom it holds, the papers do not exist (``documents.queries.excluding``), whatever else would let them in; the people of
the unit that wrote a paper keep their own.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit
from meetings import permissions, presenting, tabling
from meetings.models import AgendaItem, Meeting, Recusal
from meetings.realtime import agenda_changed
from meetings.scheduling import locked, refusal

REASON_LIMIT = 500


@transaction.atomic
def recuse(
    by: Appointment, item: AgendaItem, *, reason: str, person: User | None = None, unit: Unit | None = None
) -> Recusal:
    """Keep ``person``, or ``unit`` with all below it, out of the papers of ``item``; they are told why. Again: harmless.

    Raises NotAllowed, UserError with ``fields`` (bad-recusal), Conflict(leads-meeting).
    """
    meeting = _for_change(by, item)
    reason = _checked(reason, person, unit)
    _check_leaders(meeting, person, unit)
    known = Recusal.objects.in_force().filter(item=item, person=person, unit=unit).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            made = Recusal.objects.create(item=item, person=person, unit=unit, reason=reason, by=by)
    except IntegrityError:  # the twin of a double click committed in between
        return Recusal.objects.in_force().get(item=item, person=person, unit=unit)
    tabling.keep_out(meeting)
    presenting.let_go(meeting.pk)
    log.record("agenda.recused", by=by, target=meeting, item=item.public_title, who=made.who, reason=reason)
    _tell(made, meeting, gettext_lazy("Quý vị không xem tài liệu của nội dung họp: %(item)s"), reason)
    agenda_changed(meeting.pk)
    return made


@transaction.atomic
def lift(by: Appointment, recusal: Recusal) -> None:
    """Let them see the papers again, as far as anything else lets them; they are told. Again: harmless. Raises NotAllowed."""
    meeting = _for_change(by, recusal.item)
    now = timezone.now()
    if not Recusal.objects.in_force().filter(pk=recusal.pk).update(lifted_at=now, lifted_by=by):
        return
    tabling.keep_out(meeting)
    log.record("agenda.recusal_lifted", by=by, target=meeting, item=recusal.item.public_title, who=recusal.who)
    _tell(recusal, meeting, gettext_lazy("Quý vị lại xem được tài liệu của nội dung họp: %(item)s"), "")
    agenda_changed(meeting.pk)


def barred_items(user: User, meeting: Meeting) -> set[int]:
    """Ids of the items of ``meeting`` out of whose papers ``user`` is kept. One query."""
    reaching = Recusal.objects.in_force().reaching(user).filter(item__meeting=meeting)
    return set(reaching.order_by().values_list("item", flat=True))


def people_of(recusal: Recusal, meeting: Meeting) -> Iterable[User]:
    """Who is to be told: the person; of a unit those who answer for it, and its people among those who attend."""
    if recusal.person is not None:
        return [recusal.person]
    assert recusal.unit is not None
    below = Appointment.objects.current().filter(unit__path__startswith=recusal.unit.path)
    answering = below.representing().filter(unit=recusal.unit)
    attending = below.filter(person__in=meeting.attendees.order_by().values("person"))
    concerned = Q(pk__in=answering.order_by().values("person")) | Q(pk__in=attending.order_by().values("person"))
    return User.objects.filter(concerned, is_active=True)


def _tell(recusal: Recusal, meeting: Meeting, title: Promise, body: str) -> None:
    known = [
        person
        for person in people_of(recusal, meeting)
        if Meeting.objects.visible_to(person).filter(pk=meeting.pk).exists()
    ]
    notify.send(
        known,
        kind="agenda.recused" if body else "agenda.recusal_lifted",
        title=lambda: str(title) % {"item": recusal.item.public_title},
        body=body or meeting.title,
        url=f"{reverse('meeting-detail', args=[meeting.pk])}#item-{recusal.item_id}",
        mail=True,
    )


def _for_change(by: Appointment, item: AgendaItem) -> Meeting:
    meeting = locked(item.meeting)
    if not permissions.may_recuse(by.person, meeting):
        raise refusal(meeting, "recuse")
    return meeting


def _checked(reason: str, person: User | None, unit: Unit | None) -> str:
    reason = normalised(reason)
    wrong = {}
    if (person is None) == (unit is None):
        wrong["appointment"] = _("Chọn một người hoặc một đơn vị.")
    if not reason or len(reason) > REASON_LIMIT:
        wrong["reason"] = _("Ghi lý do, tối đa %(limit)d ký tự.") % {"limit": REASON_LIMIT}
    if wrong:
        raise UserError("bad-recusal", next(iter(wrong.values())), fields=wrong)
    return reason


def _check_leaders(meeting: Meeting, person: User | None, unit: Unit | None) -> None:
    leaders = [meeting.chair.person_id, meeting.secretary.person_id]
    if person is not None:
        reached = person.pk in leaders
    else:
        path = unit.path if unit else ""
        reached = Appointment.objects.current().filter(person__in=leaders, unit__path__startswith=path).exists()
    if reached:
        raise Conflict(
            "leads-meeting",
            _("Chủ trì và thư ký điều hành cả cuộc họp nên không loại trừ được, kể cả qua đơn vị của họ."),
            hint=_("Đổi chủ trì hoặc thư ký của cuộc họp trước."),
        )
