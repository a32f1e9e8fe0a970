"""A city's worth of data, written in bulk: agencies with their people, meetings with their sites, tasks.

Deterministic: the same size gives the same city.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.demo.names import demo_name
from eoffice.organisation import importing, tree
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.organisation.positions import load_catalogue
from eoffice.workflow.models import Duty, Task, TaskParty
from meetings.models import AgendaItem, Attendee, InvitationLine, Meeting, MeetingSite, MeetingType

SINCE = dt.date(2025, 7, 1)
PLENARY_EVERY = 250
"""Each so many meetings one has a site in every agency."""
SUBJECTS = (
    "tiến độ giải ngân vốn đầu tư công", "công tác phòng cháy, chữa cháy", "cải cách thủ tục hành chính",
    "chuyển đổi số", "trật tự đô thị", "an toàn thực phẩm", "tuyển sinh đầu cấp", "giải phóng mặt bằng",
)  # fmt: skip


@dataclass
class BulkCity:
    """What was made so far; grows by ``add_meetings`` and ``add_tasks``."""

    agencies: list[Unit] = field(default_factory=list)
    staff: dict[int, list[Appointment]] = field(default_factory=dict)
    """Unit id → its appointments: head, deputies, clerk, then officers."""
    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    meetings: int = 0

    def head(self, unit: Unit) -> Appointment:
        return self.staff[unit.pk][0]

    def clerk(self, unit: Unit) -> Appointment:
        return self.staff[unit.pk][3]


@transaction.atomic
def make_city(*, agencies: int, people: int) -> BulkCity:
    """``agencies`` agencies (Hà Nội's own, then invented ones), with ``people`` people in them in equal parts."""
    city = BulkCity()
    importing.load((importing.DATA / "hanoi-2025.csv").read_bytes())
    found = list(Unit.objects.filter(agency__isnull=False).order_by("path")[:agencies])
    for number in range(len(found), agencies):
        found.append(
            tree.place_unit(
                found[0], name=f"Đơn vị sự nghiệp số {number}", kind=Unit.Kind.DEPARTMENT,
                level=Unit.Level.DEPARTMENT, valid_from=SINCE, code=f"BENCH{number}",
            )
        )  # fmt: skip
    city.agencies = found
    _add_people(city, people)
    return city


def kept_city() -> BulkCity:
    """The city that the database holds, as ``make_city`` made it."""
    city = BulkCity()
    for appointment in Appointment.objects.select_related("unit").order_by("pk"):
        if appointment.unit_id not in city.staff:
            city.agencies.append(appointment.unit)
        city.staff.setdefault(appointment.unit_id, []).append(appointment)
    return city


def _add_people(city: BulkCity, count: int) -> None:
    password = make_password("not-for-signing-in")
    names = [demo_name(number) for number in range(count)]
    users = User.objects.bulk_create(
        [
            User(username=f"bench{n}", full_name=name, search_name=folded(name), email=f"bench{n}@eoffice.example",
                 password=password)
            for n, name in enumerate(names)
        ],
        batch_size=500,
    )  # fmt: skip
    positions = load_catalogue()
    places = itertools.cycle(city.agencies)
    appointments = [
        _appointment(positions, user, next(places), n // len(city.agencies)) for n, user in enumerate(users)
    ]
    for appointment in Appointment.objects.bulk_create(appointments, batch_size=500):
        city.staff.setdefault(appointment.unit_id, []).append(appointment)


def _appointment(positions: dict[str, Position], user: User, unit: Unit, turn: int) -> Appointment:
    commune = unit.kind == Unit.Kind.COMMUNE
    codes = [
        "chu-tich-phuong-xa" if commune else "giam-doc",
        *["pho-chu-tich-phuong-xa" if commune else "pho-giam-doc"] * 2,
    ]
    code = [*codes, "van-thu"][turn] if turn < 4 else "chuyen-vien"
    return Appointment(person=user, position=positions[code], unit=unit, valid_from=SINCE)


@transaction.atomic
def add_meetings(city: BulkCity, count: int) -> None:
    """Meetings of the last year and the coming two months, each with an agenda, sites and attendees."""
    kind, _made = MeetingType.objects.get_or_create(code="giao-ban", defaults={"name": "Họp giao ban"})
    meetings = Meeting.objects.bulk_create([_meeting(city, kind) for _n in range(count)], batch_size=500)
    invited = {meeting.pk: _invited(city, meeting, number) for number, meeting in enumerate(meetings, city.meetings)}
    city.meetings += count
    sites = MeetingSite.objects.bulk_create(_sites(meetings, invited), batch_size=1000)
    Attendee.objects.bulk_create(_attendees(city, meetings, sites), batch_size=1000)
    InvitationLine.objects.bulk_create(
        [
            InvitationLine(meeting=meeting, kind="unit", unit=unit, order=order)
            for meeting in meetings
            for order, unit in enumerate(invited[meeting.pk])
        ],
        batch_size=1000,
    )
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(meeting=meeting, order=order, title=f"Báo cáo về {SUBJECTS[order]}", presenter=meeting.organiser)
            for meeting in meetings
            for order in range(4)
        ],
        batch_size=1000,
    )


