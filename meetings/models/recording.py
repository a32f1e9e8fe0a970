"""Recordings (ghi hình) of a meeting, and who was told of them (docs/domain/meetings.md)."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class Recording(models.Model):
    """One recording, from pressing the button to the end of its keeping. The row is also the job: see ``state``."""

    class State(models.TextChoices):
        RECORDING = "recording", _("Đang ghi")
        STOPPING = "stopping", _("Đang dừng")
        WAITING = "waiting", _("Chờ hoàn thiện")
        JOINING = "joining", _("Đang hoàn thiện")
        READY = "ready", _("Xem được")
        FAILED = "failed", _("Không hoàn thiện được")
        DELETED = "deleted", _("Đã xóa")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Names the folder of its files."""
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="recordings")
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.RECORDING)
    started_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("bắt đầu"))
    stopped_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    """Empty while it runs, and when the meeting itself came to its end."""
    stopped_at = models.DateTimeField(_("kết thúc"), null=True)
    ends_sharply = models.BooleanField(default=False)
    """Nothing that was written after ``stopped_at`` is kept: a confidential item had begun."""
    notice_version = models.PositiveSmallIntegerField()
    """Which text people were told with (``meetings.recording.NOTICE_VERSION``)."""
    flowing = models.BooleanField(default=False)
    """The recorder is connected and writes."""
    keeper = models.CharField(max_length=100, blank=True)
    """The process that keeps its recorder running, as long as ``kept_at`` is recent."""
    kept_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    alive_at = models.DateTimeField(null=True)
    """Last sign of life of the joining."""
    file_name = models.CharField(max_length=20, default="meeting.webm")
    """``meeting.mkv`` where pictures came in H.264."""
    duration_s = models.FloatField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    """Bytes of the joined file."""
    content_size = models.PositiveBigIntegerField(default=0)
    """Bytes of the file with the shared screens; 0: nothing was shared."""
    chapters = models.JSONField(default=list)
    """``[{"start": seconds, "title": …, "kind": "item" | "speaker" | ""}, …]``."""
    pieces = models.JSONField(default=list)
    """Where each uninterrupted part lies: ``[[Unix time when it began, start in the file, duration], …]``, all in seconds."""
    shared = models.JSONField(default=list)
    """From when to when a screen was shared: ``[[seconds, seconds], …]``."""
    retention_until = models.DateField(_("giữ đến ngày"), null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    """Empty when the time of keeping was over."""
    delete_reason = models.CharField(_("lý do xóa"), max_length=500, blank=True)
    erased = models.BooleanField(default=False)
    """The files of a deleted recording are gone."""

    class Meta:
        verbose_name = _("bản ghi hình")
        verbose_name_plural = _("bản ghi hình")
        ordering = ["meeting", "started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="recording"), name="one_running_recording_per_meeting"
            )
        ]
        indexes = [models.Index(fields=["state", "retention_until"])]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.started_at:%d/%m/%Y %H:%M}"

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return Path(settings.RECORDINGS_DIR) / str(self.key)

    @property
    def file(self) -> Path:
        """The joined file: the floor and the voices."""
        return self.folder / self.file_name

    @property
    def content_file(self) -> Path:
        """The shared screens, with the same times."""
        return self.folder / "content.webm"


class RecordingNotice(models.Model):
    """A person was told that the meeting is recorded, and went on at ``site``."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(MeetingSite, on_delete=models.PROTECT, null=True, related_name="+")
    """Empty for whoever started it."""
    version = models.PositiveSmallIntegerField()
    """Which text."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("xác nhận được báo ghi hình")
        verbose_name_plural = _("xác nhận được báo ghi hình")
        constraints = [models.UniqueConstraint(fields=["recording", "person"], name="one_notice_per_person")]

    def __str__(self) -> str:
        return f"{self.person}, {self.at:%H:%M}"
