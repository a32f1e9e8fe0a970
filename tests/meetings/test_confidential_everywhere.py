"""What a confidential item is about is read at no address by anybody who was not chosen, whatever belongs to it.

The world of the permission matrix, with a confidential item and one of everything at it, each with a word of its own.
Every address of the matrix is asked by every role, with the arguments and forms of its row.
"""

import io
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Page, Paper, PaperVersion
from documents.search import index
from meetings import agenda, recusals, tabling
from meetings.models import (
    AgendaItem,
    CaptionLine,
    Conclusion,
    ConclusionNotice,
    FloorTurn,
    Meeting,
    PaperRequest,
    Poll,
    QuestionRequest,
    SpeechRequest,
    TabledPaper,
)
from tests import papers
from tests.architecture.test_permission_matrix import ADDRESSES, ARGUMENTS, POSTED
from tests.architecture.world import World, build_world
from tests.city import ROLES
from tests.factories import PaperFactory, PaperVersionFactory, StoredFileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORD = "zirconi"
"""In the titles, questions, topics, texts and reasons of what belongs to the item, and nowhere else."""
CHOSEN = {"chair", "secretary", "department_head"}
"""Who leads the meeting, and the unit that was chosen. Its clerk prepares the meeting and was not."""
OTHERS = tuple(role for role in ROLES if role not in {*CHOSEN, "anonymous"})
SEEN = {
    "agenda-item-edit",
    "agenda-item-recusals",
    "conclusion-line",
    "meeting-captions",
    "meeting-captions-text",
    "meeting-captions-webvtt",
    "meeting-conclusions",
    "meeting-detail",
    "meeting-notice",
    "meeting-offline",
    "paper-detail",
    "paper-list",
    "paper-read",
    "paper-request",
    "paper-requests",
    "poll-create",
    "poll-detail",
    "poll-edit",
    "poll-sheet",
    "recording-captions",
    "speech-statement",
}
"""Where those who were chosen do read the word: else a page that shows nothing would pass."""
LISTS = {
    "paper-search": {"q": "kính gửi"},
    "paper-list": {"show": "all"},
    "paper-requests": {"show": "all"},
    "meeting-list": {"show": "past"},
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield _confided(build_world())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sessions(world: World) -> dict[str, str]:
    keys = {}
    for role in ROLES:
        client = Client()
        if role != "anonymous":
            client.force_login(world.city.person(role))
            keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


def _confided(world: World) -> World:
    """The world with its item, paper, request and conclusion replaced by confidential ones."""
    item = _item(world, world.meeting)
    paper, version = _paper(world, "published")
    TabledPaper.objects.create(item=item, paper=paper)
    tabling.share(world.meeting)
    draft, draft_version = _paper(world, "draft")
    over = _item(world, world.ended)
    conclusion = Conclusion.objects.create(
        meeting=world.ended, item=over, text=f"Thống nhất {WORD}.", written_by=world.city["secretary"]
    )
    FloorTurn.objects.create(
        meeting=world.ended,
        site=world.ended.sites.order_by("pk")[0],
        item=over,
        granted_by=world.city["chair"],
        granted_at=timezone.now(),
        ended_at=timezone.now(),
        seconds=60,
    )
    _votes(world, item)
    _speeches(world, item)
    _captions(world, item)
    recusals.recuse(world.city["secretary"], item, reason=f"Lý do {WORD}", unit=world.city.other_commune)
    return replace(
        world,
        item=item,
        paper=paper,
        version=version,
        draft_paper=draft,
        draft_version=draft_version,
        conclusion=conclusion,
        request=_request(world, item),
    )


def _captions(world: World, item: AgendaItem) -> None:
    """What was typed when the item was not confidential yet, and was recorded."""
    now = timezone.now()
    CaptionLine.objects.create(meeting=world.meeting, item=item, by=world.city["secretary"], text=WORD, at=now)
    world.recording.pieces = [[now.timestamp() - 1, 0.0, 60.0]]
    world.recording.save()


def _item(world: World, meeting: Meeting) -> AgendaItem:
    state, meeting.state = meeting.state, Meeting.State.INVITED
    meeting.save()
    point = agenda.Point(
        title=f"Nhân sự {WORD}", minutes=17, confidential=True, units=frozenset({world.city.department.pk})
    )
    made = agenda.add_item(world.city["secretary"], meeting, point)
    meeting.state = state
    meeting.save()
    made.meeting = meeting
    return made


def _paper(world: World, state: str) -> tuple[Paper, PaperVersion]:
    paper = PaperFactory(created_by=world.city["department_head"], title=f"Tờ trình {WORD}", state=state)
    pdf = StoredFileFactory(content__data=papers.pdf())
    version = PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=pdf, name=f"{WORD}.pdf")
    image = StoredFileFactory(content__data=papers.picture())
    index.add_pages([Page.objects.create(version=version, number=1, text=f"Kính gửi {WORD}", image=image)])
    index.set_title(paper)
    if state == "published":
        paper.published_version = version
        paper.save()
    return paper, version


