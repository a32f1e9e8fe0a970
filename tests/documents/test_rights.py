"""The right to a paper is asked in two ways, of lists and of one at hand: both answer alike, whatever lets people in or keeps them out."""

import itertools
import random

import pytest
from django.utils import timezone

from documents.models import Exclusion, Grant, Paper, PaperVersion
from documents.permissions import may_open, may_open_version
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def made(city: City, chance: random.Random, number: int) -> None:
    """A paper in any state with two versions, granted to and kept from anybody."""
    state, confined = chance.choice(Paper.State.values), chance.random() < 0.3
    author = chance.choice(list(city.roles.values()))
    paper = PaperFactory(created_by=author, title=f"Tài liệu {number}", state=state)
    Paper.objects.filter(pk=paper.pk).update(confined=confined, state=state)
    for version in (1, 2):
        when = {name: chance.choice([NOW, None]) for name in ("published_at", "submitted_at")}
        PaperVersion.objects.filter(pk=PaperVersionFactory(paper=paper, number=version).pk).update(**when)
    reached = [{"person": one.person} for one in city.roles.values()] + [
        {"unit": one.unit} for one in city.roles.values()
    ]
    for place, whom in enumerate(chance.sample(reached, 3)):
        Grant.objects.create(paper=paper, reason=f"meeting:{place}", reviews=chance.random() < 0.4, **whom)
    if chance.random() < 0.5:
        Exclusion.objects.create(paper=paper, reason="meeting:1", **chance.choice(reached))


def test_lists_and_single_papers_open_to_the_same_people(city: City) -> None:
    chance = random.Random(5)
    for number in range(40):
        made(city, chance, number)
    papers = list(Paper.objects.select_related("owner_unit"))
    versions = list(PaperVersion.objects.select_related("paper__owner_unit"))
    answers = set()
    for role in [*city.roles, "admin"]:
        person = city.person(role)
        listed = set(Paper.objects.visible_to(person).values_list("pk", flat=True))
        shown = set(PaperVersion.objects.visible_to(person).values_list("pk", flat=True))
        assert {paper.pk for paper in papers if may_open(person, paper)} == listed, role
        assert {version.pk for version in versions if may_open_version(person, version)} == shown, role
        answers |= set(itertools.chain((paper.pk in listed for paper in papers), (v.pk in shown for v in versions)))
    assert answers == {True, False}
