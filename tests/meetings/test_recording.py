"""Recording a meeting: who starts it, who is told, what can be watched, when it goes."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.errors import UserError
from eoffice.notifications.models import Notification
from meetings import attendance, calling, conduct, floor, joining, recording
from meetings.models import Connection, Meeting, Recording, RecordingNotice
from meetings.recorders import Keeper
from meetings.sfu.recorder.dark import dark_picture
from meetings.sfu.recorder.frames import Frame
from meetings.sfu.recorder.part import Part
from tests.city import City
from tests.factories import RecordingFactory
from tests.meetings.room import Browser, Sitting
from tests.sfu.node import RunningNode, running_node

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]


@pytest.fixture
def _a_node_is_named(settings: Any) -> None:
    settings.MEDIA_NODES = ["unix:/nowhere/media.sock"]


@pytest.fixture(scope="module")
def node() -> Iterator[RunningNode]:
    with running_node() as node:
        yield node


def make_part(folder: Path, number: int = 1, seconds: float = 3.0) -> None:
    """A part as a recorder would have written it: a picture twice a second, silence."""
    folder.mkdir(parents=True, exist_ok=True)
    now = 100.0
    part = Part(folder / f"part-{number:04}.webm", lambda: now)
    picture = dark_picture()
    for half in range(int(2 * seconds)):
        at = now + half / 2
        part.seen("floor", Frame(picture, keyframe=True, timestamp=0, arrived=at), at)
    now += seconds
    part.close()


# --- starting, telling, stopping ------------------------------------------------------------------------


@pytest.mark.usefixtures("_a_node_is_named")
async def test_everybody_in_the_room_is_told_at_once_and_says_so(city: City, sitting: Sitting) -> None:
    async with Browser(sitting.path, city.person("chair")) as chair:
        await chair.enter()
        async with Browser(sitting.path, city.person("invited_head")) as guest:
            assert (await guest.enter())["recording"] is None
            assert (await chair.ask("recording.start"))["type"] == "done"
            told = (await guest.hear("recording.changed"))["recording"]
            assert (told["by"], told["flowing"]) == (city.person("chair").full_name, False)
            await guest.ask("recording.note", recording=told["id"], notice=told["notice"])
            await guest.ask("recording.note", recording=told["id"], notice=told["notice"])
            await chair.ask("recording.stop")
            assert (await guest.hear("recording.changed"))["recording"] is None
    noted = await sync_to_async(lambda: set(RecordingNotice.objects.values_list("person__username", "site")))()
    assert noted == {
        (city.person("chair").username, None),
        (city.person("invited_head").username, sitting.commune.pk),
    }


@pytest.mark.usefixtures("_a_node_is_named")
async def test_who_enters_later_is_told_before_and_in_the_room(city: City, sitting: Sitting) -> None:
    running = await sync_to_async(recording.start)(city["secretary"], sitting.meeting)
    page = await sync_to_async(_page)(city.person("invited_head"), f"/meetings/{sitting.meeting.pk}/room/")
    assert f'"recording": {{"id": {running.pk}' in page
    async with Browser(sitting.path, city.person("invited_head")) as guest:
        state = await guest.enter()
        assert (state["recording"]["id"], state["recording_noted"]) == (running.pk, False)
        await guest.ask("recording.note", recording=running.pk, notice=1)
    async with Browser(sitting.path, city.person("invited_head")) as again:
        assert (await again.enter())["recording_noted"]


def _page(person: Any, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


async def test_only_the_chair_and_the_secretary_record(city: City, sitting: Sitting) -> None:
    async with Browser(sitting.path, city.person("invited_head")) as guest:
        await guest.enter()
        for wish in ("recording.start", "recording.stop"):
            assert (await guest.ask(wish))["code"] == "may-not-record"


@pytest.mark.usefixtures("_a_node_is_named")
def test_starting_twice_is_one_recording_and_the_end_of_the_meeting_ends_it(city: City, sitting: Sitting) -> None:
    first = recording.start(city["chair"], sitting.meeting)
    assert recording.start(city["secretary"], sitting.meeting) == first
    conduct.end_meeting(city["chair"], sitting.meeting)
    first.refresh_from_db()
    assert (first.state, first.stopped_by) == (Recording.State.STOPPING, None)
    sitting.meeting.refresh_from_db()
    with pytest.raises(UserError, match="may-not-record"):
        recording.start(city["chair"], sitting.meeting)


def test_without_a_media_node_or_space_nothing_is_promised(
    city: City, sitting: Sitting, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="no-media-node"):
        recording.start(city["chair"], sitting.meeting)
    settings.MEDIA_NODES = ["unix:/nowhere/media.sock"]
    monkeypatch.setattr(recording, "LEAST_FREE_BYTES", 1 << 62)
    with pytest.raises(UserError, match="no-space"):
        recording.start(city["chair"], sitting.meeting)


# --- the recorder ---------------------------------------------------------------------------------------


def until(condition: Callable[[], bool], keeper: Keeper, seconds: float = 20) -> None:
    """Have the keeper look again and again until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        keeper.round()
        time.sleep(0.1)


