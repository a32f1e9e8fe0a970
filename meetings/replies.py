"""What those invited have said (trả lời giấy mời): who is asked, until when, what is known of it; ``meetings.replying`` and
``meetings.excusing`` change it.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.organisation.standing import standing_of
from meetings import permissions
from meetings.models import AbsenceRequest, Attendee, CheckIn, Meeting, Reply, Role, Substitution

REQUIRED = (Role.CO_CHAIR, Role.SECRETARY, Role.MEMBER, Role.RAPPORTEUR)
"""Who takes part as one of these does not stay away without the chair's word."""


def due(meeting: Meeting) -> dt.datetime:
    """Until when those invited reply and units name their people: as the meeting says, else as its type does; of a meeting
    called at short notice half of the time that is left."""
    wanted = meeting.reply_by or meeting.starts_at - dt.timedelta(hours=meeting.type.reply_hours)
    issued = meeting.issued_at
    if issued is None or wanted > issued:
        return wanted
    return issued + max(dt.timedelta(), meeting.starts_at - issued) / 2


def leaders(meeting: Meeting) -> list[int]:
    """Ids of the people who call the meeting and lead it: they are not asked."""
    return [meeting.chair.person_id, meeting.secretary.person_id]


def asked(meeting: Meeting) -> "QuerySet[Attendee]":
    """Those who are to reply: not who leads the meeting, nor in whose place somebody else comes."""
    return meeting.attendees.filter(substitute__isnull=True).exclude(person__in=leaders(meeting))


def may_reply(user: User, attendee: Attendee) -> bool:
    """Reply for ``attendee``: they themselves, who answers for their unit, and chair or secretary, who are told by telephone."""
    if attendee.meeting.state not in permissions.WITH_ROOM:
        return False
    units = {attendee.appointment.unit_id, attendee.site.unit_id}
    if user.pk == attendee.person_id or not units.isdisjoint(standing_of(user).represents):
        return True
    return permissions.may_admit(user, attendee.meeting)


def own(user: User, meeting: Meeting) -> Attendee | None:
    """Their own row, when they are asked and the meeting is to come or sits; with ``last_absence``: what they asked last."""
    if meeting.state not in permissions.WITH_ROOM:
        return None
    found = asked(meeting).filter(person=user).select_related("site", "appointment", "replied_by__person").first()
    if found is not None:
        found.meeting = meeting
        found.last_absence = last_absence(found)  # type: ignore[attr-defined]
    return found


def last_absence(attendee: Attendee) -> AbsenceRequest | None:
    """What they asked the chair last, and was not withdrawn."""
    requests = attendee.absence_requests.exclude(state=AbsenceRequest.State.WITHDRAWN)
    return requests.select_related("decided_by__person").order_by("-pk").first()


def waiting_for(user: User, now: dt.datetime) -> "QuerySet[Attendee]":
    """Invitations to coming meetings to which ``user`` has not replied, the nearest first."""
    rows = Attendee.objects.filter(
        person=user,
        reply=Reply.NONE,
        substitute__isnull=True,
        meeting__state=Meeting.State.INVITED,
        meeting__ends_at__gt=now,
    )
    rows = rows.exclude(meeting__chair__person=user).exclude(meeting__secretary__person=user)
    return rows.select_related("meeting__type", "meeting__chair__person").order_by("meeting__starts_at", "pk")


def absences_waiting_for(user: User, now: dt.datetime) -> "QuerySet[AbsenceRequest]":
    """Requests to stay away that wait for the word of ``user``, chair or secretary of a coming meeting."""
    leading = Q(attendee__meeting__chair__person=user) | Q(attendee__meeting__secretary__person=user)
    rows = AbsenceRequest.objects.filter(leading, state=AbsenceRequest.State.WAITING)
    rows = rows.filter(attendee__meeting__state__in=permissions.WITH_ROOM, attendee__meeting__ends_at__gt=now)
    related = (
        "attendee__person",
        "attendee__appointment__position",
        "attendee__appointment__unit",
        "attendee__meeting",
    )
    return rows.exclude(attendee__person=user).select_related(*related).order_by("attendee__meeting__starts_at", "pk")


def clashing(people: Iterable[int], meeting: Meeting) -> dict[int, list[Meeting]]:
    """Issued meetings at the time of ``meeting`` in which ``people`` take part, by person. One query."""
    rows = Attendee.objects.filter(
        person__in=people,
        substitute__isnull=True,
        meeting__state__in=permissions.WITH_ROOM,
        meeting__starts_at__lt=meeting.ends_at,
        meeting__ends_at__gt=meeting.starts_at,
    ).exclude(meeting=meeting)
    found: dict[int, list[Meeting]] = {}
    for row in rows.exclude(reply=Reply.DECLINED).select_related("meeting").order_by("meeting__starts_at", "pk"):
        found.setdefault(row.person_id, []).append(row.meeting)
    return found


def forget(attendees: "QuerySet[Attendee]") -> list[int]:
    """What ``attendees`` said holds no longer: somebody else comes for them, or the meeting has another time. Ids of the
    sites where something changed."""
    said = attendees.filter(~Q(reply=Reply.NONE) | Q(absence_requests__state=AbsenceRequest.State.WAITING)).distinct()
    found = list(said.values_list("pk", "site"))
    pks = [pk for pk, _site in found]
    waiting = AbsenceRequest.objects.filter(attendee__in=pks, state=AbsenceRequest.State.WAITING)
    waiting.update(state=AbsenceRequest.State.WITHDRAWN, decided_at=timezone.now())
    Attendee.objects.filter(pk__in=pks).update(
        reply=Reply.NONE,
        excused=False,
        reply_reason="",
        replied_at=None,
        replied_by=None,
        reply_via="",
        attends_from=None,
        attends_to=None,
    )
    return sorted({site for _pk, site in found})


def of_board(meeting: Meeting) -> "QuerySet[Attendee]":
    """Everybody listed but who leads, by the tree and in protocol order; ``waiting``: their requests that wait; ``sent``: who
    is to stand for them for a part. Three queries."""
    related = (
        "person",
        "appointment__position",
        "appointment__unit",
        "site",
        "replied_by__person",
        "substitute__person",
        "substitute__appointment__position",
        "substitute__appointment__unit",
        "stands_for__person",
    )
    waiting = AbsenceRequest.objects.filter(state=AbsenceRequest.State.WAITING)
    rows = meeting.attendees.exclude(person__in=leaders(meeting)).select_related(*related)
    sent = Substitution.objects.filter(ended_at__isnull=True, began_at__isnull=True).order_by("starts_at", "pk")
    sent = sent.select_related("appointment__person")
    rows = rows.prefetch_related(
        Prefetch("absence_requests", waiting, to_attr="waiting"), Prefetch("substitutions", sent, to_attr="sent")
    )
    return rows.order_by("site__unit__path", F("appointment__position__rank"), "person__search_name", "pk")


def excused(meeting: Meeting) -> list[Attendee]:
    """Who stayed away with good reason, and nobody came for them, in protocol order: for the minutes."""
    rows = meeting.attendees.filter(excused=True, substitute__isnull=True)
    rows = rows.exclude(pk__in=CheckIn.objects.filter(attendee__meeting=meeting).values("attendee"))
    return list(rows.select_related("person", "appointment__position").order_by("appointment__position__rank", "pk"))
