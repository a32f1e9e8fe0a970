"""Who holds which position."""

import datetime as dt

import pytest

from eoffice.audit.models import Entry
from eoffice.errors import Conflict, UserError
from eoffice.organisation import appointing
from eoffice.organisation.models import Appointment, Position
from tests.city import City
from tests.factories import FOUNDED, UserFactory

pytestmark = pytest.mark.django_db
NEXT_YEAR = dt.date(2026, 1, 1)


def test_one_person_may_hold_several_positions_the_most_senior_first(city: City) -> None:
    person = city.person("organiser_clerk")
    head = Position.objects.get(code="chanh-van-phong")
    made = appointing.appoint(
        person, head, city.office, valid_from=NEXT_YEAR, kind=Appointment.Kind.ACTING, by=city["chair"]
    )
    assert list(Appointment.objects.held_by(person, NEXT_YEAR)) == [made, city["organiser_clerk"]]
    assert made.title == "Quyền Chánh Văn phòng – Văn phòng UBND thành phố"
    assert Entry.objects.get(action="appointment.made").appointment == city["chair"]


def test_the_same_position_is_not_given_twice(city: City) -> None:
    held = city["organiser_clerk"]
    with pytest.raises(Conflict, match="already-appointed"):
        appointing.appoint(held.person, held.position, held.unit, valid_from=NEXT_YEAR)


def test_nobody_is_appointed_in_a_unit_that_does_not_exist_yet(city: City) -> None:
    position = Position.objects.get(code="chuyen-vien")
    with pytest.raises(Conflict, match="unit-not-valid"):
        appointing.appoint(UserFactory(), position, city.office, valid_from=FOUNDED - dt.timedelta(days=1))


def test_an_appointment_ends_after_its_last_day(city: City) -> None:
    appointing.end_appointment(city["chair"], last_day=dt.date(2025, 12, 31))
    held = Appointment.objects.filter(pk=city["chair"].pk)
    assert held.current(dt.date(2025, 12, 31)).exists()
    assert not held.current(NEXT_YEAR).exists()


def test_an_appointment_cannot_end_before_it_began(city: City) -> None:
    with pytest.raises(UserError, match="ends-before-start"):
        appointing.end_appointment(city["chair"], last_day=FOUNDED - dt.timedelta(days=1))
