"""A meeting of the demo city for the tests of the room: the city's main site, a department, a ward, a paper.

``build`` runs inside Django on the data of the site under test (``Site.python``).
"""

import datetime as dt
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

CHAIR, SECRETARY, DEPARTMENT, WARD = "chutich", "thuky", "soxaydung", "badinh"


class Anywhere(Protocol):
    """A site under test: ``tests.browser.site.Site``, ``tests.services.production.ProductionSite``."""

    def python(self, code: str) -> str: ...


@dataclass(frozen=True)
class Sitting:
    """Numbers of a meeting made for a test."""

    meeting: int
    sites: dict[str, int] = field(default_factory=dict)
    """By the name of the demo person who sits there."""

    @property
    def path(self) -> str:
        """Address of its room."""
        return f"/meetings/{self.meeting}/room/"


def new_sitting(site: Anywhere, **wishes: Any) -> Sitting:
    """A meeting in session. ``free``: whether every site may speak; ``opened=False``: the chair has not opened it;
    ``members``: who of the department and the ward has a vote."""
    output = site.python(f"from tests.browser.sitting import build; print(build(**{wishes!r}))")
    return Sitting(**json.loads(output.strip().splitlines()[-1]))


def build(
    *, free: bool = False, opened: bool = True, title: str = "Giao ban tháng 11", members: Sequence[str] = ()
) -> str:
    """Make the meeting; its numbers as JSON."""
    from meetings import agenda, conduct, invitations

    secretary, chair = appointment(SECRETARY), appointment(CHAIR)
    meeting = planned(title, chair=chair, secretary=secretary, by=secretary)
    guests = {name: appointment(name) for name in (DEPARTMENT, WARD)}
    invitations.add_lines(secretary, meeting, [guest.unit for guest in guests.values()])
    for place in (1, 2):
        item = agenda.add_item(secretary, meeting, agenda.Point(title=f"Nội dung {place}", minutes=15, presenter=None))
        if place == 1:
            table_a_paper(secretary, item)
    meeting = invitations.issue(secretary, meeting)
    for name in members:
        seat_member(meeting, guests[name])
    if opened:
        conduct.open_meeting(chair, meeting)
        conduct.set_discussion(chair, meeting, free=free)
    seats = {CHAIR: meeting.organiser_id, **{name: guest.unit_id for name, guest in guests.items()}}
    sites = {name: meeting.sites.get(unit=unit, person=None).pk for name, unit in seats.items()}
    return json.dumps({"meeting": meeting.pk, "sites": sites})


def planned(title: str, *, chair: Any, secretary: Any, by: Any) -> Any:
    """A meeting of the unit of ``by``, who plans it, online and in five minutes."""
    from django.utils import timezone

    from meetings import scheduling
    from meetings.models import Meeting, MeetingType

    kind, _ = MeetingType.objects.get_or_create(name="Họp giao ban")
    starts = timezone.now() + dt.timedelta(minutes=5)
    plan = scheduling.Plan(
        title=title,
        type=kind,
        form=Meeting.Form.ONLINE,
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        organiser=by.unit,
        chair=chair,
        secretary=secretary,
    )
    return scheduling.create_meeting(by, plan)


def seat_member(meeting: Any, appointment: Any) -> None:
    """Give that person a vote at their unit's site."""
    from meetings.models import Attendee

    site = meeting.sites.get(unit=appointment.unit, person=None)
    Attendee.objects.update_or_create(
        meeting=meeting,
        person=appointment.person,
        defaults={"appointment": appointment, "site": site, "role": "member"},
    )


def table_a_paper(by: Any, item: Any) -> None:
    """Four pages that can be read at once."""
    from meetings import agenda

    agenda.table_paper(by, item, _paper(by))


def appointment(username: str) -> Any:
    from eoffice.organisation.models import Appointment

    return Appointment.objects.select_related("unit", "person").filter(person__username=username).earliest("pk")


def _paper(by: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from documents import conversion, intake

    upload = SimpleUploadedFile("to-trinh.pdf", pdf(pages=4), "application/pdf")
    paper = intake.create_paper(upload, by=by, title="Tờ trình về kế hoạch đầu tư công")
    conversion.convert(paper.versions.get().pk)
    return paper


def pdf(*, pages: int) -> bytes:
    """A4 pages, each with its number in large type."""
    import pikepdf

    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(1, pages + 1):
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        text = f"BT /F1 48 Tf 200 600 Td (Trang {number}) Tj ET".encode()
        page.Contents = made.make_stream(text)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()
