"""Tasks (nhiệm vụ): who must do what by when, and how far they are (docs/domain/tasks.md).

Workflow knows no product: the source of a task is a generic reference with its own words.
"""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import folded, normalised
from eoffice.workflow.queries import TaskQuerySet


class Task(models.Model):
    """One task of one lead: a unit, or the person the unit gave it to."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Chờ tiếp nhận")
        ACKNOWLEDGED = "acknowledged", _("Đã tiếp nhận")
        IN_PROGRESS = "in_progress", _("Đang thực hiện")
        SUBMITTED = "submitted", _("Chờ duyệt hoàn thành")
        RETURNED = "returned", _("Trả lại làm tiếp")
        COMPLETED = "completed", _("Hoàn thành")
        CANCELLED = "cancelled", _("Đã thu hồi")

    OPEN_STATES = (
        State.ASSIGNED,
        State.ACKNOWLEDGED,
        State.IN_PROGRESS,
        State.SUBMITTED,
        State.RETURNED,
    )

    class DueKind(models.TextChoices):
        FIXED = "fixed", _("Có thời hạn")
        OPEN = "open", _("Không ấn định ngày")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("Thường")
        URGENT = "urgent", _("Khẩn")
        VERY_URGENT = "very_urgent", _("Thượng khẩn")
        FLASH = "flash", _("Hỏa tốc")

    title = models.CharField(_("nội dung nhiệm vụ"), max_length=300)
    search_title = models.CharField(max_length=300, editable=False, default="", db_index=True)
    detail = models.TextField(_("yêu cầu cụ thể"), blank=True)
    urgency = models.CharField(_("mức độ khẩn"), max_length=12, choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField(_("trạng thái"), max_length=14, choices=State, default=State.ASSIGNED)

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subtasks",
        verbose_name=_("nhiệm vụ cha"),
    )
    """The task of which this is a part: its lead gave this one, within its own due day."""

    source_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    source = GenericForeignKey("source_type", "source_id")
    source_label = models.CharField(_("nguồn giao"), max_length=250, blank=True)
    source_url = models.CharField(max_length=250, blank=True)
    source_quote = models.TextField(_("trích nguyên văn"), blank=True)

    assigner = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        related_name="assigned_tasks",
        verbose_name=_("người giao"),
    )
    assigner_unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="assigned_tasks",
        verbose_name=_("cơ quan giao"),
    )
    lead_unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="led_tasks",
        verbose_name=_("chủ trì"),
    )
    officer = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("người thực hiện"),
    )

    due_kind = models.CharField(_("kiểu thời hạn"), max_length=10, choices=DueKind, default=DueKind.FIXED)
    due_on = models.DateField(_("thời hạn"), null=True, blank=True)
    original_due_on = models.DateField(_("thời hạn ban đầu"), null=True, blank=True)
    """The first due day, once it was extended: "đúng hạn (đã gia hạn)"."""
    due_rule = models.CharField(_("quy tắc thời hạn"), max_length=120, blank=True)
    """As it was entered: "5 ngày làm việc"."""
    due_explanation = models.JSONField(default=list, blank=True)
    """Sentences: which days were skipped, which worked in lieu."""

    assigned_at = models.DateTimeField(_("giao lúc"))
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("lý do thu hồi"), max_length=500, blank=True)
    percent = models.PositiveSmallIntegerField(_("tiến độ"), default=0)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""
    key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    """Comes with the form that gives a sub-task: two clicks give one."""

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_at_most_100"),
            models.CheckConstraint(
                condition=Q(due_kind="open") | Q(due_on__isnull=False),
                name="task_fixed_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=["lead_unit", "state", "due_on"]),
            models.Index(fields=["officer", "state", "due_on"]),
            models.Index(fields=["assigner_unit", "state", "due_on"]),
            models.Index(fields=["source_type", "source_id"]),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = normalised(self.title)
        self.search_title = folded(self.title)
        super().save(*args, **kwargs)


class TaskParty(models.Model):
    """A unit beside the lead: it coordinates, watches, or is informed."""

    class Role(models.TextChoices):
        COORDINATE = "coordinate", _("Phối hợp")
        MONITOR = "monitor", _("Theo dõi")
        INFORM = "inform", _("Nhận để biết")
        FORMER = "former", _("Chủ trì trước đây")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="parties")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="task_parties")
    role = models.CharField(_("vai trò"), max_length=10, choices=Role)
    due_on = models.DateField(_("hạn gửi phần phối hợp"), null=True, blank=True)
    """Of a coordinator: the lead's own day for its part, never after the task's."""
    answer = models.ForeignKey("Report", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Of a coordinator: its part as it was last handed in; None while it is missing."""
    nudged_on = models.DateField(null=True, blank=True)
    """When the lead last asked for the missing part: once a day at most."""

    class Meta:
        verbose_name = _("đơn vị tham gia")
        verbose_name_plural = _("đơn vị tham gia")
        constraints = [models.UniqueConstraint(fields=["task", "unit", "role"], name="one_party_per_role")]

    def __str__(self) -> str:
        return f"{self.unit} ({self.get_role_display()})"


class Report(models.Model):
    """What somebody wrote about a task: progress, completion, or the assigner's answer. Never changed."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("Báo cáo tiến độ")
        COMPLETION = "completion", _("Báo cáo hoàn thành")
        ACCEPTANCE = "acceptance", _("Chấp nhận kết quả")
        RETURN = "return", _("Trả lại")
        NOTE = "note", _("Trao đổi")
        REQUEST = "request", _("Đề nghị")
        PART = "part", _("Phần phối hợp")

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


class Duty(models.Model):
    """A row per person and task that needs this person's hand now: what the Today page counts.

    Kept by the operations of this app, so that the page is one indexed query.
    """

    class Need(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", _("Tiếp nhận")
        ASSIGN = "assign", _("Giao người thực hiện")
        DO = "do", _("Thực hiện")
        APPROVE = "approve", _("Duyệt kết quả")
        ANSWER = "answer", _("Trả lời đề nghị")
        CONTRIBUTE = "contribute", _("Gửi phần phối hợp")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties")
    need = models.CharField(max_length=12, choices=Need)

    class Meta:
        verbose_name = _("việc cần làm")
        verbose_name_plural = _("việc cần làm")
        constraints = [models.UniqueConstraint(fields=["task", "person", "need"], name="one_duty_per_need")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_need_display()}"
