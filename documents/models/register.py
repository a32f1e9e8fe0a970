"""Registers (sổ đăng ký văn bản) and the numbers given in them (docs/domain/official-documents.md)."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.decree30.types import TYPES


class Register(models.Model):
    """One series of numbers of an agency in a year, 01 first; its row is the lock under which a number is given."""

    class Direction(models.TextChoices):
        OUTGOING = "outgoing", _("Văn bản đi")
        INCOMING = "incoming", _("Văn bản đến")

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="registers")
    year = models.PositiveSmallIntegerField(_("năm"))
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.OUTGOING)
    series = models.CharField(_("loại văn bản"), max_length=10, blank=True)
    """The type's abbreviation (``decree30.types``); empty: letters, and all that comes in."""

    class Meta:
        verbose_name = _("sổ văn bản")
        verbose_name_plural = _("sổ văn bản")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "direction", "series"], name="one_register_per_series")
        ]

    def __str__(self) -> str:
        return f"{self.type_name} {self.year} – {self.unit}"

    @property
    def type_name(self) -> str:
        """ "Thông báo"; of what comes in: "Văn bản đến"."""
        if self.direction == self.Direction.INCOMING:
            return str(self.get_direction_display())
        return TYPES.get(self.series, self.series)


class NumberAllocation(models.Model):
    """A number of a register, and the document that bears it: one line of the register.

    The lengths are those of Decree 30/2020/NĐ-CP, Annex VI, where it has any.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("Đang giữ")
        ASSIGNED = "assigned", _("Đã cấp")
        RECALLED = "recalled", _("Đã thu hồi")
        VOID = "void", _("Đã hủy")

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="numbers")
    n = models.PositiveIntegerField(_("số"))
    state = models.CharField(max_length=10, choices=State)
    given_on = models.DateField(_("ngày, tháng, năm"))
    """The day of the document; of what came in, the day it arrived."""
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, null=True, related_name="+")
    """Who brought it into its state; nobody: it ran out by itself."""
    at = models.DateTimeField()
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    """What it is reserved for; why it is void, or its document recalled."""
    expires_at = models.DateTimeField(null=True, blank=True)
    symbol = models.CharField(_("ký hiệu"), max_length=40, blank=True)
    """What follows the number: "TB-VP"; an arrival number has none."""
    type_name = models.CharField(_("tên loại"), max_length=100, blank=True)
    subject = models.CharField(_("trích yếu nội dung"), max_length=500, blank=True)
    signer = models.CharField(_("người ký"), max_length=200, blank=True)
    recipients = models.TextField(_("nơi nhận"), max_length=4000, blank=True)
    kept_by = models.CharField(_("đơn vị, người nhận bản lưu"), max_length=100, blank=True)
    copies = models.PositiveSmallIntegerField(_("số lượng bản"), null=True, blank=True)
    sent_by = models.CharField(_("phương thức gửi"), max_length=100, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    url = models.CharField(max_length=250, blank=True)
    """Path on this site of the document, if it was made here."""

    class Meta:
        verbose_name = _("số văn bản")
        verbose_name_plural = _("số văn bản")
        constraints = [models.UniqueConstraint(fields=["register", "n"], name="one_allocation_per_number")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Number and symbol as printed: "05/TB-VP"; of what came in the number alone."""
        return f"{self.n:02d}/{self.symbol}" if self.symbol else f"{self.n:02d}"

    def has_expired(self, now: dt.datetime) -> bool:
        """It was reserved, and nobody used it in time."""
        return self.state == self.State.RESERVED and self.expires_at is not None and self.expires_at <= now