@pytest.mark.slow
def test_a_recorder_that_dies_is_replaced_and_everything_is_joined(
    city: City, sitting: Sitting, node: RunningNode, settings: Any
) -> None:
    settings.MEDIA_NODES = [node.address]
    running = recording.start(city["chair"], sitting.meeting)
    keeper = Keeper()

    def row() -> Recording:
        return Recording.objects.get(pk=running.pk)

    def written(part: int, size: int) -> bool:
        path = running.folder / f"part-000{part}.webm"
        return path.exists() and path.stat().st_size > size

    until(lambda: row().flowing, keeper)
    until(lambda: written(1, 4000), keeper)
    keeper._recorders[running.pk]._process.kill()  # type: ignore[union-attr]
    until(lambda: not row().flowing, keeper)
    until(lambda: row().flowing and written(2, 4000), keeper)
    recording.stop(city["chair"], sitting.meeting)
    until(lambda: row().state == Recording.State.WAITING, keeper)
    joining.join(running.pk)
    ready = row()
    assert ready.state == Recording.State.READY
    assert ready.duration_s > 1
    assert ready.size == ready.file.stat().st_size
    assert [path.name for path in ready.folder.iterdir()] == ["meeting.webm"]
    assert Notification.objects.filter(kind="meeting.recording_ready").count() == 2


@pytest.mark.usefixtures("_a_node_is_named")
def test_two_keepers_do_not_keep_the_same_recording(city: City, sitting: Sitting) -> None:
    running = recording.start(city["chair"], sitting.meeting)
    Recording.objects.filter(pk=running.pk).update(keeper="another", kept_at=timezone.now())
    keeper = Keeper()
    keeper.round()
    assert not keeper._recorders
    Recording.objects.update(kept_at=timezone.now() - dt.timedelta(minutes=1), state=Recording.State.STOPPING)
    keeper.round()
    running.refresh_from_db()
    assert running.state == Recording.State.WAITING


# --- joining --------------------------------------------------------------------------------------------


def test_chapters_are_the_items_and_the_speakers(city: City, sitting: Sitting, settings: Any) -> None:
    settings.MEDIA_NODES = ["unix:/nowhere/media.sock"]
    chair, meeting = city["chair"], sitting.meeting
    conduct.open_item(chair, meeting, sitting.items[0].pk)
    running = recording.start(chair, meeting)
    attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    calling.grant(chair, meeting, sitting.commune.pk)
    calling.accept(sitting.commune)
    floor.end(chair, meeting, site=sitting.main)
    conduct.open_item(chair, meeting, sitting.items[1].pk)
    recording.stop(chair, meeting)
    conduct.open_item(chair, meeting, sitting.items[0].pk)
    running.refresh_from_db()
    assert [(mark.kind, mark.title) for mark in joining.marks_of(running)] == [
        ("item", "Nội dung 1"),
        ("speaker", f"Phát biểu: {sitting.commune.name}"),
        ("speaker", "Chủ tọa điều hành"),
        ("item", "Nội dung 2"),
    ]


