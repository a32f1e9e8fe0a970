"""Planning a meeting and moving it through its states."""

import datetime as dt
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications.models import Notification
from meetings import permissions, scheduling
from meetings.models import Attendee, Meeting, MeetingSite
from tests.city import City
from tests.factories import MeetingFactory, MeetingSiteFactory, MeetingTypeFactory


@pytest.fixture
def plan(city: City) -> scheduling.Plan:
    start = timezone.now() + dt.timedelta(days=1)
    return scheduling.Plan(
        title="Họp giao ban công tác tháng",
        type=MeetingTypeFactory(),
        form=Meeting.Form.HYBRID,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        place="Phòng họp số 1",
        organiser=city.committee,
        chair=city["chair"],
        secretary=city["secretary"],
    )


@pytest.fixture
def draft(city: City, plan: scheduling.Plan) -> Meeting:
    return scheduling.create_meeting(city["secretary"], plan)


@pytest.fixture
def issued(draft: Meeting, city: City) -> Meeting:
    """As after issue: the state, and a branch site of the invited commune."""
    MeetingSiteFactory(meeting=draft, unit=city.commune)
    draft.state = Meeting.State.INVITED
    draft.save()
    return draft


def test_chair_and_secretary_attend_without_being_invited(draft: Meeting, city: City) -> None:
    site = draft.sites.get()
    assert (site.kind, site.unit) == (MeetingSite.Kind.MAIN, city.committee)
    seated = set(draft.attendees.values_list("appointment", "role", "site"))
    assert seated == {
        (city["chair"].pk, Attendee.Role.CHAIR, site.pk),
        (city["secretary"].pk, Attendee.Role.SECRETARY, site.pk),
    }


def test_the_same_form_sent_twice_makes_one_meeting(city: City, plan: scheduling.Plan) -> None:
    key = uuid.uuid4()
    made = [scheduling.create_meeting(city["secretary"], plan, key=key) for _ in range(2)]
    assert made[0] == made[1]
    assert Meeting.objects.count() == 1


def test_somebody_elses_form_key_is_refused(city: City, plan: scheduling.Plan, draft: Meeting) -> None:
    with pytest.raises(Conflict):
        scheduling.create_meeting(city["chair"], plan, key=draft.uid)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "Họp " * 2500}, "title"),
        ({"place": "x" * 251}, "place"),
        ({"note": "x" * 4001}, "note"),
        ({"form": "telepathy"}, "form"),
        ({"form": "in_person", "place": ""}, "place"),
    ],
)
def test_text_that_cannot_stand_is_named(city: City, plan: scheduling.Plan, change: dict[str, Any], field: str) -> None:
    with pytest.raises(UserError) as refused:
        scheduling.create_meeting(city["secretary"], replace(plan, **change))
    assert list(refused.value.fields) == [field]
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("hours", [-1, 0, 24 * 8])
def test_the_end_must_follow_the_start_within_a_week(city: City, plan: scheduling.Plan, hours: int) -> None:
    with pytest.raises(UserError) as refused:
        scheduling.create_meeting(city["secretary"], replace(plan, ends_at=plan.starts_at + dt.timedelta(hours=hours)))
    assert "ends_at" in refused.value.fields


def test_a_decomposed_title_is_stored_composed(city: City, plan: scheduling.Plan) -> None:
    decomposed = unicodedata.normalize("NFD", "Họp về Đống Đa, Thượng Cát, ưỡn ẹo")
    meeting = scheduling.create_meeting(city["secretary"], replace(plan, title=decomposed))
    assert meeting.title == unicodedata.normalize("NFC", decomposed)
    assert meeting.search_title == "hop ve dong da, thuong cat, uon eo"


def test_the_secretary_is_not_the_chair(city: City, plan: scheduling.Plan) -> None:
    with pytest.raises(UserError) as refused:
        scheduling.create_meeting(city["secretary"], replace(plan, secretary=city["chair"]))
    assert "secretary" in refused.value.fields


