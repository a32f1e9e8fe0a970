"""Who may do what with a meeting, one predicate per verb (docs/domain/meetings.md, table of rights).

The predicates answer for the person and the meeting's present state; what a person may not even know of
is left out by ``Meeting.objects.visible_to``.
"""

from collections.abc import Iterable
from itertools import pairwise

from django.db.models import Q, QuerySet

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of
from meetings import confidential, roles
from meetings.models import (
    AgendaItem,
    Attendee,
    ConclusionNotice,
    Dispatch,
    LiveState,
    Meeting,
    MeetingSeries,
    MeetingSite,
    Role,
    SpeechRequest,
)

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


def may_chair(user: User, meeting: Meeting | MeetingSeries) -> bool:
    """The chair, or the secretary acting for the chair."""
    return user.pk in (meeting.chair.person_id, meeting.secretary.person_id)


def role_of(user: User, meeting_id: int, site: MeetingSite) -> str:
    """As what ``user`` takes part at ``site``: as listed; who only answers for the unit has the site's role."""
    listed = Attendee.objects.filter(meeting=meeting_id, person=user).order_by("pk")  # one at most
    return listed.values_list("role", flat=True).first() or site.role


def presiding(meeting: Meeting) -> Appointment:
    """Under which appointment somebody has floor control: the chair's, unless it was handed over."""
    related = "presiding__appointment__person"
    live = LiveState.objects.filter(meeting=meeting, presiding__isnull=False).select_related(related).first()
    return live.presiding.appointment if live and live.presiding else meeting.chair


def is_secretary(user: User, meeting: Meeting) -> bool:
    """The secretary named with the meeting, or another one."""
    if user.pk == meeting.secretary.person_id:
        return True
    return Attendee.objects.filter(meeting=meeting, person=user, role=Role.SECRETARY).exists()


def may_lead(user: User, meeting: Meeting) -> bool:
    """Floor control: who presides, or a secretary for them."""
    return user.pk == presiding(meeting).person_id or is_secretary(user, meeting)


def may_attach(user: User, meeting: Meeting) -> bool:
    """Let another meeting be a site of this one, and detach it or this one: who leads it, and its picture directors."""
    if may_lead(user, meeting):
        return True
    return Attendee.objects.filter(meeting=meeting, person=user, role=Role.OPERATOR).exists()


def may_admit(user: User, meeting: Meeting) -> bool:
    """Let people into the room, put them out, lock it, give roles: chair, secretaries, who presides."""
    return user.pk == meeting.chair.person_id or may_lead(user, meeting)


def may_watch_board(user: User, meeting: Meeting) -> bool:
    """See whom to call at each site, and how good its line is: who admits or prepares, operators, and the
    technicians of the main site."""
    if may_admit(user, meeting) or may_prepare(user, meeting):
        return True
    helping = Q(role=Role.OPERATOR) | Q(role=Role.TECHNICIAN, site__kind=MeetingSite.Kind.MAIN)
    return Attendee.objects.filter(helping, meeting=meeting, person=user).exists()


def may_test_line(user: User, site: MeetingSite) -> bool:
    """Test the line of a site: whoever may represent it in the room, until the meeting has ended."""
    return any(mine.pk == site.pk for mine in enterable_sites(user, site.meeting))


def may_see_readiness(user: User, site: MeetingSite) -> bool:
    """See how ready a site is, and say who sees to its problems: its own people, and who watches the board."""
    return may_test_line(user, site) or may_watch_board(user, site.meeting)


def may_plan_tests(user: User, meeting: Meeting) -> bool:
    """Say when sites are to test their lines: who prepares an issued meeting."""
    return meeting.state in WITH_ROOM and may_prepare(user, meeting)


def may_prepare(user: User, meeting: Meeting | MeetingSeries) -> bool:
    """Of those who prepare the meeting or the recurring meeting: chair, secretary, author, and who answers for the organising unit
    or for the unit that prepares it (the author's).
    """
    if may_chair(user, meeting) or user.pk == meeting.created_by.person_id:
        return True
    preparing = [meeting.organiser_id, meeting.created_by.unit_id]
    return not standing_of(user).represents.isdisjoint(preparing)


def may_number_minutes(user: User, meeting: Meeting) -> bool:
    """Give the minutes their number: those who prepare, once the meeting is over and has none."""
    over = meeting.state in (Meeting.State.ENDED, Meeting.State.CONCLUDED)
    return over and meeting.minutes_line_id is None and may_prepare(user, meeting)


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
    """Put papers on the table at ``item``: who may edit the agenda, and the agency that presents the item.

    Not the agency where papers were asked of it: it submits them.
    """
    if may_edit_agenda(user, meeting):
        return True
    if meeting.state not in WITH_ROOM or item.presenter_id is None:
        return False
    if item.paper_requests.filter(unit=item.presenter_id, cancelled_at__isnull=True).exists():
        return False  # what they were asked for, those who prepare approve
    return item.presenter_id in standing_of(user).represents