def test_a_recording_is_joined_once_and_its_parts_go(city: City, sitting: Sitting) -> None:
    made = RecordingFactory(meeting=sitting.meeting, state=Recording.State.WAITING, retention_until=None)
    make_part(made.folder, 1)
    make_part(made.folder, 2)
    joining.join(made.pk)
    joining.join(made.pk)
    made.refresh_from_db()
    assert (made.state, made.attempts) == (Recording.State.READY, 1)
    assert made.duration_s == pytest.approx(5.5, abs=0.6)
    assert made.chapters == [{"start": 0.0, "title": "Bắt đầu ghi hình", "kind": ""}]
    assert made.retention_until == timezone.localdate() + dt.timedelta(days=settings.RECORDING_RETENTION_DAYS)
    assert not list(made.folder.glob("part-*"))


def test_what_cannot_be_joined_is_given_up_and_said(city: City, sitting: Sitting) -> None:
    empty = RecordingFactory(meeting=sitting.meeting, state=Recording.State.WAITING)
    joining.join(empty.pk)
    empty.refresh_from_db()
    assert empty.state == Recording.State.FAILED
    assert Notification.objects.filter(kind="meeting.recording_failed").count() == 2


def test_what_failed_can_be_tried_again(city: City, sitting: Sitting) -> None:
    failed = RecordingFactory(meeting=sitting.meeting, state=Recording.State.FAILED, attempts=3)
    path = f"/meetings/recordings/{failed.pk}/join/"
    assert client_of(city, "invited_head").post(path).status_code == 403
    assert path in client_of(city, "secretary").get(f"/meetings/{sitting.meeting.pk}/").content.decode()
    for _twice in range(2):
        assert client_of(city, "secretary").post(path).status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (Recording.State.WAITING, 0)
    assert Entry.objects.filter(action="meeting.recording_retried").count() == 1


def test_an_empty_room_is_not_recorded_for_hours(city: City, sitting: Sitting) -> None:
    now = timezone.now()
    made = RecordingFactory(
        meeting=sitting.meeting,
        state=Recording.State.RECORDING,
        started_at=now - dt.timedelta(hours=1),
        stopped_at=None,
    )
    there = Connection.objects.create(
        meeting=sitting.meeting, site=sitting.main, person=city.person("chair"), joined_at=now, seen_at=now
    )
    joining.sweep(now)
    made.refresh_from_db()
    assert made.state == Recording.State.RECORDING
    Connection.objects.filter(pk=there.pk).update(left_at=now - dt.timedelta(minutes=20))
    joining.sweep(now)
    made.refresh_from_db()
    assert made.state == Recording.State.STOPPING


def test_the_sweep_finds_what_dead_processes_left(city: City, sitting: Sitting) -> None:
    long_ago = timezone.now() - dt.timedelta(hours=1)

    def left(**fields: Any) -> Recording:
        made: Recording = RecordingFactory(meeting=sitting.meeting, **fields)
        return made

    stopping = left(state=Recording.State.STOPPING, kept_at=long_ago)
    dead = left(state=Recording.State.JOINING, alive_at=long_ago, attempts=1)
    hopeless = left(state=Recording.State.JOINING, alive_at=long_ago, attempts=3)
    alive = left(state=Recording.State.JOINING, alive_at=timezone.now(), attempts=1)
    forgotten = left(state=Recording.State.RECORDING, stopped_at=None)
    Meeting.objects.filter(pk=sitting.meeting.pk).update(state=Meeting.State.ENDED)
    assert joining.sweep(timezone.now()) == [stopping.pk, dead.pk]
    states = dict(Recording.objects.values_list("pk", "state"))
    assert states[hopeless.pk] == Recording.State.FAILED
    assert states[alive.pk] == Recording.State.JOINING
    assert states[forgotten.pk] == Recording.State.STOPPING


# --- watching and deleting ------------------------------------------------------------------------------


@pytest.fixture
def watchable(sitting: Sitting) -> Recording:
    made: Recording = RecordingFactory(meeting=sitting.meeting, size=1000)
    made.folder.mkdir(parents=True)
    made.file.write_bytes(bytes(range(250)) * 4)
    return made


def client_of(city: City, role: str) -> Client:
    client = Client()
    client.force_login(city.person(role))
    return client


def test_a_recording_is_served_in_ranges(city: City, watchable: Recording) -> None:
    client = client_of(city, "invited_head")
    path = f"/meetings/recordings/{watchable.pk}/file/"
    part = client.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content, part["Content-Range"]) == (206, bytes(range(10, 20)), "bytes 10-19/1000")
    whole = client.get(path)
    assert (whole.status_code, whole["Content-Type"], len(whole.content)) == (200, "video/webm", 1000)
    assert whole["Content-Disposition"].startswith("inline")
    assert client.get(path, headers={"range": "bytes=1000-"}).status_code == 416
    assert client.get(f"/meetings/recordings/{watchable.pk}/content/").status_code == 404


