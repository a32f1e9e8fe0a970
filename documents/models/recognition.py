"""That pages of a version are pictures whose words are read by a program (OCR): a job of several turns, with a state."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.failures import RECOGNITION_SENTENCES
from documents.models.paper import PaperVersion


class Recognition(models.Model):
    """The recognition of one version's scanned pages. One runs at a time on the whole site."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ nhận dạng chữ")
        RUNNING = "running", _("Đang nhận dạng chữ")
        DONE = "done", _("Đã nhận dạng chữ")
        FAILED = "failed", _("Chưa nhận dạng được chữ")
        MISSING = "missing", _("Máy chủ chưa nhận dạng được chữ")

    version = models.OneToOneField(PaperVersion, on_delete=models.CASCADE, related_name="recognition")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    pages = models.PositiveIntegerField()
    """How many pages are to be read."""
    pages_done = models.PositiveIntegerField(default=0)
    unread = models.JSONField(default=list, blank=True)
    """Numbers of the pages that could not be read."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """Turns begun since one was last ended."""
    queued_at = models.DateTimeField(default=timezone.now)
    """After each turn it goes to the end of the queue, so that a long scan does not keep the short ones waiting."""
    alive_at = models.DateTimeField(null=True, blank=True)
    """Last sign of life of the running turn."""
    failure_code = models.CharField(max_length=40, blank=True)
    stamp = models.CharField(max_length=20, blank=True)
    """The degree of secrecy ("Mật") whose stamp was recognised on the first page."""

    class Meta:
        verbose_name = _("nhận dạng chữ")
        verbose_name_plural = _("nhận dạng chữ")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="one_recognition_at_a_time")
        ]
        indexes = [models.Index(fields=["state", "queued_at"], name="recognition_queue")]

    def __str__(self) -> str:
        return f"{self.version}: {self.state}"

    @property
    def failure(self) -> str:
        """Why it failed and what to do; "" when it has not."""
        return str(RECOGNITION_SENTENCES.get(self.failure_code, ""))

    @property
    def is_unfinished(self) -> bool:
        """It waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
