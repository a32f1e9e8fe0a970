"""The small world in which the permission matrix is driven: one of everything.

Add objects as attributes of ``World``; addresses find their ``pk`` through ``ARGUMENTS`` of the row's module.
"""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone

from documents import registers
from documents.circulation import registering, sending
from documents.models import (
    Delivery,
    Grant,
    IncomingDocument,
    IncomingFile,
    NumberAllocation,
    Page,
    Paper,
    PaperVersion,
)
from eoffice.notifications.models import Notification
from eoffice.organisation.groups import ensure_group
from eoffice.organisation.models import Unit, UnitGroup
from eoffice.workflow.models import Task
from meetings import letters
from meetings.models import AgendaItem, Attendee, Conclusion, Meeting, MeetingSite, PaperRequest, Recording, TabledPaper
from tests import papers
from tests.city import City, build_city
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    InvitationLineFactory,
    MeetingFactory,
    MeetingSiteFactory,
    NotificationFactory,
    PaperFactory,
    PaperRequestFactory,
    PaperVersionFactory,
    RecordingFactory,
    StoredFileFactory,
    TaskFactory,
)


@dataclass
class World:
    """See the fields' names; ``draft`` is a meeting not yet issued."""

    city: City
    group: UnitGroup
    meeting: Meeting
    item: AgendaItem
    commune_site: MeetingSite
    draft: Meeting
    ended: Meeting
    conclusion: Conclusion
    recording: Recording
    request: PaperRequest
    paper: Paper
    version: PaperVersion
    draft_paper: Paper
    draft_version: PaperVersion
    number: NumberAllocation
    incoming: IncomingDocument
    unsubmitted: IncomingDocument
    delivery: Delivery
    task: Task
    notice: Notification
    session: UserSession


def build_world() -> World:
    """A city; a meeting issued to one commune and a department, with a paper; a task of that commune."""
    city = build_city()
    group = ensure_group("Phường, xã", below=city.committee, kind=Unit.Kind.COMMUNE)
    leaders = {"chair": city["chair"], "secretary": city["secretary"], "organiser": city.office}
    meeting = MeetingFactory(**leaders, state=Meeting.State.INVITED)
    commune_site = _with_sites(city, meeting)
    _numbered(city, meeting)
    item = AgendaItemFactory(meeting=meeting)
    paper, version = _paper(city, "Tài liệu đã phát hành", Paper.State.PUBLISHED)
    for unit in (city.commune, city.department):
        Grant.objects.create(paper=paper, unit=unit, reason=f"meeting:{meeting.pk}")
    TabledPaper.objects.create(item=item, paper=paper)
    draft_paper, draft_version = _paper(city, "Bản nháp", Paper.State.DRAFT)
    ended = MeetingFactory(**leaders, state=Meeting.State.ENDED)
    _with_sites(city, ended)
    conclusion = Conclusion.objects.create(meeting=ended, text="Giao phường rà soát.", written_by=city["secretary"])
    number = registers.reserve(city["organiser_clerk"], city.office, "TB", reason="Thông báo nghỉ lễ")
    return World(
        city=city,
        group=group,
        meeting=meeting,
        item=item,
        commune_site=commune_site,
        draft=MeetingFactory(**leaders, state=Meeting.State.DRAFT),
        ended=ended,
        conclusion=conclusion,
        recording=_recording(city, meeting),
        request=_request(city, meeting),
        paper=paper,
        version=version,
        draft_paper=draft_paper,
        draft_version=draft_version,
        number=number,
        incoming=_incoming(city),
        unsubmitted=_registered(city, "06/BXD"),
        delivery=Delivery.objects.create(number=_issued(city), unit=city.department, file=StoredFileFactory()),
        task=TaskFactory(assigner=city["organiser_clerk"], lead_unit=city.commune),
        notice=NotificationFactory(recipient=city.person("invited_head")),
        session=UserSession.objects.create(
            user=city.person("invited_head"), ip="127.0.0.1", user_agent="Firefox", session_key="x" * 32
        ),
    )