def test_a_chair_who_has_left_office_by_then_is_refused(city: City, plan: scheduling.Plan) -> None:
    city["chair"].valid_to = timezone.localdate()
    city["chair"].save()
    with pytest.raises(UserError) as refused:
        scheduling.create_meeting(city["secretary"], replace(plan, chair=city["chair"]))
    assert "chair" in refused.value.fields


@pytest.mark.parametrize(
    ("role", "organiser", "may"),
    [
        ("secretary", "office", True),  # one's own unit
        ("secretary", "committee", True),  # the unit that the office serves
        ("invited_officer", "commune", True),
        ("invited_officer", "committee", False),  # never up
        ("chair", "department", False),  # never down
        ("department_officer", "commune", False),  # never across
    ],
)
def test_in_whose_name_one_may_call_a_meeting(
    city: City, plan: scheduling.Plan, role: str, organiser: str, may: bool
) -> None:
    plan = replace(plan, organiser=getattr(city, organiser))
    if may:
        assert scheduling.create_meeting(city[role], plan).organiser == plan.organiser
    else:
        with pytest.raises(NotAllowed):
            scheduling.create_meeting(city[role], plan)


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    city: City, plan: scheduling.Plan, draft: Meeting
) -> None:
    opened_on = draft.version
    scheduling.edit_meeting(city["secretary"], draft, replace(plan, title="Bản của thư ký"), version=opened_on)
    with pytest.raises(Conflict) as refused:
        scheduling.edit_meeting(city["chair"], draft, replace(plan, title="Bản của chủ trì"), version=opened_on)
    assert refused.value.code == "meeting-changed"
    assert Meeting.objects.get().title == "Bản của thư ký"


def test_saving_the_same_text_twice_is_harmless(city: City, plan: scheduling.Plan, draft: Meeting) -> None:
    changed = replace(plan, title="Đổi tên")
    for _ in range(2):
        scheduling.edit_meeting(city["secretary"], draft, changed, version=draft.version)
    assert Meeting.objects.get().version == draft.version + 1


@pytest.mark.parametrize(("change", "raised"), [({"place": "Phòng họp số 2"}, 1), ({"note": "Mang theo số liệu"}, 0)])
def test_only_what_a_calendar_shows_raises_the_sequence(
    city: City, plan: scheduling.Plan, issued: Meeting, change: dict[str, str], raised: int
) -> None:
    meeting = scheduling.edit_meeting(city["secretary"], issued, replace(plan, **change), version=issued.version)
    assert meeting.sequence == raised
    assert Notification.objects.filter(kind="meeting.changed").exists() == bool(raised)


def test_rescheduling_an_issued_meeting_tells_everybody_invited(city: City, issued: Meeting) -> None:
    start = issued.starts_at + dt.timedelta(days=1)
    scheduling.reschedule(
        city["secretary"], issued, starts_at=start, ends_at=start + dt.timedelta(hours=1), version=issued.version
    )
    told = Notification.objects.filter(kind="meeting.changed")
    people = {city.person(role).pk for role in ("chair", "secretary", "invited_head", "invited_clerk")}
    assert set(told.values_list("recipient", flat=True)) == people
    assert "SEQUENCE:1" in told[0].calendar


def test_rescheduling_a_draft_tells_nobody(city: City, draft: Meeting) -> None:
    start = draft.starts_at + dt.timedelta(days=1)
    scheduling.reschedule(
        city["secretary"], draft, starts_at=start, ends_at=start + dt.timedelta(hours=1), version=draft.version
    )
    assert not Notification.objects.exists()


@pytest.mark.parametrize("call_off", [scheduling.cancel_meeting, scheduling.postpone_meeting])
def test_calling_off_needs_a_reason_and_tells_it(city: City, issued: Meeting, call_off: Callable[..., Meeting]) -> None:
    with pytest.raises(UserError) as refused:
        call_off(city["secretary"], issued, reason="  ")
    assert "reason" in refused.value.fields
    for _ in range(2):  # a double click
        meeting = call_off(city["secretary"], issued, reason="Bão số 5")
    told = Notification.objects.filter(recipient=city.person("invited_head"))
    assert [("Bão số 5" in notice.body, "METHOD:CANCEL" in notice.calendar) for notice in told] == [(True, True)]
    assert (meeting.sequence, meeting.state_reason) == (1, "Bão số 5")


