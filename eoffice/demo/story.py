"""A few meetings, papers and tasks of the demo city, made through the same operations as the real ones.

The past and the plans are told once; a meeting that is about to begin is made anew whenever the last one
is over, so that every day's first look shows one.
"""

import datetime as dt
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from documents import intake
from eoffice.accounts.models import User
from eoffice.demo.cast import COMMITTEE, DEMO_COMMUNE, OFFICE
from eoffice.demo.mail import arrive
from eoffice.demo.people import ADMINISTRATOR
from eoffice.demo.rooms import furnish
from eoffice.demo.sheets_of_paper import letter, table
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment, Unit, UnitGroup
from eoffice.workflow import reporting, reviewing, routing
from eoffice.workflow.models import Task
from eoffice.workflow.writing import Words
from eoffice.worktime.seeding import seed_year
from meetings import agenda, conclusions, giving, invitations, notices, paper_requests, scheduling
from meetings.agenda import Point
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import AgendaItem, Meeting, MeetingType
from meetings.scheduling import Plan

TYPES = [
    ("giao-ban", "Giao ban"),
    ("thuong-ky", "Phiên họp thường kỳ"),
    ("chuyen-de", "Họp chuyên đề"),
    ("so-ket", "Hội nghị sơ kết, tổng kết"),
    ("dot-xuat", "Họp đột xuất"),
    ("lam-viec", "Buổi làm việc"),
]
BRIEFING = "Giao ban trực tuyến với 126 phường, xã"
PAST = "Họp rà soát tiến độ sắp xếp trụ sở làm việc sau khi tổ chức chính quyền hai cấp"


@transaction.atomic
def tell(now: dt.datetime) -> None:
    """Make what is missing of the story as of ``now``."""
    for order, (code, name) in enumerate(TYPES):
        MeetingType.objects.get_or_create(code=code, defaults={"name": name, "order": order})
    administrator = User.objects.get(username=ADMINISTRATOR)
    for year in (now.year, now.year + 1):
        seed_year(year, confirmed_by=administrator)
    if not Meeting.objects.exists():
        _past(now)
        _planned(now)
    if not Meeting.objects.filter(title=BRIEFING, state__in=_ALIVE, ends_at__gt=now).exists():
        _briefing(now)
    arrive(
        timezone.localdate(now), clerk=_as("vanthu"), chair=_as("chutich"), committee=_unit(COMMITTEE),
        department=_unit("HN-SXD"),
    )  # fmt: skip
    furnish(now, office=_unit(OFFICE), ward=_unit(DEMO_COMMUNE), clerk=_as("vanthu"), secretary=_as("thuky"))
    # demo addresses reach nobody
    Notification.objects.filter(mail_state=Notification.MailState.WAITING).update(
        mail_state=Notification.MailState.NONE
    )


_ALIVE = [Meeting.State.INVITED, Meeting.State.IN_SESSION]


def _as(username: str) -> Appointment:
    """The primary appointment of a demo person."""
    held = Appointment.objects.select_related("person", "position", "unit__legal_body__unit")
    return held.get(person__username=username, kind=Appointment.Kind.PRIMARY)


def _unit(code: str) -> Unit:
    unit: Unit = Unit.objects.filter(code=code, valid_to=None).get()
    return unit


def _meeting(title: str, code: str, start: dt.datetime, hours: float, form: str, place: str) -> Meeting:
    plan = Plan(
        title=title,
        type=MeetingType.objects.get(code=code),
        form=form,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=hours),
        place=place,
        organiser=_unit(COMMITTEE),
        chair=_as("chutich"),
        secretary=_as("thuky"),
    )
    return scheduling.create_meeting(_as("thuky"), plan)


def _point(meeting: Meeting, title: str, minutes: int, presenter: str) -> AgendaItem:
    point = Point(title=title, minutes=minutes, presenter=_unit(presenter))
    return agenda.add_item(_as("thuky"), meeting, point)


