"""The pages of meetings, as each person meets them."""

import datetime as dt
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from eoffice.organisation import appointing
from eoffice.organisation.models import Appointment
from meetings import invitations, scheduling
from meetings.models import AgendaItem, Attendee, InvitationLine, Meeting, MeetingSite, Nomination
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
    MeetingTypeFactory,
    PaperVersionFactory,
    UnitFactory,
    UnitGroupFactory,
)

AsRole = Callable[[str], Client]


@pytest.fixture
def draft(city: City) -> Meeting:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
    scheduling.seat_leaders(meeting)
    return meeting


@pytest.fixture
def issued(city: City, draft: Meeting) -> Meeting:
    invitations.add_line(city["secretary"], draft, city.commune)
    return invitations.issue(city["secretary"], draft)


@pytest.fixture
def typed(city: City) -> dict[str, Any]:
    """What a secretary types for a new meeting."""
    day = timezone.localdate() + dt.timedelta(days=3)
    return {
        "title": "Họp giao ban công tác tháng",
        "type": MeetingTypeFactory().pk,
        "form": "hybrid",
        "day": f"{day:%d/%m/%Y}",
        "start": "08:00",
        "end": "10:30",
        "place": "Phòng họp số 1",
        "organiser": city.committee.pk,
        "chair": city["chair"].pk,
        "secretary": city["secretary"].pk,
        "key": "0b2f9a35-6f8e-4e8a-9d7e-3f2c63a4b0a1",
    }


def test_whoever_was_appointed_after_the_server_began_can_be_picked(
    client_as: AsRole, typed: dict[str, Any], city: City
) -> None:
    assert client_as("secretary").get("/meetings/new/").status_code == 200  # the server runs since today
    later = timezone.now() + dt.timedelta(days=10)
    with time_machine.travel(later):
        held = city["chair"]
        acting = Appointment.Kind.ACTING
        newly = appointing.appoint(
            city.person("invited_head"), held.position, held.unit, valid_from=timezone.localdate(), kind=acting
        )
        day = f"{timezone.localdate() + dt.timedelta(days=3):%d/%m/%Y}"
        answer = client_as("secretary").post("/meetings/new/", {**typed, "day": day, "chair": newly.pk})
    assert answer.status_code == 302
    assert Meeting.objects.get().chair == newly


def test_a_meeting_is_made_on_one_page(client_as: AsRole, typed: dict[str, Any], city: City) -> None:
    client = client_as("secretary")
    assert client.get("/meetings/new/").status_code == 200
    answer = client.post("/meetings/new/", typed)
    meeting = Meeting.objects.get()
    assert answer["Location"] == f"/meetings/{meeting.pk}/"
    assert timezone.localtime(meeting.ends_at).strftime("%H:%M") == "10:30"
    assert meeting.organiser == city.committee


def test_pressing_save_twice_makes_one_meeting(client_as: AsRole, typed: dict[str, Any]) -> None:
    client = client_as("secretary")
    places = {client.post("/meetings/new/", typed)["Location"] for _ in range(2)}
    assert len(places) == Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "errorlist"),
        ({"title": "Họp " * 2500}, "tối đa là 300"),
        ({"end": "07:00"}, "Giờ kết thúc phải sau giờ bắt đầu"),
        ({"end": "25:99"}, "errorlist"),
        ({"day": "31/02/2027"}, "errorlist"),
        ({"day": "01/01/2020"}, "đã qua"),
        ({"chair": ""}, "errorlist"),
        ({"chair": "999999"}, "errorlist"),
        ({"secretary": "chair"}, "người khác với chủ trì"),
        ({"type": "9" * 30}, "errorlist"),
        ({"key": "không phải mã"}, ""),
    ],
)
def test_bad_input_is_named_and_what_was_typed_is_kept(
    client_as: AsRole, typed: dict[str, Any], city: City, change: dict[str, Any], sentence: str
) -> None:
    if change.get("secretary") == "chair":
        change = {"secretary": city["chair"].pk}
    answer = client_as("secretary").post("/meetings/new/", {**typed, **change})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Phòng họp số 1" in page
    assert not Meeting.objects.exists()


def test_decomposed_letters_are_stored_composed(client_as: AsRole, typed: dict[str, Any]) -> None:
    title = "Họp về Đống Đa – ưỡn ẹo, Thượng Cát"
    client_as("secretary").post("/meetings/new/", {**typed, "title": unicodedata.normalize("NFD", title)})
    assert Meeting.objects.get().title == title