def _meeting(city: BulkCity, kind: MeetingType) -> Meeting:
    organiser = city.chance.choice(city.agencies)
    day = timezone.localdate() + dt.timedelta(days=city.chance.randint(-365, 60))
    start = timezone.make_aware(dt.datetime.combine(day, dt.time(city.chance.choice([8, 10, 14, 16]))))
    title = f"Họp về {city.chance.choice(SUBJECTS)} ngày {day:%d/%m/%Y}"
    past = start < timezone.now()
    states = [Meeting.State.CONCLUDED, Meeting.State.ENDED] if past else [Meeting.State.INVITED, Meeting.State.DRAFT]
    return Meeting(
        title=title, search_title=folded(title), type=kind, form=Meeting.Form.HYBRID,
        state=city.chance.choices(states, [4, 1])[0], starts_at=start, ends_at=start + dt.timedelta(hours=2),
        organiser=organiser, chair=city.head(organiser), secretary=city.clerk(organiser),
        created_by=city.clerk(organiser), issued_at=start - dt.timedelta(days=3), place="Phòng họp số 1",
    )  # fmt: skip


def _invited(city: BulkCity, meeting: Meeting, number: int) -> list[Unit]:
    if number % PLENARY_EVERY == 0:
        return [unit for unit in city.agencies if unit.pk != meeting.organiser_id]
    return city.chance.sample([unit for unit in city.agencies if unit.pk != meeting.organiser_id], 7)


def _sites(meetings: Sequence[Meeting], invited: dict[int, list[Unit]]) -> Iterator[MeetingSite]:
    for meeting in meetings:
        main = meeting.organiser
        yield MeetingSite(meeting=meeting, kind=MeetingSite.Kind.MAIN, unit=main, name=main.short_name)
        for unit in invited[meeting.pk]:
            yield MeetingSite(meeting=meeting, kind=MeetingSite.Kind.BRANCH, unit=unit, name=unit.short_name)


def _attendees(city: BulkCity, meetings: Sequence[Meeting], sites: Sequence[MeetingSite]) -> Iterator[Attendee]:
    by_id = {meeting.pk: meeting for meeting in meetings}
    roles = Attendee.Role
    for site in sites:
        meeting = by_id[site.meeting_id]
        if site.kind == MeetingSite.Kind.MAIN:
            seats = [(meeting.chair, roles.CHAIR), (meeting.secretary, roles.SECRETARY)]
        else:
            seats = [(city.staff[site.unit_id][0], roles.MEMBER), (city.staff[site.unit_id][4], roles.MEMBER)]
        for appointment, role in seats:
            yield Attendee(
                meeting=meeting, person_id=appointment.person_id, appointment=appointment, site=site, role=role
            )


@transaction.atomic
def add_tasks(city: BulkCity, count: int) -> None:
    """Tasks from the city's first agencies to all others; two of five are open, some of them late."""
    tasks = Task.objects.bulk_create([_task(city) for _n in range(count)], batch_size=500)
    parties = [
        TaskParty(task=task, unit=unit, role=TaskParty.Role.COORDINATE)
        for task in tasks
        for unit in city.chance.sample(city.agencies, 2)
    ]
    TaskParty.objects.bulk_create(parties, batch_size=1000)
    Duty.objects.bulk_create([duty for task in tasks for duty in _duties(city, task)], batch_size=1000)


def _task(city: BulkCity) -> Task:
    lead = city.chance.choice(city.agencies)
    by = city.chance.choice(city.agencies[:20])
    officer = city.chance.choice(city.staff[lead.pk][4:])
    states = [Task.State.COMPLETED, Task.State.IN_PROGRESS, Task.State.ASSIGNED, Task.State.SUBMITTED]
    state = city.chance.choices(states, [60, 25, 10, 5])[0]
    due = timezone.localdate() + dt.timedelta(days=city.chance.randint(-20, 40))
    title = f"Báo cáo {city.chance.choice(SUBJECTS)}"
    return Task(
        title=title, state=state, assigner=city.head(by), assigner_unit=by, lead_unit=lead,
        officer=None if state == Task.State.ASSIGNED else officer, due_on=due,
        assigned_at=timezone.now() - dt.timedelta(days=30), percent=100 if state == Task.State.COMPLETED else 30,
        completed_at=timezone.now() if state == Task.State.COMPLETED else None,
    )  # fmt: skip


def _duties(city: BulkCity, task: Task) -> list[Duty]:
    match task.state:
        case Task.State.ASSIGNED:
            return [Duty(task=task, person_id=city.clerk(task.lead_unit).person_id, need=Duty.Need.ACKNOWLEDGE)]
        case Task.State.IN_PROGRESS if task.officer:
            return [Duty(task=task, person_id=task.officer.person_id, need=Duty.Need.DO)]
        case Task.State.SUBMITTED:
            return [Duty(task=task, person_id=task.assigner.person_id, need=Duty.Need.APPROVE)]
        case _:
            return []