def may_recuse(user: User, meeting: Meeting) -> bool:
    """Keep somebody out of the papers of an item, and lift it: the chair and the secretary, also after the meeting."""
    return meeting.state != Meeting.State.CANCELLED and may_chair(user, meeting)


def may_take_papers_back(user: User, meeting: Meeting) -> bool:
    """Withdraw the papers of a meeting that is over from its readers: those who prepared it."""
    return meeting.state in (Meeting.State.ENDED, Meeting.State.CONCLUDED) and may_prepare(user, meeting)


def may_issue(user: User, meeting: Meeting) -> bool:
    """Send the invitations: of a draft, or again after a postponement."""
    return meeting.state in (Meeting.State.DRAFT, Meeting.State.POSTPONED) and may_prepare(user, meeting)


def may_cancel(user: User, meeting: Meeting) -> bool:
    """Cancel for good, before it has begun."""
    return meeting.state in OPEN_TO_CHANGE and may_prepare(user, meeting)


def may_postpone(user: User, meeting: Meeting) -> bool:
    """Put off without a new time: an issued meeting that has not begun."""
    return meeting.state == Meeting.State.INVITED and may_prepare(user, meeting)


def may_record(user: User, meeting: Meeting) -> bool:
    """Have a sitting meeting recorded, and end the recording: who presides, and the secretaries."""
    return meeting.state == Meeting.State.IN_SESSION and may_lead(user, meeting)


def may_download_recording(user: User, meeting: Meeting) -> bool:
    """Take a recording away as a file: those who prepare the meeting. Watching is for all who know of it."""
    return may_prepare(user, meeting)


def may_delete_recording(user: User, meeting: Meeting) -> bool:
    """Delete a recording before its time: the chair and the secretary."""
    return may_chair(user, meeting)


def may_read_captions(user: User, meeting: Meeting) -> bool:
    """Read and take away the captions of the whole meeting: those who prepare it, and every secretary."""
    return may_prepare(user, meeting) or is_secretary(user, meeting)


def may_nominate(user: User, site: MeetingSite) -> bool:
    """Name who attends at ``site``: head, deputy or clerk of the invited unit, until the meeting has ended."""
    if site.kind == MeetingSite.Kind.INDIVIDUAL or site.meeting.state not in WITH_ROOM:
        return False
    return site.unit_id in standing_of(user).represents


def may_open(user: User, meeting: Meeting) -> bool:
    """Begin the session of an issued meeting."""
    return meeting.state == Meeting.State.INVITED and may_lead(user, meeting)


def may_end(user: User, meeting: Meeting) -> bool:
    """End the session."""
    return meeting.state == Meeting.State.IN_SESSION and may_lead(user, meeting)


def sites_of(user: User, meeting: Meeting) -> list[MeetingSite]:
    """The sites that ``user`` may represent in ``meeting``, the one to offer first in front. Two queries.

    A person's own site; the site at which they are listed as attendee (chair and secretary: the main site;
    nominees: their unit's); the sites of units they answer for. None while somebody stands for them.
    """
    seats = list(Attendee.objects.filter(person=user, meeting=meeting).order_by().values_list("site", "substitute"))
    if any(substitute for _site, substitute in seats):
        return []
    listed = {site for site, _substitute in seats}
    sites = list(MeetingSite.objects.filter(_own_or(user, Q(pk__in=listed)), meeting=meeting).select_related("unit"))
    for site in sites:
        site.meeting = meeting
    return sorted(sites, key=lambda site: (site.pk not in listed, site.person_id != user.pk, site.unit.path, site.pk))


def _own_or(user: User, listed: Q) -> Q:
    return Q(person=user) | listed | Q(person__isnull=True, unit__in=standing_of(user).represents)


def enterable_sites(user: User, meeting: Meeting) -> list[MeetingSite]:
    """Those of ``sites_of`` at which ``user`` may enter the room: all of an issued or sitting meeting, else none."""
    return sites_of(user, meeting) if meeting.state in WITH_ROOM else []


def may_enter_room(user: User, meeting: Meeting) -> bool:
    """Enter the room, at one of ``enterable_sites``."""
    return bool(enterable_sites(user, meeting))


def enterable(user: User, meetings: Iterable[Meeting]) -> set[int]:
    """Ids of those of ``meetings`` whose room ``user`` may enter; one query for a whole list."""
    open_rooms = [meeting.pk for meeting in meetings if meeting.state in WITH_ROOM]
    return set(sites_open_to(user).filter(meeting__in=open_rooms).order_by().values_list("meeting", flat=True))


def sites_open_to(user: User) -> QuerySet[MeetingSite]:
    """The sites of ``sites_of``, of whatever meetings."""
    seats = Attendee.objects.filter(person=user).order_by()
    sites = MeetingSite.objects.filter(_own_or(user, Q(pk__in=seats.values("site"))))
    return sites.exclude(meeting__in=seats.filter(substitute__isnull=False).values("meeting"))


WITH_CONCLUSIONS = (Meeting.State.INVITED, Meeting.State.IN_SESSION, Meeting.State.ENDED)
"""Conclusions are drafted before, during and after the session, until they are issued."""


