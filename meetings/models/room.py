"""The meeting while it sits: current item and page, who has the floor, who is connected.

Everything a screen shows is here, so that it can be rebuilt after a restart.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda import AgendaItem
from meetings.models.invitation import Attendee
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
    page_view = models.JSONField(default=dict, blank=True)
    """Which part of it the presenter shows (``meetings.protocol.presenting.PageView``); empty: all of its width."""
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
    presiding = models.ForeignKey(Attendee, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """Who has floor control; empty: the meeting's chair."""
    captions = models.JSONField(default=list, blank=True)
    """The last lines of captions (``meetings.protocol.captions.Caption``), oldest first."""
    recording_held = models.BooleanField(default=False)
    """A recording was ended for a confidential item; another one begins when the meeting leaves it."""
    locked = models.BooleanField(default=False)
    """Who has not been in the room yet must be let in."""
    chat_closed = models.BooleanField(default=False)
    """Only those who keep the door write to everybody."""

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")

    def __str__(self) -> str:
        return str(self.meeting)


class Placement(models.Model):
    """Which media node carries a meeting's sound and pictures (``meetings.placement``)."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="placement")
    node = models.CharField(max_length=200)
    """Its control address. A meeting that needs several nodes (``Connection.node``) has its centre there."""
    moved_at = models.DateTimeField(null=True, blank=True)
    """When it came there because the former node was away."""

    class Meta:
        verbose_name = _("nơi truyền hình")
        verbose_name_plural = _("nơi truyền hình")

    def __str__(self) -> str:
        return f"{self.meeting}: {self.node}"


class Admission(models.Model):
    """Where a person stands at the door of one meeting, when they cannot simply walk in."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        ADMITTED = "admitted", _("Đã cho vào")
        REFUSED = "refused", _("Không cho vào")
        PUT_OUT = "put_out", _("Đã mời ra")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="admissions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """Of somebody who waits: the last sign of life."""
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    """Why somebody was refused or put out; told to them."""

    class Meta:
        verbose_name = _("lượt chờ vào phòng")
        verbose_name_plural = _("lượt chờ vào phòng")
        ordering = ["meeting", "asked_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_admission_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_state_display()}"


class Connection(models.Model):
    """One browser tab in the room. Presence comes from ``seen_at``, never from channel groups."""

    class Leaving(models.TextChoices):
        BY_ITSELF = "", _("tự rời")
        REPLACED = "replaced", _("vào ở máy khác")
        PUT_OUT = "put_out", _("được mời ra")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    """The media node's peer id and the resume secret's subject."""
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="connections")
    site = models.ForeignKey(MeetingSite, on_delete=models.CASCADE, related_name="connections")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    carries_media = models.BooleanField(default=True)
    """One connection of a site carries its camera and microphone; the others follow beside it."""
    microphone_on = models.BooleanField(default=False)
    camera_on = models.BooleanField(default=False)
    node = models.CharField(max_length=200, blank=True)
    """Control address of the media node that this tab is connected to; empty before its first offer."""
    consultation = models.ForeignKey(
        "meetings.Consultation", on_delete=models.SET_NULL, null=True, blank=True, related_name="connections"
    )
    """The consultation room it is in, or was in when it left; empty: the main room."""
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_how = models.CharField(max_length=10, choices=Leaving, default=Leaving.BY_ITSELF, blank=True)

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
