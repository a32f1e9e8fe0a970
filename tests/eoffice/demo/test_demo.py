"""The demo city: who is in it, that loading it is quick and may be repeated."""

import datetime as dt
import time
from collections import Counter
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.utils import timezone

from documents.models import Paper
from eoffice.accounts.models import User
from eoffice.demo import story
from eoffice.demo.names import demo_name
from eoffice.demo.people import PASSWORD
from eoffice.notifications.models import Notification
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment, Unit, UnitGroup
from eoffice.workflow.models import Task
from meetings.models import Meeting

pytestmark = pytest.mark.django_db


def test_every_agency_of_the_demo_has_a_head_a_clerk_and_an_officer() -> None:
    call_command("load_demo", stdout=StringIO())
    agencies = Unit.objects.filter(kind__in=["department", "commune"])
    assert agencies.count() == 126 + 16
    for duty in ("head", "clerk", "officer"):
        held = Appointment.objects.current().filter(position__duty=duty).values("unit")
        assert not agencies.exclude(pk__in=held).exists()


def test_the_demo_is_quick_to_load_and_may_be_loaded_again() -> None:
    began = time.monotonic()
    call_command("load_demo", stdout=StringIO())
    people = User.objects.count()
    call_command("load_demo", stdout=StringIO())
    assert time.monotonic() - began < 20
    assert User.objects.count() == people
    assert len(PASSWORD) >= 10


def test_demo_people_sign_in_with_the_password_that_is_printed() -> None:
    call_command("load_demo", stdout=StringIO())
    output = StringIO()
    call_command("demo_people", stdout=output)
    assert PASSWORD in output.getvalue()
    for username in ("chutich", "vanthu", "soxaydung", "cv.soxaydung", "badinh", "cv.badinh", "quantri"):
        assert username in output.getvalue()
        assert authenticate(username=username, password=PASSWORD)


def test_the_groups_of_the_demo() -> None:
    call_command("load_demo", stdout=StringIO())
    sizes = {group.name: units_of(group).count() for group in UnitGroup.objects.all()}
    assert sizes == {"126 phường, xã": 126, "Các sở, ban, ngành": 16}


def test_no_two_demo_people_share_a_name() -> None:
    assert len({demo_name(number) for number in range(900)}) == 900


def test_the_first_look_shows_a_living_city() -> None:
    call_command("load_demo", stdout=StringIO())
    states = Counter(Meeting.objects.values_list("state", flat=True))
    assert states == {"invited": 2, "draft": 1, "concluded": 1}
    briefing = Meeting.objects.get(title=story.BRIEFING)
    assert briefing.sites.count() == 1 + 126 + 16
    assert timezone.now() < briefing.starts_at < timezone.now() + dt.timedelta(minutes=21)
    assert Counter(Task.objects.values_list("state", flat=True)) == {
        "assigned": 2,
        "in_progress": 1,
        "submitted": 1,
    }
    assert Paper.objects.filter(state="published").count() == 3


def test_every_day_has_a_meeting_about_to_begin_and_only_one() -> None:
    call_command("load_demo", stdout=StringIO())
    story.tell(timezone.now())
    assert Meeting.objects.filter(title=story.BRIEFING).count() == 1
    story.tell(timezone.now() + dt.timedelta(days=1))
    assert Meeting.objects.filter(title=story.BRIEFING).count() == 2


def test_demo_mail_goes_to_nobody() -> None:
    call_command("load_demo", stdout=StringIO())
    assert not Notification.objects.filter(mail_state="waiting").exists()
