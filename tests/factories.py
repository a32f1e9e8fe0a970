"""One factory per model: a valid row with as little said as possible. No rules here."""

import datetime as dt
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from documents.models import Paper, PaperVersion
from eoffice.accounts.models import User
from eoffice.calendar.models import Resource
from eoffice.files.models import StoredFile
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Agency, Appointment, Position, Unit, UnitGroup
from eoffice.workflow.models import Report, Task, TaskParty
from meetings.models import (
    AgendaItem,
    Attendee,
    InvitationLine,
    Meeting,
    MeetingSite,
    MeetingType,
    PaperRequest,
    Recording,
)

PASSWORD = "mot-mat-khau-dai"
FOUNDED = dt.date(2025, 7, 1)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n}")
    full_name = "Nguyễn Văn Ánh"
    email = factory.LazyAttribute(lambda user: f"{user.username}@eoffice.example")
    password = factory.django.Password(PASSWORD)


class UnitFactory(DjangoModelFactory[Unit]):
    """``UnitFactory(parent=unit)``; without a parent it is a root."""

    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"Đơn vị số {n}")
    kind = Unit.Kind.DEPARTMENT
    level = Unit.Level.DEPARTMENT
    valid_from = FOUNDED

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, parent: Unit | None = None, **kwargs: Any) -> Unit:
        unit = model_class(**kwargs)
        if parent is None:
            Unit.objects.add_root(instance=unit)
        else:
            Unit.objects.add_child(parent, instance=unit)
        return unit