def _numbered(city: City, meeting: Meeting) -> None:
    """Its invitation bears a number."""
    letter = letters.invitation(meeting)
    entry = registers.entry_of(letter, url=reverse("meeting-detail", args=[meeting.pk]))
    given = registers.assign(city["secretary"], meeting.organiser, letters.INVITATION, entry)
    meeting.letter_number, meeting.letter_symbol, meeting.issued_at = given.n, letter.symbol, timezone.now()
    meeting.save()


def _registered(city: City, code: str) -> IncomingDocument:
    today = timezone.localdate()
    facts = registering.Facts(sender="Bộ Xây dựng", code=code, issued_on=today, subject="Rà soát trụ sở")
    return registering.register(city["organiser_clerk"], city.committee, facts, arrived_on=today)


def _incoming(city: City) -> IncomingDocument:
    """One that lies before the chair, who gave it to the commune."""
    document = _registered(city, "05/BXD")
    IncomingFile.objects.create(document=document, file=StoredFileFactory(), name="cong-van.pdf")
    line = sending.submit(city["organiser_clerk"], document, city["chair"]).lines.get()
    sending.direct(city["chair"], line, sending.Words(text="Giao phường Ba Đình", lead=[city.commune]))
    return document


def _issued(city: City) -> NumberAllocation:
    entry = registers.Entry(symbol="CV-VP", type_name="", subject="Đôn đốc", signer="Ngô Văn Phòng", recipients="Sở")
    return registers.assign(city["organiser_clerk"], city.office, "", entry)


def _recording(city: City, meeting: Meeting) -> Recording:
    """One that can be watched."""
    made: Recording = RecordingFactory(meeting=meeting, started_by=city["secretary"], size=4, content_size=4)
    made.folder.mkdir(parents=True)
    for file in (made.file, made.content_file):
        file.write_bytes(b"webm")
    return made


def _request(city: City, meeting: Meeting) -> PaperRequest:
    """A paper asked of the commune, submitted and readable: it waits to be approved."""
    paper = PaperFactory(created_by=city["invited_head"], state=Paper.State.SUBMITTED, submitted_to=city.committee)
    version = PaperVersionFactory(
        paper=paper, conversion=PaperVersion.Conversion.READY, page_count=1, submitted_at=timezone.now()
    )
    paper.submitted_version = version
    paper.save()
    Grant.objects.create(paper=paper, unit=city.office, reason=f"review:{meeting.pk}", reviews=True)
    made: PaperRequest = PaperRequestFactory(
        item__meeting=meeting, unit=city.commune, paper=paper, created_by=city["secretary"]
    )
    return made


def _with_sites(city: City, meeting: Meeting) -> MeetingSite:
    main = MeetingSiteFactory(meeting=meeting, kind=MeetingSite.Kind.MAIN, unit=city.office)
    for role in (Attendee.Role.CHAIR, Attendee.Role.SECRETARY):
        AttendeeFactory(site=main, appointment=city[role], role=role)
    for unit in (city.department, city.commune):
        InvitationLineFactory(meeting=meeting, unit=unit)
    MeetingSiteFactory(meeting=meeting, unit=city.department)
    site: MeetingSite = MeetingSiteFactory(meeting=meeting, unit=city.commune)
    return site


def _paper(city: City, title: str, state: str) -> tuple[Paper, PaperVersion]:
    paper = PaperFactory(created_by=city["secretary"], title=title, state=state)
    version = PaperVersionFactory(
        paper=paper,
        conversion=PaperVersion.Conversion.READY,
        page_count=1,
        pdf=StoredFileFactory(content__data=papers.pdf()),
    )
    image = StoredFileFactory(content__data=papers.picture())
    Page.objects.create(version=version, number=1, text="Kính gửi", image=image)
    return paper, version
