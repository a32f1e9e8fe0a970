"""Rooms, cars and equipment: what is lent, to whom, and that nobody has it twice."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.calendar.models import Blocking, Booking, Resource
from eoffice.calendar.tasks import sweep_bookings
from eoffice.notifications.models import Digest, Notification
from eoffice.workflow.tasks import remind
from eoffice.worktime.models import CalendarDay
from tests import papers
from tests.city import City
from tests.factories import ResourceFactory

As = Callable[[str], Client]
MONDAY = dt.date(2026, 12, 7)


def at(hour: int, minute: int = 0, day: dt.date = MONDAY) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def typed(city: City, start: str = "08:00", end: str = "10:00", **fields: Any) -> dict[str, Any]:
    return {
        "day": "07/12/2026",
        "start": start,
        "end": end,
        "purpose": "Giao ban khối đô thị",
        "unit": city.office.pk,
        "key": str(uuid.uuid4()),
        **fields,
    }


def book(client: Client, room: Resource, data: dict[str, Any]) -> Any:
    return client.post(reverse("resource-book", args=[room.pk]), data)


@pytest.fixture(autouse=True)
def _before_the_monday() -> Any:
    with time_machine.travel(at(9, day=dt.date(2026, 12, 2)), tick=False):
        yield


@pytest.fixture
def room(city: City) -> Resource:
    return ResourceFactory(name="Phòng họp A", unit=city.office, seats=20)


def test_who_comes_second_is_told_who_has_it_and_what_is_free(city: City, client_as: As, room: Resource) -> None:
    ResourceFactory(name="Phòng họp B", unit=city.office, seats=30)
    form = typed(city)
    first = book(client_as("secretary"), room, form)
    again = book(client_as("secretary"), room, form)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"], "a double click books once"

    clerk = client_as("organiser_clerk")
    asked = {"room": room.pk, "day": "07/12/2026", "start": "09:00", "end": "11:00"}
    live = clerk.get(reverse("resource-clashes"), asked).content.decode()
    refused = book(clerk, room, typed(city, "09:00", "11:00", purpose="Họp tổ soạn thảo"))
    assert refused.status_code == 409
    for page in (live, refused.content.decode()):
        assert "08:00–10:00 ngày 07/12/2026: Lê Thị Thư" in page
        assert "Phòng họp B" in page
    assert "Họp tổ soạn thảo" in refused.content.decode(), "nothing typed is lost"
    assert "10:00–12:00" in live

    assert book(clerk, room, typed(city, "10:00", "11:00")).status_code == 302, "the end is not taken"
    assert Booking.objects.filter(resource=room).count() == 2
    day = clerk.get(reverse("resource-day"), {"day": "07/12/2026"}).content.decode()
    assert "Lê Thị Thư" in day
    assert "Giao ban khối đô thị" not in day, "what for is for those whom it concerns"
    outsider = client_as("outsider")
    assert outsider.get(reverse("resource-detail", args=[room.pk])).status_code == 404
    assert outsider.get(first["Location"]).status_code == 404
    free = clerk.get(
        reverse("resource-list"), {"day": "07/12/2026", "start": "08:00", "end": "09:00", "attendees": 25}
    ).content.decode()
    assert "Phòng họp B" in free and "Phòng họp A" not in free


def test_the_owner_answers_and_what_is_not_answered_is_released(city: City, client_as: As, room: Resource) -> None:
    Resource.objects.update(needs_approval=True, open_to="everybody")
    for start, end in (("08:00", "09:00"), ("10:00", "11:00"), ("14:00", "15:00")):
        data = typed(city, start, end, unit=city.other_commune.pk)
        assert book(client_as("outsider"), room, data).status_code == 302
    yes, no, forgotten = Booking.objects.all()
    assert {one.state for one in (yes, no, forgotten)} == {"pending"}
    clerk = city.person("organiser_clerk")
    assert Notification.objects.filter(recipient=clerk, kind="booking.asked").count() == 1, "one notice, not three"
    taken = book(client_as("secretary"), room, typed(city, "08:30", "09:00"))
    assert taken.status_code == 409
    assert "đang chờ duyệt" in taken.content.decode(), "who asks holds it"

    for _twice in range(2):
        remind()
    (digest,) = Digest.objects.all()
    ((said,), (first, *_more)) = digest.sections, digest.sections[0]["lines"]
    assert (digest.recipient, said["count"], first["url"]) == (clerk, 3, reverse("booking-detail", args=[yes.pk]))
    owner = client_as("organiser_clerk")
    assert "Mai Đống Đa" in owner.get(reverse("booking-inbox")).content.decode()
    answer = reverse("booking-answer", args=[no.pk])
    assert client_as("outsider").post(answer, {"answer": "accept"}).status_code == 403
    assert owner.post(answer, {"answer": "refuse"}).status_code == 422, "a refusal says why"
    for _twice in range(2):
        assert owner.post(answer, {"answer": "refuse", "reason": "Sửa điện"}).status_code == 302
        assert owner.post(reverse("booking-answer", args=[yes.pk]), {"answer": "accept"}).status_code == 302
    assert owner.post(answer, {"answer": "accept"}).status_code == 409
    with time_machine.travel(at(14), tick=False):
        assert [sweep_bookings(), sweep_bookings()] == [1, 0]
    assert list(Booking.objects.values_list("state", flat=True)) == ["accepted", "refused", "released"]
    asker, address = client_as("outsider"), reverse("booking-history", args=[no.pk])
    read = " ".join(asker.get(address).content.decode().split())
    assert "Mai Đống Đa</strong> đặt, chờ đơn vị quản lý duyệt" in read
    assert "Phạm Văn Thư</strong> không duyệt: Sửa điện" in read
    assert "duyệt lượt đặt" in asker.get(reverse("booking-history", args=[yes.pk])).content.decode()
    assert client_as("invited_head").get(address).status_code == 404
    told = Notification.objects.filter(recipient=city.person("outsider")).values_list("kind", "body")
    assert sorted(kind for kind, _body in told) == ["booking.answered", "booking.answered", "booking.released"]
    assert any("Sửa điện" in body for _kind, body in told)


def test_nobody_came_so_it_is_free_again(city: City, client_as: As, room: Resource) -> None:
    Resource.objects.update(check_in_minutes=15)
    secretary = client_as("secretary")
    unused = book(secretary, room, typed(city, "08:00", "09:30"))["Location"]
    used = book(secretary, room, typed(city, "10:00", "11:30"))["Location"]
    assert secretary.post(f"{used}check-in/").status_code == 409, "five days before"
    with time_machine.travel(at(7, 55), tick=False):
        assert sweep_bookings() == 0
        assert Notification.objects.filter(kind="booking.check_in").count() == 1
    with time_machine.travel(at(8, 15), tick=False):
        assert [sweep_bookings(), sweep_bookings()] == [1, 0]
        assert secretary.post(f"{unused}check-in/").status_code == 409, "it is gone"
        assert book(client_as("organiser_clerk"), room, typed(city, "08:00", "09:00")).status_code == 302
    with time_machine.travel(at(10, 5), tick=False):
        assert secretary.post(f"{used}check-in/").status_code == 302
        assert sweep_bookings() == 1, "the clerk's"
    with time_machine.travel(at(10, 40), tick=False):
        assert sweep_bookings() == 0
        assert secretary.post(f"{used}give-back/").status_code == 302
        assert book(client_as("organiser_clerk"), room, typed(city, "10:45", "11:30")).status_code == 302


def test_moving_and_calling_off(city: City, client_as: As, room: Resource) -> None:
    secretary, clerk = client_as("secretary"), client_as("organiser_clerk")
    mine = book(secretary, room, typed(city))["Location"]
    book(clerk, room, typed(city, "10:00", "11:00"))
    change = f"{mine}change/"
    moved = secretary.post(change, typed(city, "09:30", "10:30", version=1))
    assert moved.status_code == 409
    assert "Phạm Văn Thư" in moved.content.decode()
    assert secretary.post(change, typed(city, "07:00", "10:00", version=1)).status_code == 302, (
        "its own time is no obstacle"
    )
    stale = clerk.post(change, typed(city, "07:30", "10:00", version=1, purpose="Của tôi"))
    assert stale.status_code == 409
    assert "Của tôi" in stale.content.decode()
    assert Booking.objects.earliest("starts_at").starts_at == at(7)
    assert client_as("department_head").post(f"{mine}cancel/").status_code == 404
    for _twice in range(2):
        assert clerk.post(f"{mine}cancel/", {"reason": "Dùng cho Thường trực"}).status_code == 302
    told = Notification.objects.get(recipient=city.person("secretary"), kind="booking.cancelled")
    assert "Dùng cho Thường trực" in told.body
    assert "gone" in secretary.get(reverse("booking-list"), {"tab": "past"}).content.decode(), (
        "it stays, struck through"
    )
    actions = ["booking.made", "booking.made", "booking.changed", "booking.cancelled"]
    assert (
        list(Entry.objects.filter(action__startswith="booking.").order_by("pk").values_list("action", flat=True))
        == actions
    )


def test_the_owner_describes_blocks_and_opens(city: City, client_as: As) -> None:
    clerk, secretary = client_as("organiser_clerk"), client_as("secretary")
    described = {
        "kind": "room", "name": "Phòng khánh tiết", "unit": city.office.pk, "seats": 60, "open_to": "agency",
        "equipment": "Máy chiếu\nMicro", "bridge": "Codec", "active": "on", "version": 0,
        **{f"opens_{day}": "07:30" for day in range(5)}, **{f"closes_{day}": "17:00" for day in range(5)},
    }  # fmt: skip
    assert client_as("outsider").get(reverse("resource-new")).status_code == 403
    wrong = clerk.post(reverse("resource-new"), {**described, "closes_0": "06:00"})
    assert wrong.status_code == 422
    assert "Phòng khánh tiết" in wrong.content.decode()
    photo = SimpleUploadedFile("phong.png", papers.picture(), content_type="image/png")
    assert clerk.post(reverse("resource-new"), {**described, "photo": photo}).status_code == 302
    room = Resource.objects.get()
    assert secretary.get(reverse("resource-photo", args=[room.pk])).status_code == 200
    assert (
        "Phòng khánh tiết"
        in secretary.get(reverse("resource-list"), {"q": "may chieu", "bridge": "on"}).content.decode()
    )
    assert secretary.get(reverse("resource-edit", args=[room.pk])).status_code == 403

    sunday = book(secretary, room, typed(city, day="06/12/2026"))
    late = book(secretary, room, typed(city, "16:00", "18:00"))
    assert (sunday.status_code, late.status_code) == (409, 409)
    assert "chỉ cho đặt từ 07:30 đến 17:00" in late.content.decode()
    assert book(clerk, room, typed(city, "17:00", "18:00")).status_code == 302, "its owner may"
    for day, kind, name in ((14, "substitute_off", "Nghỉ bù Quốc tang"), (19, "makeup_work", "Làm bù")):
        CalendarDay.objects.create(day=dt.date(2026, 12, day), kind=kind, name=name)
    off = book(secretary, room, typed(city, day="14/12/2026"))
    assert off.status_code == 409
    assert "Ngày 14/12/2026 là ngày nghỉ (Nghỉ bù Quốc tang), không cho đặt." in off.content.decode()
    assert room.name not in _free_rooms(secretary, "14/12/2026")
    assert room.name in _free_rooms(secretary, "19/12/2026"), "a Saturday that is worked"
    assert (
        "không cho đặt (Nghỉ bù Quốc tang)"
        in secretary.get(reverse("resource-detail", args=[room.pk]), {"day": "14/12/2026"}).content.decode()
    )
    assert book(secretary, room, typed(city, day="19/12/2026")).status_code == 302
    Booking.objects.filter(starts_at__gt=at(0, day=dt.date(2026, 12, 19))).delete()

    assert book(secretary, room, typed(city)).status_code == 302
    block = {
        "starts_at_0": "07/12/2026", "starts_at_1": "07:00", "ends_at_0": "08/12/2026", "ends_at_1": "17:00",
        "reason": "Thay thảm",
    }  # fmt: skip
    path = reverse("blocking-add", args=[room.pk])
    asked = clerk.post(path, block)
    assert asked.status_code == 409
    assert "Lê Thị Thư" in asked.content.decode()
    assert secretary.post(path, {**block, "knowing": "on"}).status_code == 403
    assert clerk.post(path, {**block, "knowing": "on"}).status_code == 302
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Notification.objects.filter(recipient=city.person("secretary"), kind="booking.cancelled").count() == 1
    blocked = book(secretary, room, typed(city, "09:00", "10:00", day="08/12/2026"))
    assert blocked.status_code == 409
    assert "Thay thảm" in blocked.content.decode()
    assert clerk.post(reverse("blocking-lift", args=[Blocking.objects.get().pk])).status_code == 302
    assert book(secretary, room, typed(city, "09:00", "10:00", day="08/12/2026")).status_code == 302


def _free_rooms(client: Client, day: str) -> list[str]:
    page = client.get(reverse("resource-list"), {"day": day, "start": "08:00", "end": "10:00"}).context["page"]
    return [one.name for one in page]


def test_lists_ask_as_much_for_twelve_rooms_as_for_two(city: City, client_as: As) -> None:
    secretary, counts = client_as("secretary"), []
    for rooms in (2, 10):
        for number in range(rooms):
            book(secretary, ResourceFactory(name=f"Phòng {number}", unit=city.office), typed(city))
        with CaptureQueriesContext(connection) as asked:
            for path in (
                f"{reverse('resource-day')}?day=07/12/2026",
                reverse("resource-list"),
                reverse("booking-list"),
            ):
                assert secretary.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] < 35