def _request(world: World, item: AgendaItem) -> PaperRequest:
    paper, version = _paper(world, "submitted")
    paper.submitted_version, paper.submitted_to = version, world.city.office
    paper.save()
    PaperVersion.objects.filter(pk=version.pk).update(submitted_at=timezone.now())
    made = PaperRequest.objects.create(
        item=item,
        unit=world.city.department,
        title=f"Báo cáo {WORD}",
        due_at=world.meeting.starts_at,
        created_by=world.city["secretary"],
        paper=paper,
        key=uuid.uuid4(),
    )
    tabling.let_review(made)
    return made


def _votes(world: World, item: AgendaItem) -> None:
    """Those that the rows of votes find."""
    now = timezone.now()
    for state in ("prepared", "open", "closed", "published"):
        Poll.objects.create(
            meeting=world.meeting,
            key=uuid.uuid5(world.meeting.uid, state),
            item=item,
            question=f"Thông qua {WORD}?",
            state=state,
            created_by=world.city["secretary"],
            opened_at=None if state == "prepared" else now,
            opened_by=None if state == "prepared" else world.city["chair"],
            closed_at=now if state in ("closed", "published") else None,
            published_at=now if state == "published" else None,
            published_by=world.city["chair"] if state == "published" else None,
        )


def _speeches(world: World, item: AgendaItem) -> None:
    common = {
        "meeting": world.meeting,
        "site": world.commune_site,
        "by": world.city.person("invited_head"),
        "item": item,
    }
    for state in (SpeechRequest.State.WAITING, SpeechRequest.State.DONE):
        SpeechRequest.objects.create(
            **common, topic=f"Về {WORD}", statement=f"Kính thưa, {WORD}", requested_at=timezone.now(), state=state
        )
    QuestionRequest.objects.create(
        **common,
        target=world.meeting.sites.exclude(pk=world.commune_site.pk)[0],
        topic=f"Hỏi {WORD}",
        requested_at=timezone.now(),
    )


def _said(client: Client, world: World, name: str) -> str:
    """All that comes back from an address, with what it leads to, as its row asks it; then nothing was done."""
    arguments = ARGUMENTS[name](world) if name in ARGUMENTS else None
    if name in ("speech-statement", "speech-withdraw"):
        arguments = {"pk": SpeechRequest.objects.filter(item=world.item).order_by("pk")[0].pk}
    address = reverse(name, kwargs=arguments)
    if name == "meeting-notice":
        issued = {"state": "issued", "confirmed_by": world.city["chair"], "issuer": world.city.office}
        ConclusionNotice.objects.update_or_create(
            meeting=world.ended, defaults={**issued, "number": "01/TB-VP", "issued_at": timezone.now()}
        )
    if name in POSTED:
        answers = [client.post(address, POSTED[name](world), follow=True)]
    else:
        answers = [client.get(address, follow=True), *([client.get(address, LISTS[name])] if name in LISTS else [])]
    return "".join(str(dict(answer.headers)) + _text(b"".join(answer)) for answer in answers).casefold()


def _text(content: bytes) -> str:
    """What is in it, of Word and Excel files the text of their parts."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def _of(role: str, sessions: dict[str, str]) -> Client:
    client = Client(raise_request_exception=False)
    if role in sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[role]
    return client


@pytest.mark.parametrize("name", ADDRESSES)
def test_nobody_else_reads_a_word_of_it(name: str, world: World, sessions: dict[str, str]) -> None:
    told = []
    for role in OTHERS:
        with transaction.atomic():
            if WORD in _said(_of(role, sessions), world, name):
                told.append(role)
            transaction.set_rollback(True)
    assert told == []


def test_those_who_were_chosen_read_it(world: World, sessions: dict[str, str]) -> None:
    seen = set()
    for name in SEEN:
        for role in CHOSEN:
            with transaction.atomic():
                if WORD in _said(_of(role, sessions), world, name):
                    seen.add(name)
                transaction.set_rollback(True)
    assert seen == SEEN


@pytest.mark.parametrize("role", ["organiser_clerk", "invited_head"])
def test_others_see_that_there_is_an_item_and_how_long_it_takes(
    role: str, world: World, sessions: dict[str, str]
) -> None:
    said = _of(role, sessions).get(reverse("meeting-detail", args=[world.meeting.pk])).content.decode()
    assert "Mục kín" in said
    assert "17 phút" in said
    assert TabledPaper.objects.filter(item=world.item).exists()
