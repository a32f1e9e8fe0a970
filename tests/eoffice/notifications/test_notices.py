"""Notices: listed, opened, read, counted; live on every open page of the person."""

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.utils import translation

from eoffice.asgi import application
from eoffice.notifications import notify
from eoffice.notifications.models import Notification
from meetings import announcing
from tests.factories import MeetingFactory, NotificationFactory, UserFactory


def test_opening_a_notice_marks_it_read_and_goes_there(city, client_as):
    notice = NotificationFactory(recipient=city.person("chair"), url="/schedule/")
    response = client_as("chair").post(f"/notifications/{notice.pk}/open/")
    assert response.headers["Location"] == "/schedule/"
    notice.refresh_from_db()
    assert notice.read_at


def test_opening_twice_keeps_the_first_time(city, client_as):
    notice = NotificationFactory(recipient=city.person("chair"), url="/schedule/")
    client = client_as("chair")
    client.post(f"/notifications/{notice.pk}/open/")
    first = Notification.objects.get(pk=notice.pk).read_at
    client.post(f"/notifications/{notice.pk}/open/")
    assert Notification.objects.get(pk=notice.pk).read_at == first


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_notice_never_leads_off_the_site(city, client_as, url):
    notice = NotificationFactory(recipient=city.person("chair"), url=url)
    response = client_as("chair").post(f"/notifications/{notice.pk}/open/")
    assert response.headers["Location"] == "/notifications/"


def test_another_persons_notice_does_not_exist(city, client_as):
    notice = NotificationFactory(recipient=city.person("chair"))
    assert client_as("secretary").post(f"/notifications/{notice.pk}/open/").status_code == 404
    notice.refresh_from_db()
    assert not notice.read_at


def test_each_person_is_told_in_their_own_language_whoever_causes_it(city):
    meeting = MeetingFactory(title="Giao ban", chair=city["chair"], secretary=city["secretary"])
    chair, secretary = city.person("chair"), city.person("secretary")
    secretary.language = "en"
    secretary.save()
    with translation.override("en"):
        announcing.invited_also(meeting, [chair, secretary])
    assert chair.notifications.get().title == "Mời họp: Giao ban"
    assert "Chủ trì: " in chair.notifications.get().body
    assert secretary.notifications.get().title == "Invitation to a meeting: Giao ban"
    assert "Chair: " in secretary.notifications.get().body


def test_reading_all_touches_only_ones_own(city, client_as):
    mine = NotificationFactory(recipient=city.person("chair"))
    other = NotificationFactory(recipient=city.person("secretary"))
    client_as("chair").post("/notifications/read-all/")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at
    assert not other.read_at


def test_the_list_pages_and_filters(city, client_as):
    NotificationFactory.create_batch(35, recipient=city.person("chair"), title="Giấy mời họp")
    client = client_as("chair")
    assert client.get("/notifications/").content.decode().count("Giấy mời họp") == 30
    assert client.get("/notifications/?page=2").content.decode().count("Giấy mời họp") == 5
    client.post("/notifications/read-all/")
    assert "Không có thông báo nào." in client.get("/notifications/?unread=1").content.decode()


@pytest.mark.django_db(transaction=True)
async def test_a_new_notice_reaches_the_open_page(client):
    user = await database_sync_to_async(UserFactory)()
    await database_sync_to_async(client.force_login)(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    socket = WebsocketCommunicator(
        application, "/ws/notices/", headers=[(b"origin", b"http://localhost"), (b"cookie", cookie)]
    )
    assert (await socket.connect())[0]
    assert await socket.receive_json_from() == {"type": "notices.counted", "unread": 0}
    await database_sync_to_async(notify.send)([user], kind="meeting.invited", title="Giấy mời họp", url="/schedule/")
    message = await socket.receive_json_from()
    assert message["type"] == "notice.added"
    assert message["title"] == "Giấy mời họp"
    assert message["unread"] == 1
    await database_sync_to_async(client.post)("/notifications/read-all/")
    assert await socket.receive_json_from() == {"type": "notices.counted", "unread": 0}
    await socket.send_to(text_data="{nonsense")
    assert await socket.receive_nothing()
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_browser_without_a_session_is_told_not_to_come_back():
    socket = WebsocketCommunicator(application, "/ws/notices/", headers=[(b"origin", b"http://localhost")])
    await socket.connect()
    assert (await socket.receive_output())["code"] == 4401
