"""Captions that were typed: kept, read as a whole, in the recording at the right time, hidden with their item, deleted in the end."""

import datetime as dt
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from eoffice.organisation.models import Appointment
from meetings import agenda, caption_record, joining
from meetings.caption_record import Cue
from meetings.models import AgendaItem, CaptionLine, Meeting, Recording
from tests.city import City
from tests.factories import RecordingFactory
from tests.meetings.room import Browser, Sitting
from tests.meetings.test_recording import client_of, make_part

BEGAN = dt.datetime(2026, 11, 3, 1, 0, tzinfo=dt.UTC)


def typed(sitting: Sitting, by: Appointment, at: dt.datetime, text: str, item: AgendaItem | None = None) -> CaptionLine:
    return CaptionLine.objects.create(meeting=sitting.meeting, item=item, by=by, text=text, at=at)


def after(seconds: float) -> dt.datetime:
    return BEGAN + dt.timedelta(seconds=seconds)


def recorded(sitting: Sitting, *pieces: tuple[float, float, float]) -> Recording:
    """A recording that can be watched; of each part the second it began, its start in the file, its duration."""
    places = [[BEGAN.timestamp() + began, start, duration] for began, start, duration in pieces]
    made: Recording = RecordingFactory(meeting=sitting.meeting, pieces=places)
    return made


