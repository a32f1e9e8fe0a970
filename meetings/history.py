"""What was done about a meeting and its notice, told to whoever may know it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.history import of_signatures
from eoffice.accounts.models import User
from eoffice.audit import history
from eoffice.audit.models import Entry
from meetings import confidential, letters, recusals
from meetings.models import ConclusionNotice, Meeting

LATEST = 30
"""As many stand on the meeting's own page."""
NAMING_PAPERS = ("agenda.paper_", "paper_request.", "meeting.ink_")
"""Beginnings of the acts that name papers."""
NAMING_ITEMS = ("agenda.", "poll.", *NAMING_PAPERS)
"""Beginnings of the acts that name items, or something that belongs to them."""


def entries_for(user: User, meeting: Meeting) -> "QuerySet[Entry]":
    """The acts on the meeting, latest first; whoever is kept out of papers, or not to know an item, does not read the
    acts that may name them."""
    entries = history.entries_of(Meeting, meeting.pk)
    barred = NAMING_PAPERS if recusals.barred_items(user, meeting) else ()
    for beginning in NAMING_ITEMS if confidential.hidden_items(user, meeting.pk) else barred:
        entries = entries.exclude(action__startswith=beginning)
    return entries


def of_notice(meeting: Meeting, notice: ConclusionNotice) -> "QuerySet[Entry]":
    """What became of its conclusions until they were issued, who signed digitally, and who took the notice away."""
    taken = Q(action="meeting.exported", detail__what="thong-bao-ket-luan")
    told = Q(target_type=ContentType.objects.get_for_model(Meeting), target_id=meeting.pk) & (
        Q(action__startswith="conclusion") | taken
    )
    if number := letters.notice_number(notice):
        told |= Q(
            target_type=ContentType.objects.get_for_model(number), target_id=number.pk, action__startswith="signature."
        )
    return history.related(Entry.objects.filter(told))


def latest(user: User, meeting: Meeting) -> list[history.Line]:
    """The last acts on the meeting. One query, and those that tell what is hidden."""
    return [history.Line(entry, tell(entry)) for entry in entries_for(user, meeting)[:LATEST]]


def tell(entry: Entry) -> str:
    """What was done, in words that name no item's conclusions: these have readers of their own."""
    if entry.action == "meeting.exported":
        files = _files()
        return _("tải về %(what)s") % {"what": files.get(str(entry.detail.get("what")), _("tài liệu của cuộc họp"))}
    return history.in_words(entry, _sentences(), _("cập nhật cuộc họp"))


def _sentences() -> dict[str, str]:
    return (
        _of_the_meeting()
        | _of_people()
        | _of_rehearsal()
        | _of_speaking()
        | _of_pictures()
        | _of_votes()
        | _of_agenda()
        | _of_papers()
        | _of_conclusions()
        | _of_sendings()
        | of_signatures()
    )


def _of_sendings() -> dict[str, str]:
    return {
        "dispatch.acknowledged": _("tiếp nhận %(document)s"),
        "dispatch.stopped": _("xác nhận ngừng sử dụng %(document)s"),
        "dispatch.nudged": _("nhắc %(recipients)s nơi nhận của %(document)s"),
        "dispatch.withdrawn": _("lấy lại %(document)s từ %(recipient)s"),
        "dispatch.replaced": _("thay thế %(document)s bằng thông báo số %(number)s"),
        "dispatch.recall": _("thu hồi %(document)s: %(reason)s"),
        "dispatch.cancel_number": _("hủy số của %(document)s: %(reason)s"),
        "dispatch.remove_access": _("ngừng cho xem nội dung %(document)s: %(reason)s"),
        "opinions.asked": _("gửi dự thảo kết luận lấy ý kiến %(agencies)s cơ quan"),
        "opinion.answered": _("cho ý kiến về dự thảo kết luận"),
        "opinion.decided": _("xử lý một ý kiến về dự thảo kết luận"),
    }


def _files() -> dict[str, str]:
    """What leaves the system as a file, by the name it is saved under."""
    return {
        "giay-moi": _("giấy mời"),
        "thong-bao-ket-luan": _("thông báo kết luận"),
        "bien-ban": _("biên bản"),
        "phu-de": _("phụ đề"),
        "diem-danh": _("danh sách điểm danh"),
        "kiem-tra": _("bảng kiểm tra đường truyền"),
    }


def _of_conclusions() -> dict[str, str]:
    return {
        "conclusion.written": _("ghi một kết luận"),
        "conclusion.edited": _("sửa một kết luận"),
        "conclusion.removed": _("xóa một kết luận"),
        "conclusions.submitted": _("trình dự thảo kết luận"),
        "conclusions.sent_back": _("yêu cầu sửa dự thảo kết luận"),
        "conclusions.confirmed": _("duyệt kết luận"),
        "conclusions.replacing": _("soạn thông báo thay thế thông báo số %(number)s: %(reason)s"),
        "conclusions.replacing_dropped": _("bỏ bản thay thế thông báo số %(number)s"),
        "conclusions.issued": _("ký, ban hành thông báo kết luận số %(number)s"),
    }


def _of_the_meeting() -> dict[str, str]:
    return {
        "meeting.created": _("soạn cuộc họp"),
        "meeting.edited": _("sửa thông tin cuộc họp"),
        "meeting.follows": _("chọn cuộc họp kỳ trước"),
        "meeting.issued": _("gửi giấy mời"),
        "meeting.letter_replaced": _("thay giấy mời số %(former)s bằng giấy mời số %(number)s của cơ quan tổ chức mới"),
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
        "meeting.joined": _("vào phòng họp tại %(site)s"),
        "meeting.item_opened": _("chuyển sang nội dung “%(item)s”"),
        "meeting.headcount_reported": _("báo có %(number)s người dự tại %(site)s"),
        "meeting.discussion_set": _("đổi cách phát biểu"),
    }


def _of_people() -> dict[str, str]:
    return {
        "meeting.substitute_sent": _("cử %(substitute)s dự thay %(person)s: %(reason)s"),
        "meeting.substitute_part_begun": _("%(substitute)s bắt đầu dự thay %(person)s"),
        "meeting.substitute_part_over": _("%(substitute)s hết phần dự thay %(person)s"),
        "meeting.substitute_taken_back": _("thôi cử %(substitute)s dự thay %(person)s"),
        "meeting.replies_nudged": _("nhắc %(told)s người chưa trả lời giấy mời"),
        "meeting.seats_set": _("đổi số người được cử: %(line)s"),
        "meeting.reply_accepted": _("%(person)s nhận lời dự họp"),
        "meeting.reply_part": _("%(person)s %(part)s"),
        "meeting.reply_declined": _("%(person)s báo vắng"),
        "meeting.absence_granted": _("đồng ý để %(person)s vắng"),
        "meeting.absence_refused": _("chưa đồng ý để %(person)s vắng"),
        "meeting.counter_proposed": _("đề nghị đổi giờ họp: %(time)s"),
        "meeting.counter_declined": _("giữ giờ họp, không đổi theo đề nghị của %(person)s"),
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
