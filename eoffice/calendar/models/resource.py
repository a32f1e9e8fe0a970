"""What can be booked (phòng họp, xe, thiết bị), when it cannot, and who has it when (docs/domain/rooms.md)."""

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import folded, normalised
from eoffice.calendar.resource_queries import BookingQuerySet, ResourceQuerySet

Hours = list[list[str] | None]
"""Monday to Sunday: from and to as "07:00" and "18:00", None for a day on which it is not lent."""


def office_hours() -> Hours:
    """Monday to Friday from 07:00 to 18:00."""
    return [["07:00", "18:00"] for _day in range(5)] + [None, None]


class Resource(models.Model):
    """A room, a car or a piece of equipment that is lent by the unit to which it belongs."""

    class Kind(models.TextChoices):
        ROOM = "room", _("Phòng họp")
        CAR = "car", _("Xe")
        EQUIPMENT = "equipment", _("Thiết bị")

    class OpenTo(models.TextChoices):
        AGENCY = "agency", _("Trong cơ quan")
        EVERYBODY = "everybody", _("Mọi cơ quan")

    kind = models.CharField(_("loại"), max_length=10, choices=Kind, default=Kind.ROOM)
    name = models.CharField(_("tên"), max_length=120)
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="resources", verbose_name=_("đơn vị quản lý")
    )
    """Its owner: head, deputies and clerks of this unit administer it and answer who asks for it."""
    place = models.CharField(_("địa điểm"), max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField(_("số chỗ"), null=True, blank=True)
    equipment = models.TextField(_("trang thiết bị"), max_length=1000, blank=True)
    bridge = models.CharField(_("thiết bị cầu truyền hình"), max_length=250, blank=True)
    """What there is for meetings over several sites; empty where there is nothing."""
    driver = models.CharField(_("lái xe"), max_length=120, blank=True)
    driver_phone = models.CharField(_("điện thoại lái xe"), max_length=30, blank=True)
    plate = models.CharField(_("biển số"), max_length=20, blank=True)
    photo = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seat_layout = models.TextField(_("sơ đồ ghế"), max_length=4000, blank=True)
    """Of a room: as ``eoffice.calendar.seat_layout`` reads it."""
    open_to = models.CharField(_("ai được đặt"), max_length=10, choices=OpenTo, default=OpenTo.AGENCY)
    needs_approval = models.BooleanField(_("phải được đơn vị quản lý duyệt"), default=False)
    hours = models.JSONField(default=office_hours)
    """``Hours``, in the local time of Vietnam."""
    check_in_minutes = models.PositiveSmallIntegerField(_("nhận phòng trong (phút)"), null=True, blank=True)
    """Who has not checked in so long after the start loses it; None: nobody is asked."""
    reconfirm_days = models.PositiveSmallIntegerField(_("xác nhận lại trước (ngày)"), null=True, blank=True)
    """Repeated bookings are asked for again so many days before; None: they are not."""
    active = models.BooleanField(_("đang cho đặt"), default=True)
    search_text = models.TextField(editable=False)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("phòng họp, xe, thiết bị")
        verbose_name_plural = _("phòng họp, xe, thiết bị")
        ordering = ["kind", "name", "pk"]
        indexes = [models.Index(fields=["unit", "kind"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = normalised(self.name)
        self.search_text = folded(" ".join([self.name, self.place, self.equipment, self.bridge, self.plate]))
        super().save(*args, **kwargs)

    @property
    def where(self) -> str:
        """Name and place as they stand in an invitation."""
        return ", ".join(part for part in (self.name, self.place) if part)

    @property
    def called(self) -> str:
        """Name and plate, as a trip has it."""
        return f"{self.name} ({self.plate})" if self.plate else self.name

    def open_on(self, day: dt.date) -> tuple[dt.time, dt.time] | None:
        """From when to when it is lent on ``day``; None: not at all."""
        found = self.hours[day.weekday()] if len(self.hours) == 7 else None
        return (dt.time.fromisoformat(found[0]), dt.time.fromisoformat(found[1])) if found else None


class Blocking(models.Model):
    """A time in which a resource is lent to nobody: repairs, a session of the council."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="blockings")
    starts_at = models.DateTimeField(_("từ"))
    ends_at = models.DateTimeField(_("đến"))
    reason = models.CharField(_("lý do"), max_length=250)
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("thời gian tạm ngừng")
        verbose_name_plural = _("thời gian tạm ngừng")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="blocking_ends_after_start")
        ]
        indexes = [models.Index(fields=["resource", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.resource}: {self.reason}"


class BookingSeries(models.Model):
    """Bookings that come back: made together, each an own row. Each may be asked for again before it comes."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    words = models.CharField(max_length=250)
    """How it comes back, as it was said when it was booked."""
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("lượt đặt định kỳ")
        verbose_name_plural = _("lượt đặt định kỳ")

    def __str__(self) -> str:
        return self.words


class Booking(models.Model):
    """Somebody has a resource from ``starts_at`` until before ``ends_at``, or has asked for it.

    While it holds (``HOLDING``) nobody else can have any of that time: an exclusion constraint says so on PostgreSQL, the
    lock of the resource's row everywhere (docs/adr/0139-who-asks-first-holds-the-room.md).
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ duyệt")
        ACCEPTED = "accepted", _("Đã đặt")
        REJECTED = "refused", _("Không được duyệt")
        CANCELLED = "cancelled", _("Đã hủy")
        RELEASED = "released", _("Đã thu hồi")

    HOLDING = (State.PENDING, State.ACCEPTED)

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Comes with the form: a double click books once. Also its identity in calendars (RFC 5545 UID)."""
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings")
    series = models.ForeignKey(BookingSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.ACCEPTED)
    booked_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="bookings")
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="bookings", verbose_name=_("đơn vị sử dụng")
    )
    purpose = models.CharField(_("mục đích"), max_length=320)
    attendees = models.PositiveSmallIntegerField(_("số người"), null=True, blank=True)
    departure = models.CharField(_("nơi đi"), max_length=200, blank=True)
    destination = models.CharField(_("nơi đến"), max_length=200, blank=True)
    link = models.CharField(max_length=250, blank=True, editable=False)
    """Path on this site of what it was booked for; empty when it was booked for itself."""
    created_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    """Why it was refused, cancelled or released."""
    check_in_by = models.DateTimeField(null=True, blank=True, editable=False)
    """Until when somebody has to check in; None where nobody is asked."""
    checked_in_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the booker was told that it is time to check in."""
    reconfirm_by = models.DateTimeField(null=True, blank=True, editable=False)
    """Asked again: until when it has to be confirmed; None while not asked, and once it is."""
    reconfirmed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lượt đặt")
        verbose_name_plural = _("lượt đặt")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start")
        ]  # and one more on PostgreSQL: migration 0002
        indexes = [
            models.Index(fields=["resource", "starts_at", "ends_at"]),
            models.Index(fields=["state", "check_in_by"]),
            models.Index(fields=["unit", "starts_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.purpose}"

    @property
    def holds(self) -> bool:
        """Nobody else can have the resource meanwhile."""
        return self.state in self.HOLDING

    @property
    def is_over(self) -> bool:
        """Its time has passed."""
        return self.ends_at <= timezone.now()