def _table_paper(item: AgendaItem, upload: SimpleUploadedFile, title: str) -> None:
    secretary = _as("thuky")
    agenda.table_paper(secretary, item, intake.create_paper(upload, by=secretary, title=title))


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def _briefing(now: dt.datetime) -> None:
    """The meeting with the whole city, 20 minutes from now."""
    soon = timezone.localtime(now) + dt.timedelta(minutes=20)
    start = soon.replace(minute=soon.minute // 5 * 5, second=0, microsecond=0)
    meeting = _meeting(BRIEFING, "giao-ban", start, 2, Meeting.Form.ONLINE, "Phòng họp số 1, trụ sở UBND thành phố")
    economy = _point(meeting, "Tình hình kinh tế - xã hội và giải ngân đầu tư công", 30, "HN-STC")
    _point(meeting, "Kết quả tiếp nhận, giải quyết thủ tục hành chính tại phường, xã", 20, "HN-TTPVHCC")
    order = _point(meeting, "Quản lý trật tự xây dựng trên địa bàn", 20, "HN-SXD")
    _table_paper(
        economy,
        letter(
            "bao-cao-kinh-te-xa-hoi.docx",
            "Báo cáo tình hình kinh tế - xã hội",
            [
                "I. Kết quả thực hiện. Các chỉ tiêu chủ yếu cơ bản bám sát kịch bản đã đề ra từ đầu năm.",
                "II. Hạn chế. Tiến độ giải ngân vốn đầu tư công ở một số dự án còn chậm do vướng mặt bằng.",
                "III. Nhiệm vụ trọng tâm. Các sở, ngành và 126 phường, xã tập trung tháo gỡ từng dự án.",
            ]
            * 6,
        ),
        "Báo cáo tình hình kinh tế - xã hội",
    )
    rows: list[list[object]] = [["Đơn vị", "Kế hoạch (tỷ đồng)", "Đã giải ngân (tỷ đồng)"]]
    rows += [[unit.short_name, 40 + n * 3, 21 + n * 2] for n, unit in enumerate(_communes(30))]
    _table_paper(economy, table("giai-ngan.xlsx", "Giải ngân vốn đầu tư công", rows), "Bảng giải ngân vốn đầu tư công")
    _table_paper(
        order,
        letter(
            "bao-cao-trat-tu-xay-dung.docx",
            "Báo cáo công tác quản lý trật tự xây dựng",
            ["Số vụ vi phạm mới giảm so với cùng kỳ; các vụ tồn đọng được phân loại và có lộ trình xử lý."] * 8,
        ),
        "Báo cáo công tác quản lý trật tự xây dựng",
    )
    invitations.add_lines(_as("thuky"), meeting, list(UnitGroup.objects.order_by("order")))
    invitations.issue(_as("thuky"), meeting)


def _communes(count: int) -> list[Unit]:
    return list(Unit.objects.filter(kind=Unit.Kind.COMMUNE, valid_to=None)[:count])


def _past(now: dt.datetime) -> None:
    """A meeting that was held yesterday, with issued conclusions and tasks at different points."""
    start = _at(timezone.localdate(now) - dt.timedelta(days=1), 14)
    meeting = _meeting(
        PAST, "chuyen-de", now - dt.timedelta(hours=1), 2, Meeting.Form.HYBRID, "Phòng họp số 2, trụ sở UBND thành phố"
    )
    item = _point(meeting, "Tiến độ sắp xếp, xử lý trụ sở dôi dư", 40, "HN-STC")
    invitees = [_unit(code) for code in ("HN-STC", "HN-SXD", "HN-SNV", "00004", "00070", "00235")]
    invitations.add_lines(_as("thuky"), meeting, invitees)
    invitations.issue(_as("thuky"), meeting)
    scheduling.open_meeting(_as("chutich"), meeting)
    scheduling.end_meeting(_as("chutich"), meeting)
    _conclude(meeting, item)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=start, ends_at=start + dt.timedelta(hours=2), opened_at=start, ended_at=start + dt.timedelta(hours=2)
    )
    Notification.objects.filter(url__contains=f"/meetings/{meeting.pk}/").update(read_at=now)


