"""Confidential items: who knows them, and what others see of them, their papers and votes (docs/domain/meetings.md)."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import Paper
from documents.readership import readership
from meetings import agenda, conclusions, overview, voting
from meetings.models import (
    AgendaItem,
    Attendee,
    LiveState,
    PollSeat,
    Role,
)
from tests.city import City
from tests.factories import (
    AppointmentFactory,
    AttendeeFactory,
    UserFactory,
)
from tests.meetings.confiding import WORD, confide, lay_out, move, refused
from tests.meetings.room import Sitting

AsRole = Callable[[str], Client]


# --- choosing -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_item_is_confidential_from_the_form_on(city: City, sitting: Sitting, client_as: AsRole) -> None:
    form = {
        "title": f"Nhân sự {WORD}",
        "minutes": 20,
        "confidential": "on",
        "units": [city.department.pk],
        "people": [city["invited_officer"].pk],
    }
    answer = client_as("organiser_clerk").post(reverse("agenda-item-create", args=[sitting.meeting.pk]), form)
    assert answer.status_code == 302
    item = AgendaItem.objects.get(title=f"Nhân sự {WORD}")
    who = {str(each) for each in item.participants.all()}
    assert who == {
        str(city.department),
        str(city.person("invited_officer")),
        str(city.person("organiser_clerk")),  # whoever makes it confidential goes on knowing it
    }
    page = reverse("agenda-item-edit", args=[item.pk])
    assert WORD in client_as("organiser_clerk").get(page).content.decode()
    assert client_as("invited_head").get(page).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "knows"),
    [
        ("chair", True),
        ("secretary", True),
        ("department_head", True),
        ("department_clerk", True),
        ("department_officer", False),
        ("organiser_clerk", False),
        ("office_head", False),
        ("invited_head", False),
    ],
)
def test_who_knows(who: str, knows: bool, city: City, sitting: Sitting, client_as: AsRole) -> None:
    confide(city, sitting)
    assert AgendaItem.objects.known_to(city.person(who)).filter(pk=sitting.items[1].pk).exists() is knows


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "knows"), [("member", True), ("observer", True), ("technician", False), ("operator", False)]
)
def test_who_attends_for_a_chosen_unit_knows_unless_they_run_the_machine(
    role: str, knows: bool, city: City, sitting: Sitting
) -> None:
    AttendeeFactory(site=sitting.department, appointment=city["department_officer"], role=role)
    item = confide(city, sitting)
    person = city.person("department_officer")
    assert AgendaItem.objects.known_to(person).filter(pk=item.pk).exists() is knows
    confide(city, sitting, people=frozenset({person.pk}))
    assert AgendaItem.objects.known_to(person).filter(pk=item.pk).exists()


@pytest.mark.django_db
def test_co_chairs_secretaries_and_who_presents_know(city: City, sitting: Sitting) -> None:
    AttendeeFactory(site=sitting.main, appointment=city["office_head"], role=Role.CO_CHAIR)
    item = confide(city, sitting, units=frozenset(), presenter=city.commune)
    for role in ("office_head", "invited_head"):
        assert AgendaItem.objects.known_to(city.person(role)).filter(pk=item.pk).exists()


@pytest.mark.django_db
def test_an_item_that_was_discussed_openly_stays_open(city: City, sitting: Sitting) -> None:
    move(city, sitting, 1)
    sitting.items[1].refresh_from_db()
    assert refused("opened-already", lambda: confide(city, sitting))


@pytest.mark.django_db
def test_it_stays_confidential_while_the_meeting_is_at_it(city: City, sitting: Sitting) -> None:
    item = confide(city, sitting)
    move(city, sitting, 1)
    plain = agenda.Point(title="Nội dung 2")
    assert refused("at-it-now", lambda: agenda.edit_item(city["secretary"], item, plain, version=item.version))
    move(city, sitting, 0)
    assert not agenda.edit_item(city["secretary"], item, plain, version=item.version).confidential


@pytest.mark.django_db
def test_its_conclusions_give_no_tasks(city: City, sitting: Sitting) -> None:
    item = confide(city, sitting)
    task = conclusions.PlannedTask(lead_unit=city.commune, title="Rà soát")
    sentence = conclusions.Sentence(text="Giao phường.", item=item, task=task)
    assert refused("bad-conclusion", lambda: conclusions.write(city["secretary"], sitting.meeting, sentence))


@pytest.mark.django_db
def test_the_agenda_asks_the_same_number_of_questions_however_many_are_confidential(
    city: City, sitting: Sitting
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            overview.agenda_of(sitting.meeting, city.person("invited_head"))
        return len(queries)

    confide(city, sitting)
    one = asked()
    for number in range(3):
        point = agenda.Point(title=f"Kín {number}", confidential=True, units=frozenset({city.department.pk}))
        agenda.add_item(city["secretary"], sitting.meeting, point)
    assert asked() == one


# --- papers -------------------------------------------------------------------------------------------------


def readers(paper: Paper, people: Iterable[Any]) -> set[str]:
    return {person.full_name for person in people if Paper.objects.visible_to(person).filter(pk=paper.pk).exists()}


@pytest.mark.django_db
def test_its_papers_reach_only_the_chosen(city: City, sitting: Sitting) -> None:
    deputy = AppointmentFactory(person=UserFactory(), position=city["chair"].position, unit=city.committee).person
    item = confide(city, sitting)
    paper = lay_out(city, item)
    everybody = [*(city.person(role) for role in city.roles), deputy]
    names = {city.person(role).full_name for role in ("chair", "secretary", "department_head", "department_clerk")}
    assert readers(paper, everybody) == names  # rank alone, above the unit that wrote it, lets nobody in
    known = readership(Paper.objects.get(pk=paper.pk), city.person("department_head"))
    assert {reader.person.full_name for reader in known.readers if reader.opens} == names
    assert any("mục kín" in way.words for reader in known.readers for way in reader.ways)
    plain = agenda.Point(title="Nội dung 2")
    agenda.edit_item(city["secretary"], item, plain, version=item.version)
    assert {deputy.full_name, city.person("invited_head").full_name} <= readers(paper, everybody)


@pytest.mark.django_db
def test_who_can_see_a_paper_is_said_in_words(city: City, sitting: Sitting, client_as: AsRole) -> None:
    paper = lay_out(city, confide(city, sitting))
    said = client_as("department_head").get(reverse("paper-detail", args=[paper.pk])).content.decode()
    assert "Tài liệu của mục kín: chỉ người dự mục đó và đơn vị soạn xem được" in said
    assert "Những người dự mục kín của" in said


@pytest.mark.django_db
def test_a_paper_is_presented_only_while_the_meeting_is_at_its_item(city: City, sitting: Sitting) -> None:
    from meetings import presenting

    paper = lay_out(city, confide(city, sitting))
    version = paper.versions.get().pk
    show = lambda: presenting.open_document(sitting.meeting, version, page=1, by=city.person("secretary"))  # noqa: E731
    move(city, sitting, 0)
    assert refused("no-such-paper", show)
    move(city, sitting, 1)
    show()
    move(city, sitting, 0)
    assert LiveState.objects.get(meeting=sitting.meeting).version is None


# --- votes --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_those_who_take_part_vote_and_only_at_the_item(city: City, sitting: Sitting) -> None:
    for role, site in (("department_head", sitting.department), ("invited_head", sitting.commune)):
        AttendeeFactory(site=site, appointment=city[role], role=Role.MEMBER)
    item = confide(city, sitting)
    question = voting.Question(question=f"Chọn {WORD}?", item=item.pk)
    poll = voting.prepare(city["secretary"], sitting.meeting, question, key=sitting.meeting.uid)
    put = lambda: voting.check_ready(city["secretary"], sitting.meeting, poll.pk)  # noqa: E731
    assert refused("item-not-open", put)
    move(city, sitting, 1)
    put()
    names = set(PollSeat.objects.filter(poll=poll).values_list("person", flat=True))
    assert names == {city.person("chair").pk, city.person("department_head").pk}
    assert refused("poll-going-on", lambda: move(city, sitting, 0))
    voting.annul(city["secretary"], sitting.meeting, poll.pk, reason="Thôi")
    move(city, sitting, 0)


@pytest.mark.django_db
def test_a_secretary_is_one_by_role(city: City, sitting: Sitting) -> None:
    Attendee.objects.filter(meeting=sitting.meeting, role=Role.SECRETARY).update(role=Role.INVITED)
    item = confide(city, sitting, units=frozenset())
    assert AgendaItem.objects.known_to(city.person("secretary")).filter(pk=item.pk).exists()  # named with the meeting
