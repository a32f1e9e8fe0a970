"""Whose hand a task needs now."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.models.task import Task


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
