"""What stands in a schedule besides meetings, which are rows of their own: visits, receptions, leave, private time."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eoffice.calendar.queries import EntryQuerySet


class Entry(models.Model):
    """One thing in a schedule (mục lịch): a time, and who has a part in it."""

    class Kind(models.TextChoices):
        WORK = "work", _("Làm việc")
        FIELD_TRIP = "field_trip", _("Đi cơ sở")
        CITIZEN_RECEPTION = "reception", _("Tiếp công dân")
        LEAVE = "leave", _("Nghỉ phép")
        BLOCKED = "blocked", _("Việc riêng")

    class State(models.TextChoices):
        PLANNED = "planned", _("Dự kiến")
        APPROVED = "approved", _("Đã duyệt")
        POSTPONED = "postponed", _("Hoãn")
        CANCELLED = "cancelled", _("Đã hủy")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Công khai")
        AGENCY = "agency", _("Trong cơ quan")
        RESTRICTED = "restricted", _("Chỉ người liên quan")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Stable identity in calendars (RFC 5545 UID)."""
    sequence = models.PositiveIntegerField(default=0)
    """Grows when time or place of what was made known changes (RFC 5545 SEQUENCE)."""
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="entries", verbose_name=_("lịch của")
    )
    """Whose schedule it stands in."""
    kind = models.CharField(_("loại"), max_length=12, choices=Kind, default=Kind.WORK)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.PLANNED)
    title = models.CharField(_("nội dung"), max_length=500)
    place = models.CharField(_("địa điểm"), max_length=250, blank=True)
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    visibility = models.CharField(_("ai xem được"), max_length=10, choices=Visibility, default=Visibility.AGENCY)
    public_text = models.CharField(_("nội dung công khai"), max_length=500, blank=True)
    """What the public reads instead of the title."""
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục lịch")
        verbose_name_plural = _("mục lịch")
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="entry_ends_after_start")]
        indexes = [models.Index(fields=["unit", "starts_at"])]

    def __str__(self) -> str:
        return self.title


class Participation(models.Model):
    """A person's part in an entry. Bears the entry's time, so that a person's time is read by one index."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chủ trì")
        ATTEND = "attend", _("Tham dự")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="participations")
    appointment = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations")
    role = models.CharField(_("vai trò"), max_length=6, choices=Role, default=Role.ATTEND)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    busy = models.BooleanField(default=True)
    """Takes the person's time; not once the entry is put off or cancelled."""

    class Meta:
        verbose_name = _("người tham gia mục lịch")
        verbose_name_plural = _("người tham gia mục lịch")
        constraints = [models.UniqueConstraint(fields=["entry", "person"], name="one_part_per_entry_and_person")]
        indexes = [models.Index(fields=["person", "ends_at", "starts_at"])]  # what is asked lies mostly ahead

    def __str__(self) -> str:
        return f"{self.person}: {self.entry}"
