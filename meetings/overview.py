"""What the page of a meeting shows, gathered in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Paper, PaperVersion
from eoffice.accounts.models import User
from eoffice.audit.models import Entry
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from meetings import confidential, permissions, recusals
from meetings.models import (
    AgendaItem,
    Attendee,
    InvitationLine,
    Meeting,
    MeetingSite,
    Nomination,
    PaperRequest,
    Recording,
    TabledPaper,
)
from meetings.paper_desk import requests_at, with_lateness

HISTORY = 30
SHOWN_ATTENDEES = 40


@dataclass(frozen=True)
class Line:
    """One line of the invitation, and how many units it stands for (1 for a person)."""

    line: InvitationLine
    count: int


@dataclass(frozen=True)
class Panel:
    """A site for which the reader may name people: who is named, and who could be."""

    site: MeetingSite
    nominations: list[Nomination]
    candidates: list[Appointment]


def abilities(user: User, meeting: Meeting) -> dict[str, bool]:
    """What ``user`` may do with ``meeting`` now: the page offers exactly this."""
    prepares = permissions.may_prepare(user, meeting)
    changing = prepares and meeting.state in permissions.OPEN_TO_CHANGE
    return {
        "prepare": prepares,
        "edit": changing,
        "cancel": changing,
        "issue": prepares and meeting.state in (Meeting.State.DRAFT, Meeting.State.POSTPONED),
        "postpone": prepares and meeting.state == Meeting.State.INVITED,
        "agenda": prepares and meeting.state in (*permissions.OPEN_TO_CHANGE, Meeting.State.IN_SESSION),
        "number_minutes": permissions.may_number_minutes(user, meeting),
        "recuse": permissions.may_recuse(user, meeting),
        "take_back": prepares and meeting.state in (Meeting.State.ENDED, Meeting.State.CONCLUDED),
    }


def agenda_of(meeting: Meeting, user: User) -> list[Any]:
    """Items in order, each with the papers on its table that ``user`` may open, and the versions they may know;
    ``asked``: what was asked for at it, as far as they may know of it; ``barred``: they are kept out of its papers;
    ``hidden``: it is confidential and not for them, they see its place and its minutes."""
    hidden = confidential.hidden_items(user, meeting.pk)
    readable = Paper.objects.visible_to(user).values("pk")
    tabled = with_lateness(
        TabledPaper.objects.filter(paper__in=readable).exclude(item__in=hidden).select_related("paper")
    )
    versions = PaperVersion.objects.visible_to(user).order_by("-number")
    tabled = tabled.prefetch_related(Prefetch("paper__versions", versions))
    items: list[Any] = list(
        meeting.items.select_related("presenter")
        .prefetch_related(Prefetch("tabled", queryset=tabled), "participants__unit", "participants__person")
        .annotate(recused=Count("recusals", filter=Q(recusals__lifted_at__isnull=True)))
    )
    asked = requests_at(meeting, user)
    barred = recusals.barred_items(user, meeting)
    confidential.shown(items, hidden)
    for item in items:
        item.hidden = item.pk in hidden
        item.barred = item.pk in barred and not item.hidden
        item.asked = asked.get(item.pk, [])
    return items


def open_tables(items: list[AgendaItem], meeting: Meeting, user: User) -> set[int]:
    """Ids of the items at which ``user`` may put papers on the table."""
    items = [item for item in items if not getattr(item, "hidden", False)]
    if permissions.may_edit_agenda(user, meeting):
        return {item.pk for item in items}
    if meeting.state not in permissions.WITH_ROOM:
        return set()
    presenting = standing_of(user).represents
    asked = set(
        PaperRequest.objects.filter(item__in=items, unit=F("item__presenter"), cancelled_at__isnull=True)
        .order_by()
        .values_list("item", flat=True)
    )
    return {item.pk for item in items if item.presenter_id in presenting and item.pk not in asked}


def lines_of(meeting: Meeting) -> list[Line]:
    """The invitation, line by line."""
    lines = meeting.invitation_lines.select_related(
        "unit", "group__below", "appointment__person", "appointment__position", "appointment__unit"
    )
    day = timezone.localdate(meeting.starts_at)
    return [Line(line, units_of(line.group, day).count() if line.group else 1) for line in lines]


def site_counts(meeting: Meeting) -> dict[str, int]:
    """How many sites of each kind, and ``all``."""
    counted = dict(meeting.sites.order_by().values_list("kind").annotate(count=Count("pk")))
    return {**{kind.value: counted.get(kind.value, 0) for kind in MeetingSite.Kind}, "all": sum(counted.values())}


def attendees_of(meeting: Meeting) -> "QuerySet[Attendee]":
    """Everybody listed, in protocol order."""
    related = (
        "person",
        "appointment__position",
        "appointment__unit",
        "site",
        "substitute__person",
        "stands_for__person",
    )
    return meeting.attendees.select_related(*related).order_by("appointment__position__rank", "person__search_name")


def panels_for(user: User, meeting: Meeting) -> list[Panel]:
    """The sites for which ``user`` names people; there is rarely more than one."""
    if meeting.state not in permissions.WITH_ROOM:
        return []
    sites = meeting.sites.exclude(kind=MeetingSite.Kind.INDIVIDUAL)
    sites = sites.select_related("unit", "chair__person", "technician__person")
    mine = sites.filter(unit__in=standing_of(user).represents)
    return [_panel(site, meeting) for site in mine]


def _panel(site: MeetingSite, meeting: Meeting) -> Panel:
    related = ("appointment__person", "appointment__position", "appointment__unit", "by__person")
    nominations = list(site.nominations.select_related(*related))
    day = timezone.localdate(meeting.starts_at)
    below = Appointment.objects.current(day).filter(unit__path__startswith=site.unit.path, person__is_active=True)
    free = below.exclude(person__in=meeting.attendees.values("person"))
    return Panel(site, nominations, list(free.select_related("person", "position", "unit").in_protocol_order()[:200]))


def recordings_of(meeting: Meeting) -> list[Recording]:
    """Its recordings, first one first; deleted ones stay listed."""
    return list(meeting.recordings.select_related("started_by__person", "deleted_by__person"))


NAMING_PAPERS = ("agenda.paper_", "paper_request.", "meeting.ink_")
"""Beginnings of the acts that name papers."""
NAMING_ITEMS = ("agenda.", "poll.", *NAMING_PAPERS)
"""Beginnings of the acts that name items, or something that belongs to them."""


def history_of(meeting: Meeting, user: User) -> list[dict[str, Any]]:
    """The last acts on the meeting in words, latest first; whoever is kept out of papers, or not to know an
    item, does not read the acts that may name them."""
    kind = ContentType.objects.get_for_model(Meeting)
    entries = Entry.objects.filter(target_type=kind, target_id=meeting.pk).select_related(
        "actor", "appointment__position", "appointment__unit"
    )
    barred = NAMING_PAPERS if recusals.barred_items(user, meeting) else ()
    for beginning in NAMING_ITEMS if confidential.hidden_items(user, meeting.pk) else barred:
        entries = entries.exclude(action__startswith=beginning)
    return [{"entry": entry, "deed": _deed(entry)} for entry in entries[:HISTORY]]


def _of_people() -> dict[str, str]:
    return {
        "meeting.substitute_sent": _("cử %(substitute)s dự thay %(person)s: %(reason)s"),
        "meeting.substitute_taken_back": _("thôi cử %(substitute)s dự thay %(person)s"),
        "meeting.role_set": _("đổi vai trò của %(person)s thành: %(role)s"),
        "meeting.site_role_set": _("đổi vai trò của %(site)s thành: %(role)s"),
        "meeting.line_role_set": _("đổi vai trò của %(line)s thành: %(role)s"),
        "meeting.chair_handed": _("giao quyền điều hành cho %(person)s"),
        "meeting.site_described": _("cập nhật thông tin điểm cầu %(site)s"),
        "meeting.admitted": _("cho vào phòng họp: %(people)s"),
        "meeting.refused": _("không cho %(person)s vào phòng họp: %(reason)s"),
        "meeting.put_out": _("mời %(person)s ra khỏi phòng họp: %(reason)s"),
        "meeting.locked": _("khóa phòng họp"),
        "meeting.unlocked": _("mở khóa phòng họp"),
        "meeting.consultation_opened": _("mở phòng hội ý “%(name)s”"),
        "meeting.consultation_entered": _("vào phòng hội ý “%(name)s”"),
        "meeting.consultation_visited": _("báo trước để vào phòng hội ý “%(name)s”"),
        "meeting.consultation_extended": _("thêm giờ cho phòng hội ý “%(name)s”"),
        "meeting.consultation_recalled": _("gọi phòng hội ý “%(name)s” về"),
        "meeting.consultation_closed": _("kết thúc phòng hội ý “%(name)s”"),
        "meeting.attachment_asked": _("đề nghị nối cầu tại %(site)s"),
        "meeting.attachment_declined": _("thôi đề nghị hoặc từ chối nối cầu tại %(site)s"),
        "meeting.attached": _("nối cầu với “%(other)s” tại %(site)s"),
        "meeting.detached": _("tách cầu với “%(other)s” tại %(site)s"),
        "meeting.chat_closed": _("đóng trao đổi chung"),
        "meeting.chat_opened": _("mở lại trao đổi chung"),
        "meeting.chat_removed": _("gỡ tin nhắn của %(sender)s"),
    }


def _of_speaking() -> dict[str, str]:
    return {
        "meeting.speech_requested": _("đăng ký phát biểu cho %(site)s"),
        "meeting.speech_refused": _("không mời %(site)s phát biểu"),
        "meeting.queue_moved": _("đổi chỗ %(site)s trong danh sách chờ phát biểu"),
        "meeting.queue_sorted": _("sắp xếp danh sách chờ phát biểu"),
        "meeting.floor_called": _("mời %(site)s phát biểu"),
        "meeting.floor_granted": _("trao lời cho %(site)s"),
        "meeting.floor_declined": _("%(site)s chưa nhận lời mời phát biểu"),
        "meeting.floor_extended": _("thêm giờ phát biểu cho %(site)s"),
        "meeting.floor_paused": _("dừng hoặc cho chạy tiếp giờ phát biểu của %(site)s"),
        "meeting.floor_ended": _("kết thúc lượt phát biểu của %(site)s"),
        "meeting.question_asked": _("%(site)s chất vấn %(to)s"),
        "meeting.question_closed": _("kết thúc chất vấn của %(site)s"),
    }


def _of_pictures() -> dict[str, str]:
    return {
        "meeting.layout_set": _("đặt bố cục hình cho mọi người: %(layout)s"),
        "meeting.put_on_air": _("đưa hình %(site)s lên cho mọi người"),
        "meeting.taken_off_air": _("thôi phát hình chung"),
        "meeting.ink_cleared": _("xóa nét vẽ trên tài liệu “%(paper)s”"),
    }


def _of_votes() -> dict[str, str]:
    return {
        "poll.prepared": _("soạn câu hỏi biểu quyết “%(question)s”"),
        "poll.edited": _("sửa câu hỏi biểu quyết “%(question)s”"),
        "poll.readied": _("kiểm tra sẵn sàng biểu quyết “%(question)s”"),
        "poll.opened": _("mở biểu quyết “%(question)s”, có mặt %(present)s trong %(members)s thành viên"),
        "poll.paused": _("tạm dừng biểu quyết “%(question)s”"),
        "poll.resumed": _("cho tiếp tục biểu quyết “%(question)s”"),
        "poll.closed": _("kết thúc biểu quyết “%(question)s”, %(cast)s phiếu"),
        "poll.published": _("công bố kết quả biểu quyết “%(question)s”"),
        "poll.annulled": _("hủy biểu quyết “%(question)s”: %(reason)s"),
        "poll.ballot_entered": _("nhập tay phiếu của %(seat)s, %(witness)s làm chứng"),
        "meeting.roll_call_opened": _("mở điểm danh"),
        "meeting.roll_call_closed": _("đóng điểm danh"),
    }


def _of_rehearsal() -> dict[str, str]:
    return {
        "meeting.test_window_added": _("đặt khung giờ kiểm tra đường truyền %(window)s"),
        "meeting.test_window_removed": _("bỏ khung giờ kiểm tra đường truyền %(window)s"),
        "meeting.machine_changed": _("ghi nhận %(site)s đã thay máy hoặc thiết bị"),
        "meeting.problem_opened": _("giao xử lý sự cố %(check)s của %(site)s"),
        "meeting.problem_edited": _("sửa việc xử lý sự cố %(check)s của %(site)s"),
        "meeting.problem_solved": _("ghi nhận đã xử lý %(check)s của %(site)s"),
        "meeting.problem_reopened": _("mở lại sự cố %(check)s của %(site)s"),
    }


def _deed(entry: Entry) -> str:
    sentences = (
        _of_people()
        | _of_rehearsal()
        | _of_speaking()
        | _of_pictures()
        | _of_votes()
        | _of_agenda()
        | _of_papers()
        | {
            "meeting.created": _("soạn cuộc họp"),
            "meeting.edited": _("sửa thông tin cuộc họp"),
            "meeting.issued": _("gửi giấy mời"),
            "meeting.cancelled": _("hủy cuộc họp: %(reason)s"),
            "meeting.postponed": _("hoãn cuộc họp: %(reason)s"),
            "meeting.opened": _("khai mạc cuộc họp"),
            "meeting.ended": _("kết thúc cuộc họp"),
            "meeting.lines_added": _("mời: %(lines)s"),
            "meeting.line_removed": _("bỏ khỏi thành phần mời: %(line)s"),
            "meeting.nominated": _("phân công %(person)s dự họp tại %(site)s"),
            "meeting.nomination_withdrawn": _("thôi phân công %(person)s dự họp tại %(site)s"),
            "meeting.recording_started": _("bắt đầu ghi hình"),
            "meeting.recording_stopped": _("dừng ghi hình"),
            "meeting.recording_ready": _("hoàn thiện bản ghi hình"),
            "meeting.recording_failed": _("không hoàn thiện được bản ghi hình"),
            "meeting.recording_downloaded": _("tải bản ghi hình về"),
            "meeting.recording_retried": _("hoàn thiện lại bản ghi hình"),
            "meeting.recording_deleted": _("xóa bản ghi hình: %(reason)s"),
            "meeting.recording_expired": _("xóa bản ghi hình đã hết thời hạn lưu"),
        }
    )
    detail = {name: "; ".join(value) if isinstance(value, list) else value for name, value in entry.detail.items()}
    try:
        return sentences.get(entry.action, _("cập nhật cuộc họp")) % detail
    except KeyError:
        return sentences[entry.action].split(":")[0].split(" %")[0]


def _of_agenda() -> dict[str, str]:
    return {
        "agenda.item_added": _("thêm nội dung “%(item)s”"),
        "agenda.item_edited": _("sửa nội dung “%(item)s”"),
        "agenda.item_moved": _("đổi thứ tự nội dung “%(item)s”"),
        "agenda.item_removed": _("bỏ nội dung “%(item)s”"),
        "agenda.item_confided": _("chọn người dự mục kín: %(who)s"),
        "agenda.recused": _("loại trừ %(who)s khỏi tài liệu của nội dung “%(item)s”"),
        "agenda.recusal_lifted": _("bỏ loại trừ %(who)s khỏi tài liệu của nội dung “%(item)s”"),
        "agenda.paper_tabled": _("đưa tài liệu “%(paper)s” vào cuộc họp"),
        "agenda.paper_untabled": _("bỏ tài liệu “%(paper)s” khỏi cuộc họp"),
    }


def _of_papers() -> dict[str, str]:
    return {
        "paper_request.made": _("đề nghị %(unit)s gửi “%(paper)s”"),
        "paper_request.moved": _("đổi hạn gửi “%(paper)s”"),
        "paper_request.cancelled": _("thôi đề nghị gửi “%(paper)s”"),
        "paper_request.nudged": _("nhắc %(unit)s gửi “%(paper)s”"),
        "paper_request.returned": _("trả lại tài liệu “%(paper)s”"),
        "paper_request.approved": _("duyệt tài liệu “%(paper)s”"),
        "meeting.papers_taken_back": _("thu hồi tài liệu họp"),
    }
