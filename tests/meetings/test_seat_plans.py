"""Chairs of a room: given one by one or in protocol order, and what each shows while the meeting sits."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import Attendee, CheckIn, Meeting, Seat, SpeechRequest
from tests.city import City
from tests.factories import AttendeeFactory, MeetingFactory, MeetingSiteFactory

As = Callable[[str], Client]


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Chair, secretary, the office's clerk in the room; a ward is elsewhere."""
    made: Meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.office, state=Meeting.State.INVITED
    )
    main = MeetingSiteFactory(meeting=made, kind="main", unit=city.office)
    for role, part in (("organiser_clerk", "invited"), ("secretary", "secretary"), ("chair", "chair")):
        AttendeeFactory(site=main, appointment=city[role], role=part)
    AttendeeFactory(site=MeetingSiteFactory(meeting=made, unit=city.commune), appointment=city["invited_head"])
    return made


def test_chairs_are_given_and_show_what_happens(city: City, client_as: As, meeting: Meeting) -> None:
    secretary, ward = client_as("secretary"), client_as("invited_head")
    page, give = reverse("meeting-seats", args=[meeting.pk]), reverse("seat-give", args=[meeting.pk])
    draw, fill = reverse("seats-draw", args=[meeting.pk]), reverse("seats-fill", args=[meeting.pk])
    assert "Chưa có sơ đồ chỗ ngồi" in ward.get(page).content.decode()
    for wrong in ("", "A", "A: 0", "A: 99", "A: x"):
        answer = secretary.post(draw, {"layout": f"Đầu: 2\n{wrong}" if wrong else ""})
        assert answer.status_code == 422
        assert wrong in answer.content.decode(), "nothing typed is lost"
    assert ward.post(draw, {"layout": "A: 2"}).status_code == 403
    assert secretary.post(draw, {"layout": "Chủ tọa: 1\nA: 2 2"}).status_code == 302

    chair, clerk = (
        Attendee.objects.get(meeting=meeting, person=city.person(who)) for who in ("chair", "organiser_clerk")
    )
    offered = secretary.get(page, {"seat": "2-3"}).content.decode()
    assert "Phạm Văn Thư" in offered and "Hoàng Ba Đình" not in offered, "only who is in the room"
    following = secretary.post(give, {"seat": "2-3", "attendee": clerk.pk})
    assert following["Location"].endswith("?seat=2-4#give"), "the next free one"
    assert secretary.post(give, {"seat": "2-3", "attendee": clerk.pk}).status_code == 302, "twice: harmless"
    taken = secretary.post(give, {"seat": "2-3", "attendee": chair.pk})
    assert taken.status_code == 409
    assert "Phạm Văn Thư" in taken.content.decode()
    assert secretary.post(give, {"seat": "9-9", "attendee": chair.pk}).status_code == 422
    assert ward.post(give, {"seat": "2-1", "attendee": chair.pk}).status_code == 403
    for _twice in range(2):
        assert secretary.post(fill).status_code == 302
    places = {seat.attendee.person: (seat.row, seat.number) for seat in Seat.objects.all()}
    assert places[city.person("chair")] == (1, 1), "the chair in front"
    assert len(places) == 3
    secretary.post(give, {"seat": "2-4", "attendee": clerk.pk})
    assert Seat.objects.get(attendee=clerk).number == 4, "who moves leaves the other chair"

    now = timezone.now()
    Meeting.objects.update(state=Meeting.State.IN_SESSION)
    CheckIn.objects.create(attendee=clerk, method="self", at=now, by=clerk.person)
    site = clerk.site
    SpeechRequest.objects.create(
        meeting=meeting, site=site, by=chair.person, state="speaking", topic="Khai mạc", requested_at=now
    )
    seen = ward.get(page).content.decode()
    for state, words in (
        ("speaking", "đang phát biểu"),
        ("present", "có mặt"),
        ("absent", "vắng"),
        ("empty", "ghế trống"),
    ):
        assert f'<li class="seat seat-{state}">' in seen and f"<em>{words}</em>" in seen
    SpeechRequest.objects.filter(by=chair.person).update(state="done")
    SpeechRequest.objects.create(
        meeting=meeting, site=site, by=clerk.person, state="waiting", topic="Báo cáo", requested_at=now
    )
    CheckIn.objects.create(attendee=chair, method="self", at=now - dt.timedelta(minutes=1), by=chair.person)
    seen = ward.get(page).content.decode()
    assert "<em>đã phát biểu</em>" in seen and "<em>đăng ký phát biểu</em>" in seen

    assert secretary.post(draw, {"layout": "Chủ tọa: 1"}).status_code == 302
    assert [seat.attendee for seat in Seat.objects.all()] == [chair], "whose chair is gone has none"
    assert client_as("outsider").get(page).status_code == 404