def may_read_draft_conclusions(user: User, meeting: Meeting) -> bool:
    """See conclusions that are not issued: those who prepare the meeting, and who is to sign their notice."""
    if may_prepare(user, meeting):
        return True
    to_sign = ConclusionNotice.objects.filter(meeting=meeting, state=ConclusionNotice.State.CONFIRMED)
    return to_sign.filter(issuer__in=standing_of(user).leads).exists()


def may_read_history_of_notice(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Know who wrote, confirmed and signed when: who reads the draft, and who leads the unit that issued them."""
    return may_read_draft_conclusions(user, meeting) or notice.issuer_id in standing_of(user).leads


def _has_draft(meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Conclusions may be drafted: the first notice, or one that replaces it (``editions``)."""
    again = meeting.state == Meeting.State.CONCLUDED and notice.replaces_id is not None
    return again or meeting.state in WITH_CONCLUSIONS


def may_write_conclusions(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Write, change and remove conclusions: the secretary while they draft, the chair until they have confirmed them."""
    if not _has_draft(meeting, notice):
        return False
    if user.pk == meeting.chair.person_id:
        return notice.state in (ConclusionNotice.State.DRAFT, ConclusionNotice.State.SUBMITTED)
    return notice.state == ConclusionNotice.State.DRAFT and user.pk == meeting.secretary.person_id


def may_submit_conclusions(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Lay the draft before the chair: the secretary, or the chair who wrote it."""
    drafting = notice.state == ConclusionNotice.State.DRAFT and _has_draft(meeting, notice)
    return drafting and may_chair(user, meeting)


def may_replace_notice(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Begin the edition that is to replace an issued one: chair and secretary, head and deputies of the issuing unit."""
    issued = notice.state == ConclusionNotice.State.ISSUED and meeting.state == Meeting.State.CONCLUDED
    return issued and (may_chair(user, meeting) or notice.issuer_id in standing_of(user).leads)


def may_drop_replacement(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Give up the edition that was to replace an issued one: chair and secretary, while it is a draft."""
    return notice.replaces_id is not None and may_submit_conclusions(user, meeting, notice)


def may_confirm_conclusions(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Confirm what was laid before the chair: the chair alone."""
    return notice.state == ConclusionNotice.State.SUBMITTED and user.pk == meeting.chair.person_id


def may_issue_conclusions(user: User, notice: ConclusionNotice) -> bool:
    """Sign and issue what the chair has confirmed: head and deputies of the issuing unit."""
    return notice.state == ConclusionNotice.State.CONFIRMED and notice.issuer_id in standing_of(user).leads


def may_send_conclusions_back(user: User, meeting: Meeting, notice: ConclusionNotice) -> bool:
    """Have them drafted again: the chair until they are issued, and who is to sign."""
    chair = user.pk == meeting.chair.person_id
    if notice.state == ConclusionNotice.State.CONFIRMED:
        return chair or may_issue_conclusions(user, notice)
    return chair and notice.state == ConclusionNotice.State.SUBMITTED


def may_see_receipts(user: User, dispatch: Dispatch) -> bool:
    """See who has received what was sent, and ask for what is missing: those who prepare the meeting, and who answers
    for the unit that issued it."""
    return may_prepare(user, dispatch.meeting) or dispatch.issuer_id in standing_of(user).represents


def may_withdraw(user: User, dispatch: Dispatch) -> bool:
    """Take a notice back from one recipient: who sent it. An invitation is taken back by removing its line."""
    return dispatch.kind == Dispatch.Kind.NOTICE and may_see_receipts(user, dispatch)


def may_recall(user: User, dispatch: Dispatch) -> bool:
    """Recall a notice, cancel its number, stop showing its text: head and deputies of the issuing unit. An invitation is
    recalled by putting off or cancelling the meeting."""
    return dispatch.kind == Dispatch.Kind.NOTICE and dispatch.issuer_id in standing_of(user).leads


def sites_that_speak(user: User, meeting: Meeting) -> list[MeetingSite]:
    """Those of ``enterable_sites`` that register to speak: not the main one, and not where one only looks on."""
    return [
        site
        for site in enterable_sites(user, meeting)
        if site.kind != MeetingSite.Kind.MAIN and roles.grants(role_of(user, meeting.pk, site), roles.Right.ASK)
    ]


def may_read_statement(user: User, speech: SpeechRequest) -> bool:
    """Read a text sent beforehand: the secretaries and the site's own people; everybody once it was spoken. At a
    confidential item, none but those who know it."""
    if confidential.is_hidden(user, speech.item):
        return False
    if speech.state == SpeechRequest.State.DONE or is_secretary(user, speech.meeting):
        return True
    return any(site.pk == speech.site_id for site in sites_of(user, speech.meeting))


def may_see_times(user: User, meeting: Meeting) -> bool:
    """See who spoke how long: chair and secretary at any time, everybody who knows of it after the meeting."""
    return meeting.state in (Meeting.State.ENDED, Meeting.State.CONCLUDED) or may_admit(user, meeting)
