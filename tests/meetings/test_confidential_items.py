"""Confidential items: what others see of them, and the room while the meeting is at one (docs/domain/meetings.md)."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Page, Paper
from documents.readership import readership
from eoffice.errors import UserError
from meetings import agenda, casting, chat, conclusions, conduct, display, joining, overview, recording, tabling, voting
from meetings.models import (
    AgendaItem,
    Attachment,
    Attendee,
    Connection,
    LiveState,
    MeetingSite,
    Poll,
    PollSeat,
    Recording,
    Role,
    TabledPaper,
)
from meetings.protocol.chat import ChatSend
from meetings.sfu.recorder.jobs import Job
from meetings.sfu.recorder.join import join
from tests import papers
from tests.city import City
from tests.factories import (
    AppointmentFactory,
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
    PaperFactory,
    PaperVersionFactory,
    StoredFileFactory,
    UserFactory,
)
from tests.meetings.room import Browser, Sitting
from tests.meetings.test_recording import make_part

AsRole = Callable[[str], Client]
WORD = "Zirconi"


def confide(city: City, sitting: Sitting, **point: Any) -> AgendaItem:
    """Item 2 of the meeting is confidential; the department takes part unless ``point`` says otherwise."""
    item = sitting.items[1]
    item.refresh_from_db()
    chosen = {"units": frozenset({city.department.pk}), **point}
    made = agenda.Point(title=f"Nhân sự {WORD}", confidential=True, **chosen)
    return agenda.edit_item(city["secretary"], item, made, version=item.version)


def lay_out(city: City, item: AgendaItem, *, by: str = "department_head") -> Paper:
    """A published paper on the table of ``item``."""
    paper: Paper = PaperFactory(created_by=city[by], title=f"Tờ trình {WORD}", state="published")
    pdf = StoredFileFactory(content__data=papers.pdf())
    version = PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=pdf)
    Page.objects.create(version=version, number=1, text="Kính gửi", image=StoredFileFactory())
    paper.published_version = version
    paper.save()
    TabledPaper.objects.create(item=item, paper=paper)
    tabling.share(item.meeting)
    return paper


def move(city: City, sitting: Sitting, number: int, *, by: str = "secretary") -> None:
    conduct.open_item(city[by], sitting.meeting, sitting.items[number].pk)


def refused(code: str, act: Callable[[], Any]) -> bool:
    with pytest.raises(UserError) as caught, transaction.atomic():
        act()
    return caught.value.code == code


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


# --- the room -----------------------------------------------------------------------------------------------

rooms = pytest.mark.usefixtures("rooms_close")


@rooms
@pytest.mark.django_db(transaction=True)
async def test_others_wait_at_the_door_and_come_back_by_themselves(city: City, sitting: Sitting) -> None:
    await sync_to_async(confide)(city, sitting)
    secretary, chosen, guest = tabs = [
        Browser(sitting.path, city.person(role)) for role in ("secretary", "department_head", "invited_head")
    ]
    for tab in tabs:
        assert await tab.connect()
        state = await tab.enter()
        masked = WORD not in str(state)
        assert masked is (tab is guest)
        assert [item["hidden"] for item in state["items"]] == [False, masked]
    assert (await secretary.ask("item.open", item=sitting.items[1].pk))["type"] == "done"
    bye = await guest.hear("bye")
    assert (bye["action"], bye["reason"]) == ("rejoin", "Đang bàn mục kín.")
    await chosen.hear("item.opened")
    again = Browser(sitting.path, city.person("invited_head"))
    assert await again.connect()
    await again.say("hello", version=1)
    assert (await again.hear("lobby.waiting"))["reason"] == "confidential"
    assert await secretary.hears_nothing("lobby.changed")  # nobody is asked to let them in
    inside = Connection.objects.filter(meeting=sitting.meeting, left_at__isnull=True)
    assert await inside.acount() == 2
    await secretary.ask("chat.send", channel="room", text=f"Về {WORD}", key="6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    await secretary.ask("caption.post", text=f"Nói về {WORD}")
    assert (await secretary.ask("item.open", item=sitting.items[0].pk))["type"] == "done"
    await again.hear("welcome")
    state = await again.hear("state")
    assert WORD not in str(state)
    assert WORD not in str(guest.inbox) + str(again.inbox)
    for tab in (*tabs, again):
        await tab.drop()


@rooms
@pytest.mark.django_db(transaction=True)
async def test_an_item_made_confidential_in_an_open_room_is_masked_at_once(city: City, sitting: Sitting) -> None:
    async with Browser(sitting.path, city.person("invited_head")) as guest:
        await guest.enter()
        await sync_to_async(confide)(city, sitting)
        state = await guest.hear("state")
        assert [item["title"] for item in state["items"]] == ["Nội dung 1", "Mục kín"]
        await sync_to_async(voting.prepare)(
            city["secretary"],
            sitting.meeting,
            voting.Question(question=f"Chọn {WORD}?", item=sitting.items[1].pk),
            key=sitting.meeting.uid,
        )
        plain = agenda.Point(title="Nội dung hai")
        item = await AgendaItem.objects.select_related("meeting").aget(pk=sitting.items[1].pk)
        await sync_to_async(agenda.edit_item)(city["secretary"], item, plain, version=item.version)
        state = await guest.hear("state")
        assert [item["title"] for item in state["items"]] == ["Nội dung 1", "Nội dung hai"]
        assert WORD not in str(guest.inbox)


@pytest.mark.django_db
def test_the_second_screen_says_only_that_it_is_confidential(city: City, sitting: Sitting) -> None:
    item = confide(city, sitting, presenter=city.department)
    move(city, sitting, 1)
    Poll.objects.create(
        meeting=sitting.meeting,
        item=item,
        question=f"{WORD}?",
        state="published",
        published_at=timezone.now(),
        created_by=city["secretary"],
        key=sitting.meeting.uid,
    )
    shown = display.shown(sitting.meeting.pk)
    assert shown.item is not None
    assert (shown.item.title, shown.item.presenter, shown.item.confidential) == ("Mục kín", "", True)
    assert (shown.floor, shown.poll, shown.waiting) == (None, None, ())
    assert display.why_not(city.person("invited_head"), sitting.meeting) is None


@pytest.mark.django_db
def test_who_was_not_chosen_neither_opens_it_nor_presides_at_it(city: City, sitting: Sitting) -> None:
    AttendeeFactory(site=sitting.commune, appointment=city["invited_head"], role=Role.MEMBER)
    confide(city, sitting)
    commune = city.person("invited_head").pk
    casting.hand_chair(city["chair"], sitting.meeting, person_id=commune)
    assert refused("not-chosen", lambda: move(city, sitting, 1, by="invited_head"))
    assert refused("presiding-not-chosen", lambda: move(city, sitting, 1))
    casting.hand_chair(city["chair"], sitting.meeting, person_id=city.person("chair").pk)
    move(city, sitting, 1)
    assert refused(
        "presiding-not-chosen", lambda: casting.hand_chair(city["chair"], sitting.meeting, person_id=commune)
    )


@pytest.mark.django_db
def test_an_attached_meeting_is_detached_first(city: City, sitting: Sitting) -> None:
    confide(city, sitting)
    other = MeetingFactory(organiser=city.commune, state="in_session")
    MeetingSiteFactory(meeting=other, kind=MeetingSite.Kind.MAIN, unit=city.commune)
    Attachment.objects.create(
        site=sitting.commune, guest=other, asked_by=city.person("chair"), asked_by_side="host", asked_at=timezone.now()
    )
    assert refused("attached", lambda: move(city, sitting, 1))


@pytest.mark.django_db
def test_people_chosen_or_left_out_while_the_meeting_is_at_it(city: City, sitting: Sitting) -> None:
    item = confide(city, sitting)
    move(city, sitting, 1)
    tab = Connection.objects.create(
        meeting=sitting.meeting,
        site=sitting.department,
        person=city.person("department_head"),
        joined_at=timezone.now(),
        seen_at=timezone.now(),
    )
    item.refresh_from_db()
    point = agenda.Point(title=item.title, confidential=True, units=frozenset({city.commune.pk}))
    agenda.edit_item(city["secretary"], item, point, version=item.version)
    tab.refresh_from_db()
    assert tab.left_at is not None


# --- the recording ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_of_it_is_recorded(city: City, sitting: Sitting, settings: Any) -> None:
    settings.MEDIA_NODES = ["unix:/nowhere/media.sock"]
    confide(city, sitting)
    first = recording.start(city["chair"], sitting.meeting)
    move(city, sitting, 1)
    first.refresh_from_db()
    assert (first.state, first.ends_sharply) == (Recording.State.STOPPING, True)
    assert refused("confidential-item", lambda: recording.start(city["chair"], sitting.meeting))
    assert [mark.title for mark in joining.marks_of(first)][-1] in ("Mục kín", "Bắt đầu ghi hình")
    move(city, sitting, 0)
    again = recording.running(sitting.meeting.pk)
    assert again is not None
    assert again.pk != first.pk


def test_what_a_recorder_wrote_after_the_item_began_is_cut_off(tmp_path: Any) -> None:
    make_part(tmp_path, seconds=3.0)
    part = tmp_path / "part-0001.webm"
    whole = Job(parts=(part,), marks=(), title="Họp", target=tmp_path / "meeting.webm", content=tmp_path / "c.webm")
    assert join(whole).duration > 2
    began = timezone.now()
    cut = whole.model_copy(update={"until": began})
    assert join(cut).duration < 1.5


@pytest.mark.django_db
def test_messages_written_at_it_are_shown_while_the_meeting_is_there(city: City, sitting: Sitting) -> None:
    confide(city, sitting)
    move(city, sitting, 1)
    tab = Connection.objects.create(
        meeting=sitting.meeting,
        site=sitting.main,
        person=city.person("secretary"),
        joined_at=timezone.now(),
        seen_at=timezone.now(),
    )
    chat.send(tab, ChatSend(text=f"Về {WORD}", channel="room", key=sitting.meeting.uid))
    assert [entry.text for entry in chat.recent(sitting.meeting.pk)] == [f"Về {WORD}"]
    move(city, sitting, 0)
    assert chat.recent(sitting.meeting.pk) == ()


@pytest.mark.django_db
def test_a_secretary_is_one_by_role(city: City, sitting: Sitting) -> None:
    Attendee.objects.filter(meeting=sitting.meeting, role=Role.SECRETARY).update(role=Role.INVITED)
    item = confide(city, sitting, units=frozenset())
    assert AgendaItem.objects.known_to(city.person("secretary")).filter(pk=item.pk).exists()  # named with the meeting
