"""The demo city: who is in it, that loading it is quick and may be repeated."""

import time
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from eoffice.accounts.models import User
from eoffice.demo.names import demo_name
from eoffice.demo.people import PASSWORD
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment, Unit, UnitGroup

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
