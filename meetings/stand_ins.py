"""Who stands for whom in a meeting now (dự thay), and what follows from it; ``meetings.substitutes`` changes it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import Conflict
from meetings.models import Attendee, Meeting, MeetingType, Role, Substitution

MOVING = (Role.CO_CHAIR, Role.MEMBER, Role.INVITED, Role.RAPPORTEUR, Role.OBSERVER)
"""Those who take part as one of these may send somebody; the others run the meeting, and are changed by those who do."""
WITHOUT_SEAT = (Role.INVITED, Role.RAPPORTEUR, Role.OBSERVER)
"""Who attends anyway as one of these may stand for somebody: they give up no vote and no duty of their own."""


def role_for(role: str, meeting_type: MeetingType) -> str:
    """As what the substitute of somebody with ``role`` takes part: never to preside, with a vote only where the type of
    meeting lets substitutes vote."""
    if role in (Role.CO_CHAIR, Role.MEMBER):
        return Role.MEMBER if meeting_type.substitutes_vote else Role.INVITED
    return role if role in WITHOUT_SEAT else Role.INVITED


def absentees(meeting_id: int) -> "QuerySet[Attendee]":
    """Those in whose place somebody else takes part now."""
    absent = Attendee.objects.filter(meeting=meeting_id, substitute__isnull=False)
    return absent.select_related("person", "substitute__person")


def held(pk: int, *related: str) -> Attendee | None:
    """The attendee as they are now, with ``related``, locked until the transaction ends.

    Locked first, then read: what is joined to a row that had to be waited for is as it was before (PostgreSQL, READ COMMITTED), and a
    substitute who was sent meanwhile would be missing.
    """
    list(Attendee.objects.select_for_update().filter(pk=pk).order_by().values("pk"))
    return Attendee.objects.select_related(*related).filter(pk=pk).order_by().first()


def check_takes_part(attendee: Attendee) -> None:
    """Raise Conflict("has-substitute") when somebody takes part in their place."""
    if attendee.substitute is not None:
        raise has_substitute(attendee.person, attendee.substitute.person)


def has_substitute(person: User, substitute: User) -> Conflict:
    """Why ``person`` does not take part themselves at that time."""
    return Conflict(
        "has-substitute",
        _("%(person)s đã cử %(substitute)s dự thay.") % {"person": person, "substitute": substitute},
        hint=_("Nếu người này dự họp, bấm “Thôi cử” ở trang cuộc họp trước."),
    )


def check_is_themselves(attendee: Attendee) -> None:
    """Raise Conflict("stands-in") when they are here for somebody else, and have that one's role."""
    absent = getattr(attendee, "stands_for", None)
    if absent is not None:
        raise Conflict(
            "stands-in",
            _("%(person)s dự thay cho %(absent)s nên theo vai trò của người đó.")
            % {"person": attendee.person, "absent": absent.person},
            hint=_("Đổi vai trò của người vắng: người dự thay đổi theo."),
        )


def follow_roles(meeting: Meeting) -> list[int]:
    """Give every substitute the role that goes with that of whom they stand for. Ids of those who changed."""
    changed = []
    for absent in absentees(meeting.pk):
        role = role_for(absent.role, meeting.type)
        substitute = absent.substitute
        if substitute is not None and substitute.role != role:
            Attendee.objects.filter(pk=substitute.pk).update(role=role)
            changed.append(substitute.person_id)
    return changed


def notes(user: User, meetings: Iterable[Meeting]) -> dict[int, str]:
    """Of those of ``meetings`` in which ``user`` stands for somebody, or somebody for them: the meeting's id and the words
    for a list; for a part of it, also when that is to come. Two queries."""
    pks = [meeting.pk for meeting in meetings]
    concerned = Q(substitute__isnull=False) | Q(stands_for__isnull=False)
    rows = Attendee.objects.filter(concerned, person=user, meeting__in=pks)
    found = {
        row.meeting_id: row.note for row in rows.select_related("substitute__person", "stands_for__person").order_by()
    }
    for one in parts_of(user, pks):
        found[one.meeting_id] = _part_note(one, user)
    return found


def parts_of(user: User, meetings: Iterable[int]) -> "QuerySet[Substitution]":
    """For which parts of ``meetings`` (ids) ``user`` stands for somebody, or somebody for them; the last one in time first."""
    part = Q(starts_at__isnull=False) | Q(ends_at__isnull=False)
    concerned = Q(absent__person=user) | Q(appointment__person=user)
    rows = Substitution.objects.filter(part, concerned, meeting__in=meetings, ended_at__isnull=True)
    return rows.select_related("absent__person", "appointment__person").order_by("-starts_at", "-pk")


def _part_note(one: Substitution, user: User) -> str:
    if one.absent.person_id == user.pk:
        return _("cử %(person)s dự thay %(part)s") % {"person": one.appointment.person, "part": one.part}
    return _("dự thay cho %(person)s %(part)s") % {"person": one.absent.person, "part": one.part}
