"""A meeting of Hà Nội as it was in 2020: city, departments, districts and their communes, 632 agencies."""

import csv
import datetime as dt
import io
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from documents.models import Paper, PaperVersion
from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.demo.names import demo_name
from eoffice.files.models import StoredFile
from eoffice.organisation import importing
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.positions import load_catalogue
from meetings.models import (
    AgendaItem,
    Attendee,
    CheckIn,
    Meeting,
    MeetingSite,
    MeetingType,
    Poll,
    RollCall,
    TabledPaper,
)

SINCE = dt.date(2020, 3, 1)
PAGES = 400


@dataclass(frozen=True)
class Plenary:
    """A sitting meeting and a signed-in person for each of its sites, the chair first."""

    meeting: int
    version: int
    poll: int
    sites: tuple[int, ...]
    cookies: tuple[str, ...]


def make_plenary(sites: int) -> Plenary:
    """The first ``sites`` agencies of the sheet, top down: each has a head and a site."""
    load_agencies()
    units = agencies(sites)
    with transaction.atomic():
        heads = appoint(units)
        meeting = new_meeting(heads)
        made = make_sites(meeting, units)
        attend(meeting, made, heads)
        version = _paper(meeting, heads[0])
        poll = _question(meeting, heads[0])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    cookies = tuple(cookie_of(head.person) for head in heads[: len(made)])
    return Plenary(meeting.pk, version.pk, poll.pk, tuple(site.pk for site in made), cookies)


def agencies(number: int) -> list[Unit]:
    """The first ``number`` of them, top down: the city, departments and districts, communes."""
    units = list(Unit.objects.filter(agency__isnull=False).order_by("depth", "path")[:number])
    if len(units) < number:
        raise ValueError(f"there are {len(units)} agencies")
    return units


def make_sites(meeting: Meeting, units: list[Unit]) -> list[MeetingSite]:
    """A site for each unit, the first being the main one."""
    rows = [
        MeetingSite(meeting=meeting, unit=unit, name=unit.short_name, phone=f"024 {3000000 + number}",
                    kind=MeetingSite.Kind.BRANCH if number else MeetingSite.Kind.MAIN)
        for number, unit in enumerate(units)
    ]  # fmt: skip
    return MeetingSite.objects.bulk_create(rows)


def load_agencies() -> None:
    """The sheet of 2020 as if nothing had been dissolved since."""
    rows = list(csv.DictReader((importing.DATA / "hanoi-2020.csv").read_text().splitlines()))
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows({**row, "valid_to": ""} for row in rows)
    importing.load(sheet.getvalue().encode())


def appoint(units: list[Unit]) -> list[Appointment]:
    """A head for each unit; the last one is the first unit's secretary."""
    password = make_password("not-for-signing-in")
    names = [demo_name(number) for number in range(len(units) + 1)]
    users = User.objects.bulk_create(
        [
            User(username=f"plenary{n}", full_name=name, search_name=folded(name), email=f"plenary{n}@eoffice.example",
                 password=password, phone=f"09{n:08d}")
            for n, name in enumerate(names)
        ]
    )  # fmt: skip
    positions = load_catalogue()
    places = [*units, units[0]]
    codes = ["chu-tich-phuong-xa" if unit.kind == Unit.Kind.COMMUNE else "giam-doc" for unit in units]
    return Appointment.objects.bulk_create(
        [
            Appointment(person=user, position=positions[code], unit=unit, valid_from=SINCE)
            for user, unit, code in zip(users, places, [*codes, "van-thu"], strict=True)
        ]
    )


def new_meeting(heads: list[Appointment]) -> Meeting:
    """A meeting that sits, led by the first of ``heads``, its secretary the last."""
    kind, _made = MeetingType.objects.get_or_create(code="giao-ban", defaults={"name": "Họp giao ban"})
    now = timezone.now()
    return Meeting.objects.create(
        title="Họp trực tuyến toàn thành phố", type=kind, form=Meeting.Form.HYBRID, state=Meeting.State.IN_SESSION,
        starts_at=now, ends_at=now + dt.timedelta(hours=3), opened_at=now, issued_at=now - dt.timedelta(days=3),
        organiser=heads[0].unit, chair=heads[0], secretary=heads[-1], created_by=heads[-1], place="Hội trường",
    )  # fmt: skip


def attend(meeting: Meeting, sites: list[MeetingSite], heads: list[Appointment]) -> None:
    """Each head is a member at their site."""
    seats = [(sites[0], heads[-1], Attendee.Role.SECRETARY), (sites[0], heads[0], Attendee.Role.CHAIR)]
    seats += [(site, head, Attendee.Role.MEMBER) for site, head in zip(sites[1:], heads[1:], strict=False)]
    Attendee.objects.bulk_create(
        [
            Attendee(meeting=meeting, person=head.person, appointment=head, site=site, role=role)
            for site, head, role in seats
        ]
    )


def _question(meeting: Meeting, by: Appointment) -> Poll:
    """A question for a secret vote; everybody has checked in."""
    now = timezone.now()
    RollCall.objects.create(meeting=meeting, opened_at=now, opened_by=by)
    CheckIn.objects.bulk_create(
        [
            CheckIn(attendee=attendee, method=CheckIn.Method.SELF, at=now, by=attendee.person)
            for attendee in Attendee.objects.filter(meeting=meeting).select_related("person")
        ]
    )
    return Poll.objects.create(
        meeting=meeting, question="Thông qua kế hoạch năm 2027?", kind=Poll.Kind.SECRET, created_by=by
    )


def _paper(meeting: Meeting, by: Appointment) -> PaperVersion:
    """A report that lies on the table: turning its pages is a message, its pages are not fetched here."""
    stored = StoredFile.objects.create(
        content=ContentFile(b"%PDF-1.7", "bao-cao.pdf"), size=8, sha256="0" * 64, media_type="application/pdf",
        extension="pdf", created_by=by.person,
    )  # fmt: skip
    paper = Paper.objects.create(title="Báo cáo", owner_unit=by.unit, created_by=by, state=Paper.State.PUBLISHED)
    version = PaperVersion.objects.create(
        paper=paper, number=1, name="bao-cao.pdf", original=stored, pdf=stored, page_count=PAGES, created_by=by,
        conversion=PaperVersion.Conversion.READY, published_at=timezone.now(),
    )  # fmt: skip
    paper.published_version = version
    paper.save()
    items = [AgendaItem.objects.create(meeting=meeting, order=n, title=f"Nội dung {n}") for n in range(6)]
    TabledPaper.objects.create(item=items[0], paper=paper)
    return version


def cookie_of(person: User) -> str:
    """A signed-in session, as the ``Cookie`` header."""
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    key = client.cookies[name].value
    UserSession.objects.create(user=person, session_key=key, ip="127.0.0.1")  # as signing in does
    return f"{name}={key}"
