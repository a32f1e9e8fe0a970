"""What is written about a task: reports with their evidence, and requests (docs/domain/tasks.md)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.models.task import Task


class Report(models.Model):
    """What somebody wrote about a task: progress, completion, or the assigner's answer. Never changed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Báo cáo tiến độ")
        COMPLETION = "completion", _("Báo cáo hoàn thành")
        REVIEWED = "reviewed", _("Duyệt trong đơn vị")
        SENT_BACK = "sent_back", _("Trả lại trong đơn vị")
        ACCEPTANCE = "acceptance", _("Chấp nhận kết quả")
        RETURN = "return", _("Trả lại")
        NOTE = "note", _("Trao đổi")
        REQUEST = "request", _("Đề nghị")
        PART = "part", _("Phần phối hợp")
        URGE = "urge", _("Đôn đốc")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=12, choices=Kind)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(_("nội dung"), max_length=4000, blank=True)
    percent = models.PositiveSmallIntegerField(_("tiến độ"), null=True, blank=True)
    reference = models.CharField(_("số, ký hiệu văn bản kết quả"), max_length=120, blank=True)
    despite_open = models.CharField(_("lý do khi nhiệm vụ con chưa xong"), max_length=500, blank=True)
    """Of a completion: why the result is handed in while sub-tasks are open."""
    key = models.UUIDField(null=True, unique=True, editable=False)
    """Comes with the form: the second click of a double click finds the first one's report."""

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.at:%d/%m/%Y}"


class Evidence(models.Model):
    """A file that proves a report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")

    def __str__(self) -> str:
        return self.name


class TaskRequest(models.Model):
    """What the lead asks of the assigner (đề nghị): an object beside the task, never a state of it.

    Its words and files are a report of the timeline.
    """

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Đề nghị gia hạn")
        TRANSFER = "transfer", _("Đề nghị chuyển chủ trì")
        CLOSE = "close", _("Đề nghị đóng nhiệm vụ")
        QUESTION = "question", _("Hỏi cơ quan giao")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ trả lời")
        GRANTED = "granted", _("Đồng ý")
        REFUSED = "refused", _("Không đồng ý")
        ANSWERED = "answered", _("Đã trả lời")
        WITHDRAWN = "withdrawn", _("Đã rút")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="requests")
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="request")
    kind = models.CharField(max_length=10, choices=Kind)
    wanted_on = models.DateField(_("thời hạn đề nghị"), null=True, blank=True)
    wanted_unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_before = models.DateField(null=True, blank=True)
    """Of a granted extension: the due day that it moved."""
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(_("ý kiến"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("đề nghị")
        verbose_name_plural = _("đề nghị")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kind"], condition=Q(state="waiting"), name="one_waiting_request_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"
