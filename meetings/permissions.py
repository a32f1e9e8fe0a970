"""Who may do what with a meeting, one predicate per verb (docs/domain/meetings.md, table of rights).

The predicates answer for the person and the meeting's present state; what a person may not even know of
is left out by ``Meeting.objects.visible_to``.
"""

from collections.abc import Iterable
from itertools import pairwise

from django.db.models import Case, IntegerField, Q, Value, When

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Unit
from meetings.models import AgendaItem, Attendee, ConclusionNotice, Meeting, MeetingSite

OPEN_TO_CHANGE = (Meeting.State.DRAFT, Meeting.State.INVITED, Meeting.State.POSTPONED)
WITH_ROOM = (Meeting.State.INVITED, Meeting.State.IN_SESSION)


def organisers_for(by: Appointment) -> list[Unit]:
    """Units in whose name the holder of ``by`` may call a meeting, their own first.

    The unit of the appointment, the agency it belongs to, and, for people of an office (văn phòng), the
    unit which that office serves.
    """
    line = [*Unit.objects.get_ancestors(by.unit), by.unit]
    units = [by.unit]
    if by.unit.legal_body is not None:
        units.append(by.unit.legal_body.unit)
    units += [above for above, unit in pairwise(line) if unit.kind == Unit.Kind.OFFICE]
    return list({unit.pk: unit for unit in units}.values())


def may_create(by: Appointment, organiser: Unit) -> bool:
    """The holder of ``by`` may call a meeting in the name of ``organiser``."""
    return any(unit.pk == organiser.pk for unit in organisers_for(by))


def may_chair(user: User, meeting: Meeting) -> bool:
    """The chair, or the secretary acting for the chair."""
    return user.pk in (meeting.chair.person_id, meeting.secretary.person_id)


def may_prepare(user: User, meeting: Meeting) -> bool:
    """Of those who prepare the meeting: chair, secretary, author, and who answers for the organising unit
    or for the unit that prepares it (the author's).
    """
    if may_chair(user, meeting) or user.pk == meeting.created_by.person_id:
        return True
    preparing = [meeting.organiser_id, meeting.created_by.unit_id]
    return bool(Unit.objects.represented_by(user).filter(pk__in=preparing).exists())


def may_edit(user: User, meeting: Meeting) -> bool:
    """Change title, time, place, leaders, and whom the meeting invites."""
    return meeting.state in OPEN_TO_CHANGE and may_prepare(user, meeting)


def may_invite(user: User, meeting: Meeting) -> bool:
    """Add to whom the meeting invites, even while it sits. Taking out is ``may_edit``."""
    return meeting.state in (*OPEN_TO_CHANGE, Meeting.State.IN_SESSION) and may_prepare(user, meeting)


def may_edit_agenda(user: User, meeting: Meeting) -> bool:
    """Change the agenda and its papers: until the meeting has ended."""
    return meeting.state in (*OPEN_TO_CHANGE, Meeting.State.IN_SESSION) and may_prepare(user, meeting)


def may_table(user: User, meeting: Meeting, item: AgendaItem) -> bool:
    """Put papers on the table at ``item``: who may edit the agenda, and the agency that presents the item."""
    if may_edit_agenda(user, meeting):
        return True
    if meeting.state not in WITH_ROOM or item.presenter_id is None:
        return False
    return bool(Unit.objects.represented_by(user).filter(pk=item.presenter_id).exists())


def may_issue(user: User, meeting: Meeting) -> bool:
    """Send the invitations: of a draft, or again after a postponement."""
    return meeting.state in (Meeting.State.DRAFT, Meeting.State.POSTPONED) and may_prepare(user, meeting)


def may_cancel(user: User, meeting: Meeting) -> bool:
    """Cancel for good, before it has begun."""
    return meeting.state in OPEN_TO_CHANGE and may_prepare(user, meeting)


