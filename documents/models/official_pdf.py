"""The PDF of an official document that was made here: a job with a state (ADR 0114)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.failures import SENTENCES


class OfficialPdf(models.Model):
    """One Word file and its PDF; the same content is converted once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ tạo bản PDF")
        RUNNING = "running", _("Đang tạo bản PDF")
        READY = "ready", _("Đã có bản PDF")
        FAILED = "failed", _("Chưa tạo được bản PDF")

    content = models.CharField(max_length=64, unique=True)
    """SHA-256 of what the Word file says, whenever it was written."""
    word = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True, db_index=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("bản PDF của văn bản")
        verbose_name_plural = _("bản PDF của văn bản")

    def __str__(self) -> str:
        return f"{self.content[:12]}: {self.state}"

    @property
    def failure(self) -> str:
        """Why it failed and what to do; "" when it has not."""
        if self.failure_code == "office-missing":
            return str(SENTENCES[self.failure_code])
        again = _("Chưa tạo được bản PDF. Thử lại; nếu vẫn lỗi, dùng bản Word và báo quản trị viên.")
        return str(again) if self.failure_code else ""
