"""What was said about a task's due day (nhắc việc), each thing once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.models.task import Task


class Reminder(models.Model):
    """One person was reminded of one due day of a task at one step. An extended task has another due day, and begins anew."""

    class Step(models.IntegerChoices):
        """Working days from the due day to the day on which it is said."""

        THREE_BEFORE = -3, _("Còn tối đa 3 ngày làm việc")
        ONE_BEFORE = -1, _("Còn 1 ngày làm việc")
        ON_THE_DAY = 0, _("Đến hạn hôm nay")
        ONE_AFTER = 1, _("Quá hạn từ 1 ngày làm việc")
        THREE_AFTER = 3, _("Quá hạn từ 3 ngày làm việc")

    class Audience(models.TextChoices):
        """As whom the person is told."""

        HOLDER = "holder", _("Người đang giữ việc")
        HEAD = "head", _("Người đứng đầu đơn vị chủ trì")
        OFFICE = "office", _("Văn phòng cơ quan giao, đơn vị theo dõi")
        ASSIGNER = "assigner", _("Người giao")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="reminders")
    step = models.SmallIntegerField(_("mốc nhắc"), choices=Step)
    due_on = models.DateField(_("thời hạn"))
    """As it was when this was said."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(_("với tư cách"), max_length=10, choices=Audience)
    made_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)
    """When it went into the person's digest, or at once; None: it waits for the next digest."""
    run = models.UUIDField(editable=False)
    """Which sweep wrote it: of two that meet, each tells only of its own rows."""

    class Meta:
        verbose_name = _("nhắc việc")
        verbose_name_plural = _("nhắc việc")
        constraints = [
            models.UniqueConstraint(fields=["task", "step", "due_on", "person"], name="one_reminder_per_step"),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(told_at=None), name="reminder_untold")]

    def __str__(self) -> str:
        return f"{self.get_step_display()} – {self.person}"
