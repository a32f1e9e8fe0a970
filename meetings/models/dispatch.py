"""What a meeting sent out, to whom, who has opened and received it, and what was taken back (docs/domain/dispatch.md)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting


class Dispatch(models.Model):
    """One sending (phát hành) of an official document of a meeting; an invitation that is sent again is another one."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Giấy mời")
        NOTICE = "notice", _("Thông báo kết luận")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="dispatches")
    kind = models.CharField(max_length=10, choices=Kind)
    edition = models.PositiveSmallIntegerField(default=1)
    """Of a notice: which edition was sent."""
    code = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    """As printed: "05/TB-VP"; it stays when the number is cancelled. Empty: sent before invitations were numbered."""
    number = models.ForeignKey(
        "documents.NumberAllocation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issuer = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("gửi lúc"))

    class Meta:
        verbose_name = _("lần phát hành")
        verbose_name_plural = _("lần phát hành")
        ordering = ["meeting", "-at", "-pk"]
        indexes = [models.Index(fields=["meeting", "kind", "at"])]

    def __str__(self) -> str:
        kind = self.get_kind_display()
        return gettext("%(kind)s số %(code)s") % {"kind": kind, "code": self.code} if self.code else str(kind)


class Delivery(models.Model):
    """A line of the board: one recipient, a unit or a person, and how far the document has come there."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="deliveries")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The recipient, or the unit of the person who is the recipient."""
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    delivered_at = models.DateTimeField(_("đã gửi đến"), null=True, blank=True)
    """None: there was nobody with an account to receive it."""
    opened_at = models.DateTimeField(_("đã xem"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who opened it first for the recipient."""
    acknowledged_at = models.DateTimeField(_("đã tiếp nhận"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(_("đã ngừng sử dụng"), null=True, blank=True)
    """Of what was recalled: the recipient has said that it is not used any more."""
    stopped_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    nudged_on = models.DateField(_("nhắc ngày"), null=True, blank=True)
    """When it was last asked for: once a day at most."""

    class Meta:
        verbose_name = _("nơi nhận")
        verbose_name_plural = _("nơi nhận")
        ordering = ["dispatch", "unit__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "unit"], condition=Q(person__isnull=True), name="one_delivery_per_unit"
            ),
            models.UniqueConstraint(
                fields=["dispatch", "person"], condition=Q(person__isnull=False), name="one_delivery_per_person"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.unit)


class Recall(models.Model):
    """Something was taken back, in one of four meanings that must not be mixed up."""

    class Meaning(models.TextChoices):
        WITHDRAW = "withdraw", _("Lấy lại từ một nơi nhận")
        RECALL = "recall", _("Thu hồi văn bản")
        CANCEL_NUMBER = "cancel_number", _("Hủy số văn bản")
        REMOVE_ACCESS = "remove_access", _("Ngừng cho xem nội dung")

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="recalls")
    delivery = models.OneToOneField(
        Delivery, on_delete=models.CASCADE, null=True, blank=True, related_name="withdrawal"
    )
    """Of ``WITHDRAW`` only: from whom; the document stays in force for the others."""
    meaning = models.CharField(max_length=14, choices=Meaning)
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("lần thu hồi")
        verbose_name_plural = _("lần thu hồi")
        ordering = ["dispatch", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "meaning"], condition=Q(delivery__isnull=True), name="one_recall_per_meaning"
            ),
            models.CheckConstraint(
                condition=Q(meaning="withdraw") ^ Q(delivery__isnull=True), name="withdrawn_from_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch}: {self.get_meaning_display()}"
