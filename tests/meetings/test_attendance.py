"""Presence is a heartbeat in the database: it outlives the process that held the socket."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings import attendance, conduct, presenting, roster
from meetings.models import Connection, MeetingSite
from meetings.tasks import sweep_presence
from tests.city import City
from tests.factories import MeetingSiteFactory, UnitFactory
from tests.meetings.room import Sitting

pytestmark = pytest.mark.django_db


def age(connection: Connection, seconds: int) -> None:
    """The last heartbeat of ``connection`` was so long ago."""
    Connection.objects.filter(pk=connection.pk).update(seen_at=timezone.now() - dt.timedelta(seconds=seconds))


def test_a_connection_without_a_heartbeat_is_closed(city: City, sitting: Sitting) -> None:
    ghost = attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    alive = attendance.join(sitting.main, person=city.person("chair"), carry_media=True)
    age(ghost, 200)
    age(alive, 200)
    attendance.seen([alive.key])
    sweep_presence()
    ghost.refresh_from_db()
    alive.refresh_from_db()
    assert ghost.left_at is not None
    assert alive.left_at is None


def test_leaving_twice_keeps_the_first_time(city: City, sitting: Sitting) -> None:
    joined = attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    attendance.leave(joined)
    joined.refresh_from_db()
    first = joined.left_at
    attendance.leave(joined)
    joined.refresh_from_db()
    assert joined.left_at == first is not None


def test_a_shared_screen_ends_when_its_site_leaves(city: City, sitting: Sitting) -> None:
    joined = attendance.join(sitting.main, person=city.person("chair"), carry_media=True)
    presenting.share_content(sitting.main, on=True)
    attendance.leave(joined)
    assert conduct.lock(sitting.meeting.pk).content_site_id is None


def test_a_large_meeting_begins_with_the_floor_closed(sitting: Sitting) -> None:
    for number in range(12):
        MeetingSiteFactory(meeting=sitting.meeting, unit=UnitFactory(name=f"UBND xã {number}"))
    assert conduct.lock(sitting.meeting.pk).free_discussion is False


def test_the_roster_costs_as_much_for_many_sites_as_for_few(sitting: Sitting, city: City) -> None:
    attendance.join(sitting.main, person=city.person("chair"), carry_media=True)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            sites = roster.layout(sitting.meeting.pk).sites
            here = [entry for entry in roster.presence(sitting.meeting.pk) if entry["people"]]
        assert len(sites) == MeetingSite.objects.filter(meeting=sitting.meeting).count()
        assert len(here) == Connection.objects.filter(meeting=sitting.meeting).values("site").distinct().count()
        return len(captured)

    few = queries()
    for number in range(30):
        site = MeetingSiteFactory(meeting=sitting.meeting, unit=UnitFactory(name=f"UBND xã {number}"))
        attendance.join(site, person=city.person("invited_head"), carry_media=True)
    assert queries() == few
