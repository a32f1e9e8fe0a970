"""Where a person stands: read once in a request, never longer."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from eoffice.organisation import appointing, tree
from eoffice.organisation.models import Position, Unit
from eoffice.organisation.standing import kept, standing_of
from tests.city import City
from tests.factories import FOUNDED

pytestmark = pytest.mark.django_db


def test_a_head_answers_for_the_unit_and_has_authority_over_all_below_it(city: City) -> None:
    standing = standing_of(city.person("chair"))
    unit = city["chair"].unit
    assert standing.leads == standing.represents == standing.member_of == {unit.pk}
    below = Unit.objects.filter(standing.over())
    assert set(below) == set(Unit.objects.below(unit))


def test_a_clerk_answers_for_the_unit_without_leading_it(city: City) -> None:
    standing = standing_of(city.person("organiser_clerk"))
    assert standing.represents == {city.office.pk}
    assert not standing.leads


def test_an_officer_belongs_below_every_unit_above_and_has_authority_over_none(city: City) -> None:
    held = city["invited_officer"]
    standing = standing_of(held.person)
    above = {unit.path for unit in Unit.objects.all() if held.unit.path.startswith(unit.path)}
    assert standing.belongs_below == above
    assert standing.member_of == {held.unit_id}
    assert not standing.represents
    assert not Unit.objects.filter(standing.over()).exists()


def test_an_appointment_counts_on_its_days_and_stays_known_afterwards(city: City) -> None:
    held, person = city["chair"], city.person("chair")
    last = timezone.localdate() - dt.timedelta(days=1)
    appointing.end_appointment(held, last_day=last)
    assert standing_of(person, last).leads == {held.unit_id}
    assert not standing_of(person, FOUNDED - dt.timedelta(days=1)).member_of
    ended = standing_of(person)
    assert not ended.member_of
    assert held.pk in ended.ever


def test_what_is_kept_is_read_once_and_forgotten_when_somebody_is_appointed_or_a_unit_moves(city: City) -> None:
    person = city.person("organiser_clerk")
    with kept():
        with CaptureQueriesContext(connection) as asked:
            assert standing_of(person) is standing_of(person)
        assert len(asked) == 1
        head = Position.objects.get(code="chanh-van-phong")
        appointing.appoint(person, head, city.office, valid_from=timezone.localdate())
        assert standing_of(person).leads == {city.office.pk}
        before = standing_of(person).authority
        tree.move_unit(city.office, to=city.department)
        assert standing_of(person).authority != before


def test_a_page_reads_where_its_reader_stands_at_most_once(city: City, client: Client) -> None:
    client.force_login(city.person("invited_head"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("paper-list")).status_code == 200
    read = [query for query in asked if 'FROM "organisation_appointment"' in query["sql"]]
    assert len(read) == 1