def test_a_cancelled_meeting_stays_cancelled(city: City, plan: scheduling.Plan, issued: Meeting) -> None:
    scheduling.cancel_meeting(city["secretary"], issued, reason="Bão số 5")
    for attempt in (
        lambda: scheduling.open_meeting(city["chair"], issued),
        lambda: scheduling.postpone_meeting(city["chair"], issued, reason="Bão"),
        lambda: scheduling.edit_meeting(city["chair"], issued, replace(plan, title="Khác"), version=issued.version + 1),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_chair_or_secretary_opens_and_ends(city: City, issued: Meeting) -> None:
    meeting = scheduling.open_meeting(city["secretary"], issued)
    assert (meeting.state, meeting.live.page) == (Meeting.State.IN_SESSION, 1)
    assert scheduling.open_meeting(city["chair"], issued).opened_at == meeting.opened_at
    assert scheduling.end_meeting(city["chair"], issued).state == Meeting.State.ENDED
    verbs = Entry.objects.filter(target_id=issued.pk).order_by("pk").values_list("action", flat=True)
    assert list(verbs) == ["meeting.created", "meeting.opened", "meeting.ended"]


@pytest.mark.parametrize("role", ["invited_head", "outsider", "department_head", "organiser_clerk"])
def test_nobody_else_opens(city: City, issued: Meeting, role: str) -> None:
    with pytest.raises(NotAllowed):
        scheduling.open_meeting(city[role], issued)


def test_a_draft_cannot_be_opened(city: City, draft: Meeting) -> None:
    with pytest.raises(NotAllowed):
        scheduling.open_meeting(city["chair"], draft)


def test_a_new_chair_takes_the_seat_of_the_old_one(city: City, plan: scheduling.Plan, draft: Meeting) -> None:
    changed = replace(plan, chair=city["department_head"], organiser=city.office)
    scheduling.edit_meeting(city["secretary"], draft, changed, version=draft.version)
    seated = draft.attendees.get(role=Attendee.Role.CHAIR)
    assert (seated.person, seated.site.unit) == (city.person("department_head"), city.office)
    assert draft.attendees.count() == 2


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        ("chair", "committee"),
        ("secretary", "committee"),
        ("invited_head", "commune"),
        ("invited_clerk", "commune"),
        ("invited_officer", None),
        ("outsider_head", None),
        ("organiser_clerk", None),
        ("admin", None),
    ],
)
def test_which_site_one_may_represent(city: City, issued: Meeting, role: str, unit: str | None) -> None:
    sites = [site.unit for site in permissions.sites_of(city.person(role), issued)]
    assert sites == ([getattr(city, unit)] if unit else [])
    assert permissions.may_enter_room(city.person(role), issued) == bool(unit)


def test_nobody_enters_the_room_of_a_draft(city: City, draft: Meeting) -> None:
    assert not permissions.may_enter_room(city.person("chair"), draft)


@pytest.mark.parametrize(
    ("role", "sees_draft", "sees_issued"),
    [
        ("chair", True, True),
        ("secretary", True, True),
        ("organiser_clerk", True, True),  # of the office that prepares it
        ("invited_head", False, True),
        ("invited_officer", False, False),
        ("outsider_head", False, False),
        ("department_head", False, False),
        ("admin", False, False),
    ],
)
def test_who_knows_of_a_meeting(city: City, issued: Meeting, role: str, sees_draft: bool, sees_issued: bool) -> None:
    draft = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
    MeetingSiteFactory(meeting=draft, unit=city.commune)
    seen = set(Meeting.objects.visible_to(city.person(role)))
    assert seen == {meeting for meeting, sees in ((draft, sees_draft), (issued, sees_issued)) if sees}
