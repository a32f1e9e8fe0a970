"""The tree of units: founding, moving, merging, closing."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eoffice.audit.models import Entry
from eoffice.errors import Conflict, UserError
from eoffice.organisation import tree
from eoffice.organisation.groups import ensure_group, units_of
from eoffice.organisation.models import Appointment, Unit
from tests.city import City
from tests.factories import FOUNDED, UnitFactory

pytestmark = pytest.mark.django_db
DIVISION = {"kind": Unit.Kind.DIVISION, "level": Unit.Level.DEPARTMENT, "valid_from": FOUNDED}


def test_a_division_belongs_to_the_legal_body_it_is_founded_in(city: City) -> None:
    tree.establish_agency(city.department, symbol="SXD")
    division = tree.add_unit(Unit.objects.get(pk=city.department.pk), name="Phòng Quy hoạch", **DIVISION)
    assert division.legal_body == city.department.agency


def test_founding_a_unit_is_recorded_with_who_did_it(city: City) -> None:
    tree.add_unit(city.office, name="Phòng Tổng hợp", by=city["office_head"], **DIVISION)
    assert Entry.objects.get(action="unit.added").appointment == city["office_head"]


def test_names_are_kept_composed_and_found_without_diacritics(city: City) -> None:
    decomposed = "Pho\u0300ng  Đo\u0302\u0301ng Đa"
    unit = tree.add_unit(city.office, name=decomposed, **DIVISION)
    assert (unit.name, unit.search_name) == ("Phòng Đống Đa", "phong dong da")


def test_moving_a_unit_takes_everything_below_along(city: City) -> None:
    division = tree.add_unit(city.department, name="Phòng A", **DIVISION)
    team = tree.add_unit(division, name="Tổ 1", **DIVISION)
    tree.move_unit(division, to=city.office)
    assert team.pk in Unit.objects.below(Unit.objects.get(pk=city.office.pk)).values_list("pk", flat=True)


def test_a_unit_cannot_be_moved_below_itself(city: City) -> None:
    division = tree.add_unit(city.department, name="Phòng A", **DIVISION)
    with pytest.raises(Conflict, match="move-below-itself"):
        tree.move_unit(city.department, to=division)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=6))
def test_whatever_is_moved_the_tree_stays_whole(db: None, moves: list[tuple[int, int]]) -> None:
    Unit.objects.all().delete()
    units = [UnitFactory()]
    for n in range(7):
        units.append(UnitFactory(parent=Unit.objects.get(pk=units[n // 2].pk)))
    for what, to in moves:
        try:
            tree.move_unit(units[what], to=units[to])
        except Conflict:
            continue
    assert Unit.objects.count() == 8
    assert not any(Unit.objects.find_problems())


def test_a_merged_unit_keeps_its_name_and_names_its_successor(city: City) -> None:
    last_day = dt.date(2026, 6, 30)
    tree.close_unit(city.commune, last_day=last_day, successors=(city.other_commune,))
    closed = Unit.objects.get(pk=city.commune.pk)
    assert closed.name == "UBND phường Ba Đình"
    assert list(closed.successors.all()) == [city.other_commune]
    assert not Unit.objects.valid_on(last_day + dt.timedelta(days=1)).filter(pk=closed.pk).exists()


def test_closing_a_unit_ends_the_appointments_in_it(city: City) -> None:
    tree.close_unit(city.commune, last_day=dt.date(2026, 6, 30))
    assert not Appointment.objects.current(dt.date(2026, 7, 1)).filter(unit=city.commune).exists()
    assert Appointment.objects.current(dt.date(2026, 6, 30)).filter(unit=city.commune).exists()


def test_a_unit_with_living_units_below_cannot_be_closed(city: City) -> None:
    with pytest.raises(Conflict, match="unit-has-children"):
        tree.close_unit(city.committee, last_day=dt.date(2026, 6, 30))


def test_a_unit_cannot_end_before_it_began(city: City) -> None:
    with pytest.raises(UserError, match="ends-before-start"):
        tree.close_unit(city.commune, last_day=FOUNDED - dt.timedelta(days=1))


def test_authority_reaches_down_the_tree_never_up_or_across(city: City) -> None:
    def under(role: str) -> set[Unit]:
        return set(Unit.objects.under_authority_of(city[role].person))

    assert city.commune in under("chair")
    assert under("invited_head") == {city.commune}
    assert under("invited_officer") == set()


def test_a_group_by_rule_follows_the_tree(city: City) -> None:
    group = ensure_group("Phường, xã", below=city.committee, kind=Unit.Kind.COMMUNE)
    assert set(units_of(group)) == {city.commune, city.other_commune}
    tree.close_unit(city.commune, last_day=dt.date(2025, 12, 31))
    assert set(units_of(group, dt.date(2026, 1, 1))) == {city.other_commune}


def test_a_group_by_list_holds_what_was_listed(city: City) -> None:
    group = ensure_group("Riêng", below=city.committee, kind="")
    group.members.set([city.department])
    assert list(units_of(group)) == [city.department]