_SENTENCES = [
    ("Sở Tài chính rà soát, tổng hợp danh mục trụ sở dôi dư của 126 phường, xã.", "HN-STC", 15, ["HN-SXD", "HN-SNV"]),
    ("Sở Xây dựng kiểm tra hiện trạng, đề xuất phương án cải tạo trụ sở.", "HN-SXD", 10, ["HN-STC"]),
    ("UBND phường Ba Đình hoàn thành việc bố trí bộ phận một cửa tại trụ sở mới.", "00004", 7, []),
    ("UBND phường Hoàn Kiếm bàn giao trụ sở không còn sử dụng cho thành phố.", "00070", 20, ["HN-STC"]),
]  # fmt: skip


def _conclude(meeting: Meeting, item: AgendaItem) -> None:
    secretary, chair = _as("thuky"), _as("chutich")
    conclusions.write(secretary, meeting, Sentence(text="Ghi nhận nỗ lực của các đơn vị trong việc sắp xếp trụ sở."))
    for text, lead, days, beside in _SENTENCES:
        task = PlannedTask(lead_unit=_unit(lead), due_days=days, coordinators=[_unit(code) for code in beside])
        conclusions.write(secretary, meeting, Sentence(text=text, item=item, task=task))
    notices.submit(secretary, meeting)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(chair, meeting, seen=seen)
    notices.issue(_as("vanphong"), meeting, seen=seen)
    _work(meeting)


def _work(meeting: Meeting) -> None:
    """Sở Xây dựng is at work, phường Ba Đình has handed in, the others have not yet acknowledged."""
    by_lead = {
        t.task.lead_unit.code: t.task for t in giving.tasks_of(meeting).select_related("task__lead_unit") if t.task
    }
    building = _officer_at_work(by_lead["HN-SXD"], "soxaydung")
    reporting.report_progress(
        _as("cv.soxaydung"),
        building,
        Words(text="Đã khảo sát 38 trụ sở; còn chờ hồ sơ của 12 phường, xã.", percent=40),
        version=building.version,
    )
    moving = _officer_at_work(by_lead["00004"], "badinh")
    reporting.report_completion(
        _as("cv.badinh"),
        moving,
        Words(text="Bộ phận một cửa đã hoạt động tại trụ sở mới.", reference="Báo cáo số 118/BC-UBND"),
        version=moving.version,
    )
    moving.refresh_from_db()
    reviewing.approve(_as("badinh"), moving, version=moving.version)


def _officer_at_work(task: Task, username: str) -> Task:
    task = routing.acknowledge(_as(f"vt.{username}"), task, version=task.version)
    return routing.assign_officer(_as(username), task, _as(f"cv.{username}"), version=task.version)


def _planned(now: dt.datetime) -> None:
    """One meeting issued for the day after tomorrow, and one still being drafted."""
    today = timezone.localdate(now)
    issued = _meeting(
        "Phiên họp thường kỳ UBND thành phố", "thuong-ky", _at(today + dt.timedelta(days=2), 8), 3.5,
        Meeting.Form.IN_PERSON, "Hội trường trụ sở UBND thành phố",
    )  # fmt: skip
    _point(issued, "Chương trình công tác quý tới", 60, "HN-VP")
    budget = _point(issued, "Dự toán ngân sách năm tới", 45, "HN-STC")
    invitations.add_lines(_as("thuky"), issued, [UnitGroup.objects.get(name="Các sở, ban, ngành")])
    invitations.issue(_as("thuky"), issued)
    _ask_for_papers(budget)
    _meeting(
        "Họp Ban Chỉ đạo chuyển đổi số thành phố", "chuyen-de", _at(today + dt.timedelta(days=6), 14), 2,
        Meeting.Form.HYBRID, "Phòng họp số 3, trụ sở UBND thành phố",
    )  # fmt: skip


def _ask_for_papers(item: AgendaItem) -> None:
    """Two agencies are asked for a paper; neither has sent one yet."""
    due_at = paper_requests.usual_deadline(item.meeting) or item.meeting.starts_at
    wish = paper_requests.Wish(title="Tờ trình dự toán ngân sách", note="Không quá 5 trang.", due_at=due_at)
    paper_requests.ask(_as("thuky"), item, [_unit("HN-STC"), _unit("HN-SXD")], wish, key=uuid.uuid4())