def test_a_meeting_may_last_several_days(client_as: AsRole, typed: dict[str, Any]) -> None:
    last = timezone.localdate() + dt.timedelta(days=4)
    client_as("secretary").post("/meetings/new/", {**typed, "end": "07:30", "end_day": f"{last:%d/%m/%Y}"})
    meeting = Meeting.objects.get()
    assert timezone.localdate(meeting.ends_at) == last
    assert f"{last:%d/%m/%Y}" in client_as("secretary").get(f"/meetings/{meeting.pk}/edit/").content.decode()


def test_the_second_of_two_editors_sees_both_texts(client_as: AsRole, draft: Meeting, typed: dict[str, Any]) -> None:
    form = {**typed, "version": draft.version}
    client_as("secretary").post(f"/meetings/{draft.pk}/edit/", {**form, "title": "Bản của thư ký"})
    answer = client_as("chair").post(f"/meetings/{draft.pk}/edit/", {**form, "title": "Bản của chủ trì"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bản của thư ký" in page
    assert "Bản của chủ trì" in page
    assert Meeting.objects.get().title == "Bản của thư ký"
    version = answer.context["form"]["version"].value()
    client_as("chair").post(f"/meetings/{draft.pk}/edit/", {**form, "title": "Bản của chủ trì", "version": version})
    assert Meeting.objects.get().title == "Bản của chủ trì"


@pytest.mark.parametrize("path", ["", "edit/", "issue/", "cancel/", "calendar/", "sites/", "room/", "items/"])
def test_another_agencys_draft_is_not_found_by_guessing(client_as: AsRole, draft: Meeting, path: str) -> None:
    for role in ("outsider", "invited_head", "department_head"):
        assert client_as(role).get(f"/meetings/{draft.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "edit/", "calendar/"])
def test_nobody_unknown_comes_in(client_as: AsRole, draft: Meeting, path: str) -> None:
    assert client_as("anonymous").get(f"/meetings/{draft.pk}/{path}").status_code == 302


def test_the_page_offers_what_the_reader_may_do(client_as: AsRole, issued: Meeting) -> None:
    theirs = {
        role: client_as(role).get(f"/meetings/{issued.pk}/").content.decode() for role in ("secretary", "invited_head")
    }
    assert "Hủy cuộc họp" in theirs["secretary"]
    assert "Hủy cuộc họp" not in theirs["invited_head"]
    assert "Phân công dự họp" in theirs["invited_head"]
    assert all(f"/meetings/{issued.pk}/room/" in page for page in theirs.values())


def test_guests_see_no_invitation_of_others_and_no_history(client_as: AsRole, city: City, issued: Meeting) -> None:
    page = client_as("invited_head").get(f"/meetings/{issued.pk}/").content.decode()
    assert "Thành phần mời" not in page
    assert "Lịch sử" not in page


def test_agenda_items_are_added_moved_changed_and_removed(client_as: AsRole, draft: Meeting, city: City) -> None:
    client = client_as("secretary")
    for title, key in (("Một", "a"), ("Hai", "b"), ("Hai", "b")):  # the last is a double click
        body = {
            "title": title,
            "minutes": 20,
            "presenter": city.department.pk,
            "key": key * 8 + "-1111-4111-8111-" + key * 12,
        }
        assert client.post(f"/meetings/{draft.pk}/items/", body).status_code == 302
    one, two = AgendaItem.objects.order_by("order")
    client.post(f"/meetings/items/{two.pk}/move/", {"to": 1})
    client.post(f"/meetings/items/{one.pk}/edit/", {"title": "Một mới", "minutes": 5, "version": one.version})
    assert list(draft.items.values_list("title", "order")) == [("Hai", 1), ("Một mới", 2)]
    client.post(f"/meetings/items/{two.pk}/remove/")
    assert list(draft.items.values_list("title", "order")) == [("Một mới", 1)]


@pytest.mark.parametrize("change", [{"title": ""}, {"title": "x" * 10_000}, {"minutes": "0"}, {"minutes": "không"}])
def test_a_bad_item_is_refused_in_words(client_as: AsRole, draft: Meeting, change: dict[str, str]) -> None:
    answer = client_as("secretary").post(f"/meetings/{draft.pk}/items/", {"title": "Nội dung", "minutes": 15, **change})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_two_editors_of_one_item(client_as: AsRole, draft: Meeting) -> None:
    item = AgendaItemFactory(meeting=draft)
    body = {"minutes": 15, "version": item.version}
    client_as("secretary").post(f"/meetings/items/{item.pk}/edit/", {**body, "title": "Bản thứ nhất"})
    answer = client_as("chair").post(f"/meetings/items/{item.pk}/edit/", {**body, "title": "Bản thứ hai"})
    assert answer.status_code == 409
    assert {"Bản thứ nhất", "Bản thứ hai"} <= set(
        answer.content.decode().replace("<", "\n").replace(">", "\n").replace(" (15", "\n").split("\n")
    )
    assert AgendaItem.objects.get().title == "Bản thứ nhất"


@pytest.mark.parametrize("to", ["", "-1", "99999999999", "abc", "0"])
def test_a_senseless_place_breaks_nothing(client_as: AsRole, draft: Meeting, to: str) -> None:
    items = [AgendaItemFactory(meeting=draft, order=n) for n in (1, 2)]
    assert client_as("secretary").post(f"/meetings/items/{items[0].pk}/move/", {"to": to}).status_code == 302


def test_invite_preview_send(client_as: AsRole, draft: Meeting, city: City) -> None:
    client = client_as("secretary")
    group = UnitGroupFactory(name="Các phường", below=city.committee, kind="commune")
    body = {"groups": [group.pk], "units": [city.department.pk], "people": [city["invited_officer"].pk]}
    for _ in range(2):
        client.post(f"/meetings/{draft.pk}/invitations/", body)
    assert InvitationLine.objects.count() == 3
    page = client.get(f"/meetings/{draft.pk}/issue/").content.decode()
    assert "UBND phường Đống Đa" in page
    for _ in range(2):
        client.post(f"/meetings/{draft.pk}/issue/")
    draft.refresh_from_db()
    assert (draft.state, draft.sites.count()) == ("invited", 5)


def test_issuing_without_guests_says_what_to_do(client_as: AsRole, draft: Meeting) -> None:
    answer = client_as("secretary").post(f"/meetings/{draft.pk}/issue/", follow=True)
    assert "chưa mời ai" in answer.content.decode()


@pytest.mark.parametrize("body", [{}, {"units": "9" * 40}, {"people": "x"}, {"groups": ["-1"]}])
def test_senseless_invitees_are_refused_in_words(client_as: AsRole, draft: Meeting, body: dict[str, Any]) -> None:
    answer = client_as("secretary").post(f"/meetings/{draft.pk}/invitations/", body, follow=True)
    assert "alert" in answer.content.decode()
    assert not InvitationLine.objects.exists()


@pytest.mark.parametrize("verb", ["cancel", "postpone"])
def test_calling_off_asks_for_the_reason_and_shows_it(client_as: AsRole, issued: Meeting, verb: str) -> None:
    client = client_as("secretary")
    assert client.get(f"/meetings/{issued.pk}/{verb}/").status_code == 200
    refused = client.post(f"/meetings/{issued.pk}/{verb}/", {"reason": " "})
    assert refused.status_code == 422
    assert "lý do" in refused.content.decode().lower()
    assert client.post(f"/meetings/{issued.pk}/{verb}/", {"reason": "x" * 501}).status_code == 422
    for _ in range(2):
        assert client.post(f"/meetings/{issued.pk}/{verb}/", {"reason": "Bão số 5"}).status_code == 302
    assert "Bão số 5" in client_as("invited_head").get(f"/meetings/{issued.pk}/").content.decode()


def test_the_invited_head_names_people_and_takes_them_back(client_as: AsRole, issued: Meeting, city: City) -> None:
    client = client_as("invited_head")
    site = issued.sites.get(unit=city.commune)
    for _ in range(2):
        client.post(f"/meetings/sites/{site.pk}/nominations/", {"people": [city["invited_officer"].pk]})
    nomination = Nomination.objects.get()
    assert client_as("invited_officer").get(f"/meetings/{issued.pk}/").status_code == 200
    client.post(f"/meetings/nominations/{nomination.pk}/remove/")
    assert client_as("invited_officer").get(f"/meetings/{issued.pk}/").status_code == 404
    assert Attendee.objects.count() == 2


@pytest.mark.parametrize(("people", "status"), [(["x"], 302), ([], 302), (["999999"], 404)])
def test_naming_nobody_breaks_nothing(
    client_as: AsRole, issued: Meeting, city: City, people: list[str], status: int
) -> None:
    site = issued.sites.get(unit=city.commune)
    answer = client_as("invited_head").post(f"/meetings/sites/{site.pk}/nominations/", {"people": people})
    assert answer.status_code == status
    assert not Nomination.objects.exists()


def test_the_calendar_file_is_the_meeting(client_as: AsRole, issued: Meeting) -> None:
    answer = client_as("invited_head").get(f"/meetings/{issued.pk}/calendar/")
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    assert (calendar["METHOD"], calendar.walk("VEVENT")[0]["SUMMARY"]) == ("PUBLISH", issued.title)


def test_the_tabs_hold_what_they_say(client_as: AsRole, city: City) -> None:
    now = timezone.now()
    states = {"upcoming": ["invited", "postponed", "cancelled"], "live": ["in_session"], "draft": ["draft"]}
    for tab, names in states.items():
        for name in names:
            MeetingFactory(title=f"{tab} {name}", state=name, chair=city["chair"], secretary=city["secretary"])
    for name in ("ended", "concluded", "cancelled", "invited"):
        MeetingFactory(
            title=f"past {name}",
            state=name,
            chair=city["chair"],
            secretary=city["secretary"],
            starts_at=now - dt.timedelta(days=2),
        )
    client = client_as("secretary")
    for tab, count in (("upcoming", 3), ("live", 1), ("draft", 1), ("past", 4)):
        answer = client.get("/meetings/", {"tab": tab})
        titles = [meeting.title for meeting in answer.context["page"]]
        assert len(titles) == count == {n: c for n, _label, c in answer.context["tabs"]}[tab]
        assert all(title.startswith(tab) for title in titles)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "dong da"}, 1),
        ({"q": "ĐỐNG đa"}, 1),
        ({"q": "khong co"}, 0),
        ({"form": "online"}, 1),
        ({"form": "nonsense"}, 2),
        ({"type": "999"}, 2),
        ({"since": "01/01/2090"}, 0),
        ({"until": "01/01/2020"}, 0),
        ({"since": "32/13/2026", "page": "-7"}, 2),
    ],
)
def test_searching_and_filtering(client_as: AsRole, city: City, query: dict[str, str], found: int) -> None:
    leaders = {"chair": city["chair"], "secretary": city["secretary"], "state": "invited"}
    MeetingFactory(title="Họp về phường Đống Đa", form="online", **leaders)
    MeetingFactory(title="Giao ban", **leaders)
    answer = client_as("secretary").get("/meetings/", {"tab": "upcoming", **query})
    assert len(answer.context["page"].object_list) == found