def track(city: City, role: str, recording: Recording) -> str:
    answer = client_of(city, role).get(f"/meetings/recordings/{recording.pk}/captions/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    return answer.content.decode()


# --- kept and read --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("rooms_close")
@pytest.mark.django_db(transaction=True)
async def test_a_line_is_kept_with_its_item_and_who_typed_it(city: City, sitting: Sitting) -> None:
    async with Browser(sitting.path, city.person("secretary")) as secretary:
        await secretary.enter()
        assert (await secretary.ask("item.open", item=sitting.items[0].pk))["type"] == "done"
        assert (await secretary.ask("caption.post", text="  Kính thưa   các đồng chí "))["type"] == "done"
        shown = (await secretary.hear("caption.posted"))["caption"]
    line = await CaptionLine.objects.select_related("by__person").aget()
    assert (line.meeting_id, line.item_id, line.text) == (sitting.meeting.pk, sitting.items[0].pk, shown["text"])
    assert line.at == dt.datetime.fromisoformat(shown["at"])
    assert line.by.person == await sync_to_async(city.person)("secretary")


@pytest.mark.django_db
def test_the_secretary_reads_and_saves_the_whole(city: City, sitting: Sitting, client: Client) -> None:
    Meeting.objects.filter(pk=sitting.meeting.pk).update(opened_at=BEGAN, title="Họp giao ban")
    first, second = sitting.items
    typed(sitting, city["secretary"], after(3), "Kính thưa các đồng chí", first)
    typed(sitting, city["secretary"], after(4.5), "Chi phí < 5 tỷ & đúng hạn", first)
    typed(sitting, city["chair"], after(3600), "Chuyển nội dung", second)
    client.force_login(city.person("secretary"))
    base = f"/meetings/{sitting.meeting.pk}/captions/"
    page = client.get(base).content.decode()
    assert page.index(first.title) < page.index("08:00:03") < page.index(second.title) < page.index("Chuyển nội dung")
    saved = client.get(f"{base}text/")
    assert saved["Content-Disposition"] == 'attachment; filename="phu-de-hop-giao-ban.txt"'
    assert "08:00:03  Kính thưa các đồng chí\r\n08:00:04  Chi phí < 5 tỷ & đúng hạn\r\n" in saved.content.decode()
    webvtt = client.get(f"{base}webvtt/").content.decode()
    assert webvtt.startswith("WEBVTT\n\n00:00:03.000 --> 00:00:23.000\nKính thưa các đồng chí\n\n")
    assert "00:00:04.500 --> 00:00:24.500\nChi phí &lt; 5 tỷ &amp; đúng hạn\n" in webvtt
    assert "01:00:00.000 --> 01:00:20.000\nChuyển nội dung\n" in webvtt


@pytest.mark.django_db
def test_a_long_meeting_costs_no_more_queries(city: City, sitting: Sitting, client: Client) -> None:
    client.force_login(city.person("secretary"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(f"/meetings/{sitting.meeting.pk}/captions/")
        return len(found)

    typed(sitting, city["secretary"], BEGAN, "Dòng", sitting.items[0])
    queries()
    few = queries()
    for number in range(20):
        typed(sitting, city["chair"], after(number), "Dòng", sitting.items[number % 2])
    assert queries() == few


# --- in a recording -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_track_skips_pauses_as_the_pictures_do(city: City, sitting: Sitting) -> None:
    made = recorded(sitting, (0, 0.0, 60.0), (300, 62.0, 60.0))
    for at, text in ((-5, "trước"), (10, "một"), (55, "hai"), (100, "nghỉ"), (290, "ba"), (310, "bốn"), (400, "sau")):
        typed(sitting, city["secretary"], after(at), text)
    assert track(city, "invited_head", made) == (
        "WEBVTT\n\n"
        "00:00:10.000 --> 00:00:30.000\nmột\n\n"
        "00:00:55.000 --> 00:01:00.000\nhai\n\n"
        "00:01:02.000 --> 00:01:12.000\nba\n\n"  # typed ten seconds before the second part began
        "00:01:12.000 --> 00:01:32.000\nbốn\n"
    )


@pytest.mark.django_db
def test_a_third_line_takes_the_place_of_the_first(city: City, sitting: Sitting) -> None:
    made = recorded(sitting, (0, 0.0, 60.0))
    for at, text in ((10, "một"), (12, "hai"), (15.25, "ba")):
        typed(sitting, city["secretary"], after(at), text)
    found = caption_record.in_recording(CaptionLine.objects.order_by("at"), made)
    assert found == [Cue(10.0, 15.25, "một"), Cue(12.0, 32.0, "hai"), Cue(15.25, 35.25, "ba")]


SECONDS = st.integers(0, 5000).map(lambda tenths: tenths / 10)


@given(gaps=st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=4), times=st.lists(SECONDS, max_size=20))
def test_each_line_is_where_the_clock_was_when_it_was_shown(gaps: list[Any], times: list[float]) -> None:
    """Whatever the pauses: the moment of the file at which a line appears was recorded at a moment when the room showed it."""
    pieces, clock, place = [], BEGAN.timestamp(), 0.0
    for gap, duration in gaps:
        clock, place = clock + gap, place + min(gap, 2.0)
        pieces.append([clock, place, duration])
        clock, place = clock + duration, place + duration
    lines = [CaptionLine(at=after(second), text=str(second)) for second in sorted(times)]
    for cue in caption_record.in_recording(lines, Recording(pieces=pieces)):
        began, start, duration = next(p for p in pieces if p[1] <= cue.start and cue.end <= p[1] + p[2] + 0.001)
        for moment in (cue.start, cue.end):
            shown_for = began + (moment - start) - after(float(cue.text)).timestamp()
            assert -0.002 <= shown_for <= caption_record.SHOWN_S + 0.002
        assert 0 <= cue.start < cue.end <= start + duration + 0.001


@pytest.mark.django_db
def test_a_joined_recording_knows_where_its_parts_lie(city: City, sitting: Sitting) -> None:
    made = RecordingFactory(meeting=sitting.meeting, state=Recording.State.WAITING, retention_until=None)
    before = timezone.now()
    make_part(made.folder, 1)
    typed(sitting, city["secretary"], timezone.now() + dt.timedelta(seconds=1), "Dòng")
    joining.join(made.pk)
    made.refresh_from_db()
    ((began, start, duration),) = made.pieces
    assert (start, began) == (0.0, pytest.approx(before.timestamp(), abs=1.5))
    assert duration == pytest.approx(made.duration_s, abs=0.01)
    assert "Dòng" in track(city, "invited_head", made)
    page = client_of(city, "invited_head").get(f"/meetings/recordings/{made.pk}/").content.decode()
    assert f'<track kind="captions" srclang="vi" label="Phụ đề" src="/meetings/recordings/{made.pk}/captions/"' in page


# --- hidden and deleted ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_words_of_a_confidential_item_are_read_by_those_who_know_it(city: City, sitting: Sitting) -> None:
    made = recorded(sitting, (0, 0.0, 60.0))
    typed(sitting, city["secretary"], after(10), "công khai", sitting.items[0])
    typed(sitting, city["secretary"], after(20), "zirconi", sitting.items[1])
    assert "zirconi" in track(city, "invited_head", made)
    AgendaItem.objects.filter(pk=sitting.items[1].pk).update(confidential=True)
    assert "zirconi" in track(city, "secretary", made)
    assert "zirconi" not in track(city, "invited_head", made)
    assert "công khai" in track(city, "invited_head", made)
    clerk = client_of(city, "organiser_clerk")
    for address in ("", "text/", "webvtt/"):
        answer = clerk.get(f"/meetings/{sitting.meeting.pk}/captions/{address}").content.decode()
        assert "công khai" in answer
        assert "zirconi" not in answer


@pytest.mark.django_db
def test_what_was_still_shown_when_a_recording_began_is_not_in_it(city: City, sitting: Sitting) -> None:
    """Before it was a confidential item: the next recording begins when it is over."""
    made = recorded(sitting, (0, 0.0, 60.0))
    typed(sitting, city["secretary"], after(-2), "zirconi")
    assert track(city, "secretary", made) == "WEBVTT\n"


@pytest.mark.django_db
def test_an_item_that_is_removed_takes_its_words_along_if_it_was_confidential(city: City, sitting: Sitting) -> None:
    for item, text in zip(sitting.items, ("công khai", "zirconi"), strict=True):
        typed(sitting, city["secretary"], after(1), text, item)
    AgendaItem.objects.filter(pk=sitting.items[1].pk).update(confidential=True)
    for item in sitting.items:
        agenda.remove_item(city["secretary"], AgendaItem.objects.get(pk=item.pk))
    assert list(CaptionLine.objects.values_list("text", "item")) == [("công khai", None)]


@pytest.mark.django_db
def test_captions_go_when_a_recording_would_but_not_before_it_is_gone(city: City, sitting: Sitting) -> None:
    now = timezone.now()
    typed(sitting, city["secretary"], now - dt.timedelta(days=settings.RECORDING_RETENTION_DAYS + 1), "cũ")
    typed(sitting, city["secretary"], now - dt.timedelta(days=settings.RECORDING_RETENTION_DAYS - 1), "mới")
    assert caption_record.sweep(now) == 0, "the meeting sits"
    Meeting.objects.filter(pk=sitting.meeting.pk).update(state=Meeting.State.ENDED)
    made = recorded(sitting)
    assert caption_record.sweep(now) == 0, "it can be watched"
    Recording.objects.filter(pk=made.pk).update(state=Recording.State.DELETED)
    assert caption_record.sweep(now) == 1
    assert list(CaptionLine.objects.values_list("text", flat=True)) == ["mới"]
