"""In what capacity somebody signs (Decree 30/2020/NĐ-CP, Annex I)."""

import pytest

from eoffice.organisation import appointing
from eoffice.organisation.models import Appointment, Position
from eoffice.organisation.signing import capacity
from tests.city import City
from tests.factories import FOUNDED, UserFactory

pytestmark = pytest.mark.django_db


def held(city: City, name: str, duty: str, *, kind: str = Appointment.Kind.PRIMARY) -> Appointment:
    position = Position.objects.create(code=f"p-{name}", name=name, rank=5, duty=duty)
    return appointing.appoint(UserFactory(), position, city.department, valid_from=FOUNDED, kind=kind)


def test_a_head_signs_as_such_and_an_acting_one_with_q(city: City) -> None:
    assert capacity(held(city, "Giám đốc", Position.Duty.HEAD)) == ("Giám đốc",)
    assert capacity(held(city, "Trưởng ban", Position.Duty.HEAD, kind=Appointment.Kind.ACTING)) == ("Q. Trưởng ban",)


def test_a_deputy_signs_for_the_head(city: City) -> None:
    head = city["department_head"]
    deputy = held(city, "Phó Giám đốc Sở", Position.Duty.DEPUTY)
    assert capacity(deputy) == (f"KT. {head.position.name}", "Phó Giám đốc Sở")


def test_a_deputy_without_a_head_signs_for_the_office_their_title_names(city: City) -> None:
    Appointment.objects.filter(unit=city.department).delete()
    assert capacity(held(city, "Phó Giám đốc", Position.Duty.DEPUTY)) == ("KT. Giám đốc", "Phó Giám đốc")


def test_anybody_else_signs_by_order_of_the_head(city: City) -> None:
    head = city["department_head"]
    clerk = held(city, "Văn thư Sở", Position.Duty.CLERK)
    assert capacity(clerk) == (f"TL. {head.position.name}", "Văn thư Sở")


def test_tm_stands_above_the_head_and_the_deputy_of_a_collective(city: City) -> None:
    chair = city["chair"]
    chair.for_collective = True
    assert capacity(chair) == ("TM. Ủy ban nhân dân", chair.position.name)
    board = held(city, "Phó Trưởng ban", Position.Duty.DEPUTY)
    board.for_collective = True
    head = city["department_head"].position.name
    assert capacity(board) == (f"TM. {city.department.name}", f"KT. {head}", "Phó Trưởng ban")