def may_postpone(user: User, meeting: Meeting) -> bool:
    """Put off without a new time: an issued meeting that has not begun."""
    return meeting.state == Meeting.State.INVITED and may_prepare(user, meeting)


def may_nominate(user: User, site: MeetingSite) -> bool:
    """Name who attends at ``site``: head, deputy or clerk of the invited unit, until the meeting has ended."""
    if site.kind == MeetingSite.Kind.INDIVIDUAL or site.meeting.state not in WITH_ROOM:
        return False
    return bool(Unit.objects.represented_by(user).filter(pk=site.unit_id).exists())


def may_open(user: User, meeting: Meeting) -> bool:
    """Begin the session of an issued meeting."""
    return meeting.state == Meeting.State.INVITED and may_chair(user, meeting)


def may_end(user: User, meeting: Meeting) -> bool:
    """End the session."""
    return meeting.state == Meeting.State.IN_SESSION and may_chair(user, meeting)


def _represented_sites(user: User) -> tuple[Q, Q]:
    own = Q(person=user)
    listed = Q(pk__in=Attendee.objects.filter(person=user).order_by().values("site"))
    represented = Q(person__isnull=True, unit__in=Unit.objects.represented_by(user).order_by().values("pk"))
    return own | listed | represented, listed


def sites_of(user: User, meeting: Meeting) -> list[MeetingSite]:
    """The sites that ``user`` may represent in ``meeting``, the one to offer first in front. One query.

    A person's own site; the site at which they are listed as attendee (chair and secretary: the main site;
    nominees: their unit's); the sites of units they answer for.
    """
    any_of, listed = _represented_sites(user)
    nearest = Case(
        When(listed, then=Value(0)), When(person=user, then=Value(1)), default=Value(2), output_field=IntegerField()
    )
    sites = MeetingSite.objects.filter(any_of, meeting=meeting).select_related("unit")
    return list(sites.order_by(nearest, "unit__path", "pk"))


def may_enter_room(user: User, meeting: Meeting) -> bool:
    """Enter the room of an issued or sitting meeting, at one of ``sites_of``."""
    return meeting.state in WITH_ROOM and bool(sites_of(user, meeting))


def enterable(user: User, meetings: Iterable[Meeting]) -> set[int]:
    """Ids of those of ``meetings`` whose room ``user`` may enter; one query for a whole list."""
    any_of, _listed = _represented_sites(user)
    open_rooms = [meeting.pk for meeting in meetings if meeting.state in WITH_ROOM]
    sites = MeetingSite.objects.filter(any_of, meeting__in=open_rooms).order_by()
    return set(sites.values_list("meeting", flat=True))


WITH_CONCLUSIONS = (Meeting.State.INVITED, Meeting.State.IN_SESSION, Meeting.State.ENDED)
"""Conclusions are drafted before, during and after the session, until they are issued."""


def may_read_draft_conclusions(user: User, meeting: Meeting) -> bool:
    """See conclusions that are not issued: those who prepare the meeting."""
    return may_prepare(user, meeting)


def may_write_conclusions(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Write, change and remove conclusions: the secretary while they draft, the chair until the notice is issued."""
    if meeting.state not in WITH_CONCLUSIONS or notice.state == ConclusionNotice.State.ISSUED:
        return False
    if user.pk == meeting.chair.person_id:
        return True
    return notice.state == ConclusionNotice.State.DRAFT and user.pk == meeting.secretary.person_id


def may_submit_conclusions(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Lay the draft before the chair: the secretary, or the chair who wrote it."""
    drafting = notice.state == ConclusionNotice.State.DRAFT and meeting.state in WITH_CONCLUSIONS
    return drafting and may_chair(user, meeting)


def may_issue_conclusions(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Confirm, number and issue what was laid before the chair, or send it back: the chair alone."""
    return notice.state == ConclusionNotice.State.SUBMITTED and user.pk == meeting.chair.person_id
