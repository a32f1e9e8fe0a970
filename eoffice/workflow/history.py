"""What was done about a task, told to whoever sees it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from eoffice.audit import history
from eoffice.audit.models import Entry
from eoffice.workflow.models import Task


def entries_of(task: Task) -> "QuerySet[Entry]":
    """The acts on the task, latest first. That a request was written is told once, as what it asks."""
    return history.entries_of(Task, task.pk).exclude(action="task.request")


def tell(entry: Entry) -> str:
    """What was done, in words."""
    return history.in_words(entry, _of_the_work() | _of_requests() | _of_drafts(), _("cập nhật nhiệm vụ"))


def _of_the_work() -> dict[str, str]:
    return {
        "task.assigned": _("giao nhiệm vụ cho %(lead)s"),
        "task.acknowledged": _("tiếp nhận nhiệm vụ"),
        "task.officer_assigned": _("giao %(officer)s thực hiện"),
        "task.subtask_given": _("giao nhiệm vụ con cho %(lead)s"),
        "task.progress": _("báo cáo tiến độ"),
        "task.completion": _("gửi duyệt hoàn thành"),
        "task.reviewed": _("duyệt trong đơn vị và gửi cơ quan giao"),
        "task.sent_back": _("trả lại người thực hiện"),
        "task.acceptance": _("chấp nhận kết quả"),
        "task.return": _("trả lại làm tiếp"),
        "task.note": _("trao đổi"),
        "task.part": _("gửi phần phối hợp"),
        "task.nudged": _("nhắc gửi phần phối hợp: %(units)s"),
        "task.urge": _("đôn đốc bằng phiếu đôn đốc"),
        "task.due_moved": _("dời thời hạn theo lịch làm việc đã sửa"),
        "task.amended": _("sửa theo văn bản thay thế: %(what)s"),
        "task.recalled": _("thu hồi nhiệm vụ: %(reason)s"),
        "task.evidence_taken": _("tải về %(file)s"),
    }


def _of_requests() -> dict[str, str]:
    return {
        "task.request_asked": _("gửi đề nghị hoặc câu hỏi đến cơ quan giao"),
        "task.request_granted": _("đồng ý với đề nghị"),
        "task.request_refused": _("không đồng ý với đề nghị"),
        "task.request_answered": _("trả lời câu hỏi"),
        "task.request_withdrawn": _("rút đề nghị"),
    }


def _of_drafts() -> dict[str, str]:
    return {
        "draft.written": _("soạn dự thảo “%(what)s” trình %(leader)s"),
        "draft.confirmed": _("xác nhận dự thảo “%(what)s” do %(drafter)s soạn"),
        "draft.discarded": _("không dùng dự thảo “%(what)s” do %(drafter)s soạn"),
        "draft.withdrawn": _("rút dự thảo “%(what)s”"),
    }