def test_its_own_people_see_the_conversion_of_a_newer_version_and_readers_know_nothing_of_it(
    client_as: AsRole, city: City, draft: Meeting
) -> None:
    shown = PaperVersionFactory(paper__created_by=city["secretary"], paper__state="published", conversion="ready")
    newer = PaperVersionFactory(paper=shown.paper, number=2, conversion="running")
    AgendaItemFactory(meeting=draft).tabled.create(paper=shown.paper)
    invitations.add_line(city["secretary"], draft, city.commune)
    invitations.issue(city["secretary"], draft)
    live = reverse("paper-conversion", args=[newer.pk])
    for role, sees in (("secretary", True), ("invited_head", False)):
        page = client_as(role).get(f"/meetings/{draft.pk}/").content.decode()
        assert shown.paper.title in page
        assert (f'hx-get="{live}"' in page) is sees
        assert client_as(role).get(live).status_code == (200 if sees else 404)


def _queries(client: Client, path: str) -> int:
    client.get(path)  # the session and the content types are warm
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_list_takes_as_many_queries_for_many_meetings(client_as: AsRole, city: City) -> None:
    client = client_as("invited_head")
    counts = []
    for _ in range(2):
        for _ in range(8):
            meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], state="invited")
            MeetingSiteFactory(meeting=meeting, unit=city.commune)
        counts.append(_queries(client, "/meetings/"))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["", "sites/"])
@pytest.mark.parametrize("role", ["secretary", "invited_head"])
def test_a_meeting_takes_as_many_queries_with_many_sites(
    client_as: AsRole, city: City, issued: Meeting, role: str, path: str
) -> None:
    client = client_as(role)
    counts = []
    for _ in range(2):
        for _ in range(10):
            site = MeetingSiteFactory(meeting=issued, unit=UnitFactory(parent=city.committee))
            AttendeeFactory(site=site)
            AgendaItemFactory(meeting=issued, presenter=site.unit)
        counts.append(_queries(client, f"/meetings/{issued.pk}/{path}"))
    assert counts[0] == counts[1]


def test_sites_are_searched_without_diacritics(client_as: AsRole, issued: Meeting) -> None:
    answer = client_as("secretary").get(f"/meetings/{issued.pk}/sites/", {"q": "ba dinh"})
    assert [site.name for site in answer.context["page"]] == ["Phường Ba Đình"]
    assert MeetingSite.objects.count() == 2
