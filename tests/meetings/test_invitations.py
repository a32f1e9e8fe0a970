"""Whom a meeting invites, issuing, naming who attends."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Grant
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Unit, UnitGroup
from meetings import invitations, permissions, scheduling
from meetings.models import Attendee, InvitationLine, Meeting, MeetingSite, Nomination, TabledPaper
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    AppointmentFactory,
    HeadPositionFactory,
    MeetingFactory,
    MeetingSiteFactory,
    PaperFactory,
    UnitFactory,
    UnitGroupFactory,
)


@pytest.fixture
def draft(city: City) -> Meeting:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
    scheduling.seat_leaders(meeting)
    return meeting


@pytest.fixture
def communes(city: City) -> UnitGroup:
    return UnitGroupFactory(name="Các phường, xã", below=city.committee, kind=Unit.Kind.COMMUNE)


@pytest.fixture
def issued(city: City, draft: Meeting) -> Meeting:
    invitations.add_line(city["secretary"], draft, city.commune)
    return invitations.issue(city["secretary"], draft)


def _told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_lines_for_the_same_unit_make_one_site(city: City, draft: Meeting, communes: UnitGroup) -> None:
    for invitee in (communes, city.commune, city.department, city["invited_officer"], city.committee, city["chair"]):
        invitations.add_line(city["secretary"], draft, invitee)
    invitations.issue(city["secretary"], draft)
    sites = set(draft.sites.values_list("kind", "name"))
    kinds = MeetingSite.Kind
    assert sites == {
        (kinds.MAIN, "UBND thành phố Hà Nội"),
        (kinds.BRANCH, "Phường Ba Đình"),
        (kinds.BRANCH, "Phường Đống Đa"),
        (kinds.BRANCH, "Sở Xây dựng"),
        (kinds.INDIVIDUAL, "Nguyễn Công Chức"),
    }


def test_the_preview_counts_what_issue_then_makes(city: City, draft: Meeting, communes: UnitGroup) -> None:
    lonely = UnitFactory(parent=city.committee, kind=Unit.Kind.COMMUNE)
    for invitee in (communes, city["department_officer"]):
        invitations.add_line(city["secretary"], draft, invitee)
    foreseen = invitations.preview(draft)
    assert foreseen.unanswered == [lonely]
    invitations.issue(city["secretary"], draft)
    assert foreseen.sites == draft.sites.count() == 5
    assert foreseen.told == Notification.objects.filter(kind="meeting.invited").count()


def test_the_preview_warns_of_a_unit_that_sits_elsewhere_then(city: City, draft: Meeting, issued: Meeting) -> None:
    second = MeetingFactory(chair=city["chair"], secretary=city["secretary"], starts_at=issued.starts_at)
    invitations.add_line(city["secretary"], second, city.commune)
    assert invitations.preview(second).busy == [city.commune]


def test_the_preview_warns_of_a_presenter_who_is_not_invited(city: City, draft: Meeting) -> None:
    AgendaItemFactory(meeting=draft, presenter=city.department)
    assert invitations.preview(draft).presenters == [city.department]


def test_those_who_answer_for_an_invited_unit_are_told_and_its_officers_are_not(city: City, issued: Meeting) -> None:
    assert _told("meeting.invited") == {"chair", "secretary", "invited.head", "invited.clerk"}


def test_a_closed_unit_of_a_group_is_not_invited(city: City, draft: Meeting, communes: UnitGroup) -> None:
    city.other_commune.valid_to = timezone.localdate()
    city.other_commune.save()
    invitations.add_line(city["secretary"], draft, communes)
    assert invitations.preview(draft).units == [city.commune]


def test_issuing_twice_invites_once(city: City, issued: Meeting) -> None:
    before = Notification.objects.count()
    invitations.issue(city["secretary"], issued)
    assert Notification.objects.count() == before


def test_a_meeting_that_invites_nobody_is_not_issued(city: City, draft: Meeting) -> None:
    with pytest.raises(Conflict, match="nobody-invited"):
        invitations.issue(city["secretary"], draft)


def test_a_meeting_in_the_past_is_not_issued(city: City, draft: Meeting) -> None:
    invitations.add_line(city["secretary"], draft, city.commune)
    draft.starts_at -= dt.timedelta(days=3)
    draft.ends_at -= dt.timedelta(days=3)
    draft.save()
    with pytest.raises(Conflict, match="meeting-past"):
        invitations.issue(city["secretary"], draft)


@pytest.mark.parametrize("role", ["invited_head", "outsider_head", "department_head", "invited_officer"])
def test_strangers_neither_invite_nor_issue(city: City, draft: Meeting, role: str) -> None:
    for attempt in (
        lambda: invitations.add_line(city[role], draft, city.commune),
        lambda: invitations.issue(city[role], draft),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_papers_on_the_table_become_readable_to_the_invited_only(city: City, draft: Meeting) -> None:
    paper = PaperFactory(created_by=city["secretary"])
    TabledPaper.objects.create(item=AgendaItemFactory(meeting=draft), paper=paper)
    invitations.add_line(city["secretary"], draft, city.commune)
    assert not Grant.objects.exists()
    invitations.issue(city["secretary"], draft)
    readers = {role for role in city.roles if type(paper).objects.visible_to(city.person(role)).exists()}
    assert readers == {"chair", "secretary", "organiser_clerk", "office_head", "invited_head", "invited_clerk"}


def test_a_unit_added_after_issue_is_told_at_once(city: City, issued: Meeting) -> None:
    invitations.add_line(city["secretary"], issued, city.department)
    assert {"department.head", "department.clerk"} <= _told("meeting.invited")
    assert issued.sites.filter(unit=city.department).exists()
    assert Notification.objects.filter(recipient=city.person("invited_head")).count() == 1


def test_a_unit_removed_after_issue_is_told_and_sees_the_meeting_no_more(city: City, issued: Meeting) -> None:
    invitations.remove_line(city["secretary"], issued.invitation_lines.get())
    assert _told("meeting.uninvited") == {"invited.head", "invited.clerk"}
    assert "METHOD:CANCEL" in Notification.objects.filter(kind="meeting.uninvited")[0].calendar
    assert not Meeting.objects.visible_to(city.person("invited_head")).exists()


def test_a_line_added_twice_stands_once(city: City, draft: Meeting) -> None:
    for _ in range(2):
        invitations.add_line(city["secretary"], draft, city.commune)
    assert InvitationLine.objects.count() == 1


def test_a_postponed_meeting_is_issued_again_under_a_higher_sequence(city: City, issued: Meeting) -> None:
    scheduling.postpone_meeting(city["secretary"], issued, reason="Bão số 5")
    meeting = invitations.issue(city["secretary"], issued)
    assert (meeting.state, meeting.sequence, meeting.state_reason) == (Meeting.State.INVITED, 2, "")
    assert Notification.objects.filter(recipient=city.person("invited_head"), kind="meeting.invited").count() == 2


def test_the_invited_unit_names_who_attends(city: City, issued: Meeting) -> None:
    site = issued.sites.get(unit=city.commune)
    for _ in range(2):  # a double click
        invitations.nominate(city["invited_clerk"], site, city["invited_officer"])
    attendee = Attendee.objects.get(person=city.person("invited_officer"))
    assert attendee.site == site
    assert permissions.sites_of(city.person("invited_officer"), issued) == [site]
    assert "invited.officer" in _told("meeting.invited")


def test_a_named_person_taken_off_the_list_no_longer_attends(city: City, issued: Meeting) -> None:
    site = issued.sites.get(unit=city.commune)
    nomination = invitations.nominate(city["invited_head"], site, city["invited_officer"])
    for _ in range(2):
        invitations.withdraw_nomination(city["invited_head"], nomination)
    assert not Nomination.objects.exists()
    assert permissions.sites_of(city.person("invited_officer"), issued) == []
    assert _told("meeting.uninvited") == {"invited.officer"}


@pytest.mark.parametrize("role", ["invited_officer", "outsider_head", "secretary"])
def test_only_those_who_answer_for_the_unit_name_people(city: City, issued: Meeting, role: str) -> None:
    site = issued.sites.get(unit=city.commune)
    with pytest.raises(NotAllowed):
        invitations.nominate(city[role], site, city["invited_officer"])


def test_nobody_names_people_of_another_unit(city: City, issued: Meeting) -> None:
    site = issued.sites.get(unit=city.commune)
    with pytest.raises(UserError, match="not-of-unit"):
        invitations.nominate(city["invited_head"], site, city["outsider"])


def test_a_person_attends_at_one_site(city: City, draft: Meeting) -> None:
    for invitee in (city.commune, city["invited_officer"]):
        invitations.add_line(city["secretary"], draft, invitee)
    invitations.issue(city["secretary"], draft)
    with pytest.raises(Conflict, match="attends-elsewhere"):
        invitations.nominate(
            city["invited_head"], draft.sites.get(unit=city.commune, person=None), city["invited_officer"]
        )


def _grow(city: City, count: int) -> None:
    """``count`` further communes with a head each."""
    position = HeadPositionFactory()
    for _ in range(count):
        unit = UnitFactory(parent=city.committee, kind=Unit.Kind.COMMUNE)
        AppointmentFactory(unit=unit, position=position, person__username=f"head{unit.pk}")


def _queries(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_issuing_takes_as_many_queries_for_many_sites_as_for_few(city: City, communes: UnitGroup) -> None:
    counts = []
    for extra in (0, 3, 20):
        _grow(city, extra)
        meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
        scheduling.seat_leaders(meeting)
        invitations.add_line(city["secretary"], meeting, communes)
        counts.append(_queries(lambda: invitations.issue(city["secretary"], meeting)))  # noqa: B023
    _first_of_its_register, few, many = counts
    assert few == many < 72


def test_a_meeting_of_126_communes_is_issued_within_two_seconds(
    city: City, draft: Meeting, communes: UnitGroup, django_capture_on_commit_callbacks: Any
) -> None:
    _grow(city, 124)
    invitations.add_line(city["secretary"], draft, communes)
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        invitations.issue(city["secretary"], draft)
    took = time.monotonic() - began
    assert draft.sites.count() == 127
    assert took < 2, f"{took:.2f} s"


def test_a_person_with_a_site_of_their_own_and_an_answering_post_may_choose(city: City, draft: Meeting) -> None:
    for invitee in (city.commune, city["invited_head"]):
        invitations.add_line(city["secretary"], draft, invitee)
    invitations.issue(city["secretary"], draft)
    sites = permissions.sites_of(city.person("invited_head"), draft)
    assert [site.kind for site in sites] == [MeetingSite.Kind.INDIVIDUAL, MeetingSite.Kind.BRANCH]


def test_an_unissued_meeting_stays_unknown_to_its_future_guests(city: City, draft: Meeting) -> None:
    MeetingSiteFactory(meeting=draft, unit=city.commune)
    assert not Meeting.objects.visible_to(city.person("invited_head")).exists()
