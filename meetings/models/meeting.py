"""A meeting (cuộc họp): what, when, who leads it, and where it stands (docs/domain/meetings.md)."""

import datetime as dt
import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import folded, normalised
from eoffice.calendar.models import Resource
from meetings.queries import MeetingQuerySet


class MeetingType(models.Model):
    """An entry of the catalogue of meeting types (loại phiên họp)."""

    code = models.SlugField(_("mã"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=120)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    paper_days = models.PositiveSmallIntegerField(
        _("gửi tài liệu trước (ngày)"),
        default=1,
        validators=[MaxValueValidator(60)],
        help_text=_("Hạn gửi tài liệu: bao nhiêu ngày trước ngày họp."),
    )
    paper_days_working = models.BooleanField(_("tính theo ngày làm việc"), default=False)
    paper_time = models.TimeField(_("giờ hết hạn gửi tài liệu"), default=dt.time(15))
    reply_hours = models.PositiveSmallIntegerField(
        _("trả lời giấy mời trước (giờ)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_("Hạn trả lời giấy mời, phân công người dự: bao nhiêu giờ trước giờ họp."),
    )
    substitutes_vote = models.BooleanField(
        _("người dự thay được biểu quyết"),
        default=False,
        help_text=_("Khi thành viên có quyền biểu quyết cử người dự thay. Nếu không, ghế đó tính là vắng mặt."),
    )

    class Meta:
        verbose_name = _("loại phiên họp")
        verbose_name_plural = _("loại phiên họp")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """One meeting, from draft to concluded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        INVITED = "invited", _("Đã mời họp")
        IN_SESSION = "in_session", _("Đang họp")
        ENDED = "ended", _("Đã kết thúc")
        CONCLUDED = "concluded", _("Đã ban hành kết luận")
        CANCELLED = "cancelled", _("Đã hủy")
        POSTPONED = "postponed", _("Đã hoãn")

    class Form(models.TextChoices):
        IN_PERSON = "in_person", _("Trực tiếp")
        ONLINE = "online", _("Trực tuyến")
        HYBRID = "hybrid", _("Trực tiếp kết hợp trực tuyến")

    class LateEntry(models.TextChoices):
        """What happens to invited people who come after the meeting has sat for a while."""

        FREE = "free", _("Vào ngay")
        ASK = "ask", _("Chờ thư ký cho vào")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Stable identity in calendars (RFC 5545 UID)."""
    sequence = models.PositiveIntegerField(default=0)
    """Grows when time or place of an issued invitation changes (RFC 5545 SEQUENCE)."""
    title = models.CharField(_("tên cuộc họp"), max_length=300)
    search_title = models.CharField(max_length=300, editable=False, db_index=True)
    type = models.ForeignKey(
        MeetingType,
        on_delete=models.PROTECT,
        related_name="meetings",
        verbose_name=_("loại phiên họp"),
    )
    form = models.CharField(_("hình thức"), max_length=10, choices=Form, default=Form.HYBRID)
    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.DRAFT)
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    lobby_minutes = models.PositiveSmallIntegerField(_("mở phòng họp trước (phút)"), default=30)
    """How long before the start everybody invited may enter; a meeting that sits is open anyway."""
    late_entry = models.CharField(_("người đến muộn"), max_length=4, choices=LateEntry, default=LateEntry.FREE)
    reply_by = models.DateTimeField(_("hạn trả lời giấy mời"), null=True, blank=True)
    """Until when those invited reply, and units name their people; empty: as the type says (``replies.due``)."""
    place = models.CharField(_("địa điểm"), max_length=250, blank=True)
    note = models.TextField(_("yêu cầu chuẩn bị"), max_length=4000, blank=True)
    organiser = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="organised_meetings",
        verbose_name=_("cơ quan tổ chức"),
    )
    chair = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        related_name="chaired_meetings",
        verbose_name=_("chủ trì"),
    )
    secretary = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.PROTECT,
        related_name="recorded_meetings",
        verbose_name=_("thư ký"),
    )
    booking = models.OneToOneField(
        "calendar.Booking", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    """Of the room that was chosen from the catalogue: the last one, also when it holds no more."""
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kỳ trước")
    )
    """The meeting that this one follows: its conclusions and open tasks stand before the first item."""
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    letter_number = models.PositiveIntegerField(null=True, blank=True, editable=False)
    """Of the invitation, from the organiser's register when it is issued; with its ``letter_symbol``: "05/GM-UBND"."""
    letter_symbol = models.CharField(max_length=40, blank=True, default="", editable=False)
    minutes_line = models.ForeignKey(
        "documents.NumberAllocation", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    """The line of the register that the minutes bear, once they have a number."""
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    state_reason = models.CharField(_("lý do"), max_length=500, blank=True)
    """Why it was cancelled or postponed."""
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc họp")
        verbose_name_plural = _("cuộc họp")
        ordering = ["-starts_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start")]
        indexes = [models.Index(fields=["starts_at", "state"])]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = normalised(self.title)
        self.search_title = folded(self.title)
        super().save(*args, **kwargs)

    @property
    def room(self) -> Resource | None:
        """The room of the catalogue that it has, or has asked for."""
        return self.booking.resource if self.booking is not None and self.booking.holds else None

    @property
    def channel_group(self) -> str:
        """Channel-layer group of everybody in the room."""
        return f"meeting.{self.pk}"