def test_a_player_gets_a_large_file_piece_by_piece(
    city: City, watchable: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.views.recordings.PIECE", 100)
    answer = client_of(city, "chair").get(f"/meetings/recordings/{watchable.pk}/file/", headers={"range": "bytes=200-"})
    assert answer["Content-Range"] == "bytes 200-299/1000"


def test_nginx_sends_it_where_it_is_told_to(city: City, watchable: Recording, settings: Any) -> None:
    settings.RECORDINGS_X_ACCEL_PREFIX = "/recordings/"
    answer = client_of(city, "chair").get(f"/meetings/recordings/{watchable.pk}/file/")
    assert (answer.content, answer["X-Accel-Redirect"]) == (b"", f"/recordings/{watchable.key}/meeting.webm")


def test_only_those_who_prepare_take_it_away(city: City, watchable: Recording) -> None:
    path = f"/meetings/recordings/{watchable.pk}/download/"
    taken = client_of(city, "organiser_clerk").get(path)
    assert taken["Content-Disposition"].startswith("attachment")
    assert client_of(city, "invited_head").get(path).status_code == 403
    who = Entry.objects.get(action="meeting.recording_downloaded").actor
    assert who == city.person("organiser_clerk")


def test_the_page_lists_the_chapters(city: City, watchable: Recording) -> None:
    page = client_of(city, "invited_head").get(f"/meetings/recordings/{watchable.pk}/").content.decode()
    assert 'data-start="0.0"' in page
    assert "Khai mạc" in page
    assert "Tải về" not in page
    meeting = client_of(city, "invited_head").get(f"/meetings/{watchable.meeting_id}/").content.decode()
    assert f"/meetings/recordings/{watchable.pk}/" in meeting


def test_deleting_needs_a_reason_and_leaves_a_trace(city: City, watchable: Recording) -> None:
    chair, path = client_of(city, "chair"), f"/meetings/recordings/{watchable.pk}/delete/"
    assert chair.post(path, {"reason": "  "}).status_code == 422
    assert chair.post(path, {"reason": "Ghi nhầm cuộc họp"}).status_code == 302
    assert chair.post(path, {"reason": "Bấm hai lần"}).status_code == 302
    joining.sweep(timezone.now())
    assert not watchable.folder.exists()
    watchable.refresh_from_db()
    assert (watchable.delete_reason, watchable.deleted_by) == ("Ghi nhầm cuộc họp", city["chair"])
    assert Entry.objects.filter(action="meeting.recording_deleted").count() == 1
    assert chair.get(f"/meetings/recordings/{watchable.pk}/file/").status_code == 404
    assert "Ghi nhầm cuộc họp" in chair.get(f"/meetings/{watchable.meeting_id}/").content.decode()


def test_nobody_else_deletes(city: City, watchable: Recording) -> None:
    path = f"/meetings/recordings/{watchable.pk}/delete/"
    for role in ("organiser_clerk", "invited_head"):
        assert client_of(city, role).post(path, {"reason": "x"}).status_code == 403


def test_what_was_kept_long_enough_goes_by_itself(watchable: Recording) -> None:
    joining.sweep(timezone.now())
    assert watchable.folder.exists()
    Recording.objects.filter(pk=watchable.pk).update(retention_until=timezone.localdate() - dt.timedelta(days=1))
    joining.sweep(timezone.now())
    watchable.refresh_from_db()
    assert (watchable.state, watchable.erased) == (Recording.State.DELETED, True)
    assert not watchable.folder.exists()


def test_a_recording_that_was_handed_in_is_refused() -> None:
    """Papers never become films: only the recorder writes what is served as video."""
    from eoffice.files.intake import accept
    from eoffice.files.kinds import EVIDENCE

    upload = SimpleUploadedFile("phim.webm", b"\x1a\x45\xdf\xa3" + b"webm" * 100, "video/webm")
    with pytest.raises(UserError):
        accept(upload, by=None, allowed=EVIDENCE)