class AgencyFactory(DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    unit = factory.SubFactory(UnitFactory)
    symbol = "UBND"


class PositionFactory(DjangoModelFactory[Position]):
    class Meta:
        model = Position
        django_get_or_create = ("code",)

    code = "chuyen-vien"
    name = "Chuyên viên"
    rank = 420
    duty = Position.Duty.OFFICER


class HeadPositionFactory(PositionFactory):
    code = "giam-doc"
    name = "Giám đốc"
    rank = 110
    duty = Position.Duty.HEAD


class ClerkPositionFactory(PositionFactory):
    code = "van-thu"
    name = "Văn thư"
    rank = 400
    duty = Position.Duty.CLERK


class AppointmentFactory(DjangoModelFactory[Appointment]):
    class Meta:
        model = Appointment

    person = factory.SubFactory(UserFactory)
    position = factory.SubFactory(PositionFactory)
    unit = factory.SubFactory(UnitFactory)
    valid_from = FOUNDED


class UnitGroupFactory(DjangoModelFactory[UnitGroup]):
    class Meta:
        model = UnitGroup

    name = factory.Sequence(lambda n: f"Nhóm {n}")


class NotificationFactory(DjangoModelFactory[Notification]):
    class Meta:
        model = Notification

    recipient = factory.SubFactory(UserFactory)
    kind = "meeting.invited"
    title = "Mời họp giao ban"


class StoredFileFactory(DjangoModelFactory[StoredFile]):
    class Meta:
        model = StoredFile

    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    content = factory.django.FileField(data=b"%PDF-1.7\n", filename="van-ban.pdf")
    size = 9
    media_type = "application/pdf"
    extension = "pdf"


class PaperFactory(DjangoModelFactory[Paper]):
    class Meta:
        model = Paper

    title = "Báo cáo tình hình kinh tế - xã hội"
    owner_unit = factory.SelfAttribute("created_by.unit")
    created_by = factory.SubFactory(AppointmentFactory)


class PaperVersionFactory(DjangoModelFactory[PaperVersion]):
    class Meta:
        model = PaperVersion
        skip_postgeneration_save = True

    paper = factory.SubFactory(PaperFactory)
    number = 1
    name = "bao-cao.pdf"
    original = factory.SubFactory(StoredFileFactory)
    created_by = factory.SelfAttribute("paper.created_by")

    @factory.post_generation
    def _published(self: PaperVersion, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The first version of a published paper is the published one."""
        if self.paper.state == Paper.State.PUBLISHED and self.paper.published_version is None:
            self.published_at = timezone.now()
            self.save()
            self.paper.published_version = self
            self.paper.save()


class MeetingTypeFactory(DjangoModelFactory[MeetingType]):
    class Meta:
        model = MeetingType
        django_get_or_create = ("code",)

    code = "giao-ban"
    name = "Giao ban"


class MeetingFactory(DjangoModelFactory[Meeting]):
    class Meta:
        model = Meeting

    title = "Họp giao ban công tác tháng"
    type = factory.SubFactory(MeetingTypeFactory)
    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + dt.timedelta(hours=2))
    organiser = factory.SelfAttribute("chair.unit")
    chair = factory.SubFactory(AppointmentFactory)
    secretary = factory.SubFactory(AppointmentFactory)
    created_by = factory.SelfAttribute("secretary")


class AgendaItemFactory(DjangoModelFactory[AgendaItem]):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = "Báo cáo tiến độ"


class PaperRequestFactory(DjangoModelFactory[PaperRequest]):
    class Meta:
        model = PaperRequest

    item = factory.SubFactory(AgendaItemFactory)
    unit = factory.SubFactory(UnitFactory)
    title = "Báo cáo tiến độ"
    due_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(hours=12))
    created_by = factory.SubFactory(AppointmentFactory)
    key = factory.Faker("uuid4")


class MeetingSiteFactory(DjangoModelFactory[MeetingSite]):
    class Meta:
        model = MeetingSite

    meeting = factory.SubFactory(MeetingFactory)
    kind = MeetingSite.Kind.BRANCH
    unit = factory.SubFactory(UnitFactory)
    name = factory.LazyAttribute(lambda site: site.unit.short_name)


class AttendeeFactory(DjangoModelFactory[Attendee]):
    class Meta:
        model = Attendee

    meeting = factory.SelfAttribute("site.meeting")
    person = factory.SelfAttribute("appointment.person")
    appointment = factory.SubFactory(AppointmentFactory)
    site = factory.SubFactory(MeetingSiteFactory)
    role = Attendee.Role.INVITED


class InvitationLineFactory(DjangoModelFactory[InvitationLine]):
    class Meta:
        model = InvitationLine

    meeting = factory.SubFactory(MeetingFactory)
    kind = InvitationLine.Kind.UNIT
    unit = factory.SubFactory(UnitFactory)


class RecordingFactory(DjangoModelFactory[Recording]):
    """One that is finished; its files are made by who needs them."""

    class Meta:
        model = Recording

    meeting = factory.SubFactory(MeetingFactory)
    started_by = factory.SelfAttribute("meeting.secretary")
    started_at = factory.LazyFunction(timezone.now)
    stopped_at = factory.LazyFunction(timezone.now)
    notice_version = 1
    state = Recording.State.READY
    duration_s = 61.5
    retention_until = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=365))
    chapters = factory.LazyFunction(lambda: [{"start": 0.0, "title": "Khai mạc", "kind": "item"}])


class TaskFactory(DjangoModelFactory[Task]):
    class Meta:
        model = Task

    title = "Rà soát quy hoạch trên địa bàn"
    assigner = factory.SubFactory(AppointmentFactory)
    assigner_unit = factory.SelfAttribute("assigner.unit")
    lead_unit = factory.SubFactory(UnitFactory)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))
    assigned_at = factory.LazyFunction(timezone.now)


class TaskPartyFactory(DjangoModelFactory[TaskParty]):
    class Meta:
        model = TaskParty

    task = factory.SubFactory(TaskFactory)
    unit = factory.SubFactory(UnitFactory)
    role = TaskParty.Role.COORDINATE


class ReportFactory(DjangoModelFactory[Report]):
    class Meta:
        model = Report

    task = factory.SubFactory(TaskFactory)
    kind = Report.Kind.PROGRESS
    by = factory.SubFactory(AppointmentFactory)
    text = "Đã thực hiện một nửa."


class ResourceFactory(DjangoModelFactory[Resource]):
    """A room that is lent on every day, at every hour, to its own agency."""

    class Meta:
        model = Resource

    name = factory.Sequence(lambda n: f"Phòng họp số {n}")
    unit = factory.SubFactory(UnitFactory)
    seats = 20
    hours = factory.LazyFunction(lambda: [["00:00", "23:59"]] * 7)
