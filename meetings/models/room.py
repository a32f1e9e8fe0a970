"""The meeting while it sits: current item and page, who has the floor, who is connected.

Everything a screen shows is here, so that it can be rebuilt after a restart.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class LiveState(models.Model):
    """One row per meeting in session."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="live")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    floor_site = models.ForeignKey(MeetingSite, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Whose picture everybody sees large; empty: the chair's site."""
    version = models.ForeignKey(
        "documents.PaperVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    page = models.PositiveIntegerField(default=1)
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    """Who turns the pages of ``version``."""
    content_site = models.ForeignKey(MeetingSite, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Whose screen is shared."""
    free_discussion = models.BooleanField(default=False)
    """Every site may open its microphone, not only the holder of the floor."""

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")

    def __str__(self) -> str:
        return str(self.meeting)


class FloorTurn(models.Model):
    """A site had the floor from ``granted_at`` to ``ended_at``."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="floor_turns")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="floor_turns")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lượt phát biểu")
        verbose_name_plural = _("lượt phát biểu")
        ordering = ["meeting", "granted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(ended_at__isnull=True),
                name="one_holder_of_the_floor",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site}, {self.granted_at:%H:%M}"


class SpeechRequest(models.Model):
    """A site asks for the floor (đăng ký phát biểu)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        GRANTED = "granted", _("Đã mời")
        WITHDRAWN = "withdrawn", _("Đã rút")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="speech_requests")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="speech_requests")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField()

    class Meta:
        verbose_name = _("đăng ký phát biểu")
        verbose_name_plural = _("đăng ký phát biểu")
        ordering = ["meeting", "requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "site"],
                condition=Q(state="waiting"),
                name="one_waiting_request_per_site",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site}, {self.requested_at:%H:%M}"


class Connection(models.Model):
    """One browser tab in the room. Presence comes from ``seen_at``, never from channel groups."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """The media node's peer id and the resume secret's subject."""
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="connections")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="connections")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    carries_media = models.BooleanField(default=True)
    """One connection of a site carries its camera and microphone; the others follow beside it."""
    microphone_on = models.BooleanField(default=False)
    camera_on = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kết nối")
        verbose_name_plural = _("kết nối")
        indexes = [
            models.Index(fields=["meeting", "left_at"]),
            models.Index(fields=["left_at", "seen_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(left_at__isnull=True, carries_media=True),
                name="one_media_connection_per_site",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} @ {self.site}"
